"""The workbook read back as a stranger would read it: the proof that it holds what was put in, then 明细 and 汇总 as CSV
(UTF-8 with BOM, so that Excel shows Chinese)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import zip_longest
from math import isclose
from operator import itemgetter
from pathlib import Path
from typing import Any

from msgspec import Struct

from hrss12333.merging.national_workbook import Sheets, figures_by_line, sheets_of
from hrss12333.model import summary_lines
from hrss12333.model.errors import JobStop
from hrss12333.model.national import Entry, National
from hrss12333.model.summary_lines import Figure
from hrss12333.reading.formats.workbook import read_values
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.indicators import Indicator, indicators
from hrss12333.survey.schema import LARGEST_EXACT, NO, TOTAL, YES, Column, Form, Kind, Scalar, answer_word
from hrss12333.writing import check_folder, check_target, replacing
from hrss12333.writing.national import relative_names
from hrss12333.writing.workbook import public

_SOURCE_KEYS = (summary_lines.UNIT_KEY, summary_lines.COUNTED_KEY, "@file", "@sheet", "@row")
_NOT_SAVED = "结果未保存，请重试；仍不行请报告这一问题。"
_LIVE = re.compile(r"[\s\x00-\x1f]*[=+\-@＝＋－＠]|[\t\r\n]")
"""The beginning of a text that a spreadsheet may take for a formula."""


def prove(path: Path, national: National) -> None:
    """Compare 汇总 with all rows merged, 指标分析 with those in no question, and every row of 明细 with its entry.

    Another library reads the stored values, and the figures are added up here by none of the writer's code.

    Raises:
        Unproven: with the first difference, and the file that it comes from where one row differs.
    """
    names = relative_names(national)
    wanted = (
        summary_lines.ANALYSIS,
        *(
            name(form)
            for form in national.edition.forms
            for name in (summary_lines.detail_sheet, summary_lines.summary_sheet)
        ),
    )
    sheets = sheets_of(read_values(path.read_bytes(), wanted))
    if missing := [name for name in wanted if name not in sheets.cells]:
        raise Unproven(f"写出后复核未通过：没有读到工作表“{missing[0]}”。{_NOT_SAVED}")
    rates = figures_by_line(sheets, summary_lines.ANALYSIS)
    for form in national.edition.forms:
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
        return cls(columns, [national.questions.get(entry.where, frozenset()) for entry in entries])

    def total(self, figure: Figure) -> int | None:
        """The sum, or the number of answers; None where no row answers."""
        answers = [value for value in self.columns[figure.column.key] if value is not None]
        if not answers:
            return None
        return answers.count(figure.choice) if figure.choice else sum(map(int, answers))

    def divided(self, item: Indicator) -> tuple[int, int]:
        """Numerator and denominator over the rows that answer all it needs, none of it in open question."""
        each = zip(self.questioned, *(self.columns[key] for key in item.fields), strict=True)
        sure = [row for questioned, *row in each if None not in row and questioned.isdisjoint(item.fields)]
        sums = dict(zip(item.fields, (sum(map(int, values)) for values in zip(*sure, strict=True)), strict=False))
        above, below = (sum(sums.get(key, 0) for key in keys) for keys in (item.numerator, item.denominator))
        return above, len(sure) if item.answers else below


def _prove_figures(summary: Sheets, rates: Mapping[str, Mapping[str, float]], national: National, form: Form) -> None:
    """Every figure of 汇总 against all rows, every rate of 指标分析 against those in no question."""
    units: dict[str, list[Entry]] = {status.unit.name: [] for status in national.units}
    by_name = {
        _written(name): _CountedRows.of(national, form, own)
        for name, own in (units | summary_lines.by_unit(national.entries_of(form))).items()
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
    """Equal to the last digit, as far as a cell holds digits: 15. No true figure is that long, but a false one may be."""
    if found is None or expected is None or abs(expected) < LARGEST_EXACT:
        return found == expected
    return isclose(found, expected, rel_tol=1 / LARGEST_EXACT)


def _prove_details(sheets: Sheets, national: National, form: Form, names: Mapping[str, str]) -> None:
    """Every line of 明细 against its entry, in the usual order."""
    name, columns = summary_lines.detail_sheet(form), form.of_kind(Kind.SERIAL, Kind.COUNT, Kind.YESNO, Kind.CHOICE)
    values_of = itemgetter(*(form.columns.index(column) for column in columns))
    start, at = sheets.columns(name)
    cells_of = itemgetter(*(at.get(key, 0) for key in (*_SOURCE_KEYS, *(column.key for column in columns))))
    for line, entry in zip_longest(sheets.cells[name][start:], summary_lines.detail_entries(national, form)):
        found: tuple[Any, ...] = cells_of(line) if line else ()
        wanted: tuple[Any, ...] = ()
        if entry is not None:
            file = _written(names.get(entry.file, entry.file))
            source = _written(summary_lines.owner(entry)), answer_word(entry.counted), file, _written(entry.sheet)
            values = values_of(entry.row.scalars_in(form))
            held = [v if type(v) is int and v < LARGEST_EXACT else _held_value(v) for v in values]
            wanted = *source, entry.row.place.row, *held
        if found == wanted:
            continue
        known = *(None,) * len(_SOURCE_KEYS), *columns
        found = tuple([_stripped(cell, column) for cell, column in zip(found, known, strict=False)])
        if found != wanted:
            unit, number = (wanted or found)[0], (wanted or found)[len(_SOURCE_KEYS) - 1]
            either = ("没有", "有") if not found else ("有", "没有")
            differing = (pair for pair in zip(found, wanted, strict=False) if pair[0] != pair[1])
            said, should = next(differing, either)
            raise _difference(f"“{name}”{unit}第{number}行", said, should, entry.file if entry else None)


def _stripped(cell: Any, column: Column | None) -> Any:
    """A cell without blanks around its text; what is no value of its column is blank."""
    cell = cell.strip() if isinstance(cell, str) else cell
    if column is None:
        return cell
    if column.kind in (Kind.SERIAL, Kind.COUNT):
        return "" if isinstance(cell, str) else cell
    return cell if cell in (column.choices or (YES, NO)) else ""


@cache  # asked of every answer, of which there are few
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
    """The text so that a spreadsheet shows it instead of running it: an apostrophe before what begins like a formula."""
    return f"'{text}" if _LIVE.match(text) else text


def write_csv(folder: Path, workbook: Path, edition: Edition, *, force: bool) -> list[Path]:
    """Write 明细 and 汇总 of every form of a finished workbook into the folder; returns the files.

    Raises:
        UsageStop: where a file is in the folder's place, or, without ``force``, where one of the files is there
            already; nothing is written then.
        JobStop: where it cannot be written.
    """
    check_folder(folder)
    paths = {
        name: folder / f"{name}.csv"
        for form in edition.forms
        for name in (summary_lines.summary_sheet(form), summary_lines.detail_sheet(form))
    }
    for path in paths.values():
        check_target(path, force=force, option="--csv")
    for grid in read_values(workbook.read_bytes(), [*paths]).grids:
        with (
            replacing(paths[grid.name]) as temporary,
            temporary.open("w", encoding="utf-8-sig", newline="") as stream,
        ):
            lines = ([_csv_value(cell) for cell in line] for line in _table(grid.cells))
            csv.writer(stream, lineterminator="\r\n").writerows(lines)
    return [*paths.values()]


def _table(lines: Sequence[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """The headings on one line each, and the lines down to the total, without hidden columns."""
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
