"""Over generated documents: what the 参阅文件 prints of a 工作总结 is, in order, what is read of it."""

from __future__ import annotations

import re
from itertools import count
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import given
from hypothesis import strategies as st

from damaged import Change, document, with_parts
from documents_read import opened_as
from hrss12333.reading.grid import Prose
from hrss12333.writing.reference.report_copy import ReportCopy, copied

NAMESPACES = nsdecls("w", "m", "r") + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
LOOKS = (
    *("", "", "<w:b/>", "<w:strike/>", "<w:dstrike/>", '<w:strike w:val="0"/>', "<w:vanish/>"),
    *('<w:vanish w:val="false"/>', '<w:sz w:val="2"/>', '<w:sz w:val="21"/><w:strike/>'),
)
STYLES = {
    "p1": ("paragraph", "p2", "<w:strike/>"),
    "p2": ("paragraph", "p1", "<w:i/>"),
    "p3": ("paragraph", "p2", '<w:strike w:val="off"/>'),
    "p4": ("paragraph", "", "<w:vanish/>"),
    "p5": ("paragraph", "p4", '<w:sz w:val="3"/>'),
    "c1": ("character", "", "<w:dstrike/>"),
    "c2": ("character", "c1", '<w:vanish w:val="1"/>'),
    "c3": ("character", "", '<w:vanish w:val="0"/><w:sz w:val="24"/>'),
    "t1": ("table", "", "<w:dstrike/>"),
}
"""Id → kind, what it is based on, and what it says."""
STYLES_XML = "".join(
    f'<w:style w:type="{kind}" w:styleId="{key}"><w:name w:val="{key}"/><w:basedOn w:val="{base}"/><w:rPr>{said}</w:rPr></w:style>'
    for key, (kind, base, said) in STYLES.items()
)


class Maker:
    """Draws the XML of documents, with a text of its own for each run."""

    def __init__(self, draw: Any) -> None:
        self._draw = draw
        self._numbers = count()

    def one_of(self, *choices: Any) -> Any:
        return self._draw(st.sampled_from(choices))

    def several(self, most: int) -> range:
        return range(self._draw(st.integers(1, most)))

    def run(self) -> str:
        style = self.one_of("", "", *(f'<w:rStyle w:val="c{number}"/>' for number in (1, 2, 3)))
        return f"<w:r><w:rPr>{style}{self.one_of(*LOOKS)}</w:rPr><w:t>字{next(self._numbers)}。</w:t></w:r>"

    def inline(self, depth: int) -> str:
        """A run, or others within what wraps, hides or gives them."""
        if depth > 2:
            return self.run()
        before, after = self.one_of(*WRAPPERS, *WRAPPERS, *UNSEEN)
        inner = "".join(self.inline(depth + 1) for _ in self.several(2))
        return f"{before}{inner}{after}"

    def box(self) -> str:
        content = f"<w:txbxContent>{self.blocks(2)}</w:txbxContent>"
        return str(
            self.one_of(f"<w:r><w:pict>{content}</w:pict></w:r>", f"<w:r>{ALTERNATE.format(content, content)}</w:r>")
        )

    def paragraph(self, depth: int) -> str:
        style = self.one_of("", "", *(f'<w:pPr><w:pStyle w:val="p{number}"/></w:pPr>' for number in range(1, 6)))
        found = [self.inline(self.one_of(0, 2, 3)) for _ in self.several(4)]
        if depth < 2 and self._draw(st.integers(0, 3)) == 0:
            found.append(self.box())
        return f"<w:p>{style}{''.join(found)}</w:p>"

    def table(self, depth: int) -> str:
        rows = []
        for _ in self.several(2):
            cells = (f"<w:tc>{self.blocks(depth + 1)}</w:tc>" for _ in self.several(2))
            before, after = self.one_of(("", ""), (SDT, SDT_END))
            rows.append(f"{before}<w:tr>{''.join(cells)}</w:tr>{after}")
        deleted = f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{self.paragraph(2)}</w:tc></w:tr>"
        style = self.one_of("", '<w:tblPr><w:tblStyle w:val="t1"/></w:tblPr>')
        return f"<w:tbl>{style}{''.join(rows)}{deleted}</w:tbl>"

    def blocks(self, depth: int) -> str:
        kinds = [self.paragraph, self.paragraph, *([self.table] if depth < 2 else [])]
        found = [self.one_of(*kinds)(depth) for _ in self.several(3)]
        before, after = self.one_of(("", ""), (SDT, SDT_END), ("<w:customXml>", "</w:customXml>"))
        return f"{before}{''.join(found)}{self.paragraph(2)}{after}"


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


@st.composite
def documents(draw: Any) -> str:
    return Maker(draw).blocks(0)


def text_of(xml: str, **parts: Change) -> tuple[list[str], ReportCopy, list[str]]:
    """What is read of a body, its copy, and the text of each paragraph that the copy prints."""
    body = f"<w:document {NAMESPACES}><w:body>{xml}</w:body></w:document>"
    data = with_parts(document(), {"word/document.xml": body.encode(), **parts})
    copy = copied(data)
    assert isinstance(copy, ReportCopy)
    lines = ["".join(p.itertext(qn("w:t"))) for p in parse_xml(copy.xml).iter(qn("w:p"))]
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
def test_what_is_printed_is_what_is_read(made: str) -> None:
    styles = f"<w:styles {NAMESPACES}>{STYLES_XML}</w:styles>".encode()
    read, _, lines = text_of(made, **{"word/styles.xml": styles})
    assert re.findall("字\\d+。|.", "".join(read)) == re.findall("字\\d+。|.", "".join(lines))
