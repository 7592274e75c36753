"""An earlier workbook's questions that were corrected since or could not be judged, and changes that no question is about,
in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from hrss12333.patterns import clean, grouped
from hrss12333.survey.editions.edition import Edition
from hrss12333.wording.values import answer_text, field_label

if TYPE_CHECKING:
    from hrss12333.questions.earlier import EarlierQuestion
    from hrss12333.questions.rounds import ChangedFigure, Progress

CORRECTED, UNCHECKED, CHANGED = "已改正", "本次未核对", "问题以外"


class SinceLine(Struct, frozen=True):
    """A line about something that no finding of this run covers."""

    kind: str
    """`CORRECTED`, `UNCHECKED` or `CHANGED`."""
    unit: str
    form: str
    region: str
    label: str
    """The column's heading."""
    words: str
    rule: str = ""
    earlier: EarlierQuestion | None = None
    """The question that it is about."""


def since_lines(progress: Progress, edition: Edition) -> Iterator[SinceLine]:
    """The questions that were not judged, the corrected ones, then the changes that no question is about."""
    for item, why in progress.unchecked:
        yield _earlier_line(UNCHECKED, item, f"上次提出的问题，{why}。", edition)
    for item in progress.corrected:
        yield _earlier_line(CORRECTED, item, "上次提出的问题，这次没有了。", edition)
    for change in progress.changed:
        label = field_label(edition, change.form, change.field or None)
        yield SinceLine(CHANGED, change.unit, change.form, clean(change.region), label, change_text(change, edition))


def answered_since(progress: Progress, edition: Edition) -> dict[str, list[str]]:
    """Name of a respondent → what it was asked in the earlier round and has corrected or explained since."""
    asked = [item.ground for item in progress.corrected]
    keys = [(key.unit, key.form, key.region, key.field) for key in asked]
    keys += [(q.respondent, q.form or "", q.region or "", q.ground.field or "") for q in progress.explained]
    found: dict[str, list[str]] = {}
    for unit, form, region, field in keys:
        about = clean(region) + field_label(edition, form or None, field or None)
        found.setdefault(unit, []).append(f"{form}{about}" if about else "整份材料")
    return {unit: list(dict.fromkeys(texts)) for unit, texts in found.items()}


def _earlier_line(kind: str, item: EarlierQuestion, words: str, edition: Edition) -> SinceLine:
    rule, unit, form, region, field = item.ground
    label = field_label(edition, form or None, field or None)
    return SinceLine(kind, unit, form, clean(region), label, words, rule, item)


def unchecked_sentences(unchecked: Iterable[tuple[EarlierQuestion, str]]) -> Iterator[str]:
    """A sentence for each reason why questions were not judged."""
    for why, listed in grouped(unchecked, lambda each: each[1]).items():
        rules = "、".join(sorted({item.ground.rule for item, _ in listed}))
        yield f"{why}，上次提出的{len(listed)}处问题（{rules}）本次未核对，连同核实情况保留。"


def change_text(change: ChangedFigure, edition: Edition) -> str:
    """来电总量由341,753改为342,530; a row that came or went."""
    if not change.field:
        return "新增了这一行" if change.before is None else "这一行没有了"
    label = field_label(edition, change.form, change.field)
    return f"{label}由{answer_text(change.before)}改为{answer_text(change.after)}"
