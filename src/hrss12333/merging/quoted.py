"""附注: whatever is written in words in the filings and around them, each text once, verbatim, in its order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from hrss12333.model.filing import CoveringLetter, Document, Filing, Unreadable
from hrss12333.model.text import Quoted, TextKind, is_quoted
from hrss12333.survey.doubt_words import is_marked
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.quotable import is_quotable

_BESIDE_ROWS = frozenset((TextKind.REMARK, TextKind.COMMENT))


def quoted_of(documents: Iterable[Document], letters: Sequence[CoveringLetter], edition: Edition) -> tuple[Quoted, ...]:
    """The texts of all filings, of workbooks without a form and of letters: 来源不明 first, marked ones, then 备注 and
    comments, then the rest, by unit in the official order. A unit's text in one place of several files is quoted
    once."""
    order = {unit: number for number, unit in enumerate(edition.units)}
    found: dict[object, Quoted] = {}
    files = [item for item in documents if isinstance(item, Filing | Unreadable)]
    for item in (*files, *letters):
        for text in item.texts:
            if text.field or (is_quoted(text) and is_quotable(text.text, edition)):
                quoted = Quoted(text, item.file, item.unit, is_marked(text.text, edition.year))
                found[_identity(quoted)] = quoted

    def rank(item: Quoted) -> tuple[bool, bool, bool, int]:
        beside = item.text.kind in _BESIDE_ROWS
        return item.unit is not None, not item.marked, not beside, order.get(item.unit, -1) if item.unit else -1

    return tuple(sorted(found.values(), key=rank))


def text_key(item: Quoted) -> str:
    """A short key by which a text is recognised in a later round."""
    return sha256("\0".join(part or "" for part in _identity(item)).encode("utf-8", "replace")).hexdigest()[:16]


def _identity(item: Quoted) -> tuple[str | None, ...]:
    """A text's unit, its place and its words."""
    text = item.text
    return item.unit.code if item.unit else "", item.located, text.form, text.region, text.field, text.text
