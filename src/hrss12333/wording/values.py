"""Values in words: as found in a cell, and as one would fill them in; and the names of fields."""

from __future__ import annotations

from hrss12333.model.filing import Found
from hrss12333.model.finding import Finding
from hrss12333.model.message import Leaf, Quote
from hrss12333.patterns import clean
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.frame import HEADER
from hrss12333.survey.schema import LARGEST_EXACT, Column, answer_word
from hrss12333.wording.text import shorten


def value_about(finding: Finding) -> Found:
    """The value at a finding's place; None where the finding is about several figures, of which that is but one."""
    return None if len(finding.figures) > 1 and finding.field in finding.figures else finding.value


def quotes_value(finding: Finding) -> bool:
    """Whether the message quotes the value that it is about, where there is any."""
    value = shorten(found_text(value_about(finding)))
    return not value or any(_quoted(leaf) == value for leaf in finding.message.leaves)


def _quoted(leaf: Leaf) -> str | None:
    """The text that a parameter shows whole; None where it is cut."""
    if isinstance(leaf, Quote):
        whole = not leaf.longest or len(str(leaf.found)) <= leaf.longest
        return found_text(leaf.found) if whole else None
    return found_text(leaf)


def found_text(value: Found) -> str:
    """A cell's content as it was there, empty where it was blank: TRUE for a logical cell, 2500 for 2500.0."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < LARGEST_EXACT else repr(value)
    return clean(str(value))


def answer_text(value: Found) -> str:
    """A value as one would fill it in: 是, 否, 2,500; 空白 for None."""
    if value is None:
        return "空白"
    if isinstance(value, bool):
        return answer_word(value)
    return f"{value:,}" if isinstance(value, int) else found_text(value)


def column_of(edition: Edition, form: str | None, field: str | None) -> Column | None:
    """The column of this key; of any form where none is named."""
    forms = (known for known in edition.forms if form in (None, known.key))
    return next((known.by_key[field] for known in forms if field in known.by_key), None)


def field_label(edition: Edition, form: str | None, field: str | None) -> str:
    """Heading of a field or header blank, on one line; the key itself where no form knows it, empty for None."""
    if field is None:
        return ""
    column = column_of(edition, form, field)
    if column is not None:
        return column.label
    return next((blank.called for blank in HEADER if blank.key == field), field)
