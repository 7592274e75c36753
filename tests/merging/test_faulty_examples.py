"""The clean examples merged together with each faulty one: no region counts twice, and no total grows beyond the unit's
own rows."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from draws import few
from hrss12333.checking.engine import Checked, check
from hrss12333.checking.owners import with_owners
from hrss12333.checking.rule import Scope
from hrss12333.merging.national_table import merge
from hrss12333.reading.documents import read_paths
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Kind

EXAMPLES = Path(__file__).parents[2] / "examples"
FAULTY = sorted(path for path in (EXAMPLES / "faulty").iterdir() if path.is_file() and path.suffix != ".md")


@cache
def checked(path: Path) -> list[Checked]:
    """What lies there, as far as each file is looked at alone."""
    documents = with_owners(read_paths([path], EDITION).documents, EDITION.gazetteer)
    return [check(item, EDITION, scopes=(Scope.FILE,)) for item in documents]


@pytest.mark.parametrize("path", few(FAULTY, 6), ids=lambda path: path.name)
def test_no_total_grows_beyond_the_units_own_rows(path: Path) -> None:
    national = merge([*checked(EXAMPLES / "filings"), *checked(path)], EDITION)
    for form in EDITION.forms:
        counted = national.entries_of(form)
        twice = Counter((entry.unit, entry.row.region) for entry in counted)
        assert [spot for spot, number in twice.items() if number > 1] == []
        for status in national.units:
            regions = {region.name for region in status.unit.regions}
            rows = [entry for entry in counted if entry.unit is status.unit]
            own = [entry for entry in national.entries_of(form, counted=False) if entry.unit is status.unit]
            assert len(rows) <= len(regions)
            for column in form.of_kind(Kind.COUNT):
                most: dict[str | None, int] = {}
                for entry in own:
                    number = entry.row.number(column.key) or 0
                    most[entry.row.region] = max(number, most.get(entry.row.region, 0))
                total = national.tally(form, column, status.unit).total or 0
                assert total <= sum(number for name, number in most.items() if name in regions)
