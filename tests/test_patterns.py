"""Patterns of modules are compiled when they are asked, and each of them can be."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import hrss12333
from hrss12333 import patterns
from hrss12333.patterns import lazy


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
