"""Values, figures, fields and places in words; palette and signs; texts without contacts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache, partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.indicators import Indicator
from hrss12333.model.filing import Found
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.message import Label, Leaf, OtherRegion, OtherUnit, Param, Quote, RegionName, base_name
from hrss12333.model.national import State
from hrss12333.patterns import clean, grouped, harmless
from hrss12333.questions import Question
from hrss12333.survey.regions import Region, Unit, bare_name
from hrss12333.survey.schema import HEADER, LARGEST_EXACT, Column, Edition, Kind, answer_word
from hrss12333.wording.text import shorten

_UNFIT = dict.fromkeys((*range(0x20), *b'<>:"/\\|?*'), "_")
_DEVICE_NAMES = "con prn aux nul conin$ conout$"
_DEVICES = (*_DEVICE_NAMES.split(), *(port + number for port in ("com", "lpt") for number in "0123456789¹²³"))
_LONGEST_STEM = 180
"""Bytes: 60 Chinese characters, 45 emoji. Systems take names of up to 255 bytes, and endings follow."""


def found_text(value: Found) -> str:
    """A cell's content as a sheet shows it: TRUE for a logical cell, 2500 for 2500.0, empty if blank."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < LARGEST_EXACT else repr(value)
    return clean(str(value))


def answer_text(value: Found) -> str:
    """A value as people write it: 是, 否, 2,500; 空白 for None."""
    if value is None:
        return "空白"
    if isinstance(value, bool):
        return answer_word(value)
    return f"{value:,}" if isinstance(value, int) else found_text(value)


def column_of(edition: Edition, form: str | None, field: str | None) -> Column | None:
    """The column of this key in a form, or in any form where none is given."""
    forms = (each for each in edition.forms if form in (None, each.key))
    return next((each.by_key[field] for each in forms if field in each.by_key), None)


def field_label(edition: Edition, form: str | None, field: str | None) -> str:
    """The label of a column or header blank; the key itself if no form has it, empty for None."""
    if field is None:
        return ""
    column = column_of(edition, form, field)
    if column is not None:
        return column.label
    return next((blank.called for blank in HEADER if blank.key == field), field)


TEN_THOUSAND = 10_000
LARGE = 100_000
"""Counts from this on are given in 万."""
ROUNDING_NOTE = "因四舍五入，分项之和可能与合计略有出入。"


def rounded(value: Fraction | int, places: int = 2) -> str:
    """A number to ``places`` decimals, halves away from zero: 2.345 → 2.35, which floats do not guarantee."""
    scaled = abs(Fraction(value)) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    text = f"{whole // 10**places:,}" + (f".{whole % 10**places:0{places}d}" if places else "")
    return f"-{text}" if value < 0 and whole else text


def printed(value: Fraction, places: int = 2) -> Fraction:
    """The number as `rounded` prints it."""
    return Fraction(rounded(value, places).replace(",", ""))


def change_of(indicator: Indicator, now: Fraction | None, then: Fraction | None) -> Fraction | None:
    """The change between two printed figures: in 百分点 for a rate, else as a share; None if either is missing."""
    if now is None or then is None:
        return None
    if indicator.percent:
        return printed(now, indicator.places + 2) - printed(then, indicator.places + 2)
    before = printed(then, indicator.places)
    return printed(now, indicator.places) / before - 1 if before else None


def percent(share: Fraction, places: int = 1) -> str:
    """A share as 91.2%."""
    return f"{rounded(share * 100, places)}%"


def ratio(indicator: Indicator, value: Fraction, *, measure: bool = True) -> str:
    """An indicator's value as 91.2% or 12,345次/人; without ``measure`` 91.2 or 12,345."""
    plain = rounded(value * 100 if indicator.percent else value, indicator.places)
    return plain + ("%" if indicator.percent else indicator.measure) if measure else plain


def is_large(*values: int | None) -> bool:
    """Whether figures shown side by side are given in 万."""
    return max((value for value in values if value is not None), default=0) >= LARGE


def amount(value: int, measure: str = "", *, in_ten_thousands: bool | None = None) -> str:
    """A count as 1,234.56万次 or 5,832人."""
    if is_large(value) if in_ten_thousands is None else in_ten_thousands:
        return f"{rounded(Fraction(value, TEN_THOUSAND))}万{measure}"
    return f"{value:,}{measure}"


def chinese_number(number: int) -> str:
    """A number below a hundred in Chinese: 1 → 一, 12 → 十二."""
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
    """Colour of the ground."""
    tone: str
    """Colour on a terminal."""


WRONG = Look("×", "#9C0006", "#FFC7CE", "bold red")
ASKED = Look("！", "#7F6000", "#FFEB9C", "yellow")
FINE = Look("√", "#375623", "#E2EFDA", "green")
ABSENT = Look("○", "#3F3F76", "#DDDDF0", "blue")
QUIET = Look("", "#595959", "#F2F2F2", "")
STATES = {State.CORRECT: WRONG, State.CONFIRM: ASKED, State.MISSING: ABSENT, State.USABLE: FINE}
SEVERITIES = {Severity.ERROR: WRONG, Severity.QUERY: ASKED, Severity.NOTE: QUIET}
ESTIMATE = "~"
"""Follows a figure that its 备注 calls an estimate, or that contains one."""
DOUBT = "*"
"""Follows a figure in open question or incomplete; a note below the table explains it."""


def cell_place(finding: Finding, edition: Edition) -> str:
    """广州市来电总量（C7）, without what the message itself names; empty where there is no cell."""
    column = column_of(edition, finding.form, finding.field)
    label = "" if column and column.kind is Kind.REGION else field_label(edition, finding.form, finding.field)
    region = clean(finding.region or "")
    leaves = finding.message.leaves
    if any(isinstance(leaf, Label) and leaf == label for leaf in leaves):
        label = ""
    if any(isinstance(leaf, RegionName) for leaf in leaves):
        region = ""
    named, cell = shorten(region) + label, finding.cell or ""
    return f"{named}（{cell}）" if named and cell else named or cell


def by_sheet(questions: Sequence[Question]) -> list[tuple[str | None, list[Question]]]:
    """Questions by sheet, those about the file first; per sheet errors, queries, notes, each from the top."""
    sheets = grouped(questions, lambda question: question.ground.sheet)
    for listed in sheets.values():
        listed.sort(key=lambda each: (each.ground.severity.rank, each.ground.position, each.ground.rule))
    form = {sheet: next((each.form for each in listed if each.form), "") for sheet, listed in sheets.items()}
    return sorted(sheets.items(), key=lambda item: (item[0] is not None, form[item[0]]))


def safe_stem(name: str) -> str:
    """A name without what any system refuses in file names: Windows devices, reserved marks, a final dot."""
    stem = name.translate(_UNFIT).encode("utf-8", "replace")[:_LONGEST_STEM].decode("utf-8", "ignore").strip(" .")
    return f"_{stem}" if stem.partition(".")[0].rstrip().lower() in _DEVICES else stem or "文件"


def stem_of(file: str) -> str:
    """File name without folders, container and extension, valid on any system."""
    name = base_name(file)
    return safe_stem(name.rpartition(".")[0] or name)


def unique_paths(folder: Path, stem: str, extensions: Iterable[str], taken: set[str]) -> dict[str, Path]:
    """Extension → path in ``folder``, all with one stem that is free in this run; it is added to ``taken``."""
    name, number = stem, 2
    while name.lower() in taken:
        name, number = f"{stem}({number})", number + 1
    taken.add(name.lower())
    return {extension: folder / f"{name}{extension}" for extension in extensions}


LEFT_OUT = "［略］"
_CONTACT_FIELDS = frozenset({"mobile", "email"})
_AT = r"[@＠]|[(（\[【［]\s*[Aa][Tt]\s*[)）\]】］]"
"""The @ of an address, also as people disguise it from programs."""
_LATIN = r"A-Za-z0-9Ａ-Ｚａ-ｚ０-９_+-"
_EMAIL = rf"(?<![{_LATIN}.])[{_LATIN}.]+\s*(?:{_AT})\s*[{_LATIN}]+(?:[.。．][{_LATIN}]+)*"
"""Matches only from the start of a run of letters: a long text without an address is searched once."""
_ELEVEN = r"[1１][3-9３-９](?:(?:[\s·•_—–－‐()（）-]{0,3}\d){9}|\d[./，]\d{4}[./，]\d{4})"
_ELEVEN_DIGITS = re.compile(r"\d(?:[\W_]{0,3}\d){10}")
_MOBILE = rf"(?<!\d)(?:(?<!\d\.)|(?<=\d{{11}}\.))(?:(?:[+＋]|00)?86[\s·—–－‐-]{{0,3}}|0)?{_ELEVEN}(?!\d)"
"""People separate the groups by blanks, brackets, dots or dashes; digits after a decimal point are a figure."""
_LONG_NUMBER = r"\d(?:[\s-]?\d){6,}"


def without_contacts(text: str) -> str:
    """The text without mobile numbers and mail addresses."""
    text = text.replace("\u00ad", "")  # a hyphen that shows only at the end of a line
    if "@" in text or "＠" in text or "at" in text.lower():
        text = re.sub(_EMAIL, LEFT_OUT, text)
    return re.sub(_MOBILE, LEFT_OUT, text) if _ELEVEN_DIGITS.search(text) else text


@lru_cache(maxsize=2048)
def public_text(text: str) -> str:
    """The text without contacts and control characters, as HTML, CSV and public sheets show it."""
    return without_contacts(harmless(text))


def public_value(finding: Finding) -> str:
    """The value found, without contacts."""
    value = found_text(finding.value)
    return LEFT_OUT if value and finding.field in _CONTACT_FIELDS else without_contacts(value)


def question_for_respondent(question: Question, edition: Edition, unit: Unit | None) -> Question:
    """The question as its respondent may read it: without folders and others' names."""
    others = OtherRegion if unit else OtherUnit
    named = partial(file_name_for, question.respondent, unit.regions if unit else edition.units)

    def readable(finding: Finding) -> Finding:
        shown = finding.message.changed(lambda leaf: leaf.hidden if isinstance(leaf, others) else leaf)
        return replace(finding, message=shown).renamed(named, first=1)

    return question.changed(readable)


def file_name_for(respondent: str, listed: Iterable[Region | Unit], file: str) -> str:
    """A file's name without folders; 另一份材料 if it names a listed place other than the respondent."""
    name = base_name(file)
    names_other = any(bare_name(each.name) in name for each in listed) and bare_name(respondent) not in name
    return "另一份材料" if names_other else name


def public_finding(finding: Finding) -> Finding:
    """The finding without contacts; if about a contact, without anything that it quotes."""
    of_contact = finding.field in _CONTACT_FIELDS
    # In a header, or about a contact, any long number may be a telephone.
    anyhow = of_contact or (finding.field is None and finding.region is None and finding.row)

    def hidden(leaf: Leaf) -> Param:
        if not isinstance(leaf, str | Quote):
            return leaf
        text = str(leaf.found if isinstance(leaf, Quote) else leaf)  # before it is cut
        shown = without_contacts(re.sub(_LONG_NUMBER, LEFT_OUT, text) if anyhow else text)
        if of_contact and isinstance(leaf, Quote):
            shown = LEFT_OUT
        if shown == text:
            return leaf
        if isinstance(leaf, Quote):
            return replace(leaf, found=shown)
        return type(leaf)(shown)

    return replace(finding, message=finding.message.changed(hidden), value=public_value(finding) or None)
