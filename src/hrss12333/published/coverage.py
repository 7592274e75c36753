"""Who sent what, in sentences: the units, their regions, their reports, and what the figures that follow are of."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from hrss12333.model.national import Status
from hrss12333.model.summary_lines import missing
from hrss12333.published.nation import Nation
from hrss12333.survey.regions import Unit
from hrss12333.wording.merge_sentences import question_line
from hrss12333.wording.rounding import ROUNDING_NOTE


def coverage_paragraphs(nation: Nation, reports: Collection[str]) -> Iterator[str]:
    """Who sent what; ``reports`` are the codes of the units whose 工作总结 is here."""
    national = nation.national
    expected, absent = len(national.units), missing(national)
    totals = [(form, nation.totals[form.key]) for form in national.edition.forms]
    held: dict[str, list[str]] = {}
    for form, total in totals:
        short = f"（已报单位应有{total.expected}个）" if total.rows < total.expected else ""
        held.setdefault(f"有{total.rows}个地区{short}", []).append(form.key)
    forms = "，".join(f"{'、'.join(keys)}{'各' if keys[1:] else ''}{rows}" for rows, keys in held.items())
    sent = f"报送调查表的{expected - len(absent)}个" if absent else "都报送了调查表"
    yield f"应报{expected}个单位，{sent}{f'；{forms}' if len(absent) < expected else ''}。"
    if absent:
        yield f"未报送调查表的{len(absent)}个单位：{_short_names(absent)}。"
    partly = [
        f"{line.unit.short}（{form.key}应报{line.expected}个，已报{line.rows}个）"
        for form, _ in totals
        for line in nation.lines[form.key]
        if line.unit and line.status is not Status.MISSING and line.rows < line.expected
    ]
    if partly:
        yield f"所报地区不全的：{'、'.join(partly)}。"
    yield from filter(None, (question_line(national), nation.few))
    yield _reports(nation, reports, absent)
    compared = (
        f"同口径是只比两年都填报、没有疑问的地区，每个数的地区数见“{nation.whole}主要指标”表。"
        if nation.previous
        else ""
    )
    yield (
        f"以下数据的统计期间为{national.edition.period}，只计已报送的地区，未填的不按0计算；比率按合计数相除，"
        f"不是各单位比率的平均。{compared}{ROUNDING_NOTE}"
    )


def _reports(nation: Nation, reports: Collection[str], absent: Sequence[Unit]) -> str:
    """Who sent a 工作总结; those without any forms are not listed again."""
    units = [status.unit for status in nation.national.units]
    without = [unit for unit in units if unit.code not in reports]
    if len(without) == len(units):
        return "没有收到工作总结。"
    sent = f"报送工作总结的有{len(units) - len(without)}个单位。"
    if not without:
        return sent
    again = absent and all(unit in without for unit in absent)
    others = [unit for unit in without if unit not in absent] if again else without
    named = f"未报送调查表的{len(absent)}个" if again else ""
    named = f"{named}，以及{_short_names(others)}" if again and others else named or _short_names(others)
    return f"{sent}未报送工作总结的{len(without)}个单位：{named}。"


def _short_names(units: Sequence[Unit]) -> str:
    return "、".join(unit.short for unit in units)
