"""Filings read and judged in one call, as ``check`` and ``merge`` do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from factory import row_of
from hrss12333.checking.engine import EVERY, apply_rules
from hrss12333.checking.rule import NO_COMPARISONS, Case, Comparisons
from hrss12333.inbox import Inbox, Sent, judge
from hrss12333.model.filing import Filing, Table
from hrss12333.model.finding import Finding, QuestionKey, Severity
from hrss12333.model.national import National, UnitStatus, tallies
from hrss12333.questions.earlier import Earlier
from hrss12333.reading.documents import Reading, read_paths, read_source
from hrss12333.reading.files.discovery import Source
from hrss12333.reading.files.file_type import open_document
from hrss12333.reading.grid import At, Book, Grid, Mark
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Edition, Form, Kind


def read_once(reader: Callable[..., Reading]) -> Callable[..., Reading]:
    """``read_paths`` that reads the same paths for the same purpose but once: for tests of what becomes of it then."""
    readings: dict[tuple[object, ...], Reading] = {}

    def read_paths(
        paths: Sequence[Path], edition: Edition, *, unit: Unit | None, year_settled: bool, progress: object = None
    ) -> Reading:
        asked = (*paths, edition.year, unit and unit.name, year_settled)
        if asked not in readings:
            readings[asked] = reader(paths, edition, unit=unit, year_settled=year_settled)
        return readings[asked]

    return read_paths


def judged(*paths: Path, only: Unit | None = None, edition: Edition = EDITION, earlier: Earlier | None = None) -> Inbox:
    """These files and folders as ``check`` and ``merge`` see them."""
    reading = read_paths(paths, edition, unit=only, year_settled=True)
    sent = Sent(reading.documents, edition, only, reading.skipped, reading.letters, may_list_cities=True)
    return judge(sent, None, *([earlier.comparisons] if earlier else []))


def merged(
    *paths: Path, only: Unit | None = None, edition: Edition = EDITION, earlier: Earlier | None = None
) -> National:
    return judged(*paths, only=only, edition=edition, earlier=earlier).national


def found(national: National, *rules: str) -> list[tuple[str, str, str | None]]:
    """Rule, file name and cell of the findings of these rules; of all rules but M701 where none is named."""
    wanted = [f for f in national.findings if (f.rule in rules if rules else f.rule != "M701")]
    return sorted((f.rule, Path(f.file).name, f.cell) for f in wanted)


def in_words(finding: Finding, file: str) -> str:
    """Rule, weight (! an error, ? an open query, = an explained one, . a note), file and cell."""
    query = "=" if finding.explained else "?" if finding.severity is Severity.QUERY else "."
    return f"{finding.rule}{'!' if finding.blocks else query}{file}" + (f"!{finding.cell}" if finding.cell else "")


def messages(national: National, rule: str) -> list[str]:
    return [finding.message.text for finding in national.findings if finding.rule == rule]


def status_of(national: National, unit: str) -> UnitStatus:
    return next(status for status in national.units if status.unit.name == unit)


def result_of(national: National, unit: str) -> str:
    """What the JSON of a merge calls the unit's status."""
    faulty = any(finding.blocks and finding.unit == unit for finding in national.findings_of_files)
    return ("faulty" if faulty else "accepted") if status_of(national, unit).files else "missing"


def totals(national: National) -> dict[str, dict[str, int | dict[str, int] | None]]:
    return {
        form.key: {
            column.key: dict(added.choices) if column.kind is Kind.CHOICE else added.total
            for column in form.data
            for added in [tallies(national.entries_of(form), form)[column.key]]
        }
        for form in national.edition.forms
    }


def not_counted(national: National) -> list[tuple[str, str, str | None, str]]:
    """Form, file name, region and reason of each row left out of the sums."""
    left_out = [entry for entry in national.entries if not entry.counted]
    return [(entry.form.key, Path(entry.file).name, entry.row.region, entry.reason) for entry in left_out]


# Tables of rows given by hand, and what is asked of them


FIRST = 7
"""Line of the sheet in which the first row stands."""


def table(
    form: Form, unit: Unit, rows: Sequence[Mapping[str, Any]], total: Mapping[str, Any] | None = None, **about: Any
) -> Table:
    """A form with these rows, and a 合计 below them."""
    made = [row_of(form, at, data, unit=unit) for at, data in enumerate([*rows, *([total] if total else [])], FIRST)]
    last = made.pop() if total else None
    about = {"file": "省.xlsx", "sheet": form.key, "header": {}, **about}
    return Table(form, rows=tuple(made), total=last, **about)


def asked(unit: Unit, *tables: Table, rules: str = "", comparisons: Comparisons = NO_COMPARISONS) -> list[Finding]:
    """What the rules whose ids begin so find in tables of one unit."""
    found = apply_rules(Case(Filing("省.xlsx", unit, tables), EDITION, comparisons), EVERY).findings
    return [finding for finding in found if finding.rule.startswith(rules)]


def question_key(finding: Finding) -> QuestionKey:
    """The key by which a finding is matched with an earlier question."""
    about = finding.unit, finding.form, finding.region, finding.field
    return QuestionKey(finding.rule, *[each or "" for each in about])


# What a file or a folder is read as: of the kind that it must be


Document = TypeVar("Document")


def _as(kind: type[Document], found: object) -> Document:
    assert isinstance(found, kind), found
    return found


def opened_as(kind: type[Document], data: bytes) -> Document:
    """The sheets or the text of a file."""
    return _as(kind, open_document(data))


def read_as(kind: type[Document], path: Path, edition: Edition = EDITION) -> Document:
    """The document that a file is, known by its name alone."""
    return _as(kind, read_source(Source(path.name, path.read_bytes), edition))


def found_as(kind: type[Document], path: Path) -> Document:
    """The only document in a file or folder."""
    (document,) = read_paths([path], EDITION).documents
    return _as(kind, document)


def all_of(kind: type[Document], path: Path) -> list[Document]:
    """Every document of this kind in a file or folder."""
    return [document for document in read_paths([path], EDITION).documents if isinstance(document, kind)]


# The marks of a sheet's cells, one kind at a time


_PLAIN = Mark()


def marked(grid: Grid, name: str) -> dict[At, Any]:
    """Cell → what its marks say under this name, where they say anything."""
    found = {at: getattr(mark, name) for at, mark in grid.marks.items()}
    return {at: reported for at, reported in found.items() if reported != getattr(_PLAIN, name)}


def struck(grid: Grid) -> dict[At, str | None]:
    """Cell in which something is struck out → what remains, None where nothing does."""
    return {
        at: None if mark.struck else str(grid.at(*at)) for at, mark in grid.marks.items() if mark.struck or mark.cut
    }


def marks_of(*cells: At, **reported: Any) -> dict[At, Mark]:
    """Each of these cells → a mark that says so."""
    return dict.fromkeys(cells, Mark(**reported))


def unseen(book: Book, sheet: str) -> dict[At, Mark]:
    """Cell of a sheet → its error, or its formula without a stored result."""
    return {
        at: mark
        for grid in book.grids
        if grid.name == sheet
        for at, mark in grid.marks.items()
        if mark.error or mark.stale
    }


def stale(formula: str) -> Mark:
    """The mark of such a formula."""
    return Mark(formula=formula, stale=True)
