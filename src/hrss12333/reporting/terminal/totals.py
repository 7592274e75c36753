"""The key totals at a terminal: label, sum and what it covers."""

from __future__ import annotations

from collections.abc import Iterator

from hrss12333.model.finding import Severity
from hrss12333.model.national import National
from hrss12333.model.summary_lines import ASKED
from hrss12333.reporting.terminal.printer import COLOURS, Printer
from hrss12333.survey.schema import Form, Kind
from hrss12333.wording import typeset


def print_totals(printer: Printer, national: National) -> None:
    """Form by form, in columns; nothing of a form without rows."""
    for form in national.edition.forms:
        if national.entries_of(form):
            _of_form(printer, national, form)


def _of_form(printer: Printer, national: National, form: Form) -> None:
    rows = list(_total_rows(national, form))
    printer.put(f"{form.key} {form.title}", "bold")
    label, figure, unit = (max(typeset.display_width(row[part]) for row in rows) for part in (0, 1, 2))
    for name, value, measure, covered in rows:
        shown = f"  {typeset.pad(name, label)}  {typeset.pad(value, figure, right=True)} {typeset.pad(measure, unit)}"
        line = f"{shown}  {covered}".rstrip()
        printer.put(line, marked=(COLOURS[Severity.QUERY] if covered else "", len(shown), len(line)))
    printer.blank()


def _total_rows(national: National, form: Form) -> Iterator[tuple[str, str, str, str]]:
    """Name, figure, measure and, where rows are missing from it, coverage."""
    for column in form.data:
        tally = national.tally(form, column)
        asked = sum(national.in_question(entry, (column.key,)) for entry in national.entries_of(form))
        parts = ["" if tally.complete else f"{tally.answered}/{tally.rows}个地区", f"{ASKED}{asked}个" if asked else ""]
        covered = f"（{'，'.join(filter(None, parts))}）" if any(parts) else ""
        if column.kind is Kind.CHOICE:
            for choice, number in tally.choices.items():
                yield f"{column.label}：{choice}", f"{number:,}", "个地区", covered
        elif tally.total is None:
            yield column.label, "无数据", "", covered
        elif column.kind is Kind.YESNO:
            yield f"{column.label}：是", f"{tally.total:,}", "个地区", covered
        else:
            yield column.label, f"{tally.total:,}", column.unit, covered
