"""The names and answers allowed in a sheet of the official form, and pieces of formulas for Excel 2010, WPS
and LibreOffice.

An array constant is allowed in a cell's formula, but not in an input rule or a conditional format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from hrss12333.checking.reasons import SHORTEST_REASON, fillers, postponing, spellings
from hrss12333.checking.rules.plausibility import LEAST_CHANGE, MOST_CHANGE
from hrss12333.survey.gazetteer import match_region
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import NO, YES, Column, Edition, Form, Kind

_IDEOGRAPHIC_SPACE = "\u3000"
ANSWERED = "〔核实"
"""Begins the part of 备注 that settles one question: its columns and the reason."""
_LONGEST_MARK = 999
"""Characters of a 备注 in which settled questions are looked for."""
_NO_LETTERS = (
    f" {_IDEOGRAPHIC_SPACE}0123456789０１２３４５６７８９.,;:!?'\"()<>[]/\\|-_+=*#~%&@^`{{}}$"
    "。，、；：！？…—－＿～·“”‘’（）《》〈〉【】「」／＼％＋＝＊√×"
)
"""Characters that the sheet drops from a 备注; the rule drops whatever is no letter (emoji, rare signs)."""
_NAMES = ("符号", "空话", "空话字数", "推翻的话")
"""Begin the names of the arrays: signs, empty phrases, the letters of each, phrases that disown figures."""
_FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(ord("a"), ord("z") + 1)})
_WHOLE_UNIT_NAMES = ("全省", "全区", "全市", "全自治区", "全兵团")
ENDINGS = ("市", "区", "县", "州", "盟", "地区")
"""Endings that a short name leaves out: names that differ only in these mean one region."""
_OWN_OFFICE = ("本级", "省本级", "区本级", "自治区本级", "市本级", "兵团本级", "省直", "区直", "市直", "兵团直属")


class SheetNames(Struct, frozen=True):
    """The names that one sheet accepts."""

    units: tuple[str, ...]
    """Names accepted as the header's unit."""
    unit: str = ""
    """Official name of the unit that the sheet was made for; empty if anyone may fill it in."""
    regions: tuple[str, ...] = ()
    """Names accepted in the rows; empty if the sheet's unit is unknown."""
    whole_unit: tuple[str, ...] = ()
    """Names of rows that mean the whole unit."""
    expected: tuple[str, ...] = ()
    """Regions that must have a row."""
    short: frozenset[str] = frozenset()
    """Names of regions that are short for another name."""

    def spellings_of(self, name: str) -> list[str]:
        """The name of a region and its short forms."""
        return [name, *(short for short in _shortened(name) if short in self.short)]


def _shortened(name: str) -> list[str]:
    return [name.removesuffix(ending) for ending in ENDINGS if name.endswith(ending)]


def _of_no_region(edition: Edition) -> Iterator[str]:
    """The names of units that are no name of another unit's region, as 海南 is (a prefecture of 青海)."""
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
        for name in _shortened(region.name)
        if unit.certain.get(name) == region.name and name not in unit.spellings
    ]
    listed = tuple(dict.fromkeys((*(region.name for region in unit.regions), *short, *whole, *own)))
    return SheetNames(unit.spellings, unit.name, listed, whole, tuple(expected), frozenset(short))


def required_columns(form: Form, *kinds: Kind) -> list[str]:
    """The columns, except the region, that a row with a region must answer; of these kinds, or of all."""
    columns = form.of_kind(*kinds) if kinds else form.columns
    return [column.key for column in columns if column.required and column.kind is not Kind.REGION]


def allowed_answers(column: Column) -> tuple[str, ...]:
    """The entries that a column allows, if the form limits them."""
    return (YES, NO) if column.kind is Kind.YESNO else column.choices


def trimmed(reference: str) -> str:
    """Formula for a cell's or range's text without the spaces around it, U+3000 included."""
    return f'TRIM(SUBSTITUTE({reference},"{_IDEOGRAPHIC_SPACE}",""))'


def has_content(reference: str) -> str:
    """Formula for whether a cell or range has content other than spaces."""
    return f"(LEN({trimmed(reference)})>0)"


def begins(text: str, start: str) -> str:
    """Formula for whether a text begins like this."""
    return f'LEFT({text},{len(start)})="{start}"'


def formula_text(text: str) -> str:
    """A text as a formula writes it."""
    return '"' + text.replace('"', '""') + '"'


def array(items: Iterable[str]) -> str:
    """An array constant of texts."""
    return "{" + ",".join(map(formula_text, items)) + "}"


def is_one_of(text: str, items: Iterable[str]) -> str:
    """Formula for whether a text is one of these, in any letter case; no character is a wildcard."""
    return f"(SUMPRODUCT(--({text}={array(items)}))>0)"


def has_any(text: str, words: Iterable[str]) -> str:
    """Formula for whether a text contains one of these words."""
    return f"SUMPRODUCT(--ISNUMBER(FIND({array(words)},{text})))>0"


def listing(start: str, items: Sequence[str]) -> str:
    """Formula for ``start：a、b。``, empty if no item yields anything; each item yields ``、a`` or nothing."""
    return f'SUBSTITUTE(SUBSTITUTE("{start}"&{"&".join(items)}&"。","、","：",1),"{start}。","")'


def reason_words(form: Form) -> dict[str, str]:
    """Name in the workbook → formula of each array by which the sheet judges the 备注 of this form's rows."""
    wide = ((word.translate(_FULL_WIDTH), own) for word, own in fillers(form))
    words = dict.fromkeys((*fillers(form), *wide))
    weights = "{" + ",".join(f"{own / len(word):.4g}" for word, own in words) + "}"
    arrays = array(_NO_LETTERS), array(word for word, _ in words), weights, array(postponing())
    return {f"{name}_{form.key}": f"={each}" for name, each in zip(_NAMES, arrays, strict=True)}


def silent(cell: str, form: Form) -> str:
    """Formula for whether a 备注 gives no reason: `is_reason` as computed by the sheet with `reason_words`."""
    signs, words, weights, refused = reason_words(form)
    own = f'LEFT({cell},FIND("{ANSWERED}",{cell}&"{ANSWERED}")-1)'
    text = f'LOWER(SUBSTITUTE({own},CHAR(10),""))'
    letters = f'LEN({text})-SUMPRODUCT(LEN({text})-LEN(SUBSTITUTE({text},{signs},"")))'
    counted = f'SUMPRODUCT((LEN({text})-LEN(SUBSTITUTE({text},{words},"")))*{weights})'
    none = f"{letters}-{counted}<{SHORTEST_REASON - 0.5}"
    return f"IF(ISERROR({cell}),TRUE,IF(SUMPRODUCT(--ISNUMBER(FIND({refused},{cell})))>0,TRUE,{none}))"


def names_columns(cell: str, labels: Iterable[str]) -> str:
    """Formula for which of these columns a 备注 names, as an array."""
    names = array(spellings(label)[-1] for label in labels)
    return f'ISNUMBER(FIND({names},SUBSTITUTE({cell},"座席","坐席")))'


def settled_columns(cell: str, labels: Iterable[str]) -> str:
    """Formula for which of these columns' questions a 备注 settles, as an array."""
    names = array(f"、{spellings(label)[0]}、" for label in labels)
    marked = f'MID({cell},FIND("{ANSWERED}",{cell}&"{ANSWERED}"),{_LONGEST_MARK})'
    return f'ISNUMBER(FIND({names},SUBSTITUTE(SUBSTITUTE({marked},"{ANSWERED} ","、"),"：","、")))'


def holds_figure(cell: str, figure: str) -> str:
    """Formula for whether a text holds a figure that is not part of another."""
    text, digits = f'SUBSTITUTE({cell},",","")', "{0,1,2,3,4,5,6,7,8,9}"

    def times(found: str, length: str) -> str:
        return f'SUMPRODUCT((LEN({text})-LEN(SUBSTITUTE({text},{found},"")))/({length}))'

    longer = [times(each, f"LEN({figure})+1") for each in (f"{digits}&{figure}", f"{figure}&{digits}")]
    return "-".join([times(figure, f"LEN({figure})"), *longer]) + ">0.5"


def changed_much(column: Column, now: str, past: str) -> str:
    """Formula for whether a figure differs from last year's as P505 asks; usable in conditional formats."""
    change = f"ABS({now}-{past})"
    much = f"AND({change}>={LEAST_CHANGE.get(column.measure, 1)},100*{change}>{MOST_CHANGE}*{past})"
    return f"IF(AND(ISNUMBER({now}),ISNUMBER({past})),{much},FALSE)"


def mobiles(text: str) -> str:
    """Formula for whether a text is one mobile number, or two separated by 、."""
    second = f'AND(LEN({text})=23,MID({text},12,1)="、",{_mobile(f"MID({text},13,11)")})'
    return f"AND({_mobile(f'LEFT({text},11)')},OR(LEN({text})=11,{second}))"


def _mobile(text: str) -> str:
    begins = f'LEFT({text},1)="1",ISNUMBER(FIND(MID({text},2,1),"3456789"))'
    return f'AND({begins},IF(ISERROR(VALUE({text})),FALSE,TEXT(VALUE({text}),"{"0" * 11}")={text}))'


def email(text: str) -> str:
    """Formula for whether a text has one @, something before it, and a dot somewhere after it."""
    at = f'FIND("@",{text}&"@")'
    domain = f"MID({text},{at}+1,99)"
    dotted = f'ISNUMBER(FIND(".",{domain},2)),ISERROR(FIND("@",{domain})),ISERROR(FIND("..",{text}))'
    return f'AND({at}>1,ISERROR(FIND(" ",{text})),{dotted},MID(RIGHT({text},2),1,1)<>".",RIGHT({text})<>".")'
