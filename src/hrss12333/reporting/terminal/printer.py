"""Lines on a terminal: broken at its width, coloured by severity; in a pipe each sentence is one line without colour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hrss12333.patterns import harmless
from hrss12333.wording.places import without_contacts
from hrss12333.wording.question_lines import QuestionLine
from hrss12333.wording.signs import SEVERITIES
from hrss12333.wording.text import wrap

if TYPE_CHECKING:
    from hrss12333.reporting.outputs import Sink

COLOURS = {severity: look.tone for severity, look in SEVERITIES.items()}
"""Colour of a severity; what needs nobody has none."""
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

    def line(self, words: str, indent: int = 0, style: str = "", *, lead: str = "") -> None:
        """One paragraph in a style, or after a ``lead`` that alone has it; following lines are indented by two more."""
        whole = f"{lead}{' ' if lead and words else ''}{words}"
        indent += len(whole) - len(whole.lstrip(" "))
        whole, space = whole.lstrip(" "), " " * indent
        room = max(_NARROWEST, self._console.width - indent - 2) if self._console else 0
        first, *more = wrap(whole, room) if room else [whole]
        behind = "" if lead else style
        self.put((space, ""), (first[: len(lead)], style), (first[len(lead) :], behind))
        for part in more:
            self.put((f"{space}  {part}", behind))

    def questions(self, lines: Iterable[QuestionLine], indent: int) -> None:
        """Lines of questions or of notes, a paragraph each, with what is suggested and how it was answered."""
        for line in lines:
            first, *more = line.text.split("\n")
            self.line(without_contacts(first), indent, COLOURS[line.first.severity], lead=f"[{line.label}]")
            for words in filter(None, [*more, line.answer, line.advised]):
                self.line(without_contacts(words), indent + 2)

    def blank(self) -> None:
        """An empty line."""
        self.put()
