"""The workbook on which an audit is drawn: the sender's own, or the official form filled with the sender's data."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field
from openpyxl import Workbook

from hrss12333.model.errors import JobStop, in_words
from hrss12333.model.filing import Filing, Place
from hrss12333.model.finding import Finding
from hrss12333.reporting.annotated.original_workbook import open_workbook
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.schema import Form
from hrss12333.writing.official import workbook as official
from hrss12333.writing.official.filled import headers_of, written_header, written_row
from hrss12333.writing.official.sheet import layout_of
from hrss12333.writing.target import scratch_folder


class WorkingCopy(Struct, frozen=True):
    """A workbook to be annotated, and where in it the cells of the sender's file stand."""

    book: Workbook
    lacks: list[str] = field(default_factory=list)
    """What of the sender's file it does not hold; Chinese."""
    moved: Mapping[Place, Place] | None = None
    """Where each cell of the sender's file stands here; None where they are the same."""

    def find(self, place: Place | None) -> Place | None:
        """Where a cell of the sender's file stands here; None where it does not."""
        there = place if self.moved is None or place is None else self.moved.get(place)
        return there if there and there.sheet in self.sheets else None

    @property
    def sheets(self) -> set[str]:
        """Names of the worksheets."""
        return {page.title for page in self.book.worksheets}

    def sheet_of(self, finding: Finding) -> str:
        """Name of the sheet here that a finding is about; empty for none."""
        return (finding.sheet if self.moved is None else finding.form) or ""


def copy_of_original(data: bytes) -> WorkingCopy:
    """The sender's own workbook.

    Raises:
        EditError: where it cannot be annotated.
    """
    return WorkingCopy(*open_workbook(data))


def copy_on_official_form(filing: Filing, edition: Edition, why: str) -> WorkingCopy:
    """The official form with what the file holds, what could not be read as it stood; ``why`` the file itself is not
    used."""
    moved: dict[Place, Place] = {}
    sheets = [_sheet(edition, form, filing, moved) for form in edition.forms if filing.tables_of(form)]
    with scratch_folder() as folder:
        path = folder / "form.xlsx"
        try:
            official.write_official(path, edition, sheets)
        except OSError as error:
            raise JobStop(f"无法写入临时文件夹：{in_words(error)}。") from error
        book, _ = open_workbook(path.read_bytes(), ours=True)
    lack = f"原文件的版式、公式、其他工作表和表外文字（原文件{why}，不能直接在上面批注，已把数据填入统一表样）"
    return WorkingCopy(book, [lack], moved)


def _sheet(edition: Edition, form: Form, filing: Filing, moved: dict[Place, Place]) -> official.Sheet:
    tables = filing.tables_of(form)
    rows = [(table, row) for table in tables for row in table.rows]
    header = written_header(headers_of(tables)[form.key])
    sheet = official.Sheet(form, header, [written_row(form, row) for _, row in rows])
    layout = layout_of(sheet, edition.forms)

    def there(row: int, column: int) -> Place:
        """A cell of the layout, which counts from 0."""
        return Place(form.key, row + 1, column + 1)

    for table in tables:
        for key, value in table.header.items():
            slot = layout.slot(key)
            if value.place:
                moved[value.place] = there(slot.row, slot.left)
        for key, place in table.headings.items():
            moved.setdefault(place, there(layout.heading + 1, layout.columns[key]))
        for key, value in table.total.values.items() if table.total else ():
            if value.place:
                moved[value.place] = there(layout.total, layout.columns[key])
    for index, (table, row) in enumerate(rows):
        number = layout.first + index
        moved[row.place] = there(number, layout.columns[form.region.key])
        for key, heading in table.headings.items():  # blank cells too
            moved[Place(table.sheet, row.place.row, heading.column)] = there(number, layout.columns[key])
    return sheet
