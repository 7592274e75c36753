"""The text that an analyst would write from the national table: two sentences to remember, then paragraphs by topic.

It follows the form's own groups, so that next year's columns are covered without a change here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from hrss12333.model.national import tally
from hrss12333.model.summary_lines import IN_QUESTION, Figure
from hrss12333.published import Nation, Topic, composition, label, stem
from hrss12333.survey.indicators import Better, Indicator, opening_rate
from hrss12333.survey.schema import Column, Kind
from hrss12333.wording.values import amount, chinese_number, is_large, percent, printed, ratio, rounded

_MANY_UNITS = 4
"""From so many units on only their number is given."""


def headlines(nation: Nation) -> Iterator[str]:
    """Sentences for a director to remember: how much and how well, what is common and what is not."""
    topic = next((topic for topic in nation.topics if topic.balance), None)
    if topic and topic.balance:
        yield from _TopicText(nation, topic).headline(topic.form.by_key[topic.balance.total])
    if has_openings(nation):
        shares = [(name, share) for share, name, *_ in nation.openings]
        first, last = _units_listed(shares[:2], percent), _units_listed(shares[:-3:-1], percent)
        yield f"各项服务和建设中，普及率最高的是{first}，最低的是{last}。"


def has_openings(nation: Nation) -> bool:
    """Whether there are questions of 是 or 否 enough for a sentence about them, the last of the headlines."""
    return len(nation.openings) >= _MANY_UNITS


def topic_paragraphs(nation: Nation, topic: Topic) -> Iterator[str]:
    """The text of one topic."""
    text = _TopicText(nation, topic)
    yield from text.counts()
    yield from text.answers()
    yield from text.choices()
    yield from text.ratios()


class _TopicText:
    """The sentences of one topic."""

    def __init__(self, nation: Nation, topic: Topic) -> None:
        self._nation, self._topic, self._form = nation, topic, topic.form
        self._line = nation.totals[topic.form.key]

    def headline(self, column: Column) -> Iterator[str]:
        """The topic's total, and the first of its rates."""
        total = self._line.tallies[column.key].total
        parts = [] if total is None else [self._count(column, total) + self._change(Figure(column))]
        parts += self._rates(self._topic.indicators[:1], first=False)
        if parts:
            yield f"{self._nation.year}年，{self._nation.national.collective_name}{'；'.join(parts)}。"

    def counts(self) -> Iterator[str]:
        """The sums, and who has most and least of the first of them."""
        columns = self._topic.of_kind(Kind.COUNT)
        known = [(column, v) for column in columns if (v := self._line.tallies[column.key].total) is not None]
        if not known:
            return
        balance, first = self._topic.balance, known[0][0]
        composed = composition(self._line, self._form, balance) if balance else None
        parts = composed.parts if composed else ()
        shares = {column.key: f"，占{percent(share.exact)}" for column, share in parts if share.exact is not None}
        # The parts of a total are in its scale; else scales differ from column to column.
        size = is_large(*(value for _, value in known)) if balance else None
        sentences = (
            ("其中" if balance and column.key == balance.parts[0] else "")
            + self._count(column, value, size)
            + shares.get(column.key, "")
            + self._sum_once(column)
            + self._change(Figure(column), again=column != first)
            for column, value in known
        )
        yield f"{self._nation.national.collective_name}{'；'.join(sentences)}{composed.note if composed else ''}。"
        if (ranked := self._nation.by_unit(self._form, Figure(first))) and ranked[0][1]:
            word = partial(amount, unit=first.unit, in_ten_thousands=is_large(ranked[0][1]))
            yield self._ranking(label(first), ranked, word, "由多到少")

    def _ranking(self, name: str, ranked: Sequence[tuple[str, Any]], word: Callable[[Any], str], order: str) -> str:
        """Who leads and who lags, or all where they are few; ``word`` words a figure."""
        among = self._nation.among(self._form, len(ranked))
        who = f"{among}中，" if among else ""
        few = 5 if len(ranked) >= 12 else 3 if len(ranked) >= 7 else 0
        if not few:
            return f"{who or '各单位'}{name}{order}依次是{_units_listed(ranked, word)}。"
        first, last = _units_listed(ranked[:few], word), _units_listed(ranked[-few:], word)
        number = chinese_number(few)
        return f"{who}{name}居前{number}位的是{first}；居后{number}位的是{last}。"

    def answers(self) -> Iterator[str]:
        line = self._line
        rates = ((column, opening_rate(column)) for column in self._topic.of_kind(Kind.YESNO))
        found = [(column, item, result) for column, item in rates if (result := line.quotient(item)).denominator]
        if not found:
            return
        parts = []
        for at, (column, item, result) in enumerate(found):
            if not result.numerator:
                parts.append(f"没有{stem(column)}的")
                continue
            share = percent(Fraction(result.numerator, result.denominator or 1))
            parts.append(f"{stem(column)}的{result.numerator}个，占{share}{self._change(item, again=at > 0)}")
        yield f"在填报{self._form.key}的{line.rows}个地区中，{'；'.join(parts)}。"

    def choices(self) -> Iterator[str]:
        for column in self._topic.of_kind(Kind.CHOICE):
            counted = tally(self._line.rated((column.key,)), column)
            if counted.answered:
                parts = [
                    f"{choice}{number}个地区，占{percent(Fraction(number, counted.answered))}"
                    for choice, number in counted.choices.items()
                    if number
                ]
                yield f"{label(column)}：{'；'.join(parts)}。"

    def ratios(self) -> Iterator[str]:
        """The topic's indicators, without those that are a part's share of a total: that is reported with the figures."""
        balance, nation = self._topic.balance, self._nation
        items = [
            item
            for item in self._topic.indicators
            if self._line.quotient(item).exact is not None
            and not (balance and item.denominator == (balance.total,) and len(item.numerator) == 1)
        ]
        if not items:
            return
        yield f"{self._nation.national.collective_name}{'；'.join(self._rates(items))}。"
        ranked, is_low = nation.by_unit(self._form, items[0]), items[0].better is Better.LOW
        if ranked:
            listed, order = ([*reversed(ranked)], "由低到高") if is_low else (ranked, "由高到低")
            yield self._ranking(items[0].name, listed, partial(ratio, items[0]), order)

    def _rates(self, items: Sequence[Indicator], *, first: bool = True) -> Iterator[str]:
        """Each indicator with its change; ``first`` where the paragraph begins with them."""
        known = ((item, value) for item in items if (value := self._line.quotient(item).exact) is not None)
        for at, (item, value) in enumerate(known):
            yield f"{item.name}{ratio(item, value)}{self._change(item, again=at > 0 or not first)}"

    def _count(self, column: Column, value: int, size: bool | None = None) -> str:
        """A sum, with a word where figures in it are in open question."""
        words = label(column).removesuffix(column.unit) if len(column.unit) > 1 else label(column)  # 年度培训3.21万人次
        questioned = len(self._line.questioned_rows(column.key))
        doubt = f"（含{IN_QUESTION}的{questioned}个地区）" if questioned else ""
        return words + amount(value, column.unit, in_ten_thousands=size) + doubt

    def _sum_once(self, column: Column) -> str:
        """The sum with each knowledge base once, where regions of one system report it each; else nothing."""
        once = self._line.once(column.key)
        same = "（各地区相加；系统省集中、各地区所报相同的，按一个知识库只计一次为"
        return "" if once is None else f"{same}{amount(once, column.unit)}）"

    def _change(self, of: Figure | Indicator, *, again: bool = False) -> str:
        """，同口径比2018年下降1.8%: with the year the first time in a paragraph, and always that it is on one base."""
        change = self._nation.change(self._line, of)
        if change is None:
            return ""
        up, unit = ("上升", "个百分点") if isinstance(of, Indicator) and of.percent else ("增长", "%")
        if not printed(change * 100, 1):
            return "，同口径持平" if again else f"，同口径与{self._nation.then}持平"
        size = f"{up if change > 0 else '下降'}{rounded(abs(change) * 100, 1)}{unit}"
        return f"，同口径{size}" if again else f"，同口径比{self._nation.then}{size}"


def _units_listed(units: Sequence[tuple[str, Any]], word: Callable[[Any], str]) -> str:
    """河北（94.2%）、北京（93.0%）."""
    return "、".join(f"{name}（{word(value)}）" for name, value in units)
