"""What a qualifier does to the answer before it: 是（已下线）, 互联网（计划）, 是（80%）, 是，2018年开通.

Words are listed by what they do, not by the sentences they come in: taking back, putting off, limiting, contradicting.
What is known to change nothing (a date in the period, a machine room, a trial run) is harmless; whatever else stands
there leaves the answer to be confirmed.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from hrss12333.patterns import lazy


class Effect(Enum):
    """What a qualifier does to a 是 or a choice; the value says so in Chinese."""

    HARMLESS = ""
    TAKEN_BACK = "后面的话又说已经停用或取消"
    PUT_OFF = "后面的话说的是计划中、还没有实现的事"
    LIMITED = "后面的话说明只有一部分是这样"
    CONTRADICTED = "前后说法不一致"
    UNKNOWN = "后面的话是否改变了答案，看不准"


_TAKES_BACK = lazy(
    r"停|下线|下架|取消|关闭|关停|撤|废|弃|拆|终止|中止|中断|暂缓|不再|退出|退役|注销|失效|过期|到期|欠费|故障|瘫痪|损坏|作废"
    r"|解除|收回|剥离|移交|划转|原来?(?:有|是|为|先)?|曾|以前|之前|此前|过去|从前|历史|旧|老系统|替换|替代|改为|改成|改用|已[转并迁]|迁出|迁至|迁移|割接"
)
_PUTS_OFF = lazy(
    r"计划|规划|拟|将|待|筹|预计|预期|预备|打算|准备|申请|申报|报批|审批|立项|招标|招投标|采购|征求|论证|调研|研究|设计|在建|建设中|开发中|施工|正在|进行|推进"
    r"|推动|着手|启动中|启动阶段|调试|联调|测试|内测|公测|试点中|即将|马上|争取|力争|目标|下一步|下步|下一?年|明年|来年|后年|年底|年末|年内|下半年|近期|远期|未来"
    r"|以后|之后再|后续|逐步|逐渐|陆续|尚|暂|还在|还需|需要?[^求]|过渡"
)
_LIMITS = lazy(
    r"部分|仅|只|限|个别|少数|多数|一半|半数|大多|大部|主要|主城|城区|市区|市辖区|郊|县|区级|乡|镇|街道|本级|市直|省直|试点|局部|除|其余|其他|其它"
    r"|有的|有些|一些|若干|分批|分期|内部|对内|单向|[%％‰]|百分之|[几\d一二三四五六七八九十两]+[/／](?=\d)|\d+/\d+|[\d一二三四五六七八九十两几]+个?(?:地|市|州|盟|区|县|家|处)"
)
_CONTRADICTS = lazy(r"[否无没未不非勿×✗✘☒]|^[xn]$|^no$|^false$")
_WITHOUT_EFFECT = lazy(
    r"7[x×*]24(?:小时)?|[不无]间断|(?:全部|各|所有|含|包括|覆盖)(?:所辖|下辖)?(?:[市县区]+(?:市|县|区|级|州)*)|通过验收"
)
"""Phrases in which a telling word tells nothing."""
_YEAR = lazy(r"(?<!\d)(20\d\d)(?!\d)|(?<!\d)(\d\d)年")
_DATE = lazy(
    r"(?:20)?\d\d年?(?:[./\-]?\d{1,2}月?(?:[./\-]?\d{1,2}[日号]?)?)?(?:年?[初中底末]|上半年|下半年|[上中下]旬)?"
)
_HARMLESS_WORDS = lazy(
    r"试运行|试用|正式|正常|稳定|运行|运营|运维|已|全部|全面|全省|全市|全区|全州|均|都|各地|各市|统一|集中|自建|自有|独立|完成|开通|启用|建成|建设|建立|建|实现|使用|设置"
    r"|开设|上线|部署|提供|服务|功能|从|自|于|在|起|至今|以来|开始|去年|上年|前年|年度|微信|公众号|小程序|网站|网址|官网|门户|网上|短信|留言|语音|投诉|举报|手机|客户端|app|平台|系统|热线|电话"
    r"|号码|12333|12345|7[x*×]24小时|24小时|全天候?|全天|省厅|市局|厅|局|省|市|中心|信息|人社部?门?|政务|金保|云|机房|服务器|托管|专线|电信|移动|联通|运营商|的|了|由|为|和|与|及|含|包括|是|有"
    r"|同意|对|[√✓✔☑]|yes|[、,.;:。/\-~～至到\"“”‘’'()（）\[\]【】]"
)


@lru_cache(maxsize=4096)
def effect(text: str, year: int | None = None) -> Effect:
    """What ``text`` does to the 是, or the choice, that it qualifies; ``year`` is the year reported on."""
    words = text.strip("()[],;:. ")
    years = [int(match[1] or f"20{match[2]}") for match in _YEAR.finditer(words)]
    if year is not None and any(named > year for named in years):
        return Effect.PUT_OFF
    telling = _WITHOUT_EFFECT.sub("", _DATE.sub("", words) if years else words)
    if _CONTRADICTS.search(telling):
        return Effect.CONTRADICTED
    for pattern, does in ((_TAKES_BACK, Effect.TAKEN_BACK), (_PUTS_OFF, Effect.PUT_OFF), (_LIMITS, Effect.LIMITED)):
        if pattern.search(telling):
            return does
    return Effect.UNKNOWN if _HARMLESS_WORDS.sub("", telling) or not words else Effect.HARMLESS


@lru_cache(maxsize=4096)
def reverses(text: str) -> bool:
    """Whether a qualifier says 是 of what was answered with 否: 否（已开通）, 否（部分开通）."""
    words = text.strip("()[],;:. ")
    return bool(re.search(r"已|是|部分|仅|只|有(?!计划|意)|个别|[√✓✔☑]|试运行|\d[%％]", words))
