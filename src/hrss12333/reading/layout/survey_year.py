"""What the lines of a sheet and the names around it say of the year that its figures are of: evidence, which
`model.evidence` weighs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from msgspec import Struct

from hrss12333.model.evidence import Evidence, year_told
from hrss12333.model.row import Place
from hrss12333.model.text import Text, TextKind
from hrss12333.patterns import lazy
from hrss12333.reading.grid import Book, Cell, Grid
from hrss12333.reading.values.cell_text import is_blank
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.schema import Form
from hrss12333.survey.written_years import LAST_YEAR, full_years, year_in_name, years_in

_TITLE = lazy(r"(?:调查|统计|情况|汇总|数据)表|报表|12333|电话(?:服务|系统)", needs="表1电")
_DAY = lazy(rf"20\d\d\s*(?:年度?)?|\d{{1,2}}\s*[月日]?份?|全年|{LAST_YEAR}度?|[至到]|[\W_]")
_STATEMENT = lazy(
    r"(?!.*(?:填报|填表|报送|上报|制表)(?:时间|日?期))(?:备?注|说明|以上|上述|[本此该]|所填|表|[中内页]|统计|数据|采集|报告|所属|报表|报送|填报"
    r"|年度|年份|周期|期间?|时间|时段|范围|口径|[均都全为是系的数]|数字|情况)*"
)
"""What a line says that states the year of its table, beside the year: nothing, 统计时间, 以上均为…数据."""
_OF_ELSE = lazy(r"请|根据|按照|通知|要求|计划|目标|安排|[较同相对]比")
"""What speaks of another year than the table's."""
_SENT = lazy(r"20\d\d年度?[^，。；]{0,20}(?:表|数据|材料)", needs="0")
"""What a mail says that names the year of what it brings: 2018年12333电话服务情况调查表."""
_FOLDER = lazy(r"(?:20\d\d|年|度|.{0,6}(?:报送|数据|资料|材料|调查表|上报|汇总))*")
"""The name of a folder that is called for a year."""
_YEAR_HEADING = lazy(r"(?:统计|数据|报送|填报|所属)?(?:年度|年份)")
_LONGEST_LINE = 60
_FIRST_ROWS = 12
"""Rows of a sheet among which a title stands."""
_FIGURES = 3
"""Figures that make a row one of data."""
_LINE = 2
"""Filled cells of a row that is a line of text."""


class Line(Struct, frozen=True):
    """A line that names a year."""

    year: int
    kind: TextKind
    """What it is above a table: a title, a line, or what the form prints."""
    stated: bool
    """Whether it says nothing else: below a table, too, such a line is the table's."""


@lru_cache(maxsize=2048)
def _line(text: str, survey: int, forms: tuple[Form, ...]) -> Line | None:
    """What a text says of the year of figures; ``survey`` is the year before which 上年 is."""
    for part in text.splitlines():
        said = full_years(unicodedata.normalize("NFKC", part))
        named = years_in(said)
        years = {item.year for item in named} or ({survey - 1} if re.search(LAST_YEAR, said) else set())
        if len(years) != 1:
            continue
        if _STATEMENT.fullmatch(_DAY.sub("", said)):
            printed = any(words in _words(said) for words in _printed(forms))
            return Line(years.pop(), TextKind.PRINTED if printed else TextKind.ABOVE, stated=True)
        titled = bool(_TITLE.search(said))
        if len(said) <= _LONGEST_LINE and not _OF_ELSE.search(said) and (titled or any(y.yearly for y in named)):
            return Line(years.pop(), TextKind.TITLE if titled else TextKind.ABOVE, stated=False)
    return None


def _words(text: str) -> str:
    return "".join(char for char in text if "\u4e00" <= char <= "\u9fff")


@cache
def _printed(forms: tuple[Form, ...]) -> frozenset[str]:
    """The words of the 填表说明 that names the year."""
    return frozenset(_words(line) for form in forms for line in form.instructions if "{year}" in line)


class Extent(Struct, frozen=True):
    """Where the lines around a table stand; rows and columns from 0, the last ones excluded."""

    first: int
    top: int
    body: int
    end: int
    right: int


def year_lines(grid: Grid, extent: Extent, survey: int, forms: tuple[Form, ...]) -> Iterator[Evidence]:
    """What the lines above and below a table say of its year; ``survey`` is the year that is processed."""
    dated = [item for item in grid.texts if "年" in item[2] or "20" in item[2]]
    above = [
        (row, column, text, _line(text, survey, forms))
        for row, column, text in dated
        if extent.first <= row < extent.top and column < extent.right
    ]
    for row, column, text, line in above:
        place = Place(grid.name, row + 1, column + 1)
        # 2018年度 and 2019年度 beside each other head columns of two years.
        if line and all(other is None or at != row or other.year == line.year for at, _, _, other in above):
            yield Evidence(line.year, Text(line.kind, text, place, grid.name))
        elif is_year_heading(text.rstrip(":： ")) and (year := year_of_cell(grid.at(row, column + 1))):
            yield Evidence(year, Text(TextKind.ABOVE, f"{text}{year}", place, grid.name))
    for text in grid.before:
        if line := _line(text, survey, forms):
            yield Evidence(line.year, Text(line.kind, text, sheet=grid.name))
    rows = range(min(extent.end, len(grid.cells)) - 1, extent.body - 1, -1)
    last = next((row for row in rows if _has_figures(grid, row)), extent.body - 1)
    below = [
        (text, Place(grid.name, row + 1, column + 1))
        for row, column, text in dated
        if last < row < extent.end and _is_line(grid, row)
    ]
    for text, at in [*below, *((text, None) for text in grid.after)]:
        if (line := _line(text, survey, forms)) and line.stated:
            kind = line.kind if line.kind is TextKind.PRINTED else TextKind.BELOW
            yield Evidence(line.year, Text(kind, text, at, grid.name))


def _has_figures(grid: Grid, row: int) -> bool:
    return sum(str(cell).removesuffix(".0").isdecimal() for cell in grid.cells[row]) >= _FIGURES


def _is_line(grid: Grid, row: int) -> bool:
    return sum(not is_blank(cell) for cell in grid.cells[row]) <= _LINE


def evidence_around(book: Book, grid: Grid, survey: int) -> tuple[Evidence, ...]:
    """What the name of a sheet and those around its book, and a mail, say of the year of figures."""
    sheet = Text(TextKind.SHEET, grid.name, sheet=grid.name)
    return tuple(years_around((sheet, *book.around), survey))


def year_of_sheet(grid: Grid, around: Iterable[Evidence], edition: Edition, *, settled: bool) -> int | None:
    """The year that a sheet names of which it is not known where its tables stand."""
    extent = Extent(0, _FIRST_ROWS, _FIRST_ROWS, len(grid.cells), max(map(len, grid.cells), default=0))
    lines = year_lines(grid, extent, edition.year, edition.forms)
    return year_told((*lines, *around), edition.year, settled=settled)


def years_around(around: Iterable[Text], survey: int) -> Iterator[Evidence]:
    """What such names, and a mail, say of the year of figures."""
    for said in around:
        lines = said.text.splitlines() if said.kind is TextKind.MAIL else [said.text]
        for line in lines:
            if (year := _year_around(said.kind, line, survey)) is not None:
                yield Evidence(year, Text(said.kind, line))
                break


@lru_cache(maxsize=1024)
def _year_around(kind: TextKind, text: str, survey: int) -> int | None:
    year = year_in_name(text, survey) or (survey - 1 if re.search(LAST_YEAR, text) and not years_in(text) else None)
    if year is None:
        return None
    if kind is TextKind.FOLDER:
        named = any(item.yearly for item in years_in(text)) or not years_in(text)
        return year if named or _FOLDER.fullmatch(full_years(text)) else None
    if kind is TextKind.MAIL:
        line = _line(text, survey, ())
        return year if (line and line.stated) or _SENT.search(full_years(text)) else None
    return year


def is_year_heading(heading: str) -> bool:
    """Whether a column is headed 年度 or the like."""
    return bool(_YEAR_HEADING.fullmatch(heading.strip()))


def year_of_cell(cell: Cell) -> int | None:
    """The year that a cell of such a column names."""
    written = str(cell).removesuffix(".0").strip().removesuffix("度").removesuffix("年")
    return int(written) if re.fullmatch(r"20\d\d", written) else None


def only_year(years: Iterable[int | None]) -> int | None:
    """The one year that a book's sheets name; None where they name none, or several."""
    named = {year for year in years if year}
    return named.pop() if len(named) == 1 else None
