"""Which texts come first in 附注: by two flat lists of words and by figures.

A text holds a word or it does not: there is no grammar, and no word looks at another one.
"""

from __future__ import annotations

import re
from functools import lru_cache

from hrss12333.patterns import half_width
from hrss12333.survey.lists import flat_list
from hrss12333.survey.periods import names_other_time

_CONTACT = r"[a-zA-Z0-9._+-]{1,60}@[a-zA-Z0-9.-]{1,60}|(?:https?://|www\.)[a-zA-Z0-9./?=&%_-]{1,200}"
_TELEPHONE = r"(?:电话|传真|热线|号码|邮编|QQ):?\d{6,9}(?!\d)|(?<!\d)(?:0\d{2,3}[-)]?\d{7,8}(?:-\d{1,4})?|1[3-9]\d{9}|123\d\d)(?!\d)"
_DATE = r"(?<!\d)(?:19|20)\d\d(?:[-./年]\d{1,2}(?:[-./月]\d{1,2}日?)?)?(?:年度?)?(?![\d次人个条通件万])|(?<!\d)20[012]\d[01]\d[0-3]\d(?!\d)"
_DOCUMENT_NUMBER = r"[〔\[(]20\d\d[〕\])]第?\d{1,5}号|第?\d{1,5}号"
_NO_FIGURE = "|".join((_CONTACT, _DOCUMENT_NUMBER, _DATE, _TELEPHONE, r"\d{1,2}:\d\d(?::\d\d)?"))
"""Figures that count nothing: addresses, document numbers, days, years, telephones and times."""
_FIGURE = re.compile(r"(?<![a-zA-Z\d])\d{3,9}(?!\d)|\d[\d.]{0,12}万")
"""No count is as long as the number of a courier."""
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")


@lru_cache(maxsize=4096)  # texts repeat: 862 of a merge of 7,200 rows are nine different ones
def is_marked(text: str, year: int) -> bool:
    """Whether a text holds a word of doubt or a figure, or names another year than this one, or a part of one."""
    plain = _without_harmless(text)
    if holds_doubt(text) or names_other_time(plain, year):
        return True
    figures = _THOUSANDS.sub("", plain)
    return bool(_FIGURE.search(figures)) and bool(_FIGURE.search(re.sub(_NO_FIGURE, " ", figures)))


@lru_cache(maxsize=4096)
def holds_doubt(text: str) -> bool:
    """Whether a text holds a word of doubt."""
    plain = _without_harmless(text)
    return any(word in plain for (word,) in flat_list("doubtful_words.tsv"))


def _without_harmless(text: str) -> str:
    """A text in the form in which words are looked for, without its harmless phrases."""
    plain = "".join(half_width(text).split())
    for (harmless,) in flat_list("harmless_phrases.tsv"):
        plain = plain.replace(harmless, " ")
    return plain
