"""The 参阅文件: one Word document of the national overview, every unit's figures and 工作总结 (通知第二部分第（一）条)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path

from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from hrss12333.merging.last_year import Previous
from hrss12333.model.document_marks import GENERATOR, OUTPUT_CATEGORY
from hrss12333.model.filing import Summary
from hrss12333.model.national import NATION, National, Status, UnitStatus
from hrss12333.model.summary_lines import IN_QUESTION, missing, reported
from hrss12333.published.charts import Chart, charts, openings_chart
from hrss12333.published.nation import Nation, coverage_paragraphs
from hrss12333.reading.grid import FileProblem
from hrss12333.wording.rounding import ROUNDING_NOTE, chinese
from hrss12333.writing.reference import fields, figure_tables, typography
from hrss12333.writing.reference.chart_part import chart_run
from hrss12333.writing.reference.fields import FIGURE, TABLE, ContentsEntry, bookmark, field_runs, text_run
from hrss12333.writing.reference.grid_table import BLANK, SHORT, PrintedTable, table
from hrss12333.writing.reference.narrative import headlines, topic_paragraphs
from hrss12333.writing.reference.report_choice import Report, choose
from hrss12333.writing.reference.report_copy import Copy
from hrss12333.writing.reference.report_source import SourceDocument
from hrss12333.writing.reference.sections import Sections
from hrss12333.writing.reference.skeleton import new_document
from hrss12333.writing.workbook import same_bytes

Paginate = Callable[[bytes], Mapping[str, str]]
"""A document → bookmark → number of its page; empty where that is not known."""


def write_reference(
    target: Path,
    national: National,
    load: Callable[[str], bytes],
    *,
    previous: Previous | None = None,
    paginate: Paginate | None = None,
) -> Report:
    """Write the document; the same input gives the same bytes.

    Args:
        target: where to.
        national: this year's table, with every 工作总结 received.
        load: the bytes of a file by its name, when its turn comes; raises FileProblem where it is no longer there.
        previous: last year's workbook, to compare with.
        paginate: works out the pages of the contents; without it the reader's program does, when it is asked to.

    Raises:
        OSError: where ``target`` cannot be written.
    """
    report = choose(national.summaries)
    writer = _DocumentWriter(Nation(national, previous), report, load)
    writer.write()
    _sign(writer.document, national)
    pages = paginate(_saved_bytes(writer.document)) if paginate else {}
    report.paginated = bool(pages) and all(mark.bookmark in pages for mark in writer.marks)
    writer.fill_contents(pages if report.paginated else {})
    target.write_bytes(_saved_bytes(writer.document))
    return report


def _saved_bytes(document: Document) -> bytes:
    out = BytesIO()
    document.save(out)
    return same_bytes(out.getvalue())


class _DocumentWriter:
    """Puts the document together from front to back; the contents last, when headings and captions are known."""

    def __init__(self, nation: Nation, report: Report, load: Callable[[str], bytes]) -> None:
        self.document: Document = new_document()
        self.marks: list[ContentsEntry] = []
        self._sections = Sections(self.document)
        self._nation = nation
        self._national = nation.national
        self._forms = nation.national.edition.forms
        self._report = report
        self._load = load
        self._summaries = {summary.unit.code: summary for summary in report.used if summary.unit}
        self._counted = {TABLE: 0, FIGURE: 0}

    def write(self) -> None:
        """Everything but the contents' entries."""
        _write_cover(self.document, self._nation)
        self._end_section(numbered=None)
        self._after_contents = self._end_section(numbered="upperRoman")
        self._overview()
        self._tables()
        self._reports()
        self._sections.close_document(numbered="decimal")
        for number, shape in enumerate(self.document.element.body.iter(qn("wp:docPr")), 1):
            shape.set("id", str(number))

    def fill_contents(self, pages: Mapping[str, str]) -> None:
        """Contents, list of tables and list of figures, with the page numbers that are known."""
        after = self._after_contents
        for title, listed in (
            ("目　录", fields.headings(self.marks)),
            ("表目录", fields.captions(self.marks, TABLE)),
            ("图目录", fields.captions(self.marks, FIGURE)),
        ):
            if listed[1]:
                heading = after.insert_paragraph_before(title, style=typography.CONTENTS)
                heading.paragraph_format.page_break_before = title == "表目录" or None
                fields.fill(after, listed, pages)
        if not pages:
            fields.ask_for_update(self.document)

    def _end_section(self, *, numbered: str | None) -> Paragraph:
        """End a section with a line of its own that takes almost no room."""
        paragraph = self.document.add_paragraph(style=typography.SECTION_END)
        self._sections.close(paragraph, numbered=numbered)
        return paragraph

    def _heading(self, text: str, style: str, level: int, *, new_page: bool = False) -> None:
        paragraph = self.document.add_paragraph(text)
        paragraph._p.style = style
        paragraph.paragraph_format.page_break_before = new_page or None
        self._mark(paragraph, text, level=level)

    def _section(self, number: int, text: str) -> None:
        self._heading(f"{chinese(number)}、{text}", typography.SECTION, 2)

    def _mark(self, paragraph: Paragraph, text: str, *, level: int = 0, label: str = "") -> None:
        """Let the lists at the front name a heading or caption."""
        number = len(self.marks)
        self.marks.append(ContentsEntry(text, f"_Toc{12333000 + number}", level, label))
        bookmark(paragraph._p, self.marks[-1].bookmark, number)

    def _body(self, text: str) -> None:
        self.document.add_paragraph(text, style=typography.BODY)

    def _caption(self, label: str, text: str, style: str, *, new_page: bool = False) -> None:
        self._counted[label] += 1
        number = str(self._counted[label])
        paragraph = self.document.add_paragraph(style=style)
        paragraph.paragraph_format.page_break_before = new_page or None
        field = field_runs(f"SEQ {label} \\* ARABIC", number)
        paragraph._p.extend([text_run(label), *field, text_run(f"　{text}")])
        self._mark(paragraph, f"{label}{number}　{text}", label=label)

    def _table(self, title: str, grid: PrintedTable, *notes: str, new_page: bool = True) -> None:
        """A table on a page of its own, never running over by a row or two; short ones share a page."""
        self._caption(TABLE, title, typography.TABLE_TITLE, new_page=new_page and len(grid.rows) > SHORT)
        self.document.element.body.sectPr.addprevious(table(grid))
        given = [note for note in notes if note]
        numbered = [f"{number}．{note}" for number, note in enumerate(given, 1)] if len(given) > 1 else given
        if given:
            self.document.add_paragraph(f"注：{''.join(numbered)}", style=typography.NOTE)

    def _chart(self, chart: Chart) -> None:
        number = self._counted[FIGURE] + 1
        self.document.add_paragraph(style=typography.FIGURE)._p.append(chart_run(self.document, chart, number))
        self._caption(FIGURE, chart.title, typography.FIGURE_TITLE)

    def _overview(self) -> None:
        """第一部分: who reported, a section with text and charts for each topic, and the change on last year."""
        self._heading(f"第一部分　{self._nation.whole}总体情况", typography.PART, 1)
        for text in headlines(self._nation):
            self._body(text)
        self._section(1, "报送情况")
        for text in coverage_paragraphs(self._nation, self._summaries):
            self._body(text)
        subjects = [(topic, [*topic_paragraphs(self._nation, topic)]) for topic in self._nation.topics]
        for number, (topic, paragraphs) in enumerate((one for one in subjects if one[1]), 2):
            self._section(number, topic.title)
            for text in paragraphs:
                self._body(text)
            for chart in charts(self._nation, topic):
                self._chart(chart)
        openings = openings_chart(self._nation)
        if openings:
            self._chart(openings)

    def _tables(self) -> None:
        """第二部分: the tables of figures, each with the notes that it needs."""
        self._heading("第二部分　各单位数据", typography.PART, 1, new_page=True)
        totals = self._nation.totals.values()
        # Where every unit has sent every region a list of them says nothing.
        first = bool(missing(self._national)) or any(total.rows != total.expected for total in totals)
        if first:
            self._table("各单位报送情况", self._coverage_grid(), new_page=False)
        whole, national = self._nation.whole, figure_tables.national_grid(self._nation)
        rates = f"比率按{whole}合计数计算，不是各单位比率的平均。"
        compared = f"{figure_tables.COMPARED}增减按印出的两个数计算，“点”是百分点。" if self._nation.previous else ""
        self._table(
            f"{whole}主要指标", national, rates, compared, self._marked(national), ROUNDING_NOTE, new_page=first
        )
        absent = len(self._national.units) - len(reported(self._national))
        for found in figure_tables.unit_tables(self._nation):
            texts = [text for row in found.grid.rows for text in row]
            self._table(
                found.title,
                found.grid,
                "“是否”类栏目为填“是”的地区数。" if found.answers else "",
                "带*的合计有地区未填或无法识别。" if any(text.endswith("*") for text in texts) else "",
                self._marked(found.grid),
                f"{BLANK}为没有填报，或不能计算。" if BLANK in texts else "",
                f"未报送的{absent}个单位不列。" if absent else "",
                ROUNDING_NOTE if found.rounded else "",
            )
        for form in self._forms if self._nation.previous else ():
            for balance in form.balances:
                title, grid = figure_tables.change_table(self._nation, form, form.by_key[balance.total])
                self._table(title, grid, figure_tables.COMPARED, ROUNDING_NOTE)

    @staticmethod
    def _marked(grid: PrintedTable) -> str:
        """What the sign says that some of its figures bear."""
        sign = figure_tables.IN_QUESTION
        marked = any(text.endswith(sign) for row in grid.rows for text in row)
        return f"带{sign}的有地区{IN_QUESTION}（包括未填、无法识别的），比率不含这些地区。" if marked else ""

    def _coverage_grid(self) -> PrintedTable:
        heading = ["序号", "报送单位", "调查表", *(f"{form.key}地区数" for form in self._forms), "工作总结"]
        rows = []
        for number, status in enumerate(self._national.units, 1):
            lines = [line for _, line in self._nation.of_unit(status.unit.name)]
            absent, summary = status.status is Status.MISSING, self._summaries.get(status.unit.code)
            # What is wrong is the unit's and the ministry's to know.
            state = (status.status if absent else Status.ACCEPTED).label
            state = IN_QUESTION if any(line.doubted for line in lines) else state
            regions = [BLANK if absent else f"{line.rows}/{line.expected}" for line in lines]
            length = f"{summary.words}字" if summary else "未报"
            length += "，超过规定" if summary and summary.words > self._national.edition.report_words else ""
            rows.append([str(number), status.unit.name, state, *regions, length])
        return PrintedTable(
            heading, rows, left=frozenset({1}), shares=(0.8, 3.2, 1.4, *(1.5 for _ in self._forms), 2.4)
        )

    def _reports(self) -> None:
        """A page for each 工作总结; units without one are in a list, not on a page each."""
        if not self._summaries:
            return
        self._heading("第三部分　各单位工作总结", typography.PART, 1, new_page=True)
        without = [status.unit for status in self._national.units if status.unit.code not in self._summaries]
        collected = f"收录{len(self._summaries)}个单位的工作总结。"
        others = f"未报送工作总结的{len(without)}个单位名单见第一部分，各单位数据见第二部分。" if without else ""
        self._body(collected + others)
        having = [status for status in self._national.units if status.unit.code in self._summaries]
        for number, status in enumerate(having):
            self._heading(status.unit.name, typography.UNIT_HEADING, 2, new_page=number > 0)
            self._gaps(status)
            self._summary(self._summaries[status.unit.code])

    def _gaps(self, status: UnitStatus) -> None:
        """What the tables do not say of a unit's figures: how many of its regions are in each, and which are in question."""
        if status.status is Status.MISSING:
            self._body("该单位未报送调查表。")
            return
        sentences = [
            f"{form.key}{line.coverage(form)}"
            for form, line in self._nation.of_unit(status.unit.name)
            if line.absent or line.gaps(form) or line.questioned
        ]
        if sentences:
            self._body(f"该单位的数据见第二部分，其中{'。'.join(sentences)}。")

    def _summary(self, summary: Summary) -> None:
        try:
            copy = Copy(self.document, SourceDocument(self._load(summary.file)))
            blocks = list(copy.blocks())
        except FileProblem as problem:
            self._report.failed[summary.file] = problem.message.text
            self._body("该单位的工作总结未能收入，请见原文。")
            return
        end = self.document.element.body.sectPr
        for block in blocks:
            end.addprevious(block)
        if copy.hidden:
            self._report.hidden[summary.file] = copy.hidden
        if copy.left_out:
            self._report.left_out[summary.file] = dict(copy.left_out)


def _write_cover(document: Document, nation: Nation) -> None:
    """The first page."""
    national = nation.national
    edition, add = national.edition, document.add_paragraph
    add(f"{edition.year}年度", style=typography.COVER).paragraph_format.space_before = Pt(130)
    add(_subject(national), style=typography.COVER)
    add("参阅文件", style=typography.COVER)
    if edition.notice.conference:
        add(f"（{edition.notice.conference}）", style=typography.COVER_SMALL).paragraph_format.space_before = Pt(24)
    source = f"根据{edition.notice.number}" if edition.notice.number else "根据"
    add(f"{source}各单位报送材料汇编", style=typography.COVER_SMALL).paragraph_format.space_before = Pt(110)
    add(f"应报{len(national.units)}个单位，已报{len(reported(national))}个单位", style=typography.COVER_SMALL)
    if edition.notice.ministry:
        add(edition.notice.ministry.office, style=typography.COVER_SMALL).paragraph_format.space_before = Pt(30)
    if nation.as_of:
        add(f"（{nation.as_of}收到的材料）", style=typography.COVER_SMALL)


def _subject(national: National) -> str:
    """What the document is about: of the nation it speaks only where all units have reported."""
    return f"{'' if missing(national) else NATION}12333电话服务情况"


def _sign(document: Document, national: National) -> None:
    """Fill the document's properties; its dates are the survey's, not the clock's."""
    edition = national.edition
    properties = document.core_properties
    properties.author = properties.last_modified_by = GENERATOR
    properties.category = OUTPUT_CATEGORY
    properties.title = f"{edition.year}年度{_subject(national)}参阅文件"
    properties.comments = ""
    properties.created = properties.modified = datetime.combine(
        edition.deadline or date(edition.year + 1, 1, 1), time()
    )
    properties.language = "zh-CN"
    properties.revision = 1
