"""The national workbook (全国汇总), or one unit's with its cities in the units' place. Its source files are named, and
linked to, without a path of one computer: it is sent on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from hrss12333.merging.last_year import Previous, within_unit
from hrss12333.merging.national_workbook import StoredColumn, key_properties
from hrss12333.model import summary_lines
from hrss12333.model.check_code import OUTPUT_CATEGORY
from hrss12333.model.national import National
from hrss12333.model.text import Quoted
from hrss12333.patterns import grouped
from hrss12333.published import Nation
from hrss12333.questions.respondents import Respondent
from hrss12333.questions.rounds import Progress
from hrss12333.wording.places import public_text
from hrss12333.wording.verdicts import merge_sentences, unaudited_text
from hrss12333.writing.national.analysis import analysis_range, comparison_range
from hrss12333.writing.national.book import MEASURED_FONT, NationalBook, TableStyles
from hrss12333.writing.national.details import detail_range, write_contacts, write_details, write_filings
from hrss12333.writing.national.issues import write_issues, write_quoted
from hrss12333.writing.national.lines import summary_range, write_lines
from hrss12333.writing.national.overview import write_overview
from hrss12333.writing.workbook import TableSheet, new_workbook

_UNSAFE = frozenset('#%\\:*?"<>|').union(map(chr, range(32)))
"""Characters that a spreadsheet would not take for a part of a file's name."""


def write_national(
    path: Path,
    national: National,
    respondents: Sequence[Respondent] = (),
    *,
    previous: Previous | None = None,
    progress: Progress | None = None,
    whole: National | None = None,
    quoted: Sequence[Quoted] = (),
) -> None:
    """Write the workbook; the same table gives the same bytes.

    Links to the filings lead from the folder of ``path``, where the workbook will be. ``whole`` is the unit's own table
    where the units of ``national`` are cities: the first sentences are about it.

    Raises:
        JobStop: where ``path`` cannot be written.
    """
    names = relative_names(national)
    shown = with_names(national, names)
    named = with_names(whole, relative_names(whole)) if whole else shown
    sentences = [*filter(None, [unaudited_text(named)]), *merge_sentences(named)]
    asked = [respondent_with_names(each, names) for each in respondents]
    texts = [replace(one, file=names.get(one.file, one.file)) for one in quoted] if names else quoted
    nation = Nation(shown, within_unit(previous, national.of) if previous and national.of else previous)
    year = national.edition.year
    about = {"title": f"{year}年度12333电话服务情况{national.name}汇总", "category": OUTPUT_CATEGORY}
    with new_workbook(path, year, about, MEASURED_FONT) as workbook:
        links = file_links(path, shown, names)
        book = NationalBook(workbook, TableStyles(workbook), nation, links, progress, asked, sentences)
        sheets = _sheets(book, texts)
        placed = {name: workbook.add_worksheet(name, TableSheet) for name in sheets}
        for name, write in sheets.items():
            write(placed[name])
        _store_keys(book)


def _store_keys(book: NationalBook) -> None:
    """Store in the workbook by which keys its columns are read back."""
    whose = book.national.of.name if book.national.of else ""
    keys = {
        name: [StoredColumn(number, column.key, column.heading) for number, column in enumerate(columns, 1)]
        for name, columns in book.keys.items()
    }
    for key, value in key_properties(book.year, whose, keys):
        book.workbook.set_custom_property(key, value, "text")


def _sheets(book: NationalBook, quoted: Sequence[Quoted]) -> dict[str, Callable[[Any], None]]:
    """Name of a sheet → the function that fills it, in order; places that others refer to are known beforehand."""
    for form in book.forms:
        book.detail_ranges[form.key] = detail_range(book, form)
        book.lines_ranges[form.key] = summary_range(book, form)
    if book.previous:
        book.lines_ranges[summary_lines.COMPARISON] = comparison_range(book, book.previous)
    book.lines_ranges[summary_lines.ANALYSIS] = analysis_range(book)
    lines = {block.sheet: partial(write_lines, book, block) for block in book.lines_ranges.values()}
    return {
        summary_lines.OVERVIEW: partial(write_overview, book),
        **{name: lines.pop(name) for name in map(summary_lines.summary_sheet, book.forms)},
        **{summary_lines.detail_sheet(form): partial(write_details, book, form) for form in book.forms},
        **lines,
        summary_lines.FILINGS: partial(write_filings, book),
        summary_lines.CONTACTS: partial(write_contacts, book),
        summary_lines.ISSUES: partial(write_issues, book),
        summary_lines.QUOTED: partial(write_quoted, book, quoted),
    }


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
