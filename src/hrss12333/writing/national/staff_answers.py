"""What staff wrote into the 问题清单 of a workbook that is about to be replaced: hours of telephoning."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

from hrss12333.merging.national_workbook import Sheets, from_properties, issue_texts
from hrss12333.model.summary_lines import ISSUES
from hrss12333.reading.files.package import Package, custom_properties
from hrss12333.reading.files.source import load
from hrss12333.reading.grid import FileProblem
from hrss12333.writing.national.issues import STAFF


def answered_lines(path: Path) -> int:
    """How many lines of 问题清单 staff wrote into; 0 where there is no workbook of this tool's.

    Only that sheet is read, and only of a workbook that bears this tool's keys.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        data = load(path)
        keys = from_properties(custom_properties(Package(data))) if data.startswith(b"PK") else None
        if keys is None:
            return 0
        workbook = CalamineWorkbook.from_filelike(BytesIO(data))
        if ISSUES not in workbook.sheet_names:
            return 0
        lines = issue_texts(Sheets({ISSUES: workbook.get_sheet_by_name(ISSUES).to_python(skip_empty_area=False)}, keys))
    except (FileProblem, BadZipFile, CalamineError, OSError):
        return 0
    return sum(any(line.get(key) not in (None, "") for key in STAFF) for line in lines)
