"""Comments on cells (批注): which of them say that the value beneath is not the one that is meant."""

from __future__ import annotations

import re
from functools import lru_cache

from hrss12333.model.document_marks import REMARK
from hrss12333.patterns import lazy
from hrss12333.reading.values.cell_text import tidy
from hrss12333.reading.values.measures import UNITS
from hrss12333.reading.values.numbers import read_count
from hrss12333.reading.values.qualifiers import Effect, effect
from hrss12333.survey.schema import Column, Kind, Scalar

_AUTHOR = lazy(r"[^\n:：]{1,30}[:：]\n")
"""How Excel begins a comment."""
_OWN = lazy(re.escape(REMARK).replace(r"\{level\}", r"\w+").replace(r"\{rule\}", r"[A-Z]\d{3}"))
_SETTLED = lazy(r"(?:已经?|均已?)(?:核[实对查准]|确认|更正|修改|修正)|无误|没有错|不含税|正确")
_TELLS = lazy(
    r"应该?[为是当填]|改[为成正]|更正|订正|修正|纠正|错|有误|误[填报写]|不[对准实符]|作废|无效|删[除掉去]|取消|待[核定查确补报]"
    r"|请?核[实对查]|存疑|疑问|确认|估[计算]|大[概约]|不含|未含|不包|除外|仅|只|部分|漏|重复|暂[定无按时]|预[计估]|截[至止]|[?？]"
)
_FIGURE = lazy(rf"[,.\s]*\d[\d,.\s]*(?:{UNITS})?")
_BARE_ANSWER = lazy(r"[是否有无]")
_LONGEST = 30
_LONGEST_MARK, _FEW = 12, 2
_AGAINST = (Effect.TAKEN_BACK, Effect.PUT_OFF, Effect.CONTRADICTED)


@lru_cache(maxsize=1024)
def comment_doubt(column: Column, comment: str, value: Scalar, year: int | None) -> str:
    """Why a value with this comment is to be confirmed; empty where the comment only explains it, or is this tool's own."""
    text = _OWN.split(_AUTHOR.sub("", comment, count=1))[0].strip()
    said = _SETTLED.sub("", tidy(text))
    against = column.kind in (Kind.YESNO, Kind.CHOICE) and value not in (None, False) and effect(said, year) in _AGAINST
    if not text or not (_TELLS.search(said) or against or _is_another(column, said, value)):
        return ""
    shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    return f"单元格的批注或上面的文本框写着“{shown}”"


def is_instruction(comment: str, cells: int) -> bool:
    """Whether a comment says how to fill in a column, rather than something of one cell: a long one that several have."""
    return len(comment) > _LONGEST_MARK and cells > _FEW


def _is_another(column: Column, said: str, value: Scalar) -> bool:
    """Whether a comment is no more than another answer: 3000, 否."""
    if column.kind is Kind.COUNT and _FIGURE.fullmatch(said):
        return read_count(said).value != value
    return column.kind is Kind.YESNO and bool(_BARE_ANSWER.fullmatch(said)) and (said in "是有") is not value
