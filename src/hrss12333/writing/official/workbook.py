"""The official form as a workbook: blank for a unit or a region, or filled in and ready to print, stamp and send.

The form stands cell for cell as the notice prints it; what is the tool's own (the bar on top that counts what is still
missing, the 自检 column on the right) lies outside the print area. Everything is worked out from the forms of the
survey. The same arguments give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit
from hrss12333.writing.official.layout import FormContent, LastYear
from hrss12333.writing.official.sheet import SheetWriter
from hrss12333.writing.official.style import COLUMN_PIXELS, FONT, FormStyles
from hrss12333.writing.workbook import FormulaSheet, day_after, new_workbook

SPARE = 7
"""Blank rows beyond the largest unit's regions in a blank form: 省本级, 新区 and the like."""
SPARE_OF_UNIT = 3
"""Blank rows below the regions filled in for one unit."""


def blank_sheets(
    edition: Edition,
    unit: Unit | None = None,
    regions: Sequence[str] | None = None,
    rows: int | None = None,
    last_year: Mapping[str, LastYear] | None = None,
) -> list[FormContent]:
    """The forms to be filled in: by anyone, by ``unit`` for its regions, or by the ``regions`` named.

    ``rows`` is the number of numbered rows; where it is not given there are enough for the largest unit, or for the
    unit's regions and some more, or exactly for the regions named. ``last_year`` gives each form's figures of last year.
    """
    named = list(regions) if regions is not None else [region.name for region in unit.expected] if unit else []
    if rows is None:
        rows = len(named) if regions is not None else len(named) + SPARE_OF_UNIT if unit else default_rows(edition)
    return [
        FormContent(
            form,
            {"unit": unit.name} if unit else {},
            [{form.region.key: name} for name in named],
            spare=max(0, rows - len(named)),
            ellipsis=regions is None,
            expected=named,
            sums=regions is None or rows > 1,
            last_year=(last_year or {}).get(form.key),
        )
        for form in edition.forms
    ]


def default_rows(edition: Edition) -> int:
    """Numbered rows of a blank form: enough for every unit."""
    return max(len(unit.regions) for unit in edition.units) + SPARE


def write_official(
    path: Path,
    edition: Edition,
    sheets: Sequence[FormContent],
    *,
    protect: bool = True,
    extra: Callable[[Any], None] | None = None,
    **properties: Any,
) -> None:
    """Write a workbook with these sheets of the official form.

    Args:
        path: where to; an existing file is replaced (see `target.replacing`).
        edition: whose year and notice the 填表说明 name.
        sheets: one for each form, in their order.
        protect: lock what the form prints; without a password, so that it guards against slips and nothing else.
        extra: called with the XlsxWriter workbook after the forms, to add further sheets.
        properties: further ones of the document, or others. Without ``created`` it is as old as the day after the year
            reported, so that the bytes never differ.

    Raises:
        OSError: where the file cannot be written.
    """
    about = {
        "title": f"12333电话服务情况报送（{edition.year}年度）",
        "subject": f"{edition.notice.number}附表" if edition.notice.number else "",
        "created": day_after(edition.year),
        **properties,
    }
    with new_workbook(path, about, FONT, in_memory=True, default_column_width=COLUMN_PIXELS) as workbook:
        styles = FormStyles(workbook)
        for sheet in sheets:
            out = workbook.add_worksheet(sheet.form.key, FormulaSheet)
            SheetWriter(out, styles, edition, sheet).write(protect=protect)
        if extra:
            extra(workbook)
