"""Sheets made ready to be read: without what this tool added or what is struck out, through their merged ranges. And which of
their tables are read: all of a form but those on hidden sheets and, beside another one, those of another year, those called
旧 or 备份, or blank ones.

Rows that are struck out or hidden as a whole keep their content, so that they can be named with their figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate

from msgspec.structs import replace

from hrss12333.model.document_marks import AUDIT_SHEET, COPY_CATEGORY
from hrss12333.model.filing import OwnedTable, Row, SheetLeftOut, Table
from hrss12333.model.text import TextKind
from hrss12333.reading.grid import At, Book, Box, Cell, Grid
from hrss12333.reading.values.cell_text import is_blank
from hrss12333.survey.frame import ASKED, CHANGES, LAST_YEAR_HEADING, PASSED, TO_FILL, WRONG
from hrss12333.survey.periods import Period
from hrss12333.survey.quotable import is_self_check
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Kind
from hrss12333.survey.version_words import is_spare_sheet

ROW_STRUCK, ROW_HIDDEN = "被划掉", "被隐藏"
_LARGEST_MERGED = 20_000
"""Cells beyond which a merged range is decoration, not content."""
_MOST_MERGED_CELLS = 200_000
"""Cells of all ranges of a sheet that are looked at; those of an ordinary one are some hundreds."""
_REMEMBERED_CELLS = 5_000
"""Cells of all ranges up to which a sheet's ranges are remembered: most filings merge what their form merges."""
_HIGHEST = 40
"""Rows among which the heading of last year's figures is."""


class MergedCells:
    """Merged ranges: every cell shows what its top left one holds."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        ranges = (_known if sum(map(_area, grid.merges)) <= _REMEMBERED_CELLS else _ranges)(grid.merges)
        self._owner, self.rows, self.covered = ranges
        """The cells of each range; the rows that any touches; row → its columns that show what another cell holds."""

    def box(self, row: int, column: int) -> Box | None:
        """The merged range that a cell lies in."""
        return self._owner.get((row, column))

    def at(self, row: int, column: int) -> Cell:
        """The cell, or what its merged range shows."""
        box = self._owner.get((row, column))
        return self._grid.at(box.top, box.left) if box else self._grid.at(row, column)


def _ranges(merges: tuple[Box, ...]) -> tuple[Mapping[At, Box], frozenset[int], Mapping[int, set[int]]]:
    small = [box for box in merges if _area(box) <= _LARGEST_MERGED]
    sums = accumulate(map(_area, small))
    owner = {
        (row, column): box
        for box, so_far in zip(small, sums, strict=True)
        if so_far <= _MOST_MERGED_CELLS
        for row in range(box.top, box.bottom + 1)
        for column in range(box.left, box.right + 1)
    }
    covered = _by_row(at for at, box in owner.items() if at != (box.top, box.left))
    return owner, frozenset(row for row, _ in owner), covered


_known = lru_cache(maxsize=64)(_ranges)


def _area(box: Box) -> int:
    return (box.bottom - box.top + 1) * (box.right - box.left + 1)


def _by_row(places: Iterable[At]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for row, column in places:
        found[row].add(column)
    return found


# Parts that this tool wrote


def without_own_parts(book: Book) -> Iterator[Grid]:
    """The sender's sheets: without the list of changes of a clean form, the results of an audit, last year's figures
    beside a blank form and the live self-check with all that its formulas show."""
    for grid in book.grids:
        audit = book.category == COPY_CATEGORY and grid.name.startswith(AUDIT_SHEET)
        first = grid.at(0, 0)
        if audit or (isinstance(first, str) and first.lstrip().startswith(CHANGES)):
            continue
        yield _without_checks(grid)


def _without_checks(grid: Grid) -> Grid:
    words = [each for each in grid.texts_between(0, _HIGHEST) if "上年" in each[2] or "自检" in each[2]]
    last_year = next((column for _, column, text in words if text.startswith(LAST_YEAR_HEADING)), None)
    headed = [column for _, column, text in words if is_self_check(text)]
    checks = range(min(headed), max(headed) + 1) if headed else ()
    if last_year is None and not checks:
        return grid
    reported = any(mark.formula for mark in grid.marks.values())
    cells = [[*line][:last_year] for line in grid.cells]
    for row, line in enumerate(cells):
        for at in (*checks, *([0] if checks and not row else ())):
            own = at < len(line) and (
                is_self_check(str(line[at]))
                or str(line[at]).startswith((PASSED, WRONG, ASKED))
                or TO_FILL in str(line[at])
            )
            if at < len(line) and (own or not reported or grid.mark(row, at).formula):
                line[at] = None  # what a person wrote there is no formula
    merges = tuple(box for box in grid.merges if last_year is None or box.left < last_year)
    return replace(grid, cells=tuple(map(tuple, cells)), merges=merges)


# Concealed cells and rows


def struck_cells(grid: Grid) -> Mapping[int, set[int]]:
    """Row → its columns whose cells are struck out."""
    return _by_row(at for at, mark in grid.marks.items() if mark.struck)


def legible(grid: Grid) -> Grid:
    """The sheet without the struck cells of rows that count."""
    struck = struck_cells(grid)
    if not struck:
        return grid
    cells = []
    for row, line in enumerate(grid.cells):
        own = struck.get(row, ())
        keep = not own or _is_struck_row(line, own)
        cells.append(line if keep else [None if at in own else cell for at, cell in enumerate(line)])
    return replace(grid, cells=tuple(cells))


def _is_struck_row(line: Sequence[Cell], struck: Collection[int]) -> bool:
    """Whether all that a row holds is struck out, but for its number and short remarks such as 作废."""
    left = [cell for at, cell in enumerate(line) if at not in struck and not is_blank(cell)]
    removed = [cell for at, cell in enumerate(line) if at in struck and not is_blank(cell)]
    return len(removed) >= len(left) and len(left) <= 2 and len(removed) > 1


def concealed_rows(grid: Grid) -> dict[int, str]:
    """Row → how the sheet conceals it as a whole."""
    struck = struck_cells(grid)
    found = {
        row: ROW_STRUCK for row, own in struck.items() if row < len(grid.cells) and _is_struck_row(grid.cells[row], own)
    }
    return found | dict.fromkeys(grid.hidden_rows, ROW_HIDDEN)


# Tables that are read

Found = tuple[Table, Unit | None, bool]
"""A table, the unit that it belongs to, and whether its sheet is hidden."""


def chosen(tables: Sequence[Found], survey: int) -> tuple[list[OwnedTable], list[SheetLeftOut]]:
    """The tables that are read, and those that are not; ``survey`` is the year that is processed."""
    ranks = [_rank(table, hidden, survey) for table, _, hidden in tables]
    kept, left_out = list[OwnedTable](), list[SheetLeftOut]()
    for (table, unit, *_), rank in zip(tables, ranks, strict=True):
        rivals = [
            other
            for (other, whose, *_), theirs in zip(tables, ranks, strict=True)
            if theirs < rank and (whose is unit or unit is None or whose is None)
        ]
        others = [other for other in rivals if other.form.key == table.form.key]
        of_year = rank == _OF_YEAR and bool(rivals)
        spare = bool(others) and not (rank == _NAMED_YEAR and {*_regions(table)} - {*_regions(*others)})
        if of_year or spare or rank == _HIDDEN:
            lost = _regions_lost(table, others, of_year=_other_year(table, survey) is None)
            reason = _REASONS[rank].format(period=_other_year(table, survey))
            first = next(iter(table.headings.values()))
            alone = not others
            left_out.append(SheetLeftOut(table.form.key, first, reason, lost, alone=alone, of_year=rank == _OF_YEAR))
        else:
            kept.append((table, unit))
    return kept, left_out


_REASONS = ("", "是空白表", "名称表示是旧表、备份或样表", "是{period}的", "是{period}的", "是隐藏的工作表")
"""Rank → why a table is not read beside one of a lower rank; Chinese."""
_READ, _BLANK, _CALLED_OLD, _NAMED_YEAR, _OF_YEAR, _HIDDEN = range(len(_REASONS))


def _other_year(table: Table, survey: int) -> Period | None:
    """The other year that a table's lines or its sheet's name give it."""
    names_alone = all(item.is_named for item in table.evidence)
    named = [item.value for item in table.evidence if names_alone and item.source.kind is TextKind.SHEET]
    return next((period for period in (table.period, *named) if period and period.year_beside(survey)), None)


def _rank(table: Table, hidden: bool, survey: int) -> int:
    """The rank of a table among several of a form; a hidden one is never read."""
    if hidden:
        return _HIDDEN
    if _other_year(table, survey):
        return _NAMED_YEAR if all(item.is_named for item in table.evidence) else _OF_YEAR
    if is_spare_sheet(table.sheet):
        return _CALLED_OLD
    return _READ if table.rows or table.concealed or table.other_years else _BLANK


def _regions(*tables: Table) -> Iterable[str | None]:
    return (row.region for table in tables for row in table.rows)


def _regions_lost(table: Table, others: Sequence[Table], *, of_year: bool) -> tuple[str, ...]:
    """The regions that no other table has, or whose figures of the year none has."""
    keys = [column.key for column in table.form.of_kind(Kind.COUNT)] if of_year else []
    known = {row.region for other in others for row in other.rows}
    figures = {
        (region, key, number) for other in others for (region, key), number in _figures_of(other.rows, keys).items()
    }
    differ = {region for (region, key), n in _figures_of(table.rows, keys).items() if (region, key, n) not in figures}
    return tuple(dict.fromkeys(row.called for row in table.rows if row.region not in known or row.region in differ))


def _figures_of(rows: Iterable[Row], keys: Sequence[str]) -> Mapping[tuple[str | None, str], int]:
    """(region, field) → figure."""
    return {(row.region, key): number for row in rows for key in keys if (number := row.number(key)) is not None}
