"""The survey: schema, editions, indicators, the units and regions that report, and the flat lists that come with the package
(data/README.md)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

DATA_FOLDER = Path(__file__).with_name("data")


@cache
def flat_list(name: str) -> tuple[tuple[str, ...], ...]:
    """The lines of a list of words, each as its columns; without the comment at its head."""
    lines = (DATA_FOLDER / name).read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line.strip() and not line.startswith("#"))


@cache
def words_of(name: str, *kinds: str) -> frozenset[str]:
    """The words of a list that are of these kinds, which its second column names."""
    return frozenset(word for word, kind, *_ in flat_list(name) if kind in kinds)


def listed(name: str) -> tuple[list[str], ...]:
    """The lines of a list of places, each as its columns; below its heading."""
    text = (DATA_FOLDER / name).read_text(encoding="utf-8-sig")
    return tuple(line.split(",") for line in text.splitlines()[1:] if line)


def other_headings(key: str) -> tuple[str, ...]:
    """Other headings of a column, or labels of a blank of the header, seen in practice."""
    return next((tuple(words) for name, *words in flat_list("column_words.tsv") if name == key), ())


def other_answers(key: str) -> dict[str, str]:
    """Other words for the answers that a column allows, in lower case → the answer."""
    lines = ((name.split(" "), words) for name, *words in flat_list("column_words.tsv"))
    return {
        word: answer for (column, *answers), words in lines for answer in answers if column == key for word in words
    }
