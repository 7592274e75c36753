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
HEADINGS = [column.label for column in _FORM.columns]


def _cell(row: int, column: int, content: object) -> bytes:
    """A cell of an .xlsx, both counted from 1; a text inline."""
    at = f"{column_letters(column)}{row}"
    if isinstance(content, str):
        return f'<c r="{at}" t="inlineStr"><is><t>{content}</t></is></c>'.encode()
    return f'<c r="{at}"><v>{content}</v></c>'.encode()


def _line(row: int, line: Iterable[object]) -> bytes:
    return b'<row r="%d">%s</row>' % (row, b"".join(_cell(row, column, cell) for column, cell in enumerate(line, 1)))


def _rows(lines: Iterable[Iterable[object]]) -> bytes:
    return b"".join(_line(row, line) for row, line in enumerate(lines, 1))


def answers(number: int) -> list[object]:
    """A row of it that is filled in; no region has this name."""
    made: dict[Kind, object] = {Kind.SERIAL: number, Kind.REGION: f"第{number}市", Kind.YESNO: "是", Kind.TEXT: ""}
    return [made.get(column.kind, 100) for column in _FORM.columns]


def form_rows(rows: int) -> Iterator[list[object]]:
    """A form of so many rows, its title and its headings first."""
    yield [f"{_FORM.key}　{_FORM.title}"]
    yield [*HEADINGS]
    yield from map(answers, range(1, rows + 1))


def xlsx_unclosed(n: int) -> bytes:
    """Beginnings of cells that never end, in a sheet that reaches to the last corner."""
    return with_sheet(b'<row r="1"><c r="XFD1048576"/>' + b"<c " * n)


def heading_square(n: int) -> bytes:
    return with_sheet(_rows([HEADINGS[(row + at) % len(HEADINGS)] for at in range(n)] for row in range(n)))


def forms_below(n: int) -> bytes:
    """Forms of one row in one sheet, one below the other."""

    def lines() -> Iterator[list[object]]:
        for _ in range(n):
            yield from form_rows(1)
            yield []

    return with_sheet(_rows(lines()))


def beside_the_form(n: int) -> bytes:
    """A form, and figures in 40 columns beside and below it."""
    form = list(form_rows(20))
    below: list[list[object]] = [[] for _ in range(len(form), n // 40)]
    return with_sheet(_rows([*line, *[""] * (13 - len(line)), *[1] * 40] for line in (*form, *below)))


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

    width = len(HEADINGS)
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
    extension: str
    make: Callable[[int], bytes]
    once: int
    """How many times made it break the bounds."""
    few: int
    """How many times a test makes it."""


COSTLY: dict[str, Costly] = {
    "xlsx-unclosed": Costly("xlsx", xlsx_unclosed, 200_000, 20_000),
    "heading-square": Costly("xlsx", heading_square, 300, 60),
    "forms-below": Costly("xlsx", forms_below, 5_000, 100),
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
