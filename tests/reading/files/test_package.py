"""What a document says of itself, read without a tree as it would be read from one."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from zipfile import ZipFile

import pytest

from hrss12333.model.text import Text, TextKind
from hrss12333.reading.files.package import Package, Properties, properties, root_of

NAMES = 'xmlns="urn:a" xmlns:dc="urn:b"'
DAY = datetime(2020, 1, 10, 9, 30)


def said(xml: bytes, member: str = "docProps/core.xml") -> Properties:
    with ZipFile(out := BytesIO(), "w") as package:
        package.writestr(member, xml)
    return properties(Package(out.getvalue()))


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (f"<p {NAMES}><dc:category>一</dc:category><category>二</category><keywords/></p>", Properties(None, "一")),
        (f"<p {NAMES}>before<category>of <b>it</b> behind</category></p>", Properties(None, "of")),
        (f"<p {NAMES}><keywords a='1'\n>a&amp;&#20013;</keywords>\n<category/></p>", Properties(None, "", "a&中")),
        (f"<p {NAMES}><modified>\n 2020-01-10T17:30:00+08:00 </modified></p>", Properties(DAY)),
        (
            f"<p {NAMES}><created>2019-01-01T00:00:00Z</created><modified>2020-01-10T09:30:00Z</modified></p>",
            Properties(DAY),
        ),
        (f"<p {NAMES}><modified>soon</modified><created>2020-01-10T09:30:00</created></p>", Properties(DAY)),
        (
            f"<p {NAMES}><dc:title>稿</dc:title><dc:description> 一&amp;二 </dc:description></p>",
            Properties(texts=(Text(TextKind.PROPERTY, "稿"), Text(TextKind.PROPERTY, "一&二"))),
        ),
        ("<p/>", Properties()),
        ("", Properties()),
    ],
)
def test_the_texts_are_those_of_a_tree(xml: str, expected: Properties) -> None:
    assert said(xml.encode()) == expected
    assert said(xml.encode(), "docProps/x.psmdcp") == expected


def test_no_entity_is_made_of_a_dtd() -> None:
    laugh = b"<!DOCTYPE p [<!ENTITY e 'x'><!ENTITY f '&e;&e;'>]><p><category>&f;</category></p>"
    assert said(laugh) == Properties(None, "&f;")
    assert root_of(laugh) is None


@pytest.mark.parametrize("xml", [b"", b"<p><a>1</a>", b'<?xml version="1.0" encoding="nonsense"?><p><a>1</a></p>'])
def test_what_is_malformed_has_no_tree(xml: bytes) -> None:
    assert root_of(xml) is None
