"""The proof: the workbook is read back as a stranger would read it, and must say what was put in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress, islice, zip_longest
from math import isclose
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from hrss12333.merging.national_workbook import Sheets, detail_columns, detail_rows, indicator_values, summary_figures
from hrss12333.model.errors import JobStop
from hrss12333.model.national import Entry, National
from hrss12333.model.summary_lines import ANALYSIS, detail_entries, detail_sheet, figures, grouped, owner, summary_sheet
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.indicators import Indicator, indicators
from hrss12333.survey.schema import NO, YES, Column, Form, Kind, Scalar, answer_word
from hrss12333.writing.national.relative_names import renaming
from hrss12333.writing.sheet_text import public

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

LONG = 10**15
_HEAD = 40
"""Lines of a sheet among which its headings stand."""
REPORT = "结果未保存，请重试；仍不行请报告这一问题。"


def prove(path: Path, national: National) -> None:
    """Compare every figure of 汇总 with all rows merged, every rate of 指标分析 with those in no question, and every row of
    明细 with the entry it came from.

    The stored values are read, by another library than the one that wrote them; the figures are added up here, row by
    row, and by none of the code that the writer uses.

    Raises:
        Unproven: with the first difference, and the file that it comes from where one row differs.
    """
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_path(str(path))
    renamed, elsewhere = renaming(national)  # as the workbook names them
    if elsewhere:
        entries = [replace(entry, file=renamed(entry.file)) for entry in national.entries]
        findings = [replace(finding, file=renamed(finding.file)) for finding in national.findings]
        national = replace(national, entries=tuple(entries), findings=tuple(findings))
    analysis = Sheets({ANALYSIS: [*_lines(workbook, ANALYSIS)]})
    for form in national.edition.forms:
        _prove_details(workbook, national, form, elsewhere)
        name = summary_sheet(form)
        _prove_summary(Sheets({name: [*_lines(workbook, name)]}), national, form)
        _prove_rates(analysis, national, form)


def _lines(workbook: CalamineWorkbook, name: str) -> Iterator[Sequence[Any]]:
    """A sheet's lines; all sheets of the workbook begin in A1."""
    if name not in workbook.sheet_names:
        raise Unproven(f"写出后复核未通过：没有读到工作表“{name}”。{REPORT}")
    return workbook.get_sheet_by_name(name).iter_rows()


def _prove_summary(sheets: Sheets, national: National, form: Form) -> None:
    published = summary_figures(sheets, form)
    entries = national.entries_of(form)
    merged: dict[str, list[Entry]] = {status.unit.name: [] for status in national.units}
    merged |= grouped(entries) | {TOTAL: entries}
    for name in dict.fromkeys((*merged, *published)):
        sums = _added_up(form, merged.get(name, []))
        for figure in figures(form):
            found, expected = published.get(name, {}).get(figure.key), sums.get(figure.key)
            if not _same(found, expected):
                raise _difference(f"“{summary_sheet(form)}”{name}的{figure.heading}", found, expected)


def _prove_rates(sheets: Sheets, national: National, form: Form) -> None:
    published, items = indicator_values(sheets, form), indicators(form)
    entries = national.entries_of(form)
    units = dict.fromkeys(status.unit.name for status in national.units)
    of_line = {name: _divided(national, form, items, own) for name, own in (units | grouped(entries)).items()}
    of_line[national.name if national.name in published else TOTAL] = [
        (sum(above), sum(below))
        for each in zip(*of_line.values(), strict=True)
        for above, below in [zip(*each, strict=True)]
    ]
    for name, operands in of_line.items():
        for item, (above, below) in zip(items, operands, strict=True):
            found = published.get(name, {}).get(item.key)
            expected = above / below if below and not (item.percent and above > below) else None
            if (found is None) != (expected is None) or not isclose(found or 0, expected or 0, rel_tol=1e-12):
                raise _difference(f"“{ANALYSIS}”{name}的{item.name}", found, expected)


def _divided(
    national: National, form: Form, items: Sequence[Indicator], entries: Iterable[Entry] | None
) -> list[tuple[int, int]]:
    """Numerator and denominator of each rate over the rows that answer all it needs, none of it in open question."""
    rows = list(entries or ())
    columns: list[tuple[Any, ...]] = list(zip(*(entry.row.scalars_in(form) for entry in rows), strict=True))
    said = dict(zip((column.key for column in form.columns), columns, strict=True)) if rows else {}
    nothing: frozenset[str] = frozenset()
    questions = national.questions
    asked = [questions.get(entry.where, nothing) if questions else nothing for entry in rows]
    found = []
    for item in items:
        each = zip(*(said.get(key, ()) for key in item.fields), strict=True)
        sure = [
            row for row, keys in zip(each, asked, strict=True) if None not in row and not keys.intersection(item.fields)
        ]
        sums = dict(zip(item.fields, map(sum, zip(*sure, strict=True)), strict=True)) if sure else {}
        above, below = (sum([sums.get(key, 0) for key in keys]) for keys in (item.numerator, item.denominator))
        found.append((above, len(sure) if item.answers else below))
    return found


def _added_up(form: Form, entries: Iterable[Entry]) -> dict[str, int]:
    """Figure key → sum, or number of answers, over these rows; a figure that no row answers is absent."""
    sums: dict[str, int] = {}
    asked = [(at, column) for at, column in enumerate(form.columns) if column in form.data]
    for entry in entries:
        said = entry.row.scalars_in(form)
        for at, column in asked:
            value = said[at]
            if value is None:
                continue
            if column.kind is Kind.CHOICE:
                for choice in column.choices:
                    key = f"{column.key}:{choice}"
                    sums[key] = sums.get(key, 0) + (value == choice)
            elif isinstance(value, int):
                sums[column.key] = sums.get(column.key, 0) + int(value)
    return sums


def _same(found: int | None, expected: int | None) -> bool:
    """Equal to the last digit, as far as a cell holds digits: 15. No true figure is that long, but a false one may be."""
    if found is None or expected is None or abs(expected) < LONG:
        return found == expected
    return isclose(found, expected, rel_tol=1 / LONG)


def _held(value: int) -> int:
    """The number as a cell holds it."""
    return value if abs(value) < LONG else int(float(f"{value:.16G}"))


def _scalar(entry: Entry, column: Column) -> Scalar:
    value = entry.scalar(column)
    return _held(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _prove_details(workbook: CalamineWorkbook, national: National, form: Form, elsewhere: Mapping[str, str]) -> None:
    columns = [column for column in form.columns if column.kind not in (Kind.TEXT, Kind.REGION)]
    sheets, entries = _unlike_at_sight(_lines(workbook, detail_sheet(form)), national, form, columns)
    found = Counter(
        (row.unit, row.counted, row.file, row.sheet, row.row, *(row.values[column.key] for column in columns))
        for row in detail_rows(sheets, form)
    )
    expected = Counter(
        (
            owner(entry),
            entry.counted,
            public(entry.file).strip(),
            public(entry.sheet).strip(),
            entry.row.place.row,
            *(_scalar(entry, column) for column in columns),
        )
        for entry in entries
    )
    if found != expected:
        only = next(iter((expected - found) or (found - expected)))
        files = {public(entry.file).strip(): entry.file for entry in national.entries}
        where = f"“{detail_sheet(form)}”{only[0]}第{only[4]}行"
        file = files.get(str(only[2]), "")
        raise _difference(where, found[only], expected[only], elsewhere.get(file, file) or None)


def _unlike_at_sight(
    lines: Iterator[Sequence[Any]], national: National, form: Form, columns: Sequence[Column]
) -> tuple[Sheets, Sequence[Entry]]:
    """The lines and entries that are not seen at once to be the same: in the usual order, cell by cell what the entry says.

    The sheet is large: its lines are taken one by one, and only these are kept, below its head.
    """
    name = detail_sheet(form)
    head = list(islice(lines, _HEAD))
    start, at = detail_columns(Sheets({name: head}), form)
    keys = ("@unit", "@counted", "@file", "@sheet", "@row", *(column.key for column in columns))
    pick = itemgetter(*(at[key] for key in keys)) if all(key in at for key in keys) else None
    asked = [column in columns for column in form.columns]

    def said(entry: Entry) -> tuple[Scalar, ...]:
        about = (owner(entry), answer_word(entry.counted), public(entry.file), public(entry.sheet), entry.row.place.row)
        values = compress(entry.row.scalars_in(form), asked)
        return (*about, *[value if type(value) is int else _cell(value) for value in values])

    unlike = [
        (line, entry)
        for line, entry in zip_longest(chain(head[start:], lines), detail_entries(national, form))
        if pick is None or line is None or entry is None or pick(line) != said(entry)
    ]
    kept = [*head[:start], *(line for line, _ in unlike if line is not None)]
    return Sheets({name: kept}), [entry for _, entry in unlike if entry is not None]


def _cell(value: Scalar) -> Scalar:
    """What a cell holds that shows the value, where it is no number."""
    return YES if value is True else NO if value is False else "" if value is None else value


def _difference(where: str, found: object, expected: object, file: str | None = None) -> Unproven:
    return Unproven(f"写出后复核未通过：{where}读回为{found}，应为{expected}。{REPORT}", file)


class Unproven(JobStop):
    """The workbook does not say what was merged."""

    def __init__(self, message: str, file: str | None = None) -> None:
        super().__init__(message)
        self.file = file
        """The file whose row differs, where it is a single row's fault: without it the rest can be delivered."""
