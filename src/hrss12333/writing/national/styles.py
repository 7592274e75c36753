"""The look of the national workbook: each cell format made once, colours that still differ in grey."""

from __future__ import annotations

from functools import cache
from typing import Any

from hrss12333.model.national import State
from hrss12333.wording.signs import ABSENT, ASKED, DOUBT, QUIET, WRONG
from hrss12333.writing.bar_charts import ACCENT
from hrss12333.writing.workbook import BODY_FONT, DISPLAY_FONT, INPUT_COLOUR, Styles

MEASURED_FONT = ("Arial", 10)
"""The font by which columns are measured: it has a twin of equal width wherever it is missing."""
HEAD_FILL = "#DCE6F1"
_LINE_COLOUR = "#A6A6A6"
_TOTAL_FILL = "#EDEDED"
HEADING: dict[str, Any] = {"bold": True, "bg_color": HEAD_FILL, "align": "center", "text_wrap": True}
MARKS: dict[str, dict[str, Any]] = {
    "": {},
    "note": {"font_color": ACCENT},
    "query": {"bg_color": ASKED.fill, "font_color": ASKED.ink},
    "error": {"bg_color": WRONG.fill, "font_color": WRONG.ink, "bold": True},
    "missing": {"bg_color": ABSENT.fill, "font_color": ABSENT.ink},
    "settled": {"font_color": QUIET.ink},
    "room": {"bg_color": INPUT_COLOUR},
}
"""Mark of a cell → its look: the severity of what was found, what is settled, room for staff."""
SIGNS = {"query": DOUBT, "error": WRONG.sign}
"""Mark of a figure, or of an answer → its sign behind it."""
WHOLE_FORMAT = "#,##0"
TEN_THOUSANDS_FORMAT = "#,##0.00"
PERCENT_FORMAT = "0.0%"
CHANGE_FORMAT = "0.0;-0.0;0.0"
DIFFERENCE_FORMAT = "#,##0;-#,##0;0"
_AIR = "_*_ "
"""End of a number format: room for a sign, and a blank, so that no figure touches the line."""
STATE_MARKS: dict[str, str] = {State.CORRECT: "error", State.CONFIRM: "query", State.MISSING: "missing"}
"""State of a unit → how a cell that names it looks."""
LOOKS: dict[str, dict[str, Any]] = {
    "number": {"num_format": WHOLE_FORMAT + _AIR, "align": "right", "shrink": True},
    "plain": {"num_format": "0_ ", "align": "right"},
    "date": {"num_format": "yyyy-mm-dd", "align": "center"},
    "centre": {"num_format": "@", "align": "center", "text_wrap": True},
    "text": {"num_format": "@", "text_wrap": True, "indent": 1},
    "line": {"num_format": "@", "indent": 1},
    "link": {"num_format": "@", "shrink": True, "font_color": "#0563C1", "underline": 1},
}
"""The look of the cells of a column, by its kind. A link does not wrap in every program: a long path is set smaller."""


class TableStyles(Styles):
    """The formats of the national workbook's tables."""

    def __init__(self, workbook: Any) -> None:
        super().__init__(workbook, font_name=BODY_FONT, font_size=MEASURED_FONT[1])
        self.cell, self.look = cache(self._cell), cache(self._look)
        self.heading = self.cell(**HEADING)
        self.title = self.get(font_name=DISPLAY_FONT, font_size=16, valign="vcenter")
        self.section = self.get(font_name=DISPLAY_FONT, font_size=12, valign="vcenter")
        self.note = self.get(font_color="#404040", valign="top", text_wrap=True)
        """An explanation above or below a table."""

    def _cell(self, *, mark: str = "", total: bool = False, left_out: bool = False, **more: Any) -> Any:
        """A bordered cell of a table; ``mark`` is the severity of what was found in it."""
        look: dict[str, Any] = {"border": 1, "border_color": _LINE_COLOUR, "valign": "vcenter", **MARKS[mark]}
        if total:
            look |= {"bold": True, "bg_color": _TOTAL_FILL, "top": 2}
        if left_out:
            look |= {"italic": True, "font_color": QUIET.ink, "font_strikeout": not mark}
        return self.get(**{**look, **more})

    def _look(self, kind: str, mark: str = "", left_out: bool = False, sign: str = "", **more: Any) -> Any:
        """A cell of a column of this kind; ``mark`` is a key of `MARKS`. A figure bears the sign of its mark, too, and
        this one."""
        look = {**LOOKS[kind], **more}
        if kind == "number":
            look["num_format"] = WHOLE_FORMAT + _ends(SIGNS.get(mark, "") + sign)
        return self.cell(mark=mark, left_out=left_out, **look)

    def number(self, num_format: str = WHOLE_FORMAT, *, sign: str = "", **more: Any) -> Any:
        """A bordered number, with a sign behind it."""
        parts = (part + _ends(sign) for part in num_format.split(";"))
        return self.cell(num_format=";".join(parts), align="right", **more)


def _ends(sign: str) -> str:
    return f'"{sign}"_ ' if sign else _AIR
