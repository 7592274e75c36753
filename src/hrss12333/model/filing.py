"""The nouns of a filing (报送) as read: values with their place, rows, tables, files. Frozen, no behaviour of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from hrss12333.model.problem import Problem
from hrss12333.survey.regions import RegionMatch, Unit
from hrss12333.survey.schema import Column, Form, FormRow, Kind, Scalar

Found = int | float | bool | str | None
"""A cell's content as it stood in the file."""


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


@dataclass(frozen=True, slots=True)
class Value:
    """One value as found and as read."""

    found: Found = None
    """As it stood in the file; None where the cell was blank (a lone space, also U+3000, is a blank)."""
    value: Scalar = None
    """As read; None where missing or unreadable."""
    place: Place | None = None
    """None where the form has no such column or blank."""
    problem: Problem | None = None
    """Why it could not be taken; None where it was read."""
    note: str = ""
    """How the reading differs from what stood there (V306), or why it could not be read; Chinese."""
    candidates: tuple[Scalar, ...] = ()
    """What an unreadable value may have meant, likeliest first."""
    doubt: str = ""
    """Why a value that was read is to be confirmed by its sender; Chinese, empty where nothing is doubtful."""

    @property
    def present(self) -> bool:
        """Whether a usable value was read."""
        return self.value is not None

    @property
    def figure(self) -> int | None:
        """The number as written, a negative one too, which is no valid value (V303) but still weighs in a balance."""
        if self.problem is Problem.NEGATIVE and isinstance(self.candidates[0], int):
            return -self.candidates[0]
        return self.value if isinstance(self.value, int) and not isinstance(self.value, bool) else None


BLANK = Value()


class Row:
    """One row of a form, with a `Value` for every column of it."""

    __slots__ = ("_values", "match", "place", "region")

    def __init__(
        self, place: Place, region: str | None, match: RegionMatch | None, values: Mapping[str, Value]
    ) -> None:
        self.place = place
        """The cell that names the row's region; where it has no such column, its first cell."""
        self.region = region
        """Official name where it is known, else as written; None where missing."""
        self.match = match
        self._values = values

    @property
    def values(self) -> Mapping[str, Value]:
        """Field key → value, for every column of the form."""
        return self._values

    @property
    def marked(self) -> Mapping[str, Value]:
        """Those with a problem or a note: what there is to say of the row's single cells."""
        return {key: value for key, value in self._values.items() if value.problem or value.note or value.doubt}

    def get(self, key: str) -> Value:
        """The value of a field; a blank one where the form has no such column."""
        return self._values.get(key, BLANK)

    def scalar(self, key: str) -> Scalar:
        """A field as read; None where it is missing or unreadable."""
        return self._values.get(key, BLANK).value

    def number(self, key: str) -> int | None:
        """A count; None where it is missing or unreadable."""
        value = self.scalar(key)
        return value if type(value) is int else None

    def figure(self, key: str) -> int | None:
        """`Value.figure` of a field."""
        return self._values.get(key, BLANK).figure

    def text(self, key: str) -> str:
        """A text; empty where it is missing."""
        value = self.scalar(key)
        return value if isinstance(value, str) else ""

    def scalars(self) -> dict[str, Scalar]:
        """Field key → value as read, region under its official name."""
        return {key: (self.region if key == "region" else value.value) for key, value in self.values.items()}

    def changed(self, values: Mapping[str, Value]) -> Row:
        """The same row with these values instead of its own."""
        return Row(self.place, self.region, self.match, {**self.values, **values})

    def model(self, form: Form) -> FormRow:
        """The row as its pydantic model."""
        scalars = self.scalars()
        return form.row_model(**{column.key: scalars.get(column.key) for column in form.columns})


class Frame(NamedTuple):
    """What the rows of one table share: its sheet, and where each field stands in it."""

    sheet: str
    order: Mapping[str, int]
    """Field key → its number among the form's columns."""
    columns: tuple[int | None, ...]
    """Sheet column of each field, from 1; None where the sheet has none."""


class PlainRow(Row):
    """A row in which nearly every value stands as it is read: it keeps those alone, and derives the rest when asked."""

    __slots__ = ("_frame", "_marked", "_said")

    def __init__(
        self,
        place: Place,
        region: str | None,
        match: RegionMatch | None,
        frame: Frame,
        said: tuple[Scalar, ...],
        marked: Mapping[str, Value],
    ) -> None:
        """``said`` holds each field as read, in the frame's order; ``marked`` the values that are not plain."""
        self.place = place
        self.region = region
        self.match = match
        self._frame = frame
        self._said = said
        self._marked = marked

    @property
    def values(self) -> Mapping[str, Value]:
        """Field key → value, made anew each time."""
        return {key: self.get(key) for key in self._frame.order}

    @property
    def marked(self) -> Mapping[str, Value]:
        """Those with a problem or a note."""
        return self._marked

    def get(self, key: str) -> Value:
        """The value of a field; a blank one where the form has no such column."""
        if key in self._marked:
            return self._marked[key]
        at = self._frame.order.get(key)
        column = None if at is None else self._frame.columns[at]
        if at is None or column is None:
            return BLANK
        value = self._said[at]
        found = value if not isinstance(value, bool) else "是" if value else "否"
        return Value(found, value, Place(self._frame.sheet, self.place.row, column))

    def scalar(self, key: str) -> Scalar:
        """A field as read; None where it is missing or unreadable."""
        at = self._frame.order.get(key)
        return None if at is None else self._said[at]

    def number(self, key: str) -> int | None:
        """A count; None where it is missing or unreadable."""
        at = self._frame.order.get(key)
        value = None if at is None else self._said[at]
        return value if type(value) is int else None

    def figure(self, key: str) -> int | None:
        """`Value.figure` of a field."""
        return self._marked[key].figure if key in self._marked else self.number(key)


@dataclass(frozen=True, slots=True)
class Aside:
    """A row or cell of the sheet that is no data and was passed over, or read in an unusual way."""

    place: Place
    text: str
    """As found."""
    reason: str
    """Chinese: what it was taken for."""


@dataclass(frozen=True, slots=True)
class ColumnProblem:
    """A column of the form that is missing, doubled or cannot be told (F007)."""

    field: str
    place: Place | None
    message: str
    """Chinese: what is wrong with it and what to do."""


@dataclass(frozen=True)
class Table:
    """One form as it stands in one sheet of one file."""

    form: Form
    file: str
    sheet: str
    header: Mapping[str, Value]
    """Header key (unit, name, mobile, email) → value. Unit's value is the official name."""
    rows: tuple[Row, ...]
    """The data rows: neither sample, total nor remarks."""
    headings: Mapping[str, Place] = field(default_factory=dict)
    """Field key → where its heading stands; a missing column is absent."""
    samples: tuple[Row, ...] = ()
    """样例 rows: never counted."""
    total: Row | None = None
    """合计 row; its ``values`` hold what was typed or stored there."""
    asides: tuple[Aside, ...] = ()
    """Rows passed over, headings read as another, header texts read in an unusual way."""
    column_problems: tuple[ColumnProblem, ...] = ()
    year: int | None = None
    """Year that the sheet says it reports on."""

    @cached_property
    def marked(self) -> tuple[tuple[Row, Column, Value], ...]:
        """Every value of the rows that has a problem or a note, row by row in the form's order."""
        return tuple(
            (row, column, marked[column.key])
            for row in self.rows
            if (marked := row.marked)
            for column in self.form.columns
            if column.key in marked
        )

    def present_columns(self, *kinds: Kind) -> list[str]:
        """Keys of the form's columns of these kinds that this sheet has."""
        return [column.key for column in self.form.of_kind(*kinds) if column.key in self.headings]


@dataclass(frozen=True)
class Filing:
    """The tables of one file, or of all the files of one unit joined, with what is known of where they came from."""

    file: str
    """Path as shown to the user; ``box.zip/表.xlsx`` for one inside a container."""
    unit: Unit | None
    tables: tuple[Table, ...]
    date: datetime | None = None
    """When the document was last saved, by its own word; else the mail's or archive's date, else the file's."""
    saved: datetime | None = None
    """The same by the document's own word alone."""
    sender: str = ""
    """Who mailed it."""
    received: datetime | None = None
    """When it was mailed."""
    printed_codes: tuple[str, ...] = ()
    """校验码 found in page footers."""
    macros: bool = False
    external_links: bool = False

    def tables_of(self, form: Form) -> list[Table]:
        """The tables of this form."""
        return [table for table in self.tables if table.form is form]

    @cached_property
    def contact(self) -> dict[str, str | None]:
        """联系人, 手机号 and 邮箱: the first that any form's header gives."""
        found: dict[str, str | None] = {}
        for key in ("name", "mobile", "email"):
            given = (table.header[key].value for table in self.tables if key in table.header)
            found[key] = next((value for value in given if isinstance(value, str)), None)
        return found

    @property
    def year(self) -> int | None:
        """Year reported on; None where the sheets do not say."""
        return next((table.year for table in self.tables if table.year), None)


@dataclass(frozen=True, slots=True)
class Summary:
    """A 工作总结 (通知第一部分第一条)."""

    file: str
    unit: Unit | None
    paragraphs: tuple[str, ...]
    """Texts in reading order, tables and text boxes included, headers and footers not."""
    headings: tuple[str, ...] = ()
    words: int = 0
    """字数 as Word counts."""
    date: datetime | None = None
    sender: str = ""
    received: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file of which nothing could be read, and why."""

    file: str
    problem: Problem
    message: str
    """Chinese: what it is and what to do."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is none of a filing's: lock files, hidden files, this tool's own outputs."""

    file: str
    reason: str


Document = Filing | Summary | Unreadable
