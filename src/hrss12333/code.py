"""校验码: a short code over what a filing says, whatever the file's format or style.

The stamped paper and the electronic file hold the same figures when their codes are equal.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence

from hrss12333.filing import Row, Table
from hrss12333.forms import Form, Kind, Scalar

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without letters that look like digits."""
_LENGTH = 8
_PRINTED = re.compile(r"校验码\s*[:：]?\s*([0-9A-HJKMNP-TV-Z]{4})\s*-?\s*([0-9A-HJKMNP-TV-Z]{4})(?![0-9A-Z])")


def code_of(tables: Sequence[Table], unit: str | None) -> str | None:
    """The code of these tables, as ``XXXX-XXXX``; None where they hold no row."""
    if not any(table.rows for table in tables):
        return None
    header = {key: _first(tables, key) for key in ("name", "mobile", "email")}
    forms = sorted({table.form.key: table.form for table in tables}.items())
    content = {
        "unit": unit,
        **header,
        "rows": {
            key: sorted(_line(form, row) for t in tables if t.form is form for row in t.rows) for key, form in forms
        },
    }
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).digest()
    number = int.from_bytes(digest[:5])
    letters = "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(_LENGTH)))
    return f"{letters[:4]}-{letters[4:]}"


def printed_codes(texts: Sequence[str]) -> tuple[str, ...]:
    """The codes that page footers carry."""
    found = [f"{match[1]}-{match[2]}" for text in texts for match in _PRINTED.finditer(text)]
    return tuple(dict.fromkeys(found))


def _first(tables: Sequence[Table], key: str) -> str | None:
    values = (table.header[key].value for table in tables if key in table.header)
    return next((_plain(value) for value in values if isinstance(value, str)), None)


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _line(form: Form, row: Row) -> str:
    """One row as text; 序号 has no weight, and an unreadable value counts as it was found."""
    fields: list[Scalar] = []
    for column in form.columns:
        if column.kind is Kind.SERIAL:
            continue
        value = row.get(column.key)
        scalar = row.region if column.kind is Kind.REGION else value.value
        if scalar is None and value.problem not in (None, "V301"):
            scalar = f"?{value.found}"
        fields.append(_plain(scalar) if isinstance(scalar, str) else scalar)
    return json.dumps(fields, ensure_ascii=False)
