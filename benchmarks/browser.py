"""12333.html beside the command line: seconds until it is ready, and for the 32 example filings, by turns.

    python benchmarks/browser.py dist/12333.html [--rounds 3]

The least of each is printed. What is merged is read anew each time: the page forgets its answers when files are chosen.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "helpers")]

from chromium import chromium  # noqa: E402  the tests' own

FILINGS = sorted((ROOT / "examples" / "filings").glob("*.xlsx"))
READY = "document.getElementById('status').textContent === '可以开始。'"
COMMANDS = ("check", "merge")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    taken: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(given.rounds):
            with chromium(Path(folder)) as browser:
                begun = time.monotonic()
                browser.open(given.page.resolve())
                browser.wait(READY)
                taken.setdefault("ready", []).append(time.monotonic() - begun)
                for command in COMMANDS:
                    browser.run("choose([])")
                    browser.drop("#drop", *FILINGS)
                    browser.wait(f"chosen.size === {len(FILINGS)}")
                    script = f"(async () => {{ const t = performance.now(); await press('{command}'); return performance.now() - t; }})()"
                    taken.setdefault(f"{command} in the page", []).append(browser.run(script) / 1000)
                    line = [
                        sys.executable,
                        "-m",
                        "hrss12333",
                        command,
                        *map(str, FILINGS),
                        "--force",
                        "--report",
                        "a.html",
                    ]
                    begun = time.monotonic()
                    subprocess.run(line, cwd=folder, check=True, stdout=subprocess.DEVNULL)
                    taken.setdefault(f"{command} on the command line", []).append(time.monotonic() - begun)
    for what, seconds in taken.items():
        print(f"{what}: {min(seconds):.1f} s")
    for command in COMMANDS:
        ratio = min(taken[f"{command} in the page"]) / min(taken[f"{command} on the command line"])
        print(f"{command}: {ratio:.1f} times")


if __name__ == "__main__":
    main()
