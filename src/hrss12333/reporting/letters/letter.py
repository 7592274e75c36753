"""What a letter is: to whom, about what, its lines. How it is written to a file is another module's."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from hrss12333.reporting.file_names import safe_stem, stem_of
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked

INDENT = "    "
"""Before the first line of a paragraph."""
NUMERALS = "一二三四"
_MINISTRY = "人力资源社会保障部信息中心"
_OFFICE = "人力资源社会保障厅（局）"
_CITY_OFFICE = "人力资源社会保障局"


class Kind(Enum):
    """What a letter is for; its value begins the file's name."""

    RETURN = "退回修改意见"
    QUERY = "核实函"
    REMINDER = "催报函"


class Sender(Struct, frozen=True):
    """The writer: the ministry to the units, or a unit to its cities."""

    edition: Edition
    unit: Unit | None = None
    """The unit that writes to its cities; None for the ministry."""

    @property
    def name(self) -> str:
        """The name that it signs with."""
        return f"{self.unit.name}{_OFFICE}" if self.unit else _MINISTRY

    def office(self, of: str) -> str:
        """The office written to, of a unit or a city."""
        return f"{of}{_CITY_OFFICE if self.unit else _OFFICE}"

    @property
    def signature(self) -> list[str]:
        """Name, and telephone and mailbox where the notice tells them."""
        ministry = None if self.unit else self.edition.notice.ministry
        lines = [self.name]
        if ministry:
            lines.append(f"电话：{'、'.join(ministry.telephones)}　电子邮箱：{ministry.email}")
        return lines

    @property
    def deadline(self) -> str:
        """2020年1月17日; empty where it is not known."""
        last = self.edition.deadline
        return f"{last.year}年{last.month}月{last.day}日" if last else ""

    @property
    def cited(self) -> str:
        """按《通知》（文号）要求, as far as it is known."""
        number = self.edition.notice.number
        return f"按通知（{number}）要求" if number else "按通知要求"


class Recipient(Struct, frozen=True):
    """One who gets a letter."""

    kind: Kind
    name: str
    """Of a unit or a city; a file's own name where nobody knows whose it is."""
    known: bool = True
    """Whether the name is a unit's or city's."""
    files: tuple[Checked, ...] = ()
    """In which something is to be corrected or confirmed; their findings are those still open."""
    owed: str = ""
    """What has not come; empty where nothing has."""

    @property
    def file_stem(self) -> str:
        """What the letter's files are called, without extension."""
        return f"{self.kind.value}_{safe_stem(self.name if self.known else stem_of(self.name))}"


class Letter(Struct, frozen=True):
    """One letter, ready to be written in any format."""

    kind: Kind
    name: str
    """The addressee, as in the file's name."""
    subject: str
    to: tuple[str, ...]
    """Mail addresses."""
    addresses: tuple[str, ...]
    """Who sent it and whom the form names, above the salutation."""
    body: tuple[str, ...]
    """Lines; a paragraph begins with `INDENT`, a heading with a Chinese numeral."""
