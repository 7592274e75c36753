"""A worker in the very process that asks, for a page in a browser: the page ends the process where a task takes too long, starts
it anew, and has the command run again with the answers that there were."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any, ClassVar

from hrss12333.model.row import Problem
from hrss12333.reading.files.file_type import Convertible
from hrss12333.reading.grid import FileProblem
from hrss12333.reading.worker import Worker, done
from hrss12333.reading.worker.limits import Limit, out_of_bounds
from hrss12333.reading.worker.serving import Answered, Refused, dumps, unpacked

_ELSEWHERE = "本页不能读这种文件，没有审核；请在装有本程序的电脑上审核，或者另存为.xlsx再选进来"


class Kept(Worker):
    """Does each task once, and tells the page of its beginning and of its answer."""

    answers: ClassVar[dict[str, bytes | None]] = {}
    """By task and content, after a sign that it is one or why there is none; None of a task that the page ended."""
    begun: Callable[[str], object]
    ended: Callable[[str, bytes | None], object]

    def do(self, kind: Any, task: str, data: bytes, given: tuple[Any, ...], limit: Limit) -> Any:
        """The answer that there was, else the task's own."""
        key = f"{task} {sha256(data + repr(given).encode()).hexdigest()}"
        if key not in self.answers:
            self.begun(key)
            self.answers[key] = _packed(task, data, given)
            self.ended(key, self.answers[key])
        if (answer := self.answers[key]) is None:
            raise out_of_bounds()
        return unpacked(Answered(answer[1:], answer.startswith(b"!"), last=False, seconds=0.0), kind)


def _packed(task: str, data: bytes, given: tuple[Any, ...]) -> bytes:
    problem = FileProblem(Problem.NOT_HERE, _ELSEWHERE)  # for want of a library, or of a program that converts it
    try:
        answer = done(task, data, given)
        if not isinstance(answer, Convertible):
            return b"." + dumps(answer)
    except FileProblem as refused:
        problem = problem if isinstance(refused.__cause__, ImportError) else refused
    return b"!" + dumps(Refused(problem.kind, problem.message.text))
