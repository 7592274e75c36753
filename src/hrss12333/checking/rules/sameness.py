"""Group P: answers and seats of a system that the province runs (省集中); figures that are too alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import TypeVar

from hrss12333.checking.counting import Placed, counted_rows
from hrss12333.checking.reasons import is_reason
from hrss12333.checking.rule import Case, Hit, Scope, note, query
from hrss12333.checking.rules.rows import cities_are_asked
from hrss12333.model.filing import Row, Table
from hrss12333.model.finding import Location, located, table_where
from hrss12333.model.message import Label, OtherRegion, OtherUnit, Quote, RegionName, Several, compose
from hrss12333.model.national import SHARED, shared_figure
from hrss12333.patterns import grouped
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Form, Kind


@query(
    "P503 省集中的回答在本单位内不一致",
    scope=Scope.ROWS_OF_UNIT,
    why="系统、座席是否省集中说的是全省一个系统，同一单位各地区的回答通常相同。",
    example="20个市填“是”，1个市填“否” → 各市都填“是”；个别市确实自建系统的，由核实人员记入核实情况",
)
def centralized_differs(case: Case) -> Iterator[Hit]:
    """A column of 省集中 in which a unit's regions differ: one hit, at the first row of the minority."""
    for key in ("system_centralized", "seats_centralized"):
        answers = [(table, row, row.scalar(key)) for table, row in counted_rows(case, key)]
        yes = [(table, row) for table, row, answer in answers if answer is True]
        no = [(table, row) for table, row, answer in answers if answer is False]
        if not yes or not no:
            continue
        few, answer = (no, "否") if len(_regions(no)) <= len(_regions(yes)) else (yes, "是")
        table, row = few[0]
        fact = "“{label}”一栏{yes}个地区填“是”，{no}个地区填“否”，其中填{answer}的是{few:、}"
        request = "同一单位通常一致，填错的请改正；确有不同的，请向核实人员说明。"
        named = Several(name if name == row.called else OtherRegion(name) for name in _regions(few))
        numbers = {"yes": len(_regions(yes)), "no": len(_regions(no))}
        message = compose(fact, request, label=_label(table, key), answer=Quote(answer), few=named, **numbers)
        yield Hit(message, table, row, key, further=_others(few, row))


def _explained_of(places: Sequence[Placed], at: int = 0) -> Placed:
    """The row at which all these are asked about: the first whose 备注 is a reason, else the one at this index."""
    return next((place for place in places if is_reason(place[1].text("remarks"), place[0].form)), places[at])


def _regions(places: Iterable[Placed]) -> list[str]:
    return list(dict.fromkeys(row.called for _, row in places))


def _others(places: Iterable[Placed], row: Row) -> tuple[Location, ...]:
    return tuple([located(*place) for place in places if place[1] is not row])


def _label(table: Table, key: str) -> Label:
    return Label(table.form.by_key[key].label)


@query(
    "P506 座席已省集中，各市仍都填报坐席",
    scope=Scope.UNIT,
    why="座席省集中的，坐席设在省里，各市通常不再有自己的坐席。各市都填了坐席数，可能是“座席是否省集中”理解有误，"
    "也可能重复填报了省里的坐席。",
    example="各市“座席是否省集中”都填“是”，附表1中各市坐席数12、8、15…… → 坐席设在各市的，填“否”；坐席设在省里的，各市坐席数填0，省本级填实有坐席数",
)
def seats_after_all(case: Case) -> Iterator[Hit]:
    """Seats in every region of a unit whose seats are all the province's: one hit, at the first row."""
    if not seats_are_central(case):
        return
    answering = list(counted_rows(case, "seats_centralized"))
    rows = [(table, row) for table, row in counted_rows(case, "seats") if row.number("seats") is not None]
    seats = {row.called: row.number("seats") or 0 for _, row in rows}
    table, row = answering[0]
    message = compose(
        "{answering}个地区的“{label}”都填{answer}，但{filled}个地区都填报了{seats}（共{sum:,}个）",
        "请核对：坐席设在各市的应填“否”，设在省里的不要在各市重复填报；确实如此的，请向核实人员说明。",
        answering=len(_regions(answering)),
        label=_label(table, "seats_centralized"),
        answer=Quote("是"),
        filled=len(seats),
        seats=rows[0][0].form.by_key["seats"].label,
        sum=sum(seats.values()),
    )
    others = _others([*answering, *rows], row)
    yield Hit(message, table, row, "seats_centralized", figures=("seats_centralized", "seats"), further=others)


def seats_are_central(case: Case) -> bool:
    """Whether all regions, two or more, answer that the seats are the province's, and none reports 0 seats."""
    answering = list(counted_rows(case, "seats_centralized"))
    seats = [(row.called, row.number("seats")) for _, row in counted_rows(case, "seats")]
    filled = {name for name, number in seats if number is not None}
    if min(len(filled), len(_regions(answering))) < 2 or any(number == 0 for _, number in seats):
        return False
    return all(row.scalar("seats_centralized") is True for _, row in answering)


@note(
    "P508 各地区的知识库条目数相同，可能是同一个知识库",
    scope=Scope.UNIT,
    why="系统省集中的，各市用的多半是同一个知识库；各市都填它的条目数，相加就重复了。汇总表中两个数都给：各地区相加的，和每个知识库只计一次的。",
    example="系统省集中，21个市的知识库条目数都填100,000，相加2,100,000 → 各市照填；引用汇总数时，按需要取相加的2,100,000或只计一次的100,000，并注明口径",
)
def shared_bases(case: Case) -> Iterator[Hit]:
    """The same figure in all regions that share one system: one note, at the first row."""
    for key, decided_by in SHARED.items():
        rows = list(counted_rows(case, key, decided_by))
        figure = shared_figure(key, (row for _, row in rows))
        if figure is not None:
            table, row = rows[0]
            fact = "系统省集中，{rows}个地区的“{label}”都是{figure:,}，可能是同一个知识库：各地区相加为{sum:,}，只计一次为{figure:,}"
            numbers = {"rows": len(rows), "figure": figure, "sum": len(rows) * figure}
            yield Hit(compose(fact, "汇总时两个数都给出。", label=_label(table, key), **numbers), table, row, key)


T = TypeVar("T")
_LEAST_FIGURES = 3
"""How many figures other than 0 two regions must share: one or two may be equal by chance."""
_LEAST_CALLS = 1_000
"""The least size of one of these figures: small ones may be equal by chance."""
_REPEATED, _LEAST_REPEATED = re.compile(r"([1-9])\1{4}"), 11_111
"""One digit five times; and the least figure that has it, below which none is searched."""
_SHORTEST_RUN, _LEAST_COLUMNS = 4, 2
"""Rows and columns that must grow by one step from row to row."""
_LEAST_REGIONS, _LEAST_SHARED = 3, 10
"""Regions that must all have the same figure, and its least size: every city may have two seats."""


@query(
    "P507 数字雷同或过于整齐",
    scope=Scope.ROWS_OF_UNIT,
    doubts=True,
    why="分别统计的数不会完全相同：两个地区（不论哪个单位）的各项来电数全部相同，与上年全部相同，一个数里同一个数字连续出现五次以上，几行按同样的步长递增，"
    "或者一个单位各地区的总人数、咨询员人数、坐席数、年度培训人次都是同一个数，多半是复制、拖动填充、填了全省的数或随手填写的。",
    example="银川市、石嘴山市的来电总量、人工接听量、自助语音量、放弃量全部相同；来电总量66666 → 各地区填自己的数；确实如此的，在备注中说明",
)
def same_figures(case: Case) -> Iterator[Hit]:
    """Figures that another region, last year or all regions share; repeated digits; figures in a series."""
    for form in case.edition.forms:
        rows = [(table, row) for table, row in counted_rows(case) if table.form.key == form.key]
        for balance in form.balances:
            yield from _same_in_two_regions(form, balance.fields, rows, of_cities=cities_are_asked(case))
            yield from _same_as_last_year(case, form, balance.fields, rows)
        counts = tuple([column.key for column in form.of_kind(Kind.COUNT)])
        fact = "{label}{figure}中同一个数字连续出现五次以上，请核对是否随手填写"
        for table, row in rows:
            for key, figure in zip(counts, row.numbers(counts), strict=True):
                if figure and figure >= _LEAST_REPEATED and _REPEATED.search(str(figure)):
                    yield Hit(compose(fact, label=_label(table, key), figure=figure), table, row, key)
        yield from _counted_on(form, counts, rows)
        yield from _same_in_all(case, form, rows)


def _same_in_all(case: Case, form: Form, rows: Sequence[Placed]) -> Iterator[Hit]:
    """A hit for each column in which all regions report one figure, probably that of the whole unit."""
    asked_elsewhere = {*SHARED, *(key for balance in form.balances for key in balance.fields)}
    places = list({row.region: (table, row) for table, row in rows}.values())
    if len(places) < _LEAST_REGIONS:
        return
    for column in form.of_kind(Kind.COUNT):
        figures = {row.number(column.key) or 0 for _, row in places}
        if len(figures) > 1 or max(figures) < _LEAST_SHARED or column.key in asked_elsewhere:
            continue
        if column.key == "seats" and seats_are_central(case):
            continue  # P506 asks
        table, row = _explained_of(places)
        fact = "{regions}个地区的{label}都是{figure:,}，请核对是否填了全省的数；确实如此的，请在备注中说明"
        message = compose(fact, regions=len(places), label=Label(column.label), figure=max(figures))
        yield Hit(message, table, row, column.key, further=_others(places, row))


def _alike(items: Iterable[T], row_of: Callable[[T], Row], keys: Sequence[str]) -> Iterator[list[T]]:
    """Groups of items whose rows have all these figures equal, more than chance explains."""
    for figures, alike in grouped(items, lambda item: row_of(item).numbers(keys)).items():
        filled = list(filter(None, figures))
        if None not in figures and len(filled) >= _LEAST_FIGURES and max(filled) >= _LEAST_CALLS:
            yield alike


def same_in_two_units(form: Form, counted: Iterable[tuple[Unit, Table, Row]]) -> Iterator[tuple[Unit, Hit]]:
    """P507 for counted rows of different units with the same call figures, at the first row of each unit."""
    fact = "{region}的{labels:、}与{others:、}的完全相同，请核对是否填了别处的数；确实如此的，请在备注中说明"
    for balance in form.balances:
        for alike in _alike(counted, lambda each: each[2], balance.fields):
            first = {unit: (table, row) for unit, table, row in reversed(alike)}
            if len(first) < 2:
                continue
            labels = Several(form.by_key[key].label for key in balance.fields)
            for unit, (table, row) in reversed(first.items()):
                others = Several(OtherUnit(f"{of.name}{each.called}") for of, _, each in alike if of is not unit)
                message = compose(fact, region=RegionName(row.region or ""), labels=labels, others=others)
                yield unit, Hit(message, table, row, balance.total, figures=balance.fields)


def _same_in_two_regions(form: Form, keys: Sequence[str], rows: Sequence[Placed], *, of_cities: bool) -> Iterator[Hit]:
    """One hit for all regions with the same figures; one for each where cities answer and none gives a reason."""
    for alike in _alike(rows, lambda placed: placed[1], keys):
        places = [first for first, *_ in grouped(alike, lambda placed: placed[1].region).values()]
        if len(places) < 2:
            continue
        one = _explained_of(places, at=1)
        for table, row in places if of_cities and not is_reason(one[1].text("remarks"), form) else [one]:
            own_first = sorted(places, key=lambda each: of_cities and each[1] is not row)
            named = [Quote(own.region) if own is row else OtherRegion(f"“{own.region}”") for _, own in own_first]
            message = compose(
                "{regions:、}的{figures:、}完全相同，请核对是否重复填写；确实如此的，请在备注中说明",
                regions=Several(named),
                figures=Several(f"{form.by_key[key].label}{row.number(key):,}" for key in keys),
            )
            yield Hit(message, table, row, keys[0], figures=tuple(keys), further=_others(places, row))


def _same_as_last_year(case: Case, form: Form, keys: Sequence[str], rows: Sequence[Placed]) -> Iterator[Hit]:
    """A hit for each row whose figures are all last year's."""
    if not case.comparisons.previous:
        return
    for table, row in rows:
        then = case.last_year(form, row)
        figures = row.numbers(keys)
        if then and any(figures) and figures == tuple([then.get(key) for key in keys]):
            fact = "{labels:、}与上年完全相同，请核对是否沿用了上年的数；确实如此的，请在备注中说明"
            labels = Several(_label(table, key) for key in keys)
            yield Hit(compose(fact, labels=labels), table, row, keys[0], figures=tuple(keys))


def _counted_on(form: Form, keys: Sequence[str], rows: Sequence[Placed]) -> Iterator[Hit]:
    """A hit at the first of several rows in which the same columns grow by an equal step."""
    for _, placed in groupby(rows, key=lambda each: table_where(each[0])):
        run = list(placed)
        before = list[str]()
        figures = zip(*[row.numbers(keys) for _, row in run], strict=True)
        steps = [[None if None in pair else pair[1] - pair[0] for pair in pairwise(column)] for column in figures]
        for at, (table, first) in enumerate(run[: 1 - _SHORTEST_RUN]):
            following = slice(at, at + _SHORTEST_RUN - 1)
            columns = [key for key, by in zip(keys, steps, strict=True) if by[at] and len({*by[following]}) == 1]
            if len(columns) >= _LEAST_COLUMNS and columns != before:
                message = compose(
                    "从{region}起，{rows}行以上的{labels}按同样的步长逐行增减，请核对是否拖动填充造成的",
                    region=RegionName(first.region or ""),
                    rows=_SHORTEST_RUN,
                    labels="、".join(form.by_key[key].label for key in columns),
                )
                yield Hit(message, table, first, columns[0], figures=tuple(columns))
            before = columns
