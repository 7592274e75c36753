"""汇总: a line a unit in the official order and 合计 last, every figure a live sum over 明细 with its value stored.

Below 合计, and in no sum, the same units once more by area. Every figure leads to the rows that it is the sum of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from hrss12333.model import summary_lines
from hrss12333.model.filing import column_letters
from hrss12333.model.national import Status
from hrss12333.model.summary_lines import COUNTED_KEY, UNIT_KEY, Figure, Line, nation_coverage, summary_sheet
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.schema import NO, YES, Form, Kind
from hrss12333.writing.national.areas import AREAS_TITLE, area_sum, areas_remark, within_area, write_name
from hrss12333.writing.national.book import (
    AREA_KEY,
    BEFORE_KEY,
    CHANGE_KEY,
    Block,
    Book,
    ColumnHead,
    Span,
    head,
    paper,
    write_headings,
    write_linked,
)
from hrss12333.writing.national.comparison import (
    common_change,
    common_change_formula,
    sum_change,
    sum_change_format,
    sum_change_formula,
)
from hrss12333.writing.workbook import OWN_ROW

STATUS_KEY, ROWS_KEY, COVERAGE_KEY = "@status", "@rows", "@coverage"
PREVIOUS = "上年"
PER_PAGE = 6
"""Figures a page, where each has last year beside it."""


def change_heading(form_kind: Kind) -> str:
    """Heading of the comparison: sums compare in percent, counts of regions by difference."""
    return "变化率" if form_kind is Kind.COUNT else "增减"


def reserve(book: Book, form: Form) -> Block:
    """Where the lines will stand."""
    columns = {column.key: at for at, column in enumerate(_columns(book, form))}
    first = 5 + bool(book.areas) + bool(book.previous)
    last = first + len(book.lines[form.key]) - 1
    return Block(summary_sheet(form), first, last, last + 1, columns, columns.get(AREA_KEY))


def write_summary(book: Book, form: Form, sheet: Any) -> None:
    """Fill the sheet."""
    block, total, noun = book.blocks[form.key], book.totals[form.key], book.national.noun
    remarks = [
        f"各{noun}数据是明细表中“计入汇总”为“是”的各行之和；“是否……”各列是答“是”的地区数，选项列是选该项的地区数。"
        "一个地区都没有填的，留空，不写0。",
        f"“{summary_lines.COVERAGE}”写明合计包含多少个地区：20/21 表示应有21个、只有20个填报了可以读取的数据；不全的数字标黄底。",
    ]
    if book.areas:
        remarks.append(areas_remark(book))
    if book.previous:
        remarks.append(
            f"上年数取自{_year(book)}的表。{TOTAL}行的变化按两年都有数据的{noun}计算；填报覆盖不同的，变化仅供参考。"
        )
    column = 1 if book.previous else 0
    top = head(book, sheet, f"{book.year}年度{form.title}汇总（{form.key}）", remarks, column=column)
    formulas = {figure.key: figure_formula(book.spans[form.key], figure) for figure in summary_lines.figures(form)}
    for row, line in enumerate(book.lines[form.key], block.first):
        _line(book, form, sheet, row, line, formulas)
    _total(book, form, sheet, total)
    _areas(book, form, sheet)
    columns, breaks = _columns(book, form), _breaks(book, form)
    sheet.autofilter(block.first - 1, 0, block.last, len(columns) - 1)
    sheet.freeze_panes(block.first, 1)
    book.keys[block.sheet] = columns
    texts, widths = [column.heading for column in columns], [column.width for column in columns]
    write_headings(book, sheet, top, _groups(book, form), texts, widths, breaks)
    paper(sheet, widths, (top, block.first - 1), breaks)


def _columns(book: Book, form: Form) -> list[ColumnHead]:
    found = [ColumnHead(UNIT_KEY, summary_lines.reporter(book.national), 20.0)]
    found += [ColumnHead(AREA_KEY, summary_lines.AREA, 7.0)] if book.areas else []
    found += [ColumnHead(STATUS_KEY, summary_lines.STATUS, 9.0), ColumnHead(ROWS_KEY, summary_lines.ROWS, 11.0)]
    for figure in summary_lines.figures(form):
        own = 13.0 if figure.column.kind is Kind.COUNT else 10.0
        found.append(ColumnHead(figure.key, figure.heading, own))
        if book.previous:
            found.append(ColumnHead(f"{figure.key}{BEFORE_KEY}", PREVIOUS, own))
            found.append(ColumnHead(f"{figure.key}{CHANGE_KEY}", change_heading(figure.column.kind), 9.0))
    return [*found, ColumnHead(COVERAGE_KEY, summary_lines.COVERAGE, 36.0)]


def _breaks(book: Book, form: Form) -> list[int]:
    """Which columns begin a new page."""
    listed = summary_lines.figures(form)
    if not book.previous or not listed:
        return []
    size = ceil(len(listed) / ceil(len(listed) / PER_PAGE))
    return [book.blocks[form.key].columns[figure.key] for at, figure in enumerate(listed) if at and at % size == 0]


def _year(book: Book) -> str:
    return f"{book.previous.year}年度" if book.previous and book.previous.year else "上一年"


def _groups(book: Book, form: Form) -> list[tuple[str, int]]:
    step = 3 if book.previous else 1
    groups = [("", book.blocks[form.key].columns[ROWS_KEY] + 1)]
    for name, columns in form.groups:
        keys = {column.key for column in columns}
        size = sum(figure.column.key in keys for figure in summary_lines.figures(form))
        groups += [(name, size * step)] if size else []
    return [*groups, ("", 1)]


def figure_formula(span: Span, figure: Figure) -> str:
    """The live sum of a line's unit: blank where none of its counted rows answers, so that a blank is no zero."""
    of_unit = span.of_line
    cells = span.range(figure.column.key)
    if figure.column.kind is Kind.COUNT:
        return f'=IF(COUNTIFS({of_unit},{cells},">=0")=0,"",SUMIFS({cells},{of_unit}))'
    answers = figure.column.choices or (YES, NO)
    answered = "+".join(f'COUNTIFS({of_unit},{cells},"{answer}")' for answer in answers)
    return f'=IF({answered}=0,"",COUNTIFS({of_unit},{cells},"{figure.choice or YES}"))'


def _line(book: Book, form: Form, sheet: Any, row: int, line: Line, formulas: Mapping[str, str]) -> None:
    styles, span, block = book.styles, book.spans[form.key], book.blocks[form.key]
    status = line.status.label if line.status else ""
    mark = {Status.FAULTY: "error", Status.MISSING: "query"}.get(line.status or Status.ACCEPTED, "")
    write_name(book, sheet, block, row, line.name, summary_lines.area_of(line), link=span.link(UNIT_KEY, line.name))
    at = block.columns[ROWS_KEY]
    sheet.write_string(row, at - 1, status, styles.centre(mark=mark))
    lack = "query" if line.absent else ""
    link = span.link(COUNTED_KEY, line.name)
    write_linked(sheet, row, at, f"=COUNTIFS({span.of_line})", styles.number(mark=lack), line.rows, link)
    whole, partial = styles.number(), styles.number(mark="query")
    for figure in summary_lines.figures(form):
        at, value = block.columns[figure.key], line.value(figure)
        look = partial if value is not None and not line.tallies[figure.column.key].complete else whole
        link = span.link(figure.column.key, line.name)
        write_linked(sheet, row, at, formulas[figure.key], look, value, link)
        if book.previous:
            _comparison(book, sheet, row, at, figure, value, book.previous.total(line.name, form, figure.key))
    coverage = line.coverage(form)
    sheet.write_string(row, block.columns[COVERAGE_KEY], coverage, styles.text(text_wrap=True))


def _comparison(
    book: Book, sheet: Any, row: int, at: int, figure: Figure, value: int | None, before: int | None
) -> None:
    _before(book, sheet, row, at, before)
    now, then = f"{column_letters(at + 1)}{OWN_ROW}", f"{column_letters(at + 2)}{OWN_ROW}"
    change, look = sum_change(figure, value, before), book.styles.number(sum_change_format(figure))
    write_linked(sheet, row, at + 2, sum_change_formula(figure, now, then), look, change, None)


def _before(book: Book, sheet: Any, row: int, at: int, before: int | None, *, total: bool = False) -> None:
    look = book.styles.number(total=total)
    if before is None:
        sheet.write_blank(row, at + 1, None, look)
    else:
        sheet.write_number(row, at + 1, before, look)


def _total(book: Book, form: Form, sheet: Any, total: Line) -> None:
    styles, block, span = book.styles, book.blocks[form.key], book.spans[form.key]
    row, at = block.total, block.columns[ROWS_KEY]
    write_name(book, sheet, block, row, TOTAL, "", total=True)
    sheet.write_blank(row, at - 1, None, styles.text(total=True))
    look = styles.number(total=True)
    write_linked(sheet, row, at, _sum(block, at), look, total.rows, span.link(COUNTED_KEY))
    for figure in summary_lines.figures(form):
        at = block.columns[figure.key]
        write_linked(sheet, row, at, _sum(block, at), look, total.value(figure), span.link(figure.column.key))
        if book.previous:
            _before(book, sheet, row, at, book.previous.total(TOTAL, form, figure.key), total=True)
            _common_change(book, form, sheet, row, figure, book.lines[form.key])
    text = nation_coverage(book.national, form, total)
    sheet.write_string(row, block.columns[COVERAGE_KEY], text, styles.text(total=True, text_wrap=True))


def _sum(block: Block, at: int) -> str:
    cells = block.units(at)
    return f'=IF(COUNT({cells})=0,"",SUM({cells}))'


def _areas(book: Book, form: Form, sheet: Any) -> None:
    """The units by area; each sum leads to the units' cells above, and they to their rows."""
    styles, block = book.styles, book.blocks[form.key]
    if block.area is None:
        return
    sheet.write_string(block.areas - 1, 0, AREAS_TITLE, styles.section)
    for row, (area, listed) in enumerate(book.areas[form.key].items(), block.areas):
        line = summary_lines.total_line(form, listed, summary_lines.area_name(area))
        write_name(book, sheet, block, row, line.name, area)
        at = block.columns[ROWS_KEY]
        sheet.write_blank(row, at - 1, None, styles.text())
        _area_sum(book, form, sheet, row, at, line.rows)
        for figure in summary_lines.figures(form):
            at = block.columns[figure.key]
            _area_sum(book, form, sheet, row, at, line.value(figure))
            if book.previous:
                then = [book.previous.total(one.name, form, figure.key) for one in listed]
                known = [value for value in then if value is not None]
                _area_sum(book, form, sheet, row, at + 1, sum(known) if known else None)
                _common_change(book, form, sheet, row, figure, listed, within=within_area(block))
        text = summary_lines.area_coverage(listed, form, line)
        sheet.write_string(row, block.columns[COVERAGE_KEY], text, styles.text(text_wrap=True))


def _area_sum(book: Book, form: Form, sheet: Any, row: int, at: int, value: int | None) -> None:
    block = book.blocks[form.key]
    write_linked(sheet, row, at, area_sum(block, at), book.styles.number(), value, block.link(at))


def _common_change(
    book: Book, form: Form, sheet: Any, row: int, figure: Figure, listed: Sequence[Line], within: str = ""
) -> None:
    """The change of a total over the units that have figures in both years."""
    if book.previous is None:
        return
    block = book.blocks[form.key]
    at = block.columns[figure.key]
    change = common_change(listed, form, figure, book.previous)
    formula = common_change_formula(figure, block.units(at), block.units(at + 1), within)
    look = book.styles.number(sum_change_format(figure), total=row == block.total)
    write_linked(sheet, row, at + 2, formula, look, change, None)
