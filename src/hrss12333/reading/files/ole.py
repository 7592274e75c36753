"""OLE files: .xls, .et, .doc, .ppt, .msg and encrypted .xlsx look alike until their streams are listed.

Runs in the child process only: a crafted sector chain can send any parser in circles.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from io import BytesIO
from typing import Any

import msoffcrypto
import olefile

from hrss12333.model.problem import Problem
from hrss12333.reading.files.file_type import cannot_read
from hrss12333.reading.files.package import LOCKED, damaged, naive_utc, refused
from hrss12333.reading.formats import xlrd_reader
from hrss12333.reading.formats.workbook_package import read_grids
from hrss12333.reading.grid import Book, FileProblem

_DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105  public: Excel locks "protected" workbooks with it and asks for none
_OTHERS = (("worddocument", "doc"), ("powerpoint document", "ppt"), ("__properties_version1.0", "msg"))
_WRAPPED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""How a workbook begins that was dropped into a Word file as an icon."""


def kind_of(data: bytes) -> dict[str, Any]:
    """What an OLE file is: ``{"kind": "xls"}``, another kind of `UNREADABLE`, or ``{"kind": "zip", "package": …}`` where
    it held an .xlsx or .docx that opens without asking.
    """
    _, roots = _opened_container(data)
    if "encryptedpackage" in roots:
        return {"kind": "zip", "package": unlocked(data)}
    return {"kind": next((kind for stream, kind in _OTHERS if stream in roots), "xls")}


def read_old_workbook(data: bytes) -> Book:
    """An .xls or .et, of Excel 97, of older ones, or of those that knew no OLE."""
    if not data.startswith(b"\xd0\xcf"):
        return Book("xls", xlrd_reader.read_xls(data))
    ole, roots = _opened_container(data)
    name = roots.get("workbook") or roots.get("book")
    if name is None:
        raise cannot_read("ole") if roots else damaged()
    _stream(ole, name)
    plain = unlocked(data)
    try:
        grids = xlrd_reader.read_xls(plain)
    except FileProblem as problem:
        if problem.kind is not Problem.DAMAGED:
            raise
        grids = read_grids(plain)  # it may know more: what is hidden there is then not known
    saved, category = _meta(ole)
    return Book("xls", grids, saved=saved, macros="_vba_project_cur" in roots, category=category)


def _opened_container(data: bytes) -> tuple[Any, dict[str, str]]:
    """The file, and the names of its streams and storages in lower case → as they are."""
    with refused():
        ole = olefile.OleFileIO(BytesIO(data))
        return ole, {path[0].lower(): path[0] for path in ole.listdir(streams=True, storages=True)}


def embedded_in(data: bytes) -> bytes:
    """The file that an OLE object of a Word file wraps; the object itself where that is a workbook of old."""
    ole, roots = _opened_container(data)
    if "package" in roots:
        return _stream(ole, roots["package"])
    if "\x01ole10native" in roots:
        content = _stream(ole, roots["\x01ole10native"])
        start = min((at for at in map(content.find, _WRAPPED) if at >= 0), default=0)
        return content[start:]  # after the name and path that the file once had
    return data


def _stream(ole: Any, name: str) -> bytes:
    with refused():
        content: bytes = ole.openstream(name).read()
        if len(content) < ole.get_size(name) or _is_circular(ole, name):
            raise damaged()  # rows may be missing or doubled
        return content


def _is_circular(ole: Any, name: str) -> bool:
    """Whether a stream's chain of sectors comes back to one that it has passed: the fast reader would read on."""
    entry = next(entry for entry in ole.direntries if entry is not None and entry.name == name)
    if entry.size < ole.minisectorcutoff:
        return False  # short streams lie together in another one, which is read once
    sector, passed = entry.isectStart, set()
    for _ in range(-(-entry.size // ole.sectorsize)):
        if sector in passed:
            return True
        passed.add(sector)
        sector = ole.fat[sector]
    return False


def unlocked(data: bytes) -> bytes:
    """The document itself, or what it encrypts, if that opens with the password that Excel tries by itself."""
    try:
        file = msoffcrypto.OfficeFile(BytesIO(data))
        if not file.is_encrypted():
            return data
    except Exception:  # a workbook older than encryption, or one that the reader will object to
        return data
    out = BytesIO()
    try:
        file.load_key(password=_DEFAULT_PASSWORD)
        file.decrypt(out)
    except Exception as error:
        raise FileProblem(Problem.ENCRYPTED, LOCKED) from error
    return out.getvalue()


def _meta(ole: Any) -> tuple[datetime | None, str]:
    """When it was saved and its category; whatever is malformed is left out."""
    with suppress(Exception):  # of an optional stream that anything may be wrong with
        meta = ole.get_metadata()
        saved = next((naive_utc(time) for time in (meta.last_saved_time, meta.create_time) if time), None)
        category = meta.category or b""
        encoding = "utf-8" if meta.codepage_doc in (65001, None) else f"cp{int(meta.codepage_doc)}"
        return saved, category.decode(encoding, "replace").rstrip("\x00") if isinstance(category, bytes) else ""
    return None, ""
