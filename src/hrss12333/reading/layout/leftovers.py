"""What no table, row or header of a sheet claims: words, which are quoted, and figures, which are asked about (V310).

Each cell is one text, but for a column or a table with headings of its own, and for a sheet without a form: these are one
text each.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time, timedelta
from functools import lru_cache

from msgspec import Struct

from hrss12333.model.document_marks import REMARK
from hrss12333.model.filing import LooseFigures, Place, Row
from hrss12333.model.text import Text, TextKind, is_quoted
from hrss12333.reading.grid import At, Cell
from hrss12333.reading.layout.header import HeaderRow, unread_segments
from hrss12333.reading.layout.heading_words import named_column, named_group
from hrss12333.reading.layout.loose_figures import Derived, SheetRead, TablePart, is_figure, names_no_count
from hrss12333.reading.values.cell_text import as_text, is_placeholder
from hrss12333.survey.gazetteer import Gazetteer
from hrss12333.survey.quotable import bare, is_quotable, is_remark, names_measure
from hrss12333.survey.schema import Form, Kind

_LARGEST = 2_000
"""Cells of a sheet that are looked at one by one; more are one text, and one question."""
_MOST_TEXTS = 12
"""Figures of a block that are kept."""
_LONGEST_HEADING = 16
_HIGHEST_SERIAL = 500
"""No list is longer: a larger number at the beginning of a row is a figure."""
_NUMBERED = re.compile(r"[\W_]*\d{0,4}[\W_]*")
_AUTHOR = r"[^\n:：]{1,30}[:：]\n"
"""How Excel begins a comment."""
_BRACKETS = re.compile(r"[（(]([^()（）]{2,})[)）]$")
"""What is written behind the name of a region."""
_OWN_REMARK = re.escape(REMARK).replace(r"\{level\}", r"\w+").replace(r"\{rule\}", r"[A-Z]\d{3}") + r"|^[A-Z]\d{3}\s"
"""How a remark begins that an annotated copy of this tool makes, or a clean form."""


class Leftovers(Struct):
    """What was not claimed."""

    texts: list[Text]
    loose: list[LooseFigures]


def leftovers(sheets: Sequence[SheetRead], forms: tuple[Form, ...], gazetteer: Gazetteer) -> Leftovers:
    """What no table of these sheets claims, sheet by sheet; paragraphs and comments among it."""
    found = Leftovers([], [])
    derived = Derived(sheets)
    seen: set[str] = set()
    above = {paragraph for sheet in sheets for paragraph in sheet.grid.before}
    for sheet in sheets:
        _SheetLeftovers(sheet, forms, gazetteer, derived, found).collect()
        for paragraph in (*sheet.grid.before, *sheet.grid.after):
            if paragraph not in seen:
                seen.add(paragraph)
                line, is_header = HeaderRow((paragraph,), sheet.grid.name), bool(sheet.parts)
                is_header &= paragraph in above or not names_measure(paragraph)
                known = (sheet.parts[0].heading.form.title, sheet.parts[0].owner) if is_header else ()
                segments = unread_segments(line, gazetteer, *known, is_header=is_header)
                pieces = [paragraph] if segments is None else [text for _, text in segments]
                if any(is_quotable(piece, forms) and not _is_title(piece, forms, gazetteer) for piece in pieces):
                    found.texts.append(Text(TextKind.PARAGRAPH, paragraph.strip()))
    return found


class _SheetLeftovers:
    def __init__(
        self, sheet: SheetRead, forms: tuple[Form, ...], gazetteer: Gazetteer, derived: Derived, found: Leftovers
    ) -> None:
        self._sheet, self._grid, self._forms, self._gazetteer = sheet, sheet.grid, forms, gazetteer
        self._derived, self._found = derived, found
        self._left: dict[At, Cell] = {}
        """The cells that are left, in the order of reading."""

    def collect(self) -> None:
        """All that is left of the sheet."""
        self._comments()
        for part in self._sheet.parts:
            self._words_of_rows(part)
        self._find_left()
        if not self._sheet.parts:
            self._one_text([*self._left], TextKind.OTHER_SHEET)
            return
        if len(self._left) > _LARGEST:
            figures = {at: None for at in self._left if self._is_figure(at)}
            self._one_text([at for at in self._left if at not in figures], TextKind.OTHER_SHEET)
            self._add_block([*figures])
            return
        self._own_columns()
        self._own_tables()
        self._figures()
        self._words()

    # What the tables claim

    def _find_left(self) -> None:
        owned = defaultdict[int, set[int]](set)
        for part in self._sheet.parts:
            heading = part.heading
            named = (heading.columns.values(), *heading.doubled.values())
            columns = {match.column for found in named for match in found}
            for row in (*part.read.taken, *range(heading.top, heading.body)):
                owned[row] |= columns
        for row, line in enumerate(self._grid.cells):
            if not any(line):
                continue
            own = owned[row]
            if own and not any(cell for at, cell in enumerate(line) if at not in own):
                continue
            for column, cell in enumerate(line):
                if column not in own and not isinstance(cell, date | time | timedelta) and as_text(cell):
                    self._left[row, column] = cell

    def _words_of_rows(self, part: TablePart) -> None:
        """备注 of its rows, and what else is written in words in rows that are no data."""
        heading, form = part.heading, part.heading.form
        remarks = [heading.columns[c.key].column for c in form.of_kind(Kind.TEXT) if c.key in heading.columns]
        concealed = [item.row for item in part.read.concealed if item.row]
        regions: dict[int, Row] = {row.place.row - 1: row for row in (*part.read.rows, *concealed)}
        serial = heading.columns["serial"].column if "serial" in heading.columns else None
        samples = {row.place.row - 1 for row in part.read.samples}
        totals = {row.place.row - 1 for row in part.read.totals} | {item.place.row - 1 for item in part.read.asides}
        for row in sorted(part.read.taken):
            data = regions.get(row)
            for column in remarks:
                text = as_text(self._grid.at(row, column))
                if text and (data or row in samples or row in totals) and is_remark(text):
                    key = next(key for key, match in heading.columns.items() if match.column == column)
                    self._put(TextKind.REMARK, text, (row, column), form.key, data, key)
            word = self._grid.at(row, serial) if data and serial is not None else None
            named = data.get(form.region.key).found if data else None
            if data and type(named) is str and (more := _BRACKETS.search(named)) and is_quotable(more[1], self._forms):
                self._put(TextKind.CELL, named, (row, data.place.column - 1), form.key, data, form.region.key)
            if type(word) is str and word != named and not _NUMBERED.fullmatch(word) and is_quotable(word, self._forms):
                self._put(TextKind.CELL, as_text(word), (row, serial or 0), form.key, data, None)
            for at in heading.columns.of_data if row in totals else ():
                word = self._grid.at(row, at)
                if (
                    type(word) is str
                    and not is_placeholder(word)
                    and not any(map(str.isdecimal, word))
                    and len(word) > 1
                ):
                    self._put(TextKind.CELL, as_text(word), (row, at), form.key, None, None)

    def _put(self, kind: TextKind, text: str, at: At, form: str | None, row: Row | None, key: str | None) -> None:
        place = Place(self._grid.name, at[0] + 1, at[1] + 1)
        region = row.region if row else None
        self._found.texts.append(Text(kind, text, place, self._grid.name, form, region, key))

    def _comments(self) -> None:
        rows: dict[int, tuple[Row | None, TablePart | None]] = {}
        for part in self._sheet.parts:
            concealed = [item.row for item in part.read.concealed if item.row]
            rows |= {row.place.row - 1: (row, part) for row in (*part.read.rows, *concealed)}
        for at, mark in self._grid.marks.items():
            text = re.sub(_AUTHOR, "", mark.comment, count=1).strip() if mark.comment else ""
            if not text or re.match(_OWN_REMARK, text) or not is_quotable(text, self._forms):
                continue
            row, owner = rows.get(at[0], (None, None))
            owner = owner or self._part_at(at[0])
            columns = owner.heading.columns.items() if owner else ()
            key = next((key for key, match in columns if match.column == at[1]), None)
            of_row = key if row or (owner and at[0] < owner.heading.body) else None
            field = None if owner and of_row == owner.heading.form.region.key else of_row
            form = owner.heading.form.key if owner and (row or field) else None
            self._put(TextKind.COMMENT, text, at, form, row, field)

    def _part_at(self, row: int) -> TablePart | None:
        return next((part for part in self._sheet.parts if part.heading.top <= row < part.end), None)

    # Columns and tables with headings of their own

    def _own_columns(self) -> None:
        """Columns that the form does not have: one text each, from the heading down."""
        for part in self._sheet.parts:
            last = max(part.read.taken, default=part.heading.body)
            for match in part.heading.strangers:
                places = [
                    (row, match.column)
                    for row in range(match.top, last + 1)
                    if (row, match.column) in self._left and (row < part.heading.body or row in part.read.taken)
                ]
                if places:
                    self._one_text(places, TextKind.CELL)

    def _own_tables(self) -> None:
        """Figures below words of their own, and all that is beside them in these rows: one text a table."""
        for area in self._areas():
            places = [at for at in self._left if at[0] in area[0] and at[1] in area[1]]
            if places:
                self._one_text(places, TextKind.CELL)

    def _areas(self) -> Iterator[tuple[range, range]]:
        heads: dict[At, int] = {}
        for row, column in self._left:
            of_header = any(part.has_header_in(row) for part in self._sheet.parts)
            if of_header or (row - 1, column) in self._left or not self._may_head((row, column)):
                continue
            bottom = row
            while (bottom + 1, column) in self._left:
                bottom += 1
            if any(self._is_figure((below, column)) for below in range(row + 1, bottom + 1)):
                heads[row, column] = bottom
        done: set[At] = set()
        for row, column in sorted(heads):
            if (row, column) in done:
                continue
            left = right = column
            while (row, left - 1) in self._left:
                left -= 1
            while (row, right + 1) in self._left:
                right += 1
            members = [(row, at) for at in range(left, right + 1)]
            if any(self._is_figure(at) for at in members):
                continue
            done |= {*members}
            bottom = max(heads.get(at, row) for at in members)
            yield range(row, bottom + 1), range(left, right + 1)

    def _may_head(self, at: At) -> bool:
        text = as_text(self._left[at])
        words = isinstance(self._left[at], str) and not self._is_figure(at)
        return words and len(text) <= _LONGEST_HEADING and text[-1] not in ":：。；;，," and any(map(str.isalpha, text))

    def _one_text(self, places: Sequence[At], kind: TextKind) -> None:
        """Several cells as one text, a line a row; the forms' own words are left out."""
        lines: dict[int, list[str]] = defaultdict(list)
        for at in places:
            cell = self._left.pop(at)
            text = as_text(cell)
            if kind is TextKind.OTHER_SHEET and isinstance(cell, str) and self._is_own(text):
                continue
            if not self._derived.holds(self._grid, at):
                lines[at[0]].append(text)
        text = "\n".join(" ".join(line) for line in lines.values())
        if text and is_quotable(text, self._forms):
            first = next(iter(places))
            self._put(kind, text, first, None, None, None)

    # Figures

    def _figures(self) -> None:
        """Blocks of neighbouring figures."""
        figures = {at for at in self._left if self._is_figure(at)}
        for at in [at for at in figures if self._says_nothing(at)]:
            figures.discard(at)
            del self._left[at]
        while figures:
            ahead, block = [min(figures)], list[At]()
            while ahead:
                at = ahead.pop()
                if at in figures:
                    figures.discard(at)
                    block.append(at)
                    ahead += [(at[0] + down, at[1] + over) for down in (-1, 0, 1) for over in (-1, 0, 1)]
            self._add_block(sorted(block))

    def _add_block(self, block: Sequence[At]) -> None:
        if not block:
            return
        texts = [as_text(self._left.pop(at)) for at in block]
        (top, left), rows, columns = block[0], [row for row, _ in block], [column for _, column in block]
        last = Place(self._grid.name, max(rows) + 1, max(columns) + 1)
        place = Place(self._grid.name, top + 1, left + 1)
        self._found.loose.append(LooseFigures(place, last, tuple(texts[:_MOST_TEXTS]), len(texts)))

    def _is_figure(self, at: At) -> bool:
        cell = self._left.get(at)
        return (type(cell) in (int, float)) or (isinstance(cell, str) and is_figure(as_text(cell)))

    def _says_nothing(self, at: At) -> bool:
        """Whether a figure is worked out from the tables, or is a serial number, a year, a day or a telephone number."""
        text = as_text(self._left[at])
        return (
            names_no_count(text) or self._is_serial(at) or self._derived.holds(self._grid, at) or self._is_labelled(at)
        )

    def _is_serial(self, at: At) -> bool:
        row, column = at
        number = self._number(row, column)
        if number is None or not 0 < number <= _HIGHEST_SERIAL:
            return False
        line = self._grid.cells[row]
        if any(as_text(cell) for cell in line[:column]):
            return False
        after = next((cell for cell in line[column + 1 :] if as_text(cell)), None)
        counts = number - 1 == self._number(row - 1, column) or number + 1 == self._number(row + 1, column)
        in_serials = any(
            "serial" in part.heading.columns and part.heading.columns["serial"].column == column
            for part in self._sheet.parts
        )
        return (in_serials and after is None) or (isinstance(after, str) and (counts or number == 1))

    def _number(self, row: int, column: int) -> int | None:
        text = as_text(self._grid.at(row, column)).rstrip(".、．")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < len(str(_HIGHEST_SERIAL)) + 1 else None

    def _is_labelled(self, at: At) -> bool:
        """Whether a label left of a figure says that it counts nothing: 邮编：| 100000."""
        row, column = at
        left = next((c for c in range(column - 1, -1, -1) if as_text(self._grid.at(row, c))), None)
        label = as_text(self._grid.at(row, left)) if left is not None else ""
        return bool(label) and not is_quotable(label, self._forms) and label.rstrip(":： ").endswith(_CALLED)

    # Words

    def _words(self) -> None:
        rows: dict[int, list[int]] = defaultdict(list)
        for row, column in self._left:
            rows[row].append(column)
        for row, found in rows.items():
            texts = {at: as_text(self._left[row, at]) for at in found}
            if not any(is_quotable(text, self._forms) for text in texts.values()):
                continue
            # A label may lie left of what it names; a sentence of the form's own never does.
            columns = [at for at in found if len(texts[at]) <= _LONGEST_HEADING or is_quotable(texts[at], self._forms)]
            line = HeaderRow([texts[at] for at in columns], self._grid.name, row, columns)
            part = next((part for part in self._sheet.parts if part.has_header_in(row)), None)
            known = (part.heading.form.title, part.owner) if part else ()
            segments = unread_segments(line, self._gazetteer, *known, is_header=part is not None)
            if segments is None:  # a value may be below its label
                segments = [(at, texts[at]) for at in columns if not (part and (row, at) in part.header)]
            said = dict[tuple[int, str], None]()
            for column, text in segments:
                derived = self._derived.holds(self._grid, (row, column))
                if is_quotable(text, self._forms) and not self._is_own(text) and not derived:
                    said[column, texts[column] if not part and text in texts[column] else text] = None
            for column, text in said:
                self._put(self._kind_of(row), text, (row, column), self._form_at(row), None, None)

    def _is_own(self, text: str) -> bool:
        return _is_title(text, self._forms, self._gazetteer) or any(
            ((named := named_column(form, text)) and named.key not in remarks) or named_group(form, text)
            for form, remarks in ((form, [c.key for c in form.of_kind(Kind.TEXT)]) for form in self._forms)
        )

    def _kind_of(self, row: int) -> TextKind:
        part = next((part for part in self._sheet.parts if row < part.end), None)
        if part is None or row >= part.heading.body:
            return TextKind.CELL
        return TextKind.ABOVE

    def _form_at(self, row: int) -> str | None:
        part = next((part for part in self._sheet.parts if row < part.end), None)
        return part.heading.form.key if part else None


_TITLES = ("电话服务情况调查表", "调查表", "情况表")
"""How the titles of forms and of filings end."""
_LONGEST_TITLE = 60
_CALLED = (
    "电话",
    "手机",
    "手机号",
    "手机号码",
    "联系方式",
    "传真",
    "邮编",
    "邮政编码",
    "日期",
    "时间",
    "校验码",
    "QQ",
    "微信",
)
"""Labels of numbers that count nothing."""


@lru_cache(maxsize=2048)
def _is_title(text: str, forms: tuple[Form, ...], gazetteer: Gazetteer) -> bool:
    """Whether a text is a form's title, with no more than the unit, the form's number and a year beside it."""
    plain, titles = bare(text), {bare(form.title) for form in forms}
    keys = [bare(form.key) for form in forms]
    if len(plain) > _LONGEST_TITLE or not plain.endswith((*_TITLES, *titles, *keys)):
        return False
    words = sorted({*_TITLES, *titles, "".join(keys), "12333"}, key=len, reverse=True)
    rest = re.sub("|".join(words) + r"|附[表件]\d?|年度?", "", plain)
    return not rest or gazetteer.match(rest).unit is not None


def texts_beside(texts: Iterable[Text], forms: tuple[Form, ...]) -> Iterator[Text]:
    """Texts that are in no cell, without the form's own; of alike ones the first."""
    known: set[tuple[TextKind, str]] = set()
    for text in texts:
        own = text.kind is TextKind.COMMENT and re.match(_OWN_REMARK, text.text)
        if is_quoted(text) and not own and (text.kind, text.text) not in known and is_quotable(text.text, forms):
            known.add((text.kind, text.text))
            yield text
