"""Which sheets of a workbook are read: every table of a form, joined, but for hidden and spare ones beside another."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from cases import words
from five_cities import (
    CALLS,
    CITIES,
    HEADER,
    HEADINGS,
    ROWS,
    SYSTEM_HEADINGS,
    SYSTEM_ROWS,
    city,
    figures,
    filing,
    lines,
    refusal,
    regions,
    rules,
    sheet,
    texts,
)
from hrss12333.checking.engine import check
from hrss12333.model.filing import Filing
from hrss12333.reading.grid import Cell, Grid
from hrss12333.survey.frame import CHANGES, LAST_YEAR_HEADING
from printed_2019 import EDITION

SPARE = words("附表1（旧） | 备份 | 样表 | 附表1作废")
OTHER_YEARS = words("上年附表1 | 2018年 | 去年")


def r210(found: Filing, rule: str = "R210") -> list[str]:
    """How grave each finding about what is left out is."""
    return [item.severity.value for item in check(found, EDITION).findings if item.rule == rule]


def test_a_sheet_a_city_is_joined() -> None:
    found = filing(*[sheet([row], name=str(row[1])) for row in ROWS])
    assert [regions(table) for table in found.tables] == [[name] for name in CITIES]
    assert rules(found) == ["F006"]


def test_a_sheet_without_a_header_goes_under_that_of_the_same_form() -> None:
    found = filing(sheet("1-2"), sheet("3-5", above=[], name="续"))
    assert [table.header["name"].value for table in found.tables] == ["张三", "张三"]


@pytest.mark.parametrize("name", SPARE + OTHER_YEARS)
def test_a_spare_sheet_is_not_read_beside_another(name: str) -> None:
    found = filing(sheet(ROWS), sheet(ROWS, name=name))
    assert ([table.sheet for table in found.tables], r210(found)) == (["附表1"], ["note"])
    assert texts(found) == []


def test_what_is_written_on_a_sheet_that_is_not_read_is_quoted() -> None:
    spare: list[Sequence[Cell]] = [[*ROWS[0][:12], "暂估"], *ROWS[1:], [], ["旧数据勿用"], [None, 7000]]
    found = filing(sheet(ROWS), sheet(spare, name="旧"))
    assert (texts(found), found.loose_figures) == (["暂估", "旧数据勿用"], ())


TITLE, SYSTEM_TITLE = (form.title for form in EDITION.forms)


@pytest.mark.parametrize("is_above", [True, False])
def test_a_table_of_another_year_is_not_read_beside_another_of_its_sheet(is_above: bool) -> None:
    titles = [f"2018年{TITLE}", TITLE] if is_above else [TITLE, f"2018年{TITLE}"]
    own: list[list[Sequence[Cell]]] = [[[name], lines(HEADER)[0], HEADINGS, *ROWS, []] for name in titles]
    found = filing(Grid("附表1", (*own[0], *own[1])))
    assert ([len(table.rows) for table in found.tables], r210(found, "M705")) == ([5], ["note"])
    assert "R203" not in rules(found)


def test_another_forms_table_of_another_year_counts_as_little() -> None:
    systems = Grid("附表2", ([f"2018年{SYSTEM_TITLE}"], lines(HEADER)[0], SYSTEM_HEADINGS, *SYSTEM_ROWS))
    found = filing(sheet(ROWS, above=[[f"2019年{TITLE}"], lines(HEADER)[0]]), systems)
    assert ([table.form.key for table in found.tables], r210(found, "M705")) == (["附表1"], ["error"])
    assert filing(sheet(ROWS), systems).year == 2018  # a form without a year is of that of the other


def test_headings_repeated_below_a_table_of_another_year_are_of_that_year() -> None:
    other: list[Sequence[Cell]] = [[f"2018年{TITLE}"], HEADINGS, *ROWS[:3], HEADINGS, *ROWS[3:]]
    found = filing(Grid("附表1", ([f"2019年{TITLE}"], lines(HEADER)[0], HEADINGS, *ROWS[:3], [], *other)))
    assert ([regions(table) for table in found.tables], r210(found, "M705")) == ([CITIES[:3]], ["query"])
    dated = filing(sheet("2019年 / 1-2 / 2018年 / 1-2 / H / 3-5"))
    assert [regions(table) for table in dated.tables] == [CITIES[:2]]


@pytest.mark.parametrize("name", SPARE)
def test_a_region_that_only_the_spare_sheet_has_is_asked_about(name: str) -> None:
    found = filing(sheet(ROWS[:4]), sheet(ROWS, name=name))
    assert (regions(found.tables[0]), r210(found)) == (CITIES[:4], ["query"])


@pytest.mark.parametrize("name", OTHER_YEARS)
def test_a_sheet_named_for_another_year_is_read_where_no_other_has_its_regions(name: str) -> None:
    found = filing(sheet(ROWS[:4]), sheet(ROWS[4:], name=name))
    assert ([regions(table) for table in found.tables], rules(found)) == ([CITIES[:4], CITIES[4:]], ["F006", "M705"])


@pytest.mark.parametrize(("name", "asked"), [("附表1（备份）", "query"), ("2018年", "note")])
def test_figures_of_the_year_that_only_the_spare_sheet_has_are_asked_about(name: str, asked: str) -> None:
    other = [city("银川市", 9), *ROWS[1:]]
    for hidden in (False, True):
        assert r210(filing(sheet(ROWS), replace(sheet(other, name=name), hidden=hidden))) == [asked]


def test_a_hidden_sheet_is_never_read() -> None:
    hidden = replace(sheet(ROWS, name="隐藏"), hidden=True)
    assert (len(filing(sheet(ROWS), hidden).tables), r210(filing(sheet(ROWS), hidden))) == (1, ["note"])
    assert r210(filing(sheet(ROWS[:4]), hidden)) == ["query"]
    systems = Grid("附表2", (lines(HEADER)[0], SYSTEM_HEADINGS, *SYSTEM_ROWS))
    assert rules(filing(systems, hidden)) == ["R210"]
    assert r210(filing(systems, hidden)) == ["error"]
    assert "是隐藏的工作表。请取消隐藏后再报送。" in refusal(hidden)


def test_a_blank_form_beside_a_filled_one_is_nothing_to_ask() -> None:
    found = filing(sheet(ROWS), sheet("1|样例|2500|1000|1000|500|是|是|150|100|100|1000|无 / 7 / 8", name="Sheet2"))
    assert (len(found.tables), r210(found), rules(found)) == (1, ["note"], ["F006"])


def test_two_sheets_that_differ_are_both_read_and_asked_about() -> None:
    found = filing(sheet(ROWS), sheet([city("银川市", 9)], name="银川"))
    assert "R203" in rules(found)


def test_the_year_of_a_title_goes_before_the_sheets_name() -> None:
    titled = [["2019年度12333电话服务情况调查表"], lines(HEADER)[0]]
    found = filing(sheet(ROWS, above=titled, name="2018"))
    assert (found.year, rules(found)) == (2019, ["F006", "M705"])


def test_a_hidden_column_is_read_and_noted() -> None:
    grid = Grid("附表1", (lines(HEADER)[0], HEADINGS, *ROWS), hidden_columns=frozenset((2,)))
    (table,) = filing(grid).tables
    assert (figures(table), [aside.reason for aside in table.asides]) == (CALLS, ["这一栏被隐藏，照样读取"])


def test_what_this_tool_wrote_is_nobodys() -> None:
    beside: list[list[Cell]] = [[*HEADINGS, None, LAST_YEAR_HEADING], *([*row, None, 5] for row in ROWS)]
    found = filing(Grid("附表1", (lines(HEADER)[0], *beside)), Grid("修改记录", ([f"{CHANGES}a.xlsx）"], ["昆明", 7])))
    assert (texts(found), found.loose_figures, figures(found.tables[0])) == ([], (), CALLS)
