"""What several commands share: options, exit status, the console, progress."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from hrss12333.cli.process import harmless
from hrss12333.model.errors import UsageStop
from hrss12333.reporting.outputs import offered
from hrss12333.writing.inputs import keep

if TYPE_CHECKING:
    from rich.console import Console

    from hrss12333.model.finding import Fault, Finding
    from hrss12333.reporting.outputs import Sink
    from hrss12333.reporting.terminal.printer import PlainOutput
    from hrss12333.survey.editions.edition import Edition
    from hrss12333.survey.regions import Unit


_TERMINAL = frozenset(("FORCE_COLOR", "TTY_COMPATIBLE"))
"""Variables by which others decide whether output goes to a terminal."""


class _Given(click.Path):
    """A path that is not empty: an unset variable leaves an empty one, which would mean the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            raise UsageStop("有一个路径是空的，请写出文件或文件夹的名称。")
        return super().convert(value, param, ctx)


paths_argument = click.argument("paths", nargs=-1, required=True, type=_Given(path_type=Path), metavar="PATH...")
"""Files and folders to read."""


def format_option(command: str) -> Callable[[Any], Any]:
    """``--format``, with the formats that this command offers."""
    formats = offered(command)
    names = list(formats)
    return click.option(
        "--format",
        "style",
        type=click.Choice(names),
        default=names[0],
        metavar="|".join(names),
        help=f"输出方式：{'，'.join(formats.values())}。  [默认：{names[0]}]",
    )


strict_option = click.option("--strict", is_flag=True, help="没有说明原因的核实性错误也算不通过（退出码1）。")
report_option = click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="OUT.html",
    help="另写一份HTML报告：用浏览器打开，不需要联网，可筛选、可打印。",
)
verbose_option = click.option(
    "-v", "--verbose", is_flag=True, help="多个文件时也列出提示、各项合计、没有问题的文件和跳过的文件。"
)
force_option = click.option("--force", is_flag=True, help="覆盖已有的文件。")


def workbook_option(name: str, words: str) -> Callable[[Any], Any]:
    """An option that names a workbook to read; looked at before anything else is done."""
    return click.option(name, type=click.Path(path_type=Path), callback=_regular, metavar="FILE", help=words)


def _regular(_context: click.Context, option: click.Parameter, path: Path | None) -> Path | None:
    if path is not None and not path.exists():
        raise UsageStop(f"{option.opts[0]} 后面的文件“{path}”不存在。")
    if path is not None and not path.is_file():  # a pipe would never end
        raise UsageStop(f"{option.opts[0]} 后面应是一个文件，“{path}”不是普通文件。")
    if path is not None:
        keep(path)
    return path


previous_option = workbook_option(
    "--previous",
    "上一年的全国汇总工作簿，或本单位上一年的正式报送表，用于同比。",
)


class SurveyOptions(Struct, frozen=True):
    """What the command line says of the survey: its year, and what of that year's notice is not known here."""

    year: int | None = None
    number: str | None = None
    """文号 of the notice."""
    deadline: date | None = None

    def edition(self, year: int | None = None) -> Edition:
        """The edition of the year asked for; of ``year`` where the command line names none."""
        from hrss12333.survey.editions import edition_of

        return edition_of(self.year or year).with_notice(number=self.number, deadline=self.deadline)


_YEARS = range(1990, 2100)


def year_option_of(words: str) -> Callable[[Any], Any]:
    """``--year``, explained in these words."""
    return click.option("--year", type=int, callback=_year, metavar="年份", help=words)


def _year(_context: click.Context, _option: click.Parameter, written: int | None) -> int | None:
    if written is not None and written not in _YEARS:
        raise UsageStop(f"--year 后面应是四位的年份，例如 --year 2020；写的是{written}。")
    return written


def _day(_context: click.Context, option: click.Parameter, written: str | None) -> date | None:
    if written is None:
        return None
    from hrss12333.model.written_day import written_day

    day = written_day(written)
    if day is None:
        name = option.opts[0]
        raise UsageStop(f"{name} 后面应是日期，例如 {name} 2021-01-15；写的是“{written}”。")
    return day


def _number(_context: click.Context, _option: click.Parameter, written: str | None) -> str | None:
    from hrss12333.wording.text import clean  # also of what is no text: it will be printed

    return None if written is None else clean(written).strip() or None


year_option = year_option_of("数据所属年度；不写时以多数单位填报的年度为准。")
deadline_option = click.option(
    "--deadline", callback=_day, metavar="日期", help="报送截止日期，例如2021-01-15；不写时用该年通知规定的日期。"
)
reply_by_option = click.option(
    "--reply-by", callback=_day, metavar="日期", help="--returns 的信函里写明的回复期限；不写时信函里不提期限。"
)
notice_option = click.option("--notice", callback=_number, metavar="文号", help="该年通知的文号；不写时用已知的文号。")


def tell(line: str, *, err: bool = False) -> None:
    """Print a line of text, without characters that would control a terminal."""
    click.echo(harmless(line), err=err)


def sink(*, strict: bool = False, verbose: bool = False) -> Sink:
    """Where results go."""
    from hrss12333.reporting.outputs import Sink

    return Sink(click.echo, lambda line: tell(line, err=True), console, strict, verbose)


def console() -> Console | PlainOutput:
    """The console for results, on standard output; piped text is neither coloured nor broken."""
    from hrss12333.reporting.terminal.printer import PlainOutput

    output = PlainOutput(sys.stdout)
    # A variable may call a pipe a terminal.
    return output.console() if sys.stdout.isatty() or _TERMINAL.intersection(os.environ) else output


def check_report(report: Path | None, *, force: bool) -> None:
    """Refuse a report that cannot be written, before anything else is done.

    Raises:
        UsageStop: where the name is no web page's, or the file exists.
    """
    from hrss12333.writing.target import check_target

    if report is not None:
        if report.suffix.lower() not in (".html", ".htm"):
            raise UsageStop(f"--report 的文件名应以.html结尾，例如 --report {report.with_suffix('.html')}。")
        check_target(report, force=force, option="--report")


def write_report(report: Path, page: str) -> str:
    """Write the HTML report; returns its path as shown."""
    from hrss12333.writing.target import replacing

    with replacing(report) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")
    return str(report)


def exit_status(findings: Sequence[Finding], faults: Sequence[Fault], *, strict: bool) -> int:
    """0 without a 强制性错误, else 1; with ``strict`` an unexplained 核实性错误 counts too; 3 where a rule broke down,
    which is said on standard error."""
    for fault in faults:
        where = f"审核“{fault.file}”时" if fault.file else ""
        tell(
            f"错误：规则{fault.rule} {where}程序内部出错（{fault.error}），这条规则没有审完；其他规则不受影响。",
            err=True,
        )
    if faults:
        return 3
    return int(any(finding.blocks or (strict and finding.open_query) for finding in findings))


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


def named_unit(written: str | None) -> Unit | None:
    """The unit of ``--unit``.

    Raises:
        UsageStop: where it is none of the reporting units; whose region it is, or the nearest, are named.
    """
    if written is None:
        return None
    from hrss12333.survey.editions import edition_of

    gazetteer = edition_of().gazetteer
    match, name = gazetteer.match(written), written.strip()
    if match.unit is not None and (name in match.unit.spellings or name not in match.unit.certain):
        return match.unit
    for unit in gazetteer.units:
        if region := unit.certain.get(name):
            raise UsageStop(f"{region}属{unit.name}，请写 --unit {unit.short}。")
    hint = f"名称最接近的是：{'、'.join(match.nearest)}。" if match.nearest else ""
    raise UsageStop(f"“{written}”不是{len(gazetteer.units)}个报送单位之一。{hint}")
