"""The parent's side of the disposable child process, in which everything is read that is not provably small (`bounds`).

A damaged .xls can make a compiled reader panic, loop or eat memory without bound, an .ole file can send any parser in
circles, and a small file of any format can hold a million of something. The child has a time limit, where the system
knows one a memory limit, and no stderr; what kills it becomes a finding. One child reads file after file; it is replaced
when it dies, is killed, or has grown.
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
from typing import Any

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
    """What the child makes of a file, within what its size allows, or in less seconds of CPU time; ``task`` is a key of
    `child_main.TASKS`, ``given`` what it is to know besides.

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
        module = ["-P", "-X", "utf8", "-m", "hrss12333.reading.files.child_main"]
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
