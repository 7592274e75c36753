"""Next year's forms: a third form, and a column more in 附表1, are declared here and nowhere else.

An edition's row models are subclasses of the last one's. Template, reader, rules, merger, national workbook, CSV, JSON and last year's comparison take them as they come.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest
from msgspec.structs import replace

from documents_read import read_as
from factory import clean_rows, opened, unit_named
from hrss12333.checking.engine import Checked, check
from hrss12333.checking.rule import Scope
from hrss12333.merging.last_year import load_previous
from hrss12333.model.filing import Filing, Place, Row, Table, Value
from hrss12333.model.national import National
from hrss12333.reporting.outputs import MergeResult
from hrss12333.survey.editions.y2019 import CALLS, EDITION, SERVICE, SYSTEMS, ServiceRow
from hrss12333.survey.region_names import RegionMatch
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import (
    Balance,
    Bound,
    Count,
    Form,
    FormRow,
    FreeText,
    Scalar,
    YesNo,
    count,
    region,
    remarks,
    serial,
    yesno,
)
from hrss12333.writing.national import write_national
from hrss12333.writing.national.csv_tables import write_csv
from hrss12333.writing.national.proof import prove
from hrss12333.writing.official.filled import write_filled
from hrss12333.writing.official.layout import FormContent, Layout
from hrss12333.writing.official.workbook import blank_sheets, write_official
from merge_runs import found, judged, merged, totals
from next_edition import NEXT as NEXT_YEAR
from next_edition import NEXT_SERVICE, NEXT_SYSTEMS, NextServiceRow
from reporting_samples import inbox_of, shown_as


class MessageRow(FormRow):
    """A third form: messages received online, and what became of them."""

    serial: int | None = serial()
    region: FreeText = region()
    messages: Count = count("留言总量", group="网上留言", unit="条", note="留言总量=已答复量+未答复量。", sample=30)
    answered: Count = count("已答复量", group="网上留言", unit="条", sample=20)
    unanswered: Count = count("未答复量", group="网上留言", unit="条", sample=10)
    public: YesNo = yesno("是否公开答复", sample=True)
    remarks: FreeText = remarks()


class SlimRow(FormRow):
    """The smallest form that can be: three columns, on which the header takes four lines; no 备注."""

    serial: int | None = serial()
    region: FreeText = region()
    visits: Count = count("窗口来访量", unit="人次", sample=5)


class WiderServiceRow(ServiceRow):
    """附表1 with one column more, behind 备注."""

    calls_video: Count = count("视频接听量", group=CALLS, unit="次", sample=7)


MESSAGES = Form(
    "附表3",
    "12333网上留言情况调查表",
    MessageRow,
    ("1．请务必填写联系人及手机号。", "2．数据采集周期为：{year}年1月1日至{year}年12月31日。"),
    balances=(Balance("messages", ("answered", "unanswered")),),
    bounds=(Bound("answered", "messages"),),
)
SLIM = Form("附表4", "12333窗口来访情况调查表", SlimRow, ())
WIDER = Form(SERVICE.key, SERVICE.title, WiderServiceRow, SERVICE.instructions, SERVICE.balances, SERVICE.bounds)
NEXT = replace(EDITION, forms=(WIDER, SYSTEMS, MESSAGES, SLIM))
UNIT = unit_named("海南")
Rows = dict[str, list[dict[str, Scalar]]]


def rows_for(unit: Unit) -> Rows:
    """Clean rows of all four forms."""
    names = [name.name for name in unit.regions]
    return {
        "附表1": [{**row, "calls_video": 10 + at} for at, row in enumerate(clean_rows(unit, "附表1"))],
        "附表2": list(clean_rows(unit, "附表2")),
        "附表3": [
            {"region": name, "messages": 100 + at, "answered": 60, "unanswered": 40 + at, "public": at % 2 == 0}
            for at, name in enumerate(names)
        ],
        "附表4": [{"region": name, "visits": 1000 + at} for at, name in enumerate(names)],
    }


def fill(path: Path, unit: Unit, rows: Mapping[str, Sequence[Mapping[str, Scalar]]]) -> Path:
    """The blank template of this survey, filled in by openpyxl as a person would."""
    sheets = blank_sheets(NEXT, unit)
    write_official(path, NEXT, sheets)
    book = openpyxl.load_workbook(path)
    for sheet in sheets:
        form, layout = sheet.form, Layout(sheet, NEXT.forms)
        page = book[form.key]
        for key, text in (("unit", unit.name), ("name", "张三"), ("mobile", "13800000001"), ("email", "a@example.com")):
            slot = layout.slot(key)
            page.cell(slot.row + 1, slot.left + 1).value = text
        for at, row in enumerate(rows[form.key]):
            for key, value in row.items():
                shown = value if not isinstance(value, bool) else "是" if value else "否"
                page.cell(layout.first + at + 1, layout.columns[key] + 1).value = shown
    book.save(path)
    return path


def checked(path: Path) -> Checked:
    return check(read_as(Filing, path, NEXT), NEXT)


@pytest.fixture(scope="module")
def filing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("next") / "海南.xlsx", UNIT, rows_for(UNIT))


@pytest.fixture(scope="module")
def national(filing: Path) -> National:
    return merged(filing.parent, edition=NEXT)


def test_the_template_prints_the_new_form_and_column(tmp_path: Path) -> None:
    write_official(tmp_path / "t.xlsx", NEXT, blank_sheets(NEXT, rows=4))
    book = opened(tmp_path / "t.xlsx")
    assert book.sheetnames == ["附表1", "附表2", "附表3", "附表4"]
    for form in NEXT.forms:
        layout, page = Layout(FormContent(form, spare=4, ellipsis=True)), book[form.key]
        headings = [
            page.cell(layout.heading + (2 if column.group else 1), layout.columns[column.key] + 1).value
            for column in form.columns
        ]
        assert headings == [column.heading for column in form.columns]
        texts = [cell.value for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]
        assert form.title in texts
        assert {line.format(year=2019) for line in form.instructions} <= set(texts)
    checks = [cell.value for row in book["附表3"].iter_rows() for cell in row if str(cell.value).startswith("=IF")]
    assert any("留言总量" in str(formula) for formula in checks)


def test_a_filled_template_reads_back_whole(filing: Path) -> None:
    read_back = {
        table.form.key: [
            {key: value for key, value in row.scalars().items() if key not in ("serial", "remarks")}
            for row in table.rows
        ]
        for table in read_as(Filing, filing, NEXT).tables
    }
    expected = {
        key: [{name: value for name, value in row.items() if name != "remarks"} for row in rows]
        for key, rows in rows_for(UNIT).items()
    }
    assert read_back == expected


def test_a_filled_template_checks_clean(filing: Path) -> None:
    assert [f for f in checked(filing).findings if f.blocks or f.is_open_query] == []


def test_the_rules_know_the_new_identity_and_columns(tmp_path: Path) -> None:
    rows = rows_for(UNIT)
    rows["附表1"][0]["calls_video"] = None
    rows["附表3"][0] |= {"messages": 105}
    rows["附表3"][1] |= {"answered": 300, "unanswered": -199}
    rows["附表3"][2] |= {"public": "部分"}
    rows["附表4"][3] |= {"visits": "若干"}
    findings = checked(fill(tmp_path / "a.xlsx", UNIT, rows)).findings
    errors = {(f.rule, f.form, f.region, f.field) for f in findings if f.blocks}
    first, second, third, fourth = (region.name for region in UNIT.regions[:4])
    assert errors == {
        ("V301", "附表1", first, "calls_video"),
        ("B401", "附表3", first, "messages"),
        ("B402", "附表3", second, "answered"),
        ("V303", "附表3", second, "unanswered"),
        ("V304", "附表3", third, "public"),
        ("V302", "附表4", fourth, "visits"),
    }


def test_a_form_that_is_absent_is_missed(tmp_path: Path, filing: Path) -> None:
    book = openpyxl.load_workbook(filing)
    del book["附表3"]
    book.save(tmp_path / "a.xlsx")
    assert [(f.rule, f.form) for f in checked(tmp_path / "a.xlsx").findings if f.rule == "F006"] == [("F006", "附表3")]


def test_a_lacking_column_is_missed(tmp_path: Path, filing: Path) -> None:
    book = openpyxl.load_workbook(filing)
    layout = Layout(FormContent(WIDER))
    book["附表1"].cell(layout.heading + 2, layout.columns["calls_video"] + 1).value = "线路数"
    book.save(tmp_path / "a.xlsx")
    assert [(f.rule, f.field) for f in checked(tmp_path / "a.xlsx").findings if f.rule == "F007"] == [
        ("F007", "calls_video")
    ]


def test_merging_adds_up_the_new_columns(national: National) -> None:
    rows = rows_for(UNIT)
    sums = totals(national)
    assert sums["附表1"]["calls_video"] == sum(int(str(row["calls_video"])) for row in rows["附表1"])
    assert sums["附表3"] == {
        "messages": sum(int(str(row["messages"])) for row in rows["附表3"]),
        "answered": 60 * len(rows["附表3"]),
        "unanswered": sum(int(str(row["unanswered"])) for row in rows["附表3"]),
        "public": sum(row["public"] is True for row in rows["附表3"]),
    }
    assert sums["附表4"] == {"visits": sum(int(str(row["visits"])) for row in rows["附表4"])}


def test_versions_of_the_new_form_are_told_apart(tmp_path: Path, filing: Path) -> None:
    rows = rows_for(UNIT)
    rows["附表4"][0] |= {"visits": 1}
    fill(tmp_path / "a.xlsx", UNIT, rows)
    (tmp_path / "b.xlsx").write_bytes(filing.read_bytes())
    os.utime(tmp_path / "b.xlsx", (0, 0))  # files of one second would be distinguished by nothing
    assert [rule for rule, *_ in found(merged(tmp_path, edition=NEXT), "M702")] == ["M702"]


def test_the_national_workbook_holds_the_new_form(national: National, tmp_path: Path) -> None:
    write_national(tmp_path / "n.xlsx", national)
    prove(tmp_path / "n.xlsx", national)
    book = opened(tmp_path / "n.xlsx", data_only=True)
    assert book.sheetnames == [
        "概览",
        *("附表1汇总", "附表2汇总", "附表3汇总", "附表4汇总"),
        *("附表1明细", "附表2明细", "附表3明细", "附表4明细"),
        *("指标分析", "报送情况", "联系人", "问题清单", "附注"),
    ]
    for name, heading in (("附表1汇总", "视频接听量"), ("附表3汇总", "未答复量"), ("附表4明细", "窗口来访量")):
        assert any(cell.value == heading for row in book[name].iter_rows() for cell in row)


def test_last_years_workbook_of_that_survey_is_read_back(national: National, tmp_path: Path) -> None:
    write_national(tmp_path / "n.xlsx", national)
    previous = load_previous(tmp_path / "n.xlsx", NEXT)
    assert previous.rows[UNIT.name, UNIT.regions[0].name, "附表4"]["visits"] == 1000
    write_national(tmp_path / "m.xlsx", national, previous=previous)
    prove(tmp_path / "m.xlsx", national)


def test_csv_files_hold_the_new_form(national: National, tmp_path: Path) -> None:
    write_national(tmp_path / "n.xlsx", national)
    written = write_csv(tmp_path / "csv", tmp_path / "n.xlsx", NEXT, force=False)
    names = {path.name for path in written}
    assert any("附表3" in name for name in names)
    assert any("附表4" in name for name in names)
    text = next(path for path in written if "附表4" in path.name and "明细" in path.name).read_text("utf-8-sig")
    assert "窗口来访量" in next(csv.reader(text.splitlines()))


def test_json_holds_the_new_form(national: National, filing: Path) -> None:
    report = json.loads(shown_as("json", "check", judged(filing, edition=NEXT), []))
    assert report["files"][0]["rows"]["附表4"][0] == {"serial": 2, "region": UNIT.regions[0].name, "visits": 1000}
    merge = json.loads(shown_as("json", "merge", MergeResult(inbox_of(table=national))))
    assert list(merge["totals"]) == ["附表1", "附表2", "附表3", "附表4"]
    assert merge["units"][0]["rows"] == dict.fromkeys(("附表1", "附表2", "附表3", "附表4"), 0)


def test_a_units_own_filing_of_the_new_forms_is_written(national: National, tmp_path: Path) -> None:
    """What merge --unit and fix write, proven by reading it back."""
    rows = {form.key: [entry.row for entry in national.entries_of(form)] for form in NEXT.forms}
    header = {
        key: Value(text, text) for key, text in (("unit", UNIT.name), ("name", "张三"), ("mobile", "13800000001"))
    }
    path = tmp_path / "unit.xlsx"
    tables = tuple(Table(form, "", form.key, header, tuple(rows[form.key])) for form in NEXT.forms)
    written = write_filled(path, NEXT, Filing("unit.xlsx", UNIT, tables))
    assert [f for f in check(written, NEXT).findings if f.blocks or f.is_open_query] == []
    assert [
        f for f in check(read_as(Filing, path, NEXT), NEXT, scopes=(Scope.FILE,)).findings if f.rule == "H109"
    ] == []


def test_a_row_is_its_model(filing: Path) -> None:
    """The pydantic row models take what was read, strictly."""
    for table in read_as(Filing, filing, NEXT).tables:
        for row in table.rows:
            assert row.model(table.form).model_dump() == {**row.scalars(), table.form.region.key: row.region}


def test_a_model_refuses_what_is_no_answer() -> None:
    match = RegionMatch("海口市", official=True)
    row = Row.of(SLIM, Place("附表4", 1, 1), "海口市", match, {"visits": Value(-1, -1)})
    with pytest.raises(ValueError, match="visits"):
        row.model(SLIM)


def test_a_dropped_field_is_no_column_and_no_key_of_a_row() -> None:
    assert "training_attendances" in SERVICE.by_key
    assert "training_attendances" not in NEXT_SERVICE.by_key
    assert "training_attendances" not in NextServiceRow(region="广州市").model_dump()


def test_a_new_field_stands_where_it_says() -> None:
    keys = [column.key for column in NEXT_SERVICE.columns]
    before = [column.key for column in SERVICE.columns if column.key != "training_attendances"]
    assert keys[keys.index("calls_abandoned") + 1] == "calls_online"
    assert [key for key in keys if key != "calls_online"] == before
    assert [group for group, _ in NEXT_SERVICE.groups] == [group for group, _ in SERVICE.groups]


def test_a_renamed_field_keeps_its_key_and_place() -> None:
    assert [column.key for column in NEXT_SYSTEMS.columns] == [column.key for column in SYSTEMS.columns]
    renamed = NEXT_SYSTEMS.by_key["network_location"]
    assert (renamed.label, renamed.choices) == ("电话系统所在网络", SYSTEMS.by_key["network_location"].choices)
    assert SYSTEMS.by_key["network_location"].label == "网络部署位置"


def test_last_years_forms_are_as_they_were() -> None:
    assert (NEXT_YEAR.form("附表1"), NEXT_YEAR.year) == (NEXT_SERVICE, 2020)
    assert "calls_online" not in SERVICE.by_key


def test_a_field_behind_one_that_is_not_there_is_refused() -> None:
    class Misplaced(ServiceRow):
        """A column behind nothing."""

        lines: int | None = count("线路数", after="trunks")

    with pytest.raises(ValueError, match="trunks"):
        _ = Form("附表1", "调查表", Misplaced, ()).columns


def test_an_identity_over_a_dropped_field_is_refused() -> None:
    with pytest.raises(ValueError, match="calls_online, which the form does not ask"):
        Form("附表1", "调查表", ServiceRow, (), balances=(type(SERVICE.balances[0])("calls_online", ("calls_ivr",)),))
