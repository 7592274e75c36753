"""Where an error lies that a sum shows: the one correction that explains it, if there is just one.

The figures of a table are bound by sums: every row balances, every 合计 that was typed adds up its column. A correction changes
one figure or exchanges two. It is proposed where it puts right all sums that its figures are in, a row and a column; or where a
row alone shows the difference, and it undoes an exchange, neighbouring digits in each other's place or ×1,000 or ×10,000. Where
several do, nothing is proposed: a figure proposed for official statistics invites 凑数.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from hrss12333.model.filing import Row, Table
from hrss12333.model.finding import NewValue, Suggestion
from hrss12333.survey.schema import LARGEST_COUNT, Balance, Kind

_EXCHANGED, _TRANSPOSED = "两数填反", "相邻两位写颠倒"
_POWERS = {1_000: ("放大到1000倍", "以千为单位填写"), 10_000: ("放大到10000倍", "以万为单位填写")}
"""What a figure is multiplied with → what such an error is called, and the opposite."""
_MOST_CELLS = 200
"""Figures of a column beyond which no one of them is picked out."""

FigureCell = tuple[int, str]
"""Line of the row, and field."""
SumName = tuple[int, str]
"""Line of a row that balances and the field of its total; line 0 of a column, and its field."""
Correction = tuple[Mapping[FigureCell, int], str]
"""Figures changed together, and what happened, Chinese; empty where nothing that fingers do explains it."""


class Figures:
    """The figures of one table, with the sums that bind them."""

    def __init__(self, table: Table, summed: Sequence[Row]) -> None:
        """``summed`` are the rows that its 合计 adds up."""
        self._rows = {row.place.row: row for row in table.rows}
        self._cells: dict[SumName, list[FigureCell]] = {}
        """The total of each sum whose figures can all be read, and its parts."""
        self._gaps: dict[SumName, int] = {}
        """What the total has more than its parts."""
        self._sums: dict[FigureCell, dict[SumName, int]] = defaultdict(dict)
        """Cell → the sums that it is in: as their total (1) or as a part (-1)."""
        if table.total and summed:
            self._rows[table.total.place.row] = table.total
            lines = [row.place.row for row in (table.total, *summed)]
            for column in table.form.of_kind(Kind.COUNT):
                self._add_sum((0, column.key), [(line, column.key) for line in lines])
        for line in self._rows:
            for balance in table.form.balances:
                self._add_sum((line, balance.total), [(line, key) for key in balance.fields])

    def _add_sum(self, name: SumName, cells: list[FigureCell]) -> None:
        figures = [self._rows[line].figure(key) for line, key in cells]
        known = [figure for figure in figures if figure is not None]
        if len(known) == len(figures):
            self._cells[name], self._gaps[name] = cells, known[0] - sum(known[1:])
            for at, cell in enumerate(cells):
                self._sums[cell][name] = -1 if at else 1

    def in_row(self, row: Row, balance: Balance) -> Suggestion | None:
        """What makes a row balance."""
        name = row.place.row, balance.total
        cells = self._cells[name]
        pairs = [(cells[0], cell) for cell in cells[1:]]
        off = [line for (line, key), gap in self._gaps.items() if key == name[1] and line and gap == -self._gaps[name]]
        if len(off) == 1:  # a figure exchanged with that of another row, which is then off the other way
            pairs += [(cell, (off[0], cell[1])) for cell in cells]
        return self._only([*self._changed(name, cells), *(self._exchange(*pair) for pair in pairs)])

    def in_column(self, key: str) -> Suggestion | None:
        """What makes a column add up to its 合计."""
        cells = self._cells.get((0, key), [])
        return self._only(self._changed((0, key), cells)) if len(cells) <= _MOST_CELLS else None

    def _figure(self, cell: FigureCell) -> int:
        return self._rows[cell[0]].figure(cell[1]) or 0

    def _changed(self, name: SumName, cells: Iterable[FigureCell]) -> Iterator[Correction]:
        """Each of these cells with the figure that makes the sum hold."""
        for cell in cells:
            written = self._figure(cell)
            meant = written - self._gaps[name] * self._sums[cell][name]
            if 0 <= meant <= LARGEST_COUNT and abs(written) <= LARGEST_COUNT:
                yield {cell: meant}, _kind(meant, written)

    def _exchange(self, one: FigureCell, other: FigureCell) -> Correction:
        return {one: self._figure(other), other: self._figure(one)}, _EXCHANGED

    def _only(self, corrections: Iterable[Correction]) -> Suggestion | None:
        """The only correction that puts right a row and a column; where there is none, and the row alone tells, the only one
        that some kind of error explains."""
        both, one = list[Suggestion](), list[Suggestion]()
        for values, kind in corrections:
            gaps = self._gaps_after(values)
            fixed = [name for name, gap in gaps.items() if not gap]
            # A 合计 that held was computed from the wrong figure.
            computed = all(not gap or (not name[0] and not self._gaps[name]) for name, gap in gaps.items())
            if fixed and computed and min(values.values()) >= 0:
                certain = len(fixed) == len(gaps) > 1
                (both if certain else one if kind else []).append(self._suggestion(values, kind, fixed))
        found = both or one
        return found[0] if len(found) == 1 else None

    def _gaps_after(self, values: Mapping[FigureCell, int]) -> dict[SumName, int]:
        """What is then left of the gaps of all sums that change."""
        moved: Counter[SumName] = Counter()
        for cell, value in values.items():
            for name, sign in self._sums[cell].items():
                moved[name] += sign * (value - self._figure(cell))
        return {name: self._gaps[name] + by for name, by in moved.items() if by}

    def _suggestion(self, values: Mapping[FigureCell, int], kind: str, fixed: Iterable[SumName]) -> Suggestion:
        right = "和".join(sorted({"该行" if line else "该栏合计" for line, _ in fixed}, key=len))
        what = f"像是{kind}" if kind else "只错这一个数"
        meant = []
        for (line, key), value in values.items():
            place = self._rows[line].get(key).place
            meant.append(NewValue(key, value, *place[1:]) if place else NewValue(key, value))
        return Suggestion(tuple(meant), f"{what}，改后{right}对得上")


def _kind(meant: int, written: int) -> str:
    """What makes of the figure meant the one written; a difference that one wrong digit makes, too, is of no kind."""
    for power, (more, less) in _POWERS.items():
        if meant and written == meant * power:
            return more
        if written and written == (meant + power // 2) // power:
            return less
    digits = str(meant)
    swapped = [digits[:at] + digits[at : at + 2][::-1] + digits[at + 2 :] for at in range(len(digits) - 1)]
    several = len(str(abs(meant - written)).rstrip("0")) > 1
    return _TRANSPOSED if str(written) in swapped and several else ""
