"""The year that a sheet, a book or a file says it reports on, and the edition whose forms it is then read with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import PurePosixPath

from hrss12333.patterns import lazy
from hrss12333.reading.grid import Cell, Grid
from hrss12333.survey.spellings import PART_OF_YEAR
from hrss12333.survey.written_years import full_years

_PERIOD = lazy(r"(20\d\d)\s*年\s*0?1\s*月?\s*(?:0?1\s*日)?\s*(?:至|到|-|－|—|–|~|～)")
_PERIOD_IN_FIGURES = lazy(r"(?:周期|期间|时段|范围|报告期)[^\d]{0,8}(20\d\d)\s*[./-]\s*0?1\b")
_TITLE = lazy(r"(20\d\d)\s*年(?!\s*\d{1,2}\s*月)")
"""Not the day on which it was filled in."""
_YEARLY = lazy(r"(20\d\d)\s*年度")
_YEAR_ALONE = lazy(r"[（(]?20\d\d\s*年度(?:数据|情况)?[)）]?")
_IN_NAME = lazy(r"(20\d\d)\s*年度|(20\d\d)\s*年?\s*(?:附[表件]|12333|电话)|调查表[_\-（(]*(20\d\d)(?!\d)", needs="0")
"""A year in the name of a file or sheet that is not the day on which it was sent (20200115, 2020年1月报送)."""
_MONTHS_OF = (
    r"(?:(?P<year>20\d\d)\s*年\s*)?(?<!\d)(?P<first>\d{1,2})\s*月?\s*(?:\d{1,2}\s*日)?\s*[至到\-－—–~～]{1,2}"
    r"\s*(?:(?P<then>20\d\d)\s*年\s*)?(?P<last>\d{1,2})\s*月"
)
_PART = lazy(rf"(?P<part>{PART_OF_YEAR}|{_MONTHS_OF})", needs="季半月")
_PERIOD_OF_TABLE = lazy(r"(?:采集|统计|数据)(?:周期|期间|时段|时间|范围)[^\d]{0,6}(?P<part>" + _MONTHS_OF + ")")
_ASKING = lazy(r"报送|填报|上报|截止|请|[以之]前")
"""What a line says that names a form without being its title."""
_MONTHS = 12
_ANY_YEAR = lazy(r"(?<!\d)(20\d\d)(?!\d|\s*[年.\-]\s*\d|\s*年?版)")
_YEARS_FOLDER = lazy(r"^(20\d\d)\s*年?度?(?:.{0,6}(?:报送|数据|资料|材料|调查表|上报|汇总))*$")
_YEAR_BEFORE = lazy(r"(?<![比较与和及含同跟])(?:[去往]年|上一?年)(?!度?.{0,2}(?:同期|[对相]?比))")
_YEAR_HEADING = lazy(r"(?:统计|数据|报送|填报|所属)?(?:年度|年份)")
_SHEET = lazy(
    r"\s*(?:附[表件]\s*\d?\s*)?[（(_\-]?\s*(20\d\d)\s*(?:年度?)?\s*(?:数据|报表|表)?\s*[)）]?\s*(?:附[表件]\s*\d?)?\s*",
    needs="0",
)
"""Sheets that are called 2018年, 附表1（2018）."""
_FIRST_ROWS, _LAST_ROWS = 12, 25
"""Rows of a sheet among which a title, a header or the 填表说明 stand."""
_LONGEST_LINE = 60
_HEADINGS = 4
"""Texts of a row that may be a row of headings."""
_SHORTEST = 5
"""Characters of the shortest text that names a year: 2019年."""


def year_of(texts: Iterable[str]) -> int | None:
    """The year that a sheet's texts name: the period in its 填表说明, else its title, else a short line (2019年度)."""
    titled: int | None = None
    yearly: int | None = None
    alone: set[int] = set()
    for text in map(full_years, texts):
        if "20" not in text:
            continue
        period = _PERIOD.search(text) or _PERIOD_IN_FIGURES.search(text)
        if period:
            return int(period[1])
        title = _TITLE.search(text) if "调查表" in text else None
        titled = titled or (int(title[1]) if title else None)
        line = _YEARLY.search(text) if len(text) <= _LONGEST_LINE else None
        if line and _YEAR_ALONE.fullmatch(text.strip()):
            alone.add(int(line[1]))
        else:
            yearly = yearly or (int(line[1]) if line else None)
    # 2018年度 and 2019年度 beside each other head columns of two years.
    return titled or yearly or (alone.pop() if len(alone) == 1 else None)


def part_of_year(above: Iterable[str], below: Iterable[str], sheet: str) -> str:
    """The part of the year that a table's title, its period or the name of its sheet says its figures are of."""
    titles = (text for text in above if "调查表" in text and len(text) <= _LONGEST_LINE and not _ASKING.search(text))
    named = (part for text in (sheet, *titles) for part in _PART.finditer(text))
    periods = (match for text in (*below, *above) if "月" in text and (match := _PERIOD_OF_TABLE.search(text)))
    return next((part["part"] for part in (*named, *periods) if _is_part(part)), "")


def _is_part(part: re.Match[str]) -> bool:
    """Whether it is less than the twelve months, all of one year."""
    first, last = part["first"], part["last"]
    return first is None or (0 < int(last) - int(first) + 1 < _MONTHS and part["then"] in (None, part["year"]))


def is_year_heading(heading: str) -> bool:
    """Whether a column is headed 年度 or the like."""
    return bool(_YEAR_HEADING.fullmatch(heading.strip()))


def year_of_cell(cell: Cell) -> int | None:
    """The year that a cell of such a column names."""
    written = str(cell).removesuffix(".0").strip().removesuffix("度").removesuffix("年")
    return int(written) if re.fullmatch(r"20\d\d", written) else None


def year_in_name(name: str) -> int | None:
    """The year that the name of a file or sheet gives to its figures."""
    match = _IN_NAME.search(full_years(name))
    return next((int(year) for year in match.groups() if year), None) if match else None


def earlier_by_name(path: str, year: int) -> int | None:
    """A year before the survey's that the name of a file, else of a folder around it, gives to its figures.

    2018 in a name can only be that; a later year may be the one in which the file was sent.
    """
    *folders, name = path.replace("\\", "/").split("/")
    for part, years in ((name, _ANY_YEAR), *((folder, _YEARS_FOLDER) for folder in reversed(folders))):
        named = [int(found) for found in years.findall(full_years(part))] or [year - 1] * bool(
            _YEAR_BEFORE.search(part)
        )
        if named:
            return max(named) if max(named) < year else None
    return None


def year_of_sheet(grid: Grid, file: str) -> int | None:
    """The year that a sheet names, in it or by its name, or by the file's."""
    return year_of(_texts(grid)) or year_by_name(grid, file)


def year_by_name(grid: Grid, file: str) -> int | None:
    """The year that the name of a sheet gives to its figures, else that of its file."""
    return year_of_sheets_name(grid.name) or _year_of_file(file)


def year_of_sheets_name(sheet: str) -> int | None:
    """The year that the name of a sheet gives to its figures."""
    own = _SHEET.fullmatch(full_years(sheet))
    return int(own[1]) if own else year_in_name(sheet)


@lru_cache(maxsize=16)
def _year_of_file(file: str) -> int | None:
    """The same of a file's name, asked for each of its sheets."""
    return year_in_name(PurePosixPath(file.replace("\\", "/")).stem)


def only_year(years: Iterable[int | None]) -> int | None:
    """The one year that a book's sheets name; None where they name none, or several."""
    named = {year for year in years if year}
    return named.pop() if len(named) == 1 else None


def _texts(grid: Grid) -> Iterator[str]:
    yield from grid.before
    last = len(grid.cells) - _LAST_ROWS
    for row, _, text in grid.texts:
        near = row < _FIRST_ROWS or row >= last
        if near and len(text) >= _SHORTEST and ("20" in text or "年" in text) and not _heads_columns(grid, row, text):
            yield text
    yield from grid.after


def _heads_columns(grid: Grid, row: int, text: str) -> bool:
    """Whether a text is one of a row of headings: 2018年度来电情况 beside this year's columns is not the sheet's year."""
    if not _YEARLY.match(full_years(text)) or "调查表" in text or _YEAR_ALONE.fullmatch(full_years(text.strip())):
        return False
    return sum(1 for at, _, _ in grid.texts if at == row) >= _HEADINGS
