"""Whatever lies in a folder, `check` and `merge` judge it alike, and every view of a run counts the same.

Twenty random folders, and two of them as one unit's; HRSS12333_INBOXES=300 tries as many.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import docx
import pytest

from cli_runs import run, run_in_both
from conftest import write_few_reminders
from factory import stored
from hrss12333.reading.documents import read_paths
from hrss12333.reporting.annotated.copies import Copies
from hrss12333.reporting.letters import returns
from long_runs import few
from merge_runs import read_once
from random_inboxes import fill

SEEDS = range(int(os.environ.get("HRSS12333_INBOXES", "20")))
SEVERITIES = {"强制性错误": "error", "核实性错误": "query", "提示": "note"}
_COUNTS = re.compile(r"(强制性错误|核实性错误|提示)(\d+)[处条](?:（其中(\d+)处已说明）)?")


class Seen:
    """One folder, checked and merged, of all units or of one, with everything that was written."""

    def __init__(self, inbox: Path, out: Path, *unit: str) -> None:
        out.mkdir()
        looked = run_in_both("check", inbox, *unit, "-v", "--report", out / "check.html")
        self.status, self.check_text = looked[0].exit_code, looked[0].stdout
        if self.status == 2:
            return
        self.checked = json.loads(looked[1])
        self.check_page = (out / "check.html").read_text(encoding="utf-8")
        written = ("-v", "-o", out / "表.xlsx", "--report", out / "merge.html", "--returns", out / "退回")
        made, reported = run_in_both("merge", inbox, *unit, *written)
        self.merge_text, self.merged = made.stdout, json.loads(reported)
        self.unit = unit[1] if unit else None
        self.merge_page = (out / "merge.html").read_text(encoding="utf-8")
        workbook = out / ("表_汇总.xlsx" if unit else "表.xlsx")
        self.book = stored(workbook) if workbook.exists() else None
        drafts = [docx.Document(str(path)) for path in sorted((out / "退回").glob("[退核]*.docx"))]
        self.letters = ["\n".join(paragraph.text for paragraph in draft.paragraphs) for draft in drafts]

    @property
    def findings(self) -> list[dict[str, Any]]:
        """Those of the merge, but for the missing units."""
        return [finding for finding in self.merged["findings"] if finding["rule"] != "M701"]

    @property
    def counts(self) -> Counter[str]:
        return Counter(finding["severity"] for finding in self.findings)


def told(text: str) -> Counter[str]:
    """The numbers of a sentence that counts findings; where there are queries alone, it says once how many."""
    alone = re.search(r"请先核实(\d+)处核实性错误", text)
    found = {SEVERITIES[name]: int(number) for name, number, _ in _COUNTS.findall(text)}
    return Counter(found or ({"query": int(alone[1])} if alone else {}))


def on_page(page: str) -> Counter[str]:
    """The findings that a report lists, by severity; a query that is explained is one, too."""
    kinds = {"e": "error", "q": "query", "x": "query", "n": "note"}
    return Counter(kinds[kind] for kind in re.findall(r"<p class=([eqxn]) data-r=", page))


def line_of(text: str, start: str) -> str:
    return next((line for line in text.splitlines() if line.startswith(start)), "")


def key(finding: dict[str, Any]) -> tuple[str, ...]:
    return tuple(
        str(finding[name])
        for name in ("file", "sheet", "cell", "rule", "severity", "form", "region", "field", "message", "explained")
    )


class Inbox(NamedTuple):
    """A folder, and what was seen of it."""

    seed: int
    folder: Path
    seen: Seen


@pytest.fixture(scope="module")
def inbox(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inbox]:
    """All runs judge what one reading found."""
    folder = tmp_path_factory.mktemp("judged")
    fill(folder / "收件", request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hrss12333.cli.received.read_paths", read_once(read_paths))
        patch.setattr(returns, "annotate_all", lambda *_, **__: Copies())  # nobody looks into what is attached
        write_few_reminders(patch)
        yield Inbox(request.param, folder / "收件", Seen(folder / "收件", folder / "全部"))


@pytest.mark.parametrize("inbox", SEEDS, indirect=True)
def test_check_and_merge_say_the_same_and_every_view_counts_alike(inbox: Inbox) -> None:
    agree(inbox.seen)


@pytest.mark.parametrize("inbox", few(SEEDS, 2), indirect=True)
def test_of_one_unit_they_say_the_same_too(inbox: Inbox, tmp_path: Path) -> None:
    units = [item["unit"] for item in inbox.seen.checked["units"]]
    for unit in units[inbox.seed % (len(units) or 1) :][:1]:
        seen = Seen(inbox.folder, tmp_path / "一个", "--unit", unit)
        if seen.status == 2:  # what an earlier run wrote is all that there is of it
            assert run("merge", inbox.folder, "--unit", unit, "-o", tmp_path / "表.xlsx").exit_code == 2
        else:
            agree(seen)


def agree(seen: Seen) -> None:
    """All that one folder's judgement was shown as says the same."""
    by_check = [f for item in (*seen.checked["files"], *seen.checked["units"]) for f in item["findings"]]
    assert sorted(map(key, by_check)) == sorted(map(key, seen.findings))
    assert seen.checked["skipped"] == seen.merged["skipped"]
    several = len(seen.checked["files"]) > 1  # of one file its own verdict says what there is
    for state in ("  要改", "  要核实", "  没报", "  可以用") if several else ():
        assert line_of(seen.check_text, state) == line_of(seen.merge_text, state)
    assert Counter({name: number for name, number in seen.checked["counts"].items() if number}) == seen.counts
    missing = len(seen.merged["findings"]) - len(seen.findings)
    assert seen.merged["counts"]["error"] == seen.counts["error"] + missing
    if several or seen.checked["files"][0]["result"] != "unreadable":
        assert told(line_of(seen.check_text, "结论：" if several else "  结论：")) == seen.counts
    assert told(line_of(seen.merge_text, "结论：")) == seen.counts
    assert on_page(seen.check_page) == seen.counts
    assert on_page(seen.merge_page) == seen.counts
    assert (seen.book is None) == (seen.merged["output"] is None)
    for_letters(seen)
    if seen.book is None:  # nothing was a filing
        return
    overview = " ".join(str(cell) for row in seen.book["概览"] for cell in row if cell)
    assert told(overview) == seen.counts
    issues = seen.book["问题清单"]
    assert told(" ".join(str(row[0]) for row in issues[:4])) == seen.counts
    head = next(row for row in issues if "@key_fields" in row)
    rule, weight, fields = (head.index(name) for name in ("规则", "级别", "@key_fields"))
    listed: Counter[str] = Counter()
    for row in issues[issues.index(head) + 1 :]:
        if row[rule] not in ("", "M701"):
            listed[SEVERITIES[str(row[weight])]] += len(str(row[fields]).split(","))
    assert listed == seen.counts


def for_letters(seen: Seen) -> None:
    """What the letters ask is what was found, point by point."""
    listed = re.findall(r"(?:：|、)([^：、]+?)（(\d+)处）", line_of(seen.merge_text, "  要改"))
    corrected = sum(int(n) for text in seen.letters for n in re.findall(r"(\d+)处需要改正", text))
    assert corrected == sum(int(places) for name, places in listed if name != seen.unit)  # none writes to itself
    if seen.unit is None:
        assert corrected == sum(f["severity"] == "error" for f in seen.findings)
        asks = [f for f in seen.findings if f["severity"] == "query" and not f["explained"] and f["rule"] != "M702"]
        assert sum(int(n) for text in seen.letters for n in re.findall(r"(\d+)处需要核实", text)) == len(asks)
    for text in seen.letters:
        points = [int(n) for n in re.findall(r"^(\d+)\. ", text, re.MULTILINE)]
        (counted,) = re.findall(r"经核对，有(.*?)，列明如下", text)
        together = re.findall(r"合并为(\d+)条", counted)
        places = sum(map(int, re.findall(r"(\d+)处需要", counted)))
        assert points == list(range(1, int(together[0] if together else places) + 1))
