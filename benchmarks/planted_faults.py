"""Plant sixty faults in the source, one at a time in a copy, and see that the tests of the rooms concerned fail.

    python benchmarks/planted_faults.py [--only WORD] [--list]

Each fault is in behaviour that the contract demands, not in how the code happens to be written: a fault whose text is no
longer in the source is to be pointed at the place that does the same now. ``--list`` says which these are, and runs nothing.
The golden files are left out at first: what they alone catch is said to be so. Exit status 1 where a fault was not caught.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
COPIED = ("src", "tests", "examples", "docs", "templates", "benchmarks", "packaging", "pyproject.toml", "README.md")
GOLDEN = "tests/test_golden.py"
LONGEST = 900
"""Seconds after which a run of the tests has failed, whatever it was doing."""


class Planted(NamedTuple):
    """One fault: in ``file`` the text ``old``, which is there once, becomes ``new``."""

    name: str
    file: str
    """Below the package."""
    old: str
    new: str
    tests: str
    """Files and folders of tests, parted by blanks, of which one must fail."""


PLANTED = (
    # Values
    Planted("万 stands for a thousand", "reading/values.py", '"万": 10_000', '"万": 1_000', "reading/test_values.py"),
    Planted(
        "thousands may be parted anywhere (1,23)",
        "reading/values.py",
        r'_THOUSANDS = r"\d{1,3}(?:,\d{3})+',
        r'_THOUSANDS = r"\d{1,3}(?:,\d+)+',
        "reading/test_values.py checking",
    ),
    Planted(
        "a negative figure is read",
        "reading/values.py",
        "    if number < 0:\n",
        "    if number < -(10**9):\n",
        "reading/test_values.py checking",
    ),
    Planted(
        "fractions are rounded",
        "reading/values.py",
        "if abs(cell - whole) < 1e-6 and",
        "if abs(cell - whole) < 0.6 and",
        "reading/test_values.py checking",
    ),
    Planted(
        "a dash is 0",
        "reading/values.py",
        "    if is_placeholder(written):\n",
        "    if is_placeholder(written):\n        return Answer(0)\n    if is_placeholder(written):\n",
        "reading/test_values.py checking",
    ),
    Planted(
        "a required blank is not asked",
        "reading/values.py",
        "problem=Problem.MISSING if column.required else None",
        "problem=None",
        "reading/test_values.py checking",
    ),
    Planted(
        "an error of Excel's is a word like any other",
        "reading/values.py",
        "in _EXCEL_ERRORS.split()",
        "in ()",
        "reading/test_values.py checking",
    ),
    Planted(
        "the synonyms of the networks are exchanged",
        "survey/data/column_words.tsv",
        "network_location 互联网\t外网\t公网",
        "network_location 互联网\t公网\t专网",
        "reading/test_values.py survey checking",
    ),
    # Rows
    Planted(
        "a sample row counts",
        "reading/layout/rows.py",
        "(Fate.SAMPLE, BodyRow.is_sample)",
        "(Fate.DATA, BodyRow.is_sample)",
        "reading/layout",
    ),
    Planted(
        "合计 is a region",
        "reading/layout/rows.py",
        "(Fate.TOTAL, BodyRow.is_total)",
        "(Fate.DATA, BodyRow.is_total)",
        "reading/layout",
    ),
    Planted(
        "小计 is a region",
        "reading/layout/table_words.py",
        'plain.endswith(row_words("统计结尾"))',
        'plain.endswith(row_words("统计开头"))',
        "reading/layout",
    ),
    Planted(
        "averages and months are regions",
        "reading/layout/table_words.py",
        '    return ends or plain.startswith(row_words("统计开头")) or bool(_PERIOD.fullmatch(plain))',
        "    return ends",
        "reading/layout",
    ),
    Planted(
        "a region that is listed and left blank is dropped",
        "reading/layout/rows.py",
        "if (self.serial or self._data or is_explained) and self._is_listed():",
        "if (self._data or is_explained) and self._is_listed():",
        "reading/layout",
    ),
    Planted(
        "hidden rows count",
        "reading/layout/sheets.py",
        ' | dict.fromkeys(sheet.hidden_rows, "被隐藏")',
        "",
        "reading/layout",
    ),
    Planted(
        "struck rows count",
        "reading/layout/sheets.py",
        'dict.fromkeys(whole, "被划掉")',
        'dict.fromkeys((), "被划掉")',
        "reading/layout",
    ),
    Planted(
        "a label ends in a half-width colon alone",
        "survey/labels.py",
        '"（）：，" + ascii_uppercase',
        '"（）；，" + ascii_uppercase',
        "reading/layout",
    ),
    # Rules
    Planted(
        "the balance ignores 放弃量",
        "survey/editions/y2019.py",
        '("calls_agent", "calls_ivr", "calls_abandoned"),\n            RuleText(',
        '("calls_agent", "calls_ivr"),\n            RuleText(',
        "checking survey",
    ),
    Planted(
        "one adviser more than staff is let through",
        "survey/schema.py",
        'return gap if gap < 0 or self.broken == "<>" else gap - gap',
        'return gap if gap < -1 or self.broken == "<>" else gap - gap',
        "checking survey writing/official",
    ),
    Planted(
        "a balance that is explained stays an error",
        "checking/engine.py",
        "        severity = Severity.QUERY\n",
        "        severity = Severity.ERROR\n",
        "checking",
    ),
    Planted(
        "合计 may be a little off",
        "checking/rules/balance.py",
        "len(given) < len(figures) or written == sum(given)",
        "len(given) < len(figures) or abs(written - sum(given)) < 10",
        "checking",
    ),
    Planted(
        "a region twice with other figures is not asked about",
        "checking/rules/rows.py",
        "same = len({content(table.form, each, Kind.REGION, Kind.TEXT) for each in (row, before)}) == 1",
        "same = True",
        "checking",
    ),
    Planted(
        "one region that is missing is not asked about",
        "checking/rules/rows.py",
        "if not names or any(each.accounted for each in lacking):",
        "if len(names) < 2 or any(each.accounted for each in lacking):",
        "checking",
    ),
    Planted(
        "the forms may list other regions",
        "checking/rules/rows.py",
        "if name not in elsewhere]",
        "if name in elsewhere]",
        "checking",
    ),
    Planted(
        "a name that nobody knows counts where no region lacks a row",
        "checking/counting.py",
        "elif table.file not in filling and not (row.match and missing.intersection(row.match.nearest)):",
        "elif False:",
        "checking",
    ),
    Planted(
        "a row that is the sum of the others counts",
        "checking/counting.py",
        "        counts = holds is Holds.MORE or (",
        "        counts = True or (",
        "checking",
    ),
    Planted(
        "全省 counts beside its regions",
        "checking/counting.py",
        "yield from (self._beside_parts(table, row, parts) for table, row in self._rows if row.is_unit)",
        "yield from ()",
        "checking",
    ),
    Planted(
        "a county counts beside its city",
        "checking/counting.py",
        'yield Overlap(table, row, "R208", counts, why,',
        'yield Overlap(table, row, "R208", True, why,',
        "merging",
    ),
    Planted(
        "the sample's figures may stand in a real row",
        "checking/rules/rows.py",
        "if alike >= enough:",
        "if alike > len(sample):",
        "checking",
    ),
    Planted(
        "any letter in 备注 is a reason",
        "checking/reasons.py",
        "return len(letters) - filling >= SHORTEST_REASON and",
        "return bool(letters) and",
        "checking",
    ),
    Planted(
        "ten times the calls",
        "checking/rules/plausibility.py",
        "_MOST_CALLS = 30_000",
        "_MOST_CALLS = 300_000",
        "checking",
    ),
    Planted(
        "any change on last year",
        "checking/rules/plausibility.py",
        "MOST_CHANGE = 50",
        "MOST_CHANGE = 500",
        "checking",
    ),
    Planted(
        "alike figures must be four",
        "checking/rules/sameness.py",
        "_LEAST_FIGURES = 3\n",
        "_LEAST_FIGURES = 4\n",
        "checking",
    ),
    Planted(
        "a short number is a mobile number",
        "checking/rules/header.py",
        "if absent or value.problem is problem:",
        "if absent or value.problem is problem is not Problem.MOBILE_MALFORMED:",
        "checking",
    ),
    Planted(
        "a work report may be a little too long",
        "checking/rules/files.py",
        "if words > most:",
        "if words > most + 100:",
        "checking",
    ),
    # Versions and the merge
    Planted(
        "the oldest version counts",
        "merging/sent.py",
        "return Order(1 if first > second else -1, by)",
        "return Order(-1 if first > second else 1, by)",
        "merging",
    ),
    Planted(
        "identical files count twice",
        "merging/versions.py",
        "            if filing is twin:\n",
        "            if filing:\n",
        "merging",
    ),
    Planted(
        "versions of which none is the newest count all",
        "merging/versions.py",
        '            self._verdict.drop(sent.where, f"几个文件中内容不同，分不出先后，都不计入（{rule.id}）")',
        "            pass",
        "merging",
    ),
    Planted(
        "a row twice in one file counts once",
        "merging/versions.py",
        "if any(sent.answers != first.answers for sent in filled):",
        "if False:",
        "merging checking",
    ),
    Planted(
        "a row that the correction no longer has counts",
        "merging/versions.py",
        'self._verdict.drop(sent.where, "更正后的{file}中没有这一行（M706）", later.filing)',
        "pass",
        "merging",
    ),
    Planted(
        "last year's filing counts",
        "merging/national_table.py",
        "    years = None, edition.year\n",
        "    years = None, edition.year, edition.year - 1\n",
        "merging reading cli",
    ),
    Planted(
        "the deadline's own day is late",
        "checking/rules/merge.py",
        "if day and deadline and day > deadline:",
        "if day and deadline and day >= deadline:",
        "merging checking reporting",
    ),
    Planted(
        "兵团's cities count with 新疆 too",
        "merging/national_table.py",
        "        if item.unit and item.unit.enclaves:\n",
        "        if item.unit and not item.unit.regions:\n",
        "merging",
    ),
    Planted(
        "rows of nobody count",
        "merging/unit.py",
        "        if self.unit and self.case:\n",
        "        if self.case:\n",
        "merging",
    ),
    Planted(
        "an answer of staff's holds when the figures have changed",
        "questions/rounds.py",
        '"数据在核实之后变动了" if outdated else ""',
        '"数据在核实之后变动了" if False else ""',
        "merging",
    ),
    Planted(
        "a remark without a word of its own is a reason",
        "checking/reasons.py",
        "SHORTEST_REASON = 2\n",
        "SHORTEST_REASON = 0\n",
        "checking",
    ),
    # Rates and what is in question
    Planted(
        "放弃 is divided by what was answered",
        "indicators.py",
        '("calls_abandoned",), ("calls_total",), low_first=',
        '("calls_abandoned",), ("calls_agent",), low_first=',
        "survey published writing",
    ),
    Planted(
        "人工接通率 is of all calls",
        "indicators.py",
        '        ("calls_agent", "calls_abandoned"),\n',
        '        ("calls_total",),\n',
        "survey published writing",
    ),
    Planted(
        "a share above the whole is given",
        "indicators.py",
        "(self.of_whole and self.numerator >",
        "(not self.of_whole and self.numerator >",
        "survey published writing",
    ),
    Planted(
        "figures in open question enter the rates",
        "model/finding.py",
        "return self.doubts and (self.is_open or self.stands_as_sent)",
        "return self.doubts and self.is_settled",
        "model merging published writing",
    ),
    Planted(
        "a total says that it is whole",
        "model/national.py",
        "return Tally(sum(values) if values else None, len(values), len(scalars))",
        "return Tally(sum(values) if values else None, len(scalars), len(scalars))",
        "model merging writing",
    ),
    Planted(
        "two units without question are ranked",
        "model/summary_lines.py",
        "return found if len(found) >= FEWEST and 2 * len(found) >= len(sent) else []",
        "return found",
        "model published writing",
    ),
    # What is written
    Planted(
        "a text of a sender's is run as a formula",
        "writing/national/__init__.py",
        'return f"\'{text}" if _LIVE.match(text) else text',
        "return text",
        "writing/national cli",
    ),
    Planted(
        "telephone numbers go into 明细 and the CSV",
        "writing/workbook.py",
        "    return public_text(safe(text))",
        "    return safe(text)",
        "writing/national cli wording",
    ),
    Planted(
        "a short text with a telephone number goes out as it is",
        "wording/values.py",
        "if _ELEVEN_DIGITS.search(text) else text",
        "if len(text) > 98 and _ELEVEN_DIGITS.search(text) else text",
        "wording reporting",
    ),
    Planted(
        "the proof of the totals lets all pass",
        "writing/national/__init__.py",
        "if not _is_same_figure(found, expected):",
        "if found is expected is not None:",
        "writing/national cli merging",
    ),
    Planted(
        "a file is replaced without --force",
        "writing/__init__.py",
        "if mode is not None and not force:",
        "if mode is not None and force is None:",
        "writing cli",
    ),
    Planted(
        "an output takes the place of what is read",
        "writing/__init__.py",
        "        if identity in run.inputs:\n            raise _refusal(target)\n",
        "",
        "writing cli",
    ),
    Planted(
        "--strict ends like any other",
        "cli/process.py",
        "question.is_open and (question.is_error or strict)",
        "question.is_open and question.is_error",
        "cli",
    ),
    Planted(
        "the order of the rows is in the 校验码",
        "model/check_code.py",
        "sorted(rows[key])] for key in",
        "rows[key]] for key in",
        "model",
    ),
    Planted(
        "no letter asks about a query",
        "reporting/returns.py",
        "inbox, asked = respondents.inbox, each.open_questions\n",
        "inbox, asked = respondents.inbox, tuple(one for one in each.open_questions if one.is_error)\n",
        "reporting",
    ),
    Planted(
        "fix leaves out a changed value",
        "cli/fix.py",
        "return isinstance(found, bool) or found != written",
        "return isinstance(found, bool)",
        "cli/test_fix.py reporting",
    ),
    Planted(
        "a missing unit is not named",
        "checking/rules/merge.py",
        "for unit in (item.unit for item in statuses if not item.files):",
        "for unit in [item.unit for item in statuses if not item.files][1:]:",
        "merging cli",
    ),
)


def is_there(fault: Planted) -> bool:
    """Whether its text is in the source, once."""
    path = ROOT / "src" / "hrss12333" / fault.file
    return path.exists() and path.read_text(encoding="utf-8").count(fault.old) == 1


def fails(folder: Path, targets: list[str]) -> str:
    """The first test that fails; empty where none does."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--no-header", "--tb=no", *targets]
    environment = os.environ | {"PYTHONPATH": str(folder / "src")}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=LONGEST
        )
    except subprocess.TimeoutExpired:
        return "(took too long)"
    if done.returncode == 0:
        return ""
    named = [line.split(" ", 1)[1] for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return named[0].partition(" - ")[0] if named else f"exit status {done.returncode}: {done.stdout[-300:]}"


def caught(folder: Path, fault: Planted) -> str:
    """What catches it, in words; empty where nothing does. What fails without the fault, too, catches nothing."""
    targets = [f"tests/{name}" for name in fault.tests.split() if (folder / "tests" / name).exists()]
    for tried, by in ((targets, ""), ([GOLDEN], "the golden files alone: ")):
        without: list[str] = []
        while failed := with_fault(folder, fault, [*tried, *(f"--deselect={name}" for name in without)]):
            if "::" not in failed or not fails(folder, [failed]):
                return by + failed
            without.append(failed)
    return ""


def with_fault(folder: Path, fault: Planted, targets: list[str]) -> str:
    """The first test that fails while the fault is there."""
    path = folder / "src" / "hrss12333" / fault.file
    sound = path.read_text(encoding="utf-8")
    path.write_text(sound.replace(fault.old, fault.new), encoding="utf-8")
    try:
        return fails(folder, targets)
    finally:
        path.write_text(sound, encoding="utf-8")


def copies() -> Iterator[Path]:
    """A copy of all that the tests need, gone in the end."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in COPIED:
            if (ROOT / part).is_dir():
                shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
            elif (ROOT / part).exists():
                shutil.copy(ROOT / part, folder / part)
        yield folder


def main() -> int:
    """Plant every fault."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", default="", help="a part of the fault's name or file")
    parser.add_argument("--list", action="store_true", help="say which are to be pointed elsewhere, and run nothing")
    options = parser.parse_args()
    chosen = [fault for fault in PLANTED if options.only in f"{fault.name} {fault.file}"]
    moved = [fault for fault in chosen if not is_there(fault)]
    missed = 0
    for folder in copies() if not options.list else ():
        for fault in chosen:
            if fault not in moved:
                by = caught(folder, fault)
                missed += not by
                print(f"{'caught' if by else 'NOT CAUGHT'} | {fault.name} | {by}", flush=True)
    for fault in moved:
        print(f"to be re-pointed | {fault.name} | {fault.file}")
    print(f"{len(chosen)} faults, {missed} not caught, {len(moved)} to be re-pointed")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
