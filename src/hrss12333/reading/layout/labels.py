"""The labels of a form's header (联系人：, 填报单位（盖章）：…), where they are located in a row of cells, and what 联系人, 手机号
and 邮箱 say, once it is known which text is in which blank.

A row is one text with cell borders in it, so that a label and its value are found alike in one cell or in two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model.filing import Place, Value
from hrss12333.model.message import ReadingNote, Words, noted, read_as
from hrss12333.model.problem import Problem
from hrss12333.reading.values.cell_text import tidy, visible
from hrss12333.survey.frame import HEADER
from hrss12333.survey.spellings import HAN, simplified

CONTACT = tuple(item.key for item in HEADER if item.key != "unit")
"""Header keys of the person to ask."""
_LONGEST_BARE = 10
"""Characters beyond which a cell is more than a label."""
_OF_CONTACT = frozenset("联聯手电電邮郵Ee")
"""Letters of which each such label has one."""
_ENDS = frozenset("人名員员號号碼码機机話话式箱址件lL真份位导任长):）：1234①②③④一二三四")
"""With one of which each label ends."""
_SEVERAL = 2
"""Labels that make a row a line of the header: a table may have a column 联系电话, too."""
LABEL_ENDS = frozenset(":：）)")
"""One of which is in every label that is recognised by itself."""
BORDER = "\ufdd0"
"""Stands for a cell border in a row's text; no character of any text, for control characters count as white space."""
SEAL_PATTERN = re.compile(r"[（(]\s*(?:加\s*盖)?\s*(?:单\s*位)?\s*(?:[公盖蓋签印]\s*)?章\s*[)）]")
"""（盖章） and its variants."""
NOTE_ROW = re.compile(r"^\s*(?:填表说明|填报说明|填报要求|说明[:：]|注[:：]|注意|[（(]?\d{1,2}[)）]?\s*[.．、])")
"""How a row of explanations begins."""


def spaced(label: str) -> str:
    """A pattern of a text with any white space between its letters."""
    return r"\s*".join(re.escape(letter) for letter in label)


_UNIT_LABEL = (
    rf"(?:省\s*)?[（(]\s*{spaced('自治区')}\s*[、,，/]?\s*{spaced('直辖市')}\s*[)）]"
    rf"|{spaced('省')}\s*[（(]\s*区\s*[、,，]\s*市\s*[)）]"
)
_END = r"(?:\s*[（(][^（）()]{0,8}[)）])?\s*[:：]"
_NUMBERS = r"手\s*机(?:\s*号(?:\s*码)?)?|(?:联\s*系\s*)?电\s*话|联\s*系\s*方\s*式"
_NUMBER_TOO = rf"(?:\s*[及和与、/]\s*(?:{_NUMBERS}))?"
"""联系人及电话 is one label."""
_NTH = r"(?:[（(]?[1-4①-④一二三四][)）]?(?!\d))?"
"""联系人1 and 联系人2 are two."""
_FAX_TOO = rf"(?:\s*[及和与、/]\s*{spaced('传真')})?"
_OTHER_LABELS = (
    "填报日期|填表日期|填报时间|报送日期|日期|传真|职务|部门|处室|审核|座机|固定电话|办公电话"
    "|地址|通讯地址|办公地址|单位地址|联系地址|邮编|邮政编码|校验码|金额单位|计量单位|微信|QQ|微信号|QQ号"
)
_OF_OTHERS = "期间真职门室核座固公址编验额计微Qq"
"""Characters of which each of them holds one, and the usual header none."""


_OTHER_LABEL_WORDS = frozenset(_OTHER_LABELS.split("|"))
PERSON = "person"
"""Key of a label that names somebody else than the contact: what number follows is theirs."""
_PERSONS = (
    (r"填\s*[报表]\s*人|系统联系人", "填统"),
    (
        r"经\s*办\s*人|制\s*表\s*人|审\s*核\s*人|复\s*核\s*人|审\s*批\s*人|签\s*发\s*人|负\s*责\s*人"
        r"|(?:技术|财务|信息|网络|运维|外包|厂商|公司|监督|应急|备用)联系人|主管领导|分管领导|主要领导|主任|处长|局长|科长",
        "经制审复签负术财息络维包商司监急备导任长",
    ),
)
"""Patterns, each with characters of which all its matches hold one; those of the second the form itself has not."""
_STARTS = {"mobile": r"(?=\s*(?:\+?86[-\s]?)?1[3-9]\d)", "email": r"(?=\s*[A-Za-z0-9._%+-]+\s*[@＠])"}
"""What a label without a colon is before."""


def _first_letters(labels: Sequence[str]) -> str:
    return "".join(label[0].upper() + label[0].lower() for label in labels)


def _label_patterns() -> Iterator[tuple[str, str, str]]:
    """Header key, pattern, and characters of which each of its matches holds one."""
    for item in HEADER:
        cjk = f"(?<!{HAN})"
        aliases = sorted(item.aliases, key=len, reverse=True)
        if item.key == "unit":
            yield "unit", _UNIT_LABEL, "治省"
        elif item.key == "name":
            yield "name", rf"{spaced(item.label)}{_NTH}{_NUMBER_TOO}(?:{_END})?", item.label[0]
            yield (
                "name",
                rf"(?:业务|工作|具体|日常|主要|第一|填报|本单位){item.label}{_NUMBER_TOO}{_END}",
                "务作体常要第报位",
            )
        else:
            primary = sorted({item.label, *item.aliases[:1]}, key=len, reverse=True)
            whose = f"(?:{HEADER[1].label})?"
            yield (
                item.key,
                "|".join(rf"{whose}(?i:{spaced(label)})(?:{_END})?" for label in primary),
                _first_letters(primary),
            )
        # Letters alone are matched in either case: with a range of characters that would take long to prepare.
        spelt = "|".join(map(spaced, aliases))
        yield item.key, rf"{cjk}(?i:{spelt}){_FAX_TOO}(?:{_END}|(?=\s*{BORDER}))", _first_letters(aliases)
        if item.key in _STARTS:
            yield item.key, rf"(?i:{spelt}){_STARTS[item.key]}", _first_letters(aliases)
    for persons, needs in _PERSONS:
        person = rf"(?:单位|部门|统计|项目|科室|处室)?(?:{persons})(?:员|姓名)?{_NUMBER_TOO}"
        yield PERSON, rf"{person}(?:{_END}|(?=\s*{BORDER})|(?=\s+{HAN}{{2,4}}(?:\s|{BORDER})))", needs
    others = "|".join(map(spaced, _OTHER_LABELS.split("|")))
    yield "", rf"(?i:{others}){_END}", _OF_OTHERS
    yield "", rf"(?:(?<=^)|(?<={BORDER}))(?i:{others})(?=\s*{BORDER})", _OF_OTHERS
    yield "", rf"(?<=[\s{BORDER}]){HAN}{{2,8}}[:：]", ":："


_PATTERNS = [*_label_patterns()]


class Span(Struct, frozen=True):
    """A label in a row's text."""

    key: str
    """Header key; empty for a label that is none of the header's."""
    start: int
    end: int


_LONGEST_ROW = 5_000
"""Characters of a row in which labels are looked for."""


_USUAL = re.compile(rf"(?<!\w)(?:{'|'.join(item.label for item in HEADER[1:])})[:：]")
_KEYS = {item.label: item.key for item in HEADER}
_LABEL_PARTS = (
    *[word.upper() for item in HEADER[1:] for word in (item.label, *item.aliases)],
    *("单位", "省份", "直辖市", "(区", "（区", ":", "："),
    *[f"{deed}人" for deed in "报表办核批发责系"],
    *("领导", "主任", "处长", "局长", "科长"),
)
"""One of which every other label holds, but for what stands alone in its cell."""
_ANYWHERE = frozenset(("直辖市", *(item.label for item in HEADER[1:])))
"""Those that need neither a colon nor the end of a cell."""


def _usual_spans(text: str) -> list[Span] | None:
    """The labels of a row that has none but the form's own, as the notice prints them; None where there may be others: to
    prepare the patterns for these takes as long as to read the rest of a file."""
    rest = _USUAL.sub(" ", text)
    cells = ["".join(cell.split()).upper() for cell in rest.split(BORDER)]
    words = {part for part in _LABEL_PARTS if part in BORDER.join(cells)}
    # 电话 within words, as in a title, is no label.
    named = [cell for cell in cells if cell and (cell[-1] in _ENDS or not cell.replace("12333", "").isalpha())]
    if not _OTHER_LABEL_WORDS.isdisjoint(cells) or (words and named) or not _ANYWHERE.isdisjoint(words):
        return None
    return [Span(_KEYS[match[0][:-1]], match.start(), match.end()) for match in _USUAL.finditer(text)]


@lru_cache(maxsize=2048)
def spans_of(text: str) -> Sequence[Span]:
    """The labels of a row's text in order; of those that overlap the longest."""
    text = simplified(text[:_LONGEST_ROW])
    if (usual := _usual_spans(text)) is not None:
        return usual
    letters = frozenset(text)
    every = [
        Span(key, match.start(), match.end())
        for key, pattern, needs in _PATTERNS
        if not letters.isdisjoint(needs)
        for match in re.finditer(pattern, text)
    ]
    chosen: list[Span] = []
    for span in sorted(every, key=lambda span: (-(span.end - span.start), not span.key, span.start)):
        if span.end > span.start and all(span.end <= other.start or span.start >= other.end for other in chosen):
            chosen.append(span)
    return sorted(chosen, key=lambda span: span.start)


@lru_cache(maxsize=4096)
def is_label(text: str) -> bool:
    """Whether a text, or the beginning of it, is a label of the header with its colon, or the seal."""
    if LABEL_ENDS.isdisjoint(text):
        return False
    shown = simplified(visible(text)) + BORDER
    if SEAL_PATTERN.search(shown):
        return True
    return any(span.key and re.search(r"[:：]|[)）]", shown[span.start : span.end]) for span in spans_of(shown))


@lru_cache(maxsize=4096)
def _is_bare_label(text: str) -> bool:
    """Whether a cell holds nothing but a label of the contact, whose value has a cell of its own: 联系人, 手机."""
    shown = visible(text)
    if not 1 < len(shown) <= _LONGEST_BARE or shown[-1] not in _ENDS or _OF_CONTACT.isdisjoint(shown):
        return False
    return any(span.key in CONTACT and span.end - span.start == len(shown) for span in spans_of(shown + BORDER))


def is_contact_line(texts: Iterable[str]) -> bool:
    """Whether a row's cells are labels of the contact beside their values: 联系人 | 王某 | 手机 | 139…."""
    return sum(map(_is_bare_label, texts)) >= _SEVERAL


# What the blanks beside labels hold

MOBILE = re.compile(r"(?<!\d)(?:(?:\+|00)?86[-\s]?)?(1[3-9]\d)[-\s]*(\d{4})[-\s]*(\d{4})(?!\d)")
"""A mobile number within a text; its digits are the three groups together."""
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
"""A mail address within a text."""
NO_ANSWER = frozenset({"无", "-", "/", "—", "——", "暂无", "空", "x", "xx", "xxx", "*"})
"""What is in a blank that was not answered, in lower case."""
_MOBILE_DIGITS = 11
_SHORT_NUMBER = re.compile(r"[(,;、/]?\s*(?:集团)?(?:短号|小号)码?\s*:?\s*\d{3,6}\s*\)?")
"""What colleagues dial for a mobile: 13800000001（短号666001）."""
_LANDLINE = r"(?<!\d)(?:\(?0\d{2,3}\)?[-\s]?)?\d{7,8}(?:[-转]\d{1,5})?(?!\d)"
_TRANSLATED_LABEL = re.compile(r"^[A-Za-z][A-Za-z .-]*[:：]\s*")
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
    landlines = [match[0].strip() for match in re.finditer(_LANDLINE, rest)]
    stray = re.search(r"\d", re.sub(_LANDLINE, "", rest))
    if numbers and not stray:
        value = "、".join(dict.fromkeys(numbers))
        how = None if value == written else read_as(value)
        if landlines:
            also = "、".join(landlines)
            how = noted("{read}，另有座机“{also}”", read=read_as(value), also=Words(also))
        return Value(written, value, note=how)
    reason = _why_no_mobile(text, bool(landlines) and not numbers)
    return Value(written, text, problem=Problem.MOBILE_MALFORMED, note=reason)


def _why_no_mobile(text: str, landline: bool) -> ReadingNote:
    """What is wrong with it: too short or too long a mobile number is no landline."""
    if re.fullmatch(r"1\d+", text) and len(text) != _MOBILE_DIGITS:
        return noted("只有{digits}位" if len(text) < _MOBILE_DIGITS else "有{digits}位", digits=len(text))
    return noted("填的是座机号" if landline else "不是11位手机号")


def _email(written: str) -> Value:
    text = unicodedata.normalize("NFKC", written)
    text = re.sub(r"\s*([@.])\s*", r"\1", text.replace("。", ".")).removeprefix("mailto:")
    parts = [part for part in re.split(r"[\s、,;，；/<>]+", text) if part]
    addresses = [part for part in parts if EMAIL.fullmatch(part)]
    if addresses and not any("@" in part for part in parts if part not in addresses):
        value = "、".join(addresses)
        return Value(written, value, note=None if value == written else read_as(value))
    return Value(written, text, problem=Problem.EMAIL_MALFORMED, note=noted("不是一个邮箱地址"))
