"""Findings in sentences, the same for terminal and letter: likes told together, suggestions in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hrss12333.model.finding import Finding, Severity
from hrss12333.survey.editions.edition import Edition
from hrss12333.wording import text

_READ_AS = "V306"
_MISSING = "V301"
_QUOTED = re.compile(r"“[^”]*”|[A-Z]{1,3}\d+|\d[\d,.]*")
_SHOWN_CELLS = 6
_SHOWN_EXAMPLES = 4
_ORDINALS = "①②③④⑤⑥⑦⑧⑨⑩"


@dataclass(frozen=True, slots=True)
class Said:
    """One paragraph about a finding, or about several alike."""

    words: str
    label: str = ""
    """[强制性错误 B401]; empty for what continues the paragraph above."""
    rule: str = ""
    severity: Severity | None = None


def finding_lines(findings: Sequence[Finding], edition: Edition, *, most: int | None = None) -> Iterator[Said]:
    """What there is to say of the findings of one sheet; likes are told together, at most ``most`` suggestions each."""
    missing: dict[tuple[int, str | None], list[Finding]] = {}
    for finding in findings:
        if finding.rule == _MISSING and finding.row:
            missing.setdefault((finding.row, finding.region), []).append(finding)
    done: set[tuple[int, str | None]] = set()
    read_as = [finding for finding in findings if finding.rule == _READ_AS]
    for finding in findings:
        row = (finding.row or 0, finding.region)
        if finding.rule == _MISSING and len(missing.get(row, ())) > 1:
            if row not in done:
                done.add(row)
                yield _said(finding, _missing_line(row[0], missing[row], edition))
        elif finding.rule != _READ_AS:
            yield from _finding(finding, edition, most)
    if read_as:
        yield _said(read_as[0], f"以下 {len(read_as)} 处读取时作了转换或取舍，请核对：")
        for words in _read_as_lines(read_as):
            yield Said(f"  {words}")


def _said(finding: Finding, words: str) -> Said:
    label = f"[{finding.severity.label} {finding.rule}{'·已说明' if finding.explained else ''}]"
    return Said(words, label, finding.rule, finding.severity)


def _finding(finding: Finding, edition: Edition, most: int | None) -> Iterator[Said]:
    where = [
        finding.cell or "",
        text.clean(finding.region or ""),
        text.field_label(edition, finding.form, finding.field),
    ]
    value = text.shorten(text.found_text(finding.value))
    message = text.clean(finding.message)
    if value and not _says(message, value):
        where.append(f"填的是“{value}”")
    label = where[2]
    if label and message.startswith((label, f"“{label}”")):
        where[2] = ""
    place = " ".join(part for part in where if part)
    yield _said(finding, f"{place}：{message}" if place else message)
    if finding.reason:
        yield Said(f"  备注说明：{text.clean(finding.reason)}")
    words = [text.suggestion_text(edition, finding, suggestion) for suggestion in finding.suggestions[:most]]
    if len(words) == 1:
        yield Said(f"  建议：{words[0]}")
    elif words:
        yield Said("  建议（可能性从高到低）：")
    for number, word in enumerate(words if len(words) > 1 else ()):
        mark = _ORDINALS[number] if number < len(_ORDINALS) else f"{number + 1}."
        yield Said(f"    {mark} {word}")


def _says(message: str, value: str) -> bool:
    """Whether the message itself quotes the value, be it as 143,718."""
    return re.search(rf"(?<!\d){re.escape(value)}(?!\d)", message.replace(",", "")) is not None


def _missing_line(row: int, findings: Sequence[Finding], edition: Edition) -> str:
    """第7行 阳江市：未填 来电总量（C7）、放弃量（F7），请补填，数量确实为零的填 0。"""
    region = text.clean(findings[0].region or "")
    fields = "、".join(f"{text.field_label(edition, f.form, f.field)}（{f.cell}）" for f in findings)
    return f"第{row}行{f' {region}' if region else ''}：未填 {fields}。请补填；数量确实为零的填“0”，不能留空。"


def _read_as_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Notes of one kind on one line: the kind is the message without what it quotes, numbers apart from words."""
    kinds: dict[tuple[str, bool], dict[str, list[str]]] = {}
    for finding in findings:
        message = text.clean(finding.message).rstrip("。")
        kind = _QUOTED.sub("…", message), any(character.isdigit() for character in message)
        kinds.setdefault(kind, {}).setdefault(message, []).append(finding.cell or "")
    for messages in kinds.values():
        shown = [f"{message}（{_cells(cells)}）" for message, cells in list(messages.items())[:_SHOWN_EXAMPLES]]
        total = sum(len(cells) for cells in messages.values())
        rest = f"；等 {total} 处" if len(messages) > _SHOWN_EXAMPLES else ""
        yield "；".join(shown) + rest


def _cells(cells: Iterable[str]) -> str:
    listed = [cell for cell in cells if cell]
    if len(listed) <= _SHOWN_CELLS:
        return "、".join(listed)
    return f"{'、'.join(listed[:_SHOWN_CELLS])} 等 {len(listed)} 处"
