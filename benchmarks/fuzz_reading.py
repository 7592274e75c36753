"""Throw damaged copies of good files at the reader and see that each ends in time, as a document or as one finding.

    python benchmarks/fuzz_reading.py [--mutants 500] [--minutes M] [--seed 1] [--keep DIR] [FILE...]

Every FILE (.xlsx, .xls, .docx, .zip, .eml, ...; without any, a small one of each format) is mutated: bytes
flipped, cut out, repeated, cut off; in a zip also within the members, with the checksums made right again, for a flipped
byte of the zip itself only ever breaks its checksum. For an hour: ``--mutants 50 --minutes 60 --keep DIR``. Prints
what became of the mutants, and each one that crashed the reader, took longer than 12 seconds or wrote to stderr; with
--keep it is written there. Exit status 1 where there was any.

With --multiply nothing is damaged: something that a file holds (a tag, a style, a formula, a row, a member) is in it a
hundred or ten thousand times, each such file is given to a command in a process of its own, and what costs more CPU time or
memory than it may (`bounds.py`), or is not told in words, is printed.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import re
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "helpers"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "reading" / "worker"))

from test_limits import SEEDS

from bounds import breaks, cost_of
from damaged import archive
from factory import mail
from hrss12333.checking.rules import OBJECTS
from hrss12333.model.errors import UsageStop
from hrss12333.model.filing import Unreadable
from hrss12333.reading.documents import read_paths
from hrss12333.survey.editions.y2019 import EDITION
from multiplied import multiplied
from rich_workbook import write_rich

ROOT = Path(__file__).parents[1]
TIME_LIMIT = 12.0
NUMBER = re.compile(rb"\d+")
TAG = re.compile(rb"<[^<>]{1,200}>")
_COMMANDS_OF = {".xlsx": ("check", "annotate", "returns"), ".docx": ("check", "compile", "compile")}
"""Extension → commands that look into such files."""


def flipped(data: bytes, dice: random.Random) -> bytes:
    """Some bytes changed."""
    out = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 8, 40))):
        out[dice.randrange(len(out))] = dice.choice((dice.randrange(256), 0, 255))
    return bytes(out)


def cut(data: bytes, dice: random.Random) -> bytes:
    """A piece missing, doubled, or everything after it gone."""
    start = dice.randrange(len(data))
    end = min(len(data), start + dice.choice((1, 4, 64, 512, 4096)))
    return dice.choice((data[:start] + data[end:], data[:end] + data[start:], data[:start]))


def renumbered(data: bytes, dice: random.Random) -> bytes:
    """One number of an XML part replaced by an extreme one."""
    found = list(NUMBER.finditer(data))
    if not found:
        return flipped(data, dice)
    match = dice.choice(found)
    value = dice.choice((b"0", b"-1", b"65536", b"1048577", b"2147483648", b"99999999999999999999", b"", b"x"))
    return data[: match.start()] + value + data[match.end() :]


def retagged(data: bytes, dice: random.Random) -> bytes:
    """One tag of an XML part missing, doubled or in another's place."""
    found = list(TAG.finditer(data))
    if not found:
        return cut(data, dice)
    one, other = dice.choice(found), dice.choice(found)
    put = dice.choice((b"", one[0] * 2, other[0], one[0] * 3000))
    return data[: one.start()] + put + data[one.end() :]


MUTATIONS = (flipped, cut, renumbered, retagged)


def mutants(data: bytes, count: int, dice: random.Random) -> Iterator[bytes]:
    """Damaged copies of a file."""
    whole = (flipped, cut)
    members = {}
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = {name: package.read(name) for name in package.namelist() if package.getinfo(name).file_size}
    for _ in range(count):
        if not members or dice.random() < 0.15:
            yield dice.choice(whole)(data, dice)
            continue
        changed = dice.choice(list(members))
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
            for name, content in members.items():
                package.writestr(name, dice.choice(MUTATIONS)(content, dice) if name == changed else content)
        yield out.getvalue()


def outcome(path: Path) -> str:
    """The rule that objects, or as what it was read: found, unpacked, decoded, located and understood, as by ``check``."""
    try:
        documents = read_paths([path], EDITION).documents
    except UsageStop:
        return "passed over"
    first = documents[0] if documents else None
    if isinstance(first, Unreadable):
        return OBJECTS[first.problem].id
    return type(first).__name__


def seeds(folder: Path) -> list[Path]:
    """A small file of each format, and a mail and an archive of a filing."""
    made = {f"seed.{name}": make() for name, make in SEEDS.items()}
    filing = min((ROOT / "examples" / "filings").glob("*.xlsx"), key=lambda path: path.stat().st_size)
    report = next((ROOT / "examples" / "filings").glob("*.docx"))
    made |= {"filing.xlsx": filing.read_bytes(), "report.docx": report.read_bytes()}
    made["mail.eml"] = mail((filing.name, filing.read_bytes()))
    made["box.zip"] = archive([(path.name, path.read_bytes()) for path in (filing, report)])
    write_rich(folder / "rich.xlsx")
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return sorted(folder.iterdir())


def main() -> int:
    """Fuzz the files that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("files", nargs="*", type=Path, help="good files; none: a small one of each format")
    parser.add_argument("--mutants", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--multiply", action="store_true", help="multiply what the files hold instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        options.files = options.files or seeds(Path(folder))
        return multiply_all(options) if options.multiply else fuzz(options)


def multiply_all(options: argparse.Namespace) -> int:
    """Check files that hold something a hundred or ten thousand times; 1 where one costs more than it may."""
    bad = 0
    with tempfile.TemporaryDirectory() as scratch:
        for path in options.files:
            dice = random.Random(f"{options.seed} {path.name} multiplied")
            most = (0.0, 0.0, "")
            for number in range(options.mutants):
                times = dice.choice((100, 10_000))
                what, data = multiplied(path.read_bytes(), times, dice)
                mutant = Path(scratch, path.name)
                mutant.write_bytes(data)
                cost = cost_of(mutant, dice.choice(_COMMANDS_OF.get(path.suffix, ("check",))), 60.0)
                most = max(most, (cost.seconds, cost.gigabytes, what))
                if not breaks(cost):
                    continue
                bad += 1
                print(f"{path.name} #{number}: {times} {what}: {cost}", flush=True)
                if options.keep:
                    options.keep.mkdir(parents=True, exist_ok=True)
                    (options.keep / f"{number}_{path.name}").write_bytes(data)
            print(f"{path.name}: most {most[0]:.1f} s, {most[1]:.2f} GB, for {most[2]}", flush=True)
    return 1 if bad else 0


def fuzz(options: argparse.Namespace) -> int:
    """Round after round, each with another seed, until the time is over."""
    end = time.monotonic() + options.minutes * 60
    bad = one_round(options)
    while time.monotonic() < end:
        options.seed += 1
        bad += one_round(options)
    return 1 if bad else 0


def one_round(options: argparse.Namespace) -> int:
    """Fuzz every file once; how many mutants went wrong."""
    kept_stderr, bad = os.dup(2), 0
    for path in options.files:
        scratch = tempfile.TemporaryDirectory()
        dice = random.Random(f"{options.seed} {path.name}")
        counts: Counter[str] = Counter()
        slowest = 0.0
        for number, data in enumerate(mutants(path.read_bytes(), options.mutants, dice)):
            mutant = Path(scratch.name, path.name)
            mutant.write_bytes(data)
            if options.keep:  # what kills this very process is found there afterwards
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"last_{path.name}").write_bytes(data)
            with tempfile.TemporaryFile() as noise:
                os.dup2(noise.fileno(), 2)
                start = time.monotonic()
                try:
                    result = outcome(mutant)
                except Exception as error:
                    result = f"crash: {error!r:.200}"
                finally:
                    os.dup2(kept_stderr, 2)
                taken = time.monotonic() - start
                noisy = noise.tell() > 0
            counts[result.partition(":")[0]] += 1
            slowest = max(slowest, taken)
            if result.startswith("crash") or noisy or taken > TIME_LIMIT:
                bad += 1
                print(f"{path.name} #{number}: {result}, {taken:.1f} s{', wrote to stderr' if noisy else ''}")
                if options.keep:
                    (options.keep / f"{number}_{path.name}").write_bytes(data)
        scratch.cleanup()
        print(f"{path.name}: {dict(counts.most_common())}, slowest {slowest:.2f} s")
    os.close(kept_stderr)
    return bad


if __name__ == "__main__":
    sys.exit(main())
