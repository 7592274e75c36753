"""``hrss12333 fix``: a clean official form from a messy one, every change listed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hrss12333.cli import common
from hrss12333.errors import UsageStop

if TYPE_CHECKING:
    from hrss12333.findings import Finding


@click.command(name="fix")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="OUT.xlsx", help="输出文件。  [默认：FILE_规范.xlsx]"
)
@common.format_option
@common.force_option
def command(file: Path, output: Path | None, style: str, force: bool) -> None:
    """把一份不规范的调查表整理成正式格式，逐条列出改动。

    \b
    意思确定的写法（2,500次、√、恩施州……）按规范改写；读不准的内容原样保留并标出，由填报人处理。
      hrss12333 fix 广东.xls              生成 广东_规范.xlsx
      hrss12333 fix 广东.xls -o 正式.xlsx
    """
    from hrss12333.checking import check
    from hrss12333.filing import Filing
    from hrss12333.forms import SURVEY
    from hrss12333.reporting.changes import changes_of
    from hrss12333.reporting.text import field_label
    from hrss12333.writing.change_sheet import change_sheet, shown
    from hrss12333.writing.filled import header_of, rows_of, write_filled
    from hrss12333.writing.target import check_target, replacing

    if file.is_dir():
        raise UsageStop(f"“{file}”是一个文件夹；fix 一次整理一个文件。")
    target = output or Path(f"{file.stem}_规范.xlsx")
    check_target(target, force=force)
    reading = common.read([file], SURVEY)
    if len(reading.documents) != 1:
        raise UsageStop(f"“{file}”里有 {len(reading.documents)} 个文件；fix 一次整理一个，请先解压。")
    checked = check(reading.documents[0], SURVEY)
    if not isinstance(checked.document, Filing):
        raise UsageStop(f"“{file}”不能整理：{_why_not(checked.findings)}")
    changes = changes_of(checked.document)
    lines = [
        (
            change.sheet,
            change.cell or "",
            change.region or "",
            field_label(SURVEY, change.form, change.field),
            shown(change.found),
            shown(change.written),
            change.reason,
        )
        for change in changes
    ]
    tables = checked.document.tables
    with replacing(target) as temporary:
        write_filled(
            temporary,
            SURVEY,
            rows_of(tables),
            header_of(tables),
            created=checked.document.date,
            extra=change_sheet(file.name, lines),
        )
    if style == "json":
        from hrss12333.reporting.json_v1 import fix_json

        click.echo(fix_json(checked, str(target), changes))
    else:
        from hrss12333.reporting.terminal_rules import report_fix

        report_fix(checked, str(target), changes, console=common.console())
    raise click.exceptions.Exit(common.exit_status(checked.findings, strict=False))


def _why_not(findings: Sequence[Finding]) -> str:
    messages = [finding.message for finding in findings if finding.blocks]
    return messages[0] if messages else "这是工作总结，不是调查表。"
