"""The lists of a 工作总结 in the 参阅文件, each with numbers of its own."""

from __future__ import annotations

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT

from hrss12333.reading.formats.word_document import Element, WordDocument, find, number, value, w
from hrss12333.writing.reference.fields import add, element

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


class Lists:
    """The lists of one source document in the target.

    Each definition is written anew from the few settings known to be harmless, with numbers of its own, so that every
    report's lists start where their writer started them.
    """

    def __init__(self, document: Document, source: WordDocument) -> None:
        """Lists of ``source`` are added to ``document`` when first asked for."""
        self._root: Element = document.part.numbering_part.element
        self._source = source
        found = [each for root in source.roots(RT.NUMBERING) for each in root.iter(w("num"), w("abstractNum"))]
        self._nums = {number(each.get(w("numId"))): each for each in found if each.tag == w("num")}
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
            num = self._nums.get(number(value(self._source.styles.get(link), "pPr", "numPr", "numId")))
        return None

    def _added(self, num: Element, abstract: Element) -> int:
        before = len(self._root) // 2  # a w:num refers to each w:abstractNum
        levels = {number(level.get(w("ilvl"))): level for level in abstract.iter(w("lvl"))}
        starts: dict[int | None, int | None] = {}
        for override in num.iter(w("lvlOverride")):
            index, replaced = number(override.get(w("ilvl"))), find(override, "lvl")
            starts[index] = number(value(override, "startOverride"))
            if replaced is not None:
                levels[index] = replaced
        made = element(
            "abstractNum",
            element("nsid", val=f"{0x12330001 + before:08X}"),
            element("multiLevelType", val="multilevel"),
            *(_level(at, levels[at], starts.get(at)) for at in range(_LIST_LEVELS) if at in levels),
            abstractNumId=str(before + 1),
        )
        self._root.insert(before, made)  # all w:abstractNum are before the first w:num
        add(self._root, "num", element("abstractNumId", val=str(before + 1)), numId=str(before + 1))
        return before + 1


def _level(index: int, source: Element, start: int | None) -> Element:
    own = number(value(source, "start"))
    begin = start if start is not None else 1 if own is None else own
    formats = [found.get(w("val"), "") for found in source.iter(w("numFmt"))]
    form = next((found for found in formats if found in _FORMATS), "decimal")
    suffix, text = value(source, "suff"), value(source, "lvlText") or ("•" if form == "bullet" else "")
    given = [number(value(source, "pPr", "ind", attribute=side)) for side in ("left", "start")]
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
