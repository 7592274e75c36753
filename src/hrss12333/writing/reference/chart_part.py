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

from hrss12333.writing.reference.charts import Chart, Shape
from hrss12333.writing.reference.report_source import Element
from hrss12333.writing.reference.typography import TEXT_WIDTH
from hrss12333.writing.workbook import SAFE
from hrss12333.writing.zip_repack import same_bytes

_ACCENT, _PALE, _MIDDLE, _LIGHT, _INK = "#1F4E79", "#A9BFD6", "#A6A6A6", "#DDDDDD", "#404040"
"""One colour, dark and pale, the rest greys: dark, middle and light also in a print without colour."""
_FONT = "黑体"
_LABELS = {"name": _FONT, "size": 8}
_SMALL = {"name": _FONT, "size": 7}
_UPRIGHT = 271
"""Rotation by which East Asian text runs from top to bottom with its characters upright."""
_SHEET = "数据"
_HEIGHT = {Shape.STACKED: 0.56, Shape.COLUMNS: 0.52, Shape.BARS: 0.5}
"""Height as a share of the width."""
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
    return round(TEXT_WIDTH * _HEIGHT[chart.shape])


def _chart_xml(chart: Chart) -> bytes:
    with ZipFile(BytesIO(_workbook(chart, drawn=True))) as package:
        root: Element = parse_xml(package.read("xl/charts/chart1.xml"))
    for latin in [*root.iter(f"{_MAIN}latin")]:
        chinese = latin.makeelement(f"{_MAIN}ea", {"typeface": latin.get("typeface")})
        latin.addnext(chinese)
    for shown in [*root.iter(f"{_CHART}showVal")]:
        _say_the_value_alone(shown)
    printing = root.find(f"{_CHART}printSettings")
    if printing is not None:
        root.remove(printing)
    root.append(
        parse_xml(
            f'<c:externalData xmlns:c="{_DRAWING}/chart" {nsdecls("r")} r:id="rId1"><c:autoUpdate val="0"/></c:externalData>'
        )
    )
    return bytes(serialize_part_xml(root))


def _say_the_value_alone(shown: Element) -> None:
    """What is not said of a label counts as wanted outside a workbook."""
    shown.addprevious(shown.makeelement(f"{_CHART}showLegendKey", {"val": "0"}))
    for name in ("showBubbleSize", "showPercent", "showSerName", "showCatName"):
        if shown.getparent().find(f"{_CHART}{name}") is None:
            shown.addnext(shown.makeelement(f"{_CHART}{name}", {"val": "0"}))


def _workbook(chart: Chart, *, drawn: bool) -> bytes:
    """The chart's figures; ``drawn`` with the chart over them."""
    import xlsxwriter

    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **SAFE}) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})
        sheet = book.add_worksheet(_SHEET)
        sheet.set_column(0, 0, 32)
        columns = [*chart.series, *([chart.line] if chart.line else [])]
        for row, name in enumerate(chart.names, 1):
            sheet.write_string(row, 0, name)
        for column, series in enumerate(columns, 1):
            sheet.write_string(0, column, series.name)
            for row, value in enumerate(series.values, 1):
                if value is not None:
                    sheet.write_number(row, column, value)
        if drawn:
            sheet.insert_chart(0, 6, _drawn(book, chart))
    return same_bytes(out.getvalue())


def _drawn(book: Any, chart: Chart) -> Any:
    made = {Shape.STACKED: _stacked, Shape.COLUMNS: _columns, Shape.BARS: _bars}[chart.shape](book, chart)
    made.set_title({"none": True})
    made.set_chartarea({"border": {"none": True}})
    return made


def _refer(chart: Chart, column: int) -> dict[str, Any]:
    last = len(chart.names)
    return {
        "name": [_SHEET, 0, column],
        "categories": [_SHEET, 1, 0, last, 0],
        "values": [_SHEET, 1, column, last, column],
    }


def _gap(chart: Chart) -> int:
    """Between columns, in percent of one: few columns need not be fat."""
    return 45 if len(chart.names) > 12 else 150


def _stacked(book: Any, chart: Chart) -> Any:
    made = book.add_chart({"type": "column", "subtype": "stacked"})
    for column, fill in zip(range(1, len(chart.series) + 1), (_ACCENT, _MIDDLE, _LIGHT, _INK), strict=False):
        made.add_series(
            {**_refer(chart, column), "fill": {"color": fill}, "border": {"none": True}, "gap": _gap(chart)}
        )
    totals = book.add_chart({"type": "line"})
    upright = {"rotation": -90} if len(chart.names) > 12 else {}
    totals.add_series(
        {
            **_refer(chart, len(chart.series) + 1),
            "line": {"none": True},
            "marker": {"type": "none"},
            "data_labels": {
                "value": True,
                "position": "above",
                "num_format": chart.num_format,
                "font": {**_SMALL, **upright},
            },
        }
    )
    made.combine(totals)
    made.set_legend({"position": "top", "font": _LABELS, "delete_series": [len(chart.series)]})
    _axes(made, "#,##0")
    return made


def _columns(book: Any, chart: Chart) -> Any:
    made = book.add_chart({"type": "column"})
    upright = {"rotation": -90} if len(chart.names) > 12 else {}
    made.add_series(
        {
            **_refer(chart, 1),
            "fill": {"color": _PALE},
            "border": {"none": True},
            "gap": _gap(chart),
            "data_labels": {
                "value": True,
                "position": "inside_base",
                "num_format": chart.num_format,
                "font": {**_SMALL, **upright},
            },
        }
    )
    line = book.add_chart({"type": "line"})
    line.add_series({**_refer(chart, 2), "line": {"color": _ACCENT, "width": 1.75, "dash_type": "dash"}})
    made.combine(line)
    made.set_legend({"position": "top", "font": _LABELS, "delete_series": [0]})
    _axes(made, "#,##0")
    return made


def _bars(book: Any, chart: Chart) -> Any:
    made = book.add_chart({"type": "bar"})
    made.add_series(
        {
            **_refer(chart, 1),
            "fill": {"color": _ACCENT},
            "border": {"none": True},
            "gap": 60,
            "data_labels": {"value": True, "position": "outside_end", "num_format": chart.num_format, "font": _LABELS},
        }
    )
    made.set_legend({"none": True})
    made.set_y_axis(
        {
            "reverse": True,
            "num_font": _LABELS,
            "major_tick_mark": "none",
            "minor_tick_mark": "none",
            "line": {"color": "#7F7F7F"},
        }
    )
    # Every bar carries its figure: a scale would only repeat it.
    made.set_x_axis({"visible": False, "min": 0, "max": 110, "major_gridlines": {"visible": False}})
    return made


def _axes(made: Any, num_format: str) -> None:
    made.set_x_axis(
        {
            "num_font": {**_LABELS, "rotation": _UPRIGHT},
            "interval_unit": 1,
            "major_tick_mark": "none",
            "minor_tick_mark": "none",
            "line": {"color": "#7F7F7F"},
        }
    )
    made.set_y_axis(
        {
            "num_format": num_format,
            "num_font": _LABELS,
            "min": 0,  # a cut axis would make small differences look large
            "line": {"none": True},
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9", "width": 0.5}},
        }
    )
