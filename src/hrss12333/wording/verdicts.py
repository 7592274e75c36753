"""Sentences on what is to be done with a file and how much was found; of a merge what came, what is missing, whose
figures are in open question and what is therefore not concluded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from hrss12333.checking.rules.merge import COPY_IGNORED
from hrss12333.model.finding import Counts, count_by_severity
from hrss12333.model.national import National, State
from hrss12333.model.summary_lines import (
    FEWEST,
    IN_QUESTION,
    SummaryLine,
    missing_units,
    not_compared,
    reported,
    without_report,
)
from hrss12333.wording.places import FileNames, base_name

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked


_UNITS_NAMED = 4


def unaudited_text(national: National) -> str:
    """本页未审核1个文件：广东省.docx。, which comes first in every output; empty where there are none."""
    names = FileNames(item.file for item in national.skipped)
    files = [names(file) for file in national.unaudited]
    return f"本页未审核{len(files)}个文件：{'、'.join(files)}。" if files else ""


def counts_text(counts: Counts) -> str:
    """强制性错误5处，核实性错误2处（其中1处已说明），提示12条; empty without findings."""
    explained = counts.query - counts.unexplained
    parts = [
        f"强制性错误{counts.error}处" if counts.error else "",
        f"核实性错误{counts.query}处" + (f"（其中{explained}处已说明）" if explained else "") if counts.query else "",
        f"提示{counts.note}条" if counts.note else "",
    ]
    return "，".join(part for part in parts if part)


def missing_text(national: National) -> str:
    """另有3个单位没报、2个单位报来的不能汇总; empty where none is missing."""
    useless = sum(national.states[unit.name] is not State.MISSING for unit in missing_units(national))
    numbers = ((len(missing_units(national)) - useless, "没报"), (useless, "报来的不能汇总"))
    listed = "、".join(f"{number}个{national.noun}{what}" for number, what in numbers if number)
    return f"另有{listed}" if listed else ""


def verdict(checked: Checked, *, strict: bool = False) -> str:
    """What to do with one file, in a sentence."""
    counts = count_by_severity(checked.findings)
    if checked.result == "unreadable":
        if any(finding.blocks for finding in checked.findings):
            return "无法读取，请按下面的说明处理后重新报送。"
        return "没有读取，同一单位的表格已经读取，不必重新报送。"
    found = counts_text(counts)
    if checked.result == "fail":
        return f"需要修改后再报送：{found}。"
    if not counts.unexplained:
        return f"可以报送（{found}）。" if found else "可以报送。"
    asked = f"{counts.unexplained}处核实性错误"
    more = "" if found == f"核实性错误{counts.unexplained}处" else f"（{found}）"
    so = "按--strict的要求先不报送；请先核实" if strict else "可以报送；但请先核实"
    return f"没有强制性错误，{so}{asked}，数据无误的在“备注”栏写明原因{more}。"


def merge_sentences(national: National) -> list[str]:
    """What is not audited; what came and what is missing; whose figures are in open question, where any are."""
    came = _received_words(national) + missing_in_words(national)
    return [*filter(None, [unaudited_text(national), came, question_line(national)])]


def _received_words(national: National) -> str:
    form = national.edition.forms[0]
    regions = len(national.entries_of(form))
    if len(national.units) == 1:
        unit = national.units[0].unit
        given = {entry.row.region for entry in national.entries_of(form, unit)}
        expected, received = len(unit.regions), sum(region.name in given for region in unit.regions)
        which = f"全部{expected}个地区" if received == expected else f"{expected}个地区中{received}个"
        return f"收到{unit.name}{which}的数据。"
    return f"应报的{len(national.units)}个单位中收到{len(reported(national))}个，共{regions}个地区的数据。"


def copies_in_words(national: National) -> str:
    """另有5个文件与别的文件内容相同，只计一次：广东(1).xlsx、广东(2).xlsx等。; empty where there are none."""
    files = [base_name(f.file) for f in national.findings if f.rule == COPY_IGNORED.id and not f.form]
    return f"另有{len(files)}个文件与别的文件内容相同，只计一次：{_few_named(files)}。" if files else ""


def missing_in_words(national: National) -> str:
    """The units without forms, the others' regions without a row that counts, the 工作总结 that have not come; empty without any."""
    parts, several = [], len(national.units) > 1
    units, useless = [unit.name for unit in missing_units(national)], [unit.name for unit in national.unusable]
    if units:
        whose = "" if useless == units else f"其中{_few_named(useless)}"
        but = f"，{whose}报来的不能汇总" if useless else ""
        parts.append(f"{len(units)}个单位没有报送调查表（{_few_named(units)}{but}）")
    sent = [status.missing_regions.values() for status in national.units if status.unit.name not in units]
    if lacking := [region for regions in sent for region in dict.fromkeys(chain.from_iterable(regions))]:
        parts.append(f"{'已报单位中' if several else ''}{len(lacking)}个地区没有数据计入（{_few_named(lacking)}）")
    if without := without_report(national):
        parts.append(f"{len(without)}个单位只报了调查表，没有工作总结" if several else "工作总结")
    return f"还缺：{'；'.join(parts)}。" if parts else ""


def _few_named(names: list[str]) -> str:
    return "、".join(names[:_UNITS_NAMED]) + ("等" if len(names) > _UNITS_NAMED else "")


def question_line(national: National, *, named: bool = True) -> str:
    """The number of figures in open question, and their units where ``named``; empty where none are."""
    rows = [one for one in national.entries if one.counted and one.unit and one.where in national.questions]
    if not rows:
        return ""
    names = list(dict.fromkeys(entry.unit.short for entry in rows if entry.unit))
    who = f"{'、'.join(names) if named else ''}{len(names)}个{national.noun}" if len(national.units) > 1 else ""
    regions = {(entry.unit.name, entry.row.region or entry.where) for entry in rows if entry.unit}
    of_these = f"{who}{len(regions)}个地区的部分数据"
    return f"{IN_QUESTION}：{of_these}。这些数计入合计，不计入比率、排名、图表和与上年的比较。"


def few_line(national: National, lines: Mapping[str, Sequence[SummaryLine]]) -> str:
    """The items by which units are not ranked or named, since too few are without question; else empty."""
    names, every = not_compared(national.edition, lines)
    noun = national.noun
    if not names:
        return ""
    few = f"数据齐全、没有疑问的{noun}不足{FEWEST}个，或不到已报{noun}的一半，不列各{noun}的排名、最高最低和图表"
    return f"{few}。" if every else f"下列项目{few}：{'、'.join(names)}。"
