"""The form's own verdict, as LibreOffice works it out, beside that of ``check``: never content where ``check`` objects to what the
sheet can see."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from msgspec.structs import replace
from openpyxl.workbook.defined_name import DefinedName

from cases import seeds, written
from conftest import Convert, ConvertAll
from factory import clean_header, clean_rows, stored, unit_named
from form_fillings import (
    CONTACT,
    EXPLAINS,
    SAYS_NOTHING,
    UNSEEN,
    UNSEEN_BY_A_CITYS,
    UNSEEN_BY_ANYONES,
    differing,
    fillings,
    service_row,
)
from hrss12333.checking.engine import check
from hrss12333.checking.reasons import fillers, is_reason, postponing
from hrss12333.checking.rules import ALL
from hrss12333.model.filing import Filing, Found
from hrss12333.model.finding import Severity
from hrss12333.survey.editions.y2019 import EDITION, SERVICE
from hrss12333.survey.schema import COMPLETE, NOT_PASSED, Edition
from hrss12333.writing.official import blank_sheets, write_official
from hrss12333.writing.official.formulas import reason_words, silent
from hrss12333.writing.official.layout import BAR_ROW, HEADER_ROW, KEY_ROW, FormContent, LastYear, Layout
from merge_runs import read_as
from next_edition import NEXT

REASONS = written("reasons.tsv")


@pytest.mark.libreoffice
@pytest.mark.parametrize(
    ("edition", "number"),
    [
        (EDITION, 5),
        pytest.param(EDITION, len(seeds(100)), marks=pytest.mark.long),
        pytest.param(NEXT, len(seeds(12)), marks=pytest.mark.long),
    ],
)
def test_the_sheet_is_never_content_where_check_objects(
    tmp_path: Path, soffice_convert_all: ConvertAll, edition: Edition, number: int
) -> None:
    """And says that a form without a fault is complete."""
    filled = fillings(tmp_path, edition, number, seed=2019)
    recalculated = soffice_convert_all([filling.path for filling in filled], "xlsx")
    assert [wrong for pair in zip(filled, recalculated, strict=True) for wrong in differing(*pair)] == []


class Worked:
    """A sheet of 附表1 as LibreOffice works it out."""

    def __init__(self, path: Path, content: FormContent) -> None:
        self.page = stored(path)[SERVICE.key]
        self.layout = Layout(content, EDITION.forms)

    def beside(self, row: int) -> str:
        return str(self.page[row][self.layout.check_column] or "")

    @property
    def bar(self) -> str:
        return str(self.page[BAR_ROW][0])

    @property
    def fails(self) -> bool:
        return str(self.page[KEY_ROW][self.layout.last_column]) == NOT_PASSED

    def said(self, row: int = 0) -> str:
        """What stands beside a row of data."""
        return self.beside(self.layout.first + row)


BALANCE = "× 来电总量与分项之和差100（或备注写明差额和原因）"
FAR = BALANCE.replace("100", "500")
UNKNOWN = "地区名称不在名单中（或备注写明其名称和原因）"
FINE, ASKS = "√ 通过", "！"
ROWS: Sequence[tuple[dict[str, Any], str]] = (
    ({}, FINE),
    ({"calls_total": 2600}, BALANCE),
    ({"calls_total": 2600, "remarks": "无"}, BALANCE),
    ({"calls_total": 2600, "remarks": "\u3000 "}, BALANCE),
    ({"calls_total": 2600, "remarks": "系统切换期间未分类"}, FINE),
    ({"calls_total": None}, "！还缺：来电总量"),
    ({"calls_total": 2600, "remarks": "差额为测试电话，含漏话，有误差"}, FINE),
    ({"calls_total": 2600, "remarks": "已核实，情况属实"}, BALANCE),
    ({"calls_total": 2600, "remarks": "坐席数含备用坐席"}, BALANCE),
    ({"calls_total": 2600, "remarks": "来电总量含留言"}, FINE),
    ({"calls_total": 3000, "remarks": "含转接来电"}, FAR),
    ({"calls_total": 3000, "remarks": "含转接来电2500次"}, FAR),
    ({"calls_total": 3000, "remarks": "来电总量比各项之和多500，因含转接来电2,500次中的一部分"}, FINE),
    ({"calls_abandoned": None, "remarks": "放弃量系统未统计"}, FINE),
    ({"calls_abandoned": None, "remarks": "坐席数含备用"}, "！还缺1项"),
    ({"calls_abandoned": None, "remarks": "〔核实 来电总量、放弃量：线路故障〕"}, FINE),
    ({column.key: None for column in SERVICE.data} | {"remarks": "并入省中心"}, FINE),
    ({column.key: None for column in SERVICE.data} | {"remarks": "已核实"}, "！还缺10项"),
    ({"voicemail": None, "remarks": "放弃量系统未统计"}, "！还缺1项"),
    ({"agents": 11}, "× 咨询员人数＞总人数"),
    ({"agents": 10}, FINE),
    ({"region": None}, "× 缺少地区名称"),
    ({"region": "韶关市"}, "× 地区重复"),
    ({"seats": "八个"}, "× 坐席数应填0或正整数"),
    ({"seats": -8}, "× 坐席数应填0或正整数"),
    ({"seats": 7.5}, "× 坐席数应填0或正整数"),
    ({"seats": 10**12 + 1}, "× 坐席数应填0或正整数；坐席数＞总人数"),
    ({"seats": 12}, f"{ASKS}坐席数＞总人数"),
    ({"seats": 12, "remarks": "含备用坐席"}, FINE),
    ({"seats": 12, "remarks": "〔核实 坐席数：已电话核实，含备用〕"}, FINE),
    ({"seats": 12, "remarks": "〔核实 放弃量：已电话核实，含备用〕"}, f"{ASKS}坐席数＞总人数"),
    ({"calls_total": 3000, "remarks": "〔核实 来电总量：已电话核实〕"}, FINE),
    ({"calls_total": 2600, "remarks": "系统切换期间为估算数"}, FINE),
    ({"seats": 0}, f"{ASKS}人工接听量、咨询员人数、坐席数有的为0"),
    ({"calls_total": 1500, "calls_agent": 0}, f"{ASKS}人工接听量、咨询员人数、坐席数有的为0"),
    ({"calls_total": 1500, "calls_agent": 0, "agents": 0, "seats": 0}, FINE),
    ({"region": "广卅市"}, f"× {UNKNOWN}"),
    ({"region": "广卅市", "remarks": "新设的广卅市单独填报"}, FINE),
    ({"region": "小计"}, f"× 这一行不是地区；{UNKNOWN}"),
    ({"region": "广州"}, FINE),
    ({"voicemail": "√"}, "× 是否开通留言服务应填是或否"),
    ({"agents": 11, "seats": None, "voicemail": None}, "× 咨询员人数＞总人数；还缺：是否开通留言服务、坐席数"),
)


def content(*rows: Mapping[str, Found], **changed: Any) -> FormContent:
    return FormContent(SERVICE, CONTACT, rows, **changed)


@pytest.mark.libreoffice
def test_the_self_check_says_in_each_row_what_is_wrong(tmp_path: Path, soffice_convert_all: ConvertAll) -> None:
    forms = {f"{at:02}": content(service_row(**given), service_row("韶关市")) for at, (given, _) in enumerate(ROWS)}
    worked = worked_out(forms, tmp_path, soffice_convert_all)
    assert [sheet.said() for sheet in worked] == [said for _, said in ROWS]
    assert [sheet.bar == COMPLETE for sheet in worked] == [said == FINE for _, said in ROWS]
    fine = [said == FINE or (said.startswith(ASKS) and "还缺" not in said) for _, said in ROWS]
    assert [not sheet.fails for sheet in worked] == fine


def worked_out(forms: Mapping[str, FormContent], folder: Path, convert: ConvertAll) -> list[Worked]:
    for name, sheet in forms.items():
        write_official(folder / f"{name}.xlsx", EDITION, [sheet])
    paths = convert([folder / f"{name}.xlsx" for name in forms], "xlsx")
    return [Worked(path, sheet) for path, sheet in zip(paths, forms.values(), strict=True)]


@pytest.mark.libreoffice
def test_header_total_and_regions_have_a_line_each(tmp_path: Path, soffice_convert_all: ConvertAll) -> None:
    """What is asked on last year's figures as well: in the row, where they are beside it."""
    ningxia = blank_sheets(EDITION, unit_named("宁夏"))[0]
    past = LastYear(2018, {"广州市": {"calls_total": 9000, "seats": 8, "staff_total": 2}})
    forms = {
        "blank": ningxia,
        "begun": replace(ningxia, rows=[{**ningxia.rows[0], "calls_total": 5}, *ningxia.rows[1:]]),
        "wrong": replace(content(service_row()), header={**CONTACT, "mobile": "138", "email": "a@b"}),
        "few": content(service_row(), expected=("广州市", "韶关市", "深圳市")),
        "twofold": content(service_row(), service_row("全省"), expected=("广州市",)),
        "past": content(service_row(), service_row("韶关市"), last_year=past),
    }
    blank, begun, wrong, few, twofold, changed = worked_out(forms, tmp_path, soffice_convert_all)
    assert blank.bar.startswith("浅黄色格为填写处：先填联系人、手机号，再填各地区的行")
    assert not blank.fails
    assert (begun.said(), begun.said(1), begun.fails) == ("！还缺9项", "", True)
    assert begun.beside(HEADER_ROW) == "！还缺：联系人、手机号。"
    assert begun.bar.startswith("有1行没有填全。表头没有填好。还有4个地区没有填。见右侧“自检”一栏。")
    assert wrong.beside(HEADER_ROW) == "× 手机号应为11位；邮箱格式不对"
    assert wrong.bar.startswith("表头未通过。")
    assert few.beside(few.layout.absent) == f"{ASKS}没有填的地区：韶关市、深圳市。"
    assert (few.bar.startswith("地区不全或重复。"), few.fails) == (True, False)
    assert twofold.beside(twofold.layout.absent).startswith(f"{ASKS}有全单位的行")
    assert changed.said() == f"{ASKS}与上年相差超过50%：来电总量、总人数。"
    assert (changed.said(1), changed.fails) == (FINE, False)


@pytest.mark.libreoffice
@pytest.mark.parametrize("unit", [None, "宁夏"], ids=["anyone", "own"])
def test_a_row_that_is_none_of_its_own_is_seen(
    tmp_path: Path, soffice_convert_all: ConvertAll, unit: str | None
) -> None:
    whose = unit_named("宁夏")
    sheet = replace(blank_sheets(EDITION, (unit and whose) or None)[0], header=clean_header(whose))
    rows = clean_rows(whose, SERVICE)
    added = ["小计", "川区小计", "全区合计", "样例", "全区", "宁夏", "银川", "银川市", "区本级"]
    forms = {name: replace(sheet, rows=[*rows, {**rows[0], "region": name}]) for name in added}
    complete = [each.bar == COMPLETE for each in worked_out(forms, tmp_path, soffice_convert_all)]
    assert dict(zip(added, complete, strict=True)) == {name: name == "区本级" for name in added}


def test_what_the_sheet_cannot_see_is_a_rule_and_seldom_an_error() -> None:
    rules = {rule.id: rule.severity for rule in ALL}
    assert UNSEEN.keys() | UNSEEN_BY_ANYONES.keys() | UNSEEN_BY_A_CITYS.keys() <= rules.keys()
    assert [rule for rule in UNSEEN if rules[rule] is Severity.ERROR] == []


@pytest.mark.libreoffice
def test_the_sheet_and_the_rules_agree_on_what_is_no_reason(tmp_path: Path, soffice_convert: Convert) -> None:
    """On the texts that others wrote, and on remarks made of words that say nothing, signs, now and then a word that says
    something."""
    chance = random.Random(12333)
    pieces = [word for word, _ in fillers(SERVICE)] + ["，", "。", " ", "1", "：", "（", "）"]
    made = ["".join(chance.choices(pieces, k=chance.randrange(1, 7))) for _ in range(600)]
    explained = [text + chance.choice(EXPLAINS) for text in made[::5]]
    disowned = [text + chance.choice(postponing()) for text in explained]
    tried = [*made, *explained, *disowned, *SAYS_NOTHING, *EXPLAINS, *(line["text"] for line in REASONS)]
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for name, array in reason_words(SERVICE).items():
        book.defined_names[name] = DefinedName(name, attr_text=array[1:])
    for row, text in enumerate(tried, 1):
        page.cell(row, 1, text).data_type = "s"
        page.cell(row, 2, f"={silent(f'A{row}', SERVICE)}")
    book.save(tmp_path / "remarks.xlsx")
    (answered,) = stored(soffice_convert(tmp_path / "remarks.xlsx", "xlsx")).values()
    found = [bool(line[1]) for line in answered]
    assert [text for text, quiet in zip(tried, found, strict=True) if quiet is is_reason(text, SERVICE)] == []


@pytest.mark.libreoffice
def test_the_form_and_the_rules_agree_on_reasons_that_others_wrote(
    tmp_path: Path, soffice_convert_all: ConvertAll
) -> None:
    """In the recalculated form: each text beside the fault that it is written for."""
    faults: dict[str, dict[str, Any]] = {"difference": {"calls_total": 2600}, "missing": {"calls_ivr": None}}
    faults["seats"] = {"seats": 19}
    forms = {
        f"{at:03}": content(service_row(**faults.get(line["kind"], faults["difference"]), remarks=line["text"]))
        for at, line in enumerate(REASONS)
    }
    worked = worked_out(forms, tmp_path, soffice_convert_all)
    judged = [check(read_as(Filing, tmp_path / f"{name}.xlsx", EDITION), EDITION).findings for name in forms]
    open_ = [any(f.is_open and f.rule in ("B401", "P504", "V301") for f in findings) for findings in judged]
    assert [sheet.said() != FINE for sheet in worked] == open_
    assert [line["expected"] == "none" for line in REASONS] == open_
