"""Which column of a form the words of a heading name: the column's heading or one of its aliases, or none.

White space, punctuation and width do not count, nor do words in brackets or after / at the end. That is the form's own,
a unit of measure, or words for people to judge, which are quoted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.patterns import BRACKET, UNITS
from hrss12333.reading.values import MAGNITUDES, ORDERS, tidy
from hrss12333.survey.periods import full_years
from hrss12333.survey.schema import Column, Form

MAX_HEADING = 60
"""Characters beyond which a cell is prose, not a heading."""
_BRACKETS = str.maketrans("[]【】〔〕〈〉", "()()()()")
_NOTE_MARKS = dict.fromkeys([*b"\xb2\xb3\xb9", *range(0x2070, 0x208F), *range(0x2460, 0x2500)])
"""Signs that refer to a note below the table."""
_BETWEEN = re.compile(r"[^\w()/]+|_")
_YEAR_AT_END = re.compile(r"^20\d\d年度?|20\d\d年度?$")
_BEHIND = re.compile(r"(?:\(((?:[^()]|\([^()]*\))*)\)|/([^/()]*))[^\w()]*$")
_OF_FORM_WORDS = (
    "必填 必填项 选填 填写 请填写 是否 是/否 是或否 有/无 数字 整数 文字 单选 下拉选择 全年 年度 本年度 自动计算 互联网/业务专网"
    " 互联网或业务专网 市州 市州盟 地市州 规范名称"
)
_OF_FORM = frozenset(_OF_FORM_WORDS.split())
"""Words that forms in use print behind their headings."""
_ALSO_COUNTED = {
    "次": frozenset({"话次", "人次", "人/次", "通", "个", "件", "条"}),
    "人": frozenset({"名", "位", "个"}),
    "个": frozenset({"席", "座", "台", "部", "位", "条", "坐席", "座席"}),
    "条": frozenset({"个", "件", "次"}),
    "人次": frozenset({"次", "人/次", "人"}),
}
"""Unit of measure of a column → what else may stand for it; 坐席数（人） counts people, not seats."""
_STATEMENT = (
    rf"(?:(?:计量|数据)?单位[为是]?)?(?:{UNITS})?以?"
    rf"(?:(?P<word>{ORDERS})(?:{UNITS})?|[x×](?P<power>10{{3,8}})|[x×]10\^?(?P<zeros>[3-8]))"
    r"(?:为?计算?|为单位)?"
)
_GUIDE = rf"\(?(?:{_STATEMENT})\)?"
_GUIDE_MARKS = dict.fromkeys(map(ord, ":,、/"))
_MEASURE = (
    rf"(?:[十百千万亿]*(?:{UNITS}|元|小时|分钟|秒|天|%)?(?:[/每](?:[十百千万亿]*人|[日天周旬月季年]|季度|小时))?)"
)


class Named(Struct, frozen=True):
    """What a heading names: a column of the form, or a group of them."""

    columns: tuple[Column, ...]
    is_group: bool = False
    own: bool = True
    """Whether by the form's own words, not by an alias."""
    behind: tuple[str, ...] = ()
    """The words taken off at its end."""

    @property
    def key(self) -> str:
        """Field key of the column."""
        return self.columns[0].key


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text.translate(_NOTE_MARKS)).translate(_BRACKETS)


@lru_cache(maxsize=8192)
def normal(text: str) -> str:
    """A heading in the form in which headings are compared: half-width, nothing between its words, 坐席 as 座席."""
    return _BETWEEN.sub("", _folded(text)).replace("坐席", "座席").lower()


@cache
def _names(form: Form) -> dict[str, Named]:
    """Every name of a group or a column, the latter with and without its group's heading in front → what it names."""
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
def _headings(forms: Sequence[Form]) -> str:
    """All names of columns and groups, a line each: what is in it may be a part of a heading that is cut over several cells."""
    return "\n".join(name for form in forms for name in _names(form))


@lru_cache(maxsize=4096)
def is_piece(forms: tuple[Form, ...], text: str) -> bool:
    """Whether a text is a heading, or may be a part of one."""
    if len(text) > MAX_HEADING:
        return False
    name = normal(text)
    if len(name) < 2 or name in _headings(forms):
        return len(name) > 1
    if "年" in name and any(_is_group(form, _parted_year(text)[0]) for form in forms):
        return True
    return not {"(", "/"}.isdisjoint(name) and any(named_in(form, text) for form in forms)


@lru_cache(maxsize=4096)
def named_in(form: Form, text: str) -> Named | None:
    """The column or the group that a heading names, if need be without words at its end; None where it names none."""
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
    """The column that a heading names; None where it names none."""
    named = named_in(form, text)
    return named if named and not named.is_group else None


def _is_group(form: Form, name: str) -> bool:
    """Whether a name, in the form in which they are compared, is a group's."""
    named = _names(form).get(name)
    return named is not None and named.is_group


def _parted_year(text: str) -> tuple[str, str]:
    """The heading of a group without the year before or behind it, and that year."""
    plain = full_years(normal(text))
    found = _YEAR_AT_END.search(plain)
    return (plain[: found.start()] + plain[found.end() :], found[0]) if found else (plain, "")


def year_of_group(form: Form, text: str) -> str:
    """The year before or behind the heading of a group, or in its place; empty where none does."""
    group, year = _parted_year(text)
    return year if group in ("", "数据", "情况") or _is_group(form, group) else ""


@lru_cache(maxsize=1024)
def measure_of(columns: tuple[Column, ...], words: str) -> int | None:
    """The factor to multiply figures by whose unit of measure these words behind a heading name; 1 for the form's own,
    0 for one that cannot be converted; None where they name none."""
    plain = re.sub(r"^(?:计量)?单位[:为]?", "", "".join(words.lower().split()))
    units = {column.unit for column in columns} - {""}
    own = plain.removesuffix("/年").removesuffix("每年")
    if own in units or any(own in _ALSO_COUNTED.get(unit, ()) for unit in units):
        return 1
    named = re.fullmatch(_GUIDE, "".join(tidy(plain).translate(_GUIDE_MARKS).split()).lower())
    if named:
        return MAGNITUDES[named["word"]] if named["word"] else int(named["power"] or 10 ** int(named["zeros"]))
    return 0 if plain and units and re.fullmatch(_MEASURE, plain) else None


def says_more(columns: tuple[Column, ...], words: str) -> bool:
    """Whether words behind the heading of these columns are neither the form's own nor a unit of measure."""
    plain = normal(words)
    if not plain or plain in _OF_FORM or measure_of(columns, words) is not None:
        return False
    texts = [text for column in columns for text in (column.heading, column.note, *column.aliases)]
    return not any(plain in map(normal, re.findall(r"[（(]([^（()）]*)[)）]", text)) for text in texts)
