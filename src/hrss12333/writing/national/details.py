"""明细: every row of every unit with where it came from, faulty cells marked; the sums of 汇总 read from here."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cache
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
    questioned_text,
    reporter,
)
from hrss12333.survey.schema import NO, YES, Column, Form, Kind, answer_word
from hrss12333.wording.privacy import public_finding
from hrss12333.wording.values import found_text
from hrss12333.writing.national.block_rows import ReadyCell
from hrss12333.writing.national.book import BEFORE_KEY, ColumnHead, DetailArea, NationalBook
from hrss12333.writing.national.links import LINK_LOOK, MOST
from hrss12333.writing.national.paper import Page
from hrss12333.writing.national.styles import WHOLE_FORMAT
from hrss12333.writing.sheet_text import public, width

SHEET_ROWS = 1_048_576
"""What a sheet can hold."""
MOST_COMMENTS = 1_000
"""Comments that a sheet bears without becoming slow to open."""
_LEADING = 1
"""Columns before the form's own."""
_LAST_YEARS = "上年"
"""Before the heading of a hidden column: last year's figure of the same region, as far as it is compared with."""
_WIDTHS = {Kind.SERIAL: 5.0, Kind.YESNO: 8.0, Kind.CHOICE: 10.0}

_UNREAD_MARK = "？"
"""Precedes what looks like an answer but was not accepted as one."""
_LOOKS: dict[str, dict[str, Any]] = {
    "number": {"num_format": WHOLE_FORMAT, "align": "right"},
    "plain": {"num_format": "0", "align": "right"},
    "centre": {"num_format": "@", "align": "center"},
    "text": {"num_format": "@", "text_wrap": True, "indent": 1},
    "line": {"num_format": "@", "indent": 1},
    "link": {"num_format": "@", **LINK_LOOK},
}


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
    questioned = {key for line in book.nation.lines[form.key] for _, keys in line.questioned for key in keys}
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
    audits = list(map(audit_text, entries, found))
    groups, widths = {column.key: column.group for column in form.columns}, _widths(form, entries, audits)
    headings = detail_columns(book.national, form).items()
    columns = [ColumnHead(*head, wide, groups.get(head[0], "")) for head, wide in zip(headings, widths, strict=True)]
    page = Page(book, sheet, columns, last=_last_printed(form, entries))
    above = page.title(f"{book.year}年度{form.title}明细（{form.key}）", remarks)
    page.measures(above, form)
    page.headings(above + 1)
    book.keys[span.sheet] = columns
    for column in form.data if book.previous else ():
        at = span.columns[f"{BEFORE_KEY}:{column.key}"]
        sheet.set_column(at, at, 11, None, {"hidden": True})
        sheet.write_string(span.first - 1, at, f"{_LAST_YEARS}{column.label}", book.styles.heading)
    _write_rows(book, form, sheet, list(zip(entries, found, audits, strict=True)), errors_only=many)
    sheet.outline_settings(True, False, True, False)
    sheet.autofilter(span.first - 1, 0, span.last, len(columns) - 1)
    sheet.freeze_panes(span.first, _LEADING + 2)
    sheet.ignore_errors({"number_stored_as_text": f"A{span.first + 1}:AZ{span.last + 1}"})
    page.lay_out((above, span.first - 1), rows=span.last)


def _last_printed(form: Form, entries: Sequence[Entry]) -> int:
    """The last column of the form that says anything: where a row is from and what was found in it is for the screen."""
    filled = (
        column.kind is not Kind.TEXT or any(entry.row.text(column.key) for entry in entries) for column in form.columns
    )
    return max(at for at, says_anything in enumerate(filled, _LEADING) if says_anything)


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
        return _WIDTHS[column.kind]

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
    span = book.detail_areas[form.key]
    files = {entry.file for entry, _, _ in audited} if len(audited) <= MOST else set[str]()
    links = {file: link for file in files if (link := book.links.to(file)) is not None}
    cells, above, comments = DetailCells(book, form, sheet, links), "", 0
    for row, (entry, findings, audit) in enumerate(audited, span.first):
        name, by_field = owner(entry), _by_field(form, findings) if findings else {}
        sheet.add(row, cells.of(entry, audit, by_field), 1 if name == above else 0)
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
        own = range(first, first + sum(1 for _ in run))
        if file in links:
            sheet.link(own, at, links[file], public(file), cells.look("link", "", not counted))
        first = own.stop


def _by_field(form: Form, findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Field key → the findings to be shown there; what belongs to no cell of its own stands at the region."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        known = finding.field if finding.field in form.by_key else None
        found.setdefault(known or form.region.key, []).append(finding)
    return found


def worst(findings: Iterable[Finding]) -> str:
    """Severity that decides how a cell looks."""
    severities = {finding.severity for finding in findings}
    return next((severity.value for severity in Severity if severity in severities), "")


def unread_text(entry: Entry, column: Column) -> str:
    """What could not be read, as it was found: no sum includes it, and nothing mistakes it for an answer."""
    found = found_text(entry.row.get(column.key).found)
    if not found:
        return ""
    if found in (YES, NO, *column.choices):
        return f"{_UNREAD_MARK}{found}"
    return found


class DetailCells:
    """Turns entries of one form into cells."""

    def __init__(self, book: NationalBook, form: Form, sheet: Any, links: Container[str]) -> None:
        """``links`` are the files that are linked to."""
        self._form, self._sheet, self._links = form, sheet, links
        self._columns = [
            (column, "plain" if column.kind is Kind.SERIAL else "number", column.kind is Kind.CHOICE)
            for column in form.columns
        ]
        """The form's columns, how a number looks in each, and whether it offers choices."""
        self._questions, self._previous = book.national.questions, book.previous
        self.look = cache(lambda kind, mark, out: book.styles.cell(mark=mark, left_out=out, **_LOOKS[kind]))
        """A cell format of this sheet: its kind, the severity of what was found, whether the row is left out."""
        self._text, self._answer = cache(self._text_cell), cache(self._answer_cell)
        """A text comes in many rows."""
        self._around = cache(self._cells_around)

    def of(self, entry: Entry, audit: str, by_field: Mapping[str, Sequence[Finding]]) -> list[ReadyCell]:
        """The cells of one line: a row, with what was found in it; whether it counts, which of its figures are in open
        question, and where it comes from."""
        out, keys = not entry.counted, self._questions.get(entry.where) if self._questions else None
        marks = {key: worst(found) for key, found in by_field.items()} if by_field else {}
        before, *behind = self._around(owner(entry), out, keys, audit, entry.file)
        number = self._sheet.cell(self.look("plain", "", out), entry.row.place.row)
        cells = [before, *self._values(entry, marks), *behind, self._text("text", entry.sheet, out), number]
        if self._previous and not out:  # the hidden cells that a comparison is worked out from
            then = self._previous.row(entry)
            figures = (then.scalar(column.key) for column in self._form.data)
            cells += [self._sheet.cell(None, answer_word(v) if isinstance(v, bool) else v) for v in figures]
        return cells

    def _cells_around(
        self, name: str, out: bool, keys: frozenset[str] | None, audit: str, file: str
    ) -> list[ReadyCell]:
        text, questioned = self._text, questioned_text(self._form, keys) if keys else ""
        return [
            text("text", name, out),
            text("centre", NO if out else YES, out),
            text("line", questioned, out, "query" if questioned else ""),
            text("line", audit, False),
            text("link" if file in self._links else "text", file, out),
        ]

    def _text_cell(self, kind: str, text: str, out: bool, mark: str = "") -> ReadyCell:
        return self._sheet.cell(self.look(kind, mark, out), public(text) if text else None)

    def _values(self, entry: Entry, marks: Mapping[str, str]) -> list[ReadyCell]:
        """The cells of the form's own columns; ``marks`` tell the severity of what was found in each."""
        out, cells, mark, look, cell = not entry.counted, list[ReadyCell](), "", self.look, self._sheet.cell
        is_plain = entry.row.is_plain
        for (column, kind, is_choice), value in zip(self._columns, entry.row.scalars_in(self._form), strict=True):
            if marks:
                mark = marks.get(column.key, "")
            if type(value) is int:
                cells.append(cell(look(kind, mark, out), value))
            elif value is None:
                unread = "" if is_plain else unread_text(entry, column)
                cells.append(self._text("text", unread, out, mark))
            else:
                cells.append(self._answer(is_choice, value, out, mark))
        return cells

    def _answer_cell(self, is_choice: bool, value: bool | str, out: bool, mark: str) -> ReadyCell:
        if isinstance(value, str):
            return self._text_cell("centre" if is_choice else "text", value, out, mark)
        return self._text_cell("centre", answer_word(value), out, mark)
