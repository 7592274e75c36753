"""A merge in three sentences for those who lead: what came, what is missing, what is most doubtful. And what is in open question,
said once: whose figures, how much of the total they are, and what is therefore not concluded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from msgspec.structs import replace

from hrss12333.checking.rules.catalogue import is_of_whole_unit
from hrss12333.checking.rules.merge import COPY_IGNORED
from hrss12333.model.finding import MISSING_UNIT_ID, Finding
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
from hrss12333.wording.rounding import amount, percent
from hrss12333.wording.text import shorten

_UNITS_NAMED = 4
_LONGEST_SENTENCE = 90


def merge_sentences(national: National, questions: Iterable[Alike] | None = None) -> list[str]:
    """The three sentences; ``questions`` as in `questions_of`, where somebody has put them in order already."""
    return [_received_words(national), missing_in_words(national), _doubt(national, questions)]


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
    return f"另有{len(files)}个文件与别的文件内容相同，只计一次：{_units_in_words(files)}。" if files else ""


def missing_in_words(national: National) -> str:
    """The units that sent no forms, the regions that units left out, the 工作总结 that have not come."""
    parts = []
    units = [unit.name for unit in missing_units(national)]
    if units:
        useless = [unit.name for unit in national.unusable]
        whose = "" if useless == units else f"其中{_units_in_words(useless)}"
        but = f"，{whose}报来的不能汇总" if useless else ""
        parts.append(f"{len(units)}个单位没有报送调查表（{_units_in_words(units)}{but}）")
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
        if lacking and len(national.units) > 1:
            yield f"{len(lacking)}个单位没有{form.key}（{_units_in_words(lacking)}）"
        elif lacking:
            yield form.key
        for status in sent:
            if not status.lacks(form):
                for name in status.unsent_regions(form):
                    unsent.setdefault((status.unit.name, name), []).append(form.key)
            for name in status.uncounted_regions.get(form.key, ()):
                uncounted.setdefault((status.unit.name, name), []).append(form.key)
    lead = "已报单位中缺" if len(national.units) > 1 else ""
    every = [form.key for form in national.edition.forms]
    yield from (f"{lead}{regions}" for regions in _by_forms(unsent, every))
    if uncounted:
        yield f"{'、'.join(_by_forms(uncounted, every))}报了，但没有计入"


def _by_forms(regions: Mapping[tuple[str, str], list[str]], every: list[str]) -> Iterator[str]:
    """2个地区（……）, where it is every form that they lack; 3个地区的附表2（……）."""
    of_forms = grouped(regions, lambda region: "" if regions[region] == every else f"的{'、'.join(regions[region])}")
    for forms, found in of_forms.items():
        yield f"{len(found)}个地区{forms}（{_units_in_words([name for _, name in found])}）"


def _units_in_words(names: list[str]) -> str:
    return "、".join(names[:_UNITS_NAMED]) + ("等" if len(names) > _UNITS_NAMED else "")


def _doubt(national: National, questions: Iterable[Alike] | None) -> str:
    doubts = (
        line
        for line in (questions_of(national) if questions is None else questions)
        if line.first.is_open and line.stake > 0 and line.first.rule != MISSING_UNIT_ID
    )
    worst = next(doubts, None)
    if worst is None and missing_units(national):
        return question_line(national) or "已报的数据没有待核实的疑问；合计不含没有报送的单位。"
    if worst is None:
        return question_line(national) or "没有影响合计的疑问。"
    worst_words = _named_doubt(worst, national).rstrip("。")
    return f"最大的疑问，请先核实：{worst_words}。{question_line(national)}"


def _named_doubt(doubt: Alike, national: National) -> str:
    """广东省，广州市来电总量（C7）：……, in one line; the file where it is about no region."""
    finding = _finding_of_all(doubt)
    unit = finding.unit if finding.unit and len(national.units) > 1 else ""
    of_file = finding.file and not doubt.regions and not is_of_whole_unit(finding)
    file = f"“{base_name(finding.file)}”" if of_file else ""
    shown = public_finding(finding)
    if not shown.field:
        shown = replace(shown, row=None, column=None)  # a cell alone says nothing without its file
    message = shown.full_message.changed(lambda leaf: Among() if isinstance(leaf, Among) else leaf)
    words = finding_text(replace(shown, message=message), national.edition, brief=True)
    where = (f"{unit}的{file}" if unit else f"文件{file}") if file else unit
    return f"{where}{'，' if where else ''}{shorten(words, _LONGEST_SENTENCE)}"


def _finding_of_all(doubt: Alike) -> Finding:
    """“黄冈市”等8个地区……: the finding, as said of all its regions."""
    first, regions = doubt.first, doubt.regions
    if len(regions) == 1 or not regions:
        return first
    message = doubt.messages()[0]
    if message == first.full_message:
        lead = ("regions", f"{regions[0]}等{len(regions)}个地区")
        message = replace(message, fact=f"{{regions}}：{message.fact}", params=(*message.params, lead))
    return replace(first, message=message, value=None, region=None, field=None)


def question_line(national: National, *, named: bool = True) -> str:
    """How many figures are in open question, whose where they are to be ``named``, and the share that these rows have of the
    first total that balances; empty where none are."""
    if not national.questions:
        return ""
    rows = [entry for entry in national.entries if entry.unit and entry.where in national.questions]
    names = list(dict.fromkeys(entry.unit.short for entry in rows if entry.unit))
    who = f"{'、'.join(names) if named else ''}{len(names)}个{national.noun}" if len(national.units) > 1 else ""
    regions = {(entry.unit.name, entry.row.region or entry.where) for entry in rows if entry.unit}
    share = next(_shares(national), "")
    return (
        f"{IN_QUESTION}：{who}{len(regions)}个地区的部分数据{share}。这些数计入合计，不计入比率、排名、图表和与上年的比较。"
        if rows
        else ""
    )


def _shares(national: National) -> Iterator[str]:
    """（这些地区占来电总量的3.21%）."""
    for form in national.edition.forms:
        for balance in form.balances[:1]:
            column = form.by_key[balance.total]
            questioned = [e for e in national.entries_of(form) if e.where in national.questions]
            total = national.tally(form, column).total
            if total:
                held = sum(entry.row.number(column.key) or 0 for entry in questioned)
                yield f"（这些地区占{column.label}的{percent(Fraction(held, total))}）"


def few_line(national: National, lines: Mapping[str, Sequence[SummaryLine]]) -> str:
    """What units are not ranked or named by, since too few are without question; empty where they are by everything."""
    names, every = not_compared(national.edition, lines)
    noun = national.noun
    if not names:
        return ""
    few = f"数据齐全、没有疑问的{noun}不足{FEWEST}个，或不到已报{noun}的一半，不列各{noun}的排名、最高最低和图表"
    return f"{few}。" if every else f"下列项目{few}：{'、'.join(names)}。"
