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


def within_area(block: Block) -> str:
    """The criterion by which the area of a line picks its units."""
    at = block.area or 0
    return f",{block.units(at, fixed=True)},${column_letters(at + 1)}{OWN_ROW}"


def area_sum(block: Block, at: int) -> str:
    """The live sum of the units of a line's area; blank where none has a figure."""
    cells, within = block.units(at), within_area(block)
    return f'=IF(COUNTIFS({cells},">=0"{within})=0,"",SUMIFS({cells}{within}))'
