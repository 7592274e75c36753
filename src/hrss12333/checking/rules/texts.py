"""Group V, texts: what is in a file and was not read (V310), and words that put figures in doubt (V311), wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator

from hrss12333.checking.reasons import columns_named, is_reported_unknown, without_settled
from hrss12333.checking.rule import Case, Hit, query
from hrss12333.model.filing import Row, Table
from hrss12333.model.finding import UNREAD_ID
from hrss12333.model.message import Label, Quote, Several, Words, compose
from hrss12333.model.problem import Problem
from hrss12333.model.text import NAMES, TextKind, short
from hrss12333.survey.doubt_words import asked_words
from hrss12333.survey.version_words import Says, said_in

_VERIFY = "请核实：数据无误的，删去或改正这句话；有误的，改正数据。"
_QUOTED = 40
"""Characters of a text that are quoted."""


@query(
    UNREAD_ID,
    title="表外的数，没有读取",
    why="表外单独写着的数不知道是哪个地区、哪个栏目的，不读取，须核实。自己有栏目名称的列和表、只由表中的数算出来的、序号、年份、日期和电话不在此列；"
    "文字一律抄入附注。",
    wrong="表格右边写着“70000”；填表说明下面又写了一行“63000”",
    right="填到表中的地区和栏目里，并删去表外的数",
)
def unread(case: Case) -> Iterator[Hit]:
    """A block of neighbouring figures that belong to no table."""
    for block in case.filing.loose_figures:
        message = compose(
            "{cell}{to}写着{texts:、}{several}，在表外，没有读取",
            "是数据的，请填到表中相应的地区和栏目；与本次报送无关的，请删去，或写明是什么数。",
            cell=block.place.a1,
            to=f"到{block.last.a1}" if block.last != block.place else "",
            texts=Several(Quote(text, _QUOTED) for text in block.texts),
            several=f"等{block.cells}格" if block.cells > len(block.texts) else "",
        )
        yield Hit(message, place=block.place, value=block.texts[0])


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
    """Each 备注, comment or other cell of a row that holds an asked word; and what is called a draft."""
    for table in case.filing.tables:
        for row in table.rows:
            remark = row.text("remarks")
            if remark and not _is_asked_as_unknown(row, remark):
                yield from _asked(table, row, TextKind.REMARK, remark)
        if table.draft:
            yield Hit(compose("{draft}", _VERIFY, draft=Words(table.draft)), table, explained=False)
    in_rows = (TextKind.COMMENT, TextKind.CELL)
    rows = {(row.place.sheet, row.place.row): (table, row) for table in case.filing.tables for row in table.rows}
    for text in case.filing.texts:
        if text.kind in in_rows and text.region and text.place and (at := rows.get((text.place.sheet, text.place.row))):
            yield from _asked(*at, text.kind, text.text, text.field if text.kind is TextKind.COMMENT else None)
    names = (text for text in case.filing.around if text.kind in NAMES and text.kind is not TextKind.SHEET)
    if name := next((text for text in names if Says.DRAFT in said_in(text.text)), None):
        message = compose("{kind}{name}写明还不是定稿", _VERIFY, kind=name.kind.value, name=Quote(name.text))
        yield Hit(message, value=name.text, explained=False)


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
        kind=kind.value if kind is not TextKind.CELL else "这一行",
        text=Quote(short(text)),
        label=Label(label),
    )
    first = next(iter(named), None)
    yield Hit(message, table, row, first, short(text), figures=named, explained=False)


def _is_asked_as_unknown(row: Row, remark: str) -> bool:
    """Whether a 备注 says of figures that are missing that nobody has them: V301 asks about these."""
    return is_reported_unknown(remark) and any(value.problem is Problem.MISSING for value in row.noted_values.values())
