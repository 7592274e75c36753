"""What is asked of a Word file's tree by its tags is what python-docx says."""

from __future__ import annotations

from docx.oxml.parser import parse_xml
from hypothesis import given
from hypothesis import strategies as st
from test_word_files import W, prose

from damaged import document, rewritten
from hrss12333.reading.formats.word_text import said_by

PIECES = (
    *(
        "<w:t>2500</w:t>",
        "<w:t> </w:t>",
        "<w:t/>",
        "<w:tab/>",
        "<w:ptab/>",
        "<w:cr/>",
        "<w:br/>",
        '<w:br w:type="page"/>',
    ),
    *("<w:noBreakHyphen/>", '<w:sym w:font="Wingdings" w:char="F0FC"/>', "<w:drawing/>", "<w:lastRenderedPageBreak/>"),
)
PROPERTIES = ("", "<w:rPr/>", "<w:rPr><w:strike/></w:rPr>", '<w:rPr><w:sz w:val="2"/></w:rPr>')
runs = st.builds(
    lambda look, pieces: f"<w:r>{look}{''.join(pieces)}</w:r>",
    st.sampled_from(PROPERTIES),
    st.lists(st.sampled_from(PIECES), max_size=3),
)


@given(runs)
def test_the_text_of_a_run_is_that_of_python_docx(run: str) -> None:
    element = parse_xml(run.replace("<w:r>", f"<w:r {W}>", 1))
    assert said_by(element)[0] == element.text


def test_styles_that_many_files_share_are_those_of_each() -> None:
    def styled(name: str, *, struck: bool) -> bytes:
        style = (
            f'<w:style w:type="paragraph" w:styleId="a"><w:name w:val="{name}"/><w:rPr>{"<w:strike/>" * struck}</w:rPr>'
        )
        parts = {
            "word/styles.xml": f"<w:styles {W}>{style}</w:style></w:styles>",
            "word/document.xml": f"<w:document {W}><w:body><w:p><w:pPr><w:pStyle w:val='a'/></w:pPr><w:r><w:t>一</w:t></w:r>"
            "</w:p></w:body></w:document>",
        }
        return rewritten(document(), lambda part, old: parts[part].encode() if part in parts else old)

    for _ in range(2):
        for name, struck, read in (("Heading 1", False, ("一",)), ("Body", False, ()), ("Heading 1", True, ())):
            found = prose(styled(name, struck=struck))
            assert (found.headings, found.paragraphs) == (read, () if struck else ("一",))
