"""Headings of forms: up to three rows, whose cells in a column, joined downwards, name the column.

A form needs two thirds of its columns so named; if half are named otherwise, F005 describes the sheet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain, islice
from operator import attrgetter

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.model.filing import UnrecognisedSheet
from hrss12333.model.message import Several, compose
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.grid import At, Box, Cell, Grid
from hrss12333.reading.layout.table_words import Named, is_piece, named_column, named_in, says_more, year_of_group
from hrss12333.reading.values import is_blank, read_yesno, texts_of, visible
from hrss12333.survey.schema import Column, Form, Kind

TALLEST = 3
"""Most rows of a heading."""
_LONGEST_ANSWER = 3
_SEVERAL = 3
"""Columns that are repeated side by side."""
_YEARS = range(2000, 2100)
_FEWEST_DATA = 3
"""Figures and answers that make a sheet with a form's headings one with data."""


class HeadingMatch(Struct, frozen=True):
    """The heading of a sheet column; rows and column from 0."""

    column: int
    top: int
    row: int
    """Its first row is ``top``, its last ``row``."""
    text: str
    named: Named | None = None
    """The column of the form, or the group; None for another column."""


class Heading(Struct, frozen=True, dict=True):
    """The headings of a form in a sheet; rows and columns from 0."""

    form: Form
    top: int
    body: int
    """First row below them."""
    columns: Mapping[str, HeadingMatch]
    """Field key → its heading."""
    doubled: Mapping[str, Sequence[HeadingMatch]] = field(default_factory=dict)
    """Field key → its headings, for a column that is there more than once and so not read."""
    strangers: Sequence[HeadingMatch] = ()
    """Headed columns of the sheet that the form lacks."""
    groups: Sequence[HeadingMatch] = ()
    """The headings of groups."""

    def at(self, key: str) -> int | None:
        """The sheet column of a field; None if the sheet has none."""
        match = self.columns.get(key)
        return match.column if match else None

    @cached_property
    def region(self) -> int | None:
        """The sheet column of the regions; None if the sheet has none."""
        return self.at(self.form.region.key)

    @cached_property
    def first_column(self) -> int:
        """The first of the form's columns in the sheet."""
        return min(match.column for match in self.columns.values())

    @cached_property
    def fields(self) -> Mapping[int, Column]:
        """Sheet column → the field that it holds."""
        return {match.column: self.form.by_key[key] for key, match in self.columns.items()}

    @cached_property
    def of_data(self) -> Mapping[int, Column]:
        """Sheet column → the field of data that it holds."""
        return {match.column: column for column in self.form.data if (match := self.columns.get(column.key))}

    @property
    def every(self) -> tuple[HeadingMatch, ...]:
        """The heading of each column of the sheet."""
        return (*self.columns.values(), *chain(*self.doubled.values()), *self.strangers)

    @cached_property
    def named(self) -> frozenset[str]:
        """Keys of the form's columns that it names."""
        return frozenset((*self.columns, *self.doubled))

    @cached_property
    def headed(self) -> frozenset[tuple[int, str]]:
        """Each sheet column with the key of the field that its heading names."""
        return frozenset((match.column, match.named.key) for match in self.every if match.named)

    @property
    def is_enough(self) -> bool:
        """Whether it names two thirds of the form's columns, and not only those that all forms have."""
        some = any(column.key in self.named for column in self.form.data)
        return some and 3 * len(self.named) >= 2 * len(self.form.columns)

    def qualifiers(self) -> Iterator[tuple[HeadingMatch, Named, str]]:
        """The words after headings, each with the heading and what it names; groups' first."""
        for match in (*self.groups, *self.columns.values()):
            if match.named:
                yield from ((match, match.named, words) for words in match.named.behind)

    def lines(self, grid: Grid) -> Iterator[Text]:
        """The words after headings that are neither the form's nor a measure."""
        for match, named, words in self.qualifiers():
            if says_more(named.columns, words):
                place, key = grid.place(match.top, match.column), None if named.is_group else named.key
                yield Text(TextKind.HEADING, words, place, grid.name, self.form.key, field=key)


_Cell = tuple[int, int, int, int, str]
"""First and last column, first and last row, and text of a cell among headings."""


def _cells_of(grid: Grid, first: int, last: int) -> tuple[_Cell, ...]:
    """The cells with a text in some neighbouring rows of a sheet, also merged ones that begin above."""
    found: list[_Cell] = []
    for row, column, text in grid.texts_between(first - TALLEST + 1, last + 1):
        box = grid.boxes.get((row, column)) or Box(row, column, row, column)
        if box.top == row and box.left == column and box.bottom >= first:
            found.append((column, box.right, row, box.bottom, text))
    return tuple(found)


@lru_cache(maxsize=64)  # most filings have the form's printed headings
def _headings_of_window(cells: tuple[_Cell, ...], first: int, last: int, forms: tuple[Form, ...]) -> list[Heading]:
    """The headings in these cells of neighbouring rows, for each form of which they name enough columns.

    A cell merged over columns is in each of them but heads only the first, unless cells below make it a
    group's heading."""
    over: dict[int, list[_Cell]] = defaultdict(list)
    for left, right, top, bottom, text in cells:
        for column in range(left, right + 1) if (shown := visible(text)) else ():
            over[column].append((left, right, top, bottom, shown))
    columns = {column: over[column] for column in sorted(over) if over[column][-1][0] == column}
    found = []
    for form in forms:
        matches = [*_matches(form, columns)]
        top = min([first, *(columns[match.column][-1][2] for match in matches if match.named)])
        groups = tuple(_groups(form, columns))
        found.append(_heading(form, top, last + 1, matches, groups))
    return [heading for heading in found if heading.is_enough]


def _matches(form: Form, columns: Mapping[int, Sequence[_Cell]]) -> Iterator[HeadingMatch]:
    """The heading of each column, from its cells downwards."""
    for column, cells in columns.items():
        first, *below = [text for *_, text in cells]
        year = year_of_group(form, first) if below else ""
        over = named_in(form, first) if below else None
        whole = "".join(below if year or (over and over.is_group) else [first, *below])
        named = named_in(form, whole)
        if named is None or not named.is_group:
            named = replace(named, behind=(*named.behind, year)) if named and year else named
            yield HeadingMatch(column, cells[0][2], cells[-1][3], whole, named)


def _groups(form: Form, columns: Mapping[int, Sequence[_Cell]]) -> Iterator[HeadingMatch]:
    """The headings of groups, each in its first column."""
    first = {cells[0][4]: (column, *cells[0][2:4]) for column, cells in reversed([*columns.items()])}
    for text, (column, top, row) in first.items():
        if (named := named_in(form, text)) and named.is_group:
            yield HeadingMatch(column, top, row, text, named)


def headings_in(grid: Grid, forms: tuple[Form, ...]) -> list[Heading]:
    """The headings of these forms in a sheet, from the top down."""
    rows = Counter([row for row, _, text in grid.texts if is_piece(forms, text)])
    found = list[Heading]()
    body = 0
    for top in sorted(rows):
        if top >= body and (chosen := _headings_from(grid, forms, rows, top)):
            parted = [_parted(grid, heading) for heading in chosen]
            body = max(heading.body for heading in parted)
            whole = [heading for heading in parted if heading.is_enough]
            found += [heading if heading.body == body else replace(heading, body=body) for heading in whole]
    return found


def _headings_from(grid: Grid, forms: tuple[Form, ...], rows: Mapping[int, int], top: int) -> Sequence[Heading]:
    """The headings in neighbouring rows from ``top``; ``rows``: row → its possible pieces of headings. Of
    windows that begin within three rows, the one that names most; of several such, the tallest, which has
    the groups."""
    fewest = min(len(form.columns) for form in forms) // 2  # fewer cells cannot name two thirds
    best = (0, 0, 0)
    chosen = list[Heading]()
    for first in range(top, top + TALLEST):
        for bottom in reversed(range(first, first + TALLEST)):
            cells = [rows[row] for row in range(top, bottom + 1)]
            is_whole = any(len(heading.named) == len(heading.form.columns) for heading in chosen)
            if is_whole or not all(cells) or sum(cells[first - top :]) < fewest:
                continue  # no more can be named than a whole form
            standing = _headings_of_window(_cells_of(grid, first, bottom), first, bottom, forms)
            score = (sum(len(heading.named) for heading in standing), bottom - first, -first)
            if score > best:
                best, chosen = score, standing
    return chosen


def _parted(grid: Grid, heading: Heading) -> Heading:
    """A heading with the row below it, if that row splits a column of data in two."""
    row = heading.body
    form = heading.form
    headed = {match.column for match in heading.every}
    texts = texts_of(grid.cells[row]) if row < len(grid.cells) else {}
    beside = [column for column in texts if column not in headed]
    matches = sorted(heading.every, key=attrgetter("column"))
    of_data = [match.column for match in matches if match.named and match.named.columns[0] in form.data]
    if not any(at in texts and at + 1 in beside for at in of_data) or not all(map(_may_head_part, texts.values())):
        return heading
    whole = {match.column: match.text + texts.get(match.column, "") for match in matches}
    found = [
        replace(match, row=row, text=whole[match.column], named=named_column(form, whole[match.column]))
        if match.column in texts
        else match
        for match in matches
    ]
    found += [HeadingMatch(column, row, row, texts[column]) for column in beside]
    return _heading(form, heading.top, row + 1, found, heading.groups)


def _may_head_part(text: str) -> bool:
    """Whether a text is a year, or words that are no answer."""
    if text.isdecimal():
        return int(text) in _YEARS
    return any(map(str.isalpha, text)) and not _is_answer(text)


def _heading(
    form: Form, top: int, body: int, matches: Sequence[HeadingMatch], groups: Sequence[HeadingMatch]
) -> Heading:
    named: dict[str, list[HeadingMatch]] = defaultdict(list)
    for match in matches:
        if match.named:
            named[match.named.key].append(match)
    chosen = dict[str, HeadingMatch]()
    doubled = dict[str, list[HeadingMatch]]()
    strangers = []
    for key, found in named.items():
        if len(found) > 1:
            columns = (form.by_key[key],)
            plain = [m for m in found if m.named and not any(says_more(columns, words) for words in m.named.behind)]
            if len(plain) == 1:  # beside 来电总量（2018年）, the heading without more words
                strangers += [match for match in found if match is not plain[0]]
                found[:] = plain
        if len(found) > 1 and form.by_key[key].kind in (Kind.TEXT, Kind.SERIAL):
            # Of 备注 and 说明, the form's word.
            found.sort(key=lambda match: not (match.named and match.named.own))
            strangers += found[1:]
            found[1:] = []
        if len(found) > 1:
            doubled[key] = found
        else:
            chosen[key] = found[0]
    strangers += [match for match in matches if match.named is None]
    return Heading(form, top, body, chosen, doubled, strangers, groups)


# Sheets without such a heading


def is_side_by_side(heading: Heading, *, is_alone: bool) -> bool:
    """Whether columns of a form are repeated side by side, or its rows are beside another form's."""
    doubled = heading.doubled
    if 2 * len(doubled) >= len(heading.named):
        return True
    groups = (columns for group, columns in heading.form.groups if group and len(columns) >= _SEVERAL)
    if any(all(column.key in doubled for column in columns) for columns in groups):
        return True
    return not is_alone and heading.form.region.key in doubled


def columns_named(grid: Grid, form: Form, read: Container[int]) -> Mapping[str, Sequence[At]]:
    """Field key → cells of a sheet that name the column; ``read``: rows of headings that are read."""
    named: dict[str, list[At]] = defaultdict(list)
    for row, column, text in grid.texts:
        if row not in read and (found := named_column(form, text)):
            named[found.key].append((row, column))
    return named


def unrecognised(grid: Grid, form: Form, named: Mapping[str, Sequence[At]]) -> UnrecognisedSheet | None:
    """A description of a sheet without a form's heading; None with too few columns, or no data."""
    of_data = any(column.key in named for column in form.data)
    first = min((at for places in named.values() for at in places), default=(0, 0))
    if 2 * len(named) < len(form.columns) or not of_data or not _holds_data(grid.cells[first[0] :]):
        return None
    labels = Several(column.label for column in form.columns if column.key not in named)
    lacking = (
        "只找到{form}的部分栏目名称，缺少{lacking:、}"
        if len(named) < len(form.columns)
        else "{form}的栏目名称不在同一个表头里"
    )
    message = compose(
        _shape(form, named) or lacking,
        "请按通知所附的空白调查表填报：一张表一个表头，每个栏目一列。",
        form=form.key,
        lacking=labels,
    )
    return UnrecognisedSheet(form.key, grid.place(*first), message)


def _holds_data(lines: Sequence[Sequence[Cell]]) -> bool:
    cells = (cell for line in lines for cell in line)
    data = (1 for cell in cells if type(cell) in (int, float) or (type(cell) is str and _is_answer(cell)))
    return sum(islice(data, _FEWEST_DATA)) == _FEWEST_DATA


def _is_answer(text: str) -> bool:
    return not is_blank(text) and (
        text.strip().isdecimal() or (len(text) <= _LONGEST_ANSWER and read_yesno(text).problem is None)
    )


def _shape(form: Form, named: Mapping[str, Sequence[At]]) -> str:
    """How the columns are arranged, Chinese, if in one of the usual wrong ways."""
    half = (len(named) + 1) // 2
    rows = Counter(row for places in named.values() for row in {row for row, _ in places})
    columns = Counter(column for places in named.values() for column in {column for _, column in places})
    if max(columns.values()) > max(half, *rows.values()):
        return "{form}的栏目自上而下排列"
    data = [named[column.key] for column in form.data if column.key in named]
    if sum(len(places) > len({row for row, _ in places}) for places in data) >= _SEVERAL:
        return "{form}的栏目左右出现两次"
    fullest = sorted(row for row, number in rows.most_common(2) if number > 1)
    if len(fullest) > 1 and fullest[1] - fullest[0] > TALLEST:
        return "{form}被分成了几张表，每张只有一部分栏目"
    return ""
