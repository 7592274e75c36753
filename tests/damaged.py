"""Files that go wrong, each made here: what strangers' mail may hold, from a cut-off upload to a bomb.

`DAMAGED` names them with the rule that must object; `ODD_BUT_READABLE` those that must still be read.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import xlsxwriter
from docx import Document

SHEET = "xl/worksheets/sheet1.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(rows: int = 3) -> bytes:
    """An ordinary small workbook by XlsxWriter; A1 holds 地区."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("表")
    sheet.write_row(0, 0, ["地区", "来电总量"])
    for row in range(1, rows + 1):
        sheet.write_row(row, 0, [f"样例{row}市", row * 100])
    book.close()
    return out.getvalue()


def document() -> bytes:
    """An ordinary small Word file by python-docx."""
    made = Document()
    made.add_heading("工作总结", 1)
    made.add_paragraph("一、基本情况。")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def rewritten(data: bytes, change: Callable[[str, bytes], bytes], *, names: Callable[[str], str] = str) -> bytes:
    """A zip with every member passed through ``change(name, content)``."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(names(info.filename), change(info.filename, old.read(info)))
    return out.getvalue()


def with_sheet(rows: bytes, data: bytes | None = None) -> bytes:
    """A workbook whose one sheet holds these rows, as raw XML."""
    xml = b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (_MAIN.encode(), rows)
    return rewritten(data or workbook(), lambda name, old: xml if name == SHEET else old)


def with_member(data: bytes, name: str, content: bytes) -> bytes:
    """A zip with one member more."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as target:
        target.writestr(name, content)
    return out.getvalue()


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


def billion_laughs(xml_declaration: bytes = b'<?xml version="1.0"?>') -> bytes:
    """Entities that expand to a billion words in the shared strings of a workbook."""
    entities = b'<!ENTITY a0 "ha">' + b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)
    )
    strings = b'%s<!DOCTYPE sst [%s]><sst xmlns="%s"><si><t>&a9;</t></si></sst>' % (
        xml_declaration,
        entities,
        _MAIN.encode(),
    )
    return rewritten(workbook(), lambda name, old: strings if name == "xl/sharedStrings.xml" else old)


def laughing_document() -> bytes:
    """The same in a Word file."""
    return rewritten(
        document(),
        lambda name, old: (
            old.replace(b"<w:document", b'<!DOCTYPE d [<!ENTITY a "ha">]><w:document', 1)
            if name == "word/document.xml"
            else old
        ),
    )


def zeros(size: int) -> bytes:
    """A raw deflate stream of this many zero bytes, made by repeating one compressed block."""
    block = zlib.compressobj(9, zlib.DEFLATED, -15)
    chunk = 2**20
    whole = block.compress(bytes(chunk)) + block.flush(zlib.Z_FULL_FLUSH)
    last = zlib.compressobj(9, zlib.DEFLATED, -15)
    return whole * (size // chunk) + last.compress(b"") + last.flush()


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


def _bomb(claimed: int) -> bytes:
    parts = zipfile.ZipFile(io.BytesIO(workbook()))
    members = []
    for info in parts.infolist():
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        content = parts.read(info)
        members.append((info.filename.encode(), packer.compress(content) + packer.flush(), len(content), info.CRC))
    members.append((b"xl/worksheets/sheet9.xml", zeros(2**31), claimed, 0))
    return raw_zip(members)


def honest_bomb() -> bytes:
    """2 GiB of zeros that the directory owns up to."""
    return _bomb(2**31)


def lying_bomb() -> bytes:
    """2 GiB of zeros that the directory calls one kilobyte."""
    return _bomb(1024)


def many_entries(count: int = 10_000) -> bytes:
    """An archive of this many empty files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for number in range(count):
            target.writestr(f"{number}.xlsx", b"")
    return out.getvalue()


def doubled_member() -> bytes:
    """Two sheets under one name: each program reads another."""
    data = workbook()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info))
        new.writestr(SHEET.upper(), old.read(SHEET))
    return out.getvalue()


def long_text_everywhere() -> bytes:
    """One text of a megabyte shown in 20,000 cells: 20 GB once every cell has its copy."""
    strings = b'<sst xmlns="%s"><si><t>%s</t></si></sst>' % (_MAIN.encode(), b"x" * 2**20)
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(1, 20_001))
    return rewritten(with_sheet(cells), lambda name, old: strings if name == "xl/sharedStrings.xml" else old)


def spreadsheet_ml_2003() -> bytes:
    """What Excel calls XML 表格 2003."""
    return (
        b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet/></Workbook>'
    )


def encrypted(password: str = "12333") -> bytes:
    """A workbook that asks for a password."""
    from msoffcrypto.format.ooxml import OOXMLFile

    out = io.BytesIO()
    OOXMLFile(io.BytesIO(workbook())).encrypt(password, out)
    return out.getvalue()


def encrypted_archive() -> bytes:
    """A zip whose members say that they are encrypted."""
    content = workbook()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    stream = packer.compress(content) + packer.flush()
    return raw_zip([(b"a.xlsx", stream, len(content), zlib.crc32(content))], flags=0x1)


def archive(files: list[tuple[str, bytes]], *, encoding: str = "utf-8") -> bytes:
    """A zip of these files, of 2020-01-10 17:30:00; names in this encoding, flagged as UTF-8 only where that is said."""
    members = []
    for name, content in files:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        stream = packer.compress(content) + packer.flush()
        members.append((name.encode(encoding), stream, len(content), zlib.crc32(content)))
    return raw_zip(members, flags=0x800 if encoding == "utf-8" else 0)


def utf8_archive_without_flag(files: list[tuple[str, bytes]]) -> bytes:
    """The same as some Chinese programs write it: UTF-8 names, but not flagged so."""
    return archive([(name.encode().decode("latin-1"), content) for name, content in files], encoding="latin-1")
