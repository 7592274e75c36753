"""明细: every row of every unit with where it came from, faulty cells marked; the sums of 汇总 read from here."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import compress, groupby
from typing import Any

from hrss12333.merging.last_year import Previous
from hrss12333.model import summary_lines
from hrss12333.model.errors import JobStop
from hrss12333.model.finding import Finding, Severity, count
from hrss12333.model.national import Entry, National
from hrss12333.model.said import Said
from hrss12333.model.summary_lines import (
    DETAIL_KEYS,
    UNIT_KEY,
    SummaryLine,
    asked_mark,
    asked_text,
    detail_entries,
    detail_sheet,
    owner,
    reporter,
)
from hrss12333.survey.schema import NO, YES, Column, Form, Kind, Scalar, answer_word
from hrss12333.wording.privacy import public_finding
from hrss12333.wording.values import found_text
from hrss12333.writing.national.block_rows import ReadyCell, RowWriter, rows_of
from hrss12333.writing.national.book import BEFORE_KEY, ColumnHead, DetailArea, NationalBook
from hrss12333.writing.national.links import LINK_LOOK, MOST
from hrss12333.writing.national.paper import Page, page_breaks
from hrss12333.writing.national.styles import WHOLE
from hrss12333.writing.sheet_text import LARGEST_EXACT, public, width

SHEET_ROWS = 1_048_576
"""What a sheet can hold."""
UNREAD = "？"
"""Precedes what looks like an answer but was not accepted as one."""
MOST_COMMENTS = 1_000
"""Comments that a sheet bears without becoming slow to open."""
LEADING, REPEATED = 1, 3
"""Columns before the form's own, and those that come again on each page: whose row it is."""
LAST_YEARS = "上年"
"""Before the heading of a hidden column: last year's figure of the same region, as far as it is compared with."""
WIDTHS = {Kind.SERIAL: 5.0, Kind.YESNO: 8.0, Kind.CHOICE: 10.0}
LOOKS: dict[str, dict[str, Any]] = {
    "number": {"num_format": WHOLE, "align": "right"},
    "plain": {"num_format": "0", "align": "right"},
    "centre": {"num_format": "@", "align": "center"},
    "text": {"num_format": "@", "text_wrap": True, "indent": 1},
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
    asked = {key for line in book.lines[form.key] for _, keys in line.asked for key in keys}
    marks = {column.key: asked_mark(column) for column in form.data if column.key in asked}
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
        f"列在“{summary_lines.ASKED}”中的数计入合计，不计入比率。左侧的+/-可收起一个{book.national.noun}的各行，只留第一行。",
    ]
    groups = [("", LEADING), *((name, len(columns)) for name, columns in form.groups), ("", len(DETAIL_KEYS))]
    audits = list(map(audit_text, entries, found))
    columns = detail_columns(book.national, form)
    widths, end = _widths(form, entries, audits, book.lines[form.key]), _last_printed(book, form, entries)
    of_form = LEADING + len(form.columns)
    breaks = page_breaks(widths[: end + 1], range(of_form, end + 1), REPEATED)
    page = Page(book, sheet, widths, breaks, REPEATED, end)
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


def _last_printed(book: NationalBook, form: Form, entries: Sequence[Entry]) -> int:
    """The last column that says anything of a row but where it is from: that is for the screen."""
    tail = {
        summary_lines.COUNTED_KEY: any(not entry.counted for entry in entries),
        summary_lines.ASKED_KEY: any(line.asked for line in book.lines[form.key]),
        DETAIL_KEYS[summary_lines.AUDIT]: any(not entry.counted for entry in entries),
    }
    columns = book.detail_areas[form.key].columns
    said = [columns[key] for key, anything in tail.items() if anything]
    texts = [column for column in form.columns if column.kind is Kind.TEXT]
    said += [columns[column.key] for column in texts if any(entry.row.text(column.key) for entry in entries)]
    return max([*said, *(columns[column.key] for column in form.columns if column not in texts)])


def _widths(form: Form, entries: Sequence[Entry], audits: Sequence[str], lines: Sequence[SummaryLine]) -> list[float]:
    """How wide each column is: as wide as what stands in it, within limits."""
    said = zip(*[entry.row.scalars_in(form) for entry in entries], strict=True)
    values = dict(zip(form.columns, said, strict=True)) if entries else {}

    def fit(texts: Iterable[str], least: float, most: float) -> float:
        return min(most, max(least, max((width(text) for text in set(texts)), default=0) + 2))

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
        20 if any(line.asked for line in lines) else 8,
        fit(audits, 12, 20),
        fit((entry.file for entry in entries), 14, 34),
        fit((entry.sheet for entry in entries), 11, 16),
        7,
    ]


def worst(findings: Iterable[Finding]) -> str:
    """Severity that decides how a cell looks."""
    severities = {finding.severity for finding in findings}
    return next((severity.value for severity in Severity if severity in severities), "")


def comment(findings: Iterable[Finding]) -> str:
    """What a cell's comment says: rule, severity, message and reason given."""
    parts = []
    for finding in findings:
        reason = f"\n备注说明：{finding.reason}" if finding.explained and finding.reason else ""
        parts.append(f"{finding.rule} {finding.severity.label}：{public_finding(finding).message}{reason}")
    return public("\n".join(parts))


def unread_text(entry: Entry, column: Column) -> str:
    """What could not be read, as it was found: no sum includes it, and nothing mistakes it for an answer."""
    found = found_text(entry.row.get(column.key).found)
    if not found:
        return ""
    if found in (YES, NO, *column.choices):
        return f"{UNREAD}{found}"
    return found


@lru_cache(maxsize=1024)
def _left_out(why: str | Said) -> str:
    return f"不计入：{why}" if why else "不计入"


def audit_text(entry: Entry, findings: Sequence[Finding]) -> str:
    """Why a row is left out, and how much was found in it."""
    left_out = "" if entry.counted else _left_out(entry.why)
    if not findings:
        return left_out
    counts = count(findings)
    parts = [left_out] if left_out else []
    parts += [f"强制性错误{counts.error}处"] if counts.error else []
    parts += [f"核实性错误{counts.query}处"] if counts.query else []
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
    cells, above, comments = _Cells(book, form, rows, links), "", 0
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


def _are_exact(figures: Sequence[Any]) -> bool:
    """Whether all are whole numbers that a cell holds digit by digit."""
    return {*map(type, figures)} == {int} and min(figures) > -LARGEST_EXACT and max(figures) < LARGEST_EXACT


class _Cells:
    """Turns entries into cells; formats are looked up once a workbook, and so are the cells of texts and answers."""

    def __init__(self, book: NationalBook, form: Form, rows: RowWriter, links: Container[str]) -> None:
        """``links`` are the files that are linked to."""
        self._styles, self._form, self._rows, self._links = book.styles, form, rows, links
        self._questions, self._previous = book.national.questions, book.previous
        self._texts: dict[tuple[str, str, bool], ReadyCell] = {}
        """Kind of cell, text, and whether the row is left out → cell."""
        self._around: dict[tuple[Any, ...], tuple[ReadyCell, list[ReadyCell]]] = {}
        """What is said of a row beside its own values → the cell before these, and those behind."""
        self._is_figure = [column.kind in (Kind.SERIAL, Kind.COUNT) for column in form.columns]
        self._columns: dict[bool, list[tuple[Column, Any, dict[Scalar, ReadyCell]]]] = {
            out: [(column, self._number_style(column, out), {}) for column in form.columns] for out in (False, True)
        }
        """Whether the row is left out → each column, the format of its numbers, its other values with their cells."""
        self._others = {
            out: [item for item in enumerate(columns) if not self._is_figure[item[0]]]
            for out, columns in self._columns.items()
        }
        """The columns that hold no figures, each with its place among all."""
        self._numbers: dict[bool, tuple[Any, ...]] = {}
        """Whether it is → `numbers` of a row that lacks none; known from the first of them on."""
        self._places = {out: self.look("plain", "", out) for out in (False, True)}

    def look(self, kind: str, mark: str, left_out: bool) -> Any:
        """A cell format of this sheet."""
        return self._styles.cell(mark=mark, left_out=left_out, **LOOKS[kind])

    def of(
        self, entry: Entry, name: str, audit: str, by_field: Mapping[str, Sequence[Finding]]
    ) -> tuple[list[ReadyCell], tuple[Any, ...]]:
        """The cells and `numbers` of one line: a row of the unit of this name, with what was found in it."""
        out, said, place = not entry.counted, entry.row.scalars_in(self._form), entry.row.place.row
        keys = self._questions.get(entry.where) if self._questions else None
        around = (name, audit, entry.file, entry.sheet, out, keys)
        known = self._around.get(around)
        cells = [known[0] if known else self._known_text("text", name, out)]
        is_plain = not by_field and _are_exact([*compress(said, self._is_figure)])
        numbers = self._numbers.get(out, ()) if is_plain else ()
        cells += self._beside_figures(entry, said) if numbers else self._values(entry, said, by_field)
        if known is None:
            known = self._around[around] = cells[0], self._behind(entry, audit, keys)
        cells += known[1]
        cells.append(place if numbers else self._rows.cell(self._places[out], place))
        if self._previous and not out:
            cells += self._last_years(entry, self._previous)
        if is_plain and not numbers:
            looks = (
                look if is_figure else None
                for (_, look, _), is_figure in zip(self._columns[out], self._is_figure, strict=True)
            )
            shown = (None, *looks, *(None for _ in known[1]), self._places[out])
            self._numbers[out] = (*shown, *(None for _ in cells[len(shown) :]))
        return cells, numbers

    def _beside_figures(self, entry: Entry, said: Sequence[Scalar]) -> list[ReadyCell]:
        """The values of a row that lacks no figure: these as they are, the others as cells."""
        values: list[ReadyCell] = [*said]
        for at, (column, _, known) in self._others[not entry.counted]:
            value = said[at]
            values[at] = known[value] if value in known else self._new(entry, column, value, known)
        return values

    def _values(
        self, entry: Entry, said: Sequence[Scalar], by_field: Mapping[str, Sequence[Finding]]
    ) -> Iterator[ReadyCell]:
        out, cell = not entry.counted, self._rows.cell
        for value, (column, look, known) in zip(said, self._columns[out], strict=True):
            if column.key in by_field:
                yield self._value_cell(entry, column, value, worst(by_field[column.key]), out)
            elif type(value) is int:
                yield cell(look, value)
            else:
                yield known[value] if value in known else self._new(entry, column, value, known)

    def _new(self, entry: Entry, column: Column, value: Scalar, known: dict[Scalar, ReadyCell]) -> ReadyCell:
        """The cell of a value that has not come in its column yet."""
        found = self._value_cell(entry, column, value, "", not entry.counted)
        if value is not None:  # a blank may be what could not be read
            known[value] = found
        return found

    def _behind(self, entry: Entry, audit: str, keys: Collection[str] | None) -> list[ReadyCell]:
        """Whether a row counts, which of its figures are in open question, what was found, and where it comes from."""
        out, asked = not entry.counted, asked_text(self._form, keys) if keys else ""
        return [
            self._known_text("centre", NO if out else YES, out),
            self._text_cell("text", asked, out, "query") if asked else self._known_text("text", "", out),
            self._known_text("text", audit, False),
            self._known_text("link" if entry.file in self._links else "text", entry.file, out),
            self._known_text("text", entry.sheet, out),
        ]

    def _last_years(self, entry: Entry, previous: Previous) -> list[ReadyCell]:
        """The hidden cells that a comparison is worked out from."""
        then = previous.row(entry)
        said = (then.scalar(column.key) for column in self._form.data)
        return [self._rows.cell(None, answer_word(v) if isinstance(v, bool) else v) for v in said]

    def _known_text(self, kind: str, text: str, out: bool) -> ReadyCell:
        """A text that comes in many rows."""
        key = (kind, text, out)
        if key not in self._texts:
            self._texts[key] = self._text_cell(kind, text, out)
        return self._texts[key]

    def _text_cell(self, kind: str, text: str, out: bool, mark: str = "") -> ReadyCell:
        return self._rows.cell(self.look(kind, mark, out), public(text) if text else None)

    def _number_style(self, column: Column, out: bool, mark: str = "") -> Any:
        """The format of a number."""
        return self.look("plain" if column.kind is Kind.SERIAL else "number", mark, out)

    def _value_cell(self, entry: Entry, column: Column, value: Scalar, mark: str, out: bool) -> ReadyCell:
        if isinstance(value, bool):
            return self._text_cell("centre", answer_word(value), out, mark)
        if isinstance(value, int):
            return self._rows.cell(self._number_style(column, out, mark), value)
        if value is None:
            return self._text_cell("text", unread_text(entry, column), out, mark)
        if column.kind is Kind.CHOICE:
            return self._text_cell("centre", value, out, mark)
        return self._text_cell("text", value, out, mark)
