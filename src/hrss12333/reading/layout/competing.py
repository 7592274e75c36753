"""Which of several tables of one form are meant: not last year's, a blank or hidden copy, one marked 旧 or 备份, or one that has
neither a header of its own nor all columns.

What is passed over is named at the table that was taken; what is partial is compared with the others, and never counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from hrss12333.model.filing import Aside, OwnedTable, Place, Row, Table
from hrss12333.model.said import Quote, Said, Several, Words, say
from hrss12333.reading.doubt.names import is_of_a_part, is_stale_sheet
from hrss12333.reading.layout.labels import CONTACT
from hrss12333.survey.schema import Kind, Scalar, answer_word
from hrss12333.survey.written_years import year_in_name

_WHOLE = ""
"""What every row for the whole unit is called, whatever it is written like."""
_MOST_CITED = 4
"""Differences that a question cites."""
Lines = Mapping[str, Sequence[str]]
"""Sheet → what stands above its tables."""


def chosen(tables: Sequence[OwnedTable], year: int | None, hidden: set[str], lines: Lines) -> list[OwnedTable]:
    """The tables that are meant; ``hidden`` are the sheets that the book hides."""
    of_year = _without(tables, [_of_another_year(tables, at, year) for at in range(len(tables))])
    same = [
        [
            number
            for number, (other, whose) in enumerate(of_year)
            if number != at and other.form.key == table.form.key and other.rows and whose in (unit, None)
        ]
        for at, (table, unit) in enumerate(of_year)
    ]
    if not any(same):
        return of_year
    # Partial ones are compared with the others, whatever they are called.
    partial = {id(table) for table in partial_tables([table for table, _ in of_year])}
    said = []
    for (table, _), numbers in zip(of_year, same, strict=True):
        reason = _reason(table, [of_year[n][0] for n in numbers], hidden, lines, partial=id(table) in partial)
        numbers.sort(key=lambda number: _is_doubtful(of_year[number][0], hidden))
        said.append((reason and f"这张工作表也有{table.form.key}，{reason}，没有读取", numbers))
    return _without(of_year, said)


def _without(tables: Sequence[OwnedTable], said: Sequence[tuple[str, Sequence[int]]]) -> list[OwnedTable]:
    """The tables without those of which it is said why they are passed over, each named at the first that it gives way to;
    one that gives way to none stays."""
    kept = [not reason or all(said[number][0] for number in numbers) for reason, numbers in said]
    told: dict[int, list[tuple[str, Table]]] = defaultdict(list)
    for (table, _), stays, (reason, numbers) in zip(tables, kept, said, strict=True):
        if not stays:
            told[next(number for number in numbers if kept[number])].append((reason, table))
    found = []
    for at, (table, unit) in enumerate(tables):
        if at in told:
            place = next(iter(table.headings.values()))
            asides = (Aside(place, other.sheet, reason) for reason, other in told[at])
            others = (other for _, other in told[at])
            table = replace(table, asides=(*table.asides, *asides), superseded=(*table.superseded, *others))
        if kept[at]:
            found.append((table, unit))
    return found


def _of_another_year(tables: Sequence[OwnedTable], at: int, year: int | None) -> tuple[str, list[int]]:
    """Whether a table is another year's where the book has the form of this year, too: what is said of it, and for which."""
    table, _ = tables[at]
    same = [number for number, (other, _) in enumerate(tables) if other.form.key == table.form.key and number != at]
    later = [number for number in same if _is_earlier(table, tables[number][0], year)]
    named = year_in_name(table.sheet, year) or table.year if later and year else None
    return (f"这张工作表是{named}年度的{table.form.key}，没有读取" if later else ""), later


def _is_earlier(table: Table, other: Table, year: int | None) -> bool:
    """Whether a table is another year's beside one of this year, or beside one of the same regions that names no year,
    in the same sheet or where its own sheet is named for the year, whatever its copied 填表说明 says."""
    if not year:
        return False
    within = {row.region for row in table.rows} <= {row.region for row in other.rows}
    if year_in_name(table.sheet, year) not in (None, year) and other.year in (None, year):
        return within and year_in_name(other.sheet, year) in (None, year)
    if table.year in (None, year):
        return False
    return other.year == year or (table.sheet == other.sheet and other.year is None and within)


def _is_doubtful(table: Table, hidden: set[str]) -> bool:
    return table.sheet in hidden or is_stale_sheet(table.sheet)


def _is_part(table: Table, lines: Lines) -> bool:
    return is_of_a_part((table.sheet, *lines.get(table.sheet, ())), table.year)


def _reason(table: Table, others: Sequence[Table], hidden: set[str], lines: Lines, *, partial: bool) -> str:
    """Why a table is passed over for the others of its form; empty where it is not."""
    if not others:
        return ""
    if not table.rows:
        return "是空白表"
    if "region" not in table.headings and any("region" in other.headings for other in others):
        return "但没有地区一栏"
    regions = {row.region for row in table.rows}
    shown = [other for other in others if other.sheet not in hidden]
    if not partial and table.sheet in hidden and regions <= {row.region for other in shown for row in other.rows}:
        return "是隐藏的工作表，其中的地区在其他工作表里都有"
    whole = [other for other in others if regions <= {row.region for row in other.rows}]
    if whole and _is_part(table, lines) and not all(_is_part(other, lines) for other in whole):
        return "名称表示只是一段时间的数据"
    current = [other for other in others if not _is_doubtful(other, hidden)]
    if partial or not is_stale_sheet(table.sheet) or not current:
        return ""
    lost = [region for region in dict.fromkeys(row.region for row in table.rows) if region]
    lost = [region for region in lost if region not in {row.region for other in current for row in other.rows}]
    told = f"，其中{'、'.join(lost)}在“{current[0].sheet}”中没有，请核对" if lost else ""
    return f"名称表示已经作废或是备份，以“{current[0].sheet}”为准{told}"


def set_aside(tables: Sequence[Table]) -> tuple[tuple[Table, ...], tuple[Table, ...]]:
    """The tables of one file that count, and partial ones with the rows that sound ones of the file speak for."""
    several = len({table.form.key for table in tables}) < len(tables)
    aside = beside_sound([tables]) if several else []
    gone = {(table.sheet, row.place) for table in aside for row in table.rows}
    if not gone:
        return tuple(tables), ()
    rest = [tuple(row for row in table.rows if (table.sheet, row.place) not in gone) for table in tables]
    kept = (replace(t, rows=rows) if len(rows) < len(t.rows) else t for t, rows in zip(tables, rest, strict=True))
    return tuple(table for table, own in zip(kept, tables, strict=True) if table.rows or not own.rows), tuple(aside)


def beside_sound(files: Sequence[Sequence[Table]]) -> list[Table]:
    """The partial ones of some files' tables, with the rows that give way to sound ones: all of a table's where these speak
    for over half."""
    partial = {id(table): table for tables in files for table in partial_tables(tables)}
    found = []
    for table in partial.values():
        sound = [o for tables in files for o in tables if o.form.key == table.form.key and id(o) not in partial]
        known = {_name(row) for other in sound for row in other.rows if _answers(other, row)}
        gone = [row for row in table.rows if known & {_name(row), _WHOLE} or (_name(row) == _WHOLE and known)]
        if gone:
            found.append(table if 2 * len(gone) > len(table.rows) else replace(table, rows=tuple(gone)))
    return found


def partial_tables(tables: Sequence[Table]) -> Iterator[Table]:
    """Those of one file that have no header of their own and lack columns."""
    taken: dict[str, set[Place | None]] = defaultdict(lambda: {None})
    # A header that several share is the fullest one's.
    for table in sorted(tables, key=_lacking) if any(table.column_problems for table in tables) else ():
        known = taken[table.form.key]
        own = {value.place for key, value in table.header.items() if key in CONTACT} - known
        known |= own
        if _lacking(table) and not own:
            yield table


def _lacking(table: Table) -> int:
    return sum(column.key not in table.headings for column in table.form.data)


def _name(row: Row) -> str | None:
    return _WHOLE if row.match and row.match.whole else row.region


def _answers(table: Table, row: Row) -> bool:
    return any(row.scalar(column.key) is not None for column in table.form.data)


def difference(table: Table, sound: Iterable[Row], where: Several) -> tuple[Said, Place] | None:
    """What a partial table says otherwise than the ``sound`` rows, which stand ``where``, as one question, and the first cell
    that it is about; None where they agree."""
    found = list(_differences(table, list(sound)))
    if not found:
        return None
    said = say(
        "工作表{sheet}从{cell}起的表没有表头，又缺少{form}的部分栏目，只用来与{where:、}核对，不计入汇总",
        "两者不同（前者／后者）：{cited:；}{more}。",
        "请核对以哪个为准：后者有误的请改正，前者不用报送的请删去。",
        sheet=Quote(table.sheet),
        cell=next(iter(table.headings.values())).a1,
        form=table.form.key,
        where=where,
        cited=Several(differs for _, differs in found[:_MOST_CITED]),
        more=f"等{len(found)}处" if len(found) > _MOST_CITED else "",
    )
    return said, found[0][0]


def _differences(table: Table, sound: Sequence[Row]) -> Iterator[tuple[Place, Said]]:
    """The rows of which nothing sound speaks; then each cell that differs, with the difference in words."""
    by_name = {_name(row): row for row in sound}
    alone = [row for row in table.rows if _name(row) not in by_name and _name(row) != _WHOLE]
    if alone and _WHOLE in by_name:
        yield from _differing(table, alone, [by_name[_WHOLE]], None)
    elif alone:
        yield alone[0].place, say("{regions:、}后者没有", regions=Several(Quote(row.region) for row in alone))
    for row in table.rows:
        other = by_name.get(_name(row))
        if other or _name(row) == _WHOLE:
            yield from _differing(table, [row], [other] if other else sound, row)


def _differing(
    table: Table, rows: Sequence[Row], others: Sequence[Row], named: Row | None
) -> Iterator[tuple[Place, Said]]:
    """Where the rows, added up, say otherwise than the others, added up; answers are compared row by row alone."""
    single = len(rows) == len(others) == 1
    for column in table.form.data if single else table.form.of_kind(Kind.COUNT):
        own, theirs = ([row.scalar(column.key) for row in given] for given in (rows, others))
        said, sound = (given[0] if single else _sum(given) for given in (own, theirs))
        if said is not None and said != sound:
            place = rows[0].get(column.key).place or rows[0].place
            whose = Quote(named.region) if named else "各地区之和"
            values = {"own": Words(_said(said)), "sound": Words(_said(sound))}
            yield place, say("{whose}{label}{own}／{sound}", whose=whose, label=column.label, **values)


def _sum(values: Sequence[Scalar]) -> int | None:
    given = [value for value in values if isinstance(value, int)]
    return sum(given) if given else None


def _said(value: Scalar) -> str:
    if isinstance(value, bool):
        return answer_word(value)
    return f"{value:,}" if isinstance(value, int) else value or "空白"
