"""Measure the program side by side with the floor and with the usual scripts, whole process against whole process.

Every round runs all contestants in turn, so that a busy moment of the machine meets them alike; a ratio is taken within
its round. Printed are CPU (with all children) and wall time as multiples of the floor, medians; and the peak memory::

    python benchmarks/compare.py                          32 and 340 filings
    python benchmarks/compare.py 340x1 600x12 3000x12     FILES x ROWS, each measured in turn
    python benchmarks/compare.py --rounds 7 --only floor,tool 600x12
    python benchmarks/compare.py --write                  also into BENCHMARKS.md, between its marks

What is sent again once all regions were sent is alike; ``600x12u`` has names that no list has instead, ``600x12c`` other
figures, as corrections have. Needs a Unix system (``os.wait4``), pandas and, for the .xls line,
xlwt.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
REPORT = HERE.parent / "BENCHMARKS.md"
MARKS = ("<!-- measured:begin -->", "<!-- measured:end -->")
SCRATCH = Path(tempfile.gettempdir()) / "hrss12333-benchmarks"
CONTESTANTS = [sys.executable, str(HERE / "contestants.py")]
TOOL = [sys.executable, "-m", "hrss12333"]
LIBRARIES = ("python-calamine", "python-calamine-plus", "XlsxWriter", "pydantic", "click", "openpyxl", "pandas")
MERGERS = ("floor", "tool", "pandas-calamine", "pandas", "openpyxl")


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took."""

    cpu: float
    wall: float
    memory: float
    """Peak, in MiB."""


def measure(command: Sequence[str]) -> Run:
    """Run to the end, with modules compiled as in an installed program; user and system time of it and its children."""
    installed = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    with subprocess.Popen(command, env=installed, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr
        reported = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if process.returncode not in (0, 1):  # 1: findings that must be corrected
        raise SystemExit(f"{' '.join(command)}: {process.returncode}\n{reported.decode(errors='replace')}")
    return Run(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)


KINDS = {"": "again", "c": "corrected", "u": "unknown"}


def corpus(text: str) -> Path:
    """The filings that ``600x12``, ``600x12c`` or ``600x12u`` names; made once and kept."""
    kind = text.lstrip("0123456789x")
    files, _, rows = text.removesuffix(kind).partition("x")
    folder = SCRATCH / text
    if not folder.is_dir() or sum(1 for _ in folder.iterdir()) != int(files):
        # In a process of its own: what this one holds would count as the memory of its children.
        making = [sys.executable, str(HERE / "filings.py"), str(folder), files, rows, KINDS[kind]]
        subprocess.run(making, check=True)
    return folder


def rounds(commands: dict[str, list[str]], times: int) -> dict[str, list[Run]]:
    """All of these in turn, so many times."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(times):
        for name, command in commands.items():
            runs[name].append(measure(command))
    return runs


HEAD = f"| CPU × / wall × | floor, CPU s | {' | '.join(MERGERS[1:])} | peak MiB: floor, tool |\n|---|---|---|---|---|---|---|"


def line(title: str, runs: dict[str, list[Run]]) -> str:
    """The runs as a line of the table: medians, as multiples of the floor within a round."""
    base = runs["floor"]
    cells = [f"{median(run.cpu for run in base):.2f}"]
    for name in MERGERS[1:]:
        pairs = list(zip(runs.get(name, ()), base, strict=False))
        cpu = [own.cpu / floor.cpu for own, floor in pairs]
        wall = [own.wall / floor.wall for own, floor in pairs]
        cells.append(f"{median(cpu):.2f} / {median(wall):.2f}" if pairs else "–")
    peaks = (f"{max(run.memory for run in runs[name]):.0f}" for name in ("floor", "tool") if name in runs)
    return f"| {title} | {' | '.join(cells)} | {', '.join(peaks)} |"


def merging(text: str, names: Sequence[str], times: int) -> str:
    """`merge` of one corpus."""
    folder, out = str(corpus(text)), str(SCRATCH / "out.xlsx")
    commands = {name: [*CONTESTANTS, name, folder, out] for name in names}
    if "tool" in commands:
        commands["tool"] = [*TOOL, "merge", folder, "-o", out, "--force"]
    return line(f"merge {text}", rounds(commands, times))


def as_xls(source: Path) -> Path:
    """An .xls of the cells of an .xlsx."""
    target = SCRATCH / f"{source.stem}.xls"
    subprocess.run([*CONTESTANTS, "to-xls", str(source), str(target)], check=True)
    return target


def single(times: int) -> list[str]:
    """What one file and a mere start cost."""
    xlsx = sorted(corpus("32x12").iterdir())[0]
    check = [*TOOL, "check", "--format", "json"]
    read = [*CONTESTANTS, "read", str(xlsx)]
    pairs = {
        "check .xlsx (floor: imports and reads)": (read, [*check, str(xlsx)]),
        "check .xls (floor: the same)": (read, [*check, str(as_xls(xlsx))]),
        "--help (floor: import click)": ([*CONTESTANTS, "click"], [*TOOL, "--help"]),
    }
    return [line(title, rounds({"floor": floor, "tool": tool}, times)) for title, (floor, tool) in pairs.items()]


def machine() -> str:
    """What was measured on."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        cpu = models[0] if models else cpu
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"{date.today():%Y-%m}, {cpu}, {os.cpu_count()} cores, Python {platform.python_version()}, {libraries}."


def main() -> None:
    """Measure what is asked for and print it."""
    parser = argparse.ArgumentParser(description="Time the program beside the floor and the usual scripts.")
    parser.add_argument("corpora", nargs="*", default=["32x1", "340x1", "32x12"], metavar="FILESxROWS")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default=",".join(MERGERS), help="contestants, the floor among them")
    parser.add_argument("--no-single", action="store_true", help="leave out one file and start-up")
    parser.add_argument("--write", action="store_true", help="also write the table into BENCHMARKS.md")
    given = parser.parse_args()
    SCRATCH.mkdir(exist_ok=True)
    lines = [HEAD]
    print(f"{machine()}\n\n{HEAD}", flush=True)
    for text in given.corpora:
        lines.append(merging(text, given.only.split(","), given.rounds))
        print(lines[-1], flush=True)
    if not given.no_single:
        singles = single(given.rounds)
        lines += singles
        print("\n".join(singles))
    if given.write:
        text = REPORT.read_text(encoding="utf-8")
        before, after = text.split(MARKS[0])[0], text.split(MARKS[1])[1]
        measured = "\n".join([machine(), "", *lines])
        REPORT.write_text(f"{before}{MARKS[0]}\n{measured}\n{MARKS[1]}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
