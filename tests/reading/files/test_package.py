"""A stranger's XML: that no DTD hides in it, in any encoding; and what a document says of itself, read without a tree as it
would be read from one."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from defusedxml import DTDForbidden
from defusedxml import ElementTree as Defused

from hrss12333.model.text import Text, TextKind
from hrss12333.reading.files.package import Package, Properties, properties, root_of

DTD = "<!DOCTYPE x [<!ENTITY e 'laugh'>]>"
BODY = '<x a="1"><!-- c --><y>一<z/>二</y>&lt;</x>'


def written(declared: str, encoding: str, *, before: str = "", dtd: str = "", body: str = BODY) -> bytes:
    """A part whose first line is ASCII where the encoding that it declares could not be found otherwise."""
    line = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    first = "ascii" if encoding == "cp037" else encoding
    return line.encode(first) + (before + dtd + body).encode(encoding.removeprefix("bom-"), "xmlcharrefreplace")


ENCODINGS = (
    *(("", "utf-8"), ("UTF-8", "utf-8"), ("utf-8", "utf-8-sig"), ("GBK", "gbk"), ("latin-1", "latin-1")),
    *(("cp037", "cp037"), ("UTF-16", "utf-16"), ("", "utf-16-le"), ("", "utf-16-be"), ("UTF-16LE", "utf-16-le")),
    *(("utf-7", "utf-7"), ("nothing", "ascii"), ("", "utf-32"), ("UTF-8", "utf-16-le"), ("US-ASCII", "ascii")),
)
PARTS = [
    written(declared, encoding, before=before, dtd=dtd, body=body)
    for declared, encoding in ENCODINGS
    for before in ("", "\n<!-- " + "c" * 5_000 + " -->")
    for dtd in ("", DTD)
    for body in (BODY, BODY * 2, BODY[:-4], "")
]


def hides_dtd(part: bytes) -> bool:
    """Whether a parser finds a DTD in what holds none at sight."""
    try:
        Defused.fromstring(part, forbid_dtd=True)
    except DTDForbidden:
        return DTD.encode() not in part
    except Exception:
        return False
    return False


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
