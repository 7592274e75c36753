"""What is ruled out at once about a name is what a closer look would rule out, too."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from hypothesis import strategies as st

from cases import words
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.gazetteer import Gazetteer
from hrss12333.survey.region_names import certain_region, folded
from hrss12333.survey.spellings import HOTLINE, OFFICE, bare_name, nearest_names, without_office
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


@drawn(100, 300, name=names(), unit=st.sampled_from(EDITION.units))
def test_the_nearest_names_are_those_of_a_full_comparison(name: str, unit: object) -> None:
    whose = next(item for item in EDITION.units if item is unit)
    stem = bare_name(name)
    likeness = {
        official: max(SequenceMatcher(None, name, official).ratio(), SequenceMatcher(None, stem, bare).ratio())
        for official, bare in whose.bare_names.items()
    }
    ranked = sorted(likeness, key=lambda official: -likeness[official])
    assert nearest_names(name, whose.bare_names) == [official for official in ranked if likeness[official] >= 0.4]


@drawn(
    *(100, 300),
    text=st.text("广州市厅人社保会险就业劳动障信息中心12333电话咨询服务热线呼叫-、 公", max_size=12) | names(),
)
def test_the_names_of_offices_come_off_where_there_are_any(text: str) -> None:
    office, hotline = re.compile(OFFICE), re.compile(HOTLINE)
    forms = (text, office.sub("", hotline.sub("", text)), office.sub("", text))
    assert without_office(text) == tuple(form.lstrip("/-—·、:") for form in dict.fromkeys(forms))
