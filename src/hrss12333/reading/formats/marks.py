"""How cells and letters look, where that changes what is read: struck out, hidden, not seen, above the line, in two colours,
shown as something else by a number format, or by a condition. Every format tells it in a way of its own, and all end as the
same `Letters` and `Mark`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from msgspec import Struct

from hrss12333.patterns import lazy
from hrss12333.reading.files.package import too_large
from hrss12333.reading.grid import At, Cell, column_number
from hrss12333.survey.spellings import UNITS

_FORMAT_TOKEN = lazy(r"""(?P<quoted>"[^"]*"?)|(?P<escaped>[\\!].)|_.|\*.|(?P<bracket>\[[^\]]*\])|(?P<plain>.)""", re.S)
FORMAT_MAGNITUDES = {"万": 10_000, "萬": 10_000, "千": 1_000, "亿": 100_000_000}
_ANY_NUMBER = lazy(r"General|G/通用格式|[0#?.]+E[+-]?0+|[#?0]+ ?[#?]+/[#?\d]+|@", re.I)
_CONDITION = lazy(r"\[\s*(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)\s*\]")
_COMPARED: dict[str, Callable[[float, Sequence[float]], bool]] = {
    **dict.fromkeys(("<", "lessThan"), lambda number, limits: number < limits[0]),
    **dict.fromkeys((">", "greaterThan"), lambda number, limits: number > limits[0]),
    **dict.fromkeys(("=", "equal"), lambda number, limits: number == limits[0]),
    **dict.fromkeys(("<=", "lessThanOrEqual"), lambda number, limits: number <= limits[0]),
    **dict.fromkeys((">=", "greaterThanOrEqual"), lambda number, limits: number >= limits[0]),
    **dict.fromkeys(("<>", "notEqual"), lambda number, limits: number != limits[0]),
    "between": lambda number, limits: limits[0] <= number <= limits[-1],
    "notBetween": lambda number, limits: not limits[0] <= number <= limits[-1],
}
"""Comparison, as a number format writes it and as a condition names it → whether it holds for a number."""
_UNTELLING = lazy(rf"[(（]?(?:{UNITS})[)）]?|[.、。:：）)]")
"""What is behind a number and leaves it what it is: its unit of measure, the dot of a list."""
_CURRENCY = lazy(r"[\s¥￥$€]")
_DATES = lazy(r"[ymdhs]", re.I)
"""Letters of a date or a time."""
_LONGEST_FORMAT = 255
"""Characters of a format, as Excel has them; in longer ones patterns could search for ever."""


class _FormatSection(Struct, frozen=True):
    scale: int
    """The factor by which the number that is shown exceeds the one that is stored."""
    before: str
    after: str
    figures: bool
    percent: bool
    condition: tuple[str, float] | None
    silent: bool
    """Whether it shows the number as it is, or in a way that is reported elsewhere: as a date, in 万, with - between
    figures."""


def scale_of(code: str) -> int:
    r"""The factor by which the number that a format shows exceeds the one that is stored: 1 for nearly all.

    ``0"万"`` shows 3 as 3万, so 10000. ``0!.0,"万"`` shows 25000 as 2.5万, which is the same number, so 1; and so is what
    ``0.0,`` shows as 25.0, without a word that would say another one. ``0"0000"`` shows 12 as 120000.
    """
    return next((section.scale for section in _sections(code)), 1)


def shown_as(code: str, number: float) -> str | None:
    """The text that a format shows for a number where that says something else than the number; empty where it shows nothing.

    None for nearly all. Zero is zero however it is shown (a dash, nothing), and what is negative is reported as such.
    """
    if number <= 0 or scale_of(code) != 1:
        return None
    for section in _sections(code):
        if section.condition is None or _COMPARED[section.condition[0]](number, [section.condition[1]]):
            if section.silent:
                return None
            figure = Decimal(repr(number)).scaleb(2 * section.percent).normalize()
            shown = f"{figure:f}{'%' * section.percent}" if section.figures else ""
            return f"{section.before}{shown}{section.after}"
    return None


def number_shown(code: str, number: Cell) -> Mapping[str, Any]:
    """What a format shows of a number where that says something else, as fields of `Mark`."""
    if not code or not isinstance(number, int | float) or isinstance(number, bool):
        return {}
    shown, scale = shown_as(code, number), scale_of(code)
    return {"shown": shown, "invisible": shown == ""} if scale == 1 else {"scale": scale}


@lru_cache(maxsize=2048)  # each workbook may bring its own
def _sections(code: str) -> tuple[_FormatSection, ...]:
    """The parts of a format for numbers above zero; the others are for negative numbers, zero and text."""
    if not 0 < len(code) <= _LONGEST_FORMAT:
        return ()
    parts: list[list[re.Match[str]]] = [[]]
    for token in _FORMAT_TOKEN.finditer(_ANY_NUMBER.sub("0", code)):
        if token["plain"] == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    found = [*map(_section, parts)]
    return tuple(found[:3] if any(part.condition for part in found[:2]) else found[:1])


def _section(tokens: list[re.Match[str]]) -> _FormatSection:
    """One part, token by token. Words of magnitude and zeros written behind the figures raise what is shown; commas and a
    shifted point lower it."""
    texts, gaps = ["", ""], [""]
    figures = percent = dated = point = behind = False
    word, zeros, thousands, shifted = 1, 0, 0, 0
    condition = None
    for token in tokens:
        plain, bracket = token["plain"] or "", token["bracket"] or ""
        literal = (token["quoted"] or "").strip('"') or (token["escaped"] or "")[1:]
        if found := _CONDITION.fullmatch(bracket):
            condition = found[1], float(found[2])
        dated |= bool(_DATES.fullmatch(bracket[1:2] or plain))
        percent |= plain == "%"
        word = next((FORMAT_MAGNITUDES[sign] for sign in literal or plain if sign in FORMAT_MAGNITUDES), word)
        point |= literal == "."
        behind |= "." in (literal, plain)
        if figures and not behind and literal and not literal.strip("0"):
            zeros += len(literal)
        if plain and plain in "0#?":
            figures, thousands, shifted = True, 0, shifted + point
            gaps.append("")
        elif plain == ",":
            thousands += 1
        elif not plain or plain not in ".%":
            texts[figures] += literal or plain
            gaps[-1] += literal or plain
    raised = word * 10**zeros
    scale = max(raised // (1_000**thousands * 10**shifted), 1) if raised > 1 else 1
    before, after = (_CURRENCY.sub("", text) for text in texts)
    remaining = before.strip("0") or (after and not _UNTELLING.fullmatch(after))
    silent = dated or any(gaps[1:-1]) or any(sign in FORMAT_MAGNITUDES for sign in before + after)
    silent = silent or not (percent or remaining or not figures)
    return _FormatSection(scale, before, after, figures, percent, condition, silent)


WHITE = "FFFFFF"
_DARK = "1 0"
"""How a theme calls the colour of ordinary letters."""
_ORDINARY_COLOURS = frozenset({"AUTO", "000000", "WINDOWTEXT"})
_FAINT = 0.06
"""A tint that leaves white nearly white."""
_UNSEEN_STEPS = 16
"""Steps, of 256, by which letters may differ from their ground and still not be seen."""
_HEX = lazy(r"([0-9A-F]{2})([0-9A-F]{2})([0-9A-F]{2})")
_FIGURE_LAST, _FIGURE_FIRST = lazy(r"\d\d$"), lazy(r"\d\d")
_RANGE = lazy(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_CONDITION_NUMBER = lazy(r"-?\d+(?:\.\d+)?")
_MOST_RANGES = 1_000
_MOST_CONDITION_CELLS = 2_000_000
"""Cells of a sheet that its conditions are tried on, each as often as a condition names it."""
STRUCK, HIDDEN, RAISED, UNSEEN = "struck", "hidden", "raised", "unseen"
"""How letters look, where that changes what they say; raised: above or below the line, as the number of a footnote; unseen:
in the colour of their ground."""
Look = Collection[str]
Piece = tuple[str, Look, str]
"""Some letters, how they look, and their colour, empty where it is the ordinary one."""
StyleRecord = Mapping[str, Any]
"""A style, a font, a fill or a colour, with the names that python-calamine-plus has for what it says."""
StyleCondition = tuple[Sequence[str], str | None, str | None, Sequence[str], StyleRecord]
"""Ranges, kind, operator and formulas of a condition, and the style that it gives."""


class CellStyle(Struct, frozen=True):
    """What the style of a cell says that changes what is read in it."""

    struck: bool = False
    invisible: bool = False
    filled: bool = False
    """Whether its ground is not white."""
    code: str = ""
    """Its number format, where that may show something else than the number."""
    is_special: bool = False
    """Whether any of it changes how a cell with this style is read."""


class Letters(Struct, frozen=True):
    """What letters of several kinds say."""

    text: str = ""
    """What is to be read: footnotes in brackets, figures of two colours on lines of their own."""
    removed: str = ""
    """What is struck out or hidden."""
    unseen: str = ""
    """What has the colour of its ground."""


def read_letters(pieces: Iterable[Piece]) -> Letters:
    """What a text in pieces says.

    Digits of one colour that meet digits of another (2500 and a red 2600) are two figures, or nobody can know; a single digit
    of another colour is part of the figure, as where a person marks what was corrected in it.
    """
    text = removed = unseen = before = last = ""
    for letters, look, colour in pieces:
        is_blank = not letters.strip()
        if not is_blank and (STRUCK in look or HIDDEN in look):
            removed += letters
        elif not is_blank and UNSEEN in look:
            unseen += letters
        elif letters:
            letters = letters if is_blank or RAISED not in look else f"[{letters}]"
            colour = "" if is_blank or colour in _ORDINARY_COLOURS else colour
            is_parted = colour != last and _FIGURE_LAST.search(before) and _FIGURE_FIRST.match(letters)
            text += f"\n{letters}" if is_parted else letters
            before, last = letters, colour
    return Letters(text.strip() if removed or unseen else text, removed, unseen)


def read_runs(runs: Iterable[tuple[str, StyleRecord]], style: CellStyle) -> Letters:
    """What a text in pieces, each with its font, says in a cell of this style."""

    def pieces() -> Iterator[Piece]:
        for text, font in runs:
            colour = _colour(font.get("color"), of_letters=True)
            looks = {
                STRUCK: font.get("strike"),
                RAISED: font.get("vert_align") in ("superscript", "subscript"),
                UNSEEN: not style.filled and _is_unseen(colour, WHITE),
            }
            yield text, [look for look, holds in looks.items() if holds], colour

    return read_letters(pieces())


def look_of(style: StyleRecord) -> CellStyle:
    """The look of a cell with this style."""
    font, fill, code = (
        style.get("font") or {},
        style.get("fill") or {},
        (style.get("number_format") or "")[: _LONGEST_FORMAT + 1],
    )
    pattern = fill.get("pattern")
    ground = WHITE if pattern in (None, "none") else _colour(fill.get("fg_color")) if pattern == "solid" else ""
    struck = bool(font.get("strike"))
    invisible = code.replace(" ", "") == ";;;" or _is_unseen(_colour(font.get("color")), ground)
    if scale_of(code) == 1 and all(section.silent for section in _sections(code)):
        code = ""
    return CellStyle(struck, invisible, ground != WHITE, code, struck or invisible or bool(code))


def by_condition(rows: Sequence[Sequence[Cell]], rules: Iterable[StyleCondition]) -> Iterator[tuple[At, str]]:
    """The cells with a number above 0 that a condition strikes out or makes unseen (white where it is more than 0), if it is
    known here whether it holds: it asks for their number, or holds always; and the field of `Mark` that says so.
    """
    left = _MOST_CONDITION_CELLS
    for ranges, kind, compares, formulas, style in rules:
        font: StyleRecord = style.get("font") or {}
        strikes = bool(font.get("strike"))
        if not strikes and (style.get("fill") or not _is_unseen(_colour(font.get("color")), WHITE)):
            continue
        operands = [formula.strip() for formula in formulas]
        holds = _COMPARED.get(compares or "") if kind == "cellIs" and operands else None
        if kind == "expression" and operands == ["TRUE"]:
            operands, holds = [], lambda *_: True
        if holds is None or not all(map(_CONDITION_NUMBER.fullmatch, operands)):
            continue
        limits = list(map(float, operands))
        for row, column in _cells_in_ranges(ranges, rows):
            left -= 1
            if left < 0:
                raise too_large()
            cell = rows[row][column]
            if isinstance(cell, int | float) and cell is not True and cell > 0 and holds(float(cell), limits):
                yield (row, column), "struck" if strikes else "invisible"


def _cells_in_ranges(ranges: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Iterator[At]:
    for found in map(_RANGE.fullmatch, ranges[:_MOST_RANGES]):
        if found:
            left, top = column_number(found[1]), int(found[2]) - 1
            right, bottom = (column_number(found[3]), int(found[4]) - 1) if found[3] else (left, top)
            for row in range(max(top, 0), min(bottom + 1, len(rows))):
                yield from ((row, column) for column in range(left, min(right + 1, len(rows[row]))))


def _colour(colour: StyleRecord | None, *, of_letters: bool = False) -> str:
    """A colour as RRGGBB, or by its number in the theme; empty where it is left to the program, as that of ordinary letters."""
    if not colour:
        return ""
    if colour.get("rgb"):
        return str(colour["rgb"])[-6:].upper()
    if colour.get("theme") is not None:
        theme, tint = colour["theme"], colour.get("tint") or 0
        if theme == 0 and abs(tint) < _FAINT:
            return WHITE
        name = f"{theme} {tint:g}"
        return "" if of_letters and name == _DARK else name
    return WHITE if colour.get("indexed") in (1, 9) else ""


def _is_unseen(letters: str, ground: str) -> bool:
    """Whether letters of a colour are not seen on a ground; both as RRGGBB, or by the name that the format has for them."""
    one, other = _HEX.fullmatch(letters), _HEX.fullmatch(ground)
    if not one or not other:
        return bool(letters) and letters == ground
    return all(abs(int(a, 16) - int(b, 16)) <= _UNSEEN_STEPS for a, b in zip(one.groups(), other.groups(), strict=True))
