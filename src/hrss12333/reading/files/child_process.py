"""The parent's side of the disposable child process, in which formats without a guard of their own are read.

A damaged .xls can make a compiled reader panic, loop or eat memory without bound, and an .ole file can send any parser
in circles. The child has a time limit, where the system knows one a memory limit, and no stderr; what kills it becomes
a finding. One child reads file after file; it is replaced when it dies, is killed, or has grown. Data goes in by stdin
and comes back as JSON: nothing that a hostile file could have prepared is unpickled.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import hrss12333
from hrss12333.model.problem import Problem
from hrss12333.reading.files.package import damaged
from hrss12333.reading.grid import FileProblem

TIME_LIMIT = 10.0
"""Seconds of work a child may take for one file; an ordinary one takes 0.02."""

SWITCH = "--hrss12333-child"
"""The one argument with which a frozen program, which knows no ``-m``, becomes the child."""

_START_LIMIT = 60.0
"""Seconds that the child may take to start on a machine under load."""

_PATIENCE = 4
"""How many times the working time may pass on the clock, where the system counts the former: others work there too."""

OUT_OF_BOUNDS = "读取这个文件耗用的时间或内存超出上限，已停止读取。文件可能已损坏，或含有大量无关内容。" + (
    "请在Excel或WPS中打开，只保留两张调查表，另存为新的.xlsx后再报送。"
)
_KILLED_BY_LIMIT = {
    -getattr(signal, name) for name in ("SIGKILL", "SIGABRT", "SIGXCPU") if hasattr(signal, name)
}  # SIGABRT: the reader was refused memory


def in_child(task: str, data: bytes, seconds: float | None = None) -> dict[str, Any]:
    """What the child makes of the data within so many seconds (`TIME_LIMIT`); ``task`` is a key of `child_main.TASKS`.

    Raises:
        FileProblem: what the child found, F004 where it broke its limits, F001 where it crashed.
    """
    text = _keeper.ask(task, data, seconds or TIME_LIMIT)
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise damaged()
    if "problem" in answer:
        kind, message = answer["problem"]
        raise FileProblem(Problem[kind], str(message))
    return answer


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
        greeting = self._within(_START_LIMIT, lambda: self._out.read(1))
        self._patience = _PATIENCE if greeting == b"L" else 1
        self.usable = greeting in (b"L", b"U")

    @property
    def _out(self) -> Any:
        return self.process.stdout

    def ask(self, task: str, data: bytes, seconds: float) -> bytes | None:
        """The answer; None where the child ended or was ended before it gave one."""
        answer = self._within(seconds * self._patience, lambda: self._exchange(task, data, seconds))
        if answer is None:
            self.usable = False
        return answer

    def _exchange(self, task: str, data: bytes, seconds: float) -> bytes | None:
        pipe: Any = self.process.stdin
        name = task.encode()
        pipe.write(struct.pack("<dIQ", seconds, len(name), len(data)) + name)
        pipe.write(data)
        pipe.flush()
        head = self._out.read(9)
        if len(head) < 9:
            return None
        last, size = struct.unpack("<?Q", head)
        text: bytes = self._out.read(size)
        self.usable = not last
        return text if len(text) == size else None

    def _within(self, seconds: float, work: Any) -> bytes | None:
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
            self.kill()
            raise
        if thread.is_alive():
            self.kill()
            thread.join()
            return None
        return found[0] if found else None

    def kill(self) -> None:
        """End it and what it started."""
        with suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()

    def end(self) -> int:
        """Let it end, or make it; its exit status."""
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()
        try:
            return self.process.wait(2)
        except subprocess.TimeoutExpired:
            self.kill()
            return self.process.wait()


class _Keeper:
    """Keeps the one child and replaces it."""

    def __init__(self) -> None:
        self._child: _Child | None = None
        self._lock = Lock()
        self._owner = os.getpid()

    def ask(self, task: str, data: bytes, seconds: float) -> bytes:
        """The child's answer.

        Raises:
            FileProblem: F004 where it broke its limits, F001 where it ended in another way.
        """
        with self._lock:
            if self._owner != os.getpid():  # a fork of the parent must not share the pipes
                self._child, self._owner = None, os.getpid()
            if self._child is None:
                self._child = _Child()
            child = self._child
            answer = child.ask(task, data, seconds) if child.usable else None
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
