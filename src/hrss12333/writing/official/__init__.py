"""The official form as a workbook: blank for a unit or a region, or filled in and ready to print, stamp and send.

Inside the print area it is cell for cell as the notice prints it, but for one word above the title of a faulty form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_range

from hrss12333.model.filing import Found
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import DRAFT, INSTRUCTIONS, LAST_YEAR_HEADING, SAMPLE, SELF_CHECK, TOTAL, Kind
from hrss12333.wording.values import found_text
from hrss12333.writing.official import layout, style
from hrss12333.writing.official.formulas import FormValue, names_for, reason_words, remarks_column
from hrss12333.writing.official.layout import FormContent, LastYear, Layout
from hrss12333.writing.official.self_check import SelfCheck
from hrss12333.writing.workbook import TableSheet, broken, day_after, new_workbook, safe

_SPARE_ROWS = 10
"""Blank rows beyond the largest unit's regions in a blank form: 省本级, 新区 and the like."""
_SPARE_OF_UNIT = 3
"""Blank rows below the regions filled in for one unit."""


def blank_sheets(
    edition: Edition,
    unit: Unit | None = None,
    regions: Sequence[str] | None = None,
    rows: int | None = None,
    last_year: Mapping[str, LastYear] | None = None,
    send: str = "",
) -> list[FormContent]:
    """The forms to be filled in: by anyone, by ``unit`` for its regions, or by the ``regions`` named.

    ``rows`` is the number of numbered rows, ``last_year`` each form's figures of last year, ``send`` by when and to whom
    the form goes.
    """
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
    """Write a workbook with these sheets of the official form, one for each form; the same arguments give the same bytes.

    ``protect`` locks, without a password, what the form prints; ``extra`` adds further sheets to the XlsxWriter workbook;
    ``properties`` are further ones of the document.

    Raises:
        OSError: where the file cannot be written.
    """
    about = {
        "title": edition.forms[0].title,
        "subject": f"{edition.notice.number}附表" if edition.notice.number else "",
        "created": day_after(edition.year),
        **properties,
    }
    with new_workbook(target, about, style.FORM_FONT, default_column_width=style.COLUMN_PIXELS) as workbook:
        styles = style.FormStyles(workbook)
        for sheet in sheets:
            out = workbook.add_worksheet(sheet.form.key, TableSheet)
            for name, words in reason_words(sheet.form).items() if remarks_column(sheet.form) else ():
                workbook.define_name(name, words)
            _SheetWriter(out, styles, edition, sheet).write(protect=protect)
        if extra:
            extra(workbook)


_LAST_ROW = 1_048_576
"""Of a sheet: the number stands nowhere else in a formula."""


class _SheetWriter:
    """Writes one sheet, from top to bottom."""

    def __init__(self, worksheet: Any, styles: style.FormStyles, edition: Edition, content: FormContent) -> None:
        self.out, self.styles, self.style, self.edition = worksheet, styles, styles.named, edition
        self.content, self.form = content, content.form
        self.layout = Layout(content, edition.forms)
        self.header = {key: safe(found_text(value)) for key, value in content.header.items()}
        filled = [self._written(row) for row in content.rows]
        blank: dict[str, FormValue] = {}
        self.rows = filled + [blank] * (self.layout.last - self.layout.first + 1 - len(filled))
        unit = edition.gazetteer.match(self.header["unit"]).unit if self.header.get("unit") else None
        self.names = names_for(edition, unit, content.expected)
        self.heights = list(map(self.layout.row_height, self.rows))
        self.check = SelfCheck(self.layout, self.names)

    def _written(self, row: Mapping[str, Found]) -> dict[str, FormValue]:
        return {
            column.key: style.cell_content(row[column.key])
            for column in self.form.columns
            if column.kind is not Kind.SERIAL and row.get(column.key) is not None
        }

    def write(self, *, protect: bool) -> None:
        """Write the whole sheet."""
        style.set_columns_and_view(self.out, self.layout)
        self._write_head()
        self._sample()
        self._write_rows()
        self._write_total()
        self._write_notes()
        self._self_check()
        if self.content.last_year:
            self._last_year(self.content.last_year)
        style.add_validations(self.out, self.layout, self.names, self.edition)
        style.add_colours(self.out, self.layout, self.check, self.styles)
        layout.lay_on_paper(self.out, self.layout, self.heights)
        self._silence_excel()
        if protect:
            self.out.protect("", style.PROTECTION)

    def _write_head(self) -> None:
        """Title, header and headings."""
        own, put, span = self.layout, self.out.put, self.out.span
        heights = {layout.KEY_ROW: layout.KEY_HEIGHT, layout.TITLE_ROW: layout.TITLE_HEIGHT}
        heights |= {layout.HEADER_ROW: layout.HEADER_HEIGHT, **dict(enumerate(own.heading_heights, own.heading))}
        for row, height in heights.items():
            self.out.set_row(row, height)
        span(layout.KEY_ROW, (0, 1), self.style("key"), self.form.key)
        span(layout.TITLE_ROW, (0, own.last_column), self.style("title"), self.form.title)
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
            value = SAMPLE if column.kind is Kind.REGION else style.cell_content(column.sample)
            look = self.style("sample_number" if column.kind is Kind.COUNT else "sample")
            self.out.put(row, self.layout.columns[column.key], look, value)

    def _write_rows(self) -> None:
        for index, cells in enumerate(self.rows):
            row = self.layout.first + index
            # A row without a height of its own grows with what is typed into it.
            self.out.set_row(row, self.heights[index] if self.content.is_filled else None, self.style("row"))
            last = self.content.ellipsis and index == len(self.rows) - 1
            number = layout.ELLIPSIS if last else self.layout.serial_start + index
            for column in self.form.columns:
                value = number if column.kind is Kind.SERIAL else cells.get(column.key)
                kind = {Kind.SERIAL: "serial", Kind.COUNT: "number", Kind.TEXT: "text"}.get(column.kind, "cell")
                self.out.put(row, self.layout.columns[column.key], self.style(kind, self.content.is_filled), value)

    def _write_total(self) -> None:
        row = self.layout.total
        self.out.set_row(row, layout.ROW_HEIGHT)
        for column in self.form.columns:
            place = self.layout.columns[column.key]
            if column.kind is Kind.COUNT:
                cells = self.layout.range_of(column.key)  # the rows of data, not the sample
                total = f'=IF(COUNT({cells})=0,"",SUM({cells}))'
                self.out.figure((row, place), total, self.style("total_number"), total_value(self.rows, column.key))
            else:
                self.out.put(row, place, self.style("total"), TOTAL if place == 0 else "")

    def _write_notes(self) -> None:
        left, right = self.layout.note_column, self.layout.last_column
        for index, line in enumerate(self.form.instructions):
            row, text = self.layout.notes + index, line.format(year=self.edition.year)
            self.out.span(row, (left, right), self.style("note"), text)
            self.out.set_row(row, self.layout.note_height(text))
        self.out.put(self.layout.notes, left - 1, self.style("note_label"), INSTRUCTIONS)

    def _self_check(self) -> None:
        """The self-check right of the form, the word that a faulty form prints, and the bar on top that sums it up."""
        own, check, beside = self.layout, self.check, self.layout.check_column
        self.out.span(own.heading, (beside, beside), self.style("check_heading"), SELF_CHECK, rows=2)
        whole = {layout.HEADER_ROW: check.header(), own.total: check.total(), own.absent: check.absent()}
        last, numbers = check.row(_LAST_ROW - 1), range(own.first, own.last + 1)
        # A row's formula takes long, and differs from another's by the row's number alone, but for last year's figures.
        rows = {row: check.row(row) if own.past else last.replace(str(_LAST_ROW), str(row + 1)) for row in numbers}
        for row, formula in (rows | {row: formula for row, formula in whole.items() if formula}).items():
            self.out.figure((row, beside), formula, self.style("check"), None)
        place, failed, bar = (layout.KEY_ROW, own.last_column), self.style("failed"), self.style("bar")
        if self.content.standing == DRAFT:
            self.out.put(*place, failed, DRAFT)
        else:
            self.out.figure(place, check.printed(), failed, self.content.standing)
        begun = any(cells.keys() - {self.form.region.key} for cells in self.rows)
        self.out.span(layout.BAR_ROW, (0, own.last_column), bar, None)
        self.out.figure((layout.BAR_ROW, 0), check.bar(), bar, "" if begun else check.advice())

    def _last_year(self, last_year: LastYear) -> None:
        """Last year's figures beside the form: neither printed nor read back, which `LAST_YEAR_HEADING` tells the reader."""
        own, top = self.layout, self.layout.heading
        heading, look = self.style("past_heading"), self.style("past")
        of_year = f"：{last_year.year}年度" if last_year.year else ""
        left, right = min(own.past.values()), max(own.past.values())
        self.out.span(top, (left, right), heading, LAST_YEAR_HEADING + of_year)
        for key, place in own.past.items():
            self.out.set_column(place, place, own.past_width)
            self.out.put(top + 1, place, heading, broken(self.form.by_key[key].label, own.past_width))
        for row, cells in enumerate(self.content.rows, own.first):
            figures = last_year.rows.get(str(cells.get(self.form.region.key)))
            for key, place in own.past.items():
                self.out.put(row, place, look, style.cell_content(figures.get(key)) if figures else None)

    def _silence_excel(self) -> None:
        """Keep Excel's green corners off what is meant: open check cells, a mobile as text, a total without sample."""
        first, last, check = self.layout.first, self.layout.last, self.layout.check_column
        header = xl_range(layout.HEADER_ROW, 0, self.layout.heading - 1, self.layout.last_column)
        body = xl_range(first, 0, last, self.layout.last_column)
        total = xl_range(self.layout.total, 0, self.layout.total, self.layout.last_column)
        self.out.ignore_errors(
            {
                "number_stored_as_text": f"{header} {body}",
                "formula_unlocked": xl_range(layout.HEADER_ROW, check, self.layout.absent, check),
                "formula_range": total,
            }
        )


def total_value(rows: Iterable[Mapping[str, object]], key: str) -> int | float | None:
    """The 合计 of a column: texts are passed over, as SUM does; None where there is no figure."""
    figures = [value for row in rows if isinstance(value := row.get(key), int | float)]
    return sum(figures) if figures else None
