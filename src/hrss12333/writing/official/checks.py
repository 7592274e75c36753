"""What the official form's self-check checks: of one row, generated from what the form declares (fields, balances, bounds);
of the line above the table; and which names it takes here and there.

Each check is a formula for the sheet, the same worked out here for the stored value, and the cells that turn red.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from hrss12333.patterns import lazy
from hrss12333.reading.layout.labels import NO_ANSWER
from hrss12333.reading.values.numbers import LARGEST_READ
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.frame import HEADER, SAMPLE, TOTAL
from hrss12333.survey.region_names import match_region
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import NO, YES, Column, Form, Kind, Relation
from hrss12333.writing.official.formulas import CellOfKey, RowValues, array, formula_text, is_one_of, trim, trimmed

_REQUEST = "，请核对或在备注说明"
"""What a check says that a reason in 备注 settles."""
_NO_REGION = (TOTAL, "小计", SAMPLE, "总计", "共计", "汇总", "累计", "其中")
"""What the name of no region holds."""
CHECK_PREFIXES = {field.key: field.label for field in HEADER} | {"unit": "单位"}
"""Header key → the beginning of what its check says, by which the red blanks know it."""
_LONGEST_EMAIL = 64
_MOBILE = lazy(r"1[3-9][0-9]{9}(?:、1[3-9][0-9]{9})?")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_IN_NAME, _IN_DOMAIN = f"{_LETTERS}0123456789._%+-", f"{_LETTERS}0123456789.-"
_SHORTEST_DOMAIN = 4
_WHOLE_UNIT_NAMES = ("全省", "全区", "全市", "全自治区", "全兵团")
ENDINGS = ("市", "区", "县", "州", "盟", "地区")
"""What a short name leaves out, by which two names are known to be one region's."""
_OWN_OFFICE = ("本级", "省本级", "区本级", "自治区本级", "市本级", "兵团本级", "省直", "区直", "市直", "兵团直属")


class SheetNames(Struct, frozen=True):
    """The names that one sheet takes."""

    units: tuple[str, ...]
    """What the header's unit may be."""
    unit: str = ""
    """Official name of the unit that the sheet was made for; empty where anyone may fill it in."""
    regions: tuple[str, ...] = ()
    """What the rows may be named; empty where nobody knows whose the sheet is."""
    whole_unit: tuple[str, ...] = ()
    """Those of them that stand for the whole unit."""
    expected: tuple[str, ...] = ()
    """Those that must have a row."""
    short: frozenset[str] = frozenset()
    """Those of the regions that are short for another."""

    def spellings_of(self, name: str) -> list[str]:
        """The name of a region and the short ones."""
        short = [name.removesuffix(ending) for ending in ENDINGS if name.endswith(ending)]
        return [name, *(each for each in short if each in self.short)]


def _of_no_region(edition: Edition) -> Iterator[str]:
    """Names of units that no region of another unit has: 海南 is a prefecture of 青海, too."""
    for each in edition.units:
        others = [other for other in edition.units if other is not each]
        yield from (name for name in each.spellings if not any(name in other.certain for other in others))


def names_for(edition: Edition, unit: Unit | None, expected: Sequence[str]) -> SheetNames:
    """The names of a sheet made for ``unit``, whose rows must be these regions."""
    if unit is None:
        spellings = tuple(spelling for each in edition.units for spelling in each.spellings)
        return SheetNames(spellings, whole_unit=(*_WHOLE_UNIT_NAMES, *_of_no_region(edition)))
    whole = tuple(name for name in (*_WHOLE_UNIT_NAMES, *unit.spellings) if match_region(unit, name).is_unit)
    own = tuple(name for name in _OWN_OFFICE if match_region(unit, name).name == name)
    short = [
        name
        for region in unit.regions
        for name in (region.name.removesuffix(ending) for ending in ENDINGS)
        if name != region.name and unit.certain.get(name) == region.name and name not in unit.spellings
    ]
    listed = tuple(dict.fromkeys((*(region.name for region in unit.regions), *short, *whole, *own)))
    return SheetNames(unit.spellings, unit.name, listed, whole, tuple(expected), frozenset(short))


class Check(Struct, frozen=True):
    """One thing that a row, or the header, may have wrong."""

    formula: Callable[[CellOfKey], str]
    """Formula for a text that begins with ；, or for nothing."""
    verdict: Callable[[RowValues], str]
    """What it yields, without the ；."""
    fields: tuple[str, ...]
    """The cells that turn red."""
    sign: str = ""
    """The beginning of the text, by which the red cells know that it is in 自检."""
    settled_by_remarks: bool = False
    """Whether a reason in 备注 settles it."""


def remarks_column(form: Form) -> Column | None:
    """The column where a deviation is explained: the last free text that need not be answered."""
    return next((column for column in reversed(form.of_kind(Kind.TEXT)) if not column.required), None)


def required_columns(form: Form) -> list[str]:
    """The columns that a row with a region must answer, region apart."""
    return [column.key for column in form.columns if column.required and column.kind is not Kind.REGION]


def allowed_answers(column: Column) -> tuple[str, ...]:
    """What may be in the column, where the form says so."""
    return (YES, NO) if column.kind is Kind.YESNO else column.choices


def either(words: Sequence[str]) -> str:
    """“是”或“否”."""
    return "或".join(f"“{word}”" for word in words)


def row_checks(form: Form, regions: tuple[str, ...]) -> list[Check]:
    """Every check of a row of this form but for what concerns the other rows and blanks; settled ones last.

    ``regions`` are the names that a row may have, where they are known.
    """
    can_explain = remarks_column(form) is not None
    checks = [
        *(_count_check(column) for column in form.of_kind(Kind.COUNT)),
        *(_answer_check(column) for column in form.of_kind(Kind.YESNO, Kind.CHOICE)),
        *(_broken_relation(bound, form, "大于") for bound in form.bounds),
        *(_broken_relation(balance, form, "≠", _REQUEST if can_explain else "，请核对") for balance in form.balances),
        *(_broken_relation(bound, form, "大于", _REQUEST if can_explain else "") for bound in form.usual_bounds),
        *_name_checks(form.region.key, regions, can_explain),
    ]
    return sorted(checks, key=lambda check: check.settled_by_remarks)


def _count_check(column: Column) -> Check:
    label = column.label

    def formula(at: CellOfKey) -> str:
        cell = at(column.key)
        number = (
            f'IF({cell}<0,"；{label}是负数",IF({cell}<>INT({cell}),"；{label}不是整数",'
            f'IF({cell}>{LARGEST_READ},"；{label}大得不合理","")))'
        )
        return f'IF(ISBLANK({cell}),"",IF({_is_number(cell)},{number},"；{label}不是数字"))'

    def verdict(cells: RowValues) -> str:
        value = cells.get(column.key)
        if value is None:
            return ""
        if isinstance(value, str):
            return f"{label}不是数字"
        wrong = {"是负数": value < 0, "不是整数": value != int(value), "大得不合理": value > LARGEST_READ}
        return next((label + words for words, holds in wrong.items() if holds), "")

    return Check(formula, verdict, (column.key,))


def _is_number(cell: str) -> str:
    """Formula for whether a cell holds a number; to LibreOffice TRUE is one, too."""
    return f"AND(ISNUMBER({cell}),NOT(ISLOGICAL({cell})))"


def is_no_count(cell: str) -> str:
    """Formula, fit for a conditional format: something is there that is no whole number of 0 or more."""
    number = f"OR({cell}<0,{cell}<>INT({cell}),{cell}>{LARGEST_READ})"
    return f"AND(NOT(ISBLANK({cell})),IF({_is_number(cell)},{number},TRUE))"


def is_no_answer(cell: str, allowed: tuple[str, ...]) -> str:
    """Formula, fit for a conditional format: something is there that is none of the answers."""
    return "+".join([f"ISBLANK({cell})", *(f"COUNTIF({cell},{formula_text(word)})" for word in allowed)]) + "=0"


def _answer_check(column: Column) -> Check:
    allowed = allowed_answers(column)
    message = f"{column.label}应填{either(allowed)}"
    return Check(
        lambda at: f'IF({is_no_answer(at(column.key), allowed)},{formula_text("；" + message)},"")',
        lambda cells: "" if cells.get(column.key) in (None, *allowed) else message,
        (column.key,),
    )


def _broken_relation(relation: Relation, form: Form, sign: str, hint: str = "") -> Check:
    """A balance or bound that does not hold; by how much, where it is an identity."""
    first, *others = [form.by_key[key].label for key in relation.fields]
    sign = f"{first}{sign}{'+'.join(others)}"
    tells_gap = relation.broken == "<>"

    def formula(at: CellOfKey) -> str:
        first, *others = map(at, relation.fields)
        count = f"COUNT({','.join([first, *others])})={len(relation.fields)}"
        if not tells_gap:
            return f'IF({count},IF({first}{relation.broken}{"+".join(others)},"；{sign}{hint}",""),"")'
        gap = f"{first}-({'+'.join(others)})"
        return f'IF({count},IF({gap}{relation.broken}0,"；{sign}，相差"&ABS({gap})&"{hint}",""),"")'

    def verdict(cells: RowValues) -> str:
        figures = [cells.get(key) for key in relation.fields]
        gap = relation.gap([None if isinstance(figure, str) else figure for figure in figures])
        return (f"{sign}，相差{abs(gap)}{hint}" if tells_gap else f"{sign}{hint}") if gap else ""

    return Check(formula, verdict, relation.fields, sign, settled_by_remarks=hint == _REQUEST)


def _name_checks(key: str, regions: tuple[str, ...], can_explain: bool) -> list[Check]:
    """The name is in the list; a form for everyone has none, and so must have names without spaces to compare them at all.
    And it is no line of sums or of sample figures: the reader leaves these out, and 合计 would count them."""
    folded = {name.lower() for name in regions}

    def check(sign: str, advice: str, formula: Callable[[str, str], str], is_wrong: Callable[[str], bool]) -> Check:
        return Check(
            lambda at: formula(at(key), f'"；{sign}{advice}"'),
            lambda cells: sign + advice if is_wrong(str(cells.get(key) or "")) else "",
            (key,),
            sign,
            settled_by_remarks="备注" in advice,
        )

    listed = check(
        "地区名称不在名单中",
        "，请改为规范名称" + ("或在备注说明" if can_explain else ""),
        lambda cell, fault: (
            f'IF(ISERROR({cell}),"",IF(LEN({trimmed(cell)})=0,"",IF({is_one_of(cell, regions)},"",{fault})))'
        ),
        lambda name: trim(name) != "" and name.lower() not in folded,
    )
    spaced = check(
        "地区名称里有多余的空格",
        "",
        lambda cell, fault: f'IF(ISERROR({cell}),"",IF(LEN({cell})=LEN({trimmed(cell)}),"",{fault}))',
        lambda name: name != trim(name),
    )
    no_region = check(
        "这一行不是地区",
        f"，请删去{'、'.join(_NO_REGION[:3])}等行",
        lambda cell, fault: f'IF(SUMPRODUCT(--ISNUMBER(FIND({array(_NO_REGION)},{cell})))>0,{fault},"")',
        lambda name: any(word in name for word in _NO_REGION),
    )
    return [listed if regions else spaced, no_region]


def header_checks(names: SheetNames) -> list[Check]:
    """The checks of every blank of the header that is not empty: those that are, are counted elsewhere."""

    def check(key: str, advice: str, right: Callable[[str], str], is_right: Callable[[str], bool]) -> Check:
        message = CHECK_PREFIXES[key] + advice

        def formula(at: CellOfKey) -> str:
            text = trimmed(at(key))
            wrong = f'IF(LEN({text})=0,"",IF({right(text)},"","；{message}"))'
            return f'IF(ISERROR({at(key)}),"；{message}",{wrong})'

        def verdict(cells: RowValues) -> str:
            text = trim(str(cells.get(key) or ""))
            return message if text and not is_right(text.lower()) else ""

        return Check(formula, verdict, (key,), CHECK_PREFIXES[key])

    units = {name.lower() for name in names.units}
    whose = f"应为{names.unit}" if names.unit else "名称不规范，请从下拉列表选择"
    blanks = sorted(NO_ANSWER)
    return [
        check("unit", whose, lambda text: is_one_of(text, names.units), lambda text: text in units),
        check("name", "没有填", lambda text: f"NOT{is_one_of(text, blanks)}", lambda text: text not in NO_ANSWER),
        check("mobile", "应为11位", _mobiles, lambda text: _MOBILE.fullmatch(text) is not None),
        check(
            "email",
            "格式不对",
            lambda text: f"IF({is_one_of(text, blanks)},TRUE,{_email(text)})",
            lambda text: text in NO_ANSWER or _is_email(text),
        ),
    ]


def _only_characters(text: str, characters: str, longest: int) -> str:
    """Formula for whether the first ``longest`` characters of a text are all among these; it is padded with one of
    them, for LibreOffice finds an empty text nowhere."""
    padded, places = f'{text}&REPT("{characters[0]}",{longest})', ",".join(map(str, range(1, longest + 1)))
    return f'SUMPRODUCT(--ISNUMBER(FIND(MID({padded},{{{places}}},1),"{characters}")))={longest}'


def _mobiles(text: str) -> str:
    """One mobile number, or two with 、 between them."""
    first, second = f"LEFT({text},11)", f"MID({text},13,11)"
    two = f'AND(LEN({text})=23,MID({text},12,1)="、",{_mobile(second)})'
    return f"AND({_mobile(first)},OR(LEN({text})=11,{two}))"


def _mobile(text: str) -> str:
    begins = f'LEFT({text},1)="1",ISNUMBER(FIND(MID({text},2,1),"3456789"))'
    return f"AND(LEN({text})=11,{begins},{_only_characters(text, '0123456789', 11)})"


def _email(text: str) -> str:
    """A name, one @, and a domain with a dot in it that ends in two letters."""
    lower, at = f"LOWER({text})", f'FIND("@",{text}&"@")'
    domain = f"MID({lower},{at}+1,{_LONGEST_EMAIL})"
    parts = (
        f"LEN({text})<={_LONGEST_EMAIL}",
        f"{at}>1",
        _only_characters(f"LEFT({lower},{at}-1)", _IN_NAME, _LONGEST_EMAIL),
        _only_characters(domain, _IN_DOMAIN, _LONGEST_EMAIL),
        f'LEFT({domain},1)<>"."',
        f'ISNUMBER(FIND(".",{domain}))',
        f'ISERROR(FIND("..",{domain}))',
        _only_characters(f"RIGHT({domain},2)", _LETTERS, 2),
    )
    return f"IF(LEN({domain})<{_SHORTEST_DOMAIN},FALSE,AND({','.join(parts)}))"


def _is_email(text: str) -> bool:
    name, _, domain = text.partition("@")
    characters = name != "" and set(name) <= set(_IN_NAME) and set(domain) <= set(_IN_DOMAIN)
    dotted = not domain.startswith(".") and "." in domain and ".." not in domain and set(domain[-2:]) <= set(_LETTERS)
    return len(text) <= _LONGEST_EMAIL and len(domain) >= _SHORTEST_DOMAIN and characters and dotted
