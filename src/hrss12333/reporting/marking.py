"""What is drawn into a marked copy, as plain data: planned where the findings are known, drawn by the worker."""

from __future__ import annotations

from msgspec import Struct

from hrss12333.model.filing import Place
from hrss12333.model.finding import Severity

ODD = "内部结构不规范"
"""Why a workbook cannot be marked, to follow 原文件."""


class MarkedQuestion(Struct, frozen=True):
    """A question, or a note, as it is drawn."""

    severity: Severity
    places: list[list[Place]]
    """Cells to be filled: the first of these lists that has any on a sheet of the workbook."""
    also: list[Place]
    """Cells of further facts, filled with them."""
    words: str
    """The comment on the first of them; empty where it is only listed."""
    texts: list[int | str]
    """Its texts under the headings, from 级别 on; sheet and cell of its place are put among them."""
    sheet: str
    """The sheet that it is about where no cell is; empty for none."""


class Marking(Struct, frozen=True):
    """All that is drawn into a copy."""

    title: str
    remarks: list[str]
    """The lines below the title."""
    questions: list[MarkedQuestion]
    """The gravest first."""
    keywords: str | None
    """The code of the data, by which an unchanged copy is recognised when it comes back."""
