"""A job of Windows: what a process and all that it starts may take together, and that it ends with the program."""

from __future__ import annotations

import ctypes
from ctypes import wintypes
from subprocess import Popen
from typing import Any

from hrss12333.reading.worker.limits import Limit

_TIME, _MEMORY, _END_ON_CLOSE, _SILENT = 0x4, 0x200, 0x2000, 0x400
"""Limits that are in force: CPU time and memory of all processes of the job; that they end when nobody holds the job; that a
fault ends one without a window."""
_EXTENDED_LIMITS = 9
_TICKS = 10_000_000
"""Ticks of a second."""


class _Basic(ctypes.Structure):
    _fields_ = (
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", wintypes.DWORD),
        ("least_set", ctypes.c_size_t),
        ("most_set", ctypes.c_size_t),
        ("processes", wintypes.DWORD),
        ("affinity", ctypes.c_size_t),
        ("priority", wintypes.DWORD),
        ("scheduling", wintypes.DWORD),
    )


class _Extended(ctypes.Structure):
    _fields_ = (
        ("basic", _Basic),
        ("counted", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peaks", ctypes.c_size_t * 2),
    )


class WindowsJob:
    """The job of one process."""

    def __init__(self, process: Popen[bytes]) -> None:
        self._kernel: Any = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined]  # only on Windows
        self._kernel.CreateJobObjectW.restype = wintypes.HANDLE
        self._kernel.SetInformationJobObject.argtypes = (wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD)
        self._kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
        self._kernel.TerminateJobObject.argtypes = (wintypes.HANDLE, wintypes.UINT)
        self._job = self._kernel.CreateJobObjectW(None, None)
        self.limit(Limit())
        self._kernel.AssignProcessToJobObject(self._job, int(process._handle))  # type: ignore[attr-defined]  # as above

    def limit(self, limit: Limit) -> None:
        """What all of them may take from now on."""
        wanted = _Extended()
        wanted.basic.flags = _TIME | _MEMORY | _END_ON_CLOSE | _SILENT
        wanted.basic.job_time = int(limit.seconds * _TICKS)  # the system adds what was taken before
        wanted.job_memory = limit.memory
        self._kernel.SetInformationJobObject(self._job, _EXTENDED_LIMITS, ctypes.byref(wanted), ctypes.sizeof(wanted))

    def end(self) -> None:
        """End them all."""
        self._kernel.TerminateJobObject(self._job, 1)
