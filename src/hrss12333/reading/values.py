"""Cells as people see them, and their values, with a note on every reinterpretation (V306) or a problem for
a rule.

Counts, 是 or 否 and choices, by flat lists: a word is certain or a problem, never guessed."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from hrss12333.model.filing import Found, Place, Value
from hrss12333.model.message import Message, Several, compose, read_as
from hrss12333.model.row import Problem
from hrss12333.patterns import HAN, MEASURES, harmless
from hrss12333.reading.grid import Cell, Moment
from hrss12333.survey import line_of, other_answers
from hrss12333.survey.schema import LARGEST_EXACT, NO, YES, Column, Kind, answer_word

_HALF_WIDTH = str.maketrans(
    {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys([0x3000, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F], " ")
    | dict.fromkeys(map(ord, "−﹣‐‑–—"), "-")
    | {ord("﹐"): ",", ord("、"): "、"}
)
NOTHING = frozenset(line_of("column_words.tsv", "blank"))
"""Half-width texts that mean a blank where a figure or a choice is due."""


def is_blank(cell: Cell) -> bool:
    """Whether a cell shows nothing; zero is not blank."""
    return cell is None or cell == "" or (isinstance(cell, str) and not visible(cell))


def visible(text: str) -> str:
    """The text without invisible characters and outer white space (also U+3000), all line ends alike."""
    return text.strip() if text.isprintable() else harmless("\n".join(text.splitlines())).strip()


@lru_cache(maxsize=8192)
def tidy(text: str) -> str:
    """Half-width, with one kind of dash and no outer white space: the form in which values are read."""
    # NFKC would turn 10² into 102 and ①2500 into 12500.
    return visible(text).translate(_HALF_WIDTH).strip()


def is_placeholder(text: str) -> bool:
    """Whether a text is a dash, 无, 不详 and the like."""
    return tidy(text).lower() in NOTHING or visible(text).lower() in NOTHING


def as_found(cell: Cell) -> Found:
    """A cell's content as findings show it."""
    if isinstance(cell, str | int) or cell is None:
        return cell
    if isinstance(cell, Moment):
        return cell.text
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
    """Column → text, for the cells of a row that show something."""
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
"""Chinese orders of magnitude after figures."""
ORDERS = "|".join(sorted(MAGNITUDES, key=len, reverse=True))
_PLAIN_NUMBER = r"(?:\d+\.?\d*|\.\d+)"
_NUMBER = (
    r"(?P<about>大约|约为|约|≈|~)?\s*(?P<all>共计?)?\s*(?P<sign>[+-]|负)?\s*"
    r"(?P<body>[\d.,\s万亿千百十]*\d[\d.,\s万亿千百十]*)\s*"
    rf"(?P<unit>\((?:{MEASURES})\)|(?:{MEASURES}))?(?P<named>(?u:{HAN})*?)\s*(?P<around>左右|上下)?。?"
)
_NUMBER_PIECE = rf"({_PLAIN_NUMBER})({ORDERS})"
_THOUSANDS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])"
_GROUPED = r"\d{1,3}(?: \d{3})+(?:\.\d+)?"
"""Thousands separated by blanks: 186 648."""
_MARKED = r"(?<![\d.])\d{1,3}(?P<by>['’`\u2009\u202f])\d{3}(?:(?P=by)\d{3})*(?!\d)"
"""Thousands separated by a sign that never stands between two figures: 1’234, 1'234, a narrow blank."""
LARGEST_READ = 10**12
"""No count of this survey comes near it, in any measure."""
MOBILES = range(13 * 10**9, 20 * 10**9)
"""Mobile numbers as numbers: no count of a region is as large as the smallest."""
_LONGEST = 200
"""Characters beyond which a text is no number."""
_UNSURE = "看不准是多少"
_TIMES = ("年", "年度")
"""Words in a heading that make a figure a year, not a count: 2019年 under 年度培训人次."""


def read_count(cell: Cell, heading: str = "") -> Value:
    """The count in a cell, followed at most by a word of its ``heading`` (8个坐席 under 坐席数)."""
    if isinstance(cell, bool):
        return _no_count("是逻辑值，不是数")
    if isinstance(cell, int | float):
        return _from_native(cell)
    if isinstance(cell, Moment):  # whether it or a number was meant is uncertain
        how = "日期格式，要先改为数值格式" if cell.is_date else "时间格式，请改为数值格式后重填"
        return _no_count(f"单元格是{how}")
    return _from_text(cell or "", heading)


def _no_count(why: str) -> Value:
    return Value(problem=Problem.NOT_WHOLE, note=compose(why))


def _from_native(cell: int | float) -> Value:
    """A number as stored in the workbook, without the tiny errors that sums of fractions leave."""
    if isinstance(cell, float) and not math.isfinite(cell):
        return _no_count("不是有限的数")
    whole = round(cell)
    if cell == whole:
        return _signed_number(whole)
    if abs(cell - whole) < 1e-6 and abs(whole) < 1e9:
        return _signed_number(whole, compose("去掉计算产生的极小误差"))
    return _no_count("不是整数")


def _signed_number(number: int, how: Message | None = None) -> Value:
    if abs(number) > LARGEST_READ:
        return _no_count("数字大得不合理")
    if number in MOBILES:
        return _no_count("像是手机号，不是数量")
    if number < 0:
        return Value(problem=Problem.NEGATIVE, note=compose("是负数"))
    return Value(value=number, note=how)


def _from_text(written: str, heading: str) -> Value:
    """The number that a text spells, with a note on every liberty taken; else the obstacle."""
    if is_placeholder(written):
        return Value(problem=Problem.MISSING, note=compose("“{text}”不是数，按没有填处理", text=visible(written)))
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
    notes = [compose("去掉“{part}”", part=part) for part in match.group("about", "all", "around") if part]
    if unit := (match["unit"] or "").strip("()") + match["named"]:
        notes.append(compose("去掉单位“{unit}”", unit=unit))
    if any("！" <= sign <= "～" for sign in written):
        notes.append(compose("全角改半角"))
    how = compose("{steps:、}", steps=Several([*map(compose, steps), *notes] or [compose("文本改为数值")]))
    return _signed_number(-int(number) if match["sign"] in ("-", "负") else int(number), how)


def _amount(body: str) -> tuple[Decimal | None, list[str]]:
    """The number spelt with digits, separators and 万 or 亿, and what was done; if unsure, None and why."""
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
    """Whether a text has figures that are not parts of one number (12.5)."""
    if re.search(r"[.%‰万亿千百十=+]|\de", text):
        return False
    return len(set(re.findall(r"\d+", text.replace(",", "")))) > 1


# Answers

_ANSWERS = other_answers("yesno")
"""Text in lower case → 是 or 否."""
_TICKED, _UNTICKED = "☑☒■√✓✔●⊙◉", "□☐○◯"
_TICKS, _BOXES = frozenset(_TICKED), frozenset(_TICKED + _UNTICKED)
_YES_BESIDE_NO = r"([√✓✔☑]\s*)?是([√✓✔☑])?(?:\s*[/、,|]\s*|\s+|(?<=是)(?=否))([√✓✔☑])?否(\s*[√✓✔☑])?"
_PARTING, _QUOTES = dict.fromkeys(map(ord, "/、,")), dict.fromkeys(map(ord, "“”\"'‘’"))
_EXCEL_ERRORS = "#REF! #DIV/0! #VALUE! #NAME? #N/A #NUM! #NULL! #SPILL! #CALC! #GETTING_DATA #ERROR! ERR: 错误:"
"""Errors that a cell shows; a number follows the last two, which are LibreOffice's."""


def read_yesno(cell: Cell) -> Value:
    """是 or 否 in a cell; V301 or V304 if it is neither for certain, as with anything after 是."""
    if cell in (YES, NO):
        return Value(value=cell == YES)  # most cells
    if isinstance(cell, bool):
        return Value(value=cell, note=read_as(answer_word(cell)))
    if isinstance(cell, int | float):
        return Value(problem=Problem.NOT_YES_OR_NO, note=compose("是数字"))
    written = as_text(cell)
    text = _without_marks(written)
    text = text[1:-1] if text.startswith("(") and text.endswith(")") else text
    word = _ticked_option(text, ("是", "否", "有", "无")) or _ticked_beside(tidy(written)) or text
    if answer := _ANSWERS.get(word):
        return Value(value=answer == YES, note=_how(cell, written, answer))
    if text in NOTHING:
        return Value(
            problem=Problem.MISSING,
            note=compose("“{found}”既不是“是”也不是“否”，按没有填处理", found=written),
        )
    if text.startswith(("是", "否", "有", "无")) and not text[1:2].isalnum():
        how = compose("“{word}”后面还写了别的，看不准是“是”还是“否”", word=text[0])
        return Value(problem=Problem.NOT_YES_OR_NO, note=how)
    return Value(problem=Problem.NOT_YES_OR_NO, note=compose("既不是“是”也不是“否”"))


def _without_marks(written: str) -> str:
    """An answer without white space, quotes and closing marks, in lower case."""
    return "".join(tidy(written).translate(_QUOTES).split()).lower().rstrip("。.;,!")


def _how(cell: Cell, written: str, answer: str) -> Message | None:
    if written != answer:
        return read_as(answer)
    return None if cell == written else compose("去掉多余的空格")


def _ticked_option(text: str, options: Sequence[str]) -> str | None:
    """The ticked one of some answers, each with a box before or after it; brackets are boxes, too: 是(√)否()."""
    text = re.sub(r"[(\[]([√✓✔x]?)[)\]]", lambda match: "☑" if match[1] else "□", text)
    if _BOXES.isdisjoint(text):
        return None
    text = text.translate(_PARTING)
    box, option = f"([{_TICKED}{_UNTICKED}])", f"({'|'.join(map(re.escape, options))})"
    pairs = re.findall(box + option if text[0] in _BOXES else option + box, text)
    named = [pair[1] if pair[0] in _BOXES else pair[0] for pair in pairs]
    ticked = [name for pair, name in zip(pairs, named, strict=True) if not _TICKS.isdisjoint(pair)]
    whole = "".join(map("".join, pairs)) == text
    return ticked[0] if whole and len(ticked) == 1 and len(set(named)) == len(named) else None


def _ticked_beside(text: str) -> str | None:
    """The one of 是 and 否, side by side without boxes, that the tick touches: 是√ 否, 是/否√, √是 否."""
    match = re.fullmatch(_YES_BESIDE_NO, text)
    yes, no = (match[1] or match[2], match[3] or match[4]) if match else (None, None)
    return None if bool(yes) == bool(no) else answer_word(bool(yes))


def _read_choice(column: Column, cell: Cell) -> Value:
    """The choice of the column that a cell names; V301 or V305 if it names none for certain."""
    if cell in column.choices:
        return Value(value=as_text(cell))
    written = as_text(cell)
    text = _without_marks(written)
    named = text.removesuffix("部署")
    option = named if named in column.choices else column.synonyms.get(named, "")
    before, _, within = text.partition("(")
    if within.endswith(")") and not option:  # 互联网（公网）
        both = {column.synonyms.get(word, word) for word in (before, within[:-1])}
        option = both.pop() if len(both) == 1 else ""
    option = option or (_ticked_option(text, column.choices) if text[:1] in _BOXES else "") or ""
    if option in column.choices:
        return Value(value=option, note=_how(cell, written, option))
    if text in NOTHING:
        return Value(problem=Problem.MISSING, note=compose("“{found}”不是可填的选项，按没有填处理", found=written))
    return Value(problem=Problem.NOT_A_CHOICE, note=compose("不是可填的选项"))


def shows_error(error: str) -> Message:
    """The message about a cell in which Excel shows an error."""
    return compose("单元格显示Excel错误值“{error}”", error=error)


def read_value(column: Column, cell: Cell, place: Place | None) -> Value:
    """The value of ``cell`` in ``column``. A blank in a required column is V301."""
    number = cell if column.kind is Kind.COUNT and isinstance(cell, int | float) and not isinstance(cell, bool) else -1
    if 0 <= number < MOBILES.start and number == int(number):
        return Value(int(number), int(number), place)  # most cells
    if is_blank(cell):
        return Value(place=place, problem=Problem.MISSING if column.required else None)
    found = as_found(cell)
    shown = visible(found) if isinstance(found, str) else ""
    if shown.startswith(("#", "E", "e", "错")) and shown.upper().rstrip("0123456789") in _EXCEL_ERRORS.split():
        return Value(found, place=place, problem=Problem.CELL_ERROR, note=shows_error(shown))
    if column.kind is Kind.COUNT:
        answer = read_count(cell, column.heading)
    elif column.kind is Kind.YESNO:
        answer = read_yesno(cell)
    elif column.kind is Kind.CHOICE:
        answer = _read_choice(column, cell)
    else:  # a 序号 that is no number is dropped
        answer = Value(value=read_count(cell).value if column.kind is Kind.SERIAL else as_text(cell))
    return replace(answer, found=found, place=place)


NOT_PLAIN = object()
"""Means that a cell's value has a note or a problem."""


@lru_cache(maxsize=16_384, typed=True)
def plain_value(column: Column, cell: Cell) -> Any:
    """The value of a cell that is as the form would print it, or blank; else `NOT_PLAIN`."""
    value = read_value(column, cell, None)
    written = value.value
    printed = answer_word(written) if isinstance(written, bool) else written
    is_plain = value.problem is None and value.note is None and cell in (printed, "")
    return written if is_plain else NOT_PLAIN
