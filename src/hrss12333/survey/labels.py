"""Labels of a header or a sign-off (联系人：, 填报单位（盖章）：…) in a text.

A row of cells is one text with cell borders in it, so that label and value are found alike in one cell or
two."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache, partial
from string import ascii_lowercase, ascii_uppercase

from msgspec import Struct

from hrss12333.patterns import BORDER, HAN, grouped, harmless, is_chinese
from hrss12333.survey import words_of
from hrss12333.survey.schema import HEADER

CONTACT = tuple(item.key for item in HEADER if item.key != "unit")
"""Header keys of the contact person."""
_SEVERAL = 2
"""Labels that make a row a line of the header: a single one may be the heading 联系电话."""
_LONGEST_BARE = 10
"""Characters beyond which a cell is more than a label."""
_LONGEST_ROW = 5_000
"""Characters of a row in which labels are looked for."""
NOTE_ROW = re.compile(r"^\s*(?:填表说明|填报说明|填报要求|说明[:：]|注[:：]|注意|[（(]?\d{1,2}[)）]?\s*[.．、])")
"""The beginning of a row of explanations."""
_ANY_LABEL = re.compile(rf"(?<=[\s{BORDER}]){HAN}{{2,8}}[:：]")
_VALUE_BEHIND = re.compile(r"\s*(?:(?:\+?86-?)?1[3-9]\d|[A-Za-z0-9._%+-]+[@＠])")
_PERSON_BEHIND = rf"\s+{HAN}{{2,4}}(?:\s|{BORDER})"
_FIRST_CELL = re.compile(rf"([\s_:：{BORDER}]*)[^{BORDER}]*")
_OFFICES = tuple("厅局处科室部院心办会组")
_LABEL_ENDS = frozenset(":：)）")
_COMMAS = str.maketrans("，；;", ",,,")
_ENDS = frozenset("。！？!?")
_LONGEST_NAMES, _LONGEST_NAME = 40, 4
"""Characters of the text after 联系人, and of each name in a list of names."""
SEAL_PATTERN = re.compile(
    r"[（(]\s{0,4}(?:加?\s{0,4}[盖蓋]\s{0,4})?(?:单\s{0,4}位\s{0,4})?(?:[公签印]\s{0,4})?章\s{0,4}[)）]"
)
"""（盖章） and its variants."""
_OF_CONTACT = HEADER[1].label
_OF_UNIT = (
    *(f"{kind}(自治区{sign}直辖市)" for kind in ("省", "") for sign in ("、", ",", "/", "")),
    "省(区、市)",
    "省(区,市)",
)
"""The label of the unit, as people retype it."""
_ANYWHERE = frozenset((*_OF_UNIT, _OF_CONTACT, "手机号", "手机号码", "邮箱", "电子邮箱"))
"""Labels that need no colon in a cell with other words."""
PERSON = "person"
"""Key of the label of anyone but the contact, whose numbers are not the contact's."""
_KINDS_OF_CONTACTS = ("业务", "工作", "具体", "日常", "主要", "第一", "填报", "本单位")
_FOLDED = str.maketrans("（）：，" + ascii_uppercase, "():," + ascii_lowercase)
_TAIL = re.compile(
    r"(?:员|姓名)?(?:\(?[1-4①-④一二三四]\)?(?!\d))?(?:[及和与、/](?:手机(?:号码?)?|(?:联系)?电话|联系方式|传真))?"
    r"((?:\([^()]{0,8}\))?:)?"
)
"""What may follow a label: 联系人1 and 联系人2 are two labels, 联系人及电话 is one."""
sign_off_labels = partial(words_of, "unquoted_words.tsv", "标签")
"""The labels of a name, a date or a telephone: 填表人, 审核人, 联系电话, 盖章."""


class LabelMatch(Struct, frozen=True):
    """A label in a text."""

    key: str
    """Header key, `PERSON`, or empty for any other."""
    word: str
    """The label's word, half-width and without blanks."""
    start: int
    end: int
    has_colon: bool


@cache
def _labels_by_sign() -> dict[str, list[tuple[str, str]]]:
    """First character → the labels that begin with it, the longest first, each with its key."""
    keys = {label: PERSON if label.endswith(("人", "领导")) else "" for label in sign_off_labels()}
    keys |= {f"{kind}{_OF_CONTACT}": "name" for kind in _KINDS_OF_CONTACTS}
    for item in HEADER:
        names = (item.label, *item.aliases)
        keys |= dict.fromkeys(names, item.key)
        keys |= {f"{_OF_CONTACT}{name}": item.key for name in names if item.key not in ("unit", "name")}
    keys |= dict.fromkeys(_OF_UNIT, "unit")
    folded = {label.translate(_FOLDED): key for label, key in keys.items()}
    return grouped(sorted(folded.items(), key=lambda item: -len(item[0])), lambda item: item[0][0])


def labels_in(text: str, is_label: Callable[[LabelMatch, str], bool]) -> list[LabelMatch]:
    """The labels in a text, also with blanks between letters, that ``is_label`` accepts where they are."""
    places = [at for at, sign in enumerate(text) if not sign.isspace()]
    plain = "".join(text.split()).translate(_FOLDED)
    labels = _labels_by_sign()
    found: list[LabelMatch] = []
    done = 0
    for at, sign in enumerate(plain):
        if at < done or sign not in labels:
            continue
        if not (named := next(((word, key) for word, key in labels[sign] if plain.startswith(word, at)), None)):
            continue
        word, key = named
        tail = _TAIL.match(plain, at + len(word))
        end, has_colon = (tail.end(), bool(tail[1])) if tail else (at + len(word), False)
        behind = at + len(_OF_CONTACT)
        of_contact = key in ("mobile", "email") and word.startswith(_OF_CONTACT)
        if of_contact and places[behind] - places[behind - 1] > places[at + 1] - places[at]:
            word, key, end, has_colon = _OF_CONTACT, "name", behind, False  # 联 系 人   手 机 号 are two labels
        label = LabelMatch(key, word, places[at], places[end - 1] + 1, has_colon)
        if is_label(label, text):
            found.append(label)
            done = end
    return found


# Of a header


@lru_cache(maxsize=2048)
def header_labels(text: str) -> Sequence[LabelMatch]:
    """The labels of a row's text in order, the longest of overlapping ones, without 联系人 before a sentence."""
    text = text[:_LONGEST_ROW]
    others = [LabelMatch("", "", match.start(), match.end(), has_colon=True) for match in _ANY_LABEL.finditer(text)]
    chosen: list[LabelMatch] = []
    every = [*others, *labels_in(text, _is_label)]
    for label in sorted(every, key=lambda label: (label.start - label.end, not label.key, label.start)):
        if all(label.end <= other.start or label.start >= other.end for other in chosen):
            chosen.append(label)
    chosen.sort(key=lambda label: label.start)
    ends = [*(label.start for label in chosen[1:]), len(text)]
    pairs = zip(chosen, ends[: len(chosen)], strict=True)
    return [label for label, end in pairs if label.key != "name" or not _is_sentence(text[label.end : end])]


def _is_label(label: LabelMatch, text: str) -> bool:
    """Whether a word is a label in its place, by its colon, its cell's border, or what follows."""
    if label.word in _ANYWHERE:
        return True
    before, behind = text[: label.start].rstrip(), text[label.end :]
    is_parted = label.has_colon or behind.lstrip().startswith(BORDER)
    if label.key == PERSON:
        return is_parted or re.match(_PERSON_BEHIND, behind) is not None
    if label.key:
        is_valued = label.key in ("mobile", "email") and _VALUE_BEHIND.match(behind) is not None
        return is_valued or (is_parted and not is_chinese(text[: label.start][-1:]))
    return label.has_colon or (is_parted and before[-1:] in ("", BORDER))


def _is_sentence(text: str) -> bool:
    """Whether what follows 联系人 is no list of names."""
    value = harmless(first_cell(text)[0].replace(BORDER, "")).strip()
    parts = [part.strip() for part in value.translate(_COMMAS).split(",")]
    words = [part for part in parts if part and not any(map(str.isdecimal, part)) and not part.endswith(_OFFICES)]
    return (
        len(value) > _LONGEST_NAMES
        or not _ENDS.isdisjoint(value)
        or (len(parts) > 1 and any(sum(map(is_chinese, part)) > _LONGEST_NAME for part in words))
    )


def first_cell(text: str) -> tuple[str, int]:
    """The text after a label to the end of the first filled cell, and where that cell's words begin."""
    found = _FIRST_CELL.match(text)
    return (found[0], found.end(1)) if found else ("", 0)


@lru_cache(maxsize=4096)
def is_label(text: str) -> bool:
    """Whether a text holds a label of the header with its colon, or the seal."""
    if _LABEL_ENDS.isdisjoint(text):
        return False
    shown = harmless(text).strip() + BORDER
    if SEAL_PATTERN.search(shown):
        return True
    return any(
        label.key and not _LABEL_ENDS.isdisjoint(shown[label.start : label.end]) for label in header_labels(shown)
    )


@lru_cache(maxsize=4096)
def _is_bare_label(text: str) -> bool:
    """Whether a cell is only a label of the contact: 联系人, 手机."""
    shown = harmless(text).strip()
    if not 1 < len(shown) <= _LONGEST_BARE:
        return False
    return any(
        label.key in CONTACT and label.end - label.start == len(shown) for label in header_labels(shown + BORDER)
    )


def is_contact_line(texts: Iterable[str]) -> bool:
    """Whether a row has labels of the contact in separate cells: 联系人 | 王某 | 手机 | 139…."""
    return sum(map(_is_bare_label, texts)) >= _SEVERAL


def is_header_line(texts: Sequence[str]) -> bool:
    """Whether a row is a line of the header: its first cell or several are labels, or a contact's."""
    return any(map(is_label, texts[:1])) or sum(map(is_label, texts)) >= _SEVERAL or is_contact_line(texts)
