"""The quick looks of the guard see what the patient ones do."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from hrss12333.reading.files.sheet_bounds import _ATTRIBUTES, table_areas
from hrss12333.reading.grid import FileProblem

_CELLS = (
    *("<table:table-cell/>", "<table:covered-table-cell/>", "<table:table-cell><text:p>1</text:p></table:table-cell>"),
    '<table:table-cell office:value="1"/>',
    '<table:table-cell table:number-columns-repeated="3"/>',
    '<table:table-cell table:number-columns-repeated="3000" office:value="1"/>',
    '<table:table-cell office:value="1" table:number-columns-repeated="7000000"/>',
)
_ROWS = ("<table:table-row>", '<table:table-row table:number-rows-repeated="900">', "<table:table-row/>")
_PARTS = (*_CELLS, *_ROWS, "</table:table-row>", "<table:table>", "</table:table>", '<text:s text:c="6000001"/>')


@given(st.text(alphabet="a=/ \"'<>"))
def test_attributes_end_where_a_sign_by_sign_walk_ends(text: str) -> None:
    patient = rb"""((?:[^>"']|"[^"]*"|'[^']*')*)"""
    for behind in (rb">", rb"(?<!/)>"):
        quick, slow = (re.match(attributes + behind, text.encode()) for attributes in (_ATTRIBUTES, patient))
        assert (quick and quick.span(1)) == (slow and slow.span(1))


@given(st.lists(st.sampled_from(_PARTS), max_size=30))
def test_blank_cells_count_as_those_that_are_written_otherwise(parts: list[str]) -> None:
    def area(raw: str) -> int | None:
        try:
            return table_areas(raw.encode())
        except FileProblem:
            return None

    raw = "<table:table>" + "".join(parts)
    assert area(raw) == area(raw.replace("-cell/>", "-cell />"))
