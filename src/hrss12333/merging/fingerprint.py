"""What a question was asked about: the figures of a row, as few letters, so that an answer holds only while they stay."""

from __future__ import annotations

from hashlib import sha256

from hrss12333.model.filing import Row
from hrss12333.model.finding import Finding
from hrss12333.survey.schema import Form, Kind

_LENGTH = 12


def fingerprint(finding: Finding, row: Row | None, form: Form | None) -> str:
    """Letters that change when a figure changes that the finding is about.

    Those are the fields that finding and suggestions name; of a row of which no figure is named, all its figures. A
    finding without a row stands for what was found and said.
    """
    if row is None or form is None:
        told = [repr(finding.value), finding.message]
    else:
        named = {finding.field, *(suggestion.field for suggestion in finding.suggestions)} & form.by_key.keys()
        asked = (Kind.COUNT, Kind.YESNO, Kind.CHOICE)
        keys = [column.key for column in form.of_kind(*asked) if not named or column.key in named]
        told = [f"{key}={row.get(key).value!r}" for key in keys]
    return sha256("\n".join(told).encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]
