"""Annotated copies (`check --annotate`): the sender's own workbook with wrong cells filled and commented, and a first
sheet 审核结果 that leads to them. Where the format cannot be edited in place, the official form takes its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from hrss12333.checking.rules.files import columns
from hrss12333.model.check_code import copy_code_of
from hrss12333.model.document_marks import AUDIT_SHEET, COPY_CATEGORY, REMARK
from hrss12333.model.filing import Filing, Place
from hrss12333.model.finding import Finding, NewValue, Severity
from hrss12333.model.text import TextKind
from hrss12333.reading.grid import FileProblem
from hrss12333.reporting.annotated.working_copy import (
    AUDIT_TITLE,
    GROUNDS,
    AuditLine,
    EditError,
    WorkingCopy,
    add_audit_sheet,
    clear_fills_and_comments,
    comment,
    copy_of_original,
    copy_on_official_form,
    fit_comments,
    shown_at,
    to_bytes,
)
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.schema import LARGEST_EXACT
from hrss12333.wording.alike import grouped
from hrss12333.wording.finding_lines import suggestion_text
from hrss12333.wording.places import FileNames, base_name, by_sheet, stem_of, unique_paths
from hrss12333.wording.text import clean
from hrss12333.wording.values import field_label, found_text
from hrss12333.wording.verdicts import verdict
from hrss12333.writing.target import check_folder, check_target, replacing

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked

_CODE_LABEL = "校验码:"
"""Before the code of the annotated data, in the copy's keywords: by it an unchanged copy sent back is recognised."""


class Copies(Struct, frozen=True):
    """The result of `annotate_all`."""

    written: dict[tuple[str, str], Path] = {}
    """The sender's file, as shown, and the code of the unit whose forms were annotated (a file may hold those of several) →
    the copy."""
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
    checked: Iterable[Checked],
    data_of: Callable[[str], bytes],
    edition: Edition,
    names: FileNames | None = None,
    *,
    option: str = "--annotate",
    force: bool,
) -> Copies:
    """A copy in ``folder`` for each filing in which something is wrong or to be confirmed.

    ``data_of`` gives the bytes of a file by its path as shown; ``names`` are what files are called in messages, by default each
    by its own name; ``option`` is where the command line names the folder.

    Raises:
        UsageStop: where a target exists, before anything is written.
        JobStop: where a copy cannot be written.
    """
    check_folder(folder)
    planned: list[tuple[Checked, Filing, Path]] = []
    refused: list[tuple[str, str]] = []
    taken: set[str] = set()
    files = list(checked)
    names = names or FileNames(item.file for item in files)
    for item in files:
        filing = item.document
        if item.superseded_by or not any(finding.is_open for finding in item.findings):
            continue
        if not isinstance(filing, Filing):
            refused.append((item.file, "不是调查表，或者无法读取，没有可以批注的单元格"))
            continue
        target = unique_paths(folder, f"{stem_of(item.file)}_审核", (".xlsx",), taken)[".xlsx"]
        check_target(target, force=force, option=option)
        planned.append((replace(item, findings=tuple(map(names.of, item.findings))), filing, target))
    written: dict[tuple[str, str], Path] = {}
    for item, filing, target in planned:
        try:
            content = _annotated(data_of(item.file), item, filing, item.edition or edition)
        except FileProblem as problem:
            refused.append((item.file, problem.message.text))
            continue
        with replacing(target) as temporary:
            temporary.write_bytes(content)
        written[item.file, item.unit.code if item.unit else ""] = target
    return Copies(written, tuple(refused))


def _annotated(data: bytes, checked: Checked, filing: Filing, edition: Edition) -> bytes:
    """The copy of one filing."""
    try:
        return _annotate(copy_of_original(data), checked, filing, edition)
    except EditError as reason:
        return _annotate(copy_on_official_form(filing, edition, str(reason)), checked, filing, edition)


def _annotate(copy: WorkingCopy, checked: Checked, filing: Filing, edition: Edition) -> bytes:
    """Fill the cells that open findings of the file are about, each by the gravest, comment on them, and list all
    findings; the bytes of the file."""
    book = copy.book
    _clear(book)
    filled: set[Place] = set()
    comments: dict[Place, list[str]] = {}
    lines = []
    by_severity = [[f for f in checked.findings if f.severity is severity] for severity in Severity]
    for finding in [finding for group in by_severity for _, listed in by_sheet(group) for finding in listed]:
        places, advice = _places(copy, finding, filing), _advice(copy, finding, edition)
        if places and finding.file == filing.file and finding.is_open:
            for place in places:
                if place not in filled:
                    book[place.sheet][place.a1].fill = PatternFill("solid", fgColor=GROUNDS[finding.severity])
            filled |= set(places)
            said = REMARK.format(level=finding.severity.label, rule=finding.rule) + clean(finding.message_text)
            comments.setdefault(places[0], []).append(f"{said}\n建议：{advice}" if advice else said)
        lines.append(_audit_line(copy, finding, places, field_label(edition, finding.form, finding.field), advice))
    for place, texts in comments.items():
        comment(book[place.sheet], place, "\n".join(texts))
    fit_comments(book)
    add_audit_sheet(book, base_name(checked.file), _remarks(copy, checked), lines)
    book.properties.category = COPY_CATEGORY
    code = copy_code_of(checked.document.tables) if isinstance(checked.document, Filing) else None
    book.properties.keywords = f"{_CODE_LABEL}{code}" if code else None
    return to_bytes(book)


def _clear(book: Workbook) -> None:
    """Take an earlier audit's sheet, comments and fills out of a copy that was worked on and sent back."""
    if book.properties.category != COPY_CATEGORY:
        return
    for page in book.worksheets:
        if page.title.startswith(AUDIT_SHEET) and str(page["A1"].value).startswith(AUDIT_TITLE):
            book.remove(page)
    clear_fills_and_comments(book)


def _places(copy: WorkingCopy, finding: Finding, document: Filing) -> list[Place]:
    """The cells of the copy to be filled for a finding: its own, or, where a column is missing, the headings that are no column's,
    else the row of headings."""
    tried: list[list[Place | None]] = [[_place_of(finding, finding)]]
    if tried == [[None]] and finding.rule == columns.id:
        tables = (t for t in document.tables if (t.sheet, t.form.key) == (finding.sheet, finding.form))
        known = sorted(place for table in tables for place in table.headings.values())
        rows = {(place.sheet, place.row) for place in known}
        cells = [text.place for text in document.texts if text.kind is TextKind.CELL and text.place]
        tried = [[place for place in cells if (place.sheet, place.row) in rows], [*known]]
    for places in tried:
        found = [there for there in map(copy.find, places) if there]
        if found:
            return list(dict.fromkeys(shown_at(copy.book[there.sheet], there) for there in found))
    return []


def _place_of(finding: Finding, cell: Finding | NewValue) -> Place | None:
    """The cell in the sender's file that a finding, or what it suggests, is about."""
    return Place(finding.sheet, cell.row, cell.column) if finding.sheet and cell.row and cell.column else None


def _advice(copy: WorkingCopy, finding: Finding, edition: Edition) -> str:
    """The finding's suggestion in words, for the cells of the copy."""
    if finding.suggestion is None:
        return ""
    places = ((value, copy.find(_place_of(finding, value))) for value in finding.suggestion.values)
    values = tuple(replace(new, row=at.row if at else None, column=at.column if at else None) for new, at in places)
    return suggestion_text(edition, replace(finding, suggestion=replace(finding.suggestion, values=values)))


def _audit_line(copy: WorkingCopy, finding: Finding, places: Sequence[Place], label: str, advice: str) -> AuditLine:
    sheet, cell = (places[0].sheet, places[0].a1) if places else (copy.sheet_of(finding), "")
    quoted = sheet.replace("'", "''")
    link = f"'{quoted}'!{cell or 'A1'}" if sheet in copy.sheets else ""
    reason = f"备注说明：{clean(finding.reason)}" if finding.reason else ""
    value = finding.value
    texts = (
        f"{finding.severity.label}{'（已说明）' if finding.explained else ''}",
        finding.rule,
        clean(sheet),
        cell or ("见工作表" if link else ""),
        clean(finding.region or ""),
        label,
        value if type(value) is int and abs(value) < LARGEST_EXACT else found_text(value),
        clean(finding.message_text),
        "\n".join(filter(None, (reason, advice))),
    )
    return AuditLine(texts, finding.severity, link)


def _remarks(copy: WorkingCopy, checked: Checked) -> list[str]:
    unit = checked.unit.name if checked.unit else "未识别"
    remarks = [
        f"报送单位：{unit}" + (f"　　校验码：{checked.code}" if checked.code else ""),
        f"结论：{verdict(checked)}",
        "用法：红底是强制性错误，必须改正；黄底是核实性错误，请核实，数据无误的在“备注”栏写明原因；"
        "原因和建议也写在单元格的批注里。改好后保存，把本文件直接发回即可，本表不必删除。",
    ]
    kept = "增加了底色、批注和本表；宏、控件、图形、数字签名等可能没有保留，公式的结果打开时重算"
    if copy.instead:
        kept = f"原文件{copy.instead}，不能直接在上面批注，已把数据填入统一表样，其他内容没有保留"
    return [*remarks, f"与原文件的差别：{kept}。"]
