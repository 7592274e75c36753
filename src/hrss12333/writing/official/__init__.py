"""The official form as a workbook, blank or filled in. In go an edition and what each sheet holds; out comes
the form, ready to fill, or to print, stamp and send. Inside the print area it is what the notice prints,
except one word above the title of a faulty form; it knows no rule but as formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from hrss12333.survey import schema
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Column, Edition, Kind
from hrss12333.wording import values
from hrss12333.wording.values import found_text
from hrss12333.writing.official import formulas
from hrss12333.writing.official.layout import (
    BAR_ROW,
    ELLIPSIS,
    HEADER_ROW,
    KEY_ROW,
    ROW_HEIGHT,
    TITLE_ROW,
    FormContent,
    FormValue,
    LastYear,
    Layout,
    cell_content,
    form_look,
    lay_out,
    total_value,
)
from hrss12333.writing.official.self_check import FAILED, SelfCheck
from hrss12333.writing.workbook import BODY_FONT, Styles, TableSheet, broken, new_workbook, safe

_SPARE_ROWS = 10
"""Blank rows of a blank form beyond the largest unit's regions: for 省本级, 新区 and the like."""
_SPARE_OF_UNIT = 1
"""Blank rows below a unit's regions: with one, a form of 21 regions is on one page in any font."""
_FONT, _COLUMN_PIXELS = (BODY_FONT, 11), 72
"""The font, and the pixels that a column has in it by default."""
_WRONG, _AMBER, _GOOD = (
    {"bg_color": look.fill, "font_color": look.ink} for look in (values.WRONG, values.ASKED, values.FINE)
)
# A figure that is not whole is shown unrounded: 7.5, not 8. XlsxWriter omits General if it is alone.
_NO_NUMBER = {**_WRONG, "num_format": "General;-General"}

_Colour = tuple[tuple[int, int, int, int], str, dict[str, Any]]
"""A range, the formula by which its cells are coloured, and how they then look."""


def blank_sheets(
    edition: Edition,
    unit: Unit | None = None,
    regions: Sequence[str] | None = None,
    rows: int | None = None,
    last_year: Mapping[str, LastYear] | None = None,
    send: str = "",
) -> list[FormContent]:
    """The forms to fill in: for anyone, for ``unit`` and its regions, or for the ``regions`` named.

    ``rows`` is the number of numbered rows, ``last_year`` each form's figures of last year, ``send`` by when
    and to whom the form is to be sent."""
    named = list(regions) if regions is not None else [region.name for region in unit.regions] if unit else []
    if rows is None:
        most = max(len(each.regions) for each in edition.units) + _SPARE_ROWS
        rows = len(named) if regions is not None else len(named) + _SPARE_OF_UNIT if unit else most
    return [
        FormContent(
            form,
            {"unit": unit.name} if unit else {},
            [{form.region.key: name} for name in named],
            spare=max(0, rows - len(named)),
            ellipsis=regions is None,
            expected=named,
            last_year=(last_year or {}).get(form.key),
            send=send,
        )
        for form in edition.forms
    ]


def write_official(
    target: Path | BytesIO,
    edition: Edition,
    sheets: Sequence[FormContent],
    *,
    protect: bool = True,
    extra: Callable[[Any], None] | None = None,
    **properties: Any,
) -> None:
    """Write a workbook with a sheet of the official form for each content; the same arguments give the same
    bytes.

    ``protect`` locks the printed cells without a password; ``extra`` adds further sheets to the XlsxWriter
    workbook; ``properties`` are further document properties. Raises `OSError` if the file cannot be written.
    """
    about = {
        "title": edition.forms[0].title,
        "subject": f"{edition.notice.number}附表" if edition.notice.number else "",
        **properties,
    }
    with new_workbook(target, edition.year, about, _FONT, default_column_width=_COLUMN_PIXELS) as workbook:
        styles = Styles(workbook)
        for sheet in sheets:
            out = workbook.add_worksheet(sheet.form.key, TableSheet)
            for name, words in formulas.reason_words(sheet.form).items():
                workbook.define_name(name, words)
            _SheetWriter(out, styles, edition, sheet).write(protect=protect)
        if extra:
            extra(workbook)


class _SheetWriter:
    """Writes one sheet, from top to bottom."""

    def __init__(self, worksheet: Any, styles: Styles, edition: Edition, content: FormContent) -> None:
        self.out, self.styles, self.edition = worksheet, styles, edition
        self.style = partial(form_look, styles)
        self.content, self.form = content, content.form
        self.layout = Layout(content, edition.forms)
        self.header = {key: safe(found_text(value)) for key, value in content.header.items()}
        self.rows: list[dict[str, FormValue]] = [
            {
                column.key: cell_content(found)
                for column in self.form.columns
                if column.kind is not Kind.SERIAL and (found := row.get(column.key)) is not None
            }
            for row in content.rows
        ]
        self.rows += [{}] * (self.layout.last - self.layout.first + 1 - len(self.rows))
        unit = edition.gazetteer.match(self.header["unit"]).unit if self.header.get("unit") else None
        self.names = formulas.names_for(edition, unit, content.expected)
        self.heights = list(map(self.layout.row_height, self.rows))
        self.check = SelfCheck(self.layout, self.names)

    def write(self, *, protect: bool) -> None:
        """Write the whole sheet."""
        self._write_head()
        self._sample()
        self._write_rows()
        self._write_total()
        self._write_notes()
        self._self_check()
        if self.content.last_year:
            self._last_year(self.content.last_year)
        _add_validations(self.out, self.layout, self.names, self.edition)
        # Red where the self-check finds a fault, amber where something is missing or asked, green where all
        # is well.
        for area, formula, look in (*_row_colours(self.layout, self.check), *_header_colours(self.layout, self.check)):
            about = {"type": "formula", "criteria": f"={formula}", "format": self.styles.get(**look)}
            self.out.conditional_format(*area, about)
        lay_out(self.out, self.layout, self.heights, protect=protect)

    def _write_head(self) -> None:
        """Write title, header and headings."""
        own, put, span = self.layout, self.out.put, self.out.span
        for row, height in own.head_heights.items():
            self.out.set_row(row, height)
        span(KEY_ROW, (0, 1), self.style("key"), self.form.key)
        span(TITLE_ROW, (0, own.last_column), self.style("title"), self.form.title)
        for slot in own.slots:
            kind = "blank" if slot.is_blank else "label" if slot.key else "seal"
            text = self.header.get(slot.key, "") if slot.is_blank else slot.text
            span(slot.row, (slot.left, slot.right), self.style(kind, self.content.is_filled), text)
        look = self.style("heading")
        for group, columns in self.form.groups:
            places = [own.columns[column.key] for column in columns]
            if group:
                span(own.heading, (places[0], places[-1]), look, group)
            for place, column in zip(places, columns, strict=True):
                if group:
                    put(own.heading + 1, place, look, column.heading)
                else:
                    span(own.heading, (place, place), look, column.heading, rows=2)

    def _sample(self) -> None:
        row = self.layout.sample_row
        if row is None:
            return
        for column in self.form.columns:
            value = schema.SAMPLE if column.kind is Kind.REGION else cell_content(column.sample)
            look = self.style("sample_number" if column.kind is Kind.COUNT else "sample")
            self.out.put(row, self.layout.columns[column.key], look, value)

    def _write_rows(self) -> None:
        for index, cells in enumerate(self.rows):
            row = self.layout.first + index
            # A row without a set height grows with its content.
            self.out.set_row(row, self.heights[index] if self.content.is_filled else None, self.style("row"))
            last = self.content.ellipsis and index == len(self.rows) - 1
            number = ELLIPSIS if last else self.layout.serial_start + index
            for column in self.form.columns:
                value = number if column.kind is Kind.SERIAL else cells.get(column.key)
                kind = {Kind.SERIAL: "serial", Kind.COUNT: "number", Kind.TEXT: "text"}.get(column.kind, "cell")
                self.out.put(row, self.layout.columns[column.key], self.style(kind, self.content.is_filled), value)

    def _write_total(self) -> None:
        row = self.layout.total
        self.out.set_row(row, ROW_HEIGHT)
        for column in self.form.columns:
            place = self.layout.columns[column.key]
            if column.kind is Kind.COUNT:
                cells = self.layout.range_of(column.key)  # the rows of data without the sample
                total = f'=IF(COUNT({cells})=0,"",SUM({cells}))'
                self.out.figure((row, place), total, self.style("total_number"), total_value(self.rows, column.key))
            else:
                self.out.put(row, place, self.style("total"), schema.TOTAL if place == 0 else "")

    def _write_notes(self) -> None:
        left, right = self.layout.note_column, self.layout.last_column
        for index, line in enumerate(self.form.instructions):
            row, text = self.layout.notes + index, line.format(year=self.edition.year)
            self.out.span(row, (left, right), self.style("note"), text)
            self.out.set_row(row, self.layout.note_height(text))
        self.out.put(self.layout.notes, left - 1, self.style("note_label"), schema.INSTRUCTIONS)

    def _self_check(self) -> None:
        """Write the self-check right of the form, the word of a faulty form, and the bar that sums it up."""
        own, check, beside = self.layout, self.check, self.layout.check_column
        self.out.span(own.heading, (beside, beside), self.style("check_heading"), schema.SELF_CHECK, rows=2)
        whole = {HEADER_ROW: check.header(), own.total: check.total(), own.absent: check.absent()}
        rows = {row: check.row(row) for row in range(own.first, own.last + 1)}
        for row, formula in (whole | rows).items():
            if formula:
                self.out.figure((row, beside), formula, self.style("check"), None)
        place, failed, bar = (KEY_ROW, own.last_column), self.style("failed"), self.style("bar")
        if self.content.standing == schema.DRAFT:
            self.out.put(*place, failed, schema.DRAFT)
        else:
            self.out.figure(place, check.printed(), failed, self.content.standing)
        begun = any(cells.keys() - {self.form.region.key} for cells in self.rows)
        self.out.span(BAR_ROW, (0, own.last_column), bar, None)
        self.out.figure((BAR_ROW, 0), check.bar(), bar, "" if begun else check.advice())

    def _last_year(self, last_year: LastYear) -> None:
        """Write last year's figures beside the form, unprinted; readers stop at `LAST_YEAR_HEADING`."""
        own, top = self.layout, self.layout.heading
        heading, look = self.style("past_heading"), self.style("past")
        of_year = f"：{last_year.year}年度" if last_year.year else ""
        left, right = min(own.past.values()), max(own.past.values())
        self.out.span(top, (left, right), heading, schema.LAST_YEAR_HEADING + of_year)
        for key, place in own.past.items():
            self.out.put(top + 1, place, heading, broken(self.form.by_key[key].label, own.past_width))
        for row, cells in enumerate(self.content.rows, own.first):
            figures = last_year.rows.get(str(cells.get(self.form.region.key)))
            for key, place in own.past.items():
                self.out.put(row, place, look, cell_content(figures.get(key)) if figures else None)


_LONGEST_TITLE, _LONGEST_MESSAGE = 32, 255
_HEADER_PROMPTS: Mapping[str, str] = {
    "unit": "请填写单位全称，可从下拉列表选择。",
    "name": "请务必填写联系人。",
    "mobile": "请务必填写11位手机号码，不要填固定电话。",
    "email": "请填写联系人的电子邮箱。",
}


def _add_validations(sheet: Any, layout: Layout, names: formulas.SheetNames, edition: Edition) -> None:
    """Give every blank of the form its input rule and its prompt, from the 填表说明."""
    for field in schema.HEADER:
        slot = layout.slot(field.key)
        prompt = {"input_title": field.label, "input_message": _HEADER_PROMPTS.get(field.key, f"请填写{field.label}。")}
        rule: dict[str, Any] = {"validate": "any", **prompt}
        if field.key == "unit":
            listed = {"validate": "list", "source": [unit.name for unit in edition.units], "error_type": "warning"}
            why = f"这不是{len(edition.units)}个报送单位的全称。确定要这样填写吗？"
            rule |= {**listed, "error_title": "单位名称", "error_message": why}
        sheet.data_validation(slot.row, slot.left, slot.row, slot.left, rule)
    for column in layout.form.columns:
        place = layout.columns[column.key]
        if column.kind is not Kind.SERIAL:
            sheet.data_validation(layout.first, place, layout.last, place, _column_rule(column, layout, names))


def _column_rule(column: Column, layout: Layout, names: formulas.SheetNames) -> dict[str, Any]:
    rule: dict[str, Any] = {"validate": "any"}
    prompt, error, allowed = column.note, "", formulas.allowed_answers(column)
    if allowed:
        words = "或".join(f"“{word}”" for word in allowed)
        error = f"只能填写{words}，请从下拉列表选择。"
        prompt += "" if all(word in prompt for word in allowed) else f"请填写{words}。"
    if column.kind is Kind.COUNT:
        rule = {"validate": "integer", "criteria": ">=", "value": 0}
        error = "只能填写0或正整数：不带单位、逗号和小数点，不写“万”“约”。"
        prompt += f"请填写整数{column.measure and f'，单位：{column.measure}'}；没有的填0。"
        prompt += "不掌握的可以空着，在备注写明哪一栏、为什么，不要填0。"
    listed = names.expected if column.kind is Kind.REGION else allowed
    if listed and len(",".join(listed)) <= _LONGEST_MESSAGE:
        rule = {"validate": "list", "source": list(listed)}
        if column.kind is Kind.REGION:
            rule["show_error"] = False  # a short name is allowed, too; the self-check objects to others
    title = column.label[:_LONGEST_TITLE]
    if error and rule["validate"] != "any":
        rule |= {"error_title": title, "error_message": error[:_LONGEST_MESSAGE]}
    prompt = prompt or f"请填写{column.label}。"
    return {**rule, "input_title": title, "input_message": prompt[:_LONGEST_MESSAGE]}


def _row_colours(layout: Layout, check: SelfCheck) -> Iterator[_Colour]:
    form = layout.form

    def cell(column: int) -> str:
        return str(xl_rowcol_to_cell(layout.first, column, col_abs=True))

    def colour(key: str, formula: str, look: dict[str, Any]) -> _Colour:
        column = layout.columns[key]
        return (layout.first, column, layout.last, column), formula, look

    text = cell(layout.check_column)
    for each in check.checks:
        alone = len(each.fields) == 1
        for key in each.fields:
            fault = _NO_NUMBER if alone and form.by_key[key].kind is Kind.COUNT else _WRONG
            yield colour(key, f'ISNUMBER(FIND("{each.words}",{text}))', _AMBER if each.asks else fault)
    for key, past in layout.past.items():
        yield colour(key, formulas.changed_much(form.by_key[key], cell(layout.columns[key]), cell(past)), _AMBER)
    for key in formulas.required_columns(form):
        # A row with only its printed region is unfinished, not wrong: it keeps its light fill.
        yield colour(key, f"AND(LEN({text})>0,ISBLANK({cell(layout.columns[key])}))", _AMBER)


def _header_colours(layout: Layout, check: SelfCheck) -> Iterator[_Colour]:
    """Colours of the self-check's cells, the top line and the header; the first that applies has priority."""
    beside = layout.check_column
    for first, last in ((HEADER_ROW, HEADER_ROW), (layout.first, layout.absent)):
        verdict = xl_rowcol_to_cell(first, beside)
        for start, look in ((schema.PASSED, _GOOD), (schema.ASKED, _AMBER), (schema.WRONG, _WRONG)):
            yield (first, beside, last, beside), formulas.begins(verdict, start), look
    bar, area = xl_rowcol_to_cell(BAR_ROW, 0, row_abs=True, col_abs=True), (BAR_ROW, 0, BAR_ROW, layout.last_column)
    yield area, formulas.begins(bar, schema.COMPLETE), _GOOD
    yield area, f'ISNUMBER(FIND("{FAILED}",{bar}))', _WRONG
    yield area, f"LEN({bar})>0", _AMBER
    text = xl_rowcol_to_cell(HEADER_ROW, beside, row_abs=True, col_abs=True)
    for field in schema.HEADER:
        slot, each = layout.slot(field.key), check.header_checks[field.key]
        at = xl_rowcol_to_cell(slot.row, slot.left, row_abs=True, col_abs=True)
        area = (slot.row, slot.left, slot.row, slot.right)
        yield area, f'ISNUMBER(FIND("{each.words}",{text}))', _AMBER if each.asks else _WRONG
        if field.required:
            yield area, f'AND(ISNUMBER(FIND("{field.called}",{text})),NOT{formulas.has_content(at)})', _AMBER
