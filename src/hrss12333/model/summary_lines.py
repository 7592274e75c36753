"""The lines of a 汇总 sheet as values, which may be compared, and names of the national workbook's sheets and columns.

Whatever shows national figures (workbook, CSV, 参阅文件, the proof) or reads them back takes names and order from here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, TypeVar

from msgspec import Struct, field

from hrss12333.indicators import Indicator, Quotient, indicators, quotient
from hrss12333.model.national import SHARED, Entry, National, State, Tally, shared_figure, tallies
from hrss12333.patterns import grouped
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import TOTAL, Column, Edition, Form, Kind

OVERVIEW, ANALYSIS, FILINGS = "概览", "指标分析", "报送情况"
CONTACTS, ISSUES = "联系人", "问题清单"
COMPARISON, QUOTED, SEND_LIST = "与上年比较", "附注", "发送清单"

UNIT, CITY = "报送单位", "报送地区"
ZONE = "区域"
STATUS, ROWS = "状态", "填报地区数"
COVERAGE = "填报覆盖"
_COUNTED = "计入汇总"
IN_QUESTION = "有疑问"
AUDIT = "审核情况"
SOURCE_FILE, SOURCE_SHEET, SOURCE_ROW = "来源文件", "来源工作表", "来源行"
UNIT_KEY, COUNTED_KEY, QUESTIONED_KEY = "@unit", "@counted", "@asked"
DETAIL_KEYS = {
    _COUNTED: COUNTED_KEY,
    IN_QUESTION: QUESTIONED_KEY,
    AUDIT: "@audit",
    SOURCE_FILE: "@file",
    SOURCE_SHEET: "@sheet",
    SOURCE_ROW: "@row",
}
"""Heading of a column of 明细 that is not the form's → the key by which it is read back."""
NOBODY = f"（{UNIT}不明）"
"""Stands in the unit's place where the owner is unknown."""
T = TypeVar("T")
FEWEST = 4
"""How many units, and at least half, must have a figure in no question before any is ranked."""


def reporter(national: National) -> str:
    """Heading of the column that names who reports."""
    return CITY if national.of else UNIT


def nobody(national: National) -> str:
    """Stands in the place of the unit or city where that is unknown."""
    return f"（{reporter(national)}不明）"


def summary_sheet(form: Form) -> str:
    """Name of the form's 汇总 sheet."""
    return f"{form.key}汇总"


def detail_sheet(form: Form) -> str:
    """Name of the form's 明细 sheet."""
    return f"{form.key}明细"


class Figure(Struct, frozen=True):
    """One column of figures of a 汇总 sheet: a sum, a count of 是, or a count of one choice."""

    column: Column
    choice: str = ""

    @property
    def key(self) -> str:
        """Field key, followed by the choice where there is one."""
        return f"{self.column.key}:{self.choice}" if self.choice else self.column.key

    @property
    def heading(self) -> str:
        """The form's own heading for a sum; 开通留言服务的地区数 for a count of answers."""
        label = self.column.label
        if self.choice:
            return f"{label}为{self.choice}的地区数"
        return f"{label.replace('是否', '', 1)}的地区数" if self.column.kind is Kind.YESNO else label


@cache
def figures(form: Form) -> tuple[Figure, ...]:
    """The form's columns of figures in its own order."""
    found: list[Figure] = []
    for column in form.data:
        found += [Figure(column, choice) for choice in column.choices] if column.choices else [Figure(column)]
    return tuple(found)


def questioned_mark(column: Column) -> str:
    """The mark in 明细 of a figure in open question: 〔来电总量〕; brackets, as one label may be part of another."""
    return f"〔{column.label}〕"


class SummaryLine(Struct, frozen=True, dict=True, eq=False):
    """One line of a 汇总 sheet."""

    name: str
    unit: Unit | None
    is_missing: bool
    """Whether it is a unit that sent no filing."""
    entries: tuple[Entry, ...]
    """The rows that count."""
    absent: int
    """Number of expected regions without a row; 0 for a unit that sent nothing."""
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    """Field key → tally over ``entries``."""
    questioned: tuple[tuple[Entry, frozenset[str]], ...] = ()
    """The rows, counted or not, with figures in open question, and the keys of these figures."""
    state: State | None = None
    """The unit's; None for rows of unknown units and for the total."""

    @property
    def rows(self) -> int:
        """Regions counted."""
        return len(self.entries)

    @property
    def label(self) -> str:
        """可以用, 要核实, 要改 or 没报; empty for a total."""
        return self.state.value if self.state else ""

    @cached_property
    def has_estimates(self) -> bool:
        """Whether any row's 备注 calls its figures an estimate."""
        return any(entry.is_estimate for entry in self.entries)

    def is_in_question(self, keys: Collection[str]) -> bool:
        """Whether any of these figures is in open question in any row: then the unit is not ranked."""
        return bool(self.questioned) and any(not found.isdisjoint(keys) for _, found in self.questioned)

    def is_sure(self, key: str) -> bool:
        """Whether a total holds every row and no figure in open question."""
        return self.tallies[key].is_complete and not self.is_in_question((key,))

    def questioned_rows(self, *keys: str) -> list[Entry]:
        """The counted rows with any of these figures in open question."""
        return [entry for entry, found in self.questioned if entry.counted and not found.isdisjoint(keys)]

    def rated(self, keys: Collection[str]) -> list[Entry]:
        """The counted rows that enter rates of these figures: those without any in open question."""
        left_out = {entry.where for entry in self.questioned_rows(*keys)} if self.questioned else set()
        return [entry for entry in self.entries if entry.where not in left_out] if left_out else [*self.entries]

    @cache  # noqa: B019  a line lives as long as the program; 指标分析 asks five times for each: 4 % of a merge of 32 files
    def quotient(self, indicator: Indicator) -> Quotient:
        """The indicator over the rows that enter it; from the tallies, where these are all rows."""
        keys = indicator.fields
        tallies = self.tallies
        rows = len(self.entries)
        if not rows or self.is_in_question(keys) or any(tallies[key].answered < rows for key in keys):
            return quotient(indicator, [entry.row for entry in self.rated(keys)])
        both = indicator.numerator, indicator.denominator
        above, below = (sum([tallies[key].total or 0 for key in of]) for of in both)
        return Quotient(above, rows if indicator.answers else below, rows, indicator.percent)

    @property
    def expected(self) -> int:
        """Regions that a complete filing would hold; 0 for a unit that sent nothing."""
        return self.rows + self.absent

    def value(self, figure: Figure) -> int | None:
        """A figure; None where no row has an answer."""
        tally = self.tallies[figure.column.key]
        if figure.choice:
            return tally.choices.get(figure.choice, 0) if tally.answered else None
        return tally.total

    def once(self, key: str) -> int | None:
        """A sum in which a figure shared by all rows of a unit counts once; None where no unit shares one."""
        if key not in SHARED or key not in self.tallies:
            return None
        units = [[entry.row for entry in own] for own in grouped(self.entries, owner).values()]
        shared = [shared_figure(key, rows) for rows in units]
        each = [once or sum(row.number(key) or 0 for row in rows) for once, rows in zip(shared, units, strict=True)]
        return sum(each) if any(shared) else None

    def gaps(self, form: Form) -> dict[int, list[str]]:
        """Number of regions → labels of the columns that only this number answered."""
        incomplete = [column for column in form.data if not self.tallies[column.key].is_complete]
        of_number = grouped(incomplete, lambda column: self.tallies[column.key].answered)
        return {answered: [column.label for column in columns] for answered, columns in of_number.items()}


def lines(national: National, form: Form) -> list[SummaryLine]:
    """A line for each unit in the official order, also missing ones; last, rows of unknown units."""
    by_name = grouped(national.entries_of(form), owner)
    asked = ((each, national.figures_in_question.get(each.where)) for each in national.entries_of(form, counted=False))
    questioned = grouped(((entry, keys) for entry, keys in asked if keys), lambda each: owner(each[0]))
    statuses = {status.unit.name: status for status in national.units}
    found = []
    for name in dict.fromkeys((*statuses, *by_name)):
        status, entries = statuses.get(name), tuple(by_name.get(name, ()))
        unit, is_missing = (status.unit, not status.files) if status else (entries[0].unit, False)
        absent = len(status.missing_regions.get(form.key, ())) if status else 0
        state, of_unit = national.states.get(name), tuple(questioned.get(name, ()))
        found.append(SummaryLine(name, unit, is_missing, entries, absent, tallies(entries, form), of_unit, state))
    return found


def owner(entry: Entry) -> str:
    """Name of the unit that owns a row."""
    return entry.unit.name if entry.unit else NOBODY


def total_line(form: Form, parts: Iterable[SummaryLine], name: str = TOTAL) -> SummaryLine:
    """The sum of these lines, as a line."""
    listed = list(parts)
    entries = tuple(entry for line in listed for entry in line.entries)
    questioned = tuple(one for line in listed for one in line.questioned)
    absent = sum(line.absent for line in listed)
    return SummaryLine(name, None, False, entries, absent, tallies(entries, form), questioned)


def zone_of(line: SummaryLine) -> str:
    """The zone that a line's unit is in."""
    return line.unit.zone if line.unit else NOBODY


def zone_name(zone: str) -> str:
    """The name of a zone in a line: 东部地区."""
    return zone if zone == NOBODY else f"{zone}地区"


def reported(national: National) -> list[Unit]:
    """The units with a filing, in the official order."""
    return [status.unit for status in national.units if status.files]


def missing_units(national: National) -> list[Unit]:
    """The units without a filing, in the official order."""
    return [status.unit for status in national.units if not status.files]


def without_report(national: National) -> list[Unit]:
    """The units with a filing and no 工作总结, in the official order."""
    with_report = {report.unit.code for report in national.work_reports if report.unit}
    return [unit for unit in reported(national) if unit.code not in with_report]


def comparable(
    listed: Iterable[SummaryLine], keys: Collection[str], value: Callable[[SummaryLine], T | None]
) -> list[tuple[SummaryLine, T]]:
    """The lines of units that may be ranked by these figures, with their values; none if too few may."""
    sent = [line for line in listed if line.unit and not line.is_missing]
    values = [(line, value(line)) for line in sent if not line.is_in_question(keys)]
    found = [(line, given) for line, given in values if given is not None]
    return found if len(found) >= FEWEST and 2 * len(found) >= len(sent) else []


def compared_by(listed: Iterable[SummaryLine], of: Figure | Indicator) -> list[tuple[SummaryLine, Any]]:
    """The lines of units that may be ranked by a figure or an indicator, each with its value."""
    if isinstance(of, Figure):
        return comparable(listed, (of.column.key,), lambda line: line.value(of))
    return comparable(listed, of.fields, lambda line: line.quotient(of).exact)


def not_compared(edition: Edition, lines: Mapping[str, Sequence[SummaryLine]]) -> tuple[list[str], bool]:
    """The names of figures and indicators by which too few units may be ranked, and whether by none."""
    found: dict[str, bool] = {}
    for form in edition.forms:
        listed = [line for line in lines[form.key] if line.unit]
        for figure in map(Figure, form.of_kind(Kind.COUNT)):
            if any(line.value(figure) is not None for line in listed):
                found[figure.heading] = bool(compared_by(listed, figure))
        for item in indicators(form):
            if any(line.quotient(item).value is not None for line in listed):
                found[item.name] = bool(compared_by(listed, item))
    return [name for name, compared in found.items() if not compared], not any(found.values())
