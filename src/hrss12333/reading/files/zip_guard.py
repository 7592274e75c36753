"""What stands between a stranger's zip and a compiled reader: nothing here builds a tree, all of it is bounded.

A value in A1 and one in XFD1048576 is a file of 2 KB that makes the reader ask for 549 GB, which kills the process and
cannot be caught. So the area is bounded from the cell references themselves, never from ``<dimension>``; a DTD is
refused; and whatever is odd, though it may be honest, is handed to the child process.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from xml.parsers.expat import ExpatError, ParserCreate

from hrss12333.model.problem import Problem
from hrss12333.reading.files.package import Package, too_large
from hrss12333.reading.formats.calamine_reader import MAX_AREA, MAX_AREAS
from hrss12333.reading.grid import FileProblem

MAX_CELLS = 6_000_000
"""Filled or formatted cells of a workbook. The largest honest one seen (108 MiB unpacked) has about four million."""

LARGE = 32 * 2**20
"""Bytes of XML from which a workbook is read in the child process, lest it hold this one for long."""

MAX_XML = 128 * 2**20
"""Bytes of XML in all; the largest honest workbook seen has 108 MiB. Two seconds for 32 MiB are what it costs."""

_MAX_ROW, _MAX_COLUMN = 1_048_576, 16_384
_XML_NAMES = (".xml", ".rels", ".vml")
_ROW = re.compile(rb"""\sr\s*=\s*["']\s*[A-Za-z$]*(\d+)""")
_COLUMN = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]+)""")
# The same in the notation that nearly every program uses: a literal beginning makes the search three times as fast.
_USUAL_ROW = re.compile(rb' r="[A-Za-z$]*(\d+)')
_USUAL_COLUMN = re.compile(rb' r="([A-Za-z]+)')
_CELL_TAGS = (b"<c ", b"<c>", b"<c/")
_DECLARATION = re.compile(rb"<\?xml[^<>]*\?>\s*")
_CELL_TAG = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_ATTRIBUTES = rb"""((?:[^>"']|"[^"]*"|'[^']*')*)"""
_FILLED = re.compile(rb"<(?:[\w.-]+:)?c(?=[\s>])" + _ATTRIBUTES + rb"(?<!/)>\s*<(?!/)")
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]+)(\d+)""")
_COUNT = re.compile(rb"""[cC]ount\s*=\s*["']\s*(\d+)""")
_TARGET = re.compile(rb"""Target\s*=\s*["']([^"']+)""")
_FOOTER = re.compile(rb"<((?:[\w.-]+:)?(?:odd|even|first)(?:Footer|Header))>(.*?)</\1>", re.S)
_STYLE_FOOTER = re.compile(rb"<style:(footer|header)(?:-left|-first)?[\s>].*?</style:\1(?:-left|-first)?>", re.S)
_FOOTER_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|K\d\d[+-]\d{3}|\d{1,3} ?|[A-Za-z+&-])')
_TAG = re.compile(r"<[^>]*>")
_TOKEN = re.compile(
    rb"<table:(table-row|table-cell|covered-table-cell|table)(?=[\s/>])" + _ATTRIBUTES + rb">|</table:table>"
)
_REPEATED = re.compile(rb"""table:number-(?:rows|columns)-repeated\s*=\s*["']\s*(\d+)""")
_SPACES = re.compile(rb"""text:c\s*=\s*["']\s*(\d+)""")
_HAS_VALUE = re.compile(rb"(?:office|calcext|table):(?:value|date-value|time-value|boolean-value|string-value|formula)")


@dataclass(frozen=True, slots=True)
class Inspected:
    """What the guard found in a package that it lets through."""

    footers: tuple[str, ...] = ()
    odd: bool = False
    """Not well-formed, very large, or not to be bounded by sight: to be read in the child process."""
    transcoded: dict[str, bytes] | None = None
    """Parts that were UTF-16, now UTF-8: the reader does not know the difference and would see nothing."""


def inspect(package: Package, kind: str) -> Inspected:
    """Bound what reading the package can cost.

    Raises:
        FileProblem: F001 where a part does not decompress, F004 where it holds a DTD or too large an area.
    """
    footers: list[str] = []
    transcoded: dict[str, bytes] = {}
    odd = False
    cells = area = size = longest = 0
    targets = _targets(package)
    for name in package.names:
        raw = package.read(name)
        is_xml = name.endswith(_XML_NAMES) or raw[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
        utf16 = _from_utf16(raw)
        if utf16 is not None:
            raw, is_xml = utf16, True
            transcoded[name] = raw
        if not is_xml and name not in targets:
            continue
        size += len(raw)
        if size > MAX_XML:
            raise too_large()
        if is_xml and not name.startswith("basic/"):
            odd |= not _well_formed(raw, thoroughly=size <= LARGE)
        if kind == "ods":
            if name == "content.xml":
                area += _table_areas(raw)
            elif name == "styles.xml":
                footers += _style_footers(raw)
        elif b"sheetData" in raw:
            count, sheet_area, certain = _sheet_area(raw)
            cells, area = cells + count, area + sheet_area
            odd |= not certain
            if b"Footer>" in raw or b"Header>" in raw:
                footers += _sheet_footers(raw)
        elif name.endswith("sharedstrings.xml") or b"<si>" in raw:
            longest = max(longest, *map(len, raw.split(b"</si>")))
        if kind != "ods" and _claimed(raw) > max(len(raw), _MAX_ROW):
            odd = True  # the reader makes room for as many entries as the part claims to have
        if cells > MAX_CELLS or area > MAX_AREAS:
            raise too_large()
    # One long text shown in a great many cells is copied for each of them.
    odd |= size > LARGE or longest * cells > LARGE * 4
    return Inspected(tuple(dict.fromkeys(footers)), odd, transcoded or None)


def _targets(package: Package) -> set[str]:
    """Parts that the workbook refers to, whatever they are called."""
    found = _TARGET.findall(package.read("xl/_rels/workbook.xml.rels"))
    targets = {target.decode("utf-8", "replace").lower().lstrip("/") for target in found}
    return targets | {f"xl/{target}" for target in targets}


def _from_utf16(raw: bytes) -> bytes | None:
    """A UTF-16 part as UTF-8; None for any other."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif raw[:4] == b"<\x00?\x00":
        encoding = "utf-16-le"
    elif raw[:4] == b"\x00<\x00?":
        encoding = "utf-16-be"
    else:
        return None
    text = raw.decode(encoding, "replace")
    return re.sub(r"""encoding\s*=\s*["'][^"']*["']""", 'encoding="UTF-8"', text, count=1).encode("utf-8", "replace")


def _refuse_dtd(*_: object) -> None:
    raise FileProblem(Problem.TOO_LARGE, DTD)


DTD = "文件的 XML 中含有外部定义（DTD），这不是 Excel 或 WPS 会写出的内容，可能会耗尽内存，为安全起见没有读取。" + (
    "请在 Excel 或 WPS 中打开，另存为新的 .xlsx 再报送。"
)


def _well_formed(raw: bytes, *, thoroughly: bool) -> bool:
    """Whether it is XML as it should be; a DTD is refused, wherever in the part it stands."""
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        _refuse_dtd()
    if not thoroughly:
        return False
    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_dtd  # in an encoding that hides it from the search above
    try:
        parser.Parse(raw, True)
    except (ExpatError, ValueError, LookupError):  # LookupError: an encoding that does not exist
        return False
    return True


def _claimed(raw: bytes) -> int:
    """The largest number of entries that a part claims to have; the cells themselves claim nothing."""
    start, end = raw.find(b"<sheetData"), raw.rfind(b"</sheetData")
    outside = raw[:start] + raw[end:] if 0 <= start < end else raw
    return max(map(int, _COUNT.findall(outside)), default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _usual(raw: bytes) -> bool:
    """Whether all addresses are written as `` r="A1"`` and all cells as ``<c ...``, without any other blank in between."""
    declaration = _DECLARATION.match(raw)
    start = declaration.end() if declaration else 0
    return (
        all(raw.find(blank, start) < 0 for blank in (b"\n", b"\r", b"\t"))
        and not any(form in raw for form in (b" r ", b'r=" ', b":c"))
        and raw.count(b" r=") == raw.count(b' r="')
    )


def _sheet_area(raw: bytes) -> tuple[int, int, bool]:
    """Cells, the area that the reader will ask for at most, and whether that is certain."""
    usual = _usual(raw)
    cells = sum(map(raw.count, _CELL_TAGS)) if usual else len(_CELL_TAG.findall(raw))
    if cells > MAX_CELLS:
        raise too_large()
    references = (_USUAL_COLUMN if usual else _COLUMN).findall(raw)
    rows = max(map(int, (_USUAL_ROW if usual else _ROW).findall(raw)), default=0)
    columns = max(map(_column_number, set(references)), default=0)
    unnamed = cells - len(references)
    if unnamed > 0:  # cells without an address follow one another, rows as well
        rows, columns = rows + raw.count(b"row"), columns + unnamed
    if rows * columns <= MAX_AREA and rows <= _MAX_ROW and columns <= _MAX_COLUMN:
        return cells, rows * columns, True
    # Formatting far below or beside the data is harmless: only filled cells count.
    rows = columns = unnamed = 0
    for match in _FILLED.finditer(raw):
        reference = _REFERENCE.search(match[1])
        if reference is None:
            unnamed += 1
        else:
            rows, columns = max(rows, int(reference[2])), max(columns, _column_number(reference[1]))
    if rows * columns > MAX_AREA or rows > _MAX_ROW or columns > _MAX_COLUMN:
        raise too_large()
    return cells, rows * columns, not unnamed


def _table_areas(raw: bytes) -> int:
    """Area of all tables of an OpenDocument spreadsheet, up to the last filled cell of each."""
    # text:s writes that many spaces.
    total, copies = 0, sum(map(int, _SPACES.findall(raw)))
    row = column = last_row = last_column = repeat = 0
    for match in _TOKEN.finditer(raw):
        tag = match[1]
        if tag in (None, b"table"):
            total += last_row * last_column
            row = column = last_row = last_column = repeat = 0
        elif tag == b"table-row":
            row += repeat
            repeat, column = _repeats(match[2]), 0
        else:
            times = _repeats(match[2])
            column += times
            open_tag = not match[2].endswith(b"/") and raw[match.end() : match.end() + 2] != b"</"
            if open_tag or _HAS_VALUE.search(match[2]):
                last_row, last_column = row + repeat, max(last_column, column)
                # What a cell shows is copied for every repetition; its size is bounded by where the next one begins.
                copies += times * repeat
                if (
                    times * repeat > 1
                    and (raw.find(b"</table:table-cell", match.end()) - match.end()) * times * repeat > LARGE
                ):
                    raise too_large()
        if last_row * last_column > MAX_AREA or copies > MAX_CELLS:
            raise too_large()
    return total + last_row * last_column


def _repeats(attributes: bytes) -> int:
    found = _REPEATED.search(attributes)
    return int(found[1][:9]) if found else 1


def _sheet_footers(raw: bytes) -> list[str]:
    """Header and footer texts of a worksheet, without their formatting codes."""
    texts = (unescape(body.decode("utf-8", "replace")) for _, body in _FOOTER.findall(raw))
    return [text for text in (plain_footer(text) for text in texts) if text]


def plain_footer(text: str) -> str:
    """An Excel header or footer without codes such as &C, &P, &"宋体,Regular", &9; sections are parted by a blank."""
    return " ".join(_FOOTER_CODE.sub(" ", text).split())


def _style_footers(raw: bytes) -> list[str]:
    """Header and footer texts of OpenDocument page styles."""
    found = []
    for match in _STYLE_FOOTER.finditer(raw):
        text = " ".join(unescape(_TAG.sub(" ", match[0].decode("utf-8", "replace"))).split())
        if text:
            found.append(text)
    return found
