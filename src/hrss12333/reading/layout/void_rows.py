"""Rows that take themselves back: 此行作废 or 重复，请删除 in 备注, or behind the name. Only their unit knows whether they count.

All of the words must say so: 放弃量不计入 and 原系统已撤销 speak of something else than the row, 不重复 says the reverse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from hrss12333.model.filing import Concealed, Row
from hrss12333.patterns import lazy
from hrss12333.reading.layout.row_kinds import compact

_VOID = (
    r"作废|废弃|废行|无效|删除|删去|删掉|撤[销消]|忽略|(?:不再?予?|勿)(?:计入?|统计|算)|重复(?:填报|填写|录入|上报)?"
)
_ABOUT = r"(?:(?:与|和|同)?[上下前后][一二两]?|[此本该这]一?|一)(?:行|条|栏)|行|的?(?:数据|数字|内容|记录)|已经?|均|都|全部|请|应|予以|属于?|为|是|了|[\W_]"
_SAYS_VOID = lazy(_VOID, needs="废效删撤略不勿重")
_BEHIND = lazy(r"[(（【](.*)[)）】]\s*", re.DOTALL, needs="(（【")


def standing_and_void(rows: Iterable[Row]) -> tuple[list[Row], list[Concealed]]:
    """The rows that stand, and those that say of themselves that they do not."""
    standing: list[Row] = []
    void: list[Concealed] = []
    for row in rows:
        words = _words(row)
        if words:
            how = f"自己注明“{words}”"
            void.append(Concealed(row.place, how, row.region or "没有地区名称", row, says_so=True))
        else:
            standing.append(row)
    return standing, void


def _words(row: Row) -> str:
    """What a row says against itself; empty where it says nothing."""
    marked = row.marked.get("region")
    name = marked.found if marked else row.region  # what is no mark is letter for letter the region
    behind = _BEHIND.search(name) if isinstance(name, str) else None
    said = (row.text("remarks"), behind[1] if behind else "")
    return next((text.strip() for text in said if text and says_void(text)), "")


@lru_cache(maxsize=512)
def says_void(text: str) -> bool:
    """Whether all that a text says is that its row does not count."""
    words = compact(text)
    return bool(_SAYS_VOID.search(words)) and bool(re.fullmatch(rf"(?:{_VOID}|{_ABOUT})+", words))
