"""Where a count exceeds the one that should not be less: certain for some pairs (B402), usual for others (P504)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from hrss12333.checking.rule import Undecided
from hrss12333.model.filing import Row, Table
from hrss12333.model.said import Label, Said, say
from hrss12333.survey.schema import Bound, Form


class Exceeded(Struct, frozen=True):
    """A row in which the part is greater than the whole."""

    table: Table
    row: Row
    bound: Bound
    part: int
    whole: int

    @property
    def words(self) -> Said:
        """咨询员人数150大于总人数100."""
        part, whole = (Label(self.table.form.by_key[key].label) for key in (self.bound.part, self.bound.whole))
        return say(
            "{lesser}{part:,}大于{greater}{whole:,}", lesser=part, part=self.part, greater=whole, whole=self.whole
        )


def exceeded(tables: Sequence[Table], bounds_of: Callable[[Form], Sequence[Bound]]) -> Iterator[Exceeded | Undecided]:
    """Every row that breaks one of these bounds of its form, and every one whose figures cannot be read."""
    for table in tables:
        for bound in bounds_of(table.form):
            for row in table.rows:
                figures = row.numbers(bound.fields)
                gap = bound.gap(figures)
                if gap is None:
                    yield Undecided(table, row)
                elif gap:
                    part, whole = (figure or 0 for figure in figures)
                    yield Exceeded(table, row, bound, part, whole)
