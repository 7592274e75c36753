"""Three hundred bad files among the examples: the others are read as if they were not there, and each of them is named.

    python benchmarks/bad_inbox.py [--files 300] [--keep DIR]

Bad are the files of `tests/helpers/damaged.py`, those of `costly_files.py` that `check` refuses (as large as they once broke
the bounds), and copies of the example filings that were cut off or had a part cut out. Compared with a merge of the examples alone: totals, coverage and
units must be equal; each bad file must be named in what is printed, in JSON and in the workbook. Exit status 1 where not.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "helpers"), str(ROOT / "examples")]

from costly_files import COSTLY  # noqa: E402  the tests' own
from damaged import DAMAGED  # noqa: E402  as above

EXTENSIONS = ("xlsx", "xls", "et", "docx", "zip", "eml", "pdf")
READ = ("entry-name", "anchors-nested", "paragraphs-nested")
"""Costly files that are read all the same; those of other commands than `check` are sound filings or reports."""
SAME = ("totals", "coverage", "units")


def bad_files(count: int) -> Iterator[tuple[str, bytes]]:
    """Name and content of each."""
    dice = random.Random(2019)
    for name, (_, make) in DAMAGED.items():
        yield f"坏-{name}.{name.rpartition('-')[2] if name.rpartition('-')[2] in EXTENSIONS else 'xlsx'}", make()
    refused = {name: it for name, it in COSTLY.items() if it.command == "check" and name not in READ}
    for name, costly in refused.items():
        yield f"费-{name}.{costly.extension}", costly.make(costly.once)
    filings = sorted((ROOT / "examples" / "filings").iterdir())
    for number in range(count - len(DAMAGED) - len(refused)):
        path = filings[number % len(filings)]
        data = path.read_bytes()
        start = dice.randrange(len(data) // 4, len(data) - 200)
        cut = data[:start] if number % 2 else data[:start] + data[start + dice.randrange(40, 150) :]
        yield f"残-{number:03}{path.suffix}", cut


def merged(folder: Path, output: Path, *more: str) -> str:
    """What a merge of the folder prints."""
    command = [sys.executable, "-m", "hrss12333", "merge", str(folder), "-o", str(output), "--force", *more]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"exit status {done.returncode}: {done.stderr[-500:]}")
    return done.stdout


def names_in(workbook: Path) -> str:
    """All texts of a workbook."""
    book = openpyxl.load_workbook(workbook, read_only=True)
    return "\n".join(str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row if cell)


def as_text(part: Any, folder: Path) -> str:
    """A part of the JSON, with files named from the folder on."""
    return json.dumps(part, ensure_ascii=False).replace(f"{folder}/", "")


def main() -> int:
    """Compare the two."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        here = options.keep or Path(scratch)
        good, both = here / "good", here / "both"
        for folder in (good, both):
            shutil.copytree(ROOT / "examples" / "filings", folder, dirs_exist_ok=True)
        bad = dict(bad_files(options.files))
        for name, data in bad.items():
            (both / name).write_bytes(data)
        alone: dict[str, Any] = json.loads(merged(good, here / "good.xlsx", "--format", "json"))
        together: dict[str, Any] = json.loads(merged(both, here / "both.xlsx", "--format", "json"))
        text, sheet = merged(both, here / "both.xlsx"), names_in(here / "both.xlsx")
    reported = json.dumps(together, ensure_ascii=False)
    wrong = [f"{key} differ" for key in SAME if as_text(alone[key], good) != as_text(together[key], both)]
    wrong += [
        f"{name} is not named in the {where}"
        for where, all_said in {"text": text, "JSON": reported, "workbook": sheet}.items()
        for name in bad
        if name not in all_said
    ]
    print(f"{len(bad)} bad files; {', '.join(SAME)} equal, all named" if not wrong else "\n".join(wrong[:40]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
