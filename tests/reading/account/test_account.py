"""What the cells of a book were taken for, and what of them nobody could read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest

from cases import cases
from factory import CellValue, Formula, Style, a1, unit_named, write_filing
from hrss12333.checking.engine import check
from hrss12333.model.filing import CellUse, Filing
from hrss12333.model.finding import UNREAD_ID
from hrss12333.reading.account.mentions import columns_named, has_figure, names_region
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.form_texts import form_texts
from hrss12333.survey.schema import Kind
from readings import read_as

FORMS = EDITION.forms
SUMS = sum(len(form.of_kind(Kind.COUNT)) for form in FORMS)
Cells = Mapping[str, CellValue]
Told = list[tuple[str, str | None, str | None]]
"""Severity, sheet and cell of each finding."""


def told(filing: Filing) -> Told:
    found = check(filing, EDITION).findings
    return [(finding.severity.value, finding.sheet, finding.cell) for finding in found if finding.rule == UNREAD_ID]


def of_form(tmp_path: Path, cells: Cells, style: Style | None = None) -> Filing:
    """The filing of 宁夏 with something more in 附表1, whose table ends with row 11."""
    chosen = style or Style(sample=False, total="typed")
    return read_as(
        Filing, write_filing(tmp_path / "宁夏.xlsx", "宁夏", style=chosen, cells={"附表1": cells}, writer="xlsxwriter")
    )


def with_sheet(tmp_path: Path, *rows: Sequence[CellValue], hidden: bool = False) -> Filing:
    """The filing of 宁夏 with one more sheet."""
    path = write_filing(tmp_path / "宁夏.xlsx", "宁夏")
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("补充")
    for row in rows:
        sheet.append(list(row))
    sheet.sheet_state = "hidden" if hidden else "visible"
    book.save(path)
    return read_as(Filing, path)


def test_every_cell_of_a_clean_filing_has_its_place(tmp_path: Path) -> None:
    filing = read_as(Filing, write_filing(tmp_path / "宁夏.xlsx", "宁夏", writer="xlsxwriter"))
    book = openpyxl.load_workbook(tmp_path / "宁夏.xlsx")
    filled = sum(cell.value is not None for sheet in book for row in sheet.iter_rows() for cell in row)
    rows = [row for table in filing.tables for row in table.rows]
    assert sum(filing.account.values()) == filled
    assert filing.account[CellUse.VALUE] == sum(len(row.values) - 1 for row in rows)
    assert CellUse.UNREAD not in filing.account
    assert told(filing) == []


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"apart8": 63000}, [("query", "附表1", a1("apart8"))]),
        ({"apart8": "备用坐席45个"}, [("query", "附表1", a1("apart8"))]),
        ({"apart8": "来电总量应为7万"}, []),  # V311 asks
        ({"B40": "中卫市", "C40": 63000, "D40": 41000}, [("query", "附表1", "B40")]),
        ({"B40": "说明：坐席为外包人员"}, [("note", "附表1", "B40")]),
        ({"B40": "说明：中卫市停机三天"}, [("query", "附表1", "B40")]),
        ({"beside5": "接通率", "beside6": 0.9, "beside7": 0.8}, [("note", "附表1", a1("beside5"))]),
        ({"beside5": "接通率"}, []),
        ({"beside6": 90, "beside7": 80}, [("query", "附表1", a1("beside6"))]),
        ({"apart30": "月份", "afar30": "满意率", "apart31": "1月", "afar31": 0.91}, [("note", "附表1", a1("apart30"))]),
        (
            {"apart30": "月份", "afar30": "来电总量", "apart31": "1月", "afar31": 5000},
            [("query", "附表1", a1("apart30"))],
        ),
        ({"B40": "审核人：赵六", "D40": "填表日期：2020年1月10日"}, []),
        ({"B40": "制表人", "C40": "赵六", "E40": "电话：0951-5012345"}, []),
        ({"B40": "2020年1月10日", "C41": "宁夏回族自治区人力资源和社会保障厅"}, []),
        ({"apart3": "（2019年度）", "apart4": "附表1", "apart5": "共2页"}, []),
    ],
)
def test_what_is_told_of_a_cell_beside_the_form(tmp_path: Path, cells: Cells, found: Told) -> None:
    assert told(of_form(tmp_path, cells)) == found


def test_a_block_of_neighbours_is_quoted_once(tmp_path: Path) -> None:
    filing = of_form(tmp_path, {"B40": "中卫市", "C40": 63000, "B41": "固原市", "C41": 41000, "B45": "吴忠市9人"})
    messages = [finding.message_text for finding in check(filing, EDITION).findings if finding.rule == UNREAD_ID]
    assert [message.split("，")[0] for message in messages] == [
        "B40到C41写着“中卫市”“63000”“固原市”“41000”",
        "B45写着“吴忠市9人”",
    ]
    assert filing.account[CellUse.UNREAD] == 5


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize(
    ("rows", "severity"),
    [
        ([("地区", "来电总量"), ("中卫市", 63000)], "query"),
        ([("中卫市", 63000)], "query"),
        ([("接通率", "满意度"), (0.9, 0.8)], "note"),
        ([("姓名", "联系电话"), ("赵六", "0951-5012345")], "note"),
    ],
)
def test_a_sheet_without_a_form_is_accounted_for(
    tmp_path: Path, rows: Sequence[Sequence[CellValue]], severity: str, hidden: bool
) -> None:
    assert {found[:2] for found in told(with_sheet(tmp_path, *rows, hidden=hidden))} == {(severity, "补充")}


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("=ROUND(calls_agent7/calls_total7,2)", []),
        ("=SUM(calls_total7:calls_total11)-calls_total12", []),
        ('=IF(calls_total7=calls_agent7+calls_ivr7+calls_abandoned7,"","不平")', []),
        ("=63000", [("query", "附表1", a1("apart8"))]),
        ("=MAX(calls_total7,afar8)", [("query", "附表1", a1("apart8"))]),
        ("=[1]Sheet1!A1", [("query", "附表1", a1("apart8"))]),
    ],
)
def test_a_formula_is_derived_where_it_only_computes_from_the_table(tmp_path: Path, formula: str, found: Told) -> None:
    filing = of_form(tmp_path, {"apart8": Formula(formula, 12), **({"afar8": 5} if "afar8" in formula else {})})
    assert told(filing) == found
    assert filing.account.get(CellUse.DERIVED, 0) == (0 if found else 1)


def test_what_stands_in_a_row_of_sums_is_explained_as_far_as_it_is_sums(tmp_path: Path) -> None:
    style = Style(sample=False, total="typed", notes=False)
    clean = of_form(tmp_path, {"voicemail11": 5, "complaints11": "5个地区"}, style)
    assert (told(clean), clean.account[CellUse.TOTAL]) == ([], SUMS + 4)
    assert told(of_form(tmp_path, {"voicemail11": 63000}, style)) == [("query", "附表1", a1("voicemail11"))]
    assert told(of_form(tmp_path, {"B11": "来电总量应为7万"}, style)) == [("query", "附表1", "B11")]


def test_a_figure_is_nobodys_name_and_no_number_of_a_row(tmp_path: Path) -> None:
    assert told(of_form(tmp_path, {"A8": 63000})) == [("query", "附表1", "A8")]
    assert told(of_form(tmp_path, {"A8": 38})) == []


@cases("""
    figure=  text
    False    12333电话服务 | 2019年度 | 2019年1月1日至2019年12月31日 | 2020.1.10 | 20200110 | 1—12月 | 上午9:30 | 7×24小时 | 0951-5012345
    False    联系电话：5012345、5012346 | 13800000001 | 人社网信函〔2019〕28号 | 第1页 共2页 | 一式2份 | 附件1、附表2 | 3. 请逐项填写
    False    （1）按规定填写 | A4纸 | IPv6 | user_1@example.gov.cn | 停机3天
    True     63000 | 应为7万 | 七万次 | 坐席45个 | 2.5万 | 12.5% | 2020年1月10日更正为63000 | 12333来电63000次 | 附表1中卫市应为500
    True     3. 来电500 | 第2行应为800
""")
def test_what_is_a_figure_and_what_is_none(text: str, figure: bool) -> None:
    assert has_figure(text) is figure


def test_regions_and_columns_are_named_by_any_of_their_names() -> None:
    ningxia, jilin = unit_named("宁夏"), unit_named("吉林")
    assert names_region(EDITION, ningxia, "中卫来电更正")
    assert names_region(EDITION, ningxia, "贺兰县单独统计")
    assert not names_region(EDITION, ningxia, "宁夏回族自治区人社厅")
    assert not names_region(EDITION, jilin, "吉林省数据")
    assert names_region(EDITION, jilin, "吉林市数据")
    assert columns_named(FORMS, "呼入总量有变")
    assert columns_named(FORMS, "现有坐席45个")
    assert not columns_named(FORMS, "参加培训的同志")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("来电总量=人工接听量+自助语音量+放弃量", ""),
        ("2018年度12333电话服务情况调查表", ""),
        ("填表说明", ""),
        ("3、来电总量＝人工接听量＋自助语音量＋放弃量，若不相等请说明情况。", ""),
        ("12333电话服务情况报送材料", "报送材料"),
        ("来电总量应为7万", None),
        ("本省坐席均为外包", None),
    ],
)
def test_the_forms_own_words(text: str, rest: str | None) -> None:
    assert form_texts(FORMS).beyond(text) == rest
