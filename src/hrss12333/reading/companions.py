"""What goes with filings: scans of the stamped paper, which the notice asks for and many send beside the workbook, and
letters, Word files without a form that are no 工作总结, whose words are judged beside the filings; and whose a 工作总结 is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from msgspec.structs import replace

from hrss12333.model.filing import CoveringLetter, Document, Filing, Skipped, Unreadable
from hrss12333.model.message import Quote, compose
from hrss12333.model.problem import Problem
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.account.mentions import figures_in
from hrss12333.reading.files.file_type import CONTAINERS
from hrss12333.reading.files.source import Source
from hrss12333.reading.grid import Prose
from hrss12333.survey.gazetteer import Gazetteer, UnitMatch, places_in
from hrss12333.survey.regions import Unit
from hrss12333.survey.version_words import Says, said_in

_CONTAINERS = tuple(f".{kind}" for kind in CONTAINERS)
_JUDGED = "，只看其中有没有对数据的说明"
_KEPT = "同一单位的{beside}已经读取，本文件只作留存。"
_SHORTEST_LETTER, _SHORTEST_REPORT, _LONGEST_LETTER = 20, 300, 1000
"""Characters from and up to which a text that says neither is a letter, and from which it is none."""
_FIGURES_OF_A_ROW = 3
_NO_TABLE = "文字里有地区和数据，但不是表格，没有读取。请报送填好的调查表（.xlsx）。"
_TITLE_LINES = 4
_SIGNATURE_LINES = 5
_LONGEST_LINE = 60
"""Longer paragraphs are body text, which may be about other provinces."""
_BEGINNING = 3
_LETTERS = ("函", "请示", "便笺")
"""How the name or title of a letter ends, whatever else it says: 报送工作总结的函."""


def accompanied(documents: Sequence[Document], gazetteer: Gazetteer) -> list[Document]:
    """The same documents; what is not to be read but goes with a filing that was, knows which (`Unreadable.beside`).

    It goes with a filing of the unit that its name gives; where it gives none, with the one that came in the same mail,
    archive or folder, if all that came there are one unit's. One that names a city goes with what has the city's row.
    """
    filings = [item for item in documents if isinstance(item, Filing)]
    found: list[Document] = []
    for item in documents:
        if isinstance(item, Unreadable) and item.problem is Problem.OTHER_FORMAT:
            named = unit_of_summary(item.file, (), gazetteer)
            cities = [place.spelling for place in places_in(_file_name(item.file), gazetteer) if place.unit is None]
            company = _company_of(item.file, named.unit if named else None, filings, cities)
            beside = company[0].file if company else ""
            if beside:
                kept = item.message.with_more(_KEPT, beside=Quote(_file_name(beside)))
                item = replace(item, beside=beside, message=kept)
        found.append(item)
    return found


def _company_of(file: str, unit: Unit | None, filings: Sequence[Filing], cities: Sequence[str] = ()) -> list[Filing]:
    """The filings that a file without one goes with: those of the unit that it names, else within it, else of the same
    mail, archive or folder, if all that came there are one unit's; where it names cities, those with a row of one of them."""
    own = _container_of(f"{file}/")
    place = own if any(_container_of(filing.file) == own for filing in filings) else _container_of(file)
    company = [filing for filing in filings if (filing.unit is unit if unit else _container_of(filing.file) == place)]
    if cities:
        company = [
            filing
            for filing in company
            if {row.region for table in filing.tables for row in table.rows}
            & {filing.unit.certain.get(city) if filing.unit else city for city in cities} - {None}
        ]
    return company if len({filing.unit for filing in company}) == 1 else []


def _container_of(file: str) -> str:
    """The outermost mail or archive that a file came in, else its folder."""
    parts = file.replace("\\", "/").split("/")
    inside = next((number for number, part in enumerate(parts[:-1]) if part.lower().endswith(_CONTAINERS)), None)
    return "/".join(parts[:-1] if inside is None else parts[: inside + 1])


def _file_name(file: str) -> str:
    return file.replace("\\", "/").rpartition("/")[2]


def covering_letter(source: Source, prose: Prose) -> CoveringLetter:
    """A Word file without a form as a letter, a text a paragraph."""
    texts = tuple(Text(TextKind.LETTER, paragraph) for paragraph in prose.paragraphs)
    return CoveringLetter(source.name, texts, sender=source.sender, received=source.received)


def alone(letter: CoveringLetter) -> Skipped:
    """What is reported about a letter that goes with no filing."""
    return Skipped(letter.file, letter.what or "是函件，没有调查表，也不是工作总结")


def _listed_units(letter: CoveringLetter, gazetteer: Gazetteer) -> set[Unit | None]:
    """Whose regions its lines name that are like rows of a form: a region with figures."""
    lines = [line for text in letter.texts for line in text.text.splitlines()]
    rows = [line for line in lines if len(figures_in(line)) >= _FIGURES_OF_A_ROW]
    places = [place for line in rows for place in places_in(line, gazetteer)]
    return {unit for place in places for unit in (place.unit, *(unit for unit, _ in place.regions))} - {None}


def _filings_beside(letter: CoveringLetter, filings: Sequence[Filing], gazetteer: Gazetteer) -> list[Filing]:
    """The filings that a letter goes with: none that was sent after it, none of a unit of whose regions it lists no figures but
    those of another."""
    named = unit_of_summary(letter.file, [text.text for text in letter.texts], gazetteer)
    sent = [item for item in filings if letter.sender and item.sender == letter.sender]
    company = _company_of(letter.file, named.unit if named else None, filings)
    if not company and not named and len({item.unit for item in sent}) == 1:
        company = sent
    listed = _listed_units(letter, gazetteer) if company and not named else ()
    if listed and company[0].unit not in {*listed, None}:
        return []
    return [item for item in company if not (letter.received and item.received and item.received > letter.received)]


def is_letter(name: str, paragraphs: Sequence[str], *, beside: bool) -> bool:
    """Whether a Word file without a form of its own is a letter, not a 工作总结; ``beside``: a workbook with one is in it."""
    length, title = sum(map(len, paragraphs)), name.rpartition("/")[2]
    called = any(text.strip().endswith(_LETTERS) for text in (title.rpartition(".")[0], *paragraphs[:1]))
    report = any(Says.REPORT in said_in(text) for text in (title, *paragraphs[:_TITLE_LINES]))
    enclosed = (beside or called) and length < _SHORTEST_REPORT
    if not 0 < length < _LONGEST_LETTER or (report and not enclosed):
        return False
    return (
        beside
        or _SHORTEST_LETTER <= length < _SHORTEST_REPORT
        or any(Says.LETTER in said_in(text) for text in (title, *paragraphs))
    )


def with_letters(
    documents: Sequence[Document],
    letters: Sequence[CoveringLetter],
    gazetteer: Gazetteer,
    judge: Callable[[Filing, Sequence[Text]], Filing],
) -> tuple[list[Document], list[Skipped], list[CoveringLetter]]:
    """The documents, each filing judged by the letters that go with it, too; what is reported about the letters; and these.

    A letter goes with the filings of its unit, or of its mail, archive or folder, as a scan does.
    """
    texts: dict[str, list[Text]] = defaultdict(list)
    reported, unread, quoted = list[Skipped](), list[Document](), list[CoveringLetter]()
    filings = [item for item in documents if isinstance(item, Filing)]
    for letter in letters:
        company = _filings_beside(letter, filings, gazetteer) if letter.texts else []
        own_texts = [replace(text, source=_file_name(letter.file)) for text in letter.texts]
        named = unit_of_summary(letter.file, [text.text for text in letter.texts], gazetteer)
        quoted.append(replace(letter, unit=company[0].unit if company else named.unit if named else None))
        for filing in company:
            texts[filing.file] += own_texts
        if company:
            reported.append(Skipped(letter.file, f"{letter.what or '是随附的函件'}{_JUDGED}"))
        elif _listed_units(letter, gazetteer):
            unread.append(Unreadable(letter.file, Problem.NO_FORM, compose("", _NO_TABLE)))
        else:
            reported.append(alone(letter))
    judged = [
        judge(replace(item, texts=(*item.texts, *own)), own)
        if isinstance(item, Filing) and (own := texts.get(item.file))
        else item
        for item in documents
    ]
    return judged + unread, reported, quoted


def _only_unit(texts: Sequence[str], gazetteer: Gazetteer) -> tuple[Unit | None, bool]:
    """The one unit that these texts name, and whether they name anything else: another unit, or a region."""
    found = [place.unit for text in texts for place in places_in(text, gazetteer)]
    distinct = {unit.code: unit for unit in found if unit is not None}
    only = next(iter(distinct.values())) if len(distinct) == 1 else None
    return only, len(distinct) > 1 or None in found


def unit_of_summary(name: str, paragraphs: Sequence[str], gazetteer: Gazetteer) -> UnitMatch | None:
    """The reporting unit whose 工作总结 this is; None where that is not certain.

    Title, signature (落款) and file name count alike and must not contradict one another. A city's report, or one whose
    title names two provinces, is no unit's. Where none of the three names a unit, the folder's name, then the first
    lines of the text are asked.
    """
    lines = [text.strip() for text in paragraphs if text.strip()]
    ends = (lines[:_TITLE_LINES], lines[-_SIGNATURE_LINES:])
    title, signature = ([t for t in texts if len(t) <= _LONGEST_LINE and not t.endswith("。")] for texts in ends)
    path = PurePosixPath(name.replace("\\", "/"))
    found: dict[str, tuple[Unit, str]] = {}
    evidence = ((title, "标题"), (signature, "落款"), ([path.stem], "文件名"))
    for texts, how in (*evidence, ([path.parent.name], "文件夹名"), (lines[:_BEGINNING], "开头")):
        if found and how in ("文件夹名", "开头"):
            break
        unit, contradicted = _only_unit(texts, gazetteer)
        if contradicted and how in ("标题", "文件名"):
            return None
        if unit is not None and not contradicted:
            found.setdefault(unit.code, (unit, how))
    if len(found) != 1:
        return None
    unit, how = next(iter(found.values()))
    return UnitMatch(unit, f"按{how}识别")
