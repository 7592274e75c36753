"""The worker: where whatever a stranger wrote is opened, and nowhere else.

A *task* is a function, named by its place in the package (``reading.files.file_type:read``): it takes a content and plain
values, and gives plain data back or raises a `FileProblem`. `run` has the program's worker do it, within the limits of
the given file's `Budget`. Unpacking, reading, converting, copying a 工作总结 and marking a copy are such tasks.

Which worker a program has, its outermost layer sets once, as ``hrss12333.worker``, before the first task: `Started`
(the default), `Forked` (which ``__main__`` chooses on Linux), or `Kept`, for a page in a browser, which may itself be
ended and started anew. No other code knows which it is.

A damaged file can make a parser panic, loop or eat memory without bound, and a small one can hold a million of something.
Whatever ends a worker's process becomes a finding of the file. After much work it calls an answer its last, so that no file
finds a process that has grown. A request is a head in MessagePack and the content behind it; an answer is MessagePack, from
which only the expected types are made, so that nothing that a hostile file could have prepared is run.
"""

from __future__ import annotations

import faulthandler
import os
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from errno import EDQUOT, ENOSPC
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from msgspec import DecodeError, Struct, msgpack
from msgspec.structs import replace

import hrss12333
from hrss12333.model.errors import in_words, is_out_of_memory
from hrss12333.model.row import Problem
from hrss12333.patterns import code
from hrss12333.reading.grid import Book, FileProblem, Grid, Refused, Values
from hrss12333.reading.worker.limits import MOST_ANSWER, NO_ROOM, Budget, Limit, damaged, out_of_bounds, restrict

_NO_LIBRARY = "读这种文件要用{name}，本程序里没有装。请另存为.xlsx再报送，或者把本程序重新安装完整。"
MOST_WORK = 64 * 2**20
"""Bytes of files after which a worker is replaced."""
_PATIENCE = 150.0
"""Seconds on the clock after which a task has stopped, not only waited for its share of CPU time."""
_REQUEST, _ANSWER = struct.Struct(">QQ"), struct.Struct(">??dQ")
"""Bytes of a request's head and of the content; of an answer: whether it is a refusal, and the last, seconds that it took, its
bytes."""


class Worker:
    """Does tasks, one after the other; this one in its own process, which whoever started it may end."""

    spent = 0.0
    """Seconds of CPU time that its tasks took so far outside this process."""

    def ready(self) -> None:
        """Make it ready, where that must happen before the program has threads."""

    def do(self, kind: Any, task: str, data: bytes, given: tuple[Any, ...], limit: Limit) -> Any:
        """The answer to a task, of this type; a FileProblem also where it broke its limits (F004) or crashed (F001)."""
        return done(task, data, given)

    def close(self) -> None:
        """End it, and all that it started; a further task begins anew."""


def done(task: str, data: bytes, given: tuple[Any, ...]) -> Any:
    """A task done in this process; whatever goes wrong is a `FileProblem`."""
    try:
        return code(task)(data, *given)
    except FileProblem:
        raise
    except Exception as error:
        if is_out_of_memory(error):
            problem = out_of_bounds()
        elif isinstance(error, ImportError):
            problem = FileProblem(Problem.OTHER_FORMAT, _NO_LIBRARY, name=str(error.name).partition(".")[0])
        elif isinstance(error, OSError) and error.errno in (ENOSPC, EDQUOT):
            problem = FileProblem(Problem.DAMAGED, NO_ROOM, reason=in_words(error))
        else:  # whatever a library makes of a damaged file
            problem = damaged()
        raise problem from error


_made: dict[str, Worker] = {}
"""The program's worker, by the kind that ``hrss12333.worker`` names."""


def the_worker() -> Worker:
    """The program's worker, made when it is first asked for."""
    kind = hrss12333.worker
    if kind not in _made:
        close()
        _made[kind] = code(kind)()
    return _made[kind]


def close() -> None:
    """End the worker, where there is one."""
    while _made:
        _made.popitem()[1].close()


def run(
    kind: Any, task: str, data: bytes, *given: Any, budget: Budget | None = None, limit: Limit | None = None
) -> Any:
    """The worker's answer, of this ``kind``, to a task about a file, with further plain values that are ``given``.

    ``budget``: of the file that was given, in which this one may lie; ``limit``: of a task that has limits of its own.
    """
    budget = budget or Budget()
    limit, worker = limit or budget.limit(), the_worker()
    before = worker.spent
    try:
        return worker.do(kind, task, data, given, limit)
    finally:
        budget.take(worker.spent - before)


# What passes between the program and a worker's process


class Convertible(Struct, tag=True):
    """The answer about a file that is read once it is converted."""

    kind: str
    """A tag of `FORMAT_TABLE`."""


class _Head(Struct):
    task: str
    limit: Limit
    given: tuple[Any, ...]


# Dates, which MessagePack knows only as texts, pass as extensions.

_MOMENTS: tuple[type, ...] = (datetime, date, time_of_day, timedelta)
_PLAIN_TYPES = frozenset((str, int, float, bool, type(None)))


def dumps(answer: Any) -> bytes:
    """An answer as MessagePack."""
    if isinstance(answer, Book | Values):
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


def _extension(cell: Any) -> Any:
    text = str(cell.total_seconds()) if isinstance(cell, timedelta) else cell.isoformat()
    return msgpack.Ext(_MOMENTS.index(type(cell)), text.encode())


def _moment(number: int, given: memoryview) -> Any:
    kind, text = _MOMENTS[number], bytes(given).decode()
    return timedelta(seconds=float(text)) if kind is timedelta else kind.fromisoformat(text)  # type: ignore[attr-defined]


# The worker's side


def _packed(
    task: str, data: bytes, given: tuple[Any, ...], elsewhere: FileProblem | None = None
) -> tuple[bytes, Problem | None]:
    """The answer to a task, packed, and the problem that it is instead; ``elsewhere``: for want of a library, or of a program
    that converts the file."""
    try:
        answer = done(task, data, given)
        if elsewhere and isinstance(answer, Convertible):
            raise elsewhere
        packed = dumps(answer)
        if len(packed) > MOST_ANSWER:
            raise out_of_bounds()
        return packed, None
    except MemoryError:
        problem = out_of_bounds()
    except FileProblem as refused:
        problem = elsewhere if elsewhere and isinstance(refused.__cause__, ImportError) else refused
    return dumps(problem.refused), problem.kind


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer one request after another, until there are no more or this process may have grown."""
    restrict(for_good=True, CORE=0)
    work, last = 0, False
    while not last and (sizes := requests.read(_REQUEST.size)):
        size, length = _REQUEST.unpack(sizes)
        head = msgpack.decode(requests.read(size), type=_Head)
        begun = time.process_time()
        if not head.limit.starts:
            faulthandler.dump_traceback_later(_PATIENCE, exit=True, file=2)
        restrict(for_good=False, CPU=int(begun + head.limit.seconds) + 1, AS=head.limit.memory)
        packed, refused = _packed(head.task, requests.read(length), head.given)
        faulthandler.cancel_dump_traceback_later()
        work += length
        # A program that the task started ends with this process.
        last = refused is Problem.TOO_LARGE or work > MOST_WORK or head.limit.starts
        answers.write(_ANSWER.pack(refused is not None, last, time.process_time() - begun, len(packed)))
        answers.write(packed)
        answers.flush()


def load_readers() -> None:
    """Load what every worker needs, before it is forked or limited."""
    for reader in ("reading.files.file_type:read", "reading.formats.workbook:read_xlsx"):
        code(reader)
    with suppress(ImportError):
        import_module("python_calamine_plus")


def main() -> None:
    """Serve on standard input and output."""
    load_readers()
    # Libraries that print (xlrd warns on stdout) must not spoil the answers.
    out = os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    serve(sys.stdin.buffer, out)


# The parent's side


def write_request(stream: BinaryIO, task: str, data: bytes, given: tuple[Any, ...], limit: Limit) -> None:
    """Ask for a task."""
    head = msgpack.encode(_Head(task, limit, given))
    stream.write(_REQUEST.pack(len(head), len(data)) + head)
    stream.write(data)
    stream.flush()


class Answered(Struct):
    """An answer as it came."""

    packed: bytes
    refused: bool
    last: bool
    seconds: float


def read_answer(stream: BinaryIO) -> Answered | None:
    """The answer, as far as it may be believed; None where it is not whole."""
    head = stream.read(_ANSWER.size)
    if len(head) < _ANSWER.size:
        return None
    refused, last, taken, size = _ANSWER.unpack(head)
    packed = stream.read(min(size, MOST_ANSWER))
    return Answered(packed, refused, last, taken) if len(packed) == size else None


def unpacked(answer: Answered, kind: Any) -> Any:
    """What an answer says, of this type; a FileProblem where it says why there is none."""
    try:
        found = loads(answer.packed, Refused if answer.refused else kind)
    except (DecodeError, ValueError, LookupError) as error:
        raise damaged() from error
    if answer.refused:
        raise found.as_error()
    return found


# The page in a browser, which is both sides


_ELSEWHERE = "本页不能读这种文件，没有审核；请在装有本程序的电脑上审核，或者另存为.xlsx再选进来"


class Kept(Worker):
    """Does each task once in this very process, and tells the page of its beginning and of its answer.

    The page ends the process where a task takes too long, starts it anew, and has the command run again with these.
    """

    answers: ClassVar[dict[str, bytes | None]] = {}
    """By task and content, after a sign that it is one or why there is none; None of a task that the page ended."""
    begun: Callable[[str], object]
    ended: Callable[[str, bytes | None], object]

    def do(self, kind: Any, task: str, data: bytes, given: tuple[Any, ...], limit: Limit) -> Any:
        """The answer that there was, else the task's own."""
        key = f"{task} {sha256(data + repr(given).encode()).hexdigest()}"
        if key not in self.answers:
            self.begun(key)
            packed, refused = _packed(task, data, given, FileProblem(Problem.NOT_HERE, _ELSEWHERE))
            self.answers[key] = (b"!" if refused else b".") + packed
            self.ended(key, self.answers[key])
        if (answer := self.answers[key]) is None:
            raise out_of_bounds()
        return unpacked(Answered(answer[1:], answer.startswith(b"!"), last=False, seconds=0.0), kind)
