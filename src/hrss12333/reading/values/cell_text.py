"""Cells as they are seen: blank or not, its visible text, its half-width form. Every reader of cells starts here."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from hrss12333.model.filing import Found
from hrss12333.model.message import Message
from hrss12333.model.problem import Problem
from hrss12333.patterns import is_shown
from hrss12333.reading.grid import Cell
from hrss12333.survey.schema import LARGEST_EXACT, Scalar

_CONTROLS = (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F)
_FORMATS = (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFE0E, 0xFE0F, 0xFEFF)
_INVISIBLE = dict.fromkeys((*_CONTROLS, *_FORMATS))
_HALF_WIDTH = str.maketrans(
    {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys([0x3000, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F], " ")
    | dict.fromkeys(map(ord, "−﹣‐‑–—"), "-")
    | {ord("﹐"): ",", ord("、"): "、"}
)
_NOTHINGS = (
    "- -- --- ---- ―  _ __ / // \\ 、 . 。 · … …… ... * × 无 没有 暂无 不详 未知 未填 未统计 无数据 无统计 未提供 不清楚 缺 空 "
    "n/a na none null 待定 待报 待补 暂缺 无法统计 暂无数据 无此项 无此数据 未报 未上报 缺失"
)
NOTHING = frozenset(_NOTHINGS.split())
"""Half-width texts that stand for a blank where a figure or a choice is due."""


class Answer(NamedTuple):
    """A value, or the problem to which a rule objects; ``how`` says what was done or what is wrong."""

    value: Scalar = None
    problem: Problem | None = None
    how: Message | None = None


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing a person would see; zero is not blank."""
    return cell is None or cell == "" or (isinstance(cell, str) and not visible(cell))


def visible(text: str) -> str:
    """The text without invisible characters and outer white space (also U+3000)."""
    if text.isprintable():
        return text.strip()
    return (text if is_shown(text) else text.translate(_INVISIBLE)).strip()


@lru_cache(maxsize=8192)
def tidy(text: str) -> str:
    """Half-width, one kind of dash, outer white space off: the form in which values are read.

    Full-width forms alone are folded. NFKC would also make 10² into 102 and ①2500 into 12500.
    """
    return visible(text).translate(_HALF_WIDTH).strip()


def is_placeholder(text: str) -> bool:
    """Whether a text is a dash, 无, 不详 and the like."""
    return tidy(text).lower() in NOTHING or visible(text).lower() in NOTHING


def as_found(cell: Cell) -> Found:
    """A cell's content as it is shown in findings."""
    if isinstance(cell, str | int) or cell is None:
        return cell
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if (cell.hour or cell.minute or cell.second) else cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    if cell.is_integer() and abs(cell) < LARGEST_EXACT:
        return int(cell)
    return cell if math.isfinite(cell) else str(cell)


def as_text(cell: Cell) -> str:
    """A cell's content as a person reads it; empty where blank."""
    if type(cell) is str:
        return visible(cell) if cell else cell
    if type(cell) is int or (type(cell) is float and cell.is_integer() and -LARGEST_EXACT < cell < LARGEST_EXACT):
        return str(int(cell))
    found = as_found(cell)
    return "" if found is None else visible(str(found))
