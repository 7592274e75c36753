"""Every cell of a book that holds a form, accounted for: by what the results explain, by its words and what is around it,
by what is behind it.

What is left is unread, and told by blocks of neighbours. Nothing here reads a form: a pass that gives a cell a meaning says
so in its result, and what a pass drops shows up as unread.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from functools import cache, partial
from typing import NamedTuple

from msgspec.structs import replace

from hrss12333.model.filing import CellUse, OwnedTable, Table, UnreadBlock, UnreadColumn
from hrss12333.model.row import Place
from hrss12333.reading.account.claims import Claims, explained_behind
from hrss12333.reading.account.explained import Explained, line_number, rows_left_out, use_of_words
from hrss12333.reading.account.mentions import columns_named, has_figure, is_figure, names_region, use_of
from hrss12333.reading.grid import At, Book, Cell
from hrss12333.reading.layout.headings import TALLEST, named_column
from hrss12333.reading.layout.labels import LABEL_ENDS
from hrss12333.reading.values.cell_text import as_text, is_blank
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.frame import HEADER
from hrss12333.survey.schema import Kind

_VISITED = 10_000
"""Cells of a sheet that are looked at one by one; of the others it is told how many they are."""
_MOST_BLOCKS = 200
"""Blocks of a sheet that are reported one by one; the others are reported as one."""
_FEWEST = 3
"""Names below one another that make a list."""
_ENOUGH_HEADINGS = 2
"""Words beside one another that head a table."""
_LONGEST_HEADING = 12
_OWNER_LABELS = next(frozenset((item.label, *item.aliases)) for item in HEADER if item.key == "unit")
_BESIDE_LABEL = (CellUse.FORM_TEXT, CellUse.HEADER, CellUse.HARMLESS)
"""Beside these to the left, words without a figure or a name explain or answer them."""
_NEIGHBOURS = [(0, -2), (0, -1), (0, 1), (0, 2), *((down, right) for down in (-1, 1) for right in (-1, 0, 1))]
"""Where the neighbours of a cell stand; in its row one blank may be between: a label and what it says may be apart."""
_MOST_TEXTS = 12
"""Texts of a block that are kept."""


def with_unread(
    book: Book, found: Sequence[Explained], tables: Sequence[OwnedTable], edition: Edition
) -> list[OwnedTable]:
    """The tables with what was not read of the book, and the accounts of its sheets completed."""
    sheets = [SheetAccount(sheet, tables, edition) for sheet in found if sheet.left]
    behind = explained_behind(book.grids, {sheet.name: sheet.unknown for sheet in sheets})
    blocks = [list[UnreadBlock]() for _ in tables]
    for sheet in sheets:
        for block in sheet.blocks(behind):
            blocks[_nearest(block, tables)].append(block)
    accounted = []
    for (table, unit), own in zip(tables, blocks, strict=True):
        places = {column.place for column in table.unread}
        columns = tuple(column for sheet in sheets for column in sheet.columns if column.place in places)
        accounted.append((replace(table, unread=columns, unread_cells=tuple(own)), unit))
    return accounted


def _nearest(block: UnreadBlock, tables: Sequence[OwnedTable]) -> int:
    """The table that a block is reported with: the last of its sheet that begins above it, else the sheet's first,
    else the book's first."""
    own = [
        (min(place.row for place in table.headings.values()), number)
        for number, (table, _) in enumerate(tables)
        if table.sheet == block.place.sheet and table.headings
    ]
    above = [item for item in own if item[0] <= block.place.row]
    return max(above)[1] if above else min(own)[1] if own else 0


class UnreadCell(NamedTuple):
    """A cell of which nobody knows what it says; row and column from 0."""

    row: int
    column: int
    text: str
    is_question: bool
    """Whether it holds a figure, or names a region or a column."""


class SheetAccount:
    """What the cells of one sheet were taken for, of which not everything is explained by its rows, header and words."""

    def __init__(self, sheet: Explained, tables: Sequence[OwnedTable], edition: Edition) -> None:
        self.name, self._sheet, self._grid, self._edition = sheet.grid.name, sheet, sheet.grid, edition
        own = [(table, unit) for table, unit in tables if self.name in _sheets_of(table)]
        self._tables = [table for table, _ in own]
        self._unit = next((unit for _, unit in (*own, *tables) if unit), None)
        regions = {row.region for table, _ in tables for row in table.rows}
        self._itself = regions.pop() if len(regions) == 1 else None
        passed_over = [other for table, _ in tables for other in table.superseded if self.name in _sheets_of(other)]
        self._claims = Claims(self._grid, sheet.whole_rows, self._tables, passed_over)
        self._passed_over = bool(passed_over and not self._tables)
        self._line_number = cache(partial(line_number, self._grid))
        self._judged: dict[At, CellUse] = {}
        self.unknown: dict[At, UnreadCell] = {}
        """The cells of which nobody knows yet what they say."""
        self.columns: list[UnreadColumn] = []
        """The columns that the form does not have, with the number of their cells that were not read."""
        self._more: UnreadBlock | None = None
        self._look_at_cells()
        for table in self._tables:
            for place in table.other_headings:
                self._take_column(table, place)

    def blocks(self, behind: Mapping[tuple[str, At], CellUse]) -> Iterator[UnreadBlock]:
        """The unread cells, by blocks of neighbours; ``behind``: what the workbook explains of some of them."""
        for at in [at for at in self.unknown if (self.name, at) in behind]:
            self._sheet.counts[behind[self.name, at]] += 1
            del self.unknown[at]
        self._sheet.counts[CellUse.UNREAD] += len(self.unknown)
        blocks = _blocks_of(self.unknown)
        rest = [cell for block in blocks[_MOST_BLOCKS:] for cell in block]
        for block in (*blocks[:_MOST_BLOCKS], *([rest] if rest else [])):
            around = list(self._headings_at(block))
            is_question = any(cell.is_question for cell in block)
            headed = is_question and self._is_headed(block)
            is_question = is_question and not headed and not self._is_list(block)
            yield _as_block(self.name, sorted((*block, *around)), is_question=is_question, headed=headed)
        if self._more:
            yield self._more

    def _headings_at(self, block: Sequence[UnreadCell]) -> Iterator[UnreadCell]:
        """The words of headings right above or left of a block's cells, which no table claims: they belong to it."""
        found = {(cell.row - 1, cell.column) for cell in block}
        found |= {(cell.row, cell.column - step) for cell in block for step in (1, 2)}
        for row, column in sorted(found):
            cell = self._grid.at(row, column)
            stray = isinstance(cell, str) and self._claims.use(row, column) is None
            if stray and use_of_words(cell, self._edition.forms) is CellUse.HEADING:
                yield UnreadCell(row, column, as_text(cell), is_question=False)

    # Cell by cell

    def _look_at_cells(self) -> None:
        counts, forms = self._sheet.counts, self._edition.forms
        left: list[tuple[int, int, Cell]] = []
        for row, line in self._sheet.left.items():
            for column, cell in enumerate(line):
                if cell is None or cell == "":
                    continue
                known = CellUse.LEFT_OUT if self._passed_over else self._claims.use(row, column)
                known = known or (use_of_words(cell, forms) if type(cell) is str else None)
                if known is None:
                    left.append((row, column, cell))
                else:
                    counts[known] += 1
                    self._judged[row, column] = known
        for row, column, cell in left[:_VISITED]:
            text = as_text(cell)
            if found := self._use_of_cell((row, column), cell, text):
                counts[found] += 1
                self._judged[row, column] = found
            else:
                is_question = self._matters(text) if isinstance(cell, str) else is_figure(cell)
                self.unknown[row, column] = UnreadCell(row, column, text, is_question)
        if len(left) > _VISITED:
            row, column, cell = left[_VISITED]
            rest = [UnreadCell(row, column, as_text(cell), is_question=True)]
            self._more = replace(_as_block(self.name, rest, is_question=True, headed=False), cells=len(left) - _VISITED)
            counts[CellUse.UNREAD] += self._more.cells

    def _use_of_cell(self, at: At, cell: Cell, text: str) -> CellUse | None:
        if self._grid.mark(*at).struck:
            return CellUse.LEFT_OUT
        if isinstance(cell, date | time | timedelta):
            return CellUse.HARMLESS
        if isinstance(cell, str) and (use := use_of(text, self._edition, self._unit)):
            return use
        if self._line_number(at[0]) == at[1] or self._answers_label(at, cell, text):
            return CellUse.HARMLESS
        return None

    def _names_form_or_region(self, text: str) -> bool:
        named = columns_named(self._edition.forms, text)
        return bool(named) or names_region(self._edition, self._unit, text, self._itself)

    def _matters(self, text: str) -> bool:
        return has_figure(text) or self._names_form_or_region(text)

    def _answers_label(self, at: At, cell: Cell, text: str) -> bool:
        """Whether a cell answers or explains the one to its left, a label or the form's own words, and tells no more."""
        row, column = at
        left = next((c for c in range(column - 1, -1, -1) if not is_blank(self._grid.at(row, c))), None)
        if left is None:
            return False
        what = self._judged.get((row, left))
        label = as_text(self._grid.at(row, left))
        explained = what is CellUse.HEADING and not self._tables and columns_named(self._edition.forms, label)
        if what not in _BESIDE_LABEL and not explained:
            return False
        if isinstance(cell, str):
            return not self._matters(text)
        return len(label) <= _LONGEST_HEADING and not has_figure(f"{label} {text}")

    # Columns and blocks

    def _take_column(self, table: Table, place: Place) -> None:
        """What is unread under a heading that the form does not have, down to the last row of the table, is that column's,
        but for what is about a region or a column of the form; where nothing is, there is nothing to tell of it."""
        at = self._claims.owner(place)
        heading = as_text(self._grid.at(*at))
        if place.sheet != self.name or not self._is_heading(heading):
            return
        unread = next((item for item in table.unread if item.place == place), None)
        step = -1 if table.is_turned else 1
        places = [row.place for row in (*table.rows, *rows_left_out(table))] + [aside.place for aside in table.asides]
        lines = {(line.row, line.column)[::step][0] for line in (*places, place) if line.sheet == self.name}
        first, own = (place.row, place.column)[::step]
        below: list[At] = []
        for (row, column), cell in self.unknown.items():
            line, across = (row + 1, column + 1)[::step]
            over = at[0] - TALLEST < row < at[0] and column <= at[1]
            if over and unread and unread.heading.startswith(cell.text):
                below.append((row, column))  # the heading of its group: 上年情况
            elif across == own and first < line <= max(lines) and (row, column) != at:
                alone = has_figure(cell.text) or line not in lines
                if cell.text == heading or not (alone and self._names_form_or_region(cell.text)):
                    below.append((row, column))
        head = self.unknown.pop(at, None)
        if unread and below:
            self.columns.append(replace(unread, filled=len(below)))
            self._sheet.counts[CellUse.UNREAD] += len(below) + (head is not None)
        else:
            self._sheet.counts[CellUse.HEADING] += head is not None
            match = named_column(table.form, heading)
            again = match is not None and table.form.by_key[match.key].kind in (Kind.REGION, Kind.SERIAL)
            below = [its for its in below if again and not has_figure(self.unknown[its].text)]  # 市州 beside 县区
            self._sheet.counts[CellUse.VALUE] += len(below)
        for its in below:
            del self.unknown[its]

    def _is_heading(self, text: str) -> bool:
        """Whether a text heads a column of other content: words, no sentence that gives a figure, and not 省份."""
        if text in _OWNER_LABELS or not any(map(str.isalpha, text)):
            return False
        return not (self._names_form_or_region(text) and has_figure(text))

    def _is_headed(self, block: Sequence[UnreadCell]) -> bool:
        """Whether a block is a table, or a column, with headings of its own, and nothing in it names a column of the form."""
        top, left = block[0].row, min(cell.column for cell in block)
        bottom, right = block[-1].row, max(cell.column for cell in block)
        first = [cell for cell in block if cell.row == top]
        own = bottom > top and not any(cell.is_question for cell in first)
        if own and left == right:
            return self._may_head(first[0].text)
        row = top if own else top - 1
        if row < 0 or row in self._claims.whole or any(self._claims.use(row, at) for at in range(left, right + 1)):
            return False
        words = [self._grid.at(row, column) for column in range(max(left - 1, 0), right + 1)]
        texts = [as_text(word) for word in words if not is_blank(word)]
        if len(texts) < _ENOUGH_HEADINGS or not all(map(self._may_head, texts)):
            return False
        lines = [self._grid.cells[at][max(left - 1, 0) : right + 1] for at in range(row, bottom + 1)]
        return not any(columns_named(self._edition.forms, as_text(cell)) for line in lines for cell in line)

    def _may_head(self, text: str) -> bool:
        return len(text) <= _LONGEST_HEADING and LABEL_ENDS.isdisjoint(text[-1:]) and not self._matters(text)

    def _is_list(self, block: Sequence[UnreadCell]) -> bool:
        """Whether a block is no more than names below one another, for choosing from."""
        if len(block) < _FEWEST or len({cell.column for cell in block}) > 1 or self._unit is None:
            return False
        return all(cell.text in self._unit.certain for cell in block)


def _blocks_of(cells: Mapping[At, UnreadCell]) -> list[list[UnreadCell]]:
    """The cells, by blocks of neighbours, each in the order of reading."""
    left, blocks = dict(cells), list[list[UnreadCell]]()
    for first in sorted(cells):
        block, ahead = list[UnreadCell](), [first]
        while ahead:
            if cell := left.pop(ahead.pop(), None):
                block.append(cell)
                ahead += [(cell.row + down, cell.column + right) for down, right in _NEIGHBOURS]
        blocks += [sorted(block)] if block else []
    return blocks


def _as_block(sheet: str, cells: Sequence[UnreadCell], *, is_question: bool, headed: bool) -> UnreadBlock:
    """A block as it is reported."""
    first = cells[0]
    bottom, right = max(cell.row for cell in cells), max(cell.column for cell in cells)
    return UnreadBlock(
        Place(sheet, first.row + 1, first.column + 1),
        Place(sheet, bottom + 1, right + 1),
        len(cells),
        tuple(cell.text for cell in cells[:_MOST_TEXTS]),
        is_question,
        tuple([Place(sheet, cell.row + 1, cell.column + 1) for cell in cells if cell.is_question][: _MOST_TEXTS + 1]),
        headed,
    )


def _sheets_of(table: Table) -> set[str]:
    """The sheets in which a table has a say: its own, that of its header, those of its parts."""
    found = {table.sheet} | {value.place.sheet for value in table.header.values() if value.place}
    return found.union(*map(_sheets_of, table.parts)) if table.parts else found
