"""Group V, texts: what is in a file and was not read (V310), and words that put figures in doubt (V311), wherever they stand."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from hrss12333.checking.rule import Case, Hit, query
from hrss12333.model.filing import Filing, Row, Table, UnreadBlock
from hrss12333.model.finding import UNREAD_ID, Severity
from hrss12333.model.message import Label, Message, Quote, Several, Words, compose
from hrss12333.model.text import Doubt
from hrss12333.survey.schema import Kind

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


@query(
    "V311",
    doubts=True,
    title="有文字使数据存疑",
    why="备注、批注、表内外的说明、标题、页眉页脚、各种名称、邮件或随附的函件说数据是估算的、未定稿、有误、待更正、计在别处、缺一部分、别的年度的，"
    "或者说的数、说的情况与所填的不同，本工具不猜哪个对：数据照常计入，请核实。这样的话不能用来说明其他疑问。整行、整张表或整个文件是作废、测试或一段时间的，见R210。",
    clause="通知第二部分第（一）条",
    wrong="备注写“坐席数填错，应为25个”，坐席数填16；邮件写“12月为预计数”；填“是”，备注写“尚未开通”",
    right="改正数据，删去这句话",
)
def words_in_doubt(case: Case) -> Iterator[Hit]:
    """Each text that doubts figures which count, but those that R210 or M705 asks about."""
    for doubt in case.filing.doubts:
        if doubt.takes_out or (doubt.other_year and _is_evidence_of_year(case, doubt)):
            continue
        table, row = _doubted_row(case.filing, doubt)
        fields = doubt.fields if table else ()
        label = "、".join(table.form.by_key[key].label for key in fields) if table else ""
        about = "，说的是“{label}”" if label and not doubt.text.field else ""
        message = compose("{doubt_words}" + about, _VERIFY, doubt_words=doubt.described, label=Label(label))
        place, first = None if row else doubt.text.place, next(iter(fields), None)
        yield Hit(message, table, row, first, doubt.quote, figures=fields, place=place, explained=False)


def _is_evidence_of_year(case: Case, doubt: Doubt) -> bool:
    """Whether the other year that a text names is part of what tells the year of the filing."""
    own = case.filing.year or case.edition.year
    others = (item.source for item in case.filing.years if item.value != own)
    return any(source.kind is doubt.text.kind and source.text in doubt.text.text for source in others)


def _doubted_row(filing: Filing, doubt: Doubt) -> tuple[Table | None, Row | None]:
    tables = [table for table in filing.tables if (table.sheet, table.form.key) == (doubt.sheet, doubt.form)]
    rows = [(table, row) for table in tables for row in table.rows if row.place == doubt.row]
    return rows[0] if rows else (tables[0] if tables else None, None)
