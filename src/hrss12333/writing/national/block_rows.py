"""Sheets that take figures and many rows of plain cells: fast where the writing library is known, else its ordinary way.

XlsxWriter makes an object of every cell, puts links together attribute by attribute and looks into each for signs that need
another spelling: of a large merge that is most of the work. Its worksheet class can be exchanged, so `QuickSheet` takes
whole rows as prepared text and puts down figures and links as one text each. It leans on how the library works inside; with
a version that it does not know `sheet_class` gives `TableSheet`, and the result is the same cell by cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import xlsxwriter
import xlsxwriter.worksheet as library

from hrss12333.model.filing import column_letters
from hrss12333.survey.schema import LARGEST_EXACT
from hrss12333.writing.workbook import OWN_ROW, FormulaSheet

KNOWN = ("3.3.",)
"""How the versions of XlsxWriter begin that `QuickSheet` was tried with."""
OPEN_FILE, SEE_ROWS = "打开来源文件", "单击查看来源"
LINK_SIGN = "-"
"""The text of a link whose cell shows a figure instead."""
CellContent = str | float | None
"""What is in a cell; None is a blank one with a format."""
ReadyCell = Any
"""A cell as `TableSheet.cell` prepares it: the same one may be added many times, wherever it stands."""
_SHARED = ' t="s"'
"""Marks a cell whose text is one of those that all sheets share."""
_SPELT_OTHERWISE = frozenset('&<>"\n')
"""Signs that an attribute cannot hold as they are."""


def sheet_class() -> type[TableSheet]:
    """The class of sheets for this version of the library."""
    return QuickSheet if xlsxwriter.__version__.startswith(KNOWN) else TableSheet


class TableSheet(FormulaSheet):
    """A sheet that takes plain rows, from top to bottom, below all that is written otherwise: every cell by a call of its
    own."""

    def _write_header_footer(self) -> None:
        """The footer on every page, the header on all but the first."""
        self._xml_start_tag("headerFooter", [("differentFirst", 1), ("scaleWithDoc", 0)])
        for tag, text in (("oddHeader", self.header), ("oddFooter", self.footer), ("firstFooter", self.footer)):
            self._xml_data_element(tag, text)
        self._xml_end_tag("headerFooter")

    def cell(self, look: Any, content: CellContent) -> ReadyCell:
        """A cell with this format, or None, and content; None without a format is no cell at all."""
        return look, content

    def put(self, row: int, column: int, look: Any, content: CellContent) -> None:
        """A plain cell anywhere."""
        if isinstance(content, str):
            self.write_string(row, column, content, look)
        elif content is not None:
            self.write_number(row, column, content, look)
        elif look is not None:
            self.write_blank(row, column, None, look)

    def add(self, row: int, cells: Sequence[ReadyCell]) -> None:
        """Cells from column A on."""
        for column, cell in enumerate(cells):
            self.put(row, column, *cell)

    def link(self, rows: range, column: int, url: str, text: str, look: Any) -> None:
        """Lead from a column's cells, which hold ``text`` in these rows, to a file."""
        for row in rows:
            self.write_url(row, column, url, look, text, OPEN_FILE)

    def figure(
        self, place: tuple[int, int], look: Any, formula: str, value: float | str | None, link: str | None = None
    ) -> None:
        """A formula, with `OWN_ROW` where it names its row, and its value (blank where there is none), in a cell (its row
        and column) that may lead to where the figure comes from."""
        if link:
            self.write_url(*place, link, look, LINK_SIGN, SEE_ROWS)
        formula = formula.replace(OWN_ROW, str(place[0] + 1))
        self.write_formula(*place, formula, look, "" if value is None else value)


class QuickSheet(TableSheet):
    """One that does for its tables only what they need; its last rows are prepared text."""

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
        self._has_links = False
        """Whether a figure leads anywhere."""
        self._block: list[str] = []
        self._block_top: int | None = None
        self._pattern = cache(self._row_pattern)
        self._relations: dict[str, int] = {}
        """Address of a file → the number of the relation by which all links of the sheet lead to it."""

    def figure(
        self, place: tuple[int, int], look: Any, formula: str, value: float | str | None, link: str | None = None
    ) -> None:
        """Write a formula with its value; what the formulas of a column have in common is looked through once."""
        row, column = place
        own_row, kind = str(row + 1), type(value)
        value = "" if value is None else value
        if look is None or not (kind is int or kind is float or value == ""):
            self.write_formula(row, column, formula.replace(OWN_ROW, own_row), look, value)
        else:
            self._check_dimensions(row, column)
            self.table[row][column] = (
                look,
                f"><f>{self._spelt(formula).replace(OWN_ROW, own_row)}</f><v>{value}</v></c>",
            )
        if link:
            if not self._has_links:
                self.str_table._get_shared_string_index(LINK_SIGN)
                self.str_table.count -= 1
            self._has_links = True
            self.str_table.count += 1  # though the formula takes its place
            self.hlink_count += 1
            to = link.removeprefix("internal:")
            if not _SPELT_OTHERWISE.isdisjoint(to):
                to = self._escape_attributes(to)
            self.hyperlinks[row][column] = f'" location="{to}" tooltip="{SEE_ROWS}" display="{LINK_SIGN}"'

    def cell(self, look: Any, content: str | float | None) -> str:
        """A cell's XML behind its place."""
        style = self._style(look)
        if type(content) is int and -LARGEST_EXACT < content < LARGEST_EXACT:
            return f"{style}><v>{content}</v></c>"
        if isinstance(content, str):
            index = self.str_table._get_shared_string_index(content)
            self.str_table.count -= 1  # counted with each row
            return f"{style}{_SHARED}><v>{index}</v></c>"
        if content is None:
            return f"{style}/>" if style else ""
        return f"{style}><v>{content:.16G}</v></c>"

    def add(self, row: int, cells: Sequence[str]) -> None:
        """Write a row of prepared cells."""
        if self._block_top is None:
            self._block_top = row
            self._check_dimensions(row, 0)
        filled: tuple[int, ...] = ()
        if "" in cells:
            filled = tuple([column for column, cell in enumerate(cells) if cell])
        pattern = self._pattern(len(cells), filled)
        if filled:
            cells = [cells[column] for column in filled]
        self.dim_rowmax = row
        gaps = [str(row + 1)] * (2 * len(cells) + 1)
        gaps[2::2] = cells
        text = pattern % tuple(gaps)
        self.str_table.count += text.count(_SHARED)
        self._block.append(text)

    def _row_pattern(self, cells: int, filled: Sequence[int]) -> str:
        """A row of so many cells, of which these are there where not all are, as a text with gaps: for its own number and,
        each behind that once more, its cells."""
        self.dim_colmax = max(self.dim_colmax, cells - 1)
        places = [f'<c r="{column_letters(column + 1)}%s"%s' for column in filled or range(cells)]
        return f'<row r="%s">{"".join(places)}</row>'

    def link(self, rows: range, column: int, url: str, text: str, look: Any) -> None:
        """Lay one link over all the rows, whose cells hold the text already."""
        self.hlink_count += 1
        if url not in self._relations:
            self.rel_count += 1
            self._relations[url] = self.rel_count
            self.external_hyper_links.append(["/hyperlink", library.Url(url)._target(), "External"])
        to = f":{column_letters(column + 1)}{rows.stop}" if len(rows) > 1 else ""
        self.hyperlinks[rows.start][column] = f'{to}" r:id="rId{self._relations[url]}" tooltip="{OPEN_FILE}"'

    def _write_rows(self) -> None:
        last = self.dim_rowmax if self._block_top is None else self._block_top - 1
        spans: dict[int, list[int]] = {}
        for row in range(self.dim_rowmin, last + 1):
            if filled := [*self.table.get(row, ()), *self.comments.get(row, ())]:
                spans.setdefault(row // 16, []).extend((min(filled), max(filled)))
        texts = {group: f"{min(found) + 1}:{max(found) + 1}" for group, found in spans.items()}
        for row in range(self.dim_rowmin, last + 1):
            cells, about, span = self.table.get(row), self.row_info.get(row), texts.get(row // 16)
            if cells:
                self._write_row(row, span, about)
                number, write, style = row + 1, self.fh.write, self._style
                for column in sorted(cells):
                    look, text = self._format_and_text(cells[column])
                    if look is None:  # its row or column may have a format
                        self._write_cell(row, column, cells[column])
                    else:
                        write(f'<c r="{column_letters(column + 1)}{number}"{style(look)}{text}')
                write("</row>")
            elif about is not None or row in self.comments:
                self._write_empty_row(row, span, about)
        self.fh.writelines(self._block)
        self._block.clear()

    @staticmethod
    def _format_and_text(cell: Any) -> tuple[Any, str]:
        """A cell's format and what is behind its place; no format where only the library knows."""
        kind = type(cell)
        if kind is tuple:  # as `figure` put it down
            return cell[0], cell[1]
        if kind is library.CellStringTuple:
            return cell.format, f"{_SHARED}><v>{cell.string}</v></c>"
        if kind is library.CellNumberTuple:
            return cell.format, f"><v>{cell.number:.16G}</v></c>"
        return (cell.format, "/>") if kind is library.CellBlankTuple else (None, "")

    def _write_hyperlinks(self) -> None:
        if not any(self.hyperlinks.values()):
            return
        self._xml_start_tag("hyperlinks")
        for row in sorted(self.hyperlinks):
            for column, target in sorted(self.hyperlinks[row].items()):
                if type(target) is str:  # as `figure` or `link` put it down
                    self.fh.write(f'<hyperlink ref="{column_letters(column + 1)}{row + 1}{target}/>')
                elif target._link_type is library.UrlTypes.INTERNAL:
                    self._write_hyperlink_internal(row, column, target)
                else:
                    self.rel_count += 1
                    self._write_hyperlink_external(row, column, self.rel_count, target)
                    self.external_hyper_links.append(["/hyperlink", target._target(), "External"])
        self._xml_end_tag("hyperlinks")
