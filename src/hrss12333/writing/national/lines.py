"""The lines of 汇总, 指标分析 and 与上年比较: the units in the official order, the nation, and below, in no sum, the units by
area.

A column says what its figure is, as a value and as a live formula; here every line is written by that. Columns that no page
holds beside one another become several tables, each with the names of its lines.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from enum import Enum
from functools import cache
from itertools import accumulate
from math import ceil
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model import summary_lines
from hrss12333.model.summary_lines import COMPARISON, NOBODY, UNIT_KEY, SummaryLine
from hrss12333.survey.schema import Form
from hrss12333.writing.national.book import AREA_KEY, FigureColumn, LinesArea, NationalBook, SheetColumn
from hrss12333.writing.national.table import PAGE_POINTS, PAGE_WIDE, ROW_HIGH, SMALLEST_SCALE, Page, is_dull
from hrss12333.writing.sheet_text import public, width

AREAS_TITLE = "分区域"
FIRST_LINE = 3
"""Row of the first line of these sheets: title, groups and headings are above it."""
_AREAS_TITLE_HIGH = 18.0
_LEAST_AIR, _MOST_AIR = 11.2, 16.0
"""Points of a row of one line."""


class Level(Enum):
    """What a line is about."""

    UNIT = 1
    NATION = 2
    AREA = 3


class Line(Struct, frozen=True):
    """One line as it is written."""

    row: int
    level: Level
    name: str
    area: str
    of: Mapping[str, SummaryLine | None]
    """Form key → its figures."""


def name_columns(book: NationalBook) -> list[SheetColumn]:
    """The columns that name a line."""
    who = summary_lines.reporter(book.national)
    named = [SheetColumn(UNIT_KEY, who, 17.0, show=lambda line: line.name, look="line")]
    area = SheetColumn(AREA_KEY, summary_lines.AREA, 6.0, show=lambda line: line.area, look="centre")
    return [*named, area] if book.nation.by_area else named


def unit_names(book: NationalBook, forms: Sequence[Form]) -> list[str]:
    """Of the units' lines, in order; rows of an unknown unit last."""
    names = dict.fromkeys(line.name for form in forms for line in book.nation.lines[form.key])
    return sorted(names, key=NOBODY.__eq__)


def lines_area(
    book: NationalBook, sheet: str, columns: Sequence[SheetColumn], whole: str, form: Form | None = None
) -> LinesArea:
    """Where the lines of a sheet will stand; ``whole`` names that of the nation, ``form`` is the only one it is about."""
    forms = (form,) if form else book.forms
    first, names = FIRST_LINE + bool(form), unit_names(book, forms)
    area = LinesArea(sheet, first, columns, names, ())
    lines = _lines(book, area, forms, whole)
    texts = {column.key: [column.show(line) for line in lines] for column in columns if not _is_figure(column)}
    dull = {column.key for column in columns if column.varies and is_dull(texts[column.key][: len(names)])}
    hidden = {key for key, shown in texts.items() if not any(shown)} | dull
    placed, breaks = side_by_side(columns, hidden)
    shown = [at for at, column in enumerate(placed) if column.prints and column.key not in hidden]
    last, of_page = placed[shown[-1]], [placed[at] for at in shown if at >= ([0, *breaks])[-1]]
    if last.key in texts:
        longest = max(width(str(text or "")) for text in texts[last.key]) + 4
        room = last.width + (PAGE_WIDE - sum(map(_pixels, of_page))) / 7
        placed[shown[-1]] = replace(last, width=max(last.width, min(room, longest)))
    return replace(area, columns=placed, breaks=breaks, lines=lines, hidden=hidden)


def side_by_side(columns: Sequence[SheetColumn], hidden: Collection[str] = ()) -> tuple[list[SheetColumn], list[int]]:
    """The columns as tables of which a page holds each, but for those that are ``hidden`` (keys); and where the tables after
    the first begin, with the names of the lines once more."""
    again, blocks = columns[0], list[list[SheetColumn]]()
    for column in columns:
        if column.is_joined or (blocks and not column.prints):
            blocks[-1].append(column)
        else:
            blocks.append([column])
    wide = [sum(_pixels(column) for column in block if column.prints and column.key not in hidden) for block in blocks]

    def packed(room: float) -> list[int]:
        found, filled = list[int](), 0.0
        for at, own in enumerate(wide):
            if own and filled + own > room:
                found.append(at)
                filled = _pixels(again)
            filled += own
        return found

    starts, room = packed(PAGE_WIDE), PAGE_WIDE
    while starts and len(closer := packed(room := room - 10)) == len(starts):
        starts = closer
    found, breaks = list[SheetColumn](), list[int]()
    for at, block in enumerate(blocks):
        if at in starts:
            breaks.append(len(found))
            found.append(replace(again, key=f"{again.key}{len(breaks) + 1}"))
        found += block
    return found, breaks


def _pixels(column: SheetColumn) -> float:
    return column.width * 7 + 5


def write_lines(
    book: NationalBook, sheet: Any, block: LinesArea, title: str, notes: Sequence[str], form: Form | None = None
) -> None:
    """Fill the sheet: its head, its lines, and the notes below them. What takes several pages is parted evenly, from 合计 on
    nowhere: no page has headings and notes alone."""
    lines, styles = block.lines, book.styles
    units = lines[: len(block.names)]
    texts = {
        at: [column.show(line) for line in lines] for at, column in enumerate(block.columns) if not _is_figure(column)
    }
    hidden = {at for at, column in enumerate(block.columns) if column.key in block.hidden}
    page = Page(book, sheet, block.columns, block.breaks, hidden)
    page.head(title, form=form)
    dull = [f"各行的“{block.columns[at].heading}”都是“{texts[at][0]}”。" for at in sorted(hidden) if texts[at][0]]
    notes, last = [*notes, *dull], lines[-1].row
    noted = page.notes(last + 1, notes)
    wrapped = [
        max(page.wrapped_high(str(shown[at] or ""), column) for column, shown in texts.items() if column not in hidden)
        for at in range(len(lines))
    ]
    plain = row_high(wrapped.count(0.0), page.high + noted + sum(wrapped) + _AREAS_TITLE_HIGH)
    ready = cache(lambda column, level: _ready(book, block, column, level))
    for at, line in enumerate(lines):
        for number, column in enumerate(block.columns):
            if isinstance(column, FigureColumn):
                _write_figure(book, sheet, block, (number, column), line, ready(column, line.level))
            else:
                look = styles.look(column.look, column.mark(line), total=line.level is Level.NATION)
                content = texts[number][at]
                sheet.put(line.row, number, look, (public(content) or None) if isinstance(content, str) else content)
        sheet.set_row(line.row, wrapped[at] or plain)
        if line.row == block.areas:
            sheet.write_string(line.row - 1, 0, AREAS_TITLE, styles.section)
            sheet.set_row(line.row - 1, _AREAS_TITLE_HIGH)
    high = [tall or plain for tall in wrapped]
    below = sum(high[len(units) :]) + noted + _AREAS_TITLE_HIGH
    high, spread = high[: len(units)], (block.first, block.total - 1)
    room = page.finish(last + len(notes), lines=spread, frozen=1, high=page.high + sum(high) + below)
    sheet.set_h_pagebreaks([block.first + at for at in even_breaks(high, below, room - page.high)])
    if block.sheet != COMPARISON:  # which no later merge reads
        book.keys[block.sheet] = block.columns


def row_high(rows: int, rest: float) -> float:
    """Points of a row that let so many stand on one page with the rest, as far as they leave air; else of an ordinary one."""
    fitting = (0.98 * PAGE_POINTS * 100 / SMALLEST_SCALE - rest) / max(rows, 1)
    return min(fitting, _MOST_AIR) if fitting >= _LEAST_AIR else ROW_HIGH


def _is_figure(column: SheetColumn) -> bool:
    return isinstance(column, FigureColumn)


def even_breaks(high: Sequence[float], below: float, room: float) -> list[int]:
    """Which of these lines begin a new page, about equally full, where what is ``below`` the last stays on one with it."""
    whole = sum(high) + below
    if whole <= room or not high:
        return []
    pages = ceil(whole / max(room - max(high), 1.0))
    ends, found = [*accumulate(high)], list[int]()
    for at, end in enumerate(ends):
        if len(found) + 1 < pages and end > whole / pages * (len(found) + 1):
            found.append(at)
    return found or [len(high) - 1]


def _lines(book: NationalBook, block: LinesArea, forms: Sequence[Form], whole: str) -> list[Line]:
    nation, found = book.nation, list[Line]()
    known = {(form.key, line.name): line for form in forms for line in nation.lines[form.key]}
    for row, name in enumerate(block.names, block.first):
        of = {form.key: known.get((form.key, name)) for form in forms}
        found.append(Line(row, Level.UNIT, name, summary_lines.area_of(next(filter(None, of.values()))), of))
    totals = {form.key: nation.totals[form.key] for form in forms}
    found.append(Line(block.total, Level.NATION, whole, "", totals))
    for row, area in enumerate(nation.area_order, block.areas):
        of = {form.key: nation.area_lines.get(form.key, {}).get(area) for form in forms}
        found.append(Line(row, Level.AREA, summary_lines.area_name(area), area, of))
    return found


def _ready(book: NationalBook, block: LinesArea, column: FigureColumn, level: Level) -> tuple[str, Any, Any]:
    """Formula, and formats of sure figures and of others, as the lines of a level have them."""
    at, styles, total = block.at[column.key], book.styles, level is Level.NATION
    added: Callable[[int], str] | None = {Level.NATION: block.sum_of_units, Level.AREA: block.sum_of_area}.get(level)
    formula = added(at) if added and column.adds_up else block.in_place(column.formula)
    sure, unsure = (styles.number(column.num_format, total=total, mark=mark) for mark in ("", "" if added else "query"))
    return formula, sure, unsure


def _write_figure(
    book: NationalBook,
    sheet: Any,
    block: LinesArea,
    placed: tuple[int, FigureColumn],
    line: Line,
    ready: tuple[str, Any, Any],
) -> None:
    """The formula with its value; a link leads to the rows of 明细 that it is from, of an area to its units' cells."""
    (at, column), own, (formula, sure, unsure) = placed, line.of.get(placed[1].form.key), ready
    link, area = None, book.detail_areas[column.form.key]
    if line.level is Level.AREA:
        link = block.link(at) if column.prints and (column.source or column.adds_up) else None
    elif column.source:
        link = area.link(column.source, line.name if line.level is Level.UNIT else None)
    look = sure if own is None or column.is_sure(own) else unsure
    sheet.figure((line.row, at), look, formula, None if own is None else column.value(own), link)
