"""概览, to be read in one minute: what came and what is in doubt, the key figures, how complete the table is, and then the charts.

Figures are live from the sheets that work them out.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from msgspec import Struct

from hrss12333.model.national import State
from hrss12333.model.summary_lines import (
    ANALYSIS,
    COMPARISON,
    IN_QUESTION,
    ISSUES,
    Figure,
    SummaryLine,
    missing_units,
    reported,
)
from hrss12333.published.charts import Chart, Shape, charts, openings_chart
from hrss12333.survey.indicators import HEADLINE, Indicator, indicators
from hrss12333.survey.schema import Form, Kind
from hrss12333.wording.rounding import ROUNDING_NOTE, TEN_THOUSAND, is_large, percent
from hrss12333.wording.verdicts import counts_text
from hrss12333.writing.bar_charts import ACCENT, draw, pixels_high
from hrss12333.writing.national.book import CHANGE_KEY, LinesArea, NationalBook
from hrss12333.writing.national.comparison import COMPARED
from hrss12333.writing.national.quotients import rate_format
from hrss12333.writing.national.styles import (
    ACCENT_PALE,
    TEN_THOUSANDS_FORMAT,
    WHOLE_FORMAT,
)
from hrss12333.writing.national.table import PAGE_POINTS, SMALLEST_SCALE, on_paper
from hrss12333.writing.sheet_text import public, wrapped_lines
from hrss12333.writing.workbook import DISPLAY_FONT

_PAGE_COLUMNS = 12
_COLUMN_WIDTH = 11.5
_MOST_FIGURES, _PER_ROW = 8, 4
"""Key figures, and how many are beside one another."""
_ROOM = _PAGE_COLUMNS * _COLUMN_WIDTH
_SCALE = 86
_PITCH = 14.5
"""Height of a line of text, in points."""
_RISE = '"同口径比上年 ▲"{size};"同口径比上年 ▼"{size};"同口径与上年持平"'
"""Up and down by sign: it is read in grey too."""
_LETTERS = 10.0
"""Points of the letters of a chart."""
_MOST_SERIES = 8
"""Columns of data that a chart may need."""
_CHARTS_WIDE, _CHART_WIDTH = 1030, 480
"""Pixels of all charts beside one another, and of one of an ordinary share at most."""
_SHARES = {Shape.STACKED: 1.2, Shape.RANKED: 0.9, Shape.SHARES: 1.3}
"""What of the width each shape of chart takes."""
_TITLE_LINE, _LEGEND_LINES = 40, 60
"""Pixels that a title and a legend take more where a narrow chart breaks their lines."""
_CHART_ROW = 21
"""Pixels of a row under a chart; the default height would be left to each program to choose."""


class KeyFigure(Struct, frozen=True):
    """One figure of the first page, live from the sheet that works it out."""

    line: SummaryLine
    key: str
    title: str
    """Its name, and what it covers where that is not all."""
    block: LinesArea
    """Of the sheet that works it out."""
    unit: str
    """万次, 人; empty for a rate."""
    num_format: str
    by: int = 1
    """What the figure is divided by: it may be given in 万."""
    in_points: bool = False
    """Whether its change is in 百分点."""


def _key_figures(book: NationalBook) -> list[KeyFigure]:
    """Those of `HEADLINE` that the year's forms have; the first there are where they have none."""
    known: dict[str, tuple[Form, Figure | Indicator]] = {}
    for form in book.forms:
        known |= {column.key: (form, Figure(column)) for column in form.of_kind(Kind.COUNT)}
        known |= {item.key: (form, item) for item in indicators(form) if not item.answers}
    chosen = [known[key] for key in HEADLINE if key in known] or [*known.values()]
    return [_key_figure(book, form, of) for form, of in chosen[:_MOST_FIGURES]]


def _key_figure(book: NationalBook, form: Form, of: Figure | Indicator) -> KeyFigure:
    total, block = book.nation.totals[form.key], book.block_of(form.key, of.key)
    if isinstance(of, Indicator):
        title = _covering(of.name, total.quotient(of).covered, total.rows, 0)
        return KeyFigure(total, of.key, title, block, of.unit, rate_format(of), in_points=of.percent)
    questioned, unit = len(total.questioned_rows(of.key)), of.column.unit
    title = _covering(of.column.label, total.tallies[of.key].answered, total.rows, questioned)
    if is_large(total.value(of)):
        return KeyFigure(total, of.key, title, block, f"万{unit}", TEN_THOUSANDS_FORMAT, TEN_THOUSAND)
    return KeyFigure(total, of.key, title, block, unit, WHOLE_FORMAT)


def _covering(name: str, covered: int, rows: int, questioned: int) -> str:
    """放弃量（433/434个地区，要核实2个地区）."""
    parts = [f"{covered}/{rows}个地区"] if covered != rows else []
    parts += [f"{IN_QUESTION}{questioned}个地区"] if questioned else []
    return f"{name}（{'，'.join(parts)}）" if parts else name


def write_overview(book: NationalBook, sheet: Any, data: Any) -> None:
    """Fill the sheet; ``data`` is the one whose hidden columns the charts are drawn from."""
    writer, national, edition = _OverviewWriter(book, sheet), book.national, book.national.edition
    partial = national.of is None and missing_units(national)
    whose = f"已报{len(reported(national))}个{national.noun}" if partial else national.name
    large = book.styles.get(font_name=DISPLAY_FONT, font_size=20)
    writer.text(f"{book.year}年度12333电话服务情况{whose}汇总", large, 34)
    number = f"依据{edition.notice.number}" if edition.notice.number else ""
    basis = "；".join(filter(None, (number, f"数据期间{edition.period}", book.nation.as_of)))
    writer.text(f"{basis}。{ROUNDING_NOTE}", book.styles.get(font_color="#595959"), 15)
    writer.end_line(6)
    came, lacking, doubt = book.sentences
    for sentence in (came + lacking, doubt):
        writer.paragraph(sentence)
    writer.end_line(8)
    writer.tiles(_key_figures(book))
    writer.end_line(2)
    _coverage(book, writer)
    sheet.set_column(0, _PAGE_COLUMNS - 1, _COLUMN_WIDTH)
    last, tall = _write_charts(book, sheet, data, writer.row)
    sheet.set_h_pagebreaks([writer.row] if last > writer.row else [])
    sheet.print_area(0, 0, last - 1, _PAGE_COLUMNS - 1)
    on_paper(sheet, max(SMALLEST_SCALE, int(min(_SCALE, 100 * PAGE_POINTS / max(writer.high, tall)))))
    sheet.hide_gridlines(2)
    sheet.set_first_sheet()
    sheet.activate()


def _coverage(book: NationalBook, writer: _OverviewWriter) -> None:
    """How complete the table is: a line a matter, none said twice."""
    national, useless = book.national, [unit.short for unit in book.national.unusable]
    writer.section("报送情况")
    sent = len(reported(national))
    share = f"（{percent(Fraction(sent, len(national.units)), 0)}）" if national.units else ""
    writer.pair("已报/应报", f"{sent}/{len(national.units)} 个{national.noun}{share}", beside=_rows_in_words(book))
    for state in (State.MISSING, State.CORRECT, State.CONFIRM):
        names = [one.unit.short for one in national.units if national.states[one.unit.name] is state]
        unread = f"（报来的不能汇总：{'、'.join(useless)}）" if useless and state is State.CORRECT else ""
        writer.pair(state, "、".join(names) + unread)
    writer.pair(f"各{national.noun}比较", book.nation.few)
    counts = counts_text(national.counts)
    writer.pair("审核发现", f"{counts}，全部列在“{ISSUES}”" if counts else "没有发现问题")
    out = sum(not entry.counted for entry in national.entries)
    if out:
        writer.pair("未计入的行", f"{out}行（重复、已被取代等，原因见明细表）")
    if nobodys := sum(entry.unit is None for entry in national.entries):
        writer.pair("报送单位不明", f"{nobodys}行数据不知属于哪个单位，不计入合计")
    writer.pair("与上年比较", COMPARED if book.previous else "")


def _rows_in_words(book: NationalBook) -> str:
    return "；".join(
        f"{form.key}有{total.rows}/{total.expected} 个地区"
        for form in book.forms
        if (total := book.nation.totals[form.key])
    )


class _OverviewWriter:
    """Writes downwards over the width of the page."""

    def __init__(self, book: NationalBook, sheet: Any) -> None:
        self.book, self.sheet, self.row = book, sheet, 0
        self.high = 0.0
        """How high everything written stands, in points."""

    def end_line(self, points: float) -> None:
        """The line is so high, and the next one begins."""
        self.sheet.set_row(self.row, points)
        self.high += points
        self.row += 1

    def text(self, text: str, look: Any, high: float) -> None:
        """One line, which may run over the cells to its right."""
        self.sheet.write_string(self.row, 0, public(text), look)
        self.end_line(high)

    def section(self, title: str) -> None:
        """A heading."""
        self.text(title, self.book.styles.section, 22)

    def paragraph(self, text: str) -> None:
        """A sentence over the whole width, as high as it needs."""
        look = self.book.styles.get(font_size=12, text_wrap=True, valign="vcenter")
        self._cell(0, _PAGE_COLUMNS, text, look)
        self.end_line(17 * wrapped_lines(public(text), _ROOM * 10 / 12.5) + 4)

    def pair(self, name: str, text: str, beside: str = "") -> None:
        """A name and what is to be said of it, where there is anything; ``beside`` in the right half of the line."""
        if not text:
            return
        line: dict[str, Any] = {"valign": "vcenter", "bottom": 4, "bottom_color": "#BFBFBF"}
        look = self.book.styles.get(text_wrap=True, **line)
        wide = _PAGE_COLUMNS // 2 - 1 if beside else _PAGE_COLUMNS - 2
        self._cell(0, 2, name, self.book.styles.get(font_color="#595959", **line))
        self._cell(2, wide, text, look)
        if beside:
            self._cell(2 + wide, _PAGE_COLUMNS - 2 - wide, beside, look)
        self.end_line(_PITCH * wrapped_lines(public(text), wide * _COLUMN_WIDTH * 0.95) + 4)

    def tiles(self, found: list[KeyFigure]) -> None:
        """The key figures, large: name, figure, change on last year."""
        for start in range(0, len(found), _PER_ROW):
            for at, item in enumerate(found[start : start + _PER_ROW]):
                self._tile(at * _PAGE_COLUMNS // _PER_ROW, item)
            for high in (17, 29, 16 if self.book.previous else 5, 5):
                self.end_line(high)

    def _tile(self, first: int, item: KeyFigure) -> None:
        """One key figure over three rows, from this column on; it leads to where it is worked out."""
        styles, size, block, key = self.book.styles, _PAGE_COLUMNS // _PER_ROW, item.block, item.key
        ground: dict[str, Any] = {"bg_color": ACCENT_PALE, "align": "center", "right": 5, "right_color": "#FFFFFF"}
        self._cell(first, size, item.title, styles.get(**ground, font_color="#404040", valign="vcenter", shrink=True))
        shown = f'{item.num_format}"{item.unit}"' if item.unit else item.num_format
        letters = {"font_name": DISPLAY_FONT, "font_size": 20, "font_color": ACCENT, "valign": "vcenter"}
        look = styles.get(**ground, **letters, num_format=shown, shrink=True)
        self._cell(first, size, "", look, below=1)
        value, formula = block.value(key, item.line), block.shown_again(key, block.total, f"/{item.by}")
        link = f"internal:{block.cell(key, block.total).replace('$', '')}"
        self.sheet.figure((self.row + 1, first), look, formula, None if value is None else value / item.by, link)
        rise = _RISE.format(size='0.0"个百分点"' if item.in_points else "0.0%")
        look = styles.get(**ground, font_size=10, font_color="#404040", valign="top", num_format=rise)
        self._cell(first, size, "", look, below=2)
        if comparison := self.book.lines_areas.get(COMPARISON):
            key = f"{key}{CHANGE_KEY}"
            formula, change = comparison.shown_again(key, comparison.total), comparison.value(key, item.line)
            self.sheet.figure((self.row + 2, first), look, formula, change)

    def _cell(self, first: int, size: int, text: str, look: Any, below: int = 0) -> None:
        """A cell over so many columns."""
        row = self.row + below
        if size > 1:
            self.sheet.merge_range(row, first, row, first + size - 1, "", look)
        if text or size == 1:
            self.sheet.write_string(row, first, public(text), look)


# The charts: native, editable, drawn from cells in hidden columns of 指标分析 that follow the sheets


def _write_charts(book: NationalBook, sheet: Any, data: Any, row: int) -> tuple[int, float]:
    """Draw them beside one another on a page of their own, from ``row`` on; what they are drawn from stands on 指标分析,
    ``data``. Returns the row behind the last, and how many points they take."""
    analysis = book.lines_areas[ANALYSIS]
    first = len(analysis.columns) + 1
    data.set_column(first, first + _MOST_SERIES, 24, None, {"hidden": True})
    drawn = [chart for topic in book.nation.topics for chart in charts(book.nation, topic)]
    drawn += filter(None, [openings_chart(book.nation)])
    share = min(_CHART_WIDTH, _CHARTS_WIDE / max(1.0, sum(_SHARES[chart.shape] for chart in drawn)))
    extra = {Shape.STACKED: _LEGEND_LINES}
    high = max((pixels_high(chart, _LETTERS) + _TITLE_LINE + extra.get(chart.shape, 0) for chart in drawn), default=0)
    top, left = analysis.first, 2
    for chart in drawn:
        refer = _write_data(book, data, (top, first), chart)
        top += len(chart.names) + 3
        made, wide = draw(book.workbook, chart, refer, size=_LETTERS, title=True), int(share * _SHARES[chart.shape])
        made.show_hidden_data()
        made.set_size({"width": wide - 4, "height": high})
        sheet.insert_chart(row, 0, made, {"x_offset": left, "y_offset": 4, "object_position": 2})
        left += wide
    for at in range(row, row + -(-high // _CHART_ROW) + 1 if drawn else row):
        sheet.set_row_pixels(at, _CHART_ROW)
        row = at + 1
    return row, 0.75 * (high + _CHART_ROW)


def _write_data(book: NationalBook, sheet: Any, at: tuple[int, int], chart: Chart) -> Any:
    """A block of chart data; returns how a series refers to it."""
    styles, (top, first) = book.styles, at
    sheet.write_string(top, first, chart.title, styles.section)
    sheet.write_string(top + 1, first, "名称", styles.heading)
    for row, name in enumerate(chart.names, top + 2):
        sheet.write_string(row, first, name, styles.text())
    for column, series in enumerate(chart.series, first + 1):
        sheet.write_string(top + 1, column, series.name, styles.heading)
        for row, (source, value) in enumerate(zip(series.sources, series.values, strict=True), top + 2):
            block = book.block_of(source.form, source.key)
            line = block.first + block.names.index(source.line) if source.line else block.total
            times = "" if chart.times == 1 else f"*{chart.times}" if chart.times > 1 else f"/{1 / chart.times}"
            formula = block.shown_again(source.key, line, times)
            sheet.write_formula(row, column, formula, styles.number(chart.num_format), "" if value is None else value)
    last = top + 1 + len(chart.names)

    def refer(number: int) -> dict[str, Any]:
        return {
            part: [ANALYSIS, top + 2, column, last, column]
            for part, column in (("categories", first), ("values", first + number))
        }

    return refer
