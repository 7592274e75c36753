"""``hrss12333 merge``: many filings into the national workbook, or into one unit's own filing and workbook."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from hrss12333.cli import common, inbox
from hrss12333.cli.merge_targets import planned, usual
from hrss12333.model.errors import UsageStop
from hrss12333.reporting.outputs import output_of

if TYPE_CHECKING:
    from hrss12333.cli.merge_targets import Targets
    from hrss12333.inbox import Inbox
    from hrss12333.merging.last_year import Previous
    from hrss12333.merging.since import Earlier, Progress
    from hrss12333.model.national import National
    from hrss12333.survey.editions.edition import Edition
    from hrss12333.survey.regions import Unit
    from hrss12333.writing.national.proof import Unproven


@click.command(name="merge")
@common.paths_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="OUT.xlsx",
    help="输出文件。  [默认：12333全国汇总_年度.xlsx；加 --unit 时：12333报送表_年度_单位.xlsx，另有12333汇总_年度_单位.xlsx；写明OUT.xlsx时为OUT_汇总.xlsx]",
)
@click.option(
    "--unit",
    "unit_name",
    metavar="单位",
    help="只汇总这一个单位：写成它自己的正式报送表，另有一份以各地区为行的汇总表，例如 --unit 广东。",
)
@common.format_option("merge")
@common.strict_option
@common.report_option
@common.previous_option
@common.workbook_option(
    "--since",
    "本年度上次的汇总工作簿（加 --unit 时为本单位的）：列出新增、已改正、仍未解决的问题，沿用问题清单中的核实情况。",
)
@common.year_option
@common.deadline_option
@common.notice_option
@click.option(
    "--returns",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="为每个要改、要核实、没报的单位生成一封邮件草稿（附函件和标红副本）和一份Word函件，另有发送清单。",
)
@common.reply_by_option
@click.option(
    "--csv",
    "csv_folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="另把明细和汇总存为CSV，供其他软件使用。",
)
@common.verbose_option
@common.force_option
def command(
    paths: tuple[Path, ...],
    output: Path | None,
    unit_name: str | None,
    style: str,
    strict: bool,
    report: Path | None,
    previous: Path | None,
    since: Path | None,
    year: int | None,
    deadline: date | None,
    notice: str | None,
    returns: Path | None,
    reply_by: date | None,
    csv_folder: Path | None,
    verbose: bool,
    force: bool,
) -> None:
    """把收到的调查表汇总成一个工作簿；写完后读回核对，合计不一致就不保存。

    \b
      hrss12333 merge 收件文件夹                   生成 12333全国汇总_年度.xlsx
      hrss12333 merge 收件文件夹 --returns 退回     另为有错误的单位准备退回材料
      hrss12333 merge 各市文件夹 --unit 广东        生成广东省的正式报送表（打印盖章后报送）和汇总表
    """
    from hrss12333.reporting.standing import standings_of
    from hrss12333.wording.merge_sentences import merge_sentences

    if reply_by and returns is None:
        raise UsageStop("--reply-by 是信函里的回复期限，要和 --returns 一起用。")
    unit = common.named_unit(unit_name)
    targets = planned(output, unit) if output else usual(year, unit) if year else None
    if targets is not None:
        targets.check(since, force=force)
    common.check_report(report, force=force)
    survey = inbox.read_survey(paths, common.SurveyOptions(year, notice, deadline), unit)
    if targets is None:
        targets = usual(survey.edition.year, unit)
        targets.check(since, force=force)
    last_year = inbox.last_year(previous, survey.edition)
    job = _Merge(survey, last_year, _earlier(since, survey.edition, unit))
    job.join()
    nothing = job.nothing()
    with (
        common.working("写出并核对……"),
        targets.replacing(wanted=not nothing) as temporary,
    ):  # renamed into place last: where anything else is refused, nothing is there
        notes = job.write(temporary, targets) if temporary else [nothing]
        extra = [str(path) for path in targets.written[1:] if temporary]
        if csv_folder is not None and temporary:
            from hrss12333.writing.national.csv_tables import write_csv

            extra += map(str, write_csv(csv_folder, job.table, force=force))
        if returns is not None:
            from hrss12333.reporting.letters.returns import write_returns

            data = survey.reading.data
            written, moved = write_returns(returns, job.inbox, data, last_year, reply_by=reply_by, force=force)
            extra += map(str, written)
            notes += moved
    national, standings = job.inbox.national, standings_of(job.inbox)
    if report is not None:
        from hrss12333.reporting.html.report import merge_report

        extra.append(
            common.write_report(
                report, merge_report(job.inbox, standings, merge_sentences(national), paths, job.progress)
            )
        )
    shown = str(targets.output) if temporary else None
    sink = common.sink(strict=strict, verbose=verbose)
    output_of(style, "merge")(job.inbox, job.progress, standings, shown, extra, notes, sink)
    status = common.exit_status(national.findings, national.faults, strict=strict)
    raise click.exceptions.Exit(status or int(temporary is None))


class _Merge:
    """One run: what was read, and the table that it makes."""

    def __init__(self, survey: inbox.Survey, last_year: Previous | None, earlier: Earlier | None) -> None:
        self.progress: Progress | None = None
        self._survey, self._last_year, self._earlier = survey, last_year, earlier
        self.inbox: Inbox
        self.table: National
        """What the workbook shows: with ``--unit`` the cities in the units' place."""

    def join(self) -> None:
        """Make the table; with an earlier workbook, what has become of its questions."""
        self.inbox = self._survey.judged(self._last_year, self._earlier)
        if self._survey.unit:
            from hrss12333.reporting.city_table import in_rounds

            self.inbox, self.table, self.progress = in_rounds(self.inbox, self._earlier)
            return
        if self._earlier is not None:
            from hrss12333.inbox import judged
            from hrss12333.merging.since import carried_over

            national, self.progress = carried_over(self.inbox.national, self._earlier)
            self.inbox = judged(national, self.inbox.files)
        self.table = self.inbox.national

    def nothing(self) -> str:
        """Why there is nothing to write, Chinese; empty where there is: a filing, of a unit's own a row that counts."""
        national, unit = self.inbox.national, self._survey.unit
        if unit is None:
            return "" if national.entries or national.other_years else "没有读到任何调查表，没有写出汇总表。"
        if any(entry.counted for entry in national.entries):
            return ""
        left_out = "；".join(dict.fromkeys(f"{entry.why}" for entry in national.entries if entry.unit))
        read = f"{unit.name}的各行都不计入：{left_out}" if left_out else f"没有读到{unit.name}的任何数据行"
        return f"{read}，没有写出报送表和汇总表。"

    def write(self, temporary: Targets, targets: Targets) -> list[str]:
        """Write and prove the result; returns what to say of it.

        A file whose rows do not come back as they were read is left out and named, and the rest is delivered.
        """
        from hrss12333.wording.merge_sentences import merge_sentences
        from hrss12333.writing.national import write_national
        from hrss12333.writing.national.proof import Unproven, prove

        while True:
            write_national(
                temporary.workbook,
                self.table,
                previous=self._last_year,
                progress=self.progress,
                target=targets.workbook,
                sentences=merge_sentences(self.inbox.national) if self._survey.unit else (),
            )
            try:
                prove(temporary.workbook, self.table)
            except Unproven as difference:
                if difference.file is None:
                    raise
                self._leave_out(difference)
                continue
            if temporary.filing is None:
                return []
            from hrss12333.writing.official.filled import write_unit_filing

            return write_unit_filing(temporary.filing, self.inbox.national, name=str(targets.filing))

    def _leave_out(self, difference: Unproven) -> None:
        """Go on without the file that a difference comes from, where any filing is left."""
        from hrss12333.model.filing import Filing, Unreadable
        from hrss12333.model.problem import Problem

        message = "这个文件写入汇总后核对不上，没有计入，其余文件不受影响。请在Excel或WPS中打开后另存为.xlsx再报送。"
        file = difference.file or ""
        kept = [document for document in self._survey.documents if document.file != file]
        if len(kept) == len(self._survey.documents) or not any(isinstance(document, Filing) for document in kept):
            raise difference
        self._survey = replace(self._survey, documents=[*kept, Unreadable(file, Problem.DAMAGED, message)])
        self.join()


def _earlier(since: Path | None, edition: Edition, unit: Unit | None) -> Earlier | None:
    if since is None:
        return None
    from hrss12333.merging.since import load_earlier

    return load_earlier(since, edition, unit)
