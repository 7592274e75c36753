"""Rounds: staff's answers in an earlier workbook, and what has become of its questions since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.checking.reasons import objection
from hrss12333.checking.rules.merge import LOST_ROW
from hrss12333.inbox import with_national
from hrss12333.merging.sent import requested_by
from hrss12333.model.check_code import row_mark
from hrss12333.model.finding import (
    AS_SENT,
    MISSING_UNIT_ID,
    NOT_REPORTING,
    Finding,
    Reason,
    Severity,
    StaffAnswer,
    Verification,
)
from hrss12333.model.message import base_name
from hrss12333.model.national import National
from hrss12333.patterns import grouped
from hrss12333.questions import Question, words_answer
from hrss12333.questions.earlier import ANY_FILE, Earlier, EarlierFinding, EarlierQuestion, fingerprint, identities_of
from hrss12333.questions.respondents import Respondent, Respondents, respondents_of, table_of
from hrss12333.survey.schema import Edition, Scalar

_BY_LAST_YEAR = frozenset({"P502", "P505", "P507"})
"""Rules that compare with last year's figures where there are any; P505 compares with nothing else."""


class ChangedFigure(Struct, frozen=True):
    """A value that changed though no question was about it; a whole row where ``field`` is empty."""

    unit: str
    form: str
    region: str
    field: str
    before: Scalar
    after: Scalar


class Progress(Struct, frozen=True):
    """What has become of the earlier workbook's questions, except M701 (没报), which ``came`` covers."""

    earlier: Earlier
    new: tuple[Question, ...] = ()
    """Open questions that the earlier round did not ask."""
    still_open: tuple[Question, ...] = ()
    settled: tuple[Question, ...] = ()
    """Questions that staff have answered since."""
    explained: tuple[Question, ...] = ()
    """Questions that a reason in 备注 has answered since."""
    corrected: tuple[EarlierQuestion, ...] = ()
    """Questions that no longer arise."""
    unchecked: tuple[tuple[EarlierQuestion, str], ...] = ()
    """Questions that this run could not judge, each with the reason, Chinese."""
    changed: tuple[ChangedFigure, ...] = ()
    came: tuple[str, ...] = ()
    """Respondents that had no row in the earlier workbook."""


def with_earlier_answers(asked: Respondents, earlier: Earlier) -> tuple[Respondents, National, Progress]:
    """The respondents with staff's answers, their table, and what has become of the earlier questions."""
    inbox = with_national(asked.inbox, with_answers(asked.inbox.national, asked.listed, earlier))
    how = f"没有报送的，以“{NOT_REPORTING}”开头"
    silent = {
        item.ground.unit: _verified(item.answer, "" if item.answer.text.startswith((NOT_REPORTING, AS_SENT)) else how)
        for item in earlier.questions
        if item.ground.rule == MISSING_UNIT_ID and item.answer.is_given
    }
    respondents = respondents_of(inbox, silent)
    table = table_of(respondents)
    listed, progress = with_progress(respondents.listed, table, earlier, compares_years=inbox.compares_years)
    return replace(respondents, listed=listed), table, progress


def with_answers(national: National, listed: Iterable[Respondent], earlier: Earlier) -> National:
    """The table with staff's answers in the earlier workbook on the findings about these respondents."""
    found = dict[Finding, Finding]()
    for each in listed:
        for question in each.questions:
            for finding in question.findings:
                answers = [
                    (item.answer, outdated)
                    for item in _asked_before(each, [finding], earlier)
                    for then in item.findings
                    if item.answer.is_given and (outdated := _is_outdated(then, finding, national)) is not None
                ]
                if answers:
                    answer, outdated = min(answers, key=lambda each: each[1])
                    verified = _verified(answer, _answer_lacks(answer, finding, national.edition), outdated=outdated)
                    # As in 备注, a reason turns an error that words can answer into an explained query.
                    softens = not verified.lacks and not verified.lets_stand
                    severity = Severity.QUERY if softens else finding.severity
                    found[finding] = replace(finding, verification=verified, severity=severity)
    return replace(national, findings=tuple(found.get(finding, finding) for finding in national.findings))


def _is_outdated(then: EarlierFinding, finding: Finding, national: National) -> bool | None:
    """Whether an answer to an earlier finding has expired; None where it does not answer this finding."""
    if then.key.rule == finding.rule and (then.outdated or then.figures == fingerprint(national, finding)):
        return then.outdated
    entry = national.entry_of(finding)
    fields = {finding.field or "", *finding.figures} - {""}
    is_within = entry and fields and fields.issubset(then.fields) and words_answer(finding)
    if entry and is_within and row_mark(entry.form, entry.row, then.fields) == then.figures:
        return then.outdated
    return True if then.key.rule == finding.rule else None


def _verified(answer: StaffAnswer, lacks: str = "", *, outdated: bool = False) -> Verification:
    """An answer, judged: it settles unless it ``lacks`` something, says not who or when, or has expired."""
    who = "" if answer.who else "没有写核实人"
    when = "" if answer.when else "核实日期不是日期" if answer.day else "没有写核实日期"
    lacking = "；".join(filter(None, (lacks, who, when, "数据在核实之后变动了" if outdated else "")))
    return Verification(answer.text, answer.who, answer.when, answer.day, lacking, outdated)


def _answer_lacks(written: StaffAnswer, finding: Finding, edition: Edition) -> str:
    """What the text of an answer lacks, Chinese: it must be a reason as in 备注, or let figures stand."""
    if written.lets_stand:
        return ""
    if not words_answer(finding):
        return f"强制性错误只能改正，或以“{AS_SENT}”开头写明原因"
    if finding.answered_by is Reason.INCLUSION and not finding.explained:
        return "没有写明市的数字是否包括它"
    form = edition.form(finding.form) if finding.form else edition.forms[0]
    why = objection(written.text, form, (finding.field or "", *finding.figures))
    return why if written.text or not why else "没有写核实情况"


def _asked_before(each: Respondent, findings: Iterable[Finding], earlier: Earlier) -> list[EarlierQuestion]:
    """Earlier questions with an identity of these findings; else those of files that no longer ask."""
    identities = set()
    for finding in findings:
        row = (finding.form or "", finding.region or "")
        fields = (finding.field or "", *finding.figures)
        whose = each.name if each.is_known else base_name(finding.file)
        identities |= identities_of(whose, finding.file, finding.rule, row, fields)
    asked = [(one[-1] == ANY_FILE, item) for one in sorted(identities) for item in earlier.by_identity.get(one, ())]
    now = {(found.rule, base_name(found.file)) for question in each.questions for found in question.findings}
    others = [item for of_any_file, item in asked if of_any_file]
    return [item for of_any_file, item in asked if not of_any_file] or [
        item for item in others if (item.ground.rule, base_name(item.file)) not in now
    ]


def with_progress(
    listed: Sequence[Respondent], national: National, earlier: Earlier, *, compares_years: bool = False
) -> tuple[tuple[Respondent, ...], Progress]:
    """The respondents, each open question with the day it was first asked; and what became of the others."""
    asked_again = set[EarlierQuestion]()

    def dated(each: Respondent, question: Question) -> Question:
        then = _asked_before(each, question.findings, earlier)
        asked_again.update(then)
        return _dated(question, national, then) if then else question

    listed = [replace(each, questions=tuple(dated(each, one) for one in each.questions)) for each in listed]
    questions = [question for each in listed for question in each.questions]
    new = tuple(question for question in questions if question.is_open and question.since is None)
    asked = (question for question in questions if question.since is not None)
    by_state = grouped((each for each in asked if each.is_open or not each.was_answered), lambda each: each.state)
    gone = [item for item in earlier.questions if item not in asked_again and item.ground.rule != MISSING_UNIT_ID]
    why = [(item, _why_unchecked(item, listed, national, earlier, compares_years=compares_years)) for item in gone]
    then_reported = {unit for unit, _, _ in earlier.rows}
    counted = [status.unit.name for status in national.units if any(status.rows.values())]
    return tuple(listed), Progress(
        earlier,
        new=new,
        still_open=tuple(by_state.get("open", ())),
        settled=tuple(by_state.get("settled", ())),
        explained=tuple(by_state.get("explained", ())),
        corrected=tuple(item for item, reason in why if not reason),
        unchecked=tuple((item, reason) for item, reason in why if reason),
        changed=tuple(_changes(national, earlier, new)),
        came=tuple(name for name in counted if name not in then_reported),
    )


def _dated(question: Question, national: National, then: Sequence[EarlierQuestion]) -> Question:
    """The question with the day it was first asked, and with staff's answer to it ``then``."""
    ground = question.ground
    figures = fingerprint(national, question.ground)
    same = any((item.ground.rule, item.findings[0].figures) == (ground.rule, figures) for item in then)
    written = next((item.answer for item in then if item.answer.is_given), None)
    if written and not any(each.verification for each in question.findings):
        question = replace(question, ground=replace(ground, verification=_verified(written, outdated=True)))
    since = min(item.since for item in then)
    was_answered = any(item.was_answered for item in then)
    return replace(question, since=since, is_changed=not same, was_answered=was_answered)


def _why_unchecked(
    item: EarlierQuestion, listed: Iterable[Respondent], national: National, earlier: Earlier, *, compares_years: bool
) -> str:
    """Why this run could not judge an earlier question, Chinese; empty where it could."""
    rule, whose, form, region, _ = item.ground
    if earlier.has_last_year and not compares_years and rule in _BY_LAST_YEAR:
        rows = (each for each in national.entries if each.unit and each.unit.name == whose and each.form.key == form)
        row = next((each for each in rows if each.row.region == region and each.counted), None)
        ground = item.findings[0]
        if rule == "P505" or (row and row_mark(row.form, row.row, ground.fields) == ground.figures):
            return "上次用了 --previous，这次没有用"
    if any(fault.rule == rule for fault in national.faults):
        return f"规则{rule}这次没有算成"
    names = {each.name for each in listed if each.files or each.questions}
    names |= {status.unit.name for status in national.units if status.files} | {national.name}
    if whose and whose not in names:
        return "这次没有它的材料"
    lost = (q.ground for each in listed if each.name == whose for q in each.questions if q.is_open)
    if region and any(each.rule == LOST_ROW.id and each.region == region for each in lost):
        return "这一行在更正后的文件中没有了"
    return ""


def _changes(national: National, earlier: Earlier, new: Iterable[Question]) -> Iterator[ChangedFigure]:
    """The values and rows that changed without a question, of units with rows in both rounds."""
    requested = requested_by((key for _, key in earlier.keys), national.edition.forms)
    asked_now = {(each.respondent, f.region, f.form, f.field) for each in new for f in each.findings}
    now = {
        (entry.unit.name, entry.row.region, entry.form.key): entry.row.scalars()
        for entry in national.entries
        if entry.counted and entry.unit and entry.row.region
    }
    both = {unit for unit, _, _ in earlier.rows} & {unit for unit, _, _ in now}
    for name in dict.fromkeys((*earlier.rows, *now)):
        unit, region, key = name
        before, after = earlier.rows.get(name), now.get(name)
        # What was asked of the whole unit was asked of each of its cities.
        names = [name, (national.of.name, region, key)] if national.of else [name]
        if unit not in both:
            continue
        if before is None or after is None:
            asked = any(requested.of_row(each, is_new=before is None) for each in names)
            if (*name, None) not in asked_now and not asked:
                yield ChangedFigure(unit, key, region, "", region if before else None, region if after else None)
            continue
        fields = [c.key for c in national.edition.form(key).data if before.get(c.key) != after.get(c.key)]
        fields = [f for f in fields if after.get(f) is not None or (*name, f) not in asked_now]
        for about in names:
            fields = requested.not_of(about, fields)
        yield from (ChangedFigure(unit, key, region, f, before.get(f), after.get(f)) for f in fields)
