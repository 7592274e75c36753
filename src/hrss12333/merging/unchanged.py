"""Rows that say that nothing has changed since the version before: 不变, 同前, 与上次一致 where figures belong."""

from __future__ import annotations

from functools import lru_cache

from hrss12333.model.filing import Row
from hrss12333.patterns import lazy
from hrss12333.survey.region_names import folded
from hrss12333.survey.schema import Form

_UNCHANGED = lazy(
    r"(?:此行|本行|数据|内容|各项|其[他余])*(?:均|都|全部)?"
    r"(?:(?:未|没有?|无|不)(?:作|做|发生|有|需)?(?:任何)?(?:变化?|变动|修改|更正|调整|改动|变更|更改)"
    r"|同(?:前|原|上次|前次|首次|上报|原报|原表|初报)(?:数据?|表|一?致|报送的?|所?报)*"
    r"|(?:与|和|跟)?(?:前|原|上|首|初)(?:次|报|表|一次)*(?:报送)?的?(?:数据?|表|填报)?(?:一致|相同|一样))[。.]?"
)


def says_unchanged(form: Form, row: Row) -> bool:
    """Whether all that stands beside the region's name is that nothing has changed."""
    if any(row.scalar(column.key) is not None for column in form.data):
        return False
    asked = [row.get(column.key).found for column in form.data]
    texts = {*(text for text in asked if text not in (None, "")), *filter(None, [row.text("remarks")])}
    return bool(texts) and all(isinstance(text, str) and _is_unchanged(text) for text in texts)


@lru_cache(maxsize=256)
def _is_unchanged(text: str) -> bool:
    return bool(_UNCHANGED.fullmatch(folded(text)))
