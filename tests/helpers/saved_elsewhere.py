"""Workbooks as LibreOffice saves them in other formats: what all tests of a run ask for is converted in one start a format."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Maker = Callable[[], bytes]
"""Makes an .xlsx."""
Test = Callable[..., None]
WANTED: dict[str, list[Maker]] = {}
"""Format → of which workbooks; collected with the tests."""


def saved_as(*kinds: str, of: Maker) -> Callable[[Test], Test]:
    """The test runs for each of these formats, for .ods and .xlsx in the long run: ``saved`` is what LibreOffice makes of the
    workbook, ``kind`` the format."""
    for kind in kinds:
        WANTED.setdefault(kind, []).append(of)

    def decorated(test: Test) -> Test:
        marks = {kind: [] if kind == "xls" else [pytest.mark.long] for kind in kinds}
        asked = [pytest.param(kind, (kind, of), marks=marks[kind]) for kind in kinds]
        runs = pytest.mark.parametrize(("kind", "saved"), asked, ids=kinds, indirect=["saved"])
        return pytest.mark.libreoffice(runs(test))

    return decorated
