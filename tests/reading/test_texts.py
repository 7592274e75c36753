"""Every text in a file and around it is gathered, each with its kind and place; what the form prints itself is none."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
import pytest
from openpyxl.comments import Comment

from damaged import archive
from factory import filing, letter, mail, plan_filing, write_filing
from hrss12333.model.filing import Filing, Summary
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.documents import read_paths
from hrss12333.reading.files.mails import own_words
from hrss12333.survey.editions.y2019 import EDITION
from readings import all_of, found_as

PLAN = plan_filing("宁夏")["附表1"]
NAMES = {TextKind.FILE, TextKind.FOLDER, TextKind.ARCHIVE, TextKind.MAIL_NAME, TextKind.SHEET}


def texts(path: Path) -> list[Text]:
    (document,) = all_of(Filing, path)
    return list(document.texts)


def written(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(write_filing(path, "宁夏"))


def test_a_clean_filing_has_but_names_and_the_line_above_its_table(tmp_path: Path) -> None:
    found = texts(write_filing(tmp_path / "宁夏.xlsx", "宁夏"))
    assert {text.kind for text in found} <= NAMES | {TextKind.ABOVE, TextKind.TITLE}
    assert [text.text for text in found if text.kind is TextKind.SHEET] == ["附表1", "附表2"]


def test_texts_of_a_sheet_have_their_kind_place_region_and_column(tmp_path: Path) -> None:
    book = written(tmp_path / "宁夏.xlsx")
    sheet = book["附表1"]
    row = sheet[PLAN.at("region", 2)].row
    sheet[PLAN.at("remarks", 2)] = "系统升级"
    sheet.cell(row, 15).value = "此处另有说明"
    sheet[PLAN.at("seats", 3)].comment = Comment("张三:\n含租用的坐席", "张三")
    sheet.cell(1, 15).value = "宁夏报送"
    sheet.cell(sheet.max_row + 2, 2).value = "填表人：张三"
    header = sheet.oddHeader
    assert header is not None
    header.center.text = "内部资料"
    book.create_sheet("说明")["A1"] = "本次数据均已核实"
    book.save(tmp_path / "宁夏.xlsx")
    found = {text.kind: text for text in texts(tmp_path / "宁夏.xlsx") if text.kind not in NAMES}
    regions = [sheet[PLAN.at("region", number)].value for number in range(5)]
    assert (found[TextKind.REMARK].text, found[TextKind.REMARK].region) == ("系统升级", regions[2])
    comment = found[TextKind.COMMENT]
    assert (comment.text, comment.region, comment.field) == ("含租用的坐席", regions[3], "seats")
    assert "宁夏报送" in [text.text for text in texts(tmp_path / "宁夏.xlsx") if text.kind is TextKind.ABOVE]
    assert found[TextKind.BELOW].text == "填表人：张三"
    assert found[TextKind.PAGE].text == "内部资料"
    cells = [text for text in texts(tmp_path / "宁夏.xlsx") if text.kind is TextKind.CELL]
    assert [(text.text, text.sheet, text.region) for text in cells] == [
        ("此处另有说明", "附表1", regions[2]),
        ("本次数据均已核实", "说明", None),
    ]


def test_names_of_file_folder_and_archive_and_the_words_of_a_mail(tmp_path: Path) -> None:
    packed = archive([("第二批/附表.xlsx", filing("宁夏"))])
    said = "您好：\n附表如附件。\n\n-----原始邮件-----\n发件人：部信息中心\n请于1月17日前报送"
    folder = tmp_path / "来件" / "宁夏报送"
    folder.mkdir(parents=True)
    (folder / "转发.eml").write_bytes(mail(("宁夏.zip", packed), said=said, subject="报送宁夏调查表"))
    found = [(text.kind, text.text) for text in texts(tmp_path / "来件") if text.kind is not TextKind.SHEET]
    assert found[:7] == [
        (TextKind.FILE, "附表"),
        (TextKind.FOLDER, "第二批"),
        (TextKind.ARCHIVE, "宁夏"),
        (TextKind.MAIL_NAME, "转发"),
        (TextKind.FOLDER, "宁夏报送"),
        (TextKind.SUBJECT, "报送宁夏调查表"),
        (TextKind.MAIL, "您好：\n附表如附件。"),
    ]


def test_paragraphs_of_a_word_file(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("12333电话服务情况调查表")
    document.add_paragraph("以下为我区情况")
    form = EDITION.forms[0]
    table = document.add_table(2, len(form.columns))
    for at, column in enumerate(form.columns):
        table.cell(0, at).text = column.label
        table.cell(1, at).text = {"serial": "2", "region": "银川市"}.get(column.key, "3")
    document.add_paragraph("特此说明")
    document.save(str(tmp_path / "宁夏.docx"))
    found = [text.text for text in texts(tmp_path / "宁夏.docx") if text.kind is TextKind.PARAGRAPH]
    assert found == ["以下为我区情况", "特此说明"]


def test_a_mails_own_words_end_where_it_quotes() -> None:
    assert own_words("您好\n> 旧的话\n谢谢\n发件人：李四\n以前的话") == "您好\n谢谢"
    assert own_words("On Monday Li wrote:\n以前的话") == ""


def test_a_covering_letter_is_no_work_report_and_is_judged_with_its_filing(tmp_path: Path) -> None:
    write_filing(tmp_path / "宁夏.xlsx", "宁夏")
    said = ("部信息中心：", "现报送我区调查表。", "中卫市来电总量更正为63001。", "宁夏人社厅")
    (tmp_path / "报送函.docx").write_bytes(letter(*said))
    reading = read_paths([tmp_path], EDITION)
    (read,) = (item for item in reading.documents if isinstance(item, Filing))
    assert [(item.file.rpartition("/")[2], "函件" in item.reason) for item in reading.skipped] == [
        ("报送函.docx", True)
    ]
    assert [text.text for text in read.texts if text.kind is TextKind.LETTER][2] == said[2]
    assert [(doubt.text.text, doubt.fields) for doubt in read.doubts] == [(said[2], ("calls_total",))]


def test_what_is_called_a_letter_is_one_whatever_is_enclosed(tmp_path: Path) -> None:
    write_filing(tmp_path / "宁夏.xlsx", "宁夏")
    said = ("部信息中心：", "现将工作总结和调查表报上，请审阅。", "附件：1.调查表  2.工作总结")
    (tmp_path / "宁夏.docx").write_bytes(letter("关于报送2019年度12333电话服务有关情况的函", *said))
    assert not any(isinstance(item, Summary) for item in read_paths([tmp_path], EDITION).documents)


@pytest.mark.parametrize(
    ("name", "subject", "body", "asked"),
    [
        ("更正.eml", "宁夏12333数据更正", "前日所报表中，中卫市来电总量应为63001次，请帮忙改一下。", "来电总量"),
        ("更正.eml", "数据更正", "前日所报表中，中卫市来电总量应为63001次。\n宁夏人社厅", "来电总量"),
        ("更正.eml", "福建省数据更正", "来电总量应为63001次。", ""),
        ("回复.eml", "回复：宁夏12333调查表", "收到，谢谢！", ""),
    ],
)
def test_what_a_mail_without_attachments_a_text_or_a_page_says_is_judged_with_the_units_filing(
    tmp_path: Path, name: str, subject: str, body: str, asked: str
) -> None:
    write_filing(tmp_path / "宁夏.xlsx", "宁夏")
    if subject:
        (tmp_path / name).write_bytes(mail(said=body, subject=subject))
    else:
        (tmp_path / name).write_text(body, encoding="gb18030")
    reading = read_paths([tmp_path], EDITION)
    (read,) = (item for item in reading.documents if isinstance(item, Filing))
    assert [(doubt.text.source, doubt.fields) for doubt in read.doubts] == ([(name, ("calls_total",))] if asked else [])
    assert [item.file.rpartition("/")[2] for item in reading.skipped] == [name]


def test_a_mail_without_attachments_says_nothing_of_what_was_sent_after_it(tmp_path: Path) -> None:
    sent = mail(("宁夏.xlsx", filing("宁夏")), said="", subject="宁夏报送", sent="8 Jan 2020 09:00:00 +0800")
    (tmp_path / "1.eml").write_bytes(sent)
    for day, doubts in ((7, 0), (9, 1)):
        later = mail(said="数据有误，稍后重报。", subject="12333", sent=f"{day} Jan 2020 10:00:00 +0800")
        (tmp_path / "2.eml").write_bytes(later)
        assert len(found_as(Filing, tmp_path).doubts) == doubts


def test_a_letter_of_another_unit_is_not_judged_with_a_filing(tmp_path: Path) -> None:
    write_filing(tmp_path / "宁夏.xlsx", "宁夏")
    write_filing(tmp_path / "福建.xlsx", "福建")
    said = letter("数据仍在核对中，请以更正后的为准。", "福建省人社厅")
    (tmp_path / "福建省报送函.docx").write_bytes(said)
    filings = {item.file.rpartition("/")[2]: item for item in read_paths([tmp_path], EDITION).documents}
    doubts = {name: len(item.doubts) for name, item in filings.items() if isinstance(item, Filing)}
    assert doubts == {"宁夏.xlsx": 0, "福建.xlsx": 1}


def test_a_short_report_stays_one(tmp_path: Path) -> None:
    said = letter("宁夏2019年度12333工作总结", "全年工作平稳，下一步继续加强队伍建设。")
    (tmp_path / "宁夏工作总结.docx").write_bytes(said)
    found_as(Summary, tmp_path)


@pytest.mark.parametrize(
    ("printed_on", "of_sheets"),
    [("附表1", ["附表1"]), ("附表1 附表2", [None]), ("说明", [None]), ("附表1 说明", ["附表1"])],
)
def test_a_printed_page_is_of_its_own_sheet(tmp_path: Path, printed_on: str, of_sheets: list[str | None]) -> None:
    """What every form's page says, or only that of a sheet without one, is said of the file."""
    book = written(tmp_path / "宁夏.xlsx")
    book.create_sheet("说明")["A1"] = "已核对"
    for name in printed_on.split():
        header = book[name].oddHeader
        assert header is not None
        header.center.text = "内部资料"
    book.save(tmp_path / "宁夏.xlsx")
    pages = [text for text in texts(tmp_path / "宁夏.xlsx") if text.kind is TextKind.PAGE]
    assert [(text.text, text.sheet) for text in pages] == [("内部资料", sheet) for sheet in of_sheets]
