"""Group F, files, and group S, work reports (工作总结)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from hrss12333.checking.rule import FORMS_CLAUSE, TECHNICAL, Case, Hit, ReportCase, Scope, declare, error, note, query
from hrss12333.checking.rules.rows import cities_are_asked
from hrss12333.model.finding import Severity
from hrss12333.model.message import compose
from hrss12333.model.row import Problem
from hrss12333.survey import flat_list

UNREADABLE = declare(
    "F001 文件无法读取或已损坏",
    Severity.ERROR,
    problem=Problem.DAMAGED,
    why="读不出来的文件无法审核，也不会进入汇总。",
    example="传输中断、只剩半个的文件 → 用Excel或WPS打开确认无误后，另存为.xlsx重新报送",
)
ENCRYPTED = declare(
    "F002 文件设有密码",
    Severity.ERROR,
    problem=Problem.ENCRYPTED,
    why="加密的文件无法读取。工作表保护（不设打开密码）不受影响。",
    example="打开时要求输入密码的调查表 → 取消打开密码后另存再报送",
)
OTHER_FORMAT = declare(
    "F003 不是可以读取的格式",
    Severity.ERROR,
    problem=Problem.OTHER_FORMAT,
    why="扫描件、图片、PDF中的数字无法可靠读出，不作猜测。其他格式（.ods、.xlsb、.csv、网页等）另存为.xlsx只要一分钟，读错了却没有人知道。",
    example="附表1盖章扫描件.pdf → 同时报送电子表格（.xlsx、.xls、.et或.docx）",
)
TOO_LARGE = declare(
    "F004 文件超出大小限制",
    Severity.ERROR,
    problem=Problem.TOO_LARGE,
    why="解压后异常庞大、表格范围异常大或压缩包层层嵌套的文件可能有害，不予读取。",
    clause=TECHNICAL,
    example="2MB的压缩包解压后有2GB；工作表在最后一行最后一列有内容 → 把调查表内容复制到一份空白调查表中再报送",
)


@error(
    "F005 没有找到调查表，或样子不是调查表",
    problem=Problem.NO_FORM,
    why="文件里找不到附表1或附表2的表头，没有可以审核的内容；或者有一张工作表写着一张表的半数以上栏目，却不是通知的样子（栏目自上而下排列、左右出现两次、"
    "被分成几张），没有读取。",
    clause=FORMS_CLAUSE,
    example="报送的是值班表；栏目名称写在第一列，每个地区一列 → 使用通知所附的空白调查表填报：一个表头，每个栏目一列，每个地区一行",
)
def unrecognised(case: Case) -> Iterator[Hit]:
    """A visible sheet with half of a form's columns that is not read as one."""
    for sheet in case.filing.unrecognised:
        yield Hit(sheet.message, place=sheet.place, form=sheet.form)


@query(
    "F006 缺少其中一张表",
    scope=Scope.UNIT,
    why="附表1和附表2都要报送；两张表可以分在两个文件里，汇总时会合并到同一单位。",
    clause="通知第一部分第（二）条",
    example="文件中只有附表1 → 附表1、附表2都在同一个文件里，或另一个文件里有另一张表",
)
def form_missing(case: Case) -> Iterator[Hit]:
    """A form of the survey that the unit did not send."""
    sent = {table.form.key for table in case.filing.tables} | {item.form for item in case.left_out}
    if case.refused or not case.filing.tables or cities_are_asked(case):
        return
    for form in case.edition.forms:
        if form.key not in sent:
            fact = "没有找到{form}《{title}》"
            request = "如果在另一个文件里，请一并报送；如果漏填，请补上。"
            message = compose(fact, request, form=form.key, title=form.title)
            yield Hit(message, form=form.key)


@error(
    "F007 栏目缺少、重复或无法辨认",
    doubts=True,
    why="栏目与附表不一致时，数据可能被读到别的栏目里去；其余栏目照常审核。",
    clause=FORMS_CLAUSE,
    example="附表1没有“放弃量”栏；“坐席数”栏出现两次 → 栏目与附表一致，每栏一列",
)
def columns(case: Case) -> Iterator[Hit]:
    """A missing or doubled column."""
    for table in case.filing.tables:
        for problem in table.column_problems:
            yield Hit(problem.message, table=table, field=problem.field, place=problem.place)


@note(
    "F008 文件带有宏或外部链接",
    why="本工具从不运行宏，也不访问链接；外部链接的数字取的是文件里最后保存的值，请确认是最新的。",
    clause=TECHNICAL,
    example="调查表里的数引用了另一个工作簿 → 把引用改为数值后再报送",
)
def active_content(case: Case) -> Iterator[Hit]:
    """Macros, and links to other workbooks and programs."""
    if case.filing.macros:
        yield Hit(compose("文件带有宏", "本工具没有运行它；建议另存为不带宏的工作簿再报送。"))
    if case.filing.external_links:
        request = "本工具没有访问它，读取的是最后一次保存的数，请核对是否最新，建议改为数值。"
        yield Hit(compose("文件引用了其他文件或程序", request))


_TITLE_END = r"(总结|报告|汇报|材料|函|通知)$"
_SENTENCE_END = r"[。！？!?\n]"
_HEADING_END = r"[。！？!?\n：；]"
_LONGEST_HEADING = 36
_FULL_WIDTH = str.maketrans(",;:", "，；：")


@cache
def topics() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Topic of the notice, in its order → use (标题, 正文, 除外, 又称, as the table explains) → words."""
    found: dict[str, dict[str, list[str]]] = {}
    for name, does, words in flat_list("report_words.tsv"):
        found.setdefault(name, {}).setdefault(does, []).append(words)
    return found


def _is_in(topic: str, does: str, text: str) -> bool:
    """Whether a text holds a word that the topic has for this use."""
    return any(re.search(words, text) for words in topics()[topic].get(does, ()))


def missing_topics(paragraphs: Sequence[str]) -> list[str]:
    """The topics that a 工作总结 lacks; a paragraph's short beginning counts as its heading."""
    treated = set[str]()
    sentences = list[str]()
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


_FAR_TOO_LONG = 10
"""A text this many times as long as allowed is no 工作总结: searching it for topics would take long."""


@error(
    "S601 工作总结超过{report_words}字",
    scope=Scope.SUMMARY,
    why="通知要求工作总结的字数控制在{report_words}字以内。字数按Word“审阅—字数统计”中的“字数”计：汉字和全角标点每个算1字，"
    "连续的字母、数字算1字；正文、表格、文本框计入，页眉页脚不计。",
    example="全文3215字 → 压缩到{report_words}字以内",
)
def too_long(case: ReportCase) -> Iterator[Hit]:
    """A 工作总结 that exceeds the edition's limit."""
    words, most = case.report.words, case.edition.report_words
    if words > most:
        fact = "工作总结共{words}字（按Word的“字数”统计），比通知规定的{most}字多{more}字"
        request = "请压缩到{most}字以内。"
        message = compose(fact, request, words=words, most=most, more=words - most)
        yield Hit(message, value=words)


@query(
    "S602 工作总结缺少规定的内容",
    scope=Scope.SUMMARY,
    why="通知要求工作总结包括六项内容：工作进展、取得的成效、经验做法、面临的主要问题、下一步工作计划、对全国12333工作的意见和建议。"
    "按标题和正文中的说法查找，“主要做法”“存在的困难和不足”“下一步打算”等常用说法都算。"
    "超过规定字数十倍的，先请压缩（S601），压缩后再查。",
    example="全文只写了工作进展、成效和下一步打算 → 六项内容各有一段，最好各有一个小标题",
)
def topic_missing(case: ReportCase) -> Iterator[Hit]:
    """A topic that a 工作总结 lacks."""
    if sum(map(len, case.report.paragraphs)) > _FAR_TOO_LONG * case.edition.report_words:
        return
    for topic in missing_topics(case.report.paragraphs):
        fact = "工作总结中没有找到“{topic}”（{synonyms}）的内容"
        request = "请补充这一部分；如果正文已经写到，请加上“{topic}”小标题，或向审核单位说明在哪一段。"
        message = compose(fact, request, topic=topic, synonyms="、".join(topics()[topic]["又称"]))
        yield Hit(message, value=topic)
