"""The engine: a rule that breaks down costs only itself, what cannot be decided is counted, every rule is listed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from pkgutil import iter_modules

import pytest
from msgspec.structs import replace

from documents_read import read_as
from factory import RowData, Style, clean_rows, write_filing
from hrss12333.checking import engine
from hrss12333.checking import rules as rules_package
from hrss12333.checking.engine import Checked, check
from hrss12333.checking.rule import Case, Hit
from hrss12333.checking.rules import catalogue
from hrss12333.model.filing import Filing
from hrss12333.model.finding import Fault
from hrss12333.model.message import compose
from hrss12333.reading.documents import read_paths
from hrss12333.survey.editions.y2019 import EDITION


def broken(case: Case) -> Iterator[Hit]:
    yield Hit(compose("……"))
    raise KeyError("来电")


def checked(path: Path, **cells: object) -> Checked:
    """The audit of a clean filing of 广东省, but for these cells of 附表1."""
    write_filing(path, cells={"附表1": cells}, rows={"附表1": clean_rows("广东")})  # type: ignore[dict-item]
    document = read_as(Filing, path)
    return check(document, EDITION)


def test_a_rule_that_breaks_down_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = checked(tmp_path / "广东.xlsx", calls_ivr6=None)
    rules = [replace(rule, check=broken) if rule.id == "B401" else rule for rule in catalogue.ALL]
    monkeypatch.setattr(engine, "ALL", rules)
    hurt = checked(tmp_path / "广东.xlsx", calls_ivr6=None)
    assert hurt.faults == (Fault("B401", "广东.xlsx", "KeyError: '来电'"),)
    assert [f for f in hurt.findings if f.rule != "B401"] == [f for f in sound.findings if f.rule != "B401"] != []


def test_a_row_that_cannot_be_decided_is_counted(tmp_path: Path) -> None:
    whole = checked(tmp_path / "a.xlsx")
    assert whole.undecided == {}
    partial = checked(tmp_path / "b.xlsx", calls_ivr6="不详", calls_abandoned7="约三千")
    rows = [(where.file, where.form, where.row) for where in partial.undecided["B401"]]
    assert rows == [("b.xlsx", "附表1", 6), ("b.xlsx", "附表1", 7)]
    assert "B402" not in partial.undecided


def test_every_module_of_rules_is_in_the_catalogue() -> None:
    modules = {found.name for found in iter_modules(rules_package.__path__)} - {"catalogue"}
    assert modules == {module.__name__.rpartition(".")[2] for module in catalogue.MODULES}


def test_ids_are_given_once() -> None:
    assert len(catalogue.RULES) == len(catalogue.ALL)


def test_of_a_total_only_rows_that_it_adds_up_are_undecided(tmp_path: Path) -> None:
    """A row for the whole unit beside its regions is no part of the sum."""
    every: list[RowData] = [*clean_rows("广东"), {"region": "全省", "calls_total": 1}]
    path = write_filing(tmp_path / "广东.xlsx", rows={"附表1": every}, style=Style(sample=False, total="typed"))
    (document,) = read_paths([path], EDITION).documents
    assert "B403" not in check(document, EDITION).undecided
    part = write_filing(
        tmp_path / "b.xlsx", style=Style(sample=False, total="typed"), cells={"附表1": {"calls_total6": "不详"}}
    )
    (document,) = read_paths([part], EDITION).documents
    assert len(check(document, EDITION).undecided["B403"]) == 1
