"""Whatever is written into a blank cell of any filing is read, or quoted with its place: nothing falls out without a word.

A plain run tries `USUAL` insertions, always the same ones. To try 2,000 new ones:

    HRSS12333_PROPERTY=full python -m pytest tests/reading/account/test_account_property.py
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from hypothesis import strategies as st
from msgspec import Struct

from draws import drawn
from filing_mixtures import FORMATS, filing_of, styles, write
from filing_styles import Content, Page, Style, draw
from filing_writers import WRITERS
from hrss12333.checking.engine import check
from hrss12333.model.filing import Filing, Place, Row, Table
from hrss12333.model.finding import UNREAD_ID, Finding, Severity
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Kind
from readings import found_as

USUAL = 200
KINDS = ("figure", "correction", "region", "column", "table")
COUNTS = [column.label for form in EDITION.forms for column in form.of_kind(Kind.COUNT)]
BESIDE, BELOW = 4, 5
"""Columns and rows beyond what a page holds in which something may be inserted."""
At = tuple[int, int]


class Insertion(Struct, frozen=True):
    """Cells that were written into a page; row and column count from 1."""

    page: Page
    cells: Mapping[At, Content]


def blanks(page: Page) -> set[At]:
    """The cells of a page, and around it, in which nothing stands and that nothing covers."""
    covered = {
        (row, column)
        for top, left, bottom, right in page.merges
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    }
    rows = range(1, max(row for row, _ in page.cells) + BELOW)
    columns = range(1, max(column for _, column in page.cells) + BESIDE)
    every = {(row, column) for row in rows if row not in page.concealed for column in columns}
    return every - covered - page.cells.keys()


def insertion(kind: str, pages: list[Page], unit: Unit, dice: random.Random) -> Insertion | None:
    """Something written into one of the pages, or on a page of its own; None where it finds no room."""
    region, figure = dice.choice(unit.regions).name, dice.randint(2_100, 90_000)
    if kind == "table":
        page = Page(f"表格{len(pages) + 1}" if pages[0].name.startswith("表格") else "补充")
        rows: list[list[Content]] = dice.choice(
            [
                [["地区", "来电总量"], [region, figure], ["合计", figure]],
                [[region, figure, 41_000]],
                [["指标", "数值"], ["来电总量", figure]],
                [["地区", "人工接听量", "放弃量"], [region, figure, 700]],
            ]
        )
        for number, line in enumerate(rows, 1):
            page.cells |= {(number, column): content for column, content in enumerate(line, 1)}
        pages.append(page)
        return Insertion(page, {at: content for at, content in page.cells.items() if isinstance(content, int)})
    page = dice.choice(pages)
    room = blanks(page)
    row, column = dice.choice(sorted(room))
    asked = dice.choice(COUNTS)
    sentences = (f"{asked}应为{figure}", f"{region}{asked}更正为{figure}", f"{region}应为{figure}次")
    ways: list[Content] = [figure, str(figure), f"{figure:,}"]
    choices: dict[str, dict[At, Content]] = {
        "figure": {(row, column): dice.choice(ways)},
        "correction": {(row, column): dice.choice(sentences)},
        "region": {(row, column): region, (row, column + 1): figure, (row, column + 2): figure // 2},
        "column": {(row, column): figure, (row + 1, column): figure + 7, (row + 2, column): figure + 11},
    }
    cells = choices[kind]
    if not cells.keys() <= room:
        return None
    page.cells |= cells
    return Insertion(page, cells)


def is_told(filing: Filing, said: Sequence[Finding], inserted: Insertion) -> bool:
    """Whether what was inserted is read, or some finding quotes it or its cell."""
    sheet = inserted.page.name
    if any(_is_read(table, inserted) for table in filing.tables):
        return True
    findings = [finding for finding in said if finding.sheet == sheet]
    quoted = [str(content) for content in inserted.cells.values()]
    return any(
        finding.position in inserted.cells or any(text in finding.message_text for text in quoted)
        for finding in findings
    )


def _is_read(table: Table, inserted: Insertion) -> bool:
    """Whether a value of the table is in one of the cells, or a block that is asked about covers one."""
    rows: list[Row] = [*table.rows, *([table.total] if table.total else [])]
    counts = [column.key for column in table.form.of_kind(Kind.COUNT)]
    values = [value for row in table.rows for value in row.values.values()]
    values += [row.get(key) for row in rows for key in counts]
    places = [value.place for value in values if value.found is not None]
    if any(place and _is_at(place, inserted) for place in places):
        return True
    return any(
        block.is_question
        and block.place.sheet == inserted.page.name
        and any(
            block.place.row <= row <= block.last.row and block.place.column <= column <= block.last.column
            for row, column in inserted.cells
        )
        for block in table.unread_cells
    )


def _is_at(place: Place, inserted: Insertion) -> bool:
    return place.sheet == inserted.page.name and (place.row, place.column) in inserted.cells


def _is_in_other_column(filing: Filing, inserted: Insertion) -> bool:
    """Whether it is under the heading of a column that the form does not have: that is reported as one."""
    headings = [item.place for table in filing.tables for item in table.unread]
    return any(p.sheet == inserted.page.name and p.column == column for p in headings for _, column in inserted.cells)


@drawn(
    USUAL,
    unit=st.sampled_from(EDITION.units),
    style=styles(),
    writer=st.sampled_from(FORMATS),
    kind=st.sampled_from(KINDS),
    seed=st.integers(0, 2**32 - 1),
)
def test_nothing_that_is_written_into_a_blank_cell_is_passed_over(
    unit: Unit, style: Style, writer: str, kind: str, seed: int
) -> None:
    dice = random.Random(seed)
    planned = draw(filing_of(unit, dice), style, dice, WRITERS[writer][0])
    number = dice.randrange(len(planned.files))
    inserted = insertion(kind, planned.files[number], unit, dice)
    if inserted is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = write(planned, writer, Path(folder))[number]
        filing = found_as(Filing, path)
    reported = check(filing, EDITION).findings
    assert is_told(filing, reported, inserted) or _is_in_other_column(filing, inserted), inserted.cells
    listed = [f for f in reported if f.rule == UNREAD_ID and f.sheet == inserted.page.name]
    notes = [f for f in listed if f.severity is Severity.NOTE and f.position in inserted.cells]
    assert not notes or _is_in_other_column(filing, inserted)
