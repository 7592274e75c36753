"""What is in the tables of the 参阅文件. Sums and rates are those of the national workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial

from msgspec import Struct

from hrss12333.model.summary_lines import UNIT, Figure, SummaryLine
from hrss12333.published.nation import Nation, Topic, label, stem, topics
from hrss12333.survey.indicators import Indicator, opening_rate
from hrss12333.survey.schema import Column, Form, Kind
from hrss12333.wording.rounding import TEN_THOUSAND, is_large, ratio, rounded
from hrss12333.writing.reference.grid_table import BLANK, PrintedTable, fits

_MOST_COLUMNS = 10
"""Of figures in one table of a page's width."""
ROWS = "填报地区数"
IN_QUESTION = "△"
"""Behind a figure of which regions' figures are in open question."""
COMPARED = "同口径：每个数只按两年都填报、都没有疑问的地区计算。"


class UnitTable(Struct, frozen=True):
    """One table of every unit's figures: one topic, or several small ones of a form side by side."""

    title: str
    grid: PrintedTable
    answers: bool
    """Whether it counts regions that said 是."""
    rounded: bool
    """Whether it holds figures in 万 or in percent."""


def unit_tables(nation: Nation) -> Iterator[UnitTable]:
    """The tables of all forms."""
    for form in nation.national.edition.forms:
        for together in _packed(topics(form)):
            grid = _unit_grid(nation, form, together)
            parts = [together] if fits(grid) else [[topic] for topic in together]
            for part in parts:
                title = f"各单位{'、'.join(topic.title for topic in part)}"
                grid = grid if part is together else _unit_grid(nation, form, part)
                answers = any(topic.of_kind(Kind.YESNO) for topic in part)
                in_parts = any("（万" in text or "%" in text for text in grid.heading)
                yield UnitTable(title, grid, answers, rounded=in_parts)


def _packed(found: Sequence[Topic]) -> list[list[Topic]]:
    """Neighbouring topics that fit side by side, put together from the last on: the first are the widest."""
    packed: list[list[Topic]] = []
    for topic in reversed(found):
        if packed and sum(map(_column_count, (topic, *packed[0]))) <= _MOST_COLUMNS:
            packed[0].insert(0, topic)
        else:
            packed.insert(0, [topic])
    return packed


def _column_count(topic: Topic) -> int:
    return len(topic.figures) + len(topic.indicators)


def _unit_grid(nation: Nation, form: Form, together: Sequence[Topic]) -> PrintedTable:
    total = nation.totals[form.key]
    heading, groups = [UNIT, ROWS], ["", ""]
    columns: list[Callable[[SummaryLine], str]] = []
    for topic in together:
        for figure in topic.figures:
            scaled = figure.column.kind is Kind.COUNT and _is_in_ten_thousands(total, topic, figure)
            unit = f"{'万' if scaled else ''}{figure.column.unit}"
            heading.append(f"{_short(figure)}\n（{unit}）" if figure.column.kind is Kind.COUNT else _short(figure))
            columns.append(partial(_figure_text, figure, scaled=scaled))
        for item in topic.indicators:
            heading.append(f"{item.name}\n（{'%' if item.percent else item.unit}）")
            columns.append(partial(_ratio_text, item))
        groups += [topic.title if len(together) > 1 else ""] * _column_count(topic)
    listed = [(nation.whole, total), *((name, line) for name, line in nation.areas(form) if line.rows)]
    strong = frozenset(range(len(listed)))
    listed += [(line.unit.short if line.unit else line.name, line) for line in nation.lines[form.key] if line.rows]
    rows = [[name, f"{line.rows}/{line.expected}", *(column(line) for column in columns)] for name, line in listed]
    return PrintedTable(heading, rows, groups, strong=strong)


def _is_in_ten_thousands(total: SummaryLine, topic: Topic, figure: Figure) -> bool:
    """Figures of one unit that stand side by side share their scale."""
    return is_large(*(total.value(other) for other in topic.figures if other.column.unit == figure.column.unit))


def _figure_text(figure: Figure, line: SummaryLine, *, scaled: bool) -> str:
    value = line.value(figure)
    if value is None:
        return BLANK
    complete = "" if line.tallies[figure.column.key].is_complete else "*"
    return _scaled_figure(value, scaled=scaled) + (
        IN_QUESTION if line.is_in_question((figure.column.key,)) else complete
    )


def _ratio_text(item: Indicator, line: SummaryLine) -> str:
    return _quotient_text(item, line.quotient(item).exact)


def _short(figure: Figure) -> str:
    return figure.choice or (label(figure.column) if figure.column.kind is Kind.COUNT else stem(figure.column))


def national_grid(nation: Nation) -> PrintedTable:
    """全国主要指标: a line a figure, under the title of its topic; last year's beside it where it is known."""
    compared = nation.previous is not None
    year, then = f"{nation.national.edition.year}年", nation.then
    past = ("同口径\n地区数", f"同口径\n{year}", f"同口径\n{then}", "同口径\n增减") if compared else ()
    heading = ["指标", "单位", year, ROWS, *past]
    rows: list[list[str]] = []
    titles = set()
    for topic in nation.topics:
        titles.add(len(rows))
        rows.append([topic.title, *[""] * (len(heading) - 1)])
        rows += _national_rows(nation, topic, compared=compared)
    return PrintedTable(heading, rows, titles=frozenset(titles))


def _national_rows(nation: Nation, topic: Topic, *, compared: bool) -> Iterator[list[str]]:
    total = nation.totals[topic.form.key]
    for figure in topic.figures:
        if figure.column.kind is Kind.YESNO:
            continue  # given as a share below
        both = nation.sums(total, figure)
        scaled = figure.column.kind is Kind.COUNT and _is_in_ten_thousands(total, topic, figure)
        name = _short(figure) if figure.column.kind is Kind.COUNT else f"{label(figure.column)}：{figure.choice}"
        unit = f"{'万' if scaled else ''}{figure.column.unit or '个地区'}"
        past = [] if not compared else _comparison_cells(figure, both, scaled=scaled)
        value = _figure_text(figure, total, scaled=scaled).removesuffix("*")
        yield [name, unit, value, _scope(total.tallies[figure.column.key].answered, total), *past]
        once = total.once(figure.key)
        if once is not None:
            blank = [BLANK] * len(past)
            yield [f"{name}（每库只计一次）", unit, _scaled_figure(once, scaled=scaled), BLANK, *blank]
    for item in (*topic.indicators, *(opening_rate(column) for column in topic.of_kind(Kind.YESNO))):
        found, years = total.quotient(item), nation.quotients(total, item)
        past = []
        if years:
            change = nation.change(total, item)
            moved = BLANK if change is None else f"{_signed_share(change)}{'点' if item.percent else '%'}"
            past = [f"{years[0].covered}", *(_quotient_text(item, of_year.exact) for of_year in years), moved]
        yield [
            item.name,
            "%" if item.percent else item.unit,
            _quotient_text(item, found.exact),
            _scope(found.covered, total),
            *past,
        ]


def _comparison_cells(figure: Figure, both: tuple[int, int, int] | None, *, scaled: bool) -> list[str]:
    """How many rows are compared, both years' figures over them, and the change."""
    if both is None:
        return [BLANK] * 4
    return [f"{both[2]}", *(_scaled_figure(value, scaled=scaled) for value in both[:2]), _change(figure, both)]


def _scope(answered: int, total: SummaryLine) -> str:
    return f"{answered}/{total.expected}"


def _scaled_figure(value: int | None, *, scaled: bool) -> str:
    if value is None:
        return BLANK
    return rounded(Fraction(value, TEN_THOUSAND)) if scaled else f"{value:,}"


def _quotient_text(item: Indicator, value: Fraction | None) -> str:
    return BLANK if value is None else ratio(item, value, unit=False)


def _change(figure: Figure, both: tuple[int, int, int]) -> str:
    if figure.column.kind is not Kind.COUNT:
        return f"{both[0] - both[1]:+,}" if both[0] != both[1] else "0"
    return _signed_share(Fraction(both[0], both[1]) - 1) + "%" if both[1] else BLANK


def _signed_share(share: Fraction) -> str:
    text = rounded(share * 100, 1)
    return text if text.startswith("-") or text == rounded(0, 1) else f"+{text}"


def change_table(nation: Nation, form: Form, column: Column) -> tuple[str, PrintedTable]:
    """Each unit's figure beside last year's over the same rows, under its title."""
    figure, total = Figure(column), nation.totals[form.key]
    scaled = is_large(total.value(figure))
    unit = f"\n（{'万' if scaled else ''}{column.unit}）"
    heading = [
        UNIT,
        "同口径\n地区数",
        f"{nation.national.edition.year}年{unit}",
        f"{nation.then}{unit}",
        "增减\n（%）",
    ]
    listed = [(nation.whole, total), *nation.areas(form)]
    strong = frozenset(range(sum(nation.sums(line, figure) is not None for _, line in listed)))
    listed += [(line.unit.short, line) for line in nation.lines[form.key] if line.unit]
    rows = []
    for name, line in listed:
        both = nation.sums(line, figure)
        if both:
            scope = f"{both[2]}/{line.expected}"
            rows.append(
                [name, scope, *(t.removesuffix("%") for t in _comparison_cells(figure, both, scaled=scaled)[1:])]
            )
    return f"各单位{label(column)}与上年同口径比较", PrintedTable(heading, rows, strong=strong)
