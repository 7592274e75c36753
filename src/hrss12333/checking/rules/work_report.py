"""Rules over a 工作总结: its length and its six topics (通知第一部分第（一）条)."""

from __future__ import annotations

from collections.abc import Iterator

from hrss12333.checking.rule import Hit, ReportCase, Scope, error, query
from hrss12333.model.message import compose

_CLAUSE = "通知第一部分第（一）条"
_FAR_TOO_LONG = 10
"""Times the length that is asked for."""


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
    """S602: one hit for each topic that is not found; of what is far too long S601 asks first."""
    from hrss12333.checking.report_topics import missing_topics  # its words are many

    if sum(map(len, case.summary.paragraphs)) > _FAR_TOO_LONG * case.edition.report_words:
        return
    for topic in missing_topics(case.summary.paragraphs, case.summary.headings):
        message = compose(
            "工作总结中没有找到“{topic}”（{synonyms}）的内容",
            "请补充这一部分；如果正文已经写到，请加上“{topic}”小标题，或向审核单位说明在哪一段。",
            topic=topic.name,
            synonyms=topic.synonyms,
        )
        yield Hit(message, value=topic.name)
