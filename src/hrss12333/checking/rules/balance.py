"""Group B, and P504: balances and bounds, which the forms declare, and 合计.

A sum that does not hold shows that a figure is wrong. A correction changes one figure or exchanges two. It is suggested
if it mends every sum that its figures are in, of rows and of columns; or, if only a row is wrong, if it undoes a usual
slip: an exchange, two digits reversed, ×1,000 or ×10,000. Where several corrections would do, none is suggested: a
figure suggested for official statistics invites 凑数.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from hrss12333.checking.counting import not_counted_by
from hrss12333.checking.rule import Case, Hit, Scope, Undecided, error, query
from hrss12333.checking.rules.rows import filled_samples
from hrss12333.checking.sums import adds_up
from hrss12333.model.filing import Row, Table
from hrss12333.model.finding import NewValue, Suggestion, row_where, table_where
from hrss12333.model.message import Label, compose
from hrss12333.survey.schema import LARGEST_EXACT, Balance, Form, Kind

PART_OF_SIDE = 10
"""A difference beyond a tenth of the larger side must be stated in the reason."""
_EXCHANGED, _TRANSPOSED = "两数填反", "相邻两位写颠倒"
_POWERS = {1_000: ("放大到1000倍", "以千为单位填写"), 10_000: ("放大到10000倍", "以万为单位填写")}
"""Factor → the slips that multiply by it and that divide by it."""

FigureCell = tuple[int, str]
"""Line of the row, and field."""
SumName = tuple[int, str]
"""A row's sum: its line and the field of the total; a column's: 0 and the field."""
Correction = tuple[Mapping[FigureCell, int], str]
"""New figures of one or two cells, and the usual slip that they undo, Chinese; empty for another error."""


class Figures:
    """The figures of one table and the sums that they are in."""

    def __init__(self, table: Table, summed: Sequence[Row]) -> None:
        """``summed`` are the rows that its 合计 adds up."""
        self._rows = {row.place.row: row for row in table.rows}
        self._cells: dict[SumName, list[FigureCell]] = {}
        """The cells of each sum whose figures are all readable: its total, then its parts."""
        self._gaps: dict[SumName, int] = {}
        """By how much the total exceeds its parts."""
        self._sums: dict[FigureCell, dict[SumName, int]] = defaultdict(dict)
        """Cell → the sums that it is in, as their total (1) or a part (-1)."""
        if table.total and summed:
            self._rows[table.total.place.row] = table.total
            lines = [row.place.row for row in (table.total, *summed)]
            for column in table.form.of_kind(Kind.COUNT):
                self._add_sum((0, column.key), [(line, column.key) for line in lines])
        for line in self._rows:
            for balance in table.form.balances:
                self._add_sum((line, balance.total), [(line, key) for key in balance.fields])

    def _add_sum(self, name: SumName, cells: list[FigureCell]) -> None:
        figures = [self._rows[line].number(key) for line, key in cells]
        given = [figure for figure in figures if figure is not None]
        if len(given) == len(figures):
            self._cells[name] = cells
            self._gaps[name] = given[0] - sum(given[1:])
            for at, cell in enumerate(cells):
                self._sums[cell][name] = -1 if at else 1

    def in_row(self, row: Row, balance: Balance) -> Suggestion | None:
        """The correction that makes a row balance."""
        name = row.place.row, balance.total
        cells = self._cells[name]
        pairs = [(cells[0], cell) for cell in cells[1:]]
        off = [line for (line, key), gap in self._gaps.items() if key == name[1] and line and gap == -self._gaps[name]]
        if len(off) == 1:  # exchanged with another row's figure, which is then off the other way
            pairs += [(cell, (off[0], cell[1])) for cell in cells]
        exchanged = [({one: self._figure(other), other: self._figure(one)}, _EXCHANGED) for one, other in pairs]
        return self._sole_suggestion([*self._corrections(name, cells), *exchanged])

    def in_column(self, key: str) -> Suggestion | None:
        """The correction that makes a column add up to its 合计."""
        return self._sole_suggestion(self._corrections((0, key), self._cells.get((0, key), [])))

    def _figure(self, cell: FigureCell) -> int:
        return self._rows[cell[0]].number(cell[1]) or 0

    def _corrections(self, name: SumName, cells: Iterable[FigureCell]) -> Iterator[Correction]:
        """For each of these cells, the figure that makes the sum hold."""
        for cell in cells:
            written = self._figure(cell)
            meant = written - self._gaps[name] * self._sums[cell][name]
            if 0 <= meant <= LARGEST_EXACT and abs(written) <= LARGEST_EXACT:
                yield {cell: meant}, _slip(meant, written)

    def _sole_suggestion(self, corrections: Iterable[Correction]) -> Suggestion | None:
        """The only correction that mends a row and a column; else the only usual slip that mends the row."""
        certain, likely = list[Suggestion](), list[Suggestion]()
        for values, slip in corrections:
            moved: Counter[SumName] = Counter()
            for cell, value in values.items():
                for name, sign in self._sums[cell].items():
                    moved[name] += sign * (value - self._figure(cell))
            gaps = {name: self._gaps[name] + by for name, by in moved.items() if by}
            mended = [name for name, gap in gaps.items() if not gap]
            # A 合计 that held before was computed from the wrong figure, and may break.
            computed = all(not gap or (not name[0] and not self._gaps[name]) for name, gap in gaps.items())
            if mended and computed:
                if len(mended) == len(gaps) > 1:
                    certain.append(self._suggestion(values, slip, mended))
                elif slip:
                    likely.append(self._suggestion(values, slip, mended))
        found = certain or likely
        return found[0] if len(found) == 1 else None

    def _suggestion(self, values: Mapping[FigureCell, int], slip: str, mended: Iterable[SumName]) -> Suggestion:
        right = "和".join(sorted({"该行" if line else "该栏合计" for line, _ in mended}, key=len))
        what = f"像是{slip}" if slip else "只错这一个数"
        places = [self._rows[line].get(key).place for line, key in values]
        cells = [(place.row, place.column) if place else () for place in places]
        meant = [NewValue(key, value, *cell) for ((_, key), value), cell in zip(values.items(), cells, strict=True)]
        return Suggestion(tuple(meant), f"{what}，改后{right}对得上")


def _slip(meant: int, written: int) -> str:
    """The usual slip that turns ``meant`` into ``written``; empty where one wrong digit explains it."""
    for power, (more, less) in _POWERS.items():
        if meant and written == meant * power:
            return more
        if written and written == (meant + power // 2) // power:
            return less
    digits = str(meant)
    swapped = [digits[:at] + digits[at : at + 2][::-1] + digits[at + 2 :] for at in range(len(digits) - 1)]
    several = len(str(abs(meant - written)).rstrip("0")) > 1
    return _TRANSPOSED if str(written) in swapped and several else ""


def _summed_rows(case: Case, table: Table) -> Sequence[Row]:
    """The rows that a 合计 adds up: no sums; no counties either, where only the other rows add up to it."""
    holding, within = not_counted_by(case, "R209"), not_counted_by(case, "R208")
    rows = [row for row in table.rows if row_where(table, row) not in holding] if holding else table.rows
    rest = [row for row in rows if row_where(table, row) not in within] if within else rows
    return rest if len(rest) < len(rows) and table.total and adds_up(table.form, table.total, rest) else rows


def _figures_and_sums(case: Case, table: Table) -> Figures:
    """The figures of a table, collected when the first error in it is found."""
    return case.once(("figures", table_where(table)), lambda: Figures(table, _summed_rows(case, table)))


def _broken(
    case: Case, relations_of: Callable[[Form], Sequence[Balance]], hit: Callable[[Table, Row, Balance, int], Hit]
) -> Iterator[Undecided | Hit]:
    """A hit for each row that breaks one of these relations and is no sum of rows; and the undecided rows."""
    for table in case.filing.tables:
        for relation in relations_of(table.form):
            for row in table.rows:
                gap = relation.gap(row.numbers(relation.fields))
                if gap is None:
                    yield Undecided(table, row)
                elif gap and row_where(table, row) not in not_counted_by(case, "R209"):
                    yield hit(table, row, relation, gap)


@error(
    "B401 总量不等于各分项之和",
    why="总量应等于各分项之和；确有原因不相等的，在备注中说明情况，由核实人员判断。",
    clause="附表填表说明",
    example="总量2500，分项1000、1000、50，备注空白 → 改正填错的一项；或在备注中写明差额和不相等的原因",
    declared=lambda edition: tuple(b.text for form in edition.forms for b in form.balances if b.text),
)
def balance_holds(case: Case) -> Iterator[Hit | Undecided]:
    """A total that is not the sum of its parts."""
    return _broken(case, lambda form: form.balances, partial(_unbalanced, case))


def _difference_in_words(gap: int) -> str:
    return f"{'多' if gap > 0 else '少'}{abs(gap):,}"


def _unbalanced(case: Case, table: Table, row: Row, balance: Balance, gap: int) -> Hit:
    label, *labels = [table.form.by_key[key].label for key in balance.fields]
    total, *parts = [figure or 0 for figure in row.numbers(balance.fields)]
    beyond = PART_OF_SIDE * abs(gap) > max(total, sum(parts))
    message = compose(
        "{label}{total:,}，而{right}＝{terms}＝{sum:,}，{label}{more}",
        "请核对{cells}，改正填错的，或在备注中"
        + ("写明“{label}比{parts}之和{more}，因……”。" if beyond else "说明原因。"),
        label=Label(label),
        total=total,
        right="＋".join(labels),
        parts="、".join(labels),
        terms="＋".join(f"{part:,}" for part in parts),
        sum=sum(parts),
        more=_difference_in_words(gap),
        cells=_cells_in_words(row, balance.fields),
    )
    suggestion = _figures_and_sums(case, table).in_row(row, balance)
    named = (str(abs(gap)),) if beyond else ()
    key, fields = balance.total, balance.fields
    return Hit(message, table, row, key, figures=fields, difference=gap, suggestion=suggestion, named=named)


def _cells_in_words(row: Row, keys: Sequence[str]) -> str:
    return "、".join(place.a1 for key in keys if (place := row.get(key).place))


def _exceeding(request: str, table: Table, row: Row, bound: Balance, gap: int) -> Hit:
    """A hit such as 咨询员人数150大于总人数100."""
    whole, part = (row.number(key) or 0 for key in bound.fields)
    greater, lesser = (Label(table.form.by_key[key].label) for key in bound.fields)
    fact = "{lesser}{part:,}大于{greater}{whole:,}"
    cells = _cells_in_words(row, bound.fields)
    message = compose(fact, request, lesser=lesser, part=part, greater=greater, whole=whole, cells=cells)
    return Hit(message, table, row, bound.parts[0], figures=(*bound.parts, bound.total), difference=-gap)


@error(
    "B402 部分大于全部",
    why="全部包含部分，不会比它少。",
    clause="附表填表说明",
    example="全部100，其中的部分150 → 全部150，其中的部分100",
    declared=lambda edition: tuple(b.text for form in edition.forms for b in form.bounds if b.text),
)
def part_within_whole(case: Case) -> Iterator[Hit | Undecided]:
    """A count that exceeds the count it is part of."""
    return _broken(case, lambda form: form.bounds, partial(_exceeding, "请核对两项（{cells}）是否填反或填错。"))


@query(
    "P504 一项大于通常不小于它的另一项",
    scope=Scope.ROWS_OF_UNIT,
    doubts=True,
    why="通常不会如此，请核对两项；确有原因的，在备注中说明。",
    clause="附表填表说明",
    example="全部10，其中的部分40 → 全部45，其中的部分40",
    declared=lambda edition: tuple(b.text for form in edition.forms for b in form.usual_bounds if b.text),
)
def more_than_usual(case: Case) -> Iterator[Hit | Undecided]:
    """A count that exceeds one that it usually does not."""
    request = "请核对两项；确有特殊情况的，请在备注中说明。"
    return _broken(case, lambda form: form.usual_bounds, partial(_exceeding, request))


@error(
    "B403 合计与各行之和不符",
    why="合计行应等于各地区之和，不含样例行。汇总时以各行为准，合计只用来核对。",
    clause="附表1、附表2合计行",
    example="三个市100、200、300，合计2,600（把样例也加进去了） → 合计600",
)
def totals_add_up(case: Case) -> Iterator[Hit | Undecided]:
    """A 合计 that is not the sum of its rows."""
    for table, total, summed in _totals(case):
        columns = table.form.of_kind(Kind.COUNT)
        keys = [column.key for column in columns]
        rows = [row.numbers(keys) for row in summed]
        yield from (Undecided(table, row) for row, figures in zip(summed, rows, strict=True) if None in figures)
        for column, written, figures in zip(columns, total.numbers(keys), zip(*rows, strict=True), strict=False):
            given = [figure for figure in figures if figure is not None]
            if written is None or len(given) < len(figures) or written == sum(given):
                continue
            gap = written - sum(given)
            if gap in _left_out(case, table, column.key):
                continue  # R203, R206, R209 or R210 asks about the row
            suggestion = _figures_and_sums(case, table).in_column(column.key) if total is table.total else None
            fact = "{label}合计为{written:,}，各行之和为{sum:,}，合计{more}"
            numbers = {"written": written, "sum": sum(given)}
            more = _difference_in_words(gap)
            message = compose(fact, "请核对合计或各行。", label=Label(column.label), more=more, **numbers)
            yield Hit(message, table, total, column.key, difference=gap, suggestion=suggestion)


def _totals(case: Case) -> Iterator[tuple[Table, Row, Sequence[Row]]]:
    """Each 合计 with the rows that it should add up: all above or those since the last 合计; for the last, all."""
    for table in case.filing.tables:
        totals = [*filter(None, (*table.earlier_totals, table.total))]
        if len(totals) == 1 and adds_up(table.form, totals[0], table.rows, complete=True):
            continue  # it is right about what it adds up, whether rows overlap or not
        rows = _summed_rows(case, table) if totals else ()
        last = 0
        for total in totals:
            since = [row for row in rows if last < row.place.row < total.place.row] if table.earlier_totals else rows
            above = rows if total is table.total else [row for row in rows if row.place.row < total.place.row]
            page = table.earlier_totals and (total is not table.total or adds_up(table.form, total, since))
            yield table, total, since if page and not adds_up(table.form, total, above) else above
            last = total.place.row


def _left_out(case: Case, table: Table, key: str) -> set[int]:
    """The gaps of a 合计 explained by one or two rows left out, or by one of a region's two rows."""
    found = {row.number(key) or 0 for row in table.rows if row_where(table, row) in not_counted_by(case, "R209")}
    found.update(row.number(key) or 0 for row in filled_samples(table))
    found.add(sum(item.row.number(key) or 0 for item in table.concealed))
    found.add(sum(row.number(key) or 0 for item in table.other_years for row in item.rows))
    of_regions: dict[str | None, list[int]] = defaultdict(list)
    for row in table.rows:
        of_regions[row.region].append(row.number(key) or 0)
    twice = [figures for name, figures in of_regions.items() if name and len(figures) == 2]
    found |= {-sum(first for first, _ in twice), -sum(second for _, second in twice)}
    return {one + other for one in found for other in {0, *found} - {one}} - {0}


CALLS_AND_STAFF = ("calls_agent", "agents", "seats")
"""Calls that people answer, these people, and their seats: each implies the others."""


@query(
    "B404 人工接听量与咨询员、坐席不对应",
    why="有咨询员、坐席而没有人工接听量，或有人工接听量而没有咨询员、坐席，需要说明。",
    example="咨询员20，坐席15，人工接听量0 → 补填人工接听量；坐席由省集中的，在备注中说明",
    figures=CALLS_AND_STAFF,
)
def staff_and_calls(case: Case) -> Iterator[Hit | Undecided]:
    """Agents or seats without agent calls, or the reverse."""
    for table, row in case.rows(*CALLS_AND_STAFF):
        calls, agents, seats = row.numbers(CALLS_AND_STAFF)
        if calls is None or (agents is None and seats is None):
            yield Undecided(table, row)
        elif (0 in (agents, seats)) if calls else (agents or seats):
            people = ("" if agents is None else "，咨询员{agents}人") + ("" if seats is None else "，坐席{seats}个")
            fact = f"人工接听量{{calls:,}}{people}，请核对或在备注中说明"
            lacking = "calls_agent" if not calls else "agents" if agents == 0 else "seats"
            yield Hit(compose(fact, calls=calls, agents=agents or 0, seats=seats or 0), table, row, lacking)
