"""Whose each table of a book is: what most of its regions tell, else its header, the tables around it, the names of its sheet,
file, folder or archive, the mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from hrss12333.model.text import NAMED, Text, TextKind
from hrss12333.reading.layout.parts import TablePart
from hrss12333.reading.layout.row_names import is_sample, is_statistic, is_total
from hrss12333.reading.values.cell_text import as_text
from hrss12333.survey.gazetteer import Gazetteer, places_in
from hrss12333.survey.regions import Unit

NAMED_AROUND = NAMED - {TextKind.SHEET} | {TextKind.MAIL}
"""Kinds of texts around a file that may name its owner."""
_LONGEST_SIGNATURE = 30
"""Letters of the line of a mail that may be its signature."""
_SUFFIXES = tuple("省市州盟区县师")
"""Endings of the full name of a place: 东方 may be another word, 东方市 is none."""


def owners_of(parts: Sequence[TablePart], around: Iterable[Text], default: Unit | None) -> list[Unit | None]:
    """The owner of each table of a book; ``default`` is that of a book in which no table has one.

    Tables under headers of one unit, and a page and its next ones, are decided together. Forms headed by several units are
    one filing, unless their regions tell two owners or several tables are of one form.
    """
    if not parts:
        return []
    groups: list[list[TablePart]] = []
    for part in parts:
        unit, last = _headed(part), groups[-1] if groups else []
        continues = last and (part.grid is last[-1].grid if unit is None else unit is _headed(last[0]))
        if continues:
            last.append(part)
        else:
            groups.append([part])
    shown = [_unit_of_regions(group) for group in groups]
    found = [unit or _headed(group[0]) for unit, group in zip(shown, groups, strict=True)]
    forms = {(part.heading.form.key, unit) for group, unit in zip(groups, found, strict=True) for part in group if unit}
    told = {unit.code: unit for unit in shown if unit}
    if len(told) < 2 and len(forms) == len({key for key, _ in forms}):
        found = [next(iter((*told.values(), *filter(None, found))), None)] * len(found)
    unit = next(filter(None, found), None) or default or _unit_of_names(parts, around)
    owners: list[Unit | None] = []
    for group, own in zip(groups, found, strict=True):
        unit = own or unit
        owners += [unit] * len(group)
    return owners


def _headed(part: TablePart) -> Unit | None:
    """The unit that a table's header names."""
    return part.match.unit if part.match else None


def _unit_of_regions(parts: Sequence[TablePart]) -> Unit | None:
    """The unit that knows most of the regions listed: the header's, else the one that knows more than any other; where no
    unit knows any, the one that knows most as its counties."""
    gazetteer, names = parts[0].edition.gazetteer, {name for part in parts for name in _names_listed(part)}
    known = Counter(unit for name in names for unit in gazetteer.owners(name)) or Counter(
        {unit: sum(map(unit.counties.__contains__, names)) for unit in gazetteer.units}
    )
    likely = {unit: number for unit, number in known.items() if 2 * number > len(names)}
    if (headed := _headed(parts[0])) in likely:
        return headed
    best = [unit for unit, number in likely.items() if number == max(likely.values())]
    return best[0] if len(best) == 1 else None


def _names_listed(part: TablePart) -> set[str]:
    """The texts in a table's column of regions beside which something is filled in, but for totals and samples."""
    columns, grid = part.heading.columns, part.grid
    region = columns.get(part.heading.form.region.key)
    if region is None:
        return set()
    rows = range(part.heading.body, part.end)
    filled = [row for row in rows if any(grid.at(row, column) not in (None, "") for column in columns.of_data)]
    found = {as_text(part.merged.at(row, region.column)) for row in filled}
    return {name for name in found if name and not (is_total(name) or is_sample(name) or is_statistic(name))}


# Names around a table


def units_named(text: str, gazetteer: Gazetteer) -> list[Unit]:
    """The units that a text names, by themselves or by the full name of a region."""
    found: dict[str, Unit] = {}
    for place in places_in(text, gazetteer):
        owners = [place.unit] if place.unit else [unit for unit, _ in place.regions]
        if len(owners) == 1 and (place.unit or place.spelling.endswith(_SUFFIXES)):
            found[owners[0].code] = owners[0]
    return list(found.values())


def lines_naming_units(text: Text, gazetteer: Gazetteer) -> list[str]:
    """The text itself where it is a name; of a mail, words that are an office's name and no more: its signature."""
    if text.kind is not TextKind.MAIL:
        return [text.text]
    words = (word for line in text.text.splitlines() if len(line) <= _LONGEST_SIGNATURE for word in line.split())
    return [word for word in words if places_in(word, gazetteer) and gazetteer.match(word).unit]


def _unit_of_names(parts: Sequence[TablePart], around: Iterable[Text]) -> Unit | None:
    """The unit that the strongest of the names around these tables names alone."""
    sheets = (Text(TextKind.SHEET, name) for name, _ in groupby(part.grid.name for part in parts))
    texts = (*sheets, *(text for text in around if text.kind in NAMED_AROUND))
    gazetteer = parts[0].edition.gazetteer
    named = (units_named(line, gazetteer) for text in texts for line in lines_naming_units(text, gazetteer))
    return next((units[0] for units in named if len(units) == 1), None)
