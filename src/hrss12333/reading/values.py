"""What a cell says: numbers, 是/否 and choices as people write them.

A reading is exact or it is none: what stands there is either certain, and then every change of form is noted (V306), or
it is a problem with its candidates (V301 … V305, V307). Arithmetic is decimal; nothing is rounded.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from hrss12333.filing import Found, Place, Value
from hrss12333.forms import Column, Kind, Scalar
from hrss12333.reading.grid import Cell

_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_EXCEL_ERROR = re.compile(
    r"#(?:REF!|DIV/0!|VALUE!|NAME\?|N/A|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)|Err:\d{3}", re.IGNORECASE
)
_NOTHING = frozenset(
    ["-", "--", "---", "—", "——", "–", "―", "_", "/", "//", "\\", "、", ".", "。", "·", "…", "……", "...", "*", "×", "无", "没有", "暂无", "不详", "未知", "未填", "未统计", "无数据", "无统计", "未提供", "不清楚", "缺", "空", "n/a", "na", "none", "null", "待定", "待报", "待补", "暂缺"]
)
_DASHES = str.maketrans({"－": "-", "−": "-", "﹣": "-", "‐": "-", "‑": "-", "–": "-", "—": "-"})
_UNITS = "人次|人|次|条|个|名|位|席|件|通|台|部|座|坐席|座席"
_MAGNITUDE = {
    "百": 100,
    "千": 1000,
    "万": 10_000,
    "十万": 100_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
}
_PLAIN = r"\d+(?:\.\d+)?"
_NUMBER = re.compile(
    rf"(?P<about>大约|约为|约|≈|~)?\s*(?P<sign>[+-])?\s*(?P<body>[\d.,\s万亿千百十]*\d[\d.,\s万亿千百十]*)\s*(?P<unit>{_UNITS})?\s*(?P<around>左右|上下)?[。]?"
)
_PIECE = re.compile(rf"({_PLAIN})(千万|百万|十万|亿|万|千|百)")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SPACED = re.compile(r"\d{1,3}(?: \d{3})+|\d(?: \d)+")

_YES = frozenset(
    ["是", "y", "yes", "true", "√", "✓", "✔", "☑", "对", "有", "已开通", "开通", "已启用", "启用", "已统一", "统一", "已集中", "集中", "已建", "已建成", "已实现", "已使用", "使用", "已设置", "已有", "是的", "全部开通"]
)
_NO = frozenset(
    ["否", "n", "no", "false", "×", "x", "✗", "✘", "☒", "不", "没", "无", "没有", "未", "不是", "未开通", "没开通", "没有开通", "尚未开通", "暂未开通", "不开通", "未启用", "尚未启用", "暂未启用", "没启用", "未统一", "尚未统一", "不统一", "未集中", "尚未集中", "不集中", "未建", "未建成", "未实现", "尚未实现", "未使用", "尚未使用", "未设置", "尚未设置", "不使用"]
)
_TRAILING = re.compile(r"^(是|否|有|无|已开通|未开通|√|×|✓|✗)[(,;](.*)$", re.DOTALL)
_DOUBT = re.compile(r"计划|拟|将|待|部分|筹|未|不|除|仅|个别|否|建设中|在建")
_REVERSAL = re.compile(r"已|是|部分|仅")
_TICKED, _UNTICKED = "☑☒■√✓✔", "□☐"
_BOX = re.compile(
    rf"^(?:([{_TICKED}{_UNTICKED}])(是|否)([{_TICKED}{_UNTICKED}])(是|否)|(是|否)([{_TICKED}{_UNTICKED}])(是|否)([{_TICKED}{_UNTICKED}]))$"
)
_BRACKETED = re.compile(r"^[(（](.+)[)）]$")


class _Reading(NamedTuple):
    """A value, or the rule that objects; ``how`` says in Chinese what was done or what is wrong."""

    value: Scalar = None
    problem: str | None = None
    how: str = ""
    candidates: tuple[Scalar, ...] = ()


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing a person would see; zero is not blank."""
    return cell is None or (isinstance(cell, str) and not visible(cell))


def visible(text: str) -> str:
    """The text without invisible characters and outer white space (also U+3000)."""
    return _INVISIBLE.sub("", text).strip()


def tidy(text: str) -> str:
    """Half-width, one kind of dash, outer white space off: the form in which values are read."""
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text).translate(_DASHES)).strip()


def as_found(cell: Cell) -> Found:
    """A cell's content as it is shown in findings."""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if (cell.hour or cell.minute or cell.second) else cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return int(cell)
    if isinstance(cell, float) and not math.isfinite(cell):
        return str(cell)
    return cell


def as_text(cell: Cell) -> str:
    """A cell's content as a person reads it; empty where blank."""
    found = as_found(cell)
    return "" if found is None else visible(str(found))


def read_value(column: Column, cell: Cell, place: Place | None) -> Value:
    """What ``cell`` says in ``column``. A blank in a required column is V301."""
    if is_blank(cell):
        return Value(place=place, problem="V301" if column.required else None)
    found = as_found(cell)
    if isinstance(found, str) and _EXCEL_ERROR.fullmatch(visible(found)):
        return Value(found, place=place, problem="V307", note=f"单元格显示 Excel 错误值“{visible(found)}”")
    reading = _READERS[column.kind](column, cell)
    return Value(found, reading.value, place, reading.problem, reading.how, reading.candidates)


def _read_text(column: Column, cell: Cell) -> _Reading:
    return _Reading(as_text(cell))


def _read_serial(column: Column, cell: Cell) -> _Reading:
    """序号 carries no weight: what is no number is simply not kept."""
    reading = _read_count(column, cell)
    return _Reading(reading.value)


def _read_count(column: Column, cell: Cell) -> _Reading:
    if isinstance(cell, bool):
        return _Reading(problem="V302", how="填的是逻辑值，不是数")
    if isinstance(cell, int | float):
        return _from_native(cell)
    if isinstance(cell, datetime | date | time | timedelta):
        return _from_date(cell)
    return _from_text(cell or "")


def _from_native(cell: int | float) -> _Reading:
    if isinstance(cell, float) and not math.isfinite(cell):
        return _Reading(problem="V302", how="不是有限的数")
    whole = round(cell)
    if cell == whole:
        return _signed(whole)
    if abs(cell - whole) < 1e-6 and abs(whole) < 1e9:
        return _signed(whole, "去掉计算产生的极小误差")
    return _Reading(problem="V302", how="不是整数")


def _from_date(cell: datetime | date | time | timedelta) -> _Reading:
    """Excel shows a number as a date where the cell's format says so; which was meant, nobody can tell."""
    if isinstance(cell, datetime | date):
        day = cell.date() if isinstance(cell, datetime) else cell
        serial = (day - date(1899, 12, 30)).days
        return _Reading(
            problem="V302", how="单元格是日期格式，请改为数值格式后重填", candidates=(serial,) if serial >= 0 else ()
        )
    return _Reading(problem="V302", how="单元格是时间格式，请改为数值格式后重填")


def _signed(number: int, how: str = "") -> _Reading:
    if number < 0:
        return _Reading(problem="V303", how="是负数", candidates=(-number,))
    return _Reading(number, how=how)


def _from_text(written: str) -> _Reading:
    text = tidy(written).lstrip("'")
    if text.lower() in _NOTHING or visible(written).lower() in _NOTHING:
        return _Reading(problem="V301", how=f"“{visible(written)}”不是数，按没有填处理")
    match = _NUMBER.fullmatch(text)
    if match is None:
        return _Reading(problem="V302", how="不是一个整数", candidates=_guess(text))
    number, steps = _amount(match["body"].strip())
    if number is None:
        return _Reading(problem="V302", how=steps[0], candidates=_guess(match["body"]))
    if number != int(number):
        return _Reading(problem="V302", how="不是整数")
    if match["about"] or match["around"]:
        steps.append(f"去掉“{match['about'] or match['around']}”")
    if match["unit"]:
        steps.append(f"去掉单位“{match['unit']}”")
    if unicodedata.normalize("NFKC", written) != written:
        steps.append("全角改半角")
    return _signed(-int(number) if match["sign"] == "-" else int(number), "、".join(steps) or "文本改为数值")


def _amount(body: str) -> tuple[Decimal | None, list[str]]:
    """The number that digits, separators and 万, 亿 spell, with what was done; None with the reason where unsure."""
    steps: list[str] = []
    if "," in body:
        head = re.match(r"[\d,]+(?:\.\d+)?", body)
        if head is None or not _THOUSANDS.fullmatch(head[0]) or "," in body[head.end() :]:
            return None, ["千分位逗号的位置不对，看不准是多少"]
        body = head[0].replace(",", "") + body[head.end() :]
        steps.append("去掉千分位逗号")
    if re.search(r"\d\s+\d", body):
        run = re.sub(r"\s+", " ", body)
        if not _SPACED.fullmatch(run):
            return None, ["数字中间有空格，看不准是一个数还是两个数"]
        steps.append("去掉数字中间的空格")
    body = re.sub(r"\s+", "", body)
    if re.fullmatch(_PLAIN, body):
        return Decimal(body), steps
    total, position, smallest = Decimal(0), 0, 10**12
    for piece in _PIECE.finditer(body):
        scale = _MAGNITUDE[piece[2]]
        if piece.start() != position or scale >= smallest or (position and Decimal(piece[1]) * scale >= smallest):
            return None, ["看不准是多少"]
        total, position, smallest = total + Decimal(piece[1]) * scale, piece.end(), scale
    rest = body[position:]
    if rest and not (position and rest.isdecimal() and len(rest) == len(str(smallest)) - 1):
        return None, ["看不准是多少"]
    return total + Decimal(rest or 0), [*steps, "按“万、亿、千”换算"]


def _guess(text: str) -> tuple[Scalar, ...]:
    """The digits alone, as a candidate for a person to confirm."""
    numbers = re.findall(r"\d+", re.sub(r"(?<=\d)[, ](?=\d)", "", text))
    return (
        (int(numbers[0]),) if len(numbers) == 1 and len(numbers[0]) < 12 and "." not in text and "%" not in text else ()
    )


def _read_yesno(column: Column, cell: Cell) -> _Reading:
    if isinstance(cell, bool):
        return _Reading(cell, how="逻辑值改为“是”或“否”")
    if isinstance(cell, int | float):
        likely = {1: (True,), 0: (False,)}.get(int(cell), ()) if cell in (0, 1) else ()
        return _Reading(problem="V304", how="填的是数字", candidates=likely)
    written = as_text(cell)
    text = re.sub(r"\s+", "", tidy(written)).lower().rstrip("。.;,!")
    bracketed = _BRACKETED.match(text)
    text = bracketed[1] if bracketed else text
    trailing = _TRAILING.match(text)
    word = trailing[1] if trailing else _ticked(text) or text
    if word in _YES or word in _NO:
        answer = word in _YES
        if trailing and (_DOUBT if answer else _REVERSAL).search(trailing[2]):
            return _Reading(problem="V304", how="前后说法不一致，看不准是“是”还是“否”", candidates=(answer,))
        if written == _label(answer):
            exact = isinstance(cell, str) and cell == written
            return _Reading(answer, how="" if exact else "去掉多余的空格")
        return _Reading(answer, how=f"按“{_label(answer)}”读取")
    if text in _NOTHING:
        return _Reading(problem="V301", how=f"“{written}”既不是“是”也不是“否”，按没有填处理")
    return _Reading(problem="V304", how="既不是“是”也不是“否”")


def _ticked(text: str) -> str | None:
    """是 or 否 of a pair of tick boxes, of which exactly one is ticked."""
    match = _BOX.match(text)
    if match is None:
        return None
    first, second, third, fourth = (part for part in match.groups() if part)
    pairs = [(second, first), (fourth, third)] if first not in "是否" else [(first, second), (third, fourth)]
    ticked = [answer for answer, box in pairs if box in _TICKED]
    return ticked[0] if len(ticked) == 1 and pairs[0][0] != pairs[1][0] else None


def _label(answer: bool) -> str:
    return "是" if answer else "否"


def _read_choice(column: Column, cell: Cell) -> _Reading:
    written = as_text(cell)
    text = re.sub(r"[\s\"“”]+", "", tidy(written)).lower().rstrip("。.;,")
    bracket = re.fullmatch(r"([^()]+)\(([^()]*)\)", text)
    if bracket and "网" not in bracket[2]:
        text = bracket[1]
    if written in column.choices:
        exact = isinstance(cell, str) and cell == written
        return _Reading(written, how="" if exact else "去掉多余的空格")
    if text in column.choices:
        return _Reading(text, how=f"按“{text}”读取")
    meant = _SYNONYMS.get(text)
    if meant in column.choices:
        return _Reading(meant, how=f"按“{meant}”读取")
    if text in _NOTHING:
        return _Reading(problem="V301", how=f"“{written}”不是可填的选项，按没有填处理")
    named = tuple(choice for choice in column.choices if choice in text)
    likely: tuple[Scalar, ...] = named if len(named) == 1 else ()
    return _Reading(problem="V305", how="不是可填的选项", candidates=likely)


_SYNONYMS = {
    **dict.fromkeys(("专网", "业务专线", "业务专用网", "业务专用网络", "业务网", "人社专网", "人社业务专网", "金保专网", "金保工程专网", "金保业务专网", "金保工程业务专网", "业务专网部署"), "业务专网"),
    **dict.fromkeys(("外网", "公网", "因特网", "internet", "互联网络", "国际互联网", "互联网部署", "公共互联网"), "互联网"),
}  # fmt: skip
"""Other words for the two networks, where no other network could be meant (政务外网 and 内网 could)."""

_READERS = {
    Kind.SERIAL: _read_serial,
    Kind.REGION: _read_text,
    Kind.TEXT: _read_text,
    Kind.COUNT: _read_count,
    Kind.YESNO: _read_yesno,
    Kind.CHOICE: _read_choice,
}
