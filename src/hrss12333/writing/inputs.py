"""What the running command reads, and that no output takes its place: not under another spelling, nor through a link.

Whoever reads says so with `keep`, whoever writes with `refuse_input`, in whatever order.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from msgspec import Struct, field

from hrss12333.model.errors import UsageStop

_Identity = tuple[int, int] | str
"""Device and number of a file; its path without links where the disk numbers none."""


class _Run(Struct):
    """The files of one run of the program."""

    inputs: set[_Identity] = field(default_factory=set)
    outputs: dict[_Identity, Path] = field(default_factory=dict)
    """Those that are there already, as the user names them."""


_RUN: ContextVar[_Run | None] = ContextVar("run", default=None)
"""None where the package is used without its command line."""


@contextmanager
def one_run() -> Iterator[None]:
    """What is kept and refused within the block is of this run alone."""
    token = _RUN.set(_Run())
    try:
        yield
    finally:
        _RUN.reset(token)


def keep(path: Path) -> None:
    """The run reads this file.

    Raises:
        UsageStop: where one of its outputs was to take the file's place.
    """
    run = _RUN.get()
    if run is None:
        return
    identity = _identity(path)
    if identity in run.outputs:
        raise _refusal(run.outputs[identity])
    if identity:
        run.inputs.add(identity)


def refuse_input(target: Path) -> None:
    """The run writes here.

    Raises:
        UsageStop: where it reads the file that is there.
    """
    run = _RUN.get()
    if run is None:
        return
    identity = _identity(target)
    if identity in run.inputs:
        raise _refusal(target)
    if identity:
        run.outputs[identity] = target


def is_same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file that is there."""
    return (known := _identity(one)) is not None and known == _identity(other)


def _identity(path: Path) -> _Identity | None:
    """By what a file that is there is known; None where there is none."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return (status.st_dev, status.st_ino) if status.st_ino else os.path.normcase(os.path.realpath(path))


def _refusal(target: Path) -> UsageStop:
    return UsageStop(
        f"“{target}”是这次要读的文件，不能写在它上面，加 --force 也不行。请把结果写到别处：换一个文件名或文件夹。"
    )
