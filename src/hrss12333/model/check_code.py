"""校验码: a short code over the content of a filing, whatever the file's format or style; and the marks by which a later run
recognises what this tool wrote, in the core property *category* (``docProps/core.xml``) and beside it.

The stamped paper and the electronic file hold the same figures when their codes are equal. A clean official form (``template``,
``fix``) bears no mark: it is meant to be filled in and sent.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from base64 import b32encode
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import compress

from msgspec import json

from hrss12333.model.filing import BLANK, Filing, LooseFigures, Row, Table, Value
from hrss12333.model.row import Problem
from hrss12333.survey.schema import Column, Form, Kind, Scalar

GENERATOR = "hrss12333"
"""Creator of every file that this tool writes."""
OUTPUT_CATEGORY = "hrss12333 汇总输出"
"""The national workbook, a unit's own and the 参阅文件: results, never a filing."""
FILING_CATEGORY = "hrss12333 报送表"
"""The filing that ``merge --unit`` made of a unit's cities: to be sent, and no city's when it lies among theirs. Its
*keywords* hold the code of all that was written (`copy_code_of`)."""
COPY_CATEGORY = "hrss12333 审核副本"
"""A filing with the audit's remarks written into it: the unit works on it and may well send it back."""
LETTER_KEYWORD = "hrss12333 信函"
"""In the *keywords* of a letter in Word, beside `OUTPUT_CATEGORY`; a mail draft bears `GENERATOR` as its X-Mailer."""
AUDIT_SHEET = "审核结果"
"""The sheet that such a copy begins with."""
REMARK = "【{level} {rule}】"
"""The beginning of a remark of an annotated copy on a cell; it stays there when the unit has corrected the cell."""
OWN_HEADINGS = ("来源工作表", "填报覆盖")
"""Headings that only this tool's tables have, by which its CSV files, which have no properties, are recognised."""
_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
"""Base 32 in letters of which none looks like a digit."""
_CONTACT = ("name", "mobile", "email")
"""Header keys that tell whom to call."""
_CODE = r"(?<![0-9A-Z])([0-9A-HJKMNP-TV-Z]{4})\s*-?\s*([0-9A-HJKMNP-TV-Z]{4})(?![0-9A-Z])"
_PRINTED = rf"校验码\s*[:：]?\s*{_CODE}"


def code_of(tables: Sequence[Table], unit: str | None, year: int) -> str | None:
    """The code of unit, year and rows, but not of contacts, as ``XXXX-XXXX``; None without a row."""
    headers = {table.header.get("unit", BLANK).found for table in tables if unit is None}
    named = unit or _encoded(sorted(map(str, headers)))
    return _code_over([named, year], {}, tables)


def contact_code_of(tables: Sequence[Table], unit: str | None) -> str | None:
    """The code that version 1.2 printed, which covers the contacts and not the year."""
    signed = signed_headers(tables, unit)
    headers = {key: [header for form, header in signed if form == key] for key, _ in signed}
    return _code_over([unit], headers, tables)


def codes_of(tables: Sequence[Table], unit: str | None, year: int) -> frozenset[str]:
    """The codes that a paper of this content may bear, of whichever version of the program."""
    return frozenset(filter(None, (code_of(tables, unit, year), contact_code_of(tables, unit))))


def copy_code_of(tables: Sequence[Table], loose: Iterable[LooseFigures]) -> str | None:
    """The code of all that anybody may change in what this tool wrote: headers, years, measures, rows, also concealed ones,
    合计, and the figures outside."""
    headers: dict[str, list[str]] = defaultdict(list)
    outside = [_encoded(item.texts) for item in loose]
    for table in tables:
        totals = filter(None, (table.total, *table.earlier_totals))
        rows = [*totals, *table.samples, *(item.row for item in table.concealed)]
        header = {key: _scalar_for_code(value) for key, value in table.header.items()}
        headers[table.form.key] += [_encoded(content(table.form, row)) for row in rows]
        headers[table.form.key] += [_encoded((item.source.text,)) for item in table.evidence if not item.is_named]
        headers[table.form.key] += [_encoded((item.field, item.reported)) for item in table.scales] + outside
        headers[table.form.key] += [_encoded((key, header[key])) for key in sorted(header)]
    return _code_over([], headers, tables)


def is_unchanged(filing: Filing, keywords: str) -> bool:
    """Whether a marked copy or an own filing is as it was written; ``keywords`` hold its code (of version 1.2: as printed)."""
    codes = copy_code_of(filing.tables, filing.loose_figures), contact_code_of(filing.tables, filing.signed_unit)
    return any(code in keywords for code in codes if code)


def _code_over(about: list[Scalar], headers: Mapping[str, list[str]], tables: Sequence[Table]) -> str | None:
    """The code over these facts, and over each form's headers and rows in any order."""
    rows: dict[str, list[str]] = {key: [] for key in headers}
    places = {table.form.key for table in tables for row in table.rows if row.match and not row.match.is_unit}
    for table in tables:
        for row in table.rows:
            if not (row.is_unit and table.form.key in places):  # 全省 beside regions is a 合计
                rows.setdefault(table.form.key, []).append(_encoded(content(table.form, row)))
    if not any(rows.values()):
        return None
    signed = [*about, [[key, sorted(headers.get(key, ())), sorted(rows[key])] for key in sorted(rows)]]
    digest = hashlib.sha256(json.format(json.encode(signed), indent=0)).digest()
    letters = b32encode(digest[:5]).decode().translate(_LETTERS)
    return f"{letters[:4]}-{letters[4:]}"


def signed_headers(tables: Iterable[Table], unit: str | None) -> frozenset[tuple[str, str]]:
    """Each form with its contact, and with its unit where that is unknown; copies of one file agree in it."""
    signed = _CONTACT if unit else ("unit", *_CONTACT)
    return frozenset(
        (table.form.key, _encoded(_scalar_for_code(table.header.get(key, BLANK)) for key in signed)) for table in tables
    )


def content(form: Form, row: Row, *without: Kind) -> tuple[Scalar, ...]:
    """The content of a row but 序号 and columns of these kinds; what could not be read, as it was found."""
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


def written_codes(text: str) -> list[str]:
    """The codes that somebody typed, in any width and case; the text itself where it holds none."""
    found = re.findall(_CODE, unicodedata.normalize("NFKC", text).upper())
    return [f"{first}-{second}" for first, second in found] or [text]


def _scalar_for_code(value: Value) -> Scalar:
    """A value as read; an unread one as found, or None where it stands for a blank (V301)."""
    unread = value.value is None and value.found is not None and value.problem is not Problem.MISSING
    return f"?{value.found}" if unread else value.value


def _encoded(fields: Iterable[Scalar]) -> str:
    """The fields without white space, as JSON in the layout that all codes have been made of."""
    said = ["".join(field.split()) if isinstance(field, str) else field for field in fields]
    return json.format(json.encode(said), indent=0).decode()


def row_mark(form: Form, row: Row, fields: Iterable[str]) -> str:
    """A fingerprint of these figures of a row, or of all its figures if none is named."""
    values = row.scalars()
    keys = [column.key for column in form.data]
    named = set(fields).intersection(keys)
    return fingerprint_of([f"{key}={values.get(key)!r}" for key in keys if not named or key in named])


def fingerprint_of(parts: Sequence[str]) -> str:
    """A fingerprint of these texts."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]
