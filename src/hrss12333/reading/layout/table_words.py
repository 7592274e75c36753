"""Words of a table: the column that a heading names, measures, and what a row is by its name.

In headings white space, punctuation and width do not count, nor words in brackets or after / at the end: the
form's words, a measure, or words for people to judge, which are quoted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import cache, lru_cache

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.patterns import BRACKET, MEASURES
from hrss12333.reading.values import MAGNITUDES, ORDERS, tidy
from hrss12333.survey import row_words
from hrss12333.survey.labels import sign_off_labels
from hrss12333.survey.periods import Period, full_years, times_in
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import SAMPLE, TOTAL, Column, Form

MAX_HEADING = 60
"""Characters beyond which a cell is prose, not a heading."""
_BRACKETS = str.maketrans("[]【】〔〕〈〉", "()()()()")
_NOTE_MARKS = dict.fromkeys([*b"\xb2\xb3\xb9", *range(0x2070, 0x208F), *range(0x2460, 0x2500)])
"""Signs that refer to a note below the table."""
_BETWEEN = re.compile(r"[^\w()/]+|_")
_YEAR_AT_END = re.compile(r"^20\d\d年度?|20\d\d年度?$")
_BEHIND = re.compile(r"(?:\(((?:[^()]|\([^()]*\))*)\)|/([^/()]*))[^\w()]*$")
_ALSO_COUNTED = {
    "次": frozenset({"话次", "人次", "人/次", "通", "个", "件", "条"}),
    "人": frozenset({"名", "位", "个"}),
    "个": frozenset({"席", "座", "台", "部", "位", "条", "坐席", "座席"}),
    "条": frozenset({"个", "件", "次"}),
    "人次": frozenset({"次", "人/次", "人"}),
}
"""Measure of a column → words that may replace it; 坐席数（人） counts people, not seats."""
_STATEMENT = (
    rf"(?:(?:计量|数据)?单位[为是]?)?(?:{MEASURES})?以?"
    rf"(?:(?P<word>{ORDERS})(?:{MEASURES})?|[x×](?P<power>10{{3,8}})|[x×]10\^?(?P<zeros>[3-8]))"
    r"(?:为?计算?|为单位)?"
)
_MAGNITUDE = rf"\(?(?:{_STATEMENT})\)?"
_GUIDE_MARKS = dict.fromkeys(map(ord, ":,、/"))
_MEASURE_LINE = r"单位\s*(?:[:：]|为|均为|统一为)\s*([^。；;)）\n]{1,30})|以\s*([^\s，。]{1,6}?)\s*为(?:计量)?单位"
_MEASURE = (
    rf"(?:[十百千万亿]*(?:{MEASURES}|元|小时|分钟|秒|天|%)?(?:[/每](?:[十百千万亿]*人|[日天周旬月季年]|季度|小时))?)"
)


class Named(Struct, frozen=True):
    """What a heading names: a column of the form, or a group of columns."""

    columns: tuple[Column, ...]
    is_group: bool = False
    own: bool = True
    """Whether it uses the form's words rather than an alias."""
    behind: tuple[str, ...] = ()
    """The words removed from its end."""

    @property
    def key(self) -> str:
        """Field key of the column."""
        return self.columns[0].key


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text.translate(_NOTE_MARKS)).translate(_BRACKETS)


@lru_cache(maxsize=8192)
def normal(text: str) -> str:
    """A heading in the form in which headings are compared: half-width, without separators, 坐席 as 座席."""
    return _BETWEEN.sub("", _folded(text)).replace("坐席", "座席").lower()


@cache
def _names(form: Form) -> dict[str, Named]:
    """Every name of a group or column → what it names; columns also with their group's heading before."""
    found = {normal(group): Named(columns, is_group=True) for group, columns in form.groups if group}
    for own in (True, False):
        for column in form.columns:
            for name in (column.heading,) if own else column.aliases:
                plain = normal(name)
                for spelling in (plain, BRACKET.sub("", plain)):
                    found.setdefault(spelling, Named((column,), own=own))
                    found.setdefault(normal(column.group) + spelling, Named((column,), own=own))
    return found


@cache
def _all_names(form: Form) -> str:
    """Every name of a group or column, a line each."""
    return "\n".join(_names(form))


@lru_cache(maxsize=4096)
def is_piece(forms: tuple[Form, ...], text: str) -> bool:
    """Whether a text is a heading, or may be a part of one."""
    name = normal(text)
    if len(text) > MAX_HEADING or len(name) < 2:
        return False
    if any(name in _all_names(form) for form in forms):
        return True  # perhaps one that is split over several cells
    if "年" in name and any(_is_group(form, _parted_year(text)[0]) for form in forms):
        return True
    return not {"(", "/"}.isdisjoint(name) and any(named_in(form, text) for form in forms)


@lru_cache(maxsize=4096)
def named_in(form: Form, text: str) -> Named | None:
    """The column or group that a heading names, perhaps without words at its end; None if none."""
    if len(text) > MAX_HEADING:
        return None
    rest = _folded(text)
    behind = list[str]()
    found = _names(form).get(normal(text))
    while found is None and (match := _BEHIND.search(rest)):
        behind.insert(0, (match[1] or match[2] or "").strip())
        rest = rest[: match.start()]
        found = _names(form).get(normal(rest))
    return replace(found, behind=tuple(filter(None, behind))) if found else None


def named_column(form: Form, text: str) -> Named | None:
    """The column that a heading names; None if it names none."""
    named = named_in(form, text)
    return named if named and not named.is_group else None


def _is_group(form: Form, name: str) -> bool:
    """Whether a name, in the form for comparison, is a group's."""
    named = _names(form).get(name)
    return named is not None and named.is_group


def _parted_year(text: str) -> tuple[str, str]:
    """A group's heading without the year before or after it, and that year."""
    plain = full_years(normal(text))
    found = _YEAR_AT_END.search(plain)
    return (plain[: found.start()] + plain[found.end() :], found[0]) if found else (plain, "")


def year_of_group(form: Form, text: str) -> str:
    """The year before, after or instead of a group's heading; empty without one."""
    group, year = _parted_year(text)
    return year if group in ("", "数据", "情况") or _is_group(form, group) else ""


@lru_cache(maxsize=1024)
def measure_of(columns: tuple[Column, ...], words: str) -> int | None:
    """The factor of the measure in words after a heading: 1 for the form's, 0 if it cannot be converted;
    None if they name no measure."""
    plain = re.sub(r"^(?:计量)?单位[:为]?", "", "".join(words.lower().split()))
    measures = {column.measure for column in columns} - {""}
    own = plain.removesuffix("/年").removesuffix("每年")
    if own in measures or any(own in _ALSO_COUNTED.get(measure, ()) for measure in measures):
        return 1
    named = re.fullmatch(_MAGNITUDE, "".join(tidy(plain).translate(_GUIDE_MARKS).split()).lower())
    if named:
        return MAGNITUDES[named["word"]] if named["word"] else int(named["power"] or 10 ** int(named["zeros"]))
    return 0 if plain and measures and re.fullmatch(_MEASURE, plain) else None


def says_more(columns: tuple[Column, ...], words: str) -> bool:
    """Whether words after the heading of these columns are neither the form's nor a measure."""
    plain = normal(words)
    if not plain or plain in row_words("栏目后") or measure_of(columns, words) is not None:
        return False
    texts = [text for column in columns for text in (column.heading, column.note, *column.aliases)]
    return not any(plain in map(normal, re.findall(r"[（(]([^（()）]*)[)）]", text)) for text in texts)


@lru_cache(maxsize=1024)
def measures_named(line: str) -> tuple[str, ...]:
    """The measures that a line names: 单位：万次、人; 以万条为单位."""
    found = re.search(_MEASURE_LINE, tidy(line)) if "单位" in line else None
    return tuple(filter(None, re.split(r"[、,，和及\s]+", found[1] or found[2]))) if found else ()


def without_measures(line: str) -> str:
    """A line with a blank in place of its measures."""
    return re.sub(_MEASURE_LINE, " ", line) if "单位" in line else line


# Rows

_LONGEST_NAME = 40
"""Characters beyond which a text is no name."""
_PERIOD = re.compile(
    r"(?:20\d\d年)?(?:1[0-2]|[1-9])月(?:份|数据)?|(?:20\d\d年)?(?:第?[1-4一二三四]季度|[上下]半年)|20\d\d年?度?(?:数据?|同期|合计)"
)
_BRACKET = re.compile(r"\([^()]*\)$")
_SOME_REGION = r"(?:[某Xx×]|某某|XX|xx|××|\*\*|○○)[市州县区盟]"
_DATE = re.compile(r"20\d\d[年./-]\d{1,2}[月./-](?:\d{1,2}日?)?")
LONGEST_NUMBERED = 8
"""Letters from which a text after a number is an explanation."""
_HINT = rf"[(]?(?:请?填写?|(?:计量)?单位:?)?(?:(?:{ORDERS})*(?:{MEASURES})(?:/[年月])?|{ORDERS}|人/次|是/?或?否|有/?无|文字|数字|文本|整数|下拉选择|选填|必填)[)]?"
"""A cell below a heading that says what to fill in."""
_GUIDE = rf"(?P<hint>{_HINT})|[\d=+＝＋()（）]+|[A-Z]"
"""A hint as to what to fill in, or the number of a column."""
_FEWEST = 4
"""Least cells of a row that numbers the columns."""


def has_letters(text: str) -> bool:
    """Whether a text is more than figures and signs."""
    return any(map(str.isalpha, text))


def period_of_row(lead: str, survey: int) -> Period | None:
    """The year that a row consists of and gives to the rows below: 2018年, 上年数据; a bare number is none."""
    found = times_in(lead, survey)
    whole = found.is_alone and not lead.strip().isdecimal() and found.period and found.period.year
    return found.period if whole else None


@lru_cache(maxsize=8192)
def compact(text: str) -> str:
    """A name without white space and final colon, half-width."""
    return "".join(tidy(text).split()).rstrip(":。")


@lru_cache(maxsize=4096)
def is_sample(name: str) -> bool:
    """Whether a name is 样例 or another word for it."""
    plain = compact(name).strip("()[]【】") if len(name) <= _LONGEST_NAME else ""
    return plain == SAMPLE or plain in row_words("样例") or re.fullmatch(_SOME_REGION, plain) is not None


@lru_cache(maxsize=4096)
def is_total(name: str, unit: Unit | None = None) -> bool:
    """合计, 总 计, 全省合计, 广东省合计: a total of the whole table."""
    if len(name) > _LONGEST_NAME:
        return False
    plain, _, _ = compact(name).lower().removeprefix("(").partition(":")
    plain = BRACKET.sub("", plain).strip("()[]【】")
    before = {plain.removesuffix(total) for total in (TOTAL, *row_words("合计")) if plain.endswith(total)}
    return not before.isdisjoint(("", *row_words("全部"), *(unit.spellings if unit else ())))


@lru_cache(maxsize=4096)
def is_statistic(name: str) -> bool:
    """小计, 平均, 占比, 同比, 上年合计, 3月: a row worked out from others, or a part of them."""
    plain = _BRACKET.sub("", compact(name)).strip("()[]【】")
    if len(plain) > _LONGEST_NAME:
        return False
    ends = plain.isalnum() and plain.endswith(row_words("统计结尾"))
    return ends or plain.startswith(row_words("统计开头")) or bool(_PERIOD.fullmatch(plain))


@lru_cache(maxsize=2048)
def is_note(lead: str) -> bool:
    """Whether a row with this first cell is a signature, a date or an explanation."""
    text = compact(lead)
    label, colon, _ = text.partition(":")
    label = _BRACKET.sub("", label)
    notes = row_words("说明")
    labelled = bool(colon) and (label in notes or label in sign_off_labels())
    return labelled or text in notes or bool(_DATE.fullmatch(text))


def is_guide(texts: Collection[str]) -> bool:
    """A row below the headings that numbers columns (栏次 1 2 3, 甲 乙 1=2+3, A B C) or names measures (次 人)."""
    shown = list[str]()
    hints = 0
    for word in (compact(text).strip("()") for text in texts):
        if word not in row_words("栏次"):
            if not (found := re.fullmatch(_GUIDE, word)):
                return False
            hints += found["hint"] is not None
            shown.append(word)
    if not shown:
        return len(texts) >= _FEWEST
    if hints or len(shown) < _FEWEST:
        return hints == len(shown)
    digits = [int(first[:4]) for text in shown if (first := text.partition("=")[0]).isascii() and first.isdecimal()]
    if digits:
        return digits[-1] < 100 and digits == [*range(digits[0], digits[0] + len(digits))]
    return len(set(shown)) == len(shown)
