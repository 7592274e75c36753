"""Whose a 工作总结 is: the reporting unit that its title, signature or file name gives for certain."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from hrss12333.survey.gazetteer import Gazetteer, UnitMatch
from hrss12333.survey.named_places import places_in
from hrss12333.survey.regions import Unit

_TITLE_LINES = 4
_SIGNATURE_LINES = 5
_LONGEST_LINE = 60
"""Longer paragraphs are body text, which may speak of other provinces."""
_FIRST_LINES = 3


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
