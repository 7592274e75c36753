"""Tell several failed rows of one table apart by the 合计 that they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Choice = Mapping[str, tuple[float, int]]
"""Field → weight of its repair and the change to the column's sum."""


def weights_of_choices(choices: Sequence[Choice], gaps: Mapping[str, int]) -> list[dict[str, float]] | None:
    """For each row field → weight, over all choices of one figure a row that explain every typed 合计.

    None where no choice explains them. Half of the rows on each side, matched by what the other half leaves to explain.
    """
    fields = tuple(gaps)
    middle = len(choices) // 2
    left = _partial(choices[:middle], fields)
    right: dict[tuple[int, ...], list[tuple[float, tuple[str, ...]]]] = {}
    for sums, weight, picked in _partial(choices[middle:], fields):
        right.setdefault(sums, []).append((weight, picked))
    found: list[dict[str, float]] = [{} for _ in choices]
    for sums, weight, picked in left:
        rest = tuple(gaps[field] - done for field, done in zip(fields, sums, strict=True))
        for other, also in right.get(rest, ()):
            for row, field in enumerate(picked + also):
                found[row][field] = found[row].get(field, 0.0) + weight * other
    return found if all(found) else None


def _partial(
    choices: Sequence[Choice], fields: tuple[str, ...]
) -> list[tuple[tuple[int, ...], float, tuple[str, ...]]]:
    """Every choice of one figure a row: the changes to the columns' sums, its weight, the fields picked."""
    made: list[tuple[tuple[int, ...], float, tuple[str, ...]]] = [((0,) * len(fields), 1.0, ())]
    for choice in choices:
        whole = sum(weight for weight, _ in choice.values()) or 1.0
        made = [
            (
                tuple(total + (change if name == field else 0) for name, total in zip(fields, sums, strict=True)),
                weight * score / whole,
                (*picked, field),
            )
            for sums, weight, picked in made
            for field, (score, change) in choice.items()
        ]
    return made
