"""The lines of 汇总, 指标分析 and 与上年比较: units in the official order, the nation, and the zones, in no sum.

A column gives its figure as a value and as a live formula. Columns too wide for one page become several
tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import Enum
from functools import partial
from itertools import pairwise
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model import summary_lines
from hrss12333.model.national import SHARED
from hrss12333.model.summary_lines import NOBODY, Figure, SummaryLine
from hrss12333.patterns import grouped
from hrss12333.published import label
from hrss12333.survey.schema import NO, TOTAL, YES, Form, Kind
from hrss12333.wording.values import DOUBT, ESTIMATE
from hrss12333.writing.national.book import (
    STATE_MARKS,
    ZONE_KEY,
    DetailRange,
    FigureColumn,
    LinesRange,
    NationalBook,
    SheetColumn,
)
from hrss12333.writing.national.table import PAGE_HIGH, PAGE_WIDE, WRAPPED, Page, is_dull, pixels_wide
from hrss12333.writing.workbook import CellContent, public, width

_ZONES_TITLE, _ZONES_TITLE_HIGH = "分区域", 18.0
_LEAST_HIGH, _ROW_HIGH, _MOST_HIGH = 10.8, 15.0, 18.0
"""Points of a row of one line: least, usual, and most if all fit on one page."""
_MOST_AIR = 8.0
"""Half-width characters by which a column may be widened until its table is as wide as the page."""
_LONGEST_NOTE = 480.0
"""Half-width characters of the longest list of units that a note may have."""

Level = Enum("Level", "UNIT NATION ZONE")
"""The kind of a line."""


class Line(Struct, frozen=True):
    """A line of a sheet."""

    row: int
    level: Level
    name: str
    zone: str
    of: Mapping[str, SummaryLine | None]
    """Form key → its figures."""


def lines_range(book: NationalBook, sheet: LinesRange, whole: str, form: Form | None = None) -> LinesRange:
    """The sheet with its lines and columns in place; ``whole``: the nation's line; ``form``: the only one."""
    who = summary_lines.reporter(book.national)
    forms = (form,) if form else book.forms
    listed = dict.fromkeys(line.name for each in forms for line in book.lines[each.key])
    wide = max([17.0, *(width(name) + 1.0 for name in listed)])
    named = SheetColumn(summary_lines.UNIT_KEY, who, wide, "line", show=lambda line: line.name)
    zone = SheetColumn(
        ZONE_KEY, summary_lines.ZONE, 6.0, "centre", show=lambda line: line.zone, prints=False, is_folded=True
    )
    columns = [named, *sheet.columns, *([zone] if book.zone_lines else [])]
    block = replace(sheet, names=sorted(listed, key=NOBODY.__eq__))
    lines = [*_lines(book, block, forms, whole)]
    texts = {
        column.key: [column.show(line) for line in lines]
        for column in columns
        if column.varies or not isinstance(column, FigureColumn)
    }
    dull = {column.key for column in columns if column.varies and is_dull(texts[column.key][: len(block.names)])}
    dull |= {key for key, shown in texts.items() if not any(shown)}
    hidden = dull | {column.key for column in columns if column.is_folded}
    placed, breaks = side_by_side(columns, hidden)
    notes = [*block.notes]
    notes += [f"{one.heading}：{words}。" for one in columns if one.is_noted and (words := _by_words(one, lines))]
    alike = grouped((column for column in columns if column.key in dull), lambda column: texts[column.key][0])
    for content, of_content in alike.items():
        if isinstance(content, str) and content:
            notes.append(f"各行的{'、'.join(f'“{column.heading}”' for column in of_content)}都是“{content}”。")
    widened = _widened(placed, breaks, hidden, texts)
    return replace(block, columns=widened, notes=notes, breaks=breaks, lines=lines, hidden=hidden)


def _widened(
    columns: list[SheetColumn], breaks: Sequence[int], hidden: Collection[str], texts: Mapping[str, list[CellContent]]
) -> list[SheetColumn]:
    """The columns, each table as wide as the page: the last fits its longest text, all share the rest."""
    made = [*columns]
    for start, end in pairwise([0, *breaks, len(columns)]):
        shown = [at for at in range(start, end) if columns[at].prints and columns[at].key not in hidden]
        room = (PAGE_WIDE - sum(pixels_wide(columns[at]) for at in shown)) / 7
        if (last := made[shown[-1]]).key in texts:
            longest = (max(width(str(text or "")) for text in texts[last.key]) + 2.0) / WRAPPED + 0.5
            more = max(0.0, min(room, longest - last.width))
            made[shown[-1]], room = replace(last, width=last.width + more), room - more
        each = min(room / len(shown), _MOST_AIR)
        for at in shown if each > 0 else ():
            made[at] = replace(made[at], width=made[at].width + each)
    return made


def side_by_side(columns: Sequence[SheetColumn], hidden: Collection[str] = ()) -> tuple[list[SheetColumn], list[int]]:
    """The columns as tables that fit on a page, each with the lines' names; where all but the first begin."""
    again, blocks = columns[0], list[list[SheetColumn]]()
    for column in columns:
        if column.is_joined or (blocks and not column.prints):
            blocks[-1].append(column)
        else:
            blocks.append([column])
    found, breaks, filled = list[SheetColumn](), list[int](), 0.0
    for block in blocks:
        wide = sum(pixels_wide(column) for column in block if column.prints and column.key not in hidden)
        if wide and filled + wide > PAGE_WIDE:
            breaks.append(len(found))
            found.append(replace(again, key=f"{again.key}{len(breaks) + 1}"))
            filled = pixels_wide(again)
        found += block
        filled += wide
    return found, breaks


def write_lines(book: NationalBook, block: LinesRange, sheet: Any) -> None:
    """Fill the sheet: its head, its lines, and the notes below them."""
    lines, last = block.lines, block.lines[-1].row
    hidden = {at for at, column in enumerate(block.columns) if column.key in block.hidden}
    page = Page(book.styles, sheet, block.columns, block.breaks, hidden)
    page.head(block.title)
    above = page.high + page.notes(last + 1, block.notes) + _ZONES_TITLE_HIGH
    heights, high = _heights(page, lines, above)
    figures = [column for column in block.columns if isinstance(column, FigureColumn)]
    formulas = {(column.key, level): _formula(block, column, level) for column in figures for level in Level}
    for line, points in zip(lines, heights, strict=True):
        for at, column in enumerate(block.columns):
            if isinstance(column, FigureColumn):
                of_line = _figure_cell(book, block, column, line)
                sheet.figure((line.row, at), formulas[column.key, line.level], *of_line)
            else:
                content = column.show(line)
                look = book.styles.look(column.look, column.mark(line), total=line.level is Level.NATION)
                sheet.put(line.row, at, look, public(content) if isinstance(content, str) else content)
        sheet.set_row(line.row, points)
    zones = block.zones - 1 if book.zone_lines else None
    if zones is not None:
        for first in (0, *block.breaks):
            sheet.put(zones, first, book.styles.section, _ZONES_TITLE)
        sheet.set_row(zones, _ZONES_TITLE_HIGH)
    spread = block.first, block.total - 1
    page.finish(last + len(block.notes), lines=spread, frozen=1, high=high, parted=zones)
    if block.sheet != summary_lines.COMPARISON:  # no later merge reads that sheet
        book.keys[block.sheet] = block.columns


def _heights(page: Page, lines: Sequence[Line], above: float) -> tuple[list[float], float]:
    """Points of each line, reduced if all then fit on a page; and of the sheet with the part ``above`` them."""
    texts = [(at, column) for at, column in enumerate(page.columns) if not isinstance(column, FigureColumn)]
    shown = [(at, column) for at, column in texts if at not in page.hidden]
    wrapped = [max(page.wrapped_high(str(column.show(line) or ""), at) for at, column in shown) for line in lines]
    rest = above + sum(wrapped)
    fitting = (0.98 * PAGE_HIGH - rest) / max(wrapped.count(0.0), 1)
    plain = min(fitting, _MOST_HIGH) if fitting >= _LEAST_HIGH else _ROW_HIGH
    return [points or plain for points in wrapped], rest + plain * wrapped.count(0.0)


def _by_words(column: SheetColumn, lines: Sequence[Line]) -> str:
    """What the column says of units and nation, with their names; of too many units, the nation's only."""
    found: dict[str, list[str]] = {}
    for line in lines:
        if line.level is not Level.ZONE and (words := str(column.show(line) or "")):
            found.setdefault(words, []).append(line.name)
    listed = [f"{'、'.join(names)}（{words}）" for words, names in found.items()]
    if width("；".join(listed)) > _LONGEST_NOTE:
        return f"{listed[-1]}，其余见“{column.heading}”栏（不打印）"
    return "；".join(listed)


def fewer_regions(found: Mapping[int, Sequence[str]], expected: int, measure: str) -> list[str]:
    """放弃量19/21, 来电总量等5栏9/10, or 8栏9至19/21 for more than two numbers; ``found``: number of regions → names."""
    numbers = sorted(found, reverse=True)
    if len(numbers) > 2:
        return [f"{sum(map(len, found.values()))}{measure}{numbers[-1]}至{numbers[0]}/{expected}"]
    # One column is named; the cells show the others.
    several = {number: f"等{len(names)}{measure}" if len(names) > 1 else "" for number, names in found.items()}
    return [f"{found[number][0]}{several[number]}{number}/{expected}" for number in numbers]


def _lines(book: NationalBook, block: LinesRange, forms: Sequence[Form], whole: str) -> Iterator[Line]:
    known = {(form.key, line.name): line for form in forms for line in book.lines[form.key]}
    for row, name in enumerate(block.names, block.first):
        of = {form.key: known.get((form.key, name)) for form in forms}
        yield Line(row, Level.UNIT, name, summary_lines.zone_of(next(filter(None, of.values()))), of)
    yield Line(block.total, Level.NATION, whole, "", {form.key: book.totals[form.key] for form in forms})
    zones = dict.fromkeys(zone for found in book.zone_lines.values() for zone in found)
    for row, zone in enumerate(zones, block.zones):
        of = {form.key: book.zone_lines.get(form.key, {}).get(zone) for form in forms}
        yield Line(row, Level.ZONE, summary_lines.zone_name(zone), zone, of)


def _formula(block: LinesRange, column: FigureColumn, level: Level) -> str:
    """The formula of a column in the lines of a level."""
    if level is Level.UNIT or not column.adds_up:
        return block.in_place(column.formula)
    at = block.at[column.key]
    return block.sum_of_units(at) if level is Level.NATION else block.sum_of_zone(at)


def _figure_cell(
    book: NationalBook, block: LinesRange, column: FigureColumn, line: Line
) -> tuple[Any, float | None, str | None]:
    """Format, value and link of a figure; a unit's has the signs of doubt and estimate."""
    own, is_unit, sign = line.of.get(column.form.key), line.level is Level.UNIT, ""
    if is_unit and own is not None:
        sign = DOUBT * (not column.is_sure(own)) + ESTIMATE * column.is_estimate(own)
    shown, align = column.num_format, "right"
    if is_unit and column.unit_format:
        shown, align = column.unit_format, "center"
    look = book.styles.number(shown, sign=sign, total=line.level is Level.NATION, align=align)
    return look, column.value(own) if own else None, _link(book, block, column, line)


def _link(book: NationalBook, block: LinesRange, column: FigureColumn, line: Line) -> str | None:
    """A link to the rows of 明细 that a figure is from; of a zone, to its units' cells."""
    if line.level is Level.ZONE:
        leads = column.prints and (column.source or column.adds_up)
        return f"internal:'{block.sheet}'!{block.units(block.at[column.key])}" if leads else None
    details, name = book.detail_ranges[column.form.key], line.name if line.level is Level.UNIT else None
    return details.link(column.source, name) if column.source else None


ROWS_KEY, COVERAGE_KEY, ONCE_KEY, STATUS_KEY = "@rows", "@coverage", "@once", "@status"
_ONCE = "每库计一次"
ANSWER_FORMAT = f'[=1]"{YES}";[=0]"{NO}";0'
"""A city's answer, which is counted like the answers of a unit's regions."""


def summary_range(book: NationalBook, form: Form) -> LinesRange:
    """The sheet with its lines in place."""

    def state(line: Line) -> str:
        return str(book.national.states.get(line.name, ""))

    def mark(line: Line) -> str:
        return STATE_MARKS.get(state(line), "")

    status = SheetColumn(STATUS_KEY, summary_lines.STATUS, 8.0, "centre", show=state, mark=mark, varies=True)
    noted: dict[str, Any] = {"show": partial(_coverage, book, form), "prints": False, "is_noted": True}
    lacking = SheetColumn(COVERAGE_KEY, summary_lines.COVERAGE, 40.0, "line", **noted)
    columns = [status, *_figure_columns(book, form), lacking]
    title = f"{book.year}年度{form.title}汇总（{form.key}）"
    return lines_range(
        book, LinesRange(summary_lines.summary_sheet(form), title, columns, _notes(book, form)), TOTAL, form
    )


def _coverage(book: NationalBook, form: Form, line: Line) -> str:
    """31/32个单位，20/21个地区，放弃量19/21，有疑问1个地区; empty for a unit that sent nothing."""
    own = line.of[form.key]
    if own is None or own.is_missing:
        return ""
    listed = [] if line.level is Level.UNIT or book.national.of else book.lines[form.key]
    within = [one for one in listed if one.unit and line.zone in ("", summary_lines.zone_of(one))]
    sent = sum(not one.is_missing for one in within)
    parts = [] if sent == len(within) else [f"{sent}/{len(within)}个单位"]
    if own.rows < own.expected or not own.rows:
        parts.append(f"{own.rows}/{own.expected}个地区" if own.expected else "没有数据行")
    parts += fewer_regions(own.gaps(form), own.expected, "栏")
    questioned = len(own.questioned_rows(*form.by_key)) if own.questioned else 0
    return "，".join(parts + ([f"{summary_lines.IN_QUESTION}{questioned}个地区"] if questioned else []))


def _notes(book: NationalBook, form: Form) -> list[str]:
    """The notes about the figures."""
    noun, total = book.national.noun, book.totals[form.key]
    notes = [f"各{noun}数据是明细表中“计入汇总”为“是”的各行之和，没有填的留空，不写0。"]
    if total.absent or total.gaps(form) or total.questioned or summary_lines.missing_units(book.national):
        notes.append(
            f"带{DOUBT}的数不全或者{summary_lines.IN_QUESTION}，见下面的{summary_lines.COVERAGE}（20/21表示应有21个，20个填报了可以读取的数据）；"
            f"{summary_lines.IN_QUESTION}的也计入合计。"
        )
    if total.has_estimates:
        notes.append(f"带{ESTIMATE}的数含有备注写明是估计（暂估、预计、统计不全等）的数，见明细的备注。")
    notes += book.zones_remark
    for key in SHARED:
        if form.has(key) and total.once(key) is not None:
            notes.append(
                f"“{_ONCE}”：一个单位各地区的“{form.by_key[SHARED[key]].label}”都填“{YES}”、“{form.by_key[key].label}”又都相同的，"
                "多半是同一个知识库，只计一次；另一列是各地区相加。引用时请注明口径。"
            )
    return notes


def _figure_columns(book: NationalBook, form: Form) -> Iterator[FigureColumn]:
    """The number of rows that count, and each figure; shared figures are counted once."""
    details, total = book.detail_ranges[form.key], book.totals[form.key]
    rows: dict[str, Any] = {"value": lambda line: line.rows, "is_sure": lambda line: not line.absent}
    rows |= {"formula": f"=COUNTIFS({details.of_line})", "source": summary_lines.COUNTED_KEY}
    rows |= {"varies": True, "show": lambda line: (own := line.of[form.key]) and own.rows}
    of_city = book.national.of is not None
    if not of_city:
        yield FigureColumn(ROWS_KEY, f"{summary_lines.ROWS}\n（个）", 9.5, form=form, adds_up=True, **rows)
    for figure in summary_lines.figures(form):
        yield _figure_column(form, figure, total, figure_formula(details, figure), of_city=of_city)
        if total.once(figure.key) is not None:
            yield _once_column(form, figure, total, _once_formula(details, figure))


def figure_heading(figure: Figure, *, of_city: bool) -> str:
    """The figure's name, then a line with its measure, or 的地区数（个） for answers; none for one city's."""
    if figure.column.kind is not Kind.COUNT:
        return figure.heading.replace("的地区数", "" if of_city else "\n的地区数（个）")
    return f"{label(figure.column)}\n（{figure.column.measure}）"


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
        about["unit_format"] = ANSWER_FORMAT
    return FigureColumn(figure.key, heading, wide, group=figure.column.group, **about)


def _once_column(form: Form, figure: Figure, total: SummaryLine, formula: str) -> FigureColumn:
    def once(line: SummaryLine) -> int | None:
        found = line.once(figure.key)
        return line.value(figure) if found is None else found

    plain, heading = _figure_column(form, figure, total, formula), f"{label(figure.column)}\n（{_ONCE}）"
    return replace(
        plain, key=f"{figure.key}{ONCE_KEY}", heading=heading, value=once, source="", is_sure=lambda line: True
    )


def figure_formula(details: DetailRange, figure: Figure) -> str:
    """The live sum of a line's unit; blank if none of its counted rows answers, as a blank is no zero."""
    rows, cells = details.of_line, details.range(figure.column.key)
    if figure.column.kind is Kind.COUNT:
        return f'=IF(COUNTIFS({rows},{cells},">=0")=0,"",SUMIFS({cells},{rows}))'
    answered = "+".join(f'COUNTIFS({rows},{cells},"{answer}")' for answer in figure.column.choices or (YES, NO))
    return f'=IF({answered}=0,"",COUNTIFS({rows},{cells},"{figure.choice or YES}"))'


def _once_formula(details: DetailRange, figure: Figure) -> str:
    """The formula of a sum that counts a figure once if all rows of the unit share it under one system."""
    cells, of_line = details.range(figure.column.key), details.of_line
    rows, mean, decided_by = f"COUNTIFS({of_line})", f"AVERAGEIFS({cells},{of_line})", SHARED[figure.column.key]
    alike = f'COUNTIFS({of_line},{details.range(decided_by)},"{YES}",{cells},{mean})={rows}'
    once = f"IF(AND({rows}>1,{alike}),{mean},SUMIFS({cells},{of_line}))"
    return f'=IF(COUNTIFS({of_line},{cells},">=0")=0,"",{once})'
