"""The audit report, one HTML file: a chapter for each respondent, by file, sheet and row as sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader
from msgspec.structs import replace

from hrss12333 import __version__
from hrss12333.checking.rules import RULES, is_of_whole_unit
from hrss12333.model.filing import Filing, Row, Table, column_letters
from hrss12333.model.finding import Finding, Severity, row_where, table_where
from hrss12333.model.national import State
from hrss12333.patterns import clean, grouped
from hrss12333.published import chinese_day
from hrss12333.questions import Question
from hrss12333.questions.respondents import Respondent, Respondents
from hrss12333.questions.rounds import Progress
from hrss12333.survey.schema import Kind
from hrss12333.wording import verdicts
from hrss12333.wording.question_lines import progress_sentences, question_lines, since_lines
from hrss12333.wording.text import shorten, words
from hrss12333.wording.values import ABSENT, ASKED, FINE, WRONG, by_sheet, found_text, public_finding, public_text
from hrss12333.writing import replacing

_STATES = {State.CORRECT: "e", State.CONFIRM: "q", State.MISSING: "m", State.USABLE: "u"}
_LOOKS = {"wrong": WRONG, "asked": ASKED, "fine": FINE, "absent": ABSENT}
Part = dict[str, Any]
"""A part of the page: name in the template → value."""


def write_report(
    path: Path, respondents: Respondents, lead: Sequence[str] | None = None, progress: Progress | None = None
) -> None:
    """Write the audit report; for a merge, ``lead`` has the sentences on what came and what is missing."""
    inbox = respondents.inbox
    writer = _Writer(respondents, progress)
    chapters = [writer.chapter(number, each) for number, each in enumerate(respondents.listed)]
    asked = sorted({question.ground.rule for question in respondents.open_questions})
    order = {unit.name: place for place, unit in enumerate(inbox.edition.units, 1)}
    annex = grouped(verdicts.annex_lines(inbox.quoted, progress), lambda line: line.whose)
    environment = Environment(
        loader=PackageLoader("hrss12333.reporting", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        # Only the page itself has markup.
        finalize=lambda value: public_text(value) if type(value) is str else value,
    )
    page = environment.get_template("report.html").render(
        **_LOOKS,
        title=f"{inbox.edition.year}年度12333电话服务情况{'审核报告' if lead is None else '汇总审核报告'}",
        made=f"{chinese_day(date.today())}　hrss12333 {__version__}",
        noun=respondents.noun,
        states=verdicts.states_text(respondents),
        found=verdicts.counted_text(respondents.open_questions),
        severities=[(severity.value[0], severity.label) for severity in Severity],
        chapters=chapters,
        worst_first=sorted(chapters, key=lambda chapter: list(State).index(chapter["respondent"].state)),
        rules=[(rule, RULES[rule].text_in(inbox.edition).title) for rule in asked],
        annex=sorted(annex.items(), key=lambda each: order.get(each[0], 0)),  # of unknown units first
        annex_counts=verdicts.annex_counts(inbox.quoted),
        unaudited=verdicts.unaudited_text(inbox.national),
        lead=[clean(sentence) for sentence in lead or ()],
        asides=list(verdicts.aside_sentences(inbox.national)),
        progress=list(progress_sentences(progress, respondents.noun)) if progress else [],
        since=list(since_lines(progress, inbox.edition)) if progress else [],
        faults=[f"规则{fault.rule}：{fault.error}" for fault in inbox.national.faults],
    )
    with replacing(path) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")


class _Writer:
    def __init__(self, respondents: Respondents, progress: Progress | None) -> None:
        inbox = respondents.inbox
        self._edition, self._shown = inbox.edition, respondents.shown
        self._rows = {
            row_where(table, row): (table, row)
            for item in inbox.files
            if isinstance(item.document, Filing)
            for table in item.document.tables
            for row in filter(None, (*table.rows, *table.samples, table.total))
        }
        self._name = inbox.names
        self._has_earlier = progress is not None

    def chapter(self, number: int, respondent: Respondent) -> Part:
        """The chapter of a respondent, with a section for each file and sheet."""
        several = len(respondent.files) > 1
        listed = [*respondent.questions, *(Question("", note) for note in respondent.notes)]
        by_file = grouped(listed, lambda each: "" if several and is_of_whole_unit(each.ground) else each.ground.file)
        return {
            "anchor": f"c{number}",
            "name": clean(respondent.name) + (f"（{respondent.note}）" if respondent.note else ""),
            "respondent": respondent,
            "shown": respondent in self._shown,
            "state": _STATES[respondent.state.plain],
            "usable": respondent.state.plain is State.USABLE,
            "counts": verdicts.counted_text(respondent.questions),
            "files": [self._name(file) for file in respondent.files if file],
            "sections": [
                (self._name(file) if file else "", clean(sheet or ""), list(self._blocks(of_sheet)))
                for file, of_file in by_file.items()
                for sheet, of_sheet in by_sheet(of_file)
            ],
        }

    def _blocks(self, listed: Sequence[Question]) -> Iterator[Part]:
        """Questions and notes about no row; rows in question, under the sheet's headings; other rows."""
        rows = grouped(listed, lambda each: each.ground.row or 0)
        blocks: dict[object, Part] = {}
        for number, about in sorted(rows.items()):
            is_asked = any(each.ground.severity is not Severity.NOTE for each in about)
            findings = [finding for each in about for finding in each.findings]
            rows_as_sent = (self._rows.get(finding.where) for finding in findings)
            found = next(filter(None, rows_as_sent), None) if is_asked else None
            key = table_where(found[0]) if found else bool(number)
            heads = [head for _, head in _heads_of(found[0])] if found else []
            cells = list(_cells_of(*found, findings)) if found else []
            row = {"number": number, "cells": cells, "points": list(map(self._point, about))}
            blocks.setdefault(key, {"heads": heads, "lines": []})["lines"].append(row)
        others = blocks.pop(True, None)
        yield from (*blocks.values(), *([others] if others else []))

    def _point(self, question: Question) -> Part:
        """A question or note in words, its kind (severity, or x if answered) and the day of its first round."""
        ground = question.ground
        since = ""
        if self._has_earlier and question.is_open and ground.severity is not Severity.NOTE:
            since = "新" if question.since is None else "仍未解决"
            since += f"（{question.since}起）" if question.since else ""
        hidden = question.changed(lambda each: replace(public_finding(each.renamed(self._name, first=1)), value=None))
        (line,) = question_lines([hidden], self._edition)
        kind = ground.severity.value[0]
        return {"kind": "x" if kind == "q" and not question.is_open else kind, "line": line, "since": since}


def _heads_of(table: Table) -> list[tuple[str, tuple[str, list[str]]]]:
    """Key, letter and heading of each column of the sheet but 序号, from left to right."""
    serial = {column.key for column in table.form.of_kind(Kind.SERIAL)}
    placed = sorted((place.column, key) for key, place in table.headings.items() if key not in serial)
    return [(key, (column_letters(column), words(table.form.by_key[key].label))) for column, key in placed]


def _cells_of(table: Table, row: Row, findings: Sequence[Finding]) -> Iterator[tuple[str, str]]:
    """Text and classes of each cell: the letter of its gravest finding, c if centred, t if left-aligned."""
    marks: dict[str | None, str] = {}
    for finding in sorted(findings, key=lambda each: each.severity.rank):
        marks.setdefault(finding.field, finding.severity.value[0])
    for key, _ in _heads_of(table):
        value = row.scalar(key)
        # Made public before half of a number is cut off.
        text = f"{value:,}" if type(value) is int else public_text(found_text(row.get(key).found))
        if row is table.total and key == table.form.region.key and not text:
            text = "合计"  # written in another column, or not at all
        kind = table.form.by_key[key].kind
        place = "t" if kind is Kind.TEXT else "c" if kind in (Kind.YESNO, Kind.CHOICE) else ""
        yield shorten(text), f"{marks.get(key, '')} {place}".strip()
