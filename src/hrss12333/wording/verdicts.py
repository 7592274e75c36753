"""The sentences that say what is to be done with a file, and how much was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hrss12333.model.finding import Counts, count_by_severity
from hrss12333.model.national import National
from hrss12333.model.summary_lines import missing_units

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked


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
    useless = len(national.unusable)
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
