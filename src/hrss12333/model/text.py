"""Texts in files and around them, with their places: what 附注 quotes, and evidence of periods and owners.

Such evidence has one order (contract, section 4): of the period the title and a heading's bracket, the lines above the table, a
column, the names of its sheet and file; of the owner the regions listed, the header, the names of sheet, file, folder or archive, the
mail. The strongest decides; a contradiction is asked about (M705, H108).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Generic, TypeVar

from msgspec import Struct

from hrss12333.model.message import Message, Quote, compose
from hrss12333.model.row import Place
from hrss12333.survey.periods import Period
from hrss12333.survey.regions import Unit


class TextKind(StrEnum):
    """The kind of place that a text is in; the value is what messages call it."""

    CELL = "单元格"
    REMARK = "备注"
    COMMENT = "批注"
    BOX = "文本框"
    NOTE = "脚注"
    """A footnote or an endnote."""
    OTHER_SHEET = "工作表"
    """A sheet without a form, or a table with headings of its own, by its headings and first cells."""
    PROPERTY = "文件属性"
    """Title or comments in the file's properties."""
    TITLE = "标题"
    ABOVE = "表格上方"
    PAGE = "页眉页脚"
    SHEET = "工作表名称"
    FILE = "文件名"
    FOLDER = "文件夹名"
    ARCHIVE = "压缩包名"
    SUBJECT = "邮件主题"
    MAIL_NAME = "邮件文件名"
    MAIL = "邮件正文"
    LETTER = "随附的函件"
    PARAGRAPH = "正文段落"
    HEADER = "表头"
    HEADING = "栏目名称"
    """The words in brackets after a heading, or after its /."""


NAMES = frozenset((TextKind.FILE, TextKind.FOLDER, TextKind.ARCHIVE, TextKind.MAIL_NAME, TextKind.SHEET))
"""Kinds of names: of files, sheets, folders and archives."""
NAMED = NAMES | {TextKind.SUBJECT}
"""Kinds of names, and the subject of a mail."""
_LOCATED = {
    **{kind: kind.value for kind in (TextKind.REMARK, TextKind.COMMENT, TextKind.BOX, TextKind.PAGE, TextKind.NOTE)},
    **{kind: kind.value for kind in (TextKind.OTHER_SHEET, TextKind.PROPERTY)},
    **dict.fromkeys((TextKind.CELL, TextKind.TITLE, TextKind.HEADING, TextKind.ABOVE), "表外"),
    **dict.fromkeys((TextKind.SUBJECT, TextKind.MAIL), "邮件"),
    **dict.fromkeys((TextKind.FILE, TextKind.FOLDER, TextKind.ARCHIVE, TextKind.MAIL_NAME), TextKind.PROPERTY.value),
    TextKind.PARAGRAPH: "段落",
    TextKind.LETTER: "函件",
}
"""Kind that 附注 quotes → what it calls the place."""


class Text(Struct, frozen=True):
    """One text as found."""

    kind: TextKind
    text: str
    place: Place | None = None
    """Its cell; None where it is in none."""
    sheet: str | None = None
    form: str | None = None
    """附表1 or 附表2, where it belongs to one table."""
    region: str | None = None
    """The region of its row, also of a comment or drawing."""
    field: str | None = None
    """The key of its column, also of a comment or drawing."""
    source: str = ""
    """Name of the letter or mail that holds it, where that is another file."""


class Quoted(Struct, frozen=True):
    """A line of 附注."""

    text: Text
    file: str
    """The file, mail or letter that holds it, as shown to the user."""
    unit: Unit | None
    """Its owner; None where that is unknown."""
    marked: bool
    """Whether it should be read first (请先看): it has a word of doubt, a figure, or another time."""
    also: tuple[Quoted, ...] = ()
    """The same words in other places."""

    @property
    def whose(self) -> str:
        """The unit's name, 3个单位, or 来源不明."""
        names = {each.unit.name for each in (self, *self.also) if each.unit}
        return f"{len(names)}个单位" if len(names) > 1 else (*names, "来源不明")[0]

    @property
    def several(self) -> str:
        """Where a text is, by number: 28个文件, or 12处 of one file; empty where it is in one place."""
        files = {each.file for each in (self, *self.also)}
        return f"{len(files)}个文件" if len(files) > 1 else f"{len(self.also) + 1}处" if self.also else ""

    @property
    def located(self) -> str:
        """What 附注 and JSON call its place: 备注, 表外, 邮件 …"""
        return _LOCATED[self.text.kind]

    @property
    def excerpt(self) -> str:
        """The text on one line, to 300 characters."""
        line = " ".join(self.text.text.split())
        return line if len(line) <= LONGEST_QUOTED else line[:LONGEST_QUOTED] + "…"


LONGEST_QUOTED = 300
"""Characters of a text that are quoted everywhere but in JSON."""
_QUOTED = 40


def is_quoted(text: Text) -> bool:
    """Whether a text is of a kind that 附注 quotes; a sheet's name is only evidence."""
    return text.kind in _LOCATED


_ORDER = "TITLE/HEADING ABOVE HEADER CELL SHEET FILE FOLDER/ARCHIVE SUBJECT MAIL_NAME MAIL"
"""Kinds of evidence from the strongest to the weakest; / joins kinds of one rank."""
_RANK = {TextKind[name]: rank for rank, names in enumerate(_ORDER.split()) for name in names.split("/")}

Value = TypeVar("Value", Period, str)


class Evidence(Struct, Generic[Value], frozen=True):
    """A text that names a period or an owner."""

    value: Value
    """The period, or the owner's name."""
    source: Text

    @property
    def is_named(self) -> bool:
        """Whether it is a name or a mail rather than a text in the sheet."""
        return self.source.kind in NAMED or self.source.kind is TextKind.MAIL

    def described(self) -> Message:
        """文件名“广东2018”写的是2018年, 文件名“广东上年”指的是2018年."""
        value = str(self.value)
        written = isinstance(self.value, str) or value[:4] in self.source.text
        fact = "{kind}{quote}写的是{value}" if written else "{kind}{quote}指的是{value}"
        quote = Quote(" ".join(self.source.text.split()), _QUOTED)
        return compose(fact, kind=self.source.kind.value, quote=quote, value=value)


def ranked(evidence: Iterable[Evidence[Value]]) -> list[Evidence[Value]]:
    """All evidence, the strongest first."""
    return sorted(evidence, key=lambda item: _RANK[item.source.kind])


def against(evidence: Iterable[Evidence[Value]], value: Value) -> list[Evidence[Value]]:
    """The strongest evidence of each other value, the strongest first."""
    others = [item for item in ranked(evidence) if item.value != value]
    return [item for at, item in enumerate(others) if all(item.value != other.value for other in others[:at])]


_WORD = r"w|n+(?:en+)*|e"
"""A word, as a pattern over the letters of `_kind`."""


@lru_cache(maxsize=8192)  # a long text has few different characters
def _kind(character: str) -> str:
    """The kind of a character: w wide, n narrow, e as its neighbours (“ ” … —), blank, or empty."""
    if character.isspace():
        return " "
    category, width = unicodedata.category(character), unicodedata.east_asian_width(character)
    if category in ("Cf", "Cc", "Cs"):
        return ""
    if width in ("W", "F"):  # ideographs, kana and full-width forms
        return "w"
    return "e" if width == "A" and category[0] in "PSN" else "n"


def count_words(text: str) -> int:
    """The 字数 of a text.

    A wide character (ideograph, kana, full-width letter or mark) counts one; so does a run of narrow ones (Latin,
    digits, half-width marks). Marks that Chinese and Latin share count nothing inside such a run (``don’t``), and one
    each elsewhere. Blanks and invisible characters count nothing.
    """
    return len(re.findall(_WORD, "".join(map(_kind, text))))
