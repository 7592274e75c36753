"""Filings as strangers write them: one set of figures in any mixture of habits, with what must be read from it.

`Style` holds the liberties taken with the layout, `draw` plans a filing in them, `filing_writers` puts the plan into a
file. Each planned cell knows what must come back: its value, or the rule that must object to it there.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial

from msgspec import Struct, field

from cases import words as listed
from filing_words import (
    CHOICES,
    FOREIGN,
    HEADINGS,
    NUMBERS,
    REGIONS,
    SPOILT_CHOICES,
    SPOILT_NUMBERS,
    SPOILT_YESNO,
    YESNO,
)
from hrss12333.model.filing import column_letters
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Column, Form, Kind, Scalar


class Formula(Struct, frozen=True):
    text: str
    value: int


class ErrorValue(Struct, frozen=True):
    text: str


Content = str | int | float | bool | date | Formula | ErrorValue

SCALED = "knowledge_entries"
"""The column whose figures a style may give in 万."""
STRAY: tuple[Content, ...] = (97, "是", "12.5%", 3)
"""What is in columns that the form does not have."""


class Page(Struct):
    """One sheet, or one table of a Word file; rows and columns count from 1."""

    name: str
    cells: dict[tuple[int, int], Content] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False
    formatted_to: int = 0
    """Last row that carries a border and nothing else."""
    concealed: dict[int, str] = field(default_factory=dict)
    """Row → how the sheet conceals it: hidden, struck."""

    def put(self, row: int, column: int, content: Content | None, to: tuple[int, int] | None = None) -> str:
        """Write a cell, merged up to ``to``; its A1 comes back."""
        if content is not None:
            self.cells[row, column] = content
        if to and to != (row, column):
            self.merges.append((row, column, *to))
        return f"{column_letters(column)}{row}"


class Expected(Struct, frozen=True):
    form: str
    row: int
    field: str
    cell: str
    value: Scalar
    rules: frozenset[str] = frozenset()
    """Where not empty: no value, and one of these at the cell."""


class Expectations(Struct):
    cells: list[Expected] = field(default_factory=list)
    header: dict[tuple[str, str], tuple[Scalar, frozenset[str], frozenset[str]]] = field(default_factory=dict)
    """(form, header key) → value, rules, cells at which they may stand (any where empty)."""
    columns: set[tuple[str, str]] = field(default_factory=set)
    """(form, field) of the columns to which F007 must object."""


class Style(Struct, frozen=True):
    """Liberties taken with the layout. The first of every list of choices is the notice's own way."""

    layout: str = "sheets"
    top: int = 0
    left: int = 0
    cover: bool = False
    hidden: bool = False
    extra_sheets: bool = False
    title: str = "own"
    header: str = "line"
    header_once: bool = False
    colon: str = "："
    spaced_labels: bool = False
    underscores: bool = False
    unit_words: str = "notice"
    mobile: str = "plain"
    email: str = "plain"
    name: str = "plain"
    headings: str = "two rows"
    heading_words: str = "own"
    foreign: int = 0
    moved: bool = False
    doubled: bool = False
    missing: bool = False
    province: str = "none"
    region_cells: str = "single"
    regions: str = "official"
    guide: str = "none"
    sample: str = "first"
    total: str = "formula"
    total_name: str = "合计"
    total_cell: str = "serial"
    subtotal: bool = False
    blank_rows: bool = False
    ellipsis: bool = False
    repeat: bool = False
    notes: str = "column"
    signature: str = "none"
    formatted: int = 0
    serial: str = "numbers"
    merged_yes: bool = False
    stale: str = "none"
    scale: bool = False
    mess: float = 0.0
    faults: float = 0.0
    formulas: bool = False


CHOICES_OF: dict[str, Sequence[object]] = {
    "layout": ("sheets", "stacked", "side", "files", "first only", "second only"),
    "top": (0, 1, 4),
    "left": (0, 1, 3),
    "cover": (False, True),
    "hidden": (False, True),
    "extra_sheets": (False, True),
    "title": ("own", "year", "unit", "labelled", "none"),
    "header": ("line", "cells", "inline", "rows", "over", "below", "loose line", "in title", "signed line"),
    "header_once": (False, True),
    "colon": ("：", ":", " ：", ""),
    "spaced_labels": (False, True),
    "underscores": (False, True),
    "unit_words": ("notice", "full", "short", "office", "labelled", "labelled office", "sealed"),
    "mobile": listed(
        "plain | number | dashes | spaces | +86 | two | with landline | landline | short | full width | blank"
    ),
    "email": ("plain", "full width", "spaced", "blank", "none"),
    "name": ("plain", "spaced", "two", "with title", "blank", "with mobile"),
    "headings": ("two rows", "unmerged", "one row", "concatenated", "three rows", "split"),
    "heading_words": ("own", "messy", "alias"),
    "foreign": (0, 1, 3),
    "moved": (False, True),
    "doubled": (False, True),
    "missing": (False, True),
    "province": ("none", "merged", "repeated", "as region"),
    "region_cells": ("single", "wide", "tall"),
    "regions": ("official", "messy"),
    "guide": ("none", "numbers", "units", "letters", "formulas"),
    "sample": ("first", "removed", "last", "middle", "in serial"),
    "total": ("formula", "typed", "blank", "none", "top", "ratio below"),
    "total_name": ("合计", "合 计", "总计", "全省合计", "合计：", "总  计", "全省"),
    "total_cell": ("serial", "region", "merged"),
    "subtotal": (False, True),
    "blank_rows": (False, True),
    "ellipsis": (False, True),
    "repeat": (False, True),
    "notes": ("column", "merged", "one cell", "none"),
    "signature": ("none", "line", "cells", "cells at values"),
    "formatted": (0, 3000),
    "serial": ("numbers", "blank", "text", "dotted"),
    "merged_yes": (False, True),
    "stale": ("none", "hidden", "struck"),
    "scale": (False, True),
    "mess": (0.0, 0.3, 1.0),
    "faults": (0.0, 0.0, 0.15),
    "formulas": (False, True),
}
"""Field of `Style` → what it may be."""


class Filing(Struct):
    """What is to be said: a unit's rows and header."""

    unit: Unit
    header: dict[str, str]
    rows: dict[str, list[dict[str, Scalar]]]


class Planned(Struct):
    """A filing as files of pages, with what must come back from each page."""

    files: list[list[Page]]
    expected: dict[tuple[int, str], Expectations]
    """(number of the file, sheet) → expectations."""


def draw(filing: Filing, style: Style, dice: random.Random, kind: str) -> Planned:
    return _Planner(filing, style, dice, kind).plan()


class _Planner:
    def __init__(self, filing: Filing, style: Style, dice: random.Random, kind: str) -> None:
        self.filing, self.style, self.dice, self.kind = filing, style, dice, kind
        self.expected: dict[tuple[int, str], Expectations] = {}

    def plan(self) -> Planned:
        style = self.style
        forms = list(EDITION.forms)
        forms = {"first only": forms[:1], "second only": forms[1:]}.get(style.layout, forms)
        files: list[list[Page]] = [[]]
        if style.cover and self.kind != "docx":
            page = Page("封面")
            page.put(3, 2, "2019年度12333电话服务情况报送材料")
            page.put(5, 2, f"{self.filing.unit.name}人力资源和社会保障厅")
            page.put(6, 2, "2020年1月")
            files[0].append(page)
        if style.layout in ("stacked", "side"):
            page = Page("12333调查表" if self.dice.random() < 0.5 else "Sheet1")
            corner = (1 + style.top, 1 + style.left)
            for number, form in enumerate(forms):
                block = _Block(self, page, form, corner, self._on(0, page), first=number == 0)
                bottom, right = block.write()
                corner = (bottom + 2, corner[1]) if style.layout == "stacked" else (corner[0], right + 2)
            files[0].append(page)
        else:
            for number, form in enumerate(forms):
                if style.layout == "files" and number:
                    files.append([])
                page = Page(self.dice.choice([form.key, f"{form.key} 电话", f"Sheet{number + 1}"]))
                page.hidden = style.hidden and (self.kind != "docx") and number == 1 and style.layout == "sheets"
                block = _Block(
                    self, page, form, (1 + style.top, 1 + style.left), self._on(len(files) - 1, page), first=True
                )
                block.write()
                files[-1].append(page)
        if self.kind == "docx":
            self._name_tables(files)
        for pages in files:
            if style.extra_sheets and self.kind != "docx":
                extra = Page("指标解释")
                for line, column in enumerate(EDITION.forms[0].data, 1):
                    extra.put(line, 1, column.label)
                    extra.put(line, 2, column.note or "见通知")
                pages.insert(0, extra)
            if pages and style.formatted:
                pages[-1].formatted_to = style.formatted
        return Planned(files, self.expected)

    def _on(self, file: int, page: Page) -> Expectations:
        return self.expected.setdefault((file, page.name), Expectations())

    def _name_tables(self, files: list[list[Page]]) -> None:
        renamed = {}
        for number, pages in enumerate(files):
            for index, page in enumerate(pages, 1):
                renamed[number, f"表格{index}"] = self.expected[number, page.name]
                page.name = f"表格{index}"
        self.expected = renamed


class _Block:
    def __init__(
        self, planner: _Planner, page: Page, form: Form, corner: tuple[int, int], on: Expectations, *, first: bool
    ) -> None:
        self.style, self.dice, self.kind = planner.style, planner.dice, planner.kind
        self.filing, self.page, self.form, self.on, self.first = planner.filing, page, form, on, first
        self.line, self.left = corner
        self.rows = self.filing.rows[form.key]
        self.positions: dict[str, int] = {}
        self.headings: list[tuple[int, str, str]] = []
        self.double: tuple[str, int] | None = None
        self._columns()

    # Columns

    def _columns(self) -> None:
        """Give every column of the form, and those it does not have, a place."""
        style, dice = self.style, self.dice
        order: list[Column | str] = list(self.form.columns)
        if style.moved:
            middle = order[2:-1]
            dice.shuffle(middle)
            order = [*order[:2], *middle, order[-1]]
        if style.missing and len(self.form.data) > 4:
            removed = dice.choice(self.form.data)
            order.remove(removed)
            self.on.columns.add((self.form.key, removed.key))
        for text in dice.sample(FOREIGN, style.foreign):
            order.insert(dice.randint(2, len(order)), text)
        twice = dice.choice(self.form.data) if style.doubled else None
        if twice in order and twice is not None:
            order.append("=" + twice.key)
            self.on.columns.add((self.form.key, twice.key))
        if style.province != "none":
            order.insert(
                0 if dice.random() < 0.5 and style.layout != "side" else 1,
                "地区" if style.province == "as region" else "省份",
            )
        column = self.left
        for item in order:
            if isinstance(item, Column):
                self.positions[item.key] = column
                self.headings.append((column, item.key, self._words(item)))
                column += 2 if item.kind is Kind.REGION and style.region_cells == "wide" else 1
            elif item.startswith("="):
                key = item[1:]
                self.double = (key, column)
                self.headings.append((column, key, self.form.by_key[key].heading))
                column += 1
            else:
                self.headings.append((column, "", item))
                column += 1
        self.right = column - 1
        self.strangers = [(c, text) for c, key, text in self.headings if not key]

    def _words(self, column: Column) -> str:
        if self.style.scale and column.key == SCALED:
            return column.heading.replace("（条", "（万条")
        if column.kind is Kind.REGION and self.style.province == "as region":
            return "市（州）"
        if self.style.heading_words == "own" or self.style.headings == "split":
            return column.heading
        if self.style.heading_words == "alias" and column.aliases and column.kind is not Kind.REGION:
            return self.dice.choice(column.aliases)
        return self.dice.choice(HEADINGS)(column.heading)

    # The block from top to bottom

    def write(self) -> tuple[int, int]:
        """Write everything; the last row and column come back."""
        self._title()
        if self.first or not self.style.header_once:
            self._header()
        elif self.style.layout == "side":
            self._skip_header()
        self._heading_rows()
        self._body()
        self._below()
        return self.line, self.right

    def _title(self) -> None:
        style, form = self.style, self.form
        if style.title == "none" and style.layout != "stacked":
            return
        if style.title == "labelled":
            self.page.put(self.line, self.left, form.key)
            self.line += 1
        text = {"year": f"2019年度{form.title}", "unit": f"{self.filing.unit.name}{form.title}（2019年）"}.get(
            style.title, form.title
        )
        if style.header == "in title":
            self.title = self.page.put(self.line, self.left, text + "\n" + self._header_line(), (self.line, self.right))
        else:
            self.page.put(self.line, self.left, text, (self.line, self.right))
        self.line += 1

    # Header

    def _spaced(self, label: str) -> str:
        return " ".join(label) if self.style.spaced_labels else label

    def _label(self, label: str, colon: str | None = None) -> str:
        return self._spaced(label) + (self.style.colon if colon is None else colon)

    def _unit(self) -> str:
        """The unit with its label, in one text."""
        unit, words = self.filing.unit, self.style.unit_words
        office = f"{unit.name}人力资源和社会保障厅"
        blank = "__" if self.style.underscores else "     "
        if words == "notice":
            bare = unit.name.removesuffix("省")
            return f"（盖章）{blank}{bare}{blank if bare == unit.name else ''}省（自治区、直辖市）"
        return {
            "full": f"（盖章）{blank}{unit.name}{blank}",
            "short": f"（盖章）{blank}{unit.short}{blank}省（自治区、直辖市）",
            "office": f"{office}（盖章）",
            "labelled": f"填报单位：{unit.name}",
            "labelled office": f"填报单位（盖章）：{office}",
            "sealed": f"报送单位：{unit.name}（公章）",
        }[words]

    def _contacts(self) -> dict[str, Content]:
        """Header key → what is written, and what must come of it."""
        style, header = self.style, self.filing.header
        name, mobile, email = header["name"], header["mobile"], header["email"]
        other = str(int(mobile) + 1)
        ways: dict[str, dict[str, tuple[Content, Scalar, str]]] = {
            "name": {
                "plain": (name, name, ""),
                "spaced": (" ".join(name), name, ""),
                "two": (f"{name}、李四", f"{name}、李四", ""),
                "with title": (f"{name}（科长）", f"{name}（科长）", ""),
                "blank": ("", None, "H103"),
                "with mobile": (f"{name} {mobile}", name, ""),
            },
            "mobile": {
                "plain": (mobile, mobile, ""),
                "number": (int(mobile), mobile, ""),
                "dashes": (f"{mobile[:3]}-{mobile[3:7]}-{mobile[7:]}", mobile, ""),
                "spaces": (f"{mobile[:3]} {mobile[3:7]} {mobile[7:]}", mobile, ""),
                "+86": (f"+86 {mobile}", mobile, ""),
                "two": (f"{mobile}、{other}", f"{mobile}、{other}", ""),
                "with landline": (f"{mobile}，010-84200000", mobile, ""),
                "landline": ("010-84200000", None, "H105"),
                "short": (mobile[:-1], None, "H105"),
                "full width": (mobile.translate({48 + n: 0xFF10 + n for n in range(10)}), mobile, ""),
                "blank": ("", None, "H104"),
            },
            "email": {
                "plain": (email, email, ""),
                "full width": (email.replace("@", "＠"), email, ""),
                "spaced": (email.replace("@", " @ "), email, ""),
                "blank": ("", None, "H107"),
                "none": ("无", None, "H107"),
            },
        }
        chosen = {key: written[getattr(style, key)] for key, written in ways.items()}
        if style.name == "with mobile":
            chosen["mobile"] = ("", mobile, "")
        self.truth: dict[str, tuple[Scalar, frozenset[str]]] = {"unit": (self.filing.unit.name, frozenset())}
        self.truth |= {key: (value, frozenset({rule} - {""})) for key, (_, value, rule) in chosen.items()}
        return {key: written for key, (written, _, _) in chosen.items()}

    def _expect(self, key: str, *cells: str) -> None:
        """It is in one of these cells; a mobile that is with the name, and has a label of its own, is anywhere."""
        anywhere = key == "mobile" and self.style.name == "with mobile" and len(cells) > 1
        self.on.header[self.form.key, key] = (*self.truth[key], frozenset(() if anywhere else cells))

    def _header_line(self) -> str:
        contacts = self._contacts()
        gap = self.dice.choice(["     ", "   ", "　　　", "\n"])
        blank = "__" if self.style.underscores else ""
        labels = (("name", "联系人"), ("mobile", "手机号"), ("email", "邮箱"))
        parts = [
            f"{self._label(label)}{blank if contacts[key] else ''} {contacts[key]}{blank}" for key, label in labels
        ]
        return gap.join([self._unit(), *parts])

    def _header(self) -> None:
        style = self.style
        kind = style.header
        if kind == "in title" and (style.title == "none" and style.layout != "stacked"):
            kind = "line"
        if kind in ("line", "loose line", "signed line"):
            text = self._header_line()
            cell = self.page.put(self.line, self.left, text, (self.line, self.right) if kind == "line" else None)
            if kind == "signed line":
                self.page.put(self.line, self.right, "单位：次、人、个")
            for key in ("unit", "name", "mobile", "email"):
                self._expect(key, cell)
            self.line += 1
        elif kind == "in title":
            for key in ("unit", "name", "mobile", "email"):
                self._expect(key, self.title)
        else:
            put: dict[str, Callable[[], None]] = {
                "cells": self._in_cells,
                "inline": self._inline,
                "rows": partial(self._in_cells, rows=True),
                "over": self._over,
            }
            put.get(kind, self._unit_line)()

    def _skip_header(self) -> None:
        """Beside a table with a header of one row: leave that row to it."""
        self._contacts()
        in_title = 1 if self.style.title == "none" else 0
        self.line += {"rows": 4, "over": 3, "in title": in_title}.get(self.style.header, 1)

    def _unit_line(self) -> None:
        """The unit above, the contact below the table."""
        self.contact_below = self._contacts()
        cell = self.page.put(self.line, self.left, self._unit(), (self.line, self.right))
        self._expect("unit", cell)
        self.line += 1

    def _pairs(self) -> list[tuple[str, str, Content]]:
        contacts = self._contacts()
        labels = {
            "name": self.dice.choice(["联系人", "联系人", "联系人姓名"]),
            "mobile": self.dice.choice(["手机号", "手机号码", "联系电话"]),
            "email": self.dice.choice(["邮箱", "电子邮箱", "邮箱地址"]),
        }
        return [(key, labels[key], contacts[key]) for key in labels]

    def _unit_cells(self) -> tuple[str, str]:
        unit = self.filing.unit
        office = f"{unit.name}人力资源和社会保障厅"
        return self.dice.choice(["填报单位", "填报单位（盖章）", "报送单位"]), self.dice.choice(
            [unit.name, unit.short, office]
        )

    def _in_cells(self, *, rows: bool = False) -> None:
        """Label and value in a cell each, side by side or in a row each."""
        pairs = self._pairs()
        label, value = self._unit_cells()
        for at, (key, words, content) in enumerate((("unit", label, value), *pairs)):
            line, column = (self.line + at, self.left) if rows else (self.line, self.left + 2 * at)
            first = self.page.put(line, column, self._label(words, self.style.colon or "："))
            second = self.page.put(line, column + 1, content if content != "" else None)
            self._expect(key, first, second)
        self.line += 1 + rows * len(pairs)

    def _inline(self) -> None:
        """Label and value in one cell, a cell each."""
        pairs = self._pairs()
        column = self.left
        for key, words, content in (("unit", "", self._unit()), *pairs):
            colon = self.style.colon or "："
            text = str(content) if key == "unit" else f"{self._label(words, colon)}{content}"
            after = f"{column_letters(column + 1)}{self.line}"
            self._expect(key, self.page.put(self.line, column, text), after)
            column += self.dice.choice([1, 2, 3]) if column + 3 <= self.right else 1
        self.line += 1

    def _over(self) -> None:
        """The unit's line, then labels over their values, as in a table."""
        pairs = self._pairs()
        self._expect("unit", self.page.put(self.line, self.left, self._unit(), (self.line, self.right)))
        for offset, (key, words, content) in enumerate(pairs):
            column = self.left + 2 * offset
            first = self.page.put(self.line + 1, column, words)
            second = self.page.put(self.line + 2, column, content if content != "" else None)
            self._expect(key, first, second, f"{column_letters(column + 1)}{self.line + 1}")
        self.line += 3

    # Headings

    def _heading_rows(self) -> None:
        style = self.style.headings
        if style in ("one row", "concatenated"):
            for column, key, text in self.headings:
                group = self.form.by_key[key].group if key else ""
                joined = (
                    group + self.dice.choice(["", "-", "\n", "："]) + text
                    if style == "concatenated" and group
                    else text
                )
                self._put_heading(self.line, column, key, joined)
            self.line += 1
            return
        height = 3 if style == "split" else 2
        before: tuple[str, int] = ("", 0)
        for column, key, text in self.headings:
            group = self.form.by_key[key].group if key else ""
            if not group:
                to = (self.line + height - 1, self._heading_right(column, key))
                self.page.put(self.line, column, text, to if style != "unmerged" else None)
                before = ("", 0)
                continue
            if before[0] != group:
                run = [c for c, k, _ in self.headings if k and self.form.by_key[k].group == group and c >= column]
                end = column
                while end + 1 in run:
                    end += 1
                self.page.put(self.line, column, group, (self.line, end) if style != "unmerged" else None)
                before = (group, column)
            if style == "split" and "\n" in text:
                upper, lower = text.split("\n", 1)
                self.page.put(self.line + 1, column, upper)
                self.page.put(self.line + 2, column, lower)
            else:
                self.page.put(self.line + 1, column, text, (self.line + 2, column) if style == "split" else None)
        self.line += height
        if style == "three rows":
            self._hints()

    def _heading_right(self, column: int, key: str) -> int:
        return column + 1 if key == self.form.region.key and self.style.region_cells == "wide" else column

    def _put_heading(self, line: int, column: int, key: str, text: str) -> None:
        self.page.put(line, column, text, (line, self._heading_right(column, key)))

    def _hints(self) -> None:
        for column, key, _ in self.headings:
            about = self.form.by_key[key] if key else None
            if about and about.kind in (Kind.COUNT, Kind.YESNO):
                self.page.put(self.line, column, f"（{about.unit}）" if about.unit else "是/否")
        self.line += 1

    # Rows

    def _guide(self) -> None:
        guide = self.style.guide
        if guide == "none":
            return
        if guide == "units":
            self._hints()
            return
        for number, (column, _, _) in enumerate(self.headings, 1):
            content: Content = number
            if guide == "letters":
                content = column_letters(number)
            elif guide == "formulas" and number == 4:
                content = "4=5+6+7"
            elif number <= 2:
                content = "甲" if number == 1 else "乙"
            self.page.put(self.line, column, content)
        self.line += 1

    def _body(self) -> None:
        style = self.style
        self._guide()
        self.figures: dict[str, list[int | None]] = {c.key: [] for c in self.form.of_kind(Kind.COUNT)}
        self.first_row = self.line
        if style.total == "top":
            self._total(after=True)
        if style.sample in ("first", "in serial"):
            self._sample()
        middle = len(self.rows) // 2
        first_line = self.line
        for index, row in enumerate(self.rows):
            if index == middle and index:
                if style.sample == "middle":
                    self._sample()
                if style.subtotal:
                    self._subtotal()
                if style.repeat and style.layout != "side":
                    self._heading_rows()
            self._row(index, row)
            if index == 0 and style.stale != "none" and self.kind == "xlsx" and style.total != "formula":
                self._stale_row(row)
            if style.blank_rows and self.dice.random() < 0.5:
                self.line += 1
        if style.merged_yes and not style.repeat and not style.faults and style.sample != "middle":
            self._merge_answers(first_line)
        if style.sample == "last":
            self._sample()
        if style.ellipsis:
            self.page.put(self.line, self.positions["serial"], "……")
            self.line += 1
        if style.total not in ("none", "top"):
            self._total()
        if style.total == "ratio below":
            for key, column in self.positions.items():
                if self.form.by_key[key].kind is Kind.COUNT:
                    self.page.put(self.line, column, 0.5)
            self.page.put(self.line, self.positions["serial"], "同比")
            self.line += 1

    def _sample(self) -> None:
        for column in self.form.columns:
            if column.key in self.positions:
                content: Scalar = column.sample
                if self.style.sample == "in serial":
                    content = {"serial": "样例", "region": "某某市"}.get(column.key, content)
                self.page.put(self.line, self.positions[column.key], _shown(content))
        self.line += 1

    def _subtotal(self) -> None:
        self.page.put(self.line, self.positions["region"], "小计")
        for key, column in self.positions.items():
            if self.form.by_key[key].kind is Kind.COUNT:
                self.page.put(self.line, column, sum(n for n in self.figures[key] if n is not None))
        self.line += 1

    def _row(self, index: int, row: Mapping[str, Scalar]) -> None:
        height = 2 if self.style.region_cells == "tall" else 1
        self._row_name(index, str(row["region"]), height)
        for key, position in self.positions.items():
            column = self.form.by_key[key]
            if column.kind in (Kind.SERIAL, Kind.REGION):
                continue
            cell = f"{column_letters(position)}{self.line}"
            content, value, rules = self._content(column, row, index)
            if content is not None:
                self.page.put(self.line, position, content)
            twice = self.double
            if twice and twice[0] == key and content is not None:
                self.page.put(self.line, twice[1], content)
            self.on.cells.append(Expected(self.form.key, self.line, key, cell, value, rules))
            if key in self.figures:
                figure = int(str(content).replace("－", "-")) if rules == {"V303"} else value
                self.figures[key].append(figure if isinstance(figure, int) else None)
        for column_, text in self.strangers:
            if text not in ("省份", "地区"):
                self.page.put(self.line, column_, self.dice.choice(STRAY))
        self.line += height

    def _stale_row(self, row: Mapping[str, Scalar]) -> None:
        """Last year's figures of the same region, which the sheet conceals."""
        for key, position in self.positions.items():
            value = row.get(key)
            old = value + 1 if isinstance(value, int) and not isinstance(value, bool) else _shown(value)
            self.page.put(self.line, position, 99 if key == "serial" else old)
        self.page.concealed[self.line] = self.style.stale
        self.line += 1

    def _row_name(self, index: int, region: str, height: int) -> None:
        style, line = self.style, self.line
        numbers: dict[str, Content | None] = {"text": str(index + 2), "dotted": f"{index + 2}.", "blank": None}
        serial = numbers.get(style.serial, index + 2)
        self.page.put(line, self.positions["serial"], serial, (line + height - 1, self.positions["serial"]))
        column = self.positions["region"]
        words = self.dice.choice(REGIONS) if style.regions == "messy" else REGIONS[0]
        text = words(self.filing.unit, region) or region
        cell = self.page.put(line, column, text, (line + height - 1, self._heading_right(column, "region")))
        self.on.cells.append(Expected(self.form.key, line, "region", cell, region))
        for place, name in self.strangers:
            if name in ("省份", "地区"):
                whole = style.province == "merged" and index == 0
                if style.province != "merged" or whole:
                    self.page.put(line, place, self.filing.unit.name)

    def _content(
        self, column: Column, row: Mapping[str, Scalar], index: int
    ) -> tuple[Content | None, Scalar, frozenset[str]]:
        """What is written for a value, what must be read, and who must object."""
        value = row.get(column.key)
        if column.kind is Kind.TEXT:
            return (_shown(value), value, frozenset())
        if self.style.scale and column.key == SCALED:
            return int(value or 0) / 10_000, value, frozenset()
        if self.dice.random() < self.style.faults:
            spoilt: Sequence[tuple[Content | None, str]] = {
                Kind.COUNT: SPOILT_NUMBERS,
                Kind.YESNO: SPOILT_YESNO,
                Kind.CHOICE: SPOILT_CHOICES,
            }[column.kind]
            content, rule = self.dice.choice(spoilt)
            if rule == "V307":
                content = ErrorValue(str(content))
            if self.kind == "docx" and isinstance(content, ErrorValue | date):
                content = str(content.text) if isinstance(content, ErrorValue) else content.isoformat()
            if self.kind == "docx" and isinstance(content, bool):
                return "两可", None, frozenset({"V302"} if column.kind is Kind.COUNT else {"V304", "V305"})
            return content, None, frozenset({rule})
        if column.key == "calls_total" and self._can_add(row) and self.style.formulas:
            parts = ("calls_agent", "calls_ivr", "calls_abandoned")
            letters = [f"{column_letters(self.positions[part])}{self.line}" for part in parts]
            self.summed = True
            text = f"=SUM({letters[0]}:{letters[-1]})" if self._neighbours(parts) else "=" + "+".join(letters)
            return Formula(text, int(value or 0)), value, frozenset()
        if self.dice.random() >= self.style.mess:
            return _shown(value), value, frozenset()
        by_kind: dict[Kind, Sequence[Callable[..., Content | None]]] = {
            Kind.COUNT: NUMBERS,
            Kind.YESNO: YESNO,
            Kind.CHOICE: CHOICES,
        }
        ways = by_kind[column.kind]
        written = self.dice.choice(ways)(value)
        return (_shown(value) if written is None else written), value, frozenset()

    def _can_add(self, row: Mapping[str, Scalar]) -> bool:
        """Whether the parts are in the sheet as plain numbers, so that a program can add them."""
        plain = not self.style.mess and not self.style.faults and self.kind == "xlsx"
        return plain and {"calls_agent", "calls_ivr", "calls_abandoned"} <= set(self.positions)

    def _neighbours(self, parts: Sequence[str]) -> bool:
        places = [self.positions[part] for part in parts]
        return places == list(range(places[0], places[0] + len(places)))

    def _merge_answers(self, first_line: int) -> None:
        """One 是 or 否 for all rows, in one cell merged downwards; all rows say so."""
        keys = [c.key for c in self.form.of_kind(Kind.YESNO) if c.key in self.positions]
        lines = {item.row for item in self.on.cells if item.form == self.form.key}
        own = sorted(line for line in lines if line >= first_line)
        key = self.dice.choice(keys) if keys else None
        if key is None or len(own) < 2 or (self.double and self.double[0] == key) or self.style.subtotal:
            return
        column = self.positions[key]
        answer = next(i.value for i in self.on.cells if (i.form, i.row, i.field) == (self.form.key, own[0], key))
        for line in range(own[0], own[-1] + 1):
            self.page.cells.pop((line, column), None)
        self.page.put(own[0], column, "是" if answer else "否", (own[-1], column))
        self.on.cells[:] = [
            Expected(i.form, i.row, i.field, i.cell, answer) if (i.form, i.field) == (self.form.key, key) else i
            for i in self.on.cells
        ]

    def _total(self, *, after: bool = False) -> None:
        style = self.style
        serial, region = self.positions["serial"], self.positions["region"]
        name = "合计" if style.total_name == "全省" and (after or style.total == "blank") else style.total_name
        if style.total_cell == "merged" and region == serial + 1:
            self.page.put(self.line, serial, name, (self.line, region))
        else:
            self.page.put(self.line, region if name == "全省" or style.total_cell == "region" else serial, name)
        for key, column in self.positions.items():
            if self.form.by_key[key].kind is Kind.COUNT and style.total != "blank":
                known = [n for n in self._sums(key, after) if n is not None]
                if sum(known) < 0:  # a fault beside nothing else: what adds up is no figure
                    continue
                total: Content = sum(known) / 10_000 if style.scale and key == SCALED else sum(known)
                letter = column_letters(column)
                if (
                    style.total == "formula"
                    and name != "全省"
                    and self.kind == "xlsx"
                    and style.sample == "removed"
                    and not (style.subtotal or style.repeat or style.mess or style.guide != "none")
                ) and not (style.scale and key == SCALED):
                    total = Formula(f"=SUM({letter}{self.first_row}:{letter}{self.line - 1})", sum(known))
                self.page.put(self.line, column, total)
        self.line += 1

    def _sums(self, key: str, after: bool) -> list[int | None]:
        if not after:
            return self.figures[key]
        return [value if isinstance(value := row.get(key), int) else None for row in self.rows]

    # Below

    def _below(self) -> None:
        style = self.style
        if hasattr(self, "contact_below"):
            parts = [
                f"{self._label(label, style.colon or '：')}{self.contact_below[key]}"
                for key, label in (("name", "联系人"), ("mobile", "手机号"), ("email", "邮箱"))
            ]
            cell = self.page.put(self.line, self.left, "    ".join(parts), (self.line, self.right))
            for key in ("name", "mobile", "email"):
                self._expect(key, *([cell] if self.truth[key][0] else []))
            self.line += 1
        lines = [text.format(year=2019) for text in self.form.instructions]
        if style.notes == "one cell":
            self.page.put(self.line, self.left, "\n".join(["填表说明：", *lines]), (self.line, self.right))
            self.line += 1
        elif style.notes != "none":
            for text in ["填表说明：", *lines]:
                column = self.left + (style.notes == "column")
                self.page.put(self.line, column, text, (self.line, self.right) if style.notes == "merged" else None)
                self.line += 1
        if style.signature == "line":
            self.page.put(
                self.line,
                self.left,
                "填报人：王五      审核人：赵六      填报日期：2020年1月10日",
                (self.line, self.right),
            )
        elif style.signature != "none":
            column = self.left + (2 if style.signature == "cells at values" else 0)
            for text in ("单位负责人：", "审核人：赵六", "填表日期：2020年1月10日"):
                self.page.put(self.line, column, text)
                column += 2
        self.line += 1


def _shown(value: Scalar) -> Content | None:
    if isinstance(value, bool):
        return "是" if value else "否"
    return value
