"""The block of areas below the nation's line of 汇总 and 指标分析: the same units once more, in no sum."""

from __future__ import annotations

from typing import Any

from hrss12333.model.filing import column_letters
from hrss12333.survey.frame import TOTAL
from hrss12333.writing.national.book import Block, Book
from hrss12333.writing.sheet_text import public
from hrss12333.writing.workbook import OWN_ROW

AREAS_TITLE = "分区域"


def areas_remark(book: Book) -> str:
    """What the block is."""
    named = "、".join(book.national.edition.gazetteer.areas)
    return f"{TOTAL}下面按国家统计局的划分列出{named}，不计入{TOTAL}。"


def write_name(book: Book, sheet: Any, block: Block, row: int, name: str, area: str, *, total: bool = False) -> None:
    """Name of a line, and its area."""
    sheet.write_string(row, 0, public(name), book.styles.text(total=total))
    if block.area is not None:
        sheet.write_string(row, block.area, area, book.styles.centre(total=total))


def units_sum(block: Block, at: int) -> str:
    """The live sum of all units; blank where none has a figure."""
    cells = block.units(at)
    return f'=IF(COUNT({cells})=0,"",SUM({cells}))'


def area_sum(block: Block, at: int) -> str:
    """The same of those in the line's area."""
    cells, area = block.units(at), block.area or 0
    within = f",{block.units(area, fixed=True)},${column_letters(area + 1)}{OWN_ROW}"
    return f'=IF(COUNTIFS({cells},">=0"{within})=0,"",SUMIFS({cells}{within}))'
