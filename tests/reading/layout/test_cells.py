"""What a cell of a row says: merged, struck, uncalculated, in another unit of measure."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cases import cases
from documents_read import marks_of
from five_cities import CALLS, CITIES, HEADER, HEADINGS, ROWS, figures, filing, lines, read, regions, sheet
from hrss12333.checking.engine import check
from hrss12333.model.row import Problem, Value
from hrss12333.reading.grid import Box, Cell, Grid, Mark
from printed_2019 import EDITION


def grid(*rows: list[Cell], marks: dict[tuple[int, int], Mark], ragged: frozenset[int] = frozenset()) -> Grid:
    return Grid("附表1", (lines(HEADER)[0], HEADINGS, *rows, *ROWS[len(rows) :]), marks=marks, ragged=ragged)


def rows_with(at: int, first: Cell, others: Sequence[Cell] = ()) -> list[list[Cell]]:
    """The cities' rows with another cell in a column of the first, and of the others."""
    given = [first, *(others or [row[at] for row in ROWS[1:]])]
    return [[*row[:at], cell, *row[at + 1 :]] for row, cell in zip(ROWS, given, strict=True)]


def value(grid: Grid, key: str) -> Value:
    """What the first row says in this column."""
    return filing(grid).tables[0].rows[0].get(key)


BLANK: list[Cell] = [None] * 4
LEFT_OUT = "单元格中划掉的内容没有读取"
NO_RESULT = {(7, column): Mark(formula="=SUM(C3:C7)", stale=True) for column in range(2, 6)}
IN_TEN_THOUSANDS = [["来电总量（万次）" if heading == "来电总量" else heading for heading in HEADINGS]]


def test_an_answer_merged_over_rows_is_each_rows() -> None:
    table = read(rows_with(6, "是", BLANK), merges=(Box(2, 6, 6, 6),))
    assert figures(table, "voicemail") == [True] * 5
    assert [row.get("voicemail").note is not None for row in table.rows] == [False, True, True, True, True]


@pytest.mark.parametrize(
    ("grid", "asked"),
    [
        (sheet(rows_with(8, 70, BLANK), merges=(Box(2, 8, 6, 8),)), [("V302", "I3")]),
        (sheet([[*ROWS[0][:9], None, *ROWS[0][10:]], *ROWS[1:]], merges=(Box(2, 8, 2, 9),)), [("V302", "I3")]),
        (Grid("附表1", (lines(HEADER)[0], HEADINGS, *ROWS, ["合计", *[None] * 12]), marks=NO_RESULT), []),
    ],
    ids=["a count merged over rows", "or over columns is one question", "a total without a result is none"],
)
def test_what_is_asked_of_counts(grid: Grid, asked: list[tuple[str, str]]) -> None:
    found = check(filing(grid), EDITION).findings
    assert [(f.rule, f.cell) for f in found if f.rule in ("V301", "V302", "V308", "B403")] == asked


def test_what_is_struck_out_is_no_value() -> None:
    whole = value(grid([*ROWS[0]], marks=marks_of((2, 8), struck=True)), "staff_total")
    assert (whole.value, whole.problem, str(whole.note)) == (None, Problem.MISSING, LEFT_OUT)
    partly = value(grid([*ROWS[0]], marks=marks_of((2, 8), cut=True)), "staff_total")
    assert (partly.value, str(partly.note)) == (ROWS[0][8], LEFT_OUT)


def test_an_error_and_a_formula_without_a_result_are_asked_about() -> None:
    marks = {(2, 8): Mark(error="#REF!"), (2, 9): Mark(formula="=A1", stale=True)}
    spoilt = grid([*ROWS[0][:8], None, None, *ROWS[0][10:]], marks=marks)
    asked = [value(spoilt, key).problem for key in ("staff_total", "agents")]
    assert asked == [Problem.CELL_ERROR, Problem.NOT_CALCULATED]


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


def test_of_ten_thousands_a_magnitude_of_its_own_is_not_scaled_again_and_a_fraction_is_refused() -> None:
    assert figures(read(rows_with(2, "6.31万"), IN_TEN_THOUSANDS))[0] == 63100
    assert value(sheet(rows_with(2, 6.31004), IN_TEN_THOUSANDS), "calls_total").problem is Problem.NOT_WHOLE


def test_a_row_of_a_word_table_that_lacks_a_cell_is_refused() -> None:
    (table,) = filing(grid([*ROWS[0]], marks={}, ragged=frozenset((2,)))).tables
    assert table.rows[0].get("calls_total").problem is Problem.NOT_WHOLE
    assert (regions(table), figures(table)[1:]) == (CITIES, CALLS[1:])
