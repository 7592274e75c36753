"""Error cells of an .xlsb, which the fast reader shows as blanks.

Source: MS-XLSB 2.1.4 (records), 2.4.667 BrtRowHdr, 2.4.310 BrtBundleSh, 2.4.320 BrtCellError, 2.4.672 BrtFmlaError.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from hrss12333.reading.biff import ERRORS
from hrss12333.reading.grid import Unseen
from hrss12333.reading.package import Package

_ROW, _CELL_ERROR, _FORMULA_ERROR, _SHEET = 0, 3, 11, 156


def error_cells(package: Package, targets: dict[str, str]) -> dict[str, dict[tuple[int, int], Unseen]]:
    """Sheet name → place → error; ``targets`` are the workbook's relations.

    Raises:
        ValueError, IndexError: where the records are not what they should be.
    """
    sheets = {}
    for kind, data in _records(package.read("xl/workbook.bin")):
        if kind == _SHEET:
            relation, rest = _wide(data[8:])
            name, _ = _wide(rest)
            sheets[name] = _errors(package.read(f"xl/{targets.get(relation, '')}"))
    return sheets


def _errors(part: bytes) -> dict[tuple[int, int], Unseen]:
    found = {}
    row = 0
    for kind, data in _records(part):
        if kind == _ROW and len(data) >= 4:
            row = int.from_bytes(data[:4], "little")
        elif kind in (_CELL_ERROR, _FORMULA_ERROR) and len(data) >= 9:
            found[row, int.from_bytes(data[:4], "little")] = Unseen(error=ERRORS.get(data[8], "#ERROR!"))
    return found


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Record types with their data; both numbers before it have seven bits a byte."""
    position = 0
    while position < len(part):
        kind, position = _number(part, position, 2)
        size, position = _number(part, position, 4)
        yield kind, part[position : position + size]
        position += size


def _number(part: bytes, position: int, most: int) -> tuple[int, int]:
    value = 0
    for place in range(most):
        byte = part[position]
        position += 1
        value |= (byte & 0x7F) << 7 * place
        if not byte & 0x80:
            break
    return value, position


def _wide(data: bytes) -> tuple[str, bytes]:
    """A string with its length in front, and what follows it."""
    (length,) = struct.unpack_from("<I", data.ljust(4, b"\0"))
    return data[4 : 4 + 2 * length].decode("utf-16-le", "replace"), data[4 + 2 * length :]
