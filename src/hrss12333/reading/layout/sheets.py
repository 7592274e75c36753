"""Sheets prepared for reading, and the location of their tables, with headings, header and lines above.

Rows that are struck out or hidden keep their content, so that findings can name them with figures."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.model.check_code import AUDIT_SHEET, COPY_CATEGORY
from hrss12333.model.filing import BLANK
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.grid import At, Book, Grid, column_number
from hrss12333.reading.layout.header import header_of
from hrss12333.reading.layout.headings import Heading, headings_in, is_side_by_side
from hrss12333.reading.layout.rows import TablePart
from hrss12333.reading.layout.table_words import measures_named
from hrss12333.reading.values import is_blank, texts_of
from hrss12333.survey.labels import is_contact_line, is_header_line
from hrss12333.survey.periods import times_in
from hrss12333.survey.schema import ASKED, CHANGES, LAST_YEAR_HEADING, PASSED, SELF_CHECK, TO_FILL, WRONG, Edition, Form
from hrss12333.survey.words import bare

_HIGHEST = 40
"""Rows among which the heading of last year's figures is looked for."""
_REFERENCE = r"(?:(?:'([^']+)'|([^\W\d]\w*))!)?\$?([A-Z]{1,3})\$?(\d{1,7})(?![\w(])"
_RANGE = r"((?:'[^']+'|[^\W\d]\w*)!)(\$?[A-Z]{1,3}\$?\d{1,7}:)"
"""A range on another sheet, named only at its first corner."""
_OPERAND = rf'"[^"]*"|{_REFERENCE}|(?<![\w.])(?P<constant>\d+(?:\.\d+)?)'
"""A text, a cell or a number in a formula."""
_HARMLESS_CONSTANTS = frozenset([None, "0", "1", "2", "10", "12", "100", "1000", "10000", "365", "250"])


# Parts that this tool wrote


def without_own_parts(book: Book) -> Iterator[Grid]:
    """The sender's sheets, without lists of changes, audits, last year's figures and the self-check."""
    for grid in book.grids:
        audit = book.category == COPY_CATEGORY and grid.name.startswith(AUDIT_SHEET)
        first = grid.at(0, 0)
        if audit or (isinstance(first, str) and first.lstrip().startswith(CHANGES)):
            continue
        yield _without_checks(grid)


def _without_checks(grid: Grid) -> Grid:
    words = [each for each in grid.texts_between(0, _HIGHEST) if "上年" in each[2] or "自检" in each[2]]
    last_year = next((column for _, column, text in words if text.startswith(LAST_YEAR_HEADING)), None)
    headed = [column for _, column, text in words if bare(text) == bare(SELF_CHECK)]
    checks = range(min(headed), max(headed) + 1) if headed else ()
    if last_year is None and not checks:
        return grid
    reported = any(mark.formula for mark in grid.marks.values())
    cells = [[*line][:last_year] for line in grid.cells]
    for row, line in enumerate(cells):
        for at in (*checks, *([0] if checks and not row else ())):
            own = at < len(line) and (
                bare(str(line[at])) == bare(SELF_CHECK)
                or str(line[at]).startswith((PASSED, WRONG, ASKED))
                or TO_FILL in str(line[at])
            )
            if at < len(line) and (own or not reported or grid.mark(row, at).formula):
                line[at] = None  # not a formula: a person wrote it
    merges = tuple(box for box in grid.merges if last_year is None or box.left < last_year)
    return replace(grid, cells=tuple(map(tuple, cells)), merges=merges)


# Concealed cells and rows


def _legible(grid: Grid, whole: Collection[int]) -> Grid:
    """The sheet without the struck cells of rows that count, those not entirely struck out."""
    struck = {at for at, mark in grid.marks.items() if mark.struck and at[0] not in whole}
    if not struck:
        return grid
    cells = [
        [None if (row, at) in struck else cell for at, cell in enumerate(line)] for row, line in enumerate(grid.cells)
    ]
    return replace(grid, cells=tuple(cells))


def _struck_rows(grid: Grid) -> set[int]:
    """The rows that are entirely struck out, except for a number and short remarks such as 作废."""
    found = set()
    for row in {row for (row, _), mark in grid.marks.items() if mark.struck and row < len(grid.cells)}:
        struck = [grid.mark(row, at).struck for at, cell in enumerate(grid.cells[row]) if not is_blank(cell)]
        if 1 < struck.count(True) >= struck.count(False) <= 2:
            found.add(row)
    return found


# Tables as they are located


class SheetRead(Struct):
    """A sheet with the tables read in it."""

    grid: Grid
    """The sheet as sent, with what is struck out."""
    parts: list[TablePart] = field(default_factory=list)
    side_by_side: set[str] = field(default_factory=set)
    """Keys of forms with a table that is not read because its columns are repeated."""


class Derived:
    """The cells of a workbook whose formulas only compute from its tables."""

    def __init__(self, sheets: Sequence[SheetRead]) -> None:
        self._derived: set[tuple[str, At]] = set()
        self._ranges: dict[str, list[tuple[range, range]]] = defaultdict(list)
        for part in (part for sheet in sheets for part in sheet.parts):
            rows = range(part.heading.body, max(part.taken, default=part.heading.body) + 1)
            columns = range(part.heading.first_column, max(part.heading.fields) + 1)
            self._ranges[part.grid.name].append((rows, columns))

    def holds(self, grid: Grid, at: At) -> bool:
        """Whether a cell's formula only computes from tables, or from other such cells."""
        formula = grid.mark(*at).formula
        operands = [*re.finditer(_OPERAND, re.sub(_RANGE, r"\1\2\1", formula))] if formula else []
        references = [match for match in operands if match[3]]
        found = bool(references) and {match["constant"] for match in operands} <= _HARMLESS_CONSTANTS
        for match in references if found else ():
            sheet, row, column = match[1] or match[2] or grid.name, int(match[4]) - 1, column_number(match[3])
            of_table = any(row in rows and column in columns for rows, columns in self._ranges[sheet])
            found = found and (of_table or (sheet, (row, column)) in self._derived)
        if found:
            self._derived.add((grid.name, at))
        return found


def located(sheet: Grid, edition: Edition) -> SheetRead:
    """The tables of a sheet by the forms of an edition."""
    found = SheetRead(sheet)
    whole = _struck_rows(sheet)
    grid = _legible(sheet, whole)
    concealing = dict.fromkeys(whole, "被划掉") | dict.fromkeys(sheet.hidden_rows, "被隐藏")
    headings = headings_in(grid, edition.forms)
    tops = [heading.top for heading in headings]
    starts = _starts(grid, headings, edition)
    for heading, start in zip(headings, starts, strict=True):
        if is_side_by_side(heading, is_alone=tops.count(heading.top) == 1):
            found.side_by_side.add(heading.form.key)
            continue
        end = next((start for start in starts if start > heading.top), len(grid.cells))
        header, completed = header_of(grid, heading, (start, end), edition.gazetteer)
        headed = edition.gazetteer.by_name.get(str(completed.get("unit", BLANK).value))
        lines = [
            *(
                Text(TextKind.ABOVE, text, grid.place(row, column), grid.name)
                for row, column, text in grid.texts_between(start, heading.top)
            ),
            *heading.lines(grid),
            *(Text(TextKind.ABOVE, text, sheet=grid.name) for text in (grid.before if start == 0 else ())),
        ]
        found.parts.append(TablePart(grid, edition, heading, start, end, header, completed, headed, lines, concealing))
    return found


def _starts(grid: Grid, headings: Sequence[Heading], edition: Edition) -> list[int]:
    """The first row of title and header above each of the headings."""
    starts = dict[int, int]()
    before = 0
    for top, same in groupby(headings, key=lambda heading: heading.top):
        starts[top] = _preamble(grid, before, top, edition) if before else 0
        before = max(before, *(heading.body for heading in same))
    return [starts[heading.top] for heading in headings]


def _preamble(grid: Grid, first: int, top: int, edition: Edition) -> int:
    """The first row above the headings in row ``top`` with a title, a label, a measure or a year."""
    start = top
    for row in range(top - 1, first - 1, -1):
        texts = [*texts_of(grid.cells[row]).values()]
        titled = any(is_titled(text, edition.forms) for text in texts)
        labelled = is_header_line(texts) or (row > 0 and is_contact_line(texts_of(grid.cells[row - 1]).values()))
        line = len(texts) == 1 and (measures_named(texts[0]) or times_in(texts[0], edition.year).is_alone)
        if titled or labelled or line:
            start = row
        elif texts:
            break
    return start


def is_titled(text: str, forms: Iterable[Form]) -> bool:
    """Whether a text is the title of one of these forms."""
    words = bare(text)
    return len(words) < 60 and any(bare(form.title) in words or words == bare(form.key) for form in forms)
