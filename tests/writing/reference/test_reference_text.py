"""The text of the 参阅文件: every figure is the national workbook's, whoever is named leads or lags there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import docx
import pytest
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
from hrss12333.writing.national import write_national
from hrss12333.writing.reference.document import write_reference
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
