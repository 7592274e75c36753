"""The worker as a process: task after task from a stream, each done within limits, its answer on another.

A damaged .xls can make a parser panic, loop or eat memory without bound, an OLE file can send any parser in circles, and
a small file of any format can hold a million of something. Whatever ends this process becomes a finding of the file.
After much work it calls an answer its last, so that no file finds a process that has grown.

A request is a head in MessagePack and the content behind it; an answer is MessagePack, from which only the expected
types are made: sheets and texts, the files of an archive, or the reason why there are none. So nothing that a hostile
file could have prepared is run.
"""

from __future__ import annotations

import faulthandler
import os
import struct
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from msgspec import DecodeError, Struct, ValidationError, msgpack
from msgspec.structs import replace

from hrss12333.model.message import Words
from hrss12333.model.row import Problem
from hrss12333.reading.files.file_type import Convertible
from hrss12333.reading.grid import Book, Cell, FileProblem, Grid, Values
from hrss12333.reading.worker import Worker, done
from hrss12333.reading.worker.limits import MOST_ANSWER, Limit, damaged, out_of_bounds, restrict, too_large

MOST_WORK = 64 * 2**20
"""Bytes of files after which a worker is replaced."""
_PATIENCE = 150.0
"""Seconds on the clock after which a task has stopped, not only waited for its share of CPU time."""
_REQUEST, _ANSWER = struct.Struct(">QQ"), struct.Struct(">??dQ")
"""Bytes of a request's head and of the content; of an answer: whether it is a refusal, and the last, seconds that it took, its
bytes."""
SWITCH = "--hrss12333-worker"
"""The one argument with which a frozen program, which knows no ``-m``, becomes the worker."""


class Refused(Struct):
    """Why there is no answer."""

    kind: Problem
    text: str


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


def _extension(cell: Cell) -> Any:
    seconds = isinstance(cell, timedelta)
    text = str(cell.total_seconds()) if isinstance(cell, timedelta) else cell.isoformat()  # type: ignore[union-attr]
    return msgpack.Ext(3 if seconds else _MOMENTS.index(type(cell)), text.encode())


def _moment(number: int, given: memoryview) -> Any:
    kind, text = _MOMENTS[number], bytes(given).decode()
    return timedelta(seconds=float(text)) if kind is timedelta else kind.fromisoformat(text)  # type: ignore[attr-defined]


# The worker's side


def _packed(task: str, data: bytes, given: tuple[Any, ...]) -> tuple[bytes, Problem | None]:
    """The answer to a task, packed, and the problem that it is instead."""
    try:
        packed = dumps(done(task, data, given))
        if len(packed) <= MOST_ANSWER:
            return packed, None
        problem = too_large()
    except MemoryError:
        problem = too_large()
    except FileProblem as refused:
        problem = refused
    return dumps(Refused(problem.kind, problem.message.text)), problem.kind


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer one request after another, until there are no more or this process may have grown."""
    limited = True
    try:
        restrict(for_good=True, CORE=0)
    except ImportError:  # Windows knows no such limits: there a job has them
        limited = False
    work, last = 0, False
    while not last and (sizes := requests.read(_REQUEST.size)):
        size, length = _REQUEST.unpack(sizes)
        head = msgpack.decode(requests.read(size), type=_Head)
        begun = time.process_time()
        if not head.limit.starts:
            faulthandler.dump_traceback_later(_PATIENCE, exit=True, file=2)
        if limited:
            restrict(for_good=False, CPU=int(begun + head.limit.seconds) + 1, AS=head.limit.memory)
        packed, refused = _packed(head.task, requests.read(length), head.given)
        faulthandler.cancel_dump_traceback_later()
        work += length
        # A program that the task started ends with this process.
        last = refused is Problem.TOO_LARGE or work > MOST_WORK or head.limit.starts
        answers.write(_ANSWER.pack(refused is not None, last, time.process_time() - begun, len(packed)))
        answers.write(packed)
        answers.flush()


def main() -> None:
    """Serve on standard input and output."""
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
    except (DecodeError, ValidationError, ValueError, LookupError) as error:
        raise damaged() from error
    if answer.refused:
        raise FileProblem(found.kind, "{text}", text=Words(found.text))
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
            self.answers[key] = _kept(task, data, given)
            self.ended(key, self.answers[key])
        if (answer := self.answers[key]) is None:
            raise out_of_bounds()
        return unpacked(Answered(answer[1:], answer.startswith(b"!"), last=False, seconds=0.0), kind)


def _kept(task: str, data: bytes, given: tuple[Any, ...]) -> bytes:
    problem = FileProblem(Problem.NOT_HERE, _ELSEWHERE)  # for want of a library, or of a program that converts it
    try:
        answer = done(task, data, given)
        if not isinstance(answer, Convertible):
            return b"." + dumps(answer)
    except FileProblem as refused:
        problem = problem if isinstance(refused.__cause__, ImportError) else refused
    return b"!" + dumps(Refused(problem.kind, problem.message.text))


if __name__ == "__main__":
    main()
