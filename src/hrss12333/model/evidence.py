"""What is reported about a filing's year, its unit of measure and its owner, where it is said, and which of it holds.

Evidence has one order (contract, section 4): the regions listed, the title and the lines above a table, its header, a
column of years, then the names of sheet, file, folder or archive, then the mail, and last what is below the table
and what the form prints by itself. The strongest decides; what says otherwise is asked about (M705, H108, V309).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from hrss12333.model.message import Message, Quote, compose
from hrss12333.model.text import NAMES as NAMED
from hrss12333.model.text import Text, TextKind

_ORDER = (
    (TextKind.REGIONS,),
    (TextKind.TITLE,),
    (TextKind.ABOVE,),
    (TextKind.HEADER,),
    (TextKind.CELL,),
    (TextKind.SHEET,),
    (TextKind.FILE,),
    (TextKind.FOLDER, TextKind.ARCHIVE),
    (TextKind.SUBJECT,),
    (TextKind.MAIL_NAME,),
    (TextKind.MAIL,),
    (TextKind.BELOW,),
    (TextKind.PRINTED,),
)
"""From the strongest to the weakest; of folders and archives the nearest comes first."""
_RANK = {kind: rank for rank, kinds in enumerate(_ORDER) for kind in kinds}
NAMES = NAMED | {TextKind.SUBJECT}
_LONGEST = 40
"""Characters of a text that are quoted."""


class Evidence(Struct, frozen=True):
    """One thing that is reported of one matter."""

    value: int | str
    """The year, the factor of a unit of measure, or the name of the owner."""
    source: Text

    @property
    def is_around(self) -> bool:
        """Whether a name or a mail says it, not the sheet itself."""
        return self.source.kind in NAMES or self.source.kind is TextKind.MAIL

    @property
    def quoted(self) -> Message:
        """Where it is said, and the words; Chinese."""
        return compose(
            "{kind}{quote}", kind=self.source.kind.value, quote=Quote(" ".join(self.source.text.split()), _LONGEST)
        )

    def described(self, unit: str) -> Message:
        """文件名“广东2018”写的是2018年度, 文件名“广东上年”指的是2018年度: where what is said; ``unit`` is behind the value."""
        written = isinstance(self.value, str) or str(self.value) in self.source.text
        fact = "{quoted}写的是{value}{unit}" if written else "{quoted}指的是{value}{unit}"
        return compose(fact, quoted=self.quoted, value=self.value, unit=unit)


def ranked(evidence: Iterable[Evidence]) -> list[Evidence]:
    """The same, the strongest first."""
    return sorted(evidence, key=lambda item: _RANK[item.source.kind])


def against(evidence: Iterable[Evidence], value: int | str) -> list[Evidence]:
    """What says otherwise, the strongest first, each other value once."""
    others = [item for item in ranked(evidence) if item.value != value]
    return [item for at, item in enumerate(others) if all(item.value != other.value for other in others[:at])]


def inferred_year(evidence: Sequence[Evidence], survey: int, *, settled: bool) -> int | None:
    """The year of which figures are by what is reported about it; None where nothing is. Where it is not ``settled`` that
    the year ``survey`` is processed, a name alone tells the year: which one is processed depends on it."""

    def order(item: Evidence) -> tuple[int, bool]:  # of lines as strong, the year's own; of names, the nearest
        return _RANK[item.source.kind], not item.is_around and item.value != survey

    strongest = sorted(evidence, key=order)
    values = [item.value for item in strongest]
    if not strongest or values[0] == survey:
        return survey if strongest else None
    inside = [item.value for item in strongest if not item.is_around]
    borne_out = inside[0] != survey if inside else not settled and survey not in values
    return int(values[0]) if borne_out or not strongest[0].is_around else survey
