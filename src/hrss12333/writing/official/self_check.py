"""The live self-check of the official form: what its cells hold, each as an Excel formula and worked out for the stored value.

What is checked comes from the form, the same that the rules judge (`row_checks`, `header_checks`). What the sheet can't
see is listed beside the tests (`unseen_by_the_form`); a test fills in forms by the hundred and holds the sheet against the rules.

A hidden cell beside each row joins all that is wrong with it. What is shown is a verdict on the row and, beside all of them,
a list that takes these texts apart and names one fault a line: no office program can be relied on to let a row grow when a
formula's text does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from hrss12333.survey.frame import HEADER, TO_FILL, TOTAL
from hrss12333.survey.schema import Kind
from hrss12333.writing.official.checks import (
    ENDINGS,
    SheetNames,
    header_checks,
    remarks_column,
    required_columns,
    row_checks,
)
from hrss12333.writing.official.formulas import (
    CellOfKey,
    RowValues,
    array,
    formula_text,
    has_content,
    is_silent,
    listing,
    silent,
    trim,
    trimmed,
)
from hrss12333.writing.official.layout import ELLIPSIS, Layout

PASSED = "通过"
LACKING, ITEMS = "还缺", "项"
COMPLETE = "必填项已填全，自检通过。"
FAILED = "未通过"
_LONGEST_TEXT = 500
"""No text of a row is longer."""
_LONGEST_NAME = 50
_LONGEST_LABEL = 20
"""The name of a region printed before a fault is no longer."""
_TWOFOLD = "有全单位的行，又有各地区的行，请只留一种。"
_SEE = "一处一行，见右侧“要改的地方”。"
_MAY_LACK = "（备注已说明原因的数可以空着）"

Computed = tuple[str, int | str]
"""A formula and what it yields."""


def total_value(rows: Sequence[RowValues], key: str) -> int | float:
    """What the formula of 合计 yields: texts are passed over, as SUM does."""
    return sum(value for value in (row.get(key) for row in rows) if isinstance(value, int | float))


def column_range(layout: Layout, key: str) -> str:
    """The data cells of a column, as ``C8:C53``."""
    column = layout.columns[key]
    return f"{xl_rowcol_to_cell(layout.first, column)}:{xl_rowcol_to_cell(layout.last, column)}"


class SelfCheck:
    """The self-check of one sheet."""

    def __init__(self, layout: Layout, rows: Sequence[RowValues], header: Mapping[str, str], names: SheetNames) -> None:
        """``rows`` are all from the first to the last, blank ones included."""
        self._layout, self._form, self._rows, self._header, self._names = layout, layout.form, rows, header, names
        self.checks = row_checks(layout.form, names.regions)
        """What is checked of each row by itself."""
        self._required, self._remarks = required_columns(layout.form), remarks_column(layout.form)
        self._regions = [self._region_of(cells) for cells in rows]
        self._times = Counter(region.lower() for region in self._regions)  # Excel compares without regard to case
        region = layout.columns[layout.form.region.key]
        self._first_typed = region + bool(names.expected)
        """The first column of what is typed into a row: a region that was printed beforehand says nothing yet."""
        self._region_range = column_range(layout, layout.form.region.key)
        self._check_range = str(xl_range(layout.first, layout.check_column, layout.last, layout.check_column))
        self._verdicts = [self._verdict(cells) for cells in rows]
        self.texts: dict[int, Computed] = {
            **{row: (self._row_formula(row), text) for row, text in enumerate(self._verdicts, layout.first)},
            layout.total: self._total_text(),
            layout.notes: self._header_text(),
            layout.absent: self._absent_text(),
        }
        """Row of the sheet → all that is wrong with the row, 合计, the header, and the regions listed."""
        self._faults = [
            (row, text.split("；"))
            for row, (_, text) in self.texts.items()
            if isinstance(text, str)
            and text not in ("", PASSED)
            and not (text.startswith(LACKING) and text.endswith(ITEMS))
        ]
        self._lines = [(row + 1, self._label(row) + trim(fault)) for row, faults in self._faults for fault in faults]
        """The lines of the list: the row of the sheet that each is about, counted from 1, and the text."""

    def _region_of(self, cells: RowValues) -> str:
        return str(cells.get(self._form.region.key) or "")

    # One row -----------------------------------------------------------------------------------------------------

    def _row_formula(self, row: int) -> str:
        """All that is to be said of a row: nothing of a blank one, else 通过 or what is wrong."""

        def at(key: str) -> str:
            return str(xl_rowcol_to_cell(row, self._layout.columns[key]))

        texts = "&".join(self._row_parts(at, row))
        everything = xl_range(row, self._first_typed, row, self._layout.last_column)
        shown = f'SUBSTITUTE(MID({texts}&"；{PASSED}",2,{_LONGEST_TEXT}),"；{PASSED}","")'
        return f'=IF(COUNTA({everything})=0,"",{shown})'

    def _row_parts(self, at: CellOfKey, row: int) -> Iterator[str]:
        region = at(self._form.region.key)
        column = self._layout.columns[self._form.region.key]
        top, bottom = (xl_rowcol_to_cell(end, column, row_abs=True) for end in (self._layout.first, self._layout.last))
        times = f"COUNTIF({top}:{bottom},{region})+SUMPRODUCT(COUNTIF({top}:{bottom},{region}&{array(ENDINGS)}))"
        twice = f'IF({times}>1,"；地区重复","")'
        long = f'IF(LEN({region})>{_LONGEST_NAME},"；地区名称过长",{twice})'
        named = f'IF({has_content(region)},{long},"；缺少地区名称")'
        yield f'IF(ISERROR({region}),"；地区是错误值",{named})'
        yield from (check.formula(at) for check in self.checks if not check.settled_by_remarks)
        settled = "&".join(check.formula(at) for check in self.checks if check.settled_by_remarks)
        if settled and self._remarks:
            yield f'IF({silent(at(self._remarks.key))},{settled},"")'
        runs = self._layout.runs(self._required)
        if runs:
            blanks = "+".join(f"COUNTBLANK({xl_range(row, first, row, last)})" for first, last in runs)
            known = f'IF({silent(at(self._remarks.key))},"","{_MAY_LACK}")' if self._remarks else '""'
            yield f'IF({blanks}>0,"；{LACKING}"&({blanks})&"{ITEMS}"&{known},"")'

    def _verdict(self, cells: RowValues) -> str:
        """What that formula yields."""
        typed = self._form.columns[self._first_typed :]
        if all(cells.get(column.key) is None for column in typed):
            return ""
        return "；".join(text for text in self._row_verdicts(cells) if text) or PASSED

    def _row_verdicts(self, cells: RowValues) -> Iterator[str]:
        region = self._region_of(cells)
        if not trim(region):
            yield "缺少地区名称"
        elif len(region) > _LONGEST_NAME:
            yield "地区名称过长"
        elif sum(self._times[region.lower() + ending] for ending in ("", *ENDINGS)) > 1:
            yield "地区重复"
        explained = self._remarks is not None and not is_silent(str(cells.get(self._remarks.key) or ""))
        yield from (check.verdict(cells) for check in self.checks if not (check.settled_by_remarks and explained))
        lacking = self._count_lacking(cells)
        if lacking:
            yield f"{LACKING}{lacking}{ITEMS}{_MAY_LACK if explained else ''}"

    def _count_lacking(self, cells: RowValues) -> int:
        return sum(cells.get(key) is None for key in self._required)

    # The whole sheet ---------------------------------------------------------------------------------------------

    def regions(self) -> Computed:
        """Of how many regions anything is filled in."""
        return f"=SUMPRODUCT(--(LEN({self._check_range})>0))", sum(map(bool, self._verdicts))

    def missing(self) -> Computed:
        """How many cells must still be filled in, of the header and of the rows with a region. Until something is filled
        in, none is said to be missing."""
        required = [field.key for field in HEADER if field.required]
        cells = [self._header_cell(key) for key in required]
        parts = [f"IF(ISERROR({cell}),0,IF(LEN({trimmed(cell)})=0,1,0))" for cell in cells]
        for left, right in self._layout.runs(self._required):
            body = xl_range(self._layout.first, left, self._layout.last, right)
            parts.append(f"SUMPRODUCT((1-ISBLANK({self._region_range}))*ISBLANK({body}))")
        formula, begun = self.regions()
        value = sum(not trim(self._header.get(key, "")) for key in required)
        value += sum(map(self._count_lacking, self._rows_with_region()))
        return f"=IF({formula[1:]}=0,0,{'+'.join(parts)})", value if begun else 0

    def problems(self) -> Computed:
        """How many rows the self-check objects to, those that only lack something apart."""
        checked = self._check_range
        wrong = f'({checked}<>"{PASSED}")*(LEFT({checked},{len(LACKING)})<>"{LACKING}")'
        value = sum(text not in ("", PASSED) and not text.startswith(LACKING) for text in self._verdicts)
        return f"=SUMPRODUCT((LEN({checked})>0)*{wrong})", value

    def _header_text(self) -> Computed:
        checks = header_checks(self._names)
        texts = "&".join(check.formula(self._header_cell) for check in checks)
        found = (check.verdict(self._header) for check in checks)
        return f"=MID({texts},2,200)", "；".join(text for text in found if text)

    def _header_cell(self, key: str) -> str:
        slot = self._layout.slot(key)
        return str(xl_rowcol_to_cell(slot.row, slot.left))

    def _total_text(self) -> Computed:
        """Which columns of 合计 are not the sum of all rows above it, as where a row was put in below the last one."""
        sums = []
        for column in self._form.of_kind(Kind.COUNT):
            place = self._layout.columns[column.key]
            total = xl_rowcol_to_cell(self._layout.total, place)
            first = xl_rowcol_to_cell(self._layout.first, place)
            letters = total.rstrip("0123456789")
            rows = f"SUM({first}:INDEX({letters}:{letters},ROW({total})-1))"
            sums.append(f'IF(ISERROR({total}),"、{column.label}",IF({total}<>{rows},"、{column.label}",""))')
        if not sums or not self._layout.content.sums:
            return '=""', ""
        return f"={listing(f'{TOTAL}不等于各行之和', '&'.join(sums))}", ""

    def _absent_text(self) -> Computed:
        """The regions that still need a row, unless one stands for the whole unit, and that it stands alone."""
        start, given, present = "还没有填的地区", self._region_range, set(self._regions)
        one_by_one, absent = [], []
        for name in self._names.expected:
            spellings = self._names.spellings_of(name)
            times = "+".join(f"COUNTIF({given},{formula_text(known)})" for known in spellings)
            one_by_one.append(f'IF({times}=0,"、{name}","")')
            absent += [name] if present.isdisjoint(spellings) else []
        missing = listing(start, "&".join(one_by_one)) if one_by_one else '""'
        whole = f"SUMPRODUCT(COUNTIF({given},{array(self._names.whole_unit)}))>0"
        value = f"{start}：{'、'.join(absent)}。" if absent else ""
        if present & set(self._names.whole_unit):
            value = _TWOFOLD + value if len(self._rows_with_region()) > 1 else ""
        return f'=IF({whole},IF(COUNTA({given})>1,"{_TWOFOLD}"&{missing},""),{missing})', value

    def _rows_with_region(self) -> list[RowValues]:
        return [row for row in self._rows if row.get(self._form.region.key) is not None]

    def bar(self, regions: str, missing: str, problems: str) -> Computed:
        """The line on top that says what is still to be done; the arguments are the cells of these counts."""
        layout = self._layout
        header, total, absent = (
            str(xl_rowcol_to_cell(row, layout.text_column)) for row in (layout.notes, layout.total, layout.absent)
        )
        everything = xl_range(layout.first, self._first_typed, layout.last, layout.last_column)
        copied = f"SUMPRODUCT((1-ISBLANK({everything}))*(LEN({self._check_range})=0))"
        begin = "" if self._names.expected else f"请从序号{layout.serial_start}起，每个地区填写一行。"
        more = f"；行数不够时，在“{ELLIPSIS}”行上方插入行" if layout.content.ellipsis else ""
        advice = f"{TO_FILL}{more}）"
        silent_texts = f"LEN({header})+LEN({total})+LEN({absent})"
        formulas = (
            f'IF({missing}>0,"还有"&{missing}&"处必填项未填。","")',
            f'IF(LEN({header})>0,"表头自检{FAILED}（红色格）。","")',
            f'IF({problems}>0,"有"&{problems}&"行自检{FAILED}。","")',
            f'IF(LEN({total})>0,"{TOTAL}自检{FAILED}。","")',
            f'IF({regions}=0,"{begin}",IF(LEN({absent})>0,"地区不全或重复。",""))',
            f'IF({problems}+{silent_texts}>0,"{_SEE}","")',
            f'IF({copied}>0,"有的行没有自检公式，请把上一行从“自检”到“要改的地方”的几格一起复制下来。","")',
            f'"{advice}"',
        )
        done = f"AND({regions}>0,{missing}+{problems}+{copied}+{silent_texts}=0)"
        formula = f'=IF({done},"{COMPLETE}",{"&".join(formulas)})'
        (_, named), (_, lacking), (_, wrong) = self.regions(), self.missing(), self.problems()
        header_wrong, absent_wrong = (bool(self.texts[row][1]) for row in (layout.notes, layout.absent))
        found = (
            f"还有{lacking}处必填项未填。" if lacking else "",
            f"表头自检{FAILED}（红色格）。" if header_wrong else "",
            f"有{wrong}行自检{FAILED}。" if wrong else "",
            begin if not named else "地区不全或重复。" if absent_wrong else "",
            _SEE if wrong or header_wrong or absent_wrong else "",
        )
        return formula, COMPLETE if named and not any(found) else "".join((*found, advice))

    # What is shown of the texts ----------------------------------------------------------------------------------

    def status(self, row: int) -> Computed:
        """The verdict on a row."""
        text, value = _cell(row, self._layout.text_column), self._verdicts[row - self._layout.first]
        lacking = f'IF(LEFT({text},{len(LACKING)})="{LACKING}",LEFT({text},FIND("{ITEMS}",{text})),"{FAILED}")'
        if value.startswith(LACKING):
            value = value[: value.index(ITEMS) + 1]
        elif value not in ("", PASSED):
            value = FAILED
        return f'=IF(LEN({text})=0,"",IF({text}="{PASSED}",{text},{lacking}))', value

    def count(self, row: int) -> Computed:
        """How many faults the list names of this row and of all above it."""
        text = _cell(row, self._layout.text_column)
        only = f'AND(LEFT({text},{len(LACKING)})="{LACKING}",RIGHT({text})="{ITEMS}")'
        here = f'1+LEN({text})-LEN(SUBSTITUTE({text},"；",""))'
        above = self._cells_above(row, self._layout.count_column)
        formula = f'=MAX({above})+IF(OR(LEN({text})=0,{text}="{PASSED}",{only}),0,{here})'
        return formula, sum(len(faults) for at, faults in self._faults if at <= row)

    def _label(self, row: int) -> str:
        """What is printed before a fault: the region, where it is a row's."""
        if row > self._layout.last:
            return ""
        return f"{trim(self._regions[row - self._layout.first])[:_LONGEST_LABEL] or f'第{row + 1}行'}："

    def place(self, row: int) -> Computed:
        """The row of the sheet, counted from 1, that this line of the list is about."""
        counts, number, at = self._counts(), self._number(row), row - self._layout.first
        formula = f'=IF({number}>MAX({counts}),"",SUMPRODUCT(MIN(ROW({counts})+1000000*({counts}<{number}))))'
        return formula, self._lines[at][0] if at < len(self._lines) else ""

    def line(self, row: int) -> Computed:
        """This line of the list, the last of which counts those that have no room."""
        layout, counts, number = self._layout, self._counts(), self._number(row)
        place = _cell(row, layout.place_column)
        region_column = layout.columns[layout.form.region.key]
        before = _cell(layout.first - 1, layout.count_column, fixed=True)
        named = f"{before}:INDEX({_whole_column(layout.count_column)},{place}-1)"
        start = f"({number}-1-MAX({named}))*{_LONGEST_TEXT}+1"
        parted = f'SUBSTITUTE(INDEX({_whole_column(layout.text_column)},{place}),"；",REPT(" ",{_LONGEST_TEXT}))'
        fault = f"TRIM(MID({parted},{start},{_LONGEST_TEXT}))"
        region = f"INDEX({_whole_column(region_column)},{place})"
        unnamed = f'"第"&{place}&"行"'
        shown = f"IF({has_content(region)},LEFT({trimmed(region)},{_LONGEST_LABEL}),{unnamed})"
        name = f"IF(ISERROR({region}),{unnamed},{shown})"
        last_row = _cell(layout.last, region_column, fixed=True)
        formula = f'IF({place}="","",IF({place}>ROW({last_row}),"",{name}&"：")&{fault})'
        at = row - layout.first
        value = self._lines[at][1] if at < len(self._lines) else ""
        if row == layout.list_end:
            more = f'"另有"&(MAX({counts})-{number}+1)&"处，请先改以上各处。"'
            formula = f"IF(MAX({counts})>{number},{more},{formula})"
            rest = len(self._lines) - at
            value = f"另有{rest}处，请先改以上各处。" if rest > 1 else value
        return f"={formula}", value

    def _number(self, row: int) -> str:
        """Which of the list's lines this is: a row that was put in without a formula is none."""
        return f"(SUMPRODUCT(--(LEN({self._cells_above(row, self._layout.list_column)})>0))+1)"

    def _cells_above(self, row: int, column: int) -> str:
        """The cells of a column from the line above the first row to the one above this."""
        return f"{_cell(self._layout.first - 1, column, fixed=True)}:{_cell(row - 1, column)}"

    def _counts(self) -> str:
        rows = (self._layout.first, self._layout.absent)
        return ":".join(_cell(row, self._layout.count_column, fixed=True) for row in rows)


def _cell(row: int, column: int, fixed: bool = False) -> str:
    return str(xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=True))


def _whole_column(column: int) -> str:
    letters = _cell(0, column).rstrip("0123456789")
    return f"{letters}:{letters}"
