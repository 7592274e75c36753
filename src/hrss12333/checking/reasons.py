"""Judges a 备注: whether it is a reason, and whether a city's figure includes a place below it.

A reason settles a query (核实性错误): it must inform.

Blanks, dashes, 无 and its kin, the sample's text, bare numbers, and words that only vouch for the figures ("已核实",
"核对无误") are no reasons: whoever asks why two figures differ has no answer in "they are right". Nor is a text that
holds an asked word of the list of doubt ("数据有误，后续更正"). Any other text of two letters or more is a reason where
any of them belongs to no such word; whether it is a good one is the auditor's to judge, who sees it beside the finding.

The official form's self-check is generated from the same words (writing/official/formulas.py), those of doubt apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from hrss12333.model.filing import Row
from hrss12333.survey.doubt_words import asked_words
from hrss12333.survey.frame import SAMPLE
from hrss12333.survey.regions import SubRegion, without_ending
from hrss12333.survey.schema import Form

_MEANINGLESS_WORDS = (
    "无 没有 没 暂 未填 空白 空 略 缺 不详 未知 不适用 待定 待补充 待补 待 na none null nil nan no yes ok "  # nothing there
    "备注 说明 情况 特殊 特别 其他 其它 内容 需要 需 须 事项 补充 异常 问题 "  # the heading once more
    "同上 同左 同前 如上 如表 见上 以上 本行 本栏 此 示例 是 否 有 的 为 均 都 全部 "  # a reference elsewhere
    "数据 数字 数值 数 填报 填写 本表 经 已 再次 反复 "  # vouching
    "核实 核对 核查 复核 审核 确认 检查 无误 属实 真实 准确 正确 正常 完整 确实"
)
UNKNOWN = (
    *("不详", "未知", "不清楚", "不知道", "无数据", "没有数据"),
    *(
        no + known
        for no in ("不", "未", "没有", "无", "无法", "不能")
        for known in ("掌握", "统计", "记录", "采集", "区分")
    ),
)
"""Words for figures that nobody has."""
SHORTEST_REASON = 2
"""Letters that the shortest reason has (兼职)."""
_SETTLED = r"〔核实\s*([^：:〕]*)[：:]([^〕]*)〕"
"""The mark that `merge --unit` writes into a 备注: a column, and the reason with which staff settled its question."""
_OWN_LEVEL_WORDS = ("本级", "市区", "城区", "市直")
_CITY = ("全市", "本市", "该市", "我市", "所在市", "地级市", "上级市", "市级", "市数据", "设区市", "不重复", "未重复")
"""Words by which a county refers to its city without naming it."""
_EXCLUDED = (
    *("不含", "不包含", "不包括", "未含", "未包含", "未包括", "没有包含", "没有包括"),
    *("不计入", "未计入", "没有计入", "不列入", "未列入", "不纳入", "未纳入", "没有纳入"),
    *("不并入", "未并入", "不统计在内", "未统计在内", "不在内", "不重复", "未重复", "没有重复"),
)
_TOGETHER = tuple(
    no + apart for no in ("不", "未", "没有", "没", "非", "不再") for apart in ("单独", "独立", "另行", "分开", "分别")
)
_APART = tuple(
    apart + counted
    for apart in ("单独", "独立", "另行", "分开", "分别")
    for counted in ("统计", "填报", "核算", "报送", "上报", "列", "计算", "汇总", "进行统计")
)
_INCLUDED = ("包含", "包括", "计入", "列入", "纳入", "并入", "算入", "统计在内", "含", *_TOGETHER)
"""Words saying that the city's figure includes the place; those that say the opposite contain these and go first."""


@cache
def fillers() -> tuple[tuple[str, int], ...]:
    """Words without meaning, and how many letters of a text each of their occurrences accounts for.

    A word within another counts by itself, so that adding up over all of them counts no letter twice.
    """
    known: list[tuple[str, int]] = []
    for word in sorted((*_MEANINGLESS_WORDS.split(), SAMPLE), key=lambda word: (len(word), word)):
        own = len(word) - sum(letters * word.count(part) for part, letters in known)
        known += [(word, own)] if own > 0 else []
    return tuple(known)


@lru_cache(maxsize=1024)
def is_reason(text: str) -> bool:
    """Whether the text of a 备注 explains anything; what it says in 〔核实 栏目：…〕 explains its own column alone."""
    text = without_settled(text)
    if asked_words(text):
        return False
    letters = "".join(
        character
        for character in unicodedata.normalize("NFKC", text).casefold()
        if unicodedata.category(character)[0] == "L"
    )
    return len(letters) >= SHORTEST_REASON and len(letters) > sum(own * letters.count(word) for word, own in fillers())


def without_settled(text: str) -> str:
    """A 备注 without what the unit's own staff settled: 〔核实 栏目：…〕."""
    return re.sub(_SETTLED, "", text) if "〔" in text else text


def is_settled(text: str, label: str) -> bool:
    """Whether a 备注 holds what `merge --unit` writes into it, 〔核实 栏目：…〕, for the column of this label."""
    return any(match[1].strip() == label for match in re.finditer(_SETTLED, text))


def is_reported_unknown(text: str) -> bool:
    """Whether the text of a 备注 says that figures are not known."""
    return _holds_any(text, UNKNOWN)


def columns_named(form: Form, text: str) -> dict[str, str]:
    """The columns that a text names by their headings or aliases: field key → the name as written."""
    found: dict[str, str] = {}
    for column in form.data:
        names = ("".join(name.split()).partition("（")[0] for name in (column.heading, *column.aliases))
        written = (
            other for name in names for other in (name, name.replace("坐席", "座席"), name.replace("座席", "坐席"))
        )
        if name := max((name for name in written if len(name) > 1 and name in text), key=len, default=""):
            found[column.key] = name
    return found


def includes(place: Row, below: SubRegion, cities: list[Row]) -> bool | None:
    """Whether the figure of its city includes a place, by its own 备注 or that of one of its cities; None where neither says.

    The words must be about these two: 不含企业来电 on a county's row says nothing of its city.
    """
    own = place.text("remarks")
    bare = [below.name.removeprefix(city) for city in ("", *below.cities)]
    names = {*bare, *map(without_ending, bare), *(_OWN_LEVEL_WORDS if below.own_level else ())}
    theirs = {part for city in below.cities for part in (city, without_ending(city))}
    remarks = [
        text for city in cities for text in (city.text("remarks"), _behind_name(city)) if _holds_any(text, names)
    ]
    about = [*remarks, own] if _holds_any(own, theirs | set(_CITY)) else remarks
    itself = [own] if own in about or own.lstrip("本县区市已均数据").startswith(_APART) else []
    apart = [text for text in (*itself, *remarks) if _holds_any(text, _APART) and not _holds_any(text, _TOGETHER)]
    if apart or any(_holds_any(text, _EXCLUDED) for text in about):
        return False
    return True if any(_holds_any(text, _INCLUDED) for text in about) else None


def _behind_name(city: Row) -> str:
    """The words in brackets behind its name: （含定州）."""
    marked = city.noted_values.get("region")
    found = re.search(r"[（(](.+)[)）]", marked.found) if marked and isinstance(marked.found, str) else None
    return found[1] if found else ""


def _holds_any(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)
