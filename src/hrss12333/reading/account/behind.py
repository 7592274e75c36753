"""Unknown cells that a workbook itself explains: formulas that only compute from the table, and lists for choosing from."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from hrss12333.model.account import Disposition
from hrss12333.reading.grid import At, Behind, Reference

_MOST_LOOKS = 1_000_000
"""Formulas times unknown cells beyond which nothing is looked up."""


def explained_behind(behind: Behind, unknown: Mapping[str, Collection[At]]) -> dict[tuple[str, At], Disposition]:
    """Sheet and cell → what it is, of those among the unknown cells that the workbook explains.

    A formula is derived where it names cells, and none that is itself unknown.
    """
    listed = {
        (sheet, at): Disposition.HARMLESS
        for sheet, cells in unknown.items()
        for at in cells
        if any(reference.holds(sheet, at) for reference in behind.lists)
    }
    formulas = {
        (sheet, at): references
        for sheet, known in behind.formulas.items()
        for at, references in known.items()
        if at in unknown.get(sheet, ())
    }
    plain = {(sheet, at) for sheet, cells in unknown.items() for at in cells} - listed.keys() - formulas.keys()
    if len(formulas) * len(plain) > _MOST_LOOKS:
        return listed
    while suspects := [key for key, references in formulas.items() if not references or _meets(references, plain)]:
        plain.update(suspects)
        for key in suspects:
            del formulas[key]
    return listed | dict.fromkeys(formulas, Disposition.DERIVED)


def _meets(references: Collection[Reference], cells: Collection[tuple[str, At]]) -> bool:
    return any(reference.holds(*cell) for reference in references for cell in cells)
