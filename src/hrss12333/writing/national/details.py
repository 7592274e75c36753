"""明细: every row of every unit with where it came from, faulty cells marked; the sums of 汇总 read from here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from hrss12333.model import summary_lines
from hrss12333.model.errors import JobStop
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.national import Entry, National
from hrss12333.model.summary_lines import (
    DETAIL_KEYS,
    UNIT_KEY,
    detail_entries,
    detail_sheet,
    owner,
    questioned_mark,
    reporter,
)
from hrss12333.survey.schema import Column, Form, Kind
from hrss12333.wording.privacy import public_finding
from hrss12333.writing.national.block_rows import rows_of
from hrss12333.writing.national.book import BEFORE_KEY, ColumnHead, DetailArea, NationalBook
from hrss12333.writing.national.detail_cells import DetailCells
from hrss12333.writing.national.links import MOST
from hrss12333.writing.national.paper import Page
from hrss12333.writing.sheet_text import public, width

SHEET_ROWS = 1_048_576
"""What a sheet can hold."""
MOST_COMMENTS = 1_000
"""Comments that a sheet bears without becoming slow to open."""
LEADING = 1
"""Columns before the form's own."""
LAST_YEARS = "上年"
"""Before the heading of a hidden column: last year's figure of the same region, as far as it is compared with."""
WIDTHS = {Kind.SERIAL: 5.0, Kind.YESNO: 8.0, Kind.CHOICE: 10.0}


def detail_columns(national: National, form: Form) -> dict[str, str]:
    """Key → heading of each column of the sheet, in order."""
    own = {column.key: column.label for column in form.columns}
    return {UNIT_KEY: reporter(national), **own, **{key: heading for heading, key in DETAIL_KEYS.items()}}


def reserve(book: NationalBook, form: Form) -> DetailArea:
    """Where the rows will stand; 汇总 refers to them before they are written.

    Raises:
        JobStop: where there are more than a sheet can hold.
    """
    first = 6
    rows: dict[str, tuple[int, int]] = {}
    last = first
    for last, entry in enumerate(detail_entries(book.national, form), first):
        name = owner(entry)
        rows[name] = (rows.get(name, (last, last))[0], last)
    if last >= SHEET_ROWS:
        raise JobStop(
            f"{form.key}一共有{last - first + 1:,}行，一个工作表放不下（最多{SHEET_ROWS:,}行）。请分批汇总，例如按单位用--unit。"
        )
    before = [f"{BEFORE_KEY}:{column.key}" for column in form.data] if book.previous else []
    columns = {key: at for at, key in enumerate((*detail_columns(book.national, form), *before))}
    questioned = {key for line in book.lines[form.key] for _, keys in line.questioned for key in keys}
    marks = {column.key: questioned_mark(column) for column in form.data if column.key in questioned}
    return DetailArea(detail_sheet(form), first, last, columns, rows, marks)


def write_details(book: NationalBook, form: Form, sheet: Any) -> None:
    """Fill the sheet."""
    span, entries = book.detail_areas[form.key], detail_entries(book.national, form)
    left_out = sum(not entry.counted for entry in entries)
    found = [book.national.findings_at(entry) for entry in entries]
    many = sum(map(bool, found)) > MOST_COMMENTS
    where = (
        f"该单元格批注；问题太多，批注只加在前{MOST_COMMENTS:,}处强制性错误上，其余见“{summary_lines.ISSUES}”"
        if many
        else "该单元格批注"
    )
    remarks = [
        f"共{len(entries)}行，其中{left_out}行不计入汇总（斜体加删除线，原因见“{summary_lines.AUDIT}”列）。"
        "空白是未填，不等于0。",
        f"红底：强制性错误；黄底：核实性错误；蓝字：按提示读取。规则和说明见{where}。"
        f"列在“{summary_lines.IN_QUESTION}”中的数计入合计，不计入比率。左侧的+/-可收起一个{book.national.noun}的各行，只留第一行。",
    ]
    groups = [("", LEADING), *((name, len(columns)) for name, columns in form.groups), ("", len(DETAIL_KEYS))]
    audits = list(map(audit_text, entries, found))
    columns = detail_columns(book.national, form)
    page = Page(book, sheet, _widths(form, entries, audits), last=_last_printed(form, entries))
    above = page.title(f"{book.year}年度{form.title}明细（{form.key}）", remarks)
    top = above + 1
    page.measures(above, form)
    page.headings(top, groups, [*columns.values()])
    book.keys[span.sheet] = [ColumnHead(key, heading) for key, heading in columns.items()]
    for column in form.data if book.previous else ():
        at = span.columns[f"{BEFORE_KEY}:{column.key}"]
        sheet.set_column(at, at, 11, None, {"hidden": True})
        sheet.write_string(span.first - 1, at, f"{LAST_YEARS}{column.label}", book.styles.heading)
    _write_rows(book, form, sheet, list(zip(entries, found, audits, strict=True)), errors_only=many)
    sheet.outline_settings(True, False, True, False)
    sheet.autofilter(span.first - 1, 0, span.last, len(columns) - 1)
    sheet.freeze_panes(span.first, LEADING + 2)
    sheet.ignore_errors({"number_stored_as_text": f"A{span.first + 1}:AZ{span.last + 1}"})
    page.lay_out((above, span.first - 1), rows=span.last)


def _last_printed(form: Form, entries: Sequence[Entry]) -> int:
    """The last column of the form that says anything: where a row is from and what was found in it is for the screen."""
    filled = (
        column.kind is not Kind.TEXT or any(entry.row.text(column.key) for entry in entries) for column in form.columns
    )
    return max(at for at, filled_columns in enumerate(filled, LEADING) if filled_columns)


def _widths(form: Form, entries: Sequence[Entry], audits: Sequence[str]) -> list[float]:
    """How wide each column is: as wide as what is in it, within limits."""
    lines_of_scalars = zip(*[entry.row.scalars_in(form) for entry in entries], strict=True)
    values = dict(zip(form.columns, lines_of_scalars, strict=True)) if entries else {}

    def fit(texts: Iterable[str], least: float, most: float) -> float:
        widest = least
        for text in {*texts}:
            if (widest := max(widest, width(text) + 2)) >= most:  # the texts of an audit nearly all are that long
                return most
        return widest

    def own(column: Column) -> float:
        given = set(values.get(column, ()))
        if column.kind is Kind.COUNT:
            largest = max((value for value in given if type(value) is int), default=0)
            return max(8.0, len(f"{largest:,}") + 2.0)
        texts = (value for value in given if isinstance(value, str))
        if column.kind is Kind.REGION:
            return fit(texts, 12, 24)
        if column.kind is Kind.TEXT:
            return fit(texts, 10, 22)
        return WIDTHS[column.kind]

    return [
        fit((owner(entry) for entry in entries), 16, 26),
        *map(own, form.columns),
        8,
        24,
        fit(audits, 12, 60),
        fit((entry.file for entry in entries), 14, 34),
        fit((entry.sheet for entry in entries), 11, 16),
        7,
    ]


def comment(findings: Iterable[Finding]) -> str:
    """What a cell's comment says: rule, severity, message and reason given."""
    parts = []
    for finding in findings:
        reason = f"\n备注说明：{finding.reason}" if finding.explained and finding.reason else ""
        parts.append(f"{finding.rule} {finding.severity.label}：{public_finding(finding).message_text}{reason}")
    return public("\n".join(parts))


def audit_text(entry: Entry, findings: Sequence[Finding]) -> str:
    """Why a row is left out, and how much was found in it."""
    parts = [] if entry.counted else [f"不计入：{entry.reason}" if entry.why else "不计入"]
    given = [finding.severity for finding in findings]
    parts += [f"{kind.label}{given.count(kind)}处" for kind in (Severity.ERROR, Severity.QUERY) if kind in given]
    return "；".join(parts)


def _write_rows(
    book: NationalBook,
    form: Form,
    sheet: Any,
    audited: Sequence[tuple[Entry, Sequence[Finding], str]],
    *,
    errors_only: bool,
) -> None:
    """An entry a row, with what was found in it; entries of one file that stand together lead to it by one link."""
    rows, span = rows_of(sheet), book.detail_areas[form.key]
    files = {entry.file for entry, _, _ in audited} if len(audited) <= MOST else set[str]()
    links = {file: link for file in files if (link := book.links.to(file)) is not None}
    cells, above, comments = DetailCells(book, form, rows, links), "", 0
    for row, (entry, findings, audit) in enumerate(audited, span.first):
        name, by_field = owner(entry), _by_field(form, findings) if findings else {}
        line, numbers = cells.of(entry, name, audit, by_field)
        rows.add(row, line, 1 if name == above else 0, None, numbers)
        above = name
        for key, found in by_field.items():
            if errors_only and (comments >= MOST_COMMENTS or not any(finding.blocks for finding in found)):
                continue
            comments += 1
            size = {"x_scale": 2.2, "y_scale": 0.6 + 0.5 * len(found), "font_size": 9}
            sheet.write_comment(row, span.columns[key], comment(found), size)
    at = span.columns[DETAIL_KEYS[summary_lines.SOURCE_FILE]]
    first = span.first
    for (file, counted), run in groupby((entry.file, entry.counted) for entry, _, _ in audited) if links else ():
        last = first + sum(1 for _ in run) - 1
        if file in links:
            rows.link(first, last, at, links[file], public(file), cells.look("link", "", not counted))
        first = last + 1


def _by_field(form: Form, findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Field key → the findings to be shown there; what belongs to no cell of its own stands at the region."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        known = finding.field if finding.field in form.by_key else None
        found.setdefault(known or form.region.key, []).append(finding)
    return found
