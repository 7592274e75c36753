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

import openpyxl
import pytest

import hrss12333
from factory import a1, write_filing

PACKAGE = Path(hrss12333.__file__).parent
HANDBOOK = Path(__file__).parents[1] / "CONTRIBUTING.md"


@dataclass
class Scratch:
    """A copy of the package that one may change."""

    root: Path
    touched: set[str] = field(default_factory=set)

    def add(self, module: str, text: str) -> None:
        path = self.root / "hrss12333" / module
        assert not path.exists()
        path.write_text(text, encoding="utf-8")
        self.touched.add(module)

    def edit(self, module: str, before: str, after: str) -> None:
        """One change in a file that is there."""
        path = self.root / "hrss12333" / module
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1, before
        path.write_text(text.replace(before, after), encoding="utf-8")
        self.touched.add(module)

    def run(self, *arguments: object, status: int = 0) -> str:
        bare = {
            name: value for name, value in os.environ.items() if not name.startswith("COV")
        }  # the copy is not measured
        done = subprocess.run(
            [sys.executable, "-m", "hrss12333", *map(str, arguments)],
            cwd=self.root,
            env={**bare, "PYTHONPATH": str(self.root)},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == status, done.stderr
        return done.stdout


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    shutil.copytree(PACKAGE, tmp_path / "hrss12333")  # compiled modules, too: what is not edited need not be compiled
    return Scratch(tmp_path)


def section_of(name: str) -> str:
    return HANDBOOK.read_text(encoding="utf-8").partition(f"### {name}\n")[2].partition("\n#")[0]


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
    ask = [
        "merge",
        "收",
        "--returns",
        "退",
        "-v",
        "\n".join(" ".join(each) for name in WALKS for each in stations(name)),
    ]
    bare = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-c", FOLLOWED, *ask], cwd=folder, env=bare, capture_output=True, text=True, check=False
    )
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


WRITTEN_BY_A_WALK = {"reading/formats/json_rows.py", "reporting/outputs/count_output.py", "survey/editions/y2020.py"}


def test_every_file_that_the_handbook_names_is_there() -> None:
    named = set(re.findall(r"`([\w/.-]+\.(?:py|md|txt))`", HANDBOOK.read_text(encoding="utf-8")))
    assert len(named) > 30
    known = {path.name for path in PACKAGE.rglob("*.py")}  # "beside it": in the folder of the one named before
    roots = (PACKAGE, HANDBOOK.parent)
    lost = [name for name in named - known if not any((root / name).is_file() for root in roots)]
    assert set(lost) <= WRITTEN_BY_A_WALK


def test_every_name_that_the_handbook_gives_is_in_the_code() -> None:
    root = HANDBOOK.parent
    files = (*PACKAGE.rglob("*.py"), *(root / "tests").rglob("*.py"), root / "pyproject.toml")
    known = {word for path in files for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}
    named = re.findall(r"`([A-Za-z_][A-Za-z_.]+)`", HANDBOOK.read_text(encoding="utf-8"))
    assert len(named) > 50
    assert [name for name in named if name.rpartition(".")[2] not in known] == []
    steps = [(PACKAGE / module, name.rpartition(".")[2]) for walk in WALKS for module, name in stations(walk)]
    assert [step for step in steps if f"def {step[1]}(" not in step[0].read_text(encoding="utf-8")] == []


def test_the_sketch_of_the_layers_names_every_room() -> None:
    sketch = HANDBOOK.read_text(encoding="utf-8").partition("```\n")[2].partition("```")[0]
    rooms = {path.parent.relative_to(PACKAGE).parts for path in PACKAGE.rglob("*.py")} - {()}
    lines = {line.split()[0]: line for line in sketch.splitlines()}
    assert [room for room in rooms if room[0] not in lines] == []
    assert [room for room in rooms if len(room) > 1 and f"{room[1]}/" not in lines[room[0]]] == []
    files = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__", "__main__"}
    assert files <= lines.keys()


def walked(name: str, scratch: Scratch) -> None:
    """The handbook names the files that the walk touched, and no walk touches others."""
    section = HANDBOOK.read_text(encoding="utf-8").partition(f"### {name}")[2].partition("\n### ")[0]
    assert section, name
    for module in scratch.touched:
        assert re.search(re.sub(r"y\d{4}", r"y\\d{4}", f"`{module}`"), section), module


@pytest.mark.long
def test_a_column_is_one_field(scratch: Scratch) -> None:
    scratch.edit(
        "survey/editions/y2019.py",
        '    seats: Count = count(\n        "坐席数",',
        '    night_calls: Count = count("夜间接听量", unit="次")\n    seats: Count = count(\n        "坐席数",',
    )
    scratch.run("template", "-o", "空白.xlsx")
    sheet = openpyxl.load_workbook(scratch.root / "空白.xlsx")["附表1"]
    assert any(cell.value == "夜间接听量" for row in sheet.iter_rows() for cell in row)
    write_filing(scratch.root / "广东.xlsx")
    found = json.loads(scratch.run("check", "广东.xlsx", "--format", "json", status=1))["files"][0]["findings"]
    assert [(f["rule"], f["field"]) for f in found if f["severity"] == "error"] == [("F007", "night_calls")]
    walked("A column", scratch)


@pytest.mark.long
def test_a_rule_is_one_function_in_one_file(scratch: Scratch) -> None:
    scratch.edit(
        "checking/rules/balance.py",
        '@query(\n    "B404",\n',
        '''@query(
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


@query(
    "B404",
''',
    )
    assert "放弃量大于来电总量的一半" in scratch.run("rules", "B499")
    for name, figures in (
        ("a.xlsx", {}),
        ("b.xlsx", {"calls_total6": 9, "calls_agent6": 1, "calls_ivr6": 1, "calls_abandoned6": 7}),
    ):
        write_filing(scratch.root / name, cells={"附表1": {**figures, "calls_total27": None}})
    checked = [json.loads(scratch.run("check", name, "--format", "json")) for name in ("a.xlsx", "b.xlsx")]
    files = [report["files"][0] for report in checked]
    assert [[f["cell"] for f in file["findings"] if f["rule"] == "B499"] for file in files] == [
        [],
        [a1("calls_abandoned6")],
    ]
    walked("A rule", scratch)


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
    source = scratch.root / "表.xlsx"
    write_filing(source)
    sheet = openpyxl.load_workbook(source, data_only=True)["附表1"]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    folder = scratch.root / "收"
    folder.mkdir()
    for name in ("广东.json", "广东.xlsx"):  # content decides, not the extension
        (folder / name).write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    before = json.loads(scratch.run("check", "收", "--format", "json", status=1))["files"]
    assert [file["rows"]["附表1"] for file in before] == [[]]
    scratch.add("reading/formats/json_rows.py", READER)
    scratch.edit("reading/files/file_type.py", "TABLE = (\n", ENTRY)
    files = json.loads(scratch.run("check", "收", "--format", "json"))["files"]
    assert {(file["result"], len(file["rows"]["附表1"])) for file in files if not file["superseded_by"]} == {
        ("pass", 21)
    }
    assert len(files) == 2
    walked("A format", scratch)


@pytest.mark.long
def test_an_output_is_one_file_and_one_entry(scratch: Scratch) -> None:
    scratch.add(
        "reporting/outputs/count_output.py",
        '"""How many files were audited."""\n\n\ndef check(audit, standings, written, sink):\n'
        '    """The number."""\n    sink.result(f"{len(audit.files)} files")\n',
    )
    scratch.edit(
        "reporting/outputs/__init__.py",
        "REPORTS: dict[str, Output] = {\n",
        "REPORTS: dict[str, Output] = {\n"
        '    "count": Output("reporting.outputs.count_output", frozenset({"check"}), "count只数个数"),\n',
    )
    write_filing(scratch.root / "广东.xlsx")
    assert scratch.run("check", "广东.xlsx", "--format", "count") == "1 files\n"
    scratch.run("rules", "--format", "count", status=2)
    walked("An output", scratch)


@pytest.mark.long
def test_an_option_is_one_field_one_entry_and_its_name(scratch: Scratch) -> None:
    scratch.edit(
        "cli/options.py", "    verbose: bool = False\n", "    verbose: bool = False\n    brief: bool = False\n"
    )
    scratch.edit("cli/options.py", '    "force": _flag(', '    "brief": _flag("只说几处。"),\n    "force": _flag(')
    scratch.edit("cli/check.py", '"verbose", "force"', '"verbose", "brief", "force"')
    scratch.edit(
        "cli/check.py",
        "    output_of(given.format",
        "    if given.brief:\n        printing.print_line(str(judged.national.counts.error))\n        return 0\n"
        "    output_of(given.format",
    )
    write_filing(scratch.root / "广东.xlsx")
    assert scratch.run("check", "广东.xlsx", "--brief") == "0\n"
    assert "只说几处。" in scratch.run("check", "--help")
    scratch.run("merge", "广东.xlsx", "--brief", status=2)
    walked("An option", scratch)


@pytest.mark.long
def test_next_years_notice_is_one_file_and_one_entry(scratch: Scratch) -> None:
    year = max(int(path.stem[1:]) for path in PACKAGE.glob("survey/editions/y*.py")) + 1
    text = (Path(__file__).parent / "helpers" / "next_edition.py").read_text(encoding="utf-8")
    scratch.add(f"survey/editions/y{year}.py", text.replace("YEAR = 2020", f"YEAR = {year}"))
    scratch.edit(
        "survey/editions/__init__.py",
        "EDITIONS: dict[int, Edition] = {",
        f"from hrss12333.survey.editions import y{year}\n\nEDITIONS: dict[int, Edition] = {{{year}: y{year}.NEXT, ",
    )
    scratch.run("template", "-o", "空白.xlsx")
    book = openpyxl.load_workbook(scratch.root / "空白.xlsx")
    reported = {str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
    assert "电话系统所在网络" in reported
    assert any(f"{year}年1月1日至{year}年12月31日" in text for text in reported)
    inbox = scratch.root / "收件"
    inbox.mkdir()
    write_filing(inbox / "广东.xlsx")
    assert "附表1有21行，附表2有21行" in scratch.run("check", inbox)  # a filing of 2019, read with the forms of 2019
    scratch.run("merge", inbox, status=1)  # 31 units are missing
    assert (scratch.root / "12333全国汇总_2019.xlsx").exists()
    walked("Next year's notice", scratch)
