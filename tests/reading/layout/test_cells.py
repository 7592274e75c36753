"""What a cell of a row says: merged, struck, uncalculated, in another unit of measure."""

from __future__ import annotations

from cases import cases
from documents_read import marks_of
from five_cities import CALLS, CITIES, HEADER, HEADINGS, ROWS, figures, filing, lines, read, regions, sheet
from hrss12333.checking.engine import check
from hrss12333.model.row import Problem
from hrss12333.reading.grid import Box, Cell, Grid, Mark
from printed_2019 import EDITION


def grid(*rows: list[Cell], marks: dict[tuple[int, int], Mark], ragged: frozenset[int] = frozenset()) -> Grid:
    return Grid("附表1", (lines(HEADER)[0], HEADINGS, *rows, *ROWS[len(rows) :]), marks=marks, ragged=ragged)


def test_an_answer_merged_over_rows_is_each_rows() -> None:
    rows: list[list[Cell]] = [[*row[:6], "是" if not at else None, *row[7:]] for at, row in enumerate(ROWS)]
    table = read(rows, merges=(Box(2, 6, 6, 6),))
    assert figures(table, "voicemail") == [True] * 5
    assert [row.get("voicemail").note is not None for row in table.rows] == [False, True, True, True, True]


def test_a_count_merged_over_rows_is_one_question() -> None:
    rows: list[list[Cell]] = [[*row[:8], 70 if not at else None, *row[9:]] for at, row in enumerate(ROWS)]
    found = filing(sheet(rows, merges=(Box(2, 8, 6, 8),)))
    assert figures(found.tables[0], "staff_total") == [None] * 5
    asked = [finding for finding in check(found, EDITION).findings if finding.field == "staff_total"]
    assert [(finding.rule, finding.cell) for finding in asked if finding.rule.startswith("V")] == [("V302", "I3")]


def test_a_count_merged_over_columns_is_one_question() -> None:
    rows: list[list[Cell]] = [[*ROWS[0][:9], None, *ROWS[0][10:]], *ROWS[1:]]
    found = filing(sheet(rows, merges=(Box(2, 8, 2, 9),)))
    asked = [f.cell for f in check(found, EDITION).findings if f.rule in ("V301", "V302")]
    assert asked == ["I3"]


def test_what_is_struck_out_is_no_value() -> None:
    found = filing(grid([*ROWS[0]], marks=marks_of((2, 8), struck=True)))
    value = found.tables[0].rows[0].get("staff_total")
    assert (value.value, value.problem, str(value.note)) == (None, Problem.MISSING, "单元格中划掉的内容没有读取")
    partly = filing(grid([*ROWS[0]], marks=marks_of((2, 8), cut=True))).tables[0].rows[0].get("staff_total")
    assert (partly.value, str(partly.note)) == (ROWS[0][8], "单元格中划掉的内容没有读取")


def test_an_error_and_a_formula_without_a_result_are_asked_about() -> None:
    row: list[Cell] = [*ROWS[0][:8], None, None, *ROWS[0][10:]]
    marks = {(2, 8): Mark(error="#REF!"), (2, 9): Mark(formula="=A1", stale=True)}
    values = filing(grid(row, marks=marks)).tables[0].rows[0]
    assert (values.get("staff_total").problem, values.get("agents").problem) == (
        Problem.CELL_ERROR,
        Problem.NOT_CALCULATED,
    )


def test_a_total_without_a_result_is_nothing_to_tell() -> None:
    total: list[Cell] = ["合计", *[None] * 12]
    marks = {(7, column): Mark(formula="=SUM(C3:C7)", stale=True) for column in range(2, 6)}
    found = filing(Grid("附表1", (lines(HEADER)[0], HEADINGS, *ROWS, total), marks=marks))
    assert [f.rule for f in check(found, EDITION).findings if f.rule in ("V308", "B403", "V301")] == []


@cases("""
    factor=  lowered=  told       shown
    10_000   1         “14万”     {}万
    1_000    1         “14千人”   {}千人
    1        10_000    “0.0014万”  {}万
    1        1         “14百”     {}百
    1        1         “约14”     约{}
    1        1         “14十万”   {}十万
    1        1         “14000”    {}000
    1        1         “14人/月”  {}人/月
    1        0.01      “1400%”     {}%
""")
def test_what_a_number_format_shows_beyond_the_figure_is_asked_about(
    shown: str, factor: int, lowered: float, told: str
) -> None:
    """万 and 千 are converted, all else leaves the figure as stored; the column's own unit is nothing to ask about."""
    (table,) = filing(grid([*ROWS[0]], marks=marks_of((2, 8), shown=shown, lowered=lowered))).tables
    (scale,) = table.scales
    assert (figures(table, "staff_total")[0], scale.place.a1, scale.factor) == (14 * factor, "I3", factor)
    assert told in scale.reported
    assert filing(grid([*ROWS[0]], marks=marks_of((2, 8), shown="{}人"))).tables[0].scales == ()


def test_a_figure_that_names_its_own_magnitude_is_not_scaled_again() -> None:
    headings = [*HEADINGS]
    headings[2] = "来电总量（万次）"
    rows = [[*row] for row in ROWS]
    rows[0][2] = "6.31万"
    assert figures(read(rows, [headings]))[0] == 63100


def test_a_fraction_of_ten_thousands_that_is_no_whole_number_is_refused() -> None:
    headings = [*HEADINGS]
    headings[2] = "来电总量（万次）"
    rows = [[*row] for row in ROWS]
    rows[0][2] = 6.31004
    table = read(rows, [headings])
    assert figures(table)[0] == 63100.4 or table.rows[0].get("calls_total").problem is Problem.NOT_WHOLE


def test_a_row_of_a_word_table_that_lacks_a_cell_is_refused() -> None:
    (table,) = filing(grid([*ROWS[0]], marks={}, ragged=frozenset((2,)))).tables
    assert table.rows[0].get("calls_total").problem is Problem.NOT_WHOLE
    assert (regions(table), figures(table)[1:]) == (CITIES, CALLS[1:])
