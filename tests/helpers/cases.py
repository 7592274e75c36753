r"""Cases as text: lists of words, and tables whose head names the parameters, with a line for all that have one outcome.

A bar, or the end of a line, parts words; ``\n``, ``\t``, ``\u3000`` are what they are in Python, ``\s`` is a blank at an end.
"""

from __future__ import annotations

import os
import re
from ast import literal_eval
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy

_SIGNS = {"n": "\n", "t": "\t", "s": " "}


def _word(text: str) -> str:
    def sign(found: re.Match[str]) -> str:
        return chr(int(found[1], 16)) if found[1] else _SIGNS[found[2]]

    return re.sub(r"\\(?:u([0-9a-f]{4})|([nts]))", sign, text.strip())


def words(text: str) -> list[str]:
    """All words of a text, line after line."""
    return [_word(part) for line in text.strip().split("\n") for part in line.split("|")]


def cases(text: str) -> pytest.MarkDecorator:
    """The test runs for each word with what is before the words of its line; a name that ends in ``=`` holds Python's values."""
    head, *lines = text.strip().split("\n")
    names, found = head.split(), []
    for line in lines:
        *given, rest = [*line.split(None, len(names) - 1), ""][: len(names)]
        before = [literal_eval(value) if name[-1] == "=" else value for name, value in zip(names, given, strict=False)]
        found += [(*before, word) for word in words(rest)]
    return pytest.mark.parametrize([name.removesuffix("=") for name in names], found)


def scenes(text: str) -> list[ParameterSet]:
    """The parts of each line between its bars, once for each of the words in its braces; a line behind # says what those below
    are about, and an indented one goes on."""
    found, about = [], ""
    for line in re.sub(r"\n +", " ", text).strip().splitlines():
        if line[0] == "#":
            about = line[2:]
            continue
        choice = re.search(r"\{([^}]+)\}", line)
        for word in choice[1].split(",") if choice else [""]:
            scene = re.sub(r"\{[^}]*\}", word, line)
            found.append(pytest.param(*map(str.strip, scene.split("|")), id=f"{about}: {scene}"))
    return found


def written(name: str) -> list[dict[str, str]]:
    """What others wrote: the lines of a table in tests/texts by the names in its head; one that begins with # is a remark."""
    table = (Path(__file__).parents[1] / "texts" / name).read_text(encoding="utf-8").splitlines()
    head, *lines = [line.replace("\\n", "\n").split("\t") for line in table if line[0] != "#"]
    return [dict(zip(head, line, strict=True)) for line in lines]


# How much of what is tried at random, or case by case, belongs to every run, and how much to that of ``pytest -m long``


FULLY = os.environ.get("HRSS12333_PROPERTY") == "full"
Property = Callable[..., None]


def seeds(number: int) -> range:
    """So many random inboxes and the like; ten times as many where properties are tried fully."""
    return range(10 * number if FULLY else number)


def few(cases: Iterable[Any], number: int) -> list[Any]:
    """The first of these belong to every run, the others to the long one; a tuple gives several parameters."""
    given = [case if isinstance(case, tuple) else (case,) for case in cases]
    return [pytest.param(*case, marks=pytest.mark.long if at >= number else ()) for at, case in enumerate(given)]


def drawn(
    usual: int, often: int = 200, full: int = 2_000, **strategies: SearchStrategy[Any]
) -> Callable[[Property], Property]:
    """The property is tried this often in every run, always with the same examples, and more ``often`` in the long one."""

    def decorated(tried: Property) -> Property:
        @pytest.mark.parametrize("times", few([usual, often], 1))
        def test(times: int) -> None:
            most = full if FULLY else times
            how = settings(
                max_examples=most, deadline=None, derandomize=not FULLY, suppress_health_check=list(HealthCheck)
            )
            how(given(**strategies)(tried))()

        test.__name__, test.__doc__, test.__module__ = tried.__name__, tried.__doc__, tried.__module__
        return test

    return decorated
