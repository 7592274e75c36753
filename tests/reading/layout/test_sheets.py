"""Which sheets of a workbook are read: every table of a form, joined, but for hidden and spare ones beside another."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from cases import words
from five_cities import (
    CALLS,
    CITIES,
    HEADER,
    HEADINGS,
    ROWS,
    SYSTEM_HEADINGS,
    SYSTEM_ROWS,
    case,
    cases_of,
    city,
    figures,
    filing,
    lines,
    refusal,
    seen,
    sheet,
)
from hrss12333.reading.grid import Grid
from hrss12333.survey.frame import CHANGES, LAST_YEAR_HEADING
from printed_2019 import EDITION

SPARE = words("附表1（旧） | 备份 | 样表 | 附表1作废")
OTHER_YEARS = words("上年附表1 | 2018年 | 去年")
TITLE, SYSTEM_TITLE = (form.title for form in EDITION.forms)
TOP = lines(HEADER)[0]
OWN, HIDDEN = sheet(ROWS), replace(sheet(ROWS, name="隐藏"), hidden=True)
SYSTEMS = Grid("附表2", (TOP, SYSTEM_HEADINGS, *SYSTEM_ROWS))
OLD_SYSTEMS = Grid("附表2", ([f"2018年{SYSTEM_TITLE}"], *SYSTEMS.cells))
OTHER = [city("银川市", 9), *ROWS[1:]]
SAMPLE = "1|样例|2500|1000|1000|500|是|是|150|100|100|1000|无 / 7 / 8"


def titled(*titles: str) -> Grid:
    """Tables of 附表1 below one another."""
    return Grid("附表1", tuple(line for title in titles for line in ([title], TOP, HEADINGS, *ROWS, [])))


@cases_of(
    case("a sheet a city is joined", *[sheet([row], name=str(row[1])) for row in ROWS],
         tables=[[name] for name in CITIES], rules=["F006"]),
    case("a sheet without a header goes under that of the same form", sheet("1-2"), sheet("3-5", above=[], name="续"),
         contacts=["张三", "张三"]),
    *(case(f"a spare sheet is not read beside another: {name}", OWN, sheet(ROWS, name=name),
           tables=[CITIES], graves=["note"], texts=[]) for name in SPARE + OTHER_YEARS),
    case("but what is written there is quoted", OWN,
         sheet([[*ROWS[0][:12], "暂估"], *ROWS[1:], [], ["旧数据勿用"], [None, 7000]], name="旧"), texts=["暂估", "旧数据勿用"],
         loose=[]),
    *(case(f"a table of another year is not read beside another of its sheet: {titles[0]}", titled(*titles),
           tables=[CITIES], graves=["note"], rules=["F006"]) for titles in ((f"2018年{TITLE}", TITLE), (TITLE,
           f"2018年{TITLE}"))),
    case("another form's table of another year counts as little", sheet(ROWS, above=[[f"2019年{TITLE}"], TOP]),
         OLD_SYSTEMS,
         tables=[CITIES], graves=["error"]),
    case("a form without a year is of that of the other", OWN, OLD_SYSTEMS, year=2018),
    case("headings repeated below a table of another year are of that year",
         Grid("附表1", ([f"2019年{TITLE}"], TOP, HEADINGS, *ROWS[:3], [], [f"2018年{TITLE}"], HEADINGS, *ROWS[:3],
         HEADINGS, *ROWS[3:])),
         tables=[CITIES[:3]], graves=["query"]),
    case("and below its rows", sheet("2019年 / 1-2 / 2018年 / 1-2 / H / 3-5"), tables=[CITIES[:2]]),
    *(case(f"a region that only the spare sheet has is asked about: {name}", sheet(ROWS[:4]), sheet(ROWS, name=name),
           tables=[CITIES[:4]], graves=["query"]) for name in SPARE),
    *(case(f"a sheet named for another year is read where no other has its regions: {name}", sheet(ROWS[:4]),
           sheet(ROWS[4:], name=name),
           tables=[CITIES[:4], CITIES[4:]], rules=["F006", "M705"]) for name in OTHER_YEARS),
    *(case(f"figures that only {name} has are a {asked}, hidden {hidden}", OWN, replace(sheet(OTHER, name=name),
           hidden=hidden),
           graves=[asked]) for name, asked in (("附表1（备份）", "query"), ("2018年", "note")) for hidden in (False, True)),
    case("a hidden sheet is never read", OWN, HIDDEN, tables=[CITIES], graves=["note"]),
    case("and asked about where it has more", sheet(ROWS[:4]), HIDDEN, graves=["query"]),
    case("or another form", SYSTEMS, HIDDEN, rules=["R210"], graves=["error"]),
    case("a blank form beside a filled one is nothing to ask", OWN, sheet(SAMPLE, name="Sheet2"),
         tables=[CITIES], graves=["note"], rules=["F006"]),
    case("two sheets that differ are both read and asked about", OWN, sheet([OTHER[0]], name="银川"),
         tables=[CITIES, CITIES[:1]], rules=["F006", "R203"]),
    case("the year of a title goes before the sheet's name", sheet(ROWS, above=[["2019年度12333电话服务情况调查表"], TOP],
         name="2018"),
         year=2019, rules=["F006", "M705"]),
    case("what this tool wrote is nobody's",
         Grid("附表1", (TOP, [*HEADINGS, None, LAST_YEAR_HEADING], *([*row, None, 5] for row in ROWS))),
         Grid("修改记录", ([f"{CHANGES}a.xlsx）"], ["昆明", 7])), texts=[], loose=[], calls=CALLS),
)  # fmt: skip
def test_which_sheets_are_read(grids: tuple[Grid, ...], about: dict[str, Any], expected: dict[str, Any]) -> None:
    assert seen(grids, about, expected) == expected


def test_a_hidden_sheet_alone_is_refused() -> None:
    assert "是隐藏的工作表。请取消隐藏后再报送。" in refusal(HIDDEN)


def test_a_hidden_column_is_read_and_noted() -> None:
    grid = Grid("附表1", (TOP, HEADINGS, *ROWS), hidden_columns=frozenset((2,)))
    (table,) = filing(grid).tables
    assert (figures(table), [aside.reason for aside in table.asides]) == (CALLS, ["这一栏被隐藏，照样读取"])
