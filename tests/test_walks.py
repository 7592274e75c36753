"""The walks of CONTRIBUTING.md: through the code, followed in a run, and what each change takes, done in a scratch copy of
the package."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

import hrss12333
from cli_runs import started
from factory import write_filing

PACKAGE = Path(hrss12333.__file__).parent
ROOT = Path(__file__).parents[1]
HANDBOOK = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def section_of(name: str) -> str:
    """Of the handbook."""
    return HANDBOOK.partition(f"### {name}\n")[2].partition("\n#")[0]


def environment(**more: str) -> dict[str, str]:
    """Of a program whose lines are not counted."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COV")} | more


FOLLOWED = """
import os, sys, hrss12333.__main__
seen, entered = set(), open("entered.txt", "w", encoding="utf-8", buffering=1)
awaited = set(sys.argv.pop().splitlines())
def follow(frame, event, argument):
    code = frame.f_code
    if event == "call" and code not in seen:
        seen.add(code)
        _, package, module = code.co_filename.replace("\\\\", "/").rpartition("/hrss12333/")
        if package:
            entered.write(f"{module} {code.co_qualname}\\n")
            awaited.discard(f"{module} {code.co_qualname}")
            if not awaited:
                os._exit(1)
sys.setprofile(follow)
hrss12333.__main__.main()
"""
"""The program, noting each function of the package where it is entered first, until it has entered all that are awaited."""
WALKS = ("One cell, from bytes to total", "One finding, from rule to letter", "One path, from command line to workbook")


def stations(name: str) -> list[tuple[str, str]]:
    """Module and function of each step of a walk."""
    return re.findall(r"^\d+\. `([^`]+)`, `([^`]+)`: \S", section_of(name), re.M)


@pytest.fixture(scope="module")
def entered(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Every function that a merge with letters enters, in the order of the first time."""
    folder = tmp_path_factory.mktemp("followed")
    (folder / "收").mkdir()
    unbalanced = {"附表1": {"calls_total6": 469_461, "calls_total27": None}}
    write_filing(folder / "收" / "广东.xlsx", cells=unbalanced)
    awaited = "\n".join(" ".join(each) for name in WALKS for each in stations(name))
    command = ("-c", FOLLOWED, "merge", "收", "--returns", "退", "-v", awaited)
    done = started(*command, cwd=folder, env=environment(), encoding="utf-8")
    assert done.returncode == 1, done.stderr
    return (folder / "entered.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.long
@pytest.mark.parametrize("name", WALKS)
def test_a_walk_through_the_code_is_what_a_merge_enters(name: str, entered: list[str]) -> None:
    steps = stations(name)
    assert len(steps) > 9
    assert [module for module, _ in steps if not (PACKAGE / module).is_file()] == []
    at = {station: number for number, station in enumerate(entered)}
    assert [station for station in steps if " ".join(station) not in at] == []
    order = [at[" ".join(station)] for station in steps]
    assert order == sorted(order), list(zip(order, steps, strict=True))


def test_the_walk_of_a_cell_is_short() -> None:
    assert len({module for module, _ in stations(WALKS[0])}) <= 12


def test_every_file_and_every_name_that_the_handbook_gives_is_there() -> None:
    named = set(re.findall(r"`([\w/.-]+\.(?:py|md|txt))`", HANDBOOK))
    written_by_a_walk = {
        "reading/formats/json_rows.py",
        "reporting/count_output.py",
        "survey/editions/y2020.py",
    }
    known = {path.name for path in PACKAGE.rglob("*.py")}  # "beside it": in the folder of the one named before
    assert len(named) > 30
    assert {
        name for name in named - known if not any((root / name).is_file() for root in (PACKAGE, ROOT))
    } <= written_by_a_walk
    files = (*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py"), ROOT / "pyproject.toml")
    known = {word for path in files for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}
    names = re.findall(r"`([A-Za-z_][A-Za-z_.]+)`", HANDBOOK)
    assert len(names) > 50
    assert [name for name in names if name.rpartition(".")[2] not in known] == []
    steps = [(PACKAGE / module, name.rpartition(".")[2]) for walk in WALKS for module, name in stations(walk)]
    assert [step for step in steps if f"def {step[1]}(" not in step[0].read_text(encoding="utf-8")] == []


def test_the_sketch_of_the_layers_names_every_room() -> None:
    sketch = HANDBOOK.partition("```\n")[2].partition("```")[0]
    lines = {line.split()[0]: line for line in sketch.splitlines()}
    rooms = {path.parent.relative_to(PACKAGE).parts for path in PACKAGE.rglob("*.py")} - {()}
    assert [room for room in rooms if room[0] not in lines] == []
    assert [room for room in rooms if len(room) > 1 and f"{room[1]}/" not in lines[room[0]]] == []
    assert {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"} <= lines.keys()


COLUMN = '    night_calls: Count = count("夜间接听量", measure="次")\n'
OFFERED = '    "count": ("count只数个数", {"check": "reporting.count_output:check"}),\n'
RULE = '''@query(
    "B499 放弃量大于来电总量的一半",
    why="一半以上的来电没有接通，请核对。",
    example="来电总量 100，放弃量 60 → 来电总量 100，放弃量 6",
)
def half_abandoned(case: Case) -> Iterator[Hit | Undecided]:
    """More than half of the calls were abandoned."""
    for table in case.filing.tables:
        for row in table.rows:
            total, lost = row.number("calls_total"), row.number("calls_abandoned")
            if total is not None and lost is not None and 2 * lost > total:
                yield Hit(compose("放弃量超过来电总量的一半，请核对"), table=table, row=row, field="calls_abandoned")


'''
READER = '''"""A sheet as a list of its rows."""

from __future__ import annotations

import json

from hrss12333.reading.grid import Book, Grid


def read_json(data: bytes) -> Book:
    """Each item is a row."""
    return Book((Grid("表", tuple(json.loads(data))),))
'''
ENTRY = """    Format(
        "json",
        "JSON文件",
        "json",
        is_text_of=lambda text: re.match(rb"\\[\\s*\\[", text) is not None,
        reader="reading.formats.json_rows:read_json",
    ),
"""
OUTPUT = '''"""How many files were audited."""


def check(respondents, written, progress, sink):
    """The number."""
    sink.result(f"{len(respondents.inbox.files)} files")
'''
BRIEF = """    if args.brief:
        process.sink(args).result(str(sum(f.blocks for f in judged.respondents.inbox.files[0].findings)))
        return 0
"""
NOTICE = (ROOT / "tests" / "helpers" / "next_edition.py").read_text(encoding="utf-8")


class Walk(NamedTuple):
    """What is changed, and what the program then says when it is asked."""

    name: str
    changes: Sequence[tuple[str, str, str]]
    """File, the text before which something is put (once in the file; "" where the file is new), and what."""
    asked: str
    says: str
    status: int = 0


CHANGES = (
    Walk(
        "A column",
        [("survey/editions/y2019.py", "    seats: Count = count(", COLUMN)],
        "check 广东.xlsx",
        "夜间接听量",
        1,
    ),
    Walk(
        "A rule",
        [("checking/rules/balance.py", '@query(\n    "B404 ', RULE)],
        "check 放弃.xlsx",
        "放弃量超过来电总量的一半，请核对",
    ),
    Walk(
        "A format",
        [("reading/formats/json_rows.py", "", READER), ("reading/files/file_type.py", '    Format("ole",', ENTRY)],
        "check 报送.xlsx",  # content decides, not the extension
        "附表1有21行",
    ),
    Walk(
        "An output",
        [
            ("reporting/count_output.py", "", OUTPUT),
            ("reporting/__init__.py", '    "markdown": (', OFFERED),
        ],
        "check 广东.xlsx --format count",
        "1 files\n",
    ),
    Walk(
        "An option",
        [
            ("cli/options.py", "    verbose: bool = False\n", "    brief: bool = False\n"),
            ("cli/options.py", '    "force": {', '    "brief": {"is_flag": True, "help": "只说几处。"},\n'),
            ("cli/check.py", '"force"', '"brief", '),
            ("cli/check.py", '    output_of(args.format, "check")', BRIEF),
        ],
        "check 广东.xlsx --brief",
        "0\n",
    ),
    Walk(
        "Next year's notice",
        [
            ("survey/editions/y2020.py", "", NOTICE),
            ("survey/editions/__init__.py", "EDITIONS: dict", "from hrss12333.survey.editions import y2020\n\n"),
            ("survey/editions/__init__.py", "2019: ", "2020: y2020.NEXT, "),
        ],
        "template",
        "12333调查表_2020.xlsx",
    ),
)


@pytest.mark.long
@pytest.mark.parametrize("walk", CHANGES, ids=lambda walk: walk.name)
def test_a_change_takes_no_more_than_the_files_that_the_handbook_names(walk: Walk, tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "hrss12333")  # compiled modules, too: what is not edited need not be compiled
    rows = openpyxl.load_workbook(write_filing(tmp_path / "广东.xlsx"))["附表1"].iter_rows(values_only=True)
    (tmp_path / "报送.xlsx").write_text(json.dumps([*map(list, rows)], ensure_ascii=False), encoding="utf-8")
    lost = {"calls_total6": 9, "calls_agent6": 1, "calls_ivr6": 1, "calls_abandoned6": 7, "calls_total27": None}
    write_filing(tmp_path / "放弃.xlsx", cells={"附表1": lost})
    for module, before, added in walk.changes:
        path = tmp_path / "hrss12333" / module
        text = path.read_text(encoding="utf-8") if before else ""
        assert text.count(before) == 1, before
        path.write_text(text.replace(before, added + before), encoding="utf-8")
        assert f"`{module}`" in section_of(walk.name)
    where: dict[str, Any] = {"cwd": tmp_path, "env": environment(PYTHONPATH=str(tmp_path)), "encoding": "utf-8"}
    done = started("-m", "hrss12333", *walk.asked.split(), **where)
    assert (done.returncode, walk.says in done.stdout) == (walk.status, True), done.stdout + done.stderr
