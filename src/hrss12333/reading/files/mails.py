"""Mails: what is attached to them and to those that they forward, and what they say themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any, NamedTuple, TypeVar

from hrss12333.model.document_marks import GENERATOR
from hrss12333.model.text import Text, TextKind
from hrss12333.patterns import lazy
from hrss12333.reading.files.document_properties import naive_utc
from hrss12333.reading.files.package import MAX_UNPACKED, too_large
from hrss12333.reading.files.source import passed_over, shown

DRAFT = "是本工具写出的邮件草稿里的附件"
_LETTER = "邮件正文.html"
_T = TypeVar("_T")
_MOST_PARTS = 1_000
_MOST_DASHES = 10_000
"""Lines of a mail that may part it: each makes a part, which takes time."""
_LONGEST_HEADER = 8_000
"""Characters of a header that are looked at: its parser takes the longer for each the more there are."""
_LONGEST = 20_000
"""Characters of a mail that are read as its words."""
_MOST_LOOKS = 10**9
"""Characters times characters of texts beyond which these are not compared."""
_QUOTED = lazy(
    r"^\s*(?:[-_—=]{2,}\s*)?(?:原始?邮件|转发的?邮件|回复的?原?邮件|original message|forwarded message|begin forwarded message)"
    r"|^\s*(?:发件人|寄件人|from)\s*[:：]|^.{0,60}(?:写道|wrote)\s*[:：]\s*$|^\s*-- ?$",
    re.IGNORECASE,
)
"""The line from which on a mail quotes another, or is but a signature."""
_SILENT, _BREAK, _CELL_END, _TAG = (
    lazy(r"<(style|script|title|blockquote)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL),
    lazy(r"<br\s*/?>|</(?:p|div|tr|li|h\d|table)\s*>", re.IGNORECASE),
    lazy(r"</t[dh]\s*>", re.IGNORECASE),
    lazy(r"<[^>]*>"),
)


class MailPart(NamedTuple):
    """An attachment of a mail, or a letter that is a web page."""

    name: str
    content: bytes
    sender: str
    received: datetime | None
    skip: str = ""
    """Chinese: why it is passed over."""
    letter: bool = False


class _Policy(EmailPolicy):
    """How the headers of a stranger's mail are read: not far, and as written where the library's parser fails on them."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """A header as text with what it says."""
        known = value[:_LONGEST_HEADER]
        parse = super().header_fetch_parse
        return _or_default(lambda: parse(name, known), " ".join(known.split()))


def read_mail(data: bytes) -> tuple[list[MailPart], tuple[Text, ...]]:
    """The attachments and the letters of a mail and of those that it forwards, and its words: what its plain texts say, and
    what its pages say besides."""
    if data.count(b"\n--") > _MOST_DASHES:
        raise too_large()
    mail: EmailMessage = BytesParser(policy=_Policy()).parsebytes(data)  # type: ignore[assignment]  # by its policy
    draft = _is_draft(mail)
    parts: list[MailPart] = []
    subjects: list[str] = []
    texts: list[str] = []
    size = 0
    for number, (part, sender, received) in enumerate(_mail_parts(mail, "", None)):
        if number > _MOST_PARTS:
            raise too_large()
        if "subject" in part:
            subjects.append(_header(part, "subject"))
        if part.is_multipart():
            continue
        name = _or_default(part.get_filename, None) or ""
        is_attached = part.get_content_disposition() == "attachment"
        if not name and not is_attached:
            if part.get_content_type() == "text/plain":
                texts.append(_text_of(part))
            elif part.get_content_type() == "text/html" and not draft and (page_text := _text_of(part)):
                page = b'<meta charset="utf-8">' + page_text.encode("utf-8", "replace")
                parts.append(MailPart(_LETTER, page, sender, received, letter=True))
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
        parts.append(MailPart(name, content, sender, received, reason or ""))
    pages = [own_words(_page_text(part)) for part in parts if part.letter]
    bodies = filter(None, (*map(own_words, texts), *_beyond(pages, texts)))
    return parts, (
        *(Text(TextKind.SUBJECT, subject) for subject in dict.fromkeys(subjects) if subject),
        *(Text(TextKind.MAIL, text) for text in dict.fromkeys(bodies)),
    )


def texts_beside(letters: Iterable[MailPart], texts: Sequence[Text]) -> tuple[Text, ...]:
    """The words of a mail beyond those of its own letters, for these: what is read as a sheet tells its words by itself."""
    bodies = _beyond([text.text for text in texts if text.kind is TextKind.MAIL], map(_page_text, letters))
    others = (text for text in texts if text.kind is not TextKind.MAIL)
    return (*others, *(Text(TextKind.MAIL, body) for body in bodies if body))


def _page_text(letter: MailPart) -> str:
    return shown_text(letter.content.decode("utf-8", "replace"))


def _beyond(texts: Sequence[str], told: Iterable[str]) -> Sequence[str]:
    """The lines of texts that are not in others, wherever these break theirs."""
    known = "".join("".join(told).split())
    if len(known) * sum(map(len, texts)) > _MOST_LOOKS:
        return texts
    return ["\n".join(own for own in text.splitlines() if "".join(own.split()) not in known) for text in texts]


def words_alone(data: bytes) -> tuple[str, datetime | None, tuple[Text, ...]]:
    """Who sent a mail that holds nothing to read, when, and its words, unless it is a draft of this tool."""
    head: EmailMessage = BytesParser(policy=_Policy()).parsebytes(data, headersonly=True)  # type: ignore[assignment]
    return _header(head, "from"), _mail_date(head), () if _is_draft(head) else read_mail(data)[1]


def _mail_parts(
    part: EmailMessage, sender: str, received: datetime | None, *, letter: bool = True
) -> Iterator[tuple[EmailMessage, str, datetime | None]]:
    """The parts of a mail with who sent them and when: what a forwarded mail holds was sent with that one."""
    if letter:
        sender, received = _header(part, "from") or sender, _mail_date(part) or received
    yield part, sender, received
    if part.is_multipart():
        forwarded = part.get_content_maintype() == "message"
        for inner in part.get_payload():
            yield from _mail_parts(inner, sender, received, letter=forwarded)  # type: ignore[arg-type]  # as parsed


def _or_default(work: Callable[[], _T], default: _T) -> _T:
    """What a part of a mail says; its parser fails on malformed input in many ways."""
    try:
        return work()
    except Exception:  # as it says
        return default


def _header(mail: EmailMessage, name: str) -> str:
    """A header as text; empty where it is missing or malformed."""
    return _or_default(lambda: shown(str(mail[name] or "").strip()), "")


def _is_draft(mail: EmailMessage) -> bool:
    return (_header(mail, "x-unsent"), _header(mail, "x-mailer")) == ("1", GENERATOR)


def _mail_date(mail: EmailMessage) -> datetime | None:
    return _or_default(lambda: naive_utc(parsedate_to_datetime(str(mail["date"]))), None)


def _text_of(part: EmailMessage) -> str:
    """The text of a part, in whatever encoding it says it is in; empty where that fails."""
    return _or_default(lambda: str(part.get_content()), "")


def own_words(text: str) -> str:
    """The text up to where it quotes another, without lines marked as quoted."""
    lines: list[str] = []
    for line in text[:_LONGEST].splitlines():
        if _QUOTED.search(line):
            break
        if not line.lstrip().startswith((">", "＞")):
            lines.append(line.strip())
    return "\n".join(line for line in lines if line)


def shown_text(page: str) -> str:
    """What a web page shows, a line a paragraph."""
    lines = _BREAK.sub("\n", _SILENT.sub("", page[: 10 * _LONGEST]).replace("\n", " "))
    return unescape(_TAG.sub("", _CELL_END.sub(" ", lines))).replace("\xa0", " ")
