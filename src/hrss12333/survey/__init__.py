"""The survey: schema, editions, indicators, units and regions, periods, and lists (data/README.md)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

DATA_FOLDER = Path(__file__).with_name("data")


@cache
def flat_list(name: str) -> tuple[tuple[str, ...], ...]:
    """The lines of a list of words (.tsv) or places (.csv), each as its columns, without comments and heading."""
    lines = (DATA_FOLDER / name).read_text(encoding="utf-8").splitlines()[1:]
    parting = "," if name.endswith(".csv") else "\t"
    return tuple(tuple(line.split(parting)) for line in lines if line and not line.startswith("#"))


@cache
def words_of(name: str, *kinds: str) -> frozenset[str]:
    """The words of a list that are of these kinds, which its second column names."""
    return frozenset(word for word, kind, *_ in flat_list(name) if kind in kinds)


def other_headings(key: str) -> tuple[str, ...]:
    """Other headings of a column, or labels of a blank of the header, seen in practice."""
    return next((tuple(words) for name, *words in flat_list("column_words.tsv") if name == key), ())


def other_answers(key: str) -> dict[str, str]:
    """Other words for the answers that a column allows, in lower case → the answer."""
    lines = ((name.split(" "), words) for name, *words in flat_list("column_words.tsv"))
    return {
        word: answer for (column, *answers), words in lines for answer in answers if column == key for word in words
    }
