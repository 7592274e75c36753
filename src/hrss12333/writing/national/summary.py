"""汇总: a line a unit in the official order and 合计 last, every figure a live sum over 明细 with its value stored.

Below 合计, and in no sum, the same units once more by area. Every figure leads to the rows that it is the sum of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from msgspec import Struct

from hrss12333.merging.last_year import Previous
from hrss12333.model import summary_lines
from hrss12333.model.filing import column_letters
from hrss12333.model.national import SHARED, Status
from hrss12333.model.summary_lines import COUNTED_KEY, UNIT_KEY, Figure, Line, nation_coverage, summary_sheet
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.schema import NO, YES, Form, Kind
from hrss12333.writing.national.areas import AREAS_TITLE, area_sum, areas_remark, write_name
from hrss12333.writing.national.book import (
    AREA_KEY,
    BEFORE_KEY,
    CHANGE_KEY,
    NOW_KEY,
    Block,
    Book,
    ColumnHead,
    Span,
    write_linked,
)
from hrss12333.writing.national.comparison import (
    COMPARED,
    NOW,
    PREVIOUS,
    common_formulas,
    sum_change,
    sum_change_format,
    sum_change_formula,
)
from hrss12333.writing.national.paper import ROW_HIGH, head, measures, page_breaks, paper, write_headings, write_notes
from hrss12333.writing.national.styles import WHOLE
from hrss12333.writing.sheet_text import width, wrapped_lines
from hrss12333.writing.workbook import OWN_ROW

STATUS_KEY, ROWS_KEY, COVERAGE_KEY, ONCE_KEY = "@status", "@rows", "@coverage", "@once"
ONCE = "每库计一次"


class Part(Struct, frozen=True):
    """One column of a figure: the figure itself, or one beside it."""

    head: ColumnHead
    value: Callable[[Line], float | None]
    formula: str = ""
    """The live formula of a unit's line; areas and nation add up the units."""
    compared: Figure | None = None
    """The figure whose two years stand in the two columns before: then it is their change, on every line."""
    field: str = ""
    """Key of the column of 明细 that it leads to, where it is a sum of all its rows."""

    @property
    def num_format(self) -> str:
        """How its figures are shown."""
        return sum_change_format(self.compared) if self.compared else WHOLE

    def formula_at(self, column: int, added_up: str = "") -> str:
        """Its formula in this column; ``added_up`` is that of a line that adds up others."""
        if self.compared is None:
            return added_up or self.formula
        now, then = (f"{column_letters(column + beside)}{OWN_ROW}" for beside in (-1, 0))
        return sum_change_formula(self.compared, now, then)


def change_heading(form_kind: Kind) -> str:
    """Heading of the comparison: sums compare in percent, counts of regions by difference."""
    return "变化率" if form_kind is Kind.COUNT else "增减"


def reserve(book: Book, form: Form) -> Block:
    """Where the lines will stand."""
    heads = _columns(book, form)
    columns = {column.key: at for at, column in enumerate(heads)}
    first = 4
    last = first + len(book.lines[form.key]) - 1
    return Block(summary_sheet(form), first, last, last + 1, columns, columns.get(AREA_KEY), heads[-1].width)


def write_summary(book: Book, form: Form, sheet: Any) -> None:
    """Fill the sheet."""
    block, columns = book.blocks[form.key], _columns(book, form)
    texts, widths = [column.heading for column in columns], [column.width for column in columns]
    complete = _complete(book, form)
    end = len(columns) - (
        2 if complete else 1
    )  # a column that says of every line that nothing is missing is not printed
    starts = [block.columns[figure.key] for figure in summary_lines.figures(form)]
    breaks = page_breaks(widths[: end + 1], starts if complete else [*starts, end])
    page = widths[: min([*breaks, end + 1])]
    sheet.set_default_row(ROW_HIGH)
    top = head(book, sheet, f"{book.year}年度{form.title}汇总（{form.key}）", column=1 if breaks else 0)
    measures(book, sheet, top, len(page) - 1, form)
    high = 60 + write_headings(book, sheet, top + 1, _groups(book, form), texts, widths, breaks)
    parts = [part for figure in summary_lines.figures(form) for part in _parts(book, form, figure)]
    placed = [(part, block.columns[part.head.key]) for part in parts]
    looks = [[book.styles.number(part.num_format, mark=mark) for mark in ("", "query")] for part in parts]
    cells = [(part, at, part.formula_at(at), *look) for (part, at), look in zip(placed, looks, strict=True)]
    for row, line in enumerate(book.lines[form.key], block.first):
        high += _line(book, form, sheet, row, line, cells)
    _total(book, form, sheet, book.totals[form.key], parts)
    last = _areas(book, form, sheet, parts)
    high += ROW_HIGH * (last - block.last)
    notes = _notes(book, form, complete=complete)
    high += write_notes(book, sheet, last + 1, notes, page, column=1)
    sheet.autofilter(block.first - 1, 0, block.last, len(columns) - 1)
    sheet.freeze_panes(block.first, 1)
    book.keys[block.sheet] = columns
    paper(sheet, widths, (top, block.first - 1), breaks, high=high, printed=(last + len(notes), end))


def _coverage_width(book: Book, form: Form) -> float:
    """As wide as its longest text, as far as a page holds it."""
    texts = [line.coverage(form) for line in book.lines[form.key]]
    texts.append(nation_coverage(book.national, form, book.totals[form.key]))
    return min(148.0, max(width(text) for text in texts) + 4.0)


def _complete(book: Book, form: Form) -> bool:
    """Whether the units that reported gave every region with every figure, none of them in question."""
    total = book.totals[form.key]
    return bool(total.rows) and total.rows == total.expected and not total.gaps(form) and not total.asked


def _notes(book: Book, form: Form, *, complete: bool) -> list[str]:
    """What a reader must know of the figures."""
    noun = book.national.noun
    notes = [
        f"各{noun}数据是明细表中“计入汇总”为“是”的各行之和，没有填的留空，不写0；单击任何一个数，可以看到它由哪些行合成。"
    ]
    if not complete:
        notes.append(
            f"“{summary_lines.COVERAGE}”写明合计包含多少个地区，例如20/21表示应有21个、有20个填报了可以读取的数据；不全的、"
            f"{summary_lines.ASKED}的标黄底，{summary_lines.ASKED}的也计入合计。"
        )
    if book.areas:
        notes.append(areas_remark(book))
    if book.previous:
        notes.append(f"上年数取自{_year(book)}汇总表。{COMPARED}")
    for key in _shared(book, form):
        notes.append(
            f"“{ONCE}”：一个单位各地区的“{form.by_key[SHARED[key]].label}”都填“{YES}”、“{form.by_key[key].label}”又都相同的，"
            "多半是同一个知识库，只计一次；另一列是各地区相加。引用时请注明口径。"
        )
    return notes


def _shared(book: Book, form: Form) -> list[str]:
    """Counts of which some unit's rows seem to share one figure."""
    return [key for key in SHARED if form.has(key) and book.totals[form.key].once(key) is not None]


def _columns(book: Book, form: Form) -> list[ColumnHead]:
    found = [ColumnHead(UNIT_KEY, summary_lines.reporter(book.national), 18.0)]
    found += [ColumnHead(AREA_KEY, summary_lines.AREA, 6.0)] if book.areas else []
    found += [ColumnHead(STATUS_KEY, summary_lines.STATUS, 8.0), ColumnHead(ROWS_KEY, summary_lines.ROWS, 8.0)]
    found += [head for figure in summary_lines.figures(form) for head in _heads(book, form, figure)]
    return [*found, ColumnHead(COVERAGE_KEY, summary_lines.COVERAGE, _coverage_width(book, form))]


def _heads(book: Book, form: Form, figure: Figure) -> list[ColumnHead]:
    """The columns of a figure: itself, with shared ones once, both years over the same rows, and the change."""
    key, total = figure.key, book.totals[form.key]
    largest = len(f"{total.value(figure) or 0:,}") + 2.0
    wide = max(10.0, largest) if figure.column.kind is Kind.COUNT else 9.0
    found = [ColumnHead(key, figure.heading, wide)]
    found += (
        [ColumnHead(f"{key}{ONCE_KEY}", f"{figure.heading}\n（{ONCE}）", wide)] if total.once(key) is not None else []
    )
    if book.previous:
        found += [ColumnHead(f"{key}{NOW_KEY}", NOW, wide), ColumnHead(f"{key}{BEFORE_KEY}", PREVIOUS, wide)]
        found.append(ColumnHead(f"{key}{CHANGE_KEY}", change_heading(figure.column.kind), 9.0))
    return found


def _parts(book: Book, form: Form, figure: Figure) -> Iterator[Part]:
    """What stands in them."""
    span = book.spans[form.key]
    own, *beside = _heads(book, form, figure)
    yield Part(own, lambda line: line.value(figure), figure_formula(span, figure), field=figure.column.key)
    if book.totals[form.key].once(figure.key) is not None:
        yield Part(beside.pop(0), partial(_once, figure), once_formula(span, figure))
    if book.previous is None:
        return
    now, before, change = beside
    years, formulas = partial(_years, book.previous, figure), common_formulas(span, figure)
    yield Part(now, lambda line: years(line)[0], formulas[0])
    yield Part(before, lambda line: years(line)[1], formulas[1])
    yield Part(change, lambda line: sum_change(figure, *years(line)), compared=figure)


def _once(figure: Figure, line: Line) -> int | None:
    once = line.once(figure.key)
    return line.value(figure) if once is None else once


def _years(previous: Previous, figure: Figure, line: Line) -> tuple[int | None, int | None]:
    both = previous.sums(line, figure)
    return both[:2] if both else (None, None)


def _year(book: Book) -> str:
    return f"{book.previous.year}年度" if book.previous and book.previous.year else "上一年"


def _groups(book: Book, form: Form) -> list[tuple[str, int]]:
    groups = [("", book.blocks[form.key].columns[ROWS_KEY] + 1)]
    for name, columns in form.groups:
        keys = {column.key for column in columns}
        own = [figure for figure in summary_lines.figures(form) if figure.column.key in keys]
        size = sum(len(_heads(book, form, figure)) for figure in own)
        groups += [(name, size)] if size else []
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


def once_formula(span: Span, figure: Figure) -> str:
    """The same where a figure that all rows of the unit give alike, under one system, counts once."""
    cells, rows = span.range(figure.column.key), f"COUNTIFS({span.of_line})"
    mean, told_by = f"AVERAGEIFS({cells},{span.of_line})", span.range(SHARED[figure.column.key])
    alike = f'COUNTIFS({span.of_line},{told_by},"{YES}",{cells},{mean})={rows}'
    once = f"IF(AND({rows}>1,{alike}),{mean},SUMIFS({cells},{span.of_line}))"
    return f'=IF(COUNTIFS({span.of_line},{cells},">=0")=0,"",{once})'


def _line(
    book: Book, form: Form, sheet: Any, row: int, line: Line, parts: Sequence[tuple[Part, int, str, Any, Any]]
) -> float:
    """A unit's line; returns its height."""
    styles, span, block = book.styles, book.spans[form.key], book.blocks[form.key]
    mark = {Status.FAULTY: "error", Status.MISSING: "query"}.get(line.status or Status.ACCEPTED, "")
    mark = "query" if line.label == summary_lines.ASKED else mark
    write_name(book, sheet, block, row, line.name, summary_lines.area_of(line))
    at = block.columns[ROWS_KEY]
    sheet.write_string(row, at - 1, line.label, styles.centre(mark=mark))
    lack = "query" if line.absent else ""
    link = span.link(COUNTED_KEY, line.name)
    write_linked(sheet, row, at, f"=COUNTIFS({span.of_line})", styles.number(mark=lack), line.rows, link)
    for part, at, formula, whole, unsure in parts:
        value, field = part.value(line), part.field
        look = unsure if field and value is not None and not line.is_sure(field) else whole
        write_linked(sheet, row, at, formula, look, value, span.link(field, line.name) if field else None)
    coverage = line.coverage(form)
    return _write_coverage(book, form, sheet, row, coverage)


def _write_coverage(book: Book, form: Form, sheet: Any, row: int, text: str, *, total: bool = False) -> float:
    """What the line covers, in a row as high as it needs; returns the height."""
    look = book.styles.text(total=total, text_wrap=True)
    sheet.write_string(row, book.blocks[form.key].columns[COVERAGE_KEY], text, look)
    tall = ROW_HIGH * wrapped_lines(text, book.blocks[form.key].coverage - 3)
    if tall > ROW_HIGH:
        sheet.set_row(row, tall)
    return tall


def _total(book: Book, form: Form, sheet: Any, total: Line, parts: Sequence[Part]) -> None:
    styles, block, span = book.styles, book.blocks[form.key], book.spans[form.key]
    row, at = block.total, block.columns[ROWS_KEY]
    write_name(book, sheet, block, row, TOTAL, "", total=True)
    sheet.write_blank(row, at - 1, None, styles.text(total=True))
    look = styles.number(total=True)
    write_linked(sheet, row, at, _sum(block, at), look, total.rows, span.link(COUNTED_KEY))
    for part in parts:
        at = block.columns[part.head.key]
        formula = part.formula_at(at, _sum(block, at))
        look = styles.number(part.num_format, total=True)
        write_linked(sheet, row, at, formula, look, part.value(total), span.link(part.field) if part.field else None)
    _write_coverage(book, form, sheet, row, nation_coverage(book.national, form, total), total=True)


def _sum(block: Block, at: int) -> str:
    cells = block.units(at)
    return f'=IF(COUNT({cells})=0,"",SUM({cells}))'


def _areas(book: Book, form: Form, sheet: Any, parts: Sequence[Part]) -> int:
    """The units by area; each sum leads to the units' cells above, and they to their rows. Returns the last row."""
    styles, block = book.styles, book.blocks[form.key]
    if block.area is None:
        return block.total
    sheet.write_string(block.areas - 1, 0, AREAS_TITLE, styles.section)
    for row, (area, listed) in enumerate(book.areas[form.key].items(), block.areas):
        line = summary_lines.total_line(form, listed, summary_lines.area_name(area))
        write_name(book, sheet, block, row, line.name, area)
        at = block.columns[ROWS_KEY]
        sheet.write_blank(row, at - 1, None, styles.text())
        write_linked(sheet, row, at, area_sum(block, at), styles.number(), line.rows, block.link(at))
        for part in parts:
            at = block.columns[part.head.key]
            formula, link = part.formula_at(at, area_sum(block, at)), None if part.compared else block.link(at)
            write_linked(sheet, row, at, formula, styles.number(part.num_format), part.value(line), link)
        _write_coverage(book, form, sheet, row, summary_lines.area_coverage(listed, form, line))
    return block.total + 1 + len(book.areas[form.key])
