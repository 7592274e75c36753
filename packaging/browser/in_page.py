"""The program in the page: a command, its outputs, and the worker of its tasks, which is this process itself. The page ends it
where a task takes too long, starts it anew, and has the command run again with the answers that there were."""

from __future__ import annotations

import gc
import io
import json
import os
import shutil
from contextlib import redirect_stderr, redirect_stdout
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import page  # by worker.js

# TEMPORARY
import sys, types
crypto = types.ModuleType('msoffcrypto')
class _NoCrypto:
    def __init__(self, *given): raise ImportError('msoffcrypto')
crypto.OfficeFile = _NoCrypto
sys.modules['msoffcrypto'] = crypto
# END
import hrss12333
from hrss12333.cli import check, cli, merge  # noqa: F401  imported before the first command
from hrss12333.model.message import Words
from hrss12333.model.problem import Problem
from hrss12333.reading.files.opening import Convertible
from hrss12333.reading.grid import FileProblem
from hrss12333.reading.worker import Here, done, limits
from hrss12333.reading.worker.serving import dumps, loads
from hrss12333.survey.editions import edition_of

FOLDER = Path("/run")
_ELSEWHERE = "本页不能读这种文件，没有审核。请在装有本程序的电脑上审核，或者另存为.xlsx再选进来。"


class PageWorker(Here):
    """Does tasks in this process, and keeps the answers in the page."""

    answers: dict[str, bytes | None] = {}
    """Task and content → the answer; None where the page ended the worker."""

    def do(self, kind, task, data, given, limit):
        """The answer that there was, else the task's own."""
        key = f"{task} {sha256(data + repr(given).encode()).hexdigest()}"
        if key not in self.answers:
            page.begun(key)
            self.answers[key] = self._packed(task, data, given)
            page.ended(key, self.answers[key])
        if self.answers[key] is None:
            raise limits.out_of_bounds()
        answer = self.answers[key]
        if answer[:1] == b"-":
            problem, text = json.loads(answer[1:])
            raise FileProblem(Problem[problem], "{text}", text=Words(text))
        return loads(answer[1:], kind)

    def _packed(self, task, data, given):
        try:
            answer = done(task, data, given)
            if isinstance(answer, Convertible):  # by a program, which there is not
                raise FileProblem(Problem.NOT_HERE, _ELSEWHERE)
            return b"+" + dumps(answer)
        except FileProblem as problem:
            refused, cause = [problem.kind.name, problem.message.text], problem
            while cause := cause.__cause__:
                if isinstance(cause, ImportError):
                    refused = [Problem.NOT_HERE.name, _ELSEWHERE]
            return b"-" + json.dumps(refused).encode()


def units():
    """The names of the reporting units."""
    return [unit.short for unit in edition_of().gazetteer.units]


def clear():
    """An empty folder, in which the inputs are put and the outputs will be found."""
    os.chdir("/")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    os.chdir(FOLDER)


def run(argv, answers):
    """Run a command; its exit status, its texts, and its outputs, one archive of them where they are several."""
    PageWorker.answers.update({key: bytes(kept) if kept else None for key, kept in answers.to_py().items()})
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = cli.main([*argv], "hrss12333", standalone_mode=False, obj=page.progress)
    outputs = [(path.name, path.read_bytes()) for path in sorted(FOLDER.iterdir()) if path.is_file()]
    if len(outputs) > 1:
        packed = io.BytesIO()
        with ZipFile(packed, "w") as archive:
            for name, content in outputs:
                archive.writestr(name, content)
        outputs.append(("全部结果.zip", packed.getvalue()))
    gc.collect()
    return {"status": status or 0, "out": out.getvalue(), "err": err.getvalue(), "outputs": outputs}


hrss12333.worker = "in_page:PageWorker"
limits.SECONDS *= 5  # Python takes so many times as long in a browser
