"""What an analyst would write from the national table: a paragraph a matter, every figure taken from there.

The text follows the form's own groups, so that next year's columns are covered without a change here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction

from hrss12333.model.national import Status
from hrss12333.model.summary_lines import Figure, missing
from hrss12333.survey.indicators import Better, opening_rate, share_of
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Column, Form, Kind
from hrss12333.wording.rounding import OF_BOTH, ROUNDING_NOTE, amount, large, percent, rounded
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
    faulty = [status.unit for status in national.units if status.status is Status.FAULTY]
    if faulty:
        yield f"调查表仍有强制性错误、数据待核实的{len(faulty)}个单位：{_all(faulty)}。"
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
        yield f"全国{'，'.join(count_phrase(column, value) for column, value in known)}。"
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
        shares = [nation.quotient(topic.form, share_of(topic.form.by_key[part], total)) for part in balance.parts]
        note = OF_BOTH if any(0 < share.covered < nation.totals[topic.form.key].rows for share in shares) else ""
        composed = [*whole, *([f"其中{'；'.join(parts)}{note}"] if parts else [])]
        yield f"全国{'。'.join(filter(None, ('，'.join(composed), '，'.join(others))))}。"
    yield from _ranking(nation, topic.form, known[0][0])


def _share(nation: Nation, form: Form, part: Column, total: Column) -> str:
    """Over the regions that gave both figures, as every indicator."""
    found = nation.quotient(form, share_of(part, total)).exact
    return "" if found is None else f"，占{percent(found)}"


def _ranking(nation: Nation, form: Form, column: Column) -> Iterator[str]:
    """Who has most and least of a figure, and how much of the nation's the leaders have."""
    ranked, total = nation.by_unit(form, column), nation.total(form, column)
    if len(ranked) < 2 or not total:
        return
    words, size, few = label(column), large(ranked[0][1]), ends(len(ranked))

    def listed(units: Sequence[tuple[str, int]]) -> str:
        return "、".join(f"{name}（{amount(value, column.unit, in_ten_thousands=size)}）" for name, value in units)

    if not few:
        yield f"各单位{words}由多到少依次是{listed(ranked)}。"
        return
    first = sum(value for _, value in ranked[:few])
    yield (
        f"{words}居前{chinese(few)}位的是{listed(ranked[:few])}，合计{amount(first, column.unit, in_ten_thousands=size)}，"
        f"占全国的{percent(Fraction(first, total))}；居后{chinese(few)}位的是{listed(ranked[-few:])}。"
    )
    shares = [
        f"{name}占{percent(Fraction(value, total))}"
        for name, line in nation.areas(form)
        if (value := line.tallies[column.key].total) is not None
    ]
    if shares:
        yield f"分地区看，{words}{'，'.join(shares)}。"


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
    parts = [
        f"{stem(column)}的{result.numerator}个，占{'' if result.denominator == rows else f'有效填报的{result.denominator}个的'}"
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
        counted = nation.totals[topic.form.key].tallies[column.key]
        if counted.answered:
            parts = [
                f"{choice}{number}个地区，占{percent(Fraction(number, counted.answered))}"
                for choice, number in counted.choices.items()
                if number
            ]
            yield f"{label(column)}：{'；'.join(parts)}。"


def _ratios(nation: Nation, topic: Topic) -> Iterator[str]:
    known = [
        (item, value) for item in topic.indicators if (value := nation.quotient(topic.form, item).exact) is not None
    ]
    if not known:
        return
    yield f"全国{'，'.join(f'{item.name}{ratio(item, value)}' for item, value in known)}。"
    item, national = known[0]
    ranked = nation.ratios_by_unit(topic.form, item)
    if len(ranked) < 2:
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
        f"{item.name}高于全国的有{above}个单位，低于全国的有{below}个单位；最{high}的是{listed(ranked[:few])}，"
        f"最{low}的是{listed(ranked[-few:])}。"
    )


def change_words(now: Fraction | int, then: Fraction | int, *, points: bool = False) -> str:
    """增长5.21%, 下降3.00%, 上升1.20个百分点, 持平; empty where last year's was 0."""
    if points:
        difference = (Fraction(now) - Fraction(then)) * 100
        size = rounded(abs(difference))
        return "持平" if size == rounded(0) else f"{'上升' if difference > 0 else '下降'}{size}个百分点"
    if not then:
        return ""
    change = Fraction(now) / Fraction(then) - 1
    size = percent(abs(change))
    return "持平" if size == percent(Fraction(0)) else f"{'增长' if change > 0 else '下降'}{size}"


def change_paragraphs(nation: Nation, year: int | None) -> Iterator[str]:
    """Year on year: sums over the units that reported in both, indicators of the nation, units that moved most."""
    base = f"{year}年" if year else "上年"
    for topic in nation.topics:
        sums = []
        for column in topic.of_kind(Kind.COUNT):
            both = nation.common(topic.form, Figure(column))
            if both and (words := change_words(both[0], both[1])):
                sums.append((both[2], f"{label(column)}{words}"))
        rates = []
        for item in topic.indicators:
            now, then = nation.quotient(topic.form, item).exact, nation.then_ratio(topic.form, item.key)
            if now is not None and then is not None and (words := change_words(now, then, points=item.percent)):
                shown, before = ratio(item, now), ratio(item, then)
                rates.append(f"{item.name}{'持平' if shown == before else f'由{before}变为{shown}，{words}'}")
        number = max((units for units, _ in sums), default=0)
        parts = []
        if sums:
            parts.append(f"按两年都填报的{number}个单位计算，{'，'.join(words for _, words in sums)}")
        if rates:
            parts.append(f"全国{'；'.join(rates)}")
        if parts:
            yield f"{topic.title}与{base}相比：{'。'.join(parts)}。"
    yield from _movers(nation, base)


def _movers(nation: Nation, base: str) -> Iterator[str]:
    topic = next((topic for topic in nation.topics if topic.balance), None)
    if topic is None or topic.balance is None:
        return
    column = topic.form.by_key[topic.balance.total]
    moved = sorted(
        (
            (Fraction(now, then) - 1, line.unit.short)
            for line in nation.lines[topic.form.key]
            if line.unit
            and (now := line.tallies[column.key].total) is not None
            and (then := nation.then(topic.form, column.key, line.name))
        ),
        key=lambda item: -item[0],
    )
    if len(moved) < 2:
        return
    up, down = [item for item in moved if item[0] > 0], [item for item in reversed(moved) if item[0] < 0]
    few = ends(len(moved)) or 3

    def listed(units: Sequence[tuple[Fraction, str]]) -> str:
        return "、".join(f"{name}（{percent(abs(change))}）" for change, name in units[:few])

    counted = [f"{words}的有{len(units)}个单位" for words, units in (("增长", up), ("下降", down)) if units]
    parts = [f"{label(column)}比{base}{'，'.join(counted)}"] if counted else [f"各单位{label(column)}与{base}持平"]
    parts += [f"增幅最大的是{listed(up)}"] if up else []
    parts += [f"降幅最大的是{listed(down)}"] if down else []
    yield "；".join(parts) + "。"
