"""The walks of CONTRIBUTING.md: through the code, followed in a run, and what each change takes, done in a scratch copy of
the package."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import hrss12333
from factory import a1, write_filing

PACKAGE = Path(hrss12333.__file__).parent
ROOT = Path(__file__).parents[1]
HANDBOOK = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def section_of(name: str) -> str:
    """Of the handbook."""
    return HANDBOOK.partition(f"### {name}\n")[2].partition("\n#")[0]


def environment(**more: str) -> dict[str, str]:
    """Of a program whose lines are not counted."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COV")} | more


@dataclass
class Scratch:
    """A copy of the package that one may change."""

    root: Path
    touched: set[str] = field(default_factory=set)

    def edit(self, module: str, *changes: tuple[str, str]) -> None:
        """Old texts, each of which is there once, and new ones; the text of a new file has nothing before it."""
        path = self.root / "hrss12333" / module
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        for before, after in changes:
            assert text.count(before) == 1, before
            text = text.replace(before, after)
        path.write_text(text, encoding="utf-8")
        self.touched.add(module)

    def run(self, *arguments: object, status: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "hrss12333", *map(str, arguments)],
            cwd=self.root,
            env=environment(PYTHONPATH=str(self.root)),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == status, done.stderr
        return done.stdout

    def checked(self, name: str, status: int = 0) -> list[dict[str, Any]]:
        """What ``check`` says of the files."""
        files: list[dict[str, Any]] = json.loads(self.run("check", name, "--format", "json", status=status))["files"]
        return files

    def walked(self, name: str) -> None:
        """The handbook names the files that the walk touched, and no walk touches others."""
        for module in self.touched:
            assert re.search(re.sub(r"y\d{4}", r"y\\d{4}", f"`{module}`"), section_of(name)), module


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    shutil.copytree(PACKAGE, tmp_path / "hrss12333")  # compiled modules, too: what is not edited need not be compiled
    write_filing(tmp_path / "广东.xlsx")
    return Scratch(tmp_path)


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
WALKS = (
    "One cell, from bytes to total",
    "One finding, from rule to letter",
    "One path, from command line to workbook",
)


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
    command = [sys.executable, "-c", FOLLOWED, "merge", "收", "--returns", "退", "-v", awaited]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
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
        "reporting/outputs/count_output.py",
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


@pytest.mark.long
def test_a_column_is_one_field(scratch: Scratch) -> None:
    seats = '    seats: Count = count(\n        "坐席数",'
    added = '    night_calls: Count = count("夜间接听量", unit="次")\n'
    scratch.edit("survey/editions/y2019.py", (seats, added + seats))
    scratch.run("template", "-o", "空白.xlsx")
    sheet = openpyxl.load_workbook(scratch.root / "空白.xlsx")["附表1"]
    assert any(cell.value == "夜间接听量" for row in sheet.iter_rows() for cell in row)
    (file,) = scratch.checked("广东.xlsx", status=1)
    errors = [(f["rule"], f["field"]) for f in file["findings"] if f["severity"] == "error"]
    assert errors == [("F007", "night_calls")]
    scratch.walked("A column")


RULE = '''@query(
    "B499",
    title="放弃量大于来电总量的一半",
    why="一半以上的来电没有接通，请核对。",
    wrong="来电总量 100，放弃量 60",
    right="来电总量 100，放弃量 6",
)
def half_abandoned(case: Case) -> Iterator[Hit | Undecided]:
    """More than half of the calls were abandoned."""
    for table in case.filing.tables:
        for row in table.rows:
            total, lost = row.number("calls_total"), row.number("calls_abandoned")
            if total is not None and lost is not None and 2 * lost > total:
                yield Hit(compose("放弃量超过来电总量的一半，请核对"), table=table, row=row, field="calls_abandoned")


'''


@pytest.mark.long
def test_a_rule_is_one_function_in_one_file(scratch: Scratch) -> None:
    before = '@query(\n    "B404",\n'
    scratch.edit("checking/rules/balance.py", (before, RULE + before))
    assert "放弃量大于来电总量的一半" in scratch.run("rules", "B499")
    abandoned = {"calls_total6": 9, "calls_agent6": 1, "calls_ivr6": 1, "calls_abandoned6": 7, "calls_total27": None}
    write_filing(scratch.root / "b.xlsx", cells={"附表1": abandoned})
    files = [scratch.checked(name)[0] for name in ("广东.xlsx", "b.xlsx")]
    cells = [[f["cell"] for f in file["findings"] if f["rule"] == "B499"] for file in files]
    assert cells == [[], [a1("calls_abandoned6")]]
    scratch.walked("A rule")


READER = '''"""A sheet as a list of its rows."""

from __future__ import annotations

import json

from hrss12333.reading.grid import Book, Grid


def read_json(data: bytes) -> Book:
    """Each item is a row."""
    return Book("json", (Grid("表", tuple(json.loads(data))),))
'''
ENTRY = """TABLE = (
    Format(
        "json",
        "JSON文件",
        "json",
        is_text_of=lambda text: re.match(rb"\\[\\s*\\[", text) is not None,
        of_bytes="reading.formats.json_rows:read_json",
    ),
"""


@pytest.mark.long
def test_a_format_is_one_file_and_one_entry(scratch: Scratch) -> None:
    sheet = openpyxl.load_workbook(scratch.root / "广东.xlsx", data_only=True)["附表1"]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    sent = scratch.root / "报送.xlsx"  # content decides, not the extension
    sent.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    assert scratch.checked(sent.name, status=1)[0]["rows"]["附表1"] == []
    scratch.edit("reading/formats/json_rows.py", ("", READER))
    scratch.edit("reading/files/file_type.py", ("TABLE = (\n", ENTRY))
    (file,) = scratch.checked(sent.name)
    assert (file["result"], len(file["rows"]["附表1"])) == ("pass", 21)
    scratch.walked("A format")


OUTPUT = '''"""How many files were audited."""


def check(audit, standings, written, sink):
    """The number."""
    sink.result(f"{len(audit.files)} files")
'''


@pytest.mark.long
def test_an_output_is_one_file_and_one_entry(scratch: Scratch) -> None:
    scratch.edit("reporting/outputs/count_output.py", ("", OUTPUT))
    table = "REPORTS: dict[str, Output] = {\n"
    entry = '    "count": Output("reporting.outputs.count_output", frozenset({"check"}), "count只数个数"),\n'
    scratch.edit("reporting/outputs/__init__.py", (table, table + entry))
    assert scratch.run("check", "广东.xlsx", "--format", "count") == "1 files\n"
    scratch.run("rules", "--format", "count", status=2)
    scratch.walked("An output")


@pytest.mark.long
def test_an_option_is_one_field_one_entry_and_its_name(scratch: Scratch) -> None:
    scratch.edit(
        "cli/options.py",
        ("    verbose: bool = False\n", "    verbose: bool = False\n    brief: bool = False\n"),
        ('    "force": _flag(', '    "brief": _flag("只说几处。"),\n    "force": _flag('),
    )
    used = (
        "    if given.brief:\n        printing.print_line(str(judged.national.counts.error))\n        return 0\n"
        "    output_of(given.format"
    )
    listed = ('"verbose", "force"', '"verbose", "brief", "force"')
    scratch.edit("cli/check.py", listed, ("    output_of(given.format", used))
    assert scratch.run("check", "广东.xlsx", "--brief") == "0\n"
    assert "只说几处。" in scratch.run("check", "--help")
    scratch.run("merge", "广东.xlsx", "--brief", status=2)
    scratch.walked("An option")


@pytest.mark.long
def test_next_years_notice_is_one_file_and_one_entry(scratch: Scratch) -> None:
    year = max(int(path.stem[1:]) for path in PACKAGE.glob("survey/editions/y*.py")) + 1
    text = (ROOT / "tests" / "helpers" / "next_edition.py").read_text(encoding="utf-8")
    scratch.edit(f"survey/editions/y{year}.py", ("", text.replace("YEAR = 2020", f"YEAR = {year}")))
    registry = "EDITIONS: dict[int, Edition] = {"
    entry = f"from hrss12333.survey.editions import y{year}\n\n{registry}{year}: y{year}.NEXT, "
    scratch.edit("survey/editions/__init__.py", (registry, entry))
    scratch.run("template", "-o", "空白.xlsx")
    book = openpyxl.load_workbook(scratch.root / "空白.xlsx")
    printed = {str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
    assert "电话系统所在网络" in printed
    assert any(f"{year}年1月1日至{year}年12月31日" in text for text in printed)
    assert "附表1有21行，附表2有21行" in scratch.run("check", "广东.xlsx")  # of 2019, read with the forms of 2019
    scratch.run("merge", "广东.xlsx", status=1)  # 31 units are missing
    assert (scratch.root / "12333全国汇总_2019.xlsx").exists()
    scratch.walked("Next year's notice")
