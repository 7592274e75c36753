"""The values of a row whose name is known: plain cells by sight, others with patience, 同上 from the row above."""

from __future__ import annotations

from msgspec.structs import replace

from hrss12333.model.filing import Row, Value
from hrss12333.reading.layout.cell_reader import CellReader
from hrss12333.reading.layout.locate import Located
from hrss12333.reading.layout.plain_rows import PlainRows
from hrss12333.reading.layout.row_names import Name
from hrss12333.reading.values.cell_value import is_ditto


class RowValues:
    """Reads the values of one located table's rows."""

    def __init__(self, located: Located, cells: CellReader, plain: PlainRows) -> None:
        self._located, self._form = located, located.form
        self._cells, self._plain = cells, plain
        self.above: Row | None = None
        """The data row right above, for 同上."""

    def read(self, index: int, name: Name, *, total: bool = False, as_stands: bool = False) -> Row:
        """The row's values; ``as_stands`` in the form's own units, whatever a heading says: the printed sample."""
        column = name.column if name.column is not None else self._cells.first
        where = self._cells.place(index, column)
        named = name.value(where)
        if self._plain.fits(index):
            row = self._plain.row(index, where, name.region, name.match, named, total=total)
            if self.above is None or total or not any(map(is_ditto, row.marked.values())):
                return row
        values = {c.key: self._cells.value(index, c, total=total, as_stands=as_stands) for c in self._form.columns}
        # No region has all the figures of another: a row of nothing but 同上 says something else.
        if self.above is not None and not total and not all(is_ditto(values[c.key]) for c in self._form.data):
            values |= {key: self._ditto(key, value) for key, value in values.items() if is_ditto(value)}
        if self._located.columns.get(self._form.region.key):
            values[self._form.region.key] = named
        return Row(where, name.region, name.match, values)

    def _ditto(self, key: str, value: Value) -> Value:
        """同上: what the row above says."""
        above = self.above.get(key) if self.above else Value()
        note = "按上一行读取" if above.present else above.note
        return replace(above, found=value.found, place=value.place, note=note)
