"""A 工作总结: whose it is, as far as its title, its signature or its file name tell for certain, and its 字数 as Word counts
it, so that it is measured by the number its writer sees in the status bar."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from hrss12333.survey.gazetteer import Gazetteer, UnitMatch
from hrss12333.survey.named_places import places_in
from hrss12333.survey.regions import Unit

_TITLE_LINES = 4
_SIGNATURE_LINES = 5
_LONGEST_LINE = 60
"""Longer paragraphs are body text, which may speak of other provinces."""
_FIRST_LINES = 3
_WIDE = frozenset("WF")
"""East Asian widths of ideographs, kana and full-width forms."""


def _only(texts: Sequence[str], gazetteer: Gazetteer) -> tuple[Unit | None, bool]:
    """The one unit that these texts name, and whether they name anything else: another unit, or a region."""
    found = [place.unit for text in texts for place in places_in(text, gazetteer)]
    distinct = {unit.code: unit for unit in found if unit is not None}
    only = next(iter(distinct.values())) if len(distinct) == 1 else None
    return only, len(distinct) > 1 or None in found


def unit_of_summary(name: str, paragraphs: Sequence[str], gazetteer: Gazetteer) -> UnitMatch | None:
    """The reporting unit whose 工作总结 this is; None where that is not certain.

    Title, signature (落款) and file name count alike and must not contradict one another. A city's report, or one whose
    title names two provinces, is no unit's. Where none of the three names a unit, the folder's name, then the first
    lines of the text are asked.

    Args:
        name: path as shown to the user.
        paragraphs: the report's texts in reading order.
        gazetteer: whose units are known.
    """
    lines = [text.strip() for text in paragraphs if text.strip()]
    title = [text for text in lines[:_TITLE_LINES] if len(text) <= _LONGEST_LINE and not text.endswith("。")]
    signature = [text for text in lines[-_SIGNATURE_LINES:] if len(text) <= _LONGEST_LINE and not text.endswith("。")]
    path = PurePosixPath(name.replace("\\", "/"))
    found: dict[str, tuple[Unit, str]] = {}
    for texts, how in ((title, "标题"), (signature, "落款"), ([path.stem], "文件名")):
        unit, contradicted = _only(texts, gazetteer)
        if contradicted and how != "落款":
            return None
        if unit is not None and not contradicted:
            found.setdefault(unit.code, (unit, how))
    if not found:
        for texts, how in (([path.parent.name], "文件夹名"), (lines[:_FIRST_LINES], "开头")):
            unit, contradicted = _only(texts, gazetteer)
            if unit is not None and not contradicted:
                found[unit.code] = (unit, how)
                break
    if len(found) != 1:
        return None
    unit, how = next(iter(found.values()))
    return UnitMatch(unit, f"按{how}识别")


@lru_cache(maxsize=8192)
def _kind(character: str) -> str:
    """One of ``space``, ``wide`` (a word by itself), ``either`` (“ ” … — ①: as neighbours), ``narrow``, ``none``."""
    if character.isspace():
        return "space"
    category = unicodedata.category(character)
    if category in ("Cf", "Cc", "Cs"):
        return "none"
    width = unicodedata.east_asian_width(character)
    if width in _WIDE:
        return "wide"
    return "either" if width == "A" and category[0] in "PSN" else "narrow"


def count_words(text: str) -> int:
    """The 字数 of ``text``.

    Every ideograph, kana, full-width letter, digit and punctuation mark is one; a run of other characters (Latin,
    digits, half-width marks) up to a blank or an ideograph is one. Quotation marks, dashes and ellipses, which Chinese
    and Latin share, belong to a run where they stand inside it (``don’t``) and are one each elsewhere. White space and
    invisible characters are none.
    """
    kinds = [kind for kind in map(_kind, text) if kind != "none"]
    words = 0
    in_run = False
    for index, kind in enumerate(kinds):
        if kind == "either":
            inside = in_run and index + 1 < len(kinds) and kinds[index + 1] == "narrow"
            kind = "narrow" if inside else "wide"
        if kind == "narrow":
            words += not in_run
            in_run = True
        else:
            words += kind == "wide"
            in_run = False
    return words
