"""The tables of figures in the 参阅文件, and its charts. Tables look as in yearbooks: open at the sides, a
strong line above and below.

Rows never wrap; columns are as wide as their longest figure and share what room is left."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from io import BytesIO
from math import ceil
from typing import Any
from xml.sax.saxutils import quoteattr
from zipfile import ZipFile

import xlsxwriter
from docx.document import Document
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from msgspec import Struct
from msgspec.structs import replace

from hrss12333.indicators import Indicator, opening_rate
from hrss12333.model.summary_lines import IN_QUESTION, NOBODY, ROWS, UNIT, Figure, SummaryLine, reported
from hrss12333.published import Chart, Nation, Topic, label, stem
from hrss12333.reading.formats.word_document import Element, find, w
from hrss12333.survey.schema import Kind
from hrss12333.wording.text import words
from hrss12333.wording.values import DOUBT, ESTIMATE, ROUNDING_NOTE, TEN_THOUSAND, is_large, ratio, rounded
from hrss12333.writing import reference
from hrss12333.writing.reference import TEXT_TWIPS, add, element, written
from hrss12333.writing.workbook import SAFE, broken, draw, pixels_high, same_bytes, width

NO_FIGURE = "—"
"""Replaces a missing figure, which is never a zero."""
_POINTS = 9
_MARGIN = 40
"""Twips left free on either side within a cell."""
SHORT = 12
"""Most rows of a table that is kept together and needs no page of its own."""
_SIGNS = DOUBT + ESTIMATE
_FIGURE = rf"(?:[+\-]?[\d,.]+[%点]?|—)[{re.escape(_SIGNS)}]*|"
_SIGN_WIDE = "\u2002"
"""A blank as wide as the sign after a figure."""
_HEADING_LINES = 3
"""Most lines of a heading."""
_DATA_SHEET = "数据"
_LETTERS = 8
"""Points of the letters in a chart."""
_EMU_PIXEL = 9525
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_CHART, _MAIN = (f"{{{_DRAWING}/{kind}}}" for kind in ("chart", "main"))
_ROW_TWIPS = 264
"""Height of a row: 38 rows, heading and notes fill a page."""


class PrintedTable(Struct, frozen=True):
    """A table with the texts above and below it."""

    heading: Sequence[str]
    """The columns' headings, each with its measure after a line break."""
    rows: Sequence[Sequence[str]]
    """A row of one text is a title over all columns. The first column names the row; others hold figures."""
    strong: int = 0
    """The number of rows, from the first, in bold: totals."""
    title: str = ""
    notes: Sequence[str] = ()
    """Lines below the table; unneeded ones are empty."""


def captioned_tables(nation: Nation) -> Iterator[PrintedTable]:
    """The nation's figures, beside last year's if there are any, then every unit's by topic."""
    national, grid = nation.national, _national_grid(nation)
    rates = f"比率按{national.collective_name}合计数计算，不是各单位比率的平均。"
    same = "同口径：每个数只按两年都填报、都没有疑问的地区计算。增减按印出的两个数计算，“点”是百分点。"
    compared = "".join([same, *(f"{sentence}。" for sentence in nation.previous.joined)]) if nation.previous else ""
    notes = [rates, compared, _sign_note(grid), ROUNDING_NOTE]
    yield replace(grid, title=f"{national.collective_name}主要指标", notes=notes)
    absent = len(national.units) - len(reported(national))
    for topic in nation.topics:
        grid = _unit_grid(nation, topic)
        texts = [text for row in grid.rows for text in row]
        notes = [
            "“是否”类栏目为填“是”的地区数。" if topic.of_kind(Kind.YESNO) else "",
            _sign_note(grid),
            f"{NO_FIGURE}为没有填报，或不能计算。" if NO_FIGURE in texts else "",
            f"未报送的{absent}个单位不列。" if absent else "",
            ROUNDING_NOTE if any("（万" in text or "%" in text for text in grid.heading) else "",
        ]
        yield replace(grid, title=f"各单位{topic.title}", notes=notes)


def _sign_note(grid: PrintedTable) -> str:
    """The note on the sign that some of its figures have."""
    found = "".join(_signs_of(text) for row in grid.rows for text in row[1:])
    doubt = f"带{DOUBT}的有地区{IN_QUESTION}（包括未填、无法识别的），比率不含这些地区。" if DOUBT in found else ""
    return doubt + (f"带{ESTIMATE}的含有填报时注明是估计的数。" if ESTIMATE in found else "")


def _signs_of(text: str) -> str:
    return text[len(text.rstrip(_SIGNS)) :]


def _without_columns(grid: PrintedTable, dropped: Collection[int]) -> PrintedTable:
    """The table without columns that repeat their neighbours."""
    heading, *rows = ([text for at, text in enumerate(row) if at not in dropped] for row in (grid.heading, *grid.rows))
    return replace(grid, heading=heading, rows=rows)


def _unit_grid(nation: Nation, topic: Topic) -> PrintedTable:
    """Every unit's figures of one topic, below the nation's and the zones'."""
    form = topic.form
    total = nation.totals[form.key]
    columns: list[tuple[Figure | Indicator, bool]] = [
        *((figure, _is_in_ten_thousands(total, topic, figure)) for figure in topic.figures),
        *((item, False) for item in topic.indicators),
    ]
    heading = [UNIT, ROWS, *(_heading(of, scaled=scaled) for of, scaled in columns)]
    zones = nation.zone_lines.get(form.key, {}).values()
    listed = [(nation.national.collective_name, total)]
    listed += [(line.name, line) for line in zones if line.rows and line.name != NOBODY]
    strong = len(listed)
    listed += [(line.unit.short if line.unit else line.name, line) for line in nation.lines[form.key] if line.rows]
    rows = [
        [name, f"{line.rows}/{line.expected}", *(_printed_figure(of, line, scaled=scaled) for of, scaled in columns)]
        for name, line in listed
    ]
    whole = all(line.rows == line.expected for _, line in listed)
    return _without_columns(PrintedTable(heading, rows, strong=strong), [1] if whole else [])


def _heading(of: Figure | Indicator, *, scaled: bool) -> str:
    """The name of a column, with its measure on a second line."""
    if isinstance(of, Indicator):
        return f"{of.name}\n（{of.measure or '%'}）"
    return _short(of) + (f"\n（{'万' if scaled else ''}{of.column.measure}）" if of.column.kind is Kind.COUNT else "")


def _is_in_ten_thousands(total: SummaryLine, topic: Topic, figure: Figure) -> bool:
    """Whether a count is given in 万: figures of one unit side by side share a scale."""
    return figure.column.kind is Kind.COUNT and is_large(
        *(total.value(other) for other in topic.figures if other.column.measure == figure.column.measure)
    )


def _printed_figure(of: Figure | Indicator, line: SummaryLine, *, scaled: bool = False) -> str:
    if isinstance(of, Indicator):
        return _quotient_text(of, line.quotient(of).exact)
    value = line.value(of)
    if value is None:
        return NO_FIGURE
    is_estimate = line.has_estimates and of.column.kind is Kind.COUNT
    signs = DOUBT * (not line.is_sure(of.column.key)) + ESTIMATE * is_estimate
    return _scaled_figure(value, scaled=scaled) + signs


def _short(figure: Figure) -> str:
    return figure.choice or (label(figure.column) if figure.column.kind is Kind.COUNT else stem(figure.column))


def _national_grid(nation: Nation) -> PrintedTable:
    """全国主要指标: a line for each figure, under its topic's title; beside it last year's, if any."""
    compared = nation.previous is not None
    year, then = f"{nation.year}年", nation.then
    past = ("同口径\n地区数", f"同口径\n{year}", f"同口径\n{then}", "同口径\n增减") if compared else ()
    heading = ["指标", "单位", year, ROWS, *past]
    rows = list[list[str]]()
    for topic in nation.topics:
        rows += [[topic.title], *_national_rows(nation, topic, compared=compared)]
    plain = [row for row in rows if len(row) > 1 and compared and row[4] != NO_FIGURE]
    same = [4] if compared and all(row[3] == f"{row[4]}/{row[4]}" for row in plain) else []
    same += [5] if compared and all(row[2].rstrip(_SIGNS) == row[5] for row in plain) else []
    return _without_columns(PrintedTable(heading, rows), same)


def _national_rows(nation: Nation, topic: Topic, *, compared: bool) -> Iterator[list[str]]:
    total = nation.totals[topic.form.key]
    for figure in topic.figures:
        if figure.column.kind is Kind.YESNO:
            continue  # given as a share below
        both = nation.sums(total, figure)
        scaled = _is_in_ten_thousands(total, topic, figure)
        name = _short(figure) if figure.column.kind is Kind.COUNT else f"{label(figure.column)}：{figure.choice}"
        measure = f"{'万' if scaled else ''}{figure.column.measure or '个地区'}"
        past = _comparison_cells(figure, both, scaled=scaled) if compared else []
        value, answered = _printed_figure(figure, total, scaled=scaled), total.tallies[figure.column.key].answered
        yield [name, measure, value, f"{answered}/{total.expected}", *past]
    for item in (*topic.indicators, *(opening_rate(column) for column in topic.of_kind(Kind.YESNO))):
        years, past = nation.quotients(total, item), []
        if years:
            change = nation.change(total, item)
            moved = NO_FIGURE if change is None else f"{_signed_share(change)}{'点' if item.percent else '%'}"
            past = [f"{years[0].covered}", *(_quotient_text(item, of_year.exact) for of_year in years), moved]
        scope = f"{total.quotient(item).covered}/{total.expected}"
        yield [item.name, item.measure or "%", _printed_figure(item, total), scope, *past]


def _comparison_cells(figure: Figure, both: tuple[int, int, int] | None, *, scaled: bool) -> list[str]:
    """The number of rows compared, both years' figures over them, and the change."""
    if both is None:
        return [NO_FIGURE] * 4
    now, then, compared = both
    change = f"{now - then:+,}" if now != then else "0"
    if figure.column.kind is Kind.COUNT:
        change = _signed_share(Fraction(now, then) - 1) + "%" if then else NO_FIGURE
    return [f"{compared}", _scaled_figure(now, scaled=scaled), _scaled_figure(then, scaled=scaled), change]


def _scaled_figure(value: int, *, scaled: bool) -> str:
    return rounded(Fraction(value, TEN_THOUSAND)) if scaled else f"{value:,}"


def _quotient_text(item: Indicator, value: Fraction | None) -> str:
    return NO_FIGURE if value is None else ratio(item, value, measure=False)


def _signed_share(share: Fraction) -> str:
    text = rounded(share * 100, 1)
    return text if text.startswith("-") or text == rounded(0, 1) else f"+{text}"


def widths(grid: PrintedTable) -> list[int]:
    """Widths of the columns in twips, together as wide as the page's text."""
    plain = [row for row in grid.rows if len(row) > 1]
    needed = [
        max([_heading_needed(text), *(_needed(row[at]) for row in plain)]) for at, text in enumerate(grid.heading)
    ]
    rest = TEXT_TWIPS - sum(needed)
    found = [need + rest // len(needed) if rest >= 0 else need * TEXT_TWIPS // sum(needed) for need in needed]
    found[0] += TEXT_TWIPS - sum(found)
    return found


def _needed(text: str) -> int:
    """Twips for a text on one line."""
    return ceil(width(text) / 2 * _POINTS * 20) + 2 * _MARGIN + 20


def _heading_needed(heading: str) -> int:
    """Twips for a heading whose name may take several lines and its measure one."""
    name, *unit = heading.split("\n")
    parts = min(_HEADING_LINES, ceil(width(name) / 2 / 3))
    return max(map(_needed, ["　" * ceil(width(name) / 2 / parts), *words(name), *unit]))


def table(grid: PrintedTable) -> Element:
    """The table as an element of the body; on several pages its heading is repeated."""
    grid, figures = _aligned(grid)
    columns = widths(grid)
    ends = {
        at: max(0, (columns[at] - max(_needed(row[at]) for row in grid.rows if len(row) > 1)) // 2) for at in figures
    }
    headings = (_heading_cell(*one) for one in zip(grid.heading, columns, strict=True))
    body = (_body_row(grid, at, columns, ends) for at in range(len(grid.rows)))
    sides = (element(side, w=str(_MARGIN), type="dxa") for side in ("left", "right"))
    made = reference.table(
        "TableNormal",
        columns,
        [reference.table_row(headings, _height(), element("tblHeader")), *body],
        element("tblBorders", _line("top", 12), _line("bottom", 12), _line("insideV", 4, "7F7F7F")),
        element("tblLayout", type="fixed"),
        element("tblCellMar", *sides),
    )
    if len(grid.rows) <= SHORT:
        for style in made.iter(w("pStyle")):
            style.addnext(element("keepNext"))
    return made


def _aligned(grid: PrintedTable) -> tuple[PrintedTable, list[int]]:
    """The table with blanks after figures whose column has signs; and the columns of figures."""
    rows = [[*row] for row in grid.rows]
    plain = [row for row in rows if len(row) > 1]
    figures = [at for at in range(1, len(grid.heading)) if all(re.fullmatch(_FIGURE, row[at]) for row in plain)]
    for at in figures:
        most = max((len(_signs_of(row[at])) for row in plain), default=0)
        for row in plain:
            row[at] += _SIGN_WIDE * (most - len(_signs_of(row[at])))
    return replace(grid, rows=rows), figures


def _body_row(grid: PrintedTable, at: int, columns: Sequence[int], ends: Mapping[int, int]) -> Element:
    texts = grid.rows[at]
    if len(texts) == 1:
        whole = element("gridSpan", val=str(len(columns)))
        title = _cell(texts[0], sum(columns), whole, strong=True, look=reference.SMALL_LEFT)
        return reference.table_row([title], _height())
    cells = []
    for column, (text, wide) in enumerate(zip(texts, columns, strict=True)):
        cells.append(
            _cell(text, wide, strong=at < grid.strong, look=reference.SMALL if column else reference.SMALL_LEFT)
        )
        if column in ends:
            properties = find(cells[-1], "p", "pPr")
            add(properties, "ind", right=str(ends[column]))
            add(properties, "jc", val="right")
    return reference.table_row(cells, _height())


def _height() -> Element:
    return element("trHeight", val=str(_ROW_TWIPS), hRule="atLeast")


def _line(side: str, thick: int, colour: str = "000000") -> Element:
    return element(side, val="single", sz=str(thick), space="0", color=colour)


def _heading_cell(heading: str, wide: int) -> Element:
    room = (wide - 2 * _MARGIN) / (_POINTS * 20 / 2)
    # Word leaves a little space between Chinese and Latin characters.
    lines = (broken(line, room - any(map(str.isascii, line))) for line in heading.split("\n"))
    return _cell("\n".join(lines), wide, element("tcBorders", _line("bottom", 6)), strong=True)


def _cell(text: str, wide: int, *properties: Element, strong: bool = False, look: str = reference.SMALL) -> Element:
    first, *others = text.split("\n")
    parts = [written("t", first)] if text else []
    for other in others:
        parts += [element("br"), written("t", other)]
    run = element("r", element("rPr", element("b")) if strong else None, *parts) if parts else None
    paragraph = element("p", element("pPr", element("pStyle", val=look)), run)
    return reference.table_cell(wide, [paragraph], *properties)


def chart_run(document: Document, chart: Chart, number: int) -> Element:
    """A run that shows the chart as Word's native one, with a workbook of its figures in the document."""
    package = document.part.package
    figures = _workbook(chart)
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), CT.DML_CHART, _chart_xml(figures), package)
    data = Part(PackURI(f"/word/embeddings/chart{number}.xlsx"), CT.SML_SHEET, figures, package)
    part.relate_to(data, RT.PACKAGE)  # being the only one, it is rId1
    return parse_xml(
        f'<w:r {nsdecls("w", "wp", "a", "r")}><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{reference.TEXT_WIDTH}" cy="{pixels_high(chart, _LETTERS) * _EMU_PIXEL}"/>'
        f'<wp:effectExtent l="0" t="0" r="0" b="0"/><wp:docPr id="{number}" name="图{number}" '
        f'descr={quoteattr(chart.title)}/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="{_DRAWING}/chart">'
        f'<c:chart xmlns:c="{_DRAWING}/chart" r:id="{document.part.relate_to(part, RT.CHART)}"/></a:graphicData>'
        f"</a:graphic></wp:inline></w:drawing></w:r>"
    )


def _chart_xml(workbook: bytes) -> bytes:
    with ZipFile(BytesIO(workbook)) as package:
        root: Element = parse_xml(package.read("xl/charts/chart1.xml"))
    for latin in [*root.iter(f"{_MAIN}latin")]:
        latin.addnext(latin.makeelement(f"{_MAIN}ea", {"typeface": latin.get("typeface")}))
    for shown in [*root.iter(f"{_CHART}showVal")]:  # outside a workbook Word takes missing options as set
        shown.addprevious(shown.makeelement(f"{_CHART}showLegendKey", {"val": "0"}))
        for name in ("showBubbleSize", "showPercent", "showSerName", "showCatName"):
            if shown.getparent().find(f"{_CHART}{name}") is None:
                shown.addnext(shown.makeelement(f"{_CHART}{name}", {"val": "0"}))
    data = '<c:externalData xmlns:c="{}/chart" {} r:id="rId1"><c:autoUpdate val="0"/></c:externalData>'
    root.find(f"{_CHART}printSettings").addprevious(parse_xml(data.format(_DRAWING, nsdecls("r"))))
    return bytes(serialize_part_xml(root))


def _workbook(chart: Chart) -> bytes:
    """The chart's figures, and the chart beside them, as a workbook."""

    def refer(column: int) -> dict[str, Any]:
        last = len(chart.names)
        return {"categories": [_DATA_SHEET, 1, 0, last, 0], "values": [_DATA_SHEET, 1, column, last, column]}

    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **SAFE}) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})
        sheet = book.add_worksheet(_DATA_SHEET)
        sheet.set_column(0, 0, 32)
        sheet.write_column(1, 0, chart.names)
        for column, series in enumerate(chart.series, 1):
            sheet.write_column(0, column, [series.name, *series.values])
        sheet.insert_chart(0, len(chart.series) + 2, draw(book, chart, refer, size=_LETTERS))
    return same_bytes(out.getvalue())
