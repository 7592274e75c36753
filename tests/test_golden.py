"""Every finding over the examples, as one file: a change shows here what it changes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from hrss12333.cli import cli

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden" / "findings.txt"


def findings(monkeypatch: pytest.MonkeyPatch) -> str:
    """A line a finding: file, rule, weight, place, what is said and what is suggested."""
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(cli, ["check", "examples/filings", "examples/faulty", "--format", "json"])
    report = json.loads(result.stdout)
    lines = []
    for item in (*report["files"], *report["units"]):
        for found in item["findings"]:
            place = "!".join(part for part in (found["sheet"], found["cell"]) if part)
            values = [value for one in found["suggestions"] for value in (one, *one["also"])]
            suggested = "；".join(f"{value['field']}={value['value']}" for value in values)
            parts = (
                Path(found["file"]).as_posix(),
                found["rule"],
                found["severity"],
                place,
                found["message"],
                suggested,
            )
            lines.append(" | ".join(parts).rstrip(" |"))
    return "".join(f"{line}\n" for line in lines)


def test_the_findings_over_the_examples_are_as_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    found = findings(monkeypatch)
    if os.environ.get("HRSS12333_WRITE_GOLDEN"):
        GOLDEN.write_text(found, encoding="utf-8", newline="\n")
    assert found.splitlines() == GOLDEN.read_text(encoding="utf-8").splitlines()
