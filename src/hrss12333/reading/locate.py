"""Where the forms stand in a sheet: found by their headings, whatever surrounds them.

A heading band is a few neighbouring rows in which enough headings of one form stand. Inside it every column is told by
the best text that its cells spell: one cell, several joined downwards, with or without the group's heading in front.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache

from hrss12333.forms import Column, Form, Kind
from hrss12333.reading.grid import Box, Cell, Grid
from hrss12333.reading.values import as_text

_TALLEST = 4
"""Rows that a heading may take."""
_LONGEST = 60
"""Characters beyond which a cell is prose, not a heading."""
_UNLIKE = re.compile(r"率|占比|比例|比重|同比|环比|上年|去年|平均|其中|满意|%|得分|排名|增长|增幅")
_BOILERPLATE = re.compile(r"是否|开通|服务|启用|情况|数量|人数|[数量]$")


@dataclass(frozen=True, slots=True)
class Match:
    """How a column of the sheet was told."""

    column: int
    row: int
    """Row of the heading's last cell, from 0."""
    quality: int
    """3 the form's own heading, 2 a usual other name, 1 a likeness."""
    text: str
    """Heading as it stands."""
    span: int = 1
    """Sheet columns that the heading covers."""


@dataclass(frozen=True)
class Located:
    """One form's table in a sheet; rows and columns from 0."""

    form: Form
    grid: Grid
    top: int
    """First row of the heading band."""
    body: int
    """First row below the heading band."""
    end: int
    """First row that is no longer this table's."""
    above: int
    """First row above the band that may hold this form's header."""
    columns: dict[str, Match]
    doubled: dict[str, tuple[Match, ...]] = field(default_factory=dict)
    strangers: tuple[Match, ...] = ()
    """Headed columns of the sheet that the form does not have."""


def normal(text: str) -> str:
    """A heading in the form in which headings are compared."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"[\s\u200b\ufeff:*'\"“”,、·.\-_/|]+", "", text)
    text = re.sub(r"^\(?\d{1,2}\)?(?=[^\d])(?!2333)", "", text) if not text.startswith("12333") else text
    return text.replace("坐席", "座席").lower()


def _bare(text: str) -> str:
    return re.sub(r"\([^()]*\)", "", text)


@cache
def _names(form: Form) -> dict[str, tuple[str, int]]:
    """Every certain spelling of a heading → (field key, quality)."""
    found: dict[str, tuple[str, int]] = {}
    for column in form.columns:
        own = {normal(column.heading), _bare(normal(column.heading))}
        other = {normal(alias) for alias in column.aliases} | {_bare(normal(alias)) for alias in column.aliases}
        for name in own:
            found[name] = (column.key, 3)
            if column.group:
                found.setdefault(normal(column.group) + name, (column.key, 3))
        for name in other - own:
            found.setdefault(name, (column.key, 2))
            if column.group:
                found.setdefault(normal(column.group) + name, (column.key, 2))
    found.pop("", None)
    return found


@cache
def _shared(forms: tuple[Form, ...]) -> frozenset[str]:
    """Keys that say nothing of which form this is."""
    common = {column.key for column in forms[0].columns if len(forms) > 1}
    for form in forms[1:]:
        common &= {column.key for column in form.columns}
    return frozenset(common | {c.key for form in forms for c in form.of_kind(Kind.SERIAL, Kind.REGION, Kind.TEXT)})


def _told(form: Form, text: str) -> tuple[str, int] | None:
    names = _names(form)
    name = normal(text)
    return names.get(name) or names.get(_bare(name))


class Fill:
    """Merged ranges: every cell shows what its top left one holds."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._owner: dict[tuple[int, int], Box] = {}
        for box in grid.merges:
            if (box.bottom - box.top + 1) * (box.right - box.left + 1) > 20_000:
                continue
            for row in range(box.top, box.bottom + 1):
                for column in range(box.left, box.right + 1):
                    self._owner[row, column] = box

    def box(self, row: int, column: int) -> Box | None:
        """The merged range that a cell lies in."""
        return self._owner.get((row, column))

    def at(self, row: int, column: int) -> Cell:
        """The cell, or what its merged range shows."""
        box = self._owner.get((row, column))
        return self._grid.at(box.top, box.left) if box else self._grid.at(row, column)


def is_known(text: str, forms: Sequence[Form]) -> bool:
    """Whether a text is a heading of any of the forms."""
    return any(_told(form, text) or _is_group(form, text) for form in forms)


def locate(grid: Grid, forms: Sequence[Form]) -> list[Located]:
    """All tables of these forms in the sheet, from top to bottom and left to right."""
    survey = tuple(forms)
    fill = Fill(grid)
    bands = sorted(_bands(grid, survey), key=lambda band: (band[1], band[2]))
    tops = sorted({top for _, top, _ in bands})
    found: list[Located] = []
    for form, top, bottom in bands:
        later = [row for row in tops if row > bottom]
        end = min(later) if later else len(grid.cells)
        earlier = [item.body for item in found if item.top < top]
        neighbours = [other for other, other_top, _ in bands if other is not form and abs(other_top - top) < _TALLEST]
        found.append(_columns(grid, fill, form, (top, bottom), end, max(earlier, default=0), bool(neighbours)))
    return found


def _bands(grid: Grid, forms: tuple[Form, ...]) -> Iterator[tuple[Form, int, int]]:
    """(form, first row, last row) of every heading band."""
    shared = _shared(forms)
    rows: dict[str, dict[int, set[str]]] = {form.key: defaultdict(set) for form in forms}
    for index, line in enumerate(grid.cells):
        for cell in line:
            if isinstance(cell, str) and 1 < len(cell) <= _LONGEST:
                for form in forms:
                    told = _told(form, cell)
                    if told:
                        rows[form.key][index].add(told[0])
    for form in forms:
        specific = {column.key for column in form.data} - shared
        enough = min(3, max(1, (len(specific) + 1) // 2))
        for top, bottom, keys in _runs(rows[form.key], specific):
            if len(keys & specific) >= enough:
                yield form, top, bottom


def _runs(rows: dict[int, set[str]], specific: set[str]) -> Iterator[tuple[int, int, set[str]]]:
    """Neighbouring rows with headings, widened to those that hold only shared ones (序号, 地区, 备注)."""
    run: list[int] = []
    for row in [*sorted(rows), None]:
        repeats = row is not None and run and rows[row] & specific & set().union(*(rows[r] for r in run))
        if run and (row is None or row - run[-1] > 1 or row - run[0] >= _TALLEST or repeats):
            yield run[0], run[-1], set().union(*(rows[r] for r in run))
            run = []
        if row is not None:
            run.append(row)


def _columns(
    grid: Grid, fill: Fill, form: Form, band: tuple[int, int], end: int, above: int, shared_band: bool
) -> Located:
    top, bottom = _widen(grid, fill, form, band)
    width = max((len(line) for line in grid.cells[top : bottom + 1]), default=0)
    told: dict[str, list[Match]] = defaultdict(list)
    strangers: list[Match] = []
    for column in range(width):
        match, key = _read_heading(fill, form, (top, bottom), column)
        box = fill.box(match.row, column) if match else None
        if match is None or (box and box.left < column):
            continue
        if key:
            told[key].append(match)
        else:
            strangers.append(match)
    chosen, doubled = _choose(form, told, shared_band)
    chosen, strangers = _likenesses(form, chosen, strangers)
    return Located(form, grid, top, bottom + 1, end, above, chosen, doubled, tuple(strangers))


def _widen(grid: Grid, fill: Fill, form: Form, band: tuple[int, int]) -> tuple[int, int]:
    """The band with merged headings whole and split headings (咨询员 / 人数) complete."""
    top, bottom = band
    for row in range(band[0], band[1] + 1):
        for column in range(len(grid.cells[row])):
            box = fill.box(row, column)
            if box and box.bottom - box.top < _TALLEST and _told(form, as_text(fill.at(row, column))):
                top, bottom = min(top, box.top), max(bottom, box.bottom)
    if bottom - top + 1 < _TALLEST and bottom + 1 < len(grid.cells):
        upper = _score(fill, form, (top, bottom), grid)
        if _score(fill, form, (top, bottom + 1), grid, joined=True) > upper:
            bottom += 1
    if (
        top
        and bottom - top + 1 < _TALLEST
        and _score(fill, form, (top - 1, bottom), grid) > _score(fill, form, (top, bottom), grid)
    ):
        top -= 1
    return top, bottom


def _score(fill: Fill, form: Form, band: tuple[int, int], grid: Grid, *, joined: bool = False) -> int:
    width = max((len(grid.cells[row]) for row in range(band[0], band[1] + 1)), default=0)
    keys = set()
    for column in range(width):
        _, key = _read_heading(fill, form, band, column)
        keys.add(key)
    return len(keys - {None})


def _read_heading(fill: Fill, form: Form, band: tuple[int, int], column: int) -> tuple[Match | None, str | None]:
    """What the band's cells in this column spell: the best certain name, else the lowest text as a stranger."""
    cells: list[tuple[int, str, int]] = []
    for row in range(band[0], band[1] + 1):
        box = fill.box(row, column)
        if box and cells and box.top < row:
            continue
        text = as_text(fill.at(row, column))
        if text and len(text) <= _LONGEST:
            span = box.right - box.left + 1 if box else 1
            cells.append((box.bottom if box else row, text, span))
    best: tuple[int, int, Match, str] | None = None
    for first in range(len(cells)):
        for last in range(first, len(cells)):
            text = "".join(text for _, text, _ in cells[first : last + 1])
            told = _told(form, text)
            if told and (best is None or (told[1], last) > (best[0], best[1])):
                best = (told[1], last, Match(column, cells[last][0], told[1], text, cells[last][2]), told[0])
    if best:
        return best[2], best[3]
    if not cells or _is_group(form, cells[-1][1]):
        return None, None
    row, text, span = cells[-1]
    return Match(column, row, 0, text, span), None


def _is_group(form: Form, text: str) -> bool:
    return normal(text) in {normal(group) for group, _ in form.groups if group}


def _choose(
    form: Form, told: dict[str, list[Match]], shared_band: bool
) -> tuple[dict[str, Match], dict[str, tuple[Match, ...]]]:
    """One column a field: the best told; equals are doubled, unless the other belongs to the form beside."""
    data = {column.key for column in form.data}
    specific = [match.column for key, matches in told.items() if key in data for match in matches]
    left, right = min(specific, default=0), max(specific, default=0)
    chosen: dict[str, Match] = {}
    doubled: dict[str, tuple[Match, ...]] = {}
    for key, matches in told.items():
        best = [match for match in matches if match.quality == max(m.quality for m in matches)]
        if key not in data and (shared_band or form.by_key[key].kind is Kind.SERIAL):
            best = [_nearest(form.by_key[key], best, left, right)]
        chosen[key] = best[0]
        if len(best) > 1:
            doubled[key] = tuple(best)
    return chosen, doubled


def _nearest(column: Column, matches: list[Match], left: int, right: int) -> Match:
    if column.kind is Kind.TEXT:
        return min(matches, key=lambda match: (match.column < right, abs(match.column - right)))
    return min(matches, key=lambda match: (match.column > left, abs(match.column - left)))


def _likenesses(form: Form, chosen: dict[str, Match], strangers: list[Match]) -> tuple[dict[str, Match], list[Match]]:
    """Give a stranger to a field still missing, where no other field or stranger comes near to it."""
    missing = [column for column in form.columns if column.key not in chosen and column.kind is not Kind.SERIAL]
    scores = {
        (column.key, match.column): _likeness(column, match.text)
        for column in missing
        for match in strangers
        if not _UNLIKE.search(match.text)
    }
    taken = dict(chosen)
    for (key, position), score in sorted(scores.items(), key=lambda item: -item[1]):
        rivals = [
            other
            for pair, other in scores.items()
            if pair != (key, position) and (pair[0] == key or pair[1] == position)
        ]
        if score >= 0.75 and key not in taken and score - max(rivals, default=0.0) >= 0.1:
            match = next(match for match in strangers if match.column == position)
            taken[key] = Match(match.column, match.row, 1, match.text, match.span)
    used = {match.column for match in taken.values()}
    return taken, [match for match in strangers if match.column not in used]


def _likeness(column: Column, text: str) -> float:
    """How alike a heading and a text are, judged by the words that tell headings apart; 0 to 1."""
    written = _bare(normal(text))
    scores = []
    for name in (column.heading, *column.aliases):
        official = _bare(normal(name))
        core, other = _BOILERPLATE.sub("", official), _BOILERPLATE.sub("", written)
        if core and other:
            whole = SequenceMatcher(None, official, written).ratio()
            scores.append(min(whole + 0.1, SequenceMatcher(None, core, other).ratio()))
    return max(scores, default=0.0)
