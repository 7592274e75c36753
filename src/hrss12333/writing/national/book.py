"""The workbook being written: the parts of its sheets, and the places that other sheets refer to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, ClassVar

from msgspec import Struct, field

from hrss12333.model.filing import column_letters
from hrss12333.model.national import State
from hrss12333.model.summary_lines import ANALYSIS, COUNTED_KEY, QUESTIONED_KEY, UNIT_KEY, SummaryLine, missing_units
from hrss12333.published import Nation
from hrss12333.questions.respondents import Respondent
from hrss12333.questions.rounds import Progress
from hrss12333.survey.schema import TOTAL, YES, Form
from hrss12333.wording.values import ABSENT, ASKED, DOUBT, QUIET, WRONG
from hrss12333.writing.workbook import ACCENT, BODY_FONT, DISPLAY_FONT, INPUT_COLOUR, OWN_ROW, CellContent, Styles

MEASURED_FONT = ("Arial", 10)
"""The font by which columns are measured: systems that lack it have a twin of equal width."""
HEAD_FILL = "#DCE6F1"
_LINE_COLOUR = "#A6A6A6"
_TOTAL_FILL = "#EDEDED"
HEADING: dict[str, Any] = {"bold": True, "bg_color": HEAD_FILL, "align": "center", "text_wrap": True}
MARKS: dict[str, dict[str, Any]] = {
    "": {},
    "note": {"font_color": ACCENT},
    "query": {"bg_color": ASKED.fill},
    "error": {"bg_color": WRONG.fill, "font_color": WRONG.ink, "bold": True},
    "missing": {"bg_color": ABSENT.fill, "font_color": ABSENT.ink},
    "settled": {"font_color": QUIET.ink},
    "room": {"bg_color": INPUT_COLOUR},
}
"""Mark of a cell → its look: severity of what was found, settled, room for staff."""
SIGNS = {"query": DOUBT, "error": WRONG.sign}
"""Mark of a figure or an answer → the sign after it."""
WHOLE_FORMAT = "#,##0"
TEN_THOUSANDS_FORMAT = "#,##0.00"
_AIR = "_*_ "
"""Ends a number format: room for a sign, and a blank that keeps figures off the line."""
STATE_MARKS: dict[str, str] = {State.CORRECT: "error", State.CONFIRM: "query", State.MISSING: "missing"}
"""State of a unit → the mark of a cell that names it."""
LOOKS: dict[str, dict[str, Any]] = {
    "number": {"num_format": WHOLE_FORMAT + _AIR, "align": "right", "shrink": True},
    "plain": {"num_format": "0_ ", "align": "right"},
    "date": {"num_format": "yyyy-mm-dd", "align": "center"},
    "centre": {"num_format": "@", "align": "center", "text_wrap": True},
    "text": {"num_format": "@", "text_wrap": True, "indent": 1},
    "line": {"num_format": "@", "indent": 1},
    "link": {"num_format": "@", "shrink": True, "font_color": "#0563C1", "underline": 1},
}
"""Kind of column → look of its cells. Not every program wraps a link, so a long path is set smaller."""


class TableStyles(Styles):
    """The formats of the national workbook's tables."""

    def __init__(self, workbook: Any) -> None:
        super().__init__(workbook, font_name=BODY_FONT, font_size=MEASURED_FONT[1])
        self.cell, self.look, self.number = cache(self._cell), cache(self._look), cache(self._number)
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
        """The format of a column of this kind with this mark; a figure has the mark's sign and ``sign``."""
        look = {**LOOKS[kind], **more}
        if kind == "number":
            look["num_format"] = WHOLE_FORMAT + _ends(SIGNS.get(mark, "") + sign)
        return self.cell(mark=mark, left_out=left_out, **look)

    def _number(self, num_format: str = WHOLE_FORMAT, *, sign: str = "", **more: Any) -> Any:
        """A bordered number, followed by a sign."""
        parts = (part + _ends(sign) for part in num_format.split(";"))
        return self.cell(**{"num_format": ";".join(parts), "align": "right", "shrink": True, **more})


def _ends(sign: str) -> str:
    return f'"{sign}"_ ' if sign else _AIR


ZONE_KEY = "@area"
BEFORE_KEY, CHANGE_KEY = "@before", "@change"
"""Suffixes of a figure's key: last year's value, the change; last year's field keys begin with `BEFORE_KEY`."""

_COLUMN = "\1"


class SheetColumn(Struct, frozen=True):
    """A column of a sheet."""

    key: str
    """The key by which it is read back: of a field, figure or indicator; with @ if it is none of these."""
    heading: str
    width: float = 0.0
    """In half-width characters."""
    look: str = "text"
    """The look of its cells, from `LOOKS`; empty if they have no format."""
    group: str = ""
    """Heading over several columns."""
    show: Callable[[Any], CellContent] = lambda line: None
    """Its content in a line."""
    mark: Callable[[Any], str] = lambda line: ""
    """The mark of its cell in a line, from `MARKS`."""
    prints: bool = True
    """Whether the column is printed, with all columns to its left."""
    stays: bool = False
    """Whether the column is shown even if no line has a word in it."""
    varies: bool = False
    """Whether the column is shown only where it differs from line to line."""
    is_folded: bool = False
    """Whether the column is folded away at first."""
    is_joined: bool = False
    """Whether the column must be on the same page as the one before it."""
    is_noted: bool = False
    """Whether a note below the table gives its words about units and nation."""
    is_private: bool = False
    """Whether the column may show telephones and addresses."""


class FigureColumn(SheetColumn, frozen=True, kw_only=True):
    """A column of figures of 汇总, 指标分析 or 与上年比较."""

    form: Form
    """The form whose lines it shows."""
    value: Callable[[SummaryLine], float | None]
    formula: str
    """The live formula of a line, in which `own_cell` means cells beside it."""
    adds_up: bool = False
    """Whether nation and zones add up the units' cells instead."""
    num_format: str = WHOLE_FORMAT
    unit_format: str = ""
    """The format in a unit's line, if it is another."""
    source: str = ""
    """Key of the column of 明细 to whose rows it links."""
    is_sure: Callable[[SummaryLine], bool] = lambda line: True
    """Whether a unit's figure is complete and in no question."""
    is_estimate: Callable[[SummaryLine], bool] = lambda line: False
    """Whether a unit's figure holds an estimate."""


def own_cell(key: str) -> str:
    """Placeholder in a line's formula for the line's cell in the column of this key."""
    return f"{_COLUMN}{key}{_COLUMN}{OWN_ROW}"


class DetailRange(Struct, frozen=True):
    """The position of the rows of a 明细 sheet; rows and columns count from 0."""

    sheet: str
    first: int
    last: int
    columns: Mapping[str, int]
    """Key → column."""
    rows: Mapping[str, tuple[int, int]]
    """Name of a unit → its first and its last row."""
    questioned: Mapping[str, str]
    """Key of a figure in open question in any row → the mark by which rows name it (`questioned_mark`)."""

    def range(self, key: str) -> str:
        """The column's rows as an absolute reference."""
        letters = column_letters(self.columns[key] + 1)
        return f"'{self.sheet}'!${letters}${self.first + 1}:${letters}${self.last + 1}"

    @property
    def of_line(self) -> str:
        """Conditions of COUNTIFS and SUMIFS: rows that count, of the unit in column A of the formula's row."""
        return f'{self.range(UNIT_KEY)},$A{OWN_ROW},{self.range(COUNTED_KEY)},"{YES}"'

    def unquestioned(self, keys: Collection[str]) -> str:
        """Further conditions: none of these figures is in open question."""
        marks = (mark for key, mark in self.questioned.items() if key in keys)
        return "".join(f',{self.range(QUESTIONED_KEY)},"<>*{mark}*"' for mark in marks)

    def sum_complete(self, keys: Iterable[str], needed: Sequence[str]) -> str:
        """The live sum of these columns over the line's rows with every figure ``needed``, in no question."""
        complete = self.of_line + self.unquestioned(needed) + "".join(f',{self.range(key)},">=0"' for key in needed)
        added = "+".join(f"SUMIFS({self.range(key)},{complete})" for key in keys)
        return f'=IF(COUNTIFS({complete})=0,"",{added})'

    def link(self, key: str, name: str | None = None) -> str | None:
        """A link to the column's rows of one unit, or to all; None if the unit has none."""
        letters = column_letters(self.columns[key] + 1)
        first, last = (self.first, self.last) if name is None else self.rows.get(name, (0, 0))
        return f"internal:'{self.sheet}'!{letters}{first + 1}:{letters}{last + 1}" if first else None


class LinesRange(Struct, frozen=True, dict=True):
    """The position of the lines of 汇总, 指标分析 or 与上年比较; rows and columns count from 0."""

    sheet: str
    title: str
    columns: Sequence[SheetColumn]
    notes: Sequence[str]
    """Explanations below the lines."""
    names: Sequence[str] = ()
    """Names of the units' lines, in order."""
    breaks: Sequence[int] = ()
    """The columns that begin another table, each on a new page."""
    lines: Sequence[Any] = ()
    """Lines of the units, the nation and the zones."""
    hidden: Collection[str] = ()
    """Keys of columns without content, which are folded away."""

    first: ClassVar[int] = 3
    """Row of the first line: title, groups and headings are above it."""

    @cached_property
    def at(self) -> dict[str, int]:
        """Key → column."""
        return {column.key: number for number, column in enumerate(self.columns)}

    @property
    def total(self) -> int:
        """Row of the nation, or of the whole unit."""
        return self.first + len(self.names)

    @property
    def zones(self) -> int:
        """Row of the first zone; the line above it is the block's title."""
        return self.total + 2

    def in_place(self, formula: str) -> str:
        """A column's formula with each `own_cell` replaced by the letter of its column."""
        parts = formula.split(_COLUMN)
        parts[1::2] = [column_letters(self.at[key] + 1) for key in parts[1::2]]
        return "".join(parts)

    def units(self, column: int) -> str:
        """The units' cells of a column, as a reference on the same sheet."""
        letters = column_letters(column + 1)
        return f"{letters}{self.first + 1}:{letters}{self.total}"

    def sum_of_units(self, column: int) -> str:
        """The live sum of all units; blank if none has a figure."""
        cells = self.units(column)
        return f'=IF(COUNT({cells})=0,"",SUM({cells}))'

    def sum_of_zone(self, column: int) -> str:
        """The live sum of the units in the zone of the formula's line; blank if none has a figure."""
        cells, zone = self.units(column), self.at.get(ZONE_KEY, 0)
        within = f",{self.units(zone)},{column_letters(zone + 1)}{OWN_ROW}"
        return f'=IF(COUNTIFS({cells},">=0"{within})=0,"",SUMIFS({cells}{within}))'

    def cell(self, key: str, row: int) -> str:
        """A reference from another sheet to a figure's cell in one line."""
        return f"'{self.sheet}'!${column_letters(self.at[key] + 1)}${row + 1}"

    def shown_again(self, key: str, row: int, times: str = "") -> str:
        """The formula by which another sheet shows this cell, multiplied or divided."""
        cell = self.cell(key, row)
        return f'=IF({cell}="","",{cell}{times})'

    def value(self, key: str, line: SummaryLine | None) -> float | None:
        """The value of a figure in a line."""
        column = self.columns[self.at[key]]
        return column.value(line) if line is not None and isinstance(column, FigureColumn) else None


class NationalBook(Nation, frozen=True, dict=True, kw_only=True):
    """The published figures and their national workbook while it is written."""

    workbook: Any
    styles: TableStyles
    links: Mapping[str, str]
    """File → link to it from where the workbook will be."""
    progress: Progress | None
    """What has become of the questions of an earlier workbook."""
    respondents: Sequence[Respondent]
    """Who reports, with the questions; their files are named as in ``links``."""
    sentences: Sequence[str]
    """The sentences at the head of 概览: what came, what is missing, what is in open question."""
    detail_ranges: dict[str, DetailRange] = field(default_factory=dict)
    """Form key → the position of its 明细."""
    lines_ranges: dict[str, LinesRange] = field(default_factory=dict)
    """Form key → the position of its 汇总; `ANALYSIS`, `COMPARISON` → theirs."""
    keys: dict[str, Sequence[SheetColumn]] = field(default_factory=dict)
    """Name of a sheet that is read back → its columns."""

    def block_of(self, form: str, key: str) -> LinesRange:
        """The lines in which a figure of this form's 汇总, or an indicator, is worked out."""
        own = self.lines_ranges[form]
        return own if key in own.at else self.lines_ranges[ANALYSIS]

    @property
    def whole(self) -> str:
        """Name of the line of all units in sheets of all forms: 合计 if any is missing, else 全国 or the unit."""
        return TOTAL if missing_units(self.national) else self.national.name

    @property
    def zones_remark(self) -> list[str]:
        """A remark on the zones' lines below the nation's: the same units again, not added to any sum."""
        named = "、".join(self.national.edition.gazetteer.zones)
        return [f"{TOTAL}下面按国家统计局的划分列出{named}，不计入{TOTAL}。"] if self.zone_lines else []
