"""One sheet of the official form: what it holds (`FormContent`), and how it is written from top to bottom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, field
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from hrss12333.model.document_marks import GENERATOR
from hrss12333.model.filing import Found
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.frame import INSTRUCTIONS, SAMPLE, SELF_CHECK, SELF_CHECK_LIST, TOTAL
from hrss12333.survey.schema import Column, Form, Kind, Scalar
from hrss12333.wording.values import found_text
from hrss12333.writing.official.fault_list import FaultList
from hrss12333.writing.official.formulas import FormValue, RowValues
from hrss12333.writing.official.last_year import LastYear, write_last_year
from hrss12333.writing.official.layout import (
    BAR,
    ELLIPSIS,
    HEADER_HEIGHT,
    HEADER_TOP,
    KEY,
    KEY_HEIGHT,
    TITLE,
    TITLE_HEIGHT,
    Layout,
    fit,
    lay_on_paper,
)
from hrss12333.writing.official.names import names_for
from hrss12333.writing.official.self_check import SelfCheck, total_formula, total_value
from hrss12333.writing.official.style import PROTECTION, FormStyles, cell_content, set_columns_and_view, write_cell
from hrss12333.writing.official.validation import add_colours, add_validations
from hrss12333.writing.sheet_text import safe, width


class CellWarning(Struct, frozen=True):
    """A cell that a person must look at: filled in a warning colour, the reason in a comment."""

    field: str
    """Field key; a header key where ``row`` is None."""
    reason: str
    """Chinese."""
    row: int | None = None
    """Index into `FormContent.rows`; None for the header."""


class FormContent(Struct, frozen=True):
    """What one form's sheet holds."""

    form: Form
    header: Mapping[str, Found] = field(default_factory=dict)
    """Header key → value; what is absent stays blank."""
    rows: Sequence[Mapping[str, Found]] = ()
    """Filled rows, field key → value (serial numbers are the form's own). True and False are printed as 是 and 否;
    a text stays a text, also where the form wants a number."""
    spare: int = 0
    """Blank numbered rows below them."""
    sample: bool = True
    """Whether the 样例 row is printed; real rows then start at number 2, else at 1."""
    ellipsis: bool = False
    """Whether a …… row is above 合计, where further rows may be inserted."""
    marks: Sequence[CellWarning] = ()
    last_year: LastYear | None = None
    """Last year's figures, to be shown beside the form."""
    expected: Sequence[str] = ()
    """Regions that the self-check misses where they have no row."""
    sums: bool = True
    """Whether there is a 合计."""


def layout_of(sheet: FormContent, forms: Sequence[Form]) -> Layout:
    """Where everything stands on the sheet, which is as wide as any of these ``forms``."""
    region = sheet.form.region.key
    longest = max((width(found_text(row.get(region))) for row in sheet.rows), default=0)
    # A total needs a row to stand under, even where nothing was sent.
    count = max(1, len(sheet.rows) + sheet.spare)
    whole = max((sum(Layout(form, 1, region_width=int(longest)).widths) for form in forms), default=0.0)
    return Layout(sheet.form, count, sheet.sample, sheet.ellipsis, int(longest), sheet.sums, whole)


class SheetWriter:
    """Writes one sheet, from top to bottom."""

    def __init__(self, worksheet: Any, styles: FormStyles, edition: Edition, sheet: FormContent) -> None:
        self.out, self.style, self.edition, self.sheet, self.form = worksheet, styles.named, edition, sheet, sheet.form
        self.styles = styles
        self.layout = layout_of(sheet, edition.forms)
        self.header = {key: safe(found_text(value)) for key, value in sheet.header.items()}
        blank: dict[str, FormValue] = {}
        filled = [self._written(row) for row in sheet.rows]
        self.rows = filled + [blank] * (self.layout.last - self.layout.first + 1 - len(filled))
        unit = edition.gazetteer.match(self.header["unit"]).unit if self.header.get("unit") else None
        self.names = names_for(edition, unit, sheet.expected)
        self.heights = [self._text_height(cells) for cells in self.rows]
        self.paper = fit(self.layout, self.heights)
        self.check = SelfCheck(self.layout, self.rows, self.header, self.names)
        self.marks = {(mark.row, mark.field): mark.reason for mark in sheet.marks}

    def _written(self, row: Mapping[str, Found]) -> dict[str, FormValue]:
        return {
            column.key: cell_content(row[column.key])
            for column in self.form.columns
            if column.kind is not Kind.SERIAL and row.get(column.key) is not None
        }

    def _text_height(self, cells: RowValues) -> float:
        return self.layout.text_height([(key, value) for key, value in cells.items() if isinstance(value, str)])

    def write(self, *, protect: bool, code: str | None) -> None:
        """Write the whole sheet."""
        set_columns_and_view(self.out, self.layout)
        self._title()
        self._write_header()
        self._headings()
        self._sample()
        self._write_rows()
        self._write_total()
        self._write_notes()
        self._self_check()
        if self.sheet.last_year:
            names = [row.get(self.form.region.key) for row in self.sheet.rows]
            write_last_year(self.out, self.styles, self.layout, self.sheet.last_year, names)
        add_validations(self.out, self.layout, self.names, self.edition, self._past())
        add_colours(self.out, self.layout, self.check.checks, self.styles)
        lay_on_paper(self.out, self.layout, self.paper, code)
        self._silence_excel()
        if protect:
            self.out.protect("", PROTECTION)

    def _span(self, row: int, left: int, right: int, style: Any, bottom: int | None = None) -> None:
        """Give a range its format, merged where it is more than one cell."""
        bottom = row if bottom is None else bottom
        if (row, left) == (bottom, right):
            self.out.write_blank(row, left, None, style)
        else:
            self.out.merge_range(row, left, bottom, right, "", style)

    def _put(self, row: int, column: int, value: FormValue, style: Any) -> None:
        write_cell(self.out, row, column, value, style)

    def _title(self) -> None:
        last = self.layout.last_column
        self._span(KEY, 0, 1, self.style("key"))
        self._put(KEY, 0, self.form.key, self.style("key"))
        self._span(TITLE, 0, last, self.style("title"))
        self._put(TITLE, 0, self.form.title, self.style("title"))
        self.out.set_row(KEY, KEY_HEIGHT)
        self.out.set_row(TITLE, TITLE_HEIGHT)

    def _write_header(self) -> None:
        for row in range(HEADER_TOP, self.layout.heading):
            self.out.set_row(row, HEADER_HEIGHT)
        for slot in self.layout.slots:
            reason = self.marks.get((None, slot.key)) if slot.is_blank else None
            name = "blank" if slot.is_blank else "label" if slot.key else "seal"
            style = self.style(name, reason is not None)
            self._span(slot.row, slot.left, slot.right, style)
            self._put(slot.row, slot.left, self.header.get(slot.key, "") if slot.is_blank else slot.text, style)
            self._comment(slot.row, slot.left, reason)

    def _headings(self) -> None:
        top, style = self.layout.heading, self.style("heading")
        for row, height in zip((top, top + 1), self.layout.heading_heights, strict=True):
            self.out.set_row(row, height)
        for group, columns in self.form.groups:
            left, right = self.layout.columns[columns[0].key], self.layout.columns[columns[-1].key]
            if group:
                self._span(top, left, right, style)
                self._put(top, left, group, style)
                for column in columns:
                    self._put(top + 1, self.layout.columns[column.key], column.heading, style)
            else:
                self._span(top, left, left, style, bottom=top + 1)
                self._put(top, left, columns[0].heading, style)

    def _sample(self) -> None:
        row = self.layout.sample_row
        if row is None:
            return
        self.out.set_row(row, self.paper.row)
        for column in self.form.columns:
            value = SAMPLE if column.kind is Kind.REGION else cell_content(column.sample)
            style = self.style("sample_number" if column.kind is Kind.COUNT else "sample")
            self._put(row, self.layout.columns[column.key], value, style)

    def _write_rows(self) -> None:
        for index, cells in enumerate(self.rows):
            row = self.layout.first + index
            self.out.set_row(row, max(self.paper.row, self.heights[index]), self.style("row"))
            for column in self.form.columns:
                place, reason = self.layout.columns[column.key], self.marks.get((index, column.key))
                style = self.style(_cell_style(column), reason is not None)
                value = self._serial(index) if column.kind is Kind.SERIAL else cells.get(column.key)
                self._put(row, place, value, style)
                self._comment(row, place, reason)

    def _serial(self, index: int) -> int | str:
        last = self.layout.ellipsis and index == len(self.rows) - 1
        return ELLIPSIS if last else self.layout.serial_start + index

    def _past(self) -> list[tuple[int, Mapping[str, Scalar]]]:
        """The rows of which last year's figures are known, and these."""
        known = self.sheet.last_year.rows if self.sheet.last_year else {}
        regions = [str(row.get(self.form.region.key)) for row in self.sheet.rows]
        return [(self.layout.first + at, known[region]) for at, region in enumerate(regions) if region in known]

    def _write_total(self) -> None:
        if not self.layout.sums:
            return
        row = self.layout.total
        self.out.set_row(row, self.paper.row)
        for column in self.form.columns:
            place = self.layout.columns[column.key]
            if column.kind is Kind.COUNT:
                value = total_value(self.rows, column.key)
                self.out.write_formula(
                    row, place, total_formula(self.layout, column.key), self.style("total_number"), value
                )
            else:
                self._put(row, place, TOTAL if place == 0 else "", self.style("total"))

    def _write_notes(self) -> None:
        left, right = self.layout.note_column, self.layout.last_column
        for index, line in enumerate(self.form.instructions):
            row, text = self.layout.notes + index, line.format(year=self.edition.year)
            self._span(row, left, right, self.style("note"))
            self._put(row, left, text, self.style("note"))
            self.out.set_row(row, self.layout.note_height(text))
        self._put(self.layout.notes, left - 1, INSTRUCTIONS, self.style("note_label"))

    def _self_check(self) -> None:
        """The self-check right of the form, the counts beside the title, and the bar on top that sums it up."""
        layout, check, shown = self.layout, self.check, FaultList(self.check)
        for column, heading in ((layout.check_column, SELF_CHECK), (layout.list_column, SELF_CHECK_LIST)):
            self._span(layout.heading, column, column, self.style("check_heading"), bottom=layout.heading + 1)
            self._put(layout.heading, column, heading, self.style("check_heading"))
        for index, value in enumerate(check.verdicts):
            row = layout.first + index
            self._formula(row, layout.check_column, "check", shown.status(index))
            self._formula(row, layout.text_column, "check", (check.text_formula(row), value))
        texts = (
            (layout.notes, check.header_text),
            (layout.total, check.total_text),
            (layout.absent, check.absent_text),
        )
        text_cells = [
            self._formula(row, layout.text_column, "check", formula_and_value) for row, formula_and_value in texts
        ]
        for row in range(layout.first, layout.list_end + 1):
            if row <= layout.absent:
                self._formula(row, layout.count_column, "check", shown.count(row))
            self._formula(row, layout.place_column, "check", shown.place(row))
            self._formula(row, layout.list_column, "fault", shown.line(row))
        counts = ((BAR, "regions"), (KEY, "missing"), (TITLE, "problems"))
        count_cells = [self._formula(row, layout.check_column, name, getattr(check, name)) for row, name in counts]
        self._span(BAR, 0, layout.last_column, self.style("bar"))
        self._formula(BAR, 0, "bar", check.bar(count_cells, text_cells))

    def _formula(self, row: int, column: int, style: str, formula_and_value: tuple[str, int | str]) -> str:
        """Write a formula with its value; returns the cell."""
        formula, value = formula_and_value
        self.out.write_formula(row, column, formula, self.style(style), value)
        return str(xl_rowcol_to_cell(row, column))

    def _comment(self, row: int, column: int, reason: str | None) -> None:
        if reason:
            self.out.write_comment(row, column, safe(reason), {"author": GENERATOR, "x_scale": 2})

    def _silence_excel(self) -> None:
        """Keep Excel's green corners off what is meant: open check cells, a mobile as text, a total without sample."""
        first, last, check = self.layout.first, self.layout.last, self.layout.check_column
        header = xl_range(HEADER_TOP, 0, self.layout.heading - 1, self.layout.last_column)
        body = xl_range(first, 0, last, self.layout.last_column)
        total = xl_range(self.layout.total, 0, self.layout.total, self.layout.last_column)
        self.out.ignore_errors(
            {
                "number_stored_as_text": f"{header} {body}",
                "formula_unlocked": xl_range(first, check, self.layout.list_end, self.layout.list_column),
                "formula_range": total,
            }
        )


def _cell_style(column: Column) -> str:
    if column.kind is Kind.SERIAL:
        return "serial"
    return {Kind.COUNT: "number", Kind.TEXT: "text"}.get(column.kind, "cell")
