"""The nouns of a filing (报送) as read: tables of rows, files, and what is beside them. Frozen, no behaviour of their own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property, lru_cache

from msgspec import Struct, field

from hrss12333.model.message import Found, Message
from hrss12333.model.row import BLANK, Place, Problem, Row, Value, cell_name, column_letters
from hrss12333.model.text import Evidence, Text
from hrss12333.survey.periods import Period
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Column, Form

__all__ = ["BLANK", "Found", "Place", "Row", "Value", "cell_name", "column_letters"]  # rows are part of a filing


class LooseFigures(Struct, frozen=True):
    """Neighbouring cells with figures that belong to no table, and to no column with a heading of its own (V310)."""

    place: Place
    """The first of them."""
    last: Place
    """The lower right corner of the rectangle around them."""
    texts: tuple[str, ...]
    """Their texts, in the order of reading; of many the first."""
    cells: int


class UnrecognisedSheet(Struct, frozen=True):
    """A visible sheet that names half of a form's columns or more and is not read as one (F005)."""

    form: str
    place: Place
    """The first of the headings."""
    message: Message
    """Chinese: what was found, and what to send."""


class SheetLeftOut(Struct, frozen=True):
    """A table that is not read: on a hidden sheet or, beside another one, blank, called 旧 or 备份, or of another year."""

    form: str
    place: Place
    """Its first heading."""
    reason: str
    """Chinese: why, as the rest of a sentence about the sheet."""
    lost: tuple[str, ...] = ()
    """The regions that are in no table that is read, or there without figures of the year."""
    alone: bool = False
    """Whether no other table of the form is read."""
    of_year: bool = False
    """Whether it is left out for the year that its sheet gives it (M705), not for a name (R210)."""


class OtherYear(Struct, frozen=True):
    """Rows that are dated as of another year, or of a part beside the region's whole one: they are not read."""

    period: Period
    rows: tuple[Row, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Their regions."""
        return tuple(row.called for row in self.rows)


class Aside(Struct, frozen=True):
    """A row or cell of the sheet that is no data and was passed over, or read in an unusual way."""

    place: Place
    text: str
    """As found."""
    reason: str
    """Chinese: what it was taken for."""


class ColumnProblem(Struct, frozen=True):
    """A column of the form that is missing, doubled or cannot be recognised (F007)."""

    field: str
    place: Place | None
    message: Message
    """Chinese: what is wrong with it and what to do."""


class Scale(Struct, frozen=True):
    """Figures that were given in another unit than the form's, and read in that unit (万条 → ×10,000)."""

    field: str
    """Field key."""
    place: Place
    """The column's heading, or the cell where only some cells are so."""
    factor: int
    """The factor applied to the figures; 1 where they are taken as they are, though something says otherwise."""
    reported: str
    """Chinese: what says so, as the rest of a sentence about the column."""
    example: Value
    """One of these figures, as found and as read."""


class Concealed(Struct, frozen=True):
    """A row that the sheet does not show as valid: struck out or hidden; or one that calls itself void."""

    how: str
    """Chinese: how it is concealed, as the rest of a sentence about it."""
    text: str
    """Its region, or what else names it."""
    row: Row
    by_own_words: bool = False
    """Whether the row's own words take it back."""


class Table(Struct, frozen=True, dict=True):
    """One form as written in one sheet of one file."""

    form: Form
    file: str
    sheet: str
    header: Mapping[str, Value]
    """Header key (unit, name, mobile, email) → value. Unit's value is the official name."""
    rows: tuple[Row, ...]
    """The data rows: neither sample, total nor remarks."""
    headings: Mapping[str, Place] = field(default_factory=dict)
    """Field key → the place of its heading; a missing column is absent."""
    samples: tuple[Row, ...] = ()
    """样例 rows: never counted."""
    total: Row | None = None
    """合计 row; its ``values`` hold what was typed or stored there."""
    asides: tuple[Aside, ...] = ()
    """Rows passed over, headings read as another, header texts read in an unusual way."""
    column_problems: tuple[ColumnProblem, ...] = ()
    period: Period | None = None
    """The time that its figures are of, by its evidence; None where nothing names one."""
    evidence: tuple[Evidence[Period], ...] = ()
    """All evidence of its period."""
    unfit: str = ""
    """Chinese: as what its sheet's name takes it back (R210); empty where it does not."""
    scales: tuple[Scale, ...] = ()
    concealed: tuple[Concealed, ...] = ()
    """Rows that are not counted because the sheet conceals them."""
    earlier_totals: tuple[Row, ...] = ()
    """合计 rows above the last: of a page, of the rows since the one before."""
    other_years: tuple[OtherYear, ...] = ()
    """Rows of other years, which are not read."""

    @property
    def year(self) -> int | None:
        """The year that it reports on, or of which it reports on a part; None where nothing names one, or it is of several."""
        if self.period is None or not self.period.has_year:
            return None
        first, last = self.period.first.year, self.period.last.year
        return self.period.year or (first if first == last else None)

    @property
    def part(self) -> Period | None:
        """Its period without a year in words, where that is a part of the year; else None."""
        part = self.period if self.period and self.period.year is None else None
        return Period(part.first, part.last) if part else None

    @cached_property
    def noted_values(self) -> tuple[tuple[Row, Column, Value], ...]:
        """Every value of the rows that has a problem or a note, row by row in the form's order."""
        return tuple(
            (row, column, marked[column.key])
            for row in self.rows
            if (marked := row.noted_values)
            for column in self.form.columns
            if column.key in marked
        )


OwnedTable = tuple[Table, Unit | None]
"""A table with the unit that it belongs to; None where nothing says whose it is."""


class Incoming(Struct, frozen=True, kw_only=True):
    """The way a file came."""

    sender: str = ""
    """Who mailed it."""
    received: datetime | None = None
    """When it was mailed."""
    stored: datetime | None = None
    """The date that disk, archive or mail gives the file."""
    saved: datetime | None = None
    """When the document was last saved, by its own word alone."""
    sha256: str = ""
    """Over its bytes as they were received, in hexadecimal; empty where not even these could be had."""
    version: str = ""
    """The file's version by its name (`survey.words`)."""


class Filing(Incoming, frozen=True, dict=True):
    """The tables of one file, or of all the files of one unit joined, with what is known of where they came from."""

    file: str
    """Path as shown to the user; ``box.zip/表.xlsx`` for one inside a container."""
    unit: Unit | None
    tables: tuple[Table, ...]
    printed_codes: tuple[str, ...] = ()
    """校验码 found in page footers."""
    macros: bool = False
    external_links: bool = False
    own: bool = False
    """Whether this tool made it of the files of the unit's cities in an earlier run: these go before it."""
    around: tuple[Text, ...] = ()
    """The names of the file and of what it lies in, and the words of its mail."""
    texts: tuple[Text, ...] = ()
    """Texts in the file and around it, other than the form's own: quoted in 附注, each once."""
    loose_figures: tuple[LooseFigures, ...] = ()
    """Figures outside the tables, which are not read."""
    unrecognised: tuple[UnrecognisedSheet, ...] = ()
    """Sheets that look like a form and are not read as one."""
    left_out: tuple[SheetLeftOut, ...] = ()
    """Tables that are left out beside others."""
    unfit: str = ""
    """Chinese: as what its name takes the whole file back; empty where it does not."""

    @property
    def date(self) -> datetime | None:
        """When the document was last saved, by its own word; else when it was mailed, else the file's date."""
        return self.saved or self.received or self.stored

    @property
    def signed_unit(self) -> str | None:
        """The unit that its headers name, which its 校验码 covers."""
        named = (table.header.get("unit", BLANK).value for table in self.tables)
        return next((value for value in named if isinstance(value, str)), None)

    def tables_of(self, form: Form) -> list[Table]:
        """The tables of this form, of whichever year's edition."""
        return [table for table in self.tables if table.form.key == form.key]

    @property
    def regions(self) -> set[str | None]:
        """The regions of its rows."""
        return {row.region for table in self.tables for row in table.rows}

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
        """The year of its tables; None where nothing names one."""
        return next((table.year for table in self.tables if table.year), None)

    @property
    def evidence(self) -> list[Evidence[Period]]:
        """All evidence of its tables' periods."""
        return list(dict.fromkeys(item for table in self.tables for item in table.evidence))


class Summary(Incoming, frozen=True):
    """A 工作总结 (通知第一部分第（一）条)."""

    file: str
    unit: Unit | None
    paragraphs: tuple[str, ...]
    """Texts in reading order, tables and text boxes included, headers and footers not."""
    words: int = 0
    """字数 as Word counts."""
    unfit: str = ""
    """Chinese: as what its name takes the whole file back; empty where it does not."""


class Unreadable(Incoming, frozen=True):
    """A file of which nothing could be read, and why."""

    file: str
    problem: Problem
    message: Message
    """Chinese: what it is and what to do."""
    unit: Unit | None = None
    """The unit that the file, its mail or archive names, else that of the filing in its mail or archive."""
    region: str | None = None
    """The region of that unit that is named there."""
    texts: tuple[Text, ...] = ()
    """Texts of a workbook that was read and holds no form."""


class CoveringLetter(Incoming, frozen=True):
    """A mail without a filing, a covering letter, or a scan: at most words, which 附注 quotes."""

    file: str
    texts: tuple[Text, ...]
    unit: Unit | None = None
    """The sender's unit, else the one that sender, subject, file name or text names, also by a city."""
    region: str | None = None
    """The region of that unit that is named there."""
    is_scan: bool = False
    """Whether it is a picture of paper, or a mail to which nothing but such was attached."""
    is_unaudited: bool = False
    """Whether it is no picture, but a file that nothing reads here, or a mail with such a one."""
    lacks_attachment: bool = False
    """Whether the mail mentions an attachment and has none."""
    what: str = ""
    """Chinese: why it is no filing; empty for a Word file."""

    def instead(self, day: str) -> str:
        """Chinese: what came in place of a filing; ``day``: when, empty where that is not known."""
        if self.is_scan:
            named, attached = ("有文件本页未审核", "本页未审核") if self.is_unaudited else ("有扫描件", "为扫描件")
            return f"{day}来信，附件{attached}" if day else named
        return f"{day}来信未带附件"


class Skipped(Struct, frozen=True):
    """A file that is passed over: lock files, hidden files, this tool's own outputs."""

    file: str
    reason: str
    unaudited: bool = False
    """Whether it may be a filing, of a format that nothing reads here."""


Document = Filing | Summary | Unreadable


_WORD = r"w|n+(?:en+)*|e"
"""A word by the kinds of its characters, as `_kind` has them."""


@lru_cache(maxsize=8192)
def _kind(character: str) -> str:
    """w for a wide character (a word by itself), e for one that is as its neighbours (“ ” … — ①), n for a narrow one, a blank for
    a blank; empty for what is not seen."""
    if character.isspace():
        return " "
    category, width = unicodedata.category(character), unicodedata.east_asian_width(character)
    if category in ("Cf", "Cc", "Cs"):
        return ""
    if width in ("W", "F"):  # ideographs, kana and full-width forms
        return "w"
    return "e" if width == "A" and category[0] in "PSN" else "n"


def count_words(text: str) -> int:
    """The 字数 of ``text``.

    Every ideograph, kana, full-width letter, digit and punctuation mark is one; a run of other characters (Latin,
    digits, half-width marks) up to a blank or an ideograph is one. Quotation marks, dashes and ellipses, which Chinese
    and Latin share, belong to a run where they are located inside it (``don’t``) and are one each elsewhere. White
    space and invisible characters are none.
    """
    return len(re.findall(_WORD, "".join(map(_kind, text))))
