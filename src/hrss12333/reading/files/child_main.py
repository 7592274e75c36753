"""The disposable process that reads what has no guard: requests come by stdin, answers go as JSON to stdout.

`child_process` starts it. It limits its own memory, and its time for each file, and may die at any moment; when it has
grown it says that an answer is its last, so that every file finds a small one.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from hrss12333.reading.files.child_answers import encode_bytes, encode_cell, encode_grids, encode_unseen
from hrss12333.reading.files.package import damaged, too_large
from hrss12333.reading.formats.calamine_reader import read_grids
from hrss12333.reading.grid import FileProblem

MEMORY_LIMIT = 1_200 * 2**20
"""Bytes of address space; the largest area that is let through (28 million cells) takes 0.9 GiB."""

GROWN = 256 * 2**20
"""Bytes held at most by a child that reads another file."""

MAX_ANSWER = 160 * 2**20
"""Bytes of JSON: more would burden the parent, which has no limit of its own."""

_MOST_WORK = 200 * 2**20
"""Bytes of files after which a child is replaced in any case, where the system does not tell how much it holds."""


def _limit_memory() -> bool:
    """Whether the system knows limits: else (Windows) the parent's clock must do."""
    try:
        import resource
    except ImportError:
        return False
    for what, most in ((resource.RLIMIT_AS, MEMORY_LIMIT), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # a stricter limit is already in force, or the system has none
            continue
    return True


def _limit_time(seconds: float) -> None:
    import resource

    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = int(time.process_time() + seconds) + 1
    if hard == resource.RLIM_INFINITY or soft < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _has_grown() -> bool:
    import resource

    try:  # Linux counts what the parent held among the rest, unless asked here
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024 > GROWN
    except (OSError, ValueError, IndexError):
        pass
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * (1 if sys.platform == "darwin" else 1024) > GROWN


def _grids(data: bytes) -> dict[str, Any]:
    return {"grids": encode_grids(read_grids(data))}


def _xlsb(data: bytes) -> dict[str, Any]:
    """Some .xlsb are recognised by their name alone, so they need one."""
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


def _sparse(data: bytes) -> dict[str, Any]:
    from hrss12333.reading.formats.openpyxl_reader import read_sparse

    return {"grids": encode_grids(read_sparse(data))}


def _ole(data: bytes) -> dict[str, Any]:
    from hrss12333.reading.files.ole import read_ole

    return read_ole(data)


def _ole_kind(data: bytes) -> dict[str, Any]:
    from hrss12333.reading.files.ole import kind_of

    return kind_of(data)


def _biff(data: bytes) -> dict[str, Any]:
    from hrss12333.reading.formats.xlrd_reader import read_xls

    return {"grids": encode_grids(read_xls(data))}


def _embedded(data: bytes) -> dict[str, Any]:
    from hrss12333.reading.files.ole import embedded_in

    return {"content": encode_bytes(embedded_in(data))}


def _unseen_package(kind: str, data: bytes) -> dict[str, Any]:
    from hrss12333.reading.formats.unseen_cells import READERS

    return {"unseen": encode_unseen(READERS[kind](data, read_grids(data)))}


def _unseen_xls(data: bytes) -> dict[str, Any]:
    from hrss12333.reading.files.ole import unlocked
    from hrss12333.reading.formats.xlrd_reader import unseen_xls

    return {"unseen": encode_unseen(unseen_xls(unlocked(data)))}


def _archive(kind: str, data: bytes) -> dict[str, Any]:
    from hrss12333.reading.files.archives import READERS

    entries = READERS[kind](data)
    return {"entries": [[name, saved, encode_bytes(content)] for name, saved, content in entries]}


TASKS: dict[str, Callable[[bytes], dict[str, Any]]] = {
    "grids": _grids,
    "xlsb": _xlsb,
    "read_xlsx": _read_xlsx,
    "sparse": _sparse,
    "ole": _ole,
    "ole_kind": _ole_kind,
    "biff": _biff,
    "embedded": _embedded,
    "unseen_xlsx": partial(_unseen_package, "xlsx"),
    "unseen_ods": partial(_unseen_package, "ods"),
    "unseen_xls": _unseen_xls,
    "7z": partial(_archive, "7z"),
    "rar": partial(_archive, "rar"),
}


def _answer(task: str, data: bytes) -> dict[str, Any]:
    try:
        return TASKS[task](data)
    except FileProblem as problem:
        return _refusal(problem)
    except MemoryError:
        return _refusal(too_large())
    except Exception:  # whatever a library makes of a damaged file
        return _refusal(damaged())


def _refusal(problem: FileProblem) -> dict[str, Any]:
    return {"problem": [problem.kind.name, problem.message]}


def serve(requests: BinaryIO, out: BinaryIO) -> None:
    """Answer one request after another until there are no more, or this process has grown."""
    limited = _limit_memory()
    out.write(b"L" if limited else b"U")
    out.flush()
    work, last = 0, False
    while not last and len(head := requests.read(20)) == 20:
        seconds, name, size = struct.unpack("<dIQ", head)
        if limited:
            _limit_time(seconds)
        task, data = requests.read(name).decode(), requests.read(size)
        work += size
        text = json.dumps(_answer(task, data), default=encode_cell).encode()
        if len(text) > MAX_ANSWER:
            text = json.dumps(_refusal(too_large())).encode()
        last = _has_grown() if limited else work > _MOST_WORK
        out.write(struct.pack("<?Q", last, len(text)) + text)
        out.flush()


def main() -> None:
    """Serve stdin and stdout."""
    # Libraries that print (xlrd warns on stdout) must not spoil the answers.
    out = os.fdopen(os.dup(1), "wb")
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    with out:
        serve(sys.stdin.buffer, out)


if __name__ == "__main__":
    main()
