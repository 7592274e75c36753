"""Merging held against a plain model: random folders of versions, mails, corrections, copies, parts, whole rows, misnamed
units, counties beside cities, rows of other provinces, rows given twice, other years, parts of the year. What counts is always what the model says, and what is lost is named.

The model is written down from the contract alone: one region, one number, the newest file's.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from zlib import crc32

import pytest
from msgspec import Struct
from msgspec.structs import replace

from cases import seeds
from factory import read_row, unit_named
from hrss12333.checking.engine import check
from hrss12333.checking.rule import Scope
from hrss12333.inbox import year_of_most
from hrss12333.merging.national_table import merge
from hrss12333.model.filing import BLANK, Filing, Place, Row, Table, Value
from hrss12333.model.national import National, tallies
from hrss12333.model.text import Evidence, Text, TextKind
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.gazetteer import match_region
from hrss12333.survey.periods import times_in
from hrss12333.survey.regions import Unit
from hrss12333.survey.words import version_named

FORM = EDITION.forms[0]
WHOLE = "全省"
COUNTIES = {
    "宁夏": ("永宁县", "银川市"),
    "福建": ("晋江市", "泉州市"),
    "河北": ("定州市", None),
    "吉林": ("公主岭市", None),
}
"""Unit → a county and the city that includes it; None where it is known to report by itself."""
STRANGE = {"宁夏": "大连市", "福建": "大连市", "河北": "大连市", "吉林": "大连市"}
DAY = datetime(2020, 1, 2, 3)


class Sending(Struct, frozen=True):
    """One file as its sender made it."""

    file: str
    unit: str
    header: str
    """What stands where the unit belongs: its name, nothing, or a misspelling."""
    year: int | None
    saved: datetime
    rows: tuple[tuple[str, int], ...]
    """Region and the number given for it."""
    part: str = ""
    """The part of the year that its title names."""
    received: datetime | None = None
    """When it was mailed."""

    @property
    def held(self) -> dict[str, set[int]]:
        """Region → the numbers given for it."""
        found: dict[str, set[int]] = defaultdict(set)
        for region, number in self.rows:
            found[region].add(number)
        return found


def sendings(chance: random.Random) -> list[Sending]:
    """A folder of files of several units."""
    found: list[Sending] = []
    clock = DAY
    for short in chance.sample(list(COUNTIES), chance.randint(1, 3)):
        cities = [region.name for region in unit_named(short).regions]
        for _ in range(chance.randint(1, 5)):
            clock += timedelta(hours=chance.choice((0, 1, 1, 1, 30)))
            rows = [(city, chance.randint(1, 3)) for city in chance.sample(cities, chance.randint(1, len(cities)))]
            if chance.random() < 0.25:
                rows.append((COUNTIES[short][0], chance.randint(1, 3)))
            if chance.random() < 0.2:
                rows.append((WHOLE, chance.randint(4, 6)))
            if chance.random() < 0.15:
                rows = [(WHOLE, chance.randint(4, 6))]
            if chance.random() < 0.15:
                rows.append((STRANGE[short], chance.randint(1, 3)))
            if chance.random() < 0.15:
                rows.append((rows[0][0], chance.randint(1, 3)))
            header = chance.choice((unit_named(short).name,) * 4 + ("", unit_named(short).name[:1] + "口省"))
            year = chance.choice((None, 2019, 2019, 2019, 2018))
            part = chance.choice(("上半年", "下半年")) if chance.random() < 0.2 else ""
            name = f"{len(found):02d}{chance.choice(('', '', '', '', '更正', '初稿'))}.xlsx"
            received = DAY + timedelta(hours=chance.randint(0, 5)) if chance.random() < 0.4 else None
            found.append(Sending(name, short, header, year, clock, tuple(rows), part, received))
            if chance.random() < 0.2:
                found.append(
                    replace(found[-1], file=f"{len(found):02d}（副本）.xlsx", saved=clock + timedelta(hours=2))
                )
    chance.shuffle(found)
    return found


# --- the plain model


def told(sent: Sending) -> bool:
    """Whether it can be told whose the file is: by its header, else by most of its regions."""
    unit = unit_named(sent.unit)
    own = {region for region in sent.held if region in {r.name for r in unit.regions}}
    strange = {region for region in sent.held if region == STRANGE[sent.unit]}
    return sent.header == unit.name or (2 * len(own) > len(sent.held) and len(own) > len(strange))


def year_merged(folder: list[Sending]) -> int:
    """The year that most units name (of one unit alone most files), of a tie the newer; the newest survey's where as many name
    none."""
    named = [sent for sent in folder if sent.year and told(sent)] or [sent for sent in folder if sent.year]
    several = len({sent.unit for sent in folder if told(sent)}) > 1
    by_year: dict[int, set[str]] = defaultdict(set)
    for sent in named:
        by_year[sent.year or 0].add(sent.unit if told(sent) and several else sent.file)
    silent = {sent.unit if several else sent.file for sent in folder if told(sent)}.difference(*by_year.values())
    most = max(by_year, key=lambda year: (len(by_year[year]), year), default=2019)
    return most if len(by_year[most]) > len(silent) else 2019


def joined(folder: list[Sending]) -> Iterator[tuple[str, list[Sending]]]:
    """Each unit with its files of the year."""
    year = year_merged(folder)
    for short in {sent.unit for sent in folder}:
        yield short, [sent for sent in folder if sent.unit == short and told(sent) and sent.year in (None, year)]


def expected(folder: list[Sending]) -> set[tuple[str, str, int]]:
    """Unit, region and number of every row that counts."""
    return {
        (unit_named(short).name, region, number)
        for short, files in joined(folder)
        for region, number in of_unit(short, files)
    }


def newer(one: Sending, other: Sending) -> bool:
    """A draft's name, mail, a correction's name, date: the first that both have and that differs."""
    for mine, theirs in (
        ("初稿" not in one.file, "初稿" not in other.file),
        *([(one.received > other.received, one.received < other.received)] if one.received and other.received else ()),
        ("更正" in one.file, "更正" in other.file),
    ):
        if mine != theirs:
            return bool(mine > theirs)
    return one.saved > other.saved


def winner(holding: list[Sending], region: str) -> Sending | None:
    """The newest of those that hold a region: newer than all that say otherwise."""

    def yields(other: Sending, one: Sending) -> bool:
        return (
            other is one or newer(one, other) or (len(one.held[region]) == 1 and one.held[region] == other.held[region])
        )

    best = [one for one in holding if all(yields(other, one) for other in holding)]
    return next((one for one in best if not any(newer(other, one) for other in best)), best[0] if best else None)


def of_unit(short: str, files: list[Sending]) -> Iterator[tuple[str, int]]:
    """Parts of the year give way to the year, and count where they are alone."""
    whole = [sent for sent in files if not sent.part]
    chosen, held = of_part(whole), {region for sent in whole for region in sent.held}
    parts = [of_part([sent for sent in files if sent.part == part]) for part in {sent.part for sent in files} - {""}]
    for region in {region for part in parts for region in part} - held:
        numbers = [part[region] for part in parts if region in part]
        chosen |= {region: numbers[0]} if len(numbers) == 1 else {}
    county, city = COUNTIES[short]
    chosen.pop(STRANGE[short], None)
    if city in chosen:
        chosen.pop(county, None)
    if any(region != WHOLE for region in chosen):
        chosen.pop(WHOLE, None)
    yield from chosen.items()


def of_part(files: list[Sending]) -> dict[str, int]:
    """Region → the number of the newest of files of one period."""
    chosen: dict[str, int] = {}
    for region in {region for sent in files for region in sent.held}:
        holding = [sent for sent in files if region in sent.held]
        first = winner(holding, region)
        if first is None or len(first.held[region]) > 1:
            continue  # a dispute of files of which none is the newest, or within the file
        same = [
            s for s in holding if s.held[region] == first.held[region] and not newer(first, s) and not newer(s, first)
        ]
        # A newer file that is a version of it, and lacks the region, takes it back.
        if not all(
            any(newer(later, sent) and holds_most(later, sent) and region not in later.held for later in files)
            for sent in same
        ):
            chosen[region] = min(first.held[region])
    return chosen


def holds_most(later: Sending, sent: Sending) -> bool:
    """Whether a file holds over half of the regions of another that are the unit's own."""
    own = set(sent.held) - {STRANGE[sent.unit]}
    return 2 * len(own & set(later.held)) > len(own)


# --- the program


def filing(sent: Sending) -> Filing:
    unit = unit_named(sent.unit) if told(sent) else None
    rows = tuple(row(unit, region, number, at) for at, (region, number) in enumerate(sent.rows, 7))
    header = {"unit": Value(sent.header or None, sent.header if unit and sent.header == unit.name else None)}
    headings = {column.key: Place("", 6, 1) for column in FORM.columns}
    title = Text(TextKind.TITLE, f"{sent.year}年{sent.part}" if sent.year else sent.part)
    period = times_in(title.text, EDITION.year).period
    evidence = (Evidence(period, title),) if period else ()
    table = Table(*(FORM, sent.file, FORM.key, header, rows, headings), period=period, evidence=evidence)
    version = version_named(sent.file, EDITION.year)
    return Filing(sent.file, unit, (table,), saved=sent.saved, received=sent.received, version=version)


def row(unit: Unit | None, region: str, number: int, at: int) -> Row:
    match = match_region(unit, region) if unit else None
    figures = {column.key: 1000 * number + crc32(f"{region}{column.key}".encode()) % 997 for column in FORM.data}
    figures["calls_total"] = number  # the others differ, so that no row is the sum of others
    values = {key: Value(figure, figure, Place(FORM.key, at, 3)) for key, figure in figures.items()}
    values |= {"region": Value(region, region, Place(FORM.key, at, 2)), "remarks": BLANK, "serial": BLANK}
    return read_row(FORM, Place(FORM.key, at, 2), region, match, values)


def merged(folder: list[Sending]) -> National:
    documents = [filing(sent) for sent in folder]
    edition = EDITION.of_year(year_of_most(documents) or 2019)
    checked = [check(document, edition, scopes=(Scope.FILE,)) for document in documents]
    return merge(checked, edition)


@pytest.mark.parametrize("seed", seeds(25))
def test_what_counts_is_what_the_plain_model_counts(seed: int) -> None:
    folder = sendings(random.Random(seed))
    national = merged(folder)
    assert national.edition.year == year_merged(folder)
    counted = {
        (entry.unit.name, str(entry.row.region), entry.row.number("calls_total"))
        for entry in national.entries
        if entry.counted and entry.unit
    }
    wanted = expected(folder)
    assert counted == wanted
    total = tallies(national.entries_of(FORM), FORM)["calls_total"].total
    assert (total or 0) == sum(number for _, _, number in wanted)
    assert_all_is_named(folder, national)


def assert_all_is_named(folder: list[Sending], national: National) -> None:
    """Every row is an entry with the reason why it does not count, or of a file that is named as another year's."""
    others = [sent.file for sent in folder if sent.year not in (None, national.edition.year)]
    assert sorted(national.other_years) == sorted(others)
    parts = {sent.file for sent in folder if sent.part}
    came = dict(joined(folder))
    silent = {  # the filing of the year came
        sent.file
        for sent in folder
        for s in came[sent.unit]
        if told(sent) and holds_most(s, sent) and not newer(sent, s)
    }
    asked = {f.file for f in national.findings if f.rule == "M705"} - parts
    assert asked == {*others} - parts - silent
    rows = sum(len(sent.rows) for sent in folder if sent.file not in others)
    assert len(national.entries) == rows
    assert all(bool(entry.why) is not entry.counted for entry in national.entries)
    named = {(f.file, f.region) for f in national.findings}
    for entry in national.entries:
        if any(rule in entry.reason for rule in ("M706", "M702", "R208")):
            assert (entry.file, entry.row.region) in named
