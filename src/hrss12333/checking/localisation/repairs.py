"""Rank the repairs of a failed balance: for each figure the value that the others imply, weighed by how likely a slip
turns it into what was written and how usual the repaired row is.

Fellegi and Holt's principle, change the least, with a probability in the place of a count: every single figure can
restore the identity, and what tells them apart is which of the changes somebody's fingers would make.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from hrss12333.checking.localisation.row_likelihood import likelihood_of
from hrss12333.checking.localisation.shared_total import weights_of_choices
from hrss12333.checking.localisation.typing_errors import OTHER, describe, fit
from hrss12333.survey.schema import Balance

DECIDED = 0.9
"""Probability from which one repair is named alone."""
OMITTED = "漏计一项"
OMITTED_WEIGHT = 0.5
"""Leaving a part out of the total is about as common as an ordinary slip, and hits exactly."""

SAME_GAP, NO_GAP, OTHER_GAP = 0.9, 0.05, 0.05
"""What the wrong figure's column shows: a typed 合计 off by exactly the repair; one that agrees, because it was summed
from the wrong figure; something else."""
CLEAN_COLUMN, STRANGE_GAP = 0.9, 1e-4
"""That the 合计 of a right figure's column agrees; chance of any one particular difference that nobody can explain."""
MOST_ROWS = 8
"""Failed rows that are told apart jointly; the work grows with a power of 4 in it."""
LARGEST = 10**18
"""Beyond this no figure is a count of anything."""


class Repair(Struct, frozen=True):
    """One figure that, changed to ``value``, restores the balance."""

    field: str
    value: int
    """What the other figures imply."""
    kind: str
    """The slip that explains it best."""
    probability: float
    """Among the repairs of one figure; they add up to 1."""
    reason: str
    """Chinese sentence."""


class Localised(Struct, frozen=True):
    """The repairs of one failed balance."""

    repairs: tuple[Repair, ...]
    """Likeliest first; a repair to a negative figure is none."""
    decided: bool
    """Whether the evidence names one figure."""
    wording: str
    """Chinese: where the error lies, as far as the evidence goes."""


def implied_value(balance: Balance, values: Mapping[str, int], field: str) -> int:
    """The value of ``field`` that the other figures of the balance demand; may be negative."""
    if field == balance.total:
        return sum(values[part] for part in balance.parts)
    return values[balance.total] - sum(values[part] for part in balance.parts if part != field)


def localise(
    balance: Balance,
    values: Mapping[str, int],
    *,
    column_gaps: Mapping[str, int] | None = None,
    labels: Mapping[str, str] | None = None,
) -> Localised:
    """Rank the single-figure repairs of a row that fails ``balance``.

    ``values`` holds all figures of the balance as written. ``column_gaps`` holds, for columns whose 合计 was typed and
    whose rows could all be read, 合计 minus the sum of the rows. ``labels`` names the fields in words; by default their
    keys do.
    """
    return _ranked(
        balance, values, _evidence(balance, values, column_gaps or {}), labels or {key: key for key in balance.fields}
    )


def localise_rows(
    balance: Balance,
    rows: Sequence[Mapping[str, int]],
    *,
    column_gaps: Mapping[str, int] | None = None,
    labels: Mapping[str, str] | None = None,
) -> list[Localised]:
    """`localise` for all failed rows of one table at once.

    Two wrong rows may add up in one column's 合计. Where some choice of one figure a row explains every typed 合计
    exactly, only such choices count; otherwise each row is judged by itself.
    """
    gaps = {field: gap for field, gap in (column_gaps or {}).items() if field in balance.fields}
    named = labels or {key: key for key in balance.fields}
    scored = [_scores(balance, values) for values in rows]
    if len(rows) < 2 or len(rows) > MOST_ROWS or not any(gaps.values()):
        return [localise(balance, values, column_gaps=gaps, labels=named) for values in rows]
    choices = [
        {field: (score, implied_value(balance, values, field) - values[field]) for field, score in scores.items()}
        for values, scores in zip(rows, scored, strict=True)
    ]
    weights = weights_of_choices(choices, gaps)
    if weights is None:
        return [localise(balance, values, column_gaps=gaps, labels=named) for values in rows]
    return [
        _ranked(balance, values, {field: (weight, field in gaps) for field, weight in found.items()}, named)
        for values, found in zip(rows, weights, strict=True)
    ]


def _ranked(
    balance: Balance,
    values: Mapping[str, int],
    scores: Mapping[str, tuple[float, bool]],
    labels: Mapping[str, str],
) -> Localised:
    """Turn scores (field → weight, whether a 合计 confirms it) into ranked repairs with their wording."""
    whole = sum(score for score, _ in scores.values())
    order = {field: index for index, field in enumerate(balance.fields)}
    ranked = sorted(scores, key=lambda field: (-scores[field][0], order[field]))
    repairs = tuple(
        _repair(balance, values, field, scores[field][0] / whole if whole else 0.0, scores[field][1], labels)
        for field in ranked
    )
    decided = any(
        repair.probability >= DECIDED and (repair.kind != OTHER.kind or scores[repair.field][1])
        for repair in repairs[:1]
    )
    return Localised(repairs, decided, _wording(balance, repairs, decided, labels))


def _repair(
    balance: Balance,
    values: Mapping[str, int],
    field: str,
    probability: float,
    confirmed: bool,
    labels: Mapping[str, str],
) -> Repair:
    written, meant = values[field], implied_value(balance, values, field)
    kind, how = _explain(balance, values, field, labels)
    reason = f"表中是{written:,}，{how}"
    if confirmed:
        reason += "；与该栏合计也吻合"
    return Repair(field, meant, kind, probability, reason)


def _explain(balance: Balance, values: Mapping[str, int], field: str, labels: Mapping[str, str]) -> tuple[str, str]:
    part = _omitted(balance, values, field)
    if part:
        return OMITTED, f"恰好少了{labels[part]}，可能漏计"
    written, meant = values[field], implied_value(balance, values, field)
    kind = fit(meant, written).kind
    return kind, describe(kind, meant, written)


def _wording(balance: Balance, repairs: Sequence[Repair], decided: bool, labels: Mapping[str, str]) -> str:
    if not repairs:
        listed = "、".join(labels[field] for field in balance.fields)
        return f"只改一个数不能使等式成立，至少有两处有误，请核对{listed}"
    if decided:
        return f"最可能是{labels[repairs[0].field]}填错"
    return "仅凭这几个数不能确定错在哪一项" if len(repairs) > 1 else f"可能是{labels[repairs[0].field]}填错"


def _scores(balance: Balance, values: Mapping[str, int]) -> dict[str, float]:
    """Field → weight of its repair, from the row alone; one that is or leaves a negative figure is no repair."""
    scores: dict[str, float] = {}
    if any(abs(values[field]) > LARGEST for field in balance.fields):
        return scores
    for field in balance.fields:
        meant = implied_value(balance, values, field)
        repaired = {**values, field: meant}
        if meant != values[field] and all(repaired[each] >= 0 for each in balance.fields):
            slip = fit(meant, values[field]).likelihood
            if _omitted(balance, values, field):
                slip += OMITTED_WEIGHT
            scores[field] = slip * likelihood_of(balance, repaired)
    return scores


def _omitted(balance: Balance, values: Mapping[str, int], field: str) -> str | None:
    """The part that was left out of the total, where the total is short by exactly one."""
    if field != balance.total:
        return None
    short = implied_value(balance, values, field) - values[field]
    return next((part for part in balance.parts if short > 0 and values[part] == short), None)


def _evidence(balance: Balance, values: Mapping[str, int], gaps: Mapping[str, int]) -> dict[str, tuple[float, bool]]:
    """Row scores times what the columns' typed 合计 say, and whether that confirms the repair."""
    found = {}
    for field, score in _scores(balance, values).items():
        change = implied_value(balance, values, field) - values[field]
        for other in balance.fields:
            if other in gaps:
                score *= _column(gaps[other], change if other == field else 0)
        found[field] = (score, gaps.get(field) == change)
    return found


def _column(gap: int, change: int) -> float:
    """Probability of a column's gap where the repair changes its sum by ``change``."""
    if not change:
        return CLEAN_COLUMN if not gap else (1 - CLEAN_COLUMN) * STRANGE_GAP
    if gap == change:
        return SAME_GAP
    return NO_GAP if not gap else OTHER_GAP * STRANGE_GAP
