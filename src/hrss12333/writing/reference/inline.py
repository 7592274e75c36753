"""What a paragraph of a 工作总结 shows, made anew: text with its emphasis, line breaks, pictures, notes in brackets. What cannot be
kept is named in its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO

from docx.document import Document
from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
from docx.image.image import Image
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.ns import qn
from docx.shared import Emu

from hrss12333.patterns import INVISIBLE, lazy
from hrss12333.reading.formats.marks import STRUCK
from hrss12333.reading.formats.word_document import BLIP, IMAGE, NOTES, WordDocument, WordRun
from hrss12333.reading.formats.word_properties import Element, find, is_on, value, w, whole_number, within
from hrss12333.writing.reference.fields import add, element, text_run, written

_OLE, _SHAPE = "{urn:schemas-microsoft-com:office:office}OLEObject", "{urn:schemas-microsoft-com:vml}shape"
_BREAKS = {"\t": "tab", "\n": "br"}
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


def tidied(runs: Sequence[Element], *, indented: bool, plain: bool) -> Iterator[Element]:
    """The runs with typed indents taken off where the style indents; where ``plain``, without emphasis, but still struck out."""
    lead = indented
    for run in runs:
        if plain and run.rPr is not None:
            struck = find(run, "rPr", "strike")
            run.replace(run.rPr, element("rPr", struck)) if struck is not None else run.remove(run.rPr)
        for part in run.iter(w("t")):
            if lead and part.text:
                part.text = part.text.lstrip()
                lead = not part.text
        yield run


class Inlines:
    """Makes what is shown of paragraphs anew."""

    def __init__(self, document: Document, source: WordDocument, left_out: Counter[str]) -> None:
        """Pictures go into ``document``; ``left_out`` counts what cannot be kept."""
        self._document = document
        self._source = source
        self._left_out = left_out
        self._notes = {
            (reference, note.get(w("id"))): note
            for reference, relation in NOTES.items()
            for root in source.roots(relation)
            for note in root
        }

    def made(self, runs: Iterable[WordRun], width: int) -> list[Element]:
        """What these runs show; pictures at most ``width`` EMU wide."""
        found = [made for run in runs for made in self._run(run, width)]
        return [made for made in found if len(made) > (made.rPr is not None)]

    def _run(self, source: WordRun, width: int) -> Iterator[Element]:
        """A run's text, pictures and notes in their order."""
        made = _emphasised(source)
        for part in source.parts:
            if isinstance(part, str):
                if part in _BREAKS:
                    add(made, _BREAKS[part])
                elif text := _INVISIBLE.sub("", part):
                    made.append(written("t", text))
            elif part.tag == w("sym"):
                if _SYMBOL.fullmatch(part.get(w("char"), "")):
                    add(made, "sym", font=part.get(w("font"), "Symbol")[:31], char=part.get(w("char")))
            else:
                yield made
                yield from self._note(part) if part.tag in NOTES else self._drawn(part, width)
                made = _emphasised(source)
        yield made

    def _note(self, reference: Element) -> Iterator[Element]:
        """The words of a note in brackets, where it is first referred to."""
        note = self._notes.pop((reference.tag, reference.get(w("id"))), ())
        words = [run for each in within(note, w("p")) for run in self._source.paragraph(each).runs]
        for run in words:
            run.parts = [part for part in run.parts if isinstance(part, str) and part not in _BREAKS]
        if made := self.made(words, 0):
            yield from (text_run("（注："), *tidied(made, indented=True, plain=False), text_run("）"))

    def _drawn(self, drawing: Element, width: int) -> Iterator[Element]:
        """A drawing's pictures; what cannot be kept is counted, and named in its place."""
        held = [*within(drawing, BLIP, IMAGE, w("txbxContent"))]
        relations = [
            each.get(qn("r:embed" if each.tag == BLIP else "r:id")) for each in held if each.tag != w("txbxContent")
        ]
        for relation in dict.fromkeys(relations):
            found = self._source.part.rels.get(relation or "")
            is_held = found is not None and found.reltype == RT.IMAGE and not found.is_external
            data = found.target_part.blob if is_held else b""
            picture = self._picture(data, drawing, width) if data else None
            yield self._missing("图片" if data else "不在文件内的图片") if picture is None else picture
        if next(drawing.iter(_OLE), None) is not None:
            self._left_out["嵌入的对象"] += 1
        if not held:
            kinds = {str(graphic.get("uri")).rpartition("/")[2] for graphic in drawing.iter(qn("a:graphicData"))}
            if kinds & {"chart", "diagram"}:
                yield self._missing("图表")
            elif drawing.tag == w("object"):
                yield self._missing("嵌入的对象")
            elif drawing.tag == w("drawing"):
                self._left_out["图形"] += 1

    def _missing(self, what: str) -> Element:
        self._left_out[what] += 1
        return text_run(f"［此处{what}未能收入，请见原文］")

    def _picture(self, data: bytes, drawing: Element, width: int) -> Element | None:
        """Put a picture in, made smaller where it is too large; None where it is none that can be kept."""
        try:
            image = Image.from_blob(data)
            if not 0 < image.px_width * image.px_height <= _MOST_PIXELS:
                return None
            wide, high = _size(drawing) or (int(image.width), int(image.height))
            scale = min(1.0, width / wide, _TALLEST / high)
            fitted = (Emu(max(round(side * scale), 1)) for side in (wide, high))
            inline = self._document.part.new_pic_inline(BytesIO(data), *fitted)
        except _BROKEN:
            return None
        return element("r", element("drawing", inline))


def _emphasised(source: WordRun) -> Element:
    """An empty run that looks like this one, as far as its look is kept."""
    properties = find(source.element, "rPr")
    settings = [element(name) for name in ("b", "i") if is_on(find(properties, name))]
    settings += [element("strike")] if STRUCK in source.marks else []
    for name, allowed in (("u", ("single", "double")), ("vertAlign", ("superscript", "subscript"))):
        given = value(properties, name)
        if given in allowed:
            settings.append(element(name, val=given))
    return element("r", element("rPr", *settings) if settings else None)


def _size(drawing: Element) -> tuple[int, int] | None:
    """Width and height in EMU as the drawing gives them."""
    for extent in drawing.iter(qn("wp:extent")):
        wide, high = whole_number(extent.get("cx")), whole_number(extent.get("cy"))
        if wide and high and wide > 0 and high > 0:
            return wide, high
    for shape in drawing.iter(_SHAPE):
        sizes = {side: int(float(size) * _EMU[unit]) for side, size, unit in _SIZE.findall(shape.get("style", ""))}
        if sizes.get("width", 0) > 0 and sizes.get("height", 0) > 0:
            return sizes["width"], sizes["height"]
    return None
