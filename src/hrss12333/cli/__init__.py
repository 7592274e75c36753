"""The command line: parse options, call, report, exit. Each command is a module, imported only when it is run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from hrss12333 import __version__
from hrss12333.model.errors import Stop

COMMANDS = {
    "template": "生成空白调查表，可直接填写、打印",
    "check": "审核填好的调查表和工作总结",
    "merge": "把许多份调查表汇总成一个工作簿",
    "fix": "把不规范的调查表整理成正式格式",
    "compile": "汇编参阅文件（Word）",
    "rules": "列出全部审核规则，或解释其中一条",
}
"""Name → what ``--help`` says of it; the module of the same name holds the click command as ``command``."""

EPILOG = """\b
一般步骤：
  hrss12333 template          生成 12333调查表_2019.xlsx，发下去填写
  hrss12333 check 填好的表.xlsx  报送前审核，逐条列出问题和单元格
  hrss12333 merge 收件文件夹     汇总成 12333全国汇总_2019.xlsx
每个命令的用法：hrss12333 命令 --help
退出码：0 没有强制性错误；1 有；2 用法不对；3 没能完成"""


class Commands(click.Group):
    """A group that imports a command only when it is asked for, and never shows a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"hrss12333.cli.{cmd_name}").command
        return command

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
        from hrss12333.cli.messages import chinese

        try:
            with chinese():
                result = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.exceptions.Exit as stop:
            result = stop.exit_code
        except click.ClickException as error:
            error.show()
            result = error.exit_code
        except click.Abort:
            _say("已中断。")
            result = 3
        except Stop as stop:
            _say(f"错误：{stop}")
            result = stop.exit_status
        except Exception as error:
            _say(
                f"错误：程序内部出错（{type(error).__name__}: {error}），没有写出结果。请把这条信息和所用文件反馈给开发者。"
            )
            result = 3
        if standalone_mode:
            sys.exit(result if isinstance(result, int) else 0)
        return result


def _say(message: str) -> None:
    click.echo(message, err=True)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EPILOG,
    options_metavar="[选项]",
    subcommand_metavar="命令 …",
)
@click.version_option(
    __version__, "--version", "-V", prog_name="hrss12333", message="%(prog)s %(version)s", help="显示版本号。"
)
def cli() -> None:
    """12333电话服务情况年度报送：生成空白调查表，报送前审核，汇总成全国工作簿。"""
