"""Whatever is spoilt, no sentence names a unit in question, and all counts agree; and what is
published once: shares that add up, chart plans whose figures are the table's, and who is compared.

Two inboxes of a year, ten in the long run.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import docx
import pytest
from msgspec.structs import replace

from cases import few, seeds
from cli_runs import run
from factory import opened, stored
from hrss12333.indicators import indicators
from hrss12333.model.finding import Severity
from hrss12333.model.national import National
from hrss12333.model.summary_lines import ANALYSIS, Figure
from hrss12333.published import Nation, charts, composition, openings_chart
from hrss12333.reading.documents import read_paths
from hrss12333.reading.files import programs
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Form
from hrss12333.writing.national import write_national
from hrss12333.writing.reference.document import _TopicText
from merge_runs import merged, read_once
from national_tables import finding_at, plain, table
from random_inboxes import spoilt

DOUBTING = {"F007", "R203", "R209", "P501", "P502", "P504", "V309"}
"""Queries that put figures in question until they are answered; errors of a row do so by any rule (contract, section 6)."""
NAMES = {unit.short: unit.name for unit in EDITION.units}
RANKED = re.compile("居前|居后|依次是|最[高低]的是|[增降]幅最大的是|的有.+单位")


class Run:
    """One inbox, merged and compiled."""

    def __init__(self, folder: Path, seed: int) -> None:
        chance = random.Random(seed)
        units = chance.sample(EDITION.units, chance.choice((3, 5, 8, 10)))
        (folder / "收件").mkdir()
        inbox = spoilt(folder / "收件", seed, units, share=chance.choice((0.3, 0.6, 1.0)))
        out = folder / "out"
        out.mkdir()
        words = ("merge", inbox, "-o", out / "汇总.xlsx", "--report", out / "merge.html", "--format", "json")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("hrss12333.cli.received.read_paths", read_once(read_paths))
            patch.setattr(programs, "program", lambda: None)  # it would lay out pages, to number the contents
            self.merged: dict[str, Any] = json.loads(run(*words).stdout)
            run("compile", inbox, "-o", out / "参阅.docx")
        self.page = (out / "merge.html").read_text(encoding="utf-8")
        self.book = stored(out / "汇总.xlsx")
        paragraphs = docx.Document(str(out / "参阅.docx")).paragraphs
        self.body = [p.text for p in paragraphs if p.style is not None and p.style.name == "总结正文"]
        self.paper = "\n".join(p.text for p in paragraphs)

    def doubted(self, form: Form, *fields: str) -> set[str]:
        """Units with an open question about one of these fields, or about whole rows, told by the JSON alone."""
        data = {column.key for column in form.data}
        found = set()
        for item in self.merged["findings"]:
            on_row = item["severity"] == "error" and item["region"] and item["rule"] not in ("M702", "R204")
            asked = on_row or (item["rule"] in DOUBTING and item["severity"] != "note" and not item["explained"])
            about = {item["field"]} & data or data
            if asked and item["form"] == form.key and about & {*fields}:
                found |= {NAMES[short] for short in {Path(item["file"]).stem} & NAMES.keys()}
        return found

    def lines(self, sheet: str) -> tuple[list[str], list[list[Any]]]:
        rows = self.book[sheet]
        top = next(number for number, row in enumerate(rows) if row[0] == "报送单位")
        return [plain(head) for head in rows[top]], rows[top + 1 :]


@pytest.fixture(scope="module", params=few(seeds(10), 2))
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(tmp_path_factory.mktemp("spoilt"), request.param)


def _subjects() -> Iterator[tuple[str, Form, tuple[str, ...]]]:
    """How a sentence begins → what it is about; the longest names first."""
    found = []
    for form in EDITION.forms:
        found += [(item.name, form, item.fields) for item in indicators(form)]
        found += [(column.label.partition("（")[0].replace("是否", ""), form, (column.key,)) for column in form.data]
    yield from sorted(found, key=lambda one: -len(one[0]))


def test_no_ranking_or_sentence_names_a_unit_in_question(seen: Run) -> None:
    shorts = sorted(NAMES, key=len, reverse=True)
    for paragraph in seen.body:
        if not RANKED.search(paragraph) or paragraph.startswith(
            ("有疑问", "下列", "数据齐全", "未报送", "所报地区", "报送工作总结", "应报")
        ):
            continue
        for clause in re.split("；", paragraph):
            about = [subject for subject in _subjects() if subject[0] in paragraph]
            alone = r"(?<![\u4e00-\u9fff]){0}(?![\u4e00-\u9fff])|是{0}（"
            named = {short for short in shorts if re.search(alone.format(short), clause)}
            named = {short for short in named if not any(short != other and short in other for other in named)}
            for subject, form, fields in about[:1]:
                assert not {NAMES[short] for short in named} & seen.doubted(form, *fields), (subject, clause)


def test_all_counts_of_the_run_agree(seen: Run) -> None:
    overview = "\n".join(str(cell) for row in seen.book["概览"] for cell in row if cell)
    line = next((text for text in seen.body if text.startswith("有疑问：")), "")
    asked: dict[tuple[Any, Any], None] = {}
    for form in EDITION.forms:
        heads, rows = seen.lines(f"{form.key}明细")
        at, counted, region = (heads.index(name) for name in ("有疑问", "计入汇总", "地区（市、州）"))
        asked |= {(row[0], row[region]): None for row in rows if row[at] and row[counted] == "是"}
    units = list(dict.fromkeys(unit for unit, _ in asked))
    found = re.search(r"(\d+)个单位(\d+)个地区", line)
    assert (found and (int(found[1]), int(found[2]))) == ((len(units), len(asked)) if asked else None)
    assert line.removeprefix("有疑问：") in overview  # where the units are named before it
    assert line.removeprefix("有疑问：") in seen.page
    for form in EDITION.forms:
        heads, rows = seen.lines(f"{form.key}汇总")
        state = {row[0]: row[heads.index("状态")] for row in rows}
        assert {state[unit] for unit in units} <= {"要改", "要核实"}
    if len([unit for unit in seen.merged["units"] if unit["status"] != "missing"]) < 32:
        assert "全国" not in seen.paper.replace("2020年全国12333工作研讨会", "")


FORM = EDITION.forms[0]
BALANCE = FORM.balances[0]


@pytest.mark.parametrize("seed", range(3))
def test_shares_of_a_total_are_over_the_same_rows_whatever_is_spoilt(tmp_path: Path, seed: int) -> None:
    nation = Nation(merged(spoilt(tmp_path, seed, EDITION.units[:12])))
    for line in (*nation.lines[FORM.key], nation.totals[FORM.key]):
        shares, note = composition(line, BALANCE)
        assert not shares or (sum(shares.values()) == 1) is ("占比之和不是100%" not in note)
        assert all(share <= 1 for share in shares.values())


def planned(national: National) -> list[bool]:
    nation = Nation(national)
    return [chart.is_stacked for topic in nation.topics for chart in charts(nation, topic)]


def test_charts_are_of_units_where_four_are_in_no_question() -> None:
    assert planned(table()) == [True, False, False]
    assert planned(table(EDITION.units[:3])) == []
    assert openings_chart(Nation(table(EDITION.units[:3]))) is not None


def test_the_nations_bar_stands_among_the_units_by_its_value() -> None:
    nation = Nation(table())
    chart = next(chart for topic in nation.topics for chart in charts(nation, topic) if not chart.is_stacked)
    values = [value or 0 for value in chart.series[0].values]
    assert values == sorted(values, reverse=True)
    assert chart.nation_at is not None
    assert chart.names[chart.nation_at] == "全国"
    assert len(chart.names) == len(EDITION.units) + 1


def test_where_the_lowest_ranks_first_bars_and_words_begin_with_it() -> None:
    """A later form may ask for so few calls that 放弃率 is its first indicator."""
    nation = Nation(table(EDITION.units[:5]))
    of_staff = next(topic for topic in nation.topics if topic.form is FORM and topic.indicators and not topic.balance)
    topic = replace(of_staff, indicators=tuple(item for item in indicators(FORM) if item.low_first))
    (chart,) = charts(nation, topic)
    values = [value or 0 for value in chart.series[0].values]
    assert values == sorted(values)
    assert "由低到高" in "".join(_TopicText(nation, topic).ratios())


def test_a_chart_of_fewer_units_than_reported_says_so(tmp_path: Path) -> None:
    national = table()
    item = national.entries_of(FORM, EDITION.units[0])[0]
    asked = finding_at(item, "B401", Severity.ERROR, "不平。", unit=EDITION.units[0].name, region=item.row.region,
                       form=FORM.key, field="calls_total", figures=BALANCE.fields, doubts=True)  # fmt: skip
    nation = Nation(replace(national, findings=(asked,)))
    titles = [chart.title for topic in nation.topics for chart in charts(nation, topic)]
    assert titles[0] == f"没有疑问的{len(EDITION.units) - 1}个单位来电总量及其构成（万次）"


def test_bars_of_the_workbook_are_the_figures_of_its_sheets(tmp_path: Path) -> None:
    """What is drawn is worked out from the cell of the figure, and stored as it comes out."""
    nation = Nation(table())
    write_national(tmp_path / "a.xlsx", nation.national)
    formulas, values = (opened(tmp_path / "a.xlsx", data_only=stored) for stored in (False, True))
    plan = next(chart for topic in nation.topics for chart in charts(nation, topic))
    cells = [cell for line in formulas[ANALYSIS].iter_rows() for cell in line if cell.value == plan.title]
    top, first = cells[0].row, cells[0].column
    line = {item.name: item for item in nation.lines[FORM.key]}[plan.series[-1].sources[0][2]]
    formula = formulas[ANALYSIS].cell(top + 2, first + len(plan.series)).value
    sheet, _, place = str(formula).partition(',"",')[2].rstrip(")").partition("!")
    assert values[sheet.strip("'")][place.partition("/")[0].replace("$", "")].value == line.value(
        Figure(FORM.by_key["calls_total"])
    )
    shown = values[ANALYSIS].cell(top + 2, first + len(plan.series)).value
    assert shown == pytest.approx(float(Fraction(line.value(Figure(FORM.by_key["calls_total"])) or 0, 10_000)))


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the clock of Windows is one for all programs")
@pytest.mark.parametrize(("zone", "day"), [("CST-8", "截至2020年1月16日"), ("UTC0", "截至2020年1月15日")])
def test_the_day_of_publication_is_that_of_the_computers_own_clock(
    zone: str, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    national = table(EDITION.units[:1])
    late = replace(national.units[0], received=datetime(2020, 1, 15, 20))
    try:
        with monkeypatch.context() as patch:
            patch.setenv("TZ", zone)
            time.tzset()
            assert Nation(replace(national, units=(late,))).as_of == day
    finally:
        time.tzset()
