"""Year, owner and unit of measure by the contract's order of evidence, against an oracle that knows its words alone.

Every combination goes through files: a sheet with title, line and 填表说明, named, in a file, an archive, a folder, a mail.
Then some 670 texts with a date or a period (tests/texts/periods.tsv), each as the module reads it, and where it stands in a filing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import strategies as st
from msgspec.structs import replace

from cases import drawn, few, written
from damaged import archive, bytes_of
from factory import RowData, clean_header, clean_rows, mail, write_filing
from five_cities import HEADER, SYSTEM_HEADINGS, lines
from hrss12333.checking.engine import Checked, check
from hrss12333.inbox import Inbox, Sent, judge
from hrss12333.model.filing import Filing
from hrss12333.model.finding import Severity
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.documents import documents_of, read_paths
from hrss12333.reading.files.discovery import Source
from hrss12333.reading.grid import Book, Cell, Grid, Mark
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.periods import Period, times_in
from hrss12333.survey.schema import Form, answer_word
from merge_runs import found, judged

FORM, SYSTEMS = EDITION.forms
SURVEY = EDITION.year
Words = Mapping[str, str]
"""Place → what is written there."""
NAMES = ("sheet", "file", "archive", "folder", "subject", "mail")


def table(words: Words, unit: str | None, rows: Iterable[RowData]) -> bytes:
    """A workbook with one form; places that are not given name nothing."""
    book = openpyxl.Workbook()
    page = book.create_sheet(words.get("sheet", FORM.key))
    book.remove(book.worksheets[0])
    page.append([words.get("title", FORM.title)])
    page.append([words.get("line")])
    contact = clean_header("宁夏")
    page.append([f"（盖章）{unit or ''}省（自治区、直辖市） 联系人：{contact['name']} 手机号：{contact['mobile']}"])
    page.append([column.label for column in FORM.columns])
    for row in rows:
        answers = [row.get(column.key) for column in FORM.columns]
        page.append([answer_word(answer) if isinstance(answer, bool) else answer for answer in answers])
    page.append([None, words.get("printed")])
    return bytes_of(book)


def sent(words: Words, data: bytes) -> Checked:
    """The workbook as it is received, and what is found in it."""
    name = f"{words.get('file', '表')}.xlsx"
    with TemporaryDirectory() as folder:
        inside = Path(folder) / words.get("folder", "收件")
        inside.mkdir()
        if "archive" in words:
            name, data = f"{words['archive']}.zip", archive([(name, data)])
        if words.keys() & {"subject", "mail"}:
            said = f"部信息中心：\n{words.get('mail', '请查收附件。')}\n2020年1月6日"
            name, data = "信.eml", mail((name, data), said=said, subject=words.get("subject", "报送材料"))
        (inside / name).write_bytes(data)
        (document,) = read_paths([Path(folder)], EDITION, year_settled=True).documents
        return check(document, EDITION)


def filing(checked: Checked) -> Filing:
    assert isinstance(checked.document, Filing)
    return checked.document


def rules(checked: Checked) -> list[str]:
    return [finding.rule for finding in checked.findings]


YEAR_WORDS: Mapping[str, tuple[str, ...]] = {
    "title": ("{}年度12333电话服务情况调查表", "12333电话服务情况调查表（{}年）", "宁夏{}年12333电话服务情况"),
    "line": ("（{}年度）", "统计年度：{}年", "{}年1—12月"),
    "sheet": ("附表1（{}）", "{}年附表1", "附表1（{}年度）"),
    "file": ("宁夏{}年", "宁夏_{}", "{}年度12333调查表"),
    "archive": ("宁夏{}", "{}年度材料"),
    "folder": ("{}年报送", "{}", "{}年度"),
    "subject": ("宁夏{}年12333调查表", "关于报送{}年度12333电话服务情况的函"),
    "mail": ("现报送{}年12333电话服务情况调查表，请查收。", "{}年度数据"),
    "printed": ("2．数据采集周期为：{0}年1月1日至{0}年12月31日。",),
}
SAID = st.fixed_dictionaries(
    {},
    optional={
        place: st.tuples(st.sampled_from((2017, 2018, 2019, 2019, 2020)), st.sampled_from(words))
        for place, words in YEAR_WORDS.items()
    },
)


def year_expected(said: Mapping[str, tuple[int, str]]) -> tuple[int | None, bool]:
    """The year by the contract's words, and whether it is asked about."""
    known = {
        place: year
        for place, (year, words) in said.items()
        if place in ("title", "line", "sheet", "file")
        and (place == "title" or year <= SURVEY or "年度" in words or "月" in words)
        and not (place == "line" and year > SURVEY and "年度：" in words)
    }
    above = [known[place] for place in ("title", "line") if place in known]
    year = above[0] if above else SURVEY  # names alone make it no other year's
    return (year if known else None), any(other != year for other in known.values())


@drawn(20, 80, said=SAID)
def test_the_strongest_evidence_tells_the_year_and_what_says_otherwise_is_asked(
    said: dict[str, tuple[int, str]],
) -> None:
    words = {place: text.format(year) for place, (year, text) in said.items()}
    checked = sent(words, table(words, "宁夏", clean_rows("宁夏")))
    year, asked = year_expected(said)
    assert (filing(checked).year, rules(checked).count("M705")) == (year, int(asked))
    (query,) = [f.message.text for f in checked.findings if f.rule == "M705"] or [""]
    assert not asked or sum(f"写的是{said}年" in query for said in (2017, 2018, 2019, 2020)) > (year != SURVEY)


OWNERS = ("宁夏", "青海", "海南")
OWNER_WORDS: Mapping[str, tuple[str, ...]] = {
    "sheet": ("{}附表1", "附表1_{}"),
    "file": ("{}12333调查表", "12333电话服务情况（{}）"),
    "archive": ("{}",),
    "folder": ("{}", "{}报送"),
    "subject": ("{}12333调查表", "转发：{}报送的材料"),
    "mail": ("{}人社厅信息中心",),
}
NAMED = st.fixed_dictionaries(
    {},
    optional={
        place: st.tuples(st.sampled_from(OWNERS), st.sampled_from(words)) for place, words in OWNER_WORDS.items()
    },
)


@drawn(20, 80, named=NAMED, header=st.sampled_from((None, *OWNERS)), regions=st.sampled_from((None, *OWNERS)))
def test_the_strongest_evidence_tells_the_owner_and_what_says_otherwise_is_asked(
    named: dict[str, tuple[str, str]], header: str | None, regions: str | None
) -> None:
    """``regions`` None: a row for the whole unit, which does not say of which."""
    words = {place: text.format(unit) for place, (unit, text) in named.items()}
    rows = clean_rows(regions) if regions else [{**clean_rows("宁夏")[0], "region": "全省"}]
    checked = sent(words, table(words, header, rows))
    listed = [regions, header, *(named[place][0] for place in NAMES if place in named)]
    listed = [unit for unit in listed if unit]
    unit = filing(checked).unit
    assert (unit.short if unit else None) == (listed[0] if listed else None)
    assert rules(checked).count("H108") == int(len(set(listed)) > 1)


@pytest.mark.parametrize(
    ("words", "figure"),
    [
        ({"line": "单位：万次"}, 70_000),
        ({"line": "（单位：千次、人）"}, 7_000),
        ({"line": "单位：次"}, 7),
        ({"sheet": "附表1（万次）", "file": "宁夏（单位：万次）"}, 7),
        ({"archive": "宁夏（千次）", "printed": "单位：万次"}, 7),
        ({"subject": "宁夏（万次）", "mail": "单位：万次"}, 7),
    ],
)
def test_a_line_above_the_table_tells_the_unit_of_measure_and_nothing_else_does(words: Words, figure: int) -> None:
    checked = sent(words, table(words, "宁夏", [{**clean_rows("宁夏")[0], "calls_total": 7, "remarks": "核实过"}]))
    (row,) = filing(checked).tables[0].rows
    asked = [finding.rule for finding in checked.findings if finding.rule == "V309" and finding.field == "calls_total"]
    assert (row.scalar("calls_total"), asked) == (figure, ["V309"] * (figure != 7))


@pytest.mark.parametrize(("header", "asked"), [("吉林", False), ("吉林省", False), ("吉林市", True)])
def test_a_header_that_names_the_unit_names_no_city_of_its_name(header: str, asked: bool, tmp_path: Path) -> None:
    """长春市's own filing: 吉林 is the province before it is its city 吉林市."""
    rows = {form.key: clean_rows("吉林", form, 1) for form in EDITION.forms}
    path = write_filing(tmp_path / "一.xlsx", "吉林", rows, {**clean_header("吉林"), "unit": header})
    assert bool(found(judged(path).national, "H108")) is asked


# some 670 texts with a date or a period


LINES = written("periods.tsv")
BOOK_TEXTS = {"footer": TextKind.PAGE, "property": TextKind.PROPERTY}
MAIL_TEXTS = {"subject": TextKind.SUBJECT, "body": TextKind.MAIL}


def days(found: tuple[Period, ...]) -> str:
    return ";".join(f"{item.first}..{item.last}" for item in found)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["text"])
def test_the_times_that_a_text_speaks_of(line: dict[str, str]) -> None:
    found = times_in(line["text"].replace("｜", "："), EDITION.year, is_title=line["where"] == "title")
    assert line["periods"] in ("?", days(found.periods))
    assert line["sent"] in ("?", days(found.sendings))


def rows_of(form: Form) -> list[list[Cell]]:
    """The clean rows of 宁夏's cities."""
    given = [{**row, "serial": at} for at, row in enumerate(clean_rows("宁夏", form), 1)]
    values = [[row.get(column.key) for column in form.columns] for row in given]
    return [[answer_word(value) if isinstance(value, bool) else value for value in row] for row in values]


def filed(where: str, text: str) -> Inbox:
    """The five cities with this text where it stands."""
    heading, _, cell = text.partition("｜")
    bracketed = next((c.label for c in FORM.columns if where == "bracket" and text.startswith(c.label)), None)
    more = where == "column"
    headings = [text if column.label == bracketed else column.label for column in FORM.columns] + [heading] * more
    rows = [[*row, *[cell] * more] for row in rows_of(FORM)]
    if where in ("serial", "remarks"):
        rows[0][[*FORM.by_key].index(where)] = text
    top = [[text if where == "title" else FORM.title], *[[text]] * (where == "line"), *lines(HEADER)]
    cells = [*top, headings, *rows, *[[], [text]] * (where == "below")]
    comment = {(len(top) + 1, 3): Mark(comment=text)} if where == "comment" else {}
    grids = [Grid(text if where == "sheet" else FORM.key, cells, marks=comment)]
    grids.append(Grid(SYSTEMS.key, [[SYSTEMS.title], *lines(HEADER), SYSTEM_HEADINGS, *rows_of(SYSTEMS)]))
    if where == "other":
        grids.append(Grid("Sheet2", [[text]]))
    name = f"{text if where == 'file' else '表'}.xlsx"
    name = {"folder": f"{text}/{name}", "archive": f"{text}.zip/{name}"}.get(where, name)
    around = (Text(MAIL_TEXTS[where], text),) if where in MAIL_TEXTS else ()
    book = Book(tuple(grids), tuple(Text(kind, text) for place, kind in BOOK_TEXTS.items() if place == where))
    source = Source(name, lambda: b"", around=around)
    documents = [
        item for item in documents_of(source, replace(book, year_settled=True), EDITION) if isinstance(item, Filing)
    ]
    return judge(Sent(documents, EDITION))


TOLD = [(line["where"], line["text"], line["effect"]) for line in LINES if line["effect"] != "?"]


@pytest.mark.parametrize(("where", "text", "effect"), few([*TOLD[::3], *TOLD[1::3], *TOLD[2::3]], len(TOLD[::3])))
def test_what_a_text_does_to_its_table(where: str, text: str, effect: str) -> None:
    inbox = filed(where, text)
    counts = len([entry for entry in inbox.national.entries_of(FORM) if entry.counted])
    asked = [finding.severity for finding in inbox.national.findings if finding.rule == "M705"]
    expected = {"other": [Severity.ERROR], "asked": [Severity.QUERY], "part": [Severity.QUERY], "note": [Severity.NOTE]}
    assert (counts > 0) is (effect != "other")
    assert asked == expected.get(effect, [])
    marked = [quoted.marked for quoted in inbox.quoted if quoted.text.text.strip() == text.strip()]
    assert effect != "marked" or marked == [True]
    assert effect != "nothing" or True not in marked
