"""List numbering carried from a 工作总结 into the 参阅文件.

Each definition is written anew from the few settings known to be harmless, with numbers of its own, so that every
report's lists start where their writer started them.
"""

from __future__ import annotations

from docx.document import Document

from hrss12333.writing.reference.report_source import Element, SourceDocument, add, element, number, value, w

# fmt: off
_FORMATS = frozenset((
    "decimal", "upperRoman", "lowerRoman", "upperLetter", "lowerLetter", "ordinal", "bullet", "none", "decimalZero",
    "decimalFullWidth", "decimalFullWidth2", "decimalHalfWidth", "decimalEnclosedCircle", "decimalEnclosedFullstop",
    "decimalEnclosedParen", "decimalEnclosedCircleChinese", "ideographDigital", "ideographTraditional",
    "ideographZodiac", "ideographEnclosedCircle", "japaneseCounting", "chineseCounting", "chineseCountingThousand",
    "chineseLegalSimplified", "taiwaneseCounting",
))
# fmt: on
_LEVELS = 9
_STEP = 420
"""Indent of a list level in twentieths of a point."""
_WIDEST = 3600


class NumberingCopy:
    """The lists of one source document in the target."""

    def __init__(self, document: Document, source: SourceDocument) -> None:
        """Lists of ``source`` are added to ``document`` when first asked for."""
        self._root: Element = document.part.numbering_part.element
        self._source = source
        self._known: dict[int, int | None] = {}

    def number_of(self, num_id: int) -> int | None:
        """The target's numId for the source's; None where the source does not define it."""
        if num_id not in self._known:
            found = self._source.list_definition(num_id)
            self._known[num_id] = None if found is None else self._add(*found)
        return self._known[num_id]

    def _free(self, tag: str, attribute: str) -> int:
        return max((number(item.get(w(attribute))) or 0 for item in self._root.iter(w(tag))), default=0) + 1

    def _add(self, num: Element, abstract: Element) -> int:
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
        for index in range(_LEVELS):
            if index in levels:
                made.append(_level(index, levels[index], starts.get(index)))
        # All w:abstractNum stand before the first w:num.
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
