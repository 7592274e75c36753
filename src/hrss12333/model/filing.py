"""The nouns of what was sent, as read: filings and their tables, work reports, letters, unread files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from msgspec import Struct, field

from hrss12333.model.message import Found, Message
from hrss12333.model.row import BLANK, Place, Problem, Row, Value, cell_name, column_letters
from hrss12333.model.text import Evidence, Text
from hrss12333.survey.periods import Period
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Column, Form

# Rows and their problems are part of a filing.
__all__ = ["BLANK", "Found", "Place", "Problem", "Row", "Value", "cell_name", "column_letters"]


class LooseFigures(Struct, frozen=True):
    """A block of neighbouring figures that belong to no table and have no heading (V310)."""

    place: Place
    """The first cell."""
    last: Place
    """The lower right corner of the block."""
    texts: tuple[str, ...]
    """The first of their texts, in the order of reading."""
    cells: int
    """The number of cells with a figure."""


class UnrecognisedSheet(Struct, frozen=True):
    """A visible sheet with half of a form's columns or more that is not read as that form (F005)."""

    form: str
    place: Place
    """Its first heading."""
    message: Message
    """Chinese: what was found and what to do."""


class SheetLeftOut(Struct, frozen=True):
    """A table that is not read: hidden, or less fit than another: blank, called 旧, of another year."""

    form: str
    place: Place
    """Its first heading."""
    reason: str
    """Chinese: why, as the rest of a sentence about the sheet."""
    lost: tuple[str, ...] = ()
    """Its regions without figures of the year in any table that was read."""
    alone: bool = False
    """Whether no other table of the form was read."""
    of_year: bool = False
    """Whether it is left out for its year (M705) rather than for its name (R210)."""


class OtherYear(Struct, frozen=True):
    """Rows that were not read: of another year, or of part of a year that their regions sent whole."""

    period: Period
    rows: tuple[Row, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Their regions."""
        return tuple(row.called for row in self.rows)


class Aside(Struct, frozen=True):
    """A row or cell that is no data, or a heading that was read as another."""

    place: Place
    text: str
    """As found."""
    reason: str
    """Chinese: what it was taken for."""


class ColumnProblem(Struct, frozen=True):
    """A column that is missing, doubled or not recognised (F007)."""

    field: str
    place: Place | None
    message: Message
    """Chinese: what is wrong with it and what to do."""


class Scale(Struct, frozen=True):
    """Figures in another measure than the form's (V309)."""

    field: str
    """Field key."""
    place: Place
    """The heading of their column, or the cell where only some cells are so."""
    factor: int
    """The factor by which they were multiplied; 1 if they are taken as written."""
    reported: str
    """Chinese: what names the measure, as the rest of a sentence about the column."""
    example: Value
    """One of the figures."""


class Concealed(Struct, frozen=True):
    """A row that does not count because it is struck out, hidden or called void (R210)."""

    how: str
    """Chinese: which of these it is, as the rest of a sentence about the row."""
    text: str
    """Its region, or another text that identifies it."""
    row: Row
    by_own_words: bool = False
    """Whether a cell of the row calls it void."""


class Table(Struct, frozen=True, dict=True):
    """One form as written in one sheet of one file."""

    form: Form
    file: str
    sheet: str
    header: Mapping[str, Value]
    """Header key (unit, name, mobile, email) → value; the unit's is its official name."""
    rows: tuple[Row, ...]
    """The rows of data."""
    headings: Mapping[str, Place] = field(default_factory=dict)
    """Field key → its heading; a missing column is absent."""
    unit: Unit | None = None
    """Its owner; None where that is unknown."""
    samples: tuple[Row, ...] = ()
    """样例 rows, which never count."""
    total: Row | None = None
    """The last 合计 row, with the figures that were typed or stored there."""
    asides: tuple[Aside, ...] = ()
    column_problems: tuple[ColumnProblem, ...] = ()
    period: Period | None = None
    """The period of its figures by its evidence; None where nothing names one."""
    evidence: tuple[Evidence[Period], ...] = ()
    """All evidence of its period."""
    unfit: str = ""
    """Chinese: what its sheet is called (作废, 测试 …, R210); empty where it is fit."""
    scales: tuple[Scale, ...] = ()
    concealed: tuple[Concealed, ...] = ()
    earlier_totals: tuple[Row, ...] = ()
    """合计 rows above the last, for example one at the end of each page."""
    other_years: tuple[OtherYear, ...] = ()

    @property
    def year(self) -> int | None:
        """The year of its figures, or of which they are a part; None where none or several are named."""
        if self.period is None or not self.period.has_year:
            return None
        first, last = self.period.first.year, self.period.last.year
        return self.period.year or (first if first == last else None)

    @property
    def part(self) -> Period | None:
        """Its period without the year's name if that is only part of a year; else None."""
        part = self.period if self.period and self.period.year is None else None
        return Period(part.first, part.last) if part else None

    @cached_property
    def noted_values(self) -> tuple[tuple[Row, Column, Value], ...]:
        """The values with a problem or a note, row by row in the form's order."""
        return tuple(
            (row, column, marked[column.key])
            for row in self.rows
            if (marked := row.noted_values)
            for column in self.form.columns
            if column.key in marked
        )


class Incoming(Struct, frozen=True, kw_only=True):
    """How and when a file came."""

    sender: str = ""
    """Who mailed it."""
    received: datetime | None = None
    """When it was mailed."""
    stored: datetime | None = None
    """Its date on disk, or in its archive or mail."""
    saved: datetime | None = None
    """When it was last saved, by the document's properties."""
    sha256: str = ""
    """Digest of its bytes, in hexadecimal; empty where they could not be read."""
    version: str = ""
    """The version that its name or mail gives (`survey.words.Meaning`)."""


class Filing(Incoming, frozen=True, dict=True):
    """The tables of one file, or of one unit in all its files."""

    file: str
    """Path as shown to the user; ``box.zip/表.xlsx`` for one inside a container."""
    unit: Unit | None
    """Its owner; None where that is unknown."""
    tables: tuple[Table, ...]
    printed_codes: tuple[str, ...] = ()
    """校验码 in its page footers."""
    macros: bool = False
    external_links: bool = False
    own: bool = False
    """Whether an earlier `merge --unit` wrote it from the cities' files, which are preferred to it."""
    around: tuple[Text, ...] = ()
    """The names of the file, its folders, archives and mails, and the text of its mail."""
    texts: tuple[Text, ...] = ()
    """All texts in it and around it except those of the blank form."""
    loose_figures: tuple[LooseFigures, ...] = ()
    unrecognised: tuple[UnrecognisedSheet, ...] = ()
    left_out: tuple[SheetLeftOut, ...] = ()
    unfit: str = ""
    """Chinese: what its name calls it (作废, 测试 …, R210); empty where it is fit."""

    @property
    def date(self) -> datetime | None:
        """When it was saved, else mailed, else stored."""
        return self.saved or self.received or self.stored

    @property
    def signed_unit(self) -> str | None:
        """The unit in its headers, which its 校验码 covers."""
        named = (table.header.get("unit", BLANK).value for table in self.tables)
        return next((value for value in named if isinstance(value, str)), None)

    def tables_of(self, form: Form) -> list[Table]:
        """Its tables of this form, of any edition."""
        return [table for table in self.tables if table.form.key == form.key]

    @property
    def regions(self) -> set[str | None]:
        """The regions of its rows."""
        return {row.region for table in self.tables for row in table.rows}

    @cached_property
    def contact(self) -> dict[str, str | None]:
        """联系人, 手机号 and 邮箱, each from the first header that gives it."""
        found: dict[str, str | None] = {}
        for key in ("name", "mobile", "email"):
            values = (table.header[key].value for table in self.tables if key in table.header)
            found[key] = next((value for value in values if isinstance(value, str)), None)
        return found

    @property
    def year(self) -> int | None:
        """The year of its tables; None where nothing names one."""
        return next((table.year for table in self.tables if table.year), None)

    @property
    def evidence(self) -> list[Evidence[Period]]:
        """All evidence of its tables' periods."""
        return list(dict.fromkeys(item for table in self.tables for item in table.evidence))


class WorkReport(Incoming, frozen=True):
    """A 工作总结 (通知第一部分第（一）条)."""

    file: str
    unit: Unit | None
    paragraphs: tuple[str, ...]
    """Its texts with those of tables and text boxes, without headers and footers."""
    words: int = 0
    """字数 as Word counts."""
    unfit: str = ""
    """Chinese: what its name calls it (作废, 测试 …, R210); empty where it is fit."""


class Unreadable(Incoming, frozen=True):
    """A file that was not read, and why."""

    file: str
    problem: Problem
    message: Message
    """Chinese: what it is and what to do."""
    unit: Unit | None = None
    """The unit named by it, its mail or its archive; else the owner of the filing beside it there."""
    region: str | None = None
    """The region of that unit that is named there."""
    texts: tuple[Text, ...] = ()
    """Texts of a workbook without a form."""


class CoveringLetter(Incoming, frozen=True):
    """What came without figures: a mail, a covering letter, a scan."""

    file: str
    texts: tuple[Text, ...]
    unit: Unit | None = None
    """The sender's unit, else the one named in sender, subject, file name or text."""
    region: str | None = None
    """The region of that unit that is named there."""
    is_scan: bool = False
    """Whether it is a picture of paper, or a mail with such attachments only."""
    is_unaudited: bool = False
    """Whether it is a file of a format that this tool does not read, or a mail with one."""
    lacks_attachment: bool = False
    """Whether it is a mail that mentions an attachment and has none."""
    what: str = ""
    """Chinese: why it is no filing; empty for a Word file."""


class Skipped(Struct, frozen=True):
    """A file that is passed over, such as a lock, a hidden file or an output of this tool."""

    file: str
    reason: str
    unaudited: bool = False
    """Whether it may be a filing in a format that this tool does not read."""


Document = Filing | WorkReport | Unreadable
