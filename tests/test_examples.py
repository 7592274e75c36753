"""The examples: made anew they are the same, the clean ones merge without a complaint, the faulty ones show their
fault, and the national totals equal a sum that knows nothing of this package."""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import make_examples
from cli_runs import report, run
from conftest import Convert
from filing_faults import FAULTS, Fault, fault_table
from filing_figures import FIGURES
from hrss12333.checking.engine import Checked, check
from hrss12333.checking.owners import with_owners
from hrss12333.checking.rule import Scope
from hrss12333.merging.national_table import merge
from hrss12333.reading.documents import read_paths
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Kind
from long_runs import few

EXAMPLES = Path(make_examples.__file__).parent
FILINGS = EXAMPLES / make_examples.FILINGS
FAULTY = EXAMPLES / make_examples.FAULTY
FAULTY_FILES = sorted(path for path in FAULTY.iterdir() if path.is_file() and path.suffix != ".md")
pytestmark = pytest.mark.usefixtures("examples_read_once")
COUNTS = {form.key: [column.label for column in form.of_kind(Kind.COUNT)] for form in EDITION.forms}
"""Headings whose totals are compared; the only thing taken from the package."""


def content(path: Path) -> object:
    """What is in a file: the parts of a zip package, else its bytes. How well it was compressed does not matter."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def squeezed(text: object) -> str:
    """A heading on one line."""
    return re.sub(r"\s", "", str(text or ""))


def rows_and_columns(book: openpyxl.Workbook, name: str, headings: list[str]) -> tuple[list[Any], dict[str, int]]:
    """All rows of a sheet; heading → its column, wherever the heading rows are."""
    rows = [*book[name].iter_rows(values_only=True)]
    places = [(squeezed(cell), at) for row in reversed(rows[:12]) for at, cell in enumerate(row)]
    columns = {heading: at for heading, at in places if heading in headings}
    assert columns.keys() == {*headings}
    return rows, columns


def independent_totals() -> dict[str, dict[str, int]]:
    """Form → heading → sum over all filings, added up cell by cell: rows with a serial number that are not the sample."""
    totals: dict[str, Counter[str]] = {key: Counter() for key in COUNTS}
    for path in FILINGS.glob("*.xlsx"):
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        for key, headings in COUNTS.items():
            rows, columns = rows_and_columns(book, key, headings)
            for row in rows:
                if isinstance(row[0], int) and row[1] and row[1] != "样例":
                    totals[key].update({heading: row[at] for heading, at in columns.items()}, rows=1)
    assert [counter.pop("rows") for counter in totals.values()] == [453, 453]
    return {key: dict(counter) for key, counter in totals.items()}


def printed_totals(workbook: Path) -> dict[str, dict[str, Any]]:
    """Form → heading → figure in the 合计 row of the national workbook."""
    book = openpyxl.load_workbook(workbook, read_only=True, data_only=True)
    found: dict[str, dict[str, Any]] = {}
    for key, headings in COUNTS.items():
        rows, columns = rows_and_columns(book, f"{key}汇总", headings)
        total = next(row for row in rows if any(squeezed(value) == "合计" for value in row[:2]))
        found[key] = {heading: total[at] for heading, at in columns.items()}
    return found


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory, examples_read_once: None) -> tuple[Path, Any]:
    """The national workbook of the clean examples, and what the run that wrote it reported."""
    target = tmp_path_factory.mktemp("national") / "全国.xlsx"
    result = run("merge", FILINGS, "-o", target, "--format", "json", "--strict")
    assert result.exit_code == 0, result.output
    return target, json.loads(result.stdout)


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples, made where an earlier run left a file and a README with an old table."""
    folder = tmp_path_factory.mktemp("again")
    (folder / make_examples.FAULTY).mkdir()
    (folder / make_examples.FAULTY / "旧.xlsx").write_bytes(b"")
    (folder / "README.md").write_text("\n".join(("前", *make_examples.TABLE, "后")), encoding="utf-8")
    make_examples.make(folder)
    return folder


@pytest.fixture(scope="module")
def expected() -> dict[str, dict[str, int]]:
    return independent_totals()


@pytest.mark.long
def test_making_them_again_gives_the_same(again: Path) -> None:
    for name in (make_examples.FILINGS, make_examples.FAULTY):
        kept = {path.name: content(path) for path in (EXAMPLES / name).iterdir()}
        made = {path.name: content(path) for path in (again / name).iterdir()}
        assert set(kept) == set(made)
        assert [file for file in kept if kept[file] != made[file]] == []


@pytest.mark.long
def test_an_earlier_run_leaves_nothing_behind(again: Path) -> None:
    assert not (again / make_examples.FAULTY / "旧.xlsx").exists()
    assert (again / "README.md").read_text(encoding="utf-8").splitlines()[::-1][0] == "后"
    assert fault_table() in (again / "README.md").read_text(encoding="utf-8")


def test_the_readme_lists_the_faulty_files() -> None:
    assert fault_table() in (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert "合成数据" in (EXAMPLES / "README.md").read_text(encoding="utf-8")


def test_figures_are_plausible() -> None:
    keys = ("calls_total", "calls_agent", "calls_ivr", "calls_abandoned", "staff_total", "agents", "seats")
    for row in (row for unit in EDITION.units for row in FIGURES["附表1"](unit)):
        calls, agent, ivr, lost, staff, agents, seats = (int(row[key] or 0) for key in keys)
        assert calls == agent + ivr + lost
        assert 20_000 <= calls <= 1_500_000
        assert 0.30 <= agent / calls <= 0.50
        assert 0.40 <= ivr / calls <= 0.65
        assert 0.03 <= lost / calls <= 0.25
        assert 3_000 <= agent / agents <= 25_000
        assert seats <= agents < staff


def test_the_clean_ones_have_neither_errors_nor_queries_and_all_units_are_received(merged: tuple[Path, Any]) -> None:
    made, checked = merged[1], report("check", FILINGS, "--strict")
    found = [f for item in (*checked["files"], *checked["units"]) for f in item["findings"]]
    assert [finding for finding in (*found, *made["findings"]) if finding["severity"] != "note"] == []
    assert made["coverage"] == {"expected": 32, "received": 32, "missing": []}
    assert {unit["status"] for unit in made["units"]} == {"accepted"}
    assert sum(unit["rows"]["附表1"] for unit in made["units"]) == 453


def test_totals_equal_an_independent_sum(merged: tuple[Path, Any], expected: dict[str, dict[str, int]]) -> None:
    assert printed_totals(merged[0]) == expected


@pytest.mark.long
@pytest.mark.libreoffice
def test_totals_hold_after_libreoffice_recalculates(
    merged: tuple[Path, Any], expected: dict[str, dict[str, int]], soffice_convert: Convert
) -> None:
    assert printed_totals(soffice_convert(merged[0], "xlsx")) == expected


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.file for fault in FAULTS])
def test_each_faulty_file_shows_its_fault(fault: Fault) -> None:
    result = run("check", FAULTY / fault.file, "--format", "json")
    report = json.loads(result.stdout)
    found = {(finding["rule"], finding["severity"]) for file in report["files"] for finding in file["findings"]}
    assert fault.rule in {rule for rule, _ in found}
    has_error = any(severity == "error" for _, severity in found)
    assert result.exit_code == (1 if has_error else 0)
    assert has_error == ("（核实性错误）" not in fault.about)


def test_the_faulty_ones_merge_and_say_so(tmp_path: Path) -> None:
    result = run("merge", FAULTY, "-o", tmp_path / "有错误.xlsx")
    assert result.exit_code == 1
    assert (tmp_path / "有错误.xlsx").exists()


@cache
def checked(path: Path) -> list[Checked]:
    """What lies there, as far as each file is looked at alone."""
    documents = with_owners(read_paths([path], EDITION).documents, EDITION.gazetteer)
    return [check(item, EDITION, scopes=(Scope.FILE,)) for item in documents]


@pytest.mark.parametrize("path", few(FAULTY_FILES, 6), ids=lambda path: path.name)
def test_no_total_grows_beyond_the_units_own_rows(path: Path) -> None:
    national = merge([*checked(FILINGS), *checked(path)], EDITION)
    for form in EDITION.forms:
        counted = national.entries_of(form)
        twice = Counter((entry.unit, entry.row.region) for entry in counted)
        assert [spot for spot, number in twice.items() if number > 1] == []
        for status in national.units:
            regions = {region.name for region in status.unit.regions}
            rows = [entry for entry in counted if entry.unit is status.unit]
            own = [entry for entry in national.entries_of(form, counted=False) if entry.unit is status.unit]
            assert len(rows) <= len(regions)
            for column in form.of_kind(Kind.COUNT):
                most: dict[str | None, int] = {}
                for entry in own:
                    number = entry.row.number(column.key) or 0
                    most[entry.row.region] = max(number, most.get(entry.row.region, 0))
                total = sum(entry.row.number(column.key) or 0 for entry in rows)
                assert total <= sum(number for name, number in most.items() if name in regions)
