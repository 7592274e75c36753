"""Many files into one national table: joined by unit, every row accounted for, the same whatever the files are called."""

from __future__ import annotations

import random
import shutil
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import openpyxl
import pytest
from msgspec.structs import replace

from factory import (
    BARE,
    CellValue,
    RowData,
    Sheet,
    Style,
    clean_header,
    clean_rows,
    filing,
    mail,
    plan_filing,
    save_openpyxl,
    unit_named,
    write_filing,
)
from hrss12333.inbox import Sent, judge, year_of_most
from hrss12333.model.filing import WorkReport
from hrss12333.model.national import State
from hrss12333.model.summary_lines import lines
from hrss12333.questions.respondents import respondents_of
from hrss12333.reading.documents import read_paths
from hrss12333.survey.editions.y2019 import EDITION, SERVICE
from hrss12333.writing.national import prove, write_national
from merge_runs import found, judged, merged, messages, not_counted, result_of, status_of, totals

OLD, NEW = datetime(2020, 1, 6, 2, 0), datetime(2020, 1, 9, 2, 0)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "收件"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("blank", [False, True])
def test_forms_of_one_unit_in_two_files_are_joined(inbox: Path, blank: bool) -> None:
    """附表1 in one file, 附表2 in the other, left out or left blank there: neither is said to lack a form."""
    for name, form, other in (("a.xlsx", "附表1", "附表2"), ("b.xlsx", "附表2", "附表1")):
        write_filing(inbox / name, rows={other: []} if blank else None, forms=(form, other)[: 1 + blank])
    national = merged(inbox)
    assert found(national) == []
    status = status_of(national, "广东省")
    assert result_of(national, "广东省") == "accepted"
    assert status.rows == {"附表1": 21, "附表2": 21}
    assert [Path(file).name for file in status.files] == ["a.xlsx", "b.xlsx"]
    whole = write_filing(inbox.parent / "whole.xlsx")
    assert status.code == status_of(merged(whole), "广东省").code
    (inbox / "b.xlsx").unlink()
    assert found(merged(inbox), "R205", "F006") == [("R205" if blank else "F006", "a.xlsx", None)]


def test_a_form_that_was_not_sent_lacks_all_regions_but_where_the_other_is_of_the_unit_as_a_whole(inbox: Path) -> None:
    path = write_filing(inbox / "a.xlsx", forms=("附表1",))
    national = merged(path)
    status = status_of(national, "广东省")
    assert [len(status.missing_regions[form.key]) for form in EDITION.forms] == [0, 21]
    assert not any(status.uncounted_regions.values())
    line = next(line for line in lines(national, EDITION.forms[1]) if line.name == "广东省")
    assert (line.rows, line.expected) == (0, 21)
    write_filing(path, forms=("附表1",), rows={"附表1": [{**clean_rows("广东")[0], "region": "全省"}]})
    assert not any(status_of(merged(path), "广东省").missing_regions.values())


@pytest.mark.parametrize("lacking", [0, 1, 4])
def test_files_of_single_cities_are_joined(inbox: Path, lacking: int) -> None:
    """A city that is lacking is in the list by name, and asked about no more; of one city's filing none is lacking."""
    unit = unit_named("宁夏")
    whole = {form.key: clean_rows(unit, form)[lacking:] for form in EDITION.forms}
    for index, region in enumerate(unit.regions[lacking:]):
        write_filing(inbox / f"{region.name}.xlsx", unit, {key: [rows[index]] for key, rows in whole.items()})
    national = merged(inbox)
    assert found(national) == []
    lost = tuple(region.name for region in unit.regions[:lacking])
    assert status_of(national, unit.name).missing_regions == {"附表1": lost, "附表2": lost}
    listed = {each.name for each in respondents_of(judged(inbox)).of_state(State.MISSING)}
    assert listed & {region.name for region in unit.regions} == ({*lost} if lacking < 4 else set())
    assert totals(national) == totals(merged(write_filing(inbox.parent / "whole.xlsx", unit, whole)))


def test_the_whole_form_with_one_row_filled_by_each_city(inbox: Path) -> None:
    """Cities return the province's form with all regions listed: a blank row never replaces a filled one."""
    unit = unit_named("宁夏")
    for index, region in enumerate(unit.regions):
        rows: dict[str, list[RowData]] = {
            form.key: [
                row if place == index else {"region": row["region"]} for place, row in enumerate(clean_rows(unit, form))
            ]
            for form in EDITION.forms
        }
        saved = datetime(2020, 1, 6, 1, index)
        write_filing(inbox / f"{region.name}.xlsx", unit, rows, saved=saved)
    national = merged(inbox)
    assert found(national) == []
    assert totals(national) == totals(merged(write_filing(inbox.parent / "whole.xlsx", unit)))
    left_out = not_counted(national)
    assert len(left_out) == 2 * len(unit.regions) * (len(unit.regions) - 1)
    assert all("没有填数" in why for *_, why in left_out)


def test_rows_that_only_another_unit_knows_stay_out(inbox: Path) -> None:
    write_filing(inbox / "广东.xlsx", cells={"附表1": {"B7": "福州市"}}, forms=("附表1",))
    national = merged(inbox)
    assert found(national, "R202") == [("R202", "广东.xlsx", "B7")]
    assert not_counted(national) == [("附表1", "广东.xlsx", "福州市", "“福州市”不是广东省的地区，是福建省的")]


def test_a_filing_under_another_units_name_is_no_filing_of_that_unit(inbox: Path) -> None:
    """The wrong province in the header: the regions tell whose the rows are, and one question is asked."""
    write_filing(inbox / "宁夏.xlsx", "宁夏", header=clean_header("广东"))
    national = merged(inbox)
    assert result_of(national, "广东省") == "missing"
    assert status_of(national, "宁夏回族自治区").rows == {"附表1": 5, "附表2": 5}
    assert [rule for rule, *_ in found(national) if rule != "M701"] == ["H108"]
    assert judged(inbox, only=unit_named("宁夏")).national.skipped == ()
    write_filing(inbox / "宁夏.xlsx", "广东", cells={form.key: {"B6": "银川市"} for form in EDITION.forms})
    assert found(merged(inbox), "R205") == []
    rows = {form.key: [*clean_rows("福建", form), *clean_rows("宁夏", form, 2)] for form in EDITION.forms}
    write_filing(inbox / "宁夏.xlsx", "福建", rows, clean_header("宁夏"))  # rows of the unit that the header names
    assert [rule for rule, _, _ in found(merged(inbox), "H108", "R202")] == ["H108"] + ["R202"] * 4


def test_what_a_finding_left_out_is_not_said_to_be_lacking(inbox: Path) -> None:
    """银川市 and 石嘴山市 dated as of 2018 in 附表1 (M705)."""
    path = write_filing(inbox / "宁夏.xlsx", "宁夏", style=Style(sample=False, total="none"))
    book = openpyxl.load_workbook(path)
    for line, year in ((8, "2019年"), (6, "2018年")):
        book["附表1"].insert_rows(line)
        book["附表1"].cell(line, 1, year)
    book.save(path)
    assert found(merged(inbox), "M705", "R204", "R207") == [("M705", "宁夏.xlsx", "B7")]


@pytest.mark.parametrize(
    ("cells", "rules"),
    [
        ({"region7": "样例"}, ["R206"]),  # neither B403 of the 合计 that holds 银川市's row nor R207 besides
        ({"region7": "样例", "serial6": "作废"}, ["R206", "R210"]),  # whatever other row is left out
        ({"calls_agent5": "人工接听量（万次）"}, ["V309"]),  # neither B401 nor P501 of each row, over two measures
        ({"M1": "单位：万次", "calls_total6": 7}, ["B401", "B403"] + ["V309"] * 4),  # one row balances in no measure
        ({"B7": "福州市"}, ["R202"]),  # no R204 of the region that it may be
    ],
)
def test_one_cause_is_asked_about_once(inbox: Path, cells: dict[str, CellValue], rules: list[str]) -> None:
    """In the filing of 宁夏, with 石嘴山市 in row 7."""
    style = Style(sample=False, total="typed")
    write_filing(inbox / "宁夏.xlsx", "宁夏", style=style, cells={"附表1": cells})
    assert sorted(rule for rule, *_ in found(merged(inbox))) == rules


def test_a_city_that_is_twice_in_its_file_is_not_what_another_city_lacks(inbox: Path) -> None:
    """Of five files of 宁夏's cities the second lacks 附表2, the fourth has its city twice, and the last has no name in 附表1."""
    for at, city in enumerate(region.name for region in unit_named("宁夏").regions):
        rows = {form.key: clean_rows("宁夏", form)[at : at + 1] for form in EDITION.forms}
        if at == 3:
            rows["附表1"].append(rows["附表1"][0] | {"training_attendances": 1})
        if at == 4:
            rows["附表1"] = [{**rows["附表1"][0], "region": None}]
        forms = ("附表1",) if at == 1 else ("附表1", "附表2")
        write_filing(inbox / f"{city}.xlsx", "宁夏", rows, forms=forms, style=replace(BARE, total="none"))
    asked = found(merged(inbox, only=unit_named("宁夏")), "R201", "R203", "R207")
    assert sorted(rule for rule, _, _ in asked) == ["R201", "R203", "R207"]


def test_of_two_mails_that_one_mail_forwards_the_newer_counts(inbox: Path) -> None:
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "a@example.com", "转发：调查表"
    outer["Date"] = "10 Jan 2020 09:00:00 +0800"
    outer.set_content("转来两封邮件。")
    for day, training in (("06", 5), ("09", 7)):
        cells = {"附表1": {"training_attendances6": training, "training_attendances11": None}}
        inner = mail(("宁夏.xlsx", filing("宁夏", cells=cells)), sent=f"{day} Jan 2020 09:00:00 +0800")
        outer.add_attachment(message_from_bytes(inner, policy=default))
    (inbox / "转发.eml").write_bytes(bytes(outer))
    national = merged(inbox)
    assert found(national, "R203") == []
    assert [entry.row.number("training_attendances") for entry in national.entries_of(SERVICE)][:1] == [7]


def test_a_column_in_another_measure_is_asked_about_though_all_its_figures_are_negative(inbox: Path) -> None:
    rows = {form.key: clean_rows("宁夏", form)[:1] for form in EDITION.forms}
    rows["附表1"][0] = {**rows["附表1"][0], "training_attendances": -31}
    cells = {"附表1": {"training_attendances5": "年度培训人次（千人次）"}}
    write_filing(inbox / "银川市.xlsx", "宁夏", rows, cells=cells, style=replace(BARE, total="none"))
    assert sorted(rule for rule, *_ in found(merged(inbox), "V303", "V309")) == ["V303", "V309"]


def test_a_unit_of_measure_that_is_asked_about_is_asked_once(inbox: Path) -> None:
    """单位：万次 above figures in 次: V309 of each column, and no P502 of each row, wherever the rows of the other form are."""
    path = write_filing(inbox / "宁夏.xlsx", "宁夏", cells={"附表1": {"M1": "单位：万次"}})
    book = openpyxl.load_workbook(path)
    book["附表2"].merged_cells.ranges.clear()
    for _ in range(3):
        assert [rule for rule, _, _ in found(merged(inbox))] == ["V309"] * 4
        book["附表2"].delete_rows(1)
        book.save(path)


def test_a_book_with_two_sheets_a_city_has_a_contact_for_each_city(inbox: Path) -> None:
    def sheets(odd: str) -> list[Sheet]:
        found = []
        for at, row in enumerate(clean_rows("宁夏", "附表1")):
            for form in EDITION.forms:
                city = str(row["region"])
                name = "某人" if (city, form.key) == (odd, "附表2") else f"张{at}"
                header = {**clean_header("宁夏"), "unit": city, "name": name}
                rows = {form.key: [clean_rows("宁夏", form)[at]]}
                found.append(plan_filing("宁夏", rows, header, forms=(form.key,))[form.key])
                found[-1].name = f"{city}{form.key}"
        return found

    save_openpyxl(inbox / "宁夏.xlsx", sheets(odd=""))
    national = merged(inbox)
    assert {rule for rule, *_ in found(national)} == {"V306"}
    assert status_of(national, "宁夏回族自治区").rows == {"附表1": 5, "附表2": 5}
    save_openpyxl(inbox / "宁夏.xlsx", sheets(odd="固原市"))
    assert ["“某人”" in message for message in messages(merged(inbox), "H108")] == [True]


def test_regions_left_blank_beside_a_whole_unit_row_are_in_that_row(inbox: Path) -> None:
    """One row filled in the blank form that names every region; or the row in one file, the blank form in another."""
    style = replace(BARE, total="none")
    whole = {form.key: [{**clean_rows("宁夏", form)[0], "region": "全区"}] for form in EDITION.forms}
    blank: dict[str, list[RowData]] = {
        form.key: [{"region": row["region"]} for row in clean_rows("宁夏", form)] for form in EDITION.forms
    }
    both = {key: [*whole[key], *blank[key]] for key in whole}
    write_filing(inbox / "宁夏.xlsx", "宁夏", both, style=style)
    one = merged(inbox)
    write_filing(inbox / "宁夏.xlsx", "宁夏", whole, style=style)
    write_filing(inbox / "空表.xlsx", "宁夏", blank, style=style)
    for national in (one, merged(inbox)):
        assert found(national) == []
        assert result_of(national, "宁夏回族自治区") == "accepted"
        assert [entry.row.region for entry in national.entries_of(SERVICE)] == ["全区"]
    both["附表1"][1] = {"region": both["附表1"][1]["region"], "calls_total": 5}
    (inbox / "空表.xlsx").unlink()
    write_filing(inbox / "宁夏.xlsx", "宁夏", both, style=style)
    assert len({cell for rule, _, cell in found(merged(inbox), "V301")}) >= 8


@pytest.mark.parametrize("strangers", [True, False])
def test_two_forms_under_two_units_go_with_the_unit_whose_regions_they_list(inbox: Path, strangers: bool) -> None:
    """附表2 bears 青海's name: with 青海's regions it is 青海's, with 宁夏's a slip of the pen."""
    sheets = plan_filing("宁夏", forms=("附表1",))
    whose = "青海" if strangers else "宁夏"
    rows = {"附表2": clean_rows(whose, "附表2")}
    sheets |= plan_filing("青海", rows, forms=("附表2",))
    save_openpyxl(inbox / "a.xlsx", list(sheets.values()))
    write_filing(inbox / "b.xlsx", "青海")
    national = merged(inbox)
    assert status_of(national, "宁夏回族自治区").rows == {"附表1": 5, "附表2": 0 if strangers else 5}
    assert status_of(national, "青海省").rows == {"附表1": 8, "附表2": 8}
    assert len(found(national, "H108")) >= (0 if strangers else 1)
    assert found(national, "R205") == []


@pytest.mark.parametrize(("one", "other"), [("省本级", "省直"), ("省本级", "广东省本级"), ("省本级", "湛江市赤坎区")])
def test_two_forms_may_call_the_units_own_level_by_two_names(inbox: Path, one: str, other: str) -> None:
    added = zip(EDITION.forms, (one, other), strict=True)
    rows = {f.key: [*clean_rows("广东", f), {**clean_rows("广东", f)[0], "region": name}] for f, name in added}
    write_filing(inbox / "广东.xlsx", "广东", rows, style=replace(BARE, total="none"))
    assert len(found(merged(inbox), "R207")) == (1 if "区" in other else 0)


def test_a_work_report_alone_is_named_where_its_unit_is_missing() -> None:
    report = WorkReport("收/福建工作总结.docx", unit_named("福建省"), ("一",))
    absent = messages(judge(Sent([report], EDITION)).national, "M701")
    assert sum("收到的是“收/福建工作总结.docx”（工作总结）" in message for message in absent) == 1


@pytest.mark.parametrize("name", ["广东省", "广东市省"])
def test_a_units_only_file_has_one_code(inbox: Path, name: str) -> None:
    """Whether the unit is written well, and whether every row counts: it is the code that is printed on the file."""
    rows = clean_rows("广东")
    given = {"附表1": [*rows, {**rows[0], "agents": 1}], "附表2": clean_rows("广东", "附表2")}
    write_filing(inbox / "广东.xlsx", "广东", given, clean_header("广东") | {"unit": name})
    (file,) = judged(inbox).files
    assert file.code == status_of(merged(inbox), "广东省").code is not None


@pytest.mark.parametrize(
    ("files", "year"),
    [
        ("宁夏1 宁夏2 宁夏3-2018", None),  # the files of one unit alone are its cities'
        # two files of one unit weigh as one; of a tie the newer year is taken
        ("广东-2018 广东（又）-2018 福建-2019", 2019),
        ("宁夏2018年 福建", None),  # a name alone chooses no year where another file names none
        ("宁夏-2018 福建", None),  # nor does one unit where as many name none
        ("宁夏2018年 福建2018年", 2018),
    ],
)
def test_the_year_is_the_one_that_most_units_name(inbox: Path, files: str, year: int | None) -> None:
    for name, _, of in (file.partition("-") for file in files.split()):
        note = {"附表1": {"A2": f"{of}年度{SERVICE.title}"}} if of else None
        style = Style(sample=False, notes=False)
        write_filing(inbox / f"{name}.xlsx", name[:2], cells=note, forms=("附表1",), style=style)
    assert year_of_most(read_paths([inbox], EDITION).documents) == year


def test_files_of_unknown_units_replace_none_of_each_others_rows(inbox: Path) -> None:
    """Both have a row 全省; they may be of two provinces, so neither supersedes the other. A copy counts once."""
    for name, figures in (("a", 0), ("b", 1), ("c", 1)):
        rows = {"附表1": [{**clean_rows("广东")[figures], "region": "全省"}]}
        write_filing(inbox / f"{name}.xlsx", rows=rows, header={"name": "张三"}, forms=("附表1",))
    national = merged(inbox)
    assert found(national, "M702", "M703", "R203") == [("M703", "c.xlsx", None)]
    assert not any(entry.counted for entry in national.entries if entry.unit is None)
    assert found(national, "F006") == [("F006", "a.xlsx", None), ("F006", "b.xlsx", None)]


def test_a_row_that_another_replaces_is_not_counted_as_undecided_again(inbox: Path) -> None:
    old = {"附表1": {"calls_ivr6": "不详", "calls_ivr7": "不详"}}
    write_filing(inbox / "旧.xlsx", saved=OLD, cells=old)
    assert merged(inbox).undecided["B401"] == 2
    rows = {form.key: clean_rows("广东", form)[:1] for form in EDITION.forms}
    write_filing(inbox / "广州.xlsx", rows=rows, saved=NEW, cells={"附表1": {"calls_ivr6": "约三千"}})
    assert merged(inbox).undecided["B401"] == 2
    write_filing(inbox / "新.xlsx", saved=NEW, cells={"附表1": {"calls_ivr8": "不详"}})
    (inbox / "广州.xlsx").unlink()
    assert merged(inbox).undecided["B401"] == 1


def test_a_late_mail_is_noted_by_beijing_time(inbox: Path) -> None:
    """2020-01-17 16:00 UTC is midnight in Beijing: the day after the deadline. When a document was saved tells nothing."""
    for name, unit, time in (("按时", "福建", "15:59"), ("晚", "广东", "16:00")):
        sent = mail((f"{name}.xlsx", filing(unit)), sent=f"17 Jan 2020 {time}:00 +0000")
        (inbox / f"{name}.eml").write_bytes(sent)
    write_filing(inbox / "x.xlsx", "青海", saved=datetime(2020, 2, 1))
    national = merged(inbox)
    assert found(national, "M704") == [("M704", "晚.xlsx", None)]
    assert "邮件于2020年1月18日发出" in messages(national, "M704")[0]
    assert result_of(national, "广东省") == "accepted"
    assert found(merged(inbox, edition=EDITION.of_year(2020)), "M704") == []  # whose deadline nobody knows


def test_neither_the_order_nor_the_names_of_files_are_of_weight(inbox: Path, tmp_path: Path) -> None:
    """Of versions, copies, orphans, faults: names created, and named on the command line, in another order; and other names. The
    same gives the same bytes."""
    write_filing(inbox / "a.xlsx", saved=OLD, cells={"附表1": {"calls_total6": 1}})
    write_filing(inbox / "b.xlsx", saved=NEW)
    write_filing(inbox / "c.xlsx", "福建", saved=OLD, cells={"附表2": {"knowledge_entries6": "很多"}})
    write_filing(inbox / "d.xlsx", "江西", saved=NEW, forms=("附表2",))
    write_filing(inbox / "e.xlsx", "江西", saved=OLD, forms=("附表1",))
    write_filing(inbox / "f.xlsx", header={"name": "李四"}, rows={"附表1": clean_rows("四川", count=2)})
    names = [path.name for path in inbox.iterdir()]
    random.Random(7).shuffle(names)
    for folder, renamed in (("x", names), ("y", [f"{number}.xlsx" for number, _ in enumerate(names)])):
        (tmp_path / folder).mkdir()
        for name, new in zip(names, renamed, strict=True):
            shutil.copy(inbox / name, tmp_path / folder / new)
    first, again = merged(tmp_path / "x"), merged(*(tmp_path / "x" / name for name in names))
    assert again.findings == first.findings
    for name, national in (("一", first), ("二", again)):
        write_national(tmp_path / f"{name}.xlsx", national)
        prove(tmp_path / f"{name}.xlsx", national)
    assert (tmp_path / "一.xlsx").read_bytes() == (tmp_path / "二.xlsx").read_bytes()
    other = merged(tmp_path / "y")
    assert totals(other) == totals(first)
    units = [[(each.unit, len(each.files), each.code, each.rows) for each in one.units] for one in (first, other)]
    assert units[0] == units[1]
    assert sorted(finding.rule for finding in other.findings) == sorted(finding.rule for finding in first.findings)
