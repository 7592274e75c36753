"""The national workbook (全国汇总), or one unit's, its cities taking the units' place. In go the national table
and its respondents; out come the workbook, proven by reading it back as a stranger would, and 明细 and 汇总
as CSV (UTF-8 with BOM, for Excel). As it is sent on, it names no path of this computer."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import zip_longest
from math import isclose
from operator import itemgetter
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.indicators import Indicator, indicators
from hrss12333.merging.earlier_figures import (
    Previous,
    Sheets,
    StoredColumn,
    figures_by_line,
    key_properties,
    sheets_of,
    within_unit,
)
from hrss12333.model import summary_lines
from hrss12333.model.check_code import OUTPUT_CATEGORY
from hrss12333.model.errors import JobStop
from hrss12333.model.finding import Finding
from hrss12333.model.national import Entry, National
from hrss12333.model.summary_lines import Figure
from hrss12333.model.text import Quoted
from hrss12333.patterns import grouped
from hrss12333.questions.respondents import Respondent
from hrss12333.questions.rounds import Progress
from hrss12333.reading.formats.workbook import read_values
from hrss12333.survey.schema import LARGEST_EXACT, NO, TOTAL, YES, Column, Edition, Form, Kind, Scalar, answer_word
from hrss12333.wording.values import public_text
from hrss12333.wording.verdicts import merge_sentences, unaudited_text
from hrss12333.writing import check_folder, check_target, replacing
from hrss12333.writing.national.analysis import analysis_range, comparison_range
from hrss12333.writing.national.book import MEASURED_FONT, NationalBook, TableStyles
from hrss12333.writing.national.details import detail_range, write_contacts, write_details, write_filings
from hrss12333.writing.national.issues import write_issues, write_quoted
from hrss12333.writing.national.lines import summary_range, write_lines
from hrss12333.writing.national.overview import write_overview
from hrss12333.writing.workbook import TableSheet, new_workbook, public

_UNSAFE = frozenset('#%\\:*?"<>|').union(map(chr, range(32)))
"""Characters that a spreadsheet rejects in a file's name."""
_SOURCE_KEYS = (summary_lines.UNIT_KEY, summary_lines.COUNTED_KEY, "@file", "@sheet", "@row")
_NOT_SAVED = "结果未保存，请重试；仍不行请报告这一问题。"
_LIVE = re.compile(r"[\s\x00-\x1f]*[=+\-@＝＋－＠]|[\t\r\n]")
"""The beginning of a text that a spreadsheet may take for a formula."""


def write_national(
    path: Path,
    national: National,
    respondents: Sequence[Respondent] = (),
    *,
    previous: Previous | None = None,
    progress: Progress | None = None,
    whole: National | None = None,
    quoted: Sequence[Quoted] = (),
) -> None:
    """Write the workbook; the same table gives the same bytes.

    Links to the filings start from the folder of ``path``, where the workbook will be. ``whole`` is the
    unit's table if the units of ``national`` are cities: the first sentences are about it. Raises `JobStop`
    if ``path`` cannot be written."""
    names = {**(relative_names(whole) if whole else {}), **relative_names(national)}

    def named(file: str) -> str:
        return names.get(file, file)

    shown = renamed(national, named)
    spoken = renamed(whole, named) if whole else shown
    sentences = [*filter(None, [unaudited_text(spoken)]), *merge_sentences(spoken)]
    rename = partial(Finding.renamed, named=named)
    asked = [replace(each, questions=tuple(one.changed(rename) for one in each.questions)) for each in respondents]
    texts = [replace(one, file=named(one.file)) for one in quoted]
    year = national.edition.year
    about = {"title": f"{year}年度12333电话服务情况{national.name}汇总", "category": OUTPUT_CATEGORY}
    with new_workbook(path, year, about, MEASURED_FONT) as workbook:
        book = NationalBook(
            national=shown,
            previous=within_unit(previous, national.of) if previous and national.of else previous,
            workbook=workbook,
            styles=TableStyles(workbook),
            links=file_links(path, shown, names),
            progress=progress,
            respondents=asked,
            sentences=sentences,
        )
        sheets = _sheets(book, texts)
        placed = {name: workbook.add_worksheet(name, TableSheet) for name in sheets}
        for name, write in sheets.items():
            write(placed[name])
        _store_keys(book)


def _store_keys(book: NationalBook) -> None:
    """Store the keys by which the workbook's columns are read back."""
    whose = book.national.of.name if book.national.of else ""
    keys = {
        name: [StoredColumn(number, column.key, column.heading) for number, column in enumerate(columns, 1)]
        for name, columns in book.keys.items()
    }
    for key, value in key_properties(book.year, whose, keys):
        book.workbook.set_custom_property(key, value, "text")


def _sheets(book: NationalBook, quoted: Sequence[Quoted]) -> dict[str, Callable[[Any], None]]:
    """Name of a sheet → the function that fills it, in order; places that others refer to are fixed first."""
    for form in book.forms:
        book.detail_ranges[form.key] = detail_range(book, form)
        book.lines_ranges[form.key] = summary_range(book, form)
    summaries = [*book.lines_ranges.values()]
    compared = [comparison_range(book, book.previous)] if book.previous else []
    others = [*compared, analysis_range(book)]
    book.lines_ranges.update({block.sheet: block for block in others})
    return {
        summary_lines.OVERVIEW: partial(write_overview, book),
        **{block.sheet: partial(write_lines, book, block) for block in summaries},
        **{summary_lines.detail_sheet(form): partial(write_details, book, form) for form in book.forms},
        **{block.sheet: partial(write_lines, book, block) for block in others},
        summary_lines.FILINGS: partial(write_filings, book),
        summary_lines.CONTACTS: partial(write_contacts, book),
        summary_lines.ISSUES: partial(write_issues, book),
        summary_lines.QUOTED: partial(write_quoted, book, quoted),
    }


def relative_names(national: National) -> dict[str, str]:
    """Path of a file → its name without the folder that all share; empty if they share no drive."""
    paths, names = dict[str, str](), dict[str, str]()
    renamed(national, lambda file: paths.setdefault(file, file))
    for files in grouped(filter(None, paths), os.path.isabs).values():
        try:
            shared = os.path.commonpath([Path(path).parent for path in files])
        except ValueError:
            continue
        names |= {path: str(Path(path).relative_to(shared)) for path in files}
    return names


def renamed(national: National, named: Callable[[str], str]) -> National:
    """The table with other names for its files."""

    def each(items: Iterable[Any], *fields: str) -> tuple[Any, ...]:
        return tuple([replace(item, **{key: named(getattr(item, key)) for key in fields}) for item in items])

    units = [
        replace(one, files=tuple(map(named, one.files)), contacts=each(one.contacts, "file")) for one in national.units
    ]
    listed = ("work_reports", "skipped", "received", "letters")
    return replace(
        national,
        entries=each(national.entries, "file", "by"),
        units=tuple(units),
        findings=tuple([finding.renamed(named) for finding in national.findings]),
        other_years=tuple(map(named, national.other_years)),
        **{key: each(getattr(national, key), "file") for key in listed},
    )


def file_links(workbook: Path, national: National, names: Mapping[str, str]) -> dict[str, str]:
    """Name of a file → its relative link from the workbook, which may be sent on with its folder;
    only safe ones, as no name from a filing may lead to another computer."""
    folder, paths = workbook.resolve().parent, {name: path for path, name in names.items()}
    # Worked out for each of hundreds of files, it took a tenth of the writing.
    way_to = cache(lambda parent: os.path.relpath(os.path.realpath(parent), folder))
    found = {file: _link(Path(paths.get(file, file)), way_to) for file in {entry.file for entry in national.entries}}
    return {file: link for file, link in found.items() if link and public_text(file) == file}


def _link(place: Path, way_to: Callable[[Path], str]) -> str:
    """A link to the file or its container, by the way to its folder; empty if there is no safe one."""
    try:
        path = next((path for path in (place, *place.parents) if path.is_file()), None)
        path = path.resolve() if path and path.is_symlink() else path
        relative = os.path.normpath(f"{way_to(path.parent)}/{path.name}") if path else ""
        relative.encode()
    except (OSError, ValueError):  # a name that the system refuses or that is no text; another drive
        return ""
    parts = Path(relative).parts
    is_safe = parts and len(relative) <= 200 and _UNSAFE.isdisjoint("".join(parts))
    return "external:" + "/".join(parts) if is_safe else ""


def prove(path: Path, national: National) -> None:
    """Compare 汇总 with all rows that count, 指标分析 with those in no question, every row of 明细 with its entry.

    Another library reads the stored values, and none of the writer's code adds them up. Raises `Unproven`
    with the first difference, and with its file if it is in one row."""
    names = relative_names(national)
    forms = national.edition.forms
    wanted = [summary_lines.ANALYSIS, *map(summary_lines.detail_sheet, forms), *map(summary_lines.summary_sheet, forms)]
    sheets = sheets_of(read_values(path.read_bytes(), wanted))
    if missing := [name for name in wanted if name not in sheets.cells]:
        raise Unproven(f"写出后复核未通过：没有读到工作表“{missing[0]}”。{_NOT_SAVED}")
    rates = figures_by_line(sheets, summary_lines.ANALYSIS)
    for form in forms:
        _prove_details(sheets, national, form, names)
        _prove_figures(sheets, rates, national, form)


class _CountedRows(Struct):
    """The counted rows of one line."""

    columns: Mapping[str, Sequence[Scalar]]
    """Field key → the value of each row."""
    questioned: Sequence[frozenset[str]]
    """Keys of each row's figures that are in open question."""

    @classmethod
    def of(cls, national: National, form: Form, entries: Sequence[Entry]) -> _CountedRows:
        """The values of these entries."""
        each = [*zip(*[entry.row.scalars_in(form) for entry in entries], strict=True)] or [()] * len(form.columns)
        columns = {column.key: values for column, values in zip(form.columns, each, strict=True)}
        return cls(columns, [national.figures_in_question.get(entry.where, frozenset()) for entry in entries])

    def total(self, figure: Figure) -> int | None:
        """The sum, or the number of answers; None if no row answers."""
        answers = [value for value in self.columns[figure.column.key] if value is not None]
        if not answers:
            return None
        return answers.count(figure.choice) if figure.choice else sum(map(int, answers))

    def divided(self, item: Indicator) -> tuple[int, int]:
        """Numerator and denominator over the rows with all figures needed, none in open question."""
        each = zip(self.questioned, *(self.columns[key] for key in item.fields), strict=True)
        sure = [row for questioned, *row in each if None not in row and questioned.isdisjoint(item.fields)]
        sums = dict(zip(item.fields, (sum(map(int, values)) for values in zip(*sure, strict=True)), strict=False))
        above, below = (sum(sums.get(key, 0) for key in keys) for keys in (item.numerator, item.denominator))
        return above, len(sure) if item.answers else below


def _prove_figures(summary: Sheets, rates: Mapping[str, Mapping[str, float]], national: National, form: Form) -> None:
    """Compare every figure of 汇总 with all rows, every rate of 指标分析 with those in no question."""
    units: dict[str, list[Entry]] = {status.unit.name: [] for status in national.units}
    by_name = {
        _written(name): _CountedRows.of(national, form, own)
        for name, own in (units | grouped(national.entries_of(form), summary_lines.owner)).items()
    }
    published = figures_by_line(summary, summary_lines.summary_sheet(form))
    for figure in summary_lines.figures(form):
        totals = {name: own.total(figure) for name, own in by_name.items()}
        known = [total for total in totals.values() if total is not None]
        totals[TOTAL] = sum(known) if known else None
        for name in dict.fromkeys((*totals, *published)):
            found, expected = published.get(name, {}).get(figure.key), totals.get(name)
            if not _is_same_figure(found, expected):
                raise _difference(f"“{summary_lines.summary_sheet(form)}”{name}的{figure.heading}", found, expected)
    for item in indicators(form):
        divided = {name: own.divided(item) for name, own in by_name.items()}
        above, below = (sum(each) for each in zip(*divided.values(), strict=True))
        divided[national.name if national.name in rates else TOTAL] = above, below
        for name, (above, below) in divided.items():
            rate = rates.get(name, {}).get(item.key)
            wanted = above / below if below and not (item.percent and above > below) else None
            if (rate is None) != (wanted is None) or not isclose(rate or 0, wanted or 0, rel_tol=1e-12):
                raise _difference(f"“{summary_lines.ANALYSIS}”{name}的{item.name}", rate, wanted)


@cache
def _written(text: str) -> str:
    """A text as the workbook holds it."""
    return public(text).strip()


def _is_same_figure(found: float | None, expected: int | None) -> bool:
    """Whether two figures are equal to the 15 digits of a cell, more than any true figure has."""
    if found is None or expected is None or abs(expected) < LARGEST_EXACT:
        return found == expected
    return isclose(found, expected, rel_tol=1 / LARGEST_EXACT)


def _prove_details(sheets: Sheets, national: National, form: Form, names: Mapping[str, str]) -> None:
    """Compare every line of 明细 with its entry, in the order of the entries."""
    name, columns = summary_lines.detail_sheet(form), form.of_kind(Kind.SERIAL, Kind.COUNT, Kind.YESNO, Kind.CHOICE)
    values_of = itemgetter(*(form.columns.index(column) for column in columns))
    start, at = sheets.columns(name)
    cells_of = itemgetter(*(at.get(key, 0) for key in (*_SOURCE_KEYS, *(column.key for column in columns))))
    known = *(None,) * len(_SOURCE_KEYS), *columns
    for line, entry in zip_longest(sheets.cells[name][start:], national.entries_of(form, counted=False)):
        found = [*map(_stripped, cells_of(line), known)] if line else []
        wanted: list[Scalar] = []
        if entry is not None:
            file, owner = names.get(entry.file, entry.file), summary_lines.owner(entry)
            wanted += _written(owner), answer_word(entry.counted), _written(file), _written(entry.sheet)
            wanted += entry.row.place.row, *map(_held_value, values_of(entry.row.scalars_in(form)))
        if found != wanted:
            unit, number = (wanted or found)[0], (wanted or found)[len(_SOURCE_KEYS) - 1]
            either = ("没有", "有") if not found else ("有", "没有")
            differing = (pair for pair in zip(found, wanted, strict=False) if pair[0] != pair[1])
            said, should = next(differing, either)
            raise _difference(f"“{name}”{unit}第{number}行", said, should, entry.file if entry else None)


def _stripped(cell: Any, column: Column | None) -> Any:
    """A cell without blanks around its text; blank if its content does not suit its column."""
    cell = cell.strip() if isinstance(cell, str) else cell
    if column is None:
        return cell
    if column.kind in (Kind.SERIAL, Kind.COUNT):
        return "" if isinstance(cell, str) else cell
    return cell if cell in (column.choices or (YES, NO)) else ""


@cache  # asked about every answer; there are few different ones
def _held_value(value: Scalar) -> Scalar:
    """A value as a cell holds it."""
    if type(value) is int:
        return value if abs(value) < LARGEST_EXACT else int(float(f"{value:.16G}"))
    if value is None:
        return ""
    return answer_word(value) if isinstance(value, bool) else value


def _difference(where: str, found: object, expected: object, file: str | None = None) -> Unproven:
    read, given = ("空白" if value in (None, "") else value for value in (found, expected))
    source = f"（“{file}”）" if file else ""
    return Unproven(f"写出后复核未通过：{where}读回为{read}，应为{given}{source}。{_NOT_SAVED}")


class Unproven(JobStop):
    """The workbook does not hold what was merged."""


def guarded(text: str) -> str:
    """A text that a spreadsheet shows instead of running it: an apostrophe precedes a possible formula."""
    return f"'{text}" if _LIVE.match(text) else text


def write_csv(folder: Path, workbook: Path, edition: Edition, *, force: bool) -> list[Path]:
    """Write 明细 and 汇总 of every form of a finished workbook into the folder; returns the files.

    Raises `UsageStop`, before anything is written, if a file is in the folder's place or, without ``force``,
    one of the files exists; `JobStop` if one cannot be written."""
    check_folder(folder)
    names = [name(form) for form in edition.forms for name in (summary_lines.summary_sheet, summary_lines.detail_sheet)]
    paths = {name: folder / f"{name}.csv" for name in names}
    for path in paths.values():
        check_target(path, force=force, option="--csv")
    for grid in read_values(workbook.read_bytes(), names).grids:
        with replacing(paths[grid.name]) as temporary:
            lines = ([_csv_value(cell) for cell in line] for line in _table(grid.cells))
            with temporary.open("w", encoding="utf-8-sig", newline="") as stream:
                csv.writer(stream, lineterminator="\r\n").writerows(lines)
    return [*paths.values()]


def _table(lines: Sequence[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """The headings, one line each, and the lines down to the total, without hidden columns."""
    top = next(at for at, line in enumerate(lines) if line[0] in (summary_lines.UNIT, summary_lines.CITY))
    headings = ["".join(str(text).split()) for text in lines[top]]
    wide = headings.index(summary_lines.SOURCE_ROW) + 1 if summary_lines.SOURCE_ROW in headings else len(headings)
    yield headings[:wide]
    for line in lines[top + 1 :]:
        yield line[:wide]
        if line[0] == TOTAL:
            return


def _csv_value(cell: Any) -> Any:
    """A cell as CSV holds it: whole numbers without a point."""
    if isinstance(cell, str):
        return guarded(cell)
    return int(cell) if isinstance(cell, float) and cell == int(cell) else cell
