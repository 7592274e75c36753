"""The live self-check of the official form: each check as an Excel formula, and worked out here for the stored value.

What is checked comes from the form, the same that the rules judge (`row_checks`, `header_checks`). What the sheet can't
see is listed beside the tests (`unseen_by_the_form`); a test fills in forms by the hundred and holds the sheet against the rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from hrss12333.survey.frame import HEADER, TO_FILL, TOTAL
from hrss12333.survey.schema import Column, Form, Kind
from hrss12333.writing.official.checks import RowCheck, header_checks, remarks_column, row_checks
from hrss12333.writing.official.formulas import (
    CellOfColumn,
    RowValues,
    array,
    filled,
    is_silent,
    listing,
    quoted,
    silent,
    trim,
    trimmed,
)
from hrss12333.writing.official.layout import ELLIPSIS, Layout
from hrss12333.writing.official.names import ENDINGS, SheetNames

PASSED = "通过"
LACKING, ITEMS = "还缺", "项"
COMPLETE = "必填项已填全，自检通过。"
FAILED = "未通过"
LONGEST_TEXT = 500
"""No text of a row is longer."""
TWOFOLD = "有全单位的行，又有各地区的行，请只留一种。"
_LONGEST_NAME = 50
SEE = "一处一行，见右侧“要改的地方”。"
MAY_LACK = "（备注已说明原因的数可以空着）"


def required_columns(form: Form) -> tuple[Column, ...]:
    """The columns that a row with a region must answer, region apart."""
    return tuple(column for column in form.columns if column.required and column.kind is not Kind.REGION)


def total_formula(layout: Layout, key: str) -> str:
    """Formula of 合计: the rows of data, not the sample."""
    return f"=SUM({column_range(layout, key)})"


def total_value(rows: Sequence[RowValues], key: str) -> int | float:
    """What that formula yields: texts are passed over, as SUM does."""
    return sum(value for value in (row.get(key) for row in rows) if isinstance(value, int | float))


def column_range(layout: Layout, key: str) -> str:
    """The data cells of a column, as ``C8:C53``."""
    column = layout.columns[key]
    return f"{xl_rowcol_to_cell(layout.first, column)}:{xl_rowcol_to_cell(layout.last, column)}"


class SelfCheck(Struct, frozen=True, dict=True):
    """The self-check of one sheet."""

    layout: Layout
    rows: Sequence[RowValues]
    """What is in every row from the first to the last, blank ones included."""
    header: Mapping[str, str]
    names: SheetNames

    @property
    def form(self) -> Form:
        """The form checked."""
        return self.layout.form

    # One row -----------------------------------------------------------------------------------------------------

    @cached_property
    def checks(self) -> list[RowCheck]:
        """What is checked of each row by itself."""
        return row_checks(self.form, self.names.regions)

    def text_formula(self, row: int) -> str:
        """Formula of all that is to be said of a row: nothing of a blank one, else 通过 or what is wrong."""

        def at(key: str) -> str:
            return str(xl_rowcol_to_cell(row, self.layout.columns[key]))

        texts = "&".join(self._row_parts(at, row))
        everything = xl_range(row, self._first_typed, row, self.layout.last_column)
        shown = f'SUBSTITUTE(MID({texts}&"；{PASSED}",2,{LONGEST_TEXT}),"；{PASSED}","")'
        return f'=IF(COUNTA({everything})=0,"",{shown})'

    @property
    def _first_typed(self) -> int:
        """The first column of what is typed into a row: a region that was printed beforehand says nothing yet."""
        return self.layout.columns[self.form.region.key] + bool(self.names.expected)

    def _row_parts(self, at: CellOfColumn, row: int) -> Iterator[str]:
        region = at(self.form.region.key)
        column = self.layout.columns[self.form.region.key]
        top = xl_rowcol_to_cell(self.layout.first, column, row_abs=True)
        listed = f"{top}:{xl_rowcol_to_cell(self.layout.last, column, row_abs=True)}"
        times = f"COUNTIF({listed},{region})+SUMPRODUCT(COUNTIF({listed},{region}&{array(ENDINGS)}))"
        twice = f'IF({times}>1,"；地区重复","")'
        long = f'IF(LEN({region})>{_LONGEST_NAME},"；地区名称过长",{twice})'
        named = f'IF({filled(region)},{long},"；缺少地区名称")'
        yield f'IF(ISERROR({region}),"；地区是错误值",{named})'
        yield from (check.formula(at) for check in self.checks if not check.settled)
        settled = "&".join(check.formula(at) for check in self.checks if check.settled)
        remarks = remarks_column(self.form)
        if settled and remarks:
            yield f'IF({silent(at(remarks.key))},{settled},"")'
        blanks = "+".join(
            f"COUNTBLANK({run})" for run in self._runs(row, [column.key for column in required_columns(self.form)])
        )
        if blanks:
            known = f'IF({silent(at(remarks.key))},"","{MAY_LACK}")' if remarks else '""'
            yield f'IF({blanks}>0,"；{LACKING}"&({blanks})&"{ITEMS}"&{known},"")'

    @cached_property
    def verdicts(self) -> tuple[str, ...]:
        """What the formula of each row yields."""
        return tuple(self._verdict(cells) for cells in self.rows)

    def _verdict(self, cells: RowValues) -> str:
        skipped = {Kind.SERIAL, Kind.REGION} if self.names.expected else {Kind.SERIAL}
        keys = [column.key for column in self.form.columns if column.kind not in skipped]
        if all(cells.get(key) is None for key in keys):
            return ""
        return "；".join(text for text in self._row_verdicts(cells) if text) or PASSED

    def _row_verdicts(self, cells: RowValues) -> Iterator[str]:
        region = self.region_of(cells)
        if not trim(region):
            yield "缺少地区名称"
        elif len(region) > _LONGEST_NAME:
            yield "地区名称过长"
        elif self._is_twice(region.lower()):
            yield "地区重复"
        remarks = remarks_column(self.form)
        explained = remarks is not None and not is_silent(str(cells.get(remarks.key) or ""))
        yield from (check.verdict(cells) for check in self.checks if not (check.settled and explained))
        lacking = self._count_lacking(cells)
        if lacking:
            yield f"{LACKING}{lacking}{ITEMS}{MAY_LACK if explained else ''}"

    def region_of(self, cells: RowValues) -> str:
        """The region that a row names."""
        return str(cells.get(self.form.region.key) or "")

    @cached_property
    def _times(self) -> Counter[str]:
        """How often each region is there; Excel compares without regard to case."""
        return Counter(self.region_of(cells).lower() for cells in self.rows)

    def _is_twice(self, region: str) -> bool:
        return self._times[region] + sum(self._times[region + ending] for ending in ENDINGS) > 1

    def _count_lacking(self, cells: RowValues) -> int:
        return sum(cells.get(column.key) is None for column in required_columns(self.form))

    def _runs(self, row: int, keys: Sequence[str]) -> list[str]:
        return [str(xl_range(row, first, row, last)) for first, last in self.layout.runs(keys)]

    # The whole sheet ---------------------------------------------------------------------------------------------

    @property
    def regions(self) -> tuple[str, int]:
        """Of how many regions anything is filled in: formula and value."""
        return f"=SUMPRODUCT(--(LEN({self._check_range})>0))", sum(map(bool, self.verdicts))

    @property
    def missing(self) -> tuple[str, int]:
        """How many cells must still be filled in, of the header and of the rows with a region: formula and value. Until
        something is filled in, none is said to be missing."""
        required = [field.key for field in HEADER if field.required]
        cells = [self._header_cell(key) for key in required]
        header = [f"IF(ISERROR({cell}),0,IF(LEN({trimmed(cell)})=0,1,0))" for cell in cells]
        top, bottom = self.layout.first, self.layout.last
        body = [
            f"SUMPRODUCT((1-ISBLANK({self._region_range}))*ISBLANK({xl_range(top, left, bottom, right)}))"
            for left, right in self.layout.runs([column.key for column in required_columns(self.form)])
        ]
        value = sum(not trim(self.header.get(key, "")) for key in required)
        value += sum(self._count_lacking(row) for row in self._rows_with_region)
        return f"=IF({self.regions[0][1:]}=0,0,{'+'.join(header + body)})", value if self.regions[1] else 0

    @property
    def problems(self) -> tuple[str, int]:
        """How many rows the self-check objects to, those that only lack something apart: formula and value."""
        checked = self._check_range
        wrong = f'({checked}<>"{PASSED}")*(LEFT({checked},{len(LACKING)})<>"{LACKING}")'
        value = sum(text not in ("", PASSED) and not text.startswith(LACKING) for text in self.verdicts)
        return f"=SUMPRODUCT((LEN({checked})>0)*{wrong})", value

    @property
    def header_text(self) -> tuple[str, str]:
        """What is wrong with the line above the table: formula and value."""
        checks = header_checks(self.names)
        texts = "&".join(check.formula(self._header_cell(check.key)) for check in checks)
        found = (check.verdict(self.header.get(check.key, "")) for check in checks)
        return f"=MID({texts},2,200)", "；".join(text for text in found if text)

    @property
    def total_text(self) -> tuple[str, str]:
        """Which columns of 合计 are not the sum of all rows above it, as where a row was put in below the last one."""
        sums = []
        for column in self.form.of_kind(Kind.COUNT):
            place = self.layout.columns[column.key]
            total = xl_rowcol_to_cell(self.layout.total, place)
            first = xl_rowcol_to_cell(self.layout.first, place)
            letters = total.rstrip("0123456789")
            rows = f"SUM({first}:INDEX({letters}:{letters},ROW({total})-1))"
            sums.append(f'IF(ISERROR({total}),"、{column.label}",IF({total}<>{rows},"、{column.label}",""))')
        if not sums or not self.layout.sums:
            return '=""', ""
        return f"={listing(f'{TOTAL}不等于各行之和', '&'.join(sums))}", ""

    @property
    def absent_text(self) -> tuple[str, str]:
        """The regions that still need a row, unless one stands for the whole unit, and that it stands alone: formula
        and value."""
        start = "还没有填的地区"
        given = self._region_range
        one_by_one = "&".join(
            f'IF({"+".join(f"COUNTIF({given},{quoted(known)})" for known in (name, *self.names.short_of(name)))}=0,"、{name}","")'
            for name in self.names.expected
        )
        missing = listing(start, one_by_one) if one_by_one else '""'
        whole = f"SUMPRODUCT(COUNTIF({given},{array(self.names.whole)}))>0"
        present = {self.region_of(cells) for cells in self.rows}
        absent = [name for name in self.names.expected if present.isdisjoint((name, *self.names.short_of(name)))]
        value = f"{start}：{'、'.join(absent)}。" if absent else ""
        if present & set(self.names.whole):
            value = TWOFOLD + value if len(self._rows_with_region) > 1 else ""
        return f'=IF({whole},IF(COUNTA({given})>1,"{TWOFOLD}"&{missing},""),{missing})', value

    def bar(self, counts: Sequence[str], texts: Sequence[str]) -> tuple[str, str]:
        """The line on top that says what is still to be done; the arguments are the cells of what is beside it."""
        regions, missing, problems = counts
        header, total, absent = texts
        everything = xl_range(self.layout.first, self._first_typed, self.layout.last, self.layout.last_column)
        copied = f"SUMPRODUCT((1-ISBLANK({everything}))*(LEN({self._check_range})=0))"
        begin = "" if self.names.expected else f"请从序号{self.layout.serial_start}起，每个地区填写一行。"
        silent_texts = f"LEN({header})+LEN({total})+LEN({absent})"
        formulas = (
            f'IF({missing}>0,"还有"&{missing}&"处必填项未填。","")',
            f'IF(LEN({header})>0,"表头自检{FAILED}（红色格）。","")',
            f'IF({problems}>0,"有"&{problems}&"行自检{FAILED}。","")',
            f'IF(LEN({total})>0,"{TOTAL}自检{FAILED}。","")',
            f'IF({regions}=0,"{begin}",IF(LEN({absent})>0,"地区不全或重复。",""))',
            f'IF({problems}+{silent_texts}>0,"{SEE}","")',
            f'IF({copied}>0,"有的行没有自检公式，请把上一行从“自检”到“要改的地方”的几格一起复制下来。","")',
            f'"{self._advice}"',
        )
        done = f"AND({regions}>0,{missing}+{problems}+{copied}+{silent_texts}=0)"
        formula = f'=IF({done},"{COMPLETE}",{"&".join(formulas)})'
        (_, named), (_, lacking), (_, wrong) = self.regions, self.missing, self.problems
        found = (
            f"还有{lacking}处必填项未填。" if lacking else "",
            f"表头自检{FAILED}（红色格）。" if self.header_text[1] else "",
            f"有{wrong}行自检{FAILED}。" if wrong else "",
            begin if not named else "地区不全或重复。" if self.absent_text[1] else "",
            SEE if wrong or self.header_text[1] or self.absent_text[1] else "",
        )
        return formula, COMPLETE if named and not any(found) else "".join((*found, self._advice))

    @property
    def _advice(self) -> str:
        more = f"；行数不够时，在“{ELLIPSIS}”行上方插入行" if self.layout.ellipsis else ""
        return f"{TO_FILL}{more}）"

    @property
    def _rows_with_region(self) -> list[RowValues]:
        return [row for row in self.rows if row.get(self.form.region.key) is not None]

    @property
    def _region_range(self) -> str:
        return column_range(self.layout, self.form.region.key)

    @property
    def _check_range(self) -> str:
        column = self.layout.check_column
        return str(xl_range(self.layout.first, column, self.layout.last, column))

    def _header_cell(self, key: str) -> str:
        slot = self.layout.slot(key)
        return str(xl_rowcol_to_cell(slot.row, slot.left))
