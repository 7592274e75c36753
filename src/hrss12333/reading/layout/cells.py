"""The cells of a located table's rows: plain ones by sight; merged, doubled, scaled, uncalculated ones with patience.

Most cells are whole numbers, 是 and 否, the choices as the form prints them: to read these with all patience costs more
than everything else together. Both ways come to the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from msgspec.structs import replace

from hrss12333.model.filing import Found, Place, Row, Value
from hrss12333.model.message import Several, Words, noted
from hrss12333.model.problem import Problem
from hrss12333.model.row import TableLayout
from hrss12333.reading.formats.formula import Calculator, Operand
from hrss12333.reading.grid import Book, Box, Cell, Mark
from hrss12333.reading.layout.bands import Candidate
from hrss12333.reading.layout.headings import is_group, named_column
from hrss12333.reading.layout.row_words import Name
from hrss12333.reading.layout.sheets import MergedCells, removed_from
from hrss12333.reading.layout.statements import Measures, Scales
from hrss12333.reading.values.answers import NOT_PLAIN, plain_cells, read_value, shows_error
from hrss12333.reading.values.cell_text import as_found, as_text, is_blank
from hrss12333.reading.values.numbers import MOBILES, guide_scale
from hrss12333.survey.schema import DATA_KINDS, NO, YES, Column, Kind, Scalar

_TICKS, _BOXES = frozenset("√✓✔☑■●vV1"), frozenset(("", *"□☐○"))
_REFUSED = {
    Kind.COUNT: Problem.NOT_WHOLE,
    Kind.YESNO: Problem.NOT_YES_OR_NO,
    Kind.CHOICE: Problem.NOT_A_CHOICE,
}
"""What is reported about an answer when nobody can know in which column it stands."""
_NONE: Mapping[str, Value] = {}
_NUMBERS = (int, float)


class CellReader:
    """Reads the rows and single values of one located table."""

    def __init__(self, book: Book, located: Candidate, merged: MergedCells, measures: Measures) -> None:
        self._year = located.edition.year
        self._book, self._located, self._merged = book, located, merged
        self._grid, self.form, self.columns = located.grid, located.form, located.columns
        self.places, self.place = self.columns.places, located.place
        self.scales = Scales(located, measures)
        self._ragged = self._grid.ragged
        """Rows that lack a cell, or, where signs part the cells, have more than there are headings."""
        if book.parted:
            cells, body = self._grid.cells, located.body
            heads = max(map(len, cells[located.top : body]))
            self._ragged = frozenset(row for row in range(body, len(cells)) if len(cells[row]) > heads)
        self._calculator = Calculator(self._operand)
        self._divided: dict[str, str] = {}
        self._answered = self.columns.answered
        self._ticked: dict[str, range] = {}
        """Fields with a column for each answer, of which one is ticked."""
        marks = self._grid.special_marks
        marked = self._grid.turned or any(mark.conceals or mark.scale != 1 for mark in marks.values())
        self._single = self.columns.are_single and not marked and not self._grid.hidden_columns
        self._special = merged.rows.union(self._grid.hidden_rows, self._ragged, [row for row, _ in marks])
        self._plan = plain_cells(self.form)
        places = [self.columns.in_order[at] for at in self._plan.sighted]
        self._sight = itemgetter(*[-1 if place is None else place for place in places])
        self._whole = None not in places
        physical = tuple([None if column is None else column + 1 for column in self.columns.in_order])
        self._named_in = physical[self._plan.region]
        self._layout = TableLayout(self._grid.name, self.form, self._plan.order, physical)

    # What is in a row

    def texts(self, index: int) -> dict[int, str]:
        """Column → text of what is in a row."""
        filled = ((at, cell) for at, cell in enumerate(self._grid.cells[index]) if cell is not None and cell != "")
        return {column: text for column, cell in filled if (text := as_text(cell))}

    def next_filled(self, index: int) -> int | None:
        """The next row of the table in which anything stands."""
        rows = range(index + 1, min(self._located.end, len(self._grid.cells)))
        return next((row for row in rows if self.texts(row)), None)

    def filled(self, texts: Mapping[int, str]) -> list[Column]:
        """The columns answered in a row of these texts, remarks included."""
        return list(dict.fromkeys(filter(None, map(self._answered.get, texts))))

    def serial(self, index: int) -> str:
        """What stands where a row is numbered."""
        match = self.columns.get("serial")
        return as_text(self._merged.at(index, match.column)) if match else ""

    def fits(self, index: int) -> bool:
        """Whether each cell of a row speaks for itself: one column a field, no scale, nothing merged, parted, hidden or struck."""
        return self._single and index not in self._special and not (self._divided or self.scales.known or self._ticked)

    def row(self, index: int, where: Place, name: Name, *, total: bool = False, as_written: bool = False) -> Row:
        """A row whose name was read; ``as_written`` in the form's own units, whatever a heading says: the printed sample."""
        key = self.form.region.key
        # A name that a formula or an error stands for is asked about as any such cell.
        unshown = name.written is None and any((index, at) in self._grid.marks for at in self.places.get(key, ()))
        if self.fits(index) and not unshown:
            return self.plain_row(index, where, name, total=total)
        values = {c.key: self.value(index, c, total=total, as_written=as_written) for c in self.form.columns}
        if key in self.columns and not (unshown and values[key].found):
            values[key] = name.value(where)
        return Row.of(self.form, where, name.region, name.match, values)

    def plain_row(self, index: int, where: Place, name: Name, *, total: bool = False) -> Row:
        """The same of one that fits: what is not plain by sight, with patience."""
        line, plan, region, match = self._grid.cells[index], self._plan, name.region, name.match
        named = _NONE
        if self._named_in and (region != name.written or self._named_in != where.column):
            named = {self.form.region.key: name.value(where)}
        scalars = self._by_sight(line, region)
        if scalars is not None:
            return Row(where, region, match, self._layout, scalars, named)
        kept = {**named}
        order = self.columns.in_order
        cells: list[Any] = [None if at is None or at >= len(line) else line[at] for at in order]
        cells[plan.region] = region
        for at, (column, place) in enumerate(zip(self.form.columns, order, strict=True)):
            cell = cells[at]
            if place is None or at == plan.region:
                continue
            if type(cell) in _NUMBERS and at in plan.counted and 0 <= cell < MOBILES.start and cell == int(cell):
                cells[at] = int(cell)
            elif (read := plan.known[at](cell)) is not NOT_PLAIN:
                cells[at] = read
            elif total and (cell is None or cell == "") and (index, place) not in self._grid.marks:
                cells[at] = None
            else:
                kept[column.key] = value = self.value(index, column, total=total)
                cells[at] = value.value
        return Row(where, region, match, self._layout, tuple(cells), kept)

    def _by_sight(self, line: Sequence[Cell], region: str | None) -> tuple[Scalar, ...] | None:
        """What a row says in the form's order, where whole numbers, answers and remarks are in it as they are read."""
        plan, right = self._plan, self.columns.right
        whole = self._whole and len(line) >= right
        cells = self._sight(line if whole else [*line, *[None] * (right - len(line)), None])
        numbers: Any = cells[: plan.numbers]
        try:
            whole = all(map(float.is_integer, numbers))  # most readers give floats
        except TypeError:
            whole = {*map(type, numbers)} == {int}
        if not whole or min(numbers) < 0 or sum(numbers) >= MOBILES.start:
            return None
        words = plan.words(cells[plan.numbers :])
        return None if words is None else plan.arranged((*map(int, numbers), *words, region))

    # Rows that say how the columns are to be read

    def names_answers(self, texts: Mapping[int, str]) -> bool:
        """Whether a row below the headings names the answers of a column or more, each over ticks: 是 | 否."""
        taken = {place for places in self.places.values() for place in places}
        found: dict[Column, range] = {}
        for column in self.form.of_kind(Kind.YESNO, Kind.CHOICE):
            if column.key in self.columns:
                first = self.places[column.key][0]
                answers = column.choices or (YES, NO)
                places = range(first, first + len(answers))
                if [texts.get(at) for at in places] == [*answers] and taken.isdisjoint(places[1:]):
                    found[column] = places
        if not found or sum(map(len, found.values())) < len(texts):
            return False
        self._ticked = {column.key: places for column, places in found.items()}
        self._answered = {**self._answered, **{at: column for column, places in found.items() for at in places}}
        return True

    def divide(self, index: int, columns: Sequence[Column]) -> None:
        """Words under the headings part these columns: what is below is a part, and of which nobody can know."""
        for column in columns:
            word = as_text(self._grid.at(index, self.places[column.key][0]))
            if guide_scale(word):
                self.guide(index)
            elif not is_group(self.form, word):
                whole = named_column(self.form, self.columns[column.key].text + word)
                if whole is None or whole.key != column.key:  # 人数 under 咨询员 only ends the heading
                    self._divided[column.key] = word

    def guide(self, index: int) -> None:
        """A row under the headings that names the units of measure; some may be in 万 or 千."""
        for column in self.form.of_kind(Kind.COUNT):
            self.scales.guide(column, as_text(self._grid.at(index, self.places.get(column.key, [-1])[0])))

    # Single values, with patience

    def value(self, index: int, column: Column, *, total: bool = False, as_written: bool = False) -> Value:
        """What a row says in a column of the form; ``as_written`` without regard to scales."""
        places = self.places.get(column.key)
        if not places:
            return Value()
        if (
            index in self._ragged
            and not total
            and column.kind in DATA_KINDS
            and not is_blank(self._grid.at(index, places[0]))
        ):
            how = noted("这一行的内容与栏目对不上（可能多了或少了一格），看不准填的是哪一栏")
            found = as_found(self._grid.at(index, places[0]))
            return Value(found, None, self.place(index, places[0]), _REFUSED[column.kind], how)
        if column.key in self._ticked:
            return self._ticked_answer(index, column)
        value = self._doubled_value(index, column, places, total=total)
        return self._parted_value(
            index, column, value if as_written else self.scales.applied(column, value), total=total
        )

    def _ticked_answer(self, index: int, column: Column) -> Value:
        places = self._ticked[column.key]
        cells = [as_text(self._grid.at(index, at)) for at in places]
        boxes = ["☑" if cell in _TICKS else "□" if cell in _BOXES else cell for cell in cells]
        ticked = "".join(map("".join, zip(boxes, column.choices or (YES, NO), strict=True))) if any(cells) else None
        return read_value(column, ticked, self.place(index, places[0]))

    def _parted_value(self, index: int, column: Column, value: Value, *, total: bool) -> Value:
        """A heading over several filled columns, or with words of its own below it, names none of them for certain."""
        match = self.columns[column.key]
        words = self._divided.get(column.key, "")
        if total or column.kind not in DATA_KINDS:
            return value
        right = range(match.column + 1, match.column + match.span)
        beside = [at for at in right if not is_blank(self._grid.at(index, at))]
        if beside and value.found is None and len(beside) == 1 and column.kind is Kind.COUNT and not words:
            return read_value(column, self._grid.at(index, beside[0]), self.place(index, beside[0]))
        if value.found is None or not (beside or words):
            return value
        what = f"“{words}”等" if words else f"{len(beside) + 1}"
        how = noted("“{label}”栏下面又分了{what}列", label=Words(column.label), what=Words(what))
        return Value(value.found, None, value.place, Problem.COLUMN_UNCLEAR, how)

    def _doubled_value(self, index: int, column: Column, places: list[int], *, total: bool) -> Value:
        """Two columns under one heading: read where they agree, or where only one is filled."""
        values = [self._cell_value(index, column, place, total=total) for place in places]
        given = [value for value in values if value.found is not None]
        if len({(value.value, value.problem) for value in given}) <= 1:
            return given[0] if given else values[0]
        first = given[0]
        others = "、".join(f"{value.place.a1}={value.found}" for value in given[1:] if value.place)
        how = noted("同一栏目的另一列填得不同（{others}）", others=Words(others))
        return Value(first.found, None, first.place, Problem.COLUMN_UNCLEAR, how)

    def _cell_value(self, index: int, column: Column, position: int, *, total: bool) -> Value:
        """What one cell says, with regard to merged ranges and struck-out letters; a blank one is looked at again."""
        place = self.place(index, position)
        box = self._merged.box(index, position)
        if box and not total and (box.bottom > box.top or box.right > box.left):
            shared = self._grid.at(box.top, box.left)
            if not is_blank(shared) and (shared_value := self._of_range(column, shared, box, (index, position), place)):
                return shared_value
        cell, mark = self._grid.at(index, position), self._grid.mark(index, position)
        removed = removed_from(mark)
        is_empty = not (mark.error or mark.stale)
        if is_blank(cell) and column.required and not (column.kind is Kind.REGION and is_empty):
            if removed or is_empty:
                return Value(place=place, problem=None if total else Problem.MISSING, note=removed)
            return self._unshown(column, mark, place)
        value = read_value(column, mark.shown or cell, place)
        if mark.struck or mark.cut:
            return replace(value, note=noted("{notes:，}", notes=Several(filter(None, (value.note, removed)))))
        return value

    def _of_range(self, column: Column, shared: Cell, box: Box, at: tuple[int, int], place: Place) -> Value | None:
        """What a merged range means for one of its cells; None where it is about this cell alone."""
        name = self.columns.get(self.form.region.key)
        named = self._merged.box(at[0], name.column) if name else None
        tall = box.bottom > box.top and (named is None or (named.top, named.bottom) != (box.top, box.bottom))
        own = [match for match in self.columns.values() if box.left <= match.column <= box.right]
        others = [match for match in own if match.column != at[1]]
        if column.kind is Kind.COUNT and (tall or others):
            how = noted("{what}合并成一个单元格，看不准各是多少", what="几行" if tall else "几栏")
            return Value(as_found(shared), None, place, Problem.NOT_WHOLE, how)
        if (box.top, box.left) == at and not others:
            return None
        kinds = {self.form.by_key[key].kind for key, match in self.columns.items() if match in own}
        if others and kinds != {column.kind}:
            return None if (box.top, box.left) == at else read_value(column, None, place)
        value = read_value(column, shared, place)
        return replace(value, note=value.note or noted("合并的单元格，按相同内容读取"))

    def _unshown(self, column: Column, mark: Mark, place: Place) -> Value:
        """A value is due and the cell has none, but an error or a formula that was not calculated."""
        if mark.error:
            return Value(mark.error, None, place, Problem.CELL_ERROR, shows_error(mark.error))
        result = self._calculator.compute(mark.formula)
        found: Found = mark.formula
        if result is None:
            reason = noted(
                "没有计算结果" if mark.stored is None else "保存的结果{stored}不是它算出来的", stored=Words(mark.stored)
            )
            return Value(found, None, place, Problem.NOT_CALCULATED, reason)
        value = read_value(column, int(result) if result == int(result) else float(result), place)
        stored = "公式没有保存结果" if mark.stored is None else "公式保存的结果{stored}与公式不符"
        how = value.note if value.problem else noted(stored + "，由本工具算出", stored=Words(mark.stored))
        return Value(found, value.value, place, value.problem, how, value.candidates)

    def _operand(self, sheet: str | None, row: int, column: int) -> Operand:
        grid = self._located.sheet if sheet is None else next((g for g in self._book.grids if g.name == sheet), None)
        if grid is None or grid.turned:
            return "?"  # of no cell that is known: no number
        cell: Cell = grid.at(row, column)
        if is_blank(cell):
            mark = grid.mark(row, column)
            return mark.error or (mark.formula if mark.stale else None)
        return cell if isinstance(cell, int | float) and not isinstance(cell, bool) else as_text(cell)
