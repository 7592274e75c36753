"""What time a text speaks of, as offices write it: periods from day to day, and days of sending."""

from __future__ import annotations

from datetime import date

from cases import cases
from hrss12333.survey.periods import Period, full_years, names_other_time, times_in, written_day

SURVEY = 2019


def days(found: tuple[Period, ...]) -> str:
    """Periods as the cases write them."""
    return ", ".join(f"{item.first:%y%m%d}-{item.last:%y%m%d}" for item in found) or "None"


def test_a_later_year_in_a_title_is_that_of_its_figures() -> None:
    title = "2020年12333电话服务情况调查表（2021年1月填报）"
    assert days(times_in(title, SURVEY, is_title=True).periods) == "200101-201231"
    assert times_in(title, SURVEY).periods == ()


@cases("""
    year=  text
    2019   1-12月 | 2018年12月26日至2019年12月25日 | 2019年1月10日至2020年1月9日 | 2019年末
    2019   附表1一至十二月 | 附表1元月-12月 | 2019年第一至第四季度
    2018   2018年度 | 2018年第一至第四季度 | 统计截止日期：2018年12月31日 | 2017年12月26日至2018年12月25日
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
    2019年                           2019年上、下半年 | 2019-01-01 00:00:00至2019-12-31 23:59:59
    2019年1—6月                      2019年半年度 | 2019半年报 | 2019年上半年度 | 2019年第一、第二季度
    2019年1—9月                      2019年一二三季度 | 2019年第一、二、三季度
    2019年7—9月                      2019三季报
    2019年1—11月                     2019年1.1-11.30 | 2019年1-11 | 2019年1月1日起，至2019年11月30日
    2019年1—11月                     2019-01-01 00:00:00至2019-11-30 23:59:59
    2019年11—12月                    2019年11、12月 | 2019年11月、12月
""")
def test_of_several_times_the_one_within_the_others_is_meant(text: str, period: str) -> None:
    assert f"{times_in(text, SURVEY).period}" == period


@cases("""
    alone=  text
    True    统计时间：2018年1-12月 | （2018年度） | 统计年度：2018 | 数据采集周期：2018.1.1-2018.12.31 | 以上均为2018年度数据 | 截至2018年底
    True    2018年度（全年） | 截至2019年11月底 | 2019年度（2020年1月填报） | 报送年度：2018 | 统计日期：2018年12月31日
    True    以下为2018年数据
    False   填表年月：2019年12月
    False   注：2019年一季度开通微信服务 | 填表日期：2018年1月10日 | 2018年度培训人次未统计 | 2020年1月 | 附表1（1季度） | 统计
""")
def test_a_text_that_is_nothing_but_a_period(text: str, alone: bool) -> None:
    assert times_in(text, SURVEY).is_alone is alone


@cases("""
    other=  text
    True    2018年建成 | 3月起开通 | 上半年停机 | 去年
    True    附表1上半年 | 宁夏12333下半年 | 附表1一季度 | 统计截止日期：2019年6月30日 | 附表1 二〇一六年度 | 附表12018年度 | 附表1 2018年
    False   2019年12月31日 | 2019年度 | 2018年5月3日停机 | 2020年1月报送 | 12333 | 附表1 二〇二〇年一月
    False   宁夏上报日期-2019年12月17日至2020年1月14日 | 制表时间_2019年12月19日至2020年1月9日
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
