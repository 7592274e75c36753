"""What a file is, by its content: the extension is what somebody once called it.

`sniff` looks at the first bytes and, in a zip, at the names of the members. OLE files (.xls, .doc, .ppt, encrypted
.xlsx all look alike from outside) are only known as "ole" here; `ole` tells them apart in the child process.
"""

from __future__ import annotations

import re

from hrss12333.model.problem import Problem
from hrss12333.patterns import lazy
from hrss12333.reading.files.package import Package, damaged
from hrss12333.reading.grid import FileProblem

RESAVE = "请在Excel或WPS中打开，另存为.xlsx再报送。"
RESAVE_WORD = "请在Word或WPS中打开，另存为.docx再报送。"
CONVERT = f"{RESAVE_WORD}审核用的电脑装有LibreOffice时，也可以直接读取。"
RETYPE = "其中的数字无法可靠读出，请报送原始的.xlsx表格。"

UNREADABLE: dict[str, tuple[str, str]] = {
    "doc": ("旧版Word文档（.doc或.wps）", CONVERT),
    "odt": ("LibreOffice文档（.odt）", CONVERT),
    "rtf": ("RTF文档", CONVERT),
    "ppt": ("演示文稿", RETYPE),
    "msg": ("Outlook邮件（.msg）", "请把其中的附件另存出来再报送，或把邮件另存为.eml。"),
    "ole": ("无法识别的Office文件", RESAVE),
    "pdf": ("PDF文件", RETYPE),
    "ofd": ("OFD版式文件", RETYPE),
    "xps": ("XPS版式文件", RETYPE),
    "picture": ("图片", RETYPE),
    "tar": ("tar/gz压缩包", "请解压后报送其中的表格，或改用.zip打包。"),
    "fods": ("单一XML的OpenDocument表格（.fods）", "请在LibreOffice中另存为.ods或.xlsx再报送。"),
    "numbers": ("苹果Numbers表格", "请在Numbers中导出为Excel（.xlsx）再报送。"),
    "text": ("纯文本，里面没有分列的表格", RESAVE),
    "unknown": ("无法识别的文件", RESAVE),
}
"""Kinds that cannot be read (F003): what they are called and what to do."""

CONVERTIBLE = ("doc", "odt", "rtf")
"""Kinds that are read as the .docx that LibreOffice makes of them."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"%PDF", "pdf"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "tar"),
    (b"BZh", "tar"),
    (b"\xfd7zXZ", "tar"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"BM", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
)
# BOF records of BIFF 2, 3, 4 and 5 outside an OLE container: record id, then its length.
_BIFF = lazy(rb"\x09[\x00\x02\x04\x08][\x04-\x10]\x00")
_MAIL_HEADER = lazy(rb"^(?:From|Received|Return-Path|Message-ID|Delivered-To|X-Mailer|To|Subject|Date):", re.I | re.M)
_MAIL_MUST = lazy(rb"^(?:From|Received|Return-Path|Message-ID|Delivered-To|X-Unsent):", re.I | re.M)
_SAVED_PAGE = lazy(rb"^From: <?Saved by|^X-Document-Type:|^Snapshot-Content-Location:", re.I | re.M)
END_OF_FILE = b"\x1a\0"
"""How old programs end a text file."""
_TEXT_BYTES = bytes(range(32, 256)) + b"\t\n\r\f"


def sniff(data: bytes) -> str:
    """The kind of a file: xlsx xlsb ods docx xls zip eml ole empty, or a key of `UNREADABLE`.

    Raises:
        FileProblem: a zip that cannot be opened or breaks the limits (F001, F002, F004).
    """
    if not data:
        return "empty"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return package_kind(Package(data))
    return sniff_head(data[:4096])


def sniff_head(head: bytes) -> str:
    """The same from the first few thousand bytes; any zip is "zip" here."""
    if not head:
        return "empty"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"avif"):
        return "picture"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "picture"
    if head[257:262] == b"ustar":
        return "tar"
    if _BIFF.match(head):
        return "xls"
    return _text_kind(head)


def _text_kind(head: bytes) -> str:
    """The kind of what begins as none of the known binary formats: a web page, XML, a mail, plain text, or unknown."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "replace").encode()
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().rstrip(END_OF_FILE)
    if not text:
        return "text"
    if text.translate(None, _TEXT_BYTES):
        return "unknown"
    low = text.lower()
    if low.startswith((b"<", b"<?xml")):
        if b"urn:schemas-microsoft-com:office:spreadsheet" in low:
            return "xml2003"
        if b"office:document" in low and b"opendocument" in low:
            return "fods"
        if re.search(rb"<(?:!doctype html|html|head|body|table|meta)\b", low):
            return "html"
        return "text"
    headers = text.partition(b"\r\n\r\n")[0].partition(b"\n\n")[0]
    if _SAVED_PAGE.search(headers) and b"mime-version:" in low:
        return "mhtml"
    looks_so = re.match(rb"[A-Za-z][A-Za-z0-9-]*:", headers) and _MAIL_MUST.search(headers)
    if looks_so and len(_MAIL_HEADER.findall(headers)) >= 2:
        return "eml"
    if low.startswith(b"mime-version:"):
        return "mhtml"
    return "text"


def is_document(head: bytes) -> bool:
    """Whether a zip begins as office programs begin theirs: then it need not be opened to know that it is no archive."""
    return head[30:49] == b"[Content_Types].xml" or head[30:73] == b"mimetypeapplication/vnd.oasis.opendocument."


def convertible(name: str, head: bytes) -> str:
    """The kind of `CONVERTIBLE` that a file very likely is, by its beginning and its name; empty for any other."""
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if head[30:80].startswith(b"mimetypeapplication/vnd.oasis.opendocument.text"):
        return "odt"
    return "doc" if head.startswith(b"\xd0\xcf\x11\xe0") and re.search(r"\.(?:do[ct]|wp[st])$", name, re.I) else ""


def package_kind(package: Package) -> str:
    """What a zip is, by its members: a spreadsheet, a document, or an archive of files.

    Raises:
        FileProblem: F001 where a document names a part twice; an archive may.
    """
    kind = _package_kind(package)
    if package.doubled and kind != "zip":
        raise damaged()
    return kind


def _package_kind(package: Package) -> str:
    """The kind by the members' names and, where these do not tell, by what content types or mimetype say."""
    names = set(package.names)
    if "[content_types].xml" in names:
        types = package.read_little("[Content_Types].xml").lower()
        if b"\x00" in types[:4]:
            types = types.replace(b"\x00", b"")  # UTF-16: only ASCII is looked for
        if "xl/workbook.bin" in names:
            return "xlsb"
        if "xl/workbook.xml" in names or b"spreadsheetml.sheet.main" in types or b"ms-excel.sheet.macro" in types:
            return "xlsx"
        if "word/document.xml" in names or b"wordprocessingml.document.main" in types or b"ms-word.document" in types:
            return "docx"
        if any(name.startswith("ppt/") for name in names):
            return "ppt"
        if any(name.endswith(".fpage") for name in names):
            return "xps"
    if "mimetype" in names or "content.xml" in names:
        kind = package.read_little("mimetype")[:100]
        if b"opendocument.spreadsheet" in kind:
            return "ods"
        if b"opendocument.text" in kind:
            return "odt"
        if b"opendocument" in kind:
            return "ppt"
        if "content.xml" in names and b"office:spreadsheet" in package.read_little("content.xml"):
            return "ods"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "word/document.xml" in names:
        return "docx"
    if "ofd.xml" in names:
        return "ofd"
    if any(name.endswith(".iwa") and ".numbers/" not in name for name in names) or "index.zip" in names:
        return "numbers"
    return "zip"


def cannot_read(kind: str) -> FileProblem:
    """F003 for a kind of `UNREADABLE`, F001 for an empty file."""
    if kind == "empty":
        return FileProblem(Problem.DAMAGED, "文件是空的（0字节），可能没有传完整。请重新报送。")
    label, advice = UNREADABLE.get(kind, UNREADABLE["unknown"])
    return FileProblem(Problem.OTHER_FORMAT, f"这是{label}，无法读取。{advice}")


_PERHAPS = lazy(
    r"\.(?:xl[st][xmb]?|ett?|f?od[st]|ots|doc[xm]?|dot[xm]?|wps|rtf|pdf|ofd|xps|zip|eml|msg|rar|7z|mht|mhtml|numbers"
    r"|png|jpe?g|gif|bmp|tiff?|webp|heic)$",
    re.I,
)
"""Extensions under which somebody may have sent a filing, though its content says nothing of the kind."""

_TABLE_AS_TEXT = lazy(r"\.(?:csv|tsv|txt|html?)$", re.I)


def is_candidate(name: str, kind: str) -> bool:
    """Whether a file met in a folder may be a filing: by its content, or by what it calls itself.

    Letters, programs and the like are not.
    """
    return bool(_PERHAPS.search(name)) or kind not in ("text", "unknown", "html", "empty", "mhtml")


def may_hold_table(name: str, head: bytes, kind: str) -> bool:
    """Whether a file that is no candidate may still hold one: a table as text, or a web page. Only reading it will tell."""
    if kind == "html":
        return b"<t" in head.lower()
    return (
        kind == "text"
        and bool(_TABLE_AS_TEXT.search(name))
        and (b"\t" in head or (b"," in head and name[-3:] != "txt"))
    )
