"""Names of units and regions: certain spellings match within the unit, everything else comes back with what is near."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import strategies as st

from cases import cases, drawn, words
from factory import unit_named
from filing_words import REGIONS
from hrss12333 import survey
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.gazetteer import Gazetteer, certain_region, folded, match_region
from hrss12333.survey.regions import Unit


@pytest.mark.parametrize("unit", EDITION.units, ids=lambda unit: unit.short)
def test_every_spelling_of_every_region_names_it_and_no_other(unit: Unit) -> None:
    wrong = [
        (region.name, written, found.name)
        for region in unit.regions
        for way in REGIONS
        if (written := way(unit, region.name)) and (found := match_region(unit, written)).name != region.name
    ]
    assert wrong == []


@pytest.mark.parametrize("unit", EDITION.units, ids=lambda unit: unit.short)
def test_every_spelling_of_every_unit_names_it(unit: Unit) -> None:
    offices = ("人力资源和社会保障厅", "人力资源社会保障局", "信息中心", "人社厅信息中心")
    office = [f"{unit.short}人社厅", *(unit.name + office for office in offices)]
    written = [*unit.spellings, *office, f"{unit.name}（盖章）", " ".join(unit.name)]
    assert [text for text in written if EDITION.gazetteer.match(text).unit is not unit] == []


@cases("""
    unit name written
    湖北 恩施土家族苗族自治州 恩施州 | 恩施
    湖北 神农架林区 神农架
    广东 广州市 广东广州 | 广州
    广东 省本级 省本级
    广东 省直 省直
    广东 全省 全省
    广东 广东省 广东省
    广东 – 广卅市 | 南宁市 | 合计 | 其他
    吉林 吉林市 吉林市 | 吉林
    吉林 吉林省 吉林省
    青海 海南藏族自治州 海南州
    甘肃 合作市 合作市
    福建 福州市 福州
    福建 – 抚州
    江西 抚州市 抚州
    江西 – 福州
    海南 琼中黎族苗族自治县 琼中
    海南 白沙黎族自治县 白沙自治县
    海南 – 海南州
    河北 雄安新区 雄安新区
    天津 滨海新区 天津滨海新区
    河南 济源市 济源
    河南 兰考县 兰考县
    贵州 贵安新区 贵安新区
    重庆 石柱土家族自治县 石柱自治县
    重庆 彭水苗族土家族自治县 彭水县
    重庆 – 白沙自治县
    新疆 石河子市 石河子
    新疆兵团 第八师石河子市 第八师 | 石河子市 | 8师
    新疆兵团 第十一师 十一师
    新疆兵团 第十四师昆玉市 14师昆玉市
    新疆兵团 兵团本级 兵团本级
    新疆兵团 – 15师
    宁夏 固原市 固原市就业局
    宁夏 银川市 ①银川市 | 1-银川市 | 12银川市 | 003银川市 | 101、银川市 | 银川市。 | “银川市” | "银川" | 【银川市】 | 银川市， | 银川市人力资源社会保障局信息中心
    宁夏 – 12345中心 | 12345-中心 | 114中心 | 2018银川市 | 银川市12 | 银川市本级及兴庆 | 银川市全市 | 银川市12345中心 | 银川市12329 | 银川市市民中心
""")
def test_names_within_a_unit(unit: str, written: str, name: str) -> None:
    """– where it is none of its regions."""
    assert (match_region(unit_named(unit), written).name or "–") == name


@cases("""
    unit      name                    written
    宁夏      大武口区                石嘴山市（大武口区）
    宁夏      银川市（兴庆区、金凤区）  银川（兴庆区、金凤区）
    宁夏      银川市市区              银川市（市区）
    宁夏      银川市                  银川市（含永宁县） | 银川市（代报）
    重庆      渝中区                  重庆市（渝中区）
    新疆兵团  第八师石河子市          第八师（石河子市）
""")
def test_a_place_in_brackets_is_what_the_row_is_about(unit: str, written: str, name: str) -> None:
    match = match_region(unit_named(unit), written)
    assert (match.name, bool(match.below)) == (name, name not in {"银川市", "渝中区", "第八师石河子市"})


@cases("""
    unit  is_unit=  written
    吉林  True      吉林省
    吉林  False     吉林市
    广东  True      全省 | 全省（含省本级） | 广东全省 | 广东省全省 | 全省统计 | 全省12333 | 本省数据 | 广东12333
    宁夏  True      自治区 | 自治区（合计）
    广东  False     全省模范市 | 自治区
""")
def test_the_whole_unit_is_known_with_words_around_it_and_told_from_a_city(
    unit: str, written: str, is_unit: bool
) -> None:
    match = match_region(unit_named(unit), written)
    assert (match.is_unit, match.official) == (is_unit, written == "吉林市")


def test_an_unknown_name_comes_back_with_the_nearest() -> None:
    assert match_region(unit_named("广东"), "广卅市").nearest[0] == "广州市"
    assert match_region(unit_named("福建"), "抚州").nearest[0] in {"福州市", "漳州市", "泉州市"}
    for written in ("宁夏回族自制区", "寧夏"):
        assert EDITION.gazetteer.match(written).nearest[0] == "宁夏回族自治区"
    assert EDITION.gazetteer.match("光东省").unit is None
    assert "广东省" in EDITION.gazetteer.match("光东省").nearest
    assert EDITION.gazetteer.match("广州市人力资源和社会保障局").unit is None
    assert EDITION.gazetteer.match("广州市人力资源和社会保障局").nearest == ("广东省",)


def test_every_unit_stands_in_one_area_as_the_statistics_office_groups_them() -> None:
    gazetteer = EDITION.gazetteer
    grouped = {area: [unit.short for unit in gazetteer.units if unit.zone == area] for area in gazetteer.zones}
    assert {area: len(units) for area, units in grouped.items()} == {"东部": 10, "中部": 6, "西部": 13, "东北": 3}
    assert "新疆兵团" in grouped["西部"]
    assert sum(len(units) for units in grouped.values()) == len(gazetteer.units)


@cases("""
    unit  name        alone=  written       cities
    江苏  昆山市      False   昆山          苏州市
    广东  顺德区      False   佛山市顺德区  佛山市
    河北  雄安新区    True    雄安          保定市
    陕西  西咸新区    False   西咸新区      西安市、咸阳市
    重庆  两江新区    False   两江新区      江北区、渝北区、北碚区
    宁夏  永宁县      False   永宁县        银川市
    江苏  鼓楼区      False   鼓楼区        南京市、徐州市
    宁夏  银川市本级  False   银川市本级    银川市
    宁夏  银川市区    False   银川市区      银川市
    宁夏  市本级      False   市本级
    河北  定州市      True    定州市        保定市
    吉林  梅河口市    True    梅河口        通化市
    河南  兰考县      True    兰考县        开封市
""")
def test_a_place_below_the_regions_knows_its_city_and_whether_it_reports_by_itself(
    unit: str, written: str, name: str, alone: bool, cities: str
) -> None:
    """A region and the unit's own level are no such place."""
    found = match_region(unit_named(unit), written)
    assert found.below is not None
    assert (found.name, "、".join(found.below.cities), found.official) == (name, cities, False)
    assert found.below.reports_itself is alone
    for whose, own in (("重庆", "市本级"), ("广东", "省本级"), ("广东", "广州市")):
        assert match_region(unit_named(whose), own).below is None


def test_the_cities_of_the_corps_are_its_divisions_and_no_regions_of_the_area_around_them() -> None:
    around, corps = unit_named("新疆"), unit_named("新疆兵团")
    assert len(around.regions) == len(corps.regions) == 14
    assert len(around.enclaves) == 10
    assert all(corps.certain[city] == division for city, division in around.enclaves.items())
    assert all(match_region(around, city).name == city for city in around.enclaves)
    assert [unit.short for unit in EDITION.units if unit.enclaves] == ["新疆"]


def test_every_county_belongs_to_a_region_that_is_listed() -> None:
    lists = Path(survey.__file__).parent / "data"
    with (lists / "counties.csv").open(encoding="utf-8") as stream:
        codes = [line["county_code"] for line in csv.DictReader(stream)]
    cities = {region.code for unit in EDITION.units for region in unit.regions}
    assert len(codes) > 2700
    assert [code for code in codes if f"{code[:4]}00" not in cities] == []


# Quick answers


NAMED = [region.name for unit in EDITION.units for region in unit.regions]
AROUND = words("| | 1. | （ | ） | 人社局 | 12333中心 | 信息中心 | 全市 | 本级 | 甲 | 市 | 广东 | 内蒙 | 新疆")


@st.composite
def names(draw: st.DrawFn) -> str:
    """A region's name, perhaps with a character more, less or other, and something around it."""
    name = draw(st.sampled_from(NAMED))
    at = draw(st.integers(0, len(name)))
    name = name[:at] + draw(st.sampled_from(["", "甲", "州", "南"])) + name[at + draw(st.integers(0, 2)) :]
    return draw(st.sampled_from(AROUND)) + name + draw(st.sampled_from(AROUND))


@drawn(100, 300, name=names())
def test_the_owners_of_a_name_are_all_that_a_closer_look_finds(name: str) -> None:
    gazetteer = Gazetteer("2019")
    named = gazetteer.by_name.get(folded(name))
    found = [unit for unit in gazetteer.units if (match := certain_region(unit, folded(name))) and match.official]
    assert gazetteer.owners(name) == [unit for unit in gazetteer.units if unit is named or unit in found]
