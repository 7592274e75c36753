"""A worker without a second start (Linux): forked by a process that was itself forked of the loaded program before that had
any thread, open file or foreign data, and that does nothing else."""

from __future__ import annotations

import gc
import os
import signal
import socket
import struct
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from select import select
from typing import BinaryIO, NoReturn, cast

from hrss12333.reading.worker.limits import Limit
from hrss12333.reading.worker.serving import serve
from hrss12333.reading.worker.started import Process, Started

_NEW, _END = b"+", b"-"
_STATUS = struct.Struct("i")
_LOADED = ("reading.files.opening", "reading.formats.workbook")
"""What every worker needs, loaded before it is forked."""


class Forked(Started):
    """Does tasks in a process that is forked; in one that is started, once nothing can be forked."""

    def __init__(self) -> None:
        super().__init__()
        self._forker: _Forker | None = None
        self._can_fork = True

    def ready(self) -> None:
        """Fork what forks."""
        if self._forker is None:
            for name in _LOADED:
                import_module(f"hrss12333.{name}")
            with suppress(ImportError):
                import_module("python_calamine_plus")
            self._forker = _Forker()

    def start(self) -> Process:
        """A new process."""
        with suppress(OSError):
            if self._can_fork:
                self.ready()
                assert self._forker  # noqa: S101  it was just made
                return _Child(self._forker.control)
        self._can_fork = False
        return super().start()

    def close(self) -> None:
        """End the process, and what forked it."""
        super().close()
        forker, self._forker = self._forker, None
        if forker:
            forker.close()


class _Forker:
    """The process that forks workers, as its parent sees it."""

    def __init__(self) -> None:
        self.control, theirs = socket.socketpair()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                _leave_all_behind(theirs.fileno())
                _fork_workers(theirs)
            finally:
                os._exit(1)
        theirs.close()

    def close(self) -> None:
        """End it, and whatever it forked."""
        self.control.close()
        with suppress(OSError):
            os.waitpid(self._pid, 0)


def _leave_all_behind(kept: int) -> None:
    """Keep no file but this one, no terminal, and no answer to signals."""
    os.setsid()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nowhere, number)
    os.closerange(3, kept)
    os.closerange(kept + 1, max(int(file.name) for file in Path("/proc/self/fd").iterdir()) + 1)
    gc.freeze()  # what is loaded is never garbage: looking through it would copy it


def _fork_workers(control: socket.socket) -> NoReturn:
    """Fork a worker each time one is asked for, and say how it ended; all end with the parent."""
    while asked := control.recv(1):
        if asked != _NEW:
            continue  # it was to be ended when it already had
        ours, theirs = socket.socketpair()
        alive, living = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.setpgid(0, 0)
                for each in (control, ours):
                    each.close()
                os.close(alive)
                stream = cast(BinaryIO, theirs.makefile("rwb"))
                serve(stream, stream)
                os._exit(0)
            finally:
                os._exit(1)
        theirs.close()
        os.close(living)
        socket.send_fds(control, [_NEW], [ours.fileno()])
        ours.close()
        select([alive, control.fileno()], [], [])
        for end in (os.killpg, os.kill):  # it, and what it started
            with suppress(OSError):
                end(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        os.close(alive)
        control.send(_STATUS.pack(os.waitstatus_to_exitcode(status)))
    os._exit(0)


class _Child:
    """A worker that was forked, as its parent sees it."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        control.sendall(_NEW)
        answer, numbers, _, _ = socket.recv_fds(control, 1, 1)
        if not answer or not numbers:
            raise OSError("nothing was forked")
        self._stream = socket.socket(fileno=numbers[0])
        self.requests = self.answers = cast(BinaryIO, self._stream.makefile("rwb"))

    def limit(self, limit: Limit) -> None:
        """It limits itself."""

    def kill(self) -> None:
        """Have it ended, and what it started."""
        with suppress(OSError):
            self._control.sendall(_END)

    def end(self) -> int:
        """Its exit status, and all that it started ended."""
        for each in (self.requests, self._stream):
            with suppress(OSError):
                each.close()
        self.kill()
        status = self._control.recv(_STATUS.size, socket.MSG_WAITALL)
        return int(_STATUS.unpack(status)[0]) if len(status) == _STATUS.size else -signal.SIGKILL
