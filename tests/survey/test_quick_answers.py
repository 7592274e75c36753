"""What is ruled out at once about a name is what a closer look would rule out, too."""

from __future__ import annotations

from hypothesis import strategies as st

from cases import words
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.gazetteer import Gazetteer
from hrss12333.survey.region_names import certain_region, folded
from long_runs import drawn

REGIONS = [region.name for unit in EDITION.units for region in unit.regions]
AROUND = words("| | 1. | （ | ） | 人社局 | 12333中心 | 信息中心 | 全市 | 本级 | 甲 | 市 | 广东 | 内蒙 | 新疆")


@st.composite
def names(draw: st.DrawFn) -> str:
    """A region's name, perhaps with a character more, less or other, and something around it."""
    name = draw(st.sampled_from(REGIONS))
    at = draw(st.integers(0, len(name)))
    name = name[:at] + draw(st.sampled_from(["", "甲", "州", "南"])) + name[at + draw(st.integers(0, 2)) :]
    return draw(st.sampled_from(AROUND)) + name + draw(st.sampled_from(AROUND))


@drawn(100, 300, name=names())
def test_the_owners_of_a_name_are_all_that_a_closer_look_finds(name: str) -> None:
    gazetteer = Gazetteer("2019")
    named = gazetteer.by_name.get(folded(name))
    found = [unit for unit in gazetteer.units if (match := certain_region(unit, folded(name))) and match.official]
    assert gazetteer.owners(name) == [unit for unit in gazetteer.units if unit is named or unit in found]
