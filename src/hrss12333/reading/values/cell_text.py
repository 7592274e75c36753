"""Cells as they are seen: blank or not, its visible text, its half-width form. Every reader of cells starts here."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from hrss12333.model.filing import Found
from hrss12333.model.message import Message, Several, Words, noted
from hrss12333.model.row import Problem
from hrss12333.patterns import HAN, UNITS, harmless
from hrss12333.reading.grid import Cell
from hrss12333.survey.schema import LARGEST_EXACT, Scalar

_HALF_WIDTH = str.maketrans(
    {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys([0x3000, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F], " ")
    | dict.fromkeys(map(ord, "−﹣‐‑–—"), "-")
    | {ord("﹐"): ",", ord("、"): "、"}
)
_NOTHINGS = (
    "- -- --- ---- ―  _ __ / // \\ 、 . 。 · … …… ... * × 无 没有 暂无 不详 未知 未填 未统计 无数据 无统计 未提供 不清楚 缺 空 "
    "n/a na none null 待定 待报 待补 暂缺 无法统计 暂无数据 无此项 无此数据 未报 未上报 缺失"
)
NOTHING = frozenset(_NOTHINGS.split())
"""Half-width texts that stand for a blank where a figure or a choice is due."""


class Answer(NamedTuple):
    """A value, or the problem to which a rule objects; ``how`` says what was done or what is wrong."""

    value: Scalar = None
    problem: Problem | None = None
    how: Message | None = None


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing a person would see; zero is not blank."""
    return cell is None or cell == "" or (isinstance(cell, str) and not visible(cell))


def visible(text: str) -> str:
    """The text without invisible characters and outer white space (also U+3000); whatever ends a line is a line break."""
    return text.strip() if text.isprintable() else harmless("\n".join(text.splitlines())).strip()


@lru_cache(maxsize=8192)
def tidy(text: str) -> str:
    """Half-width, one kind of dash, outer white space off: the form in which values are read."""
    # NFKC would also make 10² into 102 and ①2500 into 12500.
    return visible(text).translate(_HALF_WIDTH).strip()


def is_placeholder(text: str) -> bool:
    """Whether a text is a dash, 无, 不详 and the like."""
    return tidy(text).lower() in NOTHING or visible(text).lower() in NOTHING


def as_found(cell: Cell) -> Found:
    """A cell's content as it is shown in findings."""
    if isinstance(cell, str | int) or cell is None:
        return cell
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if (cell.hour or cell.minute or cell.second) else cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    if cell.is_integer() and abs(cell) < LARGEST_EXACT:
        return int(cell)
    return cell if math.isfinite(cell) else str(cell)


def as_text(cell: Cell) -> str:
    """A cell's content as a person reads it; empty where blank."""
    if type(cell) is str:
        return visible(cell) if cell else cell
    if type(cell) is int or (type(cell) is float and cell.is_integer() and -LARGEST_EXACT < cell < LARGEST_EXACT):
        return str(int(cell))
    found = as_found(cell)
    return "" if found is None else visible(str(found))


def texts_of(line: Sequence[Cell]) -> dict[int, str]:
    """Column → text, of the cells of a row that hold something a person would see."""
    return {at: text for at, cell in enumerate(line) if cell is not None and cell != "" and (text := as_text(cell))}


MAGNITUDES = {
    "百": 100,
    "千": 1000,
    "万": 10_000,
    "十万": 100_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
}
"""Chinese orders of magnitude that are written after figures."""
ORDERS = "|".join(sorted(MAGNITUDES, key=len, reverse=True))
_PLAIN_NUMBER = r"(?:\d+\.?\d*|\.\d+)"
_NUMBER = (
    r"(?P<about>大约|约为|约|≈|~)?\s*(?P<all>共计?)?\s*(?P<sign>[+-]|负)?\s*"
    r"(?P<body>[\d.,\s万亿千百十]*\d[\d.,\s万亿千百十]*)\s*"
    rf"(?P<unit>\((?:{UNITS})\)|(?:{UNITS}))?(?P<named>(?u:{HAN})*?)\s*(?P<around>左右|上下)?。?"
)
_NUMBER_PIECE = rf"({_PLAIN_NUMBER})({ORDERS})"
_STATEMENT = (
    rf"(?:(?:计量|数据)?单位[为是]?)?(?:{UNITS})?以?"
    rf"(?:(?P<word>{ORDERS})(?:{UNITS})?|[x×](?P<power>10{{3,8}})|[x×]10\^?(?P<zeros>[3-8]))"
    r"(?:为?计算?|为单位)?"
)
_GUIDE = rf"\(?(?:{_STATEMENT})\)?"
_GUIDE_MARKS = dict.fromkeys(map(ord, ":,、/"))
_THOUSANDS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])"
_GROUPED = r"\d{1,3}(?: \d{3})+(?:\.\d+)?"
"""Thousands parted by blanks: 186 648."""
_MARKED = r"(?<![\d.])\d{1,3}(?P<by>['’`\u2009\u202f])\d{3}(?:(?P=by)\d{3})*(?!\d)"
"""Thousands parted by what parts no two figures: 1’234, 1'234, a narrow blank."""
LARGEST_READ = 10**12
"""No count of this survey comes near it, in whatever unit it was meant."""
MOBILES = range(13 * 10**9, 20 * 10**9)
"""Mobile numbers as numbers: no count of a region is as large as the smallest."""
_LONGEST = 200
"""Characters of a text beyond which it is no number."""
_UNSURE = "看不准是多少"
_TIMES = ("年", "年度")
"""Words of a heading that make a figure a year, not a count: 2019年 under 年度培训人次."""


def read_count(cell: Cell, heading: str = "") -> Answer:
    """The whole number of 0 or more in a cell, with a word of its ``heading`` behind it at most (8个坐席 under 坐席数)."""
    if isinstance(cell, bool):
        return _no_count("是逻辑值，不是数")
    if isinstance(cell, int | float):
        return _from_native(cell)
    # Which of date and number was meant, nobody can know.
    if isinstance(cell, date):
        return _no_count("单元格是日期格式，要先改为数值格式")
    if isinstance(cell, time | timedelta):
        return _no_count("单元格是时间格式，请改为数值格式后重填")
    return _from_text(cell or "", heading)


def _no_count(why: str) -> Answer:
    return Answer(problem=Problem.NOT_WHOLE, how=noted(why))


def _from_native(cell: int | float) -> Answer:
    """A number as the workbook holds it; the tiny error that sums of fractions leave is taken off."""
    if isinstance(cell, float) and not math.isfinite(cell):
        return _no_count("不是有限的数")
    whole = round(cell)
    if cell == whole:
        return _signed_number(whole)
    if abs(cell - whole) < 1e-6 and abs(whole) < 1e9:
        return _signed_number(whole, noted("去掉计算产生的极小误差"))
    return _no_count("不是整数")


def _signed_number(number: int, how: Message | None = None) -> Answer:
    if abs(number) > LARGEST_READ:
        return _no_count("数字大得不合理")
    if number in MOBILES:
        return _no_count("像是手机号，不是数量")
    if number < 0:
        return Answer(problem=Problem.NEGATIVE, how=noted("是负数"))
    return Answer(number, how=how)


def _from_text(written: str, heading: str) -> Answer:
    """The number that a text spells, with a word for every liberty taken; else what is in the way."""
    if is_placeholder(written):
        return Answer(problem=Problem.MISSING, how=noted("“{text}”不是数，按没有填处理", text=Words(visible(written))))
    if len(written) > _LONGEST or not any(map(str.isdecimal, written)):
        return _no_count("不是一个整数")
    text = tidy(re.sub(_MARKED, lambda match: match[0].replace(match["by"], ""), written)).strip("'‘’`\"“”")
    match = re.fullmatch(_NUMBER, text, re.ASCII)
    if match is None or match["named"] in _TIMES or match["named"].replace("座席", "坐席") not in heading:
        return _no_count("一个单元格里有几个数，" + _UNSURE if _holds_several(text) else "不是一个整数")
    number, steps = _amount(match["body"].strip())
    if number is None:
        return _no_count(steps[0])
    if number != int(number):
        return _no_count("不是整数")
    notes = [noted("去掉“{part}”", part=Words(part)) for part in match.group("about", "all", "around") if part]
    if unit := (match["unit"] or "").strip("()") + match["named"]:
        notes.append(noted("去掉单位“{unit}”", unit=Words(unit)))
    if any("！" <= sign <= "～" for sign in written):
        notes.append(noted("全角改半角"))
    how = noted("{steps:、}", steps=Several([*map(noted, steps), *notes] or [noted("文本改为数值")]))
    return _signed_number(-int(number) if match["sign"] in ("-", "负") else int(number), how)


def _amount(body: str) -> tuple[Decimal | None, list[str]]:
    """The number that digits, separators and 万, 亿 spell, with what was done; None with the reason where unsure."""
    steps: list[str] = []
    written = body
    if "," in body:
        head = re.match(_THOUSANDS, body)
        if head is None or "," in body[head.end() :]:
            return None, ["千分位逗号的位置不对，" + _UNSURE]
        body = head[0].replace(",", "") + body[head.end() :]
        steps.append("去掉千分位逗号")
    if re.search(r"[\d.]\s+[\d.]", body):
        if not re.fullmatch(_GROUPED, body):
            return None, [("数字中间有换行" if "\n" in body else "数字中间有空格") + "，看不准是一个数还是几个数"]
        steps.append("去掉数字中间的空格")
    body = "".join(body.split()).removesuffix(".")
    if re.fullmatch(r"\d{1,3}\.\d{3}", body) or ("," in written and written.startswith("0")):
        return None, ["小数点或逗号可能是千分位，" + _UNSURE]
    if re.fullmatch(_PLAIN_NUMBER, body):
        return Decimal(body), steps
    total, position, smallest = Decimal(0), 0, 10**12
    for piece in re.finditer(_NUMBER_PIECE, body):
        scale = MAGNITUDES[piece[2]]
        if piece.start() != position or scale >= smallest or (position and Decimal(piece[1]) * scale >= smallest):
            return None, [_UNSURE]
        total, position, smallest = total + Decimal(piece[1]) * scale, piece.end(), scale
    rest = body[position:]
    if rest and not (position and rest.isdecimal() and len(rest) == len(str(smallest)) - 1):
        return None, [_UNSURE]
    return total + Decimal(rest or 0), [*steps, "按“万、亿、千”换算"]


def _holds_several(text: str) -> bool:
    """Whether a text holds figures that are no parts of one (12.5)."""
    if re.search(r"[.%‰万亿千百十=+]|\de", text):
        return False
    return len(set(re.findall(r"\d+", text.replace(",", "")))) > 1


# The scale that words give to figures: the factor; 0 where they give none


@lru_cache(maxsize=1024)
def guide_scale(text: str) -> int:
    """The scale that a text below a heading names: 万次, （千人）; 0 where it names none, as a letter alone (A, B … K)."""
    match = re.fullmatch(_GUIDE, "".join(tidy(text).translate(_GUIDE_MARKS).split()).lower())
    if match is None:
        return 0
    return MAGNITUDES[match["word"]] if match["word"] else int(match["power"] or 10 ** int(match["zeros"]))
