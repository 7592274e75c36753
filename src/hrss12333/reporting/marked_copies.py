"""Marked copies (`check --annotate`): the sender's workbook, or else the official form, with 审核结果."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.checking.engine import Checked
from hrss12333.checking.rules.files import columns
from hrss12333.model.check_code import REMARK, copy_code_of
from hrss12333.model.filing import Filing, Place, Problem, Row
from hrss12333.model.finding import Finding, NewValue, Severity, Where, row_where
from hrss12333.model.message import base_name
from hrss12333.model.text import TextKind
from hrss12333.patterns import clean
from hrss12333.questions import Question
from hrss12333.questions.respondents import Respondents
from hrss12333.reading.files.discovery import Source
from hrss12333.reading.grid import FileProblem
from hrss12333.reading.worker import run
from hrss12333.reading.worker.limits import Budget, Limit
from hrss12333.survey.schema import LARGEST_EXACT, Edition, Form
from hrss12333.wording.question_lines import QuestionLine, further_text, question_lines
from hrss12333.wording.values import by_sheet, field_label, found_text, question_for_respondent, stem_of, unique_paths
from hrss12333.wording.verdicts import verdict
from hrss12333.writing import check_folder, check_target, replacing
from hrss12333.writing.official import write_official
from hrss12333.writing.official.filled import form_content, joined_tables
from hrss12333.writing.official.layout import FormContent, Layout

_QUESTION = 0.0012
"""Seconds of the file's budget that each question takes outside the worker."""


class MarkedQuestion(Struct, frozen=True):
    """A question or note in a marked copy."""

    severity: Severity
    places: list[Place]
    """Cells to be coloured."""
    also: list[Place]
    """Cells of its further facts."""
    words: str
    """The comment on its first cell; empty where it is only listed."""
    texts: list[int | str]
    """Its line in 审核结果 from 级别 on; the worker adds sheet and cell."""
    sheet: str
    """The sheet that it is about, if it has no cell; empty for none."""


class Marking(Struct, frozen=True):
    """All that the worker draws into a copy."""

    title: str
    remarks: list[str]
    """Lines below the title."""
    questions: list[MarkedQuestion]
    """The gravest first."""
    keywords: str | None
    """The code by which an unchanged copy is recognised when it comes back."""


def annotate_all(
    folder: Path,
    respondents: Respondents,
    source_of: Callable[[str], Source],
    files: Iterable[Checked],
    *,
    option: str = "--annotate",
    force: bool,
) -> tuple[dict[tuple[str, str | None], Path], list[str]]:
    """Write a marked copy of each of these filings that has an open question.

    Returns (file, owner) → its copy, and Chinese lines on why files have none. Raises `UsageStop` before
    anything is written if a target exists, naming the ``option`` that gave the folder; `JobStop` if a copy
    cannot be written."""
    check_folder(folder)
    filings, taken = list[tuple[Checked, Filing, Path]](), set[str]()
    written, refused = dict[tuple[str, str | None], Path](), dict[str, list[str]]()
    for item in files:
        if item.superseded_by or not any(question.is_open for question in respondents.about(item)):
            continue
        if isinstance(item.document, Filing):
            target = unique_paths(folder, f"{stem_of(item.file)}_审核", (".xlsx",), taken)[".xlsx"]
            check_target(target, force=force, option=option)
            filings.append((item, item.document, target))
        else:
            refused.setdefault("不是调查表，或者无法读取，没有可以批注的单元格", []).append(clean(item.file))
    for item, filing, target in filings:
        try:
            content = _annotated(source_of(item.file), item, filing, respondents)
        except FileProblem as problem:
            why = "内容太多，没有批注" if problem.kind is Problem.TOO_LARGE else problem.text
            refused.setdefault(why, []).append(clean(item.file))
            continue
        with replacing(target) as temporary:
            temporary.write_bytes(content)
        written[item.file, item.owner] = target
    return written, [f"没有副本的文件{len(of)}个（{why}）：{'、'.join(of)}" for why, of in refused.items()]


def _annotated(source: Source, checked: Checked, filing: Filing, respondents: Respondents) -> bytes:
    """The copy of one filing, on the official form if its own file cannot be marked."""
    edition = checked.edition or respondents.inbox.edition
    listed = [question_for_respondent(each, edition, respondents.of) for each in respondents.about(checked)]
    made, why = b"", "还有其他单位的表"
    source.budget.take(_QUESTION * len(listed))
    with source.budget.own_time():
        if checked.file not in respondents.inbox.shared:
            made, why = _marked(source.load(), _marking(checked, listed, filing, edition), source.budget)
        if why:
            source.budget.limit()  # refuses if no time is left: the form is written outside the worker
            official, moved = _on_official_form(filing, edition)
            made, why = _marked(official, _marking(checked, listed, filing, edition, moved, why), source.budget)
    if why:
        raise FileProblem(Problem.DAMAGED, f"没能批注，统一表样{why}。")
    return made


def _marked(data: bytes, marking: Marking, budget: Budget) -> tuple[bytes, str]:
    """The copy as the worker marks it; or nothing and the reason, Chinese."""
    task = "reporting.working_copy:marked"
    try:
        limit = Limit(budget.limit().seconds / 2)  # the other half is for the official form in its place
        return run(bytes, task, data, marking, budget=budget, limit=limit), ""
    except FileProblem as problem:
        why = {Problem.TOO_LARGE: "过大", Problem.OTHER_FORMAT: problem.text}
        return b"", why.get(problem.kind, "内部结构不规范")


def _on_official_form(filing: Filing, edition: Edition) -> tuple[bytes, dict[Place, Place]]:
    """The official form with the filing's content, and cell of the filing → cell of the form."""
    moved: dict[Place, Place] = {}
    sheets = [_form_content(edition, form, filing, moved) for form in edition.forms if filing.tables_of(form)]
    out = BytesIO()
    write_official(out, edition, sheets)
    return out.getvalue(), moved


def _form_content(edition: Edition, form: Form, filing: Filing, moved: dict[Place, Place]) -> FormContent:
    """One form's content; ``moved`` receives the new place of each cell."""
    tables = filing.tables_of(form)
    sheet = form_content(joined_tables(tables)[form.key])
    layout = Layout(sheet, edition.forms)

    def there(row: int, column: int) -> Place:
        """A cell by the layout's numbers, which count from 0."""
        return Place(form.key, row + 1, column + 1)

    for table in tables:
        for key, value in table.header.items():
            slot = layout.slot(key)
            if value.place:
                moved[value.place] = there(slot.row, slot.left)
        for key, place in table.headings.items():
            moved.setdefault(place, there(layout.heading + 1, layout.columns[key]))
        for column in form.columns:
            if table.total and (summed := table.total.get(column.key).place):
                moved[summed] = there(layout.total, layout.columns[column.key])
    rows = [(table, row) for table in tables for row in table.rows]
    for index, (table, row) in enumerate(rows):
        number = layout.first + index
        moved[row.place] = there(number, layout.columns[form.region.key])
        for key, heading in table.headings.items():  # blank cells too
            moved[Place(table.sheet, row.place.row, heading.column)] = there(number, layout.columns[key])
    return sheet


def _marking(
    checked: Checked,
    listed: Sequence[Question],
    filing: Filing,
    edition: Edition,
    moved: Mapping[Place, Place] | None = None,
    instead: str = "",
) -> Marking:
    """All that is drawn into a copy; if on the form, ``moved``: cell → its cell there; ``instead``: why."""
    rows = {row_where(table, row): row for table in filing.tables for row in table.rows}

    def find(place: Place | None) -> Place | None:
        """The copy's cell for a cell of the sender's file; None where there is none."""
        return place if moved is None or place is None else moved.get(place)

    def places_of(finding: Finding) -> list[Place]:
        found = (list(filter(None, map(find, places))) for places in _places(finding, filing, rows))
        return list(dict.fromkeys(next(filter(None, found), [])))

    drawn = []
    ordered = [one for _, of_sheet in by_sheet(listed) for one in of_sheet]
    for question in sorted(ordered, key=lambda each: each.ground.severity.rank):
        ground = question.ground
        (line,) = question_lines([question.changed(partial(_in_copy, find=find))], edition)
        message = clean(ground.message.text) + further_text(question)
        texts = _texts(line, message, edition)
        is_drawn = ground.file == filing.file and question.is_open
        remark = REMARK.format(level=ground.severity.label, rule=line.rules) + message
        words = "\n".join(filter(None, (remark, line.advised))) if is_drawn else ""
        sheet = (ground.sheet if moved is None else ground.form) or ""
        also = [place for each in question.further for place in places_of(each)]
        drawn.append(MarkedQuestion(ground.severity, places_of(ground), also, words, texts, sheet))
    code = copy_code_of(filing.tables, filing.loose_figures)
    keywords = f"校验码:{code}" if code else None
    return Marking(verdict(checked, listed), _remarks(checked, instead), drawn, keywords)


def _in_copy(finding: Finding, find: Callable[[Place | None], Place | None]) -> Finding:
    """The finding, its suggestion moved to the cells of the copy."""
    if finding.suggestion is None:
        return finding
    at = [(new, find(_cell_of(finding, new))) for new in finding.suggestion.values]
    values = tuple(replace(new, row=to.row if to else None, column=to.column if to else None) for new, to in at)
    return replace(finding, suggestion=replace(finding.suggestion, values=values))


def _texts(line: QuestionLine, message: str, edition: Edition) -> list[int | str]:
    """A question's texts in 审核结果 from 级别 on, with sheet and cell left blank."""
    ground, value = line.first, line.first.value
    return [
        f"{ground.severity.label}{'（已说明）' if ground.explained else ''}",
        line.rules,
        "",
        "",
        clean(ground.region or ""),
        field_label(edition, ground.form, ground.field),
        value if type(value) is int and abs(value) < LARGEST_EXACT else found_text(value),
        message,
        "\n".join(filter(None, (line.answer, line.advice))),
    ]


def _places(finding: Finding, filing: Filing, rows: Mapping[Where, Row]) -> Iterator[Sequence[Place | None]]:
    """Sets of cells that may be coloured, the best first; for a missing column, the headings."""
    row = rows.get(finding.where)
    yield [_cell_of(finding, finding), *([row.get(key).place for key in finding.figures] if row else [])]
    if finding.rule == columns.id:
        tables = (t for t in filing.tables if (t.sheet, t.form.key) == (finding.sheet, finding.form))
        headings = sorted(place for table in tables for place in table.headings.values())
        lines = {(place.sheet, place.row) for place in headings}
        cells = [text.place for text in filing.texts if text.kind is TextKind.CELL and text.place]
        yield [place for place in cells if (place.sheet, place.row) in lines]
        yield headings


def _cell_of(finding: Finding, cell: Finding | NewValue) -> Place | None:
    """The cell in the sender's file of a finding or of a value that it suggests."""
    return Place(finding.sheet, cell.row, cell.column) if finding.sheet and cell.row and cell.column else None


def _remarks(checked: Checked, instead: str) -> list[str]:
    unit = checked.unit.name if checked.unit else "未识别"
    code = f"　　校验码：{checked.code}" if checked.code else ""
    return [
        f"文件：{base_name(checked.file)}　　报送单位：{unit}{code}",
        "用法：红底是强制性错误，必须改正；黄底是核实性错误，请核实，数据无误的在“备注”栏写明原因；"
        "原因和建议也写在单元格的批注里。改好后保存，把本文件直接发回即可，本表不必删除。",
        *([f"原文件{instead}，不能直接在上面批注，已把数据填入统一表样，其他内容没有保留。"] if instead else []),
    ]
