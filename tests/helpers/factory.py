"""Filings for tests: clean by default, changed cell by cell where a test needs a fault.

The figures and layouts are those of the examples (examples/filing_figures.py, filing_layouts.py); here they are put
into one call, and written by openpyxl as well as by XlsxWriter, so that reading is not tested on one writer alone.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache, lru_cache
from io import BytesIO
from itertools import dropwhile, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import docx
import openpyxl
import pytest
from openpyxl.cell import MergedCell
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.merge import MergedCellRange
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter
from python_calamine_plus import CalamineWorkbook

from damaged import bytes_of
from filing_figures import FIGURES, RowData
from filing_figures import header as contact_header
from filing_layouts import PLAIN, SAVED, CellValue, Formula, Sheet, Style, save, sheet, short_name
from hrss12333.model.filing import BLANK, Place, Row, Value, column_letters
from hrss12333.model.finding import NewValue, Suggestion
from hrss12333.model.message import File, Label, Message, Param, Quote, RegionName, compose
from hrss12333.model.row import TableLayout
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.gazetteer import RegionMatch, match_region
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form, Scalar, answer_word

__all__ = ["PLAIN", "CellValue", "Formula", "RowData", "Sheet", "Style", "short_name"]
"""What is passed on; tests import the rest from here, too."""


BARE = Style(sample=False)
"""A filing as its sender leaves it: regions from row 6. `PLAIN` keeps the form's sample row above them."""
BESIDE = ("beside", "apart", "afar")
"""Names of the first three columns behind a form's last."""
_WRITTEN: dict[str, bytes] = {}
"""What `write_filing` was asked for → the file that it made: many tests begin with the same one."""


@cache
def _letters(form: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in sorted(EDITION.forms, key=lambda one: one.key == form):
        keys = [*(column.key for column in one.columns), *BESIDE]
        found |= {key: column_letters(number) for number, key in enumerate(keys, 1)}
    return found


def a1(text: str, form: str = "附表1") -> str:
    """The text with each cell that it names by field key and row as an address: ``calls_total6`` as C6 (a key alone as C),
    ``beside6`` as N6. What several forms have is in ``form``."""
    return re.sub(r"(?<![A-Za-z_])[a-z_]+(?![A-Za-z_])", lambda found: _letters(form).get(found[0], found[0]), text)


def sound(form: str = "附表1", /, **given: Scalar) -> dict[str, int | str | None]:
    """A filled row by field key, as it is typed: what is not given is answered as the form's sample row answers it."""
    values = {column.key: given.get(column.key, column.sample) for column in EDITION.form(form).columns}
    return {key: answer_word(value) if isinstance(value, bool) else value for key, value in values.items()}


def unit_named(name: str) -> Unit:
    unit = EDITION.gazetteer.match(name).unit
    assert unit is not None, f"no reporting unit is named {name}"
    return unit


def spot(cell: str | None) -> dict[str, int | None]:
    """The row and column of a finding or suggestion, from an A1 address."""
    row, column = coordinate_to_tuple(cell) if cell else (None, None)
    return {"row": row, "column": column}


def told(words: str, region: object = None, value: object = None, form: object = None, label: str = "") -> Message:
    """What is said in these words by a finding of this region, value, form and column; what is in quotation marks is a
    file's name or quoted."""
    params: dict[str, Param] = {}

    def gap(leaf: Param, how: str = "") -> str:
        params[f"p{len(params)}"] = leaf
        return f"{{p{len(params) - 1}{how}}}"

    def given(found: re.Match[str]) -> str:
        text, quoted = found[0], found[1] and found[1].replace("{{", "{").replace("}}", "}")
        if quoted is not None:
            kind = RegionName if quoted == region else File if quoted.endswith(".xlsx") else Quote
            return gap(kind(quoted))
        number = int(text.replace(",", ""))
        return gap(number, ":,") if number == value and "," in text else gap(number) if number == value else text

    escaped = words.replace("{", "{{").replace("}", "}}")
    template = re.sub(r"“([^”]*)”|\d(?:[\d,]*\d)?", given, escaped)
    for start, leaf in ((form, str), (label, Label)):
        if start and template.startswith(str(start)):
            template = gap(leaf(str(start))) + template.removeprefix(str(start))
    fact, stop, rest = template.partition("。")
    sentences = re.findall("[^。]+。?", rest)
    return compose(fact, *sentences, **params) if stop else compose("", template, **params)


def suggested(reason: str, *values: tuple[str, Scalar, str | None]) -> Suggestion:
    """A correction: field, new value and A1 address of each cell."""
    return Suggestion(tuple(NewValue(key, value, **spot(cell)) for key, value, cell in values), reason)


def clean_rows(unit: str | Unit, form: str | Form = "附表1", count: int | None = None) -> list[RowData]:
    """Plausible rows of a form, one for each of its regions (or the first ``count``): no rule objects to them."""
    whose = unit_named(unit) if isinstance(unit, str) else unit
    key = form if isinstance(form, str) else form.key
    return FIGURES[key](whose)[:count]


def read_row(
    form: Form, place: Place, region: str | None, match: RegionMatch | None, values: Mapping[str, Value]
) -> Row:
    """A row of which every value is given."""
    read = [region if column is form.region else values.get(column.key, BLANK).value for column in form.columns]
    order = {column.key: at for at, column in enumerate(form.columns)}
    return Row(place, region, match, TableLayout(place.sheet, form, order, (None,) * len(read)), tuple(read), values)


def row_of(form: Form, at: int, data: Mapping[str, Any], sheet: str | None = None, *, unit: Unit | None = None) -> Row:
    """A row as it was read: columns A onwards in the form's order. A value given as `Value` stands as it is: found but
    unreadable, say. Its region is official, or what a unit knows of it."""
    where = Place(sheet or form.key, at, 2)
    values = {}
    for number, column in enumerate(form.columns, 1):
        given = data.get(column.key)
        values[column.key] = given if isinstance(given, Value) else Value(given, given, where._replace(column=number))
    name = data.get(form.region.key)
    region = name if isinstance(name, str) else None
    if unit is None:
        return read_row(form, where, region, RegionMatch(region, official=True), values)
    match = match_region(unit, region) if region else None
    return read_row(form, where, (match and match.name) or region, match, values)


def clean_header(unit: str | Unit) -> dict[str, str]:
    return contact_header(unit_named(unit) if isinstance(unit, str) else unit)


def plan_filing(
    unit: str | Unit = "广东省",
    rows: Mapping[str, Sequence[Mapping[str, Scalar]]] | None = None,
    header: Mapping[str, str] | None = None,
    style: Style = BARE,
    forms: Sequence[str] = ("附表1", "附表2"),
) -> dict[str, Sheet]:
    """The sheets of a filing by form; ``rows`` and ``header`` replace the clean ones where given.

    Change ``plan["附表1"].cells[plan["附表1"].at("calls_total", 0)]`` to put a fault into the first region's row.
    """
    whose = unit_named(unit) if isinstance(unit, str) else unit
    given = rows or {}
    planned = {}
    for key in forms:
        listed = list(given.get(key, clean_rows(whose, key)))
        if style.short_regions:
            listed = [{**row, "region": short_name(whose, str(row["region"]))} for row in listed]
        planned[key] = sheet(EDITION.form(key), clean_header(whose) if header is None else header, listed, style)
    return planned


def filing(
    unit: str | Unit = "广东省",
    rows: Mapping[str, Sequence[Mapping[str, Scalar]]] | None = None,
    header: Mapping[str, str] | None = None,
    style: Style = BARE,
    *,
    cells: Mapping[str, Mapping[str, CellValue]] | None = None,
    forms: Sequence[str] = ("附表1", "附表2"),
    writer: Literal["openpyxl", "xlsxwriter"] = "openpyxl",
    saved: datetime = SAVED,
) -> bytes:
    """A filing as .xlsx of the unit (a name or the `Unit`); what is given by form key or header key replaces what is clean,
    and an absent header key leaves its blank empty.

    ``cells`` are written over the planned ones, by their names as `a1` takes them: a str beginning with ``=`` stays text, a
    `Formula` becomes one, of which openpyxl stores no value and XlsxWriter does. ``saved`` is when the document says it was
    saved (openpyxl only).
    """
    asked = repr((unit if isinstance(unit, str) else unit.name, rows, header, style, cells, forms, writer, saved))
    if asked in _WRITTEN:
        return _WRITTEN[asked]
    planned = plan_filing(unit, rows, header, style, forms)
    for key, changes in (cells or {}).items():
        for cell, value in changes.items():
            if isinstance(value, Formula):
                value = Formula(a1(value.text, key), value.value)
            planned[key].cells[a1(cell, key)] = value
    if writer == "xlsxwriter":
        with TemporaryDirectory() as folder:
            save(Path(folder, "a.xlsx"), list(planned.values()))
            _WRITTEN[asked] = Path(folder, "a.xlsx").read_bytes()
    else:
        save_openpyxl(out := BytesIO(), list(planned.values()), saved)
        _WRITTEN[asked] = out.getvalue()
    return _WRITTEN[asked]


def write_filing(path: Path, *asked: Any, **more: Any) -> Path:
    """Write such a `filing` to a path; the path."""
    path.write_bytes(filing(*asked, **more))
    return path


def mail(
    *attached: tuple[str, bytes],
    said: str = "您好，附件请查收。",
    page: str = "",
    subject: str = "报送12333调查表",
    sent: str = "10 Jan 2020 09:00:00 +0800",
    sender: str = "a@example.com",
) -> bytes:
    """A mail; ``page`` is what its body says as a web page, to (name, content) of what is attached."""
    message = EmailMessage()
    for name, text in (("From", sender), ("To", "b@example.com"), ("Subject", subject), ("Date", sent)):
        message[name] = text
    if said:
        message.set_content(said)
    if page:
        (message.add_alternative if said else message.set_content)(page, subtype="html")
    for name, content in attached:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return bytes(message)


def letter(*paragraphs: str, title: str = "") -> bytes:
    """A Word file of text alone."""
    document = docx.Document()
    if title:
        document.add_heading(title)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return bytes_of(document)


def blank(page: Worksheet, label: str, line: int = 4) -> str:
    """The address of what an official form leaves blank behind this label of its header."""
    after = dropwhile(lambda cell: cell.value != f"{label}：", page[line])
    return next(cell.coordinate for cell in islice(after, 1, None) if not isinstance(cell, MergedCell))


def footer(path: Path) -> tuple[str | None, str | None]:
    """What 附表1 prints below, on the left and in the middle."""
    printed: Any = opened(path)["附表1"].oddFooter  # its stubs do not agree with themselves
    return printed.left.text, printed.center.text


def words_of(path: str | Path) -> str:
    """The paragraphs of a Word file, each ended by a line break."""
    return "".join(f"{paragraph.text}\n" for paragraph in docx.Document(str(path)).paragraphs)


def parsed(path: Path) -> EmailMessage:
    """A mail as Python's own parser reads it."""
    read = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(read, EmailMessage)
    return read


def stored(path: Path) -> dict[str, list[list[Any]]]:
    """Every sheet's stored values, row by row; a blank is ""."""
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def lines_below(cells: Iterable[Sequence[Any]], head: str = "序号") -> list[dict[str, Any]]:
    """The lines below the one that has this heading, by headings without blanks."""
    lines = iter(cells)
    heads = ["".join(str(cell).split()) for cell in next(line for line in lines if head in line)]
    return [dict(zip(heads, line, strict=True)) for line in lines]


def write_below(page: Any, where: Mapping[str, Any], head: str = "序号", **written: Any) -> int:
    """Write under these headings of a worksheet, which stand in the line with ``head``, into each line below that has
    the values ``where`` names; how many they are."""
    top = next(row for row in page.iter_rows() if any(cell.value == head for cell in row))
    columns = {"".join(str(cell.value).split()): cell.column for cell in top}
    found = 0
    for row in page.iter_rows(min_row=top[0].row + 1):
        if all(row[columns[heading] - 1].value == value for heading, value in where.items()):
            found += 1
            for heading, value in written.items():
                page.cell(row[0].row, columns[heading]).value = value
    return found


def opened(path: str | Path, *, data_only: bool = False) -> openpyxl.Workbook:
    """A workbook that is only looked at: the same bytes are loaded once, and what is merged gets no borders."""
    return _opened(Path(path).read_bytes(), data_only)


@lru_cache(maxsize=8)
def _opened(data: bytes, data_only: bool) -> openpyxl.Workbook:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MergedCellRange, "format", lambda _: None)  # a third of the time
        return openpyxl.load_workbook(BytesIO(data), data_only=data_only)


def save_openpyxl(path: Path | BytesIO, sheets: Sequence[Sheet], saved: datetime = SAVED) -> None:
    book = openpyxl.Workbook()
    for index, plan in enumerate(sheets):
        page = book.active if index == 0 else book.create_sheet()
        assert isinstance(page, Worksheet)
        page.title = plan.name
        for cell, value in plan.cells.items():
            target = page.cell(*coordinate_to_tuple(cell))
            target.value = value.text if isinstance(value, Formula) else value
            if isinstance(value, str):
                target.data_type = "s"
        for merge in plan.merges:
            covered = MergedCellRange(page, merge)
            page.merged_cells.add(covered)  # `merge_cells` would draw borders around it, though there are none
            for at in islice(covered.cells, 1, None):
                page._cells[at] = MergedCell(page, *at)
    save_dated(book, path, saved)


def save_dated(book: openpyxl.Workbook, path: Path | BytesIO, saved: datetime) -> None:
    """Saved at this time; openpyxl's own ``save`` goes by the clock."""
    book.properties.created = book.properties.modified = saved
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        ExcelWriter(book, package).write_data()
