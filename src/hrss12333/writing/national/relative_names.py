"""No path of one computer in a workbook or table that is sent on: files given by an absolute path are named from their common
folder on."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from hrss12333.model.national import National


def relative_names(national: National) -> dict[str, str]:
    """Absolute path of a file → its name from the folder on that all of them share; empty where they share no drive."""
    absolute = [path for path in {*_file_names(national)} if Path(path).is_absolute()]
    try:
        shared = Path(os.path.commonpath([Path(path).parent for path in absolute]))
    except ValueError:
        return {}
    return {path: str(Path(path).relative_to(shared.parent)) for path in absolute}


def _file_names(national: National) -> Iterator[str]:
    yield from (entry.file for entry in national.entries)
    yield from (finding.file for finding in national.findings)
    for listed in (national.skipped, national.summaries, national.received, national.letters):
        yield from (item.file for item in listed)
    yield from national.other_years
    yield from (file for status in national.units for file in status.files)


def with_names(national: National, names: Mapping[str, str]) -> National:
    """The table with its files so named."""
    if not names:
        return national

    def named(file: str) -> str:
        return names.get(file, file)

    return replace(
        national,
        entries=tuple([replace(entry, file=named(entry.file), by=named(entry.by)) for entry in national.entries]),
        units=tuple(
            replace(
                status,
                files=tuple(named(file) for file in status.files),
                contacts=tuple(replace(contact, file=named(contact.file)) for contact in status.contacts),
            )
            for status in national.units
        ),
        findings=tuple([finding.renamed(named) for finding in national.findings]),
        summaries=tuple(replace(summary, file=named(summary.file)) for summary in national.summaries),
        skipped=tuple(replace(item, file=named(item.file)) for item in national.skipped),
        received=tuple(replace(item, file=named(item.file)) for item in national.received),
        other_years=tuple(named(file) for file in national.other_years),
    )
