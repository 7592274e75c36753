"""问题清单: what was found, the most important first, with room for what staff find out, and every file passed over.

Findings alike are one line: a city is asked once about all its figures, and a unit once about all its cities, or all its
versions of a file, of which the same is to be said. Hidden columns tell a later merge what each line was about, so that
nothing settled here is asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from hrss12333.merging.national_workbook import Sheets, from_properties, issue_texts
from hrss12333.merging.questioned import OUTDATED, answer_mark, fingerprint
from hrss12333.model import summary_lines
from hrss12333.model.filing import Row
from hrss12333.model.finding import Finding, Severity, Verification
from hrss12333.model.message import Message
from hrss12333.model.national import National
from hrss12333.model.summary_lines import ISSUES, nobody, reporter
from hrss12333.reading.files.opening import read_cells
from hrss12333.reading.files.package import Package, custom_properties
from hrss12333.reading.files.source import load
from hrss12333.reading.grid import FileProblem
from hrss12333.survey.schema import Form
from hrss12333.wording.alike import Alike
from hrss12333.wording.finding_lines import suggestion_text
from hrss12333.wording.privacy import public_finding, public_value
from hrss12333.wording.since_lines import SinceLine, since_lines
from hrss12333.wording.values import field_label, value_about
from hrss12333.wording.verdicts import counts_text, missing_text
from hrss12333.writing.national.block_rows import CellContent, ReadyCell
from hrss12333.writing.national.book import ColumnHead, NationalBook
from hrss12333.writing.national.paper import LINE_HIGH, Page, page_breaks
from hrss12333.writing.sheet_text import public, wrapped_lines
from hrss12333.writing.workbook import INPUT_COLOUR

_PASSED_OVER = "未读取"
SETTLED = "已核实"
_DATE_FORMAT = "yyyy-mm-dd"
_ISSUE_COLUMNS = (
    ColumnHead("@number", "序号", 5.5),
    ColumnHead("@unit", summary_lines.UNIT, 15),
    ColumnHead("@severity", "级别", 11),
    ColumnHead("@rule", "规则", 6.5),
    ColumnHead("@region", "地区", 13),
    ColumnHead("@field", "栏目", 17),
    ColumnHead("@value", "原值", 14),
    ColumnHead("@message", "问题", 46),
    ColumnHead("@advice", "建议", 32),
    ColumnHead("@reason", "备注说明", 16),
    ColumnHead("@influence", "影响", 7.5),
    ColumnHead("@checked", "核实情况", 24),
    ColumnHead("@checker", "核实人", 9),
    ColumnHead("@checked_on", "核实日期", 11.5),
    ColumnHead("@file", "文件", 24),
    ColumnHead("@sheet", "工作表", 9),
    ColumnHead("@cell", "单元格", 8),
)
_KEY_COLUMNS = tuple(
    ColumnHead(f"@key_{name}", f"@key_{name}", 10) for name in ("rule", "unit", "form", "region", "fields", "figures")
)
"""What a line is about, for a later merge: fields and their fingerprints in the same order, joined by commas; where there
are several regions, those too, a line each."""
_AT = {column.key: number for number, column in enumerate((*_ISSUE_COLUMNS, *_KEY_COLUMNS))}
_STAFF = ("@checked", "@checker", "@checked_on")
"""For what staff find out."""
_REPEATED_COLUMNS = 2
"""Columns that come again on each page."""
HIGHEST, NOTE_HIGH = 400, 84
"""Points of the highest line, and of the highest of notes."""
_DAY_ZERO = date(1899, 12, 30).toordinal()
"""From which a workbook counts its days."""
_MOST_KNOWN = 40_000
"""Contents of cells that are remembered."""
_MOST_CELLS = 6
"""Cells, or runs of them, that a line names."""
_MOST_QUESTIONED = 1_000
"""Findings of a line that the hidden columns tell; a cell holds no more."""


def _issue_lines(book: NationalBook) -> list[Alike]:
    """The findings as lines, the most important first; the notes last, those of a unit by one rule together."""
    together = [line.findings for line in book.questions]
    notes: dict[tuple[str | None, str], list[Finding]] = {}
    for one in book.national.findings:
        if one.severity is Severity.NOTE:
            notes.setdefault((one.unit, one.rule), []).append(one)
    together += map(tuple, notes.values())
    return [Alike(of[at : at + _MOST_QUESTIONED]) for of in together for at in range(0, len(of), _MOST_QUESTIONED)]


def write_issues(book: NationalBook, sheet: Any) -> None:
    """Fill the sheet."""
    lines, skipped = _issue_lines(book), book.national.skipped
    who = reporter(book.national)
    since = [*since_lines(book.progress, book.national.edition)] if book.progress else []
    remarks = [
        f"{_counts_in_words(book.national)}，同一地区同一规则的、几个地区情况相同的合为一行。"
        "按“影响”（可能牵动合计的比例）从大到小，再按级别排列。"
        + (f"其后是未读取的文件{len(skipped)}个。" if skipped else "")
        + (f"与上次相比已改正的、问题以外的变动列在其后，共{len(since)}条。" if since else "")
        + "提示按单位和规则合并，列在最后，不打印。",
        f"强制性错误须改正后重报；核实性错误请与{who}核对，备注说明了原因的即可；提示不需处理。",
        "核实过的，在“核实情况”“核实人”“核实日期”三栏写明；下次汇总时用 --since 指定本表，数据没有变的不再重复提问。",
    ]
    columns = [replace(column, heading=who) if column.key == "@unit" else column for column in _ISSUE_COLUMNS]
    widths = [column.width for column in columns]
    page = Page(book, sheet, columns, repeated=_REPEATED_COLUMNS, last=_AT["@reason"])
    top = page.title(f"{book.year}年度{ISSUES}", remarks)
    page.heading_line(top)
    for column in _KEY_COLUMNS:
        sheet.write_string(top, _AT[column.key], column.heading)
    writer = _IssueWriter(book, sheet)
    written: list[tuple[Mapping[str, CellContent], Finding | None]] = [
        (_cells_of_line(book.national, line), line.first) for line in lines if not _is_note(line)
    ]
    written += [({"@severity": _PASSED_OVER, "@file": one.file, "@message": one.reason}, None) for one in skipped]
    written += [(_progress_texts(book.national, become), None) for become in since]
    printed = top + max(1, len(written))
    written += [(_cells_of_line(book.national, line), line.first) for line in lines if _is_note(line)]
    for number, (given, first) in enumerate(written, 1):
        writer.write(top + number, {"@number": number, **given}, first)
    last = top + max(1, len(written))
    _room_for_staff(book, sheet, top + 1, last)
    sheet.autofilter(top, 0, last, len(_ISSUE_COLUMNS) - 1)
    sheet.freeze_panes(top + 1, 2)
    sheet.ignore_errors({"number_stored_as_text": f"A{top + 2}:Q{last + 1}"})
    answered = any(given.get(key) for given, _ in written for key in _STAFF)
    end = _AT["@checked_on"] if answered else _AT["@reason"]
    page.last = end
    page.breaks = page_breaks(widths[: end + 1], [_AT["@influence"]] if answered else [end + 1], _REPEATED_COLUMNS)
    page.lay_out((top, top), rows=printed)
    sheet.set_column(len(_ISSUE_COLUMNS), len(_ISSUE_COLUMNS) + len(_KEY_COLUMNS) - 1, 10, None, {"hidden": True})
    book.keys[ISSUES] = [*columns, *_KEY_COLUMNS]


def _is_note(line: Alike) -> bool:
    return line.first.severity is Severity.NOTE


def _counts_in_words(national: National) -> str:
    """共有强制性错误5处，提示12条，另有17个单位没报."""
    counts = counts_text(national.counts)
    return "，".join(filter(None, [f"共有{counts}" if counts else "没有发现问题", missing_text(national)]))


def _room_for_staff(book: NationalBook, sheet: Any, first: int, last: int) -> None:
    example, on_day, text = f"例如{book.year + 1}-2-3。", _AT["@checked_on"], _AT["@checked"]
    is_day: dict[str, Any] = {"validate": "date", "criteria": ">=", "value": date(book.year, 1, 1)}
    is_day |= {"input_title": "核实日期", "input_message": f"填日期，{example}"}
    is_day |= {"error_title": "不是日期", "error_message": f"请填日期，{example}"}
    sheet.data_validation(first, on_day, last, on_day, is_day)
    how = "写明核实结果和原因（至少六个字），并填核实人和核实日期。强制性错误只能改正。"
    anything = {"validate": "any", "input_title": "核实情况", "input_message": how}
    sheet.data_validation(first, text, last, text, anything)


def _cells_of_line(national: National, line: Alike) -> dict[str, CellContent]:
    """What a line says."""
    edition = national.edition
    findings, first, regions, files = line.findings, line.first, line.regions, line.files
    form = next((form for form in edition.forms if form.key == first.form), None)
    entries = [national.entry_of(one) for one in findings]
    at = [entry.row if entry else None for entry in entries]
    is_note, several = _is_note(line), len(regions) > 1
    shown = map(_noted, map(public_finding, findings)) if is_note else _messages_in_words(line.messages(public_finding))
    valued = () if is_note and len(findings) > 1 else [f for f in findings if not several or value_about(f) is not None]
    given: dict[str, CellContent] = {
        "@unit": first.unit or nobody(national),
        "@severity": SETTLED if first.is_settled else first.severity.label,
        "@rule": first.rule,
        "@region": "、".join(regions) if len(regions) <= _MOST_CELLS else f"{regions[0]}等{len(regions)}个地区",
        "@field": _joined_texts(
            "、", [field_label(edition, *key) for key in dict.fromkeys((one.form, one.field) for one in findings)]
        ),
        "@value": _joined_texts("、", map(public_value, valued)),
        "@message": _joined_texts("\n", shown),
        "@advice": _joined_texts("\n", [suggestion_text(edition, one) for one in findings]),
        "@reason": first.reason if first.explained else "",
        "@file": first.file if len(files) == 1 else f"{first.file}等{len(files)}个文件",
        "@sheet": first.sheet or "",
        "@cell": _cells_in_words([one for one in findings if one.file == first.file]),
        "@key_rule": first.rule,
        "@key_unit": first.unit or "",
        "@key_form": first.form or "",
        "@key_region": "\n".join([one.region or "" for one in findings]) if several else first.region or "",
        "@key_fields": ",".join([one.field or "" for one in findings]),
        "@key_figures": ",".join([_marks_of_figures(one, row, form) for one, row in zip(findings, at, strict=True)]),
    }
    if line.stake:
        given["@influence"] = line.stake
    return given | _answered(first.verification) if first.verification else given


def _noted(finding: Finding) -> str:
    """济南市（C8）：读作12。: a note among others of its unit and rule."""
    where = (finding.region or "") + (f"（{finding.cell}）" if finding.cell else "")
    return f"{where}：{finding.message_text}" if where else finding.message_text


def _cells_in_words(findings: list[Finding]) -> str:
    """C8、E8; of rows below each other B6至B16."""
    if len(findings) == 1:
        return findings[0].cell or ""
    runs: list[list[Finding]] = []
    for one in sorted({one.cell: one for one in findings if one.cell}.values(), key=lambda one: (one.column, one.row)):
        below = runs and runs[-1][-1].column == one.column and (runs[-1][-1].row or 0) + 1 == one.row
        if below:
            runs[-1].append(one)
        else:
            runs.append([one])
    named = [f"{run[0].cell}至{run[-1].cell}" if len(run) > 1 else run[0].cell or "" for run in runs]
    return "、".join(named[:_MOST_CELLS]) + (f"等{sum(map(len, runs))}处" if len(named) > _MOST_CELLS else "")


def _answered(known: Verification) -> dict[str, CellContent]:
    """What staff wrote earlier; a day that is none as it was written, to be put right."""
    day = known.when.toordinal() - _DAY_ZERO if known.when else None
    return {"@checked": known.text, "@checker": known.who, "@checked_on": known.unread or day}


def _messages_in_words(messages: Sequence[Message]) -> list[str]:
    """What is said; what all say after their first sentences only once."""
    same = len(messages) > 1 and all(message.fact and message.others == messages[0].others for message in messages)
    return (
        [f"{message.phrase}。" for message in messages] + ["".join(messages[0].others)]
        if same
        else [message.text for message in messages]
    )


def _progress_texts(national: National, line: SinceLine) -> dict[str, str]:
    """The texts of what no finding tells; without the hidden ones, so that a later merge does not take it for a question."""
    return {
        "@unit": line.unit or nobody(national),
        "@severity": line.kind,
        "@rule": line.rule,
        "@region": line.region,
        "@field": line.label,
        "@message": line.words,
        "@sheet": line.form,
    }


def _marks_of_figures(finding: Finding, row: Row | None, form: Form | None) -> str:
    """What the finding is about; with it the mark of an answer that was about other figures."""
    written = finding.verification
    outdated = OUTDATED + answer_mark(written.text, written.who, written.when) if written and written.outdated else ""
    return fingerprint(finding, row, form) + outdated


def _joined_texts(between: str, texts: Iterable[str | None]) -> str:
    return between.join(dict.fromkeys(filter(None, texts)))


class _IssueWriter:
    """Writes a line a row; what lines of a kind have in common, and what is in many rows, is made once."""

    def __init__(self, book: NationalBook, sheet: Any) -> None:
        self._styles, self._sheet = book.styles, sheet
        self._looks, self._cell = cache(self._looks_of_columns), lru_cache(_MOST_KNOWN)(self._new_cell)

    def _looks_of_columns(self, mark: str, settled: bool, has_influence: bool) -> list[tuple[str, Any, float | None]]:
        """Of the columns, as such lines have them, key, format, and how many half-width characters go on a
        line; None where the row is not made higher for the column."""
        styles, grey = self._styles, {"font_color": "#7F7F7F"} if settled else {}
        room: dict[str, Any] = {"bg_color": INPUT_COLOUR} if mark == Severity.QUERY else {}
        text, staff = styles.text(text_wrap=True, **grey), styles.text(text_wrap=True, **room)
        looks = {
            "@number": styles.number("0", **grey),
            "@severity": styles.text(text_wrap=True, mark=mark, **grey),
            "@influence": styles.number("0.00%", **grey) if has_influence else text,
            "@checked": staff,
            "@checker": staff,
            "@checked_on": styles.cell(num_format=_DATE_FORMAT, align="center", **room),
        }
        wide = {column.key: 0.9 * column.width - 1.5 for column in _ISSUE_COLUMNS if column.key not in _STAFF}
        shown = [(column.key, looks.get(column.key, text), wide.get(column.key)) for column in _ISSUE_COLUMNS]
        return shown + [(column.key, None, None) for column in _KEY_COLUMNS]

    def _new_cell(self, look: Any, wide: float | None, content: CellContent) -> tuple[ReadyCell, int]:
        """A cell, and how many lines it takes."""
        if not isinstance(content, str):
            return self._sheet.cell(look, content), 1
        lines = 1 if wide is None else wrapped_lines(content, wide)
        return self._sheet.cell(look, public(content) or None), lines

    def write(self, row: int, given: Mapping[str, CellContent], first: Finding | None = None) -> None:
        """Findings of which this is the weightiest, or a file passed over."""
        settled, is_note = first is not None and first.is_settled, first is not None and first.severity is Severity.NOTE
        mark = first.severity.value if first and not (is_note or settled) else ""
        looks = self._looks(mark, settled, "@influence" in given)
        found = [self._cell(look, wide, given.get(key)) for key, look, wide in looks]
        high = LINE_HIGH * max([lines for _, lines in found]) + 3
        self._sheet.add(row, [cell for cell, _ in found], height=min(NOTE_HIGH if is_note else HIGHEST, high))


def answered_lines(path: Path) -> int:
    """How many lines of the 问题清单 of a workbook about to be replaced staff wrote into: hours of telephoning; 0 where there
    is no workbook of this tool's, with its keys."""
    try:
        data = load(path)
        keys = from_properties(custom_properties(Package(data))) if data.startswith(b"PK") else None
        if keys is None:
            return 0
        book, _ = read_cells(path)
        lines = issue_texts(Sheets({grid.name: grid.cells for grid in book.grids if grid.name == ISSUES}, keys))
    except (FileProblem, OSError):
        return 0
    return sum(any(line.get(key) not in (None, "") for key in _STAFF) for line in lines)
