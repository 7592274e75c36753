"""``hrss12333 check``: audit filings before they are sent; ``hrss12333 rules``: the rules of the audit."""

from __future__ import annotations

from msgspec.structs import replace

from hrss12333.checking.rules import ALL
from hrss12333.cli import options, process, received
from hrss12333.model.errors import UsageStop
from hrss12333.reporting import output_of


@options.command(
    "check",
    *("paths", "format", "strict", "annotate", "unit", "report", "previous", "since"),
    *("year", "deadline", "verbose", "force"),
    format=options.formats("check"),
    unit={"help": "没有写单位的文件算作这个单位的；其他单位的文件跳过并列出。"},
)
def command(args: options.Arguments) -> int:
    """审核填好的调查表（和工作总结），一次列出全部问题。

    PATH 是文件或文件夹；表格是 .xlsx .xlsm .xls .et .docx .docm，装有 LibreOffice 时也可以是 .doc .wps .rtf；它们可以装在 .zip .7z .rar .eml 里。

    \b
      hrss12333 check 广东.xlsx                     逐条列出问题、单元格和改法
      hrss12333 check 收件文件夹                    审核整个文件夹
      hrss12333 check 广东.xlsx --annotate 退回     另存一份标红的副本
      hrss12333 check 收件文件夹 --since 上次.xlsx  与上次的汇总相比
    """
    options.check_report(args)
    sent, source_of = received.read_survey(args)
    sent = replace(sent, lists_missing=any(path.is_dir() for path in args.paths), may_list_cities=True)
    judged = received.judged(args, sent)
    respondents = judged.respondents
    written = list[str]()
    if args.annotate is not None:
        from hrss12333.reporting.marked_copies import annotate_all

        copies, refused = annotate_all(args.annotate, respondents, source_of, respondents.inbox.files, force=args.force)
        written += [*(f"已写入：{path}" for path in copies.values()), *refused]
    if args.report is not None:
        from hrss12333.reporting.html_report import write_report

        write_report(args.report, respondents, progress=judged.progress)
        written.append(f"已写入：{args.report}")
    output_of(args.format, "check")(respondents, written, judged.progress, process.sink(args))
    return process.exit_status(respondents.questions, judged.national.faults, strict=args.strict)


@options.command("rules", "rule_id", "format", format=options.formats("rules"))
def rules(args: options.Arguments) -> int:
    """列出全部审核规则；写出编号则解释这一条（理由、依据、错误和正确的例子）。

    \b
      hrss12333 rules
      hrss12333 rules B401
    """
    listed = [rule for rule in ALL if args.rule_id is None or rule.id == args.rule_id.upper()]
    if not listed:
        raise UsageStop(f"没有编号为“{args.rule_id}”的规则。用 hrss12333 rules 查看全部编号。")
    output_of(args.format, "rules")(listed, args.edition(), process.sink(args), one=args.rule_id is not None)
    return 0
