"""The disposable process that reads what is not provably small: requests come by stdin, answers go as JSON to stdout.

`child_process` starts it. It limits its memory and its time for each file, and may die at any moment; when it has grown
it says that an answer is its last, so that every file finds a small one.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import suppress
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import Any, BinaryIO

from hrss12333.model.errors import in_words
from hrss12333.model.problem import Problem
from hrss12333.patterns import code
from hrss12333.reading.files.bounds import NO_ROOM, is_small_book, limit_this_process, out_of_memory, restrict
from hrss12333.reading.files.child_values import ANSWER, REQUEST, decode, encode
from hrss12333.reading.files.file_type import TABLE
from hrss12333.reading.files.package import damaged, too_large
from hrss12333.reading.grid import FileProblem

MEMORY_LIMIT = 1_200 * 2**20
"""Bytes of address space that no request may exceed; the largest area that is let through (28 million cells) takes 0.9
GiB."""

GROWN = 256 * 2**20
"""Bytes held at most by a child that reads another file."""

MAX_ANSWER = 160 * 2**20
"""Bytes of JSON: more would burden the parent, which has no limit of its own. Archives that it unpacks pass through."""

MAX_READ = 24 * 2**20
"""The same of what was read in a file, which rules and outputs go through."""

_MOST_WORK = 200 * 2**20
"""Bytes of files after which a child is replaced in any case, where the system does not tell how much it holds."""


def _has_limits() -> bool:
    """Whether the system knows limits: else (Windows) the parent's clock must do."""
    try:
        restrict(for_good=True, AS=MEMORY_LIMIT, CORE=0)
    except ImportError:
        return False
    return True


def _has_grown() -> bool:
    import resource

    try:  # Linux counts what the parent held among the rest, unless asked here
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024 > GROWN
    except (OSError, ValueError, IndexError):
        pass
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * (1 if sys.platform == "darwin" else 1024) > GROWN


def _read_content(data: bytes, kind: str, *given: Any) -> Any:
    """What is in a file, where that is little or no form is looked for in it; else the documents that it holds, which
    this process then reads."""
    from hrss12333.reading.formats.opening import open_content  # every reader only when a file asks for it

    opened = open_content(kind, data)
    if not given or is_small_book(opened):
        return opened
    from hrss12333.reading.documents import read_in_child

    return read_in_child(data, opened, *given)


TASKS = {
    "open": "",
    "read": "",
    "ole_kind": "reading.files.ole:kind_of",
    **{item.tag: item.in_child for item in TABLE if item.in_child},
}
"""What may be asked → the function that does it, imported only then; empty for `_read_content`."""


def _answer_task(task: str, data: bytes, given: list[Any]) -> Any:
    try:
        answer = code(TASKS[task]) if TASKS[task] else _read_content
        return answer(data, *map(decode, given))
    except FileProblem as problem:
        return problem
    except MemoryError:
        return out_of_memory()
    except OSError as error:  # libraries raise it of a damaged file, too
        full = error.errno in (ENOSPC, EDQUOT)
        return FileProblem(Problem.DAMAGED, NO_ROOM, reason=in_words(error)) if full else damaged()
    except Exception:  # whatever a library makes of a damaged file
        return damaged()


def serve(requests: BinaryIO, out: BinaryIO) -> None:
    """Answer one request after another until there are no more, or this process has grown."""
    limited = _has_limits()
    limit_this_process()
    out.write(b"L" if limited else b"U")
    out.flush()
    work, last = 0, False
    while not last and len(head := requests.read(REQUEST.size)) == REQUEST.size:
        seconds, memory, name, size = REQUEST.unpack(head)
        if limited:
            restrict(for_good=False, CPU=int(time.process_time() + seconds) + 1, AS=memory)
        begun = time.process_time()
        task, *given = json.loads(requests.read(name))
        data = requests.read(size)
        work += size
        text = _as_text(_answer_task(task, data, given), MAX_READ if task == "read" else MAX_ANSWER)
        last = _has_grown() if limited else work > _MOST_WORK
        out.write(ANSWER.pack(last, time.process_time() - begun, len(text)) + text)
        out.flush()


def _as_text(answer: Any, most: int) -> bytes:
    with suppress(MemoryError):
        text = json.dumps(encode(answer)).encode()
        if len(text) <= most:
            return text
    return json.dumps(encode(too_large())).encode()


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
