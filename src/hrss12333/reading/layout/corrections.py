"""Sentences in 备注 or below the table that take a figure of the table back: 坐席数填错，应为20个, 仅为上半年数据."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from msgspec.structs import replace

from hrss12333.model.filing import Row
from hrss12333.patterns import lazy
from hrss12333.reading.layout.headings import normal
from hrss12333.survey.schema import Form, Kind

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
_MEAN = lazy(
    r"(?:以上|本行|此行|各项|来电\S{0,4}?)?(?:数据|数字)?(?:均?[为是系])?"
    r"(?:(?:月|日|周|季)均|平均每[月日天周]|每[月日天周]平均|预估|估算|估计|暂估|预计)(?:数据?|值|数字)?[。.]?",
    needs="均每估预",
)
"""All that a remark says: that the figures are means, or none that were counted."""
_NOT_YET = lazy(
    r"(?:尚|还|暂|仍)?未(?:正式)?(?:开通|上线|建成|启用|实现|建设|投入|统一)|正在(?:建设|开发|筹建|筹备|申请|部署|招标|调试|测试)|在建|筹建|筹备"
    r"|拟(?:于|在|建|开通|上线)|(?:计划|预计|将)(?:于|在)?.{0,12}(?:开通|上线|建设|建成|启用|统一)|已经?(?:停用|下线|关闭|取消|停止|关停|暂停)|建设中|开发中",
    needs="未正在建筹拟划预将已经中",
)
_CLAUSE = lazy(r"[，,。；;\n]")
_WITH = lazy(r"(?<![不未])(?:包?含|包括|合并|并入)", needs="含括并")
_WORDS_AROUND = lazy(r"是否|开通|启用|使用|提供|服务|12333", needs="是开启使提服3")
_SHORTEST = 3
_LONGEST = 30


def with_corrections(form: Form, rows: Sequence[Row], notes: Sequence[str]) -> list[Row]:
    """The rows, with doubts about the values of which such a sentence speaks."""
    below = [note for note in notes if _CORRECTS.search(note)]
    return [
        row if not below and _is_harmless(row.text("remarks")) else _doubted(form, row, below, rows) for row in rows
    ]


def _doubted(form: Form, row: Row, below: Sequence[str], rows: Sequence[Row]) -> Row:
    remarks = row.text("remarks")
    doubts = {key: f"备注写着“{_short(clause)}”" for key, clause in _taken_back(form, row, remarks)}
    if _CORRECTS.search(remarks):
        doubts |= dict.fromkeys(_named(form, remarks), f"备注写着“{_short(remarks)}”")
    if _OF_A_PART.search(remarks) or _MEAN.fullmatch(remarks.strip()) or _holds_another(row, remarks, rows):
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


@lru_cache(maxsize=2048)
def _is_harmless(remarks: str) -> bool:
    """Whether a remark is none of these sentences, as nearly all are."""
    patterns = (_CORRECTS, _NOT_YET, _OF_A_PART, _WITH)
    return not (any(pattern.search(remarks) for pattern in patterns) or _MEAN.fullmatch(remarks.strip()))


def _holds_another(row: Row, remarks: str, rows: Sequence[Row]) -> bool:
    """Whether the remarks say that the row's figures hold those of a region that has a row of its own: 含银川市数据."""
    said = [remarks[match.end() :] for match in _WITH.finditer(remarks)]
    known = [other.region for other in rows if said and other.region and other.match and other.match.official]
    others = [region[: max(2, len(region) - 1)] for region in known if region != row.region]
    return any(other in words for words in said for other in others)


def _taken_back(form: Form, row: Row, remarks: str) -> Iterator[tuple[str, str]]:
    """Each 是 of which a clause of the remarks says that it is not so, or not yet: APP正在建设，尚未上线."""
    for clause in _CLAUSE.split(remarks):
        if _NOT_YET.search(clause):
            yield from ((key, clause) for key in _told_of(form, clause) if row.scalar(key) is True)


@lru_cache(maxsize=512)
def _told_of(form: Form, clause: str) -> tuple[str, ...]:
    """The answers of which a clause speaks, by the word that tells each from the others: APP, 留言, 统一服装."""
    said = normal(clause)
    words = ((column.key, _WORDS_AROUND.sub("", normal(column.heading))) for column in form.of_kind(Kind.YESNO))
    return tuple(key for key, word in words if word in said)


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
