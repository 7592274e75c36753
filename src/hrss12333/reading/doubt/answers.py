"""What words behind an answer do to it: 是（已下线）, 互联网（计划）, 是（80%）, 否（已开通）.

What the table does not know leaves a 是 to be confirmed; a 否 is only ever contradicted.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from hrss12333.reading.doubt.clauses import sign_of, with_figures
from hrss12333.reading.doubt.periods import DATED, dated
from hrss12333.reading.doubt.telltale import plain
from hrss12333.reading.doubt.words import EARLIER, LATER, WHOLE, Does, answer_words


class Effect(Enum):
    """What words do to a 是 or a choice; the value says so in Chinese."""

    HARMLESS = ""
    TAKEN_BACK = "后面的话又说已经停用或取消"
    PUT_OFF = "后面的话说的是计划中、还没有实现的事"
    LIMITED = "后面的话说明只有一部分是这样"
    CONTRADICTED = "前后说法不一致"
    UNKNOWN = "后面的话是否改变了答案，看不准"


_IN_ORDER = (
    (Does.CONTRARY, Effect.CONTRADICTED),
    (Does.STOPPED, Effect.TAKEN_BACK),
    (Does.NOT_YET, Effect.PUT_OFF),
    (Does.LIMITED, Effect.LIMITED),
)


@lru_cache(maxsize=4096)
def effect(text: str, year: int | None = None, *, yes: bool = True) -> Effect:
    """What ``text`` does to the 是, the choice or (not ``yes``) the 否 that it qualifies; ``year`` is the year reported on."""
    words = _words(text, year if yes else None)
    if not yes:
        reverses = Does.OPENED in _words_found(words, "否")[0]  # 否（已开通）, 否（部分开通）
        return Effect.UNKNOWN if "?" in text else Effect.CONTRADICTED if reverses else Effect.HARMLESS
    if year is not None and LATER in words:
        return Effect.PUT_OFF
    does, rest = _words_found(words, "答")
    found = next((effect for kind, effect in _IN_ORDER if kind in does), None)
    return found or (Effect.UNKNOWN if rest or not words else Effect.HARMLESS)


def _words(text: str, year: int | None) -> str:
    """A qualifier with signs for its dates and figures."""
    words = dated(plain(text).strip("()[],;:."), year)
    signed = "".join(map(sign_of, with_figures(words, [])))
    return signed.replace(DATED, WHOLE).replace(EARLIER, WHOLE)


def _words_found(text: str, answer: str) -> tuple[set[str], str]:
    """What the words of a text do, and the letters that belong to none."""
    does: set[str] = set()
    rest = ""
    for at, word, lines in answer_words(answer).words_in(text):
        does |= {line.does for line in lines if not line.alone or word == text}
        rest += "" if word else text[at]
    return does, rest
