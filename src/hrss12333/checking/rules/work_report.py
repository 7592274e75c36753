"""Rules over a 工作总结: its length, and which of the notice's six topics it treats (通知第一部分第（一）条).

A heading shows a topic, or a sentence without words against it: “存在的问题” may be the callers', and every plan
mentions 提升成效. The words of each topic are in survey/data/report_words.tsv.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from hrss12333.checking.rule import Hit, ReportCase, Scope, error, query
from hrss12333.model.message import compose
from hrss12333.survey.lists import flat_list

_TITLE_END = r"(总结|报告|汇报|材料|函|通知)$"
_SENTENCE_END = r"[。！？!?\n]"
_HEADING_END = r"[。！？!?\n：；]"
_LONGEST_HEADING = 36
_FULL_WIDTH = str.maketrans(",;:", "，；：")


@cache
def topics() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Topic in the notice's words and order → use of words (标题, 正文 …, which the table explains) → the words."""
    found: dict[str, dict[str, list[str]]] = {}
    for name, does, words in flat_list("report_words.tsv"):
        found.setdefault(name, {}).setdefault(does, []).append(words)
    return found


def _is_in(topic: str, does: str, text: str) -> bool:
    """Whether a text has a word of the topic for this use."""
    return any(re.search(words, text) for words in topics()[topic].get(does, ()))


def missing_topics(paragraphs: Sequence[str]) -> list[str]:
    """The topics that a 工作总结 lacks, in the notice's order. A short beginning without a comma is a heading."""
    treated, sentences = set[str](), list[str]()
    for paragraph in paragraphs:
        text = re.sub(r"[\s\u200b\ufeff]+", "", unicodedata.normalize("NFKC", paragraph)).translate(_FULL_WIDTH)
        if re.search(_TITLE_END, text):
            continue
        first = re.split(_HEADING_END, text, maxsplit=1)[0]
        if len(first) <= _LONGEST_HEADING and "，" not in first:
            treated |= {topic for topic in topics() if _is_in(topic, "标题", first)}
        sentences += re.split(_SENTENCE_END, text)
    for topic in topics():
        if any(_is_in(topic, "正文", each) and not _is_in(topic, "除外", each) for each in sentences):
            treated.add(topic)
    return [topic for topic in topics() if topic not in treated]


_CLAUSE = "通知第一部分第（一）条"
_FAR_TOO_LONG = 10
"""How many times too long a text is not searched for topics."""


@error(
    "S601",
    scope=Scope.SUMMARY,
    title="工作总结超过{report_words}字",
    why="通知要求工作总结的字数控制在{report_words}字以内。字数按Word“审阅—字数统计”中的“字数”计：汉字和全角标点每个算1字，"
    "连续的字母、数字算1字；正文、表格、文本框计入，页眉页脚不计。",
    clause=_CLAUSE,
    wrong="全文3215字",
    right="压缩到{report_words}字以内",
)
def too_long(case: ReportCase) -> Iterator[Hit]:
    """S601."""
    words, most = case.summary.words, case.edition.report_words
    if words > most:
        message = compose(
            "工作总结共{words}字（按Word的“字数”统计），比通知规定的{most}字多{more}字",
            "请压缩到{most}字以内。",
            words=words,
            most=most,
            more=words - most,
        )
        yield Hit(message, value=words)


@query(
    "S602",
    scope=Scope.SUMMARY,
    title="工作总结缺少规定的内容",
    why="通知要求工作总结包括六项内容：工作进展、取得的成效、经验做法、面临的主要问题、下一步工作计划、对全国12333工作的意见和建议。"
    "按标题和正文中的说法查找，“主要做法”“存在的困难和不足”“下一步打算”等常用说法都算。"
    "超过规定字数十倍的，先请压缩（S601），压缩后再查。",
    clause=_CLAUSE,
    wrong="全文只写了工作进展、成效和下一步打算",
    right="六项内容各有一段，最好各有一个小标题",
)
def topic_missing(case: ReportCase) -> Iterator[Hit]:
    """S602: one hit for each topic not found, unless the 工作总结 is far too long (S601)."""
    if sum(map(len, case.summary.paragraphs)) > _FAR_TOO_LONG * case.edition.report_words:
        return
    for topic in missing_topics(case.summary.paragraphs):
        message = compose(
            "工作总结中没有找到“{topic}”（{synonyms}）的内容",
            "请补充这一部分；如果正文已经写到，请加上“{topic}”小标题，或向审核单位说明在哪一段。",
            topic=topic,
            synonyms="、".join(topics()[topic]["又称"]),
        )
        yield Hit(message, value=topic)
