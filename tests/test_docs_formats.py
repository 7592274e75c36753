"""The table of formats in docs/ is true: the same filing, in each of them, is read with the same figures."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import docx
import py7zr
import pytest
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

import binary_workbooks
import damaged
from conftest import Convert
from documents_read import found_as
from factory import Sheet, Style, clean_rows, filing, mail, plan_filing
from hrss12333.checking.rules.catalogue import OBJECTS
from hrss12333.model.filing import Filing, Unreadable
from hrss12333.reading.files.file_type import FORMAT_TABLE
from hrss12333.survey.schema import Kind
from long_runs import few

FORMATS = Path(__file__).parents[1] / "docs" / "formats.md"
UNIT = "宁夏回族自治区"
STYLE = Style(total="typed")
"""Without formulas, which not every writer here can store."""


def table_rows() -> list[tuple[set[str], str]]:
    """Suffixes and text of each line of the table."""
    text = FORMATS.read_text(encoding="utf-8")
    table = text.partition("<!-- formats:begin -->")[2].partition("<!-- formats:end -->")[0]
    lines = [line.split("|") for line in table.splitlines()[2:]]
    return [(set(re.findall(r"\.[a-z0-9]+", cells[1])), cells[2]) for cells in lines]


def grid(sheet: Sheet) -> list[list[binary_workbooks.Content]]:
    found: dict[tuple[int, int], binary_workbooks.Content] = {}
    for cell, value in sheet.cells.items():
        letters, row = coordinate_from_string(cell)
        assert value is None or isinstance(value, str | int | float | bool)
        found[row - 1, column_index_from_string(letters) - 1] = value
    rows, columns = (max(place[axis] for place in found) + 1 for axis in (0, 1))
    return [[found.get((row, column)) for column in range(columns)] for row in range(rows)]


FILING = filing(UNIT, style=STYLE)
INSIDE = [("宁夏/调查表.xlsx", FILING)]
SHEETS = {key: grid(sheet) for key, sheet in plan_filing(UNIT, style=STYLE).items()}


def as_docx() -> bytes:
    document = docx.Document()
    for cells in SHEETS.values():
        table = document.add_table(len(cells), len(cells[0]))
        for line, values in zip(table.rows, cells, strict=True):
            for cell, value in zip(line.cells, values, strict=True):
                cell.text = "" if value is None else str(value)
        document.add_paragraph("")
    return binary_workbooks.bytes_of(document)


def as_7z() -> bytes:
    with py7zr.SevenZipFile(out := io.BytesIO(), "w") as packed:
        for name, content in INSIDE:
            packed.writestr(content, name)
    return out.getvalue()


MAKERS: dict[str, Callable[[], bytes]] = {
    ".xlsx": lambda: FILING,
    ".xlsm": lambda: damaged.with_parts(FILING, {damaged.MACROS: binary_workbooks.ole({"dir": b"x"})}),
    ".docx": as_docx,
    ".docm": lambda: damaged.with_parts(as_docx(), damaged.WORD_MACROS),
    ".zip": lambda: damaged.archive(INSIDE, encoding="gbk"),
    ".7z": as_7z,
    ".rar": lambda: damaged.stored_rar(INSIDE),
    ".eml": lambda: mail(("调查表.xlsx", FILING)),
}
CONVERTED = {".xls": "xls:MS Excel 97", ".et": "xls:MS Excel 97"}
WORD_CONVERTED = {".doc": "doc", ".wps": "doc", ".rtf": "rtf"}
"""Suffix → how LibreOffice writes it; .et is an .xls by another name."""
REFUSED = {
    ".pdf": (b"%PDF-1.4\n", "F003"),
    ".xlsb": (binary_workbooks.xlsb(), "F003"),
    ".ods": (damaged.ods(), "F003"),
    ".odt": (damaged.archive([("mimetype", b"application/vnd.oasis.opendocument.text")]), "F003"),
    ".csv": ("地区,来电总量\n银川市,1".encode("gbk"), "F003"),
    ".mht": (b"From: <Saved by Excel>\nMIME-Version: 1.0\n\n<table>", "F003"),
    ".msg": (binary_workbooks.ole({"__properties_version1.0": b"x"}), "F003"),
    ".numbers": (damaged.archive([("Index/Document.iwa", b"x")]), "F003"),
    "图片.png": (b"\x89PNG\r\n\x1a\n" + bytes(40), "F003"),
    "加密.xlsx": (damaged.encrypted(), "F002"),
}


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


def test_the_table_names_what_is_tried_here() -> None:
    named = set().union(*(suffixes for suffixes, _ in table_rows()))
    assert named == {*MAKERS, *CONVERTED, *WORD_CONVERTED, *(name for name in REFUSED if name.startswith("."))}


def test_the_table_names_every_format_that_the_program_reads() -> None:
    named = set().union(*(suffixes for suffixes, _ in table_rows()))
    assert named <= {f".{extension}" for item in FORMAT_TABLE for extension in item.extensions.split()}
    read = [item for item in FORMAT_TABLE if item.of_package or item.of_bytes or item.unpacks or item.converted]
    assert {f".{item.extensions.split()[0]}" for item in read if item.extensions} <= named


@pytest.mark.parametrize("suffix", MAKERS)
def test_is_read(suffix: str, tmp_path: Path) -> None:
    assert_read(MAKERS[suffix](), tmp_path / f"调查表{suffix}")


@pytest.fixture(scope="module")
def by_libreoffice(tmp_path_factory: pytest.TempPathFactory, soffice_convert: Convert) -> Callable[[str, str], bytes]:
    """``by_libreoffice(suffix, to)``: what it writes of the filing that was made so, each once."""
    folder = tmp_path_factory.mktemp("made")

    @cache
    def convert(suffix: str, to: str) -> bytes:
        path = folder / f"调查表{suffix}"
        path.write_bytes(MAKERS[suffix]())
        return soffice_convert(path, to).read_bytes()

    return convert


@pytest.mark.libreoffice
@pytest.mark.parametrize("suffix", CONVERTED)
def test_is_read_as_libreoffice_writes_it(
    suffix: str, tmp_path: Path, by_libreoffice: Callable[[str, str], bytes]
) -> None:
    assert_read(by_libreoffice(".xlsx", CONVERTED[suffix]), tmp_path / f"调查表{suffix}")


@pytest.mark.libreoffice
@pytest.mark.parametrize("suffix", few(WORD_CONVERTED, 1))
def test_is_read_as_libreoffice_converts_it(
    suffix: str, tmp_path: Path, by_libreoffice: Callable[[str, str], bytes]
) -> None:
    assert_read(by_libreoffice(".docx", WORD_CONVERTED[suffix]), tmp_path / f"调查表{suffix}")


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused_with_its_kind(name: str, tmp_path: Path) -> None:
    data, rule = REFUSED[name]
    path = tmp_path / (f"文件{name}" if name.startswith(".") else name)
    path.write_bytes(data)
    document = found_as(Unreadable, path)
    assert OBJECTS[document.problem].id == rule


def test_the_extension_does_not_matter(tmp_path: Path) -> None:
    assert_read(FILING, tmp_path / "调查表.dat")
