"""What words say against figures: which text it is, what it says, and of which figures."""

from __future__ import annotations

from msgspec import Struct

from hrss12333.model.row import Place
from hrss12333.model.said import Quote, Said, Words, say
from hrss12333.model.text import Text


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

    @property
    def told(self) -> Said:
        """备注写着“1-11月数据”，说的是一段时间的数: the text and what it says."""
        return say(
            "{kind}写着{quote}，{why}", kind=self.text.kind.value, quote=Quote(short(self.quote)), why=Words(self.why)
        )


_LONGEST = 40


def fits(text: str) -> bool:
    """Whether a text is quoted whole."""
    return len(text) <= _LONGEST and "\n" not in text


def short(text: str) -> str:
    """A text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"
