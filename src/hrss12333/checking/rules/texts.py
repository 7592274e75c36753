"""Group V, texts: what is in a file and was not read (V310), and words that put figures in doubt (V311), wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator

from hrss12333.checking.reasons import columns_named, is_reported_unknown, without_settled
from hrss12333.checking.rule import Case, Hit, query
from hrss12333.model.filing import Filing, Row, Table, UnreadBlock
from hrss12333.model.finding import UNREAD_ID, Severity
from hrss12333.model.message import Label, Message, Quote, Several, Words, compose
from hrss12333.model.problem import Problem
from hrss12333.model.text import NAMES, TextKind, short
from hrss12333.survey.doubt_words import asked_words
from hrss12333.survey.schema import Kind
from hrss12333.survey.version_words import Says, said_in

_VERIFY = "请核实：数据无误的，删去或改正这句话；有误的，改正数据。"
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
    for table in filing.tables:
        for column in table.unread:
            message = compose("{heading}不是表中的栏目，没有读取", heading=Quote(column.heading))
            yield Hit(message, table, place=column.place, value=column.heading, severity=Severity.NOTE)
        for block in table.unread_cells:
            severity = Severity.QUERY if block.is_question else Severity.NOTE
            yield Hit(_block_message(block), table=table, place=block.place, value=block.texts[0], severity=severity)
        for why, others in unread_tables(table).items():
            places = ((Quote(other.sheet), other.first_heading.a1) for other in others)
            tables = Several(compose("工作表{sheet}从{cell}起", sheet=sheet, cell=cell) for sheet, cell in places)
            message = compose("{tables:、}：{why}", *_OTHER_FIGURES, tables=tables, why=Words(why))
            yield Hit(message, table, place=table.first_heading, value=others[0].sheet)
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


def _figures(table: Table) -> set[tuple[str | None, str, int]]:
    keys = [column.key for column in table.form.of_kind(Kind.COUNT)]
    return {(row.region, key, number) for row in table.rows for key in keys if (number := row.number(key)) is not None}


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


@query(
    "V311",
    doubts=True,
    title="有文字使数据存疑",
    why="备注、批注里有估、有误、待核、应为等存疑的词（见存疑词语表中写“问”的），或者标题、工作表名称、文件名称说是草稿、征求意见稿的，本工具不猜是什么意思："
    "数据照常计入，请核实；备注里写了栏目名称的，只问这些栏目。这样的话不能用来说明其他疑问。单独写着作废、测试的行，说是作废、测试或一段时间的表和文件，见R210。",
    clause="通知第二部分第（一）条",
    wrong="备注写“坐席数填错，应为25个”；批注写“12月为暂估数”；文件名写“宁夏（征求意见稿）”",
    right="改正数据，删去这句话；或在备注中只写清楚原因",
)
def words_in_doubt(case: Case) -> Iterator[Hit]:
    """Each 备注 and each comment on a cell of a row that holds an asked word; and what is called a draft."""
    for table in case.filing.tables:
        for row in table.rows:
            remark = row.text("remarks")
            if remark and not _is_asked_as_unknown(row, remark):
                yield from _asked(table, row, TextKind.REMARK, remark)
        if names := _draft_names(table.sheet, *_titles(case.filing, table)):
            yield Hit(compose(_DRAFT, _VERIFY, name=Quote(names[0]), what="这张表"), table, explained=False)
    rows = {(row.place.sheet, row.place.row): (table, row) for table in case.filing.tables for row in table.rows}
    for text in case.filing.texts:
        if text.kind is TextKind.COMMENT and text.place and (at := rows.get((text.place.sheet, text.place.row))):
            yield from _asked(*at, TextKind.COMMENT, text.text, text.field)
    if names := _draft_names(*(text.text for text in case.filing.texts if text.kind in NAMES - {TextKind.SHEET})):
        yield Hit(compose(_DRAFT, _VERIFY, name=Quote(names[0]), what="整个文件"), value=names[0], explained=False)


_DRAFT = "{name}说明还不是定稿，说的是{what}"


def _asked(table: Table, row: Row, kind: TextKind, text: str, on: str | None = None) -> Iterator[Hit]:
    """What is asked about a row for a text that holds an asked word; ``on``: the column of its cell."""
    words = asked_words(without_settled(text))
    if not words:
        return
    named = tuple(columns_named(table.form, text)) or (() if on is None else (on,))
    label = "、".join(table.form.by_key[key].label for key in named)
    message = compose(
        "{kind}写着{text}" + ("，说的是“{label}”" if named else ""),
        _VERIFY,
        kind=kind.value,
        text=Quote(short(text)),
        label=Label(label),
    )
    first = next(iter(named), None)
    yield Hit(message, table, row, first, short(text), figures=named, explained=False)


def _is_asked_as_unknown(row: Row, remark: str) -> bool:
    """Whether a 备注 says of figures that are missing that nobody has them: V301 asks about these."""
    return is_reported_unknown(remark) and any(value.problem is Problem.MISSING for value in row.noted_values.values())


def _draft_names(*names: str) -> list[str]:
    return [name for name in names if Says.DRAFT in said_in(name)]


def _titles(filing: Filing, table: Table) -> Iterator[str]:
    return (text.text for text in filing.texts if text.kind is TextKind.TITLE and text.sheet == table.sheet)
