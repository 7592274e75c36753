"""How much a sheet would make its reader hold, found in its XML without building a tree.

A value in A1 and one in XFD1048576 is a file of 2 KB that makes the fast reader ask for 549 GB, which kills the process
and cannot be caught. So the area is bounded from the cell references themselves, never from ``<dimension>``.
"""

from __future__ import annotations

from hrss12333.model.problem import Problem
from hrss12333.patterns import lazy
from hrss12333.reading.files.package import too_large
from hrss12333.reading.files.remembered import remembered
from hrss12333.reading.formats.calamine_reader import MAX_AREA, area_of
from hrss12333.reading.grid import FileProblem

MAX_CELLS = 6_000_000
"""Filled or formatted cells of a workbook. The largest honest one seen (108 MiB unpacked) has about four million."""

MAX_SPARSE_ROWS = 262_144
"""Rows of a sheet whose area is too large for the fast reader, up to its last filled cell."""

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
_LONGEST_COLUMN = 3
"""Letters of the last column, XFD."""

BEYOND = (
    "工作表里有单元格在Excel的范围（1048576行、16384列）之外，文件可能已损坏。"
    "请在Excel或WPS中打开，另存为新的.xlsx再报送。"
)
_QUICK_AREA = 999 * 702
_NOT_NEAR = lazy(rb'<c(?! r="[A-Z]{1,2}+\d{1,3}+")')
"""A cell beyond column ZZ or row 999, or one whose place is written otherwise than nearly every program does."""

_ROW = lazy(rb"""\sr\s*=\s*["']\s*[A-Za-z$]*(\d{1,8})""")
_COLUMN = lazy(rb"""\sr\s*=\s*["']\s*([A-Za-z]+)""")
# The same in the notation that nearly every program uses: a literal beginning makes the search three times as fast.
_USUAL_ROW = lazy(rb' r="[A-Za-z$]*(\d{1,8})')
_USUAL_COLUMN = lazy(rb' r="([A-Za-z]+)')
_CELL_TAGS = (b"<c ", b"<c>", b"<c/")
_DECLARATION = lazy(rb"<\?xml[^<>]*\?>\s*")
_CELL_TAG = lazy(rb"<(?:[\w.-]+:)?c[\s/>]")
# A tag is looked at up to where the next one begins, for a sign < within it is none that XML allows: so each byte is
# looked at once. Whatever is said twice in it counts as the larger.
_FILLED = lazy(rb"<(?:[\w.-]+:)?c(?=[\s>])([^<]*)(?=<(?!/))")
_REFERENCE = lazy(rb"""\sr\s*=\s*["']\s*([A-Za-z]+)(\d{1,8})""")
_COUNT = lazy(rb"""ount\s*=\s*["']\s*(\d{1,15})""")


def claimed(raw: bytes) -> int:
    """The largest number of entries that a part claims to have; the cells themselves claim nothing."""
    start, end = raw.find(b"<sheetData"), raw.rfind(b"</sheetData")
    return _largest_count(raw[:start] + raw[end:] if 0 <= start < end else raw)


@remembered
def _largest_count(outside: bytes) -> int:
    return max(map(int, _COUNT.findall(outside)), default=0)


def _column_number(letters: bytes) -> int:
    if len(letters) > _LONGEST_COLUMN:
        return MAX_COLUMN + 1
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _usual(raw: bytes) -> bool:
    """Whether all addresses are written as `` r="A1"`` and all cells as ``<c ...``, without any other blank in between."""
    declaration = _DECLARATION.match(raw)
    start = declaration.end() if declaration else 0
    return (
        all(raw.find(blank, start) < 0 for blank in (b"\n", b"\r", b"\t"))
        and not any(form in raw for form in (b" r ", b'r=" ', b":c"))
        and raw.count(b" r=") == raw.count(b' r="')
    )


def _quick_area(raw: bytes) -> tuple[int, int] | None:
    """Cells and the area of an ordinary small sheet, found without looking at every address; None for any other."""
    start, end = raw.find(b"<sheetData"), raw.rfind(b"</sheetData")
    if not 0 <= start < end or raw.count(b"sheetData") != 2:  # with a prefix, or in a comment before the real one
        return None
    if raw.find(b":c", start, end) >= 0 or _NOT_NEAR.search(raw, start, end):
        return None
    return raw.count(b"<c", start, end), _QUICK_AREA


def sheet_area(raw: bytes, *, quick: bool = False) -> tuple[int, int, bool]:
    """Cells, the area that the fast reader will ask for at most, and whether that is certain.

    Args:
        raw: The sheet's XML.
        quick: Whether a rough bound will do where a glance gives one.

    Raises:
        FileProblem: F004 where there are too many, or cells that Excel does not have.
    """
    found = _quick_area(raw) if quick else None
    if found:
        return *found, True
    usual = _usual(raw)
    cells = sum(map(raw.count, _CELL_TAGS)) if usual else len(_CELL_TAG.findall(raw))
    if cells > MAX_CELLS:
        raise too_large()
    references = (_USUAL_COLUMN if usual else _COLUMN).findall(raw)
    rows = max(map(int, (_USUAL_ROW if usual else _ROW).findall(raw)), default=0)
    columns = max(map(_column_number, set(references)), default=0)
    if rows > MAX_ROW or columns > MAX_COLUMN:
        raise FileProblem(Problem.TOO_LARGE, BEYOND)
    unnamed = cells - len(references)
    if unnamed > 0:  # cells without an address follow one another, rows as well
        rows, columns = rows + raw.count(b"row"), columns + unnamed
    if area_of(rows, columns) <= MAX_AREA:
        return cells, area_of(rows, columns), True
    # Formatting far below or beside the data is harmless: only filled cells count.
    rows = columns = unnamed = filled = 0
    for match in _FILLED.finditer(raw):
        if match[1].rstrip().endswith(b"/>"):
            continue
        references = _REFERENCE.findall(match[1])
        filled += 1
        unnamed += not references
        for letters, number in references:
            rows, columns = max(rows, int(number)), max(columns, _column_number(letters))
    area = area_of(rows, columns)
    if area > MAX_AREA:
        if unnamed or rows > MAX_SPARSE_ROWS:
            raise too_large()
        return filled, area, True
    return cells, area, not unnamed
