"""The lines of 汇总 and 指标分析: the units in the official order, the nation, and below, in no sum, the units by area.

A column says what its figure is, as a value and as a live formula; here every line is written by that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

from msgspec import Struct

from hrss12333.model import summary_lines
from hrss12333.model.national import State
from hrss12333.model.summary_lines import NOBODY, SummaryLine
from hrss12333.writing.national.book import AREA_KEY, AREAS_TITLE, ColumnHead, LineColumn, LinesArea, NationalBook
from hrss12333.writing.national.paper import ROW_HIGH, TITLE_HIGH, Page, line_breaks, set_lines
from hrss12333.writing.sheet_text import public, wrapped_lines

STATUS_KEY = "@status"
NOW, PREVIOUS = "同口径\n今年", "同口径\n上年"
COMPARED = "同口径：只比两年都填报、都没有疑问的地区，今年、上年和变化都按这些地区计算。"
"""Said wherever a change is shown."""


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
    note: str | None
    """Words in the last column; None where there is no such cell."""


def first_heads(book: NationalBook) -> list[ColumnHead]:
    """The columns that name a line."""
    named = ColumnHead(summary_lines.UNIT_KEY, summary_lines.reporter(book.national), 18.0)
    return [named, ColumnHead(AREA_KEY, summary_lines.AREA, 6.0)] if book.nation.by_area else [named]


def write_lines(page: Page, block: LinesArea, lines: Sequence[Line]) -> list[float]:
    """Write them; returns how high each stands, a title above it included."""
    book, sheet, styles, high = page.book, page.sheet, page.book.styles, list[float]()
    room = block.columns[block.note].width - 4
    ready = {level: [*_ready_columns(book, block, level)] for level in Level}
    for line in lines:
        row, total = line.row, line.level is Level.NATION
        if row == block.areas:
            sheet.write_string(row - 1, 0, AREAS_TITLE, styles.section)
        above = ROW_HIGH if row == block.areas else 0.0
        sheet.write_string(row, 0, public(line.name), styles.text(total=total))
        if block.area is not None:
            sheet.write_string(row, block.area, line.area, styles.centre(total=total))
        if STATUS_KEY in block.at:
            _write_status(book, sheet, block.at[STATUS_KEY], line)
        for at, column, formula, (sure, unsure, blank) in ready[line.level]:
            own = line.of.get(column.form.key)
            if not formula or (line.name == NOBODY and column.only_units and at < block.note):  # nobody has no rank
                sheet.write_blank(row, at, None, blank)
            else:
                value = None if own is None else column.value(own)
                look = sure if own is None or column.is_sure(own) else unsure
                sheet.figure((row, at), look, formula, value, _link(book, block, column, line))
        if line.note is not None:
            sheet.write_string(row, block.note, public(line.note), styles.text(total=total, text_wrap=True))
            above += set_lines(sheet, row, wrapped_lines(line.note, room)) - ROW_HIGH
        high.append(above + ROW_HIGH)
    return high


def finish(page: Page, block: LinesArea, last: int, notes: Sequence[str], above: float, high: Sequence[float]) -> None:
    """What is below the ``last`` line, and the sheet on screen and paper; so ``high`` stands each line, and the headings
    ``above`` them. What takes several pages is parted evenly, from 合计 on nowhere: no page has headings and notes alone."""
    page.sheet.autofilter(block.first - 1, 0, block.last, block.note)
    page.sheet.freeze_panes(block.first, 1)
    page.book.keys[block.sheet] = block.columns
    units, below = [*high[: len(block.names)]], sum(high[len(block.names) :]) + page.notes(last + 1, notes)
    units[:1] = [TITLE_HIGH + each for each in units[:1]]  # on the first page alone
    room = page.lay_out((1, block.first - 1), high=above + sum(units) + below, rows=last + len(notes)) - above
    page.sheet.set_h_pagebreaks([block.first + at for at in line_breaks(units, below, room)])


def _ready_columns(
    book: NationalBook, block: LinesArea, level: Level
) -> Iterator[tuple[int, LineColumn, str, tuple[Any, Any, Any]]]:
    """Column, formula and formats, of sure figures, of others, and of none, as the lines of a level have them."""
    added = {Level.NATION: block.sum_of_units, Level.AREA: block.sum_of_area}.get(level)
    styles, total = book.styles, level is Level.NATION
    for at, column in enumerate(block.columns):
        if not isinstance(column, LineColumn) or (added and column.only_units and at > block.note):
            continue
        formula = added(at) if added and column.adds_up else block.in_place(column.formula)
        looks = [styles.number(column.num_format, total=total, mark=mark) for mark in ("", "" if added else "query")]
        blank = styles.text(total=total) if added else styles.number()
        yield at, column, "" if added and column.only_units else formula, (*looks, blank)


def _link(book: NationalBook, block: LinesArea, column: LineColumn, line: Line) -> str | None:
    """To the rows of 明细 that a figure is from; of an area to its units' cells, and they to their rows."""
    if line.level is Level.AREA:
        at = block.at[column.key]
        return block.link(at) if at < block.note and (column.source or column.adds_up) else None
    area = book.detail_areas[column.form.key]
    return area.link(column.source, line.name if line.level is Level.UNIT else None) if column.source else None


def _write_status(book: NationalBook, sheet: Any, at: int, line: Line) -> None:
    if line.level is not Level.UNIT:
        sheet.write_blank(line.row, at, None, book.styles.text(total=line.level is Level.NATION))
        return
    (own,) = filter(None, line.of.values())
    mark = {State.CORRECT: "error", State.CONFIRM: "query", State.MISSING: "query"}.get(own.state or State.USABLE, "")
    sheet.write_string(line.row, at, own.label, book.styles.centre(mark=mark))
