"""Every cell of a book that holds a form, accounted for: by what the results explain, by its words, by what is behind
it.

What is left is unread, and told by blocks of neighbours. Nothing here reads a form: a pass that gives a cell a meaning says
so in its result, and what a pass drops shows up as unread.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model.account import Account, CellUse, UnreadBlock, added
from hrss12333.model.filing import Document, Filing, OwnedTable
from hrss12333.model.text import AROUND, NAMES, RUNNING, Text
from hrss12333.patterns import lazy
from hrss12333.reading.account.explained import Explained
from hrss12333.reading.account.mentions import (
    columns_named,
    figures_in,
    has_figure,
    has_figure_in_name,
    names_region,
    use_of,
)
from hrss12333.reading.grid import At, Book, Box, Grid, column_number
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Kind

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
    if not any(sheet.left for sheet in found):
        return list(tables), accounts
    from hrss12333.reading.account.sheet import SheetAccount  # many filings have no such sheet

    sheets = [SheetAccount(sheet, tables, edition) for sheet in found if sheet.left]
    behind = explained_behind(book.grids, {sheet.name: sheet.unknown for sheet in sheets})
    blocks = [list[UnreadBlock]() for _ in tables]
    for sheet in sheets:
        for block in sheet.blocks(behind):
            blocks[_nearest(block, tables)].append(block)
    accounted = []
    for (table, unit), own in zip(tables, blocks, strict=True):
        columns = tuple(column for sheet in sheets for column in sheet.columns_of(table))
        accounted.append((replace(table, unread=columns, unread_cells=tuple(own)), unit))
    return accounted, accounts


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
    new = {(sheet, at) for sheet, cells in unknown.items() for at in cells}
    listed = {cell: CellUse.HARMLESS for cell in new if any(reference.holds(*cell) for reference in lists)}
    formulas = {
        (grid.name, at): cells
        for grid in grids
        for at in unknown.get(grid.name, ())
        if (formula := grid.mark(*at).formula) and (cells := tuple(references(formula, grid.name)))
    }
    new -= listed.keys() | formulas.keys()
    looks = 0
    while new:
        looks += len(formulas) * len(new)
        if looks > _MOST_LOOKS:
            return listed
        new = {
            key for key, cells in formulas.items() if any(reference.holds(*cell) for reference in cells for cell in new)
        }
        formulas = {key: cells for key, cells in formulas.items() if key not in new}
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
    found: list[Document] = []
    for item in documents:
        unread = list(_unread_texts(item, edition)) if isinstance(item, Filing) else []
        if isinstance(item, Filing) and unread:
            unread = [text for text in unread if text.kind not in AROUND or (item.unit, text.text) not in accounted]
            accounted |= {(item.unit, text.text) for text in unread}
            item = replace(item, unread_texts=tuple(unread))
        found.append(item)
    return found


def _unread_texts(filing: Filing, edition: Edition) -> Iterator[Text]:
    doubted = {doubt.text for doubt in filing.doubts}
    for text in filing.texts:
        holds_figure = has_figure_in_name if text.kind in NAMES else has_figure
        if text.kind in RUNNING and holds_figure(text.text) and text not in doubted:
            for sentence in [text.text] if text.kind in NAMES else _SENTENCE.split(text.text):
                if has_figure(sentence) and _matters(filing, edition, sentence, in_name=text.kind in NAMES):
                    yield replace(text, text=sentence.strip())


def _matters(filing: Filing, edition: Edition, sentence: str, *, in_name: bool) -> bool:
    """Whether a sentence with a figure says so; in names, which number and date things, a region is not enough."""
    named = columns_named(edition.forms, sentence)
    if not named and (in_name or not names_region(edition, filing.unit, sentence)):
        return False
    if use_of(sentence, edition, filing.unit):
        return False
    known: set[int] = set()
    """The figures of the columns that it names, and their sums; where it names none, those of its regions."""
    for table in filing.tables:
        rows = [row for row in table.rows if named or (row.region and row.region[:-1] in sentence)]
        for key in (c.key for c in table.form.of_kind(Kind.COUNT) if not named or (table.form.key, c.key) in named):
            figures = [figure for row in rows if (figure := row.figure(key)) is not None]
            total = table.total.figure(key) if table.total else None
            known |= {*figures, sum(figures), *([] if total is None else [total])}
    given = figures_in(sentence)
    return not given or not known.issuperset(given)
