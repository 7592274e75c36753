"""What an analyst would write from the national table: three sentences to remember, then a paragraph a matter, each with its
change on last year. Every figure is taken from the table; where fewer than four units do something they are named.

The text follows the form's own groups, so that next year's columns are covered without a change here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial

from hrss12333.model.national import tally
from hrss12333.model.summary_lines import IN_QUESTION, Figure, SummaryLine, comparable
from hrss12333.published.nation import Nation, Topic, composition, label, stem
from hrss12333.survey.indicators import Better, Indicator, opening_rate
from hrss12333.survey.schema import Balance, Column, Form, Kind
from hrss12333.wording.rounding import amount, chinese, is_large, percent, printed, ratio, rounded

_NAMED = 4
"""From so many units on only their number is given."""
Ranked = Sequence[tuple[str, Fraction]]
"""Short names of units with their figures, in order."""


def headlines(nation: Nation) -> Iterator[str]:
    """What a director remembers: how much and how well, who stands out, what is common and what is not."""
    topic = next((topic for topic in nation.topics if topic.balance), None)
    if topic and topic.balance:
        form, line = topic.form, nation.totals[topic.form.key]
        column = form.by_key[topic.balance.total]
        known, questioned = _unquestioned_counts(line, column), len(line.questioned_rows(column.key))
        parts = [count_phrase(column, sum(known)) + _change_in_words(nation, line, Figure(column))] if known else []
        rates = [(item, rate) for item in topic.indicators[:1] if (rate := line.quotient(item).exact) is not None]
        parts += [
            f"{item.name}{ratio(item, rate)}{_change_in_words(nation, line, item, again=True)}" for item, rate in rates
        ]
        if parts:
            sure = f"没有疑问的{len(known)}个地区" if questioned else ""
            doubt = f"；另有{questioned}个地区的{label(column)}{IN_QUESTION}" if questioned else ""
            yield f"{nation.national.edition.year}年，{nation.whole}{sure}{'；'.join(parts)}{doubt}。"
        yield from _outstanding(nation, topic, column)
    shares = [f"{name}（{percent(share)}）" for share, name, *_ in nation.openings]
    if len(shares) >= _NAMED:
        first, last = "、".join(shares[:2]), "、".join(shares[:-3:-1])
        yield f"各项服务和建设中，做到的地区最多的是{first}，最少的是{last}。"


def _outstanding(nation: Nation, topic: Topic, column: Column) -> Iterator[str]:
    """Who has most of the total, and how far the units lie apart: where all that reported can be compared."""
    form, parts = topic.form, []
    ranked, whole = nation.by_unit(form, column), sum(_unquestioned_counts(nation.totals[form.key], column))
    if len(ranked) >= 2 * _NAMED and whole and not nation.among(form, len(ranked)):
        share = percent(Fraction(sum(value for _, value in ranked[:3]), whole))
        names = "、".join(name for name, _ in ranked[:3])
        parts.append(f"{names}3个单位占{_base_of_shares(nation, form, column)}{label(column)}的{share}")
    for item in topic.indicators[:1]:
        rates = nation.rates_by_unit(form, item)
        if len(rates) > 1 and item.percent and not nation.among(form, len(rates)):
            top, bottom = rates[0], rates[-1]
            gap = printed(top[1], item.places + 2) - printed(bottom[1], item.places + 2)
            most, least = (f"{name}（{ratio(item, rate)}）" for name, rate in (top, bottom))
            parts.append(f"{item.name}最高的{most}与最低的{least}相差{rounded(gap * 100, item.places)}个百分点")
    if parts:
        yield f"{'；'.join(parts)}。"


def topic_paragraphs(nation: Nation, topic: Topic) -> Iterator[str]:
    """The text of one topic."""
    yield from _counts(nation, topic)
    yield from _answers(nation, topic)
    yield from _choices(nation, topic)
    yield from _ratios(nation, topic)


def ends(count: int) -> int:
    """How many leaders, and how many laggards, are named of so many units; 0 where all are."""
    return 5 if count >= 12 else 3 if count >= 7 else 0


def some(units: Ranked, what: str, most: str, word: Callable[[Fraction], str]) -> str:
    """高于全国的有17个单位，最高的是河北（94.2%）、…; where they are few 高于全国的是河北（94.2%）; empty for none."""
    listed = [f"{name}（{word(value)}）" for name, value in units[: ends(len(units)) or 3]]
    if len(units) < _NAMED:
        return f"{what}的是{'、'.join(listed)}" if listed else ""
    return f"{what}的有{len(units)}个单位，{most}的是{'、'.join(listed)}"


def count_phrase(column: Column, value: int, *, in_ten_thousands: bool | None = None) -> str:
    """来电总量1,234.56万次; 年度培训3.21万人次."""
    words = label(column).removesuffix(column.unit) if len(column.unit) > 1 else label(column)
    return words + amount(value, column.unit, in_ten_thousands=in_ten_thousands)


def _count(nation: Nation, form: Form, column: Column, value: int, *, size: bool | None = None) -> str:
    """The same, with a word where figures in it are in open question."""
    questioned = len(nation.totals[form.key].questioned_rows(column.key))
    return count_phrase(column, value, in_ten_thousands=size) + (
        f"（含{IN_QUESTION}的{questioned}个地区）" if questioned else ""
    )


def _counts(nation: Nation, topic: Topic) -> Iterator[str]:
    form, balance, total = topic.form, topic.balance, nation.totals[topic.form.key]
    known = [(column, v) for column in topic.of_kind(Kind.COUNT) if (v := total.tallies[column.key].total) is not None]
    if not known:
        return
    if balance is None:
        # Scales differ from column to column: each is set by its own size.
        sentences = [
            _count(nation, form, column, value)
            + _sum_once(nation, form, column)
            + _change_in_words(nation, total, Figure(column), again=at > 0)
            for at, (column, value) in enumerate(known)
        ]
        yield f"{nation.whole}{'；'.join(sentences) if nation.previous else '，'.join(sentences)}。"
    else:
        yield _composed(nation, form, balance, known)
    yield from _ranking(nation, form, known[0][0])
    if balance is not None:
        yield from _movers(nation, form, known[0][0])


def _composed(nation: Nation, form: Form, balance: Balance, known: Sequence[tuple[Column, int]]) -> str:
    """A total, its parts with their shares, and what else there is."""
    size, line = is_large(*(value for _, value in known)), nation.totals[form.key]
    composed = composition(line, form, balance)
    shares = {column.key: share.exact for column, share in composed.parts}
    sentences: tuple[list[str], list[str], list[str]] = ([], [], [])
    total, parts, others = sentences
    for at, (column, value) in enumerate(known):
        share = shares.get(column.key)
        own = _count(nation, form, column, value, size=size) + ("" if share is None else f"，占{percent(share)}")
        own += _change_in_words(nation, line, Figure(column), again=at > 0)
        (total if column.key == balance.total else parts if column.key in balance.parts else others).append(own)
    made_up = f"其中{'；'.join(parts)}{composed.note}" if parts else ""
    return nation.whole + "".join(f"{text}。" for text in ("；".join(total), made_up, "；".join(others)) if text)


def _sum_once(nation: Nation, form: Form, column: Column) -> str:
    """The same with each knowledge base once, where regions of one system report it each."""
    once = nation.totals[form.key].once(column.key)
    if once is None:
        return ""
    return f"（各地区相加；系统省集中、各地区所报相同的，按一个知识库只计一次为{amount(once, column.unit)}）"


def _base_of_shares(nation: Nation, form: Form, column: Column) -> str:
    """Whose figures shares are of."""
    questioned = nation.totals[form.key].is_in_question((column.key,))
    return f"{nation.whole}没有疑问的地区" if questioned else nation.whole


def _ranking(nation: Nation, form: Form, column: Column) -> Iterator[str]:
    """Who has most and least of a figure, and how much of the nation's the leaders have."""
    ranked, total = nation.by_unit(form, column), sum(_unquestioned_counts(nation.totals[form.key], column))
    if not ranked or not total:
        return
    sure, words = _base_of_shares(nation, form, column), label(column)
    size, few, among = is_large(ranked[0][1]), ends(len(ranked)), _among(nation, form, len(ranked))

    def listed(units: Sequence[tuple[str, int]]) -> str:
        return "、".join(f"{name}（{amount(value, column.unit, in_ten_thousands=size)}）" for name, value in units)

    if not few:
        yield f"{among or '各单位'}{words}由多到少依次是{listed(ranked)}。"
        return
    first = sum(value for _, value in ranked[:few])
    yield (
        f"{among}{words}居前{chinese(few)}位的是{listed(ranked[:few])}，合计占{sure}的{percent(Fraction(first, total))}；"
        f"居后{chinese(few)}位的是{listed(ranked[-few:])}。"
    )
    shares = [
        f"{name}占{percent(Fraction(sum(known), total))}"
        for name, area in nation.areas(form)
        if (known := _unquestioned_counts(area, column))
    ]
    if shares:
        yield f"分地区看，{words}{'，'.join(shares)}{'' if sure == nation.whole else f'（占{sure}的比例）'}。"


def _among(nation: Nation, form: Form, compared: int, *, both_years: bool = False) -> str:
    """没有疑问的16个单位中，; empty where all are compared."""
    who = nation.among(form, compared, both_years=both_years)
    return f"{who}中，" if who else ""


def _unquestioned_counts(line: SummaryLine, column: Column) -> list[int]:
    """A count in the rows in which it is in no question: their sum is what shares are of."""
    return [value for entry in line.rated((column.key,)) if (value := entry.row.number(column.key)) is not None]


def _answers(nation: Nation, topic: Topic) -> Iterator[str]:
    line = nation.totals[topic.form.key]
    found = [
        (column, item, result)
        for column in topic.of_kind(Kind.YESNO)
        if (result := line.quotient(item := opening_rate(column))).denominator
    ]
    if not found:
        return
    sure = "、没有疑问" if line.questioned else ""
    parts = [
        f"{stem(column)}的{result.numerator}个，占{'' if result.denominator == line.rows else f'有效填报{sure}的{result.denominator}个的'}"
        f"{percent(Fraction(result.numerator, result.denominator or 1))}{_change_in_words(nation, line, item, again=at > 0)}"
        if result.numerator
        else f"没有{stem(column)}的"
        for at, (column, item, result) in enumerate(found)
    ]
    yield f"在填报{topic.form.key}的{line.rows}个地区中，{'；'.join(parts)}。"
    sentences = []
    for column, item, _ in found:
        rates = nation.rates_by_unit(topic.form, item)
        for end, words in ((1, "全部地区"), (0, "没有一个地区")):
            units = [name for name, share in rates if share == end]
            if 0 < len(units) < len(rates):
                who = f"是{'、'.join(units)}" if len(units) < _NAMED else f"有{len(units)}个单位"
                sentences.append(f"{words}{stem(column)}的{who}")
    if sentences:
        yield f"分单位看，{'；'.join(sentences)}。"


def _choices(nation: Nation, topic: Topic) -> Iterator[str]:
    for column in topic.of_kind(Kind.CHOICE):
        line = nation.totals[topic.form.key]
        counted = tally(line.rated((column.key,)), column)
        if counted.answered:
            parts = [
                f"{choice}{number}个地区，占{percent(Fraction(number, counted.answered))}"
                for choice, number in counted.choices.items()
                if number
            ]
            sure = "没有疑问的地区中，" if line.is_in_question((column.key,)) else ""
            yield f"{label(column)}：{sure}{'；'.join(parts)}。"


def _ratios(nation: Nation, topic: Topic) -> Iterator[str]:
    """The topic's indicators, without those that are a part's share of a total: that is reported with the figures."""
    line, balance = nation.totals[topic.form.key], topic.balance
    known = [
        (item, value)
        for item in topic.indicators
        if (value := line.quotient(item).exact) is not None
        and not (balance and item.denominator == (balance.total,) and len(item.numerator) == 1)
    ]
    if not known:
        return
    sentences = [
        f"{item.name}{ratio(item, value)}{_change_in_words(nation, line, item, again=at > 0)}"
        for at, (item, value) in enumerate(known)
    ]
    yield f"{nation.whole}{'；'.join(sentences) if nation.previous else '，'.join(sentences)}。"
    item, national = known[0]
    ranked = nation.rates_by_unit(topic.form, item)
    if not ranked:
        return
    high, low = ("低", "高") if item.better is Better.LOW else ("高", "低")
    if item.better is Better.LOW:
        ranked.reverse()
    among = _among(nation, topic.form, len(ranked))
    if not ends(len(ranked)):
        listed = "、".join(f"{name}（{ratio(item, value)}）" for name, value in ranked)
        yield f"{among or '各单位'}{item.name}由{high}到{low}依次是{listed}。"
        return
    shown = partial(ratio, item)
    above = [one for one in ranked if one[1] > national]
    below = [one for one in reversed(ranked) if one[1] < national]
    parts = [some(above, f"高于{nation.level}", "最高", shown), some(below, f"低于{nation.level}", "最低", shown)]
    if any(parts):
        yield f"{among}{item.name}{'；'.join(filter(None, parts))}。"


def _change_in_words(nation: Nation, line: SummaryLine, of: Figure | Indicator, *, again: bool = False) -> str:
    """，同口径比2018年下降1.8%: with the year the first time in a paragraph, and always that it is on one base."""
    change = nation.change(line, of)
    if change is None:
        return ""
    up, unit = ("上升", "个百分点") if isinstance(of, Indicator) and of.percent else ("增长", "%")
    if not printed(change * 100, 1):
        return "，同口径持平" if again else f"，同口径与{nation.then}持平"
    size = f"{up if change > 0 else '下降'}{rounded(abs(change) * 100, 1)}{unit}"
    return f"，同口径{size}" if again else f"，同口径比{nation.then}{size}"


def _movers(nation: Nation, form: Form, column: Column) -> Iterator[str]:
    """The units whose total moved most."""
    lines, figure = nation.lines[form.key], Figure(column)
    compared = comparable(lines, (column.key,), lambda line: nation.change(line, figure))
    moved = sorted(((line.unit.short, own) for line, own in compared if line.unit), key=lambda item: -item[1])
    up = [one for one in moved if printed(one[1] * 100, 1) > 0]  # what is printed as 0.0% is 持平
    down = [one for one in reversed(moved) if printed(one[1] * 100, 1) < 0]
    sizes = [[(name, abs(value)) for name, value in units] for units in (up, down)]
    parts = [some(sizes[0], "增长", "增幅最大", percent), some(sizes[1], "下降", "降幅最大", percent)]
    if any(parts):
        who, what = _among(nation, form, len(moved), both_years=True), label(column)
        if len(moved) in (len(up), len(down)) and len(moved) >= _NAMED:
            words = parts[0 if up else 1].partition("，")[2]
            parts = [f"都{'增长' if up else '下降'}，{words}"]
        yield f"{who}{what}同口径比{nation.then}{'；'.join(filter(None, parts))}。"
