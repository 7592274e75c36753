"""Names of the workbook's source files, and links to them: nothing that is sent on holds a path of one computer."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from hrss12333.model.national import National
from hrss12333.patterns import grouped
from hrss12333.questions.respondents import Respondent
from hrss12333.wording.places import public_text

_UNSAFE = frozenset('#%\\:*?"<>|').union(map(chr, range(32)))
"""Characters that a spreadsheet would not take for a part of a file's name."""


def relative_names(national: National) -> dict[str, str]:
    """Path of a file → its name without the folder that all of them share; empty where they share no drive."""
    paths, names = dict[str, str](), dict[str, str]()
    _renamed(national, lambda file: paths.setdefault(file, file))
    for files in grouped(filter(None, paths), os.path.isabs).values():
        try:
            shared = os.path.commonpath([Path(path).parent for path in files])
        except ValueError:
            continue
        names |= {path: str(Path(path).relative_to(shared)) for path in files}
    return names


def with_names(national: National, names: Mapping[str, str]) -> National:
    """The table with its files so named."""
    return _renamed(national, lambda file: names.get(file, file)) if names else national


def _renamed(national: National, named: Callable[[str], str]) -> National:
    """The table with another name for each file."""

    def each(items: Iterable[Any], *fields: str) -> tuple[Any, ...]:
        return tuple([replace(item, **{key: named(getattr(item, key)) for key in fields}) for item in items])

    units = (
        replace(one, files=tuple(map(named, one.files)), contacts=each(one.contacts, "file")) for one in national.units
    )
    listed = ("summaries", "skipped", "received", "letters")
    return replace(
        national,
        entries=each(national.entries, "file", "by"),
        units=tuple(units),
        findings=tuple([finding.renamed(named) for finding in national.findings]),
        other_years=tuple(map(named, national.other_years)),
        **{key: each(getattr(national, key), "file") for key in listed},
    )


def respondent_with_names(respondent: Respondent, names: Mapping[str, str]) -> Respondent:
    """The respondent with its files so named."""
    questions = (
        each.changed(lambda one: one.renamed(lambda file: names.get(file, file))) for each in respondent.questions
    )
    return replace(respondent, questions=tuple(questions))


def file_links(workbook: Path, national: National, names: Mapping[str, str]) -> dict[str, str]:
    """The table's files, so named → relative links from the workbook, which can so be sent on with its folder; only safe
    ones: no name from a filing leads to another computer."""
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
