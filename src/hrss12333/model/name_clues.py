"""What the name of a file says of its content: that it is a version before or after another, void, or of a part of the year."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from hrss12333.model.filing import Filing, Summary, Table
from hrss12333.patterns import lazy
from hrss12333.survey.spellings import PART_OF_YEAR

_VOID_NAME, _PART_NAME = "名称注明作废", "名称表示只是一段时间的数据"
_CHANGES = "更正|更新|修改|修订|修正|订正|改正"
_CORRECTED = lazy(f"(?<![未非待需])(?<![未非待需]最)(?:{_CHANGES}|最终|终稿|定稿)", needs="更修订改最终定")
_FORMER = lazy(
    f"(?:{_CHANGES})(?:之|以)?前|旧版|旧表|初稿|草稿|原稿|初报|(?:^|[（(_-])(?:旧|原|原始)的?(?:[）).]|$)",
    needs="前旧初草原",
)
"""The version before a corrected one."""
_VOID = lazy(
    r"^(?!.*(?:原|旧|前|上[次一份版]|其[他余]|另)[^（(【\[_\-—\s.]{0,6}作废).*(?<![不未非别])作废(?:[）)】\]_\-—\s.]|$)",
    needs="废",
)
"""Void itself; 原表作废 is said of another file."""
_MONTHS = r"(?<![\d.月])(?!0?1月?[-~—－至到]{1,2}12月)\d{1,2}月?[-~—－至到]{1,2}\d{1,2}月(?!\d|份?(?:[报上]送|[收下]))"
"""Some months of the year in the name of a file, in a pattern: 1-6月; no days of a month, nor when something was sent."""
_PART = lazy(rf"{PART_OF_YEAR}|半年报|季报|{_MONTHS}", needs="季半月")


class NameClues(Struct, frozen=True):
    """What the name of a file says of its content."""

    unfit: str
    """Chinese: why the file does not hold for the year; empty where it does."""
    corrected: bool
    """Whether it is a corrected or final version."""
    former: bool
    """Whether it is the version before one."""


@lru_cache(maxsize=4096)
def name_clues(file: str) -> NameClues:
    """What the file's name says, else that of the mail, archive or folder that it lies in."""
    clues = [_clues(part) for part in reversed(file.split("/"))]
    why = clues[0].unfit or next((_VOID_NAME for item in clues if item.unfit == _VOID_NAME), "")
    version = next((item for item in clues if item.corrected or item.former), clues[0])
    return NameClues(why, version.corrected, version.former)


@lru_cache(maxsize=4096)
def _clues(name: str) -> NameClues:
    why = _VOID_NAME if _VOID.search(name) else _PART_NAME if _PART.search(name) else ""
    before = bool(_FORMER.search(name))
    return NameClues(why, not before and bool(_CORRECTED.search(name)), before)


def part_of_year(table: Table) -> str:
    """Why a table by its title does not hold for the year; Chinese, empty where it does."""
    return f"标题或填表说明写的是“{table.part}”，只是一段时间的数据" if table.part else ""


def unfit(filing: Filing | Summary) -> str:
    """Why a file by its name, by that of its folder or archive, or by its title does not hold for the year; Chinese, empty
    where it does."""
    tables = filing.tables if isinstance(filing, Filing) else ()
    return name_clues(filing.file).unfit or next(filter(None, map(part_of_year, tables)), "")
