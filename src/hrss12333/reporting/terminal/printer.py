"""Lines on a terminal: broken at its width, coloured by severity; in a pipe each sentence is one line without colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hrss12333.model.filing import Skipped
from hrss12333.model.finding import Finding, Severity
from hrss12333.reading.files.source import passed_over
from hrss12333.reporting.standing import undecided_words
from hrss12333.survey.editions.edition import Edition
from hrss12333.wording.alike import grouped
from hrss12333.wording.finding_lines import FindingParagraph, finding_lines
from hrss12333.wording.text import clean, harmless, wrap

if TYPE_CHECKING:
    from hrss12333.reporting.outputs import Sink

COLOURS = {Severity.ERROR: "bold red", Severity.QUERY: "yellow", Severity.NOTE: "cyan"}
_CODES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "magenta": 35, "cyan": 36}
"""Word of a style → what a terminal calls it."""


class Printer:
    """Prints lines with a hanging indent, broken where the sink is a terminal."""

    def __init__(self, sink: Sink) -> None:
        self._print, self._width = sink.result, sink.width

    def put(self, *spans: tuple[str, str]) -> None:
        """One line that is not broken, of texts each with its style."""
        self._print("".join(self._styled(harmless(words), style) for words, style in spans))

    def _styled(self, words: str, style: str) -> str:
        if self._width is None or not style or not words:
            return words
        return f"\x1b[{';'.join(str(_CODES[word]) for word in style.split())}m{words}\x1b[0m"

    def line(self, words: str, indent: int = 0, style: str = "", *, lead: str = "", lead_style: str = "") -> None:
        """One paragraph, in its style or after a ``lead`` that has one; following lines are indented by two more."""
        whole = f"{lead}{' ' if lead and words else ''}{words}"
        indent += len(whole) - len(whole.lstrip(" "))
        first, *more = [whole.lstrip(" ")]
        if self._width is not None:
            first, *more = wrap(first, max(20, self._width - indent - 2))
        space = " " * indent
        if lead:
            self.put((space, ""), (first[: len(lead)], lead_style), (first[len(lead) :], style))
        else:
            self.put((space + first, style))
        for part in more:
            self.put((f"{space}  {part}", style))

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
        shown = (item for item in skipped if verbose or not passed_over(item.file))
        reasons = grouped(shown, lambda item: item.reason)
        for reason, items in reasons.items():
            files = "、".join(clean(item.file) for item in items)
            self.line(f"跳过{len(items)}个文件（{clean(reason)}）：{files}", style="dim")
        if reasons:
            self.blank()

    def undecided(self, undecided: Mapping[str, int], edition: Edition) -> None:
        """What could not be judged, and in how many rows."""
        if undecided:
            self.line(undecided_words(undecided, edition), style="dim")
            self.blank()

    def blank(self) -> None:
        """An empty line."""
        self.put()
