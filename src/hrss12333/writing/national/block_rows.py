"""Sheets whose plain cells, figures and links are prepared as text.

XlsxWriter makes an object of every cell, puts links together attribute by attribute and looks into each for signs that
need another spelling: of a large merge that is most of the work. Its worksheet class can be exchanged; this one writes
its own cells and links as text. It leans on how the library works inside, whose version is therefore pinned; tests hold
it against the library's ordinary way, cell by cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import xlsxwriter.worksheet as library
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from hrss12333.survey.schema import LARGEST_EXACT
from hrss12333.writing.workbook import OWN_ROW, FormulaSheet

OPEN_FILE, SEE_ROWS = "打开来源文件", "单击查看来源"
CellContent = str | float | None
"""The content of a cell; None is a blank one with a format."""
LookAndContent = tuple[Any, CellContent]
"""The format of a cell, or None, and its content; None for both is no cell at all."""
_SHARED = ' t="s"'
"""Marks a cell whose text is one of those that all sheets share."""
_letters = cache(xl_col_to_name)


class TableSheet(FormulaSheet):
    """A worksheet that is filled by the cell, by the row, by the figure, and by the link."""

    dim_rowmin: int
    dim_rowmax: int
    rel_count: int

    def __init__(self) -> None:
        super().__init__()
        self._style = cache(lambda look: "" if look is None else f' s="{look._get_xf_index()}"')
        """A format → the attribute of its cells; formats are numbered in the order in which they are asked for here."""
        self._spelt = cache(lambda formula: self._escape_data(formula.removeprefix("=")))
        """The formula of a column → how it is in the file."""
        self._relations: dict[str, int] = {}
        """Address of a file → the number of the relation by which all links of the sheet lead to it."""

    def put(self, row: int, column: int, look: Any, content: CellContent) -> None:
        """Write a plain cell; a blank one for an empty text."""
        self._check_dimensions(row, column)
        if cell := self._prepared(look, None if content == "" else content):
            self.table[row][column] = cell

    def add(self, row: int, cells: Sequence[LookAndContent]) -> None:
        """Write a row of plain cells from column A on."""
        self._check_dimensions(row, 0)
        self._check_dimensions(row, len(cells) - 1)
        prepared = [self._prepared(look, content) for look, content in cells]
        self.table[row] = {column: cell for column, cell in enumerate(prepared) if cell}

    def figure(
        self, place: tuple[int, int], formula: str, look: Any, value: float | None, link: str | None = None
    ) -> None:
        """Write a formula, with `OWN_ROW` where it names its row, and its value (blank where there is none), into a cell (its
        row and column) that may lead to where the figure comes from, on a sheet of the workbook."""
        row, column = place
        spelt, held = self._spelt(formula).replace(OWN_ROW, str(row + 1)), "" if value is None else value
        self._check_dimensions(row, column)
        self.table[row][column] = f"{self._style(look)}><f>{spelt}</f><v>{held}</v></c>"
        if link and value is not None:
            self.hyperlinks[row][column] = f'" location="{link.removeprefix("internal:")}" tooltip="{SEE_ROWS}"'

    def link(self, rows: range, column: int, url: str) -> None:
        """Hyperlink a column's cells in these rows to a file, by one link over all of them."""
        if url not in self._relations:
            self.rel_count += 1
            self._relations[url] = self.rel_count
            self.external_hyper_links.append(["/hyperlink", library.Url(url)._target(), "External"])
        to = f":{_letters(column)}{rows.stop}" if len(rows) > 1 else ""
        self.hyperlinks[rows.start][column] = f'{to}" r:id="rId{self._relations[url]}" tooltip="{OPEN_FILE}"'

    def _prepared(self, look: Any, content: CellContent) -> str:
        """The text of a cell behind its address; empty where there is no cell."""
        style = self._style(look)
        if type(content) is int and -LARGEST_EXACT < content < LARGEST_EXACT:
            return f"{style}><v>{content}</v></c>"
        if isinstance(content, str):
            return f"{style}{_SHARED}><v>{self.str_table._get_shared_string_index(content)}</v></c>"
        if content is None:
            return f"{style}/>" if style else ""
        return f"{style}><v>{content:.16G}</v></c>"

    def _write_rows(self) -> None:
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            cells, about = self.table.get(row), self.row_info.get(row)
            if not cells:
                if about is not None:
                    self._write_empty_row(row, None, about)
                continue
            self._write_row(row, None, about)
            for column, cell in sorted(cells.items()):
                if type(cell) is str:
                    self.fh.write(f'<c r="{_letters(column)}{row + 1}"{cell}')
                else:
                    self._write_cell(row, column, cell)
            self._xml_end_tag("row")

    def _write_hyperlinks(self) -> None:
        if self.hyperlinks:
            self._xml_start_tag("hyperlinks")
            for row, links in sorted(self.hyperlinks.items()):
                for column, target in sorted(links.items()):
                    self.fh.write(f'<hyperlink ref="{xl_rowcol_to_cell(row, column)}{target}/>')
            self._xml_end_tag("hyperlinks")
