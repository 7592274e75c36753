"""What a Word document is made of: elements, runs, fields, a table of contents, charts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import quoteattr
from zipfile import ZipFile

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph

from hrss12333.published.charts import Chart
from hrss12333.reading.formats.word_properties import Element, w
from hrss12333.writing.bar_charts import draw, pixels_high
from hrss12333.writing.reference.typography import TEXT_WIDTH
from hrss12333.writing.workbook import SAFE, same_bytes

_DATA_SHEET = "数据"
_LETTERS = 8
"""Points of the letters in a chart."""
_EMU_PIXEL = 9525
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_CHART, _MAIN = (f"{{{_DRAWING}/{kind}}}" for kind in ("chart", "main"))


def element(name: str, /, *parts: Element, **attributes: str) -> Element:
    """A new WordprocessingML element that holds these parts; None is no part."""
    made = OxmlElement(f"w:{name}")
    for key, text in attributes.items():
        made.set(w(key), text)
    made.extend(part for part in parts if part is not None)
    return made


def add(parent: Element, name: str, /, *parts: Element, **attributes: str) -> Element:
    """A new element as the last child of ``parent``."""
    made = element(name, *parts, **attributes)
    parent.append(made)
    return made


def written(name: str, text: str) -> Element:
    """An element that holds text, its blanks kept."""
    made = element(name)
    made.set(qn("xml:space"), "preserve")
    made.text = text
    return made


def text_run(text: str) -> Element:
    """A run of text."""
    return element("r", written("t", text))


def _field_parts(does: str) -> tuple[Element, Element, Element, Element]:
    """Begin, instruction, separator and end of a field."""
    begin, separate, end = (element("fldChar", fldCharType=kind) for kind in ("begin", "separate", "end"))
    return begin, written("instrText", f" {does} "), separate, end


def field_runs(does: str, shown: str) -> list[Element]:
    """A field with what it shows until a program works it out."""
    runs = [element("r", part) for part in _field_parts(does)]
    if shown:
        runs.insert(3, text_run(shown))
    return runs


def contents(before: Paragraph, entries: Sequence[tuple[str, str]]) -> None:
    """A table of contents before a paragraph: its headings, each with the style of its line, until Word adds the pages."""
    begin, instruction, separate, end = _field_parts('TOC \\o "1-2" \\h \\z \\t "单位标题,2"')
    lead = [element("r", part) for part in (begin, instruction, separate)]
    for text, style in entries:
        paragraph = before.insert_paragraph_before()._p
        paragraph.style = style
        paragraph.extend([*lead, text_run(text)])
        lead = []
    paragraph.append(element("r", end))


def chart_run(document: Document, chart: Chart, number: int) -> Element:
    """A run that shows the chart; its parts go into the document: Word's own chart, which its reader can edit, taken out of a
    workbook that XlsxWriter makes for it, and behind it a workbook of its figures."""
    package = document.part.package
    figures = _workbook(chart)
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), CT.DML_CHART, _chart_xml(figures), package)
    data = Part(PackURI(f"/word/embeddings/chart{number}.xlsx"), CT.SML_SHEET, figures, package)
    part.relate_to(data, RT.PACKAGE)  # as the only one it is rId1
    return parse_xml(
        f'<w:r {nsdecls("w", "wp", "a", "r")}><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{TEXT_WIDTH}" cy="{pixels_high(chart, _LETTERS) * _EMU_PIXEL}"/>'
        f'<wp:effectExtent l="0" t="0" r="0" b="0"/><wp:docPr id="{number}" name="图{number}" '
        f'descr={quoteattr(chart.describes)}/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="{_DRAWING}/chart">'
        f'<c:chart xmlns:c="{_DRAWING}/chart" r:id="{document.part.relate_to(part, RT.CHART)}"/></a:graphicData>'
        f"</a:graphic></wp:inline></w:drawing></w:r>"
    )


def _chart_xml(workbook: bytes) -> bytes:
    with ZipFile(BytesIO(workbook)) as package:
        root: Element = parse_xml(package.read("xl/charts/chart1.xml"))
    for latin in [*root.iter(f"{_MAIN}latin")]:
        latin.addnext(latin.makeelement(f"{_MAIN}ea", {"typeface": latin.get("typeface")}))
    for shown in [*root.iter(f"{_CHART}showVal")]:  # what is not said of a label counts as wanted outside a workbook
        shown.addprevious(shown.makeelement(f"{_CHART}showLegendKey", {"val": "0"}))
        for name in ("showBubbleSize", "showPercent", "showSerName", "showCatName"):
            if shown.getparent().find(f"{_CHART}{name}") is None:
                shown.addnext(shown.makeelement(f"{_CHART}{name}", {"val": "0"}))
    for printing in root.findall(f"{_CHART}printSettings"):
        root.remove(printing)
    data = '<c:externalData xmlns:c="{}/chart" {} r:id="rId1"><c:autoUpdate val="0"/></c:externalData>'
    root.append(parse_xml(data.format(_DRAWING, nsdecls("r"))))
    return bytes(serialize_part_xml(root))


def _workbook(chart: Chart) -> bytes:
    """The chart's figures, and the chart beside them."""
    import xlsxwriter

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
