"""校验码, a short code over a filing's content; and the marks by which this tool recognises its files.

Stamped paper and electronic file hold the same figures if their codes are equal. The marks are the core
property *category* (``docProps/core.xml``) and those beside it. What ``template`` or ``fix`` writes bears
none: it is to be sent."""

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

from hrss12333.model.filing import BLANK, Filing, LooseFigures, Problem, Row, Table, Value
from hrss12333.survey.schema import Column, Form, Kind, Scalar

GENERATOR = "hrss12333"
"""Creator of every file that this tool writes."""
OUTPUT_CATEGORY = "hrss12333 汇总输出"
"""Category of a national workbook, a unit's workbook or the 参阅文件, which are no filings."""
FILING_CATEGORY = "hrss12333 报送表"
"""Category of a unit's own filing; its *keywords* hold the code of its content (`copy_code_of`)."""
COPY_CATEGORY = "hrss12333 审核副本"
"""Category of a marked copy, which may come back as a filing."""
LETTER_KEYWORD = "hrss12333 信函"
"""In the *keywords* of a letter in Word; a mail draft has `GENERATOR` as its X-Mailer."""
AUDIT_SHEET = "审核结果"
"""The first sheet of a marked copy."""
REMARK = "【{level} {rule}】"
"""Begins a comment in a marked copy, which stays after the cell was corrected."""
OWN_HEADINGS = ("来源工作表", "填报覆盖")
"""Headings by which this tool's CSV files are recognised, which have no properties."""
_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
"""Turns base 32 into an alphabet without letters that look like digits."""
_CONTACT = ("name", "mobile", "email")
"""Header keys of a contact."""
_CODE = r"(?<![0-9A-Z])([0-9A-HJKMNP-TV-Z]{4})\s*-?\s*([0-9A-HJKMNP-TV-Z]{4})(?![0-9A-Z])"
_PRINTED = rf"校验码\s*[:：]?\s*{_CODE}"


def code_of(tables: Sequence[Table], unit: str | None, year: int) -> str | None:
    """The code over unit, year and rows, but not contacts, as ``XXXX-XXXX``; None without a row."""
    headers = {table.header.get("unit", BLANK).found for table in tables if unit is None}
    named = unit or _encoded(sorted(map(str, headers)))
    return _code_over([named, year], {}, tables)


def contact_code_of(tables: Sequence[Table], unit: str | None) -> str | None:
    """The code that version 1.2 printed, over contacts and not the year."""
    signed = signed_headers(tables, unit)
    headers = {key: [header for form, header in signed if form == key] for key, _ in signed}
    return _code_over([unit], headers, tables)


def codes_of(tables: Sequence[Table], unit: str | None, year: int) -> frozenset[str]:
    """The codes that any version of this program prints on paper with this content."""
    return frozenset(filter(None, (code_of(tables, unit, year), contact_code_of(tables, unit))))


def copy_code_of(tables: Sequence[Table], loose: Iterable[LooseFigures]) -> str | None:
    """The code over all that a sender may change: rows, headers, 合计, concealed rows, figures outside tables."""
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
    """Whether a marked copy or own filing is unchanged, by the code in its ``keywords``."""
    codes = copy_code_of(filing.tables, filing.loose_figures), contact_code_of(filing.tables, filing.signed_unit)
    return any(code in keywords for code in codes if code)


def _code_over(about: list[Scalar], headers: Mapping[str, list[str]], tables: Sequence[Table]) -> str | None:
    """The code over these facts and each form's headers and rows, whatever their order."""
    rows: dict[str, list[str]] = {key: [] for key in headers}
    places = {table.form.key for table in tables for row in table.rows if row.match and not row.match.is_unit}
    for table in tables:
        for row in table.rows:
            if not (row.is_unit and table.form.key in places):  # 全省 beside regions is no more than a 合计
                rows.setdefault(table.form.key, []).append(_encoded(content(table.form, row)))
    if not any(rows.values()):
        return None
    signed = [*about, [[key, sorted(headers.get(key, ())), sorted(rows[key])] for key in sorted(rows)]]
    digest = hashlib.sha256(json.format(json.encode(signed), indent=0)).digest()
    letters = b32encode(digest[:5]).decode().translate(_LETTERS)
    return f"{letters[:4]}-{letters[4:]}"


def signed_headers(tables: Iterable[Table], unit: str | None) -> frozenset[tuple[str, str]]:
    """What copies of one file share: each form with its contact, and its unit where unrecognised."""
    signed = _CONTACT if unit else ("unit", *_CONTACT)
    return frozenset(
        (table.form.key, _encoded(_scalar_for_code(table.header.get(key, BLANK)) for key in signed)) for table in tables
    )


def content(form: Form, row: Row, *without: Kind) -> tuple[Scalar, ...]:
    """The content of a row but 序号 and columns of these kinds; an unreadable value as found."""
    values, noted = row.scalars_in(form), row.noted_values
    if noted:
        as_found = {key: _scalar_for_code(value) for key, value in noted.items() if key != form.region.key}
        values = tuple([as_found.get(column.key, value) for column, value in zip(form.columns, values, strict=True)])
    return tuple(compress(values, _is_content(form, without)))


def content_columns(form: Form, *without: Kind) -> tuple[Column, ...]:
    """The columns of `content`."""
    return tuple(compress(form.columns, _is_content(form, without)))


@cache  # called for every row: 5 % of a merge of many
def _is_content(form: Form, without: tuple[Kind, ...]) -> tuple[bool, ...]:
    return tuple(column.kind is not Kind.SERIAL and column.kind not in without for column in form.columns)


def printed_codes(texts: Iterable[str]) -> tuple[str, ...]:
    """The codes in page footers."""
    found = [f"{match[1]}-{match[2]}" for text in texts for match in re.finditer(_PRINTED, text)]
    return tuple(dict.fromkeys(found))


def written_codes(text: str) -> list[str]:
    """The codes that staff typed, in any width and case; the text itself if it has none."""
    found = re.findall(_CODE, unicodedata.normalize("NFKC", text).upper())
    return [f"{first}-{second}" for first, second in found] or [text]


def _scalar_for_code(value: Value) -> Scalar:
    """A value as read; an unreadable one as found, or None where it stands for a blank (V301)."""
    unread = value.value is None and value.found is not None and value.problem is not Problem.MISSING
    return f"?{value.found}" if unread else value.value


def _encoded(fields: Iterable[Scalar]) -> str:
    """The fields as JSON without blanks, the layout from which every version makes its codes."""
    compact = ["".join(field.split()) if isinstance(field, str) else field for field in fields]
    return json.format(json.encode(compact), indent=0).decode()


def row_mark(form: Form, row: Row, fields: Iterable[str]) -> str:
    """A fingerprint of these figures of a row, or of all its figures if none is named."""
    values = row.scalars()
    keys = [column.key for column in form.data]
    covered = set(fields).intersection(keys) or keys
    return fingerprint_of([f"{key}={values.get(key)!r}" for key in keys if key in covered])


def fingerprint_of(parts: Sequence[str]) -> str:
    """A fingerprint of these texts."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]
