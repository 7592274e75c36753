"""The key figures of the nation and its areas, live from the sheets that work them out, with the change on last year."""

from __future__ import annotations

from msgspec import Struct

from hrss12333.model.summary_lines import IN_QUESTION, Figure, SummaryLine
from hrss12333.survey.indicators import HEADLINE, Indicator, indicators
from hrss12333.survey.schema import Form, Kind
from hrss12333.wording.rounding import TEN_THOUSAND, is_large
from hrss12333.writing.national.book import CHANGE_KEY, LinesArea, NationalBook
from hrss12333.writing.national.comparison import rate_change, sum_change
from hrss12333.writing.national.indicator_plan import Analysis
from hrss12333.writing.national.styles import CHANGE, PERCENT, POINTS, TEN_THOUSANDS, WHOLE

MOST = 8
RISE = '"同口径比上年 ▲"{size};"同口径比上年 ▼"{size};"同口径与上年持平"'
"""Up and down by sign: it is read in grey too."""


class KeyFigure(Struct, frozen=True):
    """One figure of the first page."""

    book: NationalBook
    form: Form
    of: Figure | Indicator
    block: LinesArea
    """Of the sheet that works it out."""
    unit: str
    """万次, 人; empty for a rate."""
    by: int
    """What the figure is divided by: it may be given in 万."""
    plain_format: str

    @property
    def name(self) -> str:
        """The form's heading, or the indicator's name."""
        return self.of.name if isinstance(self.of, Indicator) else self.of.column.label

    @property
    def title(self) -> str:
        """Its name, and what it covers where that is not all."""
        total = self.book.totals[self.form.key]
        if isinstance(self.of, Indicator):
            covered, questioned = total.quotient(self.of).covered, 0
        else:
            covered, questioned = total.tallies[self.of.key].answered, len(total.questioned_rows(self.of.key))
        parts = [
            f"{covered}/{total.rows}" if covered != total.rows else "",
            f"{IN_QUESTION}{questioned}" if questioned else "",
        ]
        about = "，".join(filter(None, parts))
        return f"{self.name}（{about}{'' if all(parts) else '个地区'}）" if about else self.name

    @property
    def num_format(self) -> str:
        """How it is shown with its unit."""
        return f'{self.plain_format}"{self.unit}"' if self.unit else self.plain_format

    @property
    def _in_points(self) -> bool:
        return isinstance(self.of, Indicator) and self.of.percent

    @property
    def change_format(self) -> str:
        """How its change is shown with a word."""
        return RISE.format(size='0.0"个百分点"' if self._in_points else "0.0%")

    @property
    def plain_change(self) -> tuple[str, str]:
        """Heading and number format of the change in a table."""
        return ("增减\n（百分点）", POINTS) if self._in_points else ("\n变化率", CHANGE)

    def over(self, line: SummaryLine | None) -> float | None:
        """The figure over a line."""
        if line is None:
            return None
        if isinstance(self.of, Indicator):
            return line.quotient(self.of).value
        value = line.value(self.of)
        return None if value is None else value / self.by

    def moved(self, line: SummaryLine | None) -> float | None:
        """Its change on last year over a line."""
        previous = self.book.previous
        if previous is None or line is None:
            return None
        if isinstance(self.of, Indicator):
            return rate_change(self.of, *previous.quotients(line, self.of))
        both = previous.sums(line, self.of)
        return sum_change(self.of, both[0], both[1]) if both else None

    def formula(self, row: int | None = None) -> str:
        """The nation's figure, or that of another line, as it is shown."""
        cell = self.block.cell(self.of.key, row)
        return f'=IF({cell}="","",{cell}/{self.by})' if self.by != 1 else f'=IF({cell}="","",{cell})'

    def change_formula(self, row: int | None = None) -> str:
        """Where the change on last year is worked out."""
        cell = self.block.cell(f"{self.of.key}{CHANGE_KEY}", row)
        return f'=IF({cell}="","",{cell})'

    def link(self, row: int | None = None) -> str:
        """A link to where it is worked out."""
        return f"internal:{self.block.cell(self.of.key, row).replace('$', '')}"


def key_figures(book: NationalBook, plan: Analysis) -> list[KeyFigure]:
    """Those of `HEADLINE` that the year's forms have; the first there are where they have none."""
    found: dict[str, KeyFigure] = {}
    for form in book.forms:
        for column in form.of_kind(Kind.COUNT):
            own, block = Figure(column), book.lines_areas[form.key]
            unit, by, shown = column.unit, 1, WHOLE
            if is_large(book.totals[form.key].value(own)):
                unit, by, shown = f"万{unit}", TEN_THOUSAND, TEN_THOUSANDS
            found[column.key] = KeyFigure(book, form, own, block, unit, by, shown)
        for item in indicators(form):
            shown = PERCENT if item.percent else item.number_format
            found[item.key] = KeyFigure(book, form, item, plan.block, item.unit, 1, shown)
    chosen = [found[key] for key in HEADLINE if key in found]
    return (chosen or list(found.values()))[:MOST]
