"""The page of the 参阅文件 after GB/T 9704-2012, its figures' rounding, and tables whose rows stay on one line."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from hrss12333.wording.rounding import chinese_number
from hrss12333.writing.reference.document import write_reference
from hrss12333.writing.reference.figure_tables import SHORT, PrintedTable, widths
from hrss12333.writing.reference.figure_tables import table as grid_table
from hrss12333.writing.sheet_text import width
from national_tables import no_report, table

MILLIMETRE = 1440 / 25.4


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The document of all units' figures, without reports."""
    target = tmp_path_factory.mktemp("page") / "参阅.docx"
    write_reference(target, table(), no_report)
    return target


def test_margins_leave_156_by_225_millimetres_for_22_lines_of_28_characters(written: Path) -> None:
    body = docx.Document(str(written)).element.body
    for section in body.iter(qn("w:sectPr")):
        margins, size, grid = (section.find(qn(f"w:{name}")) for name in ("pgMar", "pgSz", "docGrid"))
        side = {name: int(margins.get(qn(f"w:{name}"))) / MILLIMETRE for name in ("top", "bottom", "left", "right")}
        assert {name: round(value) for name, value in side.items()} == {
            "top": 37,
            "bottom": 35,
            "left": 28,
            "right": 26,
        }
        wide = int(size.get(qn("w:w"))) - (side["left"] + side["right"]) * MILLIMETRE
        high = int(size.get(qn("w:h"))) - (side["top"] + side["bottom"]) * MILLIMETRE
        assert (round(wide / MILLIMETRE), round(high / MILLIMETRE)) == (156, 225)
        assert grid.get(qn("w:type")) == "linesAndChars"
        assert high // int(grid.get(qn("w:linePitch"))) == 22
        character = 16 + int(grid.get(qn("w:charSpace"))) / 4096
        assert wide / 20 / character == pytest.approx(28, abs=0.01)


def test_fonts_are_named_with_substitutes_and_never_embedded(written: Path) -> None:
    with zipfile.ZipFile(written) as package:
        assert not [name for name in package.namelist() if "fonts/" in name or name.endswith((".odttf", ".ttf"))]
        fonts = package.read("word/fontTable.xml").decode()
        styles = package.read("word/styles.xml").decode()
    for name in ("方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"):
        assert f'<w:font w:name="{name}"><w:altName ' in fonts
        assert f'w:eastAsia="{name}"' in styles
    assert "embed" not in fonts


def test_page_numbers_stand_outside_between_dashes(written: Path) -> None:
    document = docx.Document(str(written))
    assert document.settings.odd_and_even_pages_header_footer
    last = document.sections[-1]
    for footer, side in ((last.footer, "RIGHT"), (last.even_page_footer, "LEFT")):
        (paragraph,) = footer.paragraphs
        assert paragraph.text == "— 1 —"
        assert paragraph.alignment is not None
        assert paragraph.alignment.name == side
    assert [section.find(qn("w:pgNumType")) is not None for section in document.element.body.iter(qn("w:sectPr"))] == [
        False,
        True,
    ]


def test_it_is_a_working_paper_without_red_head_number_or_seal(written: Path) -> None:
    with zipfile.ZipFile(written) as package:
        xml = package.read("word/document.xml").decode() + package.read("word/styles.xml").decode()
    assert "FF0000" not in xml
    texts = [paragraph.text for paragraph in docx.Document(str(written)).paragraphs]
    assert [text for text in texts if "〔" in text] == ["根据人社网信函〔2019〕28号各单位报送材料汇编"]


def test_a_row_of_every_table_fits_on_one_line(written: Path) -> None:
    for found in docx.Document(str(written)).tables:
        for row in found.rows[2:]:
            for cell in row.cells:
                assert cell.width is not None
                assert width(cell.text) / 2 * 9 * 12_700 <= cell.width - 80 * 635, cell.text


@pytest.mark.long
@pytest.mark.libreoffice
def test_every_table_takes_one_page_and_no_page_is_bare(tmp_path: Path, soffice_convert: Callable[..., Path]) -> None:
    write_reference(tmp_path / "a.docx", table(), no_report)
    printed = subprocess.run(
        ["pdftotext", "-layout", soffice_convert(tmp_path / "a.docx", "pdf"), "-"], capture_output=True, check=True
    ).stdout.decode()
    pages = printed.split("\f")[:-1]
    body = pages[
        next(number for number, text in enumerate(pages) if "—1—" in "".join("".join(text.splitlines()[-2:]).split())) :
    ]
    tables = docx.Document(str(tmp_path / "a.docx")).tables
    assert sum("报送单位" in page for page in body) == sum(found.cell(0, 0).text == "报送单位" for found in tables)
    assert not [page for page in body if len("".join(page.split())) < 40]


@pytest.mark.parametrize(("number", "shown"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (35, "三十五")])
def test_headings_count_in_chinese(number: int, shown: str) -> None:
    assert chinese_number(number) == shown


def kept_together(grid: PrintedTable) -> bool:
    return all(properties.find(qn("w:keepNext")) is not None for properties in grid_table(grid).iter(qn("w:pPr")))


def test_short_tables_are_kept_together_and_long_ones_begin_a_page() -> None:
    assert kept_together(PrintedTable(["单位", "数"], [["北京", "1"]] * SHORT))
    assert not kept_together(PrintedTable(["单位", "数"], [["北京", "1"]] * (SHORT + 1)))


HEADINGS = {"报送单位": 37, "来电总量\n（万次）": 25, "人工接通率（近似）\n（%）": 4, "使用12333号码统一提供服务": 21}


def test_headings_break_between_words() -> None:
    """Also where Word leaves a little space between Chinese and Latin characters."""
    grid = PrintedTable([*HEADINGS], [["9" * wide for wide in HEADINGS.values()]] * 3)
    heading, *_ = grid_table(grid).iter(qn("w:tr"))
    texts = ["|".join(text.text or "" for text in cell.iter(qn("w:t"))) for cell in heading.iter(qn("w:tc"))]
    assert texts[2:] == ["人工|接通率|（近似）|（%）", "使用12333号码统一|提供服务"]
    assert widths(grid)[2] >= 9 * 20 * width("（近似）") / 2
