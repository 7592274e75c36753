"""The quick way to read an .xlsx whose cells hold nothing but values and formulas with stored figures, as programs write them.

`rich_reader` asks each cell what it is; here a search in the parts shows at once that the answer is nothing, and the
values are taken as a block. A test holds that both read the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import unescape

from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.files.package import Package
from hrss12333.reading.formats.calamine_reader import read_grids
from hrss12333.reading.grid import At, Grid, Mark, column_number

_CELL_SIGNS = (b't="e"', b"<is>", b"hidden", b' ht="0', b"='", b" =")
_SHEET_SIGNS = (
    b"hidden",
    b'width="0',
    b"conditionalFormat",
    b"dataValidation",
    b"headerFooter",
    b":sheetData",
    b"'",
    b" =",
)
_STYLE_SIGNS = (
    b"strike",
    b"rgb",
    b"indexed",
    b'theme="0"',
    b"formatCode",
    b'numFmtId="9"',
    b'numFmtId="10"',
    b"<dxf ",
    b"'",
)
"""What a part holds that may say more: an error, letters of several kinds, something hidden, colours, number formats, a
notation that few programs have."""
_CELL = lazy(rb'<c r="([A-Z]+)(\d+)"(?: s="\d+")?>')
_FORMULA = lazy(rb"([^<]*)</f><v>-?\d+(?:\.\d+)?(?:E[-+]?\d+)?</v></c>")
_MOST = 1_000
"""Formulas of a sheet that are searched for."""


def read_quickly(data: bytes, package: Package, sheets: Mapping[str, str]) -> tuple[Grid, ...] | None:
    """All worksheets of a workbook; None where its cells may say more.

    Args:
        data: Its content.
        package: The same, opened.
        sheets: Sheet name → name of its part.

    Raises:
        FileProblem: F001 where it cannot be read, F002 where it is encrypted, F004 where it is too large.
    """
    tells = _styles_tell(package.read("xl/styles.xml")) or b"<rPr" in package.read("xl/sharedStrings.xml")
    if tells or any("comment" in name for name in package.names):
        return None
    marks = {name: _formulas(package.read(part)) for name, part in sheets.items()}
    if None in marks.values():
        return None
    return tuple(replace(grid, marks=found) if (found := marks.get(grid.name)) else grid for grid in read_grids(data))


def _formulas(sheet: bytes) -> dict[At, Mark] | None:
    """The formulas of a sheet, None where it may say more."""
    start, end = sheet.find(b"<sheetData"), sheet.rfind(b"</sheetData")
    if not 0 <= start < end or _head_tells(sheet[:start] + sheet[end:]):
        return None
    if any(sheet.find(sign, start, end) >= 0 for sign in _CELL_SIGNS):
        return None
    before, *pieces = sheet[start:end].split(b"<f")
    if len(pieces) > _MOST:
        return None
    found: dict[At, Mark] = {}
    for piece in pieces:
        cell = _CELL.fullmatch(before, before.rfind(b"<c "))
        said = _FORMULA.match(piece, 1) if piece.startswith(b">") else None
        if cell is None or said is None:
            return None
        formula = f"={unescape(said[1].decode('utf-8', 'replace'))}"
        found[int(cell[2]) - 1, column_number(cell[1].decode())] = Mark(formula=formula)
        before = piece
    return found


def _head_tells(outside: bytes) -> bool:
    """Whether anything around the cells says more."""
    return any(sign in outside for sign in _SHEET_SIGNS)


def _styles_tell(styles: bytes) -> bool:
    """Whether any style says more."""
    return not styles or any(sign in styles for sign in _STYLE_SIGNS)
