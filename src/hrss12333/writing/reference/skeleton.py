"""The package that the 参阅文件 (and a letter) is written into: page, styles, fonts, and no more, made part by part.

It takes nothing from python-docx's own template, so that a packaged program needs no data files of that library.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from zipfile import ZipFile

import docx
from docx.document import Document

from hrss12333.writing.reference.typography import FONTS, STYLES, Font, ParagraphStyle

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_COMPATIBILITY = "http://schemas.microsoft.com/office/word"


def new_document(looks: Sequence[ParagraphStyle] = STYLES) -> Document:
    """An empty document with these paragraph styles, the first the one that the others are based on; its one section is
    still bare."""
    parts = {
        "styles": _styles(looks),
        "settings": _settings(),
        "numbering": f"<w:numbering {_W}/>",
        "fontTable": f"<w:fonts {_W}>{''.join(map(_font, FONTS))}</w:fonts>",
    }
    kinds = {"document": "document.main+xml"} | {name: f"{name}+xml" for name in parts}
    listed = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_WORD}.{kind}"/>' for name, kind in kinds.items()
    )
    types = (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )
    out = BytesIO()
    with ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", types)
        package.writestr("_rels/.rels", _relations({"officeDocument": "word/document.xml"}))
        package.writestr("word/_rels/document.xml.rels", _relations({name: f"{name}.xml" for name in parts}))
        bare = f"<w:document {_W}><w:body><w:sectPr/></w:body></w:document>"
        for name, xml in ({"document": bare} | parts).items():
            package.writestr(f"word/{name}.xml", _HEAD + xml)
    out.seek(0)
    return docx.Document(out)


def _relations(targets: Mapping[str, str]) -> str:
    """Kind of a relation → where it leads."""
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATION}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _settings() -> str:
    options = "".join(
        f'<w:compatSetting w:name="{name}" w:uri="{_COMPATIBILITY}" w:val="{value}"/>'
        for name, value in (
            ("compatibilityMode", 15),
            ("overrideTableStyleFontSizeAndJustification", 1),
            ("enableOpenTypeFeatures", 1),
            ("doNotFlipMirrorIndents", 1),
        )
    )
    return (
        f'<w:settings {_W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>'
        f'<w:drawingGridVerticalSpacing w:val="579"/><w:characterSpacingControl w:val="compressPunctuation"/>'
        f"<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:useFELayout/>{options}</w:compat>"
        f'<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def _font(font: Font) -> str:
    others = f'<w:altName w:val="{",".join(font.instead)}"/>' if font.instead else ""
    charset, pitch = ("86", "auto") if font.chinese else ("00", "variable")
    return (
        f'<w:font w:name="{font.name}">{others}<w:charset w:val="{charset}"/><w:family w:val="{font.family}"/>'
        f'<w:pitch w:val="{pitch}"/></w:font>'
    )


def _styles(looks: Sequence[ParagraphStyle]) -> str:
    base = looks[0]
    return (
        f"<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>{_letters(base)}"
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
        f"{''.join(_paragraph_style(look, first=look is base) for look in looks)}"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        f"{''.join(_table_styles())}</w:styles>"
    )


def _paragraph_style(look: ParagraphStyle, *, first: bool) -> str:
    default = ' w:default="1"' if first else ""
    based = "" if first else '<w:basedOn w:val="Normal"/>'
    then = f'<w:next w:val="{look.then}"/>' if look.then else ""
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{look.id}"><w:name w:val="{look.name}"/>{based}{then}<w:qFormat/>'
        f"<w:pPr>{_layout(look)}</w:pPr><w:rPr>{_letters(look)}</w:rPr></w:style>"
    )


def _layout(look: ParagraphStyle) -> str:
    tabs = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{look.dots}"/></w:tabs>' if look.dots else ""
    rule = f'w:line="{round(look.exact * 20)}" w:lineRule="exact"' if look.exact else 'w:line="240" w:lineRule="auto"'
    indent = (
        f' w:firstLineChars="{look.indent}" w:firstLine="{round(look.indent * look.size / 5)}"' if look.indent else ""
    )
    left = f' w:left="{look.left}"' if look.left else ""
    parts = [
        "<w:keepNext/>" if look.keep else "",
        "<w:keepLines/>" if look.keep else "",
        tabs,
        # LibreOffice loses a mark that hangs over the margin behind another one.
        '<w:overflowPunct w:val="0"/>',
        "" if look.grid else '<w:snapToGrid w:val="0"/>',
        f'<w:spacing w:before="{round(look.before * 20)}" w:after="{round(look.after * 20)}" {rule}/>',
        f"<w:ind{left}{indent}/>" if left or indent else "",
        f'<w:jc w:val="{look.align}"/>',
        f'<w:outlineLvl w:val="{look.level - 1}"/>' if look.level else "",
    ]
    return "".join(parts)


def _letters(look: ParagraphStyle) -> str:
    bold = "<w:b/>" if look.bold else ""
    size = round(look.size * 2)
    return (
        f'<w:rFonts w:ascii="{look.latin}" w:hAnsi="{look.latin}" w:eastAsia="{look.font}" w:cs="{look.latin}"/>'
        f'{bold}<w:color w:val="000000"/><w:kern w:val="0"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    )


def _table_styles() -> Iterator[str]:
    yield (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
        '<w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar>'
        "</w:tblPr></w:style>"
    )
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    yield (
        '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/>'
        f"<w:tblPr><w:tblBorders>{lines}</w:tblBorders></w:tblPr></w:style>"
    )
