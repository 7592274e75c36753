"""The worker: the one process in which whatever a stranger wrote is opened.

A *task* is a function, named by its place in the package (``reading.files.file_type:read``), that takes a content
and plain values, and gives plain data or raises a `FileProblem`. `run` has the worker do it within the limits of
the file's `Budget`; whatever ends the worker's process becomes a finding of the file.
The limits are on what a task takes, not on what it may reach: a started or forked process has the user's rights.

``hrss12333.worker`` names the kind of worker: `Started` (the default), `Forked` (on Linux, by ``__main__``), or
`Kept`, for a page in a browser. No other code knows which it is. Requests and answers are MessagePack, of which
only the expected types are made: a hostile file can prepare nothing that would be run.
"""

from __future__ import annotations

import faulthandler
import os
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from errno import EDQUOT, ENOSPC
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from msgspec import DecodeError, Struct, msgpack

import hrss12333
from hrss12333.model.errors import in_words, is_out_of_memory
from hrss12333.model.row import Problem
from hrss12333.patterns import code
from hrss12333.reading.grid import FileProblem, Refused
from hrss12333.reading.worker.limits import MOST_ANSWER, NO_ROOM, Budget, Limit, damaged, out_of_bounds, restrict

_NO_LIBRARY = "读这种文件要用{name}，本程序里没有装。请另存为.xlsx再报送，或者把本程序重新安装完整。"
MOST_WORK = 64 * 2**20
"""Bytes of files after which a worker is replaced, so that no file is read by a process that has grown."""
_CLOCK = 150.0
"""Seconds on the clock after which a task is ended: it hangs, or waits for its share of CPU time forever."""
_REQUEST, _ANSWER = struct.Struct(">QQ"), struct.Struct(">??dQ")
"""Bytes of a request's head and of its content; fields of `Answered` and the bytes of its content."""


class Worker:
    """Does one task after the other; this class itself in the program's own process."""

    spent = 0.0
    """Seconds of CPU time that its tasks took so far outside this process."""

    def ready(self) -> None:
        """Prepare it before the program has threads, where it needs that."""

    def do(self, expected: Any, task: str, data: bytes, given: tuple[Any, ...], limit: Limit) -> Any:
        """The answer to a task, of this type; a FileProblem where it broke limits (F004) or crashed (F001)."""
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
            problem = FileProblem(Problem.OTHER_FORMAT, _NO_LIBRARY.format(name=str(error.name).partition(".")[0]))
        elif isinstance(error, OSError) and error.errno in (ENOSPC, EDQUOT):
            problem = FileProblem(Problem.DAMAGED, NO_ROOM.format(reason=in_words(error)))
        else:  # whatever a library makes of a damaged file
            problem = damaged()
        raise problem from error


@cache
def _worker(kind: str) -> Worker:
    """The one worker of a kind."""
    worker: Worker = code(kind)()
    return worker


def the_worker() -> Worker:
    """The program's worker."""
    return _worker(hrss12333.worker)


def run(
    expected: Any, task: str, data: bytes, *given: Any, budget: Budget | None = None, limit: Limit | None = None
) -> Any:
    """The worker's answer, of this type, to a task about a content and the plain values ``given``.

    ``budget``: of the file that holds the content; ``limit``: of a task with limits of its own.
    """
    budget = budget or Budget()
    limit, worker = limit or budget.limit(), the_worker()
    before = worker.spent
    try:
        return worker.do(expected, task, data, given, limit)
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


# The worker's side


def _packed(
    task: str, data: bytes, given: tuple[Any, ...], elsewhere: FileProblem | None = None
) -> tuple[bytes, Problem | None]:
    """A task's answer, packed, and its problem; ``elsewhere``: the problem if a library is missing."""
    try:
        answer = done(task, data, given)
        if elsewhere and isinstance(answer, Convertible):
            raise elsewhere
        packed = msgpack.encode(answer)
        if len(packed) > MOST_ANSWER:
            raise out_of_bounds()
        return packed, None
    except MemoryError:
        problem = out_of_bounds()
    except FileProblem as refused:
        problem = elsewhere if elsewhere and isinstance(refused.__cause__, ImportError) else refused
    return msgpack.encode(problem.args), problem.kind


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer one request after another, until there are no more or this process may have grown."""
    restrict(for_good=True, CORE=0)
    work, last, before = 0, False, time.process_time()
    while not last and (sizes := requests.read(_REQUEST.size)):
        size, length = _REQUEST.unpack(sizes)
        head = msgpack.decode(requests.read(size), type=_Head)
        if not head.limit.starts:
            faulthandler.dump_traceback_later(_CLOCK, exit=True, file=2)
        restrict(for_good=False, CPU=int(before + head.limit.seconds) + 1, AS=head.limit.memory)
        packed, refused = _packed(head.task, requests.read(length), head.given)
        faulthandler.cancel_dump_traceback_later()
        work += length
        # A program that the task started ends with this process.
        last = refused is Problem.TOO_LARGE or work > MOST_WORK or head.limit.starts
        taken, before = time.process_time() - before, time.process_time()
        answers.write(_ANSWER.pack(refused is not None, last, taken, len(packed)))
        answers.write(packed)
        answers.flush()


def load_readers() -> None:
    """Load what every worker needs, before it is forked or limited."""
    import_module("hrss12333.reading.formats.workbook")
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
    """Whether it is a `Refused`."""
    last: bool = False
    """Whether its process ends with it."""
    seconds: float = 0.0
    """CPU time that it took."""


def read_answer(stream: BinaryIO) -> Answered | None:
    """The answer; None where it is not whole, or longer than a worker's may be."""
    head = stream.read(_ANSWER.size)
    if len(head) < _ANSWER.size:
        return None
    refused, last, taken, size = _ANSWER.unpack(head)
    packed = stream.read(min(size, MOST_ANSWER))
    return Answered(packed, refused, last, taken) if len(packed) == size else None


def unpacked(answer: Answered, expected: Any) -> Any:
    """The answer as a value of this type; a FileProblem where it is a refusal."""
    try:
        found = msgpack.decode(answer.packed, type=Refused if answer.refused else expected)
    except (DecodeError, ValueError) as error:
        raise damaged() from error
    if answer.refused:
        raise FileProblem(*found)
    return found


_ELSEWHERE = "本页不能读这种文件，没有审核；请在装有本程序的电脑上审核，或者另存为.xlsx再选进来"


class Kept(Worker):
    """Does each task once, in the process of a page in a browser, and reports its beginning and its answer.

    The page ends the process where a task takes too long, and runs the command again with these answers.
    """

    answers: ClassVar[dict[str, bytes | None]] = {}
    """Task and content → ``.`` and the packed answer, or ``!`` and the refusal; None for a task that was ended."""
    begun: Callable[[str], object]
    ended: Callable[[str, bytes | None], object]

    def do(self, expected: Any, task: str, data: bytes, given: tuple[Any, ...], limit: Limit) -> Any:
        """The answer of an earlier run of the command, else the task's own."""
        key = f"{task} {sha256(data + repr(given).encode()).hexdigest()}"
        if key not in self.answers:
            self.begun(key)
            packed, refused = _packed(task, data, given, FileProblem(Problem.NOT_HERE, _ELSEWHERE))
            self.answers[key] = (b"!" if refused else b".") + packed
            self.ended(key, self.answers[key])
        if (answer := self.answers[key]) is None:
            raise out_of_bounds()
        return unpacked(Answered(answer[1:], answer.startswith(b"!")), expected)
