"""Whatever is written into a filing is read, asked about or quoted, each exactly once; of a clean form nothing is quoted."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
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


WAYS = [f"{what} {where}" for what in ("figure", "sentence") for where in ("below", "beside")]
WAYS += ["sentence above", "row below", "column beside", "table below"]


def inserted(way: str, page: Page, dice: random.Random) -> str:
    """Put something of somebody's own on a page, below, beside or above everything; what of it is looked for."""
    bottom, right = edges(page)
    said, line = dice.choice(SAID), dice.randint(7, 9)
    put: dict[str, tuple[int, int, Sequence[Sequence[Content]]]] = {
        "figure below": (bottom + 3, 3, [[987_654]]),
        "figure beside": (line, right + 3, [[987_654]]),
        "sentence below": (bottom + 2, dice.randint(1, 3), [[said]]),
        "sentence beside": (line, right + 2, [[said]]),
        "sentence above": (1, right + 2, [[said]]),
        "row below": (bottom + 1, 1, [["31", "宁东管委会", 987_654]]),
        "column beside": (3, right + 2, [["满意件数"], [987_654], [12], [14]]),
        "table below": (bottom + 3, 2, [["项目", "件数"], ["留言", 987_654], ["投诉", 30]]),
    }
    top, left, lines = put[way]
    for row, cells in enumerate(lines, top):
        for column, cell in enumerate(cells, left):
            page.put(row, column, cell)
    return said if way.startswith("sentence") else "987654"


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
    way=st.sampled_from(WAYS),
    writer=st.sampled_from(WRITTEN),
    seed=st.integers(0, 2**32 - 1),
)
def test_what_is_inserted_is_found_exactly_once(unit: Unit, way: str, writer: str, seed: int) -> None:
    dice = random.Random(seed)
    names = dice.sample(sorted(KEPT), dice.randint(0, 6))
    style = Style(**{name: dice.choice(KEPT[name]) for name in names})
    if way == "row below":
        style = style.but(doubled=False)  # what is in a column that is there twice is asked about with it (F007)
    planned = draw(filing_of(unit, dice), style.but(formulas=False), dice, WRITERS[writer][0])
    file = dice.choice(planned.files)
    words = inserted(way, file[-1], dice)
    with tempfile.TemporaryDirectory() as folder:
        paths = write(planned, writer, Path(folder))
        documents = read_paths([paths[planned.files.index(file)]], EDITION).documents
        found = [where for document in documents for where in mentions(document, words)]
        assert len(found) == 1, (way, style, found, [check(d, EDITION).findings for d in documents])


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
