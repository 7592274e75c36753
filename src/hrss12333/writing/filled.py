"""A filing in the official form: what ``fix`` and ``merge --unit`` write, proven by reading it back.

Values stand as they were read; what could not be read stays as it was and is marked for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from hrss12333.code import code_of
from hrss12333.errors import JobStop
from hrss12333.filing import Filing, Found, Row, Table, Value
from hrss12333.forms import Form, Kind, Survey
from hrss12333.national import Contact
from hrss12333.reading.documents import read_source
from hrss12333.reading.header import read_field
from hrss12333.reading.sources import Source
from hrss12333.regions import Unit
from hrss12333.rules.registry import RULES
from hrss12333.writing.official import Mark, Sheet, write_official


def write_filled(
    path: Path,
    survey: Survey,
    rows: Mapping[str, Sequence[Row]],
    header: Mapping[str, Value],
    *,
    created: datetime | None = None,
    extra: Callable[[Any], None] | None = None,
) -> str | None:
    """Write rows (form key → rows) under one header; returns the 校验码 printed in the page footer.

    ``created`` dates the document: the newest of what it was made of, so that the same input gives the same bytes.

    Raises:
        JobStop: where the file cannot be written, or does not read back as what was put in.
    """
    sheets = [_sheet(form, rows[form.key], header) for form in survey.forms if form.key in rows]
    write_official(path, survey, sheets, created=created, extra=extra)
    code = _proven_code(path, survey, rows)
    write_official(path, survey, sheets, code=code, created=created, extra=extra)
    return code


def header_of(tables: Sequence[Table]) -> dict[str, Value]:
    """One header for all forms: of every blank the first that was filled in."""
    found: dict[str, Value] = {}
    for table in tables:
        for key, value in table.header.items():
            if key not in found or (found[key].found is None and value.found is not None):
                found[key] = value
    return found


def choose_header(unit: Unit, contacts: Sequence[Contact]) -> tuple[dict[str, Value], list[str]]:
    """The header of a unit's own filing made of several files, and what to say of it (Chinese).

    The contact is the one that most files name, of equals the first; other contacts are named, never mixed.
    """
    header = {"unit": Value(unit.name, unit.name)}
    given = [(contact.name, contact.mobile, contact.email) for contact in contacts if contact.name or contact.mobile]
    if not given:
        return header, ["各文件都没有填联系人，请在写出的表里补上联系人和手机号。"]
    chosen = max(given, key=given.count)
    for key, found in zip(("name", "mobile", "email"), chosen, strict=True):
        header[key] = read_field(key, found or "", None)
    others = [contact for contact in dict.fromkeys(given) if contact != chosen]
    if not others:
        return header, []
    file = next(contact.file for contact in contacts if (contact.name, contact.mobile, contact.email) == chosen)
    return header, [
        f"各文件的联系人不同，表头填的是“{file}”的联系人 {chosen[0] or '（未填姓名）'}，另有 {len(others)} 位；请改为本单位的联系人。"
    ]


def rows_of(tables: Sequence[Table]) -> dict[str, list[Row]]:
    """Form key → all its rows; forms that are absent have no key."""
    found: dict[str, list[Row]] = {}
    for table in tables:
        found.setdefault(table.form.key, []).extend(table.rows)
    return found


def _sheet(form: Form, rows: Sequence[Row], header: Mapping[str, Value]) -> Sheet:
    marks = [Mark(key, _reason(value)) for key, value in header.items() if value.problem and value.found is not None]
    for index, row in enumerate(rows):
        marks += [Mark(key, _reason(value), index) for key, value in row.values.items() if value.problem]
    return Sheet(
        form,
        {key: value.found if value.value is None else value.value for key, value in header.items()},
        [_written(form, row) for row in rows],
        sample=False,
        marks=marks,
    )


def _written(form: Form, row: Row) -> dict[str, Found]:
    written: dict[str, Found] = {}
    for column in form.columns:
        value = row.get(column.key)
        if column.kind is Kind.REGION:
            written[column.key] = row.region
        elif column.kind is not Kind.SERIAL:
            written[column.key] = value.found if value.value is None else value.value
    return written


def _reason(value: Value) -> str:
    rule = RULES.get(value.problem or "")
    title = rule.title if rule else ""
    return f"{value.problem} {title}：{value.note}" if value.note else f"{value.problem} {title}"


def _proven_code(path: Path, survey: Survey, rows: Mapping[str, Sequence[Row]]) -> str | None:
    """Read the form back as any other file; its rows must say what was put in."""
    read = read_source(Source(path.name, path.read_bytes), survey)
    if not isinstance(read, Filing):
        raise JobStop("写出的调查表读不回来，没有保存。请把所用文件反馈给开发者。")
    back = rows_of(read.tables)
    for form in survey.forms:
        sent, got = rows.get(form.key, []), back.get(form.key, [])
        if [_content(form, row) for row in sent] != [_content(form, row) for row in got]:
            raise JobStop(f"写出的{form.key}与读入的内容不一致，没有保存。请把所用文件反馈给开发者。")
    return code_of(read.tables, read.unit.name if read.unit else None)


def _content(form: Form, row: Row) -> list[object]:
    """What a row says; unreadable texts as they stand."""
    said: list[object] = [row.region]
    for column in form.columns:
        value = row.get(column.key)
        if column.kind not in (Kind.SERIAL, Kind.REGION):
            said.append(str(value.found).strip() if value.value is None and value.found is not None else value.value)
    return said
