"""The disposable child process, in which everything is read that is not provably small (`bounds`), and its parent's
side.

A damaged .xls can make a parser panic, loop or eat memory without bound, an OLE file can send any parser in circles,
and a small file of any format can hold a million of something. The child has a time limit, where the system knows one a
memory limit, and no stderr; what kills it becomes a finding. One child reads file after file; after much work it calls
an answer its last, so that no file finds a child that has grown. Its temporary folder is made by the parent, which
removes it however the child ends.

Requests come by stdin, each a line of JSON and the file behind it; an answer is a line of JSON on stdout and
MessagePack behind it, from which only the expected types are made: sheets and texts, the files of an archive, or the
reason why there are none. So nothing that a hostile file could have prepared is run.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from errno import EDQUOT, ENOSPC
from pathlib import Path
from threading import Timer
from typing import Any

from msgspec import DecodeError, Struct, msgpack
from msgspec.structs import replace

import hrss12333
from hrss12333.model.errors import OUT_OF_MEMORY, in_words, is_out_of_memory
from hrss12333.model.message import Words
from hrss12333.model.problem import Problem
from hrss12333.patterns import code
from hrss12333.reading.files.bounds import NO_ROOM, OUT_OF_BOUNDS, Process, allowance, out_of_memory, restrict
from hrss12333.reading.files.package import damaged, too_large
from hrss12333.reading.files.scratch import new_folder, remove
from hrss12333.reading.grid import Book, Cell, FileProblem, Grid

MEMORY_LIMIT = 1_200 * 2**20
"""Bytes of address space that no request may exceed."""
MAX_ANSWER = 160 * 2**20
"""Bytes of an answer: more would burden the parent, which has no limit of its own."""
MOST_WORK = 64 * 2**20
"""Bytes of files after which a child is replaced."""
SWITCH = "--hrss12333-child"
"""The one argument with which a frozen program, which knows no ``-m``, becomes the child."""
START_TIME, PATIENCE = 30.0, 4
"""Seconds that the child may take to start on a machine under load, and how many times its CPU time may pass on the
clock: other programs run, too."""
_KILLED_BY_LIMIT = {
    -getattr(signal, name) for name in ("SIGKILL", "SIGABRT", "SIGXCPU") if hasattr(signal, name)
}  # SIGABRT: the reader was refused memory
TASKS = {
    "open": "reading.files.opening:open_content",
    "ole_kind": "reading.formats.ole:kind_of",
    "rar": "reading.files.source:read_rar",
    "7z": "reading.files.source:read_7z",
    "eml": "reading.files.mails:read_mail",
}
"""Task → the function that does it, imported when first needed."""


class _Refused(Struct, tag=True):
    """Why there is no answer."""

    kind: Problem
    text: str


# Dates, which MessagePack knows only as texts, pass as extensions.

_MOMENTS: tuple[type, ...] = (datetime, date, time_of_day, timedelta)
_PLAIN_TYPES = frozenset((str, int, float, bool, type(None)))


def dumps(answer: Any) -> bytes:
    """An answer as MessagePack."""
    if isinstance(answer, Book):
        answer = replace(answer, grids=tuple(map(_without_moments, answer.grids)))
    return msgpack.encode(answer)


def loads(answer: bytes, kind: Any) -> Any:
    """The reverse of `dumps`; a `DecodeError` or ValueError where it is nothing of this kind."""
    return msgpack.decode(answer, type=kind, ext_hook=_moment)


def _without_moments(grid: Grid) -> Grid:
    odd = [row for row, line in enumerate(grid.cells) if not _PLAIN_TYPES.issuperset(map(type, line))]
    if not odd:
        return grid
    cells = [*grid.cells]
    for row in odd:
        cells[row] = [cell if type(cell) in _PLAIN_TYPES else _extension(cell) for cell in cells[row]]
    return replace(grid, cells=cells)


def _extension(cell: Cell) -> Any:
    seconds = isinstance(cell, timedelta)
    text = str(cell.total_seconds()) if isinstance(cell, timedelta) else cell.isoformat()  # type: ignore[union-attr]
    return msgpack.Ext(3 if seconds else _MOMENTS.index(type(cell)), text.encode())


def _moment(number: int, given: memoryview) -> Any:
    kind, text = _MOMENTS[number], bytes(given).decode()
    return timedelta(seconds=float(text)) if kind is timedelta else kind.fromisoformat(text)  # type: ignore[attr-defined]


# The child's side


def _answer(task: str, data: bytes, given: list[Any]) -> Any:
    try:
        return code(TASKS[task])(data, *given)
    except FileProblem as problem:
        return _refused(problem)
    except MemoryError:
        return _refused(out_of_memory())
    except OSError as error:  # libraries raise it of a damaged file, too
        full = error.errno in (ENOSPC, EDQUOT)
        return _refused(FileProblem(Problem.DAMAGED, NO_ROOM, reason=in_words(error)) if full else damaged())
    except Exception:  # whatever a library makes of a damaged file
        return _refused(damaged())


def _refused(problem: FileProblem) -> _Refused:
    return _Refused(problem.kind, problem.message.text)


def _packed(answer: Any) -> bytes:
    with suppress(MemoryError):
        packed = dumps(answer)
        if len(packed) <= MAX_ANSWER:
            return packed
    return dumps(_refused(too_large()))


def main() -> None:
    """Answer one request on stdin after another on stdout, until there are no more or this process may have grown."""
    # Libraries that print (xlrd warns on stdout) must not spoil the answers.
    out = os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    Process.is_child, limited = True, False
    with suppress(ImportError):  # Windows knows no limits: there the parent's clock must do
        restrict(for_good=True, AS=MEMORY_LIMIT, CORE=0)
        limited = True
    work, last = 0, False
    while not last and (head := sys.stdin.buffer.readline()):
        begun = time.process_time()
        seconds, memory, size, task, *given = json.loads(head)
        if limited:
            restrict(for_good=False, CPU=int(begun + seconds) + 1, AS=memory)
        answer = _answer(task, sys.stdin.buffer.read(size), given)
        packed = _packed(answer)
        work += size
        last = work > MOST_WORK or (isinstance(answer, _Refused) and answer.kind is Problem.TOO_LARGE)
        out.writelines((json.dumps([last, time.process_time() - begun, len(packed)]).encode(), b"\n", packed))
        out.flush()


# The parent's side


def in_child(kind: Any, task: str, data: bytes, *given: Any) -> Any:
    """The child's answer about a file, within the limits that the file's size sets.

    ``kind``: the type of the answer; ``task``: a key of `TASKS`; ``given``: further arguments, plain values.

    Raises:
        FileProblem: what the child found, F004 where it broke its limits, F001 where it crashed.
    """
    seconds, memory = allowance(len(data))
    head = f"{json.dumps([seconds, memory, len(data), task, *given])}\n".encode()
    try:
        answer = loads(keeper.ask(head, data, seconds), kind | _Refused)
    except (DecodeError, ValueError, LookupError) as error:
        raise damaged() from error
    if isinstance(answer, _Refused):
        raise FileProblem(answer.kind, "{text}", text=Words(answer.text))
    return answer


def seconds_of_all() -> float:
    """CPU time that this process and its children have taken so far; of a child that was ended, what it was allowed."""
    return time.process_time() + keeper.spent


def kill(process: subprocess.Popen[bytes]) -> int:
    """End a process that leads a session of its own, and all that it started; its exit status."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    return process.wait()


@contextmanager
def _in_time(process: subprocess.Popen[bytes], seconds: float) -> Iterator[Any]:
    """End a process where the block takes too long or is interrupted."""
    timer = Timer(seconds, kill, (process,))
    timer.daemon = True
    timer.start()
    try:
        with suppress(OSError, ValueError):  # a pipe that broke, or no answer
            yield process
    except BaseException:
        kill(process)
        raise
    finally:
        timer.cancel()
        timer.join()


class _Keeper:
    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.folder: Path | None = None
        """The temporary folder of the child."""
        self.spent = 0.0
        """Seconds of CPU time, of all children so far."""

    def start(self) -> subprocess.Popen[bytes]:
        paths = [str(Path(hrss12333.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
        # -P: the current folder, which may hold what strangers sent, is no place to import from
        module = ["-P", "-X", "utf8", "-m", "hrss12333.reading.files.child_process"]
        self.folder = self.folder or new_folder()
        temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self.folder))
        return subprocess.Popen(  # noqa: S603  this very interpreter and module, no shell
            [sys.executable, *([SWITCH] if getattr(sys, "frozen", False) else module)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))} | temporary,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            start_new_session=True,  # what it starts ends with it, and Ctrl-C is for the parent to hear
        )

    def ask(self, head: bytes, data: bytes, seconds: float) -> bytes:
        answer, is_whole, last, taken = b"", False, True, seconds
        try:
            most = seconds * PATIENCE + (0.0 if self.process else START_TIME)
            process = self.process = self.process or self.start()
            with _in_time(process, most) as pipes:
                pipes.stdin.write(head)
                pipes.stdin.write(data)
                pipes.stdin.flush()
                last, taken, size = json.loads(pipes.stdout.readline())
                answer = bytes(pipes.stdout.read(min(size, MAX_ANSWER)))
                is_whole = len(answer) == size
        except (OSError, RuntimeError) as error:  # no process, or no thread, is to be had
            refused = OUT_OF_MEMORY if is_out_of_memory(error) else in_words(error)
            raise FileProblem(Problem.DAMAGED, NO_ROOM, reason=refused) from error
        self.spent += taken
        status = 0 if is_whole and not last and process.poll() is None else self.close()
        if not is_whole:
            raise FileProblem(Problem.TOO_LARGE, OUT_OF_BOUNDS) if status in _KILLED_BY_LIMIT else damaged()
        return answer

    def close(self) -> int:
        """End the child, where there is one, and remove its temporary folder; its exit status."""
        process, self.process = self.process, None
        try:
            return _ended(process) if process else 0
        finally:
            folder, self.folder = self.folder, None
            if folder:
                remove(folder)


def _ended(process: subprocess.Popen[bytes]) -> int:
    for pipe in filter(None, (process.stdin, process.stdout)):
        with suppress(OSError):
            pipe.close()
    with suppress(subprocess.TimeoutExpired):
        if (status := process.wait(2)) == 0:
            return status
    return kill(process)  # and what it started, even where it has ended itself


keeper = _Keeper()
atexit.register(keeper.close)


if __name__ == "__main__":
    main()
