"""What a text speaks of: a region of the unit, columns of the forms, or no more than the form's own words and signatures."""

from __future__ import annotations

import re
from functools import lru_cache

from hrss12333.model.account import CellUse
from hrss12333.patterns import lazy
from hrss12333.reading.account.explained import LETTER
from hrss12333.reading.account.figures import has_figure, without_no_figures
from hrss12333.reading.layout.headings import normal
from hrss12333.reading.layout.labels import BORDER, LABEL_ENDS, SEAL, spans_of
from hrss12333.reading.layout.row_words import is_signature
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.form_texts import form_texts
from hrss12333.survey.named_places import places_in
from hrss12333.survey.region_names import certain_region, folded
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form
from hrss12333.survey.spellings import OFFICE

_COUNTY = lazy(r"[县区市旗]", needs="县区市旗")
_SHORTEST = 3
"""Characters from which a name is told by itself; shorter ones by the figure behind them (坐席45个)."""


def names_region(edition: Edition, unit: Unit | None, text: str, itself: str | None = None) -> bool:
    """Whether a text names a region of the unit, or a county below one; ``itself`` is whose the filing is, if a region's."""
    if unit is None:
        return False
    places = places_in(text, edition.gazetteer)
    if any(owner is unit and region != itself for place in places for owner, region in place.regions):
        return True
    counties = unit.counties if _COUNTY.search(text) else ()
    return any(len(name) >= _SHORTEST and name in text for name in counties if name != itself)


Field = tuple[str, str]
"""Keys of a form and of one of its columns."""


@lru_cache(maxsize=16)
def _columns_in(forms: tuple[Form, ...]) -> tuple[re.Pattern[str], dict[str, frozenset[Field]]]:
    """The names of the columns that ask for data, the longest first, and whose they are."""
    named: dict[str, set[Field]] = {}
    for form in forms:
        for column in form.data:
            for name in (column.heading, *column.aliases):
                named.setdefault(normal(re.sub(r"[（(].*", "", name)), set()).add((form.key, column.key))
    longest = sorted(named, key=len, reverse=True)
    told = (re.escape(n) + ("" if len(n) >= _SHORTEST else r"(?=[^\d,，。；;]{0,4}\d)") for n in longest)
    return re.compile("|".join(told)), {name: frozenset(fields) for name, fields in named.items()}


@lru_cache(maxsize=4096)
def columns_named(forms: tuple[Form, ...], text: str) -> frozenset[Field]:
    """The columns of the forms that a text names, of those that ask for data."""
    pattern, named = _columns_in(forms)
    return frozenset().union(*(named[match[0]] for match in pattern.finditer(normal(text))))


_LONGEST_OWNER = 40
_LONGEST_LABEL = 10
"""Letters of a label without a colon."""


def tells(forms: tuple[Form, ...], text: str) -> bool:
    """Whether a text holds a figure or names a column of the forms."""
    return has_figure(text) or bool(columns_named(forms, text))


@lru_cache(maxsize=2048)
def said_by(text: str, edition: Edition, unit: Unit | None) -> CellUse | None:
    """What a text is that is not letter for letter the form's: one of it in other words, whose it is, a day, a signature, an
    address (部信息中心：); None where nobody knows."""
    forms, said = edition.forms, folded(text)
    for name in unit.prefixes if unit else ():
        said = said.replace(name, "")
    beyond = form_texts(forms).beyond(said)
    if beyond is not None and not tells(forms, beyond):
        return CellUse.FORM_TEXT
    if not LETTER.search(without_no_figures(text)) or _is_owner(text, edition, unit):
        return CellUse.HARMLESS
    rest = "" if text.endswith((":", "：")) and not tells(forms, text) else _beside_labels(text)
    return CellUse.HARMLESS if rest is not None and not tells(forms, rest) else None


def _is_owner(text: str, edition: Edition, unit: Unit | None) -> bool:
    """Whether a text is no more than the name of the unit, or of an office of a region."""
    if unit is None or len(text) > _LONGEST_OWNER:
        return False
    name = folded(SEAL.sub("", text))
    if name.startswith(unit.prefixes) and (match := edition.gazetteer.match(name)).unit is unit:
        return match.how == "" or not names_region(edition, unit, name)
    region = certain_region(unit, name) if OFFICE.search(name) else None
    return bool(region and region.official)


def _beside_labels(text: str) -> str | None:
    """What stands beside the labels of a text that begins with one: names, a telephone, a day; None where it does not."""
    line = text + BORDER
    spans = spans_of(line) if len(text) <= _LONGEST_LABEL or not LABEL_ENDS.isdisjoint(text) else ()
    if not spans or LETTER.search(SEAL.sub("", line[: spans[0].start])):
        label, _, rest = re.sub("：", ":", text).partition(":")
        return rest if len(label) <= _LONGEST_LABEL and is_signature([f"{label}:"]) else None
    for span in reversed(spans):
        line = f"{line[: span.start]}{BORDER}{line[span.end :]}"
    return SEAL.sub("", line).replace(BORDER, " ")
