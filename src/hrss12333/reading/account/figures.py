"""Whether a text holds a figure: digits, or an amount in words, that no date, telephone, number of a document or word has."""

from __future__ import annotations

import re
from functools import lru_cache

from hrss12333.model.text import NAMES, RUNNING, Text
from hrss12333.patterns import lazy
from hrss12333.reading.values.cell_text import tidy
from hrss12333.reading.values.contact_fields import EMAIL, MOBILE
from hrss12333.reading.values.numbers import read_count
from hrss12333.survey.spellings import HAN

_DAY = r"\d{1,2}\s*[日号]?"
_MONTH = r"(?<!\d)\d{1,2}\s*月份?"
_YEAR = r"(?<!\d)(?:(?:19|20)?\d\d\s*年度?|(?:19|20)\d\d(?=\s*(?:[)）]|12333|附[件表]|\D{0,12}调查表)))"
_NO_FIGURES = (
    r"(?<!\d)123(?:33|45)(?!\d|\s*[次个件人条])",
    r"https?://\S+|www\.\S+",
    rf"(?<!\d)(?:19|20)?\d\d\s*[年./-]\s*\d{{1,2}}\s*(?:月|[./-](?=\s*\d))\s*(?:{_DAY})?(?:\s*\d{{1,2}}:\d\d(?::\d\d)?)?",
    r"(?<!\d)20\d\d[01]\d[0-3]\d(?!\d)",
    rf"{_MONTH}(?:\s*{_DAY}(?!\d))?|{_YEAR}",
    r"(?<!\d)\d{1,2}\s*[-—–~～至到、和]+\s*(?=\d{1,2}\s*月)",
    r"(?<!\d)[一二三四1-4]季度|(?<!\d)\d{1,2}[日号](?!\w)",
    r"(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?!\d)|(?<!\d)7\s*[x×*]\s*24",
    r"(?<!\d)\d{1,4}\s*(?:个?小时|分钟|秒|天|个月|年|周|工作日|点半?|时(?!长))",
    r"(?<!\d)(?:\(?0\d{2,3}\)?[-—\s]?)\d{7,8}(?:[-转]\d{1,5})?(?!\d)|(?<!\d)400-?\d{3,4}-?\d{3,4}(?!\d)",
    r"(?:电话|手机|传真|座机|热线|分机|短号|邮编|邮政编码|QQ|微信|[Tt][Ee][Ll]|[Ff]ax)(?:号码?)?\s*[:：]?\s*\d[\d\-—、,，/\s()（）转]*",
    r"[表文批编]号\s*[:：]?\s*[^\s,，。；;]+",
    r"[(（\[【〔]\s*(?:19|20)\d\d\s*[)）\]】〕]\s*第?\s*\d+\s*号",
    rf"第\s*[\d一二三四五六七八九十]+\s*{HAN}|(?<!\d)\d+\s*[号楼层室栋幢]|[共全]\s*\d+\s*页|(?<!\d)\d{{1,4}}\s*[页份](?!额)|[页份]数\s*[:：]\s*\d+",
    r"(?<!\d)\d{1,3}\s*个\s*(?:地级|地)?[市州盟师县区]",
    r"附?[件表图]\s*\d{1,2}(?!\d)(?:[-.]\d{1,2}(?!\d))?(?:\s*[、,，和及至~-]\s*(?:附?[件表图]\s*)?\d(?!\d))*",
    r"^\s*[(（]?\d{1,2}\s*[)）.．、:：](?!\d)|(?<=[。；;:，,\s])\s*[(（]?\d{1,2}\s*[)）.．、](?!\d)",
    r"[A-Za-z_]+[-.]?\d{1,3}(?:\.\d+)*(?!\d)|(?<!\d)\d{1,2}(?![kKwW](?![A-Za-z]))[A-Za-z]+",
)
_NO_FIGURE = lazy("|".join(_NO_FIGURES))
"""The numbers of this and the neighbouring hotline, years, dates, times, telephones, numbers of documents, pages, copies, regions, attachments, forms and lines, digits in words."""
_OF_A_NAME = lazy(r"^\d+[_\-.、\s]+(?=\D)|[_\-(（\s]\d{1,3}[)）]?$|12333|附表\d|20\d\d(?:[年.\-]?\d\d?[月.\-]?\d\d?)?")
"""What numbers and dates a file: told apart beforehand, for the other patterns take time to prepare."""
_AMOUNT = lazy(r"[一二两三四五六七八九]\s*[十百千万亿]+|[二三四五六七八九]十|[0-9]")
_WRITTEN = lazy(r"\d[\d,.]*(?:\s*[百千万亿]+)?|[一二两三四五六七八九]\s*[十百千万亿]+")
_NOTHING_TO_TELL = frozenset("0123456789百千万亿十")


@lru_cache(maxsize=4096)
def has_figure(text: str) -> bool:
    """Whether a text holds a figure that may be one of the survey's."""
    said = tidy(text)
    if _NOTHING_TO_TELL.isdisjoint(said) or not _AMOUNT.search(said):
        return False
    return bool(_AMOUNT.search(without_no_figures(said)))


@lru_cache(maxsize=4096)
def has_figure_in_name(name: str) -> bool:
    """The same of the name of a file or sheet, which may be numbered: 03_银川.xlsx, 附表1(2).xlsx."""
    return has_figure(_OF_A_NAME.sub(" ", name))


def may_tell_figure(text: Text) -> bool:
    """Whether a running text holds a figure."""
    return text.kind in RUNNING and (has_figure_in_name if text.kind in NAMES else has_figure)(text.text)


def without_no_figures(text: str) -> str:
    """A text without its dates, telephones and the like."""
    return _NO_FIGURE.sub(" ", MOBILE.sub(" ", EMAIL.sub(" ", tidy(text))))


def figures_in(text: str) -> list[int | None]:
    """The whole numbers that a text gives; None for each that is none for certain."""
    said = [match[0] for match in _WRITTEN.finditer(without_no_figures(text))]
    return [number if isinstance(number := read_count(figure).value, int) else None for figure in said]


def is_figure(number: int | float) -> bool:
    """Whether a number that stands in a cell by itself may be one of the survey's: no year, no day, not 12333, no mobile."""
    if number != number or number in (12333,):
        return False
    digits = str(int(number)) if abs(number) < 1e15 and number == int(number) else ""
    return not (digits and re.fullmatch(r"(?:199|20\d)\d|20\d\d[01]\d[0-3]\d|1[3-9]\d{9}", digits))
