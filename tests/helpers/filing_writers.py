"""Planned pages as files, by four other programs' writers: openpyxl, XlsxWriter, python-docx and xlwt."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

import docx
import openpyxl
import xlsxwriter
import xlwt
from docx.document import Document
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, Side

from filing_figures import FIGURES
from filing_layouts import Formula
from filing_styles import CHOICES_OF, Content, ErrorValue, Filing, Page, Planned, Style
from hrss12333.survey.editions.y2019 import EDITION
from hrss12333.survey.regions import Unit
from hrss12333.survey.schema import Scalar


def write_openpyxl(path: Path, pages: Sequence[Page]) -> None:
    """.xlsx without stored values of formulas."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for page in pages:
        sheet = book.create_sheet(page.name)
        for at, content in page.cells.items():
            cell = sheet.cell(*at)
            cell.value = content.text if isinstance(content, Formula | ErrorValue) else content
            if isinstance(content, str | ErrorValue):
                cell.data_type = "s" if isinstance(content, str) else "e"
        for top, left, bottom, right in page.merges:
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        for number, how in page.concealed.items():
            sheet.row_dimensions[number].hidden = how == "hidden"
            for cell in sheet[number] if how == "struck" else ():
                cell.font = Font(strike=True)
        for row in range(sheet.max_row + 1, page.formatted_to + 1, 50):
            sheet.cell(row, 2).border = Border(left=Side("thin"))
        for at, code in page.formats.items():
            sheet.cell(*at).number_format = code
        for at, words in page.comments.items():
            sheet.cell(*at).comment = Comment(words, "张三")
        sheet.oddHeader.center.text = page.beside.get("页眉页脚")
        book.properties.description = page.beside.get("文件属性") or book.properties.description
        sheet.sheet_state = "hidden" if page.hidden else "visible"
    book.save(path)


def write_xlsxwriter(path: Path, pages: Sequence[Page]) -> None:
    """.xlsx with stored values of formulas."""
    as_they_are = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(str(path), {"in_memory": True, **as_they_are}) as book:
        border, struck = book.add_format({"border": 1}), book.add_format({"font_strikeout": True})
        for page in pages:
            sheet = book.add_worksheet(page.name)
            for top, left, bottom, right in page.merges:
                sheet.merge_range(top - 1, left - 1, bottom - 1, right - 1, "", border)
            for number, how in page.concealed.items():
                sheet.set_row(number - 1, None, None, {"hidden": how == "hidden"})
            for (row, column), content in page.cells.items():
                at = (row - 1, column - 1)
                if isinstance(content, Formula):
                    sheet.write_formula(*at, content.text, None, content.value)
                elif isinstance(content, ErrorValue):
                    sheet.write_formula(*at, "=1/0", None, content.text)
                else:
                    style = [struck] if page.concealed.get(row) == "struck" else []
                    shown = page.formats.get((row, column))
                    sheet.write(*at, content, *([book.add_format({"num_format": shown})] if shown else style))
            last = max((row for row, _ in page.cells), default=1)
            for row in range(last, page.formatted_to, 50):
                sheet.write_blank(row, 1, None, border)
            for (row, column), words in page.comments.items():
                sheet.write_comment(row - 1, column - 1, words, {"author": "张三"})
            if header := page.beside.get("页眉页脚"):
                sheet.set_header(f"&C{header}")
            if box := page.beside.get("文本框"):
                sheet.insert_textbox(2, 3, box)
            if known := page.beside.get("文件属性"):
                book.set_properties({"comments": known})
            if page.hidden:
                sheet.hide()


def write_docx(path: Path, pages: Sequence[Page]) -> None:
    document = docx.Document(BytesIO(_empty_document()))
    document.add_paragraph("12333调查表")
    for page in pages:
        end = document.element.body.sectPr
        end.addprevious(parse_xml(_word_table(page)))
        document.add_paragraph(page.beside.get("段落", ""))
        for (row, column), words in page.comments.items():
            said = document.tables[-1].cell(row - 1, column - 1).paragraphs[0].runs
            document.add_comment(said, words, "张三")
        write_beside(document, page.beside)
    document.save(str(path))


def write_beside(document: Document, beside: Mapping[str, str]) -> None:
    """What is in no cell and no paragraph of a Word file."""
    if header := beside.get("页眉页脚"):
        document.sections[0].header.paragraphs[0].text = header
    if box := beside.get("文本框"):
        shown = f"<w:p><w:r><w:t>{box}</w:t></w:r></w:p>"
        drawn = f"<w:r><w:pict><w:txbxContent>{shown}</w:txbxContent></w:pict></w:r>"
        document.element.body.sectPr.addprevious(parse_xml(f"<w:p {nsdecls('w')}>{drawn}</w:p>"))
    kinds = {"脚注": ("footnote", CT.WML_FOOTNOTES, RT.FOOTNOTES), "尾注": ("endnote", CT.WML_ENDNOTES, RT.ENDNOTES)}
    for place, (kind, content, relation) in kinds.items():
        if place in beside:
            line = f'<w:{kind} w:type="separator"><w:p/></w:{kind}>'
            note = f"<w:{kind}><w:p><w:r><w:t>{beside[place]}</w:t></w:r></w:p></w:{kind}>"
            notes = f"<w:{kind}s {nsdecls('w')}>{line}{note}</w:{kind}s>"
            part = Part(PackURI(f"/word/{kind}s.xml"), content, notes.encode(), document.part.package)
            document.part.relate_to(part, relation)
    if known := beside.get("文件属性"):
        document.core_properties.comments = known


@cache
def _empty_document() -> bytes:
    """Without the dozens of styles that python-docx begins with."""
    document, out = docx.Document(), BytesIO()
    document.core_properties.comments = ""  # the library writes its own name there
    for style in list(document.styles.element.iterchildren(qn("w:style"), qn("w:latentStyles"))):
        document.styles.element.remove(style)
    document.save(out)
    return out.getvalue()


def _word_table(page: Page) -> str:
    """A table in which merged cells span columns and go on below, as Word writes them."""
    height = max([row for row, _ in page.cells] + [bottom for _, _, bottom, _ in page.merges])
    width = max([column for _, column in page.cells] + [right for *_, right in page.merges])
    boxes = {(row, box[1]): box for box in page.merges for row in range(box[0], box[2] + 1)}
    rows = []
    for row in range(1, height + 1):
        cells, column = [], 1
        while column <= width:
            top, left, bottom, right = boxes.get((row, column), (row, column, row, column))
            about = f'<w:gridSpan w:val="{right - left + 1}"/>' if right > left else ""
            if bottom > top:
                about += '<w:vMerge w:val="restart"/>' if row == top else "<w:vMerge/>"
            lines = _as_text(page.cells.get((row, column), "")).split("\n")
            texts = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
            cells.append(f"<w:tc><w:tcPr>{about}</w:tcPr><w:p><w:r>{texts}</w:r></w:p></w:tc>")
            column = right + 1
        rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
    grid = "<w:gridCol/>" * width
    return f"<w:tbl {nsdecls('w')}><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def _as_text(content: Content) -> str:
    if isinstance(content, Formula | ErrorValue):
        return str(content.value) if isinstance(content, Formula) else content.text
    return str(int(content)) if isinstance(content, float) and content.is_integer() else str(content)


def write_xls(path: Path, pages: Sequence[Page]) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for page in pages:
        sheet = book.add_sheet(page.name, cell_overwrite_ok=True)
        merged = {(top, left): (bottom, right) for top, left, bottom, right in page.merges}
        for (row, column), content in page.cells.items():
            shown = content.value if isinstance(content, Formula) else content
            if isinstance(shown, ErrorValue):
                sheet.row(row - 1).set_cell_error(column - 1, {"#N/A": "#N/A!"}.get(shown.text, shown.text))
                continue
            style = [day] if isinstance(shown, date) else []
            if (row, column) in page.formats:
                style = [xlwt.easyxf(num_format_str=page.formats[row, column])]
            if (row, column) in merged:
                bottom, right = merged[row, column]
                sheet.write_merge(row - 1, bottom - 1, column - 1, right - 1, shown, *style)
            else:
                sheet.write(row - 1, column - 1, shown, *style)
        if page.hidden:
            sheet.visibility = 1
    book.save(str(path))


WRITERS: dict[str, tuple[str, Callable[[Path, Sequence[Page]], None]]] = {
    "openpyxl": ("xlsx", write_openpyxl),
    "xlsxwriter": ("xlsx", write_xlsxwriter),
    "docx": ("docx", write_docx),
    "xls": ("xls", write_xls),
}
"""Name → file name extension, and function."""


def _lines(page: Page) -> list[list[str]]:
    rows, columns = (max(at) + 1 for at in zip(*page.cells, strict=True))
    return [[_as_text(page.cells.get((row, at), "")) for at in range(1, columns)] for row in range(1, rows)]


def write_csv(path: Path, pages: Sequence[Page]) -> None:
    text = "\n".join(",".join(line) for page in pages for line in _lines(page))
    path.write_bytes(text.encode("gbk", "replace"))


def write_html(path: Path, pages: Sequence[Page]) -> None:
    """What many offices' systems export under the name of a workbook."""
    rows = "".join(f"<tr><td>{'<td>'.join(map(escape, line))}" for page in pages for line in _lines(page))
    path.write_text(f"<html><meta charset=utf-8><table>{rows}</table></html>", encoding="utf-8")


REFUSED_WRITERS: dict[str, tuple[str, Callable[[Path, Sequence[Page]], None]]] = {
    "csv": ("csv", write_csv),
    "web page": ("xls", write_html),
}
"""Formats that are refused: F003 says what to send instead."""


# Filings in any mixture of styles: what the properties of reading draw from


FORMATS = ["openpyxl", "xlsxwriter", "openpyxl", "xlsxwriter", "docx", "docx", "xls"]
"""Names of the writers whose format is read, as often as it is drawn."""
REFUSED: dict[tuple[str, object], set[str]] = {
    ("layout", "side"): {"F005"},
    ("province", "as region"): {"F005", "F007"},
    ("hidden", True): {"R210"},
}
"""Field of `Style` and a choice of which nothing is guessed → the rules of which one asks."""
ASKED = {
    *(("doubled", True), ("missing", True), ("scale", True), ("faults", 0.15), ("formulas", True)),
    *(("stale", "hidden"), ("stale", "struck"), ("name", "blank")),
    *(("mobile", way) for way in ("landline", "short", "blank")),
}
"""Choices that are kept and asked about where they stand."""
KEPT = {name: [option for option in options if (name, option) not in REFUSED] for name, options in CHOICES_OF.items()}
SOUND = {name: [option for option in options if (name, option) not in ASKED] for name, options in KEPT.items()}
"""Choices about which there is nothing to ask."""
STAFF = ("staff_total", "agents", "seats", "training_attendances")


@st.composite
def styles(draw_: st.DrawFn, choices: Mapping[str, Sequence[object]] = KEPT) -> Style:
    """A mixture: some liberties are taken, the others left alone."""
    taken = draw_(st.sets(st.sampled_from(sorted(choices)), max_size=len(choices)))
    return Style(**{name: draw_(st.sampled_from(choices[name])) for name in sorted(taken)})


def filing_of(unit: Unit, dice: random.Random) -> Filing:
    """Some regions of a unit with figures that agree with each other."""
    places = sorted(dice.sample(range(len(unit.regions)), min(len(unit.regions), dice.choice([1, 2, 3, 5]))))
    rows: dict[str, list[dict[str, Scalar]]] = {}
    for form in EDITION.forms:
        own = FIGURES[form.key](unit)
        rows[form.key] = [dict(own[place]) for place in places]
        if _alike_or_lopsided(rows[form.key]):
            return filing_of(unit, dice)
        for row in rows[form.key]:
            row["remarks"] = dice.choice(
                [None, "无", "系统升级，停机3天", "联系人：李四，电话13900000000", "合计数含热线"]
            )
            if "calls_ivr" in row and dice.random() < 0.2:
                row["calls_total"] = int(row["calls_total"] or 0) - int(row["calls_ivr"] or 0)
                row["calls_ivr"] = 0
    number = dice.randint(0, 99_999_999)
    header = {
        "name": dice.choice(["张三", "欧阳明月", "王小二"]),
        "mobile": f"138{number:08d}",
        "email": "user_1@example.gov.cn",
    }
    return Filing(unit, header, rows)


def _alike_or_lopsided(rows: Sequence[Mapping[str, Scalar]]) -> bool:
    """Whether three rows or more have one number of staff (P507), or four one with the calls of all others (R209)."""
    calls = [int(row.get("calls_total") or 0) for row in rows]
    alike = any(len({row.get(key, row["region"]) for row in rows}) == 1 for key in STAFF)
    return (len(rows) > 2 and alike) or (len(rows) > 3 and 0 < sum(calls) <= 2 * max(calls))


def write(planned: Planned, writer: str, folder: Path) -> list[Path]:
    ending, function = (WRITERS | REFUSED_WRITERS)[writer]
    paths = []
    for number, pages in enumerate(planned.files):
        paths.append(folder / f"file{number}.{ending}")
        function(paths[-1], pages)
    return paths
