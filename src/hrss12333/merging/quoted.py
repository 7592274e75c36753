"""附注: whatever is written in words in the filings and around them, verbatim, one line for one text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import chain

from msgspec.structs import replace

from hrss12333.model.filing import CoveringLetter, Document, Filing, Unreadable
from hrss12333.model.text import Quoted, Text, TextKind, is_quoted
from hrss12333.patterns import grouped
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.words import is_marked, is_quotable

_BESIDE_ROWS = frozenset((TextKind.REMARK, TextKind.COMMENT))
_OF_MAILS = frozenset((TextKind.SUBJECT, TextKind.MAIL))


def quoted_of(
    documents: Iterable[Document], letters: Sequence[CoveringLetter], edition: Edition, quiet: Collection[str] = ()
) -> tuple[Quoted, ...]:
    """The texts of all filings, of workbooks without a form and of letters: 来源不明 first, marked ones, then 备注 and
    comments, then the rest, by unit in the official order. A unit's text in one place of several files is quoted once.
    The mails of ``quiet`` files, which are read and ask nothing, are not marked."""
    order = {unit: number for number, unit in enumerate(edition.units)}
    found: dict[object, Quoted] = {}
    items = [*(item for item in documents if isinstance(item, Filing | Unreadable)), *letters]
    often = Counter(line for item in items for line in {*chain.from_iterable(map(_mail_lines, item.texts))})
    for item in items:
        for text in chain.from_iterable(_pieces(text, often, edition) for text in item.texts):
            if text.field or (is_quoted(text) and is_quotable(text.text, edition)):
                marked = not (item.file in quiet and text.kind in _OF_MAILS) and is_marked(text.text, edition.year)
                quoted = Quoted(text, item.file, item.unit, marked)
                found[_identity(quoted)] = quoted

    def rank(item: Quoted) -> tuple[bool, bool, bool, int]:
        beside = item.text.kind in _BESIDE_ROWS
        return item.unit is not None, not item.marked, not beside, order.get(item.unit, -1) if item.unit else -1

    return tuple(sorted(found.values(), key=rank))


def _mail_lines(text: Text) -> Sequence[str]:
    return text.text.splitlines() if text.kind is TextKind.MAIL else ()


def _pieces(text: Text, often: Counter[str], edition: Edition) -> Iterator[Text]:
    """The texts to quote of one text: itself, or of a mail its own lines without greetings, and each line that other mails have too
    (a disclaimer)."""
    lines = [line for line in _mail_lines(text) if is_quotable(line, edition)]
    if text.kind is not TextKind.MAIL:
        yield text
    elif own := [line for line in lines if often[line] == 1]:
        yield replace(text, text="\n".join(own))
    yield from (replace(text, text=line) for line in lines if often[line] > 1)


def one_a_text(quoted: Iterable[Quoted]) -> tuple[Quoted, ...]:
    """The texts, those with the same words and kind of place as one, in the place of the first."""
    groups = grouped(quoted, lambda item: (item.located, item.text.text))
    return tuple(
        replace(first, also=tuple(others), marked=first.marked or any(each.marked for each in others))
        for first, *others in groups.values()
    )


def text_key(item: Quoted) -> str:
    """A short key by which a text is recognised in a later round, made of its unit, place and words; of a text in several places,
    of their units and the words."""
    parts = [*_identity(item)]
    if item.also:
        whose = sorted({each.unit.code if each.unit else "" for each in (item, *item.also)})
        parts = ["、".join(whose), item.located, None, None, None, item.text.text]
    return sha256("\0".join(part or "" for part in parts).encode("utf-8", "replace")).hexdigest()[:16]


def _identity(item: Quoted) -> tuple[str | None, ...]:
    """A text's unit, its place and its words."""
    text = item.text
    return item.unit.code if item.unit else "", item.located, text.form, text.region, text.field, text.text
