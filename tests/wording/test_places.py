"""How a place is said, and in which order places come."""

from __future__ import annotations

from hrss12333.model.finding import Severity
from hrss12333.wording.places import by_sheet
from reporting_samples import finding


def test_the_sheets_come_in_the_order_of_the_forms_whatever_weighs_most() -> None:
    second = finding("V304", sheet="Sheet1", form="附表2")
    first = finding("V301", Severity.QUERY, sheet="Sheet2", form="附表1")
    whole = finding("H108", Severity.QUERY, sheet=None, cell=None, form=None)
    assert by_sheet([second, first, whole]) == [(None, [whole]), ("Sheet2", [first]), ("Sheet1", [second])]


def test_other_sheets_come_as_they_come_up() -> None:
    late, early = (finding("F008", sheet=name, form=None) for name in ("乙", "甲"))
    assert [sheet for sheet, _ in by_sheet([late, early])] == ["乙", "甲"]
