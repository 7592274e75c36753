"""Last year's national workbook, read back to compare with: what was published then, and each region's own figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from hrss12333.merging.workbook_reader import Cells, detail_rows, indicator_values, summary_figures
from hrss12333.model import summary_lines as figures
from hrss12333.model.errors import UsageStop
from hrss12333.model.summary_lines import ANALYSIS, NATION, NOBODY, OVERVIEW, detail_sheet, summary_sheet
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.frame import TOTAL
from hrss12333.survey.schema import Form, Scalar


@dataclass(frozen=True)
class Previous:
    """What last year's workbook says."""

    year: int | None = None
    """None where it does not say."""
    totals: Mapping[tuple[str, str], Mapping[str, int]] = field(default_factory=dict)
    """(unit, form key) → figure key → figure of 汇总; the nation under 合计. A figure that was blank is absent."""
    indicators: Mapping[tuple[str, str], Mapping[str, float]] = field(default_factory=dict)
    """(unit, form key) → indicator key → value of 指标分析; the nation under 合计."""
    rows: Mapping[tuple[str, str, str], Mapping[str, Scalar]] = field(default_factory=dict)
    """(unit, region, form key) → field key → value, of the rows counted then; a region with several rows is absent."""

    def total(self, name: str, form: Form, key: str) -> int | None:
        """A figure of last year's 汇总."""
        return self.totals.get((name, form.key), {}).get(key)

    def indicator(self, name: str, form: Form, key: str) -> float | None:
        """A value of last year's 指标分析."""
        return self.indicators.get((name, form.key), {}).get(key)

    def regions(self, unit: str, form: Form) -> tuple[str, ...]:
        """Regions that the unit reported last year, in the order of the workbook."""
        return self._regions.get((unit, form.key), ())

    @cached_property
    def _regions(self) -> dict[tuple[str, str], tuple[str, ...]]:
        found: dict[tuple[str, str], list[str]] = {}
        for unit, region, form in self.rows:
            found.setdefault((unit, form), []).append(region)
        return {key: tuple(regions) for key, regions in found.items()}

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Units that reported any figure last year."""
        given = (name for (name, _), found in self.totals.items() if found and name != TOTAL)
        return tuple(dict.fromkeys(given))


def load(path: Path, edition: Edition) -> Previous:
    """Read a national workbook that this tool wrote; stored values only, nothing in it is run or followed.

    Raises:
        UsageStop: where there is no such file, it cannot be read, or is not such a workbook.
    """
    sheets = _sheets(path)
    forms = [form for form in edition.forms if summary_sheet(form) in sheets and detail_sheet(form) in sheets]
    if not forms:
        raise UsageStop(
            f"“{path}”不是本工具生成的全国汇总表（没有“{summary_sheet(edition.forms[0])}”等工作表）。"
            "请在 --previous 后给出上一年 merge 命令写出的汇总表。"
        )
    totals: dict[tuple[str, str], Mapping[str, int]] = {}
    values: dict[tuple[str, str], Mapping[str, float]] = {}
    rows: dict[tuple[str, str, str], Mapping[str, Scalar]] = {}
    for form in forms:
        for name, found in summary_figures(sheets[summary_sheet(form)], form).items():
            if name != NOBODY:  # who they were then and who they are now, nobody knows
                totals[name, form.key] = found
        for name, ratios in indicator_values(sheets.get(ANALYSIS, []), form).items():
            if name != NOBODY:
                values[TOTAL if name == NATION else name, form.key] = ratios
        rows |= _rows(sheets[detail_sheet(form)], form)
    return Previous(_year(sheets.get(OVERVIEW, [])), totals, values, rows)


def _rows(cells: Cells, form: Form) -> dict[tuple[str, str, str], Mapping[str, Scalar]]:
    found: dict[tuple[str, str, str], Mapping[str, Scalar]] = {}
    twice = set()
    for row in detail_rows(cells, form):
        if not row.counted or row.region is None or row.unit == figures.NOBODY:
            continue
        key = (row.unit, row.region, form.key)
        # Which of two rows of one region to compare with would be a guess.
        twice |= {key} & found.keys()
        found[key] = row.values
    return {key: values for key, values in found.items() if key not in twice}


def _year(cells: Cells) -> int | None:
    texts = (value for line in cells[:3] for value in line if isinstance(value, str))
    return next((int(match[1]) for text in texts if (match := re.search(r"((?:19|20)\d\d)年度", text))), None)


def _sheets(path: Path) -> dict[str, Cells]:
    """Sheet name → cells, through the same guarded door as any stranger's file."""
    from hrss12333.reading.files.discovery import Source
    from hrss12333.reading.formats.opening import open_source
    from hrss12333.reading.grid import Book, FileProblem

    try:
        book = open_source(Source(str(path), path.read_bytes))
    except FileNotFoundError as error:
        raise UsageStop(f"找不到上一年的汇总表“{path}”。") from error
    except OSError as error:
        raise UsageStop(f"无法读取上一年的汇总表“{path}”：{error.strerror or error}。") from error
    except FileProblem as problem:
        raise UsageStop(f"无法读取上一年的汇总表“{path}”：{problem.message}") from problem
    return {grid.name: grid.cells for grid in book.grids} if isinstance(book, Book) else {}
