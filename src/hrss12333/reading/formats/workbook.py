"""Workbooks that are packages (.xlsx, .xlsm): their cells, and the texts that are in no cell.

python-calamine-plus reads them; if it refuses one, panics or cannot be imported, openpyxl does."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from io import BytesIO
from itertools import chain, islice
from posixpath import join, normpath, split
from typing import TYPE_CHECKING, Any, TypeVar

from hrss12333.model.row import Place
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.files.file_type import opened
from hrss12333.reading.files.package import Package, inspect, locked, packed, root_of, with_properties
from hrss12333.reading.grid import NO_MARK, At, Book, Box, Cell, FileProblem, Mark, SheetBuilder, Values, style_of
from hrss12333.reading.worker.limits import MAX_RETURNED, damaged, too_many_cells

if TYPE_CHECKING:
    from openpyxl import Workbook
    from python_calamine_plus import CalamineCell, CalamineSheetStream, CalamineWorkbook

_EXTERNAL = "/externallinks/"
_MOST_ELEMENTS = 5_000
_INDEX = r"\d{1,7}"
"""The number of a row or a column in a drawing."""
_WORKBOOK = "xl/workbook.xml"
_FOOTER_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|K\d\d[+-]\d{3}|\d{1,3} ?|[A-Za-z+&-])')
_WIDE = 32
"""Columns beyond which the last filled one is determined: rows are as wide as the sheet claims."""
_T = TypeVar("_T")


def read_xlsx(package: Package) -> Book:
    """An .xlsx or .xlsm."""
    parts = inspect(package)
    sheets = _by_either(lambda: read_cells(packed(parts)), lambda: read_by_openpyxl(package.data))
    book = Book(
        tuple(sheet.grid() for sheet in sheets),
        (*_boxes(sheets, package), *_page_texts(sheets)),
        macros="vbaproject.bin\n" in package.listing or "/macrosheets/" in package.listing,
        external_links=_EXTERNAL in package.listing,
    )
    return with_properties(book, package)


def read_values(data: bytes, names: Sequence[str] | None = None) -> Values:
    """The stored values of a workbook of this tool, of these sheets or all; none of another workbook."""
    kind, _, package = opened(data)
    listed = root_of(package.read("docprops/custom.xml")) if package and kind == "xlsx" else ()
    properties = {name: "".join(each.itertext()) for each in listed if (name := each.get("name"))}
    if not (package and properties):  # added by a program
        return Values()
    inspect(package)

    def by_calamine() -> dict[str, list[Any]]:
        from python_calamine_plus import CalamineWorkbook

        book = CalamineWorkbook.from_filelike(BytesIO(package.data))
        wanted = [name for name in book.sheet_names if names is None or name in names]
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in wanted}

    def by_openpyxl() -> dict[str, list[Any]]:
        book = _load(package.data, data_only=True)
        wanted = [sheet for sheet in book.worksheets if names is None or sheet.title in names]
        return {sheet.title: [*map(list, sheet.iter_rows(values_only=True))] for sheet in wanted}

    grids = [SheetBuilder(name, rows=rows).grid() for name, rows in _by_either(by_calamine, by_openpyxl).items()]
    if sum(len(line) for grid in grids for line in grid.cells) > MAX_RETURNED:
        raise too_many_cells()
    return Values(tuple(grids), properties)


def _by_either(fast: Callable[[], _T], patient: Callable[[], _T]) -> _T:
    """The result of python-calamine-plus, else of openpyxl."""
    try:
        return fast()
    except (FileProblem, MemoryError):  # beyond the limits
        raise
    except BaseException as error:
        kind = type(error).__name__
        if kind == "PasswordError":
            raise locked() from error
        if kind != "PanicException" and not isinstance(error, Exception):  # pyo3's class is deliberately no Exception
            raise
    return patient()


def read_cells(data: bytes) -> list[SheetBuilder]:
    """All worksheets of a workbook, by python-calamine-plus."""
    from python_calamine_plus import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    sheets: list[SheetBuilder] = []
    styles: dict[int, Mark] = {}
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    for number, known in enumerate(book.sheets_metadata):
        if known.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = SheetBuilder(known.name, hidden=known.visible != SheetVisibleEnum.Visible)
        stream, lines = _stream_of(book, number)
        _read_rows(lines, sheet, styles)
        for at, comment in (stream.comments or {}).items():
            sheet.comment(at, comment["text"] or "")
        sheet.merges = [Box(*first, *last) for first, last in stream.merged_cell_ranges or ()]
        rows, columns = stream.row_dimensions or {}, stream.column_dimensions or ()
        sheet.hidden_rows = {row for row, its in rows.items() if its["hidden"] or its["height"] == 0}
        hidden = (its for its in columns if its["hidden"] or its["width"] == 0)
        sheet.hidden_columns = [range(its["min"], its["max"] + 1) for its in hidden]
        pages = (stream.sheet_settings or {}).get("header_footer") or {}
        sheet.pages = [text for text in pages.values() if isinstance(text, str)]
        sheets.append(sheet)
    return sheets


def _stream_of(book: CalamineWorkbook, number: int) -> tuple[CalamineSheetStream, Iterator[list[CalamineCell]]]:
    """A sheet and its rows, as wide as its filled cells; F004 if too many cells precede the last."""
    stream: Any = book.stream_sheet_by_index(number, rich=True)
    first = next(stream, None)
    if first is not None and len(first) > _WIDE:
        end = book.get_sheet_by_index(number).end
        if end and (end[0] + 1) * (end[1] + 1) > MAX_RETURNED:
            raise too_many_cells()
        stream = book.stream_sheet_by_index(number, rich=True, max_col=end[1] if end else 0)
        first = next(stream, None)
    return stream, iter(()) if first is None else chain([first], stream)


def _read_rows(rows: Iterable[list[CalamineCell]], sheet: SheetBuilder, styles: dict[int, Mark]) -> None:
    """Add the rows to the sheet; all blank ones are one object."""
    blank: list[Cell] = []
    for row, cells in enumerate(rows):
        line: list[Any] = [cell.value for cell in cells]
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
                elif formula := cell.formula:  # without a result: an empty text has kind s
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
                fonts = ((run["text"], run["font"] or {}) for run in runs)
                line[column] = sheet.styled((row, column), value, its, fonts)
            elif its != NO_MARK:
                sheet.styled((row, column), value, its)


def _formula_of(text: str) -> str:
    """The formula with one equals sign before it: ``=C5+D5``."""
    return f"={text.lstrip('=').strip()}"


def read_by_openpyxl(data: bytes) -> list[SheetBuilder]:
    """All worksheets of a workbook, by openpyxl: thirty times as slow, and without Strict OOXML."""
    book, computed = _load(data, rich_text=True), _load(data, data_only=True)
    if not book.worksheets:
        raise damaged()
    return [_openpyxl_sheet(sheet, computed[sheet.title]) for sheet in book.worksheets]


def _openpyxl_sheet(given: Any, computed: Any) -> SheetBuilder:
    sheet, blank = SheetBuilder(given.title, hidden=given.sheet_state != "visible"), list[Cell]()
    styles: dict[Any, Mark] = {}
    for row, (cells, results) in enumerate(zip(given.iter_rows(), computed.iter_rows(), strict=True)):
        pairs = enumerate(zip(cells, results, strict=True))
        line = [_openpyxl_value((row, column), *pair, sheet, styles) for column, pair in pairs]
        sheet.rows.append(line if line.count("") < len(line) else blank)
    sheet.merges = [
        Box(box.min_row - 1, box.min_col - 1, box.max_row - 1, box.max_col - 1) for box in given.merged_cells.ranges
    ]
    sheet.hidden_rows = {row - 1 for row, its in given.row_dimensions.items() if its.hidden or its.height == 0}
    hidden = (its for its in given.column_dimensions.values() if its.hidden or its.width == 0)
    sheet.hidden_columns = [range(its.min - 1, its.max) for its in hidden]
    around = given.HeaderFooter
    sheet.pages = [text for its in around.__elements__ if (text := str(getattr(around, its)))]
    return sheet


def _openpyxl_value(at: At, cell: Any, result: Any, sheet: SheetBuilder, styles: dict[Any, Mark]) -> Any:
    """The value of a cell, whose stored result is in ``result``; its mark goes into the sheet."""
    if getattr(cell, "comment", None):
        sheet.comment(at, cell.comment.text)
    if result.data_type == "e":
        sheet.note(at, error=str(result.value or "#ERROR!"))
        return ""
    value = "" if result.value is None else result.value
    if cell.data_type == "f" and (value != "" or result.data_type != "s"):  # otherwise the formula gave an empty text
        formula = str(getattr(cell.value, "text", cell.value) or "")
        sheet.note(at, formula=_formula_of(formula), stale=value == "")
    runs = cell.value if isinstance(cell.value, list) else []  # texts, and blocks that have a font
    if value == "" or not (cell.has_style or runs):
        return value
    its = styles.get(cell._style) or styles.setdefault(
        cell._style, style_of({"font": _openpyxl_font(cell.font), "number_format": cell.number_format})
    )
    return sheet.styled(at, value, its, ((str(run), _openpyxl_font(getattr(run, "font", None))) for run in runs))


def _openpyxl_font(font: Any) -> Mapping[str, Any]:
    return {"strike": font.strike, "vert_align": font.vertAlign} if font else {}


def _load(data: bytes, **options: bool) -> Workbook:
    from openpyxl import load_workbook

    with warnings.catch_warnings(action="ignore"):  # openpyxl warns on stderr of what it omits
        return load_workbook(BytesIO(data), keep_links=False, **options)


def _page_texts(sheets: Iterable[SheetBuilder]) -> Iterator[Text]:
    """Page headers and footers, with blanks in place of their codes: &C, &P, &"宋体,Regular", &9."""
    for sheet in sheets:
        for plain in dict.fromkeys(" ".join(_FOOTER_CODE.sub(" ", text).split()) for text in sheet.pages):
            if plain:
                yield Text(TextKind.PAGE, plain, sheet=sheet.name)


def _boxes(sheets: Iterable[SheetBuilder], package: Package) -> Iterator[Text]:
    """The text boxes of the sheets, which readers of cells omit."""
    if "/drawings/drawing" not in package.listing:
        return
    read = cache(lambda name: [*_boxes_in(package, name)])  # once, though several sheets name one drawing
    by_id = _targets(package, _WORKBOOK)
    entries = [each for each in root_of(package.read(_WORKBOOK)).iter() if _local(each) == "sheet"]
    parts = {
        each.get("name"): by_id.get(next((v for k, v in each.items() if k.endswith("}id")), "")) for each in entries
    }
    for sheet in sheets:
        for name in _targets(package, parts.get(sheet.name) or "").values():
            for (row, column), text in read(name) if "/drawings/drawing" in name else ():
                yield Text(TextKind.BOX, text, Place(sheet.name, row + 1, column + 1), sheet=sheet.name)


def _targets(package: Package, part: str) -> dict[str, str]:
    """Id of each relation of a part → its target."""
    folder, name = split(part)
    root = root_of(package.read(f"{folder}/_rels/{name}.rels"))
    paths = {each.get("Id", ""): each.get("Target", "").replace("\\", "/") for each in root}
    return {number: normpath(join("/", folder, path)).lstrip("/").lower() for number, path in paths.items()}


def _boxes_in(package: Package, name: str) -> Iterator[tuple[At, str]]:
    """The text boxes of a drawing, each at the first cell that it covers."""
    for element in islice(root_of(package.read(name)).iter(), _MOST_ELEMENTS):
        if _local(element).endswith("CellAnchor") and (text := _element_text(element)):
            start = next((each for each in element if _local(each) == "from"), ())
            at = {_local(part): part.text or "" for part in start}
            row, column = (int(at[key]) if re.fullmatch(_INDEX, at.get(key, "")) else 0 for key in ("row", "col"))
            yield (row, column), text


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _element_text(element: Any) -> str:
    """The text of an element, each paragraph on a line."""
    lines = [part for part in element.iter() if _local(part) == "p"] or [element]
    texts = ("".join(part.text or "" for part in line.iter() if _local(part) == "t") for line in lines)
    return "\n".join(text for text in map(str.strip, texts) if text)
