"""汇总: a line a unit in the official order and 合计 last, every figure a live sum over 明细 with its value stored.

Below 合计, and in no sum, the same units once more by area. Every figure leads to the rows that it is the sum of.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from hrss12333.model import summary_lines
from hrss12333.model.national import SHARED
from hrss12333.model.summary_lines import COUNTED_KEY, Figure, SummaryLine, summary_sheet
from hrss12333.survey.schema import NO, YES, Form, Kind
from hrss12333.writing.national.book import (
    BEFORE_KEY,
    CHANGE_KEY,
    NOW_KEY,
    ColumnHead,
    DetailArea,
    LineColumn,
    LinesArea,
    NationalBook,
    own_cell,
)
from hrss12333.writing.national.lines import (
    COMPARED,
    NOW,
    PREVIOUS,
    STATUS_KEY,
    Level,
    Line,
    finish,
    first_heads,
    write_lines,
)
from hrss12333.writing.national.paper import ROW_HIGH, Page, page_breaks
from hrss12333.writing.national.styles import CHANGE_FORMAT, DIFFERENCE_FORMAT
from hrss12333.writing.sheet_text import width

ROWS_KEY, COVERAGE_KEY, ONCE_KEY = "@rows", "@coverage", "@once"
_ONCE = "每库计一次"


def reserve(book: NationalBook, form: Form) -> LinesArea:
    """Where the lines will stand."""
    listed = book.nation.lines[form.key]
    # As wide as its longest text, as far as a page holds it.
    longest = max(map(width, [*(line.coverage(form) for line in listed), book.nation.coverage(form)]))
    status = ColumnHead(STATUS_KEY, summary_lines.STATUS, 8.0)
    coverage = ColumnHead(COVERAGE_KEY, summary_lines.COVERAGE, min(148.0, longest + 4.0))
    columns = [*first_heads(book), status, *_figure_columns(book, form), coverage]
    return LinesArea(summary_sheet(form), 4, columns, [line.name for line in listed], len(columns) - 1)


def write_summary(book: NationalBook, form: Form, sheet: Any) -> None:
    """Fill the sheet."""
    block, complete = book.lines_areas[form.key], _is_complete(book, form)
    # A column that says of every line that nothing is missing is not printed.
    end = block.note - (1 if complete else 0)
    starts = [block.at[figure.key] for figure in summary_lines.figures(form)]
    widths = [column.width for column in block.columns[: end + 1]]
    breaks = page_breaks(widths, starts if complete else [*starts, end])
    page, lines = Page(book, sheet, block.columns, breaks, last=end), _lines(book, form)
    sheet.set_default_row(ROW_HIGH)
    top = page.title(f"{book.year}年度{form.title}汇总（{form.key}）")
    page.measures(top, form)
    above = 2 * ROW_HIGH + page.headings(top + 1)
    high = write_lines(page, block, lines)
    finish(page, block, lines[-1].row, _notes(book, form, complete=complete), above, high)


def _lines(book: NationalBook, form: Form) -> list[Line]:
    key, block, nation = form.key, book.lines_areas[form.key], book.nation
    found = [
        Line(row, Level.UNIT, line.name, summary_lines.area_of(line), {key: line}, line.coverage(form))
        for row, line in enumerate(nation.lines[key], block.first)
    ]
    total = nation.totals[key]
    found.append(Line(block.total, Level.NATION, total.name, "", {key: total}, nation.coverage(form)))
    for row, (area, line) in enumerate(nation.area_lines.get(key, {}).items(), block.areas):
        coverage = summary_lines.units_coverage(nation.by_area[key][area], form, line)
        found.append(Line(row, Level.AREA, line.name, area, {key: line}, coverage))
    return found


def _is_complete(book: NationalBook, form: Form) -> bool:
    """Whether the units that reported gave every region with every figure, none of them in question."""
    total = book.nation.totals[form.key]
    return bool(total.rows) and total.rows == total.expected and not total.gaps(form) and not total.questioned


def _notes(book: NationalBook, form: Form, *, complete: bool) -> list[str]:
    """What a reader must know of the figures."""
    noun = book.national.noun
    notes = [
        f"各{noun}数据是明细表中“计入汇总”为“是”的各行之和，没有填的留空，不写0；单击任何一个数，可以看到它由哪些行合成。"
    ]
    if not complete:
        notes.append(
            f"“{summary_lines.COVERAGE}”写明合计包含多少个地区，例如20/21表示应有21个、有20个填报了可以读取的数据；不全的、"
            f"{summary_lines.IN_QUESTION}的标黄底，{summary_lines.IN_QUESTION}的也计入合计。"
        )
    notes += book.areas_remark
    if book.previous:
        year = f"{book.previous.year}年度" if book.previous.year else "上一年"
        notes.append(f"上年数取自{year}汇总表。{COMPARED}")
    for key in SHARED:
        if form.has(key) and book.nation.totals[form.key].once(key) is not None:
            notes.append(
                f"“{_ONCE}”：一个单位各地区的“{form.by_key[SHARED[key]].label}”都填“{YES}”、“{form.by_key[key].label}”又都相同的，"
                "多半是同一个知识库，只计一次；另一列是各地区相加。引用时请注明口径。"
            )
    return notes


def _figure_columns(book: NationalBook, form: Form) -> Iterator[LineColumn]:
    """How many rows count, and each figure: itself, with shared ones once, both years over the same rows, the change."""
    area = book.detail_areas[form.key]
    yield LineColumn(
        ROWS_KEY,
        summary_lines.ROWS,
        8.0,
        form=form,
        value=lambda line: line.rows,
        formula=f"=COUNTIFS({area.of_line})",
        adds_up=True,
        source=COUNTED_KEY,
        is_sure=lambda line: not line.absent,
    )
    for figure in summary_lines.figures(form):
        yield from _columns_of(book, form, figure)


def _columns_of(book: NationalBook, form: Form, figure: Figure) -> Iterator[LineColumn]:
    key, column, area, total = figure.key, figure.column, book.detail_areas[form.key], book.nation.totals[form.key]
    is_count = column.kind is Kind.COUNT
    wide = max(10.0, len(f"{total.value(figure) or 0:,}") + 2.0) if is_count else 9.0
    added = partial(LineColumn, width=wide, group=column.group, form=form, adds_up=True)
    yield added(
        key,
        figure.heading,
        value=lambda line: line.value(figure),
        formula=_figure_formula(area, figure),
        source=column.key,
        is_sure=lambda line: line.value(figure) is None or line.is_sure(column.key),
    )
    if total.once(key) is not None:
        heading = f"{figure.heading}\n（{_ONCE}）"

        def once(line: SummaryLine) -> int | None:
            found = line.once(key)
            return line.value(figure) if found is None else found

        yield added(f"{key}{ONCE_KEY}", heading, value=once, formula=_once_formula(area, figure))
    previous = book.previous
    if previous is None:
        return

    def years(line: SummaryLine) -> tuple[int | None, int | None]:
        both = previous.sums(line, figure)
        return both[:2] if both else (None, None)

    now, then = _common_formulas(area, figure)
    yield added(f"{key}{NOW_KEY}", NOW, value=lambda line: years(line)[0], formula=now)
    yield added(f"{key}{BEFORE_KEY}", PREVIOUS, value=lambda line: years(line)[1], formula=then)
    yield LineColumn(
        f"{key}{CHANGE_KEY}",
        "变化率" if is_count else "增减",
        9.0,
        column.group,
        form=form,
        value=lambda line: _change_of_sum(figure, *years(line)),
        formula=_change_formula(figure, own_cell(f"{key}{NOW_KEY}"), own_cell(f"{key}{BEFORE_KEY}")),
        num_format=CHANGE_FORMAT if is_count else DIFFERENCE_FORMAT,
    )


def _change_of_sum(figure: Figure, now: int | None, then: int | None) -> float | None:
    """Sums compare in percent; numbers of regions, often small, by difference."""
    if now is None or then is None:
        return None
    if figure.column.kind is Kind.COUNT:
        return now / then - 1 if then else None
    return now - then


def _change_formula(figure: Figure, now: str, then: str) -> str:
    """The same as a live formula over two cells."""
    change = f'IF({then}=0,"",{now}/{then}-1)' if figure.column.kind is Kind.COUNT else f"{now}-{then}"
    return f'=IF(OR({now}="",{then}=""),"",{change})'


def _figure_formula(area: DetailArea, figure: Figure) -> str:
    """The live sum of a line's unit: blank where none of its counted rows answers, so that a blank is no zero."""
    rows, cells = area.of_line, area.range(figure.column.key)
    if figure.column.kind is Kind.COUNT:
        return f'=IF(COUNTIFS({rows},{cells},">=0")=0,"",SUMIFS({cells},{rows}))'
    answered = "+".join(f'COUNTIFS({rows},{cells},"{answer}")' for answer in figure.column.choices or (YES, NO))
    return f'=IF({answered}=0,"",COUNTIFS({rows},{cells},"{figure.choice or YES}"))'


def _once_formula(area: DetailArea, figure: Figure) -> str:
    """The same where a figure that all rows of the unit give alike, under one system, counts once."""
    cells, of_line = area.range(figure.column.key), area.of_line
    rows, mean, decided_by = f"COUNTIFS({of_line})", f"AVERAGEIFS({cells},{of_line})", SHARED[figure.column.key]
    alike = f'COUNTIFS({of_line},{area.range(decided_by)},"{YES}",{cells},{mean})={rows}'
    once = f"IF(AND({rows}>1,{alike}),{mean},SUMIFS({cells},{of_line}))"
    return f'=IF(COUNTIFS({of_line},{cells},">=0")=0,"",{once})'


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
