"""A row as read: each value with its cell, what was found, how it was read, and its problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from functools import cache
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model.message import Found, Message
from hrss12333.survey.gazetteer import RegionMatch
from hrss12333.survey.schema import Form, FormRow, Kind, Scalar, answer_word


class Problem(Enum):
    """Why a value or a file could not be read."""

    # of a file
    DAMAGED = auto()
    ENCRYPTED = auto()
    OTHER_FORMAT = auto()
    SCAN = auto()
    """A picture of paper: never a filing, and no finding."""
    TOO_LARGE = auto()
    NO_FORM = auto()
    NOT_HERE = auto()
    """A format that only the installed program reads: not audited, and no finding."""
    # of a header's blank
    UNIT_MISSING = auto()
    UNIT_UNKNOWN = auto()
    NAME_MISSING = auto()
    MOBILE_MISSING = auto()
    MOBILE_MALFORMED = auto()
    EMAIL_MISSING = auto()
    EMAIL_MALFORMED = auto()
    # of a cell
    MISSING = auto()
    NOT_WHOLE = auto()
    NEGATIVE = auto()
    NOT_YES_OR_NO = auto()
    NOT_A_CHOICE = auto()
    CELL_ERROR = auto()
    """#REF! and the like."""
    NOT_CALCULATED = auto()
    """A formula without a result, or with a 0 that it does not compute."""


@cache
def column_letters(column: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """(7, 3) → C7."""
    return f"{column_letters(column)}{row}"


class Place(NamedTuple):
    """A physical cell; row and column count from 1."""

    sheet: str
    row: int
    column: int

    @property
    def a1(self) -> str:
        """The cell as Excel names it."""
        return cell_name(self.row, self.column)


class Value(Struct, frozen=True):
    """One value as found and as read."""

    found: Found = None
    """As it was in the file; None for a blank cell, also one with nothing but spaces."""
    value: Scalar = None
    """As read; None where missing or unreadable."""
    place: Place | None = None
    """Its cell."""
    problem: Problem | None = None
    """Why it could not be read; None where it was."""
    note: Message | None = None
    """How it was read where not as written (V306), or why it could not be read."""


BLANK = Value()


class TableLayout(NamedTuple):
    """What all rows of a table share: sheet, form, and each field's column."""

    sheet: str
    form: Form
    order: Mapping[str, int]
    """Field key → its number among the form's columns."""
    columns: tuple[int | None, ...]
    """Sheet column of each field, from 1; None where the sheet has none."""


class Row(Struct, frozen=True, eq=False):
    """A row of a table; it keeps a `Value` for fields not read as written, and makes the others on demand."""

    place: Place
    """The cell of its region; where the sheet has no such column, its first cell."""
    region: str | None
    """Official name where it is known, else as written; None where missing."""
    match: RegionMatch | None
    _layout: TableLayout
    _scalars: tuple[Scalar, ...]
    """Each field as read, in the layout's order."""
    _kept: Mapping[str, Value]

    @property
    def called(self) -> str:
        """Its name in a list: its region, else its line."""
        return self.region or f"第{self.place.row}行"

    @property
    def is_unit(self) -> bool:
        """Whether the row is about the whole unit."""
        return self.match is not None and self.match.is_unit

    @property
    def is_filled(self) -> bool:
        """Whether it has anything but its region's name."""
        form = self._layout.form
        for column in form.data:  # nearly always the first column decides
            if self.scalar(column.key) is not None or self.get(column.key).found is not None:
                return True
        return any(self.get(column.key).found is not None for column in form.of_kind(Kind.TEXT))

    @property
    def noted_values(self) -> Mapping[str, Value]:
        """Field key → value, of the values with a problem or a note."""
        return {key: v for key, v in self._kept.items() if v.problem or v.note} if self._kept else self._kept

    def get(self, key: str) -> Value:
        """The value of a field; a blank one where the form has no such column."""
        if key in self._kept:
            return self._kept[key]
        at = self._layout.order.get(key)
        column = None if at is None else self._layout.columns[at]
        if at is None or column is None:
            return BLANK
        value = self._scalars[at]
        found = answer_word(value) if isinstance(value, bool) else value
        return Value(found, value, Place(self._layout.sheet, self.place.row, column))

    def scalar(self, key: str) -> Scalar:
        """A field as read; None where it is missing or unreadable."""
        at = self._layout.order.get(key)
        return None if at is None else self._scalars[at]

    def scalars_in(self, form: Form) -> tuple[Scalar, ...]:
        """The values of the form's columns as read, in its order; the region by its official name."""
        if form is self._layout.form:
            return self._scalars
        return tuple([self.region if column is form.region else self.scalar(column.key) for column in form.columns])

    def scalars(self) -> dict[str, Scalar]:
        """Field key → value as read; the region by its official name."""
        return dict(zip(self._layout.order, self._scalars, strict=True))

    def number(self, key: str) -> int | None:
        """A count; None where it is missing or unreadable."""
        value = self.scalar(key)
        return value if type(value) is int else None

    def numbers(self, keys: Sequence[str]) -> tuple[int | None, ...]:
        """The figures of these columns of counts, which are read as whole numbers or not at all."""
        order = self._layout.order
        return tuple([self._scalars[order[key]] for key in keys])  # type: ignore[misc]

    def text(self, key: str) -> str:
        """A text; empty where it is missing."""
        value = self.scalar(key)
        return value if isinstance(value, str) else ""

    def changed(self, values: Mapping[str, Value]) -> Row:
        """A copy of the row with these values in place of its own."""
        changed = {key: value.value for key, value in values.items()}
        scalars = tuple([changed.get(key, scalar) for key, scalar in self.scalars().items()])
        return replace(self, _scalars=scalars, _kept={**self._kept, **values})

    def model(self, form: Form) -> FormRow:
        """The row as its pydantic model."""
        return form.row_model(**{column.key: self.scalar(column.key) for column in form.columns})
