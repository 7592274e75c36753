"""Sentences in 备注 or below the table that take a figure of the table back: 坐席数填错，应为20个, 仅为上半年数据."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from msgspec.structs import replace

from hrss12333.model.filing import Row
from hrss12333.patterns import lazy
from hrss12333.reading.layout.headings import normal
from hrss12333.survey.schema import Form

_CORRECTS = lazy(
    r"(?:应该?当?[为是]|更正[为成]|改[为成]|实际[为是]?|实为)\s*[:：]?\s*(?:\d|[是否])|填错|误填|错填|填写(?:错误|有误)|写错",
    needs="应更改实错误",
)
_OF_A_PART = lazy(
    r"(?:仅|只)(?:为|是|含|有|统计|包括)?[^，,。；;]{0,6}(?:上半年|下半年|\d{1,2}月|[一二三四1-4]季度|季度)"
    r"|(?:上半年|下半年|[一二三四1-4]季度|\d{1,2}月(?:[-至到~]\d{1,2}月)?)的?(?:数据|数字|情况)",
    needs="半月季",
)
"""A sentence that says of a row that it is not of the whole year."""
_SHORTEST = 3
_LONGEST = 30


def with_corrections(form: Form, rows: Sequence[Row], notes: Sequence[str]) -> list[Row]:
    """The rows, with doubts about the values of which such a sentence speaks."""
    below = [note for note in notes if _CORRECTS.search(note)]
    return [_doubted(form, row, below) for row in rows]


def _doubted(form: Form, row: Row, below: Sequence[str]) -> Row:
    doubts: dict[str, str] = {}
    remarks = row.text("remarks")
    if remarks and _CORRECTS.search(remarks):
        doubts |= dict.fromkeys(_named(form, remarks), f"备注写着“{_short(remarks)}”")
    if remarks and _OF_A_PART.search(remarks):
        doubts[form.region.key] = f"备注写着“{_short(remarks)}”"
    for note in below:
        if row.region and row.region[: max(2, len(row.region) - 1)] in note:
            doubts |= dict.fromkeys(_named(form, note), f"表下面写着“{_short(note)}”")
    doubted = {
        key: replace(value, doubt=doubt)
        for key, doubt in doubts.items()
        if (value := row.get(key)).present and not value.doubt
    }
    return Row(row.place, row.region, row.match, {**row.values, **doubted}) if doubted else row


@lru_cache(maxsize=512)
def _named(form: Form, text: str) -> tuple[str, ...]:
    """The fields that a text names."""
    said = normal(text)
    return tuple(key for key, names in _names(form) if any(name in said for name in names))


@cache
def _names(form: Form) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(_names_of(form))


def _names_of(form: Form) -> Iterator[tuple[str, tuple[str, ...]]]:
    for column in form.data:
        names = (normal(re.sub(r"[（(].*", "", name)) for name in (column.heading, *column.aliases))
        yield column.key, tuple(name for name in names if len(name) >= _SHORTEST)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
