"""校验码: equal whenever two files say the same, different as soon as they do not."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from cases import cases
from factory import BARE, Style, clean_header, clean_rows, write_filing
from hrss12333.model.check_code import code_of, contact_code_of, copy_code_of, printed_codes
from hrss12333.model.filing import Filing
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Column, Form, Kind, Scalar
from merge_runs import read_as

ROWS = {form.key: clean_rows("广东", form) for form in EDITION.forms}


def code(path: Path) -> str | None:
    """The code of what is in a file."""
    document = read_as(Filing, path)
    return code_of(document.tables, document.unit.name if document.unit else None, 2019)


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> str:
    found = code(write_filing(tmp_path_factory.mktemp("usual") / "a.xlsx"))
    assert found is not None
    return found


STYLES = {
    "sample row kept": Style(),
    "a cell each for the header": Style(header="cells", sample=False),
    "label and value in one cell": Style(header="inline", sample=False),
    "without notes and total": Style(sample=False, notes=False, total="none", label=False),
    "typed total": Style(sample=False, total="typed"),
    "blank rows": Style(sample=False, spare_rows=4),
    "short names of regions": Style(sample=False, short_regions=True),
}


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
@pytest.mark.parametrize("writer", ["openpyxl", "xlsxwriter"])
def test_layout_and_writer_are_of_no_weight(style: Style, writer: str, usual: str, tmp_path: Path) -> None:
    path = write_filing(tmp_path / "a.xlsx", style=style, writer="xlsxwriter" if writer == "xlsxwriter" else "openpyxl")
    assert code(path) == usual


def changed(value: Scalar, kind: Kind) -> Scalar:
    """Another answer to the same question."""
    if kind is Kind.YESNO:
        return not value
    if kind is Kind.CHOICE:
        return "互联网" if value == "业务专网" else "业务专网"
    return int(value or 0) + 1 if kind is Kind.COUNT else "另有说明"


FIELDS = [(form, column) for form in EDITION.forms for column in form.columns if column.kind is not Kind.SERIAL]


@pytest.mark.parametrize(("form", "column"), FIELDS, ids=[f"{form.key} {column.key}" for form, column in FIELDS])
def test_every_figure_and_region_counts(form: Form, column: Column, usual: str, tmp_path: Path) -> None:
    rows = {name: [dict(row) for row in listed] for name, listed in ROWS.items()}
    last = rows[form.key][-1]
    last[column.key] = "横琴新区" if column.kind is Kind.REGION else changed(last.get(column.key), column.kind)
    assert code(write_filing(tmp_path / "a.xlsx", rows=rows, style=replace(BARE, total="none"))) != usual


@pytest.mark.parametrize("other", [{"name": "李四"}, {"mobile": "13800000099"}, {"email": "o@example.com"}])
def test_whom_to_call_is_of_no_weight_but_for_the_codes_of_version_1_2(
    other: dict[str, str], usual: str, tmp_path: Path
) -> None:
    header = {**clean_header("广东"), **other}
    assert code(write_filing(tmp_path / "a.xlsx", header=header)) == usual
    paths = write_filing(tmp_path / "a.xlsx"), write_filing(tmp_path / "b.xlsx", header=header)
    documents = [read_as(Filing, path) for path in paths]
    assert len({contact_code_of(document.tables, "广东省") for document in documents}) == 2
    assert len({copy_code_of(document.tables, ()) for document in documents}) == 2


def test_every_row_and_form_counts(usual: str, tmp_path: Path) -> None:
    shorter = write_filing(tmp_path / "a.xlsx", rows={"附表1": ROWS["附表1"][:-1]})
    for path in (shorter, write_filing(tmp_path / "b.xlsx", forms=("附表1",))):
        assert code(path) not in (usual, None)


def test_the_unit_and_the_year_count(usual: str, tmp_path: Path) -> None:
    document = read_as(Filing, write_filing(tmp_path / "a.xlsx"))
    assert code_of(document.tables, "广东省", 2019) == usual
    assert usual not in {code_of(document.tables, unit, year) for unit, year in (("广东省", 2020), ("广西", 2019))}


def test_a_missing_value_is_neither_zero_nor_unreadable(tmp_path: Path) -> None:
    found = [
        code(write_filing(tmp_path / "a.xlsx", cells={"附表1": {"calls_total6": text}}))
        for text in (None, 0, "若干", "很多", 1)
    ]
    assert len(set(found)) == len(found)


def test_without_a_row_there_is_no_code(tmp_path: Path) -> None:
    assert code(write_filing(tmp_path / "a.xlsx", rows={"附表1": [], "附表2": []})) is None


def test_any_order_and_any_number_of_tables_give_one_code(usual: str, tmp_path: Path) -> None:
    for seed in range(5):
        rows = {key: Random(seed).sample(listed, len(listed)) for key, listed in ROWS.items()}
        tables = read_as(Filing, write_filing(tmp_path / "a.xlsx", rows=rows)).tables
        parts = [replace(table, rows=part) for table in tables for part in (table.rows[:seed], table.rows[seed:])]
        for given in (tables, parts, parts[::-1]):
            assert code_of(given, "广东省", 2019) == usual


@cases("""
    codes=          footer
    ["1T2T-CQYE"]   校验码：1T2T-CQYE | &L校验码:1T2T CQYE&C第1页 | 校验码 1T2TCQYE | 校验码：1T2T-CQYE 校验码：1T2T-CQYE
    []              校验码：1T2T-CQYI | 第 1 页，共 2 页
""")
def test_codes_are_found_in_footers(footer: str, codes: list[str]) -> None:
    assert [*printed_codes([footer])] == codes
