"""Findings are data until they are shown: rewording one changes its text in every output and nothing else, so none is taken
apart on the way."""

from __future__ import annotations

import re
import sys
import zipfile
from html import unescape
from pathlib import Path

import pytest

from cli_runs import run, run_in_both
from conftest import write_few_reminders
from hrss12333.model import message
from hrss12333.model.message import Message, Param
from hrss12333.reading.documents import read_paths
from long_runs import few
from merge_runs import read_once
from random_inboxes import fill

EXAMPLES = Path(__file__).parents[1] / "examples" / "faulty"
NEW = str.maketrans("请的", "烦哋")
OLD = str.maketrans("烦哋", "请的")


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
        patch.setattr("hrss12333.cli.received.read_paths", read_once(read_paths))
        write_few_reminders(patch)
        shown, checked = run_in_both("check", inbox, "-v")
        merged = run("merge", inbox, *written, "--format", "json").stdout
    found = {"terminal": shown.stdout, "check": checked, "merge": merged, "html": page.read_text(encoding="utf-8")}
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
