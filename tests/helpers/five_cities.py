"""Sheets of 宁夏's five cities in a small language, so that a test shows the rows that it is about and no others.

A slash between blanks, or the end of a line, parts rows; a bar parts cells. A row that is one figure, or two with a dash,
stands for the sound rows of these cities; ``Σ 合计`` for the sums of all of them under this name, ``Σ 合计 1-3`` of some;
``H`` for the headings. A cell that looks like a number is one, unless an apostrophe is before it, and a blank cell
holds nothing; ``·`` is a blank row, ``\\n`` a new line in a cell. ``·7`` is seven blank cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from hrss12333.checking.engine import check
from hrss12333.model.filing import CoveringLetter, Document, Filing, Skipped, Table, Unreadable
from hrss12333.model.finding import Severity
from hrss12333.reading.documents import documents_of
from hrss12333.reading.files.discovery import Source
from hrss12333.reading.grid import Book, Box, Cell, Grid, Prose
from printed_2019 import EDITION

SERVICE, SYSTEMS = EDITION.forms
HEADINGS: list[Cell] = [column.heading for column in SERVICE.columns]
SYSTEM_HEADINGS: list[Cell] = [column.heading for column in SYSTEMS.columns]
CITIES = ["银川市", "石嘴山市", "吴忠市", "固原市", "中卫市"]
HEADER = "（盖章）宁夏回族自治区 | 联系人：张三 | 手机号：13800000001"
Lines = str | Sequence[Sequence[Cell]]
"""Rows in this language, or as they are."""


def city(name: str | None, number: int = 0) -> list[Cell]:
    """A sound row of 附表1; another number, other figures."""
    agent, ivr, left = 40000 + 3170 * number, 20000 + 710 * number, 3100 + 57 * number
    staff = [14 + number, 10 + number, 9 + number, 31 + number]
    return [number + 2, name, agent + ivr + left, agent, ivr, left, "是", "否", *staff, "无"]


ROWS = [city(name, number) for number, name in enumerate(CITIES)]
CALLS = [row[2] for row in ROWS]
SYSTEM_ROWS: list[list[Cell]] = [
    [number + 2, name, "是", "否", "业务专网", 900 + number, "是", "否", "是", "否", "是", "是", "否", None]
    for number, name in enumerate(CITIES)
]


def sums(name: str | None, rows: Sequence[Sequence[Cell]] = ROWS) -> list[Cell]:
    added: list[Cell] = [sum(cell for row in rows if isinstance(cell := row[at], int)) for at in range(13)]
    return [None, name, *added[2:6], None, None, *added[8:12], None]


def lines(text: Lines) -> list[Sequence[Cell]]:
    """The rows that are written in the language."""
    if not isinstance(text, str):
        return [*text]
    found: list[Sequence[Cell]] = []
    for line in re.split(r" / |\n", text.strip("\n")):
        if match := re.fullmatch(r"\s*(\d)(?:-(\d))?\s*", line):
            found += ROWS[int(match[1]) - 1 : int(match[2] or match[1])]
        elif match := re.fullmatch(r"\s*Σ (\S+?)(?: (\d)-(\d))?\s*", line):
            found.append(sums(match[1], ROWS[int(match[2] or 1) - 1 : int(match[3] or 5)]))
        else:
            found.append(HEADINGS if line.strip() == "H" else cells(line))
    return found


def cells(line: str) -> list[Cell]:
    found: list[Cell] = []
    for part in map(str.strip, line.split("|")):
        if match := re.fullmatch(r"·(\d*)", part):
            found += [None] * int(match[1] or 1)
        elif re.fullmatch(r"-?\d+(\.\d+)?", part):
            found.append(float(part) if "." in part else int(part))
        else:
            found.append(part.removeprefix("'").replace("\\n", "\n") or None)
    return found


def sheet(
    rows: Lines, headings: Lines = "H", above: Lines = HEADER, name: str = "附表1", merges: Sequence[Box] = ()
) -> Grid:
    return Grid(name, (*lines(above), *lines(headings), *lines(rows)), merges=tuple(merges))


def document(*grids: Grid, name: str = "f.xlsx", kind: str = "xlsx", **about: Any) -> Document:
    """What a workbook of these sheets is read as."""
    book = Prose(grids=grids, paragraphs=(), **about) if kind == "docx" else Book(grids, **about)
    (found,) = documents_of(Source(name, bytes), replace(book, year_settled=True), EDITION)
    assert not isinstance(found, Skipped | CoveringLetter)
    return found


def filing(*grids: Grid, name: str = "f.xlsx", **about: Any) -> Filing:
    found = document(*grids, name=name, **about)
    assert isinstance(found, Filing), found
    return found


def refusal(*grids: Grid) -> str:
    """Why no sheet of a workbook is read as a form."""
    found = document(*grids)
    assert isinstance(found, Unreadable), found
    return found.message.text


def tables(*grids: Grid) -> list[Table]:
    return [*filing(*grids).tables]


def read(
    rows: Lines, headings: Lines = "H", above: Lines = HEADER, name: str = "附表1", merges: Sequence[Box] = ()
) -> Table:
    (table,) = tables(sheet(rows, headings, above, name, merges))
    return table


def regions(table: Table) -> list[str | None]:
    """Who its rows are of."""
    return [row.region for row in table.rows]


def figures(table: Table, key: str = "calls_total") -> list[Cell]:
    return [row.scalar(key) for row in table.rows]


def unclear(table: Table) -> list[str]:
    """The columns that are missing or doubled."""
    return [problem.field for problem in table.column_problems]


def set_aside(table: Table) -> list[str]:
    """What names each row, column or sheet that was passed over or read otherwise."""
    return [aside.text for aside in table.asides]


def texts(found: Filing) -> list[str]:
    """What is quoted of it."""
    return [text.text for text in found.texts]


def loose(found: Filing) -> list[tuple[str, ...]]:
    """The blocks of figures outside its tables."""
    return [block.texts for block in found.loose_figures]


def rules(found: Filing) -> list[str]:
    """The rules of its errors and queries, but for those of what is likely."""
    checked = check(found, EDITION).findings
    asked = [finding.rule for finding in checked if finding.severity is not Severity.NOTE]
    return sorted(rule for rule in asked if not rule.startswith("P"))


SEEN: dict[str, Callable[[Filing], Any]] = {
    "regions": lambda found: regions(found.tables[0]),
    "tables": lambda found: [regions(table) for table in found.tables],
    "calls": lambda found: figures(found.tables[0]),
    "unclear": lambda found: unclear(found.tables[0]),
    "aside": lambda found: set_aside(found.tables[0]),
    "concealed": lambda found: [item.text for item in found.tables[0].concealed],
    "period": lambda found: str(found.tables[0].period or ""),
    "total": lambda found: found.tables[0].total is not None,
    "scales": lambda found: [scale.field for scale in found.tables[0].scales],
    "year": lambda found: found.year,
    "other_years": lambda found: [(f"{rows.period}", rows.names) for rows in found.tables[0].other_years],
    "contacts": lambda found: [table.header["name"].value for table in found.tables],
    "texts": texts,
    "kinds": lambda found: [(text.kind, text.text, text.place and text.place.a1) for text in found.texts],
    "fields": lambda found: [(text.text, text.region, text.form, text.field) for text in found.texts],
    "loose": loose,
    "rules": rules,
    "graves": lambda found: [
        finding.severity.value for finding in check(found, EDITION).findings if finding.rule in ("R210", "M705")
    ],
}
"""What a case says of a workbook: of its first table, but for ``tables`` and ``contacts``, and of the file."""


def case(what: str, *grids: Grid, about: dict[str, Any] | None = None, **expected: Any) -> Any:
    """A line of a table of cases: the sheets of a workbook, and what is made of it."""
    return pytest.param(grids, about or {}, expected, id=what)


def cases_of(*listed: Any) -> pytest.MarkDecorator:
    """The test, which calls `seen`, runs for each `case`."""
    return pytest.mark.parametrize(("grids", "about", "expected"), listed)


def seen(grids: Iterable[Grid], about: dict[str, Any], expected: Iterable[str]) -> dict[str, Any]:
    """What is made of a workbook, as far as the case speaks of it."""
    found = filing(*grids, **about)
    return {name: SEEN[name](found) for name in expected}
