"""The page of the 参阅文件 after GB/T 9704-2012 (公文格式), and the names of its styles, which are in `data/styles.xml`.

Fonts are named, never embedded; for a machine without one `data/fontTable.xml` names what reads most like it. The document
is a working paper, not an issued one: no 红头, no 发文字号, no seal.
"""

from __future__ import annotations

_TWIPS_MM = 1440 / 25.4
EMU_TWIP = 635

PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838
"""A4 in twips."""
TOP, BOTTOM, LEFT, RIGHT = (round(side * _TWIPS_MM) for side in (37, 35, 28, 26))
"""天头, 下白边, 订口 and 切口: a 版心 of 156 by 225 mm."""
FOOTER = round(23 * _TWIPS_MM)
"""From the edge of the paper to the foot of the page number, which stands 7 mm below the 版心."""
TEXT_TWIPS = PAGE_WIDTH - LEFT - RIGHT
TEXT_WIDTH = TEXT_TWIPS * EMU_TWIP
"""Width of the text in EMU."""
LINES, CHARACTERS, BODY_SIZE = 22, 28, 16.0
LINE_PITCH = (PAGE_HEIGHT - TOP - BOTTOM) // LINES
CHARACTER_SPACE = round((TEXT_TWIPS / 20 / CHARACTERS - BODY_SIZE) * 4096)
"""What is added to each character of the body's size, in 1/4096 pt, for 28 to fill a line."""


COVER, COVER_SMALL, CONTENTS = "封面标题", "封面文字", "目录标题"
TABLE_TITLE, FIGURE_TITLE, NOTE, SMALL, SMALL_LEFT = "表题", "图题", "表注", "表格文字", "表格栏目"
FOOTER_STYLE = "页码"
UNIT_HEADING = "单位标题"
SECTION_END = "分节"
"""Of the line in which a section ends: one point high."""
PART_STYLE, SECTION = "Heading1", "Heading2"
"""Ids of the headings: a part of the document, and 一、 within the first."""
TITLE, BODY, CELL, FIGURE = "总结标题", "总结正文", "总结表格", "总结图片"
"""Styles of what is copied from a 工作总结; BODY is that of the document's own text too."""
ENTRIES = {1: "TOC1", 2: "TOC2"}
"""Level of a heading → id of the style of its entry in the contents."""
REPORT_LEVELS = {level: f"Heading{level + 3}" for level in range(1, 7)}
"""Heading level within a report → id of the style below the unit's own headings."""
