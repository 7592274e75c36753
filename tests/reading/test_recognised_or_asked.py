"""What people send is recognised whole, or asked: a filing in any mixture of what is read is read back exactly, or a finding
is at the cell; what is refused counts nothing, and one finding says what to send instead.

A plain run tries fifty mixtures, always the same ones, the long one 300. To run more than 2,000 new ones:

    HRSS12333_PROPERTY=full python -m pytest tests/reading/test_recognised_or_asked.py
"""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import product
from pathlib import Path

from hypothesis import strategies as st

from cases import drawn, words
from factory import mail, write_filing
from filing_styles import Content, Expectations, Page, Planned, Style, draw
from filing_words import FOREIGN
from filing_writers import ASKED, FORMATS, KEPT, REFUSED, REFUSED_WRITERS, SOUND, WRITERS, filing_of, styles, write
from hrss12333.checking.engine import Checked, check
from hrss12333.model.filing import Filing, Table, Unreadable
from hrss12333.model.filing import Filing as Read
from hrss12333.model.finding import Finding, Severity
from hrss12333.model.text import Quoted, Text, TextKind
from hrss12333.reading.documents import read_paths
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from merge_runs import judged, totals

INCOMPLETE = {"R204", "F006"}
"""Queries about all filings here: cities are left out, and the other form may be in another file."""
ALLOWED = {"B404", "R207", "R210", "V309"}
"""Queries about what is asked on purpose: a missing column, a concealed row, 万; and all that is plausible or not."""


def differences(planned: Planned, paths: list[Path], *, sound: bool = False) -> list[str]:
    """Everything that was read otherwise than planned and not said, or said though nothing is wrong; every cell that
    was not accounted for, but for the columns that the form does not have. Of a ``sound`` filing whatever is asked."""
    documents = {document.file: document for document in read_paths(paths, EDITION).documents}
    found: list[str] = []
    for number, path in enumerate(paths):
        document = documents[str(path)]
        if not isinstance(document, Read):
            found.append(f"{path.name}: {document}")
            continue
        checked = check(document, EDITION)
        found += [f"unread {block}" for block in document.loose_figures]
        objected = {column for expected in planned.expected.values() for column in expected.columns}
        unread = (text for text in document.texts if (text.form, text.field) not in objected)
        found += [f"quoted {text}" for text in unread if not _is_foreign(text)]
        sheets = {sheet: expected for (file, sheet), expected in planned.expected.items() if file == number}
        for sheet in {table.sheet for table in document.tables} - set(sheets):
            found.append(f"a table in {sheet}")
        for sheet, expected in sheets.items():
            tables = [table for table in document.tables if table.sheet == sheet]
            found += [f"{sheet}: {text}" for text in _compare(expected, tables, checked, sound=sound)]
    return found


def _is_foreign(text: Text) -> bool:
    """Whether it is a remark, or a column or a sheet that the form does not have."""
    words = "".join(text.text.split())
    own = text.kind in (TextKind.REMARK, TextKind.OTHER_SHEET) or words.startswith(("省份", "地区"))
    return own or any(word in words for word in FOREIGN)


def _compare(expected: Expectations, tables: list[Table], checked: Checked, *, sound: bool) -> list[str]:
    found = []
    sheet = tables[0].sheet if tables else ""
    reported: dict[str | None, list[Finding]] = {}
    for finding in checked.findings:
        if finding.sheet == sheet:
            reported.setdefault(finding.cell, []).append(finding)
    planned_rows = {(item.form, item.row) for item in expected.cells}
    kept = [(t.form.key, row) for t in tables for row in t.rows if not (row.match and row.match.is_unit)]  # 全省: R209
    read_rows = {(form, row.place.row): row for form, row in kept}
    if len(kept) != len(planned_rows) or set(read_rows) != planned_rows:
        found.append(f"rows {sorted(read_rows)} instead of {sorted(planned_rows)}")
    negative = {item.form for item in expected.cells if "V303" in item.rules}
    spoilt = {(item.form, item.row) for item in expected.cells if item.rules}
    objections = {("F007", field) for _, field in expected.columns}
    for item in expected.cells:
        row = read_rows.get((item.form, item.row))
        if row is None or (item.form, item.field) in expected.columns:
            continue
        value = row.get(item.field)
        at = [f.rule for f in reported.get(item.cell, []) if f.severity is Severity.ERROR or f.explained]
        if item.rules:
            if value.value is not None or not item.rules & set(at):
                found.append(f"{item} read as {value}, said {at}")
        elif value.value != item.value or type(value.value) is not type(item.value):
            found.append(f"{item} read as {value}")
        elif value.place is None or value.place.a1 != item.cell:
            found.append(f"{item} placed at {value.place}")
        if value.found is not None and item.value is not None and value.value is None and not at:
            found.append(f"{item} lost in silence: {value}")
    for (form, key), (wanted, rules, cells) in expected.header.items():
        for table in tables:
            if table.form.key != form:
                continue
            got = table.header.get(key)
            at_cell = {f.cell for f in checked.findings if f.rule in rules and f.form == form and f.sheet == sheet}
            if rules and (not at_cell or (cells and not at_cell & cells)):
                found.append(f"header {form} {key} {rules} at {at_cell} instead of {cells}; {got}")
            elif not rules and (got is None or got.value != wanted):
                found.append(f"header {form} {key} {wanted} read as {got}")
            elif not rules and got and got.place and cells and got.place.a1 not in cells:
                found.append(f"header {form} {key} placed at {got.place} instead of {cells}")
    for form, field in expected.columns:
        if not any(f.rule == "F007" and f.field == field and f.form == form for f in checked.findings):
            found.append(f"no F007 for {form} {field}")
    allowed = {rule for _, rules, _ in expected.header.values() for rule in rules}
    faulty_cells = {(item.cell, rule) for item in expected.cells for rule in item.rules}
    for finding in checked.findings:
        if finding.sheet != sheet or finding.severity is Severity.NOTE:
            continue
        asked = finding.rule in ALLOWED or finding.rule.startswith("P")
        if finding.severity is Severity.QUERY and (finding.rule in INCOMPLETE or (asked and not sound)):
            continue
        row_number = int("".join(c for c in finding.cell or "0" if c.isdigit()))
        known = (
            finding.rule in allowed
            or (finding.rule, finding.field) in objections
            or (finding.cell, finding.rule) in faulty_cells
            or (
                finding.rule in ("B403", "R209") and finding.form in negative
            )  # the sum written holds it, ours does not
            or (finding.rule.startswith("B") and (str(finding.form), row_number) in spoilt)
        )
        if not known:
            found.append(f"false alarm {finding.rule} {finding.cell} {finding.message.text}")
    return found


@drawn(
    *(50, 300),
    unit=st.sampled_from(EDITION.units),
    style=st.one_of(styles(SOUND), styles(KEPT)),
    writer=st.sampled_from(FORMATS),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_filing_in_any_style_is_read_back(unit: Unit, style: Style, writer: str, seed: int) -> None:
    dice = random.Random(seed)
    style = style.but(formulas=style.formulas and writer != "openpyxl")  # it stores no results (V308)
    planned = draw(filing_of(unit, dice), style, dice, WRITERS[writer][0])
    with tempfile.TemporaryDirectory() as folder:
        paths = write(planned, writer, Path(folder))
        sound = ASKED.isdisjoint((name, getattr(style, name)) for name in KEPT)
        assert differences(planned, paths, sound=sound) == []


@drawn(
    *(8, 100, 300),
    unit=st.sampled_from(EDITION.units[10:]),
    style=styles(SOUND),
    refused=st.sampled_from([*REFUSED, *(("writer", name) for name in REFUSED_WRITERS)]),
    seed=st.integers(0, 2**32 - 1),
)
def test_what_is_refused_counts_nothing_and_one_finding_says_what_to_send(
    unit: Unit, style: Style, refused: tuple[str, object], seed: int
) -> None:
    """Beside ten sound filings: the totals are those of the sound ones. Beside a hidden sheet the other one counts."""
    dice, (name, option) = random.Random(seed), refused
    writer, rules = str(option), {"F003"}
    if name != "writer":
        writer, rules = "xlsxwriter", REFUSED[refused]
        style = style.but(**{"layout": "sheets", name: option})
    planned = draw(filing_of(unit, dice), style, dice, "xlsx")
    with tempfile.TemporaryDirectory() as folder:
        sent = write(planned, writer, Path(folder))
        found = judged(*sent, *sound_filings(Path(folder))).national
    asked = [f for f in found.findings_of_files if f.file in map(str, sent) and f.is_open and f.rule != "R204"]
    assert {finding.rule for finding in asked} <= rules
    assert 0 < len(asked) <= len(sent) * len(EDITION.forms)
    assert all("请" in finding.message.text for finding in asked)
    assert name == "hidden" or totals(found) == totals_of_the_sound()


def sound_filings(folder: Path) -> list[Path]:
    return [write_filing(folder / f"{unit.short}.xlsx", unit) for unit in EDITION.units[:10]]


@cache
def totals_of_the_sound() -> object:
    with tempfile.TemporaryDirectory() as folder:
        return totals(judged(*sound_filings(Path(folder))).national)


# Whatever is written into a filing is read, asked about or quoted, each exactly once


WRITTEN = ["openpyxl", "xlsxwriter", "docx", "xls"]
Insert = Callable[..., str]
SAID = words("宁东数据另报 | 含外包坐席 | 系统割接三天 | 与上年口径一致 | 话务平台统计 | 石嘴山12月估算 | 另含2018年的")
SUMS = ("合计", "总计", "全省", "小计")
SHOWN = {"k": "#,##0k", "约": '"约"0'} | {sign: f'0"{sign}"' for sign in ("百", "000", "十万", "次/月", "万")}
QUOTED_VALUES = {"serial", "remarks"}
"""Fields whose words are texts."""


def covered(page: Page) -> set[tuple[int, int]]:
    """The cells of its merged ranges."""
    return {at for top, left, *end in page.merges for at in product(range(top, end[0] + 1), range(left, end[1] + 1))}


def put(page: Page, way: str, dice: random.Random) -> str:
    """Write something of somebody's own into cells below, beside, above or inside everything; what of it is looked for."""
    bottom, right = map(max, zip(*page.cells, strict=True))
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
        said = dice.choice([*SHOWN])
        page.formats[at] = SHOWN[said]
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
            for value in (row.get(key) for key in row.scalars() if key not in QUOTED_VALUES):
                if (words in str(value.found) and value.found != words) or str(value.found) == words:
                    yield f"value {value}"


@drawn(
    *(200, 500),
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
