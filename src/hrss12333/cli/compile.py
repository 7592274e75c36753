"""``hrss12333 compile``: the 参阅文件 of all units' figures and reports, as a Word document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hrss12333.cli import options, process, received
from hrss12333.model.message import FileNames
from hrss12333.model.national import National
from hrss12333.model.summary_lines import missing_units
from hrss12333.patterns import clean
from hrss12333.reporting.terminal import print_judged, print_progress
from hrss12333.wording.verdicts import listed_text
from hrss12333.writing import check_target, replacing
from hrss12333.writing.reference.document import Account, write_reference
from hrss12333.writing.reference.report_copy import copy_report


@options.command(
    "compile",
    *("paths", "output", "previous", "since", "year", "deadline", "notice", "force"),
    output={"metavar": "OUT.docx", "help": "输出的Word文件。  [默认：12333参阅文件_年度.docx]"},
)
def command(args: options.Arguments) -> int:
    """汇编参阅文件：全国总体情况、各单位数据和工作总结，版式参照公文格式（GB/T 9704）。

    PATH 是存放各单位调查表和工作总结（.docx）的文件或文件夹，也可以是装有它们的压缩包和邮件。
    电脑上装有 LibreOffice 时，.doc .wps .rtf 的工作总结也能收入。
    工作总结按标题、落款或文件名认出单位；同一单位有几份的，用最新的一份。

    \b
      hrss12333 compile 收件文件夹                       生成参阅文件（Word）
      hrss12333 compile 收件文件夹 -o 参阅.docx          换一个文件名
      hrss12333 compile 收件文件夹 --previous 上年.xlsx  与上年比较
      hrss12333 compile 收件文件夹 --since 上次.xlsx     沿用核实情况
    """
    target = args.output or (Path(f"12333参阅文件_{args.year}.docx") if args.year else None)
    if target is not None:
        check_target(target, force=args.force, ending=".docx")
    sent, source_of = received.read_survey(args)
    if target is None:
        target = Path(f"12333参阅文件_{sent.edition.year}.docx")
        check_target(target, force=args.force)
    judged = received.judged(args, sent)
    respondents, national = judged.respondents, judged.national
    sink = process.sink(args)
    if not (national.entries or national.other_years or national.work_reports):
        sink.line("没有收到调查表，也没有收到工作总结，没有写出参阅文件。")
        print_judged(sink, respondents, judged.progress)
        return 1

    with replacing(target) as temporary:
        account = write_reference(
            temporary, national, lambda file: copy_report(source_of(file)), previous=judged.previous
        )
    for line in _outcome_lines(target, national, account):
        sink.line(line)
    if judged.progress is not None:
        print_progress(sink, judged.progress, respondents.noun)
    return process.exit_status(respondents.questions, judged.national.faults, missing=respondents.lacks_unit)


def _outcome_lines(target: Path, national: National, account: Account) -> Iterator[str]:
    """Lines on what was written, what is missing, and what was left out."""
    expected = len(national.units)
    names = FileNames([*(each.file for each in national.work_reports), *(each.file for each in national.skipped)])
    absent = missing_units(national)
    having = {report.unit for report in account.used}
    without = [status.unit for status in national.units if status.unit not in having]
    yield f"已生成参阅文件“{target}”。"
    for what, lacking in (("调查表", absent), ("工作总结", without)):
        missing = f"没报：{listed_text([unit.short for unit in lacking], expected)}。" if lacking else ""
        yield f"  {what}：{expected - len(lacking)}/{expected}个单位。{missing}"
    for report in account.superseded:
        name = report.unit.name if report.unit else ""
        yield f"  未采用：{names(report.file)}（{name}有更新的一份工作总结）"
    for report in account.unknown:
        yield f"  未收入：{names(report.file)}（标题、落款、文件名没有写明单位，或者写的不一致，请改正后重新汇编）"
    for file, why in account.failed.items():
        yield f"  未收入：{names(file)}（{why}）"
    for file, parts in account.left_out.items():
        listed = "、".join(f"{what}{number}处" for what, number in parts.items())
        yield f"  没有完整收入：{names(file)}中的{listed}，请对照原文补上。"
    if account.hidden:
        yield f"  手机号和邮箱不收入参阅文件：工作总结正文里略去{account.hidden}处，文中记作“［略］”。"
    faulty = {item.file for item in national.findings if item.rule.startswith("F") and item.blocks}
    if faulty:
        yield f"  另有{len(faulty)}个文件读取有问题，请用 hrss12333 check 查看。"
    for passed in national.skipped:
        yield f"  跳过：{names(passed.file)}（{clean(passed.reason)}）"
