"""An edition whose row models are subclasses of last year's: what is renamed, added and dropped there."""

from __future__ import annotations

import pytest

from hrss12333.survey.editions.y2019 import SERVICE, SYSTEMS, ServiceRow
from hrss12333.survey.schema import Form, count
from next_edition import NEXT, NEXT_SERVICE, NEXT_SYSTEMS, NextServiceRow


def test_a_dropped_field_is_no_column_and_no_key_of_a_row() -> None:
    assert "training_attendances" in SERVICE.by_key
    assert "training_attendances" not in NEXT_SERVICE.by_key
    assert "training_attendances" not in NextServiceRow(region="广州市").model_dump()


def test_a_new_field_stands_where_it_says() -> None:
    keys = [column.key for column in NEXT_SERVICE.columns]
    before = [column.key for column in SERVICE.columns if column.key != "training_attendances"]
    assert keys[keys.index("calls_abandoned") + 1] == "calls_online"
    assert [key for key in keys if key != "calls_online"] == before
    assert [group for group, _ in NEXT_SERVICE.groups] == [group for group, _ in SERVICE.groups]


def test_a_renamed_field_keeps_its_key_and_place() -> None:
    assert [column.key for column in NEXT_SYSTEMS.columns] == [column.key for column in SYSTEMS.columns]
    renamed = NEXT_SYSTEMS.by_key["network_location"]
    assert (renamed.label, renamed.choices) == ("电话系统所在网络", SYSTEMS.by_key["network_location"].choices)
    assert SYSTEMS.by_key["network_location"].label == "网络部署位置"


def test_last_years_forms_are_as_they_were() -> None:
    assert (NEXT.form("附表1"), NEXT.year) == (NEXT_SERVICE, 2020)
    assert "calls_online" not in SERVICE.by_key


def test_a_field_behind_one_that_is_not_there_is_refused() -> None:
    class Misplaced(ServiceRow):
        """A column behind nothing."""

        lines: int | None = count("线路数", after="trunks")

    with pytest.raises(ValueError, match="trunks"):
        _ = Form("附表1", "调查表", Misplaced, ()).columns


def test_an_identity_over_a_dropped_field_is_refused() -> None:
    with pytest.raises(ValueError, match="calls_online, which the form does not ask"):
        Form("附表1", "调查表", ServiceRow, (), balances=(type(SERVICE.balances[0])("calls_online", ("calls_ivr",)),))
