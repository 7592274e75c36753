"""What a clean official form writes otherwise than the file it was made of: the list that ``fix`` shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hrss12333.filing import Filing, Found, Value
from hrss12333.forms import Kind, Scalar


@dataclass(frozen=True, slots=True)
class Change:
    """One cell read otherwise than it stood there."""

    sheet: str
    cell: str | None
    form: str
    region: str | None
    field: str
    found: Found
    written: Scalar
    """None where nothing could be read: the clean form leaves the cell to be filled in."""
    reason: str
    """Chinese."""


def changes_of(filing: Filing) -> list[Change]:
    """Every change, by sheet, row and column; serial numbers, which the form prints anew, are none."""
    return list(_changes(filing))


def _changes(filing: Filing) -> Iterator[Change]:
    for table in filing.tables:
        for key, value in table.header.items():
            if _differs(value.found, value.value):
                yield _change(table.sheet, table.form.key, None, key, value, value.value)
        for row in table.rows:
            for column in table.form.columns:
                value = row.get(column.key)
                written = row.region if column.kind is Kind.REGION else value.value
                if column.kind is not Kind.SERIAL and _differs(value.found, written):
                    yield _change(table.sheet, table.form.key, row.region, column.key, value, written)


def _differs(found: Found, written: Scalar) -> bool:
    """Whether the form prints something else than stood there: 是 for True is no change, nor 2500 for 2500.0."""
    if isinstance(written, bool):
        return not isinstance(found, str) or found != ("是" if written else "否")
    if isinstance(found, bool):
        return True
    return found != written


def _change(sheet: str, form: str, region: str | None, field: str, value: Value, written: Scalar) -> Change:
    reason = value.note or ("读不出可用的内容，留空待填" if written is None else "按规范写法填写")
    return Change(sheet, value.place.a1 if value.place else None, form, region, field, value.found, written, reason)
