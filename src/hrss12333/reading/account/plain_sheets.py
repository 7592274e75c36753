"""Sheets that hold a form as the notice prints it, filled in: rows that are all values, and the form's own words around them.

Nearly every sheet is of these, and to account for each of its cells would cost as much as to read them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from hrss12333.model.account import Account, Disposition
from hrss12333.model.filing import Place, Row, Table
from hrss12333.reading.account.figures import has_figure
from hrss12333.reading.account.own_words import OwnWords
from hrss12333.reading.grid import Cell, Grid
from hrss12333.reading.layout.row_kinds import is_total
from hrss12333.survey.schema import Kind

HIGHEST_SERIAL = 500
"""No list of regions is longer: a larger number where rows are numbered is a figure."""


def plain_account(grid: Grid, tables: Sequence[Table], words: OwnWords) -> Account | None:
    """The account of a sheet whose rows, header and words explain everything; None where more must be asked."""
    found: list[Disposition] = []
    lines = dict(enumerate(grid.cells))
    for table in tables:
        if table.sheet == grid.name and not _take(grid, table, found, lines):
            return None
    texts = [item for item in grid.texts if item[0] in lines]
    if len(texts) < sum(map(filled, lines.values())):
        return None
    known = [words[text] for _, _, text in texts]
    if None in known:
        header = {place for table in tables for place in header_places(table)}
        for at, (row, column, _) in enumerate(texts):
            if known[at] is None and Place(grid.name, row + 1, column + 1) in header:
                known[at] = Disposition.HEADER
        if None in known:
            return None
    return Counter(found + known)  # type: ignore[operator]


def _take(grid: Grid, table: Table, found: list[Disposition], lines: dict[int, Sequence[Cell]]) -> bool:
    """Take the lines of a table's rows out of ``lines``; whether its rows of data all are values and nothing else."""
    serial = next((column.key for column in table.form.of_kind(Kind.SERIAL)), "")
    texts = [column.key for column in table.form.of_kind(Kind.TEXT)]
    for row in table.rows:
        cells = whole_row(grid, row, serial)
        if not cells:
            return False
        remarks = len(texts) - row.scalars_of(texts).count(None)
        found += [Disposition.REMARK] * remarks + [Disposition.VALUE] * (cells - remarks)
        lines.pop(row.place.row - 1, None)
    for row in table.samples:
        own = all(row.scalar(column.key) in (None, column.sample) for column in table.form.of_kind(Kind.TEXT))
        if own and (cells := whole_row(grid, row, serial)):
            found += [Disposition.LEFT_OUT] * cells
            lines.pop(row.place.row - 1, None)
    if table.total and (cells := _is_plain_total(grid, table, table.total, serial)):
        found += [Disposition.TOTAL] * cells
        lines.pop(table.total.place.row - 1, None)
    return True


def header_places(table: Table) -> Iterator[Place]:
    """Where the header's blanks stand; a figure is nobody's name."""
    for key, value in table.header.items():
        if value.place and not (key == "name" and has_figure(str(value.found or ""))):
            yield value.place


def whole_row(grid: Grid, row: Row, serial: str) -> int:
    """The number of cells of a row's line, where all of them are its values; else 0."""
    known = row.cells
    if known < 0 or row.place.sheet != grid.name or (row.number(serial) or 0) > HIGHEST_SERIAL:
        return 0
    return known if filled(grid.cells[row.place.row - 1]) == known else 0


def filled(line: Sequence[Cell]) -> int:
    """The number of filled cells of a line."""
    return len(line) - line.count("") - line.count(None)


def _is_plain_total(grid: Grid, table: Table, total: Row, serial: str) -> int:
    """The number of cells of a 合计, where all of them are sums but the one that names it; else 0."""
    sums = sum(total.number(column.key) is not None for column in table.form.of_kind(Kind.COUNT))
    names = [str(total.get(key).found or "") for key in (serial, table.form.region.key)]
    cells = filled(grid.cells[total.place.row - 1])
    return cells if total.cells == cells == sums + 1 and any(map(is_total, names)) else 0
