"""Which of the notice's six topics a 工作总结 treats (通知第一部分第（一）条): pure reading of its text, used by S602.

A topic is found by a heading, or by wording in the body; how reports speak of each is in survey/data/report_words.tsv.
Wording alone is weak evidence: “存在的问题” may be the callers' problems, and every plan says 提升成效. What names a topic
counts only where the sentence says nothing to the contrary; what merely suggests one counts only in reports that do not
follow the notice's outline.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

from msgspec import Struct

from hrss12333.patterns import lazy
from hrss12333.survey.doubt_words import flat_list

_NUMBER = lazy(
    r"第[一二三四五六七八九十]+[章节部](?:分)?|[一二三四五六七八九十]+[、.．]|[(（][一二三四五六七八九十]+[)）][、.．]?"
    r"|\d{1,2}[、.．)）](?!\d)|[(（]\d{1,2}[)）]"
)
_TITLE_END = lazy(r"(总结|报告|汇报|材料|函|通知)$")
_SENTENCE_END = lazy(r"[。！？!?\n]")
_YEAR_NAMED = lazy(r"(20\d\d)年")
_LONGEST_HEADING = 36
_FULL_WIDTH = str.maketrans(",;:", "，；：")
_PLAN = "下一步工作计划"
"""What a heading is about that names a later year."""
_OUTLINE = 4
"""Topics with a heading of their own from which a report follows the notice's outline."""


class ReportTopic(Struct, frozen=True):
    """One of the six topics and how reports speak of it."""

    name: str
    """In the notice's words."""
    synonyms: str
    """Other usual headings, for the message."""
    words: Mapping[str, re.Pattern[str]]
    """What the words do (标题, 正文 …; the table says what each means) → the words."""

    def is_in(self, does: str, text: str) -> bool:
        """Whether a text has words of the topic that do this."""
        return does in self.words and self.words[does].search(text) is not None


@cache
def topics() -> tuple[ReportTopic, ...]:
    """The topics in the notice's order."""
    found: dict[str, dict[str, list[str]]] = {}
    for name, does, words in flat_list("report_words.tsv"):
        found.setdefault(name, {}).setdefault(does, []).append(words)
    return tuple(
        ReportTopic(name, "、".join(words.pop("又称")), {does: lazy("|".join(each)) for does, each in words.items()})
        for name, words in found.items()
    )


def _normalised(text: str) -> str:
    return re.sub(r"[\s\u200b\ufeff]+", "", unicodedata.normalize("NFKC", text)).translate(_FULL_WIDTH)


def _heading_of(text: str, *, styled: bool) -> str:
    """The heading that a paragraph is, or begins with; empty where it has none."""
    numbered = _NUMBER.match(text) is not None
    if styled or (not numbered and len(text) <= _LONGEST_HEADING and not re.search(r"[。；，!?]", text)):
        return text.rstrip("。：:")
    first = re.split(r"[。：；]", text, maxsplit=1)[0]
    if numbered and len(first) <= _LONGEST_HEADING and (first == text.rstrip("。：；") or "，" not in first):
        return first
    run_in = re.match(r"([^，。；：]{2,16})：.", text)
    return run_in[1] if run_in else ""


def _topics_named(heading: str, year: int | None) -> frozenset[str]:
    if _TITLE_END.search(heading):
        return frozenset()
    found = {topic.name for topic in topics() if topic.is_in("标题", heading)}
    if year and any(int(other) > year for other in _YEAR_NAMED.findall(heading)):
        found.add(_PLAN)
    return frozenset(found or {topic.name for topic in topics() if topic.is_in("弱标题", heading)})


def missing_topics(paragraphs: Sequence[str], headings: Sequence[str]) -> tuple[ReportTopic, ...]:
    """The topics that a report does not treat, in the notice's order; ``headings`` are those of its paragraphs that the
    document itself marks as such, others are recognised by their numbering."""
    styled = {_normalised(heading) for heading in headings}
    texts = [plain for plain in map(_normalised, paragraphs) if plain]
    year = next((int(found) for text in texts for found in _YEAR_NAMED.findall(text)), None)
    named, sentences = list[frozenset[str]](), list[str]()
    for text in texts:
        heading = _heading_of(text, styled=text in styled)
        named.append(_topics_named(heading, year))
        sentences += _SENTENCE_END.split(text[len(heading) :])
    alone = {name for names in named for name in names if len(names) == 1}
    evident = ("正文",) if len(alone) >= _OUTLINE else ("正文", "弱正文")

    def is_treated(topic: ReportTopic) -> bool:
        """Whether a heading names it, or a sentence that says nothing to the contrary."""
        return any(topic.name in names for names in named) or any(
            topic.is_in(does, sentence) and not topic.is_in("除外", sentence)
            for sentence in sentences
            for does in evident
        )

    return tuple(topic for topic in topics() if not is_treated(topic))
