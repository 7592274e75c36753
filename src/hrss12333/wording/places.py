"""How a place is said: a file by its name alone, a cell by region, heading and address."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hrss12333.model.finding import Finding
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.schema import Kind
from hrss12333.wording.fields import column_of, field_label
from hrss12333.wording.text import clean


def base_name(file: str) -> str:
    """File name without folders and container: no path of a computer stands in what is sent to others."""
    return clean(re.split(r"[/\\]", file)[-1])


def cell_place(finding: Finding, edition: Edition, said: str) -> str:
    """广州市来电总量（C7）; without what the message ``said`` begins with anyway, empty where there is no cell."""
    column = column_of(edition, finding.form, finding.field)
    label = "" if column and column.kind is Kind.REGION else field_label(edition, finding.form, finding.field)
    region = clean(finding.region or "")
    if said.startswith((label, f"“{label}”")):
        label = ""
    if region and said.startswith((region, f"“{region}”")):
        region = ""
    return named_cell(region, label, finding.cell or "")


def named_cell(region: str, label: str, cell: str) -> str:
    """广州市来电总量（C7), or what of it is known."""
    named = region + label
    return f"{named}（{cell}）" if named and cell else named or cell


def by_sheet(findings: Sequence[Finding]) -> list[tuple[str | None, list[Finding]]]:
    """Findings by sheet: those of the file itself first, then the sheets as they come up; errors, queries, notes within
    a sheet, each from top to bottom."""
    sheets: dict[str | None, list[Finding]] = {}
    for finding in findings:
        sheets.setdefault(finding.sheet, []).append(finding)
    for listed in sheets.values():
        listed.sort(key=lambda f: (f.severity.rank, f.position, f.rule))
    return sorted(sheets.items(), key=lambda item: item[0] is not None)
