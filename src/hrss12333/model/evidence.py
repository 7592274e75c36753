"""What is said of a filing's year, its unit of measure and its owner, where it is said, and which of it holds.

Evidence has one order (contract, section 4): the regions listed, the title and the lines above a table, its header, a
column of years, then the names of sheet, file, folder or archive, then the mail, and last what stands below the table
and what the form prints by itself. The strongest decides; what says otherwise is asked about (M705, H108, V309).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

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
    (TextKind.MAIL,),
    (TextKind.BELOW,),
    (TextKind.PRINTED,),
)
"""From the strongest to the weakest; of folders and archives the nearest comes first."""
_RANK = {kind: rank for rank, kinds in enumerate(_ORDER) for kind in kinds}
AROUND = frozenset({TextKind.SHEET, TextKind.FILE, TextKind.FOLDER, TextKind.ARCHIVE, TextKind.SUBJECT, TextKind.MAIL})
"""Names and mails: they alone never make a filing another year's."""
_LONGEST = 40
"""Characters of a text that are quoted."""


class Evidence(Struct, frozen=True):
    """One thing that is said of one matter."""

    value: int | str
    """The year, the factor of a unit of measure, or the name of the owner."""
    said: Text

    @property
    def quoted(self) -> str:
        """Where it is said, and the words; Chinese."""
        text = " ".join(self.said.text.split())
        return f"{self.said.kind}“{text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}”"


def ranked(evidence: Iterable[Evidence]) -> list[Evidence]:
    """The same, the strongest first."""
    return sorted(evidence, key=lambda item: _RANK[item.said.kind])


def against(evidence: Iterable[Evidence], value: int | str) -> list[Evidence]:
    """What says otherwise, the strongest first, each other value once."""
    return list({item.value: item for item in reversed(ranked(evidence)) if item.value != value}.values())[::-1]


def year_told(evidence: Sequence[Evidence], survey: int, *, settled: bool) -> int | None:
    """The year of which figures are by what is said of it; None where nothing is.

    Args:
        evidence: what is said of the year, each value a year.
        survey: the year that is processed.
        settled: whether it is certain that this year is processed. Where it is not, a name alone tells the year: which
            one is processed depends on it.
    """
    told = sorted(ranked(evidence), key=lambda item: (_RANK[item.said.kind], item.value != survey))
    if not told or told[0].value == survey:
        return survey if told else None
    inside = next((item.value for item in told if item.said.kind not in AROUND), None)
    if told[0].said.kind in AROUND and (inside == survey or (inside is None and (settled or _any(told, survey)))):
        return survey
    return int(told[0].value)


def _any(evidence: Iterable[Evidence], value: int) -> bool:
    return any(item.value == value for item in evidence)
