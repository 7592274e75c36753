"""click's own words in Chinese: it has no catalogue for them, and users read no English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import click
from click import formatting

from hrss12333.cli.process import terminal_safe

_MESSAGES = (
    (
        r"No such (?P<kind>option|command):? '?(?P<a>[^'\s]+?)'?\.?(?: \(?Did you mean (?P<near>.+))?",
        "没有“{a}”这个{kind}。{near}",
    ),
    (r"Missing argument 'PATH\.\.\.'.*", "没有写要处理的文件或文件夹。"),
    (r"Missing argument 'FILE'.*", "没有写要处理的文件。"),
    (r"Missing argument '(?P<a>.+?)'.*", "缺少参数 {a}。"),
    (r"Option '(?P<a>.+?)' requires an argument.*", "选项 {a} 后面要写一个值。"),
    (r"Option '(?P<a>.+?)' does not take a value.*", "选项 {a} 后面不需要写值。"),
    (r"Got unexpected extra arguments? \((?P<a>.+)\)", "多出了参数：{a}。"),
    (r"Invalid value for '(?P<a>.+?)': ['\"](?P<b>.*?)['\"] is not a valid integer\.?", "{a} 的值“{b}”不是整数。"),
    (r"Invalid value for '(?P<a>.+?)': ['\"](?P<b>.*?)['\"] is not one of (?P<near>.+)", "{a} 的值“{b}”不对。{near}"),
)
"""What click says → what the user reads; ``near`` is a list of quoted names, given as what may be meant."""
_KINDS = {"option": "选项", "command": "命令"}
_HELP_WORDS = {"Options": "选项", "Show this message and exit.": "显示这份说明。"}


def translate(message: str) -> str:
    """One of click's messages in Chinese; others as they are."""
    for pattern, words in _MESSAGES:
        match = re.fullmatch(pattern, message, re.DOTALL)
        if match:
            parts = {name: text or "" for name, text in match.groupdict().items()}
            near = re.findall(r"'([^']+)'", parts.get("near", ""))
            kind = _KINDS.get(parts.get("kind", ""), "")
            return words.format(**{**parts, "kind": kind, "near": f"可能是：{'、'.join(near)}。" if near else ""})
    return message


class _Formatter(formatting.HelpFormatter):
    def write_heading(self, heading: str) -> None:
        self.write(f"{' ' * self.current_indent}{_HELP_WORDS.get(heading, heading)}：\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Terms and what they mean, a Chinese character taking two columns."""
        from hrss12333.wording.text import display_width, pad, wrap

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
        """Paragraphs; the lines of one that begins with \\b stay apart, and one too long goes on below its last column."""
        from hrss12333.wording.text import display_width, wrap

        blocks = []
        for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
            apart = paragraph.lstrip().startswith("\b")
            lines = paragraph.replace("\b\n", "").splitlines() if apart else [" ".join(paragraph.split())]
            shown = []
            for line in lines:
                column = line.rfind("  ") + 2 if apart and "  " in line.strip() else 0
                at = display_width(line[:column])
                room = max(20, self.width - self.current_indent - at)
                first, *more = wrap(line[column:], room)
                shown += [line[:column] + first, *(" " * at + part for part in more)]
            blocks.append("\n".join(f"{' ' * self.current_indent}{line}".rstrip() for line in shown))
        self.write("\n\n".join(blocks) + "\n")

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args.replace("[OPTIONS]", "[选项]"), "用法：")


class Spoken(click.ClickException):
    """An error whose message needs no prefix or hint of click's."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message on standard error."""
        click.echo(self.message, file=file, err=file is None)


@contextmanager
def chinese_click() -> Iterator[None]:
    """Within this context, click formats help and errors in Chinese: `Spoken` in place of its usage errors."""
    formatter = click.Context.formatter_class
    click.Context.formatter_class = _Formatter
    try:
        yield
    except click.exceptions.NoArgsIsHelpError as error:
        raise Spoken(error.message) from error
    except click.UsageError as error:
        hint = f"\n用法见：{error.ctx.command_path} --help" if error.ctx is not None else ""
        raise Spoken(terminal_safe(f"错误：{translate(error.format_message())}{hint}")) from error
    finally:
        click.Context.formatter_class = formatter
