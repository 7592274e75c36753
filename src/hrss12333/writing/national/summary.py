"""汇总: a line a unit in the official order and 合计 last, every figure a live sum over 明细 with its value stored.

Below 合计, and in no sum, the same units once more by area. Every figure leads to the rows that it is the sum of.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from msgspec.structs import replace

from hrss12333.model import summary_lines
from hrss12333.model.national import SHARED
from hrss12333.model.summary_lines import COUNTED_KEY, IN_QUESTION, Figure, SummaryLine, summary_sheet
from hrss12333.published.nation import label
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.schema import NO, YES, Form, Kind
from hrss12333.wording.signs import DOUBT, ESTIMATE
from hrss12333.writing.national.book import DetailArea, FigureColumn, LinesArea, NationalBook, SheetColumn
from hrss12333.writing.national.lines import Level, Line, fewer_regions, lines_area
from hrss12333.writing.national.styles import STATE_MARKS
from hrss12333.writing.sheet_text import width

ROWS_KEY, COVERAGE_KEY, ONCE_KEY, STATUS_KEY = "@rows", "@coverage", "@once", "@status"
_ONCE = "每库计一次"
_ANSWER_FORMAT = f'[=1]"{YES}";[=0]"{NO}";0'
"""A city's answer, which is counted like that of a unit's regions."""


def summary_area(book: NationalBook, form: Form) -> LinesArea:
    """The sheet with its lines in place."""

    def state(line: Line) -> str:
        return str(book.national.states.get(line.name, ""))

    def mark(line: Line) -> str:
        return STATE_MARKS.get(state(line), "")

    status = SheetColumn(STATUS_KEY, summary_lines.STATUS, 8.0, show=state, look="centre", mark=mark, varies=True)
    lacking = SheetColumn(
        COVERAGE_KEY,
        summary_lines.COVERAGE,
        40.0,
        show=partial(_coverage, book, form),
        look="line",
        prints=False,
        is_noted=True,
    )
    columns = [status, *_figure_columns(book, form), lacking]
    title = f"{book.year}年度{form.title}汇总（{form.key}）"
    return lines_area(book, LinesArea(summary_sheet(form), title, columns, _notes(book, form)), TOTAL, form)


def _coverage(book: NationalBook, form: Form, line: Line) -> str:
    """What a line's totals lack: 31/32个单位，20/21个地区，放弃量19/21，有疑问1个地区; empty for a unit that sent
    nothing."""
    own = line.of[form.key]
    if own is None or own.is_missing:
        return ""
    listed = book.nation.lines[form.key] if line.level is Level.NATION and not book.national.of else None
    listed = book.nation.by_area[form.key][line.area] if line.level is Level.AREA else listed
    sent = [not one.is_missing for one in listed or () if one.unit]
    parts = [] if all(sent) else [f"{sum(sent)}/{len(sent)}个单位"]
    if own.rows < own.expected or not own.rows:
        parts.append(f"{own.rows}/{own.expected}个地区" if own.expected else "没有数据行")
    parts += fewer_regions(own.gaps(form), own.expected, "栏")
    questioned = len(own.questioned_rows(*form.by_key)) if own.questioned else 0
    return "，".join(parts + ([f"{IN_QUESTION}{questioned}个地区"] if questioned else []))


def _notes(book: NationalBook, form: Form) -> list[str]:
    """The notes about the figures."""
    noun, total = book.national.noun, book.nation.totals[form.key]
    notes = [f"各{noun}数据是明细表中“计入汇总”为“是”的各行之和，没有填的留空，不写0。"]
    if total.absent or total.gaps(form) or total.questioned or summary_lines.missing_units(book.national):
        notes.append(
            f"带{DOUBT}的数不全或者{IN_QUESTION}，见下面的{summary_lines.COVERAGE}（20/21表示应有21个，20个填报了可以读取的数据）；"
            f"{IN_QUESTION}的也计入合计。"
        )
    if total.has_estimates:
        notes.append(f"带{ESTIMATE}的数含有备注写明是估计（暂估、预计、统计不全等）的数，见明细的备注。")
    notes += book.areas_remark
    for key in SHARED:
        if form.has(key) and total.once(key) is not None:
            notes.append(
                f"“{_ONCE}”：一个单位各地区的“{form.by_key[SHARED[key]].label}”都填“{YES}”、“{form.by_key[key].label}”又都相同的，"
                "多半是同一个知识库，只计一次；另一列是各地区相加。引用时请注明口径。"
            )
    return notes


def _figure_columns(book: NationalBook, form: Form) -> Iterator[FigureColumn]:
    """The number of rows that count, and each figure, with shared ones once."""
    area, total = book.detail_areas[form.key], book.nation.totals[form.key]
    rows: dict[str, Any] = {"value": lambda line: line.rows, "is_sure": lambda line: not line.absent}
    rows |= {"formula": f"=COUNTIFS({area.of_line})", "source": COUNTED_KEY}
    rows |= {"varies": True, "show": lambda line: (own := line.of[form.key]) and own.rows}
    of_city = book.national.of is not None
    if not of_city:
        yield FigureColumn(ROWS_KEY, f"{summary_lines.ROWS}\n（个）", 9.5, form=form, adds_up=True, **rows)
    for figure in summary_lines.figures(form):
        yield _figure_column(form, figure, total, figure_formula(area, figure), of_city=of_city)
        if total.once(figure.key) is not None:
            yield _once_column(form, figure, total, _once_formula(area, figure))


def figure_heading(figure: Figure, *, of_city: bool) -> str:
    """来电总量 over （次）, 开通留言服务 over 的地区数（个）; of one city 开通留言服务."""
    if figure.column.kind is not Kind.COUNT:
        return figure.heading.replace("的地区数", "" if of_city else "\n的地区数（个）")
    return f"{label(figure.column)}\n（{figure.column.unit}）"


def _figure_column(
    form: Form, figure: Figure, total: SummaryLine, formula: str, *, of_city: bool = False
) -> FigureColumn:
    def is_sure(line: SummaryLine) -> bool:
        return line.value(figure) is None or line.is_sure(figure.column.key)

    about: dict[str, Any] = {"form": form, "formula": formula, "source": figure.column.key, "adds_up": True}
    about |= {"value": lambda line: line.value(figure), "is_sure": is_sure}
    heading = figure_heading(figure, of_city=of_city)
    wide = max(9.5, min(10.0, width(heading) * 0.75 + 0.5))
    if figure.column.kind is Kind.COUNT:
        about["is_estimate"] = lambda line: line.has_estimates
        wide = max(len(f"{total.value(figure) or 0:,}") + 3.0, min(9.5, width(heading) + 1.5))
    elif of_city:
        about["unit_format"] = _ANSWER_FORMAT
    return FigureColumn(figure.key, heading, wide, figure.column.group, **about)


def _once_column(form: Form, figure: Figure, total: SummaryLine, formula: str) -> FigureColumn:
    def once(line: SummaryLine) -> int | None:
        found = line.once(figure.key)
        return line.value(figure) if found is None else found

    plain, heading = _figure_column(form, figure, total, formula), f"{label(figure.column)}\n（{_ONCE}）"
    return replace(
        plain, key=f"{figure.key}{ONCE_KEY}", heading=heading, value=once, source="", is_sure=lambda line: True
    )


def figure_formula(area: DetailArea, figure: Figure) -> str:
    """The live sum of a line's unit: blank where none of its counted rows answers, so that a blank is no zero."""
    rows, cells = area.of_line, area.range(figure.column.key)
    if figure.column.kind is Kind.COUNT:
        return f'=IF(COUNTIFS({rows},{cells},">=0")=0,"",SUMIFS({cells},{rows}))'
    answered = "+".join(f'COUNTIFS({rows},{cells},"{answer}")' for answer in figure.column.choices or (YES, NO))
    return f'=IF({answered}=0,"",COUNTIFS({rows},{cells},"{figure.choice or YES}"))'


def _once_formula(area: DetailArea, figure: Figure) -> str:
    """The formula of a sum in which a figure that all rows of the unit give alike, under one system, counts once."""
    cells, of_line = area.range(figure.column.key), area.of_line
    rows, mean, decided_by = f"COUNTIFS({of_line})", f"AVERAGEIFS({cells},{of_line})", SHARED[figure.column.key]
    alike = f'COUNTIFS({of_line},{area.range(decided_by)},"{YES}",{cells},{mean})={rows}'
    once = f"IF(AND({rows}>1,{alike}),{mean},SUMIFS({cells},{of_line}))"
    return f'=IF(COUNTIFS({of_line},{cells},">=0")=0,"",{once})'
