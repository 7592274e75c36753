"""What a clean official form writes otherwise than the file it was made of: the list that ``fix`` shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hrss12333.filing import Filing, Found, Place, Row, Table, Value
from hrss12333.forms import Kind, Scalar


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that the clean form holds otherwise, or not at all."""

    sheet: str
    cell: str | None
    form: str
    region: str | None
    field: str | None
    """Field key or header key; None where the cell belongs to no column of the form."""
    found: Found
    written: Scalar
    """None where the clean form leaves it out."""
    reason: str
    """Chinese."""


def changes_of(filing: Filing) -> list[Change]:
    """Every change, form by form, as the sheet reads. 序号 is printed anew and is none; what could not be read stays as
    it was and is none either."""
    return [change for table in filing.tables for change in _changes(table)]


def _changes(table: Table) -> Iterator[Change]:
    for key, value in table.header.items():
        if value.problem is None and _differs(value.found, value.value):
            yield _change(table, None, key, value, value.value)
    for aside in table.asides:
        if aside.place not in table.headings.values():
            yield Change(
                table.sheet,
                aside.place.a1,
                table.form.key,
                None,
                None,
                aside.text,
                None,
                f"{aside.reason}，规范表中不保留",
            )
    for row in table.rows:
        for column in table.form.columns:
            value = row.get(column.key)
            written = row.region if column.kind is Kind.REGION else value.value
            if column.kind is not Kind.SERIAL and value.problem is None and _differs(value.found, written):
                yield _change(table, row, column.key, value, written)


def _differs(found: Found, written: Scalar) -> bool:
    """Whether the form prints something else than stood there: 是 for True is no change, nor 2500 for 2500.0."""
    if isinstance(written, bool):
        return not isinstance(found, str) or found != ("是" if written else "否")
    if isinstance(found, bool):
        return True
    return found != written


def _change(table: Table, row: Row | None, field: str, value: Value, written: Scalar) -> Change:
    place: Place | None = value.place
    region = row.region if row else None
    reason = value.note or "按规范写法填写"
    return Change(table.sheet, place.a1 if place else None, table.form.key, region, field, value.found, written, reason)
