"""Let the program come to harm in every way that a computer knows, and see that nothing is lost.

    python benchmarks/faults.py [--trials 40] [--only WORD]

``--trials`` is how often each command is killed and interrupted at a random moment; everything else is tried as often as
it has cases. Prints a line for each fault: how often it was tried and what was lost; what was lost goes to standard error at once;
exit status 1 where there was anything.
It needs Linux; a full disk and read-only folders are tried where the user may mount (root).
"""

from __future__ import annotations

import argparse
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import NamedTuple

from fault_kinds import FAULTS, Trial


class Result(NamedTuple):
    """How one trial went."""

    fault: str
    trial: str
    lost: list[str]


def one(fault: str, trial: Trial) -> Result:
    """Try it."""
    try:
        lost = trial.run()
    except Exception as error:
        lost = [f"the trial itself failed: {error!r:.300}"]
    if lost:
        print(f"{fault}, {trial.name}: {'; '.join(lost)}"[:400], file=sys.stderr, flush=True)
    return Result(fault, trial.name, lost)


def main() -> int:
    """Try every fault."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--only", default="", help="a part of the fault's name")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    dice = random.Random(12333)
    chosen = [(name, make) for name, make in FAULTS.items() if options.only in name]
    planned = [(name, trial) for name, make in chosen for trial in make(options.trials, dice)]
    with ThreadPoolExecutor(options.workers) as pool:
        results = list(pool.map(lambda each: one(*each), planned))
    print("| fault | trials | lost |\n|---|---:|---|")
    for name, group in groupby(results, key=lambda result: result.fault):
        tried = list(group)
        losses = [result for result in tried if result.lost]
        print(f"| {name} | {len(tried)} | {len(losses) or 'nothing'} |")
    losses = [result for result in results if result.lost]
    print(f"\n{len(results)} trials, {len(losses)} with losses")
    return int(bool(losses))


if __name__ == "__main__":
    sys.exit(main())
