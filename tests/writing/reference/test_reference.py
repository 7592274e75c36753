"""Text and page of the 参阅文件: every figure is the national workbook's, whoever is named leads or lags there."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest
from click.testing import CliRunner, Result
from docx.oxml.ns import qn
from docx.table import Table
from msgspec.structs import replace

from cases import words
from damaged import Change, bytes_of, with_parts
from factory import clean_rows, opened, unit_named, words_of, write_filing
from filing_summaries import write_summary
from hrss12333 import cli
from hrss12333.indicators import RATIOS
from hrss12333.merging.earlier_figures import figures_by_line, load_previous, open_national
from hrss12333.merging.national_table import merge
from hrss12333.model.filing import WorkReport
from hrss12333.model.national import National, tallies
from hrss12333.model.row import Problem
from hrss12333.model.summary_lines import ANALYSIS, summary_sheet
from hrss12333.reading.files.discovery import Source
from hrss12333.reading.grid import FileProblem
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import TOTAL, Kind
from hrss12333.writing.national import write_national
from hrss12333.writing.reference import document as reference
from hrss12333.writing.reference.document import choose, write_reference
from hrss12333.writing.reference.figure_tables import PrintedTable, widths
from hrss12333.writing.reference.figure_tables import table as grid_table
from hrss12333.writing.reference.report_copy import ReportCopy, copy_report
from hrss12333.writing.workbook import width
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


def totals_of(workbook: Path) -> Totals:
    """Name of a line of 汇总 and key of its form → figure key → figure."""
    sheets = open_national(workbook, "汇总表")
    return {
        (name, form.key): {key: int(figure) for key, figure in found.items()}
        for form in EDITION.forms
        for name, found in figures_by_line(sheets, summary_sheet(form)).items()
    }


@pytest.fixture(scope="module")
def years(books: tuple[Path, Path, Path]) -> tuple[Totals, Totals]:
    """This year's totals, and last year's."""
    return totals_of(books[0]), totals_of(books[1])


@pytest.fixture(scope="module")
def rates(books: tuple[Path, Path, Path]) -> Rates:
    """Of both years: name of a line of 指标分析 → indicator key → value."""
    now, then = (figures_by_line(open_national(book, "汇总表"), ANALYSIS) for book in books[:2])
    return now, then


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


def allowed(years: tuple[Totals, Totals], rates: Rates) -> Iterator[str]:
    """Everything with decimals that the workbooks give reason to write."""
    for book in years:
        for figures in book.values():
            yield from (shown(Decimal(value) / 10_000, 2) for value in figures.values())
    percent = {item.key: item.percent for item in RATIOS}
    for values in (values for year in rates for values in year.values()):
        for key, value in values.items():
            places = next((item.places for item in RATIOS if item.key == key), 1)
            yield shown(Decimal(str(value)) * (100 if percent.get(key, True) else 1), places)
    for form in EDITION.forms:
        nation = years[0][TOTAL, form.key]
        for balance in form.balances:
            yield from (shown(Decimal(nation[key]) / nation[balance.total] * 100) for key in balance.parts)
        for choice in form.of_kind(Kind.CHOICE):
            counts = [nation[f"{choice.key}:{answer}"] for answer in choice.choices]
            yield from (shown(Decimal(count) / sum(counts) * 100) for count in counts)


def test_every_figure_with_decimals_is_the_workbooks(
    text: str, years: tuple[Totals, Totals], rates: Rates, compared: set[str]
) -> None:
    found = re.findall(r"\d[\d,]*\.\d+", text)
    assert len(found) > 60
    assert set(found) - set(allowed(years, rates)) - compared == set()


def test_a_reader_finds_each_difference_by_himself(text: str, books: tuple[Path, Path, Path]) -> None:
    """What the text says of a rate is the difference of the two that are in the table."""
    lines = rows(docx.Document(str(books[2])).tables[0])
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


def test_whole_figures_are_the_workbooks(text: str, years: tuple[Totals, Totals]) -> None:
    now = years[0]
    for key in ("staff_total", "agents", "seats"):
        column = FIRST.by_key[key]
        assert f"{column.label}{now[TOTAL, FIRST.key][key]:,}{column.measure}，同口径" in text
    for column in SECOND.of_kind(Kind.YESNO):
        stem, number = column.label.replace("是否", "", 1), now[TOTAL, SECOND.key][column.key]
        assert (f"{stem}的{number}个，占" if number else f"没有{stem}的地区") in text
    assert "没有座席省集中的地区" in text  # not 0个，占0.00%


def test_leaders_and_laggards_are_the_workbooks(text: str, years: tuple[Totals, Totals], rates: Rates) -> None:
    answered = {
        name: found["answer_rate"] for name, found in rates[0].items() if name != TOTAL and "answer_rate" in found
    }
    sums = {name: found for (name, form), found in years[0].items() if form == FIRST.key and name != TOTAL}
    called = {name: found["calls_total"] for name, found in sums.items() if "calls_total" in found}
    for label, values in (("来电总量", called), ("综合接通率", answered)):
        ranked = sorted(values.items(), key=lambda item: -item[1])
        (sentence,) = re.findall(f"{label}居前五位的是.+?。", text)
        names = re.findall(r"[是、]([\u4e00-\u9fff]+)（", sentence)
        assert names == [short(name) for name, _ in (*ranked[:5], *ranked[-5:])]


def test_changes_are_over_the_regions_of_both_years(text: str, books: tuple[Path, Path, Path]) -> None:
    now, then = (load_previous(book, EDITION).rows for book in books[:2])
    both = now.keys() & then.keys()
    number = sum(form == FIRST.key for _, _, form in both)
    assert number < sum(form == FIRST.key for *_, form in now)
    lines = rows(docx.Document(str(books[2])).tables[0])
    assert [line[4].strip("\u2003") for line in lines if line[0] == "来电总量"] == [str(number)]
    assert text.count("同口径比2018年") > 3
    assert text.count("同口径是只比两年都填报、没有疑问的地区") == 1


def text_of(folder: Path, national: National) -> str:
    """All paragraphs of the document of a table, without reports."""
    write_reference(folder / "a.docx", national, no_report)
    return words_of(folder / "a.docx")


def test_of_three_units_none_is_ranked_and_without_last_year_nothing_compared(tmp_path: Path) -> None:
    four, three = (text_of(tmp_path, table(UNITS[:number])) for number in (4, 3))
    assert "各单位来电总量由多到少依次是" in four  # so few are reported all
    assert "上年" not in four
    assert three.count("没有疑问的单位不足4个，或不到已报单位的一半，不列各单位的排名、最高最低和图表。") == 1
    assert "依次是" not in three
    assert "各单位来电总量及其构成" not in three
    assert "全国来电总量" in three  # all that are expected of this table have reported


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
    assert any("已报单位中云浮市的附表1没有数据计入" in line for line in lines)


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
        assert [round(value) for value in side.values()] == [37, 35, 28, 26]
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
    assert [text for text in words_of(written).splitlines() if "〔" in text] == [
        "根据人社网信函〔2019〕28号各单位报送材料汇编"
    ]


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


HEADINGS = {"报送单位": 37, "来电总量\n（万次）": 25, "人工接通率（近似）\n（%）": 4, "使用12333号码统一提供服务": 21}


def test_headings_break_between_words() -> None:
    """Also where Word leaves a little space between Chinese and Latin characters."""
    grid = PrintedTable([*HEADINGS], [["9" * wide for wide in HEADINGS.values()]] * 3)
    heading, *_ = grid_table(grid).iter(qn("w:tr"))
    texts = ["|".join(text.text or "" for text in cell.iter(qn("w:t"))) for cell in heading.iter(qn("w:tc"))]
    assert texts[2:] == ["人工|接通率|（近似）|（%）", "使用12333号码统一|提供服务"]
    assert widths(grid)[2] >= 9 * 20 * width("（近似）") / 2


# The command, from a folder of filings and reports to the Word document


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four filings, as many as are compared, and two reports, one of them far too long."""
    folder = tmp_path_factory.mktemp("inbox")
    for unit in ("广东", "宁夏", "北京", "海南"):
        write_filing(folder / f"{unit}.xlsx", unit)
    write_summary(folder / "宁夏总结.docx", unit_named("宁夏"))
    write_summary(folder / "北京总结.docx", unit_named("北京"), filler=12)
    return folder


@pytest.fixture(scope="module")
def national(inbox: Path) -> National:
    return merged(inbox)


@pytest.fixture(scope="module")
def compiled(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    target = tmp_path_factory.mktemp("out") / "参阅.docx"
    return target, run(inbox, "-o", target)


def run(*words: object) -> Result:
    return CliRunner().invoke(cli.cli, ["compile", *map(str, words)])


def rows(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def table_headed(path: Path, *heading: str) -> list[list[str]]:
    return next(
        found for table in docx.Document(str(path)).tables if (found := rows(table))[0][: len(heading)] == [*heading]
    )


def test_terminal_tells_what_was_written(compiled: tuple[Path, Result]) -> None:
    target, result = compiled
    lines = result.stdout.splitlines()
    assert lines[0] == f"已生成参阅文件“{target}”。"
    assert lines[1].startswith("  调查表：4/32个单位。没报：天津、河北、")
    assert lines[2].startswith("  工作总结：2/32个单位。没报：天津、")
    assert result.exit_code == 1  # units are missing and one report is too long


def test_a_report_that_names_two_units_is_not_said_to_name_none(tmp_path: Path) -> None:
    path = tmp_path / "广东省工作总结.docx"
    write_summary(path, unit_named("北京"))
    write_summary(tmp_path / "宁夏总结.docx", unit_named("宁夏"))
    why = "标题、落款、文件名没有写明单位，或者写的不一致，请改正后重新汇编"
    assert f"  未收入：{path.name}（{why}）" in run(tmp_path, "-o", tmp_path / "参阅.docx").stdout.splitlines()


def headings(path: Path, style: str) -> list[str]:
    return [p.text for p in docx.Document(str(path)).paragraphs if p.style is not None and p.style.name == style]


def test_parts_and_sections_in_their_order(compiled: tuple[Path, Result]) -> None:
    parts = words("第一部分\\u3000已报单位总体情况 | 第二部分\\u3000各单位数据 | 第三部分\\u3000各单位工作总结")
    sections = words(
        "一、报送情况 | 二、来电情况 | 三、服务功能 | 四、队伍建设 | 五、电话系统建设 | 六、服务渠道 | 七、规范化建设"
    )
    assert (headings(compiled[0], "Heading 1"), headings(compiled[0], "Heading 2")) == (parts, sections)
    assert headings(compiled[0], "Heading 4")[:2] == ["一、工作进展", "二、取得的成效"]
    assert headings(compiled[0], "单位标题") == ["北京市", "宁夏回族自治区"]  # that sent a report
    assert "28个单位尚未报送调查表；" in words_of(compiled[0])
    assert "另有2个单位只报了调查表，数据见第二部分。" in words_of(compiled[0])


def test_figures_of_all_and_of_units_are_those_of_the_tally(compiled: tuple[Path, Result], national: National) -> None:
    form = EDITION.forms[0]
    shown = {row[0]: row[2] for row in table_headed(compiled[0], "指标", "单位", "2019年")}
    entries = national.entries_of(form)
    tallied = {key: tallies(entries, form)[key].total or 0 for key in ("calls_total", "calls_agent", "calls_ivr")}
    assert float(shown["来电总量"].replace(",", "")) == pytest.approx(tallied["calls_total"] / 10_000, abs=0.005)
    answered = (tallied["calls_agent"] + tallied["calls_ivr"]) / tallied["calls_total"]
    assert float(shown["综合接通率"]) == pytest.approx(answered * 100, abs=0.05)
    lines = {row[0]: row for row in table_headed(compiled[0], "报送单位", "总人数\n（人）")}
    for name in ("广东", "宁夏"):
        rows = [entry.row for entry in national.entries_of(form, unit_named(name))]
        total = sum(row.number("staff_total") or 0 for row in rows)
        assert lines[name][1] == f"{total:,}"
    assert lines["已报单位"][1] == f"{tallies(entries, form)['staff_total'].total:,}"
    assert "天津" not in lines


def test_the_cover_names_notice_and_conference_and_the_same_folder_gives_the_same(
    compiled: tuple[Path, Result], inbox: Path, tmp_path: Path
) -> None:
    cover = words_of(compiled[0])
    assert cover.startswith("2019年度\n12333电话服务情况\n参阅文件\n")  # not the nation's: units are missing
    assert "（2020年全国12333工作研讨会）" in cover
    assert "根据人社网信函〔2019〕28号各单位报送材料汇编" in cover
    run(inbox, "-o", tmp_path / "again.docx")
    assert (tmp_path / "again.docx").read_bytes() == compiled[0].read_bytes()


def test_charts_are_native_with_a_description_and_their_figures(compiled: tuple[Path, Result]) -> None:
    shapes = list(docx.Document(str(compiled[0])).element.body.iter(qn("wp:docPr")))
    assert len(shapes) == len({shape.get("id") for shape in shapes}) == 4
    assert all(shape.get("descr") for shape in shapes)
    with zipfile.ZipFile(compiled[0]) as package:
        names = package.namelist()
        assert not [name for name in names if name.endswith((".png", ".emf"))]
        assert sum(name.startswith("word/charts/chart") for name in names) == 4
        figures = openpyxl.load_workbook(BytesIO(package.read("word/embeddings/chart2.xlsx")))["数据"]
    assert [cell.value for cell in figures["A"]] == [None, "北京", "广东", "海南", "宁夏"]
    assert [cell.value for cell in figures[1]] == [None, "人工接听量", "自助语音量", "放弃量", "来电总量（末端数）"]


def test_every_chart_is_referred_to_before_it_stands(compiled: tuple[Path, Result]) -> None:
    texts = words_of(compiled[0]).splitlines()
    for number in range(1, 5):
        caption = next(at for at, text in enumerate(texts) if text.startswith(f"图{number}　"))
        assert any(re.search(f"见.*图{number}", text) for text in texts[:caption])


def test_a_nation_without_filings_has_no_charts(tmp_path: Path) -> None:
    reference.write_reference(tmp_path / "a.docx", merge([], EDITION), no_report)
    document = docx.Document(str(tmp_path / "a.docx"))
    assert not document.inline_shapes
    assert "应报的32个单位中收到0个，共0个地区的数据。" in words_of(tmp_path / "a.docx")
    assert "目前，北京市、天津市、河北省、山西省等32个单位尚未报送调查表" in words_of(tmp_path / "a.docx")
    assert headings(tmp_path / "a.docx", "Heading 1")[-1] == "第二部分　各单位数据"


def summary(file: str, unit: str | None, day: int | None = None) -> WorkReport:
    saved = None if day is None else datetime(2020, 1, day)
    return WorkReport(file, unit_named(unit) if unit else None, (), words=100, saved=saved)


def test_the_latest_report_of_a_unit_is_taken() -> None:
    found = choose([summary("a", "广东", 3), summary("b", "广东", 9), summary("d", None, 1)])
    assert [item.file for item in found.used] == ["b"]
    assert [item.file for item in found.superseded] == ["a"]
    assert [item.file for item in found.unknown] == ["d"]


def copy_of(data: bytes) -> ReportCopy:
    return copy_report(Source("总结.docx", lambda: data))


def test_reports_that_cannot_be_copied_or_are_gone_are_named_and_stop_no_other(
    tmp_path: Path, national: National, inbox: Path
) -> None:
    def copy(file: str) -> ReportCopy:
        if file == "走.docx":
            raise FileProblem(Problem.DAMAGED, "文件已经不在了。")
        return copy_of(b"PK" if file == "坏.docx" else (inbox / "宁夏总结.docx").read_bytes())

    having = replace(
        national, work_reports=(summary("坏.docx", "北京"), summary("走.docx", "海南"), summary("好.docx", "宁夏"))
    )
    report = reference.write_reference(tmp_path / "a.docx", having, copy)
    assert (list(report.failed), report.failed["走.docx"]) == (["坏.docx", "走.docx"], "文件已经不在了。")
    assert words_of(tmp_path / "a.docx").count("该单位的工作总结未能收入，请见原文。") == 2
    assert "一、工作进展" in headings(tmp_path / "a.docx", "Heading 4")


def test_a_report_whose_lists_are_damaged_stops_no_other(tmp_path: Path, national: National, inbox: Path) -> None:
    """Nobody looks at them before it is copied."""
    as_picture = b"wordprocessingml.numbering+xml", b"image"
    parts: dict[str, Change] = {"[Content_Types].xml": as_picture, "word/numbering.xml": b"<a"}
    data = with_parts(bytes_of(docx.Document()), parts)
    having = replace(national, work_reports=(summary("坏.docx", "北京"),))
    report = reference.write_reference(tmp_path / "a.docx", having, lambda _: copy_of(data))
    assert list(report.failed) == ["坏.docx"]


def test_a_share_names_its_base_where_answers_are_missing(tmp_path: Path) -> None:
    write_filing(tmp_path / "宁夏.xlsx", "宁夏", cells={"附表1": {"voicemail6": None}})
    run(tmp_path, "-o", target := tmp_path / "参阅.docx")
    assert re.search(r"在填报附表1的5个地区中，开通留言服务的\d个，占填写这一栏的4个地区的", words_of(target))
