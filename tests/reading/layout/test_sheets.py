"""Forms with their headings down the first column and a region in each column beside them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from cell_marks import stale
from factory import clean_rows
from hrss12333.model.filing import Table
from hrss12333.model.problem import Problem
from hrss12333.reading.grid import Book, Box, Cell, Grid
from hrss12333.reading.layout.tables import read_tables
from printed_2019 import EDITION

HEADER = "（盖章）宁夏回族自治区 省（自治区、直辖市） 联系人：张三 手机号：13800000001 邮箱：a@b.gov.cn"


def cells(form: str, rows: Sequence[dict[str, Cell]]) -> list[list[Cell]]:
    """A turned sheet: title, header, then a line for each heading."""
    columns = EDITION.form(form).columns
    lines: list[list[Cell]] = [[column.heading for column in columns]]
    lines += [[_word(row.get(column.key)) for column in columns] for row in rows]
    return [[EDITION.form(form).title], [HEADER], *map(list, zip_longest(*lines))]


def _word(cell: Cell) -> Cell:
    return ("否", "是")[cell] if isinstance(cell, bool) else cell


def rows(form: str) -> list[dict[str, Cell]]:
    return [{**row, "serial": number} for number, row in enumerate(clean_rows("宁夏", form), 2)]


def read(*grids: Grid) -> dict[str, Table]:
    book = Book("xlsx", grids)
    return {
        table.form.key: table
        for table, unit in read_tables(book, "f.xlsx", EDITION)[1]
        if unit and unit.short == "宁夏"
    }


def test_turned_forms_are_read_as_upright_ones_with_physical_places() -> None:
    tables = read(*(Grid(form, cells(form, rows(form))) for form in ("附表1", "附表2")))
    for form, table in tables.items():
        assert [row.region for row in table.rows] == [row["region"] for row in rows(form)]
        for number, row in enumerate(table.rows):
            for key, value in row.values.items():
                if key not in ("serial", "remarks", "region"):
                    assert value.value == rows(form)[number][key]
                    assert value.place is not None
                    assert (value.place.row, value.place.column) == (table.headings[key].row, number + 2)
        assert table.header["name"].value == "张三"
        assert table.header["name"].place is not None
        assert table.header["name"].place.a1 == "A2"
    assert len(tables) == 2


def test_a_wrong_figure_of_a_turned_form_is_named_in_its_own_cell() -> None:
    sheet = cells("附表1", rows("附表1"))
    sheet[4][1] = "很多"
    row = read(Grid("附表1", sheet))["附表1"].rows[0]
    assert (row.get("calls_total").problem, row.get("calls_total").place) == (
        Problem.NOT_WHOLE,
        row.place._replace(row=5),
    )


def test_a_column_of_sums_and_group_headings_are_no_regions() -> None:
    sheet = cells("附表1", rows("附表1"))
    sums = [sum(cell for cell in line[1:] if isinstance(cell, int)) for line in sheet]
    grouped: list[list[Cell]] = [[None, *line, None] for line in sheet]
    grouped[4][0], grouped[10][0] = "来电情况", "队伍建设"
    for number, line in enumerate(grouped):
        line[-1] = "合计" if number == 3 else sums[number] if number in (4, 5, 6, 7, 10, 11, 12, 13) else None
    table = read(Grid("附表1", grouped, merges=(Box(4, 0, 7, 0), Box(10, 0, 13, 0))))["附表1"]
    assert len(table.rows) == len(rows("附表1"))
    assert table.total is not None
    assert table.total.number("calls_total") == sums[4]


def test_a_formula_of_a_turned_form_is_never_computed_from_other_cells() -> None:
    sheet = cells("附表1", rows("附表1"))
    sheet[4][1] = None
    row = read(Grid("附表1", sheet, marks={(4, 1): stale("=B6+B7+B8")}))["附表1"].rows[0]
    assert (row.get("calls_total").value, row.get("calls_total").problem) == (None, Problem.NOT_CALCULATED)


def test_a_list_of_the_headings_is_no_turned_form() -> None:
    headings = EDITION.form("附表1").columns
    assert read(Grid("说明", [[column.heading, column.note or "填写"] for column in headings])) == {}


def test_a_turned_copy_beside_the_upright_form_is_not_read() -> None:
    upright = [list(line) for line in zip_longest(*cells("附表1", rows("附表1"))[2:])]
    tables = read(Grid("附表1", [[HEADER], *upright]), Grid("转置", cells("附表1", rows("附表1"))))
    assert tables["附表1"].sheet == "附表1"


def test_a_table_says_how_its_cells_were_read_where_there_are_several_ways() -> None:
    def how(*grids: Grid) -> list[str]:
        return [table.how for table, _ in read_tables(Book("docx", grids, flowing=True), "f.docx", EDITION)[1]]

    upright = [list(line) for line in zip_longest(*cells("附表1", rows("附表1"))[2:])]
    beside = [[*line, None, *other] for line, other in zip(upright, [line[:8] for line in upright], strict=True)]
    assert how(Grid("表", upright)) == [""]
    assert how(Grid("表", beside)) == ["左右并排的几张表，分开读取"] * 2
    assert how(Grid("表1", upright[:3]), Grid("表2", upright[3:])) == ["由换页分开的表，接起来读取"]
    assert how(Grid("表1", upright[:3]), Grid("表2", [["别的"] * 13])) == ["由换页分开的表，接起来读取"]
    assert how(Grid("表1", upright[:3]), Grid("表2", upright[3:], before=("以下是参考资料",))) == [""]


def test_a_turned_table_a_city_goes_under_the_first_ones_header() -> None:
    first, *others = rows("附表1")
    grids = [Grid("表格1", cells("附表1", [first]))]
    grids += [Grid(f"表格{at}", cells("附表1", [row])[2:]) for at, row in enumerate(others, 2)]
    found = read_tables(Book("docx", tuple(grids)), "f.docx", EDITION)[1]
    assert [row.region for table, _ in found for row in table.rows] == [row["region"] for row in rows("附表1")]
    assert {table.header["name"].value for table, _ in found} == {"张三"}
