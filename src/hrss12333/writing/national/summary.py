"""汇总: a line a unit in the official order and 合计 last, every figure a live sum over 明细 with its value stored.

Below 合计, and in no sum, the same units once more by area. Every figure leads to the rows that it is the sum of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from msgspec import Struct

from hrss12333.merging.last_year import Previous
from hrss12333.model import summary_lines
from hrss12333.model.filing import column_letters
from hrss12333.model.national import SHARED, Status
from hrss12333.model.summary_lines import COUNTED_KEY, UNIT_KEY, Figure, SummaryLine, summary_sheet
from hrss12333.survey.schema import NO, YES, Form, Kind
from hrss12333.writing.national.block_rows import rows_of
from hrss12333.writing.national.book import (
    AREA_KEY,
    AREAS_TITLE,
    BEFORE_KEY,
    CHANGE_KEY,
    NOW_KEY,
    ColumnHead,
    DetailArea,
    LinesArea,
    NationalBook,
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
from hrss12333.writing.national.paper import ROW_HIGH, Page, page_breaks, set_lines
from hrss12333.writing.national.styles import WHOLE
from hrss12333.writing.sheet_text import width, wrapped_lines
from hrss12333.writing.workbook import OWN_ROW

STATUS_KEY, ROWS_KEY, COVERAGE_KEY, ONCE_KEY = "@status", "@rows", "@coverage", "@once"
ONCE = "每库计一次"


class SummaryColumn(Struct, frozen=True):
    """One column of figures: how many rows count, a figure, or what is beside one."""

    head: ColumnHead
    value: Callable[[SummaryLine], float | None]
    formula: str = ""
    """The live formula of a unit's line; areas and nation add up the units."""
    figure: Figure | None = None
    """What it belongs to."""
    compared: bool = False
    """Whether the figure's two years are in the two columns before: then it is their change, on every line."""
    field: str = ""
    """Key of the column of 明细 that it leads to, where it is a sum of all its rows."""
    is_sure: Callable[[SummaryLine], bool] = lambda line: True
    """Whether nothing is missing from it, or in question."""

    @property
    def num_format(self) -> str:
        """How its figures are shown."""
        return sum_change_format(self.figure) if self.figure and self.compared else WHOLE

    def formula_at(self, column: int, added_up: str = "") -> str:
        """Its formula in this column; ``added_up`` is that of a line that adds up others."""
        if self.figure is None or not self.compared:
            return added_up or self.formula
        now, then = (f"{column_letters(column + beside)}{OWN_ROW}" for beside in (-1, 0))
        return sum_change_formula(self.figure, now, then)


def reserve(book: NationalBook, form: Form) -> LinesArea:
    """Where the lines will stand."""
    heads, lines, first = _summary_columns(book, form), book.lines[form.key], 4
    columns = {column.key: at for at, column in enumerate(heads)}
    rows, total = {line.name: row for row, line in enumerate(lines, first)}, first + len(lines)
    area, wide = columns.get(AREA_KEY), heads[-1].width
    return LinesArea(summary_sheet(form), first, total - 1, total, columns, rows, area, wide)


def write_summary(book: NationalBook, form: Form, sheet: Any) -> None:
    """Fill the sheet."""
    block, columns, parts = book.lines_areas[form.key], _summary_columns(book, form), [*_figure_columns(book, form)]
    texts, widths = [column.heading for column in columns], [column.width for column in columns]
    complete = _is_complete(book, form)
    # A column that says of every line that nothing is missing is not printed.
    end = len(columns) - (2 if complete else 1)
    starts = [block.columns[figure.key] for figure in summary_lines.figures(form)]
    breaks = page_breaks(widths[: end + 1], starts if complete else [*starts, end])
    page = Page(book, sheet, widths, breaks, last=end)
    groups = [("", block.columns[ROWS_KEY] + 1)]
    groups += [(name, len([*own])) for name, own in groupby(part.figure.column.group for part in parts if part.figure)]
    sheet.set_default_row(ROW_HIGH)
    top = page.title(f"{book.year}年度{form.title}汇总（{form.key}）")
    page.measures(top, form)
    high = 24 + 2 * ROW_HIGH + page.headings(top + 1, [*groups, ("", 1)], texts)
    high += _SummaryRows(book, form, sheet, parts).write()
    notes, last = _notes(book, form, complete=complete), block.last_line(book.areas.get(form.key, ()))
    high += page.notes(last + 1, notes)
    sheet.autofilter(block.first - 1, 0, block.last, len(columns) - 1)
    sheet.freeze_panes(block.first, 1)
    book.keys[block.sheet] = columns
    page.lay_out((top, block.first - 1), high=high, rows=last + len(notes))


def _coverage_width(book: NationalBook, form: Form) -> float:
    """As wide as its longest text, as far as a page holds it."""
    texts = [line.coverage(form) for line in book.lines[form.key]]
    texts.append(book.nation.coverage(form))
    return min(148.0, max(width(text) for text in texts) + 4.0)


def _is_complete(book: NationalBook, form: Form) -> bool:
    """Whether the units that reported gave every region with every figure, none of them in question."""
    total = book.totals[form.key]
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
        notes.append(f"上年数取自{_year(book)}汇总表。{COMPARED}")
    for key in _shared_counts(book, form):
        notes.append(
            f"“{ONCE}”：一个单位各地区的“{form.by_key[SHARED[key]].label}”都填“{YES}”、“{form.by_key[key].label}”又都相同的，"
            "多半是同一个知识库，只计一次；另一列是各地区相加。引用时请注明口径。"
        )
    return notes


def _shared_counts(book: NationalBook, form: Form) -> list[str]:
    """Counts of which some unit's rows seem to share one figure."""
    return [key for key in SHARED if form.has(key) and book.totals[form.key].once(key) is not None]


def _summary_columns(book: NationalBook, form: Form) -> list[ColumnHead]:
    found = [ColumnHead(UNIT_KEY, summary_lines.reporter(book.national), 18.0)]
    found += [ColumnHead(AREA_KEY, summary_lines.AREA, 6.0)] if book.areas else []
    found += [ColumnHead(STATUS_KEY, summary_lines.STATUS, 8.0), *(part.head for part in _figure_columns(book, form))]
    return [*found, ColumnHead(COVERAGE_KEY, summary_lines.COVERAGE, _coverage_width(book, form))]


def _figure_columns(book: NationalBook, form: Form) -> Iterator[SummaryColumn]:
    """The columns of figures."""
    formula, rows = f"=COUNTIFS({book.detail_areas[form.key].of_line})", ColumnHead(ROWS_KEY, summary_lines.ROWS, 8.0)
    yield SummaryColumn(rows, lambda line: line.rows, formula, field=COUNTED_KEY, is_sure=lambda line: not line.absent)
    for figure in summary_lines.figures(form):
        yield from _parts_of(book, form, figure)


def _parts_of(book: NationalBook, form: Form, figure: Figure) -> Iterator[SummaryColumn]:
    """The columns of a figure: itself, with shared ones once, both years over the same rows, and the change."""
    key, column, span, total = figure.key, figure.column, book.detail_areas[form.key], book.totals[form.key]
    is_count = column.kind is Kind.COUNT
    wide = max(10.0, len(f"{total.value(figure) or 0:,}") + 2.0) if is_count else 9.0
    own, sure = ColumnHead(key, figure.heading, wide), partial(SummaryLine.is_sure, key=column.key)
    yield SummaryColumn(
        own, lambda line: line.value(figure), figure_formula(span, figure), figure, field=column.key, is_sure=sure
    )
    if total.once(key) is not None:
        once = ColumnHead(f"{key}{ONCE_KEY}", f"{figure.heading}\n（{ONCE}）", wide)
        yield SummaryColumn(once, partial(_value_once, figure), once_formula(span, figure), figure)
    if book.previous is None:
        return
    years, formulas = partial(_years, book.previous, figure), common_formulas(span, figure)
    yield SummaryColumn(ColumnHead(f"{key}{NOW_KEY}", NOW, wide), lambda line: years(line)[0], formulas[0], figure)
    yield SummaryColumn(
        ColumnHead(f"{key}{BEFORE_KEY}", PREVIOUS, wide), lambda line: years(line)[1], formulas[1], figure
    )
    # Sums compare in percent, counts of regions by difference.
    change = ColumnHead(f"{key}{CHANGE_KEY}", "变化率" if is_count else "增减", 9.0)
    yield SummaryColumn(change, lambda line: sum_change(figure, *years(line)), figure=figure, compared=True)


def _value_once(figure: Figure, line: SummaryLine) -> int | None:
    once = line.once(figure.key)
    return line.value(figure) if once is None else once


def _years(previous: Previous, figure: Figure, line: SummaryLine) -> tuple[int | None, int | None]:
    both = previous.sums(line, figure)
    return both[:2] if both else (None, None)


def _year(book: NationalBook) -> str:
    return f"{book.previous.year}年度" if book.previous and book.previous.year else "上一年"


def figure_formula(span: DetailArea, figure: Figure) -> str:
    """The live sum of a line's unit: blank where none of its counted rows answers, so that a blank is no zero."""
    of_unit = span.of_line
    cells = span.range(figure.column.key)
    if figure.column.kind is Kind.COUNT:
        return f'=IF(COUNTIFS({of_unit},{cells},">=0")=0,"",SUMIFS({cells},{of_unit}))'
    answers = figure.column.choices or (YES, NO)
    answered = "+".join(f'COUNTIFS({of_unit},{cells},"{answer}")' for answer in answers)
    return f'=IF({answered}=0,"",COUNTIFS({of_unit},{cells},"{figure.choice or YES}"))'


def once_formula(span: DetailArea, figure: Figure) -> str:
    """The same where a figure that all rows of the unit give alike, under one system, counts once."""
    cells, rows = span.range(figure.column.key), f"COUNTIFS({span.of_line})"
    mean, decided_by = f"AVERAGEIFS({cells},{span.of_line})", span.range(SHARED[figure.column.key])
    alike = f'COUNTIFS({span.of_line},{decided_by},"{YES}",{cells},{mean})={rows}'
    once = f"IF(AND({rows}>1,{alike}),{mean},SUMIFS({cells},{span.of_line}))"
    return f'=IF(COUNTIFS({span.of_line},{cells},">=0")=0,"",{once})'


class _SummaryRows:
    """Writes the lines of units, nation and areas."""

    def __init__(self, book: NationalBook, form: Form, sheet: Any, parts: Sequence[SummaryColumn]) -> None:
        self._book, self._form, self._sheet, self._parts = book, form, sheet, parts
        self._block, self._span, self._figure = (
            book.lines_areas[form.key],
            book.detail_areas[form.key],
            rows_of(sheet).figure,
        )

    def write(self) -> float:
        """All lines; returns how high they stand."""
        book, block, span, form = self._book, self._block, self._span, self._form
        cells, high = self._line_cells(("", "query")), 0.0
        for row, line in enumerate(book.lines[form.key], block.first):
            book.write_name(self._sheet, block, row, line.name, summary_lines.area_of(line))
            mark = {Status.FAULTY: "error", Status.MISSING: "query"}.get(line.status or Status.ACCEPTED, "")
            mark = "query" if line.label == summary_lines.IN_QUESTION else mark
            self._sheet.write_string(row, block.columns[STATUS_KEY], line.label, book.styles.centre(mark=mark))
            links = [span.link(part.field, line.name) if part.field else None for part in self._parts]
            high += self._write(row, line, cells, links, line.coverage(form))
        total, links = book.totals[form.key], [span.link(part.field) if part.field else None for part in self._parts]
        cells = self._line_cells(("", ""), block.sum_of_units, total=True)
        high += self._added_up(block.total, "", total, cells, links, book.nation.coverage(form))
        if block.area is None:
            return high
        self._sheet.write_string(block.areas - 1, 0, AREAS_TITLE, book.styles.section)
        cells = self._line_cells(
            ("", ""), block.sum_of_area
        )  # each sum leads to the units' cells above, and they to their rows
        links = [None if part.compared else block.link(cell[0]) for part, cell in zip(self._parts, cells, strict=True)]
        for row, (area, line) in enumerate(book.nation.area_lines[form.key].items(), block.areas):
            coverage = summary_lines.units_coverage(book.areas[form.key][area], form, line)
            high += self._added_up(row, area, line, cells, links, coverage)
        return high + ROW_HIGH  # of their title

    def _line_cells(
        self, marks: tuple[str, str], added: Callable[[int], str] | None = None, *, total: bool = False
    ) -> list[tuple[int, str, Any, Any]]:
        """Column, formula and formats, of sure figures and of others, of each part."""
        block, number = self._block, partial(self._book.styles.number, total=total)
        places = [block.columns[part.head.key] for part in self._parts]
        return [
            (
                at,
                part.formula_at(at, added(at) if added else ""),
                number(part.num_format, mark=marks[0]),
                number(part.num_format, mark=marks[1]),
            )
            for part, at in zip(self._parts, places, strict=True)
        ]

    def _added_up(
        self, row: int, area: str, line: SummaryLine, cells: Any, links: Sequence[str | None], coverage: str
    ) -> float:
        """A line that adds up units, the nation being of no ``area``; returns its height."""
        self._book.write_name(self._sheet, self._block, row, line.name, area, total=not area)
        look = self._book.styles.text(total=not area)
        self._sheet.write_blank(row, self._block.columns[STATUS_KEY], None, look)
        return self._write(row, line, cells, links, coverage, total=not area)

    def _write(
        self,
        row: int,
        line: SummaryLine,
        cells: Any,
        links: Sequence[str | None],
        coverage: str,
        *,
        total: bool = False,
    ) -> float:
        """Figures and what they cover, in a row as high as that needs; returns the height."""
        for part, (at, formula, sure, unsure), link in zip(self._parts, cells, links, strict=True):
            value = part.value(line)
            look = sure if value is None or part.is_sure(line) else unsure
            self._figure(row, at, formula, look, value, link)
        look = self._book.styles.text(total=total, text_wrap=True)
        self._sheet.write_string(row, self._block.columns[COVERAGE_KEY], coverage, look)
        return set_lines(self._sheet, row, wrapped_lines(coverage, self._block.coverage - 3))
