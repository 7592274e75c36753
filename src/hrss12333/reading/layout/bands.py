"""What the headings of a band say of one form: which column of the sheet is which field, and what no field is.

Every column is known by the best certain name that its cells spell: one cell, several joined downwards, with or without
the group's heading in front; else its lowest words are a stranger's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.model.filing import Place, Value
from hrss12333.model.text import Evidence
from hrss12333.reading.grid import At, Grid
from hrss12333.reading.layout.headings import (
    ALIKE,
    MAX_HEADING,
    OF_WHICH,
    TALLEST,
    column_alike,
    corrected_column,
    is_group,
    is_of_another_year,
    is_part_of_group,
    means_other_figures,
    named_column,
    normal,
    parts_of,
)
from hrss12333.reading.layout.labels import NOTE_ROW, is_label
from hrss12333.reading.layout.row_words import LONGEST_NAME, is_guide
from hrss12333.reading.layout.sheets import MergedCells, has_answers, may_head
from hrss12333.reading.values.cell_text import as_text, is_blank
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.gazetteer import Gazetteer, UnitMatch
from hrss12333.survey.region_names import folded
from hrss12333.survey.regions import is_county
from hrss12333.survey.schema import Column, Form, Kind


class HeadingMatch(Struct, frozen=True):
    """How a column of the sheet was recognised; row and column from 0."""

    column: int
    row: int
    """Of the heading's last cell."""
    quality: int
    """`headings.OWN`, `USUAL` or `ALIKE`; 0 for a stranger, which is no column of the form."""
    text: str
    span: int = 1
    """Sheet columns that the heading covers."""
    scale: int = 0
    """10,000 where the heading says 万次."""
    key: str = ""
    """Field key, as its own words have it."""


class Columns(dict[str, HeadingMatch]):
    """Field key → its heading, and what follows from all of them: sheets with the same headings share it."""

    def __init__(
        self,
        form: Form,
        matches: Mapping[str, HeadingMatch],
        doubled: Mapping[str, Sequence[HeadingMatch]] | None = None,
    ) -> None:
        super().__init__(matches)
        self._form = form
        self.places = {key: [match.column] for key, match in matches.items()}
        """Field key → its sheet columns, several where it is doubled."""
        self.places |= {key: [match.column for match in found] for key, found in (doubled or {}).items()}

    @cached_property
    def right(self) -> int:
        """The first sheet column right of all of them."""
        return max((match.column + match.span for match in self.values()), default=0)

    @cached_property
    def in_order(self) -> tuple[int | None, ...]:
        """The sheet column of each field of the form; None where the sheet has none."""
        return tuple(match.column if (match := self.get(column.key)) else None for column in self._form.columns)

    @cached_property
    def answered(self) -> Mapping[int, Column]:
        """Sheet column → the field that is answered there, remarks included."""
        answering = (*self._form.data, *self._form.of_kind(Kind.TEXT))
        return {place: column for column in answering for place in self.places.get(column.key, ())}

    @cached_property
    def are_single(self) -> bool:
        """Whether each field is what one cell says, as written."""
        single = not any(match.span > 1 or match.scale for match in self.values())
        return single and all(len(places) == 1 for places in self.places.values())


class Candidate(Struct, frozen=True):
    """A table that a form of an edition explains: a window of a sheet; rows and columns from 0."""

    form: Form
    edition: Edition
    """What the sheet was read with: that of the year which its evidence names."""
    grid: Grid
    """The sheet, turned where its headings are below one another; of tables side by side, this one's columns alone."""
    sheet: Grid
    top: int
    body: int
    """First row below the heading band."""
    end: int
    """First row that is no longer this table's; set when all tables of the sheet are known."""
    columns: Columns
    doubled: dict[str, tuple[HeadingMatch, ...]] = field(default_factory=dict)
    strangers: tuple[HeadingMatch, ...] = ()
    """Headed columns of the sheet that the form does not have."""
    names: int = 1
    """Columns that may name the rows; which of several does, the rows tell."""
    start: int = 0
    """First row of the title and header above the headings, which are in the rows from ``top`` to before ``body``."""
    repeated: bool = False
    """Headings repeated for printing: the rows go on."""
    header: Mapping[str, Value] = field(default_factory=dict)
    """Header key → value, in physical places."""
    match: UnitMatch | None = None
    """What the unit that the header names was taken for; None where it names none."""
    texts: tuple[str, ...] = ()
    measures: Sequence[tuple[int, str]] = ()
    """Row and text of what names a unit of measure in its sheet."""
    years: tuple[Evidence, ...] = ()
    """What its lines, else those of the other tables of the sheet, and the sheet's name say of its year."""
    how: str = ""
    """Chinese: how its window was read, where not as the form stands."""

    def place(self, row: int, column: int) -> Place:
        """The physical cell of one of its grid."""
        at = (column + 1, row + 1) if self.grid.turned else (row + 1, column + 1)
        return Place(self.grid.name, *at)

    def grid_position(self, place: Place) -> At:
        """Row and column of a physical cell in its grid."""
        return (place.column - 1, place.row - 1) if self.grid.turned else (place.row - 1, place.column - 1)


class _HeadingReader:
    def __init__(self, grid: Grid, form: Form, year: int | None) -> None:
        self._grid, self.form, self.year = grid, form, year
        self.merged = MergedCells(grid)
        self._heads: dict[int, bool] = {}

    def complete_band(self, first: int, last: int) -> tuple[int, int]:
        """The band with merged and split headings (咨询员 / 人数) complete."""
        top, bottom = first, last
        for box in self.merged.boxes:
            if box.bottom < first or box.top > last or box.bottom - box.top >= TALLEST:
                continue
            lines = self._grid.cells[max(first, box.top) : min(last, box.bottom) + 1]
            if any(len(line) > box.left for line in lines) and named_column(
                self.form, as_text(self._grid.at(box.top, box.left)), self.year
            ):
                top, bottom = min(top, box.top), max(bottom, box.bottom)
        lower = bottom + 1
        if lower - top < TALLEST and lower < len(self._grid.cells) and not has_answers(self._grid, lower):
            # A row that holds answers is data, whatever its words spell.
            bottom = lower if self._quality(top, lower) > self._quality(top, bottom) else bottom
        above = bottom - top + 1 < TALLEST and self._may_head(top - 1)
        return top - (above and self._quality(top - 1, bottom) > self._quality(top, bottom)), bottom

    def _quality(self, top: int, bottom: int) -> int:
        """How well the band is recognised: the quality of every field's best heading."""
        found = sorted((match.key, match.quality) for match in self.all(top, bottom) if match.key)
        return sum(dict(found).values())

    def _may_head(self, row: int) -> bool:
        """Whether the row above the band may hold headings of groups."""
        if row not in self._heads:
            self._heads[row] = row >= 0 and may_head(self._grid, row)
        return self._heads[row]

    def _over_it(self, first: int, match: HeadingMatch) -> Iterator[tuple[int, int, str]]:
        """Row, column and text of what is over a heading from a row on, further left where it was never merged over it."""
        for row in range(first, match.row):
            at = match.column
            while at > 0 and self.merged.box(row, at) is None and is_blank(self._grid.at(row, at)):
                at -= 1
            yield row, at, as_text(self.merged.at(row, at))

    def _under_group(self, top: int, match: HeadingMatch) -> HeadingMatch:
        """What a group's heading further left says of this column, too: 来电情况（万次） over cells that are not merged."""
        for _, at, text in self._over_it(top, match) if self.form.by_key[match.key].group and not match.scale else ():
            group = normal(text).partition("(")
            if at == match.column or not group[1] or not is_group(self.form, group[0]):
                continue
            if is_part_of_group(self.form, text, self.year):
                return replace(match, key="", quality=0, text=text + match.text, scale=0)
            named = named_column(self.form, text + match.text, self.year)
            if named and named.key == match.key:
                return replace(match, text=text + match.text, scale=named.scale)
        return match

    def other_group(self, top: int, match: HeadingMatch, *, alone: bool) -> str:
        """The heading further left, over cells that were never merged, that makes of this column another figure: 上年情况.

        ``alone`` where no other column has the match's heading: then only a group of another year does so.
        """
        limiting = is_of_another_year if alone else means_other_figures
        # Where headings are repeated, a figure of the row above may look like a year.
        above = self._may_head(top - 1) and not (alone and has_answers(self._grid, top - 1))
        for row, at, over in self._over_it(top - above, match):
            beside = at < match.column or row < top
            if beside and over and limiting(self.form, over, self.year) and not is_blank(self._grid.at(match.row, at)):
                return over
        return ""

    def all(self, top: int, bottom: int) -> Iterator[HeadingMatch]:
        """What the band's cells spell in each column that they head."""
        width = max(map(len, self._grid.cells[top : bottom + 1]), default=0)
        return filter(None, (self._spelled_heading(top, bottom, column) for column in range(width)))

    def _spelled_heading(self, top: int, bottom: int, column: int) -> HeadingMatch | None:
        """What the band's cells in this column spell: the best certain name, else the lowest text as a stranger."""
        cells: list[tuple[int, str, int]] = []
        for row in range(top, bottom + 1):
            box = self.merged.box(row, column)
            if box and cells and box.top < row:
                continue
            text = as_text(self.merged.at(row, column))
            if text and len(text) <= MAX_HEADING:
                cells.append((box.bottom if box else row, text, box.right - box.left + 1 if box else 1))
        above = as_text(self.merged.at(top - 1, column)) if self._may_head(top - 1) else ""
        if above and is_part_of_group(self.form, above, self.year):
            cells.insert(0, (top - 1, above, 1))
        best: tuple[int, int, HeadingMatch] | None = None
        for first in range(len(cells)):
            over = [text for _, text, _ in cells[:first] if means_other_figures(self.form, text, self.year)]
            if any(normal(text) != OF_WHICH for text in over):
                break  # 来电总量 under 上年情况 is another figure
            for last in range(first, len(cells)):
                text = "".join(text for _, text, _ in cells[first : last + 1])
                match = named_column(self.form, text, self.year)
                if match and over and match.key not in parts_of(self.form):
                    continue
                if match and (best is None or (match.quality, last) > best[:2]):
                    row, _, span = cells[last]
                    found = HeadingMatch(column, row, match.quality, text, span, match.scale, match.key)
                    best = match.quality, last, found
        if best:
            # What is under a heading parts its figures (总人数 into 专职 and 兼职), or names their unit or their group.
            below = [text for _, text, _ in cells[best[1] + 1 :][:1]]
            if not below or is_guide(below * 4) or is_group(self.form, below[0]):
                return self._under_group(top, best[2])
        if not cells or is_group(self.form, cells[-1][1]):
            return None
        row, text, span = cells[-1]
        text = "".join(over for _, over, _ in cells[:-1] if means_other_figures(self.form, over, self.year)) + text
        return HeadingMatch(column, row, 0, text, span)


def names_in(grid: Grid, column: int, rows: tuple[int, int]) -> list[str]:
    """The texts of a column that are short enough for names."""
    return [text for row in range(*rows) if 0 < len(text := as_text(grid.at(row, column))) <= LONGEST_NAME]


def headings_of_band(
    grid: Grid, form: Form, band: tuple[int, int], end: int, shared: bool, edition: Edition
) -> Candidate:
    """A table by the headings of a form in a sheet, or a table's part of it, read with patience.

    ``band`` are the first and the last row in which some are certain; ``end`` is the first row that is no longer the
    table's; ``shared`` says whether another form is under the same headings.
    """
    reader = _HeadingReader(grid, form, edition.year)
    top, bottom = reader.complete_band(*band)
    named: dict[str, list[HeadingMatch]] = defaultdict(list)
    strangers: list[HeadingMatch] = []
    for match in reader.all(top, bottom):
        box = reader.merged.box(match.row, match.column)
        if box and box.left < match.column:
            continue
        again = None if match.key else corrected_column(form, match.text, edition.year)
        if key := again.key if again else match.key:
            named[key].append(match)
        else:
            strangers.append(match)
    for key, matches in named.items():
        others = {match: over for match in matches if (over := reader.other_group(top, match, alone=len(matches) == 1))}
        if 0 < len(others) < max(len(matches), 2):
            strangers += [replace(match, quality=0, text=over + match.text) for match, over in others.items()]
            named[key] = [match for match in matches if match not in others]
    named = {key: matches for key, matches in named.items() if matches}
    body = (bottom + 1, min(end, len(grid.cells)))
    chosen, doubled, passed = _choose(grid, form, named, shared, body, edition.gazetteer)
    alike: dict[str, list[HeadingMatch]] = defaultdict(list)
    for match in strangers:
        # A field still missing may have the one stranger with its telling words.
        column = column_alike(form, match.text)
        if column and column.key not in named:
            alike[column.key].append(match)
    sure = {key: matches[0] for key, matches in alike.items() if len(matches) == 1}
    chosen |= {key: HeadingMatch(m.column, m.row, ALIKE, m.text, m.span) for key, m in sure.items()}
    strangers = [match for match in strangers if match not in sure.values()]
    names = len(named.get(form.region.key, ()))
    columns = Columns(form, chosen, doubled)
    return Candidate(form, edition, grid, grid, top, bottom + 1, end, columns, doubled, (*strangers, *passed), names)


def _choose(
    grid: Grid,
    form: Form,
    named: dict[str, list[HeadingMatch]],
    shared: bool,
    body: tuple[int, int],
    gazetteer: Gazetteer,
) -> tuple[dict[str, HeadingMatch], dict[str, tuple[HeadingMatch, ...]], list[HeadingMatch]]:
    """One column a field: the best recognised; equals are doubled, unless the other belongs to the form beside."""
    data = {column.key for column in form.data}
    specific = [match.column for key, matches in named.items() if key in data for match in matches]
    left, right = min(specific, default=0), max(specific, default=0)
    chosen: dict[str, HeadingMatch] = {}
    doubled: dict[str, tuple[HeadingMatch, ...]] = {}
    passed: list[HeadingMatch] = []
    for key, matches in named.items():
        column = form.by_key[key]
        # Two columns for one answer are doubled by whatever name; of 备注 and 说明 the better name is meant.
        best = matches if key in data else [m for m in matches if m.quality == max(m.quality for m in matches)]
        if column.kind is Kind.REGION and len(matches) > 1:
            best = _naming(grid, matches, body, gazetteer)
        if key not in data and (shared or column.kind is Kind.SERIAL):
            # 备注 right of the form's own columns, 序号 and 地区 left of them, are the nearest.
            edge, side = (right, 1) if column.kind is Kind.TEXT else (left, -1)
            best = [min(best, key=lambda match: ((match.column - edge) * side < 0, abs(match.column - edge)))]
        chosen[key] = best[0]
        passed += [match for match in matches if match not in best]
        if len(best) > 1:
            doubled[key] = tuple(best)
    return chosen, doubled, passed


def _naming(grid: Grid, matches: list[HeadingMatch], body: tuple[int, int], gazetteer: Gazetteer) -> list[HeadingMatch]:
    """Of several columns that may name the rows (地区 and 市), the one that names most; 广东省 all the way down names none."""

    def names(match: HeadingMatch) -> tuple[int, int, int]:
        named = [text for text in {*names_in(grid, match.column, body)} if folded(text) not in gazetteer.by_name]
        named = [text for text in named if not is_label(text) and not (NOTE_ROW.match(text) and text[-1] in "。：:")]
        known = sum(bool(gazetteer.owners(text)) or is_county(folded(text)) for text in named)
        return known, len(named), match.quality

    most = max(map(names, matches))
    return [match for match in matches if names(match) == most]
