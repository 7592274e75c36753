"""A folder is judged as a folder: what concerns the unit over all its files, what concerns a row with its file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli_runs import run
from factory import Style, clean_rows, write_filing
from hrss12333.inbox import Inbox
from hrss12333.model.finding import Severity
from hrss12333.model.national import State
from hrss12333.questions.respondents import respondents_of
from hrss12333.reading import documents
from hrss12333.survey.editions.y2019 import EDITION
from merge_runs import judged

MUNICIPALITIES = {"北京市", "天津市", "上海市", "重庆市"}


def cities(folder: Path, *, left_out: int = 0, spoil: dict[str, int] | None = None) -> Inbox:
    """21 cities of 广东, each in a file of its own, but for the last few; ``spoil`` changes a city's 放弃量."""
    both = zip(clean_rows("广东"), clean_rows("广东", "附表2"), strict=True)
    for service, system in list(both)[: 21 - left_out]:
        name = str(service["region"])
        changed = {"calls_abandoned": (spoil or {}).get(name, service["calls_abandoned"])}
        write_filing(folder / f"{name}.xlsx", "广东", {"附表1": [service | changed], "附表2": [system]})
    return judged(folder)


def weighty(result: Inbox) -> list[tuple[str, str]]:
    """Rule and file of errors and queries; a unit's own have the unit's name."""
    files = [(f.rule, Path(item.file).name) for item in result.files for f in item.findings]
    units = [(f.rule, name) for name, findings in result.of_units.items() for f in findings]
    assert {f.severity for f in result.national.findings_of_files} <= {Severity.ERROR, Severity.QUERY, Severity.NOTE}
    quiet = {f.rule for f in result.national.findings_of_files if f.severity is Severity.NOTE}
    return [(rule, where) for rule, where in (*files, *units) if rule not in quiet]


def test_one_file_a_city_is_no_incomplete_filing(tmp_path: Path) -> None:
    result = cities(tmp_path, spoil={"韶关市": 1, "东莞市": 2})
    assert sorted(weighty(result)) == [("B401", "东莞市.xlsx"), ("B401", "韶关市.xlsx")]
    assert [(item.unit.name, len(item.files)) for item in result.national.units if item.files] == [("广东省", 21)]


@pytest.mark.parametrize(("left_out", "listed"), [(2, ["揭阳市", "云浮市"]), (20, [])])
def test_cities_that_are_missing_are_listed_and_not_asked_for(tmp_path: Path, left_out: int, listed: list[str]) -> None:
    """Of a single city's filing none is missing."""
    result = cities(tmp_path, left_out=left_out)
    assert weighty(result) == []
    missing = [item.name for item in respondents_of(result).of_state(State.MISSING)]
    assert [name for name in missing if name.endswith("市") and name not in MUNICIPALITIES] == listed


@pytest.mark.parametrize("others", [[], ["附表1"], ["附表1", "附表2"]])
def test_a_city_that_lacks_a_form_is_asked_itself(tmp_path: Path, others: list[str]) -> None:
    """Whatever another city sent; of a file of several cities the unit is asked."""
    rows = {form: clean_rows("广东", form)[:1] for form in ("附表1", "附表2")}
    write_filing(tmp_path / "广州市.xlsx", "广东", rows, forms=("附表1",))
    if others:
        rows = {form: clean_rows("广东", form)[1:2] for form in ("附表1", "附表2")}
        write_filing(tmp_path / "韶关市.xlsx", "广东", rows, forms=others)
    asked = [("R207", "韶关市.xlsx")] if others == ["附表1"] else []
    unit = next(unit for unit in EDITION.units if unit.short == "广东")
    assert weighty(judged(tmp_path, only=unit)) == [("R207", "广州市.xlsx"), *asked]
    write_filing(tmp_path / "广州市.xlsx", "广东", forms=("附表1",))
    (tmp_path / "韶关市.xlsx").unlink(missing_ok=True)
    assert weighty(judged(tmp_path, only=unit)) == [("F006", "广州市.xlsx")]


def test_a_region_in_several_files_is_one_region_in_every_count(tmp_path: Path) -> None:
    answers = [{**row, "system_centralized": row["region"] == "珠海市"} for row in clean_rows("广东", "附表2")]
    for name in ("第一次.xlsx", "第二次.xlsx"):
        write_filing(tmp_path / name, rows={"附表2": answers})
    (finding,) = [f for f in judged(tmp_path).national.findings if f.rule == "P503"]
    assert finding.message_text.startswith("“系统是否省集中”一栏1个地区填“是”，20个地区填“否”，其中填“是”的是珠海市。")


def test_a_refused_file_of_another_unit_is_the_other_units(tmp_path: Path) -> None:
    write_filing(tmp_path / "广东.xlsx")
    (tmp_path / "青海省12333调查表.csv").write_text("序号,地区,来电总量\n1,西宁市,500\n", encoding="utf-8-sig")
    result = judged(tmp_path)
    assert result.cities_of is None
    assert [item.name for item in respondents_of(result).of_state(State.CORRECT)] == ["青海省"]


def test_a_folder_of_another_year_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without a year goes with it; where the first filing is of another year than most, all are read again."""
    title, style = "2020年度12333电话服务情况调查表", Style(sample=False, notes=False)
    for unit in ("广东", "福建", "江西"):
        cells = {"附表1": {"A2": title}} if unit != "福建" else None
        write_filing(tmp_path / f"{unit}.xlsx", unit, forms=("附表1",), cells=cells, style=style)
    read, calls = documents.read_paths, list[object]()

    def counted(*given: Any, **how: Any) -> documents.Reading:
        calls.append(given)
        return read(*given, **how)

    monkeypatch.setattr("hrss12333.cli.received.read_paths", counted)
    checked = json.loads(run("check", tmp_path, "--format", "json").stdout)
    assert [item["year"] for item in checked["files"]] == [2020, 2020, None]
    assert [f["rule"] for item in checked["files"] for f in item["findings"] if f["rule"] == "M705"] == []
    assert len(calls) == 1
    write_filing(tmp_path / "上海.xlsx", "上海", forms=("附表1",), style=Style(sample=False, title_year=True))
    assert "M705" in run("check", tmp_path).stdout
    assert len(calls) == 3
