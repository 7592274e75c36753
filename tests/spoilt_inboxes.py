"""Inboxes of a whole year in which offices slip: figures of no sense, answers of no form, rows twice, units that are late."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

from factory import CellValue, RowData, Style, clean_rows, plan_filing, save_openpyxl
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit

STYLE = Style(sample=False, total="none")
CALLS = ("calls_total", "calls_agent", "calls_ivr", "calls_abandoned")
Slip = Callable[[random.Random, RowData], None]


def _whole(row: RowData, key: str) -> int:
    value = row[key]
    assert isinstance(value, int)
    return value


def unbalanced(chance: random.Random, row: RowData) -> None:
    """A call figure that is another one: B401."""
    key = chance.choice(CALLS)
    row[key] = int(_whole(row, key) * chance.choice((0.3, 0.7, 1.4, 3))) + 1


def unbalanced_with_a_reason(chance: random.Random, row: RowData) -> None:
    """More answered than called, as explained: a share above 100 % in no question."""
    row["calls_total"] = (_whole(row, "calls_agent") + _whole(row, "calls_ivr")) // 2
    row["remarks"] = "话务系统升级期间来电总量少计"


def more_agents_than_staff(chance: random.Random, row: RowData) -> None:
    """B402."""
    row["agents"] = _whole(row, "staff_total") + chance.randint(1, 300)


def more_seats_than_staff(chance: random.Random, row: RowData) -> None:
    """P504."""
    row["seats"] = _whole(row, "staff_total") + chance.randint(5, 60)


def blank(chance: random.Random, row: RowData) -> None:
    """V301."""
    row[chance.choice((*CALLS, "agents", "seats", "staff_total", "training_attendances"))] = None


def in_words(chance: random.Random, row: RowData) -> None:
    """V302."""
    row[chance.choice((*CALLS, "agents", "seats"))] = chance.choice(("两千多", "12.5", "-30", "见附件"))


def off_by_ten_thousand(chance: random.Random, row: RowData) -> None:
    """P502, or P501."""
    for key in CALLS:
        row[key] = _whole(row, key) * 10_000


def few_agents(chance: random.Random, row: RowData) -> None:
    """P501."""
    row["agents"] = 1
    row["calls_ivr"] = _whole(row, "calls_ivr") + 40_000
    row["calls_agent"] = _whole(row, "calls_agent") + 60_000
    row["calls_total"] = sum(_whole(row, key) for key in CALLS[1:])


def no_answer(chance: random.Random, row: RowData) -> None:
    """V304."""
    row[chance.choice(("voicemail", "complaints"))] = chance.choice(("部分", "待定", "1"))


SLIPS: tuple[Slip, ...] = (
    unbalanced,
    unbalanced,
    unbalanced_with_a_reason,
    more_agents_than_staff,
    more_seats_than_staff,
    blank,
    in_words,
    off_by_ten_thousand,
    few_agents,
    no_answer,
)


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
        try:
            chance.choice(SLIPS)(chance, row)
        except (AssertionError, TypeError):  # spoilt before
            continue
    if slips and chance.random() < 0.1:  # a region twice
        calls.append({**chance.choice(calls), "calls_total": 12_345})
    if slips and chance.random() < 0.2:
        chance.choice(systems)["network_location"] = "政务外网"
    planned = plan_filing(unit, rows, style=STYLE)
    if slips and chance.random() < 0.1:  # a column in another unit of measure
        _rename(planned["附表1"].cells, "坐席数", "坐席数（千个）")
    if slips and chance.random() < 0.05:  # a column that is none of the form's
        _rename(planned["附表1"].cells, "放弃量", "其他")
    save_openpyxl(folder / f"{unit.short}.xlsx", list(planned.values()))


def _rename(cells: dict[str, CellValue], heading: str, to: str) -> None:
    for cell, value in cells.items():
        if value == heading:
            cells[cell] = to
