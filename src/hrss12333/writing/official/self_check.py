"""The live self-check of the official form: formulas beside rows, header, 合计 and list of regions, a top line
that sums them up, and the word that a wrong form prints.

The checks of a row come from the form (columns, balances, bounds) and from two rules about neighbouring
figures; tests compare them with the rules. `form_fillings` lists what the sheet can't check."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct
from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell

from hrss12333.checking.rules.balance import CALLS_AND_STAFF, PART_OF_SIDE
from hrss12333.checking.rules.plausibility import MOST_CHANGE
from hrss12333.reading.layout.header import NO_ANSWER
from hrss12333.reading.values import LARGEST_READ
from hrss12333.survey.schema import (
    ASKED,
    COMPLETE,
    HEADER,
    NOT_PASSED,
    PASSED,
    SAMPLE,
    TO_FILL,
    TOTAL,
    WRONG,
    Balance,
    Column,
    Form,
    Kind,
)
from hrss12333.writing.official.formulas import (
    ENDINGS,
    SheetNames,
    allowed_answers,
    array,
    begins,
    changed_much,
    email,
    formula_text,
    has_any,
    has_content,
    holds_figure,
    is_one_of,
    listing,
    mobiles,
    names_columns,
    required_columns,
    settled_columns,
    silent,
    trimmed,
)
from hrss12333.writing.official.layout import ELLIPSIS, HEADER_ROW, Layout

LACKING = "还缺"
"""Begins what a row, or the header, lacks."""
FAILED = "未通过"
_WRONG, _ASKED, _END = "；", "｜", "※"
"""Signs before a fault, before what is lacking or asked, and around the whole while a text is composed."""
_TOLD_NOTHING, _TOLD_ALL, _NAMED = "0", "1", "[named]"
"""Which columns a reason is about: none without a reason, all if it names none, else those named."""
_MOST_NAMED = 3
"""Most missing cells that are named; more are counted."""
_LONGEST_NAME = 50
"""Most characters of a region's name that a sheet can compare."""
_NO_REGION = (TOTAL, "小计", SAMPLE, "总计", "共计", "汇总", "累计", "其中")
"""Words that no region's name contains."""


class Check(Struct, frozen=True):
    """A fault or question that a row, or the header, may have."""

    words: str
    """Its words; cells turn red, or amber, where the text of their row contains them."""
    broken: str
    """Formula for whether it applies, in which ``[key]`` is a cell."""
    fields: tuple[str, ...]
    """The cells that turn red."""
    more: str = ""
    """Formula for what follows the words."""
    asks: bool = False
    """Whether the check is a question (amber) rather than a fault (red)."""
    settled: bool = False
    """Whether a reason in 备注 settles it."""
    wanted: str = ""
    """Formula for whether a reason says what it must; empty if any will do. ``[remarks]`` is its cell."""

    def formula(self, cell_of: Callable[[str], str]) -> str:
        """Formula for its text, empty if all is well; each ``[key]`` is that field's or header's cell."""
        said = formula_text((_ASKED if self.asks else _WRONG) + self.words) + (f"&{self.more}" if self.more else "")
        return _with_cells(f'IF({self.broken},{said},"")', cell_of)


def _with_cells(formula: str, cell_of: Callable[[str], str]) -> str:
    """A formula with each bracketed key replaced by its cell."""
    return re.sub(r"\[(\w+)\]", lambda found: cell_of(found[1]), formula)


def row_checks(form: Form, regions: tuple[str, ...]) -> list[Check]:
    """The checks of a row by itself, faults first; ``regions``: the names allowed, if known."""
    region = form.region.key
    checks = [
        *(_count_check(column) for column in form.of_kind(Kind.COUNT)),
        *(_answer_check(column) for column in form.of_kind(Kind.YESNO, Kind.CHOICE)),
        Check("这一行不是地区", has_any(f"[{region}]", _NO_REGION), (region,)),
        *(_broken_relation(form, bound) for bound in form.bounds),
        *(_broken_relation(form, balance, settled=True) for balance in form.balances),
        *(_broken_relation(form, bound, settled=True, asks=True) for bound in form.usual_bounds),
    ]
    if form.has(*CALLS_AND_STAFF):
        checks.append(_calls_and_staff(form))
    if regions:
        checks.append(_listed(region, regions))
    return checks


def _count_check(column: Column) -> Check:
    cell = f"[{column.key}]"
    is_number = f"AND(ISNUMBER({cell}),NOT(ISLOGICAL({cell})))"  # to LibreOffice TRUE is a number, too
    number = f"OR({cell}<0,{cell}<>INT({cell}),{cell}>{LARGEST_READ})"
    broken = f"AND(NOT(ISBLANK({cell})),IF({is_number},{number},TRUE))"
    return Check(f"{column.label}应填0或正整数", broken, (column.key,))


def _answer_check(column: Column) -> Check:
    cell, answers = f"[{column.key}]", allowed_answers(column)
    known = (f"COUNTIF({cell},{formula_text(word)})" for word in answers)
    broken = "+".join([f"ISBLANK({cell})", *known]) + "=0"
    return Check(f"{column.label}应填{'或'.join(answers)}", broken, (column.key,), settled=column.kind is Kind.CHOICE)


def _broken_relation(form: Form, relation: Balance, *, settled: bool = False, asks: bool = False) -> Check:
    """A balance or bound that does not hold; for an identity, with the difference."""
    keys = relation.fields
    total, *parts = [form.by_key[key].label for key in keys]
    cells = [f"[{key}]" for key in keys]
    gap = f"{cells[0]}-({'+'.join(cells[1:])})"
    broken = f"IF(COUNT({','.join(cells)})={len(cells)},{gap}{relation.broken}0,FALSE)"
    if relation.broken == "<>":
        within = f"{PART_OF_SIDE}*ABS({gap})<=MAX({cells[0]},{'+'.join(cells[1:])})"
        wanted = f"IF({within},TRUE,{holds_figure('[remarks]', f'ABS({gap})')})"
        return Check(
            f"{total}与分项之和差", broken, keys, f'ABS({gap})&"（或备注写明差额和原因）"', asks, settled, wanted
        )
    return Check(f"{'+'.join(parts)}＞{total}", broken, keys, "", asks, settled)


def _calls_and_staff(form: Form) -> Check:
    """B404: agents or seats without calls, or the reverse."""
    calls, *staff = [f"[{key}]" for key in CALLS_AND_STAFF]
    none = "+".join(f"COUNTIF({cell},0)" for cell in staff)
    broken = f"IF(COUNT({calls})=1,IF({calls}=0,SUM({','.join(staff)})>0,{none}>0),FALSE)"
    words = f"{'、'.join(form.by_key[key].label for key in CALLS_AND_STAFF)}有的为0"
    return Check(words, broken, CALLS_AND_STAFF, asks=True, settled=True)


def _listed(key: str, regions: tuple[str, ...]) -> Check:
    """A region that the unit does not have; a 备注 that names the region settles it."""
    cell = f"[{key}]"
    known = f"OR(LEN({trimmed(cell)})=0,{is_one_of(cell, regions)})"
    words = "地区名称不在名单中（或备注写明其名称和原因）"
    answered = f"ISNUMBER(FIND({trimmed(cell)},[remarks]))"
    return Check(words, f"IF(ISERROR({cell}),FALSE,NOT(OR({known},{answered})))", (key,))


def header_checks(names: SheetNames) -> dict[str, Check]:
    """The check of each filled-in header blank, by key; empty ones count as lacking."""
    blanks = sorted(NO_ANSWER)

    def check(key: str, words: str, right: Callable[[str], str], *, asks: bool = False) -> Check:
        text = trimmed(f"[{key}]")
        broken = f"IF(ISERROR([{key}]),TRUE,IF(LEN({text})=0,FALSE,NOT({right(text)})))"
        return Check(words, broken, (key,), asks=asks)

    whose = f"应为{names.unit}" if names.unit else "名称不规范，请从下拉列表选择"
    return {
        "unit": check("unit", f"单位{whose}", lambda text: is_one_of(text, names.units)),
        "name": check("name", "联系人没有填", lambda text: f"NOT{is_one_of(text, blanks)}"),
        "mobile": check("mobile", "手机号应为11位", mobiles),
        "email": check(
            "email", "邮箱格式不对", lambda text: f"IF({is_one_of(text, blanks)},TRUE,{email(text)})", asks=True
        ),
    }


class SelfCheck:
    """The formulas of one sheet's self-check."""

    def __init__(self, layout: Layout, names: SheetNames) -> None:
        self._layout, self._form, self._names = layout, layout.form, names
        self.checks = row_checks(layout.form, names.regions)
        """The checks of each row by itself."""
        self.header_checks = header_checks(names)
        """Header key → its check."""
        self._regions = layout.range_of(layout.form.region.key)
        self._verdicts = xl_range_abs(layout.first, layout.check_column, layout.last, layout.check_column)
        self._typed = layout.columns[layout.form.region.key] + 1
        """The first column that is blank in an unused row."""
        beside = layout.check_column
        self._whole = [str(xl_rowcol_to_cell(row, beside)) for row in (HEADER_ROW, layout.total, layout.absent)]
        """The cells with the faults of the header, 合计 and the list of regions."""
        everything = xl_range_abs(layout.first, self._typed, layout.last, layout.last_column)
        self._begun = f"SUMPRODUCT(--(LEN({self._verdicts})>0))"
        """Formula for the number of rows with a verdict."""
        self._wrong, self._lacking_rows, self._open_rows = (
            f"SUMPRODUCT(--({begins(self._verdicts, start)}))" for start in (WRONG, ASKED + LACKING, ASKED)
        )
        self._unchecked = f"SUMPRODUCT((1-ISBLANK({everything}))*(LEN({self._verdicts})=0))"
        """Formula for the number of filled cells in rows without a formula, which inserted rows lack."""

    def row(self, row: int) -> str:
        """Formula for the verdict on a row: empty for a blank row, else √ or what is open, faults first."""

        def at(key: str) -> str:
            return str(xl_rowcol_to_cell(row, self._layout.columns[key]))

        everything = xl_range(row, self._typed, row, self._layout.last_column)
        return f'=IF(COUNTA({everything})=0,"",{_signed("&".join(self._faults(at, row)), PASSED)})'

    def _faults(self, at: Callable[[str], str], row: int) -> Iterator[str]:
        yield self._name(at)
        yield from (check.formula(at) for check in self.checks if not check.settled)
        unanswered = self._answerable(at, row, _TOLD_NOTHING, [check for check in self.checks if check.settled])
        silence = "&".join(filter(None, [*unanswered, self._change(at, row)]))
        remarks, every = at("remarks"), [column.label for column in self._form.data]
        none = f"SUMPRODUCT(--{names_columns(remarks, every)})=0"
        wanting = [check for check in self.checks if check.wanted]
        others = [check for check in self.checks if check.settled and not check.wanted]
        specific = [self._unless_answered(check, at, f"{_NAMED}+({none})") for check in wanting]
        by_name, by_any = self._answerable(at, row, _NAMED, others), self._answerable(at, row, _TOLD_ALL, [])
        reasoned = "&".join([*specific, f"IF({none},{'&'.join(by_any)},{'&'.join(by_name)})"])
        yield f"IF({silent(remarks, self._form)},{silence},{reasoned})"

    def _answerable(self, at: Callable[[str], str], row: int, told: str, checks: Sequence[Check]) -> list[str]:
        """Formulas for what a reason settles, and what is lacking; ``told``: columns that it is about."""
        faults = [self._unless_answered(check, at, told) for check in checks if not check.asks]
        return [*faults, self._lacking(at, row, told), *(self._unless_answered(c, at, told) for c in checks if c.asks)]

    def _unless_answered(self, check: Check, at: Callable[[str], str], told: str) -> str:
        remarks, labels = at("remarks"), [self._form.by_key[key].label for key in check.fields]
        reason = told.replace(_NAMED, f"SUMPRODUCT(--{names_columns(remarks, labels)})") + ">0"
        reason = f"AND({reason},{_with_cells(check.wanted, at)})" if check.wanted and told != _TOLD_NOTHING else reason
        return f'IF(OR(SUMPRODUCT(--{settled_columns(remarks, labels)})>0,{reason}),"",{check.formula(at)})'

    def _lacking(self, at: Callable[[str], str], row: int, told: str) -> str:
        """Formula for what a row lacks; with only a 备注 that gives a reason, nothing."""
        answers = required_columns(self._form, Kind.YESNO, Kind.CHOICE, Kind.TEXT)
        lacking = [f"COUNTBLANK({cells})" for cells, _ in self._cells(row, answers)]
        counts = required_columns(self._form, Kind.COUNT) if told != _TOLD_ALL else []
        for cells, labels in self._cells(row, counts):
            named = f"+{names_columns(at('remarks'), labels)}" if told == _NAMED else ""
            lacking.append(f"SUMPRODUCT(ISBLANK({cells})*({settled_columns(at('remarks'), labels)}{named}=0))")
        number = "+".join(lacking)
        if told == _TOLD_NOTHING:
            return f'IF({number}=0,"",{self._blanks(row, required_columns(self._form))})'
        filled = "+".join(f"COUNTA({cells})" for cells, _ in self._cells(row, [c.key for c in self._form.data]))
        open_number = f"IF({filled}=0,0,{number})"
        return f'SUBSTITUTE("{_ASKED}{LACKING}"&{open_number}&"项","{_ASKED}{LACKING}0项","")'

    def _name(self, at: Callable[[str], str]) -> str:
        """Formula for faults of a region's name alone: it is missing, or repeated in another row."""
        region = at(self._form.region.key)
        column = self._layout.columns[self._form.region.key]
        among = xl_range_abs(self._layout.first, column, self._layout.last, column)
        name = f"LEFT({region},{_LONGEST_NAME})"
        times = f"COUNTIF({among},{name})+SUMPRODUCT(COUNTIF({among},{name}&{array(ENDINGS)}))"
        named = f'IF({has_content(region)},IF({times}>1,"；地区重复",""),"；缺少地区名称")'
        return f'IF(ISERROR({region}),"；地区是错误值",{named})'

    def _cells(self, row: int, keys: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
        """The ranges of these columns in a row, each with its labels."""
        labels = {self._layout.columns[column.key]: column.label for column in self._form.columns}
        for first, last in self._layout.runs(keys):
            yield str(xl_range(row, first, row, last)), [labels[number] for number in range(first, last + 1)]

    def _blanks(self, row: int, keys: Sequence[str]) -> str:
        """Formula for which of these cells are blank, or how many."""
        blank = "+".join(f"COUNTBLANK({cells})" for cells, _ in self._cells(row, keys))
        cells = {key: xl_rowcol_to_cell(row, self._layout.columns[key]) for key in keys}
        named = [f'IF(COUNTBLANK({cell})=1,"、{self._form.by_key[key].label}","")' for key, cell in cells.items()]
        listed = f'SUBSTITUTE("{_ASKED}{LACKING}"&{"&".join(named)},"、","：",1)'
        return f'IF({blank}=0,"",IF({blank}>{_MOST_NAMED},"{_ASKED}{LACKING}"&({blank})&"项",{listed}))'

    def _change(self, at: Callable[[str], str], row: int) -> str:
        """Formula for which figures differ from last year's, if these are beside the row."""
        past, at_first = self._layout.past, row - self._layout.first
        compared = [column for column in self._form.of_kind(Kind.COUNT) if column.key in past]
        if not compared or at_first >= len(self._layout.content.rows):
            return ""
        then = {key: str(xl_rowcol_to_cell(row, column)) for key, column in past.items()}
        items = [
            f'IF({changed_much(column, at(column.key), then[column.key])},"、{column.label}","")' for column in compared
        ]
        listed = listing(f"{_ASKED}与上年相差超过{MOST_CHANGE}%", items)
        region, name = at(self._form.region.key), self._layout.content.rows[at_first][self._form.region.key]
        return f'IF(ISERROR({region}),"",IF({region}={formula_text(str(name))},{listed},""))'

    # The whole sheet ---------------------------------------------------------------------------------------------

    def header(self) -> str:
        """Formula for faults of the header; what it lacks is reported only once a row is begun."""

        def at(key: str) -> str:
            slot = self._layout.slot(key)
            return str(xl_rowcol_to_cell(slot.row, slot.left, row_abs=True, col_abs=True))

        checks = self.header_checks.values()
        faults = [check.formula(at) for check in checks if not check.asks]
        questions = [check.formula(at) for check in checks if check.asks]
        required = [field for field in HEADER if field.required]
        blank = [f'IF(ISERROR({at(f.key)}),"",IF({has_content(at(f.key))},"","、{f.called}"))' for f in required]
        lacking = f'IF({self._begun}=0,"",{listing(_ASKED + LACKING, blank)})'
        return f"={_signed('&'.join([*faults, lacking, *questions]), '')}"

    def total(self) -> str:
        """Formula for columns of 合计 that are not the sum of all rows above, as where a last row is added."""
        sums = []
        for column in self._form.of_kind(Kind.COUNT):
            place = self._layout.columns[column.key]
            total = xl_rowcol_to_cell(self._layout.total, place)
            first = xl_rowcol_to_cell(self._layout.first, place)
            letters = total.rstrip("0123456789")
            rows = f"SUM({first}:INDEX({letters}:{letters},ROW({total})-1))"
            sums.append(
                f'IF(ISERROR(N({total})-{rows}),"、{column.label}",IF(N({total})<>{rows},"、{column.label}",""))'
            )
        return f"={listing(f'{WRONG}{TOTAL}不等于各行之和', sums)}" if sums else ""

    def absent(self) -> str:
        """Formula for the regions without a row; if the whole unit has a row, for other rows beside it."""
        given = self._regions
        one_by_one = []
        for name in self._names.expected:
            times = "+".join(f"COUNTIF({given},{formula_text(known)})" for known in self._names.spellings_of(name))
            one_by_one.append(f'IF({times}=0,"、{name}","")')
        missing = listing(f"{ASKED}没有填的地区", one_by_one) if one_by_one else '""'
        twofold = f'IF(COUNTA({given})>1,"{ASKED}有全单位的行，又有各地区的行，请只留一种。","")'
        return f"=IF(SUMPRODUCT(COUNTIF({given},{array(self._names.whole_unit)}))>0,{twofold},{missing})"

    def printed(self) -> str:
        """Formula for the word printed by a form that must not be sent as it is."""
        header, total, _ = self._whole
        faults = f"{self._wrong}+{self._lacking_rows}+{self._unchecked}+LEN({total})>0"
        return f'=IF(OR({faults},{begins(header, WRONG)},{begins(header, ASKED + LACKING)}),"{NOT_PASSED}","")'

    def advice(self) -> str:
        """What to do, step by step: the top line while nothing is filled in."""
        layout, regions = self._layout, len(self._names.expected)
        rows = (
            "各地区的行" if regions > 1 else "本地区的行" if regions else f"从序号{layout.serial_start}起每个地区一行"
        )
        more = f"（行数不够时在“{ELLIPSIS}”行上方插入行）" if layout.content.ellipsis else ""
        return f"{TO_FILL}：先填联系人、手机号，再填{rows}{more}，各张表都要填；右侧“自检”都是√后{layout.content.send or '报送'}。"

    def bar(self) -> str:
        """Formula for the top line, which says what is still to be done."""
        header, total, absent = self._whole
        wrong, lacking, begun = self._wrong, self._lacking_rows, self._begun
        asked = f"({self._open_rows}-{lacking})"
        unfilled = f"SUMPRODUCT((1-ISBLANK({self._regions}))*(LEN({self._verdicts})=0))"
        unchecked = self._unchecked
        open_texts = f"LEN({header})+LEN({total})+LEN({absent})"
        pieces = (
            f'IF({wrong}>0,"有"&{wrong}&"行{FAILED}。","")',
            f'IF({lacking}>0,"有"&{lacking}&"行没有填全。","")',
            f'IF({asked}>0,"有"&{asked}&"行请核实，属实的在备注写明原因。","")',
            f'IF({begins(header, WRONG)},"表头{FAILED}。",IF(LEN({header})>0,"表头没有填好。",""))',
            f'IF(LEN({total})>0,"{TOTAL}{FAILED}。","")',
            f'IF({unfilled}>0,"还有"&{unfilled}&"个地区没有填。","")',
            f'IF(LEN({absent})>0,"地区不全或重复。","")',
            f'IF({unchecked}>0,"有的行没有自检公式，请从上一行的“自检”格复制下来。","")',
            f'IF({wrong}+{self._open_rows}+{open_texts}>0,"见右侧“自检”一栏。","")',
        )
        empty = f"AND({begun}=0,{open_texts}=0)"
        done = f"AND({begun}>0,{wrong}+{self._open_rows}+{unfilled}+{unchecked}+{open_texts}=0)"
        words = "&".join(pieces)
        complete = formula_text(COMPLETE + (f"请{self._layout.content.send}。" if self._layout.content.send else ""))
        return f"=IF({empty},{formula_text(self.advice())},IF({done},{complete},{words}))"


def _signed(texts: str, passed: str) -> str:
    """Formula for faults and what is lacking or asked, as one text after its sign; if none, ``passed``."""
    text = f'"{_END}"&{texts}&"{_END}"'
    signs = ((_END * 2, passed), (_END + _WRONG, WRONG), (_END + _ASKED, ASKED), (_END, ""), (_ASKED, _WRONG))
    for mark, shown in signs:
        text = f'SUBSTITUTE({text},"{mark}","{shown}")'
    return text
