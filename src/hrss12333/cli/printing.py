"""A command's output on the screen: results and remarks, progress, and its exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import click

from hrss12333.cli.process import flush, is_output_closed, on_screen
from hrss12333.model.finding import Fault
from hrss12333.reporting.outputs import Sink

if TYPE_CHECKING:
    from rich.console import Console

    from hrss12333.cli.options import Given
    from hrss12333.questions.question import Question

_TERMINAL = frozenset(("FORCE_COLOR", "TTY_COMPATIBLE"))
"""Environment variables that decide whether output goes to a terminal."""


def print_remark(words: str) -> None:
    """Print on standard error."""
    _print_text(on_screen(words), err=True)


def _print_text(text: str, *, err: bool = False, color: bool | None = None) -> None:
    """Print a text; if nobody reads standard output any more, discard the rest and finish the work."""
    try:
        click.echo(text, err=err, color=color)
    except OSError as error:
        if err or not is_output_closed(error):
            raise
        flush(sys.stdout)


def sink(given: Given) -> Sink:
    """Where results go: a terminal, or piped text without colour and line breaks."""
    console = _console()
    result = partial(_print_text, color=console is not None)
    return Sink(result, print_remark, console, given.strict, given.verbose)


def _console() -> Console | None:
    """The terminal on standard output, or by a variable; None if none, without loading the library."""
    if not (sys.stdout.isatty() or _TERMINAL.intersection(os.environ)):
        return None
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    return console if console.is_terminal else None


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int, str], None] | None]:
    """Reports progress: click's ``obj`` if a function, else a bar on standard error; None without a
    terminal."""
    context = click.get_current_context(silent=True)
    if context and context.obj:
        yield partial(context.obj, what)
        return
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = TextColumn(what), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total, _: bar.update(task, completed=done, total=total)


def exit_status(
    questions: Iterable[Question], faults: Sequence[Fault], *, strict: bool = False, missing: bool = False
) -> int:
    """1 with an open 强制性错误 or a ``missing`` unit, where ``strict`` with any open question, else 0; 3 where a rule broke
    down, which standard error reports."""
    for fault in faults:
        where = f"审核“{fault.file}”时" if fault.file else ""
        broke = f"规则{fault.rule} {where}程序内部出错（{fault.error}），这条规则没有审完；其他规则不受影响。"
        print_remark(f"错误：{broke}")
    is_faulty = any(question.is_open and (question.is_error or strict) for question in questions)
    return 3 if faults else int(missing or is_faulty)
