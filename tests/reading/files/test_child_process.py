"""The child process: what passes to it and back, how its limits and its end are reported, that it reads as its parent does, and
that it leaves nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from msgspec import DecodeError, msgpack

from binary_workbooks import xls
from cell_marks import marks_of
from damaged import panic, problem_of, with_sheet, workbook
from hrss12333.model.problem import Problem
from hrss12333.model.row import Place
from hrss12333.model.text import Text, TextKind
from hrss12333.reading.documents import read_source
from hrss12333.reading.files import child_process as isolation
from hrss12333.reading.files.bounds import allowance
from hrss12333.reading.files.child_process import dumps, in_child, loads
from hrss12333.reading.files.scratch import new_folder
from hrss12333.reading.files.source import Source
from hrss12333.reading.grid import Book, Box, Cell, FileProblem, Grid, Prose
from hrss12333.survey.editions.y2019 import EDITION

EXAMPLES = sorted((Path(__file__).parents[3] / "examples" / "filings").iterdir())
Opened = Book | Prose


def opened_there(data: bytes, kind: str) -> Book:
    """What the child makes of a content of this kind."""
    book: Book = in_child(Opened, "open", data, kind)
    return book


def test_a_book_survives_the_way_back() -> None:
    moment = datetime(2020, 1, 10, 9, 30, 0, 5)
    cells: list[Cell] = ["表", 1, 2.5, True, None, "", moment, date(2020, 1, 10), time(9, 30), timedelta(hours=30)]
    grid = Grid("表", [cells, []], True, (Box(0, 1, 2, 3),), marks=marks_of((0, 1), struck=True, comment="批注"))
    texts = (Text(TextKind.BOX, "框", Place("表", 1, 2), sheet="表"),)
    for book in (
        Book("xlsx", (grid,), texts, moment),
        Prose(paragraphs=("段",), grids=(grid,), embedded=1),
    ):
        assert loads(dumps(book), Opened) == book


@pytest.mark.parametrize("answer", [b"", b"\xc1", msgpack.encode([1]), msgpack.encode({"type": "Path"}), b"\xde"])
def test_nothing_else_is_made_of_an_answer(answer: bytes) -> None:
    with pytest.raises(DecodeError):
        loads(answer, Opened)


def test_an_ordinary_filing_never_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not one of the examples needs the child."""

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a child was started")

    monkeypatch.setattr(isolation, "in_child", never)
    for path in EXAMPLES:
        read_source(Source(path.name, path.read_bytes), EDITION)


def test_a_child_that_dies() -> None:
    assert problem_of(in_child, Opened, "no such task", b"") is Problem.DAMAGED
    assert opened_there(xls([["x"]]), "xls").grids


def test_one_child_reads_many_files() -> None:
    opened_there(xls([["x"]]), "xls")
    kept = isolation.keeper.process
    assert kept is not None
    for _ in range(3):
        opened_there(xls([["x"]]), "xls")
        with pytest.raises(FileProblem):
            opened_there(panic(), "xls")
    assert isolation.keeper.process is kept


@pytest.mark.parametrize("end", ["hangs", "is killed", "ends"])
def test_a_child_that_fails_is_replaced_and_costs_its_file_alone(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened_there(xls([["x"]]), "xls")
    kept, folder = isolation.keeper.process, isolation.keeper.folder
    assert kept is not None
    assert folder is not None
    (folder / "表.rar").write_bytes(b"x")
    if end == "hangs":
        os.kill(kept.pid, signal.SIGSTOP)
    else:
        os.kill(kept.pid, signal.SIGKILL if end == "is killed" else signal.SIGTERM)
    with monkeypatch.context() as patch:
        patch.setattr(isolation, "allowance", lambda _: (0.01, 800 * 2**20))
        expected = Problem.DAMAGED if end == "ends" else Problem.TOO_LARGE
        assert problem_of(opened_there, xls([["x"]]), "xls") is expected
    assert kept.returncode is not None
    assert not folder.exists()
    assert opened_there(xls([["x"]]), "xls").grids


def test_large_files_may_take_more() -> None:
    sizes = (0, 2**20, 8 * 2**20, 64 * 2**20, 256 * 2**20)
    allowed = [allowance(size) for size in sizes]
    assert allowed == sorted(allowed)
    assert allowed[0] == allowed[1]
    assert allowed[-1] == allowed[-2]
    assert (allowed[1][0] <= 9, allowed[-1][0] <= 24) == (True, True)


def request(task: str, data: bytes, *given: object, seconds: float = 5.0, memory: int = 800 * 2**20) -> bytes:
    """What the child is sent for one file."""
    return f"{json.dumps([seconds, memory, len(data), task, *given])}\n".encode() + data


def served(requests: bytes, **settings: int) -> list[tuple[bool, bytes]]:
    """What a process of its own with other settings answers: whether it is the last answer, and the answer."""
    changed = "; ".join(f"child.{name} = {value}" for name, value in settings.items())
    code = f"from hrss12333.reading.files import child_process as child; {changed or 'pass'}; child.main()"
    done = subprocess.run([sys.executable, "-c", code], input=requests, capture_output=True, check=True, timeout=600)
    return answers(done.stdout)


def answers(output: bytes) -> list[tuple[bool, bytes]]:
    found, rest = [], output
    while rest:
        head, _, rest = rest.partition(b"\n")
        last, _, size = json.loads(head)
        found.append((last, rest[:size]))
        rest = rest[size:]
    return found


def test_an_answer_that_is_too_long() -> None:
    ((_, answer),) = served(request("open", workbook(), "xlsx"), MAX_ANSWER=10)
    assert msgpack.decode(answer)["kind"] == Problem.TOO_LARGE.value


@pytest.mark.skipif(sys.platform == "win32", reason="there the parent's clock must do")
@pytest.mark.parametrize("limit", ["memory", "seconds"])
def test_what_breaks_a_limit_is_said_to_be_too_large(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = b"".join(b'<row r="%d"><c r="Z%d"><v>1</v></c></row>' % (r, r) for r in range(1, 150_001))
    isolation.keeper.close()
    little = {"memory": (9.0, 60 * 2**20), "seconds": (0.0, 800 * 2**20)}[limit]
    monkeypatch.setattr(isolation, "allowance", lambda _: little)
    assert problem_of(opened_there, with_sheet(rows), "xlsx") is Problem.TOO_LARGE
    monkeypatch.undo()
    assert opened_there(workbook(), "xlsx").grids  # the next file finds another child


def test_a_child_that_has_read_much_makes_room_for_a_small_one() -> None:
    two = request("open", workbook(), "xlsx") * 2
    assert [last for last, _ in served(two)] == [False, False]
    assert [last for last, _ in served(two, MOST_WORK=1)] == [True]


def test_a_frozen_program_becomes_the_child_by_a_switch() -> None:
    code = f"import sys; sys.argv = ['hrss12333', {isolation.SWITCH!r}]\nfrom hrss12333.__main__ import main\nmain()"
    asked = request("open", workbook(), "xlsx")
    done = subprocess.run([sys.executable, "-c", code], input=asked, capture_output=True, check=True, timeout=600)
    assert loads(answers(done.stdout)[0][1], Opened).grids


def test_what_lies_in_the_current_folder_is_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    assert opened_there(xls([["x"]]), "xls").grids == (Grid("表", [["x"]]),)


def test_what_a_killed_run_left_is_removed_by_a_later_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, living = tmp_path / "hrss12333-left", tmp_path / "hrss12333-living"
    left.mkdir()
    (left / "广东.xls").touch()
    living.mkdir()
    os.utime(left, (0, 0))
    new = new_folder()
    assert {*tmp_path.iterdir()} == {living, new}
