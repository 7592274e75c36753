"""What lies beside filings and holds no table but words: a text file, a mail with nothing to read in it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from msgspec import Struct

from hrss12333.reading.files.source import Source
from hrss12333.reading.grid import FileProblem

NO_DOCUMENT = "不是表格或文档"
NO_ATTACHMENT = "邮件没有附件"
_LONGEST = 200_000
"""Bytes up to which it is read for its words."""


class Note(Struct, frozen=True):
    """Words that may say something of the filings beside them."""

    name: str
    what: str
    """Chinese: why it is no filing."""
    texts: tuple[str, ...]
    sender: str = ""
    received: datetime | None = None


def note_of_text(source: Source) -> list[Note]:
    """What a text file says; nothing where it is long or cannot be read."""
    from hrss12333.reading.formats.plain_text import decoded  # few folders hold one

    with suppress(FileProblem):
        if len(data := source.data) < _LONGEST:
            return [Note(source.name, NO_DOCUMENT, (decoded(data),), source.sender, source.received)]
    return []


def note_of_mail(source: Source, data: bytes) -> list[Note]:
    """What a mail without attachments says; nothing where it is long."""
    if len(data) >= _LONGEST:
        return []
    from hrss12333.reading.files.mails import words_alone  # as above

    sent, words = words_alone(data)
    return [Note(source.name, NO_ATTACHMENT, tuple(word.text for word in words), *sent)]
