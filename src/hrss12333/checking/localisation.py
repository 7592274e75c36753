"""Where an error lies that a sum shows: the one correction that explains it, if there is just one.

The figures of a table are bound by sums: every row balances, every 合计 that was typed adds up its column. A correction changes
one figure or exchanges two. It is proposed where it puts right all sums that its figures are in, a row and a column; or where a
row alone shows the difference, and it undoes an exchange, neighbouring digits in each other's place or ×1,000 or ×10,000. Where
several do, nothing is proposed: a figure proposed for official statistics invites 凑数.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from hrss12333.model.filing import Row, Table
from hrss12333.model.finding import NewValue, Suggestion
from hrss12333.survey.schema import Balance, Bound, Kind

_EXCHANGED, _TRANSPOSED = "两数填反", "相邻两位写颠倒"
_POWERS = {1_000: ("放大到1000倍", "以千为单位填写"), 10_000: ("放大到10000倍", "以万为单位填写")}
"""What a figure is multiplied with → what such an error is called, and the opposite."""
_LARGEST = 10**18
"""Beyond this no figure is a count of anything."""
_MOST_CELLS = 200
"""Figures of a column beyond which no one of them is picked out."""

FigureCell = tuple[int, str]
"""Line of the row, and field."""
SumName = tuple[int, str]
"""Line of a row that balances and the field of its total; line 0 of a column, and its field."""


class Correction(Struct, frozen=True):
    """Figures changed together."""

    values: Mapping[FigureCell, int]
    kind: str
    """What happened, Chinese; empty where nothing that fingers do explains it."""


class Figures:
    """The figures of one table, with the sums that bind them."""

    def __init__(self, table: Table, summed: Sequence[Row]) -> None:
        """``summed`` are the rows that its 合计 adds up."""
        self._balances = table.form.balances
        self._rows = {row.place.row: row for row in table.rows}
        self._signs: dict[int, int] = {}
        """The lines of the 合计 (1) and of the rows that it adds up (-1)."""
        self._gaps: dict[SumName, int] = {}
        """What the total of each sum, whose figures can all be read, has more than its parts."""
        if table.total and summed:
            self._rows[table.total.place.row] = table.total
            self._signs = {row.place.row: -1 for row in summed} | {table.total.place.row: 1}
            for column in table.form.of_kind(Kind.COUNT):
                self._add_sum((0, column.key), [row.figure(column.key) for row in (table.total, *summed)])
        for line, row in self._rows.items():
            for balance in self._balances:
                self._add_sum((line, balance.total), row.figures(balance.fields))

    def _add_sum(self, name: SumName, figures: Sequence[int | None]) -> None:
        known = [figure for figure in figures if figure is not None]
        if len(known) == len(figures):
            self._gaps[name] = known[0] - sum(known[1:])

    def in_row(self, row: Row, balance: Balance) -> Suggestion | None:
        """What makes a row balance."""
        name = row.place.row, balance.total
        cells = [(row.place.row, key) for key in balance.fields]
        pairs = [(cells[0], cell) for cell in cells[1:]]
        off = [line for (line, key), gap in self._gaps.items() if key == name[1] and line and gap == -self._gaps[name]]
        if len(off) == 1:  # a figure exchanged with that of another row, which is then off the other way
            pairs += [(cell, (off[0], cell[1])) for cell in cells]
        return self._only([*self._changed(name, cells), *(self._exchange(*pair) for pair in pairs)])

    def in_column(self, key: str) -> Suggestion | None:
        """What makes a column add up to its 合计."""
        cells = [(line, key) for line in self._signs]
        return self._only(self._changed((0, key), cells)) if len(cells) <= _MOST_CELLS else None

    def in_bound(self, row: Row, bound: Bound) -> Suggestion | None:
        """What makes a part no greater than its whole: only the 合计 of the two columns can tell."""
        part, whole = (row.place.row, bound.part), (row.place.row, bound.whole)
        found = [self._exchange(part, whole)]
        for cell in (part, whole):
            if row.place.row in self._signs and self._gaps.get((0, cell[1])):
                found += self._changed((0, cell[1]), [cell])

        def fits(one: Correction) -> bool:
            return one.values.get(part, self._figure(part)) <= one.values.get(whole, self._figure(whole))

        return self._only([one for one in found if fits(one)], alone=False)

    def _figure(self, cell: FigureCell) -> int:
        return self._rows[cell[0]].figure(cell[1]) or 0

    def _sums(self, cell: FigureCell) -> Iterator[tuple[SumName, int]]:
        """The sums that a cell is in: as their total (1) or as a part (-1)."""
        line, key = cell
        if (0, key) in self._gaps and line in self._signs:
            yield (0, key), self._signs[line]
        for balance in self._balances:
            if key in balance.fields and (line, balance.total) in self._gaps:
                yield (line, balance.total), 1 if key == balance.total else -1

    def _changed(self, name: SumName, cells: Sequence[FigureCell]) -> Iterator[Correction]:
        """Each of these cells with the figure that makes the sum hold."""
        for cell in cells:
            written = self._figure(cell)
            meant = written - self._gaps[name] * dict(self._sums(cell))[name]
            if 0 <= meant <= _LARGEST and abs(written) <= _LARGEST:
                yield Correction({cell: meant}, _kind(meant, written))

    def _exchange(self, one: FigureCell, other: FigureCell) -> Correction:
        return Correction({one: self._figure(other), other: self._figure(one)}, _EXCHANGED)

    def _only(self, corrections: Iterable[Correction], *, alone: bool = True) -> Suggestion | None:
        """The only correction that puts right a row and a column; where there is none, and the row alone tells, the only one
        that some kind of error explains."""
        both, one = list[Suggestion](), list[Suggestion]()
        for correction in corrections:
            gaps = self._gaps_after(correction)
            fixed = [name for name, gap in gaps.items() if not gap]
            # A 合计 that held was computed from the wrong figure.
            computed = all(not gap or (not name[0] and not self._gaps[name]) for name, gap in gaps.items())
            if fixed and computed and min(correction.values.values()) >= 0:
                certain = len(fixed) == len(gaps) > 1
                (both if certain else one if correction.kind else []).append(self._suggestion(correction, fixed))
        found = both or (one if alone else [])
        return found[0] if len(found) == 1 else None

    def _gaps_after(self, correction: Correction) -> dict[SumName, int]:
        """What is then left of the gaps of all sums that change."""
        moved: Counter[SumName] = Counter()
        for cell, value in correction.values.items():
            for name, sign in self._sums(cell):
                moved[name] += sign * (value - self._figure(cell))
        return {name: self._gaps[name] + by for name, by in moved.items() if by}

    def _suggestion(self, correction: Correction, fixed: Iterable[SumName]) -> Suggestion:
        values = []
        for (line, key), value in correction.values.items():
            place = self._rows[line].get(key).place
            values.append(NewValue(key, value, place.row if place else None, place.column if place else None))
        right = "和".join(sorted({"该行" if line else "该栏合计" for line, _ in fixed}, key=len))
        what = f"像是{correction.kind}" if correction.kind else "只错这一个数"
        return Suggestion(tuple(values), f"{what}，改后{right}对得上")


def _kind(meant: int, written: int) -> str:
    """What makes of the figure meant the one written; a difference that one wrong digit makes, too, is of no kind."""
    for power, (more, less) in _POWERS.items():
        if meant and written == meant * power:
            return more
        if written and written == (meant + power // 2) // power:
            return less
    one, other = str(meant), str(written)
    differing = [at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]]
    if len(one) != len(other) or len(differing) != 2 or differing[1] != differing[0] + 1:
        return ""
    exchanged = one[differing[0] : differing[1] + 1] == other[differing[0] : differing[1] + 1][::-1]
    return _TRANSPOSED if exchanged and len(str(abs(meant - written)).rstrip("0")) > 1 else ""
