"""Pieces of the self-check's formulas: trimmed texts, lists, whether a 备注 gives a reason, telephone numbers and addresses.

Only functions that Excel 2010, WPS and LibreOffice share are used. An array constant may be in a cell's formula, but
neither in an input rule nor in a conditional format.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hrss12333.checking.reasons import SHORTEST_REASON, fillers

FormValue = int | float | str | None
"""The value of a cell of the form; None where it is blank."""
_IDEOGRAPHIC_SPACE = "\u3000"
ANSWERED = "〔核实"
"""Begins the words of 备注 on a settled question: the column, and the reason. It settles no other question."""
ASKED = (
    *("估", "推算", "测算", "猜", "大概", "大致", "粗略", "约数", "不准", "不确定"),
    *("不实", "不符", "有误", "笔误", "存疑", "疑似", "待核", "待定", "待补", "作废"),
)
"""The commonest asked words of the list of doubt: a 备注 that has one gives no reason, in the sheet as in the rules."""
_NO_LETTERS = (
    f" {_IDEOGRAPHIC_SPACE}0123456789０１２３４５６７８９.,;:!?'\"()<>[]/\\|-_+=*#~%&@^`{{}}$"
    "。，、；：！？…—－＿～·“”‘’（）《》〈〉【】「」／＼％＋＝＊√×"
)
"""Characters that the sheet leaves out of a 备注. The rule leaves out whatever is no letter (emoji, rare signs)."""
_FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(ord("a"), ord("z") + 1)})


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
    own = f'LEFT({cell},FIND("{ANSWERED}",{cell}&"{ANSWERED}")-1)'
    text = f'LOWER(SUBSTITUTE({own},CHAR(10),""))'
    letters = f'LEN({text})-SUMPRODUCT(LEN({text})-LEN(SUBSTITUTE({text},{array(_NO_LETTERS)},"")))'
    fillings = array(word for word, _ in words)
    counted = f'SUMPRODUCT((LEN({text})-LEN(SUBSTITUTE({text},{fillings},"")))*{weights})'
    known = f"{letters}-{counted}<0.5"
    return f"IF(ISERROR({cell}),TRUE,IF({letters}<{SHORTEST_REASON},TRUE,IF({has_any(cell, ASKED)},TRUE,{known})))"


def answered(cell: str, labels: Iterable[str]) -> str:
    """Formula for whether a 备注 says how a question about one of these columns was settled."""
    return has_any(cell, [f"{ANSWERED} {label}：" for label in labels])


def mobiles(text: str) -> str:
    """Formula for whether a text is one mobile number, or two with 、 between them."""
    second = f'AND(LEN({text})=23,MID({text},12,1)="、",{_mobile(f"MID({text},13,11)")})'
    return f"AND({_mobile(f'LEFT({text},11)')},OR(LEN({text})=11,{second}))"


def _mobile(text: str) -> str:
    begins = f'LEFT({text},1)="1",ISNUMBER(FIND(MID({text},2,1),"3456789"))'
    return f'AND({begins},IF(ISERROR(VALUE({text})),FALSE,TEXT(VALUE({text}),"{"0" * 11}")={text}))'


def email(text: str) -> str:
    """Formula for whether a text has one @, something before it and a dot some way behind it."""
    at = f'FIND("@",{text}&"@")'
    domain = f"MID({text},{at}+1,99)"
    dotted = f'ISNUMBER(FIND(".",{domain},2)),ISERROR(FIND("@",{domain})),ISERROR(FIND("..",{text}))'
    return f'AND({at}>1,ISERROR(FIND(" ",{text})),{dotted},MID(RIGHT({text},2),1,1)<>".",RIGHT({text})<>".")'
