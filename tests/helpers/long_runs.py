"""How much of what is tried at random, or case by case, belongs to every run, and how much to that of ``pytest -m long``.

Environment:
    HRSS12333_PROPERTY=full  properties are tried 2,000 times or more, each time with new examples
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy

FULLY = os.environ.get("HRSS12333_PROPERTY") == "full"
Property = Callable[..., None]


def few(cases: Iterable[Any], number: int) -> list[Any]:
    """The first of these belong to every run, the others to the long one; a tuple gives several parameters."""
    given = [case if isinstance(case, tuple) else (case,) for case in cases]
    return [pytest.param(*case, marks=pytest.mark.long if at >= number else ()) for at, case in enumerate(given)]


def drawn(
    usual: int, often: int | None = None, full: int = 2_000, **strategies: SearchStrategy[Any]
) -> Callable[[Property], Property]:
    """The property is tried this often in every run, always with the same examples, and more ``often`` in the long one."""

    def decorated(tried: Property) -> Property:
        @pytest.mark.parametrize("times", few([usual] if often is None else [usual, often], 1))
        def test(times: int) -> None:
            most = full if FULLY else times
            how = settings(
                max_examples=most, deadline=None, derandomize=not FULLY, suppress_health_check=list(HealthCheck)
            )
            how(given(**strategies)(tried))()

        test.__name__, test.__doc__, test.__module__ = tried.__name__, tried.__doc__, tried.__module__
        return test

    return decorated
