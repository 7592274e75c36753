"""Findings are data until they are shown: no message is taken apart, and rewording one changes its text and nothing else."""

from __future__ import annotations

import ast
import re
import sys
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

import hrss12333
from cli_runs import run, run_in_both
from conftest import write_few_reminders
from draws import few
from hrss12333.model import message
from hrss12333.model.message import Message, Param
from hrss12333.reading import documents
from merge_runs import read_once
from random_inboxes import fill

PACKAGE = Path(hrss12333.__file__).parent
EXAMPLES = Path(__file__).parents[1] / "examples" / "faulty"
NOT_FINDINGS = {"cli/messages.py": "click's own messages, which are English"}
WORDS = {"message_text", "message_texts", "phrase"}
"""What text of a finding is called."""
MAKERS = {"finding_text", "finding_lines"}
TAKING_APART = {
    *("split", "rsplit", "splitlines", "partition", "rpartition", "replace", "removeprefix", "removesuffix"),
    *("startswith", "endswith", "find", "rfind", "index", "count", "translate"),
    *("sub", "subn", "search", "match", "fullmatch", "findall", "finditer"),
}
NEW = str.maketrans("请的", "烦哋")
OLD = str.maketrans("烦哋", "请的")


def says(part: ast.AST, named: set[str]) -> bool:
    """Whether this is what a finding says, in words."""
    return (
        (isinstance(part, ast.Attribute) and part.attr in WORDS)
        or (isinstance(part, ast.Name) and part.id in named)
        or (isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in MAKERS)
    )


def is_message(node: ast.AST, named: set[str]) -> bool:
    """Whether an expression holds such words."""
    return any(says(part, named) for part in ast.walk(node))


def taken_apart(tree: ast.AST) -> Iterator[ast.AST]:
    """Where a message is taken apart: by a method of texts or patterns, by looking for something in it, by cutting it."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        named, nodes = set(WORDS), list(ast.walk(function))
        if not any(says(node, named) for node in nodes):
            continue
        for node in nodes:
            if isinstance(node, ast.Assign) and is_message(node.value, named) and not _makes_data(node.value):
                named |= {name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)}
        for node in nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TAKING_APART:
                if any(is_message(part, named) for part in (node.func.value, *node.args)):
                    yield node
            elif isinstance(node, ast.Compare) and any(isinstance(op, ast.In | ast.NotIn) for op in node.ops):
                if any(is_message(part, named) for part in node.comparators):
                    yield node
            elif (
                isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and is_message(node.value, named)
            ):
                yield node


def _makes_data(value: ast.AST) -> bool:
    """Whether an assigned value is an object that holds a message, not the text itself."""
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id[:1].isupper()


def test_no_message_is_taken_apart() -> None:
    found = [
        f"{path.relative_to(PACKAGE).as_posix()}:{getattr(node, 'lineno', 0)}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.relative_to(PACKAGE).as_posix() not in NOT_FINDINGS
        for node in taken_apart(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "return finding.message_text.partition('。')[2]",
        "return _QUOTED.sub('', finding.message_text)",
        "return finding.region in finding.message_text",
        "text = clean(finding.message_text)\n    return text.startswith('附表1')",
        "return finding_text(finding, edition)[:10]",
    ],
)
def test_one_that_is_taken_apart_is_seen(line: str) -> None:
    assert list(taken_apart(ast.parse(f"def f(finding, edition):\n    {line}\n")))


def reworded(fact: str, *rest: str, **params: Param) -> Message:
    """What any rule says, in other words of the same length."""
    return SAY(fact.translate(NEW), *(sentence.translate(NEW) for sentence in rest), **params)


SAY = message.compose


def texts(path: Path) -> str:
    """All that is in the cells, comments and paragraphs of an office file, with what it is set in."""
    with zipfile.ZipFile(path) as package:
        names = [name for name in package.namelist() if re.search("sharedStrings|worksheets/|comments|document", name)]
        return unescape("\n".join(package.read(name).decode() for name in names))


def outputs(folder: Path, inbox: Path) -> dict[str, str]:
    """What every output says of the files, by its name."""
    folder.mkdir()
    book, page, table, letters = (folder / name for name in ("全国.xlsx", "报告.html", "csv", "退回"))
    written = ("-o", book, "--report", page, "--csv", table, "--returns", letters)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "read_paths", read_once(documents.read_paths))
        write_few_reminders(patch)
        shown, checked = run_in_both("check", inbox, "-v")
        merged = run("merge", inbox, *written, "--format", "json").stdout
    found = {
        "terminal": shown.stdout,
        "check": checked,
        "merge": merged,
        "html": page.read_text(encoding="utf-8"),
    }
    found |= {path.name: path.read_text(encoding="utf-8-sig") for path in sorted(table.iterdir())}
    made = (book, *sorted(letters.glob("*_审核.xlsx")), *sorted(letters.glob("*.docx")))
    found |= {path.name: texts(path) for path in made}
    return {name: text.replace(str(folder), "") for name, text in found.items()}


@pytest.mark.parametrize("seed", few([2, None, 3], 1))
def test_other_words_of_a_rule_change_its_text_in_every_output_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int | None
) -> None:
    inbox = EXAMPLES if seed is None else fill(tmp_path / "收", seed)
    before = outputs(tmp_path / "一", inbox)
    for module in list(sys.modules.values()):
        if module.__name__.startswith("hrss12333") and getattr(module, "compose", None) is SAY:
            monkeypatch.setattr(module, "compose", reworded)
    after = outputs(tmp_path / "二", inbox)
    assert {name: text.translate(OLD) for name, text in after.items()} == before
    changed = {name for name, text in after.items() if text != before[name]}
    assert {"terminal", "check", "merge", "html", "全国.xlsx"} <= changed
    assert seed is not None or any(name.endswith(".docx") for name in changed)
    assert not any(character in text for text in before.values() for character in "烦哋")
