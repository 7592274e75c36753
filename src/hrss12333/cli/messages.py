"""click's own words in Chinese: it has no catalogue for them, and users read no English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click
from click import formatting

_MESSAGES = (
    (r"No such option: (?P<a>\S+?)\.?(?: Did you mean (?P<b>.+?)\??)?$", "没有“{a}”这个选项。"),
    (r"No such option '?(?P<a>[^'\s]+)'?.*", "没有“{a}”这个选项。"),
    (r"No such command '(?P<a>.+?)'.*", "没有“{a}”这个命令。"),
    (r"Missing argument '(?P<a>.+?)'.*", "缺少参数 {a}。"),
    (r"Missing option '(?P<a>.+?)'.*", "缺少选项 {a}。"),
    (r"Missing command.*", "请写出要执行的命令。"),
    (r"Option '(?P<a>.+?)' requires an argument.*", "选项 {a} 后面要写一个值。"),
    (r"Option '(?P<a>.+?)' does not take a value.*", "选项 {a} 后面不需要写值。"),
    (r"Got unexpected extra arguments? \((?P<a>.+)\)", "多出了参数：{a}。"),
    (
        r"Invalid value for '(?P<a>.+?)': '?(?P<b>.+?)'? is not (?:a valid integer|one of) ?(?P<c>.*?)\.?$",
        "{a} 的值“{b}”不对{c}。",
    ),
    (r"Invalid value for '(?P<a>.+?)': (?P<b>.*)", "{a} 的值不对：{b}"),
)


def translate(message: str) -> str:
    """One of click's messages in Chinese; others as they are."""
    for pattern, chinese_words in _MESSAGES:
        match = re.fullmatch(pattern, message, re.DOTALL)
        if match:
            parts = {name: text or "" for name, text in match.groupdict().items()}
            if parts.get("c"):
                parts["c"] = "，可用的是：" + parts["c"].replace("'", "").strip()
            return chinese_words.format(**{"a": "", "b": "", "c": "", **parts})
    return message


class _Formatter(formatting.HelpFormatter):
    """Help with Chinese section names."""

    _HEADINGS = {"Options": "选项", "Commands": "命令"}  # noqa: RUF012  a constant of this class

    def write_heading(self, heading: str) -> None:
        super().write_heading(self._HEADINGS.get(heading, heading))

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args.replace("[OPTIONS]", "[选项]"), "用法：")


class Spoken(click.ClickException):
    """An error whose message is complete as it stands."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message on standard error."""
        click.echo(self.message, file=file, err=file is None)


@contextmanager
def chinese() -> Iterator[None]:
    """Within it, click formats help and errors in Chinese.

    Raises:
        Spoken: in place of click's usage errors.
    """
    formatter = click.Context.formatter_class
    click.Context.formatter_class = _Formatter
    try:
        yield
    except click.exceptions.NoArgsIsHelpError as error:
        raise Spoken(error.message) from error
    except click.UsageError as error:
        hint = f"\n用法见：{error.ctx.command_path} --help" if error.ctx is not None else ""
        raise Spoken(f"错误：{translate(error.format_message())}{hint}") from error
    finally:
        click.Context.formatter_class = formatter
