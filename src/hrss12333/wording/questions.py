"""What is in open question, said once: whose figures, how much of the total they are, and what is therefore not concluded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from hrss12333.model.national import National
from hrss12333.model.summary_lines import FEWEST, IN_QUESTION, SummaryLine, not_compared
from hrss12333.wording.rounding import percent


def question_line(national: National) -> str:
    """Whose figures are in open question, and the share that these rows have of the first total that balances; empty
    where none are."""
    if not national.questions:
        return ""
    rows = [entry for entry in national.entries if entry.unit and entry.where in national.questions]
    names = list(dict.fromkeys(entry.unit.short for entry in rows if entry.unit))
    who = f"{'、'.join(names)}{len(names)}个{national.noun}" if len(national.units) > 1 else ""
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
