"""No region counts twice, and no honest row is lost without a question: rows that hold others (R209, R208, B403)."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.structs import replace

from cases import seeds
from factory import clean_rows, unit_named, write_filing
from hrss12333.checking.engine import check
from hrss12333.checking.rule import Scope
from hrss12333.merging.national_table import merge
from hrss12333.model.filing import Filing, Place, Value
from hrss12333.model.finding import Finding
from hrss12333.model.national import National, tallies
from hrss12333.model.row import Problem
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form, Kind
from merge_runs import found_as, table

SERVICE, SYSTEMS = EDITION.forms
COUNTS = (
    *("calls_total", "calls_agent", "calls_ivr", "calls_abandoned"),
    *("staff_total", "agents", "seats", "training_attendances"),
)
NINGXIA = unit_named("宁夏")
CITIES = tuple(region.name for region in NINGXIA.regions)


class Line(Struct, frozen=True):
    name: str | None
    figures: tuple[int, ...]
    """Of `COUNTS`; the first of them is 知识库条目数 too, and every other figure is 0, which says nothing."""
    answers: bool = True
    remarks: str | None = None


def honest(name: str, number: int) -> Line:
    """A row that balances, unlike any other."""
    agent, ivr, left = 40_000 + 3_170 * number**2, 20_000 + 711 * number**2, 3_100 + 57 * number**2
    staff = (14 + number, 10 + number, 9 + number, 31 + number**2)
    return Line(name, (agent + ivr + left, agent, ivr, left, *staff))


LINES = [honest(name, number) for number, name in enumerate(CITIES, 1)]


def added(name: str | None, lines: Iterable[Line], *, more: float = 0, answers: bool = True) -> Line:
    """The row that holds these; its larger figures larger by this share."""
    sums = [sum(column) for column in zip(*(line.figures for line in lines), strict=True)]
    return Line(name, tuple(figure + int(figure * more) for figure in sums), answers)


def answers(form: Form, line: Line) -> dict[str, object]:
    """A row's values: the figures, and one answer to each question or none."""
    found: dict[str, object] = {"region": line.name, "remarks": line.remarks}
    figures = dict(zip(COUNTS, line.figures, strict=True)) | {"knowledge_entries": line.figures[0]}
    for number, column in enumerate(form.columns, 1):
        if column.kind is Kind.COUNT:
            found[column.key] = figures.get(column.key, 0)
        elif column.kind in (Kind.YESNO, Kind.CHOICE):
            answer = column.choices[0] if column.choices else number % 2 == 0
            missing = Value(None, None, Place(form.key, 0, number), Problem.MISSING)
            found[column.key] = answer if line.answers else missing
    return found


def filing(
    unit: Unit,
    lines: Sequence[Line],
    file: str = "省.xlsx",
    total: Line | None = None,
    forms: Sequence[Form] = (SERVICE,),
) -> Filing:
    tables = []
    for form in forms:
        headings = {column.key: Place(form.key, 6, number) for number, column in enumerate(form.columns, 1)}
        rows, last = [answers(form, line) for line in lines], answers(form, total) if total else None
        header = {"unit": Value(unit.name, unit.name)}
        tables.append(table(form, unit, rows, last, file=file, header=header, headings=headings))
    return Filing(file, unit, tuple(tables))


def merged(*filings: Filing) -> National:
    return merge([check(item, EDITION, scopes=(Scope.FILE,)) for item in filings], EDITION, only=filings[0].unit)


def counted(national: National, form: Form = SERVICE) -> list[str | None]:
    return [entry.row.region for entry in national.entries_of(form)]


def asked(national: National, rule: str = "R209") -> list[str | None]:
    return [finding.region for finding in national.findings if finding.rule == rule]


def findings(item: Filing, *rules: str) -> list[Finding]:
    return [finding for finding in check(item, EDITION).findings if finding.rule in rules]


OWN = "自治区本级"


@pytest.mark.parametrize("name", [OWN, "区直", "沿黄地区", "5市", "承前页", None])
@pytest.mark.parametrize("answers", [True, False])
@pytest.mark.parametrize("place", [0, 2, 5])
def test_a_row_that_holds_all_others_stays_out_wherever_it_stands(name: str | None, answers: bool, place: int) -> None:
    whole = added(name, LINES, answers=answers)
    item = filing(NINGXIA, [*LINES[:place], whole, *LINES[place:]])
    national = merged(item)
    assert counted(national) == list(CITIES)
    assert asked(national) == [name]
    (finding,) = findings(item, "R209", "R201", "R202", "V301", "R203")
    assert ("之和" in finding.message.text, finding.region, finding.row) == (True, name, 7 + place)


NORTH, SOUTH, WHOLE = added("沿黄地区", LINES[:3]), added("山区", LINES[3:]), added(OWN, LINES)
NOTHING = [replace(line, figures=(0,) * 8) for line in LINES]
HELD: dict[str, tuple[list[Line], str]] = {
    "areas above their rows": ([NORTH, *LINES[:3], SOUTH, *LINES[3:]], "沿黄地区 山区"),
    "areas below their rows": ([*LINES[:3], NORTH, *LINES[3:], SOUTH], "沿黄地区 山区"),
    "and what holds all": ([*LINES[:3], NORTH, *LINES[3:], SOUTH, WHOLE], f"沿黄地区 山区 {OWN}"),
    "sums of a page": (
        [*LINES[:3], added("过次页", LINES[:3]), added("承前页", LINES[:3]), *LINES[3:]],
        "过次页 承前页",
    ),
    "a subset that is no run proves nothing": (
        [*LINES[:3], added(OWN, [LINES[0], LINES[1], LINES[4]]), *LINES[3:]],
        "",
    ),
    "a figure of 0 says nothing": ([*LINES, replace(WHOLE, figures=(*WHOLE.figures[:4], 0, 0, 0, 0))], OWN),
    "three figures do not suffice": ([*LINES, replace(WHOLE, figures=(*WHOLE.figures[:3], 0, 0, 0, 0, 0))], ""),
    "nothing holds nothing": ([*NOTHING, replace(NOTHING[0], name=OWN)], ""),
    "what equals a single other row is its copy (P507)": (
        [LINES[0], *NOTHING[1:3], replace(LINES[0], name="固原市")],
        "",
    ),
}


@pytest.mark.parametrize("case", HELD)
def test_which_rows_hold_those_beside_them(case: str) -> None:
    lines, held = HELD[case]
    national = merged(filing(NINGXIA, lines))
    names = [str(line.name) for line in lines]
    assert sorted(map(str, asked(national))) == sorted(held.split())
    assert sorted(map(str, counted(national))) == sorted(name for name in names if name not in held.split())


@pytest.mark.parametrize(
    ("name", "held", "more", "counts", "is_asked"),
    [
        # two by the unit's own level or a name that nobody knows, three by a region
        (OWN, 2, 0, False, True),
        (OWN, 1, 0, True, False),
        ("中卫市", 2, 0, True, False),
        ("中卫市", 3, 0, False, True),
        *((name, 4, more, name == "中卫市", True) for name in (OWN, "中卫市", "沿黄地区") for more in (0.009, -0.009)),
        (OWN, 5, -0.02, True, False),
        (OWN, 5, 0.02, True, True),
    ],
)
def test_how_many_rows_must_be_held_and_how_nearly(
    name: str, held: int, more: float, counts: bool, is_asked: bool
) -> None:
    national = merged(filing(NINGXIA, [*LINES[:held], added(name, LINES[:held], more=more)]))
    assert counted(national)[:held] == list(CITIES[:held])
    assert (counted(national)[held:], asked(national)) == ([name] * counts, [name] * is_asked)


def test_a_form_of_fewer_figures_follows_the_other() -> None:
    lines = [*LINES, replace(added(OWN, LINES), answers=False)]
    national = merged(filing(NINGXIA, lines, forms=EDITION.forms))
    assert [counted(national, form) for form in EDITION.forms] == [list(CITIES)] * 2
    assert asked(national) == [OWN]
    assert [(f.rule, f.form) for f in national.findings if f.region == OWN] == [("R209", "附表1")]
    alone = merged(filing(NINGXIA, lines), filing(NINGXIA, [added(OWN, LINES)], "系统.xlsx", forms=(SYSTEMS,)))
    assert counted(alone, SYSTEMS) == [OWN]


def test_a_city_that_is_the_sum_of_its_counties_goes_first() -> None:
    """In one file or in several; the other form follows, whatever its only figure says."""
    names = ("永宁县", "贺兰县", "灵武市")
    parts = [honest(name, number) for number, name in enumerate(names, 7)]
    city = added("银川市", parts)
    for files in ([[city, *parts, *LINES[1:]]], [[city, *LINES[1:]], parts], [[*parts, city, *LINES[1:]]]):
        national = merged(
            *(filing(NINGXIA, lines, f"{at}.xlsx", forms=EDITION.forms) for at, lines in enumerate(files))
        )
        assert [counted(national, form) for form in EDITION.forms] == [list(CITIES)] * 2
        assert asked(national) == asked(national, "R208") == []


@pytest.mark.parametrize("times", [1, 2])
def test_a_total_leads_nobody_to_count_twice(times: int) -> None:
    """A 合计 of the cities, and one that holds 本级 too, which R209 asks about: neither is asked about."""
    item = filing(NINGXIA, [*LINES, added(OWN, LINES)], total=added("合计", LINES * times))
    assert findings(item, "B403") == []
    assert asked(merged(item)) == [OWN]


def test_a_row_for_the_whole_unit_is_told_only_where_it_differs() -> None:
    for name in ("全区", "宁夏回族自治区"):
        alike = filing(NINGXIA, [*LINES, added(name, LINES, answers=False)])
        assert (counted(merged(alike)), findings(alike, "R209", "V301", "R204")) == (list(CITIES), [])
        other = filing(NINGXIA, [*LINES, added(name, LINES[1:], answers=False)])
        assert [f.rule for f in findings(other, "R209", "V301", "R204")] == ["R209"]


@pytest.mark.parametrize(("name", "rule"), [("某某", "R202"), (None, "R201")])
@pytest.mark.parametrize("lacking", [0, 1])
def test_a_row_that_nobody_knows_says_whether_it_counts(name: str | None, rule: str, lacking: int) -> None:
    """It does while it may be the region that has no row."""
    odd = replace(LINES[0], name=name, figures=tuple(figure + 3 for figure in LINES[0].figures))
    national = merged(filing(NINGXIA, [*LINES[lacking:], odd]))
    assert (name in counted(national)) == bool(lacking)
    (asked,) = (f.message.text for f in national.findings if f.rule == rule)
    assert ("，暂计入汇总" if lacking else "，不计入汇总") in asked


@pytest.mark.parametrize(("name", "held"), [("全区", True), ("中卫市", False)])
def test_a_row_left_out_as_holding_others_need_not_agree_with_itself(name: str, held: bool) -> None:
    """Its figures count nowhere: B401 and B402 ask only of rows that may count."""
    total, agent, ivr, left, staff, agents, *rest = added(name, LINES[:4]).figures
    odd = Line(name, (total + 7, agent, ivr, left, agents, staff, *rest))
    item = filing(NINGXIA, [*LINES[:4], odd])
    assert [f.rule for f in findings(item, "B401", "B402", "R209")] == (["R209"] if held else ["B401", "B402"])


def test_a_row_for_the_whole_unit_that_is_left_blank_is_none(tmp_path: Path) -> None:
    """全区 above the cities names the group; a city that is left blank lacks its figures."""
    for name, found in (("全区", 0), ("中卫市", len(SERVICE.data))):
        rows = clean_rows("宁夏")[:4]
        path = write_filing(tmp_path / "宁夏.xlsx", "宁夏", {"附表1": [{"region": name}, *rows]}, forms=("附表1",))
        document = found_as(Filing, path)
        assert len(findings(document, "V301")) == found


# --- random provinces


class Province(Struct):
    """What one unit sends, and what is true of it."""

    unit: Unit
    files: list[list[Line]]
    honest: list[Line]
    sums: list[str]
    """Names of the rows that hold others exactly."""
    close: list[str]
    """Names of those that do so within 1 %."""


def figures(chance: random.Random) -> tuple[int, ...]:
    """Of a large, a small, an idle place, or of one of which little is known."""
    size = chance.choice((200_000, 200_000, 200_000, 3_000, 12, 3, 0))
    agent, ivr, left = (chance.randint(0, size) for _ in range(3))
    staff = [chance.randint(0, 40 if size > 12 else size) for _ in range(4)]
    known = (agent + ivr + left, agent, ivr, left, *staff)
    return tuple(figure if chance.random() > 0.05 else 0 for figure in known)


def tells(whole: Line, held: Sequence[Line]) -> bool:
    """Whether a row has figures enough to be known for the sum of these, two of which say anything of them."""
    speaking = [line for line in held if any(a and b for a, b in zip(whole.figures, line.figures, strict=True))]
    return sum(map(bool, whole.figures)) >= 4 and len(speaking) >= 2


def province(chance: random.Random) -> Province:
    unit = unit_named(chance.choice(("江苏", "宁夏", "广东", "贵州", "海南")))
    names = [region.name for region in unit.regions]
    sent = sorted(chance.sample(names, min(chance.choice((2, 3, 5, 40)), len(names))), key=names.index)
    made = Province(unit, [], [Line(name, figures(chance)) for name in sent], [], [])
    lines, above = list(made.honest), chance.random() < 0.4
    if len(sent) > 5 and chance.random() < 0.5:  # areas, each above or below its regions
        first, second = sorted(chance.sample(range(2, len(sent) - 1), 2))
        lines = []
        for name, part in zip(
            "东西中", (made.honest[:first], made.honest[first:second], made.honest[second:]), strict=True
        ):
            area = added(f"{name}片", part, answers=chance.random() < 0.5)
            if tells(area, part):
                made.sums.append(f"{name}片")
                lines += [area, *part] if above else [*part, area]
            else:
                lines += part
    elif chance.random() < 0.5:  # several files
        chance.shuffle(lines)
    made.files = [lines] if made.sums else [list(part) for _, part in groupby(lines, lambda _: chance.randint(0, 2))]
    own_level = chance.choice(("省本级", "省厅", "省直"))
    exact = added(own_level, made.honest)
    whole = added(own_level, made.honest, more=chance.choice((0, 0, 0.008, -0.008)))
    if tells(exact, made.honest) and chance.random() < 0.75:
        (made.sums if whole == exact else made.close).append(own_level)
        if chance.random() < 0.4:
            made.files.append([whole])
        else:
            made.files[0].insert(0 if above else len(made.files[0]), whole)
    return made


@pytest.mark.parametrize("seed", seeds(150))
def test_nothing_is_doubled_and_nothing_lost_without_a_question(seed: int) -> None:
    given = province(random.Random(seed))
    files = [filing(given.unit, lines, f"{at}.xlsx", forms=EDITION.forms) for at, lines in enumerate(given.files)]
    national = merged(*files)
    questions = [finding for finding in national.findings if finding.rule == "R209"]
    about = {(finding.file, finding.form, finding.row) for finding in questions}
    about_both = {finding.region for finding in questions if finding.form == SERVICE.key}
    for entry in national.entries:
        name = str(entry.row.region)
        if name in given.sums or name in given.close:
            assert not entry.counted
        if not entry.counted:
            follows = entry.form is SYSTEMS and entry.row.region in about_both
            assert follows or (entry.file, entry.form.key, entry.row.place.row) in about, name
    kept = [line for line in given.honest if line.name in counted(national)]
    assert len(kept) + sum(1 for line in given.honest if line.name in asked(national)) >= len(given.honest)
    for key, column in zip(COUNTS, zip(*(line.figures for line in kept), strict=True), strict=True):
        assert tallies(national.entries_of(SERVICE), SERVICE)[key].total == sum(column)
