"""Two rounds of one year: what staff settled is not asked again, and what became of each question is reported
exactly."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from msgspec.structs import replace

from factory import opened, unit_named, write_below
from hrss12333.model.errors import UsageStop
from hrss12333.model.filing import Value
from hrss12333.model.finding import Finding, Severity, StaffAnswer
from hrss12333.model.message import Quote, compose
from hrss12333.model.national import Entry, National
from hrss12333.model.summary_lines import ISSUES
from hrss12333.questions.earlier import Earlier, EarlierFinding, EarlierQuestion, fingerprint, load_earlier
from hrss12333.questions.rounds import ChangedFigure, with_answers, with_progress
from hrss12333.reporting import Sink
from hrss12333.reporting.terminal import print_progress
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.writing.national import write_national
from merge_runs import question_key
from national_tables import carried_over, finding_at, respondents_in, table, with_entries

UNITS = (unit_named("宁夏"), unit_named("西藏"))
SERVICE = EDITION.forms[0]


def asked_about(item: Entry, key: str, rule: str = "P505", severity: Severity = Severity.QUERY) -> Finding:
    place = {"region": item.row.region, "field": key, "column": item.row.place.column}
    return finding_at(item, rule, severity, f"请核实{key}", **place)


def changed(item: Entry, key: str, by: int = 7) -> Entry:
    value = item.row.get(key)
    return replace(item, row=item.row.changed({key: Value(None, int(value.value or 0) + by, value.place)}))


def earlier_of(national: National, *answer: Any) -> Earlier:
    """What a workbook of this table would say, with this answer of staff to what was asked."""
    asked = [(EarlierFinding(question_key(each), fingerprint(national, each)),) for each in national.findings]
    rows = [(entry.unit, entry.row, entry.form.key) for entry in national.entries]
    then = {(unit.name, str(row.region), form): row.scalars() for unit, row, form in rows if unit}
    return Earlier(tuple(EarlierQuestion(told, StaffAnswer(*answer), "2020-01-20") for told in asked), then)


def staff_write(path: Path, national: National | None = None, **written: Any) -> Earlier:
    """What the workbook, first that of this table, says after staff wrote into the first line of its 问题清单."""
    if national:
        write_national(path, national, respondents_in(national))
    book = openpyxl.load_workbook(path)
    write_below(book[ISSUES], {"序号": 1}, **written)
    for cell in (cell for row in book[ISSUES].iter_rows() for cell in row if cell.value == "=1+1"):
        cell.data_type = "s"
    book.save(path)
    return load_earlier(path, EDITION, unit=None)


def about_one(rule: str = "P505", severity: Severity = Severity.QUERY) -> National:
    """A table with one finding, about the first row."""
    national = table(UNITS)
    return replace(national, findings=(asked_about(national.entries[0], "calls_total", rule, severity),))


SETTLING: dict[str, Any] = {"核实情况": "经电话核实，8月起并入热线", "核实人": "王五", "核实日期": date(2020, 2, 3)}
QUERY, ERROR = Severity.QUERY, Severity.ERROR


@pytest.mark.parametrize(
    ("severity", "answer", "lacks"),
    [
        (QUERY, ("经电话核实，8月起并入热线", "王五", date(2020, 2, 3)), ""),
        (QUERY, ("已核实", "王五", date(2020, 2, 3)), "没有写明原因"),
        (QUERY, ("经电话核实，8月起并入热线", "", date(2020, 2, 3)), "没有写核实人"),
        (QUERY, ("经电话核实，8月起并入热线", "王五", None), "没有写核实日期"),
        (QUERY, ("", "王五", None), "没有写核实情况；没有写核实日期"),
        (
            ERROR,
            ("经电话核实，8月起并入热线", "王五", date(2020, 2, 3)),
            "强制性错误只能改正，或以“按原数列示”开头写明原因",
        ),
        (ERROR, ("按原数列示，对方确认无法更正", "王五", date(2020, 2, 3)), ""),
    ],
)
def test_an_answer_that_does_not_settle_is_listed_with_what_it_lacks(
    severity: Severity, answer: tuple[str, str, date | None], lacks: str
) -> None:
    before = about_one(severity=severity)
    carried, progress = carried_over(before, earlier_of(before, *answer))
    (finding,) = carried.findings
    assert finding.verification is not None
    assert (finding.verification.lacks, finding.is_settled) == (lacks, not lacks)
    assert len(progress.still_open) == bool(lacks)


@pytest.mark.parametrize(
    ("field", "rule", "figures", "changes"),
    [
        ("calls_agent", "P501", ("calls_agent", "agents"), {"calls_agent": False, "agents": False, "seats": True}),
        # The region names the row, and is no figure of it: the answer is about all of them.
        ("region", "R209", (), {"": True, "calls_agent": False, "agents": False, "seats": False}),
    ],
)
def test_an_answer_holds_while_every_figure_that_the_question_is_about_stays(
    field: str, rule: str, figures: tuple[str, ...], changes: dict[str, bool]
) -> None:
    before = table(UNITS)
    before = replace(before, findings=(replace(asked_about(before.entries[0], field, rule), figures=figures),))
    earlier = earlier_of(before, "部分来电由外包坐席接听", "王五", date(2020, 2, 3))
    for key, holds in changes.items():
        first = changed(before.entries[0], key) if key else before.entries[0]
        later = with_entries(before, (first, *before.entries[1:]))
        carried, _ = carried_over(replace(later, findings=before.findings), earlier)
        assert [finding.is_settled for finding in carried.findings] == [holds], key


def test_a_row_that_went_is_a_change_and_a_unit_that_is_missing_now_is_no_list_of_them() -> None:
    before = table(UNITS)
    region = str(before.entries[0].row.region)
    gone = ChangedFigure(UNITS[0].name, SERVICE.key, region, "", region, None)
    others = [entry for entry in before.entries if entry.unit is not UNITS[0]]
    for rest, changes in ((before.entries[1:], (gone,)), (others, ())):
        _, progress = carried_over(with_entries(before, rest), earlier_of(before))
        assert progress.changed == changes


def test_a_region_that_was_asked_for_is_no_change_but_another_that_went_is() -> None:
    whole = table(UNITS)
    first, second, *others = whole.entries
    lacking = finding_at(first, "R204", Severity.QUERY, "缺少1个地区", region=None, form=None)
    before = replace(with_entries(whole, (second, *others)), findings=(lacking,))
    _, progress = carried_over(replace(with_entries(whole, (first, *others)), findings=()), earlier_of(before))
    region = str(second.row.region)
    assert progress.changed == (ChangedFigure(UNITS[0].name, SERVICE.key, region, "", region, None),)


@pytest.mark.parametrize("is_open", [True, False])
def test_what_was_asked_of_a_row_that_a_version_lost_is_not_corrected(is_open: bool) -> None:
    before = about_one()
    first, *others = before.entries
    lost = finding_at(first, "M706", QUERY, "没有这一行", region=first.row.region, explained=not is_open)
    _, progress = carried_over(replace(with_entries(before, others), findings=(lost,)), earlier_of(before))
    assert (len(progress.corrected), len(progress.unchecked)) == (not is_open, is_open)


def test_a_column_that_was_asked_about_as_a_whole_is_asked_about_in_every_row() -> None:
    """F007: a column that was missing is filled in now; another column's figures are still named."""
    first = table(UNITS).entries[0]
    missing = replace(asked_about(first, "calls_abandoned", "F007", Severity.ERROR), region=None)
    before = replace(table(UNITS), findings=(missing,))
    entries = [
        changed(item, "calls_abandoned") if item.unit is first.unit and item.form is SERVICE else item
        for item in before.entries
    ]
    entries[0] = changed(entries[0], "seats")
    _, progress = carried_over(replace(with_entries(before, entries), findings=()), earlier_of(before))
    assert [(change.region, change.field) for change in progress.changed] == [(first.row.region, "seats")]


def test_what_cannot_be_read_now_is_a_question_and_no_change_besides() -> None:
    before = table(UNITS)
    seats = before.entries[0].row.get("seats")
    first = changed(before.entries[0], "calls_total")
    first = replace(first, row=first.row.changed({"seats": Value("若干", None, seats.place)}))
    after = with_entries(before, [first, *before.entries[1:]])
    asked = asked_about(first, "seats", "V302", Severity.ERROR)
    _, progress = carried_over(replace(after, findings=(asked,)), earlier_of(before))
    assert [question.ground for question in progress.new] == [asked]
    assert [change.field for change in progress.changed] == ["calls_total"]


def test_the_workbook_lists_what_was_corrected_and_what_changed_elsewhere(tmp_path: Path) -> None:
    """Below what is open; a later merge takes none of it for a question."""
    first = table(UNITS).entries[0]
    assert first.unit is not None
    before = replace(table(UNITS), findings=(asked_about(first, "calls_total"),))
    after = with_entries(before, [changed(changed(first, "calls_total"), "seats", -1), *before.entries[1:]])
    carried, progress = carried_over(replace(after, findings=()), earlier_of(before))
    path = tmp_path / "2019.xlsx"
    write_national(path, carried, respondents_in(carried), progress=progress)
    seats = int(str(first.row.get("seats").value))
    lines = [list(line) for line in opened(path)[ISSUES].iter_rows(values_only=True)]
    about = [first.unit.name, first.row.region]
    assert [(line[2], [line[1], line[4]], line[5], line[6]) for line in lines if line[2] in ("已改正", "问题以外")] == [
        ("已改正", about, "来电总量", "上次提出的问题，这次没有了。"),
        ("问题以外", about, "坐席数", f"坐席数由{seats}改为{seats - 1}"),
    ]
    assert load_earlier(path, EDITION, unit=None).questions == ()
    printed: list[str] = []
    print_progress(Sink(printed.append, printed.append), progress, "单位")
    assert f"  已改正：{first.unit.name}（1处）" in printed
    assert "新问题：" not in "".join(printed)


@pytest.mark.parametrize(
    ("rule", "had_last_year", "figure_stays", "is_unchecked"),
    [
        ("P505", True, False, True),
        ("P505", False, False, False),
        ("P502", True, True, True),
        ("P502", True, False, False),
        ("P504", True, True, False),
    ],
)
def test_a_question_whose_rule_did_not_run_is_kept_with_its_answer(
    tmp_path: Path, rule: str, had_last_year: bool, figure_stays: bool, is_unchecked: bool
) -> None:
    """Nor is what cannot be judged called corrected; the next run that judges it finds the answer."""
    asked = about_one(rule)
    earlier = replace(staff_write(tmp_path / "一.xlsx", asked, **SETTLING), has_last_year=had_last_year)
    first = asked.entries[0] if figure_stays else changed(asked.entries[0], "calls_total")
    quiet = with_entries(replace(asked, findings=()), (first, *asked.entries[1:]))
    carried, progress = carried_over(quiet, earlier)
    assert (len(progress.unchecked), len(progress.corrected)) == (is_unchecked, not is_unchecked)
    write_national(tmp_path / "二.xlsx", carried, respondents_in(carried), progress=progress)
    again = load_earlier(tmp_path / "二.xlsx", EDITION, unit=None)
    (finding,) = carried_over(asked, again)[0].findings
    assert finding.is_settled == is_unchecked
    assert [item.since for item in again.questions] == [item.since for item, _ in progress.unchecked]


def test_what_was_told_as_a_further_fact_is_open_since_then_and_changed() -> None:
    """A ground gone, the same figures asked about on another one: what staff wrote of them settles that, too."""
    before = table(UNITS)
    total, other = (asked_about(before.entries[0], "calls_total", rule) for rule in ("P504", "P505"))
    national = replace(before, findings=(total, other))
    (question,) = respondents_in(national)[0].questions
    told = tuple(
        EarlierFinding(question_key(each), fingerprint(national, each), ("calls_total",)) for each in question.findings
    )
    asked = EarlierQuestion(told[:1], StaffAnswer("经电话核实，8月起并入热线", "王五", date(2020, 2, 3)), "2020-01-20")
    left = replace(national, findings=(other,))
    for then, changed_since in (
        (EarlierQuestion(told, since="2020-01-20"), True),
        (asked, True),
        (EarlierQuestion(told[1:], since="2020-01-20"), False),
    ):
        carried = with_answers(left, respondents_in(left), Earlier((then,)))
        listed, progress = with_progress(respondents_in(carried), carried, Earlier((then,)))
        (now,) = listed[0].questions
        assert (now.since, now.is_changed, now.is_open) == ("2020-01-20", changed_since, not then.answer.is_given)
        assert (len(progress.still_open), len(progress.settled)) == ((0, 1) if then.answer.is_given else (1, 0))


@pytest.mark.parametrize(("key", "holds"), [("agents", True), ("calls_agent", False)])
def test_an_answer_to_several_findings_holds_for_the_figures_that_stay(key: str, holds: bool) -> None:
    """Of two columns that one finding was about, one is corrected: the other was answered with the ground."""
    before = table(UNITS)
    row = before.entries[0]
    ground = replace(asked_about(row, "calls_total", "B401"), figures=("calls_total", "calls_agent"))
    both = replace(asked_about(row, "calls_agent"), figures=("calls_agent", "agents"))
    fields = (("calls_total", "calls_agent"), ("calls_agent", "agents"))
    told = zip((ground, both), fields, strict=True)
    asked = tuple(EarlierFinding(question_key(each), fingerprint(before, each), named) for each, named in told)
    answer = StaffAnswer("部分来电由外包坐席接听", "王五", date(2020, 2, 3))
    later = with_entries(before, (changed(row, key), *before.entries[1:]))
    later = replace(later, findings=(asked_about(row, "calls_agent"),))
    carried, progress = carried_over(later, Earlier((EarlierQuestion(asked, answer, "2020-01-20"),)))
    assert [finding.is_settled for finding in carried.findings] == [holds]
    assert (len(progress.settled), len(progress.still_open)) == (holds, not holds)


def test_what_was_answered_in_an_earlier_round_is_not_told_again(tmp_path: Path) -> None:
    first = about_one()
    earlier = staff_write(tmp_path / "一.xlsx", first, **SETTLING)
    for told in (1, 0):
        carried, progress = carried_over(first, earlier)
        assert (len(progress.settled), len(progress.still_open)) == (told, 0)
        write_national(tmp_path / "二.xlsx", carried, respondents_in(carried))
        earlier = load_earlier(tmp_path / "二.xlsx", EDITION, unit=None)


@pytest.mark.parametrize("written", [date(2020, 2, 3), "2020-02-03", "2020年2月3日", 43864])
def test_what_staff_write_into_the_workbook_is_carried_over(tmp_path: Path, written: date | str | int) -> None:
    national = about_one()
    earlier = staff_write(tmp_path / "一.xlsx", national, **SETTLING | {"核实日期": written})
    carried, progress = carried_over(national, earlier)
    (finding,) = carried.findings
    assert finding.is_settled
    assert finding.verification is not None
    assert (finding.verification.who, finding.verification.when) == ("王五", date(2020, 2, 3))
    assert (len(progress.settled), progress.new, progress.corrected, progress.changed) == (1, (), (), ())
    write_national(tmp_path / "三.xlsx", carried, respondents_in(carried))
    again, _ = carried_over(national, load_earlier(tmp_path / "三.xlsx", EDITION, unit=None))
    assert again.findings == carried.findings


def test_an_answer_about_a_contact_holds_although_the_sheet_does_not_show_it(tmp_path: Path) -> None:
    """手机号 and 邮箱 are left out of 问题清单; what the question is about is not."""
    national, first = table(UNITS), table(UNITS).entries[0]
    reported = compose("两表的手机号不同：{one}、{other}", one=Quote("13811112222"), other=Quote("13911112222"))
    asked = replace(
        asked_about(first, "mobile", "H108"), message=reported, value="13811112222", region=None, row=1, line=0
    )
    national = replace(national, findings=(asked,))
    earlier = staff_write(tmp_path / "一.xlsx", national, **SETTLING)
    assert "13811112222" not in str(list(opened(tmp_path / "一.xlsx")[ISSUES].values))
    (finding,) = carried_over(national, earlier)[0].findings
    assert finding.is_settled
    other = replace(national, findings=(replace(asked, value="13711112222"),))
    assert not carried_over(other, earlier)[0].findings[0].is_settled


def test_an_answer_holds_although_the_mark_of_its_figures_looks_like_a_telephone_number(tmp_path: Path) -> None:
    first, asked = table(UNITS).entries[0], about_one()
    others = (changed(first, "calls_total", by=by) for by in range(100_000))
    marks = ((other, fingerprint(with_entries(asked, [other]), asked.findings[0])) for other in others)
    like_a_mobile = next(other for other, mark in marks if re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", mark))
    national = with_entries(asked, [like_a_mobile, *asked.entries[1:]])
    earlier = staff_write(tmp_path / "一.xlsx", national, **SETTLING)
    assert carried_over(national, earlier)[0].findings[0].is_settled


@pytest.mark.parametrize("written", ["9999年99月99日", "=1+1"])
def test_a_day_that_is_none_is_carried_over_as_it_was_written(tmp_path: Path, written: str) -> None:
    national = about_one()
    earlier = staff_write(tmp_path / "一.xlsx", national, **SETTLING | {"核实日期": written})
    for workbook in ("三.xlsx", "四.xlsx"):
        national, progress = carried_over(national, earlier)
        assert [q.ground.verification.lacks for q in progress.still_open if q.ground.verification] == [
            "核实日期不是日期"
        ]
        write_national(tmp_path / workbook, national, respondents_in(national))
        cells = [cell for row in opened(tmp_path / workbook)[ISSUES] for cell in row if cell.value == written]
        assert [cell.data_type for cell in cells] == ["s"]
        earlier = load_earlier(tmp_path / workbook, EDITION, unit=None)


def test_an_answer_about_other_figures_settles_in_no_later_round_until_it_is_rewritten(tmp_path: Path) -> None:
    first = about_one()
    path = tmp_path / "一.xlsx"
    earlier = staff_write(path, first, **SETTLING)
    corrected = with_entries(first, (changed(first.entries[0], "calls_total"), *first.entries[1:]))
    for _ in range(2):
        carried, progress = carried_over(corrected, earlier)
        assert [q.ground.verification.lacks for q in progress.still_open if q.ground.verification] == [
            "数据在核实之后变动了"
        ]
        write_national(path, carried, respondents_in(carried))
        earlier = load_earlier(path, EDITION, unit=None)
    again, _ = carried_over(corrected, staff_write(path, 核实日期=date(2020, 2, 20)))
    assert [finding.is_settled for finding in again.findings] == [True]


@pytest.mark.parametrize("how", ["another year", "blank", "deleted", "renamed", "headings", "keys"])
def test_a_workbook_of_which_nothing_can_be_carried_over_is_refused(tmp_path: Path, how: str) -> None:
    path = tmp_path / "一.xlsx"
    write_national(path, table(UNITS))
    assert load_earlier(path, EDITION, unit=None).rows
    book = openpyxl.load_workbook(path) if how != "blank" else openpyxl.Workbook()
    if how == "deleted":
        del book[ISSUES]
    elif how == "renamed":
        book[ISSUES].title = f"{ISSUES}（已核）"
    elif how == "headings":
        book[ISSUES].delete_rows(1, 8)
    elif how == "keys":
        book[ISSUES].delete_cols(18, 6)
    book.save(path)
    other = how == "another year"
    with pytest.raises(UsageStop, match="--previous" if other else "问题清单"):
        load_earlier(path, EDITION.of_year(2020) if other else EDITION, unit=None)
