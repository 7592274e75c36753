"""The process around a command: streams, signals, printing, exit status and end."""

from __future__ import annotations

import atexit
import errno
import io
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, NoReturn, TextIO

import click

from hrss12333.patterns import CONTROLS, DIRECTIONS
from hrss12333.reporting import Sink
from hrss12333.wording.text import wrap

if TYPE_CHECKING:
    from hrss12333.cli.options import Arguments
    from hrss12333.model.finding import Fault
    from hrss12333.questions import Question

_CONTROL = dict.fromkeys((*CONTROLS, *DIRECTIONS))
_TERMINAL = frozenset(("FORCE_COLOR", "TTY_COMPATIBLE"))
"""Environment variables that decide whether output goes to a terminal."""


def prepare() -> None:
    """Open missing streams, and have every signal end the program in order."""
    _open_missing_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    # An error of a destructor on a full disk was reported when the file was written.
    sys.unraisablehook = lambda _: None
    for number in _ending_signals():  # so that temporary files are removed and children end
        signal.signal(number, signal.default_int_handler)


def _ending_signals() -> list[signal.Signals]:
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    return [signal.Signals[name] for name in names if name in signal.Signals.__members__]


def leave(status: int) -> NoReturn:
    """End the process after its exit handlers without freeing objects, which takes 5 % of a short run."""
    for number in _ending_signals():  # the process is ending already
        signal.signal(number, signal.SIG_IGN)
    atexit._run_exitfuncs()
    flush(sys.stdout)
    flush(sys.stderr)
    os._exit(status)


def _open_missing_streams() -> None:
    """Open the standard streams that a scheduled task has closed, lest later files take their numbers."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8", errors="replace"))  # noqa: PTH123, SIM115  it stays open


def owns_console() -> bool:
    """Whether the window closes with the program, which was double-clicked or had files dropped on it."""
    if sys.platform != "win32" or not getattr(sys, "frozen", False):
        return False
    import ctypes

    processes = (ctypes.c_uint32 * 2)()
    return ctypes.windll.kernel32.GetConsoleProcessList(processes, 2) == 1


def on_screen(words: str) -> str:
    """Words without control characters, broken at the terminal's width, except indented lines (commands)."""
    try:
        room = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError, AttributeError):  # no terminal, no stream
        room = 0
    lines = words.translate(_CONTROL).split("\n")
    return "\n".join("\n".join(wrap(line, room)) if room and line[:1] != " " else line for line in lines)


def is_output_closed(error: OSError) -> bool:
    """Whether an error only means that nobody reads the output any more (on Windows, EINVAL)."""
    return error.errno == errno.EPIPE or (sys.platform == "win32" and error.errno == errno.EINVAL)


def flush(stream: TextIO | None) -> OSError | None:
    """Write out what is buffered; on failure, return the error and discard further output."""
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


def print_remark(words: str) -> None:
    """Print on standard error."""
    _print_text(on_screen(words), err=True)


def _print_text(text: str, *, err: bool = False, color: bool | None = None) -> None:
    """Print a text; where nobody reads standard output any more, discard the rest and finish the work."""
    try:
        click.echo(text, err=err, color=color)
    except OSError as error:
        if err or not is_output_closed(error):
            raise
        flush(sys.stdout)


def sink(args: Arguments) -> Sink:
    """The streams for results: with colours and line breaks on a terminal, plain elsewhere."""
    console = None
    if sys.stdout.isatty() or _TERMINAL.intersection(os.environ):
        from rich.console import Console

        shown = Console(highlight=False, markup=False, emoji=False)
        console = shown if shown.is_terminal else None
    result = partial(_print_text, color=console is not None)
    return Sink(result, print_remark, console, args.strict, args.verbose)


@contextmanager
def progress() -> Iterator[Callable[[int, int, str], None]]:
    """A function that shows the progress of reading: the browser's (click's ``obj``), a bar, or none."""
    context = click.get_current_context(silent=True)
    if context and context.obj:
        yield partial(context.obj, "读取")
        return
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = TextColumn("读取"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total, _: bar.update(task, completed=done, total=total)


def exit_status(
    questions: Iterable[Question], faults: Sequence[Fault], *, strict: bool = False, missing: bool = False
) -> int:
    """3 where a rule broke down, 1 where a unit is missing or an error (``strict``: a question) is open, else 0."""
    for fault in faults:
        where = f"审核“{fault.file}”时" if fault.file else ""
        broke = f"规则{fault.rule} {where}程序内部出错（{fault.error}），这条规则没有审完；其他规则不受影响。"
        print_remark(f"错误：{broke}")
    is_faulty = any(question.is_open and (question.is_error or strict) for question in questions)
    return 3 if faults else int(missing or is_faulty)
