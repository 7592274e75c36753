"""附注: whatever is written in words, each text once, in the order in which it is shown."""

from __future__ import annotations

from pathlib import Path

from cases import cases
from factory import CellValue, filing, mail, write_filing
from hrss12333.inbox import Inbox
from hrss12333.merging.quoted import quoted_of, text_key
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


@cases("""
    marked          name
    宁夏估算         宁夏估算.xlsx
    估算            估算/宁夏.xlsx
    宁夏错的         宁夏错的.xlsx
    -               宁夏.xlsx | 宁夏（更正）.xlsx | 宁夏（初稿）.xlsx | 2019年/宁夏.xlsx
""")
def test_a_name_is_quoted_where_it_holds_a_word_of_doubt(name: str, marked: str, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    write_filing(tmp_path / name, "宁夏")
    inbox = judged(tmp_path)
    assert [item.text.text for item in inbox.quoted] == [text for text in [marked] if text != "-"]
    assert all(item.marked and item.located == "文件属性" for item in inbox.quoted)


def test_one_text_of_several_files_is_one_line_and_so_is_a_disclaimer(tmp_path: Path) -> None:
    for name in ("宁夏", "青海", "甘肃"):
        cells: dict[str, dict[str, CellValue]] = {
            "附表1": {"remarks6": "咨询员为劳务派遣", "remarks7": "咨询员为劳务派遣"}
        }
        sent = mail(
            (f"{name}.xlsx", filing(name, cells=cells)),
            subject=f"报送{name}",
            said=f"您好！\n{name}的表。\n如错收请删除。",
        )
        (tmp_path / f"{name}.eml").write_bytes(sent)
    inbox = judged(tmp_path)
    told = [(item.whose, item.several, item.text.text, item.marked) for item in inbox.quoted if item.also]
    assert told == [("3个单位", "3个文件", "咨询员为劳务派遣", False), ("3个单位", "3个文件", "如错收请删除。", False)]
    assert [item.text.text for item in inbox.quoted if item.located == "邮件" and item.unit and not item.also][:2] == [
        "报送甘肃",
        "甘肃的表。",
    ]
    assert len(inbox.texts) == 6 + 3 + 6
    assert len({text_key(item) for item in inbox.quoted}) == len(inbox.quoted)


def test_a_text_goes_with_the_unit_that_its_rows_tell(tmp_path: Path) -> None:
    (tmp_path / "表.xlsx").write_bytes(filing("宁夏", header={}, cells={"附表1": {"remarks6": "咨询员为劳务派遣"}}))
    assert lines(judged(tmp_path)) == [("宁夏", "备注", "咨询员为劳务派遣")]


def test_what_stands_behind_a_heading_is_quoted_also_where_it_is_a_year() -> None:
    texts = (Text(TextKind.ABOVE, "2018年", form="附表1", field="calls_total"),)
    assert [item.text.text for item in quoted_of([], [CoveringLetter("函.docx", texts)], EDITION)] == ["2018年"]
