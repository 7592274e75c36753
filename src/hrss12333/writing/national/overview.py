"""概览, to be read in one minute: three sentences, the key figures, how complete the table is, and then the charts."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from hrss12333.model import summary_lines
from hrss12333.model.national import Status
from hrss12333.model.summary_lines import ISSUES, missing, reported
from hrss12333.published.nation import composition
from hrss12333.survey.schema import Form
from hrss12333.wording.rounding import ROUNDING_NOTE, percent, ratio
from hrss12333.wording.verdicts import counts_text
from hrss12333.writing.national.block_rows import rows_of
from hrss12333.writing.national.book import NationalBook
from hrss12333.writing.national.charts import write_charts
from hrss12333.writing.national.comparison import COMPARED
from hrss12333.writing.national.indicator_plan import Analysis
from hrss12333.writing.national.key_figures import KeyFigure, key_figures
from hrss12333.writing.national.paper import PAGE_HEIGHT, SMALLEST_SCALE, Page
from hrss12333.writing.national.styles import ACCENT, ACCENT_PALE
from hrss12333.writing.sheet_text import public, wrapped_lines
from hrss12333.writing.workbook import DISPLAY_FONT

COLUMNS = 12
WIDTH = 11.5
PER_ROW = 4
"""Key figures beside one another."""
ROOM = COLUMNS * WIDTH
SCALE = 86
PITCH = 14.5
"""Height of a line of text, in points."""


def write_overview(book: NationalBook, plan: Analysis, sheet: Any, data: Any) -> None:
    """Fill the sheet; ``data`` is the one whose hidden columns the charts are drawn from."""
    writer = _OverviewWriter(book, sheet)
    writer.text(
        f"{book.year}年度12333电话服务情况{_whose_figures(book)}汇总",
        book.styles.get(font_name=DISPLAY_FONT, font_size=20),
        34,
    )
    writer.text(_basis(book), book.styles.get(font_color="#595959"), 15)
    writer.gap(6)
    for sentence in _sentences(book):
        writer.paragraph(sentence)
    writer.gap(8)
    found = key_figures(book, plan)
    writer.tiles(found)
    writer.gap(2)
    _coverage(book, writer)
    if book.areas:
        writer.gap(4)
        _areas(book, writer, found)
    Page(book, sheet, [WIDTH] * COLUMNS).lay_out()
    breaks, last = write_charts(book, plan, sheet, data, writer.row)
    sheet.set_h_pagebreaks(breaks)
    sheet.print_area(0, 0, last - 1, COLUMNS - 1)
    sheet.set_print_scale(max(SMALLEST_SCALE, int(min(SCALE, 100 * PAGE_HEIGHT / writer.high))))
    sheet.hide_gridlines(2)
    sheet.set_first_sheet()
    sheet.activate()


def _whose_figures(book: NationalBook) -> str:
    """全国, or with units missing 已报29个单位: whose figures these are."""
    national = book.national
    partial = national.of is None and missing(national)
    return f"已报{len(reported(national))}个{national.noun}" if partial else national.name


def _basis(book: NationalBook) -> str:
    """The notice that the survey goes by, where its number is known, and how to read the page."""
    edition = book.national.edition
    number = f"依据{edition.notice.number}" if edition.notice.number else ""
    parts = (number, f"数据期间{edition.period}", book.nation.as_of, "单击数字可看出处")
    return f"{'；'.join(filter(None, parts))}。{ROUNDING_NOTE}"


def _sentences(book: NationalBook) -> list[str]:
    """What came, what it adds up to, what is most in doubt."""
    came, lacking, doubt = book.sentences
    volumes = [text for form in book.forms if (text := _volume(book, form))]
    rates = [
        f"{item.name}{ratio(item, value)}"
        for topic in book.nation.topics
        for item in topic.indicators[:1]
        if topic.balance and (value := book.totals[topic.form.key].quotient(item).exact) is not None
    ]
    volume = [f"{'；'.join([*volumes, '、'.join(rates)] if rates else volumes)}。"] if volumes else []
    return [came + lacking, *volume, doubt]


def _volume(book: NationalBook, form: Form) -> str:
    """The make-up of the totals that the form's identities are about."""
    parts = []
    for balance in form.balances:
        found = composition(book.totals[form.key], form, balance)
        shares = [f"{part.label}占{percent(share.exact)}" for part, share in found.parts if share.exact is not None]
        if shares:
            parts.append(f"{form.by_key[balance.total].label}中，{'、'.join(shares)}{found.note}")
    return "；".join(parts)


def _areas(book: NationalBook, writer: _OverviewWriter, found: list[KeyFigure]) -> None:
    """The key figures by area, with their change on last year."""
    writer.section("分区域")
    shown, styles = found[: COLUMNS // 2 - 1], book.styles
    compared = book.previous is not None
    texts = [summary_lines.AREA]
    for item in shown:
        texts.append(f"{item.name}\n（{item.unit}）" if item.unit else item.name)
        texts += [f"同口径{item.plain_change[0]}"] if compared else []
    sizes = [2, *([1, 1] if compared else [2]) * len(shown)]
    writer.cells(texts, sizes, styles.heading, 30)
    for number, area in enumerate(book.nation.area_order):
        writer.cells([summary_lines.area_name(area), *[""] * (len(sizes) - 1)], sizes, styles.text(), 16)
        figure, at = partial(rows_of(writer.sheet).figure, writer.row - 1), 2
        for item in shown:
            line, row = book.nation.area_lines[item.form.key].get(area), item.block.areas + number
            look, link = styles.number(item.plain_format, shrink=True), item.link(row)
            figure(at, item.formula(row), look, item.over(line), link)
            if compared:
                look = styles.number(item.plain_change[1], shrink=True)
                figure(at + 1, item.change_formula(row), look, item.moved(line), None)
            at += 2


def _coverage(book: NationalBook, writer: _OverviewWriter) -> None:
    """How complete the table is: a line a matter, none said twice."""
    national, useless = book.national, book.national.unusable
    absent = [unit for unit in missing(national) if unit not in useless]
    faulty = [status.unit.short for status in national.units if status.status is Status.FAULTY]
    writer.section("报送情况")
    sent = len(reported(national))
    share = f"（{percent(Fraction(sent, len(national.units)), 0)}）" if national.units else ""
    writer.pair("已报/应报", f"{sent}/{len(national.units)} 个{national.noun}{share}", beside=_rows_in_words(book))
    writer.pair("未报送", "、".join(unit.short for unit in absent))
    writer.pair("报来的不能汇总", "、".join(unit.short for unit in useless))
    writer.pair("有强制性错误", "、".join(faulty))
    writer.pair(f"各{national.noun}比较", book.nation.few)
    counts = counts_text(national.counts)
    writer.pair("审核发现", f"{counts}，全部列在“{ISSUES}”" if counts else "没有发现问题")
    out = sum(not entry.counted for entry in national.entries)
    if out:
        writer.pair("未计入的行", f"{out}行（重复、已被取代等，原因见明细表）")
    if national.orphans:
        writer.pair("报送单位不明", f"{len(national.orphans)}行数据不知属于哪个单位，不计入合计")
    for form in book.forms:
        total = book.totals[form.key]
        gaps = total.gaps(form)
        parts = [f"{'、'.join(gaps[number])}{number}/{total.expected}" for number in sorted(gaps)]
        if parts:
            writer.pair(f"{form.key}合计不全", "；".join(parts) + " 个地区")
    _comings_and_goings(book, writer)


def _rows_in_words(book: NationalBook) -> str:
    return "；".join(
        f"{form.key}有{total.rows}/{total.expected} 个地区" for form in book.forms if (total := book.totals[form.key])
    )


def _comings_and_goings(book: NationalBook, writer: _OverviewWriter) -> None:
    if book.previous is None:
        return
    before = set(book.previous.units)
    now = {unit.name for unit in reported(book.national)}
    came = [unit.short for unit in reported(book.national) if unit.name not in before]
    went = [unit.short for unit in missing(book.national) if unit.name in before]
    missing_now = sorted(before - now - {status.unit.name for status in book.national.units})
    writer.pair("与上年比较", COMPARED)
    writer.pair("上年未报、本年已报", "、".join(came))
    writer.pair("上年已报、本年未报", "、".join([*went, *missing_now]))


class _OverviewWriter:
    """Writes downwards over the width of the page."""

    def __init__(self, book: NationalBook, sheet: Any) -> None:
        self.book, self.sheet, self.row = book, sheet, 0
        self.high = 0.0
        """How high everything written stands, in points."""

    def _high(self, below: int, points: float) -> None:
        self.sheet.set_row(self.row + below, points)
        self.high += points

    def gap(self, points: float) -> None:
        """A little room."""
        self._high(0, points)
        self.row += 1

    def text(self, text: str, look: Any, high: float) -> None:
        """One line, which may run over the cells to its right."""
        self._high(0, high)
        self.sheet.write_string(self.row, 0, public(text), look)
        self.row += 1

    def section(self, title: str) -> None:
        """A heading."""
        self.text(title, self.book.styles.section, 22)

    def paragraph(self, text: str) -> None:
        """A sentence over the whole width, as high as it needs."""
        look = self.book.styles.get(font_size=12, text_wrap=True, valign="vcenter")
        tidy = public(text)
        self.sheet.merge_range(self.row, 0, self.row, COLUMNS - 1, "", look)
        self.sheet.write_string(self.row, 0, tidy, look)
        self._high(0, 17 * wrapped_lines(tidy, ROOM * 10 / 12.5) + 4)
        self.row += 1

    def pair(self, name: str, text: str, beside: str = "") -> None:
        """A name and what is to be said of it, where there is anything; ``beside`` in the right half of the line."""
        if not text:
            return
        styles, tidy = self.book.styles, public(text)
        look = styles.get(text_wrap=True, valign="vcenter", bottom=4, bottom_color="#BFBFBF")
        name_look = styles.get(font_color="#595959", valign="vcenter", bottom=4, bottom_color="#BFBFBF")
        self._merged(0, 1, public(name), name_look)
        end = COLUMNS // 2 if beside else COLUMNS - 1
        self._merged(2, end, tidy, look)
        if beside:
            self._merged(end + 1, COLUMNS - 1, public(beside), look)
        room = (end - 1) * WIDTH * 0.95
        self._high(0, PITCH * wrapped_lines(tidy, room) + 4)
        self.row += 1

    def cells(self, texts: list[str], sizes: list[int], look: Any, high: float) -> None:
        """A line of a table, each cell so many columns wide."""
        first = 0
        for text, size in zip(texts, sizes, strict=True):
            if size > 1:
                self._merged(first, first + size - 1, public(text), look)
            else:
                self.sheet.write_string(self.row, first, public(text), look)
            first += size
        self._high(0, high)
        self.row += 1

    def tiles(self, found: list[KeyFigure]) -> None:
        """The key figures, large: name, figure, change on last year."""
        for start in range(0, len(found), PER_ROW):
            for at, item in enumerate(found[start : start + PER_ROW]):
                self._tile(at * COLUMNS // PER_ROW, item)
            self._high(0, 17)
            self._high(1, 29)
            self._high(2, 16 if self.book.previous else 5)
            self.row += 3
            self.gap(5)

    def _tile(self, first: int, item: KeyFigure) -> None:
        """One key figure over three rows, from this column on."""
        styles, last = self.book.styles, first + COLUMNS // PER_ROW - 1
        ground: dict[str, Any] = {"bg_color": ACCENT_PALE, "align": "center", "right": 5, "right_color": "#FFFFFF"}
        self._merged(first, last, item.title, styles.get(**ground, font_color="#404040", valign="vcenter"))
        self.row += 1
        large = styles.get(
            **ground,
            font_name=DISPLAY_FONT,
            font_size=20,
            font_color=ACCENT,
            valign="vcenter",
            num_format=item.num_format,
            shrink=True,
        )
        self._merged(first, last, "", large)
        line, figure = self.book.totals[item.form.key], rows_of(self.sheet).figure
        figure(self.row, first, item.formula(), large, item.over(line), item.link())
        self.row += 1
        small = styles.get(**ground, font_size=10, font_color="#404040", valign="top", num_format=item.change_format)
        self._merged(first, last, "", small)
        if self.book.previous:
            figure(self.row, first, item.change_formula(), small, item.moved(line), None)
        self.row -= 2

    def _merged(self, first: int, last: int, text: str, look: Any) -> None:
        self.sheet.merge_range(self.row, first, self.row, last, "", look)
        if text:
            self.sheet.write_string(self.row, first, text, look)
