"""Archives and mails: their files, in memory, with the dates and sender that the container knows.

A .7z and a .rar are opened in the child process only; what a .rar packs is unpacked by a program of the machine (unrar, unar,
7-Zip, or the tar of Windows and macOS).
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from hrss12333.model.problem import Problem
from hrss12333.reading.files.bounds import TOO_MANY
from hrss12333.reading.files.document_properties import naive_utc
from hrss12333.reading.files.package import LOCKED, MAX_MEMBERS, Package, damaged, name_of, too_large
from hrss12333.reading.files.source import Source, passed_over
from hrss12333.reading.grid import FileProblem

_CHINA = timedelta(hours=8)
"""An archive stores local time, and the units' offices all keep Beijing time."""


def zip_entries(data: bytes, _: str) -> list[Source]:
    """The files of a .zip; their times are local, and taken for Beijing's."""
    package = Package(data)
    return sorted(
        (_entry(name_of(info), partial(package.read_info, info), _time(info.date_time)) for info in package.infos),
        key=lambda entry: entry.name,
    )


def _time(stored: tuple[int, int, int, int, int, int]) -> datetime | None:
    try:
        return datetime(*stored) - _CHINA if stored[0] > 1980 else None
    except ValueError:
        return None


def archive_entries(data: bytes, kind: str) -> list[Source]:
    """Of an archive that is unpacked in the child process."""
    from hrss12333.reading.files.child_process import in_child

    entries = (_entry(name, partial(bytes, content), saved) for name, saved, content in in_child(kind, data))
    return sorted(entries, key=lambda entry: entry.name)


def _entry(name: str, load: Callable[[], bytes], saved: datetime | None) -> Source:
    name = name.replace("\\", "/").lstrip("/")
    return Source(name, load, saved, skip=passed_over(name) or "")


MAX_PASSED = 100 * 2**20
"""Bytes of all files together: fewer than a zip may hold, for they must pass through the child's answer."""

Files = list[tuple[str, datetime | None, bytes]]
"""Name, time (naive, UTC) and content of each file, in the order of the archive."""

NO_PROGRAM = (
    "这是RAR压缩包，电脑上没有能解开它的程序。请安装7-Zip或WinRAR（Linux：unar）后再试，"
    "或解压后报送其中的表格，或改用.zip打包。"
)


def read_7z(data: bytes) -> Files:
    """The files of a .7z."""
    import py7zr
    from py7zr.io import Py7zBytesIO, WriterFactory

    class Collector(WriterFactory):
        """Keeps what is unpacked, also of two files of one name."""

        def __init__(self) -> None:
            self.made: list[tuple[str, Any]] = []

        def create(self, filename: str) -> Any:
            """Where one file goes."""
            self.made.append((filename, Py7zBytesIO(filename, MAX_PASSED)))
            return self.made[-1][1]

    try:
        with py7zr.SevenZipFile(BytesIO(data)) as archive:
            if archive.needs_password():
                raise FileProblem(Problem.ENCRYPTED, LOCKED)
            infos = [info for info in archive.list() if not info.is_directory]
            _bound([info.uncompressed for info in infos])
            collector = Collector()
            archive.extractall(factory=collector)
    except py7zr.exceptions.PasswordRequired as error:
        raise FileProblem(Problem.ENCRYPTED, LOCKED) from error
    times = {info.filename: info.creationtime for info in infos}
    found: Files = []
    for name, content in collector.made:
        content.seek(0)
        found.append((name, _utc(times.get(name)), content.read()))
    return found


def read_rar(data: bytes) -> Files:
    """The files of a .rar."""
    from tempfile import TemporaryDirectory

    import rarfile

    _know_programs(rarfile)
    try:
        # Where the library puts the archive for the program that unpacks it: it leaves it there if none can be started.
        folder = TemporaryDirectory(prefix="hrss12333-", ignore_cleanup_errors=True)
        with folder as rarfile.HACK_TMP_DIR, rarfile.RarFile(BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if info.is_file()]
            if archive.needs_password() or any(info.needs_password() for info in infos):
                raise FileProblem(Problem.ENCRYPTED, LOCKED)
            _bound([info.file_size for info in infos])
            return [(info.filename, _utc(info.mtime), archive.read(info)) for info in infos]
    except rarfile.RarCannotExec as error:
        raise FileProblem(Problem.OTHER_FORMAT, NO_PROGRAM) from error


def _bound(sizes: list[int]) -> None:
    if len(sizes) > MAX_MEMBERS:
        raise FileProblem(Problem.TOO_LARGE, TOO_MANY, limit=MAX_MEMBERS)
    if sum(sizes) > MAX_PASSED:
        raise too_large()
    if min(sizes, default=0) < 0:
        raise damaged()


def _utc(time: datetime | None) -> datetime | None:
    """A .rar of old stores local time without saying so, as a zip does; it is taken so."""
    return naive_utc(time) if time else None


def _know_programs(rarfile: Any) -> None:
    """Where Windows keeps the programs, which it has on no search path."""
    if sys.platform == "win32":
        for tool, path in (("UNRAR_TOOL", "WinRAR/UnRAR.exe"), ("SEVENZIP_TOOL", "7-Zip/7z.exe")):
            for folder in ("ProgramFiles(x86)", "ProgramFiles"):
                program = Path(os.environ.get(folder, "C:\\Program Files"), path)
                if program.is_file():
                    setattr(rarfile, tool, str(program))
        rarfile.BSDTAR_TOOL = shutil.which("tar") or rarfile.BSDTAR_TOOL
