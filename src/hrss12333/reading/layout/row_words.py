"""What a row of a table is called, by its words alone: 样例, 合计, 小计, ……, 栏次, explanations, signatures."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model.message import read_as
from hrss12333.model.row import Place, Value
from hrss12333.patterns import lazy
from hrss12333.reading.layout.headings import is_all_letters, without_translation
from hrss12333.reading.layout.labels import LABEL_ENDS, is_label
from hrss12333.reading.values.cell_text import tidy, visible
from hrss12333.reading.values.numbers import ORDERS, UNITS
from hrss12333.survey.frame import SAMPLE, TOTAL
from hrss12333.survey.region_names import RegionMatch, match_region
from hrss12333.survey.regions import Unit
from hrss12333.survey.spellings import HAN, simplified
from hrss12333.survey.written_years import year_around

_SAMPLE = lazy(
    rf"(?:某+|[Xx×*]{{1,3}}|[Aa○〇])(?:市|州|地区|盟|县|区|省)|\d{{0,2}}[(（【]?{HAN}{{0,4}}?(?:{SAMPLE}|样例数据|示例|范例|例如|例子|例)\d?(?:行|数据)?(?:[(（:：].*)?[)）】]?(?:某+|[Xx×*]{{1,3}})?(?:(?<=[某Xx×*])[市州县区省])?",
    needs="某Xx×*Aa○〇例",
)
_TOTAL = lazy(
    rf"[(（【]?(?:(?:{HAN}|\d){{0,12}}?(?:{TOTAL}|总计|共计|总和|合计数|总数|汇总|累计)|(?i:total))(?:[(（].*[)）]|\d{{1,2}}个?[市地州盟]+)?(?:行|数)?[:：]?[)）】]?",
    needs="计总tT",
)
_STATISTIC = lazy(
    r"[(\[【]?(?:全[省市区国])?(?:平均值?|[人日月周年席]均.{0,3}|均值|[同环]比.{0,6}|占比|占.{1,8}比[例重]|比例|比重|增幅|增长率?|增减.{0,3}"
    r"|[较与比](?:上年|去年|同期).{0,8}|(?:上年|去年|上一年|往年|同期).{0,6}|20\d\d年度?(?:数据?|同期|合计)?|中位数|(?:校验|核对|校核|勾稽|差额|差异|差值)(?:行|结果|数|值|关系)?|最[大小高低]值?|标准差"
    rf"|{HAN}{{0,4}}(?:接通|接听|放弃|满意|开通|增长|完成|占有)率|排名|名次)(?:[(（].{{0,6}}[)）])?[:：]?[)\]】]?",
    needs="均比增年期位校核勾差最率名",
)
_SUBTOTAL = lazy(rf"{HAN}{{0,12}}?[(]?小计[)]?(?:[(（].*[)）])?[:：]?|其中(?:[:：].*)?", needs="小其")
_SUM = lazy(rf"({HAN}{{2,15}}?)[(]?(?:合计|总计|共计|汇总|小计)数?[)]?[:：]?", needs="计总")
_YEAR_BEFORE = lazy(r"[(（]?(?:上一?年度?|去年)|.+[(（](?:上一?年度?|去年)(?:数据?|同期)?[)）]$", needs="年")
_SIGNATURE = lazy(
    rf"(?:{HAN}{{0,6}}(?:填报|填表|制表|审核|复核|审批|经办|负责|联系|统计|报送|签发|主管|主办){HAN}{{0,4}}"
    r"|(?:填报|填表|报送|制表)?(?:日期|时间)|联系电话|电话|手机号?码?|邮箱|电子邮箱|(?:单位)?[(（]?(?:盖章|公章|签章)[)）]?)(?:[(（].{0,8}[)）])?[:：].*",
    re.DOTALL,
    needs=":：",
)
_BARE_LABEL = lazy(rf"{HAN}{{2,6}}[:：]|(?:联系)?电话|日期|手机号?|签[字名]|传真|职务")
"""What is between a signature's names: 日期, 电话, 分管领导：."""
_NOTE = lazy(
    r"(?:(?:填表|填报|填写|填列|指标)(?:说明|要求|解释|口径)|说明:|注释?:|备注:|附注:|注意).*|20\d\d年\d{1,2}月(?:\d{1,2}日)?",
    re.DOTALL,
    needs="说注要口解年",
)
_GUIDE_WORDS = frozenset(
    ["甲", "乙", "丙", "丁", "栏次", "栏号", "栏目", "列次", "序号", "—", "-", "/", "编号", "备注", "单位", "计量单位"]
)
_HINT = lazy(
    rf"[(（]?(?:请填写?{HAN}{{2,6}}|(?:请?填写?|(?:计量)?单位[:：]?)?(?:(?:{ORDERS})?(?:{UNITS})|{ORDERS}|人/次|是/?或?否|有/?无|文字|数字|下拉选择|选填|必填|整数))[)）]?"
    "|(?:数值|数字|字符|文本|整数|逻辑|日期|布尔|枚举)型|整型|字符串|单选|下拉"
)
"""What a cell below a heading asks for: a unit of measure, a choice, what a program keeps there."""
_FIELD = lazy(r"[a-z][a-z_]*\d{0,3}", re.IGNORECASE)
"""How a program calls a column: calls_total, C12."""
_ENGLISH_ANSWERS = frozenset({"yes", "no", "ok", "true", "false", "none", "nil", "null"})
_HAN = lazy(HAN)
_COLUMN_NUMBER = lazy(r"[\d=+＝＋()（）]+|[①-⑳]")
_FEWEST = 4
"""Cells that number the columns, or call them by letters."""


LONGEST_NAME = 15
"""Characters beyond which a text in the region's column is prose, unless the region is known."""


class Name(Struct, frozen=True):
    """How a row is named."""

    written: str | None
    match: RegionMatch | None
    column: int | None
    carried: bool = False
    """From a merged cell that begins in a row above."""

    @property
    def region(self) -> str | None:
        """The official name where it is known, else as written."""
        return self.match.name if self.match and self.match.name else self.written

    @property
    def is_known(self) -> bool:
        """Whether it is a name of a region, or of the unit."""
        return bool(self.match and self.match.name)

    def value(self, where: Place) -> Value:
        """The name as the value of its cell, with a note where another than the official one was written."""
        region = self.region
        if not (self.match and self.match.how) or region == self.written:
            return Value(self.written, region, where)
        return Value(self.written, region, where, note=read_as(region or ""))


@lru_cache(maxsize=8192)
def compact(text: str) -> str:
    """A name without any white space, half-width, in simplified characters."""
    return simplified("".join(tidy(text).split()))


def _calling(pattern: re.Pattern[str], usual: str = "") -> Callable[[str], bool]:
    """Says whether a name is one that matches, whatever its white space; ``usual`` is what it mostly is, for which no pattern
    need be prepared."""

    @lru_cache(maxsize=4096)
    def is_called(name: str) -> bool:
        text = compact(name)
        return text == usual or bool(pattern.fullmatch(text))

    return is_called


is_sample = _calling(_SAMPLE, SAMPLE)
"""样例 and its variants."""
is_total = _calling(_TOTAL, TOTAL)
"""合计, 总 计, 全省合计 and the like."""
is_subtotal = _calling(_SUBTOTAL)
"""小计, 珠三角小计, 其中：义乌市: figures that other rows hold already."""
is_statistic = _calling(_STATISTIC)
"""平均, 同比, 上年同期: a line that is reckoned from others."""


def summed_region(text: str, unit: Unit | None) -> RegionMatch | None:
    """The region of the unit whose sum a row's name says it is: 银川市 of 银川市合计."""
    match = _SUM.fullmatch(compact(text)) if unit else None
    if unit is None or match is None or match[1] in unit.spellings:
        return None
    region = match_region(unit, match[1])
    return replace(region, how="按规范名称读取") if region.official else None


def named_year(name: str, year: int | None) -> int | None:
    """The year before or behind a row's name that is not the one reported on: 银川市2018年, 2018年合计, 上年合计."""
    if year and _YEAR_BEFORE.match(name.strip()):
        return year - 1
    named = year_around(name)[1]
    return None if named == year else named


@lru_cache(maxsize=2048)
def is_note(lead: str) -> bool:
    """Whether a row that begins like this is an explanation or a signature, not data."""
    text = compact(lead)
    return bool(_NOTE.fullmatch(text) or _SIGNATURE.fullmatch(text))


def is_signature(texts: Sequence[str]) -> bool:
    """填报人：… 审核人：… spread over cells: labels with colons, or what is beside them."""
    labels = sum(
        is_label(text) or bool(_SIGNATURE.fullmatch(compact(text))) for text in texts if not LABEL_ENDS.isdisjoint(text)
    )
    bare = sum(bool(_BARE_LABEL.fullmatch(compact(text))) for text in texts) if labels else 0
    return labels > 0 and (labels + bare) * 2 >= len(texts)


def is_guide(texts: Sequence[str]) -> bool:
    """A row under the headings that numbers the columns (栏次 1 2 3, 甲 乙 1=2+3), calls them by letters or in another
    language, or names their units (次 次 人)."""
    shown = [text for text in (compact(text).strip("()") for text in texts) if text not in _GUIDE_WORDS]
    if not shown:
        return len(texts) >= _FEWEST and "甲" in map(compact, texts)
    if all(map(_HINT.fullmatch, shown)):
        return True
    if len(texts) < _FEWEST:
        return False
    if all((is_all_letters(text) or _FIELD.fullmatch(text)) and text.lower() not in _ENGLISH_ANSWERS for text in shown):
        return len(shown) >= _FEWEST
    digits = [int(first[:4]) for text in shown if (first := text.partition("=")[0]).isascii() and first.isdecimal()]
    run = len(digits) >= _FEWEST and digits == [*range(digits[0], digits[0] + len(digits))] and digits[-1] < 100
    return all(map(_COLUMN_NUMBER.fullmatch, shown)) and (run or (not digits and len(shown) >= _FEWEST))


@lru_cache(maxsize=4096)
def plain_name(unit: Unit | None, text: str) -> Name | None:
    """What a text names, of a unit or of nobody knows which; None where it could be anything else than the name of a numbered
    row of data."""
    plain = compact(text)
    if len(text) > LONGEST_NAME or plain in (SAMPLE, TOTAL) or is_label(text):
        return None
    if any(pattern.fullmatch(plain) for pattern in _OTHER_ROWS):
        return None
    match = match_region(unit, text) if unit else None
    return Name(text, match, None) if is_listed(match, text) or _is_but_a_name(unit, text) else None


def is_listed(match: RegionMatch | None, text: str | None) -> bool:
    """Whether a text names what it was taken for letter for letter."""
    return match is not None and match.name == text and not match.how


def _is_but_a_name(unit: Unit | None, text: str) -> bool:
    """Whether a text that is no listed name can still be nothing else than a name, and is taken as written."""
    if visible(text) != text or without_translation(text) != text or summed_region(text, unit) or year_around(text)[1]:
        return False
    return bool(_HAN.search(text)) and compact(text).strip("()") not in _GUIDE_WORDS


def is_label_like(text: str) -> bool:
    """Whether a text in the region's column is a label such as 审核人：, not a name."""
    return is_note(text) or is_label(text)


_OTHER_ROWS = (_SAMPLE, _TOTAL, _SUBTOTAL, _STATISTIC, _NOTE, _SIGNATURE)
"""What in the region's column makes a row something else than data."""
