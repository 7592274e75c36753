"""What is no terminal: a pipe or a file, into which lines go as they are, without the library that colours and measures."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from msgspec import Struct

if TYPE_CHECKING:
    from rich.console import Console


class PlainOutput(Struct, frozen=True):
    """A stream that takes whole lines; it does as `rich.console.Console` would."""

    file: TextIO

    def line(self, words: str) -> None:
        """One line. Each is passed on at once, so that a full disk is told where it is met."""
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
