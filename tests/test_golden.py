"""Every finding over the examples, as one file: a change shows here what it changes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli_runs import report

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden" / "findings.txt"


def findings(monkeypatch: pytest.MonkeyPatch) -> str:
    """A line a finding: file, rule, weight, place, what is said and what is suggested."""
    monkeypatch.chdir(ROOT)
    return "".join(f"{line}\n" for folder in ("filings", "faulty") for line in _lines(f"examples/{folder}"))


def _lines(folder: str) -> Iterator[str]:
    checked = report("check", folder)
    for item in (*checked["files"], *checked["units"]):
        for found in item["findings"]:
            place = "!".join(part for part in (found["sheet"], found["cell"]) if part)
            changes = [change for s in found["suggestions"] for change in (s, *s["also"])]
            suggested = "；".join(f"{change['field']}={change['value']}" for change in changes)
            parts = (
                Path(found["file"]).as_posix(),
                found["rule"],
                found["severity"],
                place,
                found["message"],
                suggested,
            )
            yield " | ".join(parts).rstrip(" |")


def test_the_findings_over_the_examples_are_as_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    found = findings(monkeypatch)
    if os.environ.get("HRSS12333_WRITE_GOLDEN"):
        GOLDEN.write_text(found, encoding="utf-8", newline="\n")
    assert found.splitlines() == GOLDEN.read_text(encoding="utf-8").splitlines()
