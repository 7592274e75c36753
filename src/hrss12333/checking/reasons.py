"""Judges a 备注: whether it is a reason and what it answers; and the one table of what answers each rule (`ANSWERS`).

A text is a reason if at least two letters are left without the form's labels and phrases that say nothing (无, 同上) or
vouch (已核实), and if no phrase in it disowns or postpones figures. The phrases are one flat list, which the form's
self-check (writing/official/formulas.py) uses, too. Whether a reason is good, the auditor judges.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, lru_cache, partial
from itertools import combinations

from msgspec import Struct

from hrss12333.model.filing import Row, Table
from hrss12333.model.finding import Reason, Severity
from hrss12333.patterns import half_width
from hrss12333.survey import flat_list, line_of
from hrss12333.survey.regions import SubRegion, bare_name
from hrss12333.survey.schema import Form

_REFUSED = "推翻"
SHORTEST_REASON = 2
"""Letters of the shortest reason (兼职)."""
_SETTLED = r"〔核实\s*([^：:〕]*)[：:]([^〕]*)〕"
"""What `merge --unit` writes into a 备注: a question's columns, and the reason with which staff settled it."""
_OWN_LEVEL_WORDS = ("本级", "市区", "城区", "市直")
_CITY = ("全市", "本市", "该市", "我市", "所在市", "地级市", "上级市", "市级", "市数据", "设区市", "不重复", "未重复")
"""Words by which a county means its city without naming it."""
_EXCLUDED = r"(?:不|未|没有)(?:含|包含|包括|计入|列入|纳入|并入|统计在内|重复)|不在内"
_ALONE = r"(?:单独|独立|另行|分开|分别)"
_TOGETHER = rf"(?:不|未|没有|没|非|不再){_ALONE}"
_APART = rf"{_ALONE}(?:统计|填报|核算|报送|上报|列|计算|汇总|进行统计)"
_INCLUDED = rf"包含|包括|计入|列入|纳入|并入|算入|统计在内|含|{_TOGETHER}"
"""Words for “the city includes it”; the opposites, which contain them, are tried first."""

postponing = partial(line_of, "reason_words.tsv", _REFUSED)
"""The phrases that disown or postpone figures: a text with one is no reason."""


@cache
def fillers(form: Form) -> tuple[tuple[str, int], ...]:
    """Phrases that say nothing and the form's labels, each with its letters outside shorter ones in it."""
    words = {word for kind, *listed in flat_list("reason_words.tsv") if kind != _REFUSED for word in listed}
    words |= {_folded(text) for column in form.columns for text in spellings(column.label)}
    weights = dict[str, int]()
    for word in sorted(words, key=lambda word: (len(word), word)):
        parts = (word[start:end] for start, end in combinations(range(len(word) + 1), 2))
        letters = sum(map(str.isalpha, word)) - sum(weights.get(part, 0) for part in parts)
        if letters > 0:
            weights[word] = letters
    return tuple(weights.items())


def spellings(label: str) -> tuple[str, ...]:
    """A column's label without its bracket: as printed, with 座席 for 坐席, and the reverse."""
    name = label.partition("（")[0]
    return name, name.replace("坐席", "座席"), name.replace("座席", "坐席")


@lru_cache(maxsize=2048)  # texts repeat
def is_reason(text: str, form: Form) -> bool:
    """Whether a 备注 is a reason, apart from 〔核实 栏目：…〕 in it, which answers for its columns alone."""
    plain = _folded(without_settled(text))
    letters = "".join(character for character in plain if unicodedata.category(character)[0] == "L")
    filling = sum(letters.count(word) * weight for word, weight in fillers(form))
    return len(letters) - filling >= SHORTEST_REASON and not _holds_any(plain, postponing())


def objection(text: str, form: Form, fields: Collection[str] = (), named: Sequence[str] = ()) -> str:
    """Why a 备注 does not answer about these fields, Chinese; empty if it does. It must hold one of ``named``."""
    if not is_reason(text, form):
        words = next((word for word in postponing() if word in _folded(text)), "")
        return f"写着“{words}”" if words else "没有写明原因"
    plain = _folded(without_settled(text))
    asked = {column.key for column in form.data} & {*fields}
    columns = [column for column in form.data if asked and _holds_any(plain, map(_folded, spellings(column.label)))]
    if columns and asked.isdisjoint(column.key for column in columns):
        return f"说的是“{'、'.join(column.label for column in columns)}”"
    return "" if not named or any(_holds(text, name) for name in named) else f"没有写明“{named[0]}”"


def reason_among(tables: Iterable[Table], named: Sequence[str], fields: Collection[str] = ()) -> str:
    """The first 备注 in these tables that answers a question about these fields; empty where none does."""
    texts = ((row.text("remarks"), table.form) for table in tables for row in table.rows)
    return next((text for text, form in texts if text and not objection(text, form, fields, named)), "")


def _holds(text: str, name: str) -> bool:
    """Whether a text holds a name, or a figure by itself."""
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", _folded(without_settled(text)))
    return bool(re.search(rf"(?<!\d){name}(?!\d)", plain)) if name.isdecimal() else _folded(name) in plain


@lru_cache(maxsize=4096)  # texts repeat
def _folded(text: str) -> str:
    return "".join(half_width(text).casefold().split())


def without_settled(text: str) -> str:
    """A 备注 without the staff's answers in it (〔核实 栏目：…〕)."""
    return re.sub(_SETTLED, "", text) if "〔" in text else text


def is_settled(text: str, labels: Collection[str]) -> bool:
    """Whether a 备注 holds 〔核实 栏目、栏目：…〕 for one of these labels, or without labels 〔核实：…〕."""
    names = {spellings(label)[0] for label in labels} or {""}
    return any(
        not names.isdisjoint(spellings(label.strip())[0] for label in match[1].split("、"))
        for match in re.finditer(_SETTLED, text)
    )


def spoken_names(*names: str | None) -> tuple[str, ...]:
    """Each name in full and without its ending: 昆山市, 昆山."""
    return tuple(dict.fromkeys(each for name in names if name for each in (name, bare_name(name))))


def includes(text: str, below: SubRegion, cities: list[Row]) -> bool | None:
    """Whether a city's figure includes a place below it, by the text or the city's 备注; else None."""
    # The words must name city or place: 不含企业来电 in a county's row concerns no city.
    bare = [below.name.removeprefix(city) for city in ("", *below.cities)]
    names = {*bare, *map(bare_name, bare), *(_OWN_LEVEL_WORDS if below.own_level else ())}
    city_names = {part for city in below.cities for part in (city, bare_name(city))}
    of_cities = (words for city in cities for words in (city.text("remarks"), _behind_name(city)))
    remarks = [words for words in of_cities if _holds_any(words, names)]
    about = [*remarks, text] if _holds_any(text, city_names.union(_CITY)) else remarks
    itself = [text] if text in about or re.match(_APART, text.lstrip("本县区市已均数据")) else []
    apart = any(re.search(_APART, words) and not re.search(_TOGETHER, words) for words in (*itself, *remarks))
    if apart or any(re.search(_EXCLUDED, words) for words in about):
        return False
    return True if any(re.search(_INCLUDED, words) for words in about) else None


def _behind_name(city: Row) -> str:
    """The words in brackets after a city's name: （含定州）."""
    marked = city.noted_values.get("region")
    found = re.search(r"[（(](.+)[)）]", marked.found) if marked and isinstance(marked.found, str) else None
    return found[1] if found else ""


def _holds_any(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


class AnsweredBy(Struct, frozen=True):
    """What answers a rule's findings, apart from staff."""

    reason: Reason = Reason.NONE
    """Which reason in 备注 does."""
    correction: str = "改正"
    """Chinese: what to do in a later version."""
    removal: str = ""
    """Chinese: what to delete; empty where deleting answers nothing."""
    softens: bool = False
    """Whether a reason turns an error into an explained query."""

    @property
    def in_words(self) -> str:
        """All that answers them, Chinese."""
        removal = f"删去{self.removal}" if self.removal else ""
        return "；或".join(filter(None, (self.correction, removal, self.reason.value, _STAFF)))


_STAFF = "由核实人员在核实情况中答复"
_SENT = AnsweredBy(correction="重新报送")
_ROW, _WHOLE = AnsweredBy(Reason.ROW), AnsweredBy()
_THIS_ROW = "这一行"
ANSWERS: Mapping[str, AnsweredBy] = {
    **dict.fromkeys(("F001", "F002", "F003", "F004", "F005", "M701"), _SENT),
    **dict.fromkeys(("F006", "F007", "H101", "H102", "H103", "H104", "H105", "H106", "H109", "R201", "R205"), _WHOLE),
    **dict.fromkeys(("V302", "V303", "V304", "V307", "V308", "B402", "B403", "S601", "S602"), _WHOLE),
    **dict.fromkeys(("P503", "P506"), _WHOLE),
    "H108": AnsweredBy(Reason.UNIT),
    "R202": AnsweredBy(Reason.REGION, removal=_THIS_ROW),
    "R203": AnsweredBy(removal="两行中的一行"),
    "R204": AnsweredBy(Reason.UNIT, "补报"),
    "R206": AnsweredBy(Reason.REGION, removal=_THIS_ROW),
    "R207": AnsweredBy(Reason.UNIT, "补填"),
    "R208": AnsweredBy(Reason.INCLUSION, removal=f"{_THIS_ROW}或所在市的一行"),
    "R209": AnsweredBy(Reason.REGION, removal=_THIS_ROW),
    "R210": AnsweredBy(Reason.REGION, "改正、恢复", removal="这一行、这张表"),
    "V301": AnsweredBy(Reason.ROW, "补填", softens=True),
    "V305": AnsweredBy(Reason.ROW, softens=True),
    "V309": AnsweredBy(Reason.MEASURE),
    "V310": AnsweredBy(Reason.PLACE, removal="表外的数"),
    "B401": AnsweredBy(Reason.DIFFERENCE, softens=True),
    **dict.fromkeys(("B404", "P501", "P504", "P505", "P507"), _ROW),
    "P502": AnsweredBy(Reason.FIGURE),
    "M702": AnsweredBy(Reason.UNIT, "再次报送，名称注明更正"),
    "M705": AnsweredBy(Reason.PERIOD),
    "M706": AnsweredBy(Reason.UNIT, "补填"),
}
"""Rule → what answers its findings; rules that yield only notes ask nothing."""
OF_TABLE = frozenset((Reason.UNIT, Reason.PERIOD, Reason.MEASURE, Reason.PLACE))
"""Reasons that may be in any row of the table, or for `Reason.UNIT` in any table of the unit."""


def reason_for(rule: str, severity: Severity) -> Reason:
    """The reason in 备注 that answers a finding of this rule and severity."""
    answered = ANSWERS.get(rule, _WHOLE)
    by_words = severity is Severity.QUERY or (severity is Severity.ERROR and answered.softens)
    return answered.reason if by_words else Reason.NONE
