"""问题清单: the questions, a line each, the most at stake first, with room for what staff find out; then every file passed
over, and the notes. Hidden columns tell a later merge what each line was about, so that nothing settled here is asked again.

附注: whatever was written in words in the filings and around them, verbatim, with room for what staff make of it. What
they wrote in an earlier workbook stays beside its text while that is the same; what they handled comes last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.merging.national_workbook import open_national, sheet_texts
from hrss12333.merging.quoted import text_key
from hrss12333.model.errors import UsageStop
from hrss12333.model.filing import cell_name
from hrss12333.model.finding import Finding, Severity, StaffAnswer, Verification
from hrss12333.model.national import National
from hrss12333.model.summary_lines import FILINGS, ISSUES, QUOTED, SEND_LIST, nobody, reporter
from hrss12333.model.text import Quoted
from hrss12333.patterns import clean, grouped
from hrss12333.questions.earlier import FIELDS_BETWEEN, OUTDATED, answer_mark, fingerprint
from hrss12333.questions.question import Question
from hrss12333.questions.respondents import Respondent, written
from hrss12333.wording.places import public_finding, public_question, public_value
from hrss12333.wording.question_lines import UNCHECKED, SinceLine, further_text, since_lines, suggestion_text
from hrss12333.wording.values import field_label
from hrss12333.wording.verdicts import counted_text
from hrss12333.writing.national.block_rows import CellContent
from hrss12333.writing.national.book import NationalBook, SheetColumn
from hrss12333.writing.national.table import write_table

SETTLED = "已核实"
STAFF = ("@checked", "@checker", "@checked_on")
"""Columns for the answers of staff."""
_KEYS = tuple(f"@key_{name}" for name in ("rule", "unit", "form", "region", "fields", "figures"))
"""Hidden columns that tell a later merge what a line is about: fields and their fingerprints in the same order, joined
by commas; where there are several regions, those too, a line each."""
_MOST_CELLS = 6
"""Cells, or regions, that a line names."""
_MOST_LINES = 24
"""Notes in a row: it is no higher than 409 points."""


def day_number(day: date | None) -> int | None:
    """A day as a workbook counts it."""
    return (day - date(1899, 12, 30)).days if day else None


class _Issue(Struct, frozen=True):
    """A line of the sheet."""

    contents: Mapping[str, CellContent]
    """Key of a column → its content."""
    mark: str = ""
    """The severity of what is asked or to be corrected; settled where staff have settled it."""


def _columns(national: National) -> list[SheetColumn]:
    """The columns, printed as far as 核实日期."""

    def column(key: str, heading: str, wide: float, look: str = "text", **about: Any) -> SheetColumn:
        given = {"mark": lambda line: "settled" if line.mark == "settled" else "", **about}
        return SheetColumn(key, heading, wide, show=lambda line: line.contents.get(key), look=look, **given)

    staff: dict[str, Any] = {
        "mark": lambda line: "room" if line.mark in ("error", "query", "settled") else "",
        "stays": True,
    }
    return [
        column("@number", "序号", 4.5, "plain"),
        column("@unit", reporter(national), 17.0),
        column("@severity", "级别", 10.0, "centre", mark=lambda line: line.mark),
        column("@rule", "规则", 7.0),
        column("@region", "地区", 10.0),
        column("@field", "栏目", 12.0),
        column("@message", "问题", 50.0),
        column("@advice", "建议", 14.0),
        column("@sheet", "工作表", 7.0),
        column("@cell", "单元格", 7.5),
        column("@checked", "核实情况", 16.0, **staff),
        column("@checker", "核实人", 7.5, **staff),
        column("@checked_on", "核实日期", 10.0, "date", **staff),
        column("@file", "文件", 24.0, prints=False),
        column("@value", "原值", 24.0, prints=False),
        column("@reason", "备注说明", 24.0, prints=False),
        column("@since", "首次提出", 11.0, "centre", prints=False),
        # A fingerprint may look like a telephone number.
        *(column(key, key, 10.0, "", prints=False, is_folded=True, is_private=key == _KEYS[-1]) for key in _KEYS),
    ]


def write_issues(book: NationalBook, sheet: Any) -> None:
    """Fill the sheet."""
    national, who = book.national, reporter(book.national)
    asked = [(each, question) for each in book.respondents for question in each.questions]
    asked.sort(key=lambda item: (not item[1].is_open, -item[1].stake, item[1].ground.severity.rank))
    awaited = [each.awaited for each in book.respondents if each.awaited]
    notes = grouped(
        (one for one in national.findings if one.severity is Severity.NOTE), lambda one: (one.unit, one.rule)
    )
    skipped, since = national.skipped, [*since_lines(book.progress, national.edition)] if book.progress else []
    found, silent = counted_text(question for _, question in asked), len(awaited)
    missing = f"{silent}个{national.noun}没报" if silent else ""
    remarks = [f"{'，'.join(filter(None, (f'共{found}' if found else '没有要改正、核实的', missing)))}。"]
    if asked or awaited or notes or skipped or since:
        remarks = [
            f"{remarks[0]}一处一行，按可能牵动合计的比例从大到小，再按级别排列，已说明、已核实的在后。"
            + (f"其后是未读取的文件{len(skipped)}个。" if skipped else "")
            + (f"与上次相比已改正的、本次未核对的、问题以外的变动列在其后，共{len(since)}条。" if since else ""),
            f"强制性错误须改正后重报；核实性错误请与{who}核对，备注说明了原因的即可；提示不需处理，按{who}和规则合并，列在最后，不打印。",
            "核实过的，在“核实情况”（结果和原因；数据不再改的，以“按原数列示”开头；不再报送的，写“不报”）“核实人”“核实日期”三栏写明；下次汇总时用 --since 指定本表，数据没有变的不再重复提问。",
        ]
    listed = [_issue(national, *item) for item in asked]
    listed += [
        _Issue({**_cells_of_findings(national, one.unit, [one]), **_staff_cells(one.verification)}, one.severity.value)
        for one in awaited
    ]
    listed += [_Issue({"@severity": "未读取", "@file": one.file, "@message": one.reason}) for one in skipped]
    listed += [_earlier_issue(national, become) for become in since]
    below = [_Issue(_cells_of_findings(national, unit, of_rule)) for (unit, _), of_rule in notes.items()]
    numbered = [replace(one, contents={"@number": at, **one.contents}) for at, one in enumerate([*listed, *below], 1)]
    printed = len(listed)
    write_table(book, sheet, _columns(national), (numbered[:printed], numbered[printed:]), remarks)


def _issue(national: National, respondent: Respondent, question: Question) -> _Issue:
    """The line of a question."""
    ground, edition = question.ground, national.edition
    shown = public_question(question)
    known = respondent.name if respondent.is_known else ""
    beside = f"{written(respondent.letter)}。" if respondent.letter and question.is_open else ""
    given = {
        **_cells_of_findings(national, known, question.findings),
        "@severity": SETTLED if ground.is_settled else ground.severity.label,
        "@rule": "\n".join(dict.fromkeys(one.rule for one in question.findings)),
        "@message": shown.ground.message_text + further_text(shown) + beside,
        "@advice": suggestion_text(edition, *question.findings),
        "@reason": ground.reason if ground.explained else "",
        "@since": question.since or date.today().isoformat(),
        **_staff_cells(ground.verification),
    }
    return _Issue(given, "settled" if ground.is_settled else ground.severity.value)


def _staff_cells(answer: StaffAnswer | None) -> dict[str, CellContent]:
    """What staff wrote; a day that is none stays as it was written, to be put right."""
    return (
        {}
        if answer is None
        else dict(zip(STAFF, (answer.text, answer.who, answer.day or day_number(answer.when)), strict=True))
    )


def _earlier_issue(national: National, line: SinceLine) -> _Issue:
    """The line of an earlier question, or of a change. One that this run could not judge stays as it was, and a later merge
    takes it for a question; of any other it takes none, for want of the hidden texts."""
    item = line.earlier
    staff = _staff_cells(item.answer) if item else {}
    if item and line.kind == UNCHECKED:
        asked = str(item.cells.get("@message") or "").removeprefix(line.words)
        return _Issue({**item.cells, **staff, "@severity": line.kind, "@message": line.words + asked}, "query")
    return _Issue({**_progress_texts(national, line), **staff})


def _cells_of_findings(national: National, unit: str | None, findings: Sequence[Finding]) -> dict[str, CellContent]:
    """The contents of a line about these findings: those of one question, or notes of a unit by one rule."""
    edition, first = national.edition, findings[0]
    regions = list(dict.fromkeys(one.region for one in findings if one.region))
    keys = dict.fromkeys((one.form, one.field) for one in findings)
    shown = [*map(public_finding, findings)]
    is_note = len(findings) > 1
    return {
        "@unit": unit or nobody(national),
        "@severity": first.severity.label,
        "@rule": first.rule,
        "@region": "、".join(regions) if len(regions) <= _MOST_CELLS else f"{regions[0]}等{len(regions)}个地区",
        "@field": _joined_texts("、", [field_label(edition, *key) for key in keys]),
        "@value": _joined_texts("、", map(public_value, findings)),
        "@message": _joined_texts("\n", [_noted(one) if is_note else one.message_text for one in shown[:_MOST_LINES]]),
        "@file": first.file,
        "@sheet": first.sheet or "",
        "@cell": _cells_in_words(findings),
        "@key_rule": ",".join(one.rule for one in findings),
        "@key_unit": unit or "",
        "@key_form": ",".join(one.form or "" for one in findings),
        "@key_region": first.region or "",
        "@key_fields": ",".join(
            FIELDS_BETWEEN.join(dict.fromkeys((one.field or "", *one.figures))) for one in findings
        ),
        "@key_figures": ",".join(_marks_of_figures(national, one, first.verification) for one in findings),
    }


def _noted(finding: Finding) -> str:
    """济南市（C8）：读作12。: a note among others of its unit and rule."""
    where = (finding.region or "") + (f"（{finding.cell}）" if finding.cell else "")
    return f"{where}：{finding.message_text}" if where else finding.message_text


def _cells_in_words(findings: Sequence[Finding]) -> str:
    """C8、E8, of many C8、C9、C10、C11、C12、C13等20处."""
    places = sorted({(one.column, one.row) for one in findings if one.column and one.row})
    named = [cell_name(row, column) for column, row in places[:_MOST_CELLS]]
    return "、".join(named) + (f"等{len(places)}处" if len(places) > _MOST_CELLS else "")


def _progress_texts(national: National, line: SinceLine) -> dict[str, str]:
    """Texts of a line without a finding; without the hidden ones, so that no later merge takes it for a question."""
    return {
        "@unit": line.unit or nobody(national),
        "@severity": line.kind,
        "@rule": line.rule,
        "@region": line.region,
        "@field": line.label,
        "@message": line.words,
        "@sheet": line.form,
    }


def _marks_of_figures(national: National, finding: Finding, answer: Verification | None) -> str:
    """The fingerprint of a finding's figures; with it the mark of the answer beside its question where that was about
    other figures, or another finding."""
    holds = answer is None or (finding.verification and not finding.verification.outdated)
    return fingerprint(national, finding) + ("" if holds or answer is None else OUTDATED + answer_mark(answer))


def _joined_texts(between: str, texts: Iterable[str | None]) -> str:
    return between.join(dict.fromkeys(filter(None, texts)))


def answered_lines(path: Path) -> int:
    """How many lines of a workbook or 发送清单 about to be replaced staff wrote into: hours of telephoning; 0 where there is
    none of this tool's.

    Raises:
        UsageStop: where there is one, and it cannot be read.
    """
    what = "要覆盖的工作簿"
    try:
        if open_national(path, what, ()).year is None:
            return 0
    except UsageStop:
        return 0
    places = {
        ISSUES: STAFF,
        QUOTED: ("@handled", "@handler", "@handled_on"),
        FILINGS: ("@stamped", "@stamped_on"),
        SEND_LIST: ("@sent_on", "@handled"),
    }
    sheets = open_national(path, what, tuple(places))
    lines = [(keys, line) for name, keys in places.items() for line in sheet_texts(sheets, name)]
    return sum(any(line.get(key) not in (None, "") for key in keys) for keys, line in lines)


class _QuotedLine(Struct, frozen=True):
    """A text, with what staff wrote beside it earlier."""

    quoted: Quoted
    unit: str
    handled: StaffAnswer
    is_new: bool
    """Whether there is an earlier workbook, and it does not have the text."""


def write_quoted(book: NationalBook, quoted: Sequence[Quoted], sheet: Any) -> None:
    """Fill the sheet."""
    lines = sorted(_quoted_lines(book, quoted), key=lambda line: (line.handled.is_given, not line.is_new))
    marked = sum(one.marked for one in quoted)
    remarks = ["各表内外没有需要摘录的文字。"]
    if lines:
        remarks = [
            f"表格内外所写的文字，共{len(lines)}条，其中{marked}条请先看（有存疑的字样或数字）。只作摘录，数据没有因此改动。",
            "处理过的，在“处理情况”“处理人”“日期”三栏写明；下次汇总时用 --since 指定本表，文字没有变的沿用，排在最后。",
        ]
    write_table(book, sheet, _quoted_columns(book), (lines, ()), remarks)


def _quoted_lines(book: NationalBook, quoted: Sequence[Quoted]) -> list[_QuotedLine]:
    national, found = book.national, list[_QuotedLine]()
    earlier = book.progress.texts if book.progress else None
    cities = {file: one.unit.name for one in national.units if national.of for file in one.files}
    for item in quoted:
        unit, key = item.whose, text_key(item)
        if national.of and item.unit:
            whose = dict.fromkeys(each.text.region or cities.get(each.file) or unit for each in (item, *item.also))
            unit = next(iter(whose)) if len(whose) == 1 else f"{len(whose)}个地区"
        handled = earlier.get(key) if earlier else None
        found.append(_QuotedLine(item, unit, handled or StaffAnswer(), earlier is not None and key not in earlier))
    return found


def _quoted_columns(book: NationalBook) -> list[SheetColumn]:
    def day(line: _QuotedLine) -> str | float | None:
        return day_number(line.handled.when) or line.handled.day

    def mark(line: _QuotedLine) -> str:
        return "query" if line.quoted.marked else ""

    staff: dict[str, Any] = {"stays": True, "mark": lambda line: "room"}
    hidden: dict[str, Any] = {"look": "", "prints": False, "is_folded": True, "is_private": True}
    return [
        SheetColumn("@unit", reporter(book.national), 17.0, show=lambda line: line.unit),
        SheetColumn("@file", "来源文件", 22.0, show=_file),
        SheetColumn("@place", "位置", 27.0, show=lambda line: _located_at(book, line.quoted)),
        SheetColumn("@text", "原文", 54.0, show=lambda line: line.quoted.excerpt),
        SheetColumn("@marked", "请先看", 8.0, show=_marks, look="centre", mark=mark),
        SheetColumn("@handled", "处理情况", 26.0, show=lambda line: line.handled.text, **staff),
        SheetColumn("@handler", "处理人", 9.0, show=lambda line: line.handled.who, **staff),
        SheetColumn("@handled_on", "日期", 11.0, show=day, look="date", **staff),
        SheetColumn("@key_text", "@key_text", 10.0, show=lambda line: text_key(line.quoted), **hidden),
    ]


def _file(line: _QuotedLine) -> str:
    several = line.quoted.several
    return several if several.endswith("文件") else line.quoted.file


def _marks(line: _QuotedLine) -> str:
    return "，".join(word for word, holds in (("是", line.quoted.marked), ("新增", line.is_new)) if holds)


def _located_at(book: NationalBook, item: Quoted) -> str:
    """备注，附表1 M7，广州市: what kind of text it is, and where it is."""
    text = item.text
    if item.also:
        return f"{item.located}，{item.several}"
    cell = text.place.a1 if text.place else ""
    where = " ".join(filter(None, [text.sheet or text.form or "", cell]))
    label = field_label(book.national.edition, text.form, text.field) if text.field else ""
    about = clean(text.region or "") + (label if label != item.located else "")
    return "，".join(filter(None, [item.located, where, about]))
