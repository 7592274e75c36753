"""How provinces and cities send their tables, and what then counts: nothing twice, nothing lost without a word."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from cases import cases
from factory import CellValue, RowData, Style, clean_header, clean_rows, write_filing
from hrss12333.model.finding import Severity
from hrss12333.survey.editions.y2019 import SERVICE
from merge_runs import found, merged, messages, not_counted, status_of

BARE = Style(sample=False, total="none")
OLD, NEW = datetime(2020, 1, 6, 2, 0), datetime(2020, 1, 9, 2, 0)


def counted(folder: Path) -> list[tuple[str | None, int | None]]:
    """Region and 年度培训人次 of every row of 附表1 that counts."""
    entries = merged(folder).entries_of(SERVICE)
    return [(entry.row.region, entry.row.number("training_attendances")) for entry in entries]


def as_given(rows: list[RowData]) -> list[tuple[object, object]]:
    """The same of rows before they are sent."""
    return [(given["region"], given["training_attendances"]) for given in rows]


def regions(folder: Path) -> list[str | None]:
    return [region for region, _ in counted(folder)]


def write(path: Path, unit: str, rows: list[RowData], header: str = "", saved: datetime = OLD) -> Path:
    path.parent.mkdir(exist_ok=True)
    named = {**clean_header(unit), "unit": header} if header else clean_header(unit)
    return write_filing(path, unit, {"附表1": rows}, named, BARE, forms=("附表1",), saved=saved)


def row(unit: str, at: int, **changes: str | int) -> RowData:
    return {**clean_rows(unit, "附表1")[at], **changes}


def summed(rows: list[RowData], region: str) -> RowData:
    figures = {key: sum(int(str(row[key])) for row in rows) for key, value in rows[0].items() if type(value) is int}
    return {**rows[0], **figures, "region": region}


@cases("""
    counts=  name              own           remark
    False    保定市（含定州）  -             -
    False    保定市            -             含定州数据 | 已包括定州市
    False    保定市            已计入保定市  -
    True     保定市            -             - | 不含定州数据 | 含企业来电
""")
def test_a_county_that_reports_by_itself_stays_out_where_its_city_includes_it(
    tmp_path: Path, name: str, remark: str, own: str, counts: bool
) -> None:
    rows = clean_rows("河北", "附表1")
    at = next(number for number, given in enumerate(rows) if given["region"] == "保定市")
    rows[at] = {**rows[at], "region": name, "remarks": remark}
    write(tmp_path / "河北.xlsx", "河北", [*rows, row("河北", 0, region="定州市", calls_total=11, remarks=own)])
    assert ("定州市" in regions(tmp_path)) is counts
    assert len(found(merged(tmp_path), "R208")) == (0 if counts else 1)


@cases("""
    whole=  title
    False   {}（2019年上半年） | {}（1-9月） | 2019年第四季度{}
    True    {}（2019年1月至12月） | {}（2019年12月31日） | {}（一至四季度） | {}（请于1月6日至1月10日报送）
""")
def test_a_table_of_a_part_of_the_year_gives_way_to_the_year(tmp_path: Path, title: str, whole: bool) -> None:
    """And counts, and is asked about, where it is alone."""
    style = replace(BARE, notes=False)
    write_filing(tmp_path / "全年.xlsx", "宁夏", forms=("附表1",), style=style, saved=OLD)
    cells: dict[str, dict[str, CellValue]] = {"附表1": {"A2": title.format(SERVICE.title), "training_attendances6": 7}}
    write_filing(tmp_path / "又.xlsx", "宁夏", forms=("附表1",), style=style, saved=NEW, cells=cells)
    assert (counted(tmp_path)[0] == ("银川市", 7)) is whole
    noted = [finding.severity for finding in merged(tmp_path).findings if finding.rule == "M705"]
    assert noted == ([] if whole else [Severity.NOTE])
    (tmp_path / "全年.xlsx").unlink()
    assert counted(tmp_path)[0] == ("银川市", 7)
    assert len(found(merged(tmp_path), "M705")) == (0 if whole else 1)


@pytest.mark.parametrize("names", [("宁夏上半年", "宁夏下半年"), ("宁夏2019年11月", "宁夏2019年12月")])
def test_of_several_parts_of_the_year_none_counts_and_one_question_asks_for_the_year(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    """Neither is a version or a copy of the other, though their figures be the same."""
    for name, saved in zip(names, (OLD, NEW), strict=True):
        write_filing(tmp_path / f"{name}.xlsx", "宁夏", style=BARE, saved=saved)
    national = merged(tmp_path)
    assert (regions(tmp_path), found(national, "M702", "M703", "M706", "R203")) == ([], [])
    (asked,) = [finding for finding in national.findings if finding.rule == "M705"]
    assert asked.severity is Severity.ERROR
    write_filing(tmp_path / "宁夏.xlsx", "宁夏", style=BARE, saved=OLD)
    assert len(regions(tmp_path)) == 5
    assert {finding.severity for finding in merged(tmp_path).findings if finding.rule == "M705"} == {Severity.NOTE}


@pytest.mark.parametrize("header", ["{}", "河北省{}"])
def test_districts_of_one_name_count_for_each_of_their_cities(tmp_path: Path, header: str) -> None:
    """Told by the header of the city's own file, or by the city's row that they are under."""
    for number, (city, saved) in enumerate((("石家庄市", OLD), ("邢台市", NEW))):
        given = [row("河北", number, region="桥西区", training_attendances=number)]
        write(tmp_path / f"{city}.xlsx", "河北", given, header.format(city), saved)
    assert counted(tmp_path) == [("石家庄市桥西区", 0), ("邢台市桥西区", 1)]
    rows = [row("河北", 0, region="桥西区", training_attendances=5)]
    write(tmp_path / "省.xlsx", "河北", rows, saved=NEW)
    assert counted(tmp_path) == [("石家庄市桥西区", 0), ("邢台市桥西区", 1)]
    assert [name for _, name, _ in found(merged(tmp_path), "R208")] == ["省.xlsx"]


@pytest.mark.parametrize("more", [0, 7])
def test_a_city_that_is_the_sum_of_its_counties_counts_once(tmp_path: Path, more: int) -> None:
    """It is asked about only where its figures are others than the sum of theirs."""
    rows: list[RowData] = []
    cities: list[RowData] = []
    for city, counties in (("银川市", ("永宁县", "贺兰县")), ("吴忠市", ("盐池县", "同心县"))):
        parts = [row("宁夏", 0, region=county) for county in counties]
        whole = summed(parts, city)
        whole["training_attendances"] = int(str(whole["training_attendances"])) + more
        cities.append(whole)
        rows += [whole, *parts]
    write(tmp_path / "宁夏.xlsx", "宁夏", [*rows, {**summed(cities, "合计"), "voicemail": None, "complaints": None}])
    assert counted(tmp_path) == as_given(cities)
    assert found(merged(tmp_path), "B403") == []
    assert len(found(merged(tmp_path), "R208")) == (4 if more else 0)


@pytest.mark.parametrize("name", ["银川市合计", "合计", "全市合计"])
def test_the_sum_at_the_end_of_a_citys_own_table_is_its_total(tmp_path: Path, name: str) -> None:
    rows = [row("宁夏", 0, region=county) for county in ("永宁县", "贺兰县")]
    write(tmp_path / "银川.xlsx", "宁夏", [*rows, summed(rows, name)], "宁夏银川市")
    assert regions(tmp_path) == ["永宁县", "贺兰县"]
    assert found(merged(tmp_path), "B403", "R208") == []


@pytest.mark.parametrize("name", ["市局", "市中心", "市本级"])
def test_a_city_that_names_itself_nowhere_neither_counts_nor_replaces_another(tmp_path: Path, name: str) -> None:
    for number, city in enumerate(("一", "二", "三")):
        write(
            tmp_path / f"{city}.xlsx", "宁夏", [row("宁夏", number, region=name)], saved=datetime(2020, 1, number + 5)
        )
    national = merged(tmp_path)
    assert regions(tmp_path) == []
    assert found(national, "R208", "M702") == [("R208", f"{city}.xlsx", "B6") for city in ("一", "三", "二")]
    write(tmp_path / "一.xlsx", "宁夏", [row("宁夏", 0, region=name)], "宁夏银川市")
    assert regions(tmp_path) == ["银川市"]


@pytest.mark.parametrize(("name", "count"), [("兵团本级", 14), ("区本级", 15)])
def test_the_corps_is_no_level_of_xinjiangs_own(tmp_path: Path, name: str, count: int) -> None:
    write(tmp_path / "新疆.xlsx", "新疆", [*clean_rows("新疆", "附表1", 14), row("新疆", 0, region=name)])
    assert len(regions(tmp_path)) == count
    assert len(found(merged(tmp_path), "R202")) == 15 - count


@cases("""
    year=  name
    2018   宁夏（2018）.xlsx | 2018年宁夏.xlsx | 去年宁夏.xlsx | 宁夏20180101-20181231.xlsx
    2020   宁夏2020年度.xlsx
    None   2020/宁夏.xlsx | 宁夏_2020.xlsx | 宁夏（2018版）.xlsx | 2020年报送/宁夏.xlsx | 宁夏20180115.xlsx | 宁夏（与去年对比）.xlsx
    None   宁夏1-12月.xlsx | 宁夏2019年1月至12月.xlsx | 宁夏1月10-15日.xlsx | 宁夏1月.xlsx | 宁夏2020.1.6-8.xlsx
    None   上年/宁夏.xlsx | 2018年/宁夏2019.xlsx | 1月/宁夏（1月报人社部）.xlsx | 2020年1月/宁夏月报系统导出.xlsx | 第一季度/宁夏四季度报送.xlsx
""")
def test_a_name_alone_makes_no_table_another_years_and_is_asked_about(
    tmp_path: Path, name: str, year: int | None
) -> None:
    """A later year may be the one in which it was sent."""
    style = replace(BARE, notes=False)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    write_filing(tmp_path / name, "宁夏", forms=("附表1",), style=style)
    write_filing(tmp_path / "福建.xlsx", "福建", forms=("附表1",))
    national = merged(tmp_path)
    assert status_of(national, "宁夏回族自治区").rows["附表1"] == 5
    assert [file for _, file, _ in found(national, "M705")] == ([Path(name).name] if year else [])
    verb = "写的是" if str(year) in name else "指的是"
    assert all(f"{verb}{year}年" in message for message in messages(national, "M705"))


def test_a_blank_form_among_filings_is_passed_over_and_named(tmp_path: Path) -> None:
    style = Style(spare_rows=3, total="blank")
    blank = write_filing(tmp_path / "附件.xlsx", rows={"附表1": [], "附表2": []}, header={}, style=style)
    assert {rule for rule, *_ in found(merged(tmp_path))} >= {"R205", "H101"}
    write_filing(tmp_path / "宁夏.xlsx", "宁夏", style=BARE)
    national = merged(tmp_path)
    assert [(Path(item.file).name, item.reason) for item in national.skipped] == [
        ("附件.xlsx", "是空白的调查表，没有填写任何内容")
    ]
    assert found(national) == []
    assert {rule for rule, *_ in found(merged(tmp_path / "宁夏.xlsx", blank))} >= {"R205", "H101"}
    write_filing(blank, rows={"附表1": [], "附表2": []}, header={"name": "张三"}, style=style)
    assert {rule for rule, *_ in found(merged(tmp_path))} >= {"R205", "H101"}


@pytest.mark.parametrize("more", [0, 7])
def test_the_corrected_rows_alone_may_stand_above_the_whole_units_sum(tmp_path: Path, more: int) -> None:
    rows = clean_rows("宁夏", "附表1")
    write(tmp_path / "先.xlsx", "宁夏", rows)
    rows[0]["training_attendances"] = 7
    total = summed(rows, "合计")
    total["training_attendances"] = int(str(total["training_attendances"])) + more
    total |= {"voicemail": None, "complaints": None}
    write(tmp_path / "后.xlsx", "宁夏", [rows[0], total], saved=NEW)
    assert counted(tmp_path)[0] == ("银川市", 7)
    assert len(found(merged(tmp_path), "B403")) == (1 if more else 0)


@pytest.mark.parametrize("region", ["全市", "市本级", "本市"])
def test_a_city_that_names_itself_only_in_the_name_of_its_file(tmp_path: Path, region: str) -> None:
    given = clean_rows("宁夏", "附表1")
    for at, city in enumerate(("银川市", "石嘴山")):
        write(tmp_path / f"宁夏{city}12333.xlsx", "宁夏", [row("宁夏", at, region=region)])
    assert counted(tmp_path) == as_given(given[:2])
    write(tmp_path / "吴忠市和固原市.xlsx", "宁夏", [row("宁夏", 2, region=region)])
    assert len(regions(tmp_path)) == 2
    assert [name for _, name, _ in found(merged(tmp_path), "R208")] == ["吴忠市和固原市.xlsx"]


@pytest.mark.parametrize(
    ("name", "counts"),
    [("省人社厅", 1), ("广东省人力资源和社会保障厅", 1), ("省直", 1), ("广东省本级", 1), ("人社局", 0)],
)
def test_the_department_itself_is_the_units_own_level(tmp_path: Path, name: str, counts: int) -> None:
    rows = clean_rows("广东", "附表1")
    write(tmp_path / "省.xlsx", "广东", [*rows, row("广东", 0, region="省本级", training_attendances=7)])
    write(tmp_path / "厅.xlsx", "广东", [row("广东", 0, region=name, training_attendances=9)], saved=NEW)
    assert counted(tmp_path)[-1][1] == (9 if counts else 7)
    assert len(regions(tmp_path)) == 22
    assert len(found(merged(tmp_path), "M702")) == counts


@pytest.mark.parametrize(("unit", "place", "counts"), [("河南", "巩义市", True), ("江苏", "昆山市", False)])
def test_a_countys_own_file_under_its_own_name(tmp_path: Path, unit: str, place: str, counts: bool) -> None:
    """One that reports by itself may be in the province's place, as a city may; another is known by its row."""
    calls = {"calls_total": 6_000, "calls_agent": 3_000, "calls_ivr": 2_000, "calls_abandoned": 1_000}
    write(tmp_path / "省.xlsx", unit, clean_rows(unit, "附表1"))
    write(tmp_path / "县.xlsx", unit, [row(unit, 0, region=place, **calls)], place)
    national = merged(tmp_path)
    assert all(entry.unit for entry in national.entries)
    assert regions(tmp_path).count(place) == counts
    assert len(regions(tmp_path)) == len(clean_rows(unit, "附表1")) + counts
    assert {rule for rule, *_ in found(national)} == {"F006", *({"V306"} if counts else {"H102", "R208"})}


def test_a_whole_unit_row_counts_only_where_no_region_does(tmp_path: Path) -> None:
    rows, whole = clean_rows("宁夏", "附表1"), row("宁夏", 0, region="全区", calls_total=99)
    write(tmp_path / "先.xlsx", "宁夏", [whole])
    write(tmp_path / "又.xlsx", "宁夏", [row("宁夏", 1, region="宁夏回族自治区")], saved=NEW)
    assert regions(tmp_path) == ["宁夏回族自治区"]
    write(tmp_path / "各市.xlsx", "宁夏", rows, saved=NEW)
    national = merged(tmp_path)
    assert found(national, "R209") == [("R209", "又.xlsx", "B6")]
    assert re.search("它与各地区之和不一致：.*来电总量", messages(national, "R209")[0])
    assert counted(tmp_path) == as_given(rows)
    rows[0]["calls_total"] = -5  # no figure that counts: there is no sum to hold the whole against
    write(tmp_path / "各市.xlsx", "宁夏", [*rows, whole], saved=datetime(2020, 1, 12))
    assert "来电总量" not in messages(merged(tmp_path), "R209")[0]


@pytest.mark.parametrize("name", ["石河子市", "石河子", "新疆石河子市"])
@pytest.mark.parametrize("corps", ["第八师", "石河子", "全兵团"])
def test_a_city_of_the_corps_counts_in_its_area_only_while_the_corps_says_nothing_of_it(
    tmp_path: Path, name: str, corps: str
) -> None:
    """It is asked about in any case; what the corps sends counts for the corps."""
    own = clean_rows("新疆兵团", "附表1")
    division = next(given for given in own if "第八师" in str(given["region"]))
    others = [given for given in own if given is not division]
    around = [*clean_rows("新疆", "附表1"), {**division, "region": name, "training_attendances": 7}]
    write(tmp_path / "新疆.xlsx", "新疆", around)
    assert len(regions(tmp_path)) == 15
    write(tmp_path / "兵团.xlsx", "新疆兵团", others)
    assert len(regions(tmp_path)) == 15 + len(others)
    sent = [*(others if corps != "全兵团" else ()), {**division, "region": corps}]
    write(tmp_path / "兵团.xlsx", "新疆兵团", sent)
    national = merged(tmp_path)
    assert status_of(national, "新疆维吾尔自治区").rows["附表1"] == 14
    assert status_of(national, "新疆生产建设兵团").rows["附表1"] == len(sent)
    assert [region for _, _, region, _ in not_counted(national)] == ["石河子市"]
    assert found(national, "R202", "R204") == [("R202", "新疆.xlsx", "B20")]
    (tmp_path / "兵团.xlsx").unlink()
    assert found(merged(tmp_path), "R202", "R204") == [("R202", "新疆.xlsx", "B20")]


def test_a_provinces_table_and_its_cities_own_files_are_the_same_rows(tmp_path: Path) -> None:
    """The cities name themselves in the header, where the province's name belongs, and call their row 全市."""
    rows = clean_rows("宁夏", "附表1")
    write(tmp_path / "宁夏.xlsx", "宁夏", rows, saved=NEW)
    for given in rows:
        city = str(given["region"])
        write(tmp_path / f"{city}.xlsx", "宁夏", [given], city)
        write(tmp_path / f"{city}（全市）.xlsx", "宁夏", [{**given, "region": "全市"}], f"宁夏{city}")
    assert counted(tmp_path) == as_given(rows)
    assert len(not_counted(merged(tmp_path))) == 10


def test_a_citys_own_level_beside_its_counties_is_a_part_of_it(tmp_path: Path) -> None:
    """市本级 and the counties make up 银川市 where it has no row; beside its row they stay out, and are asked about."""
    parts = [row("宁夏", 0, region=name) for name in ("市本级", "永宁县", "灵武市")]
    write(tmp_path / "银川.xlsx", "宁夏", parts, "宁夏回族自治区银川市", NEW)
    assert regions(tmp_path) == ["银川市本级", "永宁县", "灵武市"]
    write(tmp_path / "宁夏.xlsx", "宁夏", clean_rows("宁夏", "附表1"))
    assert counted(tmp_path) == as_given(clean_rows("宁夏", "附表1"))
    assert found(merged(tmp_path), "R208", "M702") == [("R208", "银川.xlsx", cell) for cell in ("B6", "B7", "B8")]


def test_of_whole_city_and_own_level_the_first_is_the_city(tmp_path: Path) -> None:
    given = [row("宁夏", 0, region="全市"), row("宁夏", 0, region="市本级", training_attendances=1)]
    write(tmp_path / "银川.xlsx", "宁夏", given, "宁夏回族自治区银川市")
    assert regions(tmp_path) == ["银川市"]
    assert found(merged(tmp_path), "R203", "R208") == [("R208", "银川.xlsx", "B7")]


@cases("""
    unit  place       counts=  explained=  remark
    江苏  昆山市      False    False       - | 县级市 | 没有单独统计 | 不含企业来电 | 不含重复来电 | 投诉举报单独统计
    江苏  昆山市      False    True        已包括在苏州市数据中
    江苏  昆山市      True     True        苏州市的数据不含昆山 | 单独统计 | 本市已单独填报 | 不重复计算
    广东  顺德区      False    False       -
    河北  雄安新区    True     None        -
    河北  定州市      True     None        -
    陕西  西咸新区    False    False       -
    贵州  贵安新区    False    False       -
    吉林  公主岭市    True     None        -
    山东  莱芜市      False    False       -
    宁夏  银川市本级  False    False       -
    宁夏  市本级      False    False       -
    广东  省本级      True     None        -
""")
def test_a_place_below_a_city_counts_where_the_city_does_not_include_it(
    tmp_path: Path, unit: str, place: str, remark: str, counts: bool, explained: bool | None
) -> None:
    """R208 asks, but for places that are known to report by themselves."""
    write(
        tmp_path / "a.xlsx",
        unit,
        [*clean_rows(unit, "附表1"), row(unit, 0, calls_total=11, region=place, remarks=remark)],
    )
    assert (place in regions(tmp_path)) is counts
    asked = [finding.explained for finding in merged(tmp_path).findings if finding.rule == "R208"]
    assert asked == [explained][: explained is not None]
