"""Letters that go with filings: Word files without a form that are no 工作总结. Their words are judged beside the filings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model.filing import Document, Filing, Skipped
from hrss12333.model.text import Text, TextKind
from hrss12333.patterns import lazy
from hrss12333.reading.scans import company_of
from hrss12333.reading.work_report import unit_of_summary
from hrss12333.survey.gazetteer import Gazetteer

_REPORT = lazy(r"总结|汇报|工作(?:报告|情况|交流|材料|开展)")
"""What the name or the first lines of a 工作总结 say."""
_LETTER = lazy(r"函|报送|呈报|说明|更正|请示|特此|此致|查收|审阅|附[件表]")
_JUDGED = "是随附的函件，只看其中有没有对数据的说明"
_FIRST_LINES = 4
_SHORTEST_LETTER, _SHORTEST_REPORT, _LONGEST_LETTER = 20, 300, 1000
"""Characters from and up to which a text that says neither is a letter, and from which it is none."""


class Letter(Struct, frozen=True):
    """A covering letter."""

    file: str
    paragraphs: tuple[str, ...]

    def alone(self) -> Skipped:
        """What is told of it where it goes with no filing."""
        return Skipped(self.file, "是函件，没有调查表，也不是工作总结")


def is_letter(name: str, paragraphs: Sequence[str], *, beside: bool = False) -> bool:
    """Whether a Word file without a form of its own is a letter, not a 工作总结.

    Args:
        name: Its path.
        paragraphs: What it says.
        beside: Whether a workbook with a form is embedded in it.
    """
    length = sum(map(len, paragraphs))
    said = (name.rpartition("/")[2], *paragraphs[:_FIRST_LINES])
    if (
        not length
        or length >= _LONGEST_LETTER
        or (any(map(_REPORT.search, said)) and not (beside and length < _SHORTEST_REPORT))
    ):
        return False
    told = any(map(_LETTER.search, (said[0], *paragraphs)))
    return told or beside or _SHORTEST_LETTER <= length < _SHORTEST_REPORT


def with_letters(
    documents: Sequence[Document],
    letters: Sequence[Letter],
    gazetteer: Gazetteer,
    judge: Callable[[Filing, Sequence[Text]], Filing],
) -> tuple[list[Document], list[Skipped]]:
    """The documents, each filing judged by the letters that go with it, too; and what is told of the letters.

    A letter goes with the filings of its unit, or of its mail, archive or folder, as a scan does.
    """
    texts: dict[str, list[Text]] = {}
    told = []
    filings = [item for item in documents if isinstance(item, Filing)]
    for letter in letters:
        named = unit_of_summary(letter.file, letter.paragraphs, gazetteer)
        company = company_of(letter.file, named.unit if named else None, filings)
        for filing in company:
            own = [Text(TextKind.LETTER, paragraph) for paragraph in letter.paragraphs]
            texts.setdefault(filing.file, []).extend(own)
        told.append(Skipped(letter.file, _JUDGED) if company else letter.alone())
    judged = [
        judge(replace(item, texts=(*item.texts, *texts[item.file])), texts[item.file])
        if isinstance(item, Filing) and item.file in texts
        else item
        for item in documents
    ]
    return judged, told
