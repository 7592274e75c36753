"""Every finding over the examples, and what is made of generated filings and folders, each as one file: a change shows here
what it changes.

Of what is generated a case is a line with a hash of the values read (rows, contacts) and one of the rows that count, and a line for each
finding. HRSS12333_WRITE_GOLDEN=1 writes the files anew.
"""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest

from cli_runs import report
from filing_styles import CHOICES_OF, Style, draw
from filing_writers import WRITERS, filing_of, write
from form_fillings import fillings
from hrss12333.inbox import Inbox
from hrss12333.model.filing import Filing
from hrss12333.model.finding import Finding, Severity
from hrss12333.survey.editions.y2019 import EDITION
from merge_runs import judged
from random_inboxes import fill, spoilt

ROOT = Path(__file__).parents[1]
MIXTURES, FILLINGS, FOLDERS, SPOILT = 240, 12, 32, 8
WRITERS_IN_TURN = (
    *(*("xlsxwriter", "openpyxl", "xlsxwriter", "docx") * 2, "xls"),
    *("xlsxwriter", "openpyxl", "xlsxwriter", "xls"),
)
SMALL = [unit for unit in EDITION.units if len(unit.regions) < 9]
HEADER = ("unit", "name", "mobile", "email")
LONGEST = 60
"""Characters of a message that are shown."""


def styles() -> Iterator[tuple[str, Style]]:
    """Each choice of each liberty alone, then mixtures, with a name."""
    for name, options in CHOICES_OF.items():
        for option in dict.fromkeys(options[1:]):
            yield f"{name}={option}", Style(**{name: option})
    for number in range(MIXTURES):
        chance = random.Random(f"mixture {number}")
        taken = sorted(chance.sample(sorted(CHOICES_OF), chance.choice((3, 6, 10, 20))))
        chosen = {name: chance.choice(CHOICES_OF[name]) for name in taken}
        yield " ".join(f"{name}={option}" for name, option in chosen.items()), Style(**chosen)


def filings(folder: Path) -> Iterator[tuple[str, Path]]:
    """The name of a case, and the folder in which its files are."""
    for number, ((name, style), writer) in enumerate(zip(styles(), cycle(WRITERS_IN_TURN), strict=False)):
        chance = random.Random(f"filing {number}")
        at = folder / f"{number:03}"
        at.mkdir()
        write(draw(filing_of(chance.choice(EDITION.units), chance), style, chance, WRITERS[writer][0]), writer, at)
        yield f"filing {number:03} {writer} {name}", at


def filled_forms(folder: Path) -> Iterator[tuple[str, Path]]:
    """The official form filled in, well and badly."""
    for number, filling in enumerate(fillings(folder, EDITION, FILLINGS, seed=35)):
        yield f"form {number:02} {'; '.join(filling.done)}", filling.path


def folders(folder: Path) -> Iterator[tuple[str, Path]]:
    """Inboxes as they fill up, and inboxes of some units that slip."""
    for seed in range(FOLDERS):
        yield f"folder {seed:02}", fill(folder / f"r{seed}", seed)
    for seed in range(SPOILT):
        at = folder / f"s{seed}"
        at.mkdir()
        yield f"spoilt {seed:02}", spoilt(at, seed, random.Random(seed).sample(SMALL, 3))


def _hash(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]


def outcome(name: str, path: Path) -> Iterator[str]:
    """The lines of a case."""
    for file in (path, *path.rglob("*")):
        os.utime(file, (0, 0))  # how quickly they were written must not tell which is newer
    inbox = judged(path)
    values, counted = _values(inbox), _counted(inbox)
    yield f"{name} | values {_hash(values)} | {len(counted)} rows count {_hash(counted)}"
    said: dict[tuple[str, str, str], list[str]] = {}
    for finding in inbox.national.findings_of_files:
        said.setdefault(_words(finding), []).append(_place(finding, path))
    for (rule, weight, text), places in sorted(said.items()):
        yield f"  {rule} {weight} {'、'.join(sorted(places))} {text}".rstrip()


def _values(inbox: Inbox) -> list[str]:
    found = []
    for document in [item.document for item in inbox.files if isinstance(item.document, Filing)]:
        for table in document.tables:
            head = f"{document.file} {document.unit and document.unit.name} {table.form.key}"
            contact = [table.header[key].value for key in HEADER if key in table.header]
            found.append(f"{head} {contact}")
            for row in table.rows:
                read = [row.scalar(column.key) for column in table.form.columns]
                found.append(f"{head} {row.place.row} {row.region} {read}")
    return sorted(found)


def _counted(inbox: Inbox) -> list[str]:
    return sorted(
        f"{entry.file} {entry.sheet} {entry.row.place.row} {entry.unit and entry.unit.name} {entry.form.key}"
        f" {entry.row.region}"
        for entry in inbox.national.entries
        if entry.counted
    )


def _words(finding: Finding) -> tuple[str, str, str]:
    """Rule, weight and what is said; notes of one rule stand together."""
    weight = "explained" if finding.explained else finding.severity.value
    text = "" if finding.severity is Severity.NOTE else finding.message.text.replace("\n", " ")
    return finding.rule, weight, text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _place(finding: Finding, path: Path) -> str:
    """File within the case, sheet and cell."""
    file = Path(finding.file)
    name = file.relative_to(path).as_posix() if file != path else ""
    return "!".join(part for part in (name, finding.sheet, finding.cell) if part) or "-"


def findings(folder: str) -> Iterator[str]:
    """A line a finding of these examples: file, rule, weight, place, what is said and what is suggested."""
    checked = report("check", f"examples/{folder}")
    for item in (*checked["files"], *checked["units"]):
        for found in item["findings"]:
            file = Path(found["file"]).as_posix()
            place = "!".join(part for part in (found["sheet"], found["cell"]) if part)
            changes = [change for s in found["suggestions"] for change in (s, *s["also"])]
            suggested = "；".join(f"{change['field']}={change['value']}" for change in changes)
            parts = (file, found["rule"], found["severity"], place, found["message"], suggested)
            yield from " | ".join(parts).rstrip(" |").splitlines()


def hold(name: str, found: list[str]) -> None:
    """These lines are as written down, or are written down."""
    golden = ROOT / "tests" / "golden" / name
    if os.environ.get("HRSS12333_WRITE_GOLDEN"):
        golden.write_text("".join(f"{line}\n" for line in found), encoding="utf-8", newline="\n")
    assert found == golden.read_text(encoding="utf-8").splitlines()


def test_the_findings_over_the_examples_are_as_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    hold("findings.txt", [line for folder in ("filings", "faulty") for line in findings(folder)])


def test_what_is_made_of_generated_filings_is_as_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # files are named from here
    found = []
    for cases in (filings, filled_forms, folders):
        Path(cases.__name__).mkdir()
        found += [line for name, path in cases(Path(cases.__name__)) for line in outcome(name, path)]
    hold("generated.txt", found)
