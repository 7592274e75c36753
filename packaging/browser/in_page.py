"""The program in the page: its worker's answers, its commands, and their outputs. Python runs in a worker of the page, which ends
it where a task takes too long, starts it anew, and has the command run again with the answers that there were."""

from __future__ import annotations

import gc
import io
import os
import shutil
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from zipfile import ZipFile

import page  # by worker.js

import hrss12333.cli.check
import hrss12333.cli.merge
from hrss12333.cli import cli
from hrss12333.survey.editions import edition_of

# TEMPORARY
from hashlib import sha256
import sys, types
crypto = types.ModuleType('msoffcrypto')
class _NoCrypto:
    def __init__(self, *given): raise ImportError('msoffcrypto')
crypto.OfficeFile = _NoCrypto
sys.modules['msoffcrypto'] = crypto
import hrss12333.reading.files.child_process as child
from hrss12333.reading.files.bounds import Process, OUT_OF_BOUNDS
from hrss12333.reading.grid import FileProblem
from hrss12333.model.message import Words
from hrss12333.model.problem import Problem
ANSWERS = {}
def in_child(kind, task, data, *given):
    key = f"{task} {sha256(data).hexdigest()} {given}"
    if key not in ANSWERS:
        page.begun(key)
        Process.is_child = True
        try:
            answer = child._answer(task, data, list(given))
        finally:
            Process.is_child = False
        ANSWERS[key] = child._packed(answer)
        page.ended(key, ANSWERS[key])
    if ANSWERS[key] is None:
        raise FileProblem(Problem.TOO_LARGE, OUT_OF_BOUNDS)
    answer = child.loads(ANSWERS[key], kind | child._Refused)
    if isinstance(answer, child._Refused):
        raise FileProblem(answer.kind, '{text}', text=Words(answer.text))
    return answer
child.in_child = in_child
import hrss12333.cli.printing as printing
from contextlib import contextmanager
@contextmanager
def progress(what):
    yield lambda done, total, name: page.progress(what, done, total, str(name))
printing.progress = progress
import hrss12333.cli.received
hrss12333.cli.received.progress = progress
# END

FOLDER, INPUTS = Path("/run"), ("收件", "对照")


def units() -> list[str]:
    """The names of the reporting units."""
    return [unit.short for unit in edition_of().gazetteer.units]


def clear() -> None:
    """An empty folder, in which the inputs are put and the outputs will be found."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    os.chdir(FOLDER)


def run(argv, answers):
    """Run a command; its exit status, its texts, and its outputs, one archive of them where they are several."""
    ANSWERS.update({key: bytes(answer) if answer is not None else None for key, answer in answers.to_py().items()})
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
