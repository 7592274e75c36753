"""A filing in the official form, as ``fix`` and ``merge --unit`` write it, proven by reading it back."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from hrss12333.checking.engine import check
from hrss12333.checking.reasons import spellings
from hrss12333.model.check_code import FILING_CATEGORY, code_of, copy_code_of
from hrss12333.model.errors import JobStop
from hrss12333.model.filing import Filing, Found, Row, Table, Value
from hrss12333.model.national import Contact, Entry, National
from hrss12333.patterns import grouped
from hrss12333.reading.documents import read_source
from hrss12333.reading.files.discovery import Source
from hrss12333.reading.layout.header import NO_ANSWER, read_field
from hrss12333.reading.values import read_value
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import DRAFT, NOT_PASSED, Column, Edition, Form, Kind, answer_word
from hrss12333.writing.official import write_official
from hrss12333.writing.official.formulas import ANSWERED
from hrss12333.writing.official.layout import FormContent
from hrss12333.writing.workbook import safe

_BLANK = Value(None, None)
_DOUBTFUL = "待核实："
_LONGEST_NAME = 100
"""Characters of a region's name that the form prints."""


def write_filled(
    path: Path,
    edition: Edition,
    filing: Filing,
    extra: Callable[[Any], None] | None = None,
    *,
    settled: Container[tuple[str, str | None, str | None]] = (),
    is_draft: bool = False,
) -> Filing:
    """Write the filing's tables, one for each form; returns the form as read back, under the filing's name.

    ``extra`` adds further sheets. A form is marked as not final if the rules find a 强制性错误 that is not
    ``settled`` (rule, form, region), and every form of a draft is. Raises `JobStop` if it does not read back
    as written."""
    joined = joined_tables(filing.tables)
    tables = [joined[form.key] for form in edition.forms if form.key in joined]

    def write(code: str | None, failed: Container[str], mark: str | None) -> Filing:
        word = DRAFT if is_draft else NOT_PASSED
        standing = {table.form.key: word for table in tables if is_draft or table.form.key in failed}
        sheets = [replace(form_content(t), code=code, standing=standing.get(t.form.key, "")) for t in tables]
        properties: dict[str, Any] = {"created": filing.date} if filing.date else {}
        if filing.own:
            properties |= {"category": FILING_CATEGORY, "keywords": mark or ""}
        write_official(path, edition, sheets, extra=extra, **properties)
        return _proven(path, edition, filing.file, tables)

    written = code_of(tables, filing.signed_unit, edition.year), set[str](), None
    read = write(*written)
    blocking = [finding for finding in check(read, edition).findings if finding.blocks]
    faults = {one.form for one in blocking if (one.rule, one.form, one.region) not in settled}
    failed = {form.key for form in edition.forms if None in faults or form.key in faults}
    # The code changes if an unreadable value is rewritten; the mark covers 合计, computed only now.
    mark = copy_code_of(read.tables, read.loose_figures) if filing.own else None
    right = code_of(read.tables, read.signed_unit, edition.year), failed, mark
    return read if right == written else write(*right)


def write_unit_filing(path: Path, national: National, *, name: str, is_draft: bool) -> tuple[str | None, list[str]]:
    """Write a unit's filing, which later runs recognise; returns its 校验码 and remarks on its header."""
    status = national.units[0]
    header, remarks = _choose_header(status.unit, [national.contact] if national.contact else status.contacts)
    rows = [
        (form, tuple(_with_answers(entry, national) for entry in national.entries_of(form)))
        for form in national.edition.forms
    ]
    tables = tuple(Table(form, name, form.key, header, found) for form, found in rows if found)
    settled = {(found.rule, found.form, found.region) for found in national.findings if found.is_settled}
    filing = Filing(name, status.unit, tables, saved=status.saved, own=True)
    read = write_filled(path, national.edition, filing, settled=settled, is_draft=is_draft)
    return code_of(read.tables, read.signed_unit, national.edition.year), remarks


def _with_answers(entry: Entry, national: National) -> Row:
    """The row with the answers to its questions in its 备注, so that the ministry does not ask again."""
    row = entry.row
    answers = list[str]()
    for found in national.findings_at.get(entry.where, ()):
        if found.is_settled and (known := found.verification):
            columns = (each for each in entry.form.columns if each.key in (found.field, *found.figures))
            about = "、".join(spellings(column.label)[0] for column in columns)
            answers.append(f"{ANSWERED} {about}".rstrip() + f"：{known.text.replace('〕', '）')}〕")
    if not answers:
        return row
    said = row.text("remarks")
    kept = [] if said in NO_ANSWER else [said]
    text = "".join([*kept, *dict.fromkeys(answer for answer in answers if answer not in said)])
    return row.changed({"remarks": replace(row.get("remarks"), found=text, value=text)})


def joined_tables(tables: Sequence[Table]) -> dict[str, Table]:
    """Form key → its tables joined: all their rows, and each header blank as first filled in."""
    joined: dict[str, Table] = {}
    for key, own in grouped(tables, lambda table: table.form.key).items():
        header: dict[str, Value] = {}
        for table in own:
            header |= {blank: value for blank, value in table.header.items() if header.get(blank, _BLANK).found is None}
        joined[key] = replace(own[0], header=header, rows=tuple(row for table in own for row in table.rows))
    return joined


def _choose_header(unit: Unit, contacts: Sequence[Contact]) -> tuple[dict[str, Value], list[str]]:
    """The header of a unit's own filing, and remarks on it (Chinese). The contact is never a city's: a
    complete one has priority, then the one that most files name, then the first."""
    header = {"unit": Value(unit.name, unit.name)}
    given = [contact for contact in contacts if contact.of_unit and (contact.name or contact.mobile)]
    if not given:
        cities = any(contact.name or contact.mobile for contact in contacts)
        why = "各文件的联系人都是各市的，没有代填" if cities else "各文件都没有填联系人"
        return header, [f'{why}，请用 --contact 写明{unit.name}的联系人，例如 --contact "张三 13800000000"。']
    people = [(contact.name, contact.mobile, contact.email) for contact in given]
    chosen = max(people, key=lambda person: (None not in person[:2], people.count(person)))
    for key, found in zip(("name", "mobile", "email"), chosen, strict=True):
        header[key] = read_field(key, found or "")
    others = len(set(people)) - 1
    if not others:
        return header, []
    file = given[people.index(chosen)].file
    return header, [
        f"各文件的联系人不同，表头填的是“{file}”的联系人{chosen[0] or '（未填姓名）'}，另有{others}位；请改为本单位的联系人。"
    ]


def form_content(table: Table) -> FormContent:
    """The table as a sheet of the form, without the sample: each value as read, else as found."""
    header = {key: value.found if value.value is None else value.value for key, value in table.header.items()}
    rows = [written_row(table.form, row) for row in table.rows]
    return FormContent(table.form, header, rows, sample=False)


def written_row(form: Form, row: Row) -> dict[str, Found]:
    """Field key → the value of this row in the clean form."""
    written: dict[str, Found] = {}
    for column in form.columns:
        value = row.get(column.key)
        if column.kind is Kind.REGION:
            written[column.key] = _printed_name(row.region)
        elif column.kind is not Kind.SERIAL:
            written[column.key] = _unread_value(column, value.found) if value.value is None else value.value
    return written


def _printed_name(name: str | None) -> str | None:
    """A region's name; with a prefix if the form cannot hold it, or it could be taken for another."""
    if name is None or (name == safe(name) and len(name) <= _LONGEST_NAME):
        return name
    return f"{_DOUBTFUL}{' '.join(safe(name).split())}"[:_LONGEST_NAME]


def _unread_value(column: Column, found: Found) -> Found:
    """An unread value as found; with a prefix if it could be taken for a value that was read."""
    if found is not None and read_value(column, found, None).value is not None:
        return f"{_DOUBTFUL}{printed_value(found)}"
    return printed_value(found) if isinstance(found, bool) else found


def _proven(path: Path, edition: Edition, name: str, tables: Sequence[Table]) -> Filing:
    """Read the form back like any other file; its rows must hold what was put in."""
    read = read_source(Source(name, path.read_bytes, outside=len(name) - len(Path(name).name)), edition)
    back = joined_tables(read.tables) if isinstance(read, Filing) else {}
    got = [_content(back[table.form.key]) if table.form.key in back else [] for table in tables]
    if not isinstance(read, Filing) or got != [*map(_content, tables)]:
        raise JobStop("写出的调查表读回来与读入的内容不一致，没有保存。请把所用文件反馈给开发者。")
    return read


def _content(table: Table) -> list[list[str]]:
    """A table's rows on the clean form without white space; numbers too long for a cell are texts there."""
    rows = (written_row(table.form, row).values() for row in table.rows)
    return [["".join(safe(printed_value(value)).split()) for value in row] for row in rows]


def printed_value(value: Found) -> str:
    """A value as the form prints it."""
    if value is None:
        return ""
    return answer_word(value) if isinstance(value, bool) else str(value)
