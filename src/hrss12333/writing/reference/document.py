"""The 参阅文件: one Word document of the national overview, every unit's figures and 工作总结 (通知第二部分第（一）条)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr
from zipfile import ZipFile

import xlsxwriter
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from msgspec import Struct, field

from hrss12333.merging.last_year import Previous
from hrss12333.merging.sent import newest_reports
from hrss12333.model.filing import Summary
from hrss12333.model.national import NATION, National
from hrss12333.model.summary_lines import missing_units, reported
from hrss12333.published import Chart, Nation, charts, coverage_paragraphs, openings_chart
from hrss12333.reading.formats.word_document import BLIP, Element
from hrss12333.reading.grid import FileProblem
from hrss12333.survey.editions.edition import MINISTRY
from hrss12333.wording.values import chinese_number
from hrss12333.writing import reference
from hrss12333.writing.reference.figure_tables import SHORT, CaptionedTable, captioned_tables, table
from hrss12333.writing.reference.narrative import has_openings, headlines, topic_paragraphs
from hrss12333.writing.reference.report_copy import ReportCopy
from hrss12333.writing.workbook import SAFE, draw, pixels_high, same_bytes

_DATA_SHEET = "数据"
_LETTERS = 8
"""Points of the letters in a chart."""
_LIST = 5
"""Names, each but one with a comma, from which on a paragraph is a list."""
_EMU_PIXEL = 9525
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_CHART, _MAIN = (f"{{{_DRAWING}/{kind}}}" for kind in ("chart", "main"))


class Account(Struct):
    """An account of what went into the document, for the terminal."""

    used: list[Summary] = field(default_factory=list)
    """Work reports that were copied, one a unit, in the official order."""
    superseded: list[Summary] = field(default_factory=list)
    """Older work reports of the same units."""
    unknown: list[Summary] = field(default_factory=list)
    """Work reports of unknown units."""
    failed: dict[str, str] = field(default_factory=dict)
    """File → why it could not be copied; Chinese."""
    left_out: dict[str, Mapping[str, int]] = field(default_factory=dict)
    """File → the kinds of content that could not be kept → how often."""
    hidden: int = 0
    """Mobile numbers and mail addresses that were left out."""


def choose(summaries: Sequence[Summary]) -> Account:
    """Choose one 工作总结 a unit, the newest."""
    newest = newest_reports(summaries)
    listed = sorted(summaries, key=lambda item: (item.unit.code if item.unit else "", item.file))
    used = [newest[code] for code in sorted(newest)]
    older = [item for item in listed if item.unit and item is not newest[item.unit.code]]
    return Account(used, older, [item for item in listed if item.unit is None])


def write_reference(
    target: Path, national: National, copy: Callable[[str], ReportCopy], *, previous: Previous | None = None
) -> Account:
    """Write the document, compared with last year's workbook; the same input gives the same bytes.

    ``copy`` gives the copy of a 工作总结 by the name of its file, when its turn comes; it raises FileProblem where there is none.

    Raises:
        OSError: where ``target`` cannot be written.
    """
    account = choose(national.summaries)
    writer = _DocumentWriter(Nation(national, previous), account, copy)
    writer.write()
    edition = national.edition
    title = f"{edition.year}年度{_subject(national)}参阅文件"
    reference.sign(writer.document, title, edition.notice.deadline or date(edition.year + 1, 1, 1))
    writer.document.core_properties.language = "zh-CN"
    target.write_bytes(reference.saved(writer.document))
    return account


class _DocumentWriter:
    """Puts the document together from front to back."""

    def __init__(self, nation: Nation, account: Account, copy: Callable[[str], ReportCopy]) -> None:
        self.document: Document = reference.new_document()
        self._nation = nation
        self._national = nation.national
        self._account = account
        self._copy = copy
        self._relations: dict[str, str] = {}
        """Picture of a work report → its relation in the document."""
        self._summaries = {summary.unit.code: summary for summary in account.used if summary.unit}
        self._tables = self._figures = 0

    def write(self) -> None:
        """The whole document."""
        _write_cover(self.document, self._nation)
        # The cover is a section of its own, without numbers; it ends with a line that takes almost no room.
        end = self.document.add_paragraph(style=reference.SECTION_END)
        end._p.get_or_add_pPr().append(reference.unnumbered_section(self.document))
        self._overview()
        self._heading("第二部分　各单位数据", reference.PART_STYLE, new_page=True)
        for found in captioned_tables(self._nation):
            self._table(found)
        self._reports()
        for number, shape in enumerate(self.document.element.body.iter(qn("wp:docPr")), 1):
            shape.set("id", str(number))

    def _heading(self, text: str, style: str, *, new_page: bool = False) -> None:
        paragraph = self.document.add_paragraph(text)
        paragraph._p.style = style
        paragraph.paragraph_format.page_break_before = new_page or None

    def _section(self, number: int, text: str) -> None:
        self._heading(f"{chinese_number(number)}、{text}", reference.SECTION)

    def _body(self, *texts: str) -> None:
        for text in texts:
            paragraph = self.document.add_paragraph(text, style=reference.BODY)
            if text.count("、") > _LIST:  # stretched to full lines, its names would be torn apart
                paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT

    def _table(self, found: CaptionedTable) -> None:
        """A table on a page of its own, never running over by a row or two; short ones share a page."""
        self._tables += 1
        caption = self.document.add_paragraph(f"表{self._tables}　{found.title}", style=reference.TABLE_TITLE)
        caption.paragraph_format.page_break_before = (self._tables > 1 and len(found.grid.rows) > SHORT) or None
        self.document.element.body.sectPr.addprevious(table(found.grid))
        notes = [note for note in found.notes if note]
        if len(notes) > 1:
            notes = [f"{number}．{note}" for number, note in enumerate(notes, 1)]
        if notes:
            self.document.add_paragraph(f"注：{''.join(notes)}", style=reference.NOTE)

    def _paragraphs_with_charts(self, texts: Iterable[str], drawn: Sequence[Chart], words: str = "") -> None:
        """Paragraphs of which the last refers to the charts that follow: in its own sentence, or in ``words`` of theirs."""
        *others, last = texts
        names = "、".join(f"图{self._figures + number}" for number in range(1, len(drawn) + 1))
        self._body(*others, (f"{last}{words}{names}。" if words else f"{last[:-1]}（见{names}）。") if drawn else last)
        for chart in drawn:
            self._figures += 1
            run = _chart_run(self.document, chart, self._figures)
            self.document.add_paragraph(style=reference.FIGURE)._p.append(run)
            self.document.add_paragraph(f"图{self._figures}　{chart.title}", style=reference.FIGURE_TITLE)

    def _overview(self) -> None:
        """第一部分: who reported, a section with text and charts for each topic, and the change on last year."""
        self._heading(f"第一部分　{self._national.collective_name}总体情况", reference.PART_STYLE)
        if texts := [*headlines(self._nation)]:
            chart = openings_chart(self._nation) if has_openings(self._nation) else None
            self._paragraphs_with_charts(texts, [chart] if chart else [])
        self._section(1, "报送情况")
        self._body(*coverage_paragraphs(self._nation))
        subjects = [(topic, [*topic_paragraphs(self._nation, topic)]) for topic in self._nation.topics]
        for number, (topic, paragraphs) in enumerate((one for one in subjects if one[1]), 2):
            self._section(number, topic.title)
            self._paragraphs_with_charts(paragraphs, [*charts(self._nation, topic)], "各单位的情况见")
        # No page holds the last lines of the part alone.
        self.document.paragraphs[-1].paragraph_format.keep_together = True

    def _reports(self) -> None:
        """A page for each 工作总结; units without one are in a list, not on a page each."""
        if not self._summaries:
            return
        self._heading("第三部分　各单位工作总结", reference.PART_STYLE, new_page=True)
        without = [status.unit for status in self._national.units if status.unit.code not in self._summaries]
        collected = f"收录{len(self._summaries)}个单位的工作总结。"
        others = f"未报送工作总结的{len(without)}个单位，数据见第二部分。" if without else ""
        self._body(collected + others)
        having = [status for status in self._national.units if status.unit.code in self._summaries]
        for number, status in enumerate(having):
            self._heading(status.unit.name, reference.UNIT_HEADING, new_page=number > 0)
            self._summary(self._summaries[status.unit.code])

    def _summary(self, summary: Summary) -> None:
        try:
            copy = self._copy(summary.file)
        except FileProblem as problem:
            self._account.failed[summary.file] = problem.message.text
            self._body("该单位的工作总结未能收入，请见原文。")
            return
        put_report(self.document, copy, self._relations)
        self._account.hidden += copy.hidden
        if copy.left_out:
            self._account.left_out[summary.file] = dict(copy.left_out)


def put_report(document: Document, copy: ReportCopy, relations: dict[str, str]) -> None:
    """Put a copy at the end of the document; ``relations``: name of a picture → the document's relation to it, so far."""
    body, part = parse_xml(copy.xml), document.part
    for blip in body.iter(BLIP):
        name = blip.get(qn("r:embed"))
        if name not in relations:
            picture = copy.pictures[name]
            path = PackURI(f"/word/media/image{len(relations) + 1}.{picture.extension}")
            relations[name] = part.relate_to(Part(path, picture.kind, picture.content, part.package), RT.IMAGE)
        blip.set(qn("r:embed"), relations[name])
    for block in [*body]:
        document.element.body.sectPr.addprevious(block)


def _write_cover(document: Document, nation: Nation) -> None:
    national, notice = nation.national, nation.national.edition.notice
    for text, style, before in (
        (f"{national.edition.year}年度", reference.COVER, 130),
        (_subject(national), reference.COVER, 0),
        ("参阅文件", reference.COVER, 0),
        (f"（{notice.conference}）" if notice.conference else "", reference.COVER_SMALL, 24),
        (f"根据{notice.number or ''}各单位报送材料汇编", reference.COVER_SMALL, 110),
        (f"应报{len(national.units)}个单位，已报{len(reported(national))}个单位", reference.COVER_SMALL, 0),
        (MINISTRY, reference.COVER_SMALL, 30),
        (f"（{nation.as_of}收到的材料）" if nation.as_of else "", reference.COVER_SMALL, 0),
    ):
        if text:
            document.add_paragraph(text, style=style).paragraph_format.space_before = Pt(before) if before else None


def _subject(national: National) -> str:
    """The document's subject: the nation only where all units have reported."""
    return f"{'' if missing_units(national) else NATION}12333电话服务情况"


def _chart_run(document: Document, chart: Chart, number: int) -> Element:
    """A run that shows the chart: one of Word's own, taken out of a workbook of its figures, which goes into the document."""
    package = document.part.package
    figures = _workbook(chart)
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), CT.DML_CHART, _chart_xml(figures), package)
    data = Part(PackURI(f"/word/embeddings/chart{number}.xlsx"), CT.SML_SHEET, figures, package)
    part.relate_to(data, RT.PACKAGE)  # as the only one it is rId1
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
    """The chart's figures, and the chart beside them."""

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
