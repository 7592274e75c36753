"""Comments added to a worksheet, beside or below those that stand there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from hrss12333.filing import column_letters
from hrss12333.reporting.ooxml.package import MAIN, RELATIONSHIPS, Package, xml_text
from hrss12333.reporting.ooxml.sheets import Position, Sheet
from hrss12333.reporting.text import cell_position
from hrss12333.reporting.typeset import wrap

AUTHOR = "12333审核"
SEPARATOR = "\n──审核意见──\n"
_M = f"{{{MAIN}}}"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_THREADED = "threadedComment"
_BOX_CHARACTERS = 44
_BOX_PIXELS = 330
_LINE_PIXELS = 17
_VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" '
    'data="{block}"/></o:shapelayout>{kind}</xml>'
)
_SHAPE_TYPE = (
    '<v:shapetype xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke '
    'joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_s{id}" type="#_x0000_t202" '
    'style="position:absolute;margin-left:0;margin-top:0;width:{width}pt;height:{height}pt;z-index:1;'
    'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" '
    'color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
    '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
    "<x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row>"
    "<x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_SHAPES = re.compile(rb"<v:shape\b.*?</v:shape>", re.DOTALL)


def add_comments(package: Package, part: str, sheet: Sheet, texts: Mapping[Position, str]) -> bool:
    """Comment on these cells; where one has a comment, ours is added below it.

    Returns:
        Whether threaded comments had to become ordinary ones, because the viewer would show them instead of ours.
    """
    comments, root = _comments(package, part)
    authors = root.find(f"{_M}authors")
    names = [author.text or "" for author in authors]
    if AUTHOR not in names:
        etree.SubElement(authors, f"{_M}author").text = AUTHOR
        names.append(AUTHOR)
    listed = root.find(f"{_M}commentList")
    known = {cell_position(comment.get("ref")): comment for comment in listed}
    fresh: dict[Position, str] = {}
    for at, words in sorted(texts.items()):
        if at in known:
            text = known[at].find(f"{_M}text")
            _runs(text, SEPARATOR + words)
        else:
            reference = f"{column_letters(at[1])}{at[0]}"
            comment = etree.SubElement(listed, f"{_M}comment", ref=reference, authorId=str(names.index(AUTHOR)))
            _runs(etree.SubElement(comment, f"{_M}text"), words)
            fresh[at] = words
    _draw(package, part, sheet, fresh)
    package.add(comments, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True), _COMMENTS_TYPE)
    return _flatten_threads(package, part, texts)


def strip_comments(package: Package, part: str) -> None:
    """Take out what an earlier audit wrote: its own comments, and what it added to others'."""
    comments = package.related(part, "comments")
    if comments is None or comments not in package.parts:
        return
    root = package.xml(comments)
    authors = [author.text or "" for author in root.find(f"{_M}authors")]
    gone: list[Position] = []
    for comment in list(root.find(f"{_M}commentList")):
        number = int(comment.get("authorId", "0"))
        if number < len(authors) and authors[number] == AUTHOR:
            gone.append(cell_position(comment.get("ref")))
            comment.getparent().remove(comment)
        else:
            _cut(comment)
    drawing = package.related(part, "vmlDrawing")
    if drawing in package.parts:
        marks = [(b"<x:Row>%d</x:Row>" % (row - 1), b"<x:Column>%d</x:Column>" % (column - 1)) for row, column in gone]
        package.parts[drawing] = _SHAPES.sub(
            lambda shape: b"" if any(r in shape[0] and c in shape[0] for r, c in marks) else shape[0],
            package.parts[drawing],
        )


def _cut(comment: Any) -> None:
    """Drop what follows the separator in another's comment."""
    cutting = False
    for run in list(comment.find(f"{_M}text")):
        text = run if run.tag == f"{_M}t" else run.find(f"{_M}t")
        if text is None:
            continue
        if cutting:
            run.getparent().remove(run)
        elif SEPARATOR.strip() in (text.text or ""):
            text.text = text.text.partition(SEPARATOR.strip())[0].rstrip("\n")
            cutting = True


def _comments(package: Package, part: str) -> tuple[str, Any]:
    name = package.related(part, "comments")
    if name is not None and name in package.parts:
        return name, package.xml(name)
    name = package.fresh("xl/comments_audit{}.xml")
    package.relate(part, f"{RELATIONSHIPS}/comments", name)
    root = etree.Element(f"{_M}comments", nsmap={None: MAIN})
    etree.SubElement(root, f"{_M}authors")
    etree.SubElement(root, f"{_M}commentList")
    return name, root


def _runs(text: Any, words: str) -> None:
    """Append words to a comment's text; what stands in 【】 is set bold."""
    for plain in text.findall(f"{_M}t"):  # a text of its own becomes a run, so that others may follow
        run = etree.Element(f"{_M}r")
        text.replace(plain, run)
        run.append(plain)
    for piece in re.split(r"(【[^】]*】)", xml_text(words)):
        if piece:
            run = etree.SubElement(text, f"{_M}r")
            properties = etree.SubElement(run, f"{_M}rPr")
            if piece.startswith("【"):
                etree.SubElement(properties, f"{_M}b")
            etree.SubElement(properties, f"{_M}sz", val="9")
            etree.SubElement(properties, f"{_M}rFont", val="宋体")
            shown = etree.SubElement(run, f"{_M}t")
            shown.text = piece
            shown.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _draw(package: Package, part: str, sheet: Sheet, texts: Mapping[Position, str]) -> None:
    """A box for each new comment, in the sheet's drawing of such boxes."""
    targets = {relation: target for relation, _, target in package.relations(part)}
    name = targets.get(sheet.legacy_drawing or "")
    if name is None or name not in package.parts:
        name = package.fresh("xl/drawings/vmlDrawing_audit{}.vml")
        block = sum(other.endswith(".vml") for other in package.parts) + 1
        package.parts[name] = _VML.format(block=block, kind=_SHAPE_TYPE).encode()
        package.set_default_type("vml", _VML_TYPE)
        relation = package.relate(part, f"{RELATIONSHIPS}/vmlDrawing", name)
        sheet.set_legacy_drawing(relation)
    data = package.parts[name]
    block = int((re.search(rb'data="(\d+)', data) or [b"", b"1"])[1])
    used = [int(number) for number in re.findall(rb"_x0000_s(\d+)", data)]
    first = max([*used, block * 1024]) + 1
    shapes = [_shape(sheet, at, words, first + index) for index, (at, words) in enumerate(texts.items())]
    if b'"_x0000_t202"' not in data:
        shapes.insert(0, _SHAPE_TYPE)
    head, end, tail = data.rpartition(b"</xml>")
    package.parts[name] = head + "".join(shapes).encode() + end + tail


def _shape(sheet: Sheet, at: Position, words: str, number: int) -> str:
    lines = sum(len(wrap(line, _BOX_CHARACTERS)) for line in words.split("\n"))
    height = _LINE_PIXELS * (lines + 1)
    row, column = at[0], at[1] + 1
    left, top = 12, 4
    right, right_rest = _walk(column, left + _BOX_PIXELS, sheet.column_pixels)
    bottom, bottom_rest = _walk(row, top + height, sheet.row_pixels)
    anchor = f"{column - 1}, {left}, {row - 1}, {top}, {right - 1}, {right_rest}, {bottom - 1}, {bottom_rest}"
    return _SHAPE.format(
        id=number, width=_BOX_PIXELS * 3 // 4, height=height * 3 // 4, anchor=anchor, row=at[0] - 1, column=at[1] - 1
    )


def _walk(start: int, pixels: int, size: Any) -> tuple[int, int]:
    """The row or column in which a length from ``start`` ends, and how far into it."""
    while pixels >= size(start):
        pixels -= size(start)
        start += 1
    return start, pixels


def _flatten_threads(package: Package, part: str, texts: Mapping[Position, str]) -> bool:
    threads = package.related(part, _THREADED)
    if threads is None or threads not in package.parts:
        return False
    if not any(cell_position(thread.get("ref")) in texts for thread in package.read(threads)):
        return False
    package.unrelate(part, threads)
    package.remove(threads)
    return True
