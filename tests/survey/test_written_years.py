"""Years as offices write them: 18年度, 二〇一八年, in the name of a file."""

from __future__ import annotations

from cases import cases
from hrss12333.survey.written_years import full_years, year_in_name


@cases("""
    meant          written
    2018年度       18年度 | 二〇一八年度
    （2018年）     （18年）
    2018年         '18年
    2018年1-12月   18年1-12月
    2018年来电情况 18年来电情况
    2019年         二○一九年
    2020年         二零二〇年
    unchanged      18年3月 | 2018年 | 运行18年 | 20年来 | 第18年 | 12333热线20年 | 1.18年报 | 二十年
""")
def test_a_year_without_its_century_or_in_words(written: str, meant: str) -> None:
    assert full_years(written) == (written if meant == "unchanged" else meant)


@cases("""
    year=  name
    2018   2018年附表1 | 宁夏18年 | 宁夏（18年度） | 宁夏二〇一八年 | 18年12333调查表-宁夏
    2019   宁夏2019年度报表 | 12333调查表_2019 | 宁夏19年
    2020   12333调查表（2020年度）
    None   12333调查表_2020 | 宁夏20200115 | 2020年1月报送材料 | 附表1 | 日均访问2000人次 | 培训2018次
    None   宁夏18年19年 | 宁夏20年1月报 | 宁夏1月18日 | 宁夏运行18年
""")
def test_a_year_in_a_name_is_not_the_day_of_sending(year: int | None, name: str) -> None:
    assert year_in_name(name, 2019) == year
