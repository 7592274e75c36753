"""V310: what is in a file and was not read, quoted with its place."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from hrss12333.checking.rule import Case, Hit, query
from hrss12333.model.filing import Place, Table, UnreadBlock
from hrss12333.model.finding import UNREAD_ID, Severity
from hrss12333.model.message import Message, Quote, Several, Words, compose
from hrss12333.survey.schema import Kind

_QUOTED = 40
"""Characters of a text that are quoted."""


@query(
    UNREAD_ID,
    title="写了，但没有读取",
    why="文件里的每一格都有交代：栏目、表头、数据、备注、合计、填表说明，或者不影响数据的签名、日期。其余的不知道是什么意思，一律列出。"
    "其中有数字、提到地区或栏目的，可能是漏读或更正的数据，须核实；其余的和表中没有的栏目只作提示。"
    "整张没有读取的表，其中有些数在读取的表里没有的，也须核实。",
    wrong="表格右边写着“来电总量应为7万”；填表说明下面又写了一行“中卫市 63000”",
    right="改正表中的数，或者在表中填写这个地区的一行，并删去这些内容",
)
def unread(case: Case) -> Iterator[Hit]:
    """A block of cells of which nobody knows what they say, a column that the form does not have, a sentence around it."""
    filing = case.filing
    doubted = {doubt.text.place for doubt in filing.doubts} | {doubt.text.text for doubt in filing.doubts}
    for table in filing.tables:
        for column in table.unread:
            message = compose("{heading}不是表中的栏目，没有读取", heading=Quote(column.heading))
            yield Hit(message, table, place=column.place, value=column.heading, severity=Severity.NOTE)
        for block in table.unread_cells:
            if not _is_doubted(block, doubted):
                severity = Severity.QUERY if block.is_question else Severity.NOTE
                yield Hit(
                    _block_message(block), table=table, place=block.place, value=block.texts[0], severity=severity
                )
        for why, others in unread_tables(table).items():
            tables = [
                compose("工作表{sheet}从{cell}起", sheet=Quote(other.sheet), cell=first_heading(other).a1)
                for other in others
            ]
            message = compose("{tables:、}：{why}", *_OTHER_FIGURES, tables=Several(tables), why=Words(why))
            yield Hit(message, table, place=first_heading(table), value=others[0].sheet)
    for text in filing.unread_texts:
        fact = f"{{kind}}写着{{text}}，没有读取：{_REQUEST[0]}"
        message = compose(fact, _REQUEST[1], kind=text.called, text=Quote(text.text, _QUOTED))
        yield Hit(message, place=text.place, value=text.text)


def unread_tables(table: Table) -> dict[str, list[Table]]:
    """The tables that were passed over for this one and hold other figures for the same time, by the reason."""
    found: dict[str, list[Table]] = {}
    known = _figures(table) if table.superseded else set()
    for other in table.superseded:
        if not other.other_period and not _figures(other) <= known:
            found.setdefault(other.passed_over, []).append(other)
    return found


def _figures(table: Table) -> set[tuple[int | None, ...]]:
    keys = [column.key for column in table.form.of_kind(Kind.COUNT)]
    return {row.numbers(keys) for row in table.rows} - {(None,) * len(keys)}


def first_heading(table: Table) -> Place:
    """Where a table begins."""
    return next(iter(table.headings.values()))


def _is_doubted(block: UnreadBlock, doubted: Collection[object]) -> bool:
    """Whether another finding asks about all that there is to ask of a block: V311, R210 or M705."""
    if block.is_question:
        return len(block.questioned) <= len(block.texts) and all(place in doubted for place in block.questioned)
    return block.cells == len(block.texts) and all(text in doubted for text in block.texts)


_OTHER_FIGURES = ("其中有些数在读取的表里没有，请核对。", "是本次报送的数据，请填到读取的表里；不用报送的，请删去。")
_REQUEST = (
    "不在表的地区和栏目之内，不知道与表中的数是什么关系",
    "是数据的，请填到相应的地区和栏目；是更正的，请直接改表中的数；与本次报送无关的，请删去。",
)


def _block_message(block: UnreadBlock) -> Message:
    why = _REQUEST if block.is_question else ("是另一张表" if block.headed else "看不出与表中的数有关",)
    return compose(
        f"{{cell}}{{to}}写着{{texts:}}{{several}}，没有读取：{why[0]}",
        *why[1:],
        cell=block.place.a1,
        to=f"到{block.last.a1}" if block.last != block.place else "",
        texts=Several(Quote(text, _QUOTED) for text in block.texts),
        several=f"等{block.cells}格" if block.cells > len(block.texts) else "",
    )
