"""Recognises rows of a table by their words alone: flat lists for 样例, 合计, 小计, 同比, signatures, explanations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from hrss12333.model.message import read_as
from hrss12333.model.row import Place, Value
from hrss12333.patterns import UNITS
from hrss12333.reading.layout.labels import NOTE_ROW
from hrss12333.reading.values.cell_text import ORDERS, tidy
from hrss12333.survey.frame import SAMPLE, TOTAL
from hrss12333.survey.gazetteer import RegionMatch
from hrss12333.survey.quotable import sign_off_labels
from hrss12333.survey.regions import Unit

LONGEST_NAME = 40
"""Characters beyond which a text is no name."""
_SAMPLE_WORDS = "样例行 样例数据 示例 示例行 范例 填写样例 填报样例 填写示例 填报示例 例 例如 例子 举例"
_SAMPLES = frozenset((SAMPLE, *_SAMPLE_WORDS.split())).union(
    f"{some}{kind}" for some in ("某", "某某", "XX", "xx", "××", "**", "○○", "X", "x", "×") for kind in "市州县区盟"
)
_TOTALS = frozenset((TOTAL, "总计", "共计", "总和", "合计数", "总合计", "汇总", "total"))
_WHOLES = (
    "全省 全市 全区 全自治区 全兵团 全州 全部 本省 本市 本区 本表 自治区 兵团 以上 上述 各地 各市 各市州 各地市 各地区"
)
"""Words before 合计 in the name of a total of everything."""
_SUBTOTALS = ("小计", "合计", "总计", "共计", "汇总")
"""Endings of the name of a row that is the sum of some others."""
_STATISTICS = (
    "平均 均值 同比 环比 占比 比例 比重 增长 增幅 增减 上年 去年 上一年 同期 较上年 比上年 较去年 比去年 人均 日均 月均 席均 中位数 最大值 最小值 最高 最低 其中 校验 核对 校核 勾稽"
    " 差额 差异 差值 排名 名次 上半年 下半年"
)
"""Beginnings of the name of a row that is worked out from others, or is a part of them."""
_RATES = ("平均", "平均值", "占比", "同比", "环比", "接通率", "接听率", "放弃率", "增长率", "比例", "比重")
"""Endings of such a name."""
_PERIOD = re.compile(
    r"(?:20\d\d年)?(?:1[0-2]|[1-9])月(?:份|数据)?|(?:20\d\d年)?(?:第?[1-4一二三四]季度|[上下]半年)|20\d\d年?度?(?:数据?|同期|合计)"
)
_BRACKET = re.compile(r"\([^()]*\)$")
_NOTES = "填表说明 填报说明 填写说明 指标解释 指标说明 填报要求 说明 注释 注意 注 备注 附注"
"""Beginnings of a row of explanations, before a colon or alone."""
_DATE = re.compile(r"20\d\d[年./-]\d{1,2}[月./-](?:\d{1,2}日?)?")
_LONGEST_NUMBERED = 8
"""Letters from which a text behind a number is an explanation."""
_GUIDE_WORDS = frozenset(
    ("甲", "乙", "丙", "丁", "栏次", "栏号", "列次", "序号", "—", "-", "/", "编号", "备注", "单位", "计量单位")
)
_HINT = rf"[(]?(?:请?填写?|(?:计量)?单位:?)?(?:(?:{ORDERS})*(?:{UNITS})(?:/[年月])?|{ORDERS}|人/次|是/?或?否|有/?无|文字|数字|文本|整数|下拉选择|选填|必填)[)]?"
"""A cell below a heading that says what is to be filled in."""
_GUIDE = rf"(?P<hint>{_HINT})|[\d=+＝＋()（）]+|[A-Z]"
"""That, or the number of a column."""
_FEWEST = 4
"""Cells that number the columns."""


class Name(Struct, frozen=True):
    """The name of a row, with the region that it is matched to."""

    written: str | None
    match: RegionMatch | None = None

    @property
    def region(self) -> str | None:
        """The official name where it is known, else as written."""
        return self.match.name if self.match and self.match.name else self.written

    def value(self, where: Place) -> Value:
        """The name as the value of its cell, with a note where another than the official one was written."""
        region = self.region
        if not (self.match and self.match.how) or region == self.written:
            return Value(self.written, region, where)
        return Value(self.written, region, where, note=read_as(region or ""))


@lru_cache(maxsize=8192)
def compact(text: str) -> str:
    """A name without any white space, half-width, without a colon behind it."""
    return "".join(tidy(text).split()).rstrip(":。")


@lru_cache(maxsize=4096)
def is_sample(name: str) -> bool:
    """样例 and what else people call it."""
    return name == SAMPLE or (len(name) <= LONGEST_NAME and compact(name).strip("()[]【】") in _SAMPLES)


@lru_cache(maxsize=4096)
def is_total(name: str, unit: Unit | None = None) -> bool:
    """合计, 总 计, 全省合计, 广东省合计: of everything in the table."""
    if len(name) > LONGEST_NAME:
        return False
    plain = _BRACKET.sub("", compact(name).lower().removeprefix("(")).strip("()[]【】")
    bare = next((plain.removesuffix(total) for total in _TOTALS if plain.endswith(total)), None)
    return bare is not None and (bare in ("", *_WHOLES.split()) or bool(unit and bare in unit.spellings))


@lru_cache(maxsize=4096)
def is_statistic(name: str) -> bool:
    """小计, 平均, 占比, 同比, 上年合计, 3月: a row that is worked out from others, or is a part of them."""
    plain = _BRACKET.sub("", compact(name)).strip("()[]【】")
    if len(plain) > LONGEST_NAME:
        return False
    ends = plain.isalnum() and plain.endswith((*_SUBTOTALS, *_RATES))
    return ends or plain.startswith(tuple(_STATISTICS.split())) or bool(_PERIOD.fullmatch(plain))


@lru_cache(maxsize=2048)
def is_note(lead: str) -> bool:
    """Whether a row whose first cell says this is a signature, a date or an explanation."""
    text = compact(lead)
    label, colon, _ = text.partition(":")
    label = _BRACKET.sub("", label)
    notes = _NOTES.split()
    labelled = bool(colon) and (label in notes or label in sign_off_labels())
    return labelled or text in notes or bool(_DATE.fullmatch(text))


@lru_cache(maxsize=2048)
def is_numbered_note(lead: str) -> bool:
    """Whether a first cell is an explanation behind its number; a region's name may be behind one, too."""
    text = compact(lead)
    numbered = NOTE_ROW.match(text)
    return bool(numbered) and len(text) - len(numbered[0] if numbered else "") >= _LONGEST_NUMBERED


def is_guide(texts: Sequence[str]) -> bool:
    """A row under the headings that numbers the columns (栏次 1 2 3, 甲 乙 1=2+3, A B C) or names their units (次 次 人)."""
    shown, hints = list[str](), 0
    for word in (compact(text).strip("()") for text in texts):
        if word not in _GUIDE_WORDS:
            if not (found := re.fullmatch(_GUIDE, word)):
                return False
            hints += found["hint"] is not None
            shown.append(word)
    if not shown:
        return len(texts) >= _FEWEST
    if hints or len(shown) < _FEWEST:
        return hints == len(shown)
    digits = [int(first[:4]) for text in shown if (first := text.partition("=")[0]).isascii() and first.isdecimal()]
    return (
        digits == [*range(digits[0], digits[0] + len(digits))] and digits[-1] < 100
        if digits
        else len(set(shown)) == len(shown)
    )
