"""Whatever is written into a filing is read, asked about or quoted, each exactly once; of a clean form nothing is quoted."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import strategies as st
from msgspec.structs import replace

from filing_mixtures import KEPT, filing_of, write
from filing_styles import Content, Page, Style, draw
from filing_writers import WRITERS
from hrss12333.checking.engine import check
from hrss12333.model.filing import Filing, Unreadable
from hrss12333.reading.documents import read_paths
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from long_runs import drawn

USUAL, OFTEN, FULL = 200, 500, 2_000
WRITTEN = ["openpyxl", "xlsxwriter", "docx", "xls"]
SAID = ("宁东数据另报", "含外包坐席", "系统割接三天", "与上年口径一致", "话务平台统计")
OWN_WORDS = [
    "foreign",
    "province",
    "cover",
    "extra_sheets",
    "missing",
    "doubled",
    "faults",
    "mess",
    "stale",
    "subtotal",
    "formulas",
    "scale",
]
"""Choices by which a form is no clean one: words or figures of somebody's own."""


def edges(page: Page) -> tuple[int, int]:
    """The last row and column in which anything is."""
    return max(row for row, _ in page.cells), max(column for _, column in page.cells)


def figure_below(page: Page, dice: random.Random) -> str:
    page.put(edges(page)[0] + 3, 3, 987_654)
    return "987654"


def figure_beside(page: Page, dice: random.Random) -> str:
    page.put(dice.randint(7, 9), edges(page)[1] + 3, 987_654)
    return "987654"


def sentence_below(page: Page, dice: random.Random) -> str:
    said = dice.choice(SAID)
    page.put(edges(page)[0] + 2, dice.randint(1, 3), said)
    return said


def sentence_beside(page: Page, dice: random.Random) -> str:
    said = dice.choice(SAID)
    page.put(dice.randint(7, 9), edges(page)[1] + 2, said)
    return said


def sentence_above(page: Page, dice: random.Random) -> str:
    """Above everything, or in place of nothing where the sheet begins at once."""
    said, last = dice.choice(SAID), edges(page)[1]
    page.put(1, last + 2, said)
    return said


def row_below(page: Page, dice: random.Random) -> str:
    """A row of an unknown place under the first columns, below everything."""
    at = edges(page)[0] + 1
    cells: tuple[Content, ...] = ("31", "宁东管委会", 987_654)
    for column, cell in enumerate(cells, 1):
        page.put(at, column, cell)
    return "987654"


def column_beside(page: Page, dice: random.Random) -> str:
    top, right = 3, edges(page)[1] + 2
    cells: tuple[Content, ...] = ("满意件数", 987_654, 12, 14)
    for row, cell in enumerate(cells, top):
        page.put(row, right, cell)
    return "987654"


def table_below(page: Page, dice: random.Random) -> str:
    at = edges(page)[0] + 3
    lines: tuple[tuple[Content, ...], ...] = (("项目", "件数"), ("留言", 987_654), ("投诉", 30))
    for row, line in enumerate(lines, at):
        for column, cell in enumerate(line, 2):
            page.put(row, column, cell)
    return "987654"


INSERTED = [
    *(figure_below, figure_beside, sentence_below, sentence_beside),
    *(sentence_above, row_below, column_beside, table_below),
]


def mentions(document: object, words: str) -> Iterator[str]:
    """Where what was inserted is found: as a value, as a text, in a block of figures, in what is asked of a row."""
    if isinstance(document, Unreadable):
        yield "refused"
        return
    assert isinstance(document, Filing)
    for text in document.texts:
        if words in "".join(text.text.split()):
            yield f"text {text.text}"
    for block in document.loose_figures:
        yield from (f"loose {text}" for text in block.texts if text == words)
    for table in document.tables:
        for row in (*table.rows, *table.samples, *(item.row for item in table.concealed if item.row)):
            for value in row.values.values():
                if (words in str(value.found) and value.found != words) or str(value.found) == words:
                    yield f"value {value}"


@drawn(
    *(USUAL, OFTEN, FULL),
    unit=st.sampled_from(EDITION.units),
    insert=st.sampled_from(INSERTED),
    writer=st.sampled_from(WRITTEN),
    seed=st.integers(0, 2**32 - 1),
)
def test_what_is_inserted_is_found_exactly_once(
    unit: Unit, insert: Callable[[Page, random.Random], str], writer: str, seed: int
) -> None:
    dice = random.Random(seed)
    names = dice.sample(sorted(KEPT), dice.randint(0, 6))
    style = Style(**{name: dice.choice(KEPT[name]) for name in names})
    if insert is row_below:
        style = style.but(doubled=False)  # what is in a column that is there twice is asked about with it (F007)
    planned = draw(filing_of(unit, dice), style.but(formulas=False), dice, WRITERS[writer][0])
    file = dice.choice(planned.files)
    words = insert(file[-1], dice)
    with tempfile.TemporaryDirectory() as folder:
        paths = write(planned, writer, Path(folder))
        documents = read_paths([paths[planned.files.index(file)]], EDITION).documents
        found = [where for document in documents for where in mentions(document, words)]
        assert len(found) == 1, (insert.__name__, style, found, [check(d, EDITION).findings for d in documents])


@pytest.mark.parametrize("seed", range(40))
def test_nothing_is_quoted_of_a_clean_form(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    names = [name for name in sorted(KEPT) if name not in OWN_WORDS]
    style = Style(**{name: dice.choice(KEPT[name]) for name in dice.sample(names, 8)})
    writer = dice.choice(WRITTEN)
    filing = filing_of(dice.choice(EDITION.units), dice)
    rows = {key: [{**row, "remarks": None} for row in own] for key, own in filing.rows.items()}
    planned = draw(replace(filing, rows=rows), style, dice, WRITERS[writer][0])
    for path in write(planned, writer, tmp_path):
        for document in read_paths([path], EDITION).documents:
            assert isinstance(document, Filing)
            assert (document.texts, document.loose_figures) == ((), ()), (style, writer)
