"""Chinese text in a fixed-width font: display widths, padding, and line breaks where Chinese allows them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

_HEADING_PIECES = (
    r"号码|的?地区数?|来电|总量|人工|自助|接听量|语音量|放弃量|接通率|放弃率|占比|开通率?|留言|投诉举报|服务|"
    r"总人数|及其构成|咨询员|人数|[坐座席]席数?|年度|培训|人次|系统|省集中|网络|部署|位置|互联网|业务专网|知识库|条目数|统一|标识|服装|"
    r"网上|短信|微信|使用|提供|启用|百分点|报送|单位|填报|覆盖|缺报|工作|总结|字数|强制性|核实性|核实|错误|其中|情况|处理|日期|是否|逾期|比上年|增长"
)
_UNBROKEN = (
    r"\s+|（\d+.）|附[注表]\d*|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60“”‘’—…《》〔〕（）]+|"
    rf"[\u4e00-\u9fff]{{2,4}}?[市州盟]|{_HEADING_PIECES}|."
)
"""Texts that are never broken over lines: numbers, Latin words, names of places, the words of headings."""
_LISTED = r"[^，。；：（）]*(?:（[^）]*）?)?"
"""The beginning of an item in a list, up to its bracket: 福建省（2处."""
_HEADING_WORDS = r"（[^）]*）|附表\d|行数|[\x21-\x7e]+|" + _HEADING_PIECES + "|."
_NO_START = frozenset("，。、；：！？）》〕”’%％…—")
_NO_END = frozenset("（《〔“‘")


def shorten(text: str, limit: int = 60) -> str:
    """At most ``limit`` characters, cut short with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def few_named(names: Sequence[str], most: int, rest: str = "等") -> str:
    """The names; if they are more than ``most``, only the first ones, then ``rest``."""
    return "、".join(names[:most]) + (rest if len(names) > most else "")


def display_width(text: str) -> int:
    """Columns that a text takes on a terminal; a Chinese character takes two."""
    return len(text) if text.isascii() else sum(_half_widths(character) for character in text)


def _half_widths(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pad(text: str, width: int) -> str:
    """Fill up with spaces to a display width."""
    return text + " " * (width - display_width(text))


def wrap(text: str, width: int) -> list[str]:
    """Break a line as Chinese is set: not within numbers, Latin words or listed names, nor before 。）."""
    if display_width(text) <= width:
        return [text.rstrip()]
    lines: list[str] = []
    line, taken = "", 0
    for token in _clusters(text):
        while line and taken + display_width(token.rstrip()) > width:
            before, mark, item = line.rpartition("、")
            is_list = mark and item and 2 * display_width(item) <= width and re.fullmatch(_LISTED, item)
            lines.append(before + mark if is_list else line.rstrip())
            line = item if is_list else ""
            taken = display_width(line)
            token = token if line else token.lstrip()
        while display_width(token.rstrip()) > width:
            head = _head(token, width)
            lines.append(head)
            token = token[len(head) :]
        line, taken = line + token, taken + display_width(token)
    return [*lines, line.rstrip()] if line.strip() else lines


def _clusters(text: str) -> Iterator[str]:
    """Pieces between which a line may break."""
    cluster = ""
    for token in re.findall(_UNBROKEN, text, re.DOTALL):
        if cluster and not (token[0] in _NO_START or token.isspace() or cluster[-1] in _NO_END):
            yield cluster
            cluster = ""
        cluster += token
    if cluster:
        yield cluster


def _head(token: str, width: int) -> str:
    size = 0
    for index, character in enumerate(token):
        size += display_width(character)
        if size > width and index:
            return token[:index]
    return token


def words(heading: str) -> list[str]:
    """The pieces of a heading, between which lines may break."""
    return re.findall(_HEADING_WORDS, heading)
