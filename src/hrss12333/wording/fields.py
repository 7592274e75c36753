"""How a field is called: by its heading in the form."""

from __future__ import annotations

from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.frame import HEADER
from hrss12333.survey.schema import Column


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
