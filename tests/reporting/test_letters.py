"""What goes back: copies, letters as a colleague writes them, and the list of those to be reminded."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import docx
import fast_mail_parser
import openpyxl
import pytest
from msgspec.structs import replace

from factory import unit_named, write_filing
from hrss12333.checking.engine import Checked
from hrss12333.merging.last_year import Previous
from hrss12333.model.document_marks import OUTPUT_CATEGORY
from hrss12333.model.errors import UsageStop
from hrss12333.model.filing import Filing, Skipped, Summary
from hrss12333.model.finding import Severity
from hrss12333.model.national import National, Status
from hrss12333.reporting.file_names import stem_of
from hrss12333.reporting.letters.returns import write_returns
from hrss12333.survey.editions.y2019 import EDITION
from reporting_samples import BALANCE, GUANGDONG, clean, faulty, filing, finding, inbox_of, national, row, unreadable
from reporting_samples import table as filed_table

OPEN_QUERY = finding("P501", Severity.QUERY, "人均接听量12,000，偏高。", cell="D7", field="calls_agent", value=1000)


@pytest.fixture
def data(tmp_path: Path) -> bytes:
    """A filing's workbook."""
    return write_filing(tmp_path / "sent.xlsx").read_bytes()


def returned(folder: Path, table: National, *checked: Checked, data: bytes) -> dict[str, Path]:
    """What was written, by name."""
    paths = write_returns(folder, inbox_of(*checked, table=table), lambda _: data)
    assert all(path.exists() for path in paths)
    return {path.name: path for path in paths}


def parsed(path: Path) -> EmailMessage:
    """A draft as Python's own parser reads it."""
    mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    assert isinstance(mail, EmailMessage)
    return mail


EXTENSIONS = (".eml", ".docx", ".txt")


def letters(*names: str) -> list[str]:
    """The files of these letters, each in every format."""
    return [f"{name}{extension}" for name in names for extension in EXTENSIONS]


def text_of(path: Path) -> str:
    """A letter as Notepad shows it; its line ends are Windows' own."""
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\n") == raw.count(b"\r\n")
    return raw.decode("utf-8-sig").replace("\r\n", "\n")


def complete() -> National:
    """A national table in which those who reported sent their 工作总结 too."""
    reports = tuple(Summary(f"{unit.short}.docx", unit, ("一",)) for unit in (unit_named("天津"), unit_named("广东")))
    return replace(national(), summaries=reports)


def with_findings(*checked: Checked) -> National:
    """A national table that knows these files' findings."""
    return replace(complete(), findings=tuple(f for item in checked for f in item.findings))


def test_a_faulty_unit_gets_its_copy_and_a_letter(tmp_path: Path, data: bytes) -> None:
    item = Checked(filing(), (*faulty().findings, OPEN_QUERY), "AB12-CD34")
    files = returned(tmp_path / "退回", with_findings(item), item, clean(), data=data)
    assert list(files) == ["广东省_审核.xlsx", *letters("退回修改意见_广东省", "催报函_河北省"), "催报名单.txt"]
    assert text_of(files["退回修改意见_广东省.txt"]) == (
        "主题：请修改2019年度12333电话服务情况报送材料\n"
        "联系人：张三，13800000000，zhang@example.cn\n"
        "\n"
        "广东省人力资源社会保障厅（局）：\n"
        "    张三同志，您好！\n"
        "    你们报送的2019年度12333电话服务情况材料已收到，感谢支持。我们核对时发现有3处需要改正、2处需要核实，"
        "逐条列在下面，请帮忙看一看。\n"
        "    随信附上标好位置的副本（广东省_审核.xlsx）：第一张表是问题清单，点单元格可以跳到出错的地方，批注里写有原因和建议。"
        "请直接在副本上修改，保存后发回。\n"
        "\n"
        "一、必须改正\n"
        "以下内容与填表要求不符，改正后才能汇总：\n"
        "\n"
        "《广东省.xlsx》，工作表“附表1”\n"
        "1. 广州市（C7）：来电总量2500不等于人工接听量1000 + 自助语音量1000 + 放弃量400 = 2400，相差100。"
        "请核对这四项，改正填错的一项；确实不相等的，请在“备注”栏说明情况（填表说明第3条）。（规则B401）\n"
        "   建议：放弃量（F7）改为500：改后该行对得上\n"
        "2. 阳江市（第8行）没有填来电总量（C8）、自助语音量（E8），请补填；没有发生的填0，不掌握的在备注中说明原因。（规则V301）\n"
        "\n"
        "二、请核实\n"
        "填错的请改正，漏报的请补报；数据无误的，请在该行“备注”栏写明原因：\n"
        "\n"
        "《广东省.xlsx》\n"
        "3. 两张表的联系人不一致。（规则H108）\n"
        "\n"
        "《广东省.xlsx》，工作表“附表1”\n"
        "4. 广州市人工接听量（D7）填的是“1000”：人均接听量12,000，偏高。（规则P501）\n"
        "\n"
        "    请改好后尽快发回电子版；纸质版已经盖章寄出的，涉及改动的页也请重新盖章补送。对以上意见有疑问，或者数据本来就是如此，"
        "请回复说明，我们再一起核对。\n"
        "\n"
        "    谢谢！\n"
        "\n"
        "人力资源社会保障部信息中心\n"
        "电话：(010)84209211、(010)84209270　电子邮箱：12333@mohrss.gov.cn\n"
    )
    assert openpyxl.load_workbook(files["广东省_审核.xlsx"]).sheetnames[0] == "审核结果"


def test_what_only_the_merge_could_see_is_in_letter_and_copy(tmp_path: Path, data: bytes) -> None:
    item = Checked(filing(), (BALANCE,))
    seen = finding("R203", message="与另一个文件重复。", cell="B8", field="region", value="阳江市")
    table = replace(national(), findings=(BALANCE, seen))
    files = returned(tmp_path / "退回", table, item, data=data)
    assert "与另一个文件重复" in text_of(files["退回修改意见_广东省.txt"])
    assert openpyxl.load_workbook(files["广东省_审核.xlsx"])["附表1"]["B8"].comment is not None


def test_a_region_of_which_no_file_is_the_newest_is_one_point_of_the_letter(tmp_path: Path, data: bytes) -> None:
    said = "“阳江市”在2个文件中都有而内容不同（“报送/一.xlsx”、“报送/二.xlsx”），都不计入汇总。"
    sent = [
        Checked(filing(file), (finding("M702", message=said, cell="B8", region="阳江市", field=None, file=file),))
        for file in ("报送/一.xlsx", "报送/二.xlsx")
    ]
    files = returned(tmp_path / "退回", with_findings(*sent), *sent, data=data)
    assert text_of(files["退回修改意见_广东省.txt"]).count("在2个文件中都有") == 1


def test_a_unit_with_something_to_correct_is_asked_for_its_report_in_the_same_letter(
    tmp_path: Path, data: bytes
) -> None:
    item = Checked(filing(), (BALANCE,))
    files = returned(tmp_path, replace(national(), findings=(BALANCE,)), item, data=data)
    assert list(files) == [
        "广东省_审核.xlsx",
        *letters("退回修改意见_广东省", "催报函_天津市", "催报函_河北省"),
        "催报名单.txt",
    ]
    asked = "    另外，按通知（人社网信函〔2019〕28号）要求，各地应于2020年1月17日前同时报送工作总结（3000字以内），我们还没有收到，"
    assert asked in text_of(files["退回修改意见_广东省.txt"])
    assert "1. 天津市\n2. 广东省\n" in text_of(files["催报名单.txt"])


def test_a_unit_with_open_queries_alone_is_asked_to_confirm(tmp_path: Path, data: bytes) -> None:
    item = Checked(filing(), (OPEN_QUERY,))
    files = returned(tmp_path, with_findings(item), item, data=data)
    assert list(files) == ["广东省_审核.xlsx", *letters("核实函_广东省", "催报函_河北省"), "催报名单.txt"]
    lines = text_of(files["核实函_广东省.txt"]).splitlines()
    assert lines[0] == "主题：请核实2019年度12333电话服务情况报送材料"
    assert (
        "    数据无误的，回复说明原因即可，不必重新盖章；确实填错的，请改正后发回电子版，并补送改动的盖章页。" in lines
    )
    assert not any("必须改正" in line and "没有" not in line for line in lines)


def test_one_who_sent_nothing_is_reminded_through_last_years_contact(tmp_path: Path, data: bytes) -> None:
    last = Previous(contacts={"河北省": {"name": "李四", "mobile": "13811110000", "email": "li@example.cn"}})
    paths = {path.name: path for path in write_returns(tmp_path, inbox_of(table=complete()), lambda _: data, last)}
    lines = text_of(paths["催报函_河北省.txt"]).splitlines()
    assert lines[:3] == [
        "主题：请报送2019年度12333电话服务情况工作总结和调查表",
        "上年联系人：李四，13811110000，li@example.cn",
        "",
    ]
    assert "各地应于2020年1月17日前报送" in "".join(lines)
    assert parsed(paths["催报函_河北省.eml"])["To"] == "li@example.cn"
    assert "河北省（上年联系人：李四，13811110000，li@example.cn）" in text_of(paths["催报名单.txt"])


def test_one_who_sent_no_work_report_is_reminded_of_it(tmp_path: Path, data: bytes) -> None:
    files = returned(tmp_path, replace(national(), findings=()), data=data)
    assert list(files) == [*letters("催报函_天津市", "催报函_河北省", "催报函_广东省"), "催报名单.txt"]
    letter = text_of(files["催报函_广东省.txt"])
    assert letter.startswith(
        "主题：请报送2019年度12333电话服务情况工作总结\n联系人：张三，13800000000，zhang@example.cn\n"
    )
    assert "调查表已收到" in letter


def test_what_a_notice_does_not_tell_is_left_out(tmp_path: Path, data: bytes) -> None:
    item = Checked(filing(), (BALANCE,))
    table = replace(with_findings(item), edition=EDITION.of_year(2021))
    files = returned(tmp_path, table, item, data=data)
    assert text_of(files["退回修改意见_广东省.txt"]).endswith("人力资源社会保障部信息中心\n")
    assert "各地应报送2021年度" in text_of(files["催报函_河北省.txt"])


def test_a_draft_opens_in_mail_programs_with_its_attachment(tmp_path: Path, data: bytes) -> None:
    item = Checked(filing(), (BALANCE,))
    files = returned(tmp_path, with_findings(item), item, data=data)
    draft, copy = files["退回修改意见_广东省.eml"], files["广东省_审核.xlsx"].read_bytes()
    mail = parsed(draft)
    assert (mail["X-Unsent"], mail["To"]) == ("1", "zhang@example.cn")
    assert mail["Subject"] == "请修改2019年度12333电话服务情况报送材料"
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "广东省_审核.xlsx"
    assert attached.get_payload(decode=True) == copy
    body = mail.get_body()
    assert body is not None
    assert body.get_content().splitlines()[:2] == ["广东省人力资源社会保障厅（局）：", "    张三同志，您好！"]
    other = fast_mail_parser.parse_email(draft.read_bytes())
    assert other.subject == "请修改2019年度12333电话服务情况报送材料"
    assert [(part.filename, bytes(part.content)) for part in other.attachments] == [("广东省_审核.xlsx", copy)]


def test_a_letter_in_word_says_the_same(tmp_path: Path, data: bytes) -> None:
    item = Checked(filing(), (BALANCE,))
    files = returned(tmp_path, with_findings(item), item, data=data)
    document = docx.Document(str(files["退回修改意见_广东省.docx"]))
    words = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    lines = [line.strip() for line in text_of(files["退回修改意见_广东省.txt"]).splitlines() if line.strip()]
    assert words == [lines[0].removeprefix("主题："), *lines[1:], "　　　　年　　月　　日"]
    indented = [paragraph.text for paragraph in document.paragraphs if paragraph.paragraph_format.left_indent]
    assert [text[:2] for text in indented] == ["建议"]
    leads = [paragraph.text for paragraph in document.paragraphs if paragraph.paragraph_format.keep_with_next]
    assert [text for text in leads if text.startswith("《")] == ["《广东省.xlsx》，工作表“附表1”"]
    assert document.core_properties.category == OUTPUT_CATEGORY


def test_letters_are_the_same_bytes_each_time(tmp_path: Path, data: bytes) -> None:
    item = Checked(filing(), (BALANCE,))
    first, second = (returned(tmp_path / part, with_findings(item), item, data=data) for part in "ab")
    assert {name: path.read_bytes() for name, path in first.items()} == {
        name: path.read_bytes() for name, path in second.items()
    }


def test_no_path_of_the_computer_stands_in_a_letter(tmp_path: Path, data: bytes) -> None:
    file, other = "/机器/收件/甲/广东省.xlsx", "/机器/收件/乙/广东省.xlsx"
    found = replace(BALANCE, file=file, message=f"以“{other}”为准。")
    item, twin = Checked(filing(file), (found,)), Checked(filing(other), ())
    files = returned(tmp_path, with_findings(item, twin), item, twin, data=data)
    letter = text_of(files["退回修改意见_广东省.txt"])
    assert "《甲/广东省.xlsx》" in letter
    assert "以“乙/广东省.xlsx”为准" in letter
    assert "机器" not in letter
    page = openpyxl.load_workbook(files["广东省_审核.xlsx"])["审核结果"]
    assert not any("机器" in str(cell.value) for row in page.iter_rows() for cell in row)


def test_a_name_that_windows_refuses_becomes_a_safe_one(tmp_path: Path, data: bytes) -> None:
    names = ("LPT1.xlsx", "con.表.xlsx", "表. .xlsx", "甲:乙?.xlsx", "com¹.xlsx")
    assert [stem_of(name) for name in names] == ["_LPT1", "_con.表", "表", "甲_乙_", "_com¹"]
    assert stem_of("console.xlsx") == "console"


def test_files_that_name_no_unit_or_cannot_be_read_get_letters_of_their_own(tmp_path: Path, data: bytes) -> None:
    nameless: Filing = replace(filing("收/不明.xlsx"), unit=None, sender="a@example.cn")
    found = finding(
        "H101", message="没有填写报送单位。", file="收/不明.xlsx", cell="B3", field="unit", value=None, unit=None
    )
    item, broken = Checked(nameless, (found,)), unreadable("收/坏.xlsx")
    files = returned(tmp_path, with_findings(item, broken), item, broken, data=data)
    assert list(files) == [
        "不明_审核.xlsx",
        *letters("退回修改意见_不明", "退回修改意见_坏", "催报函_河北省"),
        "催报名单.txt",
    ]
    letter = text_of(files["退回修改意见_不明.txt"])
    assert letter.splitlines()[1:4] == ["收件：a@example.cn", "联系人：张三，13800000000，zhang@example.cn", ""]
    assert "人力资源社会保障厅（局）" not in letter
    lines = text_of(files["退回修改意见_坏.txt"]).splitlines()
    assert "    您好！" in lines
    assert "《坏.xlsx》" in lines
    assert not any("副本" in line for line in lines)


def test_a_summary_that_is_too_long_is_in_its_units_letter(tmp_path: Path, data: bytes) -> None:
    long = finding(
        "S601", message="工作总结共 5,176 字。", file="总结.docx", sheet=None, cell=None, region=None, field=None
    )
    item = Checked(Summary("总结.docx", GUANGDONG, ("一",), words=5176), (long,))
    files = returned(tmp_path, with_findings(item), item, data=data)
    assert list(files) == [*letters("退回修改意见_广东省", "催报函_河北省"), "催报名单.txt"]
    assert "《总结.docx》\n1. 填的是“2500”：工作总结共5,176字。（规则S601）" in text_of(
        files["退回修改意见_广东省.txt"]
    )
    assert "联系人：张三，13800000000，zhang@example.cn\n" in text_of(files["退回修改意见_广东省.txt"])
    assert parsed(files["退回修改意见_广东省.eml"])["To"] == "zhang@example.cn"


def test_a_unit_of_which_nothing_could_be_read_is_written_to_by_last_years_contact(tmp_path: Path, data: bytes) -> None:
    table = complete()
    scan = unreadable("收/河北省盖章.pdf")
    last = Previous(contacts={"河北省": {"name": "李四", "mobile": "13811110000", "email": "li@example.cn"}})
    written = write_returns(
        tmp_path, inbox_of(scan, table=replace(table, findings=scan.findings)), lambda _: data, last
    )
    files = {path.name: path for path in written}
    assert "上年联系人：李四，13811110000，li@example.cn\n" in text_of(files["退回修改意见_河北省.txt"])
    assert "同志" not in text_of(files["退回修改意见_河北省.txt"])
    assert parsed(files["退回修改意见_河北省.eml"])["To"] == "li@example.cn"
    assert "1. 河北省（收到的文件不能汇总，见退回修改意见；上年联系人" in text_of(files["催报名单.txt"])


def test_in_the_table_of_one_unit_each_city_gets_its_letter(tmp_path: Path, data: bytes) -> None:
    items = [Checked(of_city(file), (replace(BALANCE, file=file, region=city),)) for file, city in CITY_FILES]
    table = replace(
        with_findings(*items), units=national().units[2:], skipped=(Skipped("市/别省.xlsx", "不是广东省的报送"),)
    )
    items[2] = replace(items[2], document=replace(items[2].document, unit=unit_named("福建")))
    files = returned(tmp_path, table, *items, data=data)
    written = [name for name in files if "催报" not in name]
    assert written == ["1_审核.xlsx", "2_审核.xlsx", *letters("退回修改意见_广州市", "退回修改意见_深圳市")]
    lines = text_of(files["退回修改意见_广州市.txt"]).splitlines()
    assert lines[-1] == "广东省人力资源社会保障厅（局）"
    assert "广州市人力资源社会保障局：" in lines
    assert len([name for name in files if name.startswith("催报函_") and name.endswith(".eml")]) == 19
    assert "应报送21个地区，已报送2个，未报送19个。" in text_of(files["催报名单.txt"])


def test_places_beyond_those_expected_do_not_add_to_what_is_due(tmp_path: Path, data: bytes) -> None:
    """A district that a file lists beside its city is none of the 21 regions."""
    item = Checked(
        Filing(
            "市/1.xlsx",
            GUANGDONG,
            (filed_table(EDITION.forms[0], [row(EDITION.forms[0], 7, "广州市"), row(EDITION.forms[0], 8, "天河区")]),),
        ),
        (),
    )
    files = returned(tmp_path, replace(complete(), units=national().units[2:], findings=()), item, data=data)
    assert "应报送21个地区，已报送1个，未报送20个。" in text_of(files["催报名单.txt"])


CITY_FILES = (("市/1.xlsx", "广州市"), ("市/2.xlsx", "深圳市"), ("市/别省.xlsx", "珠海市"))


def of_city(file: str) -> Filing:
    """A filing with the row of one city."""
    city = dict(CITY_FILES)[file]
    return Filing(file, GUANGDONG, (filed_table(EDITION.forms[0], [row(EDITION.forms[0], 7, city)], file),))


def test_the_list_of_reminders_names_missing_units_and_regions(tmp_path: Path, data: bytes) -> None:
    table = complete()
    partial = replace(
        table.units[0],
        missing_regions={"附表1": ("和平区", "河东区", "南开区"), "附表2": ("和平区",)},
        uncounted_regions={"附表1": ("南开区",), "附表2": ("和平区",)},
    )
    files = returned(tmp_path, replace(table, units=(partial, *table.units[1:]), findings=()), data=data)
    assert text_of(files["催报名单.txt"]) == (
        "2019年度12333电话服务情况催报名单\n"
        "报送期限：2020年1月17日（人社网信函〔2019〕28号）\n"
        "\n"
        "应报送3个单位，已报送2个，未报送1个。\n"
        "\n"
        "一、未报送的单位\n"
        "1. 河北省\n"
        "\n"
        "二、已报送但缺少地区的单位\n"
        "1. 天津市：附表1缺少和平区、河东区\n"
        "\n"
        "催报用语（可直接粘贴；另有催报函，有退回修改意见、核实函的写在其中）：\n"
        "    2019年度12333电话服务情况按通知应于2020年1月17日前报送工作总结和调查表（附电子版）。我们还没有收到你们的材料，"
        "或者其中缺少一部分，请尽快报送；已经寄出的，请回复告知寄出日期和方式，以便查收。谢谢！\n"
        "\n"
        "人力资源社会保障部信息中心\n"
        "电话：(010)84209211、(010)84209270　电子邮箱：12333@mohrss.gov.cn\n"
    )


def test_nobody_to_remind_is_said(tmp_path: Path, data: bytes) -> None:
    table = complete()
    present = tuple(status for status in table.units if status.status is not Status.MISSING)
    files = returned(tmp_path, replace(table, units=present, findings=()), data=data)
    assert text_of(files["催报名单.txt"]).endswith("全部单位均已报送，没有需要催报的。\n")


def test_nothing_is_overwritten_without_force(tmp_path: Path, data: bytes) -> None:
    item = Checked(filing(), (BALANCE,))
    table = with_findings(item)
    (tmp_path / "退回修改意见_广东省.txt").write_text("我的", encoding="utf-8")
    with pytest.raises(UsageStop, match="已经存在"):
        write_returns(tmp_path, inbox_of(item, table=table), lambda _: data)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sent.xlsx", "退回修改意见_广东省.txt"]
    assert len(write_returns(tmp_path, inbox_of(item, table=table), lambda _: data, force=True)) == 8
    assert "广东省" in text_of(tmp_path / "退回修改意见_广东省.txt")


def test_control_characters_of_a_filing_do_not_reach_the_letter(tmp_path: Path, data: bytes) -> None:
    item = Checked(filing(), (replace(BALANCE, message="坏\x1b[31m\r\n值\u202e", region="广\x00州"),))
    letter = text_of(returned(tmp_path, with_findings(item), item, data=data)["退回修改意见_广东省.txt"])
    assert "坏[31m值（规则B401）" in letter
    assert "广州来电总量（C7）" in letter


def test_a_unit_that_sent_its_report_alone_is_asked_for_the_forms_in_the_same_letter(
    tmp_path: Path, data: bytes
) -> None:
    long = finding(
        "S601", message="工作总结共3215字，请压缩到3000字以内。", file="总结.docx", sheet=None, cell=None, field=None
    )
    report = Checked(Summary("总结.docx", GUANGDONG, ("一",), words=3215), (replace(long, form=None, region=None),))
    table = with_findings(report)
    units = tuple(
        replace(status, status=Status.MISSING, files=(), rows={}) if status.unit is GUANGDONG else status
        for status in table.units
    )
    files = returned(tmp_path / "退回", replace(table, units=units), report, data=data)
    assert "同时报送调查表（附电子版），我们还没有收到，请一并发来" in text_of(files["退回修改意见_广东省.txt"])
    assert "催报函_广东省.txt" not in files
    assert "已报送1个，未报送2个" in text_of(files["催报名单.txt"])


def test_a_unit_that_sent_a_good_report_alone_is_reminded_of_the_forms(tmp_path: Path, data: bytes) -> None:
    report = Checked(Summary("总结.docx", GUANGDONG, ("一",), words=2000), ())
    table = with_findings(report)
    units = tuple(
        replace(status, status=Status.MISSING, files=(), rows={}) if status.unit is GUANGDONG else status
        for status in table.units
    )
    files = returned(tmp_path / "退回", replace(table, units=units), report, data=data)
    reminder = text_of(files["催报函_广东省.txt"])
    assert reminder.startswith("主题：请报送2019年度12333电话服务情况调查表\n")
    assert "工作总结已收到，感谢支持。" in reminder
    assert "同时报送调查表（附电子版），我们还没有收到，请尽快发来" in reminder
    assert "广东省（只收到工作总结）" in text_of(files["催报名单.txt"])
