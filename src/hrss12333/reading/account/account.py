"""Every cell of a book that holds a form, accounted for: by what the results explain, by its words, by what is behind
it.

What is left is unread, and told by blocks of neighbours. Nothing here reads a form: a pass that gives a cell a meaning says
so in its result, and what a pass drops shows up as unread.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model.account import Account, CellUse, UnreadBlock, added
from hrss12333.model.filing import Document, Filing, OwnedTable, Table
from hrss12333.model.text import AROUND, NAMES, Text, TextKind
from hrss12333.patterns import lazy
from hrss12333.reading.account.explained import Explained
from hrss12333.reading.account.mentions import (
    Field,
    columns_named,
    figures_in,
    has_figure,
    may_hold_figure,
    names_region,
    use_of,
)
from hrss12333.reading.grid import At, Book, Box, Grid, column_number
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Kind

if TYPE_CHECKING:
    from hrss12333.reading.account.sheet import SheetAccount

_MOST_LOOKS = 1_000_000
"""Formulas times unknown cells beyond which nothing is looked up."""
_MOST = 5_000
"""References of a formula, and lists of a sheet, that are looked at."""
_LAST_ROW = 1_048_576
_TEXT = lazy(r'"[^"]*"')
_REFERENCE = lazy(
    r"(?<![\w.])(?:(?:'((?:[^']|'')+)'|([^\W\d][\w.]*))!)?\$?([A-Z]{1,3})(?:\$?(\d{1,7}))?(?::\$?([A-Z]{1,3})(?:\$?(\d{1,7}))?)?(?![\w(.!])"
)
_SENTENCE = lazy(r"[。；;！？!?\n]")


def with_account(
    book: Book, found: Sequence[Explained], tables: Sequence[OwnedTable], edition: Edition
) -> tuple[list[OwnedTable], Mapping[str, Account]]:
    """The tables with what was not read of the book, and the account of each sheet by its name.

    Args:
        book: That holds the tables.
        found: Its sheets with what is explained at sight.
        tables: As read.
        edition: By whose forms.
    """
    accounts: dict[str, Account] = {sheet.grid.name: sheet.counts for sheet in found}
    left = [sheet for sheet in found if sheet.left]
    if not left:
        return list(tables), accounts
    from hrss12333.reading.account.sheet import SheetAccount  # many filings have no such sheet

    sheets = [SheetAccount(book, sheet, tables, edition) for sheet in left]
    unknown = {sheet.name: sheet.unknown for sheet in sheets if sheet.unknown}
    if unknown:
        for (name, at), disposition in explained_behind(book.grids, unknown).items():
            next(sheet for sheet in sheets if sheet.name == name).explain(at, disposition)
    blocks = [list[UnreadBlock]() for _ in tables]
    for sheet in sheets:
        for block in sheet.blocks():
            blocks[_nearest(block, tables)].append(block)
    accounted = [(_with_unread(table, sheets, own), unit) for (table, unit), own in zip(tables, blocks, strict=True)]
    return accounted, {**accounts, **{sheet.name: sheet.account for sheet in sheets}}


def _with_unread(table: Table, sheets: Sequence[SheetAccount], blocks: Sequence[UnreadBlock]) -> Table:
    columns = tuple(column for sheet in sheets for column in sheet.columns_of(table)) if table.unread else ()
    if not blocks and columns == table.unread:
        return table
    return replace(table, unread=columns, unread_cells=tuple(blocks))


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


def recounted(filing: Filing) -> Filing:
    """The filing with the rows that its own words take out accounted for as such."""
    taken = [item.row for table in filing.tables for item in table.concealed if item.by_own_words and item.row]
    number = sum(value.found is not None for row in taken for value in row.values.values())
    if not number:
        return filing
    moved = {CellUse.VALUE: -number, CellUse.LEFT_OUT: number}
    return replace(filing, account=added((filing.account, moved)))


# What the workbook explains


class Reference(Struct, frozen=True):
    """Cells that a formula or a list names."""

    sheet: str
    box: Box

    def holds(self, sheet: str, at: At) -> bool:
        """Whether a cell is one of them."""
        box = self.box
        return sheet == self.sheet and box.top <= at[0] <= box.bottom and box.left <= at[1] <= box.right


def explained_behind(grids: Sequence[Grid], unknown: Mapping[str, Collection[At]]) -> dict[tuple[str, At], CellUse]:
    """Sheet and cell → what it is, of those among the unknown cells that the workbook explains.

    A formula is derived where it names cells, and none that is itself unknown.
    """
    named = {(grid.name, source) for grid in grids for source in islice(grid.lists, _MOST)}
    lists = [reference for home, source in named for reference in references(source, home)]
    listed = {
        (sheet, at): CellUse.HARMLESS
        for sheet, cells in unknown.items()
        for at in cells
        if any(reference.holds(sheet, at) for reference in lists)
    }
    formulas = {
        (grid.name, at): formula
        for grid in grids
        for at in unknown.get(grid.name, ())
        if (formula := grid.mark(*at).formula)
    }
    new = {(sheet, at) for sheet, cells in unknown.items() for at in cells} - listed.keys() - formulas.keys()
    new |= {key for key, formula in formulas.items() if next(references(formula, key[0]), None) is None}
    cells = {key: tuple(references(formula, key[0])) for key, formula in formulas.items()} if new else {}
    looks = 0
    while new:
        formulas = {key: formula for key, formula in formulas.items() if key not in new}
        looks += len(formulas) * len(new)
        if looks > _MOST_LOOKS:
            return listed
        new = {key for key in formulas if any(reference.holds(*cell) for reference in cells[key] for cell in new)}
    return listed | dict.fromkeys(formulas, CellUse.DERIVED)


def references(formula: str, home: str) -> Iterator[Reference]:
    """The cells that a formula in the sheet ``home`` names; none where it leads out of the book."""
    written = _TEXT.sub("", formula)
    if "[" in written:
        return
    for found in islice(_REFERENCE.finditer(written), _MOST):
        quoted, plain, first, top, last, bottom = found.groups()
        if not (top or last):
            continue  # a name, no cell
        left, right = sorted((column_number(first), column_number(last or first)))
        upper, lower = sorted((int(top or 1) - 1, int(bottom or (top if not last else 0) or _LAST_ROW) - 1))
        sheet = quoted.replace("''", "'") if quoted else plain or home
        yield Reference(sheet, Box(upper, left, lower, right))


# Running text


def with_running_text(documents: Iterable[Document], edition: Edition) -> list[Document]:
    """The documents with the sentences in and around their filings that may concern the figures: they name a region or a
    column and give a figure that stands nowhere in the forms. What several filings of a unit share is reported at the
    first."""
    accounted: set[tuple[Unit | None, str]] = set()
    return [
        _with_unread_texts(item, edition, accounted)
        if isinstance(item, Filing) and any(map(may_hold_figure, item.texts))
        else item
        for item in documents
    ]


def _with_unread_texts(filing: Filing, edition: Edition, accounted: set[tuple[Unit | None, str]]) -> Filing:
    doubted, unit, found = {doubt.text for doubt in filing.doubts}, filing.unit, list[Text]()
    for text in filing.texts:
        if text not in doubted and may_hold_figure(text):
            sentences = [text.text] if text.kind in NAMES else _SENTENCE.split(text.text)
            written = (sentence for sentence in sentences if _matters(filing, edition, sentence, text.kind))
            found += [replace(text, text=sentence.strip()) for sentence in written]
    new = [text for text in found if text.kind not in AROUND or (unit, text.text) not in accounted]
    accounted |= {(unit, text.text) for text in new}
    return replace(filing, unread_texts=tuple(new))


def _matters(filing: Filing, edition: Edition, sentence: str, kind: TextKind) -> bool:
    """Whether a sentence says so; in names, which number and date things, a region is not enough."""
    if not has_figure(sentence):
        return False
    named = columns_named(edition.forms, sentence)
    if not named and (kind in NAMES or not names_region(edition, filing.unit, sentence)):
        return False
    if use_of(sentence, edition, filing.unit):
        return False
    figures = figures_in(sentence)
    return not figures or not _figures_of_sentence(filing, sentence, named).issuperset(figures)


def _figures_of_sentence(filing: Filing, sentence: str, named: frozenset[Field]) -> set[int]:
    """The figures of the columns that a sentence names, and their sums; where it names none, those of its regions."""
    known: set[int] = set()
    for table in filing.tables:
        rows = [row for row in table.rows if named or (row.region and row.region[:-1] in sentence)]
        for key in (c.key for c in table.form.of_kind(Kind.COUNT) if not named or (table.form.key, c.key) in named):
            figures = [figure for row in rows if (figure := row.figure(key)) is not None]
            total = table.total.figure(key) if table.total else None
            known |= {*figures, sum(figures)} | ({total} if total is not None else set())
    return known
