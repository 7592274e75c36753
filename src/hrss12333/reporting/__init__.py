"""Views of respondents and questions: terminal, JSON, HTML, letters, marked copies. In go respondents, out
come texts and files. They judge, count and word nothing themselves. Here are the output streams and the
registry of formats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hrss12333.patterns import code, harmless
from hrss12333.wording.text import wrap

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from hrss12333.questions.respondents import Respondents
    from hrss12333.questions.rounds import Progress

_NARROWEST = 20
"""The fewest columns of text on a line, however far it is indented."""


class Sink(Struct, frozen=True):
    """The streams for results; on a terminal, lines are broken and indented."""

    result: Callable[[str], None]
    """Prints on standard output, a line break after it."""
    remark: Callable[[str], None]
    """Prints on standard error, a line break after it."""
    console: Console | None = None
    """The terminal for results; None where there is none."""
    strict: bool = False
    """Whether open queries hold a file back."""
    verbose: bool = False

    def put(self, *spans: tuple[str, str]) -> None:
        """Print one unbroken line of texts, each with its style."""
        texts = [(harmless(words), style) for words, style in spans]
        if self.console is None:
            self.result("".join(words for words, _ in texts))
            return
        from rich.text import Text  # only where there is a terminal

        with self.console.capture() as shown:
            self.console.print(Text.assemble(*texts), soft_wrap=True, end="")
        self.result(shown.get())

    def line(self, words: str, indent: int = 0, style: str = "", *, lead: str = "") -> None:
        """Print a paragraph with a hanging indent; if there is a ``lead``, only that has the style."""
        whole = f"{lead}{' ' if lead and words else ''}{words}"
        indent += len(whole) - len(whole.lstrip(" "))
        whole, space = whole.lstrip(" "), " " * indent
        room = max(_NARROWEST, self.console.width - indent - 2) if self.console else 0
        first, *more = wrap(whole, room) if room else [whole]
        behind = "" if lead else style
        self.put((space, ""), (first[: len(lead)], style), (first[len(lead) :], behind))
        for part in more:
            self.put((f"{space}  {part}", behind))

    def blank(self) -> None:
        """Print an empty line."""
        self.put()


class MergeResult(Struct):
    """The result of a merge, filled in step by step."""

    respondents: Respondents
    progress: Progress | None = None
    """What has become of an earlier workbook's questions."""
    output: Path | None = None
    """The workbook, or with ``--unit`` the unit's own filing; None where none was written."""
    written: list[Path] = []
    """All else that was written."""
    remarks: list[str] = []
    """Remarks, Chinese."""
    stamping: list[str] = []
    """Chinese: whether the unit may stamp its own filing, and a line for each obstacle."""


REPORTS: dict[str, tuple[str, Mapping[str, str]]] = {
    "text": ("text给人看", {name: f"reporting.terminal:{name}" for name in ("check", "merge", "rules")}),
    "json": ("json给程序用", {name: f"reporting.json_output:{name}" for name in ("check", "merge", "rules")}),
    "markdown": ("markdown是可放进文档的表", {"rules": "reporting.terminal:rules_as_markdown"}),
}
"""Name of an output format, the default first → its words in ``--help``; and command → function."""


def offered(command: str) -> dict[str, str]:
    """Name of each format that a command offers, the default first → its words in ``--help``."""
    return {name: words for name, (words, functions) in REPORTS.items() if command in functions}


def output_of(name: str, command: str) -> Callable[..., Any]:
    """The function that prints a command's result in this format."""
    _, functions = REPORTS[name]
    written: Callable[..., Any] = code(functions[command])
    return written
