"""How often a correction is suggested for an error in a filing, and how often it is the right one.

Made-up filings get one error each, in any figure of 附表1: one of typing, or one of no kind, which is any difference.
All rules judge them, once with a 合计 that was typed from the right figures and once without. A suggestion is right where
it makes every cell that it names what it was before. Run ``python benchmarks/localisation.py [cases]``: it prints the
table and exits with 1 where the targets are missed.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "helpers"))

from factory import row_of
from filing_figures import FIGURES, RowData
from hrss12333.checking.engine import apply_rules
from hrss12333.checking.rule import Case, Comparisons, Scope
from hrss12333.model.filing import Filing, Table
from hrss12333.model.finding import Finding
from hrss12333.survey.editions.y2019 import EDITION, SERVICE
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Kind

FIELDS = [column.key for column in SERVICE.of_kind(Kind.COUNT)]
CALLS = SERVICE.balances[0].fields
FIRST = 7
"""Row of the sheet in which the first region stands."""
RIGHT = 0.97
"""Share of what is shown for typing errors that must be right."""
SILENT = 0.95
"""Share of errors of no kind, where no 合计 tells, for which nothing may be shown."""
NO_KIND = "任意差额"

Rows = list[RowData]
Error = Callable[[random.Random, Rows, int, str], None]
"""Spoils a figure: the row and the field are given."""


def in_digits(change: Callable[[random.Random, str], str]) -> Error:
    """An error in the digits of one figure."""

    def spoil(rng: random.Random, rows: Rows, at: int, key: str) -> None:
        rows[at][key] = int(change(rng, str(rows[at][key])))

    return spoil


def digit(rng: random.Random, text: str) -> str:
    """Another digit in one place."""
    i = rng.randrange(len(text))
    return text[:i] + rng.choice([d for d in "0123456789" if d != text[i]]) + text[i + 1 :]


def exchanged(rng: random.Random, text: str) -> str:
    """Two neighbours exchanged."""
    i = rng.randrange(max(len(text) - 1, 1))
    return text[:i] + text[i : i + 2][::-1] + text[i + 2 :]


def dropped(rng: random.Random, text: str) -> str:
    """One digit left out."""
    i = rng.randrange(len(text))
    return text[:i] + text[i + 1 :] or "0"


def doubled(rng: random.Random, text: str) -> str:
    """One digit typed twice."""
    i = rng.randrange(len(text))
    return text[: i + 1] + text[i:]


def wrong_cell(rng: random.Random, rows: Rows, at: int, key: str) -> None:
    """The figure of a neighbouring cell."""
    near = [rows[other][key] for other in (at - 1, at + 1) if 0 <= other < len(rows)]
    place = FIELDS.index(key)
    near += [rows[at][FIELDS[other]] for other in (place - 1, place + 1) if 0 <= other < len(FIELDS)]
    rows[at][key] = rng.choice(near)


def swap(rng: random.Random, rows: Rows, at: int, key: str) -> None:
    """Two figures of neighbouring cells in each other's place."""
    place = FIELDS.index(key)
    near = [(other, key) for other in (at - 1, at + 1) if 0 <= other < len(rows)]
    near += [(at, FIELDS[other]) for other in (place - 1, place + 1) if 0 <= other < len(FIELDS)]
    other, field = rng.choice(near)
    rows[at][key], rows[other][field] = rows[other][field], rows[at][key]


def any_difference(rng: random.Random, rows: Rows, at: int, key: str) -> None:
    """Something more or less, of any order of magnitude up to the figure's own."""
    figure = int(str(rows[at][key]))
    rows[at][key] = max(figure + rng.choice((-1, 1)) * round(max(figure, 2) ** rng.random()), 0)


ERRORS: Mapping[str, Error] = {
    "一位数字写错": in_digits(digit),
    "相邻两位颠倒": in_digits(exchanged),
    "漏一位": in_digits(dropped),
    "多一位（重复）": in_digits(doubled),
    "×10": in_digits(lambda _, text: f"{text}0"),
    "×10,000": in_digits(lambda _, text: f"{text}0000"),
    "填到别的格": wrong_cell,
    "两格填反": swap,
    NO_KIND: any_difference,
}


@dataclass
class Score:
    """Filings with one kind of error."""

    cases: int = 0
    asked: int = 0
    """In which some finding names the row or its 合计."""
    shown: int = 0
    """In which something is suggested."""
    right: int = 0
    """In which all that is suggested is right."""


def table(unit: Unit, rows: Sequence[RowData], total: RowData | None) -> Table:
    """附表1 with these rows."""
    listed = enumerate([*rows, *([total] if total else [])], start=FIRST)
    made = [row_of(SERVICE, number, data, unit=unit) for number, data in listed]
    return Table(SERVICE, "省.xlsx", "附表1", {}, tuple(made[: len(rows)]), total=made[-1] if total else None)


def findings(unit: Unit, rows: Sequence[RowData], total: RowData | None) -> Sequence[Finding]:
    """What all rules over a filing find in it."""
    filing = Filing("省.xlsx", unit, (table(unit, rows, total),))
    return apply_rules(Case(filing, EDITION, Comparisons()), (Scope.FILE, Scope.ROWS_OF_UNIT, Scope.UNIT)).findings


def measure(kind: str, count: int, *, typed: bool, fields: Sequence[str] = FIELDS) -> Score:
    """What is suggested for this many errors of a kind; ``typed`` is whether there is a 合计 of the right figures."""
    rng = random.Random(f"12333{kind}")
    score = Score()
    while score.cases < count:
        unit = rng.choice(EDITION.units)
        truth = FIGURES[SERVICE.key](unit, 2000 + rng.randrange(100))
        total: RowData = {"region": "合计", **{key: sum(int(str(row[key])) for row in truth) for key in FIELDS}}
        rows = [dict(row) for row in truth]
        ERRORS[kind](rng, rows, rng.randrange(len(rows)), rng.choice(fields))
        if rows == truth:
            continue
        before = {(FIRST + at, key): row[key] for at, row in enumerate([*truth, total]) for key in FIELDS}
        found = findings(unit, rows, total if typed else None)
        proposed = [new for finding in found if finding.suggestion for new in finding.suggestion.values]
        score.cases += 1
        score.asked += any(finding.rule[0] in "BPV" for finding in found)
        score.shown += bool(proposed)
        score.right += bool(proposed) and all(before.get((new.row or 0, new.field)) == new.value for new in proposed)
    return score


def measure_all(count: int) -> dict[tuple[str, bool], Score]:
    """Every kind without and with a typed 合计."""
    return {(kind, typed): measure(kind, count, typed=typed) for typed in (False, True) for kind in ERRORS}


def missed(scores: Mapping[tuple[str, bool], Score]) -> list[str]:
    """The targets that are missed: over all typing errors together, and over errors of no kind."""
    found = []
    for typed in (False, True):
        typing = [score for (kind, known), score in scores.items() if known is typed and kind != NO_KIND]
        shown, right = sum(score.shown for score in typing), sum(score.right for score in typing)
        if right < RIGHT * shown:
            found.append(f"typing errors, 合计 typed {typed}: {right} of {shown} shown are right")
        free = scores[NO_KIND, typed]
        if not typed and free.shown > (1 - SILENT) * free.cases:
            found.append(f"errors of no kind, 合计 typed {typed}: something is shown for {free.shown} of {free.cases}")
    return found


def main(arguments: list[str]) -> int:
    """Print the table; 1 where a target is missed."""
    scores = measure_all(int(arguments[0]) if arguments else 500)
    print("| error | 合计 typed | cases | asked | shown | right |\n|---|---|---|---|---|---|")
    for (kind, typed), score in scores.items():
        rates = f"{score.asked / score.cases:.0%} | {score.shown / score.cases:.0%}"
        print(f"| {kind} | {'yes' if typed else 'no'} | {score.cases} | {rates} | {score.right}/{score.shown} |")
    failures = missed(scores)
    for line in failures:
        print("missed:", line)
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
