"""Files that go wrong, each made here: what strangers' mail may hold, from a cut-off upload to a bomb.

`DAMAGED` names them with the rule that must object; `ODD_BUT_READABLE` those that must still be read.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from fnmatch import fnmatchcase
from functools import cache, partial
from typing import Any

import py7zr
import xlsxwriter
from docx import Document

from hrss12333.model.row import Problem
from hrss12333.reading.grid import FileProblem

Content = float | str | bool | Exception | None
"""A cell: an Exception is an error cell with that text, one of `ERRORS`."""

ERRORS = {"#DIV/0!": 0x07, "#REF!": 0x17, "#N/A": 0x2A}


def bytes_of(made: Any) -> bytes:
    """What a library's new document is as a file; a workbook of XlsxWriter's knows itself where it is written."""
    if isinstance(made, xlsxwriter.Workbook):
        made.close()
        assert isinstance(made.filename, io.BytesIO)
        return made.filename.getvalue()
    made.save(out := io.BytesIO())
    return out.getvalue()


def record(kind: int, data: bytes = b"") -> bytes:
    """One BIFF record."""
    return struct.pack("<HH", kind, len(data)) + data


def _bof(kind: int) -> bytes:
    return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0x41, 0x06))


def _biff_cell(row: int, column: int, value: Content) -> bytes:
    where = struct.pack("<HHH", row, column, 0)
    if isinstance(value, bool):
        return record(0x0205, where + struct.pack("<BB", value, 0))
    if isinstance(value, Exception):
        return record(0x0205, where + struct.pack("<BB", ERRORS[str(value)], 1))
    if isinstance(value, str):
        return record(0x0204, where + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    return b"" if value is None else record(0x0203, where + struct.pack("<d", value))


def biff8(rows: list[list[Content]], *, sheet: str = "表", extra: bytes = b"") -> bytes:
    """A workbook stream of Excel 97 with one sheet; ``extra`` stands among the records of the workbook."""
    cells = b"".join(_biff_cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row))
    body = _bof(0x0010) + cells + record(0x000A)
    name = struct.pack("<BB", len(sheet), 1) + sheet.encode("utf-16-le")
    head = _bof(0x0005) + record(0x0042, struct.pack("<H", 1200)) + extra
    offset = len(head) + len(record(0x0085, bytes(6) + name)) + len(record(0x000A))
    return head + record(0x0085, struct.pack("<IBB", offset, 0, 0) + name) + record(0x000A) + body


def biff2() -> bytes:
    """A worksheet of Excel 2: no container, one sheet without a name; A1 = 12.5."""
    cell = struct.pack("<HH3sd", 0, 0, b"\0\0\0", 12.5)
    return record(0x0009, struct.pack("<HH", 0x0002, 0x0010)) + record(0x0003, cell) + record(0x000A)


def ole(streams: dict[str, bytes], *, loop: bool = False) -> bytes:
    """An OLE file of these streams; with ``loop`` the first sector of the first one is followed by itself."""
    free, end, fat_sector = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    padded = {name: data.ljust(4096, b"\0") for name, data in streams.items()}  # shorter ones go elsewhere
    fat = [fat_sector, end]  # sector 0: this table; sector 1: the directory
    entries = [_entry("Root Entry", 5, child=1, start=end, size=0)]
    body = b""
    for number, (name, data) in enumerate(padded.items(), 1):
        start, count = len(fat), -(-len(data) // 512)
        fat += [*range(start + 1, start + count), end]
        if loop and number == 1:
            fat[start] = start
        right = number + 1 if number < len(padded) else free
        entries.append(_entry(name, 2, right=right, start=start, size=len(data)))
        body += data.ljust(count * 512, b"\0")
    assert len(fat) <= 128, "one sector of the table is enough for a test"
    assert len(entries) <= 4, "so is one of the directory"
    header = struct.pack("<8s16sHHHHH6sIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"",
                         0, 1, 1, 0, 4096, end, 0, end, 0, 0)  # fmt: skip
    header += struct.pack("<108I", *[free] * 108)
    table = struct.pack("<128I", *fat, *[free] * (128 - len(fat)))
    return header + table + b"".join(entries).ljust(512, b"\0") + body


def _entry(name: str, kind: int, *, start: int, size: int, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ", raw, len(raw), kind, 1, 0xFFFFFFFF, right, child, b"", 0, 0, 0, start, size
    )


def xls(rows: list[list[Content]]) -> bytes:
    """An .xls of Excel 97."""
    return ole({"Workbook": biff8(rows)})


Change = bytes | tuple[bytes, bytes] | Callable[[bytes], bytes] | None
"""Of a part: what is in it instead, or old words and new ones, or what is made of it."""
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
MACROS = "xl/vbaProject.bin"
WORD_MACROS: dict[str, Change] = {
    "[Content_Types].xml": (
        b"vnd.openxmlformats-officedocument.wordprocessingml.document.main",
        b"vnd.ms-word.document.macroEnabled.main",
    ),
    "word/vbaProject.bin": b"x",
}
"""What a .docm holds besides."""
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def problem_of(read: Callable[..., object], *given: object, **options: object) -> Problem:
    """Why it cannot be read: that it cannot is what is expected."""
    try:
        read(*given, **options)
    except FileProblem as problem:
        return problem.kind
    raise AssertionError("it can be read")


def workbook(rows: int = 3) -> bytes:
    """An ordinary small workbook by XlsxWriter; A1 holds 地区."""
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    book.set_properties({"created": datetime(2020, 1, 10)})  # the same bytes at any time
    sheet = book.add_worksheet("表")
    sheet.write_row(0, 0, ["地区", "来电总量"])
    for row in range(1, rows + 1):
        sheet.write_row(row, 0, [f"样例{row}市", row * 100])
    return bytes_of(book)


def document() -> bytes:
    made = Document()
    made.add_heading("工作总结", 1)
    made.add_paragraph("一、基本情况。")
    return bytes_of(made)


def with_parts(data: bytes, parts: Mapping[str, Change]) -> bytes:
    """A package with other parts, named outright or by a pattern. What is not there is added; None takes a part out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        held = old.namelist()
        for name in (*held, *(part for part in parts if part not in held and "*" not in part)):
            content = old.read(name) if name in held else b""
            change = next((parts[part] for part in parts if part == name or fnmatchcase(name, part)), content)
            if change is not None:
                change = content.replace(*change) if isinstance(change, tuple) else change
                new.writestr(name, change(content) if callable(change) else change)
    return out.getvalue()


def with_sheet(rows: bytes) -> bytes:
    """A workbook whose one sheet holds these rows, as raw XML."""
    xml = b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (_MAIN.encode(), rows)
    return with_parts(workbook(), {SHEET: xml})


def with_prefixes(data: bytes) -> bytes:
    """With <x:row> for <row>, as programs write it that use Microsoft's library for such files."""
    name = b'="%s"' % _MAIN.encode()

    def prefixed(old: bytes) -> bytes:
        if b"xmlns" + name not in old:
            return old
        return re.sub(rb"<(/?)(?=\w)", rb"<\1x:", old).replace(b"xmlns" + name, b"xmlns:x" + name)

    return with_parts(data, {"xl/*": prefixed})


def far_corner() -> bytes:
    """A value in A1 and one in XFD1048576: two kilobytes that ask for half a terabyte."""
    return with_sheet(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def formatting_below() -> bytes:
    """Empty formatted cells down to the last row of three columns, and in the last column: harmless, and common."""
    empty = b"".join(b'<row r="%d"><c r="A%d" s="0"/><c r="C%d" s="0"></c></row>' % (r, r, r) for r in range(2, 3000))
    return with_sheet(
        b'<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row>'
        + empty
        + b'<row r="1048576"><c r="A1048576" s="0"/></row>'
    )


def billion_laughs(encoding: str = "UTF-8") -> bytes:
    """Entities that expand to a billion words in the shared strings of a workbook."""
    entities = b'<!ENTITY a0 "ha">' + b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)
    )
    head = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE sst [{entities.decode()}]>'
    strings = f'{head}<sst xmlns="{_MAIN}"><si><t>&a9;</t></si></sst>'
    return with_parts(workbook(), {STRINGS: strings.encode(encoding)})


LAUGHING: Change = (b"<w:document ", b'<!DOCTYPE d [<!ENTITY a "ha">]><w:document ')


def zeros(size: int) -> bytes:
    """A raw deflate stream of this many zero bytes, made by repeating one compressed block."""
    block = zlib.compressobj(9, zlib.DEFLATED, -15)
    chunk = 2**20
    whole = block.compress(bytes(chunk)) + block.flush(zlib.Z_FULL_FLUSH)
    last = zlib.compressobj(9, zlib.DEFLATED, -15)
    return whole * (size // chunk) + last.compress(b"") + last.flush()


def packed(name: str, content: bytes, encoding: str = "utf-8") -> tuple[bytes, bytes, int, int]:
    """A member as `raw_zip` takes it, rightly measured."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return name.encode(encoding), packer.compress(content) + packer.flush(), len(content), zlib.crc32(content)


def raw_zip(members: list[tuple[bytes, bytes, int, int]], *, flags: int = 0) -> bytes:
    """A zip of ready-made deflate streams: (name, stream, claimed size, claimed CRC)."""
    time, date = 17 << 11 | 30 << 5, 40 << 9 | 1 << 5 | 10
    body, directory = io.BytesIO(), io.BytesIO()
    for name, stream, size, crc in members:
        fields = struct.pack("<HHHHHIIIH", 20, flags, 8, time, date, crc, len(stream), size, len(name))
        offset = body.tell()
        body.write(b"PK\x03\x04" + fields + b"\0\0" + name + stream)
        directory.write(b"PK\x01\x02\x14\0" + fields + struct.pack("<HHHHII", 0, 0, 0, 0, 0, offset) + name)
    entries = directory.getvalue()
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, len(members), len(members), len(entries), body.tell(), 0)
    return body.getvalue() + entries + end


def bomb(claimed: int) -> bytes:
    """2 GiB of zeros in a sheet that the directory says to be so large."""
    parts = zipfile.ZipFile(io.BytesIO(workbook()))
    members = [packed(name, parts.read(name)) for name in parts.namelist() if name != SHEET]
    return raw_zip([*members, (SHEET.encode(), zeros(2**31), claimed, 0)])


def many_entries(count: int = 10_000) -> bytes:
    return archive([(f"{number}.xlsx", b"") for number in range(count)])


def one_sheet_many_entries(entries: int = 1_900, *, rows: int = 2_000) -> bytes:
    """A workbook that names one part as nearly two thousand sheets: what is read once is small, and read so often."""
    sheets = b"".join(b'<sheet name="s%d" sheetId="%d" r:id="rId1"/>' % (n, n) for n in range(1, entries + 1))
    cells = b"".join(
        b'<row r="%d"><c r="A%d"><v>1</v></c><c r="B%d"><v>1</v></c></row>' % (r, r, r) for r in range(1, rows + 1)
    )
    named = partial(re.compile(rb"<sheets>.*</sheets>").sub, b"<sheets>" + sheets + b"</sheets>")
    return with_parts(with_sheet(cells), {"xl/workbook.xml": named})


def doubled_member() -> bytes:
    """Two sheets under one name: each program reads another."""
    with zipfile.ZipFile(io.BytesIO(data := workbook())) as old:
        return with_parts(data, {SHEET.upper(): old.read(SHEET)})


def long_text_everywhere() -> bytes:
    """One text of a megabyte shown in 20,000 cells: 20 GB once every cell has its copy."""
    strings = b'<sst xmlns="%s"><si><t>%s</t></si></sst>' % (_MAIN.encode(), b"x" * 2**20)
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(1, 20_001))
    return with_parts(with_sheet(cells), {STRINGS: strings})


@cache
def encrypted(password: str = "12333", data: bytes = b"") -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile

    out = io.BytesIO()
    OOXMLFile(io.BytesIO(data or workbook())).encrypt(password, out)
    return out.getvalue()


def archive(files: list[tuple[str, bytes]], *, encoding: str = "utf-8") -> bytes:
    """A zip of these files, of 2020-01-10 17:30:00; names in this encoding, flagged as UTF-8 only where that is said."""
    members = [packed(name, content, encoding) for name, content in files]
    return raw_zip(members, flags=0x800 if encoding == "utf-8" else 0)


def seven_zip(
    files: list[tuple[str, bytes]], password: str | None = None, filters: list[dict[str, int]] | None = None
) -> bytes:
    with py7zr.SevenZipFile(out := io.BytesIO(), "w", password=password, filters=filters) as made:
        for name, content in files:
            made.writestr(content, name)
    return out.getvalue()


def stored_rar(files: list[tuple[str, bytes]], *, method: int = 0x30) -> bytes:
    """A .rar of RAR 4 whose files are only stored, of 2020-01-10 17:30:00; another method says that they are packed."""

    def block(kind: int, flags: int, fields: bytes) -> bytes:
        head = struct.pack("<BHH", kind, flags, 7 + len(fields)) + fields
        return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head

    time = (40 << 9 | 1 << 5 | 10) << 16 | 17 << 11 | 30 << 5
    out = b"Rar!\x1a\x07\x00" + block(0x73, 0, bytes(6))
    for name, content in files:
        raw = name.encode()
        size, crc = len(content), zlib.crc32(content)
        out += block(
            0x74, 0x8000, struct.pack("<IIBIIBBHI", size, size, 2, crc, time, 20, method, len(raw), 0x20) + raw
        )
        out += content
    return out + block(0x7B, 0x4000, b"")


COUNTED: Change = partial(re.compile(rb'(uniqueCount=)"\d+"').sub, rb'\1"2147483648"')
"""Shared strings that claim to be two thousand million: the reader makes room for all of them at once."""


def as_strict(data: bytes) -> bytes:
    """A package of Office's in the namespaces of the standard's strict part."""
    usual = re.compile(
        rb"http://schemas\.openxmlformats\.org/(wordprocessingml|officeDocument|drawingml|spreadsheetml)/2006/"
    )
    return with_parts(data, {"*": partial(usual.sub, rb"http://purl.oclc.org/ooxml/\1/")})


def flipped() -> bytes:
    """One byte of the sheet's compressed content changed."""
    data = bytearray(workbook())
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        info = package.getinfo(SHEET)
    data[info.header_offset + 30 + len(SHEET) + info.compress_size // 2] ^= 0xFF
    return bytes(data)


def panic() -> bytes:
    """An .xls whose first record says that it is empty: the fast reader panics, which is no ordinary exception."""
    stream = bytearray(biff8(_ROWS))
    stream[2] = 0
    return ole({"Workbook": bytes(stream)})


def ods() -> bytes:
    """An OpenDocument spreadsheet, by what it says of itself."""
    with zipfile.ZipFile(out := io.BytesIO(), "w") as target:
        target.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        target.writestr("content.xml", "<office:document-content/>")
    return out.getvalue()


_ROWS: list[list[Content]] = [["地区", "来电总量"], ["样例市", 100.0]]


DAMAGED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty": ("F001", lambda: b""),
    "truncated": ("F001", lambda: workbook()[:-300]),
    "truncated-early": ("F001", lambda: workbook()[:2000]),
    "truncated-xls": ("F001", lambda: xls(_ROWS)[:3000]),
    "truncated-docx": ("F001", lambda: document()[:20_000]),
    "flipped-byte": ("F001", flipped),
    "doubled-member": ("F001", doubled_member),
    "lying-bomb": ("F001", lambda: bomb(1024)),
    "ole-loop": ("F001", lambda: ole({"Workbook": biff8(_ROWS)}, loop=True)),
    "ole-of-nothing": ("F001", lambda: ole({})),
    "ole-cut-off": ("F001", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    "panic": ("F001", panic),
    "password": ("F002", encrypted),
    "password-xls": ("F002", lambda: ole({"Workbook": biff8(_ROWS, extra=record(0x2F, bytes(54)))})),
    "password-xls-alone": ("F002", lambda: biff8([["x"]], extra=record(0x2F, bytes(54)))),
    "password-zip": ("F002", lambda: raw_zip([packed("a.xlsx", workbook())], flags=0x1)),
    "doc": ("F003", lambda: ole({"WordDocument": b"x"})),
    "doc-with-embedded-workbook": ("F003", lambda: ole({"WordDocument": b"x", "Workbook": biff8(_ROWS)})),
    "ole-of-others": ("F003", lambda: ole({"Contents": b"x"})),
    "ppt": ("F003", lambda: ole({"PowerPoint Document": b"x"})),
    "noise": ("F003", lambda: bytes(range(256)) * 8),
    "letter": ("F003", lambda: "各位同事：请查收。".encode("gbk")),
    "one-sheet-many-entries": ("F004", one_sheet_many_entries),
    "hundred-thousand-sheets": ("F004", lambda: one_sheet_many_entries(100_000, rows=1)),
    "far-corner": ("F004", far_corner),
    "billion-laughs": ("F004", billion_laughs),
    "billion-laughs-docx": ("F004", lambda: with_parts(document(), {"word/document.xml": LAUGHING})),
    "billion-laughs-utf16": ("F001", lambda: billion_laughs("UTF-16")),
    "honest-bomb": ("F004", lambda: bomb(2**31)),
    "long-text": ("F004", long_text_everywhere),
    "counted-strings": ("F004", lambda: with_parts(workbook(), {STRINGS: COUNTED})),
    "many-entries": ("F004", many_entries),
}
"""Name → the rule that objects, and how to make the file."""


SVG = b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd"><svg/>'
"""How LibreOffice and Illustrator begin a picture."""
ODD_BUT_READABLE: dict[str, Callable[[], bytes]] = {
    "picture-with-doctype": lambda: with_parts(workbook(), {"xl/media/image1.svg": SVG}),
    "strict": lambda: as_strict(workbook()),
    "notes-of-sharepoint": lambda: with_parts(workbook(), {"customXml/item1.xml": "<x/>".encode("utf-16")}),
    "macros": lambda: with_parts(workbook(), {MACROS: ole({"dir": b"x"})}),
    "formatting-below": formatting_below,
    "excel-2": biff2,
    "opens-without-asking": lambda: encrypted("VelvetSweatshop"),
}
"""What looks suspicious but is in honest use."""
