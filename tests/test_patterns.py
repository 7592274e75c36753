"""Patterns of modules are compiled when they are asked, and each of them can be."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from re._parser import parse  # type: ignore[import-not-found]  # what `re` itself takes a pattern apart with
from typing import Any

import pytest

import hrss12333
from hrss12333 import patterns
from hrss12333.patterns import lazy
from hrss12333.reading.layout import labels


def test_nothing_is_compiled_before_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    compiling = re.compile

    def compile_(pattern: str, flags: int = 0) -> re.Pattern[str]:
        compiled.append(pattern)
        return compiling(pattern, flags)

    monkeypatch.setattr(re, "compile", compile_)
    figures = lazy(r"\d+", re.ASCII)
    assert not compiled
    assert figures.findall("共12次，3人") == ["12", "3"]
    assert figures.findall("４") == []
    assert compiled == [r"\d+"]


@pytest.mark.parametrize("name", ["search", "match", "fullmatch", "findall", "finditer", "sub"])
def test_a_text_without_what_every_match_holds_is_answered_without_the_pattern(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures, plain = lazy(r"\d+万", needs="万"), re.compile(r"\d+万")

    def asked(pattern: re.Pattern[str], text: str) -> object:
        given = ("多", text) if name == "sub" else (text,)
        found = getattr(pattern, name)(*given)
        found = list(found) if name == "finditer" else found
        return [match[0] for match in found if match] if name == "finditer" else found[0] if found else found

    without, with_it = "共12次", "12万"
    expected = [asked(plain, text) for text in (without, with_it, without)]
    with monkeypatch.context() as patched:
        patched.setattr(re, "compile", None)
        assert asked(figures, without) == expected[0]
    assert [asked(figures, text) for text in (without, with_it, without)] == expected


def _all() -> Iterator[tuple[str, re.Pattern[str]]]:
    for module in pkgutil.walk_packages(hrss12333.__path__, "hrss12333."):
        if not module.name.endswith("__main__"):
            for name, found in vars(importlib.import_module(module.name)).items():
                if isinstance(found, patterns._Pattern):
                    yield f"{module.name}.{name}", found  # type: ignore[misc]  # it stands for one


def test_every_pattern_can_be_compiled() -> None:
    found = dict(_all())
    assert len(found) > 100
    assert all(pattern.flags is not None for pattern in found.values())


def _letters(number: int, flags: int) -> set[str]:
    """What a letter of a pattern stands for."""
    letter = chr(number)
    if not flags & re.IGNORECASE or not letter.isalpha() or not letter.isascii():
        return {letter}
    return {char for char in map(chr, range(0x3000)) if re.fullmatch(letter, char, re.IGNORECASE)}


def _holds(parsed: Iterable[Any], needs: frozenset[str], flags: int) -> bool:
    """Whether every match of a parsed pattern holds one of these characters; False where that cannot be told."""
    return any(_item_holds(str(kind), given, needs, flags) for kind, given in parsed)


def _item_holds(kind: str, given: Any, needs: frozenset[str], flags: int) -> bool:
    match kind:
        case "LITERAL":
            return _letters(given, flags) <= needs
        case "IN":
            return all(str(one) == "LITERAL" and _letters(number, flags) <= needs for one, number in given)
        case "BRANCH":
            return all(_holds(branch, needs, flags) for branch in given[1])
        case "SUBPATTERN":
            _, adds, takes, inner = given
            return _holds(inner, needs, (flags | adds) & ~takes)
        case "MAX_REPEAT" | "MIN_REPEAT":
            return given[0] > 0 and _holds(given[2], needs, flags)
        case "ASSERT":
            return _holds(given[1], needs, flags)
        case _:
            return False


def test_what_a_pattern_is_said_to_need_every_match_holds() -> None:
    labelled = ((f"label {number}", pattern) for number, (_, pattern) in enumerate(labels._PATTERNS))
    needing = {name: pattern for name, pattern in (*_all(), *labelled) if pattern.needs}  # type: ignore[attr-defined]
    assert len(needing) > 30
    for name, pattern in needing.items():
        parsed = parse(pattern.pattern, pattern.flags)
        assert _holds(parsed, pattern.needs, pattern.flags), name  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("pattern", "needs", "holds"),
    [
        ("a|b", "ab", True),
        ("a|b", "a", False),
        ("a?b", "a", False),
        ("a?b", "b", True),
        ("(?:a|x)+c?", "ax", True),
        ("(?:a|x)*c?", "axc", False),
        ("[ab]c", "ab", True),
        (r"[a\d]", "a0123456789", False),
        ("(?i:k)", "kK", False),  # the sign of kelvin is one, too
        ("(?i:t)", "tT", True),
        (".(?=a)", "a", True),
        (".(?!a)", "a", False),
    ],
)
def test_the_proof_takes_nothing_for_granted(pattern: str, needs: str, holds: bool) -> None:
    assert _holds(parse(pattern, 0), frozenset(needs), 0) is holds
