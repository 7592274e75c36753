"""What a question was asked about: the figures of a row, as few letters, so that an answer holds only while they stay."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from hrss12333.model.filing import Row
from hrss12333.model.finding import Finding
from hrss12333.survey.schema import Form

OUTDATED = "!"
"""Between a fingerprint and the mark of an answer that was given before the figures became these."""
_LENGTH = 12


def fingerprint(finding: Finding, row: Row | None, form: Form | None) -> str:
    """Letters that change when a figure changes that the finding is about.

    Those are the fields that the finding names; of a row of which no figure is named, all its figures. A finding without a
    row stands for what was found and said.
    """
    if row is None or form is None:
        parts = [repr(finding.value), *(repr(given) for given in finding.said.leaves)]
    else:
        named = {finding.field, *finding.figures} & form.by_key.keys()
        keys = [column.key for column in form.data if not named or column.key in named]
        parts = [f"{key}={row.scalar(key)!r}" for key in keys]
    return _letters(parts)


def answer_mark(text: str, who: str, when: date | None) -> str:
    """Letters that change when staff rewrite any part of an answer."""
    return _letters(["".join(text.split()), "".join(who.split()), when.isoformat() if when else ""])


def _letters(parts: list[str]) -> str:
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]
