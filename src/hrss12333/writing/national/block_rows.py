"""Many rows of plain cells on their way into a sheet, fast where the writing library is known, the ordinary way elsewhere.

XlsxWriter makes an object of every cell and takes its time over each: of a large merge that is most of the work. Its
worksheet class can be exchanged, so `BlockSheet` takes whole rows as prepared text and writes them where the ordinary
way would have written them. It leans on how the library works inside; with a version that it does not know, `rows_of`
gives the ordinary way, and the result is the same cell by cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

from hrss12333.model.filing import column_letters
from hrss12333.writing.national.links import LINK_SIGN, OPEN_FILE, SEE_ROWS
from hrss12333.writing.workbook import OWN_ROW

KNOWN = ("3.3.",)
"""How the versions of XlsxWriter begin that `BlockSheet` was tried with."""
Content = str | float | None
"""What stands in a cell; None is a blank one with a format."""
Cell = Any
"""A cell as `Rows.cell` prepares it: the same one may be added many times, wherever it stands."""
_LARGEST_EXACT = 10**15
_SHARED = ' t="s"'
"""Marks a cell whose text is one of those that all sheets share."""
_HELD = 2_000
"""Rows of a sheet that are held before they are put down."""


class Rows(Protocol):
    """A sheet that takes plain rows, from top to bottom, below all that is written otherwise."""

    def cell(self, look: Any, content: Content) -> Cell:
        """A cell with this format, or None, and content; None without a format is no cell at all."""

    def add(self, row: int, cells: Sequence[Cell], level: int = 0, height: float | None = None) -> None:
        """Cells from column A on; ``level`` is the row's level in the outline, ``height`` in points."""

    def link(self, first: int, last: int, column: int, url: str, text: str, look: Any) -> None:
        """Lead from a column's cells, which hold ``text`` in these rows, to a file."""

    def figure(self, row: int, column: int, formula: str, look: Any, value: float | str, link: str | None) -> None:
        """A formula, with `OWN_ROW` where it names its row, and its value; it may lead to other cells of the workbook."""


class OrdinaryRows:
    """Every cell by a call of its own."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet

    def cell(self, look: Any, content: Content) -> Cell:
        """See `Rows`."""
        return look, content

    def add(self, row: int, cells: Sequence[Cell], level: int = 0, height: float | None = None) -> None:
        """See `Rows`."""
        for column, (look, content) in enumerate(cells):
            if content is None:
                if look is not None:
                    self._sheet.write_blank(row, column, None, look)
            elif isinstance(content, str):
                self._sheet.write_string(row, column, content, look)
            else:
                self._sheet.write_number(row, column, content, look)
        if level or height is not None:
            self._sheet.set_row(row, height, None, {"level": level})

    def link(self, first: int, last: int, column: int, url: str, text: str, look: Any) -> None:
        """See `Rows`."""
        for row in range(first, last + 1):
            self._sheet.write_url(row, column, url, look, text, OPEN_FILE)

    def figure(self, row: int, column: int, formula: str, look: Any, value: float | str, link: str | None) -> None:
        """See `Rows`."""
        if link:
            self._sheet.write_url(row, column, link, look, LINK_SIGN, SEE_ROWS)
        self._sheet.write_formula(row, column, formula.replace(OWN_ROW, str(row + 1)), look, value)


@cache
def sheet_class() -> Any:
    """The class of sheets that take rows as a block; None where this version of the library is not known."""
    from shutil import copyfileobj
    from tempfile import TemporaryFile

    import xlsxwriter
    from xlsxwriter.url import Url

    if not xlsxwriter.__version__.startswith(KNOWN):
        return None
    from hrss12333.writing.national.quick_sheet import QuickSheet

    class BlockSheet(QuickSheet):
        """A worksheet whose last rows are prepared text."""

        dim_rowmax: int
        outline_row_level: int

        def __init__(self) -> None:
            super().__init__()
            self._block: list[str] = []
            self._laid_down: Any = None
            self._block_top: int | None = None
            self._link_ends: dict[tuple[int, int], int] = {}
            self._letters: list[str] = []
            self._targets: dict[tuple[str, str], Any] = {}

        def cell(self, look: Any, content: Content) -> Cell:
            """See `Rows`: what stands behind the cell's place."""
            style = self._style_texts[look]
            if isinstance(content, int) and -_LARGEST_EXACT < content < _LARGEST_EXACT:
                return f"{style}><v>{content}</v></c>"
            if isinstance(content, str):
                index = self.str_table._get_shared_string_index(content)
                self.str_table.count -= 1  # counted with each row
                return f"{style}{_SHARED}><v>{index}</v></c>"
            if content is None:
                return f"{style}/>" if style else ""
            return f"{style}><v>{content:.16G}</v></c>"

        def add(self, row: int, cells: Sequence[Cell], level: int = 0, height: float | None = None) -> None:
            """See `Rows`."""
            if self._block_top is None:
                self._block_top = row
                self._check_dimensions(row, 0)
            while len(self._letters) < len(cells):
                self._letters.append(column_letters(len(self._letters) + 1))
            self._check_dimensions(row, len(cells) - 1)
            number, places = str(row + 1), zip(self._letters, cells, strict=False)
            self.outline_row_level = max(self.outline_row_level, level)
            high = "" if height is None else f' ht="{_points(height):.16g}" customHeight="1"'
            start = f'<row r="{number}"{high} outlineLevel="{level}">' if level else f'<row r="{number}"{high}>'
            text = "".join([f'<c r="{letters}{number}"{cell}' for letters, cell in places if cell])
            self.str_table.count += text.count(_SHARED)
            self._block.append(f"{start}{text}</row>")
            if len(self._block) >= _HELD:
                self._lay_down()

        def _lay_down(self) -> None:
            """Rows that are done wait on the disk, beside the library's own parts: together they are large."""
            if self._laid_down is None:
                self._laid_down = TemporaryFile("w+", encoding="utf-8", newline="", dir=self.tmpdir)  # noqa: SIM115  until `_write_rows`
            self._laid_down.writelines(self._block)
            self._block.clear()

        def link(self, first: int, last: int, column: int, url: str, text: str, look: Any) -> None:
            """See `Rows`: one link over all the rows, whose cells hold the text already."""
            self.hlink_count += 1
            if (url, text) not in self._targets:
                target = self._targets[url, text] = Url(url)
                target._text, target.tip = text, OPEN_FILE
            self.hyperlinks[first][column] = self._targets[url, text]
            self._link_ends[first, column] = last

        def _write_rows(self) -> None:
            if self._block_top is None:
                super()._write_rows()
                return
            last = self.dim_rowmax
            self.dim_rowmax = self._block_top - 1
            super()._write_rows()
            self.dim_rowmax = last
            if self._laid_down:
                with self._laid_down as rows:
                    rows.seek(0)
                    copyfileobj(rows, self.fh)
            self.fh.writelines(self._block)
            self._block.clear()

        def _write_hyperlink_external(self, row: int, col: int, id_num: int, url: Any) -> None:
            last = self._link_ends.get((row, col))
            if last is None:
                super()._write_hyperlink_external(row, col, id_num, url)
            else:
                letters = column_letters(col + 1)
                ref = f"{letters}{row + 1}" + (f":{letters}{last + 1}" if last > row else "")
                self.fh.write(f'<hyperlink ref="{ref}" r:id="rId{id_num}" tooltip="{OPEN_FILE}"/>')

    return BlockSheet


def rows_of(sheet: Any) -> Rows:
    """The fastest way to add rows to a sheet."""
    known = sheet_class()
    return sheet if known is not None and isinstance(sheet, known) else OrdinaryRows(sheet)


def _points(height: float) -> float:
    """A height as the library keeps it, in whole pixels."""
    return int(height * 4 / 3 + 0.5) * 0.75
