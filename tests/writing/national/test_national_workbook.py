"""The national workbook: sheets, sums, indicators and marks, against a calculation of pandas' own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
from msgspec.structs import replace

from cases import few, words
from conftest import Convert
from damaged import with_parts
from factory import lines_below, opened, stored, suggested
from hrss12333.indicators import Indicator, indicators
from hrss12333.merging.earlier_figures import load_previous, open_national
from hrss12333.model import summary_lines as figures
from hrss12333.model.check_code import OUTPUT_CATEGORY
from hrss12333.model.errors import JobStop
from hrss12333.model.filing import Skipped, Value, column_letters
from hrss12333.model.finding import Severity, Verification
from hrss12333.model.national import Entry, National
from hrss12333.model.row import Problem
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form
from hrss12333.writing.national import prove, write_national
from national_tables import THREE, entry, finding, finding_at, plain, respondents_in, table, with_entries

FIRST, SECOND = EDITION.forms
ZHEJIANG = THREE[1]
LIVE = '=HYPERLINK("http://example.com","点我")'


def written(folder: Path, national: National, **options: Any) -> Path:
    path = folder / "全国汇总.xlsx"
    listed = respondents_in(national)
    national = replace(national, states={each.name: each.state for each in listed})
    write_national(path, national, **{"respondents": listed, **options})
    prove(path, national)
    return path


def below_headings(cells: list[list[Any]]) -> tuple[list[str], list[list[Any]]]:
    """The headings, the names that a further table repeats told apart, and the lines below."""
    top = next(number for number, line in enumerate(cells) if line[0] == figures.UNIT)
    heads = [plain(text) for text in cells[top]]
    return [f"{text}{at}" if text == figures.UNIT and at else text for at, text in enumerate(heads)], cells[top + 1 :]


def frame(cells: list[list[Any]]) -> pd.DataFrame:
    """A sheet below its line of headings; a blank is NaN."""
    heads, lines = below_headings(cells)
    end = next((n for n, line in enumerate(lines) if line[0] in ("合计", "全国")), len(lines) - 1)
    found = pd.DataFrame(lines[: end + 1], columns=heads)
    found = found[found[figures.UNIT] != ""].set_index(figures.UNIT)
    return found.replace("", float("nan")).infer_objects()


def rates(shown: pd.DataFrame) -> pd.DataFrame:
    """The columns of 指标分析 before its remarks."""
    return shown.iloc[:, : list(shown.columns).index("说明")]


def areas(cells: list[list[Any]]) -> pd.DataFrame:
    """The block below the nation's line."""
    heads, lines = below_headings(cells)
    start = next(n for n, line in enumerate(lines) if line[0] == "分区域")
    return pd.DataFrame(lines[start + 1 :], columns=heads).set_index(figures.UNIT).replace("", float("nan"))


def issues(cells: list[list[Any]]) -> list[dict[str, Any]]:
    return [line for line in lines_below(cells) if isinstance(line["序号"], int)]


def column(shown: pd.DataFrame, unit: str, heading: str) -> list[Any]:
    found: list[Any] = shown.loc[[unit], heading].tolist()
    return found


def value(shown: pd.DataFrame, name: str, heading: str) -> Any:
    """One cell; None where it is blank."""
    (found,) = column(shown, name, heading)
    return None if pd.isna(found) else found


def change(national: National, unit: Unit, form: Form, at: int, **values: Any) -> National:
    """The table with some values of the unit's row number ``at`` replaced; counted likewise."""
    number = [n for n, item in enumerate(national.entries) if item.unit is unit and item.form is form][at]
    entries = list(national.entries)
    about = {key: values.pop(key) for key in ("counted", "why", "unit_") if key in values}
    row = entries[number].row
    given = {
        key: value if isinstance(value, Value) else Value(value, value, row.get(key).place)
        for key, value in values.items()
    }
    entries[number] = replace(entries[number], row=row.changed(given), **about)
    return with_entries(national, entries)


def data(national: National, form: Form) -> pd.DataFrame:
    """The rows that went in, straight from the entries: what pandas works out for itself."""
    lines = [
        {"unit": item.unit.name if item.unit else figures.NOBODY, "counted": item.counted}
        | {column.key: item.row.scalar(column.key) for column in form.columns}
        for item in national.entries
        if item.form is form
    ]
    return pd.DataFrame(lines)


def summed(rows: pd.DataFrame, figure: figures.Figure) -> Any:
    """A figure of these rows; None where none answers."""
    answered = rows[figure.column.key].dropna()
    if answered.empty:
        return None
    return (answered == figure.choice).sum() if figure.choice else answered.astype("int64").sum()


def divided(rows: pd.DataFrame, item: Indicator) -> Any:
    """An indicator of these rows, which answer all it needs; None where nothing is divided by."""
    above = rows[list(item.numerator)].astype("int64").to_numpy().sum()
    below = len(rows) if item.answers else rows[list(item.denominator)].astype("int64").to_numpy().sum()
    return pytest.approx(above / below) if below else None


def incomplete() -> National:
    """Three units: blanks, unreadable texts, a row left out, a row of nobody's."""
    national = table(THREE)
    national = change(
        national, ZHEJIANG, FIRST, 0, calls_abandoned=Value("约一万", None, None, problem=Problem.NOT_WHOLE)
    )
    national = change(national, ZHEJIANG, FIRST, 1, calls_total=None, voicemail=None)
    national = change(national, ZHEJIANG, FIRST, 2, seats=Value("2.5", None), complaints=Value("是否", None))
    national = change(national, ZHEJIANG, FIRST, 3, counted=False, why="与另一文件重复")
    national = change(national, THREE[2], FIRST, 0, calls_agent=0)
    for at in range(14):
        national = change(national, THREE[2], FIRST, at, training_attendances=None)
    national = change(national, ZHEJIANG, SECOND, 0, network_location=None, web=None)
    orphan = entry(FIRST, None, {"region": "某市", "calls_total": 5, "calls_agent": 2, "calls_ivr": 2}, 9)
    return with_entries(national, [*national.entries, orphan])


class Made(NamedTuple):
    """A table's workbook and what it stores: only to be looked at."""

    national: National
    path: Path
    sheets: dict[str, list[list[Any]]]


TABLES: dict[str, Callable[[], National]] = {
    "3 units": lambda: table(THREE),
    "32 units": table,
    "incomplete": incomplete,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Made]:
    """``made(name)``: the workbook of one of `TABLES`, written and proved once."""

    @cache
    def make(name: str) -> Made:
        national = TABLES[name]()
        path = written(tmp_path_factory.mktemp("made"), national)
        return Made(national, path, stored(path))

    return make


def test_the_sheets_stand_in_the_order_of_the_contract(made: Callable[[str], Made]) -> None:
    path, sheets = made("3 units").path, made("3 units").sheets
    names = words(
        "概览 | 附表1汇总 | 附表2汇总 | 附表1明细 | 附表2明细 | 指标分析 | 报送情况 | 联系人 | 问题清单 | 附注"
    )
    assert [name for name in sheets if not name.startswith("_")] == names
    properties = opened(path).properties
    assert (properties.category, properties.creator) == (OUTPUT_CATEGORY, "hrss12333")


@pytest.mark.parametrize("name", TABLES)
def test_sums_equal_those_of_pandas(made: Callable[[str], Made], name: str) -> None:
    national, _, sheets = made(name)
    for form in EDITION.forms:
        counted = data(national, form).query("counted")
        shown = frame(sheets[f"{form.key}汇总"])
        assert list(shown.index) == [
            *(status.unit.name for status in national.units),
            *([figures.NOBODY] if figures.NOBODY in set(counted["unit"]) else []),
            "合计",
        ]
        for figure in figures.figures(form):
            for name, rows in [*counted.groupby("unit"), ("合计", counted)]:
                assert value(shown, str(name), figure.heading) == summed(rows, figure), (name, figure.heading)


@pytest.mark.parametrize("name", TABLES)
def test_indicators_equal_those_of_pandas(made: Callable[[str], Made], name: str) -> None:
    national, _, sheets = made(name)
    shown = rates(frame(sheets["指标分析"]))
    for form in EDITION.forms:
        counted = data(national, form).query("counted")
        for item in indicators(form):
            whole = counted.dropna(subset=list(item.fields))
            for name, rows in [*whole.groupby("unit"), ("全国", whole)]:
                assert value(shown, str(name), item.name) == divided(rows, item), (name, item.name)
            for name in set(shown.index) - set(whole["unit"]) - {"全国"}:
                assert value(shown, name, item.name) is None


@pytest.mark.parametrize("name", TABLES)
def test_areas_stand_below_the_nation_and_add_up_to_it(made: Callable[[str], Made], name: str) -> None:
    national, _, sheets = made(name)
    for form in EDITION.forms:
        counted = data(national, form).query("counted")
        cells = sheets[f"{form.key}汇总"]
        shown, nation = areas(cells), frame(cells).loc["合计"]
        of_unit = {unit.name: f"{unit.zone}地区" for unit in EDITION.units} | {figures.NOBODY: figures.NOBODY}
        grouped = counted.groupby(counted["unit"].map(of_unit))
        assert set(shown.index) >= set(grouped.groups)
        for figure in figures.figures(form):
            assert shown[figure.heading].sum() == nation[figure.heading]
            for name, rows in grouped:
                assert value(shown, str(name), figure.heading) == summed(rows, figure)
        assert shown["填报地区数"].sum() == len(counted)
        of_areas = rates(areas(sheets["指标分析"]))
        for item in indicators(form):
            whole = counted.dropna(subset=list(item.fields))
            for name, rows in whole.groupby(whole["unit"].map(of_unit)):
                assert value(of_areas, str(name), item.name) == divided(rows, item)


def test_ranks_are_those_of_pandas_and_denominators_are_shown(made: Callable[[str], Made]) -> None:
    cells = made("32 units").sheets["指标分析"]
    top = next(number for number, line in enumerate(cells) if line[0] == figures.UNIT)
    headings = [plain(text) for text in cells[top]]
    lines = cells[top + 1 : top + 33]
    for name, ascending, below in (("综合接通率", False, "分母：来电总量"), ("放弃率", True, "分母：来电总量")):
        at = headings.index(name)
        assert headings[at + 1] == "排名"
        above = next(n for n, text in enumerate(headings) if text.startswith(f"{name}分子"))
        assert headings[above + 1] == f"{name}{below}"
        values = pd.Series([line[at] for line in lines])
        assert [line[at + 1] for line in lines] == list(values.rank(method="min", ascending=ascending))
        assert [line[at] for line in lines] == pytest.approx([line[above] / line[above + 1] for line in lines])


def test_missing_figures_leave_a_blank_and_a_remark(made: Callable[[str], Made]) -> None:
    sheets = made("incomplete").sheets
    analysis = frame(sheets["指标分析"])
    assert value(analysis, "新疆生产建设兵团", "人均培训人次") is None
    assert analysis.loc["新疆生产建设兵团", "说明"] == "附表1：人均培训人次0/14"
    assert analysis.loc["浙江省", "说明"] == ("附表1：综合接通率等7项9/10，放弃率8/10；附表2：网上服务开通率10/11")
    first, second = frame(sheets["附表1汇总"]), frame(sheets["附表2汇总"])
    assert value(first, "北京市", "填报覆盖") is None  # nothing is printed that is the same in every line
    assert first.loc["浙江省", "填报覆盖"] == "来电总量等5栏9/10"
    assert second.loc["浙江省", "填报覆盖"] == "网络部署位置等2栏10/11"
    assert str(first.loc["合计", "填报覆盖"]) == "8栏26至40/41"
    assert value(first, "新疆生产建设兵团", "年度培训人次") is None


def with_status(**about: Any) -> National:
    """Three units, of 浙江 with something else known."""
    national = table(THREE)
    units = (replace(status, **about) if status.unit is ZHEJIANG else status for status in national.units)
    return replace(national, units=tuple(units))


def test_absent_regions_count_as_not_covered_and_those_that_do_not_count_are_not_listed_as_unsent(
    tmp_path: Path,
) -> None:
    sheets = stored(written(tmp_path, with_status(missing_regions={"附表1": ("舟山市",)})))
    assert frame(sheets["附表1汇总"]).loc["浙江省", "填报覆盖"] == "11/12个地区"
    assert value(frame(sheets["附表2汇总"]), "浙江省", "填报覆盖") is None
    assert frame(sheets["指标分析"]).loc["浙江省", "说明"] == "附表1：有11/12 个地区填报"
    lacking = {"附表1": ("舟山市", "台州市"), "附表2": tuple(region.name for region in ZHEJIANG.regions)}
    national = with_status(
        missing_regions=lacking, uncounted_regions={"附表1": ("台州市",)}, rows={"附表1": 9, "附表2": 0}
    )
    (line,) = (
        each for each in lines_below(stored(written(tmp_path, national))["报送情况"]) if each["报送单位"] == "浙江省"
    )
    assert line["缺报地区"] == "附表1：舟山市\n已报但没有计入：台州市\n附表2：全部地区"


def test_units_that_sent_nothing_are_listed_blank(tmp_path: Path) -> None:
    national = table(THREE, reporting=THREE[:2])
    sheets = stored(written(tmp_path, national))
    line = frame(sheets["附表1汇总"]).loc["新疆生产建设兵团"]
    assert line["状态"] == "没报"
    assert line["填报地区数"] == 0
    assert line[[figure.heading for figure in figures.figures(FIRST)]].isna().all()
    assert frame(sheets["附表1汇总"]).loc["合计", "填报覆盖"] == "2/3个单位"
    assert frame(sheets["指标分析"]).loc["新疆生产建设兵团", "说明"] == "没报"
    texts = {str(cell) for line in sheets["概览"] for cell in line}
    assert "新疆生产建设兵团" in texts
    assert any(text.startswith("2/3个单位（67%）；附表1有") for text in texts)


def test_every_row_is_in_the_details_with_its_source(made: Callable[[str], Made]) -> None:
    national, _, sheets = made("incomplete")
    for form in EDITION.forms:
        shown = frame(sheets[f"{form.key}明细"])
        entries = [item for item in national.entries if item.form is form]
        assert len(shown) == len(entries)
        behind = words("计入汇总 | 有疑问 | 审核情况 | 来源文件 | 来源工作表 | 来源行")
        assert list(shown.columns) == [*(column.label for column in form.columns), *behind]
        found = sorted(zip(shown.index, shown["来源文件"], shown["来源工作表"], shown["来源行"], strict=True))
        assert found == sorted(
            (item.unit.name if item.unit else figures.NOBODY, Path(item.file).name, item.sheet, item.row.place.row)
            for item in entries
        )
    shown = frame(sheets["附表1明细"])
    assert list(shown.query("计入汇总 == '否'")["审核情况"]) == ["不计入：与另一文件重复"]
    for heading, at, text in (("放弃量", 0, "约一万"), ("坐席数", 2, "2.5"), ("是否开通投诉举报服务", 2, "是否")):
        assert column(shown, "浙江省", heading)[at] == text  # as it was found, and in no sum


def test_text_stays_text(tmp_path: Path) -> None:
    texts = [LIVE, *words(r"+1 | -1 | @SUM(A1) | =1+1"), "\t=1", "http://example.com/x", "{=1}"]
    odd = ["控制\x01符\ud800", "长" * 40000]
    national = table(THREE)
    for at, text in enumerate((*texts, *odd)):
        national = change(national, ZHEJIANG, FIRST, at, remarks=text)
    found = (finding("V302", Severity.ERROR, text, value=text, reason=text, region=text) for text in (*texts, *odd))
    national = replace(national, findings=tuple(found), skipped=(Skipped("=evil.xlsx", "=1"),))
    path = written(tmp_path, national)
    book = opened(path)
    for sheet in book:
        formulas = [cell.value for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
        assert [text for text in formulas if not re.match(r"=(IF|COUNTIFS|'指标分析'!|'附表)", str(text))] == []
        links = [cell.hyperlink.target for line in sheet.iter_rows() for cell in line if cell.hyperlink]
        assert set(links) <= {None}
    shown = column(frame(stored(path)["附表1明细"]), "浙江省", "备注")
    assert shown[:8] == texts
    assert shown[8] == "控制符"  # controls go, wherever a text leaves
    assert str(shown[9]).endswith("……（过长，已截断）")


def test_faulty_cells_are_marked(tmp_path: Path) -> None:
    national = table(THREE)
    first = next(item for item in national.entries if item.unit is ZHEJIANG and item.form is FIRST)
    wrong = finding_at(first, "V302", Severity.ERROR, "放弃量应填整数。", field="calls_abandoned", unit="浙江省")
    asked = finding_at(first, "R202", Severity.QUERY, "地区不在名单中。", explained=True, reason="今年新设")
    sheet = opened(written(tmp_path, replace(national, findings=(wrong, asked))))["附表1明细"]
    for key, colour in (("calls_abandoned", "FFFFC7CE"), ("region", "FFFFEB9C")):
        assert sheet.cell(22, [*FIRST.by_key].index(key) + 2).fill.fgColor.rgb == colour


def test_a_faulty_blank_has_a_cross_and_no_other_cell(tmp_path: Path) -> None:
    national = change(table(THREE), ZHEJIANG, FIRST, 0, seats=Value(None, None, None, problem=Problem.MISSING))
    first = next(item for item in national.entries if item.unit is ZHEJIANG and item.form is FIRST)
    fields = ("seats", "calls_abandoned")
    wrong = [finding_at(first, "V301", Severity.ERROR, "未填。", field=key, unit="浙江省") for key in fields]
    sheet = opened(written(tmp_path, replace(national, findings=tuple(wrong))))["附表1明细"]
    crossed = [c.column for line in sheet for c in line if c.border.diagonalUp and c.border.diagonalDown]
    assert crossed == [[*FIRST.by_key].index("seats") + 2]


def test_details_can_be_filtered_and_printed(made: Callable[[str], Made]) -> None:
    sheet: Any = opened(made("3 units").path)["附表1明细"]
    assert sheet.auto_filter.ref == f"A5:{column_letters(len(FIRST.columns) + 7)}46"
    assert sheet.freeze_panes == "D6"
    assert sheet.print_title_rows == "$4:$5"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet["D6"].number_format == "#,##0_*_ "
    footer = sheet.oddFooter
    assert footer.center.text == "&A　第&P页，共&N页"
    # Taller than its room, which LibreOffice then takes as it is given: no page is printed empty.
    assert footer.left.size == 24


def test_details_hold_long_figures(tmp_path: Path) -> None:
    """None is set smaller, none prints as ###; the room is taken from 备注."""
    national = table(THREE)
    usual, wide = (
        {plain(sheet.cell(5, at).value): sheet.column_dimensions[column_letters(at)].width for at in range(1, 16)}
        for sheet in (
            opened(written(tmp_path, with_entries(national, [*national.entries, *more])))["附表1明细"]
            for more in ([], [entry(FIRST, ZHEJIANG, {"region": "嘉兴市", "calls_total": 1_107_410_000}, 99)])
        )
    )
    assert usual["来电总量"] < len("1,107,410,000") < wide["来电总量"]
    assert wide["备注"] <= usual["备注"]


def test_the_issue_list_names_everything_the_weightiest_first(tmp_path: Path) -> None:
    findings = (
        finding("V306", Severity.NOTE, "按 2500 读取。", unit="浙江省"),
        finding("B401", Severity.QUERY, "不平。", unit="浙江省", form="附表1", field="calls_total"),
        finding("V301", Severity.ERROR, "缺。", unit="浙江省", form="附表1", field="agents", value=None),
        finding("H105", Severity.ERROR, "手机号不对。", field="mobile", value=13800000000.0,
                suggestion=suggested("去掉小数", ("mobile", "13800000000", None), ("email", None, None))),
    )  # fmt: skip
    national = replace(table(THREE), findings=findings, skipped=(Skipped("报送/~$浙江.xlsx", "锁定文件"),))
    lines = issues(stored(written(tmp_path, national))["问题清单"])
    listed = [(line["序号"], line["级别"], line["规则"], line["栏目"], line["原值"]) for line in lines]
    assert listed == [
        (1, "强制性错误", "V301", "咨询员人数", ""),
        (2, "强制性错误", "H105", "手机号", "［略］"),
        (3, "核实性错误", "B401", "来电总量", ""),
        (4, "未读取", "", "", ""),
        (5, "提示", "V306", "", ""),
    ]
    assert lines[1]["建议"] == "手机号改为“［略］”，邮箱改为空白：去掉小数"
    assert (lines[3]["文件"], lines[3]["问题"]) == ("报送/~$浙江.xlsx", "锁定文件")


def test_notes_of_a_unit_by_one_rule_are_one_line_below_what_is_printed(tmp_path: Path) -> None:
    cities = (("浙江省", "杭州市"), ("浙江省", "宁波市"), ("北京市", "东城区"))
    read = [
        finding("V306", Severity.NOTE, f"读作{number}。", unit=unit, region=city, field="seats", value=f"{number}个")
        for number, (unit, city) in enumerate(cities, 10)
    ]
    asked = finding("B401", Severity.QUERY, "不平。", unit="浙江省", form="附表1", field="calls_total")
    path = written(tmp_path, replace(table(THREE), findings=(*read, asked)))
    lines = issues(stored(path)["问题清单"])
    listed = [(line["规则"], line["报送单位"]) for line in lines]
    assert listed == [("B401", "浙江省"), ("V306", "浙江省"), ("V306", "北京市")]
    assert lines[1]["问题"] == "杭州市：读作10。\n宁波市：读作11。"  # none is lost
    sheet = opened(path)["问题清单"]
    rows = [cell.row for cell in sheet["D"] if cell.value == "B401"]
    assert sheet.print_area == f"'问题清单'!$A$1:$M${rows[0]}"


def changes_on_last_year() -> National:
    """Two cities of 浙江, of one a question about two figures, of the other one that is settled."""
    heavy = Verification("人员整体转隶，已电话核实", "样例甲", date(2020, 2, 3))
    calls = ("calls_agent", "calls_total")
    asked: tuple[tuple[str, str, int, tuple[str, ...], dict[str, Any]], ...] = (
        ("P505", "杭州市", 7, ("staff_total",), {"verification": heavy}),
        ("P505", "宁波市", 8, calls, {}),
        ("P507", "宁波市", 8, calls[1:], {}),
    )
    at = {"form": "附表1", "sheet": "附表1", "unit": "浙江省", "file": "inbox/浙江.xlsx"}
    findings = (
        finding(
            rule, Severity.QUERY, f"{rule}。", region=city, field=keys[0], figures=keys, row=row, line=row, **at, **more
        )
        for rule, city, row, keys, more in asked
    )
    return replace(table(THREE), findings=tuple(findings))


def test_a_question_is_one_line_and_what_is_settled_is_below(tmp_path: Path) -> None:
    lines = issues(stored(written(tmp_path, changes_on_last_year()))["问题清单"])
    listed = [(line["级别"], line["规则"], line["地区"], line["栏目"], line["问题"]) for line in lines]
    assert listed == [
        ("核实性错误", "P507\nP505", "宁波市", "来电总量、人工接听量", "P507。另外：P505。"),
        ("已核实", "P505", "杭州市", "总人数", "P505。"),
    ]
    settled = {key: lines[1][key] for key in ("核实情况", "核实人", "核实日期")}
    assert settled == {"核实情况": "人员整体转隶，已电话核实", "核实人": "样例甲", "核实日期": date(2020, 2, 3)}


def test_a_line_keeps_what_it_is_about_in_hidden_columns(tmp_path: Path) -> None:
    national = changes_on_last_year()
    path = written(tmp_path, national)
    line = issues(stored(path)["问题清单"])[0]
    about = words("P507,P505 | 浙江省 | 附表1,附表1 | 宁波市 | calls_total,calls_agent+calls_total")
    assert [line[f"@key_{name}"] for name in ("rule", "unit", "form", "region", "fields")] == about
    sheet = opened(path)["问题清单"]
    heads = next([cell.value for cell in line] for line in sheet.iter_rows() if line[0].value == "序号")
    folded = [range(about.min or 0, (about.max or 0) + 1) for about in sheet.column_dimensions.values() if about.hidden]
    keys = {at for at, head in enumerate(heads, 1) if str(head).startswith("@key_")}
    assert keys <= {at for span in folded for at in span}
    kinds = {str(rule.sqref): rule.type for rule in sheet.data_validations.dataValidation}
    assert "date" in kinds.values()
    other = change(national, ZHEJIANG, FIRST, 1, calls_agent=1, seats=3)
    again = issues(stored(written(tmp_path, replace(other, findings=national.findings)))["问题清单"])[0]
    before, after = (str(found["@key_figures"]).split(",") for found in (line, again))
    assert before[0] == after[0]  # 来电总量 is as it was
    assert before[1] != after[1]


def test_the_workbook_tells_the_key_of_every_column(made: Callable[[str], Made]) -> None:
    _, path, sheets = made("3 units")
    keys = open_national(path, "汇总表")
    assert keys.year == EDITION.year
    known = {(name, c.key): (c.number, c.heading) for name, columns in keys.stored.items() for c in columns}
    for form in EDITION.forms:
        for figure in figures.figures(form):
            column, heading = known[f"{form.key}汇总", figure.key]
            assert plain(heading) == plain(figure.heading)
            assert plain(heading) in [plain(line[column - 1]) for line in sheets[f"{form.key}汇总"]]
        for field in form.columns:
            column, heading = known[f"{form.key}明细", field.key]
            assert plain(heading) in [plain(line[column - 1]) for line in sheets[f"{form.key}明细"]]
    assert ("问题清单", "@checked_on") in known


def test_filings_and_contacts(tmp_path: Path) -> None:
    national = table(THREE, reporting=THREE[:2])
    late = finding("M704", Severity.NOTE, "逾期。", unit="北京市")
    sheets = stored(written(tmp_path, replace(national, findings=(late,))))
    lines = {line[1]: line for line in sheets["报送情况"] if isinstance(line[0], int)}
    given = words("可以用 | 北京.xlsx | 2020-01-07 23:01 | 2020-01-06 17:01 | 逾期")
    assert lines["北京市"][2:9] == [*given, 16, 16]
    assert lines["浙江省"][6] == "否"
    assert lines["新疆生产建设兵团"][2:9] == ["没报", "", "", "", "", "", ""]
    contacts = {line[1]: line[2:] for line in sheets["联系人"] if isinstance(line[0], int)}
    assert contacts["浙江省"] == ["样例11", "13800000011", "unit11@example.com", "浙江.xlsx"]
    assert contacts["新疆生产建设兵团"] == ["", "", "", ""]


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (lambda item: replace(item, row=item.row.changed({"seats": Value(0, 0)})), "浙江省第7行读回为23，应为0（"),
        (lambda item: replace(item, counted=False), "浙江省第7行读回为是，应为否（"),
        (lambda item: replace(item, row=replace(item.row, place=item.row.place._replace(row=99))), "浙江省第99行"),
    ],
    ids=["figure", "row left out", "source"],
)
def test_the_proof_finds_a_difference(tmp_path: Path, spoil: Callable[[Entry], Entry], where: str) -> None:
    national = table(THREE)
    path = written(tmp_path, national)
    at = next(n for n, item in enumerate(national.entries) if item.unit is ZHEJIANG and item.form is FIRST)
    entries = [spoil(item) if n == at else item for n, item in enumerate(national.entries)]
    with pytest.raises(JobStop, match="写出后复核未通过") as stop:
        prove(path, replace(national, entries=tuple(entries)))
    assert f"“附表1明细”{where}" in str(stop.value)
    with pytest.raises(JobStop, match="没有读到工作表“附表8明细”"):
        prove(path, replace(national, edition=replace(EDITION, forms=(replace(FIRST, key="附表8"),))))


@pytest.mark.parametrize(
    ("sheet", "row", "heading"), [("附表1汇总", "合计", "来电总量"), ("指标分析", "全国", "放弃率")]
)
def test_the_proof_finds_a_figure_that_is_not_the_rows(
    made: Callable[[str], Made], tmp_path: Path, sheet: str, row: str, heading: str
) -> None:
    national, path, sheets = made("3 units")
    found = f"<v>{value(frame(sheets[sheet]), row, heading)}</v>".encode()
    part = f"*sheet{[*sheets].index(sheet) + 1}.xml"
    (tmp_path / "a.xlsx").write_bytes(with_parts(path.read_bytes(), {part: (found, b"<v>1</v>")}))
    with pytest.raises(JobStop, match=f"“{sheet}”{row}的{heading}读回为1"):
        prove(tmp_path / "a.xlsx", national)


def in_question(national: National) -> National:
    """The table with open questions about a row, a whole row that does not count, a column, and an answer."""
    rows = national.entries_of(FIRST)
    entries = [replace(item, counted=False, why="重复") if item is rows[3] else item for item in national.entries]
    answers = national.entries_of(SECOND)[-1]
    asked: list[tuple[Entry, dict[str, Any]]] = [
        (rows[0], {"field": "calls_total", "figures": ("calls_total", "calls_agent"), "form": FIRST.key}),
        (rows[3], {"field": "region", "form": FIRST.key}),
        (rows[-1], {"field": "seats", "form": FIRST.key, "region": None}),
        (answers, {"field": "web", "form": SECOND.key}),
    ]
    findings = []
    for item, about in asked:
        doubt = {"region": item.row.region, "unit": figures.owner(item), "doubts": True}
        findings.append(replace(finding_at(item, "P502", Severity.QUERY, "偏大。", **doubt), **about))
    findings[2] = replace(findings[2], row=4, line=0)  # a heading: all of the sheet
    return with_entries(national, entries, findings=tuple(findings))


@pytest.mark.parametrize("name", ["alone", "with last year"])
def test_rates_and_ranks_are_of_what_is_in_no_question(tmp_path: Path, name: str) -> None:
    five = EDITION.units[:6]
    national = in_question(table(five))
    last_year = load_previous(written(tmp_path, table(five)), EDITION) if name == "with last year" else None
    sheets = stored(written(tmp_path, national, previous=last_year))
    analysis, sums = rates(frame(sheets["指标分析"])), frame(sheets["附表1汇总"])
    ranks = {n: analysis.iloc[:, list(analysis.columns).index(n) + 1].dropna() for n in ("综合接通率", "人席比")}
    beijing, last = five[0].name, five[-1].name
    assert set(ranks["综合接通率"].index) - {"全国"} == {unit.name for unit in five[1:]}
    assert sorted(ranks["综合接通率"]) == [1, 2, 3, 4, 5]
    # In Beijing a whole row is in question, of the last one a column.
    assert set(ranks["人席比"].index) == {unit.name for unit in five[1:-1]}
    assert value(analysis, last, "席均接听量") is None
    assert list(sums.loc[[beijing, five[1].name, last], "状态"]) == ["要核实", "可以用", "要核实"]
    rows = [e.row for e in national.entries_of(FIRST, five[0])]
    assert value(sums, beijing, "来电总量") == sum(row.number("calls_total") or 0 for row in rows)
    sure = [row for row in rows if row is not national.entries_of(FIRST)[0].row]
    above, below = (sum(row.number(key) or 0 for row in sure) for key in ("calls_abandoned", "calls_total"))
    assert value(analysis, beijing, "放弃率") == pytest.approx(above / below)
    assert sums.loc[beijing, "填报覆盖"] == "有疑问1个地区"
    details = frame(sheets["附表1明细"])
    assert column(details, beijing, "有疑问")[0] == "〔来电总量〕〔人工接听量〕"
    assert set(column(details, last, "有疑问")) == {"〔坐席数〕"}


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", few(["in question", "alone", "with last year"], 1))
def test_libreoffice_calculates_what_is_stored(name: str, tmp_path: Path, soffice_convert: Convert) -> None:
    """After its stored values were thrown away, so that whoever opens it must calculate."""
    units = EDITION.units[:6] if name == "in question" else THREE
    earlier = table(units, reporting=units[1:])
    earlier = in_question(earlier) if name == "in question" else earlier
    previous = None if name == "alone" else load_previous(written(tmp_path, earlier), EDITION)
    national = in_question(table(units)) if name == "in question" else incomplete()
    path = written(tmp_path, national, previous=previous)
    bare, unstored = tmp_path / "bare.xlsx", partial(re.compile(rb"(</f>)<v>[^<]*</v>").sub, rb"\1")
    bare.write_bytes(with_parts(path.read_bytes(), {"xl/worksheets/sheet*": unstored}))
    assert frame(stored(bare)["附表1汇总"])["来电总量"].isna().all()
    recalculated = stored(soffice_convert(bare, "xlsx"))
    for name, cells in stored(path).items():
        for row, line in enumerate(cells):
            for column, value in enumerate(line):
                again = recalculated[name]
                found = again[row][column] if row < len(again) and column < len(again[row]) else ""
                where = (name, row + 1, column + 1)
                if isinstance(value, float):
                    assert found == pytest.approx(value), where
                else:
                    assert found == value, where


def test_a_figure_longer_than_a_cell_can_hold_does_not_stop_the_others(tmp_path: Path) -> None:
    national = change(table(THREE), ZHEJIANG, FIRST, 0, calls_total=12345678901234567, calls_agent=10**20 + 1)
    shown = frame(stored(written(tmp_path, national))["附表1明细"])
    assert column(shown, "浙江省", "来电总量")[0] == 1.234567890123457e16
