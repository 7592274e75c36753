"""An earlier workbook's questions that were corrected since, and changes that no question is about, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from hrss12333.patterns import clean
from hrss12333.survey.editions.edition import Edition
from hrss12333.wording.values import answer_text, field_label

if TYPE_CHECKING:
    from hrss12333.questions.rounds import ChangedFigure, Progress

CORRECTED, CHANGED = "已改正", "问题以外"


class SinceLine(Struct, frozen=True):
    """A line about something that no finding of this run covers."""

    kind: str
    """`CORRECTED` or `CHANGED`."""
    unit: str
    form: str
    region: str
    label: str
    """The column's heading."""
    words: str
    rule: str = ""


def since_lines(progress: Progress, edition: Edition) -> Iterator[SinceLine]:
    """The corrected questions, then the changes that no question is about."""
    for item in progress.corrected:
        rule, unit, form, region, field = item.question
        label = field_label(edition, form or None, field or None)
        yield SinceLine(CORRECTED, unit, form, clean(region), label, "上次提出的问题，这次没有了。", rule)
    for change in progress.changed:
        label = field_label(edition, change.form, change.field or None)
        yield SinceLine(CHANGED, change.unit, change.form, clean(change.region), label, change_text(change, edition))


def change_text(change: ChangedFigure, edition: Edition) -> str:
    """来电总量由341,753改为342,530; a row that came or went."""
    if not change.field:
        return "新增了这一行" if change.before is None else "这一行没有了"
    label = field_label(edition, change.form, change.field)
    return f"{label}由{answer_text(change.before)}改为{answer_text(change.after)}"
