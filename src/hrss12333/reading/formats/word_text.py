"""The text of a Word document in reading order, as Word shows it: what its paragraphs say, and its tables as grids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from docx.oxml.ns import nsmap, qn
from docx.oxml.simpletypes import ST_Merge
from docx.oxml.table import CT_Tbl
from lxml import etree
from msgspec import Struct, field
from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.files.package import too_large
from hrss12333.reading.formats.marks import is_parted
from hrss12333.reading.formats.plain_text import typed
from hrss12333.reading.formats.sheet_builder import SheetBuilder, Tables
from hrss12333.reading.formats.word_styles import Element, LetterStyle, Paragraph, RunStyles, filled
from hrss12333.reading.grid import At, Box

_MOST_COLUMNS = 1_000
_P, _R, _TBL, _CELL = map(qn, ("w:p", "w:r", "w:tbl", "w:tcPr"))
_T, _SYMBOL, _TEXT_BOX, _COMMENT = map(qn, ("w:t", "w:sym", "w:txbxContent", "w:commentReference"))
_TEXTS = tuple(map(qn, ("w:noBreakHyphen", "w:br", "w:cr", "w:ptab", "w:tab")))
"""What python-docx knows as a text, too."""
_NOT_SHOWN = etree.XPath(
    ".//w:sdt[w:sdtPr/w:showingPlcHdr]//w:r | .//w:tr[w:trPr/w:del]"
    " | .//w:r[w:rPr/w:vanish[not(@w:val='0' or @w:val='false' or @w:val='off')]]",
    namespaces=nsmap,
)
"""What is in a control until something is chosen (单击此处输入文字), deleted rows, hidden runs with what is anchored there."""
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}%s"
_FORMULA, _FORMULA_RUN, _FORMULA_TEXT = (_MATH % name for name in ("oMath", "r", "t"))
_SIGNS = dict(zip(["F0FC", "F050", "F0FB", "F04F", "F0FE", "F052", "F0FD", "F0A8", "F06F"], "√√××☑☑☒□□", strict=True))
"""Signs of Wingdings and Wingdings 2 by their code; a sign not known here is shown as one that cannot be read."""
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_UNREAD = (qn("w:del"), qn("w:moveFrom"), qn("w:rt"), f"{_MC}Fallback")
"""Deleted text, the small print of ruby, and the old notation of what the new one says too."""
_WRAPPERS = (
    *map(qn, ("w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:moveTo")),
    f"{_MC}AlternateContent",
    f"{_MC}Choice",
)
_FIGURE = lazy(r"\s*[\d,，.]+\s*|[是否√×]")


class _LeftAside(Struct):
    """What is kept aside of the cell that is being read."""

    ground: str = ""
    """The colour behind it; empty where that is not known."""
    removed: list[str] = field(default_factory=list)
    """Struck-out texts."""
    unseen: list[str] = field(default_factory=list)
    """Texts in the colour of their ground."""


class DocumentText(Tables):
    """Walks a document's blocks and gathers what it meets."""

    def __init__(self, styles: RunStyles, comments: dict[str, str]) -> None:
        super().__init__()
        self.paragraphs: list[str] = []
        self.headings: list[str] = []
        self._styles = styles
        self._comments = comments
        """Id → what it says."""
        self._aside = _LeftAside()

    def blocks(self, parent: Element) -> list[str]:
        """Read every paragraph and table within; give the paragraphs' own texts, without those of tables."""
        own: list[str] = []
        for element in parent.iterchildren(_P, _TBL):
            if isinstance(element, CT_Tbl):
                self._table(element)
                continue
            inside = [
                each
                for each in element.iter(_R, _FORMULA, _TEXT_BOX)  # but not within a text box anchored here
                if each.getparent() is element or next(each.iterancestors(_P)) is element
            ]
            its = self._styles.paragraph(element)
            text = self._inline_text(inside, its)
            if text.strip():
                own.append(text)
                self.paragraphs.append(text)
                if not self.depth:
                    self.loose.append(text)
                if its.heading:
                    self.headings.append(text.strip())
            for box in (found for found in inside if found.tag == _TEXT_BOX):  # over a cell, as a correction
                own += [line for line in self.blocks(box) if self.depth and _FIGURE.fullmatch(line)]
        return own

    def _inline_text(self, inside: Iterable[Element], its: Paragraph) -> str:
        """What a paragraph says; what is struck out or unseen in it is none of that, but kept aside."""
        remaining, removed, last = "", "", ("", "")
        for run in inside:
            if run.tag == _FORMULA:
                remaining += _formula(run)
            if run.tag != _R or (look := self._styles.look(run, its.look)).hidden:
                continue
            text, signs = said_by(run)
            if look.struck:
                removed += text + signs
            elif text.strip() and self._is_unseen(look, its):
                self._aside.unseen.append(text)
            elif (
                look.is_raised(remaining) and text.strip()
            ):  # the number of a footnote is no digit of the figure before it
                remaining += f"[{text}]"
            else:
                text += signs
                remaining += f"\n{text}" if is_parted(last[0], text, (last[1], look.colour)) else text
                last = (text, look.colour) if text else last
        if removed.strip():
            self._aside.removed.append(removed)
        return remaining

    def _is_unseen(self, look: LetterStyle, its: Paragraph) -> bool:
        """Whether letters have the colour of the ground that they stand on."""
        return bool(look.letters) and look.letters == self._aside.ground and not (look.grounded or its.grounded)

    def _table(self, table: CT_Tbl) -> None:
        boxes: dict[At, Box] = {}
        above: dict[int, At] = {}
        """Column → where the range began that reaches down there."""
        ground = self._styles.ground(table)
        with self.table() as sheet:
            for tr in table.tr_lst:
                self._read_row(tr, sheet, ground, boxes, above)
            sheet.merges = [box for box in boxes.values() if box.bottom > box.top or box.right > box.left]
            wide = Counter(map(len, sheet.rows)).most_common(1)
            sheet.ragged = frozenset(at for at, row in enumerate(sheet.rows) if len(row) != wide[0][0])

    def _read_row(
        self, tr: Element, sheet: SheetBuilder, ground: str, boxes: dict[At, Box], above: dict[int, At]
    ) -> None:
        """The cells of a row, each where the one before it ends."""
        row: list[None] = [None] * min(tr.grid_before, _MOST_COLUMNS)
        sheet.rows.append([*row])
        for tc in tr.tc_lst:
            row_number, column = at = len(sheet.rows) - 1, len(sheet.rows[-1])
            span = max(tc.grid_span, 1)
            if column + span > _MOST_COLUMNS:
                raise too_large(word=True)
            own = filled(tc, _CELL)
            text, aside = self._cell_text(tc, ground if own is None else own)
            removed, unseen = "\n".join(aside.removed), "".join(aside.unseen)
            if tc.vMerge == ST_Merge.CONTINUE and column in above:
                start = above[column]
                boxes[start] = replace(boxes[start], bottom=row_number)
                sheet.put(at, None, width=span)
            else:
                above[column] = at
                boxes[at] = Box(*at, row_number, column + span - 1)
                value = typed(text or (unseen if not removed else ""))
                sheet.put(at, value, removed or (unseen if text else ""), width=span)
            if unseen and not (text or removed):
                sheet.marks.note(at, invisible=True)
            comments = (
                [self._comments.get(mark.get(qn("w:id")), "") for mark in tc.iter(_COMMENT)] if self._comments else []
            )
            if any(comments):
                sheet.marks.note(at, comment="\n".join(comments))

    def _cell_text(self, cell: Element, ground: str) -> tuple[str, _LeftAside]:
        """What a cell says, and what of it is kept aside."""
        around, self._aside = self._aside, _LeftAside(ground)
        text = "\n".join(self.blocks(cell))
        aside, self._aside = self._aside, around
        return text, aside


def as_shown(root: Element) -> Element:
    """The same tree without what Word does not show and without wrappers around what it does."""
    for element in _NOT_SHOWN(root):
        element.getparent().remove(element)
    etree.strip_elements(root, *_UNREAD, with_tail=False)
    etree.strip_tags(root, *_WRAPPERS)
    return root


def comment_texts(parts: Iterable[Element]) -> dict[str, str]:
    """Id of a comment → what it says."""
    return {
        comment.get(qn("w:id")): "\n".join("".join(line.itertext(_T)) for line in comment.iter(_P))
        for part in parts
        for comment in part
    }


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
            signs += _SIGNS.get(part.get(qn("w:char"), "").upper(), "�")
    return text, signs


def _formula(element: Element) -> str:
    """A number that was typed as a formula; the parts of a fraction or a power are no one number."""
    parts = [part.text or "" for part in element.iter(_FORMULA_TEXT)]
    return ("" if all(child.tag == _FORMULA_RUN for child in element) else " ").join(parts)
