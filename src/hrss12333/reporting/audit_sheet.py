"""The first sheet of an annotated copy, 审核结果: a line a finding, each linked to the cell that it means."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from hrss12333.filing import column_letters
from hrss12333.findings import Severity
from hrss12333.reporting.ooxml.package import MAIN, RELATIONSHIPS, xml_text
from hrss12333.reporting.ooxml.sheets import Position
from hrss12333.reporting.ooxml.styles import Styles
from hrss12333.reporting.typeset import display_width, wrap

AUDIT_SHEET = "审核结果"
COLUMNS = (
    ("序号", 6),
    ("级别", 12),
    ("规则", 7),
    ("工作表", 12),
    ("单元格", 9),
    ("地区", 14),
    ("栏目", 16),
    ("原值", 14),
    ("问题", 52),
    ("建议", 40),
)
"""Heading and width, in characters."""
GROUNDS = {Severity.ERROR: "FFFFC7CD", Severity.QUERY: "FFFFEB9B"}
"""Fill of wrong cells; one shade off the colours that Excel itself offers, so that ours are known again."""
_LINE_POINTS = 15.5
_FONT = '<name val="宋体"/><family val="3"/><charset val="134"/>'
_EDGE = "".join(f'<{side} style="thin"><color rgb="FFBFBFBF"/></{side}>' for side in ("left", "right", "top", "bottom"))


@dataclass(frozen=True, slots=True)
class Line:
    """One finding as the sheet shows it."""

    severity: Severity
    level: str
    rule: str
    sheet: str
    cell: str
    link: str
    """Where the cell leads, as ``'附表1'!C7``; empty for none."""
    region: str
    label: str
    value: int | str
    problem: str
    advice: str
    ground: tuple[str, str, str] | None = None
    """Sheet, cell and the fill that stood there before ours; None where the cell was not filled by this line."""


def link_to(sheet: str, at: Position) -> str:
    """A cell as a link names it."""
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{column_letters(at[1])}{at[0]}"


def audit_sheet(styles: Styles, title: str, remarks: Sequence[str], lines: Sequence[Line]) -> tuple[bytes, int]:
    """The worksheet part, and the row in which its headings stand."""
    look = _Looks(styles)
    last = column_letters(len(COLUMNS))
    total = sum(width for _, width in COLUMNS)
    rows = [_row(1, [_text("A", 1, title, look.title)], 30)]
    for number, remark in enumerate(remarks, start=2):
        rows.append(_row(number, [_text("A", number, remark, look.remark)], _height([(remark, total)])))
    heading = len(rows) + 1
    rows.append(_row(heading, [_text(column_letters(i), heading, h, look.heading) for i, (h, _) in _numbered()], 22))
    links = []
    for number, line in enumerate(lines, start=1):
        row = heading + number
        rows.append(_line(row, number, line, look))
        if line.link:
            links.append(f'<hyperlink ref="E{row}" location={quoteattr(line.link)} display={quoteattr(line.cell)}/>')
    widths = "".join(f'<col min="{i}" max="{i}" width="{w}" customWidth="1"/>' for i, (_, w) in _numbered())
    memory = len(COLUMNS) + 1
    linked = f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
    merges = "".join(f'<mergeCell ref="A{row}:{last}{row}"/>' for row in range(1, heading))
    xml = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}">'
        '<sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0"><pane ySplit="{heading}" '
        f'topLeftCell="A{heading + 1}" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft" '
        f'activeCell="A{heading + 1}" sqref="A{heading + 1}"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}<col min="{memory}" max="{memory}" width="9" hidden="1" '
        f'customWidth="1"/></cols><sheetData>{"".join(rows)}</sheetData>'
        f'<autoFilter ref="A{heading}:{last}{heading + len(lines)}"/><mergeCells count="{heading - 1}">{merges}</mergeCells>'
        f"{linked}"
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )
    return xml.encode(), heading


def grounds_kept(texts: Sequence[str]) -> dict[tuple[str, str], str]:
    """(sheet, cell) → the fill before ours, from the texts of an earlier 审核结果."""
    kept = {}
    for text in texts:
        if text.startswith('["') and "<" in text:
            try:
                sheet, cell, fill = json.loads(text)
            except ValueError:
                continue
            kept[str(sheet), str(cell)] = str(fill)
    return kept


class _Looks:
    """The formats of the sheet."""

    def __init__(self, styles: Styles) -> None:
        plain = styles.add("fonts", f'<font><sz val="10"/>{_FONT}</font>')
        bold = styles.add("fonts", f'<font><b/><sz val="10"/>{_FONT}</font>')
        large = styles.add("fonts", f'<font><b/><sz val="16"/>{_FONT}</font>')
        linked = styles.add("fonts", f'<font><u/><sz val="10"/><color rgb="FF0563C1"/>{_FONT}</font>')
        box = styles.add("borders", f"<border>{_EDGE}<diagonal/></border>")
        head = styles.fill("FFD9E2F3")
        self.title = styles.format(font=large, wrap=False)
        self.remark = styles.format(font=plain)
        self.heading = styles.format(font=bold, fill=head, border=box, across="center")
        self.body = styles.format(font=plain, border=box)
        self.centre = styles.format(font=plain, border=box, across="center")
        self.link = styles.format(font=linked, border=box, across="center")
        self.quoted = styles.format(font=plain, border=box, quote=True)
        self.levels = {
            severity: styles.format(font=bold, fill=styles.fill(rgb), border=box, across="center")
            for severity, rgb in GROUNDS.items()
        }


def _numbered() -> list[tuple[int, tuple[str, int]]]:
    return list(enumerate(COLUMNS, start=1))


def _line(row: int, number: int, line: Line, look: _Looks) -> str:
    level = look.levels.get(line.severity, look.centre)
    cells = [
        _number("A", row, number, look.centre),
        _text("B", row, line.level, level),
        _text("C", row, line.rule, look.centre),
        _text("D", row, line.sheet, look.centre),
        _text("E", row, line.cell, look.link if line.link else look.centre),
        _text("F", row, line.region, look.body),
        _text("G", row, line.label, look.body),
        _number("H", row, line.value, look.body)
        if isinstance(line.value, int)
        else _text("H", row, line.value, look.quoted),
        _text("I", row, line.problem, look.body),
        _text("J", row, line.advice, look.body),
    ]
    if line.ground:
        cells.append(_text("K", row, json.dumps(line.ground, ensure_ascii=False), 0))
    texts = (line.level, line.rule, line.sheet, line.cell, line.region, line.label, str(line.value), line.problem)
    widths = [width for _, width in COLUMNS[1:]]
    return _row(row, cells, _height(list(zip((*texts, line.advice), widths, strict=True))))


def _height(texts: Sequence[tuple[str, float]]) -> float:
    """Points that the tallest of these texts needs in a column of its width; Excel's limit is 409."""
    lines = max(sum(_lines(part, width) for part in text.split("\n")) for text, width in texts)
    return min(409.0, 6 + lines * _LINE_POINTS)


def _lines(text: str, width: float) -> int:
    room = max(2, int(width * 1.05) - 1)
    return 1 if display_width(text) <= room else len(wrap(text, room))


def _row(number: int, cells: Sequence[str], points: float) -> str:
    return f'<row r="{number}" ht="{points}" customHeight="1">{"".join(cells)}</row>'


def _number(column: str, row: int, value: int, style: int) -> str:
    return f'<c r="{column}{row}" s="{style}"><v>{value}</v></c>'


def _text(column: str, row: int, text: str, style: int) -> str:
    """A text cell: inline, so that nothing in it can become a formula."""
    if not text:
        return f'<c r="{column}{row}" s="{style}"/>'
    shown = escape(xml_text(text[:32767]))
    return f'<c r="{column}{row}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'
