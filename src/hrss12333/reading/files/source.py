"""A file to be read, wherever it lies: an ordinary file up to a certain size, or a member of an archive, held in memory
with the date that the archive gives it.

A .7z and a .rar are opened in the child process only; a .rar is unpacked by a program of the machine (unrar, unar,
7-Zip, or the tar of Windows and macOS), which this process looks for.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING

from msgspec import Struct

from hrss12333.model.problem import Problem
from hrss12333.patterns import CONTROLS, DIRECTIONS
from hrss12333.reading.files.bounds import TOO_MANY, ContainerBudget
from hrss12333.reading.files.package import MAX_MEMBERS, Package, damaged, locked, naive_utc, name_of, too_large
from hrss12333.reading.grid import FileProblem

if TYPE_CHECKING:
    from hrss12333.model.text import Text

MAX_FILE = 256 * 2**20
"""Bytes of a file; larger ones are not even read."""
_LARGE_FILE = "文件有{size}MB，超过{limit}MB的上限，没有读取。调查表通常只有几十KB，请检查是否选错了文件。"
_NO_ACCESS = "没有权限读取这个文件，或文件正被其他程序占用。请关闭占用它的程序后再试。"
_FAILED = "文件读不出来（磁盘或网络出错）。请把它复制到本机后再试。"
NO_DOCUMENT = "不是表格或文档"
OWN_OUTPUT = "是本工具生成的汇总结果，不是报送材料"
NO_ATTACHMENT = "邮件没有附件"
_SYSTEM_FILES = frozenset({"desktop.ini", "thumbs.db", "ehthumbs.db"})
_UNFIT = dict.fromkeys((*b"\t\n", *CONTROLS, *DIRECTIONS, 0x200E, 0x200F), "\N{REPLACEMENT CHARACTER}")


class Source(Struct, frozen=True):
    """One file to read, on disk or within an archive or mail."""

    name: str
    """Path as shown; ``box.zip/表.xlsx`` for one inside a container."""
    load: Callable[[], bytes]
    """Gives the content, read each time it is asked for."""
    saved: datetime | None = None
    """The time that the disk, archive or mail gives it; naive, UTC. The document itself may know better."""
    sender: str = ""
    received: datetime | None = None
    """The time of its mail; naive, UTC."""
    named: bool = False
    """Named on the command line itself, not found in a folder or container."""
    outside: int = 0
    """Length of the named folder's path in ``name``: where a user keeps his files is no evidence of what they are."""
    around: tuple[Text, ...] = ()
    """The words of the mail that it came with."""
    budget: ContainerBudget | None = None
    """The budget of its archive or mail, whose files are bounded together."""
    skip: str = ""
    """Chinese: why a file of an archive or mail is passed over."""


def load(path: Path, most: int | None = None) -> bytes:
    """The content of an ordinary file, or its first bytes; a pipe or a device would keep one waiting."""
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(number, "rb") as stream:
            status = os.fstat(number)
            if not S_ISREG(status.st_mode):  # it was replaced since
                raise OSError(f"no ordinary file: {path}")
            if most is None and status.st_size > MAX_FILE:
                raise FileProblem(Problem.TOO_LARGE, _LARGE_FILE, size=status.st_size // 2**20, limit=MAX_FILE // 2**20)
            return stream.read(status.st_size + 1 if most is None else most)  # so many bytes are made room for at once
    except OSError as error:
        raise FileProblem(Problem.DAMAGED, _NO_ACCESS if isinstance(error, PermissionError) else _FAILED) from error


def printable_name(name: str) -> str:
    """A file name fit for a terminal and a report: no control characters, no undecodable bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:  # bytes that are no UTF-8: on Linux, nearly always a name from Chinese Windows
        raw = name.encode("utf-8", "surrogateescape") if "\ud800" not in name else b""
        try:
            name = raw.decode("gb18030")
        except UnicodeDecodeError:
            name = raw.decode("utf-8", "replace")
    return name if name.isprintable() else name.translate(_UNFIT)


def passed_over(path: str) -> str | None:
    """Why a file of this name is passed over; None where it may be a filing."""
    parts = path.replace("\\", "/").split("/")
    name = parts[-1]
    if name.startswith("~$"):
        return "Office打开文件时的临时锁文件"
    if name.lower() in _SYSTEM_FILES or name == ".DS_Store":
        return "系统文件"
    if any(part.startswith(".") and part not in (".", "..") for part in parts):
        return "隐藏文件"
    return None


_CHINA = timedelta(hours=8)
"""An archive stores local time, and the units' offices all keep Beijing time."""


def zip_entries(data: bytes, _: str) -> list[Source]:
    """The files of a .zip; their times are local, and taken for Beijing's."""
    package = Package(data)
    return _sources((name_of(info), partial(package.read_info, info), _time(info.date_time)) for info in package.infos)


def _time(stored: tuple[int, int, int, int, int, int]) -> datetime | None:
    try:
        return datetime(*stored) - _CHINA if stored[0] > 1980 else None
    except ValueError:
        return None


def archive_entries(data: bytes, kind: str) -> list[Source]:
    """The files of a .7z or .rar, which is unpacked in the child process."""
    from hrss12333.reading.files.child_process import in_child
    from hrss12333.reading.files.programs import find_program

    tools = {tool: find_program(*names, places=places) for tool, (names, places) in _TOOLS.items() if kind == "rar"}
    files = in_child(Files, kind, data, *([tools] if tools else []))
    return _sources((name, partial(bytes, content), saved) for name, saved, content in files)


def _sources(files: Iterable[tuple[str, Callable[[], bytes], datetime | None]]) -> list[Source]:
    named = ((name.replace("\\", "/").lstrip("/"), load, saved) for name, load, saved in files)
    sources = (Source(name, load, saved, skip=passed_over(name) or "") for name, load, saved in named)
    return sorted(sources, key=lambda source: source.name)


_MAX_PASSED = 100 * 2**20
"""Bytes of all files together: fewer than a zip may hold, for they must pass through the child's answer."""

Files = list[tuple[str, datetime | None, bytes]]
"""Name, time (naive, UTC) and content of each file, in the order of the archive."""
_WINDOWS = ("C:/Program Files", "C:/Program Files (x86)")
_TOOLS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "UNRAR_TOOL": (("unrar",), tuple(f"{folder}/WinRAR/UnRAR.exe" for folder in _WINDOWS)),
    "UNAR_TOOL": (("unar",), ()),
    "SEVENZIP_TOOL": (("7z",), tuple(f"{folder}/7-Zip/7z.exe" for folder in _WINDOWS)),
    "SEVENZIP2_TOOL": (("7zz",), ()),
    "BSDTAR_TOOL": (("bsdtar",) if sys.platform == "linux" else ("bsdtar", "tar"), ()),
}
"""rarfile's name of a program that unpacks a .rar → its names, and where else it may be than on the search path."""
_NO_PROGRAM = "这是RAR压缩包，没有能解开。请解压后报送其中的表格，或改用 .zip 打包。"


def read_7z(data: bytes) -> Files:
    """The files of a .7z."""
    import py7zr
    from py7zr.io import BytesIOFactory

    try:
        with py7zr.SevenZipFile(BytesIO(data)) as archive:
            if archive.needs_password():
                raise locked()
            infos = [info for info in archive.list() if not info.is_directory]
            _expect_few_members([info.uncompressed for info in infos])
            made = BytesIOFactory(_MAX_PASSED)
            archive.extractall(factory=made)
    except py7zr.exceptions.PasswordRequired as error:
        raise locked() from error
    if len(made.products) < len(infos):  # two members have one name
        raise damaged()
    times = {info.filename: info.creationtime for info in infos}
    found: Files = []
    for name, content in made.products.items():
        content.seek(0)
        found.append((name, naive_utc(times.get(name)), content.read()))
    return found


def read_rar(data: bytes, tools: Mapping[str, str | None]) -> Files:
    """The files of a .rar; ``tools``: which of `_TOOLS` there are, each by its absolute path."""
    import tempfile

    import rarfile

    for tool in _TOOLS:  # for a missing one, a path that never exists
        setattr(rarfile, tool, tools.get(tool) or os.path.join(tempfile.gettempdir(), "none"))  # noqa: PTH118
    rarfile.HACK_TMP_DIR = tempfile.gettempdir()
    try:
        with rarfile.RarFile(BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if info.is_file()]
            if archive.needs_password() or any(info.needs_password() for info in infos):
                raise locked()
            _expect_few_members([info.file_size for info in infos])
            # An old .rar stores local time without an offset; it is taken as it is.
            return [(info.filename, naive_utc(info.mtime), archive.read(info)) for info in infos]
    except rarfile.RarCannotExec as error:
        raise FileProblem(Problem.OTHER_FORMAT, _NO_PROGRAM) from error


def _expect_few_members(sizes: list[int]) -> None:
    if len(sizes) > MAX_MEMBERS:
        raise FileProblem(Problem.TOO_LARGE, TOO_MANY, limit=MAX_MEMBERS)
    if sum(sizes) > _MAX_PASSED:
        raise too_large()
    if min(sizes, default=0) < 0:
        raise damaged()
