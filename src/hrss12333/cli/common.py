"""What several commands share: where they write, exit status, the console, progress."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct, field

from hrss12333.cli.process import harmless
from hrss12333.model.errors import UsageStop

if TYPE_CHECKING:
    from rich.console import Console

    from hrss12333.cli.options import Given
    from hrss12333.model.finding import Fault, Finding
    from hrss12333.reporting.outputs import Sink
    from hrss12333.reporting.terminal.printer import PlainOutput


_TERMINAL = frozenset(("FORCE_COLOR", "TTY_COMPATIBLE"))
"""Variables by which others decide whether output goes to a terminal."""


class OutputFolder(Struct, frozen=True):
    """Where a launcher on a desktop has things written: a folder, under names that carry date and time."""

    folder: Path
    time: datetime
    given: list[Path] = field(default_factory=list)
    """The paths that were handed out."""

    def beside(self, name: str) -> Path:
        """A path in the folder that does not exist yet."""
        stem, suffix = f"{Path(name).stem}_{self.time:%Y%m%d_%H%M}", Path(name).suffix
        names = (f"{stem}_{number}" if number > 1 else stem for number in count(1))
        paths = (self.folder / f"{each}{suffix}" for each in names)
        self.given.append(next(path for path in paths if not path.exists() and path not in self.given))
        return self.given[-1]


def default_output(name: str) -> Path:
    """Where the running command puts an output of this name: in the current folder, or in the launcher's place."""
    context = click.get_current_context(silent=True)
    place = context.find_object(OutputFolder) if context else None
    return place.beside(name) if place else Path(name)


def print_line(line: str, *, err: bool = False) -> None:
    """Print a line of text, without characters that would control a terminal."""
    click.echo(harmless(line), err=err)


def sink(given: Given) -> Sink:
    """Where results go."""
    from hrss12333.reporting.outputs import Sink

    return Sink(click.echo, lambda line: print_line(line, err=True), console, given.strict, given.verbose)


def console() -> Console | PlainOutput:
    """The console for results, on standard output; piped text is neither coloured nor broken."""
    from hrss12333.reporting.terminal.printer import PlainOutput

    output = PlainOutput(sys.stdout)
    # A variable may call a pipe a terminal.
    return output.console() if sys.stdout.isatty() or _TERMINAL.intersection(os.environ) else output


def check_report(given: Given) -> None:
    """Refuse a report that cannot be written, before anything else is done: no web page's name, or a file that is there."""
    from hrss12333.writing.target import check_target

    if (report := given.report) is not None:
        if report.suffix.lower() not in (".html", ".htm"):
            raise UsageStop(f"--report 的文件名应以.html结尾，例如 --report {report.with_suffix('.html')}。")
        check_target(report, force=given.force, option="--report")


def write_report(report: Path, page: str) -> None:
    """Write the HTML report."""
    from hrss12333.writing.target import replacing

    with replacing(report) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")


def exit_status(findings: Sequence[Finding], faults: Sequence[Fault], *, strict: bool = False) -> int:
    """0 without a 强制性错误, else 1; with ``strict`` an unexplained 核实性错误 counts too; 3 where a rule broke down,
    which is said on standard error."""
    for fault in faults:
        where = f"审核“{fault.file}”时" if fault.file else ""
        print_line(
            f"错误：规则{fault.rule} {where}程序内部出错（{fault.error}），这条规则没有审完；其他规则不受影响。",
            err=True,
        )
    if faults:
        return 3
    return int(any(finding.blocks or (strict and finding.is_open_query) for finding in findings))


@contextmanager
def working(what: str) -> Iterator[None]:
    """Say on a terminal's standard error what is being done, where that may take long."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int, str], None] | None]:
    """A progress bar on standard error; None where that is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns: list[Any] = [TextColumn(what), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[name]}")]
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None, name="")

        def step(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, name=Path(name).name[:30])

        yield step
