"""The value of a cell in its column, and of a blank of the header; every change of form noted (V306), or the problem to which a
rule objects.

是 or 否, and one of a few choices, by flat lists: a word is certain or it is a problem, never a guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from hrss12333.model.filing import Place, Value
from hrss12333.model.message import Message, Words, noted, read_as
from hrss12333.model.row import Problem
from hrss12333.patterns import EMAIL, is_chinese
from hrss12333.reading.grid import Cell
from hrss12333.reading.values.cell_text import (
    MOBILES,
    NOTHING,
    Answer,
    as_found,
    as_text,
    is_blank,
    read_count,
    tidy,
    visible,
)
from hrss12333.survey.schema import NO, YES, Column, Form, Kind, answer_word

_DEEDS = ("开通", "启用", "统一", "集中", "建成", "建", "实现", "使用", "设置", "开设", "开", "有")


def _answers(words: str, befores: str, *, bare: bool = False) -> frozenset[str]:
    """These words, and every deed that one of the others is before, or that stands alone."""
    before = [*befores.split(), *([""] if bare else [])]
    return frozenset((*words.split(), *(f"{word}{deed}" for word in before for deed in _DEEDS)))


_YES = _answers("是 是的 y yes true √ ✓ ✔ ☑ 对 有 是√ 是✓ 是☑", "已 已经 全部 全面 已全部 已全面 已经全部", bare=True)
_NO = _answers("否 不 不是 n no false × ✗ ✘ x 没 没有 无 未 否√ 否✓ 否☑", "未 没 没有 不 尚未 暂未 还未 还没")
_TICKED, _UNTICKED = "☑☒■√✓✔●⊙◉", "□☐○◯"
_TICKS, _BOXES = frozenset(_TICKED), frozenset(_TICKED + _UNTICKED)
_YES_BESIDE_NO = r"([√✓✔☑]\s*)?是([√✓✔☑])?(?:\s*[/、,|]\s*|\s+|(?<=是)(?=否))([√✓✔☑])?否(\s*[√✓✔☑])?"
_PARTING, _QUOTES = dict.fromkeys(map(ord, "/、,")), dict.fromkeys(map(ord, "“”\"'‘’"))
_EXCEL_ERRORS = "#REF! #DIV/0! #VALUE! #NAME? #N/A #NUM! #NULL! #SPILL! #CALC! #GETTING_DATA #ERROR! ERR: 错误:"
"""The last two are LibreOffice's, before a number."""


def read_yesno(cell: Cell) -> Answer:
    """Whether a cell says 是 or 否; V301 or V304 where it says neither for certain, as with anything behind 是."""
    if cell in (YES, NO):
        return Answer(cell == YES)  # what most cells say
    if isinstance(cell, bool):
        return Answer(cell, how=read_as(answer_word(cell)))
    if isinstance(cell, int | float):
        return Answer(problem=Problem.NOT_YES_OR_NO, how=noted("是数字"))
    written = as_text(cell)
    text = _without_marks(written)
    text = text[1:-1] if text.startswith("(") and text.endswith(")") else text
    word = _ticked_option(text, ("是", "否", "有", "无")) or _ticked_beside(tidy(written)) or text
    if word in _YES or word in _NO:
        yes = word in _YES
        return Answer(yes, how=_how(cell, written, answer_word(yes)))
    if text in NOTHING:
        return Answer(
            problem=Problem.MISSING,
            how=noted("“{found}”既不是“是”也不是“否”，按没有填处理", found=Words(written)),
        )
    if text.startswith(("是", "否", "有", "无")) and not text[1:2].isalnum():
        how = noted("“{word}”后面还写了别的，看不准是“是”还是“否”", word=Words(text[0]))
        return Answer(problem=Problem.NOT_YES_OR_NO, how=how)
    return Answer(problem=Problem.NOT_YES_OR_NO, how=noted("既不是“是”也不是“否”"))


def _without_marks(written: str) -> str:
    """An answer without white space, quotes and what closes it, in small letters."""
    return "".join(tidy(written).translate(_QUOTES).split()).lower().rstrip("。.;,!")


def _how(cell: Cell, written: str, answer: str) -> Message | None:
    if written != answer:
        return read_as(answer)
    return None if cell == written else noted("去掉多余的空格")


def _ticked_option(text: str, options: Sequence[str]) -> str | None:
    """The one of some answers that is ticked, each with its box before or behind it; brackets are boxes too: 是(√)否()."""
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


def _read_choice(column: Column, cell: Cell) -> Answer:
    """Which of the column's choices a cell names; V301 or V305 where it names none for certain."""
    if cell in column.choices:
        return Answer(as_text(cell))
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
        return Answer(option, how=_how(cell, written, option))
    if text in NOTHING:
        return Answer(problem=Problem.MISSING, how=noted("“{found}”不是可填的选项，按没有填处理", found=Words(written)))
    return Answer(problem=Problem.NOT_A_CHOICE, how=noted("不是可填的选项"))


def shows_error(error: str) -> Message:
    """The message about a cell in which Excel shows an error."""
    return noted("单元格显示Excel错误值“{error}”", error=Words(error))


def read_value(column: Column, cell: Cell, place: Place | None) -> Value:
    """The value of ``cell`` in ``column``. A blank in a required column is V301."""
    number = cell if column.kind is Kind.COUNT and isinstance(cell, int | float) and not isinstance(cell, bool) else -1
    if 0 <= number < MOBILES.start and number == int(number):
        return Value(int(number), int(number), place)  # what most cells are
    if is_blank(cell):
        return Value(place=place, problem=Problem.MISSING if column.required else None)
    found = as_found(cell)
    shown = visible(found) if isinstance(found, str) else ""
    if shown.startswith(("#", "E", "e", "错")) and shown.upper().rstrip("0123456789") in _EXCEL_ERRORS.split():
        return Value(found, place=place, problem=Problem.CELL_ERROR, note=shows_error(shown))
    answer = _read_answer(column, cell)
    return Value(found, answer.value, place, answer.problem, answer.how)


def _read_answer(column: Column, cell: Cell) -> Answer:
    if column.kind is Kind.COUNT:
        return read_count(cell, column.heading)
    if column.kind is Kind.YESNO:
        return read_yesno(cell)
    if column.kind is Kind.CHOICE:
        return _read_choice(column, cell)
    if column.kind is Kind.SERIAL:
        # 序号 carries no weight: what is no number is simply not kept.
        return Answer(read_count(cell).value)
    return Answer(as_text(cell))


NOT_PLAIN = object()
"""Stands for the value of a cell that has a note or a problem, or whose value is no text."""


@lru_cache(maxsize=64)
def plain_readers(form: Form) -> Sequence[Callable[[Cell], Any]]:
    """For each column of a form a reader of its plain texts."""
    return [_plain_texts(column) for column in form.columns]


def _plain_texts(column: Column) -> Callable[[Cell], Any]:
    """A reader of a column's plain texts and blanks; `NOT_PLAIN` for all that has a note or a problem."""

    @lru_cache(maxsize=4096)
    def read(cell: Cell) -> Any:
        if cell is None or cell == "":
            return NOT_PLAIN if column.required else None
        if type(cell) is not str:
            return NOT_PLAIN
        value = read_value(column, cell, None)
        written = value.value
        plain = value == Value(cell, written) and cell == (
            answer_word(written) if isinstance(written, bool) else written
        )
        return written if plain else NOT_PLAIN

    return read


# 联系人, 手机号 and 邮箱

MOBILE = re.compile(r"(?<!\d)(?:(?:\+|00)?86[-\s]?)?(1[3-9]\d)[-\s]*(\d{4})[-\s]*(\d{4})(?!\d)")
"""A mobile number within a text; its digits are the three groups together."""
NO_ANSWER = frozenset({"无", "-", "/", "—", "——", "暂无", "空", "x", "xx", "xxx", "*"})
"""Texts in a blank that was not answered, in lower case."""
_MOBILE_DIGITS, _LONGEST_PLAIN_NAME = 11, 4
_SHORT_NUMBER = r"[(,;、/]?\s*(?:集团)?(?:短号|小号)码?\s*:?\s*\d{3,6}\s*\)?"
"""A short number that colleagues dial for a mobile: 13800000001（短号666001）."""
_LANDLINE = r"((?<!\d)(?:\(?0\d{2,3}\)?[-\s]?)?\d{7,8}(?:[-转]\d{1,5})?(?!\d))"


def read_field(key: str, written: str) -> Value:
    """The value of a header's blank, with its problem where it is missing or malformed."""
    missing = {"name": Problem.NAME_MISSING, "mobile": Problem.MOBILE_MISSING, "email": Problem.EMAIL_MISSING}[key]
    if not written or tidy(written).lower() in NO_ANSWER:
        return Value(written or None, problem=missing)
    if key == "mobile":
        return _mobile(written)
    if key == "email":
        return _email(written)
    words, letters = written.split(), "".join(written.split())
    name = (
        letters if len(letters) <= _LONGEST_PLAIN_NAME and all(map(is_chinese, letters)) else " ".join(words)
    )  # 张 三
    return Value(written, name, note=None if name == written else read_as(name))


def _mobile(written: str) -> Value:
    text = tidy(written)
    text = re.sub(_SHORT_NUMBER, "", text).strip() if "号" in text else text
    digits = re.sub(r"[\s.-]", "", text)
    if digits.isdecimal() and len(digits) == _MOBILE_DIGITS and int(digits) in MOBILES:
        return Value(written, digits, note=None if digits == written else read_as(digits))
    numbers = ["".join(match.groups()) for match in MOBILE.finditer(text)]
    pieces = re.split(_LANDLINE, MOBILE.sub(" ", text))
    landlines = [piece.strip() for piece in pieces[1::2]]
    if numbers and not any(map(str.isdecimal, "".join(pieces[::2]))):
        value = "、".join(dict.fromkeys(numbers))
        how = None if value == written else read_as(value)
        if landlines:
            also = "、".join(landlines)
            how = noted("{read}，另有座机“{also}”", read=read_as(value), also=Words(also))
        return Value(written, value, note=how)
    if text.startswith("1") and text.isdecimal() and len(text) != _MOBILE_DIGITS:
        why = noted("只有{digits}位" if len(text) < _MOBILE_DIGITS else "有{digits}位", digits=len(text))
    else:
        why = noted("填的是座机号" if landlines and not numbers else "不是11位手机号")
    return Value(written, text, problem=Problem.MOBILE_MALFORMED, note=why)


def _email(written: str) -> Value:
    if EMAIL.fullmatch(written):
        return Value(written, written)
    text = unicodedata.normalize("NFKC", written)
    text = re.sub(r"\s*([@.])\s*", r"\1", text.replace("。", ".")).removeprefix("mailto:")
    parts = [part for part in re.split(r"[\s、,;，；/<>]+", text) if part]
    addresses = [part for part in parts if EMAIL.fullmatch(part)]
    if addresses and not any("@" in part for part in parts if part not in addresses):
        value = "、".join(addresses)
        return Value(written, value, note=None if value == written else read_as(value))
    return Value(written, text, problem=Problem.EMAIL_MALFORMED, note=noted("不是一个邮箱地址"))
