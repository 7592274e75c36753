"""``hrss12333 check``: audit filings before they are sent."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from hrss12333.cli import common, inbox
from hrss12333.reporting.outputs import output_of


@click.command(name="check")
@common.paths_argument
@common.format_option("check")
@common.strict_option
@click.option("--annotate", type=click.Path(path_type=Path), metavar="DIR", help="另存一份标出问题的副本到这个文件夹。")
@click.option("--unit", "unit_name", metavar="单位", help="没有写单位的文件算作这个单位的；其他单位的文件跳过并列出。")
@common.report_option
@common.previous_option
@common.year_option
@common.deadline_option
@common.verbose_option
@common.force_option
def command(
    paths: tuple[Path, ...],
    style: str,
    strict: bool,
    annotate: Path | None,
    unit_name: str | None,
    report: Path | None,
    previous: Path | None,
    year: int | None,
    deadline: date | None,
    verbose: bool,
    force: bool,
) -> None:
    """审核填好的调查表（和工作总结），一次列出全部问题。

    \b
    PATH 可以是文件，也可以是文件夹；.xlsx .xls .et .ods .docx 以及装有它们的 .zip .eml 都可以。
      hrss12333 check 广东.xlsx                 逐条列出问题、单元格和改法
      hrss12333 check 收件文件夹                 审核整个文件夹
      hrss12333 check 广东.xlsx --annotate 退回  另存一份标红的副本
    """
    from hrss12333.reporting.standing import standings_of

    common.check_report(report, force=force)
    survey = inbox.read_survey(paths, common.SurveyOptions(year, deadline=deadline), common.named_unit(unit_name))
    judged = survey.judged(inbox.last_year(previous, survey.edition), weigh=False)
    national = judged.national
    written: list[str] = []
    if annotate is not None:
        from hrss12333.reporting.annotated.copies import annotate_all

        written += annotate_all(annotate, judged.files, survey.reading.data, judged.edition, force=force).lines()
    standings = standings_of(judged, expected=any(path.is_dir() for path in paths))
    if report is not None:
        from hrss12333.reporting.html.report import check_report

        written.append(f"已写入：{common.write_report(report, check_report(judged, standings, paths))}")
    sink = common.sink(strict=strict, verbose=verbose)
    output_of(style, "check")(judged, standings, written, sink)
    raise click.exceptions.Exit(common.exit_status(national.findings_of_files, national.faults, strict=strict))
