"""Files that are small and cost much: one thing of an ordinary file, a great many times.

`COSTLY` names each with what multiplies in it, how many times it once broke the bounds, and how to make it with another
number. `tests/reading/files/test_bounds.py` makes them small, `benchmarks/bounds.py` as large as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from damaged import document, with_parts, with_sheet
from hrss12333.model.row import column_letters
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Kind

_FORM = EDITION.forms[0]


def _cell(row: int, column: int, content: object, formula: str = "") -> bytes:
    """A cell of an .xlsx, both counted from 1; a text inline."""
    at = f"{column_letters(column)}{row}"
    made = f"<f>{formula}</f>" if formula else ""
    if isinstance(content, str):
        return f'<c r="{at}" t="inlineStr"><is><t>{content}</t></is></c>'.encode()
    return f'<c r="{at}">{made}<v>{content}</v></c>'.encode()


def _line(row: int, line: Iterable[object]) -> bytes:
    return b'<row r="%d">%s</row>' % (row, b"".join(_cell(row, column, cell) for column, cell in enumerate(line, 1)))


def _rows(lines: Iterable[Iterable[object]]) -> bytes:
    return b"".join(_line(row, line) for row, line in enumerate(lines, 1))


def headings() -> list[str]:
    return [column.label for column in _FORM.columns]


def answers(number: int) -> list[object]:
    """A row of it that is filled in; no region has this name."""
    made: dict[Kind, object] = {Kind.SERIAL: number, Kind.REGION: f"第{number}市", Kind.YESNO: "是", Kind.TEXT: ""}
    return [made.get(column.kind, 100) for column in _FORM.columns]


def form_rows(rows: int) -> Iterator[list[object]]:
    """A form of so many rows, its title and its headings first."""
    yield [f"{_FORM.key}　{_FORM.title}"]
    yield [*headings()]
    yield from map(answers, range(1, rows + 1))


def xlsx_unclosed(n: int) -> bytes:
    """Beginnings of cells that never end, in a sheet that reaches to the last corner."""
    return with_sheet(b'<row r="1"><c r="XFD1048576"/>' + b"<c " * n)


def sums_of_columns(n: int) -> bytes:
    """Formulas that sum up 50,000 blank cells each."""
    return with_sheet(
        b"".join(b'<row r="%d">%s</row>' % (r, _cell(r, 1, 0, "SUM(Z1:Z49999)")) for r in range(1, n + 1))
    )


def formulas_in_a_chain(n: int) -> bytes:
    """A form whose figures stand on the one above, and of which nobody has calculated any."""
    lines = form_rows(n)
    rows = [_line(number, line) for number, line in zip((1, 2, 3), lines, strict=False)]
    for number, line in enumerate(lines, 4):
        cells = [_cell(number, column, cell) for column, cell in enumerate(line, 1)]
        cells[2] = b'<c r="C%d"><f>C%d+1</f></c>' % (number, number - 1)
        rows.append(b'<row r="%d">%s</row>' % (number, b"".join(cells)))
    return with_sheet(b"".join(rows))


def heading_square(n: int) -> bytes:
    words = headings()
    return with_sheet(_rows([words[(row + at) % len(words)] for at in range(n)] for row in range(n)))


def heading_columns(n: int) -> bytes:
    """Headings side by side, over and over, with figures below."""
    words = headings()
    return with_sheet(_rows([[words[at % len(words)] for at in range(n)], *([100] * n for _ in range(40))]))


def forms_below(n: int) -> bytes:
    """Forms of one row in one sheet, one below the other."""

    def lines() -> Iterator[list[object]]:
        for _ in range(n):
            yield from form_rows(1)
            yield []

    return with_sheet(_rows(lines()))


def sums_in_words(n: int) -> bytes:
    return with_sheet(_rows([f"{row}+{column}=3次" for column in range(100)] for row in range(max(n // 100, 1))))


def beside_the_form(n: int) -> bytes:
    """A form, and figures in 40 columns beside and below it."""
    rows = []
    lines = list(form_rows(20))
    for row in range(1, max(n // 40, len(lines)) + 1):
        cells = [_cell(row, column, cell) for column, cell in enumerate(lines[row - 1], 1)] if row <= len(lines) else []
        cells += [b'<c r="%s%d"><v>1</v></c>' % (column_letters(c).encode(), row) for c in range(14, 54)]
        rows.append(b'<row r="%d">%s</row>' % (row, b"".join(cells)))
    return with_sheet(b"".join(rows))


def last_column(n: int) -> bytes:
    """A cell in the last column of each row."""
    return with_sheet(b"".join(b'<row r="%d">%s</row>' % (row, _cell(row, 16_384, 1)) for row in range(1, n + 1)))


def rtf_open(n: int) -> bytes:
    """Groups that never end."""
    return b"{\\rtf1 " + b"{" * n


def xlsx_rows(n: int) -> bytes:
    return with_sheet(_rows(form_rows(n)))


def docx_rows(n: int) -> bytes:
    def cell(content: object) -> str:
        return f"<w:tc><w:p><w:r><w:t>{content}</w:t></w:r></w:p></w:tc>"

    width = len(headings())
    rows = "".join(f"<w:tr>{''.join(map(cell, [*line, *[''] * (width - len(line))]))}</w:tr>" for line in form_rows(n))
    grid = "<w:gridCol/>" * width
    body = f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>".encode()
    return with_parts(document(), {"word/document.xml": (b"<w:body>", b"<w:body>" + body)})


def mail_nested(n: int) -> bytes:
    """Parts of a mail that lie in one another, around a text of 500 lines for each of them."""
    kind = "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n"
    head = "From: a@b.cn\nSubject: s\nMIME-Version: 1.0\n" + "".join(kind % (i, i) for i in range(n))
    return (head + "\n" + "x\n" * (500 * n)).encode()


def mail_tags(n: int) -> bytes:
    """A mail that is a page of tags which never end, half of them such as show nothing."""
    head = "From: a@b.cn\nSubject: s\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<html><body>"
    return (head + "<td>1" * 30 + "<style" * n + "<" * n).encode()


def mail_large(n: int) -> bytes:
    head = "From: a@b.cn\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n"
    part = "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"
    name = 'Content-Disposition: attachment; filename="a.xlsx"\n\n'
    return (head + part + name).encode() + (b"A" * 76 + b"\n") * (n * 2**20 // 77) + b"--bb--\n"


class Costly(NamedTuple):
    """One file of the table."""

    extension: str
    make: Callable[[int], bytes]
    once: int
    """How many times made it break the bounds."""
    few: int
    """How many times a test makes it."""


COSTLY: dict[str, Costly] = {
    "xlsx-unclosed": Costly("xlsx", xlsx_unclosed, 200_000, 20_000),
    "sums-of-columns": Costly("xlsx", sums_of_columns, 1_500, 20),
    "formulas-in-a-chain": Costly("xlsx", formulas_in_a_chain, 20_000, 1_000),
    "heading-square": Costly("xlsx", heading_square, 300, 60),
    "heading-columns": Costly("xlsx", heading_columns, 1_200, 200),
    "forms-below": Costly("xlsx", forms_below, 5_000, 100),
    "sums-in-words": Costly("xlsx", sums_in_words, 600_000, 5_000),
    "beside-the-form": Costly("xlsx", beside_the_form, 4_000_000, 20_000),
    "last-column": Costly("xlsx", last_column, 6_000, 600),
    "xlsx-rows": Costly("xlsx", xlsx_rows, 60_000, 2_000),
    "docx-rows": Costly("docx", docx_rows, 20_000, 500),
    "rtf-open": Costly("rtf", rtf_open, 900_000, 10_000),
    "mail-nested": Costly("eml", mail_nested, 400, 40),
    "mail-tags": Costly("eml", mail_tags, 100_000, 10_000),
    "mail-large": Costly("eml", mail_large, 200, 4),
}
"""Name → how to make it."""
