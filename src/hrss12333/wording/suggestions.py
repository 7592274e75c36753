"""How a suggestion is said."""

from __future__ import annotations

from hrss12333.model.finding import Finding, NewValue
from hrss12333.survey.editions.edition import Edition
from hrss12333.wording.fields import field_label
from hrss12333.wording.text import clean
from hrss12333.wording.values import answer_text


def suggestion_text(edition: Edition, finding: Finding) -> str:
    """总人数（I11）改为6，咨询员人数（J11）改为4：像是两数填反; empty where nothing is suggested."""
    suggestion = finding.suggestion
    if suggestion is None:
        return ""
    reason = f"：{clean(suggestion.reason)}" if suggestion.reason else ""
    return "，".join(_new_value(edition, finding, value) for value in suggestion.values) + reason


def _new_value(edition: Edition, finding: Finding, new: NewValue) -> str:
    cell = f"（{new.cell}）" if new.cell else ""
    value = answer_text(new.value)
    bare = new.value is None or (isinstance(new.value, int) and not isinstance(new.value, bool))
    return f"{field_label(edition, finding.form, new.field)}{cell}改为{value if bare else quoted(value)}"


def quoted(text: str) -> str:
    """A text in Chinese quotation marks."""
    return f"“{text}”"
