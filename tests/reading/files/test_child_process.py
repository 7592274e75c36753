"""The child process: what passes to it and back, how its limits and its end are reported, and that it reads as its
parent does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from cell_marks import marks_of
from costly import heading_square
from damaged import document, encrypted, ods, panic, problem_of, with_sheet, workbook
from factory import Style, write_filing
from hrss12333.model.filing import Document, Filing, Skipped
from hrss12333.model.message import Among, File, Label, Quote, RegionName, Several, Words, compose
from hrss12333.model.problem import Problem
from hrss12333.reading.documents import read_in_child, read_source
from hrss12333.reading.files import bounds
from hrss12333.reading.files import child_process as isolation
from hrss12333.reading.files.bounds import allowance
from hrss12333.reading.files.child_process import dumps, in_child, loads
from hrss12333.reading.files.file_type import open_bytes
from hrss12333.reading.files.source import Source
from hrss12333.reading.grid import Box, Cell, FileProblem, Grid
from hrss12333.survey.editions.y2019 import EDITION
from oldbooks import xls

EXAMPLES = sorted((Path(__file__).parents[3] / "examples" / "filings").iterdir())


def passed(value: Any) -> Any:
    """A value that went to another process and back."""
    return loads(dumps(value))


def test_cells_survive_the_way_through_json() -> None:
    moment = datetime(2020, 1, 10, 9, 30, 0, 5)
    cells: list[Cell] = ["表", 1, 2.5, True, None, "", moment, date(2020, 1, 10), time(9, 30), timedelta(hours=30)]
    grids = (Grid("表", (cells, []), True, (Box(0, 1, 2, 3),), marks=marks_of((0, 1), struck=True, comment="批注")),)
    assert passed(grids) == grids
    assert passed({"表": b"\0\xff", "空": [], "数": 10**30}) == {"表": b"\0\xff", "空": [], "数": 10**30}


def test_what_is_said_survives_it_with_its_kinds() -> None:
    files = Several([File("甲/乙.xlsx"), Words("丙")])
    given = compose(
        "{region}：{label}{files:、}{more}", region=RegionName("广州市"), label=Label("总人数"), files=files, more=1
    )
    whole = compose("{given}{quote}{among}", given=given, quote=Quote(2.5, 3), among=Among((File("丁.xlsx"),), True))
    back = passed(whole)
    assert back == whole
    assert [type(leaf) for leaf in back.leaves] == [type(leaf) for leaf in whole.leaves]
    assert back.text == "“广州市”：总人数“甲/乙.xlsx”、丙1“2.5”（“丁.xlsx”等）。"


@pytest.mark.parametrize("value", [object(), len, EDITION, Path("x")])
def test_only_the_nouns_of_reading_pass(value: object) -> None:
    with pytest.raises(TypeError):
        dumps(value)


@pytest.mark.parametrize(
    "plain",
    [{"os:system": ["true"]}, {"reading.grid:replace": []}, {"reading.grid:nothing_unseen": [""]}, {"?": [1]}, {}],
)
def test_nothing_else_is_made_of_an_answer(plain: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError)):
        loads(json.dumps(plain))


def plain(items: list[Document | Skipped]) -> list[Any]:
    """Documents as they are compared: a table's rows and header are equal where they say the same."""
    return [(item, [replace(t) for t in item.tables]) if isinstance(item, Filing) else item for item in items]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_what_was_read_survives_it_too(path: Path) -> None:
    read = [read_source(Source(path.name, path.read_bytes), EDITION)]
    came = passed(tuple(read))
    assert plain(list(came)) == plain(read)
    for item, other in zip(read, came, strict=True):
        if isinstance(item, Filing):
            assert item.unit is other.unit
            assert [table.form for table in item.tables] == [table.form for table in other.tables]


def test_an_ordinary_filing_never_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not one of the examples is near what the child is for."""

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a child was started")

    monkeypatch.setattr("hrss12333.reading.files.child_process.in_child", never)
    # The area of an ordinary sheet is only known to be no more than 999 × 702.
    near = {what: most if what.startswith("area") else most // 4 for what, most in bounds.READ_IN_PARENT.items()}
    monkeypatch.setattr(bounds, "READ_IN_PARENT", near)
    for path in EXAMPLES:
        read_source(Source(path.name, path.read_bytes), EDITION)


def kinds(folder: Path) -> dict[str, bytes]:
    """A filing or a report in formats that this process reads itself."""
    book = write_filing(
        folder / "宁夏.xlsx", "宁夏", style=Style(), cells={"附表1": {"calls_total7": "约2500", "calls_agent8": "三千"}}
    )
    form = "\n".join(",".join(str(cell or "") for cell in row) for row in TABLE)
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in TABLE)
    return {
        "xlsx": book.read_bytes(),
        "csv": form.encode(),
        "html": f"<html><table>{rows}</table></html>".encode(),
        "docx": document(),
        "ods": ods(b"<table:table-row><table:table-cell/></table:table-row>"),
    }


TABLE: list[list[object]] = [
    ["序号", "地区（市、州）", "来电总量", "人工接听量", "自助语音量", "放弃量", "是否开通留言服务"],
    [1, "银川市", 100, 60, 30, 10, "是"],
    [2, "吴忠市", "1，000", 600, 300, 100, "√"],
]


@pytest.mark.parametrize("kind", ["xlsx", "csv", "html", "docx", "ods"])
@pytest.mark.parametrize("what", ["bytes", "texts"])
def test_the_child_reads_as_its_parent_does(
    kind: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``bytes`` leaves a file to the child from its first look on, ``texts`` what was decoded, with its layout."""
    data = kinds(tmp_path)[kind]
    source = Source(f"报送.{kind}", partial(bytes, data), sender="张三", received=datetime(2020, 1, 10))
    here = [read_source(source, EDITION)]
    asked: list[str] = []

    def noting(task: str, *given: Any, **options: Any) -> Any:
        asked.append(task)
        return in_child(task, *given, **options)

    monkeypatch.setattr("hrss12333.reading.files.child_process.in_child", noting)
    monkeypatch.setattr(bounds, "READ_IN_PARENT", {**bounds.READ_IN_PARENT, what: -1})
    assert plain([read_source(source, EDITION)]) == plain(here)
    assert asked == ["read"]


@pytest.mark.parametrize("kind", ["xlsx", "csv", "html", "docx", "ods"])
def test_documents_that_the_child_reads_come_as_they_are(kind: str, tmp_path: Path) -> None:
    data = kinds(tmp_path)[kind]
    source = Source(f"报送.{kind}", partial(bytes, data), sender="张三", received=datetime(2020, 1, 10))
    about = {"name": source.name, "sender": source.sender, "received": source.received}
    came = passed(read_in_child(data, open_bytes(data), passed(about), (2019, None, False)))
    assert [own for own, _ in came] == [None]
    assert plain([item for _, item in came]) == plain([read_source(source, EDITION)])


def test_a_child_that_dies() -> None:
    assert problem_of(in_child, "no such task", b"") is Problem.DAMAGED
    assert in_child("open", xls([["x"]]), "xls").grids


def test_one_child_reads_many_files() -> None:
    in_child("open", xls([["x"]]), "xls")
    kept = isolation._keeper.process
    assert kept is not None
    for _ in range(3):
        in_child("open", xls([["x"]]), "xls")
        with pytest.raises(FileProblem):
            in_child("open", panic(), "xls")
    assert isolation._keeper.process is kept


@pytest.mark.parametrize("end", ["hangs", "is killed", "ends"])
def test_a_child_that_fails_is_replaced_and_costs_its_file_alone(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    in_child("open", xls([["x"]]), "xls")
    kept = isolation._keeper.process
    assert kept is not None
    if end == "hangs":
        os.kill(kept.pid, signal.SIGSTOP)
    else:
        os.kill(kept.pid, signal.SIGKILL if end == "is killed" else signal.SIGTERM)
    assert problem_of(in_child, "open", xls([["x"]]), "xls", seconds=0.01) is (
        Problem.DAMAGED if end == "ends" else Problem.TOO_LARGE
    )
    assert kept.returncode is not None
    assert in_child("open", xls([["x"]]), "xls").grids


def test_large_files_may_take_more() -> None:
    sizes = (0, 2**20, 8 * 2**20, 64 * 2**20, 256 * 2**20)
    allowed = [allowance(size) for size in sizes]
    assert allowed == sorted(allowed)
    assert allowed[0] == allowed[1]
    assert allowed[-1] == allowed[-2]
    assert (allowed[1][0] <= 9, allowed[-1][0] <= 24) == (True, True)


def request(task: str, data: bytes, *given: object, seconds: float = 5.0, memory: int = 800 * 2**20) -> bytes:
    """What the child is sent for one file."""
    return f"{dumps([seconds, memory, len(data), task, *given])}\n".encode() + data


def served(requests: bytes, **settings: int) -> list[tuple[bool, Any]]:
    """What a process of its own with other settings answers: whether it is the last answer, and the answer."""
    changed = "; ".join(f"child.{name} = {value}" for name, value in settings.items())
    code = f"from hrss12333.reading.files import child_process as child; {changed or 'pass'}; child.main()"
    done = subprocess.run([sys.executable, "-c", code], input=requests, capture_output=True, check=True, timeout=600)
    lines = iter(done.stdout[1:].splitlines())
    return [(loads(head)[0], loads(answer)) for head, answer in zip(lines, lines, strict=True)]


def test_an_answer_that_is_too_long() -> None:
    ((_, answer),) = served(request("open", workbook(), "xlsx"), MAX_ANSWER=10)
    assert (type(answer), answer.kind) == (FileProblem, Problem.TOO_LARGE)


@pytest.mark.skipif(sys.platform == "win32", reason="there the parent's clock must do")
@pytest.mark.parametrize("limit", ["memory", "seconds"])
def test_what_breaks_a_limit_is_said_to_be_too_large(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    far = with_sheet(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="Z1048576"><v>1</v></c></row>')
    little = {"memory": (9.0, 300 * 2**20), "seconds": (0.0, 800 * 2**20)}[limit]
    data = far if limit == "memory" else heading_square(150)
    monkeypatch.setattr(isolation, "allowance", lambda _: little)
    assert problem_of(in_child, "read", data, "xlsx", {"name": "a.xlsx"}, 2019, None) is Problem.TOO_LARGE
    monkeypatch.undo()
    assert in_child("open", workbook(), "xlsx").grids  # the next file finds another child


@pytest.mark.skipif(
    sys.platform != "linux",
    reason="no process says there how much it has held; the bytes it was sent are counted instead",
)
def test_a_child_that_has_grown_makes_room_for_a_small_one() -> None:
    two = request("open", workbook(), "xlsx") * 2
    assert [last for last, _ in served(two)] == [False, False]
    assert [last for last, _ in served(two, GROWN=1)] == [True]


def test_a_frozen_program_becomes_the_child_by_a_switch() -> None:
    code = f"import sys; sys.argv = ['hrss12333', {isolation.SWITCH!r}]\nfrom hrss12333.__main__ import main\nmain()"
    asked = request("open", workbook(), "xlsx")
    done = subprocess.run([sys.executable, "-c", code], input=asked, capture_output=True, check=True, timeout=600)
    assert done.stdout[:1] in (b"L", b"U")
    assert loads(done.stdout.splitlines()[1]).grids


def test_what_lies_in_the_current_folder_is_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    assert in_child("open", xls([["x"]]), "xls").grids == (Grid("表", (["x"],)),)


def test_a_locked_workbook_is_opened_there() -> None:
    found = in_child("ole_kind", encrypted("VelvetSweatshop"))
    assert found == workbook()
