"""Whose a 工作总结 is, and its 字数 against counts that Word gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cases import cases
from hrss12333.model.filing import count_words
from hrss12333.reading.companions import unit_of_summary
from hrss12333.survey.editions.y2019 import EDITION

BODY = "2019年，我们学习广东、江苏等省的经验，全年接听来电10万次。"


@cases("""
    short     name              said
    广东      总结.docx         广东省2019年度12333工作总结 // BODY
    广东      广东工作总结.docx 2019年度12333电话服务工作总结 // BODY
    贵州      a.docx            工作总结 // BODY // 贵州省人力资源和社会保障厅 // 2020年1月10日
    广西      广西/总结.docx    工作总结 // BODY
    西藏      a.docx            工作总结 // 西藏自治区人社厅高度重视12333工作。
    新疆兵团  a.docx            新疆生产建设兵团2019年12333工作总结
    新疆      a.docx            新疆维吾尔自治区2019年12333工作总结
    吉林      吉林省.docx       2019年12333工作总结
    上海      a.docx            上 海 市 2019 年 度 总 结
    湖北      x/湖北.docx       湖北省12333工作总结 // 恩施州、武汉市全年接听10万次，满意率提高。
    -         总结.docx         2019年度工作总结 // 全年接听10万次。
    -         广东.docx         江苏省12333工作总结
    -         a.docx            海南州12333工作总结 | 吉林市12333工作总结 | 广东省广州市12333工作总结 | 广东、江苏12333工作交流 |
""")
def test_whose_a_report_is(name: str, said: str, short: str) -> None:
    """Nobody's where name and words do not agree on one unit."""
    paragraphs = said.replace("BODY", BODY).split(" // ")
    match = unit_of_summary(name, paragraphs, EDITION.gazetteer)
    assert (match.unit.short if match and match.unit else "-") == short


@cases(r"""
    words=  text
    0       | \s\t\n\u3000
    1       12333 | don’t | a\u200bb
    2       hello world | hello, world! | 中 文
    3       12333电话 | APP服务 | ——完 | www.12333.gov.cn 网站
    4       工作总结 | 情况……
    5       １２３３３ | ＡＰＰ服务
    6       工作，总结。 | 2019年1月1日
    7       全国12333电话服务 | 综合接通率91.15%，
    8       “互联网＋人社” | 一、工作\n二、成效
""")
def test_known_counts(text: str, words: int) -> None:
    assert count_words(text) == words


@given(st.text(), st.text())
def test_a_line_break_parts_words(first: str, second: str) -> None:
    assert count_words(first + "\n" + second) == count_words(first) + count_words(second)


@given(st.text(alphabet="工作总结，。；（）《》", max_size=50))
def test_chinese_counts_every_character(text: str) -> None:
    assert count_words(text) == len(text)
