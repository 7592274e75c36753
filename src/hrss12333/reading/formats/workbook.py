"""Workbooks that are packages (.xlsx, .xlsm): guarded, then read cell by cell, and the texts that are in none of their cells.

python-calamine-plus gives all that a cell says in one pass. It is compiled: its faults are no ordinary exceptions, and a
hostile workbook makes it hold or do as much as that claims to have; so whatever it sees has passed `zip_guard`. Where it
refuses a workbook or cannot be imported, openpyxl reads it (`openpyxl_reader`), in the child process.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from itertools import chain, islice
from posixpath import join, normpath, split
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote_to_bytes

from hrss12333.model.problem import Problem
from hrss12333.model.row import Place
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.files.bounds import MAX_RETURNED, Process, leave_to_child, too_many_cells
from hrss12333.reading.files.package import LOCKED, Package, damaged, packed, properties, refused, root_of, unescaped
from hrss12333.reading.files.source import printable_name
from hrss12333.reading.files.zip_guard import inspect, parsed_names
from hrss12333.reading.formats.marks import CellStyle, read_runs, style_of
from hrss12333.reading.formats.sheet_builder import ReadSheets, SheetBuilder
from hrss12333.reading.grid import At, Book, Box, Cell, FileProblem, column_number

if TYPE_CHECKING:
    from python_calamine_plus import CalamineCell, CalamineSheetStream, CalamineWorkbook

_TARGET = rb"""\sTarget\s*=\s*["']([^"']+)"""
_DDE = rb"""\sdde(?:Service|Topic)\s*=\s*["']([^"']*)"""
_EXTERNAL, _MOST_LINKS = "/externallinks/", 20
_DRAWING_TARGET = rb"""\sTarget\s*=\s*["']([^"']*(?:threadedComment|drawing)[^"']*\.xml)["']"""
_CELL_NAME = r"([A-Z]{1,3})(\d{1,7})"
_MOST_ELEMENTS = 5_000
_FOOTER_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|K\d\d[+-]\d{3}|\d{1,3} ?|[A-Za-z+&-])')
_WIDE = 32
"""Columns beyond which it is asked where the filled ones end: rows are as wide as the sheet claims to be."""
_PLAIN = CellStyle()


def read_xlsx(package: Package) -> Book:
    """An .xlsx or .xlsm."""
    found = inspect(package, "xlsx")
    beside = (name for name in parsed_names(package) if not name.startswith(("docprops/", "[content_types]")))
    try:
        read = read_cells(packed({name: package.read(name) for name in beside} | found.parts))
    except (FileProblem, ImportError) as problem:
        if isinstance(problem, FileProblem) and problem.kind is not Problem.DAMAGED:
            raise
        leave_to_child()
        from hrss12333.reading.formats.openpyxl_reader import read_cells as read_by_openpyxl

        read = read_by_openpyxl(package.data)
    boxes = [*_with_drawings(read.sheets, package, found.sheets)]
    known = properties(package)
    macros = "vbaproject.bin\n" in package.listing or "/macrosheets/" in package.listing
    return Book(
        "xlsm" if macros else "xlsx",
        tuple(sheet.grid() for sheet in read.sheets),
        (*boxes, *_page_texts(read.pages), *known.texts),
        known.saved,
        macros,
        _EXTERNAL in package.listing,
        _links(package),
        known.category,
        known.keywords,
    )


def read_cells(data: bytes) -> ReadSheets:
    """All worksheets of a workbook by python-calamine-plus; an ImportError where that is missing."""
    from python_calamine_plus import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    with refusals():
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        found = ReadSheets([], {})
        styles: dict[int, CellStyle] = {}
        for number, known in enumerate(book.sheets_metadata):
            if known.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = SheetBuilder(known.name, hidden=known.visible != SheetVisibleEnum.Visible)
            stream, rows = _stream_of(book, number)
            _read_rows(rows, sheet, styles)
            for at, comment in (stream.comments or {}).items():
                sheet.note(at, comment=(comment["text"] or "").strip())
            sheet.merges = [Box(*first, *last) for first, last in stream.merged_cell_ranges or ()]
            sheet.hidden_rows = {row for row, its in (stream.row_dimensions or {}).items() if _is_hidden(its, "height")}
            sheet.hidden_columns = [
                range(its["min"], its["max"] + 1) for its in stream.column_dimensions or () if _is_hidden(its, "width")
            ]
            found.sheets.append(sheet)
            pages = (stream.sheet_settings or {}).get("header_footer") or {}
            found.pages[known.name] = [text for text in pages.values() if isinstance(text, str)]
        return found


def _stream_of(book: CalamineWorkbook, number: int) -> tuple[CalamineSheetStream, Iterator[list[CalamineCell]]]:
    """A sheet and its rows, no wider than what is filled where it claims to be wide; where cells may lie far apart, only if
    there are not too many from the first to the last."""
    stream: Any = book.stream_sheet_by_index(number, rich=True)
    first = next(stream, None)
    if first is not None and (Process.is_child or len(first) > _WIDE):
        end = book.get_sheet_by_index(number).end
        if end and (end[0] + 1) * (end[1] + 1) > MAX_RETURNED:
            raise too_many_cells()
        stream = book.stream_sheet_by_index(number, rich=True, max_col=end[1] if end else 0)
        first = next(stream, None)
    return stream, iter(()) if first is None else chain([first], stream)


def _read_rows(rows: Iterable[list[CalamineCell]], sheet: SheetBuilder, styles: dict[int, CellStyle]) -> None:
    """The rows go into the sheet; those in between that hold nothing are one object."""
    blank: list[Cell] = []
    for row, cells in enumerate(rows):
        line: list[Cell] = [cell.value for cell in cells]
        if line.count("") == len(line) and not any(cell.formula or cell.data_type == "e" for cell in cells):
            sheet.rows.append(blank)
            continue
        sheet.rows.append(line)
        for column, cell in enumerate(cells):
            value = line[column]
            is_text = type(value) is str
            if is_text and (kind := cell.data_type) != "s":
                if kind == "e":
                    line[column] = ""
                    sheet.note((row, column), error=value or "#ERROR!")
                elif formula := cell.formula:  # one that gave an empty text holds a text
                    sheet.note((row, column), formula=_formula_of(formula), stale=True)
                continue
            if value == "":
                continue
            if formula := cell.formula:
                sheet.note((row, column), formula=_formula_of(formula))
            its = styles.get(cell.style_id)
            if its is None:
                its = styles[cell.style_id] = style_of(cell.style or {})
            runs = cell.rich_text if is_text else None
            if runs:
                letters = read_runs((run["text"], run["font"] or {}) for run in runs)
                line[column] = sheet.styled((row, column), value, its, letters)
            elif its != _PLAIN:
                sheet.styled((row, column), value, its)


def _is_hidden(dimension: Mapping[str, Any], size: str) -> bool:
    return bool(dimension["hidden"]) or dimension[size] == 0


def _formula_of(text: str) -> str:
    """As ``=C5+D5``, with one sign before it."""
    return f"={text.lstrip('=').strip()}"


def _page_texts(pages: Mapping[str, Iterable[str]]) -> Iterator[Text]:
    """What stands on the pages of each sheet, without codes such as &C, &P, &"宋体,Regular", &9; sections are parted by a
    blank."""
    for sheet, texts in pages.items():
        for plain in dict.fromkeys(" ".join(_FOOTER_CODE.sub(" ", text).split()) for text in texts):
            if plain:
                yield Text(TextKind.PAGE, plain, sheet=sheet)


def _links(package: Package) -> tuple[str, ...]:
    """The names of the workbooks and programs to which a workbook refers, without their folders."""
    found: list[str] = []
    for name in package.names if _EXTERNAL in package.listing else ():
        if _EXTERNAL in name and len(found) < _MOST_LINKS:
            raw = package.read(name)
            if name.endswith(".rels"):
                targets = (unescaped(unquote_to_bytes(target)) for target in re.findall(_TARGET, raw))
                found += (re.split(r"[/\\]", target)[-1] for target in targets)
            elif b"ddeLink" in raw:
                found.append("DDE：" + "|".join(map(unescaped, re.findall(_DDE, raw)[:2])))
    return tuple(dict.fromkeys(printable_name(link) for link in found if link))


# Threads of comments and text boxes, which the readers of cells do not give


class _Drawn(NamedTuple):
    at: At
    text: str
    is_box: bool
    """A text box; else a remark of a thread."""


def _with_drawings(sheets: list[SheetBuilder], package: Package, parts: Mapping[str, str]) -> Iterator[Text]:
    """The text boxes; the threads on cells take the place of the old comments that only tell of them."""
    if "threadedcomment" not in package.listing and "/drawings/drawing" not in package.listing:
        return
    read = cache(lambda name: [*_drawn_in(package, name)])  # which several sheets may name
    for sheet in sheets:
        folder, name = split(parts.get(sheet.name, ""))
        threads: dict[At, list[str]] = defaultdict(list)
        for target in re.findall(_DRAWING_TARGET, package.read(f"{folder}/_rels/{name}.rels"), re.I):
            for drawn in read(normpath(join("/", folder, target.decode())).lstrip("/")):
                if drawn.is_box:
                    row, column = drawn.at
                    yield Text(TextKind.BOX, drawn.text, Place(sheet.name, row + 1, column + 1), sheet=sheet.name)
                else:
                    threads[drawn.at].append(drawn.text)
        for at, texts in threads.items():
            sheet.note(at, comment="\n".join(texts))


def _drawn_in(package: Package, name: str) -> Iterator[_Drawn]:
    """The threads of a part, or its text boxes, each at the cell in the middle of those that it covers."""
    root = root_of(package.read(name))
    for element in islice(() if root is None else root.iter(), _MOST_ELEMENTS):
        kind, place = _local(element), re.fullmatch(_CELL_NAME, element.get("ref", ""))
        if kind == "threadedComment" and place and (text := _element_text(element, "text")):
            yield _Drawn((int(place[2]) - 1, column_number(place[1])), text, False)
        elif kind.endswith("CellAnchor") and (text := _element_text(element, "t")):
            ends = [{_local(part): part.text or "" for part in end} for end in element if _local(end) in ("from", "to")]
            places = [(int(end["row"]), int(end["col"])) for end in ends if _is_place(end)] or [(0, 0)]
            row, column = (sum(numbers) // len(places) for numbers in zip(*places, strict=True))
            yield _Drawn((row, column), text, True)


def _is_place(end: Mapping[str, str]) -> bool:
    return all(end.get(key, "").isdecimal() and len(end[key]) < len("10000000") for key in ("row", "col"))


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _element_text(element: Any, name: str) -> str:
    """The texts in it; those of paragraphs on lines of their own."""
    lines = [part for part in element.iter() if _local(part) == "p"] or [element]
    texts = ("".join(part.text or "" for part in line.iter() if _local(part) == name) for line in lines)
    return "\n".join(text for text in map(str.strip, texts) if text)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the library makes of a workbook that it refuses into a problem of the file."""
    with refused():
        try:
            yield
        except BaseException as error:
            if type(error).__name__ == "PasswordError":
                raise FileProblem(Problem.ENCRYPTED, LOCKED) from error
            if type(error).__name__ == "PanicException":  # of pyo3: deliberately no Exception
                raise damaged() from error
            raise
