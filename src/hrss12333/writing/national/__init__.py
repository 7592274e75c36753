"""The national workbook (全国汇总), or one unit's with its cities in the units' place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from hrss12333.merging.last_year import Previous, within_unit
from hrss12333.merging.national_workbook import StoredColumn, key_properties
from hrss12333.model import summary_lines
from hrss12333.model.document_marks import OUTPUT_CATEGORY
from hrss12333.model.national import National
from hrss12333.model.text import Quoted
from hrss12333.published.nation import Nation
from hrss12333.questions.respondents import Respondent
from hrss12333.questions.rounds import Progress
from hrss12333.wording.verdicts import merge_sentences, unaudited_text
from hrss12333.writing.national.analysis import analysis_area, comparison_area
from hrss12333.writing.national.book import MEASURED_FONT, NationalBook, TableStyles
from hrss12333.writing.national.details import detail_area, write_contacts, write_details, write_filings
from hrss12333.writing.national.issues import write_issues, write_quoted
from hrss12333.writing.national.lines import summary_area, write_lines
from hrss12333.writing.national.overview import write_overview
from hrss12333.writing.national.source_files import file_links, relative_names, respondent_with_names, with_names
from hrss12333.writing.workbook import TableSheet, day_after, new_workbook


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
    about = {
        "title": f"{national.edition.year}年度12333电话服务情况{national.name}汇总",
        "category": OUTPUT_CATEGORY,
        "created": day_after(national.edition.year),
    }
    with new_workbook(path, about, MEASURED_FONT) as workbook:
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
        book.detail_areas[form.key] = detail_area(book, form)
        book.lines_areas[form.key] = summary_area(book, form)
    if book.previous:
        book.lines_areas[summary_lines.COMPARISON] = comparison_area(book, book.previous)
    book.lines_areas[summary_lines.ANALYSIS] = analysis_area(book)
    lines = {area.sheet: partial(write_lines, book, area) for area in book.lines_areas.values()}
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
