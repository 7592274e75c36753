"""Archives and mails: their files, in memory, with the dates and sender that the container knows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import Costly, expect_small
from hrss12333.reading.files.package import Package, name_of
from hrss12333.reading.files.source import passed_over

if TYPE_CHECKING:
    from hrss12333.model.text import Text

_NO_TABLE = lazy(r"总结|\.(?:pdf|ofd|png|jpe?g|gif|bmp|tiff?|heic)$", re.IGNORECASE)
"""Attachments that go with a form: the work report, the stamped scan."""
_CELL = lazy(rb"<t[dh]\b", re.IGNORECASE)
_FEWEST_CELLS = 24
"""Cells of the smallest form that somebody may have pasted into a letter; a signature has fewer."""
_CHINA = timedelta(hours=8)
"""An archive stores local time, and the units' offices all keep Beijing time."""


class Member(Struct, frozen=True):
    """One file of a container: its content, or why there is none."""

    name: str
    load: Callable[[], bytes] = bytes
    """Unpacks it, each time it is asked for: a small archive may hold more than should be held at once."""
    saved: datetime | None = None
    sender: str = ""
    received: datetime | None = None
    skip: str = ""
    """Chinese: why it is passed over."""
    around: tuple[Text, ...] = ()
    """The words of the mail that it came with."""


def zip_entries(data: bytes, _: str) -> list[Member]:
    """The files of a .zip; their times are local, and taken for Beijing's."""
    package = Package(data)
    return sorted(
        (_entry(name_of(info), partial(package.read_info, info), _time(info.date_time)) for info in package.infos),
        key=lambda entry: entry.name,
    )


def _time(stored: tuple[int, int, int, int, int, int]) -> datetime | None:
    try:
        return datetime(*stored) - _CHINA if stored[0] > 1980 else None
    except ValueError:
        return None


def archive_entries(data: bytes, kind: str) -> list[Member]:
    """Of an archive that is unpacked in the child process."""
    from hrss12333.reading.files.child_process import in_child

    entries = (
        _entry(name, partial(bytes, content), datetime.fromisoformat(saved) if saved else None)
        for name, saved, content in in_child(kind, data)
    )
    return sorted(entries, key=lambda entry: entry.name)


def _entry(name: str, load: Callable[[], bytes], saved: datetime | None) -> Member:
    name = name.replace("\\", "/").lstrip("/")
    reason = passed_over(name)
    return Member(name, skip=reason) if reason else Member(name, load, saved)


def mail_entries(data: bytes, kind: str) -> list[Member]:
    """The attachments of a mail and of those that it forwards; the letter itself where no table is attached, but one
    pasted in."""
    from hrss12333.reading.files.mails import read_mail  # with the nouns of a filing, for a mail alone

    inside = data.count(b"boundary") + data.count(b"message/")
    try:
        expect_small(bytes=len(data), lines=data.count(b"\n") * (1 + inside))
        parts, around = read_mail(data)
    except Costly:
        from hrss12333.reading.files.child_process import in_child

        parts, around = in_child(kind, data)
    # What was pasted into the letter counts only where no table is attached: answers quote what was sent before.
    table = any(not part.skip and not part.letter and not _NO_TABLE.search(part.name) for part in parts)
    return [
        Member(part.name, partial(bytes, part.content), part.received, part.sender, part.received, part.skip, around)
        for part in sorted(parts, key=lambda part: part.letter)
        if not part.letter or (not table and len(_CELL.findall(part.content)) >= _FEWEST_CELLS)
    ]
