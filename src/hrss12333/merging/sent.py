"""Files and rows as sent: which of two is newer, which are of part of a year, what was asked to change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from msgspec import Struct, field

from hrss12333.checking.counting import identity, left_out_of
from hrss12333.checking.engine import Checked, judge_unit
from hrss12333.checking.reasons import ANSWERS
from hrss12333.checking.rule import Comparisons, Scope
from hrss12333.checking.rules import RULES
from hrss12333.checking.rules.merge import gives_way, only_parts
from hrss12333.model.check_code import content, content_columns
from hrss12333.model.filing import Filing, Row, Table, WorkReport
from hrss12333.model.finding import Finding, QuestionKey, Severity, Where, row_where, table_where
from hrss12333.model.message import base_name
from hrss12333.model.national import beijing
from hrss12333.reading.companions import containers_of
from hrss12333.survey.schema import Form, Kind, Scalar
from hrss12333.survey.words import Meaning


class SentRow(Struct, frozen=True, dict=True):
    """A row as sent."""

    file: SentFile
    table: Table
    row: Row
    where: Where
    name: str | None
    """`identity` of its row."""
    disputed: bool = False
    """Whether its file has differing content for the same region elsewhere."""

    @property
    def form(self) -> str:
        """Key of its form."""
        return self.table.form.key

    @property
    def is_known(self) -> bool:
        """Whether its name is the unit's or one of its regions'."""
        return bool(self.row.match and self.row.match.name)

    @cached_property
    def is_filled(self) -> bool:
        """Whether it has anything but its region's name."""
        return self.row.is_filled

    @cached_property
    def answers(self) -> tuple[Scalar, ...]:
        """The part of its content that enters totals."""
        return content(self.table.form, self.row, Kind.REGION, Kind.TEXT)

    @cached_property
    def _not_requested(self) -> list[int]:
        """Indexes of the answers that no question asked to change."""
        keys = [column.key for column in content_columns(self.table.form, Kind.REGION, Kind.TEXT)]
        not_requested = self.file.requested.not_of(("", self.row.region or "", self.form), keys)
        return [at for at, key in enumerate(keys) if key in not_requested]

    def changes_as_asked(self, newer: SentRow) -> bool:
        """Whether a newer row differs only in what a question asked to change."""
        return all(self.answers[at] == newer.answers[at] for at in self._not_requested)

    def agrees(self, other: SentRow) -> bool:
        """Whether both rows add the same to the totals."""
        return self.answers == other.answers and not (self.disputed or other.disputed)


class SentFile(Struct, frozen=True, dict=True, eq=False):
    """A file, or its tables of one period if it has tables of several."""

    filing: Filing
    checked: Checked
    comparisons: Comparisons

    @cached_property
    def rows(self) -> list[SentRow]:
        """The rows, table by table."""
        tables = self.filing.tables
        return [
            SentRow(self, table, row, row_where(table, row), identity(row)) for table in tables for row in table.rows
        ]

    @cached_property
    def names(self) -> Mapping[str, dict[str, bool]]:
        """Form key → names of the places in its filled rows → whether the unit has that name."""
        found: dict[str, dict[str, bool]] = defaultdict(dict)
        for sent in self.rows:
            if sent.is_filled and sent.name:
                found[sent.form][sent.name] = sent.is_known
        return found

    def known_names(self, *forms: str) -> set[str]:
        """Names in these forms that the unit has."""
        return {name for form in forms for name, is_known in self.names[form].items() if is_known}

    @cached_property
    def figures(self) -> set[tuple[Scalar, ...]]:
        """The answers of its rows in forms with a balance: two regions hardly ever have the same."""
        return {sent.answers for sent in self.rows if sent.is_filled and sent.table.form.balances}

    @cached_property
    def left_out(self) -> set[tuple[str, str | None]]:
        """Form key and region of its rows that do not count by themselves, such as R210."""
        return {(item.form, item.region) for item in left_out_of(self.filing) if item.region}

    @cached_property
    def requested(self) -> Requested:
        """What questions about it asked to change, now and in an earlier workbook; rows are without a unit."""
        checked, case = self.checked, self.checked.case
        of_unit = judge_unit(case).findings if case else ()
        questions = [finding for finding in (*checked.findings, *of_unit) if finding.severity is not Severity.NOTE]
        keys = [
            QuestionKey(finding.rule, "", place.form or "", place.region or "", key)
            for finding in questions
            for place in (finding, *finding.further)
            for key in (finding.field or "", *finding.figures)
        ]
        for file, item in self.comparisons.earlier_questions:
            if file == base_name(checked.file) or (item.rule in RULES and RULES[item.rule].scope is Scope.UNIT):
                city = item.unit if item.unit != checked.owner else ""
                keys.append(item._replace(unit="", region=item.region or city))
        about_fields = (item for item in keys if not item.rule.startswith("M"))  # group M is about files and rows
        removed = frozenset(finding.where for finding in questions if finding.line and ANSWERS[finding.rule].removal)
        return requested_by(about_fields, case.edition.forms if case else (), removed)


class Verdict(Struct):
    """The rows that do not count, with the reason, and the findings about them."""

    dropped: dict[Where, str] = field(default_factory=dict)
    """Row → why it does not count, Chinese; ``{file}`` is filled with the file that replaces it."""
    replaced: dict[Where, str] = field(default_factory=dict)
    """Row → the file that replaces it; findings about such a row no longer matter."""
    findings: list[Finding] = field(default_factory=list)
    disputed: set[Where] = field(default_factory=set)
    """Rows of which none counts, because nothing shows which is right."""
    asked_together: frozenset[Where] = frozenset()
    """The tables whose periods are asked about in one question to the unit."""

    def drop(self, where: Where, why: str, by: Filing | None = None) -> None:
        """Leave a row out because of ``why``; ``by``: what replaces it, ``{file}`` in ``why``."""
        self.dropped[where] = why
        if by:
            self.replaced[where] = by.file


class Order(NamedTuple):
    """Which of two files is newer."""

    sign: int
    """1 where the first is newer, -1 where the second is, 0 where nothing shows which."""
    by: str = ""
    """What shows it, Chinese."""

    def moment(self, filing: Filing) -> str:
        """The date that shows the order, of one of the two files, Chinese."""
        if self.by.startswith("文件日期") and filing.stored:
            return f"{beijing(filing.stored):%Y-%m-%d %H:%M:%S}"  # files saved as one are often copied in one minute
        at = (filing.received if self.by.startswith("邮件") else filing.saved) or filing.date
        return f"{beijing(at):%Y-%m-%d %H:%M}" if at else "日期不详"


NOT_UNFIT = "没有注明作废、测试、旧表或备份"
_MAILED = "邮件日期较新"
_STORED = "文件日期最新"
ONE_COPY = timedelta(seconds=2)
"""Files stored within this time were copied or unpacked together: which was made first is unknown."""
_SIGNS_OF_NEWER: tuple[tuple[str, Callable[[Filing | WorkReport], Any]], ...] = (
    # A file that is void or a test never replaces a fit one.
    (NOT_UNFIT, lambda file: not file.unfit and not any(table.unfit for table in getattr(file, "tables", ()))),
    ("名称没有注明是旧的、草稿或别的年度", lambda file: file.version != Meaning.FORMER),
    # Nor does this tool's output from the cities' files replace these files.
    ("各地区报来", lambda file: not getattr(file, "own", False)),
    # The mailed date is surer: nobody mails the older file last, but whoever opens it may save it anew.
    (_MAILED, lambda file: file.received),
    ("名称注明是更正或最终稿", lambda file: file.version == Meaning.CORRECTED),
    ("日期最新", lambda file: file.saved),
    # The weakest sign: it may only be when the file was copied.
    (_STORED, lambda file: file.stored),
)
"""Signs of the newer of two files, the surest first: its name, Chinese, and a value greater in the newer."""


def container_of(file: str) -> str:
    """The innermost mail or archive that a file came in; empty where it came in neither."""
    return next(reversed(containers_of(file)), "")


def order(one: Filing | WorkReport, other: Filing | WorkReport, *, by_file: bool = True) -> Order:
    """The order of two files by the first sign that differs; ``by_file``: whether dates on disk are signs."""
    # In one mail or archive only the date of an enclosed mail shows an order.
    together = container_of(one.file) == container_of(other.file) != ""
    for by, sign in _SIGNS_OF_NEWER if by_file else _SIGNS_OF_NEWER[:-1]:
        first, second = sign(one), sign(other)
        if first is None or second is None or first == second or (by == _STORED and abs(first - second) < ONE_COPY):
            continue
        if not (together and isinstance(first, datetime) and by != _MAILED):
            return Order(1 if first > second else -1, by)
    return Order(0)


def newest_reports(reports: Iterable[WorkReport]) -> dict[str, WorkReport]:
    """Code of a unit → its newest 工作总结; where nothing shows which, the last by name."""
    found: dict[str, WorkReport] = {}
    for report in sorted(reports, key=lambda item: item.file):
        if report.unit and order(report, found.setdefault(report.unit.code, report)).sign >= 0:
            found[report.unit.code] = report
    return found


def leave_parts_out(files: Iterable[SentFile], verdict: Verdict) -> None:
    """Leave out rows for part of the year where the whole year, or only several parts, were sent."""
    whole: dict[tuple[str, str | None], SentRow] = {}
    parts: dict[tuple[str, str | None], list[SentRow]] = defaultdict(list)
    for sent in (sent for file in files for sent in file.rows):
        name = sent.form, sent.name
        counts = sent.where not in verdict.dropped
        if sent.table.part and (counts or sent.where in verdict.disputed):
            parts[name].append(sent)
        elif not sent.table.part and sent.is_filled and (counts or name not in whole):
            whole[name] = sent
    giving_way: dict[tuple[Where, str], list[SentRow]] = defaultdict(list)
    several = list[SentRow]()
    both = ((sent, whole[name].file.filing) for name, of_region in parts.items() if name in whole for sent in of_region)
    corrected = {sent.file: year for sent, year in both if order(year, sent.file.filing).sign > 0}
    for sent in (sent for of_region in parts.values() for sent in of_region if sent.file in corrected):
        if (sent.form, sent.name) not in whole and sent.where in sent.file.requested.removals:
            verdict.drop(sent.where, "已被{file}取代", corrected[sent.file])
    for name, sent_rows in parts.items():
        of_region = [sent for sent in sent_rows if sent.where not in verdict.dropped]
        if year := whole.get(name):
            disputed = [sent for sent in sent_rows if sent.where in verdict.disputed]
            for sent in (*of_region, *disputed):
                verdict.drop(sent.where, "不是全年的数据，以{file}中全年的为准（M705）", year.file.filing)
                giving_way[table_where(sent.table), year.table.file].append(sent)
        elif len({sent.table.part for sent in of_region}) > 1:
            for sent in of_region:
                verdict.drop(sent.where, "只有几段时间的数据，没有全年的，都不计入（M705）")
            several += of_region
    for (_, by), rows in giving_way.items():
        unit = rows[0].file.filing.unit
        verdict.findings.append(gives_way(rows[0].table, [sent.row for sent in rows], by, unit))
    if several:
        unit = several[0].file.filing.unit
        verdict.findings.append(only_parts([(sent.table, sent.row) for sent in several], unit))
    verdict.asked_together = frozenset(table_where(sent.table) for sent in several)


RowName = tuple[str, str, str]
"""Unit, region and form."""
_ADDED = "+"
"""Replaces the field's key where a form lacks a region that is to get its row."""


class Requested(Struct, frozen=True):
    """The changes that questions asked for; any other change in a later version is asked about."""

    fields: Mapping[RowName, set[str]]
    """Row → the fields to change, "" for all; a name without a region means every row of the form."""

    removals: frozenset[Where] = frozenset()
    """The rows to remove."""

    def of_row(self, name: RowName, *, is_new: bool) -> bool:
        """Whether a question asked about the whole row; if about a missing region, only a new row's."""
        unit, _, form = name
        asked = {"", "region", _ADDED} if is_new else {"", "region"}
        of_form = self.fields.get((unit, "", form), set())
        return bool(of_form if is_new else of_form - {_ADDED}) or bool(asked & self.fields.get(name, set()))

    def not_of(self, name: RowName, fields: Iterable[str]) -> list[str]:
        """The fields, of these fields of a row, that no question asked to change."""
        unit, _, form = name
        requested = self.fields.get(name, set()) | self.fields.get((unit, "", form), set())
        return [] if "" in requested else [key for key in fields if key not in requested]


def requested_by(
    questions: Iterable[QuestionKey], forms: Iterable[Form], removals: frozenset[Where] = frozenset()
) -> Requested:
    """The changes that these questions asked for: to their fields, and to those compared with them."""
    by_key = {form.key: form for form in forms}
    fields: dict[RowName, set[str]] = {}
    for rule, unit, form, region, key in questions:
        if rule == "R209":  # all figures of the region are in question, in every form
            fields |= {(unit, region, each): {""} for each in by_key}
        if rule in ("R204", "R207"):  # a form that lacks the region gets its row
            for each in by_key:
                fields.setdefault((unit, region, each), set()).add(_ADDED)
            continue
        if rule == "R206":  # all figures of the row are in question
            key = ""
        of = by_key.get(form)
        compared = [RULES[rule].figures] if rule in RULES else []
        if of and rule.startswith(("B", "P")):
            compared += [relation.fields for relation in (*of.balances, *of.bounds, *of.usual_bounds)]
        fields.setdefault((unit, region, form), set()).update([key], *(group for group in compared if key in group))
    return Requested(fields, removals)
