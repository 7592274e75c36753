"""Files that are small and cost much: one thing of an ordinary file, a great many times.

`COSTLY` names each with what multiplies in it, how many times it once broke the bounds, and how to make it with another
number. `tests/reading/worker/test_limits.py` makes them small, `benchmarks/bounds.py` as large as they were.
"""

from __future__ import annotations

import struct
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image

from damaged import SHEET, Change, archive, bytes_of, document, with_parts, with_sheet, workbook
from factory import mail
from hrss12333.model.row import column_letters
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.schema import Kind
from rich_workbook import picture as small_picture
from rich_workbook import write_rich

EXAMPLES = Path(__file__).parents[1] / "examples"
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


def of_package(name: str, extension: str = "xlsx") -> bytes:
    """An example whose file name holds this word."""
    return next(path for path in sorted(EXAMPLES.rglob(f"*{name}*.{extension}"))).read_bytes()


def faulty_with(parts: Mapping[str, Change]) -> bytes:
    """A filing in which something is wrong, so that a marked copy of it is due, with other parts."""
    return with_parts(of_package("01_"), parts)


def sheet_end(words: bytes) -> Callable[[bytes], bytes]:
    """A sheet with something behind its cells."""
    return lambda sheet: sheet.replace(b"</sheetData>", b"</sheetData>" + words, 1)


def within_sheet(words: Callable[[int], bytes]) -> Callable[[int], bytes]:
    return lambda n: faulty_with({SHEET: sheet_end(words(n))})


def rels_open(n: int) -> bytes:
    return with_parts(
        workbook(), {"xl/_rels/workbook.xml.rels": lambda rels: rels[:-16] + b"<Relationship Id='r1' " * n}
    )


def entries_open(n: int) -> bytes:
    return with_parts(workbook(), {"xl/workbook.xml": (b"<sheets>", b"<sheets>" + b"<sheet " * n)})


def drawn(content: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """A workbook with a drawing that holds this within its one anchor."""

    def make(n: int) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            data = write_rich(Path(folder, "a.xlsx")).read_bytes()
        start = b"<xdr:twoCellAnchor>"
        return with_parts(data, {"xl/drawings/drawing1.xml": (start, content(n) + start)})

    return make


def nested(tag: bytes, inner: bytes) -> Callable[[int], bytes]:
    """An element in itself so many times."""
    name = tag.split()[0]
    return lambda n: b"<%s>" % tag * n + inner + b"</%s>" % name * n


def worded(body: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """A work report with this in its body."""

    def make(n: int) -> bytes:
        words = {"word/document.xml": (b"<w:body>", b"<w:body>" + body(n))}
        return with_parts(of_package("北京市12333工作总结", "docx"), words)

    return make


def comments_named(n: int) -> bytes:
    """A long comment in Word to which so many places refer."""
    source = Document(BytesIO(of_package("北京市12333工作总结", "docx")))
    paragraph = source.paragraphs[0]
    source.add_comment(paragraph.runs, text="字" * 100_000)
    reference = paragraph._p.xpath(".//w:commentReference")[0].getparent()
    for _ in range(n):
        paragraph._p.append(deepcopy(reference))
    return bytes_of(source)


def listed(levels: bytes, level: int) -> Callable[[int], bytes]:
    """Paragraphs of a list that counts so."""
    item = (
        b'<w:p><w:pPr><w:numPr><w:ilvl w:val="%d"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>a</w:t></w:r></w:p>'
    )

    def make(n: int) -> bytes:
        source = Document(BytesIO(of_package("北京市12333工作总结", "docx")))
        source.add_paragraph("a", style="List Number")
        numbering = source.part.numbering_part.element
        text = numbering.xpath(".//w:lvlText")[0]
        text.set(qn("w:val"), (levels * n).decode())
        body = (b"<w:body>", b"<w:body>" + (item % level) * min(n, 1_000))
        return with_parts(bytes_of(source), {"word/document.xml": body})

    return make


def pictured(picture: Callable[[int], bytes], times: int = 1) -> Callable[[int], bytes]:
    """A work report with a picture, shown so many times."""

    def make(n: int) -> bytes:
        source = Document(BytesIO(of_package("北京市12333工作总结", "docx")))
        paragraph = source.add_paragraph()
        paragraph.add_run().add_picture(BytesIO(small_picture()))
        for _ in range(n if times == 0 else times - 1):
            source.element.body.insert(0, deepcopy(paragraph._p))
        return with_parts(bytes_of(source), {"word/media/image1.png": picture(n)})

    return make


def png_chunks(n: int) -> bytes:
    head, chunk = small_picture()[:33], struct.pack(">I4sI", 0, b"teXt", zlib.crc32(b"teXt"))
    return head + chunk * n + small_picture()[33:]


def jpeg_chunks(n: int) -> bytes:
    return b"\xff\xd8" + b"\xff\xe5\0\2" * n + b"\xff\xd9"


def bmp(n: int) -> bytes:
    """A picture of n × n pixels, all of them black by a code of two bytes."""
    head = struct.pack("<IiiHHIIiiII", 40, n, n, 1, 8, 1, 0, 0, 0, 256, 0) + bytes(1024)
    rows = (b"\xff\0" * (n // 255) + b"\0\0") * n
    return b"BM" + struct.pack("<IHHI", 14 + len(head) + len(rows), 0, 0, 14 + len(head)) + head + rows


def furnished(parts: Mapping[str, Change]) -> bytes:
    """A filing in which something is wrong, with a comment and a picture, and with other parts."""
    book = load_workbook(BytesIO(of_package("01_")))
    page = book.worksheets[0]
    page["C9"].comment = Comment("x", "y")
    page.add_image(Image(BytesIO(small_picture())), "P20")
    return with_parts(bytes_of(book), parts)


def with_bmp(n: int) -> bytes:
    return furnished({"xl/media/image1.png": bmp(n)})


def mails_of_attachments(n: int) -> bytes:
    """A .zip of so many mails, each with 300 attachments."""
    one = mail(*((f"{number}.xlsx", b"x") for number in range(300)))
    return archive([(f"{number}.eml", one) for number in range(n)])


def comments_of_cells(n: int) -> bytes:
    each = b"".join(b'<comment ref="A%d" authorId="0"><text><t>x</t></text></comment>' % at for at in range(20, n + 20))
    return furnished({"xl/comments/comment1.xml": (b"<commentList>", b"<commentList>" + each)})


def same_sheet(n: int, sheet: Change, rows: int = 3) -> bytes:
    """A workbook of so many sheets that are all the same one."""
    each = b"".join(b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (at, at) for at in range(9, n + 9))
    return with_parts(workbook(rows), {"xl/workbook.xml": (b"<sheets>", b"<sheets>" + each), SHEET: sheet})


def merged_sheets(n: int) -> bytes:
    """Sheets with 20 merged ranges of 9,999 cells."""
    tops = range(50, 22_270, 1_111)
    ranges = b"".join(b'<mergeCell ref="A%d:I%d"/>' % (top, top + 1_110) for top in tops)
    return same_sheet(n, sheet_end(b"<mergeCells>" + ranges + b"</mergeCells>"))


def hidden_columns(n: int) -> bytes:
    """Sheets of which all columns are hidden, up to the last one."""
    hidden = b'<cols><col min="1" max="16384" hidden="1"/></cols><sheetData>'
    merged = b'</sheetData><mergeCells><mergeCell ref="A9:XFD9"/></mergeCells>'
    return same_sheet(n, lambda sheet: sheet.replace(b"<sheetData>", hidden, 1).replace(b"</sheetData>", merged, 1))


def hidden_rows(n: int) -> bytes:
    """Hidden rows below the last one that holds anything."""
    return with_sheet(_rows(form_rows(1)) + b'<row hidden="1"/>' * n)


def sheet_name(n: int) -> bytes:
    """A name as long as that, over a form in which many a thing is wrong."""
    data = with_sheet(_rows(form_rows(1_000)))
    return with_parts(data, {"xl/workbook.xml": lambda book: book.replace(b'name="', b'name="' + b"1" * n, 1)})


def entry_name(n: int) -> bytes:
    """A file that lies in so many archives, by its name."""
    return archive([("a.zip/" * n + "a.xlsx", xlsx_rows(100))])


def serial_of_signs(n: int) -> bytes:
    """A 序号 of so many lines to write on."""
    return with_sheet(_rows([*form_rows(1), ["_" * n + "字", *answers(2)[1:]]]))


def odd_values(n: int) -> bytes:
    """Rows in which nothing is an answer."""
    width = len(HEADINGS)
    lines = ([row, f"第{row}市", *(f"约三五百a{row}" for _ in range(2, width))] for row in range(n))
    return with_sheet(_rows([*form_rows(0), *lines]))


def loose_texts(n: int) -> bytes:
    """Texts below a form."""
    form = _rows([*form_rows(1), [], *([f"见说明{row}之{at}" for at in range(40)] for row in range(49))])
    return same_sheet(
        n, lambda sheet: sheet.partition(b"<sheetData>")[0] + b"<sheetData>" + form + b"</sheetData></worksheet>"
    )


def mail_parts(n: int) -> bytes:
    """A mail of so many texts, each of many lines, in an archive."""
    part = b"--bb\nContent-Type: text/plain; charset=utf-8\n\n" + "见说明\n".encode() * 3_000
    head = b"From: a@b.cn\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=bb\n\n"
    return archive([("a.eml", head + part * n + b"--bb--\n")])


def mail_words(n: int) -> bytes:
    """A .zip of so many mails of 700 lines, each of which names a time."""
    return archive([(f"{at}.eml", mail(said=f"来电 {at} 不详 2018年 13800138000\n" * 700)) for at in range(n)])


def sheets_of_headings(n: int) -> bytes:
    """Sheets that hold a form's headings and nothing else."""
    rows = b"<sheetData>" + _rows([HEADINGS]) + b"</sheetData></worksheet>"
    return same_sheet(n, lambda sheet: sheet.partition(b"<sheetData>")[0] + rows)


def own_columns(n: int) -> bytes:
    """A workbook of this tool's whose properties name so many columns."""
    types = b"http://schemas.openxmlformats.org/officeDocument/2006/"
    given = {"schema": "hrss12333.national/1", "year": "2019"} | {f"问题清单!{at}": f"k{at} h" for at in range(n)}
    each = "".join(f'<property name="{name}"><vt:lpwstr>{text}</vt:lpwstr></property>' for name, text in given.items())
    start = b'<Properties xmlns="%scustom-properties" xmlns:vt="%sdocPropsVTypes">' % (types, types)
    rows = _rows([["h"] * 3_000, *[[1]] * min(n // 10, 1_000)])
    data = with_parts(with_sheet(rows), {"xl/workbook.xml": ('name="表"'.encode(), 'name="问题清单"'.encode())})
    return with_parts(data, {"docProps/custom.xml": start + each.encode() + b"</Properties>"})


class Costly(NamedTuple):
    extension: str
    make: Callable[[int], bytes]
    once: int
    """How many times made it break the bounds."""
    few: int
    """How many times a test makes it."""
    command: str = "check"
    """What it once broke, a key of `COMMANDS`."""


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
    "rels-open": Costly("xlsx", rels_open, 60_000, 6_000),
    "entries-open": Costly("xlsx", entries_open, 100_000, 6_000),
    "sheets-alike": Costly("xlsx", lambda n: same_sheet(n, lambda sheet: sheet, rows=3_000), 3_000, 30),
    "merged-sheets": Costly("xlsx", merged_sheets, 300, 30),
    "hidden-columns": Costly("xlsx", hidden_columns, 3_000, 300),
    "hidden-rows": Costly("xlsx", hidden_rows, 1_000_000, 20_000),
    "sheet-name": Costly("xlsx", sheet_name, 1_000_000, 20_000),
    "entry-name": Costly("zip", entry_name, 10_000, 1_000),
    "serial-of-signs": Costly("xlsx", serial_of_signs, 16, 40),
    "odd-values": Costly("xlsx", odd_values, 3_999, 100, "returns"),
    "loose-texts": Costly("xlsx", loose_texts, 190, 10),
    "rows-of-strangers": Costly("xlsx", xlsx_rows, 3_999, 100, "returns"),
    "mail-parts": Costly("zip", mail_parts, 900, 10),
    "mail-words": Costly("zip", mail_words, 200, 20),
    "sheets-of-headings": Costly("xlsx", sheets_of_headings, 20_000, 1_000),
    "own-columns": Costly("xlsx", own_columns, 200_000, 2_000, "since"),
    "anchors-nested": Costly("xlsx", drawn(nested(b"xdr:twoCellAnchor", b"<a:t>x</a:t>")), 5_000, 500),
    "paragraphs-nested": Costly(
        "xlsx",
        drawn(lambda n: b"<xdr:twoCellAnchor>%s</xdr:twoCellAnchor>" % nested(b"a:p", b"<a:t>x</a:t>")(n)),
        5_000,
        500,
    ),
    "alternates-nested": Costly(
        "docx",
        worded(
            nested(
                b'mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"', b"<w:p/>"
            )
        ),
        6_000,
        300,
    ),
    "comment-named": Costly("docx", comments_named, 5_000, 50),
    "mails-of-attachments": Costly("zip", mails_of_attachments, 900, 10),
    "list-levels": Costly("docx", listed(b"%1", 999_999_999), 1_000, 10, "compile"),
    "list-texts": Costly("docx", listed(b"%1", 0), 1_500_000, 10, "compile"),
    "png-chunks": Costly("docx", pictured(png_chunks), 4_000_000, 1_000, "compile"),
    "jpeg-chunks": Costly("docx", pictured(jpeg_chunks), 8_000_000, 1_000, "compile"),
    "picture-again": Costly("docx", pictured(lambda _: small_picture(), times=0), 1_000, 20, "compile"),
    "merges": Costly(
        "xlsx",
        within_sheet(
            lambda n: (
                b"<mergeCells>"
                + b"".join(b'<mergeCell ref="A%d:B%d"/>' % (at, at) for at in range(50, n + 50))
                + b"</mergeCells>"
            )
        ),
        20_000,
        100,
        "annotate",
    ),
    "merge-large": Costly(
        "xlsx",
        within_sheet(lambda n: b'<mergeCells><mergeCell ref="A50:XFD%d"/></mergeCells>' % n),
        1_048_576,
        60,
        "annotate",
    ),
    "formats": Costly(
        "xlsx",
        within_sheet(
            lambda n: b"".join(
                b'<conditionalFormatting sqref="%s"><cfRule type="expression" priority="1"><formula>1</formula></cfRule></conditionalFormatting>'
                % (b"A1:B9 " * 9)
                for at in range(n)
            )
        ),
        10_000,
        50,
        "annotate",
    ),
    "validations": Costly(
        "xlsx",
        within_sheet(
            lambda n: (
                b"<dataValidations>"
                + b'<dataValidation type="list" sqref="%s"><formula1>"a"</formula1></dataValidation>' % (b"A1:B9 " * n)
                + b"</dataValidations>"
            )
        ),
        200_000,
        50,
        "annotate",
    ),
    "links": Costly(
        "xlsx",
        within_sheet(lambda n: b"<hyperlinks>" + b'<hyperlink ref="A1:XFD%d" location="A1"/>' % n + b"</hyperlinks>"),
        1_048_576,
        50,
        "annotate",
    ),
    "comments-of-cells": Costly("xlsx", comments_of_cells, 100_000, 100, "annotate"),
    "bmp": Costly("xlsx", with_bmp, 30_000, 500, "annotate"),
}
"""Name → how to make it."""
COMMANDS = {
    "check": ("check", "{file}", "--format", "json"),
    "annotate": ("check", "{file}", "--annotate", "{folder}/copies", "--format", "json"),
    "since": ("check", "{file}", "--since", "{file}", "--format", "json"),
    "compile": ("compile", "{file}", "-o", "{folder}/a.docx"),
    "returns": ("merge", "{file}", "-o", "{folder}/a.xlsx", "--returns", "{folder}/returns", "--format", "json"),
}
"""Name → the command line that takes a file."""
