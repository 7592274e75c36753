"""The table of formats in docs/ is true: the same filing, in each of them, is read with the same figures."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import docx
import py7zr
import pytest
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

import damaged
import oldbooks
from conftest import Convert
from draws import few
from factory import Sheet, Style, clean_rows, filing, mail, plan_filing, write_filing
from hrss12333.checking.rules.catalogue import OBJECTS
from hrss12333.model.filing import Filing, Unreadable
from hrss12333.reading.documents import read_paths
from hrss12333.reading.files.file_type import TABLE
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Kind
from readings import found_as

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


def grid(sheet: Sheet) -> list[list[oldbooks.Content]]:
    found: dict[tuple[int, int], oldbooks.Content] = {}
    for cell, value in sheet.cells.items():
        letters, row = coordinate_from_string(cell)
        assert value is None or isinstance(value, str | int | float | bool)
        found[row - 1, column_index_from_string(letters) - 1] = value
    rows, columns = (max(place[axis] for place in found) + 1 for axis in (0, 1))
    return [[found.get((row, column)) for column in range(columns)] for row in range(rows)]


def as_docx(folder: Path) -> Path:
    document = docx.Document()
    for sheet in plan_filing(UNIT, style=STYLE).values():
        cells = grid(sheet)
        table = document.add_table(len(cells), len(cells[0]))
        for line, values in zip(table.rows, cells, strict=True):
            for cell, value in zip(line.cells, values, strict=True):
                cell.text = "" if value is None else str(value)
        document.add_paragraph("")
    document.save(str(folder / "调查表.docx"))
    return folder / "调查表.docx"


def as_xlsx(folder: Path) -> Path:
    return write_filing(folder / "调查表.xlsx", UNIT, style=STYLE)


def as_xlsm(folder: Path) -> Path:
    path = folder / "调查表.xlsm"
    path.write_bytes(damaged.with_parts(filing(UNIT, style=STYLE), {damaged.MACROS: oldbooks.ole({"dir": b"x"})}))
    return path


def as_docm(folder: Path) -> Path:
    path = folder / "调查表.docm"
    path.write_bytes(damaged.with_parts(as_docx(folder).read_bytes(), damaged.WORD_MACROS))
    return path


def as_xlsb(folder: Path) -> Path:
    path = folder / "调查表.xlsb"
    path.write_bytes(oldbooks.xlsb(grid(plan_filing(UNIT, style=STYLE)["附表1"]), sheet="附表1"))
    return path


def as_zip(folder: Path) -> Path:
    path = folder / "报送.zip"
    path.write_bytes(damaged.archive([("宁夏/调查表.xlsx", filing(UNIT, style=STYLE))], encoding="gbk"))
    return path


def as_7z(folder: Path) -> Path:
    path = folder / "报送.7z"
    with py7zr.SevenZipFile(path, "w") as archive:
        archive.write(as_xlsx(folder), "宁夏/调查表.xlsx")
    return path


def as_rar(folder: Path) -> Path:
    path = folder / "报送.rar"
    path.write_bytes(damaged.stored_rar([("宁夏/调查表.xlsx", filing(UNIT, style=STYLE))]))
    return path


def as_eml(folder: Path) -> Path:
    path = folder / "报送.eml"
    path.write_bytes(mail(("调查表.xlsx", filing(UNIT, style=STYLE))))
    return path


def as_text(suffix: str, folder: Path) -> Path:
    path = folder / f"调查表{suffix}"
    with path.open("w", encoding="gbk", newline="") as file:
        csv.writer(file, delimiter="," if suffix == ".csv" else "\t").writerows(
            grid(plan_filing(UNIT, style=STYLE)["附表1"])
        )
    return path


def as_mht(folder: Path) -> Path:
    rows = grid(plan_filing(UNIT, style=STYLE)["附表1"])
    lines = ("".join(f"<td>{cell if cell is not None else ''}</td>" for cell in row) for row in rows)
    message = EmailMessage()
    message["From"] = "<Saved by Excel>"
    message.set_content(f"<table><tr>{'<tr>'.join(lines)}</table>", subtype="html")
    path = folder / "调查表.mht"
    path.write_bytes(message.as_bytes())
    return path


MAKERS: dict[str, Callable[[Path], Path]] = {
    ".csv": partial(as_text, ".csv"),
    ".txt": partial(as_text, ".txt"),
    ".xlsx": as_xlsx,
    ".xlsm": as_xlsm,
    ".xlsb": as_xlsb,
    ".docx": as_docx,
    ".docm": as_docm,
    ".zip": as_zip,
    ".7z": as_7z,
    ".rar": as_rar,
    ".eml": as_eml,
    ".mht": as_mht,
}
CONVERTED = {".xls": "xls:MS Excel 97", ".et": "xls:MS Excel 97", ".ods": "ods"}
WORD_CONVERTED = {".doc": "doc", ".wps": "doc", ".rtf": "rtf", ".odt": "odt"}
"""Suffix → how LibreOffice writes it; .et is an .xls by another name."""
REFUSED = {
    ".pdf": (b"%PDF-1.4\n", "F003"),
    "图片.png": (b"\x89PNG\r\n\x1a\n" + bytes(40), "F003"),
    "加密.xlsx": (damaged.encrypted(), "F002"),
}


def assert_read(path: Path) -> None:
    documents = read_paths([path], EDITION).documents
    assert [type(document) for document in documents] == [Filing]
    filing = documents[0]
    assert isinstance(filing, Filing)
    assert filing.unit is not None
    assert filing.unit.name == UNIT
    assert filing.tables
    for table in filing.tables:
        keys = [column.key for column in table.form.columns if column.kind not in (Kind.SERIAL, Kind.TEXT)]
        written = [{key: row[key] for key in keys} for row in clean_rows(UNIT, table.form)]
        assert [{key: row.scalars()[key] for key in keys} for row in table.rows] == written


def test_the_table_names_what_is_tried_here() -> None:
    named = set().union(*(suffixes for suffixes, _ in table_rows()))
    assert named == {*MAKERS, *CONVERTED, *WORD_CONVERTED, *(name for name in REFUSED if name.startswith("."))}


def test_the_table_names_every_format_that_the_program_reads() -> None:
    named = set().union(*(suffixes for suffixes, _ in table_rows()))
    assert named <= {f".{extension}" for item in TABLE for extension in item.extensions.split()}
    read = [item for item in TABLE if not item.by_looks and (item.is_read or item.unpacks or item.converted)]
    assert {f".{item.extensions.split()[0]}" for item in read if item.extensions} <= named


@pytest.mark.parametrize("suffix", MAKERS)
def test_is_read(suffix: str, tmp_path: Path) -> None:
    path = MAKERS[suffix](tmp_path)
    assert path.suffix == suffix
    assert_read(path)


@pytest.fixture(scope="module")
def by_libreoffice(
    tmp_path_factory: pytest.TempPathFactory, soffice_convert: Convert
) -> Callable[[Callable[[Path], Path], str], bytes]:
    """``by_libreoffice(make, to)``: what it writes of the filing that ``make`` makes, each once."""
    folder = tmp_path_factory.mktemp("made")

    @cache
    def convert(make: Callable[[Path], Path], to: str) -> bytes:
        return soffice_convert(make(folder), to).read_bytes()

    return convert


@pytest.mark.libreoffice
@pytest.mark.parametrize("suffix", CONVERTED)
def test_is_read_as_libreoffice_writes_it(
    suffix: str, tmp_path: Path, by_libreoffice: Callable[[Callable[[Path], Path], str], bytes]
) -> None:
    path = tmp_path / f"调查表{suffix}"
    path.write_bytes(by_libreoffice(as_xlsx, CONVERTED[suffix]))
    assert_read(path)


@pytest.mark.libreoffice
@pytest.mark.parametrize("suffix", few(WORD_CONVERTED, 1))
def test_is_read_as_libreoffice_converts_it(
    suffix: str, tmp_path: Path, by_libreoffice: Callable[[Callable[[Path], Path], str], bytes]
) -> None:
    path = tmp_path / f"调查表{suffix}"
    path.write_bytes(by_libreoffice(as_docx, WORD_CONVERTED[suffix]))
    assert_read(path)


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused_with_its_kind(name: str, tmp_path: Path) -> None:
    data, rule = REFUSED[name]
    path = tmp_path / (f"文件{name}" if name.startswith(".") else name)
    path.write_bytes(data)
    document = found_as(Unreadable, path)
    assert OBJECTS[document.problem].id == rule


def test_the_extension_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "调查表.dat"
    path.write_bytes(filing(UNIT, style=STYLE))
    assert_read(path)
