"""Which column of a form a heading names: the form's own words, usual other names, or the same words rearranged.

A heading that is about something else (a rate, a share, last year, 其中) is never taken for a column of the form, nor is
one whose brackets hold more than a unit of measure, the period or what the form itself says (来电总量（人工）, （12月）).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import groupby

from msgspec import Struct

from hrss12333.patterns import lazy
from hrss12333.reading.values.numbers import UNITS, heading_scale
from hrss12333.survey.schema import Column, Form, Kind
from hrss12333.survey.spellings import HAN, is_chinese, simplified
from hrss12333.survey.written_years import full_years

OWN, USUAL, ALIKE = 3, 2, 1
"""How a heading was recognised: by the form's own words, a usual other name, the same words with others around them."""
_UNLIKE_WORDS = (  # noqa: SIM905  a list of sixty literals takes sixty lines
    "率|占比|比例|比重|同比|环比|上年|去年|同期|往年|历年|前年|平均|日均|月均|人均|席均|其中|满意|%|得分|排名|增长|增幅|增加|减少|新增"
    "|时长|时间|秒|分钟|费|经费|金额|面积|日期|失败|未|转接|漏|回访|外呼|呼出|工单|办结|全职|专职|兼职|外包|劳务|编制|在编|聘用|持证|夜间|白天|高峰|节假日|工作日"
    "|计划|拟|目标|不含|除|月份|季度|上半年|下半年|累计|更新|关注|点击|发送|下载|是否有误|核对|校验|自检|备用|网址|县区|城区"
).split("|")
_UNLIKE = lazy(
    r"名称$|\d{1,2}月(?!\d{0,2}日?[至到~]|\d{1,2}日\))|每[日天周月季]|[日周月]度?(?:均|平均)|[省市县区]级|[省市区]本级|[省市区]直(?!辖)",
    needs="称月每均级直",
)
_HARMLESS = lazy(
    r"\((?:必填项?|是否(?:已经?)?(?:开通|实现|启用|使用)|选填|请?填写?|是/?或?否|是否|填是或?否|有/?无|√/?×?|全年|年度|本年度?|自动计算|合计"
    r"|市州|地市州?|市州盟|地级市|州市|区县|规范名称|含?部省市(?:各?级)?(?:培训)?|数值|整数|数字|单选|下拉选择|(?![kw]\))(?!10{3,}\))[\d=+a-z]{1,9}|互联网/?或?业务专网|业务专网/?或?互联网)\)",
    needs="(",
)
_MEASURE = lazy(rf"\((?:(?:计量)?单位为?:?)?({UNITS}|人/次)(?:[/每]?年)?\)")
_ALSO_COUNTED = {
    "次": frozenset({"话次", "人次", "人/次", "通", "个", "件", "条"}),
    "人": frozenset({"名", "位", "个"}),
    "个": frozenset({"席", "座", "台", "部", "位", "条", "坐席", "座席"}),
    "条": frozenset({"个", "件", "次"}),
    "人次": frozenset({"次", "人/次", "人"}),
}
"""Unit of measure of a column → what else may stand for it; 坐席数（人） counts people, not seats."""
_YEAR_FIRST = lazy(rf"((?:19|20)\d\d)年?度?(?={HAN})", needs="90")
_YEAR_ALONE = lazy(r"\(?((?:19|20)\d\d)年?度?(?:数据|情况|数)?\)?", needs="90")
_LEAD = lazy(
    rf"^(?:\(\d{{1,2}}\)|[A-Za-z]\d{{1,2}}(?={HAN})|\d{{1,2}}(?=[^\d])(?!2333)|\([一二三四五六七八九十]+\)|求和项)"
)
_NOTE_MARK = lazy(
    rf"(?:(?<={HAN})|(?<=[）)]))\s*(?:[①-⑳¹²³⁴-⁹]|(?<![备附标])[\[［【〔(（]?注\s*(?:\d{{1,2}}|[①-⑳])[\]］】〕)）]?|[\[［【〔]\d{{1,2}}[\]］】〕])+\s*$"
)
"""What refers to a note below the table: 来电总量①, 放弃量（注2）, 总人数[1]."""
_MARKS = frozenset("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳¹²³⁴⁵⁶⁷⁸⁹]］】〕")
"""How such a mark ends that is reported without the word 注."""
_BETWEEN = lazy(r"[\s\u200b\ufeff:*'\"“”‘’,、·.?!\-—_|=＝☆★●]+")
_SLASH = lazy(r"^/|/$|(?<!\()(?<![是有])/(?![否无])", needs="/")
_LISTED = lazy(r"^\s*[一二三四五六七八九十]+\s*[、.．]", needs="、.．")
_REGION = lazy(
    r"(?:各|所属|所在|填报)?(?:地区|设区|城市|地级|自治|[地市州盟区县师团旗]|[()/])+(?:名称?|全称)?|(?:填报|报送|填表)单位|单位名称?|机构名称"
)
"""Other names for the column of regions: 市（州、盟）, 设区市名称, 填报单位."""
_OF_REGION = "各所属在填报送表地区设城市级自治州盟县师团旗名称全单位机构()/"
"""All that they are written with."""
_FILLER = lazy(
    r"是否|有无|能否|已经|实现|开通|开设|设置|建立|服务|启用|使用|提供|情况|次数|数量|总数|总量|总|数|量|年度|全年|本年|已|的|有|电话"
)
_LATIN_WORD = lazy("[a-z]{3}")
_OF_PROSE = frozenset("。；@")
"""Characters that no heading has."""
_FEWEST_LETTERS = 2
"""Letters of another script that make a translation."""
_OWN_LINE = lazy(
    r"^\s*12333(?:电话|热线|服务热线|咨询电话)?(?=来电|人工|自助|放弃|呼入|咨询员|[坐座]席|总人数|知识库)", needs="3"
)
_CORRECTED = lazy(
    r"[(（]?(?:更正|订正|修正|修改|改正|核定|核实|核准|审定|调整|复核|最终|确认)(?:后|过)?的?(?:数据?|值|稿)?[)）]?"
)
_OTHER_MEASURE = {"人次": lazy("人数|(?<!人)次数")}
"""Unit of measure of a column → words for what is counted otherwise: 培训人数 are no 培训人次."""
_BRACKETS = str.maketrans("[]【】〔〕〈〉", "()()()()")
OF_WHICH = "其中"
"""Over or before what the form itself makes parts of a figure: 人工接听量, 自助语音量 and 放弃量."""
_SHORTEST_CORE = 2
_LONGEST_REGION = 12


MAX_HEADING = 60
"""Characters beyond which a cell is prose, not a heading."""
TALLEST = 4
"""Rows that a heading may take."""


class HeadedColumn(Struct, frozen=True):
    """The column that a heading names."""

    key: str
    """Field key."""
    quality: int
    scale: int = 0
    """10,000 where the heading says that its figures are in 万次; 0 where they are plain."""


@lru_cache(maxsize=8192)
def normal(text: str) -> str:
    """A heading in the form in which headings are compared: half-width, nothing between its words, 坐席 as 座席."""
    text = full_years(_without_mark(_LISTED.sub("", text)))
    text = simplified(unicodedata.normalize("NFKC", text)).translate(_BRACKETS)
    text = _SLASH.sub("", _BETWEEN.sub("", text))
    return _LEAD.sub("", text).replace("坐席", "座席").lower()


def _without_mark(text: str) -> str:
    last = text.rstrip()[-1:]
    marked = last in _MARKS or ("注" in text and (last.isdecimal() or last in ")）"))
    return _NOTE_MARK.sub("", text) if marked else text


@cache
def _headings_of_form(form: Form) -> dict[str, HeadedColumn]:
    found: dict[str, HeadedColumn] = {}
    for quality, names in ((OWN, lambda c: (c.heading,)), (USUAL, lambda c: c.aliases)):
        for column in form.columns:
            own, group = HeadedColumn(column.key, quality), normal(column.group or "")
            for name in names(column):
                for spelling in {normal(name), re.sub(r"\([^()]*\)", "", normal(name))} - {""}:
                    for whole in (spelling, group + spelling, f"{group}({spelling})")[: 3 if group else 1]:
                        found.setdefault(whole, own)
    return found


@cache
def _heading_letters(form: Form) -> frozenset[str]:
    """All that its headings are written with."""
    return frozenset(_OF_REGION).union(*_headings_of_form(form))


def forms_headed(forms: Sequence[Form], text: str) -> list[Form]:
    """The forms of which a text may be a heading: those of which it is a certain spelling, as written; where there are none,
    those with two letters of whose headings it is written, or with no others. Names and answers hardly ever are."""
    name = normal(text)
    if printed := [form for form in forms if name in _headings_of_form(form)]:
        return printed
    used = frozenset(name)
    return [form for form in forms if len(used & _heading_letters(form)) > 1 or used <= _heading_letters(form)]


@lru_cache(maxsize=2048)
def named_column(form: Form, text: str, year: int | None = None) -> HeadedColumn | None:
    """The column that a heading names for certain, None where it names none; ``year`` is the year reported on.

    A translation beside it (来电总量 Total calls) and 12333 in front are left out where it is not known with them; so is
    其中 where the form itself makes the column a part of another.
    """
    if not _OF_PROSE.isdisjoint(text):
        return None
    if found := _named_column(form, text, year):
        return found
    bare = text.strip()
    part = _named_column(form, bare.removeprefix(OF_WHICH), year) if bare.startswith(OF_WHICH) else None
    if part:
        return part if part.key in parts_of(form) else None
    plain = _OWN_LINE.sub("", without_translation(text))
    return _named_column(form, plain, year) if plain != text else None


def corrected_column(form: Form, text: str, year: int | None) -> HeadedColumn | None:
    """The column that a heading gives other figures for: 来电总量（更正）, 修改后放弃量."""
    plain = _CORRECTED.sub("", text)
    return named_column(form, plain, year) if plain != text else None


@lru_cache(maxsize=2048)
def without_translation(text: str) -> str:
    """A text without words in another script; as it is where nothing Chinese would remain."""
    chars = sorted(text)  # the Chinese ones are neighbours then
    others = chars[: bisect_left(chars, "\u4e00")] + chars[bisect_right(chars, "\u9fff") :]
    if text.isascii() or not any(map(str.isalpha, others)):
        return text
    pieces = ["".join(chars) for _, chars in groupby(text, lambda char: _is_own(char) or char in "()（）")]
    plain = "".join(piece for piece in pieces if not _is_foreign(piece)).replace("()", "").replace("（）", "").strip()
    return plain if any(map(is_chinese, plain)) else text


def _is_foreign(text: str) -> bool:
    """Whether a text holds words in small Latin letters, or in any other script (Mongolian, Tibetan), and nothing Chinese."""
    letters = sum(not char.isascii() and char.isalpha() for char in text)
    return not any(map(_is_own, text)) and (letters >= _FEWEST_LETTERS or bool(_LATIN_WORD.search(text)))


def is_all_letters(text: str) -> bool:
    """Whether a text is a word or an abbreviation without anything Chinese and without figures: Region, IVR."""
    return not any(map(_is_own, text)) and sum(map(str.isalpha, text)) >= _FEWEST_LETTERS


def _is_own(char: str) -> bool:
    return is_chinese(char) or char.isdigit()


def _named_column(form: Form, text: str, year: int | None) -> HeadedColumn | None:
    names = _headings_of_form(form)
    name = normal(text)
    if name in names:
        return names[name]
    if found := _column_without_brackets(form, name, year):
        return found
    plain, scale = heading_scale(name)
    if scale and (found := _column_without_brackets(form, plain, year)):
        return HeadedColumn(found.key, found.quality, scale)
    name = _HARMLESS.sub("", name)
    named = len(name) <= _LONGEST_REGION and _REGION.fullmatch(name) and re.search(HAN, name)
    return HeadedColumn(form.region.key, USUAL) if named else None


def _column_without_brackets(form: Form, name: str, year: int | None) -> HeadedColumn | None:
    """The column that a heading names once its brackets and its year are off, if these say nothing of weight."""
    names = _headings_of_form(form)
    dated = year and (name.startswith(str(year)) or (name.startswith("1") and "月" in name))
    if year and dated and (period := re.match(_period(year), name)):
        name = name[period.end() :]
    for bare in dict.fromkeys((name, re.sub(r"\([^()]*\)", "", name))) if "(" in name else (name,):
        if bare in names:
            column = form.by_key[names[bare].key]
            brackets = re.findall(r"\([^()]*\)", name) if bare != name else ()
            # They may say what the column is the sum of: （=人工接听量+自助语音量+放弃量）.
            sums = [
                len(parts) > 1 and names.keys() >= {*parts} for item in brackets if (parts := item[1:-1].split("+"))
            ]
            if all(known or _is_harmless(column, item, year) for item, known in zip(brackets, sums, strict=True)):
                return names[bare]
    return None


def _period(year: int) -> str:
    """The year reported on as a heading writes it, whole or from its first to its last month."""
    months = r"1月?(?:1日)?[至到~]?(?:12月(?:31日|份)?|1231)"
    return rf"(?:{year}(?:年度?)?(?:{months})?|{year}年?{months}|1月?(?:1日)?[至到~]?{year}年12月(?:31日)?|1月?[至到~]?12月份?)"


@cache
def _is_harmless(column: Column, bracket: str, year: int | None) -> bool:
    """Whether what is in brackets after a column's name leaves it the same column."""
    words = bracket[1:-1]
    if _HARMLESS.fullmatch(bracket) or bracket in normal(column.heading):
        return True
    if measure := _MEASURE.fullmatch(bracket):
        return not column.unit or measure[1] == column.unit or measure[1] in _ALSO_COUNTED.get(column.unit, ())
    if words and any(bracketed.startswith(words) for bracketed in re.findall(r"\(([^()]*)\)", normal(column.note))):
        return True
    return _is_period(words, year)


def _is_period(words: str, year: int | None) -> bool:
    return bool(
        year
        and re.fullmatch(
            rf"{_period(year)}|{year}年1月1日[至到~]?{year}年12月31日"
            rf"|(?:截[至止]到?)?(?:(?:{year})?年[底末]|(?:{year}年)?12月(?:31日|[底末]))",
            words,
        )
    )


def is_group(form: Form, text: str) -> bool:
    """Whether a text is the heading of a group of the form's columns."""
    return normal(text) in _groups(form)


@cache
def _groups(form: Form) -> frozenset[str]:
    return frozenset(normal(group) for group, _ in form.groups if group)


def is_known(text: str, forms: Sequence[Form]) -> bool:
    """Whether a text is a heading of any of the forms."""
    return any(is_group(form, text) for form in forms) or any(named_column(f, text) for f in forms_headed(forms, text))


def _names_other_matter(text: str) -> bool:
    """Whether a heading names a rate, a share, another year or a part: no column of such a form."""
    folded = unicodedata.normalize("NFKC", text)
    return any(word in folded for word in _UNLIKE_WORDS) or bool(_UNLIKE.search(folded))


def means_other_figures(form: Form, text: str, year: int | None = None) -> bool:
    """Whether a heading over others makes them parts or something else: 上年情况, 2018年, 来电情况（12月）, 队伍建设（在编）."""
    return _names_other_matter(text) or is_part_of_group(form, text, year) or is_of_another_year(form, text, year)


def is_of_another_year(form: Form, text: str, year: int | None) -> bool:
    """2018年, and 2018年来电情况 over a group's columns."""
    name = normal(text)
    found = _YEAR_ALONE.fullmatch(name) or _YEAR_FIRST.match(name)
    if not found or not year or int(found[1]) == year:
        return False
    return found.end() == len(name) or is_group(form, name[found.end() :])


@lru_cache(maxsize=2048)
def is_part_of_group(form: Form, text: str, year: int | None) -> bool:
    """Whether a text is a group's heading with more in its brackets than a unit of measure or the period."""
    name = normal(text)
    if not is_group(form, re.sub(r"\([^()]*\)", "", name)):
        return False
    brackets = re.findall(r"\([^()]*\)", heading_scale(name)[0])
    return not all(_HARMLESS.fullmatch(b) or _MEASURE.fullmatch(b) or _is_period(b[1:-1], year) for b in brackets)


def _core(text: str) -> str:
    """The words that tell a heading from others, in no order: 服装是否统一 and 是否统一服装 have the same."""
    words = _FILLER.sub("", re.sub(r"\([^()]*\)", "", normal(text)))
    return "".join(sorted(words)) if len(words) >= _SHORTEST_CORE else ""


@cache
def _cores(form: Form) -> dict[str, str]:
    """Core → field key, for those that only one column of the form has."""
    found: dict[str, set[str]] = {}
    for column in form.columns:
        if column.kind in (Kind.SERIAL, Kind.REGION):
            continue
        for name in (column.heading, *column.aliases):
            if core := _core(name):
                found.setdefault(core, set()).add(column.key)
    return {core: keys.pop() for core, keys in found.items() if len(keys) == 1}


@cache
def parts_of(form: Form) -> frozenset[str]:
    """The fields that the form itself makes parts of another: of 来电总量, of 总人数."""
    parts = {part for balance in form.balances for part in balance.parts}
    return frozenset(parts | {bound.part for bound in form.bounds})


def column_alike(form: Form, text: str) -> Column | None:
    """The column whose telling words are exactly those of this heading; None where it is about something else."""
    name = normal(text)
    if _names_other_matter(text) or heading_scale(name)[1] or re.search(r"(?:19|20)\d\d", full_years(text)):
        return None
    key = _cores(form).get(_core(text))
    measure = _OTHER_MEASURE.get(form.by_key[key].unit) if key else None
    if measure and measure.search(name):
        return None
    harmless = key and all(_is_harmless(form.by_key[key], b, None) for b in re.findall(r"\([^()]*\)", name))
    return form.by_key[key] if key and harmless else None
