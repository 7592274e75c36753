"""The worker: where whatever a stranger wrote is opened, and nowhere else.

A *task* is a function, named by its place in the package (``reading.files.file_type:read``): it takes a content and plain
values, and gives plain data back or raises a `FileProblem`. `run` has the program's worker do it, within the limits of
the given file's `Budget`. Unpacking, reading, converting, copying a 工作总结 and marking a copy are such tasks.

Which worker a program has, its outermost layer sets once, as ``hrss12333.worker``, before the first task: `Started`
(the default), `Forked` (which ``__main__`` chooses on Linux), or `Kept`, for a page in a browser, which may itself be
ended and started anew. No other code knows which it is.
"""

from __future__ import annotations

from errno import EDQUOT, ENOSPC
from typing import Any

import hrss12333
from hrss12333.model.errors import in_words
from hrss12333.model.row import Problem
from hrss12333.patterns import code
from hrss12333.reading.grid import FileProblem
from hrss12333.reading.worker.limits import NO_ROOM, Budget, Limit, damaged, out_of_bounds

_NO_LIBRARY = "读这种文件要用{name}，本程序里没有装。请另存为.xlsx再报送，或者把本程序重新安装完整。"


class Worker:
    """Does tasks, one after the other; this one in its own process, which whoever started it may end."""

    spent = 0.0
    """Seconds of CPU time that its tasks took so far outside this process."""

    def ready(self) -> None:
        """Make it ready, where that must happen before the program has threads."""

    def do(self, kind: Any, task: str, data: bytes, given: tuple[Any, ...], limit: Limit) -> Any:
        """The answer to a task, of this type; a FileProblem also where it broke its limits (F004) or crashed (F001)."""
        return done(task, data, given)

    def close(self) -> None:
        """End it, and all that it started; a further task begins anew."""


def done(task: str, data: bytes, given: tuple[Any, ...]) -> Any:
    """A task done in this process; whatever goes wrong is a `FileProblem`."""
    try:
        return code(task)(data, *given)
    except FileProblem:
        raise
    except ImportError as error:
        raise FileProblem(Problem.OTHER_FORMAT, _NO_LIBRARY, name=str(error.name).partition(".")[0]) from error
    except MemoryError as error:
        raise out_of_bounds() from error
    except OSError as error:  # libraries raise it of a damaged file, too
        full = error.errno in (ENOSPC, EDQUOT)
        problem = FileProblem(Problem.DAMAGED, NO_ROOM, reason=in_words(error)) if full else damaged()
        raise problem from error
    except Exception as error:  # whatever a library makes of a damaged file
        raise damaged() from error


_made: dict[str, Worker] = {}
"""The program's worker, by the kind that ``hrss12333.worker`` names."""


def the_worker() -> Worker:
    """The program's worker, made when it is first asked for."""
    kind = hrss12333.worker
    if kind not in _made:
        close()
        _made[kind] = code(kind)()
    return _made[kind]


def close() -> None:
    """End the worker, where there is one."""
    while _made:
        _made.popitem()[1].close()


def run(
    kind: Any, task: str, data: bytes, *given: Any, budget: Budget | None = None, limit: Limit | None = None
) -> Any:
    """The worker's answer, of this ``kind``, to a task about a file, with further plain values that are ``given``.

    ``budget``: of the file that was given, in which this one may lie; ``limit``: of a task that has limits of its own.
    """
    budget = budget or Budget()
    limit, worker = limit or budget.limit(), the_worker()
    before = worker.spent
    try:
        return worker.do(kind, task, data, given, limit)
    finally:
        budget.take(worker.spent - before)
