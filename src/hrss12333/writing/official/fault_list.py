"""What the self-check shows beside the form: a verdict on each row, and a list that names one fault a line.

A hidden cell beside each row joins all that is wrong with it, and the list takes these texts apart: no office program can be
relied on to let a row grow when a formula's text does.
"""

from __future__ import annotations

from functools import cached_property

from msgspec import Struct
from xlsxwriter.utility import xl_rowcol_to_cell

from hrss12333.writing.official.formulas import filled, trim, trimmed
from hrss12333.writing.official.layout import Layout
from hrss12333.writing.official.self_check import FAILED, ITEMS, LACKING, LONGEST_TEXT, PASSED, SelfCheck

_LONGEST_LABEL = 20
"""The name of a region printed before a fault is no longer."""


class FaultList(Struct, frozen=True, dict=True):
    """The verdicts and the list of one sheet."""

    check: SelfCheck

    @property
    def layout(self) -> Layout:
        """Where everything stands."""
        return self.check.layout

    def status(self, index: int) -> tuple[str, str]:
        """The verdict on a row: formula and value."""
        text = self._cell(self.layout.first + index, self.layout.text_column)
        lacking = f'IF(LEFT({text},{len(LACKING)})="{LACKING}",LEFT({text},FIND("{ITEMS}",{text})),"{FAILED}")'
        value = self.check.verdicts[index]
        if value.startswith(LACKING):
            value = value[: value.index(ITEMS) + 1]
        elif value not in ("", PASSED):
            value = FAILED
        return f'=IF(LEN({text})=0,"",IF({text}="{PASSED}",{text},{lacking}))', value

    @cached_property
    def _faults(self) -> list[tuple[int, list[str]]]:
        """Each row of the sheet of which something is said, and the faults that the list is to name."""
        texts = dict(enumerate(self.check.verdicts, self.layout.first))
        texts |= {self.layout.total: self.check.total_text[1], self.layout.notes: self.check.header_text[1]}
        texts[self.layout.absent] = self.check.absent_text[1]
        return [
            (row, text.split("；"))
            for row, text in texts.items()
            if text not in ("", PASSED) and not (text.startswith(LACKING) and text.endswith(ITEMS))
        ]

    def count(self, row: int) -> tuple[str, int]:
        """How many faults the list names of this row and of all above it: formula and value."""
        text = self._cell(row, self.layout.text_column)
        above = self._above(row, self.layout.count_column)
        only = f'AND(LEFT({text},{len(LACKING)})="{LACKING}",RIGHT({text})="{ITEMS}")'
        here = f'1+LEN({text})-LEN(SUBSTITUTE({text},"；",""))'
        formula = f'=MAX({above})+IF(OR(LEN({text})=0,{text}="{PASSED}",{only}),0,{here})'
        return formula, sum(len(faults) for at, faults in self._faults if at <= row)

    @cached_property
    def _lines(self) -> list[tuple[int, str]]:
        """The lines of the list: the row of the sheet that each is about, counted from 1, and the text."""
        lines = []
        for row, faults in self._faults:
            label = ""
            if row <= self.layout.last:
                name = trim(self.check.region_of(self.check.rows[row - self.layout.first]))[:_LONGEST_LABEL]
                label = f"{name or f'第{row + 1}行'}："
            lines += [(row + 1, f"{label}{trim(fault)}") for fault in faults]
        return lines

    def place(self, row: int) -> tuple[str, int | str]:
        """The row of the sheet, counted from 1, that this line of the list is about: formula and value."""
        counts = self._column(self.layout.count_column)
        number = self._number(row)
        formula = f'=IF({number}>MAX({counts}),"",SUMPRODUCT(MIN(ROW({counts})+1000000*({counts}<{number}))))'
        at = row - self.layout.first
        return formula, self._lines[at][0] if at < len(self._lines) else ""

    def line(self, row: int) -> tuple[str, str]:
        """This line of the list, the last of which counts those that have no room: formula and value."""
        place = self._cell(row, self.layout.place_column)
        counts = self._column(self.layout.count_column)
        region_column, count_column = self.layout.columns[self.layout.form.region.key], self.layout.count_column
        texts = self._whole(self.layout.text_column)
        before = self._cell(self.layout.first - 1, count_column, fixed=True)
        named = f"{before}:INDEX({self._whole(count_column)},{place}-1)"
        start = f"({self._number(row)}-1-MAX({named}))*{LONGEST_TEXT}+1"
        fault = f'TRIM(MID(SUBSTITUTE(INDEX({texts},{place}),"；",REPT(" ",{LONGEST_TEXT})),{start},{LONGEST_TEXT}))'
        region = f"INDEX({self._whole(region_column)},{place})"
        unnamed = f'"第"&{place}&"行"'
        name = (
            f"IF(ISERROR({region}),{unnamed},IF({filled(region)},LEFT({trimmed(region)},{_LONGEST_LABEL}),{unnamed}))"
        )
        last_row = self._cell(self.layout.last, region_column, fixed=True)
        formula = f'IF({place}="","",IF({place}>ROW({last_row}),"",{name}&"：")&{fault})'
        at = row - self.layout.first
        value = self._lines[at][1] if at < len(self._lines) else ""
        if row == self.layout.list_end:
            more = f'"另有"&(MAX({counts})-{self._number(row)}+1)&"处，请先改以上各处。"'
            formula = f"IF(MAX({counts})>{self._number(row)},{more},{formula})"
            rest = len(self._lines) - at
            value = f"另有{rest}处，请先改以上各处。" if rest > 1 else value
        return f"={formula}", value

    def _number(self, row: int) -> str:
        """Formula for which of the list's lines this is: a row that was put in without a formula is none."""
        return f"(SUMPRODUCT(--(LEN({self._above(row, self.layout.list_column)})>0))+1)"

    def _cell(self, row: int, column: int, fixed: bool = False) -> str:
        return str(xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=True))

    def _above(self, row: int, column: int) -> str:
        """The cells of a column from the line above the first row to the one above this."""
        return f"{self._cell(self.layout.first - 1, column, fixed=True)}:{self._cell(row - 1, column)}"

    def _column(self, column: int) -> str:
        """The cells of a column beside which something may be said."""
        return ":".join(self._cell(row, column, fixed=True) for row in (self.layout.first, self.layout.absent))

    def _whole(self, column: int) -> str:
        letters = self._cell(0, column).rstrip("0123456789")
        return f"{letters}:{letters}"
