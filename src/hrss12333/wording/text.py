"""Text for people: what came out of a file made harmless, values and verdicts spelled out.

Everything a report takes from a filing passes through `clean`: no control character reaches a terminal, a workbook or
a letter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from hrss12333.model.filing import Found
from hrss12333.model.finding import Finding, Suggestion, count
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.frame import HEADER

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked

# C0 and C1 controls, line and paragraph separators, direction overrides, invisible joiners, lone surrogates,
# noncharacters
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_WHITE = re.compile(r"[\s\u3000]+")


def clean(text: str) -> str:
    """One line of printable text: white space runs become one space, control and direction characters vanish."""
    return _WHITE.sub(" ", _HARMFUL.sub("", text)).strip()


def shorten(text: str, limit: int = 60) -> str:
    """At most ``limit`` characters, the rest told by an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def found_text(value: Found) -> str:
    """A cell's content as it stood there, empty where it was blank: TRUE for a logical cell, 2500 for 2500.0."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return clean(str(value))


def answer_text(value: Found) -> str:
    """A value as one would fill it in: 是, 否, 2500; 空白 for None."""
    if value is None:
        return "空白"
    if isinstance(value, bool):
        return "是" if value else "否"
    return found_text(value)


def field_label(edition: Edition, form: str | None, field: str | None) -> str:
    """Heading of a field or header blank, on one line; the key itself where no form knows it, empty for None."""
    if field is None:
        return ""
    for known in edition.forms:
        if known.key == form or form is None:
            column = known.by_key.get(field)
            if column is not None:
                return column.label
    return next((blank.label for blank in HEADER if blank.key == field), field)


def suggestion_text(edition: Edition, finding: Finding, suggestion: Suggestion) -> str:
    """One suggestion in words: ``放弃量（F7）改为 500：少写了一位``."""
    cell = f"（{suggestion.cell}）" if suggestion.cell else ""
    reason = f"：{clean(suggestion.reason)}" if suggestion.reason else ""
    return f"{field_label(edition, finding.form, suggestion.field)}{cell}改为 {answer_text(suggestion.value)}{reason}"


def by_sheet(findings: Sequence[Finding]) -> list[tuple[str | None, list[Finding]]]:
    """Findings by sheet: those of the file itself first, then the sheets as they come up; errors, queries, notes within
    a sheet, each from top to bottom."""
    sheets: dict[str | None, list[Finding]] = {}
    for finding in findings:
        sheets.setdefault(finding.sheet, []).append(finding)
    for listed in sheets.values():
        listed.sort(key=lambda f: (f.severity.rank, f.position, f.rule))
    return sorted(sheets.items(), key=lambda item: item[0] is not None)


def counts_text(findings: Sequence[Finding]) -> str:
    """强制性错误 5 处，核实性错误 2 处（其中 1 处已说明），提示 12 条; empty without findings."""
    counts = count(tuple(findings))
    explained = counts.query - counts.unexplained
    parts = [
        f"强制性错误 {counts.error} 处" if counts.error else "",
        f"核实性错误 {counts.query} 处" + (f"（其中 {explained} 处已说明）" if explained else "")
        if counts.query
        else "",
        f"提示 {counts.note} 条" if counts.note else "",
    ]
    return "，".join(part for part in parts if part)


def held(checked: Checked, strict: bool) -> bool:
    """Whether open queries alone hold a file back, as ``--strict`` wants."""
    return strict and checked.result == "pass" and count(checked.findings).unexplained > 0


def verdict(checked: Checked, *, strict: bool = False) -> str:
    """What to do with one file, in a sentence."""
    counts = count(checked.findings)
    if checked.result == "unreadable":
        return "无法读取，请按上面的说明处理后重新报送。"
    if checked.result == "fail":
        return f"需要修改后再报送：{counts_text(checked.findings)}。"
    if held(checked, strict):
        return (
            f"没有强制性错误，但有 {counts.unexplained} 处核实性错误没有说明，按 --strict 的要求先不报送：请核实，数据无误的在"
            f"“备注”栏写明原因（{counts_text(checked.findings)}）。"
        )
    if counts.unexplained:
        return (
            f"没有强制性错误，可以报送；但请先核实 {counts.unexplained} 处核实性错误，数据无误的在“备注”栏写明原因"
            f"（{counts_text(checked.findings)}）。"
        )
    return "可以报送。" if not checked.findings else f"可以报送（{counts_text(checked.findings)}）。"
