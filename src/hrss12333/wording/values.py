"""Values, figures and names of fields in words; and the palette and signs, beside which a word says the same."""

from __future__ import annotations

from fractions import Fraction

from msgspec import Struct

from hrss12333.model.filing import Found
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.message import Leaf, Quote
from hrss12333.model.national import State
from hrss12333.patterns import clean
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.indicators import Indicator
from hrss12333.survey.schema import HEADER, LARGEST_EXACT, Column, answer_word
from hrss12333.wording.text import shorten


def value_about(finding: Finding) -> Found:
    """The value at a finding's place; None where the finding is about several figures, of which that is but one."""
    return None if len(finding.figures) > 1 and finding.field in finding.figures else finding.value


def quotes_value(finding: Finding) -> bool:
    """Whether the message quotes the value that it is about, where there is any."""
    value = shorten(found_text(value_about(finding)))
    return not value or any(_quoted(leaf) == value for leaf in finding.message.leaves)


def _quoted(leaf: Leaf) -> str | None:
    """The text that a parameter shows whole; None where it is cut."""
    if isinstance(leaf, Quote):
        whole = not leaf.longest or len(str(leaf.found)) <= leaf.longest
        return found_text(leaf.found) if whole else None
    return found_text(leaf)


def found_text(value: Found) -> str:
    """A cell's content as it was there, empty where it was blank: TRUE for a logical cell, 2500 for 2500.0."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < LARGEST_EXACT else repr(value)
    return clean(str(value))


def answer_text(value: Found) -> str:
    """A value as one would fill it in: 是, 否, 2,500; 空白 for None."""
    if value is None:
        return "空白"
    if isinstance(value, bool):
        return answer_word(value)
    return f"{value:,}" if isinstance(value, int) else found_text(value)


def column_of(edition: Edition, form: str | None, field: str | None) -> Column | None:
    """The column of this key; of any form where none is named."""
    forms = (known for known in edition.forms if form in (None, known.key))
    return next((known.by_key[field] for known in forms if field in known.by_key), None)


def field_label(edition: Edition, form: str | None, field: str | None) -> str:
    """Heading of a field or header blank, on one line; the key itself where no form knows it, empty for None."""
    if field is None:
        return ""
    column = column_of(edition, form, field)
    if column is not None:
        return column.label
    return next((blank.called for blank in HEADER if blank.key == field), field)


TEN_THOUSAND = 10_000
LARGE = 100_000
"""From here on a count is given in 万."""
ROUNDING_NOTE = "因四舍五入，分项之和可能与合计略有出入。"


def rounded(value: Fraction | int, places: int = 2) -> str:
    """With so many decimals, halves away from zero: 2.345 → 2.35, also where a float would lie just below the half."""
    scaled = abs(Fraction(value)) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    text = f"{whole // 10**places:,}" + (f".{whole % 10**places:0{places}d}" if places else "")
    return f"-{text}" if value < 0 and whole else text


def printed(value: Fraction, places: int = 2) -> Fraction:
    """The number that a reader takes from `rounded`."""
    return Fraction(rounded(value, places).replace(",", ""))


def change_of(indicator: Indicator, now: Fraction | None, then: Fraction | None) -> Fraction | None:
    """The change between two figures as printed: of a rate in 百分点, of a plain ratio as a share; None without either."""
    if now is None or then is None:
        return None
    if indicator.percent:
        return printed(now, indicator.places + 2) - printed(then, indicator.places + 2)
    before = printed(then, indicator.places)
    return printed(now, indicator.places) / before - 1 if before else None


def percent(share: Fraction, places: int = 1) -> str:
    """91.2%."""
    return f"{rounded(share * 100, places)}%"


def ratio(indicator: Indicator, value: Fraction, *, unit: bool = True) -> str:
    """91.2% or 12,345次/人; without its ``unit`` 91.2 or 12,345."""
    plain = rounded(value * 100 if indicator.percent else value, indicator.places)
    return plain + ("%" if indicator.percent else indicator.unit) if unit else plain


def is_large(*values: int | None) -> bool:
    """Whether figures shown side by side are given in 万."""
    return max((value for value in values if value is not None), default=0) >= LARGE


def amount(value: int, unit: str = "", *, in_ten_thousands: bool | None = None) -> str:
    """1,234.56万次 or 5,832人."""
    if is_large(value) if in_ten_thousands is None else in_ten_thousands:
        return f"{rounded(Fraction(value, TEN_THOUSAND))}万{unit}"
    return f"{value:,}{unit}"


def chinese_number(number: int) -> str:
    """1 → 一, 12 → 十二; below a hundred."""
    ones = "零一二三四五六七八九"
    if number < 10:
        return ones[number]
    tens, rest = divmod(number, 10)
    return (ones[tens] if tens > 1 else "") + "十" + (ones[rest] if rest else "")


class Look(Struct, frozen=True):
    """The look of a state or a severity."""

    sign: str
    ink: str
    """Colour of words, dark enough to be read on ``fill`` and on white."""
    fill: str
    tone: str
    """The nearest colour of a terminal."""


WRONG = Look("×", "#9C0006", "#FFC7CE", "bold red")
ASKED = Look("！", "#7F6000", "#FFEB9C", "yellow")
FINE = Look("√", "#375623", "#E2EFDA", "green")
ABSENT = Look("○", "#3F3F76", "#DDDDF0", "blue")
QUIET = Look("", "#595959", "#F2F2F2", "")
STATES = {State.CORRECT: WRONG, State.CONFIRM: ASKED, State.MISSING: ABSENT, State.USABLE: FINE}
SEVERITIES = {Severity.ERROR: WRONG, Severity.QUERY: ASKED, Severity.NOTE: QUIET}
ESTIMATE = "~"
"""Behind a figure that its 备注 calls an estimate, or that holds one."""
DOUBT = "*"
"""Behind a figure that is in open question, or lacks a part; what it means is noted below the same table."""
