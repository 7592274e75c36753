"""Mails: what is attached to them and to those that they forward, and what they say themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy
from email.utils import parsedate_to_datetime
from functools import partial
from html import unescape
from typing import Any, NamedTuple, TypeVar

from hrss12333.model.document_marks import GENERATOR
from hrss12333.model.text import Text, TextKind
from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import Costly, expect_small
from hrss12333.reading.files.package import naive_utc, too_large
from hrss12333.reading.files.source import NO_ATTACHMENT, Source, passed_over, printable_name

DRAFT = "是本工具写出的邮件草稿里的附件"
_T = TypeVar("_T")
_NO_TABLE = lazy(r"总结|\.(?:pdf|ofd|png|jpe?g|gif|bmp|tiff?|heic)$", re.IGNORECASE)
"""Attachments that go with a form: the work report, the stamped scan."""
_HTML_CELL = lazy(rb"<t[dh]\b", re.IGNORECASE)
_FEWEST_CELLS = 24
"""Cells of the smallest form that somebody may have pasted into a letter; a signature has fewer."""
_MOST_PARTS = 1_000
_MOST_DASHES = 10_000
"""Lines of a mail that may part it: each makes a part, which takes time."""
_LONGEST_HEADER = 8_000
"""Characters of a header that are looked at: its parser takes the longer for each the more there are."""
_LONGEST_MAIL = 20_000
"""Characters of a mail that are read as its words."""
_MOST_LOOKS = 10**9
"""Characters times characters of texts beyond which these are not compared."""
_QUOTED = lazy(
    r"^\s*(?:[-_—=]{2,}\s*)?(?:原始?邮件|转发的?邮件|回复的?原?邮件|original message|forwarded message|begin forwarded message)"
    r"|^\s*(?:发件人|寄件人|from)\s*[:：]|^.{0,60}(?:写道|wrote)\s*[:：]\s*$|^\s*-- ?$",
    re.IGNORECASE,
)
"""The line from which on a mail quotes another, or is but a signature."""
_LONG_ROW = 8
"""Cells from which on a row is one of a form's, not of a table of a few words."""
_LINE_BREAK = lazy(r"(<blockquote\b)|<br\s*/?>|</(?:p|div|tr|li|h\d|table)\s*>", re.IGNORECASE)


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


def mail_entries(data: bytes, kind: str) -> list[Source]:
    """What `read_mail` finds, the mail itself last; here where it is small."""
    inside = data.count(b"boundary") + data.count(b"message/")
    try:
        expect_small(bytes=len(data), lines=data.count(b"\n") * (1 + inside))
        found = read_mail(data)
    except Costly:
        from hrss12333.reading.files.child_process import in_child

        found = in_child(kind, data)
    return [
        Source(name, partial(bytes, content), received, sender, received, skip=skip, around=words)
        for words, parts in found
        for name, content, sender, received, skip, _ in parts
    ]


def read_mail(data: bytes) -> list[tuple[tuple[Text, ...], list[MailPart]]]:
    """The attachments of a mail and of those that it forwards, with its words: what its plain texts say, and what its pages
    say besides; the letters themselves where a table is pasted in, with the words beyond theirs; and the mail itself, with what it
    says where nothing else is in it to be read."""
    if data.count(b"\n--") > _MOST_DASHES:
        raise too_large()
    mail: EmailMessage = BytesParser(policy=_Policy()).parsebytes(data)  # type: ignore[assignment]  # by its policy
    draft = _is_draft(mail)
    parts: list[MailPart] = []
    subjects: list[str] = []
    texts: list[str] = []
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
                texts.append(_words_of_part(part))
            elif part.get_content_type() == "text/html" and not draft and (page_text := _words_of_part(part)):
                page = b'<meta charset="utf-8">' + page_text.encode("utf-8", "replace")
                parts.append(MailPart(f"{TextKind.MAIL.value}.html", page, sender, received, letter=True))
            continue
        name = name.replace("\\", "/").rpartition("/")[2] or f"附件{number}"
        content: Any = part.get_payload(decode=True)
        reason = DRAFT if draft else passed_over(name)
        if part.get_content_maintype() == "image" and not is_attached:
            reason = "邮件正文里的图片"
        parts.append(MailPart(name, content or b"", sender, received, reason or ""))
    # Answers quote what was sent before: that counts only where no table is attached.
    table = any(not part.skip and not part.letter and not _NO_TABLE.search(part.name) for part in parts)
    letters = [part for part in parts if part.letter]
    pages = [own_words(_page_text(part)) for part in letters]
    bodies = dict.fromkeys(filter(None, (*map(own_words, texts), *_lines_not_in(pages, texts))))
    own = (part._replace(content=_own_page(part.content)) if table else part for part in letters)
    letters = [part for part in own if len(_HTML_CELL.findall(part.content)) >= _FEWEST_CELLS]
    about = [Text(TextKind.SUBJECT, subject) for subject in dict.fromkeys(subjects) if subject]
    # What is read as a sheet tells its words by itself.
    beside = filter(None, _lines_not_in([*bodies], map(_page_text, letters)))
    words, others = ((*about, *(text for body in some for text in _texts(body))) for some in (bodies, beside))
    itself = MailPart("", b"", _header(mail, "from"), _mail_date(mail), NO_ATTACHMENT)
    return [(words, [part for part in parts if not part.letter]), (others, letters), (() if draft else words, [itself])]


def _own_page(content: bytes) -> bytes:
    """A page up to where it quotes another."""
    from hrss12333.reading.formats.html_tables import TAG  # few mails are pages

    page, start = content.decode("utf-8", "replace"), 0
    for end in _LINE_BREAK.finditer(page):
        line = unescape(TAG.sub("", page[max(start, end.start() - _LONGEST_MAIL // 10) : end.start()]))
        if end[1] or _QUOTED.search(" ".join(line.split())):
            return page[: end.start() if end[1] else start].encode()
        start = end.end()
    return content


def _texts(body: str) -> Iterator[Text]:
    """What a mail says, and apart from it the long rows of its tables."""
    lines = body.splitlines()
    for kind in (TextKind.MAIL, TextKind.ROW):
        own = [line for line in lines if (line.count("\t") >= _LONG_ROW) is (kind is TextKind.ROW)]
        if own:
            yield Text(kind, "\n".join(" ".join(line.split("\t")).strip() for line in own))


def _page_text(letter: MailPart) -> str:
    from hrss12333.reading.formats.html_tables import shown_text  # few mails are pages

    return shown_text(letter.content.decode("utf-8", "replace")[: 10 * _LONGEST_MAIL])


def _lines_not_in(texts: Sequence[str], others: Iterable[str]) -> Sequence[str]:
    """The lines of texts that are not in others, wherever these break theirs."""
    known = "".join("".join(others).split())
    if len(known) * sum(map(len, texts)) > _MOST_LOOKS:
        return texts
    return ["\n".join(own for own in text.splitlines() if "".join(own.split()) not in known) for text in texts]


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
    return _or_default(lambda: printable_name(str(mail[name] or "").strip()), "")


def _is_draft(mail: EmailMessage) -> bool:
    return (_header(mail, "x-unsent"), _header(mail, "x-mailer")) == ("1", GENERATOR)


def _mail_date(mail: EmailMessage) -> datetime | None:
    return _or_default(lambda: naive_utc(parsedate_to_datetime(str(mail["date"]))), None)


def _words_of_part(part: EmailMessage) -> str:
    return _or_default(lambda: str(part.get_content()), "")


def own_words(text: str) -> str:
    """The text up to where it quotes another, without lines marked as quoted."""
    lines: list[str] = []
    for line in text[:_LONGEST_MAIL].splitlines():
        if _QUOTED.search(line):
            break
        if not line.lstrip().startswith((">", "＞")):
            lines.append(line.strip(" \u3000"))
    return "\n".join(line for line in lines if line.strip())
