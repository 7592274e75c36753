"""Next year's edition, as a notice might change the forms: a column renamed, one added, one dropped, and
another limit of the 工作总结.

It lives in the tests until a real notice comes, and shows what such an edition takes: its own notice, and row models
that are subclasses of last year's. Tests that need two editions import `NEXT`.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec.structs import replace

from hrss12333.survey.editions.y2019 import CALLS, EDITION, SERVICE, SYSTEM, SYSTEMS, ServiceRow, SystemRow
from hrss12333.survey.schema import Count, Edition, Notice, choice, count, dropped

YEAR = 2020


class NextServiceRow(ServiceRow):
    """附表1 of 2020: asks for 在线咨询量, no longer for 年度培训人次."""

    calls_online: Count = count("在线咨询量", group=CALLS, measure="次", sample=300, after="calls_abandoned")
    training_attendances: None = dropped()


class NextSystemRow(SystemRow):
    """附表2 of 2020: 网络部署位置 has another name."""

    network_location: Literal["互联网", "业务专网"] | None = choice(
        "电话系统所在网络", group=SYSTEM, note="“电话系统所在网络”请填写“互联网”或“业务专网”。", sample="业务专网"
    )


NEXT_SERVICE = replace(
    SERVICE, row_model=NextServiceRow, instructions=tuple(line for line in SERVICE.instructions if "培训" not in line)
)
NEXT_SYSTEMS = replace(
    SYSTEMS,
    row_model=NextSystemRow,
    instructions=tuple(line.replace("网络部署位置", "电话系统所在网络") for line in SYSTEMS.instructions),
)
NEXT = Edition(
    year=YEAR,
    forms=(NEXT_SERVICE, NEXT_SYSTEMS),
    gazetteer=EDITION.gazetteer,
    report_words=2500,
    notice=Notice(number="人社网信函〔2020〕1号", deadline=date(2021, 1, 15), conference="2021年全国12333工作研讨会"),
)
"""The edition of 2020 as tests have it; its notice is made up."""
