"""How a suggestion is said, one or several in order of likelihood."""

from __future__ import annotations

from collections.abc import Sequence

from hrss12333.model.finding import Finding, Suggestion
from hrss12333.survey.editions.edition import Edition
from hrss12333.wording.fields import field_label
from hrss12333.wording.text import clean
from hrss12333.wording.values import answer_text

_ORDINALS = "①②③④⑤⑥⑦⑧⑨⑩"


def suggestion_text(edition: Edition, finding: Finding, suggestion: Suggestion) -> str:
    """One suggestion in words: ``放弃量（F7）改为500：少写了一位``."""
    cell = f"（{suggestion.cell}）" if suggestion.cell else ""
    reason = f"：{clean(suggestion.reason)}" if suggestion.reason else ""
    value = answer_text(suggestion.value)
    bare = suggestion.value is None or (isinstance(suggestion.value, int) and not isinstance(suggestion.value, bool))
    return f"{field_label(edition, finding.form, suggestion.field)}{cell}改为{value if bare else quoted(value)}{reason}"


def quoted(text: str) -> str:
    """A text in Chinese quotation marks."""
    return f"“{text}”"


def suggestion_lines(edition: Edition, finding: Finding, suggestions: Sequence[Suggestion]) -> list[str]:
    """A line each, numbered in order of likelihood where there are several."""
    words = [suggestion_text(edition, finding, suggestion) for suggestion in suggestions]
    return words if len(words) < 2 else [f"{_ordinal(index)} {word}" for index, word in enumerate(words)]


def advice_lines(
    edition: Edition, finding: Finding, suggestions: Sequence[Suggestion], *, most: int | None = None
) -> list[str]:
    """The same under a heading, in one line where there is a single suggestion; none without any. Of more than ``most``
    the heading tells how many are left out."""
    words = suggestion_lines(edition, finding, suggestions)
    shown = words[:most]
    few = f"共{len(words)}种，这里列出{len(shown)}种，" if len(words) > len(shown) else ""
    return [f"建议（{few}可能性从高到低）：", *shown] if len(words) > 1 else [f"建议：{word}" for word in words]


def _ordinal(index: int) -> str:
    return _ORDINALS[index] if index < len(_ORDINALS) else f"{index + 1}."
