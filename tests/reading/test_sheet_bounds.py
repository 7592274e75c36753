"""The quick looks of the guard see what the patient ones do."""

from __future__ import annotations

from contextlib import suppress
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from damaged import ods
from hrss12333.model.problem import Problem
from hrss12333.reading.files.package import Package
from hrss12333.reading.files.zip_guard import sheet_area
from hrss12333.reading.formats.ods import read_ods
from hrss12333.reading.grid import FileProblem

_CELL_PARTS = (
    *('<c r="A1"><v>1</v></c>', '<c r="B2" s="0"/>', "<c></c>", "<c><v>1</v></c>", '<c r="XFD1048576"/>'),
    *('<c r="ZZ9000"><v>1</v></c>', '<c x=">" r="ZZ9000"><v>1</v></c>', "<c r='ZZ9000' ><v>1</v></c>"),
    *('<c x="/>" r="ZZ9000"><v>1</v></c>', '<c x=\' r="A1"\' r="ZZ9000"><v>1</v></c>'),
)


@pytest.mark.parametrize(
    "times",
    [
        "<table:table-cell ",
        '<table:table-cell a="',
        "<table:table-cell>",
        "<table:table-row ",
        "<table:table-column/>",
        '<table:table-cell a=">" ',
        '<table:table-cell table:number-columns-repeated="9"><text:p>1</text:p></table:table-cell>',
    ],
)
def test_tags_that_never_end_cost_no_time(times: str) -> None:
    before = process_time()
    with suppress(FileProblem):
        read_ods(Package(ods(times.encode() * 20_000 + b"<table:table-cell/>" * 20_000)))
    assert process_time() - before < 3


@pytest.mark.parametrize(
    "cell",
    [
        '<table:table-cell table:number-columns-repeated="2000000" office:value-type="float" office:value="1"/>',
        '<table:table-cell table:number-columns-repeated="2000000"><text:p>1</text:p></table:table-cell>',
        '<table:table-cell table:number-columns-repeated="2000000" table:formula="of:=[.A1]"/>',
        "<table:table-cell>" + "<text:span>" * 200 + "</text:span>" * 200 + "</table:table-cell>",
    ],
)
def test_what_an_ods_repeats_beyond_measure_is_refused(cell: str) -> None:
    with pytest.raises(FileProblem) as raised:
        read_ods(Package(ods(f"<table:table-row>{cell}</table:table-row>".encode())))
    assert raised.value.kind is Problem.TOO_LARGE


@pytest.mark.parametrize(
    "times", ["<c ", '<c r="', '<c r="A1">', "<c r='A1' >>>", "<c r=" + "A" * 9, "<c " + " r=" * 9]
)
def test_cells_that_never_end_cost_no_time(times: str) -> None:
    before = process_time()
    with suppress(FileProblem):
        sheet_area(b'<sheetData><row><c r="XFD1048576"><v>1</v></c>' + times.encode() * 100_000)
    with suppress(FileProblem):
        sheet_area(b'<c r="' + b"A" * 300_000 + b'1"/>')
    assert process_time() - before < 3


@given(st.lists(st.sampled_from(_CELL_PARTS), max_size=12))
def test_no_filled_cell_is_beyond_the_bound(parts: list[str]) -> None:
    """However a cell is written, it lies within the area that is found, or the sheet is not certain, or refused."""
    raw = "<sheetData><row>" + "".join(parts) + "</row></sheetData>"
    try:
        _, area, certain = sheet_area(raw.encode())
    except FileProblem:
        return
    far = [part for part in parts if "ZZ" in part and ">1<" in part]
    assert not far or not certain or area >= 9_000 * 702
