"""Programs of the machine: what unpacks a .rar, and LibreOffice, which makes a .docx of a .doc, .wps or .rtf.

LibreOffice runs in a home and a profile of its own, without macros and links, within limits of time and memory.
As a start takes seconds, it converts several documents, each is kept, and a failed start is the last of the run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from itertools import accumulate
from pathlib import Path

from msgspec import Struct

from hrss12333.model.errors import in_words
from hrss12333.model.row import Problem
from hrss12333.reading.files.discovery import INBOXES
from hrss12333.reading.grid import FileProblem
from hrss12333.reading.worker import run
from hrss12333.reading.worker.limits import Limit, too_large

_WINDOWS = ("C:/Program Files", "C:/Program Files (x86)")
_TOOLS: Mapping[str, tuple[str, ...]] = {
    "UNRAR_TOOL": ("unrar", *(f"{folder}/WinRAR/UnRAR" for folder in _WINDOWS)),
    "UNAR_TOOL": ("unar",),
    "SEVENZIP_TOOL": ("7z", *(f"{folder}/7-Zip/7z" for folder in _WINDOWS)),
    "SEVENZIP2_TOOL": ("7zz",),
    "BSDTAR_TOOL": ("bsdtar",) if sys.platform == "linux" else ("bsdtar", "tar"),
}
"""rarfile's name of a program that unpacks a .rar → names, and usual paths beyond the search path."""


def find_program(*names: str) -> str | None:
    """The absolute path of the first program found, each given by its name or its usual path."""
    suffixes = os.environ.get("PATHEXT", ".EXE").split(os.pathsep) if sys.platform == "win32" else ("",)
    folders = [Path(folder) for folder in os.get_exec_path() if Path(folder).is_absolute()]  # none in the current one
    paths = (folder / f"{name}{suffix}" for name in names for folder in folders for suffix in suffixes)
    found = (path for path in paths if os.access(path, os.X_OK) and path.is_file())
    refused = [each for each in (Path.cwd().resolve(), *INBOXES) if each != each.parent]
    return next((str(path) for path in found if not any(map(path.parent.resolve().is_relative_to, refused))), None)


_PREFIX = "hrss12333-"
_ABANDONED = 3600.0
"""Seconds without a change after which a folder is taken for one of a killed run."""
_TRIES, _BETWEEN_TRIES = 20, 0.05
"""The number of tries to remove a folder, and the seconds between them."""


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A temporary folder for the block, before which those of killed runs are removed."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if not left.is_symlink() and time.time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        yield folder
    finally:
        for _ in range(_TRIES):  # a program that was just ended may still be writing into it
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break
            time.sleep(_BETWEEN_TRIES)


@contextmanager
def rar_tools() -> Iterator[tuple[Mapping[str, str | None], str]]:
    """The path of each of `_TOOLS` that there is, and a folder for their files."""
    with scratch_folder() as folder:
        yield {tool: find_program(*names) for tool, names in _TOOLS.items()}, str(folder)


# LibreOffice


_TO_WORD = "docx:Office Open XML Text"
"""The format to convert to, in LibreOffice's words."""
START_TIME, _FILE_TIME = 60.0, 20.0
"""Seconds on the clock for a start, and for each document."""
_START_WORK, _FILE_WORK, _MEGABYTE_WORK = 6.0, 1.0, 0.3
"""Seconds of CPU time for a start, for each document, and for each MB: ten times what ordinary ones take."""
_MOST_TOGETHER = 10
"""Documents of one start: few, as one that takes too long uses up the time of the others."""
_MEMORY, _MOST_KEPT = 2 * 2**30, 128 * 2**20
"""Bytes of address space (an ordinary document takes one GiB), and of converted documents that are kept."""
_DEEPEST, _NO_BRACES = 1_000, bytes(set(range(256)) - set(b"{}"))
"""Depth to which groups of an .rtf may nest: each level takes two KB."""
_NAMES = (
    "soffice",
    "libreoffice",
    *(f"{folder}/LibreOffice/program/soffice" for folder in _WINDOWS),
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
_SETTINGS = Path(__file__).with_name("libreoffice.xcu")
"""What a profile says, so that nothing of a stranger's document is run, updated or fetched."""
_FOLDERS = (
    *("HOME", "TMPDIR", "TEMP", "TMP", "XDG_RUNTIME_DIR"),
    *(f"XDG_{what}_HOME" for what in ("CACHE", "CONFIG", "DATA", "STATE")),
)
_WITHOUT_PRINTERS = ("SAL_DISABLE_CUPS", "SAL_DISABLE_PRINTERLIST")

_kept: dict[bytes, bytes | None] = {}
"""Digest of a document → what it was converted to; None where that failed."""
_silent: set[str] = set()
"""Path of a LibreOffice that did not answer: it is not started again in this run."""
_REFUSED = "这是旧版Word文档，要先转换才能读取，但{reason}。请用 Word 或 WPS 打开后另存为 .docx 再报送。"


def program() -> str | None:
    """The path of LibreOffice on this machine."""
    return find_program(*_NAMES)


def as_docx(kind: str, data: bytes) -> bytes | None:
    """A document as .docx; None where LibreOffice is missing or makes nothing of it."""
    if _is_too_deep(kind, data):
        raise too_large()
    try:
        convert([(kind, data)])
    except OSError as error:
        raise FileProblem(Problem.OTHER_FORMAT, _REFUSED.format(reason=in_words(error))) from error
    return _kept.get(sha256(data).digest())


def convert(documents: Sequence[tuple[str, bytes]]) -> None:
    """Convert documents, each with its kind, in few starts, and keep them for `as_docx`."""
    due = {sha256(data).digest(): (kind, data) for kind, data in documents if not _is_too_deep(kind, data)}
    waiting = [digest for digest in due if digest not in _kept]
    if sum(len(made) for made in _kept.values() if made) > _MOST_KEPT:
        _kept.clear()
    while waiting and (office := program()) and office not in _silent:
        # It converts them in turn: the first without a result stopped it.
        together = [due[digest] for digest in waiting[:_MOST_TOGETHER]]
        made = _start(office, together)
        tried = made[: made.index(None) + 1] if None in made else made
        _kept.update(zip(waiting, tried, strict=False))
        waiting = waiting[len(tried) :]


def _is_too_deep(kind: str, data: bytes) -> bool:
    braces = data.translate(None, _NO_BRACES) if kind == "rtf" else b""
    return max(accumulate(1 if brace == ord("{") else -1 for brace in braces), default=0) > _DEEPEST


def _start(office: str, documents: Sequence[tuple[str, bytes]]) -> list[bytes | None]:
    """Each document converted; None for the one that stopped LibreOffice, and for all after it."""
    clock = START_TIME + _FILE_TIME * len(documents)
    megabytes = sum(len(data) for _, data in documents) / 2**20
    work = _START_WORK + _FILE_WORK * len(documents) + _MEGABYTE_WORK * megabytes
    with scratch_folder() as folder:
        given, limit = (office, str(folder), documents, clock), Limit(work, _MEMORY, starts=True)
        try:
            made: Converted = run(Converted, "reading.files.programs:converted", b"", *given, limit=limit)
        except FileProblem:  # the worker itself was ended
            made = Converted([None] * len(documents), answered=False)
    if not made.answered:
        _silent.add(office)
    return made.documents


# The worker's side


class Converted(Struct):
    """What LibreOffice made of some documents."""

    documents: list[bytes | None]
    answered: bool
    """Whether it came to an end."""


def converted(_: bytes, office: str, folder: str, documents: Sequence[tuple[str, bytes]], clock: float) -> Converted:
    """The documents, each with its kind, as .docx; this is the worker's last task, with which LibreOffice ends."""
    place = Path(folder)
    profile, out = place / "profile", place / "out"
    (profile / "user").mkdir(parents=True)
    shutil.copyfile(_SETTINGS, profile / "user" / "registrymodifications.xcu")
    paths = []
    for number, (kind, data) in enumerate(documents):
        paths.append(place / f"{number}.{kind}")
        paths[-1].write_bytes(data)
    command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--nolockcheck", "--convert-to", _TO_WORD, "--outdir", str(out), *map(str, paths)]
    # No proxy and no printer, and what it writes besides goes with the folder.
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    process = subprocess.Popen(  # noqa: S603  the program that was found, no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=kept | dict.fromkeys(_FOLDERS, folder) | dict.fromkeys(_WITHOUT_PRINTERS, "1"),
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    with suppress(subprocess.TimeoutExpired):
        process.wait(clock)
    made = [out / f"{number}.docx" for number in range(len(paths))]
    return Converted(
        [path.read_bytes() or None if path.is_file() else None for path in made], process.poll() is not None
    )
