"""The command line: parse options, call, report, exit. Each command is a module, imported only when it is run."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import click

from hrss12333 import __version__
from hrss12333.cli import process
from hrss12333.model.errors import FOLDER_MISSING, OUT_OF_MEMORY, Stop, in_words, is_folder_missing, is_out_of_memory
from hrss12333.patterns import code

COMMANDS = {
    "template": "生成空白调查表，可直接填写、打印",
    "check": "审核填好的调查表和工作总结",
    "merge": "把许多份调查表汇总成一个工作簿",
    "fix": "把不规范的调查表整理成正式格式",
    "compile": "汇编参阅文件（Word）",
    "rules": "列出全部审核规则，或解释其中一条",
}
"""Name, as of the module in which the command stands → what ``--help`` says of it."""

_UNLISTED = ("desk",)
"""What people do not type: launchers do."""
_OWN_OPTIONS = ("-h", "--help", "-V", "--version")
"""Those of the program itself, not of ``check``."""

_EPILOG = """\b
一般步骤：
  hrss12333 template             生成 12333调查表_年度.xlsx，发下去填写
  hrss12333 check 填好的表.xlsx  报送前审核，逐条列出问题和单元格
  hrss12333 merge 收件文件夹     汇总成 12333全国汇总_年度.xlsx
每个命令的用法：hrss12333 命令 --help
不写命令、只写文件，等于 hrss12333 check 文件
退出码：0 没有强制性错误；1 有；2 用法不对；3 没能完成"""


class Commands(click.Group):
    """A group that imports a command only when it is asked for, and never shows a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        return code(f"cli.{cmd_name}:command") if cmd_name in COMMANDS or cmd_name in _UNLISTED else None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Without a command, check the files and folders given, or help where there are none; dropped on the program, treat
        them as on a launcher."""
        if args[:1] == ["help"] and not os.path.lexists("help"):
            args = [*args[1:2], "--help"]
        first = args[0] if args else ""
        if first not in COMMANDS and first not in _UNLISTED and first not in _OWN_OPTIONS:
            if process.owns_console():
                args = ["desk", "check", "--", *args]
            elif not args:
                args = ["--help"]
            elif any(map(_is_path, args)) and (first[:1] == "-" or _is_path(first) or not _nearest_command(first)):
                args = ["check", *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names; where there is none of that name, the nearest is offered."""
        if args[0] not in COMMANDS and args[0] not in _UNLISTED:
            near = _nearest_command(args[0])
            hint = f"是不是 {near}？" if near else f"命令有：{'、'.join(COMMANDS)}。"
            raise click.UsageError(f"没有“{args[0]}”这个命令，也没有这个名称的文件或文件夹。{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any."""
        with formatter.section("命令"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run; a `Stop` becomes its message and exit status, anything unforeseen a message and 3."""
        from hrss12333.cli.messages import chinese_click
        from hrss12333.writing.target import one_run

        try:
            with chinese_click(), one_run():
                result = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.exceptions.Exit as stop:
            result = stop.exit_code
        except click.ClickException as error:
            error.show()
            result = error.exit_code
        except (click.Abort, KeyboardInterrupt):
            _print_error("已中断。")
            result = 3
        except Stop as stop:
            _print_error(f"错误：{stop}")
            result = stop.exit_status
        except Exception as error:
            result = _report_unforeseen(error)
        if (refused := process.flush(sys.stdout)) is not None and not process.is_output_closed(refused):
            result = _output_lost(refused)
        process.flush(sys.stderr)
        if standalone_mode:
            sys.exit(result if isinstance(result, int) else 0)
        return result


def _report_unforeseen(error: Exception) -> int:
    if is_out_of_memory(error):
        _print_error(f"错误：{OUT_OF_MEMORY}。")
    elif isinstance(error, OSError):  # written files have words of their own
        return _refused(error)
    elif isinstance(error.__cause__, KeyboardInterrupt):  # one that meets Python at making a class comes wrapped
        _print_error("已中断。")
    else:
        _print_error(f"错误：程序内部出错（{type(error).__name__}: {error}）。请把这条信息和所用文件反馈给开发者。")
    return 3


def _refused(error: OSError) -> int:
    if is_folder_missing():
        _print_error(f"错误：{FOLDER_MISSING}。")
        return 2
    if process.is_output_closed(error):
        return 1  # as click has it where it sees this itself
    if error.filename is None:
        process.flush(sys.stdout)  # what is left of it goes nowhere
        return _output_lost(error)
    _print_error(
        f"错误：“{error.filename}”不能使用：{in_words(error)}。"
    )  # a path that the system does not even look at
    return 2 if error.errno == errno.ENAMETOOLONG else 3


def _output_lost(error: OSError) -> int:
    _print_error(f"错误：屏幕上的结果没有全部输出（{in_words(error)}）。已经写出的文件不受影响。")
    return 3


def _print_error(message: str) -> None:
    with suppress(OSError):
        click.echo(process.terminal_safe(message), err=True)


def _nearest_command(word: str) -> str:
    from difflib import get_close_matches

    return next(iter(get_close_matches(word.lower(), COMMANDS, 1)), "")


def _is_path(argument: str) -> bool:
    """Whether something of that name is there, or it is written as only a file's name is."""
    from hrss12333.cli.options import unwrapped

    return os.path.lexists(argument := unwrapped(argument)) or bool(re.search(r"[\\/]|\.[A-Za-z0-9]{2,5}$", argument))


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
