"""What stands behind the cells of an .xlsx: what its formulas are computed from, and its lists for choosing from.

Asked only where a cell is not understood; it never fails, for it only explains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from html import unescape

from hrss12333.patterns import lazy
from hrss12333.reading.formats.rich_strings import column_number
from hrss12333.reading.formats.stale_formulas import formulas_in
from hrss12333.reading.grid import Behind, Box, Reference

_LIST = lazy(rb"<(?:x14:)?formula1>(?:<xm:f>)?([^<]*)<")
_NAME = lazy(rb'<definedName\s[^<>]*?name="([^"]*)"[^<>]*>([^<]*)<')
_TEXT = lazy(r'"[^"]*"')
_REFERENCE = lazy(
    r"(?<![\w.])(?:(?:'((?:[^']|'')+)'|([^\W\d][\w.]*))!)?\$?([A-Z]{1,3})(?:\$?(\d{1,7}))?(?::\$?([A-Z]{1,3})(?:\$?(\d{1,7}))?)?(?![\w(.!])"
)
_LAST_ROW = 1_048_576
_MOST = 5_000


def behind_xlsx(read: Callable[[str], bytes], sheets: Mapping[str, str]) -> Behind:
    """Of an .xlsx.

    Args:
        read: A part's content by its name.
        sheets: Sheet name → name of its part.
    """
    found = Behind()
    with suppress(Exception):  # whatever a parser makes of a file that another one could read
        names = {name.decode("utf-8", "replace"): at for name, at in _NAME.findall(read("xl/workbook.xml"))}
        formulas, lists = {}, list[Reference]()
        for sheet, part in sheets.items():
            raw = read(part)
            formulas[sheet] = {at: formula for at, formula, _, _ in formulas_in(raw)}
            for source in _LIST.findall(raw):
                said = unescape(source.decode("utf-8", "replace"))
                lists += references(unescape(names[said].decode("utf-8", "replace")) if said in names else said, sheet)
        found = Behind(formulas, tuple(dict.fromkeys(lists)), references)
    return found


def references(formula: str, home: str) -> Iterator[Reference]:
    """The cells that a formula in the sheet ``home`` names; none where it leads out of the book."""
    said = _TEXT.sub("", formula)
    if "[" in said:
        return
    for number, found in enumerate(_REFERENCE.finditer(said)):
        quoted, plain, first, top, last, bottom = found.groups()
        if number >= _MOST or not (top or last):
            continue  # a name, no cell
        left, right = sorted((column_number(first.encode()), column_number((last or first).encode())))
        upper, lower = sorted((int(top or 1) - 1, int(bottom or (top if not last else 0) or _LAST_ROW) - 1))
        sheet = quoted.replace("''", "'") if quoted else plain or home
        yield Reference(sheet, Box(upper, left, lower, right))
