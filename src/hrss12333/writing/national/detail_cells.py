"""The cells of a line of 明细: formats are looked up once a workbook, and so are the cells of texts and answers."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
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


def worst(findings: Iterable[Finding]) -> str:
    """Severity that decides how a cell looks."""
    severities = {finding.severity for finding in findings}
    return next((severity.value for severity in Severity if severity in severities), "")


def unread_text(entry: Entry, column: Column) -> str:
    """What could not be read, as it was found: no sum includes it, and nothing mistakes it for an answer."""
    found = found_text(entry.row.found(column.key))
    if not found:
        return ""
    if found in (YES, NO, *column.choices):
        return f"{UNREAD}{found}"
    return found


def _are_exact(figures: Sequence[Any]) -> bool:
    """Whether all are whole numbers that a cell holds digit by digit."""
    return {*map(type, figures)} == {int} and min(figures) > -LARGEST_EXACT and max(figures) < LARGEST_EXACT


class DetailCells:
    """Turns entries of one form into cells."""

    def __init__(self, book: NationalBook, form: Form, rows: RowWriter, links: Container[str]) -> None:
        """``links`` are the files that are linked to."""
        self._styles, self._form, self._rows, self._links = book.styles, form, rows, links
        self._questions, self._previous = book.national.questions, book.previous
        self._texts: dict[tuple[str, str, bool], ReadyCell] = {}
        """Kind of cell, text, and whether the row is left out → cell."""
        self._around: dict[tuple[Any, ...], tuple[ReadyCell, list[ReadyCell]]] = {}
        """What is reported about a row beside its own values → the cell before these, and those behind."""
        self._is_figure = [column.kind in (Kind.SERIAL, Kind.COUNT) for column in form.columns]
        self._columns: dict[bool, list[tuple[Column, Any, dict[Scalar, ReadyCell]]]] = {
            out: [(column, self._number_style(column, out), {}) for column in form.columns] for out in (False, True)
        }
        """Whether the row is left out → each column, the format of its numbers, its other values with their cells."""
        self._known = {out: [known for _, _, known in columns] for out, columns in self._columns.items()}
        self._figures_at = [at for at, is_figure in enumerate(self._is_figure) if is_figure]
        self._at = {column.key: at for at, column in enumerate(form.columns)}
        self._numbers: dict[bool, tuple[Any, ...]] = {}
        """Whether it is → `numbers` of a row that lacks none; known from the first of them on."""
        self._places = {out: self.look("plain", "", out) for out in (False, True)}

    def look(self, kind: str, mark: str, left_out: bool) -> Any:
        """A cell format of this sheet."""
        return self._styles.cell(mark=mark, left_out=left_out, **LOOKS[kind])

    def of(
        self, entry: Entry, name: str, audit: str, by_field: Mapping[str, Sequence[Finding]]
    ) -> tuple[list[ReadyCell], tuple[Any, ...]]:
        """The cells and `numbers` of one line: a row of the unit of this name, with what was found in it."""
        out, figures, place = not entry.counted, entry.row.scalars_in(self._form), entry.row.place.row
        keys = self._questions.get(entry.where) if self._questions else None
        around = (name, audit, entry.file, entry.sheet, out, keys)
        known = self._around.get(around)
        cells = [known[0] if known else self._known_text("text", name, out)]
        is_plain = _are_exact([*compress(figures, self._is_figure)])
        numbers = self._numbers.get(out, ()) if is_plain else ()
        cells += self._beside_figures(entry, figures) if numbers else self._values(entry, figures, by_field)
        for key in by_field if numbers else ():
            at = self._at[key]
            cells[at + 1] = self._value_cell(entry, self._form.columns[at], figures[at], worst(by_field[key]), out)
            numbers = (*numbers[: at + 1], None, *numbers[at + 2 :])
        if known is None:
            known = self._around[around] = cells[0], self._behind(entry, audit, keys)
        cells += known[1]
        cells.append(place if numbers else self._rows.cell(self._places[out], place))
        if self._previous and not out:
            cells += self._last_years(entry, self._previous)
        if is_plain and not (numbers or by_field):
            looks = (
                look if is_figure else None
                for (_, look, _), is_figure in zip(self._columns[out], self._is_figure, strict=True)
            )
            shown = (None, *looks, *(None for _ in known[1]), self._places[out])
            self._numbers[out] = (*shown, *(None for _ in cells[len(shown) :]))
        return cells, numbers

    def _beside_figures(self, entry: Entry, figures: Sequence[Scalar]) -> list[ReadyCell]:
        """The values of a row that lacks no figure: these as they are, the others as cells."""
        known = self._known[not entry.counted]
        values: list[ReadyCell] = [*map(dict.get, known, figures)]
        for at in self._figures_at:
            values[at] = figures[at]
        for at in compress(count(), map(is_, values, repeat(None))):
            values[at] = self._new(entry, self._form.columns[at], figures[at], known[at])
        return values

    def _values(
        self, entry: Entry, figures: Sequence[Scalar], by_field: Mapping[str, Sequence[Finding]]
    ) -> Iterator[ReadyCell]:
        out, cell = not entry.counted, self._rows.cell
        for value, (column, look, known) in zip(figures, self._columns[out], strict=True):
            if column.key in by_field:
                yield self._value_cell(entry, column, value, worst(by_field[column.key]), out)
            elif type(value) is int:
                yield cell(look, value)
            else:
                yield known[value] if value in known else self._new(entry, column, value, known)

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

    def _known_text(self, kind: str, text: str, out: bool) -> ReadyCell:
        """A text that comes in many rows."""
        key = (kind, text, out)
        if key not in self._texts:
            self._texts[key] = self._text_cell(kind, text, out)
        return self._texts[key]

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
