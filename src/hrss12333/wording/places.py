"""Places in words: a file by its name, a cell by region, heading and address; and contacts removed from texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from msgspec.structs import replace

from hrss12333.model.finding import Finding
from hrss12333.model.message import Label, Leaf, OtherRegion, OtherUnit, Param, Quote, RegionName, base_name
from hrss12333.patterns import clean, grouped, harmless
from hrss12333.questions.question import Question
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.schema import Kind
from hrss12333.wording.text import shorten
from hrss12333.wording.values import column_of, field_label, found_text

_UNFIT = dict.fromkeys((*range(0x20), *b'<>:"/\\|?*'), "_")
_DEVICE_NAMES = "con prn aux nul conin$ conout$"
_DEVICES = (*_DEVICE_NAMES.split(), *(port + number for port in ("com", "lpt") for number in "0123456789¹²³"))
_LONGEST_STEM = 180
"""Bytes: 60 Chinese characters, 45 emoji. Names of 255 bytes are the longest that systems take, and endings follow."""


def cell_place(finding: Finding, edition: Edition) -> str:
    """广州市来电总量（C7）; without what the message says anyway, empty where there is no cell."""
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
    """Questions by sheet, those of the file itself first; in a sheet errors, queries, notes, from top to bottom."""
    sheets = grouped(questions, lambda question: question.ground.sheet)
    for listed in sheets.values():
        listed.sort(key=lambda each: (each.ground.severity.rank, each.ground.position, each.ground.rule))
    form = {sheet: next((each.form for each in listed if each.form), "") for sheet, listed in sheets.items()}
    return sorted(sheets.items(), key=lambda item: (item[0] is not None, form[item[0]]))


def safe_stem(name: str) -> str:
    """A name without what some system refuses in a file name: Windows' devices, reserved marks, a dot at the end."""
    stem = name.translate(_UNFIT).encode("utf-8", "replace")[:_LONGEST_STEM].decode("utf-8", "ignore").strip(" .")
    return f"_{stem}" if stem.partition(".")[0].rstrip().lower() in _DEVICES else stem or "文件"


def stem_of(file: str) -> str:
    """File name without folders, container and extension, fit for any system."""
    name = base_name(file)
    return safe_stem(name.rpartition(".")[0] or name)


def unique_paths(folder: Path, stem: str, extensions: Iterable[str], taken: set[str]) -> dict[str, Path]:
    """Extension → path in ``folder``, all of one stem that no other output of this run has; the stem joins ``taken``."""
    name, number = stem, 2
    while name.lower() in taken:
        name, number = f"{stem}({number})", number + 1
    taken.add(name.lower())
    return {extension: folder / f"{name}{extension}" for extension in extensions}


LEFT_OUT = "［略］"
_CONTACT_FIELDS = frozenset({"mobile", "email"})
_AT = r"[@＠]|[(（\[【［]\s*[Aa][Tt]\s*[)）\]】］]"
"""The @ of an address, also as people write it to hide it from programs."""
_LATIN = r"A-Za-z0-9Ａ-Ｚａ-ｚ０-９_+-"
_EMAIL = rf"(?<![{_LATIN}.])[{_LATIN}.]+\s*(?:{_AT})\s*[{_LATIN}]+(?:[.。．][{_LATIN}]+)*"
"""Tried only where a run of letters begins: a long text without an address takes no longer for it."""
_ELEVEN = r"[1１][3-9３-９](?:(?:[\s·•_—–－‐()（）-]{0,3}\d){9}|\d[./，]\d{4}[./，]\d{4})"
_ELEVEN_DIGITS = re.compile(r"\d(?:[\W_]{0,3}\d){10}")
_MOBILE = rf"(?<!\d)(?:(?<!\d\.)|(?<=\d{{11}}\.))(?:(?:[+＋]|00)?86[\s·—–－‐-]{{0,3}}|0)?{_ELEVEN}(?!\d)"
"""People part the groups by blanks, brackets, dots or dashes; what is behind a decimal point is a figure."""
_LONG_NUMBER = r"\d(?:[\s-]?\d){6,}"


def without_contacts(text: str) -> str:
    """The text without mobile numbers and mail addresses."""
    text = text.replace("\u00ad", "")  # a hyphen that shows only at the end of a line
    if "@" in text or "＠" in text or "at" in text.lower():
        text = re.sub(_EMAIL, LEFT_OUT, text)
    return re.sub(_MOBILE, LEFT_OUT, text) if _ELEVEN_DIGITS.search(text) else text


@lru_cache(maxsize=2048)
def public_text(text: str) -> str:
    """The text as it may leave the office: the one door through which every text goes into HTML, CSV and public sheets."""
    return without_contacts(harmless(text))


def public_value(finding: Finding) -> str:
    """The value found, as it may leave the office."""
    value = found_text(finding.value)
    return LEFT_OUT if value and finding.field in _CONTACT_FIELDS else without_contacts(value)


def own_question(question: Question, *, is_city: bool) -> Question:
    """The question as its respondent may read it: files by their own names, no other respondent's name."""

    others = OtherRegion if is_city else OtherUnit

    def own(finding: Finding) -> Finding:
        shown = finding.message.changed(lambda leaf: leaf.hidden if isinstance(leaf, others) else leaf)
        return replace(finding, message=shown).renamed(base_name, first=1)

    return question.changed(own)


def public_question(question: Question) -> Question:
    """The question as it may leave the office."""
    return question.changed(public_finding)


def public_finding(finding: Finding) -> Finding:
    """The finding as it may leave the office: where it is about a contact, without anything that it quotes."""
    of_contact = finding.field in _CONTACT_FIELDS
    # A line above the table may hold a number of any shape, as may a note about a contact.
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
