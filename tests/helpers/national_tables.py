"""National tables for tests, built without any file: plausible rows of as many units as a test needs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn

from msgspec.structs import replace

from factory import clean_rows, row_of, told
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.national import Contact, Entry, National, State, UnitStatus
from hrss12333.questions import questions_of
from hrss12333.questions.earlier import Earlier
from hrss12333.questions.respondents import Respondent
from hrss12333.questions.rounds import Progress, with_answers, with_progress
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Edition, Form

THREE = tuple(unit for unit in EDITION.units if unit.short in ("北京", "浙江", "新疆兵团"))


def plain(heading: object) -> str:
    """A heading of the workbook without its line breaks and the unit of measure, but for one that the form prints."""
    return re.sub(r"（([^（]*/[^）]*|次|人|个|人次)）$", "", "".join(str(heading).split()))


def no_report(file: str) -> NoReturn:
    """Stands for what opens a 工作总结 where there is none."""
    raise AssertionError(file)


def entry(form: Form, unit: Unit | None, data: Mapping[str, Any], at: int, **about: Any) -> Entry:
    """A row of a filing. A value given as `Value` stands as it is: found but unreadable, say."""
    sheet, file = about.pop("sheet", form.key), about.pop("file", f"inbox/{unit.short if unit else '不明'}.xlsx")
    return Entry(form, unit, file, sheet, row_of(form, at, data, sheet), **about)


def entries_of(form: Form, unit: Unit, rows: Sequence[Mapping[str, Any]] | None = None) -> list[Entry]:
    """A unit's rows of a form; clean ones where none are given."""
    given = clean_rows(unit, form) if rows is None else rows
    return [entry(form, unit, data, at) for at, data in enumerate(given, 7)]


def table(
    listed: Sequence[Unit] | None = None,
    *,
    reporting: Sequence[Unit] | None = None,
    edition: Edition = EDITION,
    **about: Any,
) -> National:
    """A clean table of these units (all 32), of which those ``reporting`` (all) sent both forms."""
    every = tuple(EDITION.units if listed is None else listed)
    sent = {unit.code for unit in (every if reporting is None else reporting)}
    entries = [item for unit in every if unit.code in sent for form in edition.forms for item in entries_of(form, unit)]
    statuses = tuple(status_of(unit, entries, edition) for unit in every)
    states = {item.unit.name: State.USABLE if item.files else State.MISSING for item in statuses}
    return National(edition, tuple(entries), statuses, **{"states": states, **about})


def status_of(unit: Unit, entries: Sequence[Entry], edition: Edition = EDITION) -> UnitStatus:
    """What a unit's entries say of it."""
    own = [item for item in entries if item.unit is not None and item.unit.code == unit.code]
    if not own:
        return UnitStatus(unit)
    number = list(EDITION.units).index(unit) + 1
    return UnitStatus(
        unit,
        files=tuple(dict.fromkeys(item.file for item in own)),
        rows={form.key: sum(item.form is form and item.counted for item in own) for form in edition.forms},
        code=f"K{number:07d}",
        contacts=(Contact(own[0].file, f"样例{number}", f"138{number:08d}", f"unit{number}@example.com"),),
        saved=datetime(2020, 1, 6, 9, number),
        received=datetime(2020, 1, 7, 15, number),
    )


def with_entries(national: National, entries: Sequence[Entry], **about: Any) -> National:
    """The table with other rows, its units' standing worked out anew."""
    statuses = tuple(status_of(status.unit, entries, national.edition) for status in national.units)
    return replace(national, **{"entries": tuple(entries), "units": statuses, **about})


def respondents_in(national: National) -> list[Respondent]:
    """The table's units, each with the questions that its findings are; then who is known of none of them."""
    found: dict[str | None, list[Finding]] = {each.unit.name: [] for each in national.units}
    for finding in national.findings_of_files:
        found.setdefault(finding.unit, []).append(finding)
    in_time = {each.unit.name for each in national.units if each.received and national.edition.notice.deadline}
    listed = []
    for name, findings in found.items():
        questions = questions_of(str(name), findings)
        errors = [question.is_error for question in questions if question.is_open]
        state = State.CORRECT if any(errors) else State.CONFIRM if errors else national.states.get(str(name))
        late = "逾期" if any(finding.rule == "M704" for finding in findings) else "否" if name in in_time else ""
        state = state or State.USABLE
        listed.append(Respondent(str(name), state, questions=questions, late=late, is_known=bool(name)))
    return listed


def carried_over(national: National, earlier: Earlier) -> tuple[National, Progress]:
    """The table with what staff wrote in an earlier workbook, and what has become of its questions."""
    carried = with_answers(national, respondents_in(national), earlier)
    return carried, with_progress(respondents_in(carried), carried, earlier)[1]


def finding_at(item: Entry, rule: str, severity: Severity, message: str, **about: Any) -> Finding:
    """A finding in an entry's row."""
    line = item.row.place.row
    at = {"file": item.file, "sheet": item.sheet, "form": item.form.key, "row": line}
    at |= {"line": line} if about.get("region") else {}
    return finding(rule, severity, message, **(at | {"unit": item.unit.name if item.unit else None} | about))


def finding(rule: str, severity: Severity, message: str, **about: Any) -> Finding:
    """A finding with what the test needs of it."""
    reported = told(message, about.get("region"), about.get("value"), about.get("form"))
    return Finding(rule=rule, severity=severity, message=reported, **({"file": "inbox/样例.xlsx"} | about))
