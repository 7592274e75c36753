"""Next year's forms, with a column more, one less, one renamed and another identity, are declared in one place. Template, reader,
rules, merger, national workbook, CSV, JSON and last year's comparison take them as they come.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest
from msgspec.structs import replace

from factory import clean_header, clean_rows, opened, read_row, unit_named
from form_fillings import fill_in
from hrss12333.checking.engine import Checked, check
from hrss12333.checking.rule import Scope
from hrss12333.merging.earlier_figures import load_previous
from hrss12333.model.filing import Filing, Place, Table, Value
from hrss12333.model.national import National
from hrss12333.questions.respondents import respondents_of
from hrss12333.reading.documents import read_paths
from hrss12333.reporting import MergeResult
from hrss12333.survey.editions import EDITIONS
from hrss12333.survey.editions.y2019 import EDITION, SERVICE, SYSTEMS, ServiceRow
from hrss12333.survey.gazetteer import RegionMatch
from hrss12333.survey.schema import Balance, Edition, Form, Kind, Scalar, count
from hrss12333.writing.national import prove, write_csv, write_national
from hrss12333.writing.official import blank_sheets, write_official
from hrss12333.writing.official.filled import write_filled
from hrss12333.writing.official.layout import FormContent, Layout
from merge_runs import judged, merged, read_as, totals
from national_tables import plain
from next_edition import NEXT as NEXT_YEAR
from next_edition import NEXT_SERVICE, NEXT_SYSTEMS, YEAR, NextServiceRow
from reporting_samples import inbox_of, shown_as

PARTS = ("calls_agent", "calls_ivr", "calls_abandoned", "calls_online")
WIDER = replace(NEXT_SERVICE, balances=(Balance("calls_total", PARTS),))
NEXT = replace(NEXT_YEAR, forms=(WIDER, NEXT_SYSTEMS))
UNIT = unit_named("海南")
CONTACT = {"unit": UNIT.name, "name": "张三", "mobile": "13800000001", "email": "a@example.com"}
Rows = dict[str, list[dict[str, Scalar]]]


def rows() -> Rows:
    """Clean rows of both forms."""
    service: list[dict[str, Scalar]] = []
    for at, row in enumerate(clean_rows(UNIT, "附表1")):
        online = {"calls_online": 10 + at, "calls_total": int(row["calls_total"] or 0) + 10 + at}
        service.append({key: value for key, value in (row | online).items() if key in WIDER.by_key})
    return {"附表1": service, "附表2": [dict(row) for row in clean_rows(UNIT, "附表2")]}


def fill(path: Path, filled: Rows) -> Path:
    """The blank template of this survey, filled in by openpyxl as a person would."""
    fill_in(path, NEXT, blank_sheets(NEXT, UNIT), CONTACT, filled)
    return path


def checked(path: Path) -> Checked:
    return check(read_as(Filing, path, NEXT), NEXT)


@pytest.fixture(scope="module")
def filing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("next") / "海南.xlsx", rows())


@pytest.fixture(scope="module")
def national(filing: Path) -> National:
    return merged(filing.parent, edition=NEXT)


def test_the_template_prints_the_columns_and_checks_the_identity(tmp_path: Path) -> None:
    write_official(tmp_path / "t.xlsx", NEXT, blank_sheets(NEXT, rows=4))
    book = opened(tmp_path / "t.xlsx")
    for form in NEXT.forms:
        layout, page = Layout(FormContent(form, spare=4, ellipsis=True)), book[form.key]
        lines = {column.key: layout.heading + (2 if column.group else 1) for column in form.columns}
        headings = [page.cell(lines[key], layout.columns[key] + 1).value for key in lines]
        assert headings == [column.heading for column in form.columns]
        texts = {cell.value for row in page.iter_rows() for cell in row if isinstance(cell.value, str)}
        assert {form.title, *(line.format(year=2020) for line in form.instructions)} <= texts
    formulas = [str(cell.value) for row in book["附表1"].iter_rows() for cell in row]
    assert any(text.startswith("=IF") and "在线咨询量" in text for text in formulas)


def test_a_filled_template_reads_back_whole_and_clean(filing: Path) -> None:
    tables = read_as(Filing, filing, NEXT).tables
    read_back = {table.form.key: [row.scalars() for row in table.rows] for table in tables}
    written = {key: [{**row, "remarks": row.get("remarks")} for row in listed] for key, listed in rows().items()}
    for key, listed in read_back.items():
        assert [{**row, "serial": None} for row in listed] == [{**row, "serial": None} for row in written[key]]
    assert [f for f in checked(filing).findings if f.is_open] == []
    for table in tables:  # the pydantic row models take what was read, strictly
        for row in table.rows:
            assert row.model(table.form).model_dump() == {**row.scalars(), table.form.region.key: row.region}


def test_the_rules_know_the_new_identity_and_columns(tmp_path: Path) -> None:
    wrong = rows()
    wrong["附表1"][0]["calls_online"] = None
    wrong["附表1"][1]["calls_online"] = 7
    wrong["附表2"][2]["network_location"] = "政务外网"
    findings = checked(fill(tmp_path / "a.xlsx", wrong)).findings
    first, second, third = (region.name for region in UNIT.regions[:3])
    assert {(f.rule, f.form, f.region, f.field) for f in findings if f.blocks} == {
        ("V301", "附表1", first, "calls_online"),
        ("B401", "附表1", second, "calls_total"),
        ("V305", "附表2", third, "network_location"),
    }


def test_every_output_holds_the_new_column(national: National, filing: Path, tmp_path: Path) -> None:
    online = sum(int(row["calls_online"] or 0) for row in rows()["附表1"])
    assert totals(national)["附表1"]["calls_online"] == online
    write_national(tmp_path / "n.xlsx", national)
    prove(tmp_path / "n.xlsx", national)
    book = opened(tmp_path / "n.xlsx", data_only=True)
    for name, heading in (("附表1汇总", "在线咨询量"), ("附表1明细", "在线咨询量"), ("附表2明细", "电话系统所在网络")):
        assert heading in {plain(cell.value) for row in book[name].iter_rows() for cell in row}
    previous = load_previous(tmp_path / "n.xlsx", NEXT)
    assert previous.rows[UNIT.name, UNIT.regions[0].name, "附表1"]["calls_online"] == 10
    write_national(tmp_path / "m.xlsx", national, previous=previous)
    prove(tmp_path / "m.xlsx", national)
    written = write_csv(tmp_path / "csv", tmp_path / "n.xlsx", NEXT, force=False)
    tables = {path.name: path.read_text("utf-8-sig") for path in written}
    (lines,) = (text.splitlines() for name, text in tables.items() if "附表1" in name and "明细" in name)
    assert "在线咨询量（次）" in next(csv.reader(lines))
    report = json.loads(shown_as("json", "check", respondents_of(judged(filing, edition=NEXT)), [], None))
    assert report["files"][0]["rows"]["附表1"][0]["calls_online"] == 10
    merge = json.loads(shown_as("json", "merge", MergeResult(respondents_of(inbox_of(table=national)))))
    assert merge["totals"]["附表1"]["calls_online"] == online


def test_a_units_own_filing_is_written(national: National, tmp_path: Path) -> None:
    """What merge --unit and fix write, proven by reading it back."""
    header = {key: Value(text, text) for key, text in CONTACT.items()}
    listed = [(form, tuple(entry.row for entry in national.entries_of(form))) for form in NEXT.forms]
    tables = tuple(Table(form, "", form.key, header, own) for form, own in listed)
    written = write_filled(tmp_path / "unit.xlsx", NEXT, Filing("unit.xlsx", UNIT, tables))
    assert [f for f in check(written, NEXT).findings if f.is_open] == []
    read = check(read_as(Filing, tmp_path / "unit.xlsx", NEXT), NEXT, scopes=(Scope.FILE,))
    assert [f for f in read.findings if f.rule == "H109"] == []


def test_a_model_refuses_what_is_no_answer() -> None:
    match = RegionMatch("海口市", official=True)
    row = read_row(SERVICE, Place("附表1", 1, 1), "海口市", match, {"seats": Value(-1, -1)})
    with pytest.raises(ValueError, match="seats"):
        row.model(SERVICE)


def test_a_field_that_is_dropped_added_or_renamed() -> None:
    """None is a key of a row; one stands where it says; one keeps its key and place. Last year's forms are as they were."""
    before = [column.key for column in SERVICE.columns]
    assert "training_attendances" not in NextServiceRow(region="广州市").model_dump()
    at = before.index("calls_abandoned") + 1
    after = [*before[:at], "calls_online", *before[at:]]
    assert [column.key for column in NEXT_SERVICE.columns] == [key for key in after if key != "training_attendances"]
    assert [group for group, _ in NEXT_SERVICE.groups] == [group for group, _ in SERVICE.groups]
    assert [column.key for column in NEXT_SYSTEMS.columns] == [column.key for column in SYSTEMS.columns]
    renamed, old = NEXT_SYSTEMS.by_key["network_location"], SYSTEMS.by_key["network_location"]
    assert (renamed.label, old.label, renamed.choices) == ("电话系统所在网络", "网络部署位置", old.choices)
    assert {"training_attendances"} == SERVICE.by_key.keys() - NEXT_SERVICE.by_key.keys()


def test_a_field_behind_one_that_is_not_there_is_refused() -> None:
    class Misplaced(ServiceRow):
        """A column behind nothing."""

        lines: int | None = count("线路数", after="trunks")

    with pytest.raises(ValueError, match="trunks"):
        _ = Form("附表1", "调查表", Misplaced, ()).columns


# A file is read as the edition of the year that it names


@pytest.fixture
def _next_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EDITIONS, YEAR, NEXT_YEAR)


def sheet(book: openpyxl.Workbook, form: Form, year: int | None) -> None:
    """One form with a row of 银川市; the year is in its title where given."""
    header = clean_header("宁夏")
    page = book.create_sheet(form.key)
    page.append([f"{year}年度{form.title}" if year else form.title])
    page.append([f"（盖章）宁夏回族自治区 联系人：{header['name']} 手机号：{header['mobile']} 邮箱：{header['email']}"])
    page.append([column.label for column in form.columns])
    answers = {Kind.COUNT: 7, Kind.YESNO: "是", Kind.SERIAL: 2, Kind.REGION: "银川市"}
    page.append([column.choices[0] if column.choices else answers.get(column.kind) for column in form.columns])


def write(path: Path, edition: Edition, year: int | None) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    sheet(book, edition.forms[0], year)
    sheet(book, edition.forms[1], None)
    book.save(path)
    return path


@pytest.mark.usefixtures("_next_year")
@pytest.mark.parametrize("processed", [EDITION, NEXT_YEAR], ids=["this year", "next year"])
def test_both_years_files_in_one_folder_are_read_with_their_own_headings(processed: Edition, tmp_path: Path) -> None:
    for edition in (EDITION, NEXT_YEAR):
        write(tmp_path / f"{edition.year}.xlsx", edition, edition.year)
    documents = read_paths([tmp_path], processed).documents
    for document, edition in zip(documents, (EDITION, NEXT_YEAR), strict=True):
        assert isinstance(document, Filing)
        assert document.year == edition.year
        assert [table.form for table in document.tables] == list(edition.forms)
        assert [table.column_problems for table in document.tables] == [(), ()]
        assert document.texts == ()
        assert document.tables[1].rows[0].scalar("network_location") == "互联网"


@pytest.mark.usefixtures("_next_year")
def test_a_file_that_names_no_year_is_read_as_the_one_being_processed(tmp_path: Path) -> None:
    path = write(tmp_path / "宁夏.xlsx", NEXT_YEAR, None)
    for processed, problems in ((NEXT_YEAR, []), (EDITION, ["training_attendances"])):
        (document,) = read_paths([path], processed).documents
        assert isinstance(document, Filing)
        assert document.tables[0].form is processed.forms[0]
        assert [problem.field for problem in document.tables[0].column_problems] == problems
