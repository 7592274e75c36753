"""附注 in words: the place of each text, the text without contacts, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from hrss12333.merging.quoted import text_key
from hrss12333.model.message import FileNames
from hrss12333.patterns import clean
from hrss12333.wording.places import public_text

if TYPE_CHECKING:
    from hrss12333.model.text import Quoted
    from hrss12333.questions.rounds import Progress

_FIRST = "请先看"


class AnnexLine(Struct, frozen=True):
    """One text of 附注."""

    whose: str
    lead: str
    """新, 请先看, both or nothing."""
    place: str
    text: str


def annex_lines(quoted: Sequence[Quoted], progress: Progress | None) -> Iterator[AnnexLine]:
    """The texts, those first that an earlier workbook does not have."""
    names = FileNames(item.file for item in quoted)
    listed = [(progress is not None and text_key(item) not in progress.texts, item) for item in quoted]
    for is_new, item in sorted(listed, key=lambda each: not each[0]):
        lead = "，".join([*["新"] * is_new, *[_FIRST] * item.marked])
        yield AnnexLine(item.whose, lead, _located_at(item, names), public_text(clean(item.excerpt)))


def annex_counts(quoted: Sequence[Quoted]) -> str:
    """附注46条，其中7条请先看; empty without any."""
    marked = sum(item.marked for item in quoted)
    first = f"，其中{marked}条{_FIRST}" if marked else ""
    return f"附注{len(quoted)}条{first}" if quoted else ""


def _located_at(item: Quoted, names: FileNames) -> str:
    """《广东省.xlsx》附表1 M7 广州市备注: file, sheet, cell, region and kind of place, as far as each is known."""
    text = item.text
    if item.several.endswith("文件"):
        return f"{item.several} {item.located}"
    sheet = text.place.sheet if text.place else text.sheet
    parts = [f"《{names(item.file)}》{clean(sheet or '')}", text.place.a1 if text.place else ""]
    about = f"{item.several} {item.located}" if item.also else f"{clean(text.region or '')}{item.located}"
    return public_text(" ".join([part for part in parts if part] + [about]))
