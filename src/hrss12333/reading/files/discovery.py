"""Which files there are to read: what the command line names, folders walked, archives and mails opened in memory.

Whatever is passed over is named with its reason; what may be a filing but cannot be opened is a problem. No content is
judged here beyond the first bytes, save of archives and mails.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
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
from hrss12333.reading.files.file_type import CONTAINERS, is_candidate, is_document, sniff_head
from hrss12333.reading.files.source import (
    NO_ATTACHMENT,
    NO_DOCUMENT,
    OWN_OUTPUT,
    Source,
    Unpacked,
    distrust,
    load,
    passed_over,
    printable_name,
    unpacked,
)
from hrss12333.reading.grid import FileProblem
from hrss12333.reading.worker.limits import Budget, damaged, told_by


class Discovered(Struct):
    """All that was found under some paths, each list in a stable order, and each file under a name of its own."""

    sources: list[Source] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    mails: list[CoveringLetter] = field(default_factory=list)
    """Every mail with its words."""

    _seen: set[tuple[int, int] | str] = field(default_factory=set)
    """The files and folders found so far: none is read twice, and no loop of links is followed."""
    _names: set[str] = field(default_factory=set)
    _again: dict[str, int] = field(default_factory=dict)
    """Name → the number that the next of this name gets."""
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
        distrust(path if S_ISDIR(status.st_mode) else path.parent)
        if S_ISDIR(status.st_mode):
            self._outside = len(name)
            self._walk(path, status)
        elif S_ISREG(status.st_mode):
            self._outside = len(name) - len(path.name)
            self._file(path, status, named=True)
        else:
            raise UsageStop(f"“{name}”不是文件，也不是文件夹。")

    def _first_time(self, path: Path, status: os.stat_result) -> bool:
        """Whether a file or folder was not met before, under whatever name."""
        # Some network disks number no files.
        real = (status.st_dev, status.st_ino) if status.st_ino else os.path.realpath(path)
        if real in self._seen:
            return False
        self._seen.add(real)
        return True

    def _unique_name(self, name: str) -> str:
        """The name under which something is shown: its own, or one that differs from an earlier one's (表（第2份）.xlsx)."""
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
        """Depth first, by a stack of its own: strangers' folders nest deeper than Python recurses."""
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
        """Entries of a folder, the last name first; none where it was walked before."""
        try:
            if self._first_time(folder, status):
                with os.scandir(folder) as entries:
                    return sorted(entries, key=lambda entry: entry.name, reverse=True)
        except OSError:
            self._unreachable(folder)
        return []

    def _unreachable(self, path: Path) -> None:
        """Add a file or folder that cannot be reached."""
        problem = FileProblem(Problem.DAMAGED, UNREACHABLE)
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
            self._sort_file(source, path.name, load(path, 4096), depth=0)
        except FileProblem as problem:
            self.sources.append(replace(source, problem=problem))

    def _sort_file(self, source: Source, own_name: str, head: bytes, depth: int) -> None:
        """Put a file where it belongs, by its name in its folder or container, and its first bytes."""
        kind = sniff_head(head)
        if not (source.named or is_candidate(own_name, kind)):
            self.skipped.append(Skipped(source.name, NO_DOCUMENT))
        elif kind == "text" and any(heading in head.decode("utf-8", "ignore") for heading in OWN_HEADINGS):
            self.skipped.append(Skipped(source.name, OWN_OUTPUT))
        elif kind in CONTAINERS and not is_document(head):
            with source.budget.own_time():
                self._maybe_container(source, kind, depth)
        else:
            self.sources.append(source)

    def _maybe_container(self, source: Source, kind: str, depth: int) -> None:
        """Open an archive or a mail, or add a zip that is a workbook; ``depth`` containers are around it."""
        try:
            contents = unpacked(source.load(), kind, source.budget)
            source.budget.take_rows(0, told_by(contents.around if contents else ()))
        except FileProblem as problem:
            self.sources.append(replace(source, problem=problem))
            return
        if contents is None:
            self.sources.append(source)
            return
        if depth > 1:
            self.sources.append(replace(source, problem=FileProblem(Problem.OTHER_FORMAT, _NESTED)))
            return
        before = len(self.sources)
        try:
            for entry in contents.entries:
                self._entry(source, entry, contents.around, depth)
        except FileProblem as problem:  # there are too many: none of them is read
            self.sources[before:] = [replace(source, problem=problem)]
        found = len(self.sources) > before
        if kind == "eml":
            what, sent = "" if found else NO_ATTACHMENT, contents.received
            letter = CoveringLetter(source.name, contents.around, what=what, sender=contents.sender, received=sent)
            self.mails.append(letter)
        if not found and kind == "eml" and not source.named:
            self.skipped.append(Skipped(source.name, NO_ATTACHMENT))
        elif not found:
            what = "邮件里没有可读的附件" if kind == "eml" else "压缩包里没有可读的表格或文档"
            empty = FileProblem(Problem.OTHER_FORMAT, f"{what}。请报送填好的调查表（.xlsx）。")
            self.sources.append(replace(source, problem=empty))

    def _entry(self, outer: Source, entry: Unpacked, around: tuple[Text, ...], depth: int) -> None:
        """A file of an archive, or of a mail with these words; without date or sender it takes the container's."""
        name, content = self._unique_name(f"{outer.name}/{printable_name(entry.name)[-_LONGEST_NAME:]}"), entry.content
        if reason := entry.skip or passed_over(entry.name):
            self.skipped.append(Skipped(name, reason))
            return
        outer.budget.take_file(len(content or b""))
        source = Source(
            name,
            lambda: content or b"",
            entry.saved or outer.saved,
            entry.sender or outer.sender,
            entry.received or outer.received,
            outside=outer.outside,
            around=(*outer.around, *around),
            budget=outer.budget,
            disk=outer.disk,
            problem=damaged() if content is None else None,
        )
        if content is None:
            self.sources.append(source)
        else:
            self._sort_file(source, entry.name, content[:4096], depth + 1)


def discover(paths: Sequence[Path]) -> Discovered:
    """Every source under these files and folders; a `UsageStop` where one does not exist, or nothing is found to read."""
    found = Discovered()
    for path in paths:
        found.take(path)
    if found.sources or found.mails:
        return found
    where = "、".join(f"“{printable_name(str(path))}”" for path in paths) or "所给路径"
    raise UsageStop(f"{where}里没有可读的文件。请放入各单位报送的.xlsx、.xls、.et、.docx文件，或装有它们的.zip、.eml。")


_LONGEST_NAME = 250
"""Characters of a name in an archive that are read, from its end: no program gives longer ones, and each finding names its file."""
UNREACHABLE = "打不开：没有权限，链接失效，或者文件夹套得太深。请检查后再试。"
_NESTED = "压缩包（或邮件）套了两层以上，没有再往里读。请把其中的表格直接打包报送。"
