"""Made-up 工作总结 (.docx) around a unit's made-up figures: short, with the six topics that the notice asks for."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx

from filing_figures import Dice, service_rows
from filing_layouts import SAVED
from hrss12333.survey.regions import Unit

UNITS = ("北京", "吉林", "浙江", "广东", "贵州", "宁夏", "新疆兵团")
"""Whose 工作总结 are among the examples."""

PROGRESS = (
    "全年对咨询系统作了{n}次升级，把语音导航由三级减为两级，来电人按一次键即可转到人工。",
    "完成了{n}个业务系统与知识库的对接，咨询员在一个界面上即可查到参保、缴费和待遇信息。",
    "组织{n}期业务培训，重点是社保费征收体制改革、养老保险转移接续和劳动关系政策。",
)
RESULTS = (
    "群众反映较多的“打不进、等得久”有所缓解，节后高峰期间增开的流动坐席发挥了作用。",
    "留言做到当日整理、次日回复，疑难问题转业务处室后三个工作日内答复。",
    "微信和网上咨询分流了一部分简单问题，电话人工更多地用于解释政策。",
)
METHODS = (
    "建立知识库周更新制度，政策出台当天上传要点，三天内补齐问答。",
    "把咨询记录按月分析，形成热点报告，送业务处室改进办事指南。",
    "实行老带新，新进咨询员跟班满{n}个工作日并通过测试后方可独立接听。",
)
PROBLEMS = (
    "咨询员流动较大，全年离岗{n}人，新人上岗前的培训时间偏紧。",
    "个别地区仍是独立系统，数据口径不尽一致，汇总时需要人工核对。",
    "社保卡和医保业务的来电有相当一部分不属于本部门职责，转接渠道还不够顺畅。",
)
PLANS = (
    "推进系统省级集中，统一知识库和统计口径，年内先完成{n}个地区。",
    "试点智能语音导航，把查询类来电引导到自助渠道，减少放弃量。",
    "完善服务规范，统一标识和着装，每季度开展一次服务质量抽查。",
)
ADVICE = (
    "建议统一明确“放弃量”的统计口径，区分排队中挂断与导航中挂断。",
    "建议组织跨省交流，分享智能客服和知识库建设的做法。",
    "建议尽早下发下一年度调查表，便于各地按月积累数据。",
)
TOPICS = (
    ("一、工作进展", PROGRESS),
    ("二、取得的成效", RESULTS),
    ("三、经验做法", METHODS),
    ("四、面临的主要问题", PROBLEMS),
    ("五、下一步工作计划", PLANS),
    ("六、对全国12333工作的意见和建议", ADVICE),
)


def _total(unit: Unit, key: str) -> int:
    values = [row[key] for row in service_rows(unit)]
    return sum(value for value in values if isinstance(value, int))


def _overview(unit: Unit) -> str:
    calls, agent, ivr = (_total(unit, key) for key in ("calls_total", "calls_agent", "calls_ivr"))
    return (
        f"2019年，{unit.name}12333电话共接到来电{calls}次，其中人工接听{agent}次，自助语音服务{ivr}次；"
        f"全{'市' if unit.name.endswith('市') else '省（区、兵团）'}共有咨询员{_total(unit, 'agents')}人，"
        f"坐席{_total(unit, 'seats')}个。"
    )


def write_summary(path: Path, unit: Unit, *, filler: int = 0) -> None:
    """Write a 工作总结; the same unit gives the same bytes.

    Args:
        path: where.
        unit: whose.
        filler: how often the paragraphs are repeated; a few dozen times goes beyond the 3000 字 allowed.
    """
    dice = Dice(f"工作总结 {unit.code}")
    document = docx.Document()
    document.add_heading(f"{unit.name}2019年度12333电话服务工作总结", level=0)
    document.add_paragraph("（合成数据：本文为软件示例，单位情况与数字均为虚构。）")
    document.add_paragraph(_overview(unit))
    for heading, sentences in TOPICS:
        document.add_heading(heading, level=1)
        for number, sentence in enumerate(sentences * (1 + filler), 1):
            text = sentence.format(n=dice.whole(2, 9))
            if heading == TOPICS[-1][0]:
                document.add_paragraph(text, style="List Number")
            else:
                document.add_paragraph(f"（{number}）{text}")
        if heading == TOPICS[1][0]:
            _figures(document, unit)
    properties = document.core_properties
    properties.author, properties.created, properties.modified = "合成数据", SAVED, SAVED
    properties.title, properties.comments = "12333工作总结（示例）", "合成数据"
    document.save(str(path))
    _same_bytes(path)


def _figures(document: docx.document.Document, unit: Unit) -> None:
    largest = sorted(service_rows(unit), key=lambda row: -int(row["calls_total"] or 0))[:3]
    table = document.add_table(rows=1, cols=3, style="Table Grid")
    for cell, text in zip(table.rows[0].cells, ("来电最多的地区", "来电总量（次）", "坐席数（个）"), strict=True):
        cell.text = text
    for row in largest:
        texts = (row["region"], row["calls_total"], row["seats"])
        for cell, value in zip(table.add_row().cells, texts, strict=True):
            cell.text = str(value)


def _same_bytes(path: Path) -> None:
    """Give every part of the package the same date, so that the file does not depend on when it was written."""
    with zipfile.ZipFile(path) as package:
        parts = [(name, package.read(name)) for name in package.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts:
            about = zipfile.ZipInfo(name, SAVED.timetuple()[:6])
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            package.writestr(about, content)
