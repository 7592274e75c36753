"""Inboxes of a whole year in which offices slip: figures of no sense, answers of no form, rows twice, units that are late."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from factory import RowData, Style, clean_rows, plan_filing, save_openpyxl
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit

STYLE = Style(sample=False, total="none")
CALLS = ("calls_total", "calls_agent", "calls_ivr", "calls_abandoned")
Figures = dict[str, int]


def other_calls(chance: random.Random, row: Figures) -> RowData:
    key = chance.choice(CALLS)
    return {key: int(row[key] * chance.choice((0.3, 0.7, 1.4, 3))) + 1}


SLIPS: tuple[Callable[[random.Random, Figures], RowData], ...] = (
    # B401, twice as often as the others: a call figure that is another one
    *(other_calls, other_calls),
    # B401 with a reason: more answered than called, a share above 100 % in no question
    lambda _, row: {
        "calls_total": (row["calls_agent"] + row["calls_ivr"]) // 2,
        "remarks": "话务系统升级期间来电总量少计",
    },
    # B402, P504, V301, V302
    lambda dice, row: {"agents": row["staff_total"] + dice.randint(1, 300)},
    lambda dice, row: {"seats": row["staff_total"] + dice.randint(5, 60)},
    lambda dice, _: {dice.choice((*CALLS, "agents", "seats", "staff_total", "training_attendances")): None},
    lambda dice, _: {dice.choice((*CALLS, "agents", "seats")): dice.choice(("两千多", "12.5", "-30", "见附件"))},
    # P502 or P501, P501, V304
    lambda _, row: {key: row[key] * 10_000 for key in CALLS},
    lambda _, row: {
        "agents": 1,
        "calls_ivr": row["calls_ivr"] + 40_000,
        "calls_agent": row["calls_agent"] + 60_000,
        "calls_total": row["calls_ivr"] + row["calls_agent"] + row["calls_abandoned"] + 100_000,
    },
    lambda dice, _: {dice.choice(("voicemail", "complaints")): dice.choice(("部分", "待定", "1"))},
)
"""What becomes of a row of 附表1."""


def spoilt(folder: Path, seed: int, units: Sequence[Unit] = EDITION.units, *, share: float = 0.7) -> Path:
    """A filing of each of the units, of which about this share slips once or more; the same each time."""
    chance = random.Random(seed)
    for unit in units:
        _filing(folder, unit, chance, slips=chance.randint(1, 3) if chance.random() < share else 0)
    return folder


def _filing(folder: Path, unit: Unit, chance: random.Random, *, slips: int) -> None:
    rows = {form.key: [dict(row) for row in clean_rows(unit, form)] for form in EDITION.forms}
    calls, systems = rows["附表1"], rows["附表2"]
    for _ in range(slips):
        row = chance.choice(calls)
        slip = chance.choice(SLIPS)
        if all(isinstance(row[key], int) for key in (*CALLS, "staff_total")):  # else it is spoilt already
            row.update(slip(chance, cast("Figures", row)))
    if slips and chance.random() < 0.1:  # a region twice
        calls.append({**chance.choice(calls), "calls_total": 12_345})
    if slips and chance.random() < 0.2:
        chance.choice(systems)["network_location"] = "政务外网"
    planned = plan_filing(unit, rows, style=STYLE)
    renamed = {}
    if slips and chance.random() < 0.1:  # a column in another unit of measure
        renamed["坐席数"] = "坐席数（千个）"
    if slips and chance.random() < 0.05:  # a column that is none of the form's
        renamed["放弃量"] = "其他"
    cells = planned["附表1"].cells
    cells.update({cell: renamed[str(value)] for cell, value in cells.items() if value in renamed})
    save_openpyxl(folder / f"{unit.short}.xlsx", list(planned.values()))
