"""What names and titles say: a version, that something does not hold, a part of the year."""

from __future__ import annotations

from cases import cases
from hrss12333.survey.version_words import (
    CORRECTED_VERSION,
    FORMER_VERSION,
    Says,
    is_spare_sheet,
    is_void_row,
    names_part,
    said_in,
    unfit_named,
    version_named,
)


@cases("""
    text
    1-11月 | 2019年3月至11月 | 2019年1月1日至11月30日 | 上半年 | 前三季度 | 三季度 | 截至11月 | 11个月 | 3月 | 2019年11月
    附表1（1季度） | 一至三季度 | 2019年7月至12月 | 11月报 | 2019.1-2019.11 | 2019-01-01至2019-11-30 | 2019年01月01日至11月30日
""")
def test_a_part_of_the_year(text: str) -> None:
    assert names_part(text)


@cases("""
    text
    1-12月 | 2019年1月1日至2019年12月31日 | 1月至12月 | 一月至十二月 | 2019年度 | 全年 | 12个月 | 截至2019年12月31日 | 截至12月底
    宁夏1月15日报 | 宁夏2020年1月报送 | 1月报省厅 | 2020年1月17日 | 请于1月6日至1月10日报送 | 一至四季度 | 2019.1-12 | 宁人社函〔2020〕5号
    2019.01-2019.12 | 2019/1/1-2019/12/31 | 2019年01月01日至12月31日 | 2020.1.6-2020.1.10 | 2020-01-08
""")
def test_the_whole_year_and_a_day_are_no_part_of_it(text: str) -> None:
    assert not names_part(text)


@cases("""
    version    file
    corrected  收件/宁夏（更正）.xlsx | 宁夏（原表作废，以此为准）.xlsx | 更正.zip/宁夏.xlsx
    former     宁夏更正前.xlsx | 宁夏（未修改）.xlsx | 宁夏征求意见稿.xlsx | 更正.zip/宁夏-旧.xlsx | 宁夏-去年.xlsx
    former     旧宁夏.xlsx | 宁夏调查表旧.xlsx | 宁夏旧/宁夏.xlsx
    neither    宁夏.xlsx | 个旧市.xlsx
""")
def test_the_version_that_a_name_tells(file: str, version: str) -> None:
    assert version_named(file) == {"corrected": CORRECTED_VERSION, "former": FORMER_VERSION, "neither": ""}[version]


def test_what_a_mail_says_tells_a_version_where_no_name_does() -> None:
    assert version_named("信.eml/宁夏.xlsx", mail=["关于更正调查表的说明"]) == CORRECTED_VERSION
    assert version_named("信.eml/宁夏.xlsx", mail=["去年的表格式不同"]) == ""


def test_a_name_that_does_not_hold() -> None:
    assert unfit_named("收件/宁夏（作废）.xlsx")
    assert unfit_named("宁夏1-11月.xlsx")
    assert unfit_named("测试/宁夏.xlsx")
    assert not unfit_named("收件/宁夏（更正）.xlsx")


def test_a_spare_sheet() -> None:
    assert all(map(is_spare_sheet, ["附表1（旧）", "备份", "附表1 (2)副本", "样表", "上年"]))
    assert not any(map(is_spare_sheet, ["附表1", "附表1（更正）", "广州"]))


def test_a_row_is_void_only_where_a_cell_says_nothing_else() -> None:
    assert all(map(is_void_row, ["作废", "（此行作废）", "不计入", "测试"]))
    assert not any(map(is_void_row, ["作废，见下行", "测试坐席2个", "不计入省里的数"]))


def test_a_longer_word_goes_before_the_one_within_it() -> None:
    assert said_in("更正前") == {Says.FORMER}
    assert said_in("未作废") == frozenset()
