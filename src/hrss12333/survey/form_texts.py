"""What the forms print by themselves: of a text that a sheet holds, what is not the form's own.

The words are those of the editions, every earlier one's too: titles, headings, labels, explanations, and the notice's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from hrss12333.survey.editions import EDITIONS
from hrss12333.survey.frame import (
    COMPLETE,
    CONTINUED,
    HEADER,
    INSTRUCTIONS,
    NOT_PASSED,
    SEAL,
    SELF_CHECK,
    SELF_CHECK_LIST,
    TOTAL,
)
from hrss12333.survey.schema import Form
from hrss12333.survey.spellings import simplified

_ANY_YEAR = r"(?:19|20)\d\d年?度?"
_NUMBERING = re.compile(r"^\d+[.．、]\s*")


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """The letters and figures of a text, without any year: in this form texts are compared."""
    plain = simplified(unicodedata.normalize("NFKC", text))
    return re.sub(r"[\W_]+", "", re.sub(_ANY_YEAR, "", plain)).replace("坐席", "座席").lower()


def is_printed(text: str, forms: tuple[Form, ...]) -> bool:
    """Whether a text is one of the forms', whatever year it names, or a paragraph or sentence of the notice."""
    return bare(text) in _texts_of_forms(forms) or _without_blanks(text) in _notices()


def is_self_check(text: str) -> bool:
    """Whether a text heads a column of the live self-check."""
    return bare(text) in (bare(SELF_CHECK), bare(SELF_CHECK_LIST))


@cache
def _texts_of_forms(forms: tuple[Form, ...]) -> frozenset[str]:
    earlier = (form for edition in EDITIONS.values() for form in edition.forms)
    printed = [text for form in dict.fromkeys((*forms, *earlier)) for text in _printed_texts(form)]
    labels = [SEAL, INSTRUCTIONS, NOT_PASSED, COMPLETE, TOTAL, SELF_CHECK, SELF_CHECK_LIST, CONTINUED]
    labels += [name for item in HEADER for name in (item.label, *item.aliases)]
    return frozenset(map(bare, (*printed, *labels)))


def _printed_texts(form: Form) -> Iterator[str]:
    """Texts of a form; a line of the 填表说明 may be in a cell with the next, or its clauses each in one."""
    yield from (form.key, form.title, f"{form.key}{form.title}")
    yield from (text for column in form.columns for text in (column.heading, column.group, column.note))
    lines = [line.replace("{year}年", "") for line in form.instructions]
    bare_lines = [_NUMBERING.sub("", line) for line in lines]
    yield from (*lines, *bare_lines)
    yield from filter(None, (clause for line in (*lines, *bare_lines) for clause in re.split("[。；]", line)))
    yield INSTRUCTIONS + "".join(lines)


@cache
def _notices() -> frozenset[str]:
    """Titles, paragraphs and sentences of the notices, with the years of survey and sending that they name."""
    lines = [line for edition in EDITIONS.values() for line in (edition.notice.title or "", *edition.notice.paragraphs)]
    return frozenset(_without_blanks(piece) for line in lines for piece in (line, *line.split("。")))


def _without_blanks(text: str) -> str:
    return "".join(text.split()).strip("。")
