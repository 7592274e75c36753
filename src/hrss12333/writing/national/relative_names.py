"""No path of one computer in a workbook or table that is sent on: files given by an absolute path are named from their
folder on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec.structs import replace

from hrss12333.model.national import National

_SHARED_PARTS = 3
"""Parts of a path, its root included, that files may share without lying in one person's folder."""


def relative_names(national: National) -> tuple[National, dict[str, str]]:
    """The table with its files named from their common folder on, and which of them was elsewhere: name → path."""
    renamed, elsewhere = renaming(national)
    return (_renamed(national, renamed) if elsewhere else national), elsewhere


def renaming(national: National) -> tuple[Callable[[str], str], dict[str, str]]:
    """How a file is named from their common folder on; which was elsewhere: name → path."""
    named = _relative_by_absolute(sorted(name for name in set(_file_names(national)) if Path(name).is_absolute()))
    return lambda file: named.get(file, file), {name: path for path, name in named.items()}


def _file_names(national: National) -> Iterator[str]:
    yield from (entry.file for entry in national.entries)
    yield from (finding.file for finding in national.findings)
    yield from (passed.file for passed in national.skipped)
    yield from (summary.file for summary in national.summaries)
    yield from (item.file for item in national.received)
    yield from (item.file for item in national.letters)
    yield from national.other_years
    yield from (file for status in national.units for file in status.files)


def _relative_by_absolute(absolute: list[str]) -> dict[str, str]:
    """Path → what is behind the folder that all of them share, with that folder's own name."""
    try:
        shared = Path(os.path.commonpath([Path(path).parent for path in absolute]))
    except ValueError:  # on several drives, or none at all
        return _shortest(absolute)
    if len(shared.parts) < _SHARED_PARTS:
        return _shortest(absolute)
    return {path: path[len(str(shared.parent)) + 1 :] for path in absolute}


def _shortest(absolute: list[str]) -> dict[str, str]:
    """Path → as much of its end as tells it from the others, its folder at least."""
    found: dict[str, str] = {}
    for path in absolute:
        parts = Path(path).parts[1:]
        tails = [str(Path(*parts[-size:])) for size in range(min(2, len(parts)), len(parts) + 1)]
        alone = (tail for tail in tails if sum(other.endswith(f"{os.sep}{tail}") for other in absolute) == 1)
        found[path] = next(alone, tails[-1])
    return found


def _renamed(national: National, renamed: Callable[[str], str]) -> National:
    return replace(
        national,
        entries=tuple([replace(entry, file=renamed(entry.file), by=renamed(entry.by)) for entry in national.entries]),
        units=tuple(
            replace(
                status,
                files=tuple(renamed(file) for file in status.files),
                contacts=tuple(replace(contact, file=renamed(contact.file)) for contact in status.contacts),
            )
            for status in national.units
        ),
        findings=tuple([finding.renamed(renamed) for finding in national.findings]),
        summaries=tuple(replace(summary, file=renamed(summary.file)) for summary in national.summaries),
        skipped=tuple(replace(item, file=renamed(item.file)) for item in national.skipped),
        received=tuple(replace(item, file=renamed(item.file)) for item in national.received),
        other_years=tuple(renamed(file) for file in national.other_years),
    )
