"""Where the forms stand in a sheet: found by their headings, whatever surrounds them.

A heading band is a few neighbouring rows in which enough headings of one form stand, in a column each. Tables side by
side are parted where a new 地区 column begins. Inside a band every column is known by the best text that its cells spell:
one cell, several joined downwards, with or without the group's heading in front.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.reading.grid import Grid
from hrss12333.reading.layout.heading_reader import HeadingReader, Match, has_answers
from hrss12333.reading.layout.headings import ALIKE, alike, corrected, is_group, told
from hrss12333.reading.layout.known_bands import TALLEST, Known, band_key, headings_of
from hrss12333.reading.layout.labels import NOTE_ROW, is_contact_line, is_label
from hrss12333.reading.layout.merged_cells import Fill, window
from hrss12333.reading.layout.table_extents import preamble
from hrss12333.reading.values.cell_text import as_text
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Gazetteer, plain
from hrss12333.survey.schema import Column, Form, Kind
from hrss12333.survey.sub_regions import is_county

_LONGEST_NAME = 15
"""Characters beyond which a text names no region."""
_ENOUGH = 3
"""Headings of a form's own that make a band."""


class Located(Struct, frozen=True):
    """One form's table in a sheet; rows and columns from 0."""

    form: Form
    grid: Grid
    """The sheet; where tables stand side by side, this one's columns alone."""
    sheet: Grid
    """The whole sheet."""
    top: int
    """First row of the heading band."""
    body: int
    """First row below the heading band."""
    end: int
    """First row that is no longer this table's; set when all tables of the sheet are known."""
    columns: dict[str, Match]
    doubled: dict[str, tuple[Match, ...]] = field(default_factory=dict)
    strangers: tuple[Match, ...] = ()
    """Headed columns of the sheet that the form does not have."""


_Spotted = dict[int, list[tuple[str, int, str]]]
"""Row → form, column and field key of every heading that stands there."""


class _Headings(NamedTuple):
    """What the headings of a band say of one form."""

    top: int
    bottom: int
    columns: dict[str, Match]
    doubled: dict[str, tuple[Match, ...]]
    strangers: tuple[Match, ...]
    named: tuple[Match, ...]
    """Columns that may name the rows; which of several does, the rows tell."""


_Headed = tuple[tuple[Form, _Headings], ...]
"""The forms of a band that has one table, or one for each form under the same headings."""
_KNOWN: Known[_Headed] = Known()


class _Band(Struct, frozen=True):
    """Rows in which headings of some forms stand."""

    top: int
    bottom: int
    cells: dict[str, list[tuple[int, int, str]]]
    """Form → (row, column, field key) of every heading recognised."""
    key: Hashable
    """All that its headings depend on."""
    known: _Headed | None
    """What they say, where that is known."""


def locate(grid: Grid, edition: Edition) -> list[Located]:
    """All tables of the edition's forms in the sheet, from top to bottom and left to right."""
    bands = _bands(grid, edition)
    found: list[Located] = []
    for index, band in enumerate(bands):
        end = len(grid.cells)
        if index + 1 < len(bands):
            end = preamble(grid, band.bottom + 1, bands[index + 1].top)
        if band.known is None:
            found += _tables(grid, band, edition, end)
        else:
            found += [_located(grid, grid, form, headings, end) for form, headings in band.known]
    return found


def _tables(grid: Grid, band: _Band, edition: Edition, end: int) -> list[Located]:
    """The tables of a band, read with patience; its headings are known from then on, unless the rows had a say in them."""
    forms = edition.forms
    found: list[Located] = []
    headed: list[tuple[Form, _Headings]] = []
    windows = _windows(grid, band, forms)
    for left, right in windows:
        part = grid if len(windows) == 1 else window(grid, left, right)
        fill = Fill(part)
        present = [form for form in forms if _tells(form, band.cells, forms, (left, right))]
        for form in present:
            reader = HeadingReader(part, fill, form, edition.year)
            around = reader.merged(band.top, band.bottom)
            headings = _headings(part, reader, around, end, len(present) > 1, edition.gazetteer)
            headed.append((form, headings))
            found.append(_table(part, grid, form, headings, end, edition.gazetteer))
    named = all(form.region.key in headings.columns and len(headings.named) == 1 for form, headings in headed)
    if len(windows) == 1 and named:
        _KNOWN.keep(band.key, tuple(headed))
    return found


@cache
def _specific(forms: tuple[Form, ...]) -> Mapping[str, frozenset[str]]:
    """Form → the keys that say which form this is."""
    data = {form.key: {column.key for column in form.data} for form in forms}
    others = {form.key: set().union(*(data[other.key] for other in forms if other is not form)) for form in forms}
    return {key: frozenset(own - others[key]) for key, own in data.items()}


def _tells(
    form: Form, cells: Mapping[str, Sequence[tuple[int, int, str]]], forms: tuple[Form, ...], columns: tuple[int, int]
) -> bool:
    """Whether enough of the form's own headings stand in these columns, a column each."""
    specific = _specific(forms)[form.key]
    enough = min(_ENOUGH, max(1, (len(specific) + 1) // 2))
    own = [(c, key) for _, c, key in cells.get(form.key, ()) if key in specific and columns[0] <= c <= columns[1]]
    return min(len({c for c, _ in own}), len({key for _, key in own})) >= enough


def _bands(grid: Grid, edition: Edition) -> list[_Band]:
    forms = edition.forms
    rows = _spotted(grid, forms, edition.year)
    width = max((len(line) for line in grid.cells), default=0)
    bands: list[_Band] = []
    for run in _runs(rows, forms):
        key = (forms, edition.year, band_key(grid, run[0], run[-1], has_answers))
        known = _KNOWN.get(key)
        cells = _by_form(run, rows)
        if known is not None or any(_tells(form, cells, forms, (0, width)) for form in forms):
            bands.append(_Band(run[0], run[-1], cells, key, known))
    return bands


def _spotted(grid: Grid, forms: tuple[Form, ...], year: int) -> _Spotted:
    """The rows with headings, without those whose words only look like some."""
    rows: _Spotted = defaultdict(list)
    known = headings_of(forms, year)
    for index, column, text in grid.texts:
        if found := known[text]:
            rows[index] += [(form, column, key) for form, key in found]
    specific = _specific(forms)
    for index in [i for i, found in rows.items() if all(key not in specific[form] for form, _, key in found)]:
        texts = [cell for cell in grid.cells[index] if isinstance(cell, str)]
        if has_answers(grid, index) or any(map(is_label, texts)) or _is_header(texts, forms):
            del rows[index]
    return rows


def _is_header(texts: list[str], forms: tuple[Form, ...]) -> bool:
    """Whether labels of the contact stand in a row that heads no columns: neither 序号 nor a group of them."""
    if not is_contact_line(texts):
        return False
    told_here = [(form, match) for form in forms for text in texts if (match := told(form, text))]
    numbered = any(form.by_key[match.key].kind is Kind.SERIAL for form, match in told_here)
    return not numbered and not any(is_group(form, text) for form in forms for text in texts)


def _by_form(run: list[int], rows: _Spotted) -> dict[str, list[tuple[int, int, str]]]:
    cells: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for row in run:
        for form, column, key in rows[row]:
            cells[form].append((row, column, key))
    return cells


def _runs(rows: _Spotted, forms: tuple[Form, ...]) -> Iterator[list[int]]:
    """Neighbouring rows with headings; a heading that comes again in the same column begins anew."""
    specific = _specific(forms)
    run: list[int] = []
    seen: set[tuple[str, int, str]] = set()
    for row in sorted(rows):
        own = {item for item in rows[row] if item[2] in specific[item[0]]}
        if run and (row - run[-1] > 1 or row - run[0] >= TALLEST or own & seen):
            yield run
            run, seen = [], set()
        run.append(row)
        seen |= own
    if run:
        yield run


def _windows(grid: Grid, band: _Band, forms: tuple[Form, ...]) -> list[tuple[int, int]]:
    """Columns of each table of the band: parted where a 地区 column begins after another table's columns."""
    regions = {form.region.key for form in forms}
    serials = {column.key for form in forms for column in form.of_kind(Kind.SERIAL)}
    marked: dict[int, set[str]] = defaultdict(set)
    for cells in band.cells.values():
        for _, column, key in cells:
            marked[column].add(key)
    width = max((len(line) for line in grid.cells), default=1) - 1
    starts, last = [0], -1
    for column in sorted(marked):
        if marked[column] & regions and last >= 0:
            starts.append(next((c for c in range(last + 1, column) if marked.get(c, set()) & serials), last + 1))
            last = -1
        elif not marked[column] & (serials | regions):
            last = column
    windows = [(start, following - 1) for start, following in zip(starts, [*starts[1:], width + 1], strict=True)]
    whole = [item for item in windows if any(_tells(form, band.cells, forms, item) for form in forms)]
    return windows if len(windows) > 1 and whole == windows else [(0, width)]


def _located(grid: Grid, sheet: Grid, form: Form, headings: _Headings, end: int) -> Located:
    top, body = headings.top, headings.bottom + 1
    return Located(form, grid, sheet, top, body, end, headings.columns, headings.doubled, headings.strangers)


def _table(grid: Grid, sheet: Grid, form: Form, headings: _Headings, end: int, gazetteer: Gazetteer) -> Located:
    located = _located(grid, sheet, form, headings, end)
    if form.region.key in headings.columns:
        return located
    names = _column_of_names(grid, headings, end, gazetteer)
    if names is None:
        return located
    strangers = tuple(match for match in headings.strangers if match.column != names.column)
    return replace(located, columns={**headings.columns, form.region.key: names}, strangers=strangers)


def _column_of_names(grid: Grid, headings: _Headings, end: int, gazetteer: Gazetteer) -> Match | None:
    """The column that names the regions under no heading, or one that nobody knows: most of its texts are regions."""
    taken = {match.column for match in headings.columns.values()}
    heads = {match.column: match.text for match in headings.strangers}
    body = range(headings.bottom + 1, min(end, len(grid.cells)))
    best: tuple[int, int] | None = None
    for column in range(min(taken, default=0) + _ENOUGH):
        texts = [text for row in body if 0 < len(text := as_text(grid.at(row, column))) <= _LONGEST_NAME]
        known = sum(bool(gazetteer.owners(text)) for text in texts)
        if column not in taken and known * 2 > len(texts) and (best is None or known > best[0]):
            best = known, column
    if best is None:
        return None
    return Match(best[1], headings.bottom, ALIKE, heads.get(best[1], "没有栏目名称的一栏"))


def _headings(
    grid: Grid,
    reader: HeadingReader,
    around: tuple[int, int],
    end: int,
    shared: bool,
    gazetteer: Gazetteer,
) -> _Headings:
    top, bottom = reader.widen(*around)
    named: dict[str, list[Match]] = defaultdict(list)
    strangers: list[Match] = []
    for column in range(reader.width(top, bottom)):
        match, key = reader.read(top, bottom, column)
        box = reader.fill.box(match.row, column) if match else None
        if match is None or (box and box.left < column):
            continue
        if not key and (again := corrected(reader.form, match.text, reader.year)):
            key = again.key
        if key:
            named[key].append(match)
        else:
            strangers.append(match)
    for key, matches in named.items():
        others = {match: over for match in matches if len(matches) > 1 and (over := reader.other_group(top, match))}
        if 0 < len(others) < len(matches):
            strangers += [replace(match, quality=0, text=over + match.text) for match, over in others.items()]
            named[key] = [match for match in matches if match not in others]
    body = (bottom + 1, min(end, len(grid.cells)))
    chosen, doubled, passed = _choose(grid, reader.form, named, shared, body, gazetteer)
    chosen, strangers = _likenesses(reader.form, chosen, strangers)
    by_region = named.get(reader.form.region.key, [])
    return _Headings(top, bottom, chosen, doubled, (*strangers, *passed), tuple(by_region))


def _choose(
    grid: Grid,
    form: Form,
    named: dict[str, list[Match]],
    shared: bool,
    body: tuple[int, int],
    gazetteer: Gazetteer,
) -> tuple[dict[str, Match], dict[str, tuple[Match, ...]], list[Match]]:
    """One column a field: the best recognised; equals are doubled, unless the other belongs to the form beside."""
    data = {column.key for column in form.data}
    specific = [match.column for key, matches in named.items() if key in data for match in matches]
    left, right = min(specific, default=0), max(specific, default=0)
    chosen: dict[str, Match] = {}
    doubled: dict[str, tuple[Match, ...]] = {}
    passed: list[Match] = []
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


def _naming(grid: Grid, matches: list[Match], body: tuple[int, int], gazetteer: Gazetteer) -> list[Match]:
    """Of several columns that may name the rows (地区 and 市), the one that names most; 广东省 all the way down names none."""

    def names(match: Match) -> tuple[int, int, int]:
        texts = {as_text(grid.at(row, match.column)) for row in range(*body)}
        named = [text for text in texts if 0 < len(text) <= _LONGEST_NAME]
        named = [text for text in named if not is_label(text) and not (NOTE_ROW.match(text) and text[-1] in "。：:")]
        named = [text for text in named if plain(text) not in gazetteer.by_name]
        known = sum(bool(gazetteer.owners(text)) or is_county(plain(text)) for text in named)
        return known, len(named), match.quality

    most = max(map(names, matches))
    return [match for match in matches if names(match) == most]


def _nearest(column: Column, matches: list[Match], left: int, right: int) -> Match:
    if column.kind is Kind.TEXT:
        return min(matches, key=lambda match: (match.column < right, abs(match.column - right)))
    return min(matches, key=lambda match: (match.column > left, abs(match.column - left)))


def _likenesses(form: Form, chosen: dict[str, Match], strangers: list[Match]) -> tuple[dict[str, Match], list[Match]]:
    """Give a stranger to a field still missing whose telling words it has, where no other stranger has them."""
    wanted: dict[str, list[Match]] = defaultdict(list)
    for match in strangers:
        column = alike(form, match.text)
        if column and column.key not in chosen:
            wanted[column.key].append(match)
    sure = {key: matches[0] for key, matches in wanted.items() if len(matches) == 1}
    chosen = chosen | {key: Match(m.column, m.row, ALIKE, m.text, m.span) for key, m in sure.items()}
    return chosen, [match for match in strangers if match not in sure.values()]
