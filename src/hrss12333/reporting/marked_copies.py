"""Marked copies (`check --annotate`): the sender's own workbook with wrong cells filled and commented, and a first
sheet 审核结果 that leads to them. Where the format cannot be edited in place, the official form takes its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.checking.rules.files import columns
from hrss12333.model.check_code import copy_code_of
from hrss12333.model.document_marks import REMARK
from hrss12333.model.filing import Filing, Place, Row
from hrss12333.model.finding import Finding, NewValue, Severity, Where, row_where
from hrss12333.model.message import Words, base_name
from hrss12333.model.row import Problem
from hrss12333.model.text import TextKind
from hrss12333.patterns import clean, grouped
from hrss12333.questions.question import Question
from hrss12333.questions.respondents import Respondents
from hrss12333.reading.files.source import Source
from hrss12333.reading.grid import FileProblem
from hrss12333.reading.worker import run
from hrss12333.reading.worker.limits import Budget, Limit
from hrss12333.reporting.marking import ODD, MarkedQuestion, Marking
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.schema import LARGEST_EXACT, Form
from hrss12333.wording.places import by_sheet, own_question, stem_of, unique_paths
from hrss12333.wording.question_lines import further_text, question_lines
from hrss12333.wording.values import field_label, found_text
from hrss12333.wording.verdicts import verdict
from hrss12333.writing import check_folder, check_target, replacing
from hrss12333.writing.official import write_official
from hrss12333.writing.official.filled import form_content, joined_tables
from hrss12333.writing.official.layout import FormContent, Layout

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked

_CODE_LABEL = "校验码:"
"""Before the code of the marked data, in the copy's keywords: by it an unchanged copy sent back is recognised."""
_QUESTION = 0.0012
"""Seconds that each question of a file takes beside its copy: to be found, and to be asked in the letter."""
_TOO_MUCH = "内容太多，没有批注"


class Copies(Struct, frozen=True):
    """The result of `annotate_all`."""

    written: dict[tuple[str, str | None], Path] = {}
    """The sender's file, as shown, and its owner (a file may hold the forms of several units) → the copy."""
    refused: tuple[tuple[str, str], ...] = ()
    """Files without a copy, and why; Chinese."""

    def lines(self) -> list[str]:
        """A line for each copy, and one for those that are missing for one reason."""
        lines = [f"已写入：{path}" for path in self.written.values()]
        for reason, files in grouped(self.refused, itemgetter(1)).items():
            names = "、".join(clean(file) for file, _ in files)
            lines.append(f"没有副本的文件{len(files)}个（{reason}）：{names}")
        return lines


def annotate_all(
    folder: Path,
    respondents: Respondents,
    source_of: Callable[[str], Source],
    files: Iterable[Checked],
    *,
    option: str = "--annotate",
    force: bool,
) -> Copies:
    """A copy in ``folder`` for each of these files that is a filing in which something is wrong or to be confirmed.

    ``source_of`` gives a file by its path as shown; ``option`` is where the command line names the folder.

    Raises:
        UsageStop: where a target exists, before anything is written.
        JobStop: where a copy cannot be written.
    """
    check_folder(folder)
    asked = [item for item in files if not item.superseded_by and any(q.is_open for q in respondents.about(item))]
    planned: list[tuple[Checked, Filing, Path]] = []
    refused: list[tuple[str, str]] = []
    taken: set[str] = set()
    for item in asked:
        if isinstance(item.document, Filing):
            target = unique_paths(folder, f"{stem_of(item.file)}_审核", (".xlsx",), taken)[".xlsx"]
            check_target(target, force=force, option=option)
            planned.append((item, item.document, target))
        else:
            refused.append((item.file, "不是调查表，或者无法读取，没有可以批注的单元格"))
    written: dict[tuple[str, str | None], Path] = {}
    for item, filing, target in planned:
        try:
            content = _annotated(source_of(item.file), item, filing, respondents)
        except FileProblem as problem:
            refused.append((item.file, _TOO_MUCH if problem.kind is Problem.TOO_LARGE else problem.message.text))
            continue
        with replacing(target) as temporary:
            temporary.write_bytes(content)
        written[item.file, item.owner] = target
    return Copies(written, tuple(refused))


class _Target(Struct, frozen=True):
    """The workbook that is marked."""

    instead: str = ""
    """Why it is not the sender's file itself; Chinese, empty where it is."""
    moved: Mapping[Place, Place] | None = None
    """Cell of the sender's file → its place here; None where they are the same."""

    def find(self, place: Place | None) -> Place | None:
        """The place here of a cell of the sender's file; None where it has none."""
        return place if self.moved is None or place is None else self.moved.get(place)


def _annotated(source: Source, checked: Checked, filing: Filing, respondents: Respondents) -> bytes:
    """The copy of one filing, without the forms of other units that its file holds."""
    edition = checked.edition or respondents.inbox.edition
    notes = [Question("", note) for note in checked.findings if note.severity is Severity.NOTE]
    asked = (*respondents.about(checked), *notes)
    listed = [own_question(each, is_city=respondents.of is not None) for each in asked]
    made, why = b"", "还有其他单位的表"
    source.budget.take(_QUESTION * len(listed))
    with source.budget.own_time():
        if checked.file not in respondents.inbox.shared:
            made, why = _marked(source.load(), _marking(_Target(), checked, listed, filing, edition), source.budget)
        if why:
            source.budget.limit()  # the form is written here
            official, moved = _on_official_form(filing, edition)
            made, why = _marked(
                official, _marking(_Target(why, moved), checked, listed, filing, edition), source.budget
            )
    if why:
        raise FileProblem(Problem.DAMAGED, "没能批注，统一表样{why}。", why=Words(why))
    return made


def _marked(data: bytes, marking: Marking, budget: Budget) -> tuple[bytes, str]:
    """The marked copy that the worker makes, or why it makes none."""
    task = "reporting.working_copy:marked"
    try:
        limit = Limit(budget.limit().seconds / 2)  # the official form may have to take the file's place
        made: tuple[bytes, str] = run(tuple[bytes, str], task, data, marking, budget=budget, limit=limit)
    except FileProblem as problem:
        return b"", "过大" if problem.kind is Problem.TOO_LARGE else ODD
    return made


def _on_official_form(filing: Filing, edition: Edition) -> tuple[bytes, dict[Place, Place]]:
    """The official form with the file's content, unread values as found, and the cells of the file → their places in it."""
    moved: dict[Place, Place] = {}
    sheets = [_form_content(edition, form, filing, moved) for form in edition.forms if filing.tables_of(form)]
    out = BytesIO()
    write_official(out, edition, sheets)
    return out.getvalue(), moved


def _form_content(edition: Edition, form: Form, filing: Filing, moved: dict[Place, Place]) -> FormContent:
    tables = filing.tables_of(form)
    sheet = form_content(joined_tables(tables)[form.key])
    layout = Layout(sheet, edition.forms)

    def there(row: int, column: int) -> Place:
        """A cell of the layout, which counts from 0."""
        return Place(form.key, row + 1, column + 1)

    for table in tables:
        for key, value in table.header.items():
            slot = layout.slot(key)
            if value.place:
                moved[value.place] = there(slot.row, slot.left)
        for key, place in table.headings.items():
            moved.setdefault(place, there(layout.heading + 1, layout.columns[key]))
        for key, value in table.total.values.items() if table.total else ():
            if value.place:
                moved[value.place] = there(layout.total, layout.columns[key])
    rows = [(table, row) for table in tables for row in table.rows]
    for index, (table, row) in enumerate(rows):
        number = layout.first + index
        moved[row.place] = there(number, layout.columns[form.region.key])
        for key, heading in table.headings.items():  # blank cells too
            moved[Place(table.sheet, row.place.row, heading.column)] = there(number, layout.columns[key])
    return sheet


def _marking(
    target: _Target, checked: Checked, listed: Sequence[Question], filing: Filing, edition: Edition
) -> Marking:
    """All that is drawn: cells that open questions about the file are about, by the gravest; all questions and notes are
    listed."""
    drawn = []
    rows = {row_where(table, row): row for table in filing.tables for row in table.rows}
    by_severity = grouped(listed, lambda each: each.ground.severity)
    for severity in Severity:
        for question in [each for _, of_sheet in by_sheet(by_severity.get(severity, [])) for each in of_sheet]:
            ground, value = question.ground, question.ground.value
            (line,) = question_lines([question.changed(lambda each: _in_copy(target, each))], edition)
            message = clean(ground.message_text) + further_text(question)
            remark = REMARK.format(level=severity.label, rule=line.rules) + message
            texts = [
                f"{severity.label}{'（已说明）' if ground.explained else ''}",
                line.rules,
                "",
                "",
                clean(ground.region or ""),
                field_label(edition, ground.form, ground.field),
                value if type(value) is int and abs(value) < LARGEST_EXACT else found_text(value),
                message,
                "\n".join(filter(None, (line.answer, line.advice))),
            ]
            is_drawn = ground.file == filing.file and question.is_open
            words = "\n".join(filter(None, (remark, line.advised))) if is_drawn else ""
            sheet = (ground.sheet if target.moved is None else ground.form) or ""
            places = _places(target, ground, filing, rows)
            also = [
                place
                for each in question.further
                for found in _places(target, each, filing, rows)[:1]
                for place in found
            ]
            drawn.append(MarkedQuestion(severity, places, also, words, texts, sheet))
    code = copy_code_of(filing.tables, filing.loose_figures)
    keywords = f"{_CODE_LABEL}{code}" if code else None
    asked = [question for question in listed if question.ground.severity is not Severity.NOTE]
    return Marking(verdict(checked, asked), _remarks(target, checked), drawn, keywords)


def _places(target: _Target, finding: Finding, document: Filing, rows: Mapping[Where, Row]) -> list[list[Place]]:
    """The cells of the copy to be filled for a finding: its own and those of its row's other figures, or, where a column
    is missing, the headings that are no column's, else the row of headings."""
    row = rows.get(finding.where)
    others = [row.get(key).place for key in finding.figures] if row else []
    tried: list[list[Place | None]] = [[_place_of(finding, finding), *others]]
    if tried == [[None]] and finding.rule == columns.id:
        tables = (t for t in document.tables if (t.sheet, t.form.key) == (finding.sheet, finding.form))
        known = sorted(place for table in tables for place in table.headings.values())
        headed = {(place.sheet, place.row) for place in known}
        cells = [text.place for text in document.texts if text.kind is TextKind.CELL and text.place]
        tried = [[place for place in cells if (place.sheet, place.row) in headed], [*known]]
    return [list(dict.fromkeys(there for there in map(target.find, places) if there)) for places in tried]


def _place_of(finding: Finding, cell: Finding | NewValue) -> Place | None:
    """The cell in the sender's file that a finding, or what it suggests, is about."""
    return Place(finding.sheet, cell.row, cell.column) if finding.sheet and cell.row and cell.column else None


def _in_copy(target: _Target, finding: Finding) -> Finding:
    """The finding with what it suggests for the cells of the copy."""
    if finding.suggestion is None:
        return finding
    places = ((value, target.find(_place_of(finding, value))) for value in finding.suggestion.values)
    values = tuple(replace(new, row=at.row if at else None, column=at.column if at else None) for new, at in places)
    return replace(finding, suggestion=replace(finding.suggestion, values=values))


def _remarks(target: _Target, checked: Checked) -> list[str]:
    unit, code = checked.unit.name if checked.unit else "未识别", f"　　校验码：{checked.code}" if checked.code else ""
    instead = f"原文件{target.instead}，不能直接在上面批注，已把数据填入统一表样，其他内容没有保留。"
    return [
        f"文件：{base_name(checked.file)}　　报送单位：{unit}{code}",
        "用法：红底是强制性错误，必须改正；黄底是核实性错误，请核实，数据无误的在“备注”栏写明原因；"
        "原因和建议也写在单元格的批注里。改好后保存，把本文件直接发回即可，本表不必删除。",
        *([instead] if target.instead else []),
    ]
