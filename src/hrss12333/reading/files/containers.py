"""Archives and mails: their files, in memory, with the dates and sender that the container knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from hrss12333.model.document_marks import GENERATOR, UNFINISHED
from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import Costly, expect_small
from hrss12333.reading.files.document_properties import naive_utc
from hrss12333.reading.files.package import MAX_UNPACKED, Package, damaged, name_of, too_large
from hrss12333.reading.grid import FileProblem

if TYPE_CHECKING:
    from email.message import EmailMessage

    from hrss12333.model.text import Text

DRAFT = "是本工具写出的邮件草稿里的附件"
_MOST_PARTS = 1_000
_LETTER = "邮件正文.html"
_NO_TABLE = lazy(r"总结|\.(?:pdf|ofd|png|jpe?g|gif|bmp|tiff?|heic)$", re.IGNORECASE)
"""Attachments that go with a form: the work report, the stamped scan."""
_CELL = lazy(rb"<t[dh]\b", re.IGNORECASE)
_FEWEST_CELLS = 24
"""Cells of the smallest form that somebody may have pasted into a letter; a signature has fewer."""
_MOST_DASHES = 10_000
"""Lines of a mail that may part it: each makes a part, which takes time."""
_LONGEST_HEADER = 8_000
"""Characters of a header that are looked at: its parser takes the longer for each the more there are."""
_CHINA = timedelta(hours=8)
"""An archive stores local time, and the units' offices all keep Beijing time."""

_SYSTEM_FILES = frozenset({"desktop.ini", "thumbs.db", "ehthumbs.db"})
_CONTROL = lazy(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Entry(Struct, frozen=True):
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


def shown(name: str) -> str:
    """A file name fit for a terminal and a report: no control characters, no undecodable bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:  # bytes that are no UTF-8: on Linux, nearly always a name from Chinese Windows
        raw = name.encode("utf-8", "surrogateescape") if "\ud800" not in name else b""
        try:
            name = raw.decode("gb18030")
        except UnicodeDecodeError:
            name = raw.decode("utf-8", "replace")
    return name if name.isprintable() else _CONTROL.sub("\N{REPLACEMENT CHARACTER}", name)


def passed_over(path: str) -> str | None:
    """Why a file of this name is none of a filing's; None where it may be one."""
    parts = path.replace("\\", "/").split("/")
    name = parts[-1]
    if name.startswith(UNFINISHED):
        return "本工具没有写完的临时文件，可以删除"
    if name.startswith(("~$", ".~")):
        return "Office打开文件时的临时锁文件"
    if "__MACOSX" in parts:
        return "macOS打包时附带的系统文件"
    if name.lower() in _SYSTEM_FILES or name == ".DS_Store":
        return "系统文件"
    if any(part.startswith(".") and part not in (".", "..") for part in parts):
        return "隐藏文件"
    return None


def open_container(data: bytes, kind: str) -> list[Entry]:
    """The files of an archive (in the order of their names) or the attachments of a mail (in the order of the mail).

    Raises:
        FileProblem: as `Package` and the readers of `archives` do; F001 where a container finds a fault of its reader's.
    """
    try:
        return CONTAINERS[kind](data)
    except FileProblem:
        raise
    except Exception as error:  # such as a mail whose parts lie in one another a thousand times
        raise damaged() from error


def _zip_entries(data: bytes) -> list[Entry]:
    """The files of a .zip; their times are local, and taken for Beijing's."""
    package = Package(data)
    entries = []
    for info in package.infos:
        name = name_of(info).replace("\\", "/").lstrip("/")
        reason = passed_over(name)
        if reason:
            entries.append(Entry(name, skip=reason))
            continue
        try:
            saved = datetime(*info.date_time) - _CHINA if info.date_time[0] > 1980 else None
        except ValueError:
            saved = None
        entries.append(Entry(name, partial(package.read_info, info), saved))
    return sorted(entries, key=lambda entry: entry.name)


def _archive_entries(kind: str, data: bytes) -> list[Entry]:
    """Of an archive that is unpacked in the child process."""
    from hrss12333.reading.files.child_process import in_child

    entries = []
    for name, saved, content in in_child(kind, data):
        name = name.replace("\\", "/").lstrip("/")
        reason = passed_over(name)
        time = datetime.fromisoformat(saved) if saved else None
        entries.append(Entry(name, skip=reason) if reason else Entry(name, partial(bytes, content), time))
    return sorted(entries, key=lambda entry: entry.name)


def _mail_entries(data: bytes) -> list[Entry]:
    """The attachments of a mail and of those that it forwards; the letter itself where no table is attached, but one
    pasted in."""
    inside = data.count(b"boundary") + data.count(b"message/")
    try:
        expect_small(bytes=len(data), lines=data.count(b"\n") * (1 + inside))
        attached, letters, around = read_mail(data)
    except Costly:
        from hrss12333.reading.files.child_process import in_child

        attached, letters, around = in_child("eml", data)
    entries = [
        Entry(part.name, partial(bytes, part.content), part.received, part.sender, part.received, part.skip, around)
        for part in attached
    ]
    if any(not entry.skip and not _NO_TABLE.search(entry.name) for entry in entries):
        return entries
    # What was pasted into the letter counts only where no table is attached: answers quote what was sent before.
    return entries + [
        Entry(_LETTER, partial(bytes, part.content), part.received, part.sender, part.received, around=around)
        for part in letters
        if len(_CELL.findall(part.content)) >= _FEWEST_CELLS
    ]


class Part(NamedTuple):
    """An attachment or a letter of a mail."""

    name: str
    content: bytes
    sender: str
    received: datetime | None
    skip: str


def read_mail(data: bytes) -> tuple[list[Part], list[Part], tuple[Text, ...]]:
    """The attachments and the letters of a mail and of those that it forwards, and its words.

    Raises:
        FileProblem: F004 where there are too many, or they are too large.
    """
    from email.parser import BytesParser

    from hrss12333.reading.files.mail_words import mail_words, text_of  # with the nouns of a filing, for a mail alone

    if data.count(b"\n--") > _MOST_DASHES:
        raise too_large()
    mail: EmailMessage = BytesParser(policy=_policy()).parsebytes(data)
    draft = (_header(mail, "x-unsent"), _header(mail, "x-mailer")) == ("1", GENERATOR)
    attached: list[Part] = []
    letters: list[Part] = []
    subjects: list[str] = []
    texts: list[str] = []
    size = 0
    for number, (part, sender, received) in enumerate(_parts(mail, "", None)):
        if number > _MOST_PARTS:
            raise too_large()
        if "subject" in part:
            subjects.append(_header(part, "subject"))
        if part.is_multipart():
            continue
        try:
            name = part.get_filename() or ""
        except Exception:  # the header parser fails on malformed input in many ways
            name = ""
        is_attached = part.get_content_disposition() == "attachment"
        if not name and not is_attached:
            if part.get_content_type() == "text/plain":
                texts.append(text_of(part))
            elif part.get_content_type() == "text/html" and not draft:
                letters.append(Part(_LETTER, _page_of(part), sender, received, ""))
            continue
        name = name.replace("\\", "/").rpartition("/")[2] or f"附件{number}"
        content = part.get_payload(decode=True)
        content = content if isinstance(content, bytes) else b""
        size += len(content)
        if size > MAX_UNPACKED:
            raise too_large()
        reason = DRAFT if draft else passed_over(name)
        if part.get_content_maintype() == "image" and not is_attached:
            reason = "邮件正文里的图片"
        attached.append(Part(name, content, sender, received, reason or ""))
    return attached, letters, mail_words(subjects, texts, (page.content.decode("utf-8", "replace") for page in letters))


def _page_of(part: EmailMessage) -> bytes:
    """A page in UTF-8, whatever the mail says it is in."""
    from hrss12333.reading.files.mail_words import text_of

    said = text_of(part)
    return b'<meta charset="utf-8">' + said.encode("utf-8", "replace") if said else b""


@cache
def _policy() -> Any:
    """How the headers of a stranger's mail are read: not far, and as they stand where the library's parser fails on them."""
    from email.policy import EmailPolicy

    class Cautious(EmailPolicy):
        """Bounds what a header costs."""

        def header_fetch_parse(self, name: str, value: str) -> Any:
            """A header as text with what it says."""
            known = value[:_LONGEST_HEADER]
            try:
                return super().header_fetch_parse(name, known)
            except Exception:  # of a malformed one, in many ways
                return " ".join(known.split())

    return Cautious()


def _parts(
    part: EmailMessage, sender: str, received: datetime | None, *, letter: bool = True
) -> Iterator[tuple[EmailMessage, str, datetime | None]]:
    """The parts of a mail with who sent them and when: what a forwarded mail holds was sent with that one."""
    if letter:
        sender, received = _header(part, "from") or sender, _mail_date(part) or received
    yield part, sender, received
    if part.is_multipart():
        forwarded = part.get_content_maintype() == "message"
        for inner in part.get_payload():
            yield from _parts(inner, sender, received, letter=forwarded)  # type: ignore[arg-type]  # as parsed


def _header(mail: EmailMessage, name: str) -> str:
    """A header as text; empty where it is missing or malformed."""
    try:
        return shown(str(mail[name] or "").strip())
    except Exception:  # as above
        return ""


def _mail_date(mail: EmailMessage) -> datetime | None:
    from email.utils import parsedate_to_datetime

    try:
        return naive_utc(parsedate_to_datetime(str(mail["date"])))
    except Exception:  # as above
        return None


CONTAINERS: dict[str, Callable[[bytes], list[Entry]]] = {
    "zip": _zip_entries,
    "7z": partial(_archive_entries, "7z"),
    "rar": partial(_archive_entries, "rar"),
    "eml": _mail_entries,
}
"""Kind → how its files are taken out."""
