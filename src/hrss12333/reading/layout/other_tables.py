"""Another table below the form's, without headings of a form: rates, months, telephones. It is named, and not read."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hrss12333.reading.layout.locate import Located
from hrss12333.reading.values.answers import read_yesno
from hrss12333.reading.values.cell_text import stands_for_nothing
from hrss12333.survey.schema import Kind

OTHER_TABLE = "从这一行起是另一张表，没有读取"
_FEWEST = 2
"""Headings that make a row of headings."""


def begins_another(texts: Mapping[int, str], located: Located) -> bool:
    """Whether a row holds words alone, some where the form asks for figures: the headings of another table.

    Args:
        texts: Sheet column → text of a row that names no region and stands below a blank row or the 合计.
        located: The form's table.
    """
    counts = {match.column for key, match in located.columns.items() if located.form.by_key[key].kind is Kind.COUNT}
    words = [text for column, text in texts.items() if column in counts and re.search("[\u4e00-\u9fff]{2}", text)]
    return len(words) >= _FEWEST and not any(map(_is_answer, texts.values()))


def _is_answer(text: str) -> bool:
    return bool(re.search(r"\d", text)) or stands_for_nothing(text) or read_yesno(text).problem is None
