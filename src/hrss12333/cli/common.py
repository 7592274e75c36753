"""What several commands share: what was sent, read as one year's survey and judged; where they write, exit status, progress."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct, field

from hrss12333.cli.process import flush, is_output_closed, terminal_safe
from hrss12333.model.errors import UsageStop
from hrss12333.writing.target import check_target, keep, replacing

if TYPE_CHECKING:
    from rich.console import Console

    from hrss12333.cli.options import Given
    from hrss12333.inbox import Inbox, Sent
    from hrss12333.merging.last_year import Previous
    from hrss12333.merging.since import Earlier
    from hrss12333.model.filing import Skipped
    from hrss12333.model.finding import Fault, Finding
    from hrss12333.reading.documents import Reading
    from hrss12333.reporting.outputs import Sink
    from hrss12333.survey.editions.edition import Edition
    from hrss12333.survey.regions import Unit


_NAME = 30
"""Characters of a file's name that are shown while it is read."""
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
    print_text(terminal_safe(line), err=err)


def print_text(text: str, *, err: bool = False, color: bool | None = None) -> None:
    """Print a text as it is; once nobody reads standard output, it is discarded and the work ends as usual."""
    try:
        click.echo(text, err=err, color=color)
    except OSError as error:
        if err or not is_output_closed(error):
            raise
        flush(sys.stdout)


def sink(given: Given) -> Sink:
    """Where results go: a terminal; else piped text, which is neither coloured nor broken."""
    from hrss12333.reporting.outputs import Sink

    console = _console()
    result, remark = partial(print_text, color=console is not None), partial(print_line, err=True)
    return Sink(result, remark, console, given.strict, given.verbose)


def _console() -> Console | None:
    """The terminal on standard output, or what a variable calls one; None where it is none, without loading the library."""
    if not (sys.stdout.isatty() or _TERMINAL.intersection(os.environ)):
        return None
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    return console if console.is_terminal else None


def check_report(given: Given) -> None:
    """Refuse a report that cannot be written, before anything else is done: no web page's name, or a file that is there."""
    if (report := given.report) is not None:
        if report.suffix.lower() not in (".html", ".htm"):
            example = report.parent / f"{report.stem or '报告'}.html"
            raise UsageStop(f"--report 的文件名应以.html结尾，例如 --report {example}。")
        check_target(report, force=given.force, option="--report")


def write_report(report: Path, page: str) -> None:
    """Write the HTML report."""
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

    name = TextColumn("{task.fields[name]}", markup=False)
    columns = TextColumn(what), BarColumn(), MofNCompleteColumn(), name
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None, name="")
        yield lambda done, total, file: bar.update(
            task, completed=done, total=total, name=terminal_safe(Path(file).name[:_NAME])
        )


def read(paths: Sequence[Path], edition: Edition, unit: Unit | None = None, *, year_settled: bool = False) -> Reading:
    """Read all paths, with a progress bar where standard error is a terminal; ``year_settled`` as in `read_paths`. Refused where
    a path does not exist, or all that was found was passed over."""
    from hrss12333.reading.documents import read_paths

    with progress("读取") as step:
        reading = read_paths(paths, edition, unit=unit, year_settled=year_settled, progress=step)
    for path in reading.inputs:
        keep(path)
    if not reading.documents:
        raise nothing_read(reading.skipped)
    return reading


def nothing_read(skipped: Sequence[Skipped]) -> UsageStop:
    """What to say where all files were passed over."""
    from hrss12333.wording.alike import grouped

    listed = [
        "、".join(f"“{item.file}”" for item in items[:3]) + (f"等{len(items)}个文件" if len(items) > 3 else "") + reason
        for reason, items in grouped(skipped, lambda item: item.reason).items()
    ]
    return UsageStop(f"没有可以处理的报送材料：{'；'.join(listed)}。")


def read_survey(given: Given) -> tuple[Sent, Callable[[str], bytes]]:
    """Read all paths as the survey of the year asked for, else of the one that most units name; and what gives a file's bytes.

    Files that name no year are of that year, and so are those that a name alone gives another: where it is not the
    newest, or a file was read as another year's by its name alone, all are read again.
    """
    from hrss12333.checking.owners import is_named_otherwise, with_owners, year_of_most
    from hrss12333.inbox import Sent

    newest = given.edition()
    reading = read(given.paths, newest, given.unit, year_settled=given.year is not None)
    documents = with_owners(reading.documents, newest.gazetteer, given.unit)
    edition = given.edition(year_of_most(documents))
    if edition.year != newest.year or is_named_otherwise(documents, edition.year):
        reading = read(given.paths, edition, given.unit, year_settled=True)
        documents = with_owners(reading.documents, edition.gazetteer, given.unit)
    return Sent(documents, edition, given.unit, reading.skipped), reading.data


def judged_inbox(
    sent: Sent, previous: Previous | None, earlier: Earlier | None = None, *, by_influence: bool = True
) -> Inbox:
    """What `inbox.judge` says; refused where nothing of the unit that is wanted came."""
    from hrss12333.inbox import judge

    found = judge(sent, previous, earlier, by_influence=by_influence)
    if not found.files:
        raise nothing_read(found.national.skipped)
    return found


def last_year(path: Path | None, edition: Edition) -> Previous | None:
    """Last year's workbook or filing, or None where none is given; what cannot be compared is said."""
    if path is None:
        return None
    from hrss12333.merging.last_year import load_previous

    found = load_previous(path, edition)
    if found.year and found.year >= edition.year:
        print_line(
            f"提示：--previous 给的是{found.year}年度的表，不早于本次的{edition.year}年度，请核对是否给错了文件。",
            err=True,
        )
    for sentence in found.unmatched:
        print_line(f"提示：与上一年比较时，{sentence}。", err=True)
    return found
