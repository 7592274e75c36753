"""Which column of a form a heading names: the form's own words, usual other names, or the same words rearranged.

A heading that speaks of something else (a rate, a share, last year, 其中) is never taken for a column of the form, and
one with an unknown addition in brackets (咨询员人数（外包）) only where its words leave no doubt.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from hrss12333.reading.values.numbers import MAGNITUDE, UNITS
from hrss12333.survey.schema import Column, Form, Kind

OWN, USUAL, ALIKE = 3, 2, 1
"""How a heading was told: the form's own words, a usual other name, the same words with others around them."""
_UNLIKE = re.compile(
    r"率|占比|比例|比重|同比|环比|上年|去年|同期|往年|历年|前年|平均|日均|月均|人均|席均|其中|满意|%|得分|排名|增长|增幅|增加|减少|新增"
    r"|时长|时间|秒|分钟|费|经费|金额|面积|日期|失败|未|转接|漏|回访|外呼|呼出|工单|办结|专职|兼职|外包|劳务|编制|持证|夜间|高峰|计划|拟"
    r"|目标|不含|除|月份|季度|上半年|下半年|累计|更新|关注|点击|发送|下载|是否有误|核对|校验|自检|备用|网址|名称$"
)
_SCALE = re.compile(rf"\((?:单位:?)?({'|'.join(sorted(MAGNITUDE, key=len, reverse=True))})({UNITS})?\)")
_HARMLESS = re.compile(
    rf"\((?:(?:计量)?单位:?)?(?:{UNITS}|人/?次|必填项?|选填|请?填写?|是/?或?否|是否|填是或?否|有/?无|√/?×?|含管理人员(?:和咨询员)?|全年|年度"
    r"|市州|地市州?|市州盟|地级市|州市|区县|规范名称|数值|整数|数字|单选|下拉选择|[\d=+a-z]{1,9}|互联网/?或?业务专网|业务专网/?或?互联网)\)"
)
_LEAD = re.compile(r"^(?:\(\d{1,2}\)|\d{1,2}(?=[^\d])(?!2333)|\([一二三四五六七八九十]+\))")
_LISTED = re.compile(r"^\s*[一二三四五六七八九十]+\s*[、.．]")
_REGION = re.compile(
    r"(?:各|所属|所在|填报)?(?:地区|设区|城市|地级|自治|[地市州盟区县师团旗]|[()/])+(?:名称?|全称)?|(?:填报|报送|填表)单位|单位名称?|机构名称"
)
"""Other names for the column of regions: 市（州、盟）, 设区市名称, 填报单位."""
_FILLER = re.compile(
    r"是否|有无|能否|已经|实现|开通|开设|设置|建立|服务|启用|使用|提供|情况|次数|数量|人数|总数|总量|总|数|量|年度|全年|本年|已|的|有|电话"
)
_SHORTEST_CORE = 2
_LONGEST_REGION = 12


@dataclass(frozen=True, slots=True)
class Told:
    """The column that a heading names."""

    key: str
    quality: int
    scale: str = ""
    """万 where the heading says that its figures are in 万次; empty where they are plain."""


@lru_cache(maxsize=8192)
def normal(text: str) -> str:
    """A heading in the form in which headings are compared: half-width, nothing between its words, 坐席 as 座席."""
    text = unicodedata.normalize("NFKC", _LISTED.sub("", text))
    text = re.sub(r"[\s\u200b\ufeff:*'\"“”‘’,、·.\-—_|=＝☆★●]+", "", text)
    text = re.sub(r"^/|/$|(?<!\()(?<![是有])/(?![否无])", "", text)
    return _LEAD.sub("", text).replace("坐席", "座席").lower()


@cache
def _names(form: Form) -> dict[str, tuple[str, int]]:
    """Every certain spelling of a heading → (field key, quality)."""
    found: dict[str, tuple[str, int]] = {}
    for quality, names in ((OWN, lambda c: (c.heading,)), (USUAL, lambda c: c.aliases)):
        for column in form.columns:
            for name in names(column):
                for spelling in {normal(name), re.sub(r"\([^()]*\)", "", normal(name))} - {""}:
                    found.setdefault(spelling, (column.key, quality))
                    if column.group:
                        group = normal(column.group)
                        found.setdefault(group + spelling, (column.key, quality))
                        found.setdefault(f"{group}({spelling})", (column.key, quality))
    return found


def told(form: Form, text: str, year: int | None = None) -> Told | None:
    """The column that a heading names for certain, None where it names none; ``year`` is the year reported on."""
    names = _names(form)
    name = normal(text)
    scale = ""
    if name not in names:
        match = _SCALE.search(name)
        if match:
            scale, name = match[1], _SCALE.sub("", name)
        name = _HARMLESS.sub("", name)
        if year:
            name = re.sub(rf"^{year}年度?|\({year}年度?\)$", "", name)
    if name not in names:
        named = len(name) <= _LONGEST_REGION and _REGION.fullmatch(name) and re.search(r"[\u4e00-\u9fff]", name)
        return Told(form.region.key, USUAL) if named else None
    key, quality = names[name]
    return Told(key, quality, scale)


def is_group(form: Form, text: str) -> bool:
    """Whether a text is the heading of a group of the form's columns."""
    return normal(text) in {normal(group) for group, _ in form.groups if group}


def is_known(text: str, forms: Sequence[Form]) -> bool:
    """Whether a text is a heading of any of the forms."""
    return any(told(form, text) or is_group(form, text) for form in forms)


def speaks_of_else(text: str) -> bool:
    """Whether a heading names a rate, a share, another year or a part: no column of such a form."""
    return bool(_UNLIKE.search(unicodedata.normalize("NFKC", text)))


def _core(text: str) -> str:
    """The words that tell a heading from others, in no order: 服装是否统一 and 是否统一服装 have the same."""
    words = _FILLER.sub("", re.sub(r"\([^()]*\)", "", normal(text)))
    return "".join(sorted(words)) if len(words) >= _SHORTEST_CORE else ""


@cache
def _cores(form: Form) -> dict[str, str]:
    """Core → field key, for those that only one column of the form has."""
    found: dict[str, set[str]] = {}
    for column in form.columns:
        if column.kind in (Kind.SERIAL, Kind.REGION):
            continue
        for name in (column.heading, *column.aliases):
            if core := _core(name):
                found.setdefault(core, set()).add(column.key)
    return {core: keys.pop() for core, keys in found.items() if len(keys) == 1}


def alike(form: Form, text: str) -> Column | None:
    """The column whose telling words are exactly those of this heading; None where it speaks of something else."""
    if speaks_of_else(text) or _SCALE.search(normal(text)) or re.search(r"(?:19|20)\d\d", text):
        return None
    key = _cores(form).get(_core(text))
    return form.by_key[key] if key else None
