"""问题清单: the questions, the largest stakes first, with room for staff's answers; then unread files and notes.

附注: the quoted texts, with room for what staff do about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from hrss12333.inbox import text_key
from hrss12333.merging.earlier_figures import open_national, sheet_texts
from hrss12333.model.errors import UsageStop
from hrss12333.model.filing import cell_name
from hrss12333.model.finding import Finding, Severity, StaffAnswer, Verification
from hrss12333.model.national import National
from hrss12333.model.summary_lines import FILINGS, ISSUES, QUOTED, SEND_LIST, nobody, reporter
from hrss12333.model.text import Quoted
from hrss12333.patterns import clean, grouped
from hrss12333.questions import Question
from hrss12333.questions.earlier import FIELDS_BETWEEN, OUTDATED, SETTLED, answer_mark, fingerprint
from hrss12333.questions.respondents import Respondent
from hrss12333.wording.question_lines import UNCHECKED, SinceLine, further_text, since_lines, suggestion_text
from hrss12333.wording.text import few_named
from hrss12333.wording.values import field_label, public_finding, public_value
from hrss12333.wording.verdicts import counted_text
from hrss12333.writing.national.book import NationalBook, SheetColumn
from hrss12333.writing.national.table import TextLine, write_table
from hrss12333.writing.workbook import CellContent

STAFF = ("@checked", "@checker", "@checked_on")
"""Columns for staff's answers."""
_KEYS = tuple(f"@key_{name}" for name in ("rule", "unit", "form", "region", "fields", "figures"))
"""Hidden columns by which a later merge recognises a question; fields and fingerprints in the same order."""
_MOST_CELLS = 6
"""Most cells, or regions, named on a line."""
_MOST_OWNERS = 3
"""Most owners of one text that are named."""
_MOST_LINES = 24
"""Most notes in a row, which can be no higher than 409 points."""


def day_number(day: date | None) -> int | None:
    """A day as the number that a workbook stores."""
    return (day - date(1899, 12, 30)).days if day else None


def _columns(national: National) -> list[SheetColumn]:
    """The columns, printed as far as 核实日期."""
    unprinted: dict[str, Any] = {"prints": False}
    return [
        SheetColumn("@number", "序号", 4.5, "plain"),
        SheetColumn("@unit", reporter(national), 17.0),
        SheetColumn("@severity", "级别", 10.0, "centre"),
        SheetColumn("@rule", "规则", 6.0, "centre"),
        SheetColumn("@region", "地区", 10.0),
        SheetColumn("@field", "栏目", 12.0),
        SheetColumn("@message", "问题", 50.0),
        SheetColumn("@advice", "建议", 14.0),
        SheetColumn("@sheet", "工作表", 6.5),
        SheetColumn("@cell", "单元格", 7.5),
        SheetColumn("@checked", "核实情况", 17.5, stays=True),
        SheetColumn("@checker", "核实人", 7.5, stays=True),
        SheetColumn("@checked_on", "核实日期", 10.0, "date", stays=True),
        SheetColumn("@file", "文件", 24.0, **unprinted),
        SheetColumn("@value", "原值", 24.0, **unprinted),
        SheetColumn("@reason", "备注说明", 24.0, **unprinted),
        SheetColumn("@since", "首次提出", 11.0, "centre", **unprinted),
        # A fingerprint may look like a telephone number.
        *(SheetColumn(key, key, 10.0, "", is_folded=True, is_private=key == _KEYS[-1], **unprinted) for key in _KEYS),
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
        _line({**_cells_of_findings(national, one.unit, [one]), **_staff_cells(one.verification)}, one.severity.value)
        for one in awaited
    ]
    listed += [_line({"@severity": "未读取", "@file": one.file, "@message": one.reason}) for one in skipped]
    listed += [_earlier_issue(national, become) for become in since]
    below = [_line(_cells_of_findings(national, unit, of_rule)) for (unit, _), of_rule in notes.items()]
    numbered = [replace(one, contents={"@number": at, **one.contents}) for at, one in enumerate([*listed, *below], 1)]
    printed = len(listed)
    write_table(book, sheet, _columns(national), (numbered[:printed], numbered[printed:]), remarks)


def _line(contents: Mapping[str, CellContent], mark: str = "") -> TextLine:
    """A line with its mark: the severity of what is asked, or settled if staff have settled it."""
    marks = {"@severity": mark, **dict.fromkeys(STAFF, "room")} if mark else {}
    return TextLine(contents, marks, mark if mark == "settled" else "")


def _issue(national: National, respondent: Respondent, question: Question) -> TextLine:
    """The line of a question."""
    ground, edition = question.ground, national.edition
    shown = question.changed(public_finding)
    known = respondent.name if respondent.is_known else ""
    beside = f"{respondent.wrote}，见附注。" if respondent.wrote and question.is_open else ""
    given = {
        **_cells_of_findings(national, known, question.findings),
        "@severity": SETTLED if ground.is_settled else ground.severity.label,
        "@rule": "\n".join(dict.fromkeys(one.rule for one in question.findings)),
        "@message": shown.ground.message.text + further_text(shown) + beside,
        "@advice": suggestion_text(edition, *question.findings),
        "@reason": ground.reason if ground.explained else "",
        "@since": question.since or date.today().isoformat(),
        **_staff_cells(ground.verification),
    }
    return _line(given, "settled" if ground.is_settled else ground.severity.value)


def _staff_cells(answer: StaffAnswer | None) -> dict[str, CellContent]:
    """What staff wrote; a text in place of a date stays as it is, to be corrected."""
    if answer is None:
        return {}
    return dict(zip(STAFF, (answer.text, answer.who, answer.day or day_number(answer.when)), strict=True))


def _earlier_issue(national: National, line: SinceLine) -> TextLine:
    """The line of an earlier question, with its hidden texts if it was not checked, or of a change."""
    item = line.earlier
    staff = _staff_cells(item.answer) if item else {}
    if item and line.kind == UNCHECKED:
        asked = str(item.cells.get("@message") or "").removeprefix(line.words)
        return _line({**item.cells, **staff, "@severity": line.kind, "@message": line.words + asked}, "query")
    about = {"@unit": line.unit or nobody(national), "@severity": line.kind, "@rule": line.rule, "@region": line.region}
    return _line({**about, "@field": line.label, "@message": line.words, "@sheet": line.form, **staff})


def _cells_of_findings(national: National, unit: str | None, findings: Sequence[Finding]) -> dict[str, CellContent]:
    """The contents of a line about these findings: one question's, or a unit's notes by one rule."""
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
        "@message": _joined_texts("\n", [_noted(one) if is_note else one.message.text for one in shown[:_MOST_LINES]]),
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
    """济南市（C8）：读作12: one of several notes of a unit by one rule."""
    where = (finding.region or "") + (f"（{finding.cell}）" if finding.cell else "")
    return f"{where}：{finding.message.text}" if where else finding.message.text


def _cells_in_words(findings: Sequence[Finding]) -> str:
    """C8、E8; for many, C8、C9、C10、C11、C12、C13等20处."""
    places = sorted({(one.column, one.row) for one in findings if one.column and one.row})
    return few_named([cell_name(row, column) for column, row in places], _MOST_CELLS, f"等{len(places)}处")


def _marks_of_figures(national: National, finding: Finding, answer: Verification | None) -> str:
    """The fingerprint of a finding's figures, marked if the answer has expired."""
    holds = answer is None or (finding.verification and not finding.verification.outdated)
    return fingerprint(national, finding) + ("" if holds or answer is None else OUTDATED + answer_mark(answer))


def _joined_texts(between: str, texts: Iterable[str | None]) -> str:
    return between.join(dict.fromkeys(filter(None, texts)))


def answered_lines(path: Path) -> int:
    """The number of lines in a workbook or 发送清单 in which staff wrote; 0 without a file of this tool.

    Raises `UsageStop` if there is one that cannot be read."""
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


def write_quoted(book: NationalBook, quoted: Sequence[Quoted], sheet: Any) -> None:
    """Fill the sheet: first the texts that an earlier workbook lacks, last those that staff handled."""
    earlier = book.progress.earlier.texts if book.progress else None
    columns = [
        SheetColumn("@unit", reporter(book.national), 17.0),
        SheetColumn("@file", "来源文件", 22.0),
        SheetColumn("@place", "位置", 27.0),
        SheetColumn("@text", "原文", 54.0),
        SheetColumn("@marked", "请先看", 8.0, "centre"),
        SheetColumn("@handled", "处理情况", 26.0, stays=True),
        SheetColumn("@handler", "处理人", 9.0, stays=True),
        SheetColumn("@handled_on", "日期", 11.0, "date", stays=True),
        SheetColumn("@key_text", "@key_text", 10.0, "", prints=False, is_folded=True, is_private=True),
    ]
    found = list[tuple[bool, bool, TextLine]]()
    for item in quoted:
        key = text_key(item)
        handled = (earlier.get(key) if earlier else None) or StaffAnswer()
        is_new = earlier is not None and key not in earlier
        found.append((handled.is_given, not is_new, _quoted_line(book, item, handled, is_new=is_new)))
    lines = [line for *_, line in sorted(found, key=lambda one: one[:2])]
    marked = sum(one.marked for one in quoted)
    remarks = ["各表内外没有需要摘录的文字。"]
    if lines:
        remarks = [
            f"表格内外所写的文字，共{len(lines)}条，其中{marked}条请先看（有存疑的字样或数字）。只作摘录，数据没有因此改动。",
            "处理过的，在“处理情况”“处理人”“日期”三栏写明；下次汇总时用 --since 指定本表，文字没有变的沿用，排在最后。",
        ]
    write_table(book, sheet, columns, (lines, ()), remarks)


def _quoted_line(book: NationalBook, item: Quoted, handled: StaffAnswer, *, is_new: bool) -> TextLine:
    """The line of a text, with what staff wrote beside it."""
    marks = [word for word, holds in (("是", item.marked), ("新增", is_new)) if holds]
    contents: dict[str, CellContent] = {
        "@unit": _whose(book.national, item),
        "@file": item.several if item.several.endswith("文件") else item.file,
        "@place": _located_at(book, item),
        "@text": item.excerpt,
        "@marked": "，".join(marks),
        "@handled": handled.text,
        "@handler": handled.who,
        "@handled_on": day_number(handled.when) or handled.day,
        "@key_text": text_key(item),
    }
    staff = dict.fromkeys(("@handled", "@handler", "@handled_on"), "room")
    return TextLine(contents, {"@marked": "query" if item.marked else "", **staff})


def _whose(national: National, item: Quoted) -> str:
    """The owners of a text: units, or cities in a unit's workbook; of many the first ones."""
    places = (item, *item.also)
    if national.of and item.unit:
        cities = {file: one.unit.name for one in national.units for file in one.files}
        named = [each.text.region or cities.get(each.file) or item.whose for each in places]
    else:
        named = [each.unit.name for each in places if each.unit] or [item.whose]
    names = [*dict.fromkeys(named)]
    return few_named(names, _MOST_OWNERS, f"等{len(names)}个{national.noun}")


def _located_at(book: NationalBook, item: Quoted) -> str:
    """备注，附表1 M7，广州市: what kind of text it is, and where."""
    text = item.text
    if item.also:
        return f"{item.located}，{item.several}"
    cell = text.place.a1 if text.place else ""
    where = " ".join(filter(None, [text.sheet or text.form or "", cell]))
    label = field_label(book.national.edition, text.form, text.field) if text.field else ""
    about = clean(text.region or "") + (label if label != item.located else "")
    return "，".join(filter(None, [item.located, where, about]))
