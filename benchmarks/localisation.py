"""How often error localisation names the right figure, beside an oracle that knows exactly which slips were made.

Balanced rows of realistic magnitude get one keying slip in one of their four figures. The oracle enumerates every slip
of every implied figure with its exact probability. The stricter oracle knows besides from which ranges the rows were
drawn: nobody can do better from the row alone. Run ``python benchmarks/localisation.py [cases]``: it prints the table
and exits with 1 where the targets are missed.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import log, sqrt

from hrss12333.checking.localisation import implied_value, localise
from hrss12333.survey.editions.y2019 import SERVICE

BALANCE = SERVICE.balances[0]
Figures = dict[str, int]
Outcomes = list[tuple[int, float]]
"""What a slip may write, with the probability of each."""

OF_ORACLE = 0.97
"""Share of the oracle's figures to be reached, for each slip; over all slips, of the stricter oracle's too."""
ALL = "全部"
WITH_TOTAL = 0.99
"""Share of cases to be right first where the 合计 was typed."""


def one_digit(figure: int) -> Outcomes:
    """Every other digit in every place."""
    text = str(figure)
    made = [
        int(text[:i] + digit + text[i + 1 :])
        for i in range(len(text))
        for digit in "0123456789"
        if digit != text[i] and not (i == 0 and digit == "0" and len(text) > 1)
    ]
    return [(written, 1 / len(made)) for written in made]


def swapped(figure: int) -> Outcomes:
    """Every pair of unequal neighbours exchanged."""
    text = str(figure)
    made = [
        int(text[:i] + text[i + 1] + text[i] + text[i + 2 :]) for i in range(len(text) - 1) if text[i] != text[i + 1]
    ]
    return [(written, 1 / len(made)) for written in made]


def lost(figure: int) -> Outcomes:
    """Every digit left out."""
    text = str(figure)
    return [(int(text[:i] + text[i + 1 :]), 1 / len(text)) for i in range(len(text))] if len(text) > 1 else []


def doubled(figure: int) -> Outcomes:
    """Every digit typed twice."""
    text = str(figure)
    return [(int(text[: i + 1] + text[i:]), 1 / len(text)) for i in range(len(text))]


SLIPS: dict[str, Callable[[int], Outcomes]] = {
    "一位数字不同": one_digit,
    "相邻两位颠倒": swapped,
    "漏一位": lost,
    "多一位（重复）": doubled,
    "多一个零": lambda figure: [(figure * 10, 1.0)],
    "少一个零": lambda figure: [(figure // 10, 1.0)] if figure and figure % 10 == 0 else [],
    "符号": lambda figure: [(-figure, 1.0)] if figure else [],
    "×1000": lambda figure: [(figure * 1000, 1.0)],
    "×10000": lambda figure: [(figure * 10000, 1.0)],
}


@dataclass(frozen=True)
class Case:
    """A row with one slip."""

    kind: str
    truth: Figures
    written: Figures
    field: str


def row(rng: random.Random) -> Figures:
    """Calls of one region in a year: mostly a prefecture, one in ten a municipality."""
    low, high = (500_000, 10_000_000) if rng.random() < 0.1 else (20_000, 500_000)
    total = round(low * (high / low) ** rng.random())
    shares = (rng.uniform(0.30, 0.50), rng.uniform(0.40, 0.65), rng.uniform(0.03, 0.25))
    agent, ivr = (round(total * share / sum(shares)) for share in shares[:2])
    return {"calls_total": total, "calls_agent": agent, "calls_ivr": ivr, "calls_abandoned": total - agent - ivr}


def cases(kind: str, count: int, rng: random.Random) -> Iterator[Case]:
    """Rows that this slip spoils, in each of the figures alike."""
    made = 0
    while made < count:
        truth = row(rng)
        field = rng.choice(BALANCE.fields)
        outcomes = [(written, p) for written, p in SLIPS[kind](truth[field]) if written != truth[field]]
        if outcomes:
            written = rng.choices([w for w, _ in outcomes], [p for _, p in outcomes])[0]
            yield Case(kind, truth, {**truth, field: written}, field)
            made += 1


def oracle(written: Mapping[str, int], *, knows_rows: bool) -> list[str]:
    """Fields by exact posterior probability of having been mistyped."""
    scores = {}
    for index, field in enumerate(BALANCE.fields):
        meant = implied_value(BALANCE, written, field)
        outcomes = [found for slip in SLIPS.values() for found in slip(meant)] if meant >= 0 else []
        slip_probability = sum(p for made, p in outcomes if made == written[field])
        rows = drawn({**written, field: meant}) if knows_rows else 1.0
        scores[field] = (-slip_probability * rows, index)
    return sorted(scores, key=scores.__getitem__)


def drawn(truth: Mapping[str, int]) -> float:
    """Density with which `row` draws these figures, up to a constant."""
    total = truth["calls_total"]
    if not 20_000 <= total <= 10_000_000:
        return 0.0
    magnitude = 0.9 / log(25) if total <= 500_000 else 0.1 / log(20)
    shares = (truth["calls_agent"] / total, truth["calls_ivr"] / total, truth["calls_abandoned"] / total)
    bounds = ((0.30, 0.50), (0.40, 0.65), (0.03, 0.25))
    if any(share <= 0 for share in shares):
        return 0.0
    # shares are (a, b, c) / (a+b+c) with a, b, c uniform: integrate over their sum t where all three stay in bounds
    low = max(bound[0] / share for bound, share in zip(bounds, shares, strict=True))
    high = min(bound[1] / share for bound, share in zip(bounds, shares, strict=True))
    return max(high**3 - low**3, 0.0) * magnitude / total**3


@dataclass
class Score:
    """Counts of cases where the truth came first, and among the first three."""

    cases: int = 0
    first: int = 0
    three: int = 0
    oracle_first: int = 0
    oracle_three: int = 0
    strict_first: int = 0
    strict_three: int = 0
    total_first: int = 0
    """With the 合计 of the four columns typed."""

    def add(self, other: Score) -> None:
        """Add another's counts."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def rates(self) -> dict[str, float]:
        """Each count as a share of the cases."""
        return {name: value / self.cases for name, value in vars(self).items()}


def measure(kind: str, count: int, seed: int = 12333) -> Score:
    """Score one kind of slip."""
    score = Score()
    for case in cases(kind, count, random.Random(f"{seed}{kind}")):
        ours = [repair.field for repair in localise(BALANCE, case.written).repairs]
        plain, strict = (oracle(case.written, knows_rows=knows) for knows in (False, True))
        gaps = {field: case.truth[field] - case.written[field] for field in BALANCE.fields}
        repairs = localise(BALANCE, case.written, column_gaps=gaps).repairs
        solved = [(repair.field, repair.value) for repair in repairs[:1]] == [(case.field, case.truth[case.field])]
        score.cases += 1
        score.total_first += solved
        score.first += ours[:1] == [case.field]
        score.three += case.field in ours[:3]
        score.oracle_first += plain[0] == case.field
        score.oracle_three += case.field in plain[:3]
        score.strict_first += strict[0] == case.field
        score.strict_three += case.field in strict[:3]
    return score


def measure_all(count: int, seed: int = 12333) -> dict[str, Score]:
    """Score every kind, ``count`` cases each."""
    return {kind: measure(kind, count, seed) for kind in SLIPS}


def overall(scores: Mapping[str, Score]) -> Score:
    """All kinds together, each counting alike."""
    whole = Score()
    for score in scores.values():
        whole.add(score)
    return whole


def missed(scores: Mapping[str, Score]) -> list[str]:
    """The targets that are missed. A single slip's figure may be off by chance: it gets three standard errors."""
    found = []
    for kind, score in [*scores.items(), (ALL, overall(scores))]:
        rates = score.rates()
        slack = 0.0 if kind == ALL else 3 * sqrt(0.25 / score.cases)
        for oracles in ("oracle", "strict") if kind == ALL else ("oracle",):
            for place in ("first", "three"):
                if rates[place] < OF_ORACLE * rates[f"{oracles}_{place}"] - slack:
                    found.append(f"{kind}: {place} {rates[place]:.1%}, {oracles} {rates[f'{oracles}_{place}']:.1%}")
        if rates["total_first"] < WITH_TOTAL - slack:
            found.append(f"{kind}: {rates['total_first']:.1%} first with a typed 合计")
    return found


def main(arguments: list[str]) -> int:
    """Print the table; 1 where a target is missed."""
    scores = measure_all(int(arguments[0]) if arguments else 2000)
    headings = ("slip", "first", "in three", "oracle", "in three", "strict oracle", "in three", "first with typed 合计")
    print("| " + " | ".join(headings) + " |")
    print("|---" * len(headings) + "|")
    for kind, score in [*scores.items(), (ALL, overall(scores))]:
        rates = [rate for name, rate in score.rates().items() if name != "cases"]
        print(f"| {kind} | " + " | ".join(f"{rate:.1%}" for rate in rates) + " |")
    failures = missed(scores)
    for line in failures:
        print("missed:", line)
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
