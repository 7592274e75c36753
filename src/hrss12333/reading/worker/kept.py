"""A worker in the very process that asks, for a page in a browser: the page ends the process where a task takes too long, starts
it anew, and has the command run again with the answers that there were."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from hrss12333.model.message import Words
from hrss12333.model.problem import Problem
from hrss12333.reading.files.opening import Convertible
from hrss12333.reading.grid import FileProblem
from hrss12333.reading.worker import Here, done
from hrss12333.reading.worker.limits import Limit, out_of_bounds
from hrss12333.reading.worker.serving import dumps, loads

_REFUSED = b"!"
"""The first byte of an answer that says why there is none; MessagePack begins no Struct so."""
_ELSEWHERE = "本页不能读这种文件，没有审核。请在装有本程序的电脑上审核，或者另存为.xlsx再选进来。"


class Kept(Here):
    """Does each task once, and tells of its beginning and of its answer."""

    answers: dict[str, bytes | None] = {}  # noqa: RUF012  the page's, of one program
    """By task and content; None of a task that was ended."""
    begun: Callable[[str], object] = staticmethod(lambda _: None)
    ended: Callable[[str, bytes], object] = staticmethod(lambda _, __: None)

    def do(self, kind: Any, task: str, data: bytes, given: tuple[Any, ...], limit: Limit) -> Any:
        """The answer that there was, else the task's own."""
        key = f"{task} {sha256(data + repr(given).encode()).hexdigest()}"
        if key not in self.answers:
            self.begun(key)
            self.answers[key] = _packed(task, data, given)
            self.ended(key, self.answers[key] or b"")
        answer = self.answers[key]
        if answer is None:
            raise out_of_bounds()
        if answer.startswith(_REFUSED):
            problem, text = json.loads(answer[1:])
            raise FileProblem(Problem[problem], "{text}", text=Words(text))
        return loads(answer, kind)


def _packed(task: str, data: bytes, given: tuple[Any, ...]) -> bytes:
    try:
        answer = done(task, data, given)
        if not isinstance(answer, Convertible):
            return dumps(answer)
        problem = FileProblem(Problem.NOT_HERE, _ELSEWHERE)
    except FileProblem as refused:
        problem = FileProblem(Problem.NOT_HERE, _ELSEWHERE) if _lacks_library(refused) else refused
    return _REFUSED + json.dumps([problem.kind.name, problem.message.text]).encode()


def _lacks_library(error: BaseException) -> bool:
    return isinstance(error, ImportError) or (error.__cause__ is not None and _lacks_library(error.__cause__))
