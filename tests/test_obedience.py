"""Who does what message and letter say is done with it; who does something else is asked. Written from the contract."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pytest

from cases import few, seeds
from faulty_senders import ALONE, CALL_FORM, FAULTS, FORMS, WHOLE, Sender, World, titles
from hrss12333.checking.reasons import ANSWERS
from hrss12333.checking.rules import RULES
from hrss12333.model.finding import Severity
from obedient import REASONS, REMEDIES, Question, Rounds, open_ones

pytestmark = pytest.mark.usefixtures("few_reminders")
EMPTY = "无 略 同上 见附件 暂无 不涉及 正常 已核实 核对无误 情况属实 数据准确 真实有效 请放心 数据有误 数据待核实 待补报 后续更正 以纸质为准"


def test_every_rule_that_asks_is_in_the_table_and_is_tried() -> None:
    asking = {rule.id for rule in RULES.values() if rule.severity is not Severity.NOTE}
    assert asking <= set(ANSWERS)
    assert {name.split()[0] for name in FAULTS} == set(ANSWERS)


def _spoilt(folder: Path, seed: int, cities: bool) -> World:
    """An inbox of a seed with up to three faults at each sender."""
    world = World(folder, seed, cities=cities)
    for sender in world.senders.values():
        world.spoil(sender, *world.chance.sample([*FAULTS], world.chance.choice((0, 1, 1, 2, 3))))
    return world


@pytest.mark.parametrize(("cities", "seed"), few([(at % 4 > 0, at) for at in range(40)], 12))
def test_who_obeys_is_asked_no_more(tmp_path: Path, cities: bool, seed: int) -> None:
    assert Rounds(_spoilt(tmp_path / "收", seed, cities)).play() == []


PARTS = 10
"""Inboxes over which all faults are spread: the last two are of units, and have those that no city has."""


@pytest.mark.parametrize(("remedy", "part"), few([(way, part) for way in REMEDIES for part in range(PARTS)], 0))
def test_each_remedy_of_each_rule_answers(tmp_path: Path, remedy: str, part: int) -> None:
    of_units = part >= PARTS - 2
    world = World(tmp_path / "收", 50_000 + part, cities=not of_units)
    faults = sorted(WHOLE)[part % 2 :: 2] if of_units else sorted({*FAULTS} - WHOLE)[part :: PARTS - 2]
    for fault, sender in zip(faults, cycle(world.senders.values()), strict=False):
        world.spoil(sender, fault)
    assert [each for each in Rounds(world, [remedy]).play() if each[0] != "no remedy"] == []


Disobeying = Callable[[Sender, World, Question], object]
"""What is sent instead; the region that must be asked about, None for any."""


def _changes_something_else(sender: Sender, world: World, asked: Question) -> object:
    sender.mend_all()
    row = world.chance.choice(sender.rows[CALL_FORM])
    other = next(key for key in ("training_attendances", "seats") if key not in asked.fields)
    row[other] += world.chance.randint(1, 40)
    return row["region"]


def _loses_a_region(sender: Sender, world: World, asked: Question) -> object:
    sender.mend_all()
    lost = world.chance.choice([row["region"] for row in sender.rows[CALL_FORM] if row["region"] != asked.region])
    sender.rows = {form: [row for row in sender.rows[form] if row["region"] != lost] for form in FORMS}
    return lost


def _sends_a_part(sender: Sender, world: World, _: Question) -> object:
    sender.mend_all()
    words = world.chance.choice(("2019年上半年", "2019年1-10月", "2019年第四季度"))
    sender.spoils["M705"] = lambda book: titles(words, sender, book)
    return None


def _writes(*texts: str) -> Disobeying:
    def disobey(sender: Sender, world: World, asked: Question) -> object:
        form = asked.form or CALL_FORM
        sender.rows[form][sender.at(form, asked.region) or 0]["remarks"] = world.chance.choice(texts)
        return asked.region

    return disobey


WAYS: dict[str, tuple[str, Disobeying]] = {
    "changes something else": ("B401|B402|V304|P504|V301|H105", _changes_something_else),
    "loses a region": ("B401|B402|V304|P504", _loses_a_region),
    "repeats a part of the year": ("M705 part|B401|V304", _sends_a_part),
    "says nothing": ("B401|P504|B404|V305|P502", _writes(*EMPTY.split())),
    "speaks of another column": ("P504|B404", _writes(*(f"放弃量：{reason}" for reason in REASONS))),
    "speaks of no region": ("R202", _writes(*REASONS)),
    "a supplement of another city": (
        "|".join(name for name in FAULTS if name not in {*ALONE, "P505"}),
        lambda *_: None,
    ),
}


@pytest.mark.parametrize(("way", "seed"), few([(way, seed) for seed in seeds(60) for way in WAYS], len(WAYS)))
def test_who_does_something_else_is_asked(tmp_path: Path, way: str, seed: int) -> None:
    faults, disobey = WAYS[way]
    world = World(tmp_path / "收", 20_000 + seed, cities=way != "loses a region")
    sender, other = world.chance.sample([*world.senders.values()], 2)
    while not sender.names:
        world.spoil(sender, world.chance.choice(faults.split("|")))
    for each in world.senders.values():
        if each is not other or "another city" not in way:
            world.send(each, 10)
    rounds = Rounds(world)
    asked = [each for each in open_ones(rounds.check()) if rounds.sender_of(each) is sender]
    assert asked
    region = disobey(sender, world, asked[0])
    if "another city" in way:
        other.right["email"] = sender.right["email"]
        world.send(other, 16, words="您好，附件请查收。")
    else:
        rounds.deliver(sender)
    now = [each for each in open_ones(rounds.check()) if rounds.sender_of(each) is sender]
    assert [each for each in now if region in (None, each.region)]
