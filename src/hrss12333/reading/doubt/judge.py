"""The one judge of doubt: which texts in and around a filing put its figures in doubt, and which figures.

A text doubts what its words name, regions and columns, else what it stands at: the row, the table, the file. What says of
a row, table or file as a whole that it is void, a test or of a part of the year takes it out (R210); all else is asked
about (V311). One text is one doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model.filing import Concealed, Filing, Row, Table
from hrss12333.model.text import AROUND, NAMED, NAMES, Doubt, Text, TextKind, is_quoted_whole
from hrss12333.patterns import lazy
from hrss12333.reading.doubt.clauses import Clause, DoubtWord, clauses
from hrss12333.reading.doubt.signs import MOST_SIGNS
from hrss12333.reading.doubt.words import (
    ANSWERS,
    MONTH,
    NUMBER,
    TAKES_OUT,
    ColumnInWords,
    Does,
    Names,
    column_names,
    may_doubt,
    plain,
)
from hrss12333.reading.values.numbers import guide_scale, line_measures, read_count
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.schema import NO, YES, Form, Kind, Scalar

ColumnsInWords = Sequence[ColumnInWords]
Rows = Sequence[tuple[Table, Row]]

_MEASURED = NAMED | {TextKind.MAIL, TextKind.TITLE, TextKind.ABOVE, TextKind.BELOW, TextKind.PARAGRAPH}
"""Texts by whose unit of measure figures are read (V309)."""
_DAY_SIGNS, _MAGNITUDE_SIGNS = frozenset("日号"), frozenset("百千万亿")
_SENTENCES = lazy(r"[。;；!！?？\n]")
_NAMING = NAMES | {TextKind.SUBJECT, TextKind.TITLE}
"""Texts that name something, with few words between what tells."""
_ANSWERS_GIVEN = {"是": True, "√": True, "否": False, "×": False}


@lru_cache(maxsize=4096)
def _gives_answer(text: str, forms: tuple[Form, ...], *, fixed: bool) -> bool:
    """Whether a text holds a figure or a choice and, unless it is ``fixed`` to a column, names one; or is an answer."""
    words = plain(text)
    if fixed and words in _ANSWERS_GIVEN:
        return True
    if not any(map(str.isdecimal, words)) and "网" not in words:
        return False
    return fixed or any(name in words for name, _ in column_names(forms)[0])


def with_doubts(filing: Filing, texts: Iterable[Text], year: int | None) -> Filing:
    """The filing with what these texts say against its figures, and without the rows that they take out.

    ``year`` is the one that it reports on.
    """
    forms = tuple(dict.fromkeys(table.form for table in filing.tables))
    suspect = [
        text
        for text in (text for text in texts if text.kind is not TextKind.ROW)
        if may_doubt(text.text, year)
        or not _MAGNITUDE_SIGNS.isdisjoint(text.text)
        or (text.kind not in _NAMING and _gives_answer(text.text, forms, fixed=text.field is not None))
    ]
    if not suspect:
        return filing
    judge = _Judge(filing, forms, year)
    found = _quoted_once([doubt for text in suspect for doubt in judge.doubts_of(text)])
    taken = [doubt for doubt in found if doubt.takes_out]
    tables = tuple(_without_void_rows(table, taken) for table in filing.tables) if taken else filing.tables
    unfit = next((f"{doubt.described}" for doubt in taken if doubt.sheet is None and doubt.row is None), filing.unfit)
    return replace(filing, tables=tables, unfit=unfit, doubts=(*filing.doubts, *found))


def _quoted_once(doubts: Sequence[Doubt]) -> list[Doubt]:
    """The same without what a remark over several rows says again of a region beside its own."""
    quoted = {(doubt.text.place, doubt.quote, doubt.row) for doubt in doubts if not doubt.beside}
    found = []
    for doubt in doubts:
        located = doubt.text.place, doubt.quote, doubt.row
        if not doubt.beside or located not in quoted:
            quoted.add(located)
            found.append(doubt)
    return found


def _without_void_rows(table: Table, taken: Sequence[Doubt]) -> Table:
    """The table without the rows that words take out, or said not to hold as a whole."""
    own = [doubt for doubt in taken if (doubt.sheet, doubt.form) == (table.sheet, table.form.key)]
    rows = {doubt.row: f"：{doubt.described}" for doubt in own if doubt.row}
    unfit = next((f"{doubt.described}" for doubt in own if not doubt.row), table.unfit)
    lines = [(row, row.region or "没有地区名称") for row in table.rows]
    lines += [(table.total, TOTAL)] if table.total else []
    out = [
        Concealed(row.place, rows[row.place], name, row, by_own_words=True) for row, name in lines if row.place in rows
    ]
    kept = tuple(row for row in table.rows if row.place not in rows)
    total = None if table.total and table.total.place in rows else table.total
    return replace(table, rows=kept, total=total, concealed=(*table.concealed, *out), unfit=unfit)


def _lacks(table: Table, row: Row, figures: set[Scalar]) -> bool:
    """Whether one of the figures is that by which a balance of the row is off: a text that gives it says why (B401)."""
    for balance in table.form.balances:
        total, *parts = row.figures(balance.fields)
        known = [part for part in parts if part is not None]
        if total is not None and len(known) == len(parts) and (gap := abs(total - sum(known))) and gap in figures:
            return True
    return False


class _DoubtFound(Struct):
    """What a clause says against figures, while the text is judged."""

    does: Does
    alone: bool
    columns: ColumnsInWords
    rows: Rows
    """Of which it speaks; none where it is the whole table or file."""
    sentence: int


class _Judge:
    def __init__(self, filing: Filing, forms: tuple[Form, ...], year: int | None) -> None:
        self._filing, self._year = filing, year
        self._column_words, self._columns = column_names(forms)
        self._rows = [(table, row) for table in filing.tables for row in table.rows]
        self._regions = list(dict.fromkeys(row.region for _, row in self._rows if row.region))
        words = {plain(word): -1 for word in (filing.unit.spellings if filing.unit else ())}
        for number, region in enumerate(self._regions[:MOST_SIGNS]):
            for word in (region, region[:-1]):
                if len(word) > 1:
                    words.setdefault(plain(word), number)
        self._region_words: Names = tuple(sorted(words.items(), key=lambda item: -len(item[0])))

    def doubts_of(self, text: Text) -> Iterator[Doubt]:
        """What the text says, as one doubt, or one for each region that it names."""
        home = self._regions.index(text.region) if text.region in self._regions else -1
        names = self._column_words, self._region_words
        parts = clauses(text.text, self._year, *names, home, name=text.kind in _NAMING)
        own = self._own_rows(text)
        found: list[_DoubtFound] = []
        figures = {read_count(figure).value for clause in parts for figure in clause.figures}
        explained = text.kind is TextKind.REMARK and any(_lacks(table, row, figures) for table, row in own)
        fixed = [c for c in self._columns if text.field and (c.form, c.key) == (text.form, text.field)]
        columns: ColumnsInWords = fixed
        rows, sentence, strayed = own, 0, False
        beside: dict[int, int] = {}  # sentence → the other region of which a clause speaks that only names it
        for clause in parts if own else ():
            if clause.sentence not in beside and clause.bare and (region := clause.subject) is not None:
                beside[clause.sentence] = region
        for clause in parts:
            named = self._columns_named(clause, text)
            if own:
                rows = rows if clause.sentence == sentence else own
                regions = own if clause.names_own else self._rows_elsewhere(text, clause, beside.get(clause.sentence))
                sentence, strayed = clause.sentence, strayed or regions not in ((), own)
            else:
                regions = self._rows_of(clause)
            columns, rows = named or columns, regions or rows
            sentence = clause.sentence if regions else sentence
            doubts = self._in_clause(text, clause, (named, named or fixed, columns), rows)
            if rows is not own and clause.sentence != sentence:
                # Behind a sentence about a region, a part of the year is that of the table; it takes nothing out, because
                # the region may be meant.
                doubts = (replace(item, rows=own, alone=False) if item.does is Does.PART else item for item in doubts)
            doubts = (replace(item, alone=item.alone and not strayed) for item in doubts)
            if guide_scale(clause.text) or any(scale != 1 for _, scale in line_measures(clause.text)):
                asked = text.kind in _MEASURED and any(table.scales for table in self._tables(text))
                measured = () if asked else (_DoubtFound(Does.MEAN, False, columns, rows, sentence),)
                doubts = chain(measured, (item for item in doubts if item.does is not Does.MEAN))
            found += [item for item in doubts if not (explained and item.does is Does.SCOPE)]
            if not clause.doubt_words and self._gives_another(
                text, clause, named or fixed, rows, alone=len(parts) == 1
            ):
                found.append(_DoubtFound(Does.CORRECTS, False, columns, rows, clause.sentence))
        for at, item in enumerate(found):
            if self._takes_out(text, item) and item.does is Does.VOID and not item.rows:
                # What voids a 合计 voids no other row.
                found[at] = replace(item, rows=self._sums(text))
        if found:
            yield from self._as_doubts(text, found)

    # What a text is about -----------------------------------------------------------------------------------------

    def _tables(self, text: Text) -> list[Table]:
        every = self._filing.tables
        return [t for t in every if text.sheet in (None, t.sheet) and text.form in (None, t.form.key)] or [*every]

    def _own_rows(self, text: Text) -> Rows:
        place = text.place
        if text.region is None or place is None:
            return ()
        rows = [(table, row) for table in self._tables(text) for row in table.rows if row.region == text.region]
        here = [(t, row) for t, row in rows if place.row == row.place.row or place.column == row.place.column]
        return tuple(here[:1] or rows[:1])

    def _sums(self, text: Text) -> Rows:
        """The 合计 that a text is beside, in its line or, where the table is turned, in its column."""
        place, sums = text.place, [(table, table.total) for table in self._tables(text) if table.total]
        lines = [slice(None, None, 2) if False else slice(2) for table, _ in sums]
        return [at for at, line in zip(sums, lines, strict=True) if place and place[line] == at[1].place[line]]

    def _rows_of(self, clause: Clause) -> Rows:
        """The rows of the first region that a clause names, or of all but those that it excepts."""
        if not clause.regions:
            return ()
        named = [self._regions[number] for number in clause.regions[: None if clause.others else 1]]
        return tuple((table, row) for table, row in self._rows if (row.region in named) is not clause.others)

    def _rows_elsewhere(self, text: Text, clause: Clause, beside: int | None) -> Rows:
        """The rows of another region than the text's own, of which a clause speaks or one with nothing but the region
        ``beside`` it: 测试数据（石嘴山市)."""
        subject = clause.subject
        if (number := beside if subject is None else subject) is None:
            return ()
        rows = [(table, row) for table, row in self._rows if row.region == self._regions[number]]
        tables = self._tables(text)
        return tuple(at for at in rows if any(at[0] is table for table in tables)) or tuple(rows)

    def _columns_named(self, clause: Clause, text: Text) -> ColumnsInWords:
        """The columns that a clause names, those of the text's own table where there are any."""
        numbers = dict.fromkeys(clause.columns)
        for number, column in enumerate(self._columns):
            if column.parts and column.parts <= {*clause.columns}:
                numbers = dict.fromkeys([other for other in numbers if other not in column.parts] + [number])
        named = [self._columns[number] for number in numbers]
        own = [column for column in named if text.form in (None, column.form)]
        return tuple(own or named)

    def _values_in(self, columns: ColumnsInWords, rows: Rows, *kinds: Kind) -> list[Scalar]:
        """What is in these columns, of these kinds, of these rows, or of all rows that the text may be about."""
        wanted = [column for column in columns if not kinds or column.kind in kinds]
        given = ((table, row, column) for table, row in rows or self._rows for column in wanted)
        values = (row.scalar(column.key) for table, row, column in given if table.form.key == column.form)
        return [value for value in values if value is not None]

    # What a clause says --------------------------------------------------------------------------------------------

    def _in_clause(
        self, text: Text, clause: Clause, columns: tuple[ColumnsInWords, ColumnsInWords, ColumnsInWords], rows: Rows
    ) -> Iterator[_DoubtFound]:
        """What the words of a clause do, and to which columns: to those that it names, else that the text is fixed to, or
        else that a clause before it names."""
        named, fixed, known = columns
        if clause.text == MONTH and rows and "月" in text.text and _DAY_SIGNS.isdisjoint(text.text):
            yield _DoubtFound(Does.PART, True, fixed, rows, clause.sentence)  # 银川市（12月）
        for word in clause.doubt_words:
            does, meant, about = word.does, known, rows
            if does in ANSWERS:
                about = self._rows_with(known, rows)
                is_doubt = bool(named or not clause.unknown) and self._contradicts(does, known, about)
            elif does is Does.CORRECTS:
                is_doubt = self._corrects(clause, word, known, rows)
            elif does is Does.VOID and any(column.kind is Kind.YESNO for column in fixed):
                does, meant = Does.STOPPED, fixed
                is_doubt = self._contradicts(does, fixed, rows)
            else:
                own = () if fixed else [(table, row) for table in self._tables(text) for row in table.rows]
                meant, is_doubt = fixed, bool(self._values_in(fixed or self._columns, rows or own))
            if is_doubt:
                yield _DoubtFound(does, word.alone and not meant, meant, about, clause.sentence)

    def _rows_with(self, columns: ColumnsInWords, rows: Rows) -> Rows:
        """These rows, or where none has one of the columns those of the same regions that do: 附表1's remark on 附表2."""
        forms, regions = {column.form for column in columns}, {row.region for _, row in rows if row.region}
        if any(table.form.key in forms for table, _ in rows):
            return rows
        return tuple(at for at in self._rows if at[0].form.key in forms and at[1].region in regions) or rows

    def _contradicts(self, does: Does, columns: ColumnsInWords, rows: Rows) -> bool:
        """Whether any answer that the words are about is the opposite of what they say."""
        return (does is not Does.OPENED) in self._values_in(columns, rows, Kind.YESNO)

    def _corrects(self, clause: Clause, word: DoubtWord, columns: ColumnsInWords, rows: Rows) -> bool:
        """Whether the figure or answer that should be there is not the one that does."""
        behind = clause.text[word.start + len(word.word) :].lstrip(":")
        if behind[:1] in (YES, NO) and behind[1:2] not in ("因", "由"):
            answers = self._values_in(columns, rows, Kind.YESNO)
            asks = any(column.kind is Kind.YESNO for column in columns)
            return not asks or (not _ANSWERS_GIVEN[behind[0]]) in answers
        choosing = [column for column in columns if any(map(behind.startswith, column.choices))]
        if choosing:
            return not any(behind.startswith(str(value)) for value in self._values_in(choosing, rows))
        given = clause.figures[clause.text[: word.start + len(word.word)].count(NUMBER) :]  # 由12改为99
        return bool(clause.figures) and self._differs_from_rows(given or clause.figures, columns, rows)

    def _differs_from_rows(self, figures: Sequence[str], columns: ColumnsInWords, rows: Rows) -> bool:
        """Whether none of these figures is in these columns, nor is their sum."""
        counts = [column for column in columns if column.kind is Kind.COUNT]
        if columns and not counts:
            return False
        values = self._values_in(counts or self._columns, rows, Kind.COUNT)
        known = {*values}
        if not rows:
            known |= {sum(v for v in self._values_in([column], ()) if isinstance(v, int)) for column in counts}
            known |= {table.total.number(c.key) for c in counts for table in self._filing.tables if table.total}
        return bool(values) and not any(read_count(figure).value in known for figure in figures)

    def _gives_another(self, text: Text, clause: Clause, columns: ColumnsInWords, rows: Rows, *, alone: bool) -> bool:
        """Whether a clause says no more than another figure, or another answer, of a column; ``alone``: whether it is all
        that the text says, so that it is about the column that the text is fixed to."""
        if clause.silent or text.kind in _NAMING or not columns:
            return False
        answers = self._values_in(columns, rows, Kind.YESNO, Kind.CHOICE)
        if plain(text.text) in _ANSWERS_GIVEN:
            return (not _ANSWERS_GIVEN[plain(text.text)]) in answers
        choices = {choice for column in columns for choice in column.choices if choice in clause.text}
        if choices and answers and choices.isdisjoint(answers):
            return True
        if not clause.bare or not (clause.columns or alone):
            return False
        if text.kind in AROUND - NAMES and not rows:
            expected = len(self._filing.unit.expected) if self._filing.unit else 1
            if 2 * len(self._regions) < expected and len(self._regions) != 1:
                return False  # what a mail says of all its regions cannot be compared with this filing's
        return bool(clause.figures) and self._differs_from_rows(clause.figures, columns, rows)

    # What is told of it --------------------------------------------------------------------------------------------

    def _as_doubts(self, text: Text, found: Sequence[_DoubtFound]) -> Iterator[Doubt]:
        """One doubt, or one a region that is named, in the text's own tables and in others, or one a row that is taken out."""
        taking, tables = next((item for item in found if self._takes_out(text, item)), None), self._tables(text)
        if taking:
            rows = [at for at in taking.rows if any(at[0] is table for table in tables)] or taking.rows or (None,)
            whole_sheet = text.sheet and not text.form and rows == (None,)
            said = [replace(text, form=table.form.key) for table in tables] if whole_sheet else [text]
            yield from (self._doubt(each, [taking], at) for each in said for at in rows)
            return
        groups: dict[tuple[str | None, bool], list[_DoubtFound]] = {}
        for item in found:
            own_rows = any(at[0] is table for at in item.rows for table in tables)
            for region in dict.fromkeys(row.region for _, row in item.rows) or (None,):
                rows = tuple(at for at in item.rows if at[1].region == region)
                groups.setdefault((region, own_rows), []).append(replace(item, rows=rows))
        yield from (self._doubt(text, items) for items in groups.values())

    def _takes_out(self, text: Text, item: _DoubtFound) -> bool:
        on_cell = text.field is not None or text.kind is TextKind.BOX
        return item.does in TAKES_OUT and item.alone and not item.columns and not on_cell

    def _doubt(self, text: Text, found: Sequence[_DoubtFound], at: tuple[Table, Row] | None = None) -> Doubt:
        first = found[0]
        columns = tuple(dict.fromkeys(column for item in found for column in item.columns))
        row = at or next((each for each in first.rows if not columns or each[0].form.key == columns[0].form), None)
        own = self._tables(text)
        of_columns = [table for table in own if columns and table.form.key == columns[0].form]
        of_sheet = [table for table in own if text.sheet == table.sheet]
        table = row[0] if row else next(iter((*of_columns, *of_sheet)), None)
        quote = text.text
        if not is_quoted_whole(quote):
            sentences = _SENTENCES.split(quote.strip())
            quote = sentences[first.sentence].strip() if first.sentence < len(sentences) else quote
        return Doubt(
            text,
            quote,
            first.does.why,
            table.sheet if table else None,
            table.form.key if table else None,
            row[1].place if row else None,
            tuple(column.key for column in columns if table is None or column.form == table.form.key),
            other_year=all(item.does is Does.YEAR for item in found),
            takes_out=self._takes_out(text, first),
            beside=text.region or "" if row and row[1].region != text.region else "",
        )
