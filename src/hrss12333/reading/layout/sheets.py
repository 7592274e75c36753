"""Sheets as they are read: without what this tool itself adds and what they conceal, through their merged ranges.

Rows that are concealed as a whole keep their content, so that they can be named with their figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, count
from operator import attrgetter

from msgspec.structs import replace

from hrss12333.model.document_marks import AUDIT_SHEET, COPY_CATEGORY
from hrss12333.model.message import ReadingNote, noted
from hrss12333.patterns import lazy
from hrss12333.reading.grid import At, Book, Box, Cell, Grid, Mark
from hrss12333.reading.layout.headings import MAX_HEADING
from hrss12333.reading.layout.labels import is_label
from hrss12333.reading.values.answers import read_yesno
from hrss12333.reading.values.cell_text import is_blank
from hrss12333.reading.values.numbers import read_count
from hrss12333.survey.frame import CHANGES, LAST_YEAR_HEADING

ROW_STRUCK, ROW_HIDDEN, ROW_INVISIBLE = "被划掉", "被隐藏", "的文字与底色相同、看不见"
WORDS = frozenset((str, type(None)))
"""Types of the cells of a row that holds words alone."""
_LARGEST_MERGED = 20_000
"""Cells beyond which a merged range is decoration, not content."""
_MOST_MERGED_CELLS = 200_000
"""Cells of all ranges of a sheet that are looked at; those of an ordinary one are some hundreds."""
_REMEMBERED_CELLS = 5_000
"""Cells of all ranges up to which a sheet's ranges are remembered: most filings merge what their form merges."""


class MergedCells:
    """Merged ranges: every cell shows what its top left one holds."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        ranges = (_known if sum(map(_area, grid.merges)) <= _REMEMBERED_CELLS else _ranges)(grid.merges)
        self.boxes, self._owner, self.rows, self.covered = ranges
        """The ranges, the cells of each, the rows that any touches; row → its columns that show what another cell holds."""

    def box(self, row: int, column: int) -> Box | None:
        """The merged range that a cell lies in."""
        return self._owner.get((row, column))

    def at(self, row: int, column: int) -> Cell:
        """The cell, or what its merged range shows."""
        box = self._owner.get((row, column))
        return self._grid.at(box.top, box.left) if box else self._grid.at(row, column)


def _ranges(
    merges: tuple[Box, ...],
) -> tuple[tuple[Box, ...], Mapping[At, Box], frozenset[int], Mapping[int, set[int]]]:
    small = [box for box in merges if _area(box) <= _LARGEST_MERGED]
    sums = accumulate(map(_area, small))
    boxes = tuple(box for box, so_far in zip(small, sums, strict=True) if so_far <= _MOST_MERGED_CELLS)
    owner = {
        (row, column): box
        for box in boxes
        for row in range(box.top, box.bottom + 1)
        for column in range(box.left, box.right + 1)
    }
    covered = _by_row(at for at, box in owner.items() if at != (box.top, box.left))
    return boxes, owner, frozenset(row for row, _ in owner), covered


_known = lru_cache(maxsize=64)(_ranges)


def _area(box: Box) -> int:
    return (box.bottom - box.top + 1) * (box.right - box.left + 1)


_OPENING = lazy(r"序\s*号|编\s*号")
"""What the first cell of a row of headings says, and none of the form's header."""
_HIGHEST = 40
"""Rows among which the heading of last year's figures stands."""


def without_own_parts(grids: Sequence[Grid]) -> Iterator[Grid]:
    """The sheets without the list of changes of a clean form, and without last year's figures beside a blank one."""
    for grid in grids:
        if not _is_change_list(grid):
            left = last_year_column(grid)
            yield grid if left is None else grid.part(0, left - 1)


def is_own_sheet(book: Book, grid: Grid) -> bool:
    """Whether this tool wrote all of a sheet, beside the forms."""
    return (book.category == COPY_CATEGORY and grid.name.startswith(AUDIT_SHEET)) or _is_change_list(grid)


def _is_change_list(grid: Grid) -> bool:
    """Whether a sheet lists what was changed in a clean form."""
    first = grid.at(0, 0)
    return isinstance(first, str) and first.lstrip().startswith(CHANGES)


def last_year_column(grid: Grid) -> int | None:
    """Where last year's figures begin: they and what stands right of them are no part of the form."""
    texts = grid.texts_between(0, _HIGHEST)
    if LAST_YEAR_HEADING not in "\n".join([text for _, _, text in texts]):
        return None
    return next((column for _, column, text in texts if text.startswith(LAST_YEAR_HEADING)), None)


def has_answers(grid: Grid, row: int) -> bool:
    """Whether figures or 是 and 否 are in a row: it is data, whatever its words spell (No. and No)."""
    line = grid.cells[row]
    return not WORDS.issuperset(map(type, line)) or _answers(tuple(filter(None, line)))


def may_head(grid: Grid, row: int) -> bool:
    """Whether a row above a band may hold headings: no prose, and no labels of the form's header.

    A row that begins with 序号 heads columns whatever notes stand right of it.
    """
    line = grid.cells[row]
    if not any(isinstance(cell, str) and (len(cell) > MAX_HEADING or is_label(cell)) for cell in line):
        return True
    first = next((cell for cell in line if not is_blank(cell)), None)
    return isinstance(first, str) and bool(_OPENING.fullmatch(first.strip()))


@lru_cache(maxsize=2048)
def _answers(texts: tuple[Cell, ...]) -> bool:
    given = [text for text in texts if not is_blank(text)]
    return any(read_count(text).problem is None or read_yesno(text).problem is None for text in given)


# What a sheet conceals


def _by_row(places: Iterable[At]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for row, column in places:
        found[row].add(column)
    return found


def legible(grid: Grid) -> Grid:
    """The sheet without what is not to be read: hidden columns, and struck or invisible cells of rows that do count.

    A merged cell is shown as long as any of its columns is. 序号 before the first shown column is read all the same: it
    holds no data, and may name the row of 合计.
    """
    removed = _by_row(at for at, mark in grid.special_marks.items() if mark.struck or mark.invisible)
    hidden = grid.hidden_columns
    if not removed and not hidden:
        return grid
    before = next(column for column in count() if column not in hidden) - 1
    if any(column == before and _OPENING.fullmatch(text.strip()) for _, column, text in grid.texts):
        hidden = hidden - {before}
    wide = [box for box in MergedCells(grid).boxes if box.left in hidden] if hidden else []
    shown = _by_row((box.top, box.left) for box in wide if not hidden.issuperset(range(box.left, box.right + 1)))
    cells = []
    for index, line in enumerate(grid.cells):
        own, unseen = removed.get(index, set()), hidden - shown[index] if index in shown else hidden
        blank = unseen if _covered(line, own) else unseen | own
        cells.append([None if at in blank else cell for at, cell in enumerate(line)] if blank else line)
    return replace(grid, cells=tuple(cells))


def _covered(line: Collection[Cell], removed: Collection[int]) -> bool:
    """Whether all that a row holds is missing, but for its number and short remarks such as 作废."""
    left = [cell for at, cell in enumerate(line) if at not in removed and not is_blank(cell)]
    numbers = [cell for at, cell in enumerate(line) if at in removed and not is_blank(cell)]
    return len(numbers) >= len(left) and len(left) <= 2 and len(numbers) > 1


def concealed_rows(grid: Grid) -> dict[int, str]:
    """Row → how the sheet conceals it as a whole."""
    found: dict[int, str] = {}
    for how, is_removed in ((ROW_INVISIBLE, attrgetter("invisible")), (ROW_STRUCK, attrgetter("struck"))):
        removed = _by_row(at for at, mark in grid.special_marks.items() if is_removed(mark))
        found |= {row: how for row, own in removed.items() if row < len(grid.cells) and _covered(grid.cells[row], own)}
    return found | dict.fromkeys(grid.hidden_rows, ROW_HIDDEN)


def removed_from(mark: Mark) -> ReadingNote | None:
    """What was in a cell of a row that counts and is not to be read, in words; None where nothing did."""
    if mark.struck or mark.cut:
        return noted("单元格中划掉或看不见的内容没有读取")
    return noted("单元格中的文字与底色相同、看不见，没有读取") if mark.invisible else None
