"""Which tables a book holds: every form that is in a sheet, upright or turned by a quarter, with its header and its
year.

A form that the book has nowhere upright is looked for with its headings down a column and a region in each column beside
them; what is not explained either way is left to the account of cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.model.evidence import Evidence, inferred_year
from hrss12333.model.filing import Value
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.grid import Book, Grid
from hrss12333.reading.layout.bands import Located
from hrss12333.reading.layout.header import header_lines, header_of, labelled_lines, paragraphs, read_header
from hrss12333.reading.layout.labels import (
    BORDER,
    CONTACT,
    SEAL,
    spans_of,
)
from hrss12333.reading.layout.locating import SheetWords, locate, preamble, words_of
from hrss12333.reading.layout.sheets import legible
from hrss12333.reading.layout.statements import (
    Extent,
    only_year,
    year_above,
    year_lines,
    year_of_sheet,
    years_around,
)
from hrss12333.reading.values.cell_text import as_text, visible
from hrss12333.survey.editions import edition_named
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.gazetteer import UnitMatch

_LARGEST = 20_000
"""Cells of the rectangle beyond which a sheet is no turned form."""
_CONTINUED = 8
"""Characters of a line that says no more than 续表."""


class FormCandidate(Struct, frozen=True):
    """A table that a form of an edition explains."""

    located: Located
    """Its form, its columns of the sheet (turned or not), its heading rows and where it ends."""
    edition: Edition
    """What the sheet was read with: that of the year which its evidence names."""
    header: Mapping[str, Value] = field(default_factory=dict)
    """Header key → value, in physical places."""
    match: UnitMatch | None = None
    """What the unit that the header names was taken for; None where it names none."""
    texts: tuple[str, ...] = ()
    """What is above it."""
    measures: Sequence[tuple[int, str]] = ()
    """Row and text of what names a unit of measure in its sheet."""
    repeated: bool = False
    """Headings repeated for printing: the rows go on."""
    years: tuple[Evidence, ...] = ()
    """What its lines, else those of the other tables of the sheet, and the sheet's name say of its year."""


class _SheetTables(Struct):
    """The tables that are in a sheet by the forms of an edition, each with where its title and header begin."""

    grid: Grid
    edition: Edition
    words: SheetWords
    located: list[Located]
    starts: dict[int, int]
    """First row of the headings → first row of the title and header above them."""
    lines: list[tuple[Evidence, ...]]
    """What the lines around each table say of its year."""
    named: tuple[Evidence, ...]
    """What the sheet's name says of it."""


def candidates(book: Book, drawn: Mapping[str, Grid], edition: Edition) -> list[FormCandidate]:
    """Every table of the book, in the order of its sheets, upright ones first; ``drawn`` are the sheets with what they conceal.

    Where a form stands nowhere upright, the sheets that nothing upright explains are looked at turned.
    """
    found = list(_upright_forms(book, edition))
    if not {item.located.form.key for item in found} >= {form.key for form in edition.forms}:
        taken = {item.located.grid.name for item in found}
        found += [item for name, grid in drawn.items() if name not in taken for item in _turned_forms(grid, edition)]
    return list(_with_cover(book, found, edition))


def page_breaks_joined(grids: Sequence[Grid], edition: Edition) -> tuple[Grid, ...]:
    """Tables of a Word file with those put together that a page break parted: as wide, and nothing but 续表 between.

    The part below has no headings, or repeats those of the part above.
    """
    found: list[Grid] = []
    for grid in grids:
        above = found[-1] if found else None
        if above is not None and _is_continued(above, grid, edition):
            found[-1] = above.followed_by(grid)
        else:
            found.append(grid)
    return tuple(found)


def _is_continued(above: Grid, below: Grid, edition: Edition) -> bool:
    width = [max((len(line) for line in grid.cells), default=0) for grid in (above, below)]
    if width[0] != width[1] or not all(
        text.lstrip("(（ ").startswith("续") and len(text) < _CONTINUED for text in below.before
    ):
        return False
    upper = [item.form for item in locate(above, edition)]
    lower = [item.form for item in locate(below, edition)]
    return bool(upper) and (not lower or lower == upper[-1:])


def _turned_forms(grid: Grid, edition: Edition) -> Iterator[FormCandidate]:
    """The forms of a sheet whose headings are below one another; the header is read where it is located."""
    if len(grid.cells) * max(map(len, grid.cells), default=0) > _LARGEST:
        return
    over = grid.turned_over()
    columns = [match.column for item in locate(over, edition) for match in item.columns.values()]
    if not columns:
        return
    first, last = min(columns), max(columns) + 1
    lines = [*header_lines(grid, 0, first), *header_lines(grid, last, len(grid.cells))]
    header, match = read_header(
        [*paragraphs(grid.before), *lines, *paragraphs(grid.after)], edition.forms[0].title, edition.gazetteer
    )
    extent = Extent(0, first, last, len(grid.cells), max(map(len, grid.cells)))
    part = _sheet(legible(over.part(first, last - 1)), edition, edition.year)
    years = (*year_lines(grid, grid.texts, extent, edition.year, edition.forms), *part.named)
    for item in part.located:
        yield FormCandidate(item, edition, header, match, measures=part.words.measures, years=years)


def _upright_forms(book: Book, edition: Edition) -> Iterator[FormCandidate]:
    survey = edition.year
    sheets = [_sheet(grid, edition, survey) for grid in book.grids]
    around = tuple(years_around(book.around, survey))
    years = [
        inferred_year((*chain(*sheet.lines), *sheet.named, *around), survey, settled=book.settled)
        if sheet.located
        else year_of_sheet(sheet.grid, (*sheet.named, *around), edition, settled=book.settled)
        for sheet in sheets
    ]
    among = only_year(years)
    for sheet, year in zip(sheets, years, strict=True):
        edition_of_sheet = edition_named(edition, year or among)
        again = sheet if edition_of_sheet is edition else _sheet(sheet.grid, edition_of_sheet, survey)
        yield from _headers(again if again.located else sheet, survey)


def _sheet(grid: Grid, edition: Edition, survey: int) -> _SheetTables:
    """A sheet by the forms of an edition; ``survey`` is the year that is processed."""
    words = words_of(grid, edition.forms, edition.year)
    located = locate(grid, edition, words)
    tops = sorted({item.top for item in located})
    starts: dict[int, int] = {}
    body = 0
    for top in tops:
        starts[top] = preamble(grid, body, top) if body else 0
        body = max(item.body for item in located if item.top == top)
    placed = []
    for item in located:
        later = [starts[top] for top in tops if top > item.top]
        placed.append(replace(item, end=min([item.end, *later])))
    lines = [
        tuple(year_lines(grid, words.years, _extent(grid, item, starts), survey, edition.forms)) for item in placed
    ]
    named = tuple(years_around([Text(TextKind.SHEET, grid.name, sheet=grid.name)], survey))
    return _SheetTables(grid, edition, words, placed, starts, lines, named)


def _extent(grid: Grid, item: Located, starts: Mapping[int, int]) -> Extent:
    end = item.end
    if starts.get(end) == end:  # what stands right above other headings is reported of these
        end = next((row for row in range(end - 1, item.body, -1) if any(map(as_text, grid.cells[row]))), end)
    return Extent(starts[item.top], item.top, item.body, end, item.columns.right)


def _headers(found: _SheetTables, survey: int) -> Iterator[FormCandidate]:
    """The tables of a sheet with their headers; beside or below another, one without labels shares that one's."""
    grid, located, starts, edition = found.grid, found.located, found.starts, found.edition
    shared: tuple[dict[str, Value], UnitMatch | None] = ({}, None)
    # Of two tables of one form each has a year of its own, or none.
    common = tuple(chain(*found.lines)) if len({item.form for item in located}) == len(located) else ()
    for item, lines in zip(located, found.lines, strict=True):
        above = starts[item.top]
        first = item.form not in [other.form for other in located if other.top < item.top]
        repeated = above == item.top and not first
        apart = repeated or item.grid is not grid
        other = tuple(year_above(item.grid, item.top, edition.year, survey)) if apart else ()
        candidate = FormCandidate(
            item,
            edition,
            measures=found.words.measures,
            repeated=repeated and not other,
            years=(*(other or lines or common), *found.named),
        )
        if not repeated:
            beside = [other for other in located if other.top == item.top]
            own = item.grid is not grid and bool(set.intersection(*(_labels(o, starts[o.top]) for o in beside)))
            seen = replace(item if own else replace(item, grid=grid), end=_end(item, located, starts))
            header, full, match = header_of(seen, above, edition.gazetteer)
            if first and not header.keys() & set(CONTACT) and "mobile" not in full:
                full, match = {**full, **shared[0], **header}, match or shared[1]
            shared = (full, match) if full else shared
            texts = (visible(text) for _, _, text in grid.texts_between(above, item.top))
            candidate = replace(candidate, header=full, match=match, texts=(*grid.before, *texts))
        yield candidate


def _end(item: Located, located: Sequence[Located], starts: Mapping[int, int]) -> int:
    """Where a table ends whose headings are repeated below: with the last of its parts."""
    end = item.end
    for other in located:
        if other.top > item.top and other.form is item.form:
            if starts[other.top] < other.top:
                break
            end = other.end
    return end


def _labels(item: Located, above: int) -> set[str]:
    """Header keys of the labels over a table's own columns; the same over each of two tables are two headers."""
    texts = [cell + BORDER for line in item.grid.cells[above : item.top] for cell in line if isinstance(cell, str)]
    keys = {span.key for text in texts for span in spans_of(text)}
    return (keys | {"unit"} if any(SEAL.search(text) for text in texts) else keys) - {""}


def _with_cover(book: Book, found: list[FormCandidate], edition: Edition) -> Iterator[FormCandidate]:
    """Where no table's header is filled in, that of a cover sheet is all tables'."""
    if not found or any(value.found is not None for item in found for value in item.header.values()):
        yield from found
        return
    taken = {item.located.grid.name for item in found}
    for grid in book.grids:
        rows = labelled_lines(grid, 0, len(grid.cells)) if grid.name not in taken else []
        header, match = read_header(rows, edition.forms[0].title, edition.gazetteer)
        if match and match.unit:
            yield from (replace(item, header=header, match=match) for item in found)
            return
    yield from found
