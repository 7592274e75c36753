"""Texts on their way into a cell: nothing that a file format refuses, how wide they are, and where a heading breaks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from hrss12333.patterns import harmless
from hrss12333.wording.places import public_text

_LONGEST_CELL = 32_000
"""A cell of a workbook holds 32,767 characters."""
CUT = "……（过长，已截断）"
_WORDS = re.compile(
    r"（[^）]*）|附表\d|行数|[\x21-\x7e]+|号码|的?地区数?|来电|总量|人工|自助|接听量|语音量|放弃量|接通率|放弃率|占比|开通率?|留言|投诉举报|服务|"
    r"总人数|咨询员|人数|[坐座席]席数?|年度|培训|人次|系统|省集中|网络|部署|位置|互联网|业务专网|知识库|条目数|统一|标识|服装|"
    r"网上|短信|微信|使用|提供|启用|百分点|报送|单位|填报|覆盖|缺报|工作|总结|字数|强制性|核实性|核实|错误|其中|情况|处理|日期|是否|逾期|比上年|增长|.",
)


def safe(text: str) -> str:
    """The text without control characters, cut to what a cell can hold."""
    if text.isprintable() and len(text) <= _LONGEST_CELL:
        return text  # nearly every text there is
    tidy = harmless(text.replace("\r\n", "\n").replace("\r", "\n"))
    return tidy if len(tidy) <= _LONGEST_CELL else tidy[: _LONGEST_CELL - len(CUT)] + CUT


def public(text: str) -> str:
    """The safe text without 手机号 and 邮箱, for a sheet that may leave the office."""
    return public_text(safe(text))


@cache  # asked of every character of every text, of which there are few
def _half_widths(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WFA" else 1


def width(text: str) -> float:
    """Width of the widest line, in half-width characters."""
    if text.isascii() and "\n" not in text:
        return len(text)
    return max([sum(map(_half_widths, line)) for line in text.split("\n")])


def wrapped_lines(text: str, columns: float) -> int:
    """The number of lines that the text takes in a cell of so many half-width characters."""
    if 2 * len(text) < columns and "\n" not in text:
        return 1
    return sum(max(1, -(-int(width(line) + 0.999) // max(1, int(columns)))) for line in text.split("\n"))


def words(heading: str) -> list[str]:
    """The pieces of a heading, between which it may break."""
    return _WORDS.findall(heading)


def broken(heading: str, columns: float) -> str:
    """The heading broken by sense, 年度培训 over 人次, where it takes several lines."""
    if width(heading) <= columns - 0.5:
        return heading
    return "\n".join(line for part in heading.split("\n") for line in _lines_of(part, columns))


def _lines_of(part: str, columns: float) -> Iterator[str]:
    line = ""
    for piece in words(part) if width(part) > columns else [part]:
        if line and width(line + piece) > columns:
            yield line
            line = ""
        line += piece
    yield line
