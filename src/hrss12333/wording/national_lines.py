"""The state of a merge in sentences, for whoever has one minute: what came, what is missing, what is most in doubt."""

from __future__ import annotations

from fractions import Fraction

from hrss12333.model.finding import Finding, count
from hrss12333.model.national import National, Status
from hrss12333.model.summary_lines import missing, reported
from hrss12333.wording.rounding import percent
from hrss12333.wording.text import clean

_MOST_NAMES = 8


def what_came(national: National) -> str:
    """How many units and regions are in."""
    sent, expected = len(reported(national)), len(national.units)
    rows = "、".join(f"{form.key}的{len(national.entries_of(form))}个地区" for form in national.edition.forms)
    return f"应报{expected}个单位，已报{sent}个，计入{rows}。"


def what_is_missing(national: National) -> str:
    """Which units sent nothing, which must correct something, and how many regions are absent."""
    absent = [unit.short for unit in missing(national)]
    faulty = [status.unit.short for status in national.units if status.status is Status.FAULTY]
    regions = {name for status in national.units for listed in status.missing_regions.values() for name in listed}
    parts = [
        f"{_few(absent)}没有报送" if absent else "",
        f"{_few(faulty)}有强制性错误，须改正后重报" if faulty else "",
        f"已报单位中还缺{len(regions)}个地区" if regions else "",
    ]
    told = "；".join(part for part in parts if part)
    return f"{told}。" if told else "没有缺报的单位和地区，也没有强制性错误。"


def largest_doubt(national: National) -> str:
    """The finding still open that may move the national totals most; units that sent nothing are told elsewhere."""
    absent = {unit.name for unit in missing(national)}
    open_ones = [
        found for found in national.findings if (found.blocks or found.open_query) and found.unit not in absent
    ]
    if not open_ones:
        return "没有待核实的疑问。"
    worst = max(open_ones, key=lambda found: found.influence)
    counts = count(open_ones)
    what = "、".join(
        part
        for part in (
            f"强制性错误{counts.error}条" if counts.error else "",
            f"待核实{counts.unexplained}条" if counts.unexplained else "",
        )
        if part
    )
    return f"共有{what}，最大的一处：{_where(worst)}{clean(worst.message).partition('。')[0]}{_share(worst)}。"


def _where(found: Finding) -> str:
    whose = found.unit or found.file
    return "".join((whose, found.region or "", "，" if whose or found.region else ""))


def _share(found: Finding) -> str:
    """How much is at stake; a share too small to be shown is none."""
    share = Fraction(found.influence).limit_denominator(10**9)
    return f"（可能影响全国合计的{percent(share)}）" if share >= Fraction(1, 20_000) else ""


def _few(names: list[str]) -> str:
    if len(names) <= _MOST_NAMES:
        return f"{'、'.join(names)}{len(names)}个单位" if len(names) > 1 else names[0]
    return f"{'、'.join(names[:3])}等{len(names)}个单位"
