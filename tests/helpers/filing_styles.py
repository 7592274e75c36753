"""Filings as strangers write them: one set of figures in any mixture of habits, with what must be read from it.

`Style` holds the liberties taken with the layout, `draw` plans a filing in them, `filing_writers` puts the plan into a
file. Each planned cell knows what must come back: its value, or the rule that must object to it there.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct, field

from cases import words as listed
from filing_layouts import Formula
from filing_words import FOREIGN, HEADINGS, REGIONS, SPOILT, WAYS
from hrss12333.model.filing import column_letters
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Column, Form, Kind, Scalar, answer_word


class ErrorValue(Struct, frozen=True):
    text: str


Content = str | int | float | bool | date | Formula | ErrorValue

SCALED = "knowledge_entries"
"""The column whose figures a style may give in 万."""
STRAY: tuple[Content, ...] = (97, "是", "12.5%", 3)
"""What is in columns that the form does not have."""
CALLS = ("calls_agent", "calls_ivr", "calls_abandoned")
CONTACTS = {"name": "联系人", "mobile": "手机号", "email": "邮箱"}
"""Key → label."""


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
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    """Number formats of cells."""
    beside: dict[str, str] = field(default_factory=dict)
    """What is in no cell: 文本框, 页眉页脚, 脚注, 文件属性 or 段落, and what it says."""

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
"""Liberty → how it may be taken; the first is the notice's own way."""


class Style:
    """The liberties that are taken; all others are left alone."""

    def __init__(self, **taken: object) -> None:
        assert taken.keys() <= CHOICES_OF.keys()
        self.taken = taken

    def __getattr__(self, name: str) -> Any:
        if name not in CHOICES_OF:
            raise AttributeError(name)
        return self.taken.get(name, CHOICES_OF[name][0])

    def __repr__(self) -> str:
        return f"Style({', '.join(f'{name}={option!r}' for name, option in self.taken.items())})"

    def but(self, **taken: object) -> Style:
        """With other liberties besides."""
        return Style(**{**self.taken, **taken})


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
    planned = Planned([[]], {})
    files, word = planned.files, kind == "docx"
    forms = list(EDITION.forms)
    forms = {"first only": forms[:1], "second only": forms[1:]}.get(style.layout, forms)
    if style.cover and not word:
        office = f"{filing.unit.name}人力资源和社会保障厅"
        cover = {(3, 2): "2019年度12333电话服务情况报送材料", (5, 2): office, (6, 2): "2020年1月"}
        files[0].append(Page("封面", {**cover}))
    left = 1 + style.left
    corner, page = (1 + style.top, left), Page("")
    together = style.layout in ("stacked", "side")
    if together:
        name = "12333调查表" if dice.random() < 0.5 else "Sheet1"
        page.name = "表格1" if word else name
        files[0].append(page)
    for number, form in enumerate(forms):
        if not together:
            if style.layout == "files" and number:
                files.append([])
            name = dice.choice([form.key, f"{form.key} 电话", f"Sheet{number + 1}"])
            page = Page(f"表格{len(files[-1]) + 1}" if word else name)
            page.hidden = style.hidden and not word and number == 1 and style.layout == "sheets"
            files[-1].append(page)
        on = planned.expected.setdefault((len(files) - 1, page.name), Expectations())
        block = _Block(filing, style, dice, kind, page, form, corner, on)
        bottom, right = block.write(first=not together or number == 0)
        if together:
            corner = (bottom + 2, left) if style.layout == "stacked" else (corner[0], right + 2)
    for pages in files:
        if style.extra_sheets and not word:
            extra = Page("指标解释")
            for line, column in enumerate(EDITION.forms[0].data, 1):
                extra.put(line, 1, column.label)
                extra.put(line, 2, column.note or "见通知")
            pages.insert(0, extra)
        if pages:
            pages[-1].formatted_to = style.formatted
    return planned


def _contacts(header: Mapping[str, str], style: Style) -> dict[str, tuple[Content, Scalar, str]]:
    """Header key → what is written, what must be read, and the rule that must object."""
    name, mobile, email = (header[key] for key in CONTACTS)
    two = f"{mobile}、{int(mobile) + 1}"
    landline = "010-84200000"
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
            "two": (two, two, ""),
            "with landline": (f"{mobile}，{landline}", mobile, ""),
            "landline": (landline, None, "H105"),
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
    chosen = {key: ways[key][getattr(style, key)] for key in CONTACTS}
    return chosen | ({"mobile": ("", mobile, "")} if style.name == "with mobile" else {})


class _Block:
    """One form on a page."""

    def __init__(
        self,
        filing: Filing,
        style: Style,
        dice: random.Random,
        kind: str,
        page: Page,
        form: Form,
        corner: tuple[int, int],
        on: Expectations,
    ) -> None:
        self.filing, self.style, self.dice, self.kind = filing, style, dice, kind
        self.page, self.form, self.on = page, form, on
        self.line, self.left = corner
        self.office = f"{self.filing.unit.name}人力资源和社会保障厅"
        self.rows = self.filing.rows[form.key]
        self.contacts = _contacts(self.filing.header, self.style)
        self.contact_is_below = False
        self.positions: dict[str, int] = {}
        self.headings: list[tuple[int, str, str]] = []
        """Column, field key ("" where the form has none), heading."""
        self.double: tuple[str, int] | None = None
        self._columns()
        self.counts = {key: at for key, at in self.positions.items() if form.by_key[key].kind is Kind.COUNT}
        self.figures: dict[str, list[int | None]] = {column.key: [] for column in form.of_kind(Kind.COUNT)}

    def _put(self, column: int, content: Content | None, right: int = 0, *, below: int = 0) -> str:
        """A cell of this line, merged to the column ``right`` and so many lines down."""
        return self.page.put(self.line, column, content, (self.line + below, max(right, column)))

    def _put_counts(self, content: Callable[[str], Content | None]) -> None:
        for key, column in self.counts.items():
            self._put(column, content(key))

    # Columns

    def _columns(self) -> None:
        """Give every column of the form, and those it does not have, a place."""
        style, dice = self.style, self.dice
        order: list[Column | str] = list(self.form.columns)
        if style.moved:
            middle = order[2:-1]
            dice.shuffle(middle)
            order = [*order[:2], *middle, order[-1]]
        foreign = FOREIGN
        if style.missing and len(self.form.data) > 4:
            removed = dice.choice(self.form.data)
            order.remove(removed)
            self.on.columns.add((self.form.key, removed.key))
            in_its_place = f"{removed.heading}（"
            foreign = [text for text in foreign if not text.startswith(in_its_place)]
        for text in dice.sample(foreign, style.foreign):
            order.insert(dice.randint(2, len(order)), text)
        twice = dice.choice(self.form.data) if style.doubled else None
        if twice is not None and twice in order:
            order.append(twice)
            self.on.columns.add((self.form.key, twice.key))
        if style.province != "none":
            first = dice.random() < 0.5 and style.layout != "side"
            order.insert(0 if first else 1, "地区" if style.province == "as region" else "省份")
        column = self.left
        for item in order:
            if isinstance(item, str):
                self.headings.append((column, "", item))
            elif item.key in self.positions:
                self.double = (item.key, column)
                self.headings.append((column, item.key, item.heading))
            else:
                self.positions[item.key] = column
                self.headings.append((column, item.key, self._words(item)))
                column += item.kind is Kind.REGION and style.region_cells == "wide"
            column += 1
        self.right = column - 1

    def _words(self, column: Column) -> str:
        style = self.style
        if style.scale and column.key == SCALED:
            return column.heading.replace("（条", "（万条")
        if column.kind is Kind.REGION and style.province == "as region":
            return "市（州）"
        if style.heading_words == "own" or style.headings == "split":
            return column.heading
        if style.heading_words == "alias" and column.aliases and column.kind is not Kind.REGION:
            return self.dice.choice(column.aliases)
        return self.dice.choice(HEADINGS)(column.heading)

    # The block from top to bottom

    def write(self, *, first: bool) -> tuple[int, int]:
        """Write everything; the last row and column come back."""
        title = self._title()
        if first or not self.style.header_once:
            self._header(title)
        elif self.style.layout == "side":  # a row that is the other table's header is left to it
            in_title = 1 if self.style.title == "none" else 0
            self.line += {"rows": 4, "over": 3, "in title": in_title}.get(self.style.header, 1)
        self._heading_rows()
        self._body()
        self._below()
        return self.line, self.right

    def _title(self) -> str:
        """The cell of the title, if there is one."""
        style, form = self.style, self.form
        if style.title == "none" and style.layout != "stacked":
            return ""
        if style.title == "labelled":
            self._put(self.left, form.key)
            self.line += 1
        text = form.title
        if style.title == "year":
            text = f"2019年度{text}"
        elif style.title == "unit":
            text = f"{self.filing.unit.name}{text}（2019年）"
        if style.header == "in title":
            text += "\n" + self._header_line()
        cell = self._put(self.left, text, self.right)
        self.line += 1
        return cell

    # Header

    def _label(self, label: str, colon: str) -> str:
        return (" ".join(label) if self.style.spaced_labels else label) + colon

    def _unit(self) -> str:
        """The unit with its label, in one text."""
        unit = self.filing.unit
        blank = "__" if self.style.underscores else "     "
        bare = unit.name.removesuffix("省")
        return {
            "notice": f"（盖章）{blank}{bare}{blank if bare == unit.name else ''}省（自治区、直辖市）",
            "full": f"（盖章）{blank}{unit.name}{blank}",
            "short": f"（盖章）{blank}{unit.short}{blank}省（自治区、直辖市）",
            "office": f"{self.office}（盖章）",
            "labelled": f"填报单位：{unit.name}",
            "labelled office": f"填报单位（盖章）：{self.office}",
            "sealed": f"报送单位：{unit.name}（公章）",
        }[self.style.unit_words]

    def _expect(self, key: str, *cells: str) -> None:
        """It is in one of these cells; a mobile that is with the name, and has a label of its own, is anywhere."""
        value: Scalar = self.filing.unit.name
        rule, anywhere = "", key == "mobile" and self.style.name == "with mobile" and len(cells) > 1
        if key != "unit":
            _, value, rule = self.contacts[key]
        self.on.header[self.form.key, key] = (value, frozenset({rule} - {""}), frozenset(() if anywhere else cells))

    def _header_line(self) -> str:
        gap = self.dice.choice(["     ", "   ", "　　　", "\n"])
        blank = "__" if self.style.underscores else ""
        written = [(label, self.contacts[key][0]) for key, label in CONTACTS.items()]
        parts = [
            f"{self._label(label, self.style.colon)}{blank if text else ''} {text}{blank}" for label, text in written
        ]
        return gap.join([self._unit(), *parts])

    def _header(self, title: str) -> None:
        kind = self.style.header
        if kind in ("line", "in title", "loose line", "signed line"):
            cell = title if kind == "in title" else ""
            if not cell:
                cell = self._put(self.left, self._header_line(), self.right if kind in ("line", "in title") else 0)
                self.line += 1
            if kind == "signed line":
                self.page.put(self.line - 1, self.right, "单位：次、人、个")
            for key in ("unit", *CONTACTS):
                self._expect(key, cell)
        elif kind == "below":
            self._expect("unit", self._put(self.left, self._unit(), self.right))
            self.contact_is_below = True
            self.line += 1
        else:
            self._header_cells(kind)

    def _header_cells(self, kind: str) -> None:
        """Labels and values in several cells: side by side, a row each, in one cell each, or labels over their values."""
        choose, colon = self.dice.choice, self.style.colon or "："
        labels = [
            choose(["联系人", "联系人", "联系人姓名"]),
            choose(["手机号", "手机号码", "联系电话"]),
            choose(["邮箱", "电子邮箱", "邮箱地址"]),
        ]
        pairs = [(key, label, self.contacts[key][0]) for key, label in zip(CONTACTS, labels, strict=True)]
        if kind == "over":
            self._expect("unit", self._put(self.left, self._unit(), self.right))
            for column, (key, label, content) in zip(range(self.left, self.left + 6, 2), pairs, strict=True):
                first = self.page.put(self.line + 1, column, label)
                second = self.page.put(self.line + 2, column, content or None)
                self._expect(key, first, second, f"{column_letters(column + 1)}{self.line + 1}")
            self.line += 3
        elif kind == "inline":
            column = self.left
            for key, label, content in (("unit", "", self._unit()), *pairs):
                text = f"{self._label(label, colon) if label else ''}{content}"
                self._expect(key, self._put(column, text), f"{column_letters(column + 1)}{self.line}")
                column += choose([1, 2, 3]) if column + 3 <= self.right else 1
            self.line += 1
        else:
            unit = self.filing.unit
            owner = choose(["填报单位", "填报单位（盖章）", "报送单位"])
            named = ("unit", owner, choose([unit.name, unit.short, self.office]))
            for at, (key, label, content) in enumerate((named, *pairs)):
                line, column = (self.line + at, self.left) if kind == "rows" else (self.line, self.left + 2 * at)
                first = self.page.put(line, column, self._label(label, colon))
                self._expect(key, first, self.page.put(line, column + 1, content or None))
            self.line += 4 if kind == "rows" else 1

    # Headings

    def _heading_rows(self) -> None:
        style = self.style.headings
        if style in ("one row", "concatenated"):
            for column, key, text in self.headings:
                group = self.form.by_key[key].group if key else ""
                if style == "concatenated" and group:
                    text = group + self.dice.choice(["", "-", "\n", "："]) + text
                self._put(column, text, self._heading_right(column, key))
            self.line += 1
            return
        height, merged = 3 if style == "split" else 2, style != "unmerged"
        before = ""
        for column, key, text in self.headings:
            group = self.form.by_key[key].group if key else ""
            if not group:
                self._put(column, text, self._heading_right(column, key) if merged else 0, below=merged * (height - 1))
                before = ""
                continue
            if before != group:
                run = {c for c, k, _ in self.headings if k and self.form.by_key[k].group == group}
                end = next(at for at in range(column, self.right + 2) if at + 1 not in run)
                self._put(column, group, end if merged else 0)
                before = group
            upper, _, lower = text.partition("\n") if style == "split" else (text, "", "")
            self.page.put(
                self.line + 1, column, upper, (self.line + 2, column) if style == "split" and not lower else None
            )
            if lower:
                self.page.put(self.line + 2, column, lower)
        self.line += height
        if style == "three rows":
            self._hints()

    def _heading_right(self, column: int, key: str) -> int:
        return column + 1 if key == self.form.region.key and self.style.region_cells == "wide" else column

    def _hints(self) -> None:
        for column, key, _ in self.headings:
            about = self.form.by_key[key] if key else None
            if about and about.kind in (Kind.COUNT, Kind.YESNO):
                self._put(column, f"（{about.measure}）" if about.measure else "是/否")
        self.line += 1

    # Rows

    def _guide(self) -> None:
        guide = self.style.guide
        if guide == "units":
            self._hints()
        elif guide != "none":
            for number, (column, _, _) in enumerate(self.headings, 1):
                content: Content = {1: "甲", 2: "乙"}.get(number, number)
                if guide == "formulas" and number == 4:
                    content = "4=5+6+7"
                self._put(column, column_letters(number) if guide == "letters" else content)
            self.line += 1

    def _body(self) -> None:
        style = self.style
        self._guide()
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
                    self._put(self.positions["region"], "小计")
                    self._put_counts(lambda key: sum(n for n in self.figures[key] if n is not None))
                    self.line += 1
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
            self._put(self.positions["serial"], "……")
            self.line += 1
        if style.total not in ("none", "top"):
            self._total()
        if style.total == "ratio below":
            self._put_counts(lambda _: 0.5)
            self._put(self.positions["serial"], "同比")
            self.line += 1

    def _sample(self) -> None:
        given: dict[str, Scalar] = {column.key: column.sample for column in self.form.columns}
        if self.style.sample == "in serial":
            given |= {"serial": "样例", "region": "某某市"}
        for key, column in self.positions.items():
            self._put(column, _shown(given[key]))
        self.line += 1

    def _row(self, index: int, row: Mapping[str, Scalar]) -> None:
        height = 2 if self.style.region_cells == "tall" else 1
        self._row_name(index, str(row["region"]), height - 1)
        for key, position in self.positions.items():
            column = self.form.by_key[key]
            if column.kind in (Kind.SERIAL, Kind.REGION):
                continue
            content, value, rules = self._content(column, row)
            cell = self._put(position, content)
            if self.double and self.double[0] == key:
                self._put(self.double[1], content)
            self.on.cells.append(Expected(self.form.key, self.line, key, cell, value, rules))
            if key in self.figures:
                figure = int(str(content).replace("－", "-")) if rules == {"V303"} else value
                self.figures[key].append(figure if isinstance(figure, int) else None)
        for place, key, heading in self.headings:
            if not key and heading not in ("省份", "地区"):
                self._put(place, self.dice.choice(STRAY))
        self.line += height

    def _stale_row(self, row: Mapping[str, Scalar]) -> None:
        """Last year's figures of the same region, which the sheet conceals."""
        for key, position in self.positions.items():
            value = row.get(key)
            old = value + 1 if isinstance(value, int) and not isinstance(value, bool) else _shown(value)
            self._put(position, 99 if key == "serial" else old)
        self.page.concealed[self.line] = self.style.stale
        self.line += 1

    def _row_name(self, index: int, region: str, below: int) -> None:
        style = self.style
        numbers: dict[str, Content | None] = {"text": str(index + 2), "dotted": f"{index + 2}.", "blank": None}
        self._put(self.positions["serial"], numbers.get(style.serial, index + 2), below=below)
        column = self.positions["region"]
        words = self.dice.choice(REGIONS) if style.regions == "messy" else REGIONS[0]
        text = words(self.filing.unit, region) or region
        cell = self._put(column, text, self._heading_right(column, "region"), below=below)
        self.on.cells.append(Expected(self.form.key, self.line, "region", cell, region))
        for place, key, heading in self.headings:
            if not key and heading in ("省份", "地区") and (style.province != "merged" or index == 0):
                self._put(place, self.filing.unit.name)

    def _content(self, column: Column, row: Mapping[str, Scalar]) -> tuple[Content | None, Scalar, frozenset[str]]:
        """What is written for a value, what must be read, and who must object."""
        style, dice, value = self.style, self.dice, row.get(column.key)
        if column.kind is Kind.TEXT:
            return _shown(value), value, frozenset()
        if style.scale and column.key == SCALED:
            return int(value or 0) / 10_000, value, frozenset()
        if dice.random() < style.faults:
            return self._spoilt(column.kind)
        if column.key == "calls_total" and style.formulas and self._can_add():
            places = [self.positions[part] for part in CALLS]
            letters = [f"{column_letters(at)}{self.line}" for at in places]
            neighbours = places == list(range(places[0], places[0] + len(places)))
            text = f"=SUM({letters[0]}:{letters[-1]})" if neighbours else "=" + "+".join(letters)
            return Formula(text, int(value or 0)), value, frozenset()
        written = None if dice.random() >= style.mess else dice.choice(WAYS[column.kind])(value)
        return _shown(value) if written is None else written, value, frozenset()

    def _spoilt(self, kind: Kind) -> tuple[Content | None, Scalar, frozenset[str]]:
        content, rule = self.dice.choice(SPOILT[kind])
        if self.kind != "docx":
            return ErrorValue(str(content)) if rule == "V307" else content, None, frozenset({rule})
        if isinstance(content, bool):
            return "两可", None, frozenset({"V302"} if kind is Kind.COUNT else {"V304", "V305"})
        return content.isoformat() if isinstance(content, date) else content, None, frozenset({rule})

    def _can_add(self) -> bool:
        """Whether the parts are in the sheet as plain numbers, so that a program can add them."""
        plain = not self.style.mess and not self.style.faults and self.kind == "xlsx"
        return plain and self.positions.keys() >= {*CALLS}

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
            self._put(serial, name, region)
        else:
            self._put(region if name == "全省" or style.total_cell == "region" else serial, name)
        adds = style.total == "formula" and name != "全省" and self.kind == "xlsx" and style.sample == "removed"
        adds = adds and not (style.subtotal or style.repeat or style.mess or style.guide != "none")

        def total(key: str) -> Content | None:
            listed: Iterable[Scalar] = [row.get(key) for row in self.rows] if after else self.figures[key]
            known = sum(n for n in listed if isinstance(n, int))
            if known < 0:  # a fault beside nothing else: what adds up is no figure
                return None
            if style.scale and key == SCALED:
                return known / 10_000
            letter = column_letters(self.counts[key])
            return Formula(f"=SUM({letter}{self.first_row}:{letter}{self.line - 1})", known) if adds else known

        if style.total != "blank":
            self._put_counts(total)
        self.line += 1

    # Below

    def _below(self) -> None:
        style = self.style
        if self.contact_is_below:
            written = [(label, self.contacts[key][0]) for key, label in CONTACTS.items()]
            text = "    ".join(f"{self._label(label, style.colon or '：')}{text}" for label, text in written)
            cell = self._put(self.left, text, self.right)
            for key in CONTACTS:
                self._expect(key, *([cell] if self.contacts[key][1] else []))
            self.line += 1
        lines = ["填表说明：", *(text.format(year=2019) for text in self.form.instructions)]
        if style.notes == "one cell":
            self._put(self.left, "\n".join(lines), self.right)
            self.line += 1
        elif style.notes != "none":
            for text in lines:
                self._put(self.left + (style.notes == "column"), text, self.right if style.notes == "merged" else 0)
                self.line += 1
        if style.signature == "line":
            self._put(self.left, "填报人：王五      审核人：赵六      填报日期：2020年1月10日", self.right)
        elif style.signature != "none":
            column = self.left + (2 if style.signature == "cells at values" else 0)
            for text in ("单位负责人：", "审核人：赵六", "填表日期：2020年1月10日"):
                self._put(column, text)
                column += 2
        self.line += 1


def _shown(value: Scalar) -> Content | None:
    return answer_word(value) if isinstance(value, bool) else value
