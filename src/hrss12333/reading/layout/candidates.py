"""Which tables a book holds: every window in which a form may stand is a candidate, a whole sheet, a part of one beside
others, one that goes on over a page break, one turned by a quarter; of those for the same cells the best are kept.

A form that the book has nowhere upright is looked for with its headings down a column and a region in each column beside
them; what is not explained either way is left to the account of cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from hrss12333.model.filing import Value
from hrss12333.model.text import Evidence, Text, TextKind, inferred_year
from hrss12333.reading.grid import Book, Grid
from hrss12333.reading.layout.bands import Candidate
from hrss12333.reading.layout.competing import score_of_way
from hrss12333.reading.layout.header import header_lines, header_of, labelled_lines, paragraphs, read_header
from hrss12333.reading.layout.labels import BORDER, CONTACT, SEAL_PATTERN, spans_of
from hrss12333.reading.layout.locating import locate, words_of
from hrss12333.reading.layout.sheets import legible, without_own_parts
from hrss12333.reading.layout.statements import only_year, year_above, year_lines, year_of_sheet, years_around
from hrss12333.reading.values.cell_text import as_text, visible
from hrss12333.survey.editions import edition_named
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.gazetteer import UnitMatch

_LARGEST_TURNED = 20_000
"""Cells of the rectangle beyond which a sheet is no turned form."""
_CONTINUED = 8
"""Characters of a line that says no more than 续表."""


class Sheet(NamedTuple):
    """A sheet with the tables that are in it by the forms of an edition."""

    drawn: Grid
    """With what it conceals."""
    grid: Grid
    found: list[Candidate]
    how: str = ""
    """As of its candidates."""


def candidates(book: Book, edition: Edition) -> tuple[Sequence[Sheet], list[Candidate]]:
    """The sheets of a book, each with what it conceals and as it is read, tables that a page break parts in one; and the
    candidates that are kept, in the order of the sheets, upright ones first.

    Where a form stands nowhere upright, the sheets that nothing upright explains are looked at turned.
    """
    sheets: list[Sheet] = []
    for drawn in without_own_parts(book.grids):
        below = _located_sheet(drawn, edition)
        if book.flowing and sheets and _goes_on(sheets[-1], below):
            above = sheets.pop()
            whole = _located_sheet(above.drawn.followed_by(drawn), edition, how="由换页分开的表，接起来读取")
            apart = score_of_way([*above.found, *below.found], bool(above.found) + bool(below.found))
            sheets += [whole] if score_of_way(whole.found, 2) >= apart else [above, below]
        else:
            sheets.append(below)
    found = list(_upright_forms(book, sheets, edition))
    if not {item.form.key for item in found} >= {form.key for form in edition.forms}:
        taken = {item.grid.name for item in found}
        found += [item for sheet in sheets if sheet.grid.name not in taken for item in _turned_forms(sheet, edition)]
    return sheets, _with_cover(sheets, found, edition)


def _goes_on(above: Sheet, below: Sheet) -> bool:
    """Whether a table of a Word file may be the next page of the one above: as wide, with nothing but 续表 between, and
    without headings or with those of the part above."""
    width = [max(map(len, sheet.grid.cells), default=0) for sheet in (above, below)]
    between = (text.lstrip("(（ ") for text in below.grid.before)
    if width[0] != width[1] or not all(text.startswith("续") and len(text) < _CONTINUED for text in between):
        return False
    upper, lower = ([item.form for item in sheet.found] for sheet in (above, below))
    return bool(upper) and (not lower or lower == upper[-1:])


def _located_sheet(drawn: Grid, edition: Edition, survey: int | None = None, how: str = "") -> Sheet:
    """A sheet by the forms of an edition; ``survey`` is the year that is processed, where it is another than the edition's."""
    grid, survey = legible(drawn), survey or edition.year
    words = words_of(grid, edition.forms, edition.year)
    located = locate(grid, edition, words)
    found = []
    for item in located:
        end = item.end
        if any(other.start == other.top == end for other in located):
            # What stands right above other headings is reported of these.
            end = next((row for row in range(end - 1, item.body, -1) if any(map(as_text, grid.cells[row]))), end)
        above, below = range(item.start, item.top), range(item.body, end)
        years = tuple(year_lines(grid, words.years, above, below, item.columns.right, survey, edition.forms))
        found.append(replace(item, measures=words.measures, years=years, how=item.how or how))
    return Sheet(drawn, grid, found, how)


def _years_of_name(grid: Grid, survey: int) -> tuple[Evidence, ...]:
    return tuple(years_around([Text(TextKind.SHEET, grid.name, sheet=grid.name)], survey))


def _upright_forms(book: Book, sheets: Sequence[Sheet], edition: Edition) -> Iterator[Candidate]:
    survey = edition.year
    around = tuple(years_around(book.around, survey))
    years = []
    for sheet in sheets:
        names = (*_years_of_name(sheet.grid, survey), *around)
        lines = [evidence for item in sheet.found for evidence in item.years]
        year = (
            inferred_year((*lines, *names), survey, year_settled=book.year_settled)
            if sheet.found
            else year_of_sheet(sheet.grid, names, edition, year_settled=book.year_settled)
        )
        years.append(year)
    among = only_year(years)
    for sheet, year in zip(sheets, years, strict=True):
        own = edition_named(edition, year or among)
        again = sheet if own is edition else _located_sheet(sheet.drawn, own, survey, sheet.how)
        yield from _with_headers(again if again.found else sheet, survey)


def _turned_forms(sheet: Sheet, edition: Edition) -> Iterator[Candidate]:
    """The forms of a sheet whose headings are below one another; the header is read where it is located."""
    grid = sheet.drawn
    if len(grid.cells) * max(map(len, grid.cells), default=0) > _LARGEST_TURNED:
        return
    over = grid.turned_over()
    columns = [match.column for item in locate(over, edition) for match in item.columns.values()]
    if not columns:
        return
    first, last, rows = min(columns), max(columns) + 1, len(grid.cells)
    lines = [*header_lines(grid, 0, first), *header_lines(grid, last, rows)]
    header, match = read_header(
        [*paragraphs(grid.before), *lines, *paragraphs(grid.after)], edition.forms[0].title, edition.gazetteer
    )
    width = max(map(len, grid.cells))
    around = year_lines(grid, grid.texts, range(first), range(last, rows), width, edition.year, edition.forms)
    years = (*around, *_years_of_name(grid, edition.year))
    for item in _located_sheet(over.part(first, last - 1), edition).found:
        yield replace(item, header=header, match=match, years=years)


def _with_headers(sheet: Sheet, survey: int) -> Iterator[Candidate]:
    """The tables of a sheet with their headers; beside or below another, one without labels shares that one's."""
    grid, found = sheet.grid, sheet.found
    shared: tuple[dict[str, Value], UnitMatch | None] = ({}, None)
    # Of two tables of one form each has a year of its own, or none.
    common = tuple(evidence for item in found for evidence in item.years)
    common = common if len({item.form for item in found}) == len(found) else ()
    for item in found:
        first = item.form not in [other.form for other in found if other.top < item.top]
        repeated = item.start == item.top and not first
        apart = repeated or item.grid is not grid
        other = tuple(year_above(item.grid, item.top, item.edition.year, survey)) if apart else ()
        years = (*(other or item.years or common), *_years_of_name(grid, survey))
        if repeated:
            yield replace(item, years=years, repeated=not other)
            continue
        beside = [other for other in found if other.top == item.top]
        own = item.grid is not grid and bool(set.intersection(*map(_labels, beside)))
        seen = replace(item if own else replace(item, grid=grid), end=_end(item, found))
        header, full, match = header_of(seen)
        if first and not header.keys() & set(CONTACT) and "mobile" not in full:
            full, match = {**full, **shared[0], **header}, match or shared[1]
        shared = (full, match) if full else shared
        texts = (visible(text) for _, _, text in grid.texts_between(item.start, item.top))
        yield replace(item, years=years, header=full, match=match, texts=(*grid.before, *texts))


def _end(item: Candidate, found: Sequence[Candidate]) -> int:
    """Where a table ends whose headings are repeated below: with the last of its parts."""
    end = item.end
    for other in found:
        if other.top > item.top and other.form is item.form:
            if other.start < other.top:
                break
            end = other.end
    return end


def _labels(item: Candidate) -> set[str]:
    """Header keys of the labels over a table's own columns; the same over each of two tables are two headers."""
    texts = [cell + BORDER for line in item.grid.cells[item.start : item.top] for cell in line if isinstance(cell, str)]
    keys = {span.key for text in texts for span in spans_of(text)}
    return (keys | {"unit"} if any(SEAL_PATTERN.search(text) for text in texts) else keys) - {""}


def _with_cover(sheets: Sequence[Sheet], found: list[Candidate], edition: Edition) -> list[Candidate]:
    """Where no table's header is filled in, that of a cover sheet is all tables'."""
    if not found or any(value.found is not None for item in found for value in item.header.values()):
        return found
    taken = {item.grid.name for item in found}
    for grid in (sheet.grid for sheet in sheets if sheet.grid.name not in taken):
        rows = labelled_lines(grid, 0, len(grid.cells))
        header, match = read_header(rows, edition.forms[0].title, edition.gazetteer)
        if match and match.unit:
            return [replace(item, header=header, match=match) for item in found]
    return found
