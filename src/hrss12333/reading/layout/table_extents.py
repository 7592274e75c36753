"""How far each table of a sheet reaches: where its title and header begin, and where the next one's do."""

from __future__ import annotations

import re

from hrss12333.patterns import lazy
from hrss12333.reading.grid import Grid
from hrss12333.reading.layout.labels import NOTE_ROW, is_contact_line, is_label
from hrss12333.reading.values.cell_text import as_text, is_blank
from hrss12333.survey.traditional import simplified

_TITLE = lazy(r"调查表[）)】]?$|^[（(]?附[表件]?\d[）)]?$|^附[表件]\d?[:：]?.{0,40}表$")
_MOST_CELLS = 3
"""Filled cells beyond which a row is no title."""
_HIGHEST = 8
"""Rows that a header without a title may take."""


def preamble(sheet: Grid, first: int, top: int) -> int:
    """First row, from ``first`` on, of the title and header that belong to the headings in row ``top``.

    ``top`` itself where nothing stands above them: headings repeated for printing.
    """
    titles = [row for row in range(first, top) if _is_title(sheet, row)]
    if titles:
        start = titles[-1]
        while start - 1 >= first and (start - 1 in titles or not _texts(sheet, start - 1)):
            start -= 1
        return start
    start = top
    for row in range(top - 1, max(first - 1, top - 1 - _HIGHEST), -1):
        texts = _texts(sheet, row)
        if not texts:
            continue
        labels = [is_label(text) for text in texts]
        if NOTE_ROW.match(texts[0]) or not (labels[0] or sum(labels) > 1 or is_contact_line(texts)):
            break
        start = row
    return start


def _texts(sheet: Grid, row: int) -> list[str]:
    return [as_text(cell) for cell in sheet.cells[row] if not is_blank(cell)]


def _is_title(sheet: Grid, row: int) -> bool:
    texts = [simplified(re.sub(r"\s", "", text)) for text in _texts(sheet, row)]
    if not texts or len(texts) > _MOST_CELLS or NOTE_ROW.match(texts[0]):
        return False
    return any(_TITLE.search(text) or ("调查表" in text and len(text) < 60) for text in texts)
