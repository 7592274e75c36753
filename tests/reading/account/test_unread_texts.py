"""Sentences around the forms that may concern the figures: in mails, letters, paragraphs, page headers, comments and names."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from draws import FULLY
from factory import clean_rows, filing, letter, mail, write_filing
from hrss12333.checking.engine import check
from hrss12333.model.filing import Filing
from hrss12333.model.finding import UNREAD_ID, Finding, Severity
from hrss12333.model.text import TextKind
from hrss12333.survey.editions.y2019 import EDITION
from readings import all_of

NOTICE = """各省、自治区、直辖市及新疆生产建设兵团人力资源社会保障厅（局）:
为全面了解全国12333电话服务情况，推进12333电话系统全国联网建设，现对报送2019年度12333电话服务情况通知如下：
（一）报送工作总结。主要包括工作进展、取得的成效等，字数控制在3000字以内。
（二）填报调查表。组织所辖各地市填报《12333电话服务情况调查表》（附表1）、《12333电话系统建设情况调查表》（附表2）。
请各地于2020年1月17日前，将工作总结和调查表的纸质版盖章后传真或邮寄至部信息中心。
电    话：(010)84209211、84209270
数据采集周期为：2019年1月1日至2019年12月31日。
来电总量=人工接听量+自助语音量+放弃量；若不相等，请说明情况。"""
QUOTED = "\n".join(f"> {line}" for line in NOTICE.splitlines())


def mailed(path: Path, unit: str, said: str, page: str = "", forms: Sequence[str] = ("附表1", "附表2")) -> list[Filing]:
    """The filings in a mail with a unit's workbook; ``page`` is what its body says as a web page."""
    subject = "报送2019年度12333电话服务情况调查表"
    path.write_bytes(mail(("调查表.xlsx", filing(unit, forms=forms)), said=said, page=page, subject=subject))
    return all_of(Filing, path.parent)


def unread(folder: Path) -> list[Finding]:
    """What is said not to have been read of the filings under a folder, notes left out."""
    filings = all_of(Filing, folder)
    assert filings
    found = [finding for one in filings for finding in check(one, EDITION).findings]
    return [finding for finding in found if finding.rule == UNREAD_ID and finding.severity is not Severity.NOTE]


def test_an_inbox_of_mails_with_greeting_signature_and_the_quoted_notice_has_nothing_to_ask(tmp_path: Path) -> None:
    for number, unit in enumerate(EDITION.units if FULLY else EDITION.units[::4]):
        city = unit.regions[0].name
        body = (
            f"部信息中心：\n    您好！现报送{unit.name}2019年度12333电话服务情况调查表和工作总结，共2个附件，请查收。\n"
            f"    我单位所辖{len(unit.expected)}个地区的数据已全部汇总，纸质版已于1月{number % 20 + 1}日寄出（EMS 1234567890123）。\n\n"
            f"{unit.name}人力资源和社会保障厅信息中心  张三\n电话：0{300 + number}-8{number:06}  手机：138{number:08}\n"
            f"地址：{city}人民路{number + 1}号 邮编：{100000 + number}\n2020年1月10日\n\n"
            f"-----原始邮件-----\n发件人：部信息中心\n{QUOTED}\n"
        )
        mailed(tmp_path / f"{number:02}_{unit.short}.eml", unit.name, body)
    assert unread(tmp_path) == []


@pytest.mark.parametrize(
    ("body", "quoted"),
    [
        ("您好！银川市另有坐席38个未列入。", "银川市另有坐席38个未列入"),
        ("您好！固原市今年新上线三万通电话。请查收。", "固原市今年新上线三万通电话"),
        ("您好！今年坐席45个。", "今年坐席45个"),
        ("您好！银川市的数据已核对。", ""),
        ("您好！今年新进12人，培训已办。", ""),
    ],
)
def test_a_mail_is_asked_about_where_it_names_a_region_or_column_and_a_figure(
    tmp_path: Path, body: str, quoted: str
) -> None:
    (read,) = mailed(tmp_path / "宁夏.eml", "宁夏", body)
    found, doubted = [str(finding.value) for finding in unread(tmp_path)], bool(read.doubts)
    assert found == ([quoted] if quoted and not doubted else [])
    assert not quoted or found or doubted


def test_what_a_page_says_beside_the_plain_text_of_the_same_mail_is_asked_about_once(tmp_path: Path) -> None:
    same, more = "您好！银川市另有坐席38个。", "固原市今年新上线三万通电话。"
    page = f"<p>{same}</p><p>{more}</p>"
    (read,) = mailed(tmp_path / "宁夏.eml", "宁夏", same.replace("坐席", "坐席\n"), page)
    assert [item.text for item in read.texts if item.kind is TextKind.MAIL] == [
        "您好！银川市另有坐席\n38个。",
        more,
    ]


def page_of(unit: str) -> str:
    """A unit's filing as tables of a web page."""
    page = ""
    for form, sheet in zip(EDITION.forms, openpyxl.load_workbook(BytesIO(filing(unit))), strict=True):
        _, title, line, _, _, *rows = (row for row in sheet.iter_rows(max_row=10, values_only=True))
        lines = [[column.label for column in form.columns], *rows]
        page += f"<p>{title[0]}</p><p>{line[0]}</p><table>"
        page += "".join(f"<tr>{''.join(f'<td>{cell or str()}</td>' for cell in cells)}</tr>" for cells in lines)
        page += "</table>"
    return page


def test_a_form_in_the_body_of_a_mail_that_is_attached_too_is_compared_with_it(tmp_path: Path) -> None:
    page = page_of("宁夏")
    mailed(tmp_path / "宁夏.eml", "宁夏", "您好", page)
    assert unread(tmp_path) == []
    calls = str(clean_rows("宁夏")[0]["calls_total"])
    mailed(tmp_path / "宁夏.eml", "宁夏", "您好", page.replace(calls, "98765"))
    (finding,) = unread(tmp_path)
    assert {"银川市", "98765"} < {*str(finding.value).split()}


def attached(path: Path, unit: str, page: str, forms: Sequence[str] = ("附表1", "附表2")) -> list[Filing]:
    return mailed(path / "信.eml", unit, "您好", page, forms)


@pytest.mark.parametrize("before", ["<p>-----原始邮件-----</p>", "<div>发件人：部信息中心</div>", "<blockquote>"])
def test_a_form_that_the_body_quotes_is_no_filing(tmp_path: Path, before: str) -> None:
    body = page_of("宁夏").replace("</td><td>1", "</td><td>7")
    (read,) = attached(tmp_path, "宁夏", f"<p>您好</p>{before}{body}</blockquote>")
    assert Path(read.file).name == "调查表.xlsx"
    assert unread(tmp_path) == []


def test_the_blank_form_of_the_notice_in_the_body_says_nothing(tmp_path: Path) -> None:
    tables = "".join(
        f"<table><tr>{''.join(f'<td><p>{column.label}</p></td>' for column in form.columns)}</tr>"
        + f"<tr>{'<td></td>' * len(form.columns)}</tr>" * 3
        + "</table>"
        for form in EDITION.forms
    )
    (read,) = attached(tmp_path, "宁夏", f"<p>{NOTICE}</p>{tables}")
    assert Path(read.file).name == "调查表.xlsx"
    assert unread(tmp_path) == []


def test_a_row_of_samples_in_the_body_takes_nothing_out(tmp_path: Path) -> None:
    sample = f"<tr><td>1</td><td>样例</td>{'<td>2500</td>' * 11}</tr>"
    body = page_of("宁夏").replace("</tr>", f"</tr>{sample}", 1)
    for read in attached(tmp_path, "宁夏", body):
        assert not any(table.unfit or table.concealed for table in read.tables)


def test_a_sentence_that_gives_the_forms_own_figures_is_nothing_to_ask(tmp_path: Path) -> None:
    rows = clean_rows("宁夏")
    total = sum(int(str(row["calls_total"])) for row in rows)
    first = f"其中{rows[0]['region']}来电总量{rows[0]['calls_total']}次"
    mailed(tmp_path / "宁夏.eml", "宁夏", f"您好！我区来电总量{total:,}次，{first}。")
    assert unread(tmp_path) == []


def test_what_several_files_share_is_told_once(tmp_path: Path) -> None:
    folder = tmp_path / "宁夏"
    folder.mkdir()
    write_filing(folder / "附表1.xlsx", "宁夏", forms=("附表1",))
    write_filing(folder / "附表2.xlsx", "宁夏", forms=("附表2",))
    said = ("关于报送调查表的函", "部信息中心：附表附后。石嘴山市另有备用坐席12个，由银行派驻。")
    (folder / "报送函.docx").write_bytes(letter(*said))
    found = unread(tmp_path)
    assert [finding.message_text.partition("，没有读取")[0] for finding in found] == [
        "随附的函件“报送函.docx”写着“石嘴山市另有备用坐席12个，由银行派驻”"
    ]


@pytest.mark.parametrize("place", ["comment", "footer", "sheet", "file"])
def test_comments_page_footers_and_names_are_running_text(tmp_path: Path, place: str) -> None:
    reported = "备用坐席977个"
    path = write_filing(tmp_path / f"宁夏{reported if place == 'file' else ''}.xlsx", "宁夏")
    book = openpyxl.load_workbook(path)
    sheet = book["附表2"]
    if place == "comment":
        sheet["A1"].comment = Comment(reported, "张三")
    elif place == "footer":
        sheet.oddFooter.center.text = reported  # type: ignore[union-attr]
    elif place == "sheet":
        sheet.title = f"附表2{reported}"
    book.save(path)
    found = unread(tmp_path)
    assert len(found) == 1
    assert reported in found[0].message_text
    assert found[0].sheet == ("附表2" if place == "comment" else None)
