"""The process around a command: its streams, its signals, and its end."""

from __future__ import annotations

import atexit
import errno
import io
import os
import signal
import sys
from contextlib import suppress
from typing import Any, NoReturn, TextIO

from hrss12333.patterns import CONTROLS, DIRECTIONS

_CONTROL = dict.fromkeys((*CONTROLS, *DIRECTIONS))


def prepare() -> None:
    """Give the process whole streams and an answer to every request to end."""
    _open_missing_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    # A destructor's error on a full disk was reported when the file was written.
    sys.unraisablehook = lambda _: None
    for number in _ending_signals():  # so that temporary files are removed and children end
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else _interrupt)


def _ending_signals() -> list[signal.Signals]:
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    return [signal.Signals[name] for name in names if name in signal.Signals.__members__]


def leave(status: int) -> NoReturn:
    """End the process when all is done and said, without freeing what it holds one object after the other.

    Freeing took a twentieth of a short run. Exit handlers (which end a child) are run.
    """
    for number in _ending_signals():  # the process is ending already
        signal.signal(number, signal.SIG_IGN)
    atexit._run_exitfuncs()
    flush(sys.stdout)
    flush(sys.stderr)
    os._exit(status)


def _open_missing_streams() -> None:
    """A scheduled task may close them: nothing may be None, and no file opened later may take their place. What is opened in
    this order takes the numbers that are free."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8", errors="replace"))  # noqa: PTH123, SIM115  it stays open


def _interrupt(_number: int, _frame: Any) -> NoReturn:
    raise KeyboardInterrupt


def owns_console() -> bool:
    """Whether the window ends with the program: it was started by a double click, or files were dropped on it."""
    if sys.platform != "win32" or not getattr(sys, "frozen", False):
        return False
    import ctypes

    processes = (ctypes.c_uint32 * 2)()
    return ctypes.windll.kernel32.GetConsoleProcessList(processes, 2) == 1


def terminal_safe(text: str) -> str:
    """A text without characters that would control a terminal, whatever a file or its sender is called."""
    return text.translate(_CONTROL)


def is_output_closed(error: OSError) -> bool:
    """Whether the reader of our output has gone, which is no fault; Windows calls it an invalid argument."""
    return error.errno == errno.EPIPE or (sys.platform == "win32" and error.errno == errno.EINVAL)


def flush(stream: TextIO | None) -> OSError | None:
    """Write out what is buffered; returns the error where that fails, after which the stream is never tried again."""
    try:
        if stream is not None:
            stream.flush()
    except ValueError:
        return None  # the stream is closed
    except OSError as error:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # type: ignore[union-attr]  # it was not None
        return error
    return None
