"""Where an error lies that a sum shows: the one correction that is far likelier than all others taken together, if any.

The figures of a table are bound by sums: every row balances, every 合计 that was typed adds up its column. A correction
changes one figure or exchanges two. It is weighed by how easily fingers make just this error (`KINDS`) and by the other
sums that hold after it or no longer do; against all of them stands the supposition that the difference is of no such
kind. Where nothing outweighs the rest, nothing is proposed: a figure proposed for official statistics invites 凑数.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from hrss12333.checking.rule import FAR
from hrss12333.model.filing import Place, Row, Table
from hrss12333.model.finding import NewValue, Suggestion
from hrss12333.survey.schema import Balance, Bound, Kind

TYPING, ONE_FIGURE, ELSEWHERE = 0.5, 0.25, 0.25
"""Where a difference comes from, before anything is known of it: an error of one of `KINDS`, or two figures exchanged; one
figure wrong in any other way; none of a single figure."""
_DIGITS = "0123456789"
KINDS: Mapping[str, Callable[[str], Sequence[str]]] = {
    "一位数字写错": lambda a: [a[:i] + d + a[i + 1 :] for i in range(len(a)) for d in _DIGITS if d != a[i]],
    "相邻两位写颠倒": lambda a: [a[:i] + a[i + 1] + a[i] + a[i + 2 :] for i in range(len(a) - 1) if a[i] != a[i + 1]],
    "漏写一位": lambda a: [a[:i] + a[i + 1 :] for i in range(len(a)) if len(a) > 1],
    "一位写了两遍": lambda a: [a[: i + 1] + a[i:] for i in range(len(a))],
    "末尾多写一个零": lambda a: [f"{a}0"],
    "末尾少写一个零": lambda a: [a[:-1]] if len(a) > 1 and a.endswith("0") else [],
    "放大到1000倍": lambda a: [f"{a}000"],
    "放大到10000倍": lambda a: [f"{a}0000"],
    "以千为单位填写": lambda a: [str((int(a) + 500) // 1000)],
    "以万为单位填写": lambda a: [str((int(a) + 5000) // 10000)],
    "多写负号": lambda a: [f"-{a}"],
}
"""How a figure gets mistyped: from the digits meant to all that may be written, each as likely as the others. Nobody has
counted the kinds for these forms: they weigh the same."""
_EXCHANGED = "两数填反"
_SHARE = TYPING / (len(KINDS) + 1)
"""What one kind, or an exchange, has of `TYPING`."""
_SPAN = 28.0
"""A difference of no kind lies between 1 and 10 as likely as between 100,000 and a million, on either side: 2 ln 10⁶."""
_ANOTHER = 0.1
"""Chance that a further figure of a sum is wrong, whatever is wrong with the first."""
HELD_ROW, HELD_COLUMN = 1e-3, 0.5
"""Chance that a row balances, or a 合计 adds up, although one of its figures is wrong: it was computed from that figure."""
_LARGEST_LOCATED = 10**18
"""Beyond this no figure is a count of anything."""
_MOST_CELLS = 200
"""Figures of a column beyond which no one of them is picked out."""

FigureCell = tuple[Place, str]
"""Where the row stands, and field."""
SumName = tuple[Place | None, str]
"""Where the row stands, and field of the total; None of a column, and its field."""


class Correction(Struct, frozen=True):
    """Figures changed together."""

    values: Mapping[FigureCell, int]
    weight: float
    """How likely just this error is, before the other sums are looked at."""
    kind: str
    """What happened, Chinese; empty where it is none of `KINDS`."""


class Figures:
    """The figures of one table, with the sums that bind them."""

    def __init__(self, table: Table, summed: Sequence[Row]) -> None:
        """``summed`` are the rows that its 合计 adds up."""
        form = table.form
        self._balances = form.balances
        self._rows = {row.place: row for row in table.rows}
        self._summed: dict[Place, int] = {}
        """The 合计 (1) and the rows that it adds up (-1)."""
        self._gaps: dict[SumName, int] = {}
        """What the total of each sum, whose figures can all be read, has more than its parts."""
        self._off: dict[tuple[str, int], list[Place]] = {}
        """(Field of the total, such a difference) → the rows that do not balance by just this."""
        if table.total and summed:
            self._rows[table.total.place] = table.total
            self._summed = {table.total.place: 1} | {row.place: -1 for row in summed}
            for column in form.of_kind(Kind.COUNT):
                self._add_sum((None, column.key), [row.figure(column.key) for row in (table.total, *summed)])
        for place, row in self._rows.items():
            for balance in form.balances:
                self._add_sum((place, balance.total), row.figures(balance.fields))

    def _add_sum(self, name: SumName, figures: Sequence[int | None]) -> None:
        known = [figure for figure in figures if figure is not None]
        if len(known) == len(figures):
            self._gaps[name] = gap = known[0] - sum(known[1:])
            if gap and name[0]:
                self._off.setdefault((name[1], gap), []).append(name[0])

    def in_row(self, row: Row, balance: Balance) -> Suggestion | None:
        """What makes a row balance."""
        name = row.place, balance.total
        cells = [(row.place, key) for key in balance.fields]
        pairs = [(cells[0], cell) for cell in cells[1:]]
        opposite = self._off.get((balance.total, -self._gaps[name]), [])
        if len(opposite) == 1:  # a figure exchanged with that of another row, which is then off the other way
            pairs += [(cell, (opposite[0], cell[1])) for cell in cells]
        exchanged = [self._exchange(*pair, len(cells)) for pair in pairs]
        return self._likeliest([*self._changed_cells(name, cells), *exchanged], name)

    def in_column(self, key: str) -> Suggestion | None:
        """What makes a column add up to its 合计."""
        cells = [(place, key) for place in self._summed]
        return (
            self._likeliest(self._changed_cells((None, key), cells), (None, key)) if len(cells) <= _MOST_CELLS else None
        )

    def in_bound(self, row: Row, bound: Bound) -> Suggestion | None:
        """What makes a part no greater than its whole: only the 合计 of the two columns can tell."""
        part, whole = (row.place, bound.part), (row.place, bound.whole)
        found = [self._exchange(part, whole, 2)]
        for cell in (part, whole):
            if row.place in self._summed and self._gaps.get((None, cell[1])):
                found += self._changed_cells((None, cell[1]), [cell])
        fitting = [each for each in found if self._figure_after(each, part) <= self._figure_after(each, whole)]
        return self._likeliest(fitting)

    def _figure(self, cell: FigureCell) -> int:
        return self._rows[cell[0]].figure(cell[1]) or 0

    def _figure_after(self, correction: Correction, cell: FigureCell) -> int:
        return correction.values.get(cell, self._figure(cell))

    def _sums(self, cell: FigureCell) -> Iterator[tuple[SumName, int]]:
        """The sums that a cell is in: as their total (1) or as a part (-1)."""
        place, key = cell
        if (None, key) in self._gaps and place in self._summed:
            yield (None, key), self._summed[place]
        for balance in self._balances:
            if key in balance.fields and (place, balance.total) in self._gaps:
                yield (place, balance.total), 1 if key == balance.total else -1

    def _changed_cells(self, name: SumName, cells: Sequence[FigureCell]) -> Iterator[Correction]:
        for cell in cells:
            written = self._figure(cell)
            meant = written - self._gaps[name] * dict(self._sums(cell))[name]
            if 0 <= meant <= _LARGEST_LOCATED and abs(written) <= _LARGEST_LOCATED:
                density = (abs(written) + 1) / (meant + 1)  # any order of magnitude is as likely as any other
                chances = {kind: _SHARE * density * _chance(meant, written, kind) for kind in KINDS}
                chances[""] = ONE_FIGURE * _size(self._gaps[name])
                kind = max(chances, key=chances.__getitem__)
                yield Correction({cell: meant}, sum(chances.values()) / len(cells), kind)

    def _exchange(self, one: FigureCell, other: FigureCell, pairs: int) -> Correction:
        return Correction({one: self._figure(other), other: self._figure(one)}, _SHARE / pairs, _EXCHANGED)

    def _likeliest(self, corrections: Iterable[Correction], name: SumName | None = None) -> Suggestion | None:
        """The correction that is far likelier than all others taken together, among those after which the sum holds; none
        that no kind of error explains, however well it fits: what was meant is for the office to say."""
        none = ELSEWHERE * _size(self._gaps[name]) if name else TYPING + ONE_FIGURE + ELSEWHERE
        best, whole, right = 0.0, none, None
        for correction in corrections:
            weight, fixed = self._likelihood(correction, name)
            if (name is None or name in fixed) and min(correction.values.values()) >= 0:
                whole += weight
                if weight > best:
                    best, right = weight, (correction, fixed)
        return self._suggestion(*right) if right and right[0].kind and best >= FAR * whole else None

    def _likelihood(self, correction: Correction, name: SumName | None) -> tuple[float, list[SumName]]:
        """Its weight in view of the sums that its cells are in beside the one asked about, and those that it puts right."""
        moved: Counter[SumName] = Counter()
        for cell, value in correction.values.items():
            for other, sign in self._sums(cell):
                moved[other] += sign * (value - self._figure(cell))
        weight, fixed = correction.weight, []
        for other, by in moved.items():
            gap = self._gaps[other]
            if by and gap + by == 0:
                fixed.append(other)
                weight /= 1.0 if other == name else _ANOTHER * _size(gap)
            elif by and gap == 0:
                weight *= HELD_ROW if other[0] else HELD_COLUMN
        return weight, fixed

    def _suggestion(self, correction: Correction, fixed: Iterable[SumName]) -> Suggestion:
        values = []
        for (row, key), value in correction.values.items():
            place = self._rows[row].get(key).place
            values.append(NewValue(key, value, place.row if place else None, place.column if place else None))
        right = "和".join(sorted({"该行" if row else "该栏合计" for row, _ in fixed}, key=len))
        return Suggestion(tuple(values), f"像是{correction.kind}，改后{right}对得上")


def _size(gap: int) -> float:
    """How likely a difference of no kind is just as large as this one."""
    return 1 / (_SPAN * abs(gap))


def _chance(meant: int, written: int, kind: str) -> float:
    made = KINDS[kind](str(meant))
    return sum(int(digits) == written for digits in made) / len(made) if made else 0.0
