"""The worker: what passes to it and back, how its limits and its end are reported, that each kind of it reads alike, and
that it leaves nothing; and the worker of a page in a browser."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from msgspec import msgpack

import hrss12333
from cli_runs import descendants, have_ended, report
from cli_runs import run as run_command
from damaged import document, panic, problem_of, with_sheet, workbook, xls
from factory import mail
from hrss12333.model.row import Place, Problem
from hrss12333.model.text import Text, TextKind
from hrss12333.reading import worker as working
from hrss12333.reading.files.file_type import open_document
from hrss12333.reading.files.programs import scratch_folder
from hrss12333.reading.grid import Book, Box, Cell, FileProblem, Grid, Moment, Prose
from hrss12333.reading.worker import (
    Answered,
    Convertible,
    Kept,
    processes,
    read_answer,
    run,
    serve,
    the_worker,
    unpacked,
    write_request,
)
from hrss12333.reading.worker.limits import MEMORY, Limit
from hrss12333.reading.worker.processes import SWITCH
from merge_runs import marks_of

Opened = Book | Prose
READ = "reading.files.file_type:read"
KINDS = ("reading.worker.processes:Started", "reading.worker.processes:Forked", "reading.worker:Worker")
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks workers")


@pytest.fixture(params=KINDS[: 2 if sys.platform == "linux" else 1])
def process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[processes.Started]:
    """A worker that is another process."""
    monkeypatch.setattr(hrss12333, "worker", request.param)
    worker = the_worker()
    assert isinstance(worker, processes.Started)
    yield worker
    the_worker().close()


def test_a_book_survives_the_way_back() -> None:
    moment = datetime(2020, 1, 10, 9, 30, 0, 5)
    cells: list[Cell] = ["表", 1, 2.5, True, None, "", Moment("2020-01-10", is_date=True)]
    grid = Grid("表", [cells, []], True, (Box(0, 1, 2, 3),), marks=marks_of((0, 1), struck=True, comment="批注"))
    texts = (Text(TextKind.BOX, "框", Place("表", 1, 2), sheet="表"),)
    for book in (
        Book((grid,), texts, moment),
        Prose(paragraphs=("段",), grids=(grid,), embedded=1),
    ):
        assert msgpack.decode(msgpack.encode(book), type=Opened | Convertible) == book


@pytest.mark.parametrize("answer", [b"", b"\xc1", msgpack.encode([1]), msgpack.encode({"type": "Path"}), b"\xde"])
def test_nothing_else_is_made_of_an_answer(answer: bytes) -> None:
    with pytest.raises(FileProblem):
        unpacked(Answered(answer, refused=False), Opened)


@pytest.mark.parametrize("kind", KINDS[: 3 if sys.platform == "linux" else 1])
def test_every_kind_of_worker_gives_the_same(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hrss12333, "worker", kind)
    assert [[*grid.cells] for grid in open_document(xls([["x"]])).grids] == [[["x"]]]
    assert problem_of(open_document, panic()) is Problem.DAMAGED
    assert problem_of(run, Opened, "reading.files.file_type:no_such_task", b"") is Problem.DAMAGED
    assert open_document(workbook()).grids
    the_worker().close()


def test_one_process_reads_many_files(process: processes.Started) -> None:
    open_document(xls([["x"]]))
    kept = process.process
    assert kept is not None
    for _ in range(3):
        open_document(xls([["x"]]))
        with pytest.raises(FileProblem):
            open_document(panic())
    assert process.process is kept


@pytest.mark.parametrize(("end", "expected"), [("TERM", Problem.DAMAGED), ("KILL", Problem.TOO_LARGE)])
def test_a_process_that_ends_is_replaced_and_costs_its_file_alone(
    end: str, expected: Problem, process: processes.Started, tmp_path: Path
) -> None:
    """And what it started ends with it: here a script in the place of LibreOffice."""
    (office := tmp_path / "soffice").write_text(
        f"#!/bin/sh\nsleep 60 &\necho $! > {tmp_path}/pid\nkill -{end} $PPID\nwait"
    )
    office.chmod(0o700)
    given: tuple[object, ...] = (str(office), str(tmp_path), [], 30.0)
    assert problem_of(run, Opened, "reading.files.programs:converted", b"", *given) is expected
    assert have_ended([int((tmp_path / "pid").read_text())])
    assert open_document(xls([["x"]])).grids


@pytest.mark.skipif(sys.platform == "win32", reason="there a job has the limits")
@pytest.mark.parametrize("limit", [Limit(9.0, 60 * 2**20), Limit(0.0)])
def test_what_breaks_a_limit_is_said_to_be_too_large(limit: Limit, process: processes.Started) -> None:
    rows = b"".join(b'<row r="%d"><c r="Z%d"><v>1</v></c></row>' % (r, r) for r in range(1, 150_001))
    with pytest.raises(FileProblem) as raised:
        run(Opened, READ, with_sheet(rows), limit=limit)
    assert raised.value.kind is Problem.TOO_LARGE
    assert open_document(workbook()).grids  # the next file finds another process


def served(*requests: tuple[str, bytes]) -> list[Answered]:
    """The answers to these requests, of a worker that runs in this process."""
    asked, answered = io.BytesIO(), io.BytesIO()
    for task, data in requests:
        write_request(asked, task, data, (), Limit(60.0, 64 * MEMORY))
    asked.seek(0)
    serve(asked, answered)
    answered.seek(0)
    return list(iter(lambda: read_answer(answered), None))


@pytest.fixture
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "restrict", lambda **_: None)


@pytest.mark.usefixtures("_no_limits")
def test_an_answer_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "MOST_ANSWER", 10)
    asked, answered = io.BytesIO(), io.BytesIO()
    write_request(asked, READ, workbook(), (), Limit())
    asked.seek(0)
    serve(asked, answered)
    assert msgpack.decode(answered.getvalue()[18:])[0] == Problem.TOO_LARGE.value


@pytest.mark.usefixtures("_no_limits")
def test_a_process_that_has_read_much_makes_room_for_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    two = ((READ, workbook()),) * 2
    assert [answer.last for answer in served(*two)] == [False, False]
    monkeypatch.setattr(working, "MOST_WORK", 1)
    assert [answer.last for answer in served(*two)] == [True]


def test_a_frozen_program_becomes_the_worker_by_a_switch() -> None:
    code = f"import sys; sys.argv = ['hrss12333', {SWITCH!r}]\nfrom hrss12333.__main__ import main\nmain()"
    write_request(asked := io.BytesIO(), READ, workbook(), (), Limit())
    done = subprocess.run([sys.executable, "-c", code], input=asked.getvalue(), capture_output=True, check=True)
    answer = read_answer(io.BytesIO(done.stdout))
    assert answer
    assert unpacked(answer, Opened | Convertible).grids


def test_what_lies_in_the_current_folder_is_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    the_worker().close()
    assert open_document(xls([["x"]])).grids == (Grid("表", [["x"]]),)


@ON_LINUX
def test_what_forks_is_forked_once_and_ends_with_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hrss12333, "worker", KINDS[1])
    the_worker().close()
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    before = children.read_text().split()
    the_worker().ready()
    forked = children.read_text().split()
    for _ in range(2):
        open_document(xls([["x"]]))
        assert children.read_text().split() == forked
    the_worker().close()
    assert have_ended([int(each) for each in forked if each not in before])


@ON_LINUX
@pytest.mark.parametrize("end", ["KILL", "TERM"])
def test_nothing_outlives_a_program_that_is_killed(end: str, tmp_path: Path) -> None:
    code = (
        "import sys, os, hrss12333; hrss12333.worker = sys.argv[1]\n"
        "from hrss12333.reading.worker import run\n"
        "from hrss12333.reading.files.file_type import open_document\n"
        "open_document(open(sys.argv[2], 'rb').read()); print(os.getpid(), flush=True); sys.stdin.read()"
    )
    (tmp_path / "a.xlsx").write_bytes(workbook())
    for kind in KINDS[:2]:
        asked = [sys.executable, "-c", code, kind, str(tmp_path / "a.xlsx")]
        with subprocess.Popen(asked, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
            assert program.stdout
            program.stdout.readline()
            below = descendants(program.pid)
            subprocess.run(["kill", f"-{end}", str(program.pid)], check=True)
        assert below
        assert have_ended(below), kind


def test_what_a_killed_run_left_is_removed_by_a_later_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, living = tmp_path / "hrss12333-left", tmp_path / "hrss12333-living"
    left.mkdir()
    (left / "广东.xls").touch()
    living.mkdir()
    os.utime(left, (0, 0))
    with scratch_folder() as new:
        assert {*tmp_path.iterdir()} == {living, new}


# The worker of a page in a browser, without a browser: what it keeps, and what is not audited there


EXAMPLES = Path(__file__).parents[3] / "examples" / "filings"
FIRST = "本页未审核1个文件：四川省.docx。"


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The tasks that were begun, in a program whose worker is the page's, and that has no library for Word."""
    tasks: list[str] = []
    monkeypatch.setattr(hrss12333, "worker", "reading.worker:Kept")
    monkeypatch.setattr(Kept, "answers", {})
    monkeypatch.setattr(Kept, "begun", staticmethod(tasks.append), raising=False)
    monkeypatch.setattr(Kept, "ended", staticmethod(lambda _, __: None), raising=False)
    for module in [name for name in sys.modules if name.startswith(("docx", "hrss12333.reading.formats.word"))]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "docx", None)
    yield tasks
    the_worker().close()


def test_a_command_run_again_gets_the_answers_that_there_were(begun: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook())
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04")
    first = report("check", tmp_path)
    known = [*begun]
    assert report("check", tmp_path) == first
    assert begun == known
    Kept.answers[known[-1]] = None
    rules = [[finding["rule"] for finding in file["findings"]] for file in report("check", tmp_path)["files"]]
    assert rules == [["F004"], ["F001"]]


def test_elsewhere_a_missing_library_is_named(
    begun: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hrss12333, "worker", "reading.worker:Worker")
    (tmp_path / "四川省.docx").write_bytes(document())
    (file,) = report("check", tmp_path)["files"]
    assert [(finding["rule"], "docx，本程序里没有装" in finding["message"]) for finding in file["findings"]] == [
        ("F003", True)
    ]


def test_what_is_not_read_here_comes_first_and_is_no_finding(begun: list[str], tmp_path: Path) -> None:
    folder, output, page = tmp_path / "收件", tmp_path / "汇总.xlsx", tmp_path / "报告.html"
    folder.mkdir()
    shutil.copy(EXAMPLES / "广东省12333调查表.xlsx", folder)
    (folder / "四川省.docx").write_bytes(document())
    checked: Any = report("check", folder)
    assert [len(file["findings"]) for file in checked["files"]] == [0]
    assert (checked["unaudited"], checked["counts"]["error"]) == ([str(folder / "四川省.docx")], 0)
    assert run_command("check", folder, "--report", page).stdout.startswith(FIRST)
    written = page.read_text(encoding="utf-8")
    assert 0 < written.find(FIRST) < written.find('class="sum"')
    merged = run_command("merge", folder, "-o", output)
    assert merged.stdout.startswith(FIRST)
    assert "四川省（有文件本页未审核）" in merged.stdout
    overview = openpyxl.load_workbook(output)["概览"]
    assert FIRST in str([cell.value for cell in overview["A"][:5]])
    (folder / "四川省.docx").rename(tmp_path / "表.docx")
    sent = mail(
        ("表.docx", (tmp_path / "表.docx").read_bytes()), subject="四川省报送", sent="14 Jan 2020 09:00:00 +0800"
    )
    (folder / "a.eml").write_bytes(sent)
    merged = run_command("merge", folder, "-o", output, "--force")
    assert merged.stdout.startswith("本页未审核1个文件：表.docx。")
    assert "四川省（1月14日来信，附件本页未审核）" in merged.stdout
