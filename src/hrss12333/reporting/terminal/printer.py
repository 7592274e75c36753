"""Lines on a terminal: broken at its width, coloured by severity; in a pipe each sentence is one line without colour.

Text from a filing is printed as `Text`, never as markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from msgspec import Struct

from hrss12333.model.filing import Skipped
from hrss12333.model.finding import Finding, Severity
from hrss12333.reading.files.source import passed_over
from hrss12333.reporting.standing import undecided_words
from hrss12333.survey.editions.edition import Edition
from hrss12333.wording import typeset
from hrss12333.wording.finding_lines import FindingParagraph, finding_lines
from hrss12333.wording.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

COLOURS = {Severity.ERROR: "bold red", Severity.QUERY: "yellow", Severity.NOTE: "cyan"}


class PlainOutput(Struct, frozen=True):
    """What is no terminal, a pipe or a file: it takes whole lines as `rich.console.Console` would, without loading that library."""

    file: TextIO

    def line(self, words: str) -> None:
        """One line. Each is passed on at once, so that a full disk is reported where it is met."""
        if words.replace("\u3000", "").isprintable():
            self.file.write(f"{words}\n")
            self.file.flush()
        else:  # tabs and signs that control a terminal
            from rich.text import Text

            self.console().print(Text(words), soft_wrap=True)

    def console(self) -> Console:
        """A console of the library on the stream."""
        from rich.console import Console

        return Console(file=self.file, highlight=False, markup=False, emoji=False)


class Printer:
    """Prints lines with a hanging indent, broken where the console is a terminal."""

    def __init__(self, console: Console | PlainOutput) -> None:
        self.console = console

    def put(self, words: str, style: str = "", marked: tuple[str, int, int] = ("", 0, 0)) -> None:
        """One line that is not broken; ``marked`` is the style of a part of it, and from where to where that reaches."""
        if isinstance(self.console, PlainOutput):
            self.console.line(words)
            return
        from rich.text import Text

        shown = Text(words, style)
        shown.stylize(*marked)
        self.console.print(shown, soft_wrap=True)

    def line(self, words: str, indent: int = 0, style: str = "", *, lead: str = "", lead_style: str = "") -> None:
        """One paragraph; ``lead`` is before it, and following lines are indented by two more."""
        whole = f"{lead}{' ' if lead and words else ''}{words}"
        indent += len(whole) - len(whole.lstrip(" "))
        whole = whole.lstrip(" ")
        lines = [whole]
        if not isinstance(self.console, PlainOutput) and self.console.is_terminal:
            lines = typeset.wrap(whole, max(20, self.console.width - indent - 2))
        self.put(" " * indent + lines[0], style, (lead_style, indent, indent + len(lead)))
        for part in lines[1:]:
            self.put(" " * (indent + 2) + part, style)

    def findings(self, findings: Sequence[Finding], edition: Edition, indent: int) -> None:
        """What there is to say of the findings of one sheet."""
        for paragraph in finding_lines(findings, edition):
            self.paragraph(paragraph, indent)

    def paragraph(self, paragraph: FindingParagraph, indent: int, *, lead: str = "") -> None:
        """A paragraph about findings; ``lead`` is before what begins one."""
        style = COLOURS[paragraph.severity] if paragraph.severity else ""
        self.line(f"{lead if paragraph.label else ''}{paragraph.words}", indent, lead=paragraph.label, lead_style=style)

    def skipped(self, skipped: Sequence[Skipped], *, verbose: bool) -> None:
        """Files passed over, by reason; those that no person made only where ``verbose``."""
        reasons: dict[str, list[str]] = {}
        for item in skipped:
            if verbose or not passed_over(item.file):
                reasons.setdefault(item.reason, []).append(clean(item.file))
        for reason, files in reasons.items():
            self.line(f"跳过{len(files)}个文件（{clean(reason)}）：{'、'.join(files)}", style="dim")
        if reasons:
            self.blank()

    def undecided(self, undecided: Mapping[str, int], edition: Edition) -> None:
        """What could not be judged, and in how many rows."""
        if undecided:
            self.line(undecided_words(undecided, edition), style="dim")
            self.blank()

    def blank(self) -> None:
        """An empty line."""
        self.put("")
