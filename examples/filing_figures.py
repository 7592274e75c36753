"""Plausible made-up figures for any reporting unit: the same for the same unit and year, on every machine.

Magnitudes follow what is publicly known of such hotlines: a prefecture takes 20,000 to 500,000 calls a year, a
municipality up to 10 million; 自助 40–65 %, 人工 30–50 %, 放弃 3–25 %; an adviser answers 3,000 to 25,000 calls a year.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Region, Unit
from hrss12333.survey.schema import Column, Form, Kind, Scalar

RowData = dict[str, Scalar]
"""Field key → value."""

MUNICIPALITIES = {"北京": 8_000_000, "天津": 3_600_000, "上海": 9_800_000, "重庆": 6_400_000}
"""Calls of the whole municipality, split over its districts."""
SMALL = frozenset({"省直辖", "师"})
"""Kinds of region with a few seats only."""
CHANNELS = {"web": 0.86, "sms": 0.62, "app": 0.71, "wechat": 0.83}
STANDARDS = {"unified_number": 0.88, "unified_logo": 0.81, "unified_uniform": 0.44}
SERVICES = {"voicemail": 0.74, "complaints": 0.8}
REMARKS = ("无", None, None, None)


class Dice:
    """Random draws that depend on the seed alone: only `random.random`, whose sequence Python guarantees."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed).random

    def between(self, low: float, high: float) -> float:
        """A number from ``low`` to ``high``."""
        return low + (high - low) * self._random()

    def whole(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int((high - low + 1) * self._random())

    def spread(self, low: float, high: float) -> float:
        """A number from ``low`` to ``high``, small ones likelier, as sizes of places are."""
        return float(low * (high / low) ** self._random())

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self._random() < probability

    def pick(self, options: tuple[str | None, ...]) -> str | None:
        """One of the options."""
        return options[int(len(options) * self._random())]


def _clip(value: float, low: int, high: int) -> int:
    return max(low, min(high, round(value)))


def _calls(unit: Unit, dice: Dice) -> list[int]:
    """来电总量 of each region, in order."""
    regions = unit.regions
    if unit.short in MUNICIPALITIES:
        weights = [dice.spread(0.6, 1.6) for _ in regions]
        return [round(MUNICIPALITIES[unit.short] * weight / sum(weights)) for weight in weights]
    return [_regional_calls(region, first=index == 0, dice=dice) for index, region in enumerate(regions)]


def _regional_calls(region: Region, *, first: bool, dice: Dice) -> int:
    if region.kind in SMALL:
        return round(dice.spread(42_000, 90_000))
    # The first prefecture listed is the capital of its province.
    return round(dice.spread(240_000, 490_000) if first else dice.spread(62_000, 330_000))


Shares = tuple[float, float]
"""人工 and 自助 as shares of the calls; what is left is 放弃."""


def _shares(dice: Dice, around: Shares = (0.40, 0.48), spread: Shares = (0.09, 0.07)) -> Shares:
    """Shares near those given, all three within what is plausible."""
    while True:
        agent, ivr = (dice.between(mean - width, mean + width) for mean, width in zip(around, spread, strict=True))
        if 0.31 <= agent <= 0.49 and 0.41 <= ivr <= 0.62 and 0.04 <= 1 - agent - ivr <= 0.22:
            return agent, ivr


def _service_row(region: Region, calls: int, usual: Shares, dice: Dice, *, seats_range: tuple[int, int]) -> RowData:
    agent_share, ivr_share = _shares(dice, usual, (0.02, 0.02))
    agent, ivr = round(calls * agent_share), round(calls * ivr_share)
    fewest, most = seats_range
    agents = _clip(agent / dice.spread(4_200, 11_000), fewest + 1, round(most * 1.3))
    staff = agents + dice.whole(1, 3) + agents // 12
    return {
        "region": region.name,
        "calls_total": calls,
        "calls_agent": agent,
        "calls_ivr": ivr,
        "calls_abandoned": calls - agent - ivr,
        **{key: dice.chance(probability) for key, probability in SERVICES.items()},
        "staff_total": staff,
        "agents": agents,
        "seats": min(agents, _clip(agents / dice.between(1.1, 1.35), fewest, most)),
        "training_attendances": round(staff * dice.between(3, 11)),
        "remarks": dice.pick(REMARKS),
    }


def _seats_range(unit: Unit, region: Region) -> tuple[int, int]:
    if unit.short in MUNICIPALITIES:
        return 5, 80
    return (3, 12) if region.kind in SMALL else (5, 40)


def service_rows(unit: Unit, year: int = 2019) -> list[RowData]:
    """附表1 of a unit, a row a region in the official order."""
    dice = Dice(f"附表1 {unit.code} {year}")
    usual = _shares(dice)
    return [
        _service_row(region, calls, usual, dice, seats_range=_seats_range(unit, region))
        for region, calls in zip(unit.regions, _calls(unit, dice), strict=True)
    ]


def system_rows(unit: Unit, year: int = 2019) -> list[RowData]:
    """附表2 of a unit. The answers about 省集中 are the same in all its regions, as one system has one answer."""
    dice = Dice(f"附表2 {unit.code} {year}")
    centralized = dice.chance(0.6)
    network = "业务专网" if dice.chance(0.7) else "互联网"
    shared_entries = round(dice.spread(4_000, 40_000))
    return [
        {
            "region": region.name,
            "system_centralized": centralized,
            "seats_centralized": False,
            "network_location": network if centralized or dice.chance(0.8) else "互联网",
            # The shared base, and what each city adds of its own.
            "knowledge_entries": shared_entries + 13 * number if centralized else round(dice.spread(900, 12_000)),
            **{key: dice.chance(probability) for key, probability in (CHANNELS | STANDARDS).items()},
            "remarks": dice.pick(REMARKS),
        }
        for number, region in enumerate(unit.regions)
    ]


def _rows_of(form: Form, make: Callable[[Unit, int], list[RowData]], unit: Unit, year: int = 2019) -> list[RowData]:
    """The rows of a form; what no figure here knows of, as a column that was added to it, gets one of its kind."""
    new = [(column, Dice(f"{column.key} {unit.code} {year}")) for column in form.data]
    return [
        row | {item.key: _made_up(item, dice) for item, dice in new if item.key not in row} for row in make(unit, year)
    ]


def _made_up(column: Column, dice: Dice) -> Scalar:
    if column.kind is Kind.COUNT:
        return dice.whole(200, 4_000)
    return dice.pick(column.choices) if column.kind is Kind.CHOICE else dice.chance(0.7)


FIGURES = {
    form.key: partial(_rows_of, form, make)
    for form, make in zip(EDITION.forms, (service_rows, system_rows), strict=True)
}
"""Form → how its rows are made up."""


def header(unit: Unit) -> dict[str, str]:
    """Unit, contact, mobile and mail: visibly made up."""
    number = int(unit.code[:2])
    names = ("张三", "李四", "王五", "赵六", "钱七", "孙八", "周九", "吴十")
    return {
        "unit": unit.name,
        "name": names[number % len(names)],
        "mobile": f"138000000{number:02d}",
        "email": f"unit{number:02d}@example.com",
    }
