"""Findings, the results of the audit, with their places and answers. Values only: rules make them, outputs show them."""

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
    """A symbolic place, the key of findings, rows and tables; a part that is None is not narrowed."""

    file: str
    sheet: str | None = None
    form: str | None = None
    row: int = 0
    """Line of the sheet, counted from 1."""

    @property
    def holders(self) -> tuple[Where, ...]:
        """The places that hold it, from the file to the row."""
        return Where(self.file), Where(self.file, self.sheet), Where(self.file, self.sheet, self.form), self


MISSING_UNIT_ID = "M701"
"""The rule about a unit that has sent nothing, which nobody can correct in a file."""


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
    """Which reason in 备注 answers a finding: in whose 备注, and what it must name."""

    NONE = ""
    """No reason does."""
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
    """The value that a cell should hold."""

    field: str
    value: Scalar
    row: int | None = None
    column: int | None = None
    """The cell, where the form has one; counted from 1."""

    @property
    def cell(self) -> str | None:
        """The cell as A1."""
        return cell_name(self.row, self.column) if self.row and self.column else None


class Suggestion(Struct, frozen=True):
    """The correction that settles the finding and is far likelier than any other; never applied automatically."""

    values: tuple[NewValue, ...]
    """Values to change together, such as both halves of an exchange."""
    reason: str


AS_SENT, NOT_REPORTING = "按原数列示", "不报"
"""Words with which an answer of staff closes any question; one about a respondent that sent nothing."""


class StaffAnswer(Struct, frozen=True):
    """The answer of staff to a question in 问题清单 (核实情况, 核实人, 核实日期) or to a text in 附注."""

    text: str = ""
    who: str = ""
    when: date | None = None
    day: str = ""
    """What was written for the date, if it is none."""

    @property
    def is_given(self) -> bool:
        """Whether it is not blank."""
        return self != StaffAnswer()

    @property
    def lets_stand(self) -> bool:
        """Whether it lets figures stand as sent, which closes the question."""
        return self.text.startswith(AS_SENT)


class Verification(StaffAnswer, frozen=True):
    """The answer of staff to a finding, carried over from an earlier workbook."""

    settles: bool = False
    """Whether the question need not be asked again."""
    lacks: str = ""
    """Chinese: what it lacks to settle the question."""
    outdated: bool = False
    """Whether the figures have changed since staff wrote the answer."""


class Location(Struct, frozen=True):
    """A place in what was sent: a file, or a sheet or a cell of it, with region and field."""

    file: str = ""
    """Empty where nothing was sent."""
    sheet: str | None = None
    row: int | None = None
    column: int | None = None
    """The physical cell, counted from 1; None where the sheet or the file is meant."""
    form: str | None = None
    """附表1, 附表2 or None."""
    region: str | None = None
    """Official name where it is known, else as written."""
    field: str | None = None
    """Field key or header key."""

    line: int = 0
    """Line of its data row if its cell is in another (merged) one; else 0."""

    @property
    def where(self) -> Where:
        """The symbolic place, whichever field of a row is meant."""
        return Where(self.file, self.sheet, self.form, self.line or self.row or 0)


def row_where(table: Table, row: Row) -> Where:
    """The symbolic place of one row of a table."""
    return Where(table.file, table.sheet, table.form.key, row.place.row)


def table_where(table: Table) -> Where:
    """The symbolic place of a table."""
    return Where(table.file, table.sheet, table.form.key)


def located(table: Table, row: Row | None = None, place: Place | None = None) -> Location:
    """The location of a table or a row, or of a ``place`` that is more exact."""
    _, line, column = place or (row.place if row else (None, None, None))
    region, data_line = (row.region, row.place.row) if row else (None, 0)
    return Location(table.file, table.sheet, line, column, table.form.key, region, line=data_line)


class Finding(Location, frozen=True, kw_only=True):
    """One thing found, at the place where it is to be corrected."""

    rule: str
    severity: Severity
    message: Message
    """Chinese: what is wrong and what to do, as the rule's templates with their parameters."""
    further: tuple[Location, ...] = ()
    """Other rows and files that the finding is compared with."""
    value: int | float | bool | str | None = None
    """As found."""
    figures: tuple[str, ...] = ()
    """Keys of all figures of the row that the finding is about, where ``field`` is not the only one."""
    difference: int = 0
    """By how much the figure of ``field`` differs from what other figures or last year's require; 0 without such."""
    suggestion: Suggestion | None = None
    explained: bool = False
    """Whether 备注 gives a reason."""
    reason: str = ""
    """The reason that 备注 gives."""
    answered_by: Reason = Reason.NONE
    """The reason in 备注 that would answer it."""
    unit: str | None = None
    """Official name of the reporting unit, where it is known."""
    verification: Verification | None = None
    """The answer of staff to it, carried over from an earlier national workbook."""
    doubts: bool = False
    """Whether the figures that it is about are in question as long as it is open (`Rule.doubts`)."""

    def renamed(self, named: Callable[[str], str], first: int = 0) -> Finding:
        """A copy with other names for the files, from the ``first`` of its places on."""
        if not self.further:
            return self if first else replace(self, file=named(self.file))
        further = tuple([replace(place, file=named(place.file)) for place in self.further])
        message = self.message.changed(lambda leaf: File(named(leaf)) if isinstance(leaf, File) else leaf)
        return replace(self, file=self.file if first else named(self.file), further=further, message=message)

    @property
    def is_settled(self) -> bool:
        """Whether staff have settled the question."""
        return self.verification is not None and self.verification.settles

    @property
    def stands_as_sent(self) -> bool:
        """Whether staff let the figures stand, still in question."""
        return self.is_settled and self.verification is not None and self.verification.lets_stand

    @property
    def cell(self) -> str | None:
        """The physical cell as A1."""
        return cell_name(self.row, self.column) if self.row and self.column else None

    @property
    def position(self) -> tuple[int, int]:
        """Row and column; (0, 0) where there is no cell, which puts it first."""
        return self.row or 0, self.column or 0

    @property
    def blocks(self) -> bool:
        """Whether the filing must not be sent with it."""
        return self.severity is Severity.ERROR and not self.is_settled

    @property
    def is_open(self) -> bool:
        """Whether its respondent has to answer it."""
        return self.blocks or (self.severity is Severity.QUERY and not self.explained and not self.is_settled)

    @property
    def is_in_question(self) -> bool:
        """Whether its figures are left out of all rates for now."""
        return self.doubts and (self.is_open or self.stands_as_sent)


class QuestionKey(NamedTuple):
    """The key by which a finding is matched with one of an earlier workbook; a part is empty where the finding names no such thing."""

    rule: str
    unit: str
    form: str
    region: str
    field: str


class Fault(Struct, frozen=True):
    """A rule that broke down: a bug of the program, which costs nothing but this rule for this document."""

    rule: str
    file: str
    error: str
    """The exception, in the interpreter's words."""


def count_by_severity(findings: Sequence[Finding]) -> dict[str, int]:
    """error, query, note → the number of findings."""
    return {severity.value: sum(each.severity is severity for each in findings) for severity in Severity}
