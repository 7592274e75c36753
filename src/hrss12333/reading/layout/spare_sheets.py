"""Which tables of a workbook are read: all of a form but those on hidden sheets and, beside another one, those called
旧 or 备份, of another year, of a part of the year, or blank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hrss12333.model.filing import OwnedTable, Row, SheetLeftOut, Table
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Kind
from hrss12333.survey.version_words import is_spare_sheet
from hrss12333.survey.written_years import year_in_name

Found = tuple[Table, Unit | None, bool]
"""A table, the unit that it belongs to, and whether its sheet is hidden."""


def chosen(tables: Sequence[Found], edition: Edition) -> tuple[list[OwnedTable], list[SheetLeftOut]]:
    """The tables that are read, and those that are not."""
    ranks = [_rank(table, hidden, edition) for table, _, hidden in tables]
    kept, left_out = list[OwnedTable](), list[SheetLeftOut]()
    for (table, unit, *_), rank in zip(tables, ranks, strict=True):
        others = [
            other
            for (other, whose, *_), theirs in zip(tables, ranks, strict=True)
            if other.form.key == table.form.key and theirs < rank and (whose is unit or unit is None or whose is None)
        ]
        if others or rank == _HIDDEN:
            lost = _regions_lost(table, others, of_year=not (table.unfit or _other_year(table, edition)))
            reason = _REASONS[rank].format(year=_other_year(table, edition))
            first = next(iter(table.headings.values()))
            left_out.append(SheetLeftOut(table.form.key, first, reason, lost, alone=not others))
        else:
            kept.append((table, unit))
    return kept, left_out


_REASONS = (
    "",
    "是空白表",
    "名称表示是旧表、备份或样表",
    "写明作废、测试或不是全年的",
    "是{year}年度的",
    "是隐藏的工作表",
)
"""Rank → why a table is not read beside one of a lower rank; Chinese."""
_READ, _BLANK, _CALLED_OLD, _UNFIT, _OTHER_YEAR, _HIDDEN = range(len(_REASONS))


def _other_year(table: Table, edition: Edition) -> int | None:
    """The other year that a table's lines or its sheet's name give it."""
    named = (table.year, year_in_name(table.sheet, edition.year))
    return next((year for year in named if year not in (None, edition.year)), None)


def _rank(table: Table, hidden: bool, edition: Edition) -> int:
    """The rank of a table among several of a form; a hidden one is never read."""
    if hidden:
        return _HIDDEN
    if _other_year(table, edition):
        return _OTHER_YEAR
    if table.unfit:
        return _UNFIT
    if is_spare_sheet(table.sheet):
        return _CALLED_OLD
    return _READ if table.rows or table.concealed or table.other_years else _BLANK


def _regions_lost(table: Table, others: Sequence[Table], *, of_year: bool) -> tuple[str, ...]:
    """The regions that no other table has, or whose figures of the year none has."""
    keys = [column.key for column in table.form.of_kind(Kind.COUNT)] if of_year else []
    known = {row.region for other in others for row in other.rows}
    figures = {
        (region, key, number) for other in others for (region, key), number in _figures_of(other.rows, keys).items()
    }
    differ = {region for (region, key), n in _figures_of(table.rows, keys).items() if (region, key, n) not in figures}
    return tuple(dict.fromkeys(row.called for row in table.rows if row.region not in known or row.region in differ))


def _figures_of(rows: Iterable[Row], keys: Sequence[str]) -> Mapping[tuple[str | None, str], int]:
    """(region, field) → figure."""
    return {(row.region, key): number for row in rows for key in keys if (number := row.number(key)) is not None}
