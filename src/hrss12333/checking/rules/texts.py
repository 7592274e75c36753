"""Group V, texts: what is in a file and was not read (V310), and words that put figures in doubt (V311), wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator

from hrss12333.checking.rule import Case, Hit, query
from hrss12333.model.filing import Filing, Row, Table
from hrss12333.model.finding import UNREAD_ID
from hrss12333.model.message import Label, Quote, Several, compose
from hrss12333.model.text import Doubt

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
