"""A file to be read, wherever it lies, and how its bytes are had: an ordinary file of no more than a certain size."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Any, BinaryIO

from msgspec import Struct
from msgspec.structs import replace

from hrss12333.model.document_marks import UNFINISHED
from hrss12333.model.problem import Problem
from hrss12333.patterns import lazy
from hrss12333.reading.files.bounds import Whole
from hrss12333.reading.grid import FileProblem

if TYPE_CHECKING:
    from hrss12333.model.text import Text

MAX_FILE = 256 * 2**20
"""Bytes of a file; larger ones are not even read."""

TOO_LARGE = "文件有{size}MB，超过{limit}MB的上限，没有读取。调查表通常只有几十KB，请检查是否选错了文件。"
NO_DOCUMENT = "不是表格或文档"
NO_ATTACHMENT = "邮件没有附件"

_SYSTEM_FILES = frozenset({"desktop.ini", "thumbs.db", "ehthumbs.db"})
_CONTROL = lazy(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Source(Struct, frozen=True):
    """One file to read, on disk or within an archive or mail."""

    name: str
    """Path as shown; ``box.zip/表.xlsx`` for one inside a container."""
    load: Callable[[], bytes]
    saved: datetime | None = None
    """The time that the disk, archive or mail gives it; naive, UTC. The document itself may know better."""
    sender: str = ""
    """Who mailed it."""
    received: datetime | None = None
    """When it was mailed; naive, UTC."""
    named: bool = False
    """Named on the command line itself, not found in a folder or container."""
    doubtful: bool = False
    """Text or a web page that may hold a table: without a form in it, it is passed over."""
    outside: int = 0
    """How much of the name is that of the folder that was named: where a user keeps his files says nothing of them."""
    around: tuple[Text, ...] = ()
    """The words of the mail that it came with."""
    whole: Whole | None = None
    """The archive or mail that it came in, whose files are bounded together."""
    skip: str = ""
    """Chinese: why a file of an archive or mail is passed over."""

    @property
    def about(self) -> dict[str, Any]:
        """All that is known of it but its content, as another process takes it."""
        return {name: getattr(self, name) for name in self.__struct_fields__ if name not in ("load", "whole")}

    def holding(self, name: str, data: bytes) -> Source:
        """A file that was found within it."""
        return replace(self, name=name, load=partial(bytes, data), named=False)

    @property
    def data(self) -> bytes:
        """The content, read each time it is asked for."""
        return self.load()


def open_regular(path: Path) -> BinaryIO:
    """A file opened for reading, never a pipe or device that would keep one waiting.

    Raises:
        OSError: where it cannot be opened, or is no ordinary file (any more).
    """
    stream = os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)), "rb")
    if not S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise OSError(f"no ordinary file: {path}")
    return stream


def load(path: Path) -> bytes:
    """The content of a file."""
    try:
        with open_regular(path) as stream:
            size = os.fstat(stream.fileno()).st_size
            if size > MAX_FILE:
                raise FileProblem(Problem.TOO_LARGE, TOO_LARGE, size=size // 2**20, limit=MAX_FILE // 2**20)
            return stream.read(size + 1)  # so many bytes are made room for at once
    except OSError as error:
        raise FileProblem(Problem.DAMAGED, unopenable(error)) from error


def unopenable(error: Exception) -> str:
    """Why a file cannot be opened, and what to do; Chinese."""
    if isinstance(error, PermissionError):
        return "没有权限读取这个文件，或文件正被其他程序占用。请关闭占用它的程序后再试。"
    return "文件读不出来（磁盘或网络出错）。请把它复制到本机后再试。"


def shown(name: str) -> str:
    """A file name fit for a terminal and a report: no control characters, no undecodable bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:  # bytes that are no UTF-8: on Linux, nearly always a name from Chinese Windows
        raw = name.encode("utf-8", "surrogateescape") if "\ud800" not in name else b""
        try:
            name = raw.decode("gb18030")
        except UnicodeDecodeError:
            name = raw.decode("utf-8", "replace")
    return name if name.isprintable() else _CONTROL.sub("\N{REPLACEMENT CHARACTER}", name)


def passed_over(path: str) -> str | None:
    """Why a file of this name is none of a filing's; None where it may be one."""
    parts = path.replace("\\", "/").split("/")
    name = parts[-1]
    if name.startswith(UNFINISHED):
        return "本工具没有写完的临时文件，可以删除"
    if name.startswith(("~$", ".~")):
        return "Office打开文件时的临时锁文件"
    if "__MACOSX" in parts:
        return "macOS打包时附带的系统文件"
    if name.lower() in _SYSTEM_FILES or name == ".DS_Store":
        return "系统文件"
    if any(part.startswith(".") and part not in (".", "..") for part in parts):
        return "隐藏文件"
    return None
