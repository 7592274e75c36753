"""Opening, formatting, naming and closing of every workbook of the program: no text becomes a formula, the same content
gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from hrss12333.model.document_marks import GENERATOR

A4 = 9
"""The number of this paper in a workbook."""
INPUT_COLOUR = "#FFFBE6"
BODY_FONT = "宋体"
DISPLAY_FONT = "黑体"
SAFE: dict[str, Any] = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""No text ever becomes a formula, a link or a number."""

OWN_ROW = "\0"
"""Stands in a formula for the number of the row that it is written to: a column's formulas differ in that alone."""


def day_after(year: int) -> datetime:
    """The date of a document about a year where it has none of its own, so that the bytes never differ."""
    return datetime(year + 1, 1, 1)


class Styles:
    """The formats of one workbook, each made when it is first asked for."""

    def __init__(self, workbook: Any, **common: Any) -> None:
        """``common``: properties of every format that sets no other."""
        self._workbook, self._common = workbook, common
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def get(self, **properties: Any) -> Any:
        """The format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format({**self._common, **properties})
        return self._made[key]


class FormulaSheet(Worksheet):  # type: ignore[misc]  # the library has no types
    """A worksheet that stores formulas as they are given.

    XlsxWriter searches each thirty times for functions that are newer than Excel 2007 and spelt otherwise in a file. No
    formula of this program has one (a test looks through them all), and those of the official form are long: more than half
    of its writing went into that search.
    """

    def _prepare_formula(self, formula: str, *_: Any) -> str:
        return formula.removeprefix("=")


@contextmanager
def new_workbook(
    target: Path | BytesIO, properties: dict[str, Any], font: tuple[str, int], **options: Any
) -> Iterator[Any]:
    """An XlsxWriter workbook, made in memory and written to ``target`` when the block ends well.

    Column widths count digits of the default ``font`` (name and points).

    Raises:
        OSError: where it cannot be written; `replacing` reports it under the user's own name for it.
    """
    default = {"font_name": font[0], "font_size": font[1], "font_scheme": "none"}
    settings = {**options, **SAFE, "default_format_properties": default, "in_memory": True}
    workbook = xlsxwriter.Workbook(target if isinstance(target, BytesIO) else str(target), settings)
    workbook.set_properties({"author": GENERATOR, **properties})
    yield workbook
    try:
        workbook.close()
    except FileCreateError as error:
        cause = error.args[0] if error.args else error
        raise (cause if isinstance(cause, OSError) else OSError(str(cause))) from error


def same_bytes(data: bytes) -> bytes:
    """A finished package with its parts by name (the list of content types comes first, as it should), all dated alike: the
    same content gives the same bytes."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as package, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in sorted(package.namelist()):
            about = ZipInfo(name)  # of 1980, the first year that a zip can hold
            about.compress_type = ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            target.writestr(about, package.read(name))
    return out.getvalue()
