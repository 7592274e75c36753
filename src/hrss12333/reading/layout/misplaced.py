"""Rows whose cells do not stand under their headings: a cell was deleted or inserted, and the rest of the row moved.

That is told by what a row holds: it fits the columns only when it is moved by one cell. Which of its values stand right,
nobody can tell then.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import groupby

from msgspec.structs import replace

from hrss12333.model.filing import Place, Row, Value
from hrss12333.model.problem import Problem
from hrss12333.reading.grid import Cell, Grid
from hrss12333.reading.layout.locate import Located
from hrss12333.reading.values.answers import read_choice, read_yesno
from hrss12333.reading.values.cell_text import as_found, as_text, is_blank, stands_for_nothing
from hrss12333.reading.values.numbers import read_count
from hrss12333.survey.schema import Column, Form, Kind

_REFUSED = {
    Kind.COUNT: Problem.NOT_WHOLE,
    Kind.YESNO: Problem.NOT_YES_OR_NO,
    Kind.CHOICE: Problem.NOT_A_CHOICE,
}
"""What is said of an answer when nobody can tell in which column it stands."""
_SHORTEST_RUN = 3
"""Neighbouring answers that may have moved together unnoticed."""
_MISMATCHES = frozenset(_REFUSED.values())


def refused(column: Column, cell: Cell, place: Place) -> Value:
    """A value of such a row."""
    if is_blank(cell):
        return Value(place=place, problem=Problem.MISSING if column.required else None)
    how = "这一行的内容与栏目对不上（可能多了或少了一格），看不准填的是哪一栏"
    return Value(as_found(cell), None, place, _REFUSED[column.kind], how)


def without_misplaced(located: Located, row: Row) -> Row:
    """The row, without its answers where it only fits the columns when it is moved."""
    problems = {value.problem for value in row.marked.values()}
    if Problem.MISSING in problems:
        row = _with_hint(located.form, row)
    pushed_out = Problem.MISSING in problems and read_count(row.text("remarks") or None).problem is None
    if _MISMATCHES.isdisjoint(problems) and not pushed_out:
        return row
    form, grid = located.form, located.grid
    columns = sorted((match.column, form.by_key[key]) for key, match in located.columns.items() if _is_asked(form, key))
    index, first, last = row.place.row - 1, columns[0][0], columns[-1][0]
    if len(columns) != last - first + 1 or not _is_moved(grid, index, first, [column for _, column in columns]):
        return row
    values = dict(row.values)
    for at, column in columns:
        if column.kind in _REFUSED:
            values[column.key] = refused(column, grid.at(index, at), Place(grid.name, index + 1, at + 1))
    return Row(row.place, row.region, row.match, values)


def _with_hint(form: Form, row: Row) -> Row:
    """The row; where the first or last of a run of 是 and 否 is blank alone, that says that they may all have moved.

    They fit each other's columns, so that nobody can tell whether such a row stands right; of figures the balance tells.
    """
    hints: dict[str, Value] = {}
    for run in _runs(form):
        blank = [key for key in run if row.get(key).problem is Problem.MISSING]
        if len(blank) == 1 and blank[0] in (run[0], run[-1]):
            value = row.get(blank[0])
            if value.found is None and not value.note:
                others = f"“{form.by_key[run[0 if blank[0] == run[-1] else 1]].label}”等相邻{len(run) - 1}栏"
                hints[blank[0]] = replace(value, note=f"{others}都填了，请核对是不是错了一格")
    return Row(row.place, row.region, row.match, {**row.values, **hints}) if hints else row


@cache
def _runs(form: Form) -> tuple[tuple[str, ...], ...]:
    """The fields of neighbouring columns that ask for 是 or 否, of a whole group or of more."""
    groups = [[column for column in columns if column in form.data] for _, columns in form.groups]
    kinds = [list(columns) for _, columns in groupby(form.data, lambda column: column.kind)]
    alike = [run for run in (*kinds, *groups) if len(run) >= _SHORTEST_RUN and {c.kind for c in run} == {Kind.YESNO}]
    return tuple(dict.fromkeys(tuple(column.key for column in run) for run in alike))


def _is_asked(form: Form, key: str) -> bool:
    return form.by_key[key].kind in _REFUSED or form.by_key[key].kind is Kind.TEXT


def _is_moved(grid: Grid, index: int, first: int, columns: Sequence[Column]) -> bool:
    """Whether a row fits when some of its cells are moved by one to the right or to the left, and does not as it is."""
    cells = [grid.at(index, first + number) for number in range(len(columns) + 1)]
    row, beyond = cells[:-1], cells[-1]
    if not any(_crosses(column, as_text(cell), tuple(columns)) for column, cell in zip(columns, row, strict=True)):
        return False
    moves = [[*row[:at], None, *row[at:-1]] for at in range(len(row))] if _stands_aside(row[-1]) else []
    moves += [[*row[:at], *row[at + 1 :], beyond] for at, cell in enumerate(row) if is_blank(cell)]
    return any(_fit(columns, moved) for moved in moves)


def _stands_aside(cell: Cell) -> bool:
    """Whether nothing is lost when a cell is pushed out of the row: a blank, or 无."""
    return is_blank(cell) or stands_for_nothing(as_text(cell))


def _fit(columns: Sequence[Column], cells: Sequence[Cell]) -> bool:
    return all(_fits(column, as_text(cell)) for column, cell in zip(columns, cells, strict=True))


@lru_cache(maxsize=4096)
def _crosses(column: Column, text: str, columns: tuple[Column, ...]) -> bool:
    """Whether a cell does not fit its column, but one of another kind: 是 among figures, a figure under 备注."""
    if _fits(column, text):
        return False
    return any(_fits(other, text) for other in columns if other.kind not in (column.kind, Kind.TEXT))


@lru_cache(maxsize=4096)
def _fits(column: Column, text: str) -> bool:
    """Whether a cell may stand in a column; a blank may stand anywhere."""
    if not text or stands_for_nothing(text):
        return True
    if column.kind is Kind.COUNT:
        return read_count(text).problem is None
    if column.kind is Kind.YESNO:
        return read_yesno(text).problem is None
    if column.kind is Kind.CHOICE:
        return read_choice(column, text).problem is None
    return read_count(text).problem is not None and read_yesno(text).problem is not None
