"""``hrss12333 fix``: a clean official form from a messy one; every change named, nothing decided for a person."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from msgspec.structs import replace
from openpyxl.comments import Comment

from cases import few
from cli_runs import report, run
from factory import BARE, CellValue, Style, a1, clean_header, clean_rows, footer, opened, read_row, write_filing
from hrss12333.model.filing import Filing
from hrss12333.reading.documents import read_source
from hrss12333.reading.files.discovery import Source
from hrss12333.survey import editions
from hrss12333.survey.editions.y2019 import EDITION, SERVICE
from hrss12333.survey.schema import Kind
from hrss12333.writing.official.filled import write_filled
from next_edition import NEXT

pytestmark = pytest.mark.usefixtures("here")
EXAMPLES = Path(__file__).parents[2] / "examples"
FAULTY = sorted((EXAMPLES / "faulty").glob("*.xlsx"))
SUMMED = [column.key for column in SERVICE.of_kind(Kind.COUNT)]
LAYOUT_RULES = {"B403", "R206", "V306", "F008", "F007", "H109", "P502"}
"""What concerned only the layout, the spelling or the 合计 of the messy form, or was a note on it."""


def messy(cells: dict[str, CellValue], style: Style = BARE, sheet: str = "附表1", **about: Any) -> Path:
    """A filing of 宁夏 with these cells in one form; row 6 is 银川市."""
    return write_filing(Path("宁夏.xlsx"), "宁夏", cells={sheet: cells}, style=style, **about)


class Change(NamedTuple):
    """A line of 修改记录."""

    number: int
    sheet: str
    cell: str | None
    region: str | None
    label: str | None
    found: str | None
    written: str | None
    reason: str


def record(path: str = "宁夏_规范.xlsx") -> list[Change]:
    rows: Any = opened(path)["修改记录"].iter_rows(min_row=3, values_only=True)
    return [Change(*row) for row in rows if isinstance(row[0], int)]


def changes(*arguments: str) -> list[tuple[str | None, Any, Any]]:
    """Cell, what was there and what is there now, as text; of what is left out （不保留）."""
    run("fix", "宁夏.xlsx", "--force", *arguments)
    return [(change.cell, change.found, change.written) for change in record()]


LEFT = "（不保留）"


def findings(path: str | Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = report("check", path)["files"][0]["findings"]
    return found


def problems_of(found: list[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    """Errors and queries, by what they are about; without what concerns layout and 合计 alone."""
    return Counter(
        (f["rule"], f["form"], f["region"], f["field"], f["explained"])
        for f in found
        if f["severity"] != "note" and f["rule"] not in LAYOUT_RULES
    )


def problems(path: str) -> Counter[tuple[Any, ...]]:
    return problems_of(findings(path))


def row_of(path: str, region: str) -> dict[str, Any]:
    """The clean form's row of a region, by key; what is behind the form's last column is not of it."""
    found = next(row for row in opened(path)["附表1"].iter_rows(values_only=True) if row[1] == region)
    return dict(zip(SERVICE.by_key, found, strict=False))


FIRST = clean_rows("宁夏")[0]
CALLS, TRAINED = (int(str(FIRST[key])) for key in ("calls_total", "training_attendances"))
SUM = sum(int(str(row["calls_total"])) for row in clean_rows("宁夏"))
ANSWERS = ("voicemail", "complaints")
NO_TOTAL, TYPED_TOTAL = replace(BARE, total="none"), replace(BARE, total="typed")
WITH_SAMPLE = Style(sample=True, total="none", notes=False)
CHANGED: dict[str, tuple[dict[str, CellValue], Style, dict[str, tuple[str, str]]]] = {
    "a name": ({"B6": "银川"}, NO_TOTAL, {"B6": ("银川", "银川市")}),
    "figures": (
        {"calls_total6": f"{CALLS:,}次", "training_attendances6": str(TRAINED)},
        NO_TOTAL,
        {"calls_total6": (f"{CALLS:,}次", str(CALLS))},
    ),
    "an answer": (
        {"voicemail6": "√" if FIRST["voicemail"] else "×"},
        NO_TOTAL,
        {"voicemail6": ("√", "是") if FIRST["voicemail"] else ("×", "否")},
    ),
    "a total that differs": ({"calls_total11": SUM + 100}, TYPED_TOTAL, {"calls_total11": (str(SUM + 100), str(SUM))}),
    "words in the total": ({"voicemail11": "14个地区"}, TYPED_TOTAL, {"voicemail11": ("14个地区", LEFT)}),
    "a row called void": ({"remarks6": "此行作废"}, NO_TOTAL, {"B6": ("银川市", LEFT)}),
    "a sample, a heading, a column and a row that the form does not have": (
        {"calls_agent5": "人工接听数", "beside5": "线路数", "beside7": 30, "A12": "小计", "calls_total12": 5},
        WITH_SAMPLE,
        {
            "calls_agent5": ("人工接听数", "人工接听量"),
            "B6": ("样例", LEFT),
            "beside5": ("线路数", LEFT),
            "A12": ("小计", LEFT),
        },
    ),
}
"""What is written into a filing of 宁夏 → which changes are listed: what was there, and what is there now."""


@pytest.mark.parametrize("case", CHANGED)
def test_every_change_is_listed(case: str) -> None:
    cells, style, expected = CHANGED[case]
    messy(cells, style)
    listed = {cell: (found, written) for cell, found, written in changes() if cell != "A3"}
    assert {cell: written for cell, (_, written) in listed.items()} == {
        a1(cell): written for cell, (_, written) in expected.items()
    }
    assert all(listed[a1(cell)][0].endswith(found) for cell, (found, _) in expected.items())
    assert "B403" not in [finding["rule"] for finding in findings("宁夏_规范.xlsx")]


def test_what_is_written_around_the_table_is_said_to_be_left_out() -> None:
    """Comments, notes, a page footer; neither a signature nor the form's own footer is listed."""
    messy(
        {"B40": "填报人：王小二", "E40": "联系电话：0755-12345678", "B42": "银川市数据含市属四区，未含灵武。"},
        Style(sample=False, total="none"),
    )
    book = openpyxl.load_workbook("宁夏.xlsx")
    for sheet, text in (("附表1", "内部资料，注意保存"), ("附表2", "第&P页，共&N页")):
        printed: Any = book[sheet].oddFooter
        printed.center.text = text
    book["附表1"][a1("calls_total7")].comment = Comment("8月起系统升级", "科长")
    book.save("宁夏.xlsx")
    listed = {found: (cell, written) for cell, found, written in changes()}
    assert listed["内部资料，注意保存"][1] == LEFT
    assert listed["银川市数据含市属四区，未含灵武。"] == ("B42", LEFT)
    assert listed["8月起系统升级"] == (a1("calls_total7"), LEFT)
    assert not any("共&N页" in str(text) for text in listed)
    said = run("fix", "宁夏.xlsx", "--force").stdout
    assert "规范表中不保留：" in said
    assert "“银川市数据含市属四区，未含灵武。”：附表1 B42（" in said


def test_a_file_that_a_merge_leaves_out_is_said_to_be_so() -> None:
    write_filing(Path("宁夏（作废）.xlsx"), "宁夏")
    result = run("fix", "宁夏（作废）.xlsx")
    assert result.exit_code == 1
    assert result.stdout.count("强制性错误 R210") == 1


def test_changes_that_are_alike_are_one_line() -> None:
    rows = range(7, 12)
    messy({f"{key}{row}": "√" for row in rows for key in ("voicemail", "complaints")}, Style(sample=True, total="none"))
    said = run("fix", "宁夏.xlsx").stdout
    cells = "、".join(a1(f"voicemail{row}") for row in rows)
    assert f"是否开通留言服务“√”→“是”，5处：附表1 {cells}（" in said
    assert said.count("“√”") == 2
    assert "“样例”，2处：附表1 B6；附表2 B6（" in said


def test_a_unit_given_by_hand_is_written_into_the_head() -> None:
    header = {key: value for key, value in clean_header("宁夏").items() if key != "unit"}
    for written in ({}, {"unit": "黑龙省"}):
        messy({}, Style(sample=False, total="none", header="cells"), header=header | written)
        assert run("fix", "宁夏.xlsx", "--force").exit_code == 1
        given = changes("--unit", "宁夏")
        assert given == [("C3", written.get("unit"), "宁夏回族自治区")] * 2
        assert {change.reason for change in record()} == {"按 --unit 填写"}
        assert problems("宁夏_规范.xlsx") == Counter()


@pytest.mark.parametrize("more", [0, 7])
def test_a_total_by_the_units_name_keeps_its_row(more: int) -> None:
    """It counts there as little as before, and the code is that of the regions."""
    sums = {key: sum(int(str(row[key])) for row in clean_rows("宁夏")) for key in SUMMED}
    calls = {key: sums[key] + more for key in SUMMED if key.startswith("calls_")}
    whole: dict[str, CellValue] = {f"{key}11": value for key, value in (sums | calls).items()}
    messy({"B11": "全省", **whole}, replace(BARE, total="none"))
    changes()
    assert problems("宁夏_规范.xlsx") == problems("宁夏.xlsx")
    code = report("check", "宁夏.xlsx")["files"][0]["code"]
    assert report("check", "宁夏_规范.xlsx")["files"][0]["code"] == code


def test_a_lost_column_comes_first_and_fails() -> None:
    """Its heading is none of the form's: what is below it has no place in the clean form."""
    lost = {f"beside{row}": 100 + row for row in range(7, 12)}
    messy(
        {"calls_total6": "344,000次", "beside5": "线路总数", **lost, "calls_total11": None},
        Style(sample=True, total="none", notes=False),
    )
    result = run("fix", "宁夏.xlsx")
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert lines[1].strip() == "注意：下列数据没有转入规范表，请先核对："
    assert lines[2].strip() == a1("“线路总数”：附表1 beside5（没有读取的栏目或表，其中有5个数）")
    assert record()[0].cell == a1("beside5")


@pytest.mark.parametrize(
    ("key", "content", "kept"),
    [
        ("calls_total", "若干", "若干"),
        ("calls_total", -5, -5),
        ("calls_total", 2.5, 2.5),
        ("calls_total", 10**15, "1000000000000000"),
        ("voicemail", "部分", "部分"),
        ("calls_total", "#REF!", "#REF!"),
        ("calls_total", "=1+1", "=1+1"),
    ],
)
def test_what_needs_a_person_stays(key: str, content: CellValue, kept: object) -> None:
    messy({f"{key}6": content, "calls_total11": None})
    before = problems("宁夏.xlsx")
    assert run("fix", "宁夏.xlsx").exit_code == 1
    assert row_of("宁夏_规范.xlsx", "银川市")[key] == kept
    assert problems("宁夏_规范.xlsx") == before


def test_the_findings_that_remain_name_the_cells_of_the_clean_form() -> None:
    messy({"calls_total7": "若干"}, Style(total="none"))
    said = run("fix", "宁夏.xlsx").stdout
    page = opened("宁夏_规范.xlsx")["附表1"]
    (cell,) = [cell.coordinate for row in page.iter_rows() for cell in row if cell.value == "若干"]
    assert "V302" in said
    assert f"（{cell}）" in said


def test_a_column_that_is_there_twice_is_left_blank() -> None:
    """Either figure alone could be read: the clean form holds none."""
    seats = {f"beside{at}": row["seats"] for at, row in enumerate(clean_rows("宁夏"), 6)}
    messy({"beside5": "坐席数", **seats, "beside7": 99}, Style(sample=False, total="none"))
    assert run("fix", "宁夏.xlsx").exit_code == 1
    assert row_of("宁夏_规范.xlsx", "银川市")["seats"] is None
    assert {f["rule"] for f in findings("宁夏_规范.xlsx") if f["severity"] == "error"} == {"V301"}


@pytest.mark.parametrize(
    "path", [*few(FAULTY, 3), *few(sorted((EXAMPLES / "filings").glob("*.xlsx"))[::6], 1)], ids=lambda path: path.stem
)
def test_the_clean_form_has_the_problems_of_the_messy_one_and_is_clean(path: Path) -> None:
    """No finding is lost and none is new; columns that were missing are blanks now."""
    status = run("fix", path, "-o", "a.xlsx").exit_code
    found, clean = findings(path), findings("a.xlsx")
    before, after = problems_of(found), problems_of(clean)
    columns = [(f["form"], f["field"]) for f in found if f["rule"] == "F007"]
    blanks = Counter({key: n for key, n in after.items() if key[0] == "V301" and (key[1], key[3]) in columns})
    assert after - blanks == before
    assert status == run("check", "a.xlsx").exit_code
    assert "内容无需改写，只统一了格式。" in run("fix", "a.xlsx", "-o", "b.xlsx").stdout
    assert record("b.xlsx") == []
    assert [{**f, "file": "a.xlsx"} for f in findings("b.xlsx")] == clean


def test_the_code_is_that_of_the_messy_form() -> None:
    """Fixing changes how the filing is written, not what it says."""
    answers = {
        f"{key}{at}": "√" if row[key] else "×" for at, row in enumerate(clean_rows("宁夏"), 6) for key in ANSWERS
    }
    wide = str(FIRST["seats"]).translate({48 + digit: 0xFF10 + digit for digit in range(10)})
    figures = {"calls_agent6": f"{FIRST['calls_agent']:,}次", "seats6": wide}
    messy({"B6": " 银 川 ", "calls_total6": "若干", "calls_total11": None, **figures, **answers})
    run("fix", "宁夏.xlsx")
    code = report("check", "宁夏.xlsx")["files"][0]["code"]
    assert report("check", "宁夏_规范.xlsx")["files"][0]["code"] == code
    assert footer(Path("宁夏_规范.xlsx"))[0] == f"校验码：{code}"


def test_the_clean_form_is_as_old_as_its_source() -> None:
    """So that in a folder that holds both, neither supersedes the other."""
    messy({}, saved=datetime(2020, 1, 9, 8, 0))
    run("fix", "宁夏.xlsx")
    made = report("merge", ".", "-o", "n.xlsx")
    assert [f["rule"] for f in made["findings"] if f["rule"] != "M701"] == ["M703"]
    assert made["units"][29]["rows"] == {"附表1": 5, "附表2": 5}


def test_a_file_of_an_earlier_year_goes_on_the_forms_of_that_year(monkeypatch: pytest.MonkeyPatch) -> None:
    messy({"calls_total6": "2,500次"}, Style(title_year=True))
    before, row = changes(), row_of("宁夏_规范.xlsx", "银川市")
    monkeypatch.setitem(editions.EDITIONS, NEXT.year, NEXT)
    assert changes() == before
    assert row_of("宁夏_规范.xlsx", "银川市") == row


def test_a_clean_form_that_is_not_right_prints_so() -> None:
    for agents, printed in ((10, None), (10**6, "自检未通过")):
        messy({"agents6": agents, "staff_total6": 20})
        run("fix", "宁夏.xlsx", "--force")
        assert opened("宁夏_规范.xlsx", data_only=True)["附表1"][a1("remarks2")].value == printed


@pytest.mark.parametrize("name", ["合\x07计", "样\x01例", "银\u200b川", "长" * 300, "\x07", "某\x0b某市"])
def test_a_name_that_no_cell_can_hold_is_written_as_one_that_is_compared(name: str) -> None:
    """Where control characters go it could pass for another: it is marked."""
    filing = read_source(Source("宁夏.xlsx", messy({}).read_bytes), EDITION)
    assert isinstance(filing, Filing)
    tables = []
    for table in filing.tables:
        row = table.rows[0]
        named = {key: row.get(key) for key in row.scalars()} | {
            "region": replace(row.get("region"), found=name, value=name)
        }
        tables.append(replace(table, rows=(read_row(table.form, row.place, name, None, named), *table.rows[1:])))
    back = write_filled(Path("a.xlsx"), EDITION, replace(filing, tables=tuple(tables)))
    assert {str(table.rows[0].region)[:4] for table in back.tables} == {"待核实："}
