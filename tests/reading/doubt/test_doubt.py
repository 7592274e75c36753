"""The judge of doubt: every text of `texts/doubts.tsv` is asked about wherever it stands, none of `texts/ordinary.tsv` is.

With HRSS12333_EVERY_DOUBT set, each is tried in a file of its own, too, from the file to the findings; a few are always.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hrss12333.reading.account.mentions import with_running_text
from msgspec.structs import replace
from openpyxl.comments import Comment
from openpyxl.worksheet.header_footer import HeaderFooterItem

from cases import cases
from cli_runs import report
from draws import few
from factory import mail, plan_filing, write_filing
from five_cities import doubted, judged
from hrss12333.checking.engine import check
from hrss12333.checking.reasons import is_reason
from hrss12333.model.filing import Filing, Place
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.doubt import words as doubt_words
from hrss12333.reading.doubt.clauses import CORRECTED_VERSION, FORMER_VERSION, clauses, is_stale_sheet, version_named
from hrss12333.reading.doubt.judge import with_doubts
from hrss12333.reading.doubt.signs import times, with_times
from hrss12333.reading.doubt.words import EARLIER, LATER, MONTH, PART, SIGNS, WHOLE, Does, sheet_words, table_lines
from hrss12333.reading.grid import Box, Cell, Grid, Mark
from hrss12333.survey.regions import DATA_FOLDER
from hrss12333.survey.schema import Form, Scalar, answer_word
from printed_2019 import EDITION

TEXTS = Path(__file__).parents[2] / "texts"
EVERY = bool(os.environ.get("HRSS12333_EVERY_DOUBT"))
SERVICE, SYSTEMS = EDITION.forms
CITIES = ("银川市", "石嘴山市", "吴忠市", "固原市", "中卫市")
ANSWERS: dict[str, Scalar] = {
    "calls_total": 63000, "calls_agent": 40000, "calls_ivr": 20000, "calls_abandoned": 3000, "voicemail": True,
    "complaints": True, "staff_total": 20, "agents": 14, "seats": 16, "training_attendances": 120,
    "system_centralized": False, "seats_centralized": False, "network_location": "业务专网", "knowledge_entries": 3121,
    "web": True, "sms": False, "app": True, "wechat": True, "unified_number": True, "unified_logo": True,
    "unified_uniform": False,
}  # fmt: skip
"""What 中卫市 answers; the figures of the others differ, their seats apart."""


def lines(name: str) -> list[dict[str, str]]:
    """The lines of one of the lists of texts."""
    with (TEXTS / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [{**row, "text": row["text"].replace("\\n", "\n")} for row in rows]


def categories(name: str) -> list[str]:
    return list(dict.fromkeys(row["category"] for row in lines(name)))


def answer(form: Form, key: str, number: int, remark: str | None) -> Cell:
    """What is in a column of a row."""
    value = ANSWERS.get(key)
    if key in ("serial", form.region.key):
        return number + 2 if key == "serial" else CITIES[number]
    if key == "remarks":
        return remark
    if isinstance(value, bool):
        return answer_word(value)
    if isinstance(value, int) and key != "seats" and number < len(CITIES) - 1:
        return value + 7 * (number + 1)
    return value


def sheet(form: Form, remark: str | None = None, *, name: str = "") -> Grid:
    """A form with a row for each city; the remark is in the last one's."""
    above: list[Cell] = ["（盖章）宁夏回族自治区 联系人：张三 手机号：13800000001"]
    rows = [
        [answer(form, column.key, number, remark if number == len(CITIES) - 1 else None) for column in form.columns]
        for number in range(len(CITIES))
    ]
    return Grid(name or form.key, ([form.title], above, [column.label for column in form.columns], *rows))


CLEAN = judged(sheet(SERVICE), sheet(SYSTEMS))
LAST_ROW = 8


def form_of(speaks_of: str) -> Form:
    """The form that has the columns of which a text speaks."""
    return SYSTEMS if any(key in SYSTEMS.by_key for key in speaks_of.split(",") if key != "region") else SERVICE


def placed(place: str, text: str, form: Form, field: str) -> Text:
    """A text where it may stand; the letters as in texts/README.md."""
    own = (form.key, form.key)
    at = {key: number for number, key in enumerate(form.by_key, 1)}
    name = f"宁夏12333调查表（{text}）"
    return {
        "c": lambda: Text(TextKind.CELL, text, Place(form.key, LAST_ROW, len(at) + 2), *own, CITIES[-1]),
        "r": lambda: Text(TextKind.REMARK, text, Place(form.key, LAST_ROW, len(at)), *own, CITIES[-1]),
        "k": lambda: Text(TextKind.COMMENT, text, Place(form.key, LAST_ROW, at[field]), *own, CITIES[-1], field),
        "a": lambda: Text(TextKind.ABOVE, text, Place(form.key, 2, 1), *own),
        "t": lambda: Text(TextKind.TITLE, text, Place(form.key, 1, 1), *own),
        "b": lambda: Text(TextKind.BELOW, text, Place(form.key, LAST_ROW + 2, 2), *own),
        "s": lambda: Text(TextKind.SHEET, f"{form.key}（{text}）", sheet=form.key),
        "f": lambda: Text(TextKind.FILE, name),
        "j": lambda: Text(TextKind.SUBJECT, name),
        "m": lambda: Text(TextKind.MAIL, f"您好：现报送我区调查表，请查收。\n{text}。\n谢谢！"),
        "w": lambda: Text(TextKind.LETTER, text),
        "p": lambda: Text(TextKind.PAGE, text, sheet=form.key),
        "x": lambda: Text(TextKind.BOX, text, Place(form.key, LAST_ROW + 4, 2), form.key),
    }[place]()


def everywhere(row: dict[str, str]) -> str:
    """The places of a text; what may be in a mail may be on the printed page, in a text box or in a text file, too."""
    return row["places"] + ("pxw" if "m" in row["places"] else "")


def found(place: str, text: str, speaks_of: str = "", filing: Filing = CLEAN) -> Filing:
    fields = [key for key in speaks_of.split(",") if key not in ("", "region")]
    form = form_of(speaks_of)
    asked = placed(place, text, form, fields[0] if fields else form.data[0].key)
    return with_doubts(filing, [asked], EDITION.year)


@pytest.mark.parametrize("category", categories("doubts.tsv"))
def test_a_text_of_doubt_is_asked_about_wherever_it_stands(category: str) -> None:
    silent, elsewhere = [], []
    for row in lines("doubts.tsv"):
        for place in everywhere(row) if row["category"] == category else "":
            doubts = found(place, row["text"], row["speaks_of"]).doubts
            named = {key for key in row["speaks_of"].split(",") if key not in ("", "region")}
            if not doubts or (len(doubts) > 1 and not doubts[0].takes_out):
                silent.append((place, row["text"]))
            elif named and not named & {*doubts[0].fields}:
                elsewhere.append((place, row["text"], doubts[0].fields))
            elif "region" in row["speaks_of"] and doubts[0].row is None:
                elsewhere.append((place, row["text"], ()))
    assert silent == []
    assert elsewhere == []


@pytest.mark.parametrize("category", categories("ordinary.tsv"))
def test_an_ordinary_text_is_asked_about_nowhere(category: str) -> None:
    asked = [
        (place, row["text"], doubt.why)
        for row in lines("ordinary.tsv")
        for place in (everywhere(row) if row["category"] == category else "")
        for speaks_of in ("", "app")
        for doubt in found(place, row["text"], speaks_of).doubts
    ]
    assert asked == []


def test_there_are_two_hundred_of_each() -> None:
    assert min(len(lines("doubts.tsv")), len(lines("ordinary.tsv"))) >= 200


# What a text is about, and what becomes of it --------------------------------------------------------------------


def said(filing: Filing, *rules: str) -> list[Finding]:
    return [finding for finding in check(filing, EDITION).findings if finding.rule in rules]


@cases("""
    fields                remark
    seats                 坐席数填错，应为25个 | 坐席数填错，应为16个 | 坐席数由16改为99 | 实有坐席25个
    training_attendances  年度培训人次更正为3000 | 年度培训人次应为12345，其余无误
    voicemail             留言服务应为否
    calls_agent           人工接听量由12333更正为12345次 | 人工接听量：12345
    row                   中卫市数据应为12345 | 含石嘴山市数据 | 与吴忠合并统计 | 不含灵武市 | 含自治区本级 | 仅下半年数据，上半年系统未上线
    none                  坐席数由99改为16 | 留言服务应为是 | 来电总量含重复拨打，放弃量按系统口径统计 | 系统有误，已更正 | 来电总量更正为63000
    none                  热线号码改为12345 | 12333统一改为12345 | 来电总量为12345热线统计 | 中卫市12345 | 实有坐席16个 | 新增坐席5个
    none                  不含石嘴山市 | 含灵武市 | 含市本级 | 月均来电2000次 | 2019年1月起启用新系统
""")
def test_a_remark_speaks_of_its_row_or_of_the_columns_that_it_names(remark: str, fields: str) -> None:
    of_row: dict[str, tuple[str, ...]] = {"row": ()}
    expected = set() if fields == "none" else {("中卫市", of_row.get(fields, (fields,)))}
    assert doubted(judged(sheet(SERVICE, remark))) == expected


@cases("""
    field             remark
    app               APP正在建设，尚未上线 | 网上服务已开通，APP在建
    web               网上服务计划2020年开通
    unified_number    12333号码统一工作尚未实现
    sms               短信服务早已开通
    network_location  网络部署位置应为互联网
    unified_logo      尚未统一标识 | 未统一标识
    none              短信服务正在建设 | APP功能将进一步完善 | APP于2018年上线 | 网络部署位置应为业务专网
""")
def test_a_remark_that_contradicts_an_answer(remark: str, field: str) -> None:
    """短信服务 is answered with 否."""
    assert doubted(judged(sheet(SYSTEMS, remark))) == (set() if field == "none" else {("中卫市", (field,))})


def test_a_remark_in_one_form_may_contradict_an_answer_in_the_other() -> None:
    """It goes on to speak of its own row, which is another question."""
    remark = "网上服务计划2020年开通；来电总量为估算数"
    filing = judged(sheet(SERVICE, remark), sheet(SYSTEMS))
    assert doubted(filing) == {("中卫市", ("web",)), ("中卫市", ("calls_total",))}
    assert doubted(judged(sheet(SERVICE, "短信服务正在建设"), sheet(SYSTEMS))) == set()


def test_a_line_speaks_of_the_region_that_it_names_else_of_its_table() -> None:
    grid = sheet(SERVICE)
    cells = (*grid.cells, [], [None, "更正：石嘴山市年度培训人次应为3000。"], [None, "以上数据为估算。"])
    assert doubted(judged(replace(grid, cells=cells))) == {("石嘴山市", ("training_attendances",)), (None, ())}


def test_a_line_that_excepts_a_region_speaks_of_all_others_in_its_table() -> None:
    grid, others = sheet(SERVICE), {"石嘴山市", "吴忠市", "固原市", "中卫市"}
    taken = judged(replace(grid, cells=(*grid.cells, [], [None, "以上除银川外均为1-9月数"])), sheet(SYSTEMS))
    assert [[row.region for row in table.rows] for table in taken.tables] == [["银川市"], [*CITIES]]
    asked = judged(replace(grid, cells=(*grid.cells, [], [None, "除银川市外，坐席数均为估算"])))
    assert doubted(asked) == {(region, ("seats",)) for region in others}


def test_a_remark_over_several_rows_speaks_of_each() -> None:
    grid = sheet(SERVICE)
    cells = [list(line) for line in grid.cells]
    cells[3][12] = "均为1-11月数据"
    filing = judged(replace(grid, cells=tuple(cells), merges=(Box(3, 12, 5, 12),)))
    assert [row.region for row in filing.tables[0].rows] == ["固原市", "中卫市"]


@pytest.mark.parametrize("place", ["c", "r", "k"])
@cases("""
    text
    石嘴山市数据截至11月 | 石嘴山（12月） | 石嘴山市测试数据 | 测试数据（石嘴山市） | 注：石嘴山市作废 | 其中石嘴山市为1-11月数据 | 石嘴山市数据有误
    石嘴山市来电总量不含惠农区 | 石嘴山市坐席数应为77
""")
def test_words_in_a_row_that_name_another_region_are_asked_of_that_one_and_take_nothing_out(
    place: str, text: str
) -> None:
    filing = found(place, text)
    assert {region for region, _ in doubted(filing)} == {"石嘴山市"}
    assert [row.region for row in filing.tables[0].rows] == [*CITIES]
    (finding,) = said(filing, "R210", "V311")
    assert (finding.rule, finding.region) == ("V311", "石嘴山市")
    assert finding.message_text.startswith("中卫市一行的")


@cases("""
    taken=  text
    True    中卫市数据截至11月 | 宁夏数据截至11月 | 石嘴山市和中卫市作废 | 除石嘴山市外均为1-9月数 | 含石嘴山市，数据截至11月
    False   石嘴山县数据截至11月 | 按石嘴山市口径估算 | 石嘴山市数据由我市代报 | 石嘴山市已报，此行删除
""")
def test_words_in_a_row_that_name_another_region_beside_its_own_stay_with_it(text: str, taken: bool) -> None:
    filing = found("r", text)
    assert {region for region, _ in doubted(filing)} == ({None} if taken else {"中卫市"})
    assert [item.place.row for item in filing.tables[0].concealed] == [LAST_ROW] * taken


def test_a_figure_of_another_region_in_a_remark_is_compared_with_that_one() -> None:
    calls = next(row.figure("calls_total") for row in CLEAN.tables[0].rows if row.region == "石嘴山市")
    assert doubted(found("r", f"石嘴山市来电总量{calls}")) == set()
    assert doubted(found("r", "石嘴山市来电总量63000")) == {("石嘴山市", ("calls_total",))}


@pytest.mark.parametrize(("first", "rule"), [(3, "R210"), (5, "V311")])
def test_a_remark_over_several_rows_that_names_one_region_is_one_question(first: int, rule: str) -> None:
    grid = sheet(SERVICE)
    cells = [list(line) for line in grid.cells]
    cells[first][12] = "石嘴山市作废"
    filing = judged(replace(grid, cells=tuple(cells), merges=(Box(first, 12, first + 2, 12),)))
    assert [(finding.rule, finding.cell) for finding in said(filing, "R210", "V311")] == [(rule, "B5")]


def test_comments_on_two_rows_that_say_the_same_of_a_third_are_each_read() -> None:
    grid = sheet(SERVICE)
    marks = {(row, 2): Mark(comment="石嘴山市坐席数应为77") for row in (6, 7)}
    (filing,) = with_running_text([judged(replace(grid, marks=marks))], EDITION)
    assert isinstance(filing, Filing)
    assert {(f.rule, f.region, f.cell) for f in said(filing, "V310", "V311")} == {("V311", "石嘴山市", "K5")}


def test_a_name_that_is_part_of_another_names_no_other_region() -> None:
    names = (("长沙市", 0), ("长沙县", 1), ("株洲市", 2), ("长沙", 0), ("株洲", 2))
    texts = ("长沙数据有误", "长沙县数据有误", "长沙市数据有误")
    speaks_of = [[clauses(text, 2019, (), names, home)[0].subject for text in texts] for home in range(3)]
    assert speaks_of == [[None, 1, None], [None, None, 0], [0, 1, 0]]


def test_a_mail_that_names_two_regions_is_a_question_of_each() -> None:
    mail = [Text(TextKind.MAIL, "中卫市来电总量应为7万，固原市坐席数有误。")]
    assert doubted(judged(sheet(SERVICE), mail=mail)) == {("中卫市", ("calls_total",)), ("固原市", ("seats",))}


@cases("""
    rule  name
    R210  银川市（12月） | 银川市（下半年） | 银川市（作废）
    V311  银川市（不含灵武市） | 银川市（预计） | 银川市（2018年）
    none  银川市（2019年） | 银川市（代报） | 银川市（含所辖县） | 宁夏银川 | 银川市*
""")
def test_the_words_around_a_regions_name(name: str, rule: str) -> None:
    grid = sheet(SERVICE)
    cells = [list(line) for line in grid.cells]
    cells[3][1] = name
    asked = said(judged(replace(grid, cells=tuple(cells))), "R210", "V311")
    assert [(f.rule, f.cell, f.severity) for f in asked] == [(rule, "B4", Severity.QUERY)] * (rule != "none")


@cases("""
    place  regions=  unfit  text
    r      4         -      1-11月数据 | 测试数据，请忽略 | 重复，请删 | 本行请勿统计
    r      5         -      作废，见下行 | 以下一行为准
    r      5         -      12月数据未统计 | 草稿 | 这是系统联调时录入的测试数据，不知道要不要算
    m      4         -      中卫市这一行作废
    m      5         file   本次所报为1-11月数据
    m      5         -      放弃量为1-11月数据
    b      5         table  以上为上半年数据
    s      5         table  测试
    f      5         file   1-11月
    f      5         -      草稿
""")
def test_what_is_void_a_test_or_of_a_part_of_the_year_as_a_whole_is_taken_out(
    place: str, text: str, regions: int, unfit: str
) -> None:
    filing = found(place, text)
    table = filing.tables[0]
    assert len(table.rows) == regions
    assert [bool(table.unfit), bool(filing.unfit)] == [unfit == "table", unfit == "file"]
    finding, *others = said(filing, "R210", "V311")
    assert len(others) == (place == "m" and regions < len(CITIES))  # its row in the other form, too
    taken = regions < len(CITIES) or unfit != "-"
    assert finding.rule == ("R210" if taken else "V311")
    assert finding.severity is (Severity.ERROR if unfit != "-" else Severity.QUERY)


def test_what_voids_a_sum_voids_no_other_row() -> None:
    grid = sheet(SERVICE)
    sums: list[Cell] = [None, "合计", *[None] * 10, "作废"]
    upright = (*grid.cells, sums)
    turned = (*upright[:2], *([*line] for line in zip(*upright[2:], strict=True)))
    for cells, cell in ((upright, "B9"), (turned, "G4")):
        filing = judged(replace(grid, cells=cells))
        assert ([row.region for row in filing.tables[0].rows], filing.tables[0].total) == ([*CITIES], None)
        assert [(f.rule, f.cell, f.severity) for f in said(filing, "R210", "V311")] == [("R210", cell, Severity.QUERY)]
    (asked,) = said(
        judged(replace(grid, cells=(*grid.cells, [*sums[:-1], "此合计数作废，以各市数为准"]))), "R210", "V311"
    )
    assert (asked.rule, asked.cell) == ("V311", "M9")  # one text, one question
    (asked,) = said(judged(replace(grid, cells=(*grid.cells, [*sums[:-1], "测试数据"]))), "R210", "V311")
    assert (asked.rule, asked.severity) == ("R210", Severity.ERROR)


@pytest.mark.parametrize("named", ["附表1", "附表1和附表2"])
def test_a_page_speaks_of_the_forms_of_its_sheet(named: str) -> None:
    both = replace(CLEAN, tables=tuple(replace(table, sheet=named) for table in CLEAN.tables))
    filing = with_doubts(both if "和" in named else CLEAN, [Text(TextKind.PAGE, "作废", sheet=named)], EDITION.year)
    assert [bool(table.unfit) for table in filing.tables] == [True, "和" in named]
    assert [f.form for f in said(filing, "R210")] == ["附表1", "附表2"][: 1 + ("和" in named)]


def test_the_question_quotes_the_text_with_its_place_and_is_not_settled_by_it() -> None:
    (finding,) = said(judged(sheet(SERVICE, "坐席数填错，应为25个")), "V311")
    assert (finding.cell, finding.region, finding.field) == ("K8", "中卫市", "seats")
    assert finding.message_text.startswith(
        "备注写着“坐席数填错，应为25个”，说明数据有误、不全或还要核实，说的是“坐席数”。"
    )
    assert (finding.severity, finding.explained) == (Severity.QUERY, False)


def test_a_remark_with_the_very_figure_that_a_balance_lacks_explains_it() -> None:
    off = sheet(SERVICE, "另有转接其他部门的电话40次，没有统计在内")
    cells = [list(line) for line in off.cells]
    cells[-1][2] = 63040
    assert said(judged(replace(off, cells=tuple(cells))), "V311") == []
    assert said(judged(off), "V311") != []


def test_figures_that_are_not_there_are_not_doubted() -> None:
    grid = sheet(SERVICE, "放弃量未统计")
    cells = [list(line) for line in grid.cells]
    assert said(judged(grid), "V311") != []
    cells[-1][5] = None
    assert said(judged(replace(grid, cells=tuple(cells))), "V311") == []


@cases("""
    reason=  text
    False    数据有误，后续更正 | 原因不明 | 待核实 | 1-11月数据 | 坐席数填错，应为20个
    True     系统升级，12月数据缺失 | 部分坐席为备用 | 已与市局核对，数据无误 | 来电总量含转人工前挂断的电话1200次
""")
def test_words_in_doubt_settle_nothing(text: str, reason: bool) -> None:
    assert is_reason(text) == reason


@pytest.mark.parametrize("step", few([4, 1], 1))
def test_no_text_of_doubt_settles_the_question_of_a_balance(step: int) -> None:
    """But for what it says besides (因系统故障，3至5月无数据 gives a cause), and for what is counted elsewhere, or lost: that
    may well be why the sum is another."""
    settled = set()
    for row in lines("doubts.tsv")[::step]:
        if "r" in row["places"] and row["category"] != "answer" and form_of(row["speaks_of"]) is SERVICE:
            cells = [list(line) for line in sheet(SERVICE, row["text"]).cells]
            cells[-1][2] = 63041
            filing = judged(replace(sheet(SERVICE), cells=tuple(cells)))
            causes = any("计在别处" in doubt.why or "缺失" in doubt.why for doubt in filing.doubts)
            balance = [f for f in said(filing, "B401") if f.severity is not Severity.ERROR]
            settled |= {row["text"]} if balance and not causes else set()
    assert {text for text in settled if not {"，", "（"} & {*text}} == set()
    assert len(settled) <= 12


# Comments ------------------------------------------------------------------------------------------------------------


@cases("""
    field      asked=  comment
    seats      True    应为3000 | 3000个 | 此数待核实
    seats      False   16个 | 含租用的坐席 | 已核实，无误
    voicemail  True    2020年才开通 | 已停用 | 否
    voicemail  False   是 | 2018年开通
    sms        False   已停用
""")
def test_a_comment_speaks_of_its_cell(field: str, comment: str, asked: bool) -> None:
    filing = found("k", comment, field)
    assert [doubt.fields for doubt in filing.doubts] == [(field,)] * asked


def test_a_comment_on_a_region_speaks_of_its_row() -> None:
    marks = {(7, 1): Mark(comment="此行作废"), (6, 1): Mark(comment="本行数据有误")}
    filing = judged(replace(sheet(SERVICE), marks=marks))
    assert [row.region for row in filing.tables[0].rows] == list(CITIES[:4])
    assert doubted(filing) == {(None, ()), ("固原市", ())}


def test_an_instruction_on_every_cell_of_a_column_asks_nothing_and_a_doubt_there_asks_once() -> None:
    for words, asked in (("坐席数只填在用的，不含备用坐席", 0), ("这一列的数都是估算的，没有台账", 1)):
        filing = judged(replace(sheet(SERVICE), marks={(row, 10): Mark(comment=words) for row in range(3, 8)}))
        assert [doubt.fields for doubt in filing.doubts] == [("seats",)] * asked


# Times, versions, the table ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("1-11月", PART), ("2019年1月1日至2019年11月30日", PART), ("前三季度", PART), ("上半年", PART), ("十一个月", PART),
        ("2019.01-2019.10", PART), ("1-12月", WHOLE), ("2019年1月1日至12月31日", WHOLE), ("12月31日", WHOLE),
        ("2019年底", WHOLE), ("2018年12月", EARLIER), ("18年度", EARLIER), ("2018年12月1日至2019年11月30日", EARLIER),
        ("去年", EARLIER), ("2020年1月15日", LATER), ("20200115", LATER), ("明年", LATER), ("10月1日至10月7日", MONTH),
        ("12月", MONTH),
    ],
)  # fmt: skip
def test_what_stands_for_a_time(text: str, sign: str) -> None:
    assert with_times(text, 2019).translate({0xE080: MONTH, 0xE081: LATER}) == sign


@pytest.mark.parametrize("letter", [*map(chr, (0xE000, 0xE007, 0xE102, 0xE401, 0xE801, 0xE863))])
def test_letters_of_a_font_of_ones_own_stand_for_nothing(letter: str) -> None:
    grid = sheet(SERVICE)
    lines_below = [None, f"填报人：王{letter}"], [None, f"更正{letter}：石嘴山市年度培训人次应为3000。"]
    filing = judged(replace(grid, cells=(*grid.cells, [], *lines_below)))
    assert doubted(filing) == {("石嘴山市", ("training_attendances",))}


def test_regions_beyond_count_are_not_told_apart() -> None:
    rows = [answer_row[:] for answer_row in [list(sheet(SERVICE).cells[-1])] * 1500]
    for number, row in enumerate(rows):
        row[:2] = number, f"第{number}站"
    rows[-1][-1] = "已计入第1498站"
    (doubt,) = judged(replace(sheet(SERVICE), cells=(*sheet(SERVICE).cells, *rows))).doubts
    assert doubt.row


def test_parts_that_make_up_the_year_are_none() -> None:
    assert PART not in with_times("上半年3次，下半年2次", 2019)
    assert PART in with_times("仅下半年数据，上半年系统未上线", 2019)


def test_a_sentence_about_a_region_says_nothing_of_the_time_that_the_next_one_names() -> None:
    grid = sheet(SERVICE)
    cells = (*grid.cells, [], [None, "石嘴山市来电总量不含惠农区。数据截止到2019年11月。"])
    assert doubted(judged(replace(grid, cells=cells))) == {("石嘴山市", ("calls_total",)), (None, ())}


@cases("""
    rule  below
    none  2．数据采集周期为：2019年1月1日至2019年12月31日。 | 报送时间：2020年1月6日至1月10日
    R210  2．数据采集周期为：2019年1月1日至2019年6月30日。 | 统计时间：7月1日—9月30日
    V311  统计期间：2018年12月1日至2019年11月30日 | 注：国庆期间（10月1日至10月7日）系统升级，数据不全。
""")
def test_the_period_that_a_line_below_the_table_names(below: str, rule: str) -> None:
    grid = sheet(SERVICE)
    filing = judged(replace(grid, cells=(*grid.cells, [], [None, below])))
    assert [finding.rule for finding in said(filing, "R210", "V311")] == [rule] * (rule != "none")


@cases("""
    version    name
    corrected  宁夏（更正） | 更正/宁夏 | 宁夏_最终版 | 送审稿/宁夏（正式稿） | 宁夏（盖章上报版） | 宁夏_审定稿 | 宁夏（更正，未盖章）
    former     宁夏（未更正） | 宁夏（非最终） | 宁夏（征求意见稿） | 宁夏（最新征求意见稿） | 宁夏（暂定） | 宁夏（初版） | 宁夏（待审定）
    former     宁夏（错误） | 宁夏修改前 | 宁夏（旧）
    neither    宁夏（非草稿） | 宁夏旧城区 | 宁夏
""")
def test_which_version_a_name_says_a_file_is(name: str, version: str) -> None:
    told = version_named(f"{name}.xlsx", outside=0)
    assert (told == CORRECTED_VERSION, told == FORMER_VERSION) == (version == "corrected", version == "former")


def test_the_folders_around_what_was_given_make_no_file_a_draft() -> None:
    assert version_named("汇总/draft/12333/宁夏.xlsx", len("汇总/draft/12333")) == ""
    assert version_named("汇总/12333/draft/宁夏.xlsx", len("汇总/12333")) == FORMER_VERSION


@pytest.mark.parametrize(
    ("name", "stale"), [("附表1（旧）", True), ("附表1 old", True), ("附表1", False), ("hold", False)]
)
def test_whether_a_sheet_is_named_as_one_that_no_longer_holds(name: str, stale: bool) -> None:
    assert is_stale_sheet(name) == stale


def test_the_words_are_a_table_one_line_a_word() -> None:
    lines = table_lines("doubt")
    written = [tuple(line[:4]) for line in lines]
    assert len(set(written)) == len(written)
    assert 0 < len(sheet_words()) <= 20
    assert {line[1] for line in table_lines("answer")} <= {*Does}


def test_what_a_word_does_is_known_or_makes_up_an_order_of_words() -> None:
    """And an order of words names only what some word does."""
    lines = table_lines("doubt")
    does = {line[1] for line in lines}
    asked = set(re.findall("〔([^〕]+)〕", "\n".join("\t".join((line[0], *line[2:4])) for line in lines)))
    assert asked - does == set()
    assert does - asked - {*Does} - {*SIGNS.values()} == set()


def test_a_word_is_added_as_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "这些数八成是蒙的"
    assert found("r", text).doubts == ()
    table = (DATA_FOLDER / "doubt_words.tsv").read_text(encoding="utf-8")
    (tmp_path / "doubt_words.tsv").write_text(f"{table}八成\t估算\n", encoding="utf-8")
    monkeypatch.setattr(doubt_words, "DATA_FOLDER", tmp_path)
    own = (doubt_words.table_lines, doubt_words.telltale, doubt_words.may_doubt, doubt_words.vocabulary)
    caches = (*own, times, clauses)
    for cache in caches:
        cache.cache_clear()
    assert [doubt.why for doubt in found("r", text).doubts] == ["说的是估算的数，不是实际统计的"]
    for cache in caches:
        cache.cache_clear()


# From the file to the findings ---------------------------------------------------------------------------------------

PLAN = plan_filing("宁夏")
ASKED = ("V311", "R210", "M705", "V304")


def clean_cells(form: Form) -> dict[str, Any]:
    plan = PLAN[form.key]
    keys = (*(column.key for column in form.data), "remarks")
    return {plan.at(key, number): answer(form, key, number, None) for key in keys for number in range(len(CITIES))}


def written(folder: Path, place: str, text: str, speaks_of: str) -> Path:
    form = form_of(speaks_of)
    plan = PLAN[form.key]
    path = write_filing(folder / "宁夏.xlsx", "宁夏", cells={form.key: clean_cells(form) for form in EDITION.forms})
    book = openpyxl.load_workbook(path)
    page = book[form.key]
    row = page[plan.at("region", 4)].row
    field = next((key for key in speaks_of.split(",") if key in form.by_key), form.data[0].key)
    if place == "c":
        page.cell(row, 16).value = text
    elif place == "r":
        page[plan.at("remarks", 4)] = text
    elif place == "k":
        page[plan.at(field, 4)].comment = Comment(f"张三:\n{text}", "张三")
    elif place == "a":
        page.cell(1, 16).value = text
    elif place == "b":
        page.cell(page.max_row + 2, 2).value = text
    elif place == "p":
        page.oddHeader = HeaderFooterItem()
        page.oddHeader.center.text = text
    elif place == "s":
        page.title = re.sub(r"[\\*?:/\[\]]", "", f"{form.key}（{text}）")[:31]
    book.save(path)
    if place == "f":
        return path.rename(folder / f"宁夏12333调查表（{text}）.xlsx")
    if place == "w":
        (folder / "宁夏.txt").write_text(text, encoding="utf-8")
    return mailed(path, text) if place == "m" else folder


def mailed(path: Path, text: str) -> Path:
    sent = mail((path.name, path.read_bytes()), said=f"您好：现报送我区调查表，请查收。\n{text}。\n谢谢！")
    path.unlink()
    (path.parent / "宁夏.eml").write_bytes(sent)
    return path.parent / "宁夏.eml"


def tried(rows: Sequence[dict[str, str]]) -> Iterator[tuple[dict[str, str], str]]:
    """Each text in each of its places; a few of them, unless all are asked for."""
    pairs = [(row, place) for row in rows for place in everywhere(row) if place in "crkabsfmpw"]
    yield from pairs if EVERY else pairs[:: max(len(pairs) // 16, 1)]


def test_a_text_of_doubt_in_a_file_is_asked_about(tmp_path: Path) -> None:
    silent = []
    for number, (row, place) in enumerate(tried(lines("doubts.tsv"))):
        folder = tmp_path / str(number)
        folder.mkdir()
        (file,) = report("check", written(folder, place, row["text"], row["speaks_of"]))["files"]
        if not any(f["rule"] in (*ASKED, "V309") for f in file["findings"]):
            silent.append((place, row["text"]))
    assert silent == []


@pytest.mark.parametrize("place", ["c", "r", "k", "a", "b", "p", "m", "w"])
def test_nothing_of_the_notice_and_the_forms_is_asked_about(tmp_path: Path, place: str) -> None:
    """Neither a paragraph nor a sentence of it, wherever somebody copied it."""
    printed = [*EDITION.notice.paragraphs, *(line for form in EDITION.forms for line in form.instructions)]
    printed += [
        sentence for line in printed for sentence in re.split("(?<=[。；])", line) if sentence not in ("", line)
    ]
    asked = []
    for number, text in enumerate(printed if EVERY else printed[::4]):
        folder = tmp_path / str(number)
        folder.mkdir()
        (file,) = report("check", written(folder, place, text.format(year=2019), ""))["files"]
        asked += [(text, f["message"]) for f in file["findings"] if f["rule"] in (*ASKED, "V309", "V310")]
    assert asked == []


def test_an_ordinary_text_in_a_file_is_not_asked_about(tmp_path: Path) -> None:
    asked = []
    for number, (row, place) in enumerate(tried(lines("ordinary.tsv"))):
        folder = tmp_path / str(number)
        folder.mkdir()
        (file,) = report("check", written(folder, place, row["text"], ""))["files"]
        asked += [(place, row["text"], f["message"]) for f in file["findings"] if f["rule"] in ASKED]
    assert asked == []
