"""What the rows of a located table are called: the region as written, and what it was taken for."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model.filing import Place, Value
from hrss12333.reading.layout.headings import without_translation
from hrss12333.reading.layout.locate import Located
from hrss12333.reading.layout.merged_cells import MergedCells
from hrss12333.reading.layout.row_kinds import is_sample, is_total
from hrss12333.reading.values.cell_text import as_text
from hrss12333.survey.region_names import RegionMatch, match_region
from hrss12333.survey.regions import Unit
from hrss12333.survey.written_years import year_around

LONGEST_NAME = 15
"""Characters beyond which a text in the region's column is prose, unless the region is known."""


class Name(Struct, frozen=True):
    """How a row is named."""

    written: str | None
    match: RegionMatch | None
    column: int | None
    carried: bool = False
    """From a merged cell that begins in a row above."""

    @property
    def region(self) -> str | None:
        """The official name where it is known, else as written."""
        return self.match.name if self.match and self.match.name else self.written

    def value(self, where: Place) -> Value:
        """The name as the value of its cell, with a note where another than the official one was written."""
        region = self.region
        if not (self.match and self.match.how) or region == self.written:
            return Value(self.written, region, where)
        return Value(self.written, region, where, note=f"按“{region}”读取")


class RowNames:
    """Reads the names of the rows."""

    def __init__(self, located: Located, merged: MergedCells, unit: Unit | None) -> None:
        self._located, self._merged, self._unit = located, merged, unit

    def _column(self, key: str) -> int | None:
        match = self._located.columns.get(key)
        return None if match is None else match.column

    def serial(self, index: int) -> str:
        """What stands where a row is numbered."""
        column = self._column("serial")
        return "" if column is None else as_text(self._merged.at(index, column))

    def of(self, index: int) -> Name:
        """The region as written and what it was taken for; a heading over several columns names it in the last filled."""
        heading = self._located.columns.get(self._located.form.region.key)
        serial = self._column("serial")
        if heading is None:
            return Name(None, None, serial)
        texts: dict[str, int] = {}
        for column in range(heading.column, heading.column + heading.span):
            text = as_text(self._merged.at(index, column))
            if text:
                texts.setdefault(text, column)
        if not texts:
            return self._in_serial(index, heading.column)
        written, column = list(texts.items())[-1]
        box = self._merged.box(index, column)
        carried = box is not None and box.top < index
        if self._unit is None or len(written) > LONGEST_NAME * 2 or is_total(written) or is_sample(written):
            return Name(written, None, column, carried)
        match = match_region(self._unit, written)
        if match.name is None and (plain := without_translation(written)) != written:
            match = match_region(self._unit, plain)
        if match.name is None and (bare := year_around(written)[0]) != written:
            dated = match_region(self._unit, bare)
            match = replace(dated, how="去掉年份") if dated.name else match
        if match.name is None and len(texts) > 1:
            joined = match_region(self._unit, "".join(texts))
            match = joined if joined.name else match
        return Name(written, match, column, carried)

    def _in_serial(self, index: int, column: int) -> Name:
        """A region that was written into the 序号 column."""
        serial = self._column("serial")
        text = self.serial(index)
        named = self._unit and text and not (text.isdecimal() or is_total(text))
        match = match_region(self._unit, text) if self._unit and named else None
        return Name(text, match, serial) if match and match.name else Name(None, None, column)
