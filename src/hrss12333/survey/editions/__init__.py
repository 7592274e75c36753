"""The editions of the survey: a file each, and one registry from year to edition."""

from __future__ import annotations

from hrss12333.survey.editions import y2019
from hrss12333.survey.schema import Edition

EDITIONS: dict[int, Edition] = {2019: y2019.EDITION}
"""Year reported on → its edition; next year's is one file and one entry."""


def edition_named(edition: Edition, year: int | None) -> Edition:
    """The edition of the year that a file names; this one if it names none or the same."""
    return edition if year in (None, edition.year) else edition_of(year)


def edition_of(year: int | None = None) -> Edition:
    """The edition of a year (by default the newest); else the latest earlier year's forms without a notice."""
    if year is None:
        year = max(EDITIONS)
    earlier = [known for known in EDITIONS if known <= year]
    return EDITIONS[max(earlier) if earlier else min(EDITIONS)].of_year(year)
