"""What 附注 leaves out: the form's own texts, and lines that say nothing of any figure, by flat lists."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from hrss12333.survey.doubt_words import flat_list, is_marked
from hrss12333.survey.form_texts import is_printed
from hrss12333.survey.schema import Form

_LIST = "unquoted_words.tsv"
_LABEL = "标签"
_NOTHING = "空"
_NAME = r"[^\W\d_]{2,4}(?:·[^\W\d_]+)*"
_SIGNED = r"(?:\(?(?:签字|签名|签章|盖章|公章|加盖公章)\)?)"
_DAY = r"(?:(?:19|20)\d\d[-./年]\d{1,2}(?:[-./月](?:\d{1,2}日?)?)?|(?:20\d\d)?年(?:\d{1,2})?月(?:\d{1,2})?日?)"
_TELEPHONE = r"[\d()\-、,/转]{5,40}"
_MAIL = r"[\w.+-]+@[\w.-]+"
_OFFICE = r"[^\W\d_]{2,24}(?:厅|局|中心|处|科|省|市|州|区|县|盟|兵团|师|部)"
_VALUE = re.compile(rf"(?:{_NAME}(?:[、,/]{_NAME})*|{_OFFICE})?(?:{_DAY})?|{_TELEPHONE}|{_MAIL}")
_BARE = re.compile(rf"(?:{_DAY}|{_SIGNED}|{_MAIL}|1[3-9]\d{{9}}|\(?0\d{{2,3}}[-)]?\d{{7,8}})")
"""A day, a seal, an address or a telephone by itself."""
_CODE = r"校验码:[0-9A-Z]{4}-[0-9A-Z]{4}"
_MEASURE = r"单\s*位\s*:?\s*[十百千万亿]*[次人个条件](?:次|\W|$)"
_PAGE = re.compile(
    rf"(?:{_CODE})?(?:第\d{{0,3}}页[,/]?(?:共\d{{0,3}}页)?|共\d{{1,3}}页|\d{{1,3}}/\d{{1,3}}|-\d{{1,3}}-|page\d+(?:of\d+)?)|{_CODE}"
)
_NUMBERING = re.compile(
    r"^(?:注释?|备注|说明|填表说明)?[:：]?\s*(?:[(（]?\d+[)）.、．]|[(（]?[一二三四五六七八九十]+[)）、.．])?\s*"
)
_SENTENCES = re.compile(r"[。；;\n]|(?<=\s)(?=\d[.、．])")


@lru_cache(maxsize=4096)
def is_quotable(text: str, forms: tuple[Form, ...]) -> bool:
    """Whether 附注 quotes a text: whether any of its lines says what the forms do not print and is no sign-off, greeting,
    label or page number."""
    return not all(_is_left_out(line, forms) for line in text.splitlines())


def names_measure(text: str) -> bool:
    """Whether a line says what figures are counted in, which is no name of anybody: 单位：万次."""
    return bool(re.search(_MEASURE, unicodedata.normalize("NFKC", text)))


def is_remark(text: str) -> bool:
    """Whether a 备注 says more than 无, "-" or "/"."""
    return "".join(re.split(r"[\W_]+", text)) not in {
        "",
        *(word for word, kind in flat_list(_LIST) if kind == _NOTHING),
    }


@cache
def _whole_lines() -> frozenset[str]:
    """Lines that only greet, thank or take leave, or say that there is nothing; "-" and "/" have no letter."""
    return frozenset(("", *(word for word, kind in flat_list(_LIST) if kind != _LABEL)))


@cache
def _labels() -> re.Pattern[str]:
    """What parts a line at its labels: 填表人, 审核人, 联系电话, 盖章."""
    labels = sorted((word for word, kind in flat_list(_LIST) if kind == _LABEL), key=len, reverse=True)
    return re.compile("|".join(r"\s*".join(label) for label in labels))


def _is_labelled(line: str) -> bool:
    """Whether a line is labels, each with a name, an office, a day or a telephone, and no other word: 填表人:张三 审核人:李四."""
    before, *behind = _labels().split(line)
    if not behind or before.strip(" (") or names_measure(line) or any(value[:1].isalpha() for value in behind):
        return False
    values = ("".join(value.split()).strip(":_,;。()") for value in behind)
    return all(map(_VALUE.fullmatch, values))


def _is_left_out(line: str, forms: tuple[Form, ...]) -> bool:
    shown = unicodedata.normalize("NFKC", line).strip()
    plain = re.sub(r"\s+", "", shown)
    pieces = re.split(r"[\W_]+", plain.lower())
    if "".join(pieces) in _whole_lines() or _whole_lines().issuperset(pieces) or _is_of_form(line, forms):
        return True
    return bool(_PAGE.fullmatch(plain) or _BARE.fullmatch(plain)) or (
        _is_labelled(shown) and not is_marked(re.sub(r"\d", "", plain))
    )


def _is_of_form(line: str, forms: tuple[Form, ...]) -> bool:
    """Whether a line is the form's or the notice's, also behind 注： or a number, or several of its sentences."""
    pieces = (line, *(part for part in [_NUMBERING.sub("", line)] if part))
    if any(is_printed(piece, forms) for piece in pieces):
        return True
    sentences = [_NUMBERING.sub("", part.strip()) for part in _SENTENCES.split(line)]
    return all(is_printed(part, forms) for part in sentences if part)
