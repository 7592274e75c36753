"""The tree of a Word file as Word shows it, and what stands in its paragraphs besides plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from docx.oxml.ns import qn

from hrss12333.reading.formats.word_styles import Element, is_vanished

if TYPE_CHECKING:
    from docx.oxml.text.paragraph import CT_P

P, R, TBL = qn("w:p"), qn("w:r"), qn("w:tbl")
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
"""A number that was typed as a formula."""
COMMENT = qn("w:commentReference")
_TR, _DEL, _SDT, _RPR, _VANISH = map(qn, ("w:tr", "w:del", "w:sdt", "w:rPr", "w:vanish"))
_T, _HYPHEN, _SYMBOL, _CODE = map(qn, ("w:t", "w:noBreakHyphen", "w:sym", "w:char"))
_TEXTS = (_HYPHEN, *map(qn, ("w:br", "w:cr", "w:ptab", "w:tab")))
"""What python-docx knows as a text, too; the last four as blanks."""
_SAYING = (_T, _HYPHEN, _SYMBOL, MATH, TBL)
"""Elements without which there is nothing to read, but for blanks."""
_PLACEHOLDER = f"{qn('w:sdtPr')}/{qn('w:showingPlcHdr')}"
_MATH = MATH.removesuffix("oMath")
_SIGNS = {
    "F0FC": "√",
    "F0FB": "×",
    "F0FE": "☑",
    "F0FD": "☒",
    "F052": "☑",
    "F0A8": "□",
    "F06F": "□",
    "F050": "√",
    "F04F": "×",
}
"""Signs of Wingdings and Wingdings 2 by their code; a sign not known here is shown as one that cannot be read."""
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_UNREAD = (_DEL, qn("w:moveFrom"), qn("w:rt"), f"{_MC}Fallback")
"""Deleted text, the small print of ruby, and the old notation of what the new one says too."""
_WRAPPERS = (
    *map(qn, ("w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:moveTo")),
    f"{_MC}AlternateContent",
    f"{_MC}Choice",
)


def as_shown(root: Element) -> Element:
    """The same tree without what Word does not show and without wrappers around what it does."""
    for control in root.iter(_SDT):
        for run in [*control.iter(R)] if control.find(_PLACEHOLDER) is not None else ():
            run.getparent().remove(run)  # 单击此处输入文字 is no answer
    for row in [row for row in root.iter(_TR) if row.trPr is not None and row.trPr.find(_DEL) is not None]:
        row.getparent().remove(row)
    for element in [*root.iter(*_UNREAD)]:
        element.getparent().remove(element)
    hiding = [mark for mark in root.iter(_VANISH) if mark.getparent().tag == _RPR]
    for run in dict.fromkeys(mark.getparent().getparent() for mark in hiding):
        if run is not None and run.tag == R and is_vanished(run):
            run.getparent().remove(run)
    for wrapper in reversed([*root.iter(*_WRAPPERS)]):
        for child in [*wrapper]:
            wrapper.addprevious(child)
        wrapper.getparent().remove(wrapper)
    return root


def comment_texts(parts: Iterable[Element]) -> dict[str, str]:
    """Id of a comment → what it says."""
    return {
        comment.get(qn("w:id")): "\n".join("".join(line.itertext(qn("w:t"))) for line in comment.iter(P))
        for part in parts
        for comment in part
    }


def within(paragraph: CT_P, *tags: str) -> list[Element]:
    """Elements within a paragraph, but not within a text box anchored in it."""
    found: Iterator[Element] = paragraph.iter(*tags)
    return [each for each in found if each.getparent() is paragraph or next(each.iterancestors(P)) is paragraph]


def is_blank(cell: Element) -> bool:
    """Whether nothing is to be read in a cell, without looking at each of its runs."""
    return all(part.tag not in _SAYING for part in cell.iter())


def said_by(run: Element) -> tuple[str, str]:
    """The text of a run, as python-docx gives it; its ticks, crosses and boxes, which are signs of a symbol font."""
    text = signs = ""
    for part in run:
        tag = part.tag
        if tag == _T:
            text += part.text or ""
        elif tag in _TEXTS:
            text += str(part)
        elif tag == _SYMBOL:
            signs += _SIGNS.get(part.get(_CODE, "").upper(), "�")
    return text, signs


def formula(element: Element) -> str:
    """A number that was typed as a formula; the parts of a fraction or a power are no one number."""
    parts = [part.text or "" for part in element.iter(f"{_MATH}t")]
    return ("" if all(child.tag == f"{_MATH}r" for child in element) else " ").join(parts)
