"""What a file holds, a hundred and ten thousand times: tags, elements, attributes and their words, texts, lines, nesting,
members of an archive. Whatever is read with more than so much work for so much of it shows here.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable

LARGEST = 32 * 2**20
"""Bytes that a part may come to."""
TAG = re.compile(rb"<[^<>/!?][^<>]{0,300}>")
ATTRIBUTE = re.compile(rb"""\s[\w:.-]+=(?:"[^"<>]{0,200}"|'[^'<>]{0,200}')""")
TEXT = re.compile(rb">([^<>]{1,200})<")
NAME = re.compile(rb"<([\w:.-]+)")
CLOSEST = 5_000
"""Bytes within which an element ends that is multiplied as a whole."""

Multiply = Callable[[bytes, int, random.Random], bytes]


def found(pattern: re.Pattern[bytes], data: bytes, dice: random.Random) -> re.Match[bytes] | None:
    """One of the things of this kind that a content holds, each name as likely as any other."""
    by_name: dict[bytes, list[re.Match[bytes]]] = {}
    for match in pattern.finditer(data):
        by_name.setdefault(match[0].partition(b"=")[0].split()[0][:40] if match[0].split() else b"", []).append(match)
    return dice.choice(by_name[dice.choice(list(by_name))]) if by_name else None


def repeated(data: bytes, start: int, end: int, times: int) -> bytes:
    """A content with one of its pieces so many times."""
    piece = data[start:end]
    return data[:start] + piece * min(times, max(LARGEST // max(len(piece), 1), 1)) + data[end:]


def tags(data: bytes, times: int, dice: random.Random) -> bytes:
    """A tag, which is not closed as often."""
    tag = found(TAG, data, dice)
    return repeated(data, *tag.span(), times) if tag else lines(data, times, dice)


def unfinished(data: bytes, times: int, dice: random.Random) -> bytes:
    """The beginning of a tag."""
    tag = found(TAG, data, dice)
    if not tag:
        return pieces(data, times, dice)
    return repeated(data, tag.start(), dice.randint(tag.start() + 2, tag.end() - 1), times)


def end_of(tag: re.Match[bytes], data: bytes) -> int:
    """Where the element that begins with a tag ends; with the tag, where that is far away or nowhere."""
    name = NAME.match(tag[0])
    if name is None or tag[0].endswith(b"/>"):
        return tag.end()
    close = b"</" + name[1] + b">"
    end = data.find(close, tag.end(), tag.end() + CLOSEST)
    return tag.end() if end < 0 else end + len(close)


def elements(data: bytes, times: int, dice: random.Random) -> bytes:
    """An element with all that it holds."""
    tag = found(TAG, data, dice)
    return repeated(data, tag.start(), end_of(tag, data), times) if tag else lines(data, times, dice)


def numbered(data: bytes, times: int, dice: random.Random) -> bytes:
    """An element with another number each time, wherever it has one."""
    tag = found(TAG, data, dice)
    if not tag:
        return lines(data, times, dice)
    end = end_of(tag, data)
    piece = data[tag.start() : end]
    made = (renumbered(piece, number) for number in range(min(times, LARGEST // max(len(piece), 1))))
    return data[: tag.start()] + b"".join(made) + data[end:]


def renumbered(piece: bytes, by: int) -> bytes:
    """A piece whose numbers are larger by this one."""
    return re.sub(rb"\d+", lambda number: b"%d" % (int(number[0][:9]) + by), piece)


def nested(data: bytes, times: int, dice: random.Random) -> bytes:
    """An element within itself."""
    tag = found(TAG, data, dice)
    name = NAME.match(tag[0]) if tag else None
    if not tag or not name or tag[0].endswith(b"/>"):
        return tags(data, times, dice)
    close = b"</" + name[1] + b">"
    end = data.find(close, tag.end())
    many = min(times, LARGEST // len(tag[0]))
    return data[: tag.start()] + tag[0] * many + data[tag.end() : max(end, tag.end())] + close * many + data[end:]


def attributes(data: bytes, times: int, dice: random.Random) -> bytes:
    """An attribute of a tag, under another name each time or not."""
    attribute = found(ATTRIBUTE, data, dice)
    if not attribute:
        return pieces(data, times, dice)
    if dice.random() < 0.3:
        return repeated(data, *attribute.span(), times)
    name, _, value = attribute[0].partition(b"=")
    made = b"".join(b"%s%d=%s" % (name, number, value) for number in range(times))
    return data[: attribute.end()] + made + data[attribute.end() :]


def words(data: bytes, times: int, dice: random.Random) -> bytes:
    """What an attribute says."""
    attribute = found(ATTRIBUTE, data, dice)
    if not attribute:
        return lines(data, times, dice)
    start = attribute.start() + attribute[0].index(b"=") + 2
    value = data[start : attribute.end() - 1] + dice.choice((b"", b" ", b";", b","))
    return data[:start] + value * times + data[start:]


def texts(data: bytes, times: int, dice: random.Random) -> bytes:
    """A text."""
    text = found(TEXT, data, dice)
    return repeated(data, *text.span(1), times) if text else lines(data, times, dice)


def lines(data: bytes, times: int, dice: random.Random) -> bytes:
    """A line, or some."""
    cut = data.split(b"\n")
    start = dice.randrange(len(cut))
    chosen = cut[start : start + dice.choice((1, 1, 4, 20))]
    many = min(times, LARGEST // max(len(b"\n".join(chosen)), 1))
    return b"\n".join([*cut[:start], *chosen * many, *cut[start:]])


def pieces(data: bytes, times: int, dice: random.Random) -> bytes:
    """Any bytes."""
    start = dice.randrange(max(len(data), 1))
    return repeated(data, start, min(start + dice.choice((1, 2, 3, 8, 64, 1024)), len(data)), times)


KINDS: tuple[Multiply, ...] = (
    *(tags, unfinished, elements, elements, numbered, numbered, nested, attributes, words, texts, lines, pieces),
)


def multiplied(data: bytes, times: int, dice: random.Random) -> tuple[str, bytes]:
    """A copy of a file that holds something of it so many times, and what that is."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        multiply = dice.choice(KINDS)
        return multiply.__name__, multiply(data, times, dice)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    changed = dice.choice([name for name, content in members.items() if content])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        if dice.random() < 0.1:
            what = f"members like {changed}"
            stem, dot, extension = changed.rpartition(".")
            for number in range(min(times, LARGEST // len(members[changed]))):
                made.writestr(f"{stem}{number}{dot}{extension}", members[changed])
        else:
            multiply = dice.choice(KINDS)
            what = f"{multiply.__name__} of {changed}"
            members[changed] = multiply(members[changed], times, dice)
        for name, content in members.items():
            made.writestr(name, content)
    return what, out.getvalue()
