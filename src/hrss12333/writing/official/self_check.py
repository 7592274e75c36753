"""The live self-check of the official form: each check as an Excel formula, and worked out here for the stored value.

The identities come from the form (`Form.balances`, `Form.bounds`), the same that the rules judge. Only functions that
Excel 2010, WPS and LibreOffice share are used. Every check yields a text beginning with ；, or nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from hrss12333.survey.frame import HEADER
from hrss12333.survey.schema import Balance, Bound, Column, Form, Kind
from hrss12333.writing.official.layout import ELLIPSIS, Layout, answers

Written = int | float | str | None
"""What a cell of the form holds; None where it is blank."""
Cells = Mapping[str, Written]
"""One row: field key → content."""
PASSED = "通过"
LACKING = "还缺"
COMPLETE = "必填项已填全，自检通过。"
NO_REASON = ("", "无", "-", "/")
"""What in 备注 explains nothing."""
_IDEOGRAPHIC_SPACE = "\u3000"
At = Callable[[str], str]
"""Field key → the cell of the row at hand, as a formula names it."""


def trimmed(reference: str) -> str:
    """Formula for the text of a cell or range without the spaces around it, U+3000 included."""
    return f'TRIM(SUBSTITUTE({reference},"{_IDEOGRAPHIC_SPACE}",""))'


def filled(reference: str) -> str:
    """Formula for whether something stands in a cell or range: a lone space is nothing."""
    return f"(LEN({trimmed(reference)})>0)"


def remarks_column(form: Form) -> Column | None:
    """The column where a deviation is explained: the last free text that need not be answered."""
    return next((column for column in reversed(form.of_kind(Kind.TEXT)) if not column.required), None)


def asked(form: Form) -> tuple[Column, ...]:
    """The columns that a row with a region must answer, region apart."""
    return tuple(column for column in form.columns if column.required and column.kind is not Kind.REGION)


def unbalanced(balance: Balance, form: Form, at: At) -> str:
    """Formula: all figures of a balance are there, don't add up, and 备注 gives no reason."""
    figures = ",".join(at(key) for key in balance.fields)
    difference = f"{at(balance.total)}<>{'+'.join(at(key) for key in balance.parts)}"
    remarks = remarks_column(form)
    silent = [f'{trimmed(at(remarks.key))}="{word}"' for word in NO_REASON] if remarks else []
    reason = f",OR({','.join(silent)})" if silent else ""
    return f"IF(COUNT({figures})={len(balance.fields)},AND({difference}{reason}),FALSE)"


def exceeded(bound: Bound, at: At) -> str:
    """Formula: the part is more than the whole."""
    part, whole = at(bound.part), at(bound.whole)
    return f"IF(COUNT({part},{whole})=2,{part}>{whole},FALSE)"


def total_formula(layout: Layout, key: str) -> str:
    """Formula of 合计: the rows of data, not the sample."""
    return f"=SUM({column_range(layout, key)})"


def total_value(rows: Sequence[Cells], key: str) -> int | float:
    """What that formula yields: texts are passed over, as SUM does."""
    return sum(value for value in (row.get(key) for row in rows) if isinstance(value, int | float))


def column_range(layout: Layout, key: str) -> str:
    """The data cells of a column, as ``C8:C53``."""
    column = layout.columns[key]
    return f"{xl_rowcol_to_cell(layout.first, column)}:{xl_rowcol_to_cell(layout.last, column)}"


@dataclass(frozen=True)
class SelfCheck:
    """The self-check of one sheet."""

    layout: Layout
    rows: Sequence[Cells]
    """What stands in every row from the first to the last, blank ones included."""
    header: Mapping[str, str]

    @property
    def form(self) -> Form:
        """The form checked."""
        return self.layout.form

    # One row -----------------------------------------------------------------------------------------------------

    def row_formula(self, row: int) -> str:
        """Formula of the row's 自检 cell: empty for a blank row, else 通过 or what is wrong."""

        def at(key: str) -> str:
            return str(xl_rowcol_to_cell(row, self.layout.columns[key]))

        texts = "&".join(self._row_parts(at, row))
        everything = xl_range(row, self.layout.columns[self.form.region.key], row, self.layout.last_column)
        shown = f'SUBSTITUTE(MID({texts}&"；{PASSED}",2,500),"；{PASSED}","")'
        return f'=IF(COUNTA({everything})=0,"",{shown})'

    def _row_parts(self, at: At, row: int) -> Iterator[str]:
        region = at(self.form.region.key)
        column = self.layout.columns[self.form.region.key]
        listed = xl_range_rows(self.layout.first, self.layout.last, column)
        twice = f'IF(SUMPRODUCT(--({listed}={region}))>1,"；地区重复","")'
        yield f'IF({filled(region)},{twice},"；缺少地区名称")'
        counts = self._runs(row, [column.key for column in self.form.of_kind(Kind.COUNT)])
        if counts:
            cells = ",".join(counts)
            negative = f'IF(MIN({cells})<0,"；有负数","")'
            yield f'IF(COUNTA({cells})>COUNT({cells}),"；数量栏里有数字以外的内容",{negative})'
        for allowed, columns in self._answered():
            runs = self._runs(row, [column.key for column in columns])
            known = "".join(f'-COUNTIF({run},"{word}")' for run in runs for word in allowed)
            yield f'IF(COUNTA({",".join(runs)}){known}>0,"；{_answer_message(allowed, columns)}","")'
        for balance in self.form.balances:
            parts = "+".join(at(key) for key in balance.parts)
            difference = f"ABS({at(balance.total)}-({parts}))"
            text = f'"；{self._balance_message(balance)}，相差"&{difference}&"{self._balance_hint()}"'
            yield f'IF({unbalanced(balance, self.form, at)},{text},"")'
        for bound in self.form.bounds:
            yield f'IF({exceeded(bound, at)},"；{self._bound_message(bound)}","")'
        blanks = "+".join(f"COUNTBLANK({run})" for run in self._runs(row, [column.key for column in asked(self.form)]))
        if blanks:
            yield f'IF({blanks}>0,"；{LACKING}"&({blanks})&"项","")'

    @cached_property
    def verdicts(self) -> tuple[str, ...]:
        """What the formula of each row yields."""
        return tuple(self._verdict(cells) for cells in self.rows)

    def _verdict(self, cells: Cells) -> str:
        keys = [column.key for column in self.form.columns if column.kind is not Kind.SERIAL]
        if all(cells.get(key) is None for key in keys):
            return ""
        return "；".join(self._row_verdicts(cells)) or PASSED

    def _row_verdicts(self, cells: Cells) -> Iterator[str]:
        region = self._region(cells)
        if not _trim(region):
            yield "缺少地区名称"
        elif self._times[region.lower()] > 1:
            yield "地区重复"
        counts = [cells.get(column.key) for column in self.form.of_kind(Kind.COUNT)]
        if any(isinstance(value, str) for value in counts):
            yield "数量栏里有数字以外的内容"
        elif any(value < 0 for value in counts if isinstance(value, int | float)):
            yield "有负数"
        for allowed, columns in self._answered():
            if any((value := cells.get(column.key)) is not None and value not in allowed for column in columns):
                yield _answer_message(allowed, columns)
        for balance in self.form.balances:
            difference = self._difference(balance, cells)
            if difference and self._silent(cells):
                yield f"{self._balance_message(balance)}，相差{abs(difference)}{self._balance_hint()}"
        for bound in self.form.bounds:
            part, whole = cells.get(bound.part), cells.get(bound.whole)
            if isinstance(part, int | float) and isinstance(whole, int | float) and part > whole:
                yield self._bound_message(bound)
        lacking = self._lacking(cells)
        if lacking:
            yield f"{LACKING}{lacking}项"

    def _region(self, cells: Cells) -> str:
        return str(cells.get(self.form.region.key) or "")

    @cached_property
    def _times(self) -> Counter[str]:
        """How often each region stands there; Excel compares without regard to case."""
        return Counter(self._region(cells).lower() for cells in self.rows)

    def _lacking(self, cells: Cells) -> int:
        return sum(cells.get(column.key) is None for column in asked(self.form))

    def _difference(self, balance: Balance, cells: Cells) -> int | float:
        figures = [value for value in (cells.get(key) for key in balance.fields) if isinstance(value, int | float)]
        return figures[0] - sum(figures[1:]) if len(figures) == len(balance.fields) else 0

    def _silent(self, cells: Cells) -> bool:
        remarks = remarks_column(self.form)
        return remarks is None or _trim(str(cells.get(remarks.key) or "")) in NO_REASON

    def _answered(self) -> list[tuple[tuple[str, ...], list[Column]]]:
        """Columns with a list of answers, those with the same list together."""
        columns = sorted(self.form.of_kind(Kind.YESNO, Kind.CHOICE), key=answers)
        return [(allowed, list(group)) for allowed, group in groupby(columns, key=answers)]

    def _balance_message(self, balance: Balance) -> str:
        label = {column.key: column.label for column in self.form.columns}
        return f"{label[balance.total]}≠{'+'.join(label[key] for key in balance.parts)}"

    def _balance_hint(self) -> str:
        return "，请核对或在备注说明" if remarks_column(self.form) else "，请核对"

    def _bound_message(self, bound: Bound) -> str:
        return f"{self.form.by_key[bound.part].label}大于{self.form.by_key[bound.whole].label}"

    def _runs(self, row: int, keys: Sequence[str]) -> list[str]:
        return [str(xl_range(row, first, row, last)) for first, last in self.layout.runs(keys)]

    # The whole sheet ---------------------------------------------------------------------------------------------

    @property
    def regions(self) -> tuple[str, int]:
        """How many regions are filled in: formula and value."""
        return f"=SUMPRODUCT(--{filled(self._region_range)})", len(self._named)

    @property
    def missing(self) -> tuple[str, int]:
        """How many cells must still be filled in, of the header and of the rows with a region: formula and value."""
        required = [field.key for field in HEADER if field.required]
        header = [f"NOT{filled(self._header_cell(key))}" for key in required]
        top, bottom = self.layout.first, self.layout.last
        body = [
            f"SUMPRODUCT({filled(self._region_range)}*ISBLANK({xl_range(top, left, bottom, right)}))"
            for left, right in self.layout.runs([column.key for column in asked(self.form)])
        ]
        value = sum(not _trim(self.header.get(key, "")) for key in required)
        return "=" + "+".join(header + body), value + sum(self._lacking(row) for row in self._named)

    @property
    def problems(self) -> tuple[str, int]:
        """How many rows the self-check objects to, those that only lack something apart: formula and value."""
        checked = self._check_range
        wrong = f'({checked}<>"{PASSED}")*(LEFT({checked},{len(LACKING)})<>"{LACKING}")'
        value = sum(text not in ("", PASSED) and not text.startswith(LACKING) for text in self.verdicts)
        return f"=SUMPRODUCT((LEN({checked})>0)*{wrong})", value

    def bar(self, regions: str, missing: str, problems: str) -> tuple[str, str]:
        """The line on top that says what is still to be done; the arguments are the cells of the three counts."""
        copied = f"SUMPRODUCT({filled(self._region_range)}*(LEN({self._check_range})=0))"
        todo = (
            f'IF({missing}>0,"还有 "&{missing}&" 处必填项未填。","")'
            f'&IF({problems}>0,"有 "&{problems}&" 行自检未通过，原因见右侧“自检”列。","")'
            f'&IF({regions}=0,"请从序号 {self.layout.serial_start} 起，每个地区填写一行。","")'
            f'&IF({copied}>0,"有 "&{copied}&" 行没有自检公式，请把上一行的“自检”格复制下来。","")'
            f'&"{self._advice}"'
        )
        formula = f'=IF(AND({regions}>0,{missing}+{problems}+{copied}=0),"{COMPLETE}",{todo})'
        (_, named), (_, lacking), (_, wrong) = self.regions, self.missing, self.problems
        if named and not lacking and not wrong:
            return formula, COMPLETE
        value = f"还有 {lacking} 处必填项未填。" if lacking else ""
        value += f"有 {wrong} 行自检未通过，原因见右侧“自检”列。" if wrong else ""
        value += "" if named else f"请从序号 {self.layout.serial_start} 起，每个地区填写一行。"
        return formula, value + self._advice

    @property
    def _advice(self) -> str:
        more = f"；行数不够时，在“{ELLIPSIS}”行上方插入行" if self.layout.ellipsis else ""
        return f"（浅黄色格为填写处{more}）"

    @property
    def _named(self) -> list[Cells]:
        return [row for row in self.rows if _trim(self._region(row))]

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


def xl_range_rows(first: int, last: int, column: int) -> str:
    """A range whose rows stay when the formula is copied down, as ``B$8:B$53``."""
    top = xl_rowcol_to_cell(first, column, row_abs=True)
    return f"{top}:{xl_rowcol_to_cell(last, column, row_abs=True)}"


def _answer_message(allowed: Sequence[str], columns: Sequence[Column]) -> str:
    words = "或".join(f"“{word}”" for word in allowed)
    return f"{columns[0].label}应填{words}" if len(columns) == 1 else f"有应填{words}的栏目填了其他内容"


def _trim(text: str) -> str:
    return text.replace(_IDEOGRAPHIC_SPACE, "").strip(" ")
