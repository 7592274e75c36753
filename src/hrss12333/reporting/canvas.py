"""The workbook on which an audit is drawn: the sender's own, or the official form filled with the sender's data."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hrss12333.filing import Filing, Found, Row, Value, column_letters
from hrss12333.findings import Finding
from hrss12333.forms import Form, Kind, Survey
from hrss12333.reporting import text
from hrss12333.reporting.ooxml.sheets import Position
from hrss12333.reporting.ooxml.workbook import Workbook
from hrss12333.writing import official
from hrss12333.writing.official_layout import Layout
from hrss12333.writing.text import shown, width

Places = dict[tuple[str, str], tuple[str, Position]]


@dataclass(frozen=True)
class Canvas:
    """A workbook to be annotated, and where in it the cells of the sender's file stand."""

    book: Workbook
    lacks: list[str] = field(default_factory=list)
    """What of the sender's file it does not hold; Chinese."""
    moved: Mapping[tuple[str, str], tuple[str, Position]] | None = None
    """(sheet, cell) of the sender's file → sheet and cell here; None where they are the same."""

    def find(self, sheet: str, cell: str) -> tuple[str, Position] | None:
        """Where a cell of the sender's file stands here; None where it does not."""
        if self.moved is not None:
            return self.moved.get((sheet, cell))
        position = text.cell_position(cell)
        return (sheet, position) if position != (0, 0) else None

    def sheet_of(self, finding: Finding) -> str:
        """Name of the sheet here that a finding is about; empty for none."""
        return (finding.sheet if self.moved is None else finding.form) or ""


def official_canvas(filing: Filing, survey: Survey, why: str) -> Canvas:
    """The official form with what the file holds, what could not be read as it stood; ``why`` the file itself is not
    used."""
    places: Places = {}
    sheets = [_sheet(form, filing, places) for form in survey.forms if filing.tables_of(form)]
    with tempfile.TemporaryDirectory(prefix="hrss12333-") as folder:
        path = Path(folder) / "form.xlsx"
        official.write_official(path, survey, sheets)
        data = path.read_bytes()
    lack = f"原文件的版式、公式、其他工作表和表外文字（原文件{why}，不能直接在上面批注，已把数据填入统一表样）"
    return Canvas(Workbook(data), [lack], places)


def _sheet(form: Form, filing: Filing, places: Places) -> official.Sheet:
    tables = filing.tables_of(form)
    rows = [(table, row) for table in tables for row in table.rows]
    header: dict[str, Found] = {}
    for table in tables:
        for key, value in table.header.items():
            if header.get(key) is None:
                header[key] = _content(value)
    sheet = official.Sheet(form, header, [_cells(form, row) for _, row in rows])
    longest = max((width(shown(cells.get(form.region.key))) for cells in sheet.rows), default=0)
    layout = Layout(form, len(rows), sheet.sample, sheet.ellipsis, region_width=int(longest))
    for table in tables:
        for key, value in table.header.items():
            slot = layout.slot(key)
            places.update(_at(table.sheet, value, form, (slot.row + 1, slot.left + 1)))
        for key, place in table.headings.items():
            places.setdefault((table.sheet, place.a1), (form.key, (layout.heading + 2, layout.columns[key] + 1)))
        for key, value in table.total.values.items() if table.total else ():
            places.update(_at(table.sheet, value, form, (layout.total + 1, layout.columns[key] + 1)))
    for index, (table, row) in enumerate(rows):
        number = layout.first + index + 1
        places[table.sheet, row.place.a1] = (form.key, (number, layout.columns[form.region.key] + 1))
        for key, heading in table.headings.items():  # blank cells too
            cell = f"{column_letters(heading.column)}{row.place.row}"
            places[table.sheet, cell] = (form.key, (number, layout.columns[key] + 1))
    return sheet


def _at(sheet: str, value: Value, form: Form, to: Position) -> Iterator[tuple[tuple[str, str], tuple[str, Position]]]:
    if value.place:
        yield (sheet, value.place.a1), (form.key, to)


def _content(value: Value) -> Found:
    """What was read, else what stood there."""
    return value.value if value.value is not None else value.found


def _cells(form: Form, row: Row) -> dict[str, Found]:
    return {
        column.key: (row.region if column.kind is Kind.REGION else None) or _content(row.get(column.key))
        for column in form.columns
    }
