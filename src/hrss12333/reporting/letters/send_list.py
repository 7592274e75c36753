"""发送清单: to whom each letter goes, by which address, in which file, until when it is to be answered; the last column is
for staff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hrss12333.model.document_marks import OUTPUT_CATEGORY
from hrss12333.model.national import National
from hrss12333.reporting.letters.letter import Letter, LetterKind, Sender
from hrss12333.reporting.standing import Standings, State
from hrss12333.wording.text import clean
from hrss12333.writing.national.styles import FONT, TableStyles
from hrss12333.writing.sheet_text import safe
from hrss12333.writing.workbook import A4, day_after, new_workbook

SEND_LIST = "发送清单"
HEADINGS = (
    "序号",
    "收件单位",
    "函件",
    "事项",
    "联系人",
    "手机号",
    "邮箱",
    "邮件草稿",
    "回复期限",
    "是否逾期",
    "办理情况",
)
_WIDTHS = (5, 25, 14, 24, 8, 15, 22, 26, 13, 5, 13)
_TOP = 3
"""Row of the headings, from 0."""


def write_send_list(
    path: Path, letters: Sequence[tuple[Letter, Path]], standings: Standings, sender: Sender, national: National
) -> None:
    """Write the workbook; ``letters`` come with their drafts."""
    edition = sender.edition
    title = f"{edition.year}年度12333电话服务情况{SEND_LIST}"
    properties = {"title": title, "category": OUTPUT_CATEGORY, "created": day_after(edition.year)}
    with new_workbook(path, properties, FONT, in_memory=True) as workbook:
        styles = TableStyles(workbook)
        sheet: Any = workbook.add_worksheet(SEND_LIST)
        sheet.write_string(0, 0, title, styles.title)
        for row, line in enumerate(_summary(letters, standings, national), 1):
            sheet.write_string(row, 0, line, styles.get())
        for at, (heading, wide) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
            sheet.write_string(_TOP, at, heading, styles.heading)
            sheet.set_column(at, at, wide)
        late = {True: "逾期", False: "否", None: ""}
        for number, (letter, draft) in enumerate(letters, 1):
            to, row = letter.recipient, _TOP + number
            people = [{key: clean(value or "") for key, value in one.contact.items()} for one in letter.people]
            contacts = ["\n".join(one.get(key, "") for one in people) for key in ("name", "mobile")]
            day = sender.reply_by.isoformat() if sender.reply_by else ""
            sheet.write_number(row, 0, number, styles.number("0"))
            office = sender.office(to.name) or to.name
            mailboxes = "\n".join(letter.to)
            for at, text in enumerate(
                (office, to.kind.value, to.matter, *contacts, mailboxes, draft.name, day, late[to.late], ""), start=1
            ):
                sheet.write(row, at, safe(text) or None, styles.text(text_wrap=True))
        sheet.set_row(_TOP, 30)
        sheet.freeze_panes(_TOP + 1, 2)
        sheet.autofilter(_TOP, 0, _TOP + max(1, len(letters)), len(HEADINGS) - 1)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_TOP)


def _summary(letters: Sequence[tuple[Letter, Path]], standings: Standings, national: National) -> list[str]:
    """How many are expected and have reported; how many letters of each kind there are."""
    expected = len(standings.of.expected if standings.of else national.units)
    absent = sum(item.only_report or item.state is State.MISSING for item in standings.listed if item.known)
    useless = sum(item.useless for item in standings.listed)
    kinds = Counter(letter.recipient.kind for letter, _ in letters)
    counted = "、".join(f"{kind.value}{kinds[kind]}份" for kind in LetterKind if kinds[kind])
    but = f"，报来的不能汇总{useless}个" if useless else ""
    sent = f"应报送{expected}个{standings.noun}，已报送{expected - absent - useless}个，未报送{absent}个{but}。"
    return [sent, f"{counted or '没有需要发送的函件'}。"]
