"""概览: how complete the table is, the nation's key figures with their meaning, what is in doubt, and the charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hrss12333.model.finding import count
from hrss12333.model.national import Status
from hrss12333.model.summary_lines import ISSUES, figures, missing, reported
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.schema import Form, Kind
from hrss12333.writing.national.book import CHANGE_KEY, Book, paper
from hrss12333.writing.national.charts import write_charts
from hrss12333.writing.national.comparison import common_change, rate_change, sum_change_format
from hrss12333.writing.national.indicator_plan import Analysis
from hrss12333.writing.national.issues import by_weight
from hrss12333.writing.national.styles import CHANGE, PERCENT, POINTS_NAMED, RATIO, WHOLE
from hrss12333.writing.sheet_text import safe, wrapped_lines

LAST = 6
WIDTHS = (24.0, 16.0, 9.0, 16.0, 14.0, 20.0, 60.0)
"""Item, figure, unit of measure, last year, change, coverage, meaning."""
WIDTHS_ALONE = (24.0, 16.0, 9.0, 20.0, 30.0, 30.0, 30.0)
"""Without last year: item, figure, unit of measure, coverage, meaning over three columns."""
SMALL = 10 / 9
"""How much more fits on a line in the smaller type."""
SCALE = 70
PITCH = 13.5
"""Height of a line of text, in points."""
WEIGHTIEST = 5
"""How many of the findings are named on the first page; all stand in 问题清单."""


@dataclass(frozen=True)
class _KeyFigure:
    """One line of the table of key figures."""

    name: str
    cell: str
    """Where it is worked out."""
    value: float | None
    num_format: str
    unit: str
    before: float | None
    covered: int
    expected: int
    """Regions in it, and those that should be."""
    partial: bool
    """Whether it lacks regions that the form's other figures have."""
    meaning: str
    change_cell: str
    """Where the change on last year is worked out."""
    change: float | None
    change_format: str


def write_overview(book: Book, plan: Analysis, sheet: Any) -> None:
    """Fill the sheet."""
    writer = _Writer(book, sheet)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, f"{book.year}年度12333电话服务情况全国汇总", book.styles.title)
    writer.row = 1
    writer.paragraph(
        f"{_basis(book)}数据期间{book.national.edition.period}。"
        f"本表各数随后面各表自动重算，问题明细见“{ISSUES}”。"
        + ("总量的变化按两年都有数据的单位计算，比率的变化单位为百分点。" if book.previous else "")
    )
    _coverage(book, writer)
    _key_figures(book, plan, writer)
    _doubts(book, writer)
    _comings_and_goings(book, writer)
    paper(sheet, writer.widths, None)
    pages = write_charts(book, plan, sheet, writer.row, LAST + 2)
    sheet.set_h_pagebreaks(pages.breaks)
    sheet.print_area(0, 0, pages.last, LAST)
    sheet.set_print_scale(SCALE)
    sheet.hide_gridlines(2)
    sheet.set_first_sheet()
    sheet.activate()


def _basis(book: Book) -> str:
    """The notice that the survey goes by, where its number is known."""
    number = book.national.edition.notice.number
    return f"依据{number}；" if number else ""


class _Writer:
    """Writes texts and tables downwards."""

    def __init__(self, book: Book, sheet: Any) -> None:
        self.book, self.sheet, self.row = book, sheet, 0
        self.widths = WIDTHS if book.previous else WIDTHS_ALONE

    def section(self, title: str) -> None:
        """A heading, with a little room above."""
        self.sheet.set_row(self.row, 24)
        self.sheet.write_string(self.row, 0, title, self.book.styles.section)
        self.row += 1

    def paragraph(self, text: str, look: Any = None) -> None:
        """A text over the whole width, as high as it needs."""
        form = look or self.book.styles.get(text_wrap=True, valign="vcenter")
        tidy = safe(text)
        self.sheet.merge_range(self.row, 0, self.row, LAST, "", form)
        self.sheet.write_string(self.row, 0, tidy, form)
        self.sheet.set_row(self.row, PITCH * wrapped_lines(tidy, sum(self.widths) * 0.95) + 3)
        self.row += 1

    def pair(self, name: str, text: str, mark: str = "") -> None:
        """A name and what is to be said of it."""
        tidy = safe(text)
        look = self.book.styles.text(text_wrap=True, mark=mark)
        self.sheet.write_string(self.row, 0, safe(name), self.book.styles.cell(bold=True, text_wrap=True))
        self.sheet.merge_range(self.row, 1, self.row, LAST, "", look)
        self.sheet.write_string(self.row, 1, tidy, look)
        self.sheet.set_row(self.row, PITCH * wrapped_lines(tidy, sum(self.widths[1:]) * 0.95) + 3.5)
        self.row += 1


def _coverage(book: Book, writer: _Writer) -> None:
    national, absent = book.national, missing(book.national)
    faulty = [status.unit.short for status in national.units if status.status is Status.FAULTY]
    writer.section("一、报送情况")
    sent = len(reported(national))
    share = f"（{sent / len(national.units):.0%}）" if national.units else ""
    writer.pair("已报/应报", f"{sent}/{len(national.units)} 个单位{share}")
    writer.pair("未报送", "、".join(unit.short for unit in absent) or "无", "query" if absent else "")
    writer.pair("有强制性错误", "、".join(faulty) or "无", "error" if faulty else "")
    for form in book.forms:
        total = book.totals[form.key]
        lack = "query" if total.absent else ""
        text = f"{form.title}：{total.rows} 个地区计入汇总，已报单位应有 {total.expected} 个"
        writer.pair(form.key, text, lack)


def _key_figures(book: Book, plan: Analysis, writer: _Writer) -> None:
    found = [item for form in book.forms for item in _sums(book, form)]
    found += [item for ratios in plan.ratios for item in _ratios(book, plan, ratios.form)]
    writer.section("二、主要数据")
    years = ["上年", "变化"] if book.previous else []
    headings = ["项目", "数值", "单位", *years, "覆盖", "含义"]
    for at, heading in enumerate(headings[:-1]):
        writer.sheet.write_string(writer.row, at, heading, book.styles.heading)
    _meaning(book, writer, headings[-1], book.styles.heading)
    writer.sheet.set_row(writer.row, PITCH + 4)
    writer.row += 1
    for item in found:
        _key_figure(book, writer, item)


def _meaning(book: Book, writer: _Writer, text: str, look: Any) -> None:
    """The last column, which takes the room of last year's where there is none."""
    first = LAST if book.previous else LAST - 2
    if first < LAST:
        writer.sheet.merge_range(writer.row, first, writer.row, LAST, text, look)
    else:
        writer.sheet.write_string(writer.row, first, text, look)


def _sums(book: Book, form: Form) -> list[_KeyFigure]:
    block, total = book.blocks[form.key], book.totals[form.key]
    found = []
    for figure in figures(form):
        column = figure.column
        if column.kind is not Kind.COUNT:
            continue
        before = book.previous.total(TOTAL, form, figure.key) if book.previous else None
        found.append(
            _KeyFigure(
                column.label,
                block.cell(figure.key),
                total.value(figure),
                WHOLE,
                column.unit,
                before,
                total.tallies[column.key].answered,
                total.expected,
                total.tallies[column.key].answered < total.rows,
                column.note,
                block.cell(f"{figure.key}{CHANGE_KEY}") if book.previous else "",
                common_change(book.lines[form.key], form, figure, book.previous) if book.previous else None,
                sum_change_format(figure),
            )
        )
    return found


def _ratios(book: Book, plan: Analysis, form: Form) -> list[_KeyFigure]:
    ratios = next(found for found in plan.ratios if found.form is form)
    total = book.totals[form.key]
    found = []
    for item in ratios.indicators:
        if item.answers:
            continue
        before = book.previous.indicator(TOTAL, form, item.key) if book.previous else None
        quotient = ratios.nation[item.key]
        found.append(
            _KeyFigure(
                item.name,
                book.analysis[form.key].cell(item.key),
                quotient.value,
                PERCENT if item.percent else RATIO,
                item.unit,
                before,
                quotient.covered,
                total.expected,
                quotient.covered < total.rows,
                item.formula(form),
                book.analysis[form.key].cell(f"{item.key}{CHANGE_KEY}") if book.previous else "",
                rate_change(item, quotient.value, before),
                POINTS_NAMED if item.percent else CHANGE,
            )
        )
    return found


def _key_figure(book: Book, writer: _Writer, item: _KeyFigure) -> None:
    styles, sheet, row = book.styles, writer.sheet, writer.row
    sheet.write_string(row, 0, item.name, styles.cell(bold=True))
    value = "" if item.value is None else item.value
    sheet.write_formula(row, 1, f'=IF({item.cell}="","",{item.cell})', styles.number(item.num_format, bold=True), value)
    sheet.write_string(row, 2, item.unit, styles.centre())
    if book.previous:
        _compare(book, writer, item)
    covered = f"{item.covered}/{item.expected} 个地区"
    partial = "query" if item.partial else ""
    sheet.write_string(row, LAST - 1 if book.previous else LAST - 3, covered, styles.text(mark=partial))
    _meaning(book, writer, item.meaning, styles.text(text_wrap=True, font_size=9))
    room = writer.widths[LAST] if book.previous else sum(writer.widths[LAST - 2 :])
    sheet.set_row(row, PITCH * wrapped_lines(item.meaning, (room - 2) * SMALL) + 3)
    writer.row += 1


def _compare(book: Book, writer: _Writer, item: _KeyFigure) -> None:
    """Last year's figure as published, and the change on it."""
    styles, sheet, row = book.styles, writer.sheet, writer.row
    if item.before is None:
        sheet.write_blank(row, 3, None, styles.number())
    else:
        sheet.write_number(row, 3, item.before, styles.number(item.num_format))
    formula = f'=IF({item.change_cell}="","",{item.change_cell})'
    look = styles.number(item.change_format)
    sheet.write_formula(row, 4, formula, look, "" if item.change is None else item.change)


def _doubts(book: Book, writer: _Writer) -> None:
    national = book.national
    writer.section("三、尚存疑问")
    counts = count(national.findings)
    writer.pair(
        "审核发现",
        f"强制性错误 {counts.error} 条，核实性错误 {counts.query} 条（其中 {counts.unexplained} 条备注未说明原因），"
        f"提示 {counts.note} 条",
        "query" if counts.error or counts.unexplained else "",
    )
    out = [entry for entry in national.entries if not entry.counted]
    writer.pair("未计入的行", f"{len(out)} 行（重复、已被替代等，原因见明细表）" if out else "无")
    if national.orphans:
        writer.pair("报送单位不明", f"{len(national.orphans)} 行数据不知属于哪个单位，已计入合计，单列一行", "query")
    for form in book.forms:
        total = book.totals[form.key]
        gaps = total.gaps(form)
        parts = [f"{'、'.join(gaps[number])} {number}/{total.expected}" for number in sorted(gaps)]
        if parts:
            writer.pair(f"{form.key}合计不全", "；".join(parts) + " 个地区", "query")
    absent = {unit.name for unit in missing(national)}
    open_ones = [finding for finding in national.findings if finding.blocks or finding.open_query]
    heaviest = by_weight(finding for finding in open_ones if finding.unit not in absent)
    for number, finding in enumerate(heaviest[:WEIGHTIEST], 1):
        where = "，".join(part for part in (finding.unit or finding.file, finding.region, finding.rule) if part)
        share = f"（可能影响全国合计 {finding.influence:.2%}）" if finding.influence else ""
        writer.pair(f"疑问之{number}", f"{where}：{finding.message}{share}")


def _comings_and_goings(book: Book, writer: _Writer) -> None:
    if book.previous is None:
        return
    before = set(book.previous.units)
    now = {unit.name for unit in reported(book.national)}
    writer.section("四、与上年相比")
    came = [unit.short for unit in reported(book.national) if unit.name not in before]
    went = [unit.short for unit in missing(book.national) if unit.name in before]
    gone = sorted(before - now - {status.unit.name for status in book.national.units})
    writer.pair("上年未报、本年已报", "、".join(came) or "无")
    writer.pair("上年已报、本年未报", "、".join([*went, *gone]) or "无")
