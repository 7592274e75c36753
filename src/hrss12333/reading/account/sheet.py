"""The account of one sheet: its cells by what the results explain, then by their words and what is around them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.model.account import Account, CellUse, UnreadBlock
from hrss12333.model.filing import OwnedTable, Table, UnreadColumn
from hrss12333.model.row import Place
from hrss12333.reading.account.claims import Claims, lines_of
from hrss12333.reading.account.explained import Explained, is_turned, line_number, use_of_words
from hrss12333.reading.account.mentions import columns_named, has_figure, is_figure, matters, names_region, use_of
from hrss12333.reading.grid import At, Book, Cell
from hrss12333.reading.layout.headings import TALLEST, named_column
from hrss12333.reading.layout.labels import LABEL_ENDS
from hrss12333.reading.layout.sheets import is_own_sheet, last_year_column
from hrss12333.reading.values.cell_text import as_text, is_blank
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.form_texts import self_check_columns
from hrss12333.survey.frame import HEADER
from hrss12333.survey.schema import Form, Kind

_MOST = 10_000
"""Cells of a sheet that are looked at one by one; of the others it is told how many they are."""
_MOST_BLOCKS = 200
"""Blocks of a sheet that are reported one by one; the others are reported as one."""
_FEWEST = 3
"""Names below one another that make a list."""
_HEADINGS = 2
"""Words beside one another that head a table."""
_LONGEST_HEADING = 12
_OWNER_LABELS = next(frozenset((item.label, *item.aliases)) for item in HEADER if item.key == "unit")
_BESIDE_LABEL = (CellUse.FORM_TEXT, CellUse.HEADER, CellUse.HARMLESS)
"""Beside these to the left, words without a figure or a name explain or answer them."""
_NEIGHBOURS = [(0, -2), (0, -1), (0, 1), (0, 2), *((down, right) for down in (-1, 1) for right in (-1, 0, 1))]
"""Where the neighbours of a cell stand; in its row one blank may be between: a label and what it says may be apart."""
_MOST_TEXTS = 12
"""Texts of a block that are kept."""


class UnreadCell(NamedTuple):
    """A cell of which nobody knows what it says; row and column from 0."""

    row: int
    column: int
    text: str
    is_question: bool
    """Whether it holds a figure, or names a region or a column."""


class OtherColumn(Struct):
    """A column under a heading that the form does not have; of a turned table, a row."""

    place: Place
    """Of its heading."""
    at: At
    """The cell that holds the heading."""
    form: Form
    unread: UnreadColumn | None
    """What is reported about it, where it is filled."""
    turned: bool
    lines: frozenset[int]
    """The rows of its table, from 1, the heading's among them."""
    cells: list[UnreadCell] = field(default_factory=list)
    """Its unread cells."""

    def holds(self, cell: UnreadCell) -> bool:
        """Whether a cell lies below the heading, down to the last row of the table."""
        at, across = (cell.column, cell.row) if self.turned else (cell.row, cell.column)
        first, own = (self.place.column, self.place.row) if self.turned else (self.place.row, self.place.column)
        return across + 1 == own and first < at + 1 <= max(self.lines)

    def is_on_line(self, cell: UnreadCell) -> bool:
        """Whether a cell is in one of the table's rows."""
        return (cell.column if self.turned else cell.row) + 1 in self.lines


class SheetAccount:
    """What the cells of one sheet were taken for, of which not everything is explained by its rows, header and words."""

    def __init__(self, book: Book, sheet: Explained, tables: Sequence[OwnedTable], edition: Edition) -> None:
        grid, self._counts, self._left = sheet.grid, sheet.counts, sheet.left
        self.name, self._grid, self._edition = grid.name, grid, edition
        own = [(table, unit) for table, unit in tables if self.name in _sheets_of(table)]
        self._tables = [table for table, _ in own]
        self._unit = next((unit for _, unit in (*own, *tables) if unit), None)
        regions = {row.region for table, _ in tables for row in table.rows}
        self._itself = regions.pop() if len(regions) == 1 else None
        self._claims = Claims(grid, sheet.whole)
        for table in self._tables:
            self._claims.take(table)
        superseded = [other for table, _ in tables for other in table.superseded if self.name in _sheets_of(other)]
        for table in superseded:
            self._claims.leave_out(table)
        left_out = CellUse.LEFT_OUT if superseded and not self._tables else None
        self._whole = CellUse.FORM_TEXT if is_own_sheet(book, grid) else left_out
        """What all of the sheet is: this tool wrote it beside the forms, or its table was passed over."""
        self._left_of = last_year_column(grid)
        self.unknown: dict[At, UnreadCell] = {}
        """The cells of which nobody knows yet what they say."""
        self._columns = [column for table in self._tables for column in self._other_columns(table)]
        reported = any(mark.formula for mark in grid.marks.values())
        self._own_columns = range(0) if reported else self_check_columns(grid.texts)
        """The columns of the live self-check, where it cannot be told which cells are its formulas."""
        self._more: UnreadBlock | None = None
        self._judged: dict[At, CellUse] = {}
        self._look_at_cells()

    @property
    def account(self) -> Account:
        """Disposition → number of cells."""
        unread = len(self.unknown) + sum(len(column.cells) for column in self._columns)
        unread += self._more.cells if self._more else 0
        return {**self._counts, CellUse.UNREAD: unread} if unread else dict(self._counts)

    def explain(self, at: At, disposition: CellUse) -> None:
        """Something behind the cell tells what it is."""
        del self.unknown[at]
        self._counts[disposition] += 1
        self._judged[at] = disposition

    def columns_of(self, table: Table) -> Iterator[UnreadColumn]:
        """The columns of a table that the form does not have, with the number of their cells that were not read."""
        for column in self._columns:
            if column.unread in table.unread and column.cells and column.unread:
                filled = sum((cell.row, cell.column) != column.at for cell in column.cells)
                yield replace(column.unread, filled=filled)

    def blocks(self) -> Iterator[UnreadBlock]:
        """The unread cells, by blocks of neighbours."""
        blocks = blocks_of(self.unknown)
        rest = [cell for block in blocks[_MOST_BLOCKS:] for cell in block]
        for block in (*blocks[:_MOST_BLOCKS], *([rest] if rest else [])):
            around = list(self._headings_at(block))
            is_question = any(cell.is_question for cell in block)
            headed = is_question and self._is_headed(block)
            is_question = is_question and not headed and not self._is_list(block)
            yield as_block(self.name, sorted((*block, *around)), is_question=is_question, headed=headed)
        if self._more:
            yield self._more

    def _headings_at(self, block: Sequence[UnreadCell]) -> Iterator[UnreadCell]:
        """The words of headings right above or left of a block's cells, which no table claims: they belong to it."""
        found = {(cell.row - 1, cell.column) for cell in block}
        found |= {(cell.row, cell.column - step) for cell in block for step in (1, 2)}
        for row, column in sorted(found):
            cell = self._grid.at(row, column)
            stray = isinstance(cell, str) and self._claims.of(row, column) is None
            if stray and use_of_words(cell, self._edition.forms) is CellUse.HEADING:
                yield UnreadCell(row, column, as_text(cell), is_question=False)

    # Cell by cell

    def _look_at_cells(self) -> None:
        claims, counts, forms = self._claims, self._counts, self._edition.forms
        left: list[tuple[int, int, Cell]] = []
        for row, line in self._left.items():
            for column, cell in enumerate(line):
                if cell is None or cell == "":
                    continue
                known = (
                    self._whole or claims.of(row, column) or (use_of_words(cell, forms) if type(cell) is str else None)
                )
                if known is None:
                    left.append((row, column, cell))
                else:
                    counts[known] += 1
        for row, column, cell in left[:_MOST]:
            self._judge(row, column, cell)
        self._without_headings_alone()
        if len(left) > _MOST:
            row, column, cell = left[_MOST]
            rest = [UnreadCell(row, column, as_text(cell), is_question=True)]
            self._more = replace(as_block(self.name, rest, is_question=True, headed=False), cells=len(left) - _MOST)

    def _without_headings_alone(self) -> None:
        """A column that the form does not have is nothing to tell where no cell below its heading is unread."""
        for column in self._columns:
            below = [cell for cell in column.cells if (cell.row, cell.column) != column.at]
            if below and column.unread:
                continue
            self._counts[CellUse.HEADING] += len(column.cells) - len(below)
            match = named_column(column.form, as_text(self._grid.at(*column.at)))
            again = match is not None and column.form.by_key[match.key].kind in (Kind.REGION, Kind.SERIAL)
            for cell in below:
                if again and not has_figure(cell.text):  # 市州 beside 县区
                    self._counts[CellUse.VALUE] += 1
                else:
                    self.unknown[cell.row, cell.column] = cell
            column.cells = []

    def _judge(self, row: int, column: int, cell: Cell) -> None:
        at, text = (row, column), as_text(cell)
        found = self._disposition(at, cell, text)
        if found is not None:
            self._counts[found] += 1
            self._judged[at] = found
            return
        is_question = self._matters(text) if isinstance(cell, str) else type(cell) is not bool and is_figure(cell)  # type: ignore[arg-type]
        unread = UnreadCell(row, column, text, is_question)
        column_of = next((other for other in self._columns if self._belongs(unread, other)), None)
        if column_of is None:
            self.unknown[at] = unread
        else:
            column_of.cells.append(unread)

    def _disposition(self, at: At, cell: Cell, text: str) -> CellUse | None:
        if self._grid.mark(*at).struck:
            return CellUse.LEFT_OUT
        if self._left_of is not None and at[1] >= self._left_of:
            return CellUse.FORM_TEXT
        if self._own_columns and (at[1] in self._own_columns or at == (0, 0)):
            return CellUse.DERIVED
        if isinstance(cell, date | time | timedelta):
            return CellUse.HARMLESS
        if isinstance(cell, str) and (use := use_of(text, self._edition, self._unit)):
            return use
        if line_number(self._grid, at[0]) == at[1] or self._answers_label(at, cell, text):
            return CellUse.HARMLESS
        return None

    def _matters(self, text: str) -> bool:
        return matters(self._edition.forms, text) or names_region(self._edition, self._unit, text, self._itself)

    def _of(self, row: int, column: int) -> CellUse | None:
        """What a neighbour was taken for, as far as is known."""
        known = self._judged.get((row, column)) or self._claims.of(row, column)
        cell = self._grid.at(row, column)
        return known or (use_of_words(cell, self._edition.forms) if isinstance(cell, str) else None)

    def _answers_label(self, at: At, cell: Cell, text: str) -> bool:
        """Whether a cell answers or explains the one to its left, a label or the form's own words, and tells no more."""
        row, column = at
        left = next((c for c in range(column - 1, -1, -1) if not is_blank(self._grid.at(row, c))), None)
        if left is None:
            return False
        what = self._of(row, left)
        label = as_text(self._grid.at(row, left))
        explained = what is CellUse.HEADING and not self._tables and columns_named(self._edition.forms, label)
        if what not in _BESIDE_LABEL and not explained:
            return False
        if isinstance(cell, str):
            return not self._matters(text)
        return len(label) <= _LONGEST_HEADING and not has_figure(f"{label} {text}")

    # Columns and blocks

    def _other_columns(self, table: Table) -> Iterator[OtherColumn]:
        places = [row.place for row in lines_of(table)]
        places += [aside.place for aside in table.asides]
        own, turned = [place for place in places if place.sheet == self.name], is_turned(table)
        for place in table.other_headings:
            at = self._claims.owner(place)
            if place.sheet == self.name and self._is_heading(as_text(self._grid.at(*at))):
                unread = next((item for item in table.unread if item.place == place), None)
                lines = frozenset(line.column if turned else line.row for line in (*own, place))
                yield OtherColumn(place, at, table.form, unread, turned, lines)

    def _belongs(self, cell: UnreadCell, column: OtherColumn) -> bool:
        """Whether a cell is such a column's; one that is about a region or a column of the form does so for itself."""
        top, left = column.at
        if (cell.row, cell.column) == column.at:
            return True
        over = top - TALLEST < cell.row < top and cell.column <= left
        if over and column.unread and column.unread.heading.startswith(cell.text):
            return True  # the heading of its group: 上年情况
        if not column.holds(cell):
            return False
        alone = has_figure(cell.text) or not column.is_on_line(cell)
        return not (alone and self._names_form_or_region(cell.text)) or cell.text == as_text(self._grid.at(top, left))

    def _is_heading(self, text: str) -> bool:
        """Whether a text heads a column of other content: words, no sentence that gives a figure, and not 省份."""
        if text in _OWNER_LABELS or not any(map(str.isalpha, text)):
            return False
        return not (self._names_form_or_region(text) and has_figure(text))

    def _names_form_or_region(self, text: str) -> bool:
        named = columns_named(self._edition.forms, text)
        return bool(named) or names_region(self._edition, self._unit, text, self._itself)

    def _is_headed(self, block: Sequence[UnreadCell]) -> bool:
        """Whether a block is a table, or a column, with headings of its own, and nothing in it names a column of the form."""
        top, left = block[0].row, min(cell.column for cell in block)
        bottom, right = block[-1].row, max(cell.column for cell in block)
        first = [cell for cell in block if cell.row == top]
        own = bottom > top and not any(cell.is_question for cell in first)
        if own and left == right:
            return self._heads(first[0].text)
        row = top if own else top - 1
        if row < 0 or row in self._claims.whole or any(self._claims.of(row, at) for at in range(left, right + 1)):
            return False
        words = [self._grid.at(row, column) for column in range(max(left - 1, 0), right + 1)]
        texts = [as_text(word) for word in words if not is_blank(word)]
        if len(texts) < _HEADINGS or not all(map(self._heads, texts)):
            return False
        lines = [self._grid.cells[at][max(left - 1, 0) : right + 1] for at in range(row, bottom + 1)]
        return not any(columns_named(self._edition.forms, as_text(cell)) for line in lines for cell in line)

    def _heads(self, text: str) -> bool:
        return len(text) <= _LONGEST_HEADING and LABEL_ENDS.isdisjoint(text[-1:]) and not self._matters(text)

    def _is_list(self, block: Sequence[UnreadCell]) -> bool:
        """Whether a block is no more than names below one another, for choosing from."""
        if len(block) < _FEWEST or len({cell.column for cell in block}) > 1 or self._unit is None:
            return False
        return all(cell.text in self._unit.certain for cell in block)


def blocks_of(cells: Mapping[At, UnreadCell]) -> list[list[UnreadCell]]:
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


def as_block(sheet: str, cells: Sequence[UnreadCell], *, is_question: bool, headed: bool) -> UnreadBlock:
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
