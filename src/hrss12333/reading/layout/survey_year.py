"""What the lines of a sheet and the names around it say of the year that its figures are of: evidence, which
`model.evidence` weighs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from msgspec import Struct

from hrss12333.model.evidence import Evidence, year_told
from hrss12333.model.row import Place
from hrss12333.model.text import Text, TextKind
from hrss12333.patterns import lazy
from hrss12333.reading.grid import Cell, Grid
from hrss12333.reading.layout.row_words import names_another_year
from hrss12333.reading.values.cell_text import as_text, is_blank
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.schema import Form
from hrss12333.survey.written_years import year_in_folder, year_in_mail, year_in_name, year_of_line, years_in

_YEAR_HEADING = lazy(r"(?:统计|数据|报送|填报|所属)?(?:年度|年份)")
_LONGEST_LINE = 60
_FIRST_ROWS = 12
"""Rows of a sheet among which a title stands."""
_FIGURES = 3
"""Figures that make a row one of data."""
_LINE = 2
"""Filled cells of a row that is a line of text."""


def _line(text: str, survey: int, forms: tuple[Form, ...]) -> tuple[int, TextKind, bool] | None:
    """The year that a text names, what it is above a table, and whether it states just that."""
    for line in text.splitlines():
        said = "".join(char for char in line if "\u4e00" <= char <= "\u9fff")
        printed = next((words for words in _printed(forms) if words in said), "")
        at = line.find("20", line.find(printed[:2])) if printed else -1
        if at >= 0 and line[at : at + 4].isdecimal():
            return int(line[at : at + 4]), TextKind.PRINTED, True
        if found := year_of_line(line, survey):
            return found.year, TextKind.TITLE if found.titled else TextKind.ABOVE, found.stated
    return None


@cache
def _printed(forms: tuple[Form, ...]) -> frozenset[str]:
    """The words of the lines of the 填表说明 that name the year."""
    lines = {line for form in forms for line in form.instructions if "{year}" in line}
    return frozenset("".join(char for char in line if "\u4e00" <= char <= "\u9fff") for line in lines)


class Extent(Struct, frozen=True):
    """Where the lines around a table stand; rows and columns from 0, the last ones excluded."""

    first: int
    top: int
    body: int
    end: int
    right: int


def year_lines(grid: Grid, extent: Extent, survey: int, forms: tuple[Form, ...]) -> Iterator[Evidence]:
    """What the lines above and below a table say of its year; ``survey`` is the year that is processed."""
    lines: list[tuple[str, Place | None, bool]] = [(text, None, True) for text in grid.before]
    for row, column, text in grid.texts:
        if "年" in text or "20" in text:
            above = extent.first <= row < extent.top and column < extent.right
            if above or extent.body <= row < extent.end:
                lines.append((text, Place(grid.name, row + 1, column + 1), above))
    lines += [(text, None, False) for text in grid.after]
    found: list[Evidence] = []
    beside: dict[int | None, set[int]] = {}
    for text, place, above in lines:
        line = _line(text, survey, forms)
        if line is None and above and place and is_year_heading(text.rstrip(":： ")):
            year = year_of_cell(grid.at(place.row - 1, place.column))
            line = (year, TextKind.ABOVE, False) if year else None
        if line and (above or (line[2] and _is_below(grid, place, extent.end, line[1]))):
            kind = line[1] if above or line[1] is TextKind.PRINTED else TextKind.BELOW
            found.append(Evidence(line[0], Text(kind, text, place, grid.name)))
            beside.setdefault(place and place.row, set()).add(line[0])
    # 2018年度 and 2019年度 beside each other head columns of two years.
    return (item for item in found if not item.said.place or len(beside[item.said.place.row]) == 1)


def year_above(grid: Grid, top: int, year: int, survey: int) -> Iterator[Evidence]:
    """The other year that a line right above the headings in row ``top`` gives to what stands below them."""
    lines = ([as_text(cell) for cell in grid.cells[row] if not is_blank(cell)] for row in range(top - 1, -1, -1))
    line = next(filter(None, lines), [])
    if len(line) == 1 and names_another_year(line[0], year):
        named = next(iter(years_in(line[0])), None)
        yield Evidence(named.year if named else survey - 1, Text(TextKind.ABOVE, line[0], sheet=grid.name))


def _is_below(grid: Grid, place: Place | None, end: int, kind: TextKind) -> bool:
    """Whether a place is in a line of text with no more data after it, or one that the form prints."""
    if place is None:
        return True
    if not is_line(grid, place.row - 1):
        return False
    return kind is TextKind.PRINTED or not any(map(_has_figures, grid.cells[place.row : end]))


def is_line(grid: Grid, row: int) -> bool:
    """Whether a row holds a line of text, and no data."""
    return sum(not is_blank(cell) for cell in grid.cells[row]) <= _LINE


def _has_figures(line: Sequence[Cell]) -> bool:
    return sum(str(cell).removesuffix(".0").isdecimal() for cell in line) >= _FIGURES


def year_of_sheet(grid: Grid, around: Iterable[Evidence], edition: Edition, *, settled: bool) -> int | None:
    """The year that a sheet names of which it is not known where its tables stand."""
    extent = Extent(0, _FIRST_ROWS, _FIRST_ROWS, len(grid.cells), max(map(len, grid.cells), default=0))
    lines = year_lines(grid, extent, edition.year, edition.forms)
    return year_told((*lines, *around), edition.year, settled=settled)


def years_around(around: Iterable[Text], survey: int) -> Iterator[Evidence]:
    """What such names, and a mail, say of the year of figures."""
    for said in around:
        year_in = {TextKind.FOLDER: year_in_folder, TextKind.MAIL: year_in_mail}.get(said.kind, year_in_name)
        for line in said.text.splitlines():
            if (year := year_in(line, survey)) is not None:
                yield Evidence(year, Text(said.kind, line, sheet=said.sheet))
                break


def is_year_heading(heading: str) -> bool:
    """Whether a column is headed 年度 or the like."""
    return bool(_YEAR_HEADING.fullmatch(heading.strip()))


def year_of_cell(cell: Cell) -> int | None:
    """The year that a cell of such a column names."""
    written = str(cell).removesuffix(".0").strip().removesuffix("度").removesuffix("年")
    return int(written) if re.fullmatch(r"20\d\d", written) else None


def only_year(years: Iterable[int | None]) -> int | None:
    """The one year that a book's sheets name; None where they name none, or several."""
    named = {year for year in years if year}
    return named.pop() if len(named) == 1 else None
