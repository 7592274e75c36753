"""Error localisation: which figure of a failed balance is wrong, and what it was meant to be.

Pure algorithms on numbers, without files, rules or forms' wording beyond the labels handed in. `typing_errors` is the model
of how a figure gets mistyped, `row_likelihood` of what rows look like, `repairs` ranks the repairs of a balance,
`shared_total` does so for rows that share a 合计, `total_gap` explains a 合计 that is off.
"""

from hrss12333.checking.localisation.repairs import Localised, Repair, implied_value, localise, localise_rows
from hrss12333.checking.localisation.total_gap import explain_total_gap

__all__ = ["Localised", "Repair", "explain_total_gap", "implied_value", "localise", "localise_rows"]
