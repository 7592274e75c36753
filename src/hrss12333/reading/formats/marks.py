"""What a sheet tells beside its values, gathered while it is read: what the look of its cells and letters says (struck out,
not seen, shown as something else), also by a condition, and what is hidden. Every format tells it in a way of its own, and
all end as the same `Mark`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.files.package import too_large
from hrss12333.reading.grid import PLAIN, At, Cell, Grid, Mark, column_number
from hrss12333.survey.spellings import UNITS

_TOKEN = lazy(r"""(?P<quoted>"[^"]*"?)|(?P<escaped>[\\!].)|_.|\*.|(?P<bracket>\[[^\]]*\])|(?P<plain>.)""", re.S)
_WORDS = {"万": 10_000, "萬": 10_000, "千": 1_000, "亿": 100_000_000}
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
_LONGEST = 255
"""Characters of a format, as Excel has them; in longer ones patterns could search for ever."""
_MOST_KNOWN = 2048
"""Formats that are remembered: each workbook may bring its own."""


class _FormatSection(Struct, frozen=True):
    """What one part of a format shows."""

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

    def holds(self, number: float) -> bool:
        return self.condition is None or _COMPARED[self.condition[0]](number, [self.condition[1]])

    def shows(self, number: float) -> str:
        figure = Decimal(repr(number)).scaleb(2 * self.percent)
        shown = f"{figure.normalize():f}{'%' if self.percent else ''}" if self.figures else ""
        return f"{self.before}{shown}{self.after}"


def scale_of(code: str) -> int:
    r"""The factor by which the number that a format shows exceeds the one that is stored: 1 for nearly all.

    ``0"万"`` shows 3 as 3万, so 10000. ``0!.0,"万"`` shows 25000 as 2.5万, which is the same number, so 1; and so is what
    ``0.0,`` shows as 25.0, without a word that would say another one. ``0"0000"`` shows 12 as 120000.
    """
    return _sections(code)[0].scale if 0 < len(code) <= _LONGEST else 1


def shown_as(code: str, number: float) -> str | None:
    """The text that a format shows for a number where that says something else than the number; empty where it shows nothing.

    None for nearly all. Zero is zero however it is shown (a dash, nothing), and what is negative is reported as such.
    """
    if number <= 0 or scale_of(code) != 1:
        return None
    parts = _sections(code) if 0 < len(code) <= _LONGEST else ()
    section = next((part for part in parts if part.holds(number)), None)
    return None if section is None or section.silent else section.shows(number)


def shows_otherwise(code: str) -> bool:
    """Whether a format may show another number than the one that is stored, or something else than the number."""
    parts = _sections(code) if 0 < len(code) <= _LONGEST else ()
    return scale_of(code) != 1 or any(not section.silent for section in parts)


@lru_cache(maxsize=_MOST_KNOWN)
def _sections(code: str) -> tuple[_FormatSection, ...]:
    """The parts of a format for numbers above zero; the others are for negative numbers, zero and text."""
    parts: list[list[re.Match[str]]] = [[]]
    for token in _TOKEN.finditer(_ANY_NUMBER.sub("0", code)):
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
        word = next((_WORDS[sign] for sign in literal or plain if sign in _WORDS), word)
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
    silent = dated or any(gaps[1:-1]) or any(sign in _WORDS for sign in before + after)
    silent = silent or not (percent or remaining or not figures)
    return _FormatSection(scale, before, after, figures, percent, condition, silent)


_WHITE = "FFFFFF"
_DARK = "1 0"
"""How a theme calls the colour of ordinary letters."""
_ORDINARY = frozenset({"", "AUTO", "000000", "#000000", "WINDOWTEXT"})
_FAINT = 0.06
"""A tint that leaves white nearly white."""
_NEAR = 16
"""Steps, of 256, by which letters may differ from their ground and still not be seen."""
_HEX = lazy(r"#?([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})")
_FIGURE_LAST, _FIGURE_FIRST = lazy(r"\d\d$"), lazy(r"\d\d")
_RANGE = lazy(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_NUMBER = lazy(r"-?\d+(?:\.\d+)?")
_MOST_RANGES = 1_000
_MOST_CELLS = 2_000_000
"""Cells of a sheet that its conditions are tried on, each as often as a condition names it."""
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


class Rich(Struct, frozen=True):
    """A text that holds letters of several kinds."""

    text: str
    """What is to be read: nothing struck out, footnotes in brackets, figures of two colours on lines of their own."""
    seen: str
    """The same without what is white."""
    struck: bool
    white: bool


class Marks(Struct):
    """The marks of one sheet while it is read."""

    of: dict[At, Mark] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def note(self, at: At, **fields: Any) -> None:
        """Set fields of a cell's mark."""
        self.of[at] = replace(self.of.get(at, PLAIN), **fields)

    def strike(self, at: At, *, remains: bool = False) -> None:
        """All of a cell is struck out, or so much of it that something remains to be read."""
        self.note(at, struck=not remains, cut=remains)

    def look(self, at: At, cell: Cell, look: CellStyle, text: Rich | None = None) -> Cell:
        """Note what the look of a cell and of its letters says, and give what is then to be read in it."""
        unseen = text is not None and text.white and not look.filled
        legible = "" if text is None else text.seen if unseen else text.text
        if text is not None and (text.struck or (unseen and legible)):
            self.strike(at, remains=bool(legible))
        elif look.struck:
            self.strike(at)
        if look.invisible or (unseen and not legible):
            self.note(at, invisible=True)
        if look.code and isinstance(cell, int | float) and not isinstance(cell, bool):
            if (scale := scale_of(look.code)) != 1:
                self.note(at, scale=scale)
            elif shown := shown_as(look.code, cell):
                self.note(at, shown=shown)
            elif shown is not None:
                self.note(at, invisible=True)
        return legible or cell

    def by_condition(self, rows: Sequence[Sequence[Cell]], rules: Iterable[StyleCondition]) -> None:
        """Mark the cells with a number above 0 that a condition strikes out or makes unseen (white where it is more than 0),
        if it is known here whether it holds: it asks for their number, or holds always.
        """
        left = _MOST_CELLS
        for ranges, kind, compares, formulas, style in rules:
            font: StyleRecord = style.get("font") or {}
            strikes = bool(font.get("strike"))
            if not strikes and (style.get("fill") or not _is_unseen(_colour(font.get("color")), _WHITE)):
                continue
            operands = [formula.strip() for formula in formulas]
            holds = _COMPARED.get(compares or "") if kind == "cellIs" and operands else None
            if kind == "expression" and operands == ["TRUE"]:
                operands, holds = [], lambda *_: True
            if holds is None or not all(map(_NUMBER.fullmatch, operands)):
                continue
            limits = list(map(float, operands))
            for at in _cells_in_ranges(ranges, rows):
                left -= 1
                if left < 0:
                    raise too_large()
                cell, known = rows[at[0]][at[1]], self.of.get(at, PLAIN)
                if isinstance(cell, bool) or not isinstance(cell, int | float) or known.struck or known.cut:
                    continue
                if cell > 0 and holds(float(cell), limits):
                    self.note(at, **{"struck" if strikes else "invisible": True})

    def on(self, grid: Grid) -> Grid:
        """The grid with these marks."""
        return replace(
            grid,
            marks=self.of,
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(self.hidden_columns),
        )


def _cells_in_ranges(ranges: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Iterator[At]:
    for found in map(_RANGE.fullmatch, ranges[:_MOST_RANGES]):
        if found:
            left, top = column_number(found[1]), int(found[2]) - 1
            right, bottom = (column_number(found[3]), int(found[4]) - 1) if found[3] else (left, top)
            for row in range(max(top, 0), min(bottom + 1, len(rows))):
                yield from ((row, column) for column in range(left, min(right + 1, len(rows[row]))))


def look_of(style: StyleRecord) -> CellStyle:
    """The look of a cell with this style."""
    font, fill, code = style.get("font") or {}, style.get("fill") or {}, style.get("number_format") or ""
    pattern = fill.get("pattern")
    ground = _WHITE if pattern in (None, "none") else _colour(fill.get("fg_color")) if pattern == "solid" else ""
    struck = bool(font.get("strike"))
    invisible = code.replace(" ", "") == ";;;" or _is_unseen(_colour(font.get("color")), ground)
    shown = code if code and shows_otherwise(code) else ""
    return CellStyle(struck, invisible, ground != _WHITE, shown, struck or invisible or bool(shown))


def rich(runs: Iterable[tuple[str, StyleRecord]]) -> Rich | None:
    """What a text in pieces, each with its font, says whose letters tell more than its characters; None of any other."""
    kept: list[tuple[str, str]] = []
    seen: list[tuple[str, str]] = []
    whole = ""
    struck = white = False
    for text, font in runs:
        whole += text
        plain, colour = not text.strip(), _colour(font.get("color"), of_letters=True)
        if font.get("strike") and not plain:
            struck = True
            continue
        raised = font.get("vert_align") in ("superscript", "subscript") and not plain
        part = f"[{text}]" if raised else text, "" if plain else colour
        kept.append(part)
        if not plain and _is_unseen(colour, _WHITE):
            white = True
        else:
            seen.append(part)
    read = _joined_runs(kept)
    return Rich(read.strip(), _joined_runs(seen).strip(), struck, white) if struck or white or read != whole else None


def _colour(colour: StyleRecord | None, *, of_letters: bool = False) -> str:
    """A colour as RRGGBB, or by its number in the theme; empty where it is left to the program, as that of ordinary letters."""
    if not colour:
        return ""
    if colour.get("rgb"):
        return str(colour["rgb"])[-6:].upper()
    if colour.get("theme") is not None:
        theme, tint = colour["theme"], colour.get("tint") or 0
        if theme == 0 and abs(tint) < _FAINT:
            return _WHITE
        name = f"{theme} {tint:g}"
        return "" if of_letters and name == _DARK else name
    return _WHITE if colour.get("indexed") in (1, 9) else ""


def _is_unseen(letters: str, ground: str) -> bool:
    """Whether letters of a colour are not seen on a ground; both as RRGGBB, or by the name that the format has for them."""
    if not letters or not ground or letters == ground:
        return bool(letters) and letters == ground
    one, other = _HEX.fullmatch(letters), _HEX.fullmatch(ground)
    if not one or not other:
        return False
    return all(abs(int(a, 16) - int(b, 16)) <= _NEAR for a, b in zip(one.groups(), other.groups(), strict=True))


def is_parted(before: str, after: str, colours: tuple[str, str]) -> bool:
    """Whether digits of one colour meet digits of another (2500 and a red 2600): two figures, or nobody can know.

    A single digit of another colour is part of the figure, as where a person marks what was corrected in it.
    """
    one, other = ("" if colour.upper() in _ORDINARY else colour.upper() for colour in colours)
    return one != other and bool(_FIGURE_LAST.search(before) and _FIGURE_FIRST.match(after))


def _joined_runs(runs: Iterable[tuple[str, str]]) -> str:
    """The text of runs, each with its colour, on a new line where figures of two colours meet."""
    remaining, last = "", ("", "")
    for text, colour in runs:
        if text:
            remaining += f"\n{text}" if is_parted(last[0], text, (last[1], colour)) else text
            last = text, colour
    return remaining
