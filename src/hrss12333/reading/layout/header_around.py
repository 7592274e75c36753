"""What of a form's header stands elsewhere than above it: in lines below the table, or right of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hrss12333.model.filing import Place, Value
from hrss12333.patterns import lazy
from hrss12333.reading.grid import Grid
from hrss12333.reading.layout.header import read_header
from hrss12333.reading.layout.labels import (
    CONTACT,
    NOTE_ROW,
    PERSON,
    HeaderRow,
    cell_text,
    header_rows,
    is_contact_line,
    spans_of,
)
from hrss12333.reading.layout.locate import Located
from hrss12333.reading.layout.merged_cells import MergedCells
from hrss12333.survey.gazetteer import Gazetteer, UnitMatch

Header = tuple[dict[str, Value], UnitMatch | None]
"""Header key → value, and what the unit was taken for."""
_BELOW = lazy(
    r"\s*(?:联\s*系|手\s*机|电\s*话|邮\s*箱|电\s*子|填\s*报|填\s*表|经\s*办|报\s*送|单\s*位)[^，。]{0,8}[:：]"
)


def with_header_around(
    header: dict[str, Value], match: UnitMatch | None, item: Located, merged: MergedCells, gazetteer: Gazetteer
) -> Header:
    """The header above a table, with what it leaves out as a line below says it; where nothing is above or below, as
    the cells right of the table say it."""
    blank = not any(header[key].found is not None for key in CONTACT if key in header)
    lacking = [key for key in CONTACT if blank or key not in header]
    if match is None or header.get("unit", Value()).found is None:
        lacking.append("unit")
    if not lacking:
        return header, match
    rows = [
        *header_lines(merged, item.grid, item.body, item.end, only=_is_below),
        *header_rows([[(text, None)] for text in item.grid.after if _BELOW.match(text)]),
    ]
    found, unit = read_header(rows, item.form.title, gazetteer)
    if not rows and blank:
        found, unit = _right(item, gazetteer)
    told = {key: value for key, value in found.items() if key in lacking and value.found is not None}
    return header | told, unit if "unit" in told else match


def _is_below(texts: Sequence[str]) -> bool:
    return bool(_BELOW.match("".join(texts))) or is_contact_line(texts)


def _right(item: Located, gazetteer: Gazetteer) -> Header:
    """Labels and their values right of the form's last column."""
    first = max(match.column + match.span for match in item.columns.values())
    last = max((len(line) for line in item.grid.cells), default=0)
    part = item.grid.part(first, last)
    rows = header_lines(MergedCells(part), part, item.top, item.end)
    labelled = [row for row in rows if any(span.key not in ("", PERSON) for span in spans_of(row.text))]
    return read_header(labelled, item.form.title, gazetteer)


def header_lines(
    merged: MergedCells, grid: Grid, first: int, last: int, only: Callable[[Sequence[str]], bool] | None = None
) -> list[HeaderRow]:
    """Rows as texts, notes left out; with ``only`` those alone whose cells it accepts."""
    cells = []
    for row in range(first, min(last, len(grid.cells))):
        touched = row in merged.rows
        line: list[tuple[str, Place | None]] = [
            (cell_text(cell), Place(grid.name, row + 1, column + 1))
            for column, cell in enumerate(grid.cells[row])
            if not touched or (box := merged.box(row, column)) is None or (box.top, box.left) == (row, column)
        ]
        texts = [text for text, _ in line]
        if not NOTE_ROW.match("".join(texts)) and (only is None or only(texts)):
            cells.append(line)
    return header_rows(cells)
