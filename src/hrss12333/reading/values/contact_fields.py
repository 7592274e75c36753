"""What the blanks of the header hold, 联系人, 手机号 and 邮箱, once it is known which text is in which."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from msgspec.structs import replace

from hrss12333.model.filing import Place, Value
from hrss12333.model.message import ReadingNote, Words, note, read_as
from hrss12333.model.problem import Problem
from hrss12333.patterns import lazy
from hrss12333.reading.values.cell_text import tidy
from hrss12333.survey.spellings import HAN

MOBILE = lazy(r"(?<!\d)(?:(?:\+|00)?86[-\s]?)?(1[3-9]\d)[-\s]*(\d{4})[-\s]*(\d{4})(?!\d)")
"""A mobile number within a text; its digits are the three groups together."""
EMAIL = lazy(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
"""A mail address within a text."""
NO_ANSWER = frozenset({"无", "-", "/", "—", "——", "暂无", "空", "x", "xx", "xxx", "*"})
"""What is in a blank that was not answered, in lower case."""
_MOBILE_DIGITS = 11
_SHORT_NUMBER = lazy(r"[(,;、/]?\s*(?:集团)?(?:短号|小号)码?\s*:?\s*\d{3,6}\s*\)?", needs="号")
"""What colleagues dial for a mobile: 13800000001（短号666001）."""
_LANDLINE = lazy(r"(?<!\d)(?:\(?0\d{2,3}\)?[-\s]?)?\d{7,8}(?:[-转]\d{1,5})?(?!\d)")
_TRANSLATED_LABEL = lazy(r"^[A-Za-z][A-Za-z .-]*[:：]\s*")
"""What is between 联系人 and the name in a form of two languages."""


def read_field(key: str, written: str, place: Place | None) -> Value:
    """What a header's blank says; its problem says what is wrong with it."""
    return replace(_as_read(key, written), place=place)


@lru_cache(maxsize=512)
def _as_read(key: str, written: str) -> Value:
    missing = {"name": Problem.NAME_MISSING, "mobile": Problem.MOBILE_MISSING, "email": Problem.EMAIL_MISSING}[key]
    if not written or tidy(written).lower() in NO_ANSWER:
        return Value(written or None, problem=missing)
    if key == "mobile":
        return _mobile(written)
    if key == "email":
        return _email(written)
    name = re.sub(r"\s+", " ", _TRANSLATED_LABEL.sub("", written))
    if " " in name and re.fullmatch(f"{HAN}(?: ?{HAN}){{1,3}}", name):
        name = name.replace(" ", "")
    return Value(written, name, note=None if name == written else read_as(name))


def _mobile(written: str) -> Value:
    text = _SHORT_NUMBER.sub("", tidy(written)).strip()
    if re.fullmatch(r"[\d\s.-]+", text) and re.fullmatch(r"1[3-9]\d{9}", digits := re.sub(r"\D", "", text)):
        return Value(written, digits, note=None if digits == written else read_as(digits))
    numbers = ["".join(match.groups()) for match in MOBILE.finditer(text)]
    rest = MOBILE.sub(" ", text)
    landlines = [match[0].strip() for match in _LANDLINE.finditer(rest)]
    stray = re.search(r"\d", _LANDLINE.sub("", rest))
    if numbers and not stray:
        value = "、".join(dict.fromkeys(numbers))
        how = None if value == written else read_as(value)
        if landlines:
            also = "、".join(landlines)
            how = note("{read}，另有座机“{also}”", read=read_as(value), also=Words(also))
        return Value(written, value, note=how)
    reason = _why_no_mobile(text, bool(landlines) and not numbers)
    return Value(written, text, problem=Problem.MOBILE_MALFORMED, note=reason)


def _why_no_mobile(text: str, landline: bool) -> ReadingNote:
    """What is wrong with it: too short or too long a mobile number is no landline."""
    if re.fullmatch(r"1\d+", text) and len(text) != _MOBILE_DIGITS:
        return note("只有{digits}位" if len(text) < _MOBILE_DIGITS else "有{digits}位", digits=len(text))
    return note("填的是座机号" if landline else "不是11位手机号")


def _email(written: str) -> Value:
    text = unicodedata.normalize("NFKC", written)
    text = re.sub(r"\s*([@.])\s*", r"\1", text.replace("。", ".")).removeprefix("mailto:")
    parts = [part for part in re.split(r"[\s、,;，；/<>]+", text) if part]
    addresses = [part for part in parts if EMAIL.fullmatch(part)]
    if addresses and not any("@" in part for part in parts if part not in addresses):
        value = "、".join(addresses)
        return Value(written, value, note=None if value == written else read_as(value))
    return Value(written, text, problem=Problem.EMAIL_MALFORMED, note=note("不是一个邮箱地址"))
