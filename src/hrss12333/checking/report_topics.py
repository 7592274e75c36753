"""Which of the notice's six topics a 工作总结 treats (通知第一部分第（一）条): pure reading of its text, used by S602.

A topic is found by a heading, or by wording in the body. Wording that names a topic counts only where the sentence says
nothing to the contrary and the section is not about something else; wording that merely suggests one counts only in
reports that do not follow the notice's outline.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from msgspec import Struct

from hrss12333.checking.report_topic_words import TOPICS, Topic
from hrss12333.patterns import lazy

_LEVELS = (
    lazy(r"^(?:第[一二三四五六七八九十]+[章节部](?:分)?|[一二三四五六七八九十]+[、.．])"),
    lazy(r"^(?:[(（][一二三四五六七八九十]+[)）])[、.．]?"),
    lazy(r"^(?:\d{1,2}[、.．)）](?!\d)|[(（]\d{1,2}[)）])"),
)
_TITLE = lazy(r"(总结|报告|汇报|材料|函|通知)$")
_SENTENCE = lazy(r"[。！？!?\n]")
_YEAR = lazy(r"(20\d\d)年")
_LONGEST_HEADING = 36
_FULL_WIDTH = str.maketrans(",;:", "，；：")


class _Part(Struct, frozen=True):
    """A stretch of text with the topics of the heading that it stands under."""

    topics: frozenset[str]
    sentences: tuple[str, ...]


def _plain(text: str) -> str:
    return re.sub(r"[\s\u200b\ufeff]+", "", unicodedata.normalize("NFKC", text)).translate(_FULL_WIDTH)


def _level(text: str) -> int | None:
    return next((level for level, pattern in enumerate(_LEVELS) if pattern.match(text)), None)


def _lead(text: str, *, styled: bool) -> tuple[str, int] | None:
    """The heading that a paragraph is or begins with, and its level; None for body text."""
    level = _level(text)
    if styled or (level is None and len(text) <= _LONGEST_HEADING and not re.search(r"[。；，!?]", text)):
        return text.rstrip("。：:"), 0 if level is None else level
    first = re.split(r"[。：；]", text, maxsplit=1)[0]
    if level is not None and len(first) <= _LONGEST_HEADING and (first == text.rstrip("。：；") or "，" not in first):
        return first, level
    run_in = re.match(r"[^，。；：]{2,16}：", text)
    return (run_in.group().rstrip("："), 2) if run_in and len(text) > len(run_in.group()) else None


def _named(heading: str, year: int | None) -> frozenset[str]:
    """Keys of the topics that a heading names."""
    if _TITLE.search(heading):
        return frozenset()
    found = {topic.key for topic in TOPICS if topic.heading.search(heading)}
    if year and any(int(other) > year for other in _YEAR.findall(heading)):
        found.add("plan")
    return frozenset(found or {topic.key for topic in TOPICS if topic.weak_heading.search(heading)})


def _parts(paragraphs: Sequence[str], headings: Sequence[str]) -> Iterator[tuple[frozenset[str], _Part]]:
    """Each paragraph: the topics that its own heading names, and its body under the topics of the section."""
    styled = {_plain(heading) for heading in headings}
    texts = [plain for plain in map(_plain, paragraphs) if plain]
    year = next((int(found) for text in texts for found in _YEAR.findall(text)), None)
    under: list[frozenset[str]] = [frozenset()] * 3
    for text in texts:
        lead = _lead(text, styled=text in styled)
        named: frozenset[str] = frozenset()
        body = text
        if lead is not None:
            heading, level = lead
            named = _named(heading, year)
            if named or level == 0:
                under[level:] = [named] * (3 - level)
            else:
                under[level:] = [under[level - 1]] * (3 - level)
            body = text[len(heading) :]
        yield named, _Part(under[2], tuple(part for part in _SENTENCE.split(body) if part.strip("。：；")))


def missing_topics(paragraphs: Sequence[str], headings: Sequence[str] = ()) -> tuple[Topic, ...]:
    """The topics that a report does not treat, in the notice's order.

    Args:
        paragraphs: texts in reading order, headings among them.
        headings: those paragraphs that the document itself marks as headings; others are recognised by their numbering.
    """
    parts = list(_parts(paragraphs, headings))
    found = set().union(*(named for named, _ in parts)) if parts else set()
    alone = {key for named, _ in parts if len(named) == 1 for key in named}
    follows_outline = len(alone) >= 4
    for topic in TOPICS:
        if topic.key not in found and any(_treats(topic, part, follows_outline) for _, part in parts):
            found.add(topic.key)
    return tuple(topic for topic in TOPICS if topic.key not in found)


def _treats(topic: Topic, part: _Part, follows_outline: bool) -> bool:
    if part.topics and part.topics <= set(topic.not_under):
        return False
    for sentence in part.sentences:
        if topic.unless.search(sentence):
            continue
        if topic.explicit.search(sentence) or (not follows_outline and topic.suggestive.search(sentence)):
            return True
    return False
