"""The questions of an earlier workbook of the same year: settled, corrected, still open, and those that are new.

Of the nation the units are asked, of one unit its cities, which take the units' place in all that follows.

Staff answer a question in 问题清单 (核实情况, 核实人, 核实日期). An answer settles a 核实性错误 for as long as the
figures of its row that the question is about stay the same. Pure functions over table and workbook.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.inbox import Inbox, with_national
from hrss12333.merging.national_workbook import Sheets, detail_rows, open_national, sheet_texts
from hrss12333.merging.versions import RowName, requested_by
from hrss12333.model.errors import UsageStop
from hrss12333.model.finding import (
    AS_SENT,
    MISSING_UNIT_ID,
    NOT_REPORTING,
    Finding,
    QuestionKey,
    Reason,
    Severity,
    StaffAnswer,
    Verification,
    question_key,
)
from hrss12333.model.national import NATION, Contact, National
from hrss12333.model.summary_lines import CONTACTS, ISSUES, NOBODY, QUOTED, UNIT_KEY
from hrss12333.questions.cities import by_city
from hrss12333.questions.question import words_answer
from hrss12333.questions.respondents import Respondents, respondents_of
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.periods import written_day
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Scalar

_SHORTEST_ENTRY = 6
"""Characters that a reason in 核实情况 has at least."""


OUTDATED = "!"
"""Between a fingerprint and the mark of an answer that was given before the figures became these."""


class EarlierQuestion(Struct, frozen=True):
    """A question of the earlier workbook, with what staff wrote beside it."""

    question: QuestionKey
    figures: str
    """Fingerprint of what it was about."""
    answer: StaffAnswer = StaffAnswer()


class Earlier(Struct, frozen=True):
    """The content of the earlier workbook."""

    questions: tuple[EarlierQuestion, ...]
    rows: Mapping[RowName, Mapping[str, Scalar]] = field(default_factory=dict)
    """The rows counted then; field key → value."""
    texts: Mapping[str, StaffAnswer] = field(default_factory=dict)
    """`text_key` → what staff wrote, of every text of its 附注."""
    contact: Contact | None = None
    """Whom the ministry calls, where the workbook is a unit's and names one for the unit itself."""


class ChangedFigure(Struct, frozen=True):
    """A figure or answer that changed though nobody had asked about it; a whole row where ``field`` is empty."""

    unit: str
    form: str
    region: str
    field: str
    before: Scalar
    after: Scalar


class Progress(Struct, frozen=True):
    """What has become of the earlier workbook's questions; M701 is not among them, but in 没报 and in ``came``."""

    new: tuple[Finding, ...] = ()
    still_open: tuple[Finding, ...] = ()
    settled: tuple[Finding, ...] = ()
    explained: tuple[Finding, ...] = ()
    """Earlier questions to which 备注 now has the reason."""
    lacking: tuple[Finding, ...] = ()
    """Open questions that staff answered in a way that does not settle them."""
    corrected: tuple[EarlierQuestion, ...] = ()
    """Questions that no longer arise."""
    changed: tuple[ChangedFigure, ...] = ()
    """Changes that no question is about."""
    came: tuple[str, ...] = ()
    """Units that had no row in the earlier workbook."""
    texts: Mapping[str, StaffAnswer] = field(default_factory=dict)
    """`text_key` → what staff wrote, of every text that was quoted then."""


def load_earlier(path: Path, edition: Edition, unit: Unit | None) -> Earlier:
    """Read an earlier workbook of this year, of the nation or of one unit; somebody else's or another year's is refused."""
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
    rows = {
        (row.unit, row.region, form.key): row.values
        for form in edition.forms
        for row in detail_rows(sheets, form)
        if row.counted and row.region and row.unit != NOBODY
    }
    texts = {
        key: _answer_in(line, "@handled", "@handler", "@handled_on")
        for line in sheet_texts(sheets, QUOTED)
        if (key := _cell_text(line.get("@key_text")))
    }
    return Earlier(tuple(_questions_of(sheets)), rows, texts, _own_contact(sheets))


def _own_contact(sheets: Sheets) -> Contact | None:
    """The contact of the unit itself, below those of its cities."""
    lines = [line for line in sheet_texts(sheets, CONTACTS) if sheets.unit and line.get(UNIT_KEY) == sheets.unit]
    for line in lines:
        name, mobile, email = (_cell_text(line.get(key)) or None for key in ("name", "mobile", "email"))
        if name and mobile:
            return Contact("", name, mobile, email)
    return None


def _answer_in(line: Mapping[str, Any], text: str, who: str, day: str) -> StaffAnswer:
    """The answer of staff in these columns of a line."""
    when = _date_of_cell(line.get(day))
    return StaffAnswer(
        _cell_text(line.get(text)), _cell_text(line.get(who)), when, "" if when else _cell_text(line.get(day))
    )


def _questions_of(sheets: Sheets) -> Iterator[EarlierQuestion]:
    """Each finding that a line tells, with the answer of staff to the line."""
    for line in sheet_texts(sheets, ISSUES):
        keys = {name: _cell_text(line.get(f"@key_{name}")) for name in ("rule", "unit", "form", "region")}
        fields, about = (_cell_text(line.get(f"@key_{name}")).split(",") for name in ("fields", "figures"))
        if not keys["rule"] or _cell_text(line.get("@severity")) == Severity.NOTE.label:
            continue
        answer = _answer_in(line, "@checked", "@checker", "@checked_on")
        parts = (keys["rule"].split(","), keys["form"].split(","), keys["region"].split("\n"))
        rules, forms, regions = (part if len(part) == len(fields) else part[:1] * len(fields) for part in parts)
        for rule, form, region, key, figures in zip(rules, forms, regions, fields, about, strict=False):
            # An answer that was outdated when it was carried over, and that nobody has touched since, still is.
            now, _, outdated = figures.partition(OUTDATED)
            of = "" if outdated and outdated == answer_mark(answer) else now
            yield EarlierQuestion(QuestionKey(rule, keys["unit"], form, region, key), of, answer)


def _cell_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _date_of_cell(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return written_day(_cell_text(value).partition(" ")[0])


def with_earlier_answers(inbox: Inbox, earlier: Earlier | None = None) -> tuple[Respondents, National, Progress | None]:
    """The respondents, and the table that shows them (of one unit, by its cities), both with the answers of staff in an
    earlier workbook of the same table; and what has become of its questions."""
    respondents, progress = respondents_of(inbox), None
    if earlier is not None:
        carried, progress = carried_over(_table_of(respondents), earlier)
        pairs = zip(inbox.national.findings, carried.findings, strict=True)
        answered = tuple(replace(own, verification=shown.verification, severity=shown.severity) for own, shown in pairs)
        inbox = with_national(inbox, replace(inbox.national, findings=answered))
        respondents = respondents_of(inbox, _answers_for_silent(earlier))
    return respondents, _table_of(respondents), progress


def _answers_for_silent(earlier: Earlier) -> dict[str, Verification]:
    """Name of a respondent that had sent nothing → what staff wrote."""
    written = {item.question.unit: item.answer for item in earlier.questions if item.question.rule == MISSING_UNIT_ID}
    return {
        name: verified(answer, "；".join(_lacks_silent(answer))) for name, answer in written.items() if answer.is_given
    }


def _lacks_silent(answer: StaffAnswer) -> Iterator[str]:
    if not answer.is_declined:
        yield f"没有报送的，以“{NOT_REPORTING}”开头"
    yield from _lacks_signature(answer)


def verified(answer: StaffAnswer, lacks: str, *, outdated: bool = False) -> Verification:
    """An answer with what it lacks to settle the question."""
    return Verification(answer.text, answer.who, answer.when, answer.day, not lacks, lacks, outdated)


def _table_of(respondents: Respondents) -> National:
    return by_city(respondents) if respondents.inbox.unit else respondents.inbox.national


def carried_over(national: National, earlier: Earlier) -> tuple[National, Progress]:
    """The table with what staff wrote beside its findings, and what has become of all questions."""
    by_question: dict[QuestionKey, list[EarlierQuestion]] = {}
    for item in earlier.questions:
        by_question.setdefault(item.question, []).append(item)

    def answered(finding: Finding) -> Finding:
        written = [item for item in by_question.get(question_key(finding), ()) if item.answer.is_given]
        if not written:
            return finding
        now = fingerprint(national, finding)
        given = next((item for item in written if item.figures == now), written[0])
        answer, outdated = given.answer, given.figures != now
        if finding.rule == MISSING_UNIT_ID:
            return replace(finding, verification=verified(answer, "；".join(_lacks_silent(answer))))
        lacks = "；".join(_answer_lacks(answer, finding, outdated=outdated))
        answered = replace(finding, verification=verified(answer, lacks, outdated=outdated))
        # A reason makes an error that words answer an explained query, as in 备注.
        return replace(answered, severity=Severity.QUERY) if not (lacks or answer.lets_stand) else answered

    carried = replace(national, findings=tuple(map(answered, national.findings)))
    return carried, _progress(carried, earlier, by_question)


def _answer_lacks(written: StaffAnswer, finding: Finding, *, outdated: bool) -> Iterator[str]:
    if not written.lets_stand:
        if not words_answer(finding):
            yield f"强制性错误只能改正，或以“{AS_SENT}”开头写明原因"
        elif finding.answered_by is Reason.INCLUSION and not finding.explained:
            yield "没有写明市的数字是否包括它"
        if len("".join(written.text.split())) < _SHORTEST_ENTRY:
            yield f"核实情况不足{_SHORTEST_ENTRY}个字" if written.text else "没有写核实情况"
    yield from _lacks_signature(written)
    if outdated:
        yield "数据在核实之后变动了"


def _lacks_signature(written: StaffAnswer) -> Iterator[str]:
    if not written.who:
        yield "没有写核实人"
    if written.when is None:
        yield "核实日期不是日期" if written.day else "没有写核实日期"


def _progress(
    national: National, earlier: Earlier, earlier_questions: Mapping[QuestionKey, list[EarlierQuestion]]
) -> Progress:
    questions = [f for f in national.findings if f.severity is not Severity.NOTE and f.rule != MISSING_UNIT_ID]
    asked_then = [item for item in earlier.questions if item.question.rule != MISSING_UNIT_ID]
    now = {question_key(finding) for finding in questions}
    known = [finding for finding in questions if question_key(finding) in earlier_questions and not finding.is_settled]
    open_ = [finding for finding in known if not finding.explained]
    then = {unit for unit, _, _ in earlier.rows}
    counted = [status.unit.name for status in national.units if any(status.rows.values())]
    new = tuple(finding for finding in questions if question_key(finding) not in earlier_questions)
    return Progress(
        new=new,
        still_open=tuple(open_),
        settled=tuple(finding for finding in questions if finding.is_settled),
        explained=tuple(finding for finding in known if finding.explained),
        lacking=tuple(finding for finding in open_ if finding.verification),
        corrected=tuple(item for item in asked_then if item.question not in now),
        changed=tuple(_changes(national, earlier, new)),
        came=tuple(name for name in counted if name not in then),
        texts=earlier.texts,
    )


def _changes(national: National, earlier: Earlier, new: Iterable[Finding]) -> Iterator[ChangedFigure]:
    """Rows and figures that changed without a question, of units that already had rows; what cannot be read now is ``new``.

    Of a unit without any row now its being missing is reported (M701), not each row.
    """
    requested = requested_by((item.question for item in earlier.questions), national.edition.forms)
    questioned_now = {(f.unit, f.region, f.form, f.field) for f in new}
    now: dict[RowName, Mapping[str, Scalar]] = {}
    for entry in national.entries:
        if entry.counted and entry.unit and entry.row.region:
            now[entry.unit.name, entry.row.region, entry.form.key] = entry.row.scalars()
    both = {unit for unit, _, _ in earlier.rows} & {unit for unit, _, _ in now}
    for name in dict.fromkeys((*earlier.rows, *now)):
        unit, region, key = name
        before, after = earlier.rows.get(name), now.get(name)
        # A question to a unit as a whole is one to each of its cities.
        names = [name, (national.of.name, region, key)] if national.of else [name]
        if unit not in both:
            continue
        if before is None or after is None:
            if (*name, None) not in questioned_now and not any(map(requested.of_row, names)):
                yield ChangedFigure(unit, key, region, "", region if before else None, region if after else None)
            continue
        fields = [c.key for c in national.edition.form(key).data if before.get(c.key) != after.get(c.key)]
        fields = [f for f in fields if after.get(f) is not None or (*name, f) not in questioned_now]
        for about in names:
            fields = requested.not_of(about, fields)
        yield from (ChangedFigure(unit, key, region, f, before.get(f), after.get(f)) for f in fields)


def fingerprint(national: National, finding: Finding) -> str:
    """Letters that change with the figures that the finding is about: those that it names, else all of its row. Without
    a row they change with the value found and the message."""
    entry = national.entry_of(finding)
    if entry is None:
        parts = [repr(finding.value), *map(repr, finding.message.leaves)]
    else:
        keys, values = [column.key for column in entry.form.data], entry.row.scalars()
        named = {finding.field, *finding.figures}.intersection(keys)
        parts = [f"{key}={values.get(key)!r}" for key in keys if not named or key in named]
    return _fingerprint(parts)


def answer_mark(answer: StaffAnswer) -> str:
    """Letters that change when staff rewrite any part of an answer."""
    texts = ["".join(text.split()) for text in (answer.text, answer.who)]
    return _fingerprint([*texts, answer.when.isoformat() if answer.when else ""])


def _fingerprint(parts: list[str]) -> str:
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]
