"""校验码: a short code over the content of a filing, whatever the file's format or style.

The stamped paper and the electronic file hold the same figures when their codes are equal.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import compress

from msgspec import json

from hrss12333.model.filing import BLANK, Row, Table, Value
from hrss12333.model.problem import Problem
from hrss12333.survey.schema import Column, Form, Kind, Scalar

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without letters that look like digits."""
_LENGTH = 8
_CONTACT = ("name", "mobile", "email")
"""Header keys that are signed for with the figures; the unit itself is given by its official name."""
_PRINTED = r"校验码\s*[:：]?\s*([0-9A-HJKMNP-TV-Z]{4})\s*-?\s*([0-9A-HJKMNP-TV-Z]{4})(?![0-9A-Z])"


def code_of(tables: Sequence[Table], unit: str | None) -> str | None:
    """The code of these tables, as ``XXXX-XXXX``; None where they hold no row."""
    if not any(table.rows for table in tables):
        return None
    headers: dict[str, list[str]] = defaultdict(list)
    rows: dict[str, list[str]] = defaultdict(list)
    for key, header in signed_headers(tables, unit):
        headers[key].append(header)
    places = {table.form.key for table in tables for row in table.rows if row.match and not row.match.is_unit}
    for table in tables:
        for row in table.rows:
            if not (row.is_unit and table.form.key in places):  # 全省 beside regions is a 合计
                rows[table.form.key].append(_encoded(content(table.form, row)))
    content_signed = [unit, [[key, sorted(headers[key]), sorted(rows[key])] for key in sorted(headers)]]
    digest = hashlib.sha256(json.format(json.encode(content_signed), indent=0)).digest()
    number = int.from_bytes(digest[:5])
    letters = "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(_LENGTH)))
    return f"{letters[:4]}-{letters[4:]}"


def signed_headers(tables: Iterable[Table], unit: str | None) -> frozenset[tuple[str, str]]:
    """Each form with the part of its header that is signed for; files of one code agree in it."""
    signed = _CONTACT if unit else ("unit", *_CONTACT)
    return frozenset(
        (table.form.key, _encoded(_scalar_for_code(table.header.get(key, BLANK)) for key in signed)) for table in tables
    )


def content(form: Form, row: Row, *without: Kind) -> tuple[Scalar, ...]:
    """The content of a row, in the form's order: 序号 is left out, and what could not be read counts as it was found.

    Columns of the kinds ``without`` are left out.
    """
    values, marked = row.scalars_in(form), row.noted_values
    if marked:
        known = {key: _scalar_for_code(value) for key, value in marked.items() if key != form.region.key}
        values = tuple([known.get(column.key, value) for column, value in zip(form.columns, values, strict=True)])
    return tuple(compress(values, _is_content(form, without)))


def content_columns(form: Form, *without: Kind) -> tuple[Column, ...]:
    """The columns that `content` is made of."""
    return tuple(compress(form.columns, _is_content(form, without)))


@cache  # asked of every row: 5 % of a merge of many
def _is_content(form: Form, without: tuple[Kind, ...]) -> tuple[bool, ...]:
    return tuple(column.kind is not Kind.SERIAL and column.kind not in without for column in form.columns)


def printed_codes(texts: Iterable[str]) -> tuple[str, ...]:
    """The codes that page footers carry."""
    found = [f"{match[1]}-{match[2]}" for text in texts for match in re.finditer(_PRINTED, text)]
    return tuple(dict.fromkeys(found))


def _scalar_for_code(value: Value) -> Scalar:
    """A value as read; an unread one as it was found, one that only stands for a blank (V301) as a blank."""
    unread = value.value is None and value.found is not None and value.problem is not Problem.MISSING
    return f"?{value.found}" if unread else value.value


def _encoded(fields: Iterable[Scalar]) -> str:
    """The fields without any spaces, as JSON in one line with a blank behind each comma, as in all codes so far."""
    said = ["".join(field.split()) if isinstance(field, str) else field for field in fields]
    return json.format(json.encode(said), indent=0).decode()
