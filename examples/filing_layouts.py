"""Filled forms as offices lay them out: the notice's sheet with the liberties that people take with it.

`sheet` plans the cells of one form; `save` writes planned sheets as .xlsx. A plan can be changed cell by cell before it
is saved, which is how the faulty examples are made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import xlsxwriter
from msgspec import Struct, field

from hrss12333.model.filing import column_letters
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import HEADER, INSTRUCTIONS, SEAL, TOTAL, Column, Form, Kind, Scalar

SAVED = datetime(2020, 1, 10, 9, 30)
"""When the examples say they were saved: before the deadline."""


class Style(Struct, frozen=True):
    """Liberties taken with the notice's layout."""

    header: Literal["line", "cells", "inline"] = "line"
    """One merged cell as the notice prints it; a cell each for label and value; label and value in one cell."""
    sample: bool = True
    """Whether the 样例 row is left in."""
    label: bool = True
    """Whether 附表1 is in the first line, above the title."""
    total: Literal["formula", "typed", "blank", "none"] = "formula"
    """合计 as formulas, as typed figures, as an empty row, or no such row."""
    notes: bool = True
    """Whether the 填表说明 are below."""
    spare_rows: int = 0
    """Numbered rows left empty, and a …… row after them."""
    short_regions: bool = False
    """Write 广州 for 广州市."""
    title_year: bool = False
    """Write the year into the title."""


PLAIN = Style()
"""The notice's own layout."""


class Formula(Struct, frozen=True):
    """A formula with the value that stands stored with it."""

    text: str
    value: int | str
    """A number, or an error such as #REF!."""


CellValue = int | float | str | bool | None | Formula


class Sheet(Struct):
    """Planned cells of one sheet, by A1."""

    name: str
    cells: dict[str, CellValue] = field(default_factory=dict)
    merges: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    """Field key → column letters."""
    first_row: int = 0
    """Row of the first region, counted from 1."""
    header_cells: dict[str, str] = field(default_factory=dict)
    """Header key → A1 of the cell that holds its value."""
    total_row: int = 0
    """Row of 合计; 0 where there is none."""

    def at(self, key: str, row: int) -> str:
        """A1 of a field in the ``row``-th region's row, counted from 0."""
        return f"{self.columns[key]}{self.first_row + row}"


def shown(value: Scalar) -> CellValue:
    """A value as a person types it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return value


def short_name(unit: Unit, region: str) -> str:
    """The everyday name of a region: its shortest certain spelling."""
    spellings = [alias for alias, official in unit.aliases.items() if official == region]
    return min(spellings, key=lambda name: (len(name), name), default=region)


def header_line(header: Mapping[str, str]) -> str:
    """The line above the table as the notice prints it, filled in."""
    unit = header.get("unit", "")
    bare = unit[:-1] if unit.endswith("省") else unit
    parts = [f"{SEAL}          {bare}{HEADER[0].label}" if bare != unit or not unit else f"{SEAL}          {unit}"]
    parts += [f"{about.label}：{header.get(about.key, '')}" for about in HEADER[1:]]
    return "     ".join(parts)


def sheet(form: Form, header: Mapping[str, str], rows: Sequence[Mapping[str, Scalar]], style: Style = PLAIN) -> Sheet:
    """Plan one form. ``rows`` hold field keys; a key that is absent or None leaves its cell blank."""
    plan = Sheet(form.key, columns={column.key: column_letters(n) for n, column in enumerate(form.columns, 1)})
    last = column_letters(len(form.columns))
    line = 1
    if style.label:
        plan.cells[f"A{line}"] = form.key
        line += 1
    plan.cells[f"A{line}"] = f"2019年度{form.title}" if style.title_year else form.title
    plan.merges.append(f"A{line}:{last}{line}")
    _plan_header(plan, header, style, line + 1, last)
    _plan_headings(plan, form, line + 2)
    line += 4
    if style.sample:
        for column in form.columns:
            plan.cells[f"{plan.columns[column.key]}{line}"] = shown(column.sample)
        line += 1
    plan.first_row = line
    serial = 2 if style.sample else 1
    for offset, row in enumerate(rows):
        for column in form.columns:
            value = row.get(column.key, serial + offset if column.kind is Kind.SERIAL else None)
            plan.cells[f"{plan.columns[column.key]}{line + offset}"] = shown(value)
    line += len(rows)
    for offset in range(style.spare_rows):
        plan.cells[f"A{line + offset}"] = serial + len(rows) + offset
    line += style.spare_rows
    if style.spare_rows:
        plan.cells[f"A{line}"] = "……"
        line += 1
    if style.total != "none":
        _plan_total(plan, form, rows, style, line)
        line += 1
    if style.notes:
        for offset, text in enumerate((INSTRUCTIONS, *form.instructions), 1):
            plan.cells[f"B{line + offset}"] = text.format(year=2019)
    return plan


def _plan_header(plan: Sheet, header: Mapping[str, str], style: Style, line: int, last: str) -> None:
    if style.header == "line":
        plan.cells[f"A{line}"] = header_line(header)
        plan.merges.append(f"A{line}:{last}{line}")
        plan.header_cells = {about.key: f"A{line}" for about in HEADER}
        return
    plan.cells[f"A{line}"] = SEAL
    for index, about in enumerate(HEADER):
        label = "填报单位" if about.key == "unit" else about.label
        value = header.get(about.key, "")
        if style.header == "inline":
            place = f"{column_letters(3 + 2 * index)}{line}"
            plan.cells[place] = f"{label}：{value}"
        else:
            plan.cells[f"{column_letters(2 + 2 * index)}{line}"] = f"{label}："
            place = f"{column_letters(3 + 2 * index)}{line}"
            plan.cells[place] = value or None
        plan.header_cells[about.key] = place


def _plan_headings(plan: Sheet, form: Form, line: int) -> None:
    for group, members in form.groups:
        letters = [plan.columns[column.key] for column in members]
        if not group:
            plan.cells[f"{letters[0]}{line}"] = members[0].heading
            plan.merges.append(f"{letters[0]}{line}:{letters[0]}{line + 1}")
            continue
        plan.cells[f"{letters[0]}{line}"] = group
        plan.merges.append(f"{letters[0]}{line}:{letters[-1]}{line}")
        for column, letter in zip(members, letters, strict=True):
            plan.cells[f"{letter}{line + 1}"] = column.heading


def _plan_total(plan: Sheet, form: Form, rows: Sequence[Mapping[str, Scalar]], style: Style, line: int) -> None:
    plan.total_row = line
    plan.cells[f"A{line}"] = TOTAL
    if style.total == "blank":
        return
    for column in form.of_kind(Kind.COUNT):
        letter = plan.columns[column.key]
        total = _sum(rows, column)
        formula = f"=SUM({letter}{plan.first_row}:{letter}{line - 1})"
        plan.cells[f"{letter}{line}"] = Formula(formula, total) if style.total == "formula" else total


def _sum(rows: Sequence[Mapping[str, Scalar]], column: Column) -> int:
    values = [row.get(column.key) for row in rows]
    return sum(value for value in values if isinstance(value, int))


def recalculate(plan: Sheet) -> None:
    """Bring the stored values of the 合计 formulas up to date after a change, as the office's program would."""
    for letter in plan.columns.values():
        total = plan.cells.get(f"{letter}{plan.total_row}")
        if isinstance(total, Formula):
            above = [plan.cells.get(f"{letter}{row}") for row in range(plan.first_row, plan.total_row)]
            broken = [value.value for value in above if isinstance(value, Formula) and isinstance(value.value, str)]
            added = sum(value for value in above if isinstance(value, int))
            plan.cells[f"{letter}{plan.total_row}"] = Formula(total.text, broken[0] if broken else added)


def save(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write planned sheets as .xlsx; the same plan gives the same bytes."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": SAVED, "author": "合成数据", "comments": "示例：全部数字与联系人均为虚构"})
        base = {"font_name": "宋体", "font_size": 10, "align": "center", "valign": "vcenter", "text_wrap": True}
        boxed = book.add_format({**base, "border": 1})
        loose = book.add_format({**base, "align": "left", "text_wrap": False})
        title = book.add_format({**base, "bold": True, "font_size": 16, "text_wrap": False})
        for plan in sheets:
            page = book.add_worksheet(plan.name)
            page.set_landscape()
            page.set_paper(9)
            page.fit_to_pages(1, 0)
            page.set_column(0, 0, 6)
            page.set_column(1, 1, 14)
            page.set_column(2, len(plan.columns) - 1, 10.5)
            inside = range(plan.first_row - 3, (plan.total_row or plan.first_row) + 1)
            merged = {span.partition(":")[0]: span for span in plan.merges}
            for cell, value in plan.cells.items():
                row = int("".join(character for character in cell if character.isdigit()))
                look = boxed if row in inside else title if merged.get(cell) == plan.merges[0] else loose
                if cell in merged:
                    page.merge_range(merged[cell], "", look)
                if isinstance(value, Formula):
                    page.write_formula(cell, value.text, look, value.value)
                elif isinstance(value, str):
                    page.write_string(cell, value, look)
                elif value is None:
                    page.write_blank(cell, None, look)
                else:
                    page.write(cell, value, look)
