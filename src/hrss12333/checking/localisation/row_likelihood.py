"""How usual a balanced row of calls is: the weak hint that tells repairs apart where the slips do not."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, lgamma, log

from hrss12333.survey.schema import Balance

USUAL_SHARES = {"calls_agent": 0.39, "calls_ivr": 0.49, "calls_abandoned": 0.12}
"""Usual parts of 来电总量 (published figures of single provinces; 宁夏 2020: 0.32, 0.59, 0.09)."""
CONCENTRATION = 20.0
"""How many pseudo-observations the usual shares count for."""
UNUSUAL = 0.05
"""Probability that a row's shares follow no such habit."""
SMALLEST = 1000.0
"""Calls a year below which a row is no likelier for being smaller, lest rows of zeros win."""


def likelihood_of(balance: Balance, row: Mapping[str, int]) -> float:
    """Density of a balanced row of counts among integer rows, up to a constant.

    Any magnitude is equally likely on a log scale (1/total); the shares lie near the usual ones (1/total for each free
    one).
    """
    count = len(balance.parts)
    strength = {part: CONCENTRATION * USUAL_SHARES.get(part, 1 / count) for part in balance.parts}
    log_density = lgamma(sum(strength.values()))
    for part, alpha in strength.items():
        share = (row[part] + 0.5) / (row[balance.total] + 0.5 * count)
        log_density += (alpha - 1) * log(share) - lgamma(alpha)
    shape = (1 - UNUSUAL) * exp(log_density) + UNUSUAL * exp(lgamma(count))
    return float(shape * max(row[balance.total], SMALLEST) ** -count)
