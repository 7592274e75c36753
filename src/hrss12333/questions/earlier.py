"""An earlier workbook of the same year, read back: its questions, their identity, staff's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from hrss12333.checking.rule import Comparisons, Scope
from hrss12333.checking.rules import RULES
from hrss12333.merging.earlier_figures import (
    Sheets,
    cell_text,
    contacts_in,
    detail_rows,
    open_national,
    sheet_texts,
)
from hrss12333.merging.sent import RowName
from hrss12333.model.check_code import fingerprint_of, row_mark
from hrss12333.model.errors import UsageStop
from hrss12333.model.finding import Finding, QuestionKey, Severity, StaffAnswer
from hrss12333.model.message import File, base_name
from hrss12333.model.national import NATION, Contact, National
from hrss12333.model.summary_lines import COMPARISON, FILINGS, ISSUES, NOBODY, QUOTED, UNIT_KEY
from hrss12333.survey.periods import written_day
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Edition, Scalar

OUTDATED = "!"
"""Separates, in a hidden column, a fingerprint from the mark of an answer that has expired."""
SETTLED = "已核实"
"""Replaces the severity of a question that staff have answered."""
FIELDS_BETWEEN = "+"
"""Separates, in a hidden column, the keys of the fields of one finding."""
ANY_FILE = "*"
"""Replaces the name of a file in an identity, as a later version may have another name."""
Identity = tuple[str, ...]
"""What identifies a question over rounds: respondent, form, region and field; else rule and file."""


def identities_of(whose: str, file: str, rule: str, row: tuple[str, str], fields: Iterable[str]) -> set[Identity]:
    """The identities of a finding over rounds, one for each of its fields; ``row``: its form and region."""
    found: set[Identity] = {(whose, *row, key) for key in fields if key}
    if found:
        return found
    is_of_unit = rule in RULES and RULES[rule].scope is Scope.UNIT
    return {(whose, *row, rule, each) for each in ([""] if is_of_unit else [base_name(file), ANY_FILE])}


class EarlierFinding(Struct, frozen=True):
    """A finding of a question in the earlier workbook."""

    key: QuestionKey
    figures: str
    """Fingerprint of its figures."""
    fields: tuple[str, ...] = ()
    """Keys of all its fields."""
    outdated: bool = False
    """Whether its answer had expired when the workbook was written, and was not rewritten since."""


class EarlierQuestion(Struct, frozen=True, eq=False):
    """A question of the earlier workbook, with staff's answer."""

    findings: tuple[EarlierFinding, ...]
    """The ground first."""
    answer: StaffAnswer = StaffAnswer()
    since: str = ""
    """The day of the round in which it was first asked."""
    file: str = ""
    cells: Mapping[str, Any] = field(default_factory=dict)
    """Its line: column key → cell."""

    @property
    def ground(self) -> QuestionKey:
        """The key of its ground."""
        return self.findings[0].key

    @property
    def was_answered(self) -> bool:
        """Whether it was answered when the workbook was written."""
        return self.cells.get("@severity") == SETTLED or bool(self.cells.get("@reason"))


class Earlier(Struct, frozen=True, dict=True):
    """The content of the earlier workbook."""

    questions: tuple[EarlierQuestion, ...]
    rows: Mapping[RowName, Mapping[str, Scalar]] = field(default_factory=dict)
    """Row → field key → value, of the rows that counted then."""
    texts: Mapping[str, StaffAnswer] = field(default_factory=dict)
    """`text_key` of each text in its 附注 → what staff wrote beside it."""
    stamped: Mapping[str, StaffAnswer] = field(default_factory=dict)
    """Name of a respondent → what staff wrote about its stamped paper: the 校验码, and when it came."""
    code: str | None = None
    """校验码 of the unit's own filing, in a unit's workbook."""
    contact: Contact | None = None
    """The unit's own contact, in a unit's workbook that has one."""
    has_last_year: bool = False
    """Whether it compares with last year's figures."""

    @property
    def comparisons(self) -> Comparisons:
        """The part of it that rules and the merger compare with."""
        inclusions = {
            (each.key.region, each.figures): item.answer.text
            for item in self.questions
            for each in item.findings
            if each.key.rule == "R208" and item.answer.who and item.answer.when
        }
        stamped = {name: paper.text for name, paper in self.stamped.items() if paper.text}
        questions = tuple((base_name(item.file), key) for item, key in self.keys)
        return Comparisons(earlier_questions=questions, inclusions=inclusions, stamped=stamped)

    @cached_property
    def by_identity(self) -> dict[Identity, list[EarlierQuestion]]:
        """Identity → the questions that have it."""
        found: dict[Identity, list[EarlierQuestion]] = {}
        for item, (rule, unit, form, region, key) in self.keys:
            for identity in identities_of(unit or base_name(item.file), item.file, rule, (form, region), [key]):
                found.setdefault(identity, []).append(item)
        return found

    @property
    def keys(self) -> Iterator[tuple[EarlierQuestion, QuestionKey]]:
        """Every question with the key of each of its findings and fields."""
        for item in self.questions:
            for each in item.findings:
                yield from ((item, each.key._replace(field=key)) for key in each.fields or (each.key.field,))


def load_earlier(path: Path, edition: Edition, unit: Unit | None) -> Earlier:
    """The earlier workbook of this year, the national one or this unit's.

    Raises:
        UsageStop: where it is another unit's, another year's or none of this tool's.
    """
    sheets = open_national(path, "上次的汇总表")
    _, columns = sheets.columns(ISSUES)
    expected_file = f"{unit.name}的汇总表（merge --unit {unit.short} 写出的）" if unit else "全国汇总表"
    beside = path.with_name(f"{path.stem}_汇总{path.suffix}")
    if not columns and beside.exists():
        raise UsageStop(f"“{path}”是报送表，问题清单在“{beside}”里。请写 --since {beside}。")
    if not columns:  # never written by this tool, or the sheet deleted, renamed, cut of its headings
        raise UsageStop(
            f"“{path}”里没有可以接着用的{ISSUES}。请在 --since 后给出本工具上次写出的、同一年度的{expected_file}。"
        )
    whose = unit.name if unit else ""
    if (sheets.year, sheets.unit) != (edition.year, whose):
        raise UsageStop(
            f"“{path}”是{sheets.year}年度{sheets.unit or NATION}的汇总表，本次汇总的是{edition.year}年度{whose or NATION}。"
            f"请在 --since 后给出同一年度的{expected_file}；与上一年比较请用 --previous。"
        )
    if "@key_rule" not in columns:
        raise UsageStop(
            f"“{path}”的{ISSUES}里，认问题用的隐藏列被删去了，所填的核实情况对不上是哪一处。请改用没有删列的{expected_file}。"
        )
    rows = {
        (row.unit, row.region, form.key): row.values
        for form in edition.forms
        for row in detail_rows(sheets, form)
        if row.counted and row.region and row.unit != NOBODY
    }
    texts = {
        key: answer_in(line, "@handled", "@handler", "@handled_on")
        for line in sheet_texts(sheets, QUOTED)
        if (key := cell_text(line.get("@key_text")))
    }
    filings = [(cell_text(line.get(UNIT_KEY)), line) for line in sheet_texts(sheets, FILINGS)]
    stamped = {name: one for name, line in filings if (one := answer_in(line, "@stamped", "", "@stamped_on")).is_given}
    code = next((cell_text(line.get("@code")) for name, line in filings if whose and name == whose), "") or None
    own = contacts_in(sheets).get(whose, {})
    contact = Contact("", own["name"], own["mobile"], own.get("email")) if {"name", "mobile"} <= own.keys() else None
    questions = tuple(_questions_of(sheets))
    return Earlier(questions, rows, texts, stamped, code, contact, COMPARISON in sheets.cells)


def answer_in(line: Mapping[str, Any], text: str, who: str, day: str) -> StaffAnswer:
    """What staff wrote in the columns of these keys."""
    written = cell_text(line.get(day))
    when = written_day(written.partition(" ")[0])
    return StaffAnswer(cell_text(line.get(text)), cell_text(line.get(who)), when, "" if when else written)


def _questions_of(sheets: Sheets) -> Iterator[EarlierQuestion]:
    """The questions of 问题清单."""
    for line in sheet_texts(sheets, ISSUES):
        keys = {name: cell_text(line.get(f"@key_{name}")) for name in ("rule", "unit", "form", "region")}
        fields, prints = (cell_text(line.get(f"@key_{name}")).split(",") for name in ("fields", "figures"))
        if not keys["rule"] or cell_text(line.get("@severity")) == Severity.NOTE.label:
            continue
        answer = answer_in(line, "@checked", "@checker", "@checked_on")
        parts = (keys["rule"].split(","), keys["form"].split(","), keys["region"].split("\n"))
        rules, forms, regions = (part if len(part) == len(fields) else part[:1] * len(fields) for part in parts)
        findings = []
        for rule, form, region, of_finding, figures in zip(rules, forms, regions, fields, prints, strict=False):
            # An expired answer stays expired until staff rewrite it.
            mark, _, outdated = figures.partition(OUTDATED)
            first, *others = of_finding.split(FIELDS_BETWEEN)
            named = tuple(dict.fromkeys(filter(None, (first, *others))))
            is_outdated = bool(outdated) and outdated == answer_mark(answer)
            key = QuestionKey(rule, keys["unit"], form, region, first)
            findings.append(EarlierFinding(key, mark, named, is_outdated))
        since, file = cell_text(line.get("@since")), cell_text(line.get("@file"))
        yield EarlierQuestion(tuple(findings), answer, since, file, line)


def fingerprint(national: National, finding: Finding) -> str:
    """A fingerprint of a finding's figures; where it is about no row, of its value and message."""
    if entry := national.entry_of(finding):
        return row_mark(entry.form, entry.row, (finding.field or "", *finding.figures))
    leaves = [base_name(leaf) if isinstance(leaf, File) else leaf for leaf in finding.message.leaves]
    return fingerprint_of([repr(finding.value), *map(repr, leaves)])


def answer_mark(answer: StaffAnswer) -> str:
    """A fingerprint of an answer, which changes when staff rewrite any part of it."""
    texts = ["".join(text.split()) for text in (answer.text, answer.who)]
    return fingerprint_of([*texts, answer.when.isoformat() if answer.when else ""])
