"""What a row of a table is for, judged by its texts alone: 样例, 合计, 小计, ……, 栏次, explanations, signatures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from hrss12333.patterns import lazy
from hrss12333.reading.layout.headings import is_all_letters
from hrss12333.reading.layout.labels import LABEL_ENDS, NOTE_ROW, is_label
from hrss12333.reading.values.cell_text import tidy
from hrss12333.reading.values.measures import MAGNITUDE, UNITS
from hrss12333.survey.frame import SAMPLE, TOTAL
from hrss12333.survey.spellings import HAN
from hrss12333.survey.traditional import simplified
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
    r"(?:全[省区市国])?(?:平均值?|[人日月周年席]均.{0,3}|均值|[同环]比.{0,6}|占比|占.{1,8}比[例重]|比例|比重|增幅|增长率?|增减.{0,3}"
    r"|[较与比](?:上年|去年|同期).{0,8}|(?:上年|去年|上一年|往年|同期).{0,6}|20\d\d年度?(?:数据?|同期|合计)?|中位数|(?:校验|核对|校核|勾稽|差额|差异|差值)(?:行|结果|数|值|关系)?|最[大小高低]值?|标准差"
    rf"|{HAN}{{0,4}}(?:接通|接听|放弃|满意|开通|增长|完成|占有)率|排名|名次)(?:[(（].{{0,6}}[)）])?[:：]?",
    needs="均比增年期位校核勾差最率名",
)
_SUBTOTAL = lazy(rf"{HAN}{{0,12}}?[(]?小计[)]?(?:[(（].*[)）])?[:：]?|其中(?:[:：].*)?", needs="小其")
_YEAR_BEFORE = lazy(r"[(（]?(?:上一?年度?|去年)|.+[(（](?:上一?年度?|去年)(?:数据?|同期)?[)）]$", needs="年")
_ELLIPSIS = lazy(r"[….。·⋯\-—~～]+")
_SIGNATURE = lazy(
    rf"(?:{HAN}{{0,6}}(?:填报|填表|制表|审核|复核|审批|经办|负责|联系|统计|报送|签发|主管|主办){HAN}{{0,4}}"
    r"|(?:填报|填表|报送|制表)?(?:日期|时间)|联系电话|电话|手机号?码?|邮箱|电子邮箱|(?:单位)?[(（]?(?:盖章|公章|签章)[)）]?)(?:[(（].{0,8}[)）])?[:：].*",
    re.DOTALL,
    needs=":：",
)
_BARE_LABEL = lazy(rf"{HAN}{{2,6}}[:：]|(?:联系)?电话|日期|手机号?|签[字名]|传真|职务")
"""What stands between a signature's names: 日期, 电话, 分管领导：."""
_DATE = lazy(r"20\d\d年\d{1,2}月(?:\d{1,2}日)?", needs="年")
_ORDINARY = frozenset(
    {"甲", "乙", "丙", "丁", "栏次", "栏号", "栏目", "列次", "序号", "—", "-", "/", "编号", "备注", "单位", "计量单位"}
)
_HINT = lazy(
    rf"[(（]?(?:请填写?{HAN}{{2,6}}|(?:请?填写?|(?:计量)?单位[:：]?)?(?:(?:{'|'.join(MAGNITUDE)})?(?:{UNITS})|{'|'.join(MAGNITUDE)}|人/次|是/?或?否|有/?无|文字|数字|下拉选择|选填|必填|整数|—|-))[)）]?"
)
_TYPE = lazy("(?:数值|数字|字符|文本|整数|逻辑|日期|布尔|枚举)型|整型|字符串|单选|下拉")
"""What a program keeps in a column."""
_FIELD = lazy(r"(?!(?:yes|no|true|false|ok)$)[a-z][a-z_]+\d{0,3}|[a-z]\d{1,3}", re.IGNORECASE)
"""How a program calls a column: calls_total, C12."""
_ANSWERS = frozenset({"yes", "no", "ok", "true", "false", "none", "nil", "null"})
_FORMULA = lazy(r"[\d=+＝＋()（）]+")


@lru_cache(maxsize=8192)
def compact(text: str) -> str:
    """A name without any white space, half-width, in simplified characters."""
    return simplified(re.sub(r"\s+", "", tidy(text)))


def is_sample(name: str) -> bool:
    """样例 and its variants."""
    text = compact(name)
    return text == SAMPLE or bool(_SAMPLE.fullmatch(text))


def is_total(name: str) -> bool:
    """合计, 总 计, 全省合计 and the like."""
    text = compact(name)
    return text == TOTAL or bool(_TOTAL.fullmatch(text))


def is_subtotal(name: str) -> bool:
    """小计, 珠三角小计, 其中：义乌市: figures that other rows hold already."""
    return bool(_SUBTOTAL.fullmatch(compact(name)))


def is_statistic(name: str) -> bool:
    """平均, 同比, 上年同期: a line that is reckoned from others."""
    text = compact(name)
    return bool(_STATISTIC.fullmatch(text[1:-1] if text[:1] in "([【" and text[-1:] in ")]】" else text))


def other_year(name: str, year: int | None) -> int | None:
    """The year before or behind a row's name that is not the one reported on: 银川市2018年, 2018年合计, 上年合计."""
    if year and _YEAR_BEFORE.match(name.strip()):
        return year - 1
    named = year_around(name)[1]
    return None if named == year else named


def is_ellipsis(name: str) -> bool:
    """……, also of dots and dashes."""
    return bool(_ELLIPSIS.fullmatch(name.strip()))


@lru_cache(maxsize=2048)
def is_note(lead: str) -> bool:
    """Whether a row that begins like this is an explanation or a signature, not data."""
    text = compact(lead)
    return bool(
        re.match(
            r"(?:填表说明|填报说明|填写说明|填列说明|填报要求|填写要求|指标(?:解释|说明|口径)|说明:|注释?:|备注:|附注:|注意)",
            text,
        )
        or _SIGNATURE.fullmatch(text)
        or _DATE.fullmatch(text)
    )


def is_numbered_note(text: str) -> bool:
    """1．请务必填写…: a line of the 填表说明."""
    return bool(NOTE_ROW.match(text)) and not re.match(r"\s*\d{1,2}\s*[.．、]\d", text)


def is_signature(texts: Sequence[str]) -> bool:
    """填报人：… 审核人：… spread over cells: labels with colons, or what stands beside them."""
    labels = sum(
        is_label(text) or bool(_SIGNATURE.fullmatch(compact(text))) for text in texts if not LABEL_ENDS.isdisjoint(text)
    )
    bare = sum(bool(_BARE_LABEL.fullmatch(compact(text))) for text in texts) if labels else 0
    return labels > 0 and (labels + bare) * 2 >= len(texts)


def is_guide(texts: Sequence[str]) -> bool:
    """A row under the headings that numbers the columns (栏次 1 2 3, 甲 乙 1=2+3) or names their units (次 次 人)."""
    shown = [compact(text).strip("()") for text in texts]
    if all(_HINT.fullmatch(text) or _TYPE.fullmatch(text) or text in _ORDINARY for text in shown) and any(
        re.search(UNITS, text) or "/" in text.strip("/") or _TYPE.fullmatch(text) for text in shown
    ):
        return True
    if len(texts) < 4:
        return False
    if all(is_all_letters(text) and text.lower() not in _ANSWERS for text in map(tidy, texts)):
        return True
    fields = {text for text in shown if _FIELD.fullmatch(text)}
    if len(fields) >= 4 and all(text in fields or text in _ORDINARY for text in shown):
        return True
    if "甲" in shown and all(text in _ORDINARY for text in shown):
        return True
    numbered = [
        text for text in shown if _FORMULA.fullmatch(text) or (len(text) == 1 and not text.isascii() and text.isdigit())
    ]
    digits = [int(text.partition("=")[0][:4]) for text in numbered if text.partition("=")[0].isdecimal()]
    run = (
        bool(digits)
        and len(digits) >= 4
        and max(digits) < 100
        and digits == list(range(digits[0], digits[0] + len(digits)))
    )
    circled = len(numbered) >= 4 and not digits
    letters = [text for text in shown if re.fullmatch(r"[A-Za-z]", text)]
    lettered = len(letters) >= 4 and len(letters) + sum(text in _ORDINARY for text in shown) == len(shown)
    others = [text for text in shown if text not in numbered and text not in _ORDINARY]
    return ((run or circled) and not others) or lettered


def is_of_a_guide(text: str) -> bool:
    """Whether a text in the region's column makes a row of the numbers 1, 2, 3 … one that numbers the columns."""
    return compact(text).strip("()") in _ORDINARY


def is_no_name(text: str) -> bool:
    """Whether a text in the region's column makes its row something else than data."""
    kinds = (is_sample, is_total, is_subtotal, is_statistic, is_ellipsis, is_label_like)
    return any(is_kind(text) for is_kind in kinds)


def is_label_like(text: str) -> bool:
    """Whether a text in the region's column is a label such as 审核人：, not a name."""
    return is_note(text) or is_signature([text])
