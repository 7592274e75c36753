"""Sheets that hold a form as the notice prints it, filled in: rows that are all values, and the form's own words around them.

Nearly every sheet is of these, and to account for each of its cells would cost as much as to read them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from msgspec.structs import replace

from hrss12333.model.account import Account, Disposition
from hrss12333.model.filing import Place, Row, Table
from hrss12333.patterns import lazy
from hrss12333.reading.account.figures import has_figure
from hrss12333.reading.grid import Cell, Grid
from hrss12333.reading.layout.headings import LONGEST, is_group, is_known
from hrss12333.reading.layout.row_words import is_total
from hrss12333.reading.values.cell_text import stands_for_nothing, visible
from hrss12333.survey.form_texts import form_texts, is_self_check
from hrss12333.survey.schema import Form, Kind

LETTER = lazy(r"[^\W_]")
"""Without one a text says nothing."""
_BRACKET = lazy(r"[（(][^（）()]*[)）]$", needs=")）")
_MOST_TEXTS = 8192


class OwnWords(dict[str, Disposition | None]):
    """Text of a cell → what it is by its words alone, in whatever filing; None where more must be asked."""

    def __init__(self, forms: tuple[Form, ...]) -> None:
        super().__init__()
        self._forms, self._own = forms, form_texts(forms)

    def __missing__(self, text: str) -> Disposition | None:
        if len(self) >= _MOST_TEXTS:
            self.clear()
        found = self[text] = self._of(text)
        return found

    def _of(self, text: str) -> Disposition | None:
        if not LETTER.search(visible(text)) or stands_for_nothing(text):
            return Disposition.HARMLESS
        if len(text) <= LONGEST and (is_known(text, self._forms) or self._is_group(text)):
            return Disposition.HEADING
        return Disposition.FORM_TEXT if self._own.has(text) else None

    def _is_group(self, text: str) -> bool:
        """Whether it heads a group of columns, whatever its brackets say of their figures: what they say is read there."""
        bare = _BRACKET.sub("", text)
        return bare != text and any(is_group(form, bare) for form in self._forms)


own_words = cache(OwnWords)
"""Of these forms."""


HIGHEST_SERIAL = 500
"""No list of regions is longer: a larger number where rows are numbered is a figure."""


def plain_account(grid: Grid, tables: Sequence[Table], words: OwnWords) -> Account | None:
    """The account of a sheet whose rows, header and words explain everything; None where more must be asked."""
    grid, checks = _without_self_check(grid)
    counts: Counter[Disposition] = Counter({Disposition.DERIVED: checks} if checks else {})
    lines = dict(enumerate(grid.cells))
    places: list[Place] = []
    for table in tables:
        places += header_places(table)
        if table.sheet == grid.name and not _take(grid, table, counts, lines):
            return None
    for row in [row for row, line in lines.items() if filled(line) == 1 and _is_numbered(grid, row)]:
        counts[Disposition.HARMLESS] += 1
        del lines[row]
    if not all(_WORDS.issuperset(map(type, line)) for line in lines.values()):
        return None
    # The header's texts are each file's own: nobody need ask whether they are the form's.
    header = {(place.row - 1, place.column - 1) for place in places if place.sheet == grid.name}
    around = [(at, text) for row, column, text in grid.texts if row in lines and (at := (row, column))]
    known = [words[text] for at, text in around if at not in header]
    if None in known:
        return None
    counts.update(known)  # type: ignore[arg-type]
    counts[Disposition.HEADER] += len(around) - len(known)
    return counts


def _without_self_check(grid: Grid) -> tuple[Grid, int]:
    """A sheet without the results of the official form's self-check, and how many they are: each stands behind a formula."""
    own = next((column for _, column, text in grid.texts if is_self_check(text)), None)
    if own is None:
        return grid, 0
    found = {(0, 0), *((row, own) for row in range(len(grid.cells)))}
    found = {at for at in found if grid.at(*at) not in (None, "") and grid.mark(*at).formula}
    cells = [
        [None if (row, column) in found else cell for column, cell in enumerate(line)]
        if (row, own) in found or not row
        else line
        for row, line in enumerate(grid.cells)
    ]
    return replace(grid, cells=tuple(cells)), len(found)


def _is_numbered(grid: Grid, row: int) -> bool:
    """Whether all that stands in a row is a number that counts on with the rows around: one that nobody filled in."""
    column, cell = next((column, cell) for column, cell in enumerate(grid.cells[row]) if cell not in (None, ""))
    if type(cell) is not int or not 0 < cell <= HIGHEST_SERIAL:
        return False
    return grid.at(row - 1, column) == cell - 1 or grid.at(row + 1, column) == cell + 1


_WORDS = frozenset((str, type(None)))
"""Types of the cells of a line that holds words alone."""


@lru_cache(maxsize=64)
def _keys(form: Form) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The fields that number the rows, those that explain them, and the figures."""
    serials, texts, counts = (
        tuple([column.key for column in form.of_kind(kind)]) for kind in (Kind.SERIAL, Kind.TEXT, Kind.COUNT)
    )
    return serials, texts, counts


def _take(grid: Grid, table: Table, counts: Counter[Disposition], lines: dict[int, Sequence[Cell]]) -> bool:
    """Take the lines of a table's rows out of ``lines``; whether its rows of data all are values and nothing else."""
    serials, texts, figures = _keys(table.form)
    values = remarks = 0
    for row in table.rows:
        cells = whole_row(grid, row, serials)
        if not cells:
            return False
        values += cells
        remarks += len(texts) - row.scalars_of(texts).count(None)
        lines.pop(row.place.row - 1, None)
    counts[Disposition.REMARK] += remarks
    counts[Disposition.VALUE] += values - remarks
    for row in table.samples:
        own = all(row.scalar(key) in (None, table.form.by_key[key].sample) for key in texts)
        if own and (cells := whole_row(grid, row, serials)):
            counts[Disposition.LEFT_OUT] += cells
            lines.pop(row.place.row - 1, None)
    if table.total is not None:
        line = lines.get(table.total.place.row - 1, ())
        words = [cell for cell in line if type(cell) is str and cell]
        sums = len(figures) - table.total.numbers(figures).count(None)
        if len(words) == 1 and filled(line) == sums + 1 == table.total.cells and is_total(words[0]):
            counts[Disposition.TOTAL] += sums + 1
            del lines[table.total.place.row - 1]
    return True


def header_places(table: Table) -> Iterator[Place]:
    """Where the header's blanks stand; a figure is nobody's name."""
    for key, value in table.header.items():
        if value.place and not (key == "name" and has_figure(str(value.found or ""))):
            yield value.place


def whole_row(grid: Grid, row: Row, serials: Sequence[str]) -> int:
    """The number of cells of a row's line, where all of them are its values; else 0."""
    sheet, at, _ = row.place
    known = row.cells
    if known < 0 or sheet != grid.name or filled(grid.cells[at - 1]) != known:
        return 0
    return 0 if any(number and number > HIGHEST_SERIAL for number in row.numbers(serials)) else known


def filled(line: Sequence[Cell]) -> int:
    """The number of filled cells of a line."""
    return len(line) - line.count("") - line.count(None)
