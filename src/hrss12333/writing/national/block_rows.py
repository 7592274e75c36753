"""Sheets that take figures and many rows of plain cells, written as prepared text.

XlsxWriter makes an object of every cell, puts links together attribute by attribute and looks into each for signs that
need another spelling: of a large merge that is most of the work. Its worksheet class can be exchanged; this one takes
whole rows as text, and figures and links as one text each. It leans on how the library works inside, whose version is
therefore pinned; tests hold it against the library's ordinary way, cell by cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import xlsxwriter.worksheet as library

from hrss12333.model.filing import column_letters
from hrss12333.survey.schema import LARGEST_EXACT
from hrss12333.writing.workbook import OWN_ROW, FormulaSheet

OPEN_FILE, SEE_ROWS = "打开来源文件", "单击查看来源"
CellContent = str | float | None
"""The content of a cell; None is a blank one with a format."""
ReadyCell = Any
"""A cell as `TableSheet.cell` prepares it: the same one may be added many times, anywhere."""
_SHARED = ' t="s"'
"""Marks a cell whose text is one of those that all sheets share."""


@cache
def _letters(columns: int) -> tuple[str, ...]:
    return tuple(map(column_letters, range(1, columns + 1)))


class TableSheet(FormulaSheet):
    """A sheet that takes plain rows, from top to bottom, below all that is written otherwise."""

    dim_colmax: int
    dim_rowmin: int
    dim_rowmax: int
    rel_count: int

    def __init__(self) -> None:
        super().__init__()
        self._style = cache(lambda look: "" if look is None else f' s="{look._get_xf_index()}"')
        """A format → the attribute of its cells; formats are numbered in the order in which they are asked for here."""
        self._spelt = cache(lambda formula: self._escape_data(formula.removeprefix("=")))
        """The formula of a column → how it is in the file."""
        self._block: list[str] = []
        self._block_top: int | None = None
        self._relations: dict[str, int] = {}
        """Address of a file → the number of the relation by which all links of the sheet lead to it."""

    def put(self, row: int, column: int, look: Any, content: CellContent) -> None:
        """A plain cell anywhere, a blank one for an empty text; without a format that is no cell at all."""
        if cell := self.cell(look, None if content == "" else content):
            self.str_table.count += _SHARED in cell
            self._check_dimensions(row, column)
            self.table[row][column] = cell

    def figure(
        self, place: tuple[int, int], look: Any, formula: str, value: float | None, link: str | None = None
    ) -> None:
        """A formula, with `OWN_ROW` where it names its row, and its value (blank where there is none), in a cell (its row
        and column) that may lead to where the figure comes from, on a sheet of the workbook."""
        row, column = place
        spelt, held = self._spelt(formula).replace(OWN_ROW, str(row + 1)), "" if value is None else value
        self._check_dimensions(row, column)
        self.table[row][column] = f"{self._style(look)}><f>{spelt}</f><v>{held}</v></c>"
        if link and value is not None:
            self.hyperlinks[row][column] = f'" location="{link.removeprefix("internal:")}" tooltip="{SEE_ROWS}"'

    def cell(self, look: Any, content: CellContent) -> ReadyCell:
        """A cell with this format, or None, and content; None without a format is no cell at all."""
        style = self._style(look)
        if type(content) is int and -LARGEST_EXACT < content < LARGEST_EXACT:
            return f"{style}><v>{content}</v></c>"
        if isinstance(content, str):
            index = self.str_table._get_shared_string_index(content)
            self.str_table.count -= 1  # each row that holds it counts it
            return f"{style}{_SHARED}><v>{index}</v></c>"
        if content is None:
            return f"{style}/>" if style else ""
        return f"{style}><v>{content:.16G}</v></c>"

    def add(self, row: int, cells: Sequence[ReadyCell]) -> None:
        """Cells from column A on."""
        if self._block_top is None:
            self._block_top = row
            self._check_dimensions(row, 0)
        self.dim_rowmax, self.dim_colmax = row, max(self.dim_colmax, len(cells) - 1)
        number = str(row + 1)
        filled = [f'<c r="{at}{number}"{cell}' for at, cell in zip(_letters(len(cells)), cells, strict=True) if cell]
        text = f'<row r="{number}">{"".join(filled)}</row>'
        self.str_table.count += text.count(_SHARED)
        self._block.append(text)

    def link(self, rows: range, column: int, url: str) -> None:
        """Lead from a column's cells in these rows to a file: one link lies over all of them."""
        if url not in self._relations:
            self.rel_count += 1
            self._relations[url] = self.rel_count
            self.external_hyper_links.append(["/hyperlink", library.Url(url)._target(), "External"])
        to = f":{column_letters(column + 1)}{rows.stop}" if len(rows) > 1 else ""
        self.hyperlinks[rows.start][column] = f'{to}" r:id="rId{self._relations[url]}" tooltip="{OPEN_FILE}"'

    def _write_rows(self) -> None:
        last = self.dim_rowmax if self._block_top is None else self._block_top - 1
        for row in range(self.dim_rowmin, last + 1):
            cells, about = self.table.get(row), self.row_info.get(row)
            if cells:
                self._write_row(row, None, about)
                letters, number = _letters(max(cells) + 1), row + 1
                for column, cell in sorted(cells.items()):
                    if type(cell) is str:  # as `put` or `figure` put it down
                        self.fh.write(f'<c r="{letters[column]}{number}"{cell}')
                    else:
                        self._write_cell(row, column, cell)
                self._xml_end_tag("row")
            elif about is not None:
                self._write_empty_row(row, None, about)
        self.fh.writelines(self._block)
        self._block.clear()

    def _write_hyperlinks(self) -> None:
        if self.hyperlinks:
            self._xml_start_tag("hyperlinks")
            for row, links in sorted(self.hyperlinks.items()):
                for column, target in sorted(links.items()):  # as `figure` or `link` put it down
                    self.fh.write(f'<hyperlink ref="{column_letters(column + 1)}{row + 1}{target}/>')
            self._xml_end_tag("hyperlinks")
