"""Whose a file is that names no unit, or one that does not exist: the unit whose regions its rows list.

H101 and H102 stay open; but the file is joined with that unit's others, so that its correction replaces it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from hrss12333.model.filing import BLANK, Document, Filing, Table
from hrss12333.reading.layout.city_rows import named_within, with_city_rows
from hrss12333.survey.gazetteer import Gazetteer
from hrss12333.survey.region_names import RegionMatch, certain_region
from hrss12333.survey.regions import Unit

_MOST_NAMES = 1_000
"""Names of regions beyond which no unit can know half of them."""


def with_owners(documents: Sequence[Document], gazetteer: Gazetteer) -> list[Document]:
    """The documents, each filing that names no unit under the one that its rows tell, if they tell one."""
    return [_owned(item, gazetteer) if isinstance(item, Filing) and item.unit is None else item for item in documents]


def _owned(filing: Filing, gazetteer: Gazetteer) -> Filing:
    unit = owner(filing, gazetteer)
    if unit is None:
        return filing
    tables = with_city_rows([(named_within(table, unit), unit) for table in filing.tables])
    return replace(filing, unit=unit, told_by_rows=True, tables=tuple(table for table, _ in tables))


def owner(filing: Filing, gazetteer: Gazetteer) -> Unit | None:
    """The unit that knows most of the filing's regions, more of them than any other unit does; where no unit knows any,
    the one that knows most as its counties."""
    names = {row.region for table in filing.tables for row in table.rows if row.region}
    if len(names) > _MOST_NAMES:
        return None
    known = _known(names, gazetteer, _is_own) or _known(names, gazetteer, _is_below)
    if not known:
        return None
    (first, most), (_, next_most) = (*known.most_common(2), ("", 0))[:2]
    leaders = [unit for unit in gazetteer.units if known[unit.code] == most]
    if most > next_most and 2 * most > len(names):
        return next(unit for unit in leaders if unit.code == first)
    # 市辖区 of one name stand in several units: what the header resembles decides between these, and these alone.
    near = {name for table in filing.tables for name in _resembled(table, gazetteer)}
    likely = [unit for unit in leaders if most and 2 * most > len(names) and unit.name in near]
    return likely[0] if len(likely) == 1 else None


def _known(names: Iterable[str], gazetteer: Gazetteer, tells: Callable[[RegionMatch, Unit], bool]) -> Counter[str]:
    """Code of each unit that knows any of the names → how many."""
    matches = ((unit, certain_region(unit, name)) for unit in gazetteer.units for name in names)
    return Counter(unit.code for unit, match in matches if match and tells(match, unit))


def _is_own(match: RegionMatch, unit: Unit) -> bool:
    """Whether it is a region of the unit's, or the unit itself."""
    return match.official or (match.whole and match.name == unit.name)


def _is_below(match: RegionMatch, _: Unit) -> bool:
    """Whether it is a place below a region of the unit's that is known."""
    return bool(match.below and match.below.cities)


def _resembled(table: Table, gazetteer: Gazetteer) -> tuple[str, ...]:
    written = table.header.get("unit", BLANK).found
    return gazetteer.match(written).nearest[:1] if isinstance(written, str) else ()
