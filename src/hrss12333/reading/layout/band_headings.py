"""What the headings of a band say of one form: which column of the sheet is which field, and what no field is."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from msgspec.structs import replace

from hrss12333.reading.grid import Grid
from hrss12333.reading.layout.heading_reader import HeadingMatch, HeadingReader
from hrss12333.reading.layout.headings import ALIKE, column_alike, corrected_column
from hrss12333.reading.layout.labels import NOTE_ROW, is_label
from hrss12333.reading.values.cell_text import as_text
from hrss12333.survey.gazetteer import Gazetteer
from hrss12333.survey.region_names import folded
from hrss12333.survey.schema import Column, Form, Kind
from hrss12333.survey.sub_regions import is_county

_LONGEST_NAME = 15
"""Characters beyond which a text names no region."""
_BESIDE = 3
"""Columns from a form's first one among which the names of its rows may stand under no heading."""


class BandHeadings(NamedTuple):
    """What the headings of a band say of one form."""

    top: int
    bottom: int
    columns: dict[str, HeadingMatch]
    doubled: dict[str, tuple[HeadingMatch, ...]]
    strangers: tuple[HeadingMatch, ...]
    named: tuple[HeadingMatch, ...]
    """Columns that may name the rows; which of several does, the rows tell."""


def column_of_names(grid: Grid, headings: BandHeadings, end: int, gazetteer: Gazetteer) -> HeadingMatch | None:
    """The column that names the regions under no heading, or one that nobody knows: most of its texts are regions."""
    taken = {match.column for match in headings.columns.values()}
    heads = {match.column: match.text for match in headings.strangers}
    body = range(headings.bottom + 1, min(end, len(grid.cells)))
    best: tuple[int, int] | None = None
    for column in range(min(taken, default=0) + _BESIDE):
        texts = [text for row in body if 0 < len(text := as_text(grid.at(row, column))) <= _LONGEST_NAME]
        known = sum(bool(gazetteer.owners(text)) for text in texts)
        if column not in taken and known * 2 > len(texts) and (best is None or known > best[0]):
            best = known, column
    if best is None:
        return None
    return HeadingMatch(best[1], headings.bottom, ALIKE, heads.get(best[1], "没有栏目名称的一栏"))


def headings_of_band(
    grid: Grid,
    reader: HeadingReader,
    around: tuple[int, int],
    end: int,
    shared: bool,
    gazetteer: Gazetteer,
) -> BandHeadings:
    """The headings of a form, read with patience.

    Args:
        grid: The sheet, or a table's part of it.
        reader: Reads the form's headings there.
        around: First and last row of the band, merged headings whole.
        end: First row that is no longer the table's.
        shared: Whether another form stands under the same headings.
        gazetteer: The units and regions, for the column that names the rows.
    """
    top, bottom = reader.widen(*around)
    named: dict[str, list[HeadingMatch]] = defaultdict(list)
    strangers: list[HeadingMatch] = []
    for column in range(reader.width(top, bottom)):
        match, key = reader.read(top, bottom, column)
        box = reader.merged.box(match.row, column) if match else None
        if match is None or (box and box.left < column):
            continue
        if not key and (again := corrected_column(reader.form, match.text, reader.year)):
            key = again.key
        if key:
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
    chosen, doubled, passed = _choose(grid, reader.form, named, shared, body, gazetteer)
    chosen, strangers = _likenesses(reader.form, chosen, strangers)
    by_region = named.get(reader.form.region.key, [])
    return BandHeadings(top, bottom, chosen, doubled, (*strangers, *passed), tuple(by_region))


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
            best = [_nearest(column, best, left, right)]
        chosen[key] = best[0]
        passed += [match for match in matches if match not in best]
        if len(best) > 1:
            doubled[key] = tuple(best)
    return chosen, doubled, passed


def _naming(grid: Grid, matches: list[HeadingMatch], body: tuple[int, int], gazetteer: Gazetteer) -> list[HeadingMatch]:
    """Of several columns that may name the rows (地区 and 市), the one that names most; 广东省 all the way down names none."""

    def names(match: HeadingMatch) -> tuple[int, int, int]:
        texts = {as_text(grid.at(row, match.column)) for row in range(*body)}
        named = [text for text in texts if 0 < len(text) <= _LONGEST_NAME]
        named = [text for text in named if not is_label(text) and not (NOTE_ROW.match(text) and text[-1] in "。：:")]
        named = [text for text in named if folded(text) not in gazetteer.by_name]
        known = sum(bool(gazetteer.owners(text)) or is_county(folded(text)) for text in named)
        return known, len(named), match.quality

    most = max(map(names, matches))
    return [match for match in matches if names(match) == most]


def _nearest(column: Column, matches: list[HeadingMatch], left: int, right: int) -> HeadingMatch:
    if column.kind is Kind.TEXT:
        return min(matches, key=lambda match: (match.column < right, abs(match.column - right)))
    return min(matches, key=lambda match: (match.column > left, abs(match.column - left)))


def _likenesses(
    form: Form, chosen: dict[str, HeadingMatch], strangers: list[HeadingMatch]
) -> tuple[dict[str, HeadingMatch], list[HeadingMatch]]:
    """Give a stranger to a field still missing whose telling words it has, where no other stranger has them."""
    wanted: dict[str, list[HeadingMatch]] = defaultdict(list)
    for match in strangers:
        column = column_alike(form, match.text)
        if column and column.key not in chosen:
            wanted[column.key].append(match)
    sure = {key: matches[0] for key, matches in wanted.items() if len(matches) == 1}
    chosen = chosen | {key: HeadingMatch(m.column, m.row, ALIKE, m.text, m.span) for key, m in sure.items()}
    return chosen, [match for match in strangers if match not in sure.values()]
