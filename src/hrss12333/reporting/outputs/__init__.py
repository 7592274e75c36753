"""The output formats: a file each, and one registry from name to format."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from msgspec import Struct


class Output(Struct, frozen=True):
    """One format."""

    load: Callable[[], ModuleType]
    """Its module, with a function of the command's name for each command; imported only when it is asked for."""
    commands: frozenset[str]
    """Who offers it; any other command refuses it."""
    words: str
    """What it is for, as ``--help`` says it."""


def _text() -> ModuleType:
    from hrss12333.reporting.outputs import text_output

    return text_output


def _json() -> ModuleType:
    from hrss12333.reporting.outputs import json_output

    return json_output


def _markdown() -> ModuleType:
    from hrss12333.reporting.outputs import markdown_output

    return markdown_output


REPORTS: dict[str, Output] = {
    "text": Output(_text, frozenset({"check", "merge", "fix", "rules"}), "text给人看"),
    "json": Output(_json, frozenset({"check", "merge", "fix", "rules"}), "json给程序用"),
    "markdown": Output(_markdown, frozenset({"rules"}), "markdown是可放进文档的表"),
}
"""Name, as after ``--format`` → format. A new one is a module beside this and an entry here."""


def offered(command: str) -> dict[str, str]:
    """The formats that a command offers, the default first, with what each is for."""
    return {name: output.words for name, output in REPORTS.items() if command in output.commands}


def output_of(name: str, command: str) -> Callable[..., Any]:
    """The function that prints a command's result in this format."""
    written: Callable[..., Any] = getattr(REPORTS[name].load(), command)
    return written
