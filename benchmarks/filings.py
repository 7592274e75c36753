"""Make filings to measure with: any number of files, any number of regions in each, all of them clean.

The listed regions come first; when they are used up, made-up 开发区 follow, which are taken as they stand. With
``--unknown`` every made-up region is a name that no list has, so that each row draws a finding. Everything is synthetic
and depends on the arguments alone::

    python benchmarks/filings.py FOLDER FILES ROWS [--unknown]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))

from filing_figures import FIGURES, RowData, header
from filing_layouts import Style, save, sheet
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit

LAYOUT = Style()
"""The notice's own sheet; the floor and the others find their rows in it at fixed places."""
SHARED = ("system_centralized", "seats_centralized", "network_location")
"""Answers that are the same in all regions of a unit."""
SIGNS = "甲乙丙丁戊己庚辛壬癸"


def names(unit: Unit, *, unknown: bool) -> Iterator[str]:
    """Distinct regions of a unit without end."""
    yield from (region.name for region in unit.expected)
    for number in count():
        signs = "".join(SIGNS[int(digit)] for digit in f"{number:04d}")
        yield f"{signs}屯" if unknown else f"{signs}开发区"


def figures(unit: Unit, form: str) -> Iterator[RowData]:
    """Plausible rows without end, no two alike; what a whole unit answers alike stays alike."""
    usual = FIGURES[form](unit, 2019)[0]
    for year in count(2019):
        for row in FIGURES[form](unit, year):
            yield row | {key: usual[key] for key in SHARED if key in row}


def make(folder: Path, files: int, rows: int, *, unknown: bool = False) -> None:
    """Write ``files`` filings of ``rows`` regions each, dealt out to the units in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    units = EDITION.gazetteer.units
    streams = {
        unit: (names(unit, unknown=unknown), {form.key: figures(unit, form.key) for form in EDITION.forms})
        for unit in units
    }
    for number in range(files):
        unit = units[number % len(units)]
        regions, drawn = streams[unit]
        listed = list(islice(regions, rows))
        planned = []
        for form in EDITION.forms:
            filled = [row | {"region": name} for name, row in zip(listed, drawn[form.key], strict=False)]
            planned.append(sheet(form, header(unit), filled, LAYOUT))
        save(folder / f"{number:05d}_{unit.short}.xlsx", planned)


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), unknown="--unknown" in sys.argv[4:])
