"""What the guard lets through, and what it refuses; and what a document says of itself, read without a tree as from one."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from zipfile import ZipFile

import pytest

from binary_workbooks import xls
from damaged import Change, document, far_corner, many_entries, problem_of, stored_rar, with_parts, with_sheet, workbook
from documents_read import opened_as
from hrss12333.model.row import Problem
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.files.file_type import open_document, package_kind, sniff_head
from hrss12333.reading.files.package import Package, Properties, properties, root_of
from hrss12333.reading.grid import Book, FileProblem, Prose, Values
from hrss12333.reading.worker import limits, run


def test_rows_without_addresses_are_read_all_the_same() -> None:
    book = opened_as(Book, with_sheet(b"<row><c><v>1</v></c></row>" * 6000))
    assert len(book.grids[0].cells) == 6000


def test_few_cells_far_apart_are_refused_in_words() -> None:
    """In what was sent, and in a workbook of this tool's own that is to be replaced."""
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    last = b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (row, row) for row in range(1, 6_001))
    for far in (rows, last):
        with pytest.raises(FileProblem, match="请") as raised:
            open_document(with_sheet(far))
        assert raised.value.kind is Problem.TOO_LARGE
        with suppress(FileProblem):
            run(Values, "reading.formats.workbook:read_values", with_sheet(far))


def test_the_reader_finds_no_workbook_but_the_one_that_was_measured() -> None:
    """The package's relations may name another one, in which a cell lies in the far corner."""
    names, far = (
        ("workbook.xml", "_rels/workbook.xml.rels", "worksheets/sheet1.xml", "styles.xml"),
        Package(far_corner()),
    )
    parts: dict[str, Change] = {f"far/{name}": far.read(f"xl/{name}").replace(b"/xl/", b"/far/") for name in names}
    parts["_rels/.rels"] = (b"xl/workbook.xml", b"far/workbook.xml")
    book = open_document(with_parts(workbook(), parts))
    assert [[*grid.cells] for grid in book.grids] == [[*grid.cells] for grid in open_document(workbook()).grids]


@pytest.mark.parametrize("before", [b"", b"<!-- <sheetData></sheetData> -->"])
def test_cells_with_a_prefix_are_bounded_too(before: bytes) -> None:
    def prefixed(old: bytes) -> bytes:
        tags = (
            old.replace(b"</", b"</x:")
            .replace(b"<", b"<x:")
            .replace(b"<x:/x:", b"</x:")
            .replace(b"xmlns=", b"xmlns:x=")
        )
        return tags.replace(b"<x:sheetData", before + b"<x:sheetData")

    assert problem_of(open_document, with_parts(far_corner(), {"xl/worksheets/*": prefixed})) is Problem.TOO_LARGE


def test_a_word_file_with_a_page_inside_that_has_a_doctype_is_read() -> None:
    page = b"<!DOCTYPE html><html><body>x</body></html>"
    for name in ("word/afchunk1.xhtml", "word/media/image1.svg"):
        assert isinstance(open_document(with_parts(document(), {name: page})), Prose)


def test_cells_keep_their_addresses() -> None:
    data = with_sheet(b'<row r="4"><c r="C4"><v>1</v></c></row><row r="9"><c r="E9"><v>2</v></c></row>')
    grid = open_document(data).grids[0]
    assert (grid.at(3, 2), grid.at(8, 4), grid.at(5, 2), len(grid.cells)) == (1, 2, None, 9)


@pytest.mark.parametrize(
    "hidden",
    [
        '<c x=">" r="XFD1048576">',
        "<c\nr = 'XFD1048576'>",
        '<c\nr="XFD1048576">',
        '<c r= "XFD1048576">',
        '<?x ?><c\tr="XFD1048576">',
        '<y:c r="XFD1048576" xmlns:y="u">',
    ],
)
def test_an_address_cannot_be_hidden_from_the_guard(hidden: str) -> None:
    end = "</y:c>" if "y:c" in hidden else "</c>"
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row>{hidden}<v>1</v>{end}</row>'
    assert problem_of(open_document, with_sheet(rows.encode())) is Problem.TOO_LARGE


def test_a_sheet_under_another_name_is_guarded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SECONDS", 0.5)
    sheet = Package(far_corner()).read("xl/worksheets/sheet1.xml")
    named = (b"worksheets/sheet1.xml", b"media/picture.png")
    data = with_parts(workbook(), {"*workbook.xml.rels": named, "xl/media/picture.png": sheet})
    assert problem_of(open_document, data) is Problem.TOO_LARGE


def test_a_zip_with_a_million_names_is_not_even_listed() -> None:
    assert problem_of(Package, many_entries(10) + b"PK\x01\x02" * 200_000) is Problem.TOO_LARGE


WORKBOOK_XML = '\ufeff<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
HEADS: dict[str, tuple[bytes, ...]] = {
    "eml": (
        b"From: a@b.cn\r\nTo: c@d.cn\r\nSubject: x\r\n\r\n",
        b"Received: from x\n\tby y\nMessage-ID: <1>\nDate: x\n\nhello",
    ),
    "mhtml": (
        b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related\r\n\r\n",
        b"From: <Saved by Blink>\r\nSubject: x\r\nMIME-Version: 1.0\r\n\r\n",
    ),
    "text": ("From 一月".encode(), b"note: this\nand: that\n", b"   "),
    "xml": (WORKBOOK_XML.encode("utf-16"),),
    "html": (b"\xef\xbb\xbf  <!DOCTYPE HTML><p>", b"\n\n<TABLE border=1>", b"<!--" + b"x" * 5_000 + b"--><table>"),
    "rtf": (b"{\\rtf1",),
    "empty": (b"",),
    "picture": (b"RIFF\0\0\0\0WEBPVP8 ", b"\0\0\0\x18ftypheic"),
    "tar": (bytes(257) + b"ustar",),
}


@pytest.mark.parametrize("kind", HEADS)
def test_kinds_by_the_first_bytes(kind: str) -> None:
    assert {sniff_head(head) for head in HEADS[kind]} == {kind}


def test_kinds_of_packages() -> None:
    from damaged import archive

    for names, kind in (
        (["[Content_Types].xml", "ppt/presentation.xml"], "ppt"),
        (["[Content_Types].xml", "Documents/1/Pages/1.fpage"], "xps"),
        (["Index/Document.iwa"], "numbers"),
        (["a.xlsx"], "zip"),
        (["xl/workbook.xml"], "xlsx"),
        (["word/document.xml"], "docx"),
    ):
        assert package_kind(Package(archive([(name, b"<x/>") for name in names]))) == kind
    assert package_kind(Package(archive([("mimetype", b"application/vnd.oasis.opendocument.text")]))) == "odt"
    assert package_kind(Package(workbook())) == "xlsx"


# What a document says of itself


NAMES = 'xmlns="urn:a" xmlns:dc="urn:b"'
DAY = datetime(2020, 1, 10, 9, 30)


def said(xml: bytes, member: str = "docProps/core.xml") -> Properties:
    with ZipFile(out := BytesIO(), "w") as package:
        package.writestr(member, xml)
    return properties(Package(out.getvalue()))


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (f"<p {NAMES}><dc:category>一</dc:category><category>二</category><keywords/></p>", Properties(None, "一")),
        (f"<p {NAMES}>before<category>of <b>it</b> behind</category></p>", Properties(None, "of")),
        (f"<p {NAMES}><keywords a='1'\n>a&amp;&#20013;</keywords>\n<category/></p>", Properties(None, "", "a&中")),
        (f"<p {NAMES}><modified>\n 2020-01-10T17:30:00+08:00 </modified></p>", Properties(DAY)),
        (
            f"<p {NAMES}><created>2019-01-01T00:00:00Z</created><modified>2020-01-10T09:30:00Z</modified></p>",
            Properties(DAY),
        ),
        (f"<p {NAMES}><modified>soon</modified><created>2020-01-10T09:30:00</created></p>", Properties(DAY)),
        (
            f"<p {NAMES}><dc:title>稿</dc:title><dc:description> 一&amp;二 </dc:description></p>",
            Properties(texts=(Text(TextKind.PROPERTY, "稿"), Text(TextKind.PROPERTY, "一&二"))),
        ),
        ("<p/>", Properties()),
        ("", Properties()),
    ],
)
def test_the_texts_are_those_of_a_tree(xml: str, expected: Properties) -> None:
    assert said(xml.encode()) == expected
    assert said(xml.encode(), "docProps/x.psmdcp") == expected


def test_no_entity_is_made_of_a_dtd() -> None:
    laugh = b"<!DOCTYPE p [<!ENTITY e 'x'><!ENTITY f '&e;&e;'>]><p><category>&f;</category></p>"
    assert said(laugh) == Properties(None, "&f;")
    assert root_of(laugh) is None


@pytest.mark.parametrize("xml", [b"", b"<p><a>1</a>", b'<?xml version="1.0" encoding="nonsense"?><p><a>1</a></p>'])
def test_what_is_malformed_has_no_tree(xml: bytes) -> None:
    assert root_of(xml) is None


# Damaged bytes


SEEDS: dict[str, Callable[[], bytes]] = {
    "xlsx": workbook,
    "xls": lambda: xls([["地区", 12.0], [ValueError("#REF!"), True]]),
    "docx": document,
    "rar": lambda: stored_rar([("a.xlsx", workbook())]),
}


@pytest.mark.parametrize("kind", SEEDS)
def test_a_few_mutants(kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    dice = random.Random(f"2019 {kind}")
    seed = SEEDS[kind]()
    for _ in range(25):
        data = bytearray(seed)
        for _ in range(dice.choice((1, 2, 8))):
            at = dice.randrange(len(data))
            data[at : at + dice.choice((0, 1, 1, 4))] = bytes([dice.randrange(256)] * dice.choice((0, 1, 1, 3)))
        with suppress(FileProblem):
            open_document(bytes(data))
    assert capfd.readouterr() == ("", "")
