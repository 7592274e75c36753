"""The key figures of the nation and its areas, live from the sheets that work them out, with the change on last year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from msgspec import Struct

from hrss12333.model.quotient import together
from hrss12333.model.summary_lines import ASKED, Figure, Line, total_line
from hrss12333.survey.indicators import HEADLINE, Indicator
from hrss12333.survey.schema import Column, Form, Kind
from hrss12333.wording.rounding import TEN_THOUSAND, large
from hrss12333.writing.national.book import CHANGE_KEY, Block, Book
from hrss12333.writing.national.comparison import rate_change, sum_change
from hrss12333.writing.national.indicator_plan import Analysis
from hrss12333.writing.national.ratios import Ratios
from hrss12333.writing.national.styles import CHANGE, PERCENT, POINTS, TEN_THOUSANDS, WHOLE

MOST = 8
RISE = '"同口径比上年 ▲"{size};"同口径比上年 ▼"{size};"同口径与上年持平"'
"""Up and down by sign: it is read in grey too."""


class KeyFigure(Struct, frozen=True):
    """One figure of the first page."""

    name: str
    unit: str
    """万次, 人; empty for a rate."""
    key: str
    form: Form
    block: Block
    by: int
    """What the figure is divided by: it may be given in 万."""
    plain_format: str
    over: Callable[[Sequence[Line]], float | None]
    """The figure over some lines of its form."""
    value: float | None
    covered: int
    rows: int
    """Regions in it, and those in the table."""
    moved: Callable[[Sequence[Line]], float | None]
    """Its change on last year over some lines of its form."""
    change: float | None
    change_format: str
    plain_change: tuple[str, str]
    """Heading and number format of the change in a table."""
    asked: int = 0
    """Regions in it whose figure is in open question."""

    @property
    def title(self) -> str:
        """Its name, and what it covers where that is not all."""
        covered = "" if self.covered == self.rows else f"{self.covered}/{self.rows}"
        asked = f"{ASKED}{self.asked}" if self.asked else ""
        about = "，".join(filter(None, (covered, asked)))
        return f"{self.name}（{about}{'' if covered and asked else '个地区'}）" if about else self.name

    @property
    def num_format(self) -> str:
        """How it is shown with its unit."""
        return f'{self.plain_format}"{self.unit}"' if self.unit else self.plain_format

    def formula(self, row: int | None = None) -> str:
        """The nation's figure, or that of another line, as it is shown."""
        cell = self.block.cell(self.key, row)
        return f'=IF({cell}="","",{cell}/{self.by})' if self.by != 1 else f'=IF({cell}="","",{cell})'

    def change_formula(self, row: int | None = None) -> str:
        """Where the change on last year is worked out."""
        cell = self.block.cell(f"{self.key}{CHANGE_KEY}", row)
        return f'=IF({cell}="","",{cell})'

    def link(self, row: int | None = None) -> str:
        """A link to where it is worked out."""
        return f"internal:{self.block.cell(self.key, row).replace('$', '')}"


def key_figures(book: Book, plan: Analysis) -> list[KeyFigure]:
    """Those of `HEADLINE` that the year's forms have; the first there are where they have none."""
    found: dict[str, KeyFigure] = {}
    for ratios in plan.ratios:
        found |= {item.key: item for item in (*_sums(book, ratios.form), *_rates(book, plan, ratios))}
    chosen = [found[key] for key in HEADLINE if key in found]
    return (chosen or list(found.values()))[:MOST]


def _sums(book: Book, form: Form) -> Iterator[KeyFigure]:
    total = book.totals[form.key]
    for column in form.of_kind(Kind.COUNT):
        figure = Figure(column)
        value, tally = total.value(figure), total.tallies[column.key]
        by = TEN_THOUSAND if large(value) else 1
        yield KeyFigure(
            column.label,
            f"万{column.unit}" if by != 1 else column.unit,
            column.key,
            form,
            book.blocks[form.key],
            by,
            TEN_THOUSANDS if by != 1 else WHOLE,
            _added(form, column, by),
            None if value is None else value / by,
            tally.answered,
            total.rows,
            partial(_changed, book, form, figure),
            _change(book, total, figure),
            RISE.format(size="0.0%"),
            ("\n变化率", CHANGE),
            len(total.asked_rows(column.key)),
        )


def _changed(book: Book, form: Form, of: Figure | Indicator, lines: Sequence[Line]) -> float | None:
    return _change(book, total_line(form, lines), of)


def _change(book: Book, line: Line, of: Figure | Indicator) -> float | None:
    if book.previous is None:
        return None
    if isinstance(of, Indicator):
        return rate_change(of, *book.previous.quotients(line, of))
    both = book.previous.sums(line, of)
    return sum_change(of, both[0], both[1]) if both else None


def _added(form: Form, column: Column, by: int) -> Callable[[Sequence[Line]], float | None]:
    def over(lines: Sequence[Line]) -> float | None:
        value = total_line(form, lines).value(Figure(column))
        return None if value is None else value / by

    return over


def _rates(book: Book, plan: Analysis, ratios: Ratios) -> Iterator[KeyFigure]:
    form = ratios.form
    for item in ratios.indicators:
        found = ratios.nation[item.key]
        size = '0.0"个百分点"' if item.percent else "0.0%"
        yield KeyFigure(
            item.name,
            item.unit,
            item.key,
            form,
            plan.block,
            1,
            PERCENT if item.percent else item.number_format,
            _divided(ratios, item),
            found.value,
            found.covered,
            book.totals[form.key].rows,
            partial(_changed, book, form, item),
            _change(book, book.totals[form.key], item),
            RISE.format(size=size),
            ("增减\n（百分点）", POINTS) if item.percent else ("\n变化率", CHANGE),
        )


def _divided(ratios: Ratios, item: Indicator) -> Callable[[Sequence[Line]], float | None]:
    return lambda lines: together(ratios.get(line.name, item) for line in lines).value
