"""The parent's side of the disposable child process, in which everything is read that is not provably small (`bounds`).

A damaged .xls can make a compiled reader panic, loop or eat memory without bound, an .ole file can send any parser in
circles, and a small file of any format can hold a million of something. The child has a time limit, where the system
knows one a memory limit, and no stderr; what kills it becomes a finding. One child reads file after file; it is replaced
when it dies, is killed, or has grown. Requests go in by stdin and answers come back as JSON: nothing that a hostile file
could have prepared is unpickled.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import hrss12333
from hrss12333.model.errors import OUT_OF_MEMORY, in_words, is_out_of_memory
from hrss12333.model.problem import Problem
from hrss12333.reading.files.bounds import NO_ROOM, OUT_OF_BOUNDS, Allowance, allowance
from hrss12333.reading.files.child_values import ANSWER, REQUEST, decode, encode
from hrss12333.reading.files.package import damaged
from hrss12333.reading.grid import FileProblem

SWITCH = "--hrss12333-child"
"""The one argument with which a frozen program, which knows no ``-m``, becomes the child."""

_START_LIMIT = 60.0
"""Seconds that the child may take to start on a machine under load."""

_PATIENCE = 4
"""How many times the working time may pass on the clock, where the system counts the former: others work there too."""

_KILLED_BY_LIMIT = {
    -getattr(signal, name) for name in ("SIGKILL", "SIGABRT", "SIGXCPU") if hasattr(signal, name)
}  # SIGABRT: the reader was refused memory


def in_child(task: str, data: bytes, *given: Any, seconds: float | None = None) -> Any:
    """What the child makes of a file, within what its size allows; ``task`` is a key of `child_main.TASKS`.

    Args:
        task: What to do.
        data: The file's content.
        given: What else the task is to know.
        seconds: Of CPU time, where less than a file of this size is otherwise allowed.

    Raises:
        FileProblem: what the child found, F004 where it broke its limits, F001 where it crashed.
    """
    most = allowance(len(data))
    if seconds is not None and seconds < most.seconds:
        most = Allowance(max(seconds, 0.0), most.memory)
    text = json.dumps([task, *map(encode, given)]).encode()
    head = REQUEST.pack(most.seconds, most.memory, len(text), len(data)) + text
    try:
        answer = decode(json.loads(_keeper.ask(head, data, most.seconds)))
    except (ValueError, LookupError, TypeError) as error:
        raise damaged() from error
    if isinstance(answer, FileProblem):
        raise answer
    return answer


def seconds_of_all() -> float:
    """CPU time that this process and its children have taken so far; of a child that was ended, what it was allowed."""
    return time.process_time() + _keeper.spent


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process that began a session of its own, and what it started."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


class _Child:
    """One running process."""

    def __init__(self) -> None:
        paths = [str(Path(hrss12333.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
        frozen = getattr(sys, "frozen", False)
        # -P: the current folder, which may hold what strangers sent, is no place to import from
        module = ["-P", "-X", "utf8", "-m", "hrss12333.reading.files.child_main"]
        self.process = subprocess.Popen(  # noqa: S603  this very interpreter and module, no shell
            [sys.executable, *([SWITCH] if frozen else module)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            start_new_session=True,  # what it starts ends with it, and Ctrl-C is for the parent to hear
        )
        greeting = self._read_in_time(_START_LIMIT, lambda: self._out.read(1))
        self._patience = _PATIENCE if greeting == b"L" else 1
        self.usable = greeting in (b"L", b"U")
        self.taken = 0.0
        """Seconds of CPU time for the last answer."""

    @property
    def _out(self) -> Any:
        return self.process.stdout

    def ask(self, head: bytes, data: bytes, seconds: float) -> bytes | None:
        """The answer to a request; None where the child ended or was ended before it gave one."""
        answer = self._read_in_time(seconds * self._patience, lambda: self._exchange(head, data))
        if answer is None:
            self.usable = False
        return answer

    def _exchange(self, request: bytes, data: bytes) -> bytes | None:
        pipe: Any = self.process.stdin
        pipe.write(request)
        pipe.write(data)
        pipe.flush()
        head = self._out.read(ANSWER.size)
        if len(head) < ANSWER.size:
            return None
        last, self.taken, size = ANSWER.unpack(head)
        text: bytes = self._out.read(size)
        self.usable = not last
        return text if len(text) == size else None

    def _read_in_time(self, seconds: float, work: Any) -> bytes | None:
        """What ``work`` reads from the child; None where it takes too long: the child is killed then."""
        found: list[bytes | None] = []

        def run() -> None:
            with suppress(OSError, ValueError):  # a pipe that broke
                found.append(work())

        thread = Thread(target=run, daemon=True)
        thread.start()
        try:
            thread.join(seconds)
        except BaseException:  # an interrupt: nobody waits for the answer
            kill(self.process)
            raise
        if thread.is_alive():
            kill(self.process)
            thread.join()
            return None
        return found[0] if found else None

    def end(self) -> int:
        """Let it end, or make it; its exit status."""
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()
        try:
            return self.process.wait(2)
        except subprocess.TimeoutExpired:
            kill(self.process)
            return self.process.wait()


class _Keeper:
    """Keeps the one child and replaces it."""

    def __init__(self) -> None:
        self._child: _Child | None = None
        self.spent = 0.0
        """Seconds, by all of its children."""
        self._lock = Lock()
        self._owner = os.getpid()

    def ask(self, head: bytes, data: bytes, seconds: float) -> bytes:
        """The child's answer."""
        with self._lock:
            if self._owner != os.getpid():  # a fork of the parent must not share the pipes
                self._child, self._owner = None, os.getpid()
            try:
                child = self._child = self._child or _Child()
                answer = child.ask(head, data, seconds) if child.usable else None
            except (OSError, RuntimeError) as error:  # no process, or no thread, is to be had
                refused = OUT_OF_MEMORY if is_out_of_memory(error) else in_words(error)
                raise FileProblem(Problem.DAMAGED, NO_ROOM, reason=refused) from error
            self.spent += seconds if answer is None else child.taken
            if child.usable:
                return answer or b""
            self._child = None
            status = child.end()
        if answer is not None:
            return answer
        raise FileProblem(Problem.TOO_LARGE, OUT_OF_BOUNDS) if status in _KILLED_BY_LIMIT else damaged()

    def close(self) -> None:
        """End the child with the program."""
        child, self._child = self._child, None
        if child is not None and self._owner == os.getpid():
            child.end()


_keeper = _Keeper()
atexit.register(_keeper.close)
