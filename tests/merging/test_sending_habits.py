"""How provinces and cities send their tables, and what then counts: nothing twice, nothing lost without a word.

A line of the table is what lies in a folder: a unit's files of 附表1 alone, parted by ``;``. A file is its name (with +
later than the others), whom its header names where that is not the unit, and its rows:

    * 1-5              the clean rows of all of the unit's regions, or of some
    1:永宁县           the figures of the first region under another name; 1#含企业来电 with a remark
    1:银川市=7         with 7 年度培训人次
    Σ2,3:合计+7        the sum of the file's second and third row, with 7 more 年度培训人次

Then the regions that count, with 年度培训人次 where it tells the row, and the findings of `WATCHED` rules with file and
cell: ! an error, ? an open query, = an explained one, . a note; 末 is the file's last row. Braces hold what may stand
there.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

from cases import scenes
from factory import RowData, Style, clean_header, clean_rows, write_filing
from hrss12333.model.finding import Severity
from hrss12333.survey.editions.y2019 import EDITION, SERVICE
from merge_runs import found, in_words, merged, messages, not_counted, status_of

BARE = Style(sample=False, total="none")
OLD, NEW = datetime(2020, 1, 6, 2, 0), datetime(2020, 1, 9, 2, 0)


def counted(folder: Path) -> list[tuple[str | None, int | None]]:
    """Region and 年度培训人次 of every row of 附表1 that counts."""
    entries = merged(folder).entries_of(SERVICE)
    return [(entry.row.region, entry.row.number("training_attendances")) for entry in entries]


def regions(folder: Path) -> list[str | None]:
    return [region for region, _ in counted(folder)]


def write(path: Path, unit: str, rows: list[RowData], header: str = "", saved: datetime = OLD) -> Path:
    path.parent.mkdir(exist_ok=True)
    named = {**clean_header(unit), "unit": header} if header else clean_header(unit)
    return write_filing(path, unit, {"附表1": rows}, named, BARE, forms=("附表1",), saved=saved)


def summed(rows: list[RowData], region: str) -> RowData:
    figures = {key: sum(int(str(row[key])) for row in rows) for key, value in rows[0].items() if type(value) is int}
    return {**rows[0], **figures, "region": region}


WATCHED = ("R201", "R202", "R203", "R208", "R209", "B403", "M702")
FOLDERS = """
# a county that reports by itself stays out where its city includes it
河北 | 河北 : 1-5 6:保定市（含定州） 7-11 1:定州市 | * | R208=河北!末
河北 | 河北 : 1-5 6#{含定州数据,已包括定州市} 7-11 1:定州市 | * | R208=河北!末
河北 | 河北 : * 1:定州市#已计入保定市 | * | R208=河北!末
河北 | 河北 : 1-5 6#{不含定州数据,含企业来电} 7-11 1:定州市 | * 定州市 |
# another place below a city counts where it says that the city does not include it; R208 asks
江苏 | a : * 1:昆山市{,#县级市,#没有单独统计,#不含企业来电,#不含重复来电,#投诉举报单独统计} | * | R208?a!末
江苏 | a : * 1:昆山市#已包括在苏州市数据中 | * | R208=a!末
江苏 | a : * 1:昆山市#{苏州市的数据不含昆山,单独统计,本市已单独填报,不重复计算} | * 昆山市 | R208=a!末
广东 | a : * 1:顺德区 | * | R208?a!末
陕西 | a : * 1:西咸新区 | * | R208?a!末
贵州 | a : * 1:贵安新区 | * | R208?a!末
山东 | a : * 1:莱芜市 | * | R208?a!末
宁夏 | a : * 1:{银川市本级,市本级} | * | R208?a!末
# but of places that are known to report by themselves it does not
河北 | a : * 1:{雄安新区,定州市} | * {} |
吉林 | a : * 1:公主岭市 | * 公主岭市 |
广东 | a : * 1:省本级 | * 省本级 |
# a county's own file may be under its own name
河南 | 省 : * ; 县@巩义市 : 1:巩义市 | * 巩义市 |
江苏 | 省 : * ; 县@昆山市 : 1:昆山市 | * | R208?县!B6
# districts of one name count for each of their cities, told by the header of the city's own file
河北 | 石家庄市@{,河北省}石家庄市 : 1:桥西区=0 ; 邢台市+@{}邢台市 : 1:桥西区=1 | 石家庄市桥西区=0 邢台市桥西区=1 |
河北 | 石家庄市@石家庄市 : 1:桥西区=0 ; 省+ : 1:桥西区=5 | 石家庄市桥西区=0 | R208?省!B6
# a city that is the sum of its counties counts once, and is asked about where its figures are others
宁夏 | 宁夏 : Σ2,3:银川市 1:永宁县 1:贺兰县 Σ5,6:吴忠市 1:盐池县 1:同心县 Σ1,4:合计 | 银川市 吴忠市 |
宁夏 | 宁夏 : Σ2,3:银川市+7 1:永宁县 1:贺兰县 | 银川市 | R208?宁夏!B7 R208?宁夏!B8
# the sum at the end of a city's own table is its total
宁夏 | 银川@宁夏银川市 : 1:永宁县 1:贺兰县 Σ1,2:{银川市合计,合计,全市合计} | 永宁县 贺兰县 |
# a city that names itself nowhere neither counts nor replaces another
宁夏 | 一 : 1:{市局,市中心,市本级} ; 二+ : 2:{} | - | R208?一!B6 R208?二!B6
宁夏 | 一@宁夏银川市 : 1:{市局,市中心,市本级} ; 二+ : 2:{} | 银川市 | R208?二!B6
# one that names itself only in the name of its file counts, where that names but one
宁夏 | 宁夏银川市12333 : 1:{全市,市本级,本市} ; 宁夏石嘴山12333 : 2:{} ; 吴忠市和固原市 : 3:{} | 1-2 | R208?吴忠市和固原市!B6
# a city's own level beside its counties is a part of it, and stays out beside its row
宁夏 | 银川+@宁夏回族自治区银川市 : 1:市本级 1:永宁县 1:灵武市 | 银川市本级 永宁县 灵武市 |
宁夏 | 银川+@宁夏回族自治区银川市 : 1:市本级 1:永宁县 1:灵武市 ; 宁夏 : * | * | R208?银川!B6 R208?银川!B7 R208?银川!B8
# of whole city and own level the first is the city
宁夏 | 银川@宁夏回族自治区银川市 : 1:全市=2 1:市本级=1 | 银川市=2 | R208?银川!B7
# a province's table and its cities' own files are the same rows
宁夏 | 宁夏+ : * ; 银川市@银川市 : 1 ; 银川市（全市）@宁夏银川市 : 1:全市 ; 中卫市@中卫市 : 5 | * |
# the corps is no level of 新疆's own, and the department is a unit's
新疆 | 新疆 : * 1:兵团本级 | * | R202?新疆!末
新疆 | 新疆 : * 1:区本级 | * 区本级 |
广东 | 省 : * 1:省本级=7 ; 厅+ : 1:{省人社厅,省直}=9 | * {}=9 | M702?省!末
广东 | 省 : * 1:省本级=7 ; 厅+ : 1:广东省{人力资源和社会保障厅,本级}=9 | * {}=9 | M702?省!末
广东 | 省 : * 1:省本级=7 ; 厅+ : 1:人社局=9 | * 省本级=7 | R202?厅!B6
# a row for the whole unit counts only where no region does
宁夏 | 先 : 1:全区 ; 又+ : 2:宁夏回族自治区 | 宁夏回族自治区 | M702?先!B6
宁夏 | 又 : 2:宁夏回族自治区 ; 各市+ : * | * | R209?又!B6
"""


def rows_of(unit: str, tokens: str) -> list[RowData]:
    """The rows of a file in words."""
    clean, found, sums = clean_rows(unit, "附表1"), list[RowData](), dict[int, tuple[list[int], int]]()
    for token in tokens.split():
        match = re.fullmatch(r"(\*|Σ?[\d,-]+)(?::([^=#+]+))?(?:=(\d+))?(?:\+(\d+))?(?:#(.+))?", token)
        assert match, token
        which, name, training, more, remark = match.groups()
        if which[0] == "Σ":
            sums[len(found)] = [int(at) - 1 for at in which[1:].split(",")], int(more or 0)
            found.append({"region": name})
            continue
        first, last = (1, len(clean)) if which == "*" else map(int, (which.split("-") * 2)[:2])
        changes: RowData = {"region": name} if name else {}
        changes |= ({"training_attendances": int(training)} if training else {}) | (
            {"remarks": remark} if remark else {}
        )
        found += [{**row, **changes} for row in clean[first - 1 : last]]
    for at, (parts, more) in sums.items():
        found[at] = summed([found[part] for part in parts], str(found[at]["region"]))
        found[at]["training_attendances"] = int(str(found[at]["training_attendances"])) + more
    return found


@pytest.mark.parametrize(("unit", "files", "counts", "asked"), scenes(FOLDERS))
def test_what_counts_and_what_is_asked(tmp_path: Path, unit: str, files: str, counts: str, asked: str) -> None:
    for file in files.split(";"):
        about, _, tokens = file.partition(" : ")
        name, _, header = about.strip().partition("@")
        rows = rows_of(unit, tokens)
        saved = NEW if name.endswith("+") else OLD
        write(tmp_path / f"{name.rstrip('+')}.xlsx", unit, rows, header, saved)
        asked = asked.replace(f"{name.rstrip('+')}!末", f"{name.rstrip('+')}!B{5 + len(rows)}")
    expected: list[str] = []
    for token in counts.split() if counts != "-" else ():
        expected += [str(row["region"]) for row in rows_of(unit, token)] if token[0] in "*123456789" else [token]
    told = {token.partition("=")[0] for token in expected if "=" in token}
    held = [f"{region}={number}" if region in told else str(region) for region, number in counted(tmp_path)]
    assert sorted(held) == sorted(expected)
    watched = [finding for finding in merged(tmp_path).findings if finding.rule in WATCHED]
    assert sorted(in_words(finding, Path(finding.file).stem) for finding in watched) == sorted(asked.split())


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


@pytest.mark.parametrize(
    ("file", "title"),
    [("宁夏上半年", "{}"), ("宁夏（1-11月）", "{}"), ("宁夏", "{}（上半年）"), ("宁夏", "{}（1-11月）")],
)
def test_a_part_of_another_year_counts_no_more_than_that_year(tmp_path: Path, file: str, title: str) -> None:
    """Whatever names the part: its year is the title's."""
    titles = {form.key: {"A2": title.format(f"2018年度{form.title}")} for form in EDITION.forms}
    write_filing(tmp_path / f"{file}.xlsx", "宁夏", style=BARE, cells=titles)
    national = merged(tmp_path)
    (asked,) = [finding for finding in national.findings if finding.rule == "M705"]
    assert (regions(tmp_path), asked.severity) == ([], Severity.ERROR)


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


def test_the_message_about_a_whole_unit_says_where_it_differs(tmp_path: Path) -> None:
    rows = clean_rows("宁夏", "附表1")
    write(tmp_path / "又.xlsx", "宁夏", [rows[1] | {"region": "宁夏回族自治区"}])
    write(tmp_path / "各市.xlsx", "宁夏", rows, saved=NEW)
    assert re.search("它与各地区之和不一致：.*来电总量", messages(merged(tmp_path), "R209")[0])
    rows[0]["calls_total"] = -5  # no figure that counts: there is no sum to hold the whole against
    write(tmp_path / "各市.xlsx", "宁夏", rows, saved=NEW)
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
