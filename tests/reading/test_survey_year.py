"""A file is read as the edition of the year that it names: both years' files of one folder, each with its own headings."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from cases import cases
from documents_read import found_as
from factory import clean_header, filing, mail
from hrss12333.model.filing import Filing
from hrss12333.model.text import TextKind, against
from hrss12333.reading.documents import read_paths
from hrss12333.reading.grid import Book, Grid
from hrss12333.reading.layout.tables import read_tables
from hrss12333.survey.editions import EDITIONS
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Form, Kind
from next_edition import NEXT, YEAR


@pytest.fixture(autouse=True)
def _next_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EDITIONS, YEAR, NEXT)


def sheet(book: openpyxl.Workbook, form: Form, year: int | None) -> None:
    """One form with a row of 银川市; the year is in its 填表说明 where given."""
    header = clean_header("宁夏")
    page = book.create_sheet(form.key)
    page.append([form.title])
    page.append([f"（盖章）宁夏回族自治区 联系人：{header['name']} 手机号：{header['mobile']} 邮箱：{header['email']}"])
    page.append([column.label for column in form.columns])
    answers = {Kind.COUNT: 7, Kind.YESNO: "是", Kind.SERIAL: 2, Kind.REGION: "银川市"}
    page.append([column.choices[0] if column.choices else answers.get(column.kind) for column in form.columns])
    if year:
        page.append([None, f"2．数据采集周期为：{year}年1月1日至{year}年12月31日。"])


def write(path: Path, edition: Edition, year: int | None) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    sheet(book, edition.forms[0], year)
    sheet(book, edition.forms[1], None)
    book.save(path)
    return path


@pytest.mark.parametrize("processed", [EDITION, NEXT], ids=["this year", "next year"])
def test_both_years_files_in_one_folder_are_read_with_their_own_headings(processed: Edition, tmp_path: Path) -> None:
    for edition in (EDITION, NEXT):
        write(tmp_path / f"{edition.year}.xlsx", edition, edition.year)
    documents = read_paths([tmp_path], processed).documents
    for document, edition in zip(documents, (EDITION, NEXT), strict=True):
        assert isinstance(document, Filing)
        assert document.year == edition.year
        assert [table.form for table in document.tables] == list(edition.forms)
        assert [table.column_problems for table in document.tables] == [(), ()]
        assert document.texts == ()
        assert document.tables[1].rows[0].scalar("network_location") == "互联网"


def test_a_file_that_names_no_year_is_read_as_the_one_being_processed(tmp_path: Path) -> None:
    path = write(tmp_path / "宁夏.xlsx", NEXT, None)
    for processed, problems in ((NEXT, []), (EDITION, ["training_attendances"])):
        (document,) = read_paths([path], processed).documents
        assert isinstance(document, Filing)
        assert document.tables[0].form is processed.forms[0]
        assert [problem.field for problem in document.tables[0].column_problems] == problems


def test_the_name_of_a_file_names_its_year(tmp_path: Path) -> None:
    document = found_as(Filing, write(tmp_path / "宁夏2020年度.xlsx", NEXT, None))
    assert (document.year, document.tables[0].form) == (2020, NEXT.forms[0])


def test_the_subject_of_a_mail_is_named_before_its_file_name(tmp_path: Path) -> None:
    sent = mail(("宁夏.xlsx", filing("宁夏")), subject="2018年度12333调查表", said="")
    (tmp_path / "2018年度.eml").write_bytes(sent)
    (read,) = read_paths([tmp_path / "2018年度.eml"], EDITION, year_settled=True).documents
    assert isinstance(read, Filing)
    assert [f"{item.described('')}" for item in against(read.years, EDITION.year)] == [
        "邮件主题“2018年度12333调查表”写的是2018"
    ]
    assert [text.kind for text in read.around if text.text == "2018年度"] == [TextKind.MAIL_NAME]


@cases(r"""
    year=  lines
    2019   2019年度12333电话服务情况调查表 // 2．数据采集周期为：2018年1月1日至2018年12月31日。
    2018   2018年度12333电话服务情况调查表 // 2．数据采集周期为：2019年1月1日至2019年12月31日。
    2018   12333电话服务情况调查表 // 2．数据采集周期为：2018年1月1日至2018年12月31日。
    2018   2．数据采集周期为：2018年1月1日至2018年12月31日。
    2019   2019年12333电话服务情况调查表
    2018   宁夏12333电话服务情况（2018年） | （2018年度） | 统计年度：2018 | 数据采集周期：2018.1.1-2018.12.31
    2018   统计时间：2018年1-12月 | 2018年12333电话服务情况调查表（2019年填报）
    None   填表日期：2020年1月10日 | 12333电话服务情况调查表\n填表日期：2020年1月8日 | 12333电话服务情况调查表\n2020年1月
    None   报送时间：2020年 | 请于2020年1月17日前报送2020年度计划 | 上年：900000
    None   // 以上均为2018年度数据 | // 2018年度培训人次未统计 | // 2018年数据 | // 上年数据 | // 上年70314
""")
def test_the_year_that_a_sheet_names(lines: str, year: int | None) -> None:
    """By what is above its table, and below it, where nothing above tells."""
    form = EDITION.forms[0]
    row = [column.choices[0] if column.choices else column.sample for column in form.columns]
    above, _, below = (part.strip(" ") or None for part in lines.partition("//"))
    given = ([above], [column.label for column in form.columns], [1, "银川市", *row[2:]], [None, below])
    ((table, _),) = read_tables(Book("xlsx", (Grid("附表1", given),)), "f.xlsx", EDITION).tables
    assert table.year == year


def test_the_years_sheet_is_read_and_none_of_its_months(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name in ("1月", "2月", "3月", "全年"):
        sheet(book, EDITION.forms[0], None)
        book.worksheets[-1].title = name
    book.save(tmp_path / "宁夏.xlsx")
    document = found_as(Filing, tmp_path)
    assert [table.sheet for table in document.tables] == ["全年"]
    listed = [(item.place.sheet, item.reason, item.lost) for item in document.left_out]
    assert listed == [(name, "写明作废、测试或不是全年的", ()) for name in ("1月", "2月", "3月")]
