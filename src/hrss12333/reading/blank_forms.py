"""Blank forms among filings: the notice's own attachment, sent or kept along with the form that was filled in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hrss12333.model.filing import Document, Filing, Skipped, Table

BLANK_FORM = "是空白的调查表，没有填写任何内容"


def without_blank_forms(
    documents: Sequence[Document], is_named: Callable[[str], bool]
) -> tuple[list[Document], list[Skipped]]:
    """The documents without forms that say nothing at all, not even whose they are; these are named.

    One that stands on the command line itself is judged, and so are all where nobody filled in any.
    """
    blank = {
        item.file for item in documents if isinstance(item, Filing) and _is_blank(item) and not is_named(item.file)
    }
    if not blank or not any(table.rows for item in documents if isinstance(item, Filing) for table in item.tables):
        return list(documents), []
    kept = [item for item in documents if item.file not in blank]
    return kept, [Skipped(file, BLANK_FORM) for file in sorted(blank)]


def _is_blank(filing: Filing) -> bool:
    return all(_says_nothing(table) for table in filing.tables)


def _says_nothing(table: Table) -> bool:
    """Whether nobody wrote into the form: no row, no header, no other sample than its own, no further column."""
    written = (*table.rows, *table.concealed, *table.unread)
    headed = any(value.found not in (None, "") for value in table.header.values())
    own = all(row.scalar(c.key) in (None, c.sample) for row in table.samples for c in table.form.data)
    return not written and not headed and own
