"""Last year's figures beside the form, in grey: to look at while filling in, neither printed nor read back as data.

The block begins with the words of `LAST_YEAR`, by which the reader knows to leave out that column and all to its right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from hrss12333.model.filing import Found
from hrss12333.survey.frame import LAST_YEAR
from hrss12333.survey.schema import Column, Form, Kind, Scalar
from hrss12333.writing.official.layout import Layout
from hrss12333.writing.official.style import FormStyles, cell_content, write_cell
from hrss12333.writing.sheet_text import safe


class LastYear(Struct, frozen=True):
    """What one form's regions reported last year."""

    year: int | None
    rows: Mapping[str, Mapping[str, Scalar]]
    """Official name of the region → field key → value."""
    new: tuple[str, ...] = ()
    """Keys of the columns of which last year's table says nothing."""


def columns_shown(form: Form, last_year: LastYear) -> list[Column]:
    """The columns that are compared: figures and answers that last year's table has."""
    return [column for column in form.data if column.key not in last_year.new]


def write_last_year(
    sheet: Any, styles: FormStyles, layout: Layout, last_year: LastYear, regions: Sequence[Found]
) -> None:
    """Write the block right of the self-check: a row beside each of these ``regions``, in the form's order."""
    left, top = layout.list_column + 1, layout.heading
    shown = columns_shown(layout.form, last_year)
    of_year = f"：{last_year.year}年度" if last_year.year else ""
    heading, cell = styles.named("past_heading"), styles.named("past")
    sheet.merge_range(top, left, top, left + max(len(shown), 1), "", heading)
    sheet.write_string(top, left, LAST_YEAR + of_year, heading)
    for column, about in enumerate([layout.form.region, *shown]):
        sheet.set_column(left + column, left + column, layout.widths[layout.columns[about.key]])
        sheet.write_string(top + 1, left + column, about.heading, heading)
    for index, region in enumerate(regions):
        figures = last_year.rows.get(str(region))
        if figures is None:
            continue
        row = layout.first + index
        sheet.write_string(row, left, safe(str(region)), cell)
        for column, about in enumerate(shown, 1):
            number = about.kind is Kind.COUNT
            style = styles.named("past_number") if number else cell
            write_cell(sheet, row, left + column, cell_content(figures.get(about.key)), style)
