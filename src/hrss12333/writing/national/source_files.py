"""Names of the workbook's source files, and links to them: nothing that is sent on holds a path of one computer."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from hrss12333.model.finding import Finding
from hrss12333.model.national import National
from hrss12333.patterns import grouped
from hrss12333.questions.respondents import Respondent
from hrss12333.wording.places import public_text

_UNSAFE = frozenset('#%\\:*?"<>|').union(map(chr, range(32)))
"""Characters that a spreadsheet would not take for a part of a file's name."""


def relative_names(national: National) -> dict[str, str]:
    """Path of a file → its name without the folder that all of them share; empty where they share no drive."""
    names = dict[str, str]()
    for files in grouped(filter(None, {*_file_names(national)}), os.path.isabs).values():
        try:
            shared = os.path.commonpath([Path(path).parent for path in files])
        except ValueError:
            continue
        names |= {path: str(Path(path).relative_to(shared)) for path in files}
    return names


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


def respondent_with_names(respondent: Respondent, names: Mapping[str, str]) -> Respondent:
    """The respondent with its files so named."""

    def renamed(finding: Finding) -> Finding:
        return finding.renamed(lambda file: names.get(file, file))

    return replace(respondent, questions=tuple(each.changed(renamed) for each in respondent.questions))


def file_links(workbook: Path, national: National, names: Mapping[str, str]) -> dict[str, str]:
    """The table's files, so named → links to them from the workbook, to those for which there is a safe one.

    Only files below or beside the workbook's folder are linked to, by a relative path: the workbook can then be sent on
    together with its folder, and no name from a filing can lead to another computer.
    """
    folder, paths = workbook.resolve().parent, {name: path for path, name in names.items()}
    # Worked out for each of hundreds of files it took a tenth of the writing.
    way_to = cache(lambda parent: os.path.relpath(os.path.realpath(parent), folder))
    found = {file: _link(Path(paths.get(file, file)), way_to) for file in {entry.file for entry in national.entries}}
    return {file: link for file, link in found.items() if link and public_text(file) == file}


def _link(place: Path, way_to: Callable[[Path], str]) -> str:
    """To the file, or to the container that holds it, by the way to its folder; empty where there is no safe one."""
    try:
        path = next((path for path in (place, *place.parents) if path.is_file()), None)
        path = path.resolve() if path and path.is_symlink() else path
        relative = os.path.normpath(f"{way_to(path.parent)}/{path.name}") if path else ""
        relative.encode()
    except (OSError, ValueError):  # a name that the system refuses or that is no text, another drive
        return ""
    parts = Path(relative).parts
    is_safe = parts and len(relative) <= 200 and _UNSAFE.isdisjoint("".join(parts))
    return "external:" + "/".join(parts) if is_safe else ""
