"""附注: whatever is written in words, each text once, in the order in which it is shown."""

from __future__ import annotations

from pathlib import Path

from factory import CellValue, filing, mail, write_filing
from hrss12333.inbox import Inbox
from hrss12333.merging.quoted import quoted_of
from hrss12333.model.filing import CoveringLetter
from hrss12333.model.text import LONGEST_QUOTED, Quoted, Text, TextKind
from hrss12333.survey.editions.y2019 import EDITION
from merge_runs import judged


def lines(inbox: Inbox) -> list[tuple[str | None, str, str]]:
    """Unit, place and text of each line."""
    return [(item.unit.short if item.unit else None, item.located, item.text.text) for item in inbox.quoted]


def test_in_the_order_in_which_it_is_shown(tmp_path: Path) -> None:
    """来源不明 first, then what is marked, then 备注, then the rest, by unit in the official order."""
    write_filing(
        tmp_path / "宁夏.xlsx", "宁夏", cells={"附表1": {"remarks6": "咨询员为劳务派遣", "A40": "另有坐席有误"}}
    )
    write_filing(tmp_path / "广东.xlsx", "广东", cells={"附表1": {"remarks6": "系统由省厅建设", "A60": "参见省厅通报"}})
    (tmp_path / "来信.eml").write_bytes(mail(subject="更正事项", said="另函说明。", sender="x@example.org"))
    assert lines(judged(tmp_path)) == [
        (None, "邮件", "更正事项"),
        (None, "邮件", "另函说明。"),
        ("宁夏", "表外", "另有坐席有误"),
        ("广东", "备注", "系统由省厅建设"),
        ("宁夏", "备注", "咨询员为劳务派遣"),
        ("广东", "表外", "参见省厅通报"),
    ]


def test_what_stands_in_the_same_place_of_several_files_of_a_unit_is_quoted_once(tmp_path: Path) -> None:
    for name in ("宁夏.xlsx", "宁夏（更正）.xlsx"):
        cells: dict[str, dict[str, CellValue]] = {"附表1": {"remarks6": "咨询员为劳务派遣", "calls_agent6": len(name)}}
        write_filing(tmp_path / name, "宁夏", cells=cells)
    assert lines(judged(tmp_path)) == [("宁夏", "备注", "咨询员为劳务派遣")]


def test_an_excerpt_is_one_line_of_so_many_letters() -> None:
    text = Quoted(Text(TextKind.MAIL, "一\n二" * 200), "信.eml", None, marked=False)
    assert len(text.excerpt) == LONGEST_QUOTED + 1
    assert "\n" not in text.excerpt


def test_names_are_evidence_and_are_not_quoted() -> None:
    texts = (Text(TextKind.FILE, "宁夏（有误）"), Text(TextKind.SHEET, "附表1"), Text(TextKind.NOTE, "脚注的话"))
    assert [item.located for item in quoted_of([], [CoveringLetter("函.docx", texts)], EDITION)] == ["脚注"]


def test_a_text_goes_with_the_unit_that_its_rows_tell(tmp_path: Path) -> None:
    (tmp_path / "表.xlsx").write_bytes(filing("宁夏", header={}, cells={"附表1": {"remarks6": "咨询员为劳务派遣"}}))
    assert lines(judged(tmp_path)) == [("宁夏", "备注", "咨询员为劳务派遣")]


def test_what_stands_behind_a_heading_is_quoted_also_where_it_is_a_year() -> None:
    texts = (Text(TextKind.ABOVE, "2018年", form="附表1", field="calls_total"),)
    assert [item.text.text for item in quoted_of([], [CoveringLetter("函.docx", texts)], EDITION)] == ["2018年"]
