"""``hrss12333 merge``: many filings into the national workbook, or into one unit's own filing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from hrss12333.cli import common, inbox
from hrss12333.cli.place import default_output
from hrss12333.model.errors import UsageStop
from hrss12333.reporting.outputs import output_of

if TYPE_CHECKING:
    from hrss12333.checking.engine import Checked
    from hrss12333.merging.last_year import Previous
    from hrss12333.merging.since import Earlier, Progress
    from hrss12333.model.national import National
    from hrss12333.reading.documents import Reading
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
    help="输出文件。  [默认：12333全国汇总_年度.xlsx；加 --unit 时：12333报送表_年度_单位.xlsx]",
)
@click.option(
    "--unit", "unit_name", metavar="单位", help="只汇总这一个单位，写成它自己的正式报送表，例如 --unit 广东。"
)
@common.format_option("merge")
@common.strict_option
@common.report_option
@common.previous_option
@common.workbook_option(
    "--since", "本年度上次的全国汇总工作簿：列出新增、已改正、仍未解决的问题，沿用问题清单中的核实情况。"
)
@common.year_option
@common.deadline_option
@common.notice_option
@click.option(
    "--returns",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="生成退回修改意见、核实函、催报函（邮件草稿、Word、文本各一份）、标红副本和催报名单。",
)
@click.option(
    "--csv",
    "csv_folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="另把明细和汇总存为CSV，供其他软件使用。",
)
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
    csv_folder: Path | None,
    force: bool,
) -> None:
    """把收到的调查表汇总成一个工作簿；写完后读回核对，合计不一致就不保存。

    \b
      hrss12333 merge 收件文件夹                   生成 12333全国汇总_年度.xlsx
      hrss12333 merge 收件文件夹 --returns 退回     另为有错误的单位准备退回材料
      hrss12333 merge 各市文件夹 --unit 广东        生成广东省的正式报送表，打印盖章后报送
    """
    from hrss12333.reporting.standing import of_national
    from hrss12333.wording.merge_sentences import merge_sentences
    from hrss12333.writing.target import check_target, replacing

    if since is not None and unit_name is not None:
        raise UsageStop("--since 用于全国汇总，不能与 --unit 同用。")
    unit = common.named_unit(unit_name)
    target = output or (default_output(_default_name(year, unit)) if year else None)
    if target is not None:
        check_target(target, force=force, ending=".xlsx")
    common.check_report(report, force=force)
    survey = inbox.read_survey(paths, common.SurveyOptions(year, notice, deadline), unit)
    if target is None:
        target = default_output(_default_name(survey.edition.year, unit))
        check_target(target, force=force)
    last_year = inbox.last_year(previous, survey.edition)
    job = _Merge(survey, last_year, _earlier(since, survey.edition), unit)
    job.join()
    with (
        common.working("写出并核对……"),
        replacing(target) as temporary,
    ):  # renamed into place last: where anything else is refused, nothing is there
        notes = job.write(temporary, target)
        extra = _extras(job.national, job.checked, survey.reading, last_year, returns, csv_folder, force=force)
    national, checked = job.national, job.checked
    standings = of_national(national, checked)
    if report is not None:
        from hrss12333.reporting.html.report import merge_report

        extra.append(common.write_report(report, merge_report(national, checked, standings, merge_sentences(national))))
    output_of(style, "merge")(national, job.progress, standings, str(target), extra, notes, common.sink())
    raise click.exceptions.Exit(common.exit_status(national.findings, national.faults, strict=strict))


class _Merge:
    """One run: what was read, and the table that it makes."""

    def __init__(
        self, survey: inbox.Survey, last_year: Previous | None, earlier: Earlier | None, unit: Unit | None
    ) -> None:
        self.progress: Progress | None = None
        self._survey, self._last_year, self._earlier, self._unit = survey, last_year, earlier, unit
        self.checked: list[Checked]
        self.national: National

    def join(self) -> None:
        """Make the table; with an earlier workbook, what has become of its questions."""
        self.checked, self.national = inbox.join(self._survey, self._last_year, self._unit, self._earlier)
        if self._earlier is not None:
            from hrss12333.merging.since import carried_over

            self.national, self.progress = carried_over(self.national, self._earlier)

    def write(self, path: Path, target: Path) -> list[str]:
        """Write and prove the result; returns what to say of it.

        A file whose rows do not come back as they were read is left out and named, and the rest is delivered.
        """
        if self._unit:
            return _write_unit(path, target, self.national, self._unit)
        from hrss12333.writing.national import write_national
        from hrss12333.writing.national.proof import Unproven, prove

        while True:
            write_national(path, self.national, previous=self._last_year, progress=self.progress, target=target)
            try:
                prove(path, self.national)
            except Unproven as difference:
                if difference.file is None:
                    raise
                self._leave_out(difference)
                continue
            return []

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


def _default_name(year: int, unit: Unit | None) -> str:
    return f"12333报送表_{year}_{unit.name}.xlsx" if unit else f"12333全国汇总_{year}.xlsx"


def _earlier(since: Path | None, edition: Edition) -> Earlier | None:
    if since is None:
        return None
    from hrss12333.merging.since import load_earlier

    return load_earlier(since, edition)


def _write_unit(path: Path, target: Path, national: National, unit: Unit) -> list[str]:
    """The unit's own filing; returns what to say of the header that was chosen among several."""
    from hrss12333.writing.official.filled import choose_header, write_filled

    rows = {form.key: [e.row for e in national.entries_of(form)] for form in national.edition.forms}
    rows = {key: found for key, found in rows.items() if found}
    if not rows:
        left_out = "；".join(dict.fromkeys(entry.why for entry in national.entries if entry.unit))
        read = f"{unit.name}的各行都不计入：{left_out}" if left_out else f"没有读到{unit.name}的任何数据行"
        raise UsageStop(f"{read}，没有写出报送表。可先用 hrss12333 check 查看原因。")
    header, remarks = choose_header(unit, national.units[0].contacts)
    headers = dict.fromkeys(rows, header)
    write_filled(path, national.edition, rows, headers, name=str(target), created=national.units[0].saved)
    return remarks


def _extras(
    national: National,
    checked: Sequence[Checked],
    reading: Reading,
    last_year: Previous | None,
    returns: Path | None,
    csv_folder: Path | None,
    *,
    force: bool,
) -> list[str]:
    written: list[Path] = []
    if csv_folder is not None:
        from hrss12333.writing.national.csv_tables import write_csv

        written += write_csv(csv_folder, national, force=force)
    if returns is not None:
        from hrss12333.reporting.letters.returns import write_returns

        written += write_returns(returns, national, checked, reading.data, last_year, force=force)
    return [str(path) for path in written]
