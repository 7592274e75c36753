"""What is published. In go the national table and last year's figures; out come topics, lines by unit and
zone, rankings, chart plans and sentences. It draws nothing and knows no output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date
from fractions import Fraction
from functools import cached_property
from typing import Any

from msgspec import Struct

from hrss12333.indicators import Indicator, Quotient, indicators, opening_rate, quotient
from hrss12333.merging.earlier_figures import Previous
from hrss12333.model import summary_lines
from hrss12333.model.national import National
from hrss12333.model.summary_lines import NOBODY, Figure, SummaryLine, figures, zone_name, zone_of
from hrss12333.patterns import grouped
from hrss12333.survey.schema import Balance, Column, Form, Kind
from hrss12333.wording.values import ROUNDING_NOTE, TEN_THOUSAND, change_of, is_large
from hrss12333.wording.verdicts import missing_in_words, question_line, received_words, unaudited_text

_FUNCTIONS_TITLE, _OTHERS_TITLE = "服务功能", "其他情况"
"""Titles of columns without a group: questions of 是 or 否, and others."""
UNQUESTIONED = "没有疑问的"
"""Begins the words for those compared, if not all are."""


class Topic(Struct, frozen=True, eq=False):
    """One group of a form's columns (来电情况, 服务渠道 …) with the indicators that it completes."""

    form: Form
    title: str
    columns: tuple[Column, ...]
    indicators: tuple[Indicator, ...]
    """Indicators that divide sums; 开通率 are made from the columns."""

    def of_kind(self, kind: Kind) -> list[Column]:
        """Its columns of this kind."""
        return [column for column in self.columns if column.kind is kind]

    @property
    def figures(self) -> list[Figure]:
        """Every figure of 汇总 that belongs to it."""
        return [figure for figure in figures(self.form) if figure.column in self.columns]

    @property
    def balance(self) -> Balance | None:
        """The identity among its columns, if any."""
        own = {column.key for column in self.columns}
        return next((balance for balance in self.form.balances if own.issuperset(balance.fields)), None)


def label(column: Column) -> str:
    """知识库条目数 for 知识库条目数（条）: the measure is printed with the figure."""
    return column.label.removesuffix(f"（{column.measure}）")


def stem(column: Column) -> str:
    """开通网上服务 for 是否开通网上服务, 系统省集中 for 系统是否省集中."""
    return column.label.replace("是否", "", 1)


def form_topics(form: Form) -> list[Topic]:
    """The form's topics in its own order."""
    by_group = grouped(form.data, lambda column: column.group)
    order = [*by_group]

    def last_group(item: Indicator) -> str:
        return max((form.by_key[key].group for key in item.fields), key=order.index)

    completed = grouped((item for item in indicators(form) if not item.answers), last_group)
    kinds = {column.kind for column in by_group.get("", ())}
    unnamed = _FUNCTIONS_TITLE if kinds == {Kind.YESNO} else _OTHERS_TITLE
    return [
        Topic(form, title or unnamed, tuple(columns), tuple(completed.get(title, ())))
        for title, columns in by_group.items()
    ]


def composition(line: SummaryLine, balance: Balance) -> tuple[dict[str, Fraction], str]:
    """Each part's share of a total, over the rows that have the total and every part, none in open question;
    and which rows, if not all, or why the shares do not add up to 100 % (Chinese)."""
    rows = [entry.row for entry in line.rated(balance.fields) if None not in entry.row.numbers(balance.fields)]
    divided = {key: quotient(Indicator("", "", (key,), (balance.total,)), rows).exact for key in balance.parts}
    shares = {key: share for key, share in divided.items() if share is not None}
    notes = []
    if shares and len(rows) < line.rows:
        notes.append(f"占比按各项齐全、没有疑问的{len(rows)}个地区计算")
    if shares and sum(shares.values()) != 1:
        notes.append("有的地区说明了总量与各项之和不等的原因，占比之和不是100%")
    return shares, f"（{'；'.join(notes)}）" if notes else ""


def chinese_day(day: date) -> str:
    """2020年1月15日."""
    return f"{day.year}年{day.month}月{day.day}日"


class Nation(Struct, frozen=True, dict=True):
    """The lines of every form's 汇总, the nation's totals, and last year's workbook if there is one."""

    national: National
    previous: Previous | None = None

    @property
    def forms(self) -> tuple[Form, ...]:
        """The survey's forms."""
        return self.national.edition.forms

    @property
    def year(self) -> int:
        """Year reported on."""
        return self.national.edition.year

    @cached_property
    def lines(self) -> dict[str, list[SummaryLine]]:
        """Form key → a line for each unit in the official order."""
        return {form.key: summary_lines.lines(self.national, form) for form in self.forms}

    @cached_property
    def totals(self) -> dict[str, SummaryLine]:
        """Form key → the total line."""
        return {form.key: summary_lines.total_line(form, self.lines[form.key]) for form in self.forms}

    @cached_property
    def zone_lines(self) -> dict[str, dict[str, SummaryLine]]:
        """Form key → zone in the order of publication → the line over its units; empty without zones."""
        zones = () if self.national.of else self.national.edition.gazetteer.zones
        found: dict[str, dict[str, SummaryLine]] = {}
        for form in self.forms if zones else ():
            units = grouped(self.lines[form.key], zone_of)
            own = {zone: units[zone] for zone in (*zones, NOBODY) if zone in units}
            found[form.key] = {zone: summary_lines.total_line(form, own[zone], zone_name(zone)) for zone in own}
        return found

    @cached_property
    def few(self) -> str:
        """The items by which units are not compared, as too few are free of questions; Chinese."""
        names, every = summary_lines.not_compared(self.national.edition, self.lines)
        if not names:
            return ""
        of = self.national.noun
        few = f"数据齐全、没有疑问的{of}不足{summary_lines.FEWEST}个，或不到已报{of}的一半，不列各{of}的排名、最高最低和图表"
        return f"{few}。" if every else f"下列项目{few}：{'、'.join(names)}。"

    def among(self, form: Form, compared: int) -> str:
        """没有疑问的16个单位: who is compared, if not all who reported; Chinese."""
        sent = sum(line.unit is not None and line.rows > 0 for line in self.lines[form.key])
        return f"{UNQUESTIONED}{compared}个{self.national.noun}" if compared < sent else ""

    @property
    def as_of(self) -> str:
        """截至2020年1月15日: when the last filing was sent, or saved; empty if no file has a date."""
        known = [moment for status in self.national.units if (moment := status.received or status.saved)]
        # Times are kept as UTC; the day is by the computer's clock, as in a letter.
        return f"截至{chinese_day(date.fromtimestamp(max(known).replace(tzinfo=UTC).timestamp()))}" if known else ""

    @cached_property
    def topics(self) -> list[Topic]:
        """The topics of all forms."""
        return [topic for form in self.forms for topic in form_topics(form)]

    @cached_property
    def openings(self) -> list[tuple[Fraction, str, Form, Indicator]]:
        """For every 是/否 question, the largest first: share of regions with 是, name, form, indicator."""
        answers = [(topic.form, column) for topic in self.topics for column in topic.of_kind(Kind.YESNO)]
        found = [
            (share, stem(column), form, item)
            for form, column in answers
            if (share := self.totals[form.key].quotient(item := opening_rate(column)).exact) is not None
        ]
        return sorted(found, key=lambda one: -one[0])

    def by_unit(self, form: Form, of: Figure | Indicator) -> list[tuple[str, Any]]:
        """Short name and figure of each comparable unit, the largest first; equals in the official order."""
        found = summary_lines.compared_by(self.lines[form.key], of)
        return sorted(((_short(line), value) for line, value in found), key=lambda item: -item[1])

    def sums(self, line: SummaryLine, figure: Figure) -> tuple[int, int, int] | None:
        """Both years' sums over the rows compared, and the number of these rows; None without any."""
        return self.previous.sums(line, figure) if self.previous else None

    def quotients(self, line: SummaryLine, indicator: Indicator) -> tuple[Quotient, Quotient] | None:
        """Both years' indicator over the rows compared; None without any."""
        return self.previous.quotients(line, indicator) if self.previous else None

    def change(self, line: SummaryLine, of: Figure | Indicator) -> Fraction | None:
        """The change on last year over these rows: in 百分点 as printed for a share, else relative."""
        if isinstance(of, Indicator):
            years = self.quotients(line, of)
            return change_of(of, years[0].exact, years[1].exact) if years else None
        both = self.sums(line, of)
        return Fraction(both[0], both[1]) - 1 if both and both[1] else None

    @property
    def then(self) -> str:
        """2018年, or 上年 if last year's workbook does not name its year."""
        return f"{self.previous.year}年" if self.previous and self.previous.year else "上年"

    def ranks(self, form: Form, indicator: Indicator) -> dict[str, int]:
        """Name of a comparable unit → its rank, which equals share; empty if too few are comparable."""
        found = {line.name: rate for line, rate in summary_lines.compared_by(self.lines[form.key], indicator)}
        ordered = sorted(found.values(), reverse=not indicator.low_first)
        return {name: ordered.index(value) + 1 for name, value in found.items()}


def _short(line: SummaryLine) -> str:
    return line.unit.short if line.unit else ""


def coverage_paragraphs(nation: Nation) -> Iterator[str]:
    """Sentences on what was not audited, what came, what is missing or in question, and what figures cover."""
    national = nation.national
    came = received_words(national) + missing_in_words(national, f"{nation.as_of or '目前'}，")
    yield from filter(None, (unaudited_text(national), came, question_line(national, named=False), nation.few))
    compared = f"同口径是只比两年都填报、没有疑问的地区，每个数的地区数见“{national.collective_name}主要指标”表。"
    compared = compared if nation.previous else ""
    yield (
        f"以下数据的统计期间为{national.edition.period}，只计已报送的地区，未填的不按0计算；比率、占比只按数据齐全、"
        f"没有疑问的地区计算，比率按合计数相除，不是各单位比率的平均。{compared}{ROUNDING_NOTE}"
    )


class Series(Struct, frozen=True):
    """The values drawn in one colour, in the order of the names."""

    name: str
    sources: Sequence[tuple[str, str, str]]
    """Where the workbook has each: form, key of figure or indicator, name of a unit's line (empty: nation)."""
    values: Sequence[float | None]
    """The values as drawn; None draws nothing, as it is no zero."""


class Chart(Struct, frozen=True):
    """One chart before it is drawn."""

    title: str
    names: Sequence[str]
    """Names of its horizontal bars, the first on top."""
    series: Sequence[Series]
    """Parts, and last their total, which is written and not drawn."""
    num_format: str
    times: Fraction = Fraction(1)
    """Factor from the workbook's figures to those drawn, which may be in 万 or percent."""
    nation_at: int | None = None
    """The nation's bar, counted from 0; None where there is none."""

    @property
    def is_stacked(self) -> bool:
        """Whether bars are stacked from the parts of a total, which comes last."""
        return len(self.series) > 1


def charts(nation: Nation, topic: Topic) -> Iterator[Chart]:
    """The charts of one topic that the data allow."""
    yield from _stacked_charts(nation, topic)
    yield from _ranked(nation, topic)


def _stacked_charts(nation: Nation, topic: Topic) -> Iterator[Chart]:
    if topic.balance is None:
        return
    form, noun = topic.form, nation.national.noun
    total, parts = form.by_key[topic.balance.total], [form.by_key[key] for key in topic.balance.parts]
    compared = summary_lines.comparable(
        nation.lines[form.key], topic.balance.fields, lambda line: line.value(Figure(total))
    )
    if not compared:
        return
    compared.sort(key=lambda item: -item[1])
    names = [_short(line) for line, _ in compared]
    size = is_large(compared[0][1])
    times, measure = (Fraction(1, TEN_THOUSAND), f"万{total.measure}") if size else (Fraction(1), total.measure)
    series = []
    for column in (*parts, total):
        sources = [(form.key, column.key, line.name) for line, _ in compared]
        values = [line.value(Figure(column)) for line, _ in compared]
        name = label(column) if column != total else f"{label(column)}（末端数）"
        series.append(Series(name, sources, [None if value is None else float(value * times) for value in values]))
    title = f"{nation.among(form, len(compared)) or f'各{noun}'}{label(total)}及其构成（{measure}）"
    yield Chart(title, names, series, "#,##0.0" if size else "#,##0", times)


def _ranked(nation: Nation, topic: Topic) -> Iterator[Chart]:
    if not topic.indicators:
        return
    item, form = topic.indicators[0], topic.form
    national, found = (
        nation.totals[form.key].quotient(item).exact,
        summary_lines.compared_by(nation.lines[form.key], item),
    )
    if not found or national is None:
        return
    bars = [(value, _short(line), line.name) for line, value in found]
    bars.append((national, nation.national.collective_name, ""))
    bars.sort(key=lambda bar: -bar[0])
    if item.low_first:
        bars.reverse()
    values, names, lines = zip(*bars, strict=True)
    times = Fraction(100 if item.percent else 1)
    among = nation.among(form, len(found)) or f"各{nation.national.noun}"
    title = f"{among}{item.name}（{'%' if item.percent else item.measure}）"
    sources = [(form.key, item.key, line) for line in lines]
    series = Series(item.name, sources, [float(value * times) for value in values])
    yield Chart(title, names, [series], item.number_format, times, lines.index(""))


def openings_chart(nation: Nation) -> Chart | None:
    """For every 是/否 question, the share of regions that answered 是."""
    if not nation.openings:
        return None
    shares, names, forms, items = zip(*nation.openings, strict=True)
    sources = [(form.key, item.key, "") for form, item in zip(forms, items, strict=True)]
    series = Series("占比", sources, [float(share * 100) for share in shares])
    return Chart("各项服务功能、渠道和建设的地区占比（%）", names, [series], "0.0", Fraction(100))
