"""What people see: everything that was found, once, in sentences; broken as Chinese is set, plain when piped."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile
from typing import Any

import pytest
from click import unstyle
from hypothesis import example
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.console import Console

from cases import drawn
from factory import unit_named
from hrss12333.checking.engine import Checked
from hrss12333.model.filing import Place, Skipped, WorkReport
from hrss12333.model.finding import Severity
from hrss12333.model.national import National
from hrss12333.model.text import Text, TextKind
from hrss12333.patterns import harmless
from hrss12333.questions.respondents import respondents_of
from hrss12333.reporting import MergeResult, Sink, output_of
from hrss12333.wording.text import display_width
from reporting_samples import CODE, GUANGDONG, clean, faulty, filing, finding, inbox_of, national, unreadable

FUJIAN = replace(clean(), document=replace(filing("报送/福建省.xlsx"), unit=unit_named("福建省")))


def to(printed: list[str], width: int | None = None, **how: bool) -> Sink:
    console = Console(width=width, force_terminal=True, color_system="standard") if width else None
    return Sink(printed.append, printed.append, console, **how)


def checked_lines(
    *checked: Checked,
    width: int | None = None,
    expected: bool = False,
    about: Mapping[str, Any] | None = None,
    **how: bool,
) -> list[str]:
    """What is printed of these files; ``about`` the table."""
    printed: list[str] = []
    inbox = replace(inbox_of(*checked, **about or {}), lists_missing=expected)
    output_of("text", "check")(respondents_of(inbox), [], None, to(printed, width, **how))
    return printed


@drawn(40, words=st.text(st.characters(codec="utf-8")), indent=st.integers(0, 5))
@example(words="　一\t二\n三\x07\x1b[31m四\r\u202e", indent=2)
@example(words="", indent=0)
@example(words=" ", indent=0)
def test_a_pipe_gets_every_line_whole_and_nothing_that_controls_a_terminal(words: str, indent: int) -> None:
    printed: list[str] = []
    sink = to(printed)
    sink.line(words, indent, "red", lead="要改")
    sink.put((words, "bold"), ("尾", ""))
    sink.blank()
    said = f"要改 {words}" if words else "要改"
    assert printed == [" " * indent + harmless(said), f"{harmless(words)}尾", ""]


def test_a_file_is_told_by_its_verdict_then_by_sheet_errors_first() -> None:
    assert checked_lines(faulty()) == [
        "广东省.xlsx",
        "  结论：需要修改后再报送：改正3处、核实1处（另有1处已说明）。",
        "  报送单位：广东省　联系人：张三",
        f"  附表1有2行，附表2有1行　校验码：{CODE}",
        "    [核实性错误 H108] 两张表的联系人不一致。",
        "  工作表“附表1”",
        "    [强制性错误 B401] 广州市（C7）：来电总量2500不等于人工接听量1000+自助语音量1000+放弃量400=2400，"
        "相差100。请核对这四项，改正填错的一项；确实不相等的，请在“备注”栏说明情况（填表说明第3条）。",
        "      建议：放弃量（F7）改为500：改后该行对得上。",
        "    [强制性错误 V301] 阳江市（C8）：来电总量没有填。",
        "    [强制性错误 V301] 阳江市（E8）：自助语音量没有填。",
        "    [核实性错误 P504·已说明] 广州市（K7）：坐席数8大于总人数6。",
        "      备注说明：部分坐席为备用",
        "    [提示 V306] 以下4处读取时作了转换或取舍，请核对：",
        "      “√”读作“是”（G7、H7）",
        "      “2,500次”读作“2500”（C9）；“1,200次”读作“1200”（C10）",
        "",
    ]


def test_several_files_begin_with_a_list_by_name() -> None:
    """The verdict and the list, the worst first; those that need work in short; notes and files of no person's with -v."""
    lines = checked_lines(
        faulty(),
        FUJIAN,
        unreadable(),
        about={"skipped": (Skipped("~$a.xlsx", "锁文件"), Skipped("b", "锁文件")), "undecided": {"B401": 3}},
    )
    assert lines[:5] == [
        "结论：3个文件，2个单位和1个认不出单位的文件：要改2个，可以用1个（改正4处、核实1处）。",
        "  要改   2个：广东省（改正3处、核实1处）、《坏.xlsx》（改正1处）",
        "  可以用 1个：福建省",
        "",
        "先办这些：",
    ]
    assert [line[3:13] for line in lines[5:9]] == [
        "强制性错误 B401",
        "强制性错误 F001",
        "强制性错误 V301",
        "强制性错误 V301",
    ]
    assert lines[5].startswith("  [强制性错误 B401] 《广东省.xlsx》工作表“附表1”　广州市（C7）：来电总量2500不等于")
    assert "建议：放弃量（F7）改为500" in lines[5]
    assert lines[-4:] == [
        "因为缺数或者数字读不出，没有判断有没有下列情况：来电总量≠人工接听量＋自助语音量＋放弃量（3行）。",
        "跳过1个文件（锁文件）：b",
        "",
        "加 -v 列出提示、各项合计和跳过的系统文件。",
    ]
    assert not any("P504" in line or "V306" in line for line in lines)


def test_several_files_are_told_whole_where_asked_for() -> None:
    lines = checked_lines(faulty(), clean(), verbose=True, about={"skipped": (Skipped("~$a.xlsx", "锁文件"),)})
    assert any("P504·已说明" in line for line in lines)
    assert "先办这些：" in lines
    assert "  结论：可以报送。" in lines
    assert lines[1:3] == ["  要改   2个：阳江市（改正2处）、广州市（改正1处）", "  要核实 1个：广东省（核实1处）"]
    assert "跳过1个文件（锁文件）：~$a.xlsx" in lines


def test_ten_things_to_do_first_each_unit_once_before_any_twice() -> None:
    """What must be corrected before what is to be confirmed; the most at stake first; the same of several rows in one line."""
    named = [unit_named(name) for name in ("北京市", "天津市", "河北省", "山西省")]
    regions = ("甲市", "乙市", "丙市", "丁市", "戊市")
    items = []
    for whose in named:
        file = f"{whose.short}.xlsx"
        about: dict[str, Any] = {"file": file, "unit": whose.name}
        found = [finding("B401", message="不等。", region=c, cell=f"C{n}", **about) for n, c in enumerate(regions, 20)]
        found += [finding("V301", message="没有填。", field="seats", **about)]
        found += [finding("P501", Severity.QUERY, "偏高。", field="agents", **about)]
        items.append(Checked(replace(filing(file), unit=whose), tuple(found)))
    one = finding("P504", Severity.QUERY, "坐席数过多。", file="上海.xlsx", unit="上海市", field="seats")
    items.append(Checked(replace(filing("上海.xlsx"), unit=unit_named("上海市")), (one,)))
    lines = checked_lines(*items)
    first = lines.index("先办这些（共29处，先列10项，全部见 -v 或 --report）：") + 1
    assert [line.split()[1][:4] for line in lines[first : first + 10]] == [*["B401"] * 4, "P504", *["V301"] * 4, "P501"]
    assert lines[first].endswith("戊市来电总量（C24）共5处：不等。")
    assert lines[first + 10] == ""


@pytest.mark.parametrize(
    ("strict", "so"), [(False, "可以报送；但请先核实"), (True, "按--strict的要求先不报送；请先核实")]
)
def test_open_queries_alone_hold_a_filing_back_where_that_is_asked_for(strict: bool, so: str) -> None:
    asked = finding("P504", Severity.QUERY, "坐席数过多。", file=clean().file)
    lines = checked_lines(Checked(clean().document, (asked,)), strict=strict)
    assert lines[1] == f"  结论：没有强制性错误，{so}1处，数据无误的在“备注”栏写明原因。"
    assert "[核实性错误 P504] 广州市来电总量（C7）填的是“2500”：坐席数过多。" in lines[5]


def test_a_summary_is_told_with_its_length() -> None:
    lines = checked_lines(Checked(WorkReport("总结.docx", GUANGDONG, ("一",), words=2800), ()))
    assert lines[:3:2] == ["总结.docx", "  工作总结　报送单位：广东省　字数：2,800"]


def test_text_from_a_file_reaches_the_terminal_neither_as_markup_nor_as_control() -> None:
    nasty = finding(
        message="[red]坏[/red]\x1b[31m\u202e值",
        region="[bold]广州\x07",
        value="\x1b]0;x\x07",
        sheet="附\n表1",
        file="[link]a\r\nb",
    )
    lines = checked_lines(Checked(clean("[link]a\r\nb").document, (nasty,)))
    assert lines[0] == "[link]a b"
    assert "    [强制性错误 B401] [bold]广州来电总量（C7）填的是“]0;x”：[red]坏[/red][31m值" in lines
    assert "  工作表“附 表1”" in lines


def test_a_terminal_of_80_columns_breaks_lines_and_colours_them() -> None:
    lines = [unstyle(line) for line in checked_lines(faulty(), width=80)]
    assert any("\x1b[1;31m[强制性错误 B401]" in line for line in checked_lines(faulty(), width=80))
    assert max(display_width(line) for line in lines) <= 80
    assert "".join(line.strip() for line in lines).replace(" ", "") == "".join(checked_lines(faulty())).replace(" ", "")


def merged_lines(table: National, *checked: Checked, verbose: bool = False, **about: Any) -> list[str]:
    """What is printed of this table; ``about`` the result."""
    printed: list[str] = []
    result = MergeResult(respondents_of(inbox_of(*checked, table=table)), **about)
    output_of("text", "merge")(result, to(printed, verbose=verbose))
    return printed


def test_a_merge_is_told_from_the_verdict_to_what_was_written() -> None:
    """With totals and notes where that is asked for."""
    table = national()
    lines = merged_lines(table, faulty(), output="全国.xlsx", written=["退回/a.txt"], remarks=["请留意。"])
    assert not any("附表1 " in line or "P504" in line for line in lines)
    assert lines[-3:] == ["请留意。", "已写入：全国.xlsx", "另写入1个文件：退回/a.txt"]
    assert lines[:6] == [
        "结论：1个文件，3个单位：要改1个，没报1个，可以用1个（改正3处）。",
        "  要改   1个：广东省（改正3处）",
        "  没报   1个：河北省",
        "  可以用 1个：天津市",
        "还缺：河北省尚未报送调查表；2个单位只报了调查表，没有工作总结。",
        "",
    ]
    listed = merged_lines(table, faulty(), verbose=True)
    assert listed[4] == f"应报的3个单位中收到2个，共3个地区的数据。{lines[4]}"
    for total in (
        "来电总量2,500次（1/3个地区）",
        "人工接听量1,010次（2/3个地区）",
        "网络部署位置：互联网1个地区、业务专网0个地区",
        "知识库条目数（条）无数据（0/1个地区）",
    ):
        assert f"  {total}" in listed
    assert any("P504·已说明" in line for line in listed)


def test_a_work_report_of_nobody_is_to_be_asked_about_and_no_missing_unit() -> None:
    stray = Checked(WorkReport("收/工作总结.docx", None, ("一",)), ())
    table = replace(national(), work_reports=(stray.document,))
    lines = merged_lines(table, faulty(), stray)
    assert any(
        line.startswith("  要改") and "《工作总结.docx》（认不出是哪个单位的工作总结）" in line for line in lines
    )
    assert not any(line.startswith("  没报") and "工作总结.docx" in line for line in lines)


def test_a_missing_unit_whose_file_could_not_be_read_is_told_apart() -> None:
    scan = unreadable("收/河北省盖章.pdf")
    table = replace(national(), findings=(*national().findings, *scan.findings))
    lines = merged_lines(table, faulty(), scan)
    assert "还缺：河北省报来的不能汇总；2个单位只报了调查表，没有工作总结。" in lines
    assert any(line.startswith("  要改") and "河北省（改正1处）" in line for line in lines)


def test_of_many_outputs_the_first_are_named_and_totals_are_one_line_where_all_is_well() -> None:
    table, paths = national(), [f"表/{number}.csv" for number in range(4)]
    sound = tuple(entry for entry in table.entries if entry.row.region == "广州市")
    whole = replace(table, units=(table.units[2], table.units[0]), entries=sound, findings=())
    lines = merged_lines(whole, faulty(), written=paths, verbose=True)
    assert "另写入4个文件：表/0.csv、表/1.csv、表/2.csv等" in lines
    assert not any(line.startswith("已写入") for line in lines)
    assert any(line.startswith("附表1合计：来电总量2,500次、人工接听量1,000次、") for line in lines)


def test_texts_are_listed_after_the_lists_marked_ones_first_and_without_contacts() -> None:
    texts = ["系统升级两次", "12月为暂估数，电话13812345678", *(f"说明{n}" for n in "甲乙丙丁戊己庚辛壬")]
    about: dict[str, Any] = {"form": "附表1", "field": "remarks"}
    remarks = (
        Text(TextKind.REMARK, text, Place("附表1", row, 13), region="阳江市" if "暂估" in text else "广州市", **about)
        for row, text in enumerate(texts, 7)
    )
    item = replace(clean(), document=replace(filing(), texts=tuple(remarks)))
    lines = checked_lines(item, FUJIAN)
    assert lines[0].endswith("；附注11条，其中1条请先看。")
    at = lines.index("附注11条，其中1条请先看，先列10条，加 -v 列出全部：")
    assert lines[at + 1 : at + 3] == [
        "  请先看 广东省　《广东省.xlsx》附表1 M8 阳江市备注：12月为暂估数，电话［略］",
        "  广东省　《广东省.xlsx》附表1 M7 广州市备注：系统升级两次",
    ]
    assert lines[at + 11] == ""
    assert sum(line.startswith("  广东省　《") for line in checked_lines(item, FUJIAN, verbose=True)) == 10
    alone = checked_lines(item)
    assert alone[1] == "  结论：可以报送。附注11条，其中1条请先看。"
    assert "附注11条，其中1条请先看，先列10条，加 -v 列出全部：" in alone


def test_a_telephone_that_a_finding_quotes_is_left_out() -> None:
    asked = finding("V310", Severity.QUERY, "“电话13812345678”，请核实。", file=clean().file, value=None)
    item = Checked(clean().document, (asked,))
    for lines in (checked_lines(item), checked_lines(item, clean("乙.xlsx"))):
        (line,) = [line for line in lines if "V310" in line]
        assert "“电话［略］”，请核实。" in line


def test_a_list_breaks_behind_a_mark_and_never_inside_a_name() -> None:
    lines = [unstyle(line) for line in checked_lines(faulty(), clean("乙.xlsx"), expected=True, width=40)]
    at = next(number for number, line in enumerate(lines) if line.startswith("  没报"))
    listed = list(takewhile(lambda line: line.startswith(("  没报", "    ")), lines[at:]))
    assert len(listed) > 5
    assert all(line.endswith("、") for line in listed[:-1])
    assert all(display_width(line) <= 40 for line in listed)
