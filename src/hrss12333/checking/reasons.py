"""What a 备注 says: whether it is a reason, and whether a city's figure includes a place below it.

A reason settles a query (核实性错误), so it must tell the auditor something.

No reasons are blanks, dashes, 无 and its kin, the sample's text, bare numbers, and words that only vouch for the
figures ("已核实", "核对无误"): whoever asks why two figures differ has no answer in "they are right". Nor has he in words
that put the figures in doubt ("数据有误，后续更正"): a clause that does is left out. A text of two letters or more is a reason
where any of them belongs to no such word; whether it is a good one is the auditor's to judge, who sees it beside the
finding.

The official form's self-check is generated from the same words (writing/official/formulas.py), of those of doubt from the
few that the table marks for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from hrss12333.model.filing import Row
from hrss12333.patterns import lazy
from hrss12333.reading.doubt.words import may_doubt, sheet_words
from hrss12333.survey.frame import SAMPLE
from hrss12333.survey.regions import SubRegion, without_ending

_MEANINGLESS_WORDS = (
    "无 没有 没 暂 未填 空白 空 略 缺 不详 未知 不适用 待定 待补充 待补 待 na none null nil nan no yes ok "  # nothing there
    "备注 说明 情况 特殊 特别 其他 其它 内容 需要 需 须 事项 补充 异常 问题 "  # the heading once more
    "同上 同左 同前 如上 如表 见上 以上 本行 本栏 此 示例 是 否 有 的 为 均 都 全部 "  # see elsewhere
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
"""Words that say of figures that nobody has them."""
SHORTEST_REASON = 2
"""Letters that the shortest reason has (兼职)."""
_OWN_LEVEL_WORDS = ("本级", "市区", "城区", "市直")
_CITY = ("全市", "本市", "该市", "我市", "所在市", "地级市", "上级市", "市级", "市数据", "设区市", "重复")
"""How a county refers to its city without naming it."""
_EXCLUDED = lazy(
    r"(?:不|未|没有?|无)(?:再|予|曾|被)?(?:包[含括]|含|计入|列入|纳入|并入|算入|统计在|汇总在|在[^，。；]{0,8}内|重复)"
)
_APART = lazy(r"(?<![不未没非])(?<!没有)(?:单独|独立|另行|分开|分别)(?:进行)?(?:统计|填报|核算|报送|上报|列|计算|汇总)")
_INCLUDED = lazy(r"(?:包[含括]|计入|列入|纳入|并入|算入|统计在内|(?<!不)含)")


def _own_letters(words: list[str]) -> Iterator[tuple[str, int]]:
    """Each word with the number of its letters that no shorter word within it accounts for; without those of none."""
    known: list[tuple[str, int]] = []
    for word in sorted(words, key=lambda word: (len(word), word)):
        own = len(word) - sum(letters * word.count(part) for part, letters in known)
        if own > 0:
            known.append((word, own))
            yield word, own


@cache
def fillers() -> tuple[tuple[str, int], ...]:
    """Words that say nothing, and for how many letters of a text each of their occurrences stands.

    A word within another counts by itself, so that adding up over all of them counts no letter twice.
    """
    return tuple(_own_letters([*_MEANINGLESS_WORDS.split(), SAMPLE, *sheet_words()]))


@lru_cache(maxsize=1024)
def is_reason(text: str, year: int | None = None) -> bool:
    """Whether the text of a 备注 explains anything; ``year`` is the year reported on."""
    if may_doubt(text, year):
        from hrss12333.reading.doubt.clauses import without_doubt  # few remarks need it

        text = without_doubt(text, year)
    letters = "".join(
        character
        for character in unicodedata.normalize("NFKC", text).casefold()
        if unicodedata.category(character)[0] == "L"
    )
    return len(letters) >= SHORTEST_REASON and len(letters) > sum(own * letters.count(word) for word, own in fillers())


def is_reported_unknown(text: str) -> bool:
    """Whether the text of a 备注 says that figures are not known."""
    return any(word in text for word in UNKNOWN)


def is_reported_apart(place: Row, below: SubRegion, cities: list[Row]) -> bool:
    """Whether the place's own 备注, or that of one of its cities, says that the city's figure is without the place,
    whose row then counts beside the city's. The words must be about these two: 不含企业来电 on a county's row says nothing of
    its city."""
    if _APART.search(place.text("remarks")):
        return True
    about = _remarks_on_both(place, below, cities)
    return any(_EXCLUDED.search(text) for text in about) or any(_APART.search(text) for text in about[1:])


def is_reported_within(place: Row, below: SubRegion, cities: list[Row]) -> bool:
    """Whether they say that the city's figure includes the place, so that nothing remains to be asked."""
    return any(_INCLUDED.search(text) and not _EXCLUDED.search(text) for text in _remarks_on_both(place, below, cities))


def _remarks_on_both(place: Row, below: SubRegion, cities: list[Row]) -> list[str]:
    """What is reported about the two: the place's own words where they name its city, first, then each city's that
    name it."""
    bare = [below.name.removeprefix(city) for city in ("", *below.cities)]
    names = {*bare, *map(without_ending, bare), *(_OWN_LEVEL_WORDS if below.own_level else ())}
    theirs = {part for city in below.cities for part in (city, without_ending(city))}
    own = place.text("remarks")
    remarks = (text for city in cities for text in (city.text("remarks"), _behind_name(city)))
    return [own if _names_any(own, theirs | set(_CITY)) else "", *(text for text in remarks if _names_any(text, names))]


def _behind_name(city: Row) -> str:
    """What is in brackets behind its name: （含定州）."""
    marked = city.noted_values.get("region")
    found = re.search(r"[（(](.+)[)）]", marked.found) if marked and isinstance(marked.found, str) else None
    return found[1] if found else ""


def _names_any(text: str, names: set[str]) -> bool:
    return any(name in text for name in names)
