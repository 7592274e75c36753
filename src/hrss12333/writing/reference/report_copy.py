"""A 工作总结 copied into the 参阅文件: headings, paragraphs, lists, tables and pictures kept, all else left behind.

Nothing is taken over as written. Each element is made anew from what the copy knows, so that whatever a stranger's
file holds besides (macros, fields, links, embedded objects, scripts of tomorrow) has no way into the document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from msgspec import Struct
from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.formats.word_document import WordCell, WordDocument
from hrss12333.reading.formats.word_properties import (
    NO_HEADING,
    Element,
    WordLook,
    find,
    is_on,
    value,
    w,
    whole_number,
    within,
)
from hrss12333.wording.privacy import LEFT_OUT, without_contacts_in
from hrss12333.writing.reference.fields import add, element
from hrss12333.writing.reference.inline import Inlines, tidied
from hrss12333.writing.reference.typography import BODY, CELL, EMU_TWIP, FIGURE, LIST, REPORT_LEVELS, TEXT_TWIPS, TITLE

_LEVELS = (
    lazy(r"^第[一二三四五六七八九十]+(?:章|部分|节)"),
    lazy(r"^[一二三四五六七八九十]{1,3}[、.．]"),
    lazy(r"^[(（][一二三四五六七八九十]{1,3}[)）]"),
)
_LONGEST = 40
_TITLE = lazy(r"总结|报告|汇报|情况|12333")
_ALIGNMENTS = {"center": "center", "right": "right", "end": "right", "both": "both", "distribute": "distribute"}
_NESTING = 8
"""Tables within tables; of deeper ones, and of wider ones, only the text is kept."""
_WITHOUT_LINES = ("normal table", "普通表格")
"""Table styles that draw nothing; one that the file does not define is taken to draw lines."""
_COLOUR = lazy(r"[0-9A-Fa-f]{6}")
_MOST_COLUMNS = 63
"""What Word allows."""


class _Room(Struct, frozen=True):
    """Where blocks are put: how wide it is, and in how many tables."""

    width: int
    depth: int = 0
    look: WordLook | None = None
    """What a table says of what is in it."""


class Copy:
    """One report on its way into the document. Widths are in twips."""

    def __init__(self, document: Document, source: WordDocument) -> None:
        """Prepare a copy of ``source`` that goes into ``document``."""
        self._source = source
        self._lists = _Lists(document, source)
        self.left_out: Counter[str] = Counter()
        """What could not be kept → how often; Chinese."""
        self.hidden = 0
        """Mobile numbers and mail addresses that are left out."""
        self._inlines = Inlines(document, source, self.left_out)
        marked = (_level_in(source.look(find(paragraph, "pPr"), {})) for paragraph in source.body.iter(w("p")))
        self._typed = sum(level is not None for level in marked) < 2
        """Whether headings are only typed; one that is marked as such is the report's title."""
        self._highest = 9
        """The highest level of a heading so far; any heading begins at it or above."""
        self._started = False

    def blocks(self) -> Iterator[Element]:
        """The report's paragraphs and tables, ready to be put into the body one after the other."""
        is_table = False
        for block in self._blocks(self._source.body, _Room(TEXT_TWIPS)):
            if is_table and block.tag == w("tbl"):
                yield _made(BODY)  # else Word joins the two tables
            is_table = block.tag == w("tbl")
            yield block
        if is_table:
            yield _made(BODY)

    def _blocks(self, parent: Element, room: _Room) -> Iterator[Element]:
        for child in within(parent, w("p"), w("tbl"), w("altChunk")):
            if child.tag == w("p"):
                yield from self._paragraph(child, room)
            elif child.tag == w("tbl"):
                yield from self._table(child, room)
            else:
                self.left_out["嵌入的外部文档"] += 1

    def _paragraph(self, source: Element, room: _Room) -> Iterator[Element]:
        paragraph = self._source.paragraph(source, room.look)
        runs, boxes = self._inlines.made(paragraph.runs, room.width * EMU_TWIP), paragraph.boxes
        if (runs and not paragraph.look.get("contents")) or (room.depth and not boxes):
            yield self._filled(find(source, "pPr"), paragraph.look, runs, room.depth)
        for box in boxes:
            yield from self._blocks(box, replace(room, depth=room.depth + bool(room.depth), look=None))

    def _filled(self, properties: Element, source: WordLook, runs: list[Element], depth: int) -> Element:
        text = "".join(part.text or "" for run in runs for part in run.iter(w("t"))).strip()
        alignment = _ALIGNMENTS.get(value(properties, "jc") or "")
        listing = self._listing(properties)
        level = None if depth or not text else self._level(properties, source, text)
        first = bool(text) and not self._started and not depth
        self._started = self._started or first
        is_figure = not text and any(find(run, "drawing") is not None for run in runs)
        look = CELL if depth else LIST if listing else FIGURE if is_figure else BODY
        if first and (source.get("level") == 0 or _is_typed_title(text, marked=level is not None)):
            look, alignment, listing = TITLE, None, None
        elif level is not None:
            self._highest = min(level, self._highest)
            look, alignment = REPORT_LEVELS[min(level - self._highest + 1, max(REPORT_LEVELS))], None
        made = _made(look)
        if listing:
            add(made.pPr, "numPr", element("ilvl", val=str(listing[1])), element("numId", val=str(listing[0])))
        if alignment in ("center", "right") and not depth and not listing:
            add(made.pPr, "ind", firstLineChars="0", firstLine="0")
        if alignment:
            add(made.pPr, "jc", val=alignment)
        made.extend(tidied(runs, indented=not depth and not listing, plain=look not in (BODY, LIST, CELL)))
        self.hidden += _hide_contacts(made)
        return made

    def _listing(self, properties: Element) -> tuple[int, int] | None:
        styles = self._source.chain(value(properties, "pStyle"))
        settings = [find(properties, "numPr"), *(find(style, "pPr", "numPr") for style in styles)]
        num_id, level = (
            next((found for each in settings if (found := whole_number(value(each, name))) is not None), 0)
            for name in ("numId", "ilvl")
        )
        if not num_id:
            return None  # 0 takes the number off a paragraph whose style has one
        known = self._lists.number_of(num_id)
        return None if known is None else (known, min(max(level, 0), 8))

    def _level(self, properties: Element, look: WordLook, text: str) -> int | None:
        is_typed = self._typed and find(properties, "outlineLvl") is None
        return typed_heading(text) if is_typed else _level_in(look)

    def _table(self, source: Element, room: _Room) -> Iterator[Element]:
        """A table with its rows, spans, shading and alignment, fitted to the width."""
        rows = [(row, cells) for row, cells in self._source.rows(source) if cells]
        sides = ("gridBefore", "gridAfter")
        wide = (sum(cell.span for cell in cells) + sum(_free(row, side) for side in sides) for row, cells in rows)
        columns = max(wide, default=0)
        if rows and (columns > _MOST_COLUMNS or room.depth >= _NESTING):
            self.left_out["表格"] += 1
            for paragraph in within(source, w("p")):
                yield from self._paragraph(paragraph, room)
        elif rows:
            yield self._drawn_table(source, rows, _widths(source, columns, room.width), room.depth + 1)

    def _drawn_table(
        self, source: Element, rows: Sequence[tuple[Element, Sequence[WordCell]]], widths: list[int], depth: int
    ) -> Element:
        return element(
            "tbl",
            element(
                "tblPr",
                element("tblStyle", val="TableGrid") if self._has_borders(source) else None,
                element("tblW", w=str(sum(widths)), type="dxa"),
                element("jc", val="center"),
                element("tblLayout", type="fixed"),
            ),
            element("tblGrid", *(element("gridCol", w=str(column)) for column in widths)),
            *(self._row(row, cells, widths, depth) for row, cells in rows),
        )

    def _has_borders(self, table: Element) -> bool:
        name = value(table, "tblPr", "tblStyle")
        if name is not None and (value(self._source.styles.get(name), "name") or "").lower() not in _WITHOUT_LINES:
            return True
        lines = (line for borders in table.iter(w("tblBorders"), w("tcBorders")) for line in borders)
        return any(line.get(w("val"), "none") not in ("none", "nil") for line in lines)

    def _row(self, source: Element, cells: Sequence[WordCell], widths: list[int], depth: int) -> Element:
        column, after = _free(source, "gridBefore"), _free(source, "gridAfter")
        is_nest = next(source.iter(w("tbl")), None) is not None
        made = element(
            "tr",
            element(
                "trPr",
                element("gridBefore", val=str(column)) if column else None,
                element("gridAfter", val=str(after)) if after else None,
                None if is_nest else element("cantSplit"),  # else LibreOffice takes minutes to lay it out
                element("tblHeader") if is_on(find(source, "trPr", "tblHeader")) else None,
            ),
        )
        for cell in cells:
            made.append(self._cell(cell, _Room(sum(widths[column : column + cell.span]), depth, cell.look)))
            column += cell.span
        return made

    def _cell(self, source: WordCell, room: _Room) -> Element:
        own, merged = find(source.element, "tcPr"), source.merged
        alignment = value(own, "vAlign")
        colour = value(own, "shd", attribute="fill") or ""
        blocks = [*self._blocks(source.element, room)]
        if not blocks or blocks[-1].tag != w("p"):
            blocks.append(_made(CELL))  # the last is a paragraph, as a cell demands
        return element(
            "tc",
            element(
                "tcPr",
                element("tcW", w=str(room.width), type="dxa"),
                element("gridSpan", val=str(source.span)) if source.span > 1 else None,
                None if merged is None else element("vMerge", val="restart" if merged == "restart" else "continue"),
                element("shd", val="clear", color="auto", fill=colour) if _COLOUR.fullmatch(colour) else None,
                element("vAlign", val=alignment if alignment in ("top", "center", "bottom") else "center"),
            ),
            *blocks,
        )


def _made(style: str) -> Element:
    return element("p", element("pPr", element("pStyle", val=style)))


def _level_in(look: WordLook) -> int | None:
    """Heading level from 1; None for body text, and where it is not told."""
    level = look.get("level", NO_HEADING)
    return level if 0 < level < NO_HEADING else None


def _free(row: Element, name: str) -> int:
    """Columns that the row leaves free at its left or right."""
    return max(whole_number(value(row, "trPr", name)) or 0, 0)


def _widths(table: Element, columns: int, room: int) -> list[int]:
    """Widths of the columns, in the source's proportions where it gives them."""
    grid = find(table, "tblGrid")
    given = [whole_number(column.get(w("w"))) or 0 for column in ([] if grid is None else within(grid, w("gridCol")))]
    if len(given) != columns or min(given) <= 0:
        return [room // columns] * columns
    total = sum(given)
    return [max(column * room // total, 1) for column in given] if total > room else given


def _hide_contacts(paragraph: Element) -> int:
    """Take mobile numbers and mail addresses out of the text, also those that are in several runs; returns how many."""
    parts = [*paragraph.iter(w("t"), w("tab"), w("br"))]
    texts = [part.text or "" if part.tag == w("t") else "\0" for part in parts]  # nothing reaches over a tab
    hidden = 0
    for part, before, after in zip(parts, texts, without_contacts_in(texts), strict=True):
        if after != before:
            part.text = after
            hidden += after.count(LEFT_OUT) - before.count(LEFT_OUT)
    return hidden


def typed_heading(text: str) -> int | None:
    """Heading level from 1 of a paragraph that looks like a heading; None for body text."""
    if len(text) > _LONGEST or re.search(r"[。；：！？;]", text):
        return None
    return next((level for level, pattern in enumerate(_LEVELS, 1) if pattern.match(text)), None)


def _is_typed_title(text: str, *, marked: bool) -> bool:
    """Whether a report's first paragraph is its title; ``marked`` where it is styled as a heading."""
    if len(text) > _LONGEST + 20 or text.endswith("。") or typed_heading(text):
        return False
    return bool(_TITLE.search(text)) or not marked


# fmt: off
_FORMATS = frozenset((
    "decimal", "upperRoman", "lowerRoman", "upperLetter", "lowerLetter", "ordinal", "bullet", "none", "decimalZero",
    "decimalFullWidth", "decimalFullWidth2", "decimalHalfWidth", "decimalEnclosedCircle", "decimalEnclosedFullstop",
    "decimalEnclosedParen", "decimalEnclosedCircleChinese", "ideographDigital", "ideographTraditional",
    "ideographZodiac", "ideographEnclosedCircle", "japaneseCounting", "chineseCounting", "chineseCountingThousand",
    "chineseLegalSimplified", "taiwaneseCounting",
))
# fmt: on
_LIST_LEVELS = 9
_STEP = 420
"""Indent of a list level in twentieths of a point."""
_WIDEST = 3600
_LONGEST_CHAIN = 20
"""Lists that name one another by a style; a longer chain is a circle."""


class _Lists:
    """The lists of one source document in the target.

    Each definition is written anew from the few settings known to be harmless, with numbers of its own, so that every
    report's lists start where their writer started them.
    """

    def __init__(self, document: Document, source: WordDocument) -> None:
        """Lists of ``source`` are added to ``document`` when first asked for."""
        self._root: Element = document.part.numbering_part.element
        self._source = source
        found = [each for root in source.roots(RT.NUMBERING) for each in root.iter(w("num"), w("abstractNum"))]
        self._nums = {whole_number(each.get(w("numId"))): each for each in found if each.tag == w("num")}
        self._abstracts = {each.get(w("abstractNumId")): each for each in found if each.tag != w("num")}
        self._known: dict[int, int | None] = {}

    def number_of(self, num_id: int) -> int | None:
        """The target's numId for the source's; None where the source does not define it."""
        if num_id not in self._known:
            found = self._definition(num_id)
            self._known[num_id] = None if found is None else self._added(*found)
        return self._known[num_id]

    def _definition(self, num_id: int) -> tuple[Element, Element] | None:
        """The w:num and the w:abstractNum behind a numId; None where the file defines none."""
        num = self._nums.get(num_id)
        for _ in range(_LONGEST_CHAIN):
            abstract = self._abstracts.get(value(num, "abstractNumId") or "")
            if abstract is None:
                return None
            link = value(abstract, "numStyleLink")
            if not link:
                return num, abstract
            num = self._nums.get(whole_number(value(self._source.styles.get(link), "pPr", "numPr", "numId")))
        return None

    def _added(self, num: Element, abstract: Element) -> int:
        before = len(self._root) // 2  # a w:num refers to each w:abstractNum
        levels = {whole_number(level.get(w("ilvl"))): level for level in abstract.iter(w("lvl"))}
        starts: dict[int | None, int | None] = {}
        for override in num.iter(w("lvlOverride")):
            index, replaced = whole_number(override.get(w("ilvl"))), find(override, "lvl")
            starts[index] = whole_number(value(override, "startOverride"))
            if replaced is not None:
                levels[index] = replaced
        made = element(
            "abstractNum",
            element("nsid", val=f"{0x12330001 + before:08X}"),
            element("multiLevelType", val="multilevel"),
            *(_list_level(at, levels[at], starts.get(at)) for at in range(_LIST_LEVELS) if at in levels),
            abstractNumId=str(before + 1),
        )
        self._root.insert(before, made)  # all w:abstractNum are before the first w:num
        add(self._root, "num", element("abstractNumId", val=str(before + 1)), numId=str(before + 1))
        return before + 1


def _list_level(index: int, source: Element, start: int | None) -> Element:
    own = whole_number(value(source, "start"))
    begin = start if start is not None else 1 if own is None else own
    formats = [found.get(w("val"), "") for found in source.iter(w("numFmt"))]
    form = next((found for found in formats if found in _FORMATS), "decimal")
    suffix, text = value(source, "suff"), value(source, "lvlText") or ("•" if form == "bullet" else "")
    given = [whole_number(value(source, "pPr", "ind", attribute=side)) for side in ("left", "start")]
    left = next((min(max(one, _STEP), _WIDEST) for one in given if one is not None), _STEP * (index + 1))
    fonts = [value(source, "rPr", "rFonts", attribute=script) for script in ("ascii", "hAnsi")]
    font = (fonts[0] or fonts[1] or "")[:31] if form == "bullet" else ""
    return element(
        "lvl",
        element("start", val=str(min(max(begin, 0), 32_767))),
        element("numFmt", val=form),
        element("suff", val=suffix) if suffix in ("tab", "space", "nothing") else None,
        element("lvlText", val=text[:31]),
        element("lvlJc", val="left"),
        element("pPr", element("ind", left=str(left + _STEP), hanging=str(_STEP))),
        element("rPr", element("rFonts", ascii=font, hAnsi=font, hint="default")) if font else None,
        ilvl=str(index),
    )
