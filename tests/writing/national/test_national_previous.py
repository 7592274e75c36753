"""Last year's workbook: read back whole, refused where it is none, and compared with figure by figure."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from msgspec.structs import replace

from damaged import with_parts
from factory import Style, clean_rows, stored, write_filing
from hrss12333.merging.earlier_figures import Previous, load_previous
from hrss12333.model import summary_lines
from hrss12333.model.errors import UsageStop
from hrss12333.model.finding import Severity
from hrss12333.model.national import Entry, National
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Scalar
from hrss12333.writing.national import prove, write_national
from national_tables import THREE, entry, finding_at, table, with_entries
from next_edition import NEXT

FIRST, SECOND = EDITION.forms
LAST_YEAR = replace(EDITION, year=2018)
BEIJING, ZHEJIANG, CORPS = THREE


def written(path: Path, national: National, previous: Previous | None = None) -> Path:
    write_national(path, national, previous=previous)
    prove(path, national)
    return path


def last_year(*, leave_out: int = 0) -> National:
    """Beijing and Zhejiang with half the calls, without Zhejiang's first regions."""
    national = table(THREE, reporting=THREE[:2], edition=LAST_YEAR)
    kept = [item for item in national.entries if item.unit is not ZHEJIANG or item.row.place.row >= 7 + leave_out]
    calls = [item.form is FIRST and item.row.number("calls_total") for item in kept]
    halved = [changed_in(item, calls_total=n // 2) if n else item for item, n in zip(kept, calls, strict=True)]
    return with_entries(national, halved)


def changed_in(item: Entry, **values: Scalar) -> Entry:
    given = {key: replace(item.row.get(key), value=value) for key, value in values.items()}
    return replace(item, row=item.row.changed(given))


def lines(path: Path, sheet: str) -> tuple[list[str], dict[str, list[Any]]]:
    """Headings, with that of their group before them where they have one, and name of a line → its cells."""
    cells = stored(path)[sheet]
    top = next(number for number, line in enumerate(cells) if line[0] == summary_lines.UNIT)
    groups = [""]
    for name in cells[top - 1]:
        groups.append(str(name or groups[-1]))
    groups.pop(0)
    named = ("".join(f"{group}|{head}".split()) for group, head in zip(groups, cells[top], strict=True))
    headings = [re.sub(r"（(次|人|个|人次)）(?=$|\|)", "", heading) for heading in named]
    return headings, {str(line[0]): line for line in cells[top + 1 :] if line[0]}


COMPARED = "与上年比较"


def test_everything_is_read_back(tmp_path: Path) -> None:
    national = last_year()
    found = load_previous(written(tmp_path / "2018.xlsx", national), EDITION)
    assert found.year == 2018
    assert len(found.rows) == len(national.entries)
    for row in national.entries:
        assert row.unit is not None
        assert found.rows[row.unit.name, str(row.row.region), row.form.key] == {
            column.key: row.row.scalar(column.key) for column in row.form.columns
        }


def test_rows_left_out_and_regions_with_two_rows_are_not_compared_with(tmp_path: Path) -> None:
    national = last_year()
    out, twice = [item for item in national.entries if item.unit is ZHEJIANG and item.form is FIRST][:2]
    entries = [replace(item, counted=False, why="重复") if item is out else item for item in national.entries]
    found = load_previous(written(tmp_path / "2018.xlsx", with_entries(national, [*entries, twice])), EDITION)
    assert ("浙江省", str(out.row.region), "附表1") not in found.rows
    assert ("浙江省", str(twice.row.region), "附表1") not in found.rows
    assert ("浙江省", str(twice.row.region), "附表2") in found.rows


def test_the_comparison_is_a_sheet_of_its_own_and_changes_no_other(tmp_path: Path) -> None:
    """With this year's and last year's value over the same rows and the change; answers that no unit changed are named."""
    previous = load_previous(written(tmp_path / "2018.xlsx", last_year()), EDITION)
    path = written(tmp_path / "2019.xlsx", table(THREE), previous)
    alone = written(tmp_path / "alone.xlsx", table(THREE))
    for name in ("附表1汇总", "附表2汇总", "指标分析"):
        assert lines(path, name) == lines(alone, name)
    headings, found = lines(path, COMPARED)
    at = headings.index("来电总量|2019年")
    assert headings[at : at + 3] == ["来电总量|2019年", "来电总量|2018年", "来电总量|比上年增长（%）"]
    now, then, change = found["浙江省"][at : at + 3]
    known = [
        row["calls_total"] for (unit, _, key), row in previous.rows.items() if (unit, key) == ("浙江省", FIRST.key)
    ]
    assert then == sum(int(str(figure)) for figure in known)
    assert change == round(100 * (now / then - 1), 1)  # as it is shown: no -0.0
    assert found["新疆生产建设兵团"][at : at + 3] == ["", "", ""]
    assert not any("开通留言服务" in heading for heading in headings)
    assert any("不再列出的：开通留言服务的地区数" in name for name in found)


def test_answers_that_a_unit_changed_are_compared_by_difference(tmp_path: Path) -> None:
    earlier = last_year()
    changed = [
        changed_in(item, voicemail=False) if item.form is FIRST and item.unit is BEIJING else item
        for item in earlier.entries
    ]
    previous = load_previous(written(tmp_path / "2018.xlsx", with_entries(earlier, changed)), EDITION)
    headings, found = lines(written(tmp_path / "2019.xlsx", table(THREE), previous), COMPARED)
    at = headings.index("开通留言服务的地区数|2019年")
    now, then, more = found["北京市"][at : at + 3]
    assert (headings[at + 2], then, more) == ("开通留言服务的地区数|比上年增减", 0, now)
    assert found["浙江省"][at + 2] == 0


def regions_of(national: National, unit: Unit) -> dict[str, dict[str, Scalar]]:
    return {str(item.row.region): item.row.scalars() for item in national.entries_of(FIRST, unit)}


def test_every_comparison_is_over_the_rows_of_both_years_in_no_question(tmp_path: Path) -> None:
    """Zhejiang's first two regions are new; the third is in question now, the fourth was last year."""
    earlier, this_year = last_year(leave_out=2), table(THREE)
    asked = this_year.entries_of(FIRST, ZHEJIANG)[2:4]
    then_asked = next(item for item in earlier.entries if item.row.region == asked[1].row.region and item.form is FIRST)
    found = finding_at(asked[0], "B401", Severity.ERROR, "不平。", region=asked[0].row.region, form=FIRST.key,
                       field="calls_total", figures=("calls_total", "calls_agent"), doubts=True)  # fmt: skip
    before = finding_at(then_asked, "B402", Severity.ERROR, "多。", region=then_asked.row.region, form=FIRST.key,
                        field="calls_total", doubts=True)  # fmt: skip
    previous = load_previous(written(tmp_path / "2018.xlsx", replace(earlier, findings=(before,))), EDITION)
    national = replace(this_year, findings=(found,))
    path = written(tmp_path / "2019.xlsx", national, previous)
    out = {None, *(str(item.row.region) for item in asked)}
    now = regions_of(national, BEIJING) | regions_of(national, ZHEJIANG)
    then = regions_of(earlier, BEIJING) | regions_of(earlier, ZHEJIANG)
    for key, rows in (
        ("calls_total", [r for r in now if r in then and r not in out]),
        ("seats", [r for r in now if r in then]),
    ):
        headings, sums = lines(path, COMPARED)
        at = headings.index(f"{FIRST.by_key[key].label}|2019年")
        both = [sum(int(year[region][key] or 0) for region in rows) for year in (now, then)]
        assert sums["全国"][at : at + 2] == both
        assert sums["全国"][at + 2] == round(100 * (both[0] / both[1] - 1), 1)
        assert sums["东部地区"][at : at + 2] == both
    at = headings.index("放弃率|2019年")
    rows = [region for region in now if region in then and region not in out]
    shares = [
        sum(int(year[r]["calls_abandoned"] or 0) for r in rows) / sum(int(year[r]["calls_total"] or 0) for r in rows)
        for year in (now, then)
    ]
    assert sums["全国"][at : at + 2] == pytest.approx(shares)
    assert sums["全国"][at + 2] == pytest.approx((round(shares[0], 3) - round(shares[1], 3)) * 100)
    assert sums["东部地区"][at : at + 2] == pytest.approx(shares)
    assert sums["新疆生产建设兵团"][at : at + 3] == ["", "", ""]
    units = [headings[headings.index(f"{name}|2019年") + 2] for name in ("放弃率", "席均接听量（次/席）")]
    assert units == ["放弃率|比上年增减百分点", "席均接听量（次/席）|比上年增长（%）"]


def test_the_overview_shows_the_changes_that_the_other_sheets_work_out(tmp_path: Path) -> None:
    previous = load_previous(written(tmp_path / "2018.xlsx", last_year()), EDITION)
    path = written(tmp_path / "2019.xlsx", table(THREE), previous)
    cells = stored(path)["概览"]
    changes = lines(path, COMPARED)
    for sheet, total, items in (
        ("附表1汇总", "合计", (("来电情况|来电总量", 10_000), ("队伍建设|坐席数", 1))),
        ("指标分析", "全国", (("接通情况|综合接通率", 1), ("接听效率|人均接听量（次/人）", 1))),
    ):
        headings, found = lines(path, sheet)
        for item, by in items:
            name = item.partition("|")[2]
            row, column = next(
                (row, column)
                for row, line in enumerate(cells)
                for column, text in enumerate(line)
                if text == name.partition("（")[0]
            )
            change = changes[1]["全国"][changes[0].index(f"{name}|2019年") + 2]
            assert cells[row + 1][column] == pytest.approx(found[total][headings.index(item)] / by)
            assert cells[row + 2][column] == change


@pytest.mark.parametrize("of", ["workbook", "filing"])
def test_a_region_that_became_part_of_another_is_added_to_it_first(of: str, tmp_path: Path) -> None:
    """莱芜 belongs to 济南 since 2019: with a note, also where it stayed out of last year's totals as a county does."""
    shandong = next(unit for unit in EDITION.units if unit.short == "山东")
    rows = {form.key: [dict(row) for row in clean_rows(shandong, form)] for form in EDITION.forms}
    for form in EDITION.forms:
        rows[form.key].append({**rows[form.key][0], "region": "莱芜市"})
    rows[SECOND.key][-1]["network_location"] = None
    path = tmp_path / "2018.xlsx"
    if of == "filing":
        write_filing(path, "山东", rows=rows, style=Style(notes=False))
    else:
        national = table([shandong], edition=LAST_YEAR)
        ended = [entry(form, shandong, rows[form.key][-1], 99, counted=False, why="R208") for form in EDITION.forms]
        written(path, with_entries(national, [*national.entries, *ended]))
    found = load_previous(path, EDITION)
    row = found.rows["山东省", "济南市", FIRST.key]
    assert row["calls_total"] == 2 * int(rows[FIRST.key][0]["calls_total"] or 0)
    assert found.rows["山东省", "济南市", SECOND.key]["network_location"] is None
    assert ("山东省", "莱芜市", FIRST.key) not in found.rows
    assert found.joined == ("莱芜市已并入济南市，上一年的数加在一起与今年的济南市比较",)
    assert load_previous(path, replace(EDITION, year=2018)).joined == ()


# Last year's figures by field key, whatever the headings were; of a national workbook, or of one unit's own filing.


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("last") / "2019.xlsx"
    write_national(path, table((BEIJING,)))
    return path


def test_a_renamed_column_is_found_by_its_key(workbook: Path) -> None:
    found = load_previous(workbook, NEXT)
    places = clean_rows(BEIJING, "附表2")
    assert found.rows["北京市", BEIJING.regions[0].name, "附表2"]["network_location"] == places[0]["network_location"]


def test_columns_that_staff_moved_or_renamed_are_found(workbook: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    page = book["附表1明细"]
    top = next(cell.row for cell in page["A"] if cell.value == "报送单位")
    calls = next(cell for cell in page[top] if "".join(str(cell.value).split()) == "来电总量（次）")
    calls.value = "全年来电"
    page.insert_cols(1)
    book.save(tmp_path / "改.xlsx")
    before, after = load_previous(workbook, EDITION), load_previous(tmp_path / "改.xlsx", EDITION)
    first = ("北京市", BEIJING.regions[0].name, "附表1")
    assert after.rows[first]["calls_agent"] == before.rows[first]["calls_agent"]


@pytest.mark.parametrize("edited", ["1e999", "-1e999", "1e308", "NaN"])
def test_a_number_that_is_none_is_a_blank(workbook: Path, tmp_path: Path, edited: str) -> None:
    """As the file's XML may say, whatever program or person wrote it."""
    number = re.compile(rb"(<c [^>]*>(?<!t=.s.>)(?:<f>[^<]*</f>)?<v>)[\d.]+(?=</v>)")
    path = tmp_path / "改.xlsx"
    with_number = partial(number.sub, rb"\g<1>" + edited.encode())
    path.write_bytes(with_parts(workbook.read_bytes(), {"*sheet*": with_number}))
    sound, found = load_previous(workbook, EDITION), load_previous(path, EDITION)
    assert found.rows["北京市", BEIJING.regions[0].name, "附表1"]["calls_total"] is None
    assert found.rows.keys() == sound.rows.keys()


def test_what_is_neither_is_refused(workbook: Path, tmp_path: Path) -> None:
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04 and nothing more")
    for path in (tmp_path / "没有.xlsx", tmp_path, tmp_path / "坏.xlsx"):
        with pytest.raises(UsageStop, match="无法读取上一年的汇总表"):
            load_previous(path, EDITION)
    without_keys = openpyxl.load_workbook(workbook)
    without_keys.custom_doc_props.props.clear()  # type: ignore[attr-defined]  # the stubs do not know it
    for book in (openpyxl.Workbook(), without_keys):
        book.save(tmp_path / "x.xlsx")
        with pytest.raises(UsageStop, match="不是本工具生成的汇总表"):
            load_previous(tmp_path / "x.xlsx", EDITION)
