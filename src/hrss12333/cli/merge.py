"""``hrss12333 merge``: filings into the national workbook, or with ``--unit`` the unit's filing and workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import date
from itertools import count
from pathlib import Path

from msgspec.structs import replace

from hrss12333.cli import options, process, received
from hrss12333.model.errors import UsageStop
from hrss12333.model.national import Contact, National
from hrss12333.model.summary_lines import SEND_LIST
from hrss12333.reading.files.discovery import Source
from hrss12333.reporting import MergeResult, output_of
from hrss12333.survey.regions import Unit
from hrss12333.wording.question_lines import answered_since
from hrss12333.wording.verdicts import merge_sentences, obstacles_of, stamping_lines
from hrss12333.writing import check_target, is_same_file, replacing
from hrss12333.writing.national import prove, write_national
from hrss12333.writing.national.issues import answered_lines

_LOST = "覆盖后就没有了，加 --force 也不行。"


@options.command(
    "merge",
    *("paths", "output", "unit", "format", "strict", "report", "previous", "since", "year", "deadline", "notice"),
    *("returns", "reply_by", "contact", "csv", "verbose", "force"),
    output={
        "help": "输出文件。  [默认：12333全国汇总_年度.xlsx；加 --unit 时：12333报送表_年度_单位.xlsx，另有12333汇总_年度_单位.xlsx；写明OUT.xlsx的，另有OUT_汇总.xlsx]"
    },
    unit={"help": "只汇总这一个单位：写成它自己的正式报送表，另有一份以各地区为行的汇总表，例如 --unit 广东。"},
    format=options.formats("merge"),
)
def command(args: options.Arguments) -> int:
    """把收到的调查表汇总成一个工作簿；写完后读回核对，合计不一致就不保存。

    \b
      hrss12333 merge 收件文件夹                   生成 12333全国汇总_年度.xlsx
      hrss12333 merge 收件文件夹 --returns 退回    另备好退回、核实、催报的信函
      hrss12333 merge 各市文件夹 --unit 广东       生成广东省的报送表和汇总表
    """
    if args.reply_by and args.returns is None:
        raise UsageStop("--reply-by 是信函里的回复期限，要和 --returns 一起用。")
    if args.contact and args.unit is None:
        raise UsageStop("--contact 是本单位报送表的联系人，要和 --unit 一起用。")
    targets = _checked_targets(args, args.year) if args.output or args.year else []
    _check_send_list(args)
    options.check_report(args)
    sent, source_of = received.read_survey(args)
    targets = targets or _checked_targets(args, sent.edition.year)
    judged = received.judged(args, sent)
    why_nothing = _why_nothing(judged.national, sent.only)
    result = MergeResult(judged.respondents, judged.progress, remarks=[why_nothing] if why_nothing else [])
    with ExitStack() as stack:
        # Renamed into place last: if another output is refused, there is no workbook.
        if not why_nothing:
            places = [stack.enter_context(replacing(target)) for target in targets]
            _write_workbooks(result, places, targets, judged, args)
        if args.returns is not None:
            written, remarks = _write_letters(args.returns, judged, source_of, args)
            result.written += written
            result.remarks += remarks
    if args.report is not None:
        from hrss12333.reporting.html_report import write_report

        lead = [*merge_sentences(judged.national), *result.stamping[:1]]
        write_report(args.report, judged.respondents, lead, judged.progress)
        result.written.append(args.report)
    output_of(args.format, "merge")(result, process.sink(args))
    respondents, faults = judged.respondents, judged.national.faults
    missing = respondents.lacks_unit or bool(why_nothing)
    return process.exit_status(respondents.questions, faults, strict=args.strict, missing=missing)


def _write_workbooks(
    result: MergeResult,
    places: Sequence[Path],
    targets: Sequence[Path],
    judged: received.Judged,
    args: options.Arguments,
) -> None:
    """Write the workbook, the unit's own filing and CSV; ``places``: temporary files for the ``targets``."""
    table, national = judged.table, judged.national
    *own, workbook = places
    result.output = targets[0]
    earlier = judged.progress.earlier if judged.progress else None
    contact = _contact(args, judged)
    if own:
        from hrss12333.writing.official.filled import write_unit_filing

        obstacles, is_draft = obstacles_of(judged.respondents)
        about_form = replace(national, contact=contact)
        code, remarks = write_unit_filing(own[0], about_form, name=str(targets[0]), is_draft=is_draft)
        table = replace(table, code=code)
        result.stamping = stamping_lines(obstacles, code, earlier.code if earlier else None)
        result.remarks += remarks
        result.written.append(targets[1])
    table = replace(table, contact=contact)
    write_national(
        workbook,
        table,
        respondents=judged.respondents.listed,
        previous=judged.previous,
        progress=judged.progress,
        whole=national if own else None,
        quoted=judged.respondents.inbox.quoted,
    )
    prove(workbook, table)
    if args.csv is not None:
        from hrss12333.writing.national import write_csv

        result.written += write_csv(args.csv, workbook, national.edition, force=args.force)


def _contact(args: options.Arguments, judged: received.Judged) -> Contact | None:
    """The unit's own contact, from the command or else from the earlier workbook."""
    return args.contact or (judged.progress.earlier.contact if judged.progress else None)


def _write_letters(
    folder: Path, judged: received.Judged, source_of: Callable[[str], Source], args: options.Arguments
) -> tuple[list[Path], list[str]]:
    """Write the letters with their copies; returns their paths, and remarks on letters of an earlier run."""
    from hrss12333.reporting.letter import Sender
    from hrss12333.reporting.returns import write_returns

    inbox, progress = judged.respondents.inbox, judged.progress
    contacts = judged.previous.contacts if judged.previous else {}
    answered = answered_since(progress, inbox.edition) if progress else {}
    contact = _contact(args, judged)
    sender = Sender(inbox.edition, inbox.unit, date.today(), args.reply_by, answered, contacts, contact)
    return write_returns(folder, judged.respondents, sender, source_of, force=args.force)


def _why_nothing(national: National, unit: Unit | None) -> str:
    """Why there is no workbook to write, Chinese; empty with any filing or, for one unit, any counted row."""
    if unit is None:
        return "" if national.entries or national.other_years else "没有读到任何调查表，没有写出汇总表。"
    if any(entry.counted for entry in national.entries):
        return ""
    left_out = "；".join(dict.fromkeys(entry.reason for entry in national.entries if entry.unit))
    read = f"{unit.name}的各行都不计入：{left_out}" if left_out else f"没有读到{unit.name}的任何数据行"
    return f"{read}，没有写出报送表和汇总表。"


def _targets(args: options.Arguments, year: int | None) -> list[Path]:
    """The paths to write to, as asked or by default: with ``--unit``, the own filing, then the workbook."""
    unit, output = args.unit, args.output
    if unit is None:
        return [output or Path(f"12333全国汇总_{year}.xlsx")]
    if output:
        return [output, output.with_name(f"{output.stem}_汇总{output.suffix}")]
    names = (f"12333{what}_{year}_{unit.name}.xlsx" for what in ("报送表", "汇总"))
    return [*map(Path, names)]


def _checked_targets(args: options.Arguments, year: int | None) -> list[Path]:
    """The paths to write to; refused if one exists, is an input, or holds what staff wrote."""
    targets = _targets(args, year)
    since = args.since
    for target in targets:
        if since is not None and is_same_file(since, target):
            why = f"“{target}”是 --since 给出的上次的汇总表，不能写在它上面。"
            raise UsageStop(f"{why}请用 -o 换一个文件名：\n  {_other_command(targets, args, since)}")
    for target in targets:
        check_target(target, force=args.force, ending=".xlsx")
    if args.force and since is None and (lines := answered_lines(workbook := targets[-1])):
        why = f"“{workbook}”的问题清单、附注、报送情况里有{lines}行写了核实、处理情况或盖章件，{_LOST}"
        how = "请用 --since 沿用，并用 -o 换一个文件名："
        raise UsageStop(f"{why}{how}\n  {_other_command(targets, args, workbook)}")
    return targets


def _check_send_list(args: options.Arguments) -> None:
    """Refuse to replace a 发送清单 in which staff wrote, unless ``--since`` keeps their words."""
    if args.force and args.since is None and args.returns:
        send_list = args.returns / f"{SEND_LIST}.xlsx"
        if lines := answered_lines(send_list):
            why = f"“{send_list}”里有{lines}行写了发出日期或办理情况，{_LOST}"
            raise UsageStop(f"{why}请用 --since 写明上次的汇总表，或在 --returns 后换一个文件夹。")


def _other_command(targets: list[Path], args: options.Arguments, since: Path) -> str:
    """The command with ``--since`` and another ``-o``, ready to be copied."""
    first = targets[0]
    names = (first.with_name(f"{first.stem}_{number}{first.suffix}") for number in count(2))
    others = (_targets(replace(args, output=name), None) for name in names)
    free = next(other for other in others if not any(path.exists() for path in other))
    words = ["hrss12333", "merge", *map(str, args.paths)]
    words += ["--unit", args.unit.short] if args.unit else []
    words += ["--since", str(since), "-o", str(free[0])]
    return " ".join(f'"{word}"' if " " in word else word for word in words)
