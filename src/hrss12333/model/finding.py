"""Findings of the audit, with places, suggestions and staff's answers; rules make them, outputs show them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model.filing import Place, Row, Table, cell_name
from hrss12333.model.message import File, Message
from hrss12333.survey.schema import Scalar


class Where(Struct, frozen=True):
    """A place as a key: a file, sheet, table or row; parts that are None or 0 are left open."""

    file: str
    sheet: str | None = None
    form: str | None = None
    row: int = 0
    """Line of the sheet, counted from 1."""

    @property
    def holders(self) -> tuple[Where, ...]:
        """The places that hold it, from the file to itself."""
        return Where(self.file), Where(self.file, self.sheet), Where(self.file, self.sheet, self.form), self


MISSING_UNIT_ID = "M701"
"""Id of the rule about units that sent nothing: no correction in a file answers it."""


class Severity(StrEnum):
    """The severity of a finding, in the terms of official statistics."""

    ERROR = "error"
    QUERY = "query"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the most severe."""
        return [*_LABELS].index(self)

    @property
    def label(self) -> str:
        """强制性错误, 核实性错误 or 提示."""
        return _LABELS[self]


_LABELS = {Severity.ERROR: "强制性错误", Severity.QUERY: "核实性错误", Severity.NOTE: "提示"}


class Reason(StrEnum):
    """Which reason in 备注 answers a finding: in which row, and what it must name."""

    NONE = ""
    """None does."""
    ROW = "在这一行的备注中写明原因"
    DIFFERENCE = "在这一行的备注中写明原因，相差超过较大一方十分之一的还要写明差额"
    FIGURE = "在这一行的备注中写明原因和这个数"
    INCLUSION = "在备注中写明市的数字是否包括它"
    REGION = "在这一行的备注中写明原因和它的名称"
    UNIT = "在任一行的备注中写明原因和地区（单位）的名称"
    PERIOD = "在这张表任一行的备注中写明原因和年度"
    MEASURE = "在这张表任一行的备注中写明原因和计量单位"
    PLACE = "在表中任一行的备注中写明是什么数，在哪一格"


class NewValue(Struct, frozen=True):
    """A suggested value, and its cell where there is one."""

    field: str
    value: Scalar
    row: int | None = None
    column: int | None = None

    @property
    def cell(self) -> str | None:
        """The cell as A1."""
        return cell_name(self.row, self.column) if self.row and self.column else None


class Suggestion(Struct, frozen=True):
    """The correction that answers a finding and is far likelier than any other; it is never applied."""

    values: tuple[NewValue, ...]
    """Several where they change together, as in an exchange."""
    reason: str


AS_SENT, NOT_REPORTING = "按原数列示", "不报"
"""Beginnings of staff's answers: one closes any question, the other that of a respondent that sent nothing."""


class StaffAnswer(Struct, frozen=True):
    """What staff wrote beside a question (核实情况, 核实人, 核实日期), a text of 附注 or another line of a workbook."""

    text: str = ""
    who: str = ""
    when: date | None = None
    day: str = ""
    """The text in place of a date, if it is none."""

    @property
    def is_given(self) -> bool:
        """Whether it is not blank."""
        return self != StaffAnswer()

    @property
    def lets_stand(self) -> bool:
        """Whether it closes a question by letting the figures stand as sent."""
        return self.text.startswith(AS_SENT)


class Verification(StaffAnswer, frozen=True):
    """Staff's answer to a finding in an earlier workbook, as judged."""

    lacks: str = ""
    """What it lacks to settle the question, Chinese; empty if it settles it."""
    outdated: bool = False
    """Whether it has expired because its figures changed."""


class Location(Struct, frozen=True):
    """A place in what was sent: a file, or a sheet or cell of it, with region and field."""

    file: str = ""
    """Empty where nothing was sent."""
    sheet: str | None = None
    row: int | None = None
    column: int | None = None
    """The cell, counted from 1; None where the sheet or the file is meant."""
    form: str | None = None
    """附表1, 附表2 or None."""
    region: str | None = None
    """Official name where it is known, else as written."""
    field: str | None = None
    """Field key or header key."""
    line: int = 0
    """Line of the row of data, which a merged cell may begin above; 0 where it is about no row."""

    @property
    def where(self) -> Where:
        """The key of its row, table or file, without the field."""
        return Where(self.file, self.sheet, self.form, self.line or self.row or 0)


def row_where(table: Table, row: Row) -> Where:
    """The key of a row of a table."""
    return Where(table.file, table.sheet, table.form.key, row.place.row)


def table_where(table: Table) -> Where:
    """The key of a table."""
    return Where(table.file, table.sheet, table.form.key)


def located(table: Table, row: Row | None = None, place: Place | None = None) -> Location:
    """The location of a table or a row, or of a cell of it."""
    _, line, column = place or (row.place if row else (None, None, None))
    region, data_line = (row.region, row.place.row) if row else (None, 0)
    return Location(table.file, table.sheet, line, column, table.form.key, region, line=data_line)


class Finding(Location, frozen=True, kw_only=True):
    """One result of a rule, at the place where it is to be corrected."""

    rule: str
    severity: Severity
    message: Message
    """Chinese: what is wrong and what to do."""
    further: tuple[Location, ...] = ()
    """Other rows and files that were compared with it."""
    value: int | float | bool | str | None = None
    """As found."""
    figures: tuple[str, ...] = ()
    """Keys of all figures of the row that it is about, where there are several."""
    difference: int = 0
    """By how much its figure differs from what other figures or last year's require; 0 if not applicable."""
    suggestion: Suggestion | None = None
    explained: bool = False
    """Whether 备注 gives a reason."""
    reason: str = ""
    """That reason."""
    answered_by: Reason = Reason.NONE
    """Which reason in 备注 answers it."""
    unit: str | None = None
    """Official name of its unit; None where that is unknown."""
    verification: Verification | None = None
    """Staff's answer in an earlier workbook."""
    doubts: bool = False
    """Whether it puts its figures in question while it is open (`Rule.doubts`)."""

    def renamed(self, named: Callable[[str], str], first: int = 0) -> Finding:
        """A copy with other names for its files; with ``first`` 1, except for the file that it is in."""
        if not self.further:
            return self if first else replace(self, file=named(self.file))
        further = tuple([replace(place, file=named(place.file)) for place in self.further])
        message = self.message.changed(lambda leaf: File(named(leaf)) if isinstance(leaf, File) else leaf)
        return replace(self, file=self.file if first else named(self.file), further=further, message=message)

    @property
    def is_settled(self) -> bool:
        """Whether staff have settled it."""
        return self.verification is not None and not self.verification.lacks

    @property
    def stands_as_sent(self) -> bool:
        """Whether staff let its figures pass as sent, still in question."""
        return self.is_settled and self.verification is not None and self.verification.lets_stand

    @property
    def cell(self) -> str | None:
        """The cell as A1."""
        return cell_name(self.row, self.column) if self.row and self.column else None

    @property
    def position(self) -> tuple[int, int]:
        """Row and column, to sort by; (0, 0) without a cell."""
        return self.row or 0, self.column or 0

    @property
    def blocks(self) -> bool:
        """Whether its file must not be sent as it is."""
        return self.severity is Severity.ERROR and not self.is_settled

    @property
    def is_open(self) -> bool:
        """Whether it awaits an answer."""
        return self.blocks or (self.severity is Severity.QUERY and not self.explained and not self.is_settled)

    @property
    def is_in_question(self) -> bool:
        """Whether its figures are in open question, and so are left out of all rates."""
        return self.doubts and (self.is_open or self.stands_as_sent)


class QuestionKey(NamedTuple):
    """The key of a finding over rounds; parts that it does not have are empty."""

    rule: str
    unit: str
    form: str
    region: str
    field: str


class Fault(Struct, frozen=True):
    """A rule that broke down over one document: a bug of the program that stopped no other rule."""

    rule: str
    file: str
    error: str
    """The exception, in the interpreter's words."""


def count_by_severity(findings: Sequence[Finding]) -> dict[str, int]:
    """error, query, note → the number of findings."""
    return {severity.value: sum(each.severity is severity for each in findings) for severity in Severity}
