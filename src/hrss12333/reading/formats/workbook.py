"""What the readers of .xlsx have in common: what they yield, and how a sheet is made of what a library tells of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import MAX_COLUMN
from hrss12333.reading.formats.calamine_reader import without_blank_end
from hrss12333.reading.formats.marks import Marks, Rule
from hrss12333.reading.grid import Box, Cell, Grid

_FOOTER_CODE = lazy(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|K\d\d[+-]\d{3}|\d{1,3} ?|[A-Za-z+&-])')


class Workbook(Struct, frozen=True):
    """The sheets of a workbook."""

    grids: tuple[Grid, ...]
    footers: tuple[str, ...] = ()
    """Texts of page headers and footers, in which a printed 校验码 may stand."""


def sheet_of(
    name: str,
    lines: list[list[Cell]],
    marks: Marks,
    names: Mapping[str, str],
    *,
    is_hidden: bool,
    merges: Iterable[Box],
    rows: Iterable[tuple[int, bool, float | None]],
    columns: Iterable[tuple[int, int, bool, float | None]],
    rules: Iterable[Rule],
    sources: Iterable[str | None],
) -> Grid:
    """A sheet with these cells, without the blank rows at its end, and with what they say beside.

    Of a row its number is given, whether it is hidden, and its height; of columns from which to which, and the same.
    ``sources`` are those of the lists that validations make, as formulas; ``names`` says what the workbook calls by name.
    """
    cells = without_blank_end(lines)
    marks.hidden_rows = {row for row, hidden, height in rows if hidden or height == 0}
    marks.hidden_columns = columns_of((first, last) for first, last, hidden, width in columns if hidden or width == 0)
    marks.by_condition(cells, rules)
    lists = dict.fromkeys(names.get(source.lstrip("="), source) for source in sources if source)
    return marks.on(Grid(name, cells, is_hidden, tuple(merges), lists=tuple(lists)))


def columns_of(spans: Iterable[tuple[int, int]]) -> set[int]:
    """The columns of spans, both ends within, however many there are and however often they name the same."""
    named = bytearray(MAX_COLUMN)
    for first, last in spans:
        named[first : last + 1] = b"\1" * len(range(first, min(last + 1, MAX_COLUMN)))
    return {column for column, is_named in enumerate(named[:MAX_COLUMN]) if is_named} if any(named) else set()


def plain_footer(text: str) -> str:
    """An Excel header or footer without codes such as &C, &P, &"宋体,Regular", &9; sections are parted by a blank."""
    return " ".join(_FOOTER_CODE.sub(" ", text).split())


def as_workbook(grids: Iterable[Grid], footers: Iterable[str | None]) -> Workbook:
    """The sheets with what stands on their pages, each text once."""
    plain = (plain_footer(text) for text in footers if text)
    return Workbook(tuple(grids), tuple(dict.fromkeys(filter(None, plain))))


def formula_of(text: str) -> str:
    """As ``=C5+D5``, with one sign before it."""
    return f"={text.lstrip('=').strip()}"
