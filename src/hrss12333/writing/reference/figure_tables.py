"""The tables of the 参阅文件: who reported, national figures, every unit's figures. Sums and rates are those of the
national workbook: both take them from `figures` and `indicators`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docx.document import Document
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length
from docx.table import Table, _Cell

from hrss12333.model.quotient import Quotient, quotient
from hrss12333.model.summary_lines import UNIT, Figure, Line, figures
from hrss12333.survey.indicators import Indicator, indicators
from hrss12333.survey.schema import Form, Kind
from hrss12333.writing.reference.layout import SMALL

BLANK = "—"
"""Stands where a figure is missing: never a zero."""


def count_text(value: int | None, unit: str = "") -> str:
    """12,345次; a dash for a missing figure."""
    return BLANK if value is None else f"{value:,}{unit}"


def ratio_text(indicator: Indicator, found: Quotient) -> str:
    """91.15% or 12,345.00次/人; a dash where it cannot be worked out."""
    if found.value is None:
        return BLANK
    return f"{found.value:.2%}" if indicator.percent else f"{found.value:,.2f}{indicator.unit}"


def indicator_of(line: Line, indicator: Indicator) -> Quotient:
    """The indicator over a line's rows."""
    return quotient(indicator, (entry.row for entry in line.entries))


def add_table(
    document: Document,
    rows: Sequence[Sequence[str]],
    width: int,
    shares: Sequence[float],
    style: str = SMALL,
    *,
    bold_last: bool = False,
) -> Table:
    """A bordered table; the first row is its heading and is repeated on every page.

    Args:
        document: where it goes.
        rows: texts, heading first.
        width: of the whole, in EMU.
        shares: widths of the columns in proportion.
        style: of the texts.
        bold_last: whether the last row is a total.
    """
    table: Table = document.add_table(rows=len(rows), cols=len(shares), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    widths = [int(width * share / sum(shares)) for share in shares]
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = Length(wide)
    for index, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        strong = index == 0 or (bold_last and index == len(rows) - 1)
        for cell, text, wide in zip(row.cells, texts, widths, strict=True):
            cell.width = Length(wide)
            _fill(cell, text, style, strong=strong, shaded=index == 0)
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if index == 0:
            properties.append(OxmlElement("w:tblHeader"))
    return table


def _fill(cell: _Cell, text: str, style: str, *, strong: bool, shaded: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = style
    paragraph.add_run(text).bold = strong or None
    properties = cell._tc.get_or_add_tcPr()
    if shaded:
        shade = OxmlElement("w:shd")
        for name, setting in (("val", "clear"), ("color", "auto"), ("fill", "E7E6E6")):
            shade.set(qn(f"w:{name}"), setting)
        properties.append(shade)
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER


def national_rows(form: Form, total: Line) -> Iterator[tuple[str, str, str]]:
    """指标, 全国, 统计范围: every figure of a form added up, then its indicators."""
    yield "指标", "全国", "统计范围"
    for figure in figures(form):
        counted = total.tallies[figure.column.key]
        if figure.column.kind is Kind.YESNO:
            continue  # shown as a share below
        what = figure.column.unit if figure.column.kind is Kind.COUNT else "个地区"
        scope = f"{counted.answered}/{total.expected} 个地区"
        yield figure.heading, count_text(total.value(figure), what), scope
    for indicator in indicators(form):
        found = indicator_of(total, indicator)
        scope = f"{found.covered}/{total.expected} 个地区"
        if indicator.answers and found.value is not None:
            scope = f"{found.covered}/{total.expected} 个地区，其中 {found.numerator} 个为“是”"
        yield indicator.name, ratio_text(indicator, found), scope


def unit_rows(form: Form, listed: Sequence[Line], total: Line) -> list[list[str]]:
    """A line a unit with every figure of a form, the nation last."""
    columns = figures(form)
    rows = [[UNIT, "地区数", *(_short(figure) for figure in columns)]]
    for line in (*listed, total):
        name = line.unit.short if line.unit else line.name
        filled = [_figure_text(line, figure) for figure in columns]
        rows.append([name, f"{line.rows}/{line.expected}" if line.rows else BLANK, *filled])
    return rows


def _figure_text(line: Line, figure: Figure) -> str:
    text = count_text(line.value(figure))
    return text if line.tallies[figure.column.key].complete or text == BLANK else f"{text}*"


def _short(figure: Figure) -> str:
    if figure.choice:
        return figure.heading
    return figure.column.label.removeprefix("是否").replace("是否", "", 1)


def key_figures(forms: Sequence[Form], by_form: Sequence[Line]) -> list[list[str]]:
    """A unit's own figures, two to a row: 指标, 数值, 指标, 数值."""
    pairs: list[tuple[str, str]] = []
    for form, line in zip(forms, by_form, strict=True):
        pairs.append((f"{form.key}填报地区", f"{line.rows}/{line.expected} 个"))
        for figure in figures(form):
            if figure.column.kind is Kind.COUNT:
                counted = line.tallies[figure.column.key]
                text = count_text(line.value(figure), figure.column.unit)
                part = "" if counted.complete or text == BLANK else f"（{counted.answered}/{line.expected} 个地区）"
                pairs.append((figure.heading, text + part))
            else:
                counted = line.tallies[figure.column.key]
                text = count_text(line.value(figure))
                pairs.append((_short(figure), text if text == BLANK else f"{text}/{counted.answered} 个地区"))
        for indicator in indicators(form):
            if not indicator.answers:
                pairs.append((indicator.name, ratio_text(indicator, indicator_of(line, indicator))))
    half = (len(pairs) + 1) // 2
    pairs += [("", "")] * (2 * half - len(pairs))
    heading = ["指标", "数值", "指标", "数值"]
    return [heading, *([*left, *right] for left, right in zip(pairs[:half], pairs[half:], strict=True))]
