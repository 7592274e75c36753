"""The look of the 参阅文件 after GB/T 9704-2012 (公文格式): page, fonts and paragraph styles, as data.

Fonts are named, never embedded; for a machine without one the font table names what reads most like it. The document
is a working paper, not an issued one: no 红头, no 发文字号, no seal.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

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

TITLE_FONT, HEI, KAI, FANG = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
SONG, LATIN = "宋体", "Times New Roman"


class Font(Struct, frozen=True):
    """A font of the document, and what to take in its place, the likest first."""

    name: str
    instead: tuple[str, ...] = ()
    family: str = "roman"
    chinese: bool = True


FONTS = (
    Font(TITLE_FONT, ("方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "华文中宋", "STZhongsong", "宋体")),
    Font(HEI, ("SimHei", "方正黑体_GBK", "微软雅黑"), "modern"),
    Font(KAI, ("楷体", "KaiTi", "方正楷体_GBK", "华文楷体"), "modern"),
    Font(FANG, ("仿宋", "FangSong", "方正仿宋_GBK", "华文仿宋"), "modern"),
    Font(SONG, ("SimSun", "方正书宋_GBK"), "auto"),
    Font(LATIN, ("Liberation Serif",), chinese=False),
)


class ParagraphStyle(Struct, frozen=True):
    """A paragraph style."""

    name: str
    font: str = FANG
    size: float = BODY_SIZE
    align: str = "both"
    exact: float = 0.0
    """Line height in points; 0 for that of the letters, or of the grid."""
    before: float = 0.0
    after: float = 0.0
    indent: int = 0
    """Of the first line, in hundredths of a character."""
    left: int = 0
    """In twips."""
    grid: bool = True
    """Whether its lines stand on the page's 22."""
    bold: bool = False
    keep: bool = False
    """Whether it stays on one page with what follows."""
    level: int = 0
    """Outline level from 1; 0 for none."""
    dots: int = 0
    """Where a right tab with leading dots stands, in twips."""
    then: str = ""
    latin: str = LATIN
    id: str = ""
    """Of a style that Word knows by itself; that of another is its name."""


COVER, COVER_SMALL, CONTENTS = "封面标题", "封面文字", "目录标题"
TABLE_TITLE, FIGURE_TITLE, NOTE, SMALL, SMALL_LEFT = "表题", "图题", "表注", "表格文字", "表格栏目"
FOOTER_STYLE = "页码"
UNIT_HEADING = "单位标题"
SECTION_END = "分节"
"""Of the line in which a section ends: one point high."""
PART_STYLE, SECTION = "Heading1", "Heading2"
"""Ids of the headings: a part of the document, and 一、 within the first."""
TITLE, BODY, LIST, CELL, FIGURE = "总结标题", "总结正文", "总结列表", "总结表格", "总结图片"
"""Styles of what is copied from a 工作总结; BODY is that of the document's own text too."""
ENTRIES = {1: "TOC1", 2: "TOC2"}
"""Level of a heading → id of the style of its entry in the contents."""
LISTED = "TableofFigures"
"""The same of an entry in the lists of tables and figures."""
REPORT_LEVELS = {level: f"Heading{level + 3}" for level in range(1, 7)}
"""Heading level within a report → id of the style below the unit's own headings."""


def _heading(level: int, font: str, **look: Any) -> ParagraphStyle:
    return ParagraphStyle(f"heading {level}", font, keep=True, level=level, then=BODY, id=f"Heading{level}", **look)


STYLES = (
    ParagraphStyle("Normal"),
    _heading(1, TITLE_FONT, size=22.0, align="center", exact=36.0, before=6.0, after=18.0),
    _heading(2, HEI, indent=200),
    _heading(3, KAI, indent=200),
    _heading(4, HEI, indent=200),
    _heading(5, KAI, indent=200),
    _heading(6, FANG, indent=200, bold=True),
    *(_heading(level, FANG, indent=200) for level in (7, 8, 9)),
    ParagraphStyle(UNIT_HEADING, HEI, align="center", keep=True, level=2, then=BODY),
    ParagraphStyle(SECTION_END, size=1.0, exact=1.0, grid=False),
    ParagraphStyle(COVER, TITLE_FONT, 36.0, "center", exact=60.0, grid=False),
    ParagraphStyle(COVER_SMALL, KAI, align="center"),
    ParagraphStyle(CONTENTS, TITLE_FONT, 22.0, "center", exact=36.0, before=6.0, after=12.0, keep=True),
    ParagraphStyle(TABLE_TITLE, HEI, 12.0, "center", exact=18.0, before=6.0, after=4.0, keep=True, grid=False),
    ParagraphStyle(FIGURE_TITLE, HEI, 12.0, "center", exact=18.0, after=6.0, grid=False),
    ParagraphStyle(NOTE, SONG, 9.0, exact=13.0, before=3.0, grid=False),
    ParagraphStyle(SMALL, SONG, 9.0, "center", exact=11.5, grid=False),
    ParagraphStyle(SMALL_LEFT, SONG, 9.0, "left", exact=11.5, grid=False),
    ParagraphStyle(FOOTER_STYLE, SONG, 14.0, "left", grid=False, latin=SONG),
    ParagraphStyle(TITLE, TITLE_FONT, 22.0, "center", exact=36.0, before=6.0, after=12.0, keep=True),
    ParagraphStyle(BODY, indent=200),
    ParagraphStyle(LIST),
    ParagraphStyle(CELL, FANG, 12.0, "left", grid=False),
    ParagraphStyle(FIGURE, align="center", before=3.0, after=3.0, keep=True, grid=False),
    ParagraphStyle("toc 1", HEI, 14.0, "left", exact=22.0, grid=False, dots=TEXT_TWIPS, id=ENTRIES[1]),
    ParagraphStyle("toc 2", FANG, 14.0, "left", exact=20.0, left=280, grid=False, dots=TEXT_TWIPS, id=ENTRIES[2]),
    ParagraphStyle("table of figures", FANG, 14.0, "left", exact=20.0, grid=False, dots=TEXT_TWIPS, id=LISTED),
)
"""Every paragraph style; the first is the one that the others are based on."""
