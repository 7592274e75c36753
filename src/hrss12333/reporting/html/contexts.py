"""A finding in its context: the row that it is about, as it stands in the sender's sheet, under the sheet's headings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from hrss12333.model.filing import Filing, Found, Row, Table, column_letters
from hrss12333.model.finding import Finding
from hrss12333.survey.schema import Kind
from hrss12333.wording.privacy import public_text
from hrss12333.wording.text import shorten
from hrss12333.wording.values import answer_text, found_text

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked

LONGEST = 60
"""Characters of one cell that are shown."""


class Cell(Struct, frozen=True):
    """One cell of a row."""

    text: str
    mark: str = ""
    """Class of the severest finding at it; empty for none."""
    proposed: str = ""
    """What a finding suggests that this cell should hold."""


class Head(Struct, frozen=True):
    """One column of the sender's sheet."""

    letter: str
    label: str


class Contexts:
    """The rows of all files, found by file, sheet and row number."""

    def __init__(self, files: Iterable[Checked]) -> None:
        self._rows: dict[tuple[str, str, int], tuple[Table, Row]] = {}
        for item in files:
            if isinstance(item.document, Filing):
                for table in item.document.tables:
                    for row in (*table.rows, *table.samples, *((table.total,) if table.total else ())):
                        self._rows[item.file, row.place.sheet, row.place.row] = table, row

    def find(self, finding: Finding) -> tuple[Table, Row] | None:
        """The table and row of a finding; None where it is about no row."""
        return self._rows.get((finding.file, finding.sheet or "", finding.row or 0))


def heads_of(table: Table) -> list[tuple[str, Head]]:
    """Key and heading of each column that the sheet has but 序号, as they stand from left to right."""
    serial = {column.key for column in table.form.of_kind(Kind.SERIAL)}
    placed = sorted((place.column, key) for key, place in table.headings.items() if key not in serial)
    return [(key, Head(column_letters(column), table.form.by_key[key].label)) for column, key in placed]


def cells_of(table: Table, row: Row, findings: Sequence[Finding]) -> Iterator[Cell]:
    """The row's cells, the wrong ones marked."""
    marks: dict[str, str] = {}
    proposed: dict[str, str] = {}
    for finding in sorted(findings, key=lambda each: each.severity.rank):
        if finding.field:
            marks.setdefault(finding.field, finding.severity.value[0])
        for new in finding.suggestion.values if finding.suggestion else ():
            if new.row == finding.row:
                proposed.setdefault(new.field, answer_text(new.value))
    for key, _ in heads_of(table):
        text = public_text(_shown(row.get(key).found))  # before half of a number is cut off
        yield Cell(shorten(text, LONGEST), marks.get(key, ""), proposed.get(key, ""))


def _shown(found: Found) -> str:
    """A cell's content, a whole number with separators as in messages, where it is no telephone's."""
    text = found_text(found)
    number = type(found) in (int, float) and text.lstrip("-").isdigit() and public_text(text) == text
    return answer_text(int(text)) if number else text
