"""Make filings to measure with: any number of files, any number of regions in each.

One region a file: every listed region in turn, so that each of the first 440 files is another city's. More than one: the
regions of the units that have so many, dealt out in turn. When all were sent, they are sent again: alike, as cities do
that return their whole province's table (``again``); with other figures, as corrections are (``corrected``); or under
names that no list has, so that every row draws a finding (``unknown``). Everything is synthetic and depends on the
arguments alone::

    python benchmarks/filings.py FOLDER FILES ROWS [again|corrected|unknown]
"""

from __future__ import annotations

import sys
from functools import lru_cache
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
KINDS = ("again", "corrected", "unknown")


@lru_cache(maxsize=4096)
def figures(unit: Unit, form: str, year: int) -> dict[str, RowData]:
    """Region → plausible row; what a whole unit answers alike stays alike."""
    usual = FIGURES[form](unit, 2019)[0]
    kept = {key: usual[key] for key in SHARED if key in usual}
    return {str(row["region"]): row | kept for row in FIGURES[form](unit, year)}


def dealt(rows: int) -> list[tuple[Unit, list[str]]]:
    """Who sends what before anything is sent again."""
    units = EDITION.gazetteer.units
    names = {unit: [region.name for region in unit.regions] for unit in units}
    groups = {
        unit: [listed[at : at + rows] for at in range(0, len(listed) - rows + 1, rows)]
        for unit, listed in names.items()
        if len(listed) >= rows
    }
    most = max(map(len, groups.values()))
    return [(unit, found[turn]) for turn in range(most) for unit, found in groups.items() if turn < len(found)]


def unknown_name(number: int) -> str:
    """A name that no list has."""
    return "".join(SIGNS[int(digit)] for digit in f"{number:05d}") + "屯"


def make(folder: Path, files: int, rows: int, kind: str = KINDS[0]) -> None:
    """Write ``files`` filings of ``rows`` regions each."""
    folder.mkdir(parents=True, exist_ok=True)
    turns = dealt(rows)
    for number in range(files):
        unit, regions = turns[number % len(turns)]
        again = number // len(turns)
        year = 2019 + again if kind == "corrected" else 2019
        contact = header(unit) | {"mobile": f"138{number:08d}", "email": f"office{number}@example.com"}
        planned = []
        for form in EDITION.forms:
            filled = [figures(unit, form.key, year)[name] for name in regions]
            if kind == "unknown" and again:
                filled = [row | {"region": unknown_name(number * rows + at)} for at, row in enumerate(filled)]
            planned.append(sheet(form, contact, filled, LAYOUT))
        save(folder / f"{number:05d}_{unit.short}.xlsx", planned)


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:5])
