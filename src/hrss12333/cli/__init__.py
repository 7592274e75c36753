"""The command line. In go arguments; out come an exit status, and output by the rooms below. It alone
chooses an edition.

A command is imported when it is run; click's English words are replaced by Chinese ones."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from glob import glob
from typing import Any

import click
from click import formatting

from hrss12333 import __version__
from hrss12333.cli import process
from hrss12333.model.errors import FOLDER_MISSING, OUT_OF_MEMORY, Stop, in_words, is_folder_missing, is_out_of_memory
from hrss12333.patterns import code
from hrss12333.wording.text import display_width, pad, wrap

COMMANDS = {
    "template": ("cli.template:command", "生成空白调查表，可直接填写、打印"),
    "check": ("cli.check:command", "审核填好的调查表和工作总结"),
    "merge": ("cli.merge:command", "把许多份调查表汇总成一个工作簿"),
    "fix": ("cli.fix:command", "把不规范的调查表整理成正式格式"),
    "compile": ("cli.compile:command", "汇编参阅文件（Word）"),
    "rules": ("cli.check:rules", "列出全部审核规则，或解释其中一条"),
}
"""Name of a command → the name by which it is imported, and its line in ``--help``."""

_UNLISTED = {"desk": ("cli.desk:command", "")}
"""Commands for launchers, not for typing."""
_OWN_OPTIONS = ("-h", "--help", "-V", "--version")
"""Options of the program itself, not of ``check``."""

_EPILOG = """\b
一般步骤：
  hrss12333 template             生成 12333调查表_年度.xlsx，发下去填写
  hrss12333 check 填好的表.xlsx  报送前审核，逐条列出问题和单元格
  hrss12333 merge 收件文件夹     汇总成 12333全国汇总_年度.xlsx
每个命令的用法：hrss12333 命令 --help
不写命令、只写文件，等于 hrss12333 check 文件
退出码：0 没有强制性错误；1 有；2 用法不对；3 没能完成"""

_MESSAGES = (
    (r"No such option:? '?(?P<a>[^'\s]+?)'?\.?(?: \(?Did you mean (?P<near>.+))?", "没有“{a}”这个选项。{near}"),
    (
        r"No such command '(?P<a>.+?)'\..*",
        f"没有“{{a}}”这个命令，也没有这个名称的文件或文件夹。命令有：{'、'.join(COMMANDS)}。",
    ),
    (r"Missing argument.*", "没有写要处理的文件或文件夹。"),
    (r"Option '(?P<a>.+?)' requires an argument.*", "选项 {a} 后面要写一个值。"),
    (r"Option '(?P<a>.+?)' does not take a value.*", "选项 {a} 后面不需要写值。"),
    (r"Got unexpected extra arguments? \((?P<a>.+)\)", "多出了参数：{a}。"),
    (r"Invalid value for '(?P<a>.+?)': ['\"](?P<b>.*?)['\"] is not a valid integer\.?", "{a} 的值“{b}”不是整数。"),
    (r"Invalid value for '(?P<a>.+?)': ['\"](?P<b>.*?)['\"] is not one of (?P<near>.+)", "{a} 的值“{b}”不对。{near}"),
)
"""Pattern of a click message → the message in Chinese; ``near``: names that may be meant."""
_PATH_LIKE = r"[\\/]|\.[A-Za-z0-9]{2,5}$"
"""A slash, or an extension: the file may be missing, but a file is meant."""
_HELP_WORDS = {"Options": "选项", "Show this message and exit.": "显示这份说明。"}


class Commands(click.Group):
    """The group of commands, which imports one when it is run and never shows a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        reference, _ = {**COMMANDS, **_UNLISTED}.get(cmd_name, ("", ""))
        return code(reference) if reference else None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take bare paths for ``check``, no arguments for ``--help``, dropped files for ``desk``."""
        first = args[0] if args else ""
        if first not in COMMANDS and first not in _UNLISTED and first not in _OWN_OPTIONS:
            if process.owns_console():
                args = ["desk", "check", "--", *args]
            elif not args:
                args = ["--help"]
            elif any(os.path.lexists(each) or re.search(_PATH_LIKE, each) for each in args):
                args = ["check", *args]
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print the list of commands without importing any."""
        with formatter.section("命令"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])

    def main(self, *given: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run a command; an exception becomes a message and an exit status, which a `Stop` brings with it."""
        from hrss12333.writing import guarded_inputs

        try:
            if not given and extra.get("args") is None and sys.platform == "win32":
                given = ([*_expanded(sys.argv[1:])],)
            with guarded_inputs():
                result = super().main(*given, standalone_mode=False, windows_expand_args=False, **extra)  # type: ignore[call-overload]  # as it came
        except click.exceptions.Exit as stop:
            result = stop.exit_code
        except click.UsageError as error:
            hint = f"\n用法见：{error.ctx.command_path} --help" if error.ctx is not None else ""
            _print_error(f"错误：{_translate(error.format_message())}{hint}")
            result = error.exit_code
        except (click.Abort, KeyboardInterrupt):
            result = _report_interrupt()
        except Stop as stop:
            _print_error(f"错误：{stop}")
            result = stop.exit_status
        except Exception as error:
            interrupted = isinstance(error.__context__, KeyboardInterrupt)  # an open ZIP then fails to close
            result = _report_interrupt() if interrupted else _report_unforeseen(error)
        if (refused := process.flush(sys.stdout)) is not None and not process.is_output_closed(refused):
            result = _output_lost(refused)
        process.flush(sys.stderr)
        if standalone_mode:
            sys.exit(result if isinstance(result, int) else 0)
        return result


def _report_interrupt() -> int:
    _print_error("已中断。")
    return 3


def _report_unforeseen(error: Exception) -> int:
    """Print an unforeseen error in words; returns the exit status."""
    if isinstance(error, OSError) and not is_folder_missing():
        if process.is_output_closed(error):
            return 1  # as click does where it sees this itself
        if error.filename is None:
            process.flush(sys.stdout)  # the rest of the output is discarded
            return _output_lost(error)
    words, status = f"程序内部出错（{type(error).__name__}: {error}）。请把这条信息和所用文件反馈给开发者。", 3
    if is_out_of_memory(error):
        words = f"{OUT_OF_MEMORY}。"
    elif isinstance(error, OSError) and is_folder_missing():
        words, status = f"{FOLDER_MISSING}。", 2
    elif isinstance(error, OSError):  # a path that the system rejects unseen
        words = f"“{error.filename}”不能使用：{in_words(error)}。"
        status = 2 if error.errno == errno.ENAMETOOLONG else 3
    _print_error(f"错误：{words}")
    return status


def _output_lost(error: OSError) -> int:
    _print_error(f"错误：屏幕上的结果没有全部输出（{in_words(error)}）。已经写出的文件不受影响。")
    return 3


def _print_error(message: str) -> None:
    with suppress(OSError):
        process.print_remark(message)


def _expanded(arguments: Iterable[str]) -> Iterator[str]:
    """Arguments with * and ? expanded, which Windows leaves to programs; brackets are part of a name."""
    for argument in arguments:
        found = glob(argument.replace("[", "[[]")) if {"*", "?"} & set(argument) else []  # noqa: PTH207  a pattern
        yield from sorted(found) or [argument]


def _translate(message: str) -> str:
    """A click message in Chinese; an unforeseen one unchanged."""
    for pattern, words in _MESSAGES:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            parts = {name: text or "" for name, text in match.groupdict().items()}
            near = re.findall(r"'([^']+)'", parts.get("near", ""))
            return words.format(**{**parts, "near": f"可能是：{'、'.join(near)}。" if near else ""})
    return message


class _Formatter(formatting.HelpFormatter):
    def write_heading(self, heading: str) -> None:
        self.write(f"{' ' * self.current_indent}{_HELP_WORDS.get(heading, heading)}：\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write terms and their meanings, aligned with Chinese characters two columns wide."""
        listed = [(term, _HELP_WORDS.get(words, words)) for term, words in rows]
        first = min(max(display_width(term) for term, _ in listed), col_max) + col_spacing
        margin = " " * self.current_indent
        for term, words in listed:
            lines = wrap(words, max(20, self.width - self.current_indent - first))
            if display_width(term) > first - col_spacing:
                self.write(f"{margin}{term}\n")
                term = ""
            for line in lines:
                self.write(f"{margin}{pad(term, first)}{line}".rstrip() + "\n")
                term = ""

    def write_text(self, text: str) -> None:
        r"""Write paragraphs; a paragraph that begins with \b keeps its lines."""
        blocks = []
        for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
            lines = paragraph.replace("\b\n", "").splitlines()
            if not paragraph.lstrip().startswith("\b"):
                lines = ["".join(map(str.strip, lines))]
            parts = (part for line in lines for part in wrap(line, max(20, self.width - self.current_indent)))
            blocks.append("\n".join(" " * self.current_indent + part for part in parts))
        self.write("\n\n".join(blocks) + "\n")

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args.replace("[OPTIONS]", "[选项]"), "用法：")


click.Context.formatter_class = _Formatter  # click looks for it only here, for every command


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_EPILOG,
    options_metavar="[选项]",
    subcommand_metavar="命令 …",
)
@click.version_option(
    __version__, "--version", "-V", prog_name="hrss12333", message="%(prog)s %(version)s", help="显示版本号。"
)
def cli() -> None:
    """12333电话服务情况年度报送：生成空白调查表，报送前审核，汇总成全国工作簿。"""
