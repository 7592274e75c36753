"""A folder of its own in which the program runs and comes to harm, and what must hold afterwards."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE = 180.0
"""Seconds in which any run must end, on whatever machine."""
FOREIGN = ("Traceback", "Exception ignored", "No space", "Read-only", "Permission denied", "Errno", "Invalid value")
"""What no user may read."""
UNFINISHED = ".~hrss12333-"
OLD = "这是上次的结果，没有写完新的就不许动它。".encode()


@dataclass(frozen=True)
class Job:
    """One command and what it writes."""

    name: str
    arguments: tuple[str, ...]
    files: tuple[str, ...]
    """Single files, which may be there from an earlier time."""
    folders: tuple[str, ...] = ()


JOBS = (
    Job("template", ("template", "--unit", "广东", "-o", "空白.xlsx"), ("空白.xlsx",)),
    Job("check", ("check", "收件", "--annotate", "批注", "--report", "审核.html"), ("审核.html",), ("批注",)),
    Job(
        "merge",
        ("merge", "收件", "-o", "汇总.xlsx", "--report", "汇总.html", "--csv", "数据", "--returns", "退回"),
        ("汇总.xlsx", "汇总.html"),
        ("数据", "退回"),
    ),
    Job("fix", ("fix", "收件/广东.xlsx", "-o", "规范.xlsx"), ("规范.xlsx",)),
    Job("compile", ("compile", "收件", "-o", "参阅.docx"), ("参阅.docx",)),
)


@dataclass
class Ended:
    """How a run ended."""

    status: int
    out: str
    err: str
    alive: bool = False
    """Whether it had to be killed after `PATIENCE`."""


@dataclass
class Ground:
    """One run's surroundings: its current folder, its temporary folder, its home."""

    top: Path
    soffice: bool = False
    """Whether LibreOffice can be found."""
    environment: dict[str, str | None] = field(default_factory=dict)

    @property
    def here(self) -> Path:
        """Where the program runs."""
        return self.top / "here"

    @property
    def temporary(self) -> Path:
        """Its temporary folder: nothing may stay there."""
        return self.top / "temporary"

    def popen(self, arguments: Sequence[str], **more: object) -> subprocess.Popen[bytes]:
        """Start the program."""
        given: dict[str, str | None] = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "TMPDIR": str(self.temporary),
            "HOME": str(self.top / "home"),
            "COVERAGE_PROCESS_CONFIG": None,  # interrupted while it holds its lock, coverage waits for ever
            **({} if self.soffice else {"PATH": str(self.top / "none")}),
            **self.environment,
        }
        options: dict[str, object] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
            [sys.executable, "-m", "hrss12333", *arguments],
            cwd=self.here,
            env={name: value for name, value in given.items() if value is not None},
            **{**options, **more},
        )

    def run(self, *arguments: str, wait: float = PATIENCE, **more: object) -> Ended:
        """Run the program to its end."""
        return ended(self.popen(arguments, **more), wait)

    def strays(self) -> list[int]:
        """Processes of this run that live on: they bear its folder in their environment."""
        mark = f"HOME={self.top}".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (process / "environ").read_bytes():
                    found.append(int(process.name))
            except OSError:
                continue
        return found

    def litter(self) -> list[str]:
        """What a run left behind that nobody asked for."""
        left = [path.name for path in self.here.rglob(f"{UNFINISHED}*")]
        return left + [path.name for path in self.temporary.iterdir()]


def ended(process: subprocess.Popen[bytes], wait: float = PATIENCE) -> Ended:
    """Wait for a run."""
    alive = False
    try:
        out, err = process.communicate(timeout=wait)
    except subprocess.TimeoutExpired:
        alive = True
        process.kill()
        out, err = process.communicate()
    return Ended(
        process.returncode, (out or b"").decode(errors="replace"), (err or b"").decode(errors="replace"), alive
    )


@contextmanager
def ground(place: Path | None = None, *, soffice: bool = False) -> Iterator[Ground]:
    """A fresh ground with an inbox of four filings, one of them an .xls, and a 工作总结; all of it removed afterwards."""
    with tempfile.TemporaryDirectory(dir=place, ignore_cleanup_errors=True) as name:
        found = Ground(Path(name), soffice)
        for folder in (found.here / "收件", found.temporary, found.top / "home", found.top / "none"):
            folder.mkdir(parents=True)
        for source, target in inbox():
            shutil.copyfile(source, found.here / "收件" / target)
        try:
            yield found
        finally:
            for stray in found.strays():
                try:
                    os.kill(stray, signal.SIGKILL)
                except OSError:
                    continue


def inbox() -> list[tuple[Path, str]]:
    """Files of the examples → their names in the inbox."""
    filings, faulty = ROOT / "examples" / "filings", ROOT / "examples" / "faulty"
    return [
        (filings / "广东省12333调查表.xlsx", "广东.xlsx"),
        (filings / "北京市12333调查表.xlsx", "北京.xlsx"),
        (filings / "北京市12333工作总结.docx", "北京市12333工作总结.docx"),
        *((path, path.name) for path in sorted(faulty.glob("0[12]_*"))),
    ]


_whole: set[bytes] = set()
"""Digests of what was opened once."""


def incomplete(path: Path) -> str:
    """Why a file that was written is not whole; empty where it is."""
    data = path.read_bytes()
    digest = sha256(data).digest()
    if digest in _whole:
        return ""
    try:
        _OPENERS.get(path.suffix, _text)(data)
    except Exception as error:
        return f"{path.name} ({len(data)} bytes): {error!r:.100}"
    _whole.add(digest)
    return ""


def _workbook(data: bytes) -> None:
    import openpyxl

    _zip(data)
    with warnings.catch_warnings(action="ignore"):
        openpyxl.load_workbook(io.BytesIO(data))


def _word(data: bytes) -> None:
    import docx

    _zip(data)
    docx.Document(io.BytesIO(data))


def _zip(data: bytes) -> None:
    if (damaged := zipfile.ZipFile(io.BytesIO(data)).testzip()) is not None:
        raise ValueError(damaged)


def _page(data: bytes) -> None:
    if not data.decode().rstrip().endswith("</html>"):
        raise ValueError("ends early")


def _text(data: bytes) -> None:
    if not data.decode("utf-8-sig").endswith("\n"):
        raise ValueError("ends early")


_OPENERS: Mapping[str, Callable[[bytes], None]] = {
    ".xlsx": _workbook, ".docx": _word, ".html": _page, ".eml": lambda _: None,
}  # fmt: skip


def written(run: Ground, job: Job, *, forced: bool) -> list[str]:
    """What was lost of a job's outputs: each is complete, or absent, or with ``--force`` still the old one."""
    lost = []
    files = [run.here / name for name in job.files]
    for path in files:
        if forced and (not path.exists() or path.stat().st_size == 0):
            lost.append(f"the old {path.name} is gone")
        elif path.exists() and not (forced and path.read_bytes() == OLD):
            lost.append(incomplete(path))
    for folder in job.folders:
        for path in (run.here / folder).rglob("*"):
            if path.is_file() and not path.name.startswith(UNFINISHED):
                lost.append(incomplete(path))
    return list(filter(None, lost))


def words(end: Ended) -> list[str]:
    """What was said that no user may read, and a run that never ended."""
    # An interrupt before the program's first line is answered by the interpreter, which no program can help.
    err = "" if "Traceback" in end.err and "hrss12333/" not in end.err else end.err
    lost = [f"says {word!r}" for word in FOREIGN if word in end.out + err]
    lost += [f"names {UNFINISHED}"] if UNFINISHED in end.out + end.err else []
    lost += [f"says {end.err[:200]!r}"] if "程序内部出错" in end.err else []
    return lost + (["never ends"] if end.alive else [])


def settled(run: Ground, wait: float = 10.0) -> list[str]:
    """Processes that outlive the run for long."""
    until = time.monotonic() + wait
    while strays := run.strays():
        if time.monotonic() > until:
            return [f"{len(strays)} processes live on"]
        time.sleep(0.05)
    return []
