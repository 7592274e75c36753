"""The questions of an earlier workbook of the same year: settled, corrected, still open, and those that are new.

Of the nation the units are asked, of one unit its cities, which take the units' place in all that follows.

Staff answer a question in 问题清单 (核实情况, 核实人, 核实日期). An answer settles a 核实性错误 for as long as the
figures of its row that the question is about stay the same. Pure functions over table and workbook.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.inbox import Inbox, with_national
from hrss12333.merging.versions import RowName, requested_by
from hrss12333.model.file_names import base_name
from hrss12333.model.finding import (
    MISSING_UNIT_ID,
    Finding,
    QuestionKey,
    Severity,
    StaffAnswer,
    Verification,
    question_key,
)
from hrss12333.model.national import National
from hrss12333.questions.cities import by_city
from hrss12333.questions.earlier import (
    Earlier,
    EarlierFinding,
    EarlierQuestion,
    Spot,
    fingerprint,
    mark_of_row,
    spots_of,
)
from hrss12333.questions.question import Question
from hrss12333.questions.respondents import Respondent, Respondents, respondents_of
from hrss12333.survey.schema import Scalar

_SHORTEST_ENTRY = 6
"""Characters that a reason in 核实情况 has at least."""
_BY_LAST_YEAR = frozenset({"P502", "P505", "P507"})
"""Rules that compare with last year's figures where these are given."""
_BY_LAST_YEAR_ALONE = "P505"
"""The one of them that does nothing else."""


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

    new: tuple[Question, ...] = ()
    """Open questions that were not asked then."""
    still_open: tuple[Question, ...] = ()
    settled: tuple[Question, ...] = ()
    explained: tuple[Question, ...] = ()
    """Earlier questions to which 备注 now has the reason."""
    lacking: tuple[Question, ...] = ()
    """Open questions that staff answered in a way that does not settle them."""
    corrected: tuple[EarlierQuestion, ...] = ()
    """Questions that no longer arise."""
    unchecked: tuple[tuple[EarlierQuestion, str], ...] = ()
    """Questions that this run could not judge, each with the reason, Chinese."""
    changed: tuple[ChangedFigure, ...] = ()
    """Changes that no question is about."""
    came: tuple[str, ...] = ()
    """Units that had no row in the earlier workbook."""
    texts: Mapping[str, StaffAnswer] = field(default_factory=dict)
    """`text_key` → what staff wrote, of every text that was quoted then."""
    stamped: Mapping[str, StaffAnswer] = field(default_factory=dict)
    """Name of a respondent → what staff wrote of its stamped paper."""


def with_earlier_answers(inbox: Inbox, earlier: Earlier | None = None) -> tuple[Respondents, National, Progress | None]:
    """The respondents, and the table that shows them (of one unit, by its cities), both with the answers of staff in an
    earlier workbook of the same table; and what has become of its questions."""
    respondents, progress = respondents_of(inbox), None
    if earlier is not None:
        carried = with_answers(_table_of(respondents), earlier)
        pairs = zip(inbox.national.findings, carried.findings, strict=True)
        answered = tuple(replace(own, verification=shown.verification) for own, shown in pairs)
        respondents = respondents_of(with_national(inbox, replace(inbox.national, findings=answered)))
        shown_table, compares = _table_of(respondents), inbox.compares_years
        listed, progress = with_progress(respondents.listed, shown_table, earlier, compares_years=compares)
        respondents = replace(respondents, listed=listed)
    return respondents, _table_of(respondents), progress


def _table_of(respondents: Respondents) -> National:
    return by_city(respondents) if respondents.inbox.unit else respondents.inbox.national


def with_answers(national: National, earlier: Earlier) -> National:
    """The table with what staff wrote beside its findings."""
    by_key: dict[QuestionKey, list[tuple[EarlierFinding, StaffAnswer]]] = {}
    for item in earlier.questions:
        for told in item.findings if item.answer.is_given else ():
            by_key.setdefault(told.key, []).append((told, item.answer))

    def answered(finding: Finding) -> Finding:
        written = by_key.get(question_key(finding), ())
        if not written:
            return finding
        now = fingerprint(national, finding)
        told, answer = next((each for each in written if each[0].figures == now), written[0])
        return replace(finding, verification=_verified(answer, finding, outdated=told.outdated or told.figures != now))

    return replace(national, findings=tuple(map(answered, national.findings)))


def _verified(answer: StaffAnswer, finding: Finding, *, outdated: bool) -> Verification:
    lacks = "；".join(_answer_lacks(answer, finding, outdated=outdated))
    return Verification(answer.text, answer.who, answer.when, answer.day, not lacks, lacks, outdated)


def _answer_lacks(written: StaffAnswer, finding: Finding, *, outdated: bool) -> Iterator[str]:
    if finding.severity is Severity.ERROR:
        yield "强制性错误只能改正"
    if len("".join(written.text.split())) < _SHORTEST_ENTRY:
        yield f"核实情况不足{_SHORTEST_ENTRY}个字" if written.text else "没有写核实情况"
    if not written.who:
        yield "没有写核实人"
    if written.when is None:
        yield "核实日期不是日期" if written.day else "没有写核实日期"
    if outdated:
        yield "数据在核实之后变动了"


def _spots_now(each: Respondent, question: Question) -> set[Spot]:
    whose = each.name if each.is_known else base_name(question.ground.file)
    return {
        spot
        for told in question.findings
        for spot in spots_of(
            whose,
            question.ground.file,
            told.rule,
            (told.form or "", told.region or ""),
            (told.field or "", *told.figures),
        )
    }


def with_progress(
    listed: Sequence[Respondent], national: National, earlier: Earlier, *, compares_years: bool = False
) -> tuple[tuple[Respondent, ...], Progress]:
    """The respondents, each of whose questions tells since when it is open; and what has become of the earlier ones.

    ``national`` is the table that shows these respondents; ``compares_years`` whether with last year's figures.
    """
    by_spot: dict[Spot, list[EarlierQuestion]] = {}
    for item in earlier.questions:
        for spot in item.spots:
            by_spot.setdefault(spot, []).append(item)
    known = set[int]()

    def dated(each: Respondent, question: Question) -> Question:
        then = [item for spot in sorted(_spots_now(each, question)) for item in by_spot.get(spot, ())]
        known.update(map(id, then))
        return _dated(question, national, then) if then else question

    listed = [replace(each, questions=tuple(dated(each, one) for one in each.questions)) for each in listed]
    questions = [question for each in listed for question in each.questions]
    open_ = [question for question in questions if question.is_open]
    left = [item for item in earlier.questions if id(item) not in known and item.ground.rule != MISSING_UNIT_ID]
    why = [_why_unchecked(item, listed, national, earlier, compares_years=compares_years) for item in left]
    then_reported = {unit for unit, _, _ in earlier.rows}
    counted = [status.unit.name for status in national.units if any(status.rows.values())]
    new = tuple(question for question in open_ if question.since is None)
    return tuple(listed), Progress(
        new=new,
        still_open=tuple(question for question in open_ if question.since is not None),
        settled=tuple(question for question in questions if question.ground.is_settled),
        explained=tuple(q for q in questions if not q.is_open and not q.ground.is_settled and q.since is not None),
        lacking=tuple(question for question in open_ if question.ground.verification),
        corrected=tuple(item for item, reason in zip(left, why, strict=True) if not reason),
        unchecked=tuple((item, reason) for item, reason in zip(left, why, strict=True) if reason),
        changed=tuple(_changes(national, earlier, new)),
        came=tuple(name for name in counted if name not in then_reported),
        texts=earlier.texts,
        stamped=earlier.stamped,
    )


def _dated(question: Question, national: National, then: Sequence[EarlierQuestion]) -> Question:
    """The question with the day when it was first asked; what staff wrote beside it stays, though it asks otherwise now."""
    ground = question.ground
    key, now = question_key(ground), fingerprint(national, ground)
    grounds = [item.findings[0] for item in then]
    same = any(each.key._replace(unit=key.unit) == key and each.figures == now for each in grounds)
    written = next((item.answer for item in then if item.answer.is_given), None)
    if written and not any(each.verification for each in question.findings):
        question = replace(question, ground=replace(ground, verification=_verified(written, ground, outdated=True)))
    return replace(question, since=min(item.since for item in then), is_changed=not same)


def _why_unchecked(
    item: EarlierQuestion,
    listed: Iterable[Respondent],
    national: National,
    earlier: Earlier,
    *,
    compares_years: bool,
) -> str:
    """Why this run could not judge an earlier question that did not arise; empty where it could."""
    rule, whose, form, region, _ = item.ground
    if earlier.has_last_year and not compares_years and rule in _BY_LAST_YEAR:
        rows = (each for each in national.entries if each.unit and each.unit.name == whose and each.form.key == form)
        row = next((each for each in rows if each.row.region == region and each.counted), None)
        ground = item.findings[0]
        if rule == _BY_LAST_YEAR_ALONE or (row and mark_of_row(row, ground.fields) == ground.figures):
            return "上次用了 --previous，这次没有用"
    if any(fault.rule == rule for fault in national.faults):
        return f"规则{rule}这次没有算成"
    names = {each.name for each in listed if each.files or each.questions}
    names |= {status.unit.name for status in national.units if status.files} | {national.name}
    if whose and whose not in names:
        return "这次没有它的材料"
    return ""


def _changes(national: National, earlier: Earlier, new: Iterable[Question]) -> Iterator[ChangedFigure]:
    """Rows and figures that changed without a question, of units that already had rows; what cannot be read now is ``new``.

    Of a unit without any row now its being missing is reported (M701), not each row.
    """
    requested = requested_by(earlier.asked, national.edition.forms)
    questioned_now = {(each.respondent, f.region, f.form, f.field) for each in new for f in each.findings}
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
