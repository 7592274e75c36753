"""汇总: a line a unit in the official order and 合计 last, every figure a live sum over 明细 with its value stored."""

from __future__ import annotations

from math import ceil
from typing import Any

from hrss12333.model import summary_lines as figures
from hrss12333.model.filing import column_letters
from hrss12333.model.national import Status
from hrss12333.model.summary_lines import NO, YES, Figure, Line, nation_coverage, summary_sheet
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.schema import Form, Kind
from hrss12333.writing.national.book import Block, Book, Span, head, paper, write_headings
from hrss12333.writing.national.comparison import (
    common_change,
    common_change_formula,
    sum_change,
    sum_change_format,
    sum_change_formula,
)
from hrss12333.writing.sheet_text import safe

LEADING = (figures.UNIT, figures.STATUS, figures.ROWS)
PREVIOUS = "上年"
PER_PAGE = 6
"""Figures a page, where each has last year beside it."""


def change_heading(form_kind: Kind) -> str:
    """Heading of the comparison: sums compare in percent, counts of regions by difference."""
    return "变化率" if form_kind is Kind.COUNT else "增减"


def reserve(book: Book, form: Form) -> Block:
    """Where the lines will stand."""
    step = 3 if book.previous else 1
    columns = {figure.key: len(LEADING) + at * step for at, figure in enumerate(figures.figures(form))}
    columns[figures.ROWS] = 2
    first = 6 if book.previous else 5
    last = first + len(book.lines[form.key]) - 1
    return Block(summary_sheet(form), first, last, last + 1, columns)


def write_summary(book: Book, form: Form, sheet: Any) -> None:
    """Fill the sheet."""
    block, total = book.blocks[form.key], book.totals[form.key]
    remarks = [
        "各单位数据是明细表中“计入汇总”为“是”的各行之和；“是否……”各列是答“是”的地区数，选项列是选该项的地区数。"
        "一个地区都没有填的，留空，不写 0。",
        f"“{figures.COVERAGE}”写明合计包含多少个地区：20/21 表示应有 21 个、只有 20 个填报了可以读取的数据；不全的数字标黄底。",
    ]
    if book.previous:
        remarks.append(
            f"上年数取自{_year(book)}汇总表。{TOTAL}行的变化按两年都有数据的单位计算；填报覆盖不同的，变化仅供参考。"
        )
    column = 1 if book.previous else 0
    top = head(book, sheet, f"{book.year}年度{form.title}汇总（{form.key}）", remarks, column=column)
    for row, line in enumerate(book.lines[form.key], block.first):
        _line(book, form, sheet, row, line)
    _total(book, form, sheet, total)
    width = len(_heading_texts(book, form))
    sheet.autofilter(block.first - 1, 0, block.last, width - 1)
    sheet.freeze_panes(block.first, 1)
    widths, breaks = _widths(book, form)
    write_headings(book, sheet, top, _groups(book, form), _heading_texts(book, form), widths, breaks)
    paper(sheet, widths, (top, block.first - 1), breaks)


def _widths(book: Book, form: Form) -> tuple[list[float], list[int]]:
    """Width of each column, and which columns begin a new page."""
    widths, breaks = [20.0, 9.0, 11.0], []
    listed = figures.figures(form)
    size = ceil(len(listed) / ceil(len(listed) / PER_PAGE)) if listed else 1
    for at, figure in enumerate(listed):
        if book.previous and at and at % size == 0:
            breaks.append(len(widths))
        own = 13.0 if figure.column.kind is Kind.COUNT else 10.0
        widths += [own, own, 9.0] if book.previous else [own]
    return [*widths, 36.0], breaks


def _year(book: Book) -> str:
    return f"{book.previous.year}年度" if book.previous and book.previous.year else "上一年"


def _heading_texts(book: Book, form: Form) -> list[str]:
    found = list(LEADING)
    for figure in figures.figures(form):
        found.append(figure.heading)
        found += [PREVIOUS, change_heading(figure.column.kind)] if book.previous else []
    return [*found, figures.COVERAGE]


def _groups(book: Book, form: Form) -> list[tuple[str, int]]:
    step = 3 if book.previous else 1
    groups = [("", len(LEADING))]
    for name, columns in form.groups:
        keys = {column.key for column in columns}
        size = sum(figure.column.key in keys for figure in figures.figures(form))
        groups += [(name, size * step)] if size else []
    return [*groups, ("", 1)]


def figure_formula(span: Span, figure: Figure, name_cell: str) -> str:
    """The live sum of one unit: blank where none of its counted rows answers, so that a blank is no zero."""
    of_unit = f'{span.range(figures.UNIT)},{name_cell},{span.range(figures.COUNTED)},"{YES}"'
    cells = span.range(figure.column.key)
    if figure.column.kind is Kind.COUNT:
        return f'=IF(COUNTIFS({of_unit},{cells},">=0")=0,"",SUMIFS({cells},{of_unit}))'
    answers = figure.column.choices or (YES, NO)
    answered = "+".join(f'COUNTIFS({of_unit},{cells},"{answer}")' for answer in answers)
    return f'=IF({answered}=0,"",COUNTIFS({of_unit},{cells},"{figure.choice or YES}"))'


def _line(book: Book, form: Form, sheet: Any, row: int, line: Line) -> None:
    styles, span, block = book.styles, book.spans[form.key], book.blocks[form.key]
    status = line.status.label if line.status else ""
    mark = {Status.FAULTY: "error", Status.MISSING: "query"}.get(line.status or Status.ACCEPTED, "")
    sheet.write_string(row, 0, safe(line.name), styles.text())
    sheet.write_string(row, 1, status, styles.centre(mark=mark))
    name_cell = f"$A{row + 1}"
    of_unit = f'{span.range(figures.UNIT)},{name_cell},{span.range(figures.COUNTED)},"{YES}"'
    lack = "query" if line.absent else ""
    sheet.write_formula(row, 2, f"=COUNTIFS({of_unit})", styles.number(mark=lack), line.rows)
    for figure in figures.figures(form):
        at, value = block.columns[figure.key], line.value(figure)
        counted = line.tallies[figure.column.key]
        partial = "query" if value is not None and not counted.complete else ""
        formula = figure_formula(span, figure, name_cell)
        sheet.write_formula(row, at, formula, styles.number(mark=partial), "" if value is None else value)
        if book.previous:
            _comparison(book, sheet, row, at, figure, value, book.previous.total(line.name, form, figure.key))
    coverage = line.coverage(form)
    sheet.write_string(row, _coverage_column(book, form), coverage, styles.text(text_wrap=True))


def _coverage_column(book: Book, form: Form) -> int:
    return len(_heading_texts(book, form)) - 1


def _comparison(
    book: Book, sheet: Any, row: int, at: int, figure: Figure, value: int | None, before: int | None
) -> None:
    _before(book, sheet, row, at, before)
    now, then = f"{column_letters(at + 1)}{row + 1}", f"{column_letters(at + 2)}{row + 1}"
    change, look = sum_change(figure, value, before), book.styles.number(sum_change_format(figure))
    sheet.write_formula(row, at + 2, sum_change_formula(figure, now, then), look, "" if change is None else change)


def _before(book: Book, sheet: Any, row: int, at: int, before: int | None, *, total: bool = False) -> None:
    look = book.styles.number(total=total)
    if before is None:
        sheet.write_blank(row, at + 1, None, look)
    else:
        sheet.write_number(row, at + 1, before, look)


def _total(book: Book, form: Form, sheet: Any, total: Line) -> None:
    styles, block, row = book.styles, book.blocks[form.key], book.blocks[form.key].total
    sheet.write_string(row, 0, TOTAL, styles.text(total=True))
    sheet.write_blank(row, 1, None, styles.text(total=True))
    _sum(sheet, row, 2, block, styles.number(total=True), total.rows)
    for figure in figures.figures(form):
        at, value = block.columns[figure.key], total.value(figure)
        _sum(sheet, row, at, block, styles.number(total=True), value)
        if book.previous:
            _total_comparison(book, form, sheet, at, figure)
    text = nation_coverage(book.national, form, total)
    sheet.write_string(row, _coverage_column(book, form), text, styles.text(total=True, text_wrap=True))


def _sum(sheet: Any, row: int, at: int, block: Block, form: Any, value: int | None) -> None:
    cells = _cells(block, at)
    formula = f'=IF(COUNT({cells})=0,"",SUM({cells}))'
    sheet.write_formula(row, at, formula, form, "" if value is None else value)


def _cells(block: Block, at: int) -> str:
    letters = column_letters(at + 1)
    return f"{letters}{block.first + 1}:{letters}{block.last + 1}"


def _total_comparison(book: Book, form: Form, sheet: Any, at: int, figure: Figure) -> None:
    """Last year's national figure as published; the change over the units that have figures in both years."""
    if book.previous is None:
        return
    block = book.blocks[form.key]
    _before(book, sheet, block.total, at, book.previous.total(TOTAL, form, figure.key), total=True)
    change = common_change(book.lines[form.key], form, figure, book.previous)
    formula = common_change_formula(figure, _cells(block, at), _cells(block, at + 1))
    look = book.styles.number(sum_change_format(figure), total=True)
    sheet.write_formula(block.total, at + 2, formula, look, "" if change is None else change)
