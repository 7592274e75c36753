"""Over generated documents: what the 参阅文件 prints of a 工作总结 is, in order, what is read of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from docx.oxml.ns import nsdecls, qn
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, field

from damaged import Change, document, with_parts
from documents_read import opened_as
from hrss12333.reading.formats.word import open_report
from hrss12333.reading.grid import Prose
from hrss12333.writing.reference.report_copy import Copy
from hrss12333.writing.reference.skeleton import new_document

NAMESPACES = nsdecls("w", "m", "r") + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
Look = Mapping[str, bool]
DIRECT: Mapping[str, Look] = {
    "": {},
    "<w:b/>": {},
    "<w:strike/>": {"struck": True},
    "<w:dstrike/>": {"twice": True},
    '<w:strike w:val="0"/>': {"struck": False},
    "<w:vanish/>": {"hidden": True},
    '<w:vanish w:val="false"/>': {"hidden": False},
    '<w:sz w:val="2"/>': {"tiny": True},
    '<w:sz w:val="21"/><w:strike/>': {"tiny": False, "struck": True},
}
STYLES: Mapping[str, tuple[str, str, str, Look]] = {
    "": ("", "", "", {}),
    "p1": ("paragraph", "p2", "<w:strike/>", {"struck": True}),
    "p2": ("paragraph", "p1", "<w:i/>", {"struck": True}),
    "p3": ("paragraph", "p2", '<w:strike w:val="off"/>', {"struck": False}),
    "p4": ("paragraph", "", "<w:vanish/>", {"hidden": True}),
    "p5": ("paragraph", "p4", '<w:sz w:val="3"/>', {"hidden": True, "tiny": True}),
    "c1": ("character", "", "<w:dstrike/>", {"twice": True}),
    "c2": ("character", "c1", '<w:vanish w:val="1"/>', {"twice": True, "hidden": True}),
    "c3": ("character", "", '<w:vanish w:val="0"/><w:sz w:val="24"/>', {"hidden": False, "tiny": False}),
    "t1": ("table", "", "<w:dstrike/>", {"twice": True}),
    "t2": ("table", "", "", {}),
}
"""Id → kind, what it is based on, what it says, and what holds for its letters, the styles below it included."""
STYLES_XML = "".join(
    f'<w:style w:type="{kind}" w:styleId="{key}"><w:name w:val="{key}"/><w:basedOn w:val="{base}"/><w:rPr>{said}</w:rPr></w:style>'
    for key, (kind, base, said, _) in STYLES.items()
)


class Made(Struct):
    """A piece of a document: its XML, and what is read of it."""

    xml: str = ""
    read: list[str] = field(default_factory=list)
    boxes: list[Made] = field(default_factory=list)


class Maker:
    """Draws documents, with a text of its own for each run."""

    def __init__(self, draw: Any) -> None:
        self._draw = draw
        self._numbers = count()
        self._around: Look = {}

    def one_of(self, *choices: Any) -> Any:
        return self._draw(st.sampled_from(choices))

    def several(self, most: int) -> range:
        return range(self._draw(st.integers(1, most)))

    def text(self) -> str:
        return f"字{next(self._numbers)}。"

    def run(self) -> Made:
        said = self.one_of(*DIRECT)
        style = self.one_of("", "", "c1", "c2", "c3")
        text = self.text()
        named = f'<w:rStyle w:val="{style}"/>' if style else ""
        made = Made(f"<w:r><w:rPr>{named}{said}</w:rPr><w:t>{text}</w:t></w:r>")
        look = {**self._around, **STYLES[style][3], **DIRECT[said]}
        is_unseen = look.get("hidden") or look.get("tiny")
        if not (is_unseen or look.get("struck") or look.get("twice")):
            made.read.append(text)
        return made

    def inline(self, depth: int) -> Made:
        """A run, or others within what wraps, hides or gives them."""
        if depth > 2:
            return self.run()
        before, after = self.one_of(*WRAPPERS)
        inner = joined(self.inline(depth + 1) for _ in self.several(2))
        return Made(before + inner.xml + after, inner.read, inner.boxes)

    def unseen(self) -> Made:
        before, after = self.one_of(*UNSEEN)
        return Made(before + self.inline(2).xml + after)

    def box(self) -> Made:
        outside, self._around = self._around, {}  # it has a ground of its own, and no table's style
        inner = self.blocks(2)
        self._around = outside
        content = f"<w:txbxContent>{inner.xml}</w:txbxContent>"
        shapes = (f"<w:r><w:pict>{content}</w:pict></w:r>", f"<w:r>{ALTERNATE.format(content, content)}</w:r>")
        return Made(self.one_of(*shapes), boxes=[inner])

    def paragraph(self, depth: int) -> Made:
        style = self.one_of(*(key for key, (kind, *_) in STYLES.items() if kind in ("", "paragraph")))
        outside, self._around = self._around, {**self._around, **STYLES[style][3]}
        kinds = (lambda: self.inline(0), self.run, self.run, self.unseen)
        found = [self.one_of(*kinds)() for _ in self.several(4)]
        self._around = outside
        # What is anchored in a hidden paragraph is hidden with the run that holds it.
        hidden = STYLES[style][3].get("hidden") or STYLES[style][3].get("tiny")
        if depth < 2 and not hidden and self._draw(st.integers(0, 3)) == 0:
            found.append(self.box())
        inner = joined(found)
        named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
        whole = joined([inner, *inner.boxes])
        return Made(f"<w:p>{named}{inner.xml}</w:p>", whole.read)

    def table(self, depth: int) -> Made:
        style = self.one_of("", "t1", "t2")
        outside, self._around = self._around, STYLES[style][3]
        rows = []
        for _ in self.several(2):
            cells = [wrapped(self.blocks(depth + 1), "<w:tc>", "</w:tc>") for _ in self.several(2)]
            rows.append(
                wrapped(joined(cells), *self.one_of(("<w:tr>", "</w:tr>"), (f"{SDT}<w:tr>", f"</w:tr>{SDT_END}")))
            )
        self._around = outside
        deleted = Made(f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{self.paragraph(2).xml}</w:tc></w:tr>")
        inner = joined([*rows, deleted])
        return wrapped(
            inner, f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/></w:tblPr>' if style else "<w:tbl>", "</w:tbl>"
        )

    def blocks(self, depth: int) -> Made:
        kinds = [self.paragraph, self.paragraph, *([self.table] if depth < 2 else [])]
        found = [self.one_of(*kinds)(depth) for _ in self.several(3)]
        found.append(self.paragraph(2))
        before, after = self.one_of(("", ""), (SDT, SDT_END), ("<w:customXml>", "</w:customXml>"))
        return wrapped(joined(found), before, after)


SDT, SDT_END = "<w:sdt><w:sdtPr/><w:sdtContent>", "</w:sdtContent></w:sdt>"
ALTERNATE = (
    '<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>{}</w:drawing></mc:Choice>'
    "<mc:Fallback><w:pict>{}</w:pict></mc:Fallback></mc:AlternateContent>"
)
FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
BEGIN, SEPARATE, END = map(FIELD.format, ("begin", "separate", "end"))
INSTRUCTION = "<w:r><w:instrText> QUOTE </w:instrText></w:r>"
WRAPPERS = (
    *[("", ""), (SDT, SDT_END), ("<w:ins>", "</w:ins>"), ("<w:moveTo>", "</w:moveTo>")],
    *[("<w:smartTag>", "</w:smartTag>"), ("<w:hyperlink>", "</w:hyperlink>"), ('<w:bdo w:val="ltr">', "</w:bdo>")],
    ('<w:fldSimple w:instr=" DATE ">', "</w:fldSimple>"),
    (f"{BEGIN}{INSTRUCTION}{BEGIN}{INSTRUCTION}{SEPARATE}<w:r><w:t>内</w:t></w:r>{END}{SEPARATE}", END),
    (f"{BEGIN}{INSTRUCTION}{SEPARATE}", '<w:r><w:rPr><w:vanish/></w:rPr><w:fldChar w:fldCharType="end"/></w:r>'),
    ("<w:r><w:ruby><w:rt><w:r><w:t>音</w:t></w:r></w:rt><w:rubyBase>", "</w:rubyBase></w:ruby></w:r>"),
)
"""What is before and behind something that is shown."""
UNSEEN = (
    *[("<w:del>", "</w:del>"), ("<w:moveFrom>", "</w:moveFrom>"), (f"{BEGIN}{INSTRUCTION}", END)],
    ("<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>", SDT_END),
    ("<w:smartTag><w:del>", "</w:del></w:smartTag>"),
    ('<w:fldSimple w:instr="X"><w:moveFrom>', "</w:moveFrom></w:fldSimple>"),
)


def joined(pieces: Iterable[Made]) -> Made:
    found = [*pieces]
    return Made(
        "".join(each.xml for each in found),
        [text for each in found for text in each.read],
        [box for each in found for box in each.boxes],
    )


def wrapped(piece: Made, before: str, after: str) -> Made:
    return Made(before + piece.xml + after, piece.read)


@st.composite
def documents(draw: Any) -> Made:
    return Maker(draw).blocks(0)


def text_of(xml: str, **parts: Change) -> tuple[list[str], Copy, list[str]]:
    """What is read of a body, its copy, and the text of each paragraph that the copy prints."""
    body = f"<w:document {NAMESPACES}><w:body>{xml}</w:body></w:document>"
    data = with_parts(document(), {"word/document.xml": body.encode(), **parts})
    copy = Copy(new_document(), open_report(data))
    lines = ["".join(p.itertext(qn("w:t"))) for block in copy.blocks() for p in block.iter(qn("w:p"))]
    return [*opened_as(Prose, data).paragraphs], copy, [line for line in lines if line]


def p(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def r(text: str, said: str = "") -> str:
    return f"<w:r><w:rPr>{said}</w:rPr><w:t>{text}</w:t></w:r>"


def test_signs_are_text_where_they_are_known() -> None:
    sign = '<w:r><w:sym w:font="Wingdings" w:char="{}"/></w:r>'
    read, _, lines = text_of(p(r("甲"), sign.format("F0FC"), r("乙\uf0fb"), sign.format("F021"), r("丙")))
    assert (read, lines) == (["甲√乙×\ufffd丙"], ["甲√乙×丙"])
    pi = '<w:r><w:sym w:font="Symbol" w:char="F050"/></w:r>'  # in another font the same code is another sign
    read, _, lines = text_of(p(r("甲"), pi))
    assert (read, lines) == (["甲\ufffd"], ["甲"])


def test_of_a_table_in_a_cell_and_of_one_that_word_would_not_hold_the_text_is_kept() -> None:
    nested = ""
    for number in reversed(range(12)):
        nested = f"<w:tbl><w:tr><w:tc>{p(r(str(number)))}{nested}</w:tc></w:tr></w:tbl>"
    wide = f"<w:tbl><w:tr>{f'<w:tc>{p(r(chr(0x7532)))}</w:tc>' * 70}</w:tr></w:tbl>"
    for table, texts, left_out in ((nested, [*map(str, range(12))], {}), (wide, ["甲"] * 70, {"表格": 1})):
        read, copy, lines = text_of(table)
        assert (read, lines, copy.left_out) == (texts, texts, left_out)


def test_remarks_in_the_xml_are_nothing() -> None:
    read, _, lines = text_of("<!-- a --><w:p><!-- b --><w:r><?c d?><w:t>字</w:t></w:r><mc:AlternateContent/></w:p>")
    assert read == lines == ["字"]


@given(documents())
def test_what_is_printed_is_what_is_read(made: Made) -> None:
    body = f"<w:document {NAMESPACES}><w:body>{made.xml}</w:body></w:document>"
    styles = f"<w:styles {NAMESPACES}>{STYLES_XML}</w:styles>"
    data = with_parts(document(), {"word/document.xml": body.encode(), "word/styles.xml": styles.encode()})
    read = re.findall("字\\d+。|.", "".join(opened_as(Prose, data).paragraphs))
    copied = [*Copy(new_document(), open_report(data)).blocks()]
    assert read == made.read
    assert "".join(part.text or "" for block in copied for part in block.iter(qn("w:t"))) == "".join(made.read)
