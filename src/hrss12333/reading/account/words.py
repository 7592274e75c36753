"""What a text says that no result of reading explains: the form's own words, a signature, whose it is, or something else."""

from __future__ import annotations

import re
from functools import lru_cache

from hrss12333.model.account import Disposition
from hrss12333.reading.account.figures import has_figure, without_no_figures
from hrss12333.reading.account.mentions import names_column, names_region, without_unit
from hrss12333.reading.account.own_words import LETTER
from hrss12333.reading.layout.labels import BORDER, LABEL_ENDS, SEAL, spans_of
from hrss12333.reading.layout.row_words import is_signature
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.form_texts import form_texts
from hrss12333.survey.region_names import certain_region, folded
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form
from hrss12333.survey.spellings import OFFICE

_LONGEST_OWNER = 40
_LONGEST_LABEL = 10
"""Letters of a label without a colon."""


def tells(forms: tuple[Form, ...], text: str) -> bool:
    """Whether a text holds a figure or names a column of the forms."""
    return has_figure(text) or names_column(forms, text)


@lru_cache(maxsize=2048)
def said_by(text: str, edition: Edition, unit: Unit | None) -> Disposition | None:
    """What a text is that is not letter for letter the form's: one of it in other words, whose it is, a day, a signature, an
    address (部信息中心：); None where nobody knows."""
    forms = edition.forms
    beyond = form_texts(forms).beyond(without_unit(unit, text))
    if beyond is not None and not tells(forms, beyond):
        return Disposition.FORM_TEXT
    if not LETTER.search(without_no_figures(text)) or _is_owner(text, edition, unit):
        return Disposition.HARMLESS
    rest = "" if text.endswith((":", "：")) and not tells(forms, text) else _beside_labels(text)
    return Disposition.HARMLESS if rest is not None and not tells(forms, rest) else None


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
