"""What is in an archive or a mail, taken out by the worker.

Of a mail also its words, and what forwarded mails hold. A program of the machine unpacks a .rar.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy
from email.utils import parsedate_to_datetime
from html import unescape
from io import BytesIO
from typing import Any, TypeVar

from hrss12333.model.check_code import GENERATOR
from hrss12333.model.row import Problem
from hrss12333.model.text import Text, TextKind
from hrss12333.patterns import decoded
from hrss12333.reading.files.discovery import Contents, Unpacked, printable_name
from hrss12333.reading.files.file_type import package_kind
from hrss12333.reading.files.package import Package, locked, naive_utc, name_of
from hrss12333.reading.grid import FileProblem
from hrss12333.reading.worker.limits import MAX_UNPACKED, damaged, expect_few_members, too_large

_CHINA = timedelta(hours=8)
"""An archive stores local time, and the units' offices all keep Beijing time."""
_AT_ONCE, _MAX_PASSED = 32 * 2**20, 100 * 2**20
"""Bytes of files that come out of a .zip at once; and of all files of a .7z or .rar, which come at once."""
_UNPACKED_ANYWAY, _MOST_RATIO = 128 * 2**20, 16
"""Bytes that any .zip may hold, and how many bytes more for each byte of its own size."""
_NO_PROGRAM = "这是RAR压缩包，没有能解开。请解压后报送其中的表格，或改用 .zip 打包。"


# Archives


def unpack_zip(data: bytes, first: int) -> Contents | None:
    """The files of a .zip from the ``first`` on, with Beijing's time; None of a workbook or a document."""
    package = Package(data)
    if package_kind(package) != "zip":
        return None
    if package.size > min(MAX_UNPACKED, _UNPACKED_ANYWAY + _MOST_RATIO * len(data)):
        raise too_large()
    entries: list[Unpacked] = []
    size = 0
    for number, info in enumerate(package.infos[first:], first):
        if entries and size + info.file_size > _AT_ONCE:
            return Contents(entries, further=number)
        content = saved = None
        with suppress(Exception):  # whatever zipfile makes of it: the others can be read all the same
            content = package.read_info(info)
        with suppress(ValueError):
            saved = datetime(*info.date_time) - _CHINA if info.date_time[0] > 1980 else None
        entries.append(Unpacked(name_of(info), content, saved))
        size += len(content or b"")
    return Contents(entries)


def unpack_7z(data: bytes, _: int) -> Contents:
    """The files of a .7z."""
    import py7zr
    from py7zr.io import BytesIOFactory

    try:
        with py7zr.SevenZipFile(BytesIO(data)) as archive:
            if archive.needs_password():
                raise locked()
            infos = [info for info in archive.list() if not info.is_directory]
            expect_few_members([info.uncompressed for info in infos], _MAX_PASSED)
            made = BytesIOFactory(_MAX_PASSED)
            archive.extractall(factory=made)
    except py7zr.exceptions.PasswordRequired as error:
        raise locked() from error
    if len(made.products) < len(infos):  # two members have one name
        raise damaged()
    times = {info.filename: info.creationtime for info in infos}
    found: list[Unpacked] = []
    for name, content in made.products.items():
        content.seek(0)
        found.append(Unpacked(name, content.read(), naive_utc(times.get(name))))
    return Contents(found)


def unpack_rar(data: bytes, _: int, tools: Mapping[str, str | None], folder: str) -> Contents:
    """The files of a .rar; ``tools``: rarfile's names of programs → their paths; ``folder``: for their files."""
    import rarfile

    for tool, path in tools.items():  # a missing one gets a path that never exists
        setattr(rarfile, tool, path or os.path.join(folder, "none"))  # noqa: PTH118
    tempfile.tempdir = rarfile.HACK_TMP_DIR = folder
    try:
        with rarfile.RarFile(BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if info.is_file()]
            if archive.needs_password() or any(info.needs_password() for info in infos):
                raise locked()
            expect_few_members([info.file_size for info in infos], _MAX_PASSED)
            # An old .rar stores local time without an offset; it is taken as it is.
            return Contents([Unpacked(info.filename, archive.read(info), naive_utc(info.mtime)) for info in infos])
    except rarfile.RarCannotExec as error:
        raise FileProblem(Problem.OTHER_FORMAT, _NO_PROGRAM) from error


# Mails


DRAFT = "是本工具写出的邮件草稿里的附件"
_T = TypeVar("_T")
_MOST_PARTS = 1_000
_LONGEST_HEADER = 8_000
"""Characters of a header that are parsed: the time that takes grows faster than their number."""
_LONGEST_MAIL = 20_000
"""Characters of a mail that are read as its words, in all its parts."""
_QUOTED = (
    r"^\s*(?:[-_—=]{2,}\s*)?(?:原始?邮件|转发的?邮件|回复的?原?邮件|original message|forwarded message|begin forwarded message)"
    r"|^\s*(?:发件人|寄件人|from)\s*[:：]|^.{0,60}(?:写道|wrote)\s*[:：]\s*$|^\s*-- ?$"
)
"""The line at which another mail's quotation, or a signature, begins."""
_BLOCKS = frozenset(("p", "div", "br", "li", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6"))
_SILENT = frozenset(("script", "style", "head", "title", "blockquote"))
"""Tags of a page within which nothing is shown, or another mail is quoted."""
_TAG_NAME = r"/?[a-zA-Z][a-zA-Z0-9]*"


class _Policy(EmailPolicy):
    """Parses headers up to a length, and leaves those as they are on which the library fails."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """A header, parsed if possible."""
        known = _decoded(value[:_LONGEST_HEADER].encode("utf-8", "surrogateescape"))
        parse = super().header_fetch_parse
        return _or_default(lambda: parse(name, known), " ".join(known.split()))


def read_mail(data: bytes, _: int = 0) -> Contents:
    """A mail's subject and body, and its attachments, with those of mails that it forwards."""
    data = data.lstrip(b"\xef\xbb\xbf\r\n")  # in front of the first header they would end the headers
    mail: EmailMessage = BytesParser(policy=_Policy()).parsebytes(data)  # type: ignore[assignment]  # by its policy
    draft = (_header(mail, "x-unsent"), _header(mail, "x-mailer")) == ("1", GENERATOR)
    parts: list[Unpacked] = []
    subjects: list[str] = []
    letters: dict[bool, list[str]] = {False: [], True: []}
    """Whether bodies are HTML → these bodies."""
    for number, (part, sender, received) in enumerate(_mail_parts(mail, "", None)):
        if number > _MOST_PARTS:
            raise too_large()
        if "subject" in part:
            subjects.append(_header(part, "subject"))
        if part.is_multipart():
            continue
        name = _or_default(part.get_filename, None) or ""
        is_attached = part.get_content_disposition() == "attachment"
        is_page = part.get_content_type() == "text/html"
        content: Any = part.get_payload(decode=True) or b""
        if not name and not is_attached:
            if is_page or part.get_content_type() == "text/plain":
                text = _decoded(content, _or_default(part.get_content_charset, None))
                room = _LONGEST_MAIL - sum(map(len, letters[is_page]))
                letters[is_page].append(own_words(_page_text(text) if is_page else text)[:room])
            continue
        name = name.replace("\\", "/").rpartition("/")[2]
        if name[:1] in ("", ".") and "." not in name[1:]:  # none, or what a program left of it: .xlsx
            name = f"附件{number}{name}"
        reason = DRAFT if draft else ""
        if part.get_content_maintype() == "image" and not is_attached:
            reason = "邮件正文里的图片"
        parts.append(Unpacked(name, content, received, sender, received, reason))
    # A mail is sent as text and as HTML, which say the same; what only one of them says is kept, too.
    known = "".join("".join(letters[False]).split())[:_LONGEST_MAIL]
    pages = ([line for line in page.splitlines() if "".join(line.split()) not in known] for page in letters[True])
    bodies = dict.fromkeys(filter(None, (*letters[False], *map("\n".join, pages))))
    about = [Text(TextKind.SUBJECT, subject) for subject in dict.fromkeys(subjects) if subject]
    words = () if draft else (*about, *(Text(TextKind.MAIL, body) for body in bodies))
    return Contents(parts, words, _header(mail, "from"), _mail_date(mail))


def _page_text(page: str) -> str:
    """The visible text of a page without what it quotes: a line for each block, blanks between cells."""
    before, *commented = page[: 10 * _LONGEST_MAIL].split("<!--")
    first, *pieces = "".join((before, *(piece.partition("-->")[2] for piece in commented))).split("<")
    texts, silent = [first], ""
    for piece in pieces:
        tag, _, text = piece.partition(">")
        name = re.match(_TAG_NAME, tag)
        called = name[0].lower() if name else ""
        if silent:
            if called != f"/{silent}":
                continue
            silent = ""
        elif called in _SILENT:
            silent = called
            continue
        parting = "\n" if called.strip("/") in _BLOCKS else " " if called in ("td", "th") else ""
        texts.append(parting + (" ".join(text.split()) or text[:1]))
    return unescape("".join(texts))


def _mail_parts(
    part: EmailMessage, sender: str, received: datetime | None, *, letter: bool = True
) -> Iterator[tuple[EmailMessage, str, datetime | None]]:
    """The parts of a mail, each with sender and date of the innermost mail around it."""
    if letter:
        sender, received = _header(part, "from") or sender, _mail_date(part) or received
    yield part, sender, received
    if part.is_multipart():
        forwarded = part.get_content_maintype() == "message"
        for inner in part.get_payload():
            yield from _mail_parts(inner, sender, received, letter=forwarded)  # type: ignore[arg-type]  # as parsed


def _or_default(work: Callable[[], _T], default: _T) -> _T:
    """The result of this work; the mail parser fails on malformed input in many ways."""
    try:
        return work()
    except Exception:  # its errors have no common class
        return default


def _decoded(content: bytes, charset: str | None = None) -> str:
    """A text in its charset (gb2312 and gbk as their superset GB 18030), else in UTF-8 or GB 18030."""
    known = {"gb2312": "gb18030", "gbk": "gb18030", "us-ascii": ""}.get(charset or "us-ascii", charset or "")
    with suppress(LookupError, ValueError):  # no charset, or an unknown one
        return content.decode(known, "replace")
    return decoded(content)


def _header(mail: EmailMessage, name: str) -> str:
    return _or_default(lambda: printable_name(str(mail[name] or "").strip()), "")


def _mail_date(mail: EmailMessage) -> datetime | None:
    return _or_default(lambda: naive_utc(parsedate_to_datetime(str(mail["date"]))), None)


def own_words(text: str) -> str:
    """The text up to where it quotes another mail, without quoted lines."""
    lines: list[str] = []
    for line in text[:_LONGEST_MAIL].splitlines():
        if re.search(_QUOTED, line, re.IGNORECASE):
            break
        if not line.lstrip().startswith((">", "＞")):
            lines.append(line.strip(" \u3000"))
    return "\n".join(line for line in lines if line.strip())
