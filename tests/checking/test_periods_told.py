"""600 texts with a date or a period (tests/texts/periods.tsv), each as the module reads it, and where it stands in a filing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from factory import clean_header, clean_rows
from hrss12333.inbox import Inbox, Sent, judge
from hrss12333.model.filing import Filing
from hrss12333.model.finding import Severity
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.documents import Wanted, documents_of
from hrss12333.reading.files.source import Source
from hrss12333.reading.grid import Book, Cell, Grid, Mark
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.periods import Period, times_in
from hrss12333.survey.schema import Form
from long_runs import few

FORM = EDITION.forms[0]
TSV = Path(__file__).parents[1] / "texts" / "periods.tsv"
LINES = [
    tuple((line.replace("\\n", "\n") + "\t" * 6).split("\t")[:7])
    for line in TSV.read_text(encoding="utf-8").splitlines()
    if not line.startswith(("#", "group\t"))
]
BOOK_TEXTS = {"footer": TextKind.PAGE, "property": TextKind.PROPERTY}
MAIL_TEXTS = {"subject": TextKind.SUBJECT, "body": TextKind.MAIL}


def days(found: tuple[Period, ...]) -> str:
    return ";".join(f"{item.first}..{item.last}" for item in found)


@pytest.mark.parametrize(("where", "text", "periods", "sent"), [(w, t, p, s) for _, w, _, t, p, s, _ in LINES])
def test_the_times_that_a_text_speaks_of(where: str, text: str, periods: str, sent: str) -> None:
    found = times_in(text.replace("｜", "："), EDITION.year, is_title=where == "title")
    assert periods in ("?", days(found.periods))
    assert sent in ("?", days(found.sendings))


def sheet(where: str, text: str, form: Form = FORM) -> Iterator[Sequence[Cell]]:
    """The form with a row for each region of 海南, and the text where it stands."""
    contact = clean_header("海南")
    heading, _, cell = text.partition("｜")
    yield [text if where == "title" else form.title]
    if where == "line":
        yield [text]
    yield [
        f"（盖章）海南省（自治区、直辖市） 联系人：{contact['name']} 手机号：{contact['mobile']} 邮箱：{contact['email']}"
    ]
    bracketed = next((c.key for c in form.columns if where == "bracket" and text.startswith(c.label)), None)
    yield [text if column.key == bracketed else column.label for column in form.columns] + [heading] * (
        where == "column"
    )
    for number, row in enumerate(clean_rows("海南", form)):
        given = {**row, "serial": number + 1}
        if number == 0 and where in ("serial", "remarks"):
            given[where] = text
        values = [given.get(column.key) for column in form.columns]
        yield [("否", "是")[v] if isinstance(v, bool) else v for v in values] + [cell] * (where == "column")
    if where == "below":
        yield from ([], [text])


def filed(where: str, text: str) -> Inbox:
    cells = [*sheet(where, text)]
    comment = {(5, 3): Mark(comment=text)} if where == "comment" else {}
    grids = [Grid(text if where == "sheet" else FORM.key, cells, marks=comment)]
    grids.append(Grid(EDITION.forms[1].key, [*sheet("", "", EDITION.forms[1])]))
    if where == "other":
        grids.append(Grid("Sheet2", [[text]]))
    name = f"{text if where == 'file' else '表'}.xlsx"
    name = {"folder": f"{text}/{name}", "archive": f"{text}.zip/{name}"}.get(where, name)
    around = (Text(MAIL_TEXTS[where], text),) if where in MAIL_TEXTS else ()
    book = Book("xlsx", tuple(grids), tuple(Text(kind, text) for place, kind in BOOK_TEXTS.items() if place == where))
    source = Source(name, lambda: b"", around=around)
    documents = [
        item
        for item in documents_of(source, book, Wanted(EDITION, None, year_settled=True))
        if isinstance(item, Filing)
    ]
    return judge(Sent(documents, EDITION))


TOLD = [(where, text, effect) for _, where, _, text, _, _, effect in LINES]


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
