"""Over generated documents: what the 参阅文件 prints of a 工作总结 is, in order, what is read of it; what is struck out is printed so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.ns import nsdecls, qn
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, field

from damaged import Change, document, with_parts
from hrss12333.reading.formats.word import open_report
from hrss12333.reading.grid import Prose
from hrss12333.writing.reference.report_copy import Copy
from hrss12333.writing.reference.skeleton import new_document
from readings import opened_as

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
    """A piece of a document: its XML, what is read of it, and what is struck out in it."""

    xml: str = ""
    read: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
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
        if look.get("hidden") or look.get("tiny"):
            return made
        if look.get("struck") or look.get("twice"):
            made.struck.append(text)
        else:
            made.read.append(text)
        return made

    def inline(self, depth: int) -> Made:
        """A run, or others within what wraps, hides or gives them."""
        if depth > 2:
            return self.run()
        before, after = self.one_of(*WRAPPERS)
        inner = joined(self.inline(depth + 1) for _ in self.several(2))
        return Made(before + inner.xml + after, inner.read, inner.struck, inner.boxes)

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
        return Made(f"<w:p>{named}{inner.xml}</w:p>", *after_boxes(inner))

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
        [text for each in found for text in each.struck],
        [box for each in found for box in each.boxes],
    )


def after_boxes(piece: Made) -> tuple[list[str], list[str]]:
    """What is read and struck of a paragraph, with its text boxes behind it."""
    whole = joined([piece, *piece.boxes])
    return whole.read, whole.struck


def wrapped(piece: Made, before: str, after: str) -> Made:
    return Made(before + piece.xml + after, piece.read, piece.struck)


@st.composite
def documents(draw: Any) -> Made:
    return Maker(draw).blocks(0)


def printed(data: bytes) -> Iterator[tuple[str, bool]]:
    """Each text that the copy prints, and whether it is struck out."""
    for block in Copy(new_document(), open_report(data)).blocks():
        for run in block.iter(qn("w:r")):
            for part in run.iter(qn("w:t")):
                yield part.text or "", run.find(f"{qn('w:rPr')}/{qn('w:strike')}") is not None


def text_of(xml: str, **parts: Change) -> tuple[list[str], Copy, list[str]]:
    """What is read of a body, its copy, and the text of each paragraph that the copy prints."""
    body = f"<w:document {NAMESPACES}><w:body>{xml}</w:body></w:document>"
    data = with_parts(document(), {"word/document.xml": body.encode(), **parts})
    copy = Copy(new_document(), open_report(data))
    lines = ["".join(p.itertext(qn("w:t"))) for block in copy.blocks() for p in block.iter(qn("w:p"))]
    return [*opened_as(Prose, data).paragraphs], copy, [line for line in lines if line]


def related(kind: str, name: str, content: str) -> dict[str, Change]:
    """A part that the document refers to."""
    relation = f'<Relationship Id="rId99" Type="{kind}" Target="/{name}"/></Relationships>'
    return {"word/_rels/document.xml.rels": (b"</Relationships>", relation.encode()), name: content.encode()}


def p(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def r(text: str, said: str = "") -> str:
    return f"<w:r><w:rPr>{said}</w:rPr><w:t>{text}</w:t></w:r>"


def test_what_is_struck_out_in_a_title_stays_so() -> None:
    heading = '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>'
    body = p(heading, r("12333"), r("2018", "<w:b/><w:dstrike/>"), r("总结", "<w:b/>")) + p(heading, r("二"))
    read, copy, lines = text_of(body)
    assert (read, lines) == (["12333总结", "二"], ["123332018总结", "二"])
    title, *_ = Copy(new_document(), copy._source).blocks()
    assert [[part.tag for part in run.rPr] if run.rPr is not None else [] for run in title.r_lst] == [
        [],
        [qn("w:strike")],
        [],
    ]


def test_a_note_is_printed_once_where_it_is_first_referred_to() -> None:
    """Also one that refers to itself; of a drawing in it nothing is taken, for it lies in another part."""
    drawing = '<w:r><w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" r:id="rId1"/></w:pict></w:r>'
    refers = '<w:r><w:footnoteReference w:id="3"/></w:r>'
    content = p(
        "<w:r><w:footnoteRef/><w:tab/></w:r>", r(" 注"), r("删", "<w:strike/>"), r("藏", "<w:vanish/>"), refers, drawing
    )
    notes = f'<w:footnotes {NAMESPACES}><w:footnote w:id="3">{content}</w:footnote></w:footnotes>'
    read, copy, lines = text_of(
        p(r("前"), refers, r("后"), refers), **related(RT.FOOTNOTES, "word/footnotes.xml", notes)
    )
    assert (read, lines, copy.left_out) == (["前后", "注"], ["前（注：注删）后"], {})


def test_signs_are_text_where_they_are_known() -> None:
    sign = '<w:r><w:sym w:font="Wingdings" w:char="{}"/></w:r>'
    read, _, lines = text_of(p(r("甲"), sign.format("F0FC"), r("乙\uf0fb"), sign.format("F021"), r("丙")))
    assert (read, lines) == (["甲√乙×\ufffd丙"], ["甲√乙×丙"])
    pi = '<w:r><w:sym w:font="Symbol" w:char="F050"/></w:r>'  # in another font the same code is another sign
    read, _, lines = text_of(p(r("甲"), pi))
    assert (read, lines) == (["甲\ufffd"], ["甲"])


def test_the_text_of_tables_that_word_would_not_hold_is_kept() -> None:
    nested = ""
    for number in reversed(range(12)):
        nested = f"<w:tbl><w:tr><w:tc>{p(r(str(number)))}{nested}</w:tc></w:tr></w:tbl>"
    wide = f"<w:tbl><w:tr>{f'<w:tc>{p(r(chr(0x7532)))}</w:tc>' * 70}</w:tr></w:tbl>"
    for table, texts in ((nested, [*map(str, range(12))]), (wide, ["甲"] * 70)):
        read, copy, lines = text_of(table)
        assert (read, lines, copy.left_out) == (texts, texts, {"表格": 1})


def test_remarks_in_the_xml_are_nothing() -> None:
    read, _, lines = text_of("<!-- a --><w:p><!-- b --><w:r><?c d?><w:t>字</w:t></w:r><mc:AlternateContent/></w:p>")
    assert read == lines == ["字"]


def test_letters_of_their_own_size_are_read_in_a_paragraph_of_tiny_ones() -> None:
    styles = f'<w:styles {NAMESPACES}><w:style w:type="paragraph" w:styleId="s"><w:rPr><w:sz w:val="2"/></w:rPr></w:style></w:styles>'
    body = p('<w:pPr><w:pStyle w:val="s"/></w:pPr>', r("小"), r("大", '<w:sz w:val="21"/>'))
    read, _, lines = text_of(body, **{"word/styles.xml": styles.encode()})
    assert read == lines == ["大"]


@given(documents())
def test_what_is_printed_is_what_is_read(made: Made) -> None:
    body = f"<w:document {NAMESPACES}><w:body>{made.xml}</w:body></w:document>"
    styles = f"<w:styles {NAMESPACES}>{STYLES_XML}</w:styles>"
    data = with_parts(document(), {"word/document.xml": body.encode(), "word/styles.xml": styles.encode()})
    read = re.findall("字\\d+。|.", "".join(opened_as(Prose, data).paragraphs))
    texts = [*printed(data)]
    assert read == made.read
    assert [text for text, is_struck in texts if not is_struck] == made.read
    assert [text for text, is_struck in texts if is_struck] == made.struck
