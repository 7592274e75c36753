"""Mails: their attachments, those of forwarded mails, and their own words. A form typed into a mail is no filing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any, TypeVar

from hrss12333.model.check_code import GENERATOR
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.files.package import naive_utc
from hrss12333.reading.files.source import Contents, Unpacked, printable_name
from hrss12333.reading.worker.limits import too_large

DRAFT = "是本工具写出的邮件草稿里的附件"
_T = TypeVar("_T")
_MOST_PARTS = 1_000
_LONGEST_HEADER = 8_000
"""Characters of a header that are parsed: the time that takes grows faster than their number."""
_LONGEST_MAIL = 20_000
"""Characters of a mail that are read as its words, in all its parts."""
_MOST_SUBJECTS = 20
"""Mails within one another whose subjects are read."""
_QUOTED = (
    r"^\s*(?:[-_—=]{2,}\s*)?(?:原始?邮件|转发的?邮件|回复的?原?邮件|original message|forwarded message|begin forwarded message)"
    r"|^\s*(?:发件人|寄件人|from)\s*[:：]|^.{0,60}(?:写道|wrote)\s*[:：]\s*$|^\s*-- ?$"
)
"""The line at which another mail's quotation, or a signature, begins."""
_BLOCKS = frozenset(("p", "div", "br", "li", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6"))
_COMMENT, _COMMENT_END = "!--", "-->"
_SILENT = frozenset(("script", "style", "head", "title", "blockquote", _COMMENT))
"""Tags of a page within which nothing is shown, or another mail is quoted."""
_TAG_NAME = r"!--|/?[a-zA-Z][a-zA-Z0-9]*"


class _Policy(EmailPolicy):
    """Reads headers of a stranger's mail: only so far, and as written where the library's parser fails on them."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """A header, parsed if possible."""
        known = _decoded(value[:_LONGEST_HEADER].encode("utf-8", "surrogateescape"))
        parse = super().header_fetch_parse
        return _or_default(lambda: parse(name, known), " ".join(known.split()))


def read_mail(data: bytes, _: int = 0) -> Contents:
    """The words of a mail, its subject and body, and its attachments, with those of mails that it forwards."""
    data = data.lstrip(b"\xef\xbb\xbf\r\n")  # in front of the first header they would end the headers
    mail: EmailMessage = BytesParser(policy=_Policy()).parsebytes(data)  # type: ignore[assignment]  # by its policy
    draft = (_header(mail, "x-unsent"), _header(mail, "x-mailer")) == ("1", GENERATOR)
    parts: list[Unpacked] = []
    subjects: list[str] = []
    letters: dict[bool, list[str]] = {False: [], True: []}
    """Whether it is HTML → bodies."""
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
    bodies = dict.fromkeys(filter(None, (*letters[False], *_lines_not_in(letters[True], letters[False]))))
    about = [Text(TextKind.SUBJECT, subject) for subject in dict.fromkeys(subjects[:_MOST_SUBJECTS]) if subject]
    words = () if draft else (*about, *(Text(TextKind.MAIL, body) for body in bodies))
    return Contents(parts, words, _header(mail, "from"), _mail_date(mail))


def _page_text(page: str) -> str:
    """The visible text of a page without what it quotes: a line a block, the cells of a row parted by blanks."""
    first, *pieces = page[: 10 * _LONGEST_MAIL].split("<")
    texts, silent = [first], ""
    for piece in pieces:
        tag, _, text = piece.partition(_COMMENT_END if silent == _COMMENT else ">")
        name = re.match(_TAG_NAME, tag)
        called = name[0].lower() if name else ""
        if silent:
            if called != f"/{silent}" and not (silent == _COMMENT and _COMMENT_END in piece):
                continue
            silent = ""
        elif called == _COMMENT and _COMMENT_END in piece:
            text = piece.partition(_COMMENT_END)[2]
        elif called in _SILENT:
            silent = called
            continue
        parting = "\n" if called.strip("/") in _BLOCKS else " " if called in ("td", "th") else ""
        texts.append(parting + (" ".join(text.split()) or text[:1]))
    return unescape("".join(texts))


def _lines_not_in(texts: Sequence[str], others: Sequence[str]) -> list[str]:
    """The lines of texts that are not in others, wherever these break theirs."""
    known = "".join("".join(others).split())[:_LONGEST_MAIL]
    return ["\n".join(own for own in text.splitlines() if "".join(own.split()) not in known) for text in texts]


def _mail_parts(
    part: EmailMessage, sender: str, received: datetime | None, *, letter: bool = True
) -> Iterator[tuple[EmailMessage, str, datetime | None]]:
    """The parts of a mail with who sent them and when: those of a forwarded mail have that one's."""
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
    """Text in its charset, gb2312 and gbk as GB 18030, which holds both; where none is known, in UTF-8, else in GB 18030."""
    known = {"gb2312": "gb18030", "gbk": "gb18030", "us-ascii": ""}.get(charset or "us-ascii", charset or "")
    for name, errors in ((known, "replace"), ("utf-8", "strict")):
        try:
            return content.decode(name, errors)
        except (LookupError, ValueError):
            continue
    return content.decode("gb18030", "replace")


def _header(mail: EmailMessage, name: str) -> str:
    return _or_default(lambda: printable_name(str(mail[name] or "").strip()), "")


def _mail_date(mail: EmailMessage) -> datetime | None:
    return _or_default(lambda: naive_utc(parsedate_to_datetime(str(mail["date"]))), None)


def own_words(text: str) -> str:
    """The text up to where it quotes another, without lines marked as quoted."""
    lines: list[str] = []
    for line in text[:_LONGEST_MAIL].splitlines():
        if re.search(_QUOTED, line, re.IGNORECASE):
            break
        if not line.lstrip().startswith((">", "＞")):
            lines.append(line.strip(" \u3000"))
    return "\n".join(line for line in lines if line.strip())
