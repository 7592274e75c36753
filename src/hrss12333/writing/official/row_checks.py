"""The checks of one row, generated from what the form declares: fields, balances, bounds.

Each check is a formula for the sheet, the same worked out here for the stored value, and the cells that turn red.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from hrss12333.reading.values.numbers import LARGEST
from hrss12333.survey.frame import SAMPLE, TOTAL
from hrss12333.survey.schema import Column, Form, Kind, Relation
from hrss12333.writing.official.formulas import At, Cells, array, is_one_of, quoted, trim, trimmed
from hrss12333.writing.official.layout import answers

ASK = "，请核对或在备注说明"
"""What a check says that a reason in 备注 settles."""
_NO_REGION = (TOTAL, "小计", SAMPLE, "总计", "共计", "汇总", "累计", "其中")
"""What the name of no region holds."""


class RowCheck(Struct, frozen=True):
    """One thing that a row may have wrong."""

    formula: Callable[[At], str]
    """Formula for a text that begins with ；, or for nothing."""
    verdict: Callable[[Cells], str]
    """What it yields, without the ；."""
    fields: tuple[str, ...] = ()
    """The cells that turn red."""
    sign: str = ""
    """The beginning of the text, by which the red cells know that it stands in 自检."""
    settled: bool = False
    """Whether a reason in 备注 settles it."""


def remarks_column(form: Form) -> Column | None:
    """The column where a deviation is explained: the last free text that need not be answered."""
    return next((column for column in reversed(form.of_kind(Kind.TEXT)) if not column.required), None)


def row_checks(form: Form, regions: tuple[str, ...] = ()) -> list[RowCheck]:
    """Every check of a row of this form but for what concerns the other rows and blanks; settled ones last.

    ``regions`` are the names that a row may have, where they are known.
    """
    can_explain = remarks_column(form) is not None
    checks = [
        *(_count(column) for column in form.of_kind(Kind.COUNT)),
        *(_answer(column) for column in form.of_kind(Kind.YESNO, Kind.CHOICE)),
        *(_broken(bound, form, "大于") for bound in form.bounds),
        *(_broken(balance, form, "≠", ASK if can_explain else "，请核对") for balance in form.balances),
        *(_broken(bound, form, "大于", ASK if can_explain else "") for bound in form.usual_bounds),
        *([_named(form, regions)] if regions else [_spaced(form)]),
        _no_region(form),
    ]
    return sorted(checks, key=lambda check: check.settled)


def _count(column: Column) -> RowCheck:
    label = column.label

    def formula(at: At) -> str:
        cell = at(column.key)
        number = (
            f'IF({cell}<0,"；{label}是负数",IF({cell}<>INT({cell}),"；{label}不是整数",'
            f'IF({cell}>{LARGEST},"；{label}大得不合理","")))'
        )
        return f'IF(ISBLANK({cell}),"",IF({_is_number(cell)},{number},"；{label}不是数字"))'

    def verdict(cells: Cells) -> str:
        value = cells.get(column.key)
        if value is None:
            return ""
        if isinstance(value, str):
            return f"{label}不是数字"
        wrong = {"是负数": value < 0, "不是整数": value != int(value), "大得不合理": value > LARGEST}
        return next((label + words for words, holds in wrong.items() if holds), "")

    return RowCheck(formula, verdict, (column.key,))


def _is_number(cell: str) -> str:
    """Formula for whether a cell holds a number; to LibreOffice TRUE is one, too."""
    return f"AND(ISNUMBER({cell}),NOT(ISLOGICAL({cell})))"


def is_no_count(cell: str) -> str:
    """Formula, fit for a conditional format: something stands there that is no whole number of 0 or more."""
    number = f"OR({cell}<0,{cell}<>INT({cell}),{cell}>{LARGEST})"
    return f"AND(NOT(ISBLANK({cell})),IF({_is_number(cell)},{number},TRUE))"


def is_no_answer(cell: str, allowed: tuple[str, ...]) -> str:
    """Formula, fit for a conditional format: something stands there that is none of the answers."""
    return "+".join([f"ISBLANK({cell})", *(f"COUNTIF({cell},{quoted(word)})" for word in allowed)]) + "=0"


def _answer(column: Column) -> RowCheck:
    allowed = answers(column)
    message = f"{column.label}应填{'或'.join(f'“{word}”' for word in allowed)}"

    def verdict(cells: Cells) -> str:
        value = cells.get(column.key)
        return "" if value is None or value in allowed else message

    return RowCheck(
        lambda at: f'IF({is_no_answer(at(column.key), allowed)},{quoted("；" + message)},"")', verdict, (column.key,)
    )


def _broken(relation: Relation, form: Form, sign: str, hint: str = "") -> RowCheck:
    """A balance or bound that does not hold; by how much, where it is an identity."""
    first, *others = [form.by_key[key].label for key in relation.fields]
    sign = f"{first}{sign}{'+'.join(others)}"
    tells_gap = relation.broken == "<>"

    def formula(at: At) -> str:
        first, *others = map(at, relation.fields)
        count = f"COUNT({','.join([first, *others])})={len(relation.fields)}"
        if not tells_gap:
            return f'IF({count},IF({first}{relation.broken}{"+".join(others)},"；{sign}{hint}",""),"")'
        gap = f"{first}-({'+'.join(others)})"
        return f'IF({count},IF({gap}{relation.broken}0,"；{sign}，相差"&ABS({gap})&"{hint}",""),"")'

    def verdict(cells: Cells) -> str:
        figures = [cells.get(key) for key in relation.fields]
        gap = relation.gap([None if isinstance(figure, str) else figure for figure in figures])
        return (f"{sign}，相差{abs(gap)}{hint}" if tells_gap else f"{sign}{hint}") if gap else ""

    return RowCheck(formula, verdict, relation.fields, sign, settled=hint == ASK)


def _named(form: Form, regions: tuple[str, ...]) -> RowCheck:
    key = form.region.key
    sign = "地区名称不在名单中"
    message = f"{sign}，请改为规范名称" + ("或在备注说明" if remarks_column(form) else "")
    folded = {name.lower() for name in regions}

    def formula(at: At) -> str:
        known = is_one_of(at(key), regions)
        return f'IF(ISERROR({at(key)}),"",IF(LEN({trimmed(at(key))})=0,"",IF({known},"","；{message}")))'

    def verdict(cells: Cells) -> str:
        name = str(cells.get(key) or "")
        return message if trim(name) and name.lower() not in folded else ""

    return RowCheck(formula, verdict, (key,), sign, settled=remarks_column(form) is not None)


def _spaced(form: Form) -> RowCheck:
    """A form for everyone can't compare a name with a list, and so must have it without spaces to compare it at all."""
    key = form.region.key
    sign = "地区名称里有多余的空格"

    def formula(at: At) -> str:
        cell = at(key)
        return f'IF(ISERROR({cell}),"",IF(LEN({cell})=LEN({trimmed(cell)}),"","；{sign}"))'

    def verdict(cells: Cells) -> str:
        name = str(cells.get(key) or "")
        return sign if name != trim(name) else ""

    return RowCheck(formula, verdict, (key,), sign)


def _no_region(form: Form) -> RowCheck:
    """A line of sums or of sample figures among the regions: the reader leaves it out, and 合计 would count it."""
    key = form.region.key
    sign = "这一行不是地区"
    message = f"{sign}，请删去{'、'.join(_NO_REGION[:3])}等行"

    def formula(at: At) -> str:
        return f'IF(SUMPRODUCT(--ISNUMBER(FIND({array(_NO_REGION)},{at(key)})))>0,"；{message}","")'

    def verdict(cells: Cells) -> str:
        name = str(cells.get(key) or "")
        return message if any(word in name for word in _NO_REGION) else ""

    return RowCheck(formula, verdict, (key,), sign)
