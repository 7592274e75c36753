"""Questions in words, the same in every output; rows asked about in the same words share a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from hrss12333.checking.rules.values import read_otherwise
from hrss12333.model.finding import Finding, NewValue, Severity
from hrss12333.model.message import Found, Leaf, Message, Quote, RegionName
from hrss12333.patterns import clean, grouped
from hrss12333.questions import Question
from hrss12333.survey.schema import Edition
from hrss12333.wording.text import few_named, shorten
from hrss12333.wording.values import answer_text, cell_place, field_label, found_text, public_text

if TYPE_CHECKING:
    from hrss12333.questions.earlier import EarlierQuestion
    from hrss12333.questions.rounds import Progress

_SHOWN_CELLS = 6
_SHOWN_EXAMPLES = 4
_NAME_COLUMNS = "这一行的备注要答复几处的，这一处请写明栏目名称。"


class QuestionLine(Struct, frozen=True):
    """One question in words, or several that are asked in the same words."""

    questions: tuple[Question, ...]
    text: str
    advice: str = ""
    """The suggestion; empty where there is none."""

    @property
    def first(self) -> Finding:
        """The ground of the first question."""
        return self.questions[0].ground

    @property
    def stake(self) -> float:
        """Share of the national total at stake in all of them."""
        return min(1.0, sum(question.stake for question in self.questions))

    @property
    def advised(self) -> str:
        """建议：总人数（I11）改为6：像是多写了一位; empty where nothing is suggested."""
        return f"建议：{self.advice.rstrip('。')}。" if self.advice else ""

    @property
    def answer(self) -> str:
        """The answer in 备注 or of staff; empty where there is none."""
        ground = self.first
        if ground.is_settled and (settled := ground.verification):
            when = f"，{settled.when:%Y-%m-%d}" if settled.when else ""
            return f"已核实（{clean(settled.who)}{when}）：{clean(settled.text)}"
        return f"备注说明：{clean(ground.reason)}" if ground.reason else ""

    @property
    def rules(self) -> str:
        """The rules of ground and further facts: B402、P505."""
        return "、".join(dict.fromkeys(finding.rule for finding in self.questions[0].findings))

    @property
    def label(self) -> str:
        """Severity, rules and state: 强制性错误 B402、P505; 核实性错误 P501·已说明."""
        answered = {"open": "", "explained": "·已说明", "settled": "·已核实"}[self.questions[0].state]
        return f"{self.first.severity.label} {self.rules}{'' if self.first.severity is Severity.NOTE else answered}"


def question_lines(questions: Iterable[Question], edition: Edition) -> list[QuestionLine]:
    """The questions in words; rows that are asked about in the same words share a line."""
    lines = []
    for together in grouped(questions, _words_of).values():
        first = together[0]
        text = finding_text(first.ground, edition) + further_text(first)
        text = _joined_text(together, edition) if len(together) > 1 else text
        lines.append(QuestionLine(tuple(together), text, suggestion_text(edition, *first.findings)))
    return lines


def lines_of(listed: Iterable[Question], edition: Edition) -> Iterator[QuestionLine]:
    """Questions and notes in words; the notes of V306 are put last, in one paragraph."""
    by_kind = grouped(listed, lambda each: each.ground.rule == read_otherwise.id)
    yield from question_lines(by_kind.get(False, ()), edition)
    if read_as := tuple(by_kind.get(True, ())):
        words = _read_as_lines([each.ground for each in read_as])
        yield QuestionLine(read_as, "\n".join([f"以下{len(read_as)}处读取时作了转换或取舍，请核对：", *words]))


def _words_of(question: Question) -> object:
    """The key that questions in the same words share; a question about no row has a key of its own."""
    ground = question.ground
    if not ground.line or not ground.region or any(each.suggestion for each in question.findings):
        return id(question)
    values = [_value_about(each) for each in question.findings]
    facts = [
        (each.rule, each.severity, each.field, _naming(each.message, ""), None if value == each.region else value)
        for each, value in zip(question.findings, values, strict=True)
    ]
    answer = question.state, ground.reason, ground.verification
    return ground.file, ground.sheet, ground.form, answer, question.names_columns, *facts


def further_text(question: Question) -> str:
    """The further facts as a sentence (另外：…), and whether the answer must name its columns."""
    ground = question.ground
    phrases = list[str]()
    for words, facts in grouped(question.further, lambda each: clean(str(each.message))).items():
        sheets = [f"工作表“{clean(each.sheet)}”" if each.sheet and each.sheet != ground.sheet else "" for each in facts]
        cells = [f"{sheet}{each.cell}" for sheet, each in zip(sheets, facts, strict=True) if each.cell]
        cells = cells if {*cells} - {ground.cell} else []
        is_same = cells and words == clean(str(ground.message))
        phrases.append("、".join(cells) + "同样" if is_same else f"{words}（{'、'.join(cells)}）" if cells else words)
    return _further_words(phrases) + (_NAME_COLUMNS if question.names_columns else "")


def _further_words(phrases: Iterable[str]) -> str:
    listed = "；".join(dict.fromkeys(filter(None, phrases)))
    return f"另外：{listed}。" if listed else ""


def _joined_text(together: Sequence[Question], edition: Edition) -> str:
    """One text about several rows: “黄冈市”（B15）、“咸宁市”（B16）共2处在……"""
    first = together[0].ground
    number = f"共{len(together)}处"
    named = "、".join(f"“{clean(each.region or '')}”（{each.ground.cell}）" for each in together) + number
    message = _naming(first.message, named)
    is_named = message != first.message
    places = "" if is_named else "、".join(cell_place(each.ground, edition) for each in together) + f"{number}："
    further = [clean(str(_naming(each.message, "各地区"))) for each in together[0].further]
    hint = _NAME_COLUMNS if together[0].names_columns else ""
    return places + clean(message.text) + _further_words(further) + hint


def _naming(message: Message, regions: str) -> Message:
    """The message with these words in place of its region."""
    return message.changed(lambda leaf: regions if isinstance(leaf, RegionName) else leaf)


def finding_text(finding: Finding, edition: Edition) -> str:
    """A finding in words: its place, the value there, its message."""
    message = clean(finding.message.text)
    place = cell_place(finding, edition)
    value = shorten(found_text(finding.value))
    if value != finding.region and not _quotes_value(finding):
        place += f"填的是“{value}”"
    return f"{place}：{message}" if place else message


def _value_about(finding: Finding) -> Found:
    """The value at a finding's place; None where that is only one of several figures in question."""
    return None if len(finding.figures) > 1 and finding.field in finding.figures else finding.value


def _quotes_value(finding: Finding) -> bool:
    """Whether the message quotes the value at the finding's place, or there is none."""
    value = shorten(found_text(_value_about(finding)))
    return not value or any(_quoted(leaf) == value for leaf in finding.message.leaves)


def _quoted(leaf: Leaf) -> str | None:
    """The text that a parameter shows; None where it is cut short."""
    if isinstance(leaf, Quote):
        whole = not leaf.longest or len(str(leaf.found)) <= leaf.longest
        return found_text(leaf.found) if whole else None
    return found_text(leaf)


def _read_as_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Lines of notes whose messages differ only in what they quote; numbers and words are kept apart."""

    def kind(finding: Finding) -> object:
        unquoted = finding.message.changed(lambda leaf: "" if isinstance(leaf, Quote) else leaf)
        return unquoted, any(map(str.isdigit, str(finding.message)))

    for alike_notes in grouped(findings, kind).values():
        phrases = grouped(alike_notes, lambda finding: clean(str(finding.message)))
        cells = {phrase: [each.cell for each in notes if each.cell] for phrase, notes in phrases.items()}
        examples = [
            f"{phrase}（{few_named(at, _SHOWN_CELLS, f'等{len(at)}处')}）" if at else phrase
            for phrase, at in [*cells.items()][:_SHOWN_EXAMPLES]
        ]
        yield "；".join(examples) + (f"；等{len(alike_notes)}处" if len(cells) > _SHOWN_EXAMPLES else "")


def suggestion_text(edition: Edition, *findings: Finding) -> str:
    """总人数（I11）改为6，咨询员人数（J11）改为4：像是两数填反; empty where nothing is suggested."""
    suggested = [(finding, finding.suggestion) for finding in findings if finding.suggestion]
    if not suggested:
        return ""
    reason = f"：{clean(suggested[0][1].reason)}" if suggested[0][1].reason else ""
    values = (_new_value(edition, finding, value) for finding, suggestion in suggested for value in suggestion.values)
    return "，".join(dict.fromkeys(values)) + reason  # both forms may name the same cell


def _new_value(edition: Edition, finding: Finding, new: NewValue) -> str:
    cell = f"（{new.cell}）" if new.cell else ""
    value = answer_text(new.value)
    bare = new.value is None or (isinstance(new.value, int) and not isinstance(new.value, bool))
    return f"{field_label(edition, finding.form, new.field)}{cell}改为{value if bare else f'“{value}”'}"


CORRECTED, UNCHECKED, CHANGED = "已改正", "本次未核对", "问题以外"


class SinceLine(Struct, frozen=True):
    """A line of 问题清单 about an earlier question or a change, which no finding of this run is about."""

    kind: str
    """`CORRECTED`, `UNCHECKED` or `CHANGED`."""
    unit: str
    form: str
    region: str
    label: str
    """The label of its column."""
    words: str
    rule: str = ""
    earlier: EarlierQuestion | None = None


def since_lines(progress: Progress, edition: Edition) -> Iterator[SinceLine]:
    """Lines on earlier questions not judged or corrected since, and on changes without a question."""
    earlier = [(UNCHECKED, item, f"上次提出的问题，{why}。") for item, why in progress.unchecked]
    earlier += [(CORRECTED, item, "上次提出的问题，这次没有了。") for item in progress.corrected]
    for kind, item, words in earlier:
        rule, unit, form, region, field = item.ground
        label = field_label(edition, form or None, field or None)
        yield SinceLine(kind, unit, form, clean(region), label, words, rule, item)
    for change in progress.changed:
        label = field_label(edition, change.form, change.field or None)
        words = f"{label}由{answer_text(change.before)}改为{answer_text(change.after)}"
        if not label:
            words = "新增了这一行" if change.before is None else "这一行没有了"
        yield SinceLine(CHANGED, change.unit, change.form, clean(change.region), label, words)


def answered_since(progress: Progress, edition: Edition) -> dict[str, list[str]]:
    """Name of a respondent → what it has corrected or explained since the earlier round."""
    keys = [item.ground[1:] for item in progress.corrected]
    keys += [(q.respondent, q.form or "", q.region or "", q.ground.field or "") for q in progress.explained]
    found: dict[str, list[str]] = {}
    for unit, form, region, field in keys:
        about = form + clean(region) + field_label(edition, form or None, field or None)
        found.setdefault(unit, []).append(about if about not in ("", unit) else "整份材料")
    return {unit: list(dict.fromkeys(texts)) for unit, texts in found.items()}


def progress_sentences(progress: Progress, noun: str) -> Iterator[str]:
    """Sentences on the earlier questions: how many, whose, why not judged, what answers lack."""
    counted: dict[str, list[str]] = {
        "新问题": [each.respondent for each in progress.new],
        "仍未解决": [each.respondent for each in progress.still_open],
        CORRECTED: [item.ground.unit for item in progress.corrected],
        "已核实": [each.respondent for each in progress.settled],
        "备注已说明": [each.respondent for each in progress.explained],
        UNCHECKED: [item.ground.unit for item, _ in progress.unchecked],
    }
    numbers = "".join(f"{what}{len(names)}处，" for what, names in counted.items() if names)
    changed = f"有{len(progress.changed)}处变动（见问题清单）" if progress.changed else "没有变动"
    came = f"；新报送{len(progress.came)}个{noun}：{'、'.join(progress.came)}" if progress.came else ""
    yield public_text(f"与上次汇总相比：{numbers}问题以外{changed}{came}。")
    for what, names in counted.items():
        of_each = (f"{clean(name) or f'报送{noun}不明'}（{number}处）" for name, number in Counter(names).most_common())
        if names:
            yield public_text(f"{what}：{'、'.join(of_each)}")
    for why, listed in grouped(progress.unchecked, lambda each: each[1]).items():
        rules = "、".join(sorted({item.ground.rule for item, _ in listed}))
        yield f"{why}，上次提出的{len(listed)}处问题（{rules}）本次未核对，连同核实情况保留。"
    for each in progress.still_open:
        if answer := each.ground.verification:
            about = "，".join(filter(None, dict.fromkeys((each.respondent, each.region or ""))))
            yield f"{each.ground.rule}（{public_text(clean(about))}）：核实情况还不完整，{answer.lacks}"
