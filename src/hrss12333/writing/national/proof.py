"""The proof: the workbook is read back as a stranger would read it, and must say what was put in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import zip_longest
from math import isclose
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.merging.national_workbook import (
    DetailRow,
    Sheets,
    detail_rows,
    indicator_values,
    sheets_of,
    summary_figures,
)
from hrss12333.model.errors import JobStop
from hrss12333.model.national import Entry, National
from hrss12333.model.summary_lines import ANALYSIS, by_unit, detail_entries, detail_sheet, figures, owner, summary_sheet
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.indicators import Indicator, indicators
from hrss12333.survey.schema import Column, Form, Kind, Scalar, answer_word
from hrss12333.survey.spellings import LARGEST_EXACT
from hrss12333.writing.national.relative_names import renaming
from hrss12333.writing.sheet_text import public

if TYPE_CHECKING:
    from python_calamine_plus import CalamineWorkbook

_NOT_SAVED = "结果未保存，请重试；仍不行请报告这一问题。"


def prove(path: Path, national: National) -> None:
    """Compare every figure of 汇总 with all rows merged, every rate of 指标分析 with those in no question, and every row of
    明细 with the entry it came from.

    The stored values are read, by another library than the one that wrote them; the figures are added up here, row by
    row, and by none of the code that the writer uses.

    Raises:
        Unproven: with the first difference, and the file that it comes from where one row differs.
    """
    from python_calamine_plus import CalamineWorkbook

    workbook = CalamineWorkbook.from_path(str(path))
    renamed, _ = renaming(national)
    shown = cache(lambda file: _written(renamed(file)))
    keys = sheets_of({}, path.read_bytes())
    rates = indicator_values(_sheet(workbook, keys, ANALYSIS))
    for form in national.edition.forms:
        _prove_details(_sheet(workbook, keys, detail_sheet(form)), national, form, shown)
        _prove_figures(summary_figures(_sheet(workbook, keys, summary_sheet(form)), form), rates, national, form)


def _sheet(workbook: CalamineWorkbook, keys: Sheets, name: str) -> Sheets:
    """One sheet's lines; all sheets of the workbook begin in A1."""
    if name not in workbook.sheet_names:
        raise Unproven(f"写出后复核未通过：没有读到工作表“{name}”。{_NOT_SAVED}")
    return replace(keys, cells={name: [*workbook.get_sheet_by_name(name).iter_rows()]})


class _Expected(Struct):
    """What the counted rows of one line say."""

    rows: int
    columns: Mapping[str, Sequence[Scalar]]
    """Field key → what each row says."""
    questioned: Sequence[frozenset[str]]
    """Keys of each row's figures that are in open question."""
    sums: dict[str, int]
    """Figure key → sum, or number of answers; a figure that no row answers is absent."""
    sure: set[str]
    """Keys of the fields that every row answers, in no question."""

    def divided(self, item: Indicator) -> tuple[int, int]:
        """Numerator and denominator over the rows that answer all it needs, none of it in open question."""
        covered, sums = self.rows, self.sums
        if not self.sure.issuperset(item.fields):
            each = zip(*(self.columns[key] for key in item.fields), strict=True)
            sure = [
                row
                for row, questioned in zip(each, self.questioned, strict=True)
                if None not in row and questioned.isdisjoint(item.fields)
            ]
            covered, sums = len(sure), dict(zip(item.fields, map(sum, zip(*sure, strict=True)), strict=False))
        above, below = (sum([sums.get(key, 0) for key in keys]) for keys in (item.numerator, item.denominator))
        return above, covered if item.answers else below


def _expected_of(national: National, form: Form, entries: Sequence[Entry]) -> _Expected:
    """Column by column, each added up here."""
    each = list(zip(*[entry.row.scalars_in(form) for entry in entries], strict=True)) or [()] * len(form.columns)
    columns = dict(zip((column.key for column in form.columns), each, strict=True))
    questions, nothing = national.questions, frozenset[str]()
    questioned = [questions.get(entry.where, nothing) if questions else nothing for entry in entries]
    doubted = {key for keys in questioned for key in keys} if questions else nothing
    sums: dict[str, int] = {}
    sure = set()
    for column in form.data if entries else ():
        key, values = column.key, columns[column.key]
        if None not in values and key not in doubted:
            sure.add(key)
        if column.kind is Kind.CHOICE:
            answered = len(values) > values.count(None)
            sums |= {f"{key}:{choice}": values.count(choice) for choice in column.choices if answered}
        elif numbers := [value for value in values if isinstance(value, int)]:
            sums[key] = sum(numbers)
    return _Expected(len(entries), columns, questioned, sums, sure)


def _prove_figures(
    published: Mapping[str, Mapping[str, int]],
    rates: Mapping[str, Mapping[str, float]],
    national: National,
    form: Form,
) -> None:
    """Every figure of 汇总 against all rows, every rate of 指标分析 against those in no question."""
    units: dict[str, list[Entry]] = {status.unit.name: [] for status in national.units}
    by_name = {
        _written(name): _expected_of(national, form, own)
        for name, own in (units | by_unit(national.entries_of(form))).items()
    }
    merged = {name: of_line.sums for name, of_line in by_name.items()}
    total: Counter[str] = Counter()
    for sums in merged.values():
        total.update(sums)
    merged[TOTAL] = total
    for name in dict.fromkeys((*merged, *published)):
        for figure in figures(form):
            found = published.get(name, {}).get(figure.key)
            expected = merged[name].get(figure.key) if name in merged else None
            if not _is_same_figure(found, expected):
                raise _difference(f"“{summary_sheet(form)}”{name}的{figure.heading}", found, expected)
    items = indicators(form)
    divided = {name: [of_line.divided(item) for item in items] for name, of_line in by_name.items()}
    divided[national.name if national.name in rates else TOTAL] = [
        (sum(above for above, _ in each), sum(below for _, below in each))
        for each in zip(*divided.values(), strict=True)
    ]
    for name, operands in divided.items():
        of_line = rates.get(name, {})
        for item, (above, below) in zip(items, operands, strict=True):
            rate = of_line.get(item.key)
            wanted = above / below if below and not (item.percent and above > below) else None
            if (rate is None) != (wanted is None) or not isclose(rate or 0, wanted or 0, rel_tol=1e-12):
                raise _difference(f"“{ANALYSIS}”{name}的{item.name}", rate, wanted)


@cache
def _written(text: str) -> str:
    """A text as the workbook holds it."""
    return public(text).strip()


def _is_same_figure(found: int | None, expected: int | None) -> bool:
    """Equal to the last digit, as far as a cell holds digits: 15. No true figure is that long, but a false one may be."""
    if found is None or expected is None or abs(expected) < LARGEST_EXACT:
        return found == expected
    return isclose(found, expected, rel_tol=1 / LARGEST_EXACT)


def _prove_details(sheet: Sheets, national: National, form: Form, shown: Callable[[str], str]) -> None:
    """Every line of 明细 against its entry, in the usual order; ``shown`` gives the name under which the workbook shows a
    file."""
    name = detail_sheet(form)
    columns = form.of_kind(Kind.SERIAL, Kind.COUNT, Kind.YESNO, Kind.CHOICE)
    for row, entry in zip_longest(detail_rows(sheet, form), detail_entries(national, form)):
        found, wanted = row and _about(row, columns), None
        if entry is not None:
            about = _written(owner(entry)), entry.counted, shown(entry.file), _written(entry.sheet), entry.row.place.row
            wanted = *about, *(_held_value(entry.scalar(column)) for column in columns)
        if found != wanted:
            unit, _, _, _, number, *_ = wanted or found or (None,) * 5
            either = ("没有", "有") if found is None else ("有", "没有")
            differing = (pair for pair in zip(found or (), wanted or (), strict=False) if pair[0] != pair[1])
            said, should = next(differing, either)
            raise _difference(f"“{name}”{unit}第{number}行", said, should, entry.file if entry else None)


def _about(row: DetailRow, columns: Sequence[Column]) -> tuple[Scalar, ...]:
    """What a line says."""
    return row.unit, row.counted, row.file, row.sheet, row.row, *(row.values[column.key] for column in columns)


def _held_value(value: Scalar) -> Scalar:
    """A number as a cell holds it."""
    is_long = isinstance(value, int) and abs(value) >= LARGEST_EXACT
    return int(float(f"{value:.16G}")) if is_long else value


def _difference(where: str, found: object, expected: object, file: str | None = None) -> Unproven:
    read, given = (
        "空白" if value is None else answer_word(value) if isinstance(value, bool) else value
        for value in (found, expected)
    )
    return Unproven(f"写出后复核未通过：{where}读回为{read}，应为{given}。{_NOT_SAVED}", file)


class Unproven(JobStop):
    """The workbook does not say what was merged."""

    def __init__(self, message: str, file: str | None = None) -> None:
        super().__init__(message)
        self.file = file
        """The file whose row differs, where it is a single row's fault: without it the rest can be delivered."""
