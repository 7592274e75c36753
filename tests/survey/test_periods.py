"""What time a text speaks of, as offices write it: periods from day to day, and days of sending."""

from __future__ import annotations

from datetime import date

from cases import cases
from hrss12333.survey.periods import Period, full_years, names_other_time, times_in, written_day

SURVEY = 2019


def days(found: tuple[Period, ...]) -> str:
    """Periods as the cases write them."""
    return ", ".join(f"{item.first:%y%m%d}-{item.last:%y%m%d}" for item in found) or "None"


@cases("""
    period         text
    180101-181231  2018年度 | 18年度 | 二〇一八年度 | 宁夏18年 | '18年 | 2018 | 附表1-2018 | 2018.12333 | 上年数据 | 去年 | 2018年报表
    180101-181231  2018-01-01至2018-12-31 | 20180101-20181231 | 2018.1-12 | ２０１８年度 | 2018 年 1 月 — 12 月 | 现将2018年度12333情况报送
    181231-181231  2018年末 | 2018年底 | 统计日期：2018年12月31日
    181226-191225  统计期间：2018年12月26日至2019年12月25日
    190101-191231  1-12月 | 2019年1月1日至2019年12月31日 | 一月至十二月 | 12个月 | 截至2019年12月31日 | 一至四季度 | 2019.1-12 | 宁夏2019-1
    190101-191130  1-11月 | 元月至十一月 | 2019.1-11 | 11个月 | 截至11月 | 2019-01-01至2019-11-30 | 2019年01月01日至11月30日 | 前11个月
    190301-191130  2019年3月至11月 | 2019年3-11月
    190101-190930  前三季度 | 一至三季度 | Q1-Q3 | 第一季度至第三季度 | 三个季度
    190101-190630  上半年 | 2019年半年报 | 2019上半年
    190701-190930  三季度 | Q3 | 2019年第三季度
    191101-191130  宁夏2019年11月 | 11月报 | 十一月 | 201911 | 2019-11
    190101-190331  注：2019年一季度开通微信服务 | 附表1（1季度）
    200101-201231  2020年度 | 12333调查表（2020年度） | 2020年1-12月
    180101-191231  2018-2019年
    None           月报系统导出 | 宁人社函〔2020〕5号 | 日均访问2000人次 | 培训2018次 | 宁夏运行18年 | 统一月报 | 2018年版 | 比上年增长 | a2018@nx.cn
""")
def test_the_period_that_a_text_speaks_of(text: str, period: str) -> None:
    assert (days(times_in(text, SURVEY).periods), days(times_in(text, SURVEY).sendings)) == (period, "None")


@cases("""
    days_          text
    191220-200117  填报时间：2019年12月20日至2020年1月17日
    200101-200131  2020年1月 | 宁夏2020年1月报送 | 宁夏20年1月报
    200117-200117  截止2020年1月17日前报送 | 报送截止日期：2020-01-17 | 20200117
    190101-190131  （1月报人社部） | 1月报省厅 | 1月填报
    191001-191231  四季度报送
    190115-190115  宁夏1月15日报 | 宁夏1月15日
    190106-190110  请于1月6日至1月10日报送
    200101-201231  12333调查表_2020
    191201-191231  填表人：张三 2019年12月 | 日期：2019年12月 | 2019年12月印发
""")
def test_a_day_of_sending_is_no_period(text: str, days_: str) -> None:
    assert (days(times_in(text, SURVEY).sendings), days(times_in(text, SURVEY).periods)) == (days_, "None")


def test_a_later_year_in_a_title_is_that_of_its_figures() -> None:
    title = "2020年12333电话服务情况调查表（2021年1月填报）"
    assert days(times_in(title, SURVEY, is_title=True).periods) == "200101-201231"
    assert times_in(title, SURVEY).periods == ()


@cases("""
    year=  text
    2019   1-12月 | 2018年12月26日至2019年12月25日 | 2019年1月10日至2020年1月9日 | 2019年末
    2018   2018年度 | 2017年12月26日至2018年12月25日
    None   2019年1-11月 | 2018-2019年 | 2018年11月1日至2019年10月31日 | 2018年12月 | 2018年12月20日至2019年12月31日
""")
def test_twelve_months_that_begin_and_end_within_a_month_of_the_year_are_the_year(text: str, year: int | None) -> None:
    (period,) = times_in(text, SURVEY).periods
    assert period.year == year


@cases("""
    period                           text
    2018年                           2018年12333电话服务情况调查表（2019年填报）
    2019年1—6月                      2019年12333电话服务情况调查表（上半年）
    2018年1—6月                      2018年度（上半年）
    2018年1月1日至2019年12月31日     2018年、2019年对比
    2018年12月26日至2019年12月25日   2018年12月26日至2019年12月25日
""")
def test_of_several_times_the_one_within_the_others_is_meant(text: str, period: str) -> None:
    assert f"{times_in(text, SURVEY).period}" == period


@cases("""
    alone=  text
    True    统计时间：2018年1-12月 | （2018年度） | 统计年度：2018 | 数据采集周期：2018.1.1-2018.12.31 | 以上均为2018年度数据 | 截至2018年底
    True    2019年度（2020年1月填报） | 报送年度：2018 | 统计日期：2018年12月31日
    False   注：2019年一季度开通微信服务 | 填表日期：2018年1月10日 | 2018年度培训人次未统计 | 2020年1月 | 附表1（1季度） | 统计
""")
def test_a_text_that_is_nothing_but_a_period(text: str, alone: bool) -> None:
    assert times_in(text, SURVEY).is_alone is alone


@cases("""
    other=  text
    True    2018年建成 | 3月起开通 | 上半年停机 | 去年
    False   2019年12月31日 | 2019年度 | 2018年5月3日停机 | 2020年1月报送 | 12333
""")
def test_another_year_or_a_part_of_one(text: str, other: bool) -> None:
    assert names_other_time(text, SURVEY) is other


@cases("""
    meant          written
    2018年度       18年度 | 二〇一八年度
    2018年来电情况 18年来电情况
    2019年         二○一九年
    unchanged      2018年 | 运行18年 | 20年来 | 第18年 | 12333热线20年 | 1.18年报 | 二十年
""")
def test_a_year_without_its_century_or_in_words(written: str, meant: str) -> None:
    assert full_years(written) == (written if meant == "unchanged" else meant)


@cases("""
    day         text
    2020-01-15  2020-1-15 | 2020/01/15 | 2020.1.15 | 2020年1月15日 | 20200115
    None        2020115 | 2020-13-1 | 2020-2-30 | 0000-1-1 | 2020年1月 | 2020-1.15
""")
def test_a_day_alone(text: str, day: str) -> None:
    assert (written_day(text) or "None") == (day if day == "None" else date.fromisoformat(day))


@cases("""
    text
    1- | 一 | 2019年 | 1月 | a@ | 2019.1. | 第 | 十 | 截至 | 1月至 |  -
""")
def test_a_strangers_text_takes_no_time(text: str) -> None:
    assert times_in(text * 30_000, SURVEY).rest is not None
