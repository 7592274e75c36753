"""Which files there are to read: what the command line names, folders walked, archives and mails opened in memory.

Whatever is passed over is named with its reason; what may be a filing but cannot be opened is a problem.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.model.check_code import OWN_HEADINGS
from hrss12333.model.errors import FOLDER_MISSING, UsageStop, is_folder_missing
from hrss12333.model.filing import CoveringLetter, Skipped
from hrss12333.model.row import Problem
from hrss12333.model.text import Text
from hrss12333.patterns import CONTROLS, DIRECTIONS, code, decoded
from hrss12333.reading.files.file_type import CONTAINERS, FORMATS, is_candidate, is_document, sniff_head
from hrss12333.reading.grid import FileProblem, Refused
from hrss12333.reading.worker import run
from hrss12333.reading.worker.limits import Budget, damaged, number_of

MAX_FILE = 256 * 2**20
"""Bytes of a file; larger ones are not even read."""
_LARGE_FILE = "文件有{size}MB，超过{limit}MB的上限，没有读取。调查表通常只有几十KB，请检查是否选错了文件。"
_NO_ACCESS = "没有权限读取这个文件，或文件正被其他程序占用。请关闭占用它的程序后再试。"
_FAILED = "文件读不出来（磁盘或网络出错）。请把它复制到本机后再试。"
OWN_OUTPUT = "是本工具生成的汇总结果，不是报送材料"
NO_ATTACHMENT = "邮件没有附件"
_SYSTEM_FILES = frozenset({"desktop.ini", "thumbs.db", "ehthumbs.db", ".ds_store"})
_UNFIT = dict.fromkeys((*b"\t\n", *CONTROLS, *DIRECTIONS, 0x200E, 0x200F), "\N{REPLACEMENT CHARACTER}")


class Source(Struct, frozen=True):
    """One file to read, on disk or within an archive or mail."""

    name: str
    """Path as shown; ``box.zip/表.xlsx`` for one inside a container."""
    load: Callable[[], bytes]
    """Gives the content, read each time it is asked for."""
    saved: datetime | None = None
    """The time that the disk, archive or mail gives it; naive, UTC. The document's own goes before it."""
    sender: str = ""
    received: datetime | None = None
    """The time of its mail; naive, UTC."""
    named: bool = False
    """Named on the command line itself, not found in a folder or container."""
    outside: int = 0
    """Length of the named folder's path in ``name``, which is no evidence of what its files are."""
    around: tuple[Text, ...] = ()
    """The words of the mail that it came with."""
    budget: Budget = field(default_factory=Budget)
    """What may be spent on the file on disk."""
    disk: Path = Path()
    """The file on disk that it is, or lies in."""
    problem: Refused | None = None
    """Why it cannot be opened."""


def load(path: Path, most: int | None = None) -> bytes:
    """The content of an ordinary file, or its first ``most`` bytes."""
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(number, "rb") as stream:
            status = os.fstat(number)
            if not S_ISREG(status.st_mode):  # replaced since: a pipe would keep one waiting
                raise OSError(f"no ordinary file: {path}")
            if most is None and status.st_size > MAX_FILE:
                size, limit = status.st_size // 2**20, MAX_FILE // 2**20
                raise FileProblem(Problem.TOO_LARGE, _LARGE_FILE.format(size=size, limit=limit))
            return stream.read(status.st_size + 1 if most is None else most)  # room is made once
    except OSError as error:
        raise FileProblem(Problem.DAMAGED, _NO_ACCESS if isinstance(error, PermissionError) else _FAILED) from error


def printable_name(name: str) -> str:
    """A file name without control characters and undecodable bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:  # Python keeps bytes that are no UTF-8 as these surrogates
        ways = ((letter, "surrogateescape" if "\udc80" <= letter <= "\udcff" else "replace") for letter in name)
        name = decoded(b"".join(letter.encode("utf-8", way) for letter, way in ways))
    return name if name.isprintable() else name.translate(_UNFIT)


def passed_over(path: str) -> str | None:
    """Why a file of this name is passed over; None where it may be a filing."""
    parts = path.replace("\\", "/").split("/")
    name = parts[-1]
    if name.startswith("~$"):
        return "Office打开文件时的临时锁文件"
    if name.lower() in _SYSTEM_FILES:
        return "系统文件"
    if any(part.startswith(".") and part not in (".", "..") for part in parts):
        return "隐藏文件"
    return None


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
    """The content of an archive or a mail, or a part of it."""

    entries: list[Unpacked]
    around: tuple[Text, ...] = ()
    """The words of a mail."""
    sender: str = ""
    received: datetime | None = None
    """Of a mail; naive, UTC."""
    further: int | None = None
    """The number of the entry with which the next part begins; None of the last part."""


def unpacked(data: bytes, kind: str, budget: Budget) -> Contents | None:
    """All that is in an archive or mail; None where a zip is a workbook or a document."""
    entries: list[Unpacked] = []
    first: int | None = 0
    with code("reading.files.programs:rar_tools")() if kind == "rar" else nullcontext(()) as given:
        while first is not None:
            contents: Contents | None = run(Contents | None, FORMATS[kind].unpacks, data, first, *given, budget=budget)
            if contents is None:
                return None
            entries += contents.entries
            first = contents.further
    if kind != "eml":
        entries.sort(key=lambda entry: entry.name)
    return contents and replace(contents, entries=entries)


INBOXES: set[Path] = set()
"""The folders that are read in this run: no program in them is started."""


class Discovered(Struct):
    """All that was found under some paths, each file under a name of its own."""

    sources: list[Source] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    mails: list[CoveringLetter] = field(default_factory=list)
    """Every mail with its words."""

    _seen: set[tuple[int, int] | str] = field(default_factory=set)
    """The files and folders found so far: none is read twice, and no loop of links is followed."""
    _names: set[str] = field(default_factory=set)
    _again: dict[str, int] = field(default_factory=dict)
    """Name → the number that the next file of this name gets."""
    _outside: int = 0
    """Length of the path of the folder that was named."""

    def take(self, path: Path) -> None:
        """Find all sources at this path."""
        name = printable_name(str(path))
        if not path.is_absolute() and is_folder_missing():
            raise UsageStop(f"{FOLDER_MISSING}。")
        try:
            status = path.stat()
        except OSError as error:
            if isinstance(error, PermissionError):
                raise UsageStop(f"没有权限读取“{name}”。") from error
            if path.is_symlink():
                raise UsageStop(f"“{name}”是一个失效的链接，它指向的文件不存在。") from error
            raise UsageStop(f"找不到“{name}”。请检查路径是否写对；路径中有空格时要加引号。") from error
        INBOXES.add((path if S_ISDIR(status.st_mode) else path.parent).resolve())
        if S_ISDIR(status.st_mode):
            self._outside = len(name)
            self._walk(path, status)
        elif S_ISREG(status.st_mode):
            self._outside = len(name) - len(path.name)
            self._file(path, status, named=True)
        else:
            raise UsageStop(f"“{name}”不是文件，也不是文件夹。")

    def _first_time(self, path: Path, status: os.stat_result) -> bool:
        """Whether a file or folder was not found before under another name."""
        # Some network disks number no files.
        real = (status.st_dev, status.st_ino) if status.st_ino else os.path.realpath(path)
        is_first = real not in self._seen
        self._seen.add(real)
        return is_first

    def _unique_name(self, name: str) -> str:
        """The name, or one that no earlier file has: 表（第2份）.xlsx."""
        unique, number = name, self._again.get(name, 2)
        while unique in self._names:
            folder, slash, last = name.rpartition("/" if "/" in name else os.sep)
            stem, dot, extension = last.rpartition(".")
            unique = f"{folder}{slash}{stem or last}（第{number}份）{dot if stem else ''}{extension if stem else ''}"
            number += 1
        self._names.add(unique)
        self._again[name] = number
        return unique

    def _walk(self, folder: Path, status: os.stat_result) -> None:
        """Find all files in a folder, by a stack: strangers' folders nest deeper than Python recurses."""
        stack = self._entries(folder, status)
        while stack:
            entry = stack.pop()
            path, reason, mode = Path(entry.path), passed_over(entry.name), 0
            try:
                if reason is None:
                    found = path.stat()  # what a link leads to
                    mode = found.st_mode
            except OSError:
                self._unreachable(path)
                continue
            if S_ISDIR(mode):
                stack += self._entries(path, found)
            elif S_ISREG(mode):
                self._file(path, found, named=False)
            else:
                self.skipped.append(Skipped(self._unique_name(printable_name(entry.path)), reason or "不是普通文件"))

    def _entries(self, folder: Path, status: os.stat_result) -> list[os.DirEntry[str]]:
        """Entries of a folder, the last name first; none of one that was walked before."""
        try:
            if self._first_time(folder, status):
                with os.scandir(folder) as entries:
                    return sorted(entries, key=lambda entry: entry.name, reverse=True)
        except OSError:
            self._unreachable(folder)
        return []

    def _unreachable(self, path: Path) -> None:
        """Add a file or folder that cannot be reached."""
        problem = Problem.DAMAGED, UNREACHABLE
        self.sources.append(Source(self._unique_name(printable_name(str(path))), bytes, disk=path, problem=problem))

    def _file(self, path: Path, status: os.stat_result, *, named: bool) -> None:
        if not self._first_time(path, status):
            self.skipped.append(Skipped(printable_name(str(path)), "与前面的是同一个文件"))
            return
        name = self._unique_name(printable_name(str(path)))
        saved = None
        with suppress(OSError, OverflowError, ValueError):  # a time outside the calendar
            saved = datetime.fromtimestamp(status.st_mtime, UTC).replace(tzinfo=None)
        known = Budget(status.st_size)
        source = Source(name, partial(load, path), saved, named=named, outside=self._outside, budget=known, disk=path)
        try:
            with source.budget.own_time():
                self._sort_file(source, path.name, load(path, 4096), depth=0)
        except FileProblem as problem:
            self.sources.append(replace(source, problem=problem.args))

    def _sort_file(self, source: Source, own_name: str, head: bytes, depth: int) -> None:
        """Add a file as a source, a container or a file passed over, by its name and its first bytes."""
        kind = sniff_head(head)
        if not (source.named or is_candidate(own_name, kind)):
            self.skipped.append(Skipped(source.name, "不是表格或文档"))
        elif kind == "text" and any(heading in head.decode("utf-8", "ignore") for heading in OWN_HEADINGS):
            self.skipped.append(Skipped(source.name, OWN_OUTPUT))
        elif kind in CONTAINERS and not is_document(head):
            self._maybe_container(source, kind, depth)
        else:
            self.sources.append(source)

    def _maybe_container(self, source: Source, kind: str, depth: int) -> None:
        """Open an archive or a mail that lies in ``depth`` others, or add a zip that is a workbook."""
        try:
            contents = unpacked(source.load(), kind, source.budget)
            source.budget.take_rows(0, number_of(contents.around if contents else ()))
        except FileProblem as problem:
            self.sources.append(replace(source, problem=problem.args))
            return
        if contents is None:
            self.sources.append(source)
            return
        if depth > 1:
            self.sources.append(replace(source, problem=(Problem.OTHER_FORMAT, _NESTED)))
            return
        before = len(self.sources)
        try:
            for entry in contents.entries:
                self._entry(source, entry, contents.around, depth)
        except FileProblem as problem:  # too many entries: none is read
            self.sources[before:] = [replace(source, problem=problem.args)]
        found = len(self.sources) > before
        if kind == "eml":
            what, sent = "" if found else NO_ATTACHMENT, contents.received
            letter = CoveringLetter(source.name, contents.around, what=what, sender=contents.sender, received=sent)
            self.mails.append(letter)
        if not found and kind == "eml" and not source.named:
            self.skipped.append(Skipped(source.name, NO_ATTACHMENT))
        elif not found:
            what = "邮件里没有可读的附件" if kind == "eml" else "压缩包里没有可读的表格或文档"
            empty = Problem.OTHER_FORMAT, f"{what}。请报送填好的调查表（.xlsx）。"
            self.sources.append(replace(source, problem=empty))

    def _entry(self, outer: Source, entry: Unpacked, around: tuple[Text, ...], depth: int) -> None:
        """Sort a file of an archive or mail, whose date and sender it takes where it has none."""
        path, content = printable_name(entry.name.replace("\\", "/").lstrip("/")), entry.content or b""
        name = self._unique_name(f"{outer.name}/{path[-_LONGEST_NAME:]}")
        if reason := entry.skip or passed_over(entry.name):
            self.skipped.append(Skipped(name, reason))
            return
        outer.budget.take_file(len(content))
        source = replace(
            outer,
            name=name,
            load=lambda: content,
            saved=entry.saved or outer.saved,
            sender=entry.sender or outer.sender,
            received=entry.received or outer.received,
            named=False,
            around=(*outer.around, *around),
            problem=damaged().args if entry.content is None else None,
        )
        self._sort_file(source, entry.name, content[:4096], depth + 1)


def discover(paths: Sequence[Path]) -> Discovered:
    """Every source under these files and folders; a `UsageStop` where one is missing or nothing is found."""
    found = Discovered()
    for path in paths:
        found.take(path)
    if found.sources or found.mails:
        return found
    where = "、".join(f"“{printable_name(str(path))}”" for path in paths) or "所给路径"
    raise UsageStop(f"{where}里没有可读的文件。请放入各单位报送的.xlsx、.xls、.et、.docx文件，或装有它们的.zip、.eml。")


_LONGEST_NAME = 250
"""Characters of a name in an archive that are read, from its end: each finding repeats it."""
UNREACHABLE = "打不开：没有权限，链接失效，或者文件夹套得太深。请检查后再试。"
_NESTED = "压缩包（或邮件）套了两层以上，没有再往里读。请把其中的表格直接打包报送。"
