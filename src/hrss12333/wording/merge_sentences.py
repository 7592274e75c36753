"""A merge in three sentences for those who lead: what came, what is missing, what is most doubtful. And what is in open question,
said once: whose figures, and what is therefore not concluded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from hrss12333.checking.rules.catalogue import is_of_whole_unit
from hrss12333.checking.rules.merge import COPY_IGNORED
from hrss12333.model.finding import MISSING_UNIT_ID
from hrss12333.model.message import Among
from hrss12333.model.national import National, Status
from hrss12333.model.summary_lines import (
    FEWEST,
    IN_QUESTION,
    SummaryLine,
    missing_units,
    not_compared,
    reported,
    without_report,
)
from hrss12333.wording.alike import Alike, grouped, questions_of
from hrss12333.wording.finding_lines import finding_text
from hrss12333.wording.places import base_name
from hrss12333.wording.privacy import public_finding
from hrss12333.wording.rounding import amount
from hrss12333.wording.text import shorten

_UNITS_NAMED = 4
_LONGEST_SENTENCE = 90


def merge_sentences(national: National) -> list[str]:
    """The three sentences."""
    return [_received_words(national), missing_in_words(national), _doubt(national)]


def _received_words(national: National) -> str:
    form = national.edition.forms[0]
    regions = len(national.entries_of(form))
    if len(national.units) == 1:
        unit = national.units[0].unit
        given = {entry.row.region for entry in national.entries_of(form, unit)}
        expected, received = len(unit.expected), sum(region.name in given for region in unit.expected)
        which = f"全部{expected}个地区" if received == expected else f"{expected}个地区中{received}个"
        came = f"收到{unit.name}{which}的数据"
    else:
        came = f"应报的{len(national.units)}个单位中收到{len(reported(national))}个，共{regions}个地区的数据"
    return f"{came}{''.join(_first_total(national))}。"


def _first_total(national: National) -> Iterator[str]:
    """，来电总量8,734.37万次: the first total that a balance adds up to."""
    for form in national.edition.forms:
        for balance in form.balances[:1]:
            column = form.by_key[balance.total]
            tally = national.tally(form, column)
            if tally.total is not None:
                covered = "" if tally.is_complete else f"（{tally.rows}个地区中{tally.answered}个填了）"
                yield f"，{column.label}{amount(tally.total, column.unit)}{covered}"
            return


def copies_in_words(national: National) -> str:
    """另有5个文件与别的文件内容相同，只计一次：广东(1).xlsx、广东(2).xlsx等。; empty where there are none."""
    files = [base_name(f.file) for f in national.findings if f.rule == COPY_IGNORED.id and not f.form]
    return f"另有{len(files)}个文件与别的文件内容相同，只计一次：{_few_named(files)}。" if files else ""


def missing_in_words(national: National) -> str:
    """The units that sent no forms, the regions that units left out, the 工作总结 that have not come."""
    parts = []
    units = [unit.name for unit in missing_units(national)]
    if units:
        useless = [unit.name for unit in national.unusable]
        whose = "" if useless == units else f"其中{_few_named(useless)}"
        but = f"，{whose}报来的不能汇总" if useless else ""
        parts.append(f"{len(units)}个单位没有报送调查表（{_few_named(units)}{but}）")
    parts += _of_units_that_sent(national)
    nobodys = sum(summary.unit is None for summary in national.summaries)
    but = f"（另有{nobodys}份工作总结认不出单位）" if nobodys else ""
    without = without_report(national)
    if without and len(national.units) > 1:
        parts.append(f"{len(without)}个单位只报了调查表，没有工作总结{but}")
    elif without:
        parts.append(f"工作总结{but}")
    return f"还缺：{'；'.join(parts)}。" if parts else "该报的都报齐了。"


def _of_units_that_sent(national: National) -> Iterator[str]:
    """Forms of which they sent no region, regions of which they sent none, and those sent that do not count."""
    sent = [status for status in national.units if status.status is not Status.MISSING]
    unsent: dict[tuple[str, str], list[str]] = {}
    uncounted: dict[tuple[str, str], list[str]] = {}
    for form in national.edition.forms:
        lacking = [status.unit.name for status in sent if status.lacks(form)]
        if lacking:
            yield (
                f"{len(lacking)}个单位没有{form.key}（{_few_named(lacking)}）" if len(national.units) > 1 else form.key
            )
        for status in sent:
            regions = () if status.lacks(form) else status.unsent_regions(form)
            for found, names in ((unsent, regions), (uncounted, status.uncounted_regions.get(form.key, ()))):
                for name in names:
                    found.setdefault((status.unit.name, name), []).append(form.key)
    lead = "已报单位中缺" if len(national.units) > 1 else ""
    yield from (f"{lead}{regions}" for regions in _by_forms(unsent))
    if uncounted:
        yield f"{'、'.join(_by_forms(uncounted))}报了，但没有计入"


def _by_forms(regions: Mapping[tuple[str, str], list[str]]) -> Iterator[str]:
    """3个地区的附表2（……）: which forms they lack."""
    for forms, found in grouped(regions, lambda region: "、".join(regions[region])).items():
        yield f"{len(found)}个地区的{forms}（{_few_named([name for _, name in found])}）"


def _few_named(names: list[str]) -> str:
    return "、".join(names[:_UNITS_NAMED]) + ("等" if len(names) > _UNITS_NAMED else "")


def _doubt(national: National) -> str:
    in_question = question_line(national)
    for doubt in questions_of(national):
        if doubt.first.is_open and doubt.stake > 0 and doubt.first.rule != MISSING_UNIT_ID:
            return f"最大的疑问，请先核实：{_named_doubt(doubt, national).rstrip('。')}。{in_question}"
    if missing_units(national):
        return in_question or "已报的数据没有待核实的疑问；合计不含没有报送的单位。"
    return in_question or "没有影响合计的疑问。"


def _named_doubt(doubt: Alike, national: National) -> str:
    """广东省，广州市来电总量（C7）：……; the file where it is about no region, the others where it is about several."""
    first, regions = doubt.first, doubt.regions
    unit = first.unit if first.unit and len(national.units) > 1 else ""
    of_file = first.file and not regions and not is_of_whole_unit(first)
    file = f"的“{base_name(first.file)}”" if of_file else ""
    shown = public_finding(first)
    if not shown.field:
        shown = replace(shown, row=None, column=None)  # a cell alone says nothing without its file
    message = shown.full_message.changed(lambda leaf: Among() if isinstance(leaf, Among) else leaf)
    words = shorten(finding_text(replace(shown, message=message), national.edition, brief=True), _LONGEST_SENTENCE)
    where = f"{unit}{file}" if unit else file.removeprefix("的")
    others = f"（另有{len(regions) - 1}个地区也是这样）" if len(regions) > 1 else ""
    return f"{where}{'，' if where else ''}{words.rstrip('。')}{others}"


def question_line(national: National, *, named: bool = True) -> str:
    """How many figures are in open question, and whose where they are to be ``named``; empty where none are."""
    rows = [entry for entry in national.entries if entry.unit and entry.where in national.questions]
    if not rows:
        return ""
    names = list(dict.fromkeys(entry.unit.short for entry in rows if entry.unit))
    who = f"{'、'.join(names) if named else ''}{len(names)}个{national.noun}" if len(national.units) > 1 else ""
    regions = {(entry.unit.name, entry.row.region or entry.where) for entry in rows if entry.unit}
    of_these = f"{who}{len(regions)}个地区的部分数据"
    return f"{IN_QUESTION}：{of_these}。这些数计入合计，不计入比率、排名、图表和与上年的比较。"


def few_line(national: National, lines: Mapping[str, Sequence[SummaryLine]]) -> str:
    """What units are not ranked or named by, since too few are without question; empty where they are by everything."""
    names, every = not_compared(national.edition, lines)
    noun = national.noun
    if not names:
        return ""
    few = f"数据齐全、没有疑问的{noun}不足{FEWEST}个，或不到已报{noun}的一半，不列各{noun}的排名、最高最低和图表"
    return f"{few}。" if every else f"下列项目{few}：{'、'.join(names)}。"
