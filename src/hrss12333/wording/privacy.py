"""What must not leave the office with a report: mobile numbers and mail addresses are taken out of every text."""

from __future__ import annotations

import re

from hrss12333.model.finding import Finding

HIDDEN = "［略］"
_CONTACT_FIELDS = frozenset({"mobile", "email"})
_EMAIL = re.compile(r"[A-Za-z0-9_.+-]+\s*[@＠]\s*[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_ODD_EMAIL = re.compile(r"[\w.+-]+\s*[@＠]\s*[\w-]+(?:\.[\w-]+)*")
"""One with letters that are not Latin: words that stand before it are hidden with it."""
_MOBILE = re.compile(r"(?<![\d.,])(?:(?:[+＋]|00)?86[\s-]?)?[1１][3-9３-９](?:[\s·—–－‐-]?\d){9}(?!\d)")
"""``\\d`` is full-width figures too; people part the groups by a blank or a dash of any kind."""
_LONG_NUMBER = re.compile(r"\d(?:[\s-]?\d){6,}")
_QUOTED = re.compile(r"“[^”]*”")


def without_contacts(text: str) -> str:
    """The text without mobile numbers and mail addresses."""
    if "@" in text or "＠" in text:
        text = _ODD_EMAIL.sub(HIDDEN, _EMAIL.sub(HIDDEN, text))
    return _MOBILE.sub(HIDDEN, text)


def message_without_contacts(finding: Finding) -> str:
    """A finding's message; where it is about a contact, without anything that it quotes."""
    message = finding.message
    if finding.field in _CONTACT_FIELDS:
        return _QUOTED.sub(f"“{HIDDEN}”", message)
    if finding.field is None and finding.region is None:  # a line above the table may hold a number of any shape
        message = _LONG_NUMBER.sub(HIDDEN, message) if finding.row else message
    return without_contacts(message)
