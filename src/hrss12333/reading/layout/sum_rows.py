"""Rows that say again what other rows say: a 全省 row that is the 合计, a row of sums by whatever name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from hrss12333.model.filing import Aside, Row, Table
from hrss12333.survey.schema import Form, Kind

_CERTAIN = 4
"""Figures that must all be sums before a row is taken for one."""
_MOST_ROWS = 400
"""Rows of a table among which parts of it are summed."""


def without_sums(table: Table) -> Table:
    """The table without rows of no known region whose every figure is the sum of the rows right above, below, or of all.

    Where a form asks for few figures, such a row must leave out what cannot be summed, too.

    沿黄地区, 北部, a nameless row under the last city: counted, they would count these rows twice.
    """
    rows = table.rows
    keys = [column.key for column in table.form.of_kind(Kind.COUNT)]
    if len(rows) > _MOST_ROWS or all(row.match and row.match.name for row in rows):
        return table
    figures = [tuple(row.number(key) for key in keys) for row in rows]
    known = [bool(row.match and row.match.name) for row in rows]
    others = [row for row, sure in zip(rows, known, strict=True) if sure]
    few = len(keys) < _CERTAIN
    sums = {
        at
        for at, sure in enumerate(known)
        if not sure and (not few or _leaves_out_answers(table.form, rows[at], others)) and _is_sum(figures, known, at)
    }
    if not sums:
        return table
    how = "这一行的各项数字等于相邻几行之和，按小计行处理，不重复计入"
    asides = [Aside(rows[at].place, rows[at].region or "没有地区名称", how) for at in sorted(sums)]
    kept = tuple(row for at, row in enumerate(rows) if at not in sums)
    return replace(table, rows=kept, asides=(*table.asides, *asides))


def _is_sum(figures: Sequence[Sequence[int | None]], known: Sequence[bool], at: int) -> bool:
    """Whether a row's figures are the sums of two or more neighbours of known regions, on either side."""
    own = figures[at]
    given = [column for column, figure in enumerate(own) if figure]
    if len(given) < min(_CERTAIN, len(own)):
        return False
    for direction in (range(at - 1, -1, -1), range(at + 1, len(figures))):
        added = [0] * len(own)
        count = 0
        for other in direction:
            if not known[other]:
                continue
            count += 1
            added = [total + (figure or 0) for total, figure in zip(added, figures[other], strict=True)]
            if count > 1 and all(added[column] == own[column] for column in given):
                return True
    return False


def recognise_whole(table: Table) -> Table:
    """A 全省 row beside others is their 合计 where it equals their sum, or leaves out what cannot be summed: 是 and 否."""
    whole = [row for row in table.rows if row.match and row.match.whole]
    others = tuple(row for row in table.rows if row not in whole)
    if len(whole) != 1 or not others:
        return table
    text = str(whole[0].get(table.form.region.key).found)
    sums = dict(_sums(table.form, others))
    equal = bool(sums) and all(whole[0].number(key) == total for key, total in sums.items())
    if not equal and not _leaves_out_answers(table.form, whole[0], others):
        return table
    how = "等于其余各行之和" if equal else "没有填“是”或“否”"
    aside = Aside(whole[0].place, text, f"这一行{how}，按合计行处理，不重复计入")
    return replace(table, rows=others, total=table.total or whole[0], asides=(*table.asides, aside))


def _leaves_out_answers(form: Form, whole: Row, others: Sequence[Row]) -> bool:
    asked = [column.key for column in form.of_kind(Kind.YESNO, Kind.CHOICE)]
    given = any(row.get(key).found is not None for row in others for key in asked)
    return given and all(whole.get(key).found is None for key in asked)


def _sums(form: Form, rows: Sequence[Row]) -> Iterator[tuple[str, int]]:
    for column in form.of_kind(Kind.COUNT):
        numbers = [number for row in rows if (number := row.number(column.key)) is not None]
        if numbers:
            yield column.key, sum(numbers)
