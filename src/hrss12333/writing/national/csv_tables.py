"""明细 and 汇总 as CSV: in UTF-8 with BOM, so that Excel shows Chinese, and without text that would run as a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hrss12333.model.summary_lines import CITY, SOURCE_ROW, UNIT, detail_sheet, summary_sheet
from hrss12333.reading.formats.workbook import values_of
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.frame import TOTAL
from hrss12333.writing.target import check_folder, check_target, replacing

_LIVE = re.compile(r"[\s\x00-\x1f]*[=+\-@＝＋－＠]|[\t\r\n]")
"""The beginning of a text that a spreadsheet may take for a formula."""


def guarded(text: str) -> str:
    """The text so that a spreadsheet shows it instead of running it: an apostrophe before what begins like a formula."""
    return f"'{text}" if _LIVE.match(text) else text


def write_csv(folder: Path, workbook: Path, edition: Edition, *, force: bool) -> list[Path]:
    """Write 明细 and 汇总 of every form of a finished workbook into the folder; returns the files.

    Raises:
        UsageStop: where a file is in the folder's place, or, without ``force``, where one of the files is there
            already; nothing is written then.
        JobStop: where it cannot be written.
    """
    check_folder(folder)
    paths = {
        name: folder / f"{name}.csv" for form in edition.forms for name in (summary_sheet(form), detail_sheet(form))
    }
    for path in paths.values():
        check_target(path, force=force, option="--csv")
    for grid in values_of(workbook.read_bytes(), [*paths]):
        with (
            replacing(paths[grid.name]) as temporary,
            temporary.open("w", encoding="utf-8-sig", newline="") as stream,
        ):
            lines = ([_csv_value(cell) for cell in line] for line in _table(grid.cells))
            csv.writer(stream, lineterminator="\r\n").writerows(lines)
    return [*paths.values()]


def _table(lines: Sequence[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """The headings on one line each, and the lines down to the total, without hidden columns."""
    top = next(at for at, line in enumerate(lines) if line[0] in (UNIT, CITY))
    headings = ["".join(str(text).split()) for text in lines[top]]
    wide = headings.index(SOURCE_ROW) + 1 if SOURCE_ROW in headings else len(headings)
    yield headings[:wide]
    for line in lines[top + 1 :]:
        yield line[:wide]
        if line[0] == TOTAL:
            return


def _csv_value(cell: Any) -> Any:
    """A cell as CSV holds it: whole numbers without a point."""
    if isinstance(cell, str):
        return guarded(cell)
    return int(cell) if isinstance(cell, float) and cell == int(cell) else cell
