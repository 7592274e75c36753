"""What a filing's figures are compared with: the other filings read with it, and last year's workbook."""

from __future__ import annotations

from collections.abc import Sequence

from hrss12333.checking.rule import Peers
from hrss12333.checking.usual_ratios import national_ratios
from hrss12333.merging.last_year import Previous
from hrss12333.model.filing import Document, Filing


def peers_of(documents: Sequence[Document], previous: Previous | None) -> Peers:
    """The references that these documents give each other, and last year's figures where its workbook is given."""
    tables = [table for document in documents if isinstance(document, Filing) for table in document.tables]
    return Peers(previous.rows if previous else {}, national_ratios(tables))
