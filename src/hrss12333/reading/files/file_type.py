"""The table of formats, by which a content becomes sheets or prose, or a finding that says why not.

Not the extension decides, but the first bytes, in a zip the names of its members, in an OLE file (.xls, .doc)
its streams, which `formats.ole` lists. A new format is a reader in a file of its own and an entry here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model.row import Problem
from hrss12333.patterns import code
from hrss12333.reading.files.package import Package
from hrss12333.reading.grid import Book, FileProblem, Prose, clipped
from hrss12333.reading.worker import Convertible, run
from hrss12333.reading.worker.limits import Budget, damaged, expect_few_cells

_RESAVE = "请用 Excel 或 WPS 打开后另存为 .xlsx 再报送。"
_CONVERT = "请用 Word 或 WPS 打开后另存为 .docx 再报送。"
_RETYPE = "其中的数字无法可靠读出，请报送原始的 .xlsx 表格。"


class Format(Struct, frozen=True):
    """A file format."""

    tag: str
    name: str = ""
    """Its name where it can't be read; Chinese."""
    extensions: str = ""
    """Extensions, parted by blanks, under which one may be sent as a filing."""
    begins: bytes = b""
    """A pattern of how a binary content begins."""
    holds: str = ""
    """A pattern of the name of a member that a zip of this format holds."""
    declares: bytes = b""
    """A pattern in what a zip of this format declares itself to be (`Package.declared`)."""
    stream: str = ""
    """A stream that an OLE file of this format holds."""
    is_text_of: Callable[[bytes], bool] | None = None
    """Whether a text is of the format, by its first few thousand bytes in small letters."""
    reader: str = ""
    """The function that reads its content as a book or prose; a zip is a `Package`, to be inspected first."""
    unpacks: str = ""
    """The function that takes the files out of a container, from a certain one on."""
    advice: str = _RESAVE
    """What the sender is to do where it can't be read; Chinese."""
    converted: bool = False
    """Whether it is read as the .docx that LibreOffice makes of it."""
    is_scan: bool = False
    """Whether it is a picture of paper."""
    ordinary: bool = False
    """Whether folders hold many files of it: one is refused only if it has a filing's extension."""


_MAIL_HEADER = rb"^(?:from|received|return-path|message-id|delivered-to|x-mailer|to|subject|date):"
_MAIL_MUST = rb"^(?:from|received|return-path|message-id|delivered-to|x-unsent|mime-version):"
_SAVED_PAGE = rb"^from: <?saved by|^x-document-type:|^snapshot-content-location:"


def _headers(text: bytes) -> bytes:
    return text.partition(b"\r\n\r\n")[0].partition(b"\n\n")[0]


def _is_saved_page(text: bytes) -> bool:
    return b"mime-version:" in text and re.search(_SAVED_PAGE, _headers(text), re.M) is not None


def _is_mail(text: bytes) -> bool:
    headers = _headers(text)
    looks_so = re.match(rb"[a-z][a-z0-9-]*:", headers) and re.search(_MAIL_MUST, headers, re.M)
    return bool(looks_so) and len(re.findall(_MAIL_HEADER, headers, re.M)) >= 2 and not _is_saved_page(text)


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
_ODF = rb"\A[^<]*opendocument"
_SLIDES = r"ppt/presentation\.xml"
_TAKE_OUT = "请把其中的附件另存出来再报送，或把邮件另存为 .eml。"
_UNPACK = "请解压后报送其中的表格，或改用 .zip 打包。"
_EXPORT = "请在 Numbers 中导出为 Excel（.xlsx）再报送。"
FORMAT_TABLE = (
    # By its first bytes.
    Format("ole", "无法识别的Office文件", begins=rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    Format("pdf", "PDF文件", "pdf", rb"%PDF", advice=_RETYPE, is_scan=True),
    Format("rar", "", "rar", rb"Rar!\x1a\x07", unpacks="reading.files.containers:unpack_rar"),
    Format("7z", "", "7z", rb"7z\xbc\xaf\x27\x1c", unpacks="reading.files.containers:unpack_7z"),
    Format("tar", "tar/gz压缩包", "tar tgz gz", rb"\x1f\x8b|BZh|\xfd7zXZ|.{257}ustar", advice=_UNPACK),
    Format("rtf", "RTF文档", "rtf", rb"{\\rtf", advice=_CONVERT, converted=True),
    Format("picture", "图片", "png jpg jpeg gif bmp tif tiff webp heic", _PICTURE, advice=_RETYPE, is_scan=True),
    Format("xls", "", "xls xlt et ett", _BIFF, reader="reading.formats.ole:read_old_workbook"),
    # By what a zip holds; without any of it, it is an archive.
    Format("xlsb", "Excel二进制工作簿（.xlsb）", "xlsb xltb", holds=r"xl/workbook\.bin"),
    Format(
        "xlsx",
        extensions="xlsx xlsm xltx xltm",
        holds=r"xl/workbook\.xml",
        declares=rb"spreadsheetml\.sheet\.main|ms-excel\.sheet\.macro",
        reader="reading.formats.workbook:read_xlsx",
    ),
    Format(
        "docx",
        extensions="docx docm dotx dotm",
        holds=r"word/document\.xml",
        declares=rb"wordprocessingml\.document\.main|ms-word\.document",
        reader="reading.formats.word:read_word",
    ),
    Format("ods", "LibreOffice表格（.ods）", "ods ots", declares=rb"\A[^<]*opendocument\.spreadsheet"),
    Format("odt", "LibreOffice文档（.odt）", "odt", declares=_ODT, advice=_CONVERT),
    Format("ppt", "演示文稿", holds=_SLIDES, declares=_ODF, stream="PowerPoint Document", advice=_RETYPE),
    Format("xps", "XPS版式文件", "xps", holds=r".*\.fpage", advice=_RETYPE),
    Format("ofd", "OFD版式文件", "ofd", holds=r"ofd\.xml", advice=_RETYPE, is_scan=True),
    Format("numbers", "苹果Numbers表格", "numbers", holds=_IWORK, advice=_EXPORT),
    Format("zip", "", "zip", unpacks="reading.files.containers:unpack_zip"),
    # By what a text says.
    Format(
        "xml", "XML表格", "fods", is_text_of=_begins_with(rb"<.*(?:microsoft-com:office:spreadsheet|office:document)")
    ),
    Format("html", "网页", is_text_of=_begins_with(_PAGE), ordinary=True),
    Format("eml", "", "eml", is_text_of=_is_mail, unpacks="reading.files.containers:read_mail"),
    Format(
        "mhtml",
        "网页（.mht）",
        "mht mhtml",
        is_text_of=lambda text: text.startswith(b"mime-version:") or _is_saved_page(text),
    ),
    Format("text", "纯文本（.csv、.txt）", "csv tsv", is_text_of=_begins_with(b""), ordinary=True),
    # By what an OLE file holds (`formats.ole`).
    Format("doc", "旧版Word文档（.doc或.wps）", "doc dot wps", stream="WordDocument", advice=_CONVERT, converted=True),
    Format("msg", "Outlook邮件（.msg）", "msg", stream="__properties_version1.0", advice=_TAKE_OUT),
    Format("unknown", "无法识别的文件", ordinary=True),
)
"""Every format, in the order in which a content is tried."""
FORMATS = {item.tag: item for item in FORMAT_TABLE}
CONVERTIBLE = tuple(item.tag for item in FORMAT_TABLE if item.converted)
CONTAINERS = tuple(item.tag for item in FORMAT_TABLE if item.unpacks)
"""Tags of containers; each is an extension, too."""
_CALLED = tuple(f".{extension}" for item in FORMAT_TABLE for extension in item.extensions.split())
_TEXT_BYTES = bytes(range(32, 256)) + b"\t\n\r\f"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_END_OF_FILE = b"\x1a\0"
"""The end of a text file written by old programs."""


def sniff_head(head: bytes) -> str:
    """The kind of a file by its first few thousand bytes; any zip is "zip" here."""
    if not head:
        return "empty"
    if head.startswith(_ZIP):
        return "zip"
    begun = (item.tag for item in FORMAT_TABLE if item.begins and re.match(item.begins, head, re.S))
    if kind := next(begun, ""):
        return kind
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "replace").encode()
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().rstrip(_END_OF_FILE)
    if text.translate(None, _TEXT_BYTES):
        return "unknown"
    low = text.lower()
    return next(item.tag for item in FORMAT_TABLE if item.is_text_of and item.is_text_of(low))


def is_document(head: bytes) -> bool:
    """Whether a zip begins as office programs begin theirs: it is no archive, and need not be opened."""
    return head[30:49] == b"[Content_Types].xml" or head[30:73] == b"mimetypeapplication/vnd.oasis.opendocument."


def package_kind(package: Package) -> str:
    """The kind of a zip by its members."""
    for item in FORMAT_TABLE:
        is_held = item.holds and re.search(f"^(?:{item.holds})$", package.listing, re.M)
        if is_held or (item.declares and re.search(item.declares, package.declared)):
            if package.doubled:
                raise damaged()
            return item.tag
    return "zip"


def cannot_read(kind: str) -> FileProblem:
    """The problem of a file of a kind that is not read: F003; F001 if empty; no finding for a scan."""
    if kind == "empty":
        return FileProblem(Problem.DAMAGED, "文件是空的（0字节），可能没有传完整。请重新报送。")
    item = FORMATS[kind] if kind in FORMATS and FORMATS[kind].name else FORMATS["unknown"]
    problem = Problem.SCAN if item.is_scan else Problem.OTHER_FORMAT
    return FileProblem(problem, f"这是{item.name}，无法读取。{item.advice}")


def is_candidate(name: str, kind: str) -> bool:
    """Whether a file met in a folder may be a filing, by its content or its extension."""
    return name.lower().endswith(_CALLED) or (kind in FORMATS and not FORMATS[kind].ordinary)


def open_document(data: bytes, budget: Budget | None = None) -> Book | Prose:
    """The sheets or the prose of a file in which forms are looked for."""
    document: Book | Prose = in_worker(Book | Prose, "reading.files.file_type:read", data, budget=budget or Budget())
    return document


def in_worker(kind: Any, task: str, data: bytes, *given: Any, budget: Budget) -> Any:
    """The answer to a task about a file, which is converted first where it has to be."""
    answer = run(kind | Convertible, task, data, *given, budget=budget)
    if not isinstance(answer, Convertible):
        return answer
    converted: bytes | None = code("reading.files.programs:as_docx")(answer.kind, data)
    if converted is None:
        raise cannot_read(answer.kind)
    return run(kind, task, converted, *given, budget=budget)


# The worker's side


def read(data: bytes) -> Book | Prose | Convertible:
    """The sheets or the prose of a content."""
    kind, content, package = opened(data)
    if kind in CONVERTIBLE:
        return Convertible(kind)
    item = FORMATS.get(kind)
    if item is None or not item.reader:
        raise cannot_read(kind)
    document: Book | Prose = code(item.reader)(package or content)
    document = replace(document, grids=tuple(map(clipped, document.grids)))
    expect_few_cells(document)
    return document


def opened(data: bytes) -> tuple[str, bytes, Package | None]:
    """The kind (tag) of a file; its content, decrypted; its members, where it is a zip."""
    kind = sniff_head(data[:4096])
    if kind == "ole":
        kind, unlocked = code("reading.formats.ole:kind_of")(data)
        data = unlocked or data
    package = Package(data) if kind == "zip" else None
    return kind if package is None else package_kind(package), data, package
