"""What goes back: copies, letters as a colleague writes them, and the list of what to send."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import docx
import fast_mail_parser
import openpyxl
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt
from jinja2 import DictLoader, Environment
from msgspec.structs import replace

from cli_runs import refused, report, run
from factory import (
    clean_header,
    clean_rows,
    lines_below,
    mail,
    opened,
    parsed,
    unit_named,
    words_of,
    write_below,
    write_filing,
)
from factory import filing as workbook
from factory import letter as word_letter
from faulty_senders import TOPICS
from hrss12333.checking.engine import Checked
from hrss12333.inbox import Inbox
from hrss12333.model.check_code import OUTPUT_CATEGORY
from hrss12333.model.errors import JobStop
from hrss12333.model.filing import CoveringLetter, Filing, Skipped, WorkReport
from hrss12333.model.finding import Severity
from hrss12333.model.national import National, State
from hrss12333.model.text import Text, TextKind
from hrss12333.questions.respondents import Respondent, respondents_of
from hrss12333.reading.files.discovery import Source
from hrss12333.reporting import letter as letter_module
from hrss12333.reporting.letter import LetterKind, Recipient, Sender
from hrss12333.reporting.returns import write_returns
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Scalar
from hrss12333.writing.reference import CHARACTERS, TEXT_TWIPS
from reporting_samples import (
    BALANCE,
    GUANGDONG,
    checked_of,
    clean,
    faulty,
    filing,
    finding,
    inbox_of,
    national,
    row,
    unreadable,
)
from reporting_samples import table as filed_table

FAULTY = Checked(filing(), (BALANCE,))
"""A filing in which one cell is to be corrected."""
OPEN_QUERY = finding("P501", Severity.QUERY, "人均接听量12,000，偏高。", cell="D7", field="calls_agent", value=1000)


def sent_back(folder: Path, inbox: Inbox, *, force: bool = False, **about: Any) -> tuple[list[Path], list[str]]:
    """What is written for an inbox, and what is said of an earlier run's; ``about`` the sender."""
    sender = Sender(inbox.edition, inbox.unit, TODAY, **about)
    return write_returns(folder, respondents_of(inbox), sender, lambda name: Source(name, workbook), force=force)


def returned(folder: Path, *checked: Checked, table: National | None = None, **about: Any) -> dict[str, Path]:
    """The files for those who sent these; the ``table`` knows what was found in them, unless it is given."""
    paths, _ = sent_back(folder, inbox_of(*checked, table=table or with_findings(*checked)), **about)
    assert all(path.exists() for path in paths)
    return {path.name: path for path in paths}


EXTENSIONS = (".eml", ".docx")
TODAY = date(2020, 1, 19)
LIST = "发送清单.xlsx"
SIGNED = (
    "人力资源社会保障部信息中心\n"
    "2020年1月19日\n"
    "（联系人：鞠丽娅、刘孟欣；电话：(010)84209211、84209270；邮箱：12333@mohrss.gov.cn）\n"
)


LAST_YEAR = {"河北省": {"name": "李四", "mobile": "13811110000", "email": "li@example.cn"}}


def letters(*names: str) -> list[str]:
    return [f"{name}{extension}" for name in names for extension in EXTENSIONS]


def listed(path: Path) -> list[dict[str, object]]:
    return lines_below(opened(path)[path.stem].values)


def complete() -> National:
    """A national table in which those who reported sent their 工作总结 too."""
    reports = tuple(
        WorkReport(f"{unit.short}.docx", unit, ("一",)) for unit in (unit_named("天津"), unit_named("广东"))
    )
    return replace(national(), work_reports=reports)


def with_findings(*checked: Checked) -> National:
    """A national table that knows these files' findings."""
    return replace(complete(), findings=tuple(f for item in checked for f in item.findings))


def without_forms() -> National:
    """A national table in which 广东 sent its 工作总结 alone."""
    units = (replace(status, files=(), rows={}) if status.unit is GUANGDONG else status for status in national().units)
    return replace(complete(), units=tuple(units), findings=())


def test_a_faulty_unit_gets_its_copy_and_a_letter(tmp_path: Path) -> None:
    item = checked_of((*faulty().findings, OPEN_QUERY))
    files = returned(tmp_path / "退回", item, clean())
    assert list(files) == ["广东省_审核.xlsx", *letters("退回修改意见_广东省", "催报函_河北省"), LIST]
    assert words_of(files["退回修改意见_广东省.docx"]) == (
        "关于修改2019年度12333报送材料的函\n"
        "广东省人力资源和社会保障厅：\n"
        "你厅报送的2019年度12333电话服务情况材料收悉。经核对，有3处需要改正、2处需要核实，列明如下，请予改正、核实。\n"
        "一、必须改正\n"
        "《广东省.xlsx》工作表“附表1”\n"
        "1. 广州市（C7）：来电总量2500不等于人工接听量1000+自助语音量1000+放弃量400=2400，相差100。"
        "请核对这四项，改正填错的一项；确实不相等的，请在“备注”栏说明情况（填表说明第3条）。\n"
        "建议：放弃量（F7）改为500：改后该行对得上。\n"
        "2. 阳江市（C8）：来电总量没有填。\n"
        "3. 阳江市（E8）：自助语音量没有填。\n"
        "二、需要核实\n"
        "《广东省.xlsx》\n"
        "4. 两张表的联系人不一致。\n"
        "《广东省.xlsx》工作表“附表1”\n"
        "5. 广州市人工接听量（D7）填的是“1000”：人均接听量12,000，偏高。\n"
        "请在所附审核副本上改正（需要核实而数据无误的，在“备注”栏写明原因）后发回电子版；"
        "纸质版已经寄出的，请将改动的页重新盖章补报。\n"
        "附件：广东省_审核.xlsx\n" + SIGNED
    )
    assert opened(files["广东省_审核.xlsx"]).sheetnames[0] == "审核结果"


def test_one_who_sent_nothing_is_reminded_through_last_years_contact(tmp_path: Path) -> None:
    files = returned(tmp_path, table=complete(), contacts_of_last_year=LAST_YEAR)
    assert words_of(files["催报函_河北省.docx"]) == (
        "关于催报2019年度12333报送材料的函\n"
        "河北省人力资源和社会保障厅：\n"
        "按照《关于报送2019年度12333电话服务有关情况的通知》（人社网信函〔2019〕28号）要求，各地应于2020年1月17日前"
        "报送工作总结和调查表（附电子版）。截至目前，尚未收到你厅报送的材料。\n"
        "请报送工作总结和调查表（附电子版），并补报盖章的纸质版；已经发出的，请告知发出的日期和方式，以便查收。\n"
        f"{SIGNED}"
    )
    assert parsed(files["催报函_河北省.eml"])["To"] == "li@example.cn"
    line = listed(files[LIST])[-1]
    assert (line["联系人"], line["手机号"], line["邮箱"]) == ("李四（上年）", "13811110000", "li@example.cn")


@pytest.mark.parametrize("day", [None, date(2020, 1, 23)])
def test_the_day_to_reply_by_is_printed_where_it_is_given_and_none_without(day: date | None, tmp_path: Path) -> None:
    for known in ((BALANCE,), (OPEN_QUERY,)):
        item = Checked(filing(), known)
        inbox = inbox_of(item, table=with_findings(item))
        paths, _ = sent_back(tmp_path / known[0].rule, inbox, reply_by=day)
        texts = [words_of(path) for path in paths if path.suffix == ".docx"]
        assert len(texts) == 2
        assert all(("请于2020年1月23日前" in text) == (day is not None) for text in texts)
        assert {line["回复期限"] for line in listed(paths[-1])} == {day.isoformat() if day else None}


def test_a_draft_opens_in_mail_programs_with_everything_attached(tmp_path: Path) -> None:
    files = returned(tmp_path, FAULTY)
    draft = files["退回修改意见_广东省.eml"]
    sent = {name: files[name].read_bytes() for name in ("退回修改意见_广东省.docx", "广东省_审核.xlsx")}
    mail = parsed(draft)
    assert (mail["X-Unsent"], mail["To"]) == ("1", "zhang@example.cn")
    assert mail["Subject"] == "关于修改2019年度12333报送材料的函"
    assert {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()} == sent
    body = mail.get_body()
    assert body is not None
    lines = body.get_content().splitlines()
    assert lines[0] == "广东省人力资源和社会保障厅："
    words = words_of(files["退回修改意见_广东省.docx"]).splitlines()
    assert [line.strip() for line in lines if line] == words[1:]
    other = fast_mail_parser.parse_email(draft.read_bytes())
    assert other.subject == "关于修改2019年度12333报送材料的函"
    assert {part.filename: bytes(part.content) for part in other.attachments} == sent


def test_a_letter_looks_as_an_official_one(tmp_path: Path) -> None:
    """GB/T 9704: the name ends two characters from the edge, the day begins two right of it; enclosures below each other."""
    files = returned(tmp_path, FAULTY)
    document = docx.Document(str(files["退回修改意见_广东省.docx"]))
    look = {paragraph.text: paragraph for paragraph in document.paragraphs}
    title = look["关于修改2019年度12333报送材料的函"].style
    assert title is not None
    fonts = title.element.find(f".//{qn('w:rFonts')}")
    assert fonts.get(qn("w:eastAsia")) == "方正小标宋简体"
    assert title.paragraph_format.alignment == WD_ALIGN_PARAGRAPH.CENTER
    sizes = {style.font.size for style in document.styles if style.name.startswith("函") and style.name != "函标题"}
    assert sizes == {Pt(16)}
    assert not [run.text for paragraph in document.paragraphs for run in paragraph.runs if run.font.size]
    character = TEXT_TWIPS / 20 / CHARACTERS
    indents = [look[line].paragraph_format.left_indent for line in SIGNED.splitlines()[:2]]
    assert [round((indent or 0) / 12_700 / character) for indent in indents] == [28 - 2 - 13, 28 - 13]
    enclosed = look["附件：广东省_审核.xlsx"].paragraph_format
    assert enclosed.first_line_indent is not None
    assert round(enclosed.first_line_indent / 12_700 / character) == -3
    assert document.core_properties.category == OUTPUT_CATEGORY
    mail = parsed(files["退回修改意见_广东省.eml"]).get_body()
    assert mail is not None
    lines = mail.get_content().splitlines()
    assert lines[-6:] == ["", "　　附件：广东省_审核.xlsx", "", f"{'　' * 13}人力资源社会保障部信息中心", f"{'　' * 15}2020年1月19日",
                          f"　　{SIGNED.splitlines()[2]}"]  # fmt: skip


def test_files_that_name_no_unit_or_cannot_be_read_get_letters_of_their_own(tmp_path: Path) -> None:
    nameless: Filing = replace(filing("收/不明.xlsx"), unit=None, sender="a@example.cn")
    found = finding(
        "H101", message="没有填写报送单位。", file="收/不明.xlsx", cell="B3", field="unit", value=None, unit=None
    )
    item, broken = Checked(nameless, (found,)), unreadable("收/坏.xlsx")
    files = returned(tmp_path, item, broken)
    assert list(files) == ["不明_审核.xlsx", *letters("退回修改意见_不明", "退回修改意见_坏", "催报函_河北省"), LIST]
    lines = words_of(files["退回修改意见_不明.docx"]).splitlines()
    assert lines[1] == "有关单位："
    assert {line["收件单位"] for line in listed(files[LIST])} == {"（认不出单位）", "河北省"}
    lines = words_of(files["退回修改意见_坏.docx"]).splitlines()
    assert lines[2].startswith("你单位报送的")
    assert "《坏.xlsx》" in lines
    assert not any("副本" in line for line in lines)
    assert "To" not in parsed(files["退回修改意见_坏.eml"])


def test_in_the_table_of_one_unit_each_city_gets_its_letter(tmp_path: Path) -> None:
    form, items = EDITION.forms[0], []
    for file, city in (("市/1.xlsx", "广州市"), ("市/2.xlsx", "深圳市"), ("市/别省.xlsx", "珠海市")):
        own = Filing(file, GUANGDONG, (filed_table(form, [row(form, 7, city)], file),))
        items.append(Checked(own, (replace(BALANCE, file=file, region=city),)))
    table = replace(
        with_findings(*items), units=national().units[2:], skipped=(Skipped("市/别省.xlsx", "不是广东省的报送"),)
    )
    items[2] = replace(items[2], document=replace(items[2].document, unit=unit_named("福建")))
    files = returned(tmp_path, *items, table=table)
    written = [name for name in files if "催报" not in name and name != LIST]
    assert written == ["1_审核.xlsx", "2_审核.xlsx", *letters("退回修改意见_广州市", "退回修改意见_深圳市")]
    lines = words_of(files["退回修改意见_广州市.docx"]).splitlines()
    assert lines[-2:] == ["广东省人力资源和社会保障厅", "2020年1月19日"]
    assert lines[1] == "广州市人力资源和社会保障局："
    assert lines[2].startswith("你市")
    assert len([name for name in files if name.startswith("催报函_") and name.endswith(".eml")]) == 19
    reminder = words_of(files["催报函_珠海市.docx"])
    assert "我厅应于2020年1月17日前汇总报送各地的调查表。截至目前，尚未收到你市报送的材料。" in reminder


def test_the_list_tells_whom_what_kind_address_file_and_whether_late(tmp_path: Path) -> None:
    late = finding("M704", Severity.NOTE, "邮件于2020年1月20日发出。", sheet=None, cell=None, form=None, region=None)
    mailed = replace(filing(), received=datetime(2020, 1, 20))
    item = Checked(mailed, (BALANCE, replace(late, field=None, value=None)))
    files = returned(tmp_path, item)
    assert [list(line.values()) for line in listed(files[LIST])] == [
        [1, "广东省", "退回修改意见", "改正1处", None, None, "张三", "13800000000", "zhang@example.cn",
         "退回修改意见_广东省.eml", None, "逾期", None, None],
        [2, "河北省", "催报函", "没报", *[None] * 5, "催报函_河北省.eml", *[None] * 4],
    ]  # fmt: skip
    in_time = Checked(replace(mailed, received=datetime(2020, 1, 17)), (BALANCE,))
    files = returned(tmp_path / "按时", in_time)
    assert listed(files[LIST])[0]["是否逾期"] == "否"


def test_letters_that_are_no_longer_due_are_moved_and_named(tmp_path: Path) -> None:
    """What is not ours stays. The list, in which nobody wrote, is replaced."""
    folder = tmp_path / "退回"
    before = returned(folder, FAULTY)
    (folder / "说明.docx").write_bytes(workbook())
    (folder / "来信.eml").write_text("Subject: x\n\ny", encoding="utf-8")
    moved_names = letters("退回修改意见_广东省")
    contents = {name: before[name].read_bytes() for name in moved_names}
    inbox = inbox_of(clean(), table=replace(complete(), findings=()))
    written, (remark,) = sent_back(folder, inbox, force=True)
    old = folder / "以前的信函"
    assert {path.name: path.read_bytes() for path in old.iterdir()} == contents
    assert all(name in remark for name in moved_names)
    assert {path.name for path in folder.iterdir() if path.is_file()} == {
        *(path.name for path in written), "广东省_审核.xlsx", "说明.docx", "来信.eml",
    }  # fmt: skip
    assert sent_back(folder, inbox, force=True)[1] == []


def test_what_the_run_has_read_stays_where_it_is(tmp_path: Path) -> None:
    """A mail that bears our marks is no letter of ours where it is read."""
    before = returned(tmp_path, FAULTY)
    draft = before["退回修改意见_广东省.eml"]
    inbox = inbox_of(Checked(filing(f"{draft}/广东省.xlsx"), ()), table=replace(complete(), findings=()))
    _, (remark,) = sent_back(tmp_path, inbox, force=True)
    assert draft.exists()
    assert draft.name not in remark


def test_an_address_known_from_another_mail_is_written_to(tmp_path: Path) -> None:
    """Of the unit's own mails the last; never an address that is none."""
    bare = replace(filing(), tables=(), sender="first@example.cn", received=datetime(2020, 1, 3))
    item = Checked(bare, (BALANCE,))
    letter = CoveringLetter(
        "来信.eml",
        (Text(TextKind.MAIL, "请查收。"),),
        sender="last@example.cn",
        received=datetime(2020, 1, 9),
        unit=GUANGDONG,
    )
    table = with_findings(item)
    units = tuple(replace(status, contacts=()) for status in table.units)
    files = returned(tmp_path, item, table=replace(table, units=units, letters=(letter,)))
    assert parsed(files["退回修改意见_广东省.eml"])["To"] == "last@example.cn"


def test_a_file_that_another_replaces_is_not_sent_back(tmp_path: Path) -> None:
    """What its lost row asks is asked, without a copy; its contact is no longer theirs."""
    lost = finding("M706", Severity.QUERY, "“阳江市”在更正后的“新.xlsx”中没有了。", cell="B8", region="阳江市")
    old = replace(Checked(filing("旧.xlsx"), ()), document=replace(filing("旧.xlsx"), sender="old@example.cn"))
    table = replace(
        complete(),
        findings=(replace(lost, file="旧.xlsx", field=None, value=None),),
        superseded={("旧.xlsx", "广东省"): "新.xlsx"},
    )
    files = returned(tmp_path, old, Checked(filing("新.xlsx"), ()), table=table)
    assert list(files) == [*letters("核实函_广东省", "催报函_河北省"), LIST]
    text = words_of(files["核实函_广东省.docx"])
    assert "在更正后的“新.xlsx”中没有了" in text
    assert "old@example.cn" not in text


def test_a_template_that_somebody_has_broken_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Environment(loader=DictLoader({"reminder.txt": "你好"}))
    monkeypatch.setattr(letter_module, "_TEMPLATES", broken)
    reminded = Recipient(LetterKind.REMINDER, Respondent("河北省", State.MISSING))
    with pytest.raises(JobStop, match="你好"):
        letter_module.write_letter(reminded, Sender(EDITION, None, TODAY), copies=())


# Whom what is written to


LONG = finding("S601", message="工作总结共5,176字。", file="总结.docx", sheet=None, cell=None, region=None, field=None)
REPORT = Checked(WorkReport("总结.docx", GUANGDONG, ("一",), words=2000), ())
TOO_LONG = Checked(replace(REPORT.document, words=5176), (LONG,))
QUERIED, SCAN = Checked(filing(), (OPEN_QUERY,)), unreadable("收/河北省盖章.pdf")
OF_ALL = ("催报函_天津市", "催报函_河北省")
CASES: dict[str, tuple[list[Checked], National | None, tuple[str, ...], str, list[str], str]] = {
    "a unit with something to correct is asked for its report in the same letter": (
        [FAULTY], replace(national(), findings=(BALANCE,)), ("退回修改意见_广东省", *OF_ALL), "zhang@example.cn",
        ["另外，应于2020年1月17日前报送的工作总结（3000字以内）尚未收到，请一并报送；"], ""),
    "one with open queries alone is asked to confirm": (
        [QUERIED], None, ("核实函_广东省", "催报函_河北省"), "zhang@example.cn",
        ["关于核实2019年度12333报送材料的函\n", "经核对，有1处需要核实，列明如下，请予核实。\n",
         "请予以核实：数据无误的，回复说明原因，不必重新盖章；"], "请改正"),
    "one that sent no work report is reminded of it": (
        [], replace(national(), findings=()), ("催报函_广东省", *OF_ALL), "zhang@example.cn",
        ["关于催报2019年度12333工作总结的函\n", "材料收悉。", "尚未收到你厅的工作总结（3000字以内）。"], ""),
    "a work report that is too long is in its unit's letter": (
        [TOO_LONG], None, ("退回修改意见_广东省", "催报函_河北省"), "zhang@example.cn",
        ["《总结.docx》\n1. 填的是“2500”：工作总结共5,176字。"], ""),
    "one that sent a good report alone is reminded of the forms": (
        [REPORT], without_forms(), ("催报函_广东省",), "zhang@example.cn",
        ["关于催报2019年度12333调查表的函\n", "材料收悉。", "尚未收到你厅的调查表（附电子版）。"], ""),
    "one of which nothing could be read is asked for its report, by last year's contact": (
        [SCAN], None, ("退回修改意见_河北省",), "li@example.cn", ["工作总结（3000字以内）尚未收到"], ""),
}  # fmt: skip
"""What came, the table where it is another; the letters, of which the first is looked at: its address, words in it, words that
are not."""


@pytest.mark.parametrize("case", CASES)
def test_whom_what_is_written_to(case: str, tmp_path: Path) -> None:
    checked, table, written, address, told, untold = CASES[case]
    files = returned(tmp_path, *checked, table=table, contacts_of_last_year=LAST_YEAR)
    assert {f"{name}.eml" for name in written} <= files.keys()
    text = words_of(files[f"{written[0]}.docx"])
    assert [words for words in told if words not in text] == []
    assert not untold or untold not in text
    assert text.count("尚未收到") <= 1
    assert parsed(files[f"{written[0]}.eml"])["To"] == address
    whose = [item.document.unit for item in checked if isinstance(item.document, Filing)]
    assert [name for name in files if name.endswith("_审核.xlsx")] == [f"{u.name}_审核.xlsx" for u in whose if u]


# What a province sends its cities in two rounds, and the ministry the units


NINGXIA = unit_named("宁夏")
CALLS = ("calls_total", "calls_agent", "calls_ivr", "calls_abandoned")


def sent(file: str, unit: Unit, *names: str, figures: Mapping[str, Scalar] | None = None) -> dict[str, Scalar]:
    """A file with these regions of a unit, the first with these figures of 附表1; its row."""
    at = [region.name for region in unit.regions]
    rows = {form.key: [dict(clean_rows(unit, form)[at.index(name)]) for name in names] for form in EDITION.forms}
    rows["附表1"][0].update(figures or {})
    header = {**clean_header(unit), "email": "a@example.cn"}
    write_filing(Path("收件") / file, unit, rows, header, saved=datetime(2020, 1, 22 if "更正" in file else 6))
    return rows["附表1"][0]


@pytest.fixture(autouse=True)
def _inbox(here: Path) -> None:
    """Commands run beside an empty folder 收件."""
    (here / "收件").mkdir()


WORK_REPORT = word_letter(*TOPICS.split(), title="12333工作总结")


def scan(name: str, sender: str) -> None:
    """A mail to which nothing but a scan is attached."""
    about = {"said": "盖章扫描件见附件。", "subject": f"{name}12333调查表", "sent": "14 Jan 2020 09:00:00 +0800"}
    Path(f"收件/{name}.eml").write_bytes(mail(("调查表.pdf", b"%PDF-1.4" + bytes(2000)), sender=sender, **about))


def letter(name: str) -> str:
    return words_of(Path(f"退回/{name}.docx"))


def send_list() -> dict[object, dict[str, object]]:
    return {line["收件单位"]: line for line in listed(Path("退回", LIST))}


def noted(name: str, **cells: str) -> None:
    """Staff write into the list of what to send."""
    book = openpyxl.load_workbook(f"退回/{LIST}")
    assert write_below(book.worksheets[0], {"收件单位": name}, **cells)
    book.save(f"退回/{LIST}")


def test_a_letter_about_a_work_report_or_a_replaced_row_goes_to_the_contact_of_the_filing() -> None:
    """What was asked of a file as a whole is answered as 整份材料."""
    sent("银川市.xlsx", NINGXIA, "银川市")
    Path("收件/银川市12333工作总结.docx").write_bytes(word_letter("工作进展：平稳。", title="银川市12333工作总结"))
    Path("收件/石嘴山市.xlsx").write_bytes(b"PK\x03\x04" + bytes(40))
    sent("中卫市.xlsx", NINGXIA, "中卫市")
    merge = ("merge", "收件", "--unit", "宁夏", "--returns", "退回")
    run(*merge, "-o", "一.xlsx")
    assert send_list()["银川市"]["邮箱"] == "a@example.cn"
    sent("石嘴山市更正.xlsx", NINGXIA, "石嘴山市", figures={"calls_total": 1})
    sent("中卫市更正前.xlsx", NINGXIA, "中卫市", figures={"seats": 1})
    run(*merge, "-o", "二.xlsx", "--since", "一_汇总.xlsx", "--force")
    assert "上次已答复：整份材料，不再列出。" in letter("退回修改意见_石嘴山市")
    assert send_list()["中卫市"]["邮箱"] == "a@example.cn"


def test_a_further_letter_says_so_and_what_was_answered() -> None:
    given = sent("银川市.xlsx", NINGXIA, "银川市")
    sent("石嘴山市.xlsx", NINGXIA, "石嘴山市", figures={"calls_total": 1, "seats": None})
    scan("固原市", "固原人社 <gy@example.cn>")
    merge = ("merge", "收件", "--unit", "宁夏", "--returns", "退回")
    assert run(*merge, "-o", "一.xlsx").exit_code == 1
    first = letter("催报函_固原市")
    assert "你市2020年1月14日来信收悉，谢谢。所附材料为扫描件，" in first
    assert "请报送调查表电子版（.xlsx）；" in first
    assert "再次" not in first
    assert send_list()["固原市"]["已来信"] == "1月14日来信，附件为扫描件"
    assert send_list()["固原市"]["邮箱"] == "gy@example.cn"
    noted("石嘴山市", 发出日期="2020-01-20", 办理情况="电话已催")
    assert "发送清单.xlsx”里有1行写了发出日期或办理情况，覆盖后就没有了" in refused(
        2, *merge, "-o", "三.xlsx", "--force"
    )
    assert not Path("三.xlsx").exists()
    sent("石嘴山市更正.xlsx", NINGXIA, "石嘴山市", figures={"seats": None})
    sent("中卫市.xlsx", NINGXIA, "中卫市", figures={key: given[key] for key in CALLS})
    again = run(*merge, "-o", "二.xlsx", "--since", "一_汇总.xlsx", "--force")
    assert "催报函_中卫市.docx、催报函_中卫市.eml、发送清单.xlsx" in again.stdout
    further = letter("退回修改意见_石嘴山市")
    assert further.splitlines()[0].endswith("的函（再次）")
    assert "我厅曾于2020年1月20日去函，现再次函告；所列各处最早的自" in further
    assert "上次已答复：附表1石嘴山市来电总量，不再列出。" in further
    noted_then = [send_list()["石嘴山市"][key] for key in ("上次发函", "发出日期", "办理情况")]
    assert noted_then == ["2020-01-20", None, "电话已催"]
    assert "再次" not in letter("催报函_固原市")
    # Neither letter nor copy names another city.
    asked = letter("核实函_银川市")
    assert "“银川市”、另一地区的来电总量" in asked
    assert "“中卫市”、另一地区的来电总量" in letter("核实函_中卫市")
    copy = openpyxl.load_workbook("退回/银川市_审核.xlsx")
    written = [
        str(cell.value) + str(cell.comment and cell.comment.text) for page in copy for row in page for cell in row
    ]
    assert "中卫" not in "".join((asked, *written))


def test_a_letter_to_a_city_gives_the_units_contact_also_in_later_rounds() -> None:
    sent("银川市.xlsx", NINGXIA, "银川市")
    merge = ("merge", "收件", "--unit", "宁夏", "--returns", "退回")
    desk = "（联系人：张三；电话：13800000001；邮箱：a@example.com）"
    run(*merge, "-o", "一.xlsx")
    assert "联系人：" not in letter("催报函_中卫市")
    run(*merge, "-o", "二.xlsx", "--force", "--contact", "张三 13800000001 a@example.com")
    assert desk in letter("催报函_中卫市")
    run(*merge, "-o", "三.xlsx", "--force", "--since", "二_汇总.xlsx")
    assert desk in letter("催报函_中卫市")
    run(*merge, "-o", "四.xlsx", "--force", "--contact", "张三 13800000001")
    assert "（联系人：张三；电话：13800000001）" in letter("催报函_中卫市")


def test_a_letter_names_no_file_of_another_city() -> None:
    sent("银川市.xlsx", NINGXIA, "银川市")
    sent("中卫市.xlsx", NINGXIA, "银川市", "中卫市", figures={"seats": 1})
    assert run("merge", "收件", "--unit", "宁夏", "--returns", "退回").exit_code == 1
    asked = letter("退回修改意见_银川市")
    assert "（“另一份材料”、“银川市.xlsx”），从日期和文件名都分不出哪个是最新的" in asked
    assert "中卫" not in asked


def test_a_copy_that_says_which_file_counts_is_one_and_a_county_apart_is_asked_no_more() -> None:
    """The copy comes back under a name with 更正, and otherwise as it was; the county's row is in 附表1 alone."""
    sent("银川市.xlsx", NINGXIA, "银川市")
    sent("银川市(2).xlsx", NINGXIA, "银川市", figures={"training_attendances": 7})
    row = dict(clean_rows(NINGXIA, "附表1")[4])
    county = {**row, "region": "海原县", "remarks": "市数据不含本行", "seats": 3}
    rows = {"附表1": [row, county], "附表2": [clean_rows(NINGXIA, "附表2")[4]]}
    write_filing(Path("收件/中卫市.xlsx"), NINGXIA, rows, clean_header(NINGXIA))
    made = report("merge", "收件", "--unit", "宁夏", "--returns", "退回", "-o", "一.xlsx")
    assert {each["ground"]["rule"] for each in made["questions"] if each["state"] == "open"} == {"M702"}
    (copy,) = Path("退回").glob("银川市*_审核.xlsx")
    copy.rename("收件/银川市（更正）.xlsx")
    made = report("merge", "收件", "--unit", "宁夏", "--since", "一_汇总.xlsx", "-o", "二.xlsx")
    assert [each for each in made["questions"] if each["respondent"] == "银川市" and each["state"] == "open"] == []


def test_no_unit_learns_anothers_figures_and_paper_alone_is_answered_with_what_is_missing() -> None:
    given = sent("宁夏.xlsx", NINGXIA, *[region.name for region in NINGXIA.regions])
    hainan = unit_named("海南")
    sent("海南.xlsx", hainan, *[region.name for region in hainan.regions], figures={key: given[key] for key in CALLS})
    scan("山西省", "sx@example.cn")
    of_day = {"sent": "14 Jan 2020 09:00:00 +0800", "sender": "jl@example.cn"}
    attached = ("云南省调查表.pdf", b"%PDF-1.4" + bytes(2000)), ("云南省12333工作总结.docx", WORK_REPORT)
    Path("收件/云南省.eml").write_bytes(mail(*attached, said="附件请查收。", **of_day))
    Path("收件/江西省.xlsx").write_bytes(b"PK" + bytes(100))
    titles = {form.key: {"A2": f"2018年度{form.title}"} for form in EDITION.forms}
    write_filing(Path("收件/吉林省.xlsx"), "吉林", cells=titles)
    assert run("merge", "收件", "--returns", "退回", "--year", "2019").exit_code == 1
    asked = letter("核实函_宁夏回族自治区")
    assert "与其他单位一个地区的完全相同" in asked
    assert "海" not in asked
    of_paper = letter("催报函_山西省")
    assert "所附材料为扫描件" in of_paper
    assert "尚未收到你厅的调查表电子版（.xlsx）和工作总结" in of_paper
    assert "请报送调查表电子版（.xlsx）和工作总结，" in of_paper
    assert "你厅2020年1月14日来信收悉，谢谢。所附材料为扫描件" in letter("催报函_云南省")
    assert send_list()["云南省"]["已来信"] == "1月14日来信，附件为扫描件"
    assert "工作总结（3000字以内）尚未收到，请一并报送" in letter("退回修改意见_江西省")
    assert "工作总结（3000字以内）和调查表（附电子版）尚未收到" in letter("退回修改意见_吉林省")
    assert parsed(Path("退回/催报函_山西省.eml"))["To"] == "sx@example.cn"


def test_the_copy_of_a_file_with_two_units_has_the_forms_of_one() -> None:
    units = (unit_named("海南"), unit_named("青海"))
    for unit in units:
        names = [region.name for region in unit.regions]
        sent(f"{unit.short}.xlsx", unit, *names, figures={"calls_total": 1})
    both, other = (openpyxl.load_workbook(f"收件/{unit.short}.xlsx") for unit in units)
    for page in other:
        copied = both.create_sheet(f"青海{page.title}")
        for cell in (cell for line in page for cell in line if cell.value is not None):
            copied[cell.coordinate] = cell.value
    both.save("收件/两省.xlsx")
    for unit in units:
        Path(f"收件/{unit.short}.xlsx").unlink()
    assert run("check", "收件", "--annotate", "副本").exit_code == 1
    for name, unit, stranger in zip(("两省_审核", "两省_审核(2)"), units, reversed(units), strict=True):
        texts = {str(cell.value) for page in opened(f"副本/{name}.xlsx") for row in page for cell in row}
        assert unit.regions[0].name in texts
        assert texts.isdisjoint(region.name for region in stranger.regions)


def test_a_copy_of_a_file_with_several_cities_goes_to_none_of_them() -> None:
    sent("两市.xlsx", NINGXIA, "银川市", "石嘴山市", figures={"calls_total": 1})
    assert run("merge", "收件", "--unit", "宁夏", "--returns", "退回").exit_code == 1
    draft = parsed(Path("退回/退回修改意见_银川市.eml"))
    assert [part.get_filename() for part in draft.iter_attachments()] == ["退回修改意见_银川市.docx"]
    assert "审核副本" not in letter("退回修改意见_银川市")


def test_a_city_that_stands_in_anothers_file_is_written_to_as_its_own_file_says() -> None:
    sent("两市.xlsx", NINGXIA, "石嘴山市", "银川市")
    cells = {form.key: {"A3": "联系人：张三　手机号：13800000000　邮箱：yc@example.cn"} for form in EDITION.forms}
    rows = {form.key: clean_rows("宁夏", form.key)[:1] for form in EDITION.forms}
    rows["附表1"][0]["seats"] = 1
    write_filing(Path("收件/银川.xlsx"), "宁夏", rows, cells=cells)
    run("merge", "收件", "--unit", "宁夏", "--returns", "退回")
    (draft,) = Path("退回").glob("*_银川市.eml")
    assert parsed(draft)["To"] == "yc@example.cn"


def test_units_that_staff_let_be_are_no_error() -> None:
    """M701 answered by 不报 is asked no more, and leaves the exit status 0."""
    sent("宁夏.xlsx", NINGXIA, *[region.name for region in NINGXIA.regions])
    assert run("merge", "收件", "-o", "一.xlsx").exit_code == 1
    book = openpyxl.load_workbook("一.xlsx")
    answer = {"核实情况": "不报，今年没有开通", "核实人": "王芳", "核实日期": "2020-01-20"}
    assert write_below(book["问题清单"], {"规则": "M701"}, **answer) == 31
    book.save("一.xlsx")
    again = run("merge", "收件", "-o", "二.xlsx", "--since", "一.xlsx")
    assert (again.exit_code, "没报（不报） 31个" in again.stdout) == (0, True), again.stdout
