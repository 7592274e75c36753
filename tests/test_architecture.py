"""The promises of the house: imports run downward, the engine names no form, each command loads
only what it has a use for, modules are small."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

import hrss12333
from cli_runs import started
from factory import write_filing

PACKAGE = Path(hrss12333.__file__).parent
ROOT = Path(__file__).parents[1]
LAYERS = (
    *("patterns", "survey", "indicators", "model", "reading", "checking", "merging", "inbox"),
    *("questions", "wording", "published", "writing", "reporting", "cli", "__main__"),
)
"""From the ground up: a module may import from its own layer's name and from what is below."""
HEAVY = ("pydantic", "openpyxl", "rich", "docx", "xlsxwriter", "python_calamine_plus", "xlrd", "numpy")
"""Libraries that only the command that needs them may load."""
LONGEST = 400
REFERENCE = re.compile(rf"((?:{'|'.join(LAYERS)})(?:\.\w+)+):(\w+)$")
"""How code is referred to by its name, to be imported when it is asked for (`patterns.code`)."""
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:" + "|".join(("opt", "work", "home", "root", "Users", "mnt")) + r")/\w")


@cache
def modules() -> tuple[Path, ...]:
    return tuple(sorted(PACKAGE.rglob("*.py")))


@cache
def dotted(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def rank(name: str) -> int:
    """Number of a module's layer, counted from the ground; the package itself is below all."""
    return LAYERS.index(name.split(".")[1]) if "." in name else -1


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))))


@cache
def texts_of(path: Path) -> list[str]:
    """All that stands in quotation marks."""
    return [node.value for node in nodes(path) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


@cache
def targets(path: Path) -> set[str]:
    """Every module of this package that the code imports, anywhere in it: ``from hrss12333.survey import editions`` means
    hrss12333.survey.editions."""
    known = set(map(dotted, modules()))
    found: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= names & known | ({node.module} if names - known else set())
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found & known - {dotted(path)}


def test_imports_run_downward() -> None:
    imports = [(dotted(path), target) for path in modules() for target in targets(path)]
    across = [(own, target) for own, target in imports if own.split(".")[1:2] != target.split(".")[1:2]]
    assert [(own, target) for own, target in across if 0 <= rank(own) <= rank(target)] == []


def test_no_import_runs_in_a_circle() -> None:
    graph = {dotted(path): targets(path) for path in modules()}
    assert len(list(TopologicalSorter(graph).static_order())) >= len(graph)  # raises CycleError


def test_code_that_is_referred_to_by_name_is_there_and_below() -> None:
    named = [(path, match) for path in modules() for text in texts_of(path) if (match := REFERENCE.match(text))]
    assert all(hasattr(import_module(f"hrss12333.{match[1]}"), match[2]) for _, match in named)
    assert [match[0] for path, match in named if 0 <= rank(dotted(path)) < rank(f"hrss12333.{match[1]}")] == []


def test_the_engine_names_no_form_and_no_edition() -> None:
    """Everything takes the edition that it is given, which the registry alone names."""
    engine = [path for path in modules() if dotted(path).split(".")[1:2] not in (["survey"], ["cli"], [])]
    assert [dotted(path) for path in engine if {"附表1", "附表2"} & set(texts_of(path))] == []
    named = [dotted(path) for path in modules() if "survey.editions.y" in path.read_text(encoding="utf-8")]
    assert [name for name in named if not name.startswith("hrss12333.survey.editions")] == []


def test_a_message_becomes_text_in_outputs_alone() -> None:
    """Nothing depends on its words: elsewhere it is tried, or repeated in a refusal."""
    found = ((dotted(path).partition(".")[2], node) for path in modules() for node in nodes(path))
    texts = [(name, node) for name, node in found if isinstance(node, ast.Attribute) and node.attr == "text"]
    readers = {name for name, node in texts if ast.unparse(node.value).endswith("message")}
    others = {name for name in readers if name.split(".")[0] not in ("wording", "writing", "reporting")}
    assert others <= {"checking.engine", "merging.earlier_figures", "cli.fix"}
    assert len(readers - others) > 3


def test_what_a_docstring_names_is_there() -> None:
    """A name in backticks is that of something in the code, of a module or of a module of tests."""
    known = {path.stem for folder in (PACKAGE, ROOT / "tests") for path in folder.rglob("*")}
    known |= {part for path in modules() for part in dotted(path).split(".")}
    about = ("id", "attr", "arg", "name")
    known |= {
        getattr(node, name) for path in modules() for node in nodes(path) for name in about if hasattr(node, name)
    }
    docstrings = [
        (dotted(path), str(node.value.value))
        for path in modules()
        for node in nodes(path)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ]
    named = [(path, name) for path, text in docstrings for name in re.findall(r"(?<!`)`([A-Za-z_][\w.]*)`(?!`)", text)]
    assert [(path, name) for path, name in named if name.rpartition(".")[2] not in known] == []


def test_a_class_name_has_one_meaning() -> None:
    named = Counter(node.name for path in modules() for node in nodes(path) if isinstance(node, ast.ClassDef))
    assert [name for name, number in named.items() if number > 1] == []


def test_modules_are_small() -> None:
    lengths = {dotted(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_no_text_names_a_path_of_one_machine() -> None:
    kept = [path for folder in ("src", "tests", "examples", "benchmarks", ".ci") for path in (ROOT / folder).rglob("*")]
    texts = [
        path
        for path in (*kept, *ROOT.iterdir())
        if path.is_file() and path.suffix in {".py", ".md", ".toml", ".txt", ".csv", ".sh", ""}
        if path.name not in {".coverage", ".git"}  # a worktree has .git as a file
    ]
    assert [path for path in texts if MACHINE_PATHS.search(path.read_text(encoding="utf-8", errors="replace"))] == []


READERS = tuple(f"hrss12333.reading.formats.{name}" for name in ("ole", "word"))
NOT_FOR_CLEAN = ("hrss12333.reading.files.programs", "hrss12333.merging.earlier_figures")
UNUSED = ("rich", "xlrd", "jinja2", "openpyxl", "docx", *READERS)
"""What neither a check nor a merge of sound .xlsx has a use for."""
WRITERS = ("xlsxwriter", "hrss12333.writing.national")
JSON, WORKBOOK = "hrss12333.reporting.json_output", "hrss12333.reading.formats.workbook"


@pytest.mark.parametrize(
    ("asked", "needed", "unwanted"),
    [
        ("--version", ("click",), HEAVY),
        ("--help", ("click",), (*HEAVY, "hrss12333.reading", "hrss12333.survey")),
        ("check --format json 广东.xlsx", ("pydantic", WORKBOOK, JSON), (*UNUSED, *WRITERS, *NOT_FOR_CLEAN)),
        ("check 广东.xlsx", (WORKBOOK,), (JSON, *UNUSED, *WRITERS, *NOT_FOR_CLEAN)),
        ("merge 广东.xlsx", WRITERS, UNUSED),
    ],
)
def test_only_what_is_needed_is_loaded(
    asked: str, needed: tuple[str, ...], unwanted: tuple[str, ...], tmp_path: Path
) -> None:
    write_filing(tmp_path / "广东.xlsx")
    code = (
        f"import atexit, sys; sys.argv = ['hrss12333', *{asked.split()!r}]\n"
        "atexit.register(lambda: print('\\n' + ' '.join(sys.modules)))\n"
        "from hrss12333.__main__ import main; main()"
    )
    found = set(started("-c", code, encoding="utf-8", cwd=tmp_path).stdout.splitlines()[-1].split())
    assert {*needed} <= found
    assert [name for name in found if name in unwanted or name.startswith(tuple(f"{part}." for part in unwanted))] == []
