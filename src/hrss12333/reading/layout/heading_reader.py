"""What the cells of a heading band spell: every column's best certain name, or the words of a stranger."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.reading.grid import Grid
from hrss12333.reading.layout.headings import (
    NamedColumn,
    is_group,
    is_of_another_year,
    is_part_of_group,
    means_other_figures,
    named_column,
    normal,
    parts_of,
)
from hrss12333.reading.layout.known_bands import LONGEST, TALLEST, may_head
from hrss12333.reading.layout.row_words import is_guide
from hrss12333.reading.layout.sheets import MergedCells
from hrss12333.reading.values.answers import read_yesno
from hrss12333.reading.values.cell_text import as_text, is_blank, visible
from hrss12333.reading.values.numbers import read_count
from hrss12333.survey.schema import Form

OF_WHICH = "其中"
"""A heading of its own over what the form itself makes parts of a figure: 人工接听量, 自助语音量 and 放弃量."""


class HeadingMatch(Struct, frozen=True):
    """How a column of the sheet was recognised."""

    column: int
    """From 0."""
    row: int
    """Row of the heading's last cell, from 0."""
    quality: int
    """`headings.OWN`, `USUAL` or `ALIKE`; 0 for a stranger, which is no column of the form."""
    text: str
    """Heading as it stands."""
    span: int = 1
    """Sheet columns that the heading covers."""
    scale: int = 0
    """10,000 where the heading says 万次."""


class HeadingReader:
    """Reads the headings of one form in a band."""

    def __init__(self, grid: Grid, merged: MergedCells, form: Form, year: int | None) -> None:
        self._grid, self.merged, self.form, self.year = grid, merged, form, year
        self._heads: dict[int, bool] = {}

    def width(self, top: int, bottom: int) -> int:
        """Columns up to the last filled one."""
        return max((len(line) for line in self._grid.cells[top : bottom + 1]), default=0)

    def whole(self, first: int, last: int) -> tuple[int, int]:
        """The band with merged headings whole."""
        top, bottom = first, last
        for box in self.merged.boxes:
            if box.bottom < first or box.top > last or box.bottom - box.top >= TALLEST:
                continue
            shown = any(
                len(line) > box.left for line in self._grid.cells[max(first, box.top) : min(last, box.bottom) + 1]
            )
            if shown and self._named_column(as_text(self._grid.at(box.top, box.left))):
                top, bottom = min(top, box.top), max(bottom, box.bottom)
        return top, bottom

    def widen(self, top: int, bottom: int) -> tuple[int, int]:
        """The band with split headings (咨询员 / 人数) complete."""
        if bottom - top + 1 < TALLEST and bottom + 1 < len(self._grid.cells) and self._gains(top, bottom, bottom + 1):
            bottom += 1
        above = top > 0 and bottom - top + 1 < TALLEST and self._has_groups(top - 1)
        if above and self._score(top - 1, bottom) > self._score(top, bottom):
            top -= 1
        return top, bottom

    def _gains(self, top: int, bottom: int, lower: int) -> bool:
        """Whether the row below completes headings; one that holds answers is data, whatever its words spell."""
        return not has_answers(self._grid, lower) and self._score(top, lower) > self._score(top, bottom)

    def _score(self, top: int, bottom: int) -> int:
        """How well the band is recognised: the quality of every field's best heading."""
        best: dict[str, int] = {}
        for column in range(self.width(top, bottom)):
            match, key = self.read(top, bottom, column)
            if match and key:
                best[key] = max(best.get(key, 0), match.quality)
        return sum(best.values())

    def _under_group(self, top: int, match: HeadingMatch, key: str) -> tuple[HeadingMatch, str | None]:
        """What a group's heading further left says of this column, too: 来电情况（万次） over cells that are not merged."""
        group = self.form.by_key[key].group
        if not group or match.scale:
            return match, key
        for row in range(top, match.row):
            at = match.column
            while at > 0 and self.merged.box(row, at) is None and is_blank(self._grid.at(row, at)):
                at -= 1
            text = as_text(self._grid.at(row, at))
            if (
                at == match.column
                or "(" not in normal(text)
                or not is_group(self.form, text.split("（")[0].split("(")[0])
            ):
                continue
            if is_part_of_group(self.form, text, self.year):
                return HeadingMatch(match.column, match.row, 0, text + match.text, match.span), None
            whole = self._named_column(text + match.text)
            if whole and whole.key == key:
                return replace(match, text=text + match.text, scale=whole.scale), key
        return match, key

    def other_group(self, top: int, match: HeadingMatch, *, alone: bool) -> str:
        """The heading further left, over cells that were never merged, that makes of this column another figure: 上年情况.

        ``alone`` where no other column has the match's heading: then only a group of another year does so.
        """
        limiting = is_of_another_year if alone else means_other_figures
        # Where headings are repeated, a figure of the row above may look like a year.
        above = self._has_groups(top - 1) and not (alone and has_answers(self._grid, top - 1))
        for row in range(top - above, match.row):
            at = match.column
            while at > 0 and self.merged.box(row, at) is None and is_blank(self._grid.at(row, at)):
                at -= 1
            over = as_text(self.merged.at(row, at)) if at < match.column or row < top else ""
            if over and limiting(self.form, over, self.year) and not is_blank(self._grid.at(match.row, at)):
                return over
        return ""

    def _has_groups(self, row: int) -> bool:
        """Whether the row above the band may hold headings of groups."""
        if row not in self._heads:
            self._heads[row] = row >= 0 and may_head(self._grid, row)
        return self._heads[row]

    def _named_column(self, text: str) -> NamedColumn | None:
        return named_column(self.form, text, self.year)

    def read(self, top: int, bottom: int, column: int) -> tuple[HeadingMatch | None, str | None]:
        """What the band's cells in this column spell: the best certain name, else the lowest text as a stranger."""
        cells: list[tuple[int, str, int]] = []
        for row in range(top, bottom + 1):
            box = self.merged.box(row, column)
            if box and cells and box.top < row:
                continue
            text = as_text(self.merged.at(row, column))
            if text and len(text) <= LONGEST:
                cells.append((box.bottom if box else row, text, box.right - box.left + 1 if box else 1))
        above = as_text(self.merged.at(top - 1, column)) if self._has_groups(top - 1) else ""
        if above and is_part_of_group(self.form, above, self.year):
            cells.insert(0, (top - 1, above, 1))
        best: tuple[int, int, HeadingMatch, str] | None = None
        for first in range(len(cells)):
            over = [text for _, text, _ in cells[:first] if means_other_figures(self.form, text, self.year)]
            if any(normal(text) != OF_WHICH for text in over):
                break  # 来电总量 under 上年情况 is another figure
            for last in range(first, len(cells)):
                text = "".join(text for _, text, _ in cells[first : last + 1])
                match = self._named_column(text)
                if match and over and match.key not in parts_of(self.form):
                    continue
                if match and (best is None or (match.quality, last) > best[:2]):
                    row, _, span = cells[last]
                    best = (
                        match.quality,
                        last,
                        HeadingMatch(column, row, match.quality, text, span, match.scale),
                        match.key,
                    )
        if best and (best[1] == len(cells) - 1 or not _divides(self.form, cells[best[1] + 1][1])):
            return self._under_group(top, best[2], best[3])
        if not cells or is_group(self.form, cells[-1][1]):
            return None, None
        row, text, span = cells[-1]
        text = "".join(over for _, over, _ in cells[:-1] if means_other_figures(self.form, over, self.year)) + text
        return HeadingMatch(column, row, 0, text, span), None


def _divides(form: Form, text: str) -> bool:
    """Whether a text under a heading parts its figures (总人数 into 专职 and 兼职), and does not only name their unit or
    their group."""
    return not is_guide([text] * 4) and not is_group(form, text)


def has_answers(grid: Grid, row: int) -> bool:
    """Whether figures or 是 and 否 stand in a row: it is data, whatever its words spell (No. and No)."""
    line = grid.cells[row]
    texts = [cell for cell in line if isinstance(cell, str)]
    if len(texts) + line.count(None) < len(line):
        return True
    return _answers(tuple([text for text in texts if visible(text)]))


@lru_cache(maxsize=2048)
def _answers(texts: tuple[str, ...]) -> bool:
    return any(read_count(text).problem is None or read_yesno(text).problem is None for text in texts)
