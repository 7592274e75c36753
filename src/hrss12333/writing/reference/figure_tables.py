"""What stands in the tables of the 参阅文件. Sums and rates are those of the national workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial

from msgspec import Struct

from hrss12333.model.summary_lines import UNIT, Figure, Line, figures
from hrss12333.survey.indicators import Indicator, indicators, opening_rate
from hrss12333.survey.schema import Column, Form, Kind
from hrss12333.wording.rounding import TEN_THOUSAND, large, rounded
from hrss12333.writing.reference.grid_table import Grid
from hrss12333.writing.reference.nation import Nation, Topic, label, stem, topics
from hrss12333.writing.reference.rounding import BLANK, ratio

_MOST_COLUMNS = 10
"""Of figures in one table of a page's width."""
ROWS = "填报地区数"
NATION = "全国"


class UnitTable(Struct, frozen=True):
    """One table of every unit's figures: one topic, or several small ones of a form side by side."""

    title: str
    grid: Grid
    answers: bool
    """Whether it counts regions that said 是."""
    rounded: bool
    """Whether it holds figures in 万 or in percent."""


def unit_tables(nation: Nation) -> Iterator[UnitTable]:
    """The tables of all forms."""
    for form in nation.national.edition.forms:
        for together in _packed(topics(form)):
            title = f"各单位{'、'.join(topic.title for topic in together)}"
            grid = _unit_grid(nation, form, together)
            answers = any(topic.of_kind(Kind.YESNO) for topic in together)
            yield UnitTable(title, grid, answers, rounded=any("（万" in text or "%" in text for text in grid.heading))


def _packed(found: Sequence[Topic]) -> list[list[Topic]]:
    """Neighbouring topics that fit side by side, put together from the last on: the first are the widest."""
    packed: list[list[Topic]] = []
    for topic in reversed(found):
        if packed and sum(map(_columns, (topic, *packed[0]))) <= _MOST_COLUMNS:
            packed[0].insert(0, topic)
        else:
            packed.insert(0, [topic])
    return packed


def _columns(topic: Topic) -> int:
    return len(topic.figures) + len(topic.indicators)


def _unit_grid(nation: Nation, form: Form, together: Sequence[Topic]) -> Grid:
    total = nation.totals[form.key]
    heading, groups = [UNIT, ROWS], ["", ""]
    columns: list[Callable[[Line], str]] = []
    for topic in together:
        for figure in topic.figures:
            scaled = figure.column.kind is Kind.COUNT and _in_ten_thousands(total, topic, figure)
            unit = f"{'万' if scaled else ''}{figure.column.unit}"
            heading.append(f"{_short(figure)}\n（{unit}）" if figure.column.kind is Kind.COUNT else _short(figure))
            columns.append(partial(_figure_text, figure, scaled=scaled))
        for item in topic.indicators:
            heading.append(f"{item.name}\n（{'%' if item.percent else item.unit}）")
            columns.append(partial(_ratio_text, nation, form, item))
        groups += [topic.title if len(together) > 1 else ""] * _columns(topic)
    listed = [(NATION, total), *((name, line) for name, line in nation.areas(form) if line.rows)]
    strong = frozenset(range(len(listed)))
    listed += [(line.unit.short if line.unit else line.name, line) for line in nation.lines[form.key] if line.rows]
    rows = [[name, f"{line.rows}/{line.expected}", *(column(line) for column in columns)] for name, line in listed]
    return Grid(heading, rows, groups, strong=strong)


def _in_ten_thousands(total: Line, topic: Topic, figure: Figure) -> bool:
    """Figures of one unit that stand side by side share their scale."""
    return large(*(total.value(other) for other in topic.figures if other.column.unit == figure.column.unit))


def _figure_text(figure: Figure, line: Line, *, scaled: bool) -> str:
    value = line.value(figure)
    if value is None:
        return BLANK
    text = rounded(Fraction(value, TEN_THOUSAND)) if scaled else f"{value:,}"
    return text if line.tallies[figure.column.key].complete else f"{text}*"


def _ratio_text(nation: Nation, form: Form, item: Indicator, line: Line) -> str:
    value = nation.quotient(form, item, line).exact
    if value is None:
        return BLANK
    return rounded(value * 100 if item.percent else value)


def _short(figure: Figure) -> str:
    return figure.choice or (label(figure.column) if figure.column.kind is Kind.COUNT else stem(figure.column))


def national_grid(nation: Nation) -> Grid:
    """全国主要指标: a line a figure, under the title of its topic; last year's beside it where it is known."""
    compared = nation.previous is not None
    year = nation.national.edition.year
    then = nation.previous.year if nation.previous and nation.previous.year else "上年"
    heading = [
        "指标",
        "单位",
        f"{year}年",
        *((f"{then}年" if then != "上年" else then, "增减") if compared else ()),
        ROWS,
    ]
    rows: list[list[str]] = []
    titles = set()
    for topic in nation.topics:
        titles.add(len(rows))
        rows.append([topic.title, *[""] * (len(heading) - 1)])
        rows += _national_rows(nation, topic, compared=compared)
    return Grid(heading, rows, titles=frozenset(titles))


def _national_rows(nation: Nation, topic: Topic, *, compared: bool) -> Iterator[list[str]]:
    form, total = topic.form, nation.totals[topic.form.key]
    for figure in topic.figures:
        if figure.column.kind is Kind.YESNO:
            continue  # given as a share below
        value, before = total.value(figure), nation.then(form, figure.key)
        scaled = figure.column.kind is Kind.COUNT and _in_ten_thousands(total, topic, figure)
        name = _short(figure) if figure.column.kind is Kind.COUNT else f"{label(figure.column)}：{figure.choice}"
        unit = f"{'万' if scaled else ''}{figure.column.unit or '个地区'}"
        past = [] if not compared else [_scaled(before, scaled=scaled), _common_change(nation, form, figure)]
        yield [
            name,
            unit,
            _scaled(value, scaled=scaled),
            *past,
            _scope(total.tallies[figure.column.key].answered, total),
        ]
    for item in (*topic.indicators, *(opening_rate(column) for column in topic.of_kind(Kind.YESNO))):
        found = nation.quotient(form, item)
        now, once = found.exact, nation.then_ratio(form, item.key)
        past = [] if not compared else [_plain(item, once), _ratio_change(item, now, once)]
        yield [item.name, "%" if item.percent else item.unit, _plain(item, now), *past, _scope(found.covered, total)]


def _scope(answered: int, total: Line) -> str:
    return f"{answered}/{total.expected}"


def _scaled(value: int | None, *, scaled: bool) -> str:
    if value is None:
        return BLANK
    return rounded(Fraction(value, TEN_THOUSAND)) if scaled else f"{value:,}"


def _plain(item: Indicator, value: Fraction | None) -> str:
    return BLANK if value is None else rounded(value * 100 if item.percent else value)


def _common_change(nation: Nation, form: Form, figure: Figure) -> str:
    both = nation.common(form, figure)
    if both is None:
        return BLANK
    if figure.column.kind is not Kind.COUNT:
        return f"{both[0] - both[1]:+,}" if both[0] != both[1] else "0"
    return _signed(Fraction(both[0], both[1]) - 1) + "%" if both[1] else BLANK


def _ratio_change(item: Indicator, now: Fraction | None, then: Fraction | None) -> str:
    if now is None or then is None:
        return BLANK
    if item.percent:
        return f"{_signed(now - then)}个百分点"
    return f"{_signed(now / then - 1)}%" if then else BLANK


def _signed(share: Fraction) -> str:
    text = rounded(share * 100)
    return text if text.startswith("-") or text == rounded(0) else f"+{text}"


def change_table(nation: Nation, form: Form, column: Column) -> tuple[str, Grid]:
    """Each unit's figure beside last year's, under its title."""
    figure, total = Figure(column), nation.totals[form.key]
    scaled = large(total.value(figure))
    then = f"{nation.previous.year}年" if nation.previous and nation.previous.year else "上年"
    unit = f"\n（{'万' if scaled else ''}{column.unit}）"
    heading = [UNIT, f"{nation.national.edition.year}年{unit}", f"{then}{unit}", "增减\n（%）"]
    rows = [
        [NATION, _scaled(total.value(figure), scaled=scaled), _scaled(nation.then(form, column.key), scaled=scaled)]
    ]
    rows[0].append(_common_change(nation, form, figure).removesuffix("%"))
    for line in nation.lines[form.key]:
        now, before = line.value(figure), nation.then(form, column.key, line.name)
        if line.unit is None or (now is None and before is None):
            continue
        change = BLANK if now is None or not before else _signed(Fraction(now, before) - 1)
        rows.append([line.unit.short, _scaled(now, scaled=scaled), _scaled(before, scaled=scaled), change])
    return f"各单位{label(column)}与上年比较", Grid(heading, rows, strong=frozenset({0}))


def key_figures(nation: Nation, by_form: Sequence[tuple[Form, Line]]) -> Grid:
    """A unit's own figures, two to a row: 指标, 数值, 指标, 数值."""
    pairs: list[tuple[str, str]] = []
    for form, line in by_form:
        pairs.append((f"{form.key}填报地区", f"{line.rows}/{line.expected}个"))
        for figure in figures(form):
            value, counted = line.value(figure), line.tallies[figure.column.key]
            name = figure.heading if figure.choice else _short(figure)
            if value is None:
                pairs.append((name, BLANK))
            elif figure.column.kind is Kind.COUNT:
                part = "" if counted.complete else f"（{counted.answered}/{line.expected}个地区）"
                pairs.append((name, f"{value:,}{figure.column.unit}{part}"))
            else:
                pairs.append((name, f"{value}/{counted.answered}个地区"))
        for item in indicators(form):
            if not item.answers:
                share = nation.quotient(form, item, line).exact
                pairs.append((item.name, BLANK if share is None else ratio(item, share)))
    half = (len(pairs) + 1) // 2
    pairs += [("", "")] * (2 * half - len(pairs))
    rows = [[*left, *right] for left, right in zip(pairs[:half], pairs[half:], strict=True)]
    return Grid(["指标", "数值", "指标", "数值"], rows, left=frozenset({0, 2}), shares=(2.6, 1.7, 2.9, 1.7))
