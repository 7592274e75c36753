"""Workers in a process of their own: `Started` starts the program anew, `Forked` (Linux) forks it.

A worker is forked by a process that does nothing else, and was itself forked before the program had any thread,
open file or foreign data.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import socket
import struct
import sys
from contextlib import suppress
from pathlib import Path
from select import select
from typing import Any, BinaryIO, cast

import hrss12333
from hrss12333.model.errors import in_words
from hrss12333.model.row import Problem
from hrss12333.reading.grid import FileProblem
from hrss12333.reading.worker import Answered, Worker, load_readers, read_answer, serve, unpacked, write_request
from hrss12333.reading.worker.limits import NO_ROOM, Limit, damaged, out_of_bounds

_KILLED_BY_LIMIT = (-9, -6, -24, 1, 1816)
"""Exit statuses of a worker that a limit ended: SIGKILL, SIGABRT (memory), SIGXCPU, clock, a job's quota."""
SWITCH = "--hrss12333-worker"
"""The one argument with which the program becomes a worker."""
_NEW, _END = b"+", b"-"
_STATUS = struct.Struct("i")
_BUFFER = 2**18
"""Bytes, so that most requests and answers pass at once: each part wakes a process."""


class Started(Worker):
    """Does tasks in the program started as a worker, and starts another where that ended."""

    def __init__(self) -> None:
        self.process: _Program | _Child | None = None
        atexit.register(self.close)

    def start(self) -> _Program | _Child:
        """A new process."""
        return _Program()

    def ready(self) -> None:
        """Start the process."""
        with suppress(OSError):  # the first task tries again, and reports it
            self.process = self.process or self.start()

    def do(self, expected: Any, task: str, data: bytes, given: tuple[Any, ...], limit: Limit) -> Any:
        """The process's answer."""
        try:
            process = self.process = self.process or self.start()
        except OSError as error:  # no process is to be had
            raise FileProblem(Problem.DAMAGED, NO_ROOM.format(reason=in_words(error))) from error
        answer: Answered | None = None
        try:
            process.limit(limit)
            with suppress(OSError, ValueError):  # a pipe that broke, or no answer
                write_request(process.requests, task, data, given, limit)
                answer = read_answer(process.answers)
        except BaseException:
            process.kill()
            self._end()
            raise
        self.spent += answer.seconds if answer else limit.seconds
        if answer is None or answer.last:
            status = self._end()
            if answer is None:
                raise out_of_bounds() if status in _KILLED_BY_LIMIT else damaged()
        return unpacked(answer, expected)

    def close(self) -> None:
        """End the process."""
        self._end()

    def _end(self) -> int:
        """The exit status of the process, ended; 0 where there is none."""
        process, self.process = self.process, None
        return process.end() if process else 0


class _Program:
    """The program itself, started as a worker, as its parent sees it."""

    def __init__(self) -> None:
        import subprocess  # a program whose workers are forked starts faster without it

        paths = [str(Path(hrss12333.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
        # -P: the current folder, which may hold what strangers sent, is no place to import from
        program = [] if getattr(sys, "frozen", False) else ["-P", "-X", "utf8", "-m", "hrss12333"]
        self._process = subprocess.Popen(  # noqa: S603  this very interpreter and module, no shell
            [sys.executable, *program, SWITCH],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            start_new_session=True,  # what it starts ends with it, and Ctrl-C is for the parent to hear
        )
        self.requests, self.answers = cast(BinaryIO, self._process.stdin), cast(BinaryIO, self._process.stdout)
        self._job = None
        if sys.platform == "win32":
            self._job = _Job(int(self._process._handle))

    def limit(self, limit: Limit) -> None:
        """Limit the job, where there is one."""
        if self._job:
            self._job.limit(limit)

    def kill(self) -> None:
        """End its session or its job."""
        with suppress(OSError):
            if self._job:
                self._job.end()
            elif hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)  # also where it has ended itself: what it started has not
            self._process.kill()

    def end(self) -> int:
        """Let it end by itself where it waits for a request, and end what it started."""
        from subprocess import TimeoutExpired

        for pipe in (self.requests, self.answers):
            with suppress(OSError):
                pipe.close()
        with suppress(TimeoutExpired):
            self._process.wait(2)
        self.kill()
        return self._process.wait()


_LIMITED = 0x4 | 0x200 | 0x2000 | 0x400
"""Limits of a job in force: CPU time, memory, its end when nobody holds it, no window over a fault."""
_EXTENDED_LIMITS, _LIMITS_OF_JOB = 9, struct.Struct("qqIPPIPII6Q4P")
"""Their kind and layout: CPU time is the second, what is in force the third, memory the third last."""
_TICKS = 10_000_000
"""Ticks of a second."""


class _Job:
    """A job of Windows: it limits a process with all that it starts, and ends with the program."""

    def __init__(self, process: int) -> None:
        import ctypes
        from ctypes import wintypes

        self._kernel: Any = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined]  # only on Windows
        self._kernel.CreateJobObjectW.restype = wintypes.HANDLE
        self._kernel.SetInformationJobObject.argtypes = (wintypes.HANDLE, ctypes.c_int, ctypes.c_char_p, wintypes.DWORD)
        self._kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
        self._kernel.TerminateJobObject.argtypes = (wintypes.HANDLE, wintypes.UINT)
        self._job = self._kernel.CreateJobObjectW(None, None)
        self.limit(Limit())
        self._kernel.AssignProcessToJobObject(self._job, process)

    def limit(self, limit: Limit) -> None:
        """Limit what its processes may take from now on."""
        ticks = int(limit.seconds * _TICKS)  # the system adds what was taken before
        wanted = _LIMITS_OF_JOB.pack(0, ticks, _LIMITED, *bytes(13), limit.memory, 0, 0)
        self._kernel.SetInformationJobObject(self._job, _EXTENDED_LIMITS, wanted, len(wanted))

    def end(self) -> None:
        """End its processes."""
        self._kernel.TerminateJobObject(self._job, 1)


class Forked(Started):
    """Does tasks in a forked process, or in a started one where the system forks none."""

    _control: socket.socket | None = None
    """The way to the process that forks workers."""
    _pid = 0
    """The number of that process."""

    def ready(self) -> None:
        """Fork the process that forks workers."""
        if self._control is None:
            load_readers()
            with suppress(OSError):
                self._control = self._forked()

    def _forked(self) -> socket.socket:
        control, theirs = socket.socketpair()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                _leave_all_behind(theirs.fileno())
                _fork_workers(theirs)
            finally:
                os._exit(1)
        theirs.close()
        return control

    def start(self) -> _Program | _Child:
        """A new process."""
        self.ready()
        with suppress(OSError):
            if self._control:
                return _Child(self._control)
        return super().start()

    def close(self) -> None:
        """End the process, and the one that forked it with all that this forked."""
        super().close()
        if self._control:
            self._control.close()
            self._control = None
            with suppress(OSError):
                os.waitpid(self._pid, 0)


def _leave_all_behind(kept: int) -> None:
    """Give up all files but this one, the terminal and the handlers of signals."""
    os.setsid()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nowhere, number)
    os.closerange(3, kept)
    os.closerange(kept + 1, max(int(file.name) for file in Path("/proc/self/fd").iterdir()) + 1)
    gc.freeze()  # what is loaded is never garbage: looking through it would copy it


def _fork_workers(control: socket.socket) -> None:
    """Fork a worker whenever the parent asks, and report its exit status; all end with the parent."""
    while asked := control.recv(1):
        if asked != _NEW:
            continue  # a worker that has already ended was to be killed
        ours, theirs = socket.socketpair()
        alive, living = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.setpgid(0, 0)
                for each in (control, ours):
                    each.close()
                os.close(alive)
                stream = cast(BinaryIO, theirs.makefile("rwb", _BUFFER))
                serve(stream, stream)
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


class _Child:
    """A forked worker, as its parent sees it."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        control.sendall(_NEW)
        answer, numbers, _, _ = socket.recv_fds(control, 1, 1)
        if not answer or not numbers:
            raise OSError("nothing was forked")
        self._stream = socket.socket(fileno=numbers[0])
        self.requests = self.answers = cast(BinaryIO, self._stream.makefile("rwb", _BUFFER))

    def limit(self, limit: Limit) -> None:
        """It limits itself."""

    def kill(self) -> None:
        """Have it ended with all that it started."""
        with suppress(OSError):
            self._control.sendall(_END)

    def end(self) -> int:
        """End it with all that it started, and give its exit status."""
        for each in (self.requests, self._stream):
            with suppress(OSError):
                each.close()
        self.kill()
        status = self._control.recv(_STATUS.size, socket.MSG_WAITALL)
        return int(_STATUS.unpack(status)[0]) if len(status) == _STATUS.size else -signal.SIGKILL
