"""The promises of the house: imports run downward, the engine names no form, each command loads
only what it has a use for, modules are small."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

import hrss12333
from factory import write_filing

PACKAGE = Path(hrss12333.__file__).parent
ROOT = Path(__file__).parents[1]
LAYERS = (
    *("patterns", "survey", "model", "reading", "checking", "merging", "inbox"),
    *("wording", "published", "writing", "reporting", "cli", "__main__"),
)
"""From the ground up: a module may import from its own layer's name and from what is below."""
HEAVY = (
    *("click", "pydantic", "openpyxl", "rich", "docx", "xlsxwriter"),
    *("python_calamine_plus", "xlrd", "numpy"),
)
"""Libraries that only the command that needs them may load; the first is what every command needs."""
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


def top_of(name: str) -> str | None:
    """Name under which a module has its place in `LAYERS`; None for the package itself."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else None


def rank(top: str) -> int:
    """Number of the layer, counted from the ground."""
    return LAYERS.index(top)


def imported(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every module of this package that the code imports, anywhere in it, and the names taken from it."""
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "hrss12333":
            yield node.module or "", tuple(alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "hrss12333":
                    yield alias.name, ()


@cache
def targets(path: Path) -> tuple[str, ...]:
    """The same as names of modules: ``from hrss12333.survey import editions`` means hrss12333.survey.editions."""
    known = set(map(dotted, modules()))
    found: list[str] = []
    for module, names in imported(path):
        submodules = [f"{module}.{name}" for name in names if f"{module}.{name}" in known]
        found += submodules
        if len(submodules) < len(names) or not names:
            found.append(module)
    return tuple(found)


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(parse(path)))


def test_imports_run_downward() -> None:
    upward = [
        (dotted(path), target)
        for path in modules()
        for target in targets(path)
        if (own := top_of(dotted(path))) and (top := top_of(target)) and top != own and rank(top) >= rank(own)
    ]
    assert upward == []


def test_no_import_runs_in_a_circle() -> None:
    graph = {dotted(path): {t for t in targets(path) if t != dotted(path)} for path in modules()}
    # A package may gather its own modules; they do not import the package itself back, or this raises CycleError.
    assert len(list(TopologicalSorter(graph).static_order())) >= len(graph)


def test_code_that_is_referred_to_by_name_is_there_and_below() -> None:
    named = [
        (top_of(dotted(path)), match)
        for path in modules()
        for text in nodes(path)
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and (match := REFERENCE.match(text.value))
    ]
    assert all(hasattr(import_module(f"hrss12333.{match[1]}"), match[2]) for _, match in named)
    assert [match[0] for own, match in named if own and rank(match[1].split(".")[0]) > rank(own)] == []


def test_the_engine_names_no_form() -> None:
    engine = [path for path in modules() if top_of(dotted(path)) not in ("survey", "cli", None)]
    literals = [
        (dotted(path), node.lineno)
        for path in engine
        for node in nodes(path)
        if isinstance(node, ast.Constant) and node.value in ("附表1", "附表2")
    ]
    names = [
        (dotted(path), name)
        for path in engine
        for module, names in imported(path)
        if module == "hrss12333.survey.editions.y2019"
        for name in names
    ]
    assert literals == []
    assert [name for name in names if name[1] in ("SERVICE", "SYSTEMS", "ServiceRow", "SystemRow")] == []


def test_what_a_docstring_names_is_there() -> None:
    """A name in backticks is that of something in the code, of a module or of a module of tests."""
    known = {part for path in modules() for part in dotted(path).split(".")}
    known |= {path.stem for folder in (PACKAGE, ROOT / "tests") for path in folder.rglob("*")}
    texts: list[tuple[str, str]] = []
    for path in modules():
        for node in nodes(path):
            if (
                isinstance(node, ast.Expr)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                texts += [
                    (dotted(path), name) for name in re.findall(r"(?<!`)`([A-Za-z_][\w.]*)`(?!`)", node.value.value)
                ]
            known |= {getattr(node, about) for about in ("id", "attr", "arg", "name") if hasattr(node, about)}
    assert [(path, name) for path, name in texts if name.rpartition(".")[2] not in known] == []


def test_a_class_name_has_one_meaning() -> None:
    named = [(node.name, dotted(path)) for path in modules() for node in nodes(path) if isinstance(node, ast.ClassDef)]
    several = {name for name, number in Counter(name for name, _ in named).items() if number > 1}
    assert [item for item in sorted(named) if item[0] in several] == []


def test_modules_are_small() -> None:
    lengths = {dotted(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_no_text_names_a_path_of_one_machine() -> None:
    folders = ("src", "tests", "examples", "benchmarks", ".ci")
    texts = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    texts += [path for path in ROOT.iterdir() if path.is_file()]
    named = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in texts
        if path.suffix in {".py", ".md", ".toml", ".txt", ".csv", ".sh", ""}
        and path.name not in {".coverage", ".git"}  # a worktree has .git as a file
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if MACHINE_PATHS.search(line)
    ]
    assert named == []


def test_only_the_registry_names_an_edition() -> None:
    """Everything else takes the edition that it is given."""
    named = [
        path.relative_to(PACKAGE).as_posix()
        for path in modules()
        if "survey.editions.y" in path.read_text(encoding="utf-8")
    ]
    assert [name for name in named if not name.startswith("survey/editions/")] == []


READERS = tuple(f"hrss12333.reading.formats.{name}" for name in ("openpyxl_reader", "ole", "word"))
NOT_FOR_CLEAN = ("hrss12333.reading.files.libreoffice", "hrss12333.merging.last_year")
WRITERS = ("xlsxwriter", "openpyxl", "docx", "hrss12333.writing.national")
JSON, RICH = "hrss12333.reporting.outputs.json_output", "hrss12333.reading.formats.workbook"
NO_PART = ("hrss12333.reading", "hrss12333.survey")
RUN = "from hrss12333.__main__ import main; main()"


@pytest.mark.parametrize(
    ("asked", "statement", "needed", "unwanted"),
    [
        ("", "import hrss12333.__main__", (), HEAVY),
        ("", "import hrss12333.cli", (), HEAVY[1:]),
        ("--version", RUN, ("click",), HEAVY[1:]),
        ("--help", RUN, ("click",), (*HEAVY[1:], *NO_PART)),
        (
            "check --format json 广东.xlsx",
            RUN,
            ("pydantic", RICH, JSON),
            ("rich", "xlrd", "jinja2", *WRITERS, *READERS, *NOT_FOR_CLEAN),
        ),
        ("check 广东.xlsx", RUN, (RICH,), ("rich", "xlrd", "jinja2", JSON, *WRITERS, *READERS, *NOT_FOR_CLEAN)),
        (
            "merge 广东.xlsx --format json",
            RUN,
            ("xlsxwriter", "hrss12333.writing.national"),
            ("rich", "openpyxl", "docx", "xlrd", "jinja2", *READERS),
        ),
        (
            "merge 广东.xlsx --format text",
            RUN,
            ("xlsxwriter", "hrss12333.writing.national"),
            ("rich", "openpyxl", "docx", "xlrd", "jinja2", *READERS),
        ),
    ],
)
def test_only_what_is_needed_is_loaded(
    asked: str, statement: str, needed: tuple[str, ...], unwanted: tuple[str, ...], tmp_path: Path
) -> None:
    write_filing(tmp_path / "广东.xlsx")
    code = (
        f"import atexit, sys; sys.argv = ['hrss12333', *{asked.split()!r}]\n"
        f"atexit.register(lambda: print('\\n' + ' '.join(sys.modules)))\n{statement}"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, encoding="utf-8", cwd=tmp_path
    )
    found = set(done.stdout.splitlines()[-1].split())
    assert {*needed} <= found
    assert [name for name in found if name in unwanted or name.startswith(tuple(f"{part}." for part in unwanted))] == []
