"""问题清单: what was found, the weightiest first, with room for what staff find out, and every file passed over.

Findings alike of one row are one line: a city is asked once about all its figures. Hidden columns tell a later merge
what each line was about, so that nothing settled here is asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hrss12333.merging.fingerprint import fingerprint
from hrss12333.model import summary_lines as figures
from hrss12333.model.filing import Row
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.summary_lines import ISSUES
from hrss12333.wording.fields import field_label
from hrss12333.wording.suggestions import suggestion_lines
from hrss12333.writing.national.book import Book, ColumnHead, head, heading_line, paper
from hrss12333.writing.sheet_text import safe, shown, wrapped_lines

PASSED_OVER = "未读取"
SETTLED = "已核实"
DATE_FORMAT = "yyyy-mm-dd"
COLUMNS = (
    ColumnHead("@number", "序号", 6),
    ColumnHead("@unit", figures.UNIT, 15),
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


@dataclass(frozen=True)
class IssueLine:
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
    remarks = [
        f"共{len(book.national.findings)}条，同一地区同一规则的合为一行；未读取的文件{len(skipped)}个列在最后。"
        "按“影响”（可能牵动全国合计的比例）从大到小，再按级别排列。",
        "强制性错误须改正后重报；核实性错误请与报送单位核对，备注说明了原因的即可；提示不需处理。",
        "核实过的，在“核实情况”“核实人”“核实日期”三栏写明；下次汇总时用--since指定本表，数据没有变的不再重复提问。",
    ]
    top = head(book, sheet, f"{book.year}年度{ISSUES}", remarks)
    heading_line(book, sheet, top, [column.heading for column in COLUMNS], [column.width for column in COLUMNS])
    for column in HIDDEN:
        sheet.write_string(top, AT[column.key], column.heading)
    rows = {(entry.file, entry.sheet, entry.row.place.row): entry.row for entry in book.national.entries}
    for number, line in enumerate(lines, 1):
        _line(book, sheet, top + number, number, line, rows)
    for number, passed in enumerate(skipped, len(lines) + 1):
        given = {"@severity": PASSED_OVER, "@file": passed.file, "@message": passed.reason}
        _write(book, sheet, top + number, number, given, mark="")
    last = top + max(1, len(lines) + len(skipped))
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


def _line(
    book: Book, sheet: Any, row: int, number: int, line: IssueLine, rows: Mapping[tuple[str, str, int], Row]
) -> None:
    edition, first = book.national.edition, line.first
    form = next((form for form in edition.forms if form.key == first.form), None)
    at = rows.get((first.file, first.sheet or "", first.row or 0))
    given = {
        "@unit": first.unit or figures.NOBODY,
        "@severity": SETTLED if first.settled else first.severity.label,
        "@rule": first.rule,
        "@region": first.region or "",
        "@field": _joined("、", (field_label(edition, one.form, one.field) for one in line.findings)),
        "@value": _joined("、", (shown(one.value) for one in line.findings)),
        "@message": _joined("\n", (one.message for one in line.findings)),
        "@advice": _joined(
            "\n", (text for one in line.findings for text in suggestion_lines(edition, one, one.suggestions))
        ),
        "@reason": first.reason if first.explained else "",
        "@file": first.file,
        "@sheet": first.sheet or "",
        "@cell": line.cells,
        "@key_rule": first.rule,
        "@key_unit": first.unit or "",
        "@key_form": first.form or "",
        "@key_region": first.region or "",
        "@key_fields": ",".join(one.field or "" for one in line.findings),
        "@key_figures": ",".join(fingerprint(one, at, form) for one in line.findings),
    }
    mark = first.severity.value if first.severity is not Severity.NOTE and not first.settled else ""
    _write(book, sheet, row, number, given, mark=mark, line=line)


def _joined(between: str, texts: Iterable[str]) -> str:
    return between.join(dict.fromkeys(text for text in texts if text))


def _write(
    book: Book,
    sheet: Any,
    row: int,
    number: int,
    given: Mapping[str, str],
    *,
    mark: str,
    line: IssueLine | None = None,
) -> None:
    styles = book.styles
    grey: dict[str, Any] = {"font_color": "#7F7F7F"} if line and line.first.settled else {}
    sheet.write_number(row, 0, number, styles.number("0", **grey))
    for column in COLUMNS[1:]:
        text, at = given.get(column.key, ""), AT[column.key]
        look = styles.text(text_wrap=True, mark=mark if column.key == "@severity" else "", **grey)
        if text:
            sheet.write_string(row, at, safe(text), look)
        else:
            sheet.write_blank(row, at, None, look)
    for column in HIDDEN:
        if given.get(column.key):
            sheet.write_string(row, AT[column.key], safe(given[column.key]))
    if line and line.first.influence:
        sheet.write_number(row, AT["@influence"], line.first.influence, styles.number("0.00%", **grey))
    _staff(book, sheet, row, line)
    high = max(wrapped_lines(given.get(column.key, ""), column.width - 3) for column in COLUMNS)
    sheet.set_row(row, min(400, 13.5 * high + 3))


def _staff(book: Book, sheet: Any, row: int, line: IssueLine | None) -> None:
    """What staff wrote earlier, or room for it."""
    styles = book.styles
    asked = line is not None and line.first.severity is Severity.QUERY
    known = line.first.verification if line else None
    look: dict[str, Any] = {"bg_color": INPUT} if asked and not (line and line.first.settled) else {}
    text = styles.text(text_wrap=True, **look)
    for key, written in (("@checked", known.text if known else ""), ("@checker", known.who if known else "")):
        if written:
            sheet.write_string(row, AT[key], safe(written), text)
        else:
            sheet.write_blank(row, AT[key], None, text)
    day = styles.cell(num_format=DATE_FORMAT, align="center", **look)
    if known and known.when:
        sheet.write_datetime(row, AT["@checked_on"], known.when, day)
    else:
        sheet.write_blank(row, AT["@checked_on"], None, day)
