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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import Any, cast

import hrss12333
from hrss12333.model.errors import OUT_OF_MEMORY, in_words, is_out_of_memory
from hrss12333.model.problem import Problem
from hrss12333.reading.files.bounds import NO_ROOM, OUT_OF_BOUNDS, allowance
from hrss12333.reading.files.child_main import MAX_ANSWER, dumps, loads
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
        self._in, self._out = cast("tuple[Any, Any]", (self.process.stdin, self.process.stdout))
        self.usable = True
        self.taken = 0.0
        """Seconds of CPU time for the last answer."""
        with self._in_time(_START_LIMIT):
            greeting = self._out.read(1)
            self._patience = _PATIENCE if greeting == b"L" else 1
            self.usable = greeting in (b"L", b"U")

    @contextmanager
    def _in_time(self, seconds: float) -> Iterator[None]:
        """End the process where it takes too long over the block, or an interrupt leaves nobody to wait for it."""
        timer = Timer(seconds, self._end_now)
        timer.daemon = True
        timer.start()
        try:
            with suppress(OSError, ValueError):  # a pipe that broke, or no answer
                yield
        except BaseException:
            self._end_now()
            raise
        finally:
            timer.cancel()
            timer.join()

    def _end_now(self) -> None:
        self.usable = False
        kill(self.process)

    def ask(self, head: bytes, data: bytes, seconds: float) -> bytes | None:
        """The answer to a request; None where the child ended or was ended before it gave one."""
        with self._in_time(seconds * self._patience):
            self._in.write(head)
            self._in.write(data)
            self._in.flush()
            last, self.taken = json.loads(self._out.readline())
            text: bytes = self._out.readline(MAX_ANSWER + 1)
            if text.endswith(b"\n"):
                self.usable = self.usable and not last
                return text
        self.usable = False
        return None

    def end(self) -> int:
        """Let it end, or make it; its exit status."""
        for pipe in (self._in, self._out):
            with suppress(OSError):
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

    def ask(self, head: bytes, data: bytes, seconds: float) -> bytes:
        try:
            child = self._child = self._child or _Child()
            answer = child.ask(head, data, seconds) if child.usable else None
        except (OSError, RuntimeError) as error:  # no process, or no thread, is to be had
            refused = OUT_OF_MEMORY if is_out_of_memory(error) else in_words(error)
            raise FileProblem(Problem.DAMAGED, NO_ROOM, reason=refused) from error
        self.spent += seconds if answer is None else child.taken
        status = 0 if child.usable else self.close()
        if answer is None:
            raise FileProblem(Problem.TOO_LARGE, OUT_OF_BOUNDS) if status in _KILLED_BY_LIMIT else damaged()
        return answer

    def close(self) -> int:
        """Let the child end, where there is one; its exit status."""
        child, self._child = self._child, None
        return child.end() if child else 0


_keeper = _Keeper()
atexit.register(_keeper.close)
