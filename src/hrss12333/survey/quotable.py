"""Texts that 附注 leaves out: what the forms print by themselves, and lines that are about no figure, by flat lists.

The forms' words are those of the editions, every earlier one's too: titles, headings, labels, explanations, and the
notice's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from hrss12333.patterns import half_width
from hrss12333.survey.doubt_words import is_marked
from hrss12333.survey.editions import EDITIONS
from hrss12333.survey.frame import COMPLETE, CONTINUED, HEADER, INSTRUCTIONS, NOT_PASSED, SEAL, SELF_CHECK, TOTAL
from hrss12333.survey.lists import flat_list
from hrss12333.survey.schema import Form

_ANY_YEAR = re.compile(r"(?:19|20)\d\d年?度?")
_NO_LETTERS = re.compile(r"[\W_]+")
_LIST = "unquoted_words.tsv"
_LABEL = "标签"
_NOTHING = "空"
_NAME = r"[^\W\d_]{2,4}(?:·[^\W\d_]+)*"
_SIGNED = r"(?:\(?(?:签字|签名|签章|盖章|公章|加盖公章)\)?)"
_DAY = r"(?:(?:19|20)\d\d[-./年]\d{1,2}(?:[-./月](?:\d{1,2}日?)?)?|(?:20\d\d)?年(?:\d{1,2})?月(?:\d{1,2})?日?)"
_TELEPHONE = r"[\d()\-、,/转]{5,40}"
_MAIL = r"[\w.+-]+@[\w.-]+"
_OFFICE = r"[^\W\d_]{2,24}(?:厅|局|中心|处|科|省|市|州|区|县|盟|兵团|师|部)"
_SIMPLE_VALUE = rf"[^\W\d_]{{2,4}}|[^\W\d_]{{2,24}}(?:自治区|兵团)|\d{{5,40}}|{_MAIL}"
_VALUE = rf"(?:{_NAME}(?:[、,/]{_NAME})*|{_OFFICE})?(?:{_DAY})?|{_TELEPHONE}|{_MAIL}"
_CODE = r"校验码:[0-9A-Z]{4}-[0-9A-Z]{4}"
_MEASURE = r"单\s*位\s*:?\s*[十百千万亿]*[次人个条件](?:次|\W|$)"
_PAGE = rf"(?:{_CODE})?(?:第\d{{0,3}}页[,/]?(?:共\d{{0,3}}页)?|共\d{{1,3}}页|\d{{1,3}}/\d{{1,3}}|-\d{{1,3}}-|page\d+(?:of\d+)?)|{_CODE}"
_BARE = rf"{_PAGE}|{_DAY}|{_SIGNED}|{_MAIL}|1[3-9]\d{{9}}|\(?0\d{{2,3}}[-)]?\d{{7,8}}"
"""The number of a page, a day, a seal, an address or a telephone by itself."""
_LINE_NUMBERING = r"^(?:注释?|备注|说明|填表说明)?[:：]?\s*(?:[(（]?(?:\d+|[一二三四五六七八九十]+)[)）.、．])?\s*"
_SENTENCES = r"[。；;\n]|(?<=\s)(?=\d[.、．])"


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """The letters and figures of a text, without any year: in this form texts are compared."""
    plain = half_width(text)
    return _NO_LETTERS.sub("", _ANY_YEAR.sub("", plain)).replace("坐席", "座席").lower()


@lru_cache(maxsize=4096)
def is_printed(line: str, forms: tuple[Form, ...]) -> bool:
    """Whether a line is the form's or the notice's, whatever year it names, also behind 注： or a number, or several of its
    sentences."""
    if _is_of_form(line, forms):
        return True
    if (text := _without_number(line)) and _is_of_form(text, forms):
        return True
    sentences = [_without_number(part.strip()) for part in re.split(_SENTENCES, line)]
    return all(part not in (line, text) and _is_of_form(part, forms) for part in sentences if part)


def _without_number(line: str) -> str:
    return re.sub(_LINE_NUMBERING, "", line)


def _is_of_form(text: str, forms: tuple[Form, ...]) -> bool:
    return bare(text) in _texts_of_forms(forms) or _without_blanks(text) in _notices()


@lru_cache(maxsize=4096)
def is_self_check(text: str) -> bool:
    """Whether a text heads a column of the live self-check."""
    return SELF_CHECK[1] in text and bare(text) == bare(SELF_CHECK)


@cache
def _texts_of_forms(forms: tuple[Form, ...]) -> frozenset[str]:
    earlier = (form for edition in EDITIONS.values() for form in edition.forms)
    printed = [text for form in dict.fromkeys((*forms, *earlier)) for text in _printed_texts(form)]
    labels = [SEAL, INSTRUCTIONS, NOT_PASSED, COMPLETE, TOTAL, SELF_CHECK, CONTINUED]
    labels += [name for item in HEADER for name in (item.label, *item.aliases)]
    return frozenset(map(bare, (*printed, *labels)))


def _printed_texts(form: Form) -> Iterator[str]:
    """Texts of a form; a line of the 填表说明 may be in a cell with the next, or its clauses each in one."""
    yield from (form.key, form.title, f"{form.key}{form.title}")
    yield from (text for column in form.columns for text in (column.heading, column.group, column.note))
    lines = [line.replace("{year}年", "") for line in form.instructions]
    lines += [_without_number(line) for line in lines]
    yield from lines
    yield from filter(None, (clause for line in lines for clause in line.replace("；", "。").split("。")))
    yield INSTRUCTIONS + "".join(lines)


@cache
def _notices() -> frozenset[str]:
    """Titles, paragraphs and sentences of the notices, with the years of survey and sending that they name."""
    lines = [line for edition in EDITIONS.values() for line in (edition.notice.title or "", *edition.notice.paragraphs)]
    return frozenset(_without_blanks(piece) for line in lines for piece in (line, *line.split("。")))


def _without_blanks(text: str) -> str:
    return "".join(text.split()).strip("。")


@lru_cache(maxsize=4096)
def is_quotable(text: str, forms: tuple[Form, ...]) -> bool:
    """Whether 附注 quotes a text: whether any of its lines says what the forms do not print and is no sign-off, greeting,
    label or page number."""
    return not all(_is_left_out(line, forms) for line in text.splitlines())


def names_measure(text: str) -> bool:
    """Whether a line gives a unit of measure, which is nobody's name: 单位：万次."""
    return "位" in text and bool(re.search(_MEASURE, half_width(text)))


@lru_cache(maxsize=4096)
def is_remark(text: str) -> bool:
    """Whether a 备注 says more than 无, "-" or "/"."""
    return _NO_LETTERS.sub("", text) not in {
        "",
        *(word for word, kind in flat_list(_LIST) if kind == _NOTHING),
    }


@cache
def _whole_lines() -> frozenset[str]:
    """Lines that only greet, thank or take leave, or say that there is nothing; "-" and "/" have no letter."""
    return frozenset(("", *(word for word, kind in flat_list(_LIST) if kind != _LABEL)))


@cache
def sign_off_labels() -> tuple[str, ...]:
    """Labels of a name, a day or a telephone, the longest first: 填表人, 审核人, 联系电话, 盖章."""
    return tuple(sorted((word for word, kind in flat_list(_LIST) if kind == _LABEL), key=len, reverse=True))


def _is_labelled(line: str) -> bool:
    """Whether a line is labels, each with a name, an office, a day or a telephone, and no other word: 填表人:张三 审核人:李四."""
    plain = "".join(line.split())
    if not plain.lstrip("(").startswith(sign_off_labels()) or names_measure(line):
        return False
    labels = [label for label in sign_off_labels() if label in plain]
    before, *behind = re.split("|".join(r"\s*".join(label) for label in labels), line)
    if before.strip(" (") or any(value[:1].isalpha() for value in behind):
        return False
    values = ["".join(value.split()).strip(":_,;。()") for value in behind]
    return all(re.fullmatch(_SIMPLE_VALUE, value) or re.fullmatch(_VALUE, value) for value in values)


def _is_left_out(line: str, forms: tuple[Form, ...]) -> bool:
    shown = half_width(line).strip()
    plain = "".join(shown.split())
    if _is_labelled(shown) and not is_marked("".join(sign for sign in plain if not sign.isdecimal())):
        return True
    pieces = _NO_LETTERS.split(plain.lower())
    if "".join(pieces) in _whole_lines() or _whole_lines().issuperset(pieces):
        return True
    return is_printed(line, forms) or re.fullmatch(_BARE, plain) is not None
