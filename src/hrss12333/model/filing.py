"""The nouns of a filing (报送) as read: tables of rows, files, and the account of what each of their cells was taken for.
Frozen, no behaviour of their own."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property, lru_cache

from msgspec import Struct, field

from hrss12333.model.message import Found, Message
from hrss12333.model.problem import Problem
from hrss12333.model.row import BLANK, Place, Row, Value, cell_name, column_letters
from hrss12333.model.text import Doubt, Evidence, Text
from hrss12333.patterns import lazy
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Column, Form, Kind

__all__ = ["BLANK", "Found", "Place", "Row", "Value", "cell_name", "column_letters"]  # rows are part of a filing


class CellUse(StrEnum):
    """What a cell was taken for; the value is its key in JSON."""

    HEADING = "heading"
    HEADER = "header"
    """A blank of the line above the form, or its label."""
    VALUE = "value"
    REMARK = "remark"
    TOTAL = "total"
    LEFT_OUT = "left_out"
    """Read and not counted, for a reason that is reported: the sample, a row of sums, a concealed row, a superseded
    sheet."""
    FORM_TEXT = "form_text"
    """What the form prints by itself."""
    DERIVED = "derived"
    """A formula that only computes from the table."""
    HARMLESS = "harmless"
    """Says nothing of any figure: a signature, a date, a list for choosing from."""
    UNREAD = "unread"


Account = Mapping[CellUse, int]
"""Use → number of cells; those of which there are none may be absent."""


def summed_account(accounts: Iterable[Account]) -> Account:
    """The account of several sheets together, in the order of `CellUse`."""
    sums: Counter[CellUse] = Counter()
    for account in accounts:
        sums.update(account)
    return {use: sums[use] for use in CellUse if sums[use]}


class UnreadBlock(Struct, frozen=True):
    """Neighbouring cells of which nobody knows what they say."""

    place: Place
    """The first of them."""
    last: Place
    """The lower right corner of the rectangle around them."""
    cells: int
    texts: tuple[str, ...]
    """What is in them, in the order of reading; of many cells the first."""
    is_question: bool
    """Whether they may concern the figures: they hold one, or name a region or a column of the form."""
    questioned: tuple[Place, ...] = ()
    """The cells that do so; of many the first."""
    headed: bool = False
    """Whether they are a table with headings of its own."""


class Aside(Struct, frozen=True):
    """A row or cell of the sheet that is no data and was passed over, or read in an unusual way."""

    place: Place
    text: str
    """As found."""
    reason: str
    """Chinese: what it was taken for."""
    last: int = 0
    """The last row that it is about, where these are several."""


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
    """What the figures were multiplied by; 1 where they stand as they are, though something says otherwise."""
    reported: str
    """Chinese: what says so, as the rest of a sentence about the column."""
    example: Value
    """One of these figures, as found and as read."""


class Concealed(Struct, frozen=True):
    """A row or a column that the sheet does not show as valid: struck out, hidden, in the colour of its background; or a
    row that says of itself that it is void."""

    place: Place
    how: str
    """Chinese: how it is concealed, as the rest of a sentence about it."""
    text: str
    """Region or heading."""
    row: Row | None = None
    """What the row says; None for a column."""
    by_own_words: bool = False
    """Whether the row's own words take it back."""


class UnreadColumn(Struct, frozen=True):
    """A filled column that the form does not have, and what most of its cells hold."""

    place: Place
    """Of its heading."""
    heading: str
    kind: Kind
    """What most of its cells hold: figures, answers of 是 and 否, or texts."""
    filled: int
    """How many of its cells hold anything."""


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
    """Field key → where its heading stands; a missing column is absent."""
    samples: tuple[Row, ...] = ()
    """样例 rows: never counted."""
    total: Row | None = None
    """合计 row; its ``values`` hold what was typed or stored there."""
    asides: tuple[Aside, ...] = ()
    """Rows passed over, headings read as another, header texts read in an unusual way."""
    column_problems: tuple[ColumnProblem, ...] = ()
    year: int | None = None
    """Year that it reports on, by what says so; in a filing, by all that says so of any of its tables."""
    years: tuple[Evidence, ...] = ()
    """What its lines say of the year."""
    unfit: str = ""
    """Chinese: which words say of it as a whole that it is void, a test or of a part of the year; empty where none do."""
    scales: tuple[Scale, ...] = ()
    concealed: tuple[Concealed, ...] = ()
    """What was not counted because the sheet conceals it."""
    unread: tuple[UnreadColumn, ...] = ()
    other_headings: tuple[Place, ...] = ()
    """Headings of columns that the form does not have, filled or not."""
    guides: tuple[Place, ...] = ()
    """First cells of the rows below the headings that number the columns or name their units."""
    parts: tuple[Table, ...] = ()
    """Tables that were joined to it: below headings repeated for printing, or the other half of a form cut in two."""
    superseded: tuple[Table, ...] = ()
    """Tables of the same form that were passed over for it."""
    passed_over: str = ""
    """Chinese: why another table was preferred to it; empty where none was."""
    other_period: bool = False
    """Whether it is, by its own words, of another year or of a part of the year."""
    how: str = ""
    """Chinese: how its cells were read, where they can be read in several ways; empty where not."""
    unread_cells: tuple[UnreadBlock, ...] = ()
    """What else is in its sheet, or in one without a table, and was not read."""

    @property
    def first_heading(self) -> Place:
        """Where it begins."""
        return next(iter(self.headings.values()))

    @cached_property
    def is_turned(self) -> bool:
        """Whether its headings are below one another."""
        places = self.headings.values()
        return len({place.row for place in places}) > len({place.column for place in places})

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


class Filing(Struct, frozen=True, dict=True):
    """The tables of one file, or of all the files of one unit joined, with what is known of where they came from."""

    file: str
    """Path as shown to the user; ``box.zip/表.xlsx`` for one inside a container."""
    unit: Unit | None
    tables: tuple[Table, ...]
    date: datetime | None = None
    """When the document was last saved, by its own word; else the mail's or archive's date, else the file's."""
    saved: datetime | None = None
    """The same by the document's own word alone."""
    stored: datetime | None = None
    """The date that disk, archive or mail gives the file."""
    sender: str = ""
    """Who mailed it."""
    received: datetime | None = None
    """When it was mailed."""
    printed_codes: tuple[str, ...] = ()
    """校验码 found in page footers."""
    unit_inferred_from_rows: bool = False
    """Whether the unit is known by the regions of its rows alone, not by what the file says."""
    macros: bool = False
    external_links: bool = False
    links: tuple[str, ...] = ()
    """What the links lead to, where the format tells."""
    sha256: str = ""
    """Over the bytes of the file as it was received, in hexadecimal."""
    own: bool = False
    """Whether this tool made it of the files of the unit's cities in an earlier run: what these say goes before it."""
    account: Account = field(default_factory=dict)
    """What the cells of the file were taken for."""
    texts: tuple[Text, ...] = ()
    """The words that are in the file and around it, beside the form's own."""
    partial: tuple[Table, ...] = ()
    """Tables without a header of their own that lack columns, beside a sound one: compared with it, and never counted."""
    unfit: str = ""
    """Chinese: which words say of the whole file that it is void, a test or of a part of the year; empty where none do."""
    version: str = ""
    """Which version of the file its name says it is (`reading.doubt.clauses`)."""
    doubts: tuple[Doubt, ...] = ()
    """The texts that put its figures in doubt."""
    unread_texts: tuple[Text, ...] = ()
    """Sentences in running text that name a region or a column and give a figure that the forms do not."""
    years: tuple[Evidence, ...] = ()
    """All that says of what year it is."""

    @property
    def signed_unit(self) -> str | None:
        """The unit that the file itself names, which its 校验码 covers."""
        return self.unit.name if self.unit and not self.unit_inferred_from_rows else None

    def tables_of(self, form: Form) -> list[Table]:
        """The tables of this form, of whichever year's edition."""
        return [table for table in self.tables if table.form.key == form.key]

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


class Summary(Struct, frozen=True):
    """A 工作总结 (通知第一部分第（一）条)."""

    file: str
    unit: Unit | None
    paragraphs: tuple[str, ...]
    """Texts in reading order, tables and text boxes included, headers and footers not."""
    headings: tuple[str, ...] = ()
    words: int = 0
    """字数 as Word counts."""
    saved: datetime | None = None
    """This and what follows as of a filing."""
    stored: datetime | None = None
    sender: str = ""
    received: datetime | None = None
    sha256: str = ""
    unfit: str = ""
    """This and what follows as of a filing."""
    version: str = ""


class Unreadable(Struct, frozen=True):
    """A file of which nothing could be read, and why."""

    file: str
    problem: Problem
    message: Message
    """Chinese: what it is and what to do."""
    beside: str = ""
    """The readable filing that it very likely is the stamped scan of; empty where none is known."""
    unit: Unit | None = None
    """Whose it is: of the unit that it, its mail or archive names, else of the filing in its own mail or archive."""
    sha256: str = ""
    """Over its bytes in hexadecimal; empty where not even these could be had."""
    sender: str = ""
    """Who mailed it."""
    received: datetime | None = None
    """When it was mailed."""
    stored: datetime | None = None
    """The date that disk, archive or mail gives the file."""


class CoveringLetter(Struct, frozen=True):
    """A mail without a filing, or a covering letter: nothing but words, which 附注 quotes."""

    file: str
    texts: tuple[Text, ...]
    unit: Unit | None = None
    """Whose it is by its sender, else by the unit or city that sender, subject, file name or text names."""
    sender: str = ""
    received: datetime | None = None
    lacks_attachment: bool = False
    """Whether it speaks of an attachment and has none (来信未带附件)."""
    what: str = ""
    """Chinese: why it is no filing; empty for a Word file."""


class Skipped(Struct, frozen=True):
    """A file that is none of a filing's: lock files, hidden files, this tool's own outputs."""

    file: str
    reason: str


Document = Filing | Summary | Unreadable


_WORD = lazy(r"w|n+(?:en+)*|e")
"""A word by the kinds of its characters, as `_kind` has them."""


@lru_cache(maxsize=8192)
def _kind(character: str) -> str:
    """Wide (a word by itself), either (“ ” … — ①: as its neighbours), narrow or a blank; nothing for what is not seen."""
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
    return len(_WORD.findall("".join(map(_kind, text))))
