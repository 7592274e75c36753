"""Whatever is written into a filing is read, asked about or quoted, each exactly once; of a clean form nothing is quoted."""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from hypothesis import strategies as st
from msgspec.structs import replace

from cases import words
from factory import mail
from filing_styles import Content, Page, Style, draw
from filing_writers import KEPT, WRITERS, filing_of, write
from hrss12333.checking.engine import check
from hrss12333.model.filing import Filing, Unreadable
from hrss12333.model.text import Quoted
from hrss12333.reading.documents import read_paths
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from long_runs import drawn

USUAL, OFTEN, FULL = 200, 500, 2_000
WRITTEN = ["openpyxl", "xlsxwriter", "docx", "xls"]
Insert = Callable[..., str]
SAID = words("宁东数据另报 | 含外包坐席 | 系统割接三天 | 与上年口径一致 | 话务平台统计 | 石嘴山12月估算 | 另含2018年的")
SUMS = ("合计", "总计", "全省", "小计")
FORMATS = {"k": "#,##0k", "约": '"约"0'} | {sign: f'0"{sign}"' for sign in ("百", "000", "十万", "次/月", "万")}
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

QUOTED_VALUES = {"serial", "remarks"}
"""Fields whose words are texts."""


def edges(page: Page) -> tuple[int, int]:
    """The last row and column in which anything is."""
    return max(row for row, _ in page.cells), max(column for _, column in page.cells)


def covered(page: Page) -> set[tuple[int, int]]:
    """The cells of its merged ranges."""
    return {at for top, left, *end in page.merges for at in product(range(top, end[0] + 1), range(left, end[1] + 1))}


def put(page: Page, way: str, dice: random.Random) -> str:
    """Write something of somebody's own into cells below, beside, above or inside everything; what of it is looked for."""
    bottom, right = edges(page)
    said, line = dice.choice(SAID), dice.randint(7, 9)
    merged = covered(page)
    blank = [at for at in product(range(1, bottom + 1), range(1, right + 2)) if at not in merged | page.cells.keys()]
    ways: dict[str, tuple[int, int, Sequence[Sequence[Content]]]] = {
        "figure below": (bottom + 3, 3, [[987_654]]),
        "figure beside": (line, right + 3, [[987_654]]),
        "sentence below": (bottom + 2, dice.randint(1, 3), [[said]]),
        "sentence beside": (line, right + 2, [[said]]),
        "sentence above": (1, right + 2, [[said]]),
        "sentence inside": (*dice.choice(blank), [[said]]),
        "row below": (bottom + 1, 1, [["31", "宁东管委会", 987_654]]),
        "column beside": (3, right + 2, [["满意件数"], [987_654], [12], [14]]),
        "table below": (bottom + 3, 2, [["项目", "件数"], ["留言", 987_654], ["投诉", 30]]),
    }
    top, left, lines = ways[way]
    for row, cells in enumerate(lines, top):
        for column, cell in enumerate(cells, left):
            page.put(row, column, cell)
    return said if way.startswith("sentence") else "987654"


def within(page: Page, dice: random.Random, where: str) -> str:
    """Write something into a cell that is filled in already, behind what is there; into a number's format; below all cells
    where there is no such cell."""
    said = dice.choice(SAID)
    texts = {at: content for at, content in page.cells.items() if isinstance(content, str)}
    sums = {row for (row, _), text in texts.items() if "".join(text.split()).startswith((*SUMS, "样例"))}
    names = ["".join(text.split()) for text in texts.values()]
    read = [name for name in names if name.startswith(("放弃量", "知识库条目")) and names.count(name) == 1]
    heads = [at for at, text in texts.items() if "".join(text.split()) in read]
    if where == "合计":
        asked = [column for (_, column), text in texts.items() if "是否" in text]
        ends = [*({(row, column) for row in sums for column in asked} - page.cells.keys() - covered(page))]
    elif where == "手机号":
        ends = [at for at, text in texts.items() if re.search(r"138\d{8}", text)]
    elif where == "栏目":
        ends = heads
    else:
        columns = {column for _, column in heads}
        ends = [
            (r, c) for (r, c), n in page.cells.items() if type(n) is int and n > 50 and c in columns and r not in sums
        ]
    if not ends:
        return put(page, "sentence below", dice)
    at = dice.choice(sorted(ends))
    if where == "数字格式":
        said = dice.choice([*FORMATS])
        page.formats[at] = FORMATS[said]
        return f"{{}}{said}"
    page.cells[at] = f"{texts[at]}（{said}）" if where == "栏目" else f"{texts.get(at, '')}　{said}".strip()
    return said


def comment(page: Page, dice: random.Random) -> str:
    said = page.comments[dice.choice([*page.cells])] = dice.choice(SAID)
    return said


def beside(place: str) -> Insert:
    """Into what is in no cell, called as 附注 calls it."""

    def insert(page: Page, dice: random.Random) -> str:
        said = page.beside[place] = dice.choice(SAID)
        return said

    return insert


IN_CELLS = [f"{what} {where}" for what in ("figure", "sentence") for where in ("below", "beside")]
IN_CELLS += ["sentence above", "sentence inside", "row below", "column beside", "table below"]
BESIDE = {
    "页眉页脚": ["openpyxl", "xlsxwriter", "docx"],
    "文本框": ["xlsxwriter", "docx"],
    "脚注": ["docx"],
    "文件属性": ["openpyxl", "xlsxwriter", "docx"],
    "段落": ["docx"],
    "邮件": WRITTEN,
}
INSERTED: list[tuple[str, Insert, list[str]]] = [
    *(("", partial(put, way=way), WRITTEN) for way in IN_CELLS),
    ("批注", comment, ["openpyxl", "xlsxwriter", "docx"]),
    *(("", partial(within, where=where), WRITTEN) for where in ("合计", "手机号", "栏目")),
    ("", partial(within, where="数字格式"), ["openpyxl", "xlsxwriter", "xls"]),
    *((place, beside(place), writers) for place, writers in BESIDE.items()),
]
"""Where it is quoted, if it is in no cell outside the tables; how it is inserted; what can write it."""


def mentions(document: object, words: str) -> Iterator[str]:
    """Where what was inserted is found: as a text in its place, in a block of figures, as a value."""
    if isinstance(document, Unreadable):
        yield "refused"
        return
    assert isinstance(document, Filing)
    known = [text for text in document.texts if words in "".join(text.text.split())]
    for scale in (scale for table in document.tables for scale in table.scales if words.startswith("{}")):
        yield from ["number format"] if words[2:] in scale.reported else []
    for text in document.texts:
        if words in "".join(text.text.split()):
            yield Quoted(text, document.file, document.unit, marked=False).located
    for block in document.loose_figures:
        yield from ("figures" for text in block.texts if text == words)
    headers = {str(value.found) for table in document.tables for value in table.header.values()}
    yield from ("header" for found in headers if words in found and not known)
    for table in document.tables:
        for row in (*table.rows, *table.samples, *(item.row for item in table.concealed if item.row)):
            for value in (value for key, value in row.values.items() if key not in QUOTED_VALUES):
                if (words in str(value.found) and value.found != words) or str(value.found) == words:
                    yield f"value {value}"


@drawn(
    *(USUAL, OFTEN, FULL),
    unit=st.sampled_from(EDITION.units),
    inserted=st.sampled_from(INSERTED),
    seed=st.integers(0, 2**32 - 1),
)
def test_what_is_inserted_is_found_exactly_once(unit: Unit, inserted: tuple[str, Insert, list[str]], seed: int) -> None:
    dice = random.Random(seed)
    place, insert, writers = inserted
    writer = dice.choice(writers)
    names = dice.sample(sorted(KEPT), dice.randint(0, 6))
    style = Style(**{name: dice.choice(KEPT[name]) for name in names})
    planned = draw(filing_of(unit, dice), style.but(formulas=False), dice, WRITERS[writer][0])
    file = dice.choice(planned.files)
    words = insert(file[-1], dice=dice)
    with tempfile.TemporaryDirectory() as folder:
        path = write(planned, writer, Path(folder))[planned.files.index(file)]
        if said := file[-1].beside.get("邮件"):
            sent = mail((path.name, path.read_bytes()), **{dice.choice(["subject", "said"]): said})
            path = path.with_suffix(".eml")
            path.write_bytes(sent)
        documents = read_paths([path], EDITION).documents
        found = [where for document in documents for where in mentions(document, words)]
        asked = [check(document, EDITION).findings for document in documents]
        assert len(found) == 1, (inserted, writer, style, found, asked)
        assert place in found[0], (inserted, writer, style, found)


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
