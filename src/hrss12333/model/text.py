"""Words that are in a file or around it, each with its place: what the judge of doubt and the account of cells read;
and what words say against figures."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from hrss12333.model.message import Message, Quote, Words, compose
from hrss12333.model.row import Place


class TextKind(StrEnum):
    """Where a text stands; the value is what a message calls it."""

    CELL = "单元格"
    REMARK = "备注"
    COMMENT = "批注"
    BOX = "文本框"
    TITLE = "标题"
    ABOVE = "表格上方"
    BELOW = "表格下方"
    PAGE = "页眉页脚"
    SHEET = "工作表名称"
    FILE = "文件名"
    FOLDER = "文件夹名"
    ARCHIVE = "压缩包名"
    SUBJECT = "邮件主题"
    MAIL_NAME = "邮件文件名"
    MAIL = "邮件正文"
    ROW = "邮件正文里的表"
    """A row as long as a form's: its words are figures, not what somebody says of these."""
    LETTER = "随附的函件"
    PARAGRAPH = "正文段落"
    HEADER = "表头"
    REGIONS = "所列地区"
    PRINTED = "填表说明"
    """What the form prints by itself."""


NAMES = frozenset((TextKind.FILE, TextKind.FOLDER, TextKind.ARCHIVE, TextKind.MAIL_NAME, TextKind.SHEET))
"""What names something."""
AROUND = NAMES - {TextKind.FILE, TextKind.SHEET} | {TextKind.SUBJECT, TextKind.MAIL, TextKind.ROW, TextKind.LETTER}
"""What several files share."""
RUNNING = NAMES | AROUND | {TextKind.COMMENT, TextKind.BOX, TextKind.PAGE, TextKind.PARAGRAPH}
"""What is in no cell of a sheet."""


class Text(Struct, frozen=True):
    """One text as found."""

    kind: TextKind
    text: str
    place: Place | None = None
    """Its cell; None for a text that is in none."""
    sheet: str | None = None
    form: str | None = None
    """附表1 or 附表2, where it belongs to one table."""
    region: str | None = None
    """Of the row that it is in or is fixed to."""
    field: str | None = None
    """Key of the column that it is in or is fixed to."""
    source: str = ""
    """Name of the letter or mail that says it, where that is a file of its own."""

    @property
    def called(self) -> str:
        """What a message calls it."""
        return f"{self.kind.value}“{self.source}”" if self.source else self.kind.value


class Doubt(Struct, frozen=True):
    """One text that puts figures in doubt."""

    text: Text
    quote: str
    """The sentence of it that says so."""
    why: str
    """Chinese: what it says, as the rest of a sentence about it."""
    sheet: str | None = None
    """Sheet and form of the table whose figures are doubted; None where it is the whole file."""
    form: str | None = None
    row: Place | None = None
    """Of the row whose figures they are; None where it is the whole table."""
    fields: tuple[str, ...] = ()
    """Keys of the columns that the words name; none where all of the row are meant."""
    other_year: bool = False
    """Whether it says no more than that they are of another year: then M705 may ask about it."""
    takes_out: bool = False
    """Whether it says of row, table or file as a whole that it is void, a test or of a part of the year."""
    beside: str = ""
    """The region in whose row the words stand, where they name another one."""

    @property
    def described(self) -> Message:
        """备注写着“1-11月数据”，说的是一段时间的数: the text and what it says."""
        said = compose(
            "{kind}写着{quote}，{why}", kind=self.text.called, quote=Quote(short(self.quote)), why=Words(self.why)
        )
        return compose("{beside}一行的{said}", beside=Words(self.beside), said=said) if self.beside else said


_LONGEST = 40


def is_quoted_whole(text: str) -> bool:
    """Whether a text is quoted whole."""
    return len(text) <= _LONGEST and "\n" not in text


def short(text: str) -> str:
    """A text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"
