"""The labels of a form's header (联系人：, 填报单位（盖章）：…), where they are located in a row of cells.

A row is one text with cell borders in it, so that a label and its value are found alike in one cell or in two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec import Struct

from hrss12333.patterns import BORDER, HAN, is_chinese
from hrss12333.reading.values.cell_text import visible
from hrss12333.survey.frame import HEADER
from hrss12333.survey.quotable import sign_off_labels

CONTACT = tuple(item.key for item in HEADER if item.key != "unit")
"""Header keys of the person to ask."""
PERSON = "person"
"""Key of a label that names somebody else than the contact: numbers behind it are theirs."""
_SEVERAL = 2
"""Labels that make a row a line of the header: a table may have a column 联系电话, too."""
_LONGEST_BARE = 10
"""Characters beyond which a cell is more than a label."""
_LONGEST_ROW = 5_000
"""Characters of a row in which labels are looked for."""
SEAL_PATTERN = re.compile(r"[（(]\s*(?:加\s*盖)?\s*(?:单\s*位)?\s*(?:[公盖蓋签印]\s*)?章\s*[)）]")
"""（盖章） and its variants."""
NOTE_ROW = re.compile(r"^\s*(?:填表说明|填报说明|填报要求|说明[:：]|注[:：]|注意|[（(]?\d{1,2}[)）]?\s*[.．、])")
"""The beginning of a row of explanations."""
_NAME = HEADER[1].label
_ANYWHERE = frozenset((_NAME, "手机号", "手机号码", "邮箱", "电子邮箱"))
"""Labels that need neither a colon nor a cell of their own, and may be right behind other words."""
_OF_HEADER = {
    **{alias.lower(): item.key for item in HEADER for alias in (item.label, *item.aliases) if alias != HEADER[0].label},
    **{f"{_NAME}{name}".lower(): item.key for item in HEADER[2:] for name in (item.label, *item.aliases)},
    **{f"{which}{_NAME}": "name" for which in ["业务", "工作", "具体", "日常", "主要", "第一", "填报", "本单位"]},
}
"""Label → header key."""
_OTHERS = [label for label in sign_off_labels() if label.lower() not in _OF_HEADER]
"""Labels that are none of the header's: of a day, an address, another number; of persons."""
_PERSONS = [label for label in _OTHERS if label.endswith(("人", "领导"))]


def _one_of(labels: Iterable[str]) -> str:
    """A pattern of labels, the longest first."""
    return "|".join(map(re.escape, sorted(labels, key=len, reverse=True)))


_FIRST = "".join({label[0] for label in ("省", "（", "(", *_OTHERS, *_OF_HEADER)})
_LABEL = re.compile(
    rf"(?=[{_FIRST}])"  # most letters begin no label
    r"(?:(?P<unit>省?[（(]自治区[、,，/]?直辖市[)）]|省[（(]区[、,，]市[)）])"
    rf"|(?:(?P<person>{_one_of(_PERSONS)})(?:员|姓名)?"
    rf"|(?P<own>{_one_of(_OF_HEADER)})(?:[（(]?[1-4①-④一二三四][)）]?(?!\d))?)"
    r"(?:[及和与、/](?:手机(?:号码?)?|(?:联系)?电话|联系方式|传真))?"
    rf"|(?P<other>{_one_of(_OTHERS)}))"
    r"(?P<colon>(?:[（(][^（）()]{0,8}[)）])?[:：])?",
    re.IGNORECASE,
)
"""A label in a text without blanks; 联系人1 and 联系人2 are two, 联系人及电话 is one."""
_ANY_LABEL = re.compile(rf"(?<=[\s{BORDER}]){HAN}{{2,8}}[:：]")
_VALUE_BEHIND = re.compile(r"(?:\+?86-?)?1[3-9]\d|[A-Za-z0-9._%+-]+[@＠]")
_PERSON_BEHIND = rf"\s+{HAN}{{2,4}}(?:\s|{BORDER})"
_FIRST_CELL = re.compile(rf"([\s_:：{BORDER}]*)[^{BORDER}]*")
_OFFICES = tuple("厅局处科室部院心办会组")
_LABEL_ENDS = frozenset(":：)）")
_COMMAS = str.maketrans("，；;", ",,,")
_ENDS = frozenset("。！？!?")
_LONGEST_NAMES, _LONGEST_NAME = 40, 4
"""Characters of what is behind 联系人, and of each part of a list of names."""


class Span(Struct, frozen=True):
    """A label in a row's text."""

    key: str
    """Header key; empty for a label that is none of the header's."""
    start: int
    end: int


@lru_cache(maxsize=2048)
def spans_of(text: str) -> Sequence[Span]:
    """The labels of a row's text in order; of those that overlap the longest. 联系人 before a sentence is none."""
    text = text[:_LONGEST_ROW]
    places = [at for at, is_blank in enumerate(map(str.isspace, text)) if not is_blank]
    plain = "".join(text.split())
    every = [Span("", match.start(), match.end()) for match in _ANY_LABEL.finditer(text)]
    at = 0
    while match := _LABEL.search(plain, at):
        first, behind = match.start(), match.start() + len(_NAME)
        of_contact = plain.startswith(_NAME, first) and _key_of(match) in ("mobile", "email")
        if of_contact and places[behind] - places[behind - 1] > places[first + 1] - places[first]:
            match = _LABEL.match(plain, first, behind) or match  # 联 系 人   手 机 号 are two
        start, end = places[match.start()], places[match.end() - 1] + 1
        is_label = _is_label(match, plain, text, start, end)
        if is_label:
            every.append(Span(_key_of(match), start, end))
        at = match.end() if is_label else match.start() + 1
    chosen: list[Span] = []
    for span in sorted(every, key=lambda span: (span.start - span.end, not span.key, span.start)):
        if all(span.end <= other.start or span.start >= other.end for other in chosen):
            chosen.append(span)
    chosen.sort(key=lambda span: span.start)
    ends = [*(span.start for span in chosen[1:]), len(text)]
    pairs = zip(chosen, ends[: len(chosen)], strict=True)
    return [span for span, end in pairs if span.key != "name" or not _is_sentence(text[span.end : end])]


def _key_of(match: re.Match[str]) -> str:
    if match["own"]:
        return _OF_HEADER[match["own"].lower()]
    return "unit" if match["unit"] else PERSON if match["person"] else ""


def _is_label(match: re.Match[str], plain: str, text: str, start: int, end: int) -> bool:
    """Whether words are a label where they are: by their colon, by the border of their cell, or by what is behind them."""
    behind = match.end()
    at_border = plain.startswith(BORDER, behind)
    if match["unit"] or match["own"] in _ANYWHERE:
        return True
    if match["own"]:
        valued = _key_of(match) in ("mobile", "email") and _VALUE_BEHIND.match(plain, behind) is not None
        return valued or (bool(match["colon"] or at_border) and not is_chinese(text[start - 1 : start]))
    if match["person"]:
        return bool(match["colon"] or at_border or re.match(_PERSON_BEHIND, text[end:]))
    return bool(match["colon"] or (at_border and (not start or plain[match.start() - 1] == BORDER)))


def _is_sentence(text: str) -> bool:
    """Whether what is behind 联系人 is no list of names."""
    value = visible(first_cell(text)[0].replace(BORDER, ""))
    parts = [part.strip() for part in value.translate(_COMMAS).split(",")]
    words = [part for part in parts if part and not any(map(str.isdecimal, part)) and not part.endswith(_OFFICES)]
    return (
        len(value) > _LONGEST_NAMES
        or not _ENDS.isdisjoint(value)
        or (len(parts) > 1 and any(sum(map(is_chinese, part)) > _LONGEST_NAME for part in words))
    )


def first_cell(text: str) -> tuple[str, int]:
    """The text behind a label, to the end of the first cell that holds any, and where in it that begins: what is further
    right is no value."""
    found = _FIRST_CELL.match(text)
    return (found[0], found.end(1)) if found else ("", 0)


@lru_cache(maxsize=4096)
def is_label(text: str) -> bool:
    """Whether a text, or the beginning of it, is a label of the header with its colon, or the seal."""
    if _LABEL_ENDS.isdisjoint(text):
        return False
    shown = visible(text) + BORDER
    if SEAL_PATTERN.search(shown):
        return True
    return any(span.key and not _LABEL_ENDS.isdisjoint(shown[span.start : span.end]) for span in spans_of(shown))


@lru_cache(maxsize=4096)
def _is_bare_label(text: str) -> bool:
    """Whether a cell holds nothing but a label of the contact, whose value has a cell of its own: 联系人, 手机."""
    shown = visible(text)
    if not 1 < len(shown) <= _LONGEST_BARE:
        return False
    return any(span.key in CONTACT and span.end - span.start == len(shown) for span in spans_of(shown + BORDER))


def is_contact_line(texts: Iterable[str]) -> bool:
    """Whether a row's cells are labels of the contact beside their values: 联系人 | 王某 | 手机 | 139…."""
    return sum(map(_is_bare_label, texts)) >= _SEVERAL


def is_header_line(texts: Sequence[str]) -> bool:
    """Whether a row's cells are a line of the header: the first or several are labels, or they are a line of the contact."""
    return any(map(is_label, texts[:1])) or sum(map(is_label, texts)) >= _SEVERAL or is_contact_line(texts)
