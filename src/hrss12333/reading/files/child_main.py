"""The disposable process that reads what has no guard: ``python -m hrss12333.reading.files.child_main TASK`` < file > JSON.

`isolation` starts it. It limits its own memory and time first, answers with one JSON object, and may die at any moment.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from hrss12333.reading.files.child_process import TIME_LIMIT, encode_cell, encode_grids, encode_unseen
from hrss12333.reading.files.package import damaged, too_large
from hrss12333.reading.formats.calamine_reader import read_grids
from hrss12333.reading.grid import FileProblem

MEMORY_LIMIT = 1_200 * 2**20
"""Bytes of address space; the largest area that is let through (28 million cells) takes 0.9 GiB."""

MAX_ANSWER = 160 * 2**20
"""Bytes of JSON: more would burden the parent, which has no limit of its own."""


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows: the parent's time limit must do
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_LIMIT),
        (resource.RLIMIT_CPU, int(TIME_LIMIT) + 1),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # a stricter limit is already in force, or the system has none
            continue


def _grids(data: bytes) -> dict[str, Any]:
    return {"grids": encode_grids(read_grids(data))}


def _xlsb(data: bytes) -> dict[str, Any]:
    """Some .xlsb are told by their name alone, so they need one."""
    try:
        return _grids(data)
    except FileProblem:
        with tempfile.TemporaryDirectory(prefix="hrss12333-") as folder:
            path = Path(folder, "book.xlsb")
            path.write_bytes(data)
            return {"grids": encode_grids(read_grids(str(path)))}


def _read_xlsx(data: bytes) -> dict[str, Any]:
    from hrss12333.reading.formats.openpyxl_reader import read_xlsx

    return {"grids": encode_grids(read_xlsx(data))}


def _ole(data: bytes) -> dict[str, Any]:
    from hrss12333.reading.files.ole import read_ole

    return read_ole(data)


def _biff(data: bytes) -> dict[str, Any]:
    from hrss12333.reading.formats.xlrd_reader import read_xls

    return {"grids": encode_grids(read_xls(data))}


def _unseen_package(kind: str, data: bytes) -> dict[str, Any]:
    from hrss12333.reading.formats.unseen_cells import READERS

    return {"unseen": encode_unseen(READERS[kind](data, read_grids(data)))}


def _unseen_xls(data: bytes) -> dict[str, Any]:
    from hrss12333.reading.files.ole import unlocked
    from hrss12333.reading.formats.xlrd_reader import unseen_xls

    return {"unseen": encode_unseen(unseen_xls(unlocked(data)))}


TASKS: dict[str, Callable[[bytes], dict[str, Any]]] = {
    "grids": _grids,
    "xlsb": _xlsb,
    "read_xlsx": _read_xlsx,
    "ole": _ole,
    "biff": _biff,
    "unseen_xlsx": partial(_unseen_package, "xlsx"),
    "unseen_ods": partial(_unseen_package, "ods"),
    "unseen_xls": _unseen_xls,
}


def _answer(task: str, data: bytes) -> dict[str, Any]:
    try:
        return TASKS[task](data)
    except FileProblem as problem:
        return _told(problem)
    except MemoryError:
        return _told(too_large())
    except Exception:  # whatever a library makes of a damaged file
        return _told(damaged())


def _told(problem: FileProblem) -> dict[str, Any]:
    return {"problem": [problem.kind.name, problem.message]}


def main() -> None:
    """Read stdin, write the answer to stdout."""
    _limit()
    # Libraries that print (xlrd warns on stdout) must not spoil the answer.
    out = os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    text = json.dumps(_answer(sys.argv[1], sys.stdin.buffer.read()), default=encode_cell).encode()
    if len(text) > MAX_ANSWER:
        text = json.dumps(_told(too_large())).encode()
    with out:
        out.write(text)


if __name__ == "__main__":
    main()
