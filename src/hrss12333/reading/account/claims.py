"""Which cells of a sheet the results of reading explain: headings, header, rows, sums, and what was left out for a reason;
and which of a book its own formulas and lists explain."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from hrss12333.model.filing import CellUse, Found, Place, Row, Table
from hrss12333.patterns import lazy
from hrss12333.reading.account.explained import HIGHEST_SERIAL, header_places, rows_left_out
from hrss12333.reading.account.mentions import has_figure
from hrss12333.reading.files.bounds import MAX_ROW
from hrss12333.reading.grid import At, Box, Grid, column_number
from hrss12333.reading.layout.headings import MAX_HEADING, TALLEST, named_column
from hrss12333.reading.layout.row_words import is_total
from hrss12333.reading.layout.sheets import MergedCells
from hrss12333.reading.values.answers import read_yesno
from hrss12333.reading.values.cell_text import as_text, is_blank
from hrss12333.survey.schema import DATA_KINDS, Form, Kind

_LONGEST_MEASURE = 2
"""Letters that may stand with a figure: 人次."""
_LONGEST_TALLY = 8

_MOST_LOOKS = 1_000_000
"""Formulas times unknown cells beyond which nothing is looked up."""
_MOST_REFERENCES = 5_000
"""References of a formula, and lists of a sheet, that are looked at."""
_TEXT = lazy(r'"[^"]*"')
_REFERENCE = lazy(
    r"(?<![\w.])(?:(?:'((?:[^']|'')+)'|([^\W\d][\w.]*))!)?\$?([A-Z]{1,3})(?:\$?(\d{1,7}))?(?::\$?([A-Z]{1,3})(?:\$?(\d{1,7}))?)?(?![\w(.!])"
)


class Claims:
    """The explained cells of one sheet."""

    def __init__(self, grid: Grid, whole: Container[int], tables: Iterable[Table], superseded: Iterable[Table]) -> None:
        """``whole``: rows of data of which every filled cell is a value; ``superseded``: tables passed over for another."""
        self.grid, self.merged, self.whole = grid, MergedCells(grid), whole
        self.cells: dict[At, CellUse] = {}
        for table in tables:
            self._claim_table(table)
        for table in superseded:
            self._leave_out(table)

    def _claim_table(self, table: Table) -> None:
        wide = dict(self._wide_columns(table))
        for row in table.rows:
            if row.place.sheet != self.grid.name or row.place.row - 1 not in self.whole:
                self._claim_row(table, row, wide)
        if table.total:
            self._claim_total(table, table.total)
        self._leave_out_rows(item.row for item in table.concealed if item.row)
        for aside in table.asides:
            if aside.place not in table.headings.values():
                for line in range(aside.place.row, max(aside.place.row, aside.last) + 1):
                    self._leave_out_line(table, Place(aside.place.sheet, line, aside.place.column))
        self._claim_around(table)
        for place in (item.place for item in table.concealed if item.row is None):
            last = max((row.place.row for row in (*table.rows, *rows_left_out(table))), default=place.row)
            for line in range(max(place.row - TALLEST, 0), last) if place.sheet == self.grid.name else ():
                self.cells.setdefault((line, place.column - 1), CellUse.LEFT_OUT)

    def _claim_around(self, table: Table) -> None:
        """Headings, guides, samples and header, and what the tables say whose rows this one has taken over."""
        for row in table.samples:
            for column in table.form.columns:
                if column.kind is not Kind.TEXT or row.scalar(column.key) == column.sample:
                    self._claim_cell(row.get(column.key).place, CellUse.LEFT_OUT)
        for place in header_places(table):
            self._claim_cell(place, CellUse.HEADER)
        self._headings(table)
        for place in (cell for guide in table.guides for cell in self._line(table, guide)):
            self._claim_cell(place, CellUse.HEADING)
        for part in table.parts:
            for row in part.rows:
                for column in part.form.of_kind(Kind.REGION, Kind.SERIAL):
                    self._claim_cell(row.get(column.key).place, CellUse.VALUE)
            self._claim_around(part)

    def _leave_out(self, table: Table) -> None:
        self._leave_out_rows((*table.rows, *rows_left_out(table)))
        self._headings(table)
        for value in table.header.values():
            self._claim_cell(value.place, CellUse.HEADER)
        for other in (*table.parts, *table.superseded):
            self._leave_out(other)

    def use(self, row: int, column: int) -> CellUse | None:
        """What a cell was taken for."""
        whole = row in self.whole and not is_blank(self.grid.at(row, column))
        return self.cells.get((row, column)) or (CellUse.VALUE if whole else None)

    def owner(self, place: Place) -> At:
        """The cell that holds what is in a place: of a merged range the first."""
        box = self.merged.box(place.row - 1, place.column - 1)
        return (box.top, box.left) if box else (place.row - 1, place.column - 1)

    def _claim_cell(self, place: Place | None, use: CellUse) -> None:
        if place is not None and place.sheet == self.grid.name:
            self.cells.setdefault(self.owner(place), use)

    def _wide_columns(self, table: Table) -> Iterator[tuple[str, range]]:
        """The columns of a field whose heading covers several, or is over 是 and 否."""
        for key, place in table.headings.items():
            if place.sheet != self.grid.name:
                continue
            box = self.merged.box(place.row - 1, place.column - 1)
            if box is not None and box.right > box.left:
                yield key, range(box.left, box.right + 1)
            elif self._answers_below(table, place, 2):
                yield key, range(place.column - 1, place.column + 1)

    def _claim_row(self, table: Table, row: Row, wide: Mapping[str, range]) -> None:
        for column in table.form.columns:
            value = row.get(column.key)
            if column.kind is not Kind.SERIAL or _is_row_number(value.found, value.value):
                self._claim_cell(value.place, CellUse.REMARK if column.kind is Kind.TEXT else CellUse.VALUE)
            for at in wide.get(column.key, ()):
                self._claim_cell(Place(row.place.sheet, row.place.row, at + 1), CellUse.VALUE)
        for doubled in (item.place for item in table.column_problems if item.place):
            across = (doubled.row, row.place.column) if table.is_turned else (row.place.row, doubled.column)
            if row.place.sheet == doubled.sheet:
                self._claim_cell(Place(doubled.sheet, *across), CellUse.VALUE)

    def _claim_total(self, table: Table, row: Row) -> None:
        """Sums and what they are called; where the form asks for an answer, how many gave it."""
        for column in table.form.columns:
            value = row.get(column.key)
            named = column.kind in (Kind.SERIAL, Kind.REGION) and is_total(as_text(value.found))
            if column.kind is Kind.COUNT:
                own = value.figure is not None
            elif column.kind is Kind.SERIAL:
                own = _is_row_number(value.found, value.value)
            else:
                whole = column.kind is Kind.REGION and row.match is not None and row.match.is_unit
                answers = column.kind in DATA_KINDS and value.value is not None
                own = value.found is not None and (whole or answers or _is_tally(table, value.found))
            if named or own:
                self._claim_cell(value.place, CellUse.TOTAL)

    def _leave_out_rows(self, rows: Iterable[Row]) -> None:
        for row in rows:
            for place in (*(value.place for value in row.values.values()), row.place):
                self._claim_cell(place, CellUse.LEFT_OUT)

    def _headings(self, table: Table) -> None:
        """The cells that spell the heading of each column, from its last one upwards."""
        doubled = [(item.field, item.place) for item in table.column_problems if item.place]
        for key, place in (*table.headings.items(), *doubled):
            self._claim_cell(place, CellUse.HEADING)
            if place.sheet != self.grid.name or table.is_turned:
                continue
            self._upwards(table.form, key, place)
            box = self.merged.box(place.row - 1, place.column - 1)
            for answer in self._answers_below(table, place, box.right - box.left + 1 if box else 2):
                self._claim_cell(answer, CellUse.HEADING)

    def _upwards(self, form: Form, key: str, place: Place) -> None:
        """The cells above that make a heading whole: 咨询员 over 人数, 是否开通 over 网上服务."""
        text, top = "", place.row - 1
        for row in range(place.row - 1, max(place.row - 1 - TALLEST, -1), -1):
            own = as_text(self.merged.at(row, place.column - 1))
            text = own + text if own != text else text
            if len(text) > MAX_HEADING:
                break
            top = row if (named := named_column(form, text)) and named.key == key else top
        for above in range(top, place.row - 1):
            self._claim_cell(Place(place.sheet, above + 1, place.column), CellUse.HEADING)

    def _answers_below(self, table: Table, place: Place, width: int) -> list[Place]:
        """是 and 否 beside one another between a heading and the first row, each over its ticks."""
        row, column = self.owner(place)
        first = min((line.place.row for line in (*table.rows, *table.samples)), default=0)
        for at in range(row + 1, min(first - 1, row + TALLEST)):
            cells = [self.grid.at(at, column + step) for step in range(width)]
            if width > 1 and all(read_yesno(cell).problem is None for cell in cells):
                return [Place(place.sheet, at + 1, column + step + 1) for step in range(width)]
        return []

    def _line(self, table: Table, place: Place) -> Iterator[Place]:
        """The part of a row that lies within a table; of a turned one, of a column."""
        doubled = [item.place for item in table.column_problems if item.place]
        places = [*table.headings.values(), *table.other_headings, *doubled, place]
        places = [item for item in places if item.sheet == self.grid.name]
        if places and table.is_turned:
            rows = [item.row for item in places]
            yield from (Place(place.sheet, row, place.column) for row in range(min(rows), max(rows) + 1))
        elif places:
            boxes = [self.merged.box(item.row - 1, item.column - 1) for item in places]
            right = max(box.right + 1 if box else item.column for item, box in zip(places, boxes, strict=True))
            left = min(item.column for item in places)
            yield from (Place(place.sheet, place.row, column) for column in range(left, right + 1))

    def _leave_out_line(self, table: Table, place: Place) -> None:
        """A row of sums, of rates, of another year: its name, its figures, and how many gave an answer."""
        others = {item.column for item in table.other_headings}
        counts = {item.column for key, item in table.headings.items() if table.form.by_key[key].kind is Kind.COUNT}
        for cell in self._line(table, place):
            text = as_text(self.grid.at(cell.row - 1, cell.column - 1))
            figure = cell.column in counts and sum(map(str.isalpha, text)) <= _LONGEST_MEASURE
            own = cell.column not in others and (figure or _is_tally(table, text) or not has_figure(text))
            if own or table.is_turned:
                self._claim_cell(cell, CellUse.LEFT_OUT)


def _is_row_number(found: object, number: object) -> bool:
    """Whether what stands where a row is numbered is no more than its number."""
    if isinstance(number, int):
        return number <= HIGHEST_SERIAL
    return not (isinstance(found, str) and (len(found) > TALLEST or has_figure(found)))


def _is_tally(table: Table, found: Found) -> bool:
    """Whether what is in a row of sums under a question says how many gave an answer: 14, 14个地区."""
    text = as_text(found)
    digits = "".join(filter(str.isdecimal, text))
    return len(digits) > 0 and len(text) <= _LONGEST_TALLY and int(digits) <= len(table.rows)


# What the workbook explains


Reference = tuple[str, Box]
"""A sheet and cells of it that a formula or a list names."""


def _is_referred_to(references: Iterable[Reference], sheet: str, at: At) -> bool:
    return any(
        sheet == named and box.top <= at[0] <= box.bottom and box.left <= at[1] <= box.right
        for named, box in references
    )


def explained_behind(grids: Sequence[Grid], unknown: Mapping[str, Collection[At]]) -> dict[tuple[str, At], CellUse]:
    """Sheet and cell → what it is, of those among the unknown cells that the workbook explains.

    A formula is derived where it names cells, and none that is itself unknown.
    """
    named = {(grid.name, source) for grid in grids for source in islice(grid.lists, _MOST_REFERENCES)}
    lists = [reference for home, source in named for reference in _references(source, home)]
    new = {(sheet, at) for sheet, cells in unknown.items() for at in cells}
    listed = {cell: CellUse.HARMLESS for cell in new if _is_referred_to(lists, *cell)}
    formulas = {
        (grid.name, at): cells
        for grid in grids
        for at in unknown.get(grid.name, ())
        if (formula := grid.mark(*at).formula) and (cells := tuple(_references(formula, grid.name)))
    }
    new -= listed.keys() | formulas.keys()
    looks = 0
    while new:
        looks += len(formulas) * len(new)
        if looks > _MOST_LOOKS:
            return listed
        new = {key for key, cells in formulas.items() if any(_is_referred_to(cells, *cell) for cell in new)}
        formulas = {key: cells for key, cells in formulas.items() if key not in new}
    return listed | dict.fromkeys(formulas, CellUse.DERIVED)


def _references(formula: str, home: str) -> Iterator[Reference]:
    """The cells that a formula in the sheet ``home`` names; none where it leads out of the book."""
    written = _TEXT.sub("", formula)
    if "[" in written:
        return
    for found in islice(_REFERENCE.finditer(written), _MOST_REFERENCES):
        quoted, plain, first, top, last, bottom = found.groups()
        if not (top or last):
            continue  # a name, no cell
        left, right = sorted((column_number(first), column_number(last or first)))
        upper, lower = sorted((int(top or 1) - 1, int(bottom or (top if not last else 0) or MAX_ROW) - 1))
        sheet = quoted.replace("''", "'") if quoted else plain or home
        yield sheet, Box(upper, left, lower, right)
