"""Rows as they were sent, and whether two are the same; which of two files is newer, and what shows it; which rows are of a
part of the year and give way; what the questions about a file ask to change or to take away, which a later version is not
asked about again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.checking.counting import identity, left_out_of
from hrss12333.checking.engine import Checked, judge_unit
from hrss12333.checking.reasons import ANSWERS
from hrss12333.checking.rule import Comparisons, Scope
from hrss12333.checking.rules import RULES
from hrss12333.checking.rules.merge import gives_way, only_parts
from hrss12333.model.check_code import content, content_columns
from hrss12333.model.filing import Filing, Row, Summary, Table
from hrss12333.model.finding import Finding, QuestionKey, Severity, Where, row_where, table_where
from hrss12333.model.message import base_name
from hrss12333.model.national import beijing
from hrss12333.patterns import grouped
from hrss12333.reading.companions import containers_of
from hrss12333.survey.periods import Period
from hrss12333.survey.schema import Form, Kind, Scalar
from hrss12333.survey.words import Meaning


class SentRow(Struct, frozen=True, dict=True):
    """A row as sent."""

    file: SentFile
    filing: Filing
    table: Table
    row: Row
    form: str
    """Key of its form."""
    where: Where
    name: str | None
    """`identity` of its row."""
    is_known: bool
    """Whether the unit knows that name."""
    is_filled: bool
    """Whether anything is beside the region's name."""
    disputed: bool = False
    """Whether its file has other content for the same region, too."""

    @cached_property
    def answers(self) -> tuple[Scalar, ...]:
        """The part of its content that enters totals."""
        return content(self.table.form, self.row, Kind.REGION, Kind.TEXT)

    @cached_property
    def _unasked(self) -> list[int]:
        """Positions of the answers that no question is about."""
        keys = [column.key for column in content_columns(self.table.form, Kind.REGION, Kind.TEXT)]
        unasked = self.file.requested.not_of(("", self.row.region or "", self.form), keys)
        return [at for at, key in enumerate(keys) if key in unasked]

    def changes_as_asked(self, newer: SentRow) -> bool:
        """Whether a newer row differs only in what a question is about."""
        return all(self.answers[at] == newer.answers[at] for at in self._unasked)

    def agrees(self, other: SentRow) -> bool:
        """Whether both add the same to the totals."""
        return self.answers == other.answers and not (self.disputed or other.disputed)


class SentFile(Struct, frozen=True, dict=True, eq=False):
    """A file as far as its tables are of one period."""

    filing: Filing
    checked: Checked
    comparisons: Comparisons

    @cached_property
    def rows(self) -> list[SentRow]:
        """The rows, table by table."""
        return [
            SentRow(
                self,
                self.filing,
                table,
                row,
                table.form.key,
                row_where(table, row),
                identity(row),
                bool(row.match and row.match.name),
                row.is_filled,
            )
            for table in self.filing.tables
            for row in table.rows
        ]

    @cached_property
    def names(self) -> Mapping[str, dict[str, bool]]:
        """Form key → names of the places that its filled rows are about, each with whether the unit knows it."""
        found: dict[str, dict[str, bool]] = defaultdict(dict)
        for sent in self.rows:
            if sent.is_filled and sent.name:
                found[sent.form][sent.name] = sent.is_known
        return found

    def known_names(self, *forms: str) -> set[str]:
        """Names in these forms that the unit knows."""
        return {name for form in forms for name, is_known in self.names[form].items() if is_known}

    @cached_property
    def figures(self) -> set[tuple[Scalar, ...]]:
        """The answers of its rows in forms with a balance, which hardly two regions share."""
        return {sent.answers for sent in self.rows if sent.is_filled and sent.table.form.balances}

    @cached_property
    def left_out(self) -> set[tuple[str, str | None]]:
        """Form key and region of the rows that it leaves out itself."""
        return {(item.form, item.region) for item in left_out_of(self.filing) if item.region}

    @cached_property
    def requested(self) -> Requested:
        """What questions about it ask, now and in an earlier workbook; rows are named without a unit."""
        checked, case = self.checked, self.checked.case
        judged = judge_unit(case).findings if case else ()
        questions = [finding for finding in (*checked.findings, *judged) if finding.severity is not Severity.NOTE]
        asked = [
            QuestionKey(finding.rule, "", place.form or "", place.region or "", key)
            for finding in questions
            for place in (finding, *finding.further)
            for key in (finding.field or "", *finding.figures)
        ]
        for file, item in self.comparisons.earlier_questions:
            if file == base_name(checked.file) or (item.rule in RULES and RULES[item.rule].scope is Scope.UNIT):
                city = item.unit if item.unit != checked.owner else ""
                asked.append(item._replace(unit="", region=item.region or city))
        named = (item for item in asked if not item.rule.startswith("M"))  # those of group M name no field
        removed = frozenset(finding.where for finding in questions if finding.line and ANSWERS[finding.rule].removal)
        return requested_by(named, case.edition.forms if case else (), removed)


class Verdict(Struct):
    """The rows that do not count, with the reason, and the findings about them."""

    dropped: dict[Where, str] = field(default_factory=dict)
    """Row → why it does not count: Chinese; ``{file}`` stands for the file that replaces it."""
    replaced: dict[Where, str] = field(default_factory=dict)
    """Rows that another file replaces → the file; findings about them no longer matter."""
    findings: list[Finding] = field(default_factory=list)
    disputed: set[Where] = field(default_factory=set)
    """Rows of which none counts, as it is open which is right."""
    asked_together: frozenset[Where] = frozenset()
    """Tables about whose period one question asks for the unit."""

    def drop(self, where: Where, why: str, by: Filing | None = None) -> None:
        """Leave a row out; the file ``by``, if given, replaces it, and ``why`` may name that file."""
        self.dropped[where] = why
        if by:
            self.replaced[where] = by.file


class Order(NamedTuple):
    """Which of two files is newer: 1 for the first, -1 for the second, 0 where nothing shows which."""

    sign: int
    by: str = ""
    """Chinese: what shows it."""

    def moment(self, filing: Filing) -> str:
        """When one of the files was sent or saved, as what shows the order has it, Chinese."""
        if self.by.startswith("文件日期") and filing.stored:
            return f"{beijing(filing.stored):%Y-%m-%d %H:%M:%S}"  # files saved as one are often copied in one minute
        at = (filing.received if self.by.startswith("邮件") else filing.saved) or filing.date
        return f"{beijing(at):%Y-%m-%d %H:%M}" if at else "日期不详"


NOT_UNFIT, _STORED, _CORRECTED = "没有注明作废、测试、旧表或备份", "文件日期最新", "名称注明是更正或最终稿"
_MAILED = "邮件日期较新"
ONE_COPY = timedelta(seconds=2)
"""Files stored within this time were copied or unpacked together: which was made first is unknown."""
_SIGNS_OF_NEWER: tuple[tuple[str, Callable[[Filing | Summary], Any]], ...] = (
    # An unfit file does not replace a fit one; nor does what this tool made of the cities' files.
    (NOT_UNFIT, lambda file: not file.unfit and not any(table.unfit for table in getattr(file, "tables", ()))),
    ("名称没有注明是旧的、草稿或别的年度", lambda file: file.version != Meaning.FORMER),
    ("各地区报来", lambda file: not getattr(file, "own", False)),
    # Nobody mails the older one last, but whoever opens the old one may save it anew.
    (_MAILED, lambda file: file.received),
    (_CORRECTED, lambda file: file.version == Meaning.CORRECTED),
    ("日期最新", lambda file: file.saved),
    # The time it was copied rather than made.
    (_STORED, lambda file: file.stored),
)
"""Signs of the newer file, the strongest first: Chinese, and a value that is greater in the newer."""


def container_of(file: str) -> str:
    """The mail or archive that a file came in, the innermost; empty where it came in none."""
    return next(reversed(containers_of(file)), "")


def order(one: Filing | Summary, other: Filing | Summary, *, by_file: bool = True) -> Order:
    """The order by the first sign that differs; of files in one mail or archive, no date is a sign but that of a mail within."""
    together = container_of(one.file) == container_of(other.file) != ""
    for by, sign in _SIGNS_OF_NEWER if by_file else _SIGNS_OF_NEWER[:-1]:
        mine, theirs = sign(one), sign(other)
        if mine is None or theirs is None or mine == theirs or (by == _STORED and abs(mine - theirs) < ONE_COPY):
            continue
        if not (together and isinstance(mine, datetime) and by != _MAILED):
            return Order(1 if mine > theirs else -1, by)
    return Order(0)


def newest_reports(summaries: Iterable[Summary]) -> dict[str, Summary]:
    """Code of a unit → its newest 工作总结; where nothing shows which, the last by name."""
    found: dict[str, Summary] = {}
    for summary in sorted(summaries, key=lambda item: item.file):
        if summary.unit and order(summary, found.setdefault(summary.unit.code, summary)).sign >= 0:
            found[summary.unit.code] = summary
    return found


def by_period(checked: Iterable[tuple[Checked, Filing]], comparisons: Comparisons) -> list[list[SentFile]]:
    """The files with their tables of the year, then with those of each part of it."""
    parts: dict[Period | None, list[SentFile]] = {None: []}
    for item, filing in checked:
        for part, tables in grouped(filing.tables, lambda table: table.part).items():
            whole = len(tables) == len(filing.tables)
            of_part = filing if whole else replace(filing, tables=tuple(tables))
            parts.setdefault(part, []).append(SentFile(of_part, item, comparisons))
    return [*parts.values()]


def leave_parts_out(files: Iterable[SentFile], verdict: Verdict) -> None:
    """Leave out the rows of parts of the year whose region was sent for the whole year, or for several parts alone."""
    whole: dict[tuple[str, str | None], SentRow] = {}
    parts: dict[tuple[str, str | None], list[SentRow]] = defaultdict(list)
    for sent in (sent for file in files for sent in file.rows):
        name = sent.form, sent.name
        counts = sent.where not in verdict.dropped
        if sent.table.part and counts:
            parts[name].append(sent)
        elif not sent.table.part and sent.is_filled and (counts or name not in whole):
            whole[name] = sent
    giving_way: dict[tuple[Where, str], list[SentRow]] = defaultdict(list)
    several = list[SentRow]()
    both = ((sent, whole[name].filing) for name, of_region in parts.items() if name in whole for sent in of_region)
    corrected = {sent.file: year for sent, year in both if order(year, sent.filing).sign > 0}
    for sent in (sent for of_region in parts.values() for sent in of_region if sent.file in corrected):
        if (sent.form, sent.name) not in whole and sent.where in sent.file.requested.removals:
            verdict.drop(sent.where, "已被{file}取代", corrected[sent.file])
    parts = {name: [sent for sent in rows if sent.where not in verdict.dropped] for name, rows in parts.items()}
    for name, of_region in parts.items():
        if year := whole.get(name):
            for sent in of_region:
                verdict.drop(sent.where, "不是全年的数据，以{file}中全年的为准（M705）", year.filing)
                giving_way[table_where(sent.table), year.filing.file].append(sent)
        elif len({sent.table.part for sent in of_region}) > 1:
            for sent in of_region:
                verdict.drop(sent.where, "只有几段时间的数据，没有全年的，都不计入（M705）")
            several += of_region
    for (_, by), given in giving_way.items():
        verdict.findings.append(gives_way(given[0].table, [sent.row for sent in given], by, given[0].filing.unit))
    if several:
        verdict.findings.append(only_parts([(sent.table, sent.row) for sent in several], several[0].filing.unit))
    verdict.asked_together = frozenset(table_where(sent.table) for sent in several)


RowName = tuple[str, str, str]
"""Unit, region and form."""


class Requested(Struct, frozen=True):
    """The changes that questions ask for, of rows and of fields; any other change is asked about."""

    fields: Mapping[RowName, set[str]]
    """Row → the fields asked about, "" for all of them; a name without a region stands for all rows of its form."""

    removals: frozenset[Where] = frozenset()
    """Rows that a question asked to take away."""

    def of_row(self, name: RowName) -> bool:
        """Whether a question asks if the row should be there."""
        unit, _, form = name
        return (unit, "", form) in self.fields or bool({"", "region"} & self.fields.get(name, set()))

    def not_of(self, name: RowName, fields: Iterable[str]) -> list[str]:
        """The fields of a row that no question is about."""
        unit, _, form = name
        asked = self.fields.get(name, set()) | self.fields.get((unit, "", form), set())
        return [] if "" in asked else [key for key in fields if key not in asked]


def requested_by(
    questions: Iterable[QuestionKey], forms: Iterable[Form], removals: frozenset[Where] = frozenset()
) -> Requested:
    """The rows and fields that these questions are about, also those that a rule compares: a correction may change any of them."""
    by_key = {form.key: form for form in forms}
    fields: dict[RowName, set[str]] = {}
    for rule, unit, form, region, key in questions:
        if rule == "R209":  # all figures of the region are in question, in every form
            fields |= {(unit, region, each): {""} for each in by_key}
        for each in by_key if rule in ("R204", "R207") else ():  # what lacks the region gets its row
            fields.setdefault((unit, region, each), set()).add("region")
        if rule == "R206":  # all figures of the row are in question
            key = ""
        of, compared = by_key.get(form), [RULES[rule].figures] if rule in RULES else []
        if of and rule.startswith(("B", "P")):
            compared += [relation.fields for relation in (*of.balances, *of.bounds, *of.usual_bounds)]
        fields.setdefault((unit, region, form), set()).update([key], *(group for group in compared if key in group))
    return Requested(fields, removals)
