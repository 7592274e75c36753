"""The columns of a located table that cannot be taken as they stand: missing, doubled, or none of the form's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hrss12333.model.filing import ColumnProblem, Place, UnreadColumn
from hrss12333.model.said import Label, Quote, Said, Several, say
from hrss12333.reading.layout.headings import is_known
from hrss12333.reading.layout.locate import Located
from hrss12333.reading.values.answers import read_yesno
from hrss12333.reading.values.cell_text import is_blank
from hrss12333.reading.values.numbers import read_count
from hrss12333.survey.form_texts import is_self_check
from hrss12333.survey.schema import Column, Form, Kind

_MOST_NAMED = 3
"""Unread columns that a message names."""


def unread_columns(located: Located, forms: Sequence[Form]) -> Iterator[UnreadColumn]:
    """The filled columns with a heading that the form does not have."""
    for match in located.strangers:
        if is_known(match.text, forms) or is_self_check(match.text):
            continue
        rows = range(located.body, min(located.end, len(located.grid.cells)))
        cells = [cell for row in rows if not is_blank(cell := located.grid.at(row, match.column))]
        if cells:
            figures = sum(read_count(cell).problem is None for cell in cells)
            answers = sum(read_yesno(cell).problem is None for cell in cells)
            kind = max(((figures, Kind.COUNT), (answers, Kind.YESNO)), key=lambda item: item[0])
            told = kind[1] if kind[0] * 2 > len(cells) else Kind.TEXT
            place = Place(located.grid.name, match.row + 1, match.column + 1)
            yield UnreadColumn(place, match.text, told, len(cells))


def column_problems(located: Located, unread: Sequence[UnreadColumn]) -> Iterator[ColumnProblem]:
    """What is wrong with the form's columns (F007); 备注 may be left out, for it is needed only to explain."""
    form, sheet = located.form, located.grid.name
    for column in form.columns:
        if column.key not in located.columns and column.kind not in (Kind.SERIAL, Kind.TEXT):
            like = Several(_perhaps(column, unread))
            said = say(
                "缺少“{label}”栏（或栏目名称无法辨认），请按{form}补上这一栏"
                + ("；没有读取的{like:、}栏是否就是这一栏，请核对" if like else ""),
                label=Label(column.label),
                form=form.key,
                like=like,
            )
            yield ColumnProblem(column.key, None, said)
        elif column.key in located.doubled:
            places = [Place(sheet, m.row + 1, m.column + 1) for m in located.doubled[column.key]]
            said = say(
                "“{label}”栏出现了{times}次（{where:、}），请只保留一栏",
                label=Label(column.label),
                times=len(places),
                where=Several(place.a1 for place in places),
            )
            yield ColumnProblem(column.key, places[1], said)


def _perhaps(column: Column, unread: Sequence[UnreadColumn]) -> list[Said]:
    """Which unread columns may be the missing one: those that hold what it asks for."""
    kind = column.kind if column.kind in (Kind.COUNT, Kind.YESNO) else Kind.TEXT
    like = [item for item in unread if item.kind is kind][:_MOST_NAMED]
    return [say("{cell}{heading}", cell=item.place.a1, heading=Quote(item.heading)) for item in like]
