"""问题清单: what was found, the weightiest first, with room for what staff find out, and every file passed over.

Findings alike of one row are one line: a city is asked once about all its figures. Hidden columns tell a later merge
what each line was about, so that nothing settled here is asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hrss12333.merging.fingerprint import OUTDATED, answer_mark, fingerprint
from hrss12333.model import summary_lines
from hrss12333.model.filing import Row
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.summary_lines import ISSUES
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.schema import Form
from hrss12333.wording.fields import field_label
from hrss12333.wording.privacy import message_without_contacts, value_without_contacts, without_contacts
from hrss12333.wording.suggestions import suggestion_lines
from hrss12333.writing.national.block_rows import Content, rows_of
from hrss12333.writing.national.book import Book, ColumnHead, head, heading_line, paper
from hrss12333.writing.sheet_text import safe, wrapped_lines

if TYPE_CHECKING:
    from hrss12333.wording.since_lines import SinceLine

PASSED_OVER = "未读取"
SETTLED = "已核实"
DATE_FORMAT = "yyyy-mm-dd"
COLUMNS = (
    ColumnHead("@number", "序号", 6),
    ColumnHead("@unit", summary_lines.UNIT, 15),
    ColumnHead("@severity", "级别", 11),
    ColumnHead("@rule", "规则", 6.5),
    ColumnHead("@region", "地区", 13),
    ColumnHead("@field", "栏目", 13),
    ColumnHead("@value", "原值", 12),
    ColumnHead("@message", "问题", 46),
    ColumnHead("@advice", "建议", 32),
    ColumnHead("@reason", "备注说明", 16),
    ColumnHead("@influence", "影响", 7.5),
    ColumnHead("@checked", "核实情况", 24),
    ColumnHead("@checker", "核实人", 9),
    ColumnHead("@checked_on", "核实日期", 11.5),
    ColumnHead("@file", "文件", 24),
    ColumnHead("@sheet", "工作表", 9),
    ColumnHead("@cell", "单元格", 8),
)
HIDDEN = tuple(
    ColumnHead(f"@key_{name}", f"@key_{name}", 10) for name in ("rule", "unit", "form", "region", "fields", "figures")
)
"""What a line is about, for a later merge: fields and their fingerprints in the same order, joined by commas."""
AT = {column.key: number for number, column in enumerate((*COLUMNS, *HIDDEN))}
INPUT = "#FFFBE6"
_DAY_ZERO = date(1899, 12, 30).toordinal()
"""From which a workbook counts its days."""


class IssueLine(Struct, frozen=True):
    """One line: findings alike of one row, the weightiest first."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The weightiest, which speaks for all where they do not differ."""
        return self.findings[0]

    @property
    def cells(self) -> str:
        """Where they stand."""
        return "、".join(dict.fromkeys(finding.cell for finding in self.findings if finding.cell))


def by_weight(findings: Iterable[Finding]) -> list[Finding]:
    """Those that move the national totals most first; then by severity; else as they came; what is settled last."""
    return sorted(findings, key=lambda found: (found.settled, -found.influence, found.severity.rank))


def issue_lines(findings: Iterable[Finding]) -> list[IssueLine]:
    """The findings as lines, in the order of their weightiest."""
    alike: dict[object, list[Finding]] = {}
    for number, found in enumerate(by_weight(findings)):
        about = (found.rule, found.severity, found.unit, found.file, found.sheet, found.form, found.region, found.row)
        verdict = (found.explained, found.reason, found.verification)
        alike.setdefault((*about, *verdict) if found.row and found.region else number, []).append(found)
    return [IssueLine(tuple(listed)) for listed in alike.values()]


def write_issues(book: Book, sheet: Any) -> None:
    """Fill the sheet."""
    lines, skipped = issue_lines(book.national.findings), book.national.skipped
    since = _since(book)
    remarks = [
        f"共{len(book.national.findings)}条，同一地区同一规则的合为一行{f'；未读取的文件{len(skipped)}个列在最后' if skipped else ''}。"
        + (f"与上次相比已改正的、问题以外的变动列在末尾，共{len(since)}条。" if since else "")
        + "按“影响”（可能牵动全国合计的比例）从大到小，再按级别排列。",
        "强制性错误须改正后重报；核实性错误请与报送单位核对，备注说明了原因的即可；提示不需处理。",
        "核实过的，在“核实情况”“核实人”“核实日期”三栏写明；下次汇总时用 --since 指定本表，数据没有变的不再重复提问。",
    ]
    top = head(book, sheet, f"{book.year}年度{ISSUES}", remarks)
    heading_line(book, sheet, top, [column.heading for column in COLUMNS], [column.width for column in COLUMNS])
    for column in HIDDEN:
        sheet.write_string(top, AT[column.key], column.heading)
    rows = {(entry.file, entry.sheet, entry.row.place.row): entry.row for entry in book.national.entries}
    writer = _Writer(book, sheet)
    for number, line in enumerate(lines, 1):
        writer.write(top + number, number, _given(book.national.edition, line, rows), line)
    for number, passed in enumerate(skipped, len(lines) + 1):
        given = {"@severity": PASSED_OVER, "@file": passed.file, "@message": passed.reason}
        writer.write(top + number, number, given)
    for number, become in enumerate(since, len(lines) + len(skipped) + 1):
        writer.write(top + number, number, _become(become))
    last = top + max(1, len(lines) + len(skipped) + len(since))
    _room_for_staff(book, sheet, top + 1, last)
    sheet.autofilter(top, 0, last, len(COLUMNS) - 1)
    sheet.freeze_panes(top + 1, 2)
    sheet.ignore_errors({"number_stored_as_text": f"A{top + 2}:Q{last + 1}"})
    paper(sheet, [column.width for column in COLUMNS], (top, top))
    sheet.set_column(len(COLUMNS), len(COLUMNS) + len(HIDDEN) - 1, 10, None, {"hidden": True})
    sheet.print_area(0, 0, last, len(COLUMNS) - 1)
    book.keys[ISSUES] = (*COLUMNS, *HIDDEN)


def _room_for_staff(book: Book, sheet: Any, first: int, last: int) -> None:
    sheet.data_validation(
        first,
        AT["@checked_on"],
        last,
        AT["@checked_on"],
        {
            "validate": "date",
            "criteria": ">=",
            "value": date(book.year, 1, 1),
            "input_title": "核实日期",
            "input_message": f"填日期，例如{book.year + 1}-2-3。",
            "error_title": "不是日期",
            "error_message": f"请填日期，例如{book.year + 1}-2-3。",
        },
    )
    sheet.data_validation(
        first,
        AT["@checked"],
        last,
        AT["@checked"],
        {
            "validate": "any",
            "input_title": "核实情况",
            "input_message": "写明核实结果和原因（至少六个字），并填核实人和核实日期。强制性错误只能改正。",
        },
    )


def _given(edition: Edition, line: IssueLine, rows: Mapping[tuple[str, str, int], Row]) -> dict[str, str]:
    """The texts of a line."""
    first = line.first
    form = next((form for form in edition.forms if form.key == first.form), None)
    at = rows.get((first.file, first.sheet or "", first.row or 0))
    return {
        "@unit": first.unit or summary_lines.NOBODY,
        "@severity": SETTLED if first.settled else first.severity.label,
        "@rule": first.rule,
        "@region": first.region or "",
        "@field": _listed("、", (field_label(edition, one.form, one.field) for one in line.findings)),
        "@value": _listed("、", map(value_without_contacts, line.findings)),
        "@message": _listed("\n", _told(list(map(message_without_contacts, line.findings)))),
        "@advice": without_contacts(
            _listed("\n", (text for one in line.findings for text in suggestion_lines(edition, one, one.suggestions)))
        ),
        "@reason": without_contacts(first.reason) if first.explained else "",
        "@file": first.file,
        "@sheet": first.sheet or "",
        "@cell": line.cells,
        "@key_rule": first.rule,
        "@key_unit": first.unit or "",
        "@key_form": first.form or "",
        "@key_region": first.region or "",
        "@key_fields": ",".join(one.field or "" for one in line.findings),
        "@key_figures": ",".join(_figures(one, at, form) for one in line.findings),
    }


def _told(messages: list[str]) -> list[str]:
    """The messages; what all of them say after their first sentences only once."""
    said = [message.partition("。") for message in messages]
    tails = {tail for _, _, tail in said}
    return [f"{first}。" for first, _, _ in said] + [*tails] if len(said) > 1 and len(tails) == 1 else messages


def _since(book: Book) -> list[SinceLine]:
    if book.progress is None:
        return []
    from hrss12333.wording.since_lines import since_lines  # only with an earlier workbook

    return list(since_lines(book.progress, book.national.edition))


def _become(line: SinceLine) -> dict[str, str]:
    """The texts of what no finding tells; without the hidden ones, so that a later merge does not take it for a question."""
    return {
        "@unit": line.unit or summary_lines.NOBODY,
        "@severity": line.kind,
        "@rule": line.rule,
        "@region": line.region,
        "@field": line.label,
        "@message": line.words,
        "@sheet": line.form,
    }


def _figures(finding: Finding, row: Row | None, form: Form | None) -> str:
    """What the finding is about; with it the mark of an answer that was about other figures."""
    written = finding.verification
    outdated = OUTDATED + answer_mark(written.text, written.who, written.when) if written and written.outdated else ""
    return fingerprint(finding, row, form) + outdated


def _listed(between: str, texts: Iterable[str]) -> str:
    return between.join(dict.fromkeys(text for text in texts if text))


class _Writer:
    """Writes a line a row; formats are looked up once a workbook."""

    def __init__(self, book: Book, sheet: Any) -> None:
        self._styles, self._rows = book.styles, rows_of(sheet)
        self._looks: dict[tuple[str, str, bool], Any] = {}

    def _look(self, kind: str, mark: str = "", settled: bool = False) -> Any:
        key = (kind, mark, settled)
        if key not in self._looks:
            grey: dict[str, Any] = {"font_color": "#7F7F7F"} if settled else {}
            room: dict[str, Any] = {"bg_color": INPUT} if mark == INPUT else {}
            self._looks[key] = {
                "number": lambda: self._styles.number("0", **grey),
                "influence": lambda: self._styles.number("0.00%", **grey),
                "text": lambda: self._styles.text(text_wrap=True, mark=mark, **grey),
                "staff": lambda: self._styles.text(text_wrap=True, **room),
                "day": lambda: self._styles.cell(num_format=DATE_FORMAT, align="center", **room),
            }[kind]()
        return self._looks[key]

    def write(self, row: int, number: int, given: Mapping[str, str], line: IssueLine | None = None) -> None:
        """A finding, or a file passed over."""
        settled = bool(line and line.first.settled)
        text = self._look("text", "", settled)
        cells: list[tuple[Any, Content]] = [(self._look("number", "", settled), number)]
        cells += [(text, safe(given[c.key]) if given.get(c.key) else None) for c in COLUMNS[1:]]
        cells += [(None, safe(given[column.key]) if given.get(column.key) else None) for column in HIDDEN]
        if line:
            first = line.first
            mark = first.severity.value if first.severity is not Severity.NOTE and not settled else ""
            cells[AT["@severity"]] = (self._look("text", mark, settled), cells[AT["@severity"]][1])
            if first.influence:
                cells[AT["@influence"]] = (self._look("influence", "", settled), first.influence)
        self._staff(cells, line)
        high = max(wrapped_lines(given.get(column.key, ""), 0.9 * column.width - 1.5) for column in COLUMNS)
        self._rows.add(row, [self._rows.cell(*cell) for cell in cells], height=min(400, 13.5 * high + 3))

    def _staff(self, cells: list[tuple[Any, Content]], line: IssueLine | None) -> None:
        """What staff wrote earlier, or room for it."""
        known = line.first.verification if line else None
        asked = line is not None and line.first.severity is Severity.QUERY and not line.first.settled
        look = self._look("staff", INPUT if asked else "")
        for key, written in (("@checked", known.text if known else ""), ("@checker", known.who if known else "")):
            cells[AT[key]] = (look, safe(written) if written else None)
        day: float | str | None = known.when.toordinal() - _DAY_ZERO if known and known.when else None
        if known and known.unread:
            day = safe(known.unread)  # as it was written, to be put right
        cells[AT["@checked_on"]] = (self._look("day", INPUT if asked else ""), day)
