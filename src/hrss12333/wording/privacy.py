"""Keeps contacts private: mobile numbers and mail addresses are removed from every text that leaves the office."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec.structs import replace

from hrss12333.model.file_names import FileNames
from hrss12333.model.finding import Finding
from hrss12333.model.message import Leaf, OtherRegion, OtherUnit, Param, Quote
from hrss12333.patterns import harmless
from hrss12333.questions.question import Question
from hrss12333.wording.values import found_text

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
"""``\\d`` is full-width figures too; people part the groups by blanks, brackets, dots or dashes of any kind; by what parts figures, too, only where
three digits and twice four stand together. What is behind a
decimal point is a figure."""
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


_OWN_NAMES = FileNames(())


def own_question(question: Question, *, is_city: bool) -> Question:
    """The question as its respondent may read it: files by their own names, no other respondent's name."""

    others = OtherRegion if is_city else OtherUnit

    def own(finding: Finding) -> Finding:
        shown = finding.message.changed(lambda leaf: leaf.hidden if isinstance(leaf, others) else leaf)
        return _OWN_NAMES.of(replace(finding, message=shown))

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
