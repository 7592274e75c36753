"""What needs no closer look: rows that are all values, the header, and lines of the form's own words, whoever sends them.

Nearly every sheet is of these alone, and to account for each of its cells would cost as much as to read them. The lines
are the same in every file: both the account and the judge of doubt ask once what a line leaves to be read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.model.filing import CellUse, OwnedTable, Place, Row, Table
from hrss12333.patterns import lazy
from hrss12333.reading.account.mentions import LETTER, has_figure
from hrss12333.reading.grid import Book, Cell, Grid
from hrss12333.reading.layout.headings import MAX_HEADING, is_group, is_known
from hrss12333.reading.layout.row_words import is_total
from hrss12333.reading.layout.sheets import is_own_sheet, last_year_column
from hrss12333.reading.values.cell_text import as_text, is_blank, is_placeholder, visible
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.form_texts import form_texts, is_self_check, self_check_columns
from hrss12333.survey.frame import LAST_YEAR_HEADING, SELF_CHECK, SELF_CHECK_LIST
from hrss12333.survey.schema import Form, Kind

_BRACKET = lazy(r"[（(][^（）()]*[)）]$", needs=")）")
_YEAR_DIGITS = lazy(r"(?:19|20)\d\d", needs="12")
_OWN_HEADINGS = (LAST_YEAR_HEADING, *(heading[:2] for heading in (SELF_CHECK, SELF_CHECK_LIST)))
_CHECKS = frozenset(("自检", "自查", "校验", "审核", "核对", "检查"))
"""How headings of columns begin that check what the others say."""
_ENOUGH_HEADINGS = 2
"""Headings beside one another, as the form prints them, by which a line heads a table."""


@lru_cache(maxsize=8192)
def use_of_words(text: str, forms: tuple[Form, ...]) -> CellUse | None:
    """What a text is by its words alone, in whatever filing; None where more must be asked."""
    if not LETTER.search(visible(text)) or is_placeholder(text):
        return CellUse.HARMLESS
    bare = _BRACKET.sub("", text)  # what brackets say of a group's figures is read there
    if len(text) <= MAX_HEADING and (is_known(text, forms) or (bare != text and any(is_group(f, bare) for f in forms))):
        return CellUse.HEADING
    return CellUse.FORM_TEXT if form_texts(forms).has(text) or form_texts(forms).quotes(text) else None


def _prints(text: str, forms: tuple[Form, ...], year: int | None = None) -> bool:
    """Whether a text is one of the forms', letter for letter, of no other year, or one of the notice's."""
    known = form_texts(forms)
    return (known.has(text) and {*_YEAR_DIGITS.findall(text)} <= {str(year)}) or known.quotes(text)


def without_printed(text: str, forms: tuple[Form, ...], year: int | None) -> str:
    """A text without the lines that the forms of a year print."""
    if "\n" not in text or _prints(text, forms, year):
        return "" if _prints(text, forms, year) else text
    return "\n".join(line for line in text.splitlines() if line.strip() and not _prints(line, forms, year))


@lru_cache(maxsize=1024)
def _explained_line(
    line: tuple[Cell, ...], forms: tuple[Form, ...]
) -> tuple[Mapping[CellUse, int] | None, Sequence[tuple[int, str]], bool, Sequence[int]]:
    """What the words of a line are: use → number of cells, None where more must be asked of one; the texts that are
    not the form's own whatever the year, each with its column; whether it holds headings, and which check the others."""
    texts = [(column, cell) for column, cell in enumerate(line) if type(cell) is str and cell]
    known = [use_of_words(text, forms) for _, text in texts]
    printed = [_prints(text, forms) for _, text in texts]
    account = Counter(use for use in known if use) if None not in known and len(texts) == _filled_count(line) else None
    heads = sum(own and use is CellUse.HEADING for own, use in zip(printed, known, strict=True)) >= _ENOUGH_HEADINGS
    others = [item for item, own in zip(texts, printed, strict=True) if not own]
    return account, others, heads, [column for column, text in texts if heads and text[:2] in _CHECKS]


HIGHEST_SERIAL = 500
"""No list of regions is longer: a larger number where rows are numbered is a figure."""


class Explained(Struct):
    """A sheet with what is explained of it at sight; rows and columns from 0."""

    grid: Grid
    """Without what this tool wrote beside the forms."""
    counts: Counter[CellUse]
    left: dict[int, Sequence[Cell]]
    """Row → line, of those in which anything is not explained."""
    whole_rows: set[int] = field(default_factory=set)
    """Rows of data of which every filled cell is explained."""
    texts: list[tuple[int, int, str]] = field(default_factory=list)
    """Row, column and text of what says more than the form's own words, values and official names."""
    heads: set[int] = field(default_factory=set)
    """The rows that hold headings of the form."""
    checking: set[int] = field(default_factory=set)
    """The columns that check what the others say."""


def explained(book: Book, owned: Sequence[OwnedTable], edition: Edition) -> list[Explained]:
    """The sheets with what rows, header and the forms' own words explain of them."""
    found = [_of_sender(book, grid) for grid in book.grids]
    for sheet in found:
        header: dict[int, set[int]] = defaultdict(set)
        for table, _ in owned:
            for place in header_places(table):
                if place.sheet == sheet.grid.name:
                    header[place.row - 1].add(place.column - 1)
            if table.sheet == sheet.grid.name:
                _take_rows(sheet, table)
        for row, line in [*sheet.left.items()]:
            _take_line(sheet, row, line, header.get(row, set()), edition.forms)
    return found


def _take_line(
    sheet: Explained, row: int, line: Sequence[Cell], header: Collection[int], forms: tuple[Form, ...]
) -> None:
    """Take out a line that holds blanks of the header, words of the form and what says nothing."""
    blanks = [at for at in header if line[at] not in (None, "")]
    if blanks:
        sheet.texts += [(row, at, cell) for at in blanks if isinstance(cell := line[at], str)]
        line = [None if at in header else cell for at, cell in enumerate(line)]
    account, texts, heads, checking = _explained_line(tuple(line), forms)
    if texts:
        sheet.texts += [(row, *text) for text in texts]
    if heads:
        sheet.heads.add(row)
        sheet.checking.update(checking)
    if account is None and _filled_count(line) == 1 and line_number(sheet.grid, row) is not None:
        account = {CellUse.HARMLESS: 1}
    if account is not None:
        for use, number in (*account.items(), (CellUse.HEADER, len(blanks))):
            sheet.counts[use] += number
        del sheet.left[row]


def _of_sender(book: Book, grid: Grid) -> Explained:
    """A sheet without what this tool writes beside a form: changes, last year's figures, and the results of the self-check,
    which begins in the first cell, each behind a formula where the format keeps formulas."""
    if is_own_sheet(book, grid):
        blank = replace(grid, cells=(), marks={}, before=(), after=())
        return Explained(blank, Counter({CellUse.FORM_TEXT: sum(map(_filled_count, grid.cells))}), {})
    words = "\n".join([text for _, _, text in grid.texts])
    if not any(own in words for own in _OWN_HEADINGS):
        return Explained(grid, Counter(), dict(enumerate(grid.cells)))
    checks, last_year = self_check_columns(grid.texts), last_year_column(grid)
    reported = any(mark.formula for mark in grid.marks.values())
    counts, cells = Counter[CellUse](), [[*line] for line in grid.cells]
    for row, line in enumerate(cells):
        last = range(len(line) if last_year is None else last_year, len(line))
        for column in {*checks, *last, *([0] if checks and not row else [])}:
            if column >= len(line) or line[column] in (None, ""):
                continue
            result = grid.mark(row, column).formula if reported else not is_self_check(as_text(line[column]))
            if result or column in last:
                counts[CellUse.FORM_TEXT if column in last else CellUse.DERIVED] += 1
                line[column] = None
    return Explained(replace(grid, cells=tuple(cells)), counts, dict(enumerate(cells)))


def _take_rows(sheet: Explained, table: Table) -> None:
    """Take out the rows of a table that are their values and nothing else."""
    serials, texts, figures = (
        tuple([column.key for column in table.form.of_kind(kind)]) for kind in (Kind.SERIAL, Kind.TEXT, Kind.COUNT)
    )
    read_columns = [place.column - 1 for key in (table.form.region.key, *texts) if (place := table.headings.get(key))]
    values = remarks = 0
    for row in table.rows:
        at = row.place.row - 1
        if (cells := _whole_row(sheet.grid, row, serials)) and (line := sheet.left.pop(at, None)):
            sheet.whole_rows.add(at)
            values += cells
            remarks += len(texts) - row.scalars_of(texts).count(None)
            for column in read_columns:
                written = line[column] if column < len(line) else None
                if written and written != row.region and isinstance(written, str):
                    sheet.texts.append((at, column, written))
    sheet.counts[CellUse.REMARK] += remarks
    sheet.counts[CellUse.VALUE] += values - remarks
    for row in table.samples:
        own = all(row.scalar(key) in (None, table.form.by_key[key].sample) for key in texts)
        if own and (cells := _whole_row(sheet.grid, row, serials)) and sheet.left.pop(row.place.row - 1, ()):
            sheet.counts[CellUse.LEFT_OUT] += cells
    if table.total is not None:
        line = sheet.left.get(table.total.place.row - 1, ())
        words = [cell for cell in line if type(cell) is str and cell]
        sums = len(figures) - table.total.numbers(figures).count(None)
        if len(words) == 1 and _filled_count(line) == sums + 1 == table.total.cells and is_total(words[0]):
            sheet.counts[CellUse.TOTAL] += sums + 1
            del sheet.left[table.total.place.row - 1]


def _whole_row(grid: Grid, row: Row, serials: Sequence[str]) -> int:
    """The number of cells of a row's line, where all of them are its values; else 0."""
    (sheet, at, _), known = row.place, row.cells
    whole = sheet == grid.name and _filled_count(grid.cells[at - 1]) == known
    return known if whole and not any(number and number > HIGHEST_SERIAL for number in row.numbers(serials)) else 0


def _filled_count(line: Sequence[Cell]) -> int:
    """The number of filled cells of a line."""
    return len(line) - line.count("") - line.count(None)


def rows_left_out(table: Table) -> Iterator[Row]:
    """The rows of a table that do not count, each for a reason."""
    yield from table.samples
    yield from (item.row for item in table.concealed if item.row)
    if table.total:
        yield table.total


def header_places(table: Table) -> Iterator[Place]:
    """Where the header's blanks stand; a figure is nobody's name."""
    for key, value in table.header.items():
        if value.place and not (key == "name" and has_figure(str(value.found or ""))):
            yield value.place


def line_number(grid: Grid, row: int) -> int | None:
    """The column in which a small number only numbers its line: it stands first, is 1 or counts on with the lines around
    it, and words or nothing follow."""
    filled = ((column, cell) for column, cell in enumerate(grid.cells[row]) if not is_blank(cell))
    (column, cell), (_, after) = next(filled), next(filled, (0, ""))
    if type(cell) not in (int, float) or not 0 < cell <= HIGHEST_SERIAL or cell != int(cell):  # type: ignore[operator,arg-type]
        return None
    around = [grid.at(other, column) for other in (row - 1, row + 1)]
    counts = (cell == 1 and after) or around[0] == cell - 1 or around[1] == cell + 1  # type: ignore[operator]
    return column if counts and isinstance(after, str) and not has_figure(as_text(after)) else None
