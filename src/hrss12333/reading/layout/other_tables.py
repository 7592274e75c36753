"""Another table below the form's, without headings of a form: rates, months, telephones. It is named, and not read."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from msgspec.structs import replace

from hrss12333.model.evidence import Evidence
from hrss12333.model.filing import Aside, Row
from hrss12333.model.problem import Problem
from hrss12333.model.text import Text, TextKind
from hrss12333.patterns import lazy
from hrss12333.reading.grid import Grid
from hrss12333.reading.layout.locate import Located
from hrss12333.reading.values.answers import read_yesno
from hrss12333.reading.values.cell_text import as_text, is_blank, stands_for_nothing
from hrss12333.survey.schema import Form, Kind
from hrss12333.survey.spellings import HAN
from hrss12333.survey.written_years import full_years

OTHER_TABLE = "从这一行起是另一张表，没有读取"
OTHER_YEAR = "这一行是其他年度的数据，没有读取"
_PERIODS = lazy(r"月份?|季度|月度|时间|日期|期间|时段|统计(?:时间|月份)")
_FEWEST = 2
"""Headings that make a row of headings."""
_LONGEST_LINE = 20
"""Characters up to which a line may head a table."""
_LIKE_A_NUMBER_TO_CALL = 10**9
"""From here on a figure is a telephone number."""


def begins_another(texts: Mapping[int, str], counts: Collection[int]) -> bool:
    """Whether a row holds words alone, some where the form asks for figures: the headings of another table.

    Args:
        texts: Sheet column → text of a row that names no region and stands below a blank row or the 合计.
        counts: The columns of the form's figures.
    """
    words = [text for column, text in texts.items() if column in counts and re.search(f"{HAN}{{2}}", text)]
    return len(words) >= _FEWEST and not any(map(_is_answer, texts.values()))


def names_another_year(text: str, year: int | None) -> bool:
    """Whether a line gives what stands below it to another year: 2018年, 附：上年数据（供参考）."""
    years = {int(named) for named in re.findall(r"20\d\d(?=年)", full_years(text))}
    other = bool(years) or bool(re.search("上一?年|去年|同期", text))
    return other and year not in years and len(text) <= _LONGEST_LINE


def year_above(grid: Grid, top: int, year: int, survey: int) -> Iterator[Evidence]:
    """The other year that a line right above the headings in row ``top`` gives to what stands below them."""
    line = next((texts for row in range(top - 1, -1, -1) if (texts := _texts(grid, row))), [])
    if len(line) == 1 and names_another_year(line[0], year):
        named = re.search(r"20\d\d(?=年)", full_years(line[0]))
        yield Evidence(int(named[0]) if named else survey - 1, Text(TextKind.ABOVE, line[0], sheet=grid.name))


def without_periods(located: Sequence[Located]) -> list[Located]:
    """The tables without those that list months or quarters, no regions, below a form's: each ends the one above it."""
    found: list[Located] = []
    for item in located:
        region = item.form.region.key
        periods = any(_PERIODS.fullmatch(match.text) for match in item.strangers)
        above = [other for other in found if other.top < item.top and region in other.columns]
        if region in item.columns or not periods or not above:
            found.append(item)
        else:
            found = [replace(other, end=max(other.end, item.end)) if other in above else other for other in found]
    return found


def _texts(grid: Grid, row: int) -> list[str]:
    return [as_text(cell) for cell in grid.cells[row] if not is_blank(cell)]


def _is_answer(text: str) -> bool:
    return bool(re.search(r"\d", text)) or stands_for_nothing(text) or read_yesno(text).problem is None


def without_list_below(
    form: Form, rows: Sequence[Row], names_region: Callable[[str], bool]
) -> tuple[list[Row], list[Aside]]:
    """The rows without a list that ends the table and has no headings: the regions again, each with a name, a number to
    call or a rate.

    Args:
        form: The form.
        rows: The data rows of its table in order.
        names_region: Whether a text is the name of a region of the unit.
    """
    named = {row.region: row.place.row for row in reversed(rows)}
    start = len(rows)
    while start and _is_of_a_list(form, rows[start - 1], named, names_region):
        start -= 1
    listed = rows[start:]
    if len(listed) < _FEWEST:
        return list(rows), []
    return list(rows[:start]), [
        Aside(listed[0].place, listed[0].region or "没有地区名称", OTHER_TABLE, understood=False)
    ]


def _is_of_a_list(form: Form, row: Row, named: Mapping[str | None, int], names_region: Callable[[str], bool]) -> bool:
    """Whether a row names a region that has a row above, and fills few of the form's columns, one with what does not fit."""
    again = row.match is not None and row.match.name is not None and named[row.region] < row.place.row
    if not again:
        moved = next((str(row.get(column.key).found or "") for column in form.of_kind(Kind.SERIAL)), "")
        if not moved or moved.isdecimal() or not names_region(moved):
            return False
    given = [value for column in form.data if (value := row.get(column.key)).found is not None]
    if not given or len(given) * 2 >= len(form.data):
        return False
    return any(
        value.problem not in (None, Problem.MISSING)
        or (type(value.value) is int and value.value >= _LIKE_A_NUMBER_TO_CALL)
        for value in given
    )


def without_other_years(rows: Sequence[Row], dated: Sequence[Row]) -> tuple[list[Row], list[Aside]]:
    """The rows without those of ``dated`` whose regions have a row of the year itself too, and what is told of these.

    A region that has no other stays: its year is asked about.
    """
    if not dated:
        return list(rows), []
    others = {row.place for row in dated}
    current = {row.region for row in rows if row.place not in others}
    passed = [row for row in dated if row.region in current]
    places = {row.place for row in passed}
    told = [Aside(row.place, str(row.get("region").found), OTHER_YEAR) for row in passed]
    return [row for row in rows if row.place not in places], told
