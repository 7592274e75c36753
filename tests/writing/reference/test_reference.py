"""Text and page of the 参阅文件: every figure is the national workbook's, whoever is named leads or lags there."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from msgspec.structs import replace

from factory import clean_rows, opened, write_filing
from hrss12333.merging.last_year import load_previous
from hrss12333.merging.national_workbook import figures_by_line, open_national
from hrss12333.model.national import National
from hrss12333.model.summary_lines import ANALYSIS, summary_sheet
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.indicators import RATIOS
from hrss12333.survey.schema import Kind
from hrss12333.wording.values import chinese_number
from hrss12333.writing.national import write_national
from hrss12333.writing.reference.document import write_reference
from hrss12333.writing.reference.figure_tables import SHORT, PrintedTable, widths
from hrss12333.writing.reference.figure_tables import table as grid_table
from hrss12333.writing.sheet_text import width
from merge_runs import merged
from national_tables import entries_of, no_report, table
from next_edition import NEXT

FIRST, SECOND = EDITION.forms
UNITS = EDITION.units
NOW = tuple(unit for unit in UNITS if unit.short != "西藏")
THEN = tuple(unit for unit in UNITS if unit.short != "天津")
CALLS = ("calls_agent", "calls_ivr", "calls_abandoned")
Rates = tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]]
Totals = Mapping[tuple[str, str], Mapping[str, int]]


def last_year_table() -> National:
    """Last year's calls of the regions, some units up and some down; Tianjin did not report."""
    entries = []
    for number, unit in enumerate(THEN):
        for form in EDITION.forms:
            rows = [dict(item.row.scalars()) for item in entries_of(form, unit)]
            for row in rows if form is FIRST else ():
                for key in CALLS:
                    row[key] = int(row[key] or 0) * (80 + 3 * (number % 12)) // 100
                row["calls_total"] = sum(int(row[key] or 0) for key in CALLS)
            entries += entries_of(form, unit, rows)
    return replace(table(UNITS, reporting=THEN, edition=replace(EDITION, year=2018)), entries=tuple(entries))


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """This year's workbook compared with last year's, last year's, and the 参阅文件 of both."""
    folder = tmp_path_factory.mktemp("books")
    now, then, document = folder / "2019.xlsx", folder / "2018.xlsx", folder / "参阅.docx"
    national = table(UNITS, reporting=NOW)
    write_national(then, last_year_table())
    write_national(now, national, previous=load_previous(then, EDITION))
    write_reference(document, national, no_report, previous=load_previous(then, EDITION))
    return now, then, document


@pytest.fixture(scope="module")
def now(books: tuple[Path, Path, Path]) -> Totals:
    return totals_of(books[0])


@pytest.fixture(scope="module")
def then(books: tuple[Path, Path, Path]) -> Totals:
    return totals_of(books[1])


def totals_of(workbook: Path) -> Totals:
    """Name of a line of 汇总 and key of its form → figure key → figure."""
    sheets = open_national(workbook, "汇总表")
    return {
        (name, form.key): {key: int(figure) for key, figure in found.items()}
        for form in EDITION.forms
        for name, found in figures_by_line(sheets, summary_sheet(form)).items()
    }


@pytest.fixture(scope="module")
def rates(books: tuple[Path, Path, Path]) -> Rates:
    return rates_of(books[0]), rates_of(books[1])


def rates_of(workbook: Path) -> dict[str, dict[str, float]]:
    """Name of a line of 指标分析 → indicator key → value."""
    return figures_by_line(open_national(workbook, "汇总表"), ANALYSIS)


@pytest.fixture(scope="module")
def compared(books: tuple[Path, Path, Path]) -> set[str]:
    """What is in the comparisons of the workbook, as a text shows it: both years over the same rows, and the changes."""
    found = set()
    book = opened(books[0], data_only=True)
    for name in ("附表1汇总", "附表2汇总", "与上年比较"):
        lines = list(book[name].values)
        top = next(number for number, line in enumerate(lines) if line[0] == "报送单位")
        wanted = [
            at for at, head in enumerate(lines[top]) if re.match(r"\d{4}年|比上年|增减|.*每库计一次", str(head), re.S)
        ]
        values = [line[at] for line in lines[top + 1 :] for at in wanted if isinstance(line[at], int | float)]
        found |= {shown(abs(Decimal(str(value))) * by) for value in values for by in (1, 100)}
        found |= {shown(abs(Decimal(str(value))) / 10_000, 2) for value in values}
    return found


@pytest.fixture(scope="module")
def text(books: tuple[Path, Path, Path]) -> str:
    """The first part, without captions."""
    paragraphs = docx.Document(str(books[2])).paragraphs
    return "\n".join(p.text for p in paragraphs if p.style is not None and p.style.name == "总结正文")


def shown(value: Decimal | int | float, places: int = 1) -> str:
    """With so many decimals, halves up, as one does it by hand: one of a rate, two of 万."""
    return f"{Decimal(str(value)).quantize(Decimal(10) ** -places, ROUND_HALF_UP):,}"


def short(name: str) -> str:
    return next(unit.short for unit in UNITS if unit.name == name)


def by_unit(book: Totals, form: str, key: str) -> Mapping[str, int]:
    return {
        name: figures[key] for (name, of), figures in book.items() if of == form and name != TOTAL and key in figures
    }


def allowed(now: Totals, then: Totals, rates: Rates) -> Iterator[str]:
    """Everything with decimals that the workbooks give reason to write."""
    for book in (now, then):
        for figures in book.values():
            yield from (shown(Decimal(value) / 10_000, 2) for value in figures.values())
    percent = {item.key: item.percent for item in RATIOS}
    for values in (values for year in rates for values in year.values()):
        for key, value in values.items():
            places = next((item.places for item in RATIOS if item.key == key), 1)
            yield shown(Decimal(str(value)) * (100 if percent.get(key, True) else 1), places)
    for form in EDITION.forms:
        nation = now[TOTAL, form.key]
        for balance in form.balances:
            yield from (shown(Decimal(nation[key]) / nation[balance.total] * 100) for key in balance.parts)
        for choice in form.of_kind(Kind.CHOICE):
            counts = [nation[f"{choice.key}:{answer}"] for answer in choice.choices]
            yield from (shown(Decimal(count) / sum(counts) * 100) for count in counts)


def test_every_figure_with_decimals_is_the_workbooks(
    text: str, now: Totals, then: Totals, rates: Rates, compared: set[str]
) -> None:
    found = re.findall(r"\d[\d,]*\.\d+", text)
    assert len(found) > 60
    assert set(found) - set(allowed(now, then, rates)) - compared == set()


def test_a_reader_finds_each_difference_by_himself(text: str, books: tuple[Path, Path, Path]) -> None:
    """What the text says of a rate is the difference of the two that are in the table."""
    lines = [[cell.text for cell in row.cells] for row in docx.Document(str(books[2])).tables[0].rows]
    compared = {line[0]: line[5:] for line in lines if line[-1].strip("\u2003").endswith("点")}
    found = re.findall(
        r"(综合接通率|人工接通率（近似）|咨询员占比)[\d.]+%，同口径(?:比2018年)?(上升|下降)([\d.]+)个百分点", text
    )
    assert len(found) > 2
    for name, way, change in found:
        now, before, listed = (cell.strip("\u2003点") for cell in compared[name])
        difference = Decimal(now) - Decimal(before)
        assert (way, Decimal(change)) == ("上升" if difference > 0 else "下降", abs(difference))
        assert Decimal(listed) == difference
    assert "全国" not in text.replace("全国12333", "")  # 西藏 is missing


def test_whole_figures_are_the_workbooks(text: str, now: Totals) -> None:
    nation = now[TOTAL, FIRST.key]
    for words in (
        f"总人数{nation['staff_total']:,}人",
        f"咨询员人数{nation['agents']:,}人",
        f"坐席数{nation['seats']:,}个",
    ):
        assert f"{words}，同口径" in text
    for column in SECOND.of_kind(Kind.YESNO):
        stem, number = column.label.replace("是否", "", 1), now[TOTAL, SECOND.key][column.key]
        assert (f"{stem}的{number}个，占" if number else f"没有{stem}的") in text
    assert "没有座席省集中的" in text  # not 0个，占0.00%


def test_leaders_and_laggards_are_the_workbooks(text: str, now: Totals, rates: Rates) -> None:
    answered = {
        name: found["answer_rate"] for name, found in rates[0].items() if name != TOTAL and "answer_rate" in found
    }
    for label, values in (("来电总量", by_unit(now, FIRST.key, "calls_total")), ("综合接通率", answered)):
        ranked = sorted(values.items(), key=lambda item: -item[1])
        (sentence,) = re.findall(f"{label}居前五位的是.+?。", text)
        names = re.findall(r"[是、]([\u4e00-\u9fff]+)（", sentence)
        assert names == [short(name) for name, _ in (*ranked[:5], *ranked[-5:])]


def test_coverage_says_who_is_missing(text: str) -> None:
    assert "应报的32个单位中收到31个，共" in text
    assert re.search("截至2020年1月.{1,2}日，西藏自治区尚未报送调查表", text)


def test_changes_are_over_the_regions_of_both_years(text: str, books: tuple[Path, Path, Path]) -> None:
    now, then = (load_previous(book, EDITION).rows for book in books[:2])
    both = now.keys() & then.keys()
    number = sum(form == FIRST.key for _, _, form in both)
    assert number < sum(form == FIRST.key for *_, form in now)
    lines = [[cell.text.strip("\u2003") for cell in row.cells] for row in docx.Document(str(books[2])).tables[0].rows]
    assert [line[4] for line in lines if line[0] == "来电总量"] == [str(number)]
    assert text.count("同口径比2018年") > 3
    assert text.count("同口径是只比两年都填报、没有疑问的地区") == 1


def text_of(folder: Path, national: National) -> str:
    """All paragraphs of the document of a table, without reports."""
    write_reference(folder / "a.docx", national, no_report)
    return "\n".join(paragraph.text for paragraph in docx.Document(str(folder / "a.docx")).paragraphs)


def test_without_last_year_nothing_is_compared(tmp_path: Path) -> None:
    text = text_of(tmp_path, table(UNITS[:4]))
    assert "上年" not in text
    assert "各单位来电总量由多到少依次是" in text  # so few are reported all


def test_of_three_units_none_is_ranked(tmp_path: Path) -> None:
    text = text_of(tmp_path, table(UNITS[:3]))
    assert text.count("没有疑问的单位不足4个，或不到已报单位的一半，不列各单位的排名、最高最低和图表。") == 1
    assert "依次是" not in text
    assert "各单位来电总量及其构成" not in text
    assert "全国来电总量" in text  # all that are expected of this table have reported


def test_next_years_columns_are_told_and_dropped_ones_are_not(tmp_path: Path) -> None:
    unit = UNITS[0]
    first, second = NEXT.forms
    rows = [{**item.row.scalars(), "calls_online": 300} for item in entries_of(FIRST, unit)]
    entries = [*entries_of(first, unit, rows), *entries_of(second, unit)]
    national = replace(table((unit,), edition=EDITION), edition=NEXT, entries=tuple(entries))
    text = text_of(tmp_path, national)
    assert f"在线咨询量{300 * len(rows) / 10_000:.2f}万次。" in text
    assert "电话系统所在网络：" in text
    assert "年度培训" not in text
    assert "网络部署位置" not in text
    assert "（2021年全国12333工作研讨会）" in text


def test_a_unit_whose_regions_are_not_all_there_is_named_with_both_numbers(tmp_path: Path) -> None:
    write_filing(tmp_path / "广东.xlsx", rows={"附表1": clean_rows("广东", count=20)})
    lines = text_of(tmp_path, merged(tmp_path / "广东.xlsx")).splitlines()
    assert any("已报单位中云浮市没有数据计入" in line for line in lines)


@pytest.mark.parametrize("lacking", [False, True])
def test_shares_that_are_not_of_the_totals_beside_them_say_so(tmp_path: Path, lacking: bool) -> None:
    """A region without its 放弃量 counts in the total, but in no share of it."""
    unit = UNITS[0]
    rows = [dict(item.row.scalars()) for item in entries_of(FIRST, unit)]
    rows[0]["calls_abandoned"] = None if lacking else rows[0]["calls_abandoned"]
    entries = [*entries_of(FIRST, unit, rows), *entries_of(SECOND, unit)]
    national = replace(table((unit,)), entries=tuple(entries))
    text = text_of(tmp_path, national)
    reported = f"（占比按各项齐全、没有疑问的{len(rows) - 1}个地区计算）"
    assert (f"{reported}。" in text) is lacking


# The page after GB/T 9704-2012


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
