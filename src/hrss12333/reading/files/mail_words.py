"""What a mail itself says: its subject, and its text without what it quotes of others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from typing import TYPE_CHECKING

from hrss12333.model.text import Text, TextKind
from hrss12333.patterns import lazy

if TYPE_CHECKING:
    from email.message import EmailMessage

_LONGEST = 20_000
"""Characters of a mail that are read as its words."""
_QUOTED = lazy(
    r"^\s*(?:[-_—=]{2,}\s*)?(?:原始?邮件|转发的?邮件|回复的?原?邮件|original message|forwarded message|begin forwarded message)"
    r"|^\s*(?:发件人|寄件人|from)\s*[:：]|^.{0,60}(?:写道|wrote)\s*[:：]\s*$|^\s*-- ?$",
    re.IGNORECASE,
)
"""The line from which on a mail quotes another, or is but a signature."""
_SILENT, _BREAK, _TAG = (
    lazy(r"<(style|script|title|blockquote)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL),
    lazy(r"<br\s*/?>|</(?:p|div|tr|li|h\d|table)\s*>", re.IGNORECASE),
    lazy(r"<[^>]*>"),
)


def mail_words(subjects: Iterable[str], plain: Iterable[str], pages: Iterable[str]) -> tuple[Text, ...]:
    """A mail's words as texts: its subjects, those of the mails that it forwards among them, and what it says itself.

    Args:
        subjects: Of the mail and of those within it.
        plain: Its texts.
        pages: The same as web pages, asked where there is no text.
    """
    said = [own for text in plain if (own := own_words(text))]
    said = said or [own for page in pages if (own := own_words(shown_text(page)))]
    return (
        *(Text(TextKind.SUBJECT, subject) for subject in dict.fromkeys(subjects) if subject),
        *(Text(TextKind.MAIL, text) for text in dict.fromkeys(said)),
    )


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
    return unescape(_TAG.sub("", lines)).replace("\xa0", " ")


def text_of(part: EmailMessage) -> str:
    """The text of a part, in whatever encoding it says it is in; empty where that fails."""
    try:
        return str(part.get_content())
    except Exception:  # of a malformed part, in many ways
        return ""
