"""A sheet that puts down the cells and links of tables as one text each.

XlsxWriter puts them together attribute by attribute and looks into each for signs that need another spelling; of a small
merge that was most of the writing. This leans on how the library works inside: it is used with known versions only (see
`block_rows`), and what it writes is what the library would have written.
"""

from __future__ import annotations

from typing import Any

from xlsxwriter.url import UrlTypes
from xlsxwriter.worksheet import CellBlankTuple, CellFormulaTuple, CellNumberTuple, CellStringTuple

from hrss12333.model.filing import column_letters
from hrss12333.writing.formula_sheet import FormulaSheet, same_in_a_file
from hrss12333.writing.national.links import LINK_SIGN, SEE_ROWS
from hrss12333.writing.workbook import OWN_ROW


class _StyleTexts(dict[Any, str]):
    """A format → the attribute of its cells; formats are numbered in the order in which they are asked for here."""

    def __missing__(self, look: Any) -> str:
        self[look] = f' s="{look._get_xf_index()}"'
        return self[look]


class QuickSheet(FormulaSheet):
    """A worksheet that does for its tables only what they need."""

    dim_rowmin: int
    dim_rowmax: int
    rel_count: int

    def __init__(self) -> None:
        super().__init__()
        self._style_texts = _StyleTexts({None: ""})
        self._formulas: dict[str, str | None] = {}
        """Formula of a column → how it stands in the file; None where only the library knows."""

    def figure(self, row: int, column: int, formula: str, look: Any, value: float | str, link: str | None) -> None:
        """See `Rows`: what the formulas of a column have in common is looked through once."""
        if formula not in self._formulas:
            self._formulas[formula] = formula.removeprefix("=") if same_in_a_file(formula) else None
        known, own_row = self._formulas[formula], str(row + 1)
        if known is None:
            self.write_formula(row, column, formula.replace(OWN_ROW, own_row), look, value)
        else:
            self._check_dimensions(row, column)
            self.table[row][column] = CellFormulaTuple(known.replace(OWN_ROW, own_row), look, value)
        if link:
            self.str_table._get_shared_string_index(LINK_SIGN)  # counted, though the formula takes its place
            self.hlink_count += 1
            place = self._escape_attributes(link.removeprefix("internal:"))
            self.hyperlinks[row][column] = f'location="{place}" tooltip="{SEE_ROWS}" display="{LINK_SIGN}"'

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind, look = type(cell), cell.format
        if look is None:  # its row or column may have one
            super()._write_cell(row, col, cell)
            return
        start = f'<c r="{column_letters(col + 1)}{row + 1}"{self._style_texts[look]}'
        if kind is CellFormulaTuple and (cell.value == "" or type(cell.value) in (int, float)):
            self.fh.write(f"{start}><f>{self._escape_data(cell.formula)}</f><v>{cell.value}</v></c>")
        elif kind is CellStringTuple:
            self.fh.write(f'{start} t="s"><v>{cell.string}</v></c>')
        elif kind is CellNumberTuple:
            self.fh.write(f"{start}><v>{cell.number:.16G}</v></c>")
        elif kind is CellBlankTuple:
            self.fh.write(f"{start}/>")
        else:
            super()._write_cell(row, col, cell)

    def _calculate_spans(self) -> None:
        """The columns that each sixteen rows fill, without a look at every cell."""
        ends: dict[int, list[int]] = {}
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            filled = [*self.table.get(row, ()), *self.comments.get(row, ())]
            if filled:
                ends.setdefault(row // 16, []).extend((min(filled), max(filled)))
        self.row_spans = {group: f"{min(found) + 1}:{max(found) + 1}" for group, found in ends.items()}

    def _write_hyperlinks(self) -> None:
        places = sorted((row, column) for row, found in self.hyperlinks.items() for column in found)
        if not places:
            return
        self._xml_start_tag("hyperlinks")
        for row, column in places:
            target = self.hyperlinks[row][column]
            if isinstance(target, str):
                self.fh.write(f'<hyperlink ref="{column_letters(column + 1)}{row + 1}" {target}/>')
            elif target._link_type is UrlTypes.INTERNAL:
                self._write_hyperlink_internal(row, column, target)
            else:
                self.rel_count += 1
                self._write_hyperlink_external(row, column, self.rel_count, target)
                self.external_hyper_links.append(["/hyperlink", target._target(), "External"])
        self._xml_end_tag("hyperlinks")
