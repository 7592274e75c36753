"""Charts drawn by the reader's own program: Word's native charts, in its own fonts, with their figures to edit.

XlsxWriter writes them, as it writes those of the national workbook; the chart is taken out of a workbook made for it,
and a workbook of its figures goes into the document behind it.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from hrss12333.published.charts import Chart
from hrss12333.writing.bar_charts import draw, pixels_high
from hrss12333.writing.reference.report_source import Element
from hrss12333.writing.reference.typography import TEXT_WIDTH
from hrss12333.writing.workbook import SAFE, same_bytes

_SHEET = "数据"
_LETTERS = 8
_EMU_PIXEL = 9525
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_CHART = f"{{{_DRAWING}/chart}}"
_MAIN = f"{{{_DRAWING}/main}}"


def chart_run(document: Document, chart: Chart, number: int) -> Element:
    """A run that shows the chart; its parts go into the document."""
    package = document.part.package
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), CT.DML_CHART, _chart_xml(chart), package)
    data = Part(PackURI(f"/word/embeddings/chart{number}.xlsx"), CT.SML_SHEET, _workbook(chart, drawn=False), package)
    if part.relate_to(data, RT.PACKAGE) != "rId1":
        raise AssertionError("the chart names its workbook rId1")
    relation = document.part.relate_to(part, RT.CHART)
    described = OxmlElement("wp:docPr")
    for name, text in (("id", str(number)), ("name", f"图{number}"), ("descr", chart.describes)):
        described.set(name, text)
    made = parse_xml(
        f'<w:r {nsdecls("w", "wp", "a", "r")}><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{TEXT_WIDTH}" cy="{_height(chart)}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
        f'<wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="{_DRAWING}/chart">'
        f'<c:chart xmlns:c="{_DRAWING}/chart" r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )
    next(made.iter(qn("wp:effectExtent"))).addnext(described)
    return made


def _height(chart: Chart) -> int:
    return pixels_high(chart, _LETTERS) * _EMU_PIXEL


def _chart_xml(chart: Chart) -> bytes:
    with ZipFile(BytesIO(_workbook(chart, drawn=True))) as package:
        root: Element = parse_xml(package.read("xl/charts/chart1.xml"))
    for latin in [*root.iter(f"{_MAIN}latin")]:
        chinese = latin.makeelement(f"{_MAIN}ea", {"typeface": latin.get("typeface")})
        latin.addnext(chinese)
    for shown in [*root.iter(f"{_CHART}showVal")]:
        _show_value_alone(shown)
    printing = root.find(f"{_CHART}printSettings")
    if printing is not None:
        root.remove(printing)
    root.append(
        parse_xml(
            f'<c:externalData xmlns:c="{_DRAWING}/chart" {nsdecls("r")} r:id="rId1"><c:autoUpdate val="0"/></c:externalData>'
        )
    )
    return bytes(serialize_part_xml(root))


def _show_value_alone(shown: Element) -> None:
    """What is not said of a label counts as wanted outside a workbook."""
    shown.addprevious(shown.makeelement(f"{_CHART}showLegendKey", {"val": "0"}))
    for name in ("showBubbleSize", "showPercent", "showSerName", "showCatName"):
        if shown.getparent().find(f"{_CHART}{name}") is None:
            shown.addnext(shown.makeelement(f"{_CHART}{name}", {"val": "0"}))


def _workbook(chart: Chart, *, drawn: bool) -> bytes:
    """The chart's figures; ``drawn`` with the chart over them."""
    import xlsxwriter

    def refer(column: int) -> dict[str, Any]:
        last = len(chart.names)
        return {"categories": [_SHEET, 1, 0, last, 0], "values": [_SHEET, 1, column, last, column]}

    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **SAFE}) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})
        sheet = book.add_worksheet(_SHEET)
        sheet.set_column(0, 0, 32)
        for row, name in enumerate(chart.names, 1):
            sheet.write_string(row, 0, name)
        for column, series in enumerate(chart.series, 1):
            sheet.write_string(0, column, series.name)
            for row, value in enumerate(series.values, 1):
                if value is not None:
                    sheet.write_number(row, column, value)
        if drawn:
            sheet.insert_chart(0, len(chart.series) + 2, draw(book, chart, refer, size=_LETTERS))
    return same_bytes(out.getvalue())
