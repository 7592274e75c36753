"""A region sent more than once: copies (M703), versions (M702, M706) and rows doubled within one file (R203).

A line is a folder of 宁夏's filings, parted by ``;``: file, day of January on which the document was saved (6日), its
file's own day (盘8) or the mail's (信10), and what is changed (`sent_filings`; 银川市 is in row 6, 中卫市 in row 10). Then
the file of which 附表1's rows count, with regions that count otherwise, and the findings: ! an error, ? a query, . a
note. Braces hold what may stand there.
"""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import MergedCell
from openpyxl.styles import Font

from cases import scenes
from factory import Style, clean_rows, mail, unit_named, write_filing
from hrss12333.model.finding import QuestionKey, Severity
from hrss12333.questions.earlier import Earlier, EarlierFinding, EarlierQuestion
from hrss12333.survey.editions.y2019 import SERVICE
from hrss12333.survey.schema import Scalar
from merge_runs import found, in_words, merged, messages, not_counted, result_of, status_of, totals
from sent_filings import filing_in_words

OLD, NEW = datetime(2020, 1, 6, 2, 0), datetime(2020, 1, 9, 2, 0)
ONE = {"附表1": clean_rows("广东", "附表1"), "附表2": clean_rows("广东", "附表2")}
NINGXIA = unit_named("宁夏")
IN_ANY_CASE = ("M701", "M703", "F006")
"""Rules that a line does not name where it is not about them: absent units and forms, rows that stayed as they were."""


CORRECTED: dict[str, list[dict[str, Scalar]]] = {
    "附表1": [{**ONE["附表1"][0], "training_attendances": 1}, *ONE["附表1"][1:]]
}


WHICH_COUNTS = """
# the newest document counts, whatever its name and its date on the disk
b 6日 training_attendances6=1 ; a 9日 盘1 | a | M702?b!B6
a 6日 training_attendances6=1 盘20 ; b 9日 | b | M702?a!B6
a 6日 calls_total6=若干 ; b 9日 calls_total6=很多 | b | M702.a!B6 V302!b!C6
# where nothing tells the newest, neither counts, and the region is asked about once
a 6日 盘8 seats6=7 ; b 6日 盘8 | a 银川市:- | M702!a!B6 M703.b
# a name that tells it counts before the date of saving
宁夏{更正,最终,修改,正式稿,盖章上报版,（原表作废，以此为准）} 6日 seats6=7 ; 宁夏 9日 seats6=8 | 宁夏{} | M702.宁夏!B6
宁夏 6日 盘8 ; 宁夏（{修改前,更正前,初稿,旧版,征求意见稿,暂定,待审,错误,非最终稿,未修改}） 6日 盘20 seats6=7 | 宁夏 | M702?宁夏（{}）!B6
宁夏 6日 盘8 ; 宁夏（{非草稿,不作废}） 6日 盘8 seats6=7 | 宁夏 银川市:- | M702!宁夏!B6
# and that of a folder does
{修改前,旧,作废}/宁夏 9日 ; 新/宁夏 6日 training_attendances6=7 | 新/宁夏 | M702?{}/宁夏!B6
1/宁夏 9日 ; {更正,最终,修改后}/宁夏 6日 training_attendances6=7 | {}/宁夏 | M702.1/宁夏!B6
# a file that is void by its own name counts in no case, and is asked about where it is alone
宁夏{（作废）,_已作废,作废,2019年报表作废,旧版（作废）} 9日 seats6=7 ; 宁夏 6日 | 宁夏 | M702?宁夏{}!B6
宁夏{（作废）,2019年报表作废,旧版（作废）} 9日 | - | R210!宁夏{}
# of two corrections the later one counts, and is asked about; the mails' dates count first where both came by mail
宁夏 信6 seats6=7 ; 宁夏更正 信7 seats6=8 ; 宁夏第二次更正 信8 seats6=9 | 宁夏第二次更正 | M702.宁夏!B6 M702?宁夏更正!B6
宁夏更正 6日 信6 seats6=7 ; 宁夏 9日 信9 seats6=8 | 宁夏 | M702?宁夏更正!B6
宁夏更正 6日 信9 seats6=7 ; 宁夏 9日 信9 seats6=8 | 宁夏更正 | M702.宁夏!B6
宁夏更正 6日 信9 seats6=7 ; 宁夏 9日 seats6=8 | 宁夏更正 | M702.宁夏!B6
# no other version: a remark, another contact, the unit's name put right
先 6日 remarks6={无,系统升级} ; 后 9日 remarks6=_ | 后 | M703.先
a 9日 voicemail6=部分 ; b 6日 voicemail6=部分 name=李四 | a | M703.b V304!a!G6
先 6日 unit={_,宁复回族自治区} ; 后 9日 | 后 | M703.先
# a correction of one region keeps the others; what was wrong with what it replaces is over
全区 6日 calls_total6=待定 calls_total11=_ ; 银川 9日 附表1 缺7- | 全区 银川市:银川 | M702.全区!B6
错 6日 agents6=9999 mobile=020-83330000 ; 改 9日 | 改 | M702.错!B6 M703.错
# one that has over half of the rows takes back what it lacks or leaves blank, but none that it names otherwise or hides
先 6日 seats10=-1 ; 后 9日 缺10 | 后 中卫市:- | M703.先 M706?先!B10
先 6日 附表1 ; 后 9日 附表1 缺10 ; 再 10日 附表1 缺10 remarks6=中卫市的来电并入固原市 | 再 中卫市:- | M706=先!B10
先 6日 附表1 ; 后 9日 附表1 空6 | 后 | M706?先!B6
    V301!后!C6 V301!后!D6 V301!后!E6 V301!后!F6 V301!后!G6 V301!后!H6 V301!后!I6 V301!后!J6 V301!后!K6 V301!后!L6
先 6日 附表1 region6={银州市,_} ; 更正 9日 附表1 | 更正 | M703.先
先 6日 附表1 region6={银州市,_} calls_total6=1 ; 后 9日 附表1 | 后 | M703.先
先 6日 附表1 region6={银州市,_} training_attendances6=1 ; 后 9日 附表1 | 后 | M703.先 M706?先!B6
先 6日 附表1 region6={银州市,_} training_attendances6=1 ; 更正 9日 附表1 | 更正 | M703.先
先 6日 附表1 region6=银州市 ; 后 9日 附表1 缺6 | 后 银川市:- | M703.先
先 6日 附表1 缺7 ; 更正 9日 附表1 缺10 | 更正 中卫市:- | M706?先!B9
先 6日 附表1 region6=_ ; 更正 9日 附表1 region6=_ | 更正 银川市:- None:更正 | R201!更正!B6
先 6日 附表1 ; 更正 9日 附表1 region6=银州市 | 更正 银川市:- 银州市:更正 | R202?更正!B6
先 6日 附表1 ; 更正 9日 附表1 隐6 | 更正 银川市:- | R210!更正!B6
# a hidden row is asked about whatever its remark says
a 6日 附表1 隐6 remarks6={_,系统升级，停机3天} | a 银川市:- | R210!a!B6
# a version that changes nothing but what was asked is a note, else a query
先 6日 calls_total6=1 ; 后 9日 | 后 | M702.先!B6
先 6日 calls_total6=1 ; 后 9日 training_attendances6=1 | 后 | M702?先!B6
先 6日 calls_total6=1 ; 后 9日 remarks6=年初系统升级 | 后 | M702.先!B6
先 6日 agents6=9999 ; 后 9日 staff_total6=9999 | 后 | M702.先!B6 P502?后!I6
先 6日 voicemail6=_ ; 后 9日 | 后 | M702.先!B6
先 6日 agents6=1 ; 后 9日 | 后 | M702.先!B6
先 6日 seats6=7 ; 后 9日 | 后 | M702?先!B6
先 6日 calls_total6=1 seats7=7 ; 后 9日 附表1 | 后 | M702.先!B6 M702?先!B7
先 6日 calls_total6=1 seats7=7 ; 后 9日 缺10 | 后 中卫市:- | M702.先!B6 M702?先!B7 M706?先!B10
先 6日 training_attendances5=另一栏 ; 后 9日 | 后 | M702.先!B6 M702.先!B7 M702.先!B8 M702.先!B9 M702.先!B10
先 6日 calls_total6=2500 calls_agent6=1000 calls_ivr6=1000 calls_abandoned6=500 staff_total6=150 agents6=100 seats6=100
    training_attendances6=1000 ; 后 9日 | 后 | M702.先!B6
# a file without a unit is of that whose regions it lists
谁 6日 unit=_ | 谁 | H101!谁!A3
# a region twice in one file counts not at all where the rows differ, and R203 asks whether it is the one lacking
a 9日 region7=银川市 | a 银川市:- 石嘴山市:- | R203!a!B7
"""


def send(folder: Path, files: str) -> None:
    """Write what a line of the table names."""
    for name, *tokens in map(str.split, files.split(";")):
        days = {token[0]: int(token[1:]) for token in tokens if token[0] in "盘信"}
        (saved,) = [int(token[:-1]) for token in tokens if token[-1] == "日"] or [6]
        changes = [token for token in tokens if token[-1] != "日" and token[0] not in days]
        content, _ = filing_in_words(unit_named("宁夏"), changes, datetime(2020, 1, saved, 2))
        path = folder / f"{name}.xlsx"
        path.parent.mkdir(exist_ok=True)
        if "信" in days:
            content = mail((path.name, content), sent=f"{days['信']} Jan 2020 12:00:00 +0800")
            path = path.with_suffix(".eml")
        path.write_bytes(content)
        os.utime(path, (datetime(2020, 1, days.get("盘", 8)).timestamp(),) * 2)


@pytest.mark.parametrize(("files", "counts", "asked"), scenes(WHICH_COUNTS))
def test_which_rows_count_and_what_is_asked(tmp_path: Path, files: str, counts: str, asked: str) -> None:
    send(tmp_path, files)
    national = merged(tmp_path)

    def name(file: str) -> str:
        return str(Path(file).relative_to(tmp_path).with_suffix("")).rpartition(".eml/")[2]

    found = [each for each in national.findings if each.rule in asked or each.rule not in IN_ANY_CASE]
    assert {in_words(each, name(each.file)) for each in found} == {*asked.split()}
    usual, *others = counts.split()
    counted = dict.fromkeys((region.name for region in NINGXIA.regions), usual)
    counted |= dict(other.split(":") for other in others)
    held = {str(entry.row.region): name(entry.file) for entry in national.entries_of(SERVICE)}
    assert held == {region: file for region, file in counted.items() if file != "-"}


MESSAGES = """
先 6日 training_attendances6=1 ; 后 9日 | M702 | “银川市”在多个文件中都有，年度培训人次不同。取日期最新的“{后}”（2020-01-09 10:00）
先 6日 training_attendances6=1 ; 后 9日 | M702 | ，本文件（2020-01-06 10:00）的这一行不计入汇总，请确认：以“{后}”为准的，
先 6日 training_attendances6=1 ; 后 9日 | M702 | 为准的，在它任一行的备注中写明地区名称和原因，或在它的名称中注明“更正”；以本文件为准的，请再次报送，名称注明“更正”。
a 6日 盘8 seats6=7 ; b 6日 盘11 | M702 | 取文件日期最新的“{b}”
宁夏更正 6日 seats6=7 ; 宁夏 9日 | M702 | 取名称注明是更正或最终稿的“{宁夏更正}”
宁夏作废 9日 seats6=7 ; 宁夏 6日 | M702 | 名称“宁夏作废.xlsx”写明
作废/宁夏 9日 ; 更正/宁夏 6日 | M703 | “{更正/宁夏}”内容完全相同，只计一次
a 9日 ; b 6日 name=李四 | M703 | 附表1中5个地区与“{a}”
先 6日 ; 后 9日 缺10 | M706 | “中卫市”在更正后的“{后}”
先 6日 附表1 region6=银州市 seats6=7 ; 后 9日 附表1 | M706 | 以更正后的为准的，在它的文件名称中注明“更正”。
a 9日 region7=银川市 | R203 | 本表缺少“石嘴山市”
去年宁夏 6日 | M705 | “去年宁夏”指的是2018年
宁夏 6日 上年 | M701 | 宁夏回族自治区没有可以计入的2019年度数据：收到的是“{宁夏}”（2018年度）
"""


@pytest.mark.parametrize("line", MESSAGES.strip().splitlines())
def test_the_message_says_why_and_beside_which_file(tmp_path: Path, line: str) -> None:
    files, rule, words = map(str.strip, line.split("|"))
    send(tmp_path, files)
    expected = re.sub(r"\{(.*?)\}", lambda name: str(tmp_path / f"{name[1]}.xlsx"), words)
    assert any(expected in said for said in messages(merged(tmp_path), rule))


def test_where_nothing_tells_the_newest_the_region_was_sent_all_the_same(tmp_path: Path) -> None:
    send(tmp_path, "a 6日 盘8 seats6=7 ; b 6日 盘8")
    national = merged(tmp_path)
    status = status_of(national, NINGXIA.name)
    assert result_of(national, NINGXIA.name) == "faulty"
    assert (status.missing_regions["附表1"], status.uncounted_regions["附表1"]) == (("银川市",), ("银川市",))


@pytest.mark.parametrize(("files", "named", "more"), [(5, 5, False), (9, 5, True)])
def test_of_many_versions_a_few_are_named(tmp_path: Path, files: int, named: int, more: bool) -> None:
    send(tmp_path, ";".join(f"第{number}份 6日 seats6={100 + number}" for number in range(files)))
    national = merged(tmp_path)
    (message,) = messages(national, "M702")
    assert f"在{files}个文件中都有" in message
    assert message.count("”、“") + 1 == named
    assert ("”等）" in message) is more


@pytest.mark.parametrize(("apart", "counted"), [(1.5, 0), (3, 1)])
def test_files_copied_in_one_go_are_none_newer_than_the_other(tmp_path: Path, apart: float, counted: int) -> None:
    send(tmp_path, "a 6日 seats6=7 ; b 6日")
    for name, moment in (("b", 1_580_000_000 + apart), ("a", 1_580_000_000)):
        os.utime(tmp_path / f"{name}.xlsx", (moment, moment))
    national = merged(tmp_path)
    assert sum(e.row.region == "银川市" for e in national.entries_of(SERVICE)) == counted
    assert {f.blocks for f in national.findings if f.rule == "M702"} == {counted == 0}


def test_of_a_file_that_another_replaces_altogether_the_contact_is_no_longer_the_units(tmp_path: Path) -> None:
    send(tmp_path, "错 6日 agents6=9999 mobile=020-83330000 ; 改 9日")
    national = merged(tmp_path)
    status = status_of(national, NINGXIA.name)
    assert result_of(national, NINGXIA.name) == "accepted"
    assert [Path(contact.file).name for contact in status.contacts] == ["改.xlsx"]
    assert f"已被“{tmp_path / '改.xlsx'}”取代" in [why for *_, why in not_counted(national)]
    assert (len(status.files), status.code) == (2, status_of(merged(tmp_path / "改.xlsx"), NINGXIA.name).code)


def test_a_row_repeated_in_one_file_counts_once_as_a_note(tmp_path: Path) -> None:
    rows = {"附表1": [ONE["附表1"][0], *ONE["附表1"]], "附表2": ONE["附表2"]}
    write_filing(tmp_path / "a.xlsx", rows=rows, style=Style(sample=False, total="none"), saved=OLD)
    national = merged(tmp_path)
    assert found(national) == [("R203", "a.xlsx", "B7")]
    assert not_counted(national) == [("附表1", "a.xlsx", "广州市", "与B6那一行重复，内容相同，只计一次")]
    assert result_of(national, "广东省") == "accepted"
    once = write_filing(tmp_path / "b.xlsx", saved=NEW)
    assert totals(national) == totals(merged(once))
    national = merged(tmp_path)
    assert {rule for rule, *_ in found(national)} == {"M703"}
    assert totals(national) == totals(merged(once))


@pytest.mark.parametrize("forms", [("附表1", "附表2"), ("附表1",)])
def test_rows_that_a_replaced_file_leaves_out_are_named(tmp_path: Path, forms: tuple[str, ...]) -> None:
    """In a file that others replace altogether, and in a sheet of one that still stands: its 附表2 came once."""
    path = write_filing(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["附表1"]
    sheet.row_dimensions[8].hidden = True
    for cell in sheet[9]:
        cell.font = Font(strike=True)
    sheet.insert_rows(10)
    sheet["B10"], sheet["C10"], sheet["D10"] = "粤北小计", 7, 4
    sheet["M12"] = "作废"
    book.save(path)
    write_filing(tmp_path / "更正.xlsx", rows=CORRECTED, forms=forms)
    national = merged(tmp_path)
    assert bool(national.superseded) == (len(forms) == 2)
    over = f"。本文件的附表1已被“{tmp_path / '更正.xlsx'}”取代，这一处没有计入，也不再核对。"
    notes = [f for f in national.findings if f.rule == "M702" and f.message.text.endswith(over)]
    facts = [f.message.text.removesuffix(over).partition("，")[0] for f in notes]
    assert [(f.severity, f.cell, fact) for f, fact in zip(notes, facts, strict=True)] == [
        (Severity.NOTE, "B8", "“深圳市”一行被隐藏"),
        (Severity.NOTE, "B9", "“珠海市”一行被划掉"),
        (Severity.NOTE, "B12", "“佛山市”一行写着“作废”"),
    ]


def test_what_a_replaced_file_left_out_is_asked_about_where_nothing_else_has_its_region(tmp_path: Path) -> None:
    path = write_filing(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["附表1"]
    sheet.row_dimensions[8].hidden = True
    last = max(cell.row for cell in sheet["B"] if cell.value == "云浮市")
    sheet.insert_rows(last)
    sheet.cell(last, 1, "2018年")
    spare = book.copy_worksheet(book["附表1"])
    spare.title, spare["B9"] = "附表1（旧）", "珠海市"
    sheet["B9"] = "深圳市"
    book.save(path)
    rows = {
        form: [row for row in clean_rows("广东", form) if row["region"] not in ("深圳市", "珠海市")]
        for form in ("附表1", "附表2")
    }
    write_filing(tmp_path / "更正.xlsx", rows=rows)
    found = [f for f in merged(tmp_path).findings if f.rule == "M702" and "取代" in f.message.text]
    assert [(f.severity, f.sheet, f.message.text.partition("。")[0]) for f in found] == [
        (Severity.QUERY, "附表1", "“深圳市”一行被隐藏"),
        (Severity.QUERY, "附表1（旧）", "“珠海市”在没有读取的工作表中"),
        (Severity.NOTE, "附表1", "“云浮市”注明是2018年的"),
    ]


def test_a_correction_of_one_form_says_nothing_of_the_other_in_the_same_sheet(tmp_path: Path) -> None:
    path = write_filing(tmp_path / "广东.xlsx", cells={"附表1": {"voicemail6": "部分"}, "附表2": {"web6": "部分"}})
    book = openpyxl.load_workbook(path)
    for line in book["附表2"].iter_rows(max_row=26):
        for cell in line:
            if cell.value is not None and not isinstance(cell, MergedCell):
                book["附表1"].cell((cell.row or 0) + 40, cell.column, cell.value)
    book.remove(book["附表2"])
    book.save(path)
    fields = ["voicemail", "web"]
    assert [f.field for f in merged(tmp_path).findings if f.rule == "V304"] == fields
    write_filing(tmp_path / "更正.xlsx", forms=("附表1",), rows=CORRECTED)
    national = merged(tmp_path)
    (still,) = (f for f in national.findings if f.rule == "V304")
    assert still.field == "web"
    entries = [entry for entry in national.entries if still in national.findings_at.get(entry.where, ())]
    assert [(entry.form.key, entry.row.region) for entry in entries] == [("附表2", "广州市")]


@pytest.mark.parametrize(
    ("field", "file", "severity"),
    [
        *(("seats", "先.xlsx", Severity.NOTE), ("agents", "先.xlsx", Severity.QUERY), ("", "先.xlsx", Severity.NOTE)),
        ("seats", "后.xlsx", Severity.QUERY),  # asked of the newer one, which was there already
    ],
)
def test_what_an_earlier_workbook_asked_was_asked(tmp_path: Path, field: str, file: str, severity: Severity) -> None:
    key = QuestionKey("P505", "宁夏回族自治区", "附表1", "银川市", field)
    asked = EarlierQuestion((EarlierFinding(key, ""),), file=f"收/{file}")
    differs = EarlierQuestion((EarlierFinding(QuestionKey("M702", "宁夏回族自治区", "附表1", "银川市", ""), ""),))
    send(tmp_path, "先 6日 seats6=7 ; 后 9日")
    national = merged(tmp_path, earlier=Earlier((asked, differs)))
    assert [f.severity for f in national.findings if f.rule == "M702"] == [severity]
    national = merged(tmp_path, earlier=Earlier((differs,)))
    assert [f.severity for f in national.findings if f.rule == "M702"] == [Severity.QUERY]
