"""Places in words: a file by its name, a cell by region, heading and address; and names for files that are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from hrss12333.model.file_names import base_name
from hrss12333.model.finding import Finding
from hrss12333.model.message import Label, RegionName
from hrss12333.patterns import clean, grouped
from hrss12333.questions.question import Question
from hrss12333.survey.editions.edition import Edition
from hrss12333.survey.schema import Kind
from hrss12333.wording.text import shorten
from hrss12333.wording.values import column_of, field_label

_UNFIT = dict.fromkeys((*range(0x20), *b'<>:"/\\|?*'), "_")
_DEVICE_NAMES = "con prn aux nul conin$ conout$"
_DEVICES = (*_DEVICE_NAMES.split(), *(port + number for port in ("com", "lpt") for number in "0123456789¹²³"))
_LONGEST_STEM = 180
"""Bytes: 60 Chinese characters, 45 emoji. Names of 255 bytes are the longest that systems take, and endings follow."""


def cell_place(finding: Finding, edition: Edition) -> str:
    """广州市来电总量（C7）; without what the message says anyway, empty where there is no cell."""
    column = column_of(edition, finding.form, finding.field)
    label = "" if column and column.kind is Kind.REGION else field_label(edition, finding.form, finding.field)
    region = clean(finding.region or "")
    leaves = finding.message.leaves
    if any(isinstance(leaf, Label) and leaf == label for leaf in leaves):
        label = ""
    if any(isinstance(leaf, RegionName) for leaf in leaves):
        region = ""
    named, cell = shorten(region) + label, finding.cell or ""
    return f"{named}（{cell}）" if named and cell else named or cell


def by_sheet(questions: Sequence[Question]) -> list[tuple[str | None, list[Question]]]:
    """Questions by sheet: those of the file itself first, then the sheets in the order of the forms, else as they
    appear; errors, queries, notes within a sheet, each from top to bottom."""
    sheets = grouped(questions, lambda question: question.ground.sheet)
    for listed in sheets.values():
        listed.sort(key=lambda each: (each.ground.severity.rank, each.ground.position, each.ground.rule))
    form = {sheet: next((each.form for each in listed if each.form), "") for sheet, listed in sheets.items()}
    return sorted(sheets.items(), key=lambda item: (item[0] is not None, form[item[0]]))


def safe_stem(name: str) -> str:
    """A name without what some system refuses in a file name: Windows' devices, reserved marks, a dot at the end."""
    stem = name.translate(_UNFIT).encode("utf-8", "replace")[:_LONGEST_STEM].decode("utf-8", "ignore").strip(" .")
    return f"_{stem}" if stem.partition(".")[0].rstrip().lower() in _DEVICES else stem or "文件"


def stem_of(file: str) -> str:
    """File name without folders, container and extension, fit for any system."""
    name = base_name(file)
    return safe_stem(name.rpartition(".")[0] or name)


def unique_paths(folder: Path, stem: str, extensions: Iterable[str], taken: set[str]) -> dict[str, Path]:
    """Extension → path in ``folder``, all of one stem that no other output of this run has; the stem joins ``taken``."""
    name, number = stem, 2
    while name.lower() in taken:
        name, number = f"{stem}({number})", number + 1
    taken.add(name.lower())
    return {extension: folder / f"{name}{extension}" for extension in extensions}
