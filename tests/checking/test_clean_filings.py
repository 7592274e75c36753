"""Filings as offices send them, with letters, sign-off lines, approval sheets, notes and rates beside the table: nothing is asked."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook

from cases import written
from factory import filing, letter, mail
from hrss12333.inbox import Inbox
from hrss12333.model.finding import Severity
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from merge_runs import judged


def add_sheet(book: Workbook, name: str, *rows: Sequence[object]) -> None:
    added = book.create_sheet(name)
    for row in rows:
        added.append(row)


def no_questions(path: Path) -> Inbox:
    """Nothing is an error or a query, but that other units have sent nothing."""
    inbox = judged(path)
    asked = [(f.rule, f.message.text) for f in inbox.national.findings if f.severity is not Severity.NOTE]
    assert [item for item in asked if item[0] != "M701"] == []
    assert inbox.national.entries
    return inbox


def sent_by(unit: Unit, texts: dict[str, list[str]]) -> bytes:
    """The mail of an office: a sound filing with these texts in their places, and a letter beside it."""
    cells = {"附表1": {f"remarks{row}": words for row, words in enumerate(texts.get("remark", []), 6)}}
    book = openpyxl.load_workbook(BytesIO(filing(unit, cells=cells)))
    own = book.worksheets[0]
    for words in texts.get("above", []):
        own.cell(1, own.max_column + 2, words)
    for page in book.worksheets:
        for row, line in enumerate(texts.get("below", []), page.max_row + 2):
            page.cell(row, 1, line)
    for words in texts.get("comment", []):
        own["C6"].comment = Comment(f"张三:\n{words}", "张三")
    for words in texts.get("footer", []):
        footer: Any = own.oddFooter
        footer.center.text = words
    book.properties.title = "".join(texts.get("property", [])) or None
    for words in texts.get("sheet", []):
        add_sheet(book, "其他", *(line.split(" ") for line in words.split("\n")))
    book.save(out := BytesIO())
    attached = [(f"{unit.short}12333调查表.xlsx", out.getvalue())]
    if paragraphs := texts.get("letter"):
        attached.append((f"{unit.short}报送函.docx", letter(*paragraphs)))
    about = {"said": "\n".join(texts.get("mail", [])), "subject": "".join(texts.get("subject", [])) or "报送"}
    return mail(*attached, sender=f"{unit.code}@example.org", **about)


def test_of_forty_offices_nothing_is_asked_and_hardly_a_text_is_marked(tmp_path: Path) -> None:
    offices: dict[str, dict[str, list[str]]] = {}
    for line in written("offices.tsv"):
        offices.setdefault(line["office"], {}).setdefault(line["place"], []).append(line["text"])
    marked = []
    for at, batch in enumerate(([*offices][:32], [*offices][32:])):
        (tmp_path / str(at)).mkdir()
        for unit, office in zip(EDITION.units, batch, strict=False):
            (tmp_path / str(at) / f"{unit.short}.eml").write_bytes(sent_by(unit, offices[office]))
        inbox = no_questions(tmp_path / str(at))
        assert len(inbox.files) == len(batch)
        marked += [item.text.text for item in inbox.quoted if item.marked]
    assert len(offices) == 40
    assert len(marked) <= 3, marked


def test_nothing_is_asked_of_what_a_mailbox_answers_by_itself(tmp_path: Path) -> None:
    (tmp_path / "来信.eml").write_bytes(mail(("宁夏12333调查表.xlsx", filing("宁夏"))))
    said = "您的邮件已收到，我们会尽快处理。攀枝花市12333电话服务中心，服务时间8:30至17:30。"
    answer = mail(said=said, subject="自动回复：12333调查表", sender="postmaster@example.org")
    (tmp_path / "自动回复.eml").write_bytes(answer)
    no_questions(tmp_path)
