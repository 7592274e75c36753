"""Which of several tables of one form are meant: not last year's, a blank or hidden copy, one marked 旧 or 备份, or one that has
neither a header of its own nor all columns.

What is passed over is named at the table that was taken; what is partial is compared with the others, and never counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from hrss12333.model.filing import Aside, OwnedTable, Place, Row, Table
from hrss12333.model.message import Message, Quote, Several, Words, compose
from hrss12333.reading.layout.bands import Candidate
from hrss12333.reading.layout.labels import CONTACT
from hrss12333.survey.schema import Kind, Scalar, answer_word
from hrss12333.survey.version_words import is_spare_sheet, names_part
from hrss12333.survey.written_years import year_in_name

_UNIT = ""
"""What every row for the whole unit is called, whatever it is written like."""
_MOST_CITED = 4


class Score(NamedTuple):
    """What speaks for a candidate beside others of the same cells, or of the same form and unit, the most important first.

    What only its rows tell is equal until they are read. Where nothing tells candidates apart, all are read, and what they
    say of one region otherwise is asked.
    """

    explained: int = 0
    """Fields with a column of their own, of all candidates by which the same cells are read; 0 where nothing else reads them."""
    windows: int = 0
    """The parts of these cells, side by side or page by page, whose rows it reads."""
    this_year: bool = True
    """Whether neither it nor its sheet names another year, whatever the other says."""
    filled: bool = True
    names_regions: bool = True
    upright: bool = True
    """Whether its headings are beside one another."""
    shown: bool = True
    current: bool = True
    """Whether its sheet is not called void or a copy."""
    whole_year: bool = True
    """Whether neither its sheet nor a line above it is about a part of the year."""


def score_of_way(candidates: Iterable[Candidate], windows: int) -> Score:
    """What speaks for one of several ways to read the same cells: by these candidates, which read the rows of so many parts
    of them."""
    return Score(sum(len(item.columns) - len(item.doubled) for item in candidates), windows)


_WHY: Mapping[str, tuple[str, bool]] = {
    "this_year": ("这张工作表是{year}年度的{form}", True),
    "filled": ("这张工作表也有{form}，是空白表", True),
    "names_regions": ("这张工作表也有{form}，但没有地区一栏", False),
    "upright": ("这张工作表也有{form}，栏目自上而下排列，其中的地区在其他工作表里都有", True),
    "shown": ("这张工作表也有{form}，是隐藏的工作表，其中的地区在其他工作表里都有", True),
    "current": ("这张工作表也有{form}，名称表示已经作废、是测试的或是备份，以“{sheet}”为准", False),
    "whole_year": ("这张工作表也有{form}，名称表示只是一段时间的数据", True),
}
"""Part of the score → what is reported about a table that lacks it, and whether it gives way only where all its
regions are found in those that have it."""


def chosen(
    tables: Sequence[OwnedTable], year: int | None, hidden: set[str], lines: Mapping[str, Sequence[str]]
) -> list[OwnedTable]:
    """The tables that are meant: of those that overlap the ones with the best score, where what is passed over is named.

    Args:
        tables: all that were read.
        year: the one that is processed.
        hidden: the sheets that the book hides.
        lines: what is above the tables of each sheet.
    """
    if len({table.form.key for table, _ in tables}) == len(tables):
        return list(tables)
    # Partial ones are compared with the others, whatever they are called.
    partial = {id(table) for table in _partial_tables([table for table, _ in tables])}
    scores = [_score(table, year, hidden, lines) for table, _ in tables]
    reported: dict[int, list[Table]] = defaultdict(list)
    removed = set()
    for at, (table, unit) in enumerate(tables):
        own = scores[at]._replace(shown=True, current=True) if id(table) in partial else scores[at]
        rivals = [
            number
            for number, (other, whose) in enumerate(tables)
            if other.form.key == table.form.key and whose in (unit, None) and other.rows and scores[number] > own
        ]
        rivals.sort(key=lambda number: scores[number], reverse=True)
        if reason := _reason(table, own, [(scores[number], tables[number][0]) for number in rivals], year):
            period = not (own.this_year and own.whole_year)
            reported[rivals[0]].append(replace(table, passed_over=reason, other_period=period))
            removed.add(at)
    found = []
    for at, (table, unit) in enumerate(tables):
        if at in reported:
            asides = (Aside(table.first_heading, other.sheet, other.passed_over) for other in reported[at])
            table = replace(table, asides=(*table.asides, *asides), superseded=(*table.superseded, *reported[at]))
        if at not in removed:
            found.append((table, unit))
    return found


def _score(table: Table, year: int | None, hidden: set[str], lines: Mapping[str, Sequence[str]]) -> Score:
    return Score(
        this_year=not year or (table.year in (None, year) and year_in_name(table.sheet, year) in (None, year)),
        filled=bool(table.rows),
        names_regions=table.form.region.key in table.headings,
        upright=len({place.column for place in table.headings.values()}) > 1,
        shown=table.sheet not in hidden,
        current=not is_spare_sheet(table.sheet),
        whole_year=not any(map(names_part, (table.sheet, *lines.get(table.sheet, ())))),
    )


def _reason(table: Table, own: Score, rivals: Sequence[tuple[Score, Table]], year: int | None) -> str:
    """Why a table is passed over for rivals of a better score, the best first; empty where it is not."""
    for lacking, (why, covered) in _WHY.items():
        better = [rival for score, rival in rivals if getattr(score, lacking) > getattr(own, lacking)]
        theirs = {row.region for other in better for row in other.rows}
        lost = dict.fromkeys(row.region for row in table.rows if row.region not in theirs)
        if lacking == "this_year" and table.year not in (None, year):
            covered = all(other.year != year for other in better)
        if better and not (covered and lost):
            named = (year and year_in_name(table.sheet, year)) or table.year
            sheet, names = better[0].sheet, "、".join(filter(None, lost))
            more = f"，其中{names}在“{sheet}”中没有，请核对" if lacking == "current" and names else ""
            return f"{why.format(year=named, form=table.form.key, sheet=sheet)}{more}，没有读取"
    return ""


def set_aside(tables: Sequence[Table]) -> tuple[tuple[Table, ...], tuple[Table, ...]]:
    """The tables of one file that count, and partial ones with the rows that sound ones of the file speak for."""
    several = len({table.form.key for table in tables}) < len(tables)
    aside = beside_sound([tables]) if several else []
    removed = {(table.sheet, row.place) for table in aside for row in table.rows}
    if not removed:
        return tuple(tables), ()
    rest = [tuple(row for row in table.rows if (table.sheet, row.place) not in removed) for table in tables]
    kept = (replace(t, rows=rows) if len(rows) < len(t.rows) else t for t, rows in zip(tables, rest, strict=True))
    return tuple(table for table, own in zip(kept, tables, strict=True) if table.rows or not own.rows), tuple(aside)


def beside_sound(files: Sequence[Sequence[Table]]) -> list[Table]:
    """The partial ones of some files' tables, with the rows that give way to sound ones: all of a table's where these speak
    for over half."""
    partial = {id(table): table for tables in files for table in _partial_tables(tables)}
    found = []
    for table in partial.values():
        sound = [o for tables in files for o in tables if o.form.key == table.form.key and id(o) not in partial]
        keys = [column.key for column in table.form.data]
        known = {_name(row) for other in sound for row in other.rows if {*map(row.scalar, keys)} != {None}}
        removed = [row for row in table.rows if known & {_name(row), _UNIT} or (_name(row) == _UNIT and known)]
        if removed:
            found.append(table if 2 * len(removed) > len(table.rows) else replace(table, rows=tuple(removed)))
    return found


def _partial_tables(tables: Sequence[Table]) -> Iterator[Table]:
    """Those of one file that have no header of their own and lack columns."""
    taken: dict[str, set[Place | None]] = defaultdict(lambda: {None})
    # A header that several share is the fullest one's.
    for table in sorted(tables, key=_count_lacking) if any(table.column_problems for table in tables) else ():
        known = taken[table.form.key]
        own = {value.place for key, value in table.header.items() if key in CONTACT} - known
        known |= own
        if _count_lacking(table) and not own:
            yield table


def _count_lacking(table: Table) -> int:
    return sum(column.key not in table.headings for column in table.form.data)


def _name(row: Row) -> str | None:
    return _UNIT if row.match and row.match.is_unit else row.region


def difference(table: Table, sound: Iterable[Row], where: Several) -> tuple[Message, Place] | None:
    """What a partial table says otherwise than the ``sound`` rows, which stand ``where``, as one question, and the first cell
    that it is about; None where they agree."""
    found = list(_differences(table, list(sound)))
    if not found:
        return None
    message = compose(
        "工作表{sheet}从{cell}起的表没有表头，又缺少{form}的部分栏目，只用来与{where:、}核对，不计入汇总",
        "两者不同（前者／后者）：{cited:；}{more}。",
        "请核对以哪个为准：后者有误的请改正，前者不用报送的请删去。",
        sheet=Quote(table.sheet),
        cell=table.first_heading.a1,
        form=table.form.key,
        where=where,
        cited=Several(differs for _, differs in found[:_MOST_CITED]),
        more=f"等{len(found)}处" if len(found) > _MOST_CITED else "",
    )
    return message, found[0][0]


def _differences(table: Table, sound: Sequence[Row]) -> Iterator[tuple[Place, Message]]:
    """The rows of which nothing sound speaks; then each cell that differs, with the difference in words."""
    by_name = {_name(row): row for row in sound}
    alone = [row for row in table.rows if _name(row) not in by_name and _name(row) != _UNIT]
    if alone and _UNIT in by_name:
        yield from _differing_values(table, alone, [by_name[_UNIT]], None)
    elif alone:
        named = Several(compose("{name}（{cell}）", name=Quote(row.region), cell=row.place.a1) for row in alone)
        yield alone[0].place, compose("{regions:、}后者没有", regions=named)
    for row in table.rows:
        other = by_name.get(_name(row))
        if other or _name(row) == _UNIT:
            yield from _differing_values(table, [row], [other] if other else sound, row)


def _differing_values(
    table: Table, rows: Sequence[Row], others: Sequence[Row], named: Row | None
) -> Iterator[tuple[Place, Message]]:
    """Where the rows, added up, say otherwise than the others, added up; answers are compared row by row alone."""
    single = len(rows) == len(others) == 1
    for column in table.form.data if single else table.form.of_kind(Kind.COUNT):
        own, theirs = ([row.scalar(column.key) for row in given] for given in (rows, others))
        figure, sound = (given[0] if single else _sum(given) for given in (own, theirs))
        if figure is not None and figure != sound:
            place = rows[0].get(column.key).place or rows[0].place
            whose = Quote(named.region) if named else "各地区之和"
            values = {"own": Words(_value_in_words(figure)), "sound": Words(_value_in_words(sound))}
            fact = "{whose}{label}{own}／{sound}（{cell}）"
            yield place, compose(fact, whose=whose, label=column.label, cell=place.a1, **values)


def _sum(values: Sequence[Scalar]) -> int | None:
    given = [value for value in values if isinstance(value, int)]
    return sum(given) if given else None


def _value_in_words(value: Scalar) -> str:
    if isinstance(value, bool):
        return answer_word(value)
    return f"{value:,}" if isinstance(value, int) else value or "空白"
