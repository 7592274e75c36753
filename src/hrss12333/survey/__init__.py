"""The survey. In go a year's lists (data/README.md); out come its forms, units and regions, and what
names, words and times mean. It knows no file, filing or rule."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

DATA_FOLDER = Path(__file__).with_name("data")


@cache
def flat_list(name: str) -> tuple[tuple[str, ...], ...]:
    """The lines of a list of words (.tsv) or places (.csv) as their columns, without comments and heading."""
    lines = (DATA_FOLDER / name).read_text(encoding="utf-8").splitlines()[1:]
    parting = "," if name.endswith(".csv") else "\t"
    return tuple(tuple(line.split(parting)) for line in lines if line and not line.startswith("#"))


@cache
def words_of(name: str, *kinds: str) -> frozenset[str]:
    """The words of a list that are of these kinds, given in its second column."""
    return frozenset(word for word, kind, *_ in flat_list(name) if kind in kinds)


@cache
def line_of(name: str, key: str) -> tuple[str, ...]:
    """The words on the line of a list with this key: a column's other headings, a blank's labels."""
    return next((tuple(words) for first, *words in flat_list(name) if first == key), ())


row_words = partial(line_of, "row_words.tsv")
"""Words of one kind by which a row of a table is no data, or that may follow its headings."""


def other_answers(key: str) -> dict[str, str]:
    """Other words for a column's answers, in lower case → the answer."""
    lines = ((name.split(" "), words) for name, *words in flat_list("column_words.tsv"))
    return {
        word: answer for (column, *answers), words in lines for answer in answers if column == key for word in words
    }
