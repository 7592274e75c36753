"""What an analyst would write from the national table: a paragraph a matter, every figure taken from there.

The text follows the form's own groups, so that next year's columns are covered without a change here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction

from hrss12333.model.comparable import comparable
from hrss12333.model.national import Status, tally
from hrss12333.model.summary_lines import Figure, Line, missing
from hrss12333.survey.indicators import Better, Indicator, opening_rate, share_of
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Column, Form, Kind
from hrss12333.wording.questions import asked_line, few_line, share_note
from hrss12333.wording.rounding import ROUNDING_NOTE, amount, change_of, large, percent, rounded
from hrss12333.writing.reference.nation import Nation, Topic, label, stem
from hrss12333.writing.reference.rounding import chinese, ratio

_MOST_NAMES = 8
"""Units named one by one; of more only the number is given."""


def coverage_paragraphs(nation: Nation, reports: Collection[str]) -> Iterator[str]:
    """Who sent what; ``reports`` are the codes of the units whose 工作总结 is here."""
    national = nation.national
    expected, absent = len(national.units), missing(national)
    forms = "，".join(
        f"{form.key}有{total.rows}个地区（已报单位应有{total.expected}个）"
        for form in national.edition.forms
        if (total := nation.totals[form.key])
    )
    yield f"应报{expected}个单位，报送调查表的{expected - len(absent)}个。所报的表中，{forms}。"
    if absent:
        yield f"未报送调查表的{len(absent)}个单位：{_all(absent)}。"
    partly = [
        f"{line.unit.short}（{form.key}应报{line.expected}个，已报{line.rows}个）"
        for form in national.edition.forms
        for line in nation.lines[form.key]
        if line.unit and line.status is not Status.MISSING and line.rows < line.expected
    ]
    if partly:
        yield f"所报地区不全的：{'、'.join(partly)}。"
    yield from filter(None, (asked_line(national), few_line(national, nation.lines)))
    without = [status.unit for status in national.units if status.unit.code not in reports]
    if len(without) == expected:
        yield "没有收到工作总结。"
    else:
        said = f"报送工作总结的{expected - len(without)}个单位。"
        yield said + (f"未报送工作总结的{len(without)}个单位：{_all(without)}。" if without else "")
    yield (
        f"以下数据的统计期间为{national.edition.period}，只计已报送的地区，未填的不按0计算；比率按合计数相除，"
        f"不是各单位比率的平均。{ROUNDING_NOTE}"
    )


def _all(units: Sequence[Unit]) -> str:
    return "、".join(unit.short for unit in units)


def topic_paragraphs(nation: Nation, topic: Topic) -> Iterator[str]:
    """The text of one topic."""
    yield from _counts(nation, topic)
    yield from _answers(nation, topic)
    yield from _choices(nation, topic)
    yield from _ratios(nation, topic)


def ends(count: int) -> int:
    """How many leaders, and how many laggards, are named of so many units; 0 where all are."""
    return 5 if count >= 12 else 3 if count >= 7 else 0


def named(units: Sequence[str]) -> str:
    """北京、天津等12个单位, or all of a few."""
    if len(units) <= _MOST_NAMES:
        return f"{'、'.join(units)}{len(units)}个单位" if len(units) > 1 else f"{units[0]}1个单位"
    return f"{'、'.join(units[:3])}等{len(units)}个单位"


def count_phrase(column: Column, value: int, *, in_ten_thousands: bool | None = None) -> str:
    """来电总量1,234.56万次; 年度培训3.21万人次."""
    words = label(column).removesuffix(column.unit) if len(column.unit) > 1 else label(column)
    return words + amount(value, column.unit, in_ten_thousands=in_ten_thousands)


def _counts(nation: Nation, topic: Topic) -> Iterator[str]:
    known = [
        (column, value)
        for column in topic.of_kind(Kind.COUNT)
        if (value := nation.total(topic.form, column)) is not None
    ]
    if not known:
        return
    balance = topic.balance
    if balance is None:
        # Scales differ from column to column: each is set by its own size.
        told = "，".join(count_phrase(column, value) + _once(nation, topic.form, column) for column, value in known)
        yield f"{nation.whole}{told}。"
    else:
        total = topic.form.by_key[balance.total]
        size = large(*(value for _, value in known))
        whole = [count_phrase(column, value, in_ten_thousands=size) for column, value in known if column == total]
        parts = [
            count_phrase(column, value, in_ten_thousands=size) + _share(nation, topic.form, column, total)
            for column, value in known
            if column.key in balance.parts
        ]
        others = [
            count_phrase(column, value, in_ten_thousands=size)
            for column, value in known
            if column.key not in balance.fields
        ]
        note = share_note(nation.totals[topic.form.key], topic.form, balance)
        composed = [*whole, *([f"其中{'；'.join(parts)}{note}"] if parts else [])]
        yield f"{nation.whole}{'。'.join(filter(None, ('，'.join(composed), '，'.join(others))))}。"
    yield from _ranking(nation, topic.form, known[0][0])


def _share(nation: Nation, form: Form, part: Column, total: Column) -> str:
    """Over the regions that gave both figures, as every indicator."""
    found = nation.quotient(form, share_of(part, total)).exact
    return "" if found is None else f"，占{percent(found)}"


def _once(nation: Nation, form: Form, column: Column) -> str:
    """The same with each knowledge base once, where regions of one system report it each."""
    once = nation.totals[form.key].once(column.key)
    if once is None:
        return ""
    return f"（各地区相加；系统省集中、各地区所报相同的，按一个知识库只计一次为{amount(once, column.unit)}）"


def _ranking(nation: Nation, form: Form, column: Column) -> Iterator[str]:
    """Who has most and least of a figure, and how much of the nation's the leaders have."""
    line = nation.totals[form.key]
    ranked, total = nation.by_unit(form, column), _sum_of(line, column)
    if not ranked or not total:
        return
    sure = f"{nation.whole}没有疑问的地区" if line.in_question((column.key,)) else nation.whole
    words, size, few = label(column), large(ranked[0][1]), ends(len(ranked))

    def listed(units: Sequence[tuple[str, int]]) -> str:
        return "、".join(f"{name}（{amount(value, column.unit, in_ten_thousands=size)}）" for name, value in units)

    if not few:
        yield f"各单位{words}由多到少依次是{listed(ranked)}。"
        return
    first = sum(value for _, value in ranked[:few])
    yield (
        f"{words}居前{chinese(few)}位的是{listed(ranked[:few])}，合计{amount(first, column.unit, in_ten_thousands=size)}，"
        f"占{sure}的{percent(Fraction(first, total))}；居后{chinese(few)}位的是{listed(ranked[-few:])}。"
    )
    shares = [
        f"{name}占{percent(Fraction(value, total))}"
        for name, area in nation.areas(form)
        if (value := _sum_of(area, column)) is not None
    ]
    if shares:
        yield f"分地区看，{words}{'，'.join(shares)}{'' if sure == nation.whole else f'（占{sure}的比例）'}。"


def _sum_of(line: Line, column: Column) -> int | None:
    """A count over the rows in which it is in no question: what shares are of."""
    known = [value for entry in line.rated((column.key,)) if (value := entry.row.number(column.key)) is not None]
    return sum(known) if known else None


def _answers(nation: Nation, topic: Topic) -> Iterator[str]:
    found = [
        (column, result)
        for column in topic.of_kind(Kind.YESNO)
        if (result := nation.quotient(topic.form, opening_rate(column))).denominator
    ]
    if not found:
        return
    rows = nation.totals[topic.form.key].rows
    scope = f"在填报{topic.form.key}的{rows}个地区中，"
    sure = "、没有疑问" if nation.totals[topic.form.key].asked else ""
    parts = [
        f"{stem(column)}的{result.numerator}个，占{'' if result.denominator == rows else f'有效填报{sure}的{result.denominator}个的'}"
        f"{percent(Fraction(result.numerator, result.denominator or 1))}"
        if result.numerator
        else f"没有{stem(column)}的"
        for column, result in found
    ]
    yield f"{scope}{'；'.join(parts)}。"
    everywhere, nowhere = [], []
    for column, _ in found:
        shares = nation.ratios_by_unit(topic.form, opening_rate(column))
        every = [name for name, share in shares if share == 1]
        none = [name for name, share in shares if share == 0]
        everywhere += [f"全部地区{stem(column)}的有{len(every)}个单位"] if every else []
        nowhere += [f"没有地区{stem(column)}的有{named(none)}"] if 0 < len(none) < len(shares) else []
    if everywhere or nowhere:
        yield f"分单位看，{'，'.join(everywhere)}{'；' if everywhere and nowhere else ''}{'；'.join(nowhere)}。"


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
            sure = "没有疑问的地区中，" if line.in_question((column.key,)) else ""
            yield f"{label(column)}：{sure}{'；'.join(parts)}。"


def _ratios(nation: Nation, topic: Topic) -> Iterator[str]:
    known = [
        (item, value) for item in topic.indicators if (value := nation.quotient(topic.form, item).exact) is not None
    ]
    if not known:
        return
    yield f"{nation.whole}{'，'.join(f'{item.name}{ratio(item, value)}' for item, value in known)}。"
    item, national = known[0]
    ranked = nation.ratios_by_unit(topic.form, item)
    if not ranked:
        return

    def listed(units: Sequence[tuple[str, Fraction]]) -> str:
        return "、".join(f"{name}（{ratio(item, value)}）" for name, value in units)

    high, low = ("低", "高") if item.better is Better.LOW else ("高", "低")
    if item.better is Better.LOW:
        ranked.reverse()
    few = ends(len(ranked))
    if not few:
        yield f"各单位{item.name}由{high}到{low}依次是{listed(ranked)}。"
        return
    above = sum(value > national for _, value in ranked)
    below = sum(value < national for _, value in ranked)
    yield (
        f"{item.name}高于{nation.level}的有{above}个单位，低于{nation.level}的有{below}个单位；最{high}的是{listed(ranked[:few])}，"
        f"最{low}的是{listed(ranked[-few:])}。"
    )


def change_words(now: Fraction | int, then: Fraction | int) -> str:
    """增长5.21%, 下降3.00%, 持平; empty where last year's was 0."""
    return _moved(Fraction(now) / Fraction(then) - 1, "增长", "%") if then else ""


def _moved(change: Fraction, up: str, unit: str) -> str:
    size = rounded(abs(change) * 100)
    return "持平" if size == rounded(0) else f"{up if change > 0 else '下降'}{size}{unit}"


def rate_words(item: Indicator, now: Fraction, then: Fraction) -> str:
    """由85.11%变为86.31%，上升1.20个百分点: by what a reader works out from the two."""
    change = change_of(item, now, then)
    shown, before = ratio(item, now), ratio(item, then)
    if shown == before:
        return f"持平（{shown}）"
    words = "" if change is None else _moved(change, *(("上升", "个百分点") if item.percent else ("增长", "%")))
    return f"由{before}变为{shown}{f'，{words}' if words else ''}"


def change_paragraphs(nation: Nation, year: int | None) -> Iterator[str]:
    """Year on year over the rows of both years that are in no question: sums, indicators, and the units that moved most."""
    base = f"{year}年" if year else "上年"
    yield f"以下与{base}的比较都是同口径：每个数只按两年都填报、都没有疑问的地区计算，因此与前文的全部合计、比率略有不同。"
    for topic in nation.topics:
        line, sums, rates = nation.totals[topic.form.key], [], []
        for column in topic.of_kind(Kind.COUNT):
            both = nation.sums(line, Figure(column))
            if both and (words := change_words(both[0], both[1])):
                sums.append((both[2], f"{label(column)}{words}"))
        for item in topic.indicators:
            years = nation.quotients(line, item)
            if years and years[0].exact is not None and years[1].exact is not None:
                words = rate_words(item, years[0].exact, years[1].exact)
                rates.append((years[0].covered, f"{item.name}{words}"))
        parts = [_over(sums, "，"), _over(rates, "；")]
        if any(parts):
            yield f"{topic.title}与{base}同口径相比：{'。'.join(filter(None, parts))}。"
    yield from _movers(nation, base)


def _over(told: Sequence[tuple[int, str]], between: str) -> str:
    """按440个地区计算，来电总量增长5.21%，…; each with its own number of rows where these differ."""
    if len({number for number, _ in told}) == 1:
        return f"按{told[0][0]}个地区计算，{between.join(words for _, words in told)}"
    return between.join(f"{words}（{number}个地区）" for number, words in told)


def _movers(nation: Nation, base: str) -> Iterator[str]:
    topic = next((topic for topic in nation.topics if topic.balance), None)
    if topic is None or topic.balance is None:
        return
    column = topic.form.by_key[topic.balance.total]

    def change(line: Line) -> Fraction | None:
        both = nation.sums(line, Figure(column))
        return Fraction(both[0], both[1]) - 1 if both and both[1] else None

    compared = comparable(nation.lines[topic.form.key], (column.key,), change)
    moved = sorted(((own, line.unit.short) for line, own in compared if line.unit), key=lambda item: -item[0])
    if not moved:
        return
    up, down = [item for item in moved if item[0] > 0], [item for item in reversed(moved) if item[0] < 0]
    few = ends(len(moved)) or 3

    def listed(units: Sequence[tuple[Fraction, str]]) -> str:
        return "、".join(f"{name}（{percent(abs(change))}）" for change, name in units[:few])

    counted = [f"{words}的有{len(units)}个单位" for words, units in (("增长", up), ("下降", down)) if units]
    parts = (
        [f"{label(column)}同口径比{base}{'，'.join(counted)}"]
        if counted
        else [f"各单位{label(column)}同口径与{base}持平"]
    )
    parts += [f"增幅最大的是{listed(up)}"] if up else []
    parts += [f"降幅最大的是{listed(down)}"] if down else []
    yield "；".join(parts) + "。"
