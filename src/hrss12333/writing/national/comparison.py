"""与上年比较: of every figure and every indicator that is no share of answers this year's and last year's value over the same
rows, and the change; in tables that fit a page each. Answers that no unit changed are named below."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hrss12333.merging.last_year import Previous
from hrss12333.model.summary_lines import COMPARISON, Figure, SummaryLine, figures
from hrss12333.survey.indicators import Indicator, indicators
from hrss12333.survey.schema import NO, YES, Form, Kind
from hrss12333.writing.national.analysis import YEARS, quotient_columns
from hrss12333.writing.national.book import (
    BEFORE_KEY,
    CHANGE_KEY,
    NOW_KEY,
    DetailArea,
    FigureColumn,
    LinesArea,
    NationalBook,
    own_cell,
)
from hrss12333.writing.national.lines import lines_area
from hrss12333.writing.national.styles import CHANGE_FORMAT, DIFFERENCE_FORMAT, POINTS_FORMAT

COMPARED = "同口径：只比两年都填报、都没有疑问的地区，今年、上年和变化都按这些地区计算。"
"""Said wherever a change is shown."""


def comparison_area(book: NationalBook, previous: Previous) -> LinesArea:
    """The sheet with its lines in place."""
    columns, folded, unchanged = list[FigureColumn](), list[FigureColumn](), list[str]()
    for form in book.forms:
        for figure in figures(form):
            if _is_unchanged(book, previous, form, figure):
                unchanged.append(figure.heading)
            else:
                columns += _figure_columns(book, previous, form, figure)
    for form in book.forms:
        for item in indicators(form):
            if not item.answers:
                group = f"{item.name}（{item.unit}）" if item.unit else item.name
                for year in (NOW_KEY, BEFORE_KEY):
                    rate, operands = quotient_columns(book, form, item, year=year, width=6.0, group=group)
                    columns.append(rate)
                    folded += operands
                columns.append(_change_column(book, form, item, group))
    year = f"{previous.year}年度" if previous.year else "上一年"
    notes = [f"上年数取自{year}汇总表。{COMPARED}", "增减、变化率都按印出的两个数计算。", *book.areas_remark]
    notes += [f"各行都没有增减、不再列出的：{'、'.join(unchanged)}。"] if unchanged else []
    title = f"{book.year}年度12333电话服务情况{COMPARISON}（同口径）"
    return lines_area(book, LinesArea(COMPARISON, title, [*columns, *folded], notes), book.whole)


def _is_unchanged(book: NationalBook, previous: Previous, form: Form, figure: Figure) -> bool:
    """Whether it counts answers, as many in either year in every unit."""
    if figure.column.kind is Kind.COUNT:
        return False
    years = (previous.sums(line, figure) for line in book.nation.lines[form.key])
    return all(both is None or both[0] == both[1] for both in years)


def _figure_columns(book: NationalBook, previous: Previous, form: Form, figure: Figure) -> Iterator[FigureColumn]:
    """A figure of both years over the same rows, and the change."""
    is_count = figure.column.kind is Kind.COUNT
    both = previous.sums(book.nation.totals[form.key], figure) or (0, 0)
    longest = max(len(f"{one:,}") for one in both[:2])
    formulas = _common_formulas(book.detail_areas[form.key], figure)

    def of_year(at: int) -> FigureColumn:
        def value(line: SummaryLine) -> int | None:
            both = previous.sums(line, figure)
            return both[at] if both else None

        year, wide = (NOW_KEY, BEFORE_KEY)[at], max(longest + 2.0, 6.0) if is_count else max(longest + 1.5, 4.6)
        about: dict[str, Any] = {"value": value, "formula": formulas[at], "adds_up": True, "is_joined": at > 0}
        return FigureColumn(f"{figure.key}{year}", YEARS[year], wide, figure.heading, form=form, **about)

    yield of_year(0)
    yield of_year(1)
    yield _change_column(book, form, figure, figure.heading)


def _change_column(book: NationalBook, form: Form, of: Figure | Indicator, group: str) -> FigureColumn:
    """The change of what a reader sees: of shares in 百分点, of numbers of answers as a difference, else relative to last
    year's."""
    now, then = (own_cell(f"{of.key}{year}") for year in (NOW_KEY, BEFORE_KEY))
    shown = now, then
    if isinstance(of, Indicator):
        places = of.places + 2 if of.percent else of.places
        shown = f"ROUND({now},{places})", f"ROUND({then},{places})"
    heading, width, num_format = "变化率", 7.4, CHANGE_FORMAT
    difference, times = f'IF({then}=0,"",{shown[0]}/{shown[1]}-1)', 1
    if isinstance(of, Indicator) and of.percent:
        heading, width, num_format = "增减\n百分点", 6.2, POINTS_FORMAT
        difference, times = f"({shown[0]}-{shown[1]})*100", 100
    elif isinstance(of, Figure) and of.column.kind is not Kind.COUNT:
        heading, width, num_format, difference = "增减", 4.6, DIFFERENCE_FORMAT, f"{now}-{then}"

    def value(line: SummaryLine) -> float | None:
        if heading == "增减" and isinstance(of, Figure):
            both = book.nation.sums(line, of)
            return both[0] - both[1] if both else None
        change = book.nation.change(line, of)
        return None if change is None else float(change * times)

    formula = f'=IF(OR({now}="",{then}=""),"",{difference})'
    about: dict[str, Any] = {"value": value, "formula": formula, "num_format": num_format, "is_joined": True}
    return FigureColumn(f"{of.key}{CHANGE_KEY}", heading, width, group, form=form, **about)


def _common_formulas(area: DetailArea, figure: Figure) -> tuple[str, str]:
    """A figure of a line's unit this year and last year, over the rows that give it in both years, in no question."""
    key, before = figure.column.key, f"{BEFORE_KEY}:{figure.column.key}"
    if figure.column.kind is Kind.COUNT:
        return area.sum_complete([key], [key, before]), area.sum_complete([before], [key, before])
    rows, now, then = area.of_line + area.unquestioned((key,)), area.range(key), area.range(before)
    answers, wanted = figure.column.choices or (YES, NO), figure.choice or YES

    def count(of_now: str, of_then: str) -> str:
        return f'COUNTIFS({rows},{now},"{of_now}",{then},"{of_then}")'

    answered = "+".join(count(answer, "?*") for answer in answers)
    last_year = "+".join(count(answer, wanted) for answer in answers)
    return f'=IF({answered}=0,"",{count(wanted, "?*")})', f'=IF({answered}=0,"",{last_year})'
