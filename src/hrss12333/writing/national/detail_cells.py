"""The cells of a line of 明细: formats are looked up once a workbook, and so are the cells of texts and answers."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from functools import cache
from itertools import compress, count, repeat
from operator import is_
from typing import Any

from hrss12333.merging.last_year import Previous
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.national import Entry
from hrss12333.model.summary_lines import questioned_text
from hrss12333.survey.schema import NO, YES, Column, Form, Kind, Scalar, answer_word
from hrss12333.wording.values import found_text
from hrss12333.writing.national.block_rows import ReadyCell, RowWriter
from hrss12333.writing.national.book import NationalBook
from hrss12333.writing.national.links import LINK_LOOK
from hrss12333.writing.national.styles import WHOLE
from hrss12333.writing.sheet_text import LARGEST_EXACT, public

UNREAD = "？"
"""Precedes what looks like an answer but was not accepted as one."""
LOOKS: dict[str, dict[str, Any]] = {
    "number": {"num_format": WHOLE, "align": "right"},
    "plain": {"num_format": "0", "align": "right"},
    "centre": {"num_format": "@", "align": "center"},
    "text": {"num_format": "@", "text_wrap": True, "indent": 1},
    "line": {"num_format": "@", "indent": 1},
    "link": {"num_format": "@", **LINK_LOOK},
}
_BEHIND = 5
"""Columns between the form's own and the last, which holds the line of the filing."""


def worst(findings: Iterable[Finding]) -> str:
    """Severity that decides how a cell looks."""
    severities = {finding.severity for finding in findings}
    return next((severity.value for severity in Severity if severity in severities), "")


def unread_text(entry: Entry, column: Column) -> str:
    """What could not be read, as it was found: no sum includes it, and nothing mistakes it for an answer."""
    found = found_text(entry.row.get(column.key).found)
    if not found:
        return ""
    if found in (YES, NO, *column.choices):
        return f"{UNREAD}{found}"
    return found


class DetailCells:
    """Turns entries of one form into cells."""

    def __init__(self, book: NationalBook, form: Form, rows: RowWriter, links: Container[str]) -> None:
        """``links`` are the files that are linked to."""
        self._form, self._rows, self._links = form, rows, links
        self._questions, self._previous = book.national.questions, book.previous
        self.look = cache(lambda kind, mark, out: book.styles.cell(mark=mark, left_out=out, **LOOKS[kind]))
        """A cell format of this sheet: its kind, the severity of what was found, whether the row is left out."""
        self._known_text = cache(self._text_cell)
        """A text that comes in many rows."""
        self._around: dict[tuple[Any, ...], tuple[ReadyCell, list[ReadyCell]]] = {}
        """What is reported about a row beside its own values → the cell before these, and those behind."""
        self._figures_at = [at for at, column in enumerate(form.columns) if column.kind in (Kind.SERIAL, Kind.COUNT)]
        self._at = {column.key: at for at, column in enumerate(form.columns)}
        self._known: dict[bool, list[dict[Scalar, ReadyCell]]] = {
            out: [{} for _ in form.columns] for out in (False, True)
        }
        """Whether the row is left out → of each column its values that are no figures, with their cells."""
        self._numbers = {out: self._number_styles(out) for out in (False, True)}
        """Whether it is → `numbers` of a row that lacks none."""

    def _number_styles(self, out: bool) -> tuple[Any, ...]:
        looks = [
            self._number_style(column, out) if at in self._figures_at else None
            for at, column in enumerate(self._form.columns)
        ]
        last_years = [None for _ in self._form.data if self._previous and not out]
        return (None, *looks, *[None] * _BEHIND, self.look("plain", "", out), *last_years)

    def of(
        self, entry: Entry, name: str, audit: str, by_field: Mapping[str, Sequence[Finding]]
    ) -> tuple[list[ReadyCell], tuple[Any, ...]]:
        """The cells and `numbers` of one line: a row of the unit of this name, with what was found in it."""
        out, columns, scalars = not entry.counted, self._form.columns, entry.row.scalars_in(self._form)
        keys = self._questions.get(entry.where) if self._questions else None
        around = (name, audit, entry.file, entry.sheet, out, keys)
        if around not in self._around:
            self._around[around] = self._known_text("text", name, out), self._behind(entry, audit, keys)
        before, behind = self._around[around]
        known, numbers = self._known[out], self._numbers[out]
        values: list[ReadyCell] = [*map(dict.get, known, scalars)]
        cells_of_their_own = {self._at[key]: worst(found) for key, found in by_field.items()}
        for at in self._figures_at:
            value = values[at] = scalars[at]
            if type(value) is not int or not -LARGEST_EXACT < value < LARGEST_EXACT:
                cells_of_their_own.setdefault(at, "")
        for at, mark in cells_of_their_own.items():
            values[at] = self._value_cell(entry, columns[at], scalars[at], mark, out)
            numbers = (*numbers[: at + 1], None, *numbers[at + 2 :])
        for at in compress(count(), map(is_, values, repeat(None))):
            values[at] = self._new(entry, columns[at], scalars[at], known[at])
        cells = [before, *values, *behind, entry.row.place.row]
        if self._previous and not out:
            cells += self._last_years(entry, self._previous)
        return cells, numbers

    def _new(self, entry: Entry, column: Column, value: Scalar, known: dict[Scalar, ReadyCell]) -> ReadyCell:
        """The cell of a value that has not come in its column yet."""
        out = not entry.counted
        if value is None:  # which may be what could not be read
            text = unread_text(entry, column)
            return self._text_cell("text", text, out) if text else self._known_text("text", "", out)
        known[value] = self._value_cell(entry, column, value, "", out)
        return known[value]

    def _behind(self, entry: Entry, audit: str, keys: Collection[str] | None) -> list[ReadyCell]:
        """Whether a row counts, which of its figures are in open question, what was found, and where it comes from."""
        out, questioned = not entry.counted, questioned_text(self._form, keys) if keys else ""
        return [
            self._known_text("centre", NO if out else YES, out),
            self._text_cell("line", questioned, out, "query") if questioned else self._known_text("line", "", out),
            self._known_text("line", audit, False),
            self._known_text("link" if entry.file in self._links else "text", entry.file, out),
            self._known_text("text", entry.sheet, out),
        ]

    def _last_years(self, entry: Entry, previous: Previous) -> list[ReadyCell]:
        """The hidden cells that a comparison is worked out from."""
        then = previous.row(entry)
        figures = (then.scalar(column.key) for column in self._form.data)
        return [self._rows.cell(None, answer_word(v) if isinstance(v, bool) else v) for v in figures]

    def _text_cell(self, kind: str, text: str, out: bool, mark: str = "") -> ReadyCell:
        return self._rows.cell(self.look(kind, mark, out), public(text) if text else None)

    def _number_style(self, column: Column, out: bool, mark: str = "") -> Any:
        """The format of a number."""
        return self.look("plain" if column.kind is Kind.SERIAL else "number", mark, out)

    def _value_cell(self, entry: Entry, column: Column, value: Scalar, mark: str, out: bool) -> ReadyCell:
        if isinstance(value, bool):
            return self._text_cell("centre", answer_word(value), out, mark)
        if isinstance(value, int):
            return self._rows.cell(self._number_style(column, out, mark), value)
        if value is None:
            return self._text_cell("text", unread_text(entry, column), out, mark)
        if column.kind is Kind.CHOICE:
            return self._text_cell("centre", value, out, mark)
        return self._text_cell("text", value, out, mark)
