"""Pieces of the self-check's formulas: trimmed texts, lists, whether a 备注 gives a reason, telephone numbers and addresses.

Only functions that Excel 2010, WPS and LibreOffice share are used. An array constant may be in a cell's formula, but
neither in an input rule nor in a conditional format.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hrss12333.checking.reasons import SHORTEST_REASON, fillers

FormValue = int | float | str | None
"""What a cell of the form holds; None where it is blank."""
_IDEOGRAPHIC_SPACE = "\u3000"
_NO_LETTERS = (
    f" {_IDEOGRAPHIC_SPACE}0123456789０１２３４５６７８９.,;:!?'\"()<>[]/\\|-_+=*#~%&@^`{{}}$"
    "。，、；：！？…—－＿～·“”‘’（）《》〈〉【】「」／＼％＋＝＊√×"
)
"""Characters that the sheet leaves out of a 备注. The rule leaves out whatever is no letter (emoji, rare signs)."""
_FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(ord("a"), ord("z") + 1)})
_LONGEST_EMAIL = 64
_SHORTEST_DOMAIN = 4
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_IN_NAME, _IN_DOMAIN = f"{_LETTERS}0123456789._%+-", f"{_LETTERS}0123456789.-"


def trimmed(reference: str) -> str:
    """Formula for the text of a cell or range without the spaces around it, U+3000 included."""
    return f'TRIM(SUBSTITUTE({reference},"{_IDEOGRAPHIC_SPACE}",""))'


def has_content(reference: str) -> str:
    """Formula for whether something is in a cell or range: a lone space is nothing."""
    return f"(LEN({trimmed(reference)})>0)"


def formula_text(text: str) -> str:
    """A text as a formula writes it."""
    return '"' + text.replace('"', '""') + '"'


def array(items: Iterable[str]) -> str:
    """An array constant of texts."""
    return "{" + ",".join(map(formula_text, items)) + "}"


def is_one_of(text: str, items: Iterable[str]) -> str:
    """Formula for whether a text is one of these; letter case does not count, and no character is a wildcard."""
    return f"(SUMPRODUCT(--({text}={array(items)}))>0)"


def has_any(text: str, words: Iterable[str]) -> str:
    """Formula for whether a text has one of these words in it."""
    return f"SUMPRODUCT(--ISNUMBER(FIND({array(words)},{text})))>0"


def listing(start: str, items: Sequence[str]) -> str:
    """Formula for ``start：a、b。``; each item yields ``、a`` or nothing, and where all yield nothing, so does this."""
    return f'SUBSTITUTE(SUBSTITUTE("{start}"&{"&".join(items)}&"。","、","：",1),"{start}。","")'


def silent(cell: str) -> str:
    """Formula for whether a 备注 gives no reason: what `is_reason` counts, counted by the sheet."""
    words = fillers() + tuple((word.translate(_FULL_WIDTH), own) for word, own in fillers() if word.isascii())
    weights = "{" + ",".join(f"{own / len(word):.4g}" for word, own in words) + "}"
    text = f'LOWER(SUBSTITUTE({cell},CHAR(10),""))'
    letters = f'LEN({text})-SUMPRODUCT(LEN({text})-LEN(SUBSTITUTE({text},{array(_NO_LETTERS)},"")))'
    known = array(word for word, _ in words)
    counted = f'SUMPRODUCT((LEN({text})-LEN(SUBSTITUTE({text},{known},"")))*{weights})'
    return f"IF(ISERROR({cell}),TRUE,IF({letters}<{SHORTEST_REASON},TRUE,{letters}-{counted}<0.5))"


def _only_characters(text: str, characters: str, longest: int) -> str:
    """Formula for whether the first ``longest`` characters of a text are all among these; it is padded with one of
    them, for LibreOffice finds an empty text nowhere."""
    padded, places = f'{text}&REPT("{characters[0]}",{longest})', ",".join(map(str, range(1, longest + 1)))
    return f'SUMPRODUCT(--ISNUMBER(FIND(MID({padded},{{{places}}},1),"{characters}")))={longest}'


def mobiles(text: str) -> str:
    """Formula for whether a text is one mobile number, or two with 、 between them."""
    first, second = f"LEFT({text},11)", f"MID({text},13,11)"
    two = f'AND(LEN({text})=23,MID({text},12,1)="、",{_mobile(second)})'
    return f"AND({_mobile(first)},OR(LEN({text})=11,{two}))"


def _mobile(text: str) -> str:
    begins = f'LEFT({text},1)="1",ISNUMBER(FIND(MID({text},2,1),"3456789"))'
    return f"AND(LEN({text})=11,{begins},{_only_characters(text, '0123456789', 11)})"


def email(text: str) -> str:
    """Formula for whether a text is a name, one @, and a domain with a dot in it that ends in two letters."""
    lower, at = f"LOWER({text})", f'FIND("@",{text}&"@")'
    domain = f"MID({lower},{at}+1,{_LONGEST_EMAIL})"
    parts = (
        f"LEN({text})<={_LONGEST_EMAIL}",
        f"{at}>1",
        _only_characters(f"LEFT({lower},{at}-1)", _IN_NAME, _LONGEST_EMAIL),
        _only_characters(domain, _IN_DOMAIN, _LONGEST_EMAIL),
        f'LEFT({domain},1)<>"."',
        f'ISNUMBER(FIND(".",{domain}))',
        f'ISERROR(FIND("..",{domain}))',
        _only_characters(f"RIGHT({domain},2)", _LETTERS, 2),
    )
    return f"IF(LEN({domain})<{_SHORTEST_DOMAIN},FALSE,AND({','.join(parts)}))"
