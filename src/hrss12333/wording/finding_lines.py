"""Findings in sentences, the same for terminal and letter: similar ones together, each with what it suggests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from hrss12333.model.finding import Finding, Severity
from hrss12333.patterns import lazy
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.schema import Kind
from hrss12333.wording.alike import Alike, subject
from hrss12333.wording.fields import column_of, field_label
from hrss12333.wording.places import cell_place
from hrss12333.wording.suggestions import suggestion_text
from hrss12333.wording.text import clean, message_text, shorten
from hrss12333.wording.values import found_text

_READ_AS = "V306"
_MISSING = "V301"
_QUOTED = lazy(r"“[^”]*”|[A-Z]{1,3}\d+|\d[\d,.]*")
_SHOWN_CELLS = 6
_SHOWN_EXAMPLES = 4


class Said(Struct, frozen=True):
    """One paragraph about a finding, or about several alike."""

    words: str
    label: str = ""
    """[强制性错误 B401]; empty for what continues the paragraph above."""
    rule: str = ""
    severity: Severity | None = None


def finding_lines(findings: Sequence[Finding], edition: Edition) -> Iterator[Said]:
    """What there is to say of the findings of one sheet, each once; similar ones stand together."""
    missing = _missing(findings)
    same_of_rows = _same(finding for finding in findings if not _among(finding, missing))
    alike = _alike(finding for finding in findings if len(same_of_rows.get(subject(finding), [])) < 2)
    read_as = [finding for finding in findings if finding.rule == _READ_AS]
    for finding in findings:
        if rows := _among(finding, missing):
            if finding is rows[0][0]:
                yield _said(finding, _missing_line(rows, edition))
        elif len(same := same_of_rows.get(subject(finding), [])) > 1:
            if finding is same[0]:
                yield _said(finding, _same_line(same, edition))
        elif len(together := alike.get(_likeness(finding), [])) > 1:
            if finding is together[0]:
                yield _said(finding, _alike_line(together))
        elif finding.rule != _READ_AS:
            yield from _finding(finding, edition)
    if read_as:
        yield _said(read_as[0], f"以下{len(read_as)}处读取时作了转换或取舍，请核对：")
        for words in _read_as_lines(read_as):
            yield Said(f"  {words}")


def finding_text(finding: Finding, edition: Edition) -> str:
    """One finding in a sentence: where, what stands there, what is wrong with it."""
    message = message_text(finding.message)
    place = cell_place(finding, edition, message)
    value = shorten(found_text(finding.value))
    if value and value != finding.region and not _says(message, value):
        place += f"填的是“{value}”"
    return f"{place}：{message}" if place else message


def _said(finding: Finding, words: str) -> Said:
    label = f"[{finding.severity.label} {finding.rule}{'·已说明' if finding.explained else ''}]"
    return Said(words, label, finding.rule, finding.severity)


def _finding(finding: Finding, edition: Edition) -> Iterator[Said]:
    yield _said(finding, finding_text(finding, edition))
    if finding.reason:
        yield Said(f"  备注说明：{clean(finding.reason)}")
    if advice := suggestion_text(edition, finding):
        yield Said(f"  建议：{advice}")


def _missing(findings: Sequence[Finding]) -> dict[tuple[int, str | None], list[list[Finding]]]:
    """(row, region) → what is missing there, of several cells, with the other rows in which the same is missing."""
    of_row: dict[tuple[int, str | None], list[Finding]] = {}
    for finding in findings:
        if finding.rule == _MISSING and finding.row and finding.blocks:
            of_row.setdefault((finding.row, finding.region), []).append(finding)
    rows_of: dict[object, list[list[Finding]]] = {}
    for (row, region), missing in of_row.items():
        if len(missing) > 1:
            fields = tuple(finding.field for finding in missing) if region else row
            rows_of.setdefault(fields, []).append(missing)
    return {(missing[0].row or 0, missing[0].region): rows for rows in rows_of.values() for missing in rows}


def _among(finding: Finding, missing: Mapping[tuple[int, str | None], list[list[Finding]]]) -> list[list[Finding]]:
    asked = finding.rule == _MISSING and finding.blocks
    return missing.get((finding.row or 0, finding.region), []) if asked else []


def _same(findings: Iterable[Finding]) -> dict[tuple[object, ...] | None, list[Finding]]:
    """Findings that say the same of several rows, and nothing else of any of them, by what they say."""
    found: dict[tuple[object, ...] | None, list[Finding]] = {}
    for finding in findings:
        said = subject(finding)
        if said and finding.rule != _READ_AS and not finding.reason and _told(finding):
            found.setdefault(said, []).append(finding)
    return found


def _told(finding: Finding) -> bool:
    """Whether the message says what stands there."""
    return _says(message_text(finding.message), shorten(found_text(finding.value)))


def _same_line(findings: Sequence[Finding], edition: Edition) -> str:
    """“黄冈市”（B15）、“咸宁市”（B16）在更正后的……中没有了; the places before it where the message names no region."""
    first = findings[0]
    named = [f"“{finding.region}”（{finding.cell}）" for finding in findings]
    said = message_text(Alike(tuple(findings)).of_all(first, named))
    if said != message_text(first.message):
        return said
    return f"{'、'.join(cell_place(finding, edition, said) for finding in findings)}：{said}"


def _likeness(finding: Finding) -> tuple[object, ...]:
    """What queries have in common that are told together: the row, the rule, and all but the first sentence."""
    return finding.rule, finding.severity, finding.row, finding.region, finding.message.partition("。")[2]


def _alike(findings: Iterable[Finding]) -> dict[tuple[object, ...], list[Finding]]:
    """Open queries about the figures of one row that ask for the same and suggest nothing, by their likeness."""
    found: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        if _told(finding) and finding.open_query and finding.row and finding.region and not finding.suggestion:
            found.setdefault(_likeness(finding), []).append(finding)
    return found


def _alike_line(findings: Sequence[Finding]) -> str:
    """广州市（第8行）：总人数今年93，上年31……（I8）；坐席数今年66，上年22……（K8）。请核对……"""
    said = [message_text(finding.message).partition("。") for finding in findings]
    each = "；".join(f"{first}（{f.cell}）" for (first, _, _), f in zip(said, findings, strict=True))
    return f"{clean(findings[0].region or '')}（第{findings[0].row}行）：{each}。{said[0][2]}"


def _says(message: str, value: str) -> bool:
    """Whether the message itself quotes the value, be it as 143,718."""
    return re.search(rf"(?<!\d){re.escape(value)}(?!\d)", message.replace(",", "")) is not None


def _missing_line(rows: Sequence[Sequence[Finding]], edition: Edition) -> str:
    """阳江市（第7行）没有填来电总量（C7）、放弃量（F7），请补填；没有发生的填0，不掌握的在备注中说明原因; of several rows without the cells."""
    findings = rows[0]
    named = "、".join(_row_place(missing[0]) for missing in rows)
    cells = [f"（{finding.cell}）" if len(rows) == 1 else "" for finding in findings]
    fields = "、".join(f"{field_label(edition, f.form, f.field)}{c}" for f, c in zip(findings, cells, strict=True))
    columns = [column_of(edition, f.form, f.field) for f in findings]
    zero = "；没有发生的填0，不掌握的在备注中说明原因" if any(c and c.kind is Kind.COUNT for c in columns) else ""
    return f"{named}没有填{fields}，请补填{zero}。"


def _row_place(finding: Finding) -> str:
    region = clean(finding.region or "")
    return f"{region}（第{finding.row}行）" if region else f"第{finding.row}行"


def _read_as_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Notes of one kind on one line: the kind is the message without what it quotes, numbers apart from words."""
    kinds: dict[tuple[str, bool], dict[str, list[str]]] = {}
    for finding in findings:
        message = message_text(finding.message).rstrip("。")
        kind = _QUOTED.sub("…", message), any(character.isdigit() for character in message)
        kinds.setdefault(kind, {}).setdefault(message, []).append(finding.cell or "")
    for messages in kinds.values():
        shown = [f"{message}（{_cells(cells)}）" for message, cells in list(messages.items())[:_SHOWN_EXAMPLES]]
        total = sum(len(cells) for cells in messages.values())
        rest = f"；等{total}处" if len(messages) > _SHOWN_EXAMPLES else ""
        yield "；".join(shown) + rest


def _cells(cells: Iterable[str]) -> str:
    listed = [cell for cell in cells if cell]
    if len(listed) <= _SHOWN_CELLS:
        return "、".join(listed)
    return f"{'、'.join(listed[:_SHOWN_CELLS])}等{len(listed)}处"
