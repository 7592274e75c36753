"""The rest of a sheet beyond tables, rows and headers: words, which are quoted, and figures (V310)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, groupby

from msgspec.structs import replace

from hrss12333.model.check_code import REMARK
from hrss12333.model.filing import LooseFigures
from hrss12333.model.text import NAMES, Text, TextKind, is_quoted
from hrss12333.patterns import MEASURES, half_width
from hrss12333.reading.grid import At, Moment
from hrss12333.reading.layout.rows import TablePart
from hrss12333.reading.layout.sheets import Derived, SheetRead
from hrss12333.reading.layout.table_words import is_guide, is_sample, named_in
from hrss12333.reading.values import as_text, read_value, texts_of
from hrss12333.survey.labels import is_label
from hrss12333.survey.periods import names_other_time
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Column, Edition, Kind
from hrss12333.survey.words import (
    holds_doubt,
    is_form_title,
    is_printed,
    is_quotable,
    is_remark,
    is_spare_sheet,
    rest_of,
    without_versions,
)

_LARGEST = 2_000
"""Cells of a sheet examined one by one; more are one text, and one question."""
_MOST_TEXTS = 12
"""Most figures kept of a block."""
_LONGEST_HEADING = 16
_HIGHEST_SERIAL = 500
"""The largest 序号: a larger number at the start of a row is a figure."""
_NUMBERED = re.compile(r"[\W_\d是否有无√×个共]*")
"""A serial number, or counted answers: 是3个、否2个."""
_AUTHOR = r"[^\n:：]{1,30}[:：]\n"
"""The author's name, with which a comment written in Excel begins."""
_BRACKETS = re.compile(r"(?:[（(](?=[^()（）]+[)）]$)|(?<=[^\W\d])[（(]|(?<=[计总])[:：])([^()（）]+)")
"""Words in brackets in or after the name of a row, or after the colon of a total."""
_RULES = r"[A-Z]\d{3}(?:、[A-Z]\d{3})*"
_OWN_REMARK = re.escape(REMARK).replace(r"\{level\}", r"\w+").replace(r"\{rule\}", _RULES) + r"|^[A-Z]\d{3}\s"
"""Begins a remark by this tool in a marked copy or a clean form."""
_FIGURE = re.compile(
    rf"(?:大?约|≈|[+\-]|共计?)?\s*(?:\d[\d,，.\s]*)(?:[十百千万亿]*)\s*[(（]?(?:{MEASURES}|%|％|元|小时|分钟|秒)?[)）]?\s*(?:左右)?"
)
_NO_COUNT = (
    r"(?:19|20)\d\d年?度?|(?:19|20)\d\d[-./年]\d{1,2}(?:[-./月]\d{1,2}日?)?|(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d"
    r"|(?:\+?86)?1[3-9]\d{9}|[(（]?0\d{2,3}[)）\-]?\d{7,8}|12333"
)
"""A year, a day, a telephone number."""


def leftovers(sheets: Sequence[SheetRead], edition: Edition) -> tuple[list[Text], list[LooseFigures]]:
    """The texts and figures of these sheets outside all tables, by sheet, with paragraphs and comments."""
    texts: list[Text] = []
    loose: list[LooseFigures] = []
    derived = Derived(sheets)
    paragraphs = set[str]()
    for sheet in sheets:
        own = _SheetLeftovers(sheet, sheet.parts[0].edition if sheet.parts else edition, derived)
        own.collect()
        loose += own.loose
        texts += own.texts
        known = tuple(_values_read(sheet.parts[0])) if sheet.parts else ()
        around = dict.fromkeys((*sheet.grid.before, *sheet.grid.after))
        for paragraph in (each for each in around if each not in paragraphs):
            pieces = rest_of(_without_own([paragraph], edition, own.units), known)
            if is_quotable(paragraph, edition) and any(is_quotable(piece, edition) for _, piece in pieces):
                texts.append(Text(TextKind.PARAGRAPH, paragraph.strip()))
        paragraphs.update(around)
    return texts, loose


@lru_cache(maxsize=4096)
def _is_figure(text: str) -> bool:
    """Whether a text is a number, with at most its measure."""
    return bool(text) and any(map(str.isdecimal, text)) and bool(_FIGURE.fullmatch(text))


class _SheetLeftovers:
    def __init__(self, sheet: SheetRead, edition: Edition, derived: Derived) -> None:
        self._grid, self._parts = sheet.grid, sheet.parts
        self._edition, self._derived = edition, derived
        self.units = frozenset(part.headed for part in sheet.parts if part.headed)
        """Units that headers of the sheet name."""
        self.texts: list[Text] = []
        self.loose: list[LooseFigures] = []
        self._left = dict(self._unclaimed())
        """Cell outside all tables → its text, in the order of reading."""
        self._figures = {at for at, text in self._left.items() if _is_figure(text)}
        """The figures among these cells; later, only those that count something."""
        self._dates = {item.source.place for part in sheet.parts for item in part.evidence}
        """The cells that date its tables."""

    def collect(self) -> None:
        """Find the texts and the figures of the sheet outside all tables."""
        self._comments()
        for part in self._parts:
            self._words_of_rows(part)
        is_large = len(self._left) > _LARGEST
        if self._parts and not is_large:
            self._own_columns()
            for rows, columns in [*self._areas()]:
                self._one_text([at for at in self._left if at[0] in rows and at[1] in columns], TextKind.CELL)
            self._blocks_of_figures()
            self._words()
            return
        if is_large and self._parts:
            self._add_block(sorted(self._figures))
        elif is_large or self._grid.hidden or is_spare_sheet(self._grid.name):
            self._figures.clear()
        else:
            self._figures.difference_update([*self._below_headings()])
            self._blocks_of_figures()
            self._figures.clear()
        self._one_text([at for at in self._left if at not in self._figures], TextKind.OTHER_SHEET)

    # What the tables claim

    def _unclaimed(self) -> Iterator[tuple[At, str]]:
        owned: dict[int, set[int]] = defaultdict(set)
        for part in self._parts:
            for row in (*part.taken, *range(part.heading.top, part.heading.body)):
                owned[row].update(part.heading.fields)
        for row, line in enumerate(self._grid.cells):
            own = owned.get(row, ())
            for column, cell in enumerate(line):
                if cell is None or cell == "" or column in own or isinstance(cell, Moment):
                    continue
                if text := as_text(cell):
                    yield (row, column), text

    def _words_of_rows(self, part: TablePart) -> None:
        """Add 备注 and brackets after names; of a row without data, all but its name, figures and headings."""
        form = part.heading.form
        judged = {row.place.row - 1 for row in part.rows}
        for row, (at, name, texts) in part.taken.items():
            if not name and row not in part.data and (len(texts) == 1 or is_guide([*texts.values()])):
                continue  # it dates rows, or numbers columns
            data = part.data.get(row)
            about = Text(TextKind.CELL, "", form=form.key, region=data.region if data else None)
            for column_at, column in part.heading.fields.items():
                text = texts.get(column_at, "")
                of_row = column.kind is Kind.SERIAL if row in judged else not is_sample(text)
                if column.kind is Kind.TEXT and (name or data):
                    if text and is_remark(text):
                        self._put((row, column_at), replace(about, kind=TextKind.REMARK, text=text, field=column.key))
                elif of_row and text != name and self._says_more(text, column):
                    self._put((row, column_at), replace(about, text=text))
            if (more := _BRACKETS.search(name)) and is_quotable(more[1], self._edition):
                self._put((row, at), replace(about, text=name, field=form.region.key if data else None))

    def _says_more(self, text: str, column: Column) -> bool:
        """Whether a cell of a row without data, or a 序号, is more than a number, an answer or a heading."""
        if not text or _NUMBERED.fullmatch(text) or _is_figure(text) or self._is_own(text):
            return False
        answered = column.kind is not Kind.SERIAL and read_value(column, text, None).value is not None
        return not answered and is_quotable(text, self._edition)

    def _put(self, at: At, text: Text) -> None:
        self.texts.append(replace(text, place=self._grid.place(*at), sheet=self._grid.name))

    def _comments(self) -> None:
        for at, mark in self._grid.marks.items():
            text = re.sub(_AUTHOR, "", mark.comment, count=1).strip() if mark.comment else ""
            if not text or re.match(_OWN_REMARK, text) or not is_quotable(text, self._edition):
                continue
            owner = next((part for part in self._parts if part.heading.top <= at[0] < part.end), None)
            row = owner.data.get(at[0]) if owner else None
            column = owner.heading.fields.get(at[1]) if owner and (row or at[0] < owner.heading.body) else None
            field = column.key if column and column.kind is not Kind.REGION else None
            form = owner.heading.form.key if owner and (row or field) else None
            self._put(at, Text(TextKind.COMMENT, text, form=form, region=row.region if row else None, field=field))

    # Columns and tables with headings of their own

    def _own_columns(self) -> None:
        """Columns that the form lacks, or that are repeated and not read: one text each, with the heading."""
        for part in self._parts:
            for match in chain(part.heading.strangers, *part.heading.doubled.values()):
                rows = (*range(match.top, part.heading.body), *sorted(part.taken))
                places = [at for row in rows if (at := (row, match.column)) in self._left]
                self._one_text(places, TextKind.CELL, part.heading.form.key, match.named.key if match.named else None)

    def _areas(self) -> Iterator[tuple[range, range]]:
        """The rows and columns of each other table: words above figures or words, with all beside them."""
        done: set[At] = set()
        for row, column in self._left:
            if (row, column) in done or not self._is_head((row, column)):
                continue
            left, right = self._end(row, column, 0, -1)[1], self._end(row, column, 0, 1)[1]
            members = [(row, at) for at in range(left, right + 1)]
            heads = {at: self._end(*at, 1, 0)[0] for at in members if self._is_head(at)}
            counted = any((below, at[1]) in self._figures for at, end in heads.items() for below in range(row, end + 1))
            worded = len(heads) > 1 and all(map(self._may_head, members))
            if (counted or worded) and self._figures.isdisjoint(members):
                done |= {*members}
                yield range(row, max(heads.values()) + 1), range(left, right + 1)

    def _end(self, row: int, column: int, down: int, over: int) -> At:
        """The last cell of an unbroken run in this direction."""
        while (row + down, column + over) in self._left:
            row, column = row + down, column + over
        return row, column

    def _is_head(self, at: At) -> bool:
        """Whether a cell may head a column: the first of those below it, not in a table's header."""
        row, column = at
        if (row + 1, column) not in self._left or (row - 1, column) in self._left or not self._may_head(at):
            return False
        return not any(part.has_header_in(row) for part in self._parts)

    def _may_head(self, at: At) -> bool:
        text = self._left[at]
        short = at not in self._figures and len(text) <= _LONGEST_HEADING and text[-1] not in ":：。；;，,"
        return short and any(map(str.isalpha, text))

    def _one_text(self, places: Sequence[At], kind: TextKind, form: str | None = None, key: str | None = None) -> None:
        """Several cells as one text, a line for each row, without the forms' words."""
        lines: dict[int, list[str]] = defaultdict(list)
        for at in places:
            self._figures.discard(at)
            text = self._left.pop(at)
            own = kind is TextKind.OTHER_SHEET and self._is_own(text)
            if not own and not self._derived.holds(self._grid, at):
                lines[at[0]].append(text)
        whole = "\n".join(" ".join(line) for line in lines.values())
        if whole and is_quotable(whole, self._edition):
            self._put(places[0], Text(kind, whole, form=form, field=key))

    # Figures

    def _blocks_of_figures(self) -> None:
        """Blocks of neighbouring figures."""
        self._figures -= {at for at in self._figures if self._counts_nothing(at)}
        left = {*self._figures}
        while left:
            ahead = [min(left)]
            block = list[At]()
            while ahead:
                at = ahead.pop()
                if at in left:
                    left.discard(at)
                    block.append(at)
                    ahead += [(at[0] + down, at[1] + over) for down in (-1, 0, 1) for over in (-1, 0, 1)]
            self._add_block(sorted(block))

    def _add_block(self, block: Sequence[At]) -> None:
        """Add a block of figures to those outside all tables."""
        if block:
            last = self._grid.place(max(row for row, _ in block), max(column for _, column in block))
            texts = tuple(self._left[at] for at in block[:_MOST_TEXTS])
            self.loose.append(LooseFigures(self._grid.place(*block[0]), last, texts, len(block)))

    def _counts_nothing(self, at: At) -> bool:
        """Whether a figure is worked out, no count, in the header, or named by a label left of it."""
        row, column = at
        if self._grid.place(row, column) in self._dates:
            return True
        if re.fullmatch(_NO_COUNT, half_width(self._left[at]).replace(" ", "")) or self._derived.holds(self._grid, at):
            return True
        if any(at in part.blanks for part in self._parts) or self._is_serial(at):
            return True
        before = [*texts_of(self._grid.cells[row][:column]).values()]
        return bool(before) and not rest_of((before[-1], self._left[at]))  # 邮编：| 100000

    def _is_serial(self, at: At) -> bool:
        """Whether a figure at the start of a row is its number."""
        row, column = at
        number = self._number(row, column)
        texts = texts_of(self._grid.cells[row])
        if number is None or not 0 < number <= _HIGHEST_SERIAL or column > min(texts):
            return False
        _, *after = texts.values()
        if not after:
            return any(part.heading.at("serial") == column for part in self._parts)
        counts = number in (1, (self._number(row - 1, column) or 0) + 1, (self._number(row + 1, column) or 0) - 1)
        return (counts or any(map(_is_figure, after[1:]))) and not _is_figure(after[0])

    def _number(self, row: int, column: int) -> int | None:
        text = as_text(self._grid.at(row, column)).rstrip(".、．")
        return int(text) if re.fullmatch("[0-9]{1,3}", text) else None

    def _below_headings(self) -> Iterator[At]:
        """Figures of a sheet without a form, below a row of words, years and days, in that row's columns."""
        headed = set[int]()
        for row, line in enumerate(self._grid.cells):
            texts = texts_of(line)
            counts = [at for at in texts if (row, at) in self._figures and not re.fullmatch(_NO_COUNT, texts[at])]
            if len(texts) > 1 and not counts and not any(map(is_label, texts.values())):
                ends = (box.right for box in self._grid.merges if box.top == row)
                headed |= {*range(min(texts), max(*texts, *ends) + 1)}
            yield from ((row, at) for at in counts if at in headed)

    # Words

    def _words(self) -> None:
        """Find words row by row: a label joins what it names; a header line loses what was read."""
        left = [(at, text) for at, text in self._left.items() if at not in self._figures]
        for row, beside in groupby(left, lambda item: item[0][0]):
            cells = [(column, text) for (_, column), text in beside]
            part = next((part for part in self._parts if part.has_header_in(row)), None)
            known = tuple(_values_read(part, row)) if part else ()
            pieces = rest_of(_without_own([text for _, text in cells], self._edition, self.units), known)
            owner = next((part for part in self._parts if row < part.end), None)
            kind = TextKind.ABOVE if owner and row < owner.heading.body else TextKind.CELL
            form = owner.heading.form.key if owner else None
            quoted = set[tuple[int, str]]()
            for number, text in pieces:
                column, whole = cells[number]
                words = text if part or text not in whole else whole
                if (column, words) not in quoted and self._tells((row, column), text, part):
                    quoted.add((column, words))
                    self._put((row, column), Text(kind, words, form=form))

    def _tells(self, at: At, text: str, part: TablePart | None) -> bool:
        """Whether a piece of a row is neither the form's, nor worked out, nor the header's unit repeated."""
        is_figure = text == self._left[at] and _is_figure(text)
        if is_figure or self._is_own(text) or self._derived.holds(self._grid, at):
            return False
        is_again = part and "(" not in half_width(text) and self._edition.gazetteer.match(text).unit in self.units
        return not is_again and is_quotable(text, self._edition)

    def _is_own(self, text: str) -> bool:
        """Whether a text is a title, or the heading of a group or a column other than 备注."""
        named = [found for form in self._edition.forms if (found := named_in(form, text))]
        is_heading = any(found.is_group or found.columns[0].kind is not Kind.TEXT for found in named)
        return is_heading or is_form_title(text, self._edition, self.units)


def _values_read(part: TablePart, row: int | None = None) -> Iterator[str]:
    """The values read in a table's header in a row, or in the lines around it: names, and findings' texts."""
    for key, value in part.whole_header.items():
        here = value.place is None if row is None else value.place is not None and value.place.row - 1 == row
        found = str(value.found or "")
        if not here or not (key in ("unit", "name") or value.problem):
            continue
        if not holds_doubt(found) and not names_other_time(found, part.edition.year):
            yield found


def _without_own(cells: Iterable[str], edition: Edition, units: frozenset[Unit]) -> tuple[str, ...]:
    """These cells with blanks in place of the form's lines, except labels."""
    found = []
    for cell in cells:
        lines = cell.split("\n")
        for at, line in enumerate(lines):
            if (len(line) > _LONGEST_HEADING and is_printed(line, edition)) or is_form_title(line, edition, units):
                lines[at] = " " * len(line)
        found.append("\n".join(lines))
    return tuple(found)


def texts_beside(texts: Iterable[Text], edition: Edition) -> Iterator[Text]:
    """Texts in no cell, without the form's, the first of equal ones; names only with a word of doubt."""
    known: set[tuple[TextKind, str]] = set()
    for text in texts:
        is_ours = text.kind is TextKind.COMMENT and re.match(_OWN_REMARK, text.text)
        is_plain = text.kind in NAMES and not holds_doubt(without_versions(text.text))
        if (
            not (is_ours or is_plain or (text.kind, text.text) in known)
            and is_quoted(text)
            and is_quotable(text.text, edition)
        ):
            known.add((text.kind, text.text))
            yield text
