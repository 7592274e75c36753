"""What a copy made with openpyxl lacks of the sender's workbook, found in the file before it is opened.

openpyxl keeps cells, formats, formulas, ordinary dropdowns, conditional formats, charts, pictures and the print set-up;
what it does not know it leaves out without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from hrss12333.reading.files.package import Package

_SHEETS = r"xl/worksheets/[^/]+\.xml"
_DRAWINGS = r"xl/drawings/[^/]+\.xml"


class _Part(Struct, frozen=True):
    """One thing that is left out, and how a file that has it is known."""

    what: str
    """Chinese."""
    members: str
    """Names of the parts that hold it, in lower case, as a pattern."""
    content: str = ""
    """What such a part then says, as a pattern; empty where the part itself is the thing."""


_PARTS = (
    _Part("公式的计算结果（打开时自动重算）", _SHEETS, r"<(?:\w+:)?f[\s/>]"),
    _Part(
        "文本框、线条等图形",
        _DRAWINGS,
        r"<(?:\w+:)?(?:sp|cxnSp|grpSp|contentPart)[\s>]|<(?:\w+:)?AlternateContent[\s>]",
    ),
    _Part("SmartArt图形", r"xl/diagrams/.*"),
    _Part("Excel 2016的新型图表", r"xl/charts/chartex.*"),
    _Part("嵌入单元格的图片", r"xl/cellimages\.xml"),
    _Part("Excel 2010的扩展下拉列表", _SHEETS, r"<x14:dataValidation[\s>]"),
    _Part("Excel 2010的扩展条件格式", _SHEETS, r"<x14:conditionalFormatting[\s>]"),
    _Part("迷你图", _SHEETS, r"<x14:sparkline[\s>]"),
    _Part("按钮、复选框等控件", r"xl/(?:ctrlprops|activex)/.*"),
    _Part("按钮、复选框等控件", r"xl/drawings/.*\.vml", r'ObjectType="(?!Note|Pict)'),
    _Part("嵌入的对象", r"xl/embeddings/.*"),
    _Part("切片器", r"xl/(?:slicers|timelines)/.*"),
    _Part("外部数据连接", r"xl/(?:connections\.xml|querytables/.*)"),
    _Part("页眉页脚中的图片", _SHEETS, r"<(?:\w+:)?legacyDrawingHF[\s/>]"),
    _Part("工作表的背景图片", _SHEETS, r"<(?:\w+:)?picture[\s/>]"),
    _Part("允许编辑区域的设置", _SHEETS, r"<(?:\w+:)?protectedRange[\s>]"),
    _Part("自定义视图", _SHEETS, r"<(?:\w+:)?customSheetView[\s>]"),
    _Part("“忽略错误”的设置（单元格角上可能出现绿色小三角）", _SHEETS, r"<(?:\w+:)?ignoredError[\s>]"),
    _Part("动态数组公式的自动扩展", r"xl/metadata\.xml"),
    _Part("会话式批注（已改为普通批注，文字保留）", r"xl/threadedcomments/.*"),
    _Part("原有批注的字体和框的样式（文字保留）", r"xl/(?:comments/)?comments?\d*\.xml", r"<(?:\w+:)?rPr[\s/>]"),
    _Part("数字签名（内容一经批注，原签名即失效）", r"_xmlsignatures/.*"),
)
_SAID = (
    ("DrawingML support is incomplete", "同一绘图层中的图表、图片和图形"),
    ("removed because it cannot be read|image format is not supported", "个别图片"),
    ("Unable to read chart", "个别图表"),
    ("conditional formatting rule", "个别条件格式"),
    ("Cannot parse header or footer", "个别页眉页脚"),
    ("Print area cannot be set", "打印区域"),
    ("part of a merged range but has a comment", "被合并的单元格中的批注"),
)
"""Some of what openpyxl warns of while it reads."""


def left_out(package: Package) -> Iterator[str]:
    """What of this workbook openpyxl leaves out, in Chinese.

    Raises:
        FileProblem: where a part cannot be unpacked.
    """
    for part in _PARTS:
        names = (name for name in package.names if re.fullmatch(part.members, name))
        if any(not part.content or re.search(part.content.encode(), package.read(name)) for name in names):
            yield part.what


def warned_of(warnings: Sequence[str]) -> Iterator[str]:
    """The same from openpyxl's own warnings."""
    for words, what in _SAID:
        if any(re.search(words, warning) for warning in warnings):
            yield what
