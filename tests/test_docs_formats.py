"""The table of formats in docs/ is true: the same filing, in each of them, is read with the same figures."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest

import binary_workbooks
import damaged
from conftest import Convert
from documents_read import found_as
from factory import Style, clean_rows, filing, mail
from hrss12333.model.filing import Filing
from hrss12333.reading.files.file_type import FORMAT_TABLE
from hrss12333.survey.schema import Kind

FORMATS = Path(__file__).parents[1] / "docs" / "formats.md"
UNIT = "宁夏回族自治区"
STYLE = Style(total="typed")
"""Without formulas, which not every writer here can store."""


def named() -> set[str]:
    """Suffixes in the table."""
    text = FORMATS.read_text(encoding="utf-8")
    table = text.partition("<!-- formats:begin -->")[2].partition("<!-- formats:end -->")[0]
    return {suffix for line in table.splitlines()[2:] for suffix in re.findall(r"\.[a-z0-9]+", line.split("|")[1])}


FILING = filing(UNIT, style=STYLE)
INSIDE = [("宁夏/调查表.xlsx", FILING)]


def as_docx() -> bytes:
    document = docx.Document()
    for sheet in openpyxl.load_workbook(io.BytesIO(FILING)).worksheets:
        table = document.add_table(sheet.max_row, sheet.max_column)
        for line, values in zip(table.rows, sheet.iter_rows(values_only=True), strict=True):
            for cell, value in zip(line.cells, values, strict=True):
                cell.text = "" if value is None else str(value)
        document.add_paragraph("")
    return binary_workbooks.bytes_of(document)


MAKERS: dict[str, Callable[[], bytes]] = {
    ".xlsx": lambda: FILING,
    ".xlsm": lambda: damaged.with_parts(FILING, {damaged.MACROS: binary_workbooks.ole({"dir": b"x"})}),
    ".docx": as_docx,
    ".docm": lambda: damaged.with_parts(as_docx(), damaged.WORD_MACROS),
    ".zip": lambda: damaged.archive(INSIDE, encoding="gbk"),
    ".7z": lambda: damaged.seven_zip(INSIDE),
    ".rar": lambda: damaged.stored_rar(INSIDE),
    ".eml": lambda: mail(("调查表.xlsx", FILING)),
}
CONVERTED = {
    **dict.fromkeys((".xls", ".et"), (".xlsx", "xls:MS Excel 97")),
    ".doc": (".docx", "doc"),
    ".wps": (".docx", "doc"),
    ".rtf": (".docx", "rtf"),
}
"""Suffix → what LibreOffice makes it from, and how; .et is an .xls by another name, .wps a .doc."""


def assert_read(data: bytes, path: Path) -> None:
    path.write_bytes(data)
    read = found_as(Filing, path)
    assert read.unit is not None
    assert read.unit.name == UNIT
    assert read.tables
    for table in read.tables:
        keys = [column.key for column in table.form.columns if column.kind not in (Kind.SERIAL, Kind.TEXT)]
        written = [{key: row[key] for key in keys} for row in clean_rows(UNIT, table.form)]
        assert [{key: row.scalars()[key] for key in keys} for row in table.rows] == written


def test_the_table_names_every_format_that_is_read_and_none_that_nobody_knows() -> None:
    read = [item for item in FORMAT_TABLE if item.of_package or item.of_bytes or item.unpacks or item.converted]
    refused = {f".{extension}" for item in FORMAT_TABLE if item not in read for extension in item.extensions.split()}
    tried = {*MAKERS, *CONVERTED}
    assert {f".{item.extensions.split()[0]}" for item in read if item.extensions} <= tried
    assert tried <= named() <= tried | refused


@pytest.mark.parametrize("suffix", MAKERS)
def test_is_read(suffix: str, tmp_path: Path) -> None:
    assert_read(MAKERS[suffix](), tmp_path / f"调查表{suffix}")


@pytest.mark.libreoffice
@pytest.mark.parametrize("suffix", CONVERTED)
def test_is_read_as_libreoffice_writes_it(suffix: str, tmp_path: Path, soffice_convert: Convert) -> None:
    made, to = CONVERTED[suffix]
    path = tmp_path / f"调查表{made}"
    path.write_bytes(MAKERS[made]())
    assert_read(soffice_convert(path, to).read_bytes(), tmp_path / f"调查表{suffix}")
