"""A question asked in two columns that differ, and a heading over two filled ones: named by check, left out by merge."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from cli_runs import report
from factory import CellValue, a1, sound
from hrss12333.model.filing import column_letters
from hrss12333.survey.editions.y2019 import EDITION

SERVICE, SYSTEMS = EDITION.forms
HEADER = "（盖章）宁夏回族自治区 联系人：张三 手机号：13800000001 邮箱：a@b.cn"
CITIES = ("银川市", "石嘴山市", "吴忠市", "固原市", "中卫市")
Line = Sequence[CellValue]


def service(number: int) -> list[CellValue]:
    agent, ivr, left = 40000 + number, 20000 + number, 3000 + number
    calls = {"calls_total": agent + ivr + left, "calls_agent": agent, "calls_ivr": ivr, "calls_abandoned": left}
    staff = {"staff_total": 14, "agents": 10, "seats": 9, "training_attendances": 31}
    return [*sound(serial=number + 2, region=CITIES[number], complaints="否", **calls, **staff).values()]


def systems(number: int) -> list[CellValue]:
    entries = 5200 + number
    return [*sound("附表2", serial=number + 2, region=CITIES[number], knowledge_entries=entries).values()]


def write(path: Path, sheets: dict[str, list[Line]], merges: dict[str, str]) -> Path:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    book.remove(first)
    for name, lines in sheets.items():
        sheet: Worksheet = book.create_sheet(name)
        for line in ([EDITION.form(name).title], [HEADER], *lines):
            sheet.append([*line])
        if name in merges:
            sheet.merge_cells(merges[name])
    book.save(path)
    return path


def yesno_twice() -> tuple[dict[str, list[Line]], dict[str, str]]:
    """是否开通留言服务 stands twice; only 吴忠市 answers it in two ways."""
    first = [[*service(number), "否" if number == 2 else "是"] for number in range(5)]
    headings = [*(column.heading for column in SERVICE.columns), "是否开通留言服务"]
    second: list[Line] = [[column.heading for column in SYSTEMS.columns], *map(systems, range(5))]
    return {"附表1": [headings, *first], "附表2": second}, {}


def choice_twice() -> tuple[dict[str, list[Line]], dict[str, str]]:
    """网络部署位置 stands twice; only 银川市 answers it in two ways."""
    second = [[*systems(number), "互联网" if number == 0 else "业务专网"] for number in range(5)]
    headings = [*(column.heading for column in SYSTEMS.columns), "网络部署位置"]
    first: list[Line] = [[column.heading for column in SERVICE.columns], *map(service, range(5))]
    return {"附表1": first, "附表2": [headings, *second]}, {}


def heading_over_two() -> tuple[dict[str, list[Line]], dict[str, str]]:
    """来电总量 is merged over its column and the next, and both are filled in every row."""
    end = [*SERVICE.by_key].index("calls_total") + 1
    lines = [[*row[:end], 7, *row[end:]] for row in map(service, range(5))]
    own = [column.heading for column in SERVICE.columns]
    second: list[Line] = [[column.heading for column in SYSTEMS.columns], *map(systems, range(5))]
    return {"附表1": [[*own[:end], None, *own[end:]], *lines], "附表2": second}, {
        "附表1": f"{a1('calls_total3')}:{column_letters(end + 1)}3"
    }


CASES = [
    (yesno_twice, "附表1", "voicemail", {("F007", "附表1", a1("beside3")), ("F007", "附表1", a1("voicemail6"))}, 4),
    (
        choice_twice,
        "附表2",
        "network_location",
        {("F007", "附表2", a1("beside3", "附表2")), ("F007", "附表2", a1("network_location4"))},
        {"互联网": 0, "业务专网": 4},
    ),
    (
        heading_over_two,
        "附表1",
        "calls_total",
        {("F007", "附表1", a1(f"calls_total{row}")) for row in range(4, 9)},
        None,
    ),
]


@pytest.mark.parametrize(
    ("build", "form", "field", "named", "total"), CASES, ids=lambda case: getattr(case, "__name__", "")
)
def test_an_unclear_answer_is_named_and_counts_nowhere(
    build: object, form: str, field: str, named: set[tuple[str, str, str]], total: object, tmp_path: Path
) -> None:
    assert callable(build)
    path = write(tmp_path / "宁夏.xlsx", *build())
    (checked,) = report("check", path)["files"]
    findings = checked["findings"]
    assert {(f["rule"], f["sheet"], f["cell"]) for f in findings if f["rule"] == "F007"} == named
    assert [f["rule"] for f in findings if f["severity"] == "error" and f["rule"] != "F007"] == []
    unclear = [row["region"] for row in checked["rows"][form] if row[field] is None]
    assert len(unclear) == len(named) - (build is not heading_over_two)
    merged = report("merge", path, "-o", tmp_path / "汇总.xlsx")
    assert (tmp_path / "汇总.xlsx").exists()
    assert merged["totals"][form][field] == total
    assert {(f["rule"], f["sheet"], f["cell"]) for f in merged["findings"] if f["rule"] == "F007"} == named
    assert len(checked["rows"]["附表1"]) == len(checked["rows"]["附表2"]) == 5
