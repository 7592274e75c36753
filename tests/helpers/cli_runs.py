"""The command line run in this process, as a user runs it: exit status, standard output and standard error."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Collection
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from hrss12333.cli import cli
from hrss12333.reporting import output_of


def run(*arguments: str | Path) -> Result:
    """Run ``hrss12333`` with these arguments; it must never end with a traceback."""
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments], prog_name="hrss12333")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    assert "Traceback" not in result.output
    return result


def refused(status: int, *arguments: str | Path) -> str:
    """The message of a command that ends with this status and prints no result."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (status, ""), result.output
    return result.stderr


def report(*arguments: str | Path) -> Any:
    """What the command prints with ``--format json``: pure JSON on standard output."""
    return json.loads(run(*arguments, "--format", "json").stdout)


def run_in_both(command: str, *arguments: str | Path) -> tuple[Result, str]:
    """Run a command; its result, and what this one run would print with ``--format json``."""
    printed: list[str] = []

    def both(name: str, command: str) -> Any:
        def show(*given: Any) -> None:
            *about, sink = given
            output_of("json", command)(*about, replace(sink, result=printed.append))
            output_of(name, command)(*given)

        return show

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module(f"hrss12333.cli.{command}"), "output_of", both)
        result = run(command, *arguments)
    return result, "\n".join(printed)


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def contents(folder: Path) -> dict[str, bytes]:
    """What is in each file of a folder, by its path from there."""
    return {name: (folder / name).read_bytes() for name in names(folder) if (folder / name).is_file()}


def started(*arguments: str, **more: Any) -> subprocess.CompletedProcess[Any]:
    """Python, run with these arguments as a process of its own."""
    return subprocess.run([sys.executable, *arguments], check=False, capture_output=True, **more)


# Processes that a program started


def descendants(pid: int) -> list[int]:
    """All that a process started, and what that started."""
    own = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [*own, *(each for child in own for each in descendants(child))]


def have_ended(pids: Collection[int], seconds: float = 10.0) -> bool:
    """Whether none of them is there any more in so many seconds, or only as one that nobody asks for."""
    until = time.monotonic() + seconds
    while any(map(_is_there, pids)):
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def _is_there(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
