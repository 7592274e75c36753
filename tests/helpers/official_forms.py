"""Rows and headers of the official form for the tests of its writer."""

from __future__ import annotations

from hrss12333.model.filing import Found
from hrss12333.survey.editions.y2019 import SERVICE

CONTACT = {"unit": "广东省", "name": "张三", "mobile": "13800000001", "email": "zhangsan@example.org"}


def service_row(region: str | None = "广州市", **changed: Found) -> dict[str, Found]:
    """A correct row of the first form, changed where a test needs a fault."""
    return {
        **{column.key: column.sample for column in SERVICE.data},
        "region": region,
        "calls_total": 2500,
        "calls_agent": 1000,
        "calls_ivr": 1000,
        "calls_abandoned": 500,
        "voicemail": True,
        "complaints": False,
        "staff_total": 10,
        "agents": 8,
        "seats": 8,
        "training_attendances": 0,
        "remarks": None,
        **changed,
    }
