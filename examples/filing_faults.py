"""Faulty filings, each wrong in one instructive way, made from clean ones by changing a few cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filing_figures import FIGURES, header
from filing_layouts import PLAIN, Formula, Sheet, Style, recalculate, save, sheet
from filing_summaries import write_summary
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit

Plans = dict[str, Sheet]
Change = Callable[[Plans], None]
PAGE = "<html><body><table><tr><td>来电总量</td></tr></table></body></html>"
"""The least that calls itself a web page."""


@dataclass(frozen=True)
class Fault:
    """One faulty file."""

    file: str
    rule: str
    """The finding that it is there to show."""
    about: str
    """What is wrong in it, for the README."""
    unit: str = ""
    change: Change | None = None
    style: Style = PLAIN
    leave_out: tuple[str, ...] = ()
    """Forms that are not in the file."""


def _unit(short: str) -> Unit:
    unit = EDITION.gazetteer.match(short).unit
    if unit is None:
        raise ValueError(f"no reporting unit is named {short}")
    return unit


def _number(plan: Sheet, key: str, row: int) -> int:
    value = plan.cells[plan.at(key, row)]
    if not isinstance(value, int):
        raise TypeError(f"{key} of row {row} is no number")
    return value


def _swapped_digits(plans: Plans) -> None:
    plan = plans["附表1"]
    digits = str(_number(plan, "calls_agent", 2))
    place = next(n for n in range(len(digits) - 1) if digits[n] != digits[n + 1] and digits[n + 1] != "0")
    slipped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    plan.cells[plan.at("calls_agent", 2)] = int(slipped)


def _left_blank(plans: Plans) -> None:
    plan = plans["附表1"]
    plan.cells[plan.at("training_attendances", 1)] = None
    plan.cells[plan.at("voicemail", 3)] = "\u3000"


def _over_20000(plans: Plans) -> None:
    plan = plans["附表1"]
    plan.cells[plan.at("calls_abandoned", 1)] = "2万多"
    plan.cells[plan.at("training_attendances", 2)] = "60人次"


def _too_many_agents(plans: Plans) -> None:
    plan = plans["附表1"]
    plan.cells[plan.at("staff_total", 4)] = _number(plan, "agents", 4) - 2


def _wrong_unit(plans: Plans) -> None:
    for plan in plans.values():
        plan.cells[plan.header_cells["unit"]] = "黑龙省"


def _sample_copied(plans: Plans) -> None:
    plan = plans["附表1"]
    for column in EDITION.form("附表1").data:
        value = column.sample
        plan.cells[plan.at(column.key, 1)] = ("是" if value else "否") if isinstance(value, bool) else value


def _region_twice(plans: Plans) -> None:
    plan = plans["附表1"]
    plan.cells[plan.at("region", 5)] = plan.cells[plan.at("region", 4)]


def _landline(plans: Plans) -> None:
    for plan in plans.values():
        plan.cells[plan.header_cells["mobile"]] = "0000-12345678"


def _wrong_total(plans: Plans) -> None:
    plan = plans["附表1"]
    cell = f"{plan.columns['calls_total']}{plan.total_row}"
    total = plan.cells[cell]
    plan.cells[cell] = total + 2500 if isinstance(total, int) else total


def _broken_reference(plans: Plans) -> None:
    plan = plans["附表1"]
    plan.cells[plan.at("calls_total", 0)] = Formula("=SUM(#REF!)", "#REF!")


def _column_renamed(plans: Plans) -> None:
    plan = plans["附表1"]
    heading = next(cell for cell, text in plan.cells.items() if text == "放弃量")
    plan.cells[heading] = "其他"


def _in_ten_thousands(plans: Plans) -> None:
    plan = plans["附表1"]
    parts = [round(_number(plan, key, 3) / 10_000) for key in ("calls_agent", "calls_ivr", "calls_abandoned")]
    for key, value in zip(
        ("calls_total", "calls_agent", "calls_ivr", "calls_abandoned"), (sum(parts), *parts), strict=True
    ):
        plan.cells[plan.at(key, 3)] = value


def _two_answers(plans: Plans) -> None:
    plan = plans["附表2"]
    cell = plan.at("system_centralized", 2)
    plan.cells[cell] = "否" if plan.cells[cell] == "是" else "是"


def _unclear_answers(plans: Plans) -> None:
    plan = plans["附表2"]
    plan.cells[plan.at("wechat", 0)] = "筹备中"
    plan.cells[plan.at("network_location", 1)] = "机房"


FAULTS = (
    Fault(
        "01_勾稽不平_数字颠倒.xlsx",
        "B401",
        "人工接听量有相邻两位数字颠倒，来电总量与三项之和不等",
        "山西",
        _swapped_digits,
    ),
    Fault("02_漏填.xlsx", "V301", "年度培训人次没有填；留言服务一格里只有一个空格", "河北", _left_blank),
    Fault(
        "03_文字代替数字.xlsx",
        "V302",
        "放弃量写成“2万多”；培训人次写成“60人次”（读作60，但合计的公式没有算上它）",
        "内蒙古",
        _over_20000,
    ),
    Fault("04_咨询员多于总人数.xlsx", "B402", "咨询员人数大于总人数", "辽宁", _too_many_agents),
    Fault("05_单位名称写错.xlsx", "H102", "表头的省份写成“黑龙省”", "黑龙江", _wrong_unit, Style(header="cells")),
    Fault("06_样例数字抄进本地区.xlsx", "R206", "样例行的数字原样抄进了一个地区（核实性错误）", "江苏", _sample_copied),
    Fault("07_地区重复.xlsx", "R203", "同一地区填了两行，另一地区缺失", "安徽", _region_twice),
    Fault("08_留了座机.xlsx", "H105", "手机号一栏写的是座机", "福建", _landline, Style(header="cells", sample=False)),
    Fault(
        "09_合计手工填错.xlsx",
        "B403",
        "合计是手工填写的，多算了样例行的2500次",
        "江西",
        _wrong_total,
        Style(total="typed"),
    ),
    Fault("10_公式引用失效.xlsx", "V307", "来电总量的公式引用已失效，显示#REF!", "山东", _broken_reference),
    Fault("11_栏目被改名.xlsx", "F007", "“放弃量”一栏的标题被改成“其他”，无法辨认", "河南", _column_renamed),
    Fault(
        "12_人均接听量太小.xlsx",
        "P502",
        "一个地区的来电按“万次”填写，勾稽关系仍成立（核实性错误）",
        "湖北",
        _in_ten_thousands,
    ),
    Fault(
        "13_省集中答案不一.xlsx",
        "P503",
        "同一单位内“系统是否省集中”有的填是、有的填否（核实性错误）",
        "湖南",
        _two_answers,
    ),
    Fault("14_答案不在选项内.xlsx", "V304", "微信服务填“筹备中”，网络部署位置填“机房”", "广西", _unclear_answers),
    Fault("15_缺附表2.xlsx", "F006", "文件里只有附表1（核实性错误）", "甘肃", leave_out=("附表2",)),
    Fault("16_网页.xls", "F003", "发来的是另存成.xls的网页，不能读取数据"),
    Fault("17_工作总结超过3000字.docx", "S601", "工作总结超过通知限定的3000字", "海南"),
)


def write_fault(folder: Path, fault: Fault) -> None:
    """Write one faulty file."""
    path = folder / fault.file
    if path.suffix == ".xls":
        path.write_text(PAGE, encoding="utf-8")
        return
    unit = _unit(fault.unit)
    if path.suffix == ".docx":
        write_summary(path, unit, filler=7)
        return
    forms = [form for form in EDITION.forms if form.key not in fault.leave_out]
    plans = {form.key: sheet(form, header(unit), FIGURES[form.key](unit), fault.style) for form in forms}
    if fault.change:
        fault.change(plans)
        for plan in plans.values():
            recalculate(plan)
    save(path, list(plans.values()))


def fault_table() -> str:
    """The faulty files as a Markdown table, for the README of the examples."""
    lines = ["| 文件 | 规则 | 错在哪里 |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {fault.file} | {fault.rule} | {fault.about} |" for fault in FAULTS)])
