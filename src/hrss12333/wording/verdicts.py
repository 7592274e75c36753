"""Sentences on files, respondents and the whole table: verdicts, counts, what is missing, 附注."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from hrss12333.checking.rules import RULES
from hrss12333.inbox import text_key
from hrss12333.model.finding import Severity
from hrss12333.model.message import FileNames
from hrss12333.model.national import National, State
from hrss12333.model.summary_lines import IN_QUESTION, missing_units, reported, without_report
from hrss12333.patterns import clean, grouped
from hrss12333.questions import Question, numbers_of
from hrss12333.questions.respondents import Respondent, Respondents
from hrss12333.reading.files.discovery import passed_over
from hrss12333.wording.text import few_named
from hrss12333.wording.values import public_text

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked
    from hrss12333.model.text import Quoted
    from hrss12333.questions.rounds import Progress

_UNITS_NAMED = 4


def unaudited_text(national: National) -> str:
    """本页未审核1个文件：广东省.docx。 It comes first in every output; empty without such files."""
    names = FileNames(item.file for item in national.skipped)
    files = [names(file) for file in national.unaudited]
    return f"本页未审核{len(files)}个文件：{'、'.join(files)}。" if files else ""


def counted_text(questions: Iterable[Question]) -> str:
    """The numbers of open questions: 改正5处、核实2处; empty without any."""
    numbers = zip(("改正", "核实"), numbers_of(questions), strict=True)
    return "、".join(f"{what}{number}处" for what, number in numbers if number)


def respondent_text(respondent: Respondent) -> str:
    """A respondent with its counts and note: 四川省（改正1处、核实69处；1月20日来信，见附注）."""
    name = clean(respondent.name) if respondent.is_known else f"《{clean(respondent.name)}》"
    remark = "；".join(filter(None, (counted_text(respondent.questions), respondent.note)))
    return f"{name}（{remark}）" if remark else name


def listed_text(names: Sequence[str], every: int) -> str:
    """The names, or 全部32个 if they are all there are (``every``)."""
    return f"全部{every}个" if len(names) == every > _UNITS_NAMED else "、".join(names)


def states_text(respondents: Respondents) -> str:
    """Respondents by state: 32个单位和1个认不出单位的文件：要改3个，没报17个，可以用13个; empty without any."""
    shown, noun = respondents.shown, respondents.noun
    whole = [each.name for each in shown if respondents.is_whole(each)]
    known = sum(each.is_known for each in shown) - len(whole)
    others = sum(not each.is_known for each in shown)
    parts = [f"{known}个{noun}"] if known else []
    parts += [f"{name}（合起来看）" for name in whole]
    parts += [f"{others}个认不出{noun}的文件"] if others else []
    states = [f"{state.value}{len(listed)}个" for state in State if (listed := respondents.of_state(state))]
    return f"{'和'.join(parts)}：{'，'.join(states)}" if states else ""


def aside_sentences(national: National, *, verbose: bool = True) -> Iterator[str]:
    """Sentences on undecided rows and files passed over; on the system's files only if ``verbose``."""
    if undecided := national.undecided:
        titles = (f"{RULES[rule].text_in(national.edition).title}（{rows}行）" for rule, rows in undecided.items())
        yield f"因为缺数或者数字读不出，没有判断有没有下列情况：{'；'.join(titles)}。"
    skipped = [item for item in national.skipped if verbose or not passed_over(item.file)]
    names = FileNames(item.file for item in skipped)
    for reason, items in grouped(skipped, lambda item: clean(item.reason)).items():
        yield f"跳过{len(items)}个文件（{reason}）：{'、'.join(names(item.file) for item in items)}"


def verdict(checked: Checked, questions: Sequence[Question], *, strict: bool = False) -> str:
    """A sentence on what to do with one file, by the questions about it."""
    if checked.result == "unreadable":
        if any(question.is_open for question in questions):
            return "无法读取，请按下面的说明处理后重新报送。"
        return "没有读取，同一单位的表格已经读取，不必重新报送。"
    asked = [question for question in questions if question.ground.severity is not Severity.NOTE]
    found, answered = counted_text(asked), sum(not question.is_open for question in asked)
    more = f"（另有{answered}处已说明）" if answered else ""
    if any(question.is_open and question.is_error for question in questions):
        return f"需要修改后再报送：{found}{more}。"
    if not found:
        return f"可以报送{more}。"
    so = "按--strict的要求先不报送；请先" if strict else "可以报送；但请先"
    return f"没有强制性错误，{so}{found}，数据无误的在“备注”栏写明原因{more}。"


def merge_sentences(national: National) -> list[str]:
    """Sentences on what came, what is missing, and whose figures are in open question."""
    came = received_words(national) + missing_in_words(national)
    return [*filter(None, [came, question_line(national)])]


def received_words(national: National) -> str:
    """A sentence on how many units, or regions of one unit, have reported."""
    form = national.edition.forms[0]
    regions = len(national.entries_of(form))
    if len(national.units) == 1:
        unit = national.units[0].unit
        present = {entry.row.region for entry in national.entries_of(form, unit)}
        expected, received = len(unit.regions), sum(region.name in present for region in unit.regions)
        which = f"全部{expected}个地区" if received == expected else f"{expected}个地区中{received}个"
        return f"收到{unit.name}{which}的数据。"
    return f"应报的{len(national.units)}个单位中收到{len(reported(national))}个，共{regions}个地区的数据。"


def missing_in_words(national: National, lead: str = "还缺：") -> str:
    """A sentence on missing units, regions and 工作总结, except what staff closed."""

    def listed(names: Sequence[str], noun: str) -> str:
        return few_named(names, _UNITS_NAMED, f"等{len(names)}个{noun}")

    parts = []
    several = len(national.units) > 1
    closed = {name for name, state in national.states.items() if state is State.DECLINED}
    missing = [unit.name for unit in missing_units(national)]
    units = [name for name in missing if name not in closed]
    by_state = grouped(units, lambda name: national.states.get(name, State.MISSING).plain is State.MISSING)
    if silent := by_state.get(True):
        parts.append(f"{listed(silent, '单位')}尚未报送调查表")
    if useless := by_state.get(False):
        parts.append(f"{listed(useless, '单位')}报来的不能汇总")
    forms: dict[tuple[str, str], list[str]] = {}
    for status in (one for one in national.units if one.unit.name not in missing):
        for form, regions in status.missing_regions.items():
            for region in (name for name in regions if name not in closed):
                forms.setdefault((status.unit.name, region), []).append(form)
    for keys, lacking in grouped(forms, lambda place: tuple(forms[place])).items():
        of = "" if len(keys) == len(national.edition.forms) else f"的{'、'.join(keys)}"
        named = listed([region for _, region in lacking], "地区")
        parts.append(f"{'已报单位中' if several else ''}{named}{of}没有数据计入")
    if without := without_report(national):
        parts.append(f"{len(without)}个单位只报了调查表，没有工作总结" if several else "工作总结尚未报送")
    return f"{lead}{'；'.join(parts)}。" if parts else ""


def question_line(national: National, *, named: bool = True) -> str:
    """A sentence on figures in open question, with their units' names if ``named``; empty without any."""
    rows = [one for one in national.entries if one.counted and one.unit and one.where in national.figures_in_question]
    if not rows:
        return ""
    names = list(dict.fromkeys(entry.unit.short for entry in rows if entry.unit))
    who = f"{'、'.join(names) if named else ''}{len(names)}个{national.noun}" if len(national.units) > 1 else ""
    regions = {(entry.unit.name, entry.row.region or entry.where) for entry in rows if entry.unit}
    of_these = f"{who}{len(regions)}个地区的部分数据"
    return f"{IN_QUESTION}：{of_these}。这些数计入合计，不计入比率、排名、图表和与上年的比较。"


def stamping_lines(obstacles: Sequence[str], code: str | None, before: str | None) -> list[str]:
    """可以盖章, or 暂勿盖章 and its obstacles; ``code``: the filing's 校验码; ``before``: the earlier round's."""
    again = f"校验码与上次的{before}不同，已经盖章的须重新盖章。" if before and before != code else ""
    if not obstacles:
        return [f"可以盖章：没有要改正、核实的，没有没报的，校验码{code}。{again}"]
    return [f"暂勿盖章：以下各项都办结以后再盖。{again}", *obstacles]


def obstacles_of(respondents: Respondents) -> tuple[list[str], bool]:
    """Lines on what keeps a unit from stamping its filing, Chinese; and whether the form prints 未定稿."""
    national = respondents.inbox.national
    obstacles = [unaudited] if (unaudited := unaudited_text(national)) else []
    is_draft = bool(unaudited) or any(question.is_error for question in respondents.open_questions)
    for each in respondents.listed:
        titles = dict.fromkeys(RULES[one.ground.rule].text_in(national.edition).title for one in each.open_questions)
        if titles or each.state is State.MISSING:
            about = f"：{'；'.join(titles)}" if titles else ""
            obstacles.append(public_text(f"{each.state.value}　{respondent_text(each)}{about}"))
            is_draft |= each.state is State.MISSING
    return obstacles, is_draft


_FIRST = "请先看"


class AnnexLine(Struct, frozen=True):
    """A line of 附注."""

    whose: str
    lead: str
    """新, 请先看, both, or empty."""
    place: str
    text: str


def annex_lines(quoted: Sequence[Quoted], progress: Progress | None) -> Iterator[AnnexLine]:
    """The lines of 附注, those first that the earlier workbook lacks."""
    names = FileNames(item.file for item in quoted)
    listed = [(progress is not None and text_key(item) not in progress.earlier.texts, item) for item in quoted]
    for is_new, item in sorted(listed, key=lambda each: not each[0]):
        lead = "，".join([*["新"] * is_new, *[_FIRST] * item.marked])
        yield AnnexLine(item.whose, lead, _located_at(item, names), public_text(clean(item.excerpt)))


def annex_counts(quoted: Sequence[Quoted]) -> str:
    """附注46条，其中7条请先看; empty without any."""
    marked = sum(item.marked for item in quoted)
    first = f"，其中{marked}条{_FIRST}" if marked else ""
    return f"附注{len(quoted)}条{first}" if quoted else ""


def _located_at(item: Quoted, names: FileNames) -> str:
    """The place of a text: 《广东省.xlsx》附表1 M7 广州市备注."""
    text = item.text
    if item.several.endswith("文件"):
        return f"{item.several} {item.located}"
    sheet = text.place.sheet if text.place else text.sheet
    parts = [f"《{names(item.file)}》{clean(sheet or '')}", text.place.a1 if text.place else ""]
    about = f"{item.several} {item.located}" if item.also else f"{clean(text.region or '')}{item.located}"
    return public_text(" ".join([part for part in parts if part] + [about]))
