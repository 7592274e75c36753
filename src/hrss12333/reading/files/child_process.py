"""The disposable child process, in which everything is read that is not provably small (`bounds`), and its parent's side.

A damaged .xls can make a compiled reader panic, loop or eat memory without bound, an .ole file can send any parser in
circles, and a small file of any format can hold a million of something. The child has a time limit, where the system
knows one a memory limit, and no stderr; what kills it becomes a finding. One child reads file after file; when it has grown
it says that an answer is its last, so that every file finds a small one.

Requests come by stdin, each a line of JSON and the file behind it; an answer is two lines on stdout. Texts, numbers, lists and
None stand for themselves; all else is an object whose first key is what it is. Only the frozen nouns of `_NOUNS` are ever made
of it, so that nothing that a hostile file could have prepared is run. A form and a unit, of which there is one object each,
are numbered.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from errno import EDQUOT, ENOSPC
from functools import cache
from importlib import import_module
from pathlib import Path
from threading import Timer
from typing import Any

from msgspec import NODEFAULT, Struct

import hrss12333
from hrss12333.model.errors import OUT_OF_MEMORY, in_words, is_out_of_memory
from hrss12333.model.problem import Problem
from hrss12333.patterns import code
from hrss12333.reading.files.bounds import (
    NO_ROOM,
    OUT_OF_BOUNDS,
    Process,
    allowance,
    is_small_book,
    out_of_memory,
    restrict,
)
from hrss12333.reading.files.file_type import FORMAT_TABLE
from hrss12333.reading.files.package import damaged, too_large
from hrss12333.reading.grid import FileProblem

MEMORY_LIMIT = 1_200 * 2**20
"""Bytes of address space that no request may exceed; the largest area that is let through (28 million cells) takes 0.9
GiB."""
GROWN = 256 * 2**20
"""Bytes held at most by a child that reads another file."""
MAX_ANSWER = 160 * 2**20
"""Bytes of JSON: more would burden the parent, which has no limit of its own. Archives that it unpacks pass through."""
_MAX_READ = 24 * 2**20
"""The same of what was read in a file, which rules and outputs go through."""
_MOST_WORK = 200 * 2**20
"""Bytes of files after which a child is replaced where the system does not tell how much it holds."""
_ROOT = "hrss12333."
_NOUNS = frozenset(
    (
        *("model.filing", "model.message", "model.problem", "model.row"),
        *("model.text", "reading.companions", "reading.files.mails", "reading.grid"),
        *("survey.region_names", "survey.regions", "survey.schema"),
    )
)
"""Modules whose classes pass; they are imported when one comes."""
_PLAIN_TYPES = frozenset((str, int, float, bool, type(None)))
_EMPTY: list[Any] = []
"""Every list that holds nothing: a sheet may have a million blank rows."""
_HEADS: dict[type, str] = {tuple: "(", frozenset: "<", set: "<"}
_MAKERS: dict[str, Callable[..., Any]] = {
    "(": tuple,
    "[": lambda: _EMPTY,
    "{": lambda items: dict(zip(items[::2], items[1::2], strict=True)),
    "<": frozenset,
    "@": lambda number: _shared_objects()[number],
    "bytes": b64decode,
    **{kind.__name__: kind for kind in (datetime, date, time_of_day, timedelta)},
}
"""What stands for a value → what makes it again."""
SWITCH = "--hrss12333-child"
"""The one argument with which a frozen program, which knows no ``-m``, becomes the child."""
_START_LIMIT = 60.0
"""Seconds that the child may take to start on a machine under load."""
_PATIENCE = 4
"""How many times the working time may pass on the clock, where the system counts the former: others work there too."""
_KILLED_BY_LIMIT = {
    -getattr(signal, name) for name in ("SIGKILL", "SIGABRT", "SIGXCPU") if hasattr(signal, name)
}  # SIGABRT: the reader was refused memory


def dumps(value: Any) -> str:
    """A value as a line of JSON; a TypeError where it is of a kind that does not pass."""
    return json.dumps(_encoded(value))


def loads(text: str | bytes) -> Any:
    """The reverse of `dumps`; a ValueError, LookupError or TypeError where it is none of what that makes."""
    return json.loads(text, object_hook=_object_of)


def _encoded(value: Any) -> Any:
    kind = type(value)
    if kind in _PLAIN_TYPES:
        return value
    if kind is list:
        return [item if type(item) in _PLAIN_TYPES else _encoded(item) for item in value] or {"[": []}
    if kind in _HEADS:
        return {_HEADS[kind]: [[item if type(item) in _PLAIN_TYPES else _encoded(item) for item in value]]}
    if isinstance(value, Mapping):
        return {"{": [[_encoded(item) for pair in value.items() for item in pair]]}
    if kind is bytes:
        return {"bytes": [b64encode(value).decode()]}
    module, name = kind.__module__.removeprefix(_ROOT), kind.__name__
    if (module, name) in (("survey.regions", "Unit"), ("survey.schema", "Form")):
        return {"@": [[each is value for each in _shared_objects()].index(True)]}
    if module not in _NOUNS and name not in _MAKERS:
        raise TypeError(f"{kind} does not pass to another process")
    head = name if name in _MAKERS else f"{module}:{name}"
    if not isinstance(value, Struct):  # it knows itself what it is made of
        made_of = value.__reduce_ex__(2)[1]
        return {head: [*map(_encoded, made_of[1:] if made_of[0] is kind else made_of)]}
    given = ((name, getattr(value, name), usual) for name, usual in _fields(type(value)))
    return {head: [], **{name: _encoded(item) for name, item, usual in given if item != usual}}


@cache
def _fields(kind: type[Struct]) -> tuple[tuple[str, Any], ...]:
    """The names of a struct's fields, each with its default; what has none, or one made anew each time, never equals it."""
    names, usual = kind.__struct_fields__, kind.__struct_defaults__
    return tuple(zip(names, ((NODEFAULT,) * len(names) + usual)[-len(names) :], strict=True)) if names else ()


def _object_of(plain: dict[str, Any]) -> Any:
    (head, given), *fields = plain.items()
    return (_MAKERS.get(head) or _noun(head))(*given, **dict(fields))


@cache
def _noun(head: str) -> Callable[..., Any]:
    module, _, name = head.partition(":")
    kind = getattr(import_module(_ROOT + module), name, None) if module in _NOUNS else None
    if not isinstance(kind, type) or kind.__module__ != _ROOT + module:
        raise ValueError(head)
    return kind


def _shared_objects() -> list[Any]:
    from hrss12333.survey.editions import EDITIONS

    return [each for edition in EDITIONS.values() for each in (*edition.units, *edition.forms)]


def _has_grown(work: int) -> bool:
    """Whether it held much at any time; where only Linux tells that, by the bytes of files that it was sent."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024 > GROWN
    except (OSError, ValueError, IndexError):
        return work > _MOST_WORK


def _read_content(data: bytes, kind: str, *given: Any) -> Any:
    """What is in a file, where that is little or no form is looked for in it; else the documents that it holds, which
    this process then reads."""
    opened = code("reading.files.file_type:open_content")(kind, data)
    if not given or is_small_book(opened):
        return opened
    return code("reading.documents:read_in_child")(data, opened, *given)


TASKS = {
    "ole_kind": "reading.formats.ole:kind_of",
    **{item.tag: item.in_child for item in FORMAT_TABLE if item.in_child},
}
"""What may be asked besides `_read_content` → the function that does it, imported only then."""


def _answer_task(task: str, data: bytes, given: list[Any]) -> Any:
    try:
        answer = code(TASKS[task]) if task in TASKS else _read_content
        return answer(data, *given)
    except FileProblem as problem:
        return problem
    except MemoryError:
        return out_of_memory()
    except OSError as error:  # libraries raise it of a damaged file, too
        full = error.errno in (ENOSPC, EDQUOT)
        return FileProblem(Problem.DAMAGED, NO_ROOM, reason=in_words(error)) if full else damaged()
    except Exception:  # whatever a library makes of a damaged file
        return damaged()


def _as_text(answer: Any, most: int) -> bytes:
    with suppress(MemoryError):
        text = dumps(answer).encode()
        if len(text) <= most:
            return text
    return dumps(too_large()).encode()


def main() -> None:
    """Answer one request on stdin after another on stdout, until there are no more or this process has grown."""
    # Libraries that print (xlrd warns on stdout) must not spoil the answers.
    out = os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    Process.is_child, limited = True, False
    with suppress(ImportError):  # Windows knows no limits: there the parent's clock must do
        restrict(for_good=True, AS=MEMORY_LIMIT, CORE=0)
        limited = True
    out.write(b"L" if limited else b"U")
    out.flush()
    work, last = 0, False
    while not last and (head := sys.stdin.buffer.readline()):
        begun = time.process_time()
        seconds, memory, size, task, *given = loads(head)
        if limited:
            restrict(for_good=False, CPU=int(begun + seconds) + 1, AS=memory)
        answer = _answer_task(task, sys.stdin.buffer.read(size), given)
        text = _as_text(answer, _MAX_READ if task == "read" else MAX_ANSWER)
        work += size
        last = _has_grown(work)
        out.writelines((dumps([last, time.process_time() - begun]).encode(), b"\n", text, b"\n"))
        out.flush()


# The parent's side


def in_child(task: str, data: bytes, *given: Any, seconds: float | None = None) -> Any:
    """What the child makes of a file, within what its size allows, or in less seconds of CPU time; ``task`` is a key of
    `TASKS`, ``given`` what it is to know besides.

    Raises:
        FileProblem: what the child found, F004 where it broke its limits, F001 where it crashed.
    """
    most, memory = allowance(len(data))
    limit = most if seconds is None else max(min(most, seconds), 0.0)
    head = f"{dumps([limit, memory, len(data), task, *given])}\n".encode()
    try:
        answer = loads(_keeper.ask(head, data, limit))
    except (ValueError, LookupError, TypeError) as error:
        raise damaged() from error
    if isinstance(answer, FileProblem):
        raise answer
    return answer


def seconds_of_all() -> float:
    """CPU time that this process and its children have taken so far; of a child that was ended, what it was allowed."""
    return time.process_time() + _keeper.spent


def kill(process: subprocess.Popen[bytes]) -> int:
    """End a process that began a session of its own, and what it started; its exit status."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    return process.wait()


@contextmanager
def _in_time(process: subprocess.Popen[bytes], seconds: float) -> Iterator[Any]:
    """End a process where it takes too long over the block, or an interrupt leaves nobody to wait for it."""
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
        self.spent = 0.0
        """Seconds, by all of its children."""
        self._patience = 1

    def start(self) -> subprocess.Popen[bytes]:
        paths = [str(Path(hrss12333.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
        # -P: the current folder, which may hold what strangers sent, is no place to import from
        module = ["-P", "-X", "utf8", "-m", "hrss12333.reading.files.child_process"]
        process = subprocess.Popen(  # noqa: S603  this very interpreter and module, no shell
            [sys.executable, *([SWITCH] if getattr(sys, "frozen", False) else module)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            start_new_session=True,  # what it starts ends with it, and Ctrl-C is for the parent to hear
        )
        with _in_time(process, _START_LIMIT) as pipes:
            self._patience = _PATIENCE if pipes.stdout.read(1) == b"L" else 1
        return process

    def ask(self, head: bytes, data: bytes, seconds: float) -> bytes:
        answer, last, taken = b"", True, seconds
        try:
            process = self.process = self.process or self.start()
            with _in_time(process, seconds * self._patience) as pipes:
                pipes.stdin.write(head)
                pipes.stdin.write(data)
                pipes.stdin.flush()
                last, taken = json.loads(pipes.stdout.readline())
                answer = bytes(pipes.stdout.readline(MAX_ANSWER + 1))
        except (OSError, RuntimeError) as error:  # no process, or no thread, is to be had
            refused = OUT_OF_MEMORY if is_out_of_memory(error) else in_words(error)
            raise FileProblem(Problem.DAMAGED, NO_ROOM, reason=refused) from error
        self.spent += taken
        is_whole = answer.endswith(b"\n")
        status = 0 if is_whole and not last and process.poll() is None else self.close()
        if not is_whole:
            raise FileProblem(Problem.TOO_LARGE, OUT_OF_BOUNDS) if status in _KILLED_BY_LIMIT else damaged()
        return answer

    def close(self) -> int:
        """Let the child end, or make it, where there is one; its exit status."""
        process, self.process = self.process, None
        if process is None:
            return 0
        for pipe in filter(None, (process.stdin, process.stdout)):
            with suppress(OSError):
                pipe.close()
        try:
            return process.wait(2)
        except subprocess.TimeoutExpired:
            return kill(process)


_keeper = _Keeper()
atexit.register(_keeper.close)


if __name__ == "__main__":
    main()
