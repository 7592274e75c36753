"""问题清单: every finding of every file, the weightiest first, and every file that was passed over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hrss12333.model import summary_lines as figures
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.summary_lines import ISSUES
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.frame import HEADER
from hrss12333.survey.schema import Scalar
from hrss12333.writing.national.book import Book, head, heading_line, paper
from hrss12333.writing.sheet_text import safe, shown

COLUMNS = (
    ("序号", 6.0),
    (figures.UNIT, 16.0),
    ("级别", 12.0),
    ("规则", 7.5),
    ("文件", 24.0),
    ("工作表", 9.0),
    ("单元格", 8.0),
    ("地区", 14.0),
    ("栏目", 14.0),
    ("原值", 14.0),
    ("问题", 44.0),
    ("建议", 34.0),
    ("备注说明", 20.0),
    ("影响", 8.0),
)
PASSED_OVER = "未读取"


def by_weight(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that move the national totals most first; then by severity; else as they came."""
    return sorted(findings, key=lambda finding: (-finding.influence, finding.severity.rank))


def write_issues(book: Book, sheet: Any) -> None:
    """Fill the sheet."""
    findings, skipped = by_weight(book.national.findings), book.national.skipped
    remarks = [
        f"共 {len(findings)} 条，未读取的文件 {len(skipped)} 个列在最后。"
        "按“影响”（可能牵动全国合计的比例）从大到小，再按级别排列。",
        "强制性错误须改正后重报；核实性错误请与报送单位核对，备注说明了原因的即可；提示不需处理。",
    ]
    top = head(book, sheet, f"{book.year}年度{ISSUES}", remarks)
    heading_line(book, sheet, top, [heading for heading, _ in COLUMNS], [width for _, width in COLUMNS])
    for number, finding in enumerate(findings, 1):
        _finding(book, sheet, top + number, number, finding)
    for number, passed in enumerate(skipped, len(findings) + 1):
        cells = ["", PASSED_OVER, "", passed.file, "", "", "", "", "", passed.reason, "", ""]
        _write(book, sheet, top + number, number, cells, None, "")
    last = top + max(1, len(findings) + len(skipped))
    sheet.autofilter(top, 0, last, len(COLUMNS) - 1)
    sheet.freeze_panes(top + 1, 2)
    sheet.ignore_errors({"number_stored_as_text": f"A{top + 2}:N{last + 1}"})
    paper(sheet, [width for _, width in COLUMNS], (top, top))


def _finding(book: Book, sheet: Any, row: int, number: int, finding: Finding) -> None:
    cells = [
        finding.unit or figures.NOBODY,
        finding.severity.label,
        finding.rule,
        finding.file,
        finding.sheet or "",
        finding.cell or "",
        finding.region or "",
        label(book.national.edition, finding.form, finding.field),
        shown(finding.value),
        finding.message,
        _advice(book.national.edition, finding),
        finding.reason if finding.explained else "",
    ]
    mark = finding.severity.value if finding.severity is not Severity.NOTE else ""
    _write(book, sheet, row, number, cells, finding.influence, mark)


def _write(book: Book, sheet: Any, row: int, number: int, cells: list[str], influence: float | None, mark: str) -> None:
    styles = book.styles
    sheet.write_number(row, 0, number, styles.number("0"))
    for at, text in enumerate(cells, 1):
        look = styles.text(text_wrap=True, mark=mark if at == 2 else "")
        if text:
            sheet.write_string(row, at, safe(text), look)
        else:
            sheet.write_blank(row, at, None, look)
    if influence:
        sheet.write_number(row, len(cells) + 1, influence, styles.number("0.00%"))
    else:
        sheet.write_blank(row, len(cells) + 1, None, styles.number())


def label(edition: Edition, form: str | None, field: str | None) -> str:
    """A field in the words of the form; a header blank in its own."""
    if field is None:
        return ""
    for known in edition.forms:
        if field in known.by_key and form in (None, known.key):
            return known.by_key[field].label
    return next((blank.label for blank in HEADER if blank.key == field), field)


def _advice(edition: Edition, finding: Finding) -> str:
    """The suggestions in order of likelihood."""
    parts = []
    for suggestion in finding.suggestions:
        what = label(edition, finding.form, suggestion.field)
        where = f"（{suggestion.cell}）" if suggestion.cell and suggestion.cell != finding.cell else ""
        parts.append(f"{what}{where}改为 {_worded(suggestion.value)}：{suggestion.reason}")
    if len(parts) < 2:
        return "".join(parts)
    return "\n".join(f"{number}. {part}" for number, part in enumerate(parts, 1))


def _worded(value: Scalar) -> str:
    if isinstance(value, bool):
        return figures.YES if value else figures.NO
    return "空白" if value is None else f"{value:,}" if isinstance(value, int) else value
