"""Every cell of a book that holds a form, accounted for: by what the results explain, by its words, by what stands behind it.

What is left is unread, and told by blocks of neighbours. Nothing here reads a form: a pass that gives a cell a meaning says
so in its result, and what a pass drops shows up as unread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hrss12333.model.account import Account, CellUse, UnreadBlock, added
from hrss12333.model.filing import Document, Filing, OwnedTable, Table
from hrss12333.reading.account.explained import Explained
from hrss12333.reading.account.figures import may_tell_figure
from hrss12333.reading.grid import Book
from hrss12333.survey.editions.edition import Edition

if TYPE_CHECKING:
    from hrss12333.reading.account.sheet import SheetAccount


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
    from hrss12333.reading.account.behind import explained_behind  # many filings have no such sheet
    from hrss12333.reading.account.sheet import SheetAccount

    sheets = [SheetAccount(book, sheet, tables, edition) for sheet in left]
    unknown = {sheet.name: sheet.unknown for sheet in sheets if sheet.unknown}
    if unknown:
        for (name, at), disposition in explained_behind(book.grids, unknown).items():
            next(sheet for sheet in sheets if sheet.name == name).explain(at, disposition)
    blocks = [list[UnreadBlock]() for _ in tables]
    for sheet in sheets:
        for block in sheet.blocks():
            blocks[_nearest(block, tables)].append(block)
    told = [(_with_unread(table, sheets, own), unit) for (table, unit), own in zip(tables, blocks, strict=True)]
    return told, {**accounts, **{sheet.name: sheet.account for sheet in sheets}}


def _with_unread(table: Table, sheets: Sequence[SheetAccount], blocks: Sequence[UnreadBlock]) -> Table:
    columns = tuple(column for sheet in sheets for column in sheet.columns_of(table)) if table.unread else ()
    if not blocks and columns == table.unread:
        return table
    return replace(table, unread=columns, unread_cells=tuple(blocks))


def _nearest(block: UnreadBlock, tables: Sequence[OwnedTable]) -> int:
    """The table that a block is told with: the last of its sheet that begins above it, else the sheet's first, else the
    book's first."""
    own = [
        (min(place.row for place in table.headings.values()), number)
        for number, (table, _) in enumerate(tables)
        if table.sheet == block.place.sheet and table.headings
    ]
    above = [item for item in own if item[0] <= block.place.row]
    return max(above)[1] if above else min(own)[1] if own else 0


def recounted(filing: Filing) -> Filing:
    """The filing with the rows that its own words take out accounted for as such."""
    taken = [item.row for table in filing.tables for item in table.concealed if item.says_so and item.row]
    number = sum(value.found is not None for row in taken for value in row.values.values())
    if not number:
        return filing
    moved = {CellUse.VALUE: -number, CellUse.LEFT_OUT: number}
    return replace(filing, account=added((filing.account, moved)))


def with_running_text(documents: list[Document], edition: Edition) -> list[Document]:
    """The documents with what the running text in and around their filings says that nobody read."""
    texts = (text for document in documents if isinstance(document, Filing) for text in document.texts)
    if not any(map(may_tell_figure, texts)):
        return documents
    from hrss12333.reading.account.running_text import with_unread_texts  # as above

    return list(with_unread_texts(documents, edition))
