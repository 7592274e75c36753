"""Group B: figures that must agree with each other. The identities themselves are declared with the forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from hrss12333.checking.bounds import Exceeded, exceeded
from hrss12333.checking.reasons import is_reason
from hrss12333.checking.rule import TECHNICAL, Case, Hit, Undecided, rule
from hrss12333.checking.rules.regions import not_counted, summed_rows
from hrss12333.model.filing import Row, Table
from hrss12333.model.finding import Severity, Suggestion
from hrss12333.survey.schema import Balance, Kind

if TYPE_CHECKING:
    from hrss12333.checking.localisation import Localised


def _labels(table: Table) -> dict[str, str]:
    return {column.key: column.label for column in table.form.columns}


def _formula(table: Table, balance: Balance) -> tuple[str, str]:
    """The identity in words: left side, right side."""
    names = _labels(table)
    return names[balance.total], "＋".join(names[part] for part in balance.parts)


@rule(
    "B401",
    Severity.ERROR,
    title="总量不等于各分项之和",
    why="总量应等于各分项之和；确有原因不相等的，在备注中说明情况，由核实人员判断。",
    clause="附表填表说明",
    wrong="总量2500，分项1000、1000、50，备注空白",
    right="改正填错的一项；或在备注中说明不相等的原因",
    declared=lambda edition: tuple(b.text for form in edition.forms for b in form.balances if b.text),
)
def balance_holds(case: Case) -> Iterator[Hit | Undecided]:
    """A row whose four figures can be read and do not balance; ranked repairs are suggested."""
    for table in case.filing.tables:
        for balance in table.form.balances:
            yield from (Undecided(table, row) for row in table.rows if None in row.figures(balance.fields))
            failed = _failed(table, balance)
            explained = _localised(table, balance, failed, column_gaps(case, table)) if failed else ()
            for (row, figures), localised in zip(failed, explained, strict=True):
                yield _unbalanced(table, row, balance, figures, localised)


def _localised(
    table: Table, balance: Balance, failed: Sequence[tuple[Row, Mapping[str, int]]], gaps: Mapping[str, int]
) -> Sequence[Localised]:
    """What is likely to be wrong in rows that do not balance; asked for where there are any."""
    from hrss12333.checking.localisation import localise_rows

    return localise_rows(balance, [figures for _, figures in failed], column_gaps=gaps, labels=_labels(table))


def _failed(table: Table, balance: Balance) -> list[tuple[Row, Mapping[str, int]]]:
    """The rows of which every figure can be read, and that do not balance, with these figures."""
    keys = balance.fields
    found: list[tuple[Row, Mapping[str, int]]] = []
    for row in table.rows:
        known = [figure for figure in row.figures(keys) if figure is not None]
        if len(known) == len(keys) and known[0] != sum(known[1:]):
            found.append((row, dict(zip(keys, known, strict=True))))
    return found


def _more(gap: int) -> str:
    """多2,500 or 少900: a difference as one says it."""
    return f"{'多' if gap > 0 else '少'}{abs(gap):,}"


def _unbalanced(table: Table, row: Row, balance: Balance, figures: Mapping[str, int], localised: Localised) -> Hit:
    left, right = _formula(table, balance)
    total, parts = figures[balance.total], sum(figures[part] for part in balance.parts)
    terms = "＋".join(
        f"{figures[part]:,}" if figures[part] >= 0 else f"（{figures[part]:,}）" for part in balance.parts
    )
    explained = is_reason(row.text("remarks"))
    ending = "备注中已说明原因，请核实。" if explained else "请改正，或在备注中说明原因。"
    return Hit(
        f"{left}{total:,}，而{right}＝{terms}＝{parts:,}，{left}{_more(total - parts)}。{localised.wording}。{ending}",
        table=table,
        row=row,
        field=balance.total,
        severity=Severity.QUERY if explained else Severity.ERROR,
        suggestions=tuple(Suggestion(repair.field, repair.value, repair.reason) for repair in localised.repairs),
        explained=explained,
    )


def column_gaps(case: Case, table: Table) -> dict[str, int]:
    """合计 as written minus the sum of the rows, for every count whose 合计 and rows can all be read."""
    keys = [column.key for column in table.form.of_kind(Kind.COUNT)]
    return _gaps(keys, table.total, [row.figures(keys) for row in summed_rows(case, table)]) if table.total else {}


def _gaps(keys: Sequence[str], total: Row, rows: Sequence[Sequence[int | None]]) -> dict[str, int]:
    gaps: dict[str, int] = {}
    for key, written, figures in zip(keys, total.figures(keys), zip(*rows, strict=True), strict=False):
        if written is not None and None not in figures:
            gaps[key] = written - sum(filter(None, figures))
    return gaps


@rule(
    "B402",
    Severity.ERROR,
    title="部分大于全部",
    why="全部包含部分，不会比它少。",
    clause="附表填表说明",
    wrong="全部100，其中的部分150",
    right="全部150，其中的部分100",
    declared=lambda edition: tuple(b.text for form in edition.forms for b in form.bounds if b.text),
)
def part_within_whole(case: Case) -> Iterator[Hit | Undecided]:
    """A count that exceeds the count it is part of."""
    for found in exceeded(case.filing.tables, lambda form: form.bounds):
        yield found if isinstance(found, Undecided) else _too_many(found)


def _too_many(found: Exceeded) -> Hit:
    return Hit(
        f"{found.words}，请核对两项是否填反或填错。",
        table=found.table,
        row=found.row,
        field=found.bound.part,
        suggestions=(
            Suggestion(found.bound.part, found.whole, "两项可能填反"),
            Suggestion(found.bound.whole, found.part, "两项可能填反"),
        ),
    )


@rule(
    "B403",
    Severity.ERROR,
    title="合计与各行之和不符",
    why="合计行应等于各地区之和，不含样例行。汇总时以各行为准，合计只用来核对。",
    clause="附表1、附表2合计行",
    wrong="三个市100、200、300，合计2,600（把样例也加进去了）",
    right="合计600",
)
def totals_add_up(case: Case) -> Iterator[Hit | Undecided]:
    """A 合计 that is not the sum of its rows; the difference is explained where it explains itself."""
    for table in case.filing.tables:
        if table.total is None:
            continue
        keys = [column.key for column in table.form.of_kind(Kind.COUNT)]
        summed = summed_rows(case, table)
        holding = [row for row in table.rows if (table.file, row.place) in not_counted(case, "R209")]
        rows = [row.figures(keys) for row in summed]
        yield from (Undecided(table, row) for row, figures in zip(summed, rows, strict=True) if None in figures)
        gaps = _gaps(keys, table.total, rows)
        repairs = _likeliest_repairs(table, gaps) if any(gaps.values()) else {}
        for key, gap in gaps.items():
            if gap == 0 or any(value.problem for _, column, value in table.marked if column.key == key):
                continue  # with a negative row (V303) there is no sum to hold against
            named = [(row.region or f"第{row.place.row}行", row.figure(key)) for row in summed]
            sample = next((row.number(key) for row in table.samples), None)
            total = sum(figure for _, figure in named if figure is not None)
            from hrss12333.checking.localisation import explain_total_gap

            why = explain_total_gap(gap, named, sample, repairs.get(key, ()))
            if held := [row.region for row in holding if row.number(key) == gap]:
                why = f"多出的{gap:,}恰好等于“{held[0]}”一行，这一行不计入（R209）"
            yield Hit(
                f"{_labels(table)[key]}合计为{total + gap:,}，各行之和为{total:,}，合计{_more(gap)}。"
                f"{why + '。' if why else ''}请核对合计或各行。",
                table=table,
                row=table.total,
                field=key,
                suggestions=(Suggestion(key, total, "各行之和"),),
            )


def _likeliest_repairs(table: Table, gaps: Mapping[str, int]) -> dict[str, list[tuple[str, int]]]:
    """Field key → (region, change) of the first repair that B401 suggests for each row that does not balance."""
    found: dict[str, list[tuple[str, int]]] = {}
    for balance in table.form.balances:
        failed = _failed(table, balance)
        explained = _localised(table, balance, failed, gaps)
        for (row, figures), localised in zip(failed, explained, strict=True):
            for repair in localised.repairs[:1]:
                change = repair.value - figures[repair.field]
                found.setdefault(repair.field, []).append((row.region or f"第{row.place.row}行", change))
    return found


@rule(
    "B404",
    Severity.QUERY,
    title="人工接听量与咨询员、坐席不对应",
    why="有咨询员、坐席而没有人工接听量，或有人工接听量而没有咨询员、坐席，需要说明。",
    clause=TECHNICAL,
    wrong="咨询员20，坐席15，人工接听量0",
    right="补填人工接听量；坐席由省集中的，在备注中说明",
)
def staff_and_calls(case: Case) -> Iterator[Hit | Undecided]:
    """Agents or seats without agent calls, or the reverse."""
    for table in case.filing.tables:
        if not table.form.has("calls_agent", "agents", "seats"):
            continue
        for row in table.rows:
            calls, agents, seats = row.numbers(("calls_agent", "agents", "seats"))
            if calls is None or (agents is None and seats is None):
                yield Undecided(table, row)
            elif calls == 0 and (agents or seats):
                yield Hit(
                    f"有咨询员{agents or 0}人、坐席{seats or 0}个，但人工接听量为0，请核对或在备注中说明。",
                    table=table,
                    row=row,
                    field="calls_agent",
                )
            elif calls and 0 in (agents, seats):
                lacking, name = ("agents", "咨询员人数") if agents == 0 else ("seats", "坐席数")
                yield Hit(
                    f"人工接听量{calls:,}，但{name}为0，请核对或在备注中说明。", table=table, row=row, field=lacking
                )


RULES = (
    balance_holds,
    part_within_whole,
    totals_add_up,
    staff_and_calls,
)
