"""Views of respondents and questions; the result of a command, and one registry of output formats by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hrss12333.patterns import code

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from hrss12333.questions.respondents import Respondents
    from hrss12333.questions.rounds import Progress


class Sink(Struct, frozen=True):
    """The streams as the command line has them."""

    result: Callable[[str], None]
    """Prints on standard output, a line break after it."""
    remark: Callable[[str], None]
    """Prints on standard error, a line break after it."""
    console: Console | None = None
    """The terminal that shows results; None where there is none."""
    strict: bool = False
    """Whether open queries hold a file back."""
    verbose: bool = False


class MergeResult(Struct):
    """The result of a merge, filled as it goes."""

    respondents: Respondents
    progress: Progress | None = None
    """What has become of an earlier workbook's questions."""
    output: Path | None = None
    """The path of the result; None where there was nothing to write."""
    written: list[Path] = []
    """The paths of all else that was written."""
    remarks: list[str] = []
    """Further remarks, Chinese."""
    stamping: list[str] = []
    """Whether the unit may stamp its own filing, and what prevents it, a line each, Chinese."""


class Output(Struct, frozen=True):
    """An output format."""

    commands: Mapping[str, str]
    """Command → the function that prints its result, imported when it is asked for; no other command offers it."""
    words: str
    """Its purpose, as ``--help`` prints it."""


REPORTS: dict[str, Output] = {
    "text": Output({name: f"reporting.terminal:{name}" for name in ("check", "merge", "rules")}, "text给人看"),
    "json": Output({name: f"reporting.json_output:{name}" for name in ("check", "merge", "rules")}, "json给程序用"),
    "markdown": Output({"rules": "reporting.terminal:rules_as_markdown"}, "markdown是可放进文档的表"),
}
"""Name, as after ``--format`` → format, the default first. A new one is a module beside this and an entry here."""


def offered(command: str) -> dict[str, str]:
    """The formats that a command offers, the default first, with what each is for."""
    return {name: output.words for name, output in REPORTS.items() if command in output.commands}


def output_of(name: str, command: str) -> Callable[..., Any]:
    """The function that prints a command's result in this format."""
    written: Callable[..., Any] = code(REPORTS[name].commands[command])
    return written
