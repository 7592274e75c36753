"""The 参阅文件: one Word document of the national overview and every unit's figures and 工作总结 (通知第二部分第一条)."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Length, Pt

from hrss12333.checking.rules.work_report import MOST_WORDS
from hrss12333.model.national import National, Status, UnitStatus
from hrss12333.model.summary_lines import Line, lines, missing, nation_coverage, reported, total_line
from hrss12333.reading.grid import FileProblem
from hrss12333.survey.regions import Unit
from hrss12333.writing.reference import layout as reference_layout
from hrss12333.writing.reference import report_copy as reference_copy
from hrss12333.writing.reference.charts import Chart, charts, chinese_font
from hrss12333.writing.reference.figure_tables import add_table, key_figures, national_rows, unit_rows
from hrss12333.writing.reference.layout import CAPTION, DENSE, LANDSCAPE_WIDTH, NOTE, REPORT_LEVELS, TEXT_WIDTH, Mark
from hrss12333.writing.reference.properties import sign
from hrss12333.writing.reference.report_choice import Report, SummaryDocument, choose
from hrss12333.writing.reference.report_copy import Copy
from hrss12333.writing.reference.report_source import Element, SourceDocument
from hrss12333.writing.zip_repack import same_bytes


def write_reference(target: Path, national: National, summaries: Sequence[SummaryDocument]) -> Report:
    """Write the document; the same input gives the same bytes.

    Raises:
        OSError: where ``target`` cannot be written.
    """
    report = choose(summaries)
    report.font = chinese_font()
    writer = _Writer(national, report)
    writer.write(charts(national, report.font) if report.font else [])
    sign(writer.document, national.edition)
    out = BytesIO()
    writer.document.save(out)
    target.write_bytes(same_bytes(out.getvalue()))
    return report


class _Writer:
    """Puts the document together from front to back; the contents last, when the headings are known."""

    def __init__(self, national: National, report: Report) -> None:
        self.document: Document = reference_layout.new_document()
        self._national = national
        self._forms = national.edition.forms
        self._report = report
        self._marks: list[Mark] = []
        self._lines: dict[str, list[Line]] = {form.key: lines(national, form) for form in self._forms}
        self._totals = {form.key: total_line(form, self._lines[form.key]) for form in self._forms}

    def write(self, pictures: Sequence[Chart]) -> None:
        self._cover()
        contents = self.document.add_paragraph("目  录", style=reference_layout.CONTENTS)
        contents.paragraph_format.page_break_before = True
        after_contents = self.document.add_paragraph()
        self._coverage()
        self._overview(pictures)
        self._tables()
        self._units()
        reference_layout.fill_contents(self.document, after_contents, self._marks)
        # An empty paragraph would begin the next chapter's page with a blank line.
        after_contents._p.getparent().remove(after_contents._p)
        for number, shape in enumerate(self.document.element.body.iter(qn("wp:docPr")), 1):
            shape.set("id", str(number))

    def _cover(self) -> None:
        year = self._national.edition.year
        add = self.document.add_paragraph
        add(style=reference_layout.COVER).paragraph_format.space_before = Pt(90)
        add(f"{year}年度", style=reference_layout.COVER)
        add("全国12333电话服务情况", style=reference_layout.COVER)
        add("参 阅 文 件", style=reference_layout.COVER)
        notice = self._national.edition.notice
        if notice.conference:
            add(f"（{notice.conference}）", style=reference_layout.COVER_SMALL)
        source = f"根据{notice.number}" if notice.number else "根据"
        foot = add(f"{source}各单位报送材料汇编", style=reference_layout.COVER_SMALL)
        foot.paragraph_format.space_before = Pt(170)
        got = len(reported(self._national))
        add(f"已报 {got} 个单位，应报 {len(self._national.units)} 个单位", style=reference_layout.COVER_SMALL)

    def _heading(self, text: str, level: int, *, new_page: bool = False) -> None:
        paragraph = self.document.add_heading(text, level)
        paragraph.paragraph_format.page_break_before = new_page or None
        if level <= 2:
            mark = Mark(level, text, f"_Toc{12333000 + len(self._marks)}")
            reference_layout.bookmark(paragraph, mark.bookmark, len(self._marks))
            self._marks.append(mark)

    def _note(self, text: str) -> None:
        self.document.add_paragraph(text, style=NOTE)

    def _body(self, text: str) -> None:
        self.document.add_paragraph(text, style=reference_copy.BODY)

    def _coverage(self) -> None:
        national = self._national
        absent = missing(national)
        self._heading("一、报送情况", 1, new_page=True)
        self._body(f"调查表：应报 {len(national.units)} 个单位，已报 {len(reported(national))} 个。")
        self._body(f"未报调查表的单位：{_names(absent)}。")
        without = [status.unit for status in national.units if status.unit.code not in self._summaries]
        self._body(
            f"工作总结：已报 {len(national.units) - len(without)} 个单位。未报工作总结的单位：{_names(without)}。"
        )
        faulty = [status.unit for status in national.units if status.status is Status.FAULTY]
        if faulty:
            self._body(f"下列单位的调查表仍有强制性错误，数据待核实：{_names(faulty)}。")
        self._caption("各单位报送情况")
        rows = [["序号", "报送单位", "调查表", *(f"{form.key}地区数" for form in self._forms), "工作总结"]]
        for number, status in enumerate(national.units, 1):
            rows.append(
                [str(number), status.unit.name, status.status.label, *self._regions(status), self._length(status)]
            )
        add_table(self.document, rows, TEXT_WIDTH, (0.8, 3.2, 1.4, *(1.6 for _ in self._forms), 2.2))

    @property
    def _summaries(self) -> dict[str, SummaryDocument]:
        return {summary.unit.code: summary for summary in self._report.used if summary.unit}

    def _regions(self, status: UnitStatus) -> list[str]:
        if status.status is Status.MISSING:
            return ["—"] * len(self._forms)
        return [
            f"{line.rows}/{line.expected}"
            for form in self._forms
            for line in self._lines[form.key]
            if line.unit == status.unit
        ]

    def _length(self, status: UnitStatus) -> str:
        summary = self._summaries.get(status.unit.code)
        if summary is None:
            return "未报"
        return f"{summary.words}字" + ("，超过规定" if summary.words > MOST_WORDS else "")

    def _caption(self, text: str) -> None:
        self.document.add_paragraph(text, style=CAPTION)

    def _overview(self, pictures: Sequence[Chart]) -> None:
        self._heading("二、全国总体情况", 1, new_page=True)
        for form in self._forms:
            total = self._totals[form.key]
            self._heading(form.title.removesuffix("调查表"), 2)
            self._note(
                f"统计范围：{nation_coverage(self._national, form, total)}。比率按全国合计数计算，不是各单位比率的平均。"
            )
            rows = list(national_rows(form, total))
            add_table(self.document, rows, TEXT_WIDTH, (2.8, 1.8, 2.8))
        if pictures:
            self._heading("图示", 2, new_page=True)
        for picture in pictures:
            self._caption(picture.title)
            paragraph = self.document.add_paragraph(style=reference_copy.FIGURE)
            paragraph.add_run().add_picture(BytesIO(picture.png), width=TEXT_WIDTH)
            about: Element = next(paragraph._p.iter(qn("wp:docPr")))
            about.set("descr", picture.describes)

    def _tables(self) -> None:
        reference_layout.new_section(self.document, landscape=True)
        self._heading("三、各单位数据", 1)
        for number, form in enumerate(self._forms):
            self._heading(f"{form.title}（各单位合计）", 2, new_page=number > 0)
            self._note(
                "数据为各单位所报地区的合计；“是否”类栏目为填“是”的地区数；带 * 的合计有地区未填或无法识别；— 为未报。"
            )
            rows = unit_rows(form, self._lines[form.key], self._totals[form.key])
            columns = len(rows[0])
            add_table(
                self.document,
                rows,
                LANDSCAPE_WIDTH,
                (1.4, 1.1, *(1.5 for _ in range(columns - 2))),
                DENSE,
                bold_last=True,
            )

    def _units(self) -> None:
        reference_layout.new_section(self.document, landscape=False)
        self._heading("四、各地工作情况", 1)
        nothing_before = False
        for number, status in enumerate(self._national.units):
            nothing = status.status is Status.MISSING and status.unit.code not in self._summaries
            # Units that sent nothing share a page.
            self._heading(status.unit.name, 2, new_page=number > 0 and not (nothing and nothing_before))
            nothing_before = nothing
            if nothing:
                self._body("该单位未报送调查表和工作总结。")
                continue
            self._heading("主要数据", 3)
            self._key_figures(status)
            self._heading("工作总结", 3)
            self._summary(status.unit)

    def _key_figures(self, status: UnitStatus) -> None:
        if status.status is Status.MISSING:
            self._body("该单位未报送调查表。")
            return
        own = [next(line for line in self._lines[form.key] if line.unit == status.unit) for form in self._forms]
        add_table(self.document, key_figures(self._forms, own), TEXT_WIDTH, (2.6, 1.9, 2.6, 1.9))

    def _summary(self, unit: Unit) -> None:
        summary = self._summaries.get(unit.code)
        if summary is None:
            self._body("该单位未报送工作总结。")
            return
        try:
            copy = Copy(
                self.document, SourceDocument(summary.data), heading_style=REPORT_LEVELS, width=int(Length(TEXT_WIDTH))
            )
            blocks = list(copy.blocks())
        except FileProblem as problem:
            self._report.failed[summary.file] = problem.message
            self._body("该单位的工作总结未能收入，请见原文。")
            return
        end = self.document.element.body.sectPr
        for block in blocks:
            end.addprevious(block)
        if copy.left_out:
            self._report.left_out[summary.file] = dict(copy.left_out)


def _names(units: Sequence[Unit]) -> str:
    return "、".join(unit.name for unit in units) or "无"
