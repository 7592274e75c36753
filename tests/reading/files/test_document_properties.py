"""What a document says of itself, read without a tree as it would be read from one."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from hrss12333.reading.files.document_properties import text_of_names

NAMES = 'xmlns="urn:a" xmlns:dc="urn:b"'


@pytest.mark.parametrize(
    "xml",
    [
        f"<p {NAMES}><dc:title>一</dc:title><dc:title>二</dc:title><keywords/></p>",
        f"<p {NAMES}>before<category>of <b>it</b> behind</category>after<category>later</category></p>",
        f"<p {NAMES}><category> </category><category>x</category></p>",
        f"<p {NAMES}><category>a<!-- no -->b<?no?>c<![CDATA[<d>]]>&amp;&#20013;</category>\n<modified>\n 2020 </modified></p>",
        "<p/>",
    ],
)
def test_the_texts_are_those_of_a_tree(xml: str) -> None:
    expected: dict[str, str] = {}
    for element in ElementTree.fromstring(xml).iter():
        if element.text:
            expected.setdefault(element.tag.rpartition("}")[2], element.text.strip())
    for encoding in ("utf-8", "utf-16"):
        assert text_of_names(xml.encode(encoding)) == expected


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<p><a>1</a>",
        b"<p><dc:a>1</dc:a></p>",
        b"<!DOCTYPE p [<!ENTITY e 'x'>]><p><a>&e;</a></p>",
        b"<!DOCTYPE p><p><a>1</a></p>",
        b"<p><a>&e;</a></p>",
        b'<?xml version="1.0" encoding="nonsense"?><p><a>1</a></p>',
    ],
)
def test_what_is_malformed_or_has_a_dtd_says_nothing(xml: bytes) -> None:
    assert text_of_names(xml) == {}
