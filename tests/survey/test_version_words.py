"""What names say: a version, that something does not hold."""

from __future__ import annotations

from cases import cases
from hrss12333.survey.version_words import (
    CORRECTED_VERSION,
    FORMER_VERSION,
    Says,
    is_spare_sheet,
    is_void_row,
    said_in,
    unfit_named,
    version_named,
)


@cases("""
    version    file
    corrected  收件/宁夏（更正）.xlsx | 宁夏（原表作废，以此为准）.xlsx | 更正.zip/宁夏.xlsx
    former     宁夏更正前.xlsx | 宁夏（未修改）.xlsx | 宁夏征求意见稿.xlsx | 更正.zip/宁夏-旧.xlsx | 宁夏-去年.xlsx
    former     宁夏2018年.xlsx | 2018年度/宁夏.xlsx | 旧宁夏.xlsx | 宁夏调查表旧.xlsx | 宁夏旧/宁夏.xlsx
    neither    宁夏.xlsx | 个旧市.xlsx | 宁夏2020年1月.xlsx | 宁夏1月.xlsx
""")
def test_the_version_that_a_name_tells(file: str, version: str) -> None:
    assert (
        version_named(file, 2019) == {"corrected": CORRECTED_VERSION, "former": FORMER_VERSION, "neither": ""}[version]
    )


def test_what_a_mail_says_tells_a_version_where_no_name_does() -> None:
    assert version_named("信.eml/宁夏.xlsx", 2019, mail=["关于更正调查表的说明"]) == CORRECTED_VERSION
    assert version_named("信.eml/宁夏.xlsx", 2019, mail=["去年的表格式不同"]) == ""


def test_a_name_that_does_not_hold() -> None:
    assert all(map(unfit_named, ["收件/宁夏（作废）.xlsx", "宁夏旧.xlsx", "备份.xlsx", "样表.xlsx"]))
    counted = [
        "收件/宁夏（更正）.xlsx",
        "测试/宁夏.xlsx",
        "宁夏1-11月.xlsx",
        "宁夏 - 副本.xlsx",
        "宁夏（初报）.xlsx",
        "个旧市.xlsx",
    ]
    assert not any(map(unfit_named, counted))


def test_a_spare_sheet() -> None:
    assert all(map(is_spare_sheet, ["附表1（旧）", "备份", "附表1 (2)副本", "样表", "上年"]))
    assert not any(map(is_spare_sheet, ["附表1", "附表1（更正）", "广州"]))


def test_a_row_is_void_only_where_a_cell_says_nothing_else() -> None:
    assert all(map(is_void_row, ["作废", "（此行作废）", "不计入", "测试"]))
    assert not any(map(is_void_row, ["作废，见下行", "测试坐席2个", "不计入省里的数"]))


def test_a_longer_word_goes_before_the_one_within_it() -> None:
    assert said_in("更正前") == {Says.FORMER}
    assert said_in("未作废") == frozenset()
