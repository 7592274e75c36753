"""What a filing's figures are compared with: the other filings read with it, and last year's workbook."""

from __future__ import annotations

from collections.abc import Sequence

from hrss12333.filing import Document, Filing
from hrss12333.previous import Previous
from hrss12333.rules.reference import national_ratios
from hrss12333.rules.registry import Peers


def peers_of(documents: Sequence[Document], previous: Previous | None) -> Peers:
    """The references that these documents give each other, and last year's figures where its workbook is given."""
    tables = [table for document in documents if isinstance(document, Filing) for table in document.tables]
    return Peers(previous.rows if previous else {}, national_ratios(tables))
