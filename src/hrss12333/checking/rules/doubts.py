"""V311: words that put figures in doubt, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator

from hrss12333.checking.rule import Case, Hit, query
from hrss12333.model.filing import Filing, Row, Table
from hrss12333.model.message import Label, compose
from hrss12333.model.text import Doubt

_REQUEST = "请核实：数据无误的，删去或改正这句话；有误的，改正数据。"


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
        message = compose("{doubt_words}" + about, _REQUEST, doubt_words=doubt.described, label=Label(label))
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
