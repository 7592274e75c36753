"""S601 and S602 on synthetic 工作总结 of the styles that offices write. The reports are invented for the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hrss12333.checking.rule import Hit, ReportCase, Rule
from hrss12333.checking.rules.files import missing_topics, too_long, topic_missing
from hrss12333.model.filing import WorkReport
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Edition
from next_edition import NEXT

TITLE = "某某省2019年度12333电话服务工作总结"
ALL = ["工作进展", "取得的成效", "经验做法", "面临的主要问题", "下一步工作计划", "对全国12333工作的意见和建议"]

SECTIONS = {
    "工作进展": [
        "2019年，全省12333电话咨询服务中心共接听来电120万次，其中人工接听80万次。",
        "（一）推进系统省集中。完成了省级平台升级，及时整改检查中存在的问题。",
        "（二）解决群众热点问题。认真听取群众意见和建议，解答参保人遇到的问题和困难。",
    ],
    "取得的成效": [
        "综合接通率达到91.2%，比上年提高3个百分点，群众满意度持续上升。",
        "我省12333被评为全国优秀窗口，为下一步工作打下了坚实基础。",
    ],
    "经验做法": ["一是健全考核机制，实行班组管理；二是坚持培训常态化，学习外省的好的做法。"],
    "面临的主要问题": ["一是咨询员人员不足，队伍不稳定；二是知识库更新滞后，缺乏经验丰富的业务骨干。"],
    "下一步工作计划": ["一是推进全国联网，力争取得更大成效；二是针对存在的问题，加强培训；三是完善各项工作机制。"],
    "对全国12333工作的意见和建议": ["一是建议部里统一知识库标准；二是希望下一步加强全国培训，总结推广各地经验做法。"],
}
NUMERALS = "一二三四五六"


def outline(sections: dict[str, list[str]]) -> list[str]:
    texts = [TITLE]
    for numeral, (heading, body) in zip(NUMERALS, sections.items(), strict=False):
        texts += [f"{numeral}、{heading}", *body]
    return texts


@pytest.mark.parametrize("left_out", ALL)
def test_each_section_is_missed_when_left_out(left_out: str) -> None:
    """Whether its headings are numbered or not."""
    kept = {heading: body for heading, body in SECTIONS.items() if heading != left_out}
    assert missing_topics(outline(kept)) == [left_out]
    texts = [text for heading, body in kept.items() for text in (heading, *body)]
    assert missing_topics([TITLE, *texts]) == [left_out]


@pytest.mark.parametrize(
    "headings",
    [
        ("一、主要做法及成效", "二、存在的困难和不足", "三、下一步打算", "四、意见建议"),
        ("一、基本情况", "二、主要举措", "三、工作成果", "四、存在问题", "五、2020年工作思路", "六、有关建议"),
        ("1．工作开展情况", "2．典型经验", "3．工作成效", "4．困难与挑战", "5．今后工作重点", "6．对部里的建议"),
        ("（一）2019年重点工作", "（二）亮点和成绩", "（三）不足之处", "（四）2020年重点工作", "（五）工作建议"),
        ("工 作 进 展 和 成 效", "创新做法", "当前面临的问题", "工作计划", "意见和建议"),
    ],
)
def test_usual_outlines_are_complete(headings: tuple[str, ...]) -> None:
    body = {
        "做": "2019年，我省共接听来电100万次，完成了系统升级，探索形成了分级培训模式，群众满意率达98%。",
        "问": "坐席不足，人员流动大。",
        "计": "继续加强队伍建设，完善知识库。",
        "建": "加强对各地的业务培训。",
    }
    texts = [TITLE]
    for heading in headings:
        key = next((key for key in "问计建" if key in heading), "做")
        texts += [heading, body[key]]
    assert missing_topics(texts) == []


PROSE = """2019年，我省12333全年共受理来电66.5万次，开通了网上和微信渠道，完成省级系统建设。
全年工作取得了明显成效，综合接通率提升到92%。
我们的主要做法是：坚持以考促学，建立了月度质检制度。
同时也要看到，目前工作中还存在一些困难，主要是人员流动大、经费保障不足。
2020年，我们将继续推进全国联网，拟于6月底前完成知识库改造。
在此，我省建议部里出台12333服务规范。"""
RUN_IN = """工作进展：全年接听10万次。
成效：满意率98%。
经验做法：以老带新。
存在问题：人手少。
下步打算：多招人。
建议：多培训。"""
MENTIONED = """全年共接听来电10万次，解答了参保人遇到的问题，认真收集群众意见和建议。
针对检查中发现的问题及时整改，为下一步工作打下基础。
积极学习借鉴外省的经验做法，努力取得更好成效。"""


@pytest.mark.parametrize(
    ("paragraphs", "missing"),
    [
        (outline(SECTIONS), []),
        ([TITLE, *PROSE.split("\n")], []),
        ([TITLE, *RUN_IN.split("\n")], []),
        ([TITLE, *MENTIONED.split("\n")], ALL[1:]),
        ([], ALL),
    ],
    ids=["the notice's outline", "prose", "run-in headings", "words only mentioned", "nothing"],
)
def test_a_report_treats_a_topic_where_it_does_not_only_mention_the_words(
    paragraphs: list[str], missing: list[str]
) -> None:
    assert missing_topics(paragraphs) == missing


def summary(*paragraphs: str, words: int = 100) -> WorkReport:
    return WorkReport("总结.docx", None, paragraphs, words=words)


def hits_of(rule: Rule, about: WorkReport, edition: Edition = EDITION) -> Iterator[Hit]:
    assert rule.check is not None
    return (hit for hit in rule.check(ReportCase(about, edition)) if isinstance(hit, Hit))


@pytest.mark.parametrize(("words", "over"), [(0, None), (3000, None), (3001, "多1字"), (3215, "多215字")])
def test_s601(words: int, over: str | None) -> None:
    hits = list(hits_of(too_long, summary(words=words)))
    assert len(hits) == (over is not None)
    if over:
        assert over in hits[0].message.text
        assert hits[0].value == words


def test_the_limit_is_the_editions() -> None:
    (hit,) = hits_of(too_long, summary(words=2501), NEXT)
    assert "请压缩到2500字以内" in hit.message.text
    assert too_long.text_in(NEXT).title == "工作总结超过2500字"
    assert not list(hits_of(too_long, summary(words=2501)))


def test_s602_gives_one_hit_a_topic() -> None:
    kept = {heading: body for heading, body in SECTIONS.items() if heading not in ("经验做法", "面临的主要问题")}
    hits = list(hits_of(topic_missing, summary(*outline(kept))))
    assert [hit.value for hit in hits] == ["经验做法", "面临的主要问题"]
    assert all(f"“{hit.value}”" in hit.message.text for hit in hits)


@pytest.mark.parametrize(("more", "asked"), [(0, len(ALL)), (1, 0)])
def test_what_is_more_than_ten_times_too_long_is_asked_to_be_shortened_first(more: int, asked: int) -> None:
    for edition in (EDITION, NEXT):
        length = 10 * edition.report_words + more
        about = summary("全" * (length - 10), "年" * 10, words=length)
        assert len(list(hits_of(topic_missing, about, edition))) == asked
        assert len(list(hits_of(too_long, about, edition))) == 1
