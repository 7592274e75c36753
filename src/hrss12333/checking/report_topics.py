"""Which of the notice's six topics a 工作总结 treats (通知第一部分第（一）条): pure reading of its text, used by S602.

A topic is found by a heading, or by wording in the body; how reports speak of each is in survey/data/report_words.tsv.
Wording alone is weak evidence: “存在的问题” may be the callers' problems, and every plan says 提升成效. What names a topic
counts only where the sentence says nothing to the contrary and the section is not about something else; what merely
suggests one counts only in reports that do not follow the notice's outline.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from msgspec import Struct

from hrss12333.survey.doubt_words import flat_list

_LEVELS = (
    re.compile(r"^(?:第[一二三四五六七八九十]+[章节部](?:分)?|[一二三四五六七八九十]+[、.．])"),
    re.compile(r"^(?:[(（][一二三四五六七八九十]+[)）])[、.．]?"),
    re.compile(r"^(?:\d{1,2}[、.．)）](?!\d)|[(（]\d{1,2}[)）])"),
)
_TITLE_END = r"(总结|报告|汇报|材料|函|通知)$"
_SENTENCE_END = r"[。！？!?\n]"
_YEAR_NAMED = r"(20\d\d)年"
_LONGEST_HEADING = 36
_FULL_WIDTH = str.maketrans(",;:", "，；：")


_PLAN = "下一步工作计划"
"""What a heading is about that names a later year."""


class ReportTopic(Struct, frozen=True):
    """One of the six topics and how reports speak of it."""

    name: str
    """In the notice's words."""
    synonyms: str
    """Other usual headings, for the message."""
    not_under: frozenset[str]
    """Topics under whose headings the body's wording is no evidence."""
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
        ReportTopic(
            name,
            "、".join(words.pop("又称")),
            frozenset(words.pop("不在其下", ())),
            {does: re.compile("|".join(patterns)) for does, patterns in words.items()},
        )
        for name, words in found.items()
    )


class _Stretch(Struct, frozen=True):
    """A stretch of text with the topics of the heading that it is under."""

    topics: frozenset[str]
    sentences: tuple[str, ...]
    joined: str
    """The sentences, each behind a sign ；: what must begin a sentence may follow that, too."""


def _normalised(text: str) -> str:
    return re.sub(r"[\s\u200b\ufeff]+", "", unicodedata.normalize("NFKC", text)).translate(_FULL_WIDTH)


def _lead(text: str, *, styled: bool) -> tuple[str, int] | None:
    level = next((level for level, pattern in enumerate(_LEVELS) if pattern.match(text)), None)
    if styled or (level is None and len(text) <= _LONGEST_HEADING and not re.search(r"[。；，!?]", text)):
        return text.rstrip("。：:"), 0 if level is None else level
    first = re.split(r"[。：；]", text, maxsplit=1)[0]
    if level is not None and len(first) <= _LONGEST_HEADING and (first == text.rstrip("。：；") or "，" not in first):
        return first, level
    run_in = re.match(r"[^，。；：]{2,16}：", text)
    return (run_in.group().rstrip("："), 2) if run_in and len(text) > len(run_in.group()) else None


def _topics_named(heading: str, year: int | None) -> frozenset[str]:
    if re.search(_TITLE_END, heading):
        return frozenset()
    found = {topic.name for topic in topics() if topic.is_in("标题", heading)}
    if year and any(int(other) > year for other in re.findall(_YEAR_NAMED, heading)):
        found.add(_PLAN)
    return frozenset(found or {topic.name for topic in topics() if topic.is_in("弱标题", heading)})


def _stretches(paragraphs: Sequence[str], headings: Sequence[str]) -> Iterator[tuple[frozenset[str], _Stretch]]:
    """Each paragraph: the topics that its own heading names, and its body under the topics of the section."""
    styled = {_normalised(heading) for heading in headings}
    texts = [plain for plain in map(_normalised, paragraphs) if plain]
    year = next((int(found) for text in texts for found in re.findall(_YEAR_NAMED, text)), None)
    under: list[frozenset[str]] = [frozenset()] * 3
    for text in texts:
        lead = _lead(text, styled=text in styled)
        named: frozenset[str] = frozenset()
        body = text
        if lead is not None:
            heading, level = lead
            named = _topics_named(heading, year)
            if named or level == 0:
                under[level:] = [named] * (3 - level)
            else:
                under[level:] = [under[level - 1]] * (3 - level)
            body = text[len(heading) :]
        sentences = tuple(part for part in re.split(_SENTENCE_END, body) if part.strip("。：；"))
        yield named, _Stretch(under[2], sentences, "；".join(("", *sentences)))


def missing_topics(paragraphs: Sequence[str], headings: Sequence[str]) -> tuple[ReportTopic, ...]:
    """The topics that a report does not treat, in the notice's order; ``headings`` are those of its paragraphs that the
    document itself marks as such, others are recognised by their numbering."""
    parts = list(_stretches(paragraphs, headings))
    found = set().union(*(named for named, _ in parts)) if parts else set()
    alone = {key for named, _ in parts if len(named) == 1 for key in named}
    follows_outline = len(alone) >= 4
    lacking = [topic for topic in topics() if topic.name not in found]
    return tuple(t for t in lacking if not any(_treats_topic(t, part, follows_outline) for _, part in parts))


def _treats_topic(topic: ReportTopic, part: _Stretch, follows_outline: bool) -> bool:
    if part.topics and part.topics <= topic.not_under:
        return False
    evident = ("正文",) if follows_outline else ("正文", "弱正文")
    if not any(topic.is_in(does, part.joined) for does in evident):
        return False
    sentences = [sentence for sentence in part.sentences if not topic.is_in("除外", sentence)]
    return any(topic.is_in(does, sentence) for does in evident for sentence in sentences)
