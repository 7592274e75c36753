"""Heading bands that were read once are known: most filings come from one of a few sheets.

What the headings of a band say depends on little: the texts of its rows, of those that merged ranges join to them and of
the two above (unless these hold the form's header), the merged ranges that touch them, and the row below, which counts
only where it holds no answers. All of that is the key; whatever is not known to be the same is read the slow way.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Generic, TypeVar

from hrss12333.patterns import lazy
from hrss12333.reading.grid import Cell, Grid
from hrss12333.reading.layout.headings import named_column
from hrss12333.reading.layout.labels import is_label
from hrss12333.reading.values.cell_text import as_text, is_blank
from hrss12333.survey.schema import Form

T = TypeVar("T")
LONGEST = 60
"""Characters beyond which a cell is prose, not a heading."""
TALLEST = 4
"""Rows that a heading may take."""
_OPENING = lazy(r"序\s*号|编\s*号")
"""What the first cell of a row of headings says, and none of the form's header."""
_MOST_ABOVE = 2
_MOST_TEXTS = 8192
_LARGEST = 20_000
"""Cells and characters of a band that is remembered; those of the forms have some hundreds."""
_MOST_BANDS = 256


class Known(Generic[T]):
    """What was found for a key, as long as there are not too many of them."""

    def __init__(self) -> None:
        self._found: dict[Hashable, T] = {}

    def get(self, key: Hashable) -> T | None:
        """What is known; None where nothing is."""
        return self._found.get(key)

    def keep(self, key: Hashable, found: T) -> T:
        """Remember, and give it back."""
        if len(self._found) >= _MOST_BANDS:
            self._found.clear()
        self._found[key] = found
        return found


class _Headings(dict[str, tuple[tuple[str, str], ...]]):
    """Text of a cell → the headings that it is, as form and field."""

    def __init__(self, forms: tuple[Form, ...], year: int | None) -> None:
        super().__init__()
        self._forms, self._year = forms, year

    def __missing__(self, text: str) -> tuple[tuple[str, str], ...]:
        if len(self) >= _MOST_TEXTS:
            self.clear()
        matches = [(form.key, named_column(form, text, self._year)) for form in self._forms if len(text) > 1]
        self[text] = tuple((form, match.key) for form, match in matches if match)
        return self[text]


@lru_cache(maxsize=16)
def headings_of(forms: tuple[Form, ...], year: int | None) -> _Headings:
    """Asked for a text that is no prose, the headings of these forms that it is."""
    return _Headings(forms, year)


def may_head(grid: Grid, row: int) -> bool:
    """Whether a row above a band may hold headings: no prose, and no labels of the form's header.

    A row that begins with 序号 heads columns whatever notes stand right of it.
    """
    line = grid.cells[row]
    if not any(isinstance(cell, str) and (len(cell) > LONGEST or is_label(cell)) for cell in line):
        return True
    first = next((cell for cell in line if not is_blank(cell)), None)
    return isinstance(first, str) and bool(_OPENING.fullmatch(first.strip()))


def band_key(grid: Grid, top: int, bottom: int, has_answers: Callable[[Grid, int], bool]) -> Hashable:
    """All that the headings in these rows can depend on; None where that is too much to be remembered."""
    upper, lowest, lower = top, bottom, ""
    for box in grid.merges:
        if box.top <= bottom and box.bottom >= top and box.bottom - box.top < TALLEST:
            upper, lowest = min(upper, box.top), max(lowest, min(box.bottom, len(grid.cells) - 1))
    first, last = upper, lowest
    while first > 0 and upper - first < _MOST_ABOVE and may_head(grid, first - 1):
        first -= 1
    if lowest + 1 < len(grid.cells):
        lower = "answers" if has_answers(grid, lowest + 1) else "words"
        last += lower == "words"
    merged = [box for box in grid.merges if box.top <= last and box.bottom >= first]
    boxes = tuple([(box, as_text(grid.at(box.top, box.left))) for box in merged])
    lines = tuple(map(_texts, grid.cells[first : last + 1]))
    size = sum([len(line) + sum(map(len, filter(None, line))) for line in lines])
    size += sum([1 + len(text) for box, text in boxes])
    return (top, bottom, first, lower, lines, boxes) if size <= _LARGEST else None


def _texts(line: Sequence[Cell]) -> tuple[str | tuple[type, str] | None, ...]:
    return tuple(
        [cell if type(cell) is str else None if cell is None else (type(cell), as_text(cell)) for cell in line]
    )
