"""What is in a paragraph of a 工作总结: text with its emphasis, line breaks, pictures, text boxes.

Fields are reduced to the text that they show, links to their words, notes to brackets; hidden text, deleted text and
tables of contents are left out. What cannot be kept is named in its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO

from docx.document import Document
from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
from docx.image.image import Image
from docx.shared import Emu
from msgspec import Struct, field

from hrss12333.patterns import INVISIBLE, lazy
from hrss12333.writing.reference.fields import Element, add, element, find, is_on, value, w, whole_number, written
from hrss12333.writing.reference.report_source import VML, A, R, SourceDocument

_M_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_OLE = "{urn:schemas-microsoft-com:office:office}OLEObject"
_GRAPHIC, _BOX = f"{{{A}}}graphicData", w("txbxContent")
_CONTAINERS = frozenset(w(name) for name in ("hyperlink", "dir", "bdo"))
_INVISIBLE = lazy(f"[{INVISIBLE}]")
_SYMBOL = lazy(r"[0-9A-Fa-f]{4}")
_SIZE = lazy(r"(width|height)\s*:\s*([\d.]+)(pt|in|cm|mm|px)")
_EMU = {"pt": 12_700, "in": 914_400, "cm": 360_000, "mm": 36_000, "px": 9_525}
_TALLEST = 8_000_000
"""EMU: a picture fits on a page with its neighbours."""
_MOST_PIXELS = 60_000_000
_BROKEN = (
    *(InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError),
    *(ValueError, LookupError, ArithmeticError),
)


class ParagraphParts(Struct):
    """What one paragraph holds."""

    width: int
    """The most that its pictures may have, in EMU."""
    runs: list[Element] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    """Contents of its text boxes, to follow it."""
    pictures: bool = False


class _Field(Struct):
    shows: bool = False
    """Whether its result has begun."""
    instruction: str = ""

    @property
    def contents(self) -> bool:
        return self.instruction.split()[:1] in (["TOC"], ["toc"])


def tidied(runs: Sequence[Element], *, indented: bool, plain: bool) -> Iterator[Element]:
    """The runs with typed indents taken off where the style indents, and without emphasis where ``plain``."""
    lead = indented
    for run in runs:
        if plain and run.rPr is not None and find(run, "sym") is None:
            run.remove(run.rPr)
        for part in run.iter(w("t")):
            if lead and part.text:
                part.text = part.text.lstrip()
                lead = not part.text
        yield run


class Inlines:
    """Reads paragraphs one after the other; a field may begin in one and end in a later one."""

    def __init__(self, document: Document, source: SourceDocument, left_out: Counter[str]) -> None:
        """Pictures go into ``document``; ``left_out`` counts what cannot be kept."""
        self._document = document
        self._source = source
        self._left_out = left_out
        self._fields: list[_Field] = []
        self._in_hidden = False
        """Whether the style of the paragraph hides its text."""

    def read(self, paragraph: Element, width: int) -> ParagraphParts:
        """What the paragraph holds; pictures at most ``width`` EMU wide."""
        found = ParagraphParts(width)
        self._in_hidden = bool(self._source.style(value(paragraph, "pPr", "pStyle")).hidden)
        self._walk(paragraph, found)
        found.runs = [run for run in found.runs if len(run) > (run.rPr is not None)]
        self._fields = [one for one in self._fields if one.shows]  # a field whose instruction never ended is dropped
        return found

    @property
    def _visible(self) -> bool:
        return all(one.shows and not one.contents for one in self._fields)

    def _walk(self, parent: Element, found: ParagraphParts) -> None:
        for child in parent:
            if child.tag == w("r"):
                self._run(child, found)
            elif child.tag in _CONTAINERS or (
                child.tag == w("fldSimple") and not _Field(instruction=child.get(w("instr"), "")).contents
            ):
                self._walk(child, found)
            elif "officeDocument/2006/math" in str(child.tag):
                self._add_text(found, "".join(part.text or "" for part in child.iter(_M_TEXT)))

    def _run(self, source: Element, found: ParagraphParts) -> None:
        """A run's text, pictures and fields in their order; what is hidden or is in a field's instruction is not
        shown."""
        hidden = self._is_hidden(find(source, "rPr"))
        made = _emphasised(source)
        for child in source:
            name = str(child.tag).rpartition("}")[2]
            if name == "fldChar":
                self._turn(child.get(w("fldCharType")))
            elif name == "instrText":
                if self._fields:
                    self._fields[-1].instruction += child.text or ""
            elif hidden or not self._visible:  # a hidden run may yet hold the end of a field
                continue
            elif name in ("drawing", "pict", "object"):
                found.runs.append(made)
                self._drawn(child, found)
                made = _emphasised(source)
            elif name in ("footnoteReference", "endnoteReference"):
                text = self._source.notes.get((name.removesuffix("Reference"), child.get(w("id"), "")))
                _put_text(made, f"（注：{text}）" if text else "")
            else:
                _add_simple(made, name, child)
        found.runs.append(made)

    def _is_hidden(self, properties: Element) -> bool:
        """Whether a run is hidden: by itself, else by its style, else by that of its paragraph."""
        if value(properties, "vanish") is not None:
            return is_on(properties, "vanish")
        style = value(properties, "rStyle")
        of_style = self._source.style(style).hidden if style else None
        return self._in_hidden if of_style is None else of_style

    def _turn(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].shows = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _add_text(self, found: ParagraphParts, text: str) -> None:
        if text and self._visible:
            found.runs.append(element("r"))
            _put_text(found.runs[-1], text)

    def _drawn(self, drawing: Element, found: ParagraphParts) -> None:
        """What a drawing holds: text boxes, pictures; what cannot be kept is counted, and named in its place."""
        around = next(drawing.iterancestors(_BOX), None)
        boxes = [box for box in drawing.iter(_BOX) if next(box.iterancestors(_BOX), None) is around]
        found.boxes += boxes
        relations = [blip.get(f"{{{R}}}embed") for blip in drawing.iter(f"{{{A}}}blip")]
        relations += [image.get(f"{{{R}}}id") for image in drawing.iter(f"{VML}imagedata")]
        for relation in dict.fromkeys(relations):
            data = self._source.picture(relation)
            if not data or not self._picture(data, drawing, found):
                self._missing(found, "图片" if data else "不在文件内的图片")
        if next(drawing.iter(_OLE), None) is not None:
            self._left_out["嵌入的对象"] += 1
        if not relations and not boxes:
            kinds = {str(graphic.get("uri")).rpartition("/")[2] for graphic in drawing.iter(_GRAPHIC)}
            if kinds & {"chart", "diagram"}:
                self._missing(found, "图表")
            elif drawing.tag == w("object"):
                self._missing(found, "嵌入的对象")
            elif drawing.tag == w("drawing"):
                self._left_out["图形"] += 1

    def _missing(self, found: ParagraphParts, what: str) -> None:
        self._left_out[what] += 1
        self._add_text(found, f"［此处{what}未能收入，请见原文］")

    def _picture(self, data: bytes, drawing: Element, found: ParagraphParts) -> bool:
        """Put a picture in, made smaller where it is too large; False where it is none that can be kept."""
        try:
            image = Image.from_blob(data)
            if not 0 < image.px_width * image.px_height <= _MOST_PIXELS:
                return False
            wide, high = _size(drawing) or (int(image.width), int(image.height))
            scale = min(1.0, found.width / wide, _TALLEST / high)
            fitted = (Emu(max(round(side * scale), 1)) for side in (wide, high))
            inline = self._document.part.new_pic_inline(BytesIO(data), *fitted)
        except _BROKEN:
            return False
        found.runs.append(element("r", element("drawing", inline)))
        found.pictures = True
        return True


def _emphasised(source: Element) -> Element:
    """An empty run that looks like this one, as far as its look is kept."""
    properties = find(source, "rPr")
    settings = [element(name) for name in ("b", "i", "strike") if is_on(properties, name)]
    for name, allowed in (("u", ("single", "double")), ("vertAlign", ("superscript", "subscript"))):
        given = value(properties, name)
        if given in allowed:
            settings.append(element(name, val=given))
    return element("r", element("rPr", *settings) if settings else None)


def _put_text(run: Element, text: str) -> None:
    text = _INVISIBLE.sub("", text)
    if text:
        run.append(written("t", text))


def _add_simple(run: Element, name: str, child: Element) -> None:
    if name == "t":
        _put_text(run, child.text or "")
    elif name == "noBreakHyphen":
        _put_text(run, "-")
    elif name in ("tab", "ptab"):
        add(run, "tab")
    elif name == "cr" or (name == "br" and child.get(w("type"), "textWrapping") == "textWrapping"):
        add(run, "br")
    elif name == "sym" and _SYMBOL.fullmatch(child.get(w("char"), "")):
        add(run, "sym", font=child.get(w("font"), "Symbol")[:31], char=child.get(w("char")))
    elif name == "ruby":
        for base in child.iter(w("rubyBase")):
            _put_text(run, "".join(part.text or "" for part in base.iter(w("t"))))


def _size(drawing: Element) -> tuple[int, int] | None:
    """Width and height in EMU as the drawing gives them."""
    for extent in drawing.iter(f"{_WP}extent"):
        wide, high = whole_number(extent.get("cx")), whole_number(extent.get("cy"))
        if wide and high and wide > 0 and high > 0:
            return wide, high
    for shape in drawing.iter(f"{VML}shape"):
        sizes = {side: int(float(size) * _EMU[unit]) for side, size, unit in _SIZE.findall(shape.get("style", ""))}
        if sizes.get("width", 0) > 0 and sizes.get("height", 0) > 0:
            return sizes["width"], sizes["height"]
    return None
