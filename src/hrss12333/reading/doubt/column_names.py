"""By which words a text speaks of a form's columns: its headings, their usual other names, what tells 是否 questions apart."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from hrss12333.patterns import lazy
from hrss12333.reading.doubt.clauses import Names
from hrss12333.reading.doubt.telltale import plain
from hrss12333.survey.schema import DATA, Column, Form, Kind

_AROUND = lazy(r"是否|有无|开通|启用|使用|提供|服务|实现|统一|系统|12333")
"""Words of a question that do not tell it from others."""
_ASKED = lazy(r"^(?:是否|有无|已|可|开通|启用|使用|实现)+")
"""How a question begins: what it asks of a column is no part of its name."""
_MEASURE = lazy(r"(?:条目数|人数|数|位置)$")
"""What the end of a heading says of how its figures are counted: 知识库条目数."""
_SHORTEST = 2


class ColumnInWords(Struct, frozen=True):
    """A column as texts name it."""

    number: int
    form: str
    key: str
    kind: Kind
    choices: tuple[str, ...] = ()
    parts: frozenset[int] = frozenset()
    """Numbers of the columns whose words together name this one: 坐席, 省集中."""


@lru_cache(maxsize=16)
def column_names(forms: tuple[Form, ...]) -> tuple[Names, tuple[ColumnInWords, ...]]:
    """The words, the longest first, each with the number of its column; and the columns by number."""
    columns: list[ColumnInWords] = []
    words: dict[str, int] = {}
    several: list[tuple[Form, Column, list[str]]] = []
    for form in forms:
        for column in form.of_kind(*DATA):
            pieces = _heading_pieces(column)
            if column.kind is Kind.YESNO and len(pieces) > 1:
                several.append((form, column, pieces))
            for name in _words_for_column(column, pieces):
                words.setdefault(name, len(columns))
            columns.append(ColumnInWords(len(columns), form.key, column.key, column.kind, column.choices))
    for form, column, pieces in several:
        own = next(item.number for item in columns if (item.form, item.key) == (form.key, column.key))
        parts = frozenset(words.setdefault(piece, own) for piece in pieces)
        columns[own] = ColumnInWords(own, form.key, column.key, column.kind, (), parts)
    ordered = sorted(words.items(), key=lambda item: -len(item[0]))
    return tuple(ordered), tuple(columns)


def _plain_name(name: str) -> str:
    return plain(re.sub(r"[（(].*", "", name.replace("\n", "")))


def _heading_pieces(column: Column) -> list[str]:
    """What is left of a question: 微信, 号码."""
    return [piece for piece in _AROUND.split(_plain_name(column.heading)) if len(piece) >= _SHORTEST]


def _words_for_column(column: Column, pieces: list[str]) -> list[str]:
    names = [_plain_name(name) for name in (column.heading, *column.aliases)]
    if column.kind is Kind.YESNO:
        names = [_ASKED.sub("", name) for name in names] + (pieces if len(pieces) == 1 else [])
    else:
        names.append(_MEASURE.sub("", names[0]))
    return [name for name in dict.fromkeys(names) if len(name) >= _SHORTEST]
