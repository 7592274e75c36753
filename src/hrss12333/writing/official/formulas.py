"""Pieces of the self-check's formulas, each with what it yields: the words of checking/reasons.py, trimmed texts, lists.

Only functions that Excel 2010, WPS and LibreOffice share are used. An array constant may be in a cell's formula, but
neither in an input rule nor in a conditional format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from hrss12333.checking.reasons import SHORTEST_REASON, fillers

FormValue = int | float | str | None
"""What a cell of the form holds; None where it is blank."""
RowValues = Mapping[str, FormValue]
"""One row: field key → content."""
CellOfKey = Callable[[str], str]
"""Field or header key → the cell of the row or line at hand, as a formula names it."""
_IDEOGRAPHIC_SPACE = "\u3000"
_NO_LETTERS = (
    f" {_IDEOGRAPHIC_SPACE}0123456789０１２３４５６７８９.,;:!?'\"()<>[]/\\|-_+=*#~%&@^`{{}}$"
    "。，、；：！？…—－＿～·“”‘’（）《》〈〉【】「」／＼％＋＝＊√×"
)
"""Characters that the sheet leaves out of a 备注. The rule leaves out whatever is no letter (emoji, rare signs)."""
_FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(ord("a"), ord("z") + 1)})
_FILLERS = fillers() + tuple((word.translate(_FULL_WIDTH), own) for word, own in fillers() if word.isascii())


def trimmed(reference: str) -> str:
    """Formula for the text of a cell or range without the spaces around it, U+3000 included."""
    return f'TRIM(SUBSTITUTE({reference},"{_IDEOGRAPHIC_SPACE}",""))'


def has_content(reference: str) -> str:
    """Formula for whether something is in a cell or range: a lone space is nothing."""
    return f"(LEN({trimmed(reference)})>0)"


def trim(text: str) -> str:
    """What `trimmed` yields."""
    return " ".join(piece for piece in text.replace(_IDEOGRAPHIC_SPACE, "").split(" ") if piece)


def formula_text(text: str) -> str:
    """A text as a formula writes it."""
    return '"' + text.replace('"', '""') + '"'


def array(items: Iterable[str]) -> str:
    """An array constant of texts."""
    return "{" + ",".join(map(formula_text, items)) + "}"


def is_one_of(text: str, items: Iterable[str]) -> str:
    """Formula for whether a text is one of these; letter case does not count, and no character is a wildcard."""
    return f"(SUMPRODUCT(--({text}={array(items)}))>0)"


def listing(start: str, items: str) -> str:
    """Formula for ``start：a、b。``; ``items`` yields ``、a、b``, and where it yields nothing, so does this."""
    return f'SUBSTITUTE(SUBSTITUTE("{start}"&{items}&"。","、","：",1),"{start}。","")'


_LETTERLESS = array(_NO_LETTERS)
_FILLER_WORDS = array(word for word, _ in _FILLERS)
_WEIGHTS = "{" + ",".join(f"{own / len(word):.4g}" for word, own in _FILLERS) + "}"


def silent(cell: str) -> str:
    """Formula for whether a 备注 gives no reason: what `is_reason` counts, counted by the sheet."""
    text = f'LOWER(SUBSTITUTE({cell},CHAR(10),""))'
    letters = f'LEN({text})-SUMPRODUCT(LEN({text})-LEN(SUBSTITUTE({text},{_LETTERLESS},"")))'
    counted = f'SUMPRODUCT((LEN({text})-LEN(SUBSTITUTE({text},{_FILLER_WORDS},"")))*{_WEIGHTS})'
    return f"IF(ISERROR({cell}),TRUE,IF({letters}<{SHORTEST_REASON},TRUE,{letters}-{counted}<0.5))"


def is_silent(text: str) -> bool:
    """What `silent` yields."""
    lower = text.replace("\n", "").lower()
    letters = len(lower) - sum(map(lower.count, _NO_LETTERS))
    return letters < SHORTEST_REASON or letters <= sum(own * lower.count(word) for word, own in _FILLERS)
