"""Filings as offices send them, with letters, sign-off lines, approval sheets, notes and rates beside the table: nothing is asked."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook

from factory import clean_header, filing, letter, mail, unit_named
from hrss12333.model.finding import Severity
from merge_runs import judged

UNITS = ("宁夏", "青海", "西藏", "海南", "吉林", "甘肃")
Change = Callable[[Workbook], None]


def below(*lines: str, column: int = 1) -> Change:
    """Lines below each table."""

    def add(book: Workbook) -> None:
        for sheet in book.worksheets:
            row = sheet.max_row + 2
            for number, line in enumerate(lines):
                sheet.cell(row + number, column, line)

    return add


def sheet(name: str, *rows: tuple[object, ...]) -> Change:
    """Another sheet."""

    def add(book: Workbook) -> None:
        added = book.create_sheet(name)
        for row in rows:
            added.append(row)

    return add


def rates(book: Workbook) -> None:
    """A column of typed rates right of 附表1."""
    own = book["附表1"]
    column = own.max_column + 2
    heading = next(row for row in range(1, 12) if any(cell.value == "序号" for cell in own[row]))
    own.cell(heading, column, "人均接听量")
    for row in range(heading + 2, own.max_row + 1):
        if isinstance(own.cell(row, 3).value, int):
            own.cell(row, column, 3215.5)


def comments(book: Workbook) -> None:
    """Comments on cells of a row and on a heading."""
    own = book["附表1"]
    row = next(row for row in range(6, 15) if isinstance(own.cell(row, 3).value, int))
    own.cell(row, 3).comment = Comment("张三:\n取自话务平台年度报表", "张三")
    own.cell(1, 1).comment = Comment("王五:\n已盖章", "王五")


def remarks(book: Workbook) -> None:
    """Ordinary 备注."""
    for own in book.worksheets:
        column = next(cell.column for row in own.iter_rows(max_row=12) for cell in row if cell.value == "备注")
        words = iter(["咨询员为劳务派遣", "系统由省厅统一建设", "含兼职2人", "无", "2019年3月起开通微信"])
        for row in range(6, own.max_row + 1):
            if isinstance(own.cell(row, 3).value, int | str) and own.cell(row, 2).value not in (None, "合计", "样例"):
                own.cell(row, column, next(words, None))


MONTHS = [(f"{month}月", 5_000 + month, 3_000 + month) for month in range(1, 13)]
BOOKS: dict[str, Change] = {
    "sign-off": below(
        "填表人：张三    审核人：李四    负责人：王五    填表日期：2020年1月15日", "联系电话：0951-5012345", "（盖章）"
    ),
    "notes": below(
        "注：来电总量=人工接听量+自助语音量+放弃量；若不相等，请说明情况。",
        "“总人数”指从事12333工作的人员总数（含管理人员和咨询员）。",
        "注：咨询员含外包人员",
    ),
    "approval": sheet(
        "审批单",
        ("12333调查表报送审批单",),
        ("经办人", "张三"),
        ("处室意见", "同意"),
        ("分管领导意见", "同意报送。"),
        ("日期", "2020年1月15日"),
    ),
    "months": sheet("分月数据", ("月份", "来电量", "接听量"), *MONTHS),
    "rates": rates,
    "comments": comments,
    "remarks": remarks,
}


DISCLAIMER = (
    "您好！\n附件是我厅2019年度12333调查表和工作总结，请查收。如有问题请与我联系，电话0951-5012345。\n谢谢！\n\n"
    "本邮件及其附件含有保密信息，仅限于发送给上面地址中列出的个人。如果您错收了本邮件，请立即通知发件人并删除本邮件。"
)
ANSWER = "您的邮件已收到，我们会尽快处理。攀枝花市12333电话服务中心，服务时间8:30至17:30。"
LETTER = (
    "关于报送2019年度12333电话服务情况调查表的函",
    "人力资源社会保障部信息中心：",
    "根据通知要求，现将我省调查表报送你中心。2019年全省来电约70万次，比上年增长12%，接通率达到95%，数据已经各市核对无误。",
    "人力资源和社会保障厅",
    "2020年1月15日",
)


def no_questions(path: Path) -> None:
    """Nothing is an error or a query, but that other units have sent nothing."""
    inbox = judged(path)
    asked = [(f.rule, f.message_text) for f in inbox.national.findings if f.severity is not Severity.NOTE]
    assert [item for item in asked if item[0] != "M701"] == []
    assert inbox.national.entries


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("change", BOOKS)
def test_nothing_is_asked_of_a_workbook(tmp_path: Path, unit: str, change: str) -> None:
    book = openpyxl.load_workbook(BytesIO(filing(unit)))
    BOOKS[change](book)
    book.save(tmp_path / f"{unit}.xlsx")
    no_questions(tmp_path)


@pytest.mark.parametrize("unit", UNITS)
def test_nothing_is_asked_of_a_letter_with_rounded_figures_beside_it(tmp_path: Path, unit: str) -> None:
    (tmp_path / f"{unit}.xlsx").write_bytes(filing(unit))
    (tmp_path / f"{unit}报送函.docx").write_bytes(letter(*LETTER))
    no_questions(tmp_path)


@pytest.mark.parametrize("unit", UNITS)
def test_nothing_is_asked_of_a_mail_with_greetings_and_a_disclaimer(tmp_path: Path, unit: str) -> None:
    """And what a mailbox answers by itself."""
    attached = (f"{unit}12333调查表.xlsx", filing(unit))
    sent = mail(attached, said=DISCLAIMER, subject=f"{unit}报送12333调查表（2019年度）")
    (tmp_path / "来信.eml").write_bytes(sent)
    about = {
        "subject": "自动回复：12333调查表",
        "sender": "postmaster@example.org",
        "sent": "16 Jan 2020 09:00:00 +0800",
    }
    (tmp_path / "自动回复.eml").write_bytes(mail(said=ANSWER, **about))
    no_questions(tmp_path)


@pytest.mark.parametrize("unit", UNITS)
def test_nothing_is_asked_of_several_contacts(tmp_path: Path, unit: str) -> None:
    header = {**clean_header(unit_named(unit)), "name": "张三、李四", "mobile": "13800000001、13800000002"}
    (tmp_path / f"{unit}.xlsx").write_bytes(filing(unit, header=header))
    no_questions(tmp_path)
