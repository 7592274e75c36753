"""The text of a Word document in reading order: what its paragraphs say, and its tables as grids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from docx.oxml.ns import qn
from docx.oxml.simpletypes import ST_Merge
from docx.oxml.table import CT_Tbl
from msgspec.structs import replace

from hrss12333.patterns import lazy
from hrss12333.reading.files.package import too_large
from hrss12333.reading.formats.coloured_text import is_parted
from hrss12333.reading.formats.marks import Marks
from hrss12333.reading.formats.word_styles import (
    SHADING,
    Element,
    Look,
    RunStyles,
    filled,
    first_of,
    has_ground,
    said_of,
    style_in,
)
from hrss12333.reading.formats.word_tree import (
    COMMENT,
    MATH,
    TBL,
    P,
    R,
    formula,
    is_blank,
    said_by,
    within,
)
from hrss12333.reading.grid import At, Box, Cell, Grid

_MOST_COLUMNS = 1_000
_MOST_CELLS = 1_000_000
_CELL, _SPAN, _MERGED = qn("w:tcPr"), qn("w:gridSpan"), qn("w:vMerge")
_CELL_SAYS = (_SPAN, _MERGED, SHADING)
_TEXT_BOX = qn("w:txbxContent")
_FIGURE = lazy(r"\s*[\d,，.]+\s*|[是否√×]")


class DocumentText:
    """Walks a document's blocks and gathers what it meets."""

    def __init__(self, styles: RunStyles, comments: dict[str, str]) -> None:
        self._comments = comments
        self.paragraphs: list[str] = []
        self.headings: list[str] = []
        self.grids: list[Grid] = []
        self._styles = styles
        self._cells = 0
        self._depth = 0
        self._loose: list[str] = []
        """Paragraphs outside of tables since the last one."""
        self._gone: list[str] = []
        """Struck-out texts of the cell that is being read."""
        self._unseen: list[str] = []
        """Its texts in the colour of their ground."""
        self._ground = ""
        """The colour behind it; empty where that is not known."""
        self._outer: int | None = None
        """The last table that stands in no other."""

    def finish(self) -> None:
        """Give the last table what stands below it."""
        self._between()

    def blocks(self, parent: Element) -> list[str]:
        """Read every paragraph and table within; give the paragraphs' own texts, without those of tables."""
        own: list[str] = []
        for element in parent.iterchildren(P, TBL):
            if isinstance(element, CT_Tbl):
                self._table(element)
                continue
            inside, its = within(element, R, MATH, _TEXT_BOX), said_of(element)
            text = self._text(inside, its)
            if text.strip():
                own.append(text)
                self.paragraphs.append(text)
                if not self._depth:
                    self._loose.append(text)
                if self._styles.is_heading(its):
                    self.headings.append(text.strip())
            for box in (found for found in inside if found.tag == _TEXT_BOX):  # over a cell, as a correction
                own += [line for line in self.blocks(box) if self._depth and _FIGURE.fullmatch(line)]
        return own

    def _text(self, inside: Iterable[Element], its: Mapping[str, Element]) -> str:
        """What a paragraph says; what is struck out in it is none of that, but kept aside."""
        said, gone, last = "", "", ("", "")
        around = self._styles.look_of(style_in(its))
        for run in inside:
            if run.tag == MATH:
                said += formula(run)
            if run.tag != R or (look := self._styles.look(run, around)).hidden:
                continue
            text, signs = said_by(run)
            if look.struck:
                gone += text + signs
            elif look.letters and self._is_unseen(look, its) and text.strip():
                self._unseen.append(text)
            elif look.is_raised(said) and text.strip():  # the number of a footnote is no digit of the figure before it
                said += f"[{text}]"
            else:
                text += signs
                said += f"\n{text}" if is_parted(last[0], text, (last[1], look.colour)) else text
                last = (text, look.colour) if text else last
        if gone.strip():
            self._gone.append(gone)
        return said

    def _is_unseen(self, look: Look, its: Mapping[str, Element]) -> bool:
        """Whether letters have the colour of the ground that they stand on."""
        return look.letters == self._ground and not (look.grounded or has_ground(its))

    def _table(self, table: CT_Tbl) -> None:
        """One grid a table; a table within a cell is a grid of its own, after the one around it."""
        number = len(self.grids)
        before = self._between() if not self._depth else ()
        self.grids.append(Grid(f"表格{number + 1}", ()))
        self._depth += 1
        rows: list[list[Cell]] = []
        marks, boxes = Marks(), _Boxes()
        ground = self._styles.ground(table)
        for tr in table.tr_lst:
            rows.append(self._row(tr, len(rows), ground, marks, boxes))
            self._cells += len(rows[-1])
            if self._cells > _MOST_CELLS:
                raise too_large(word=True)
        self._depth -= 1
        self._outer = number if not self._depth else self._outer
        name = f"表格{number + 1}"
        self.grids[number] = marks.on(
            Grid(name, tuple(rows), merges=boxes.merged(), before=before, ragged=_ragged(rows))
        )

    def _row(self, tr: Element, number: int, ground: str, marks: Marks, boxes: _Boxes) -> list[Cell]:
        """The cells of a row; what its ``marks`` and ``boxes`` are is noted there."""
        row: list[Cell] = [None] * min(tr.grid_before, _MOST_COLUMNS)
        for tc in tr.tc_lst:
            its = first_of(tc, _CELL, _CELL_SAYS)
            at, span = (number, len(row)), max(its[_SPAN].val, 1) if _SPAN in its else 1
            if len(row) + span > _MOST_COLUMNS:
                raise too_large(word=True)
            own = filled(its)
            text, gone, unseen = self._cell(tc, ground if own is None else own)
            if self._comments and (said := self._commented(tc)):
                marks.comments[at] = said
            if gone or (unseen and text):
                marks.struck[at] = text or None
            elif unseen:
                marks.invisible.add(at)
            shown = text or gone or unseen or None
            if _MERGED in its and its[_MERGED].val == ST_Merge.CONTINUE and boxes.goes_on(at):
                shown = None
            else:
                boxes.begin(at, span)
            row += [shown, *[None] * (span - 1)]
        return row

    def _cell(self, cell: Element, ground: str) -> tuple[str, str, str]:
        """What a cell says, what is struck out in it, and what has the colour of its ground."""
        if is_blank(cell):
            return "", "", ""
        around = self._gone, self._unseen, self._ground
        self._gone, self._unseen, self._ground = [], [], ground
        text = "\n".join(self.blocks(cell))
        gone, unseen = "\n".join(self._gone), "".join(self._unseen)
        self._gone, self._unseen, self._ground = around
        return text, gone, unseen

    def _commented(self, cell: Element) -> str:
        """The comments on a cell; empty where there are none."""
        said = [self._comments.get(mark.get(qn("w:id")), "") for mark in cell.iter(COMMENT)]
        return "\n".join(said) if any(said) else ""

    def _between(self) -> tuple[str, ...]:
        """The paragraphs since the last table, which end that one and begin the next."""
        between, self._loose = tuple(self._loose), []
        if self._outer is not None:
            self.grids[self._outer] = replace(self.grids[self._outer], after=between)
        return between


class _Boxes:
    """The cells of a table as ranges, while its rows are read: each as far down as it has gone on."""

    def __init__(self) -> None:
        self._boxes: list[Box] = []
        self._last: dict[int, int] = {}
        """Column → number of the range that began there last."""

    def begin(self, at: At, span: int) -> None:
        """A cell over so many columns begins here."""
        row, column = at
        self._last[column] = len(self._boxes)
        self._boxes.append(Box(row, column, row, column + span - 1))

    def goes_on(self, at: At) -> bool:
        """Let the cell above reach down to here; False where there is none."""
        row, column = at
        number = self._last.get(column)
        if number is None:
            return False
        self._boxes[number] = replace(self._boxes[number], bottom=row)
        return True

    def merged(self) -> tuple[Box, ...]:
        """Those of more than one cell."""
        return tuple(box for box in self._boxes if box.bottom > box.top or box.right > box.left)


def _ragged(rows: list[list[Cell]]) -> frozenset[int]:
    """Rows that are not as wide as most."""
    wide = Counter(map(len, rows)).most_common(1)
    return frozenset(number for number, row in enumerate(rows) if len(row) != wide[0][0])
