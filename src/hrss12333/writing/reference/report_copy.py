"""A 工作总结 copied for the 参阅文件, in the worker: headings, text, lists, simple tables and pictures.

Each element is made anew from these parts. Whatever else is in a stranger's file is counted, and does not get
into the document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256

from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
from docx.image.image import Image
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.oxml import serialize_part_xml
from docx.oxml.ns import qn
from docx.oxml.shape import CT_Inline
from docx.shared import Emu
from msgspec import Struct

from hrss12333.patterns import INVISIBLE
from hrss12333.reading.files.discovery import Source
from hrss12333.reading.files.file_type import CONVERTIBLE, in_worker, opened
from hrss12333.reading.formats import word_document as word
from hrss12333.reading.formats.word import open_report
from hrss12333.reading.formats.word_document import Element, w
from hrss12333.reading.grid import STRUCK
from hrss12333.reading.worker import Convertible
from hrss12333.reading.worker.limits import damaged, too_large
from hrss12333.wording.values import LEFT_OUT, chinese_number, without_contacts
from hrss12333.writing import reference
from hrss12333.writing.reference import TEXT_TWIPS, add, element, written

_LEVELS = (
    r"^(?:第[一二三四五六七八九十]+(?:章|部分|节)|[一二三四五六七八九十]{1,3}[、.．])",
    r"^[(（][一二三四五六七八九十]{1,3}[)）]",
)
_LONGEST_HEADING, _LONGEST_TITLE = 40, 60
_NO_HEADING = frozenset("。；：！？;")
_INVISIBLE = dict.fromkeys(INVISIBLE)
_BREAK = r"([\t\n])"
_BREAKS = {"\t": "tab", "\n": "br"}
_MOST_COLUMNS = 63
"""Most columns that Word allows."""
_TALLEST = 8_000_000
"""EMU of the tallest picture that fits on a page with its neighbours."""
_MOST_PIXELS = 60_000_000
_LONGEST = 16 * 2**20
"""Most bytes of XML of one report."""
_BROKEN = (
    *(InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError),
    *(ValueError, LookupError, ArithmeticError),
)


class Picture(Struct, frozen=True):
    """A picture that is copied."""

    content: bytes
    kind: str
    """Its content type."""
    extension: str


class ReportCopy(Struct, frozen=True, tag=True):
    """The part of a report that goes into the document."""

    xml: bytes
    """An element with the paragraphs and tables, one after the other."""
    pictures: dict[str, Picture]
    """Relation named in the XML → the picture."""
    left_out: dict[str, int]
    """Content that could not be kept, Chinese → how often."""
    hidden: int
    """Mobile numbers and mail addresses left out."""


def copy_report(source: Source) -> ReportCopy:
    """The copy of a 工作总结, made by the worker."""
    task = "writing.reference.report_copy:copied"
    copy: ReportCopy = in_worker(ReportCopy, task, source.load(), budget=source.budget)
    return copy


def copied(data: bytes) -> ReportCopy | Convertible:
    """A task of the worker: a 工作总结 as it goes into the document.

    Raises `FileProblem` if it is no whole Word file or too large."""
    kind, _, package = opened(data)  # also one encrypted with the password that Word tries by itself
    if kind in CONVERTIBLE:
        return Convertible(kind)
    if package is None or kind != "docx":
        raise damaged()
    copy = _Copy(open_report(package))
    xml = serialize_part_xml(element("body", *copy.blocks()))
    if len(xml) > _LONGEST:
        raise too_large()
    return ReportCopy(xml, copy.pictures, dict(copy.left_out), copy.hidden)


class _Copy:
    """Copies one report; widths are in twips."""

    def __init__(self, source: word.WordDocument) -> None:
        self.pictures: dict[str, Picture] = {}
        self._source = source
        self._lists = _Lists(source)
        self.left_out: Counter[str] = Counter()
        """Content that could not be kept, Chinese → how often."""
        self.hidden = 0
        """Mobile numbers and mail addresses left out."""
        self._started = False
        """Whether its first paragraph was copied."""

    def blocks(self) -> Iterator[Element]:
        """The report's paragraphs and tables, in order, as elements for the body."""
        return self._blocks(self._source.body)

    def _blocks(self, parent: Element, cell: word.WordLook | None = None, width: int = TEXT_TWIPS) -> Iterator[Element]:
        """The paragraphs and tables within ``parent``; in a ``cell``, given by its look, only paragraphs."""
        for child in word.within(parent, w("p"), w("tbl"), w("altChunk")):
            if child.tag == w("tbl"):
                yield from self._table(child, width, flat=cell is not None)
            elif child.tag == w("p"):
                paragraph = self._source.paragraph(child, cell)
                parts = [] if paragraph.look.get("contents") else self._parts(paragraph, width)
                if parts:
                    in_body = cell is None
                    yield self._filled(paragraph.look, parts) if in_body else _written(reference.CELL, parts)
                for box in paragraph.boxes:
                    yield from self._blocks(box, None if cell is None else {}, width)
            else:
                self.left_out["嵌入的外部文档"] += 1

    def _filled(self, look: word.WordLook, parts: Sequence[str | Element]) -> Element:
        """A paragraph of the body in the style that suits it."""
        text = "".join(part for part in parts if isinstance(part, str)).strip()
        if not text:
            return _written(reference.FIGURE, parts)
        level, is_first, self._started = _level(text, look), not self._started, True
        if is_first and len(text) <= _LONGEST_TITLE and not text.endswith("。") and typed_heading(text) is None:
            return _written(reference.TITLE, parts)
        labelled = [self._lists.label(look), *parts]
        if level is not None:
            return _written(reference.REPORT_LEVELS[level], labelled)
        return _written(reference.BODY, labelled)

    def _parts(self, paragraph: word.WordParagraph, width: int) -> list[str | Element]:
        """The visible parts of a paragraph: texts without contacts, and pictures up to ``width`` wide."""
        parts: list[str | Element] = []
        for run in paragraph.runs:
            if STRUCK not in run.marks:
                for part in run.parts:
                    shown = [part] if isinstance(part, str) else self._pictures(part, width)
                    for one in shown:
                        if parts and isinstance(one, str) and isinstance(parts[-1], str):
                            parts[-1] += one
                        else:
                            parts.append(one)
        made = [self._public(part) if isinstance(part, str) else part for part in parts]
        return made if any(not isinstance(part, str) or part.strip() for part in made) else []

    def _public(self, text: str) -> str:
        """The text without invisible characters, mobile numbers and mail addresses."""
        pieces = re.split(_BREAK, text.translate(_INVISIBLE))  # no number or address continues over a tab
        public = [without_contacts(piece) for piece in pieces]
        self.hidden += sum(new.count(LEFT_OUT) - old.count(LEFT_OUT) for new, old in zip(public, pieces, strict=True))
        return "".join(public)

    def _pictures(self, part: Element, width: int) -> Iterator[str | Element]:
        """The pictures of a drawing; other content is counted, and named in its place if it would be missed."""
        if part.tag in word.NOTES:
            self.left_out["脚注"] += 1
            return
        held = [*word.within(part, word.BLIP, word.IMAGE, w("txbxContent"))]
        relations = [
            each.get(qn("r:embed" if each.tag == word.BLIP else "r:id"))
            for each in held
            if each.tag in (word.BLIP, word.IMAGE)
        ]
        for relation in dict.fromkeys(relations):
            picture = self._picture(relation, part, width)
            yield self._missed("图片") if picture is None else picture
        if part.tag == w("sym"):
            self.left_out["符号"] += 1
        elif not held:
            yield self._missed("图表或图形")

    def _missed(self, what: str) -> str:
        """The words in place of content that readers would miss."""
        self.left_out[what] += 1
        return f"［此处{what}未能收入，请见原文］"

    def _picture(self, relation: str | None, drawing: Element, width: int) -> Element | None:
        """A picture in a run, reduced if too large; None if it cannot be kept."""
        found = self._source.part.rels.get(relation or "")
        if found is None or found.reltype != RT.IMAGE or found.is_external:
            return None
        data = found.target_part.blob
        try:
            image = Image.from_blob(data)
            if not 0 < image.px_width * image.px_height <= _MOST_PIXELS:
                return None
            wide, high = _size(drawing) or (int(image.width), int(image.height))
            scale = min(1.0, width * reference.EMU_TWIP / wide, _TALLEST / high)
        except _BROKEN:
            return None
        name = sha256(data).hexdigest()
        self.pictures.setdefault(name, Picture(data, image.content_type, image.ext))
        fitted = (Emu(max(round(side * scale), 1)) for side in (wide, high))
        return element("r", element("drawing", CT_Inline.new_pic_inline(0, name, f"image.{image.ext}", *fitted)))

    def _table(self, source: Element, width: int, *, flat: bool) -> Iterator[Element]:
        """A table with its rows and joined cells, fitted to the page; if in a cell or too wide, its text."""
        rows = [cells for _, cells in self._source.rows(source) if cells]
        columns = max((sum(cell.span for cell in cells) for cells in rows), default=0)
        if flat or columns > _MOST_COLUMNS:
            if not flat:
                self.left_out["表格"] += 1
            for cell in (cell for cells in rows for cell in cells):
                yield from self._blocks(cell.element, cell.look if flat else None, width)
        elif rows:
            widths = _widths(source, columns)
            made = (self._row(cells, widths) for cells in rows)
            yield reference.table("TableGrid", widths, made, element("tblLayout", type="fixed"))
            yield _written(reference.SECTION_END)  # otherwise Word joins two tables

    def _row(self, cells: Sequence[word.WordCell], widths: Sequence[int]) -> Element:
        made, column = list[Element](), 0
        for cell in cells:
            made.append(self._cell(cell, sum(widths[column : column + cell.span])))
            column += cell.span
        return reference.table_row(made)

    def _cell(self, source: word.WordCell, width: int) -> Element:
        """A cell's paragraphs, with those of tables within it."""
        merged = "restart" if source.merged == "restart" else "continue"
        return reference.table_cell(
            width,
            [*self._blocks(source.element, source.look, width)] or [_written(reference.CELL)],
            element("gridSpan", val=str(source.span)) if source.span > 1 else None,
            None if source.merged is None else element("vMerge", val=merged),
        )


def _written(style: str, parts: Sequence[str | Element] = ()) -> Element:
    """A paragraph with these texts and runs, without the indent typed before them."""
    paragraph = element("p", element("pPr", element("pStyle", val=style)))
    shown = [part for part in parts if not isinstance(part, str) or part]
    texts = [part.lstrip() if isinstance(part, str) and not at else part for at, part in enumerate(shown)]
    for part in texts:
        if isinstance(part, str):
            pieces = [piece for piece in re.split(_BREAK, part) if piece]
            add(paragraph, "r", *(element(_BREAKS[p]) if p in _BREAKS else written("t", p) for p in pieces))
        else:
            paragraph.append(part)
    return paragraph


def _size(drawing: Element) -> tuple[int, int] | None:
    """Width and height in EMU, if the drawing gives them."""
    for extent in drawing.iter(qn("wp:extent")):
        wide, high = word.whole_number(extent.get("cx")), word.whole_number(extent.get("cy"))
        if wide and high and wide > 0 and high > 0:
            return wide, high
    return None


def _widths(table: Element, columns: int) -> list[int]:
    """Widths of the columns, in the source's proportions if it gives any."""
    grid = word.find(table, "tblGrid")
    given = [
        word.whole_number(column.get(w("w"))) or 0
        for column in ([] if grid is None else word.within(grid, w("gridCol")))
    ]
    if len(given) != columns or min(given) <= 0:
        return [TEXT_TWIPS // columns] * columns
    total = sum(given)
    return [max(column * TEXT_TWIPS // total, 1) for column in given] if total > TEXT_TWIPS else given


def typed_heading(text: str) -> int | None:
    """Heading level from 1 of a paragraph that looks like a heading; None for body text."""
    if len(text) > _LONGEST_HEADING or not _NO_HEADING.isdisjoint(text):
        return None
    return next((level for level, pattern in enumerate(_LEVELS, 1) if re.match(pattern, text)), None)


def _level(text: str, look: word.WordLook) -> int | None:
    """Heading level from 1, by its numbering, else by its style; None for body text."""
    styled = look.get("level", word.NO_HEADING)
    return typed_heading(text) or (min(styled, max(reference.REPORT_LEVELS)) if 0 < styled < word.NO_HEADING else None)


_CHINESE = frozenset(("chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographTraditional"))


class _Lists:
    """The numbers and signs of one document's lists, as text; each list begins at its writer's number."""

    def __init__(self, source: word.WordDocument) -> None:
        found = [each for root in source.roots(RT.NUMBERING) for each in root.iter(w("num"), w("abstractNum"))]
        abstracts = {each.get(w("abstractNumId")): each for each in found if each.tag != w("num")}
        nums = {word.whole_number(each.get(w("numId"))): each for each in found if each.tag == w("num")}
        self._defined = {number: abstracts.get(word.value(num, "abstractNumId") or "") for number, num in nums.items()}
        """Number of a list → its way of counting."""
        self._counts: dict[tuple[int, int], int] = {}
        """Number of a list and level → the last number."""

    def label(self, look: word.WordLook) -> str:
        """The number or sign before a paragraph of a list; empty if it is in none or has no sign."""
        number, level = look.get("listed", (0, 0))
        abstract = self._defined.get(number)
        if not number or abstract is None:
            return ""  # 0 removes the number of a paragraph whose style has one
        levels = {word.whole_number(each.get(w("ilvl"))): each for each in abstract.iter(w("lvl"))}
        first = word.whole_number(word.value(levels.get(level), "start"))
        before = 0 if first is None else first - 1
        self._counts = {at: count for at, count in self._counts.items() if at[0] != number or at[1] <= level}
        self._counts[number, level] = self._counts.get((number, level), before) + 1
        if word.value(levels.get(level), "numFmt") == "bullet":
            return "• "
        text = word.value(levels.get(level), "lvlText") or ""
        for at in range(level + 1):
            count = self._counts.get((number, at), 1)
            is_chinese = word.value(levels.get(at), "numFmt") in _CHINESE and count < 100
            text = text.replace(f"%{at + 1}", chinese_number(count) if is_chinese else str(count))
        return f"{text} " if text and text[-1].isascii() else text
