"""Words that stand in a file or around it, each with its place: what the judge of doubt and the account of cells read."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

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
    MAIL = "邮件正文"
    LETTER = "随附的函件"
    PARAGRAPH = "正文段落"
    HEADER = "表头"
    REGIONS = "所列地区"
    PRINTED = "填表说明"
    """What the form prints by itself."""


NAMES = frozenset((TextKind.FILE, TextKind.FOLDER, TextKind.ARCHIVE, TextKind.SHEET))
"""What names something."""
AROUND = frozenset((TextKind.FOLDER, TextKind.ARCHIVE, TextKind.SUBJECT, TextKind.MAIL, TextKind.LETTER))
"""What several files share."""
RUNNING = NAMES | AROUND | {TextKind.COMMENT, TextKind.BOX, TextKind.PAGE, TextKind.PARAGRAPH}
"""What stands in no cell of a sheet."""


class Text(Struct, frozen=True):
    """One text as found."""

    kind: TextKind
    text: str
    place: Place | None = None
    """Its cell; None for a text that stands in none."""
    sheet: str | None = None
    form: str | None = None
    """附表1 or 附表2, where it belongs to one table."""
    region: str | None = None
    """Of the row that it stands in or is fixed to."""
    field: str | None = None
    """Key of the column that it stands in or is fixed to."""
