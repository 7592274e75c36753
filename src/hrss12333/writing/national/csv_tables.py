"""明细 and 汇总 as CSV, for those who go on in other tools: UTF-8 with BOM, so that Excel shows Chinese, and no text that
a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from hrss12333.model import summary_lines
from hrss12333.model.national import Entry, National
from hrss12333.model.summary_lines import (
    detail_entries,
    detail_sheet,
    owner,
    questioned_text,
    summary_sheet,
)
from hrss12333.published.nation import Nation
from hrss12333.survey.schema import Column, Form, Kind, answer_word
from hrss12333.wording.privacy import public_text
from hrss12333.writing.national.details import audit_text, detail_columns, unread_text
from hrss12333.writing.national.relative_names import relative_names
from hrss12333.writing.target import check_folder, check_target, replacing

CsvValue = str | int | float | None
_LIVE = r"[\s\x00-\x1f]*[=+\-@＝＋－＠]|[\t\r\n]"
"""How a text begins that a spreadsheet may take for a formula."""


def guarded(text: str) -> str:
    """The text so that a spreadsheet shows it instead of running it: an apostrophe before what begins like a formula."""
    return f"'{text}" if re.match(_LIVE, text) else text


def write_csv(folder: Path, national: National, *, force: bool) -> list[Path]:
    """Write 明细 and 汇总 of every form into the folder; returns the files.

    Raises:
        UsageStop: where a file is in the folder's place, or, without ``force``, where one of the files is there
            already; nothing is written then.
        JobStop: where it cannot be written.
    """
    check_folder(folder)
    national, _ = relative_names(national)
    nation = Nation(national)
    tables: dict[Path, Iterable[Sequence[CsvValue]]] = {}
    for form in national.edition.forms:
        tables[folder / f"{summary_sheet(form)}.csv"] = _summary(nation, form)
        tables[folder / f"{detail_sheet(form)}.csv"] = _details(national, form)
    for path in tables:
        check_target(path, force=force, option="--csv")
    for path, lines in tables.items():
        _write(path, lines)
    return list(tables)


def _write(path: Path, lines: Iterable[Sequence[CsvValue]]) -> None:
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        for line in lines:
            writer.writerow([guarded(public_text(cell)) if isinstance(cell, str) else cell for cell in line])


def _summary(nation: Nation, form: Form) -> Iterable[Sequence[CsvValue]]:
    listed, total = summary_lines.figures(form), nation.totals[form.key]
    heads = (summary_lines.reporter(nation.national), summary_lines.STATUS, summary_lines.ROWS)
    yield [*heads, *(figure.heading for figure in listed), summary_lines.COVERAGE]
    lines = [(line, line.coverage(form)) for line in nation.lines[form.key]]
    for line, coverage in (*lines, (total, nation.coverage(form))):
        yield [line.name, line.label, line.rows, *(line.value(figure) for figure in listed), coverage]


def _details(national: National, form: Form) -> Iterable[Sequence[CsvValue]]:
    yield [*detail_columns(national, form).values()]
    for entry in detail_entries(national, form):
        values = [_csv_value(entry, column) for column in form.columns]
        questioned = questioned_text(form, national.questions.get(entry.where, ()))
        tail = (questioned, audit_text(entry, national.findings_at(entry)), entry.file, entry.sheet)
        yield [owner(entry), *values, answer_word(entry.counted), *tail, entry.row.place.row]


def _csv_value(entry: Entry, column: Column) -> CsvValue:
    value = entry.scalar(column)
    if isinstance(value, bool):
        return answer_word(value)
    if value is not None:
        return value
    found = entry.row.get(column.key).found
    is_number = column.kind is Kind.COUNT and isinstance(found, int | float) and not isinstance(found, bool)
    return found if is_number and public_text(str(found)) == str(found) else unread_text(entry, column)
