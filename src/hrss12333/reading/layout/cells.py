"""The cells of a table's rows: plain ones at once; merged, scaled, uncalculated ones with patience.

Most cells are whole numbers, 是 and 否, the choices as the form prints them: to read these with all patience costs more
than everything else together. Both ways give the same values.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from hrss12333.model.filing import Place, Row, Value
from hrss12333.model.message import Several, noted
from hrss12333.model.row import Problem, TableLayout
from hrss12333.reading.grid import Box
from hrss12333.reading.layout.evidence import Scales, guide_measure
from hrss12333.reading.layout.parts import TablePart
from hrss12333.reading.layout.row_names import Name
from hrss12333.reading.values.answers import NOT_PLAIN, plain_readers, read_value, shows_error
from hrss12333.reading.values.cell_text import MOBILES, as_found, as_text, is_blank
from hrss12333.survey.schema import DATA_KINDS, Column, Kind, Scalar

_REFUSED = {
    Kind.COUNT: Problem.NOT_WHOLE,
    Kind.YESNO: Problem.NOT_YES_OR_NO,
    Kind.CHOICE: Problem.NOT_A_CHOICE,
}
_NUMBERS, _COUNTED, _SMALLEST_MOBILE = (int, float), (Kind.COUNT, Kind.SERIAL), MOBILES.start


class CellReader:
    """Reads the values of one table's rows."""

    def __init__(self, part: TablePart) -> None:
        grid, merged = part.grid, part.merged
        self._grid, self._merged, self.place = grid, merged, part.place
        self.scales = Scales(grid, part.heading, part.lines)
        self.form, self.columns = part.heading.form, part.heading.columns
        marked = [row for (row, _), mark in grid.marks.items() if mark.struck or mark.cut or mark.shown]
        self._special = merged.rows.union(grid.hidden_rows, grid.ragged, marked)
        physical = tuple([None if column is None else column + 1 for column in self.columns.in_order])
        order = {column.key: at for at, column in enumerate(self.form.columns)}
        self._layout = TableLayout(grid.name, self.form, order, physical)
        counted = [column.kind in _COUNTED for column in self.form.columns]
        self._plan = [*zip(self.form.columns, self.columns.in_order, counted, plain_readers(self.form), strict=True)]

    def fits(self, index: int) -> bool:
        """Whether each cell of a row can be read alone: nothing scaled, merged, struck, hidden or out of its column."""
        return index not in self._special and not self.scales.known

    def row(self, where: Place, name: Name, *, total: bool = False, as_written: bool = False) -> Row:
        """A row whose name was read; ``as_written``: in the form's own units (the printed sample)."""
        index, key = where.row - 1, self.form.region.key
        # A formula or an error in the name's cell is reported like any other.
        unshown = name.written is None and key in self.columns and (index, self.columns[key].column) in self._grid.marks
        if self.fits(index) and not unshown:
            return self.plain_row(where, name, total=total)
        values = {c.key: self.value(index, c, total=total, as_written=as_written) for c in self.form.columns}
        if key in self.columns and not (unshown and values[key].found):
            values[key] = name.value(where)
        return Row.of(self.form, where, name.region, name.match, values)

    def plain_row(self, where: Place, name: Name, *, total: bool = False) -> Row:
        """A row that fits: plain cells at once, the others with patience."""
        index, region, kept = where.row - 1, self.form.region, dict[str, Value]()
        line = self._grid.cells[index]
        match = self.columns.get(region.key)
        if match and (name.region != name.written or match.column + 1 != where.column):
            kept[region.key] = name.value(where)
        cells: list[Scalar] = []
        for column, at, is_counted, plain in self._plan:
            cell: Any = line[at] if at is not None and at < len(line) else None
            if column is region or at is None:
                cells.append(name.region if column is region else None)
            elif is_counted and type(cell) in _NUMBERS and 0 <= cell < _SMALLEST_MOBILE and cell == int(cell):
                cells.append(int(cell))
            elif (read := plain(cell)) is not NOT_PLAIN:
                cells.append(read)
            elif total and (cell is None or cell == "") and (index, at) not in self._grid.marks:
                cells.append(None)
            else:
                kept[column.key] = value = self.value(index, column, total=total)
                cells.append(value.value)
        return Row(where, name.region, name.match, self._layout, tuple(cells), kept)

    def guide(self, index: int) -> None:
        """A row under the headings that names the units of measure; some may be others than the form's."""
        for column in self.form.of_kind(Kind.COUNT):
            at = self.columns[column.key].column if column.key in self.columns else -1
            if measure := guide_measure(column, as_text(self._grid.at(index, at))):
                self.scales.known[column.key] = measure

    # Single values, with patience

    def value(self, index: int, column: Column, *, total: bool = False, as_written: bool = False) -> Value:
        """The value of a row in a column of the form; ``as_written`` without regard to scales."""
        if column.key not in self.columns:
            return Value()
        at = self.columns[column.key].column
        if (
            index in self._grid.ragged
            and not total
            and column.kind in DATA_KINDS
            and not is_blank(self._grid.at(index, at))
        ):
            how = noted("这一行的内容与栏目对不上（可能多了或少了一格），看不准填的是哪一栏")
            found = as_found(self._grid.at(index, at))
            return Value(found, None, self.place(index, at), _REFUSED[column.kind], how)
        value = self._cell_value(index, column, at, total=total)
        return value if as_written else self.scales.applied(column, value)

    def _cell_value(self, index: int, column: Column, position: int, *, total: bool) -> Value:
        """The value of one cell, with regard to merged ranges, struck-out letters, errors and formulas."""
        place = self.place(index, position)
        box = self._merged.box(index, position)
        if box and not total and (shared := self._of_range(column, box, (index, position), place)):
            return shared
        cell, mark = self._grid.at(index, position), self._grid.mark(index, position)
        removed = noted("单元格中划掉的内容没有读取") if mark.struck or mark.cut else None
        if is_blank(cell) and column.required:
            if mark.error:
                return Value(mark.error, None, place, Problem.CELL_ERROR, shows_error(mark.error))
            if mark.stale and not total:
                return Value(mark.formula, None, place, Problem.NOT_CALCULATED, noted("没有计算结果"))
            missing = column.kind is not Kind.REGION and not total
            return Value(place=place, problem=Problem.MISSING if missing else None, note=removed)
        value = read_value(column, cell, place)
        return (
            replace(value, note=noted("{notes:，}", notes=Several(filter(None, (value.note, removed)))))
            if removed
            else value
        )

    def _of_range(self, column: Column, box: Box, at: tuple[int, int], place: Place) -> Value | None:
        """The value that a merged range gives one of its cells; None where it is about this cell alone.

        An answer is that of each of its rows; a figure could be any row's, which is reported once.
        """
        shared, first = self._grid.at(box.top, box.left), (box.top, box.left) == at
        name = self.columns.get(self.form.region.key)
        named = self._merged.box(at[0], name.column) if name else None
        tall = box.bottom > box.top and (named is None or (named.top, named.bottom) != (box.top, box.bottom))
        own = [key for key, match in self.columns.items() if box.left <= match.column <= box.right]
        if column.kind is Kind.SERIAL or is_blank(shared) or not (tall or len(own) > 1):
            return None
        if column.kind is Kind.COUNT:
            if not first and self._grid.at(*at) in (None, "") and self.form.by_key[own[0]].kind is Kind.COUNT:
                return Value(place=place)
            how = noted("{what}合并成一个单元格，看不准各是多少", what="几行" if tall else "几栏")
            return Value(as_found(shared), None, place, Problem.NOT_WHOLE, how)
        if {self.form.by_key[key].kind for key in own} != {column.kind}:
            return None
        value = read_value(column, shared, place)
        return value if first else replace(value, note=value.note or noted("合并的单元格，按相同内容读取"))
