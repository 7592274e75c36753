"""What the program is measured against, each a whole process of its own: the floor and three usual scripts.

Each reads both sheets of every .xlsx in a folder and writes one workbook; none of them checks anything::

    python benchmarks/contestants.py floor|pandas|pandas-calamine|openpyxl FOLDER OUT.xlsx
    python benchmarks/contestants.py read FILE.xlsx
    python benchmarks/contestants.py click

The floor is the least that can be done with the libraries that the program itself stands on: python-calamine, a
pydantic row a line, XlsxWriter, in a bare loop that knows beforehand where the rows stand. ``read`` is the floor of
``check``: an interpreter that imports click, pydantic and python-calamine and reads one file. ``click`` is the floor of
``--version``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

FORMS = ("附表1", "附表2")
FIRST = 6
"""Rows above the first region's in each sheet: label, title, header, two lines of headings, 样例."""
FIELDS: dict[str, dict[str, type]] = {
    "附表1": {
        "serial": int,
        "region": str,
        **dict.fromkeys(("calls_total", "calls_agent", "calls_ivr", "calls_abandoned"), int),
        **dict.fromkeys(("voicemail", "complaints"), bool),
        **dict.fromkeys(("staff_total", "agents", "seats", "training_attendances"), int),
        "remarks": str,
    },
    "附表2": {
        "serial": int,
        "region": str,
        **dict.fromkeys(("system_centralized", "seats_centralized"), bool),
        "network_location": str,
        "knowledge_entries": int,
        **dict.fromkeys(("web", "sms", "app", "wechat"), bool),
        **dict.fromkeys(("unified_number", "unified_logo", "unified_uniform"), bool),
        "remarks": str,
    },
}
"""Form → field → what it holds."""


def floor(folder: Path, out: Path) -> None:
    """A bare loop: calamine, pydantic rows, XlsxWriter; 明细 and 汇总 of both forms."""
    import xlsxwriter
    from pydantic import create_model
    from python_calamine import CalamineWorkbook

    models: dict[str, Any] = {
        form: create_model(form, **{key: (kind | None, None) for key, kind in fields.items()})  # type: ignore[call-overload]
        for form, fields in FIELDS.items()
    }
    answers = {"是": True, "否": False}
    found: dict[str, list[tuple[Any, str, str, int]]] = {form: [] for form in FORMS}
    for path in sorted(folder.glob("*.xlsx")):
        book = CalamineWorkbook.from_path(str(path))
        for form, fields in FIELDS.items():
            cells = book.get_sheet_by_name(form).to_python(skip_empty_area=False)
            unit = str(cells[2][0]).split("省（自治区", 1)[0].split("联系人", 1)[0].removeprefix("（盖章）").strip()
            for number, line in enumerate(cells[FIRST:], FIRST + 1):
                if not isinstance(line[0], float):
                    break
                values = {
                    key: None if cell == "" else answers.get(str(cell)) if kind is bool else kind(cell)
                    for (key, kind), cell in zip(fields.items(), line, strict=False)
                }
                found[form].append((models[form](**values), unit, path.name, number))
    with xlsxwriter.Workbook(str(out)) as written:
        for form, rows in found.items():
            page = written.add_worksheet(f"{form}明细")
            page.write_row(0, 0, ["报送单位", *FIELDS[form], "来源文件", "来源工作表", "来源行"])
            for at, (row, unit, file, number) in enumerate(rows, 1):
                page.write_string(at, 0, unit)
                for column, value in enumerate(row.__dict__.values(), 1):
                    if isinstance(value, bool):
                        page.write_string(at, column, "是" if value else "否")
                    elif isinstance(value, int):
                        page.write_number(at, column, value)
                    elif value is not None:
                        page.write_string(at, column, value)
                page.write_string(at, len(FIELDS[form]) + 1, file)
                page.write_string(at, len(FIELDS[form]) + 2, form)
                page.write_number(at, len(FIELDS[form]) + 3, number)
            sums = written.add_worksheet(f"{form}汇总")
            counted = [key for key, kind in FIELDS[form].items() if kind is not str and key != "serial"]
            sums.write_row(0, 0, ["报送单位", *counted])
            for at, unit in enumerate(dict.fromkeys(unit for _, unit, _, _ in rows), 1):
                own = [row for row, whose, _, _ in rows if whose == unit]
                sums.write_row(at, 0, [unit, *(sum(getattr(row, key) or 0 for row in own) for key in counted)])


def by_pandas(folder: Path, out: Path, engine: Any) -> None:
    """What an analyst writes: read_excel, concat, groupby, to_excel."""
    import pandas as pd

    gathered: dict[str, list[Any]] = {form: [] for form in FORMS}
    for path in sorted(folder.glob("*.xlsx")):
        for form, frame in pd.read_excel(path, sheet_name=None, header=None, skiprows=FIRST, engine=engine).items():
            kept = frame[pd.to_numeric(frame[0], errors="coerce").notna()]
            gathered[str(form)].append(kept.assign(file=path.name))
    with pd.ExcelWriter(out) as writer:
        for form, frames in gathered.items():
            everything = pd.concat(frames)
            everything.to_excel(writer, sheet_name=f"{form}明细", index=False)
            everything.groupby("file").sum(numeric_only=True).to_excel(writer, sheet_name=f"{form}汇总")


def by_openpyxl(folder: Path, out: Path) -> None:
    """A merge by hand with openpyxl alone."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    pages = {form: book.create_sheet(f"{form}明细") for form in FORMS}
    for path in sorted(folder.glob("*.xlsx")):
        read = openpyxl.load_workbook(path, read_only=True, data_only=True)
        for form in FORMS:
            for line in read[form].iter_rows(min_row=FIRST + 1, values_only=True):
                if not isinstance(line[0], int):
                    break
                pages[form].append([*line, path.name])
        read.close()
    for form in FORMS:
        sums = book.create_sheet(f"{form}汇总")
        rows = list(pages[form].iter_rows(values_only=True))
        sums.append([sum(v for v in column if isinstance(v, int)) for column in zip(*rows, strict=False)])
    book.save(out)


def read(path: Path) -> None:
    """Import click, pydantic and python-calamine and read one file."""
    import click  # noqa: F401
    import pydantic
    from python_calamine import CalamineWorkbook

    _ = pydantic.BaseModel
    book = CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()


def click() -> None:
    """Import click and do nothing."""
    import click  # noqa: F401


def to_xls(source: Path, target: Path) -> None:
    """Write the cells of an .xlsx again as an .xls: no contestant, but what ``check`` of an .xls is tried with."""
    import xlwt
    from python_calamine import CalamineWorkbook

    book = xlwt.Workbook()
    read = CalamineWorkbook.from_path(str(source))
    for name in read.sheet_names:
        page = book.add_sheet(name)
        for row, line in enumerate(read.get_sheet_by_name(name).to_python(skip_empty_area=False)):
            for column, cell in enumerate(line):
                if cell != "":
                    page.write(row, column, cell)
    book.save(str(target))


CONTESTANTS: dict[str, Callable[..., None]] = {
    "floor": floor,
    "pandas": lambda folder, out: by_pandas(folder, out, "openpyxl"),
    "pandas-calamine": lambda folder, out: by_pandas(folder, out, "calamine"),
    "openpyxl": by_openpyxl,
    "read": read,
    "click": click,
    "to-xls": to_xls,
}

if __name__ == "__main__":
    CONTESTANTS[sys.argv[1]](*map(Path, sys.argv[2:]))
