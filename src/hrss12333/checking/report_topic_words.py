"""How reports speak of the notice's six topics (通知第一部分第（一）条): the vocabulary that report_topics.py searches with.

Wording alone is weak evidence: “存在的问题” may be the callers' problems, and every plan says 提升成效. So each topic
has words that name it, words that only suggest it, and what a sentence must not say besides.
"""

from __future__ import annotations

import re
from re import Pattern

from msgspec import Struct

from hrss12333.patterns import lazy


class Topic(Struct, frozen=True):
    """One of the six topics and how reports speak of it."""

    key: str
    name: str
    """In the notice's words."""
    synonyms: str
    """Other usual headings, for the message."""
    heading: Pattern[str]
    """A heading with this names the topic."""
    weak_heading: Pattern[str]
    """A heading with this names the topic if it names no other."""
    explicit: Pattern[str]
    """A sentence with this treats the topic …"""
    unless: Pattern[str]
    """… unless it says this as well."""
    suggestive: Pattern[str]
    """A sentence with this may treat the topic."""
    not_under: tuple[str, ...] = ()
    """Keys of topics under whose headings the body's wording is no evidence."""


_NEVER = lazy(r"(?!)")
_FUTURE = r"力争|争取|确保|努力|推动|更大|更好|新的更|尚未|未能|还未|下一步|建议|希望"
_LATER = ("problems", "plan", "advice")
_TOO_NEAR = (
    r"(?<!解决)(?<!解答)(?<!补齐)(?<!弥补)(?<!克服)(?<!破解)(?<!突破)(?<!应对)(?<!处理)(?<!群众)(?<!热点)(?<!疑难)"
)

TOPICS = (
    Topic(
        "progress",
        "工作进展",
        "工作开展情况、基本情况、主要工作",
        re.compile(r"进展"),
        re.compile(
            r"(开展|完成|推进|落实|运行|建设|服务|工作|基本|总体|整体|主要|有关)情况|工作(回顾|概况|概述)"
            r"|(主要|重点|全年|所做|年度?)(的)?工作|概况"
        ),
        re.compile(
            r"(工作|建设|总体|各项|整体).{0,6}进展|进展(情况|如下|顺利|良好)|取得[^，。；]{0,8}进展|(开展|做|推进)了(以下|如下)"
            r"|重点(开展|做|抓|推进)了"
        ),
        re.compile(r"尚未|缓慢|建议部|希望|下一步(将|要|拟|，)"),
        re.compile(
            r"(全年|年度|\d{4}年|截至|截止|累计|共)[^。]{0,40}(接听|受理|来电|接到|话务|服务)"
            r"|(完成|建成|开通|搭建|上线|启用|开展|组织|建立|升级|实施)了"
        ),
        _LATER,
    ),
    Topic(
        "results",
        "取得的成效",
        "工作成效、成果、成绩",
        re.compile(r"成效|成果|成绩|效果|收获|成就|实效"),
        re.compile(r"(服务|能力|水平|质量).{0,6}(提升|提高|增强|改善)$"),
        re.compile(
            r"取得(了)?[^，。；]{0,14}(成效|成绩|成果|效果|实效|突破)|(成效|效果)(显著|明显|突出|初显|良好|如下|主要)|(主要|工作|初见)成效"
        ),
        re.compile(_FUTURE),
        re.compile(
            r"满意(度|率)|接通率[^。]{0,12}(达|提|升|为)|(提高|提升|增长|上升|下降|降低|增加|减少|缩短)(了|到|至|约|近)?\d"
            r"|(荣获|获得|被评为|被授予|受到)[^，。]{0,24}(称号|表彰|好评|荣誉|奖|先进|肯定)"
            r"|得到(了)?[^，。]{0,10}(提升|提高|改善|好评|认可|肯定)|(显著|明显|大幅|有效)(提升|提高|改善|增强|缩短|降低)"
        ),
        _LATER,
    ),
    Topic(
        "practice",
        "经验做法",
        "主要做法、典型经验、工作举措、工作亮点",
        re.compile(r"经验|做法"),
        re.compile(r"举措|措施|亮点|典型|特色|创新"),
        re.compile(
            r"(主要|具体|典型|有益|好的|成功|创新|特色|我们的|经验)(的)?(做法|经验|举措|措施)|(经验|做法)(是|有|如下|主要|包括|：)"
            r"|(形成|总结|积累|探索)(出|了)*[^，。；]{0,14}(经验|做法|模式|路径|路子)"
        ),
        re.compile(r"借鉴|推广|学习|交流会|其他省|兄弟省|外省|先进地区|缺乏|欠缺|" + _FUTURE),
        re.compile(
            r"(创新|探索|健全|完善|坚持|强化|推行|实行|建立)(了)?[^，。]{0,14}(机制|制度|模式|管理|考核|体系|办法)"
            r"|通过[^，。]{2,24}(方式|措施|手段|办法|形式)"
        ),
        _LATER,
    ),
    Topic(
        "problems",
        "面临的主要问题",
        "存在的问题、困难和不足",
        re.compile(
            r"(存在|面临|突出|主要|当前|目前|遇到).{0,8}(问题|困难|不足|短板|挑战)|问题(和|与|及|、)|不足之处|薄弱环节|瓶颈|制约"
        ),
        re.compile(_TOO_NEAR + r"(问题(?!导向)|困难|短板|不足|挑战|困境|差距)"),
        re.compile(
            r"(存在|面临|遇到)[^，。；]{0,18}(问题|困难|不足|短板|挑战|差距|瓶颈|薄弱)"
            r"|(?<!咨询)(?<!群众)(问题|困难|不足|短板|瓶颈|困境)(主要)?(是|有|在于|表现|体现|如下|包括|：)"
            r"|不足之处|薄弱环节|(问题|矛盾|短板)(较为|比较|日益|仍然|依然|仍|还|十分)?(突出|凸显|严重)"
        ),
        re.compile(
            r"针对|整改|查找|检查|发现|(解决|解答|帮助|协调|处理|化解)[^，。；]{0,12}(存在|面临|遇到)"
            r"|(群众|企业|劳动者|参保人|服务对象|来电人|市民|办事人)[^，。；]{0,6}(遇到|面临|存在|问题)"
        ),
        re.compile(
            r"(人员|坐席|座席|经费|编制|资金|力量|人手|待遇|队伍|系统|知识库)[^，。]{0,12}(不足|短缺|紧缺|紧张|缺乏|偏少|不稳定|流失|滞后)"
            r"|(有待|亟待|亟需)[^，。]{0,10}(提高|提升|加强|完善|解决)"
        ),
        ("plan", "advice"),
    ),
    Topic(
        "plan",
        "下一步工作计划",
        "下一步打算、工作思路、下年度重点工作",
        re.compile(
            r"下一?步|下一?阶段|下一?年|(工作|初步|近期)?(计划|打算)(?!完成|执行|落实)|今后|明年|来年|未来|设想"
        ),
        re.compile(r"思路|工作安排|规划|(努力|发展|改进)方向|改进措施"),
        re.compile(
            r"(^|[，；：])(下一?步|下一?阶段|今后|明年|来年|新的一年|未来)|下一?步(工作|将|我|计划|打算|要|重点|拟|，)"
            r"|将(继续|进一步|着力|重点|持续|全面推进)|(计划|打算|拟)(在|于|到|用)?(今年|明年|来年|下年|年底|\d{4}年)"
        ),
        re.compile(r"建议|希望|奠定|打下|(为|给)[^，。；]{0,6}下一?步|^原?计划"),
        re.compile(r"力争|打算|拟(于|在|定|建)|计划(在|于|用|投入|建设|开展|启动|建成|完成)"),
        ("advice",),
    ),
    Topic(
        "advice",
        "对全国12333工作的意见和建议",
        "意见建议、有关建议",
        re.compile(
            r"(?<!听取)(?<!征求)(?<!收集)(?<!征集)(?<!采纳)(?<!群众)(?<!社会)(?<!实施)(?<!指导)(?<!落实)(意见|建议)(?!箱|征集|征求|收集|办理|反馈|》)"
        ),
        _NEVER,
        re.compile(
            r"(^|[；：，、）)是])(我(省|市|区|厅|局|们)|为此|因此|在此|特)?建议(?!和|及|与|的|意见|其|他|群众|来电|市民|当事人|参保|被|办理|收集)"
            r"|(希望|恳请|期望|请|盼|期盼|恳望)(贵?部|人社部|人力资源社会保障部|国家|上级|全国)|(对|向)(全国|部|人社部|国家|上级)[^，。；]{0,20}(意见|建议)"
            r"|(以下|如下|几点|几条|两点|三点)[^，。；]{0,6}(意见|建议)"
        ),
        re.compile(r"收集|征求|征集|群众(提出)?的?(意见|建议)|采纳"),
        re.compile(r"(希望|恳请|呼吁)(能|尽快|加强|加快|进一步|统一|出台|在)"),
    ),
)
