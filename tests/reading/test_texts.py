"""Every text in a file and around it is gathered, each with its kind and place; what the form prints itself is none. Whose a
工作总结 is, and its 字数."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cases import cases
from damaged import archive
from factory import clean_rows, filing, letter, mail, write_filing
from hrss12333.inbox import Inbox
from hrss12333.model.filing import Filing, Unreadable, WorkReport
from hrss12333.model.finding import Severity
from hrss12333.model.national import State
from hrss12333.model.text import Text, TextKind, count_words
from hrss12333.questions.respondents import respondents_of
from hrss12333.reading.companions import unit_of_summary
from hrss12333.reading.documents import read_paths
from hrss12333.reading.files.containers import own_words
from hrss12333.survey.editions.y2019 import EDITION
from merge_runs import all_of, found_as, judged


def texts(path: Path) -> list[Text]:
    (document,) = all_of(Filing, path)
    return list(document.texts)


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
    assert not any(isinstance(item, WorkReport) for item in read_paths([tmp_path], EDITION).documents)


def test_a_short_report_is_still_read_as_one(tmp_path: Path) -> None:
    said = letter("宁夏2019年度12333工作总结", "全年工作平稳，下一步继续加强队伍建设。")
    (tmp_path / "宁夏工作总结.docx").write_bytes(said)
    found_as(WorkReport, tmp_path)


@pytest.mark.parametrize(
    ("printed_on", "of_sheets"), [("附表1", ["附表1"]), ("附表1 附表2", ["附表1"]), ("说明", ["说明"])]
)
def test_a_printed_page_is_of_its_own_sheet(tmp_path: Path, printed_on: str, of_sheets: list[str | None]) -> None:
    """What several pages say alike is quoted once."""
    book = openpyxl.load_workbook(write_filing(tmp_path / "宁夏.xlsx", "宁夏"))
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
    2       hello world | hello\nworld | hello, world! | 中 文
    3       12333电话 | APP服务 | ——完 | www.12333.gov.cn 网站
    4       工作总结 | 情况……
    5       １２３３３ | ＡＰＰ服务
    6       工作，总结。 | 2019年1月1日
    7       全国12333电话服务 | 综合接通率91.15%，
    8       “互联网＋人社” | 一、工作\n二、成效
""")
def test_known_counts(text: str, words: int) -> None:
    assert count_words(text) == words


# Whose mails, letters, scans and refused files are: by the sender's address, else by what they name; never by their folder


PDF = b"%PDF-1.7\n"
JPEG = b"\xff\xd8\xff\xe0" + bytes(100)
CITIES = ("银川市", "石嘴山市")
SIGNED = "宁夏人社厅 <nx@example.com>"


def owners(inbox: Inbox) -> dict[str, str | None]:
    """Name of each mail and letter without a filing → the unit whose it is."""
    return {Path(item.file).name: item.unit.short if item.unit else None for item in inbox.national.letters}


def severities(inbox: Inbox) -> dict[str, Severity]:
    """Name of each file that could not be read → how severe that is."""
    return {
        Path(item.document.file).name: item.findings[0].severity
        for item in inbox.files
        if isinstance(item.document, Unreadable)
    }


def sent(path: Path, **files: bytes) -> Inbox:
    """What is made of these files, by name; a double underscore parts a folder, the last one the extension."""
    for name, content in files.items():
        *folders, stem, extension = name.split("__")
        target = path.joinpath(*folders, f"{stem}.{extension}")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return judged(path)


# Mails and letters


STRANGER = "zhang@example.org"


@pytest.mark.parametrize(
    ("sender", "subject", "said", "unit"),
    [
        (SIGNED, "更正", "来电总量多录9000，已改。", "宁夏"),  # the sender of a mail with a filing
        (SIGNED, "您好", "数据以电子版为准。", "宁夏"),
        ("unit64@example.com", "说明", "坐席数有误。", "宁夏"),  # what stands in the header of a filing
        ("某某 <UNIT64@example.com>", "说明", "坐席数有误。", "宁夏"),
        (STRANGER, "宁夏回族自治区关于更正的说明", "放弃量有误。", "宁夏"),
        (STRANGER, "说明", "银川市的坐席数应为25。", "宁夏"),
        (STRANGER, "更正", "广元市来电总量多录了。", "四川"),
        (STRANGER, "更正", "来电总量多录了。", None),
        (STRANGER, "更正", "参照广东、浙江的做法。", None),
    ],
)
def test_a_mail_is_of_the_unit_of_its_senders_address_else_of_the_unit_or_city_that_it_names(
    tmp_path: Path, sender: str, subject: str, said: str, unit: str | None
) -> None:
    """Neither its folder nor the only filing beside it tells whose it is."""
    first = mail(("表.xlsx", filing("宁夏")), sender=SIGNED)
    words = mail(subject=subject, said=said, sender=sender, sent="20 Jan 2020 09:00:00 +0800")
    inbox = sent(tmp_path, 一__第一封__eml=first, 青海__信__eml=words, 青海__表__xlsx=filing("青海省"))
    assert owners(inbox) == {"信.eml": unit}
    assert {item.unit and item.unit.short for item in inbox.quoted if "信.eml" in item.file} == {unit}


@pytest.mark.parametrize(
    ("said", "lacks"), [("附件请查收。", True), ("调查表见附件。", True), ("数据下周报送。", False), ("收到。", False)]
)
@pytest.mark.parametrize("attached", [(), (("winmail.dat", b"x"),)])
def test_a_mail_that_speaks_of_an_attachment_and_has_none_to_read(
    tmp_path: Path, said: str, lacks: bool, attached: tuple[tuple[str, bytes], ...]
) -> None:
    write_filing(tmp_path / "青海.xlsx", "青海省")
    inbox = sent(tmp_path, 信__eml=mail(*attached, subject="宁夏12333调查表", said=said))
    assert [(item.unit and item.unit.short, item.lacks_attachment) for item in inbox.national.letters] == [
        ("宁夏", lacks)
    ]


@pytest.mark.parametrize(("subject", "sender"), [("报送", "x@example.org"), ("青海省的做法很好", SIGNED)])
def test_the_words_of_a_mail_with_a_filing_are_quoted_with_it(tmp_path: Path, subject: str, sender: str) -> None:
    sent_with = mail(("表.xlsx", filing("宁夏")), subject=subject, said="放弃量为估算数。", sender=sender)
    inbox = sent(tmp_path, 信__eml=sent_with, 青海__xlsx=filing("青海省"))
    assert inbox.national.letters == ()
    quoted = {item.text.text: (item.unit and item.unit.short, item.marked) for item in inbox.quoted}
    assert quoted["放弃量为估算数。"] == ("宁夏", subject != "报送")  # of which nothing is asked


def test_a_covering_letter_is_quoted_as_one_text(tmp_path: Path) -> None:
    words = letter("宁夏回族自治区人力资源和社会保障厅关于报送调查表的函", "部信息中心：", "现将调查表报送你中心。")
    inbox = sent(tmp_path, 表__xlsx=filing("宁夏"), 函__docx=words)
    assert owners(inbox) == {"函.docx": "宁夏"}
    assert [item.located for item in inbox.quoted if item.file.endswith("函.docx")] == ["函件"]


@pytest.mark.parametrize(
    "said",
    [
        "银川市 63000 41000 12000 10000 是 是 45 40 30 100",
        "来电总量：63000\n人工接听量：41000\n自助语音量：12000\n放弃量：10000\n总人数：45\n坐席数：30",
    ],
)
def test_a_form_typed_into_a_mail_is_refused(tmp_path: Path, said: str) -> None:
    inbox = sent(tmp_path, 信__eml=mail(subject="宁夏调查表", said=said))
    assert [(f.rule, f.unit) for item in inbox.files for f in item.findings] == [("F005", "宁夏回族自治区")]
    assert not any("信.eml" in item.file for item in inbox.national.skipped)


# Scans, and files that could not be read


def notes(inbox: Inbox) -> dict[str, str]:
    """Name of each respondent that is 没报 → what stands beside it."""
    return {each.name: each.note for each in respondents_of(inbox).of_state(State.MISSING) if each.note}


def test_a_scan_stands_beside_its_unit_until_the_table_came(tmp_path: Path) -> None:
    """By its mail, else by its name; never a finding."""
    day = "8 Jan 2020 09:00:00 +0800"
    scan = mail(("盖章.pdf", PDF), subject="宁夏盖章件", said="盖章件。", sent=day)
    attached = ("表.xlsx", filing("青海省")), ("盖章.jpg", JPEG), ("扫描.ofd", archive([("OFD.xml", b"<ofd/>")]))
    own = mail(*attached, sender="青海人社厅 <qh@example.com>")
    files = {"信__eml": own, "一__eml": scan, "甘肃省盖章件__pdf": PDF, "盖章件__pdf": PDF}
    inbox = sent(tmp_path / "一", **files)
    assert notes(inbox) == {"宁夏回族自治区": "1月8日来信，附件为扫描件", "甘肃省": "有扫描件"}
    assert severities(inbox) == {}
    assert [f.rule for f in inbox.national.findings if f.rule not in ("M701", "H107")] == []
    after = sent(tmp_path / "二", **files, 宁夏__xlsx=filing("宁夏"), 甘肃__xlsx=filing("甘肃省"))
    assert notes(after) == {}
    listed = {Path(item.file).name for item in after.national.skipped}
    assert listed >= {"盖章.jpg", "扫描.ofd", "盖章.pdf", "甘肃省盖章件.pdf", "盖章件.pdf"}


def test_a_scan_past_the_deadline_is_no_filing(tmp_path: Path) -> None:
    scan = mail(("盖章.pdf", PDF), subject="宁夏盖章件", said="盖章件。", sent="23 Jan 2020 09:00:00 +0800")
    assert notes(sent(tmp_path, 一__eml=scan)) == {"宁夏回族自治区": "1月23日来信，附件为扫描件"}


@cases("""
    unit  name
    -     宁夏__坏.xlsx | 坏.xlsx
    宁夏  宁夏坏.xlsx | 银川市.xlsx
    青海  青海.zip/坏.xlsx
""")
def test_a_refused_file_is_of_the_unit_that_it_or_its_archive_names(tmp_path: Path, name: str, unit: str) -> None:
    outer, slash, inner = name.rpartition("/")
    folder, _, own = (outer or inner).rpartition("__")
    (tmp_path / folder).mkdir(exist_ok=True)
    content = archive([(inner, b"PK\x03\x04broken")]) if slash else b"PK\x03\x04broken"
    (tmp_path / folder / own).write_bytes(content)
    write_filing(tmp_path / "甘肃.xlsx", "甘肃省")
    found = [item.document.unit for item in judged(tmp_path).files if isinstance(item.document, Unreadable)]
    assert [found_unit.short if found_unit else "-" for found_unit in found] == [unit]


def test_a_refused_file_is_of_the_filing_in_its_own_mail(tmp_path: Path) -> None:
    both = mail(("表.xlsx", filing("宁夏")), ("附表2.xlsx", b"PK\x03\x04broken"), subject="报送", said="请查收。")
    inbox = sent(tmp_path, 信__eml=both, 青海__xlsx=filing("青海省"))
    found = [item.document.unit for item in inbox.files if isinstance(item.document, Unreadable)]
    assert [unit and unit.short for unit in found] == ["宁夏"]


def test_a_refused_file_of_a_city_is_replaced_by_that_citys_table_alone(tmp_path: Path) -> None:
    early, late = "10 Jan 2020 09:00:00 +0800", "20 Jan 2020 09:00:00 +0800"
    first = mail(("石嘴山市.csv", b"1,2"), sent=early)
    of_city = {
        name: {form: clean_rows("宁夏", form)[at : at + 1] for form in ("附表1", "附表2")}
        for at, name in enumerate(CITIES)
    }
    other = mail(("表.xlsx", filing("宁夏", rows=of_city["银川市"])), sent=late)
    own = mail(("表.xlsx", filing("宁夏", rows=of_city["石嘴山市"])), sent=late)
    assert severities(sent(tmp_path / "一", 甲__eml=first, 乙__eml=other))["石嘴山市.csv"] is Severity.ERROR
    assert severities(sent(tmp_path / "二", 甲__eml=first, 乙__eml=own))["石嘴山市.csv"] is Severity.NOTE
