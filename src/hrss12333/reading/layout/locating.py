"""Where the forms are in a sheet: found by their headings, whatever surrounds them.

A heading band is a few neighbouring rows in which enough headings of one form stand, in a column each. Tables side by
side are parted where a new 地区 column begins. Inside a band every column is known by the best text that its cells spell:
one cell, several joined downwards, with or without the group's heading in front.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.grid import Grid
from hrss12333.reading.layout.bands import Candidate, Columns, HeadingMatch, headings_of_band, names_in
from hrss12333.reading.layout.competing import score_of_way
from hrss12333.reading.layout.headings import ALIKE, MAX_HEADING, TALLEST, forms_headed, is_group, named_column
from hrss12333.reading.layout.labels import NOTE_ROW, is_contact_line, is_label
from hrss12333.reading.layout.sheets import has_answers, may_head
from hrss12333.reading.values.cell_text import as_text, is_blank
from hrss12333.reading.values.numbers import line_measures
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.gazetteer import Gazetteer
from hrss12333.survey.schema import Form, Kind
from hrss12333.survey.spellings import simplified

_FORM_TITLE = lazy(r"调查表[）)】]?$|^[（(]?附[表件]?\d[）)]?$|^附[表件]\d?[:：]?.{0,40}表$")
_MOST_TITLE_CELLS = 3
"""Filled cells beyond which a row is no title."""
_HIGHEST = 8
"""Rows that a header without a title may take."""
_MOST_ABOVE = 2
"""Rows above a band that may say something of its headings."""
_LARGEST_REMEMBERED = 20_000
"""Cells and characters of a band that is remembered; those of the forms have some hundreds."""
_MOST_BANDS = 256
_NAME_COLUMNS = 3
"""Columns from a form's first one among which the names of its rows may be under no heading."""
_ENOUGH = 3
"""Headings of a form's own that make a band."""
_KNOWN: dict[Hashable, tuple[Candidate, ...]] = {}
"""Heading bands that were read once, without their sheets: most filings come from one of a few. Each has one table, or one
for each form under the same headings."""
_NOWHERE = Grid("", ())


class Heading(Struct, frozen=True):
    """A heading of a form that is in a sheet."""

    row: int
    column: int
    form: str
    key: str
    own: bool


class SheetWords(NamedTuple):
    """The texts of a sheet that tell something of its tables, found in one walk."""

    headings: dict[int, list[Heading]]
    """Row → every heading that is there."""
    years: list[tuple[int, int, str]]
    """Row, column and text of what may name a year."""
    measures: list[tuple[int, str]]
    """Row and text of what names a unit of measure."""


def words_of(grid: Grid, forms: tuple[Form, ...], year: int) -> SheetWords:
    """What the texts of a sheet tell by themselves of tables of these forms of a year."""
    words, headings_in = SheetWords(defaultdict(list), [], []), _heading_finder(forms, year)
    for at in grid.texts:
        if (found := headings_in(at[2])) is not None:
            row, column, text = at
            headings, dated, measured = found
            if headings:
                words.headings[row] += [Heading(row, column, *heading) for heading in headings]
            if dated:
                words.years.append(at)
            if measured:
                words.measures.append((row, text))
    return words


@lru_cache(maxsize=16)
def _heading_finder(
    forms: tuple[Form, ...], year: int
) -> Callable[[str], tuple[list[tuple[str, str, bool]], bool, bool] | None]:
    """Says of a text which headings it is (form, field, whether it says which form this is), whether it may name a year, and
    whether it names a unit of measure; None of most."""
    specific = _specific_keys(forms)

    @lru_cache(maxsize=4096)
    def headings_in(text: str) -> tuple[list[tuple[str, str, bool]], bool, bool] | None:
        possible = forms_headed(forms, text) if 1 < len(text) <= MAX_HEADING else ()
        matches = [(form.key, named_column(form, text, year)) for form in possible]
        headings = [(form, match.key, match.key in specific[form]) for form, match in matches if match]
        found = headings, "年" in text or "20" in text, bool(line_measures(text))
        return found if any(found) else None

    return headings_in


class _Band(Struct, frozen=True):
    top: int
    bottom: int
    headings: Sequence[Heading]
    key: Hashable
    """All that its headings depend on; None where they are not to be remembered."""
    known: tuple[Candidate, ...] | None

    def of(self, form: Form, window: tuple[int, int] | None) -> list[Heading]:
        own = [item for item in self.headings if item.form == form.key]
        return [item for item in own if window is None or window[0] <= item.column <= window[1]]

    def has_enough(self, form: Form, forms: tuple[Form, ...], window: tuple[int, int] | None = None) -> bool:
        """Whether enough of the headings that say which form this is are in these columns, a column each."""
        enough = min(_ENOUGH, max(1, (len(_specific_keys(forms)[form.key]) + 1) // 2))
        own = [item for item in self.of(form, window) if item.own]
        return min(len({item.column for item in own}), len({item.key for item in own})) >= enough


def locate(grid: Grid, edition: Edition, words: SheetWords | None = None) -> list[Candidate]:
    """All tables of the edition's forms in the sheet, from top to bottom and left to right; ``words`` where they are known."""
    bands = _bands(grid, edition, words or words_of(grid, edition.forms, edition.year))
    ends = [*[band.top for band in bands[1:]], len(grid.cells)]
    found = [item for band, end in zip(bands, ends, strict=False) for item in _tables(grid, band, edition, end)]
    starts: dict[int, int] = {}
    body = 0
    for top in sorted({item.top for item in found}):
        starts[top] = _preamble(grid, body, top) if body else 0
        body = max(item.body for item in found if item.top == top)
    later = [*starts.items(), (len(grid.cells), len(grid.cells))]
    return [
        replace(item, start=starts[item.top], end=min([start for top, start in later if top > item.top]))
        for item in found
    ]


def _tables(grid: Grid, band: _Band, edition: Edition, end: int) -> Sequence[Candidate]:
    """The tables of a band; its headings are known from then on, unless the rows had a say in them.

    Of the ways to part its columns the one is taken that explains most headings, in most tables side by side.
    """
    if band.known is not None:
        return [replace(item, edition=edition, grid=grid, sheet=grid) for item in band.known]
    ways = [[_table(grid, band, edition, end, window) for window in way] for way in _windows(grid, band, edition.forms)]
    scores = [score_of_way(chain(*way), sum(map(bool, way))) for way in ways]
    found = list(chain(*ways[scores.index(max(scores))]))
    if band.key is not None and len(ways) == 1 and all(item.names == 1 for item in found):
        if len(_KNOWN) >= _MOST_BANDS:
            _KNOWN.clear()
        _KNOWN[band.key] = tuple(replace(item, grid=_NOWHERE, sheet=_NOWHERE) for item in found)
    return [_with_names(item, edition.gazetteer) for item in found]


def _table(grid: Grid, band: _Band, edition: Edition, end: int, window: tuple[int, int] | None) -> list[Candidate]:
    """A window's table, or one for each form under the same headings; the whole sheet where there is no window."""
    forms, part = edition.forms, grid.part(*window) if window else grid
    found = []
    present = [form for form in forms if band.has_enough(form, forms, window)]
    for form in present:
        # Of tables side by side each has headings of its own, in as many rows as it likes.
        own = [item.row for item in band.of(form, window)]
        rows = (min(own), max(own)) if window else (band.top, band.bottom)
        table = headings_of_band(part, form, rows, end, len(present) > 1, edition)
        found.append(replace(table, sheet=grid, how="左右并排的几张表，分开读取" if window else ""))
    return found


@cache
def _specific_keys(forms: tuple[Form, ...]) -> Mapping[str, frozenset[str]]:
    data = {form.key: {column.key for column in form.data} for form in forms}
    others = {form.key: set().union(*(data[other.key] for other in forms if other is not form)) for form in forms}
    return {key: frozenset(own - others[key]) for key, own in data.items()}


def _bands(grid: Grid, edition: Edition, words: SheetWords) -> list[_Band]:
    forms = edition.forms
    bands: list[_Band] = []
    for run in _runs({row: found for row, found in words.headings.items() if _is_heading_row(grid, row, found, forms)}):
        band_key = _band_key(grid, run[0], run[-1])
        key = band_key and (forms, edition.year, band_key)
        band = _Band(run[0], run[-1], [item for row in run for item in words.headings[row]], key, _KNOWN.get(key))
        if band.known is not None or any(band.has_enough(form, forms) for form in forms):
            bands.append(band)
    return bands


def _is_heading_row(grid: Grid, row: int, found: Sequence[Heading], forms: tuple[Form, ...]) -> bool:
    """Whether a row with such headings is one of headings, and its words do not only look like some."""
    line = grid.cells[row]
    if len(found) == 1 and sum(type(cell) is int or type(cell) is float for cell in line) >= _ENOUGH:
        return False  # a remark in a row of data: 来电量单位：万次
    if any(item.own for item in found):
        return True
    texts = [cell for cell in line if isinstance(cell, str)]
    if any(is_group(form, text) for form in forms for text in texts):
        return True
    if has_answers(grid, row) or any(map(is_label, texts)):
        return False
    # Labels of the contact are in no row that heads columns, but for one with 序号.
    return not is_contact_line(texts) or any(item.key == "serial" for item in found)


def _runs(rows: Mapping[int, Sequence[Heading]]) -> Iterator[list[int]]:
    """Neighbouring rows with headings; a heading that comes again in the same column begins anew."""
    run: list[int] = []
    seen: set[tuple[object, ...]] = set()
    for row in sorted(rows):
        own = {(item.column, item.form, item.key) for item in rows[row] if item.own}
        if run and (row - run[-1] > 1 or row - run[0] >= TALLEST or own & seen):
            yield run
            run, seen = [], set()
        run.append(row)
        seen |= own
    if run:
        yield run


def _windows(grid: Grid, band: _Band, forms: tuple[Form, ...]) -> list[list[tuple[int, int] | None]]:
    """The ways to part a band's columns: not at all, and where a 地区 column begins after another table's columns."""
    regions = {form.region.key for form in forms}
    serials = {column.key for form in forms for column in form.of_kind(Kind.SERIAL)}
    marked: dict[int, set[str]] = defaultdict(set)
    for item in band.headings:
        marked[item.column].add(item.key)
    starts, last = [0], -1
    for column in sorted(marked):
        if marked[column] & regions and last >= 0:
            starts.append(next((c for c in range(last + 1, column) if marked.get(c, set()) & serials), last + 1))
            last = -1
        elif not marked[column] & (serials | regions):
            last = column
    if len(starts) == 1:
        return [[None]]
    width = max(map(len, grid.cells))
    return [[None], [(start, following - 1) for start, following in zip(starts, [*starts[1:], width], strict=True)]]


def _with_names(table: Candidate, gazetteer: Gazetteer) -> Candidate:
    """The table; where no heading names the regions, with the column that does under no heading, or one that nobody knows:
    most of its texts are regions."""
    if table.form.region.key in table.columns:
        return table
    taken = {match.column for match in table.columns.values()}
    heads = {match.column: match.text for match in table.strangers}
    best = 0, -1
    for column in sorted(set(range(min(taken, default=0) + _NAME_COLUMNS)) - taken):
        texts = names_in(table.grid, column, (table.body, min(table.end, len(table.grid.cells))))
        known = sum(bool(gazetteer.owners(text)) for text in texts)
        if known * 2 > len(texts) and known > best[0]:
            best = known, column
    if not best[0]:
        return table
    names = HeadingMatch(best[1], table.body - 1, ALIKE, heads.get(best[1], "没有栏目名称的一栏"))
    strangers = tuple(match for match in table.strangers if match.column != names.column)
    columns = Columns(table.form, {**table.columns, table.form.region.key: names}, table.doubled)
    return replace(table, columns=columns, strangers=strangers)


def _band_key(grid: Grid, top: int, bottom: int) -> Hashable:
    """All that the headings in these rows can depend on; None where that is too much to be remembered."""
    boxes = [box for box in grid.merges if box.top <= bottom and box.bottom >= top and box.bottom - box.top < TALLEST]
    first = min([top, *[box.top for box in boxes]])
    lowest = min(max([bottom, *[box.bottom for box in boxes]]), len(grid.cells) - 1)
    above = 0
    while first > 0 and above < _MOST_ABOVE and may_head(grid, first - 1):
        first, above = first - 1, above + 1
    # What a row of answers says is no heading's; one of words may belong to them.
    answers = lowest + 1 < len(grid.cells) and has_answers(grid, lowest + 1)
    lines = grid.cells[first : lowest + 2 - answers]
    boxes = [box for box in grid.merges if box.top < first + len(lines) and box.bottom >= first]
    over = [as_text(grid.at(box.top, box.left)) for box in boxes if box.top < first]
    if sum([sum(map(len, map(str, line))) for line in (*lines, over)]) > _LARGEST_REMEMBERED:
        return None
    shown = tuple([(*line, *map(type, line)) for line in lines])
    return top, bottom, first, answers, shown, tuple(boxes), tuple(over)


def _preamble(sheet: Grid, first: int, top: int) -> int:
    """First row, from ``first`` on, of the title and header that belong to the headings in row ``top``.

    ``top`` itself where nothing is above them: headings repeated for printing.
    """
    titles = [row for row in range(first, top) if _is_title(sheet, row)]
    if titles:
        start = titles[-1]
        while start - 1 >= first and (start - 1 in titles or not _texts(sheet, start - 1)):
            start -= 1
        return start
    start = top
    for row in range(top - 1, max(first - 1, top - 1 - _HIGHEST), -1):
        texts = _texts(sheet, row)
        if not texts:
            continue
        labels = [is_label(text) for text in texts]
        if NOTE_ROW.match(texts[0]) or not (labels[0] or sum(labels) > 1 or is_contact_line(texts)):
            break
        start = row
    return start


def _texts(sheet: Grid, row: int) -> list[str]:
    return [as_text(cell) for cell in sheet.cells[row] if not is_blank(cell)]


def _is_title(sheet: Grid, row: int) -> bool:
    texts = [simplified(re.sub(r"\s", "", text)) for text in _texts(sheet, row)]
    if not texts or len(texts) > _MOST_TITLE_CELLS or NOTE_ROW.match(texts[0]):
        return False
    return any(_FORM_TITLE.search(text) or ("调查表" in text and len(text) < 60) for text in texts)
