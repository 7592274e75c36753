"""What a filing's figures are compared with: the other filings read with it, and last year's workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hrss12333.checking.rule import Comparisons
from hrss12333.checking.usual_ratios import national_ratios
from hrss12333.model.filing import Document, Filing

if TYPE_CHECKING:
    from hrss12333.merging.last_year import Previous
    from hrss12333.merging.since import Earlier


def comparisons_of(
    documents: Sequence[Document],
    previous: Previous | None,
    year: int | None = None,
    earlier: Earlier | None = None,
) -> Comparisons:
    """The references that these documents give each other, last year's figures and this year's earlier questions.

    With ``year`` filings of other years are no reference.
    """
    filings = [item for item in documents if isinstance(item, Filing) and (year is None or item.year in (None, year))]
    return Comparisons(
        previous.rows if previous else {},
        national_ratios(table for filing in filings for table in filing.tables),
        tuple(item.question for item in earlier.asked if item.asks) if earlier else (),
    )
