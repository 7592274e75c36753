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
from hrss12333.wording.text import wrap

_CONTROL = dict.fromkeys((*CONTROLS, *DIRECTIONS))


def prepare() -> None:
    """Open missing streams, and end in order on every signal."""
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
    """End the process without freeing its objects one by one, which took a twentieth of a short run.

    Exit handlers run, and end a child.
    """
    for number in _ending_signals():  # the process is ending already
        signal.signal(number, signal.SIG_IGN)
    atexit._run_exitfuncs()
    flush(sys.stdout)
    flush(sys.stderr)
    os._exit(status)


def _open_missing_streams() -> None:
    """Open the standard streams that a scheduled task has closed: none may be None, and no later file may
    take their numbers. Opened in this order, they take the lowest ones free."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8", errors="replace"))  # noqa: PTH123, SIM115  it stays open


def _interrupt(_number: int, _frame: Any) -> NoReturn:
    raise KeyboardInterrupt


def owns_console() -> bool:
    """Whether the window closes with the program: after a double click, or files dropped on it."""
    if sys.platform != "win32" or not getattr(sys, "frozen", False):
        return False
    import ctypes

    processes = (ctypes.c_uint32 * 2)()
    return ctypes.windll.kernel32.GetConsoleProcessList(processes, 2) == 1


def on_screen(words: str) -> str:
    """Words for standard error without characters that control a terminal; on one, broken at its width but for indented
    lines: they are commands, to be copied."""
    try:
        room = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError, AttributeError):  # no terminal, no stream
        room = 0
    lines = words.translate(_CONTROL).split("\n")
    return "\n".join("\n".join(wrap(line, room)) if room and line[:1] != " " else line for line in lines)


def is_output_closed(error: OSError) -> bool:
    """Whether an error only means that nobody reads our output; on Windows it is an invalid argument."""
    return error.errno == errno.EPIPE or (sys.platform == "win32" and error.errno == errno.EINVAL)


def flush(stream: TextIO | None) -> OSError | None:
    """Write out what is buffered; returns the error if that fails, and never tries the stream again."""
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
