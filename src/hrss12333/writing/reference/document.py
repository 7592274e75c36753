"""The 参阅文件: one Word document of the national overview, every unit's figures and 工作总结 (通知第二部分第（一）条)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt
from msgspec import Struct, field

from hrss12333 import published
from hrss12333.indicators import Indicator, opening_rate
from hrss12333.merging.earlier_figures import Previous
from hrss12333.merging.sent import newest_reports
from hrss12333.model.filing import WorkReport
from hrss12333.model.national import NATION, National, tallies
from hrss12333.model.summary_lines import IN_QUESTION, Figure, missing_units, reported
from hrss12333.reading.formats.word_document import BLIP
from hrss12333.reading.grid import FileProblem
from hrss12333.survey.schema import MINISTRY, Column, Kind
from hrss12333.wording.values import amount, chinese_number, is_large, percent, printed, ratio, rounded
from hrss12333.writing import reference
from hrss12333.writing.reference.figure_tables import SHORT, PrintedTable, captioned_tables, chart_run, table
from hrss12333.writing.reference.report_copy import ReportCopy

_LIST = 5
"""A paragraph with more commas is a list of names."""
_MANY_UNITS = 4
"""From this number of units on, only the number is given, not their names."""


class Account(Struct):
    """What went into the document and what did not, for the terminal."""

    used: list[WorkReport] = field(default_factory=list)
    """Work reports copied, one for each unit, in the official order."""
    superseded: list[WorkReport] = field(default_factory=list)
    """Older work reports of the same units."""
    unknown: list[WorkReport] = field(default_factory=list)
    """Work reports of unknown units."""
    failed: dict[str, str] = field(default_factory=dict)
    """File → why it could not be copied; Chinese."""
    left_out: dict[str, Mapping[str, int]] = field(default_factory=dict)
    """File → kind of content that could not be kept → how often."""
    hidden: int = 0
    """Mobile numbers and mail addresses left out."""


def choose(reports: Sequence[WorkReport]) -> Account:
    """Choose one 工作总结 for each unit, the newest."""
    newest = newest_reports(reports)
    listed = sorted(reports, key=lambda item: (item.unit.code if item.unit else "", item.file))
    used = [newest[code] for code in sorted(newest)]
    older = [item for item in listed if item.unit and item is not newest[item.unit.code]]
    return Account(used, older, [item for item in listed if item.unit is None])


def write_reference(
    target: Path, national: National, copy: Callable[[str], ReportCopy], *, previous: Previous | None = None
) -> Account:
    """Write the document, compared with last year's workbook; the same input gives the same bytes.

    ``copy`` copies the 工作总结 in a file, one at a time, and raises `FileProblem` if it cannot. Raises `OSError`
    if ``target`` cannot be written."""
    account = choose(national.work_reports)
    writer = _DocumentWriter(published.Nation(national, previous), account, copy)
    writer.write()
    edition = national.edition
    title = f"{edition.year}年度{_subject(national)}参阅文件"
    reference.sign(writer.document, title, edition.notice.deadline or date(edition.year + 1, 1, 1))
    writer.document.core_properties.language = "zh-CN"
    target.write_bytes(reference.saved(writer.document))
    return account


class _DocumentWriter:
    """Puts the document together from front to back."""

    def __init__(self, nation: published.Nation, account: Account, copy: Callable[[str], ReportCopy]) -> None:
        self.document: Document = reference.new_document()
        self._nation = nation
        self._national = nation.national
        self._account = account
        self._copy = copy
        self._relations: dict[str, str] = {}
        """Picture of a work report → its relation in the document."""
        self._work_reports = {report.unit.code: report for report in account.used if report.unit}
        self._tables = self._figures = 0

    def write(self) -> None:
        """Write the whole document."""
        _write_cover(self.document, self._nation)
        # The cover is a section of its own without page numbers; a line of one point ends it.
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
            if text.count("、") > _LIST:  # justified, its names would be spread apart
                paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT

    def _table(self, found: PrintedTable) -> None:
        """Add a table on a page of its own, not running over by a row or two; short ones share a page."""
        self._tables += 1
        caption = self.document.add_paragraph(f"表{self._tables}　{found.title}", style=reference.TABLE_TITLE)
        caption.paragraph_format.page_break_before = (self._tables > 1 and len(found.rows) > SHORT) or None
        self.document.element.body.sectPr.addprevious(table(found))
        notes = [note for note in found.notes if note]
        if len(notes) > 1:
            notes = [f"{number}．{note}" for number, note in enumerate(notes, 1)]
        if notes:
            self.document.add_paragraph(f"注：{''.join(notes)}", style=reference.NOTE)

    def _paragraphs_with_charts(self, texts: Iterable[str], drawn: Sequence[published.Chart], words: str = "") -> None:
        """Add paragraphs, the last of which refers to the charts below in its sentence or in ``words``."""
        *others, last = texts
        names = "、".join(f"图{self._figures + number}" for number in range(1, len(drawn) + 1))
        self._body(*others, (f"{last}{words}{names}。" if words else f"{last[:-1]}（见{names}）。") if drawn else last)
        for chart in drawn:
            self._figures += 1
            run = chart_run(self.document, chart, self._figures)
            self.document.add_paragraph(style=reference.FIGURE)._p.append(run)
            self.document.add_paragraph(f"图{self._figures}　{chart.title}", style=reference.FIGURE_TITLE)

    def _overview(self) -> None:
        """Write 第一部分: who reported, a section of text and charts for each topic, the change on last year."""
        self._heading(f"第一部分　{self._national.collective_name}总体情况", reference.PART_STYLE)
        if texts := [*headlines(self._nation)]:
            chart = published.openings_chart(self._nation) if has_openings(self._nation) else None
            self._paragraphs_with_charts(texts, [chart] if chart else [])
        self._section(1, "报送情况")
        self._body(*published.coverage_paragraphs(self._nation))
        subjects = [(topic, _TopicText(self._nation, topic).paragraphs()) for topic in self._nation.topics]
        for number, (topic, paragraphs) in enumerate((one for one in subjects if one[1]), 2):
            self._section(number, topic.title)
            self._paragraphs_with_charts(paragraphs, [*published.charts(self._nation, topic)], "各单位的情况见")
        # No page holds the last lines of the part alone.
        self.document.paragraphs[-1].paragraph_format.keep_together = True

    def _reports(self) -> None:
        """Write each 工作总结 on a new page, and one list of the units without."""
        if not self._work_reports:
            return
        self._heading("第三部分　各单位工作总结", reference.PART_STYLE, new_page=True)
        without = [unit for unit in reported(self._national) if unit.code not in self._work_reports]
        collected = f"收录{len(self._work_reports)}个单位的工作总结。"
        others = f"另有{len(without)}个单位只报了调查表，数据见第二部分。" if without else ""
        self._body(collected + others)
        having = [status for status in self._national.units if status.unit.code in self._work_reports]
        for number, status in enumerate(having):
            self._heading(status.unit.name, reference.UNIT_HEADING, new_page=number > 0)
            self._work_report(self._work_reports[status.unit.code])

    def _work_report(self, report: WorkReport) -> None:
        try:
            copy = self._copy(report.file)
        except FileProblem as problem:
            self._account.failed[report.file] = problem.text
            self._body("该单位的工作总结未能收入，请见原文。")
            return
        put_report(self.document, copy, self._relations)
        self._account.hidden += copy.hidden
        if copy.left_out:
            self._account.left_out[report.file] = dict(copy.left_out)


def put_report(document: Document, copy: ReportCopy, relations: dict[str, str]) -> None:
    """Append a copy to the document; ``relations``: picture's name → its relation in the document so far."""
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


def _write_cover(document: Document, nation: published.Nation) -> None:
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
    """The document's subject: the nation only if all units have reported."""
    return f"{'' if missing_units(national) else NATION}12333电话服务情况"


# The text


def headlines(nation: published.Nation) -> Iterator[str]:
    """Sentences for a director to remember: how many calls, how well answered, what most have or lack."""
    topic = next((topic for topic in nation.topics if topic.balance), None)
    if topic and topic.balance:
        yield from _TopicText(nation, topic).headline(topic.form.by_key[topic.balance.total])
    if has_openings(nation):
        shares = [(name, share) for share, name, *_ in nation.openings]
        first, last = _units_listed(shares[:2], percent), _units_listed(shares[:-3:-1], percent)
        yield f"各项服务和建设中，普及率最高的是{first}，最低的是{last}。"


def has_openings(nation: published.Nation) -> bool:
    """Whether enough 是/否 questions exist for a sentence on them, the last of the headlines."""
    return len(nation.openings) >= _MANY_UNITS


class _TopicText:
    """The sentences of one topic."""

    def __init__(self, nation: published.Nation, topic: published.Topic) -> None:
        self._nation, self._topic, self._form = nation, topic, topic.form
        self._line = nation.totals[topic.form.key]

    def paragraphs(self) -> list[str]:
        """The text of the topic."""
        return [*self.counts(), *self.answers(), *self.choices(), *self.ratios()]

    def headline(self, column: Column) -> Iterator[str]:
        """The topic's total, and the first of its rates."""
        total = self._line.tallies[column.key].total
        parts = [] if total is None else [self._count(column, total) + self._change(Figure(column))]
        parts += self._rates(self._topic.indicators[:1], first=False)
        if parts:
            yield f"{self._nation.year}年，{self._nation.national.collective_name}{'；'.join(parts)}。"

    def counts(self) -> Iterator[str]:
        """The sums, and which units have the most and least of the first."""
        columns = self._topic.of_kind(Kind.COUNT)
        known = [(column, v) for column in columns if (v := self._line.tallies[column.key].total) is not None]
        if not known:
            return
        balance, first = self._topic.balance, known[0][0]
        shares, note = published.composition(self._line, balance) if balance else ({}, "")
        # The parts of a total share its scale; otherwise scales differ from column to column.
        size = is_large(*(value for _, value in known)) if balance else None
        sentences = (
            ("其中" if balance and column.key == balance.parts[0] else "")
            + self._count(column, value, size)
            + (f"，占{percent(shares[column.key])}" if column.key in shares else "")
            + self._sum_once(column)
            + self._change(Figure(column), again=column != first)
            for column, value in known
        )
        yield f"{self._nation.national.collective_name}{'；'.join(sentences)}{note}。"
        if (ranked := self._nation.by_unit(self._form, Figure(first))) and ranked[0][1]:
            word = partial(amount, measure=first.measure, in_ten_thousands=is_large(ranked[0][1]))
            yield self._ranking(published.label(first), ranked, word, "由多到少")

    def _ranking(self, name: str, ranked: Sequence[tuple[str, Any]], word: Callable[[Any], str], order: str) -> str:
        """The first and the last units, or all if they are few; ``word`` puts a figure in words."""
        among = self._nation.among(self._form, len(ranked))
        who = f"{among}中，" if among else ""
        few = 5 if len(ranked) >= 12 else 3 if len(ranked) >= 7 else 0
        if not few:
            return f"{who or '各单位'}{name}{order}依次是{_units_listed(ranked, word)}。"
        first, last = _units_listed(ranked[:few], word), _units_listed(ranked[-few:], word)
        number = chinese_number(few)
        return f"{who}{name}居前{number}位的是{first}；居后{number}位的是{last}。"

    def answers(self) -> Iterator[str]:
        line = self._line
        rates = ((column, opening_rate(column)) for column in self._topic.of_kind(Kind.YESNO))
        found = [(column, item, result) for column, item in rates if (result := line.quotient(item)).denominator]
        if not found:
            return
        parts = []
        for at, (column, item, result) in enumerate(found):
            if not result.numerator:
                parts.append(f"没有{published.stem(column)}的地区")
                continue
            share = percent(Fraction(result.numerator, result.denominator or 1))
            of = "" if result.denominator == line.rows else f"填写这一栏的{result.denominator}个地区的"
            change = self._change(item, again=at > 0)
            parts.append(f"{published.stem(column)}的{result.numerator}个，占{of}{share}{change}")
        yield f"在填报{self._form.key}的{line.rows}个地区中，{'；'.join(parts)}。"

    def choices(self) -> Iterator[str]:
        for column in self._topic.of_kind(Kind.CHOICE):
            counted = tallies(self._line.rated((column.key,)), self._form)[column.key]
            if counted.answered:
                parts = [
                    f"{choice}{number}个地区，占{percent(Fraction(number, counted.answered))}"
                    for choice, number in counted.choices.items()
                    if number
                ]
                yield f"{published.label(column)}：{'；'.join(parts)}。"

    def ratios(self) -> Iterator[str]:
        """The topic's indicators except the shares of a total, which are given with the figures."""
        balance, nation = self._topic.balance, self._nation
        items = [
            item
            for item in self._topic.indicators
            if self._line.quotient(item).exact is not None
            and not (balance and item.denominator == (balance.total,) and len(item.numerator) == 1)
        ]
        if not items:
            return
        yield f"{self._nation.national.collective_name}{'；'.join(self._rates(items))}。"
        ranked, is_low = nation.by_unit(self._form, items[0]), items[0].low_first
        if ranked:
            listed, order = ([*reversed(ranked)], "由低到高") if is_low else (ranked, "由高到低")
            yield self._ranking(items[0].name, listed, partial(ratio, items[0]), order)

    def _rates(self, items: Sequence[Indicator], *, first: bool = True) -> Iterator[str]:
        """Each indicator with its change; ``first`` if the paragraph begins with them."""
        known = ((item, value) for item in items if (value := self._line.quotient(item).exact) is not None)
        for at, (item, value) in enumerate(known):
            yield f"{item.name}{ratio(item, value)}{self._change(item, again=at > 0 or not first)}"

    def _count(self, column: Column, value: int, size: bool | None = None) -> str:
        """A sum, with a word if figures in it are in open question."""
        words = published.label(column)
        words = words.removesuffix(column.measure) if len(column.measure) > 1 else words  # 年度培训3.21万人次
        questioned = len(self._line.questioned_rows(column.key))
        doubt = f"（含{IN_QUESTION}的{questioned}个地区）" if questioned else ""
        return words + amount(value, column.measure, in_ten_thousands=size) + doubt

    def _sum_once(self, column: Column) -> str:
        """The sum with shared knowledge bases counted once, if regions of one system each report it."""
        once = self._line.once(column.key)
        same = "（各地区相加；系统省集中、各地区所报相同的，按一个知识库只计一次为"
        return "" if once is None else f"{same}{amount(once, column.measure)}）"

    def _change(self, of: Figure | Indicator, *, again: bool = False) -> str:
        """，同口径比2018年下降1.8%: over rows of both years; a paragraph names the year only once."""
        change = self._nation.change(self._line, of)
        if change is None:
            return ""
        up, unit = ("上升", "个百分点") if isinstance(of, Indicator) and of.percent else ("增长", "%")
        if not printed(change * 100, 1):
            return "，同口径持平" if again else f"，同口径与{self._nation.then}持平"
        size = f"{up if change > 0 else '下降'}{rounded(abs(change) * 100, 1)}{unit}"
        return f"，同口径{size}" if again else f"，同口径比{self._nation.then}{size}"


def _units_listed(units: Sequence[tuple[str, Any]], word: Callable[[Any], str]) -> str:
    """河北（94.2%）、北京（93.0%）."""
    return "、".join(f"{name}（{word(value)}）" for name, value in units)
