"""A file to be read, wherever it lies: an ordinary file up to a certain size, or a member of an archive, held in memory
with the date that the archive gives it.

Archives are unpacked by the worker; a .rar by a program of the machine (unrar, unar, 7-Zip, or the tar of Windows and
macOS), which this process looks for.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from stat import S_ISREG
from typing import cast

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.model.row import Problem
from hrss12333.model.text import Text
from hrss12333.patterns import CONTROLS, DIRECTIONS
from hrss12333.reading.files.file_type import FORMATS, package_kind
from hrss12333.reading.files.package import Package, locked, naive_utc, name_of
from hrss12333.reading.grid import FileProblem
from hrss12333.reading.worker import run
from hrss12333.reading.worker.limits import MAX_MEMBERS, MAX_UNPACKED, TOO_MANY, Budget, damaged, too_large

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
    budget: Budget = field(default_factory=Budget)
    """What may be spent on the file that was given, in which this one may lie."""
    disk: Path = Path()
    """The file on disk that it is, or lies in."""
    problem: FileProblem | None = None
    """Why it cannot be opened, where that is known."""


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
_AT_ONCE, _MAX_PASSED = 32 * 2**20, 100 * 2**20
"""Bytes of files that come out of a .zip at once; and of all files of a .7z or .rar, which come at once."""
_UNPACKED_ANYWAY, _MOST_RATIO = 128 * 2**20, 16
"""Bytes that any .zip may hold, and how many times its own size it may hold beyond."""
_WINDOWS = ("C:/Program Files", "C:/Program Files (x86)")
_TOOLS: Mapping[str, tuple[str, ...]] = {
    "UNRAR_TOOL": ("unrar", *(f"{folder}/WinRAR/UnRAR" for folder in _WINDOWS)),
    "UNAR_TOOL": ("unar",),
    "SEVENZIP_TOOL": ("7z", *(f"{folder}/7-Zip/7z" for folder in _WINDOWS)),
    "SEVENZIP2_TOOL": ("7zz",),
    "BSDTAR_TOOL": ("bsdtar",) if sys.platform == "linux" else ("bsdtar", "tar"),
}
"""rarfile's name of a program that unpacks a .rar → its names, and where else it may be than on the search path."""
_NO_PROGRAM = "这是RAR压缩包，没有能解开。请解压后报送其中的表格，或改用 .zip 打包。"


class Unpacked(Struct, frozen=True):
    """A file of an archive or an attachment of a mail."""

    name: str
    content: bytes | None
    """None where it cannot be unpacked."""
    saved: datetime | None
    """Naive, UTC."""
    sender: str = ""
    received: datetime | None = None
    skip: str = ""
    """Chinese: why it is passed over."""


class Contents(Struct, frozen=True):
    """The content of an archive or a mail."""

    entries: list[Unpacked]
    around: tuple[Text, ...] = ()
    """The words of a mail."""
    sender: str = ""
    received: datetime | None = None
    """Of a mail; naive, UTC."""
    further: int = 0
    """The number of the entry with which more of them begin; 0 where these are all."""
    is_document: bool = False
    """Whether it is no archive, but a workbook or a document."""


# The worker's side


def unpack_zip(data: bytes, first: int) -> Contents:
    """The files of a .zip from a certain one on; their times are local, and taken for Beijing's."""
    package = Package(data)
    if package_kind(package) != "zip":
        return Contents([], is_document=True)
    if package.size > min(MAX_UNPACKED, _UNPACKED_ANYWAY + _MOST_RATIO * len(data)):
        raise too_large()
    entries: list[Unpacked] = []
    size = 0
    for number, info in enumerate(package.infos[first:], first):
        if entries and size + info.file_size > _AT_ONCE:
            return Contents(entries, further=number)
        content = None
        with suppress(FileProblem):  # the others can be read all the same
            content = package.read_info(info)
        entries.append(_entry(name_of(info), content, _time(info.date_time)))
        size += len(content or b"")
    return Contents(entries)


def _entry(name: str, content: bytes | None, saved: datetime | None) -> Unpacked:
    return Unpacked(name.replace("\\", "/").lstrip("/"), content, saved)


def _time(stored: tuple[int, int, int, int, int, int]) -> datetime | None:
    try:
        return datetime(*stored) - _CHINA if stored[0] > 1980 else None
    except ValueError:
        return None


def unpack_7z(data: bytes, _: int) -> Contents:
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
    found: list[Unpacked] = []
    for name, content in made.products.items():
        content.seek(0)
        found.append(_entry(name, content.read(), naive_utc(times.get(name))))
    return Contents(found)


def unpack_rar(data: bytes, _: int, tools: Mapping[str, str | None], folder: str) -> Contents:
    """The files of a .rar; ``tools``: the paths of those of `_TOOLS` that there are; ``folder``: for their files."""
    import rarfile

    for tool in _TOOLS:  # for a missing one, a path that never exists
        setattr(rarfile, tool, tools.get(tool) or os.path.join(folder, "none"))  # noqa: PTH118
    tempfile.tempdir = rarfile.HACK_TMP_DIR = folder
    try:
        with rarfile.RarFile(BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if info.is_file()]
            if archive.needs_password() or any(info.needs_password() for info in infos):
                raise locked()
            _expect_few_members([info.file_size for info in infos])
            # An old .rar stores local time without an offset; it is taken as it is.
            return Contents([_entry(info.filename, archive.read(info), naive_utc(info.mtime)) for info in infos])
    except rarfile.RarCannotExec as error:
        raise FileProblem(Problem.OTHER_FORMAT, _NO_PROGRAM) from error


def _expect_few_members(sizes: list[int]) -> None:
    if len(sizes) > MAX_MEMBERS:
        raise FileProblem(Problem.TOO_LARGE, TOO_MANY, limit=MAX_MEMBERS)
    if sum(sizes) > _MAX_PASSED:
        raise too_large()
    if min(sizes, default=0) < 0:
        raise damaged()


# The parent's side


def unpacked(data: bytes, kind: str, budget: Budget) -> Contents | None:
    """All that is in an archive or mail; None where it is none, but a workbook or a document."""
    entries: list[Unpacked] = []
    first: int | None = 0
    while first is not None:
        contents = _contents(data, kind, first, budget)
        if contents.is_document:
            return None
        entries += contents.entries
        first = contents.further or None
    if kind != "eml":
        entries.sort(key=lambda entry: entry.name)
    return replace(contents, entries=entries)


def _contents(data: bytes, kind: str, first: int, budget: Budget) -> Contents:
    task = FORMATS[kind].unpacks
    if kind != "rar":
        return cast(Contents, run(Contents, task, data, first, budget=budget))
    tools = {tool: find_program(*names) for tool, names in _TOOLS.items()}
    with scratch_folder() as folder:
        return cast(Contents, run(Contents, task, data, first, tools, str(folder), budget=budget))


# Programs of the machine, and temporary folders


_INBOXES: set[Path] = set()
"""The folders that are read in this run."""


def distrust(folder: Path) -> None:
    """Start no program of this folder."""
    _INBOXES.add(folder.resolve())


def find_program(*names: str) -> str | None:
    """The absolute path of the first of these programs, each given by its name, or by the path that it may have."""
    suffixes = os.environ.get("PATHEXT", ".EXE").split(os.pathsep) if sys.platform == "win32" else ("",)
    folders = [Path(folder) for folder in os.get_exec_path() if Path(folder).is_absolute()]  # none in the current one
    paths = (folder / f"{name}{suffix}" for name in names for folder in folders for suffix in suffixes)
    return next(
        (str(path) for path in paths if os.access(path, os.X_OK) and path.is_file() and _is_trusted(path)), None
    )


def _is_trusted(path: Path) -> bool:
    refused = {Path.cwd().resolve(), *_INBOXES}
    return not any(path.parent.resolve().is_relative_to(each) for each in refused if each != each.parent)


_PREFIX = "hrss12333-"
_ABANDONED = 3600.0
"""Seconds without a change after which a folder is one that a killed run left behind."""
_TRIES, _BETWEEN_TRIES = 20, 0.05
"""The number of tries, and the seconds between them, to remove a folder until nothing is left of it."""


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A temporary folder for the block, which also removes what killed runs left; an OSError where there is no room."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if not left.is_symlink() and time.time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        yield folder
    finally:
        for _ in range(_TRIES):  # what was ended a moment ago may still be writing into it
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break
            time.sleep(_BETWEEN_TRIES)
