"""The labels of a form's header (联系人：, 填报单位（盖章）：…), where they are located in a row of cells.

A row is one text with cell borders in it, so that a label and its value are found alike in one cell or in two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from hrss12333.patterns import BORDER, HAN, is_chinese
from hrss12333.reading.values.cell_text import visible
from hrss12333.survey.frame import HEADER
from hrss12333.survey.quotable import LABELS_ANYWHERE, PERSON, SEAL_PATTERN, LabelMatch, labels_in

CONTACT = tuple(item.key for item in HEADER if item.key != "unit")
"""Header keys of the person to ask."""
_SEVERAL = 2
"""Labels that make a row a line of the header: a table may have a column 联系电话, too."""
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
"""Characters of what is behind 联系人, and of each part of a list of names."""


@lru_cache(maxsize=2048)
def spans_of(text: str) -> Sequence[LabelMatch]:
    """The labels of a row's text in order; of those that overlap the longest. 联系人 before a sentence is none."""
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
    """Whether words are a label where they are: by their colon, by the border of their cell, or by what is behind them."""
    if label.word in LABELS_ANYWHERE:
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
