"""附注 in words: the place of each text, the text without contacts, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hrss12333.merging.quoted import text_key
from hrss12333.patterns import clean
from hrss12333.wording.places import public_text

if TYPE_CHECKING:
    from hrss12333.model.message import FileNames
    from hrss12333.model.text import Quoted
    from hrss12333.questions.rounds import Progress

FIRST, NEW = "请先看", "新"


def new_first(quoted: Sequence[Quoted], progress: Progress | None) -> list[tuple[Quoted, bool]]:
    """The texts, each with whether it is new since an earlier workbook; new ones first."""
    listed = [(item, progress is not None and text_key(item) not in progress.texts) for item in quoted]
    return sorted(listed, key=lambda each: not each[1])


def annex_counts(quoted: Sequence[Quoted]) -> str:
    """附注46条，其中7条请先看; empty without any."""
    marked = sum(item.marked for item in quoted)
    first = f"，其中{marked}条{FIRST}" if marked else ""
    return f"附注{len(quoted)}条{first}" if quoted else ""


def located_at(item: Quoted, names: FileNames) -> str:
    """《广东省.xlsx》附表1 M7 广州市备注: file, sheet, cell, region and kind of place, as far as each is known."""
    text = item.text
    if item.several.endswith("文件"):
        return f"{item.several} {item.located}"
    sheet = text.place.sheet if text.place else text.sheet
    parts = [f"《{names(item.file)}》{clean(sheet or '')}", text.place.a1 if text.place else ""]
    about = f"{item.several} {item.located}" if item.also else f"{clean(text.region or '')}{item.located}"
    return public_text(" ".join([part for part in parts if part] + [about]))


def quoted_text(item: Quoted) -> str:
    """The text on one line, without contacts."""
    return public_text(clean(item.excerpt))
