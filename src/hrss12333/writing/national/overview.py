"""概览: what came and what is in question, key figures, coverage, and the charts, on one page if it stays readable."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hrss12333.indicators import HEADLINE, Indicator, indicators
from hrss12333.model import summary_lines
from hrss12333.model.national import State
from hrss12333.model.summary_lines import Figure
from hrss12333.published import UNQUESTIONED, Chart, charts, openings_chart
from hrss12333.survey.schema import Form, Kind
from hrss12333.wording.values import ROUNDING_NOTE, TEN_THOUSAND, is_large, percent
from hrss12333.wording.verdicts import counted_text, respondent_text
from hrss12333.writing.national.analysis import rate_format
from hrss12333.writing.national.book import CHANGE_KEY, HEAD_FILL, TEN_THOUSANDS_FORMAT, WHOLE_FORMAT, NationalBook
from hrss12333.writing.national.table import PAGE_HIGH, SEAM, on_paper
from hrss12333.writing.workbook import ACCENT, DISPLAY_FONT, broken, draw, public, wrapped_lines

_PAGE_COLUMNS, _LEFT_COLUMNS = 16, 6
"""Columns of the page, and of the part left of the charts."""
_COLUMN_WIDTH, _CHART_COLUMN, _CHARTS_PIXELS = 10.6, 9.7, 725
"""Widths of the columns left of and under the charts; and pixels of all charts."""
_MOST_FIGURES, _TILE = 8, 3
"""Most key figures, and the columns that each takes."""
_TITLE_WIDE = _TILE * _COLUMN_WIDTH * 0.95
"""Half-width characters that fit into the title of a key figure."""
_PITCH = 14.5
"""Height of a line of text, in points."""
_RISE = '"同口径比上年{up}"{size};"同口径比上年下降"{size};"同口径与上年持平"'
_LETTERS, _TITLE_PIXELS, _NAME_WIDE, _ROOM = 10.0, 11.0, 16.0, 1.6
"""Of a chart: points of its letters; pixels of half a letter of its title; half-width characters of a bar's
name on one line; and, if beside others, the length of its axis relative to its longest bar."""
_MOST_SERIES = 8
"""Most columns of data that a chart needs."""
_CHART_HEAD, _BAR_PIXELS, _MOST_PIXELS = 185, 18, 32
"""Pixels of title and legend of a narrow chart, and of a bar at least and at most."""
_FEW_BAR_PIXELS, _CHART_HIGH = 23, 400
"""Least pixels of each of few bars, whose names may take two lines; and pixels of all bars together."""
_MANY_BARS = 16
_LINE_PIXELS = 24
"""Pixels of a line of a chart's title."""
_LEGEND = {"layout": {"x": 0.6, "y": 0.68, "width": 0.4, "height": 0.22}, "font": {"name": DISPLAY_FONT, "size": 10}}
"""Legend of a chart of parts with many bars: it is beside the shortest of them."""
_CHART_ROW = 16
"""Points of a row under a chart; programs differ in the default height."""


def write_overview(book: NationalBook, sheet: Any) -> None:
    """Fill the sheet."""
    writer, national, edition = _OverviewWriter(book, sheet), book.national, book.national.edition
    partial = national.of is None and summary_lines.missing_units(national)
    whose = f"已报{len(summary_lines.reported(national))}个{national.noun}" if partial else national.name
    large = book.styles.get(font_name=DISPLAY_FONT, font_size=20)
    writer.text(f"{book.year}年度12333电话服务情况{whose}汇总", large, 34)
    number = f"依据{edition.notice.number}" if edition.notice.number else ""
    basis = "；".join(filter(None, (number, f"数据期间{edition.period}", book.as_of)))
    writer.text(f"{basis}。{ROUNDING_NOTE}", book.styles.get(font_color="#595959"), 15)
    writer.end_line(6)
    drawn = [chart for topic in book.topics for chart in charts(book, topic)]
    drawn += filter(None, [openings_chart(book)])
    tall = 0.75 * max((_least_pixels(chart) for chart in drawn), default=0)
    writer.sentences()
    writer.wide, first, above = _LEFT_COLUMNS if drawn else _PAGE_COLUMNS, writer.row, writer.high
    writer.tiles(_key_figures(book))
    writer.end_line(2)
    _coverage(book, writer)
    sheet.set_column(0, _LEFT_COLUMNS - 1, _COLUMN_WIDTH)
    sheet.set_column(_LEFT_COLUMNS, _PAGE_COLUMNS - 1, _CHART_COLUMN)
    _write_charts(book, sheet, drawn, first, max(writer.high - above, tall) / 0.75)
    while writer.high - above < tall:
        writer.end_line(min(_CHART_ROW, tall - writer.high + above))
    writer.wide = _PAGE_COLUMNS
    writer.pair(f"各{national.noun}比较", book.few)
    for state in (State.MISSING, State.CORRECT, State.CONFIRM, State.AS_SENT, State.DECLINED):
        writer.pair(state, "、".join(respondent_text(each) for each in book.respondents if each.state is state))
    sheet.print_area(0, 0, writer.row - 1, _PAGE_COLUMNS - 1)
    on_paper(sheet, 1 if writer.high <= PAGE_HIGH else 0)
    sheet.hide_gridlines(2)


def _key_figures(book: NationalBook) -> list[tuple[Form, Figure | Indicator]]:
    """The figures of `HEADLINE` in the year's forms; if there are none, the forms' first figures."""
    known: dict[str, tuple[Form, Figure | Indicator]] = {}
    for form in book.forms:
        known |= {column.key: (form, Figure(column)) for column in form.of_kind(Kind.COUNT)}
        known |= {item.key: (form, item) for item in indicators(form) if not item.answers}
    return ([known[key] for key in HEADLINE if key in known] or [*known.values()])[:_MOST_FIGURES]


def _covering(name: str, covered: int, rows: int, questioned: int) -> str:
    """放弃量（433/434个地区，有疑问2个）, on two lines if one is too short."""
    parts = [f"{covered}/{rows}个地区"] if covered != rows else []
    parts += [f"{summary_lines.IN_QUESTION}{questioned}个{'' if parts else '地区'}"] if questioned else []
    return broken(f"{name}（{'，'.join(parts)}）" if parts else name, _TITLE_WIDE)


def _coverage(book: NationalBook, writer: _OverviewWriter) -> None:
    """Write the coverage of the table: a line for each fact, without repeats."""
    national = book.national
    writer.text("报送情况", book.styles.section, 22)
    sent = len(summary_lines.reported(national))
    share = f"（{percent(Fraction(sent, len(national.units)), 0)}）" if national.units else ""
    of_units = f"{sent}/{len(national.units)}个{national.noun}{share}"
    totals = [(form.key, book.totals[form.key]) for form in book.forms]
    writer.pair("已报/应报", "；".join([of_units, *(f"{key}有{one.rows}/{one.expected}个地区" for key, one in totals)]))
    counts = counted_text(question for each in book.respondents for question in each.questions)
    writer.pair("待处理", f"{counts}，全部列在“{summary_lines.ISSUES}”" if counts else "没有要改正、核实的")


class _OverviewWriter:
    """Writes downwards over the width of the page."""

    def __init__(self, book: NationalBook, sheet: Any) -> None:
        self.book, self.sheet, self.row = book, sheet, 0
        self.high = 0.0
        """The height of everything written, in points."""
        self.wide = _PAGE_COLUMNS
        """Columns in use."""

    def end_line(self, points: float) -> None:
        """End a line of this height and begin the next."""
        self.sheet.set_row(self.row, points)
        self.high += points
        self.row += 1

    def text(self, text: str, look: Any, high: float) -> None:
        """Write one line, which may run over the cells to its right."""
        self.sheet.put(self.row, 0, look, public(text))
        self.end_line(high)

    def sentences(self) -> None:
        """Write the first sentences, one a line over the whole width, each as high as it needs."""
        for text in self.book.sentences:
            self._cell((0, 0), self.wide, text, self.book.styles.get(text_wrap=True, valign="vcenter"))
            self._end_lines_of(text, 0)
        self.end_line(6)

    def _end_lines_of(self, text: str, first: int) -> None:
        """End a line as high as the text needs from this column on."""
        left = min(self.wide, _LEFT_COLUMNS)
        room = (left - first) * _COLUMN_WIDTH + (self.wide - left) * _CHART_COLUMN + (self.wide - first) * SEAM
        self.end_line(_PITCH * wrapped_lines(public(text), room) + 4)

    def pair(self, name: str, text: str) -> None:
        """Write a line of a name and its text; none if the text is empty."""
        if not text:
            return
        line: dict[str, Any] = {"valign": "vcenter", "bottom": 4, "bottom_color": "#BFBFBF"}
        self._cell((0, 0), 1, name, self.book.styles.get(font_color="#595959", **line))
        self._cell((0, 1), self.wide - 1, text, self.book.styles.get(text_wrap=True, **line))
        self._end_lines_of(text, 1)

    def tiles(self, found: list[tuple[Form, Figure | Indicator]]) -> None:
        """Write the key figures, large: name, figure, change on last year."""
        per_row = self.wide // _TILE
        for start in range(0, len(found), per_row):
            lines = [self._tile(at * _TILE, *of) for at, of in enumerate(found[start : start + per_row])]
            for high in (_PITCH * max(lines) + 2.5, 25, 15 if self.book.previous else 4, 4):
                self.end_line(high)

    def _tile(self, first: int, form: Form, of: Figure | Indicator) -> int:
        """Write a key figure over three rows from this column on; returns the number of lines of its title."""
        styles, total, block = self.book.styles, self.book.totals[form.key], self.book.block_of(form.key, of.key)
        by, in_points = 1, isinstance(of, Indicator) and of.percent
        if isinstance(of, Indicator):
            title = _covering(of.name, total.quotient(of).covered, total.rows, 0)
            shown = rate_format(of) + (f'"{of.measure}"' if of.measure else "")
        else:
            questioned, by = len(total.questioned_rows(of.key)), TEN_THOUSAND if is_large(total.value(of)) else 1
            title = _covering(of.column.label, total.tallies[of.key].answered, total.rows, questioned)
            shown = f'{TEN_THOUSANDS_FORMAT}"万' if by > 1 else f'{WHOLE_FORMAT}"'
            shown += f'{of.column.measure}"'
        ground: dict[str, Any] = {"bg_color": HEAD_FILL, "align": "center", "right": 5, "right_color": "#FFFFFF"}
        letters = {"font_name": DISPLAY_FONT, "font_size": 18, "font_color": ACCENT, "valign": "vcenter"}
        up, size = ("提高", '0.0"个百分点"') if in_points else ("增长", '0.0"%"')
        rise = _RISE.format(up=up, size=size)
        looks = (
            styles.get(**ground, font_color="#404040", valign="vcenter", text_wrap=True),
            styles.get(**ground, **letters, num_format=shown, shrink=True),
            styles.get(**ground, font_size=10, font_color="#404040", valign="top", num_format=rise),
        )
        for below, look in enumerate(looks):
            self._cell((below, first), _TILE, "" if below else title, look)
        value, formula = block.value(of.key, total), block.shown_again(of.key, block.total, f"/{by}")
        link = f"internal:{block.cell(of.key, block.total).replace('$', '')}"
        self.sheet.figure((self.row + 1, first), formula, looks[1], None if value is None else value / by, link)
        if comparison := self.book.lines_ranges.get(summary_lines.COMPARISON):
            key = f"{of.key}{CHANGE_KEY}"
            formula, change = comparison.shown_again(key, comparison.total), comparison.value(key, total)
            self.sheet.figure((self.row + 2, first), formula, looks[2], change)
        return wrapped_lines(title, _TITLE_WIDE)

    def _cell(self, place: tuple[int, int], size: int, text: str, look: Any) -> None:
        """Write a cell that is ``size`` columns wide; ``place`` is counted from the current line."""
        self.sheet.span(self.row + place[0], (place[1], place[1] + size - 1), look, public(text))


# The charts: native, editable, drawn from cells in hidden columns of 指标分析 that follow the sheets


def _least_pixels(chart: Chart) -> int:
    """The least height of a chart in which each bar has its name."""
    count = len(chart.names)
    return _CHART_HEAD + max(_BAR_PIXELS, min(_FEW_BAR_PIXELS, _CHART_HIGH // count)) * count


def _write_charts(book: NationalBook, sheet: Any, drawn: Sequence[Chart], row: int, room: float) -> None:
    """Draw the charts side by side from ``row`` on, as high as the ``room`` in pixels if their bars fit."""
    name = summary_lines.ANALYSIS
    analysis, data = book.lines_ranges[name], book.workbook.get_worksheet_by_name(name)
    first = len(analysis.columns) + 1
    data.set_column(first, first + _MOST_SERIES, 24, None, {"hidden": True})
    # Legends and long names need space.
    shares = [1.55 if chart.nation_at is not None else 2.1 if chart.is_stacked else 2.05 for chart in drawn]
    top, left = analysis.first, 8.0
    for chart, share in zip(drawn, shares, strict=True):
        wide = _CHARTS_PIXELS * share / sum(shares)
        refer = _write_data(book, data, (top, first), chart)
        top += len(chart.names) + 3
        # Below are the sentences that name the units in question.
        title = broken(chart.title.removeprefix(UNQUESTIONED), wide / _TITLE_PIXELS)
        beside = {"room": _ROOM} if len(drawn) > 1 else {}
        made = draw(book.workbook, chart, refer, size=_LETTERS, title=title, **beside)
        made.show_hidden_data()
        high = max(_least_pixels(chart), min(room, _CHART_HEAD + _MOST_PIXELS * len(chart.names)))
        if chart.is_stacked and len(chart.names) > _MANY_BARS:
            made.set_legend(_LEGEND)
            top_of_bars = _LINE_PIXELS * (title.count("\n") + 2) / high
            layout = {"x": 0.26, "y": top_of_bars, "width": 0.72, "height": 0.99 - top_of_bars}
            made.set_plotarea({"layout": layout})
        made.set_size({"width": wide - 8, "height": high})
        sheet.insert_chart(row, _LEFT_COLUMNS, made, {"x_offset": left, "y_offset": 2, "object_position": 2})
        left += wide


def _write_data(book: NationalBook, sheet: Any, at: tuple[int, int], chart: Chart) -> Any:
    """Write a block of chart data; returns how a series refers to it.

    The library's usual methods write it, because a chart keeps the data that they record."""
    styles, (top, first) = book.styles, at
    sheet.put(top, first, styles.section, chart.title)
    sheet.put(top + 1, first, styles.heading, "名称")
    for row, name in enumerate(chart.names, top + 2):
        sheet.write_string(row, first, public(broken(name, _NAME_WIDE)), styles.look("line"))
    for column, series in enumerate(chart.series, first + 1):
        sheet.put(top + 1, column, styles.heading, series.name)
        for row, ((form, key, name), value) in enumerate(zip(series.sources, series.values, strict=True), top + 2):
            block = book.block_of(form, key)
            line = block.first + block.names.index(name) if name else block.total
            times = "" if chart.times == 1 else f"*{chart.times}" if chart.times > 1 else f"/{1 / chart.times}"
            formula = block.shown_again(key, line, times)
            sheet.write_formula(row, column, formula, styles.number(chart.num_format), "" if value is None else value)
    last = top + 1 + len(chart.names)

    def refer(number: int) -> dict[str, Any]:
        return {
            part: [summary_lines.ANALYSIS, top + 2, column, last, column]
            for part, column in (("categories", first), ("values", first + number))
        }

    return refer
