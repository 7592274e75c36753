"""Lines on a terminal: broken at its width, coloured by severity; in a pipe each sentence is one line without colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hrss12333.model.filing import Skipped
from hrss12333.model.finding import Finding, Severity
from hrss12333.reading.files.source import passed_over
from hrss12333.survey.editions.edition import Edition
from hrss12333.wording.alike import grouped
from hrss12333.wording.finding_lines import finding_lines
from hrss12333.wording.text import clean, display_width, harmless, wrap

if TYPE_CHECKING:
    from hrss12333.reporting.outputs import Sink

COLOURS = {Severity.ERROR: "bold red", Severity.QUERY: "yellow", Severity.NOTE: "cyan"}
_NARROWEST = 20


class Printer:
    """Prints lines with a hanging indent, broken where the sink is a terminal."""

    def __init__(self, sink: Sink) -> None:
        self._print, self._console = sink.result, sink.console

    def put(self, *spans: tuple[str, str]) -> None:
        """One line that is not broken, of texts each with its style."""
        texts = [(harmless(words), style) for words, style in spans]
        if self._console is None:
            self._print("".join(words for words, _ in texts))
            return
        from rich.text import Text  # only where there is a terminal

        with self._console.capture() as shown:
            self._console.print(Text.assemble(*texts), soft_wrap=True, end="")
        self._print(shown.get())

    def line(self, words: str, indent: int = 0, style: str = "", *, lead: str = "", lead_style: str = "") -> None:
        """One paragraph, in its style or after a ``lead`` that has one; following lines are indented by two more."""
        whole = f"{lead}{' ' if lead and words else ''}{words}"
        indent += len(whole) - len(whole.lstrip(" "))
        lines = [whole.lstrip(" ")]
        if self._console:
            lines = wrap(lines[0], max(_NARROWEST, self._console.width - indent - 2))
        self._lines(lines, indent, style, lead, lead_style)

    def names(self, words: str, named: Sequence[str], indent: int = 0, *, lead: str = "", lead_style: str = "") -> None:
        """A list after some words, broken only behind a 、."""
        lines = [f"{lead}{' ' if lead and words else ''}{words}"]
        for number, name in enumerate(named, 1):
            item = name if number == len(named) else f"{name}、"
            room = max(_NARROWEST, self._console.width - indent - 2) if self._console else None
            if room and display_width(lines[-1]) + display_width(item) > room and number > 1:
                lines.append("")
            lines[-1] += item
        self._lines(lines, indent, "", lead, lead_style)

    def _lines(self, lines: Sequence[str], indent: int, style: str, lead: str, lead_style: str) -> None:
        (first, *more), space = lines, " " * indent
        if lead:
            self.put((space, ""), (first[: len(lead)], lead_style), (first[len(lead) :], style))
        else:
            self.put((space + first, style))
        for part in more:
            self.put((f"{space}  {part}", style))

    def findings(self, findings: Sequence[Finding], edition: Edition, indent: int) -> None:
        """What there is to say of the findings of one sheet."""
        for paragraph in finding_lines(findings, edition):
            style = COLOURS[paragraph.severity] if paragraph.severity else ""
            self.line(paragraph.words, indent, lead=paragraph.label, lead_style=style)

    def skipped(self, skipped: Sequence[Skipped], *, verbose: bool) -> None:
        """Files passed over, by reason; those that no person made only where ``verbose``."""
        shown = (item for item in skipped if verbose or not passed_over(item.file))
        reasons = grouped(shown, lambda item: item.reason)
        for reason, items in reasons.items():
            files = "、".join(clean(item.file) for item in items)
            self.line(f"跳过{len(items)}个文件（{clean(reason)}）：{files}", style="dim")
        if reasons:
            self.blank()

    def blank(self) -> None:
        """An empty line."""
        self.put()
