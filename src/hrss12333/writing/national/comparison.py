"""与上年比较: of every figure and every indicator that is no share of answers this year's and last year's value over the same
rows, and the change; in tables that fit a page each. Answers that no unit changed are named below."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from msgspec.structs import replace

from hrss12333.merging.last_year import Previous
from hrss12333.model.summary_lines import COMPARISON, Figure, SummaryLine, figures
from hrss12333.survey.indicators import Indicator, indicators
from hrss12333.survey.schema import NO, YES, Form, Kind
from hrss12333.wording.rounding import change_of
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
from hrss12333.writing.national.lines import lines_area, name_columns, write_lines
from hrss12333.writing.national.quotients import YEARS, quotient_columns
from hrss12333.writing.national.styles import CHANGE_FORMAT, DIFFERENCE_FORMAT, POINTS_FORMAT

COMPARED = "同口径：只比两年都填报、都没有疑问的地区，今年、上年和变化都按这些地区计算。"
"""Said wherever a change is shown."""


def reserve_comparison(book: NationalBook, previous: Previous) -> LinesArea:
    """Which figures are compared, and their places."""
    named, *areas = name_columns(book)
    columns, folded = [named], [replace(area, prints=False, is_folded=True) for area in areas]
    for form in book.forms:
        for figure in figures(form):
            if not _is_unchanged(book, previous, form, figure):
                columns += _figure_columns(book, previous, form, figure)
    for form in book.forms:
        for item in indicators(form):
            made = [] if item.answers else _rate_columns(book, previous, form, item)
            columns += made[:3]
            folded += made[3:]
    return lines_area(book, COMPARISON, [*columns, *folded], book.whole)


def write_comparison(book: NationalBook, previous: Previous, sheet: Any) -> None:
    """Fill the sheet."""
    year = f"{previous.year}年度" if previous.year else "上一年"
    unchanged = [f.heading for form in book.forms for f in figures(form) if _is_unchanged(book, previous, form, f)]
    notes = [f"上年数取自{year}汇总表。{COMPARED}", "增减、变化率都按印出的两个数计算。", *book.areas_remark]
    notes += [f"各行都没有增减、不再列出的：{'、'.join(unchanged)}。"] if unchanged else []
    title = f"{book.year}年度12333电话服务情况{COMPARISON}（同口径）"
    write_lines(book, sheet, book.lines_areas[COMPARISON], title, notes)


def _is_unchanged(book: NationalBook, previous: Previous, form: Form, figure: Figure) -> bool:
    """Whether it counts answers, as many in either year in every unit."""
    if figure.column.kind is Kind.COUNT:
        return False
    years = (previous.sums(line, figure) for line in book.nation.lines[form.key])
    return all(both is None or both[0] == both[1] for both in years)


def _figure_columns(book: NationalBook, previous: Previous, form: Form, figure: Figure) -> Iterator[FigureColumn]:
    """A figure of both years over the same rows, and the change."""
    is_count, key, total = figure.column.kind is Kind.COUNT, figure.key, book.nation.totals[form.key]

    def years(line: SummaryLine) -> tuple[int | None, int | None]:
        both = previous.sums(line, figure)
        return both[:2] if both else (None, None)

    def change(line: SummaryLine) -> float | None:
        now, then = years(line)
        if now is None or then is None:
            return None
        return now - then if not is_count else now / then - 1 if then else None

    longest = max(len(f"{one or 0:,}") for one in years(total))
    column = partial(FigureColumn, form=form, group=figure.heading)
    formulas = _common_formulas(book.detail_areas[form.key], figure)
    for at, (year, formula) in enumerate(zip((NOW_KEY, BEFORE_KEY), formulas, strict=True)):
        yield column(
            f"{key}{year}",
            YEARS[year],
            max(longest + 2.0, 6.0) if is_count else max(longest + 1.5, 4.6),
            is_joined=at > 0,
            adds_up=True,
            value=partial(_one_of, years, at),
            formula=formula,
        )
    now, then = (own_cell(f"{key}{year}") for year in (NOW_KEY, BEFORE_KEY))
    difference = f'IF({then}=0,"",{now}/{then}-1)' if is_count else f"{now}-{then}"
    yield column(
        f"{key}{CHANGE_KEY}",
        "变化率" if is_count else "增减",
        7.4 if is_count else 4.6,
        is_joined=True,
        value=change,
        formula=f'=IF(OR({now}="",{then}=""),"",{difference})',
        num_format=CHANGE_FORMAT if is_count else DIFFERENCE_FORMAT,
    )


def _one_of(years: Any, at: int, line: SummaryLine) -> int | None:
    found: int | None = years(line)[at]
    return found


def _rate_columns(book: NationalBook, previous: Previous, form: Form, item: Indicator) -> list[FigureColumn]:
    """An indicator of both years over the same rows, the change, and what they are worked out from."""
    group = f"{item.name}（{item.unit}）" if item.unit else item.name
    made = [quotient_columns(book, form, item, year=year, width=6.0, group=group) for year in (NOW_KEY, BEFORE_KEY)]
    (first, above), (second, below) = made
    now, then = (own_cell(f"{item.key}{year}") for year in (NOW_KEY, BEFORE_KEY))
    places = item.places + 2 if item.percent else item.places
    shown, before = (f"ROUND({cell},{places})" for cell in (now, then))
    difference = f"({shown}-{before})*100" if item.percent else f'IF({before}=0,"",{shown}/{before}-1)'

    def change(line: SummaryLine) -> float | None:
        both = previous.quotients(line, item)
        found = change_of(item, both[0].exact, both[1].exact)
        return None if found is None else float(found * 100 if item.percent else found)

    changed = FigureColumn(
        f"{item.key}{CHANGE_KEY}",
        "增减\n百分点" if item.percent else "变化率",
        6.2 if item.percent else 7.0,
        group,
        form=form,
        is_joined=True,
        value=change,
        formula=f'=IF(OR({now}="",{then}=""),"",{difference})',
        num_format=POINTS_FORMAT if item.percent else CHANGE_FORMAT,
    )
    return [first, second, changed, *above, *below]


def _common_formulas(area: DetailArea, figure: Figure) -> tuple[str, str]:
    """A figure of a line's unit this year and last year, over the rows that give it in both years, in no question."""
    key, before = figure.column.key, f"{BEFORE_KEY}:{figure.column.key}"
    if figure.column.kind is Kind.COUNT:
        return area.sum_complete([key], [key, before]), area.sum_complete([before], [key, before])
    rows, now, then = area.of_line + area.unquestioned((key,)), area.range(key), area.range(before)
    answers, wanted = figure.column.choices or (YES, NO), figure.choice or YES

    def count(of_now: str, of_then: str) -> str:
        return f'COUNTIFS({rows},{now},"{of_now}",{then},"{of_then}")'

    answered = "+".join(count(one, other) for one in answers for other in answers)
    this_year = "+".join(count(wanted, answer) for answer in answers)
    last_year = "+".join(count(answer, wanted) for answer in answers)
    return f'=IF({answered}=0,"",{this_year})', f'=IF({answered}=0,"",{last_year})'
