"""Where results and remarks go, and how much of them is wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from rich.console import Console

    from hrss12333.reporting.terminal.printer import PlainOutput


class Sink(Struct, frozen=True):
    """The streams as the command line has them."""

    result: Callable[[str], None]
    """Prints on standard output, a line break after it."""
    remark: Callable[[str], None]
    """The same on standard error."""
    console: Callable[[], Console | PlainOutput]
    """A console on standard output."""
    strict: bool = False
    """Whether open queries hold a file back."""
    verbose: bool = False
