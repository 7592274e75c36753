"""Findings in sentences, the same for terminal and letter: similar ones together, each with what it suggests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from hrss12333.checking.rules.values import read_otherwise, required
from hrss12333.model.finding import Finding, NewValue, Severity
from hrss12333.model.message import Message, Quote
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.schema import Kind
from hrss12333.wording.alike import Alike, grouped, subject
from hrss12333.wording.places import cell_place
from hrss12333.wording.text import clean, shorten
from hrss12333.wording.values import answer_text, column_of, field_label, found_text, quotes_value

_SHOWN_CELLS = 6
_SHOWN_EXAMPLES = 4

_Key = Callable[[Finding], object]
"""What findings have in common that are reported together; None where one is recognised by itself."""
_Line = Callable[[Sequence[Finding], Edition], str]


class FindingParagraph(Struct, frozen=True):
    """One paragraph about a finding, or about several alike."""

    words: str
    label: str = ""
    """[强制性错误 B401]; empty for what continues the paragraph above."""
    rule: str = ""
    severity: Severity | None = None


def finding_lines(findings: Sequence[Finding], edition: Edition) -> Iterator[FindingParagraph]:
    """What there is to say of the findings of one sheet, each once; similar ones stand together."""
    together: dict[int, tuple[list[Finding], _Line]] = {}
    ways: tuple[tuple[_Key, _Line], ...] = (
        (_missing_in(findings), _missing_line),
        (_key_of_same, _same_line),
        (_likeness, _alike_line),
        (_same_advice, _first_of_column),
    )
    for key_of, line in ways:
        groups = grouped((finding for finding in findings if id(finding) not in together), key_of)
        for key, group in groups.items():
            if key is not None and len(group) > 1:
                together |= dict.fromkeys(map(id, group), (group, line))
    for finding in findings:
        group, line = together.get(id(finding), ([finding], _line_of_one))
        if finding.rule == read_otherwise.id or finding is not group[0]:
            continue
        yield _first_paragraph(finding, line(group, edition))
        if finding.reason and len(group) == 1:
            yield FindingParagraph(f"  备注说明：{clean(finding.reason)}")
        if advice := suggestion_text(edition, *group):
            yield FindingParagraph(f"  建议：{advice}")
    if read_as := [finding for finding in findings if finding.rule == read_otherwise.id]:
        yield _first_paragraph(read_as[0], f"以下{len(read_as)}处读取时作了转换或取舍，请核对：")
        for words in _read_as_lines(read_as):
            yield FindingParagraph(f"  {words}")


def finding_text(finding: Finding, edition: Edition, *, brief: bool = False) -> str:
    """One finding in words: where, what is there, what is wrong with it; in brief no more than its first sentence."""
    message = clean((brief and finding.full_message.phrase) or finding.message_text)
    place = cell_place(finding, edition)
    value = shorten(found_text(finding.value))
    if value != finding.region and not quotes_value(finding):
        place += f"填的是“{value}”"
    return f"{place}：{message}" if place else message


def _first_paragraph(finding: Finding, words: str) -> FindingParagraph:
    label = f"[{finding.severity.label} {finding.rule}{'·已说明' if finding.explained else ''}]"
    return FindingParagraph(words, label, finding.rule, finding.severity)


def _line_of_one(findings: Sequence[Finding], edition: Edition) -> str:
    return finding_text(findings[0], edition)


def _missing_in(findings: Sequence[Finding]) -> _Key:
    """What findings of something missing, of several cells of a row, have in common with those of rows that lack the same."""
    missing = (finding for finding in findings if finding.rule == required.id and finding.row and finding.blocks)
    of_row = {
        id(finding): tuple([each.field for each in row]) if finding.region else finding.row
        for row in grouped(missing, _row_of).values()
        for finding in row
        if len(row) > 1
    }
    return lambda finding: of_row.get(id(finding))


def _row_of(finding: Finding) -> object:
    return finding.row, finding.region


def _key_of_same(finding: Finding) -> object:
    """What findings have in common that say the same of several rows, and nothing else of any of them."""
    plain = finding.rule != read_otherwise.id and not finding.reason and quotes_value(finding)
    return subject(finding) if plain else None


def _same_line(findings: Sequence[Finding], edition: Edition) -> str:
    """“黄冈市”（B15）、“咸宁市”（B16）在更正后的……中没有了; the places before it where the message names no region."""
    first = findings[0]
    named = "、".join(f"“{finding.region}”（{finding.cell}）" for finding in findings)
    message = Alike(tuple(findings)).of_all(first, named)
    if message != first.full_message:
        return clean(message.text)
    return f"{'、'.join(cell_place(finding, edition) for finding in findings)}：{clean(message.text)}"


def _likeness(finding: Finding) -> object:
    """What open queries about the figures of one row have in common that ask for the same and suggest nothing: the row, the
    rule, and all but the first sentence."""
    if not (finding.is_open_query and finding.row and finding.region and quotes_value(finding)) or finding.suggestion:
        return None
    return finding.rule, finding.severity, finding.row, finding.region, finding.full_message.others


def _alike_line(findings: Sequence[Finding], _: Edition) -> str:
    """广州市（第8行）：总人数今年93，上年31……（I8）；坐席数今年66，上年22……（K8）。请核对……"""
    first = findings[0]
    each = "；".join(f"{clean(finding.full_message.phrase)}（{finding.cell}）" for finding in findings)
    return f"{clean(first.region or '')}（第{first.row}行）：{each}。{clean(''.join(first.full_message.others))}"


def _same_advice(finding: Finding) -> object:
    """What open queries about one column have in common that suggest a correction for the same reason."""
    if not (finding.is_open_query and finding.row and finding.suggestion and finding.suggestion.reason):
        return None
    return finding.rule, finding.form, finding.field, finding.suggestion.reason


def _first_of_column(findings: Sequence[Finding], edition: Edition) -> str:
    """南宁市（K6）：坐席数疑似偏大……。同样的问题还有2处：柳州市（K7）、桂林市（K8）。"""
    first, *others = findings
    places = "、".join(cell_place(finding, edition) for finding in others)
    return f"{finding_text(first, edition)}同样的问题还有{len(others)}处：{places}。"


def _missing_line(together: Sequence[Finding], edition: Edition) -> str:
    """阳江市（第7行）没有填来电总量（C7）、放弃量（F7），请补填；没有发生的填0，不掌握的在备注中说明原因; of several rows without the cells."""
    rows = list(grouped(together, _row_of).values())
    named, findings = "、".join(_row_place(missing[0]) for missing in rows), rows[0]
    cells = [f"（{finding.cell}）" if len(rows) == 1 else "" for finding in findings]
    fields = "、".join(f"{field_label(edition, f.form, f.field)}{c}" for f, c in zip(findings, cells, strict=True))
    columns = [column_of(edition, f.form, f.field) for f in findings]
    zero = "；没有发生的填0，不掌握的在备注中说明原因" if any(c and c.kind is Kind.COUNT for c in columns) else ""
    return f"{named}没有填{fields}，请补填{zero}。"


def _row_place(finding: Finding) -> str:
    region = clean(finding.region or "")
    return f"{region}（第{finding.row}行）" if region else f"第{finding.row}行"


def _read_as_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Notes of one kind on one line: the kind is what is said but for what is quoted, numbers apart from words."""
    kinds: dict[tuple[Message, bool], dict[str, list[str]]] = {}
    for finding in findings:
        quoted = [str(leaf.found) for leaf in finding.message.leaves if isinstance(leaf, Quote)]
        kind = finding.message.changed(lambda leaf: "" if isinstance(leaf, Quote) else leaf)
        has_digits = any(character.isdigit() for text in quoted for character in text)
        kinds.setdefault((kind, has_digits), {}).setdefault(clean(finding.full_message.phrase), []).append(
            finding.cell or ""
        )
    for phrases in kinds.values():
        shown = [
            f"{phrase}（{at}）" if (at := _cells_in_words(cells)) else phrase
            for phrase, cells in list(phrases.items())[:_SHOWN_EXAMPLES]
        ]
        total = sum(len(cells) for cells in phrases.values())
        rest = f"；等{total}处" if len(phrases) > _SHOWN_EXAMPLES else ""
        yield "；".join(shown) + rest


def _cells_in_words(cells: Iterable[str]) -> str:
    listed = [cell for cell in cells if cell]
    if len(listed) <= _SHOWN_CELLS:
        return "、".join(listed)
    return f"{'、'.join(listed[:_SHOWN_CELLS])}等{len(listed)}处"


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
