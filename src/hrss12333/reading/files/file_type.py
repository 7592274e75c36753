"""The one table of formats: how a content is known, what it is called, who reads it, what is reported where nothing
does.

Content decides, the extension is what somebody once called a file. `sniff` looks at the first bytes and, in a zip, at the
names of the members. OLE files (.xls, .doc, .ppt, encrypted .xlsx all look alike from outside) are only known as "ole"
here; `ole` tells them apart in the child process. A new format is a reader in a file of its own and an entry here.

The way down: a file is taken out of its envelope (an .xlsx encrypted with the password that Excel tries by itself, a .doc
that LibreOffice makes a .docx of), and what it then is decides the reader, which guards and decodes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from msgspec import Struct

from hrss12333.model.problem import Problem
from hrss12333.patterns import code, lazy
from hrss12333.reading.files import bounds
from hrss12333.reading.files.package import Package, damaged
from hrss12333.reading.grid import Book, FileProblem, Prose

_RESAVE = "请在Excel或WPS中打开，另存为.xlsx再报送。"
_CONVERT = "请在Word或WPS中打开，另存为.docx再报送。审核用的电脑装有LibreOffice时，也可以直接读取。"
_RETYPE = "其中的数字无法可靠读出，请报送原始的.xlsx表格。"


class Format(Struct, frozen=True):
    """One format."""

    tag: str
    name: str = ""
    """What it is called where it can't be read; Chinese."""
    extensions: str = ""
    """Under which somebody may have sent one, parted by blanks."""
    begins: bytes = b""
    """How a binary content begins: a pattern, as all below."""
    holds: str = ""
    """The name of a member that makes a zip one."""
    declares: bytes = b""
    """What makes a zip one in that which it says of itself (`Package.declared`)."""
    stream: str = ""
    """What an OLE file holds that is one."""
    is_text_of: Callable[[bytes], bool] | None = None
    """Whether a text is one, by its first few thousand bytes in small letters."""
    of_package: str = ""
    """The function that makes a book or prose of its parts (`patterns.code`); empty for a format that is no zip."""
    of_text: str = ""
    """The same of a text, which is measured before."""
    of_bytes: str = ""
    """The same of a binary content, which no measure bounds: always in the child process."""
    unpacks: str = ""
    """Of a container: the function that takes its files out."""
    in_child: str = ""
    """Of a container that the child process opens: the function that does."""
    advice: str = _RESAVE
    """What is reported where it can't be read; Chinese."""
    converted: bool = False
    """Whether it is read as the .docx that LibreOffice makes of it."""
    by_looks: bool = False
    """Whether a file met in a folder that is one, or is called so, is read only where it looks as if it held a table."""

    @property
    def is_read(self) -> bool:
        """Whether something reads it."""
        return bool(self.of_package or self.of_text or self.of_bytes)


_MAIL_HEADER = lazy(rb"^(?:from|received|return-path|message-id|delivered-to|x-mailer|to|subject|date):", re.M)
_MAIL_MUST = lazy(rb"^(?:from|received|return-path|message-id|delivered-to|x-unsent|mime-version):", re.M)
_SAVED_PAGE = lazy(rb"^from: <?saved by|^x-document-type:|^snapshot-content-location:", re.M)


def _headers(text: bytes) -> bytes:
    return text.partition(b"\r\n\r\n")[0].partition(b"\n\n")[0]


def _is_saved_page(text: bytes) -> bool:
    return b"mime-version:" in text and _SAVED_PAGE.search(_headers(text)) is not None


def _is_mail(text: bytes) -> bool:
    headers = _headers(text)
    looks_so = re.match(rb"[a-z][a-z0-9-]*:", headers) and _MAIL_MUST.search(headers)
    return bool(looks_so) and len(_MAIL_HEADER.findall(headers)) >= 2 and not _is_saved_page(text)


def _begins_with(pattern: bytes) -> Callable[[bytes], bool]:
    return lambda text: re.match(pattern, text, re.S) is not None


_PICTURE = rb"\x89PNG|\xff\xd8\xff|GIF8|BM|II\*\x00|MM\x00\*|.{4}ftyp(?:hei[cx]|mif1|avif)|RIFF.{4}WEBP"
_BIFF = rb"\x09[\x00\x02\x04\x08][\x04-\x10]\x00"
"""BOF records of BIFF 2, 3, 4 and 5 outside an OLE container: record id, then its length."""
_PAGE = (
    rb"(?=<).*?<(?:!--|(?:!doctype html|html|head|body|table|meta|style|title|script|div|p|font|center|span|br|h\d)\b)"
)
_IWORK = r"index\.zip|(?!.*\.numbers/).*\.iwa"
_ODT = rb"\A[^<]*opendocument\.text"
_ARCHIVE, _MAIL = "reading.files.source:archive_entries", "reading.files.mails:mail_entries"
_OLD_EXCEL, _ODS = "reading.formats.ole:read_old_workbook", "reading.formats.ods:read_ods"
_HTML, _MHTML = "reading.formats.html_tables:read_html", "reading.formats.html_tables:read_mhtml"
_TAKE_OUT = "请把其中的附件另存出来再报送，或把邮件另存为.eml。"
_UNPACK = "请解压后报送其中的表格，或改用.zip打包。"
_AS_ODS = "请在LibreOffice中另存为.ods或.xlsx再报送。"
_EXPORT = "请在Numbers中导出为Excel（.xlsx）再报送。"
FORMAT_TABLE = (
    # By its first bytes.
    Format("ole", "无法识别的Office文件", begins=rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    Format("pdf", "PDF文件", "pdf", rb"%PDF", advice=_RETYPE),
    Format("rar", "", "rar", rb"Rar!\x1a\x07", unpacks=_ARCHIVE, in_child="reading.files.source:read_rar"),
    Format("7z", "", "7z", rb"7z\xbc\xaf\x27\x1c", unpacks=_ARCHIVE, in_child="reading.files.source:read_7z"),
    Format("tar", "tar/gz压缩包", "", rb"\x1f\x8b|BZh|\xfd7zXZ|.{257}ustar", advice=_UNPACK),
    Format("rtf", "RTF文档", "rtf", rb"{\\rtf", advice=_CONVERT, converted=True),
    Format("picture", "图片", "png jpg jpeg gif bmp tif tiff webp heic", _PICTURE, advice=_RETYPE),
    Format("xls", "", "xls xlt et ett", _BIFF, of_bytes=_OLD_EXCEL),
    # By what a zip holds; without any of it, it is an archive.
    Format("xlsb", "", "xlsb xltb", holds=r"xl/workbook\.bin", of_package="reading.formats.workbook_package:read_xlsb"),
    Format(
        "xlsx",
        extensions="xlsx xlsm xltx xltm",
        holds=r"xl/workbook\.xml",
        declares=rb"spreadsheetml\.sheet\.main|ms-excel\.sheet\.macro",
        of_package="reading.formats.workbook_package:read_xlsx",
    ),
    Format(
        "docx",
        extensions="docx docm dotx dotm",
        holds=r"word/document\.xml",
        declares=rb"wordprocessingml\.document\.main|ms-word\.document",
        of_package="reading.formats.word:read_word",
    ),
    Format("ods", "", "ods ots", declares=rb"\A[^<]*opendocument\.spreadsheet", of_package=_ODS),
    Format("odt", "LibreOffice文档（.odt）", "odt", declares=_ODT, advice=_CONVERT, converted=True),
    Format(
        "ppt",
        "演示文稿",
        holds=r"ppt/presentation\.xml",
        declares=rb"\A[^<]*opendocument",
        stream="PowerPoint Document",
        advice=_RETYPE,
    ),
    Format("xps", "XPS版式文件", "xps", holds=r".*\.fpage", advice=_RETYPE),
    Format("ofd", "OFD版式文件", "ofd", holds=r"ofd\.xml", advice=_RETYPE),
    Format("numbers", "苹果Numbers表格", "numbers", holds=_IWORK, advice=_EXPORT),
    Format("zip", "", "zip", unpacks="reading.files.source:zip_entries"),
    # By what a text says.
    Format(
        "xml2003",
        is_text_of=_begins_with(rb"<.*urn:schemas-microsoft-com:office:spreadsheet"),
        of_text="reading.formats.xml_spreadsheet:read_xml_spreadsheet",
    ),
    Format(
        "fods",
        "单一XML的OpenDocument表格（.fods）",
        "fods fodt",
        is_text_of=_begins_with(rb"<(?=.*office:document).*opendocument"),
        advice=_AS_ODS,
    ),
    Format("html", "", "htm html", is_text_of=_begins_with(_PAGE), of_text=_HTML, by_looks=True),
    Format("eml", "", "eml", is_text_of=_is_mail, unpacks=_MAIL, in_child="reading.files.mails:read_mail"),
    Format(
        "mhtml",
        "",
        "mht mhtml",
        is_text_of=lambda text: text.startswith(b"mime-version:") or _is_saved_page(text),
        of_text=_MHTML,
    ),
    Format(
        "text",
        "纯文本，里面没有分列的表格",
        "csv tsv txt",
        is_text_of=_begins_with(b""),
        of_text="reading.formats.plain_text:read_text",
        by_looks=True,
    ),
    # By what an OLE file holds (`ole`).
    Format("doc", "旧版Word文档（.doc或.wps）", "doc dot wps", stream="WordDocument", advice=_CONVERT, converted=True),
    Format("msg", "Outlook邮件（.msg）", "msg", stream="__properties_version1.0", advice=_TAKE_OUT),
    Format("unknown", "无法识别的文件", by_looks=True),
)
"""Every format, in the order in which a content is tried."""
FORMATS = {item.tag: item for item in FORMAT_TABLE}
CONVERTIBLE = tuple(item.tag for item in FORMAT_TABLE if item.converted)
"""Kinds that are read as the .docx that LibreOffice makes of them."""
CONTAINERS = tuple(item.tag for item in FORMAT_TABLE if item.unpacks)
"""Kinds whose files are taken out; each is an extension, too."""
_TEXTS, _CALLED = (
    tuple(f".{extension}" for item in FORMAT_TABLE if item.by_looks is own for extension in item.extensions.split())
    for own in (True, False)
)
"""Extensions of what may hold a table, and of what somebody may have sent as a filing, whatever its content says."""
PAGES = tuple(f".{extension}" for extension in FORMATS["html"].extensions.split())
END_OF_FILE = b"\x1a\0"
"""How old programs end a text file."""
_TEXT_BYTES = bytes(range(32, 256)) + b"\t\n\r\f"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


def sniff(data: bytes) -> str:
    """The kind of a file: a tag of the table, or "empty"."""
    return _package_kind(Package(data)) if data.startswith(_ZIP) else sniff_head(data[:4096])


def sniff_head(head: bytes) -> str:
    """The same from the first few thousand bytes; any zip is "zip" here."""
    if not head:
        return "empty"
    if head.startswith(_ZIP):
        return "zip"
    begun = (item.tag for item in FORMAT_TABLE if item.begins and re.match(item.begins, head, re.S))
    return next(begun, "") or _text_kind(head)


def _text_kind(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "replace").encode()
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().rstrip(END_OF_FILE)
    if text.translate(None, _TEXT_BYTES):
        return "unknown"
    low = text.lower()
    return next(item.tag for item in FORMAT_TABLE if item.is_text_of and item.is_text_of(low))


def is_document(head: bytes) -> bool:
    """Whether a zip begins as office programs begin theirs: then it need not be opened to know that it is no archive."""
    return head[30:49] == b"[Content_Types].xml" or head[30:73] == b"mimetypeapplication/vnd.oasis.opendocument."


def _package_kind(package: Package) -> str:
    """What a zip is, by its members: a spreadsheet, a document, or an archive of files."""
    for item in FORMAT_TABLE:
        is_held = item.holds and re.search(f"^(?:{item.holds})$", package.listing, re.M)
        if is_held or (item.declares and re.search(item.declares, package.declared)):
            if package.doubled:
                raise damaged()
            return item.tag
    return "zip"


def cannot_read(kind: str) -> FileProblem:
    """F003 for a kind that nothing reads, F001 for an empty file."""
    if kind == "empty":
        return FileProblem(Problem.DAMAGED, "文件是空的（0字节），可能没有传完整。请重新报送。")
    item = FORMATS[kind] if kind in FORMATS and FORMATS[kind].name else FORMATS["unknown"]
    return FileProblem(Problem.OTHER_FORMAT, "这是{name}，无法读取。{advice}", name=item.name, advice=item.advice)


def is_candidate(name: str, kind: str) -> bool:
    """Whether a file met in a folder may be a filing: by its content, or by what it calls itself.

    Letters, programs and the like are not.
    """
    return name.lower().endswith(_CALLED) or (kind in FORMATS and not FORMATS[kind].by_looks)


def may_hold_table(name: str, head: bytes, kind: str) -> bool:
    """Whether a file that is no candidate may still hold one: a table as text, or a web page. Only reading it will tell."""
    if kind == "html":
        return b"<t" in head.lower()
    if kind != "text" or not name.lower().endswith(_TEXTS):
        return False
    return b"\t" in head or (b"," in head and name[-3:] != "txt")


# The way down

_IN_CHILD = "reading.files.child_process:in_child"
"""An inbox of small files needs no child."""
_MAY_BE_OTHER = tuple(
    name.encode("utf-16-le") for name in ("EncryptedPackage", *filter(None, (item.stream for item in FORMAT_TABLE)))
)
"""Names within an OLE file that is no .xls, or that embeds another document: then its directory must be read."""


def unpacked(data: bytes) -> tuple[str, bytes, Package | None]:
    """Without its envelope: the kind of a content, a tag of `FORMAT_TABLE`; the content; its parts, where it is a package."""
    kind = sniff_head(data[:4096])
    if kind == "ole":
        kind = "xls"
        if any(name in data for name in _MAY_BE_OTHER):
            answer: str | bytes = code(_IN_CHILD)("ole_kind", data)
            kind, data = ("zip", answer) if isinstance(answer, bytes) else (answer, data)
    package = Package(data) if kind == "zip" else None
    if package is not None:
        kind = _package_kind(package)
    if kind in CONVERTIBLE:
        converted: bytes | None = code("reading.files.libreoffice:as_docx")(kind, data)
        if converted is None:
            raise cannot_read(kind)
        return "docx", converted, Package(converted)
    return kind, data, package


def open_bytes(data: bytes) -> Book | Prose:
    """What is in a file with this content, read here where that is provably small, else in the child process.

    Raises:
        FileProblem: F001 damaged, F002 encrypted, F003 of a kind that cannot be read, F004 over the limits.
    """
    opened: Book | Prose = open_or_read(data)
    return opened


def open_or_read(data: bytes, *given: Any, seconds: float | None = None) -> Any:
    """The same; with ``given``, which `read_in_child` takes, what the child process has read in it where it is not small."""
    kind, data, package = unpacked(data)
    with suppress(bounds.Costly):
        opened = open_content(kind, data, package)
        if not given or bounds.Process.is_child or bounds.is_small_book(opened):
            return opened
    return code(_IN_CHILD)("read" if given else "open", data, kind, *given, seconds=seconds)


def open_content(kind: str, data: bytes, package: Package | None = None) -> Book | Prose:
    """What is in a content without an envelope, read in this process; `Costly` where it is to be read in the child."""
    item = FORMATS.get(kind)
    if item is None or not item.is_read:
        raise cannot_read(kind)
    if item.of_package:
        package = package or Package(data)
        bounds.expect_small(bytes=package.parsed_size(bounds.READ_IN_PARENT["bytes"]))
    elif item.of_text:
        bounds.expect_small_text(data)
    else:
        bounds.leave_to_child()
    read = code(item.of_package or item.of_text or item.of_bytes)
    opened: Book | Prose = read(package if item.of_package else data)
    return opened
