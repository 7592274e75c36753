"""Several tables of one book: cover sheets, other years, months, versions, forms below each other, pairs in a Word file."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cases import cases
from factory import unit_named
from five_cities import (
    CALLS,
    CITIES,
    HEADER,
    HEADINGS,
    ROWS,
    SERVICE,
    SYSTEM_HEADINGS,
    SYSTEM_ROWS,
    cells,
    city,
    contact,
    figures,
    lines,
    read,
    regions,
    set_aside,
    sheet,
    tables,
)
from hrss12333.reading.grid import Book, Cell, Grid
from hrss12333.reading.layout.tables import read_tables
from printed_2019 import EDITION

OLD = [city(name, 9) for name in CITIES]
PERIOD = ["2．数据采集周期为：2019年1月1日至2019年12月31日。"]


@pytest.mark.parametrize("years", [("", "2018年度"), ("2018年度", "")])
def test_a_table_of_another_year_in_the_same_sheet_is_named_and_not_read(years: tuple[str, str]) -> None:
    rows: list[Sequence[Cell]] = []
    for year in years:
        rows += [[f"{year}{SERVICE.title}"], cells(HEADER), HEADINGS, *(OLD if year else ROWS), []]
    (table,) = tables(Grid("附表1", rows))
    assert (table.year, figures(table)) == (None, CALLS)
    assert ["2018年度的附表1，没有读取" in reason for _, reason in set_aside(table)] == [True]


@cases("""
    name
    1月 | 附表1（1季度） | 2019年上半年 | 附表1_第三季度 | 1-6月 | 2018年 | 2018 | 附表1（2018年） | 附表1_2018 | 上年数据 | 去年
""")
def test_a_part_of_the_year_or_last_year_beside_the_form_is_named_and_not_read(name: str) -> None:
    (table,) = tables(sheet("1-5"), sheet(OLD, name=name))
    assert (table.sheet, [aside.text for aside in table.asides]) == ("附表1", [name])


@pytest.mark.parametrize("name", ["附表1（18年）", "附表1（2018年）", "2018年附表1"])
def test_a_sheet_named_for_another_year_is_not_read_whatever_its_copied_text_says(name: str) -> None:
    grids = [sheet([*ROWS, PERIOD]), sheet([*OLD, PERIOD], name=name)]
    for order in (grids, grids[::-1]):
        (table,) = tables(*order)
        assert (table.sheet, figures(table)) == ("附表1", CALLS)
        assert [(aside.text, "2018年度" in aside.reason) for aside in table.asides] == [(name, True)]


@pytest.mark.parametrize("name", ["附表1（1月15日修改）", "附表1（最终）"])
def test_a_later_version_beside_the_first_is_read(name: str) -> None:
    assert len(tables(sheet("1-5"), sheet(OLD, name=name))) == 2


def test_a_sheet_by_months_beside_the_form_is_named_and_not_read() -> None:
    months = " / ".join(f"{month}月|40|20|10|10" for month in range(1, 13))
    (table,) = tables(sheet("1-5"), Grid("分月", [["月份", *HEADINGS[2:6]], *lines(months)]))
    assert [aside.text for aside in table.asides] == ["分月"]


@pytest.mark.parametrize("title", ["18年度12333电话服务情况调查表", "二〇一八年12333电话服务情况调查表", "（18年度）"])
def test_a_title_names_a_year_in_two_figures_or_in_words(title: str) -> None:
    assert read("1-5", above=f"{title}\n{HEADER}").year == 2018


# Headers


@pytest.mark.parametrize(
    ("cover", "above"),
    [
        ("报送单位|宁夏回族自治区 / 联系人|张三 / 手机号|13800000001", None),
        (
            "填报单位：|宁夏回族自治区 / 联系人：|张三 / 手机号：|'13800000001",
            "（盖章）      省（自治区、直辖市）  联系人：      手机号：    邮箱：   ",
        ),
    ],
    ids=["without colons", "header left blank"],
)
def test_a_cover_sheet_tells_what_the_header_does_not(cover: str, above: str | None) -> None:
    grids = (Grid("封面", lines(cover)), Grid("附表1", [*([[above]] if above else []), HEADINGS, *ROWS]))
    ((table, unit),) = read_tables(Book("xlsx", grids), "f.xlsx", EDITION)[1]
    assert unit is unit_named("宁夏")
    assert contact(table, "name", "mobile") == ["张三", "13800000001"]


def test_forms_below_each_other_have_headers_without_colons_of_their_own() -> None:
    above = "报送单位|宁夏回族自治区|联系人|张三|手机|138 0000 0001（微信同号）|邮箱|a@b.gov.cn"
    below = [cells("报送单位|宁夏|联系人|李四|手机|13900000002"), SYSTEM_HEADINGS, SYSTEM_ROWS[0]]
    found = tables(sheet([*ROWS, *below], above=above))
    assert [(table.form.key, contact(table, "name")) for table in found] == [("附表1", ["张三"]), ("附表2", ["李四"])]
    assert [len(table.rows) for table in found] == [5, 1]


def test_a_table_of_pairs_with_the_contact_in_it_names_its_region() -> None:
    pairs = lines("报送单位|宁夏回族自治区|联系人|张三 / 手机号|'13800000001|邮箱|a@b.cn / 地区|银川市")
    pairs += [[text, value] for text, value in zip(HEADINGS[2:], ROWS[0][2:], strict=True)]
    ((table, unit),) = read_tables(Book("docx", (Grid("表格1", tuple(pairs)),)), "f.docx", EDITION)[1]
    assert unit is unit_named("宁夏")
    assert (regions(table), figures(table), contact(table, "mobile")) == (["银川市"], CALLS[:1], ["13800000001"])


@pytest.mark.parametrize("above", ["报送单位|宁夏回族自治区", "填报单位||宁夏|"])
def test_a_header_in_cells_without_colons_is_no_heading(above: str) -> None:
    table = read("1-5", above=f"{above}|联系人|张三|手机|138 0000 0001（微信同号）|邮箱|a@b.gov.cn")
    listed = contact(table, "unit", "name", "mobile", "email")
    assert listed == ["宁夏回族自治区", "张三", "13800000001", "a@b.gov.cn"]
    assert table.headings["serial"].a1 == "A2"


def test_a_contact_in_cells_below_the_table_is_no_region() -> None:
    below = "联系人|张三|手机|138 0000 0001（微信同号）|邮箱|a@b.gov.cn"
    table = read(f"1-5 / Σ 合计 / {below}", above="填报单位：宁夏回族自治区")
    assert (regions(table), contact(table, "name", "mobile")) == (CITIES, ["张三", "13800000001"])


@pytest.mark.parametrize("name", ["王科", "王小明"])
def test_what_the_contact_is_does_not_part_him_from_his_number(name: str) -> None:
    above = f"填报单位：|宁夏回族自治区|联系人：|{name}|职务|科长|座机|0951-5012345|手机|'13800000001"
    assert contact(read("1-5", above=above), "name", "mobile") == [name, "13800000001"]


@cases(r"""
    key     value           line
    name    张三            宁夏回族自治区 业务联系人：张三 手机号：13800000001 技术联系人：李四 手机号：13800000002
    mobile  13800000001     宁夏回族自治区 业务联系人：张三 手机号：13800000001 技术联系人：李四 手机号：13800000002
    name    张三            （盖章）宁夏回族自治区 联系人（张三） 手机号（13800000001）
    name    张三            （盖章）宁夏回族自治区 联系人 Contact：张三 手机号：13800000001
    name    张三            （盖章）宁夏回族自治区 联络员：张三 移动电话：13800000001
    mobile  13800000001     （盖章）宁夏回族自治区 联络员：张三 移动电话：13800000001
    email   a@b.cn          （盖章）宁夏回族自治区 联系人：张三 手机号：13800000001 邮箱：a@b.cn\n附表2
    unit    宁夏回族自治区  （盖章）宁夏回族自治区 Ningxia 联系人：张三 手机号：13800000001
""")
def test_who_is_asked_about_the_work_in_one_line(key: str, value: str, line: str) -> None:
    assert contact(read("1-5", above=[[line]]), key) == [value]


# Beside and below the table


def beside(*listed: str) -> list[list[Cell]]:
    """The rows with these cells right of them."""
    return [[*row, None, *cells(more)] for row, more in zip(ROWS, [*listed, *[""] * 5][:5], strict=True)]


def test_a_header_right_of_the_table() -> None:
    table = read(beside("单位|宁夏", "联系人|张三", "手机号|'13800000001", "邮箱|a@b.cn"), above="2019年")
    assert contact(table, "unit", "name", "mobile", "email") == ["宁夏回族自治区", "张三", "13800000001", "a@b.cn"]
    assert regions(table) == CITIES


def test_the_contact_right_of_the_table_below_a_unit_above_it() -> None:
    table = read(beside("联系人：李四", "手机号：13900000002"), above="（盖章）宁夏回族自治区")
    assert contact(table, "unit", "name", "mobile", "email") == ["宁夏回族自治区", "李四", "13900000002", None]


def test_columns_of_contacts_right_of_the_table_are_no_header() -> None:
    table = read(beside(*["张三|'13800000001"] * 5), [[*HEADINGS, None, "联系人", "手机号"]], above="2019年")
    assert [value.value for value in table.header.values() if value.found] == []


def test_the_unit_is_told_below_the_table() -> None:
    table = read("1-5 / · / 填报单位：宁夏回族自治区|联系人：张三", above="2019年")
    assert contact(table, "unit", "name") == ["宁夏回族自治区", "张三"]
