"""Group P: what a unit's regions say of a system or of seats that the province runs for all of them (省集中)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hrss12333.checking.reasons import is_reason
from hrss12333.checking.rule import Case, Hit, Scope, note, query
from hrss12333.checking.rules.plausibility import TRUE_DATA
from hrss12333.checking.rules.regions import counted_rows, explained_of
from hrss12333.model.filing import Row, Table
from hrss12333.model.finding import located
from hrss12333.model.message import Label, Quote, Several, Words, compose
from hrss12333.model.national import SHARED, shared_figure

_MOST_NAMED = 5
"""Regions that a question names."""


@query(
    "P503",
    scope=Scope.ROWS_OF_UNIT,
    title="省集中的回答在本单位内不一致",
    why="系统、座席是否省集中说的是全省一个系统，同一单位各地区的回答通常相同。",
    clause=TRUE_DATA,
    wrong="20个市填“是”，1个市填“否”",
    right="各市都填“是”；个别市自建系统的，在该市备注中说明",
)
def centralized_differs(case: Case) -> Iterator[Hit]:
    """P503: one hit a column, at the first of the rows in the minority."""
    for key in ("system_centralized", "seats_centralized"):
        answers = [(table, row, row.scalar(key)) for table, row in counted_rows(case, key)]
        yes = [(table, row) for table, row, answer in answers if answer is True]
        no = [(table, row) for table, row, answer in answers if answer is False]
        if not yes or not no:
            continue
        few, answer = (no, "否") if len(_regions(no)) <= len(_regions(yes)) else (yes, "是")
        named = _regions(few)
        unexplained = [place for place in few if not is_reason(place[1].text("remarks"))]
        table, row = (unexplained or few)[0]
        message = compose(
            "“{label}”一栏{yes}个地区填“是”，{no}个地区填“否”，其中填{answer}的是{few:、}{more}",
            "同一单位通常一致，请核对；确有不同的，请在这些地区的备注中说明。",
            label=Label(table.form.by_key[key].label),
            yes=len(_regions(yes)),
            no=len(_regions(no)),
            answer=Quote(answer),
            few=Several(map(Words, named[:_MOST_NAMED])),
            more=f"等{len(named)}个地区" if len(named) > _MOST_NAMED else "",
        )
        others = tuple([located(*place) for place in few if place[1] is not row])
        yield Hit(message, table, row, key, further=others)


def _regions(places: Iterable[tuple[Table, Row]]) -> list[str]:
    return list(dict.fromkeys(row.called for _, row in places))


@query(
    "P506",
    scope=Scope.UNIT,
    title="座席已省集中，各市仍都填报坐席",
    why="座席省集中的，坐席设在省里，各市通常不再有自己的坐席。各市都填了坐席数，可能是“座席是否省集中”理解有误，"
    "也可能重复填报了省里的坐席。",
    clause=TRUE_DATA,
    wrong="各市“座席是否省集中”都填“是”，附表1中各市坐席数12、8、15……",
    right="坐席设在各市的，填“否”；坐席设在省里的，各市坐席数填0，省本级填实有坐席数",
)
def seats_after_all(case: Case) -> Iterator[Hit]:
    """P506: one hit for the unit, at a row whose 备注 gives a reason, else at the first."""
    if not seats_are_central(case):
        return
    answering = list(counted_rows(case, "seats_centralized"))
    rows = [(table, row) for table, row in counted_rows(case, "seats") if row.number("seats") is not None]
    seats = {row.called: row.number("seats") or 0 for _, row in rows}
    table, row = explained_of(answering)
    message = compose(
        "{answering}个地区的“{label}”都填{answer}，但{filled}个地区都填报了{seats}（共{sum:,}个）",
        "请核对：坐席设在各市的应填“否”，设在省里的不要在各市重复填报；确实如此的，请在备注中说明。",
        answering=len(_regions(answering)),
        label=Label(table.form.by_key["seats_centralized"].label),
        answer=Quote("是"),
        filled=len(seats),
        seats=rows[0][0].form.by_key["seats"].label,
        sum=sum(seats.values()),
    )
    yield Hit(message, table, row, "seats_centralized")


def seats_are_central(case: Case) -> bool:
    """Whether all regions, two or more, say that the seats are the province's, and all report some."""
    answering = list(counted_rows(case, "seats_centralized"))
    seats = [(row.called, row.number("seats")) for _, row in counted_rows(case, "seats")]
    known = {name for name, number in seats if number is not None}
    if min(len(known), len(_regions(answering))) < 2 or any(number == 0 for _, number in seats):
        return False
    return all(row.scalar("seats_centralized") is True for _, row in answering)


@note(
    "P508",
    scope=Scope.UNIT,
    title="各地区的知识库条目数相同，可能是同一个知识库",
    why="系统省集中的，各市用的多半是同一个知识库；各市都填它的条目数，相加就重复了。汇总表中两个数都给：各地区相加的，和每个知识库只计一次的。",
    clause=TRUE_DATA,
    wrong="系统省集中，21个市的知识库条目数都填100,000，相加2,100,000",
    right="各市照填；引用汇总数时，按需要取相加的2,100,000或只计一次的100,000，并注明口径",
)
def shared_bases(case: Case) -> Iterator[Hit]:
    """P508: one note for the unit, at the first of its rows."""
    for key, decided_by in SHARED.items():
        rows = list(counted_rows(case, key, decided_by))
        figure = shared_figure(key, (row for _, row in rows))
        if figure is not None:
            message = compose(
                "系统省集中，{rows}个地区的“{label}”都是{figure:,}，可能是同一个知识库：各地区相加为{sum:,}，只计一次为{figure:,}",
                "汇总时两个数都给出。",
                rows=len(rows),
                label=Label(rows[0][0].form.by_key[key].label),
                figure=figure,
                sum=len(rows) * figure,
            )
            yield Hit(message, rows[0][0], rows[0][1], key)
