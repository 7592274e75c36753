"""``hrss12333 check``: audit filings before they are sent."""

from __future__ import annotations

from pathlib import Path

import click

from hrss12333.cli import common


@click.command(name="check")
@common.paths_argument
@common.format_option
@common.strict_option
@click.option("--annotate", type=click.Path(path_type=Path), metavar="DIR", help="另存一份标出问题的副本到这个文件夹。")
@common.previous_option
@common.force_option
def command(
    paths: tuple[Path, ...], style: str, strict: bool, annotate: Path | None, previous: Path | None, force: bool
) -> None:
    """审核填好的调查表（和工作总结），一次列出全部问题。

    \b
    PATH 可以是文件，也可以是文件夹；.xlsx .xls .et .ods .docx 以及装有它们的 .zip .eml 都可以。
      hrss12333 check 广东.xlsx                 逐条列出问题、单元格和改法
      hrss12333 check 收件文件夹                 审核整个文件夹
      hrss12333 check 广东.xlsx --annotate 退回  另存一份标红的副本
    """
    from hrss12333.checking.engine import check
    from hrss12333.merging.comparisons import peers_of
    from hrss12333.survey.editions.y2019 import EDITION

    reading = common.read(paths, EDITION)
    peers = peers_of(reading.documents, common.last_year(previous, EDITION))
    checked = [check(document, EDITION, peers) for document in reading.documents]
    copies = None
    if annotate is not None:
        from hrss12333.reporting.annotated.copies import annotate_all

        copies = annotate_all(annotate, checked, reading.data, EDITION, force=force)
    if style == "json":
        from hrss12333.reporting.json_v1 import check_json

        click.echo(check_json(checked, EDITION))
    else:
        from hrss12333.reporting.terminal.check import report_check

        report_check(checked, reading.skipped, console=common.console(), edition=EDITION, strict=strict)
    if copies is not None:
        for written in copies.written:
            click.echo(f"已写入：{written.path}", err=style == "json")
        without: dict[str, list[str]] = {}
        for refused in copies.refused:
            without.setdefault(refused.reason, []).append(refused.file)
        for reason, files in without.items():
            click.echo(f"没有副本 {len(files)} 个文件（{reason}）：{'、'.join(files)}", err=style == "json")
    status = common.exit_status([finding for item in checked for finding in item.findings], strict=strict)
    raise click.exceptions.Exit(status)
