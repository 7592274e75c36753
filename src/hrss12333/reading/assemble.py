"""From a book to its tables: each located form with its header, rows, 合计 and everything passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hrss12333.filing import Aside, ColumnProblem, Place, Table, Value
from hrss12333.forms import Form, Kind
from hrss12333.reading.grid import Book
from hrss12333.reading.header import HeaderRow, cell_text, header_rows, read_header, year_of
from hrss12333.reading.locate import Fill, Located, is_known, locate
from hrss12333.reading.rows import RowReader, RowsRead
from hrss12333.reading.values import as_text, is_blank
from hrss12333.regions import Unit, UnitMatch

_OWN_EXTRA = re.compile(r"^(?:自检|自查|校验|审核|核对|检查|省份?$|省（|序号|备注)")
"""Headings of columns that offices and this tool put beside the form and that hold no answer."""
_NOTE_ROW = re.compile(r"^\s*(?:填表说明|填报说明|说明[:：]|注[:：]|\d{1,2}\s*[.．、])")


@dataclass(frozen=True)
class _Found:
    """A located table with its header."""

    located: Located
    fill: Fill
    header: Mapping[str, Value]
    match: UnitMatch | None
    texts: tuple[str, ...]


def read_tables(
    book: Book, file: str, forms: Sequence[Form], default: Unit | None = None
) -> tuple[list[Table], Unit | None]:
    """Every form in the book, in the order of its sheets, and the unit that the file names (``default`` where
    it names none).

    Region names are matched within that unit, also in a form whose own header leaves the unit out. A table without any
    header goes on with the one above it: headings repeated for printing.
    """
    found = list(_headed(book, forms))
    unit = next((item.match.unit for item in found if item.match and item.match.unit), default)
    tables: list[Table] = []
    for item in found:
        own = item.match.unit if item.match and item.match.unit else unit
        rows = RowReader(book, item.located, item.fill, own).read()
        above = next((t for t in tables if t.form is item.located.form and t.sheet == item.located.grid.name), None)
        if above is not None and not any(value.found for value in item.header.values()):
            tables[tables.index(above)] = _continued(above, rows)
        else:
            tables.append(_table(file, item, rows, forms))
    return tables, unit


def _headed(book: Book, forms: Sequence[Form]) -> Iterator[_Found]:
    for grid in book.grids:
        fill = Fill(grid)
        for item in locate(grid, forms):
            texts = [as_text(cell) for line in grid.cells[item.above : item.top] for cell in line if not is_blank(cell)]
            header, match = _header(item, fill)
            yield _Found(item, fill, header, match, tuple(texts))


def _header(item: Located, fill: Fill) -> tuple[Mapping[str, Value], UnitMatch | None]:
    """The header between the form's title and its headings; where none is there, anywhere above, then below."""
    above = _rows(fill, item, item.above, item.top)
    titled = [index for index, row in enumerate(above) if item.form.title in re.sub(r"\s", "", row.text)]
    near = above[titled[-1] :] if titled else above
    header, match = read_header(near, item.form.title)
    if not {key for key in header if key != "unit"} and len(near) < len(above):
        header, match = read_header(above, item.form.title)
    missing = {"name", "mobile", "email"} - {key for key, value in header.items() if value.found is not None}
    if len(missing) == 3:
        below, _ = read_header(_rows(fill, item, item.body, item.end, colons=True), item.form.title)
        header = header | {key: value for key, value in below.items() if key in missing and value.found is not None}
    return header, match


def _rows(fill: Fill, item: Located, first: int, last: int, *, colons: bool = False) -> list[HeaderRow]:
    """Rows as texts; notes are left out, and with ``colons`` every row without a label and a colon."""
    cells = []
    for row in range(first, min(last, len(item.grid.cells))):
        line = [
            (cell_text(item.grid.at(row, column)), Place(item.grid.name, row + 1, column + 1))
            for column in range(len(item.grid.cells[row]))
            if (box := fill.box(row, column)) is None or (box.top, box.left) == (row, column)
        ]
        text = "".join(text for text, _ in line)
        if not _NOTE_ROW.match(text) and (not colons or re.search(r"(?:联系人|手机|电话|邮箱)[^，。]{0,6}[:：]", text)):
            cells.append(line)
    return header_rows(cells)


def _table(file: str, item: _Found, rows: RowsRead, forms: Sequence[Form]) -> Table:
    located = item.located
    sheet = located.grid.name
    return Table(
        form=located.form,
        file=file,
        sheet=sheet,
        header=item.header,
        rows=tuple(rows.rows),
        headings={key: Place(sheet, match.row + 1, match.column + 1) for key, match in located.columns.items()},
        samples=tuple(rows.samples),
        total=rows.total,
        asides=(*_heading_asides(located, forms), *rows.asides),
        column_problems=tuple(_column_problems(located)),
        year=year_of((*rows.notes, *item.texts)),
    )


def _continued(table: Table, rows: RowsRead) -> Table:
    return Table(
        **{
            **table.__dict__,
            "rows": (*table.rows, *rows.rows),
            "samples": (*table.samples, *rows.samples),
            "total": rows.total or table.total,
            "asides": (*table.asides, *rows.asides),
        }
    )


def _heading_asides(located: Located, forms: Sequence[Form]) -> Iterator[Aside]:
    """Headings read as another, and filled columns that the form does not have."""
    sheet = located.grid.name
    for key, match in located.columns.items():
        label = located.form.by_key[key].label
        if match.quality < 3:
            place = Place(sheet, match.row + 1, match.column + 1)
            yield Aside(place, match.text, f"栏目名称按“{label}”读取")
    for match in located.strangers:
        if is_known(match.text, forms) or _OWN_EXTRA.match(match.text):
            continue
        if any(not is_blank(located.grid.at(row, match.column)) for row in range(located.body, located.end)):
            yield Aside(Place(sheet, match.row + 1, match.column + 1), match.text, "表中没有这一栏目，没有读取")


def _column_problems(located: Located) -> Iterator[ColumnProblem]:
    form, sheet = located.form, located.grid.name
    for column in form.columns:
        if column.key not in located.columns and column.kind is not Kind.SERIAL:
            yield ColumnProblem(
                column.key, None, f"缺少“{column.label}”栏（或栏目名称无法辨认），请按{form.key}补上这一栏"
            )
        elif column.key in located.doubled:
            places = [Place(sheet, m.row + 1, m.column + 1) for m in located.doubled[column.key]]
            where = "、".join(place.a1 for place in places)
            yield ColumnProblem(
                column.key, places[1], f"“{column.label}”栏出现了 {len(places)} 次（{where}），请只保留一栏"
            )
