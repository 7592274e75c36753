"""附注 in the workbook: every text once, in the order given, with what staff made of it; and what staff wrote is not lost."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from openpyxl import load_workbook

from cases import cases
from cli_runs import run
from damaged import with_parts
from factory import CellValue, filing, lines_below, mail, opened, stored, unit_named, write_filing
from hrss12333.inbox import Inbox
from hrss12333.merging.quoted import quoted_of, text_key
from hrss12333.model.errors import UsageStop
from hrss12333.model.filing import CoveringLetter
from hrss12333.model.row import Place
from hrss12333.model.text import LONGEST_QUOTED, Quoted, Text, TextKind
from hrss12333.questions.earlier import load_earlier
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.writing.national import write_national
from hrss12333.writing.national.issues import answered_lines
from merge_runs import judged
from national_tables import carried_over, table

BEIJING, ZHEJIANG = unit_named("北京"), unit_named("浙江")
UNITS = (BEIJING, ZHEJIANG)


def quoted(words: str, unit: Any = ZHEJIANG, *, marked: bool = False, **about: Any) -> Quoted:
    text = Text(about.pop("kind", TextKind.REMARK), words, **about)
    return Quoted(text, f"inbox/{unit.short if unit else '函'}.xlsx", unit, marked)


IN_ROW = {"place": Place("附表1", 7, 13), "sheet": "附表1", "form": "附表1", "region": "杭州市", "field": "remarks"}
REMARK = quoted("12月为暂估数", marked=True, **IN_ROW)
MAIL = quoted("请查收，电话13912345678", kind=TextKind.MAIL)
NOBODYS = quoted("=1+1", None, kind=TextKind.LETTER)


def lines(path: Path) -> list[dict[str, Any]]:
    return [line for line in lines_below(stored(path)["附注"], "报送单位") if line["报送单位"]]


def written(path: Path, texts: tuple[Quoted, ...], **about: Any) -> Path:
    write_national(path, table(UNITS), quoted=texts, **about)
    return path


def test_every_text_is_there_with_its_place_and_no_telephone(tmp_path: Path) -> None:
    found = lines(written(tmp_path / "a.xlsx", (NOBODYS, REMARK, MAIL)))
    assert [[line[key] for key in ("报送单位", "来源文件", "位置", "原文", "请先看")] for line in found] == [
        ["来源不明", "inbox/函.xlsx", "函件", "=1+1", ""],
        ["浙江省", "浙江.xlsx", "备注，附表1 M7，杭州市", "12月为暂估数", "是"],
        ["浙江省", "浙江.xlsx", "邮件", "请查收，电话［略］", ""],
    ]
    sheet = opened(tmp_path / "a.xlsx")["附注"]
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n"}
    assert sheet.print_area == f"'附注'!$A$1:$H${sheet.max_row}"


def test_what_staff_wrote_stays_while_the_text_does_and_new_ones_are_said_to_be_new(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xlsx", (REMARK, MAIL))
    book = load_workbook(path)
    row = next(cell.row for cell in book["附注"]["D"] if cell.value == "12月为暂估数")
    book["附注"][f"F{row}"], book["附注"][f"G{row}"] = "已电话核实，按实际数", "样例甲"
    book["附注"][f"H{row}"] = date(2020, 2, 3)
    book.save(path)
    earlier = load_earlier(path, EDITION, None)
    _, progress = carried_over(table(UNITS), earlier)
    moved = replace(REMARK, file="inbox/更正.xlsx")
    found = lines(written(tmp_path / "b.xlsx", (moved, MAIL, NOBODYS), progress=progress))
    assert [(line["原文"], line["请先看"], line["处理情况"], line["处理人"]) for line in found] == [
        ("=1+1", "新增", "", ""),
        ("请查收，电话［略］", "", "", ""),
        ("12月为暂估数", "是", "已电话核实，按实际数", "样例甲"),
    ]
    assert found[-1]["日期"] == date(2020, 2, 3)
    other = replace(REMARK, text=replace(REMARK.text, text="12月为估计数"))
    (line,) = lines(written(tmp_path / "c.xlsx", (other,), progress=progress))
    assert (line["请先看"], line["处理情况"]) == ("是，新增", "")


@pytest.mark.usefixtures("here")
def test_a_units_workbook_lists_them_by_city() -> None:
    unit = unit_named("宁夏")
    Path("各市").mkdir()
    name = unit.regions[0].name
    rows: dict[str, Any] = {"附表1": [{"region": name, "calls_total": 3, "calls_agent": 1, "calls_ivr": 1, "calls_abandoned": 1,
                     "voicemail": True, "complaints": True, "staff_total": 9, "agents": 5, "seats": 5,
                     "training_attendances": 9, "remarks": "新设"}]}  # fmt: skip
    write_filing(Path("各市") / "一.xlsx", unit, rows)
    run("merge", "各市", "--unit", "宁夏", "-o", "报送.xlsx")
    cells = stored(Path("报送_汇总.xlsx"))["附注"]
    assert [line[0] for line in cells if line[3] == "新设"] == [name]


def test_an_output_with_a_cell_far_away_is_not_replaced_unseen(tmp_path: Path) -> None:
    path = written(tmp_path / "a.xlsx", ())
    assert answered_lines(path) == 0
    last = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    path.write_bytes(with_parts(path.read_bytes(), {"*sheet9.xml": (b"</sheetData>", last)}))
    with pytest.raises(UsageStop, match="无法读取要覆盖的工作簿"):
        answered_lines(path)
    (tmp_path / "b.xlsx").write_bytes(b"PK\\x03\\x04")
    assert answered_lines(tmp_path / "b.xlsx") == 0


# What is quoted of an inbox: each text once, in the order in which it is shown


def of_inbox(inbox: Inbox) -> list[tuple[str | None, str, str]]:
    """Unit, place and text of each line."""
    return [(item.unit.short if item.unit else None, item.located, item.text.text) for item in inbox.quoted]


def test_in_the_order_in_which_it_is_shown(tmp_path: Path) -> None:
    """来源不明 first, then what is marked, then 备注, then the rest, by unit in the official order."""
    write_filing(
        tmp_path / "宁夏.xlsx", "宁夏", cells={"附表1": {"remarks6": "咨询员为劳务派遣", "A40": "另有坐席有误"}}
    )
    write_filing(tmp_path / "广东.xlsx", "广东", cells={"附表1": {"remarks6": "系统由省厅建设", "A60": "参见省厅通报"}})
    (tmp_path / "来信.eml").write_bytes(mail(subject="更正事项", said="另函说明。", sender="x@example.org"))
    assert of_inbox(judged(tmp_path)) == [
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
    assert of_inbox(judged(tmp_path)) == [("宁夏", "备注", "咨询员为劳务派遣")]


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
    assert of_inbox(judged(tmp_path)) == [("宁夏", "备注", "咨询员为劳务派遣")]


def test_what_stands_behind_a_heading_is_quoted_also_where_it_is_a_year() -> None:
    texts = (Text(TextKind.ABOVE, "2018年", form="附表1", field="calls_total"),)
    assert [item.text.text for item in quoted_of([], [CoveringLetter("函.docx", texts)], EDITION)] == ["2018年"]
