"""明细: every row of every unit with where it came from, faulty cells marked; the sums of 汇总 read from here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hrss12333.model import summary_lines as figures
from hrss12333.model.finding import Finding, Severity, count
from hrss12333.model.national import Entry
from hrss12333.model.summary_lines import NO, YES, detail_entries, detail_sheet, owner
from hrss12333.survey.schema import Column, Form, Kind
from hrss12333.writing.national.book import Book, ColumnHead, Span, head, paper, write_headings
from hrss12333.writing.national.links import MOST, Links
from hrss12333.writing.national.styles import WHOLE
from hrss12333.writing.sheet_text import safe, shown, width

TAIL = (figures.COUNTED, figures.AUDIT, figures.SOURCE_FILE, figures.SOURCE_SHEET, figures.SOURCE_ROW)
"""Columns behind the form's own."""
TAIL_KEYS = ("@counted", "@audit", "@file", "@sheet", "@row")
LEADING = 1
"""Columns before the form's own."""
WIDTHS = {Kind.SERIAL: 6.0, Kind.YESNO: 8.0, Kind.CHOICE: 10.0}
LOOKS: dict[str, dict[str, Any]] = {
    "number": {"num_format": WHOLE, "align": "right"},
    "plain": {"num_format": "0", "align": "right"},
    "centre": {"num_format": "@", "align": "center"},
    "text": {"num_format": "@", "text_wrap": True, "indent": 1},
    # A link does not wrap in every program: a long path is set smaller instead of being cut.
    "link": {"num_format": "@", "shrink": True, "font_color": "#0563C1", "underline": 1},
}
ORDER = (Severity.ERROR, Severity.QUERY, Severity.NOTE)


def detail_columns(form: Form) -> list[str]:
    """The headings of the sheet."""
    return [figures.UNIT, *(column.label for column in form.columns), *TAIL]


def reserve(book: Book, form: Form) -> Span:
    """Where the rows will stand; 汇总 refers to them before they are written."""
    first = 5
    keys = [figures.UNIT, *(column.key for column in form.columns), *TAIL]
    rows: dict[str, tuple[int, int]] = {}
    last = first
    for last, entry in enumerate(detail_entries(book.national, form), first):
        name = owner(entry)
        rows[name] = (rows.get(name, (last, last))[0], last)
    return Span(detail_sheet(form), first, last, {key: at for at, key in enumerate(keys)}, rows)


def write_details(book: Book, form: Form, sheet: Any) -> None:
    """Fill the sheet."""
    span, entries = book.spans[form.key], detail_entries(book.national, form)
    left_out = sum(not entry.counted for entry in entries)
    remarks = [
        f"共 {len(entries)} 行，其中 {left_out} 行不计入汇总（斜体加删除线，原因见“{figures.AUDIT}”列）。"
        "空白是未填，不等于 0。",
        "红底：强制性错误；黄底：核实性错误；蓝字：按提示读取。规则和说明见该单元格批注。"
        "左侧的 +/- 可收起一个单位的各行，只留第一行。",
    ]
    top = head(book, sheet, f"{book.year}年度{form.title}明细（{form.key}）", remarks)
    groups = [("", LEADING), *((name, len(columns)) for name, columns in form.groups), ("", len(TAIL))]
    headings, widths = detail_columns(form), _widths(form, entries)
    write_headings(book, sheet, top, groups, headings, widths)
    keys = ("@unit", *(column.key for column in form.columns), *TAIL_KEYS)
    book.keys[span.sheet] = [ColumnHead(key, heading) for key, heading in zip(keys, headings, strict=True)]
    writer = _RowWriter(book, form, sheet, linked=len(entries) <= MOST)
    above = ""
    for row, entry in enumerate(entries, span.first):
        writer.write(row, entry)
        if owner(entry) == above:
            sheet.set_row(row, None, None, {"level": 1})
        above = owner(entry)
    sheet.outline_settings(True, False, True, False)
    sheet.autofilter(span.first - 1, 0, span.last, len(headings) - 1)
    sheet.freeze_panes(span.first, LEADING + 2)
    sheet.ignore_errors({"number_stored_as_text": f"A{span.first + 1}:AZ{span.last + 1}"})
    paper(sheet, widths, (top, span.first - 1))


def _widths(form: Form, entries: Sequence[Entry]) -> list[float]:
    def fit(texts: Iterable[str], least: float, most: float) -> float:
        return min(most, max(least, max((width(text) for text in texts), default=0) + 2))

    def own(column: Column) -> float:
        if column.kind is Kind.REGION:
            return fit((entry.row.region or "" for entry in entries), 12, 24)
        if column.kind is Kind.COUNT:
            largest = max((entry.row.number(column.key) or 0 for entry in entries), default=0)
            return max(11.0, len(f"{largest:,}") + 2.0)
        if column.kind is Kind.TEXT:
            return fit((entry.row.text(column.key) for entry in entries), 10, 22)
        return WIDTHS[column.kind]

    return [
        fit((owner(entry) for entry in entries), 16, 26),
        *(own(column) for column in form.columns),
        9,
        fit((audit_text(entry) for entry in entries), 12, 20),
        fit((entry.file for entry in entries), 14, 34),
        fit((entry.sheet for entry in entries), 11, 16),
        7,
    ]


def worst(findings: Iterable[Finding]) -> str:
    """Severity that decides how a cell looks."""
    severities = {finding.severity for finding in findings}
    return next((severity.value for severity in ORDER if severity in severities), "")


def comment(findings: Iterable[Finding]) -> str:
    """What a cell's comment says: rule, severity, message and reason given."""
    parts = []
    for finding in findings:
        reason = f"\n备注说明：{finding.reason}" if finding.explained and finding.reason else ""
        parts.append(f"{finding.rule} {finding.severity.label}：{finding.message}{reason}")
    return safe("\n".join(parts))


def audit_text(entry: Entry) -> str:
    """Why a row is left out, and how much was found in it."""
    counts = count(entry.findings)
    parts = [] if entry.counted else [f"不计入：{entry.why}" if entry.why else "不计入"]
    parts += [f"强制性错误 {counts.error}"] if counts.error else []
    parts += [f"核实性错误 {counts.query}"] if counts.query else []
    return "；".join(parts)


class _RowWriter:
    """Writes one entry a row; formats are looked up once a workbook, findings once an entry."""

    def __init__(self, book: Book, form: Form, sheet: Any, *, linked: bool) -> None:
        self._styles, self._form, self._sheet = book.styles, form, sheet
        self._links = Links(book.target) if linked else None
        self._formats: dict[tuple[str, str, bool], Any] = {}

    def _look(self, kind: str, mark: str, left_out: bool) -> Any:
        key = (kind, mark, left_out)
        if key not in self._formats:
            look = LOOKS[kind]
            self._formats[key] = self._styles.cell(mark=mark, left_out=left_out, **look)
        return self._formats[key]

    def write(self, row: int, entry: Entry) -> None:
        """One line of the sheet."""
        out = not entry.counted
        by_field: dict[str, list[Finding]] = {}
        for finding in entry.findings:
            known = finding.field if finding.field in self._form.by_key else None
            by_field.setdefault(known or self._form.region.key, []).append(finding)
        self._text(row, 0, owner(entry), out)
        last = LEADING + len(self._form.columns)
        for at, column in zip(range(LEADING, last), self._form.columns, strict=True):
            found = by_field.get(column.key)
            self._value(row, at, entry, column, worst(found) if found else "")
            if found:
                self._sheet.write_comment(
                    row, at, comment(found), {"x_scale": 2.2, "y_scale": 0.6 + 0.5 * len(found), "font_size": 9}
                )
        self._sheet.write_string(row, last, NO if out else YES, self._look("centre", "", out))
        self._text(row, last + 1, audit_text(entry), False)
        self._source(row, last + 2, entry.file, out)
        self._text(row, last + 3, entry.sheet, out)
        self._sheet.write_number(row, last + 4, entry.row.place.row, self._look("plain", "", out))

    def _text(self, row: int, at: int, text: str, out: bool, mark: str = "") -> None:
        form = self._look("text", mark, out)
        if text:
            self._sheet.write_string(row, at, safe(text), form)
        else:
            self._sheet.write_blank(row, at, None, form)

    def _value(self, row: int, at: int, entry: Entry, column: Column, mark: str) -> None:
        value, out = entry.scalar(column), not entry.counted
        if isinstance(value, bool):
            self._sheet.write_string(row, at, YES if value else NO, self._look("centre", mark, out))
        elif isinstance(value, int):
            kind = "plain" if column.kind is Kind.SERIAL else "number"
            self._sheet.write_number(row, at, value, self._look(kind, mark, out))
        elif value is None:
            # What could not be read stands as it was found, as text: no sum takes it in.
            self._text(row, at, shown(entry.row.get(column.key).found), out, mark)
        elif column.kind is Kind.CHOICE:
            self._sheet.write_string(row, at, safe(value), self._look("centre", mark, out))
        else:
            self._text(row, at, value, out, mark)

    def _source(self, row: int, at: int, file: str, out: bool) -> None:
        link = self._links.to(file) if self._links else None
        if link is None:
            self._text(row, at, file, out)
        else:
            self._sheet.write_url(row, at, link, self._look("link", "", out), safe(file), "打开来源文件")
