"""Every text in a file and around it is gathered, each with its kind and place; what the form prints itself is none. Whose a
工作总结 is, and its 字数."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import cases
from damaged import archive
from documents_read import all_of, found_as
from factory import filing, letter, mail, write_filing
from hrss12333.model.filing import Filing, Summary, count_words
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.companions import unit_of_summary
from hrss12333.reading.documents import read_paths
from hrss12333.reading.files.mails import own_words
from hrss12333.survey.editions.y2019 import EDITION


def texts(path: Path) -> list[Text]:
    (document,) = all_of(Filing, path)
    return list(document.texts)


def written(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(write_filing(path, "宁夏"))


def test_names_of_file_folder_and_archive_and_the_words_of_a_mail(tmp_path: Path) -> None:
    packed = archive([("第二批/附表.xlsx", filing("宁夏"))])
    said = "您好：\n附表如附件。\n\n-----原始邮件-----\n发件人：部信息中心\n请于1月17日前报送"
    folder = tmp_path / "来件" / "宁夏报送"
    folder.mkdir(parents=True)
    (folder / "转发.eml").write_bytes(mail(("宁夏.zip", packed), said=said, subject="报送宁夏调查表"))
    (read,) = all_of(Filing, tmp_path / "来件")
    found = [(text.kind, text.text) for text in read.around if text.kind is not TextKind.SHEET]
    assert found == [
        (TextKind.FILE, "附表"),
        (TextKind.FOLDER, "第二批"),
        (TextKind.ARCHIVE, "宁夏"),
        (TextKind.MAIL_NAME, "转发"),
        (TextKind.FOLDER, "宁夏报送"),
        (TextKind.SUBJECT, "报送宁夏调查表"),
        (TextKind.MAIL, "您好：\n附表如附件。"),
    ]
    assert {(text.kind, text.text) for text in read.texts} <= {*found[-2:]}


def test_a_mails_own_words_end_where_it_quotes() -> None:
    assert own_words("您好\n> 旧的话\n谢谢\n发件人：李四\n以前的话") == "您好\n谢谢"
    assert own_words("On Monday Li wrote:\n以前的话") == ""


def test_what_is_called_a_letter_is_one_whatever_is_enclosed(tmp_path: Path) -> None:
    write_filing(tmp_path / "宁夏.xlsx", "宁夏")
    said = ("部信息中心：", "现将工作总结和调查表报上，请审阅。", "附件：1.调查表  2.工作总结")
    (tmp_path / "宁夏.docx").write_bytes(letter("关于报送2019年度12333电话服务有关情况的函", *said))
    assert not any(isinstance(item, Summary) for item in read_paths([tmp_path], EDITION).documents)


def test_a_short_report_is_still_read_as_one(tmp_path: Path) -> None:
    said = letter("宁夏2019年度12333工作总结", "全年工作平稳，下一步继续加强队伍建设。")
    (tmp_path / "宁夏工作总结.docx").write_bytes(said)
    found_as(Summary, tmp_path)


@pytest.mark.parametrize(
    ("printed_on", "of_sheets"), [("附表1", ["附表1"]), ("附表1 附表2", ["附表1"]), ("说明", ["说明"])]
)
def test_a_printed_page_is_of_its_own_sheet(tmp_path: Path, printed_on: str, of_sheets: list[str | None]) -> None:
    """What several pages say alike is quoted once."""
    book = written(tmp_path / "宁夏.xlsx")
    book.create_sheet("说明")["A1"] = "已核对"
    for name in printed_on.split():
        header: Any = book[name].oddHeader
        header.center.text = "内部资料"
    book.save(tmp_path / "宁夏.xlsx")
    pages = [text for text in texts(tmp_path / "宁夏.xlsx") if text.kind is TextKind.PAGE]
    assert [(text.text, text.sheet) for text in pages] == [("内部资料", sheet) for sheet in of_sheets]


# 工作总结


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
    unit = unit_of_summary(name, paragraphs, EDITION.gazetteer)
    assert (unit.short if unit else "-") == short


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
