"""Findings in sentences, the same for terminal and letter: similar ones together, each with what it suggests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hrss12333.checking.rules.values import read_otherwise
from hrss12333.model.finding import Finding, NewValue
from hrss12333.model.message import Quote
from hrss12333.survey.editions.edition import Edition
from hrss12333.wording.alike import Alike, alike, grouped
from hrss12333.wording.places import cell_place
from hrss12333.wording.text import clean, shorten
from hrss12333.wording.values import answer_text, field_label, found_text, quotes_value

_SHOWN_CELLS = 6
_SHOWN_EXAMPLES = 4


FindingParagraph = tuple[Finding | None, str]
"""One paragraph: the first of the findings that it is about, None for what continues the paragraph above; its words."""


def finding_lines(findings: Sequence[Finding], edition: Edition) -> Iterator[FindingParagraph]:
    """The findings of one sheet as paragraphs, each once; similar ones together, V306 last."""
    read_as = [finding for finding in findings if finding.rule == read_otherwise.id]
    others = alike(finding for finding in findings if finding.rule != read_otherwise.id)
    numbered = [(number, finding) for number, together in enumerate(others) for finding in together.findings]
    for point in grouped(numbered, lambda item: _same_advice(item[1]) or (item[0], _same_request(item[1]))).values():
        together = [finding for _, finding in point]
        yield together[0], _words(together, edition)
        if reason := together[0].reason:
            yield None, f"  备注说明：{clean(reason)}"
        if advice := suggestion_text(edition, *together):
            yield None, f"  建议：{advice}"
    if read_as:
        yield read_as[0], f"以下{len(read_as)}处读取时作了转换或取舍，请核对："
        for words in _read_as_lines(read_as):
            yield None, f"  {words}"


def finding_text(finding: Finding, edition: Edition) -> str:
    """One finding in words: where, what is there, what is wrong with it."""
    message = clean(finding.message_text)
    place = cell_place(finding, edition)
    value = shorten(found_text(finding.value))
    if value != finding.region and not quotes_value(finding):
        place += f"填的是“{value}”"
    return f"{place}：{message}" if place else message


def _same_request(finding: Finding) -> object:
    """The key of alike findings that are one paragraph: all that follows the first sentence."""
    is_alone = finding.suggestion or not quotes_value(finding)
    return finding if is_alone else finding.full_message.others


def _same_advice(finding: Finding) -> object:
    """The key of open queries about one column that suggest a correction for the same reason."""
    if not (finding.is_open_query and finding.row and finding.suggestion and finding.suggestion.reason):
        return None
    return finding.rule, finding.form, finding.field, finding.suggestion.reason


def _words(findings: Sequence[Finding], edition: Edition) -> str:
    """The words of findings that are one paragraph.

    Of one column “黄冈市”（B15）、“咸宁市”（B16）在更正后的……中没有了, the places before it where the message names no
    region; of several 广州市（第8行）：总人数今年93，上年31（I8）；坐席数今年66，上年22（K8）。请核对……
    """
    first, *others = findings
    if not others:
        return finding_text(first, edition)
    if first.suggestion:
        places = "、".join(cell_place(finding, edition) for finding in others)
        return f"{finding_text(first, edition)}同样的问题还有{len(others)}处：{places}。"
    rows = grouped(findings, lambda finding: (finding.region, finding.row))
    if len(rows) == len(findings):
        named = "、".join(f"“{finding.region}”（{finding.cell}）" for finding in findings)
        message = Alike(tuple(findings)).of_all(first, named)
        is_named = message != first.full_message
        places = "" if is_named else "、".join(cell_place(finding, edition) for finding in findings) + "："
        return places + clean(message.text)
    named = "、".join(f"{clean(region or '')}（第{row}行）" for region, row in rows)
    of_row = next(iter(rows.values()))
    cells = [f"（{finding.cell}）" if len(rows) == 1 else "" for finding in of_row]
    each = [clean(finding.full_message.phrase) + cell for finding, cell in zip(of_row, cells, strict=True)]
    return f"{named}：{'；'.join(each)}。{clean(''.join(first.full_message.others))}"


def _read_as_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Notes of one kind on one line: those with one message but for what it quotes, numbers apart from words."""

    def kind(finding: Finding) -> object:
        unquoted = finding.message.changed(lambda leaf: "" if isinstance(leaf, Quote) else leaf)
        return unquoted, any(map(str.isdigit, finding.full_message.phrase))

    kinds = grouped(findings, kind)
    for alike_notes in kinds.values():
        shown = grouped(alike_notes, lambda finding: clean(finding.full_message.phrase))
        examples = [_with_cells(phrase, notes) for phrase, notes in list(shown.items())[:_SHOWN_EXAMPLES]]
        rest = f"；等{len(alike_notes)}处" if len(shown) > _SHOWN_EXAMPLES else ""
        yield "；".join(examples) + rest


def _with_cells(phrase: str, findings: Sequence[Finding]) -> str:
    cells = [finding.cell for finding in findings if finding.cell]
    more = f"等{len(cells)}处" if len(cells) > _SHOWN_CELLS else ""
    return f"{phrase}（{'、'.join(cells[:_SHOWN_CELLS])}{more}）" if cells else phrase


def suggestion_text(edition: Edition, *findings: Finding) -> str:
    """总人数（I11）改为6，咨询员人数（J11）改为4：像是两数填反; empty where nothing is suggested."""
    suggested = [(finding, finding.suggestion) for finding in findings if finding.suggestion]
    if not suggested:
        return ""
    reason = f"：{clean(given)}" if (given := suggested[0][1].reason) else ""
    values = (_new_value(edition, finding, value) for finding, suggestion in suggested for value in suggestion.values)
    return "，".join(values) + reason


def _new_value(edition: Edition, finding: Finding, new: NewValue) -> str:
    cell = f"（{new.cell}）" if new.cell else ""
    value = answer_text(new.value)
    bare = new.value is None or (isinstance(new.value, int) and not isinstance(new.value, bool))
    return f"{field_label(edition, finding.form, new.field)}{cell}改为{value if bare else f'“{value}”'}"
