"""The official form as a workbook: laid out as the notice prints it, guiding whoever fills it in, ready to print."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from conftest import ConvertAll
from factory import a1, clean_header, clean_rows, footer, opened, unit_named
from form_fillings import CONTACT, service_row
from hrss12333.survey.editions.y2019 import EDITION, SERVICE, SYSTEMS
from hrss12333.survey.schema import HEADER, NOT_PASSED, Form, Kind, Scalar
from hrss12333.writing.official import blank_sheets, write_official
from hrss12333.writing.official.layout import FormContent, Layout, page_breaks
from next_edition import NEXT

FIRST = 8
"""The first row of data of both forms."""


def write(path: Path, *sheets: FormContent, **options: Any) -> Path:
    write_official(path, EDITION, sheets, **options)
    return path


def loaded(path: Path, sheet: str = "附表1", *, values: bool = True) -> Worksheet:
    return opened(path, data_only=values)[sheet]


def texts(sheet: Worksheet, row: int, columns: int) -> list[object]:
    """A row of the form, without the self-check beside it."""
    return [sheet.cell(row, column).value for column in range(1, columns + 1)]


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The blank forms that suit every unit."""
    path = tmp_path_factory.mktemp("official") / "blank.xlsx"
    write_official(path, EDITION, blank_sheets(EDITION))
    return path


# Laid out as the notice prints it ------------------------------------------------------------------------------------


def test_the_first_form_stands_as_in_the_notice(blank: Path) -> None:
    assert opened(blank).sheetnames == ["附表1", "附表2"]
    sheet = loaded(blank)
    assert sheet["A2"].value == "附表1"
    assert sheet["A3"].value == "12333电话服务情况调查表"
    head = "（盖章） 省（自治区、直辖市）： 联系人： 手机号： 邮箱："
    assert [value for value in texts(sheet, 4, 13) if value] == head.split()
    heads = ["序号", "地区\n（市、州）", "来电情况", None, None, None, "是否开通\n留言服务", "是否开通\n投诉举报服务"]
    assert texts(sheet, 5, 13) == [*heads, "队伍建设", None, None, None, "备注"]
    calls = ["来电总量", "人工接听量", "自助语音量", "放弃量"]
    team = ["总人数", "咨询员\n人数", "坐席数", "年度培训\n人次"]
    assert texts(sheet, 6, 13) == [None, None, *calls, None, None, *team, None]
    merged = {str(box) for box in sheet.merged_cells.ranges if box.min_row in (5, 6)}
    assert merged == {"A5:A6", "B5:B6", "C5:F5", "G5:G6", "H5:H6", "I5:L5", "M5:M6", "N5:N6"}
    assert texts(sheet, 7, 13) == [1, "样例", 2500, 1000, 1000, 500, "是", "是", 150, 100, 100, 1000, "无"]
    assert [sheet.cell(row, 1).value for row in range(8, 58)] == [*range(2, 50), "……", "合计"]
    notes = [sheet.cell(row, 3).value for row in range(59, 66)]
    assert sheet["B59"].value == "填表说明："
    assert notes[:2] == ["1．请务必填写联系人及手机号。", "2．数据采集周期为：2019年1月1日至2019年12月31日。"]
    assert len(notes) == len(SERVICE.instructions)


def test_the_second_form_stands_as_in_the_notice(blank: Path) -> None:
    sheet = loaded(blank, "附表2")
    assert sheet["A3"].value == "12333电话系统建设情况调查表"
    assert texts(sheet, 5, 14) == [
        *("序号", "地区\n（市、州）", "电话系统建设", None, None, None),
        *("服务渠道", None, None, None, "规范化建设", None, None, "备注"),
    ]
    assert texts(sheet, 6, 14)[2:13] == [
        *("系统是否\n省集中", "座席是否\n省集中", "网络部署\n位置", "知识库\n条目数（条）"),
        *("是否开通\n网上服务", "是否开通\n短信服务", "是否开通\nAPP服务", "是否开通\n微信服务"),
        *("是否使用\n12333号码\n统一提供服务", "是否启用\n统一标识", "是否统一\n服装"),
    ]
    merged = {str(box) for box in sheet.merged_cells.ranges if box.min_row in (5, 6)}
    assert merged == {"A5:A6", "B5:B6", "C5:F5", "G5:J5", "K5:M5", "N5:N6", "O5:O6"}
    assert texts(sheet, 7, 14) == [1, "样例", "是", "是", "业务专网", 100000, *["是"] * 7, "无"]


def test_a_unit_finds_its_name_and_regions(tmp_path: Path) -> None:
    unit = EDITION.gazetteer.match("广东").unit
    write_official(tmp_path / "a.xlsx", EDITION, blank_sheets(EDITION, unit))
    assert unit is not None
    for key in ("附表1", "附表2"):
        sheet = loaded(tmp_path / "a.xlsx", key)
        assert "广东省" in texts(sheet, 4, 13)
        found = [sheet.cell(row, 2).value for row in range(FIRST, FIRST + 24)]
        assert found == [region.name for region in unit.regions] + [None] * 3


def layout_as_printed(form: Form) -> Layout:
    return next(Layout(sheet, EDITION.forms) for sheet in blank_sheets(EDITION) if sheet.form is form)


# Guidance in the sheet -----------------------------------------------------------------------------------------------


def rules(path: Path, sheet: str = "附表1") -> dict[str, Any]:
    return {str(rule.sqref): rule for rule in loaded(path, sheet).data_validations.dataValidation}


def rows_of(key: str) -> str:
    return a1(f"{key}8:{key}56")


def test_every_column_accepts_what_the_form_allows(blank: Path) -> None:
    found = rules(blank)
    for column in SERVICE.of_kind(Kind.COUNT):
        rule = found[rows_of(column.key)]
        assert (rule.type, rule.operator, rule.formula1) == ("whole", "greaterThanOrEqual", "0")
    assert {found[rows_of(column.key)].formula1 for column in SERVICE.of_kind(Kind.YESNO)} == {'"是,否"'}
    second = rules(blank, "附表2")
    assert second[rows_of("network_location")].formula1 == '"互联网,业务专网"'
    assert second[rows_of("knowledge_entries")].type == "whole"
    assert {second[rows_of(column.key)].formula1 for column in SYSTEMS.of_kind(Kind.YESNO)} == {'"是,否"'}


def test_prompts_say_what_the_notice_says_and_that_a_figure_may_stay_empty_for_a_reason(blank: Path) -> None:
    for form in EDITION.forms:
        found = rules(blank, form.key)
        assert all(rule.prompt and rule.promptTitle for rule in found.values())
        for column in form.data:
            assert found[rows_of(column.key)].prompt.startswith(column.note)
            may = "不掌握的可以空着，在备注写明哪一栏、为什么" in found[rows_of(column.key)].prompt
            assert may == (column.kind is Kind.COUNT)


@pytest.mark.parametrize("form", EDITION.forms, ids=lambda form: form.key)
def test_the_header_is_guided_too(blank: Path, form: Form) -> None:
    layout, found, sheet = layout_as_printed(form), rules(blank, form.key), loaded(blank, form.key)
    cells = {field.key: sheet.cell(4, layout.slot(field.key).left + 1) for field in HEADER}
    assert "11" in found[cells["mobile"].coordinate].prompt
    assert cells["mobile"].number_format == "@"
    assert found[cells["unit"].coordinate].formula1 == '"' + ",".join(unit.name for unit in EDITION.units) + '"'
    assert found[cells["unit"].coordinate].errorStyle == "warning"


def test_the_self_check_is_on_the_screen_of_a_small_computer(tmp_path: Path) -> None:
    """At 1,366 pixels, whatever the regions' names: the form, and what is wrong with a row."""
    for unit in EDITION.units:
        sheets = blank_sheets(EDITION, unit)
        write_official(tmp_path / "a.xlsx", EDITION, sheets)
        for sheet in sheets:
            page, layout = loaded(tmp_path / "a.xlsx", sheet.form.key), Layout(sheet, EDITION.forms)
            pixels = sum(8 * width + 5 for width in (*layout.widths, 37))
            zoom = page.sheet_view.zoomScale or 100
            assert zoom >= 70
            assert pixels * zoom / 100 <= 1366 - 60


def test_faults_turn_red_and_blanks_amber(blank: Path) -> None:
    sheet = loaded(blank)
    found = {str(area.sqref): [rule.formula[0] for rule in area.rules] for area in sheet.conditional_formatting}
    for key in SERVICE.balances[0].fields:
        assert found[rows_of(key)][1] == a1('ISNUMBER(FIND("来电总量与分项之和差",$beside8))')
    assert found[rows_of("agents")][1] == a1('ISNUMBER(FIND("咨询员人数＞总人数",$beside8))')
    assert found[rows_of("voicemail")][0] == a1('ISNUMBER(FIND("是否开通留言服务应填是或否",$beside8))')
    looks = [rule.dxf.numFmt for area in sheet.conditional_formatting for rule in area.rules]
    assert {look and look.formatCode for look in looks} == {None, "General;-General"}  # a wrong 7.5 is no 8
    for column in SERVICE.data:
        assert found[rows_of(column.key)][-1] == a1(f"AND(LEN($beside8)>0,ISBLANK(${column.key}8))")


# Totals --------------------------------------------------------------------------------------------------------------


def total(cells: str) -> str:
    return f'=IF(COUNT({cells})=0,"",SUM({cells}))'


def test_totals_are_live_and_leave_the_sample_out(tmp_path: Path) -> None:
    rows = [service_row(), service_row("韶关市", calls_total="约2万", seats=None)]
    path = write(tmp_path / "a.xlsx", FormContent(SERVICE, CONTACT, rows, spare=1, ellipsis=True))
    formulas, values = loaded(path, values=False), loaded(path)
    summed = {column.key: total(a1(f"{column.key}8:{column.key}11")) for column in SERVICE.of_kind(Kind.COUNT)}
    assert [formulas[a1(f"{key}12")].value for key in SERVICE.by_key] == [
        "合计" if key == "serial" else summed.get(key) for key in SERVICE.by_key
    ]
    sums = {"calls_total": 2500, "calls_agent": 2000, "calls_ivr": 2000, "calls_abandoned": 1000}
    sums |= {"staff_total": 20, "agents": 16, "seats": 8, "training_attendances": 0}
    assert {key: values[a1(f"{key}12")].value for key in sums} == sums
    assert values[a1("calls_total9")].value == "约2万"


def test_nothing_of_the_self_check_is_stored_but_what_prints(tmp_path: Path, blank: Path) -> None:
    """Never a 0: a sum over nothing is an empty text, as are verdicts; the word of a form that is not right is there."""
    assert str(loaded(blank)["A1"].value).startswith(
        "浅黄色格为填写处：先填联系人、手机号，再填从序号2起每个地区一行"
    ), "but where to begin"
    assert loaded(blank)[a1("calls_total57")].value is None
    wrong = FormContent(SERVICE, CONTACT, [service_row(calls_total=7)], standing=NOT_PASSED)
    sheet = loaded(write(tmp_path / "a.xlsx", wrong))
    assert [sheet[a1(cell)].value for cell in ("beside8", "A1", "remarks2")] == [None, None, "自检未通过"]
    live = loaded(tmp_path / "a.xlsx", values=False)
    assert all(
        str(live[a1(cell)].value).startswith("=") for cell in ("beside4", "beside8", "beside9", "A1", "remarks2")
    )


# Filled forms --------------------------------------------------------------------------------------------------------


def test_text_from_elsewhere_stays_text(tmp_path: Path) -> None:
    rows = [service_row("=1+1", remarks="@SUM(A1)", calls_total="+1", seats="http://example.org")]
    path = write(tmp_path / "a.xlsx", FormContent(SERVICE, {**CONTACT, "name": "=HYPERLINK(1)"}, rows))
    sheet = loaded(path, values=False)
    cells = [sheet[a1(name)] for name in ("B8", "remarks8", "calls_total8", "seats8")]
    cells += [cell for cell in sheet[4] if cell.value == "=HYPERLINK(1)"]
    assert [cell.value for cell in cells] == ["=1+1", "@SUM(A1)", "+1", "http://example.org", "=HYPERLINK(1)"]
    assert {(cell.data_type, cell.hyperlink) for cell in cells} == {("s", None)}


def test_what_no_cell_can_hold_is_written_all_the_same(tmp_path: Path) -> None:
    rows = [service_row("广\ud800州", remarks="长" * 40_000, seats=10**17, agents=float("inf"), staff_total=3.0)]
    sheet = loaded(write(tmp_path / "a.xlsx", FormContent(SERVICE, CONTACT, rows)))
    assert sheet["B8"].value == "广州"
    assert len(str(sheet[a1("remarks8")].value)) == 32_000
    figures = [sheet[a1(f"{key}8")].value for key in ("staff_total", "agents", "seats")]
    assert figures == [3, "inf", "1" + "0" * 17]


def test_without_the_sample_numbers_begin_at_one(tmp_path: Path) -> None:
    sheet = loaded(write(tmp_path / "a.xlsx", FormContent(SERVICE, CONTACT, [service_row()], sample=False)))
    assert [*texts(sheet, 7, 2), sheet[a1("calls_total7")].value] == [1, "广州市", 2500]
    assert sheet["A8"].value == "合计"
    sheet = loaded(write(tmp_path / "b.xlsx", FormContent(SERVICE, CONTACT)), values=False)  # no region, and a total
    assert [sheet["A8"].value, sheet["A9"].value, sheet["C9"].value] == [2, "合计", total("C8")]


def test_a_long_remark_is_shown_whole(tmp_path: Path) -> None:
    rows = [
        service_row(region, remarks="全年有较长时间停机，" * times)
        for region, times in (("广州市", 0), ("韶关市", 6), ("深圳市", 60))
    ]
    sheet = loaded(write(tmp_path / "a.xlsx", FormContent(SERVICE, CONTACT, rows, sample=False)))
    one, many, most = (float(sheet.row_dimensions[row].height) for row in (7, 8, 9))
    lines, width = (many - 4) / 15, sheet.column_dimensions[a1("remarks")].width
    assert one == 17.25
    assert 408 < most <= 409, "no row can be higher"
    assert (lines - 2) * width < 6 * 20 <= lines * width


def test_the_footer_carries_the_code_of_a_filled_form(tmp_path: Path, blank: Path) -> None:
    filled = write(tmp_path / "a.xlsx", FormContent(SERVICE, CONTACT, [service_row()], code="ABCD-1234"))
    assert footer(filled) == ("校验码：ABCD-1234", "第&P页，共&N页")
    assert footer(blank) == (None, "第&P页，共&N页")


# Paper, protection, bytes --------------------------------------------------------------------------------------------


ABOUT: dict[str, object] = {
    # on A4, one page wide (the default, not written), with headings repeated
    "page_setup.paperSize": 9,
    "page_setup.orientation": "landscape",
    "page_setup.fitToHeight": 0,
    "sheet_properties.pageSetUpPr.fitToPage": True,
    "print_title_rows": "$5:$6",
    "print_area": a1("'附表1'!$A$2:$remarks$65"),
    "freeze_panes": "C7",
    # protected without a password; False means in the file format that something is not forbidden
    "protection.sheet": True,
    "protection.password": None,
    **{f"protection.{what}Rows": False for what in ("insert", "delete", "format")},
    **dict.fromkeys(("protection.formatColumns", "protection.formatCells"), False),
    **dict.fromkeys(("protection.sort", "protection.autoFilter"), False),
    **dict.fromkeys(("protection.insertColumns", "protection.deleteColumns"), True),
}


def test_it_prints_on_a4_and_lets_rows_be_added(blank: Path) -> None:
    assert {name: attrgetter(name)(loaded(blank)) for name in ABOUT} == ABOUT


def test_what_is_to_be_filled_in_is_open_and_marked(blank: Path) -> None:
    sheet = loaded(blank)
    layout = layout_as_printed(SERVICE)
    for field in HEADER:
        assert sheet.cell(4, layout.slot(field.key).left + 1).protection.locked is False
    for row in (FIRST, 56):
        width = len(SERVICE.columns)
        assert [sheet.cell(row, column).protection.locked for column in range(1, width + 2)] == [False] * (width + 1)
        assert {sheet.cell(row, column).fill.fgColor.rgb for column in range(2, width + 1)} == {"FFFFFBE6"}
    for cell in ("A1", "A2", "A3", "A5", "C6", "C7", "A57", "C57", "C59", a1("beside1")):
        assert sheet[cell].protection.locked is True


def test_the_document_says_what_it_is(tmp_path: Path, blank: Path) -> None:
    about = opened(blank).properties
    assert (about.title, about.subject) == ("12333电话服务情况调查表", "人社网信函〔2019〕28号附表")
    assert about.created == datetime(2020, 1, 1)
    dated = write(tmp_path / "a.xlsx", FormContent(SERVICE), created=datetime(2020, 1, 9, 8, 30))
    assert opened(dated).properties.created == datetime(2020, 1, 9, 8, 30)


# LibreOffice ---------------------------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.libreoffice
def test_a_copy_saved_by_libreoffice_keeps_the_guidance(
    tmp_path: Path, blank: Path, soffice_convert: Callable[..., Path]
) -> None:
    saved = soffice_convert(blank, "xlsx")
    sheet = loaded(saved, values=False)
    kinds = {str(area): rule.type for rule in sheet.data_validations.dataValidation for area in rule.sqref.ranges}
    assert {kinds[area] for area in kinds if area.startswith(a1("calls_total8:"))} == {"whole"}
    assert {kinds[area] for area in kinds if area.startswith(a1("voicemail8:"))} == {"list"}
    assert sheet.protection.sheet is True
    assert sheet.protection.insertRows is False
    assert sheet[a1("calls_total57")].value == total(rows_of("calls_total"))


# Pages: LibreOffice prints all in one go ------------------------------------------------------------------------------


PDFTOTEXT = shutil.which("pdftotext")
BLANK = ("广东", "重庆", "河南", "四川", "海南", "宁夏", "新疆兵团")
PAGES = {"重庆": 4, "通用": 4, "长备注": 5, "一条长备注": 4}
"""Pages of both forms where they are more than two."""


def filled(unit: str, remark: str | None = None, only: int | None = None) -> list[FormContent]:
    """What ``merge --unit`` writes."""
    rows = {form.key: [dict(row) for row in clean_rows(unit, form)] for form in EDITION.forms}
    if remark:
        for row in [row for listed in rows.values() for row in listed[only : only and only + 1]]:
            row["remarks"] = remark
    return [FormContent(form, clean_header(unit), rows[form.key], sample=False) for form in EDITION.forms]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory, soffice_convert_all: ConvertAll) -> dict[str, list[str]]:
    """Name → the text of each page."""
    folder = tmp_path_factory.mktemp("pages")
    books = {name: blank_sheets(EDITION, unit_named(name)) for name in BLANK}
    books |= {f"{name}报送": filled(name) for name in ("广东", "四川", "海南")}
    books |= {"通用": blank_sheets(EDITION), "长备注": filled("广东", "全年有较长时间停机，人员不足，" * 2)}
    books["一条长备注"] = filled("云南", "系统于6月更换供应商，口径略有不同。" * 9, only=4)
    for name, sheets in books.items():
        write_official(folder / f"{name}.xlsx", EDITION, sheets)
    write_official(folder / "下年.xlsx", NEXT, blank_sheets(NEXT, unit_named("广东")))
    found = {}
    for path in soffice_convert_all(sorted(folder.glob("*.xlsx")), "pdf"):
        text = subprocess.run(
            [PDFTOTEXT or "pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, encoding="utf-8"
        ).stdout
        found[path.stem] = text.split("\f")[:-1]
    return found


@pytest.mark.long
@pytest.mark.libreoffice
@pytest.mark.skipif(PDFTOTEXT is None, reason="pdftotext is not installed on this machine")
def test_each_form_takes_as_few_pages_as_its_rows_allow_and_every_page_has_rows(printed: dict[str, list[str]]) -> None:
    """None with headings alone, or with headings and notes."""
    assert {name: len(pages) for name, pages in printed.items()} == {name: PAGES.get(name, 2) for name in printed}
    assert len(printed) == len(BLANK) + 7
    rows = [len(re.findall(r"^ *\d+(?: |$)", page, re.MULTILINE)) for pages in printed.values() for page in pages]
    assert min(rows) >= 1  # a numbered row also on the last page of a form that takes several


@pytest.mark.parametrize(
    ("heights", "begin"),
    [
        ([17.0] * 21, []),
        ([17.0] * 24, [19]),
        ([17.0] * 38, [30]),
        ([17.0] * 3 + [409.0] + [17.0] * 12, [7]),
        ([17.0, 409.0, 409.0], [2]),
    ],
)
def test_the_pages_of_a_filled_form_are_full_and_the_last_has_rows(heights: list[float], begin: list[int]) -> None:
    rows = Layout(FormContent(SERVICE, sample=False, rows=[{}] * len(heights)))
    assert page_breaks(rows, heights) == [rows.first + at for at in begin]
    assert page_breaks(Layout(FormContent(SERVICE, spare=38, ellipsis=True)), heights) == []


def test_a_total_of_many_digits_is_shown() -> None:
    rows: list[dict[str, Scalar]] = [{"calls_total": 2_062_100_000, "calls_agent": 7}, {"calls_total": "约三千"}]
    columns = Layout(FormContent(SERVICE, rows=rows)).widths
    assert columns[SERVICE.columns.index(SERVICE.by_key["calls_total"])] == len("2,062,100,000") + 2
    assert columns[SERVICE.columns.index(SERVICE.by_key["calls_agent"])] == 11
