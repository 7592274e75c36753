"""What is published once: shares that add up, chart plans whose figures are the table's, and who is compared."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from msgspec.structs import replace

from factory import opened
from hrss12333.model.finding import Severity
from hrss12333.model.national import National
from hrss12333.model.summary_lines import ANALYSIS, Figure
from hrss12333.published.charts import Shape, charts, openings_chart
from hrss12333.published.nation import Nation, composition, coverage_paragraphs
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.writing.national import write_national
from merge_runs import merged
from national_tables import finding_at, table
from spoilt_inboxes import spoilt

FORM = EDITION.forms[0]
BALANCE = FORM.balances[0]


@pytest.mark.parametrize("seed", range(3))
def test_shares_of_a_total_are_over_the_same_rows_whatever_is_spoilt(tmp_path: Path, seed: int) -> None:
    nation = Nation(merged(spoilt(tmp_path, seed, EDITION.units[:12])))
    for line in (*nation.lines[FORM.key], nation.totals[FORM.key]):
        found = composition(line, FORM, BALANCE)
        assert len({(share.denominator, share.covered) for _, share in found.parts}) <= 1
        shares = [share.exact for _, share in found.parts if share.exact is not None]
        assert not shares or (sum(shares) == 1) is ("占比之和不是100%" not in found.note)
        assert all(share <= 1 for share in shares)


def planned(national: National) -> list[Shape]:
    nation = Nation(national)
    return [chart.shape for topic in nation.topics for chart in charts(nation, topic)]


def test_charts_are_of_units_where_four_are_in_no_question() -> None:
    assert planned(table()) == [Shape.STACKED, Shape.RANKED, Shape.RANKED]
    assert planned(table(EDITION.units[:3])) == []
    assert openings_chart(Nation(table(EDITION.units[:3]))) is not None


def test_the_nations_bar_stands_among_the_units_by_its_value() -> None:
    nation = Nation(table())
    chart = next(chart for topic in nation.topics for chart in charts(nation, topic) if chart.shape is Shape.RANKED)
    values = [value or 0 for value in chart.series[0].values]
    assert values == sorted(values, reverse=True)
    assert chart.whole is not None
    assert chart.names[chart.whole] == "全国"
    assert len(chart.names) == len(EDITION.units) + 1


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
    line = {item.name: item for item in nation.lines[FORM.key]}[plan.series[-1].sources[0].line]
    formula = formulas[ANALYSIS].cell(top + 2, first + len(plan.series)).value
    sheet, _, place = str(formula).partition(',"",')[2].rstrip(")").partition("!")
    assert values[sheet.strip("'")][place.partition("/")[0].replace("$", "")].value == line.value(
        Figure(FORM.by_key["calls_total"])
    )
    shown = values[ANALYSIS].cell(top + 2, first + len(plan.series)).value
    assert shown == pytest.approx(float(Fraction(line.value(Figure(FORM.by_key["calls_total"])) or 0, 10_000)))


def test_units_without_forms_are_named_once_though_they_sent_no_report_either() -> None:
    nation = Nation(table(reporting=EDITION.units[:30]))
    codes = {unit.code for unit in EDITION.units[:30]}
    listed = [*coverage_paragraphs(nation, codes - {EDITION.units[4].code})]
    absent = "、".join(unit.short for unit in EDITION.units[30:])
    assert sum(absent in text for text in listed) == 1
    assert f"未报送工作总结的3个单位：未报送调查表的2个，以及{EDITION.units[4].short}。" in "".join(listed)
