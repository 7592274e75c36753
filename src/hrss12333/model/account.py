"""The account of a file's cells: what each of them was taken for, and what of them nobody could read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct

from hrss12333.model.row import Place


class CellUse(StrEnum):
    """What a cell was taken for; the value is its key in JSON."""

    HEADING = "heading"
    HEADER = "header"
    """A blank of the line above the form, or its label."""
    VALUE = "value"
    REMARK = "remark"
    TOTAL = "total"
    LEFT_OUT = "left_out"
    """Read and not counted, for a reason that is reported: the sample, a row of sums, a concealed row, a superseded
    sheet."""
    FORM_TEXT = "form_text"
    """What the form prints by itself."""
    DERIVED = "derived"
    """A formula that only computes from the table."""
    HARMLESS = "harmless"
    """Says nothing of any figure: a signature, a date, a list for choosing from."""
    UNREAD = "unread"


Account = Mapping[CellUse, int]
"""Disposition → number of cells; those of which there are none may be absent."""


def added(accounts: Iterable[Account]) -> Account:
    """The account of several sheets together, in the order of the dispositions."""
    sums: Counter[CellUse] = Counter()
    for account in accounts:
        sums.update(account)
    return {disposition: sums[disposition] for disposition in CellUse if sums[disposition]}


class UnreadBlock(Struct, frozen=True):
    """Neighbouring cells of which nobody knows what they say."""

    place: Place
    """The first of them."""
    last: Place
    """The lower right corner of the rectangle around them."""
    cells: int
    texts: tuple[str, ...]
    """What is in them, in the order of reading; of many cells the first."""
    is_question: bool
    """Whether they may concern the figures: they hold one, or name a region or a column of the form."""
    questioned: tuple[Place, ...] = ()
    """The cells that do so; of many the first."""
    headed: bool = False
    """Whether they are a table with headings of its own."""
