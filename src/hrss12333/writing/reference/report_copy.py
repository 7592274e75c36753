"""A 工作总结 copied into the 参阅文件: headings, paragraphs, lists, tables and pictures kept, all else left behind.

Nothing is taken over as written. Each element is made anew from what the copy knows, so that whatever a stranger's
file holds besides (macros, fields, links, embedded objects, scripts of tomorrow) has no way into the document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from docx.document import Document

from hrss12333.patterns import lazy
from hrss12333.wording.privacy import HIDDEN, without_contacts_in
from hrss12333.writing.reference.inline import Inlines, tidied
from hrss12333.writing.reference.report_source import (
    Element,
    SourceDocument,
    Style,
    add,
    children,
    element,
    number,
    value,
    w,
)
from hrss12333.writing.reference.report_table import copy_table
from hrss12333.writing.reference.typography import BODY, CELL, FIGURE, LIST, REPORT_LEVELS, TEXT_WIDTH, TITLE

_LEVELS = (
    lazy(r"^第[一二三四五六七八九十]+(?:章|部分|节)"),
    lazy(r"^[一二三四五六七八九十]{1,3}[、.．]"),
    lazy(r"^[(（][一二三四五六七八九十]{1,3}[)）]"),
)
_LONGEST = 40
_TITLE = lazy(r"总结|报告|汇报|情况|12333")
_DEEPEST = 9
_ALIGNMENTS = {"center": "center", "right": "right", "end": "right", "both": "both", "distribute": "distribute"}
_NESTING = 8
"""Tables within tables; deeper ones are left out."""


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


class Copy:
    """One report on its way into the document."""

    def __init__(self, document: Document, source: SourceDocument) -> None:
        """Prepare a copy of ``source`` that goes into ``document``."""
        self._source = source
        self._numbering = _NumberingCopy(document, source)
        self.left_out: Counter[str] = Counter()
        """What could not be kept → how often; Chinese."""
        self.hidden = 0
        """Mobile numbers and mail addresses that are left out."""
        self._inlines = Inlines(document, source, TEXT_WIDTH, self.left_out)
        self._typed = not source.has_headings
        self._highest: int | None = None
        self._started = False

    def blocks(self) -> Iterator[Element]:
        """The report's paragraphs and tables, ready to be put into the body one after the other."""
        previous: Element = None
        for block in self._blocks(self._source.body, TEXT_WIDTH, depth=0):
            if previous is not None and previous.tag == block.tag == w("tbl"):
                yield self._made(BODY)  # else Word joins the two tables
            previous = block
            yield block
        if previous is not None and previous.tag == w("tbl"):
            yield self._made(BODY)

    def _blocks(self, parent: Element, width: int, depth: int) -> Iterator[Element]:
        for child in children(parent, "p", "tbl", "altChunk"):
            if child.tag == w("p"):
                yield from self._paragraph(child, width, depth)
            elif child.tag == w("altChunk"):
                self.left_out["嵌入的外部文档"] += 1
            elif depth < _NESTING:
                table = copy_table(
                    child, self._source, width, lambda cell, room: self._cell_content(cell, room, depth + 1)
                )
                if table is not None:
                    yield table

    def _paragraph(self, source: Element, width: int, depth: int) -> Iterator[Element]:
        properties = source.find(w("pPr"))
        style = self._source.style(value(properties, "pStyle"))
        found = self._inlines.read(source, width)
        if (found.runs and not style.contents) or (depth and not found.boxes):
            yield self._filled(properties, style, found.runs, depth, pictures=found.pictures)
        for box in found.boxes:
            yield from self._blocks(box, width, depth + 1 if depth else 0)

    def _filled(self, properties: Element, style: Style, runs: list[Element], depth: int, *, pictures: bool) -> Element:
        text = "".join(part.text or "" for run in runs for part in run.iter(w("t"))).strip()
        alignment = _ALIGNMENTS.get(value(properties, "jc") or "")
        listing = self._listing(properties, style)
        level = None if depth or not text else self._level(properties, style, text)
        first = bool(text) and not self._started and not depth
        self._started = self._started or first
        if first and (style.title or is_typed_title(text, marked=level is not None)):
            made = self._made(TITLE)
            alignment, listing = None, None
        elif level is not None:
            self._highest = level if self._highest is None else min(level, self._highest)
            made = self._made(REPORT_LEVELS[min(level - self._highest + 1, max(REPORT_LEVELS))])
            alignment = None
        elif depth:
            made = self._made(CELL)
        else:
            made = self._made(LIST if listing else FIGURE if pictures and not text else BODY)
        plain = made.pPr.find(w("pStyle")).get(w("val")) not in (BODY, LIST, CELL)
        if listing:
            numbering = add(made.pPr, "numPr")
            add(numbering, "ilvl", val=str(listing[1]))
            add(numbering, "numId", val=str(listing[0]))
        if alignment in ("center", "right") and not depth and not listing:
            add(made.pPr, "ind", firstLineChars="0", firstLine="0")
        if alignment:
            add(made.pPr, "jc", val=alignment)
        for run in tidied(runs, indented=not depth and not listing, plain=plain):
            made.append(run)
        self.hidden += _hide_contacts(made)
        return made

    def _listing(self, properties: Element, style: Style) -> tuple[int, int] | None:
        direct = None if properties is None else properties.find(w("numPr"))
        num_id, level = number(value(direct, "numId")), number(value(direct, "ilvl"))
        if num_id is None and style.numbering:
            num_id, level = style.numbering[0], style.numbering[1] if level is None else level
        if not num_id:
            return None  # 0 takes the number off a paragraph whose style has one
        known = self._numbering.number_of(num_id)
        return None if known is None else (known, min(max(level or 0, 0), 8))

    def _level(self, properties: Element, style: Style, text: str) -> int | None:
        outline = number(value(properties, "outlineLvl"))
        if outline is not None:
            return outline + 1 if 0 <= outline < _DEEPEST else None
        return typed_heading(text) if self._typed else style.level

    def _made(self, style: str) -> Element:
        made = element("p")
        add(made.get_or_add_pPr(), "pStyle", val=style)
        return made

    def _cell_content(self, cell: Element, width: int, depth: int) -> Iterator[Element]:
        """What is in a table cell; the last is a paragraph, as a cell demands."""
        last: Element = None
        for block in self._blocks(cell, width, depth):
            last = block
            yield block
        if last is None or last.tag != w("p"):
            yield self._made(CELL)


def _hide_contacts(paragraph: Element) -> int:
    """Take mobile numbers and mail addresses out of the text, also those that are in several runs; returns how many."""
    parts = [*paragraph.iter(w("t"), w("tab"), w("br"))]
    texts = [part.text or "" if part.tag == w("t") else "\0" for part in parts]  # nothing reaches over a tab
    hidden = 0
    for part, before, after in zip(parts, texts, without_contacts_in(texts), strict=True):
        if after != before:
            part.text = after
            hidden += after.count(HIDDEN) - before.count(HIDDEN)
    return hidden


def typed_heading(text: str) -> int | None:
    """Heading level from 1 of a paragraph that looks like a heading; None for body text."""
    if len(text) > _LONGEST or re.search(r"[。；：！？;]", text):
        return None
    return next((level for level, pattern in enumerate(_LEVELS, 1) if pattern.match(text)), None)


def is_typed_title(text: str, *, marked: bool) -> bool:
    """Whether a report's first paragraph is its title; ``marked`` where it is styled as a heading."""
    if len(text) > _LONGEST + 20 or text.endswith("。") or typed_heading(text):
        return False
    return bool(_TITLE.search(text)) or not marked


class _NumberingCopy:
    """The lists of one source document in the target.

    Each definition is written anew from the few settings known to be harmless, with numbers of its own, so that every
    report's lists start where their writer started them.
    """

    def __init__(self, document: Document, source: SourceDocument) -> None:
        """Lists of ``source`` are added to ``document`` when first asked for."""
        self._root: Element = document.part.numbering_part.element
        self._source = source
        self._known: dict[int, int | None] = {}

    def number_of(self, num_id: int) -> int | None:
        """The target's numId for the source's; None where the source does not define it."""
        if num_id not in self._known:
            found = self._source.list_definition(num_id)
            self._known[num_id] = None if found is None else self._add_numbering(*found)
        return self._known[num_id]

    def _free(self, tag: str, attribute: str) -> int:
        return max((number(item.get(w(attribute))) or 0 for item in self._root.iter(w(tag))), default=0) + 1

    def _add_numbering(self, num: Element, abstract: Element) -> int:
        abstract_id, num_id = self._free("abstractNum", "abstractNumId"), self._free("num", "numId")
        made = element("abstractNum", abstractNumId=str(abstract_id))
        add(made, "nsid", val=f"{0x12330000 + abstract_id:08X}")
        add(made, "multiLevelType", val="multilevel")
        levels = {number(level.get(w("ilvl"))): level for level in abstract.iter(w("lvl"))}
        starts: dict[int | None, int | None] = {}
        for override in num.iter(w("lvlOverride")):
            index = number(override.get(w("ilvl")))
            starts[index] = number(value(override, "startOverride"))
            replaced = override.find(w("lvl"))
            if replaced is not None:
                levels[index] = replaced
        for index in range(_LIST_LEVELS):
            if index in levels:
                made.append(_level(index, levels[index], starts.get(index)))
        # All w:abstractNum are before the first w:num.
        first = self._root.find(w("num"))
        if first is None:
            self._root.append(made)
        else:
            first.addprevious(made)
        add(add(self._root, "num", numId=str(num_id)), "abstractNumId", val=str(abstract_id))
        return num_id


def _level(index: int, source: Element, start: int | None) -> Element:
    made = element("lvl", ilvl=str(index))
    own = number(value(source, "start"))
    begin = start if start is not None else own if own is not None else 1
    add(made, "start", val=str(min(max(begin, 0), 32_767)))
    formats = [found.get(w("val"), "") for found in source.iter(w("numFmt"))]
    form = next((found for found in formats if found in _FORMATS), "decimal")
    add(made, "numFmt", val=form)
    suffix = value(source, "suff")
    if suffix in ("tab", "space", "nothing"):
        add(made, "suff", val=suffix)
    text = value(source, "lvlText") or ""
    add(made, "lvlText", val=("•" if form == "bullet" and not text else text)[:31])
    add(made, "lvlJc", val="left")
    properties = add(made, "pPr")
    indent = source.find(f"{w('pPr')}/{w('ind')}")
    given = None if indent is None else number(indent.get(w("left"), indent.get(w("start"))))
    left = _STEP * (index + 1) if given is None else min(max(given, _STEP), _WIDEST)
    add(properties, "ind", left=str(left + _STEP), hanging=str(_STEP))
    fonts = source.find(f"{w('rPr')}/{w('rFonts')}")
    font = None if fonts is None else fonts.get(w("ascii")) or fonts.get(w("hAnsi"))
    if form == "bullet" and font:
        add(add(made, "rPr"), "rFonts", ascii=font[:31], hAnsi=font[:31], hint="default")
    return made
