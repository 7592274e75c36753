"""What small files can cost: each of `costly_files.py` given to a command in a process of its own, its CPU time and memory taken.

    python benchmarks/bounds.py [--only WORD] [--scale 1.0] [--limit 100] [--command check] [FILE...]

CPU seconds are those of the program and of all processes that it starts; memory is the sum of what they hold at most.
A file must cost no more than 12 s and 1 GB, by whatever command. Exit status 1 where one costs more, or ends the program
otherwise than by a finding in words.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "helpers"), str(ROOT / "examples")]

from costly_files import COMMANDS, COSTLY  # noqa: E402  it needs the tests' own

SECONDS, GIGABYTES = 12.0, 1.0
"""CPU time and memory that a file may cost."""
TICKS = os.sysconf("SC_CLK_TCK")


class Cost(NamedTuple):
    """What a run took."""

    seconds: float
    gigabytes: float
    """Held by all processes at one time."""
    status: int | None
    """Exit status; None where it was ended."""
    said: str
    """The first finding, or what was said on standard error."""


def measured(command: list[str], limit: float) -> Cost:
    """Run a command, and end it where it takes more than ``limit`` seconds of CPU time."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, stdout=out, stderr=err, start_new_session=True)
        seconds = held = 0.0
        ended = False
        while process.poll() is None:
            time.sleep(0.05)
            now, most = used(process.pid)
            seconds, held = max(seconds, now), max(held, most)
            if seconds > limit:
                ended = True
                for pid in tree(process.pid):
                    os.kill(pid, signal.SIGKILL)
        out.seek(0)
        err.seek(0)
        reported = first_said(out.read()) or err.read().decode(errors="replace").strip()
        return Cost(seconds, held / 2**30, None if ended else process.returncode, reported)


def first_said(output: bytes) -> str:
    """The rules of the findings, and the first of them in words."""
    try:
        files = json.loads(output)["files"]
    except (ValueError, KeyError):
        return ""
    rules = [finding["rule"] for file in files for finding in file["findings"]]
    message = next((finding["message"] for file in files for finding in file["findings"]), "")
    return f"{len(files)} files, {len(rules)} findings, {rules[0] if rules else ''} {message}"


def tree(pid: int) -> Iterator[int]:
    """A process and those that it started, as far as they live."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for child in children:
        yield from tree(int(child))
    yield pid


def used(pid: int) -> tuple[float, float]:
    """CPU seconds of a process and all that it started, and the bytes that those which live held at most."""
    seconds = held = 0.0
    for each in tree(pid):
        try:
            fields = Path(f"/proc/{each}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            status = Path(f"/proc/{each}/status").read_text(encoding="utf-8")
        except OSError:
            continue
        seconds += sum(map(int, fields[11:15])) / TICKS
        held += int(status.partition("VmHWM:")[2].split()[0]) * 1024 if "VmHWM:" in status else 0
    return seconds, held


def cost_of(path: Path, command: str, limit: float) -> Cost:
    """What it costs to give a file to a command."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = [part.format(file=path, folder=folder) for part in COMMANDS[command]]
        return measured([sys.executable, "-m", "hrss12333", *arguments], limit)


def breaks(cost: Cost) -> bool:
    """Whether that is too much, or the program ended otherwise than it should."""
    return cost.status not in (0, 1, 2) or cost.seconds > SECONDS or cost.gigabytes > GIGABYTES


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("files", nargs="*", type=Path, help="files of one's own instead")
    parser.add_argument("--only", default="", help="those whose name holds this word")
    parser.add_argument("--scale", type=float, default=1.0, help="how large, in parts of the size that once broke it")
    parser.add_argument("--limit", type=float, default=100.0, help="CPU seconds after which a run is ended")
    parser.add_argument(
        "--command", choices=COMMANDS, help="another one than the table's; check, for files of one's own"
    )
    options = parser.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        of_table = made(Path(folder), options.only, options.scale)
        for path, command in ((path, "check") for path in options.files) if options.files else of_table:
            command = options.command or command
            size, cost = path.stat().st_size, cost_of(path, command, options.limit)
            bad += breaks(cost)
            mark = "  BREAKS" if breaks(cost) else ""
            print(
                f"{path.name:28} {command:8} {size / 1024:9.0f} KB {cost.seconds:7.1f} s {cost.gigabytes:6.2f} GB "
                f"{cost.status!s:>5}{mark}  {cost.said[:110]}",
                flush=True,
            )
    return 1 if bad else 0


def made(folder: Path, word: str, scale: float) -> Iterator[tuple[Path, str]]:
    """The files of the table, each with the command that it once broke."""
    for name, costly in COSTLY.items():
        if word in name:
            path = folder / f"北京市{name}.{costly.extension}"  # a work report is copied only where it names its unit
            path.write_bytes(costly.make(max(1, int(costly.once * scale))))
            yield path, costly.command


if __name__ == "__main__":
    sys.exit(main())
