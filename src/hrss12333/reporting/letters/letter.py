"""What a letter is: from whom, to whom, about what, its paragraphs. How it is written to a file is another module's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from hrss12333.reporting.file_names import safe_stem, stem_of
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit
from hrss12333.wording.text import clean

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked
    from hrss12333.model.finding import Finding

_MINISTRY = "人力资源社会保障部信息中心"


class LetterKind(Enum):
    """What a letter is for; its value begins the file's name, its name in small letters is the template's."""

    RETURN = "退回修改意见"
    QUERY = "核实函"
    REMINDER = "催报函"


class ParagraphRole(StrEnum):
    """What a paragraph is; it is in 【】 at the head of its line in the templates."""

    TITLE = "标题"
    ADDRESSEE = "主送"
    TEXT = "正文"
    HEADING = "小标题"
    PLACE = "位置"
    POINT = "意见"
    ADVICE = "建议"
    SIGNATURE = "落款"
    DAY = "日期"
    SMALL = "附注"


class Sender(Struct, frozen=True):
    """The writer: the ministry to the units, or a unit to its cities."""

    edition: Edition
    unit: Unit | None
    """The unit that writes to its cities; None for the ministry."""
    today: date
    reply_by: date | None = None

    @property
    def name(self) -> str:
        """The name that it signs with."""
        return self.unit.office if self.unit else _MINISTRY

    def office(self, of: str) -> str:
        """The office of a unit or a city by its full name; empty where the lists know none of this name."""
        listed = self.unit.regions if self.unit else self.edition.units
        return next((one.office for one in listed if one.name == of), "")


class Person(Struct, frozen=True):
    """Whom to write to where the files that a letter is about name nobody."""

    contact: Mapping[str, str | None]
    of_last_year: bool = False

    def __bool__(self) -> bool:
        return any(self.contact.values())

    @property
    def line(self) -> str:
        """上年联系人：赵六，13900000000; empty where nobody is known."""
        parts = [clean(value) for key in ("name", "mobile", "email") if (value := self.contact.get(key))]
        return f"{'上年' if self.of_last_year else '填报'}联系人：{'，'.join(parts)}" if parts else ""


class Recipient(Struct, frozen=True):
    """One who gets a letter."""

    kind: LetterKind
    name: str
    """Of a unit or a city; a file's own name where nobody knows whose it is."""
    known: bool = True
    """Whether the name is a unit's or city's."""
    files: tuple[Checked, ...] = ()
    """In which something is to be corrected or confirmed; their findings are those still open."""
    owed: str = ""
    """What has not come, beside what has; empty where nothing is owed or nothing has come."""
    late: bool | None = None
    """Whether it was mailed past the deadline; None where that is not known."""

    @property
    def findings(self) -> list[Finding]:
        """What is to be corrected or confirmed."""
        return [finding for file in self.files for finding in file.findings if finding.blocks or finding.is_open_query]

    @property
    def errors(self) -> int:
        """Places to be corrected; all others are to be confirmed."""
        return sum(finding.blocks for finding in self.findings)

    @property
    def matter(self) -> str:
        """改正3处、核实2处；补报工作总结."""
        queries = len(self.findings) - self.errors
        found = "、".join(f"{what}{number}处" for what, number in (("改正", self.errors), ("核实", queries)) if number)
        owed = f"补报{self.owed.partition('（')[0]}" if self.owed else ""
        return "；".join(part for part in (found, owed) if part) or "未报送"

    @property
    def file_stem(self) -> str:
        """What the letter's files are called, without extension."""
        return f"{self.kind.value}_{safe_stem(self.name if self.known else stem_of(self.name))}"


class Letter(Struct, frozen=True):
    """One letter, ready to be written in any format."""

    recipient: Recipient
    day: date
    people: tuple[Person, ...]
    """Whom the forms name, else who is known."""
    to: tuple[str, ...]
    """Mail addresses."""
    paragraphs: tuple[tuple[ParagraphRole, str], ...]

    @property
    def title(self) -> str:
        """关于……的函."""
        return next((text for part, text in self.paragraphs if part is ParagraphRole.TITLE), self.recipient.kind.value)
