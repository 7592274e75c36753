"""The proof: the workbook is read back as a stranger would read it, and must say what was put in."""

from __future__ import annotations

from collections import Counter
from math import isclose
from pathlib import Path

from hrss12333.merging.workbook_reader import Cells, detail_rows, summary_figures
from hrss12333.model.errors import JobStop
from hrss12333.model.national import Entry, National, tally
from hrss12333.model.summary_lines import Figure, detail_sheet, figures, grouped, owner, summary_sheet
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.schema import Column, Form, Kind, Scalar
from hrss12333.writing.sheet_text import safe

LONG = 10**15
REPORT = "结果未保存，请重试；仍不行请报告这一问题。"


def prove(path: Path, national: National) -> None:
    """Compare every figure of 汇总 with the rows merged, and every row of 明细 with the entry it came from.

    The stored values are read, by another library than the one that wrote them; the figures are added up anew from the
    entries, not taken from what the writer used.

    Raises:
        JobStop: with the first difference.
    """
    sheets = _read(path)
    for form in national.edition.forms:
        for name in (summary_sheet(form), detail_sheet(form)):
            if name not in sheets:
                raise JobStop(f"写出后复核未通过：没有读到工作表“{name}”。{REPORT}")
        _prove_summary(sheets[summary_sheet(form)], national, form)
        _prove_details(sheets[detail_sheet(form)], national, form)


def _read(path: Path) -> dict[str, Cells]:
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_path(str(path))
    return {name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in workbook.sheet_names}


def _prove_summary(cells: Cells, national: National, form: Form) -> None:
    published = summary_figures(cells, form)
    entries = national.entries_of(form)
    merged: dict[str, list[Entry]] = {status.unit.name: [] for status in national.units}
    merged |= grouped(entries) | {TOTAL: entries}
    for name in dict.fromkeys((*merged, *published)):
        for figure in figures(form):
            expected = _figure(figure, merged.get(name, []))
            found = published.get(name, {}).get(figure.key)
            if not _same(found, expected):
                raise _difference(f"“{summary_sheet(form)}”{name}的{figure.heading}", found, expected)


def _figure(figure: Figure, entries: list[Entry]) -> int | None:
    return figure.of(tally(entries, figure.column))


def _same(found: int | None, expected: int | None) -> bool:
    """Equal to the last digit, as far as a cell holds digits: 15. No true figure is that long, but a false one may be."""
    if found is None or expected is None or abs(expected) < LONG:
        return found == expected
    return isclose(found, expected, rel_tol=1 / LONG)


def _held(value: int) -> int:
    """The number as a cell holds it."""
    return value if abs(value) < LONG else int(float(f"{value:.16G}"))


def _scalar(entry: Entry, column: Column) -> Scalar:
    value = entry.scalar(column)
    return _held(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _prove_details(cells: Cells, national: National, form: Form) -> None:
    columns = [column for column in form.columns if column.kind not in (Kind.TEXT, Kind.REGION)]
    found = Counter(
        (row.unit, row.counted, row.sheet, row.row, *(row.values[column.key] for column in columns))
        for row in detail_rows(cells, form)
    )
    expected = Counter(
        (
            owner(entry),
            entry.counted,
            safe(entry.sheet).strip(),
            entry.row.place.row,
            *(_scalar(entry, column) for column in columns),
        )
        for entry in national.entries_of(form, counted=False)
    )
    if found != expected:
        only = next(iter((expected - found) or (found - expected)))
        raise _difference(f"“{detail_sheet(form)}”{only[0]}第 {only[3]} 行", found[only], expected[only])


def _difference(where: str, found: object, expected: object) -> JobStop:
    return JobStop(f"写出后复核未通过：{where}读回为 {found}，应为 {expected}。{REPORT}")
