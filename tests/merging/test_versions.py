"""A region sent more than once: copies (M703), versions (M702, M706) and rows doubled within one file (R203); and how
provinces and cities send their tables.

A line is a folder of 宁夏's filings, parted by ``;``: file, day of January on which the document was saved (6日), its
file's own day (盘8) or the mail's (信10), and what is changed (`filing_in_words`; 银川市 is in row 6, 中卫市 in row 10). Then
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
from factory import RowData, Style, clean_header, clean_rows, mail, unit_named, write_filing
from faulty_senders import filing_in_words
from hrss12333.model.finding import QuestionKey, Severity
from hrss12333.questions.earlier import Earlier, EarlierFinding, EarlierQuestion
from hrss12333.survey.editions.y2019 import SERVICE
from hrss12333.survey.schema import Scalar
from merge_runs import found, in_words, merged, messages, not_counted, result_of, status_of, totals

OLD, NEW = datetime(2020, 1, 6, 2, 0), datetime(2020, 1, 9, 2, 0)
UNSUMMED = Style(sample=False, total="none")
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
宁夏 6日 盘8 ; 宁夏（{非草稿,不作废,副本}） 6日 盘8 seats6=7 | 宁夏 银川市:- | M702!宁夏!B6
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
# one is newer than all others though of two that are alike the one sent last is not
宁夏 9日 seats6=7 ; 宁夏更正 6日 信8 ; 宁夏末 6日 信9 name=李四 | 宁夏末 银川市:宁夏更正 | M702.宁夏!B6
# no other version: a remark, another contact, the unit's name put right
先 6日 remarks6={无,系统升级} ; 后 9日 remarks6=_ | 后 | M703.先
a 9日 voicemail6=部分 ; b 6日 voicemail6=部分 name=李四 | a | M703.b V304!a!G6
先 6日 unit={_,宁复回族自治区} ; 后 9日 | 后 | M703.先
# a correction of one region keeps the others; what was wrong with what it replaces is over
全区 6日 calls_total6=待定 calls_total11=_ ; 银川 9日 附表1 缺7- | 全区 银川市:银川 | M702.全区!B6
错 6日 agents6=9999 mobile=020-83330000 ; 改 9日 | 改 | M702.错!B6 M703.错
先 6日 ; 后 9日 缺8- | 先 银川市:后 石嘴山市:后 |
先 6日 附表1 缺10 ; 后 9日 附表1 缺8- | 先 银川市:后 石嘴山市:后 中卫市:- |
# one that has over half of the rows takes back what it lacks or leaves blank, but none that it names otherwise or hides
先 6日 seats10=-1 ; 后 9日 缺10 | 后 中卫市:- | M703.先 M706?先!B10
先 6日 附表1 ; 后 9日 附表1 缺10 ; 再 10日 附表1 缺10 remarks6=中卫市的来电并入固原市 | 再 中卫市:- | M706=先!B10
先 6日 附表1 ; 后 9日 附表1 空6 | 后 | M706?先!B6
    V301!后!C6 V301!后!D6 V301!后!E6 V301!后!F6 V301!后!G6 V301!后!H6 V301!后!I6 V301!后!J6 V301!后!K6 V301!后!L6
# unless a file as new, of which it is no version, has it as well
a 6日 盘8 ; b 6日 盘8 缺6 缺6 缺6 ; c 9日 缺9- | c 固原市:b 中卫市:b |
a 8日 ; b 6日 缺6 缺6 缺6 ; c 9日 缺9- | c 固原市:- 中卫市:- | M706?a!B9 M706?a!B10
# a region that is blank in every file is still asked for
a 6日 附表1 空6 ; b 6日 附表1 空6 | a |
    V301!a!C6 V301!a!D6 V301!a!E6 V301!a!F6 V301!a!G6 V301!a!H6 V301!a!I6 V301!a!J6 V301!a!K6 V301!a!L6
# what is under another name, or under none
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
# a part of the year that is alone counts, and is asked about
宁夏上半年 6日 | 宁夏上半年 | M705?宁夏上半年
# of several parts of the year none counts, alike or not, and one question asks for the year, to which they give way
宁夏上半年 6日 ; 宁夏下半年 9日 | - | M705!宁夏上半年!A5
宁夏2019年11月 6日 ; 宁夏2019年12月 9日 | - | M705!宁夏2019年11月!A5
宁夏上半年 6日 ; 宁夏下半年 9日 ; 宁夏 6日 | 宁夏 | M705.宁夏上半年!B6 M705.宁夏下半年!B6
宁夏2019年11月 6日 ; 宁夏2019年12月 9日 ; 宁夏 6日 | 宁夏 | M705.宁夏2019年11月!B6 M705.宁夏2019年12月!B6
宁夏（1-11月） 6日 region7=银川市 ; 宁夏 9日 | 宁夏 | M705.宁夏（1-11月）!B6
宁夏上半年 6日 ; a 6日 盘8 seats6=7 ; b 6日 盘8 | a 银川市:- | M702!a!B6 M703.b M705.宁夏上半年!B6
# nor does a part of another year
宁夏{上半年,（1-11月）} 6日 上年 | - | M705!宁夏{}
# a city's row under the sample's name is in no total, and asked about beside other cities
一 6日 缺7- ; 二 6日 缺6 缺7- region6=某某市 ; 三 6日 缺6 缺6 缺7- | - 银川市:一 吴忠市:三 | R206?二!B6 R207?二!B6
# a file without a unit is of that whose regions it lists
谁 6日 unit=_ | 谁 | H101!谁!A3
# a region twice in one file counts not at all where the rows differ, and R203 asks whether it is the one lacking
a 9日 region7=银川市 | a 银川市:- 石嘴山市:- | R203!a!B7
先 6日 ; 后 9日 region7=银川市 | 后 银川市:- 石嘴山市:- | R203!后!B7 M702.先!B6 M703.先 M706?先!B7
# what is implausible in either row is asked all the same
a 9日 region7=银川市 seats6=20 | a 银川市:- 石嘴山市:- | R203!a!B7 P504?a!K6
# a row without figures beside one that has them is not asked to be filled in; what its name takes away is missing
a 9日 附表1 region7=银川市 空7 | a 石嘴山市:- | R204?a
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
    write_filing(tmp_path / "a.xlsx", rows=rows, style=UNSUMMED, saved=OLD)
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


# How provinces and cities send their tables, and what then counts: nothing twice, nothing lost without a word


def counted(folder: Path) -> list[tuple[str | None, int | None]]:
    """Region and 年度培训人次 of every row of 附表1 that counts."""
    entries = merged(folder).entries_of(SERVICE)
    return [(entry.row.region, entry.row.number("training_attendances")) for entry in entries]


def regions(folder: Path) -> list[str | None]:
    return [region for region, _ in counted(folder)]


def write(path: Path, unit: str, rows: list[RowData], header: str = "", saved: datetime = OLD) -> Path:
    path.parent.mkdir(exist_ok=True)
    named = {**clean_header(unit), "unit": header} if header else clean_header(unit)
    return write_filing(path, unit, {"附表1": rows}, named, UNSUMMED, forms=("附表1",), saved=saved)


def summed(rows: list[RowData], region: str) -> RowData:
    figures = {key: sum(int(str(row[key])) for row in rows) for key, value in rows[0].items() if type(value) is int}
    return {**rows[0], **figures, "region": region}


WATCHED = ("R201", "R202", "R203", "R208", "R209", "B403", "M702")
FOLDERS = """
# a county that reports by itself stays out where its city includes it
河北 | 河北 : 1-5 6:保定市（含定州） 7-11 1:定州市 | * | R208=河北!末
河北 | 河北 : 1-5 6#{含定州数据,已包括定州市} 7-11 1:定州市 | * | R208=河北!末
河北 | 河北 : * 1:定州市#已计入保定市 | * | R208=河北!末
河北 | 河北 : 1-5 6#{不含定州数据,含企业来电} 7-11 1:定州市 | * 定州市 |
# another place below a city counts where it says that the city does not include it; R208 asks
江苏 | a : * 1:昆山市{,#县级市,#没有单独统计,#不含企业来电,#不含重复来电,#投诉举报单独统计} | * | R208?a!末
江苏 | a : * 1:昆山市#已包括在苏州市数据中 | * | R208=a!末
江苏 | a : * 1:昆山市#{苏州市的数据不含昆山,单独统计,本市已单独填报,不重复计算} | * 昆山市 | R208=a!末
广东 | a : * 1:顺德区 | * | R208?a!末
陕西 | a : * 1:西咸新区 | * | R208?a!末
贵州 | a : * 1:贵安新区 | * | R208?a!末
山东 | a : * 1:莱芜市 | * | R208?a!末
宁夏 | a : * 1:{银川市本级,市本级} | * | R208?a!末
# but of places that are known to report by themselves it does not
河北 | a : * 1:{雄安新区,定州市} | * {} |
吉林 | a : * 1:公主岭市 | * 公主岭市 |
广东 | a : * 1:省本级 | * 省本级 |
# a county's own file may be under its own name
河南 | 省 : * ; 县@巩义市 : 1:巩义市 | * 巩义市 |
江苏 | 省 : * ; 县@昆山市 : 1:昆山市 | * | R208?县!B6
# districts of one name count for each of their cities, told by the header of the city's own file
河北 | 石家庄市@{,河北省}石家庄市 : 1:桥西区=0 ; 邢台市+@{}邢台市 : 1:桥西区=1 | 石家庄市桥西区=0 邢台市桥西区=1 |
河北 | 石家庄市@石家庄市 : 1:桥西区=0 ; 省+ : 1:桥西区=5 | 石家庄市桥西区=0 | R208?省!B6
# or by the row of its city above it, where all rows between are districts of that city
河北 | 省 : 1:石家庄市 1:长安区 1:桥西区=1 1:邢台市 1:桥西区=2 1:丰润区 1:桥西区=3 | 石家庄市 邢台市 丰润区 |
    R208?省!B7 R208?省!B8 R208?省!B10 R208?省!B12
# a city that is the sum of its counties counts once, and is asked about where its figures are others
宁夏 | 宁夏 : Σ2,3:银川市 1:永宁县 1:贺兰县 Σ5,6:吴忠市 1:盐池县 1:同心县 Σ1,4:合计 | 银川市 吴忠市 |
宁夏 | 宁夏 : Σ2,3:银川市+7 1:永宁县 1:贺兰县 | 银川市 | R208?宁夏!B7 R208?宁夏!B8
# the sum at the end of a city's own table is its total
宁夏 | 银川@宁夏银川市 : 1:永宁县 1:贺兰县 Σ1,2:{银川市合计,合计,全市合计} | 永宁县 贺兰县 |
# a city that names itself nowhere neither counts nor replaces another
宁夏 | 一 : 1:{市局,市中心,市本级} ; 二+ : 2:{} | - | R208?一!B6 R208?二!B6
宁夏 | 一@宁夏银川市 : 1:{市局,市中心,市本级} ; 二+ : 2:{} | 银川市 | R208?二!B6
# one that names itself only in the name of its file counts, where that names but one
宁夏 | 宁夏银川市12333 : 1:{全市,市本级,本市} ; 宁夏石嘴山12333 : 2:{} ; 吴忠市和固原市 : 3:{} | 1-2 | R208?吴忠市和固原市!B6
# a city's own level beside its counties is a part of it, and stays out beside its row
宁夏 | 银川+@宁夏回族自治区银川市 : 1:市本级 1:永宁县 1:灵武市 | 银川市本级 永宁县 灵武市 |
宁夏 | 银川+@宁夏回族自治区银川市 : 1:市本级 1:永宁县 1:灵武市 ; 宁夏 : * | * | R208?银川!B6 R208?银川!B7 R208?银川!B8
# of whole city and own level the first is the city
宁夏 | 银川@宁夏回族自治区银川市 : 1:全市=2 1:市本级=1 | 银川市=2 | R208?银川!B7
# a province's table and its cities' own files are the same rows
宁夏 | 宁夏+ : * ; 银川市@银川市 : 1 ; 银川市（全市）@宁夏银川市 : 1:全市 ; 中卫市@中卫市 : 5 | * |
# the corps is no level of 新疆's own, and the department is a unit's
新疆 | 新疆 : * 1:兵团本级 | * | R202?新疆!末
新疆 | 新疆 : * 1:区本级 | * 区本级 |
广东 | 省 : * 1:省本级=7 ; 厅+ : 1:{省人社厅,省直}=9 | * {}=9 | M702?省!末
广东 | 省 : * 1:省本级=7 ; 厅+ : 1:广东省{人力资源和社会保障厅,本级}=9 | * {}=9 | M702?省!末
广东 | 省 : * 1:省本级=7 ; 厅+ : 1:人社局=9 | * 省本级=7 | R202?厅!B6
# a row for the whole unit counts only where no region does
宁夏 | 先 : 1:全区 ; 又+ : 2:宁夏回族自治区 | 宁夏回族自治区 | M702?先!B6
宁夏 | 又 : 2:宁夏回族自治区 ; 各市+ : * | * | R209?又!B6
"""


def rows_of(unit: str, tokens: str) -> list[RowData]:
    """The rows of a file in words.

    A line of the table is what lies in a folder: a unit's files of 附表1 alone, parted by ``;``. A file is its name (with +
    later than the others), whom its header names where that is not the unit, and its rows:

        * 1-5              the clean rows of all of the unit's regions, or of some
        1:永宁县           the figures of the first region under another name; 1#含企业来电 with a remark
        1:银川市=7         with 7 年度培训人次
        Σ2,3:合计+7        the sum of the file's second and third row, with 7 more 年度培训人次

    Then the regions that count, with 年度培训人次 where it tells the row, and the findings of `WATCHED` rules with file and
    cell: ! an error, ? an open query, = an explained one, . a note; 末 is the file's last row. Braces hold what may stand
    there.
    """
    clean, found, sums = clean_rows(unit, "附表1"), list[RowData](), dict[int, tuple[list[int], int]]()
    for token in tokens.split():
        match = re.fullmatch(r"(\*|Σ?[\d,-]+)(?::([^=#+]+))?(?:=(\d+))?(?:\+(\d+))?(?:#(.+))?", token)
        assert match, token
        which, name, training, more, remark = match.groups()
        if which[0] == "Σ":
            sums[len(found)] = [int(at) - 1 for at in which[1:].split(",")], int(more or 0)
            found.append({"region": name})
            continue
        first, last = (1, len(clean)) if which == "*" else map(int, (which.split("-") * 2)[:2])
        changes: RowData = {"region": name} if name else {}
        changes |= ({"training_attendances": int(training)} if training else {}) | (
            {"remarks": remark} if remark else {}
        )
        found += [{**row, **changes} for row in clean[first - 1 : last]]
    for at, (parts, more) in sums.items():
        found[at] = summed([found[part] for part in parts], str(found[at]["region"]))
        found[at]["training_attendances"] = int(str(found[at]["training_attendances"])) + more
    return found


@pytest.mark.parametrize(("unit", "files", "counts", "asked"), scenes(FOLDERS))
def test_what_counts_and_what_is_asked(tmp_path: Path, unit: str, files: str, counts: str, asked: str) -> None:
    for file in files.split(";"):
        about, _, tokens = file.partition(" : ")
        name, _, header = about.strip().partition("@")
        rows = rows_of(unit, tokens)
        saved = NEW if name.endswith("+") else OLD
        write(tmp_path / f"{name.rstrip('+')}.xlsx", unit, rows, header, saved)
        asked = asked.replace(f"{name.rstrip('+')}!末", f"{name.rstrip('+')}!B{5 + len(rows)}")
    expected: list[str] = []
    for token in counts.split() if counts != "-" else ():
        expected += [str(row["region"]) for row in rows_of(unit, token)] if token[0] in "*123456789" else [token]
    told = {token.partition("=")[0] for token in expected if "=" in token}
    held = [f"{region}={number}" if region in told else str(region) for region, number in counted(tmp_path)]
    assert sorted(held) == sorted(expected)
    watched = [finding for finding in merged(tmp_path).findings if finding.rule in WATCHED]
    assert sorted(in_words(finding, Path(finding.file).stem) for finding in watched) == sorted(asked.split())


def test_a_county_of_a_part_of_the_year_is_deleted_with_the_years_version(tmp_path: Path) -> None:
    """As R208 asks, which is then not asked again."""
    for name, tokens, day in (("先", ["1-11月", "县"], 6), ("后", [], 9)):
        data, _ = filing_in_words(unit_named("广东"), tokens, datetime(2020, 1, day, 2), region="汕尾市")
        (tmp_path / f"{name}.xlsx").write_bytes(data)
    national = merged(tmp_path)
    assert regions(tmp_path) == ["汕尾市"]
    assert {each.rule for each in national.findings if each.severity is not Severity.NOTE} == {"M701"}


def test_a_blank_form_among_filings_is_passed_over_and_named(tmp_path: Path) -> None:
    style = Style(spare_rows=3, total="blank")
    blank = write_filing(tmp_path / "附件.xlsx", rows={"附表1": [], "附表2": []}, header={}, style=style)
    assert {rule for rule, *_ in found(merged(tmp_path))} >= {"R205", "H101"}
    write_filing(tmp_path / "宁夏.xlsx", "宁夏", style=UNSUMMED)
    national = merged(tmp_path)
    assert [(Path(item.file).name, item.reason) for item in national.skipped] == [
        ("附件.xlsx", "是空白的调查表，没有填写任何内容")
    ]
    assert found(national) == []
    assert {rule for rule, *_ in found(merged(tmp_path / "宁夏.xlsx", blank))} >= {"R205", "H101"}
    write_filing(blank, rows={"附表1": [], "附表2": []}, header={"name": "张三"}, style=style)
    assert {rule for rule, *_ in found(merged(tmp_path))} >= {"R205", "H101"}


@pytest.mark.parametrize("more", [0, 7])
def test_the_corrected_rows_alone_may_stand_above_the_whole_units_sum(tmp_path: Path, more: int) -> None:
    rows = clean_rows("宁夏", "附表1")
    write(tmp_path / "先.xlsx", "宁夏", rows)
    rows[0]["training_attendances"] = 7
    total = summed(rows, "合计")
    total["training_attendances"] = int(str(total["training_attendances"])) + more
    total |= {"voicemail": None, "complaints": None}
    write(tmp_path / "后.xlsx", "宁夏", [rows[0], total], saved=NEW)
    assert counted(tmp_path)[0] == ("银川市", 7)
    assert len(found(merged(tmp_path), "B403")) == (1 if more else 0)


def test_the_message_about_a_whole_unit_says_where_it_differs(tmp_path: Path) -> None:
    rows = clean_rows("宁夏", "附表1")
    write(tmp_path / "又.xlsx", "宁夏", [rows[1] | {"region": "宁夏回族自治区"}])
    write(tmp_path / "各市.xlsx", "宁夏", rows, saved=NEW)
    assert re.search("它与各地区之和不一致：.*来电总量", messages(merged(tmp_path), "R209")[0])
    rows[0]["calls_total"] = -5  # no figure that counts: there is no sum to hold the whole against
    write(tmp_path / "各市.xlsx", "宁夏", rows, saved=NEW)
    assert "来电总量" not in messages(merged(tmp_path), "R209")[0]


@pytest.mark.parametrize("name", ["石河子市", "石河子", "新疆石河子市"])
@pytest.mark.parametrize("corps", ["第八师", "石河子", "全兵团"])
def test_a_city_of_the_corps_counts_in_its_area_only_while_the_corps_says_nothing_of_it(
    tmp_path: Path, name: str, corps: str
) -> None:
    """It is asked about in any case; what the corps sends counts for the corps."""
    own = clean_rows("新疆兵团", "附表1")
    division = next(given for given in own if "第八师" in str(given["region"]))
    others = [given for given in own if given is not division]
    around = [*clean_rows("新疆", "附表1"), {**division, "region": name, "training_attendances": 7}]
    write(tmp_path / "新疆.xlsx", "新疆", around)
    assert len(regions(tmp_path)) == 15
    write(tmp_path / "兵团.xlsx", "新疆兵团", others)
    assert len(regions(tmp_path)) == 15 + len(others)
    sent = [*(others if corps != "全兵团" else ()), {**division, "region": corps}]
    write(tmp_path / "兵团.xlsx", "新疆兵团", sent)
    national = merged(tmp_path)
    assert status_of(national, "新疆维吾尔自治区").rows["附表1"] == 14
    assert status_of(national, "新疆生产建设兵团").rows["附表1"] == len(sent)
    assert [region for _, _, region, _ in not_counted(national)] == ["石河子市"]
    assert found(national, "R202", "R204") == [("R202", "新疆.xlsx", "B20")]
    (tmp_path / "兵团.xlsx").unlink()
    assert found(merged(tmp_path), "R202", "R204") == [("R202", "新疆.xlsx", "B20")]
