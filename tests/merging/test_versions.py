"""A region sent more than once: copies (M703), versions (M702) and rows doubled within one file (R203)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell import MergedCell
from openpyxl.styles import Font

from cases import cases
from factory import CellValue, Style, a1, clean_header, clean_rows, filing, mail, write_filing
from hrss12333.model.finding import Finding, QuestionKey, Severity
from hrss12333.model.national import National, tally
from hrss12333.questions.earlier import Earlier, EarlierFinding, EarlierQuestion
from hrss12333.survey.editions.y2019 import SERVICE
from hrss12333.survey.schema import Scalar
from merge_runs import found, merged, messages, not_counted, result_of, status_of, totals

OLD, NEW = datetime(2020, 1, 6, 2, 0), datetime(2020, 1, 9, 2, 0)
ONE = {"附表1": clean_rows("广东", "附表1"), "附表2": clean_rows("广东", "附表2")}


def calls(national: National) -> int | None:
    return tally(national.entries_of(SERVICE), SERVICE.by_key["calls_total"]).total


def changed(row: int, **figures: int) -> dict[str, list[dict[str, Scalar]]]:
    return {"附表1": [{**data, **figures} if at == row else data for at, data in enumerate(ONE["附表1"])]}


STYLED = Style(header="cells", sample=True, total="none", notes=False, short_regions=True)
SPACED = {**clean_header("广东"), "name": " ".join(clean_header("广东")["name"])}


@pytest.mark.parametrize("how", [{}, {"style": STYLED, "writer": "xlsxwriter"}, {"header": SPACED}])
def test_a_copy_in_whatever_style_counts_once(tmp_path: Path, how: dict[str, Any]) -> None:
    write_filing(tmp_path / "a.xlsx")
    write_filing(tmp_path / "b.xlsx", **how)
    national = merged(tmp_path)
    assert found(national, "M702", "M703", "V301") == [("M703", "b.xlsx", None)]
    assert "a.xlsx”内容完全相同，只计一次" in messages(national, "M703")[0]
    assert {name for _, name, *_ in not_counted(national)} == {"b.xlsx"}
    assert len(not_counted(national)) == 42
    assert result_of(national, "广东省") == "accepted"
    assert totals(national) == totals(merged(tmp_path / "a.xlsx"))


def test_the_same_rows_under_another_contact_count_once(tmp_path: Path) -> None:
    """And are asked about once."""
    cells = {"附表1": {"voicemail6": "部分"}}
    write_filing(tmp_path / "a.xlsx", saved=NEW, cells=cells)
    write_filing(tmp_path / "b.xlsx", header={**clean_header("广东"), "name": "李四"}, saved=OLD, cells=cells)
    national = merged(tmp_path)
    assert found(national) == [*[("M703", "b.xlsx", None)] * 2, ("V304", "a.xlsx", a1("voicemail6"))]  # one a form
    assert [message[:11] for message in messages(national, "M703")] == ["附表1中21个地区与“", "附表2中21个地区与“"]
    assert calls(national) == calls(merged(tmp_path / "a.xlsx"))


@pytest.mark.parametrize(("old", "new"), [("a.xlsx", "b.xlsx"), ("b.xlsx", "a.xlsx")])
@pytest.mark.parametrize("touched", ["old", "new"])
def test_the_newest_document_counts(tmp_path: Path, old: str, new: str, touched: str) -> None:
    """By the document's own date; neither the name nor the date on disk decides."""
    files = {"old": tmp_path / old, "new": tmp_path / new}
    write_filing(files["old"], rows=changed(0, training_attendances=1), saved=OLD)
    write_filing(files["new"], saved=NEW)
    os.utime(files[touched], (2_000_000_000, 2_000_000_000))
    national = merged(tmp_path)
    assert found(national, "M702") == [("M702", old, "B6")]
    assert messages(national, "M702") == [
        f"“广州市”在多个文件中都有，年度培训人次不同。取日期最新的“{files['new']}”（2020-01-09 10:00），"
        f"本文件（2020-01-06 10:00）的这一行不计入汇总，请确认：以“{files['new']}”为准的，"
        "在它任一行的备注中写明地区名称和原因，或在它的名称中注明“更正”。"
    ]
    assert totals(national) == totals(merged(files["new"]))
    assert status_of(national, "广东省").code == status_of(merged(files["new"]), "广东省").code


def dated(path: Path, day: int) -> None:
    """The file's own date on disk."""
    os.utime(path, (datetime(2020, 1, day).timestamp(), datetime(2020, 1, day).timestamp()))


def two(folder: Path, names: tuple[str, str]) -> None:
    """Two filings that differ in one figure, by documents of one date and files of one date."""
    write_filing(folder / names[0], rows=changed(0, seats=7), saved=OLD)
    write_filing(folder / names[1], saved=OLD)
    for name in names:
        dated(folder / name, 8)


def test_where_nothing_tells_the_newest_neither_counts(tmp_path: Path) -> None:
    """The region was sent, and is asked about once: neither is it to be sent again, nor do the forms differ."""
    two(tmp_path, ("a.xlsx", "b.xlsx"))
    national = merged(tmp_path)
    assert found(national, "M702", "R204", "R207") == [("M702", "a.xlsx", "B6")]  # of the first of them
    assert all(f.blocks for f in national.findings if f.rule == "M702")
    status = status_of(national, "广东省")
    assert result_of(national, "广东省") == "faulty"
    assert calls(national) == sum(int(str(row["calls_total"])) for row in ONE["附表1"][1:])
    assert (status.missing_regions["附表1"], status.uncounted_regions["附表1"]) == (("广州市",), ("广州市",))
    assert status.unsent_regions(SERVICE) == ()


@pytest.mark.parametrize("remark", ["无", "系统升级，停机3天"])
def test_a_region_whose_row_is_hidden_was_sent(tmp_path: Path, remark: str) -> None:
    """Whatever its 备注 says, it must be sent anew."""
    path = write_filing(tmp_path / "a.xlsx", cells={"附表1": {"remarks8": remark}})
    book = openpyxl.load_workbook(path)
    book["附表1"].row_dimensions[8].hidden = True
    book.save(path)
    national = merged(tmp_path)
    status = status_of(national, "广东省")
    assert (status.missing_regions["附表1"], status.unsent_regions(SERVICE)) == (("深圳市",), ())
    assert [f.blocks for f in national.findings if f.rule == "R210"] == [True]


@cases("""
    hidden=  before  now     asked
    False    广洲市  广州市  -
    False    -       广州市  -
    False    -       -       R201
    False    广州市  广洲市  R202
    True     广州市  广州市  R210
""")
def test_a_row_that_a_correction_has_under_another_name_or_leaves_out_is_not_lost(
    tmp_path: Path, hidden: bool, before: str, now: str, asked: str
) -> None:
    rows = clean_rows("广东", "附表1")
    for name, region, saved in (("先.xlsx", before, OLD), ("更正.xlsx", now, NEW)):
        given = {"附表1": [{**rows[0], "region": region.strip("-")}, *rows[1:]]}
        path = write_filing(tmp_path / name, "广东", given, forms=("附表1",), saved=saved)
    book = openpyxl.load_workbook(path)
    book["附表1"].row_dimensions[6].hidden = hidden
    book.save(path)
    rules = [rule for rule, *_ in found(merged(tmp_path), "M706", "R201", "R202", "R210")]
    assert rules == [asked][asked == "-" :]


@pytest.mark.parametrize(("files", "named", "more"), [(5, 5, False), (9, 5, True)])
def test_of_many_versions_a_few_are_named(tmp_path: Path, files: int, named: int, more: bool) -> None:
    for number in range(files):
        write_filing(tmp_path / f"第{number}份.xlsx", rows=changed(0, seats=100 + number), saved=OLD)
        dated(tmp_path / f"第{number}份.xlsx", 8)
    national = merged(tmp_path)
    (message,) = messages(national, "M702")
    assert f"在{files}个文件中都有" in message
    assert message.count("”、“") + 1 == named
    assert ("”等）" in message) is more


@pytest.mark.parametrize(("apart", "counted"), [(1.5, 0), (3, 1)])
def test_files_copied_in_one_go_are_none_newer_than_the_other(tmp_path: Path, apart: float, counted: int) -> None:
    two(tmp_path, ("a.xlsx", "b.xlsx"))
    os.utime(tmp_path / "b.xlsx", (1_580_000_000 + apart,) * 2)
    os.utime(tmp_path / "a.xlsx", (1_580_000_000,) * 2)
    national = merged(tmp_path)
    assert sum(e.row.region == "广州市" for e in national.entries_of(SERVICE)) == counted
    assert {f.blocks for f in national.findings if f.rule == "M702"} == {counted == 0}
    assert all(("取文件日期最新的“" in message) is (counted == 1) for message in messages(national, "M702"))


@pytest.mark.parametrize("word", ["更正", "最终", "修改", "正式稿", "盖章上报版", "（原表作废，以此为准）"])
def test_a_name_that_says_so_counts_before_the_date_of_saving(tmp_path: Path, word: str) -> None:
    """Whoever opens the old one to look something up may save it anew."""
    for name, seats, saved in ((f"广东{word}.xlsx", 7, OLD), ("广东.xlsx", 8, NEW)):
        write_filing(tmp_path / name, rows=changed(0, seats=seats), saved=saved)
    national = merged(tmp_path)
    assert found(national, "M702") == [("M702", "广东.xlsx", "B6")]
    assert "取名称注明是更正或最终稿的“" in messages(national, "M702")[0]


def test_which_of_two_corrections_counts_is_asked_about(tmp_path: Path) -> None:
    for day, (name, seats) in enumerate({"广东": 7, "广东更正": 8, "广东第二次更正": 9}.items(), 6):
        sent = f"{day} Jan 2020 12:00:00 +0800"
        content = filing(rows=changed(0, seats=seats))
        (tmp_path / f"{day}.eml").write_bytes(mail((f"{name}.xlsx", content), sent=sent))
    asked = {Path(f.file).stem: f.severity for f in merged(tmp_path).findings if f.rule == "M702"}
    assert asked == {"广东": Severity.NOTE, "广东更正": Severity.QUERY}


@pytest.mark.parametrize(
    ("one", "other", "newer"), [(6, 9, "广东.xlsx"), (9, 9, "广东更正.xlsx"), (9, None, "广东更正.xlsx")]
)
def test_the_mails_dates_count_first_where_both_came_by_mail(
    tmp_path: Path, one: int, other: int | None, newer: str
) -> None:
    inbox = tmp_path / "收件"
    inbox.mkdir()
    first, second = (filing(rows=changed(0, seats=seats), saved=saved) for seats, saved in ((7, OLD), (8, NEW)))
    sent = "{} Jan 2020 12:00:00 +0800"
    (inbox / "一.eml").write_bytes(mail(("广东更正.xlsx", first), sent=sent.format(one)))
    if other:
        (inbox / "二.eml").write_bytes(mail(("广东.xlsx", second), sent=sent.format(other)))
    else:
        (inbox / "广东.xlsx").write_bytes(second)
    kept = [e for e in merged(inbox).entries_of(SERVICE) if e.row.region == "广州市"]
    assert [Path(e.file).name for e in kept] == [newer]


FORMER = ("修改前", "更正前", "初稿", "旧版", "征求意见稿", "暂定", "待审", "错误", "非最终稿", "未修改")


@pytest.mark.parametrize(("word", "tells"), [*((word, True) for word in FORMER), ("非草稿", False), ("不作废", False)])
def test_a_name_that_says_it_was_before_the_correction_is_older(tmp_path: Path, word: str, tells: bool) -> None:
    """And one that only seems to say so tells nothing: neither is the older one."""
    named = f"广东（{word}）.xlsx"
    two(tmp_path, (named, "广东.xlsx"))
    if tells:
        dated(tmp_path / named, 20)
    national = merged(tmp_path)
    assert found(national, "M702") == [("M702", named if tells else "广东.xlsx", "B6")]
    assert [f.blocks for f in national.findings if f.rule == "M702"] == [not tells]


@cases("""
    word
    （作废） | _已作废 | 作废 | 2019年报表作废 | 旧版（作废）
""")
def test_a_file_that_does_not_hold_by_its_own_name_never_counts(tmp_path: Path, word: str) -> None:
    """Whatever its date: beside another it is superseded, and what no other file has is named."""
    write_filing(tmp_path / f"广东{word}.xlsx", rows=changed(0, calls_total=1), saved=NEW)
    write_filing(tmp_path / "广东.xlsx", saved=OLD)
    national = merged(tmp_path)
    assert found(national, "M702") == [("M702", f"广东{word}.xlsx", "B6")]
    assert f"名称“广东{word}.xlsx”写明" in messages(national, "M702")[0]
    assert calls(national) == calls(merged(tmp_path / "广东.xlsx"))
    (tmp_path / "广东.xlsx").unlink()
    alone = merged(tmp_path)
    assert calls(alone) is None
    assert len(found(alone, "R210")) == 1
    assert result_of(alone, "广东省") == "faulty"


@pytest.mark.parametrize("remark", ["无", "系统升级"])
def test_a_remark_alone_makes_no_other_version(tmp_path: Path, remark: str) -> None:
    reported = {key: [{**row, "remarks": remark} for row in rows] for key, rows in ONE.items()}
    write_filing(tmp_path / "先.xlsx", rows=reported, saved=OLD)
    write_filing(tmp_path / "后.xlsx", rows={k: [{**r, "remarks": None} for r in v] for k, v in ONE.items()}, saved=NEW)
    assert {rule for rule, *_ in found(merged(tmp_path), "M702", "M703")} == {"M703"}


def test_a_corrected_version_that_lacks_a_row_takes_it_back(tmp_path: Path) -> None:
    """It holds over half of the older one's regions: 云浮市 is lost, named, and not counted; what was wrong with it is over."""
    write_filing(tmp_path / "先.xlsx", rows=changed(20, seats=-1), saved=OLD)
    assert result_of(merged(tmp_path), "广东省") == "faulty"
    fewer = {key: rows[:-1] for key, rows in ONE.items()}
    write_filing(tmp_path / "后.xlsx", rows=fewer, saved=NEW)
    national = merged(tmp_path)
    assert found(national, "M706") == [("M706", "先.xlsx", "B26")] * 2
    assert all("“云浮市”在更正后的“" in message for message in messages(national, "M706"))
    assert calls(national) == calls(merged(tmp_path / "后.xlsx"))
    assert result_of(national, "广东省") == "accepted"
    assert {rule for rule, *_ in found(national)} == {"M703", "M706"}  # no R204: M706 asks


def test_a_row_emptied_in_the_corrected_version_is_lost_too(tmp_path: Path) -> None:
    write_filing(tmp_path / "先.xlsx", saved=OLD, forms=("附表1",))
    rows: list[dict[str, Scalar]] = [{"region": "广州市"}, *ONE["附表1"][1:]]
    write_filing(tmp_path / "后.xlsx", rows={"附表1": rows}, forms=("附表1",), saved=NEW)
    national = merged(tmp_path)
    assert found(national, "M706") == [("M706", "先.xlsx", "B6")]
    assert {f.region for f in national.findings if f.rule == "V301"} == {"广州市"}


def test_a_correction_of_one_city_keeps_the_other_rows(tmp_path: Path) -> None:
    """The newer file holds one city alone: the older one's other rows go on counting."""
    write_filing(tmp_path / "全省.xlsx", saved=OLD, cells={"附表1": {"calls_total6": "待定", "calls_total27": None}})
    write_filing(tmp_path / "广州.xlsx", rows={"附表1": ONE["附表1"][:1]}, forms=("附表1",), saved=NEW)
    national = merged(tmp_path)
    assert found(national) == [("M702", "全省.xlsx", "B6")]
    assert result_of(national, "广东省") == "accepted"
    assert calls(national) == sum(int(str(row["calls_total"])) for row in ONE["附表1"])
    write_filing(tmp_path / "再.xlsx", rows=changed(0, agents=9999), saved=datetime(2020, 1, 12))
    assert result_of(merged(tmp_path), "广东省") == "faulty"


def test_a_corrected_file_clears_the_unit(tmp_path: Path) -> None:
    """What was wrong with a file that another replaces altogether no longer counts against the unit."""
    faulty = {**clean_header("广东"), "mobile": "020-83330000"}
    write_filing(tmp_path / "错.xlsx", rows=changed(0, agents=9999), header=faulty, saved=OLD)
    write_filing(tmp_path / "改.xlsx", saved=NEW)
    national = merged(tmp_path)
    assert [rule for rule, *_ in found(national)] == ["M702", "M703", "M703"]
    status = status_of(national, "广东省")
    assert result_of(national, "广东省") == "accepted"
    assert [Path(contact.file).name for contact in status.contacts] == ["改.xlsx"]
    assert len(status.files) == 2


def test_unreadable_texts_that_differ_are_versions(tmp_path: Path) -> None:
    """若干 and 很多 are both unreadable, yet not the same."""
    for name, text, saved in (("a", "若干", OLD), ("b", "很多", NEW)):
        write_filing(tmp_path / f"{name}.xlsx", cells={"附表1": {"calls_total6": text}}, saved=saved)
    assert found(merged(tmp_path), "M702") == [("M702", "a.xlsx", "B6")]


def test_a_region_twice_in_one_file_counts_not_at_all_where_the_rows_differ(tmp_path: Path) -> None:
    """Nobody knows which is right: neither is counted, and R203 is an error."""
    write_filing(tmp_path / "a.xlsx", cells={"附表1": {"B7": "广州市"}})
    national = merged(tmp_path)
    assert found(national, "R203", "M702", "M703") == [("R203", "a.xlsx", "B7")]
    assert [(name, region) for _, name, region, _ in not_counted(national)] == [("a.xlsx", "广州市")] * 2
    assert found(national, "R204", "R207") == []  # R203 asks whether it is 韶关市
    assert all("本表缺少“韶关市”" in message for message in messages(national, "R203"))
    assert calls(national) == sum(int(str(row["calls_total"])) for row in ONE["附表1"][2:])


def test_a_row_repeated_in_one_file_counts_once_as_a_note(tmp_path: Path) -> None:
    rows = {"附表1": [ONE["附表1"][0], *ONE["附表1"]], "附表2": ONE["附表2"]}
    write_filing(tmp_path / "a.xlsx", rows=rows, style=Style(sample=False, total="none"), saved=OLD)
    national = merged(tmp_path)
    assert found(national) == [("R203", "a.xlsx", "B7")]
    assert not_counted(national) == [("附表1", "a.xlsx", "广州市", "与B6那一行重复，内容相同，只计一次")]
    assert result_of(national, "广东省") == "accepted"
    assert calls(national) == sum(int(str(row["calls_total"])) for row in ONE["附表1"])
    write_filing(tmp_path / "b.xlsx", saved=NEW)
    national = merged(tmp_path)
    assert {rule for rule, *_ in found(national)} == {"M703"}
    assert calls(national) == calls(merged(tmp_path / "b.xlsx"))


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
    write_filing(tmp_path / "更正.xlsx", rows=changed(0, training_attendances=1), forms=forms)
    national = merged(tmp_path)
    assert bool(national.superseded) == (len(forms) == 2)
    over = f"。本文件的附表1已被“{tmp_path / '更正.xlsx'}”取代，这一处没有计入，也不再核对。"
    notes = [f for f in national.findings if f.rule == "M702" and f.message_text.endswith(over)]
    facts = [f.message_text.removesuffix(over).partition("，")[0] for f in notes]
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
    found = [f for f in merged(tmp_path).findings if f.rule == "M702" and "取代" in f.message_text]
    assert [(f.severity, f.sheet, f.message_text.partition("。")[0]) for f in found] == [
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
    write_filing(tmp_path / "更正.xlsx", forms=("附表1",), rows=changed(0, training_attendances=1))
    national = merged(tmp_path)
    (still,) = (f for f in national.findings if f.rule == "V304")
    assert still.field == "web"
    entries = [entry for entry in national.entries if still in national.findings_at(entry)]
    assert [(entry.form.key, entry.row.region) for entry in entries] == [("附表2", "广州市")]


Rows = dict[str, list[dict[str, Scalar]]]


def versions(
    folder: Path, before: Rows, after: Rows, cells: Mapping[str, Mapping[str, CellValue]] | None = None
) -> list[Finding]:
    """M702 of a filing that a newer one replaces."""
    write_filing(folder / "先.xlsx", rows=before, saved=OLD, cells=cells)
    write_filing(folder / "后.xlsx", rows=after, saved=NEW)
    return [finding for finding in merged(folder).findings if finding.rule == "M702"]


@pytest.mark.parametrize(
    ("asked", "corrected", "severity"),
    [
        ({"calls_total": 1}, {}, Severity.NOTE),  # B401
        ({"calls_total": 1}, {"calls_total": 1, "calls_agent": 1, "calls_ivr": 0, "calls_abandoned": 0}, Severity.NOTE),
        ({"calls_total": 1}, {"training_attendances": 1}, Severity.QUERY),
        ({"calls_total": 1}, {"remarks": "年初系统升级"}, Severity.NOTE),
        ({"agents": 9999}, {"staff_total": 9999}, Severity.NOTE),  # B402
        ({"voicemail": None}, {}, Severity.NOTE),  # V301
        ({"agents": 1}, {}, Severity.NOTE),  # P501, asked of the unit's rows together
        ({"seats": 7}, {}, Severity.QUERY),  # nothing was asked
    ],
)
def test_a_version_that_changes_what_was_asked_alone_is_a_note(
    tmp_path: Path, asked: dict[str, Scalar], corrected: dict[str, Scalar], severity: Severity
) -> None:
    first = ONE["附表1"][0]
    before = {**ONE, "附表1": [{**first, **asked}, *ONE["附表1"][1:]]}
    after = {**ONE, "附表1": [{**first, **corrected}, *ONE["附表1"][1:]]}
    (reported,) = versions(tmp_path, before, after)
    assert (reported.severity, reported.region, reported.file) == (severity, "广州市", str(tmp_path / "先.xlsx"))
    assert ("请确认" in reported.message_text) is (severity is Severity.QUERY)


NOTE, QUERY = Severity.NOTE, Severity.QUERY


@pytest.mark.parametrize("left_out", [0, 1])
def test_what_was_asked_of_another_row_is_not_asked_of_this_one(tmp_path: Path, left_out: int) -> None:
    first, second = ONE["附表1"][:2]
    before = {**ONE, "附表1": [{**first, "calls_total": 1}, {**second, "seats": 7}, *ONE["附表1"][2:]]}
    after = {**ONE, "附表1": ONE["附表1"][: 21 - left_out]}
    assert {f.region: f.severity for f in versions(tmp_path, before, after)} == {"广州市": NOTE, "韶关市": QUERY}


def test_a_column_that_was_missing_is_asked_of_every_row(tmp_path: Path) -> None:
    reported = versions(tmp_path, ONE, ONE, cells={"附表1": {"training_attendances5": "另一栏"}})
    assert [f.severity for f in reported] == [Severity.NOTE] * 21


@pytest.mark.parametrize(
    ("field", "file", "severity"),
    [
        *(("seats", "先.xlsx", Severity.NOTE), ("agents", "先.xlsx", Severity.QUERY), ("", "先.xlsx", Severity.NOTE)),
        ("seats", "后.xlsx", Severity.QUERY),  # asked of the newer one, which was there already
    ],
)
def test_what_an_earlier_workbook_asked_was_asked(tmp_path: Path, field: str, file: str, severity: Severity) -> None:
    before = {**ONE, "附表1": [{**ONE["附表1"][0], "seats": 7}, *ONE["附表1"][1:]]}
    key = QuestionKey("P505", "广东省", "附表1", "广州市", field)
    asked = EarlierQuestion((EarlierFinding(key, ""),), file=f"收/{file}")
    differs = EarlierQuestion((EarlierFinding(QuestionKey("M702", "广东省", "附表1", "广州市", ""), ""),))
    versions(tmp_path, before, ONE)
    national = merged(tmp_path, earlier=Earlier((asked, differs)))
    assert [f.severity for f in national.findings if f.rule == "M702"] == [severity]
    national = merged(tmp_path, earlier=Earlier((differs,)))
    assert [f.severity for f in national.findings if f.rule == "M702"] == [Severity.QUERY]
